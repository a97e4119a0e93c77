//! The distribution of extra loss, by drawing whole engines.

use crate::coupling::alignment::{Alignment, DB_PER_NEPER, Squares};
use lightloom_link::optics::{OpticsError, within};
use lightloom_num::{Stream, mean, quantile_of_sorted};
use lightloom_units::{Decibel, Ratio};
use serde::Serialize;

/// How an engine's fibres are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Fibres of the engine: both directions, and those that bring it light.
    pub fibres: u32,
    /// Rows of each array.
    pub rows: u32,
    /// Lanes that one laser feeds.
    pub per_laser: u32,
}

/// Mean and quantiles of an extra loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Mean, of the decibels.
    pub mean: Decibel,
    /// Half stay below.
    pub p50: Decibel,
    /// Nine in ten stay below.
    pub p90: Decibel,
    /// Ninety-nine in a hundred stay below.
    pub p99: Decibel,
}

/// Extra losses of many engines that were drawn.
///
/// # Model
/// For each array its position, for each fibre its own error (see [`Alignment`]); extra loss by [`lightloom_link::optics::Joint`].
/// Lanes of one laser share its light evenly, so the worst of them says how much stronger the laser must be.
///
/// # Validity
/// One joint of each lane: where light enters or leaves the engine once. The other end has its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Couplings {
    /// Engines that were drawn.
    pub engines: u32,
    /// Extra loss of a joint.
    pub joint: Spread,
    /// Of the worst of the lanes that share a laser.
    pub laser: Spread,
    /// Of the worst lane of an array.
    pub array: Spread,
    /// Of the worst lane of an engine.
    pub engine: Spread,
    /// Share of good joints.
    pub joint_yield: Ratio,
    /// Share of arrays without a bad joint.
    pub array_yield: Ratio,
    /// Share of engines without a bad joint.
    pub engine_yield: Ratio,
    /// Worst lane of each engine, dB, ascending.
    #[serde(skip)]
    engines_db: Vec<f64>,
}

impl Couplings {
    /// Draws so many engines; the same seed draws the same.
    ///
    /// # Errors
    /// [`OpticsError`] without fibres or engines, or with more than 100 million joints.
    pub fn draw(
        alignment: &Alignment,
        layout: Layout,
        engines: u32,
        seed: u64,
    ) -> Result<Self, OpticsError> {
        let squares = alignment.squares()?;
        let joints = f64::from(layout.fibres) * f64::from(engines);
        within(
            (1.0..=1e8).contains(&joints),
            "joints to draw",
            "one to 100 million",
            joints,
            "a million gives quantiles to a hundredth of a decibel",
        )?;
        let mut stream = Stream::new(seed, u64::from(layout.fibres));
        let mut drawn = Drawn::default();
        let group = usize::try_from(layout.per_laser.max(1)).unwrap_or(1);
        for _ in 0..engines {
            let start = drawn.joints.len();
            for (count, size) in alignment.arrays(layout.fibres) {
                for _ in 0..count {
                    let array = drawn.joints.len();
                    draw_array(
                        alignment,
                        &squares,
                        (size, layout.rows),
                        &mut stream,
                        &mut drawn.joints,
                    );
                    drawn.arrays.push(worst(&drawn.joints[array..]));
                }
            }
            for lanes in drawn.joints[start..].chunks(group) {
                drawn.lasers.push(worst(lanes));
            }
            drawn.engines.push(worst(&drawn.joints[start..]));
        }
        drawn.summed_up(squares.limit_nepers * DB_PER_NEPER, engines)
    }

    /// Laser power beyond that for perfect joints, so that the share of engines closes on every lane.
    ///
    /// # Model
    /// The quantile of the worst lane of an engine: all lasers are rated alike.
    ///
    /// # Errors
    /// [`OpticsError::OutOfRange`] unless the share lies between zero and one.
    pub fn laser_power_for(&self, share: Ratio) -> Result<Decibel, OpticsError> {
        let found = share.value();
        match quantile_of_sorted(&self.engines_db, found) {
            Some(db) => Ok(Decibel::db(db)),
            None => Err(OpticsError::OutOfRange {
                what: "share of engines",
                allowed: "zero to one",
                found,
                hint: "0.99 is usual",
            }),
        }
    }
}

/// Extra losses in decibels.
#[derive(Default)]
struct Drawn {
    joints: Vec<f64>,
    lasers: Vec<f64>,
    arrays: Vec<f64>,
    engines: Vec<f64>,
}

impl Drawn {
    fn summed_up(mut self, limit_db: f64, engines: u32) -> Result<Couplings, OpticsError> {
        let good = |values: &[f64]| {
            let kept = values.partition_point(|db| *db <= limit_db);
            Ratio::new(lightloom_num::to_f64(kept) / lightloom_num::to_f64(values.len()).max(1.0))
        };
        let all = [&mut self.joints, &mut self.lasers, &mut self.arrays, &mut self.engines];
        let [joint, laser, array, engine] = all.map(|values| spread(values));
        let (joint, laser, array, engine) = (joint?, laser?, array?, engine?);
        Ok(Couplings {
            engines,
            joint,
            laser,
            array,
            engine,
            joint_yield: good(&self.joints),
            array_yield: good(&self.arrays),
            engine_yield: good(&self.engines),
            engines_db: self.engines,
        })
    }
}

/// Sorts, and takes mean and quantiles.
fn spread(values: &mut [f64]) -> Result<Spread, OpticsError> {
    values.sort_unstable_by(f64::total_cmp);
    let none = |found| OpticsError::OutOfRange {
        what: "extra losses",
        allowed: "finite and some",
        found,
        hint: "draw at least one engine",
    };
    let at = |p| quantile_of_sorted(values, p).filter(|db| db.is_finite()).ok_or(none(p));
    Ok(Spread {
        mean: Decibel::db(mean(values).filter(|m| m.is_finite()).ok_or(none(0.0))?),
        p50: Decibel::db(at(0.5)?),
        p90: Decibel::db(at(0.9)?),
        p99: Decibel::db(at(0.99)?),
    })
}

fn worst(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// Extra losses of one array's joints, appended.
fn draw_array(
    alignment: &Alignment,
    squares: &Squares,
    (fibres, rows): (u32, u32),
    stream: &mut Stream,
    joints: &mut Vec<f64>,
) {
    let mut normal = |sigma: f64| sigma * stream.normal();
    let (dx, dy) = (normal(alignment.offset.as_m()), normal(alignment.offset.as_m()));
    let (tx, ty) = (normal(alignment.tilt.as_rad()), normal(alignment.tilt.as_rad()));
    let turn = normal(alignment.rotation.as_rad());
    let gap = alignment.gap.as_m() + normal(alignment.gap_spread.as_m());
    let common = squares.gap_nepers(gap);
    let columns = fibres.div_ceil(rows.max(1)).max(1);
    let middle = 0.5 * f64::from(columns - 1);
    let (own, pointing) = (squares.own_offset_m, squares.own_tilt_rad);
    for fibre in 0..fibres {
        let place = (f64::from(fibre % columns) - middle) * alignment.pitch.as_m();
        let (x, y) = (dx + normal(own), dy + turn * place + normal(own));
        let mut nepers = common + squares.offset * (x * x + y * y);
        // Without lenses the tilt is the array's alone.
        nepers += squares.tilt
            * if pointing > 0.0 {
                let (tx, ty) = (tx + normal(pointing), ty + normal(pointing));
                tx * tx + ty * ty
            } else {
                tx * tx + ty * ty
            };
        joints.push(DB_PER_NEPER * nepers);
    }
}
