//! Where copper ends, and what ends it: C16, C28, C37.

use super::grounds::Grounds;
use super::ports::{On, at_lane, line};
use super::{Answer, Claim};
use crate::copper::{CopperCell, CopperReach, CopperRow, CopperTable};
use crate::sheet::Asked;
use lightloom_evidence::Facts;
use lightloom_link::{Limiter, Pam};
use lightloom_num::to_f64;
use lightloom_scenario::RunError;
use lightloom_units::Length;

/// Payload of the lanes that the claims name, Gb/s: 112G, 224G and 448G on the line.
const LANES: [f64; 3] = [100.0, 200.0, 400.0];
/// About two metres: within a quarter.
const ABOUT_TWO: [f64; 2] = [1.5, 2.5];
/// The cable that reaches farthest.
const FARTHEST: &str = "co-packaged-copper";
/// A wire within a rack, m.
const SHORT: f64 = 0.5;
const COMMAND: &str = "lightloom reach";

/// The lane rate of a row.
fn cell(row: &CopperRow, gbps: f64) -> Option<&CopperCell> {
    row.cells.iter().find(|c| (c.lane_gbps - gbps).abs() < 1e-9)
}

/// Reach of a row with the modulation that goes farthest, m.
fn best_m(row: &CopperRow, gbps: f64) -> f64 {
    cell(row, gbps).and_then(CopperCell::best).map_or(0.0, |best| best.reach_m)
}

/// Reach of a row with one modulation.
fn with(row: &CopperRow, gbps: f64, pam: Pam) -> Option<&CopperReach> {
    cell(row, gbps)?.modulations.iter().find(|m| m.modulation == pam.name())
}

/// The thickest of each cable.
fn thickest(table: &CopperTable) -> Vec<&CopperRow> {
    let mut rows: Vec<&CopperRow> = Vec::new();
    for row in &table.rows {
        if !rows.iter().any(|known| known.technology == row.technology) {
            rows.push(row);
        }
    }
    rows
}

pub(super) fn two_metres(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let table = grounds.copper()?;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    for row in thickest(&table) {
        let [slow, now, fast] = LANES.map(|gbps| best_m(row, gbps));
        let on = On::alike(&row.technology, line(LANES[1], Pam::Pam4), 1.0);
        let (_, [low, high]) = grounds.reach_of(on)?;
        let ends = [low.min(now), high.max(now)];
        let answer = Answer::new(
            "longest cable that closes at 200 Gb/s a lane",
            format!("{}, {} AWG, COM of 3 dB", row.name, row.awg),
            now,
            "m",
        )
        .spread(ends);
        // The claim is of the wires of a scale-up domain, which are built into its rack.
        let in_rack = grounds.technology(&row.technology)?.fixed_in_rack;
        let answer = if in_rack { answer.between(ABOUT_TWO[0], ABOUT_TWO[1]) } else { answer };
        let first = answers.is_empty();
        answers.push(if first {
            answer.beside(grounds.facts, "published.reach.copper_200g")
        } else {
            answer
        });
        words.push(format!(
            "{} of {} AWG {slow:.1} m at 100 Gb/s a lane, {now:.1} m ({:.1} to {:.1}) at 200, {fast:.1} m at 400",
            row.name, row.awg, ends[0], ends[1]
        ));
    }
    let crossover = grounds.crossover()?;
    let lane = crossover.lanes.iter().find(|l| (l.lane_gbps - LANES[1]).abs() < 1e-9);
    let active = lane.map_or(&[][..], |l| l.copper.as_slice());
    for end in active.iter().filter(|end| end.family == "active") {
        answers.push(Answer::new(
            "longest cable that closes at 200 Gb/s a lane",
            format!("{}, with chips in its plugs", end.name),
            end.reach_m,
            "m",
        ));
    }
    let explanation = format!(
        "{}; zero where none closes. Wires that begin on the package, behind a backplane's connector and behind a front panel differ by the \
         loss before the cable. Lines are smooth and connectors as the catalog has them: built channels close at less loss.",
        words.join("; ")
    );
    Ok(Claim::new("C16", answers, explanation, COMMAND.to_owned()))
}

/// What the claim is about.
const SHORTER: &str = "longest cable that closes, over that at 200 Gb/s a lane with PAM4";

