//! The reach chart: steps by lane rate, the areas of copper, the scenario's links.

use crate::colour::family;
use crate::format::{cut, gbps, metres};
use crate::svg::{c, spread};
use lightloom_decide::plan::{CrossoverRow, ReachChart, ReachCurve};
use maud::{Markup, html};

/// Whether two lane rates are the same.
pub(crate) fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs())
}

/// Sizes of a drawing: one for wide pages, one for phones.
pub(crate) struct Sheet {
    id: &'static str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// Names beside the marks; else keys, explained under the drawing.
    names: bool,
    /// Height of a line of labels.
    line: f64,
    /// Width of a character of a label.
    letter: f64,
}

/// For wide pages.
pub(crate) const WIDE: Sheet = Sheet {
    id: "reach-wide",
    width: 1040.0,
    height: 690.0,
    left: 58.0,
    right: 236.0,
    top: 34.0,
    bottom: 56.0,
    names: true,
    line: 17.0,
    letter: 6.7,
};

/// For phones.
pub(crate) const NARROW: Sheet = Sheet {
    id: "reach-narrow",
    width: 344.0,
    height: 560.0,
    left: 54.0,
    right: 26.0,
    top: 30.0,
    bottom: 52.0,
    names: false,
    line: 15.0,
    letter: 7.0,
};

/// Axes of a drawing.
struct Axes<'a> {
    sheet: &'a Sheet,
    /// Left edge of each lane rate's band, and the right edge of the last.
    edges: Vec<f64>,
    rates: &'a [f64],
    low: f64,
    high: f64,
    /// Where the scale begins: above it run the curves that reach beyond, one beside the other.
    top: f64,
}

/// The scale ends at so many times the longest link or copper: what light reaches beyond decides nothing.
const HEADROOM: f64 = 3.0;

impl<'a> Axes<'a> {
    fn over(chart: &ReachChart, rates: &'a [f64], sheet: &'a Sheet, groups: &[Group<'_>]) -> Self {
        let curves = chart.curves.iter().flat_map(|c| c.points.iter().map(|p| p.reach_m));
        let links = chart.links.iter().map(|l| l.max_m);
        let copper = chart.crossover.iter().flat_map(|x| [x.passive_m, x.active_m]);
        let closes = |m: &f64| m.is_finite() && *m > 0.0;
        let low =
            curves.chain(links.clone()).chain(copper.clone()).filter(closes).fold(1.0, f64::min);
        let high = HEADROOM * links.chain(copper).filter(closes).fold(5.0, f64::max);
        let beyond = groups.iter().filter(|g| g.longest() > high).count();
        // Bands with links on them are wider: their labels need the room.
        let weight = |rate: f64| {
            if chart.links.iter().any(|l| same(l.lane_gbps, rate)) { 2.0 } else { 1.4 }
        };
        let room = (sheet.width - sheet.left - sheet.right)
            / rates.iter().map(|&r| weight(r)).sum::<f64>();
        let mut edges = vec![sheet.left];
        let mut x = sheet.left;
        for &rate in rates {
            x += room * weight(rate);
            edges.push(x);
        }
        Self {
            sheet,
            edges,
            rates,
            low: (low * 0.6).max(0.01),
            high,
            top: sheet.top + sheet.line * beyond as f64 + 4.0,
        }
    }

    fn y(&self, length: f64) -> f64 {
        let span = libm::log10(self.high / self.low);
        let bottom = self.sheet.height - self.sheet.bottom;
        let share = libm::log10(length.max(self.low) / self.low) / span;
        (bottom - share * (bottom - self.top)).max(self.top)
    }

    /// Height of a curve: on the scale, or in its own lane beyond it.
    fn height(&self, group: &Group<'_>, reach: f64) -> f64 {
        match group.lane {
            Some(lane) if reach > self.high => {
                self.sheet.top + self.sheet.line * (lane as f64 + 0.5)
            }
            _ => self.y(reach),
        }
    }

    fn bottom(&self) -> f64 {
        self.sheet.height - self.sheet.bottom
    }

    fn end(&self) -> f64 {
        self.sheet.width - self.sheet.right
    }

    /// Left edge and width of the band of a lane rate.
    fn band(&self, rate: f64) -> Option<(f64, f64)> {
        let i = self.rates.iter().position(|&r| same(r, rate))?;
        Some((self.edges[i], self.edges[i + 1] - self.edges[i]))
    }
}

/// The drawing of a chart over these lane rates.
pub(crate) fn draw(chart: &ReachChart, rates: &[f64], sheet: &Sheet) -> Markup {
    let mut groups = groups(&chart.curves);
    let axes = Axes::over(chart, rates, sheet, &groups);
    let beyond = groups.iter_mut().filter(|g| g.longest() > axes.high);
    for (lane, group) in beyond.enumerate() {
        group.lane = Some(lane);
    }
    let hatch = format!("{}-hatch", sheet.id);
    html! {
        svg.reach role="img" aria-labelledby={ (sheet.id) "-title " (sheet.id) "-desc" }
            viewBox={ "0 0 " (sheet.width) " " (sheet.height) } {
            title id={ (sheet.id) "-title" } { "Link length in metres, logarithmic, against the payload of a lane" }
            desc id={ (sheet.id) "-desc" } { (description(chart)) }
            defs {
                pattern id=(hatch) width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch width="2" height="7" {}
                }
            }
            (copper(chart, &axes, &hatch))
            (scales(&axes))
            @for group in &groups { (curve(group, &axes)) }
            (limits(chart, &axes))
            (names(chart, &groups, &axes))
            (points(chart, &axes))
        }
    }
}

