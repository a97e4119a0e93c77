//! A cost sheet as text for a terminal.

use crate::columns::{left, right, table_of};
use crate::job::put;
use crate::text::{heading, new_table, paragraph, right_from, tenths};
use lightloom::decide::plan::{
    AgainstRow, CostSheet, OwnershipStudy, PublishedMoney, RangeRow, StrategyMoney,
};
use lightloom::decide::sentence::dollars;
use lightloom::units::{significant, thousands};
use std::fmt::Write as _;

pub(super) fn sheet(s: &CostSheet, detailed: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}\n{} x {}, counted over {} years; {} facts of money at {} points, the same for every strategy\n",
        s.scenario,
        thousands(s.accelerators),
        s.accelerator,
        significant(s.years, 3),
        s.facts_moved,
        s.samples
    );
    for warning in &s.warnings {
        paragraph(&mut out, &format!("- check: {warning}"));
    }
    for finding in &s.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    heading(&mut out, "Prices and rates");
    finance(&mut out, s);
    heading(
        &mut out,
        "The cluster under each strategy: at the catalog's own values, and 5 to 95 % of the samples",
    );
    strategies(&mut out, s);
    heading(&mut out, "Against the baseline");
    against(&mut out, s);
    if let Some(strategy) = s.strategies.iter().find(|x| x.id == detailed) {
        heading(&mut out, &format!("Bill of the network: {}", strategy.name));
        bill(&mut out, strategy);
        heading(&mut out, &format!("Years of the cluster: {}", strategy.name));
        years(&mut out, strategy);
    }
    heading(&mut out, "Vendors, margins, volumes");
    supply(&mut out, s);
    if let Some(study) = &s.ownership {
        heading(&mut out, "Owned against rented: one accelerator with its share of everything");
        ownership(&mut out, study);
    }
    heading(&mut out, "Greenhouse gas, tonnes of CO2 equivalent a year");
    carbon(&mut out, s);
    out
}

/// `$81.2 M (70.1 to 95 M)`.
fn ranged(row: &RangeRow) -> String {
    format!("{} ({} to {})", dollars(row.central), dollars(row.low), dollars(row.high))
}

fn cents(row: &RangeRow) -> String {
    let digits = |v: f64| if v.abs() < 0.995 { format!("{v:.3}") } else { format!("{v:.2}") };
    format!("${} ({} to {})", digits(row.central), digits(row.low), digits(row.high))
}

fn percents(row: &RangeRow) -> String {
    let of = |v: f64| format!("{:+.0}", 100.0 * v);
    format!("{} % ({} to {})", of(row.central), of(row.low), of(row.high))
}

fn finance(out: &mut String, s: &CostSheet) {
    let f = &s.finance;
    paragraph(
        out,
        &format!(
            "Electricity {} USD/kWh at the meter, PUE {}, load {:.0} %; building and plant {} USD/W of IT power; discount {:.1} % a year; service contracts {:.1} % of the price a year; a technician {} USD/h; a lost accelerator-hour {} USD; books: {} over {} years; accelerators used {:.0} % of the hours in which they are up; grid: {} ({:.0} g/kWh).",
            significant(f.electricity_usd_per_kwh, 3),
            significant(f.pue, 3),
            100.0 * f.load,
            significant(f.facility_usd_per_w, 3),
            100.0 * f.discount,
            100.0 * f.maintenance,
            significant(f.labour_usd_per_h, 3),
            significant(f.accelerator_hour_usd, 3),
            f.depreciation,
            significant(f.depreciation_years, 3),
            100.0 * f.utilisation,
            f.grid,
            f.grid_g_per_kwh
        ),
    );
}

