//! Figures of the link floor as SVG, for a page or as files of their own.
//!
//! Each takes plain numbers and returns a [`Drawing`]; nothing is computed here but where a mark stands.
//!
//! | file | what |
//! |---|---|
//! | `loss` | insertion loss over frequency |
//! | `pulse` | the equalised pulse response |
//! | `noise` | the noise budget |
//! | `eye` | levels and noise at the detector |
//! | `light` | powers along a lane of light |
//! | `alignment` | what errors of alignment make of the cost of a unit |
//! | `fabric_comparison`, `fabric_power` | network power by the ports of a switch; by what draws it |
//! | `copper` | reach of passive copper by lane rate |
//! | `cost_stack` | cost over the years by strategy, with the range of the total |
//! | `section_view` | one end of a lane through its package, to scale |
//! | `domain_size` | throughput and energy of a model by size of the scale-up domain |
//! | `readiness_timeline` | when technologies can be bought, with vendors and standards |
//! | `electrical_path` | energy and loss against electrical path length |
//! | `serving_frontier` | speed for one user against throughput |
//! | `topology` | a topology: its vertices and links by class |
//! | `lost_hours`, `job_sizes` | accelerator-hours lost by cause and stage; the productive share of a job by its size |
//! | `measured` | computed against measured workloads, by case |
//! | `winner_map` | the cheapest strategy over two inputs |
//! | `row` | the first four again, small enough for three in a row |
//! | `frame` | scales, grids and labels |

mod alignment;
mod copper;
mod cost_stack;
mod domain_size;
mod electrical_path;
mod eye;
mod fabric_comparison;
mod fabric_power;
mod frame;
mod job_sizes;
mod light;
mod loss;
mod lost_hours;
mod measured;
mod noise;
mod pulse;
mod readiness_timeline;
mod row;
mod section_view;
mod serving_frontier;
mod topology;
mod winner_map;

pub use alignment::alignment_cost;
pub use copper::copper_reach;
pub use cost_stack::cost_stack;
pub use domain_size::domain_size;
pub use electrical_path::electrical_path;
pub(crate) use eye::ratio;
pub use eye::{Eye, eye};
pub use fabric_comparison::fabric_comparison;
pub use fabric_power::fabric_power;
pub use job_sizes::job_sizes;
pub use light::{LightPowers, light_powers};
pub use loss::{InsertionLoss, LossCurve, LossLimit, LossSpan, insertion_loss};
pub use lost_hours::lost_hours;
pub use measured::{MeasuredCase, computed_measured};
pub use noise::{NoiseBudget, NoiseSource, noise_budget};
pub use pulse::{PulseResponse, PulseSample, pulse_response};
pub use readiness_timeline::readiness_timeline;
pub use section_view::cross_section;
pub(crate) use section_view::millimetres;
pub use serving_frontier::serving_frontier;
pub use topology::{
    LineColour, TopologyClass, TopologyFigure, TopologyLayer, TopologyLayout, topology,
};

pub use winner_map::winner_map;

use crate::svg::c;
use maud::{Markup, PreEscaped, html};

const COLOURS: &str = include_str!("colours.css");
const STYLE: &str = include_str!("drawing/drawing.css");

/// How large a figure is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For a slide, with the heading of a file of its own 16 to 9.
    Slide,
    /// For a page with three in a row.
    Row,
}

impl Size {
    /// Width and height of what is drawn.
    const fn extent(self) -> [f64; 2] {
        match self {
            Self::Slide => [960.0, 456.0],
            Self::Row => [340.0, 240.0],
        }
    }
}

/// Height of the heading above a slide.
const HEADING: f64 = 84.0;

/// A figure.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// Prefix of the ids in it.
    id: &'static str,
    /// What it shows, as a sentence.
    title: String,
    /// Of what.
    subject: String,
    /// The same in words, for who does not see it.
    description: String,
    size: Size,
    body: Markup,
}

