//! Ranks placed on tiers.

use super::tier::{Library, MAX_TIERS, NetworkTier};

/// Ranks placed on the tiers.
///
/// Ranks `0, stride, 2 stride, ...` in rank order, packed into domains: as many as divide the group evenly
/// and fit. A domain of 72 holds 64 of a group of 128, and the rest of it is left to others.
///
/// Placing does what does not depend on the message: a placed group then costs operations in tens of nanoseconds.
#[derive(Debug, Clone, Copy)]
pub struct Group<'t> {
    tiers: &'t [NetworkTier],
    levels: [Level; MAX_TIERS],
    used: usize,
    size: f64,
    /// Seconds of a collective that does nothing, by the innermost tier's library.
    pub(super) launch: f64,
    /// Seconds that a rank takes to copy its own part, for a byte of the vector, by protocol.
    pub(super) copy: [f64; 2],
}

/// A tier that a group uses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    /// Index of the tier in the network.
    pub tier: usize,
    /// Members in one instance of the tier inside, which send over this tier side by side.
    pub inner: f64,
    /// Rails that the library drives over this tier for them: at most as many.
    pub rails: f64,
    /// Instances of the tier inside that this one joins.
    pub joined: f64,
    /// Doublings of these: depth of a tree over them.
    pub depth: f64,
    /// Seconds for a byte at line rate.
    pub byte: f64,
    /// Seconds for a byte that goes anywhere: at line rate, but on a torus, where it passes others.
    pub exchange: f64,
    /// Seconds for a byte to one neighbour.
    pub neighbour: f64,
    /// Steps of a pass where they are not one for each rank: rings of a torus run at once.
    pub steps: Option<f64>,
    /// Hardware latency, seconds.
    pub latency: f64,
    /// Seconds for a byte of a ring, by protocol.
    pub ring: [f64; 2],
    /// Seconds of a step to the next rank in the low-latency protocol, and least seconds of one in the other.
    pub step: [f64; 2],
    /// Seconds of a step up or down a tree.
    pub climb: f64,
    /// Twice the root of a chunk's overhead in seconds.
    pub chunk: f64,
}

impl Level {
    fn new(index: usize, tier: &NetworkTier, inner: f64, joined: f64) -> Self {
        let library = &tier.library;
        let (byte, latency) = (1.0 / tier.bandwidth.as_bytes_per_s(), tier.latency.as_s());
        let ring = byte / library.bandwidth.value();
        Self {
            tier: index,
            inner,
            rails: inner.min(library.rails),
            joined,
            depth: log2(joined),
            byte,
            exchange: byte,
            neighbour: byte,
            steps: None,
            latency,
            ring: [ring / library.low_latency.value(), ring],
            step: [library.hop.as_s() + latency, library.step.as_s() + latency],
            climb: library.tree_hop.as_s() + latency,
            chunk: 2.0 * library.chunk.as_s().sqrt(),
        }
    }
}

impl<'t> Group<'t> {
    /// Places `size` ranks that are `stride` apart. The tiers must have passed [`super::check_tiers`]; a group beyond
    /// the last tier is placed on it as if it were larger.
    #[must_use]
    pub fn place(tiers: &'t [NetworkTier], size: u64, stride: u64) -> Self {
        let (size, stride) = (size.max(1), stride.max(1));
        let mut levels = [Level::default(); MAX_TIERS];
        let (mut used, mut inner) = (0, 1);
        let tiers = tiers.get(..MAX_TIERS).unwrap_or(tiers);
        for (i, tier) in tiers.iter().enumerate() {
            let outer = if i + 1 == tiers.len() {
                size
            } else {
                largest_share(size, (tier.size / stride).max(1), inner)
            };
            if outer <= inner {
                continue;
            }
            if let Some(slot) = levels.get_mut(used) {
                let level = Level::new(i, tier, inner as f64, outer as f64 / inner as f64);
                *slot = match &tier.torus {
                    // Inside it are no other tiers: the first level of any group that uses it.
                    Some(dimensions) => level.on_torus(dimensions, outer / inner, stride * inner),
                    None => level,
                };
                used += 1;
            }
            inner = outer;
        }
        let size = size as f64;
        // Without a level nothing is sent and nothing is read of these.
        let library = levels.first().and_then(|l| tiers.get(l.tier)).map(|t| &t.library);
        let (launch, copy) = library.map_or((0.0, 0.0), |l| {
            let copy = 1.0 / (size * l.copy.as_bytes_per_s());
            (l.launch.as_s(), copy)
        });
        let low = library.map_or(1.0, |l| l.low_latency.value());
        Self { tiers, levels, used, size, launch, copy: [copy / low, copy] }
    }

    /// Number of ranks.
    #[must_use]
    pub const fn size(&self) -> f64 {
        self.size
    }

    /// The tiers that the group was placed on.
    #[must_use]
    pub const fn tiers(&self) -> &'t [NetworkTier] {
        self.tiers
    }

    /// How it lies: for each tier that it uses, innermost first, the tier's position and how many of the instances
    /// inside it joins there: `(0, 8), (1, 4)` for 32 ranks over four boxes.
    pub fn spread(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.levels().iter().map(|level| (level.tier, level.joined))
    }

    /// The tiers that it uses, innermost first; none for a group of one.
    pub(super) fn levels(&self) -> &[Level] {
        self.levels.get(..self.used).unwrap_or_default()
    }

    /// Whether one of its tiers is a torus, which has no switches to climb.
    pub(super) fn has_torus(&self) -> bool {
        self.levels().iter().any(|level| level.steps.is_some())
    }

    /// Whether the group leaves its innermost tier.
    #[must_use]
    pub const fn crosses(&self) -> bool {
        self.used > 1
    }

    pub(super) fn library(&self, level: &Level) -> &'t Library {
        // A level's index comes from the tiers themselves; without tiers there is no level.
        self.tiers.get(level.tier).map_or(&Library::IDEAL, |t| &t.library)
    }
}

/// Most groups are powers of two, of which the logarithm is a count.
fn log2(members: f64) -> f64 {
    let whole = members as u64;
    if whole.is_power_of_two() && whole as f64 >= members {
        f64::from(whole.trailing_zeros())
    } else {
        libm::log2(members)
    }
}

/// Largest divisor of `size` that is a multiple of `inner` and at most `limit`.
fn largest_share(size: u64, limit: u64, inner: u64) -> u64 {
    // Few quotients have to be tried, where a divisor may be far below the limit.
    let quotients = size.div_ceil(limit)..=size / inner;
    let share =
        |q: u64| (size.is_multiple_of(q) && (size / q).is_multiple_of(inner)).then(|| size / q);
    quotients.filter_map(share).next().unwrap_or(inner)
}
