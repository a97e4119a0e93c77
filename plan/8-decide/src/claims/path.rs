//! The electrical path and what drives it: C10, C20, C21, C39.

use super::grounds::{Grounds, loss_db, part, path_mm};
use super::{Answer, Claim};
use crate::plan::Sheet;
use lightloom_scenario::RunError;

/// Share of pairs, percent, above which one thing is said to follow another.
const FOLLOWS: f64 = 90.0;

/// Of all pairs of technologies with different paths, the share in which the shorter path has less of something, percent.
fn follows(points: &[(f64, f64)]) -> f64 {
    let (mut pairs, mut with) = (0.0, 0.0);
    for (i, a) in points.iter().enumerate() {
        for b in &points[i + 1..] {
            if (a.0 - b.0).abs() > 1e-9 {
                pairs += 1.0;
                let falls = (a.0 - b.0) * (a.1 - b.1);
                with += if falls > 0.0 {
                    1.0
                } else if falls < 0.0 {
                    0.0
                } else {
                    0.5
                };
            }
        }
    }
    if pairs > 0.0 { with / pairs * 100.0 } else { 0.0 }
}

/// Path of the whole lane: a cable's copper counts where nothing decides the signal before it.
fn copper_mm(sheet: &Sheet) -> f64 {
    let own = path_mm(sheet);
    if sheet.family == "copper" { 2.0 * own + sheet.asked.length_m * 1e3 } else { own }
}

pub(super) fn shrinks(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let all = grounds.all_facing()?;
    let of = |id: &str| grounds.facing(id);
    let [module, first, second] =
        [of("retimed-pluggable")?, of("cpo-accelerator")?, of("cpo-interposer")?];
    let cable = of("copper-backplane")?;
    let path = |sheet: &Sheet| {
        let what = format!("copper of a lane, {}", sheet.name);
        Answer::new(what, "from the die to light", copper_mm(sheet), "mm")
    };
    let mut cable_path = path(&cable).at_least(1000.0);
    cable_path.boundary = "from die to die, 1 m of cable".to_owned();
    let loss: Vec<(f64, f64)> =
        all.iter().filter(|s| s.family != "copper").map(|s| (copper_mm(s), loss_db(s))).collect();
    let closing: Vec<&Sheet> = all.iter().filter(|s| s.link.closes).map(AsRef::as_ref).collect();
    let energy = |light: bool| {
        let these = closing.iter().filter(|s| !light || s.family != "copper");
        let points: Vec<_> = these.map(|s| (copper_mm(s), s.link.lane_pj_per_bit)).collect();
        follows(&points)
    };
    let answers = vec![
        path(&module),
        cable_path,
        path(&first).at_most(100.0),
        path(&second).at_most(10.0),
        Answer::new(
            "pairs in which the shorter path loses less",
            "all technologies of light, from die to conversion",
            follows(&loss),
            "%",
        )
        .at_least(FOLLOWS),
        Answer::new(
            "pairs in which the shorter path takes less energy",
            "all technologies of light whose lane closes, chip to chip",
            energy(true),
            "%",
        )
        .at_least(FOLLOWS),
        Answer::new(
            "pairs in which the shorter path takes less energy",
            "all technologies whose lane closes, copper too, chip to chip",
            energy(false),
            "%",
        )
        .at_least(FOLLOWS),
    ];
    let explanation = format!(
        "The copper of a lane is {:.0} mm of a backplane, {:.0} mm to a pluggable, {:.0} mm to an engine on the substrate and \
         {:.1} mm to one on the interposer. A bit takes {:.1} pJ over the backplane, {:.1} by pluggables, {:.1} by engines on \
         the substrate and {:.1} on the interposer: copper that reaches has the longest path, and lasers and modulators do not \
         shrink with it.",
        copper_mm(&cable),
        copper_mm(&module),
        copper_mm(&first),
        copper_mm(&second),
        cable.link.lane_pj_per_bit,
        module.link.lane_pj_per_bit,
        first.link.lane_pj_per_bit,
        second.link.lane_pj_per_bit,
    );
    let main = format!("copper of a lane, {}", first.name);
    let command = "lightloom package compare".to_owned();
    Ok(Claim::new("C10", answers, explanation, command).led_by(&main, ""))
}

pub(super) fn on_board(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let of = |id: &str| grounds.alone(id);
    let [module, board, near, package] = [
        of("retimed-pluggable")?,
        of("on-board-optics")?,
        of("near-package-optics")?,
        of("cpo-switch")?,
    ];
    let dsp = |sheet: &Sheet| part(&sheet.link.energy, "DSP / retimer");
    let panel = |sheet: &Sheet| sheet.space.panel_tbps_per_ru.unwrap_or(0.0);
    let kept = format!("energy of the DSPs, {} over retimed pluggable", board.name);
    let answers = vec![
        Answer::new(
            format!("energy of the DSPs, {}", board.name),
            "a bit one way, both ends",
            dsp(&board),
            "pJ/bit",
        ),
        Answer::new(&kept, "a bit one way, both ends", dsp(&board) / dsp(&module), "")
            .of([dsp(&board), dsp(&module)])
            .at_least(0.9),
        Answer::new(
            format!("panel of {} over that of pluggables", board.name),
            "bits through a rack unit",
            panel(&board) / panel(&module),
            "",
        )
        .at_least(1.0),
        Answer::new(
            format!("copper of {}", near.name),
            "from the die to light, between co-packaged and on-board",
            path_mm(&near),
            "mm",
        )
        .between(path_mm(&package), path_mm(&board)),
        Answer::new(
            format!("energy of {}", near.name),
            "a bit one way, chip to chip, between co-packaged and on-board",
            near.link.lane_pj_per_bit,
            "pJ/bit",
        )
        .between(package.link.lane_pj_per_bit, board.link.lane_pj_per_bit),
        Answer::new(
            format!("margin of {}", near.name),
            "a lane of 200 Gb/s between two alike",
            near.link.margin_db,
            "dB",
        )
        .at_least(0.0),
        Answer::new(
            format!("margin of {}", near.name),
            "a lane of 200 Gb/s, linear pluggable at the other end",
            grounds.facing("near-package-optics")?.link.margin_db,
            "dB",
        )
        .at_least(0.0),
    ];
    let explanation = format!(
        "On-board optics spend {:.1} pJ/bit in DSPs, pluggables {:.1}; without cages {:.0} Tb/s go through a rack unit in \
         place of {:.1}, and a repair opens the box. Near-package optics have {:.0} mm of copper and {:.1} pJ/bit, between \
         {:.0} mm with {:.1} on the package and {:.0} mm with {:.1} on the board.",
        dsp(&board),
        dsp(&module),
        panel(&board),
        panel(&module),
        path_mm(&near),
        near.link.lane_pj_per_bit,
        path_mm(&package),
        package.link.lane_pj_per_bit,
        path_mm(&board),
        board.link.lane_pj_per_bit,
    );
    let command = "lightloom package on-board-optics".to_owned();
    Ok(Claim::new("C20", answers, explanation, command).led_by(&kept, ""))
}

