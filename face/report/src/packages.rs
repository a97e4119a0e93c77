//! The technologies that are taken, looked into: where electricity becomes light, and what follows from it for power, light,
//! space, heat, how it is made and repaired.

mod making;
mod tables;

use crate::bars::{Bar, stacked};
use crate::colour::{Palette, technology};
use crate::drawing::{Size, cross_section, electrical_path};
use crate::figure::{figure, section as frame};
use crate::format::{fixed, gbps, hours, metres, prose, reach, sig, usd, watts};
use lightloom_decide::plan::{
    ClassPlan, HeatRow, LaserRow, LightBudgetRow, LinkRow, OptionRow, Part, PathCurve,
    PathPointRow, Plan, ServiceRow, Sheet, SpaceRow,
};
use maud::{Markup, PreEscaped, html};

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    frame(
        "packages",
        "What is taken, looked into",
        "Where electricity becomes light, or enters its cable, in each technology that is taken, and what follows from that for power, light, space, heat, how it is made and repaired.",
        &html! {
            @if let Some(curve) = plan.path_curve.as_ref().filter(|c| !c.points.is_empty()) {
                (path(plan, curve))
            }
            @if !plan.packages.is_empty() { (power(&plan.packages)) }
            (making::beside(&plan.packages))
            @for (i, sheet) in plan.packages.iter().enumerate() { (card(plan, sheet, i)) }
        },
    )
}

/// Energy and loss against the electrical path.
fn path(plan: &Plan, curve: &PathCurve) -> Markup {
    let drawing = electrical_path(curve);
    html! {
        figure {
            figcaption {
                strong { (drawing.title()) }
                span { (path_words(plan, curve)) }
            }
            div.pan tabindex="0" role="region" aria-label="Electrical path" {
                (PreEscaped(drawing.inline("packages")))
            }
        }
    }
}

/// What the figure says about this plan: what is taken beside the baseline, and why not the least energy.
fn path_words(plan: &Plan, curve: &PathCurve) -> String {
    let mut words = format!(
        "At {} a lane and up to {} of fibre. ",
        gbps(curve.lane_gbps),
        metres(curve.length_m)
    );
    let Some(class) = scale_out(plan) else { return words.trim_end().to_owned() };
    let point = |id: &str| curve.points.iter().find(|p| p.technology == id);
    let taken = class.recommended.as_deref().and_then(point);
    let before = baseline(plan, &class.name).and_then(point);
    let said = |p: &PathPointRow| {
        let total = format!("{}\u{a0}pJ/bit", sig(p.total_pj_per_bit, 3));
        let electrical = if p.total_pj_per_bit > 0.0 {
            p.electrical_pj_per_bit / p.total_pj_per_bit * 100.0
        } else {
            0.0
        };
        format!(
            "{} of copper and {total}, {}\u{a0}% of it to drive and equalise copper",
            millimetres(p.electrical_path_mm),
            fixed(electrical, 0)
        )
    };
    match (taken, before) {
        (Some(t), Some(b)) if t.technology != b.technology => {
            words.push_str(&format!(
                "{}, taken for {}, has {}; the baseline’s {} has {}. ",
                t.name,
                class.name,
                said(t),
                b.name,
                said(b)
            ));
        }
        (Some(t), _) => {
            words.push_str(&format!("{}, taken for {}, has {}. ", t.name, class.name, said(t)));
        }
        (None, _) => words.push_str(&format!("Nothing closes on {}. ", class.name)),
    }
    let light = curve.points.iter().filter(|p| p.closes && p.family != "copper");
    let least = light.min_by(|a, b| a.total_pj_per_bit.total_cmp(&b.total_pj_per_bit));
    if let Some(least) = least
        && class.recommended.as_ref() != Some(&least.technology)
        && let Some(option) = class.options.iter().find(|o| o.technology == least.technology)
    {
        words.push_str(&format!(
            "Of light, {} needs least, {}\u{a0}pJ/bit, {}.",
            least.name,
            sig(least.total_pj_per_bit, 3),
            against(option, class)
        ));
    }
    words.trim_end().to_owned()
}

