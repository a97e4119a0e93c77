//! What can go wrong in a calculation without domain words.

/// A function was asked for a value that it does not have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NumError {
    /// An argument lies outside the function's domain.
    #[error("{function}: {argument} must lie in {domain}, found {found}")]
    OutsideDomain {
        /// The function.
        function: &'static str,
        /// Name of its argument.
        argument: &'static str,
        /// Where the argument may lie.
        domain: &'static str,
        /// Where it lay.
        found: f64,
    },
    /// A root was sought where the function does not change its sign.
    #[error("no root between {low} and {high}: the function is {at_low} and {at_high} there")]
    NoSignChange {
        /// Low end of the bracket.
        low: f64,
        /// High end of the bracket.
        high: f64,
        /// The function at the low end.
        at_low: f64,
        /// The function at the high end.
        at_high: f64,
    },
    /// A function that was to be solved returned NaN or infinity.
    #[error("the function is {found} at {at}")]
    NotFinite {
        /// Where.
        at: f64,
        /// What it returned.
        found: f64,
    },
}

/// Checks that an argument is finite and in its domain.
pub(crate) fn within(
    inside: bool,
    function: &'static str,
    argument: &'static str,
    domain: &'static str,
    found: f64,
) -> Result<(), NumError> {
    if inside && found.is_finite() {
        Ok(())
    } else {
        Err(NumError::OutsideDomain { function, argument, domain, found })
    }
}
