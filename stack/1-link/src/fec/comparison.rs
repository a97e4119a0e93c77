//! Codes beside each other under the same errors, as one document.

use super::burst::{Precoding, compare_precoding};
use super::correct::{ErrorStatistics, Target, correct};
use super::error::FecError;
use super::{Fec, FecParameters, Interleaving};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::BitRate;
use serde::Serialize;

/// What is asked of the codes.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Errors before the code.
    pub before: ErrorStatistics,
    /// Codewords whose symbols alternate.
    pub interleaving: Interleaving,
    /// What must be kept.
    pub target: Target,
    /// Payload of all lanes that share a codeword, in one direction.
    pub payload: BitRate,
    /// The codes.
    pub codes: Vec<Fec>,
}

/// Why codes cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ComparisonError {
    /// An input that the models do not cover.
    #[error(transparent)]
    Fec(#[from] FecError),
    /// The catalog lacks a fact.
    #[error(transparent)]
    Fact(#[from] FactError),
}

/// Codes beside each other. Ratios are plain numbers; every other unit is in the name.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Comparison {
    /// `lightloom.fec/1`.
    pub schema: &'static str,
    /// Bit error ratio of first errors before the code.
    pub ber: f64,
    /// Modulation.
    pub modulation: crate::Pam,
    /// Codewords whose symbols alternate.
    pub interleaved_codewords: u32,
    /// Highest ratio of 64-octet frames that may be lost.
    pub target_frame_loss_ratio: f64,
    /// Payload of all lanes that share a codeword, in one direction.
    pub payload_gbps: f64,
    /// Error propagation; left out where errors are independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bursts: Option<BurstSummary>,
    /// One row for each code, in the order asked for.
    pub codes: Vec<CodeRow>,
}

/// Error propagation of the line.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct BurstSummary {
    /// Probability that the symbol behind a wrong one is wrong too.
    pub continuation_probability: f64,
    /// Whether the line is precoded.
    pub precoding: Precoding,
    /// Bit error ratio that a counter before the code shows: propagated errors included, precoding undone.
    pub ber_counted: f64,
}

/// One code.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct CodeRow {
    /// The code's key.
    pub code: Fec,
    /// Its name.
    pub name: &'static str,
    /// Line bits per payload bit.
    pub overhead: f64,
    /// Threshold as published, in the catalog.
    pub published_threshold_ber: f64,
    /// Loss of 64-octet frames to which the published threshold refers.
    pub published_at_frame_loss_ratio: f64,
    /// Latency by cause.
    pub latency: LatencyRow,
    /// What it leaves; `null` where the models do not reach.
    pub result: Option<ResultRow>,
    /// Why there is no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_modelled: Option<String>,
}

/// Latency of one pass by cause.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LatencyRow {
    /// Waiting for the last symbol of the interleaved codewords.
    pub collect_ns: f64,
    /// Decoding the outer code.
    pub decode_ns: f64,
    /// Decoding the inner code.
    pub inner_decode_ns: f64,
    /// Convolutional interleaver between the codes.
    pub interleaver_ns: f64,
    /// All together.
    pub total_ns: f64,
}

/// What a code leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ResultRow {
    /// Ratio of outer symbols that reach the outer decoder wrong.
    pub symbol_error_ratio: Option<f64>,
    /// Ratio of lost codewords.
    pub codeword_error_ratio: Option<f64>,
    /// Ratio of lost 64-octet frames.
    pub frame_loss_ratio: f64,
    /// Bit error ratio behind the code.
    pub ber_behind: f64,
    /// Highest bit error ratio of first errors that keeps the target.
    pub threshold_ber: f64,
    /// What the SNR may fall by until the target is missed; negative when it is.
    pub margin_db: f64,
    /// Whether the target is kept.
    pub keeps_target: bool,
    /// The precoding that loses fewer codewords; `null` without bursts or without code.
    pub better_precoding: Option<Precoding>,
    /// Ratio of lost codewords with the other precoding.
    pub codeword_error_ratio_other_precoding: Option<f64>,
}

/// Puts codes beside each other.
///
/// # Model
/// [`correct()`] and [`FecParameters::latency_split`] for each; the latency is taken at the line rate of the outer
/// code, `payload (n / k) (257 / 256)`.
///
/// # Errors
/// [`ComparisonError`]; a code of several that the models do not cover under bursts is a row without result.
pub fn compare(facts: &Facts<'_>, question: &Question) -> Result<Comparison, ComparisonError> {
    let before = &question.before;
    let bursts = match &before.bursts {
        None => None,
        Some(bursts) => Some(BurstSummary {
            continuation_probability: bursts.propagation.probability(before.pam, before.ber)?,
            precoding: bursts.precoding,
            ber_counted: super::burst::bit_error_ratio(before.ber, before.pam, bursts)?,
        }),
    };
    let codes = question.codes.iter().map(|code| row(facts, question, *code));
    Ok(Comparison {
        schema: "lightloom.fec/1",
        ber: before.ber,
        modulation: before.pam,
        interleaved_codewords: question.interleaving.codewords(),
        target_frame_loss_ratio: question.target.frame_loss_ratio,
        payload_gbps: question.payload.as_gbps(),
        bursts,
        codes: codes.collect::<Result<_, _>>()?,
    })
}

fn row(facts: &Facts<'_>, question: &Question, code: Fec) -> Result<CodeRow, ComparisonError> {
    let parameters = FecParameters::from_facts(facts, code)?;
    let outer = code.outer();
    let line_rate = question.payload * outer.map_or(1.0, |o| o.overhead());
    let latency = parameters.latency_split(line_rate, question.interleaving)?;
    let left = correct(&question.before, code, question.interleaving, &question.target);
    let (result, not_modelled) = match left {
        Err(error @ FecError::BurstsBeforeInnerCode) if question.codes.len() > 1 => {
            (None, Some(error.to_string()))
        }
        Err(error) => return Err(error.into()),
        Ok(left) => {
            let other = match (&question.before.bursts, outer) {
                (Some(bursts), Some(outer)) => {
                    let ErrorStatistics { ber, pam, .. } = question.before;
                    Some(compare_precoding(&outer, ber, pam, bursts, question.interleaving)?)
                }
                _ => None,
            };
            let other_ratio = other.map(|o| match question.before.bursts.map(|b| b.precoding) {
                Some(Precoding::On) => o.off.codeword_error_ratio,
                _ => o.on.codeword_error_ratio,
            });
            let result = ResultRow {
                symbol_error_ratio: left.symbol_error_ratio,
                codeword_error_ratio: left.codeword_error_ratio,
                frame_loss_ratio: left.frame_loss_ratio,
                ber_behind: left.ber,
                threshold_ber: left.threshold_ber,
                margin_db: left.margin.as_db(),
                keeps_target: left.keeps_target(),
                better_precoding: other.map(|o| o.better()),
                codeword_error_ratio_other_precoding: other_ratio,
            };
            (Some(result), None)
        }
    };
    Ok(CodeRow {
        code,
        name: code.name(),
        overhead: parameters.overhead,
        published_threshold_ber: parameters.threshold_ber,
        published_at_frame_loss_ratio: code.standard_frame_loss(question.interleaving),
        latency: LatencyRow {
            collect_ns: latency.collect.as_ns(),
            decode_ns: latency.decode.as_ns(),
            inner_decode_ns: latency.inner_decode.as_ns(),
            interleaver_ns: latency.interleaver.as_ns(),
            total_ns: latency.total().as_ns(),
        },
        result,
        not_modelled,
    })
}
