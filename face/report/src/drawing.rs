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
//! | `copper` | reach of passive copper by lane rate |
//! | `frame` | scales, grids and labels |

mod copper;
mod eye;
mod frame;
mod loss;
mod noise;
mod pulse;

pub use copper::copper_reach;
pub use eye::{Eye, eye};
pub use loss::{InsertionLoss, LossCurve, LossLimit, insertion_loss};
pub use noise::{NoiseBudget, NoiseSource, noise_budget};
pub use pulse::{PulseResponse, PulseSample, pulse_response};

use crate::svg::c;
use maud::{Markup, PreEscaped, html};

const COLOURS: &str = include_str!("colours.css");
const STYLE: &str = include_str!("drawing/drawing.css");

/// Size of what is drawn, and of the heading above it in a file of its own: 16 to 9 together.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 456.0;
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
    body: Markup,
}

impl Drawing {
    /// What it shows, as a sentence: the caption on a page.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// An element for a page that has the report's colours and [`Drawing::style`]; without heading. Once a page.
    #[must_use]
    pub fn inline(&self) -> String {
        let (title, desc) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        clean(html! {
            svg.drawing role="img" aria-labelledby={ (title) " " (desc) }
                viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.description) }
                (self.body)
            }
        })
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
        let height = HEIGHT + HEADING;
        clean(html! {
            svg.drawing xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby={ (title) " " (desc) }
                viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.description) }
                style { (PreEscaped(style)) }
                rect.d-paper width=(WIDTH) height=(height) {}
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

/// Text without what XML does not allow, which the names of files may hold.
fn clean(markup: Markup) -> String {
    let allowed = |c: char| !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    let text = markup.into_string();
    if text.chars().all(allowed) { text } else { text.chars().filter(|c| allowed(*c)).collect() }
}
