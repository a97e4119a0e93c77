//! Codes by brute force: words with flipped bits, decoded.

use super::*;

/// Flips bits of a word, each with a probability.
fn noise(word: &mut [u16], ber: f64, stream: &mut Stream) {
    for symbol in word {
        for bit in 0..10 {
            if stream.unit() < ber {
                *symbol ^= 1 << bit;
            }
        }
    }
}

fn message(code: &ReedSolomon, stream: &mut Stream) -> Vec<u16> {
    (0..code.k()).map(|_| stream.below(1024) as u16).collect()
}

#[test]
fn t_errors_are_corrected_and_one_more_is_noticed_or_miscorrected() {
    for code in [ReedSolomon::KP4, ReedSolomon::KR4, ReedSolomon::LOW_LATENCY] {
        let mut stream = Stream::new(1, u64::from(code.n()));
        let mut noticed = 0;
        for errors in (0..=code.t() + 1).chain([code.t() + 1; 10]) {
            let sent = code.encode(&message(&code, &mut stream)).unwrap();
            assert!(code.is_codeword(&sent));
            let mut word = sent.clone();
            let mut places = std::collections::BTreeSet::new();
            while places.len() < errors as usize {
                places.insert(stream.below(u64::from(code.n())) as usize);
            }
            for at in places {
                word[at] ^= 1 + stream.below(1023) as u16;
            }
            let received = word.clone();
            match code.decode(&mut word) {
                Ok(corrected) => {
                    assert!(code.is_codeword(&word));
                    if errors <= code.t() {
                        assert_eq!((corrected, &word), (errors as usize, &sent));
                    } else {
                        assert_ne!(word, sent);
                    }
                }
                Err(e) => {
                    assert_eq!(e, CodecError::Uncorrectable(code));
                    assert!(errors > code.t());
                    assert_eq!(word, received);
                    noticed += 1;
                }
            }
        }
        // A random word lies within t of a codeword with a probability below 1 / t!.
        assert!(noticed >= 10, "{code}: {noticed}");
    }
}

/// Encode, flip bits, decode; the share of lost words is the binomial tail.
#[test]
fn lost_codewords_are_the_binomial() {
    for (code, ber, words) in
        [(ReedSolomon::KP4, 2e-3, 1500), (ReedSolomon::LOW_LATENCY, 1.6e-3, 3000)]
    {
        let mut stream = Stream::new(2, u64::from(code.n()));
        let (mut lost, mut wrong) = (0u32, 0usize);
        for _ in 0..words {
            let sent = code.encode(&message(&code, &mut stream)).unwrap();
            let mut word = sent.clone();
            noise(&mut word, ber, &mut stream);
            let _ = code.decode(&mut word);
            let left = word.iter().zip(&sent).filter(|(a, b)| a != b).count();
            lost += u32::from(left > 0);
            wrong += left;
        }
        let ratio = code.symbol_error_ratio(ber).unwrap();
        let expected = code.codeword_error_ratio(ratio).unwrap();
        let (found, n) = (f64::from(lost) / f64::from(words), f64::from(words));
        let deviation = (expected * (1.0 - expected) / n).sqrt();
        assert!(lost > 50, "{code}: too few to tell: {lost}");
        assert!((found - expected).abs() < 4.0 * deviation, "{code}: {found} {expected}");
        let residual = code.residual_symbol_error_ratio(ratio).unwrap();
        close(wrong as f64 / (n * f64::from(code.n())), residual, 4.5 * deviation / expected);
    }
}

/// The slicer's chain, symbol by symbol, against the generating function.
#[test]
fn bursts_by_simulation_are_those_of_the_chain() {
    let code = ReedSolomon::new(64, 50).unwrap();
    let mut stream = Stream::new(3, 0);
    for (pam, span) in [(Pam::Pam4, 5), (Pam::Pam2, 10), (Pam::Pam6, 4)] {
        for precoding in [Precoding::Off, Precoding::On] {
            for interleaving in [Interleaving::One, Interleaving::Two, Interleaving::Four] {
                for multiplexed in [1, 2, 4] {
                    let bursts = Bursts {
                        propagation: Propagation::Probability(0.6),
                        precoding,
                        multiplexed,
                    };
                    let ber = 0.03 / pam.bits_per_symbol() * 5.0 / span as f64;
                    let found = burst::codeword_errors(&code, ber, pam, &bursts, interleaving);
                    let found = found.unwrap();
                    let counted =
                        simulate(&code, ber, pam, span, &bursts, interleaving, &mut stream);
                    let what = format!("{pam} {bursts:?} {interleaving:?}");
                    agree(counted.0, found.codeword_error_ratio, &what);
                    agree(counted.1, found.symbol_error_ratio, &what);
                }
            }
        }
    }
}

/// Mean and its standard error against an expectation.
fn agree((mean, error): (f64, f64), expected: f64, what: &str) {
    assert!((mean - expected).abs() < 4.5 * error, "{what}: {mean} +- {error}, {expected}");
}