fn description(chart: &ReachChart) -> String {
    let steps: Vec<String> = chart
        .crossover
        .iter()
        .map(|x| {
            format!(
                "at {} a lane passive copper reaches {}, active copper {}",
                gbps(x.lane_gbps),
                metres(x.passive_m),
                metres(x.active_m)
            )
        })
        .collect();
    let links: Vec<String> =
        chart.links.iter().map(|l| format!("{} {}", l.class, metres(l.max_m))).collect();
    format!("{}. Links: {}.", steps.join("; "), links.join(", "))
}

/// The areas in which copper serves.
fn copper(chart: &ReachChart, axes: &Axes<'_>, hatch: &str) -> Markup {
    let area = |from: f64, to: f64, x: f64, width: f64, class: &str, fill: Option<&str>| {
        let (top, bottom) = (axes.y(to), if from > 0.0 { axes.y(from) } else { axes.bottom() });
        html! {
            rect class=(class) x=(c(x)) y=(c(top)) width=(c(width)) height=(c((bottom - top).max(0.0)))
                fill=[fill] {}
        }
    };
    let url = format!("url(#{hatch})");
    html! {
        @for step in &chart.crossover {
            @if let Some((x, width)) = axes.band(step.lane_gbps) {
                @if step.passive_m > 0.0 { (area(0.0, step.passive_m, x, width, "passive", None)) }
                @if step.active_m > step.passive_m {
                    (area(step.passive_m.max(0.0), step.active_m, x, width, "active", Some(&url)))
                }
            }
        }
    }
}

