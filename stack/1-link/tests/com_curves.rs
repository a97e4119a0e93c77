//! What drawings take: it must agree with the outcome that it explains.

#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

#[path = "common/channels.rs"]
mod channels;

use channels::{channels, spec, specs, through};
use lightloom_link::com::{
    ComError, LossSpan, Options, Resolution, SpecError, evaluate, losses, received,
};
use lightloom_link::network::{LineConstants, TwoPort};
use num_complex::Complex64;

/// 10 MHz apart, so that the fast grid thins it out.
fn frequencies() -> Vec<f64> {
    (1..=6000).map(|i| f64::from(i) * 10e6).collect()
}

/// Linear between points.
fn at(x: &[f64], y: &[f64], wanted: f64) -> f64 {
    let i = x.partition_point(|x| *x < wanted).clamp(1, x.len() - 1);
    y[i - 1] + (y[i] - y[i - 1]) * (wanted - x[i - 1]) / (x[i] - x[i - 1])
}

#[test]
fn twice_the_line_loses_twice_as_much_and_packages_add_to_it() {
    let f = frequencies();
    let constants = LineConstants { gamma0: 0.0, a1: 5.95e-4, a2: 2.6e-5, tau: 5.79e-3 };
    let matched = |mm| TwoPort::line(&f, &constants, 100.0, mm, 100.0);
    let spec = spec("802.3ck-kr");
    let case = &spec.cases[0].name;
    let once = losses(&spec, &matched(100.0), case).unwrap();
    let twice = losses(&spec, &matched(200.0), case).unwrap();
    assert_eq!(once.frequency_hz, f);
    for (i, (a, b)) in once.channel_db.iter().zip(&twice.channel_db).enumerate() {
        assert!((b - 2.0 * a).abs() < 1e-9, "{i}: {a} dB and {b} dB");
    }
    let nyquist = spec.symbol_rate.nyquist().as_hz();
    assert!(at(&f, &once.die_to_die_db, nyquist) > at(&f, &once.channel_db, nyquist) + 2.0);
    let unknown = losses(&spec, &matched(100.0), "none");
    assert!(matches!(unknown, Err(ComError::Spec(SpecError::UnknownCase { .. }))));
}

#[test]
fn curves_agree_with_the_outcome() {
    let f = frequencies();
    for name in ["802.3ck-kr", "802.3dj-c2c"] {
        let spec = spec(name);
        let mut channels = channels(&f, 0, 0);
        channels.through = through(&f, 120.0);
        let options = Options { cases: vec![spec.cases[0].name.clone()], ..Options::default() };
        let outcome = evaluate(&spec, &channels, &options).unwrap();
        let case = outcome.deciding();

        let loss = losses(&spec, &channels.through, &case.case).unwrap();
        let nyquist = spec.symbol_rate.nyquist().as_hz();
        // The outcome's frequencies are thinned out.
        let channel = at(&loss.frequency_hz, &loss.channel_db, nyquist);
        assert!((channel - case.channel_loss_db).abs() < 0.3, "{name}: {channel}");
        let whole = at(&loss.frequency_hz, &loss.die_to_die_db, nyquist);
        assert!((whole - case.die_to_die_loss_db).abs() < 0.3, "{name}: {whole}");

        let residual = case.residual_v(&spec);
        let power: f64 = residual.iter().map(|v| v * v).sum();
        let rms = (spec.modulation.level_variance() * power).sqrt();
        assert!((rms / case.margin.sigma.isi_v - 1.0).abs() < 1e-9, "{name}: {rms}");

        let wave = received(&spec, &channels.through, case, Resolution::Fast).unwrap();
        let sample = |ui: f64| {
            let i = ((ui - wave.start_ui) / wave.step_ui).round();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            wave.pulse_v[i as usize]
        };
        if spec.receiver.ffe.is_none() {
            // Without a sampled filter the received pulse is the equalised one.
            let (pulse, cursor) = (&case.margin.pulse_v, case.margin.cursor_ui);
            for (k, ui) in [(0, -3.0), (3, 0.0), (4, 1.0), (9, 6.0)] {
                assert!((sample(ui) - pulse[cursor - 3 + k]).abs() < 1e-12, "{name} at {ui}");
            }
        } else {
            let largest = wave.pulse_v.iter().copied().fold(0.0, f64::max);
            assert!(sample(0.0) > 0.3 * largest, "{name}: the cursor is on the pulse");
        }
    }
}

#[test]
fn limits_of_loss_are_those_of_their_sources() {
    let limits: Vec<(String, f64, LossSpan)> =
        specs().filter_map(|s| s.loss_limit.map(|l| (s.name, l.loss.as_db(), l.between))).collect();
    let expected = [
        ("802.3ck-kr", 28.0, LossSpan::BallToBall),
        ("802.3ck-cr", 19.75, LossSpan::CableAssembly),
        ("802.3ck-c2m", 16.0, LossSpan::BallToBall),
        ("802.3dj-kr", 40.0, LossSpan::DieToDie),
        ("802.3dj-cr", 40.0, LossSpan::DieToDie),
    ];
    assert_eq!(limits, expected.map(|(name, db, span)| (name.to_owned(), db, span)));
    let mut wrong = spec("802.3ck-kr");
    wrong.loss_limit.as_mut().unwrap().loss = lightloom_units::Decibel::db(-3.0);
    assert!(matches!(wrong.check(), Err(SpecError::Range { key: "loss_limit.loss", .. })));
}

#[test]
fn an_echo_that_came_around_stands_behind_its_pulse() {
    let f = frequencies();
    let spec = spec("802.3ck-kr");
    let mut channels = channels(&f, 0, 0);
    channels.through = through(&f, 120.0);
    // The signal comes after 8 ns, and an echo of a twentieth 17 ns later: 25 ns in a record of 20.
    let turned = |f: f64, ns: f64| Complex64::cis(-2.0 * std::f64::consts::PI * f * ns * 1e-9);
    for (s, f) in channels.through.s.iter_mut().zip(&f) {
        let through = turned(*f, 8.0) * (1.0 + 0.05 * turned(*f, 17.0));
        s[1] *= through;
        s[2] *= through;
    }
    let options = Options { cases: vec![spec.cases[0].name.clone()], ..Options::default() };
    let outcome = evaluate(&spec, &channels, &options).unwrap();
    let margin = &outcome.deciding().margin;
    let positions = margin.positions_ui(spec.symbol_rate, Resolution::Fast);
    assert_eq!((positions.len(), positions[margin.cursor_ui]), (margin.pulse_v.len(), 0));
    assert!(positions.iter().all(|ui| *ui >= -32));
    let late = positions.iter().zip(&margin.pulse_v).filter(|(ui, _)| **ui > 300);
    let (ui, echo) = late.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap();
    assert!((ui - 903).abs() <= 1, "{ui} UI, where 17 ns at 53.125 GBd are 903");
    let share = echo / margin.pulse_v[margin.cursor_ui];
    assert!((0.03..0.07).contains(&share), "{share}");
}
