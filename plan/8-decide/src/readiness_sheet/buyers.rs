//! Marks of designs by computed figures, and what buyers of different weights make of them.

use super::{WITHIN_YEAR, refused, tier_of};
use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::draws::{Draw, range};
use crate::marks::{self, own_marks, port_time};
use crate::plan::{
    BuyerRow, BuyerTierRow, LeadRow, MarkedRow, ScoreRow, VerdictRow, WeightFlip, WeightRow,
};
use lightloom_economics::readiness::Tier;
use lightloom_economics::{Buyer, Criterion, EconomicsError, Marks, Maturity, Score};
use lightloom_evidence::Facts;
use lightloom_fabric::LinkClass;
use lightloom_num::to_f64;
use lightloom_scenario::{Library, RunError, Structure};
use lightloom_units::{Money, Quantity, Ratio, Time};

/// What new designs are held against.
const PLUGGABLE: &str = "retimed-pluggable";

/// Technologies that serve a tier, and its links.
#[derive(Debug)]
struct Stage {
    tier: Tier,
    classes: Vec<usize>,
    names: Vec<String>,
    designs: Vec<String>,
    figures: Vec<Figures>,
    marks: Vec<Marks>,
}

/// A tier in one draw.
#[derive(Debug, Clone)]
pub(crate) struct TierDraw {
    /// By buyer, by design.
    pub(crate) scores: Vec<Vec<f64>>,
    /// Which designs serve in this draw.
    serves: Vec<bool>,
}

impl TierDraw {
    /// Points by which a design leads another in the eyes of a buyer.
    pub(crate) fn lead(&self, buyer: usize, [this, other]: [usize; 2]) -> Option<f64> {
        let scores = self.scores.get(buyer)?;
        Some(scores.get(this)? - scores.get(other)?)
    }
}

/// What marks of a design are made of.
#[derive(Debug, Clone, Copy)]
struct Figures {
    cost: Money,
    energy: Money,
    port_time: Time,
}

impl Figures {
    fn plain(&self) -> marks::Figures {
        [self.cost.si(), self.energy.si(), self.port_time.si()]
    }
}

/// Buyers before the designs of a decided case.
#[derive(Debug)]
pub(super) struct Field<'a> {
    library: &'a Library,
    scenario: &'a lightloom_scenario::Scenario,
    year: u16,
    buyers: Vec<Buyer>,
    stages: Vec<Stage>,
}

impl<'a> Field<'a> {
    pub(super) fn new(
        case: &Case<'a>,
        facts: &Facts<'_>,
        decided: &Decided,
        year: u16,
    ) -> Result<Self, RunError> {
        let buyers = Buyer::KNOWN.map(|name| Buyer::from_facts(facts, name).map_err(refused));
        let mut field = Self {
            library: case.library,
            scenario: case.scenario,
            year,
            buyers: buyers.into_iter().collect::<Result<_, _>>()?,
            stages: Vec::new(),
        };
        for tier in Tier::ALL {
            let Some(mut stage) = field.stage(facts, decided, tier) else { continue };
            let candidates = &decided.candidates;
            let found =
                |class: usize, id: &str| candidates[class].iter().find(|c| c.technology == id);
            for id in &stage.designs {
                let each: Option<Vec<&Candidate>> =
                    stage.classes.iter().map(|class| found(*class, id)).collect();
                let each = each.unwrap_or_default();
                stage.figures.push(field.figures(
                    facts,
                    &decided.structure,
                    &stage.classes,
                    &each,
                )?);
            }
            stage.marks = field.marks(facts, &stage, &stage.figures, |m| {
                m.probability_by(f64::from(year) + WITHIN_YEAR)
            })?;
            field.stages.push(stage);
        }
        Ok(field)
    }

