//! What the link floor must show: published losses, the copper staircase, the DSP decision as an outcome.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "common/channels.rs"]
mod channels;
mod common;

use common::{catalog, dac, host, line, parameters};
use lightloom_evidence::Facts;
use lightloom_link::*;
use lightloom_units::*;
use proptest::prelude::*;

fn near(value: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((value - expected).abs() <= tolerance, "{what}: {value:.3}, published {expected}");
}

#[test]
fn required_snr_matches_the_published_table() {
    // link_physics 2.2.
    for (ber, row) in [
        (2.4e-4, [10.86, 17.66, 21.25, 23.71]),
        (1e-5, [12.60, 19.46, 23.08, 25.57]),
        (4.8e-3, [8.27, 14.91, 18.44, 20.82]),
        (1e-12, [16.94, 23.88, 27.54, 30.07]),
    ] {
        for (pam, expected) in Pam::ALL.into_iter().zip(row) {
            near(pam.required_snr(ber).as_db(), expected, 0.006, &format!("{pam} at {ber}"));
            let back = pam.bit_error_ratio(pam.required_snr(ber));
            assert!((back / ber - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn lines_and_cables_have_their_published_loss() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let pcb = Trace::from_facts(&facts, "pcb").unwrap();
    // link_facts C04: 0.56 / 0.82 / 1.30 / 1.97 dB/in.
    for (f, expected) in [(14.0, 0.56), (26.56, 0.82), (56.25, 1.30), (106.25, 1.97)] {
        near(pcb.loss_db_per_m(f) * 0.0254, expected, 0.011, &format!("board at {f} GHz, dB/in"));
    }
    // link_facts C05: 30 mm of package 2.1 / 3.9 / 6.7 dB.
    let package = Trace::from_facts(&facts, "package").unwrap();
    for (f, expected) in [(26.56, 2.1), (56.25, 3.9), (106.25, 6.7)] {
        near(package.loss_db_per_m(f) * 0.03, expected, 0.06, &format!("package at {f} GHz"));
    }
    // link_physics 2.1, computed there by a separate program.
    for (awg, row) in
        [(26, [3.4, 5.1, 7.6, 11.6]), (28, [4.2, 6.2, 9.2, 13.9]), (30, [5.2, 7.6, 11.2, 16.7])]
    {
        let cable = Twinax::from_facts(&facts, awg).unwrap();
        for (f, expected) in [13.3, 26.6, 53.1, 106.0].into_iter().zip(row) {
            near(cable.loss_db_per_m(f), expected, 0.06, &format!("{awg} AWG at {f} GHz"));
        }
    }
}

fn reach(facts: &Facts<'_>, gbps: f64, awg: u8) -> f64 {
    let parameters = parameters(facts, Fec::Kp4, Node::N3);
    let closes = |length: &f64| {
        let sections = vec![Section::Electrical(dac(facts, awg, *length, 83.0, 1.0))];
        let spec = LinkSpec { line: line(gbps, Pam::Pam4, Fec::Kp4), lanes: 4, sections };
        evaluate(&spec, &parameters).unwrap().closes()
    };
    (1..160).map(|i| f64::from(i) * 0.05).filter(closes).fold(0.0, f64::max)
}

#[test]
fn copper_reach_falls_with_lane_rate_and_gauge() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let table: Vec<Vec<f64>> = [50.0, 100.0, 200.0]
        .iter()
        .map(|gbps| [26, 28, 30].iter().map(|awg| reach(&facts, *gbps, *awg)).collect())
        .collect();
    for pair in table.windows(2) {
        assert!(pair[0].iter().zip(&pair[1]).all(|(slow, fast)| slow > fast), "{table:?}");
    }
    assert!(table.iter().all(|row| row[0] > row[1] && row[1] > row[2]), "{table:?}");
    // 802.3dj asks for 1 m at 200G; the industry says 2 m is the end (C16). 26 AWG, host board of 83 mm.
    let at_200g = table[2][0];
    assert!((1.0..=2.6).contains(&at_200g), "26 AWG at 200G: {at_200g} m");
}

fn pluggable(facts: &Facts<'_>, board_mm: f64) -> Channel {
    let mut channel = host(facts, 40.0, board_mm, "osfp", 1.0);
    let board = Trace::from_facts(facts, "pcb").unwrap();
    channel.segments.push(Segment::Trace(board, Length::mm(20.0)));
    channel
        .segments
        .push(Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap()));
    channel
}

#[test]
fn the_dsp_follows_from_the_channel() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let class = |gbps: f64, channel: Channel| {
        let line = line(gbps, Pam::Pam4, Fec::Kp4);
        let spec = LinkSpec { line, lanes: 8, sections: vec![Section::Electrical(channel)] };
        let outcome = evaluate(&spec, &parameters).unwrap();
        assert!(outcome.closes(), "{outcome:?}");
        (outcome.sections[0].receiver.unwrap().class, outcome.loss.as_db())
    };
    // A 200G host path of 20 cm and more to a front panel; NVIDIA states 22 dB.
    let (panel, loss) = class(200.0, pluggable(&facts, 250.0));
    assert!(panel.is_dsp() && (18.0..24.0).contains(&loss), "{panel} {loss}");
    // The same at half the rate, and a package trace at full rate, need none.
    assert!(!class(100.0, pluggable(&facts, 250.0)).0.is_dsp());
    let die = Segment::Die(DieTermination::from_facts(&facts, Ratio::new(1.0)).unwrap());
    let package = Segment::Trace(Trace::from_facts(&facts, "package").unwrap(), Length::mm(30.0));
    let (copackaged, loss) = class(200.0, Channel { segments: vec![die.clone(), package, die] });
    assert_eq!(copackaged, ReceiverClass::Ctle);
    assert!(loss < 8.0, "{loss}");
}

#[test]
fn at_448g_the_bandwidth_wall_decides_the_modulation() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N2);
    let margin = |pam: Pam, pads: f64| {
        let end = host(&facts, 8.0, 0.0, "copackaged", pads);
        let cable = Segment::Twinax(Twinax::from_facts(&facts, 26).unwrap(), Length::m(1.0));
        let mut segments = end.segments.clone();
        segments.push(cable);
        segments.extend(end.segments.into_iter().rev());
        let line = line(400.0, pam, Fec::Kp4);
        let spec =
            LinkSpec { line, lanes: 4, sections: vec![Section::Electrical(Channel { segments })] };
        evaluate(&spec, &parameters).unwrap().margin
    };
    // link_physics 2.6: with today's pads PAM6 or PAM8 lead, with halved pads PAM4.
    assert!(margin(Pam::Pam6, 1.0) > margin(Pam::Pam4, 1.0));
    assert!(margin(Pam::Pam4, 0.5) > margin(Pam::Pam6, 0.5));
    assert!(margin(Pam::Pam6, 0.5) > margin(Pam::Pam8, 0.5));
}

