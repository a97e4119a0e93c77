//! Axes and labels of figures.

/// Round values from zero to at least `most`, about `wanted` of them.
pub(crate) fn ticks(most: f64, wanted: f64) -> Vec<f64> {
    let step = step(most / wanted);
    let mut out = vec![0.0];
    let mut n = 1.0;
    while n * step <= most * 1.001 && out.len() < 40 {
        out.push(n * step);
        n += 1.0;
    }
    out
}

/// Round values within a range, about `wanted` of them.
pub(crate) fn ticks_between(low: f64, high: f64, wanted: f64) -> Vec<f64> {
    let step = step((high - low) / wanted);
    let first = libm::ceil(low / step - 1e-3);
    let at = |n: u32| (first + f64::from(n)) * step;
    (0..40).map(at).take_while(|x| *x <= high + step * 1e-3).collect()
}

/// The least of 1, 2, 2.5, 5 times a power of ten that is no smaller than `raw`; one for what is no step.
pub(crate) fn step(raw: f64) -> f64 {
    if !raw.is_finite() || raw <= 0.0 {
        return 1.0;
    }
    let base = libm::pow(10.0, libm::floor(libm::log10(raw)));
    let fit = [1.0, 2.0, 2.5, 5.0].into_iter().find(|m| m * base >= raw * 0.999);
    fit.unwrap_or(10.0) * base
}

/// Moves positions apart so that neighbours stand `gap` from each other within `low..high`, in the order in which they
/// stood, each as near as may be to where it was.
pub(crate) fn spread(at: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..at.len()).collect();
    order.sort_by(|&a, &b| at[a].total_cmp(&at[b]).then(a.cmp(&b)));
    let mut out = at.to_vec();
    // Blocks of touching labels: the mean of where they would stand, and how many; each within the bounds before it is
    // held against the one before it, else what the bounds move would come to lie on others.
    let within = |(centre, n): (f64, usize)| {
        let half = n as f64 * gap / 2.0;
        (centre.min(high - half + gap / 2.0).max(low + half - gap / 2.0), n)
    };
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for &i in &order {
        let mut block = within((at[i], 1));
        while let Some(&(centre, n)) = blocks.last() {
            let room = (n + block.1) as f64 * gap / 2.0;
            if block.0 - centre >= room {
                break;
            }
            blocks.pop();
            let sum = centre * n as f64 + block.0 * block.1 as f64;
            block = within((sum / (n + block.1) as f64, n + block.1));
        }
        blocks.push(block);
    }
    let mut places = order.iter();
    for (centre, n) in blocks {
        for k in 0..n {
            if let Some(&i) = places.next() {
                out[i] = centre + (k as f64 - (n as f64 - 1.0) / 2.0) * gap;
            }
        }
    }
    out
}

/// A coordinate in a drawing; zero for what is no number.
pub(crate) fn c(x: f64) -> String {
    let text = format!("{:.1}", if x.is_finite() { x } else { 0.0 });
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A share of a width, `part` of `whole`, in percent for a style; zero for what is no number.
pub(crate) fn percent(part: f64, whole: f64) -> String {
    let share = part / whole * 100.0;
    format!("{:.2}%", if share.is_finite() { share } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(23.0, 5.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(0.9, 3.0).len(), 2);
        assert_eq!(ticks(0.0, 4.0), [0.0]);
        assert_eq!(ticks(f64::NAN, 4.0), [0.0]);
    }

    #[test]
    fn ticks_of_a_range_are_round_and_within_it() {
        assert_eq!(ticks_between(-7.0, 12.0, 4.0), [-5.0, 0.0, 5.0, 10.0]);
        assert_eq!(ticks_between(-0.2, 0.2, 4.0), [-0.2, -0.1, 0.0, 0.1, 0.2]);
        assert!(ticks_between(f64::NAN, 1.0, 4.0).is_empty());
    }

    #[test]
    fn labels_are_spread_in_order_and_within_bounds() {
        let out = spread(&[10.0, 11.0, 50.0, 12.0, 99.0, 99.0], 10.0, 0.0, 100.0);
        let mut sorted = out.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 10.0 - 1e-9), "{out:?}");
        assert!(out.iter().all(|&y| (0.0..=100.0).contains(&y)), "{out:?}");
        assert!(out[0] < out[1] && out[1] < out[3] && out[3] < out[2]);
        assert!((out[2] - 50.0).abs() < 1e-9);
        // What the upper bound moves makes the others give way.
        let mut out = spread(&[83.0, 99.0, 99.0, 150.0], 10.0, 0.0, 100.0);
        out.sort_by(f64::total_cmp);
        assert!(out.windows(2).all(|w| w[1] - w[0] >= 10.0 - 1e-9), "{out:?}");
    }
}
