//! Codes against published numbers, and against themselves by brute force.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod brute_force;
mod bursts;
#[path = "../common/mod.rs"]
mod common;
mod properties;

use common::catalog;
use lightloom_evidence::Facts;
use lightloom_link::fec::*;
use lightloom_link::{Fec, FecParameters, Pam};
use lightloom_num::Stream;
use lightloom_units::{BitRate, Time};

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found / expected - 1.0).abs() < relative, "{found:e} is not {expected:e}");
}

/// From mpmath with 60 digits: `sum(binomial(n, i) * ps**i * (1 - ps)**(n - i))`.
#[test]
fn codeword_error_ratios_to_nine_digits_down_to_1e_274() {
    let codes = [ReedSolomon::KP4, ReedSolomon::KR4, ReedSolomon::LOW_LATENCY];
    for (code, ber, expected) in [
        (0, 1e-3, 1.530_258_592_806_046e-4),
        (0, 4e-4, 1.295_808_499_124_644_6e-9),
        (0, 2.8e-4, 7.856_281_554_435_924e-12),
        (0, 2.4e-4, 8.151_573_399_330_457e-13),
        (0, 2e-4, 5.389_899_374_542_919e-14),
        (0, 1e-4, 1.359_811_064_764_430_6e-18),
        (0, 1e-10, 2.250_294_130_302_829e-114),
        (0, 1e-17, 2.250_295_264_768_931e-226),
        (0, 1e-20, 2.250_295_264_769_044e-274),
        (1, 1e-4, 8.926_910_513_935_766e-8),
        (2, 1e-4, 5.279_355_598_781_265e-10),
    ] {
        let code: ReedSolomon = codes[code];
        let found = code.codeword_error_ratio(code.symbol_error_ratio(ber).unwrap()).unwrap();
        close(found, expected, 1e-9);
    }
}

#[test]
fn inverses_undo_their_functions() {
    for code in [ReedSolomon::KP4, ReedSolomon::KR4, ReedSolomon::LOW_LATENCY] {
        for lost in [1e-290, 1e-100, 1e-30, 9.2e-13, 1e-4, 0.1, 0.5] {
            let symbols = code.symbol_error_ratio_at(lost).unwrap();
            close(code.codeword_error_ratio(symbols).unwrap(), lost, 1e-9);
            let ber = code.bit_error_ratio_at(symbols).unwrap();
            close(code.symbol_error_ratio(ber).unwrap(), symbols, 1e-12);
        }
        assert!(code.symbol_error_ratio_at(0.0).is_err() && code.bit_error_ratio_at(1.0).is_err());
    }
    for ber in [1e-6, 9e-4, 1e-3, 4.85e-3, 0.1, 0.19] {
        let behind = inner_table::symbol_error_ratio_behind_inner_code(ber).unwrap();
        close(inner_table::bit_error_ratio_before_inner_code(behind).unwrap(), ber, 1e-9);
    }
}

/// The list of link_physics 2.5 and the triple that 802.3 quotes.
#[test]
fn published_codeword_and_frame_losses() {
    let code = ReedSolomon::KP4;
    for (ber, published) in [
        (1e-4, "1.4e-18"),
        (2e-4, "5.4e-14"),
        (2.4e-4, "8.2e-13"),
        (2.8e-4, "7.9e-12"),
        (4e-4, "1.3e-9"),
        (1e-3, "1.5e-4"),
    ] {
        let found = code.codeword_error_ratio(code.symbol_error_ratio(ber).unwrap()).unwrap();
        assert_eq!(format!("{found:.1e}"), published);
    }
    for (interleaving, published) in
        Interleaving::ALL.into_iter().zip(["9.2e-13", "1.7e-12", "3.4e-12"])
    {
        let target = Target::of_8023(interleaving);
        let before = ErrorStatistics::independent(2.4e-4);
        let left = correct(&before, Fec::Kp4, interleaving, &target).unwrap();
        assert_eq!(format!("{:.1e}", left.frame_loss_ratio), published);
        assert_eq!(format!("{:.1e}", target.frame_loss_ratio), published);
    }
    assert_eq!((code.message_octets(), ReedSolomon::LOW_LATENCY.message_octets()), (640, 320));
    close(Frame::SMALLEST.per_codeword(&code), 640.0 / 84.0, 1e-15);
}

