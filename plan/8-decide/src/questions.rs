//! The nine questions, answered in a sentence or two from a plan's own numbers.

use crate::plan::{
    BlastRow, ClassConfidence, ClassPlan, Confidence, OptionRow, Plan, QuestionRow, Strategy,
    WorldSizeStudy,
};
use crate::sentence::{capitalised, dollars, within};
use crate::strategy::Rule;
use lightloom_package::pair::{ends, same_ends};
use lightloom_units::time::HOURS_PER_YEAR;
use lightloom_units::{Power, significant, thousands};

/// Title, question and command of each.
const QUESTIONS: [(&str, &str, &str); 9] = [
    ("Reach", "Where does copper stop? Does a channel need a DSP?", "lightloom reach"),
    (
        "Tiers",
        "What does the network draw, what feeds that, and can a tier be left out?",
        "lightloom fabric compare SCENARIO --radix 64,128,144,512",
    ),
    ("World size", "What does a larger scale-up domain give the model?", "lightloom world-size"),
    (
        "Repair",
        "What is swapped when something fails, and what stops meanwhile?",
        "lightloom operate",
    ),
    (
        "Availability",
        "What share of the time is productive, and what must be kept for it?",
        "lightloom operate --precision 2",
    ),
    (
        "Money",
        "What is cheaper, by how much, and at which premium does that flip?",
        "lightloom breakeven premium",
    ),
    ("Manufacture", "Which step makes a good module or engine dear?", "lightloom package yield"),
    ("Readiness", "When can it be bought, and from how many?", "lightloom readiness"),
    (
        "Evidence",
        "What is measured, what assumed, and what would flip the decision?",
        "lightloom catalog ID",
    ),
];

/// The nine questions in their order.
///
/// A plan without figures ([`Plan::operations`], [`Plan::money`] and others absent) leaves those open that rest on them.
#[must_use]
pub fn questions(plan: &Plan) -> Vec<QuestionRow> {
    let answers: [fn(&Plan) -> Option<String>; 9] =
        [reach, tiers, world_size, repair, availability, money, manufacture, readiness, evidence];
    let rows = QUESTIONS.iter().zip(answers).zip(1..);
    rows.map(|(((title, question, command), answer), number)| QuestionRow {
        number,
        title: (*title).to_owned(),
        question: (*question).to_owned(),
        answer: answer(plan),
        command: (*command).to_owned(),
    })
    .collect()
}

fn three(value: f64) -> String {
    significant(value, 3)
}

fn percent(share: f64, digits: usize) -> String {
    format!("{:.digits$} %", share * 100.0)
}

fn baseline(plan: &Plan) -> Option<&Strategy> {
    plan.strategies.first()
}

fn recommended(plan: &Plan) -> Option<&Strategy> {
    plan.strategies.iter().find(|s| s.id == Rule::Recommended.id())
}

/// The classes with what is taken on them.
fn taken(plan: &Plan) -> impl Iterator<Item = (&ClassPlan, &OptionRow)> {
    let classes = plan.tiers.iter().flat_map(|tier| &tier.classes);
    classes.filter_map(|class| Some((class, class.taken()?)))
}

fn reach(plan: &Plan) -> Option<String> {
    let lane = taken(plan).map(|(class, _)| class.lane_gbps).fold(0.0, f64::max);
    let ends = &plan.reach.crossover;
    let here = ends.iter().find(|row| (row.lane_gbps - lane).abs() < 1e-6)?;
    let ends_at = |m: f64, by: &str| format!("{} m, by {}", three(m), within(by));
    let mut answer = if here.active_m <= 0.0 {
        format!("At {} Gb/s a lane no copper closes.", three(lane))
    } else if here.passive_m <= 0.0 {
        format!(
            "At {} Gb/s a lane copper ends at {}, and only with a chip in it.",
            three(lane),
            ends_at(here.active_m, &here.active),
        )
    } else {
        format!(
            "At {} Gb/s a lane passive copper ends at {}; any copper at {}.",
            three(lane),
            ends_at(here.passive_m, &here.passive),
            ends_at(here.active_m, &here.active),
        )
    };
    if let Some(none) = ends.iter().find(|row| row.lane_gbps > lane && row.active_m <= 0.0) {
        answer += &format!(" At {} Gb/s none closes.", three(none.lane_gbps));
    }
    let (with, without): (Vec<_>, Vec<_>) = taken(plan).partition(|(_, option)| option.module_dsp);
    let names = |of: &[(&ClassPlan, &OptionRow)]| {
        let mut distinct: Vec<&OptionRow> = Vec::new();
        for (_, option) in of {
            if !distinct.iter().any(|known| same_ends(&known.technology, &option.technology)) {
                distinct.push(option);
            }
        }
        let names: Vec<String> = distinct.iter().map(|o| within(&o.name)).collect();
        names.join(", ")
    };
    answer += &match (with.is_empty(), without.is_empty()) {
        (true, _) => " Nothing that is taken needs a DSP between chip and chip.".to_owned(),
        (_, true) => format!(" All that is taken holds a DSP: {}.", names(&with)),
        _ => format!(" A DSP is in {}; none in {}.", names(&with), names(&without)),
    };
    Some(answer)
}

