//! Racks on the floor: every rack gets a row, a slot in it, and coordinates.
//!
//! Accelerator racks stand in order, the racks of a scale-up domain side by side around its second-tier
//! switch racks. Leaves stand in the row (or rack) of the middle one of the endpoints that they serve. The
//! switches of each group above (pod, block, whole network) stand in network rows in the middle of the rows
//! that they join. Rows fill halls one after the other; halls stand on a near-square grid, in a serpentine so
//! that neighbours in order are neighbours on the site.

use crate::clos::Clos;
use crate::error::FabricError;
use crate::hall::{HallSpec, LeafPlacement, MOST_RACKS, most_of};
use crate::plan::RackKind;

/// What needs places.
#[derive(Debug)]
pub(crate) struct Demand<'a> {
    /// Accelerator racks.
    pub(crate) racks: u64,
    /// Accelerator racks that stand together: those of a domain.
    pub(crate) block_racks: u64,
    /// Scale-up switch racks of a domain.
    pub(crate) block_switch_racks: u64,
    /// Scale-out and front end.
    pub(crate) networks: Vec<&'a NetworkDemand>,
}

/// What a network needs: sets of leaves beside their endpoints, and groups of switches above.
#[derive(Debug)]
pub(crate) struct NetworkDemand {
    /// Accelerator rack at home of each set, rising.
    pub(crate) homes: Vec<u64>,
    pub(crate) leaves_per_set: u64,
    /// Layers above the leaf.
    pub(crate) above: Vec<Above>,
}

/// A layer of groups of switches.
#[derive(Debug)]
pub(crate) struct Above {
    pub(crate) switches_per_group: u64,
    /// Sets of leaves below each group, in parts of a set: the first, and the end.
    pub(crate) spans: Vec<(u64, u64)>,
    pub(crate) parts: u64,
}

impl NetworkDemand {
    /// Of a folded Clos with so many endpoints in an accelerator rack.
    pub(crate) fn of_clos(clos: &Clos, endpoints_per_rack: u64) -> Result<Self, FabricError> {
        most_of("leaf sets", clos.layers[0].groups / clos.rails, MOST_RACKS)?;
        let mut leaf_groups = 1;
        let mut above = Vec::with_capacity(clos.layers.len() - 1);
        for layer in &clos.layers[1..] {
            most_of("groups of switches", layer.groups, MOST_RACKS)?;
            leaf_groups *= layer.fan_in;
            above.push(Above {
                switches_per_group: layer.switches_per_group,
                spans: (0..layer.groups)
                    .map(|g| (g * leaf_groups, (g + 1) * leaf_groups))
                    .collect(),
                parts: clos.rails,
            });
        }
        let homes = home_racks(clos, endpoints_per_rack);
        Ok(Self { homes, leaves_per_set: clos.leaves_per_set(), above })
    }
}

/// Where a rack stands: coordinates on the site in metres, and its place in the rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) hall: u64,
    /// Row over all halls.
    pub(crate) row: u64,
    pub(crate) slot: u64,
}

/// A rack on the floor, for drawing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) kind: RackKind,
    pub(crate) place: Place,
}

/// Leaves `first..end` of a network, in the order of their sets, in one rack.
#[derive(Debug)]
pub(crate) struct LeafRack {
    pub(crate) first: u64,
    pub(crate) end: u64,
    pub(crate) place: Place,
    /// The accelerator rack that they stand in, if any.
    pub(crate) inside: Option<u64>,
}

/// Racks of one network.
#[derive(Debug)]
pub(crate) struct NetworkRacks {
    pub(crate) leaves: Vec<LeafRack>,
    /// For each layer above the leaf: racks, group after group.
    pub(crate) above: Vec<Vec<Place>>,
}

/// Where everything stands.
#[derive(Debug)]
pub(crate) struct Placement {
    pub(crate) accelerators: Vec<Place>,
    /// Scale-up switch racks, domain after domain.
    pub(crate) scale_up: Vec<Place>,
    pub(crate) networks: Vec<NetworkRacks>,
    pub(crate) standing: Vec<Standing>,
    pub(crate) site: Site,
}

/// Halls on a grid.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) halls: u64,
    columns: u64,
    pub(crate) rows_per_hall: u64,
    pub(crate) racks_per_row: u64,
    pub(crate) hall_width: f64,
    pub(crate) hall_depth: f64,
    gap: f64,
    pitch: f64,
    row_pitch: f64,
}