pub(super) fn four_hundred(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let table = grounds.copper()?;
    let [_, now, fast] = LANES;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    let Some(row) = table.rows.iter().find(|row| row.technology == FARTHEST) else {
        return Ok(Claim::new("C28", answers, String::new(), COMMAND.to_owned()));
    };
    let reach_now = best_m(row, now);
    answers.push(Answer::new(
        "longest cable that closes at 200 Gb/s a lane",
        format!("{}, {} AWG, PAM4", row.name, row.awg),
        reach_now,
        "m",
    ));
    let rate = |gbps, pam| with(row, gbps, pam).map_or(0.0, |found| found.symbol_rate_gbd);
    let slow = rate(now, Pam::Pam4);
    let mut margins: Vec<(f64, Pam)> = Vec::new();
    for pam in [Pam::Pam4, Pam::Pam6, Pam::Pam8] {
        let times = rate(fast, pam) / slow;
        let rate_is = Answer::new(
            "symbol rate over that of 200 Gb/s with PAM4",
            format!("400 Gb/s a lane, {}", pam.name()),
            times,
            "",
        );
        // What the claim says of PAM4; more levels are its other way.
        answers.push(if pam == Pam::Pam4 { rate_is.at_least(2.0) } else { rate_is });
        let reach = with(row, fast, pam).map_or(0.0, |found| found.reach_m);
        answers.push(
            Answer::new(
                SHORTER,
                format!("400 Gb/s a lane, {}, {}, {} AWG", pam.name(), row.name, row.awg),
                reach / reach_now.max(f64::MIN_POSITIVE),
                "",
            )
            .of([reach, reach_now])
            .at_most(1.0),
        );
        let asked = Asked { length: Some(Length::m(SHORT)), ..at_lane(fast, pam) };
        let sheet = grounds.asked(FARTHEST, &asked)?;
        let on = On::alike(FARTHEST, line(fast, pam), SHORT);
        let (_, [low, high]) = grounds.of_ports(&[on], |ports| ports[0].margin.as_db())?;
        let margin = sheet.link.margin_db;
        answers.push(
            Answer::new(
                "margin of a wire of 0.5 m",
                format!("400 Gb/s a lane, {}, {}", pam.name(), sheet.name),
                margin,
                "dB",
            )
            .spread([low.min(margin), high.max(margin)]),
        );
        margins.push((margin, pam));
        words.push(format!(
            "{} at {:.0} GBd reaches {reach:.1} m and has {margin:+.1} dB on {SHORT} m",
            pam.name(),
            rate(fast, pam)
        ));
    }
    margins.sort_by(|a, b| b.0.total_cmp(&a.0));
    let winner = match margins.as_slice() {
        [(most, first), (next, second), ..] => {
            format!("{}, {:.2} dB before {}", first.name(), most - next, second.name())
        }
        _ => "none".to_owned(),
    };
    let explanation = format!(
        "At 400 Gb/s a lane (448G on the line) {}; at 200 Gb/s PAM4 at {slow:.0} GBd reaches {reach_now:.1} m. Most margin on half \
         a metre has {winner}; below zero nothing closes.",
        words.join("; ")
    );
    Ok(Claim::new("C28", answers, explanation, COMMAND.to_owned()).led_by(SHORTER, "PAM4"))
}

/// Heads of the facts of chips: transmitter, receiver, pads.
const SILICON: [&str; 2] = ["device.", "die."];
/// Heads of the facts between the chips' pads.
const CHANNEL: [&str; 4] = ["twinax.", "connector.", "trace.", "distance."];
/// Crosstalk is the channel's, though a device's table states it.
const CROSSTALK: &str = "device.crosstalk";

/// Whether a fact is of the chips, of the channel, or of neither.
fn is_of(id: &str, heads: &[&str], with_crosstalk: bool) -> bool {
    if id == CROSSTALK { with_crosstalk } else { heads.iter().any(|head| id.starts_with(head)) }
}

/// Reach with every fact of a kind at whichever end of its range lets the wire go farther, all at once, m.
fn at_their_best(
    grounds: &Grounds<'_>,
    on: On<'_>,
    kind: impl Fn(&str) -> bool,
) -> Result<f64, RunError> {
    let nominal = grounds.reach_with(grounds.facts, on)?;
    let mut moved: Option<Facts<'_>> = None;
    for (position, fact) in grounds.facts.catalog().facts().iter().enumerate() {
        if !fact.is_uncertain() || !kind(&fact.id) {
            continue;
        }
        let (mut farthest, mut value) = (nominal, fact.value);
        for end in [fact.low, fact.high] {
            let found = grounds.reach_with(&grounds.facts.with(position, end), on)?;
            if found > farthest {
                (farthest, value) = (found, end);
            }
        }
        moved = Some(moved.as_ref().unwrap_or(grounds.facts).with(position, value));
    }
    grounds.reach_with(moved.as_ref().unwrap_or(grounds.facts), on)
}