fn tiers(plan: &Plan) -> Option<String> {
    let (base, own) = (baseline(plan)?, recommended(plan)?);
    let watts = |s: &Strategy| Power::w(s.power.network_w).to_string();
    let least =
        plan.strategies.iter().min_by(|a, b| a.power.network_w.total_cmp(&b.power.network_w))?;
    let fed = |s: &Strategy| match s.accelerators_fed {
        n if n >= 0.5 => format!("that feeds {} accelerators more", thousands(n.round() as u64)),
        n if n <= -0.5 => {
            format!("that takes the power of {} accelerators", thousands((-n).round() as u64))
        }
        _ => "that feeds no accelerator more".to_owned(),
    };
    let mut answer = format!(
        "At the racks' inlets the network draws {} of {}, {} in the baseline: {}.",
        watts(own),
        Power::w(own.power.cluster_w),
        watts(base),
        fed(own),
    );
    if least.id != own.id {
        answer +=
            &format!(" Least draws {}, {}: {}.", within(&least.name), watts(least), fed(least));
    }
    let layers: Vec<String> = plan
        .tiers
        .iter()
        .filter(|tier| !tier.switches.is_empty())
        .map(|tier| {
            let place = if tier.tier == "front-end" { "the front end" } else { tier.tier.as_str() };
            format!("{} for {place}", tier.switches.len())
        })
        .collect();
    if !layers.is_empty() {
        answer += &format!(" Layers of switches: {}.", layers.join(", "));
    }
    if let Some(fabric) = &plan.decision.fabric {
        answer += &format!(" {fabric}");
    }
    // Which layer could go, and what that takes: nothing that is on offer.
    if let Some(row) = plan.alternatives.iter().find(|row| !row.on_offer) {
        let how = if row.how.is_empty() { String::new() } else { format!(" ({})", row.how) };
        answer += &format!(" {}{how}: {}.", capitalised(&row.name), row.verdict);
    }
    Some(answer)
}

/// Most tokens per second and accelerator in a domain of a size, whatever it is wired with.
fn throughput(study: &WorldSizeStudy, domain: u64, at: usize) -> Option<f64> {
    let rows = study.media.iter().flat_map(|m| &m.rows).filter(|row| row.domain == domain);
    let served = rows.filter_map(|row| row.built.as_ref()?.at_speeds.get(at)?.as_ref());
    served.map(|point| point.tokens_per_s_per_accelerator).max_by(f64::total_cmp)
}

fn world_size(plan: &Plan) -> Option<String> {
    let study = plan.world_size.as_ref()?;
    let mut speeds: Vec<usize> = vec![0, study.speeds.len().saturating_sub(1)];
    speeds.dedup();
    let told: Vec<String> = speeds.into_iter().filter_map(|at| at_speed(study, at)).collect();
    let mut answer = format!("{}, {}.", study.model, told.join("; "));
    let copper = study.media.iter().find(|m| m.medium == "copper");
    let built = copper.map(|m| m.rows.iter().filter(|r| r.built.is_some()).map(|r| r.domain));
    if let Some(largest) = built.and_then(Iterator::max) {
        answer += &format!(" Copper alone joins {largest}.");
    }
    Some(answer)
}

/// What size gives at one of the speeds.
fn at_speed(study: &WorldSizeStudy, at: usize) -> Option<String> {
    let speed = three(*study.speeds.get(at)?);
    let rows = study.media.iter().flat_map(|m| &m.rows);
    let mut sizes: Vec<u64> = rows.map(|row| row.domain).collect();
    sizes.sort_unstable();
    let Some((smallest, first)) = sizes.iter().find_map(|n| Some((*n, throughput(study, *n, at)?)))
    else {
        return Some(format!("at {speed} tokens/s for a user: no domain serves it"));
    };
    let pays = study.diminishing.get(at).copied().flatten().filter(|n| *n > smallest);
    Some(match pays.and_then(|n| Some((n, throughput(study, n, at)?))) {
        Some((pays, most)) => format!(
            "at {speed} tokens/s for a user: an accelerator gives {} times as much in a domain of {pays} as in one of {smallest}, \
             larger ones do not pay",
            three(most / first),
        ),
        None => format!("at {speed} tokens/s for a user: none larger than {smallest} pays"),
    })
}

