//! Insertion loss, small.

use super::{ABOVE, BELOW, BOTTOM, LEFT, RIGHT, TOP};
use crate::drawing::frame::{
    Anchor, Place, Room, Scale, clearest, dot, line, rules, text, through, values_below, with_unit,
};
use crate::drawing::loss::{InsertionLoss, LossLimit, deepest, thinned};
use crate::format::sig;
use crate::svg::{c, ticks, ticks_between};
use maud::{Markup, html};

/// Half the width of what a limit forbids.
const HALF: f64 = 9.0;

pub(in crate::drawing) fn loss(data: &InsertionLoss) -> Markup {
    let nyquist = data.nyquist_ghz;
    let last = data.channel.points.last().map_or(0.0, |p| p[0]);
    // To the left of Nyquist there is room for words.
    let x = Scale::new([0.0, (1.26 * nyquist).min(last).max(1.02 * nyquist)], [LEFT, RIGHT]);
    // Words stand below the curves; more of them where the limit lies among those.
    let whole = data.die_to_die.at_nyquist_db;
    let among = data.limit.as_ref().is_some_and(|l| l.loss_db < 1.6 * whole);
    let most = deepest(data, &x).max(whole * if among { 1.75 } else { 1.35 });
    let y = Scale::new([0.0, most], [TOP, BOTTOM]);
    let [channel, whole] = [&data.channel, &data.die_to_die].map(|k| thinned(&k.points, &x, &y));
    let at = x.at(nyquist);
    let mut labels: Vec<Room> = Vec::new();
    labels.extend(data.limit.as_ref().map(|l| [at - HALF, y.at(l.loss_db), at + HALF, BOTTOM]));
    let curves: [&[[f64; 2]]; 2] = [&channel, &whole];
    let values = [
        (&data.channel, "d-copper-text", "d-copper-dot", "channel", true),
        (&data.die_to_die, "d-strong", "d-ink-dot", "die to die", false),
    ]
    .map(|(curve, class, dot_class, name, above)| {
        let point = [at, y.at(curve.at_nyquist_db)];
        let words = format!("{name} {}", with_unit(curve.at_nyquist_db, 1, "dB"));
        html! {
            (dot(dot_class, point[0], point[1], 4.5))
            (value(&words, class, above, point, &curves, &mut labels))
        }
    });
    let limit = data.limit.as_ref().map(|limit| words(limit, at, &y, &curves, &mut labels));
    html! {
        @if channel.len() > 1 && whole.len() > 1 {
            @let between: Vec<[f64; 2]> = channel.iter().chain(whole.iter().rev()).copied().collect();
            path.d-between d={ (through(&between)) "Z" } {}
        }
        (rules(&y, &ticks(most, 4.0), LEFT, RIGHT))
        (line("d-base", [LEFT, BOTTOM], [RIGHT, BOTTOM]))
        (values_below(&x, &ticks_between(0.0, x.to, 4.0), BOTTOM))
        (text("d-tick", 0.0, ABOVE, Anchor::Start, "insertion loss, dB"))
        (text("d-tick", RIGHT, BELOW, Anchor::End, "frequency, GHz"))
        (line("d-mark-line", [at, TOP - 8.0], [at, BOTTOM]))
        (text("d-tick", RIGHT, ABOVE, Anchor::End, &format!("Nyquist {}\u{a0}GHz", sig(nyquist, 6))))
        @if let Some(limit) = &data.limit {
            @let top = y.at(limit.loss_db);
            rect.d-forbidden x=(c(at - HALF)) y=(c(top)) width=(c(2.0 * HALF)) height=(c(BOTTOM - top)) {}
            (line("d-limit", [at - HALF, top], [at + HALF, top]))
        }
        path.d-copper-line d=(through(&channel)) {}
        path.d-ink-line d=(through(&whole)) {}
        @for value in &values { (value) }
        @if let Some(limit) = limit { (limit) }
    }
}

/// A curve's name and its loss at Nyquist: above the upper one, below the lower.
fn value(
    words: &str,
    class: &str,
    above: bool,
    [x, y]: [f64; 2],
    curves: &[&[[f64; 2]]],
    labels: &mut Vec<Room>,
) -> Markup {
    let place =
        |right: f64, dy: f64| Place::new(right, y + dy, Anchor::End, words.chars().count(), 1.0);
    let places: Vec<Place> = if above {
        [-14.0, -22.0, -30.0, -38.0, -46.0, -54.0].map(|dy| place(x - 8.0, dy)).to_vec()
    } else {
        [20.0, 28.0, 36.0, 44.0, 52.0, 60.0, 68.0, 76.0].map(|dy| place(x - 14.0, dy)).to_vec()
    };
    let inside: Vec<Place> =
        places.iter().filter(|p| p.room[1] > TOP - 8.0 && p.room[3] < BOTTOM).copied().collect();
    let found = clearest(if inside.is_empty() { &places } else { &inside }, curves, labels);
    html! { @if let Some(place) = found { (place.text(class, 0.0, words)) } }
}

/// What a limit says, where nothing else is.
fn words(
    limit: &LossLimit,
    x: f64,
    y: &Scale,
    curves: &[&[[f64; 2]]],
    labels: &mut Vec<Room>,
) -> Markup {
    let top = y.at(limit.loss_db);
    let (words, letters) = limit.words();
    let place = |at: f64| Place::new(x - HALF - 7.0, at, Anchor::End, letters, 2.0);
    let places = [top + 5.0, top - 12.0, BOTTOM - 26.0, top + 30.0].map(place);
    let inside: Vec<Place> = places.into_iter().filter(|p| p.room[3] < BOTTOM + 2.0).collect();
    let found = clearest(&inside, curves, labels);
    html! {
        @if let Some(place) = found {
            (place.text("d-worse-text", 0.0, &words[0]))
            (place.text("d-soft", 17.0, &words[1]))
        }
    }
}
