//! Kinds of buyers, as documented weights over the same facts; a score that shows its parts.

use crate::error::{EconomicsError, check, not_negative, positive, share};
use crate::readiness::Standard;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{Count, Ratio, Time};
use serde::Serialize;

/// What a buyer weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Total cost over the years.
    Cost,
    /// Energy at the meter.
    Energy,
    /// Port-hours or accelerator-hours lost to faults and repair.
    Repair,
    /// Vendors of interchangeable parts.
    Vendors,
    /// State of the standard.
    Standard,
    /// Hours in the field.
    Evidence,
    /// Whether it can be bought by the date.
    Date,
    /// How much of it comes assembled and under one warranty.
    Turnkey,
}

impl Criterion {
    /// All, in the order of [`Marks`].
    pub const ALL: [Self; 8] = [
        Self::Cost,
        Self::Energy,
        Self::Repair,
        Self::Vendors,
        Self::Standard,
        Self::Evidence,
        Self::Date,
        Self::Turnkey,
    ];

    /// As in the ids of facts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Energy => "energy",
            Self::Repair => "repair",
            Self::Vendors => "vendors",
            Self::Standard => "standard",
            Self::Evidence => "evidence",
            Self::Date => "date",
            Self::Turnkey => "turnkey",
        }
    }
}

/// One weight of a buyer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weight {
    /// What is weighed.
    pub criterion: Criterion,
    /// Share of all weights.
    pub weight: Ratio,
    /// Why, as the catalog says.
    pub reason: String,
}

/// A kind of buyer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Buyer {
    /// Name.
    pub name: String,
    /// Weights, which sum to one.
    pub weights: Vec<Weight>,
}

/// How a design does by each criterion, 0 to 1, in the order of [`Criterion::ALL`].
///
/// Marks are made of computed figures by [`relative`], [`of_vendors`], [`of_evidence`] and [`of_standard`]; the date's
/// mark is the probability of being available.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Marks(pub [Ratio; 8]);

/// What a criterion adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Criterion.
    pub criterion: Criterion,
    /// Its weight.
    pub weight: Ratio,
    /// The design's mark.
    pub mark: Ratio,
    /// Weight times mark.
    pub points: Ratio,
    /// Why the weight is what it is.
    pub reason: String,
}

/// A design in a buyer's eyes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Sum of the parts, 0 to 1.
    pub total: Ratio,
    /// The parts.
    pub parts: Vec<Part>,
}

/// Why a buyer cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BuyerError {
    /// A missing fact.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A weight that makes no sense.
    #[error(transparent)]
    Economics(#[from] EconomicsError),
}

impl Buyer {
    /// The kinds of buyers that the catalog knows, `buyer.<name>.*`.
    pub const KNOWN: [&str; 4] = ["hyperscaler", "new-cloud", "hpc-centre", "enterprise"];