impl Site {
    fn new(spec: &HallSpec, rows: u64) -> Self {
        let g = &spec.geometry;
        let row_pitch = (g.depth + g.aisle).as_m();
        let rows_per_hall = spec.rows_per_hall.min(rows);
        let hall_width = spec.racks_per_row as f64 * g.pitch.as_m();
        let hall_depth = rows_per_hall as f64 * row_pitch;
        let gap = spec.hall_gap.as_m();
        let halls = rows.div_ceil(rows_per_hall);
        let side = |columns: u64| {
            let across = columns as f64 * (hall_width + gap);
            let along = halls.div_ceil(columns) as f64 * (hall_depth + gap);
            across.max(along)
        };
        let columns = (1..=halls).min_by(|a, b| side(*a).total_cmp(&side(*b))).unwrap_or(1);
        let (racks_per_row, pitch) = (spec.racks_per_row, g.pitch.as_m());
        Self {
            halls,
            columns,
            rows_per_hall,
            racks_per_row,
            hall_width,
            hall_depth,
            gap,
            pitch,
            row_pitch,
        }
    }

    /// Corner of a hall: x and y.
    pub(crate) fn hall(&self, hall: u64) -> (f64, f64) {
        let (along, across) = (hall / self.columns, hall % self.columns);
        let across = if along % 2 == 0 { across } else { self.columns - 1 - across };
        let (width, depth) = (self.hall_width + self.gap, self.hall_depth + self.gap);
        (across as f64 * width, along as f64 * depth)
    }

    /// Slot at the middle of every row, where a single cross tray runs.
    pub(crate) fn middle_slot(&self) -> u64 {
        self.racks_per_row / 2
    }

    /// The x of the middle of a hall.
    pub(crate) fn middle(&self, hall: u64) -> f64 {
        self.hall(hall).0 + self.middle_slot() as f64 * self.pitch
    }

    pub(crate) fn hall_of(&self, row: u64) -> u64 {
        row / self.rows_per_hall
    }

    fn place(&self, row: u64, slot: u64) -> Place {
        let hall = self.hall_of(row);
        let (x, y) = self.hall(hall);
        let row_in_hall = row % self.rows_per_hall;
        Place {
            x: x + slot as f64 * self.pitch,
            y: y + row_in_hall as f64 * self.row_pitch,
            hall,
            row,
            slot,
        }
    }

    /// Width and depth of the whole site.
    pub(crate) fn size(&self) -> (f64, f64) {
        let along = self.halls.div_ceil(self.columns);
        let side = |n: u64, length: f64| n as f64 * length + (n - 1) as f64 * self.gap;
        (side(self.columns.min(self.halls), self.hall_width), side(along, self.hall_depth))
    }
}

/// How accelerator and scale-up switch racks fill a row.
struct Filling {
    block: u64,
    /// Zero when a block is longer than a row.
    blocks_per_row: u64,
    slots: u64,
    /// Slots before the leaf racks.
    before: u64,
    /// Leaf racks of each network, one network after the other.
    leaf_slots: Vec<u64>,
}

impl Filling {
    /// The fullest rows that leave room for their own leaf racks: with whole domains where a row can hold
    /// one, else with domains that run on from row to row.
    fn fullest(spec: &HallSpec, demand: &Demand<'_>) -> Result<Self, FabricError> {
        let racks_per_row = spec.racks_per_row;
        let block = demand.block_racks + demand.block_switch_racks;
        let blocks = demand.racks.div_ceil(demand.block_racks);
        // Rows are filled evenly.
        let whole = (1..=racks_per_row / block).rev().map(|most| {
            let blocks_per_row = blocks.div_ceil(blocks.div_ceil(most));
            (blocks_per_row, blocks_per_row * block)
        });
        let running_on = (1..=racks_per_row).rev().map(|slots| (0, slots));
        let mut leaf_racks = 0;
        for (blocks_per_row, slots) in whole.chain(running_on) {
            let before = match spec.leaf {
                LeafPlacement::MiddleOfRow if blocks_per_row > 0 => {
                    blocks_per_row.div_ceil(2) * block
                }
                LeafPlacement::MiddleOfRow => slots / 2,
                LeafPlacement::EndOfRow | LeafPlacement::InRack => slots,
            };
            let leaf_slots = vec![0; demand.networks.len()];
            let mut filling = Self { block, blocks_per_row, slots, before, leaf_slots };
            if spec.leaf != LeafPlacement::InRack {
                filling.leaf_slots = filling.leaf_racks_needed(spec, demand);
            }
            leaf_racks = filling.leaf_slots.iter().sum();
            if slots + leaf_racks <= racks_per_row {
                return Ok(filling);
            }
        }
        Err(FabricError::RowTooShort { racks_per_row, leaf_racks })
    }

