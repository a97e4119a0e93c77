//! Redundancy inside a link and beside it: lanes behind shared lasers, planes, uplinks.
//!
//! Items that fail one by one and are repaired one by one are a [`Redundancy`](crate::Redundancy) (spare engines, spare ports,
//! power supplies). Here are those that share a cause.

use crate::error::{OperationsError, bad, share};
use lightloom_num::{at_least, exactly};
use lightloom_units::Ratio;

/// Lanes of a link, some of which share a laser: they fail alone, or with their laser together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneGroups {
    /// Lanes installed.
    pub lanes: u64,
    /// Lanes that the link needs to carry all its traffic.
    pub needed: u64,
    /// Lanes that one laser feeds.
    pub lanes_per_laser: u64,
    /// Lasers beyond those that must shine, any of which takes the place of any other.
    pub spare_lasers: u64,
}

impl LaneGroups {
    /// Lasers that must shine for all lanes.
    fn groups(&self) -> Result<u64, OperationsError> {
        let Self { lanes, needed, lanes_per_laser, .. } = *self;
        if needed == 0 || needed > lanes {
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed: lanes });
        }
        if lanes_per_laser == 0 || (lanes_per_laser < lanes && lanes % lanes_per_laser > 0) {
            let found = format!("{lanes_per_laser} for {lanes} lanes");
            return Err(bad("the lanes of a laser", "a whole part of the link's lanes", &found));
        }
        Ok(lanes.div_ceil(lanes_per_laser))
    }

    /// Lanes with light where so many lasers shine.
    fn lit(&self, lasers: u64) -> u64 {
        lasers.saturating_mul(self.lanes_per_laser).min(self.lanes)
    }

    /// Share of the time in which enough lanes work, lanes and lasers each working for a share of the time.
    ///
    /// # Model
    /// `sum over g of P(g groups lit) sum for i >= k of C(g s, i) a^i (1-a)^(g s - i)`; of `m` lasers and their spares, `q` in all,
    /// `min(m, Binomial(q, A))` groups are lit.
    ///
    /// # Errors
    /// For a number needed that is not installed, lasers that feed no whole part of the lanes, and shares outside 0 to 1.
    ///
    /// # Example
    /// ```
    /// use lightloom_operations::LaneGroups;
    /// use lightloom_units::Ratio;
    /// // Eight lanes by two lasers of four: one dark laser is four lanes, which no single spare lane makes up for.
    /// let link = LaneGroups { lanes: 8, needed: 7, lanes_per_laser: 4, spare_lasers: 0 };
    /// let up = link.availability(Ratio::new(1.0), Ratio::new(0.99))?;
    /// assert!((up.value() - 0.99 * 0.99).abs() < 1e-12);
    /// # Ok::<(), lightloom_operations::OperationsError>(())
    /// ```
    pub fn availability(&self, lane: Ratio, laser: Ratio) -> Result<Ratio, OperationsError> {
        let lane = share("the availability of a lane", lane)?;
        let mut sum = 0.0;
        self.each_count(laser, |groups, chance| {
            sum += chance * at_least(self.needed, self.lit(groups), lane)?;
            Ok(())
        })?;
        Ok(Ratio::new(sum.min(1.0)))
    }

    /// Mean share of the lanes that work.
    ///
    /// # Errors
    /// As [`Self::availability`].
    pub fn bandwidth(&self, lane: Ratio, laser: Ratio) -> Result<Ratio, OperationsError> {
        let lane = share("the availability of a lane", lane)?;
        let mut sum = 0.0;
        self.each_count(laser, |groups, chance| {
            sum += chance * lane * self.lit(groups) as f64 / self.lanes as f64;
            Ok(())
        })?;
        Ok(Ratio::new(sum.min(1.0)))
    }

    fn each_count(
        &self,
        laser: Ratio,
        mut with: impl FnMut(u64, f64) -> Result<(), OperationsError>,
    ) -> Result<(), OperationsError> {
        let groups = self.groups()?;
        let laser = share("the availability of a laser", laser)?;
        let installed = groups.saturating_add(self.spare_lasers);
        for lit in 0..groups {
            with(lit, exactly(lit, installed, laser)?)?;
        }
        with(groups, at_least(groups, installed, laser)?)
    }
}

/// Ways beside each other that share the traffic: planes of a fabric, two uplinks of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planes {
    /// How many.
    pub planes: u64,
    /// Share of the time for which one is out that takes all of them together (the beta factor).
    pub common_share: Ratio,
}

impl Planes {
    /// Share of the time in which at least so many work, each out for a share of the time.
    ///
    /// # Model
    /// `(1 - b u) P(Binomial(n, 1 - (1-b) u) >= k)`
    ///
    /// # Errors
    /// For more needed than there are, and shares outside 0 to 1.
    ///
    /// # Example
    /// ```
    /// use lightloom_operations::Planes;
    /// use lightloom_units::Ratio;
    /// // Two uplinks, each out for a thousandth of the time, a twentieth of it together.
    /// let uplinks = Planes { planes: 2, common_share: Ratio::new(0.05) };
    /// let cut_off = 1.0 - uplinks.with_at_least(1, Ratio::new(1e-3))?.value();
    /// assert!((cut_off / (5e-5 + 0.95e-3 * 0.95e-3) - 1.0).abs() < 1e-3);
    /// # Ok::<(), lightloom_operations::OperationsError>(())
    /// ```
    pub fn with_at_least(&self, needed: u64, out: Ratio) -> Result<Ratio, OperationsError> {
        if needed > self.planes || self.planes == 0 {
            let installed = self.planes;
            return Err(OperationsError::MoreNeededThanInstalled { needed, installed });
        }
        let out = share("the share of time for which a plane is out", out)?;
        let common = share("the common-cause share", self.common_share)? * out;
        let own = out - common;
        if needed == 0 {
            return Ok(Ratio::new(1.0));
        }
        Ok(Ratio::new((1.0 - common) * at_least(needed, self.planes, 1.0 - own)?))
    }

    /// Mean share of the bandwidth that is there.
    ///
    /// # Model
    /// `(1 - b u) (1 - (1-b) u)`: what a plane lacks is the same whether it fails alone or with others.
    ///
    /// # Errors
    /// For shares outside 0 to 1.
    pub fn bandwidth(&self, out: Ratio) -> Result<Ratio, OperationsError> {
        let out = share("the share of time for which a plane is out", out)?;
        let common = share("the common-cause share", self.common_share)? * out;
        Ok(Ratio::new((1.0 - common) * (1.0 - (out - common))))
    }
}
