//! A flow worked through: what a good unit costs and where its yield is lost.

use crate::assembly::AssemblyError;
use crate::light::Sharing;
use crate::manufacture::ManufactureError;
use crate::manufacture::anchor::Level;
use crate::manufacture::contents::Contents;
use crate::manufacture::flow::{Chip, Flow, Kind};
use crate::manufacture::process::{Group, MOST_STEPS, Per};
use crate::manufacture::spares::PackageYield;
use crate::shop::Shop;
use crate::technology::Technology;
use lightloom_link::Line;
use lightloom_units::{BitRate, Count, Money, MoneyPerBitRate, Quantity, Ratio};
use serde::Serialize;

/// Money by group.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Groups {
    /// Retimers.
    pub retimer: Money,
    /// Chips, assembly, housing, test.
    pub ends: Money,
    /// Lasers.
    pub laser: Money,
}

impl Groups {
    /// Sum.
    #[must_use]
    pub fn total(&self) -> Money {
        self.retimer + self.ends + self.laser
    }

    /// The same at a level of costs.
    #[must_use]
    pub fn at(&self, level: &Level) -> Self {
        let unit = level.unit.value();
        Self {
            retimer: self.retimer * unit,
            ends: self.ends * unit,
            laser: self.laser * level.lasers.value(),
        }
    }

    fn add(&mut self, group: Group, money: f64) {
        let place = match group {
            Group::Retimer => &mut self.retimer,
            Group::Ends => &mut self.ends,
            Group::Laser => &mut self.laser,
        };
        *place += Money::usd(money);
    }
}

/// One step of a flow. Money for each good unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepCost {
    /// Name.
    pub name: String,
    /// Group.
    pub group: Group,
    /// Material and work of a unit that passes at once.
    pub cost: Money,
    /// What the step's loss of yield adds: bad dies, scrap, repair, bad units shipped; where the defect arises, not where it is
    /// found.
    pub loss: Money,
    /// Share of units that the step leaves whole; for a chip, share of good ones among those delivered.
    pub step_yield: Ratio,
}

/// What the loss of one step is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The step.
    pub step: String,
    /// Change of the cost of a good unit when the step's loss of yield is halved.
    pub change: Money,
}

/// The flow with all errors of alignment scaled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ToleranceCase {
    /// Factor on every sigma.
    pub scale: Ratio,
    /// Share of single joints that are good, handling left out.
    pub joint_yield: Ratio,
    /// Share of units all of whose joints are good, handling included.
    pub attach_yield: Ratio,
    /// Cost of a good unit; `None` where next to none is good.
    pub cost: Option<Money>,
}

/// How a module or engine is made, and what a good one costs.
///
/// Boundary: one unit of the technology's capacity with its share of external laser modules; without the host chip, the cable,
/// and what a `stake` holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Making {
    /// Identifier of the process.
    pub process: String,
    /// Its name.
    pub name: String,
    /// Payload of a unit, one direction.
    pub capacity: BitRate,
    /// Lanes of a unit, one direction.
    pub lanes: Count,
    /// Fibre joints at its chip.
    pub fibres: Count,
    /// Cost of a unit on which nothing fails.
    pub cost_if_all_good: Money,
    /// What is spent for each unit started, scrapped ones included.
    pub cost_per_started: Money,
    /// What is spent for each good unit.
    pub cost: Money,
    /// The same by bit rate of one direction.
    pub cost_per_rate: MoneyPerBitRate,
    /// Level of what is sold over the cost of these steps.
    pub level: Level,
    /// Cost of a good unit at that level.
    pub cost_at_level: Money,
    /// Price to the buyer: that cost over one less the margin.
    pub price: Money,
    /// The margin.
    pub margin: Ratio,
    /// Cost of a good unit by group; sums to `cost`.
    pub groups: Groups,
    /// Share of units that pass every test at the first try.
    pub first_pass: Ratio,
    /// Share of started units that are shipped, repaired ones included.
    pub through: Ratio,
    /// Share of shipped units that are bad nevertheless.
    pub escaped: Ratio,
    /// Share of units without a defect when they reach the last test: of an engine, in its package.
    pub good_at_last_test: Ratio,
    /// Steps in their order; costs and losses sum to `cost`.
    pub steps: Vec<StepCost>,
    /// The step with the largest cost and loss.
    pub dominant: String,
    /// The step whose loss of yield costs most; `None` where none is lost.
    pub dominant_loss: Option<String>,
    /// What halving each step's loss of yield saves, largest first.
    pub sensitivities: Vec<Sensitivity>,
    /// Half, all and twice the errors of alignment.
    pub tolerances: Vec<ToleranceCase>,
}

