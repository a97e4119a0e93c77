//! From the section that decides a link to what its figures draw: few points, four digits.

use crate::candidate::Candidate;
use crate::decide::Case;
use crate::plan::{
    CopperPathRow, LightRow, LossLimitRow, NoiseRow, ReceiverRow, SectionRow, SeenRow,
};
use crate::reach;
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::LinkClass;
use lightloom_link::com::{LaneOutcome, LossSpan, Resolution};
use lightloom_link::{Channel, Optics, Rung, Section};
use lightloom_package::{Direction, Family, Technology, WorstSection};
use lightloom_units::{Decibel, Frequency};

/// Points of a loss curve: segments are smooth.
const POINTS: u32 = 32;
/// Its end over the Nyquist frequency.
const TOP: f64 = 1.25;
/// Unit intervals of a pulse before and behind its cursor.
const BEFORE: i64 = 8;
const BEHIND: i64 = 24;
/// Significant digits of every number.
const DIGITS: usize = 4;
/// What misses by more is no neighbour.
const NEAR: Decibel = Decibel::db(6.0);
/// Symbol rates this close are the same.
const SAME_RATE: f64 = 0.01;

/// The worst sections of a class that are worth a look: that of the pick, and that of the nearest miss among what would
/// cost less but does not close.
///
/// # Errors
/// [`FactError`] when the catalog lacks a standard's limit.
pub(crate) fn sections(
    case: &Case<'_>,
    facts: &Facts<'_>,
    class: &LinkClass,
    candidates: &[Candidate],
    pick: &Candidate,
) -> Result<Vec<SectionRow>, FactError> {
    let margin = |c: &Candidate| c.fitted.port.margin;
    let misses = candidates.iter().filter(|c| {
        let port = &c.fitted.port;
        let seen = port.worst.as_ref().is_some_and(|w| w.found.outcome.is_some());
        // Refused by physics alone: another length or date would not do.
        seen && !port.closes()
            && c.reason() == port.reason(class.lengths.max).as_deref()
            && port.too_long_for.is_none()
            && port.margin > Decibel::ZERO - NEAR
            && c.tco.nominal < pick.tco.nominal
    });
    let miss = misses.max_by(|a, b| margin(a).total_cmp(&margin(b)));
    let shown = [Some(pick), miss.filter(|_| pick.usable())];
    shown.into_iter().flatten().filter_map(|c| row(case, facts, class, c).transpose()).collect()
}

fn row(
    case: &Case<'_>,
    facts: &Facts<'_>,
    class: &LinkClass,
    candidate: &Candidate,
) -> Result<Option<SectionRow>, FactError> {
    let port = &candidate.fitted.port;
    let offer = |id: &str| case.library.offer(id);
    let (Some(worst), Some(far), Some(near)) =
        (port.worst.as_deref(), offer(&port.technology), offer(&port.near))
    else {
        return Ok(None);
    };
    let [from, to] = match worst.direction {
        Direction::FromSwitch => [far, near],
        Direction::Alike | Direction::TowardsSwitch => [near, far],
    };
    let found = &worst.found;
    let mut rungs: Vec<&Rung> = found.rejected.iter().chain(&found.taken).collect();
    rungs.sort_by_key(|r| r.class);
    let taken = found.taken.as_ref().map(|r| r.class);
    Ok(Some(SectionRow {
        technology: far.id.clone(),
        name: far.name.clone(),
        family: reach::family(far).to_owned(),
        direction: match worst.direction {
            Direction::Alike => "both directions",
            Direction::TowardsSwitch => "towards the switch",
            Direction::FromSwitch => "from the switch",
        }
        .to_owned(),
        section: whole(worst.place + 1),
        sections: whole(worst.sections),
        what: what(worst, [from, to]),
        length_m: short(class.lengths.max.as_m()),
        symbol_rate_gbd: worst.baud.as_gbd(),
        modulation: worst.pam.name().to_owned(),
        tier: found.tier.name().to_owned(),
        asked_db: short(worst.asked.as_db()),
        detector_error_ratio: short(worst.detector_error_ratio),
        receivers: rungs
            .into_iter()
            .map(|r| ReceiverRow {
                class: r.class.name().to_owned(),
                taken: taken == Some(r.class),
                com_db: short(r.com.as_db()),
                margin_db: short(r.margin.as_db()),
                limiter: r.limiter.name().to_owned(),
                pre_fec_ber: short(r.pre_fec_ber),
                pj_per_bit: short(r.energy.as_pj_per_bit()),
            })
            .collect(),
        copper: copper(case, facts, worst, [from, to])?,
        light: match &worst.section {
            Section::Optical { optics, .. } => Some(light(optics, worst)),
            _ => None,
        },
        seen: found.outcome.as_deref().map(|outcome| seen(worst, outcome)),
    }))
}

