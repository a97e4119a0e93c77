//! Which accelerators stand still: stretches of the row of all accelerators, which may overlap.

/// A stretch of the row of all accelerators, in accelerators from its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Stretch {
    /// The block of `size` accelerators in which the component at a share of the row lies; the row is cut into as many
    /// equal blocks as fit.
    pub(super) fn block(share: f64, size: f64, row: f64) -> Self {
        let blocks = (row / size).floor().max(1.0);
        let from = (share * blocks).floor().min(blocks - 1.0) * size;
        Self { from, to: (from + size).min(row) }
    }

    pub(super) fn length(self) -> f64 {
        (self.to - self.from).max(0.0)
    }

    fn meets(self, other: Self) -> bool {
        self.to.min(other.to) > self.from.max(other.from)
    }

    pub(super) fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// Stretches that stand still now.
#[derive(Debug, Default)]
pub(super) struct Stops {
    all: Vec<(u64, Stretch)>,
    entered: u64,
    /// Work space of [`Self::covered`].
    parts: Vec<Stretch>,
}

/// Name of a stop.
pub(super) type StopId = u64;

impl Stops {
    /// Stops a stretch; also says how many accelerators of it ran until now.
    pub(super) fn begin(&mut self, stretch: Stretch) -> (StopId, f64) {
        let stopped_anew = stretch.length() - self.covered(stretch);
        let id = self.entered;
        self.entered += 1;
        self.all.push((id, stretch));
        (id, stopped_anew)
    }

    /// Ends a stop; says which stretch it was and how many accelerators of it run from now on.
    pub(super) fn end(&mut self, id: StopId) -> Option<(Stretch, f64)> {
        let position = self.all.iter().position(|(known, _)| *known == id)?;
        let (_, stretch) = self.all.swap_remove(position);
        Some((stretch, stretch.length() - self.covered(stretch)))
    }

    /// Accelerators of a stretch that stand still.
    pub(super) fn covered(&mut self, stretch: Stretch) -> f64 {
        let mut overlaps = self.all.iter().filter(|(_, stop)| stop.meets(stretch));
        // Mostly none or one.
        let Some((_, first)) = overlaps.next() else { return 0.0 };
        let Some((_, second)) = overlaps.next() else { return first.within(stretch).length() };
        self.parts.clear();
        self.parts.extend([first.within(stretch), second.within(stretch)]);
        self.parts.extend(overlaps.map(|(_, stop)| stop.within(stretch)));
        match self.parts.as_mut_slice() {
            [] => 0.0,
            [one] => one.length(),
            many => {
                many.sort_by(|a, b| a.from.total_cmp(&b.from));
                let (mut length, mut reached) = (0.0, f64::NEG_INFINITY);
                for part in many {
                    length += (part.to - part.from.max(reached)).max(0.0);
                    reached = reached.max(part.to);
                }
                length
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a row of flags, one for each accelerator.
        #[test]
        fn what_stands_still_is_counted_once(
            steps in prop::collection::vec((0u32..40, 1u32..20, any::<bool>()), 1..60)
        ) {
            let mut stops = Stops::default();
            let (mut live, mut total) = (Vec::new(), 0.0);
            for (from, length, begins) in steps {
                if begins || live.is_empty() {
                    let to = from + length;
                    let stretch = Stretch { from: f64::from(from), to: f64::from(to) };
                    let (id, anew) = stops.begin(stretch);
                    total += anew;
                    live.push((id, from, to));
                } else {
                    let (id, ..) = live.swap_remove(from as usize % live.len());
                    total -= stops.end(id).map_or(f64::NAN, |(_, freed)| freed);
                }
                let counted = (0..60).filter(|k| live.iter().any(|(_, a, b)| (a..b).contains(&k)));
                prop_assert!((total - counted.count() as f64).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn blocks_fill_the_row() {
        for share in [0.0, 0.3, 0.999_999] {
            let block = Stretch::block(share, 72.0, 4608.0);
            assert!(block.from % 72.0 < 1e-9 && block.to <= 4608.0);
            assert!((block.length() - 72.0).abs() < 1e-9);
        }
        assert_eq!(Stretch::block(0.9, 100.0, 60.0), Stretch { from: 0.0, to: 60.0 });
    }
}
