//! A channel of a file on the bins of a grid.

use super::grid::Grid;
use crate::network::resample::{median_step, transfer_function};
use crate::network::{ResampleError, TwoPort};
use lightloom_num::{RealFft, dot, to_f64};
use num_complex::Complex64;

/// Steps that differ by no more than this share are even.
const EVEN: f64 = 1e-3;

/// Fewest steps in the band that make a record.
const FEWEST: f64 = 16.0;

/// A transfer on the bins that pass, whatever frequencies it was given at.
///
/// # Model
/// By [`transfer_function`]. Even steps that are far wider than a bin are made finer first: a response that ends within
/// one over the step is known wholly, and zeros behind it are the finer steps. Straight lines between wide steps would
/// take late echoes for weaker than they are, and lose a delay of half that time.
pub(crate) fn on_bins(
    h: &[Complex64],
    from_hz: &[f64],
    grid: &Grid,
) -> Result<Vec<Complex64>, ResampleError> {
    // Beyond the filters' skirts nothing arrives; the last frequency stays, for its trend reaches down.
    let mut wanted = grid.passed_hz().to_vec();
    wanted.extend(grid.frequency_hz[grid.passed..].last());
    let mut found = match finer(h, from_hz, grid)? {
        Some((finer_hz, finer)) => transfer_function(&finer, &finer_hz, &wanted)?,
        None => transfer_function(h, from_hz, &wanted)?,
    };
    found.truncate(grid.passed);
    Ok(found)
}

/// Frequencies in Hz, and a transfer at them.
type Sampled = (Vec<f64>, Vec<Complex64>);

/// The transfer in steps of a bin and finer, up to where the grid ends; `None` where its own steps will do.
fn finer(h: &[Complex64], from_hz: &[f64], grid: &Grid) -> Result<Option<Sampled>, ResampleError> {
    let step = median_step(from_hz);
    let bin = grid.frequency_hz[1];
    let even = from_hz.windows(2).all(|w| (w[1] - w[0] - step).abs() < EVEN * step);
    let ratio = step / bin;
    let top = grid.frequency_hz[grid.passed.min(grid.frequency_hz.len() - 1)];
    // A handful of points in the band is no record; nor must a file of huge steps ask for huge memory.
    if !even || ratio < 1.5 || step * FEWEST > top {
        return Ok(None);
    }
    // Steps that are whole bins fall on them; between others, four a bin leave straight lines little to miss.
    let whole = (ratio - libm::round(ratio)).abs() < EVEN;
    let times = if whole { libm::round(ratio) } else { 4.0 * libm::ceil(ratio) };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bins of a grid, and their multiples"
    )]
    let (bins, times) =
        ((libm::ceil(top / step) as usize + 1).next_multiple_of(64), times as usize);
    let own: Vec<f64> = (0..=bins).map(|k| to_f64(k) * step).collect();
    let short = RealFft::new(2 * bins);
    let record = short.inverse(&transfer_function(h, from_hz, &own)?);
    let n = record.len();
    let start = quiet(&record);
    let mut long = vec![0.0; n * times];
    // What lies before an early quiet place is the record's end, come round; what lies behind a late one came before
    // zero.
    let (before, behind) = if start < n / 2 { (n, start) } else { (0, n * times - n + start) };
    long[before..before + start].copy_from_slice(&record[..start]);
    long[behind..behind + n - start].copy_from_slice(&record[start..]);
    let spectrum = RealFft::new(n * times).forward(&long);
    let finer = step / to_f64(times);
    Ok(Some(((0..spectrum.len()).map(|k| to_f64(k) * finer).collect(), spectrum)))
}

/// The middle of the part of a cyclic record, a sixteenth of it, that has the least energy.
fn quiet(record: &[f64]) -> usize {
    let n = record.len();
    let part = (n / 16).max(1);
    let mut energy = dot(&record[..part], &record[..part]);
    let mut least = (energy, 0);
    for start in 1..n {
        let (gone, come) = (record[start - 1], record[(start + part - 1) % n]);
        energy += come * come - gone * gone;
        if energy < least.0 {
            least = (energy, start);
        }
    }
    (least.1 + part / 2) % n
}

