//! Errors in runs.

use super::*;

fn errors(code: &ReedSolomon, ber: f64, pam: Pam, a: f64, precoding: Precoding) -> f64 {
    let propagation = Propagation::Probability(a);
    let bursts = Bursts { propagation, precoding, multiplexed: 1 };
    let found = burst::codeword_errors(code, ber, pam, &bursts, Interleaving::One).unwrap();
    found.codeword_error_ratio
}

/// A chain without memory is the binomial, down to very small ratios.
#[test]
fn without_memory_errors_are_independent() {
    let code = ReedSolomon::KP4;
    for ber in [1e-3, 1e-5, 1e-10, 1e-15] {
        let found = errors(&code, ber, Pam::Pam2, ber, Precoding::Off);
        let expected = code.codeword_error_ratio(code.symbol_error_ratio(ber).unwrap());
        close(found, expected.unwrap(), 1e-9);
    }
    // Several bits share a PAM symbol, which tells at second order only; PAM8's 3, 3 and 4 cost 0.7 %.
    for (pam, tolerance) in [(Pam::Pam4, 1e-3), (Pam::Pam6, 1e-3), (Pam::Pam8, 1e-2)] {
        let ber = 1e-5;
        let found = errors(&code, ber, pam, ber * pam.bits_per_symbol(), Precoding::Off);
        let expected = code.codeword_error_ratio(code.symbol_error_ratio(ber).unwrap());
        close(found, expected.unwrap(), tolerance);
    }
}

/// Hand calculation: at very low error ratios one long run loses the codeword. RS(272,258) in PAM4: it must touch
/// eight code symbols, so it spans at least the five PAM symbols of six of them and one of each neighbour.
#[test]
fn one_long_run() {
    let (a, ber): (f64, f64) = (0.75, 1e-12);
    let found = errors(&ReedSolomon::LOW_LATENCY, ber, Pam::Pam4, a, Precoding::Off);
    // From place k of its first symbol (0 to 4) a run reaches the eighth with 35 - k further errors.
    let one: f64 = (0..5).map(|k| libm::pow(a, f64::from(35 - k))).sum();
    // Runs may begin in 265 of the 272 symbols, or before the codeword.
    let before: f64 = (0..400).map(|i| libm::pow(a, f64::from(36 + i))).sum();
    let expected = 2.0 * ber * (265.0 * one + before);
    close(found, expected, 1e-3);
}

/// link_facts B36: limits of the low-latency specification with bursts, counting all errors. They are those of
/// the longest runs of PAM4, `a = 3/4`, without precoding.
#[test]
fn limits_of_the_low_latency_specification() {
    let propagation = Propagation::Probability(0.75);
    let bursts = Bursts { propagation, precoding: Precoding::Off, multiplexed: 1 };
    let target = Target { frame: Frame::SMALLEST, frame_loss_ratio: FRAME_LOSS_OF_1E12 };
    let one = Interleaving::One;
    for (fec, published) in [(Fec::Kp4, 5.8e-5), (Fec::LowLatencyRs272, 8.9e-9)] {
        let ber = highest_ber(Pam::Pam4, Some(bursts), fec, one, &target).unwrap();
        let before = ErrorStatistics { ber, pam: Pam::Pam4, bursts: Some(bursts) };
        let left = correct(&before, fec, one, &target).unwrap();
        println!("{fec:?}: {:.3e}, published {published:e}", left.ber_before);
        close(left.ber_before, published, 0.03);
    }
}

#[test]
fn precoding_pays_for_long_runs_only() {
    let code = ReedSolomon::KP4;
    let choose = |a| {
        let propagation = Propagation::Probability(a);
        let bursts = Bursts { propagation, precoding: Precoding::Off, multiplexed: 1 };
        burst::compare_precoding(&code, 1e-5, Pam::Pam4, &bursts, Interleaving::One).unwrap()
    };
    assert_eq!(choose(0.75).better(), Precoding::On);
    assert_eq!(choose(0.05).better(), Precoding::Off);
    let long = choose(0.75);
    assert!(long.on.codeword_error_ratio < 1e-3 * long.off.codeword_error_ratio);
    // Mean run of 4 against two errors.
    close(long.off.ber_before / long.on.ber_before, 2.0, 1e-3);
}
