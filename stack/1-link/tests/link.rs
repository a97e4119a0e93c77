//! What the link floor must show: published losses, the copper staircase, the DSP decision as an outcome.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;
#[path = "common/lanes.rs"]
mod lanes;

use common::{acc, catalog, dac, host, line, parameters};
use lanes::{Linear, com_by_class, demand, longest, most_loss, optics, pluggable};
use lightloom_evidence::Facts;
use lightloom_link::required::detector_error_ratio;
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

#[test]
fn the_dsp_follows_from_the_channel() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    // Beside a retimer: the light has the code's budget, the copper may add one in 100 000.
    let demand = |gbps| demand(gbps, detector_error_ratio(1e-5, Pam::Pam4));
    let needs = |gbps: f64, channel: Channel| {
        let found = required_receiver(&channel.into(), &demand(gbps), &parameters).unwrap();
        (found.needs_dsp(), found.loss.as_db())
    };
    // A 200G host path to a front panel, as NVIDIA states it: 22 dB with its packages.
    let (panel, loss) = needs(200.0, pluggable(&facts, 300.0));
    assert!(panel == Some(true) && (20.0..24.0).contains(&loss), "{panel:?} {loss}");
    // The same at half the rate, and a package trace at full rate, need none.
    assert_eq!(needs(100.0, pluggable(&facts, 300.0)).0, Some(false));
    let die = Segment::Die(DieTermination::from_facts(&facts, Ratio::new(1.0)).unwrap());
    let package = Segment::Trace(Trace::from_facts(&facts, "package").unwrap(), Length::mm(30.0));
    let (copackaged, loss) = needs(200.0, Channel { segments: vec![die.clone(), package, die] });
    assert!(copackaged == Some(false) && loss < 8.0, "{copackaged:?} {loss}");
}

#[test]
fn at_448g_the_bandwidth_wall_decides_the_modulation() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let mut parameters = parameters(&facts, Fec::Kp4, Node::N2);
    // The better circuits that link_physics 2.6 assumes for this rate.
    parameters.device.snr_transmitter = Decibel::db(36.0);
    parameters.device.jitter_random = 0.008;
    parameters.device.jitter_deterministic = 0.015;
    parameters.device.input_noise = VoltageNoise::from_si(5e-18);
    let com = |pam: Pam, pads: f64, connector: bool| {
        let mut end = host(&facts, 8.0, 0.0, "copackaged", pads);
        if !connector {
            end.segments.pop();
        }
        let cable = Segment::Twinax(Twinax::from_facts(&facts, 26).unwrap(), Length::m(1.0));
        let mut segments = end.segments.clone();
        segments.push(cable);
        segments.extend(end.segments.into_iter().rev());
        let section = Section::from(Channel { segments });
        let demand = Demand {
            line: line(400.0, pam, Fec::Kp4),
            margin: Decibel::db(1e3),
            ..demand(400.0, 2e-4)
        };
        required_receiver(&section, &demand, &parameters).unwrap().best().unwrap().com.as_db()
    };
    // Near the package, no contact in the way: with today's pads PAM6 or PAM8 lead, with smaller ones PAM4.
    let [today, smaller, half] = [1.0, 0.7, 0.5]
        .map(|pads| [Pam::Pam4, Pam::Pam6, Pam::Pam8].map(|pam| com(pam, pads, false)));
    for (found, notes) in today.into_iter().zip([-5.9, -0.2, -0.3]) {
        near(found, notes, 1.8, &format!("pads of today: {today:?}"));
    }
    assert!(today[1] > today[0] + 3.0 && today[2] > today[0] + 3.0, "{today:?}");
    for order in [smaller, half] {
        assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
    }
    // A contact whose band ends below Nyquist takes PAM4's lead away again.
    assert!(com(Pam::Pam8, 0.5, true) > com(Pam::Pam4, 0.5, true));
}

