//! The floor plan: racks coloured by kind, with a scale.

use crate::figure::{figure, section as frame};
use crate::floor_media;
use crate::format::{count, fixed, metres};
use crate::svg::{c, percent, step};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{Floor, Plan, RackRow};
use maud::{Markup, html};

/// Most rectangles drawn: past this the file grows and the eye gains nothing.
const MOST: usize = 3_000;

/// Rectangles that may carry a title each.
const TITLED: usize = 600;

/// Swatches of kinds in the style sheet: `.k0`, `.k1`, ...
const KINDS: usize = 8;

/// The section, with the figures of cable lengths that follow from the floor.
pub(crate) fn section(plan: &Plan, lengths: &Markup) -> Markup {
    let floor = &plan.floor;
    let site = format!(
        "{} racks in {} on a site of {} by {}.",
        count(floor.racks),
        if floor.halls == 1 {
            "one hall".to_owned()
        } else {
            format!("{} halls", count(floor.halls))
        },
        metres(floor.width_m),
        metres(floor.depth_m)
    );
    let sized = floor.width_m.is_finite() && floor.depth_m.is_finite();
    frame(
        "floor",
        "The hall",
        "Where the racks stand sets how long each cable is, and so where copper can serve.",
        &html! {
            @if sized && floor.width_m > 0.0 && floor.depth_m > 0.0 && !floor.rectangles.is_empty() {
                (figure("Floor plan, and what its links are made of", &site, &draw(floor)))
            } @else { p { (site) } }
            (loads(floor))
            (lengths)
        },
    )
}

/// Racks and trays as they are loaded.
fn loads(floor: &Floor) -> Markup {
    html! {
        @if !floor.loads.is_empty() {
            div.tight { (boxed(
                "One rack of each kind, with the recommended mix",
                true,
                &html! {
                    thead { tr {
                        (head("Racks of")) (unit("Racks", ""))
                        (unit("Power", "kW")) (unit("Supplied", "kW")) (unit("Cooled", "kW"))
                        (unit("Trays", "U")) (unit("Mass", "kg"))
                        (unit("Cables out", "")) (unit("Cables within", ""))
                        (unit("Bundle", "cm²")) (unit("Rear closed", "%")) (unit("Bend", "mm"))
                    } }
                    tbody { @for rack in &floor.loads { (load(rack)) } }
                },
            )) }
        }
        @if let Some(tray) = &floor.fullest_tray {
            p {
                "The fullest stretch of tray runs " @if tray.along_row { "along a row" } @else { "across the rows" }
                ": " (count(tray.cables.round() as u64)) " cables, " (fixed(tray.bundle_cm2, 0)) " cm², "
                (fixed(tray.trays, 1)) " of a tray's fill."
            }
        }
    }
}

fn load(rack: &RackRow) -> Markup {
    let trays = rack.trays_u.map_or_else(
        || "–".to_owned(),
        |trays| format!("{} of {}", fixed(trays, 0), fixed(rack.height_u, 0)),
    );
    html! {
        tr {
            th scope="row" { (rack.kind) }
            (number(&count(rack.racks)))
            (number(&fixed(rack.power_kw, 0))) (number(&fixed(rack.supply_kw, 0))) (number(&fixed(rack.cooled_kw, 0)))
            (number(&trays)) (number(&fixed(rack.mass_kg, 0)))
            (number(&fixed(rack.cables_out, 0))) (number(&fixed(rack.cables_within, 0)))
            (number(&fixed(rack.bundle_cm2, 0))) (number(&fixed(rack.rear_closed_percent, 0))) (number(&fixed(rack.bend_mm, 0)))
        }
    }
}

/// Kinds in the order in which they appear, each with the rectangles that are drawn.
fn kinds(floor: &Floor) -> Vec<(&str, Vec<usize>)> {
    let mut out: Vec<(&str, Vec<usize>)> = Vec::new();
    for (i, r) in floor.rectangles.iter().enumerate() {
        if !r.at_m.iter().all(|x| x.is_finite()) {
            continue;
        }
        match out.iter_mut().find(|(kind, _)| *kind == r.kind) {
            Some((_, members)) => members.push(i),
            None => out.push((&r.kind, vec![i])),
        }
    }
    thin(&mut out);
    out
}

/// Leaves at most [`MOST`] rectangles, evenly taken from the commonest kinds: rare ones stay whole.
fn thin(kinds: &mut [(&str, Vec<usize>)]) {
    let mut by_size: Vec<usize> = (0..kinds.len()).collect();
    by_size.sort_by_key(|&k| kinds[k].1.len());
    let mut left = MOST;
    for (done, k) in by_size.into_iter().enumerate() {
        let quota = (left / (kinds.len() - done)).max(1);
        let members = &mut kinds[k].1;
        let stride = members.len().div_ceil(quota);
        *members = members.iter().copied().step_by(stride.max(1)).collect();
        left = left.saturating_sub(members.len());
    }
}

