//! From chip to chip: couplers, fibres, colours, reflections, the shared laser.

use crate::*;
use lightloom_num::q;

#[test]
fn couplers_have_the_published_tolerances() {
    let l = Length::um(1.31);
    // link_physics 3.1: mode field diameter, 1 dB offset, losses at 0.5/1/2/5 um, 1 dB tilt.
    let table: [(f64, f64, [Option<f64>; 4], f64); 4] = [
        (3.0, 0.72, [Some(0.48), Some(1.93), Some(7.7), None], 7.6),
        (9.2, 2.21, [Some(0.05), Some(0.21), Some(0.82), Some(5.1)], 2.5),
        (35.0, 8.4, [Some(0.0), Some(0.01), Some(0.06), Some(0.36)], 0.66),
        (70.0, 16.8, [Some(0.0), Some(0.0), Some(0.01), Some(0.09)], 0.33),
    ];
    for (mode, offset, losses, tilt) in table {
        let joint = Joint::new(Length::um(mode), Length::um(mode), l).unwrap();
        let found = joint.offset_tolerance(db(1.0)).as_m() * 1e6;
        near(found, offset, 0.006 * offset + 0.003, &format!("MFD {mode}: 1 dB offset"));
        for (d, expected) in [0.5, 1.0, 2.0, 5.0].into_iter().zip(losses) {
            let miss = Misalignment { offset: Length::um(d), ..Misalignment::default() };
            if let Some(expected) = expected {
                near(joint.loss(&miss).as_db(), expected, 0.035, &format!("MFD {mode}, {d} um"));
            }
        }
        let degrees = joint.tilt_tolerance_rad(db(1.0)).to_degrees();
        near(degrees, tilt, 0.05, &format!("MFD {mode}: 1 dB tilt"));
        let miss = Misalignment { tilt_rad: degrees.to_radians(), ..Misalignment::default() };
        near(joint.loss(&miss).as_db(), 1.0, 1e-9, "tilt there and back");
    }
    // Gap: half the light's Rayleigh range doubled gives 10 log10(2).
    let joint = Joint::new(Length::um(9.2), Length::um(9.2), l).unwrap();
    let rayleigh = PI * 4.6f64.powi(2) / 1.31;
    let miss = Misalignment { gap: Length::um(2.0 * rayleigh), ..Misalignment::default() };
    near(joint.loss(&miss).as_db(), 3.0103, 1e-4, "gap of two Rayleigh ranges");
}

/// Overlap of two Gaussian fields by brute force over a plane.
fn overlap(w1: f64, w2: f64, offset: f64, tilt_phase_per_um: f64) -> f64 {
    let (mut cross, mut one, mut two) = (Complex64::new(0.0, 0.0), 0.0, 0.0);
    for i in -150..=150 {
        for k in -150..=150 {
            let (x, y) = (f64::from(i) * 0.15, f64::from(k) * 0.15);
            let a = libm::exp(-(x * x + y * y) / (w1 * w1));
            let b = libm::exp(-((x - offset) * (x - offset) + y * y) / (w2 * w2));
            cross += Complex64::from_polar(a * b, tilt_phase_per_um * x);
            one += a * a;
            two += b * b;
        }
    }
    cross.norm_sqr() / (one * two)
}

#[test]
fn coupler_formulas_agree_with_the_overlap_integral() {
    let l = 1.31;
    for (m1, m2, offset, tilt) in
        [(9.2, 9.2, 1.5, 0.0), (9.2, 5.0, 1.0, 0.0), (9.2, 5.0, 0.0, 0.03), (9.2, 9.2, 0.0, 0.05)]
    {
        let joint = Joint::new(Length::um(m1), Length::um(m2), Length::um(l)).unwrap();
        let miss = Misalignment { offset: Length::um(offset), tilt_rad: tilt, gap: Length::ZERO };
        let brute = -10.0 * overlap(m1 / 2.0, m2 / 2.0, offset, 2.0 * PI * tilt / l).log10();
        near(joint.loss(&miss).as_db(), brute, 2e-3, &format!("{m1} {m2} {offset} {tilt}"));
    }
}

