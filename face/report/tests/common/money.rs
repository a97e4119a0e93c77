//! Money of an invented plan.

use lightloom_decide::plan::{
    AgainstRow, BillTotalRow, CapexRow, CostSheet, FinanceRow, InputRow, KeptRow, MapCellRow,
    MoneyPlan, OwnershipStudy, RangeRow, StrategyMoney, WinnerMapRow, YearlyRow,
};

const fn around(central: f64, low: f64, high: f64) -> RangeRow {
    RangeRow { central, low, median: f64::midpoint(low, high), high }
}

fn strategy(id: &str, network: f64) -> StrategyMoney {
    let yearly = YearlyRow {
        energy_it: 1e6,
        energy_cooling: 2e5,
        maintenance: 1e6,
        spares: 5e4,
        labour: 6e4,
        downtime: 1e5,
    };
    let total = around(network, 0.9 * network, 1.3 * network);
    StrategyMoney {
        id: id.to_owned(),
        name: format!("Strategy {id}"),
        bill: Vec::new(),
        bill_total: BillTotalRow {
            central: 0.5 * network,
            independent: [0.0, 1.0],
            correlated: [0.0, 1.0],
            sampled: [0.0, 1.0],
        },
        hardware_usd: total,
        facility_usd: total,
        capex_usd: total,
        capex_usd_per_w: CapexRow { it: 48.0, meter: 40.0, facility_alone: 17.5 },
        yearly,
        network_yearly: yearly,
        total_usd: total,
        discounted_usd: total,
        network_total_usd: total,
        years: Vec::new(),
        usd_per_accelerator_hour: total,
        usd_per_used_hour: total,
        usd_per_million_tokens: None,
        joule_per_token: None,
        carbon: None,
    }
}

fn input(name: &str, unit: &str, range: [f64; 2]) -> InputRow {
    InputRow {
        name: name.to_owned(),
        about: String::new(),
        unit: unit.to_owned(),
        now: Some(range[0]),
        range,
        chosen_anew: false,
    }
}

/// Two strategies, a map of two rectangles, two years.
pub(super) fn money() -> MoneyPlan {
    let more = around(5.4e6, -3.4e6, 6.9e6);
    let cost = CostSheet {
        schema: "lightloom.cost/1",
        version: "0.1.0",
        scenario: "invented".to_owned(),
        accelerators: 72,
        accelerator: "gb300".to_owned(),
        years: 5.0,
        samples: 64,
        facts_moved: 121,
        finance: FinanceRow {
            electricity_usd_per_kwh: 0.08,
            pue: 1.22,
            load: 0.8,
            facility_usd_per_w: 17.5,
            discount: 0.08,
            maintenance: 0.03,
            labour_usd_per_h: 100.0,
            accelerator_hour_usd: 3.0,
            depreciation: "straight line".to_owned(),
            depreciation_years: 6.0,
            utilisation: 0.7,
            grid: "world".to_owned(),
            grid_g_per_kwh: 481.0,
        },
        strategies: vec![strategy("baseline", 78e6), strategy("cpo-switch", 81e6)],
        against_baseline: vec![AgainstRow {
            id: "cpo-switch".to_owned(),
            network_price_usd: more,
            capex_usd: more,
            saved_per_year_usd: more,
            saved_usd: more,
            saved_share_of_network: more,
            saved_share_of_cluster: more,
            npv_usd: more,
            payback_years: None,
            cheaper_to_buy: 0.37,
            cheaper_to_build: 0.5,
            cheaper_over_life: 0.64,
            premium: Some(around(0.5, -0.24, 0.6)),
            break_even_premium: Some(around(0.27, 0.12, 0.25)),
            power_saved: [0.55, 0.2, 0.12, 0.017],
        }],
        supply: Vec::new(),
        ownership: Some(OwnershipStudy {
            rent: "invented rent <b>".to_owned(),
            rent_usd_per_h: around(3.0, 2.0, 5.0),
            hardware_usd: 62_600.0,
            utilisation: 0.7,
            kept: vec![KeptRow {
                years: 5.0,
                owned_usd_per_h: around(3.69, 3.27, 4.58),
                rented_usd_per_h: around(2.1, 1.57, 5.2),
                break_even_use: around(1.23, 0.51, 1.78),
                owning_cheaper: 0.21,
                owning_cheaper_at: [0.0, 0.05, 0.21, 0.41],
                owned_usd_per_million_tokens: None,
                rented_usd_per_million_tokens: None,
            }],
        }),
        warnings: Vec::new(),
        findings: vec!["What follows from money.".to_owned()],
    };
    let map = WinnerMapRow {
        x: input("premium", "%", [-50.0, 150.0]),
        y: input("electricity", "USD/kWh", [0.01, 0.3]),
        contenders: ["baseline", "cpo-switch"].map(str::to_owned).to_vec(),
        premium_of: Some("cpo-switch".to_owned()),
        shares: vec![0.6, 0.4],
        cells: vec![
            MapCellRow { x: [-50.0, 30.0], y: [0.01, 0.3], corners: [1; 4] },
            MapCellRow { x: [30.0, 150.0], y: [0.01, 0.3], corners: [1, 0, 1, 0] },
        ],
        now: Some([50.0, 0.08]),
        winner_now: Some("baseline".to_owned()),
        evaluations: 4,
    };
    MoneyPlan { cost, map: Some(map) }
}
