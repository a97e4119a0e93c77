//! Insertion loss over frequency: the channel alone and with its packages, and what a standard allows.

use super::frame::{
    Anchor, Place, Room, Scale, clearest, dot, line, rules, text, through, values_below, with_unit,
};
use super::{Drawing, Size, row};
use crate::format::sig;
use crate::svg::{c, spread, ticks, ticks_between};
use maud::{Markup, html};

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertionLoss {
    /// Of what: file, specification, package.
    pub subject: String,
    /// Which path of several: `to the driver`; empty for the only one.
    pub path: String,
    /// Nyquist frequency, GHz.
    pub nyquist_ghz: f64,
    /// The channel between the packages.
    pub channel: LossCurve,
    /// The same with both packages.
    pub die_to_die: LossCurve,
    /// Whether boards come with the packages, as in a specification of cables.
    pub boards: bool,
    /// What a standard allows.
    pub limit: Option<LossLimit>,
}

/// A curve.
#[derive(Debug, Clone, PartialEq)]
pub struct LossCurve {
    /// Loss at the Nyquist frequency, dB.
    pub at_nyquist_db: f64,
    /// Frequency in GHz and loss in dB, ascending.
    pub points: Vec<[f64; 2]>,
}

/// A limit at the Nyquist frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct LossLimit {
    /// Largest loss, dB.
    pub loss_db: f64,
    /// From where to where it is counted.
    pub span: LossSpan,
    /// Who says so, in a few words.
    pub name: String,
}

const LEFT: f64 = 72.0;
const RIGHT: f64 = 752.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 402.0;

/// Insertion loss over frequency, growing downwards.
#[must_use]
pub fn insertion_loss(data: &InsertionLoss, size: Size) -> Drawing {
    let nyquist = data.nyquist_ghz;
    let (counted, span) = match &data.limit {
        Some(LossLimit { span: LossSpan::BallToBall, .. }) => {
            (data.channel.at_nyquist_db, "between the packages")
        }
        Some(LossLimit { span: LossSpan::Cable, .. }) => {
            (data.channel.at_nyquist_db, "of the cable")
        }
        _ => (data.die_to_die.at_nyquist_db, "from die to die"),
    };
    let gap = if data.path.is_empty() { "" } else { " " };
    let mut title = format!(
        "{} {span}{gap}{} at {}",
        with_unit(counted, 1, "dB"),
        data.path,
        with_unit(nyquist, 1, "GHz")
    );
    if let Some(limit) = &data.limit {
        let spare = limit.loss_db - counted;
        title.push_str(&match spare {
            even if even.abs() < 0.05 => ", at the limit".to_owned(),
            missing if missing < 0.0 => {
                format!(", {} beyond the limit", with_unit(-missing, 1, "dB"))
            }
            _ => format!(", {} within the limit", with_unit(spare, 1, "dB")),
        });
    }
    let description = format!(
        "Insertion loss against frequency. At the Nyquist frequency of {}\u{a0}GHz the channel alone loses {}, with its packages {}.{}",
        sig(nyquist, 6),
        with_unit(data.channel.at_nyquist_db, 1, "dB"),
        with_unit(data.die_to_die.at_nyquist_db, 1, "dB"),
        data.limit.as_ref().map_or(String::new(), |l| format!(" {}: {}.", l.name, l.at_most())),
    );
    Drawing {
        id: "insertion-loss",
        title,
        subject: data.subject.clone(),
        description,
        size,
        body: match size {
            Size::Slide => body(data),
            Size::Row => row::loss(data),
        },
    }
}

/// From where to where a loss is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossSpan {
    /// The channel between the packages.
    BallToBall,
    /// The cable alone, without its hosts' boards.
    Cable,
    /// With both packages.
    DieToDie,
}

impl LossLimit {
    /// What is written beside it, in two lines, and the letters of the longer.
    pub(super) fn words(&self) -> ([String; 2], usize) {
        let words = [self.at_most(), self.name.clone()];
        let letters = words.each_ref().map(|w| w.chars().count());
        (words, letters[0].max(letters[1]))
    }

