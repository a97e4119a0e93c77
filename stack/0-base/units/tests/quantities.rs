//! Reading and writing quantities: what is accepted, what is refused, and that text loses nothing.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a failed test may panic; values are compared to the bit"
)]

use lightloom_units::*;
use proptest::prelude::*;

fn error<Q: Quantity>(text: &str) -> String {
    let e = Q::parse(text).unwrap_err();
    format!("{e} | {}", e.hint())
}

#[test]
fn refusals_say_what_to_write_instead() {
    let rows = [
        error::<Length>("2"),
        error::<Length>("-2 m"),
        error::<Length>("2 W"),
        error::<Length>("2 parsec"),
        error::<Length>("nan m"),
        error::<Length>("1e999 m"),
        error::<Length>("long"),
        error::<Length>(""),
        error::<BitRate>("800 GB"),
        error::<BitRate>("800G"),
        error::<BitRate>("800"),
        error::<BitRate>("800 gb/S"),
        error::<EnergyPerBit>("5 pJ"),
        error::<Temperature>("-300 degC"),
        error::<Decibel>("3 dBm"),
        error::<Ratio>("9"),
        error::<MoneyPerEnergy>("0.11 EUR/kWh"),
        error::<MoneyPerEnergy>("0.11 $/kWh"),
        error::<MoneyPerEnergy>("0.11 m"),
    ];
    let expected = [
        "a length needs a unit, found the bare number `2` | write it with a unit, e.g. \"2 m\"; units of length: km, m, cm, mm, um, nm",
        "a length cannot be negative, found `-2 m` | units of length: km, m, cm, mm, um, nm",
        "expected a length, found `2 W`: `W` is a unit of power | units of length: km, m, cm, mm, um, nm",
        "expected a length, found `2 parsec`: no unit is written `parsec` | units of length: km, m, cm, mm, um, nm",
        "a length must be finite, found `nan m` | units of length: km, m, cm, mm, um, nm",
        "a length must be finite, found `1e999 m` | units of length: km, m, cm, mm, um, nm",
        "expected a length, found `long` | write a number and a unit, e.g. \"2 m\"; units of length: km, m, cm, mm, um, nm",
        "expected a length, found `` | write a number and a unit, e.g. \"2 m\"; units of length: km, m, cm, mm, um, nm",
        "expected a bit rate, found `800 GB`: `GB` is a unit of data size | did you mean `800 GB/s` (bytes) or `800 Gb/s` (bits)? Units of bit rate: Pb/s, Tb/s, Gb/s, Mb/s, kb/s, bit/s",
        "expected a bit rate, found `800G`: no unit is written `G` | did you mean `800 Gb/s`? Units of bit rate: Pb/s, Tb/s, Gb/s, Mb/s, kb/s, bit/s",
        "a bit rate needs a unit, found the bare number `800` | write it with a unit, e.g. \"800 Gb/s\"; units of bit rate: Pb/s, Tb/s, Gb/s, Mb/s, kb/s, bit/s",
        "expected a bit rate, found `800 gb/S`: no unit is written `gb/S` | units are case-sensitive: did you mean `Gb/s`?",
        "expected an energy per bit, found `5 pJ`: `pJ` is a unit of energy | did you mean `5 pJ/bit`? Units of energy per bit: nJ/bit, pJ/bit, fJ/bit",
        "a temperature cannot be negative, found `-300 degC` | units of temperature: degC",
        "expected a ratio in decibels, found `3 dBm`: `dBm` is a unit of power level | units of ratio in decibels: dB",
        "a ratio needs a unit, found the bare number `9` | write it with a unit, e.g. \"9 x\" or \"9 %\"; units of ratio: x, %",
        "expected a price of energy, found `0.11 EUR/kWh`: no unit is written `EUR/kWh` | money is in US dollars here, and no exchange rate is built in: multiply by your dollars per unit of that currency and write USD/kWh",
        "expected a price of energy, found `0.11 $/kWh`: no unit is written `$/kWh` | dollars are written USD: USD/kWh",
        "expected a price of energy, found `0.11 m`: `m` is a unit of length | units of price of energy: USD/kWh",
    ];
    assert_eq!(rows.as_slice(), expected.as_slice());
}

