//! The receiver's filters with least mean square error, within their limits.

use super::spec::{FeedForward, Feedback};
use lightloom_num::{Cholesky, dot};

/// What the filters are chosen for: a pulse sampled once a unit interval, and noise, both relative to the symbols.
#[derive(Debug)]
pub(crate) struct Task<'a> {
    /// Autocorrelation of pulse plus noise over the symbols' variance, at lags from zero.
    pub(crate) correlation: &'a [f64],
    /// The pulse, and where its cursor lies.
    pub(crate) pulse: &'a [f64],
    /// Index of the cursor.
    pub(crate) cursor: usize,
}

/// Filters and what they leave.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filters {
    /// Positions of the feed-forward taps, from the earliest.
    pub(crate) positions: Vec<usize>,
    /// Feed-forward weights, such that the cursor is one.
    pub(crate) forward: Vec<f64>,
    /// Feedback weights.
    pub(crate) feedback: Vec<f64>,
    /// Mean square error over the symbols' variance.
    pub(crate) error: f64,
}

/// Solves for filters, in memory that is kept from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Solver {
    /// Factor of the matrix with free feedback.
    free: Cholesky,
    /// Factor with feedback held at its limit.
    held: Cholesky,
    /// Tap positions of the present problem.
    positions: Vec<usize>,
    /// The pulse as each tap sees it at the cursor.
    cursor: Vec<f64>,
    /// The same at each feedback symbol.
    behind: Vec<Vec<f64>>,
    /// The former behind the inverse of the free factor's triangle.
    launched: Vec<f64>,
}

impl Task<'_> {
    /// The pulse as tap `position` sees it at a symbol `after` the cursor.
    fn seen(&self, position: usize, precursors: usize, after: usize) -> f64 {
        (self.cursor + precursors + after)
            .checked_sub(position)
            .and_then(|i| self.pulse.get(i))
            .copied()
            .unwrap_or(0.0)
    }

    fn correlated(&self, lag: usize) -> f64 {
        self.correlation.get(lag).copied().unwrap_or(0.0)
    }
}

impl Solver {
    /// Filters of least mean square error for the fixed taps, then clipped.
    ///
    /// # Model
    /// Minimise `w'R w + 1 + b'b - 2 w'h0 - 2 w'Hb'b` with `h0'w = 1`. With free feedback `b = Hb w`, so
    /// `w` follows from `R - Hb'Hb`; a feedback tap at its limit becomes a constant and `w` is solved again; then
    /// forward taps are clipped relative to the cursor tap and the cursor is made one.
    ///
    /// # Source
    /// P802.3dj D3.3, 178A-24 to 178A-36.
    pub(crate) fn solve(
        &mut self,
        task: &Task<'_>,
        forward: &FeedForward,
        limits: &[[f64; 2]],
    ) -> Option<Filters> {
        self.truncate(0, limits.len());
        self.place(0..forward.fixed, task, forward);
        self.filters(task, forward, limits)
    }

    /// Filters with floating groups placed one after the other where each helps most.
    ///
    /// # Source
    /// P802.3dj D3.3, 178A.1.8.1.
    pub(crate) fn solve_floating(
        &mut self,
        task: &Task<'_>,
        forward: &FeedForward,
        limits: &[[f64; 2]],
    ) -> Option<Filters> {
        let mut best = self.solve(task, forward, limits)?;
        let floating = &forward.floating;
        for _ in 0..floating.groups {
            let kept = self.positions.len();
            let starts = forward.fixed..=floating.span.saturating_sub(floating.taps);
            let mut groups: Vec<(f64, usize)> = Vec::new();
            for start in starts {
                let group = start..start + floating.taps;
                if self.positions.iter().any(|p| group.contains(p)) {
                    continue;
                }
                self.place(group, task, forward);
                groups.extend(self.least_error(task).map(|error| (error, start)));
                self.truncate(kept, limits.len());
            }
            // The promising first: those that could not win within no limits need not be tried within them.
            groups.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut placed: Option<(Filters, usize)> = None;
            for (least, start) in groups {
                if placed.as_ref().is_some_and(|(p, _)| p.error < least) {
                    break;
                }
                self.place(start..start + floating.taps, task, forward);
                if let Some(filters) = self.filters(task, forward, limits)
                    && placed.as_ref().is_none_or(|(p, at)| (filters.error, start) < (p.error, *at))
                {
                    placed = Some((filters, start));
                }
                self.truncate(kept, limits.len());
            }
            let Some((filters, start)) = placed else { break };
            self.place(start..start + floating.taps, task, forward);
            best = filters;
        }
        Some(best)
    }

