//! From a decision to the plan document: rows, sentences, numbers with units.

use crate::candidate::Candidate;
use crate::decide::{Case, Decided, Evaluated};
use crate::plan::{
    BandwidthRow, BillRow, CableRow, ChoiceRow, ClassPlan, CostRow, Decision, DecodingRow,
    LengthRow, OperationsRow, OptionRow, Part, Plan, PowerRow, SCHEMA, ScenarioSummary, ServingRow,
    SourceRow, Strategy, SwitchRow, TierPlan, TrainingRow,
};
use crate::{floor, packages, preferred, reach, section, sentence};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::{Bill, End, Fabric, Lengths, LinkClass, Tier, power::accelerators_fed};
use lightloom_scenario::{Library, RunError, signal};
use lightloom_units::{Money, Power};
use lightloom_workload::{DecodePlan, DecodeStep, Parallelism};

/// Writes the plan of a decided case. Evidence, ranges of gains, crossovers and checks are filled in by the floor above.
///
/// # Errors
/// [`RunError`] when the reach chart cannot be computed.
pub fn document(case: &Case<'_>, facts: &Facts<'_>, decided: &Decided) -> Result<Plan, RunError> {
    let scenario = case.scenario;
    let fabric = &decided.structure.fabric;
    let mix = decided.recommended();
    let floor = floor::floor(case, facts, decided, &mix.picks, &mix.outcome.power)?;
    let bandwidth = decided.structure.spec.bandwidth_per_accelerator();
    let years = lightloom_scenario::run::finance(scenario, facts)?.life.as_years();
    let strategies: Vec<Strategy> =
        decided.strategies.iter().map(|s| strategy(case, decided, s, years)).collect();
    let tiers: Vec<TierPlan> = [Tier::ScaleUp, Tier::ScaleOut, Tier::FrontEnd]
        .into_iter()
        .filter_map(|tier| tier_plan(case, facts, decided, tier).transpose())
        .collect::<Result<_, _>>()?;
    let (chart, (path_curve, packages)) = rayon::join(
        || reach::chart(case, facts, decided),
        || (packages::path(case, facts, decided), packages::sheets(case, facts, decided)),
    );
    Ok(Plan {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        scenario: ScenarioSummary {
            name: scenario.name.clone(),
            about: scenario.about.trim().to_owned(),
            sources: scenario
                .sources
                .iter()
                .map(|s| SourceRow { title: s.title.clone(), url: s.url.clone() })
                .collect(),
            accelerators: fabric.accelerators,
            accelerator: scenario.cluster.accelerator.clone(),
            domain: scenario.scale_up.domain,
            racks: fabric.floor_plan.total_racks,
            year: scenario.year,
            years,
        },
        decision: Decision {
            headline: sentence::headline(case, decided),
            preference: preferred::row(case, decided),
            fabric: None,
            reasons: sentence::reasons(case, decided),
            gains: sentence::gains(decided, years),
        },
        // Answered when all else is there.
        questions: Vec::new(),
        tiers,
        path_curve: path_curve?,
        packages: packages?,
        strategies,
        reach: chart?,
        crossover: None,
        serving: None,
        world_size: None,
        operations: None,
        money: None,
        readiness: None,
        bandwidth: BandwidthRow {
            scale_up_gbps: bandwidth.scale_up.as_gbps(),
            scale_out_gbps: bandwidth.scale_out.as_gbps(),
            front_end_gbps: bandwidth.front_end.as_gbps(),
        },
        confidence: None,
        belief: None,
        conflicts: Vec::new(),
        alternatives: Vec::new(),
        evidence: Vec::new(),
        checks: Vec::new(),
        findings: sentence::findings(case, decided, &floor),
        floor,
    })
}

fn part(name: &str, value: f64) -> Part {
    Part { name: name.to_owned(), value }
}

/// Switches of a tier by layer.
pub(crate) fn switch_rows(fabric: &Fabric, tier: Tier) -> Vec<SwitchRow> {
    let groups = fabric.switch_groups.iter().filter(|group| group.tier == tier);
    groups
        .map(|group| SwitchRow {
            name: group.name.clone(),
            count: group.switches,
            radix: group.radix,
            use_of_ports: group.use_of_ports.value(),
            port_gbps: group.port_rate.as_gbps(),
            rack: group.rack.label(),
        })
        .collect()
}

