//! How the error budget of an end-to-end code is shared out along a link.

use super::{Fec, FecError, FecParameters, Frame, Interleaving, Target, highest_ber};
use lightloom_evidence::{FactError, Facts};
use lightloom_units::Ratio;

/// Bit error ratios that the parts of a link may add before one end-to-end code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorBudget {
    /// The medium with its transceivers: the physical medium dependent sublayer.
    pub medium: f64,
    /// Each attachment interface, between a host chip and a module or within a host.
    pub interface: f64,
    /// Attachment interfaces on the way, both ends together.
    pub interfaces: u32,
}

impl ErrorBudget {
    /// Reads the budget of a code: its threshold for the medium, and what 802.3 grants an attachment interface.
    ///
    /// # Source
    /// IEEE 802.3-2022, 2.4e-4 for the medium (124.1.1) and 1e-5 for each interface (120C to 120G).
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact.
    pub fn from_facts(facts: &Facts<'_>, fec: Fec, interfaces: u32) -> Result<Self, FactError> {
        Ok(Self {
            medium: FecParameters::from_facts(facts, fec)?.threshold_ber,
            interface: facts.get::<Ratio>("fec.short_section")?.value(),
            interfaces,
        })
    }

    /// What the code sees.
    ///
    /// # Model
    /// `p = p_medium + n p_interface`, for ratios far below one.
    ///
    /// # Example
    /// ```
    /// let budget = lightloom_link::fec::ErrorBudget { medium: 2.4e-4, interface: 1e-5, interfaces: 4 };
    /// assert!((budget.total() - 2.8e-4).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn total(&self) -> f64 {
        self.medium + f64::from(self.interfaces) * self.interface
    }

    /// What is left for the medium when the interfaces use theirs and the code must keep a frame loss.
    ///
    /// # Model
    /// [`highest_ber`] of the code for independent errors, less `n p_interface`; negative when they use it up.
    ///
    /// # Errors
    /// As [`highest_ber`].
    pub fn left_for_medium(
        &self,
        fec: Fec,
        interleaving: Interleaving,
        frame_loss_ratio: f64,
    ) -> Result<f64, FecError> {
        let target = Target { frame: Frame::SMALLEST, frame_loss_ratio };
        let all = highest_ber(crate::Pam::Pam4, None, fec, interleaving, &target)?;
        Ok(all - f64::from(self.interfaces) * self.interface)
    }
}
