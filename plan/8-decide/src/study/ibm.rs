//! IBM's studies of switches with more ports: counts.

use super::{Study, Table};
use lightloom_evidence::Facts;
use lightloom_fabric::Oversubscription;
use lightloom_fabric::clos::{ClosSpec, count};
use lightloom_scenario::RunError;
use lightloom_scenario::run::as_f64;
use lightloom_units::{BitRate, Count, Quantity, Ratio};

pub(super) fn study(facts: &Facts<'_>) -> Result<Study, RunError> {
    let get = |key: &str| -> Result<f64, RunError> {
        Ok(facts.get::<Count>(&format!("study.ibm.{key}"))?.value())
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let whole = |key: &str| Ok::<u64, RunError>(get(key)?.clamp(1.0, 1e9) as u64);
    let endpoints = whole("endpoints")?;
    let over: Ratio = facts.get("study.ibm.oversubscription")?;
    let switches = |radix: u64, nic_rate: BitRate| -> Result<Vec<u64>, RunError> {
        let spec = ClosSpec {
            nics_per_host: 1,
            nic_rate,
            planes: 1,
            radix,
            oversubscription: Oversubscription::leaf(over),
            rails: 1,
            layers: None,
            topology: None,
        };
        Ok(count(endpoints, &spec)?.layers.iter().map(|layer| layer.switches).collect())
    };
    // Of a leaf's ports one part goes up for every `over` down.
    let uplinks =
        |radix: u64, leaves: u64| as_f64(leaves) * (as_f64(radix) / (1.0 + over.value())).floor();
    let (leaf, spine) = (whole("leaf_ports")?, whole("spine_ports")?);
    let slow: BitRate = facts.get("study.ibm.port_rate")?;
    let before = switches(leaf, slow)?.first().copied().unwrap_or(0);
    let spines = (uplinks(leaf, before) / as_f64(spine)).ceil();
    let pluggable = as_f64(before) + spines;
    let radix = whole("co_packaged_ports")?;
    let fast: BitRate = facts.get("study.ibm.co_packaged_port_rate")?;
    let after = switches(radix, fast)?;
    let co_packaged = as_f64(after.iter().sum());
    let leaves = after.first().copied().unwrap_or(0);
    let bisection = uplinks(radix, leaves) / uplinks(leaf, before) * (fast / slow);

    let mut table = Table::new(facts);
    let of = "leaves and spines";
    table.value(
        "switches of 6.4T and 25.6T, pluggable modules",
        of,
        Count::from_si(pluggable),
        "study.ibm.pluggable",
        "",
    )?;
    table.value(
        "switches of 51.2T, co-packaged optics",
        of,
        Count::from_si(co_packaged),
        "study.ibm.co_packaged",
        "",
    )?;
    table.value(
        "bisection over that before",
        "links between leaves and spines",
        Ratio::new(bisection),
        "study.ibm.bisection",
        "",
    )?;
    let rows = table.rows;
    let mut table = Table::new(facts);
    table.value(
        "switches saved, from the two counts",
        of,
        Ratio::new(1.0 - get("co_packaged")? / get("pluggable")?),
        "study.ibm.fewer",
        "Printed to whole percent.",
    )?;
    let [later, then] = [get("later.co_packaged")?, get("later.pluggable")?];
    Ok(Study {
        id: "ibm".to_owned(),
        title: "IBM, switches of more ports for 12,288 endpoints".to_owned(),
        systems: Vec::new(),
        about: format!(
            "Counted from the study's inputs: {endpoints} endpoints, {} : 1 at the leaf, and our reading of three chips as ports. \
             Power and price were not published. Of IBM's study of 2024 ({later:.0} switches of 100T in place of {then:.0}, {:.0} % \
             fewer) we have no inputs, so nothing is computed.",
            over.value(),
            (1.0 - later / then) * 100.0
        ),
        rows,
        arithmetic: table.rows,
    })
}