fn repair(plan: &Plan) -> Option<String> {
    let study = plan.operations.as_ref()?;
    let own = recommended(plan)?;
    let is_swapped = |row: &&BlastRow| row.accelerators_in_repair > 0.0 && row.repair_h > 0.0;
    let told = |row: &BlastRow| {
        format!(
            "{} fails {} times a year ({}): it stops {} until the repair begins, {} for {} h while the {} is swapped",
            row.technology_name,
            three(row.failures),
            row.part,
            accelerators(row.accelerators_faulty),
            accelerators(row.accelerators_in_repair),
            three(row.repair_h),
            row.repair,
        )
    };
    let most_lost = |rows: Vec<&BlastRow>| {
        rows.into_iter().filter(is_swapped).max_by(|a, b| a.lost_h.total_cmp(&b.lost_h)).cloned()
    };
    let is_own = |row: &&BlastRow| own.choices.iter().any(|c| c.technology == row.technology);
    let worst = most_lost(study.blast.iter().filter(is_own).collect())?;
    let mut answer = format!("{}.", told(&worst));
    let light = Rule::CoPackagedSwitch.light();
    let other =
        study.blast.iter().filter(|row| Some(row.technology.as_str()) == light && !is_own(row));
    if let Some(other) = most_lost(other.collect()) {
        answer += &format!(" {}.", told(&other));
    }
    Some(answer)
}

fn accelerators(n: f64) -> String {
    if (n - 1.0).abs() < 1e-9 {
        "1 accelerator".to_owned()
    } else {
        format!("{} accelerators", three(n))
    }
}

fn availability(plan: &Plan) -> Option<String> {
    let own = recommended(plan)?;
    let of = &own.operations;
    let mut answer = format!(
        "{} of accelerator-hours can be worked in, {} of the job's time is productive; it is stopped every {} h.",
        percent(of.availability, 2),
        percent(of.goodput, 1),
        three(of.job_mtti_h),
    );
    let best = plan
        .strategies
        .iter()
        .max_by(|a, b| a.operations.goodput.total_cmp(&b.operations.goodput))?;
    if best.operations.goodput - of.goodput > 5e-4 {
        answer += &format!(
            " Most productive is {} with {}.",
            within(&best.name),
            percent(best.operations.goodput, 1)
        );
    }
    if let Some(study) = &plan.operations {
        let mine = study.strategies.iter().find(|s| s.id == own.id)?;
        let [low, high] = mine.network_lost_range_h;
        let share = |h: f64| percent(h / (study.accelerators as f64 * HOURS_PER_YEAR), 2);
        answer += &format!(
            " The network loses {} of all hours ({} to {} over the evidence).",
            share(mine.network_lost_h),
            share(low),
            share(high)
        );
    }
    Some(answer)
}

fn money(plan: &Plan) -> Option<String> {
    let sheet = &plan.money.as_ref()?.cost;
    let (base, own) = (baseline(plan)?, recommended(plan)?);
    let against = |id: &str| sheet.against_baseline.iter().find(|row| row.id == id);
    let mut answer = format!(
        "The network costs {} over {} years, {} in the baseline",
        dollars(own.cost.network_total_usd),
        three(sheet.years),
        dollars(base.cost.network_total_usd),
    );
    if let Some(row) = against(&own.id) {
        answer += &format!(
            "; it is cheaper in {} of samples of prices and rates",
            percent(row.cheaper_over_life, 0)
        );
    }
    answer += ".";
    let light = against(Rule::CoPackagedSwitch.id());
    if let Some((premium, pays)) =
        light.and_then(|row| Some((row.premium.as_ref()?, row.break_even_premium.as_ref()?)))
    {
        answer += &format!(
            " CPO at the switch costs {} more than retimed pluggables and pays below {} in half of the samples of prices ({} to {}).",
            percent(premium.central, 0),
            percent(pays.median, 0),
            percent(pays.low, 0),
            percent(pays.high, 0),
        );
    }
    answer += &format!(" An accelerator-hour costs ${:.2}", own.cost.usd_per_accelerator_hour);
    if let Some(tokens) = own.cost.usd_per_million_tokens {
        answer += &format!(", a million tokens ${}", three(tokens));
    }
    answer += " where all are used.";
    Some(answer)
}

