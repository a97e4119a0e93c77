//! All facts at once: in which share of the samples the decision stays, what parts the samples, and which inputs gains hang on.

mod inputs;
mod words;

use crate::evidence::changes;
use lightloom_decide::anew::{Anew, Watch};
use lightloom_decide::draws::{Draw, Seed, draws, quantiles};
use lightloom_decide::plan::{
    ClassConfidence, Confidence, FlipFact, GainRange, InputFact, LimitConfidence, RangeRow,
    SourceRow, StrategyConfidence, WinnerRow,
};
use lightloom_decide::preference::Cap;
use lightloom_decide::reach::family;
use lightloom_decide::sentence::FIGURES;
use lightloom_decide::{Case, Decided, Preference};
use lightloom_evidence::{Catalog, Facts};
use lightloom_fabric::Tier;
use lightloom_num::{mean, to_f64};
use lightloom_scenario::RunError;
use rayon::prelude::*;

/// Samples of a plan: a share of one half is then known to three places in a hundred, twice its standard error.
pub const SAMPLES: u32 = 1024;
/// Facts that are named for each class as going with another winner.
const FLIPS: usize = 5;
/// Standard errors by which two shares must differ to be told apart, among several hundred facts.
const APART: f64 = 4.0;
/// Samples that are drawn before progress is told.
const WAVE: u32 = 128;
/// Figures that differ by less, relatively, are alike: technologies that two strategies share.
const ALIKE: f64 = 1e-9;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The decision with the facts that it was made by.
    pub case: &'a Case<'a>,
    /// The facts.
    pub facts: &'a Facts<'a>,
    /// The decision.
    pub decided: &'a Decided,
    /// Samples.
    pub samples: u32,
}

/// One sample.
struct Sample {
    index: u32,
    /// For each judged class, the winner.
    winners: Vec<Option<String>>,
    /// For each judged class, what the recommended technology costs over the winner; `None` where it is not usable.
    regrets: Vec<Option<f64>>,
    /// For each strategy: network cost, network power, lost hours.
    totals: Vec<[f64; 3]>,
    /// Changes of the figures.
    gains: Vec<f64>,
    /// For each limit of the buyer, whether the recommended mix keeps it.
    limits: Vec<bool>,
}

/// How sure the decision is.
///
/// # Model
/// Every uncertain fact that the scenario does not state is drawn from its own distribution, all at once, by scrambled Sobol
/// points; the same points serve all candidates and strategies, so that what they share cancels. In each sample the fabric is built,
/// every technology that is built for a link class is assembled on it and judged by signal, date and vendors, and the one that
/// costs least over the years, or is preferred in the scenario's own way within its limits, wins. Gains keep the technologies of the decision.
///
/// Inputs: facts that move a gain most from points all over their ranges are exchanged one by one between pairs of samples, all
/// others together ([`lightloom_num::sobol_indices`]); what was not looked at one by one is named with its own share.
///
/// # Validity
/// Facts are independent, and shares of samples are of the ranges that the catalog states, most of them assumed: they are no
/// frequencies. Links beside the nominal ones are estimated ([`Anew`]). Classes stay split as decided.
///
/// # Errors
/// [`RunError`] when the decision cannot be taken up again.
pub fn confidence(
    asked: &Asked<'_>,
    mut progress: impl FnMut(u32),
) -> Result<Confidence, RunError> {
    let Asked { case, facts, decided, samples, .. } = *asked;
    let anew = Anew::new(case, facts, decided, Watch::Likely)?;
    let mut kept: Vec<Sample> = Vec::new();
    for start in (0..samples).step_by(WAVE as usize) {
        let wave = start..samples.min(start + WAVE);
        progress(wave.end);
        kept.extend(draws(&anew, case, wave, |draw| sample(case, draw, decided).ok()));
    }
    let classes = classes(case, decided, &kept);
    let unchanged = share(&kept, |s| {
        judged(decided).zip(&s.winners).all(|((_, pick), won)| won.as_ref() == Some(pick))
    });
    let uncertain = anew.uncertain();
    let mut confidence = Confidence {
        summary: Vec::new(),
        winning: if decided.preference.is_by_cost() { "costs least" } else { "is chosen" }
            .to_owned(),
        samples: u64::from(samples),
        counted: kept.len() as u64,
        facts: uncertain.len() as u64,
        unchanged_percent: unchanged,
        limits: limits(decided, &kept),
        classes: with_flips(facts, &uncertain, (classes, &kept), decided),
        strategies: strategies(decided, &kept),
        gains: gains(decided, &kept),
        inputs: inputs::inputs(asked, &uncertain, &kept)?,
    };
    confidence.summary = words::summary(case, decided, &confidence);
    Ok(confidence)
}

