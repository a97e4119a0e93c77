//! What weights and limits make of a choice, in rows and sentences.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided};
use crate::plan::{LimitRow, PreferenceRow, WeighedRow};
use crate::preference::{Cap, Preference};
use crate::sentence::{as_percent, capitalised, dollars, list, name};
use lightloom_economics::Score;
use lightloom_fabric::LinkClass;
use lightloom_units::Money;

/// What the recommended mix was chosen by, and what that changes.
pub(crate) fn row(case: &Case<'_>, decided: &Decided) -> PreferenceRow {
    let preference = &decided.preference;
    let mut weights: Vec<WeighedRow> = preference.buyer().map_or_else(Vec::new, |buyer| {
        let row = |w: &lightloom_economics::buyer::Weight| WeighedRow {
            criterion: w.criterion.name().to_owned(),
            weight: w.weight.value(),
        };
        buyer.weights.iter().map(row).filter(|row| row.weight > 0.0).collect()
    });
    weights.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut summary = Vec::new();
    summary.extend(by_weights(case, decided, &weights));
    summary.extend(by_limits(case, decided));
    PreferenceRow {
        by: preference.buyer().map_or_else(|| "cost".to_owned(), |buyer| buyer.name.clone()),
        summary,
        weights,
        limits: preference.caps.iter().map(|cap| limit_row(decided, cap)).collect(),
    }
}

fn limit_row(decided: &Decided, cap: &Cap) -> LimitRow {
    let fabric = &decided.structure.fabric;
    let [old, new] = [decided.baseline(), decided.recommended()]
        .map(|strategy| cap.limit.of(&strategy.outcome, fabric));
    LimitRow {
        what: cap.limit.name().to_owned(),
        most: cap.limit.show(cap.most),
        recommended: cap.limit.show(new),
        baseline: cap.limit.show(old),
        share: new / cap.most,
        kept: cap.keeps(new),
    }
}