#[test]
fn silence_is_refused() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let empty = LinkSpec { line: line(200.0, Pam::Pam4, Fec::Kp4), lanes: 4, sections: vec![] };
    assert_eq!(evaluate(&empty, &parameters), Err(LinkError::Empty));
    let section = Section::Electrical(dac(&facts, 26, 1.0, 83.0, 1.0));
    let fast =
        LinkSpec { line: line(2400.0, Pam::Pam4, Fec::Kp4), lanes: 4, sections: vec![section] };
    let message = evaluate(&fast, &parameters).unwrap_err().to_string();
    assert_eq!(
        message,
        "a symbol rate of 1275 GBd lies outside 1 to 300 GBd, where the models hold"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_longer_cable_never_closes_better_nor_costs_less(
        length in 0.2f64..4.0, more in 0.01f64..2.0, awg in 24u8..33, gbps in 25.0f64..240.0,
    ) {
        let catalog = catalog();
        let facts = Facts::nominal(&catalog);
        let parameters = parameters(&facts, Fec::Kp4, Node::N5);
        let at = |l: f64| {
            let sections = vec![Section::Electrical(dac(&facts, awg, l, 83.0, 1.0))];
            evaluate(&LinkSpec { line: line(gbps, Pam::Pam4, Fec::Kp4), lanes: 4, sections }, &parameters).unwrap()
        };
        let (short, long) = (at(length), at(length + more));
        // The ladder may step to a stronger class on the longer cable: compare like with like.
        let class = |o: &LinkOutcome| o.sections[0].receiver.unwrap().class;
        if class(&short) == class(&long) {
            prop_assert!(long.margin <= short.margin + Decibel::db(0.02));
        }
        prop_assert!(long.energy().lane() >= short.energy().lane());
        prop_assert!(long.latency.total() > short.latency.total());
        prop_assert!(!long.closes() || short.closes());
    }
}

/// COM of every class on a path at DER 2e-5, by tier T1.
fn com_by_class(parameters: &LinkParameters, channel: &Channel, gbps: f64) -> [f64; 4] {
    let standard = channels::spec("802.3dj-kr");
    let demand = Demand {
        standard: &standard,
        line: line(gbps, Pam::Pam4, Fec::Kp4),
        margin: Decibel::db(1e3),
        detector_error_ratio: 2e-5,
        resolution: com::Resolution::Coarse,
    };
    let all = required_receiver(channel, &demand, parameters).unwrap();
    assert!(all.taken.is_none() && all.needs_dsp().is_none());
    let mut com = [f64::NEG_INFINITY; 4];
    for judged in &all.rejected {
        com[ReceiverClass::LADDER.iter().position(|c| *c == judged.class).unwrap()] =
            judged.com.as_db();
    }
    com
}

