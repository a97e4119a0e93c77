//! Sentences with numbers: headline, reasons, gains, findings.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided, Evaluated};
use crate::fabric_sheet::end_name;
use crate::plan::{Floor, Gain};
use crate::preferred;
use lightloom_fabric::{LinkClass, Tier};
use lightloom_package::{Technology, pair};
use lightloom_scenario::Outcome;
use lightloom_units::{Money, Power};

/// A figure of a strategy: its value and how to write it.
pub struct Figure {
    /// Name.
    pub what: &'static str,
    /// Value in its own unit.
    pub value: fn(&Outcome) -> f64,
    /// Value as text.
    pub show: fn(f64) -> String,
    /// Whether less is better.
    pub less_is_better: bool,
}

/// The figures in which strategies are compared.
pub const FIGURES: [Figure; 6] = [
    Figure {
        what: "network power",
        value: |s| s.power.network.as_w(),
        show: |v| Power::w(v).to_string(),
        less_is_better: true,
    },
    Figure {
        what: "cluster power",
        value: |s| s.power.cluster.as_w(),
        show: |v| Power::w(v).to_string(),
        less_is_better: true,
    },
    Figure {
        what: "network price",
        value: |s| s.bill.total.as_usd(),
        show: dollars,
        less_is_better: true,
    },
    Figure {
        what: "network cost over the years",
        value: |s| s.network_tco.nominal.as_usd(),
        show: dollars,
        less_is_better: true,
    },
    Figure {
        what: "cluster cost over the years",
        value: |s| s.tco.nominal.as_usd(),
        show: dollars,
        less_is_better: true,
    },
    Figure {
        what: "productive share of accelerator-hours",
        value: |s| s.availability.availability.value() * s.goodput.ettr.value(),
        show: |v| format!("{:.2} %", v * 100.0),
        less_is_better: false,
    },
];

/// Money for people: `$412 M`, `$9,311`.
#[must_use]
pub fn dollars(usd: f64) -> String {
    let sign = if usd < 0.0 { "-" } else { "" };
    let (number, unit) = match usd.abs() {
        v if v >= 0.9995e9 => (v / 1e9, " bn"),
        v if v >= 0.9995e6 => (v / 1e6, " M"),
        v if v >= 0.9995e4 => (v / 1e3, " k"),
        v if v >= 999.5 => {
            return format!("{sign}${}", lightloom_units::grouped(&format!("{v:.0}")));
        }
        v => (v, ""),
    };
    format!("{sign}${}{unit}", lightloom_units::significant(number, 3))
}

/// Change from an old value to a new one, percent of the old; nothing of nothing.
#[must_use]
pub fn percent(new: f64, old: f64) -> f64 {
    if old.abs() > 0.0 { (new / old - 1.0) * 100.0 } else { 0.0 }
}

fn change(value: f64) -> String {
    if value.abs() < 0.05 {
        "stays the same".to_owned()
    } else if value < 0.0 {
        format!("falls by {:.1} %", -value)
    } else {
        format!("rises by {value:.1} %")
    }
}

/// Gains of the recommended mix, their ranges equal to the nominal change until the evidence is varied.
#[must_use]
pub fn gains(decided: &Decided, years: f64) -> Vec<Gain> {
    let (old, new) = (decided.baseline(), decided.recommended());
    FIGURES
        .iter()
        .map(|figure| {
            let (a, b) = ((figure.value)(&old.outcome), (figure.value)(&new.outcome));
            let change_percent = percent(b, a);
            Gain {
                what: figure.what.replace("the years", &format!("{years:.0} years")),
                baseline: (figure.show)(a),
                recommended: (figure.show)(b),
                change_percent,
                change_range_percent: [change_percent, change_percent],
                less_is_better: figure.less_is_better,
            }
        })
        .collect()
}

/// Name of a technology within a sentence.
#[must_use]
pub fn name(case: &Case<'_>, id: &str) -> String {
    within(case.library.offer(id).map_or(id, |t| t.name.as_str()))
}

/// A name within a sentence: `retimed pluggable`, but `CPO tier 1`.
#[must_use]
pub fn within(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), &name[first.len_utf8()..])
        }
        _ => name.to_owned(),
    }
}

/// The same at the head of a sentence.
fn title<'c>(case: &Case<'c>, id: &'c str) -> &'c str {
    case.library.offer(id).map_or(id, |t| t.name.as_str())
}

