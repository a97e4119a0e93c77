//! A topology: layers, a circle or a grid of vertices, links coloured by class; a large one as its layers with counts.

use super::frame::{Anchor, line, text};
use super::{Drawing, Size};
use crate::svg::c;
use lightloom_units::thousands;
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone)]
pub struct TopologyFigure {
    /// Name of the topology.
    pub name: String,
    /// Its counts, in words.
    pub subject: String,
    /// How vertices are laid out.
    pub layout: TopologyLayout,
    /// Vertices, by kind; endpoints first.
    pub layers: Vec<TopologyLayer>,
    /// Links, by class.
    pub classes: Vec<TopologyClass>,
    /// Ends and class of each link that is drawn; none when there are too many.
    pub edges: Vec<([u32; 2], usize)>,
}

/// Vertices of one kind.
#[derive(Debug, Clone)]
pub struct TopologyLayer {
    /// `endpoint`, `leaf`.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Links of one class.
#[derive(Debug, Clone)]
pub struct TopologyClass {
    /// What is written at it.
    pub name: String,
    /// Indices of the layers that it joins.
    pub ends: [usize; 2],
    /// Colour of its lines: a medium, or only to tell classes apart.
    pub colour: LineColour,
}

/// Colours of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineColour {
    /// Ink.
    Ink,
    /// Copper's.
    Copper,
    /// Light's.
    Light,
    /// Pluggable modules'.
    Pluggable,
    /// Near-package optics'.
    Near,
}

impl LineColour {
    /// Colours in the order of classes.
    pub const ALL: [Self; 5] = [Self::Copper, Self::Pluggable, Self::Near, Self::Light, Self::Ink];

    const fn name(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Copper => "copper",
            Self::Light => "light",
            Self::Pluggable => "plug",
            Self::Near => "near",
        }
    }
}

/// How vertices are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopologyLayout {
    /// Rows, endpoints lowest.
    Layers,
    /// Switches on a circle, endpoints around them.
    Circle,
    /// A grid of these sizes: of switches where there is one for each place, else of endpoints.
    Grid(Vec<u64>),
}

const LEFT: f64 = 150.0;
const RIGHT: f64 = 660.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 420.0;
/// Where names of classes begin.
const NAMES: f64 = 700.0;
/// Most vertices of a row of a large topology.
const SHOWN: u64 = 14;

/// Draws a topology.
#[must_use]
pub fn topology(figure: &TopologyFigure) -> Drawing {
    let body = if figure.edges.is_empty() { abridged(figure) } else { whole(figure) };
    let classes: Vec<&str> = figure.classes.iter().map(|k| k.name.as_str()).collect();
    Drawing {
        id: "topology",
        title: figure.name.clone(),
        subject: figure.subject.clone(),
        description: format!("{}: {}. Links: {}.", figure.name, figure.subject, classes.join("; ")),
        size: Size::Slide,
        body,
    }
}

/// Names of classes in their colours.
fn legend(figure: &TopologyFigure) -> Markup {
    html! {
        @for (i, class) in figure.classes.iter().enumerate() {
            @let y = TOP + 22.0 + 26.0 * i as f64;
            (line(&format!("d-link-{}", class.colour.name()), [NAMES, y - 5.0], [NAMES + 26.0, y - 5.0]))
            (text(&format!("d-link-{}-text", class.colour.name()), NAMES + 34.0, y, Anchor::Start, &class.name))
        }
    }
}

/// `16 leaves`, as a label of a row.
fn label(layer: &TopologyLayer) -> String {
    let name = layer.name.as_str();
    let many = match (layer.count, name) {
        (1, _) => name.to_owned(),
        (_, name) if name.ends_with("leaf") => name.replace("leaf", "leaves"),
        (_, "switch") => "switches".to_owned(),
        (_, "endpoint" | "router") => format!("{name}s"),
        (_, name) if name.ends_with("spine") => format!("{name}s"),
        (_, name) => format!("{name} switches"),
    };
    format!("{} {many}", thousands(layer.count))
}

