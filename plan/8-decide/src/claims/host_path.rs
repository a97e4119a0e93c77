//! The copper from a chip to its optics, and what it asks for: C05, C19.

use super::grounds::{Grounds, loss_db};
use super::ports::{On, at_lane, line};
use super::{Answer, Claim};
use crate::plan::{Sheet, StretchPart};
use crate::sentence::capitalised;
use lightloom_link::Pam;
use lightloom_scenario::RunError;
use lightloom_units::{Length, significant};

/// Payload of a lane of 112G, 224G and 448G on the line, Gb/s.
const LANES: [f64; 3] = [100.0, 200.0, 400.0];
/// Fibre of the links that are looked at, m.
const FIBRE: f64 = 30.0;

/// Copper of a way by part, dB.
fn copper_parts(sheet: &Sheet) -> Vec<(String, f64)> {
    let stretches = sheet.cross_sections.first().map_or(&[][..], |row| row.stretches.as_slice());
    let copper = stretches.iter().filter(|s| s.copper_db > 0.0);
    copper.map(|s| (s.name.clone(), s.copper_db)).collect()
}

/// That of lines on the board alone, dB.
fn board_db(sheet: &Sheet) -> f64 {
    let stretches = sheet.cross_sections.first().map_or(&[][..], |row| row.stretches.as_slice());
    let board = stretches.iter().filter(|s| matches!(s.part, StretchPart::Board));
    board.map(|s| s.copper_db).sum()
}

/// What the claim is about.
const TO_PANEL_OVER_PACKAGE: &str =
    "loss from the die to a pluggable, over that to an engine on the package";

pub(super) fn traces(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let mut answers = Vec::new();
    let (mut words, mut allowed) = (Vec::new(), Vec::new());
    for gbps in [LANES[1], LANES[0], LANES[2]] {
        let at = |id: &str| grounds.asked(id, &at_lane(gbps, Pam::Pam4));
        let [module, linear, package] =
            [at("retimed-pluggable")?, at("linear-pluggable")?, at("cpo-accelerator")?];
        let lane = format!("{gbps:.0} Gb/s a lane");
        let (far, near) = (loss_db(&module), loss_db(&package));
        let answer = Answer::new(
            "loss from the die to a pluggable",
            format!("{lane}, at its Nyquist frequency"),
            far,
            "dB",
        );
        answers.push(if answers.is_empty() {
            answer.beside(grounds.facts, "published.loss.pluggable_200g")
        } else {
            answer
        });
        if (gbps - LANES[1]).abs() < 1e-9 {
            for (name, db) in copper_parts(&module) {
                answers.push(Answer::new(
                    format!("loss, {name}"),
                    format!("{lane}, to a pluggable"),
                    db,
                    "dB",
                ));
            }
            answers.push(
                Answer::new(
                    "share of the board's lines in the loss from the die to a pluggable",
                    &lane,
                    board_db(&module) / far * 100.0,
                    "%",
                )
                .at_least(50.0),
            );
        }
        answers.push(
            Answer::new(TO_PANEL_OVER_PACKAGE, &lane, far / near, "").of([far, near]).at_least(2.0),
        );
        let margin = |id: &str, sheet: &Sheet| -> Result<(f64, [f64; 2]), RunError> {
            let on = On::alike(id, line(gbps, Pam::Pam4), FIBRE);
            let (_, [low, high]) = grounds.of_ports(&[on], |ports| ports[0].margin.as_db())?;
            let own = sheet.link.margin_db;
            Ok((own, [low.min(own), high.max(own)]))
        };
        for (id, sheet, opens) in [
            ("cpo-accelerator", &package, true),
            ("linear-pluggable", &linear, false),
            ("retimed-pluggable", &module, false),
        ] {
            let (own, ends) = margin(id, sheet)?;
            let answer = Answer::new(format!("margin of a lane, {}", sheet.name), &lane, own, "dB")
                .spread(ends);
            // The claim is of 200 Gb/s: light on the package closes, pluggables do not.
            let claimed = (gbps - LANES[1]).abs() < 1e-9;
            answers.push(match (claimed, opens) {
                (true, true) => answer.at_least(0.0),
                (true, false) => answer.at_most(0.0),
                (false, _) => answer,
            });
        }
        allowed.push(match (module.link.closes, module.link.module_dsp, package.link.closes) {
            (true, true, true) => {
                format!("At {lane} engines on the package spare a pluggable's DSP.")
            }
            (true, false, true) => format!("At {lane} both close without a DSP."),
            (false, _, true) => {
                format!("At {lane} engines on the package close and pluggables do not.")
            }
            (true, _, false) => {
                format!("At {lane} pluggables close and engines on the package do not.")
            }
            (false, _, false) => format!("At {lane} neither closes."),
        });
        words.push(format!(
            "at {lane} {far:.1} dB to a pluggable, {near:.1} dB to an engine on the package; margins {:+.1} dB retimed, {:+.1} dB linear, \
             {:+.1} dB on the package",
            module.link.margin_db, linear.link.margin_db, package.link.margin_db
        ));
    }
    let explanation = format!("{}. {}", capitalised(&words.join("; ")), allowed.join(" "));
    let command = "lightloom package compare retimed-pluggable cpo-accelerator".to_owned();
    let main = format!("{:.0} Gb/s", LANES[1]);
    Ok(Claim::new("C05", answers, explanation, command).led_by(TO_PANEL_OVER_PACKAGE, &main))
}