impl Making {
    /// Yield of a package with several of these engines.
    ///
    /// # Errors
    /// [`ManufactureError`], never for what [`make`] returned.
    pub fn package(&self, needed: u64, spares: u64) -> Result<PackageYield, ManufactureError> {
        PackageYield::of(self.good_at_last_test, needed, spares)
    }
}

/// One row while a flow is worked through. US dollars.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Material and work, all good.
    cost: f64,
    /// What bad dies add to what is delivered.
    dies: f64,
    /// Minus the logarithm of the step's yield, and what of it tests have not found yet.
    lost: f64,
    latent: f64,
    /// Scrap, repair and stakes for each started unit that the step's defects caused.
    wasted: f64,
}

/// A flow worked through for one started unit.
#[derive(Debug, Clone)]
pub(crate) struct Worked {
    rows: [Row; MOST_STEPS],
    /// Money that one surviving unit carries.
    carried: f64,
    alive: f64,
    wasted: f64,
    first_pass: f64,
    at_last_test: f64,
    /// Share of the shipped that is good.
    sound: f64,
}

impl Worked {
    fn good(&self) -> f64 {
        self.alive * self.sound
    }

    fn per_started(&self) -> f64 {
        self.alive * self.carried + self.wasted
    }

    pub(crate) fn per_good(&self) -> f64 {
        self.per_started() / self.good()
    }

    /// Cost and loss of a row for each good unit.
    fn shares(&self, row: &Row) -> (f64, f64) {
        let latent: f64 = self.rows.iter().map(|r| r.latent).sum();
        let shipped_bad = if latent > 0.0 {
            self.carried * (1.0 / self.sound - 1.0) * row.latent / latent
        } else {
            0.0
        };
        (row.cost, row.dies + row.wasted / self.good() + shipped_bad)
    }

    fn groups(&self, flow: &Flow) -> Groups {
        let mut groups = Groups::default();
        for (step, row) in flow.steps.iter().zip(&self.rows) {
            let (cost, loss) = self.shares(row);
            groups.add(step.group, cost + loss);
        }
        groups
    }
}

impl Flow {
    /// Share of units all of whose fibre joints are good, misalignment alone.
    ///
    /// # Errors
    /// [`ManufactureError::Coupling`].
    pub fn coupled(&self, contents: &Contents) -> Result<Ratio, ManufactureError> {
        Ok(self.alignment.engine_yield(contents.fibres, contents.rows)?)
    }

