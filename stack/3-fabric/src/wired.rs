//! A scale-up domain of any topology, as it is built: its wires by where they run.

use crate::error::{FabricError, product};
use crate::link_class::End;
use crate::topology::{Summary, SwitchKind, Topology, Wire};
use std::collections::BTreeMap;

/// How a domain's accelerators fill hosts and racks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filling {
    pub(crate) per_host: u64,
    pub(crate) per_rack: u64,
    /// Switches in one rack of their own.
    pub(crate) switches_per_rack: u64,
    /// Whether links between neighbouring accelerator racks keep their places, to run straight from one to the other.
    pub(crate) through_sides: bool,
}

/// A place in a rack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Post {
    /// An accelerator: host of the rack, place in the host.
    Host(u32, u32),
    /// A switch chip among the trays of the rack.
    Tray(u32),
}

/// Where a wire runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Run {
    /// On the board of one host.
    Board,
    /// Within a rack.
    Rack(Post, Post),
    /// From rack to rack of the domain: accelerator racks, then switch racks.
    Racks(u32, u32),
    /// Between accelerator racks that follow each other, with the place in each.
    Beside([u32; 2], [Post; 2]),
    /// From rack to rack by way of an optical circuit switch in a third.
    Circuit(u32, u32, u32),
}

/// Links of one class of the topology that run alike.
#[derive(Debug)]
pub(crate) struct Strand {
    /// The class's name, with where it runs when the class is split: `in cube, in rack`.
    pub(crate) name: String,
    /// Index of the class in the summary.
    pub(crate) class: usize,
    pub(crate) ends: [End; 2],
    pub(crate) through_ocs: bool,
    /// Runs of one domain with their links.
    pub(crate) runs: Vec<(Run, u64)>,
}

impl Strand {
    /// Links of one domain.
    pub(crate) fn links(&self) -> u64 {
        self.runs.iter().map(|(_, links)| links).sum()
    }
}

/// A domain of any topology, wired.
#[derive(Debug)]
pub(crate) struct Wired {
    pub(crate) summary: Summary,
    pub(crate) strands: Vec<Strand>,
    /// Whether the switches of each kind all stand among accelerators.
    pub(crate) among_accelerators: Vec<bool>,
    /// Switches of the domain in racks of their own.
    pub(crate) own: u64,
    /// Most switch chips among the trays of one accelerator rack.
    pub(crate) chips_per_rack: u64,
}

/// Where a vertex stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Unknown,
    Board { rack: u32, host: u32 },
    Tray { rack: u32, chip: u32 },
    Own { rack: u32 },
}