fn scales(axes: &Axes<'_>) -> Markup {
    let s = axes.sheet;
    let seen = |length: &f64| (axes.low..=axes.high).contains(length);
    let decades = (-2..6).map(|power| libm::pow(10.0, f64::from(power)));
    let major: Vec<f64> = decades.clone().filter(seen).collect();
    let minor: Vec<f64> = decades.flat_map(|d| [2.0 * d, 5.0 * d]).filter(seen).collect();
    let title = if s.names { "link length, logarithmic" } else { "link length (log)" };
    html! {
        @for length in &minor { (rule(axes, *length, "grid minor")) }
        @for length in &major {
            (rule(axes, *length, "grid"))
            text.tick x=(c(s.left - 8.0)) y=(c(axes.y(*length) + 4.0)) text-anchor="end" { (metres(*length)) }
        }
        text.axis-title x=(c(if s.names { s.left } else { 2.0 })) y=(c(s.top - 14.0)) { (title) }
        @if axes.top > s.top + s.line {
            text.tick x=(c(s.left - 8.0)) y=(c(f64::midpoint(s.top, axes.top) + 4.0)) text-anchor="end" { "beyond" }
            (rule(axes, axes.high, "base"))
        }
        @for (i, rate) in axes.rates.iter().enumerate() {
            @let middle = f64::midpoint(axes.edges[i], axes.edges[i + 1]);
            line.edge x1=(c(axes.edges[i])) x2=(c(axes.edges[i])) y1=(c(s.top)) y2=(c(axes.bottom() + 6.0)) {}
            text.band x=(c(middle)) y=(c(axes.bottom() + 22.0)) text-anchor="middle" {
                @if s.names { (gbps(*rate)) } @else { (rate) }
            }
        }
        line.edge x1=(c(axes.end())) x2=(c(axes.end())) y1=(c(s.top)) y2=(c(axes.bottom() + 6.0)) {}
        line.base x1=(c(s.left)) x2=(c(axes.end())) y1=(c(axes.bottom())) y2=(c(axes.bottom())) {}
        text.axis-title x=(c(f64::midpoint(s.left, axes.end()))) y=(c(s.height - 10.0)) text-anchor="middle" {
            @if s.names { "payload of a lane, one direction" } @else { "payload of a lane, Gb/s, one direction" }
        }
    }
}

fn rule(axes: &Axes<'_>, length: f64, class: &str) -> Markup {
    let y = c(axes.y(length));
    html! { line class=(class) x1=(c(axes.sheet.left)) x2=(c(axes.end())) y1=(y) y2=(y) {} }
}

/// Technologies of a family whose curves coincide.
pub(crate) struct Group<'a> {
    pub first: &'a ReachCurve,
    pub names: Vec<&'a str>,
    /// Place among the curves beyond the scale.
    lane: Option<usize>,
}

impl Group<'_> {
    fn label(&self, most: usize) -> String {
        let name = self.names.first().copied().unwrap_or_default();
        let more = match self.names.len() {
            0 | 1 => String::new(),
            n => format!(" +{}", n - 1),
        };
        let most = most.saturating_sub(more.len());
        let name = if name.chars().count() > most { short(name) } else { name };
        cut(name, most) + &more
    }

    fn longest(&self) -> f64 {
        self.first.points.iter().map(|p| p.reach_m).fold(0.0, f64::max)
    }

    fn reach(&self, rate: f64) -> f64 {
        let at = self.first.points.iter().find(|p| same(p.lane_gbps, rate));
        at.map_or(0.0, |p| p.reach_m)
    }
}

/// The abbreviation that a name ends with in brackets, or the name without what stands in brackets.
fn short(name: &str) -> &str {
    match name.strip_suffix(')').and_then(|n| n.rsplit_once(" (")) {
        Some((_, inside)) if (2..=5).contains(&inside.len()) => inside,
        Some((before, _)) if !before.is_empty() => before,
        _ => name,
    }
}

/// Curves of a family that coincide, together; longest first.
pub(crate) fn groups(curves: &[ReachCurve]) -> Vec<Group<'_>> {
    let coincide = |a: &ReachCurve, b: &ReachCurve| {
        a.family == b.family
            && a.points.len() == b.points.len()
            && a.points.iter().zip(&b.points).all(|(p, q)| {
                same(p.lane_gbps, q.lane_gbps)
                    && (p.reach_m - q.reach_m).abs() <= 0.02 * p.reach_m.abs().max(q.reach_m.abs())
            })
    };
    let mut out: Vec<Group<'_>> = Vec::new();
    for curve in curves {
        match out.iter_mut().find(|g| coincide(g.first, curve)) {
            Some(group) => group.names.push(&curve.name),
            None => out.push(Group { first: curve, names: vec![&curve.name], lane: None }),
        }
    }
    out.retain(|g| g.longest() > 0.0);
    out.sort_by(|a, b| b.longest().total_cmp(&a.longest()));
    out
}