/// Host board that the claim names, m.
const BOARD: f64 = 0.3;
/// The fact that a host board's line to the front panel is.
const TO_PANEL: &str = "distance.board.panel";
/// Lines that are tried, m.
const LINES: [f64; 2] = [0.005, 0.8];
/// How closely a line is found, m.
const CLOSE: f64 = 0.002;

/// The longest line on the host board with which a linear pluggable closes, m; zero where none does.
fn longest_board(grounds: &Grounds<'_>, gbps: f64) -> Result<f64, RunError> {
    let facts = grounds.facts;
    let Some(position) = facts.catalog().position(TO_PANEL) else { return Ok(0.0) };
    let on = On::alike("linear-pluggable", line(gbps, Pam::Pam4), FIBRE);
    let closes = |metres: f64| -> Result<bool, RunError> {
        Ok(grounds.margin_with(&facts.with(position, metres), on)? >= 0.0)
    };
    let [mut within, mut beyond] = LINES;
    if !closes(within)? {
        return Ok(0.0);
    }
    if closes(beyond)? {
        return Ok(beyond);
    }
    while beyond - within > CLOSE {
        let middle = f64::midpoint(within, beyond);
        if closes(middle)? { within = middle } else { beyond = middle }
    }
    Ok(within)
}

pub(super) fn host_board(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let here = grounds.facts.get::<Length>(TO_PANEL)?.as_m();
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for gbps in [LANES[1], LANES[0]] {
        let at = |id: &str| grounds.asked(id, &at_lane(gbps, Pam::Pam4));
        let [linear, retimed] = [at("linear-pluggable")?, at("retimed-pluggable")?];
        let lane = format!("{gbps:.0} Gb/s a lane");
        let on = On::alike("linear-pluggable", line(gbps, Pam::Pam4), FIBRE);
        let (_, [low, high]) = grounds.of_ports(&[on], |ports| ports[0].margin.as_db())?;
        let margin = linear.link.margin_db;
        let board = significant(here * 1e3, 3);
        answers.push(
            Answer::new(
                "margin without a DSP",
                format!("{lane}, linear, {board} mm of host board"),
                margin,
                "dB",
            )
            .spread([low.min(margin), high.max(margin)])
            .at_most(0.0),
        );
        let longest = longest_board(grounds, gbps)?;
        answers.push(
            Answer::new(
                "longest host board that a linear module bears",
                &lane,
                longest * 1e3,
                "mm",
            )
            .at_most(BOARD * 1e3),
        );
        answers.push(
            Answer::new(
                "modules that hold a DSP where a retimer is asked for",
                format!("{lane}, the cheapest receiver that closes; 1 is yes"),
                f64::from(u8::from(retimed.link.module_dsp)),
                "",
            )
            .at_least(1.0),
        );
        answers.push(
            Answer::new(
                "reach of linear over that of retimed",
                format!("{lane}, fibre of up to 2 km"),
                linear.link.reach_m / retimed.link.reach_m.max(1.0),
                "",
            )
            .at_most(0.5),
        );
        words.push(format!(
            "at {lane} a linear module has {margin:+.1} dB ({:+.1} to {:+.1}) behind {board} mm of host board and bears up to {:.0} mm; {} \
             DSP is needed in a retimed one; linear reaches {:.0} m, retimed {:.0} m",
            low.min(margin),
            high.max(margin),
            longest * 1e3,
            if retimed.link.module_dsp { "a" } else { "no" },
            linear.link.reach_m,
            retimed.link.reach_m,
        ));
    }
    let explanation = format!(
        "{}. Whether a module holds a DSP is the cheapest receiver that closes, never an input. A board longer than it is here is moved \
         as that fact alone.",
        capitalised(&words.join("; "))
    );
    Ok(Claim::new("C19", answers, explanation, "lightloom package linear-pluggable".to_owned()))
}
