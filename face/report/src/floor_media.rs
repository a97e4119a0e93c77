//! On the floor plan: which links are copper and which are light.

use crate::colour::family;
use crate::format::count;
use crate::svg::c;
use lightloom_decide::plan::{Floor, FloorMedium};
use maud::{Markup, html};

/// Metres between lines beside each other in a tray, and what that is at least and at most in units of the drawing.
const APART: (f64, [f64; 2]) = (0.12, [0.9, 3.4]);

/// Units of the drawing for a metre below which lines are thin.
const FINE: f64 = 10.0;

/// Runs of tray as lines in the colour of their medium, and a bar in each rack whose links stay there.
pub(crate) fn lines(floor: &Floor, kinds: &[(&str, Vec<usize>)], k: f64, turned: bool) -> Markup {
    let between: Vec<&FloorMedium> = floor.media.iter().filter(|m| !m.runs_m.is_empty()).collect();
    let most = between.iter().flat_map(|m| &m.runs_m).map(|run| run[4]).fold(1.0, f64::max);
    let (metres, [least, widest]) = APART;
    let apart = (metres * k).clamp(least, widest);
    let inside: Vec<&FloorMedium> = floor.media.iter().filter(|m| m.in_racks.is_some()).collect();
    html! {
        g.media.fine[k < FINE] {
            @for (n, medium) in inside.iter().enumerate() {
                path.inside.(shade(medium)) d=(bars(floor, kinds, medium, (n, inside.len()), k, turned)) {}
            }
            @for (n, medium) in between.iter().enumerate() {
                @let aside = (n as f64 - (between.len() as f64 - 1.0) / 2.0) * apart;
                @for width in 1..=3 {
                    @let runs = runs(medium, most, width, aside, k, turned);
                    @if !runs.is_empty() { path.(shade(medium)).(format!("w{width}")) d=(runs) {} }
                }
            }
        }
    }
}

fn shade(medium: &FloorMedium) -> &'static str {
    family(medium.family.as_deref().unwrap_or("")).class
}

/// Runs of one width: the widest hold more than a third of the most, the next more than a tenth.
fn runs(m: &FloorMedium, most: f64, width: u8, aside: f64, k: f64, turned: bool) -> String {
    let of_width = |links: f64| match links / most {
        share if share > 1.0 / 3.0 => 3,
        share if share > 0.1 => 2,
        _ => 1,
    };
    let mut out = String::new();
    for [x, y, to_x, to_y, links] in &m.runs_m {
        let finite = [x, y, to_x, to_y, links].into_iter().all(|n| n.is_finite());
        if !finite || of_width(*links) != width {
            continue;
        }
        let ([x, y], [to_x, to_y]) =
            if turned { ([y, x], [to_y, to_x]) } else { ([x, y], [to_x, to_y]) };
        if (to_y - y).abs() < 1e-9 {
            out.push_str(&format!("M{} {}H{}", c(x * k), c(y * k + aside), c(to_x * k)));
        } else {
            out.push_str(&format!("M{} {}V{}", c(x * k + aside), c(y * k), c(to_y * k)));
        }
    }
    out
}

/// A bar along the front of each drawn rack of the kind in which links of a class stay.
fn bars(
    floor: &Floor,
    kinds: &[(&str, Vec<usize>)],
    medium: &FloorMedium,
    (n, all): (usize, usize),
    k: f64,
    turned: bool,
) -> String {
    let kind = medium.in_racks.as_deref().unwrap_or_default();
    let racks = kinds.iter().filter(|(name, _)| *name == kind).flat_map(|(_, members)| members);
    let mut out = String::new();
    for i in racks {
        let [x, y, width, depth] = floor.rectangles[*i].at_m;
        let at = 0.3 * (n as f64 + 1.0) / (all as f64 + 1.0);
        let (from, to) = ((x + 0.15 * width) * k, (x + 0.85 * width) * k);
        let across = (y + at * depth) * k;
        if turned {
            out.push_str(&format!("M{} {}V{}", c(across), c(from), c(to)));
        } else {
            out.push_str(&format!("M{} {}H{}", c(from), c(across), c(to)));
        }
    }
    out
}

/// What the lines are.
pub(crate) fn legend(floor: &Floor) -> Markup {
    html! {
        @if !floor.media.is_empty() {
            ul.legend.media-legend {
                @for m in &floor.media {
                    @let f = family(m.family.as_deref().unwrap_or(""));
                    li class={ "tech " (f.class) } {
                        svg.line-swatch viewBox="0 0 26 8" aria-hidden="true" { path.w3.(f.class) d="M0 4H26" {} }
                        i { (f.mark) } " " (m.class) ": " (if m.family.is_some() { m.technology.as_str() } else { "nothing closes" })
                        small { (count(m.links)) @if m.runs_m.is_empty() { ", in racks" } }
                    }
                }
            }
            p.cap { "Lines: cables in the trays over the racks, one beside the other for each kind of link, thicker where more run. Bars at the front of racks: links that stay in them. Solid: copper; broken: light." }
        }
    }
}
