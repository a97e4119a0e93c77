//! Lengths of many links: their statistics and histogram, from a weighted tally.

use lightloom_units::{Length, Ratio};
use serde::Serialize;
use std::sync::Arc;

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
    /// What it was collected from, to be split.
    #[serde(skip)]
    fine: Arc<[Bin]>,
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
    /// Links that are all of one length.
    #[must_use]
    pub fn all_of(length: Length, links: u64) -> Self {
        let metres = length.as_m();
        let (weight, sum) = (links, metres * links as f64);
        let bin = Bin { middle: metres, weight, sum, min: metres, max: metres };
        let histogram =
            Histogram { start: length, width: Length::m(NARROWEST), links: vec![links] };
        let [min, mean, p50, p95, max] = [length; 5];
        Self { min, mean, p50, p95, max, histogram, fine: Arc::new([bin]) }
    }

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

    /// The lengths of the links that are no longer than `reach`, and of those beyond, with how many of `links` each has.
    /// `None` where one of the two has none.
    ///
    /// # Model
    /// Lengths are kept to a centimetre where the hall allows it. What shares a centimetre with `reach` and exceeds it is
    /// beyond, so that the first part is never longer than `reach`. The two counts add up to `links`.
    #[must_use]
    pub fn split_at(&self, reach: Length, links: u64) -> Option<[(Self, u64); 2]> {
        let upto = self.fine.partition_point(|bin| bin.max <= reach.as_m());
        let (within, beyond) = self.fine.split_at(upto);
        let weight = |bins: &[Bin]| bins.iter().map(|b| u128::from(b.weight)).sum::<u128>();
        let (short, long) = (weight(within), weight(beyond));
        let share = short * u128::from(links) / (short + long).max(1);
        let short = u64::try_from(share).ok().filter(|n| *n > 0)?;
        let long = links.checked_sub(short).filter(|n| *n > 0)?;
        let part = |bins: &[Bin], links| {
            let sum = bins.iter().map(|bin| bin.sum).sum();
            Some((summarise(bins.into(), sum, NARROWEST, links)?, links))
        };
        Some([part(within, short)?, part(beyond, long)?])
    }
}

/// Bins of the finished histogram, at most.
const BINS: f64 = 100.0;

/// Narrowest bin of the tally, metres.
const NARROWEST: f64 = 0.01;

/// Bins of the tally: quantiles are exact to this share of the longest length.
const FINE_BINS: f64 = 100_000.0;

/// Lengths that share a step of the tally.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bin {
    middle: f64,
    weight: u64,
    sum: f64,
    min: f64,
    max: f64,
}

impl Bin {
    const EMPTY: Self =
        Self { middle: 0.0, weight: 0, sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY };
}

/// Collects lengths with weights: links, or anything proportional to links.
#[derive(Debug)]
pub(crate) struct Tally {
    step: f64,
    bins: Vec<Bin>,
    total: u64,
    sum: f64,
}

impl Tally {
    /// For lengths up to about `longest` metres, kept to a centimetre where that is possible.
    pub(crate) fn up_to(longest: f64) -> Self {
        let step = (longest / FINE_BINS).max(NARROWEST);
        Self { step, bins: Vec::new(), total: 0, sum: 0.0 }
    }

    /// Adds a length in metres.
    pub(crate) fn add(&mut self, length: f64, weight: u64) {
        if weight == 0 {
            return;
        }
        let bin = (length / self.step) as usize;
        if bin >= self.bins.len() {
            self.bins.resize(bin + 1, Bin::EMPTY);
        }
        let part = length * weight as f64;
        let bin = &mut self.bins[bin];
        bin.weight += weight;
        bin.sum += part;
        bin.min = bin.min.min(length);
        bin.max = bin.max.max(length);
        self.total += weight;
        self.sum += part;
    }

    /// All weights.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }

    /// The statistics, scaled to so many links; `None` when nothing was added.
    pub(crate) fn finish(&self, links: u64) -> Option<Lengths> {
        let middle = |i: usize| (i as f64 + 0.5) * self.step;
        let filled = self.bins.iter().enumerate().filter(|(_, bin)| bin.weight > 0);
        let fine: Vec<Bin> = filled.map(|(i, bin)| Bin { middle: middle(i), ..*bin }).collect();
        summarise(fine.into(), self.sum, self.step, links)
    }
}

/// Statistics of bins in order of length, in a histogram whose bins are no narrower than `narrowest`.
fn summarise(fine: Arc<[Bin]>, sum: f64, narrowest: f64, links: u64) -> Option<Lengths> {
    let (min, max) = (fine.first()?.min, fine.last()?.max);
    let total: u128 = fine.iter().map(|bin| u128::from(bin.weight)).sum();
    let width = nice((max - min) / (BINS - 1.0)).max(narrowest);
    let start = (min / width).floor() * width;
    let bins = ((max - start) / width).floor() as usize + 1;
    let mut weights = vec![0_u64; bins];
    for bin in &*fine {
        let middle = bin.middle.clamp(min, max);
        weights[(((middle - start) / width) as usize).min(bins - 1)] += bin.weight;
    }
    // Rounding the running sum keeps the total exact.
    let (mut before, mut seen) = (0, 0_u128);
    let counts = weights.iter().map(|weight| {
        seen += u128::from(*weight);
        let upto = (seen * u128::from(links) / total) as u64;
        let count = upto - before;
        before = upto;
        count
    });
    let quantile = |share: f64| {
        let wanted = share * total as f64;
        let mut seen = 0_u128;
        let bin = fine.iter().find(|bin| {
            seen += u128::from(bin.weight);
            seen as f64 >= wanted
        });
        Length::m(bin.map_or(max, |bin| bin.middle).clamp(min, max))
    };
    Some(Lengths {
        min: Length::m(min),
        // The sum's rounding must not carry the mean out of the range.
        mean: Length::m((sum / total as f64).clamp(min, max)),
        p50: quantile(0.5),
        p95: quantile(0.95),
        max: Length::m(max),
        histogram: Histogram {
            start: Length::m(start),
            width: Length::m(width),
            links: counts.collect(),
        },
        fine,
    })
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
    fn parts_of_a_split_add_up() {
        let mut tally = Tally::up_to(100.0);
        for (length, weight) in [(2.0, 1), (4.0, 2), (10.0, 1), (30.0, 3)] {
            tally.add(length, weight);
        }
        let whole = tally.finish(700).unwrap();
        let [(short, few), (long, many)] = whole.split_at(Length::m(4.0), 700).unwrap();
        assert_eq!((few, many), (300, 400));
        assert_eq!((short.max, long.min), (Length::m(4.0), Length::m(10.0)));
        assert!((short.mean.as_m() - 10.0 / 3.0).abs() < 1e-12);
        assert!((long.mean.as_m() - 25.0).abs() < 1e-12);
        for (part, links) in [(&short, few), (&long, many)] {
            assert_eq!(part.histogram.links.iter().sum::<u64>(), links);
        }
        assert!(whole.split_at(Length::m(1.9), 700).is_none());
        assert!(whole.split_at(Length::m(30.0), 700).is_none());
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