pub(super) fn channel_limits(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let table = grounds.copper()?;
    let [slow, now, _] = LANES;
    let mut answers = Vec::new();
    let loss = |row: &CopperRow, gbps| {
        cell(row, gbps).and_then(CopperCell::best).and_then(|best| best.loss_db)
    };
    let row = table.rows.iter().find(|row| row.technology == FARTHEST);
    let Some((row, [before, after])) =
        row.and_then(|row| Some((row, [loss(row, slow)?, loss(row, now)?])))
    else {
        return Ok(Claim::new("C37", answers, String::new(), COMMAND.to_owned()));
    };
    let on_wire = format!("{}, {} AWG, from die to die", row.name, row.awg);
    answers.push(Answer::new("loss at which a lane of 200 Gb/s ends", &on_wire, after, "dB"));
    answers.push(Answer::new("loss at which a lane of 100 Gb/s ends", &on_wire, before, "dB"));
    answers.push(
        Answer::new(
            "loss that chips bear at 200 Gb/s over that at 100",
            "each at its own Nyquist frequency",
            after / before,
            "",
        )
        .of([after, before])
        .at_least(0.75),
    );
    answers.push(
        Answer::new(
            "reach at 200 Gb/s over that at 100",
            &on_wire,
            best_m(row, now) / best_m(row, slow),
            "",
        )
        .at_most(1.0),
    );
    let channel = [Limiter::Loss, Limiter::Interference, Limiter::Crosstalk, Limiter::Reflections]
        .map(Limiter::name);
    let limiters = |gbps: f64| -> Vec<&str> {
        let best = table.rows.iter().filter_map(|row| cell(row, gbps)?.best());
        best.filter_map(|best| best.limiter.as_deref()).collect()
    };
    let mut counted = Vec::new();
    for gbps in [slow, now] {
        let all = limiters(gbps);
        let of_channel = all.iter().filter(|name| channel.contains(name)).count();
        let share = to_f64(of_channel) / to_f64(all.len().max(1)) * 100.0;
        counted.push(format!("{of_channel} of {} at {gbps:.0} Gb/s", all.len()));
        answers.push(
            Answer::new(
                "cables that loss, echoes or crosstalk limit",
                format!(
                    "all cables and gauges that close at {gbps:.0} Gb/s a lane, at their longest"
                ),
                share,
                "%",
            )
            .at_least(50.0),
        );
    }
    let on = On::alike(FARTHEST, line(now, Pam::Pam4), 1.0);
    let nominal = grounds.reach_with(grounds.facts, on)?;
    let by_silicon = at_their_best(grounds, on, |id| is_of(id, &SILICON, false))? / nominal;
    let by_channel = at_their_best(grounds, on, |id| is_of(id, &CHANNEL, true))? / nominal;
    let what = "reach with all facts at their better ends, over the nominal one";
    answers.push(Answer::new(
        what,
        "of transmitter, receiver, pads; 200 Gb/s a lane",
        by_silicon,
        "",
    ));
    answers.push(
        Answer::new(
            what,
            "of lines, wires, connectors, crosstalk; 200 Gb/s a lane",
            by_channel,
            "",
        )
        .at_least(by_silicon),
    );
    let explanation = format!(
        "From 100 to 200 Gb/s a lane chips go on to bear {after:.1} dB in place of {before:.1}, and the same wire has that loss after \
         {:.1} m in place of {:.1}. Loss, echoes or crosstalk limit {}; the rest is limited by the transmitter, jitter or the converter. The best chips that the \
         evidence allows reach {by_silicon:.2} times as far, the best channel {by_channel:.2} times. Loss is weighed against the \
         receiver's own noise.",
        best_m(row, now),
        best_m(row, slow),
        counted.join(" and "),
    );
    Ok(Claim::new("C37", answers, explanation, COMMAND.to_owned())
        .led_by("loss that chips bear", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_of_chips_or_of_the_channel() {
        let silicon = |id| is_of(id, &SILICON, false);
        let channel = |id| is_of(id, &CHANNEL, true);
        for (id, chips, between) in [
            ("device.jitter_random", true, false),
            ("die.capacitance.first", true, false),
            ("twinax.loss_tangent", false, true),
            (CROSSTALK, false, true),
            ("cost.copper.pair_metre", false, false),
        ] {
            assert_eq!((silicon(id), channel(id)), (chips, between), "{id}");
        }
    }
}
