//! Routed lengths of every link class, from where the racks stand.
//!
//! # Model
//! Between racks: Manhattan distance of their places along rows and across them, by way of the cross trays that there are
//! ([`CrossTrays`]), a drop from the tray at both ends, times one plus the slack. Racks are enumerated, not links: pairs of
//! racks carry the number of links between the switches in them. Links of a domain may run straight to the next rack: the
//! distance of their places, and twice the depth behind the trays.

use crate::clos::Clos;
use crate::error::FabricError;
use crate::hall::{CrossTrays, HallSpec};
use crate::length::Tally;
use crate::pathway::{Pathway, Turn};
use crate::placement::{LeafRack, NetworkRacks, Place, Placement};
use crate::rack::Stack;
use crate::wired::{Post, Run};
use crate::wired_network::{Seat, WiredNetwork, Wiring};

/// Runs of one class: their lengths, and the trays that those between racks take.
pub(crate) struct Runs<'a> {
    cabling: &'a Cabling<'a>,
    pub(crate) tally: Tally,
    pathway: Pathway,
    turn: Turn,
}

impl Runs<'_> {
    fn add(&mut self, a: Place, b: Place, weight: u64) {
        if weight > 0 {
            self.tally.add(self.cabling.route(a, b), weight);
            self.pathway.add(a, b, self.turn, weight);
        }
    }

    /// Adds links that go through a third rack.
    fn add_through(&mut self, [a, by, b]: [Place; 3], weight: u64) {
        let length = self.cabling.route(a, by) + self.cabling.route(by, b);
        self.tally.add(length, weight);
        self.pathway.add(a, by, self.turn, weight);
        self.pathway.lay(by, b, self.turn, weight);
    }

    /// Lengths and trays.
    pub(crate) fn finish(mut self) -> (Tally, Pathway) {
        self.pathway.settle(self.tally.total());
        (self.tally, self.pathway)
    }
}

/// Links of one class of a topology: those that stay in a rack of switches, and those between racks.
pub(crate) struct ClassRuns<'a> {
    pub(crate) in_rack: Tally,
    pub(crate) in_rack_links: u64,
    pub(crate) between: Runs<'a>,
    pub(crate) between_links: u64,
}

/// Lengths of cables, between places and inside racks.
pub(crate) struct Cabling<'a> {
    spec: &'a HallSpec,
    placement: &'a Placement,
    longest: f64,
}

impl<'a> Cabling<'a> {
    pub(crate) fn new(spec: &'a HallSpec, placement: &'a Placement) -> Self {
        let (width, depth) = placement.site.size();
        // By way of the middle a run may go half a hall there and back.
        let detour = placement.site.hall_width;
        let longest = (width + detour + depth + 2.0 * spec.geometry.drop.as_m()) * spec.stretch();
        Self { spec, placement, longest }
    }

    /// Route between two racks, in metres.
    fn route(&self, a: Place, b: Place) -> f64 {
        let across = match self.spec.cross_trays {
            CrossTrays::EveryRack => (a.x - b.x).abs(),
            CrossTrays::Middle if a.row == b.row => (a.x - b.x).abs(),
            CrossTrays::Middle => {
                let [p, q] = [a, b].map(|end| self.placement.site.middle(end.hall));
                (a.x - p).abs() + (p - q).abs() + (q - b.x).abs()
            }
        };
        let run = across + (a.y - b.y).abs();
        (run + 2.0 * self.spec.geometry.drop.as_m()) * self.spec.stretch()
    }