/// Wires a domain.
///
/// # Model
/// Accelerators fill hosts and racks in the topology's order of places ([`Topology::place`]). A switch all of whose
/// accelerators sit in one host is on its board; in one rack, among its trays; any other stands in a rack of its own, in
/// the order of switches. Circuits go by optical circuit switches in turn.
///
/// # Errors
/// [`FabricError`] as [`Topology::summary`], and for a domain that does not fill whole racks or a part of one.
pub(crate) fn wire(topology: &Topology, filling: Filling) -> Result<Wired, FabricError> {
    let summary = topology.summary()?;
    let electrical = || summary.switches.iter().filter(|s| s.kind == SwitchKind::Electrical);
    let switches: u64 = electrical().map(|s| s.count).sum();
    let circuits: u64 = summary.switches.iter().map(|s| s.count).sum::<u64>() - switches;
    product("vertices of a domain", &[summary.endpoints + switches])?;
    let endpoint = |vertex: u32| {
        let place = topology.place(u64::from(vertex));
        let in_rack = place % filling.per_rack;
        let rack = (place / filling.per_rack) as u32;
        let (host, slot) = (in_rack / filling.per_host, in_rack % filling.per_host);
        (rack, host as u32, slot as u32)
    };
    let endpoints = summary.endpoints;
    let accelerator_racks = endpoints.div_ceil(filling.per_rack);

    let mut homes = vec![Home::Unknown; switches as usize];
    let mut meet = |switch: u32, (rack, host, _): (u32, u32, u32)| {
        let home = &mut homes[(u64::from(switch) - endpoints) as usize];
        *home = match *home {
            Home::Unknown => Home::Board { rack, host },
            Home::Board { rack: r, host: h } if (r, h) == (rack, host) => *home,
            Home::Board { rack: r, .. } | Home::Tray { rack: r, .. } if r == rack => {
                Home::Tray { rack, chip: 0 }
            }
            _ => Home::Own { rack: 0 },
        };
    };
    topology.shape().wires(&mut |wire: Wire| {
        let [a, b] = wire.ends;
        match [a, b].map(|v| u64::from(v) < endpoints) {
            [true, false] => meet(b, endpoint(a)),
            [false, true] => meet(a, endpoint(b)),
            _ => {}
        }
    })?;
    let mut chips = vec![0_u32; accelerator_racks as usize];
    let mut own = 0;
    let switch_rack = |n: u64| (accelerator_racks + n / filling.switches_per_rack) as u32;
    for home in &mut homes {
        match home {
            Home::Board { .. } => {}
            Home::Tray { rack, chip } => {
                let next = &mut chips[*rack as usize];
                *chip = *next;
                *next += 1;
            }
            Home::Unknown | Home::Own { .. } => {
                *home = Home::Own { rack: switch_rack(own) };
                own += 1;
            }
        }
    }

    let stands = |vertex: u32| match (u64::from(vertex)).checked_sub(endpoints) {
        None => Stands::Accelerator(endpoint(vertex)),
        Some(switch) => Stands::Switch(homes[switch as usize]),
    };
    let mut runs = vec![BTreeMap::<Run, u64>::new(); summary.links.len()];
    let mut circuit = 0_u64;
    topology.shape().wires(&mut |wire: Wire| {
        let class = usize::from(wire.class);
        let [a, b] = wire.ends.map(stands);
        let mut run = run(a, b);
        if let (Run::Racks(from, to), true) = (run, filling.through_sides) {
            let in_own = [from, to].iter().any(|rack| u64::from(*rack) >= accelerator_racks);
            if from.abs_diff(to) == 1 && !in_own {
                run = Run::Beside([from, to], [a.post(), b.post()]);
            }
        }
        if summary.links[class].through_ocs {
            let [from, to] = [a, b].map(Stands::rack);
            run = Run::Circuit(from, to, switch_rack(own + circuit % circuits.max(1)));
            circuit += 1;
        }
        *runs[class].entry(run).or_default() += u64::from(wire.links);
    })?;

    let mut strands = Vec::new();
    for (index, (class, runs)) in summary.links.iter().zip(runs).enumerate() {
        let layer = |name: &str| match electrical().position(|s| s.name == name) {
            None => End::Accelerator,
            Some(i) => End::Switch(i as u8 + 1),
        };
        let ends = class.ends.map(layer);
        let mut parts: [(&str, Vec<(Run, u64)>); 4] =
            ["on board", "in rack", "to the next rack", "between racks"].map(|p| (p, Vec::new()));
        for (run, links) in runs {
            let part = match run {
                Run::Board => 0,
                Run::Rack(..) => 1,
                Run::Beside(..) => 2,
                Run::Racks(..) | Run::Circuit(..) => 3,
            };
            parts[part].1.push((run, links));
        }
        let split = parts.iter().filter(|(_, runs)| !runs.is_empty()).count() > 1;
        for (place, runs) in parts {
            if runs.is_empty() {
                continue;
            }
            let name =
                if split { format!("{}, {place}", class.name) } else { class.name.to_owned() };
            strands.push(Strand { name, class: index, ends, through_ocs: class.through_ocs, runs });
        }
    }
    let mut first = 0;
    let among_accelerators = summary
        .switches
        .iter()
        .map(|kind| {
            if kind.kind == SwitchKind::OpticalCircuit {
                return false;
            }
            let of_kind = &homes[first as usize..(first + kind.count) as usize];
            first += kind.count;
            !of_kind.iter().any(|home| matches!(home, Home::Own { .. }))
        })
        .collect();
    Ok(Wired {
        summary,
        strands,
        among_accelerators,
        own: own + circuits,
        chips_per_rack: chips.into_iter().max().map_or(0, u64::from),
    })
}

