//! Statistics of a list of numbers.

/// The arithmetic mean; `None` of an empty list.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The value below which the share `p` of an ascending list lies, with linear interpolation; `None` of an
/// empty list or unless `0 <= p <= 1`.
///
/// # Source
/// R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, definition 7 (the default of R and NumPy).
///
/// # Example
/// ```
/// assert_eq!(lightloom_num::quantile_of_sorted(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
/// ```
#[must_use]
pub fn quantile_of_sorted(ascending: &[f64], p: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let position = p * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    Some(ascending[below] + (position - below as f64) * (ascending[above] - ascending[below]))
}

/// A count as a number; exact below 2^32, which no slice here exceeds.
#[must_use]
pub fn to_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
