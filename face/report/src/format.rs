//! Numbers for people: few digits, grouped thousands, units that fit.

/// What stands where there is no number.
pub(crate) const NONE: &str = "–";

/// `x` with `digits` significant digits, or all digits before the point where there are more.
pub(crate) fn sig(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let short = fixed(x, digits.saturating_sub(1).saturating_add_signed(-exponent(x, digits)));
    if short.contains('.') {
        short.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        short
    }
}

/// Decimal exponent of `x` once it is rounded to `digits` significant digits.
fn exponent(x: f64, digits: usize) -> isize {
    let text = format!("{:.*e}", digits.saturating_sub(1), x);
    text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0)
}

/// `x` with so many decimals, thousands grouped, a true minus sign.
pub(crate) fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let text = format!("{:.*}", decimals, x.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if x < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    out.push_str(&lightloom_units::grouped(whole));
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A whole number.
pub(crate) fn count(n: u64) -> String {
    lightloom_units::thousands(n)
}

/// `x` in the largest of the units that leaves at least one before the point, three digits.
fn scaled(x: f64, units: &[(f64, &str)]) -> String {
    let rounded = x.abs() * (1.0 + 5e-4);
    let fit = units.iter().find(|(size, _)| rounded >= *size).or(units.last());
    match fit {
        Some((size, unit)) if x.is_finite() => format!("{}\u{a0}{unit}", sig(x / size, 3)),
        _ => NONE.to_owned(),
    }
}

/// Power in watts.
pub(crate) fn watts(w: f64) -> String {
    scaled(w, &[(1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1.0, "W")])
}

/// Bit rate in Gb/s.
pub(crate) fn gbps(x: f64) -> String {
    scaled(x, &[(1e6, "Pb/s"), (1e3, "Tb/s"), (1.0, "Gb/s")])
}

/// Length in metres.
pub(crate) fn metres(m: f64) -> String {
    scaled(m, &[(1e3, "km"), (1.0, "m"), (1e-2, "cm")])
}

/// How far something reaches; at zero it closes at no length.
pub(crate) fn reach(m: f64) -> String {
    if m <= 0.0 { "none".to_owned() } else { metres(m) }
}

/// Latency in nanoseconds.
pub(crate) fn nanoseconds(ns: f64) -> String {
    scaled(ns, &[(1e6, "ms"), (1e3, "µs"), (1.0, "ns")])
}

/// Time in seconds.
pub(crate) fn seconds(s: f64) -> String {
    scaled(s, &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")])
}

/// Time in hours.
pub(crate) fn hours(h: f64) -> String {
    if h >= 96.0 {
        return format!("{}\u{a0}days", sig(h / 24.0, 3));
    }
    scaled(h, &[(1.0, "h"), (1.0 / 60.0, "min")])
}

/// Energy in joules.
pub(crate) fn joules(j: f64) -> String {
    scaled(j, &[(1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ")])
}

/// Large counts that are computed: `1.23 M`.
pub(crate) fn amount(x: f64) -> String {
    let text = scaled(x, &[(1e9, "bn"), (1e6, "M"), (1.0, "")]);
    text.trim_end().to_owned()
}

/// Money in US dollars: `$412 M`, `$1.24 bn`, `$870`.
pub(crate) fn usd(x: f64) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let minus = if x < 0.0 { "−" } else { "" };
    let abs = x.abs();
    if abs < 9_999.5 {
        let digits = match abs {
            0.0 => "0".to_owned(),
            cents if cents < 0.995 => sig(abs, 3),
            dollars if dollars < 99.995 => fixed(abs, 2),
            _ => fixed(abs, 0),
        };
        return format!("{minus}${digits}");
    }
    format!("{minus}${}", scaled(abs, &[(1e9, "bn"), (1e6, "M"), (1e3, "k")]))
}

/// A share as percent.
pub(crate) fn share(x: f64) -> String {
    format!("{}\u{a0}%", sig(x * 100.0, 3))
}

/// A share close to one, as percent: as many decimals as tell it from one.
pub(crate) fn availability(x: f64) -> String {
    let decimals = if x > 0.999_9 {
        4
    } else if x > 0.99 {
        3
    } else {
        1
    };
    format!("{}\u{a0}%", fixed(x * 100.0, decimals))
}

/// A change in percent, with its sign.
pub(crate) fn change(percent: f64) -> String {
    if !percent.is_finite() {
        return NONE.to_owned();
    }
    let digits = if percent.abs() < 10.0 { 2 } else { 3 };
    let text = sig(percent, digits);
    let text = if percent.abs() < 0.005 { "0".to_owned() } else { text };
    let plus = if percent >= 0.005 { "+" } else { "" };
    format!("{plus}{text}\u{a0}%")
}

/// A lower and an upper change in percent, one sign for percent.
pub(crate) fn change_range(range: [f64; 2]) -> String {
    let [low, high] = range.map(change);
    format!("{} to {high}", low.trim_end_matches("\u{a0}%"))
}

/// Units that stay on the line of their number.
const UNITS: [&str; 33] = [
    "m", "mm", "cm", "km", "mm2", "cm2", "dB", "dBm", "dB/Hz", "%", "mV", "mW", "W", "kW", "MW",
    "GW", "ns", "µs", "ms", "s", "h", "k", "M", "B", "bn", "pJ/bit", "Gb/s", "Tb/s", "FIT",
    "points", "USD", "K/W", "degC",
];

/// A sentence of the plan as it is set: a true minus before a number, and no line break before its unit.
pub(crate) fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_number = false;
    for (i, word) in text.split(' ').enumerate() {
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        if i > 0 {
            out.push(if after_number && UNITS.contains(&bare) { '\u{a0}' } else { ' ' });
        }
        let (bracket, rest) = word.strip_prefix('(').map_or(("", word), |rest| ("(", rest));
        out.push_str(bracket);
        out.push_str(&word_set(rest));
        after_number = word.ends_with(|c: char| c.is_ascii_digit());
    }
    out
}

/// A text that begins with a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Both ends of a fact's range, the unit said once where it is the same.
pub(crate) fn ends([low, high]: &[String; 2]) -> String {
    match (low.split_once(' '), high.split_once(' ')) {
        _ if low == high => "exact".to_owned(),
        (Some((number, first)), Some((_, second))) if first == second => {
            format!("{number} to {high}")
        }
        _ => format!("{low} to {high}"),
    }
}

/// A word of a sentence as it is set: a true minus before a number or a sum, thousands of a long number apart, units as people
/// write them.
fn word_set(word: &str) -> String {
    let (bare, tail) = word.split_at(word.trim_end_matches([',', '.', ';', ':', ')']).len());
    let set = match bare {
        "mm2" => "mm²".to_owned(),
        "cm2" => "cm²".to_owned(),
        "degC" => "°C".to_owned(),
        "W/cm2" => "W/cm²".to_owned(),
        long if long.len() > 4 && long.bytes().all(|b| b.is_ascii_digit()) => {
            lightloom_units::grouped(long)
        }
        _ => {
            let is_number = |rest: &&str| {
                rest.trim_start_matches('$').starts_with(|c: char| c.is_ascii_digit())
            };
            match bare.strip_prefix('-').filter(is_number) {
                // As good as none has no sign.
                Some("0") => "0".to_owned(),
                Some(number) => format!("−{number}"),
                None => bare.to_owned(),
            }
        }
    };
    set + tail
}

/// Beginning of a text, at most `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_keep_number_and_unit_together() {
        assert_eq!(
            prose(
                "margin -1.2 dB at 2.3 m, non-linear (-3 dB); takes $7 M of 12 links by 2026 or -x"
            ),
            "margin −1.2\u{a0}dB at 2.3\u{a0}m, non-linear (−3\u{a0}dB); takes $7\u{a0}M of 12 links by 2026 or -x"
        );
        assert_eq!(
            prose("saves -$2.79 M of 60500 USD in 2026; 12 mm2 at 70 degC, (4608, 10368)."),
            "saves −$2.79\u{a0}M of 60,500\u{a0}USD in 2026; 12\u{a0}mm² at 70\u{a0}°C, (4608, 10,368)."
        );
        assert_eq!(ends(&["1 lanes".to_owned(), "4 lanes".to_owned()]), "1 to 4 lanes");
        assert_eq!(ends(&["900 W".to_owned(), "1.1 kW".to_owned()]), "900 W to 1.1 kW");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        for (text, expected) in [
            (watts(5_213_000.0), "5.21 MW"),
            (watts(999_960.0), "1 MW"),
            (watts(17.64), "17.6 W"),
            (watts(0.0), "0 W"),
            (usd(412_300_000.0), "$412 M"),
            (usd(-1.239e9), "−$1.24 bn"),
            (usd(870.4), "$870"),
            (usd(1.2345), "$1.23"),
            (usd(9_999.9), "$10 k"),
            (metres(1.2), "1.2 m"),
            (metres(2_000.0), "2 km"),
            (metres(0.854), "85.4 cm"),
            (reach(0.0), "none"),
            (gbps(1_600.0), "1.6 Tb/s"),
            (count(1_048_576), "1,048,576"),
            (sig(9.996, 3), "10"),
            (sig(12_345.6, 3), "12,346"),
            (sig(-0.000_123_4, 2), "−0.00012"),
            (fixed(-0.04, 1), "0.0"),
            (share(0.9876), "98.8 %"),
            (availability(0.998_76), "99.876 %"),
            (change(-43.21), "−43.2 %"),
            (change(0.814), "+0.81 %"),
            (change_range([-8.0, 3.0]), "−8 to +3 %"),
            (hours(4_000.0), "167 days"),
            (hours(0.5), "30 min"),
            (sig(f64::NAN, 3), "–"),
            (watts(f64::INFINITY), "–"),
            (cut("héllo wörld", 7), "héllo…"),
        ] {
            assert_eq!(text.replace('\u{a0}', " "), expected);
        }
    }
}