    fn runs(&self) -> Runs<'_> {
        let turn = match self.spec.cross_trays {
            CrossTrays::EveryRack => Turn::FarEnd,
            CrossTrays::Middle => Turn::Middle,
        };
        let pathway = Pathway::new(&self.placement.site);
        Runs { cabling: self, tally: Tally::up_to(self.longest), pathway, turn }
    }

    /// Accelerators to switch chips in the same rack, or on the same board.
    pub(crate) fn scale_up_in_rack(&self, group: u64, chips: u64, per_host: u64) -> Tally {
        let g = &self.spec.geometry;
        if group <= per_host {
            let mut tally = Tally::up_to(g.board_run.as_m());
            tally.add(g.board_run.as_m(), 1);
            return tally;
        }
        let layout = &self.spec.rack;
        let stack = Stack::new(group / per_host, chips, layout, g.pitch.as_m());
        let mut tally = Tally::up_to(stack.longest() * self.spec.stretch());
        stack.tally_scale_up(&mut tally, per_host, layout, self.spec.stretch());
        tally
    }

    /// Accelerator racks of each domain to all its scale-up switch racks, which hold `chips` in all.
    pub(crate) fn scale_up_between_racks(&self, block_racks: u64, chips: u64) -> Runs<'_> {
        let per_rack = self.spec.scale_up_chips_per_rack;
        let switch_racks = chips.div_ceil(per_rack) as usize;
        let mut runs = self.runs();
        let blocks = self.placement.accelerators.chunks(block_racks as usize);
        for (block, switches) in blocks.zip(self.placement.scale_up.chunks(switch_racks)) {
            for (z, switch) in (0_u64..).zip(switches) {
                let held = per_rack.min(chips - z * per_rack);
                for accelerator in block {
                    runs.add(*accelerator, *switch, held);
                }
            }
        }
        runs
    }

    /// Links of every domain from rack to rack, by way of circuit switches where they go through such.
    pub(crate) fn domain_between_racks(
        &self,
        (block_racks, switch_racks): (u64, u64),
        (stack, per_host): (&Stack, u64),
        runs_of_domain: &[(Run, u64)],
    ) -> Runs<'_> {
        let mut runs = self.runs();
        let placement = self.placement;
        for (i, block) in placement.accelerators.chunks(block_racks as usize).enumerate() {
            let first = i * switch_racks as usize;
            let place = |rack: u32| match (rack as usize).checked_sub(block_racks as usize) {
                None => block.get(rack as usize),
                Some(switch) => placement.scale_up.get(first + switch),
            };
            for (run, links) in runs_of_domain {
                match *run {
                    Run::Racks(a, b) => {
                        if let (Some(a), Some(b)) = (place(a), place(b)) {
                            runs.add(*a, *b, *links);
                        }
                    }
                    Run::Beside([a, b], posts) => {
                        if let (Some(a), Some(b)) = (place(a), place(b)) {
                            if a.row == b.row && a.slot.abs_diff(b.slot) == 1 {
                                let inside = (stack, per_host, a.slot < b.slot);
                                runs.tally.add(self.through_sides(inside, posts), *links);
                            } else {
                                // Domains that run on from row to row part neighbours.
                                runs.add(*a, *b, *links);
                            }
                        }
                    }
                    Run::Circuit(a, b, by) => {
                        if let (Some(a), Some(b), Some(by)) = (place(a), place(b), place(by)) {
                            runs.add_through([*a, *by, *b], *links);
                        }
                    }
                    Run::Board | Run::Rack(..) => {}
                }
            }
        }
        runs
    }

    /// From a place in a rack to one in the next, in metres: back behind the trays, through the sides, and forward.
    fn through_sides(
        &self,
        (stack, per_host, rightwards): (&Stack, u64, bool),
        posts: [Post; 2],
    ) -> f64 {
        let run = stack.beside(posts, (per_host, &self.spec.rack), rightwards);
        (run + 2.0 * self.spec.geometry.plenum.as_m()) * self.spec.stretch()
    }

    /// Links of a domain within racks or on boards.
    pub(crate) fn domain_within_racks(
        &self,
        stack: &Stack,
        per_host: u64,
        runs_of_domain: &[(Run, u64)],
    ) -> Tally {
        let board = self.spec.geometry.board_run.as_m();
        let stretch = self.spec.stretch();
        let mut tally = Tally::up_to((stack.longest() * stretch).max(board));
        for (run, links) in runs_of_domain {
            match *run {
                Run::Board => tally.add(board, *links),
                Run::Rack(a, b) => {
                    let run = stack.run([a, b], (per_host, &self.spec.rack));
                    tally.add(run * stretch, *links);
                }
                Run::Racks(..) | Run::Beside(..) | Run::Circuit(..) => {}
            }
        }
        tally
    }

    /// Network interfaces to leaves, and whether every link stays in its rack.
    pub(crate) fn nic_leaf(
        &self,
        (clos, racks, per_rack): (&Clos, &NetworkRacks, u64),
        per_host: u64,
        stack: &Stack,
        stacks: u64,
    ) -> (Runs<'_>, bool) {
        let mut runs = self.runs();
        let mut stays = true;
        let per_set = clos.endpoints_per_leaf_set();
        let leaves = clos.leaves_per_set();
        for (rack, accelerator) in (0_u64..).zip(&self.placement.accelerators) {
            let first = rack * per_rack;
            let end = (first + per_rack).min(clos.endpoints);
            let mut endpoint = first;
            while endpoint < end {
                let set = endpoint / per_set;
                let next = end.min((set + 1).saturating_mul(per_set));
                // Each endpoint has a link per plane, to the leaves of its rail: in all, evenly over the set.
                for leaf in leaf_racks(&racks.leaves, set * leaves, (set + 1) * leaves) {
                    let held = leaf.end.min((set + 1) * leaves) - leaf.first.max(set * leaves);
                    let weight = (next - endpoint) * held;
                    if leaf.inside == Some(rack) {
                        // The stack's own positions share the weight.
                        let stretch = self.spec.stretch();
                        stack.tally_top_of_rack(&mut runs.tally, stacks, per_host, weight, stretch);
                    } else {
                        stays = false;
                        // As many entries as the stack has positions, so that weights compare.
                        let positions = stack.hosts() * stacks * per_host;
                        runs.add(*accelerator, leaf.place, weight * positions);
                    }
                }
                endpoint = next;
            }
        }
        (runs, stays)
    }

    /// Leaves to spines. Leaf `i` of a network is on plane `i % planes`.
    pub(crate) fn leaf_spine(&self, clos: &Clos, racks: &NetworkRacks) -> Runs<'_> {
        let mut runs = self.runs();
        let planes = clos.planes;
        let spine = &clos.layers[1];
        let per_pod = spine.fan_in * planes;
        for leaf_rack in &racks.leaves {
            let mut first = leaf_rack.first;
            while first < leaf_rack.end {
                let pod = first / per_pod;
                let end = leaf_rack.end.min((pod + 1) * per_pod);
                for plane in 0..planes {
                    // Leaves of this plane among first..end.
                    let upto = |i: u64| (i + planes - 1 - plane) / planes;
                    let leaves = upto(end) - upto(first);
                    let switches = (plane * spine.spread, (plane + 1) * spine.spread);
                    let pod = (clos, 1, pod);
                    self.to_group(&mut runs, leaf_rack.place, racks, pod, switches, leaves);
                }
                first = end;
            }
        }
        runs
    }

    /// Switches of `layer` (1 is the spine) to the layer above.
    pub(crate) fn above(&self, clos: &Clos, racks: &NetworkRacks, layer: usize) -> Runs<'_> {
        let mut runs = self.runs();
        let (lower, upper) = (&clos.layers[layer], &clos.layers[layer + 1]);
        let per_rack = self.spec.switches_per_rack;
        let racks_per_group = lower.switches_per_group.div_ceil(per_rack) as usize;
        for (group, places) in (0_u64..).zip(racks.above[layer - 1].chunks(racks_per_group)) {
            let parent = group / upper.fan_in;
            for (rack, place) in (0_u64..).zip(places) {
                let first = rack * per_rack;
                let end = lower.switches_per_group.min(first.saturating_add(per_rack));
                let switches = (first * upper.spread, end * upper.spread);
                self.to_group(&mut runs, *place, racks, (clos, layer + 1, parent), switches, 1);
            }
        }
        runs
    }

    /// Links of a network of any topology, class by class.
    ///
    /// # Model
    /// Every plane of every wire is laid from where its ends stand. Switches of one rack are joined at its front, by way of
    /// a side: the width of the rack, and the height between them where they are spread over it evenly.
    pub(crate) fn network_links(
        &self,
        (network, wiring): (&WiredNetwork, &Wiring),
        racks: &NetworkRacks,
        (per_rack, per_host): (u64, u64),
        (stack, stacks): (&Stack, u64),
    ) -> Result<Vec<ClassRuns<'_>>, FabricError> {
        let (planes, endpoints) = (network.planes, network.summary.endpoints);
        let per_network_rack = self.spec.switches_per_rack;
        let mut rack_of_leaf = Vec::with_capacity((wiring.sets * planes) as usize);
        for (rack, held) in racks.leaves.iter().enumerate() {
            rack_of_leaf.extend((held.first..held.end).map(|_| rack));
        }
        // A switch of a plane: where it stands, at which height of its rack, and in which accelerator rack, if any.
        let stands = |seat: Seat, plane: u64| match seat {
            Seat::Leaf { set } => {
                let leaf = set * planes + plane;
                let rack = &racks.leaves[rack_of_leaf[leaf as usize]];
                (rack.place, leaf - rack.first, rack.inside)
            }
            Seat::Above { layer, group, index } => {
                let in_group = wiring.switches_per_group[layer - 1];
                let nth = plane * (in_group / planes) + index;
                let racks_per_group = in_group.div_ceil(per_network_rack);
                let rack = group * racks_per_group + nth / per_network_rack;
                (racks.above[layer - 1][rack as usize], nth % per_network_rack, None)
            }
        };
        let positions = stack.hosts() * stacks * per_host;
        let mut inside = 0;
        let mut classes: Vec<ClassRuns<'_>> = Vec::new();
        classes.resize_with(network.summary.links.len(), || ClassRuns {
            in_rack: Tally::up_to(self.longest),
            in_rack_links: 0,
            between: self.runs(),
            between_links: 0,
        });
        wiring.wires(&mut |wire| {
            let class = &mut classes[usize::from(wire.class)];
            let [a, b] = wire.ends.map(|v| u64::from(v).checked_sub(endpoints));
            let links = u64::from(wire.links);
            for plane in 0..planes {
                match (a, b) {
                    (Some(a), Some(b)) => {
                        let [a, b] = [a, b].map(|v| stands(wiring.seats[v as usize], plane));
                        if (a.0.row, a.0.slot) == (b.0.row, b.0.slot) {
                            class.in_rack.add(self.beside_in_rack(a.1.abs_diff(b.1)), links);
                            class.in_rack_links += links;
                        } else {
                            class.between.add(a.0, b.0, links);
                            class.between_links += links;
                        }
                    }
                    (None, Some(switch)) | (Some(switch), None) => {
                        let endpoint = u64::from(wire.ends[0].min(wire.ends[1]));
                        let rack = endpoint / per_rack;
                        let (place, _, holder) = stands(wiring.seats[switch as usize], plane);
                        if holder == Some(rack) {
                            inside += links;
                            class.in_rack_links += links;
                        } else {
                            let accelerator = self.placement.accelerators[rack as usize];
                            // As many entries as the stack has positions, so that weights compare.
                            class.between.add(accelerator, place, links * positions);
                            class.between_links += links;
                        }
                    }
                    (None, None) => {}
                }
            }
        })?;
        if let (Some(first), true) = (classes.first_mut(), inside > 0) {
            // The stack's own positions share the weight.
            let (tally, stretch) = (&mut first.between.tally, self.spec.stretch());
            stack.tally_top_of_rack(tally, stacks, per_host, inside, stretch);
        }
        Ok(classes)
    }

    /// Between two switches of one rack, so many places apart, in metres.
    fn beside_in_rack(&self, apart: u64) -> f64 {
        let g = &self.spec.geometry;
        let each = g.switch_rack_height.as_m() / self.spec.switches_per_rack as f64;
        (g.pitch.as_m() + apart as f64 * each) * self.spec.stretch()
    }

    /// Links from a place to switches `first..end` of a group, `weight` to each.
    fn to_group(
        &self,
        runs: &mut Runs<'_>,
        from: Place,
        racks: &NetworkRacks,
        (clos, layer, group): (&Clos, usize, u64),
        (first, end): (u64, u64),
        weight: u64,
    ) {
        let per_rack = self.spec.switches_per_rack;
        let racks_per_group = clos.layers[layer].switches_per_group.div_ceil(per_rack);
        for rack in first / per_rack..end.div_ceil(per_rack) {
            let held = end.min((rack + 1).saturating_mul(per_rack)) - first.max(rack * per_rack);
            let place = racks.above[layer - 1][(group * racks_per_group + rack) as usize];
            runs.add(from, place, held * weight);
        }
    }
}

/// The racks that hold leaves `first..end`.
fn leaf_racks(racks: &[LeafRack], first: u64, end: u64) -> &[LeafRack] {
    let from = racks.partition_point(|rack| rack.end <= first);
    let to = racks.partition_point(|rack| rack.first < end);
    &racks[from..to]
}
