//! Copper reach by the pulse response: lane rate, modulation and gauge against length, for every passive cable.

use lightloom_evidence::{FactError, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::{
    Demand, Depth, Fec, Line, LinkError, Node, Pam, ReceiverClass, Tier, required,
};
use lightloom_package::{Shop, Technology};
use lightloom_units::{BitRate, Decibel, Length};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the table is asked for.
#[derive(Debug, Clone)]
pub struct CopperRequest {
    /// Payload of a lane.
    pub lanes: Vec<BitRate>,
    /// Modulations to try at each.
    pub modulations: Vec<Pam>,
    /// Gauges; those that a cable is built with when empty.
    pub gauges: Vec<u8>,
    /// The standard whose reference receiver judges, of method 178a.
    pub standard: Arc<ComSpec>,
    /// Least COM.
    pub margin: Decibel,
    /// Tier.
    pub tier: Tier,
}

/// Reach of one modulation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperReach {
    /// Modulation.
    pub modulation: String,
    /// Symbol rate, GBd.
    pub symbol_rate_gbd: f64,
    /// Longest cable that closes, m; zero when none does.
    pub reach_m: f64,
    /// COM there, dB.
    pub com_db: Option<f64>,
    /// Loss from die to die at Nyquist there, dB.
    pub loss_db: Option<f64>,
    /// What limits it there.
    pub limiter: Option<String>,
}

/// A lane rate of a cable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperCell {
    /// Payload of a lane, Gb/s.
    pub lane_gbps: f64,
    /// Every modulation that was tried.
    pub modulations: Vec<CopperReach>,
}

impl CopperCell {
    /// The modulation that reaches farthest, the fewest levels of equals; `None` when none closes.
    #[must_use]
    pub fn best(&self) -> Option<&CopperReach> {
        let closing = self.modulations.iter().filter(|m| m.reach_m > 0.0);
        closing.reduce(|a, b| if b.reach_m > a.reach_m { b } else { a })
    }
}

/// One gauge of a cable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperRow {
    /// Technology id.
    pub technology: String,
    /// Its name.
    pub name: String,
    /// American wire gauge.
    pub awg: u8,
    /// Lane rates in the order asked for.
    pub cells: Vec<CopperCell>,
}

/// Reach of every passive cable. Schema `lightloom.reach/1`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CopperTable {
    /// `lightloom.reach/1`.
    pub schema: &'static str,
    /// Tier of the link model.
    pub tier: &'static str,
    /// Least COM, dB.
    pub margin_db: f64,
    /// Detector error ratio at which COM is read.
    pub detector_error_ratio: f64,
    /// The standard whose reference receiver it is.
    pub standard: String,
    /// Receiver.
    pub receiver: String,
    /// Cables by gauge, thickest first.
    pub rows: Vec<CopperRow>,
}

/// Why there is no table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CopperError {
    /// A fact is missing.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// The link floor refused.
    #[error("{technology} at {lane}, {modulation}: {source}")]
    Link {
        /// The technology.
        technology: String,
        /// The lane rate.
        lane: BitRate,
        /// The modulation.
        modulation: Pam,
        /// Why.
        source: LinkError,
    },
}

/// Lengths that are tried: tenths of a metre to twelve metres. A longer passive cable is not sold.
const STEP_M: f64 = 0.1;
const STEPS: u32 = 120;
/// Every so many steps first; then all between the last that closes and the next.
const STRIDE: u32 = 5;
/// Beyond it neither the models hold nor circuits exist.
const FASTEST_GBD: f64 = 300.0;

