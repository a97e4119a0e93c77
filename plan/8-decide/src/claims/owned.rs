//! Owned against rented: C13.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::{place, range, views};
use crate::strategy::Rule;
use lightloom_economics::ownership::OwnedError;
use lightloom_economics::price::accelerator_price;
use lightloom_economics::{KeptFor, Owned, Rent};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_scenario::run::{as_f64, finance, scale_up_bill};
use lightloom_units::{Frequency, Money, Power, Ratio, Time};

/// Years kept and shares of use that are tried; the first pair is the usual case.
const KEPT: [(f64, f64); 8] = [
    (5.0, 0.8),
    (1.0, 0.8),
    (2.0, 0.8),
    (3.0, 0.8),
    (4.0, 0.8),
    (6.0, 0.8),
    (5.0, 0.4),
    (5.0, 0.6),
];

pub(super) fn against_rented(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let decided = grounds.decided()?;
    // As `lightloom cost` has it.
    let recommended = place(Rule::Recommended);
    let outcome = &decided.strategies[recommended].outcome;
    let accelerators = as_f64(decided.structure.fabric.accelerators);
    let network = (outcome.bill.total - scale_up_bill(&outcome.bill)) / accelerators;
    let power = outcome.power.cluster / accelerators;
    let drawn = grounds.readiness()?;
    let (hour, hour_range) =
        drawn.drawn.figure(|t| t[recommended].accelerator_hour.as_usd_per_hour());
    let mut answers = vec![
        Answer::new(
            "an owned accelerator-hour",
            "everything over productive hours, as the plan has it",
            hour,
            "USD/h",
        )
        .spread(hour_range),
    ];
    let (rent, rents) = grounds.fact("finance.accelerator_hour", 1.0 / 3600.0)?;
    answers.push(Answer::new("rent of an hour", "market of today", rent, "USD/h").spread(rents));
    let mut words = Vec::new();
    let kept = |facts: &Facts<'_>, (held, used): (f64, f64)| {
        keep(grounds, facts, (network, power), Time::years(held), Ratio::new(used))
    };
    for case in KEPT {
        let nominal = kept(grounds.facts, case)?;
        let draws: Vec<KeptFor> =
            views(grounds.facts).map(|view| kept(&view, case)).collect::<Result<_, _>>()?;
        let figure = |of: fn(&KeptFor) -> f64| {
            (of(&nominal), range(of(&nominal), draws.iter().map(of).collect()))
        };
        let boundary =
            format!("kept {}, used {:.0} % of the hours it is up", years(case.0), 100.0 * case.1);
        let (ratio, ratios) = figure(|k| k.owned_hour / k.rented_hour);
        let answer =
            Answer::new("owned over rented hour", boundary.clone(), ratio, "").spread(ratios);
        // The claim speaks of clusters that are used.
        answers.push(if case.1 >= KEPT[0].1 { answer.at_most(1.0) } else { answer });
        words.push(format!(
            "{} at {:.0} %: {ratio:.2} ({:.2} to {:.2})",
            years(case.0),
            100.0 * case.1,
            ratios[0],
            ratios[1]
        ));
        if case == KEPT[0] {
            for (what, unit, of) in [
                (
                    "owned hour",
                    "USD/h",
                    (|k| k.owned_hour.as_usd_per_hour()) as fn(&KeptFor) -> f64,
                ),
                ("level rent of these years", "USD/h", |k| k.rented_hour.as_usd_per_hour()),
                ("use at which both cost the same", "%", |k| k.break_even_use.value() * 100.0),
                ("rent of today at which both cost the same", "USD/h", |k| {
                    k.break_even_rent.as_usd_per_hour()
                }),
            ] {
                let (value, ends) = figure(of);
                let answer = Answer::new(what, boundary.clone(), value, unit).spread(ends);
                // No hour is used twice.
                answers.push(if unit == "%" { answer.at_most(100.0) } else { answer });
            }
        }
    }
    let explanation = format!(
        "An owned hour over a rented one: {}. Ranges are 5 to 95 % of draws of all facts; rents of one year alone span {:.1} to {:.1} \
         USD/h and have risen as well as fallen, so use and time kept decide only where the market is known. The rent of this \
         accelerator is not published: the worth of an accelerator-hour stands for it.",
        words.join("; "),
        rents[0],
        rents[1],
    );
    let command = format!("lightloom cost {}.toml", grounds.cluster_name());
    Ok(Claim::new("C13", answers, explanation, command).led_by("use at which both cost", ""))
}

/// A number of whole years in words.
fn years(n: f64) -> String {
    format!("{n:.0} year{}", if n > 1.5 { "s" } else { "" })
}

fn keep(
    grounds: &Grounds<'_>,
    facts: &Facts<'_>,
    (network, power): (Money, Power),
    held: Time,
    used: Ratio,
) -> Result<KeptFor, RunError> {
    let finance = finance(grounds.cluster(), facts)?;
    let hardware = accelerator_price(facts, &grounds.cluster().cluster.accelerator)? + network;
    let owned = Owned::from_facts(facts, &finance, hardware, power).map_err(|e| match e {
        OwnedError::Fact(error) => RunError::from(error),
        OwnedError::Economics(error) => RunError::from(error),
    })?;
    let rent =
        Rent { hour: finance.accelerator_hour, erosion_per_year: facts.get("rent.erosion")? };
    // Tokens are not asked for: any rate does.
    Ok(owned.kept_for(held, used, &rent, Frequency::hz(1.0))?)
}
