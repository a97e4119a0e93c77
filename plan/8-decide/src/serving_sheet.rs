//! The sheet of a served model: the latency-bound and the throughput-bound answer, and the frontier between them.

use crate::collective_sheet::counted;
use crate::decide::{Case, Decided};
use crate::plan::{
    FrontierRow, INFER_SCHEMA, InferSheet, ModelRow, PoolsRow, ServedRow, ServingJobRow,
    ServingSplitRow, SettingRow,
};
use crate::training_sheet::energy_row;
use lightloom_economics::million_tokens;
use lightloom_evidence::Facts;
use lightloom_scenario::run::serving_job;
use lightloom_scenario::{Outcome, RunError, Setting, Structure};
use lightloom_units::{BitRate, Frequency};
use lightloom_workload::{
    DecodeJob, Disaggregated, Frontier, FrontierPoint, FrontierSearch, Model, Pools, Serving,
    WorkloadError, disaggregate, frontier, prefill,
};

/// A job and what it runs on.
#[derive(Debug, Clone, Copy)]
pub struct ServingCase<'a> {
    /// Accelerator, networks, power.
    pub setting: &'a Setting,
    /// The model.
    pub model: &'a Model,
    /// The job.
    pub job: &'a DecodeJob,
    /// The engine's name.
    pub engine: &'a str,
    /// What is tried.
    pub search: FrontierSearch,
    /// Speed that the throughput-bound answer keeps, in tokens per second for one user.
    pub floor: f64,
}

/// Why there is no sheet.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServingError {
    /// The workload floor refused.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// Another floor refused.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// The engine of the facts `serving.*`.
pub const ENGINE: &str = "tensorrt-llm";

/// The sheet of the model that a decided scenario serves, under the recommended mix, with pools of their own for prompts where
/// they are better; `None` where it serves none.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn of_scenario(
    case: &Case<'_>,
    facts: &Facts<'_>,
    decided: &Decided,
) -> Result<Option<InferSheet>, RunError> {
    of_outcome(case, facts, &decided.structure, &ScenarioServing::of(decided))
}

/// What may stand in a scenario's stead where its served model is judged.
#[derive(Debug, Clone, Copy)]
pub struct ScenarioServing<'a> {
    /// The cluster with its links chosen.
    pub outcome: &'a Outcome,
    /// Another model than the scenario's, by its identifier.
    pub model: Option<&'a str>,
    /// Whether prompts may have pools of their own.
    pub pools_apart: bool,
}

impl<'a> ScenarioServing<'a> {
    /// As the scenario and its plan have it.
    #[must_use]
    pub fn of(decided: &'a Decided) -> Self {
        Self { outcome: &decided.recommended().outcome, model: None, pools_apart: true }
    }
}

/// The sheet of the model that a scenario serves on its built fabric, with what is asked in its stead; `None` where it serves none,
/// or the library does not hold it.
///
/// # Errors
/// [`RunError`] when a floor refuses.
pub fn of_outcome(
    case: &Case<'_>,
    facts: &Facts<'_>,
    structure: &Structure,
    with: &ScenarioServing<'_>,
) -> Result<Option<InferSheet>, RunError> {
    let Some(asked) = &case.scenario.serving else { return Ok(None) };
    let Some(model) = case.library.models.get(with.model.unwrap_or(&asked.model)) else {
        return Ok(None);
    };
    let setting = Setting::of(case.scenario, case.text, facts, structure, with.outcome)?;
    let job = serving_job(asked, facts)?;
    let sheet = serving_sheet(&ServingCase {
        setting: &setting,
        model,
        job: &job,
        engine: ENGINE,
        search: FrontierSearch {
            largest: asked.largest_instance.unwrap_or(case.scenario.scale_up.domain),
            transfer_tier: setting.tiers.len().saturating_sub(1),
            disaggregated: with.pools_apart,
        },
        floor: asked.tokens_per_second_per_user,
    });
    match sheet {
        Ok(sheet) => Ok(Some(sheet)),
        Err(ServingError::Workload(error)) => Err(error.into()),
        Err(ServingError::Run(error)) => Err(error),
    }
}