    /// The links of a tier with what serves all of them, or those of its largest class where fewer than two do.
    fn stage(&self, facts: &Facts<'_>, decided: &Decided, tier: Tier) -> Option<Stage> {
        let all = &decided.structure.fabric.link_classes;
        let of_tier =
            |(i, class): (usize, &LinkClass)| (tier_of(class.tier) == Some(tier)).then_some(i);
        let mut classes: Vec<usize> = all.iter().enumerate().filter_map(of_tier).collect();
        let serves = |classes: &[usize]| -> Vec<String> {
            let fits = |id: &str| {
                classes.iter().all(|class| {
                    let of_class = &decided.candidates[*class];
                    of_class.iter().any(|c| c.technology == id && c.unfit.is_none())
                })
            };
            let known = |id: &&String| {
                facts.catalog().get(&format!("ready.{id}.device_hours")).is_some()
                    && !self.scenario.buyer.exclude.contains(id)
            };
            self.library.technologies.keys().filter(known).filter(|id| fits(id)).cloned().collect()
        };
        let mut designs = serves(&classes);
        if designs.len() < 2 {
            let most = classes.iter().copied().max_by_key(|i| all[*i].links)?;
            classes = vec![most];
            designs = serves(&classes);
        }
        (!designs.is_empty()).then(|| Stage {
            tier,
            names: classes.iter().map(|i| all[*i].name.clone()).collect(),
            classes,
            designs,
            figures: Vec::new(),
            marks: Vec::new(),
        })
    }

    /// Cost, energy and lost port-hours of a tier's links under one technology.
    fn figures(
        &self,
        facts: &Facts<'_>,
        structure: &Structure,
        classes: &[usize],
        candidates: &[&Candidate],
    ) -> Result<Figures, RunError> {
        let mut sum = Figures { cost: Money::ZERO, energy: Money::ZERO, port_time: Time::ZERO };
        for (class, candidate) in classes.iter().zip(candidates) {
            let class = &structure.fabric.link_classes[*class];
            let port = &candidate.fitted.port;
            sum.cost += candidate.tco.nominal;
            sum.energy += candidate.tco.energy_per_year;
            sum.port_time += port_time(self.scenario, facts, structure, class, port)?;
        }
        Ok(sum)
    }

    /// Marks of every design of a stage.
    fn marks(
        &self,
        facts: &Facts<'_>,
        stage: &Stage,
        figures: &[Figures],
        date: impl Fn(&Maturity) -> Ratio,
    ) -> Result<Vec<Marks>, RunError> {
        let best = marks::best(figures.iter().map(Figures::plain));
        let one = |(id, own): (&String, &Figures)| {
            let by_itself = own_marks(self.library, facts, (id, stage.tier), &date)?;
            Ok(marks::marks(own.plain(), best, by_itself))
        };
        stage.designs.iter().zip(figures).map(one).collect()
    }

