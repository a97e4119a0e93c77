//! A process with its numbers.

use crate::coupling::Alignment;
use crate::manufacture::anchor::Levels;
use crate::manufacture::contents::Contents;
use crate::manufacture::process::{Action, ChipPart, Group, MOST_STEPS, Per, Process};
use crate::manufacture::wafer::Wafer;
use crate::manufacture::{ManufactureError, not_negative, share, some, within};
use lightloom_evidence::Facts;
use lightloom_link::Node;
use lightloom_units::{Count, Money, Ratio};

/// What a technology says of how it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// Name of the `alignment.*` facts.
    pub alignment: &'a str,
    /// Bond between electronic and photonic chip.
    pub bond: &'a str,
    /// Process node of its digital chips.
    pub node: Node,
}

/// A process with the values of its facts: read once, worked through often.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Identifier of the process.
    pub process: String,
    /// Its name.
    pub name: String,
    /// Gross margin of whoever sells the unit.
    pub margin: Ratio,
    /// Cost of what is sold over that of its steps, by lane rate.
    pub levels: Levels,
    /// How fibres are attached.
    pub alignment: Alignment,
    pub(crate) steps: Vec<FlowStep>,
}

/// One step with its numbers. Money in US dollars.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FlowStep {
    pub(crate) name: String,
    pub(crate) group: Group,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Chip(Chip),
    Part {
        price: f64,
        per: Per,
    },
    Attach {
        cost: f64,
        good: f64,
        per: Per,
    },
    /// `lanes` of one electronic chip, as the step that makes them says.
    Bond {
        cost: f64,
        good: f64,
        lanes: Option<f64>,
    },
    Fibres {
        part: f64,
        cost: f64,
        handling: f64,
    },
    Test {
        cost: f64,
        per: Per,
        coverage: f64,
        stake: f64,
        rework: Option<Repair>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Repair {
    pub(crate) cost: f64,
    pub(crate) success: f64,
    pub(crate) tries: u8,
}

/// A chip from a wafer, as it is bought.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chip {
    pub(crate) part: ChipPart,
    pub(crate) wafer: Wafer,
    /// Lanes of one chip; `None` where one serves all.
    pub(crate) lanes: Option<f64>,
    /// Price over cost.
    pub(crate) markup: f64,
    pub(crate) package: f64,
}

/// Chips of a unit: what they would cost if every die were good, what bad dies add, and what stays undetected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chips {
    pub(crate) perfect: f64,
    pub(crate) loss: f64,
    /// Minus the logarithm of the share of good ones among those delivered.
    pub(crate) latent: f64,
}

impl Chip {
    /// Number of chips that serve so many lanes.
    pub(crate) fn count(lanes_of_one: Option<f64>, lanes: f64) -> f64 {
        lanes_of_one.map_or(1.0, |one| libm::ceil(lanes / one - 1e-9).max(1.0))
    }

    /// The unit's chips of this kind; `halved` halves the share of bad dies.
    pub(crate) fn of(&self, contents: &Contents, halved: bool) -> Result<Chips, ManufactureError> {
        let areas = &contents.areas;
        let area = match self.part {
            ChipPart::Electronic => areas.electronic,
            ChipPart::Photonic => areas.photonic,
            ChipPart::Retimer => areas.retimer,
        };
        if area.as_m2() <= 0.0 {
            return Ok(Chips { perfect: 0.0, loss: 0.0, latent: 0.0 });
        }
        let n = Self::count(self.lanes, contents.lanes);
        let each = area / n;
        let mut good = self.wafer.yield_of(each)?.value();
        if halved {
            good = 1.0 - 0.5 * (1.0 - good);
        }
        let good = some("yield of a die", good)?;
        let coverage = self.wafer.coverage.value();
        let work = (self.wafer.price.as_usd() / self.wafer.dies(each)? + self.wafer.test.as_usd())
            * self.markup;
        let passed = libm::pow(good, coverage);
        Ok(Chips {
            perfect: n * (work + self.package),
            loss: n * work * (1.0 / passed - 1.0),
            latent: -n * (1.0 - coverage) * libm::log(good),
        })
    }
}

/// Price over cost at a margin.
pub(crate) fn markup(what: &str, margin: Ratio) -> Result<f64, ManufactureError> {
    let m = margin.value();
    within((0.0..1.0).contains(&m), what, "from 0 to below 1", m, "it is a gross margin")?;
    Ok(1.0 / (1.0 - m))
}