/// The sheet of a served model.
///
/// # Errors
/// [`ServingError`]: when nothing fits, with what would.
pub fn serving_sheet(case: &ServingCase<'_>) -> Result<InferSheet, ServingError> {
    let setting = case.setting;
    let found = frontier(case.model, &setting.machine, &setting.tiers, case.job, &case.search)?;
    let Some(quickest) = found.quickest() else {
        return Err(WorkloadError::Network("no way to serve was tried".to_owned()).into());
    };
    let latency_bound = served(case, &found, quickest)?;
    let throughput_bound =
        found.at(case.floor).map(|point| served(case, &found, point)).transpose()?;
    let job = case.job;
    Ok(InferSheet {
        schema: INFER_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        setting: SettingRow::of(setting),
        model: ModelRow::of(case.model),
        job: ServingJobRow {
            prompt: job.prompt,
            output: job.output,
            precision: job.precision.name().to_owned(),
            cache: job.cache.name().to_owned(),
            engine: case.engine.to_owned(),
            tokens_per_s_per_user: case.floor,
            largest: case.search.largest,
            disaggregated: case.search.disaggregated,
        },
        meaning: meaning(&latency_bound, throughput_bound.as_ref(), case.floor),
        latency_bound,
        throughput_bound,
        frontier: found.front.iter().map(row).collect(),
        tried: found.tried,
    })
}

fn row(point: &FrontierPoint) -> FrontierRow {
    FrontierRow {
        tokens_per_s_per_user: point.tokens_per_second_per_user,
        tokens_per_s_per_accelerator: point.tokens_per_second_per_accelerator,
        step_s: point.time.as_s(),
        accelerators: point.plan.accelerators(),
        tensor: point.plan.tensor,
        data: point.plan.data,
        expert: point.plan.expert,
        batch: point.plan.batch,
        disaggregated: point.serving == Serving::Disaggregated,
    }
}

fn served(
    case: &ServingCase<'_>,
    found: &Frontier,
    point: &FrontierPoint,
) -> Result<ServedRow, ServingError> {
    let ServingCase { setting, model, job, .. } = *case;
    let (machine, tiers) = (&setting.machine, &setting.tiers[..]);
    let step = point.step(model, machine, tiers, job)?;
    let pools = pools(case, found, point)?;
    // Where prompts have no pool of their own, the instance does them in full passes.
    let chunk = whole(job.software.chunk.value());
    let first_token = match &pools {
        Some(pools) => pools.first_token,
        None => prefill(model, machine, tiers, job, &point.plan, chunk)?.first_token,
    };
    let rate = match &pools {
        Some(pools) => pools.tokens_per_second_per_accelerator,
        None => point.tokens_per_second_per_accelerator,
    };
    #[expect(clippy::cast_precision_loss, reason = "accelerators are far fewer than 2^53")]
    let all = step.accelerators as f64;
    let energy = setting.energy(step.accelerators, step.busy, rate * all)?;
    let price = setting
        .accelerator_hour
        .map(|hour| million_tokens(hour, Frequency::hz(rate)).map_err(RunError::from))
        .transpose()?;
    let split = &point.split;
    Ok(ServedRow {
        point: row(point),
        users: step.sequences,
        split: ServingSplitRow {
            kernels_s: split.kernels.as_s(),
            tensor_s: split.tensor.as_s(),
            expert_s: split.expert.as_s(),
            overhead_s: split.overhead.as_s(),
            prompts_s: split.prefill.as_s(),
        },
        batch_limit: step.batch_limit,
        weights_gb: step.weights.as_bytes() / 1e9,
        busy: step.busy.value(),
        first_token_s: first_token.as_s(),
        prompt_cache_gbps_per_accelerator: prompt_cache(model, job, rate).as_gbps(),
        energy: energy.map(|energy| energy_row(setting, &energy)),
        usd_per_million_tokens: price.map(|price| price.as_usd()),
        pools: pools.map(|p| PoolsRow {
            prefill_instance: p.pass.accelerators,
            prefill_instances: p.prefill_instances,
            decode_instances: p.decode_instances,
            accelerators: p.prefill_accelerators + p.decode_accelerators,
            matched: p.matched.value(),
            tokens_per_s_per_accelerator: p.tokens_per_second_per_accelerator,
            cache_gb: p.cache.as_bytes() / 1e9,
            transfer_s: p.transfer.as_s(),
            link_load: p.link_load.value(),
        }),
    })
}