#[test]
fn the_equaliser_class_is_a_result_of_the_pulse_response() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let die = || Segment::Die(DieTermination::from_facts(&facts, Ratio::new(1.0)).unwrap());
    let package = Segment::Trace(Trace::from_facts(&facts, "package").unwrap(), Length::mm(30.0));
    let copackaged = Channel { segments: vec![die(), package, die()] };
    // link_physics 2.7, by another program with the same method: analogue FFE and DSP, dB. Its packages and pads are
    // not quite ours; the classes differ by far more.
    for (what, channel, gbps, analogue, dsp) in [
        ("112G co-packaged, 30 mm", copackaged.clone(), 100.0, 8.8, 8.2),
        ("112G board of 150 mm", pluggable(&facts, 150.0), 100.0, 7.9, 7.3),
        ("112G board of 280 mm", pluggable(&facts, 280.0), 100.0, 7.5, 7.2),
        ("224G co-packaged, 30 mm", copackaged, 200.0, 6.9, 7.3),
        ("224G board of 150 mm", pluggable(&facts, 150.0), 200.0, 4.7, 6.0),
        ("224G board of 280 mm", pluggable(&facts, 280.0), 200.0, 0.6, 4.2),
    ] {
        let com = com_by_class(&parameters, &channel, gbps);
        near(com[1], analogue, 1.1, &format!("{what}, analogue FFE"));
        near(com[2], dsp, 0.6, &format!("{what}, DSP"));
        assert!(com[0] < com[1] + 0.1 && com[2] < com[3], "{what}: {com:?}");
    }
    let standard = channels::spec("802.3dj-kr");
    let demand = |gbps| Demand {
        standard: &standard,
        line: line(gbps, Pam::Pam4, Fec::Kp4),
        margin: Decibel::db(3.0),
        detector_error_ratio: 2e-5,
        resolution: com::Resolution::Coarse,
    };
    let long = pluggable(&facts, 280.0);
    let needs = |gbps| required_receiver(&long, &demand(gbps), &parameters).unwrap();
    // The board to a front panel needs a DSP at 224G, not at 112G.
    assert_eq!(needs(200.0).needs_dsp(), Some(true));
    assert_eq!(needs(100.0).needs_dsp(), Some(false));
    let [cheap, dear] = [needs(100.0), needs(200.0)].map(|r| r.taken.unwrap());
    assert!(dear.energy > cheap.energy && dear.latency > cheap.latency);
    assert_eq!(needs(200.0).rejected.len(), 2);
}

#[test]
fn copper_reach_by_pulse_response_agrees_with_a_model_of_its_kind() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let lengths: Vec<Length> = (1..=16).map(|i| Length::m(f64::from(i) * 0.25)).collect();
    let standard = channels::spec("802.3dj-kr");
    let farthest = |gbps: f64, pam: Pam, end: &Channel, awg: u8| {
        let demand = Demand {
            standard: &standard,
            line: line(gbps, pam, Fec::Kp4),
            margin: Decibel::db(3.0),
            detector_error_ratio: standard.detector_error_ratio,
            resolution: com::Resolution::Coarse,
        };
        let channel_of = |length: Length| {
            let mut segments = end.segments.clone();
            segments.push(Segment::Twinax(Twinax::from_facts(&facts, awg).unwrap(), length));
            segments.extend(end.segments.iter().rev().cloned());
            Channel { segments }
        };
        let found =
            required::reach(channel_of, &lengths, ReceiverClass::DspMlsd, &demand, &parameters);
        found.unwrap().map_or(0.0, |(length, _)| length.as_m())
    };
    let panel = host(&facts, 15.0, 83.0, "osfp", 1.0);
    let backplane = host(&facts, 12.0, 15.0, "backplane", 1.0);
    let near_package = host(&facts, 8.0, 0.0, "copackaged", 1.0);
    // link_physics 2.6, by a smooth model as ours: no crosstalk between pairs, no ripple. Its packages lose 0.8 dB more.
    for (what, end, notes) in [
        ("front panel", &panel, [1.55, 1.27, 1.04]),
        ("cabled backplane", &backplane, [3.09, 2.54, 2.06]),
        ("near the package", &near_package, [3.45, 2.80, 2.27]),
    ] {
        for (awg, expected) in [26, 28, 30].into_iter().zip(notes) {
            let computed = farthest(200.0, Pam::Pam4, end, awg);
            near(computed / expected, 1.0, 0.25, &format!("{what}, {awg} AWG: {computed} m"));
        }
    }
    // The staircase: every doubling of the lane rate and every thinner wire takes reach.
    let by_rate = [50.0, 100.0, 200.0].map(|gbps| farthest(gbps, Pam::Pam4, &panel, 30));
    assert!(by_rate.is_sorted_by(|a, b| a > b), "{by_rate:?}");
    let by_gauge = [26, 28, 30].map(|awg| farthest(200.0, Pam::Pam4, &backplane, awg));
    assert!(by_gauge.is_sorted_by(|a, b| a > b), "{by_gauge:?}");
}
