//! Any optical section is a lane with finite numbers, or one placed problem.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

mod common;

use common::{cases, head, is_built_or_refused_in_one_place, key};
use proptest::prelude::*;

/// Payloads of a lane with their modulation.
const PAYLOADS: &[(&str, &str)] =
    &[("2 Gb/s", "pam2"), ("32 Gb/s", "pam2"), ("200 Gb/s", "pam4"), ("400 Gb/s", "pam8")];

/// A key with values that are usual, at an end, or wrong.
const KEYS: &[(&str, &[&str])] = &[
    ("laser", &["\"internal\"", "\"external\"", "\"sun\""]),
    ("modulator", &["\"mzm\"", "\"ring\"", "\"ring\"", "\"eam\""]),
    ("coupler", &["\"edge\"", "\"grating\"", "\"detachable\""]),
    ("bond", &["\"c4\"", "\"hybrid\""]),
    ("source", &["\"vcsel\"", "\"microled\""]),
    ("fibre_kind", &["\"single-mode\"", "\"hollow-core\"", "\"om3\"", "\"om4\"", "\"imaging\""]),
    ("loss", &["\"0 dB\"", "\"3 dB\"", "\"60 dB\"", "\"61 dB\""]),
    ("wavelength", &["\"1311 nm\"", "\"1550 nm\"", "\"800 nm\"", "\"1 nm\"", "\"0 m\""]),
    ("chirp", &["0.0", "-10.0", "1e9", "nan"]),
    (
        "ring",
        &[
            "{}",
            "{ quality = 100.0, drive = \"20 V\" }",
            "{ quality = 1e6, radius = \"1 um\" }",
            "{ quality = 0.0 }",
            "{ radius = \"1 mm\", detuning = \"1 pm\" }",
            "{ detuning = \"5 nm\", drift = \"0 K\" }",
            "{ drive = \"0 V\" }",
            "{ ambient = [\"-60 degC\", \"200 degC\"], drift = \"0.9 K\" }",
            "{ ambient = [\"30 degC\", \"20 degC\"] }",
            "{ drift = \"49 K\" }",
        ],
    ),
    (
        "wdm",
        &[
            "{ channels = 1, spacing = \"1 Hz\" }",
            "{ channels = 7, spacing = \"200 GHz\" }",
            "{ channels = 256, spacing = \"1 GHz\" }",
            "{ channels = 0, spacing = \"100 GHz\" }",
            "{ channels = 4294967295, spacing = \"1 THz\" }",
            "{ channels = 8, spacing = \"0 GHz\" }",
        ],
    ),
    (
        "reflections",
        &[
            "[]",
            "[\"-26 dB\"]",
            "[\"-26 dB\", \"-35 dB\", \"-26 dB\"]",
            "[\"0 dB\", \"0 dB\"]",
            "[\"3 dB\"]",
        ],
    ),
    ("penalty", &["\"0 dB\"", "\"30 dB\"", "\"-1 dB\""]),
];

fn keys() -> impl Strategy<Value = String> {
    let lines = KEYS.iter().map(|(name, values)| key(name, values, 0.15));
    lines.collect::<Vec<_>>().prop_map(|lines| lines.concat())
}

/// Lanes that are whole, with the rest of the keys at random.
fn light() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(vec![
        "",
        "source = \"vcsel\"\nbond = \"c4\"\n",
        "source = \"microled\"\n",
        "laser = \"external\"\nmodulator = \"ring\"\ncoupler = \"grating\"\nbond = \"hybrid\"\n",
        "laser = \"internal\"\nmodulator = \"eam\"\ncoupler = \"edge\"\nbond = \"c4\"\n",
    ]);
    (whole, keys()).prop_map(|(whole, keys)| {
        let named: Vec<&str> = whole.lines().filter_map(|l| l.split(' ').next()).collect();
        let others =
            keys.lines().filter(|l| l.split(' ').next().is_none_or(|k| !named.contains(&k)));
        let others: Vec<&str> = others.collect();
        format!("{whole}{}\n", others.join("\n"))
    })
}

proptest! {
    #![proptest_config(cases(2000))]
    #[test]
    fn light_is_built_or_refused_in_one_place(
        light in light(),
        fibre in prop::sample::select(vec!["0 m", "1 mm", "30 m", "500 m", "100 km", "101 km"]),
        head in head(PAYLOADS),
    ) {
        let section = format!("[[section]]\n[section.light]\nfibre = \"{fibre}\"\n{light}");
        is_built_or_refused_in_one_place(&format!("{head}{section}"))?;
    }
}