    /// Error of the taps that are placed, without limits.
    ///
    /// # Model
    /// `1 / (h0' (R - Hb'Hb)^-1 h0)`; the triangle's part for taps that were there before is kept.
    fn least_error(&mut self, task: &Task<'_>) -> Option<f64> {
        let Self { free, positions, cursor, behind, launched, .. } = self;
        if !free.extend_to(positions.len(), without_feedback(task, positions, behind)) {
            return None;
        }
        let before = launched.len();
        launched.extend_from_slice(&cursor[before..]);
        free.forward(launched, before);
        Some(1.0 / dot(launched, launched) - 1.0)
    }

    fn truncate(&mut self, taps: usize, symbols: usize) {
        self.free.truncate(taps);
        self.held.truncate(taps);
        self.positions.truncate(taps);
        self.cursor.truncate(taps);
        self.launched.truncate(taps);
        self.behind.resize_with(symbols, Vec::new);
        for behind in &mut self.behind {
            behind.truncate(taps);
        }
    }

    fn place(&mut self, positions: std::ops::Range<usize>, task: &Task<'_>, forward: &FeedForward) {
        for position in positions {
            self.positions.push(position);
            self.cursor.push(task.seen(position, forward.precursors, 0));
            for (after, behind) in (1..).zip(&mut self.behind) {
                behind.push(task.seen(position, forward.precursors, after));
            }
        }
    }

    /// Filters for the taps that are placed.
    fn filters(
        &mut self,
        task: &Task<'_>,
        forward: &FeedForward,
        limits: &[[f64; 2]],
    ) -> Option<Filters> {
        let Self { free, held, positions, cursor: h0, behind, .. } = self;
        let n = positions.len();
        let r = |i: usize, j: usize| task.correlated(positions[i].abs_diff(positions[j]));
        let fed_back = |w: &[f64]| -> Vec<f64> { behind.iter().map(|h| dot(w, h)).collect() };
        let clip = |b: &[f64]| -> Vec<f64> {
            b.iter().zip(limits).map(|(b, [low, high])| b.clamp(*low, *high)).collect()
        };
        if !free.extend_to(n, without_feedback(task, positions, behind)) {
            return None;
        }
        let mut w = h0.clone();
        free.solve(&mut w);
        scale_to_unit_cursor(&mut w, h0)?;
        let wanted = fed_back(&w);
        let mut b = clip(&wanted);
        if b != wanted {
            if !held.extend_to(n, r) {
                return None;
            }
            let mut u = h0.clone();
            held.solve(&mut u);
            let mut v: Vec<f64> =
                (0..n).map(|i| b.iter().zip(behind.iter()).map(|(b, h)| b * h[i]).sum()).collect();
            held.solve(&mut v);
            let share = (1.0 - dot(h0, &v)) / dot(h0, &u);
            for (w, (u, v)) in w.iter_mut().zip(u.iter().zip(&v)) {
                *w = share * u + v;
            }
        }
        let centre = w.get(forward.precursors).copied()?;
        let mut clipped = false;
        for (i, (w, position)) in w.iter_mut().zip(positions.iter()).enumerate() {
            if i == forward.precursors {
                continue;
            }
            let limit =
                if *position < forward.fixed { forward.limit } else { forward.floating.limit };
            let bound = (limit * centre).abs();
            let limited = w.clamp(-bound, bound);
            clipped |= limited.to_bits() != w.to_bits();
            *w = limited;
        }
        if clipped {
            scale_to_unit_cursor(&mut w, h0)?;
            b = clip(&fed_back(&w));
        }
        let mut quadratic = 0.0;
        for i in 0..n {
            let below: f64 = w[..i].iter().enumerate().map(|(j, w)| r(i, j) * w).sum();
            quadratic += w[i] * (r(i, i) * w[i] + 2.0 * below);
        }
        let removed: f64 = fed_back(&w).iter().zip(&b).map(|(have, b)| b * (b - 2.0 * have)).sum();
        let error = quadratic + 1.0 - 2.0 * dot(&w, h0) + removed;
        (error > 0.0 && error.is_finite()).then(|| Filters {
            positions: positions.clone(),
            forward: w,
            feedback: b,
            error,
        })
    }
}

