//! Typed quantities: SI inside, a unit at every edge.
//!
//! A number from the world enters as text with its unit (`"800 Gb/s"`, `"2 m"`), is held in SI, and leaves
//! with a unit. A bare number where a unit is due is an error with a hint. Only products that mean something
//! exist: energy per bit times bit rate is power, dBm minus dBm is dB, and dBm plus dBm does not compile.
//!
//! ```
//! use lightloom_units::{BitRate, EnergyPerBit, Length};
//!
//! let module = EnergyPerBit::pj_per_bit(18.75) * BitRate::tbps(1.6);
//! assert_eq!(module.to_string(), "30 W");
//!
//! let error = "2".parse::<Length>().unwrap_err();
//! assert_eq!(error.to_string(), "a length needs a unit, found the bare number `2`");
//! assert_eq!(error.hint(), "write it with a unit, e.g. \"2 m\"; units of length: km, m, cm, mm, um, nm");
//! ```
//!
//! | file | quantities |
//! |---|---|
//! | [`space`] | [`Length`], [`Area`], [`Mass`], [`Angle`], [`DefectDensity`] |
//! | [`time`] | [`Time`], [`Frequency`], [`SymbolRate`], [`FailureRate`] |
//! | [`data`] | [`DataSize`], [`BitRate`], [`ComputeRate`], [`EdgeDensity`], [`ArealDensity`] |
//! | [`energy`] | [`Energy`], [`EnergyPerBit`], [`Power`], [`EnergySlope`] |
//! | [`decibel`] | [`Decibel`], [`DecibelMilliwatt`], [`LossPerLength`], [`RelativeIntensityNoise`] |
//! | [`electric`] | [`Voltage`], [`Current`], [`Capacitance`], [`Resistance`], [`Responsivity`], noise densities, line-loss coefficients |
//! | [`thermal`] | [`Temperature`], [`ActivationEnergy`], [`ThermalResistance`], [`ThermalInsulance`], [`HeatFlux`], [`VolumeFlow`], [`ThermalDrift`], [`TuningEfficiency`] |
//! | [`optic`] | [`Dispersion`], [`DispersionSlope`], how current becomes light |
//! | [`money`] | [`Money`] and its rates |
//! | [`carbon`] | [`Carbon`] and its rates |
//! | [`number`] | [`Ratio`], [`Count`] |

mod quantity;

pub mod carbon;
pub mod data;
pub mod decibel;
pub mod electric;
pub mod energy;
pub mod money;
pub mod number;
pub mod optic;
pub mod space;
pub mod thermal;
pub mod time;

pub use carbon::{Carbon, CarbonPerEnergy, CarbonPerLength, CarbonPerPower};
pub use data::{ArealDensity, BitRate, ComputeRate, DataSize, EdgeDensity};
pub use decibel::{Decibel, DecibelMilliwatt, LossPerLength, RelativeIntensityNoise};
pub use electric::{
    Capacitance, Current, CurrentNoise, DielectricLoss, Inductance, Resistance, Responsivity,
    SkinLoss, Voltage, VoltageNoise,
};
pub use energy::{Energy, EnergyPerBit, EnergySlope, Power};
pub use money::{Money, MoneyPerBitRate, MoneyPerEnergy, MoneyPerPower, MoneyPerTime};
pub use number::{Count, Ratio};
pub use optic::{
    AugerCoefficient, Dispersion, DispersionSlope, RadiativeCoefficient, ResonanceFactor,
    SlopeEfficiency,
};
pub use quantity::{Cause, ParseQuantityError, Quantity, Unit, grouped, significant, thousands};
pub use space::{Angle, Area, DefectDensity, Length, Mass};
pub use thermal::{
    ActivationEnergy, HeatFlux, Temperature, ThermalDrift, ThermalInsulance, ThermalResistance,
    TuningEfficiency, VolumeFlow,
};
pub use time::{DelayPerLength, FailureRate, Frequency, SymbolRate, Time};

