//! The worst year in twenty: quantiles over histories, without a law for them.

use crate::error::OperationsError;
use lightloom_num::{at_least, quantile_of_sorted};
use lightloom_units::Ratio;
use serde::Serialize;

/// A quantile over histories with its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct YearQuantile {
    /// Share of the histories below it.
    pub share: f64,
    /// The quantile.
    pub value: f64,
    /// Lower and upper end of its interval: order statistics; an end is `None` where there are too few histories to bound it.
    pub range: [Option<f64>; 2],
}

/// A quantile of some figures, in any order.
///
/// # Model
/// The interval is free of a law: the share of figures below the true quantile is binomial, so that the `l`-th and the `u`-th
/// smallest enclose it with at least the confidence, half of what is left on either side.
///
/// # Errors
/// Unless share and confidence lie strictly between 0 and 1.
pub(super) fn quantile(
    figures: &[f64],
    share: Ratio,
    confidence: Ratio,
) -> Result<Option<YearQuantile>, OperationsError> {
    let (p, outside) =
        (strictly("the share of years", share)?, 1.0 - strictly("the confidence", confidence)?);
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(value) = quantile_of_sorted(&sorted, p) else { return Ok(None) };
    let n = sorted.len() as u64;
    let tail = outside / 2.0;
    // Largest l with P(fewer than l below) <= tail, and smallest u with P(u or more below) <= tail.
    let (mut low, mut high) = (0, n + 1);
    let below = |k: u64| at_least(k, n, p).map(|reached| 1.0 - reached);
    while low < n && below(low + 1)? <= tail {
        low += 1;
    }
    while high > 1 && at_least(high - 1, n, p)? <= tail {
        high -= 1;
    }
    let at = |rank: u64| {
        let index = usize::try_from(rank.checked_sub(1)?).ok()?;
        sorted.get(index).copied()
    };
    Ok(Some(YearQuantile { share: p, value, range: [at(low), at(high)] }))
}

fn strictly(what: &str, share: Ratio) -> Result<f64, OperationsError> {
    let value = share.value();
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(crate::error::bad(what, "strictly between 0 and 100 %", &share.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightloom_num::Stream;

    #[test]
    fn intervals_hold_the_true_quantile_as_often_as_they_say() {
        // The fifth percentile of uniform numbers is 0.05.
        let mut held = 0;
        for trial in 0..400 {
            let mut stream = Stream::new(3, trial);
            let figures: Vec<f64> = (0..120).map(|_| stream.unit()).collect();
            let found = quantile(&figures, Ratio::new(0.05), Ratio::new(0.9)).unwrap().unwrap();
            let [low, high] = found.range;
            let above = low.is_none_or(|low| low <= 0.05);
            held += u32::from(above && high.is_some_and(|high| high >= 0.05));
        }
        // At least 90 %, and not much more: four standard deviations are 6 %.
        assert!((336..=400).contains(&held), "{held}");
    }

    #[test]
    fn few_histories_bound_nothing() {
        let few = quantile(&[0.9, 0.8], Ratio::new(0.05), Ratio::new(0.95)).unwrap().unwrap();
        assert_eq!(few.range[0], None);
        assert_eq!(quantile(&[], Ratio::new(0.5), Ratio::new(0.9)).unwrap(), None);
        for bad in [0.0, 1.0, f64::NAN] {
            assert!(quantile(&[1.0], Ratio::new(bad), Ratio::new(0.9)).is_err());
            assert!(quantile(&[1.0], Ratio::new(0.5), Ratio::new(bad)).is_err());
        }
    }
}