/// Every vertex and every link.
fn whole(figure: &TopologyFigure) -> Markup {
    let places = places(figure);
    let bowed = figure.layout != TopologyLayout::Layers;
    let endpoints = figure.layers.first().map_or(0, |l| l.count) as usize;
    let steps = shortest(figure, &places);
    html! {
        @for ([a, b], class) in &figure.edges {
            @if let (Some(Some(from)), Some(Some(to))) = (places.get(*a as usize), places.get(*b as usize)) {
                @let colour = figure.classes.get(*class).map_or(LineColour::Ink, |k| k.colour);
                path class={ "d-link-" (colour.name()) } d=(curve(*from, *to, if bowed { steps.get(*class).copied().unwrap_or(0.0) } else { f64::INFINITY })) {}
            }
        }
        @for (v, place) in places.iter().enumerate() {
            @if let Some([x, y]) = place {
                @if v < endpoints {
                    circle class="d-vertex" cx=(c(*x)) cy=(c(*y)) r="3.5" {}
                } @else {
                    rect class="d-switch" x=(c(x - 5.0)) y=(c(y - 5.0)) width="10" height="10" {}
                }
            }
        }
        @if figure.layout == TopologyLayout::Layers {
            @for (i, layer) in figure.layers.iter().enumerate() {
                (text("d-text", LEFT - 22.0, row(figure, i) + 5.0, Anchor::End, &label(layer)))
            }
        } @else {
            @for (i, layer) in figure.layers.iter().enumerate() {
                @let y = TOP + 40.0 + 26.0 * (figure.classes.len() + i) as f64;
                @if i == 0 { circle class="d-vertex" cx=(c(NAMES + 13.0)) cy=(c(y - 5.0)) r="3.5" {} }
                @else { rect class="d-switch" x=(c(NAMES + 8.0)) y=(c(y - 10.0)) width="10" height="10" {} }
                (text("d-text", NAMES + 34.0, y, Anchor::Start, &label(layer)))
            }
        }
        (legend(figure))
    }
}

/// Height of a row of a layer; endpoints lowest.
fn row(figure: &TopologyFigure, layer: usize) -> f64 {
    let gaps = figure.layers.len().saturating_sub(1).max(1) as f64;
    BOTTOM - (BOTTOM - TOP) * layer as f64 / gaps
}

/// A line, or where it passes others on the way a bow.
fn curve(from: [f64; 2], to: [f64; 2], step: f64) -> String {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).sqrt();
    let ends = format!("M{} {}", c(from[0]), c(from[1]));
    if length <= 1.5 * step {
        return format!("{ends}L{} {}", c(to[0]), c(to[1]));
    }
    let bow = 0.16;
    let middle = [(from[0] + to[0]) / 2.0 + bow * dy, (from[1] + to[1]) / 2.0 - bow * dx];
    format!("{ends}Q{} {} {} {}", c(middle[0]), c(middle[1]), c(to[0]), c(to[1]))
}

/// Length of the shortest line of each class.
fn shortest(figure: &TopologyFigure, places: &[Option<[f64; 2]>]) -> Vec<f64> {
    let mut least = vec![f64::INFINITY; figure.classes.len()];
    for ([a, b], class) in &figure.edges {
        if let (Some(Some(a)), Some(Some(b)), Some(least)) =
            (places.get(*a as usize), places.get(*b as usize), least.get_mut(*class))
        {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            *least = least.min((dx * dx + dy * dy).sqrt());
        }
    }
    least
}

/// Where each vertex stands; those that a layout leaves out stand nowhere.
fn places(figure: &TopologyFigure) -> Vec<Option<[f64; 2]>> {
    let counts: Vec<u64> = figure.layers.iter().map(|l| l.count).collect();
    let along = |i: u64, n: u64, from: f64, to: f64| {
        from + (to - from) * (i as f64 + 0.5) / n.max(1) as f64
    };
    match &figure.layout {
        TopologyLayout::Layers => {
            let place = |(layer, n): (usize, &u64)| {
                let (y, n) = (row(figure, layer), *n);
                (0..n).map(move |i| Some([along(i, n, LEFT, RIGHT), y])).collect::<Vec<_>>()
            };
            counts.iter().enumerate().flat_map(place).collect()
        }
        TopologyLayout::Circle => {
            let (x, y) = ((LEFT + RIGHT) / 2.0 - 60.0, (TOP + BOTTOM) / 2.0);
            let outer = (BOTTOM - TOP) / 2.0;
            let place = |(layer, n): (usize, &u64)| {
                // Each further layer of switches on a smaller circle.
                let (n, radius) = (*n, outer * (1.0 - 0.18 * layer as f64).max(0.2));
                let turn = move |i: u64| std::f64::consts::TAU * (i as f64 + 0.5) / n.max(1) as f64;
                (0..n)
                    .map(move |i| {
                        Some([x + radius * libm::sin(turn(i)), y - radius * libm::cos(turn(i))])
                    })
                    .collect::<Vec<_>>()
            };
            counts.iter().enumerate().flat_map(place).collect()
        }
        TopologyLayout::Grid(sizes) => grid(&counts, sizes),
    }
}