    /// A buyer of the catalog: the weights `buyer.NAME.CRITERION`, brought to a sum of one, with their notes as reasons.
    ///
    /// # Errors
    /// [`BuyerError`] when a weight is missing, negative, or all are zero.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, BuyerError> {
        let mut weights = Vec::with_capacity(Criterion::ALL.len());
        for criterion in Criterion::ALL {
            let id = format!("buyer.{name}.{}", criterion.name());
            let weight = not_negative("a weight", facts.get::<Ratio>(&id)?)?;
            let note = facts.catalog().get(&id).and_then(|f| f.note.clone());
            weights.push(Weight { criterion, weight, reason: note.unwrap_or_default() });
        }
        Ok(Self { name: name.to_owned(), weights }.of_sum_one()?)
    }

    /// A buyer with weights of any sum, in the order of [`Criterion::ALL`], brought to a sum of one.
    ///
    /// # Errors
    /// When a weight is negative, or all are zero.
    pub fn of_weights(name: &str, weights: [f64; 8]) -> Result<Self, EconomicsError> {
        let mut all = Vec::with_capacity(weights.len());
        for (criterion, weight) in Criterion::ALL.into_iter().zip(weights) {
            let weight = not_negative("a weight", Ratio::new(weight))?;
            all.push(Weight { criterion, weight, reason: String::new() });
        }
        Self { name: name.to_owned(), weights: all }.of_sum_one()
    }

    fn of_sum_one(mut self) -> Result<Self, EconomicsError> {
        let all: Ratio = self.weights.iter().map(|w| w.weight).sum();
        let sum = positive("the sum of the weights", all)?;
        for weight in &mut self.weights {
            weight.weight = weight.weight / sum.value();
        }
        Ok(self)
    }

    /// The design's score with its parts.
    ///
    /// # Model
    /// `sum w_k m_k` with weights of sum one and marks from 0 to 1.
    ///
    /// # Validity
    /// A compensating rule: much of one makes up for little of another. What a buyer refuses outright is a
    /// constraint, not a weight.
    ///
    /// # Errors
    /// When a mark does not lie between 0 and 1.
    pub fn score(&self, marks: &Marks) -> Result<Score, EconomicsError> {
        let mut parts = Vec::with_capacity(self.weights.len());
        let mut total = 0.0;
        for (weight, mark) in self.weights.iter().zip(marks.0) {
            let points = weight.weight.value() * share("a mark", mark)?;
            total += points;
            parts.push(Part {
                criterion: weight.criterion,
                weight: weight.weight,
                mark,
                points: Ratio::new(points),
                reason: weight.reason.clone(),
            });
        }
        Ok(Score { total: Ratio::new(total), parts })
    }
}

impl Score {
    /// What decides between two designs of one buyer: the points that this one has more, most decisive first.
    #[must_use]
    pub fn over(&self, other: &Self) -> Vec<(Criterion, Ratio)> {
        let pairs = self.parts.iter().zip(&other.parts);
        let mut rows: Vec<_> = pairs.map(|(a, b)| (a.criterion, a.points - b.points)).collect();
        rows.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        rows
    }
}

/// The mark of a figure of which less is better, in the unit of the best one: the best over this one.
///
/// # Model
/// `best / this`; one for the best and for what lies below it, as what cannot be taken may. Where the best is nothing at all, or a
/// gain, no share of it can be had: all others have none.
///
/// # Example
/// ```
/// use lightloom_economics::buyer::relative;
/// use lightloom_units::Ratio;
/// assert_eq!(relative(601.0, 1_202.0), Ratio::new(0.5));
/// ```
#[must_use]
pub fn relative(best: f64, this: f64) -> Ratio {
    Ratio::new(if this <= best {
        1.0
    } else if best <= 0.0 {
        0.0
    } else {
        best / this
    })
}

/// The mark of so many vendors: `1 - 1/n`; a single source has none.
///
/// # Errors
/// When there is less than one vendor.
pub fn of_vendors(vendors: Count) -> Result<Ratio, EconomicsError> {
    let n = check("the number of vendors", vendors, vendors.value() >= 1.0, "at least 1")?;
    Ok(Ratio::new(1.0 - 1.0 / n.value()))
}

/// The mark of evidence: `h / (h + h0)`, half where the hours reach what is needed.
///
/// # Model
/// `h0` is a property of the part to be replaced: hours without failure that show its rate at the wanted
/// confidence, `-ln(1 - CL) MTBF`.
///
/// # Errors
/// Unless hours are not negative and those needed above zero.
pub fn of_evidence(device_hours: Time, needed: Time) -> Result<Ratio, EconomicsError> {
    let hours = not_negative("the device-hours", device_hours)?;
    Ok(Ratio::new(hours / (hours + positive("the hours that are needed", needed)?)))
}

/// The mark of a standard's state.
#[must_use]
pub fn of_standard(standard: Standard) -> Ratio {
    standard.share()
}