/// Classes on which another mix takes something else, as `dac on scale-up`, and what it costs over the recommended one.
fn apart(
    case: &Case<'_>,
    decided: &Decided,
    other: &[Option<&Candidate>],
) -> Option<(String, Money)> {
    let classes = decided.structure.fabric.link_classes.iter();
    let each = classes.zip(other).zip(&decided.recommended().picks);
    let differ = each.filter_map(|((class, other), own)| {
        other.filter(|o| o.technology != own.technology).map(|other| (class, other, own))
    });
    let (mut parts, mut more) = (Vec::new(), Money::ZERO);
    for (class, other, own) in differ {
        parts.push(format!("{} on {}", name(case, &other.technology), class.name));
        more += other.tco.nominal - own.tco.nominal;
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    (!parts.is_empty()).then(|| (list(&parts), more))
}

/// `costs $1.2 M more` or `less`.
fn costs(more: Money) -> String {
    let word = if more < Money::ZERO { "less" } else { "more" };
    format!("costs {} {word}", dollars(more.as_usd().abs()))
}

fn by_weights(case: &Case<'_>, decided: &Decided, weights: &[WeighedRow]) -> Option<String> {
    let buyer = decided.preference.buyer()?;
    let all: Vec<String> =
        weights.iter().map(|w| format!("{} {:.0} %", w.criterion, w.weight * 100.0)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let own =
        if case.scenario.buyer.weights.is_some() { "" } else { ", as the catalog assumes them" };
    let by = format!("Chosen by the weights of {}{own}: {}", article(&buyer.name), list(&all));
    let classes = &decided.structure.fabric.link_classes;
    let by_cost = Preference::by_cost().choose(classes, &decided.candidates);
    Some(match apart(case, decided, &by_cost) {
        None => format!("{by}. Cost alone would choose the same."),
        Some((parts, more)) => {
            format!("{by}. Cost alone would choose {parts}, which {} over the years.", costs(more))
        }
    })
}

fn article(name: &str) -> String {
    match name {
        "the buyer" => name.to_owned(),
        _ if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
        _ if name.starts_with("hpc") => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

fn by_limits(case: &Case<'_>, decided: &Decided) -> Vec<String> {
    let preference = &decided.preference;
    let fabric = &decided.structure.fabric;
    let mix = decided.recommended();
    let mut out = Vec::new();
    for cap in &preference.caps {
        let (limit, total) = (cap.limit, cap.limit.of(&mix.outcome, fabric));
        let most = limit.show(cap.most);
        if cap.keeps(total) {
            let share = as_percent(total / cap.most);
            out.push(format!("{} {} of at most {most}, {share}.", limit.name(), limit.show(total)));
            continue;
        }
        let over = limit.show(total - cap.most);
        // With everything else free.
        let least = least(decided, cap);
        out.push(if cap.keeps(least) {
            format!(
                "no choice of technologies keeps all limits together: {} is {}, {over} over its {most}",
                limit.name(),
                limit.show(total)
            )
        } else if cap.keeps(cap.beside) {
            format!(
                "no choice of technologies keeps {} within {most}: the least is {}; {} of it is not in links",
                limit.name(),
                limit.show(least),
                limit.show(cap.beside)
            )
        } else {
            format!(
                "no choice of technologies keeps {} within {most}: without any link it is {}",
                limit.name(),
                limit.show(cap.beside)
            )
        });
    }
    let free = preference.without_limits().choose(&fabric.link_classes, &decided.candidates);
    if let Some((parts, more)) = apart(case, decided, &free) {
        let broken: Vec<String> = preference
            .caps
            .iter()
            .filter_map(|cap| {
                let picks = free.iter().zip(&mix.picks).map(|(free, own)| free.unwrap_or(own));
                let total = cap.total(picks);
                let limit = cap.limit;
                (!cap.keeps(total)).then(|| format!("{} {}", limit.name(), limit.show(total)))
            })
            .collect();
        let broken: Vec<&str> = broken.iter().map(String::as_str).collect();
        out.push(format!(
            "without limits it would be {parts}, which {} over the years and has {}",
            costs(more),
            list(&broken)
        ));
    }
    out.into_iter().map(|text| format!("{}.", capitalised(text.trim_end_matches('.')))).collect()
}

/// The least that any mix takes of what is limited.
fn least(decided: &Decided, cap: &Cap) -> f64 {
    let of_class = |(candidates, own): (&Vec<Candidate>, &Candidate)| {
        let usable = candidates.iter().filter(|c| c.usable()).map(|c| cap.limit.taken(c));
        let least = usable.fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { cap.limit.taken(own) }
    };
    let picks = &decided.recommended().picks;
    cap.beside + decided.candidates.iter().zip(picks).map(of_class).sum::<f64>()
}

/// Why a usable candidate is not taken.
pub(crate) struct PassedOver {
    /// As the end of a sentence: `costs $1.2 M more`.
    pub(crate) text: String,
    /// Whether it would be preferred but for a limit.
    pub(crate) by_limit: bool,
}

/// Why a usable candidate of a class is not the one that is taken; `None` for the one that is.
pub(crate) fn passed_over(
    decided: &Decided,
    (index, scores): (usize, Option<&[Score]>),
    candidate: &Candidate,
) -> Option<PassedOver> {
    let picks = &decided.recommended().picks;
    let pick = picks.get(index)?;
    if !candidate.usable() || candidate.technology == pick.technology {
        return None;
    }
    let candidates = decided.candidates.get(index)?;
    let place = |id: &str| candidates.iter().position(|c| c.technology == id);
    let scored = scores.and_then(|all| {
        Some((all.get(place(&candidate.technology)?)?, all.get(place(&pick.technology)?)?))
    });
    let more = candidate.tco.nominal - pick.tco.nominal;
    let (better, text) = match scored {
        None => (more < Money::ZERO, costs(more)),
        Some((own, best)) => {
            let apart = (own.total - best.total).value();
            let better = apart > 0.0;
            let by =
                own.over(best).into_iter().find(|(_, points)| (points.value() > 0.0) == better);
            let by =
                by.map_or_else(String::new, |(by, _)| format!(", most of all by {}", by.name()));
            let word = if better { "more" } else { "less" };
            (better, format!("{:.3} points, {:.3} {word}{by}", own.total.value(), apart.abs()))
        }
    };
    if !better {
        return Some(PassedOver { text, by_limit: false });
    }
    // What would be first by the measure stands back for a limit.
    let swapped = |i: usize, own| if i == index { candidate } else { own };
    let broken: Vec<String> = decided
        .preference
        .caps
        .iter()
        .filter_map(|cap| {
            let total = cap.total(picks.iter().enumerate().map(|(i, own)| swapped(i, own)));
            let (limit, most) = (cap.limit, cap.limit.show(cap.most));
            let of = || format!("{} would be {} of {most}", limit.name(), limit.show(total));
            (!cap.keeps(total)).then(of)
        })
        .collect();
    let broken: Vec<&str> = broken.iter().map(String::as_str).collect();
    Some(match broken.as_slice() {
        [] => PassedOver { text, by_limit: false },
        broken => PassedOver { text: format!("{text}, but {}", list(broken)), by_limit: true },
    })
}

/// The candidate of a class that would be taken next, were there no limits on the whole.
pub(crate) fn next_best(decided: &Decided, index: usize) -> Option<&Candidate> {
    let pick = decided.recommended().picks.get(index)?;
    let others = |c: &Candidate| c.usable() && c.technology != pick.technology;
    decided.preference.first(decided.candidates.get(index)?, others)
}

/// What comes next after the one that is taken, as the end of a sentence on a class.
pub(crate) fn told_next(
    case: &Case<'_>,
    decided: &Decided,
    (index, class): (usize, &LinkClass),
) -> String {
    let Some(other) = next_best(decided, index) else {
        return format!("no other usable technology closes at {:.1}", class.lengths.max);
    };
    let scores = decided.preference.scores(&decided.candidates[index]);
    let why = passed_over(decided, (index, scores.as_deref()), other);
    let has = if scores.is_some() { "has " } else { "" };
    let why = why.map_or_else(String::new, |why| why.text);
    format!("{} {has}{why}", name(case, &other.technology))
}