#[test]
fn silence_is_refused() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    let empty = LinkSpec {
        line: line(200.0, Pam::Pam4, Fec::Kp4),
        lanes: 4,
        sections: vec![],
        digital: false,
    };
    for tier in Tier::ALL {
        assert_eq!(evaluate(&empty, &parameters, tier), Err(LinkError::Empty));
    }
    let section = Section::Electrical(dac(&facts, 26, 1.0, 83.0, 1.0));
    let fast = LinkSpec {
        line: line(2400.0, Pam::Pam4, Fec::Kp4),
        lanes: 4,
        sections: vec![section],
        digital: false,
    };
    let message = evaluate(&fast, &parameters, Tier::Bound).unwrap_err().to_string();
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
            let spec = LinkSpec { line: line(gbps, Pam::Pam4, Fec::Kp4), lanes: 4, sections, digital: false };
            evaluate(&spec, &parameters, Tier::Bound).unwrap()
        };
        let (short, long) = (at(length), at(length + more));
        // The ladder may step to a stronger class on the longer cable: compare like with like.
        let class = |o: &LinkOutcome| o.sections[0].best().unwrap().class;
        if class(&short) == class(&long) {
            prop_assert!(long.margin <= short.margin + Decibel::db(0.02));
        }
        prop_assert!(long.energy().lane() >= short.energy().lane());
        prop_assert!(long.latency.total() > short.latency.total());
        prop_assert!(!long.closes() || short.closes());
    }
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
        let com = com_by_class(&parameters, &channel.into(), gbps, Tier::Pulse, 2e-5);
        near(com[1], analogue, 1.1, &format!("{what}, analogue FFE"));
        near(com[2], dsp, 0.6, &format!("{what}, DSP"));
        assert!(com[0] < com[1] + 0.1 && com[2] < com[3], "{what}: {com:?}");
    }
    let long = Section::from(pluggable(&facts, 280.0));
    let needs = |gbps| required_receiver(&long, &demand(gbps, 2e-5), &parameters).unwrap();
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
    let farthest = |gbps: f64, pam: Pam, end: &Channel, awg: u8| {
        longest(&facts, &parameters, line(gbps, pam, Fec::Kp4), end, awg, 0.25)
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

/// Copper and light of every kind, at rates where they close and where they do not.
fn sections(facts: &Facts<'_>) -> Vec<(&'static str, f64, Section)> {
    let die = || Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).unwrap());
    let package = Segment::Trace(Trace::from_facts(facts, "package").unwrap(), Length::mm(30.0));
    let copackaged = Channel { segments: vec![die(), package, die()] };
    let light = |near, far| Section::Optical { near, optics: optics(facts), far };
    let board = || Some(pluggable(facts, 100.0));
    let mut all = Vec::new();
    for gbps in [50.0, 100.0, 200.0] {
        all.push(("cable of 1 m", gbps, dac(facts, 26, 1.0, 83.0, 1.0).into()));
        all.push(("cable of 2.5 m", gbps, dac(facts, 28, 2.5, 40.0, 1.0).into()));
        all.push(("redriven cable of 1.5 m", gbps, acc(facts, 26, 1.5, 83.0)));
        all.push(("redriven cable of 3 m", gbps, acc(facts, 28, 3.0, 40.0)));
        all.push(("package", gbps, copackaged.clone().into()));
        all.push(("board", gbps, pluggable(facts, 280.0).into()));
        all.push(("retimed light", gbps, light(None, None)));
        all.push(("half-retimed light", gbps, light(None, board())));
        all.push(("linear light", gbps, light(board(), board())));
    }
    all
}

#[test]
fn no_receiver_beats_the_bound_and_its_distance_is_what_it_says() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    for (what, gbps, section) in sections(&facts) {
        let [bound, pulse] = [Tier::Bound, Tier::Pulse]
            .map(|tier| com_by_class(&parameters, &section, gbps, tier, 2e-4));
        for class in ReceiverClass::LADDER {
            let i = class.index();
            assert!(pulse[i] < bound[i], "{what} at {gbps}G, {class}: {} {}", pulse[i], bound[i]);
        }
        let demand = demand(gbps, 2e-4);
        let apart = distances(&section, &demand, &parameters, &ReceiverClass::LADDER).unwrap();
        let anchored =
            Demand { depth: Depth::Anchored(&apart), margin: Decibel::db(1e3), ..demand };
        let estimated = required_receiver(&section, &anchored, &parameters).unwrap();
        for rung in &estimated.rejected {
            near(rung.com.as_db(), pulse[rung.class.index()], 1e-9, what);
        }
    }
}

