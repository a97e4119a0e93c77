//! Copper beside light at equal length: C27, C30.

use super::grounds::Grounds;
use super::ports::{On, line};
use super::{Answer, Claim};
use crate::crossover::{CrossoverLane, CrossoverPair, Point};
use crate::plan::Sheet;
use crate::sentence::capitalised;
use crate::sheet::Asked;
use lightloom_link::Pam;
use lightloom_num::to_f64;
use lightloom_package::Port;
use lightloom_scenario::RunError;
use lightloom_units::Length;

/// A cable that both reach, m.
const EQUAL: f64 = 1.0;
/// Payload of the lanes, Gb/s.
const LANE: f64 = 200.0;
/// Copper first.
const SIDES: [&str; 4] =
    ["co-packaged-copper", "cpo-accelerator", "cpo-interposer", "retimed-pluggable"];

/// Energy and latency with the receiver that they rest on.
fn in_words(sheet: &Sheet) -> String {
    let link = &sheet.link;
    let receiver = link.receivers.first().and_then(|r| r.class.as_deref()).unwrap_or("none");
    let (energy, time) = (link.lane_pj_per_bit, link.latency_ns);
    format!("{} {energy:.1} pJ/bit and {time:.0} ns (first receiver: {receiver})", sheet.name)
}

pub(super) fn quicker_and_cooler(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let asked = Asked { length: Some(Length::m(EQUAL)), faces_partner: true, ..Asked::default() };
    let sheets = SIDES.iter().map(|id| grounds.asked(id, &asked)).collect::<Result<Vec<_>, _>>()?;
    let copper = &sheets[0];
    let on = SIDES.map(|id| On::alike(id, line(LANE, Pam::Pam4), EQUAL));
    let delay = grounds.fact("twinax.delay", 1e-9)?;
    let mut answers = vec![
        Answer::new(
            format!("energy, {}", copper.name),
            "a bit one way, chip to chip, 1 m at 200 Gb/s a lane",
            copper.link.lane_pj_per_bit,
            "pJ/bit",
        ),
        Answer::new("flight through copper", "wires of a cable", delay.0, "ns/m")
            .spread(delay.1)
            .between(4.0, 6.0),
        Answer::new(
            format!("conversion between electricity and light, {}", copper.name),
            "energy of driver, laser, receiver",
            copper.link.optics_pj_per_bit,
            "pJ/bit",
        )
        .at_most(0.0),
    ];
    let mut words = vec![in_words(copper)];
    for (i, light) in sheets.iter().enumerate().skip(1) {
        let pair = [on[0], on[i]];
        let ends = |figure: fn(&Port) -> f64| {
            grounds.of_ports(&pair, |ports| figure(&ports[1]) / figure(&ports[0]))
        };
        let cooler = light.link.lane_pj_per_bit / copper.link.lane_pj_per_bit;
        let quicker = light.link.latency_ns / copper.link.latency_ns;
        for (what, value, of, (_, [low, high])) in [
            (
                "energy of light over that of copper",
                cooler,
                [light.link.lane_pj_per_bit, copper.link.lane_pj_per_bit],
                ends(|p| p.energy.lane().as_pj_per_bit())?,
            ),
            (
                "latency of light over that of copper",
                quicker,
                [light.link.latency_ns, copper.link.latency_ns],
                ends(|p| p.latency.total().as_ns())?,
            ),
        ] {
            answers.push(
                Answer::new(what, format!("{}, 1 m, chip to chip", light.name), value, "")
                    .of(of)
                    .spread([low.min(value), high.max(value)])
                    .at_least(1.0),
            );
        }
        words.push(in_words(light));
    }
    let explanation = format!(
        "Over 1 m at 200 Gb/s a lane: {}. Copper flies at {:.1} ns/m and converts nothing; what the receivers \
         behind either take is in these numbers.",
        words.join("; "),
        delay.0
    );
    let command = "lightloom package compare --length 1m".to_owned();
    Ok(Claim::new("C27", answers, explanation, command).led_by("energy of light", ""))
}