fn strategies(out: &mut String, s: &CostSheet) {
    let mut header = vec!["USD"];
    header.extend(s.strategies.iter().map(|x| x.id.as_str()));
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    let mut row = |name: &str, cell: &dyn Fn(&StrategyMoney) -> String| {
        let cells = s.strategies.iter().map(cell);
        table.add_row([name.to_owned()].into_iter().chain(cells));
    };
    let ends = |r: &RangeRow| format!("{} to {}", dollars(r.low), dollars(r.high));
    row("network, to buy", &|x| dollars(x.bill_total.central));
    row("  its range", &|x| {
        format!("{} to {}", dollars(x.bill_total.sampled[0]), dollars(x.bill_total.sampled[1]))
    });
    row("hardware of the cluster", &|x| dollars(x.hardware_usd.central));
    row("  its range", &|x| ends(&x.hardware_usd));
    row("building and plant", &|x| dollars(x.facility_usd.central));
    row("  its range", &|x| ends(&x.facility_usd));
    row("capital by IT watt", &|x| format!("${:.1}", x.capex_usd_per_w.it));
    row("a year: machines' energy", &|x| dollars(x.yearly.energy_it));
    row("  cooling, distribution", &|x| dollars(x.yearly.energy_cooling));
    row("  service contracts", &|x| dollars(x.yearly.maintenance));
    row("  parts bought again", &|x| dollars(x.yearly.spares));
    row("  hands-on work", &|x| dollars(x.yearly.labour));
    row("  lost accelerator-hours", &|x| dollars(x.yearly.downtime));
    row("network over the years", &|x| dollars(x.network_total_usd.central));
    row("  its range", &|x| ends(&x.network_total_usd));
    row("cluster over the years", &|x| dollars(x.total_usd.central));
    row("  its range", &|x| ends(&x.total_usd));
    row("  at present value", &|x| dollars(x.discounted_usd.central));
    row("productive hour", &|x| format!("${:.2}", x.usd_per_accelerator_hour.central));
    row("  its range", &|x| {
        let r = &x.usd_per_accelerator_hour;
        format!("${:.2} to ${:.2}", r.low, r.high)
    });
    row("productive hour that is used", &|x| format!("${:.2}", x.usd_per_used_hour.central));
    if s.strategies.iter().any(|x| x.usd_per_million_tokens.is_some()) {
        row("million tokens, if always used", &|x| {
            x.usd_per_million_tokens
                .map_or_else(|| "-".to_owned(), |r| format!("${:.3}", r.central))
        });
        row("  its range", &|x| {
            x.usd_per_million_tokens
                .map_or_else(|| "-".to_owned(), |r| format!("${:.3} to ${:.3}", r.low, r.high))
        });
    }
    let boundaries = s.strategies.first().and_then(|x| x.joule_per_token.as_ref());
    for (k, boundary) in boundaries.into_iter().flatten().enumerate() {
        row(&format!("J/token at the {}", boundary.boundary), &|x| {
            let at = x.joule_per_token.as_ref().and_then(|all| all.get(k));
            at.map_or_else(|| "-".to_owned(), |b| significant(b.joule, 3))
        });
    }
    put(out, &table);
    paragraph(
        out,
        "Many ranges are skewed upwards, so the catalog's own values may lie below 5 % of the samples: the ranges say what is not known, the values what is thought likeliest of each fact alone.",
    );
}

