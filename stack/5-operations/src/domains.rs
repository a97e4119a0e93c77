//! Elastic domains: racks that serve with nodes missing, and how many spare ones a job needs.

use crate::error::{OperationsError, bad, share};
use lightloom_num::at_least;
use lightloom_units::Ratio;
use serde::Serialize;

/// Nodes of a domain, and how many of them a job takes: 16 of 18 leave two as spares within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainShape {
    /// Nodes that must be up.
    pub needed: u64,
    /// Nodes of the domain.
    pub nodes: u64,
}

impl DomainShape {
    /// Share of the time in which the domain can serve.
    ///
    /// # Model
    /// `A_domain sum for i >= k of C(n, i) A^i (1-A)^(n-i)`: nodes fail one by one; what takes the domain as a whole (its
    /// backplane, power, coolant) is `A_domain`.
    ///
    /// # Errors
    /// For more nodes needed than there are, and shares outside 0 to 1.
    ///
    /// # Example
    /// ```
    /// use lightloom_operations::DomainShape;
    /// use lightloom_units::Ratio;
    /// // Nodes of 99 %: all 18 are up for 83 % of the time, 16 of them for 99.9 %.
    /// let of = |needed| DomainShape { needed, nodes: 18 }.serving(Ratio::new(0.99), Ratio::new(1.0));
    /// assert!((of(18)?.value() - 0.8345).abs() < 1e-4);
    /// assert!((of(16)?.value() - 0.9993).abs() < 1e-4);
    /// # Ok::<(), lightloom_operations::OperationsError>(())
    /// ```
    pub fn serving(&self, node: Ratio, domain: Ratio) -> Result<Ratio, OperationsError> {
        let (needed, installed) = (self.needed, self.nodes);
        if needed == 0 || needed > installed {
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed });
        }
        let node = share("the availability of a node", node)?;
        let domain = share("the availability of a domain", domain)?;
        Ok(Ratio::new(domain * at_least(needed, installed, node)?))
    }

    /// Share of a domain's nodes that the job leaves idle.
    #[must_use]
    pub fn idle(&self) -> Ratio {
        let spare = self.nodes.saturating_sub(self.needed);
        Ratio::new(spare as f64 / (self.nodes.max(1)) as f64)
    }
}

/// Domains of a cluster and of the job that runs on it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SpareDomains {
    /// Domains that the job takes.
    pub job: u64,
    /// Domains beyond these.
    pub spare: u64,
    /// Share of the time in which the job has its domains.
    pub enough: Ratio,
}

/// Share of the time in which a job of so many domains finds them, among those installed.
///
/// # Model
/// `P(Binomial(installed, serving) >= job)`; domains independent.
///
/// # Errors
/// For a job larger than the cluster, and a share outside 0 to 1.
pub fn enough(job: u64, installed: u64, serving: Ratio) -> Result<Ratio, OperationsError> {
    if job == 0 || job > installed {
        let found = format!("{job} of {installed}");
        return Err(bad("the domains of the job", "between 1 and what is installed", &found));
    }
    let serving = share("the share of time in which a domain serves", serving)?;
    Ok(Ratio::new(at_least(job, installed, serving)?))
}

/// Spare domains that a job needs so as to have all of its own for a share of the time.
///
/// # Model
/// The smallest `s` with `P(Binomial(job + s, serving) >= job) >= confidence`.
///
/// # Errors
/// As [`enough`]; and where ten times the job's domains would not do.
///
/// # Example
/// ```
/// use lightloom_operations::domains::spare_domains;
/// use lightloom_units::Ratio;
/// // 130 cubes that serve for 93.5 % of the time: 14 spare ones are what a superpod of 144 has.
/// let spares = spare_domains(130, Ratio::new(0.935), Ratio::new(0.95))?;
/// assert_eq!(spares.spare, 14);
/// # Ok::<(), lightloom_operations::OperationsError>(())
/// ```
pub fn spare_domains(
    job: u64,
    serving: Ratio,
    confidence: Ratio,
) -> Result<SpareDomains, OperationsError> {
    let wanted = share("the confidence", confidence)?;
    let at = |spare: u64| -> Result<SpareDomains, OperationsError> {
        Ok(SpareDomains { job, spare, enough: enough(job, job.saturating_add(spare), serving)? })
    };
    let suffices = |found: &SpareDomains| found.enough.value() >= wanted;
    let none = at(0)?;
    if suffices(&none) {
        return Ok(none);
    }
    let most = job.saturating_mul(10).max(10);
    let mut high = at(most)?;
    if !suffices(&high) {
        let found = format!("{serving} for a job of {job} domains");
        let needed = "enough that ten times the job's domains do";
        return Err(bad("the share of time in which a domain serves", needed, &found));
    }
    let mut low = 0;
    while high.spare - low > 1 {
        let middle = at(u64::midpoint(low, high.spare))?;
        if suffices(&middle) { high = middle } else { low = middle.spare }
    }
    Ok(high)
}