fn draw(floor: &Floor) -> Markup {
    let kinds = kinds(floor);
    let drawn: usize = kinds.iter().map(|(_, members)| members.len()).sum();
    // Drawn 1000 units wide, the longer side across; never taller than it is legible.
    let turned = floor.depth_m > 1.2 * floor.width_m;
    let (across, down) =
        if turned { (floor.depth_m, floor.width_m) } else { (floor.width_m, floor.depth_m) };
    let place = |[x, y, w, d]: [f64; 4]| if turned { [y, x, d, w] } else { [x, y, w, d] };
    let k = 1000.0 / across;
    let height = down * k;
    let widest = (720.0 / height * 1000.0).min(1100.0);
    let bar = step(across / 10.0);
    let titled = drawn <= TITLED;
    html! {
        div.floor style=(format!("max-width:{widest:.0}px")) {
            svg role="img" aria-labelledby="floor-plan-title floor-plan-desc" viewBox=(format!("-4 -4 1008 {}", c(height + 8.0))) {
                title id="floor-plan-title" { "Floor plan" }
                desc id="floor-plan-desc" { (described(floor, &kinds)) }
                (patterns())
                @for hall in floor.hall_outlines_m.iter().map(|h| place(*h)) {
                    rect.hall x=(c(hall[0] * k)) y=(c(hall[1] * k)) width=(c(hall[2] * k)) height=(c(hall[3] * k)) {}
                }
                @for (n, (_, members)) in kinds.iter().enumerate() {
                    @let class = format!("k{}", n % KINDS);
                    @if titled {
                        g class=(class) {
                            @for &i in members {
                                @let r = &floor.rectangles[i];
                                path d=(outline(place(r.at_m), k)) { title { (r.kind) ", " (r.label) } }
                            }
                        }
                    } @else {
                        path class=(class) d=(members.iter().map(|&i| outline(place(floor.rectangles[i].at_m), k)).collect::<String>()) {}
                    }
                }
                (floor_media::lines(floor, &kinds, k, turned))
            }
            div.scale style={ "width:" (percent(bar * k, 1008.0)) } { span { (metres(bar)) } }
        }
        ul.legend {
            @for (n, (kind, members)) in kinds.iter().enumerate() {
                li {
                    svg.swatch viewBox="0 0 20 20" aria-hidden="true" { rect class={ "k" (n % KINDS) } width="20" height="20" {} }
                    " " (kind) @if floor.detail == "racks" && drawn == floor.rectangles.len() { " " small { (count(members.len() as u64)) } }
                }
            }
        }
        (floor_media::legend(floor))
        @if drawn < floor.rectangles.len() {
            p.cap { (count(drawn as u64)) " of " (count(floor.rectangles.len() as u64)) " rectangles drawn: the commonest kinds are thinned evenly." }
        }
        @if floor.detail == "runs" { p.cap { "A rectangle is a run of neighbouring racks of one kind." } }
        @if floor.detail == "sample" { p.cap { "A sample of the floor is drawn." } }
    }
}

fn described(floor: &Floor, kinds: &[(&str, Vec<usize>)]) -> String {
    let names: Vec<&str> = kinds.iter().map(|(kind, _)| *kind).collect();
    format!(
        "{} racks on {} by {}: {}",
        count(floor.racks),
        metres(floor.width_m),
        metres(floor.depth_m),
        names.join(", ")
    )
}

/// A rectangle as a path, a hair apart from its neighbours.
fn outline(at: [f64; 4], k: f64) -> String {
    let gap = (0.08 * at[2] * k).min(0.8);
    let w = c((at[2] * k - gap).max(0.5));
    format!("M{} {}h{w}v{}h-{w}z", c(at[0] * k), c(at[1] * k), c((at[3] * k - gap).max(0.5)))
}

/// What tells kinds apart without colour.
fn patterns() -> Markup {
    let lines = |id: &str, n: usize, turn: u32, size: f64| {
        html! {
            pattern id=(id) width=(size) height=(size) patternUnits="userSpaceOnUse" patternTransform=(format!("rotate({turn})")) {
                rect class={ "ground k" (n) "-ground" } width=(size) height=(size) {}
                rect.ink width=(size / 3.0) height=(size) {}
            }
        }
    };
    html! {
        defs {
            (lines("kind-1", 1, 45, 6.0)) (lines("kind-2", 2, 135, 6.0)) (lines("kind-3", 3, 0, 5.0)) (lines("kind-4", 4, 90, 5.0))
        }
    }
}
