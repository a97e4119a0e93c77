//! The section that decides a link, seen as a signal-integrity engineer sees it: loss, eye, noise.

use crate::colour::technology;
use crate::drawing::{
    Drawing, Eye, InsertionLoss, LightPowers, LossCurve, LossLimit, LossSpan, NoiseBudget,
    NoiseSource, PulseResponse, PulseSample, Size, eye, insertion_loss, light_powers, noise_budget,
    pulse_response,
};
use crate::format::{fixed, metres, sig};
use crate::table::{boxed, head, number, unit};
use lightloom_decide::plan::{ClassPlan, CopperPathRow, LightRow, SectionRow, SeenRow, TierPlan};
use maud::{Markup, PreEscaped, html};

/// Sections of a page, drawn once where links of several kinds are decided by the same.
#[derive(Default)]
pub(crate) struct Shown<'a>(Vec<(String, &'a str, &'a SectionRow)>);

impl<'a> Shown<'a> {
    /// All sections of all tiers.
    pub(crate) fn of(tiers: &'a [TierPlan]) -> Self {
        let classes = tiers.iter().enumerate().flat_map(|(t, tier)| {
            tier.classes.iter().enumerate().map(move |(c, class)| ([t, c], class))
        });
        let sections = classes.flat_map(|(place, class)| {
            let all = class.worst_sections.iter().enumerate();
            all.map(move |(i, section)| (anchor(place, i), class.name.as_str(), section))
        });
        Self(sections.collect())
    }

    /// Anchor and link class of the first section that is the same at any length of its link, if that is another.
    fn earlier(&self, id: &str, section: &SectionRow) -> Option<(&str, &str)> {
        let (first, name, _) = self.0.iter().find(|(_, _, other)| {
            SectionRow { length_m: other.length_m, ..section.clone() } == **other
        })?;
        (first != id).then_some((first.as_str(), *name))
    }
}

fn anchor([tier, class]: [usize; 2], i: usize) -> String {
    format!("s{tier}-{class}-{i}")
}

/// The section that decides what is taken, and, folded, that of the nearest miss.
pub(crate) fn part(class: &ClassPlan, place: [usize; 2], shown: &Shown<'_>) -> Markup {
    html! {
        @for (i, section) in class.worst_sections.iter().enumerate() {
            @let id = anchor(place, i);
            @let earlier = shown.earlier(&id, section);
            @if class.recommended.as_ref() == Some(&section.technology) {
                div.worst id=(id) {
                    h4 { "What decides its margin" }
                    (words(section, earlier))
                    @if earlier.is_none() {
                        (figures(section, &id))
                        details { summary { "More on this section" } (more(section, &id)) }
                    }
                }
            } @else {
                details.worst id=(id) {
                    summary {
                        @if class.recommended.is_some() { "The nearest miss that would cost less: " } @else { "What stands in: " }
                        (technology(&section.family, &section.name))
                    }
                    (words(section, earlier))
                    @if earlier.is_none() {
                        (figures(section, &id))
                        (receivers(section))
                    }
                }
            }
        }
    }
}

fn words(section: &SectionRow, earlier: Option<(&str, &str)>) -> Markup {
    html! {
        p.what {
            (sentence(section))
            @if let Some((id, class)) = earlier { " The figures are those of " a href={ "#" (id) } { (class) } "." }
        }
    }
}

/// Section, receiver, COM and limiter in plain words.
fn sentence(section: &SectionRow) -> String {
    let mut words = String::new();
    words.push_str(&match section.sections {
        0 | 1 => "The whole lane, ".to_owned(),
        n => format!("Section {} of {n}, ", section.section),
    });
    words.push_str(&section.what);
    let length = metres(section.length_m);
    words.push_str(&match section.direction.as_str() {
        "both directions" => format!(", at {length}: "),
        other => format!(", {other}, at {length}: "),
    });
    let taken = section.receivers.iter().find(|r| r.taken);
    let best = section.receivers.iter().max_by(|a, b| a.com_db.total_cmp(&b.com_db));
    words.push_str(&match (taken, best) {
        (Some(r), _) => format!(
            "{} closes it with COM {}, {} asked; {} limits most.",
            r.class,
            db(r.com_db, 2),
            db(section.asked_db, 1),
            r.limiter
        ),
        (None, Some(r)) => format!(
            "no receiver closes it; the best, {}, has COM {}, {} asked; {} limits most.",
            r.class,
            db(r.com_db, 2),
            db(section.asked_db, 1),
            r.limiter
        ),
        (None, None) => "no receiver’s equalisers open an eye.".to_owned(),
    });
    if section.light.is_some() {
        words.push_str(" COM is with all of the laser’s power.");
    }
    words
}

fn db(value: f64, decimals: usize) -> String {
    format!("{}\u{a0}dB", fixed(value, decimals))
}

/// Loss or light, eye, noise, in a row.
fn figures(section: &SectionRow, id: &str) -> Markup {
    let channel = main_path(section).map(|path| insertion_loss(&loss(section, path), Size::Row));
    let channel = channel.or_else(|| section.light.as_ref().map(|l| light_powers(&light(l))));
    html! {
        div.trio {
            @if let Some(drawing) = &channel { (framed(drawing, id)) }
            @match &section.seen {
                Some(seen) => {
                    (framed(&eye(&levels(section, seen), Size::Row), id))
                    (framed(&noise_budget(&noise(section, seen), Size::Row), id))
                }
                None => p.dim {
                    "No pulse to look at: even receivers without limits are far from closing it, so tier T0, the bound, is the answer."
                }
            }
        }
    }
}

