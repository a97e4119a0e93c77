//! What holds of every code.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn code() -> impl Strategy<Value = ReedSolomon> {
    prop::sample::select(vec![ReedSolomon::KP4, ReedSolomon::KR4, ReedSolomon::LOW_LATENCY])
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::with_cases(48)
    })]

    #[test]
    fn decoding_undoes_up_to_t_errors(
        code in code(),
        seed in any::<u64>(),
        errors in 0u32..16,
    ) {
        let mut stream = Stream::new(seed, 0);
        let message: Vec<u16> = (0..code.k()).map(|_| stream.below(1024) as u16).collect();
        let sent = code.encode(&message).unwrap();
        let mut word = sent.clone();
        for _ in 0..errors.min(code.t()) {
            word[stream.below(u64::from(code.n())) as usize] ^= stream.below(1024) as u16;
        }
        prop_assert!(code.decode(&mut word).is_ok());
        prop_assert_eq!(&word[..code.k() as usize], &message[..]);
        prop_assert_eq!(word, sent);
    }

    #[test]
    fn more_errors_before_are_more_loss_behind(exponent in -9.0..-0.4f64, code in 0usize..5) {
        let one = Interleaving::One;
        let loss = |ber: f64| {
            let before = ErrorStatistics::independent(ber);
            correct(&before, Fec::ALL[code], one, &Target::of_8023(one)).unwrap()
        };
        let ber = libm::pow(10.0, exponent);
        let (less, more) = (loss(ber), loss(ber * 1.01));
        prop_assert!(less.frame_loss_ratio <= more.frame_loss_ratio);
        prop_assert!(less.codeword_error_ratio <= more.codeword_error_ratio);
        prop_assert!(less.margin >= more.margin);
        prop_assert!(less.frame_loss_ratio >= 0.0 && more.frame_loss_ratio <= 1.0);
    }

    #[test]
    fn the_highest_ratio_just_keeps_the_target(exponent in -28.0..-2.0f64, code in 0usize..5) {
        let fec = Fec::ALL[code];
        let target =
            Target { frame: Frame::SMALLEST, frame_loss_ratio: libm::pow(10.0, exponent) };
        let ber = highest_ber(Pam::Pam4, None, fec, Interleaving::Two, &target).unwrap();
        let before = ErrorStatistics::independent(ber);
        let left = correct(&before, fec, Interleaving::Two, &target).unwrap();
        prop_assert!((left.frame_loss_ratio / target.frame_loss_ratio - 1.0).abs() < 1e-5);
        prop_assert!(left.margin.as_db().abs() < 1e-6);
    }

    #[test]
    fn bursts_never_give_what_is_no_ratio(
        exponent in -40.0..-0.31f64,
        tap in 0.0..=1.0f64,
        pam in prop::sample::select(Pam::ALL.to_vec()),
        on in any::<bool>(),
        ways in 0usize..3,
        multiplexed in 0u32..9,
    ) {
        let ber = libm::pow(10.0, exponent);
        let precoding = if on { Precoding::On } else { Precoding::Off };
        let bursts = Bursts { propagation: Propagation::Tap(tap), precoding, multiplexed };
        let code = ReedSolomon::LOW_LATENCY;
        let found = burst::codeword_errors(&code, ber, pam, &bursts, Interleaving::ALL[ways]);
        if let Ok(found) = found {
            for ratio in [
                found.continuation,
                found.ber_before,
                found.symbol_error_ratio,
                found.codeword_error_ratio,
                found.ber,
            ] {
                prop_assert!((0.0..=1.0).contains(&ratio), "{found:?}");
            }
        } else {
            prop_assert!(ber * pam.bits_per_symbol() >= 1.0, "{found:?}");
        }
    }
}