/// In how many samples the recommended mix keeps each limit of the buyer.
fn limits(decided: &Decided, samples: &[Sample]) -> Vec<LimitConfidence> {
    let row = |(place, cap): (usize, &Cap)| LimitConfidence {
        what: cap.limit.name().to_owned(),
        kept_percent: share(samples, |s| s.limits.get(place) == Some(&true)),
    };
    decided.preference.caps.iter().enumerate().map(row).collect()
}

/// Classes that are judged, by position, with the technology that is recommended.
fn judged(decided: &Decided) -> impl Iterator<Item = (usize, &String)> {
    let classes = decided.structure.fabric.link_classes.iter().enumerate();
    let picks = &decided.recommended().picks;
    classes
        .filter(|(_, class)| class.tier != Tier::FrontEnd)
        .filter_map(|(i, _)| Some((i, &picks.get(i)?.technology)))
}

fn sample(case: &Case<'_>, draw: &Draw<'_>, decided: &Decided) -> Result<Sample, RunError> {
    let classes = &draw.structure.fabric.link_classes;
    let preference = Preference::of(case.scenario, draw.facts, draw.structure)?;
    let chosen = preference.choose(classes, draw.candidates);
    let (mut winners, mut regrets) = (Vec::new(), Vec::new());
    for (class, pick) in judged(decided) {
        let candidates = &draw.candidates[class];
        let winner = chosen.get(class).copied().flatten();
        let own = candidates.iter().find(|c| c.technology == *pick && c.usable());
        regrets
            .push(winner.zip(own).map(|(best, own)| (own.tco.nominal - best.tco.nominal).as_usd()));
        winners.push(winner.map(|c| c.technology.clone()));
    }
    let totals = draw
        .outcomes
        .iter()
        .map(|o| [o.network_tco.nominal.as_usd(), o.power.network.as_w(), o.lost_to_network]);
    let gains = match (draw.outcomes.first(), draw.outcomes.last()) {
        (Some(old), Some(new)) => changes(old, new),
        _ => Vec::new(),
    };
    let kept = |cap: &Cap| {
        let total = |outcome| cap.limit.of(outcome, &draw.structure.fabric);
        draw.outcomes.last().is_some_and(|outcome| cap.keeps(total(outcome)))
    };
    let limits = preference.caps.iter().map(kept).collect();
    Ok(Sample { index: draw.index, winners, regrets, totals: totals.collect(), gains, limits })
}

/// Percent of the samples that are so.
fn share(samples: &[Sample], is: impl Fn(&Sample) -> bool) -> f64 {
    let count = samples.iter().filter(|s| is(s)).count();
    to_f64(count) / to_f64(samples.len().max(1)) * 100.0
}

fn classes(case: &Case<'_>, decided: &Decided, samples: &[Sample]) -> Vec<ClassConfidence> {
    let offer = |id: &str| case.library.offer(id);
    let one = |(place, (class, pick)): (usize, (usize, &String))| {
        let link_class = &decided.structure.fabric.link_classes[class];
        let won = |id: &str| share(samples, |s| s.winners[place].as_deref() == Some(id));
        let mut winners: Vec<WinnerRow> = decided.candidates[class]
            .iter()
            .map(|c| WinnerRow {
                technology: c.technology.clone(),
                name: offer(&c.technology).map_or_else(String::new, |t| t.name.clone()),
                family: offer(&c.technology).map_or("", family).to_owned(),
                percent: won(&c.technology),
            })
            .filter(|row| row.percent > 0.0)
            .collect();
        winners
            .sort_by(|a, b| b.percent.total_cmp(&a.percent).then(a.technology.cmp(&b.technology)));
        let regrets: Vec<f64> = samples.iter().filter_map(|s| s.regrets[place]).collect();
        ClassConfidence {
            class: link_class.name.clone(),
            links: link_class.links,
            technology: pick.clone(),
            wins_percent: won(pick),
            usable_percent: share(samples, |s| s.regrets[place].is_some()),
            winners,
            nothing_percent: share(samples, |s| s.winners[place].is_none()),
            mean_regret_usd: if decided.preference.is_by_cost() {
                mean(&regrets).unwrap_or(0.0)
            } else {
                0.0
            },
            flips: Vec::new(),
        }
    };
    judged(decided).enumerate().map(one).collect()
}