/// The copper with the larger loss.
fn main_path(section: &SectionRow) -> Option<&CopperPathRow> {
    section.copper.iter().reduce(|a, b| if b.die_to_die_db > a.die_to_die_db { b } else { a })
}

fn framed(drawing: &Drawing, id: &str) -> Markup {
    html! {
        figure {
            figcaption { strong { (drawing.title()) } }
            (PreEscaped(drawing.inline(id)))
        }
    }
}

/// Pulse, other paths, light, and every receiver that was tried.
fn more(section: &SectionRow, id: &str) -> Markup {
    let other = section.copper.iter().filter(|p| main_path(section).is_some_and(|m| *p != m));
    html! {
        div.trio {
            @if let Some(seen) = section.seen.as_ref().filter(|s| !s.pulse.is_empty()) {
                (framed(&pulse_response(&pulse(section, seen), Size::Row), id))
            }
            @for path in other {
                (framed(&insertion_loss(&loss(section, path), Size::Row), &format!("{id}-other")))
            }
            @if let (Some(row), Some(_)) = (&section.light, main_path(section)) {
                (framed(&light_powers(&light(row)), id))
            }
            (receivers(section))
        }
        p.cap {
            "Received noise is the receiver’s own with the crosstalk of other lanes as one white level"
            @if section.light.is_some() {
                ", and the noise of the light. The errors of what is taken are with the laser power that it is built with"
            }
            ". Losses are sums over the segments; the eye has their reflections too."
        }
    }
}

fn receivers(section: &SectionRow) -> Markup {
    let caption = format!(
        "Receivers tried on it, cheapest first: {} GBd {}, tier {}, COM at a detector error ratio of {}",
        sig(section.symbol_rate_gbd, 6),
        section.modulation,
        section.tier,
        crate::drawing::ratio(section.detector_error_ratio),
    );
    boxed(
        &caption,
        false,
        &html! {
            thead {
                tr {
                    (head("Receiver")) (unit("COM", "dB")) (unit("Margin", "dB")) (head("Limited by"))
                    (unit("Errors", "before correction")) (unit("SerDes", "pJ/bit"))
                }
            }
            tbody {
                @for r in &section.receivers {
                    tr class=[r.taken.then_some("taken")] {
                        th scope="row" { (r.class) @if r.taken { " " small { "taken" } } }
                        (number(&fixed(r.com_db, 2)))
                        (number(&fixed(r.margin_db, 2)))
                        td { (r.limiter) }
                        (number(&crate::drawing::ratio(r.pre_fec_ber)))
                        (number(&fixed(r.pj_per_bit, 2)))
                    }
                }
            }
        },
    )
}

fn subject(section: &SectionRow) -> String {
    format!("{}, {}", section.name, section.what)
}

fn loss(section: &SectionRow, path: &CopperPathRow) -> InsertionLoss {
    let curve = |at_nyquist_db: f64, column: usize| LossCurve {
        at_nyquist_db,
        points: path.curve.iter().map(|p| [p[0], p[column]]).collect(),
    };
    InsertionLoss {
        subject: subject(section),
        path: path.path.clone(),
        nyquist_ghz: path.nyquist_ghz,
        channel: curve(path.channel_db, 1),
        die_to_die: curve(path.die_to_die_db, 2),
        boards: false,
        limit: path.limit.as_ref().map(|l| LossLimit {
            loss_db: l.loss_db,
            span: if l.die_to_die { LossSpan::DieToDie } else { LossSpan::BallToBall },
            name: l.name.clone(),
        }),
    }
}

fn light(row: &LightRow) -> LightPowers {
    LightPowers {
        subject: String::new(),
        laser_dbm: row.laser_dbm,
        most_laser_dbm: row.most_laser_dbm,
        oma_transmitted_dbm: row.oma_transmitted_dbm,
        oma_received_dbm: row.oma_received_dbm,
    }
}

fn levels(section: &SectionRow, seen: &SeenRow) -> Eye {
    Eye {
        subject: subject(section),
        levels: seen.levels,
        signal_mv: seen.signal_mv,
        noise_mv: seen.noise_mv,
        sigma_mv: seen.sigma_mv,
        detector_error_ratio: section.detector_error_ratio,
        sequence_gain_db: seen.sequence_gain_db,
    }
}

fn noise(section: &SectionRow, seen: &SeenRow) -> NoiseBudget {
    NoiseBudget {
        subject: subject(section),
        com_db: seen.com_db,
        pass_db: section.asked_db,
        sources: seen
            .noises
            .iter()
            .map(|n| NoiseSource {
                name: n.name.clone(),
                sigma_mv: n.sigma_mv,
                com_without_db: n.com_without_db,
            })
            .collect(),
    }
}

fn pulse(section: &SectionRow, seen: &SeenRow) -> PulseResponse {
    let isi = seen.noises.iter().find(|n| n.name == "intersymbol interference");
    #[expect(clippy::cast_possible_truncation, reason = "whole unit intervals; saturates")]
    let samples = seen
        .pulse
        .iter()
        .map(|[ui, equalised_mv, residual_mv]| PulseSample {
            position_ui: *ui as i32,
            equalised_mv: *equalised_mv,
            residual_mv: *residual_mv,
        })
        .collect();
    PulseResponse {
        subject: subject(section),
        received: Vec::new(),
        samples,
        residual_rms_mv: isi.map_or(0.0, |n| n.sigma_mv),
    }
}
