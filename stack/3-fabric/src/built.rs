//! Link classes and switch groups as they are built.

use crate::error::{FabricError, product};
use crate::fabric::{SwitchGroup, Tier};
use crate::length::Tally;
use crate::link_class::{End, LinkClass};
use crate::pathway::Pathway;
use crate::plan::RackKind;
use lightloom_units::{BitRate, Ratio};

/// Where the links of a class run.
pub(crate) enum Route {
    Board,
    Rack,
    Trays(Pathway),
}

/// Link classes and switch groups as they are built.
#[derive(Default)]
pub(crate) struct Built {
    pub(crate) link_classes: Vec<LinkClass>,
    pub(crate) switch_groups: Vec<SwitchGroup>,
}

impl Built {
    pub(crate) fn links(
        &mut self,
        tier: Tier,
        (name, ends): (&str, [End; 2]),
        (links, rate): (u64, BitRate),
        (tally, route): (&Tally, Route),
    ) {
        let name = format!("{} {name}", tier.name());
        // A tally is empty only when there are no links, and then there is no class.
        if let Some(lengths) = tally.finish(links) {
            let on_board = matches!(route, Route::Board);
            let pathway = match route {
                Route::Board | Route::Rack => None,
                Route::Trays(pathway) => Some(pathway),
            };
            let within_rack = pathway.is_none();
            let class = LinkClass {
                tier,
                name,
                ends,
                within_rack,
                on_board,
                through_ocs: false,
                links,
                rate,
                lengths,
                pathway,
            };
            self.link_classes.push(class);
        }
    }

    pub(crate) fn switches(
        &mut self,
        (tier, layer, name, rack): (Tier, u8, &str, RackKind),
        switches: u64,
        ports_used: u64,
        (radix, port_rate): (u64, BitRate),
    ) -> Result<(), FabricError> {
        let ports = product("ports", &[switches, radix])?;
        let use_of_ports = Ratio::new(ports_used as f64 / ports as f64);
        let name = format!("{} {name}", tier.name());
        let group =
            SwitchGroup { tier, layer, name, switches, radix, use_of_ports, port_rate, rack };
        self.switch_groups.push(group);
        Ok(())
    }
}