    /// Scores of one draw, by tier. Whether a lane closes in it is told apart: what serves at nominal facts is there to be bought.
    pub(super) fn drawn(&self, draw: &Draw<'_>) -> Result<Vec<TierDraw>, RunError> {
        let facts = draw.facts;
        let year = f64::from(self.year) + WITHIN_YEAR;
        let mut out = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            let mut figures = Vec::with_capacity(stage.designs.len());
            let mut serves = Vec::with_capacity(stage.designs.len());
            for (id, nominal) in stage.designs.iter().zip(&stage.figures) {
                let each: Option<Vec<&Candidate>> = stage
                    .classes
                    .iter()
                    .map(|c| draw.candidates.get(*c)?.iter().find(|c| c.technology == *id))
                    .collect();
                let fits = each.as_ref().is_some_and(|all| all.iter().all(|c| c.unfit.is_none()));
                serves.push(fits);
                figures.push(match each {
                    Some(each) => self.figures(facts, draw.structure, &stage.classes, &each)?,
                    None => *nominal,
                });
            }
            // The date is drawn as well: in this draw it has come by then, or it has not.
            let marks = self.marks(facts, stage, &figures, |m| {
                Ratio::new(if m.date.central().value() <= year { 1.0 } else { 0.0 })
            })?;
            let mut scores = Vec::with_capacity(self.buyers.len());
            for buyer in &self.buyers {
                let buyer = Buyer::from_facts(facts, &buyer.name).map_err(refused)?;
                let each = marks.iter().map(|marks| Ok(buyer.score(marks)?.total.value()));
                scores.push(each.collect::<Result<Vec<f64>, EconomicsError>>()?);
            }
            out.push(TierDraw { scores, serves });
        }
        Ok(out)
    }

    /// Buyers and their weights.
    pub(super) fn buyers(&self, facts: &Facts<'_>) -> Result<Vec<BuyerRow>, RunError> {
        let row = |buyer: &Buyer| BuyerRow {
            buyer: buyer.name.clone(),
            weights: buyer
                .weights
                .iter()
                .map(|w| WeightRow {
                    criterion: w.criterion.name().to_owned(),
                    weight: w.weight.value(),
                    range: weight_range(facts, &buyer.name, w.criterion)
                        .unwrap_or([w.weight.value(); 2]),
                    reason: w.reason.clone(),
                })
                .collect(),
        };
        Ok(self.buyers.iter().map(row).collect())
    }

    /// Tiers with the verdicts of buyers.
    pub(super) fn tiers(
        &self,
        facts: &Facts<'_>,
        drawn: &[Vec<TierDraw>],
    ) -> Result<Vec<BuyerTierRow>, RunError> {
        let mut rows = Vec::new();
        for (s, stage) in self.stages.iter().enumerate() {
            let of_draws: Vec<&TierDraw> = drawn.iter().filter_map(|d| d.get(s)).collect();
            let mut verdicts = Vec::new();
            for (b, buyer) in self.buyers.iter().enumerate() {
                let scores = of_draws.iter().filter_map(|d| Some(d.scores.get(b)?.as_slice()));
                verdicts.push(verdict(facts, stage, buyer, &scores.collect::<Vec<_>>())?);
            }
            let serves = |i: usize| {
                let count = of_draws.iter().filter(|d| d.serves.get(i) == Some(&true)).count();
                to_f64(count) / to_f64(of_draws.len().max(1))
            };
            let designs = stage.designs.iter().zip(stage.figures.iter().zip(&stage.marks));
            rows.push(BuyerTierRow {
                tier: stage.tier.name().to_owned(),
                classes: stage.names.clone(),
                designs: designs
                    .enumerate()
                    .map(|(i, (id, (figures, marks)))| MarkedRow {
                        technology: id.clone(),
                        serves: serves(i),
                        cost_usd: figures.cost.as_usd(),
                        energy_usd_per_year: figures.energy.as_usd(),
                        port_hours_per_year: figures.port_time.as_hours(),
                        marks: marks.0.map(Ratio::value),
                    })
                    .collect(),
                verdicts,
            });
        }
        Ok(rows)
    }
}

/// Ends of a weight's range, over the sum of all nominal weights.
fn weight_range(facts: &Facts<'_>, buyer: &str, criterion: Criterion) -> Option<[f64; 2]> {
    let fact = |c: Criterion| facts.catalog().get(&format!("buyer.{buyer}.{}", c.name()));
    let sum: f64 = Criterion::ALL.into_iter().filter_map(|c| Some(fact(c)?.value)).sum();
    let own = fact(criterion)?;
    (sum > 0.0).then(|| [own.low / sum, own.high / sum])
}

fn verdict(
    facts: &Facts<'_>,
    stage: &Stage,
    buyer: &Buyer,
    drawn: &[&[f64]],
) -> Result<VerdictRow, RunError> {
    let mut scored: Vec<(usize, Score)> = Vec::new();
    for (i, marks) in stage.marks.iter().enumerate() {
        scored.push((i, buyer.score(marks)?));
    }
    scored.sort_by(|a, b| b.1.total.total_cmp(&a.1.total).then(a.0.cmp(&b.0)));
    let first_of = |scores: &&[f64]| -> Option<usize> {
        let known = scores.iter().enumerate().filter(|(_, s)| s.is_finite());
        known.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(i, _)| i)
    };
    let firsts: Vec<usize> = drawn.iter().filter_map(first_of).collect();
    let pluggable = scored.iter().find(|(i, _)| stage.designs[*i] == PLUGGABLE);
    let scores = scored.iter().map(|(i, score)| {
        let lead = pluggable.map(|(p, other)| {
            let apart = |d: &&[f64]| Some(d.get(*i)? - d.get(*p)?);
            let nominal = (score.total - other.total).value();
            (nominal, range(nominal, drawn.iter().filter_map(apart).collect()))
        });
        let own: Vec<f64> = drawn.iter().filter_map(|d| d.get(*i).copied()).collect();
        let wins = firsts.iter().filter(|f| *f == i).count();
        let total = score.total.value();
        ScoreRow {
            technology: stage.designs[*i].clone(),
            score: total,
            range: range(total, own),
            wins: to_f64(wins) / to_f64(firsts.len().max(1)),
            over_pluggable: lead.map(|l| l.0),
            over_pluggable_range: lead.map(|l| l.1),
        }
    });
    let lead = match scored.as_slice() {
        [(_, first), (_, second), ..] => first
            .over(second)
            .into_iter()
            .filter(|(_, points)| points.value().abs() > 1e-6)
            .map(|(c, points)| LeadRow { criterion: c.name().to_owned(), points: points.value() })
            .collect(),
        _ => Vec::new(),
    };
    Ok(VerdictRow {
        buyer: buyer.name.clone(),
        scores: scores.collect(),
        lead,
        flip: flip(facts, stage, buyer, &scored),
    })
}