#[test]
fn a_byte_is_eight_bits() {
    assert_eq!("900 GB/s".parse::<BitRate>().unwrap(), BitRate::tbps(7.2));
    assert_eq!("1 KiB".parse::<DataSize>().unwrap().as_bytes(), 1024.0);
}

#[test]
fn printing_chooses_the_readable_unit() {
    assert_eq!(BitRate::gbps(800.0).to_string(), "800 Gb/s");
    assert_eq!(BitRate::gbps(999.99).to_string(), "1 Tb/s");
    assert_eq!(Length::m(0.03).to_string(), "3 cm");
    assert_eq!(Length::ZERO.to_string(), "0 m");
    assert_eq!(Power::w(132_400.0).to_string(), "132.4 kW");
    assert_eq!(Time::ns(101.25).to_string(), "101.2 ns");
    assert_eq!(Ratio::new(0.0512).to_string(), "5.12%");
    assert_eq!(format!("{:.1}", EnergyPerBit::pj_per_bit(4.96)), "5.0 pJ/bit");
    assert_eq!("45 degC".parse::<Temperature>().unwrap().to_string(), "45 degC");
}

#[test]
fn products_agree_with_hand_arithmetic() {
    // 30 W for 1.6 Tb/s is 18.75 pJ/bit (link_facts G12).
    assert!((Power::w(30.0) / BitRate::tbps(1.6)).as_pj_per_bit() - 18.75 < 1e-12);
    // 0 dBm is 1 mW; 3.0103 dB doubles it.
    let doubled = DecibelMilliwatt::dbm(0.0) + Decibel::from_power_ratio(2.0);
    assert!((doubled.power().as_w() - 2e-3).abs() < 1e-15);
    // 1 W for a year of 8760 h is 8.76 kWh.
    assert!(((Power::w(1.0) * Time::years(1.0)).as_kwh() - 8.76).abs() < 1e-12);
    // 20 FIT for 144 chips is one event in about 40 years (operations_economics section 7).
    let box_rate = FailureRate::fit(20.0) * 144.0;
    assert!((box_rate.mtbf().unwrap().as_years() - 39.64).abs() < 0.01);
}

#[test]
fn a_bare_number_in_a_document_is_refused_with_a_hint() {
    let e = serde_json::from_str::<Length>("2.5").unwrap_err().to_string();
    assert!(e.starts_with("a length needs a unit, found the bare number `2.5`; hint: "), "{e}");
}

#[test]
fn no_unit_is_written_twice_within_a_quantity() {
    for (name, units) in QUANTITIES {
        for (i, unit) in units.iter().enumerate() {
            assert!(units[..i].iter().all(|u| u.symbol != unit.symbol), "{name}: {}", unit.symbol);
        }
    }
}

proptest! {
    #[test]
    fn any_text_parses_or_is_refused_without_panic(text in "\\PC{0,24}") {
        let _ = Length::parse(&text);
        let _ = Decibel::parse(&text);
        let _ = Money::parse(&text);
    }

    #[test]
    fn written_exactly_and_read_back_is_the_same(si in prop::num::f64::POSITIVE) {
        let length = Length::from_si(si);
        let text = serde_json::to_string(&length).unwrap();
        prop_assert_eq!(serde_json::from_str::<Length>(&text).unwrap(), length);
    }

    #[test]
    fn rates_written_and_read_back_are_the_same(gbps in 0.001f64..1e7) {
        let rate = BitRate::gbps(gbps);
        let text = serde_json::to_string(&rate).unwrap();
        prop_assert_eq!(serde_json::from_str::<BitRate>(&text).unwrap(), rate);
    }
}