    /// The limit in words, with the digits that its source has.
    fn at_most(&self) -> String {
        format!("at most {}\u{a0}dB {}", sig(self.loss_db, 4), self.span.name())
    }
}

impl LossSpan {
    const fn name(self) -> &'static str {
        match self {
            Self::BallToBall => "ball to ball",
            Self::Cable => "for the cable",
            Self::DieToDie => "die to die",
        }
    }
}

fn body(data: &InsertionLoss) -> Markup {
    let nyquist = data.nyquist_ghz;
    let curves = [&data.channel, &data.die_to_die];
    let measured = curves.iter().filter_map(|k| k.points.last()).map(|p| p[0]).fold(0.0, f64::max);
    // Beyond one and a half times Nyquist the receiver hears nothing.
    let x = Scale::new([0.0, (1.5 * nyquist).min(measured).max(1.02 * nyquist)], [LEFT, RIGHT]);
    let most = deepest(data, &x);
    let y = Scale::new([0.0, most], [TOP, BOTTOM]);
    let [channel, whole] = curves.map(|k| thinned(&k.points, &x, &y));
    let x_nyquist = x.at(nyquist);
    let mut labels: Vec<Room> = Vec::new();
    html! {
        @if channel.len() > 1 && whole.len() > 1 {
            @let between: Vec<[f64; 2]> = channel.iter().chain(whole.iter().rev()).copied().collect();
            path.d-between d={ (through(&between)) "Z" } {}
        }
        (rules(&y, &ticks(most, 6.0), LEFT, RIGHT))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        (values_below(&x, &ticks_between(0.0, x.to, 8.0), BOTTOM))
        (text("d-tick", LEFT - 10.0, TOP - 18.0, Anchor::Start, "insertion loss, dB"))
        (text("d-tick", RIGHT, BOTTOM + 44.0, Anchor::End, "frequency, GHz"))
        (line("d-mark-line", [x_nyquist, TOP - 8.0], [x_nyquist, BOTTOM]))
        (text("d-text", x_nyquist, TOP - 18.0, Anchor::Middle, &format!("Nyquist {}\u{a0}GHz", sig(nyquist, 6))))
        @if let Some(limit) = &data.limit { (forbidden(limit, x_nyquist, &y)) }
        path.d-copper-line d=(through(&channel)) {}
        path.d-ink-line d=(through(&whole)) {}
        (names(&channel, &whole, data.boards))
        @for (curve, class, dot_class, above) in [
            (&data.channel, "d-copper-text", "d-copper-dot", true), (&data.die_to_die, "d-strong", "d-ink-dot", false),
        ] {
            (dot(dot_class, x_nyquist, y.at(curve.at_nyquist_db), 5.5))
            (value(curve.at_nyquist_db, class, above, x_nyquist, &y, &[&channel, &whole], &mut labels))
        }
        @if let Some(limit) = &data.limit { (allowed(limit, x_nyquist, &y, &[&channel, &whole], &mut labels)) }
    }
}

/// The end of the scale of losses.
pub(super) fn deepest(data: &InsertionLoss, x: &Scale) -> f64 {
    let deepest = [&data.channel, &data.die_to_die]
        .iter()
        .flat_map(|k| &k.points)
        .filter(|p| x.holds(p[0]) && p[1].is_finite())
        .map(|p| p[1])
        .fold(0.0, f64::max);
    let limit = data.limit.as_ref().map_or(0.0, |l| l.loss_db);
    let at_nyquist = data.die_to_die.at_nyquist_db.max(data.channel.at_nyquist_db);
    // Notches far below what matters run out of the picture.
    deepest.min(1.8 * at_nyquist).max(1.25 * limit).max(1.15 * at_nyquist).max(1.0)
}

/// The loss at Nyquist, beside its mark where no curve runs.
fn value(
    db: f64,
    class: &str,
    above: bool,
    x: f64,
    y: &Scale,
    curves: &[&[[f64; 2]]],
    labels: &mut Vec<Room>,
) -> Markup {
    let words = with_unit(db, 1, "dB");
    let at = y.at(db);
    let place = |dx: f64, dy: f64| {
        let anchor = if dx < 0.0 { Anchor::End } else { Anchor::Start };
        Place::new(x + dx, at + dy, anchor, words.chars().count(), 1.0)
    };
    let over = [-8.0, -20.0, -34.0, -48.0].map(|dy| place(12.0, dy));
    let under = [22.0, 36.0, 50.0, 64.0].map(|dy| place(-12.0, dy));
    let found = clearest(if above { &over } else { &under }, curves, labels);
    html! { @if let Some(place) = found { (place.text(class, 0.0, &words)) } }
}

