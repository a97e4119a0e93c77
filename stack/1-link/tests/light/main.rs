//! What the optics must show: published tables, closed forms, identities between independent ways to one number.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]
#![allow(clippy::disallowed_methods, reason = "expectations have tolerances, not bits")]

use lightloom_evidence::{Catalog, Facts};
use lightloom_link::Pam;
use lightloom_link::optics::*;
use lightloom_units::*;
use num_complex::Complex64;
use std::f64::consts::PI;

mod modulators;
mod receiver;
mod tdecq;
mod way;

fn catalog() -> Catalog {
    Catalog::parse(&[
        ("sources.toml", include_str!("../../../../catalog/sources.toml")),
        ("link.toml", include_str!("../../../../catalog/facts/link.toml")),
        ("optics.toml", include_str!("../../../../catalog/facts/optics.toml")),
    ])
    .unwrap()
}

fn near(value: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((value - expected).abs() <= tolerance, "{what}: {value:.4}, published {expected}");
}

fn db(value: f64) -> Decibel {
    Decibel::db(value)
}

fn volt(value: f64) -> Voltage {
    Voltage::from_si(value)
}

fn mzm(half_wave: f64) -> MachZehnder {
    MachZehnder {
        half_wave: volt(half_wave),
        loss: db(3.0),
        contrast: 1.0,
        electrode: Electrode::Measured(Filter::Flat),
    }
}

fn fibre(zero_nm: f64) -> SingleModeFibre {
    SingleModeFibre {
        zero_dispersion: Length::m(zero_nm * 1e-9),
        slope: DispersionSlope::ps_per_nm2_km(0.093),
        loss: LossPerLength::from_si(0.4e-3),
        reference: Length::um(1.31),
        delay: DelayPerLength::from_si(4.9e-9),
    }
}
