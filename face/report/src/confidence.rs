//! How sure the decision is: who wins each link class over the samples, the inputs that decide, beliefs, sources that disagree.

use crate::colour::{families, family, label, strategy_name};
use crate::figure::{figure, section as frame};
use crate::format::{NONE, capital, change, change_range, count, ends, fixed, prose, sig, usd};
use crate::svg::percent;
use crate::table::{boxed, head, source, unit, value, worded};
use lightloom_decide::plan::{
    BeliefSheet, ChangedClass, ClassConfidence, Confidence, Conflict, FabricAlternative,
    GainInputs, InputFact, IntervalRow, Plan,
};
use maud::{Markup, html};

/// A share of the samples, in percent, below which a winner is drawn without its name.
const NAMED: f64 = 9.0;

/// The section; nothing where a plan has no samples.
pub(crate) fn section(plan: &Plan) -> Markup {
    let Some(found) = &plan.confidence else { return html! {} };
    frame(
        "confidence",
        "Confidence",
        "In which share of the samples of all evidence at once the decision stays, and which inputs it hangs on.",
        &html! {
            @if let Some(sheet) = &plan.belief { (belief(sheet)) }
            @if let Some(whole) = found.summary.first() { p { (prose(whole)) } }
            @if !found.classes.is_empty() {
                (figure(
                    "Which technology wins",
                    &format!("Share of the samples in which each technology is usable and {}. Outlined: what is recommended.", found.winning),
                    &html! {
                        (families())
                        ul.winners { @for class in &found.classes { (winners(class, &found.winning)) } }
                    },
                ))
            }
            (gains(found))
            (strategies(found))
            @for gain in &found.inputs { (inputs(gain)) }
            @if !plan.conflicts.is_empty() { (conflicts(&plan.conflicts)) }
            @if !plan.alternatives.is_empty() { (alternatives(&plan.alternatives)) }
        },
    )
}

fn whole(share: f64) -> String {
    format!("{}\u{a0}%", fixed(share, 0))
}

fn winners(class: &ClassConfidence, winning: &str) -> Markup {
    html! {
        li {
            strong { (class.class) } " " small { (count(class.links)) " links" }
            div.strip role="img" aria-label=(spoken(class)) {
                @for row in &class.winners {
                    @let own = row.technology == class.technology;
                    @let named = row.percent >= NAMED;
                    span class={ (family(&row.family).class) @if own { " own" } @if !named { " thin" } }
                        style={ "width:" (percent(row.percent, 100.0)) }
                        title={ (row.name) ": " (whole(row.percent)) } {
                        @if named { (row.name) " " (whole(row.percent)) }
                    }
                }
            }
            p { small {
                "The recommended one serves and is ready in " (whole(class.usable_percent)) " of the samples and " (winning) " in " (whole(class.wins_percent)) "."
                @if class.nothing_percent >= 0.5 { " In " (whole(class.nothing_percent)) " nothing is usable." }
                @if class.mean_regret_usd > 0.5 { " Where it serves, knowing every fact would save " (usd(class.mean_regret_usd)) " on average." }
                @if let Some(flip) = class.flips.first() {
                    " What flips it first: " (prose(&flip.fact.about)) ", with another winner in " (whole(flip.low_third_percent))
                    " of the samples where it is low and in " (whole(flip.high_third_percent)) " where it is high."
                }
            } }
        }
    }
}

fn spoken(class: &ClassConfidence) -> String {
    let rows: Vec<String> =
        class.winners.iter().map(|row| format!("{} {}", row.name, whole(row.percent))).collect();
    format!("Winners on {}: {}", class.class, rows.join(", "))
}

fn gains(found: &Confidence) -> Markup {
    // As the first page has them.
    let signed = |x: f64| change(x).trim_end_matches("\u{a0}%").to_owned();
    html! {
        (boxed("What the mix changes against the baseline, over the samples", false, &html! {
            thead { tr {
                (head("Figure")) (unit("Nominal", "%")) (unit("5 %", "%")) (unit("Half", "%")) (unit("95 %", "%"))
                (unit("Better in", "of samples"))
            } }
            tbody { @for row in &found.gains {
                @let r = &row.change_percent;
                tr {
                    th scope="row" { (capital(&row.what)) }
                    @for x in [r.central, r.low, r.median, r.high] { (value(x, &signed(x))) }
                    (value(row.better_percent, &whole(row.better_percent)))
                }
            } }
        }))
    }
}

fn strategies(found: &Confidence) -> Markup {
    html! {
        (boxed("Strategies over the samples, their technologies kept; what strategies have alike they share", true, &html! {
            thead { tr {
                (head("Strategy")) (unit("Cheapest network", "of samples")) (unit("Least power", "of samples"))
                (unit("Fewest lost hours", "of samples")) (unit("Network cost against the baseline", "5 to 95 %"))
            } }
            tbody { @for row in &found.strategies {
                @let cost = &row.cost_against_baseline_percent;
                tr {
                    th scope="row" { (strategy_name(&row.id, &label(&row.id))) }
                    @for share in [row.cheapest_percent, row.least_power_percent, row.least_lost_percent] {
                        (value(share, &whole(share)))
                    }
                    @let itself = cost.low.abs() < 1e-9 && cost.high.abs() < 1e-9;
                    (value(cost.median, &if itself { NONE.to_owned() } else { change_range([cost.low, cost.high]) }))
                }
            } }
        }))
    }
}

