//! Decimal numbers, correctly rounded and fast.

/// Powers of ten that a double holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Digits that always fit 64 bits.
const DIGITS: usize = 19;
/// Powers of ten for the digits of eight bytes.
const TENS: [u64; 9] = powers(10);
/// Powers of five that 64 bits hold.
const FIVES: [u64; 28] = powers(5);

const fn powers<const N: usize>(base: u64) -> [u64; N] {
    let mut powers = [1; N];
    let mut k = 1;
    while k < N {
        powers[k] = powers[k - 1] * base;
        k += 1;
    }
    powers
}

/// Reads the number at the start of `text` and multiplies it by `10^scale`, rounding once. Returns it with the
/// number of bytes read; `None` where no number starts.
///
/// Grammar: `[+-] digits [. digits] [e [+-] digits]`, with a digit on at least one side of the point. What does not
/// fit a double becomes infinite.
pub(super) fn number(text: &[u8], scale: i32) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let start = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    // Wraps beyond nineteen digits, where the value is not used.
    let mut mantissa = 0_u64;
    let mut at = digits(text, start, &mut mantissa);
    let mut count = at - start;
    let mut power = 0_i32;
    if text.get(at) == Some(&b'.') {
        let end = digits(text, at + 1, &mut mantissa);
        let fraction = end - at - 1;
        count += fraction;
        power = i32::try_from(fraction).map_or(i32::MIN, |n| -n);
        at = end;
    }
    if count == 0 {
        return None;
    }
    let significand = &text[start..at];
    let mut exponent = 0_i32;
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = text.get(at + 1);
        let first = at + 1 + usize::from(matches!(sign, Some(b'-' | b'+')));
        let mut end = first;
        while let Some(digit) = digit(text, end) {
            exponent = exponent.saturating_mul(10).saturating_add(i32::from(digit));
            end += 1;
        }
        if end == first {
            return None;
        }
        if sign == Some(&b'-') {
            exponent = -exponent;
        }
        at = end;
    }
    let exponent = exponent.saturating_add(scale);
    let fits = count <= DIGITS || count - leading_zeros(significand) <= DIGITS;
    let value = match fits.then(|| exact(mantissa, power.saturating_add(exponent))).flatten() {
        Some(value) => value,
        None => slow(&text[start..at], significand.len(), exponent, scale)?,
    };
    // Signs are as good as random: without a branch there is none to predict.
    Some((f64::from_bits(value.to_bits() | (u64::from(negative) << 63)), at))
}

fn digit(text: &[u8], at: usize) -> Option<u8> {
    text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit <= 9)
}

/// Appends the digits from `at` to the mantissa and returns where they end.
fn digits(text: &[u8], mut at: usize, mantissa: &mut u64) -> usize {
    while let Some(&bytes) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let (value, count) = leading_digits(bytes);
        *mantissa = mantissa.wrapping_mul(TENS[count]).wrapping_add(value);
        at += count;
        if count < 8 {
            return at;
        }
    }
    while let Some(digit) = digit(text, at) {
        *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    at
}

/// The number that the digits at the start of eight bytes make, and how many they are.
///
/// All at once, halving their number three times: digits are most of a file.
fn leading_digits(bytes: [u8; 8]) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let ones = u64::from_le_bytes(bytes) ^ (EACH * 0x30);
    // 0x76 carries ten and more into the top bit of a byte.
    let others = (ones.wrapping_add(EACH * 0x76) | ones) & (EACH * 0x80);
    let count = others.trailing_zeros() / 8;
    // What follows the digits is pushed out, zeros come before them.
    let ones = ones.checked_shl(64 - 8 * count).unwrap_or(0);
    let pairs = (ones.wrapping_mul(10) + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    ((fours * 10_000 + (fours >> 32)) & 0xffff_ffff, count as usize)
}

fn leading_zeros(significand: &[u8]) -> usize {
    significand
        .iter()
        .take_while(|&&byte| byte == b'0' || byte == b'.')
        .filter(|&&byte| byte == b'0')
        .count()
}