fn grid(counts: &[u64], sizes: &[u64]) -> Vec<Option<[f64; 2]>> {
    let all: u64 = sizes.iter().fold(1, |p, s| p.saturating_mul(*s));
    let endpoints = counts.first().copied().unwrap_or(0);
    // One switch for each place: they are the grid.
    let of_switches = counts.len() == 2 && counts.get(1) == Some(&all);
    let (wide, high) = (sizes.first().copied().unwrap_or(1), sizes.get(1).copied().unwrap_or(1));
    let deep = (all / wide.saturating_mul(high).max(1)).max(1);
    // Planes of the further dimensions side by side.
    let columns = (1..=deep).find(|n| n * n * wide >= deep * high).unwrap_or(deep);
    let rows = deep.div_ceil(columns);
    let cells = [columns as f64 * (wide as f64 + 0.6), rows as f64 * (high as f64 + 0.6)];
    // Three dimensions as planes one behind the other, where they are few.
    let oblique = sizes.len() == 3 && deep <= 8 && !(wide == 1 || high == 1);
    let shift = 0.8 / deep as f64;
    let cells = if oblique { [wide as f64 + 0.8, high as f64 + 0.8] } else { cells };
    let step = ((RIGHT - 60.0) / cells[0]).min((BOTTOM - TOP) / cells[1]).min(90.0);
    let place = |i: u64| {
        let (x, y, z) = (i % wide, i / wide % high, i / (wide * high).max(1));
        let (plane_x, plane_y) = ((z % columns) as f64, (z / columns) as f64);
        let at = if oblique {
            [x as f64 + shift * z as f64, y as f64 + shift * (deep - 1 - z) as f64]
        } else {
            [plane_x * (wide as f64 + 0.6) + x as f64, plane_y * (high as f64 + 0.6) + y as f64]
        };
        [40.0 + step * (at[0] + 0.5), TOP + step * (at[1] + 0.5)]
    };
    if of_switches {
        let endpoint = (0..endpoints).map(|_| None);
        return endpoint.chain((0..all).map(|i| Some(place(i)))).collect();
    }
    let mut out: Vec<Option<[f64; 2]>> = (0..endpoints).map(|i| Some(place(i))).collect();
    // Other switches stand outside the grid: rows' on the right, columns' below.
    let (right, below) = (40.0 + step * cells[0] + 22.0, TOP + step * cells[1] + 14.0);
    for (layer, n) in counts.iter().enumerate().skip(1) {
        for i in 0..*n {
            let share = (i as f64 + 0.5) / *n as f64;
            out.push(Some(if 2 * layer <= counts.len() {
                [right, TOP + share * step * cells[1]]
            } else {
                [40.0 + share * step * cells[0], below.min(BOTTOM + 24.0)]
            }));
        }
    }
    out
}

/// Rows of some vertices, and what joins them.
fn abridged(figure: &TopologyFigure) -> Markup {
    let rows = figure.layers.len();
    let place = |i: usize| if rows == 1 { (TOP + BOTTOM) / 2.0 } else { row(figure, i) };
    html! {
        @for (i, class) in figure.classes.iter().enumerate() {
            @let [a, b] = class.ends.map(&place);
            @let name = class.colour.name();
            @if class.ends[0] == class.ends[1] {
                // Links within a layer: a bow over its row.
                @let y = a - 16.0 - 14.0 * i as f64;
                path class={ "d-link-" (name) } d=(format!("M{} {}Q{} {} {} {}", c(LEFT + 20.0), c(a - 6.0), c((LEFT + RIGHT) / 2.0), c(y - 24.0), c(RIGHT - 20.0), c(a - 6.0))) {}
            } @else {
                @for x in 0..SHOWN {
                    @for to in [x, if class.ends[0] == 0 { x } else { (x + 3) % SHOWN }] {
                        (line(&format!("d-link-{name}"), [column(x), a], [column(to), b]))
                    }
                }
            }
        }
        @for (i, layer) in figure.layers.iter().enumerate() {
            @for x in 0..SHOWN.min(layer.count) {
                @if i == 0 { circle class="d-vertex" cx=(c(column(x))) cy=(c(place(i))) r="4" {} }
                @else { rect class="d-switch" x=(c(column(x) - 6.0)) y=(c(place(i) - 6.0)) width="12" height="12" {} }
            }
            @if layer.count > SHOWN { (text("d-text", RIGHT + 4.0, place(i) + 5.0, Anchor::Start, "…")) }
            (text("d-text", LEFT - 22.0, place(i) + 5.0, Anchor::End, &label(layer)))
        }
        (legend(figure))
        (text("d-soft", NAMES, BOTTOM + 5.0, Anchor::Start, "a scheme: part of each layer"))
    }
}

fn column(x: u64) -> f64 {
    LEFT + (RIGHT - LEFT) * (x as f64 + 0.5) / SHOWN as f64
}