/// The weight that must move least, all others in proportion, for another design to draw level with the first.
///
/// # Model
/// With marks that differ by `d_k` and weights `w_k`, weight `k` moved to `w` gives the lead
/// `w d_k + (1 - w) R`, `R = sum_{j != k} w_j d_j / (1 - w_k)`: level at `w = R / (R - d_k)`.
fn flip(
    facts: &Facts<'_>,
    stage: &Stage,
    buyer: &Buyer,
    scored: &[(usize, Score)],
) -> Option<WeightFlip> {
    let ((first, _), others) = scored.split_first()?;
    let mut best: Option<(f64, WeightFlip)> = None;
    for (other, _) in others {
        let apart: Vec<f64> = stage.marks[*first]
            .0
            .iter()
            .zip(stage.marks[*other].0)
            .map(|(a, b)| a.value() - b.value())
            .collect();
        let weights: Vec<f64> = buyer.weights.iter().map(|w| w.weight.value()).collect();
        let lead: f64 = weights.iter().zip(&apart).map(|(w, d)| w * d).sum();
        for ((weight, d), criterion) in weights.iter().zip(&apart).zip(Criterion::ALL) {
            if *weight >= 1.0 {
                continue;
            }
            let rest = (lead - weight * d) / (1.0 - weight);
            let to = rest / (rest - d);
            if !to.is_finite() || !(0.0..=1.0).contains(&to) {
                continue;
            }
            let moved = (to - weight).abs();
            if best.as_ref().is_some_and(|(least, _)| *least <= moved) {
                continue;
            }
            let within = weight_range(facts, &buyer.name, criterion)
                .is_some_and(|[low, high]| (low..=high).contains(&to));
            let row = WeightFlip {
                criterion: criterion.name().to_owned(),
                from: *weight,
                to,
                technology: stage.designs[*other].clone(),
                within_range: within,
            };
            best = Some((moved, row));
        }
    }
    best.map(|(_, row)| row)
}

/// What a buyer's order of a tier says.
pub(super) fn sentence(tier: &BuyerTierRow, verdict: &VerdictRow) -> Option<String> {
    let [first, second, ..] = verdict.scores.as_slice() else { return None };
    let by = verdict.lead.iter().find(|l| l.points > 0.0)?;
    let mut text = format!(
        "{} in {}: {} ({:.2}) before {} ({:.2}), most of all by {}; first in {:.0} % of draws",
        verdict.buyer,
        tier.tier,
        first.technology,
        first.score,
        second.technology,
        second.score,
        by.criterion,
        100.0 * first.wins,
    );
    let most = verdict.scores.iter().max_by(|a, b| a.wins.total_cmp(&b.wins));
    if let Some(most) = most.filter(|most| most.wins > first.wins) {
        text.push_str(&format!(", where {} is in {:.0} %", most.technology, 100.0 * most.wins));
    }
    let closes = tier.designs.iter().find(|d| d.technology == first.technology);
    if let Some(design) = closes.filter(|d| d.serves < 0.95) {
        text.push_str(&format!(", its lanes close in {:.0} %", 100.0 * design.serves));
    }
    match &verdict.flip {
        Some(flip) => text.push_str(&format!(
            "; {} where {} weighs {:.0} in place of {:.0} %{}.",
            flip.technology,
            flip.criterion,
            100.0 * flip.to,
            100.0 * flip.from,
            if flip.within_range { ", within its range" } else { ", beyond its range" },
        )),
        None => text.push_str("; no weight alone would change that."),
    }
    Some(text)
}