/// A share of a variance with its interval, drawn and written.
fn index(row: &IntervalRow) -> Markup {
    let at = |x: f64| (x * 100.0).clamp(0.0, 100.0);
    let [middle, low, high] = [row.value, row.low, row.high].map(at);
    html! {
        td.n {
            span.index-bar aria-hidden="true" {
                i style={ "width:" (percent(middle, 100.0)) } {}
                b style={ "left:" (percent(low, 100.0)) ";width:" (percent(high - low, 100.0)) } {}
            }
            " " span { (whole(middle)) } " " small { "(" (fixed(low, 0)) " to " (fixed(high, 0)) ")" }
        }
    }
}

fn fact(row: &InputFact) -> Markup {
    html! { th scope="row" { (prose(&row.about)) small { code { (row.id) } } } }
}

fn inputs(gain: &GainInputs) -> Markup {
    let caption = format!("The inputs that decide: {}", gain.what);
    html! {
        (boxed(&caption, false, &html! {
            thead { tr {
                (head("Input")) (unit("Range", "")) (head("Kind")) (unit("Alone", "of the variance"))
                (unit("With all it acts with", "of the variance"))
            } }
            tbody {
                @for input in &gain.inputs {
                    tr {
                        (fact(&input.fact))
                        (worded(&ends(&input.fact.range)))
                        td { span class={ "kind " (input.fact.kind) } { (input.fact.kind) } }
                        (index(&input.share.first)) (index(&input.share.total))
                    }
                }
                tr {
                    th scope="row" { "All other " (count(gain.others_count)) " facts together" }
                    td {} td {}
                    (index(&gain.others.first)) (index(&gain.others.total))
                }
            }
        }))
        p.cap {
            "Shares of the variance of this change (Sobol indices); its standard deviation is " (sig(gain.deviation_points, 2))
            " points. Bar: estimate. Line: 95 % of resamples of " (count(gain.pairs)) " pairs of samples."
        }
    }
}

fn named(name: &str) -> &str {
    if name.is_empty() { "nothing usable" } else { name }
}

fn changes(changes: &[ChangedClass]) -> Markup {
    html! {
        ul { @for change in changes {
            li { (change.class) ": " strong { (named(&change.to)) } " instead of " (named(&change.from)) }
        } }
    }
}

fn belief(sheet: &BeliefSheet) -> Markup {
    html! {
        p { strong { "Another belief than the catalog's. " } (sheet.meaning) " Saving in network cost: "
            (sig(sheet.saving_by_catalog_percent, 3)) " % by the catalog, " (sig(sheet.saving_percent, 3)) " % so." }
        @if sheet.changes.is_empty() { p { "No link class gets another technology." } } @else { (changes(&sheet.changes)) }
        (boxed("Facts that are taken otherwise", true, &html! {
            thead { tr { (head("Fact")) (unit("Catalog", "")) (unit("Taken", "")) (head("Why")) (head("Source")) } }
            tbody { @for row in sheet.facts.iter().filter(|row| row.moved) {
                tr {
                    (fact(&row.fact)) (worded(&row.fact.value)) (worded(&row.taken)) td { (row.why) }
                    td.source { (source(&row.fact.source.title, &row.fact.source.url)) }
                }
            } }
        }))
    }
}

fn conflicts(conflicts: &[Conflict]) -> Markup {
    html! {
        (boxed("Where sources disagree: the decision under each value, none averaged", true, &html! {
            thead { tr { (head("Fact")) (unit("Planned with", "")) (unit("Another source says", "")) (head("Kind")) (head("Source"))
                (unit("Saving with it", "%")) (head("Decision")) } }
            tbody { @for conflict in conflicts { @for rival in &conflict.rivals {
                tr {
                    (fact(&conflict.fact)) (worded(&conflict.fact.value)) (worded(&rival.value))
                    td { span class={ "kind " (rival.kind) } { (rival.kind) } }
                    td.source { (source(&rival.source.title, &rival.source.url)) @if !rival.note.is_empty() { small { " " (rival.note) } } }
                    (value(rival.saving_percent, &if rival.builds { fixed(rival.saving_percent, 1) } else { "-".to_owned() }))
                    td {
                        @if !rival.builds { "the cluster cannot be built so" }
                        @else if rival.changes.is_empty() { "the same" }
                        @else { (changes(&rival.changes)) }
                    }
                }
            } } }
        }))
    }
}

fn alternatives(rows: &[FabricAlternative]) -> Markup {
    html! {
        (boxed("The same accelerators on another fabric, every technology put on every link", true, &html! {
            thead { tr {
                (head("Fabric")) (unit("Layers", "scale-out")) (unit("Switches", "scale-out")) (unit("Links", ""))
                (unit("Network cost", "an accelerator")) (unit("Network power", "W an accelerator"))
                (unit("Saves of cost", "%")) (unit("Saves of power", "%")) (head("Verdict"))
            } }
            tbody { @for row in rows { tr {
                th scope="row" {
                    (row.name) small { " " (row.how) }
                }
                @match &row.built {
                    None => { td colspan="7" {} }
                    Some(built) => {
                        (value(built.layers as f64, &count(built.layers)))
                        (value(built.switches as f64, &count(built.switches)))
                        (value(built.links as f64, &count(built.links)))
                        (value(built.network_cost_usd_each, &usd(built.network_cost_usd_each)))
                        (value(built.network_w_each, &fixed(built.network_w_each, 0)))
                        (value(built.cost_saving_percent, &fixed(built.cost_saving_percent, 1)))
                        (value(built.power_saving_percent, &fixed(built.power_saving_percent, 1)))
                    }
                }
                td.verdict { (prose(&row.verdict)) }
            } } }
        }))
        p.cap {
            "Saved of the plan's network, by accelerator; negative costs or draws more. The work is a token of the training job, else of the "
            "served model, else a productive hour."
        }
    }
}
