//! How sure a decision is, in sentences.

use lightloom_decide::plan::{ClassConfidence, Confidence, GainInputs};
use lightloom_decide::sentence::{FIGURES, dollars, list, name};
use lightloom_decide::{Case, Decided};
use lightloom_units::thousands;

/// Inputs that are said to decide.
const DECIDING: usize = 5;

/// The answer's confidence: the whole, each class, the inputs.
pub(super) fn summary(case: &Case<'_>, decided: &Decided, found: &Confidence) -> Vec<String> {
    let mut out = vec![whole(found) + &doubts(case, found)];
    let of_class = |class| of_class(case, class, &found.winning);
    out.extend(found.classes.iter().map(of_class));
    let cost = FIGURES.iter().position(|figure| figure.what.starts_with("network cost"));
    let of_cost = cost.and_then(|i| found.inputs.iter().find(|g| g.what == FIGURES[i].what));
    let pays = decided.baseline().picks.iter().zip(&decided.recommended().picks);
    if let (Some(inputs), true) = (of_cost, pays.clone().any(|(a, b)| a.technology != b.technology))
    {
        out.push(deciding(inputs));
    }
    out
}

fn percent(share: f64) -> String {
    // What is not certain is not said to be.
    match share {
        s if s > 99.0 && s < 100.0 => "over 99 %".to_owned(),
        s if s > 0.0 && s < 1.0 => "under 1 %".to_owned(),
        s => format!("{s:.0} %"),
    }
}

fn whole(found: &Confidence) -> String {
    let better = |what: &str| {
        let gain = found.gains.iter().find(|gain| gain.what.starts_with(what));
        percent(gain.map_or(0.0, |gain| gain.better_percent))
    };
    let left_out = found.samples - found.counted;
    let left_out = match left_out {
        0 => String::new(),
        1 => " (one is left out: no cluster can be built with it)".to_owned(),
        n => format!(" ({} are left out: no cluster can be built with them)", thousands(n)),
    };
    let within: Vec<String> = found
        .limits
        .iter()
        .map(|limit| {
            let kept = percent(limit.kept_percent);
            format!(" Its {} stays within the limit in {kept} of them.", limit.what)
        })
        .collect();
    format!(
        "All {} uncertain facts were drawn at once, {} times{left_out}: every link class keeps its technology in {} of the samples. As \
         decided, the mix's network costs less than the baseline's in {} of them and draws less in {}.{}",
        thousands(found.facts),
        thousands(found.samples),
        percent(found.unchanged_percent),
        better("network cost"),
        better("network power"),
        within.concat(),
    )
}

/// Where the samples do not bear out what is taken.
fn doubts(case: &Case<'_>, found: &Confidence) -> String {
    let own = |class: &ClassConfidence| name(case, &class.technology);
    let seldom = found.classes.iter().filter(|class| class.seldom_serves());
    let seldom: Vec<String> = seldom
        .map(|class| format!("{} ({}, {})", class.class, own(class), percent(class.usable_percent)))
        .collect();
    let outnumbered = |class: &ClassConfidence| {
        let other = class.outnumbered_by()?;
        let other = format!("{} {}", name(case, &other.technology), percent(other.percent));
        let own = format!("{} {}", own(class), percent(class.wins_percent));
        Some(format!("{} ({other}, {own})", class.class))
    };
    let outnumbered: Vec<String> = found.classes.iter().filter_map(outnumbered).collect();
    let mut out = String::new();
    if !seldom.is_empty() {
        out += &format!(
            " What is taken serves in less than half of them on {}: measure such lanes before they are bought.",
            list(&seldom)
        );
    }
    if !outnumbered.is_empty() {
        out += &format!(
            " Another technology {} in more of them on {}: the catalog's own values favour what is taken, their ranges do not.",
            found.winning,
            list(&outnumbered)
        );
    }
    out
}

fn of_class(case: &Case<'_>, class: &ClassConfidence, winning: &str) -> String {
    let own = name(case, &class.technology);
    let others: Vec<String> = class
        .winners
        .iter()
        .filter(|row| row.technology != class.technology)
        .take(2)
        .map(|row| format!("{} in {}", name(case, &row.technology), percent(row.percent)))
        .collect();
    let mut text = format!(
        "{}: {own} serves and is ready in {} of the samples and {winning} in {}",
        class.class,
        percent(class.usable_percent),
        percent(class.wins_percent)
    );
    if !others.is_empty() {
        text.push_str(&format!("; {}", others.join(", ")));
    }
    text.push('.');
    if class.mean_regret_usd > 0.5 {
        text.push_str(&format!(
            " Where it serves, knowing every fact would save {} on average.",
            dollars(class.mean_regret_usd)
        ));
    }
    if let Some(flip) = class.flips.first() {
        text.push_str(&format!(
            " What flips it first: {}, with another winner in {} of the samples where it is low and in {} where it is high.",
            flip.fact.about,
            percent(flip.low_third_percent),
            percent(flip.high_third_percent)
        ));
    }
    text
}

fn deciding(inputs: &GainInputs) -> String {
    let five: Vec<String> = inputs
        .inputs
        .iter()
        .take(DECIDING)
        .map(|input| {
            let share = input.share.total.value.max(0.0) * 100.0;
            format!("{} ({}, {})", input.fact.about, input.fact.kind, percent(share))
        })
        .collect();
    format!(
        "The inputs that decide the change of {}, with the share of its variance that each takes part in: {}; all other {} facts together {}.",
        inputs.what,
        five.join("; "),
        inputs.others_count,
        percent(inputs.others.total.value.max(0.0) * 100.0)
    )
}
