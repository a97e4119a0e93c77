//! Dearer to buy, cheaper over the years: C04.

use super::grounds::Grounds;
use super::{Answer, Claim};
use crate::draws::{Totals, place};
use crate::sentence::dollars;
use crate::strategy::Rule;
use lightloom_economics::{Design, compare};
use lightloom_scenario::run::{as_f64, finance};
use lightloom_scenario::{Outcome, RunError};
use lightloom_units::{Money, Time};

pub(super) fn over_its_life(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let known = grounds.readiness()?;
    let drawn = &known.drawn;
    let decided = grounds.decided()?;
    let finance = finance(grounds.cluster(), grounds.facts)?;
    let years = finance.life.as_years();
    let old = place(Rule::Baseline);
    let (price, price_range) = drawn.figure(|t| t[old].network_price.as_usd());
    let mut answers = vec![
        Answer::new(
            "price of the network",
            "copper and retimed pluggables, all parts",
            price,
            "USD",
        )
        .spread(price_range),
    ];
    let money = |of: fn(&Totals) -> Money, i: usize| {
        drawn.figure(move |t| (of(&t[i]) - of(&t[old])).as_usd())
    };
    let mut words = Vec::new();
    for rule in
        [Rule::CoPackagedSwitch, Rule::CoPackagedAccelerator, Rule::NearPackage, Rule::Linear]
    {
        let i = place(rule);
        let claimed = rule == Rule::CoPackagedSwitch;
        let (premium, premium_range) = money(|t| t.network_price, i);
        let answer = Answer::new(
            "premium to buy",
            format!("{}, price of the network", rule.name()),
            premium,
            "USD",
        )
        .spread(premium_range);
        answers.push(if claimed { answer.at_least(0.0) } else { answer });
        for (boundary, of) in [
            ("network", (|t| t.network_cost) as fn(&Totals) -> Money),
            ("cluster", |t| t.cluster_cost),
        ] {
            let (more, [low, high]) = money(of, i);
            let answer = Answer::new(
                "saved over the years",
                format!("{}, {boundary}, {years:.0} years", rule.name()),
                -more,
                "USD",
            )
            .spread([-high, -low]);
            answers.push(if claimed { answer.at_least(0.0) } else { answer });
            if claimed && boundary == "cluster" {
                words.push(format!(
                    "have a premium of {} ({} to {}) to buy and save {} ({} to {}) over {years:.0} years, negative where they cost more",
                    dollars(premium),
                    dollars(premium_range[0]),
                    dollars(premium_range[1]),
                    dollars(-more),
                    dollars(-high),
                    dollars(-low)
                ));
            }
        }
        if claimed {
            let both = drawn.share(|t| {
                t[i].network_price > t[old].network_price && t[i].cluster_cost < t[old].cluster_cost
            });
            let less = drawn.share(|t| t[i].cluster_cost < t[old].cluster_cost);
            answers.push(Answer::new(
                "dearer to buy and cheaper over the years",
                "share of draws",
                both,
                "%",
            ));
            answers.push(Answer::new("cheaper over the years", "share of draws", less, "%"));
            words.push(format!("they are dearer to buy and cheaper over the years in {both:.0} % of draws, cheaper over the years in {less:.0} %"));
            let accelerators = decided.structure.fabric.accelerators;
            let of = |rule: Rule| {
                network(&decided.strategies[place(rule)].outcome, accelerators, finance.labour)
            };
            let held = compare(&of(Rule::Baseline), &of(rule), &finance)?;
            let least = held.break_even_premium.as_usd();
            answers.push(Answer::new(
                "premium at which both cost the same",
                "network, discounted, at nominal facts",
                least,
                "USD",
            ));
            words.push(format!("a premium of {} would be level", dollars(least)));
        }
    }
    let dearer = drawn.share(|t| t[old].network_price.as_usd() > price);
    let explanation = format!(
        "Against copper and retimed pluggables on this cluster, co-packaged optics at the switches {}. Ranges are 5 to 95 % of joint \
         draws of all facts: margins of vendors and prices of modules and engines move the sign of the premium. The pluggable network is \
         dearer than at nominal prices in {dearer:.0} % of draws, since the prices that sources name for modules lie above the nominal one.",
        words.join("; ")
    );
    let command = format!("lightloom cost {}.toml", grounds.cluster_name());
    Ok(Claim::new("C04", answers, explanation, command)
        .led_by("saved over the years", &format!("{}, cluster", Rule::CoPackagedSwitch.name())))
}

/// The network of an outcome, as the economics floor takes a design.
fn network(outcome: &Outcome, accelerators: u64, labour: lightloom_units::MoneyPerTime) -> Design {
    let tco = &outcome.network_tco;
    let hands_on = outcome.network_labour_per_year;
    Design {
        hardware: tco.hardware,
        power: outcome.power.network,
        parts_per_year: (tco.repair_per_year - labour * hands_on).max(Money::ZERO),
        labour_per_year: hands_on,
        accelerator_time_lost_per_year: Time::years(outcome.lost_to_network * as_f64(accelerators)),
    }
}