/// A section in words, by what stands at its ends.
fn what(worst: &WorstSection, [from, to]: [&Technology; 2]) -> String {
    let module = |t: &Technology| match t.family {
        Family::Copper => "plug",
        Family::Pluggable => "module",
        Family::NearPackage | Family::CoPackaged => "engine",
    };
    let (first, last) = (worst.place == 0, worst.place + 1 == worst.sections);
    let (medium, [left, right]) = match &worst.section {
        Section::DieToDie => ("wires", [from, to]),
        // The copper at either end of a lane lies within that end.
        Section::Electrical(_) if first && !last => ("copper", [from, from]),
        Section::Electrical(_) if last && !first => ("copper", [to, to]),
        Section::Electrical(_) => ("copper", [from, to]),
        Section::Redriven { .. } => ("redriven copper", [from, to]),
        Section::Optical { near: None, far: None, .. } => ("light", [from, to]),
        Section::Optical { .. } => ("linear light", [from, to]),
    };
    let left = if first { "chip" } else { module(left) };
    let right = if last { "chip" } else { module(right) };
    format!("{medium} from {left} to {right}")
}

fn copper(
    case: &Case<'_>,
    facts: &Facts<'_>,
    worst: &WorstSection,
    [from, to]: [&Technology; 2],
) -> Result<Vec<CopperPathRow>, FactError> {
    let end = |technology: &Technology| module_limit(facts, technology);
    Ok(match &worst.section {
        Section::DieToDie => Vec::new(),
        Section::Electrical(channel) => {
            let limit = match (worst.place, worst.sections) {
                (_, 1) => cable_limit(case, worst, to),
                (0, _) => end(from)?,
                _ => end(to)?,
            };
            vec![path("", channel, worst, limit)]
        }
        // The standards' limits are of passive cables.
        Section::Redriven { before, after, .. } => vec![
            path("to the redriver", before, worst, None),
            path("from the redriver", after, worst, None),
        ],
        Section::Optical { near, far, .. } => {
            let (near_limit, far_limit) = (end(from)?, end(to)?);
            match (near, far) {
                (Some(near), Some(far)) if near == far => {
                    vec![path("at either end", near, worst, near_limit)]
                }
                _ => {
                    let near =
                        near.iter().map(|c| path("to the driver", c, worst, near_limit.clone()));
                    let far =
                        far.iter().map(|c| path("from the amplifier", c, worst, far_limit.clone()));
                    near.chain(far).collect()
                }
            }
        }
    })
}

fn path(
    name: &str,
    channel: &Channel,
    worst: &WorstSection,
    limit: Option<LossLimitRow>,
) -> CopperPathRow {
    let outside = channel.between_packages();
    let nyquist = worst.baud.nyquist();
    let loss = |f: Frequency| [outside.loss(f), channel.loss(f)].map(|l| short(l.as_db()));
    let [channel_db, die_to_die_db] = loss(nyquist);
    let at = |i: u32| {
        let ghz = short(TOP * nyquist.as_ghz() * f64::from(i) / f64::from(POINTS));
        let [channel, whole] = loss(Frequency::ghz(ghz));
        [ghz, channel, whole]
    };
    CopperPathRow {
        path: name.to_owned(),
        channel_db,
        die_to_die_db,
        nyquist_ghz: nyquist.as_ghz(),
        limit,
        curve: (1..=POINTS).map(at).collect(),
    }
}