/// `mantissa * 10^power` where one rounding gives it; `None` for the rest.
fn exact(mantissa: u64, power: i32) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let steps = usize::try_from(power.unsigned_abs()).ok()?;
    if mantissa <= 1 << 53 && steps < EXACT.len() {
        // Clinger 1990: both operands are exact, so the one operation rounds correctly.
        let (a, b) = (mantissa as f64, EXACT[steps]);
        return Some(if power < 0 { a / b } else { a * b });
    }
    if power >= 0 || steps >= FIVES.len() {
        return None;
    }
    // Ten is five times two, and twos only move the point. A quotient of 63 bits or 64; the remainder is kept in its
    // last bit, which rounding does not reach but sees.
    let five = FIVES[steps];
    let (up, down) = (mantissa.leading_zeros(), five.leading_zeros());
    let wide = u128::from(mantissa << up) << 63;
    let divisor = u128::from(five << down);
    let quotient = wide / divisor;
    let sticky = u64::from(quotient * divisor != wide);
    // Here is the one rounding.
    let value = (quotient as u64 | sticky) as f64;
    let binary = u64::from(1023 + down) - u64::from(63 + up + power.unsigned_abs());
    Some(value * f64::from_bits(binary << 52))
}

/// The standard library's reading, which rounds correctly for any length.
fn slow(token: &[u8], significand: usize, exponent: i32, scale: i32) -> Option<f64> {
    let text = std::str::from_utf8(token).ok()?;
    if scale == 0 {
        return text.parse().ok();
    }
    format!("{}e{exponent}", &text[..significand]).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;
    use proptest::prelude::*;

    #[test]
    fn reads_what_files_contain() {
        for (text, value) in [
            ("0", 0.0),
            ("-0.5398681389176139", -0.539_868_138_917_613_9),
            ("+2.58505695540095807236e-004", 2.585_056_955_400_958_e-4),
            ("-179.98159749229688", -179.981_597_492_296_88),
            (".5", 0.5),
            ("5.", 5.0),
            ("500000000", 5e8),
            ("1e400", f64::INFINITY),
            ("1e99999999999", f64::INFINITY),
            ("1e-99999999999", 0.0),
        ] {
            assert_eq!(number(text.as_bytes(), 0), Some((value, text.len())), "{text}");
        }
        // 1.3 GHz is 1.3e9 Hz exactly, which a product of rounded factors need not be.
        assert_eq!(number(b"1.3 0.5", 9), Some((1.3e9, 3)));
        assert_eq!(number(b"0.1e1", -1), Some((0.1, 5)));
        for text in ["", "-", ".", "e5", "1e", "1e+", "nan", "inf", "+-1"] {
            assert_eq!(number(text.as_bytes(), 0), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// The standard library is the judge, bit for bit.
        #[test]
        fn rounds_as_the_standard_library(
            whole in "[0-9]{0,6}", fraction in "[0-9]{1,24}", exponent in -30_i32..30, scale in -3_i32..13,
        ) {
            for text in [format!("{whole}.{fraction}"), format!("{whole}.{fraction}e{exponent}")] {
                let expected: f64 = text.parse().unwrap();
                prop_assert_eq!(number(text.as_bytes(), 0).map(|n| n.0.to_bits()), Some(expected.to_bits()));
            }
            let expected: f64 = format!("{whole}.{fraction}e{}", exponent + scale).parse().unwrap();
            let text = format!("{whole}.{fraction}e{exponent}");
            prop_assert_eq!(number(text.as_bytes(), scale).map(|n| n.0.to_bits()), Some(expected.to_bits()));
        }

        #[test]
        fn reads_back_any_double(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            for text in [format!("{value:?}"), format!("{value:e}")] {
                prop_assert_eq!(number(text.as_bytes(), 0).map(|n| n.0.to_bits()), Some(bits));
            }
        }
    }
}