fn tier_plan(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    tier: Tier,
) -> Result<Option<TierPlan>, FactError> {
    let fabric = &decided.structure.fabric;
    let classes: Vec<ClassPlan> = fabric
        .link_classes
        .iter()
        .enumerate()
        .filter(|(_, c)| c.tier == tier)
        .map(|(i, class)| class_plan(case, facts, decided, (i, class)))
        .collect::<Result<_, _>>()?;
    if classes.is_empty() {
        return Ok(None);
    }
    let switches = switch_rows(fabric, tier);
    let each = decided.structure.spec.bandwidth_per_accelerator();
    let scenario = case.scenario;
    let title = match tier {
        Tier::ScaleUp => {
            format!("Scale-up: domains of {}, {} each", scenario.scale_up.domain, each.scale_up)
        }
        Tier::ScaleOut => {
            format!(
                "Scale-out: {} accelerators, {} each",
                lightloom_units::thousands(fabric.accelerators),
                each.scale_out
            )
        }
        Tier::FrontEnd => {
            format!("Front end: {} hosts, {} for an accelerator", fabric.hosts, each.front_end)
        }
    };
    Ok(Some(TierPlan { tier: tier.name().to_owned(), title, switches, classes }))
}

fn class_plan(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
    (index, class): (usize, &LinkClass),
) -> Result<ClassPlan, FactError> {
    let candidates = &decided.candidates[index];
    let scores = decided.preference.scores(candidates);
    let mut order: Vec<(usize, &Candidate)> = candidates.iter().enumerate().collect();
    let points = |place: usize| scores.as_ref().map_or(0.0, |all| all[place].total.value());
    order.sort_by(|(i, a), (j, b)| {
        (!a.usable(), a.unfit.is_some())
            .cmp(&(!b.usable(), b.unfit.is_some()))
            .then_with(|| points(*j).total_cmp(&points(*i)))
            .then(a.tco.nominal.total_cmp(&b.tco.nominal))
            .then(a.technology.cmp(&b.technology))
    });
    let pick = &decided.recommended().picks[index];
    let lengths = &class.lengths;
    let lane = signal(case.scenario, class);
    Ok(ClassPlan {
        name: class.name.clone(),
        layers: class.ends.map(|end| match end {
            End::Accelerator | End::Nic => 0,
            End::Switch(layer) => u64::from(layer),
        }),
        links: class.links,
        rate_gbps: class.rate.as_gbps(),
        lane_gbps: lane.lane.as_gbps(),
        modulation: lane.modulation.name().to_owned(),
        length: length_row(lengths),
        options: order
            .into_iter()
            .map(|(place, c)| {
                let over = preferred::passed_over(decided, (index, scores.as_deref()), c);
                OptionRow {
                    over_limit: over.as_ref().is_some_and(|over| over.by_limit),
                    passed_over: over.map(|over| over.text),
                    score: scores.as_ref().map(|all| all[place].total.value()),
                    ..option(case.library, class, c)
                }
            })
            .collect(),
        recommended: pick.usable().then(|| pick.technology.clone()),
        why: sentence::why(case, decided, index, class),
        worst_sections: section::sections(case, facts, class, candidates, pick)?,
    })
}

pub(crate) fn length_row(lengths: &Lengths) -> LengthRow {
    LengthRow {
        min_m: lengths.min.as_m(),
        mean_m: lengths.mean.as_m(),
        p50_m: lengths.p50.as_m(),
        p95_m: lengths.p95.as_m(),
        max_m: lengths.max.as_m(),
        bins_start_m: lengths.histogram.start.as_m(),
        bin_m: lengths.histogram.width.as_m(),
        bins: lengths.histogram.links.clone(),
    }
}

pub(crate) fn bill_rows(bill: &Bill) -> Vec<BillRow> {
    let row = |l: &lightloom_fabric::BillLine| BillRow {
        item: l.item.clone(),
        count: l.count,
        unit_usd: l.unit_price.as_usd(),
        total_usd: l.total.as_usd(),
    };
    bill.lines.iter().map(row).collect()
}

pub(crate) fn cable_row(bill: &Bill) -> CableRow {
    CableRow {
        length_km: bill.cable_length.as_m() / 1e3,
        mass_t: bill.cable_mass.as_kg() / 1e3,
        fibres: bill.fibres.value(),
        lasers: bill.lasers.value(),
        bundle_cm2_per_rack: bill.bundle_area_per_accelerator_rack.as_m2() * 1e4,
    }
}