/// Share of pairs, percent, from which copper is said to be better.
const MOSTLY: f64 = 90.0;

/// Whether light takes less somewhere before copper ends; nothing where either closes nowhere.
fn crosses(point: &Point) -> Option<bool> {
    (point.copper.is_some() && point.light.is_some()).then_some(point.length_m.is_some())
}

/// Percent of pairs in which copper takes less as far as it goes.
fn stays(lanes: &[&CrossoverLane], of: fn(&CrossoverPair) -> &Point) -> Option<f64> {
    let pairs = lanes.iter().flat_map(|lane| &lane.pairs);
    let found: Vec<bool> = pairs.filter_map(|pair| crosses(of(pair))).collect();
    let stay = found.iter().filter(|crosses| !**crosses).count();
    (!found.is_empty()).then(|| to_f64(stay) / to_f64(found.len()) * 100.0)
}

pub(super) fn where_one_can(grounds: &Grounds<'_>) -> Result<Claim, RunError> {
    let found = grounds.crossover()?;
    let mut answers = Vec::new();
    let mut words = Vec::new();
    let mut rates: Vec<f64> = found.lanes.iter().map(|lane| lane.lane_gbps).collect();
    rates.dedup();
    for gbps in &rates {
        let lanes: Vec<&CrossoverLane> =
            found.lanes.iter().filter(|l| (l.lane_gbps - gbps).abs() < 1e-9).collect();
        let ends = lanes.iter().flat_map(|lane| &lane.copper);
        let end = ends.max_by(|a, b| a.reach_m.total_cmp(&b.reach_m));
        let Some(end) = end else { continue };
        answers.push(Answer::new(
            "longest copper that closes",
            format!(
                "{gbps:.0} Gb/s a lane, {}",
                if end.reach_m > 0.0 { &end.name } else { "none" }
            ),
            end.reach_m,
            "m",
        ));
        words.push(match end.reach_m > 0.0 {
            true => format!(
                "at {gbps:.0} Gb/s a lane copper closes up to {:.1} m ({})",
                end.reach_m, end.name
            ),
            false => format!("at {gbps:.0} Gb/s a lane no copper closes"),
        });
        for (what, of) in [
            ("cost over the years", (|pair| &pair.by_cost) as fn(&CrossoverPair) -> &Point),
            ("power", |pair| &pair.by_power),
        ] {
            let Some(share) = stays(&lanes, of) else { continue };
            answers.push(
                Answer::new(
                    format!("pairs of copper and light in which copper is better by {what} as far as it closes"),
                    format!("{gbps:.0} Gb/s a lane, links of {:.0} Gb/s", found.rate_gbps),
                    share,
                    "%",
                )
                .at_least(MOSTLY),
            );
            words.push(format!(
                "copper is better by {what} as far as it goes in {share:.0} % of pairs"
            ));
        }
        // Beyond copper's end something has to close: optics where one must.
        let closing = lanes.iter().flat_map(|lane| &lane.pairs).filter(|pair| pair.light_closes);
        let mut must: Vec<&str> = closing.map(|pair| pair.light.as_str()).collect();
        must.sort_unstable();
        must.dedup();
        answers.push(
            Answer::new(
                "kinds of light that close beyond copper's end",
                format!("{gbps:.0} Gb/s a lane, of linear, retimed, co-packaged and die-to-die"),
                to_f64(must.len()),
                "",
            )
            .at_least(1.0),
        );
    }
    let explanation = format!(
        "{}. Pairs are passive, active and built-in copper against linear, retimed, co-packaged and die-to-die light on links of {:.0} \
         Gb/s, over {:.0} years. Where copper ends is decided by what closes; cost and power are compared up to there.",
        capitalised(&words.join("; ")),
        found.rate_gbps,
        found.years
    );
    let command = "lightloom fabric crossover".to_owned();
    let main = "pairs of copper and light in which copper is better by cost";
    Ok(Claim::new("C30", answers, explanation, command).led_by(main, "200 Gb/s a lane"))
}