fn curve(group: &Group<'_>, axes: &Axes<'_>) -> Markup {
    let mut path = String::new();
    let mut pen_down = false;
    for (i, &rate) in axes.rates.iter().enumerate() {
        let reach = group.reach(rate);
        if reach > 0.0 {
            let y = c(axes.height(group, reach));
            let verb = if pen_down { 'L' } else { 'M' };
            path.push_str(&format!("{verb}{} {y}H{}", c(axes.edges[i]), c(axes.edges[i + 1])));
        }
        pen_down = reach > 0.0;
    }
    html! {
        path class={ "curve " (family(&group.first.family).class) } d=(path) {
            title { (group.names.join(", ")) }
        }
    }
}

/// Whether the ends of active and of passive copper can be told apart in the drawing.
fn told_apart(step: &CrossoverRow) -> bool {
    step.active_m > step.passive_m * 1.05
}

/// Where the length of a step of passive copper stands: below its line, or above it where a curve runs there and no
/// active copper does; and whether above.
fn beside(chart: &ReachChart, step: &CrossoverRow, axes: &Axes<'_>) -> (f64, bool) {
    let line = axes.y(step.passive_m);
    let reaches = || {
        let points = chart.curves.iter().flat_map(|k| &k.points);
        points.filter(|p| same(p.lane_gbps, step.lane_gbps) && p.reach_m > 0.0)
    };
    let free = |baseline: f64| {
        let crossed = |y: f64| y > baseline - 13.0 && y < baseline + 5.0 && (y - line).abs() > 1.5;
        !reaches().any(|p| crossed(axes.y(p.reach_m)))
    };
    let (below, above) = (line + 16.0, line - 7.0);
    let up = !free(below) && free(above) && !told_apart(step);
    (if up { above } else { below }, up)
}

/// The staircases at which copper ends, with their lengths.
fn limits(chart: &ReachChart, axes: &Axes<'_>) -> Markup {
    let stairs = |length: &dyn Fn(usize) -> f64| {
        let mut path = String::new();
        let mut pen_down = false;
        for (i, &rate) in axes.rates.iter().enumerate() {
            let step = chart.crossover.iter().position(|x| same(x.lane_gbps, rate));
            let verb = if pen_down { 'L' } else { 'M' };
            pen_down = step.is_some();
            let Some(step) = step else { continue };
            let y = c(axes.y(length(step)));
            path.push_str(&format!("{verb}{} {y}H{}", c(axes.edges[i]), c(axes.edges[i + 1])));
        }
        path
    };
    let passive = |i: usize| chart.crossover[i].passive_m;
    let active = |i: usize| chart.crossover[i].active_m.max(chart.crossover[i].passive_m);
    html! {
        path.stairs.upper d=(stairs(&active)) {}
        path.stairs d=(stairs(&passive)) {}
        @for step in &chart.crossover {
            @if let Some((x, width)) = axes.band(step.lane_gbps) {
                @if step.passive_m > 0.0 {
                    @let (y, above) = beside(chart, step, axes);
                    text.step.light[above] x=(c(x + width - 6.0)) y=(c(y)) text-anchor="end" {
                        (metres(step.passive_m))
                    }
                }
                @if told_apart(step) {
                    text.step.light x=(c(x + width - 6.0)) y=(c(axes.y(step.active_m) - 6.0)) text-anchor="end" {
                        (metres(step.active_m))
                    }
                }
            }
        }
        @if let Some(step) = chart.crossover.first() {
            @if let Some((x, _)) = axes.band(step.lane_gbps) {
                text.region x=(c(x + 8.0)) y=(c(axes.bottom() - 10.0)) { "passive copper" }
                text.region.light x=(c(x + 8.0)) y=(c(axes.y(step.active_m) - 8.0)) { "light" }
            }
        }
    }
}