pub(super) fn tiers(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let tiers = [
        grounds.alone("cpo-accelerator")?,
        grounds.alone("cpo-interposer")?,
        grounds.alone("cpo-stacked")?,
    ];
    let mut answers = Vec::new();
    for (i, sheet) in tiers.iter().enumerate() {
        let loss = Answer::new(
            format!("loss that the host's lanes see, {}", sheet.name),
            "copper from the die to the engine",
            loss_db(sheet),
            "dB",
        );
        // A lane that is to be equalised sees a decibel at least; wires of a bus are modelled without loss.
        answers.push(if i == 0 { loss.at_least(1.0) } else { loss.at_most(0.0) });
    }
    for sheet in &tiers {
        let host = part(&sheet.link.energy, "host SerDes");
        answers.push(Answer::new(
            format!("host interface, {}", sheet.name),
            format!("{}, both ends", sheet.makeup.interface),
            host,
            "pJ/bit",
        ));
        answers.push(Answer::new(
            format!("whole lane, {}", sheet.name),
            "a bit one way, chip to chip",
            sheet.link.lane_pj_per_bit,
            "pJ/bit",
        ));
        answers.push(Answer::new(
            format!("density, {}", sheet.name),
            "over the edge, one direction",
            sheet.space.edge_gbps_per_mm,
            "Gb/s/mm",
        ));
    }
    let words: Vec<String> = tiers
        .iter()
        .map(|s| {
            format!(
                "{}: {}, {:.1} dB, {:.2} pJ/bit of {:.2}, {:.0} Gb/s/mm",
                s.name,
                s.makeup.interface,
                loss_db(s),
                part(&s.link.energy, "host SerDes"),
                s.link.lane_pj_per_bit,
                s.space.edge_gbps_per_mm,
            )
        })
        .collect();
    let explanation = format!(
        "{}. What the host's interface saves is little beside the whole lane; density gains more.",
        words.join("; ")
    );
    Ok(Claim::new("C21", answers, explanation, "lightloom package cpo-accelerator".to_owned()))
}

pub(super) fn serdes(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let [module, package] =
        [grounds.alone("retimed-pluggable")?, grounds.alone("cpo-accelerator")?];
    let host = |sheet: &Sheet| part(&sheet.link.energy, "host SerDes");
    let class = |sheet: &Sheet| {
        sheet.link.receivers.first().and_then(|r| r.class.clone()).unwrap_or_default()
    };
    let answers = vec![
        Answer::new(
            format!("host SerDes, {}", package.name),
            "transmitter and receiver, 200 Gb/s a lane",
            host(&package),
            "pJ/bit",
        )
        .at_least(0.1),
        Answer::new(
            "the same over that of a retimed pluggable",
            "transmitter and receiver, 200 Gb/s a lane",
            host(&package) / host(&module),
            "",
        )
        .at_most(0.5),
        Answer::new(
            format!("loss that it sees, {}", package.name),
            "copper from the die to light",
            loss_db(&package),
            "dB",
        )
        .at_most(loss_db(&module))
        .beside(grounds.facts, "published.loss.cpo_200g"),
        Answer::new(
            format!("loss that it sees, {}", module.name),
            "copper from the die to light",
            loss_db(&module),
            "dB",
        )
        .beside(grounds.facts, "published.loss.pluggable_200g"),
    ];
    let explanation = format!(
        "At {:.1} dB to a pluggable the host needs {} and {:.2} pJ/bit, at {:.1} dB to an engine on the package {} and {:.2}. \
         The class is the cheapest that closes the channel.",
        loss_db(&module),
        class(&module),
        host(&module),
        loss_db(&package),
        class(&package),
        host(&package),
    );
    Ok(Claim::new("C39", answers, explanation, "lightloom package cpo-accelerator".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::follows;

    #[test]
    fn pairs_that_follow_are_counted() {
        assert!((follows(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]) - 100.0).abs() < 1e-12);
        assert!((follows(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)])).abs() < 1e-12);
        // One of three pairs runs the other way.
        let found = follows(&[(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)]);
        assert!((found - 200.0 / 3.0).abs() < 1e-9, "{found}");
        // Equal paths say nothing.
        assert!((follows(&[(1.0, 1.0), (1.0, 2.0)])).abs() < 1e-12);
    }
}
