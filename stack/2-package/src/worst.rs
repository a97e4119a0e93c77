//! The section of a link that decides its margin, with what its receiver sees: what a figure is drawn from.

use crate::assembly::AssemblyError;
use crate::links::Way;
use crate::shop::Shop;
use lightloom_link::{LinkOutcome, Pam, RequiredReceiver, Section, section_demand};
use lightloom_units::{Decibel, SymbolRate};
use serde::Serialize;

/// Which way a signal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Either: the ends are alike.
    Alike,
    /// From the near end to the switch end.
    TowardsSwitch,
    /// From the switch end to the near end.
    FromSwitch,
}

/// The section with the smallest margin of both directions of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct WorstSection {
    /// The direction that it belongs to.
    pub direction: Direction,
    /// Its place in the lane, from zero.
    pub place: usize,
    /// Sections of the lane.
    pub sections: usize,
    /// What it is made of.
    pub section: Section,
    /// Signal on it.
    pub pam: Pam,
    /// Symbol rate.
    pub baud: SymbolRate,
    /// Least COM asked for.
    pub asked: Decibel,
    /// Detector error ratio at which COM is read.
    pub detector_error_ratio: f64,
    /// Receiver classes tried, the one taken, and what that sees.
    pub found: RequiredReceiver,
    /// What interference stays behind the feedback of that receiver, volts, once a unit interval as the pulse of
    /// `found`; empty without one.
    pub residual_v: Vec<f64>,
}

impl Shop<'_> {
    /// The worst section of a way that became this; `None` where nothing is decided but from die to die.
    pub(crate) fn worst_section(
        &self,
        way: &Way<'_>,
        direction: Direction,
        outcome: &LinkOutcome,
    ) -> Result<Option<WorstSection>, AssemblyError> {
        let spec = way.spec(self)?;
        let parameters = self.circuits(spec.line.fec)?;
        let Some(index) = outcome.worst_section(&spec) else { return Ok(None) };
        let demand = section_demand(&spec, parameters, index, outcome.tier);
        let (section, found) = (spec.sections[index].clone(), outcome.sections[index].clone());
        let residual_v = found.residual_v(&demand, parameters);
        Ok(Some(WorstSection {
            direction,
            place: index,
            sections: spec.sections.len(),
            section,
            pam: spec.line.pam,
            baud: outcome.baud,
            asked: demand.margin,
            detector_error_ratio: demand.detector_error_ratio,
            found,
            residual_v,
        }))
    }
}