#[test]
fn catalog_couplers_fibres_and_rings_read() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let o_band = Length::um(1.311);
    let grating = GratingCoupler::from_facts(&facts, o_band).unwrap();
    near(
        grating.loss_at(Length::um(1.321)).as_db(),
        2.3,
        1e-9,
        "1 dB at the edge of the 1 dB band",
    );
    let edge = EdgeCoupler::from_facts(&facts, o_band).unwrap();
    let whole = edge.loss(Length::um(9.2), o_band, &Misalignment::default()).unwrap();
    near(whole.as_db(), 1.41, 1e-9, "edge coupler as the catalog states it");
    let hollow = HollowCoreFibre::from_facts(&facts).unwrap();
    near(hollow.delay().si() * 1e9, 3.346, 0.002, "hollow core, ns/m");
    let fast = hollow.response(53e9, o_band, Length::m(500.0), 0.0);
    assert!(fast > 0.99, "{fast}");
    let ring = Microring::from_facts(&facts).unwrap();
    near(ring.quality(), 4500.0, 1e-6, "Q");
    near(
        MachZehnder::from_facts(&facts, "mzm").unwrap().extinction(volt(3.0)).unwrap().as_db(),
        lightloom_link::Modulator::from_facts(&facts, "mzm").unwrap().extinction.as_db(),
        1e-9,
        "both tiers' Mach-Zehnder",
    );
}

#[test]
fn dispersion_costs_what_was_published() {
    // link_physics 3.1, response at Nyquist; zero dispersion at the worse end of 1300 to 1324 nm.
    for (baud, metres, nm, zero, expected, tolerance) in [
        (53.125, 2000.0, 1264.5, 1324.0, -0.09, 0.006),
        (106.25, 500.0, 1264.5, 1324.0, -0.09, 0.006),
        (113.4375, 2000.0, 1304.5, 1324.0, -0.2, 0.006),
        (113.4375, 2000.0, 1264.5, 1324.0, -1.9, 0.025),
        (113.4375, 2000.0, 1337.5, 1300.0, -0.7, 0.03),
    ] {
        let (f, l) = (baud * 0.5e9, Length::m(nm * 1e-9));
        let h = fibre(zero).response(f, l, Length::m(metres), 0.0).unwrap();
        near(
            20.0 * h.abs().log10(),
            expected,
            tolerance,
            &format!("{baud} GBd {metres} m {nm} nm"),
        );
    }
    // Chirp of one: 2.9 dB in our favour at 1264.5 nm, and a null's neighbourhood with the other sign.
    let at = |chirp: f64| {
        let h = fibre(1324.0)
            .response(113.4375 * 0.5e9, Length::um(1.2645), Length::m(2000.0), chirp)
            .unwrap();
        20.0 * h.abs().log10()
    };
    near(at(1.0), 2.9, 0.05, "alpha +1");
    near(at(-1.0), -13.8, 0.2, "alpha -1");
}

#[test]
fn dispersion_formula_agrees_with_propagated_fields() {
    // Small sinusoidal intensity modulation without chirp, propagated sideband by sideband.
    let (f, l, metres) = (60e9, Length::um(1.2645), 2000.0);
    let smf = fibre(1324.0);
    let phase = smf.phase_rad(f, l, Length::m(metres)).unwrap();
    let beta2 = -smf.dispersion(l).unwrap().si() * l.as_m() * l.as_m() / (2.0 * PI * 299_792_458.0);
    let w = 2.0 * PI * f;
    let turned = Complex64::from_polar(1.0, -0.5 * beta2 * w * w * metres);
    // Field 1 + m/2 cos(wt): carrier and two sidebands of m/4 each, all turned alike.
    let (carrier, side) = (Complex64::new(1.0, 0.0), turned * 0.25);
    let beat = 2.0 * (carrier.conj() * side).re / (2.0 * 0.25);
    near(libm::cos(phase), beat, 1e-9, "cos phi");
}