/// The table, rows in parallel.
///
/// # Model
/// Passive paths of the technologies' own parts, behind RS(544,514), with the strongest receiver class (converter, FFE,
/// DFE, MLSD); COM at the standard's detector error ratio against the margin.
///
/// # Errors
/// [`CopperError`].
pub fn copper(
    facts: &Facts<'_>,
    technologies: &BTreeMap<String, Technology>,
    request: &CopperRequest,
) -> Result<CopperTable, CopperError> {
    // Copper is not made by a process.
    let processes = BTreeMap::new();
    let shop = Shop::new(facts, technologies, &processes, &request.standard, Node::N3, Node::N3)?;
    let mut jobs: Vec<(&Technology, u8)> = Vec::new();
    for technology in technologies.values() {
        let Some(cable) = technology.cable.as_ref().filter(|c| c.active.is_none()) else {
            continue;
        };
        let mut gauges =
            if request.gauges.is_empty() { cable.awg.clone() } else { request.gauges.clone() };
        gauges.sort_unstable();
        gauges.dedup();
        jobs.extend(gauges.into_iter().map(|awg| (technology, awg)));
    }
    let rows = jobs
        .par_iter()
        .map(|(technology, awg)| row(&shop, technology, *awg, request))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(CopperTable {
        schema: "lightloom.reach/1",
        tier: request.tier.name(),
        margin_db: request.margin.as_db(),
        detector_error_ratio: request.standard.detector_error_ratio,
        standard: request.standard.name.clone(),
        receiver: ReceiverClass::DspMlsd.name().to_owned(),
        rows,
    })
}

fn row(
    shop: &Shop<'_>,
    technology: &Technology,
    awg: u8,
    request: &CopperRequest,
) -> Result<CopperRow, CopperError> {
    let mut cells = Vec::new();
    for lane in &request.lanes {
        let mut modulations = Vec::new();
        for pam in &request.modulations {
            let line = Line { payload: *lane, pam: *pam, fec: Fec::Kp4 };
            modulations.extend(modulation(shop, technology, awg, line, request)?);
        }
        cells.push(CopperCell { lane_gbps: lane.as_gbps(), modulations });
    }
    Ok(CopperRow { technology: technology.id.clone(), name: technology.name.clone(), awg, cells })
}

/// `None` where the symbol rate is beyond the models.
fn modulation(
    shop: &Shop<'_>,
    technology: &Technology,
    awg: u8,
    line: Line,
    request: &CopperRequest,
) -> Result<Option<CopperReach>, CopperError> {
    let Some(parameters) = shop.parameters(line.fec) else { return Ok(None) };
    let baud = line.symbol_rate(&parameters.fec);
    if baud.as_gbd() > FASTEST_GBD {
        return Ok(None);
    }
    let demand = Demand {
        line,
        margin: request.margin,
        detector_error_ratio: request.standard.detector_error_ratio,
        depth: Depth::Tier(request.tier),
    };
    // The parts were read once already, so a fact cannot be missing now; an empty path would close at no length.
    let channel_of = |length: Length| {
        shop.passive_copper(technology, &line, length, awg).ok().flatten().unwrap_or_default()
    };
    shop.passive_copper(technology, &line, Length::m(1.0), awg)?;
    let longest = |lengths: Vec<Length>| {
        required::reach(channel_of, &lengths, ReceiverClass::DspMlsd, &demand, parameters).map_err(
            |source| CopperError::Link {
                technology: technology.id.clone(),
                lane: line.payload,
                modulation: line.pam,
                source,
            },
        )
    };
    let steps = |from: u32, to: u32, by: usize| -> Vec<Length> {
        (from..=to).step_by(by).map(|i| Length::m(f64::from(i) * STEP_M)).collect()
    };
    let coarse = longest(steps(STRIDE, STEPS, 5))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 120")]
    let index = |l: Length| (l.as_m() / STEP_M).round() as u32;
    let from = coarse.as_ref().map_or(0, |(length, _)| index(*length));
    let fine = longest(steps(from + 1, from + STRIDE - 1, 1))?.or(coarse);
    let found = fine.map(|(length, judged)| {
        (
            length.as_m(),
            judged.com.as_db(),
            judged.limiter.name(),
            channel_of(length).loss(baud.nyquist()),
        )
    });
    Ok(Some(CopperReach {
        modulation: line.pam.name().to_owned(),
        symbol_rate_gbd: baud.as_gbd(),
        reach_m: found.map_or(0.0, |f| f.0),
        com_db: found.map(|f| f.1),
        loss_db: found.map(|f| f.3.as_db()),
        limiter: found.map(|f| f.2.to_owned()),
    }))
}
