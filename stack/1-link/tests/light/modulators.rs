//! Modulators and directly modulated sources.

use crate::*;

#[test]
fn mach_zehnder_levels_bend_with_the_sine_and_predistortion_straightens_them() {
    let modulator = mzm(6.0);
    let light = DecibelMilliwatt::dbm(10.0);
    for swing in [1.0, 3.0, 6.0] {
        let plain = modulator.drive(Pam::Pam4, volt(swing), false).unwrap();
        let bent = modulator.levels(light, &plain).unwrap();
        // By hand: inner levels at sin(x/3) of the outer sin(x), x = pi V / (2 Vpi).
        let x = PI / 2.0 * swing / 6.0;
        let inner = libm::sin(x / 3.0) / libm::sin(x);
        near(bent.mismatch(), (3.0 * inner).min(2.0 - 3.0 * inner), 1e-12, "R_LM");
        let straight = modulator.drive(Pam::Pam4, volt(swing), true).unwrap();
        near(
            modulator.levels(light, &straight).unwrap().mismatch(),
            1.0,
            1e-12,
            "predistorted R_LM",
        );
        let found = modulator.predistorted(Pam::Pam4, -swing / 2.0, swing / 2.0).unwrap();
        for (a, b) in found.iter().zip(&straight) {
            near(*a, *b, 1e-9, "generic predistortion");
        }
        if swing < 6.0 {
            let er = modulator.extinction(volt(swing)).unwrap();
            near(bent.extinction().as_db(), er.as_db(), 1e-9, "extinction");
        }
        // Quadrature halves the light: 10 dBm - 3 dB - 3.01 dB.
        near(bent.mean().to_dbm().as_dbm(), 10.0 - 3.0 - 3.0103, 1e-3, "mean");
    }
    // PAM8 at full swing: the outermost step shrinks.
    let drive = modulator.drive(Pam::Pam8, volt(6.0), false).unwrap();
    assert!(modulator.levels(light, &drive).unwrap().mismatch() < 0.4);
    assert!(modulator.depth(volt(7.0)).unwrap_err().to_string().contains("folds"));
}

#[test]
fn travelling_wave_electrodes_have_their_two_textbook_limits() {
    let electrode = |loss_db_per_m: f64, walk_off: f64| MachZehnder {
        electrode: Electrode::TravellingWave {
            length: Length::mm(2.0),
            loss: LossPerLength::from_si(loss_db_per_m),
            reference: Frequency::ghz(60.0),
            walk_off: DelayPerLength::from_si(walk_off),
        },
        ..mzm(6.0)
    };
    // Matched delays: 3 dB where the line has lost 6.4 dB.
    let lossy = electrode(6.4 / 2e-3, 0.0);
    let found = three_db_bandwidth(|f| lossy.response(f), Frequency::ghz(200.0));
    near(found.as_ghz(), 60.0, 0.3, "6.4 dB rule, GHz");
    // No loss: 3 dB at f dtau L = 0.443.
    let walking = electrode(0.0, 1e-9);
    let found = three_db_bandwidth(|f| walking.response(f), Frequency::ghz(500.0));
    near(found.as_ghz() * 1e9 * 1e-9 * 2e-3, 0.443, 1e-3, "walk-off");
    let lumped = MachZehnder {
        electrode: Electrode::Lumped {
            resistance: Resistance::from_si(50.0),
            capacitance: Capacitance::from_si(60e-15),
        },
        ..mzm(6.0)
    };
    let found = three_db_bandwidth(|f| lumped.response(f), Frequency::ghz(200.0));
    near(found.as_ghz(), 1e-9 / (2.0 * PI * 50.0 * 60e-15), 0.01, "RC");
}

fn ring(quality: f64) -> Microring {
    let ring =
        Microring::with_quality(Length::um(7.5), 4.2, Length::um(1.311), quality, 0.5).unwrap();
    Microring { shift_per_volt: Length::m(40e-12), rc_bandwidth: Frequency::ghz(80.0), ..ring }
}