#[test]
fn colours_cross_talk_by_the_lorentzian_and_plans_fold() {
    let coarse = ChannelPlan::coarse();
    let nm: Vec<f64> = coarse.wavelengths().iter().map(|l| l.as_m() * 1e9).collect();
    near(nm[3] - nm[0], 60.0, 1e-9, "CWDM4 span, nm");
    let lan: Vec<f64> = ChannelPlan::lan().wavelengths().iter().map(|l| l.as_m() * 1e9).collect();
    // IEEE 802.3 Table 88-5: 1295.56, 1300.05, 1304.58, 1309.14 nm.
    for (found, expected) in lan.iter().rev().zip([1295.56, 1300.05, 1304.58, 1309.14]) {
        near(*found, expected, 0.005, "LAN-WDM, nm");
    }
    let plan = ChannelPlan::uniform(8, Frequency::ghz(229_500.0), Frequency::ghz(200.0)).unwrap();
    let middle = plan.crosstalk(3, 4000.0, Frequency::ghz(5000.0)).unwrap();
    assert_eq!(middle.len(), 7);
    let worst = crosstalk_penalty(Pam::Pam4, &middle).unwrap();
    let edge =
        crosstalk_penalty(Pam::Pam4, &plan.crosstalk(0, 4000.0, Frequency::ghz(5000.0)).unwrap());
    assert!(worst > edge.unwrap());
    // A free spectral range of 8 channels brings the far neighbour next door: every channel is a middle one.
    let folded = plan.crosstalk(0, 4000.0, Frequency::ghz(1600.0)).unwrap();
    let unfolded = crosstalk_penalty(Pam::Pam4, &folded).unwrap();
    near(
        unfolded.as_db(),
        crosstalk_penalty(Pam::Pam4, &plan.crosstalk(4, 4000.0, Frequency::ghz(1600.0)).unwrap())
            .unwrap()
            .as_db(),
        0.01,
        "ring of channels",
    );
    assert!(crosstalk_penalty(Pam::Pam4, &[db(3.0), db(3.0)]).is_err());
    assert!(plan.crosstalk(8, 4000.0, Frequency::ghz(1600.0)).is_err());
}

#[test]
fn interference_is_bounded_and_its_tail_is_the_sum_of_its_parts() {
    let reflections = Reflections::new(&[db(-26.0); 4]).unwrap();
    near(reflections.relative_variance(), 12.0 * 10f64.powf(-5.2), 1e-12, "2 pairs R²");
    let bound = reflections.relative_bound();
    near(bound, 12.0 * 10f64.powf(-2.6), 1e-12, "bound");
    // One pair: the tail is a Gaussian's, averaged over the phase of one beat. Average by brute force.
    let pair = Reflections::new(&[db(-20.0), db(-20.0)]).unwrap();
    let sigma = 0.004;
    for x in [0.0, 0.01, 0.03, 0.035] {
        let brute: f64 = (0..20_000)
            .map(|i| q((x - 0.02 * libm::cos(PI * (f64::from(i) + 0.5) / 20_000.0)) / sigma))
            .sum::<f64>()
            / 20_000.0;
        let found = pair.tail(x, sigma, 1.0).unwrap();
        assert!((found - brute).abs() < 1e-11 + 1e-6 * brute, "{x}: {found:e} {brute:e}");
    }
    // No reflections: a Gaussian.
    let none = Reflections::new(&[]).unwrap();
    assert!((none.tail(3.0, 1.0, 1.0).unwrap() / q(3.0) - 1.0).abs() < 1e-8);
    assert!(none.tail(3.0, 0.0, 1.0).is_err() && none.tail(f64::NAN, 1.0, 1.0).is_err());
    // Bounded tails cost less than Gaussian ones.
    let target = Ratio::new(4.8e-4);
    for (level, count) in [(-35.0, 6), (-26.0, 4), (-24.0, 3)] {
        let r = Reflections::new(&vec![db(level); count]).unwrap();
        let gauss = r.gaussian_penalty(Pam::Pam4, db(4.5), target).unwrap().as_db();
        let bounded = r.bounded_penalty(Pam::Pam4, db(4.5), target).unwrap().as_db();
        assert!(bounded <= gauss * 1.02 && bounded > 0.3 * gauss, "{level}: {bounded} {gauss}");
    }
    let bad = Reflections::new(&[db(-10.0); 4]).unwrap();
    assert!(bad.gaussian_penalty(Pam::Pam4, db(4.5), target).is_err());
    assert!(Reflections::new(&[db(35.0)]).unwrap_err().to_string().contains("-35"));
}