fn option(library: &Library, class: &LinkClass, c: &Candidate) -> OptionRow {
    let port = &c.fitted.port;
    let technology = library.offer(&c.technology);
    let flight = (c.fitted.delay * class.lengths.mean).as_ns();
    let latency_split: Vec<Part> = port
        .latency
        .parts()
        .iter()
        .map(|(name, t)| part(name, if *name == "flight" { flight } else { t.as_ns() }))
        .collect();
    let years = c.tco.life.as_years();
    let yearly = |m: Money| m.as_usd() * years;
    let length = class.lengths.mean - class.lengths.max;
    OptionRow {
        technology: c.technology.clone(),
        name: technology.map_or_else(String::new, |t| t.name.clone()),
        pair: library.pairs.contains_key(&c.technology),
        family: technology.map_or("", |t| reach::family(t)).to_owned(),
        near: (port.near != port.technology).then(|| port.near.clone()),
        usable: c.usable(),
        rejected_because: c.reason().map(str::to_owned),
        passed_over: None,
        over_limit: false,
        score: None,
        margin_db: port.margin.as_db(),
        limiter: port.limiter.name().to_owned(),
        loss_db: port.loss.as_db(),
        reach_m: port.reach.as_m(),
        share_within_reach: class.lengths.share_within(port.reach).value(),
        module_dsp: port.module_dsp,
        awg: port.awg,
        lane_pj_per_bit: port.energy.lane().as_pj_per_bit(),
        optics_pj_per_bit: port.energy.optics().as_pj_per_bit(),
        energy_split: port.energy.parts().iter().map(|(n, e)| part(n, e.as_pj_per_bit())).collect(),
        latency_ns: latency_split.iter().map(|p| p.value).sum(),
        latency_split,
        optics_w: port.optics_power.map(Power::as_w),
        panel_tbps_per_ru: port.density.per_rack_unit.map(|d| d.as_tbps()),
        edge_gbps_per_mm: port.density.per_edge.as_gbps_per_mm(),
        edge_limit: port.density.edge_limit.to_owned(),
        repair_unit: port.service.name().to_owned(),
        ports_per_unit: port.ports_per_unit,
        failure_fit: port.failure_rate().as_fit(),
        link_usd: (port.cost.total() + port.cable_per_metre * length.as_m()).as_usd(),
        fibres: port.fibres,
        lasers: port.lasers,
        cost_usd: c.tco.nominal.as_usd(),
        cost_split: vec![
            part("price", c.tco.hardware.as_usd()),
            part("facility", c.tco.facility.as_usd()),
            part("energy", yearly(c.tco.energy_per_year)),
            part("maintenance", yearly(c.tco.maintenance_per_year)),
            part("repair", yearly(c.tco.repair_per_year)),
            part("downtime", yearly(c.tco.downtime_per_year)),
        ],
        ready_year: c.readiness.year,
        vendors: c.readiness.vendors,
    }
}

/// The technology of each link class under a strategy.
pub(crate) fn choice_rows(case: &Case<'_>, decided: &Decided, s: &Evaluated) -> Vec<ChoiceRow> {
    let row = |(class, pick): (&LinkClass, &Candidate)| {
        let technology = case.library.offer(&pick.technology);
        ChoiceRow {
            class: class.name.clone(),
            technology: pick.technology.clone(),
            name: technology.map_or_else(String::new, |t| t.name.clone()),
            family: technology.map_or("", |t| reach::family(t)).to_owned(),
        }
    };
    decided.structure.fabric.link_classes.iter().zip(&s.picks).map(row).collect()
}

fn strategy(case: &Case<'_>, decided: &Decided, s: &Evaluated, years: f64) -> Strategy {
    let fabric = &decided.structure.fabric;
    let outcome = &s.outcome;
    let power = &outcome.power;
    let saved = decided.baseline().outcome.power.cluster - power.cluster;
    let (tco, network) = (&outcome.tco, &outcome.network_tco);
    let bill = &outcome.bill;
    Strategy {
        id: s.rule.id().to_owned(),
        name: s.rule.name().to_owned(),
        choices: choice_rows(case, decided, s),
        notes: s.notes.clone(),
        power: PowerRow {
            lane_pj_per_bit: power.lane.as_pj_per_bit(),
            optics_w: power.optics.as_w(),
            switch_boxes_w: power.switch_boxes.as_w(),
            network_w: power.network.as_w(),
            cluster_w: power.cluster.as_w(),
            network_by_tier: power
                .tiers
                .iter()
                .map(|t| part(t.tier.name(), t.network.as_w()))
                .collect(),
        },
        accelerators_fed: if saved > Power::ZERO {
            lightloom_scenario::run::as_f64(accelerators_fed(
                saved,
                power.cluster_per_accelerator(fabric),
            ))
        } else {
            0.0
        },
        path_ns: outcome.paths.iter().map(|p| part(p.tier.name(), p.total.as_ns())).collect(),
        training: training(case, s),
        decoding: decoding(case, s),
        operations: operations(outcome),
        cost: CostRow {
            network_capex_usd: bill.total.as_usd(),
            capex_usd: tco.capex().as_usd(),
            energy_usd: tco.energy_per_year.as_usd() * years,
            repair_usd: (tco.repair_per_year + tco.maintenance_per_year).as_usd() * years,
            downtime_usd: tco.downtime_per_year.as_usd() * years,
            total_usd: tco.nominal.as_usd(),
            network_total_usd: network.nominal.as_usd(),
            usd_per_accelerator_hour: outcome.accelerator_hour.as_usd_per_hour(),
            usd_per_million_tokens: s
                .work
                .serving
                .as_ref()
                .and_then(|w| w.million_tokens)
                .map(Money::as_usd),
        },
        bill: bill_rows(bill),
        cables: cable_row(bill),
    }
}