#[test]
fn ring_is_a_lorentzian_near_resonance_and_repeats_after_its_free_spectral_range() {
    let ring = ring(4500.0);
    near(ring.through(Length::ZERO), 0.0, 1e-12, "critical coupling");
    let half = Length::m(0.5 * ring.linewidth().as_m());
    near(ring.through(half), 0.5, 2e-3, "half depth at half a linewidth");
    let fsr = ring.free_spectral_range();
    for offset in [0.05, 0.2, 1.0] {
        let d = Length::m(offset * 1e-9);
        near(ring.through(d + fsr), ring.through(d), 1e-12, "period");
        let x = 2.0 * d.as_m() / ring.linewidth().as_m();
        near(ring.through(d), x * x / (1.0 + x * x), 0.01, "Lorentzian");
    }
    // Over- and under-coupled rings of one Q look the same from outside: swap r and a.
    let over =
        Microring::with_quality(Length::um(7.5), 4.2, Length::um(1.311), 4500.0, 0.7).unwrap();
    let under =
        Microring::with_quality(Length::um(7.5), 4.2, Length::um(1.311), 4500.0, 0.3).unwrap();
    near(over.through(half), under.through(half), 1e-12, "duality");
    assert!(over.through(Length::ZERO) > 0.1);
}

#[test]
fn best_ring_bias_is_the_best_and_agrees_with_the_lorentzian() {
    let ring = ring(4500.0);
    let small = ring.best_bias(volt(0.1), Decibel::ZERO).unwrap();
    // Steepest point of a Lorentzian: x = 1/sqrt 3 half linewidths.
    let expected = 0.5 * ring.linewidth().as_m() / 3f64.sqrt();
    near(small.detuning.as_m() / expected, 1.0, 0.01, "steepest flank");
    let swing = volt(2.5);
    let best = ring.best_bias(swing, db(4.0)).unwrap();
    assert!(best.extinction >= db(3.999_9));
    for i in 0..400 {
        let other = ring.at(Length::m(f64::from(i) * 2e-12), swing);
        let beats = other.extinction >= db(4.0) && other.oma_loss < best.oma_loss - db(1e-3);
        assert!(!beats, "{other:?} is better than {best:?}");
    }
    // Energy: mean, amplitude and extinction ratio are one relation.
    let er = best.extinction;
    let oma = -best.mean_loss + oma_over_mean(er).unwrap();
    near(-best.oma_loss.as_db(), oma.as_db(), 1e-9, "OMA from mean and ER");
    let penalty = |pm: f64| ring.detuning_penalty(&best, swing, Length::m(pm * 1e-12)).as_db();
    assert!(penalty(0.0).abs() < 1e-9 && penalty(10.0) > 0.0 && penalty(40.0) > penalty(10.0));
    assert!(ring.best_bias(swing, db(59.0)).is_err());
    // A heater needs never more than one free spectral range.
    let heater = |k: f64| {
        let drift = ThermalDrift::from_si(80e-12);
        ring.heater_power(k, Length::ZERO, drift, TuningEfficiency::from_si(0.44e-6))
            .unwrap()
            .as_w()
    };
    near(heater(50.0) * 1e3, 50.0 * 0.08 / 0.44, 1e-9, "heater, mW");
    near(heater(1000.0) * 1e3, ring.free_spectral_range().as_m() * 1e9 / 0.44, 1e-9, "one FSR");
}