/// Caches of prompts that an accelerator answers, when it makes so many tokens a second.
///
/// # Model
/// `r / n` prompts a second, with `r` tokens a second in answers of `n` tokens, each with the cache of a prompt.
fn prompt_cache(model: &Model, job: &DecodeJob, tokens_per_s: f64) -> BitRate {
    #[expect(clippy::cast_precision_loss, reason = "tokens of an answer are far fewer than 2^53")]
    let prompts_per_s = tokens_per_s / job.output.max(1) as f64;
    let cache = model.kv_of_sequence(job.prompt, job.cache.bytes());
    BitRate::gbytes_per_s(cache.as_bytes() / 1e9 * prompts_per_s)
}

/// Pools of whole instances over the cluster, where the point's prompts have one.
fn pools(
    case: &ServingCase<'_>,
    found: &Frontier,
    point: &FrontierPoint,
) -> Result<Option<Disaggregated>, WorkloadError> {
    let (Serving::Disaggregated, Some(prefill)) = (point.serving, found.prefill) else {
        return Ok(None);
    };
    let setting = case.setting;
    let pools = Pools {
        prefill,
        tokens: whole(case.job.software.chunk.value()),
        decode: point.plan,
        transfer_tier: case.search.transfer_tier,
        largest: setting.accelerators,
    };
    disaggregate(case.model, &setting.machine, &setting.tiers, case.job, &pools).map(Some)
}

/// A count of tokens.
fn whole(tokens: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least one")]
    let whole = tokens.max(1.0) as u64;
    whole
}

fn meaning(quick: &ServedRow, wide: Option<&ServedRow>, floor: f64) -> String {
    let speed = |r: &ServedRow| format!("{:.0} tokens/s", r.point.tokens_per_s_per_user);
    let Some(wide) = wide else {
        return format!(
            "No way to serve it here gives a user {floor} tokens/s: the quickest gives {}.",
            speed(quick)
        );
    };
    let gain = wide.point.tokens_per_s_per_accelerator / quick.point.tokens_per_s_per_accelerator;
    format!(
        "Alone, a user gets {} from {}; at {} for each of {} users, each of {} makes {gain:.0} times as many tokens.",
        speed(quick),
        counted(quick.point.accelerators, "accelerator"),
        speed(wide),
        lightloom_units::thousands(wide.users),
        counted(wide.point.accelerators, "accelerator"),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed test may panic")]
mod tests {
    use super::*;
    use lightloom_evidence::Facts;
    use lightloom_scenario::Library;

    #[test]
    fn prompts_bring_their_caches() {
        let library = Library::shipped().unwrap();
        let facts = Facts::nominal(&library.catalog);
        let text = include_str!("../../../scenarios/gb300-nvl72-4608.toml");
        let scenario = lightloom_scenario::parse(text).unwrap();
        let job = serving_job(scenario.serving.as_ref().unwrap(), &facts).unwrap();
        let model = &library.models["deepseek-v3"];
        // 61 layers of 576 elements of a byte for each of 4096 tokens, 1024 tokens of answer: a prompt a second.
        let by_hand = 61.0 * 576.0 * 4096.0 * 8.0 / 1e9;
        assert!((prompt_cache(model, &job, 1024.0).as_gbps() - by_hand).abs() < 1e-6 * by_hand);
    }
}
