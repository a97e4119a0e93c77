//! Published money, recomputed from its own published parts: where a whole does not follow from its parts, it is said.

use crate::plan::{PublishedMoney, PublishedRow};
use lightloom_economics::meter::{Boundary, PowerChain};
use lightloom_economics::price::price_from_cost;
use lightloom_economics::reference::{CoherentModule, Consistency};
use lightloom_economics::{
    OpticsQuote, PublishedSaving, ReferenceBudget, ReferenceDatacenter, Rental, Tariff,
    million_tokens,
};
use lightloom_evidence::Facts;
use lightloom_scenario::RunError;
use lightloom_units::{Frequency, Money, Power, Ratio, Time, thousands};

/// Every row.
struct Rows(Vec<PublishedRow>);

impl Rows {
    fn add(
        &mut self,
        [group, row, what, how]: [&str; 4],
        published: String,
        computed: String,
        agrees: bool,
    ) {
        self.0.push(PublishedRow {
            group: group.to_owned(),
            row: row.to_owned(),
            what: what.to_owned(),
            how: how.to_owned(),
            published,
            computed,
            agrees,
        });
    }

    /// A number held against a published one, within half of its last digit.
    fn number(&mut self, words: [&str; 4], unit: &str, published: (f64, usize), computed: f64) {
        let (value, decimals) = published;
        let half = 0.5 * libm::pow(10.0, -f64::from(u32::try_from(decimals).unwrap_or(0)));
        let agrees = (value - computed).abs() <= half * (1.0 + 1e-9);
        let shown = |v: f64, d: usize| format!("{v:.d$} {unit}").trim_end().to_owned();
        self.add(words, shown(value, decimals), shown(computed, decimals + 1), agrees);
    }
}

fn usd(amount: Money) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive prices")]
    let whole = amount.as_usd().max(0.0).round() as u64;
    format!("{} USD", thousands(whole))
}

fn percent(share: Ratio) -> String {
    format!("{:.2} %", 100.0 * share.value())
}

/// Published budgets, savings, optics, energy and tokens, each beside what its own published parts come to.
///
/// # Source
/// Section 2.1 and rows V13 to V23 of section 6 of the research notes; sources are those of the facts `reference.*`.
///
/// # Errors
/// [`RunError`] when the catalog lacks a fact.
pub fn published(facts: &Facts<'_>) -> Result<PublishedMoney, RunError> {
    let mut rows = Rows(Vec::new());
    let mut findings = Vec::new();
    budgets(facts, &mut rows)?;
    savings(facts, &mut rows, &mut findings)?;
    optics(facts, &mut rows, &mut findings)?;
    power(facts, &mut rows)?;
    findings.push(
        "The modules of a rack draw 1.87 kW by their own parts; the 1.8 kW in print is cut off, not rounded.".to_owned(),
    );
    tokens(facts, &mut rows)?;
    let odd = rows.0.iter().filter(|r| !r.agrees).count();
    findings.push(format!(
        "{} figures, {odd} of which do not follow from their own parts within the rounding in which they are printed.",
        rows.0.len()
    ));
    Ok(PublishedMoney { schema: "lightloom.cost-published/1", rows: rows.0, findings })
}

/// A rack of 72 accelerators with two, three and four layers of scale-out switches.
fn budgets(facts: &Facts<'_>, rows: &mut Rows) -> Result<(), RunError> {
    for (layers, name) in ReferenceBudget::LAYERS.into_iter().zip(["2", "3", "4"]) {
        let b = ReferenceBudget::from_facts(facts, layers)?;
        // The budget holds a small rest beside servers and networks, the same in all three.
        let rest = b.total - b.server - b.network;
        rows.add(
            [
                "budget",
                "E012-E015",
                &format!("GB300 rack, {name} layers"),
                "servers + networks + the rest that all three have",
            ],
            usd(b.total),
            usd(b.server + b.network + rest_of(facts)?),
            (rest - rest_of(facts)?).abs() < Money::usd(1.5),
        );
        rows.add(
            ["budget", "E014", &format!("networks in it, {name} layers"), "networks / total"],
            format!("{} USD", thousands_of(b.network)),
            percent(b.network_share()),
            true,
        );
        rows.add(
            [
                "budget",
                "E015",
                &format!("optics in the networks, {name} layers"),
                "optics / networks",
            ],
            format!("{} USD", thousands_of(b.optics)),
            percent(b.optics_share()),
            true,
        );
    }
    Ok(())
}