/// Elements of `R - Hb'Hb`.
fn without_feedback<'a>(
    task: &'a Task<'_>,
    positions: &'a [usize],
    behind: &'a [Vec<f64>],
) -> impl Fn(usize, usize) -> f64 + 'a {
    move |i, j| {
        let r = task.correlated(positions[i].abs_diff(positions[j]));
        behind.iter().fold(r, |rest, h| rest - h[i] * h[j])
    }
}

fn scale_to_unit_cursor(w: &mut [f64], h0: &[f64]) -> Option<()> {
    let cursor = dot(w, h0);
    if !(cursor.abs() > 1e-300 && cursor.is_finite()) {
        return None;
    }
    for w in w {
        *w /= cursor;
    }
    Some(())
}

/// Feedback weights of Annex 93A for a sampled pulse, by position from one: fixed taps, then floating groups where
/// they remove most, then the limit on the tail's root sum of squares.
///
/// # Source
/// 93A-26 for the fixed taps; 802.3ck-2022, 93A.1.6 for floating groups and tail.
pub(crate) fn decision_feedback(pulse: &[f64], cursor: usize, dfe: &Feedback) -> Vec<f64> {
    let h0 = pulse.get(cursor).copied().unwrap_or(0.0);
    let relative = |n: usize| pulse.get(cursor + n).map_or(0.0, |h| h / h0);
    let floating = &dfe.floating;
    let fixed = dfe.limits.len();
    let mut taps: Vec<f64> = dfe
        .limits
        .iter()
        .enumerate()
        .map(|(i, [low, high])| relative(i + 1).clamp(*low, *high))
        .collect();
    if floating.groups == 0 || floating.taps == 0 || floating.span <= fixed {
        return taps;
    }
    taps.resize(floating.span, 0.0);
    let limited = |n: usize| relative(n).clamp(-floating.limit, floating.limit);
    // What a tap takes from the sum of squares: r² - (r - b)².
    let removed = |n: usize| {
        let (r, b) = (relative(n), limited(n));
        b * (2.0 * r - b)
    };
    let mut used = vec![false; floating.span + 1];
    for _ in 0..floating.groups {
        let mut best: Option<(usize, f64)> = None;
        for start in fixed + 1..=(floating.span + 1).saturating_sub(floating.taps) {
            let group = start..start + floating.taps;
            if group.clone().any(|n| used[n]) {
                continue;
            }
            let gain: f64 = group.map(removed).sum();
            if best.is_none_or(|b| gain > b.1) {
                best = Some((start, gain));
            }
        }
        let Some((start, _)) = best else { break };
        for n in start..start + floating.taps {
            used[n] = true;
            taps[n - 1] = limited(n);
        }
    }
    if dfe.tail_start > 0 && dfe.tail_start <= taps.len() {
        let tail = &mut taps[dfe.tail_start - 1..];
        let size = dot(tail, tail).sqrt();
        if size > dfe.tail_limit {
            for tap in tail {
                *tap *= dfe.tail_limit / size;
            }
        }
    }
    taps
}

/// Residual interference after feedback, relative weights as given, absolute as the pulse.
pub(crate) fn residual(pulse: &[f64], cursor: usize, feedback: &[f64]) -> Vec<f64> {
    let mut rest = pulse.to_vec();
    let h0 = rest.get(cursor).copied().unwrap_or(0.0);
    if let Some(h) = rest.get_mut(cursor) {
        *h = 0.0;
    }
    for (h, b) in rest.iter_mut().skip(cursor + 1).zip(feedback) {
        *h -= b * h0;
    }
    rest
}

/// The sampling index by the Mueller-Müller condition, within a unit interval of the peak.
///
/// # Model
/// `h(t - T) = h(t + T) - b1 h(t)` with `b1` the first feedback tap within its limits; the index where both sides differ
/// least.
///
/// # Source
/// 93A-25, 93A-26.
pub(crate) fn mueller_muller(
    sample: impl Fn(usize) -> f64,
    peak: usize,
    samples_per_ui: usize,
    first_limit: Option<[f64; 2]>,
) -> usize {
    let m = samples_per_ui;
    (peak.saturating_sub(m).max(m)..peak + m)
        .filter_map(|t| {
            let h = sample(t);
            let after = sample(t + m);
            let b = first_limit.map_or(0.0, |[low, high]| (after / h).clamp(low, high));
            (h > 0.0).then(|| (t, (sample(t - m) - (after - b * h)).abs()))
        })
        .fold((peak, f64::INFINITY), |best, next| if next.1 < best.1 { next } else { best })
        .0
}
