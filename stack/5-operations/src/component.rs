//! Failure rates of the parts that links are built of, and of whole things as the field reports them.

use crate::record::{Exposure, JobRecord};
use crate::{OperationsError, failure};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, FailureRate, Ratio};

/// Failure rates of single parts as they are stated; a link's rate is the sum over its parts, which the package floor wears by
/// temperature and drive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComponentRates {
    /// Continuous-wave laser of an external source, one chip.
    pub laser_cw: FailureRate,
    /// Laser inside a pluggable module, one chip.
    pub laser_dfb: FailureRate,
    /// Retiming DSP of a module, one chip for all lanes.
    pub dsp: FailureRate,
    /// Vertical-cavity laser, one chip.
    pub laser_vcsel: FailureRate,
    /// The micro-LEDs of one end of 800 Gb/s, spare ones counted.
    pub microled: FailureRate,
    /// The linear redrivers of a cable's plug, all lanes.
    pub redriver: FailureRate,
    /// Modulator driver, one lane.
    pub driver: FailureRate,
    /// Transimpedance amplifier, one lane.
    pub tia: FailureRate,
    /// Photodiode, one lane.
    pub photodiode: FailureRate,
    /// Photonic chip with its modulators, one module or engine.
    pub photonic_chip: FailureRate,
    /// Joint of a fibre array to a photonic chip, one array.
    pub fibre_attach: FailureRate,
    /// Controller, power conversion and board of a module or engine.
    pub controller: FailureRate,
    /// Mated optical connector (hard failures; contamination is an event of its own).
    pub connector: FailureRate,
    /// Passive copper cable with both plugs.
    pub dac: FailureRate,
}

impl ComponentRates {
    /// All rates from the catalog, ids `fit.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            laser_cw: facts.get("fit.laser.cw")?,
            laser_dfb: facts.get("fit.laser.dfb")?,
            dsp: facts.get("fit.dsp")?,
            laser_vcsel: facts.get("fit.laser.vcsel")?,
            microled: facts.get("fit.microled")?,
            redriver: facts.get("fit.redriver")?,
            driver: facts.get("fit.driver")?,
            tia: facts.get("fit.tia")?,
            photodiode: facts.get("fit.photodiode")?,
            photonic_chip: facts.get("fit.photonic_chip")?,
            fibre_attach: facts.get("fit.fibre_attach")?,
            controller: facts.get("fit.controller")?,
            connector: facts.get("fit.connector")?,
            dac: facts.get("fit.dac")?,
        })
    }
}

/// Failure rates of whole things, from fleets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldRates {
    /// Accelerator that must be swapped.
    pub accelerator_hard: FailureRate,
    /// Accelerator fault that a reset clears: what the job record counts beyond the hard ones.
    pub accelerator_recoverable: FailureRate,
    /// Share of an accelerator's faults that come from its memory.
    pub memory_share: Ratio,
    /// Host faults, per accelerator.
    pub host: FailureRate,
    /// Faults of network cards, per accelerator.
    pub nic: FailureRate,
    /// Software faults, per accelerator.
    pub software: FailureRate,
    /// Link from network card to first switch, both ends, all causes.
    pub nic_link: FailureRate,
    /// Switch box: critical error or crash.
    pub switch: FailureRate,
    /// A 400G port of a pluggable module in a fleet.
    pub pluggable_400g_port: FailureRate,
    /// A 400G port of a co-packaged engine in a laboratory.
    pub cpo_400g_port: FailureRate,
    /// Failures of co-packaged engines that no repair on site cured, as a share of 800G ports in a year: a cross-check of what a
    /// box's engines add up to, since neither period nor denominator is published.
    pub cpo_unserviceable: Ratio,
    /// Share of optical link failures that cleaning or reseating cures.
    pub contamination_share: Ratio,
}

impl FieldRates {
    /// All rates from the catalog: ids `field.*`, and the Llama 3 record for what stops a job.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let record = JobRecord::from_facts(facts, "llama3")?;
        let accelerator_hard = facts.get("field.accelerator.hard")?;
        let recoverable = record.rate(record.accelerator) - accelerator_hard;
        Ok(Self {
            accelerator_hard,
            accelerator_recoverable: recoverable.max(FailureRate::ZERO),
            memory_share: Ratio::new(record.memory / record.accelerator),
            host: record.rate(record.host),
            nic: record.rate(record.nic),
            software: record.rate(record.software),
            nic_link: facts.get("field.link.nic_tor")?,
            switch: facts.get("field.switch")?,
            pluggable_400g_port: facts.get("field.port_400g.pluggable")?,
            cpo_400g_port: facts.get("field.port_400g.cpo")?,
            cpo_unserviceable: facts.get("field.cpo.unserviceable")?,
            contamination_share: facts.get("field.contamination_share")?,
        })
    }

    /// Rate at which a link with detachable optical connectors must be cleaned or reseated.
    ///
    /// # Model
    /// `hard * s / (1 - s)`, where `s` is the share of all link failures that cleaning cures.
    ///
    /// # Errors
    /// When the share is not below 1.
    pub fn reseat(&self, hard: FailureRate) -> Result<FailureRate, OperationsError> {
        let share = crate::error::share("the contamination share", self.contamination_share)?;
        crate::error::positive("one minus the contamination share", Ratio::new(1.0 - share))?;
        Ok(hard * (share / (1.0 - share)))
    }
}

/// How often a link goes down for seconds and comes back by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlapRates {
    /// Flaps per link with pluggable ends, from a production fabric.
    pub pluggable: FailureRate,
    /// A test of co-packaged ports that saw none.
    pub cpo_test: Exposure,
    /// Share of flaps that stop the job.
    pub job_stop_share: Ratio,
}

impl FlapRates {
    /// From the catalog: ids `flap.*` and the exposure `cpo_flaps`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        let fabric: FailureRate = facts.get("flap.fabric.rate")?;
        let links: Count = facts.get("flap.fabric.links")?;
        Ok(Self {
            pluggable: fabric / links.value(),
            cpo_test: Exposure::from_facts(facts, "cpo_flaps")?,
            job_stop_share: facts.get("flap.job_stop_share")?,
        })
    }

    /// Flaps per co-packaged 400G port: the median bound that the test allows, and not more than a pluggable's.
    ///
    /// # Errors
    /// [`OperationsError`] when the test has no duration.
    pub fn cpo(&self) -> Result<FailureRate, OperationsError> {
        let test = &self.cpo_test;
        Ok(failure::upper_bound(test.failures, test.device_time, 0.5)?.min(self.pluggable))
    }
}