/// Names of the curves: at the right edge, or where a curve ends before it.
fn names(chart: &ReachChart, groups: &[Group<'_>], axes: &Axes<'_>) -> Markup {
    let s = axes.sheet;
    let last = axes.rates.len() - 1;
    // For each band, the groups whose last point lies in it.
    let mut ends: Vec<Vec<usize>> = vec![Vec::new(); axes.rates.len()];
    for (g, group) in groups.iter().enumerate() {
        if let Some(i) = axes.rates.iter().rposition(|&r| group.reach(r) > 0.0) {
            ends[i].push(g);
        }
    }
    html! {
        @for (i, members) in ends.iter().enumerate() {
            @let reach = |g: usize| groups[g].reach(axes.rates[i]);
            @let at: Vec<f64> = members.iter().map(|&g| axes.height(&groups[g], reach(g))).collect();
            @let placed = spread(&at, s.line, s.top, axes.bottom() - 4.0);
            @let from = axes.edges[i + 1];
            @let to = from + if i == last { 16.0 } else { 12.0 };
            @let end = if i == last { s.width } else { axes.edges[i + 2] };
            // Where the lengths of the next band's staircases stand, at its end.
            @let steps: Vec<f64> = chart.crossover.iter()
                .filter(|x| i != last && same(x.lane_gbps, axes.rates[i + 1]))
                .flat_map(|x| [axes.y(x.passive_m) + 11.0, if told_apart(x) { axes.y(x.active_m) - 10.0 } else { 0.0 }]).collect();
            @let letters = |end: f64| ((end - to) / s.letter).max(3.0) as usize;
            @for (k, &g) in members.iter().enumerate() {
                g class={ "name " (family(&groups[g].first.family).class) } {
                    path.leader d={ "M" (c(from)) " " (c(at[k])) "L" (c(to - 4.0)) " " (c(placed[k])) } {}
                    @if i != last { text.stop x=(c(from)) y=(c(at[k] + 4.5)) text-anchor="middle" { "×" } }
                    text x=(c(to)) y=(c(placed[k] + 4.0)) {
                        title { (groups[g].names.join(", ")) }
                        @if !s.names {
                            (letter(g))
                        } @else if reach(g) > axes.high {
                            // Alone in its lane.
                            (groups[g].label(letters(s.width - 60.0))) tspan.dim { " · " (metres(reach(g))) }
                        } @else {
                            @let crowded = steps.iter().any(|y| (y - placed[k]).abs() < s.line);
                            (groups[g].label(letters(if crowded { end - 50.0 } else { end })))
                        }
                    }
                }
            }
        }
    }
}

/// Key of a curve: a letter.
fn letter(i: usize) -> char {
    (b'A'..=b'Z').nth(i % 26).map_or('?', char::from)
}

/// Width of a character of a link's name.
const BOLD: f64 = 7.3;

/// The scenario's links.
fn points(chart: &ReachChart, axes: &Axes<'_>) -> Markup {
    let s = axes.sheet;
    html! {
        @for &rate in axes.rates {
            @let here: Vec<usize> = (0..chart.links.len())
                .filter(|&i| same(chart.links[i].lane_gbps, rate)).collect();
            @let at: Vec<f64> = here.iter().map(|&i| axes.y(chart.links[i].max_m)).collect();
            @let column = if s.names { 17.0 } else { 20.0 };
            @let dodge = dodge(&at, column - 2.0);
            @if let Some((left, width)) = axes.band(rate) {
                // Beside the marks that stand at the same height.
                @let labels: Vec<f64> = at.iter().map(|y| {
                    let beside = at.iter().zip(&dodge).filter(|(other, _)| (*other - y).abs() < 3.0 * s.line);
                    left + 36.0 + column * beside.map(|(_, d)| *d).max().unwrap_or(0) as f64
                }).collect();
                // Words stay in their band, whose end the staircase may run along: else the length stands below the name.
                @let last = axes.rates.last().is_some_and(|r| same(*r, rate));
                @let end = if last { s.width } else { left + width } - 6.0;
                @let wide = here.iter().zip(&labels).any(|(&i, label)| {
                    let link = &chart.links[i];
                    let length = s.letter * (metres(link.max_m).chars().count() + 2) as f64;
                    label + BOLD * link.class.chars().count().min(30) as f64 + length > end
                });
                @let gap = if wide { 2.0 * s.line } else { s.line + 2.0 };
                @let placed = spread(&at, gap, s.top + 8.0, axes.bottom() - 6.0 - gap + s.line);
                @for (k, &i) in here.iter().enumerate() {
                    @let link = &chart.links[i];
                    @let f = family(link.family.as_deref().unwrap_or(""));
                    @let x = left + 16.0 + dodge[k] as f64 * column;
                    @let within = chart.crossover.iter().any(|x| same(x.lane_gbps, rate) && link.max_m <= x.passive_m);
                    g class={ "point " (f.class) @if within { " within" } } {
                        title { (link.class) ", longest " (metres(link.max_m)) ", " (f.name) }
                        @if s.names {
                            @let label = labels[k];
                            path.leader d={ "M" (c(x + 7.0)) " " (c(at[k])) "L" (c(label - 4.0)) " " (c(placed[k] - 6.0)) } {}
                            (mark(f.class, x, at[k], 6.5))
                            // A little above the mark: a curve at the same length must not strike it through.
                            @let letters = (((end - label) / BOLD) as usize).clamp(8, 30);
                            text x=(c(label)) y=(c(placed[k] - 4.0)) {
                                (cut(&link.class, letters))
                                @if wide {
                                    tspan.dim x=(c(label)) dy="14" { (metres(link.max_m)) }
                                } @else {
                                    tspan.dim { "  " (metres(link.max_m)) }
                                }
                            }
                        } @else {
                            (mark(f.class, x, at[k], 9.0))
                            text.key x=(c(x)) y=(c(at[k] + if f.class == "f-co" { 6.5 } else { 4.0 })) text-anchor="middle" { (i + 1) }
                        }
                    }
                }
            }
        }
    }
}

/// Column of each mark, so that none covers another.
fn dodge(at: &[f64], gap: f64) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::with_capacity(at.len());
    for (k, y) in at.iter().enumerate() {
        let free = |column: &usize| {
            !(0..k).any(|other| out[other] == *column && (at[other] - y).abs() < gap)
        };
        out.push((0..).find(free).unwrap_or(0));
    }
    out
}

/// The mark of a family.
fn mark(class: &str, x: f64, y: f64, r: f64) -> Markup {
    let path = match class {
        "f-copper" => format!("M{} {}h{w}v{w}h-{w}z", c(x - r), c(y - r), w = c(2.0 * r)),
        "f-near" => {
            let d = r * 1.25;
            format!("M{} {}l{d} {d}l-{d} {d}l-{d} -{d}z", c(x), c(y - d))
        }
        "f-co" => {
            let d = r * 1.2;
            format!("M{} {}L{} {}H{}z", c(x), c(y - d), c(x + d), c(y + r), c(x - d))
        }
        "f-plug" => format!(
            "M{} {}a{r} {r} 0 1 0 {w} 0a{r} {r} 0 1 0 -{w} 0z",
            c(x - r),
            c(y),
            w = c(2.0 * r)
        ),
        _ => format!("M{} {}l{w} {w}m0 -{w}l-{w} {w}", c(x - r), c(y - r), w = c(2.0 * r)),
    };
    html! { path.mark d=(path) {} }
}