fn against(out: &mut String, s: &CostSheet) {
    let mut header = vec![""];
    header.extend(s.against_baseline.iter().map(|x| x.id.as_str()));
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    let mut row = |name: &str, cell: &dyn Fn(&AgainstRow) -> String| {
        let cells = s.against_baseline.iter().map(cell);
        table.add_row([name.to_owned()].into_iter().chain(cells));
    };
    let ends = |r: &RangeRow| format!("{} to {}", dollars(r.low), dollars(r.high));
    let dash = || "-".to_owned();
    row("network costs more to buy", &|x| dollars(x.network_price_usd.central));
    row("  its range", &|x| ends(&x.network_price_usd));
    row("saved each year", &|x| dollars(x.saved_per_year_usd.central));
    row("saved over the years", &|x| dollars(x.saved_usd.central));
    row("  its range", &|x| ends(&x.saved_usd));
    row("  of the network's cost", &|x| {
        format!("{:+.1} %", tenths(100.0 * x.saved_share_of_network.central))
    });
    row("  of the cluster's cost", &|x| {
        format!("{:+.2} %", 100.0 * x.saved_share_of_cluster.central)
    });
    row("net present value", &|x| dollars(x.npv_usd.central));
    row("  its range", &|x| ends(&x.npv_usd));
    row("paid back after", &|x| match x.payback_years {
        Some(years) if years <= 0.0 => "at once".to_owned(),
        Some(years) => format!("{years:.1} years"),
        None => "never".to_owned(),
    });
    row("samples: cheaper to buy", &|x| format!("{:.0} %", 100.0 * x.cheaper_to_buy));
    row("  with building and plant", &|x| format!("{:.0} %", 100.0 * x.cheaper_to_build));
    row("  over the years", &|x| format!("{:.0} %", 100.0 * x.cheaper_over_life));
    row("price over retimed pluggable", &|x| x.premium.as_ref().map_or_else(dash, percents));
    row("  pays below", &|x| x.break_even_premium.as_ref().map_or_else(dash, percents));
    for (k, boundary) in ["optics", "switch boxes", "network", "cluster"].iter().enumerate() {
        row(&format!("power saved: {boundary}"), &|x| format!("{:.1} %", 100.0 * x.power_saved[k]));
    }
    put(out, &table);
}

fn bill(out: &mut String, strategy: &StrategyMoney) {
    let table = table_of(
        &strategy.bill,
        &[
            left("item", &|line| line.item.clone()),
            right("count", &|line| thousands(line.count)),
            right("one, central (5 to 95 %)", &|line| ranged(&line.unit_usd)),
            right("all", &|line| dollars(line.total_usd)),
        ],
    );
    put(out, &table);
    let total = &strategy.bill_total;
    let ends = |[low, high]: [f64; 2]| format!("{} to {}", dollars(low), dollars(high));
    paragraph(
        out,
        &format!(
            "Total {}: {} if every line errs by itself, {} if all err together, {} as lines share the facts that they rest on.",
            dollars(total.central),
            ends(total.independent),
            ends(total.correlated),
            ends(total.sampled)
        ),
    );
}

fn years(out: &mut String, strategy: &StrategyMoney) {
    let table = table_of(
        &strategy.years,
        &[
            right("year", &|year| significant(year.year, 3)),
            right("paid", &|year| dollars(year.paid)),
            right("so far", &|year| dollars(year.so_far)),
            right("hardware written off", &|year| dollars(year.written_off)),
            right("in the books", &|year| dollars(year.book)),
        ],
    );
    put(out, &table);
}

fn supply(out: &mut String, s: &CostSheet) {
    let percent = |v: f64| format!("{:.0} %", 100.0 * v);
    let table = table_of(
        &s.supply,
        &[
            left("technology", &|row| row.technology.clone()),
            right("vendors", &|row| significant(row.vendors, 2)),
            right("margin, by rivals", &|row| percent(row.margin)),
            right("in prices", &|row| percent(row.margin_in_prices)),
            right("over five vendors", &|row| format!("{:+.0} %", 100.0 * row.premium_now)),
            right("alone", &|row| format!("{:+.0} %", 100.0 * row.single_source_premium)),
            right("falls a year", &|row| percent(row.erosion[1])),
            right("after 5 years: 1 / now / 5", &|row| {
                row.after_five_years.map(percent).join(" / ")
            }),
            right("volume x2 / x10", &|row| row.learned.map(percent).join(" / ")),
        ],
    );
    put(out, &table);
    paragraph(
        out,
        "Margin by the number of rivals (Cournot); what a single source adds to the price that five vendors ask; the price after five years, or after the cumulated volume has grown, over that of today.",
    );
}