/// A channel at those of its frequencies that fall on bins, and at those at its ends, from which it is extrapolated;
/// whole where not every bin has one.
pub(crate) struct Thinning(Option<Vec<usize>>);

impl Thinning {
    pub(crate) fn of(hz: &[f64], grid: &Grid) -> Self {
        const ENDS: usize = 60;
        let bin = grid.frequency_hz[1];
        let n = hz.len();
        let mut covered = 0;
        let mut kept = Vec::with_capacity(n / 2);
        for (i, f) in hz.iter().enumerate() {
            let bins = f / bin;
            let falls = (bins - libm::round(bins)).abs() < 1e-6 * bins.max(1.0);
            covered += usize::from(falls && *f > 0.0);
            if falls || i < ENDS || i + ENDS >= n {
                kept.push(i);
            }
        }
        let wanted = libm::floor(hz[n - 1] / bin * (1.0 + 1e-9))
            - libm::ceil(hz[0] / bin - 1e-9).max(1.0)
            + 1.0;
        Self((to_f64(covered) >= wanted && kept.len() * 2 <= n).then_some(kept))
    }

    pub(crate) fn apply(&self, channel: &TwoPort) -> TwoPort {
        let Some(kept) = &self.0 else { return channel.clone() };
        TwoPort {
            frequency_hz: kept.iter().map(|i| channel.frequency_hz[*i]).collect(),
            s: kept.iter().map(|i| channel.s[*i]).collect(),
            reference_ohm: channel.reference_ohm,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use crate::com::grid::{Resolution, end_filters};
    use crate::com::spec::ComSpec;
    use std::f64::consts::TAU;

    fn grid() -> (ComSpec, Grid) {
        let text = include_str!("../../../../catalog/com/802.3dj-kr.toml");
        let spec = ComSpec::parse("802.3dj-kr", text).unwrap();
        let grid = Grid::new(&spec, Resolution::Official);
        (spec, grid)
    }

    /// A late arrival, an echo of a third later still, behind the filters at a lane's ends.
    fn response(spec: &ComSpec, grid: &Grid, hz: f64) -> Complex64 {
        let at = |ns: f64| Complex64::from_polar(1.0, -TAU * hz * ns * 1e-9);
        (at(11.7) + at(14.9) / 3.0) * end_filters(spec, grid.baud_hz, hz)
    }

    #[test]
    fn a_late_response_in_wide_steps_is_that_in_fine_steps() {
        let (spec, grid) = grid();
        // Whole bins, and steps between them.
        for step_hz in [20e6, 50e6, 31e6] {
            let from_hz: Vec<f64> =
                (0..).map(|k| f64::from(k) * step_hz).take_while(|f| *f < 160e9).collect();
            let given: Vec<_> = from_hz.iter().map(|f| response(&spec, &grid, *f)).collect();
            let found = on_bins(&given, &from_hz, &grid).unwrap();
            let worst = found
                .iter()
                .zip(grid.passed_hz())
                .map(|(h, f)| (h - response(&spec, &grid, *f)).norm())
                .fold(0.0, f64::max);
            // Straight lines between the steps of 50 MHz are wrong by more than the echo.
            assert!(worst < 0.01, "{step_hz}: {worst}");
        }
    }

    #[test]
    fn huge_steps_are_joined_by_lines_and_ask_for_no_memory() {
        let (_, grid) = grid();
        for step_hz in [50e9, 1e15] {
            let from_hz: Vec<f64> = (0..20).map(|k| f64::from(k) * step_hz).collect();
            let given = vec![Complex64::new(0.5, 0.0); 20];
            let found = on_bins(&given, &from_hz, &grid).unwrap();
            assert_eq!(found.len(), grid.passed);
            assert!(found.iter().all(|h| (h - 0.5).norm() < 1e-12));
        }
    }

    #[test]
    fn a_record_is_cut_where_it_is_quiet() {
        let mut record = vec![0.0; 1600];
        for (i, x) in record.iter_mut().enumerate() {
            *x = if (200..900).contains(&i) { 0.01 } else { 1.0 };
        }
        assert!((250..850).contains(&quiet(&record)), "{}", quiet(&record));
        record.rotate_left(500);
        let cut = quiet(&record);
        assert!(!(350..1350).contains(&cut), "{cut}");
    }
}