    /// Leaf racks of each network in the row that needs most.
    fn leaf_racks_needed(&self, spec: &HallSpec, demand: &Demand<'_>) -> Vec<u64> {
        let needed = |network: &&NetworkDemand| {
            let rows = network.homes.iter().map(|rack| self.accelerator(demand, *rack).0);
            let sets = runs(rows).iter().map(|(_, first, end)| end - first).max().unwrap_or(0);
            (sets * network.leaves_per_set).div_ceil(spec.switches_per_rack)
        };
        demand.networks.iter().map(needed).collect()
    }

    /// Row and slot of the `i`-th rack of a block.
    fn at(&self, block: u64, i: u64) -> (u64, u64) {
        let (row, slot) = match block.checked_div(self.blocks_per_row) {
            Some(row) => (row, block % self.blocks_per_row * self.block + i),
            None => {
                let position = block * self.block + i;
                (position / self.slots, position % self.slots)
            }
        };
        (row, if slot < self.before { slot } else { slot + self.leaf_slots.iter().sum::<u64>() })
    }

    fn accelerator(&self, demand: &Demand<'_>, rack: u64) -> (u64, u64) {
        let (block, i) = (rack / demand.block_racks, rack % demand.block_racks);
        let first_half = demand.block_racks.div_ceil(2);
        self.at(block, if i < first_half { i } else { i + demand.block_switch_racks })
    }

    fn switch(&self, demand: &Demand<'_>, rack: u64) -> (u64, u64) {
        let (block, i) = (rack / demand.block_switch_racks, rack % demand.block_switch_racks);
        self.at(block, demand.block_racks.div_ceil(2) + i)
    }
}

/// Accelerator rack that holds the middle one of the endpoints of each set of leaves.
fn home_racks(clos: &Clos, endpoints_per_rack: u64) -> Vec<u64> {
    let per_set = clos.endpoints_per_leaf_set().min(clos.endpoints);
    let home = |set: u64| {
        let end = ((set + 1) * per_set).min(clos.endpoints);
        (set * per_set + end) / 2 / endpoints_per_rack
    };
    let last = (clos.endpoints - 1) / endpoints_per_rack;
    (0..clos.layers[0].groups / clos.rails).map(|set| home(set).min(last)).collect()
}

/// Sets of leaves with the same home: (home, first set, end).
fn runs(homes: impl Iterator<Item = u64>) -> Vec<(u64, u64, u64)> {
    let mut runs: Vec<(u64, u64, u64)> = Vec::new();
    for (set, home) in (0_u64..).zip(homes) {
        match runs.last_mut() {
            Some((last, _, end)) if *last == home => *end = set + 1,
            _ => runs.push((home, set, set + 1)),
        }
    }
    runs
}

/// A row of network racks, to stand before an accelerator row.
struct NetworkRow {
    before: u64,
    network: usize,
    layer: usize,
    first_rack: u64,
    racks: u64,
}

fn network_rows(
    spec: &HallSpec,
    (network, demand): (usize, &NetworkDemand),
    set_rows: &[u64],
) -> Vec<NetworkRow> {
    let mut rows = Vec::new();
    for (layer, above) in (1..).zip(&demand.above) {
        let racks_per_group = above.switches_per_group.div_ceil(spec.switches_per_rack);
        let groups = above.spans.len() as u64;
        // Small groups share a row.
        let groups_per_row = (spec.racks_per_row / racks_per_group).max(1);
        for group in (0..groups).step_by(groups_per_row as usize) {
            let end = (group + groups_per_row).min(groups);
            let (from, to) = (above.spans[group as usize].0, above.spans[end as usize - 1].1);
            let middle = (from + to) / 2 / above.parts;
            let before = set_rows[(middle as usize).min(set_rows.len() - 1)];
            let (first, end) = (group * racks_per_group, end * racks_per_group);
            rows.extend((first..end).step_by(spec.racks_per_row as usize).map(|first_rack| {
                let racks = spec.racks_per_row.min(end - first_rack);
                NetworkRow { before, network, layer, first_rack, racks }
            }));
        }
    }
    rows
}

fn check_size(spec: &HallSpec, demand: &Demand<'_>) -> Result<(), FabricError> {
    most_of("accelerator racks", demand.racks, MOST_RACKS)?;
    let domains = demand.racks.div_ceil(demand.block_racks);
    let switch_racks = domains.saturating_mul(demand.block_switch_racks);
    most_of("scale-up switch racks", switch_racks, MOST_RACKS)?;
    for network in &demand.networks {
        let sets = network.homes.len() as u64;
        most_of("leaf sets", sets, MOST_RACKS)?;
        let leaves = sets.saturating_mul(network.leaves_per_set);
        most_of("leaf racks", leaves.div_ceil(spec.switches_per_rack), MOST_RACKS)?;
        for layer in &network.above {
            let racks_per_group = layer.switches_per_group.div_ceil(spec.switches_per_rack);
            let racks = (layer.spans.len() as u64).saturating_mul(racks_per_group);
            most_of("network racks", racks, MOST_RACKS)?;
        }
    }
    Ok(())
}