    /// Works the flow through, given the share of units whose joints are well aligned.
    ///
    /// # Model
    /// Steps add cost `c` and lose yield `y`; what is lost shows at a test. With `L` the sum of `-ln y` that no test has found,
    /// a test of coverage `T` passes `exp(-T L)` (Williams and Brown) and leaves `(1 - T) L`. Of what it refuses, `k` tries of
    /// repair, each `s` successful, recover `1 - (1 - s)^k` and cost `(1 - (1 - s)^k) / s` repairs and tests; the rest is
    /// scrapped with all that was spent on it, and with the stake. Cost of a good unit is everything spent over the share
    /// that is shipped and good. Scrap, repair and bad units shipped are laid to the steps by their part of `L`.
    ///
    /// # Validity
    /// Steady production; faults are many and independent; a repaired unit is as good as one that passed.
    ///
    /// # Source
    /// P. Sandborn, Cost Analysis of Electronic Systems (2017), chapters 3 (yielded cost), 7 (test) and 8 (rework).
    ///
    /// # Errors
    /// [`ManufactureError`] for dies that do not fit, or where nothing good is left.
    pub(crate) fn work(
        &self,
        contents: &Contents,
        coupled: Ratio,
        halved: Option<usize>,
    ) -> Result<Worked, ManufactureError> {
        let mut done = Worked {
            rows: [Row::default(); MOST_STEPS],
            carried: 0.0,
            alive: 1.0,
            wasted: 0.0,
            first_pass: 1.0,
            at_last_test: 1.0,
            sound: 1.0,
        };
        let count = |per: Per| match per {
            Per::Unit => 1.0,
            Per::Lane => contents.lanes,
            Per::Laser => contents.lasers,
            Per::LaserModule => contents.laser_modules,
        };
        for (i, step) in self.steps.iter().enumerate() {
            let half = halved == Some(i);
            // Minus the logarithm of a yield; half of its loss where that is asked for.
            let lost = |good: f64| {
                let good = if half { 0.5 * (1.0 + good) } else { good };
                -libm::log(good)
            };
            let many = |one: f64, n: f64| lost(libm::exp(n * libm::log(one)));
            let mut row = Row::default();
            match &step.kind {
                Kind::Chip(chip) => {
                    let chips = chip.of(contents, half)?;
                    (row.cost, row.dies, row.lost) = (chips.perfect, chips.loss, chips.latent);
                }
                Kind::Part { price, per } => row.cost = price * count(*per),
                Kind::Attach { cost, good, per } => {
                    let n = count(*per);
                    (row.cost, row.lost) = (cost * n, many(*good, n));
                }
                Kind::Bond { cost, good, lanes } => {
                    let n = Chip::count(*lanes, contents.lanes);
                    (row.cost, row.lost) = (cost * n, many(*good, n));
                }
                Kind::Fibres { part, cost, handling } => {
                    let fibres = f64::from(contents.fibres);
                    let arrays: u32 =
                        self.alignment.arrays(contents.fibres).iter().map(|(n, _)| n).sum();
                    row.cost = part * fibres + cost * f64::from(arrays);
                    let whole = libm::exp(fibres * libm::log(*handling));
                    row.lost = lost(coupled.value() * whole);
                }
                Kind::Test { cost, per, coverage, stake, rework } => {
                    let work = cost * count(*per);
                    row.cost = work;
                    done.carried += work;
                    let found: f64 = done.rows.iter().map(|r| r.latent).sum();
                    done.at_last_test = libm::exp(-found);
                    let passed = libm::exp(-coverage * found);
                    done.first_pass *= passed;
                    let refused = done.alive * (1.0 - passed);
                    let (recovered, repairs) = rework.map_or((0.0, 0.0), |repair| {
                        let lasting = libm::pow(1.0 - repair.success, f64::from(repair.tries));
                        let tries = (1.0 - lasting) / repair.success;
                        (1.0 - lasting, tries * (repair.cost + work))
                    });
                    let scrapped = refused * (1.0 - recovered);
                    let wasted = scrapped * (done.carried + stake) + refused * repairs;
                    done.wasted += wasted;
                    if found > 0.0 {
                        for earlier in &mut done.rows {
                            earlier.wasted += wasted * earlier.latent / found;
                            earlier.latent *= 1.0 - coverage;
                        }
                    }
                    done.alive -= scrapped;
                    done.rows[i].cost = row.cost;
                    continue;
                }
            }
            row.latent = row.lost;
            done.carried += row.cost + row.dies;
            done.rows[i] = row;
        }
        done.sound = libm::exp(-done.rows.iter().map(|r| r.latent).sum::<f64>());
        let good = done.good();
        if good > 1e-9 && done.per_good().is_finite() {
            return Ok(done);
        }
        let worst = |a: &usize, b: &usize| done.rows[*a].lost.total_cmp(&done.rows[*b].lost);
        let step = (0..self.steps.len()).max_by(worst).map_or("", |i| &self.steps[i].name);
        let (process, step) = (self.process.clone(), step.to_owned());
        Err(ManufactureError::NothingLeft { process, step, good })
    }

    /// Cost of a good unit by group: all that a price needs.
    ///
    /// # Errors
    /// [`ManufactureError`].
    pub fn cost(&self, contents: &Contents, coupled: Ratio) -> Result<Groups, ManufactureError> {
        Ok(self.work(contents, coupled, None)?.groups(self))
    }