fn ownership(out: &mut String, study: &OwnershipStudy) {
    paragraph(
        out,
        &format!(
            "Rent: {}, {} an hour. Hardware {} each, used {:.0} % of the hours in which it is up.",
            study.rent,
            cents(&study.rent_usd_per_h),
            dollars(study.hardware_usd),
            100.0 * study.utilisation
        ),
    );
    let tokens = study.kept.iter().any(|k| k.owned_usd_per_million_tokens.is_some());
    let mut header = vec![
        "years",
        "owned, USD/h",
        "rented, USD/h",
        "owning pays from",
        "owning cheaper at 30 / 50 / 70 / 90 % use",
    ];
    if tokens {
        header.extend(["owned, USD/M tokens", "rented, USD/M tokens"]);
    }
    let mut table = new_table(&header);
    right_from(&mut table, 0, header.len());
    for kept in &study.kept {
        let of = |v: f64| format!("{:.0} %", 100.0 * v);
        let mut cells = vec![
            significant(kept.years, 3),
            cents(&kept.owned_usd_per_h),
            cents(&kept.rented_usd_per_h),
            format!(
                "{} ({} to {})",
                of(kept.break_even_use.central),
                of(kept.break_even_use.low),
                of(kept.break_even_use.high)
            ),
            kept.owning_cheaper_at.map(of).join(" / "),
        ];
        if tokens {
            let dash = || "-".to_owned();
            cells.push(kept.owned_usd_per_million_tokens.as_ref().map_or_else(dash, cents));
            cells.push(kept.rented_usd_per_million_tokens.as_ref().map_or_else(dash, cents));
        }
        table.add_row(cells);
    }
    put(out, &table);
    paragraph(
        out,
        "Hours that are used; owned with interest, less resale. Above 100 % renting is always cheaper. Resale, rents and their fall, \
         availability and prices over their ranges; no taxes. A page to forward: `lightloom plan SCENARIO` writes one.",
    );
}

fn carbon(out: &mut String, s: &CostSheet) {
    let grids: Vec<String> = s
        .strategies
        .iter()
        .find_map(|x| x.carbon.as_ref())
        .map_or_else(Vec::new, |c| c.by_grid_t.iter().map(|g| g.grid.clone()).collect());
    let mut header = vec![
        "strategy",
        "electricity",
        "making hardware",
        "facility",
        "network: made",
        "run",
        "g/M tokens",
    ];
    header.extend(grids.iter().map(String::as_str));
    let mut table = new_table(&header);
    right_from(&mut table, 1, header.len());
    let tonnes = |t: f64| significant(t, 3);
    for strategy in &s.strategies {
        let Some(c) = &strategy.carbon else { continue };
        let mut cells = vec![
            strategy.id.clone(),
            tonnes(c.operational_t),
            tonnes(c.hardware_t),
            tonnes(c.facility_t),
            tonnes(c.network_made_t),
            tonnes(c.network_operational_t),
            c.g_per_million_tokens.map_or_else(|| "-".to_owned(), |g| significant(g, 3)),
        ];
        cells.extend(c.by_grid_t.iter().map(|g| tonnes(g.total_t)));
        table.add_row(cells);
    }
    put(out, &table);
    let stand_in = s.strategies.iter().find_map(|x| x.carbon.as_ref()?.stand_in.as_ref());
    if let Some(other) = stand_in {
        let text =
            format!("No footprint of a {} is known: that of a {other} stands in.", s.accelerator);
        paragraph(out, &text);
    }
    paragraph(
        out,
        "Columns named by grids: everything of a year there. Making: hardware over the years counted, the facility over its own life; most footprints are assumed and wide (lightloom catalog embodied).",
    );
}

pub(super) fn published(p: &PublishedMoney) -> String {
    let mut out = String::from("Published money beside what its own parts come to\n\n");
    for finding in &p.findings {
        paragraph(&mut out, &format!("- {finding}"));
    }
    out.push('\n');
    let table = table_of(
        &p.rows,
        &[
            left("row", &|row| row.row.clone()),
            left("what", &|row| row.what.clone()),
            left("how", &|row| row.how.clone()),
            right("published", &|row| row.published.clone()),
            right("computed", &|row| row.computed.clone()),
            left("agrees", &|row| if row.agrees { "yes" } else { "NO" }.to_owned()),
        ],
    );
    put(&mut out, &table);
    out
}