/// Every quantity with its units: names, and how each unit converts to SI.
///
/// Lets an error say "`800 W` is a power; a bit rate is needed", and lets the catalog check its units.
pub const QUANTITIES: &[(&str, &[Unit])] = &[
    (Length::NAME, Length::UNITS),
    (Area::NAME, Area::UNITS),
    (Mass::NAME, Mass::UNITS),
    (Angle::NAME, Angle::UNITS),
    (DefectDensity::NAME, DefectDensity::UNITS),
    (Time::NAME, Time::UNITS),
    (Frequency::NAME, Frequency::UNITS),
    (SymbolRate::NAME, SymbolRate::UNITS),
    (FailureRate::NAME, FailureRate::UNITS),
    (DelayPerLength::NAME, DelayPerLength::UNITS),
    (DataSize::NAME, DataSize::UNITS),
    (BitRate::NAME, BitRate::UNITS),
    (ComputeRate::NAME, ComputeRate::UNITS),
    (EdgeDensity::NAME, EdgeDensity::UNITS),
    (ArealDensity::NAME, ArealDensity::UNITS),
    (Energy::NAME, Energy::UNITS),
    (EnergyPerBit::NAME, EnergyPerBit::UNITS),
    (EnergySlope::NAME, EnergySlope::UNITS),
    (Power::NAME, Power::UNITS),
    (Decibel::NAME, Decibel::UNITS),
    (DecibelMilliwatt::NAME, DecibelMilliwatt::UNITS),
    (LossPerLength::NAME, LossPerLength::UNITS),
    (RelativeIntensityNoise::NAME, RelativeIntensityNoise::UNITS),
    (Voltage::NAME, Voltage::UNITS),
    (Current::NAME, Current::UNITS),
    (Capacitance::NAME, Capacitance::UNITS),
    (Inductance::NAME, Inductance::UNITS),
    (Resistance::NAME, Resistance::UNITS),
    (Responsivity::NAME, Responsivity::UNITS),
    (CurrentNoise::NAME, CurrentNoise::UNITS),
    (VoltageNoise::NAME, VoltageNoise::UNITS),
    (SkinLoss::NAME, SkinLoss::UNITS),
    (DielectricLoss::NAME, DielectricLoss::UNITS),
    (Temperature::NAME, Temperature::UNITS),
    (ActivationEnergy::NAME, ActivationEnergy::UNITS),
    (ThermalResistance::NAME, ThermalResistance::UNITS),
    (ThermalInsulance::NAME, ThermalInsulance::UNITS),
    (HeatFlux::NAME, HeatFlux::UNITS),
    (VolumeFlow::NAME, VolumeFlow::UNITS),
    (ThermalDrift::NAME, ThermalDrift::UNITS),
    (TuningEfficiency::NAME, TuningEfficiency::UNITS),
    (Dispersion::NAME, Dispersion::UNITS),
    (DispersionSlope::NAME, DispersionSlope::UNITS),
    (SlopeEfficiency::NAME, SlopeEfficiency::UNITS),
    (ResonanceFactor::NAME, ResonanceFactor::UNITS),
    (RadiativeCoefficient::NAME, RadiativeCoefficient::UNITS),
    (AugerCoefficient::NAME, AugerCoefficient::UNITS),
    (Money::NAME, Money::UNITS),
    (MoneyPerBitRate::NAME, MoneyPerBitRate::UNITS),
    (MoneyPerEnergy::NAME, MoneyPerEnergy::UNITS),
    (MoneyPerPower::NAME, MoneyPerPower::UNITS),
    (MoneyPerTime::NAME, MoneyPerTime::UNITS),
    (Carbon::NAME, Carbon::UNITS),
    (CarbonPerEnergy::NAME, CarbonPerEnergy::UNITS),
    (CarbonPerPower::NAME, CarbonPerPower::UNITS),
    (CarbonPerLength::NAME, CarbonPerLength::UNITS),
    (Ratio::NAME, Ratio::UNITS),
    (Count::NAME, Count::UNITS),
];
