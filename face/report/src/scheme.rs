//! A tier as a ladder of its layers, with the links between them in the colour of their medium.

use crate::colour::family;
use crate::format::{count, metres};
use crate::svg::c;
use lightloom_decide::plan::{ClassPlan, TierPlan};
use maud::{Markup, html};

const WIDTH: f64 = 440.0;
const GAP: f64 = 72.0;
const ROW: f64 = 24.0;

/// The drawing: copper as thick lines, light as broken ones, so that they differ without colour.
pub(crate) fn scheme(tier: &TierPlan) -> Markup {
    let top = tier.switches.len();
    let y = |layer: u64| 2.0 + GAP * (top as f64 - layer.min(top as u64) as f64);
    let height = y(0) + ROW + 2.0;
    html! {
        svg.scheme role="img" viewBox=(format!("0 0 {WIDTH} {}", c(height))) {
            title { (tier.tier) ": " (described(tier)) }
            @for (i, class) in tier.classes.iter().enumerate() {
                // Classes that join the same layers stand beside each other.
                @let beside = tier.classes[..i].iter().filter(|k| k.layers == class.layers).count() as f64;
                (links(class, beside, class.layers.map(y)))
            }
            @for layer in 0..=top {
                rect x="1" y=(c(y(layer as u64))) width=(c(WIDTH - 2.0)) height=(c(ROW)) rx="3" {}
                text x="10" y=(c(y(layer as u64) + 16.5)) {
                    @match layer.checked_sub(1).and_then(|i| tier.switches.get(i)) {
                        Some(s) => { (count(s.count)) " × " (s.name) }
                        None => { (if tier.tier == "scale-up" { "accelerators" } else { "interfaces" }) }
                    }
                }
            }
        }
    }
}

fn links(class: &ClassPlan, beside: f64, [low, high]: [f64; 2]) -> Markup {
    let o = taken(class);
    let f = family(o.map_or("", |o| o.0));
    let left = 12.0 + 30.0 * beside;
    let lines: String = (0..3)
        .map(|i| {
            let x = left + 8.0 * f64::from(i);
            if (high - low).abs() < 1.0 {
                format!("M{} {}q8 -36 60 0", c(x), c(low))
            } else {
                format!("M{} {}V{}", c(x), c(high + ROW), c(low))
            }
        })
        .collect();
    let text = (high + ROW + low) / 2.0 - 8.0 + 16.0 * beside;
    html! {
        g class=(f.class) {
            path d=(lines) {}
            text x="104" y=(c(text)) { tspan { (f.mark) } " " (o.map_or("nothing closes", |o| o.1)) ", to " (metres(class.length.max_m)) }
        }
    }
}

/// Family and name of what is taken.
fn taken(class: &ClassPlan) -> Option<(&str, &str)> {
    class.taken().map(|option| (option.family.as_str(), option.name.as_str()))
}

fn described(tier: &TierPlan) -> String {
    let one = |class: &ClassPlan| {
        let what = taken(class).map_or("nothing closes", |t| t.1);
        format!("{}: {what}", class.name)
    };
    tier.classes.iter().map(one).collect::<Vec<_>>().join("; ")
}