#[test]
fn reflection_noise_integrates_to_the_beats_variance() {
    // Long path: the density's integral over all frequencies is 2 R1 R2, the variance of a beat.
    let (r, v, t) = (db(-30.0), Frequency::ghz(0.005), Time::s(1e-6));
    let steps = 200_000u32;
    let dx = PI / 2.0 / f64::from(steps);
    let integral: f64 = (0..steps)
        .map(|i| {
            let x = dx * (f64::from(i) + 0.5);
            let f = 5e6 * x.tan();
            let density = reflection_rin_per_hz(Frequency::hz(f), r, r, v, t).unwrap();
            density * 5e6 / x.cos().powi(2) * dx
        })
        .sum();
    let pair = Reflections::new(&[r, r]).unwrap();
    near(integral / pair.relative_variance(), 1.0, 1e-3, "integral over variance");
    // A short path keeps its phase: little noise.
    let near_by = reflection_rin_per_hz(Frequency::hz(1e6), r, r, v, Time::s(1e-11)).unwrap();
    let far = reflection_rin_per_hz(Frequency::hz(1e6), r, r, v, t).unwrap();
    assert!(near_by < 1e-3 * far);
}

#[test]
fn external_laser_example_is_reproduced() {
    // link_physics 3.3, from -6 dBm OMA at the photodiode back to the laser.
    let optics = Optics {
        laser: Laser {
            max_power: DecibelMilliwatt::dbm(20.0),
            shared_by: 4.0,
            // Routing 1 and laser coupling 1.5; the connector belongs to the source below.
            coupling: db(1.0 + 1.5),
            wall_plug: 0.12,
            rin: RelativeIntensityNoise::from_si(-145.0),
            setting: LightSetting::Least,
        },
        modulator: Modulator {
            mean_loss: db(5.0),
            extinction: db(4.5),
            dynamics: ModulatorDynamics::Filter(Filter::Butterworth {
                order: 2,
                bandwidth: Frequency::ghz(65.0),
            }),
            driver: EnergyPerBit::pj_per_bit(0.6),
            tuning: Power::ZERO,
        },
        path: FibrePath {
            out_coupling: db(1.5),
            in_coupling: db(1.5),
            channel: db(2.0 * 0.5 + 0.2),
            length: Length::m(100.0),
            delay: DelayPerLength::from_si(4.9e-9),
        },
        detector: Detector {
            responsivity: Responsivity::from_si(0.9),
            noise: CurrentNoise::from_si(15e-12),
            bandwidth: Frequency::ghz(65.0),
            energy: EnergyPerBit::pj_per_bit(1.5),
            output: volt(0.15),
        },
        span: None,
        driver_noise: VoltageNoise::from_si(8e-18),
        colour: None,
        interference: 0.0,
        impairments: Impairments::NONE,
    };
    let reference = optics.budget(DecibelMilliwatt::dbm(0.0));
    let lane = DecibelMilliwatt::dbm(-6.0) - (reference.oma_received - DecibelMilliwatt::dbm(0.0));
    let source = ExternalLaser {
        max_power: DecibelMilliwatt::dbm(20.0),
        lanes: 4.0,
        splitter_excess: db(0.48),
        connector: db(1.0),
        wall_plug: 0.12,
        reference: "50 degC".parse().unwrap(),
        characteristic_kelvin: 100.0,
    };
    // "6.9 dBm per lane" counts the connector: ours stands behind it.
    near(lane.as_dbm() + 1.0, 6.9, 0.05, "lane power, dBm");
    let facility = source.facility_power(lane).unwrap();
    near(facility.as_dbm(), 13.4, 0.05, "laser power, dBm");
    near(facility.power().as_w() * 1e3, 22.0, 0.3, "laser power, mW");
    let fifty: Temperature = "50 degC".parse().unwrap();
    // .21 pJ/b holds per line bit of 106.25 GBd PAM4; per payload bit of 200 Gb/s it is .23.
    let energy = |gbps| source.energy(facility, fifty, BitRate::gbps(gbps)).unwrap().si() * 1e12;
    near(energy(212.5), 0.21, 0.006, "pJ per line bit");
    near(energy(200.0), 0.228, 0.006, "pJ per payload bit");
    let hot: Temperature = "75 degC".parse().unwrap();
    near(source.wall_plug_at(hot).unwrap() / 0.12, libm::exp(-0.25), 1e-12, "efficiency when hot");
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let shipped = ExternalLaser::from_facts(&facts, db(0.5), db(0.33)).unwrap();
    near(shipped.wall_plug_at(fifty).unwrap(), 0.1, 1e-12, "catalog efficiency at 50 degC");
}