/// Facts that part the samples with another winner from the others.
///
/// # Model
/// Samples are parted in three by the fact's place in its distribution. A fact is named where the shares with another winner in the
/// lowest and in the highest third differ by [`APART`] standard errors.
fn with_flips(
    facts: &Facts<'_>,
    uncertain: &[usize],
    (mut classes, samples): (Vec<ClassConfidence>, &[Sample]),
    decided: &Decided,
) -> Vec<ClassConfidence> {
    let catalog = facts.catalog();
    let sequence = Seed::MAIN.sequence();
    // For each fact the thirds of the samples.
    let thirds: Vec<(usize, Vec<u8>)> = uncertain
        .par_iter()
        .map(|fact| {
            let place = |s: &Sample| match sequence.coordinate(s.index, *fact) {
                u if u < 1.0 / 3.0 => 0,
                u if u > 2.0 / 3.0 => 2,
                _ => 1,
            };
            (*fact, samples.iter().map(place).collect())
        })
        .collect();
    let picks: Vec<&String> = judged(decided).map(|(_, pick)| pick).collect();
    for (place, class) in classes.iter_mut().enumerate() {
        let flipped: Vec<bool> =
            samples.iter().map(|s| s.winners[place].as_ref() != Some(picks[place])).collect();
        let mut found: Vec<(f64, FlipFact)> = Vec::new();
        for (fact, thirds) in &thirds {
            let of = |third: u8| {
                let inside = thirds.iter().zip(&flipped).filter(|(t, _)| **t == third);
                let (count, flips) =
                    inside.fold((0, 0), |(n, k), (_, flip)| (n + 1, k + usize::from(*flip)));
                (to_f64(flips), to_f64(count).max(1.0))
            };
            let ((low, of_low), (high, of_high)) = (of(0), of(2));
            let both = (low + high) / (of_low + of_high);
            let error = (both * (1.0 - both) * (1.0 / of_low + 1.0 / of_high)).sqrt();
            let apart = (low / of_low - high / of_high).abs();
            if apart > APART * error && apart > 0.0 {
                let row = FlipFact {
                    fact: input(catalog, *fact),
                    low_third_percent: low / of_low * 100.0,
                    high_third_percent: high / of_high * 100.0,
                };
                found.push((apart, row));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.fact.id.cmp(&b.1.fact.id)));
        class.flips = found.into_iter().take(FLIPS).map(|(_, row)| row).collect();
    }
    classes
}

/// A fact as a row.
#[must_use]
pub fn input(catalog: &Catalog, position: usize) -> InputFact {
    let fact = &catalog.facts()[position];
    InputFact {
        id: fact.id.clone(),
        about: fact.about.clone(),
        value: fact.show(fact.value),
        range: [fact.show(fact.low), fact.show(fact.high)],
        kind: fact.kind.name().to_owned(),
        source: source_row(catalog, &fact.source),
    }
}

/// A source by its key.
#[must_use]
pub fn source_row(catalog: &Catalog, key: &str) -> SourceRow {
    catalog.sources().get(key).map_or_else(
        || SourceRow { title: key.to_owned(), url: String::new() },
        |s| SourceRow { title: s.title.clone(), url: s.url.clone() },
    )
}

/// A value with the 5, 50 and 95 % of samples.
fn range(central: f64, values: Vec<f64>) -> RangeRow {
    let [low, median, high] = quantiles(values, [0.05, 0.5, 0.95]).unwrap_or([central; 3]);
    RangeRow { central, low, median, high }
}

fn strategies(decided: &Decided, samples: &[Sample]) -> Vec<StrategyConfidence> {
    let least = |place: usize, figure: usize| {
        share(samples, |s| {
            let own = s.totals[place][figure];
            s.totals.iter().all(|other| own <= other[figure] * (1.0 + ALIKE))
        })
    };
    let cost = |place: usize| decided.strategies[place].outcome.network_tco.nominal.as_usd();
    let row = |(place, strategy): (usize, &lightloom_decide::Evaluated)| {
        let against = |own: f64, base: f64| (own / base - 1.0) * 100.0;
        let drawn = samples.iter().map(|s| against(s.totals[place][0], s.totals[0][0])).collect();
        StrategyConfidence {
            id: strategy.rule.id().to_owned(),
            cheapest_percent: least(place, 0),
            least_power_percent: least(place, 1),
            least_lost_percent: least(place, 2),
            cost_against_baseline_percent: range(against(cost(place), cost(0)), drawn),
        }
    };
    decided.strategies.iter().enumerate().map(row).collect()
}

fn gains(decided: &Decided, samples: &[Sample]) -> Vec<GainRange> {
    let nominal = changes(&decided.baseline().outcome, &decided.recommended().outcome);
    let row = |(i, figure): (usize, &lightloom_decide::sentence::Figure)| GainRange {
        what: figure.what.to_owned(),
        change_percent: range(nominal[i], samples.iter().map(|s| s.gains[i]).collect()),
        better_percent: share(samples, |s| {
            let change = s.gains[i];
            if figure.less_is_better { change < -ALIKE } else { change > ALIKE }
        }),
    };
    FIGURES.iter().enumerate().map(row).collect()
}