/// Ratios of lost codewords and of wrong symbols, each with its standard error. One interleaved codeword of each
/// group is looked at, so that the samples are independent enough.
fn simulate(
    code: &ReedSolomon,
    ber: f64,
    pam: Pam,
    span: usize,
    bursts: &Bursts,
    interleaving: Interleaving,
    stream: &mut Stream,
) -> ((f64, f64), (f64, f64)) {
    let start = ber * pam.bits_per_symbol();
    let go_on = bursts.propagation.probability(pam, ber).unwrap();
    let (depth, ways) = (bursts.multiplexed as usize, interleaving.codewords() as usize);
    let trials = 3000;
    let (mut lost, mut symbols, mut squares) = (0.0, 0.0, 0.0);
    let mut wrong = false;
    for _ in 0..trials {
        let mut hit = vec![false; code.n() as usize * ways];
        for i in 0..hit.len() * span {
            let (group, within) = (i / (span * depth), i % (span * depth));
            let now = stream.unit() < if wrong { go_on } else { start };
            let error = match bursts.precoding {
                Precoding::Off => now,
                Precoding::On => now != wrong,
            };
            wrong = now;
            hit[group * depth + within % depth] |= error;
        }
        let count = hit.iter().step_by(ways).filter(|h| **h).count() as f64;
        symbols += count;
        squares += count * count;
        lost += f64::from(u8::from(count > f64::from(code.t())));
    }
    let (n, length) = (f64::from(trials), f64::from(code.n()));
    let (mean, loss) = (symbols / n, lost / n);
    let error = ((squares / n - mean * mean) / n).sqrt();
    ((loss, (loss * (1.0 - loss) / n).sqrt()), (mean / length, error / length))
}

/// The inner decoder again, with another seed and fewer words, beside the stored table.
#[test]
fn the_table_of_the_inner_code_holds() {
    use lightloom_link::fec::inner_table::TABLE;
    for (entity, row) in (0..).zip(TABLE.iter().filter(|r| (4e-3..0.03).contains(&r.ber))) {
        let mut stream = Stream::new(99, entity);
        let tally = hamming::simulate(row.ber, hamming::Chase::FIVE, 20_000, &mut stream);
        let tally = tally.unwrap();
        let (ratio, error) = tally.symbol_error_ratio();
        let both = (error * error + row.error * row.error).sqrt();
        assert!((ratio - row.ratio).abs() < 4.0 * both, "{row:?}: {ratio:e} +- {error:e}");
        close(tally.bit_error_ratio_before(), row.ber, 5.0 / (2.56e6 * row.ber).sqrt());
    }
}

/// Each row lies on the curve of its four neighbours: what few words cannot tell, a wrong digit does.
#[test]
fn the_table_of_the_inner_code_is_smooth() {
    use lightloom_link::fec::inner_table::TABLE;
    for five in TABLE.windows(5) {
        let ln = |x: f64| libm::log(x);
        let at = ln(five[2].ber);
        let (mut expected, mut variance) = (0.0, 0.0);
        for i in [0, 1, 3, 4] {
            let weight: f64 = [0, 1, 3, 4]
                .into_iter()
                .filter(|j| *j != i)
                .map(|j| (at - ln(five[j].ber)) / (ln(five[i].ber) - ln(five[j].ber)))
                .product();
            expected += weight * ln(five[i].ratio);
            variance += libm::pow(weight * five[i].error / five[i].ratio, 2.0);
        }
        let own = five[2].error / five[2].ratio;
        let off = ln(five[2].ratio) - expected;
        let allowed = 4.0 * (variance + own * own).sqrt() + 0.01;
        println!("{:e}: off by {off:.4} of {allowed:.4}", five[2].ber);
        assert!(off.abs() < allowed, "{:?}: {off} of {allowed}", five[2]);
    }
}

/// link_physics 2.5 at 14.91 dB: hard decision fails, three bits fall short, five suffice.
#[test]
fn the_inner_code_needs_five_bits() {
    for (entity, (bits, published)) in
        (0..).zip([(0, 2.2e-2), (3, 3.9e-3), (5, 2.34e-3), (6, 2.2e-3)])
    {
        let mut stream = Stream::new(11, entity);
        let decoder = hamming::Chase::new(bits);
        let tally = hamming::simulate(4.79e-3, decoder, 60_000, &mut stream).unwrap();
        let (ratio, error) = tally.symbol_error_ratio();
        println!("Chase-{bits}: {ratio:.3e} +- {error:.0e}, published {published:e}");
        // Published to two digits from 3e5 words.
        let rounding = 0.03 * published;
        // Nearly one wrong bit in a wrong symbol, which the bit error ratio behind the codes rests on.
        let share = tally.bit_error_ratio() / ratio;
        assert!((0.1..0.13).contains(&share), "{share}");
        assert!((ratio - published).abs() < 3.0 * error + rounding, "{bits}: {ratio:e}");
    }
}