/// Frames laid over codewords one by one: the count that the frame model states in closed form.
#[test]
fn frames_lost_with_a_codeword_by_counting() {
    for (octets, ways) in [(64, 1u32), (64, 2), (64, 4), (300, 2), (1518, 1), (9000, 4)] {
        let interleaving = Interleaving::ALL[ways.ilog2() as usize];
        let frame = Frame::octets(octets).unwrap();
        let (pitch, group) = (f64::from(octets) + 20.0, 640.0 * f64::from(ways));
        // Groups of `ways` codewords that a frame (with its preamble and gap) touches, over all positions.
        let positions = 10_000;
        let touched: f64 = (0..positions)
            .map(|i| (f64::from(i) + 0.5) / f64::from(positions) * group)
            .map(|start| (((start + pitch) / group).floor() + 1.0) * f64::from(ways))
            .sum();
        let found = frame.loss_ratio(&ReedSolomon::KP4, interleaving, 1e-12).unwrap() / 1e-12;
        close(found, touched / f64::from(positions), 1e-3);
    }
}

/// Thresholds as published, each at the frame loss that it refers to.
#[test]
fn computed_thresholds_are_the_facts() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    for fec in Fec::ALL {
        let fact = FecParameters::from_facts(&facts, fec).unwrap().threshold_ber;
        let frame_loss_ratio = fec.standard_frame_loss(Interleaving::One);
        let target = Target { frame: Frame::SMALLEST, frame_loss_ratio };
        let found = highest_ber(Pam::Pam4, None, fec, Interleaving::One, &target).unwrap();
        println!("{fec:?}: computed {found:.4e}, fact {fact:.4e} at {frame_loss_ratio:e}");
        if let (Some(outer), true) = (fec.outer(), fec != Fec::Kp4Hamming) {
            let parameters = FecParameters::from_facts(&facts, fec).unwrap();
            close(outer.overhead(), parameters.overhead, 1e-4);
            close(f64::from(outer.codeword_bits()) / 8.0, parameters.block.as_bytes(), 1e-12);
        }
        close(found, fact, 0.05);
    }
    // The low-latency code gives its own number and one for RS(544,514); both hold at 6.2e-10.
    let target = Target { frame: Frame::SMALLEST, frame_loss_ratio: FRAME_LOSS_OF_1E12 };
    let at = |fec| highest_ber(Pam::Pam4, None, fec, Interleaving::One, &target).unwrap();
    close(at(Fec::LowLatencyRs272), 9.9e-5, 0.01);
    close(at(Fec::Kp4), 3.77e-4, 0.01);
    // At the loss that 802.3 asks behind RS(544,514) it needs less than half of that.
    let target = Target::of_8023(Interleaving::One);
    let strict = highest_ber(Pam::Pam4, None, Fec::LowLatencyRs272, Interleaving::One, &target);
    close(strict.unwrap(), 4.316_8e-5, 1e-4);
}

/// link_physics 2.5: concatenation meets its target at 4.8e-3.
#[test]
fn the_concatenated_code_reaches_its_threshold() {
    let target = Target::of_8023(Interleaving::One);
    let ber = highest_ber(Pam::Pam4, None, Fec::Kp4Hamming, Interleaving::One, &target).unwrap();
    println!("threshold of the concatenation: {ber:.4e}");
    close(ber, 4.8e-3, 0.05);
    let before = ErrorStatistics::independent(4.79e-3);
    let left = correct(&before, Fec::Kp4Hamming, Interleaving::One, &target).unwrap();
    // Published from 3e5 words: 5e-5 of standard error, which counts sixteen times in the codewords.
    close(left.symbol_error_ratio.unwrap(), 2.34e-3, 0.04);
    close(left.codeword_error_ratio.unwrap(), 5.5e-13, 16.0 * 0.04);
    // Coding gain over RS(544,514) alone, before the cost of bandwidth: 2.75 dB.
    let gain = Pam::Pam4.required_snr(2.4e-4) - Pam::Pam4.required_snr(ber);
    assert!((gain.as_db() - 2.75).abs() < 0.05, "{gain}");
}