/// Why an option with less energy is not taken.
fn against(option: &OptionRow, class: &ClassPlan) -> String {
    match (&option.rejected_because, class.taken()) {
        (Some(because), _) => format!("but does not serve here: {}", prose(because)),
        (None, Some(taken)) => {
            format!("but costs {} more over the years", usd(option.cost_usd - taken.cost_usd))
        }
        (None, None) => "and closes".to_owned(),
    }
}

/// The scale-out class that carries most.
fn scale_out(plan: &Plan) -> Option<&ClassPlan> {
    let classes = plan.tiers.iter().filter(|t| t.tier == "scale-out").flat_map(|t| &t.classes);
    #[expect(clippy::cast_precision_loss, reason = "compared only")]
    let payload = |class: &ClassPlan| class.links as f64 * class.rate_gbps;
    classes.reduce(|most, class| if payload(class) > payload(most) { class } else { most })
}

/// The baseline's technology on a class.
fn baseline<'a>(plan: &'a Plan, class: &str) -> Option<&'a str> {
    let choices = &plan.strategies.first()?.choices;
    choices.iter().find(|c| c.class == class).map(|c| c.technology.as_str())
}

fn millimetres(mm: f64) -> String {
    crate::drawing::millimetres(mm)
}

/// Power by where its heat arises, for the same payload.
fn power(sheets: &[Sheet]) -> Markup {
    let parts: Vec<Vec<Part>> = sheets.iter().map(places).collect();
    let palette = Palette::of(parts.iter().flatten());
    let bars: Vec<Bar<'_>> = sheets
        .iter()
        .zip(&parts)
        .map(|(sheet, parts)| Bar {
            name: technology(&sheet.family, &sheet.name),
            total: format!("{}\u{a0}W", sig(parts.iter().map(|p| p.value).sum(), 3)),
            parts: crate::bars::drawn(parts),
            class: "",
        })
        .collect();
    figure(
        "Where the heat of a terabit per second arises",
        "Power of a port by place, both directions, for each Tb/s of it; transceivers in the accelerator or interface chip not counted",
        &stacked(&bars, "W per Tb/s", &palette),
    )
}

/// Power of a port for each Tb/s, by place.
fn places(sheet: &Sheet) -> Vec<Part> {
    let tbps = sheet.asked.rate_gbps / 1e3;
    let of = |name: &str, watts: f64| Part {
        name: name.to_owned(),
        value: if tbps > 0.0 { watts / tbps } else { 0.0 },
    };
    let (p, copper) = (&sheet.power, sheet.light.is_none());
    let [far, near] = if copper {
        ["plug, switch end", "plug, near end"]
    } else {
        ["optics, switch end", "optics, near end"]
    };
    vec![of("switch chip", p.host_w), of(far, p.optics_w), of(near, p.near_optics_w)]
}

/// One technology.
fn card(plan: &Plan, sheet: &Sheet, i: usize) -> Markup {
    let asked = &sheet.asked;
    let id = format!("p{i}");
    html! {
        article.package id=(id) {
            h3 { (technology(&sheet.family, &sheet.name)) }
            p.what {
                (taken(plan, &sheet.id)) " Looked into as a port of " (gbps(asked.rate_gbps)) " on lanes of "
                (gbps(asked.lane_gbps)) " " (asked.modulation) " with " (asked.code) ", over " (metres(asked.length_m))
                "; chips in " (asked.host_node) ", modules and engines in " (asked.module_node) "."
            }
            div.look {
                @for (end, row) in sheet.cross_sections.iter().enumerate() {
                    @let drawing = cross_section(row, Size::Row);
                    figure {
                        figcaption {
                            strong { (drawing.title()) }
                            @if sheet.cross_sections.len() > 1 { span { (row.end) } }
                        }
                        (PreEscaped(drawing.inline(&format!("{id}-{end}"))))
                    }
                }
                dl.lines {
                    (line("Conversion", &conversion(sheet)))
                    (line("Link", &link(&sheet.link)))
                    @if let Some(light) = &sheet.light { (line("Light", &light_words(light, sheet.lasers.as_ref()))) }
                    (line("Power", &power_words(sheet)))
                    (line("Space", &space(&sheet.space)))
                    (line("Heat", &heat(&sheet.heat)))
                    @if let Some(row) = &sheet.making { (line("Making", &making::words(row))) }
                    (line("Service", &service(&sheet.service)))
                }
            }
            (tables::part(sheet, &id))
        }
    }
}