impl Drawing {
    /// What it shows, as a sentence: the caption on a page.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// An element for a page that has the report's colours and [`Drawing::style`]; without heading. `id` tells the
    /// figures of a page apart.
    #[must_use]
    pub fn inline(&self, id: &str) -> String {
        let (title, desc) = (format!("{id}-{}-title", self.id), format!("{id}-{}-desc", self.id));
        let [width, height] = self.size.extent();
        joined(&clean(html! {
            svg.drawing role="img" aria-labelledby={ (title) " " (desc) }
                viewBox={ "0 0 " (width) " " (height) } {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.description) }
                (self.body)
            }
        }))
    }

    /// The rules that [`Drawing::inline`] needs beside the report's colours.
    #[must_use]
    pub const fn style() -> &'static str {
        STYLE
    }

    /// A file of its own: heading, ground, fonts and colours for light and dark in it.
    ///
    /// Colours stand as they are and not as variables, which office programs do not resolve.
    #[must_use]
    pub fn standalone(&self) -> String {
        let (title, desc) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        let (light, dark) = COLOURS.split_once("@media").unwrap_or((COLOURS, ""));
        let style = format!(
            "\n{}@media (prefers-color-scheme: dark) {{\n{}}}\n",
            coloured(light),
            coloured(dark)
        );
        let [width, height] = self.size.extent();
        let height = height + HEADING;
        clean(html! {
            svg.drawing xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby={ (title) " " (desc) }
                viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.description) }
                style { (PreEscaped(style)) }
                rect.d-paper width=(width) height=(height) {}
                text.d-headline x="28" y="40" style=[shrunk(&self.title)] { (self.title) }
                text.d-subject x="28" y="64" { (self.subject) }
                g transform={ "translate(0 " (c(HEADING)) ")" } { (self.body) }
            }
        }) + "\n"
    }
}

/// A smaller size for a heading that would run out of the picture.
fn shrunk(title: &str) -> Option<String> {
    const FITS: usize = 68;
    let letters = title.chars().count();
    (letters > FITS).then(|| format!("font-size:{}px", c(23.0 * FITS as f64 / letters as f64)))
}

/// The rules with the colours of a block of the style sheet in place of its variables.
fn coloured(block: &str) -> String {
    let mut out = STYLE.to_owned();
    for definition in block.split("--").skip(1) {
        if let Some((name, rest)) = definition.split_once(": ")
            && let Some((value, _)) = rest.split_once(';')
        {
            out = out.replace(&format!("var(--{name})"), value);
        }
    }
    out
}

/// What is drawn for the eye to measure by, and says nothing itself.
const GROUND: [&str; 2] = ["d-grid", "d-base"];

/// Lines of the ground that follow each other as one path: a page holds hundreds.
fn joined(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    // The class of the path that is being written.
    let mut open: Option<&str> = None;
    let mut rest = svg;
    while !rest.is_empty() {
        if let Some((class, way, next)) = ground(rest) {
            if open != Some(class) {
                out.push_str(if open.is_some() { "\"/>" } else { "" });
                out.push_str(&format!("<path class=\"{class}\" d=\""));
            }
            out.push_str(&way);
            (open, rest) = (Some(class), next);
        } else {
            out.push_str(if open.take().is_some() { "\"/>" } else { "" });
            let tags = rest.match_indices('<').map(|(at, _)| at);
            let end = tags.into_iter().find(|at| *at > 0).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    out
}

/// A line of the ground that a text begins with: its class, its way in a path, and what follows it.
fn ground(svg: &str) -> Option<(&str, String, &str)> {
    let (line, next) = svg.strip_prefix("<line class=\"")?.split_once("/>")?;
    let (class, ends) = line.split_once('"')?;
    let of = |name: &str| {
        let (_, value) = ends.split_once(&format!(" {name}=\""))?;
        value.split_once('"').map(|(value, _)| value)
    };
    let [x1, y1, x2, y2] = [of("x1")?, of("y1")?, of("x2")?, of("y2")?];
    let way = match (x1 == x2, y1 == y2) {
        (true, false) => format!("M{x1} {y1}V{y2}"),
        (false, true) => format!("M{x1} {y1}H{x2}"),
        _ => format!("M{x1} {y1}L{x2} {y2}"),
    };
    GROUND.contains(&class).then_some((class, way, next))
}

/// Text without what XML does not allow, which the names of files may hold; shapes close themselves, which is shorter.
fn clean(markup: Markup) -> String {
    let allowed = |c: char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    let mut text = markup.into_string();
    for end in ["></line>", "></path>", "></rect>", "></circle>"] {
        text = text.replace(end, "/>");
    }
    if text.chars().all(allowed) { text } else { text.chars().filter(|c| allowed(*c)).collect() }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn lines_of_the_ground_are_joined_and_others_stay() {
        let grid =
            |x: u8| format!("<line class=\"d-grid\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"9\"/>");
        let own = "<line class=\"d-ink-line\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"2\"/>";
        let svg = format!("<svg>{}{}é<g>{own}{}</g></svg>", grid(1), grid(2), grid(3));
        let path = |way: &str| format!("<path class=\"d-grid\" d=\"{way}\"/>");
        let expected =
            format!("<svg>{}é<g>{own}{}</g></svg>", path("M1 0V9M2 0V9"), path("M3 0V9"));
        assert_eq!(joined(&svg), expected);
    }
}
