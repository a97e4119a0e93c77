//! One design against another.

use crate::error::EconomicsError;
use crate::tco::{Design, Finance, Tco, tco};
use lightloom_units::{Money, Time};
use serde::Serialize;

/// What ought to be checked before the result is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, thiserror::Error)]
pub enum Warning {
    /// The alternative costs more at the start and saves nothing later.
    #[error("the alternative never pays back")]
    NeverPaysBack,
    /// The alternative pays back only after its life.
    #[error("the alternative pays back after {payback}, later than its life of {life}")]
    PaysBackTooLate {
        /// Payback time.
        payback: Time,
        /// Life.
        life: Time,
    },
}

/// An alternative against a baseline. Positive numbers speak for the alternative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The baseline's cost.
    pub baseline: Tco,
    /// The alternative's cost.
    pub alternative: Tco,
    /// What the alternative costs more at the start; negative when it costs less.
    pub extra_capex: Money,
    /// What it saves each year.
    pub saving_per_year: Money,
    /// Net present value of choosing it.
    pub npv: Money,
    /// Time after which the savings have paid the extra capital, undiscounted; zero when there is none to pay.
    pub payback: Option<Time>,
    /// What its hardware may cost more than the baseline's for both to cost the same over the life.
    pub break_even_premium: Money,
    /// What ought to be checked.
    pub warnings: Vec<Warning>,
}

/// Compares two designs under the same finance.
///
/// # Model
/// `npv = discounted(baseline) - discounted(alternative)`; `payback = extra capex / yearly saving`;
/// `break-even premium = actual premium + npv / (1 + m a)`, since each dollar of hardware also carries its
/// maintenance `m` over the annuity `a`.
///
/// # Errors
/// As [`tco`].
pub fn compare(
    baseline: &Design,
    alternative: &Design,
    finance: &Finance,
) -> Result<Comparison, EconomicsError> {
    let (base, other) = (tco(baseline, finance)?, tco(alternative, finance)?);
    let extra_capex = other.capex() - base.capex();
    let saving_per_year = base.running_per_year() - other.running_per_year();
    let npv = base.discounted - other.discounted;
    let payback = if extra_capex <= Money::ZERO {
        (npv >= Money::ZERO).then_some(Time::ZERO)
    } else {
        (saving_per_year > Money::ZERO).then(|| Time::years(extra_capex / saving_per_year))
    };
    let mut warnings = Vec::new();
    match payback {
        Some(payback) if payback > finance.life => {
            warnings.push(Warning::PaysBackTooLate { payback, life: finance.life });
        }
        None if extra_capex > Money::ZERO => warnings.push(Warning::NeverPaysBack),
        _ => {}
    }
    let carried = 1.0 + finance.maintenance.value() * finance.annuity()?;
    Ok(Comparison {
        extra_capex,
        saving_per_year,
        npv,
        payback,
        break_even_premium: other.hardware - base.hardware + npv / carried,
        baseline: base,
        alternative: other,
        warnings,
    })
}