#[test]
fn latency_by_cause() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let of = |fec| FecParameters::from_facts(&facts, fec).unwrap();
    let rate = BitRate::gbps(106.25);
    // J11: 51 ns of collecting at 100G, and 50 to 100 of decoding; J12: 152 to 252 ns with two codewords.
    let one = of(Fec::Kp4).latency_split(rate, Interleaving::One).unwrap();
    close(one.collect.as_ns(), 51.2, 1e-9);
    close(one.total().as_ns(), of(Fec::Kp4).latency(rate).as_ns(), 1e-12);
    let two = of(Fec::Kp4).latency_split(rate, Interleaving::Two).unwrap();
    assert!((152.0..252.0).contains(&two.total().as_ns()), "{}", two.total());
    assert!((two.interleaver, two.inner_decode) == (Time::ZERO, Time::ZERO));
    // 800G: four codewords in 25.6 ns, two further groups of them held back.
    let inner = of(Fec::Kp4Hamming);
    let four = inner.latency_split(BitRate::gbps(850.0), Interleaving::Four).unwrap();
    close(four.collect.as_ns(), 25.6, 1e-9);
    close(four.interleaver.as_ns(), 51.2, 1e-9);
    assert!(four.inner_decode > Time::ZERO);
    close((four.decode + four.inner_decode).as_ns(), inner.decode.as_ns(), 1e-12);
    assert!(of(Fec::None).latency_split(rate, Interleaving::One).unwrap().total() == Time::ZERO);
    assert!(inner.latency_split(BitRate::ZERO, Interleaving::One).is_err());
}

#[test]
fn the_budget_of_interfaces() {
    let catalog = catalog();
    let facts = Facts::nominal(&catalog);
    let budget = ErrorBudget::from_facts(&facts, Fec::Kp4, 4).unwrap();
    close(budget.total(), 2.8e-4, 1e-12);
    // Four interfaces leave the medium 2e-4 when the frame loss must be kept.
    let left = budget.left_for_medium(Fec::Kp4, Interleaving::One, 9.2e-13).unwrap();
    close(left, 2.0e-4, 0.005);
}

#[test]
fn what_no_code_is_told() {
    let one = Interleaving::One;
    let target = Target::of_8023(one);
    let at = |ber| correct(&ErrorStatistics::independent(ber), Fec::Kp4, one, &target);
    for ber in [0.0, -1.0, 0.5, 1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(at(ber), Err(FecError::BitErrorRatio(_))), "{ber}");
    }
    for frame_loss_ratio in [0.0, 1.0, f64::NAN] {
        let target = Target { frame_loss_ratio, ..target };
        let found = correct(&ErrorStatistics::independent(1e-4), Fec::Kp4, one, &target);
        assert!(matches!(found, Err(FecError::FrameLoss(_))));
    }
    let bursty = |propagation| ErrorStatistics {
        bursts: Some(Bursts { propagation, precoding: Precoding::Off, multiplexed: 1 }),
        ..ErrorStatistics::independent(1e-4)
    };
    let found = |propagation, fec| correct(&bursty(propagation), fec, one, &target);
    assert_eq!(found(Propagation::Tap(0.5), Fec::Kp4Hamming), Err(FecError::BurstsBeforeInnerCode));
    assert_eq!(found(Propagation::Tap(1.5), Fec::Kp4), Err(FecError::Tap(1.5)));
    assert_eq!(found(Propagation::Probability(1.0), Fec::Kp4), Err(FecError::Propagation(1.0)));
    assert!(Frame::octets(63).is_err());
    for (n, k) in [(544, 544), (544, 543), (1024, 514), (0, 0), (30, 20)] {
        assert_eq!(ReedSolomon::new(n, k), Err(FecError::Code { n, k }));
    }
    assert_eq!(ReedSolomon::new(544, 514), Ok(ReedSolomon::KP4));
}
