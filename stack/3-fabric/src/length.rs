//! Lengths of many links: their statistics and histogram, from a weighted tally.

use lightloom_units::{Length, Ratio};
use serde::Serialize;

/// Routed lengths of the links of one class, equipment to equipment, with slack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lengths {
    /// Shortest.
    pub min: Length,
    /// Mean.
    pub mean: Length,
    /// Half of the links are no longer.
    pub p50: Length,
    /// 95 % of the links are no longer.
    pub p95: Length,
    /// Longest.
    pub max: Length,
    /// Links by length.
    pub histogram: Histogram,
}

/// Links in bins of equal width; the counts add up to all links.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub start: Length,
    /// Width of a bin.
    pub width: Length,
    /// Links in each bin.
    pub links: Vec<u64>,
}

impl Lengths {
    /// Share of the links that are no longer than `reach`; within a bin, by proportion.
    #[must_use]
    pub fn share_within(&self, reach: Length) -> Ratio {
        if reach >= self.max {
            return Ratio::new(1.0);
        }
        if reach < self.min {
            return Ratio::new(0.0);
        }
        let total: u64 = self.histogram.links.iter().sum();
        let position = (reach - self.histogram.start) / self.histogram.width;
        let within =
            |(i, links): (usize, &u64)| (position - i as f64).clamp(0.0, 1.0) * *links as f64;
        let share = self.histogram.links.iter().enumerate().map(within).sum::<f64>() / total as f64;
        Ratio::new(share)
    }
}

/// Bins of the finished histogram, at most.
const BINS: f64 = 100.0;

/// Bins of the tally: quantiles are exact to this share of the longest length.
const FINE_BINS: f64 = 100_000.0;

/// Collects lengths with weights: links, or anything proportional to links.
#[derive(Debug)]
pub(crate) struct Tally {
    step: f64,
    bins: Vec<u64>,
    total: u64,
    sum: f64,
    min: f64,
    max: f64,
}

impl Tally {
    /// For lengths up to about `longest` metres, kept to a centimetre where that is possible.
    pub(crate) fn up_to(longest: f64) -> Self {
        let step = (longest / FINE_BINS).max(0.01);
        Self { step, bins: Vec::new(), total: 0, sum: 0.0, min: f64::INFINITY, max: 0.0 }
    }

    /// Adds a length in metres.
    pub(crate) fn add(&mut self, length: f64, weight: u64) {
        if weight == 0 {
            return;
        }
        let bin = (length / self.step) as usize;
        if bin >= self.bins.len() {
            self.bins.resize(bin + 1, 0);
        }
        self.bins[bin] += weight;
        self.total += weight;
        self.sum += length * weight as f64;
        self.min = self.min.min(length);
        self.max = self.max.max(length);
    }

    /// All weights.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// The statistics, scaled to so many links; `None` when nothing was added.
    pub(crate) fn finish(&self, links: u64) -> Option<Lengths> {
        if self.total == 0 {
            return None;
        }
        let width = nice((self.max - self.min) / (BINS - 1.0)).max(self.step);
        let start = (self.min / width).floor() * width;
        let bins = ((self.max - start) / width).floor() as usize + 1;
        let mut weights = vec![0_u64; bins];
        for (i, weight) in self.bins.iter().enumerate().filter(|(_, w)| **w > 0) {
            let middle = ((i as f64 + 0.5) * self.step).clamp(self.min, self.max);
            weights[(((middle - start) / width) as usize).min(bins - 1)] += weight;
        }
        // Rounding the running sum keeps the total exact.
        let (mut before, mut seen) = (0, 0_u128);
        let counts = weights.iter().map(|weight| {
            seen += u128::from(*weight);
            let upto = (seen * u128::from(links) / u128::from(self.total)) as u64;
            let count = upto - before;
            before = upto;
            count
        });
        Some(Lengths {
            min: Length::m(self.min),
            // The sum's rounding must not carry the mean out of the range.
            mean: Length::m((self.sum / self.total as f64).clamp(self.min, self.max)),
            p50: self.quantile(0.5),
            p95: self.quantile(0.95),
            max: Length::m(self.max),
            histogram: Histogram {
                start: Length::m(start),
                width: Length::m(width),
                links: counts.collect(),
            },
        })
    }

    fn quantile(&self, share: f64) -> Length {
        let wanted = share * self.total as f64;
        let mut seen = 0;
        let bin = self.bins.iter().position(|weight| {
            seen += weight;
            seen as f64 >= wanted
        });
        let middle = (bin.unwrap_or(0) as f64 + 0.5) * self.step;
        Length::m(middle.clamp(self.min, self.max))
    }
}

/// The next of 1, 2, 5, 10, 20, 50 ... centimetres.
fn nice(width: f64) -> f64 {
    let mut decade = 0.01;
    loop {
        for step in [1.0, 2.0, 5.0] {
            if decade * step >= width {
                return decade * step;
            }
        }
        decade *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_three_lengths() {
        let mut tally = Tally::up_to(100.0);
        for (length, weight) in [(2.0, 1), (4.0, 2), (10.0, 1)] {
            tally.add(length, weight);
        }
        let lengths = tally.finish(400).unwrap();
        assert_eq!((lengths.min, lengths.max), (Length::m(2.0), Length::m(10.0)));
        assert!((lengths.mean.as_m() - 5.0).abs() < 1e-12);
        assert!((lengths.p50.as_m() - 4.0).abs() < 0.01);
        assert!((lengths.p95.as_m() - 10.0).abs() < 0.01);
        assert_eq!(lengths.histogram.links.iter().sum::<u64>(), 400);
        assert!((lengths.share_within(Length::m(5.0)).value() - 0.75).abs() < 1e-12);
        assert!(lengths.share_within(Length::m(1.9)).value().abs() < 1e-12);
        assert!((lengths.share_within(Length::m(10.0)).value() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn counts_that_do_not_scale_evenly_still_add_up() {
        let mut tally = Tally::up_to(10.0);
        for i in 0..7 {
            tally.add(f64::from(i), 3);
        }
        assert_eq!(tally.finish(1_000).unwrap().histogram.links.iter().sum::<u64>(), 1_000);
        assert!(Tally::up_to(1.0).finish(1).is_none());
    }
}