fn manufacture(plan: &Plan) -> Option<String> {
    let own = recommended(plan)?;
    let is_own = |id: &str| own.choices.iter().any(|c| c.technology == id);
    let made = plan.packages.iter().filter(|sheet| is_own(&sheet.id));
    let (sheet, making) = made
        .filter_map(|sheet| Some((sheet, sheet.making.as_ref()?)))
        .max_by(|a, b| a.1.usd_per_gbps.total_cmp(&b.1.usd_per_gbps))?;
    let unit = if sheet.makeup.partner.is_some() { ": a unit at the switch" } else { "" };
    let mut answer = format!(
        "{}{unit} of {} Tb/s costs {} to make, dearest in {}",
        sheet.name,
        three(making.unit_gbps / 1e3),
        dollars(making.cost_usd),
        making.dominant,
    );
    if let Some(loss) = &making.dominant_loss {
        answer += &format!("; {loss} loses most of the yield");
    }
    answer += &format!("; {:.1} % pass at once.", making.first_pass_percent);
    if let Some(factor) = making.doubled_errors() {
        answer += &format!(
            " Errors of alignment twice as large make it {} times as dear.",
            three(factor)
        );
    }
    Some(answer)
}

fn readiness(plan: &Plan) -> Option<String> {
    let sheet = plan.readiness.as_ref()?;
    let own = recommended(plan)?;
    let row = |id: &str| sheet.technologies.iter().find(|t| t.technology == id);
    let latest = own
        .choices
        .iter()
        .flat_map(|c| ends(&c.technology))
        .filter_map(row)
        .max_by(|a, b| a.year_5_50_95[1].total_cmp(&b.year_5_50_95[1]))?;
    let told = |t: &crate::plan::MaturityRow| {
        let [low, middle, high] = t.year_5_50_95.map(|year| format!("{year:.0}"));
        let [_, vendors, _] = t.vendors;
        format!(
            "{} is in volume from {middle} ({low} to {high}), {} likely by {}, from {} {}",
            t.name,
            percent(t.probability_by_year, 0),
            sheet.year,
            three(vendors),
            if (vendors - 1.0).abs() < 0.05 { "vendor" } else { "vendors" },
        )
    };
    let mut answer = format!("Last of what is taken, {}.", within(&told(latest)));
    let light = Rule::CoPackagedSwitch.light().and_then(row);
    if let Some(light) = light.filter(|t| t.technology != latest.technology) {
        answer += &format!(" {}.", told(light));
    }
    Some(answer)
}

/// On how many links the samples do not bear out what is taken.
fn doubts(found: &Confidence) -> String {
    let of = found.classes.len();
    let links = |n: usize| format!("on {n} of {of} kinds of links");
    let seldom = found.classes.iter().filter(|class| class.seldom_serves()).count();
    let outnumbered = found.classes.iter().filter_map(ClassConfidence::outnumbered_by).count();
    let mut out = String::new();
    if seldom > 0 {
        out += &format!(" What is taken serves in less than half of them {}.", links(seldom));
    }
    if outnumbered > 0 {
        let (links, winning) = (links(outnumbered), &found.winning);
        out += &format!(" Another technology {winning} in more of them {links}.");
    }
    out
}

fn evidence(plan: &Plan) -> Option<String> {
    let rows = &plan.evidence;
    let count = |of: fn(&crate::plan::EvidenceRow) -> bool| rows.iter().filter(|r| of(r)).count();
    let hard = count(|r| matches!(r.fact.kind.as_str(), "measured" | "spec"));
    let flips = count(|r| r.flips);
    let mut answer = format!(
        "The answer rests on {} facts with a range, {} of them measured or specified; {} would change a choice",
        rows.len(),
        hard,
        if flips == 0 { "none alone".to_owned() } else { flips.to_string() },
    );
    match rows.iter().find(|r| r.flips) {
        Some(first) => {
            answer +=
                &format!(", most of all {} ({}).", within(&first.fact.about), first.fact.kind);
        }
        None => answer += ".",
    }
    if let Some(found) = &plan.confidence {
        answer += &format!(
            " Of {} samples of all of them at once {:.0} % keep every choice.",
            lightloom_units::thousands(found.counted),
            found.unchanged_percent
        );
        answer += &doubts(found);
        let cost = found.inputs.iter().find(|gain| gain.what.starts_with("network cost"));
        let first: Vec<String> = cost
            .map(|gain| gain.inputs.iter().take(3).map(|input| within(&input.fact.about)).collect())
            .unwrap_or_default();
        if !first.is_empty() {
            answer += &format!(" What it saves hangs most on {}.", first.join("; "));
        }
    }
    (!rows.is_empty()).then_some(answer)
}