/// What the standard for modules allows their copper.
fn module_limit(
    facts: &Facts<'_>,
    technology: &Technology,
) -> Result<Option<LossLimitRow>, FactError> {
    if !technology.standard_channel {
        return Ok(None);
    }
    let loss: Decibel = facts.get("standard.chip_to_module.loss")?;
    let name = "OIF 112G, P802.3ck C2M".to_owned();
    Ok(Some(LossLimitRow { loss_db: short(loss.as_db()), die_to_die: false, name }))
}

/// What a standard of this symbol rate and modulation allows copper from chip to chip: of a backplane within a rack, else
/// of a cable.
fn cable_limit(
    case: &Case<'_>,
    worst: &WorstSection,
    technology: &Technology,
) -> Option<LossLimitRow> {
    let kind = if technology.fixed_in_rack { "-kr" } else { "-cr" };
    let same = |gbd: f64| (gbd / worst.baud.as_gbd() - 1.0).abs() < SAME_RATE;
    let table = case.library.com.iter().find(|table| {
        table.name.ends_with(kind)
            && table.modulation == worst.pam
            && same(table.symbol_rate.as_gbd())
    })?;
    let limit = table.loss_limit.as_ref()?;
    let die_to_die = match limit.between {
        LossSpan::BallToBall => false,
        LossSpan::DieToDie => true,
        // A link's copper has its boards with it.
        LossSpan::CableAssembly => return None,
    };
    Some(LossLimitRow { loss_db: short(limit.loss.as_db()), die_to_die, name: limit.name.clone() })
}

fn light(optics: &Optics, worst: &WorstSection) -> LightRow {
    let most = optics.max_lane_power();
    let budget = worst.found.best().and_then(|r| r.budget).unwrap_or_else(|| optics.budget(most));
    LightRow {
        laser_dbm: short(budget.laser.as_dbm()),
        most_laser_dbm: short(most.as_dbm()),
        oma_transmitted_dbm: short(budget.oma_transmitted.as_dbm()),
        oma_received_dbm: short(budget.oma_received.as_dbm()),
    }
}

fn seen(worst: &WorstSection, outcome: &LaneOutcome) -> SeenRow {
    let margin = &outcome.margin;
    let mv = |v: f64| short(v * 1e3);
    let noises = margin.without.parts().into_iter().zip(margin.sigma.by_source_v());
    SeenRow {
        receiver: worst.found.best().map_or("", |r| r.class.name()).to_owned(),
        com_db: short(margin.com_db),
        levels: worst.pam.count(),
        signal_mv: mv(margin.signal_v),
        noise_mv: mv(margin.noise_v),
        sigma_mv: mv(margin.sigma.total_v()),
        sequence_gain_db: short(margin.sequence.map_or(0.0, |s| s.gain_db)),
        noises: noises
            .map(|((name, without), v)| NoiseRow {
                // In a plan's lanes the crosstalk of other lanes and the light's noise are in it.
                name: if name == "receiver noise" { "received noise" } else { name }.to_owned(),
                sigma_mv: mv(v),
                com_without_db: short(without),
            })
            .collect(),
        pulse: pulse(worst, outcome),
    }
}

fn pulse(worst: &WorstSection, outcome: &LaneOutcome) -> Vec<[f64; 3]> {
    let margin = &outcome.margin;
    let resolution = worst.found.tier.resolution().unwrap_or(Resolution::Coarse);
    let positions = margin.positions_ui(worst.baud, resolution);
    let all = || {
        let samples = margin.pulse_v.iter().zip(&worst.residual_v);
        positions.iter().zip(samples).map(|(ui, (pulse, residual))| (*ui, *pulse, *residual))
    };
    let near = |s: &(i64, f64, f64)| (-BEFORE..=BEHIND).contains(&s.0);
    let echo = all().filter(|s| !near(s)).max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()));
    let mut shown: Vec<_> = all().filter(near).chain(echo).collect();
    shown.sort_by_key(|s| s.0);
    let ui = |i: i64| f64::from(i32::try_from(i).unwrap_or(i32::MAX));
    shown
        .into_iter()
        .map(|(i, pulse, rest)| [ui(i), short(pulse * 1e3), short(rest * 1e3)])
        .collect()
}

/// A number with few digits.
fn short(x: f64) -> f64 {
    format!("{x:.*e}", DIGITS - 1).parse().unwrap_or(x)
}

fn whole(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
