//! Inside a rack: trays one above the other, and the lengths between them.

use crate::length::Tally;
use crate::wired::Post;
use lightloom_units::Length;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Trays of an accelerator rack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RackLayout {
    /// Height of a host (server or compute tray); `1 U` is 44.45 mm.
    pub host_height: Length,
    /// Scale-up switch chips in one switch tray.
    pub chips_per_switch_tray: u64,
    /// Height of a switch tray.
    pub switch_tray_height: Length,
}

/// A stack of trays for each scale-up group: hosts below and above, switch trays in the middle.
///
/// # Model
/// Tray centres from the heights; accelerators and chips evenly across the rack's width `w`: the `i`-th of
/// `n` at `w (i + 1/2) / n`. A cable in the backplane runs `|dz| + |dx|`.
///
/// # Validity
/// Horizontal trays. Blades that stand upright (Kyber) are wider than high; their cables are of the same
/// order. A group within one host has its switches on the same board, at the `board_run` of the hall.
#[derive(Debug)]
pub(crate) struct Stack {
    hosts: Vec<f64>,
    switch_trays: Vec<f64>,
    height: f64,
    width: f64,
}

/// Distance between two points, the `i`-th of `n` and the `j`-th of `m` across a rack.
fn across(width: f64, (i, n): (u64, u64), (j, m): (u64, u64)) -> f64 {
    let at = |i: u64, n: u64| width * (i as f64 + 0.5) / n as f64;
    (at(i, n) - at(j, m)).abs()
}

impl Stack {
    pub(crate) fn new(hosts: u64, chips: u64, layout: &RackLayout, width: f64) -> Self {
        let trays = chips.div_ceil(layout.chips_per_switch_tray);
        let below = hosts / 2;
        let mut top = 0.0;
        let mut place = |count: u64, height: Length| -> Vec<f64> {
            let place_one = |_| {
                top += height.as_m();
                top - height.as_m() / 2.0
            };
            (0..count).map(place_one).collect()
        };
        let mut host_places = place(below, layout.host_height);
        let switch_trays = place(trays, layout.switch_tray_height);
        host_places.extend(place(hosts - below, layout.host_height));
        Self { hosts: host_places, switch_trays, height: top, width }
    }

    /// Hosts of the stack.
    pub(crate) fn hosts(&self) -> u64 {
        self.hosts.len() as u64
    }

    /// Height of its trays, in metres.
    pub(crate) const fn height(&self) -> f64 {
        self.height
    }

    /// Height and place across the rack of a post, in metres; hosts and chips that the stack lacks stand on its top.
    fn at(&self, post: Post, (per_host, layout): (u64, &RackLayout)) -> (f64, f64) {
        let chips = layout.chips_per_switch_tray;
        let (height, (i, n)) = match post {
            Post::Host(host, slot) => (self.hosts.get(host as usize), (u64::from(slot), per_host)),
            Post::Tray(chip) => {
                let (tray, chip) = (u64::from(chip) / chips, u64::from(chip) % chips);
                (self.switch_trays.get(tray as usize), (chip, chips))
            }
        };
        (height.copied().unwrap_or(self.height), self.width * (i as f64 + 0.5) / n as f64)
    }

    /// Run between two posts of a rack that holds this stack, in metres.
    pub(crate) fn run(&self, posts: [Post; 2], layout: (u64, &RackLayout)) -> f64 {
        let [(za, xa), (zb, xb)] = posts.map(|post| self.at(post, layout));
        (za - zb).abs() + (xa - xb).abs()
    }

    /// Run between a post and one of an equal stack in the next rack, to the right or to the left, in metres.
    pub(crate) fn beside(
        &self,
        posts: [Post; 2],
        layout: (u64, &RackLayout),
        rightwards: bool,
    ) -> f64 {
        let [(za, xa), (zb, xb)] = posts.map(|post| self.at(post, layout));
        let along = if rightwards { xb - xa } else { xa - xb };
        (za - zb).abs() + self.width + along
    }

    /// No run inside is longer, in metres.
    pub(crate) fn longest(&self) -> f64 {
        self.height + self.width
    }

    /// Accelerator to switch chip, each host with each chip.
    pub(crate) fn tally_scale_up(
        &self,
        tally: &mut Tally,
        per_host: u64,
        layout: &RackLayout,
        stretch: f64,
    ) {
        let chips = layout.chips_per_switch_tray;
        for host in &self.hosts {
            for tray in &self.switch_trays {
                for i in 0..per_host {
                    for j in 0..chips {
                        let sideways = across(self.width, (i, per_host), (j, chips));
                        tally.add(((host - tray).abs() + sideways) * stretch, 1);
                    }
                }
            }
        }
    }

    /// Network interface in a host to a leaf switch on top of `stacks` such stacks, with this weight for
    /// each of `per_host` positions in each host.
    pub(crate) fn tally_top_of_rack(
        &self,
        tally: &mut Tally,
        stacks: u64,
        per_host: u64,
        weight: u64,
        stretch: f64,
    ) {
        let top = self.height * stacks as f64;
        for stack in 0..stacks {
            for host in &self.hosts {
                for i in 0..per_host {
                    let z = host + self.height * stack as f64;
                    let sideways = across(self.width, (i, per_host), (0, 1));
                    tally.add((top - z + sideways) * stretch, weight);
                }
            }
        }
    }
}