fn line(name: &str, words: &str) -> Markup {
    html! { @if !words.is_empty() { div { dt { (name) } dd { (words) } } } }
}

/// On which links a technology is taken, and by whom.
fn taken(plan: &Plan, id: &str) -> String {
    let classes = plan.tiers.iter().flat_map(|t| &t.classes);
    let recommended: Vec<&str> =
        classes.filter(|c| c.recommended.as_deref() == Some(id)).map(|c| c.name.as_str()).collect();
    let choices = plan.strategies.first().map_or(&[][..], |s| &s.choices);
    let before: Vec<&str> =
        choices.iter().filter(|c| c.technology == id).map(|c| c.class.as_str()).collect();
    match (recommended.as_slice(), before.as_slice()) {
        ([], []) => "A stand-in where nothing closes.".to_owned(),
        (now, before) if now == before => {
            format!("Recommended for {}, as in the baseline.", listed(now))
        }
        (now, []) => format!("Recommended for {}.", listed(now)),
        ([], before) => format!("In the baseline for {}; not recommended.", listed(before)),
        (now, before) => {
            format!("Recommended for {}; in the baseline for {}.", listed(now), listed(before))
        }
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Where it stands and what is replaced.
fn conversion(sheet: &Sheet) -> String {
    let (makeup, light) = (&sheet.makeup, sheet.light.is_some());
    let mut words = match (makeup.site.as_str(), light) {
        ("front panel", true) => "To light, in a module in the front panel".to_owned(),
        (site, true) => format!("To light, on the {site}"),
        ("front panel", false) => "None; the cable begins at the front panel".to_owned(),
        ("backplane", false) => "None; the way on is the backplane".to_owned(),
        (site, false) => format!("None; the cable begins on the {site}"),
    };
    match &makeup.partner {
        Some(partner) => words.push_str(&format!(" of the switch; at the other end {partner}")),
        None if light => words.push_str(", at both ends"),
        None => {}
    }
    words.push_str(&match makeup.retimed.as_str() {
        "nothing" => "; nothing retimes".to_owned(),
        other => format!("; retimes {other}"),
    });
    words.push_str(match makeup.laser.as_deref() {
        Some("external") => "; lasers in modules of their own",
        Some("internal") => "; lasers inside",
        _ => "",
    });
    words.push_str(&format!(". Replaced: {}.", makeup.replaceable.join(" or ")));
    words
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn db(value: f64, decimals: usize) -> String {
    format!("{}\u{a0}dB", fixed(value, decimals))
}

/// Whether it closes, and the receiver of each stretch.
fn link(link: &LinkRow) -> String {
    let verdict = match (&link.reason, link.closes) {
        (_, true) => format!("Closes with {} to spare", db(link.margin_db, 1)),
        (Some(reason), false) => format!("Does not close, {}", prose(reason)),
        (None, false) => format!("Does not close, margin {}", db(link.margin_db, 1)),
    };
    let mut receivers: Vec<String> = Vec::new();
    for r in &link.receivers {
        let class = r.class.as_deref().unwrap_or("no receiver");
        let said = match (r.stretch.as_str(), r.loss_db > 0.0) {
            ("die to die", _) if r.class.is_none() => "a parallel bus between dies".to_owned(),
            ("copper", _) => format!("{class} on copper, {}", db(r.loss_db, 1)),
            (other, true) => {
                format!("{class} on {other} with {} of copper", db(r.loss_db, 1))
            }
            (other, false) => format!("{class} on {other}"),
        };
        if !receivers.contains(&said) {
            receivers.push(said);
        }
    }
    let behind = if receivers.is_empty() {
        String::new()
    } else {
        format!(" Receivers: {}.", receivers.join("; "))
    };
    format!("{verdict}; {} limits, reach {}.{behind}", link.limiter, reach(link.reach_m))
}

fn dbm(value: f64) -> String {
    format!("{}\u{a0}dBm", fixed(value, 1))
}

/// From the laser to the photodiode.
fn light_words(light: &LightBudgetRow, lasers: Option<&LaserRow>) -> String {
    let most = light.stages.iter().max_by(|a, b| a.loss_db.total_cmp(&b.loss_db));
    let most = most.map(|s| format!(", most by {} ({})", s.name, db(s.loss_db, 1)));
    let lanes = lasers.map_or(1.0, |l| l.lanes_per_laser);
    let lanes = if lanes > 1.0 { format!(" for {} lanes", sig(lanes, 3)) } else { String::new() };
    format!(
        "The laser gives {}{lanes}, at most {}, and takes {}\u{a0}mW a lane from its supply, {}\u{a0}% of which leave it as light. {} to the photodiode{}.",
        dbm(light.laser_dbm),
        dbm(light.laser_limit_dbm),
        sig(light.wall_plug_mw, 3),
        sig(light.efficiency_percent, 2),
        db(light.loss_db, 1),
        most.unwrap_or_default()
    )
}

fn power_words(sheet: &Sheet) -> String {
    let p = &sheet.power;
    let optics = if p.optics_w > 0.0 || p.near_optics_w > 0.0 {
        format!(
            "{} at the switch and {} at the near end for a port, {} in the switch chip; ",
            watts(p.optics_w),
            watts(p.near_optics_w),
            watts(p.host_w)
        )
    } else {
        format!("{} of a port in the switch chip, nothing on the way; ", watts(p.host_w))
    };
    format!(
        "{}{} for a switch of {}.",
        capital(&optics),
        watts(p.box_interconnect_w),
        gbps(sheet.asked.box_tbps * 1e3)
    )
}

/// The largest package and what binds it.
fn space(space: &SpaceRow) -> String {
    let mut words = format!(
        "A package of {}\u{a0}mm in a box of {}\u{a0}RU carries at most {} (limit: {}); {}\u{a0}Gb/s/mm of edge, set by {}",
        sig(space.side_mm, 3),
        sig(space.rack_units, 2),
        gbps(space.largest_tbps * 1e3),
        space.binding,
        sig(space.edge_gbps_per_mm, 3),
        space.edge_limit
    );
    if let Some(panel) = space.panel_tbps_per_ru {
        words.push_str(&format!("; {} through a rack unit of panel", gbps(panel * 1e3)));
    }
    words + "."
}

/// The part nearest to its limit under each way of cooling.
fn heat(rows: &[HeatRow]) -> String {
    let said = rows.iter().map(|row| {
        let hottest = row.parts_c.iter().find(|p| p.name == row.tightest);
        let at = hottest.map(|p| format!(" at {}\u{a0}°C", fixed(p.value, 0)));
        let left = if row.left_k < 0.0 {
            format!("{}\u{a0}K too hot", fixed(-row.left_k, 0))
        } else {
            format!("{}\u{a0}K left", fixed(row.left_k, 0))
        };
        let own = if row.own { ", as it is made" } else { "" };
        format!("{}{own}: {}{}, {left}", row.cooling, row.tightest, at.unwrap_or_default())
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { String::new() } else { format!("{}.", capital(&said.join("; "))) }
}

/// The failure that costs most port-hours.
fn service(rows: &[ServiceRow]) -> String {
    let Some(worst) = rows.iter().max_by(|a, b| a.port_hours.total_cmp(&b.port_hours)) else {
        return String::new();
    };
    let all: f64 = rows.iter().map(|r| r.port_hours).sum();
    let [faulty, in_repair] = [
        (worst.ports_faulty, worst.accelerators_faulty),
        (worst.ports_in_repair, worst.accelerators_in_repair),
    ]
    .map(|(n, behind)| (ports(n), accelerators(behind)));
    format!(
        "A failure ({}: {}\u{a0}FIT a port) stops {} and {} until a {} is at hand, {}; the repair stops {} and {} for {}. {}\u{a0}port-hours a year are lost for a thousand ports.",
        worst.part,
        sig(worst.fit, 3),
        faulty.0,
        faulty.1,
        worst.unit,
        hours(worst.wait_h),
        in_repair.0,
        in_repair.1,
        hours(worst.hands_on_h + worst.requalify_h),
        sig(all, 2)
    )
}

fn accelerators(n: f64) -> String {
    match n {
        _ if n <= 0.0 => "no accelerator".to_owned(),
        _ if (n - 1.0).abs() < 1e-9 => "one accelerator".to_owned(),
        _ => format!("{} accelerators", sig(n, 3)),
    }
}

fn ports(n: f64) -> String {
    if (n - 1.0).abs() < 1e-9 { "one port".to_owned() } else { format!("{} ports", sig(n, 3)) }
}