impl Flow {
    /// Reads a process's facts.
    ///
    /// # Errors
    /// [`ManufactureError`] when the catalog lacks a fact, or one means nothing in its place.
    pub fn from_facts(
        facts: &Facts<'_>,
        process: &Process,
        names: Names<'_>,
    ) -> Result<Self, ManufactureError> {
        let money = |id: &str| -> Result<f64, ManufactureError> {
            not_negative(id, facts.get::<Money>(id)?.as_usd())
        };
        let ratio =
            |id: &str| -> Result<f64, ManufactureError> { Ok(facts.get::<Ratio>(id)?.value()) };
        let lanes_of = |id: &Option<String>| -> Result<Option<f64>, ManufactureError> {
            let Some(id) = id else { return Ok(None) };
            let lanes = facts.get::<Count>(id)?.value();
            within(lanes >= 1.0, id, "one or more", lanes, "a chip serves a lane at least")
                .map(Some)
        };
        let most = process.steps.len();
        within(most <= MOST_STEPS, "steps of a process", "at most 32", most as f64, "join some")?;
        let mut steps = Vec::with_capacity(process.steps.len());
        let mut lanes_of_one = None;
        for step in &process.steps {
            let kind = match &step.action {
                Action::Chip { part, wafer, lanes, margin, package } => {
                    let lanes = lanes_of(lanes)?;
                    if *part == ChipPart::Electronic {
                        lanes_of_one = lanes;
                    }
                    Kind::Chip(Chip {
                        part: *part,
                        wafer: Wafer::from_facts(facts, wafer, names.node)?,
                        lanes,
                        markup: match margin {
                            Some(id) => markup(id, facts.get(id)?)?,
                            None => 1.0,
                        },
                        package: package.as_deref().map_or(Ok(0.0), money)?,
                    })
                }
                Action::Part { price, per } => Kind::Part { price: money(price)?, per: *per },
                Action::Attach { head, per } => {
                    let id = format!("{head}.yield");
                    let cost = money(&format!("{head}.cost"))?;
                    Kind::Attach { cost, good: some(&id, ratio(&id)?)?, per: *per }
                }
                Action::Bond {} => {
                    let (cost, id) = (
                        money(&format!("attach.{}.cost", names.bond))?,
                        format!("attach.{}.yield", names.bond),
                    );
                    Kind::Bond { cost, good: some(&id, ratio(&id)?)?, lanes: lanes_of_one }
                }
                Action::Fibres { handling } => {
                    let head = format!("alignment.{}", names.alignment);
                    let part = money(&format!("{head}.part"))?;
                    let cost = money(&format!("{head}.cost"))?;
                    Kind::Fibres { part, cost, handling: some(handling, ratio(handling)?)? }
                }
                Action::Test { head, per, stake, rework } => {
                    let id = format!("{head}.coverage");
                    Kind::Test {
                        cost: money(&format!("{head}.cost"))?,
                        per: *per,
                        coverage: share(&id, ratio(&id)?)?,
                        stake: stake.as_deref().map_or(Ok(0.0), money)?,
                        rework: match rework {
                            None => None,
                            Some(rework) => {
                                let id = format!("{}.success", rework.head);
                                let cost = money(&format!("{}.cost", rework.head))?;
                                let success = some(&id, ratio(&id)?)?;
                                Some(Repair { cost, success, tries: rework.tries })
                            }
                        },
                    }
                }
            };
            steps.push(FlowStep { name: step.name.clone(), group: step.group, kind });
        }
        let margin: Ratio = facts.get(&process.margin)?;
        markup(&process.margin, margin)?;
        Ok(Self {
            process: process.id.clone(),
            name: process.name.clone(),
            margin,
            levels: Levels::default(),
            alignment: Alignment::from_facts(facts, names.alignment)?,
            steps,
        })
    }

    /// Price over cost of the unit.
    #[must_use]
    pub fn markup(&self) -> f64 {
        1.0 / (1.0 - self.margin.value())
    }
}

/// Price of the retimer of one plug or module to whoever builds it in: a tested die in its package.
///
/// # Model
/// As the step that makes a retimer: wafer over dies over what the test passes, over one less the seller's margin, and the
/// package.
pub(crate) fn retimer_price(
    facts: &Facts<'_>,
    lanes: f64,
    node: Node,
) -> Result<Money, ManufactureError> {
    let area: lightloom_units::Area = facts.get("chip.retimer.lane_area")?;
    let wafer = Wafer::from_facts(facts, "logic", node)?;
    let margin = markup("cost.margin.chip", facts.get("cost.margin.chip")?)?;
    let each = area * lanes;
    let passed = libm::pow(wafer.yield_of(each)?.value(), wafer.coverage.value());
    let passed = some("share of dies that pass", passed)?;
    let die = (wafer.price / wafer.dies(each)? + wafer.test) / passed;
    Ok(die * margin + facts.get::<Money>("part.retimer.package")?)
}