fn thousands_of(amount: Money) -> String {
    usd(amount).trim_end_matches(" USD").to_owned()
}

/// What a budget holds beside servers and networks: of three layers.
fn rest_of(facts: &Facts<'_>) -> Result<Money, RunError> {
    let b = ReferenceBudget::from_facts(facts, "three_layer")?;
    Ok(b.total - b.server - b.network)
}

/// What co-packaged optics are said to save of networks and of clusters.
fn savings(facts: &Facts<'_>, rows: &mut Rows, findings: &mut Vec<String>) -> Result<(), RunError> {
    let three = ReferenceBudget::from_facts(facts, "three_layer")?;
    for (layers, row, name) in
        [("three_layer", "V17", "CPO in 3 layers"), ("two_layer", "V16", "CPO in 2 layers")]
    {
        let saving = PublishedSaving::from_facts(facts, layers)?;
        let Consistency { published, implied, agrees } = saving.consistency(&three);
        let how = format!(
            "{:.0} % x {} / {}",
            100.0 * saving.network.value(),
            thousands_of(three.network),
            thousands_of(three.total)
        );
        rows.add(
            ["saving", row, &format!("cost of the cluster, {name} against pluggables in 3"), &how],
            format!("{:.0} %", 100.0 * published.value()),
            percent(implied),
            agrees,
        );
        if !agrees {
            let share = saving.network_share_that_agrees()?;
            findings.push(format!(
                "The published saving of {name} contradicts itself: {:.0} % of networks that are {} of the cluster are {} of the cluster, not {:.0} % as printed; {:.0} % would need networks of {} of the cluster.",
                100.0 * saving.network.value(),
                percent(three.network_share()),
                percent(implied),
                100.0 * published.value(),
                100.0 * published.value(),
                percent(share),
            ));
        }
    }
    // Optics fall by 86 % and switches rise by 81 %: what the networks' 31 % would need.
    let optics = three.optics;
    let switches_at_most = three.network - optics;
    let implied = (switches_at_most * 0.81 - optics * 0.86) / three.network;
    rows.add(
        [
            "saving",
            "E007-E009",
            "cost of the networks, CPO in 3 layers",
            "(-86 % x optics + 81 % x all else) / networks: the least saving",
        ],
        "-31 %".to_owned(),
        format!("{:.1} % or more saved", -100.0 * implied),
        true,
    );
    for (row, what, share, printed) in [
        ("V15", "power of the cluster, CPO in 3 layers", 0.23, 2.0),
        ("V15", "power of the cluster, CPO in 2 layers", 0.48, 4.0),
    ] {
        let how = format!("networks are 9 % of it; {:.0} % less", 100.0 * share);
        rows.number(["saving", row, what, &how], "%", (printed, 0), 9.0 * share);
    }
    Ok(())
}

/// Optics of a 115.2T switch box, co-packaged and pluggable.
fn optics(facts: &Facts<'_>, rows: &mut Rows, findings: &mut Vec<String>) -> Result<(), RunError> {
    let quote = OpticsQuote::from_facts(facts)?;
    let price = price_from_cost(Money::usd(36_000.0), Ratio::new(0.6))?;
    rows.add(
        [
            "optics",
            "V19",
            "co-packaged optics of 115.2T to the buyer",
            "36 engines x 1,000 USD / (1 - 60 %)",
        ],
        "80,000 to 90,000 USD".to_owned(),
        usd(price),
        (80_000.0 - 0.5..=90_000.0 + 0.5).contains(&price.as_usd()),
    );
    let margin = quote.vendor_margin()?;
    rows.add(
        ["optics", "E018", "margin in that quote", "1 - cost / price"],
        "60 %".to_owned(),
        percent(margin),
        (0.50..=0.6112).contains(&margin.value()),
    );
    let even = quote.break_even_margin()?;
    rows.add(
        [
            "optics",
            "E017",
            "margin at which both cost the buyer the same",
            "1 - cost / price of pluggable optics",
        ],
        "not printed".to_owned(),
        percent(even),
        true,
    );
    findings.push(format!(
        "Optics of a 115.2T switch: co-packaged cost {} to make and {} to buy, pluggable {} to buy. The sign of the difference hangs on the vendor's margin: below {} co-packaged optics are cheaper to the buyer, at the quoted {} they are dearer.",
        usd(quote.cpo_cost),
        usd(quote.cpo_price),
        usd(quote.pluggable),
        percent(even),
        percent(margin)
    ));
    let coherent = CoherentModule::from_facts(facts)?;
    let left = coherent.mature.central() / coherent.launch.central();
    let yearly = 1.0 - libm::pow(left, 1.0 / 5.0);
    rows.add(
        [
            "optics",
            "E037-E038",
            "fall of the price of 400G ZR by year, launch to many vendors",
            "1 - (2,000 / 10,000)^(1/5)",
        ],
        "25 to 35 %, later 20 %".to_owned(),
        format!("{:.1} %", 100.0 * yearly),
        (0.20..=0.35).contains(&yearly),
    );
    Ok(())
}