    /// Everything about making a unit.
    ///
    /// # Errors
    /// [`ManufactureError`].
    pub fn make(&self, contents: &Contents) -> Result<Making, ManufactureError> {
        let coupled = self.coupled(contents)?;
        let done = self.work(contents, coupled, None)?;
        let rows = self.steps.iter().zip(&done.rows);
        let steps: Vec<StepCost> = rows
            .map(|(step, row)| {
                let (cost, loss) = done.shares(row);
                StepCost {
                    name: step.name.clone(),
                    group: step.group,
                    cost: Money::usd(cost),
                    loss: Money::usd(loss),
                    step_yield: Ratio::new(libm::exp(-row.lost)),
                }
            })
            .collect();
        let largest = |key: fn(&StepCost) -> Money| {
            steps.iter().max_by(|a, b| key(a).total_cmp(&key(b)).then(b.name.cmp(&a.name)))
        };
        let dominant = largest(|s| s.cost + s.loss).map_or_else(String::new, |s| s.name.clone());
        let dominant_loss = largest(|s| s.loss).filter(|s| s.loss > Money::ZERO);
        let dominant_loss = dominant_loss.map(|s| s.name.clone());
        let per_good = done.per_good();
        let level = self.levels.at(contents.payload);
        let mut sensitivities = Vec::new();
        for (i, step) in steps.iter().enumerate().filter(|(_, s)| s.loss > Money::ZERO) {
            let change = self.work(contents, coupled, Some(i))?.per_good() - per_good;
            sensitivities.push(Sensitivity { step: step.name.clone(), change: Money::usd(change) });
        }
        sensitivities.sort_by(|a, b| a.change.total_cmp(&b.change).then(a.step.cmp(&b.step)));
        let tolerances = [0.5, 0.75, 1.0, 1.5, 2.0]
            .into_iter()
            .map(|scale| self.tolerance(contents, Ratio::new(scale)))
            .collect::<Result<_, _>>()?;
        Ok(Making {
            process: self.process.clone(),
            name: self.name.clone(),
            capacity: contents.capacity,
            lanes: Count::from_si(contents.lanes),
            fibres: Count::from_si(f64::from(contents.fibres)),
            cost_if_all_good: Money::usd(done.rows.iter().map(|r| r.cost).sum()),
            cost_per_started: Money::usd(done.per_started()),
            cost: Money::usd(per_good),
            cost_per_rate: MoneyPerBitRate::from_si(per_good / contents.capacity.si()),
            level,
            cost_at_level: done.groups(self).at(&level).total(),
            price: done.groups(self).at(&level).total() * self.markup(),
            margin: self.margin,
            groups: done.groups(self),
            first_pass: Ratio::new(done.first_pass),
            through: Ratio::new(done.alive),
            escaped: Ratio::new(1.0 - done.sound),
            good_at_last_test: Ratio::new(done.at_last_test),
            steps,
            dominant,
            dominant_loss,
            sensitivities,
            tolerances,
        })
    }

    /// The flow with the errors of alignment scaled.
    ///
    /// # Errors
    /// [`ManufactureError`], but for a flow that ships nothing good.
    pub fn tolerance(
        &self,
        contents: &Contents,
        scale: Ratio,
    ) -> Result<ToleranceCase, ManufactureError> {
        let alignment = self.alignment.scaled(scale);
        let coupled = alignment.engine_yield(contents.fibres, contents.rows)?;
        let mut handled = 1.0;
        for step in &self.steps {
            if let Kind::Fibres { handling, .. } = step.kind {
                handled *= libm::exp(f64::from(contents.fibres) * libm::log(handling));
            }
        }
        let cost = match self.work(contents, coupled, None) {
            Ok(done) => Some(Money::usd(done.per_good())),
            Err(ManufactureError::NothingLeft { .. }) => None,
            Err(other) => return Err(other),
        };
        let attach_yield = Ratio::new(coupled.value() * handled);
        Ok(ToleranceCase { scale, joint_yield: alignment.joint_yield()?, attach_yield, cost })
    }
}

/// How a technology's module or engine is made when its lanes carry a line, with or without a retimer: that is an outcome
/// of its evaluation ([`crate::Port::module_dsp`]), as is how its lasers are shared ([`crate::Port::sharing`]; `None`: as the
/// catalog says).
///
/// # Errors
/// [`AssemblyError`] for copper, for a process that the shop does not know, or for numbers that mean nothing.
pub fn make(
    shop: &Shop<'_>,
    technology: &Technology,
    line: &Line,
    retimed: bool,
    sharing: Option<Sharing>,
) -> Result<Making, AssemblyError> {
    let Some(engine) = &technology.engine else {
        return Err(ManufactureError::NoEngine(technology.id.clone()).into());
    };
    let payload = Shop::lane(technology, *line).payload;
    let contents = Contents::of(shop.facts, engine, payload, retimed, sharing)?;
    Ok(shop.flow(technology, engine)?.make(&contents)?)
}
