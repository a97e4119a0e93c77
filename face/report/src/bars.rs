//! Stacked horizontal bars: rows of one sum each, its parts named where they are wide enough.

use crate::colour::Palette;
use crate::format::sig;
use crate::svg::{percent, step, ticks};
use lightloom_decide::plan::Part;
use maud::{Markup, html};

/// A row.
#[derive(Debug)]
pub(crate) struct Bar<'a> {
    /// What it is: one `span`.
    pub name: Markup,
    /// Sum, as text with unit.
    pub total: String,
    /// Summands, all in the unit of the axis.
    pub parts: Vec<(&'a str, f64)>,
    /// Class of the row: `taken`, `rejected` or none.
    pub class: &'static str,
}

/// Parts that are drawn: positive ones.
pub(crate) fn drawn(parts: &[Part]) -> Vec<(&str, f64)> {
    let positive = parts.iter().filter(|p| p.value.is_finite() && p.value > 0.0);
    positive.map(|p| (p.name.as_str(), p.value)).collect()
}

/// The rows on one axis from zero, in `unit`, with a legend of the parts that occur.
pub(crate) fn stacked(bars: &[Bar<'_>], unit: &str, palette: &Palette) -> Markup {
    let longest = bars.iter().map(|b| sum(&b.parts)).fold(0.0, f64::max);
    let most = if longest > 0.0 { longest * 1.02 } else { 1.0 };
    html! {
        (legend(bars, palette))
        ol.bars style={ "--grid-step:" (percent(step(most / 5.0), most)) } {
            @for bar in bars { (row(bar, most, palette)) }
            (axis(&ticks(most, 5.0), most, unit))
        }
    }
}

fn sum(parts: &[(&str, f64)]) -> f64 {
    parts.iter().map(|(_, value)| value).sum()
}

fn row(bar: &Bar<'_>, most: f64, palette: &Palette) -> Markup {
    html! {
        li class=[Some(bar.class).filter(|c| !c.is_empty())] {
            (bar.name)
            span.track {
                @for (name, value) in &bar.parts {
                    // What does not fit is wrapped out of sight, the name first, then the value; the script says both on a touch.
                    i class={ "s" (palette.swatch(name)) } style={ "width:" (percent(*value, most)) } {
                        b { (sig(*value, 2)) } (name)
                    }
                }
            }
            span { (bar.total) }
        }
    }
}

fn legend(bars: &[Bar<'_>], palette: &Palette) -> Markup {
    let occurs = |name: &str| {
        let swatch = palette.swatch(name);
        bars.iter().flat_map(|b| &b.parts).find(|(n, _)| palette.swatch(n) == swatch)
    };
    html! {
        ul.legend {
            @for name in palette.names() {
                @if let Some((shown, _)) = occurs(name) {
                    li { i class={ "swatch s" (palette.swatch(name)) } {} " " (shown) }
                }
            }
        }
    }
}

/// Ticks under the bars, and the unit under the sums.
fn axis(at: &[f64], most: f64, unit: &str) -> Markup {
    html! {
        li.axis aria-hidden="true" {
            span {}
            span.ticks {
                @for tick in at {
                    span style={ "left:" (percent(*tick, most)) } { (sig(*tick, 3)) }
                }
            }
            span { (unit) }
        }
    }
}