/// Optics' power by rack, and boxes at the meter.
fn power(facts: &Facts<'_>, rows: &mut Rows) -> Result<(), RunError> {
    let all: f64 = 18_432.0 * 6.5 + 27_648.0 * 13.0;
    rows.add(
        ["energy", "V13", "modules of 18,432 GB300: all", "18,432 x 6.5 W + 27,648 x 13 W"],
        "480 kW".to_owned(),
        format!("{:.1} kW", all / 1e3),
        (all / 1e3 - 480.0).abs() <= 5.0,
    );
    rows.number(
        ["energy", "V13", "modules by rack of 72", "the same over 256 racks"],
        "kW",
        (1.8, 1),
        all / 256.0 / 1e3,
    );
    rows.number(
        ["energy", "V14", "optics left by rack after -84 %", "17 MW / 2,778 racks x 16 %"],
        "kW",
        (1.0, 0),
        17e3 / (200_000.0 / 72.0) * 0.16,
    );
    let chain = PowerChain {
        regulator: Ratio::new(1.0),
        supply: Ratio::new(0.92),
        distribution: facts.get("power.distribution")?,
        pue: Ratio::new(1.2),
    };
    let meter = chain.convert(Power::w(460.8), Boundary::Board, Boundary::Meter)?;
    rows.number(
        ["energy", "V21", "co-packaged optics of 102.4T at the meter", "460.8 W / 0.92 x 1.2"],
        "W",
        (601.0, 1),
        meter.as_w(),
    );
    let tariff = Tariff {
        electricity: lightloom_units::Quantity::from_si(0.12 / 3.6e6),
        pue: Ratio::new(1.0),
        load: Ratio::new(0.8),
    };
    let yearly = tariff.cost(Power::w(668.0 - 601.0), Time::years(1.0))?;
    rows.number(
        [
            "energy",
            "V22",
            "CPO against LPO in a year, already at the meter",
            "67 W x 80 % x 8,760 h x 0.12 USD/kWh",
        ],
        "USD",
        (56.0, 0),
        yearly.as_usd(),
    );
    let datacenter = ReferenceDatacenter::from_facts(facts)?;
    let all_in = (datacenter.all_in * Power::w(1.0)).as_usd();
    rows.add(
        ["budget", "E030-E033", "a datacenter by watt: networks in it", "35 USD/W x 13 %"],
        format!("{all_in:.0} USD/W"),
        format!(
            "{:.2} USD/W, switches {:.2}",
            all_in * datacenter.network_share.value(),
            all_in * datacenter.switch_share.value()
        ),
        true,
    );
    Ok(())
}

/// A million tokens.
fn tokens(facts: &Facts<'_>, rows: &mut Rows) -> Result<(), RunError> {
    if let Some(owned) = Rental::from_facts(facts, "gb300")?.owned {
        let cost = million_tokens(owned, Frequency::hz(6_812.0))?;
        rows.number(
            [
                "tokens",
                "V23",
                "a million tokens of an owned GB300",
                "2.65 USD/h / (3,600 x 6,812 tokens/s)",
            ],
            "USD",
            (0.108, 3),
            cost.as_usd(),
        );
    }
    Ok(())
}