/// The ring's field equation integrated in time: independent of the closed response.
fn ring_by_time_steps(ring: &Microring, f_hz: f64, detuning: Length) -> f64 {
    let l = ring.resonance.as_m();
    let decay = PI * 299_792_458.0 / (l * ring.quality());
    let offset = 2.0 * PI * 299_792_458.0 * detuning.as_m() / (l * l);
    // Critical coupling: half of the decay from the coupler, mu² = decay.
    let mu2 = decay;
    let steps_per_period = 4000u32;
    let dt = 1.0 / (f_hz * f64::from(steps_per_period));
    let wobble = 1e-4 * decay;
    let j = Complex64::new(0.0, 1.0);
    let mut a = Complex64::new(0.0, 0.0);
    let periods = 12u32 + (40.0 * f_hz / decay).ceil() as u32;
    let mut sum = Complex64::new(0.0, 0.0);
    for k in 0..periods * steps_per_period {
        let t = dt * f64::from(k);
        let rate = |t: f64, a: Complex64| {
            let d = offset - wobble * libm::cos(2.0 * PI * f_hz * t);
            -(j * d + decay) * a - j
        };
        let k1 = rate(t, a);
        let k2 = rate(t + 0.5 * dt, a + k1 * (0.5 * dt));
        let k3 = rate(t + 0.5 * dt, a + k2 * (0.5 * dt));
        let k4 = rate(t + dt, a + k3 * dt);
        a += (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (dt / 6.0);
        if k >= (periods - 1) * steps_per_period {
            let out = (Complex64::new(1.0, 0.0) - j * mu2 * a).norm_sqr();
            sum += Complex64::from_polar(out, -2.0 * PI * f_hz * (t + dt));
        }
    }
    sum.norm()
}

#[test]
fn ring_dynamics_agree_with_its_field_equation_in_time() {
    let mut ring = ring(5000.0);
    ring.rc_bandwidth = Frequency::ghz(1e9);
    let line = ring.linewidth().as_m();
    for share in [0.3, 0.8] {
        let d = Length::m(share * line);
        let reference = ring_by_time_steps(&ring, 0.2e9, d);
        for f in [15e9, 40e9, 80e9] {
            let stepped = ring_by_time_steps(&ring, f, d) / reference;
            near(ring.response(f, d).norm(), stepped, 0.01, &format!("{share} linewidths, {f} Hz"));
        }
    }
    // On resonance half of f0/Q, on the flank more: the rule f0/Q is no bound.
    let f = |share: f64| {
        let d = Length::m(share * line);
        three_db_bandwidth(|f| ring.response(f, d), Frequency::ghz(500.0)).as_ghz()
    };
    let rule = ring.photon_lifetime_bandwidth().as_ghz();
    near(f(0.0), rule / 2.0, 0.2, "on resonance");
    assert!(f(1.0) > rule, "{} {rule}", f(1.0));
}

#[test]
fn lasers_resonate_and_damp_as_the_closed_forms_say() {
    let vcsel = Vcsel {
        wavelength: Length::um(0.85),
        threshold_a: 0.6e-3,
        slope_w_per_a: 0.6,
        rollover_a: 20e-3,
        d_factor: 3.16e11,
        k_factor: Time::s(0.2e-9),
        damping_offset_per_s: 1e9,
        parasitics: Frequency::ghz(1e6),
        rin: RelativeIntensityNoise::from_si(-145.0),
        spectral_width: Length::m(0.4e-9),
    };
    near(vcsel.quantum_slope_w_per_a(), 1.4586, 1e-3, "quantum slope at 850 nm");
    // Little damping: the 3 dB point is sqrt(1 + sqrt 2) = 1.554 resonances.
    let calm = Vcsel { k_factor: Time::s(1e-15), damping_offset_per_s: 1e7, ..vcsel };
    let fr = calm.resonance(1.6e-3).unwrap();
    near(fr.as_ghz(), 10.0, 0.01, "10 GHz per root milliampere");
    let f3 = three_db_bandwidth(|f| calm.response(f, 1.6e-3).unwrap(), Frequency::ghz(50.0));
    near(f3 / fr, 1.5538, 1e-3, "f3dB over fr");
    // Damping bounds the bandwidth at 2 pi sqrt 2 / K = 44 GHz, reached at one bias only.
    let limit = vcsel.damping_limit().as_ghz();
    near(limit, 44.43, 0.01, "K limit");
    let at = |ma: f64| {
        three_db_bandwidth(|f| vcsel.response(f, ma * 1e-3).unwrap(), Frequency::ghz(200.0))
            .as_ghz()
    };
    let best = (1..60).map(|i| at(0.6 + f64::from(i))).fold(0.0, f64::max);
    assert!(best < limit * 1.001 && best > 0.97 * limit, "{best} {limit}");
    assert!(vcsel.response(1e9, 0.5e-3).is_err() && vcsel.swing(1e-3, 1e-3).is_err());
    // 100 m of OM4 and 0.4 nm: chromatic 0.187 / (D L s), D(850) = -108 ps/(nm km) in the link model.
    let fibre = MultimodeFibre::om4();
    let d = fibre.slope.at(vcsel.wavelength, fibre.zero_dispersion).as_ps_per_nm_km();
    near(d, -103.7, 1.0, "D at 850 nm");
    let chromatic = 0.187 / (d.abs() * 1e-6 * 100.0 * 0.4e-9) * 1e-9;
    let whole = fibre.bandwidth(Length::m(100.0), vcsel.wavelength, vcsel.spectral_width).unwrap();
    near(whole.as_ghz(), 1.0 / (1.0 / chromatic.powi(2) + 1.0 / 47f64.powi(2)).sqrt(), 1e-6, "OM4");
    near(relative_noise(vcsel.rin, Frequency::ghz(31.6)).as_db(), -145.0 + 105.0, 0.01, "RIN B");
}

#[test]
fn micro_leds_are_wide_and_slow() {
    let led = MicroLed {
        wavelength: Length::um(0.43),
        diameter: Length::um(4.0),
        well: Length::um(0.003),
        a_per_s: 1e7,
        b_m3_per_s: 2e-17,
        c_m6_per_s: 1e-42,
        index: 2.4,
        mirror: 0.9,
        forward: volt(3.0),
        rc_bandwidth: Frequency::ghz(5.0),
    };
    // The density satisfies I = q V R(n).
    let n = led.density_per_m3(100e-6).unwrap();
    let volume = PI / 4.0 * 4e-6f64.powi(2) * 3e-9;
    let back = 1.602_176_634e-19 * volume * (1e7 * n + 2e-17 * n * n + 1e-42 * n * n * n);
    near(back * 1e6, 100.0, 1e-6, "current, uA");
    // Without A and C every carrier shines and 1/tau = 2 sqrt(B I / (q V)).
    let pure = MicroLed { a_per_s: 0.0, c_m6_per_s: 0.0, ..led };
    near(pure.internal_efficiency(1e-4).unwrap(), 1.0, 1e-9, "pure radiation");
    let rate = 2.0 * (2e-17 * 1e-4 / (1.602_176_634e-19 * volume)).sqrt();
    near(
        pure.carrier_bandwidth(1e-4).unwrap().as_ghz(),
        rate / (2.0 * PI) * 1e-9,
        1e-6,
        "lifetime",
    );
    // Gallium nitride into air: 4.6 % of an isotropic source through one face, before reflection.
    let bare = MicroLed { mirror: 0.0, ..led }.extraction() / (4.0 * 2.4 / 3.4f64.powi(2));
    near(bare, 0.0455, 5e-4, "escape cone");
    // More current: faster, but beyond the peak less efficient (droop).
    let f = |a: f64| led.carrier_bandwidth(a).unwrap().as_ghz();
    assert!(f(1e-3) > f(1e-4) && f(1e-4) > f(1e-5));
    let eta = |a: f64| led.internal_efficiency(a).unwrap();
    assert!(eta(1e-2) < eta(1e-4));
    near(
        led.energy(100e-6, BitRate::gbps(2.0)).si() * 1e12,
        0.075,
        1e-9,
        "100 uA, 3 V, 2 Gb/s, half on",
    );
    let fibre = ImagingFibre { aperture: 0.4, fill: 0.6, loss: db(1.0), modal_hz_m: 25e9 };
    assert!(fibre.coupling_loss(2.0).unwrap() < fibre.coupling_loss(1.0).unwrap());
}