/// Numbers of the accelerator rows and of the network rows (sorted by `before`) among all rows.
fn number_rows(accelerator_rows: u64, network_rows: &[NetworkRow]) -> (Vec<u64>, Vec<u64>) {
    let (mut accelerator, mut network) = (Vec::new(), Vec::new());
    let mut next = 0;
    for row in 0..accelerator_rows {
        let inserted = |n: &&NetworkRow| n.before == row;
        let count = network_rows[network.len()..].iter().take_while(inserted).count() as u64;
        network.extend(next..next + count);
        accelerator.push(next + count);
        next += count + 1;
    }
    (accelerator, network)
}

/// Places every rack.
pub(crate) fn place(spec: &HallSpec, demand: &Demand<'_>) -> Result<Placement, FabricError> {
    check_size(spec, demand)?;
    let filling = Filling::fullest(spec, demand)?;
    let in_rack = spec.leaf == LeafPlacement::InRack;

    // Order of all rows: accelerator rows, with network rows among them.
    let row_of = |rack: u64| filling.accelerator(demand, rack).0;
    let mut network_rows_all = Vec::new();
    for (n, network) in demand.networks.iter().enumerate() {
        let set_rows: Vec<u64> = network.homes.iter().map(|rack| row_of(*rack)).collect();
        network_rows_all.extend(network_rows(spec, (n, network), &set_rows));
    }
    network_rows_all.sort_by_key(|row| row.before);
    let domains = demand.racks.div_ceil(demand.block_racks);
    let switch_racks = domains * demand.block_switch_racks;
    let last_switch = switch_racks.checked_sub(1).map_or(0, |rack| filling.switch(demand, rack).0);
    let accelerator_rows = row_of(demand.racks - 1).max(last_switch) + 1;
    let (row_numbers, network_numbers) = number_rows(accelerator_rows, &network_rows_all);
    let site = Site::new(spec, accelerator_rows + network_rows_all.len() as u64);

    let mut standing = Vec::new();
    let mut stand = |kind: RackKind, row: u64, slot: u64| {
        let place = site.place(row, slot);
        standing.push(Standing { kind, place });
        place
    };
    let accelerators: Vec<Place> = (0..demand.racks)
        .map(|rack| {
            let (row, slot) = filling.accelerator(demand, rack);
            stand(RackKind::Accelerator, row_numbers[row as usize], slot)
        })
        .collect();
    let scale_up = (0..switch_racks)
        .map(|rack| {
            let (row, slot) = filling.switch(demand, rack);
            stand(RackKind::ScaleUp, row_numbers[row as usize], slot)
        })
        .collect();

    let mut networks = Vec::new();
    for (n, network) in demand.networks.iter().enumerate() {
        let mut leaves = Vec::new();
        let home = |rack: u64| if in_rack { rack } else { row_of(rack) };
        for (home, first, end) in runs(network.homes.iter().map(|rack| home(*rack))) {
            let (first, end) = (first * network.leaves_per_set, end * network.leaves_per_set);
            if in_rack {
                let place = accelerators[home as usize];
                leaves.push(LeafRack { first, end, place, inside: Some(home) });
                continue;
            }
            let first_slot = filling.before + filling.leaf_slots[..n].iter().sum::<u64>();
            let racks = (first..end).step_by(spec.switches_per_rack.min(end) as usize);
            for (slot, first) in (first_slot..).zip(racks) {
                let place = stand(RackKind::leaf(n), row_numbers[home as usize], slot);
                let end = end.min(first + spec.switches_per_rack.min(end));
                leaves.push(LeafRack { first, end, place, inside: None });
            }
        }
        let above = vec![Vec::new(); network.above.len()];
        networks.push(NetworkRacks { leaves, above });
    }
    // Stable order: within a layer, racks come in the order of their first rack.
    let mut order: Vec<(&NetworkRow, u64)> =
        network_rows_all.iter().zip(network_numbers.iter().copied()).collect();
    order.sort_by_key(|(row, _)| (row.network, row.layer, row.first_rack));
    for (row, number) in order {
        let first_slot = (spec.racks_per_row - row.racks) / 2;
        for slot in first_slot..first_slot + row.racks {
            let place = stand(RackKind::network(row.network, row.layer), number, slot);
            networks[row.network].above[row.layer - 1].push(place);
        }
    }
    Ok(Placement { accelerators, scale_up, networks, standing, site })
}
