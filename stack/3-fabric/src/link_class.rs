//! Links of one kind: what they join, how many they are, how long, and where they run.

use crate::fabric::Tier;
use crate::length::Lengths;
use crate::pathway::Pathway;
use lightloom_units::{BitRate, Length};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a link ends at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// An accelerator.
    Accelerator,
    /// A network interface.
    Nic,
    /// A switch of this layer of the tier, from 1.
    Switch(u8),
}

/// Links of one kind: one tier, the same two ends, one rate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkClass {
    /// Tier that it belongs to.
    pub tier: Tier,
    /// Stable name: `scale-up accelerator-L1`, `scale-out leaf-spine`.
    pub name: String,
    /// Lower and upper end.
    pub ends: [End; 2],
    /// Whether no link leaves its rack.
    pub within_rack: bool,
    /// Whether no link leaves its board.
    pub on_board: bool,
    /// Whether each passes through an optical circuit switch.
    pub through_ocs: bool,
    /// Links.
    pub links: u64,
    /// Rate of one link, one direction.
    pub rate: BitRate,
    /// Routed lengths.
    pub lengths: Lengths,
    /// Trays that they run through; `None` when no link leaves its rack.
    #[serde(skip)]
    pub pathway: Option<Pathway>,
}

impl LinkClass {
    /// The name without what parts of a class are told apart by: `scale-out local` of `scale-out local, in rack`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.name.split_once(',').map_or(&*self.name, |(kind, _)| kind)
    }

    /// Whether its links all run to the rack beside theirs, and none over the trays.
    #[must_use]
    pub fn next_rack(&self) -> bool {
        let trays = self.pathway.as_ref().map(|pathway| pathway.leaving().value());
        trays.is_some_and(|share| share <= 0.0)
    }

    /// The links that are no longer than `reach`, and those beyond, as classes of their own; `None` where one has none.
    ///
    /// # Model
    /// Counts and lengths as [`Lengths::split_at`]; names `..., to 3 m` and `..., beyond 3 m`. Runs within a rack are shorter than
    /// those between racks, which rise to the tray and come down again: a first part that has no more links than stay in
    /// their racks stays there, and all that leave are of the second.
    ///
    /// # Validity
    /// Else both parts are taken to run through the trays as the whole class does, in proportion to their links: what a
    /// stretch holds of both together is right, how thick its cables are is a mean.
    #[must_use]
    pub fn split_at(&self, reach: Length) -> Option<[Self; 2]> {
        let parts = self.lengths.split_at(reach, self.links)?;
        let metres = lightloom_units::significant(reach.as_m(), 3);
        let named = |word: &str, (lengths, links): (Lengths, u64)| Self {
            name: format!("{}, {word} {metres} m", self.name),
            links,
            lengths,
            ..self.clone()
        };
        let [within, beyond] = parts;
        let (mut within, mut beyond) = (named("to", within), named("beyond", beyond));
        if let Some(pathway) = &self.pathway {
            let staying = (1.0 - pathway.leaving().value()) * self.links as f64;
            // Half a link forgives the rounding of shares.
            if !self.next_rack() && within.links as f64 <= staying + 0.5 {
                within.pathway = None;
                within.within_rack = true;
                let share = beyond.links as f64 / self.links as f64;
                beyond.pathway = Some(pathway.of_share(share));
            }
        }
        Some([within, beyond])
    }
}