#[test]
fn the_pulse_response_is_near_the_full_margin() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let parameters = parameters(&facts, Fec::Kp4, Node::N3);
    // Eight sampling instants in a unit interval are few where only a continuous-time equaliser stands.
    let tolerance = [0.7, 0.25, 0.12, 0.12];
    for (what, gbps, section) in sections(&facts).into_iter().filter(|s| s.1 > 150.0) {
        let [pulse, margin] = [Tier::Pulse, Tier::Margin]
            .map(|tier| com_by_class(&parameters, &section, gbps, tier, 2e-4));
        for ((a, b), tolerance) in pulse.iter().zip(margin).zip(tolerance) {
            near(*a, b, tolerance, &format!("{what} at {gbps}G"));
        }
    }
}

#[test]
fn an_estimate_follows_the_pulse_response_when_a_fact_moves() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let nominal = parameters(&facts, Fec::Kp4, Node::N3);
    for (what, gbps, section) in sections(&facts) {
        let spec = LinkSpec {
            line: line(gbps, Pam::Pam4, Fec::Kp4),
            lanes: 4,
            sections: vec![section],
            digital: false,
        };
        let anchor = anchor(&spec, &nominal, &|section, demand| {
            distances(section, demand, &nominal, &ReceiverClass::LADDER)
        })
        .unwrap();
        let same = estimate(&spec, &nominal, &anchor).unwrap();
        let pulse = evaluate(&spec, &nominal, Tier::Pulse).unwrap();
        assert_eq!(same.closes(), pulse.closes(), "{what} at {gbps}G");
        // Light and circuits too: where nothing is moved, an estimate draws what the pulse response draws.
        let [drawn, deep] = [&same, &pulse].map(|o| o.energy().lane().as_pj_per_bit());
        near(drawn, deep, 1e-7 * deep, &format!("energy of {what} at {gbps}G"));
        let mut moved = nominal.clone();
        moved.device.snr_transmitter += Decibel::db(1.0);
        moved.device.input_noise = VoltageNoise::from_si(moved.device.input_noise.si() * 0.7);
        let gain = |before: &LinkOutcome, after: &LinkOutcome| {
            let best = |o: &LinkOutcome| {
                o.sections[0]
                    .rejected
                    .iter()
                    .chain(&o.sections[0].taken)
                    .map(|r| r.com.as_db())
                    .fold(f64::MIN, f64::max)
            };
            best(after) - best(before)
        };
        let estimated = gain(&same, &estimate(&spec, &moved, &anchor).unwrap());
        let found = gain(&pulse, &evaluate(&spec, &moved, Tier::Pulse).unwrap());
        // A better transmitter and a quieter receiver never hurt; the estimate is of the right size.
        assert!(estimated > 0.0 && found > 0.0, "{what} at {gbps}G: {estimated} {found}");
        near(estimated, found, 0.5, &format!("{what} at {gbps}G"));
    }
}

#[test]
fn linear_light_ends_where_it_was_found_to_end() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let most = |fec, gbps, margin, linear| most_loss(&facts, fec, gbps, margin, linear);
    // link_facts E01: in service up to 15 dB between the packages at 100G.
    let [_, between] = most(Fec::Kp4, 100.0, 3.0, Linear::Both);
    near(between, 15.5, 1.5, "100G, between the packages");
    // E04, E05, E11: 22 and 23 dB from bump to bump with the inner code, 26 from die to die; no margin beside them.
    let [linear, _] = most(Fec::Kp4Hamming, 200.0, 0.0, Linear::Both);
    near(linear, 24.0, 2.0, "200G, die to die");
    // E07: with a retimed transmitter over 30 dB.
    let [half, _] = most(Fec::Kp4Hamming, 200.0, 0.0, Linear::Receiver);
    assert!((30.0..34.0).contains(&half), "200G, retimed transmitter: {half}");
    // B35: without the inner code some 2 dB less.
    let [plain, _] = most(Fec::Kp4, 200.0, 0.0, Linear::Both);
    near(linear - plain, 2.0, 1.5, "what the inner code is worth");
}