/// Half the width of what a limit forbids.
const HALF: f64 = 13.0;

/// The loss that must not be reached at Nyquist.
fn forbidden(limit: &LossLimit, x: f64, y: &Scale) -> Markup {
    let top = y.at(limit.loss_db);
    html! {
        rect.d-forbidden x=(c(x - HALF)) y=(c(top)) width=(c(2.0 * HALF)) height=(c(BOTTOM - top)) {}
        (line("d-limit", [x - HALF, top], [x + HALF, top]))
    }
}

/// Its words, where nothing else is.
fn allowed(
    limit: &LossLimit,
    x: f64,
    y: &Scale,
    curves: &[&[[f64; 2]]],
    labels: &mut Vec<Room>,
) -> Markup {
    let top = y.at(limit.loss_db);
    let (words, letters) = limit.words();
    let place = |side: f64, at: f64| {
        let anchor = if side < 0.0 { Anchor::End } else { Anchor::Start };
        Place::new(x + side * (HALF + 9.0), at, anchor, letters, 2.0)
    };
    let places = [
        place(1.0, top + 5.0),
        place(-1.0, top + 5.0),
        place(1.0, top - 26.0),
        place(1.0, top - 50.0),
        place(-1.0, top + 30.0),
        place(1.0, BOTTOM - 28.0),
        place(-1.0, BOTTOM - 28.0),
        place(1.0, top - 80.0),
    ];
    let found = clearest(&places, curves, labels);
    html! {
        @if let Some(place) = found {
            (place.text("d-worse-text", 0.0, &words[0]))
            (place.text("d-soft", 18.0, &words[1]))
        }
    }
}

/// Names at the right ends.
fn names(channel: &[[f64; 2]], whole: &[[f64; 2]], boards: bool) -> Markup {
    let ends = [channel, whole].map(|k| k.last().copied().unwrap_or([RIGHT, TOP]));
    let at = ends.map(|e| e[1]);
    let placed = spread(&at, 44.0, TOP + 12.0, BOTTOM - 20.0);
    let words = if boards {
        [
            ("d-copper-text", "cable alone", "between the hosts"),
            ("d-strong", "die to die", "with boards, packages"),
        ]
    } else {
        [
            ("d-copper-text", "channel alone", "ball to ball"),
            ("d-strong", "die to die", "with both packages"),
        ]
    };
    html! {
        @for (i, (class, name, more)) in words.into_iter().enumerate() {
            (line("d-leader", [ends[i][0] + 3.0, at[i]], [RIGHT + 16.0, placed[i]]))
            (text(class, RIGHT + 22.0, placed[i] + 2.0, Anchor::Start, name))
            (text("d-soft", RIGHT + 22.0, placed[i] + 20.0, Anchor::Start, more))
        }
    }
}

/// A curve in the picture: the least and the largest of each pixel, which thousands of points look the same as.
pub(super) fn thinned(points: &[[f64; 2]], x: &Scale, y: &Scale) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::new();
    let inside = points.iter().filter(|p| x.holds(p[0]) && p[1].is_finite());
    let placed: Vec<[f64; 2]> = inside.map(|p| [x.at(p[0]), y.at(p[1])]).collect();
    for pixel in placed.chunk_by(|a, b| libm::floor(a[0]).total_cmp(&libm::floor(b[0])).is_eq()) {
        let least = pixel.iter().copied().min_by(|a, b| a[1].total_cmp(&b[1]));
        let most = pixel.iter().copied().max_by(|a, b| a[1].total_cmp(&b[1]));
        let mut both: Vec<[f64; 2]> = least.into_iter().chain(most).collect();
        both.sort_by(|a, b| a[0].total_cmp(&b[0]));
        both.dedup();
        out.extend(both);
    }
    out
}