/// A vertex in its rack.
#[derive(Debug, Clone, Copy)]
enum Stands {
    /// Rack, host, place in the host.
    Accelerator((u32, u32, u32)),
    Switch(Home),
}

impl Stands {
    const fn rack(self) -> u32 {
        match self {
            Self::Accelerator((rack, ..))
            | Self::Switch(
                Home::Board { rack, .. } | Home::Tray { rack, .. } | Home::Own { rack },
            ) => rack,
            Self::Switch(Home::Unknown) => 0,
        }
    }

    /// Its host, when it is on a board.
    const fn host(self) -> Option<u32> {
        match self {
            Self::Accelerator((_, host, _)) | Self::Switch(Home::Board { host, .. }) => Some(host),
            Self::Switch(_) => None,
        }
    }

    const fn post(self) -> Post {
        match self {
            Self::Accelerator((_, host, slot)) => Post::Host(host, slot),
            Self::Switch(Home::Board { host, .. }) => Post::Host(host, 0),
            Self::Switch(Home::Tray { chip, .. }) => Post::Tray(chip),
            Self::Switch(Home::Own { .. } | Home::Unknown) => Post::Tray(0),
        }
    }
}

fn run(a: Stands, b: Stands) -> Run {
    match (a.rack(), b.rack()) {
        (from, to) if from != to => Run::Racks(from, to),
        _ if a.host().is_some() && a.host() == b.host() => Run::Board,
        _ => Run::Rack(a.post(), b.post()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{FullMesh, OcsTorus, Torus};

    const NODE: Filling =
        Filling { per_host: 8, per_rack: 32, switches_per_rack: 8, through_sides: false };

    #[test]
    fn a_full_mesh_of_one_host_stays_on_its_board() {
        let mesh = Topology::FullMesh(FullMesh { endpoints: 8, trunk: 1 });
        let wired = wire(&mesh, NODE).unwrap();
        assert_eq!(wired.strands.len(), 1);
        assert_eq!(wired.strands[0].runs, [(Run::Board, 28)]);
        assert_eq!((wired.own, wired.chips_per_rack), (0, 0));
    }

    #[test]
    fn a_cube_fills_its_rack_and_its_faces_leave_by_circuits() {
        // TPU v4: racks of 64 chips are cubes of 4^3; 48 circuit switches.
        let dims = vec![8, 8, 8];
        let torus = OcsTorus { dims, side: 4, ocs_ports: 136, twisted: false };
        let racks = Filling { per_host: 4, per_rack: 64, switches_per_rack: 16, ..NODE };
        let wired = wire(&Topology::OcsTorus(torus), racks).unwrap();
        assert_eq!(wired.own, 48);
        let names: Vec<&str> = wired.strands.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["in cube, on board", "in cube, in rack", "between cubes"]);
        // 3 x 48 copper links in each of 8 cubes; 3 x 16 of light.
        let links: Vec<u64> = wired.strands.iter().map(Strand::links).collect();
        assert_eq!(links[0] + links[1], 8 * 144);
        assert_eq!(links[2], 8 * 48);
        for (run, _) in &wired.strands[2].runs {
            let Run::Circuit(from, to, by) = run else { panic!("{run:?}") };
            assert!(*from < 8 && *to < 8 && (8..11).contains(by));
        }
    }

    #[test]
    fn a_torus_over_racks_is_split_by_where_it_runs() {
        let torus = Torus { dims: vec![8, 8], wrap: Vec::new(), twisted: false };
        let wired = wire(&Topology::Torus(torus), NODE).unwrap();
        assert_eq!(wired.strands.iter().map(Strand::links).sum::<u64>(), 128);
        // Rows of 8 are hosts: the first dimension never leaves its board.
        let on_board = |s: &&Strand| s.runs.iter().all(|(run, _)| *run == Run::Board);
        assert_eq!(wired.strands.iter().filter(on_board).map(Strand::links).sum::<u64>(), 64);
    }
}