fn operations(outcome: &lightloom_scenario::Outcome) -> OperationsRow {
    let mut causes: Vec<_> = outcome.availability.causes.iter().collect();
    causes.sort_by(|a, b| b.lost.total_cmp(&a.lost).then(a.name.cmp(&b.name)));
    OperationsRow {
        availability: outcome.availability.availability.value(),
        lost_to_network: outcome.lost_to_network,
        job_mtti_h: outcome.goodput.mtti.as_hours(),
        goodput: outcome.goodput.ettr.value(),
        network_failures_per_year: outcome.network_failures_per_year,
        hands_on_h_per_year: outcome.network_labour_per_year.as_hours(),
        lost_by_cause: causes.iter().take(12).map(|c| part(&c.name, c.lost.value())).collect(),
    }
}

fn training(case: &Case<'_>, s: &Evaluated) -> Option<TrainingRow> {
    let (cut, step, energy) = s.work.training.as_ref()?;
    let split = &step.split;
    Some(TrainingRow {
        model: case.scenario.training.as_ref()?.model.clone(),
        parallelism: parallelism(cut),
        step_s: step.time.as_s(),
        split: vec![
            part("compute", split.compute.as_s()),
            part("launches", split.launch.as_s()),
            part("tensor", split.tensor.as_s()),
            part("context", split.context.as_s()),
            part("expert", split.expert.as_s()),
            part("pipeline", split.pipeline.as_s()),
            part("bubble", split.bubble.as_s()),
            part("data", split.data.as_s()),
            part("optimizer", split.optimizer.as_s()),
        ],
        tokens_per_s: step.tokens_per_second,
        mfu: step.mfu.value(),
        joule_per_token: energy.as_j(),
    })
}

fn parallelism(cut: &Parallelism) -> String {
    let mut text = format!("TP {}, PP {}", cut.tensor, cut.pipeline);
    for (name, degree) in [("CP", cut.context), ("EP", cut.expert)] {
        if degree > 1 {
            text.push_str(&format!(", {name} {degree}"));
        }
    }
    text.push_str(&format!(", DP {}, micro-batch {}", cut.data, cut.micro_batch));
    if cut.interleave > 1 {
        text.push_str(&format!(", {} chunks", cut.interleave));
    }
    text
}

fn decoding(case: &Case<'_>, s: &Evaluated) -> Option<DecodingRow> {
    let served = s.work.serving.as_ref()?;
    let asked = case.scenario.serving.as_ref()?;
    let row = |pair: &(DecodePlan, DecodeStep), energy: Option<lightloom_units::Energy>| {
        let (plan, step) = pair;
        let split = &step.split;
        let mut spread = format!("TP {}", plan.tensor);
        if plan.expert > 1 {
            spread.push_str(&format!(", EP {}", plan.expert));
        }
        spread.push_str(&format!(
            ", {} sequence{} on {} accelerators",
            step.sequences,
            if step.sequences == 1 { "" } else { "s" },
            step.accelerators
        ));
        ServingRow {
            spread,
            tokens_per_s_per_user: step.tokens_per_second_per_user,
            tokens_per_s_per_accelerator: step.tokens_per_second_per_accelerator,
            split_ms: vec![
                part("kernels", split.kernels.as_s() * 1e3),
                part("tensor", split.tensor.as_s() * 1e3),
                part("expert", split.expert.as_s() * 1e3),
                part("overhead", split.overhead.as_s() * 1e3),
                part("prefill", split.prefill.as_s() * 1e3),
            ],
            joule_per_token: energy.map_or(0.0, |e| e.as_j()),
        }
    };
    Some(DecodingRow {
        model: asked.model.clone(),
        quickest: row(&served.best.quickest, served.energy[0]),
        widest: served.best.widest.as_ref().map(|w| row(w, served.energy[1])),
        floor_tokens_per_s_per_user: asked.tokens_per_second_per_user,
    })
}