/// One sentence: what to take by tier, and what that changes.
#[must_use]
pub fn headline(case: &Case<'_>, decided: &Decided) -> String {
    let fabric = &decided.structure.fabric;
    let (old, new) = (decided.baseline(), decided.recommended());
    // Places by technology, in the order in which they first appear.
    let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
    let same = |known: &str, id: &str| pair::same_ends(known, id);
    let mut take = |id, place: String| match parts.iter_mut().find(|(known, _)| same(known, id)) {
        Some((_, places)) => places.push(place),
        None => parts.push((id, vec![place])),
    };
    for tier in [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd] {
        let classes = fabric.link_classes.iter().zip(&new.picks);
        let picks: Vec<(&LinkClass, &Candidate)> =
            classes.filter(|(class, _)| class.tier == tier).collect();
        let Some((_, first)) = picks.first() else { continue };
        let place = if tier == Tier::FrontEnd { "the front end" } else { tier.name() };
        let alike = |pick: &Candidate| pick.usable() && same(&pick.technology, &first.technology);
        if picks.iter().all(|(_, pick)| alike(pick)) {
            take(&first.technology, place.to_owned());
        } else {
            let usable = picks.iter().filter(|(_, pick)| pick.usable());
            usable.for_each(|(class, pick)| take(&pick.technology, class.name.clone()));
        }
    }
    let phrases: Vec<String> = parts
        .iter()
        .map(|(id, places)| format!("{} for {}", name(case, id), list(places)))
        .collect();
    let taken = phrases.join("; ");
    let reason = |(class, pick): (&LinkClass, &Candidate)| {
        let why = pick.reason()?;
        Some(format!("{}, where {} is nearest: {why}", class.name, name(case, &pick.technology)))
    };
    let unserved: Vec<String> =
        fabric.link_classes.iter().zip(&new.picks).filter_map(reason).collect();
    if !unserved.is_empty() {
        let beside =
            if taken.is_empty() { String::new() } else { format!(" Beside that {taken}.") };
        return format!("Nothing usable serves {}.{beside}", unserved.join("; nor "));
    }
    let taken = capitalised(&taken);
    let gap = old.picks.iter().zip(&fabric.link_classes).find_map(|(pick, class)| {
        pick.unfit
            .as_ref()
            .map(|why| format!("{} on {}, {why}", name(case, &pick.technology), class.name))
    });
    if let Some(gap) = gap {
        return format!("{taken}. The baseline cannot be built: {gap}.");
    }
    if old.picks.iter().zip(&new.picks).all(|(a, b)| a.technology == b.technology) {
        let preference = &decided.preference;
        let by = if preference.buyer().is_some() { "by the buyer's weights" } else { "on cost" };
        let within = if preference.caps.is_empty() { "" } else { " within the limits" };
        return format!("{taken}: the baseline, which nothing usable beats {by}{within}.");
    }
    let cost = |e: &Evaluated| e.outcome.network_tco.nominal.as_usd();
    let power = |e: &Evaluated| e.outcome.power.network.as_w();
    format!(
        "{taken}: network cost {} ({}), network power {}.",
        change(percent(cost(new), cost(old))),
        dollars((cost(old) - cost(new)).abs()),
        change(percent(power(new), power(old))),
    )
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// Items as a sentence names them: `one, two and three`.
#[must_use]
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// Why a candidate is taken on a class.
#[must_use]
pub fn why(case: &Case<'_>, decided: &Decided, index: usize, class: &LinkClass) -> String {
    let pick = &decided.recommended().picks[index];
    let port = &pick.fitted.port;
    if let Some(reason) = pick.reason() {
        return format!(
            "Nothing usable closes at {:.1}; the nearest, {}: {reason}.",
            class.lengths.max,
            name(case, &pick.technology)
        );
    }
    let next = preferred::told_next(case, decided, (index, class));
    format!(
        "{} closes with {:.1} to spare at {:.1}, takes {:.1} from chip to chip and {} over the years; {next}.",
        placed(case, class, &pick.technology),
        port.margin,
        class.lengths.max,
        port.energy.lane(),
        dollars(pick.tco.nominal.as_usd()),
    )
}

/// A technology at the head of a sentence; of a pair, which end stands where.
fn placed(case: &Case<'_>, class: &LinkClass, id: &str) -> String {
    let Some((upper, lower)) = id.split_once(pair::FACING) else {
        return title(case, id).to_owned();
    };
    let [upper, lower] =
        [upper, lower].map(|id| case.library.offer(id).map_or(id, Technology::end_name));
    let [below, above] = class.ends.map(end_name);
    let placed = format!("{upper} at the {above}, facing {lower} at the {below},");
    let mut letters = placed.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence for each link class.
#[must_use]
pub fn reasons(case: &Case<'_>, decided: &Decided) -> Vec<String> {
    let classes = decided.structure.fabric.link_classes.iter();
    let row = |(index, class): (usize, &LinkClass)| {
        let links = lightloom_units::thousands(class.links);
        format!("{} ({links} links): {}", class.name, why(case, decided, index, class))
    };
    classes.enumerate().map(row).collect()
}

/// Interfaces that are to carry more than they do: what can be computed, yet cannot be bought.
#[must_use]
pub fn slow_interfaces(case: &Case<'_>, decided: &Decided) -> Vec<String> {
    let (scenario, parts) = (case.scenario, &decided.structure.parts);
    let networks = [
        ("scale_out", Some(&scenario.scale_out), &parts.scale_out_nic),
        ("front_end", scenario.front_end.as_ref(), &parts.front_end_nic),
    ];
    let slow = networks.into_iter().filter_map(|(key, network, nic)| {
        let network = network.filter(|network| network.bandwidth_per_direction > nic.rate)?;
        Some(format!(
            "`{key}.nic`, {}, carries {} and is to carry {}: its power and price are those of the slower part; \
             `lightloom catalog nic` lists others.",
            network.nic, nic.rate, network.bandwidth_per_direction
        ))
    });
    slow.collect()
}

/// What ought to be looked at before the answer is trusted.
#[must_use]
pub fn findings(case: &Case<'_>, decided: &Decided, floor: &Floor) -> Vec<String> {
    let fabric = &decided.structure.fabric;
    let mut findings = slow_interfaces(case, decided);
    for (class, pick) in fabric.link_classes.iter().zip(&decided.recommended().picks) {
        if let Some(reason) = pick.reason() {
            findings.push(format!(
                "{}: no usable technology closes at {:.1}; totals count {}, which {reason}.",
                class.name,
                class.lengths.max,
                name(case, &pick.technology)
            ));
        } else if pick.fitted.port.margin.as_db() < 0.5 {
            findings.push(format!(
                "{}: {} closes with only {:.2} to spare; see the evidence for what would undo it.",
                class.name,
                name(case, &pick.technology),
                pick.fitted.port.margin
            ));
        }
    }
    findings.extend(crate::floor::misfits(floor));
    let recommended = decided.recommended();
    for warning in &recommended.outcome.availability.warnings {
        findings.push(format!("operations: {warning}."));
    }
    let (direct, mix) = (&decided.baseline().outcome, &recommended.outcome);
    let steps = [&decided.baseline().work, &recommended.work]
        .map(|w| w.training.as_ref().map(|t| t.1.time));
    if let [Some(a), Some(b)] = steps {
        let shift = percent(b.as_s(), a.as_s());
        if shift.abs() < 1.0 {
            findings.push(format!(
                "The training step changes by less than {:.2} % between baseline and mix: at equal bandwidth a technology \
                 acts on training through failures and power, hardly through latency.",
                (shift.abs() + 0.005).max(0.01)
            ));
        }
    }
    let share = mix.power.network / mix.power.cluster * 100.0;
    findings.push(format!(
        "The network takes {share:.1} % of cluster power; all of its optics in the baseline take {:.1} %.",
        direct.power.optics / direct.power.cluster * 100.0
    ));
    let bill_share = |m: Money| m.as_usd() / mix.tco.capex().as_usd() * 100.0;
    findings.push(format!("The network's price is {:.1} % of capex.", bill_share(mix.bill.total)));
    findings
}

/// Notes of a strategy without repetition: equal reasons name their classes together.
#[must_use]
pub fn grouped(notes: &[(String, String)]) -> Vec<String> {
    let mut groups: Vec<(&String, Vec<&str>)> = Vec::new();
    for (class, why) in notes {
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, classes)) => classes.push(class),
            None => groups.push((why, vec![class])),
        }
    }
    groups.into_iter().map(|(why, classes)| format!("{why} ({})", list(&classes))).collect()
}

/// A share of one as a percentage: `12.4 %`.
#[must_use]
pub fn as_percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
