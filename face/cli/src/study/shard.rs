//! Which part of a study is whose, and which parts are missing.

use crate::failure::Failure;

/// Which part of a study a process computes: `i/N`, or as the batch system that started it says.
pub(super) fn shard(
    text: &str,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<(u64, u64), Failure> {
    let failed = |message: String, hint: &str| Failure::Usage { message, hint: hint.to_owned() };
    let hint = "--shard is 1/4, 2/4, .. or auto: the array task of Slurm, or auto/4 with the index of a Kubernetes job";
    let (own, of) = text.split_once('/').map_or((text, None), |(own, of)| (own, Some(of)));
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let variable = |name: &str| environment(name).as_deref().and_then(number);
    let (own, of) = if own.trim() == "auto" {
        let (first, step) = (
            variable("SLURM_ARRAY_TASK_MIN").unwrap_or(0),
            variable("SLURM_ARRAY_TASK_STEP").unwrap_or(1).max(1),
        );
        let slurm = variable("SLURM_ARRAY_TASK_ID").map(|id| id.saturating_sub(first) / step + 1);
        let own = slurm.or_else(|| variable("JOB_COMPLETION_INDEX").map(|i| i + 1));
        let own = own.ok_or_else(|| {
            let message =
                "--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"
                    .to_owned();
            failed(message, hint)
        })?;
        let counted = || variable("SLURM_ARRAY_TASK_COUNT").or_else(|| variable("JOB_COMPLETIONS"));
        let of = of.map_or_else(counted, number);
        let of = of.ok_or_else(|| {
            failed("--shard auto: it is not said of how many".to_owned(), "write auto/N")
        })?;
        (own, of)
    } else {
        let pair = number(own).zip(of.and_then(number));
        pair.ok_or_else(|| failed(format!("--shard {text} is no part of a whole"), hint))?
    };
    if own == 0 || own > of || of > 1_000_000 {
        return Err(failed(
            format!("--shard {own}/{of}: shards are counted from 1 to their number"),
            hint,
        ));
    }
    Ok((own, of))
}

/// Chunks that are missing, in words.
pub(super) fn missing(absent: impl Iterator<Item = u64>, of: u64) -> Failure {
    let (mut runs, mut count): (Vec<[u64; 2]>, u64) = (Vec::new(), 0);
    for chunk in absent {
        count += 1;
        // One more than are told shows that there are more.
        let room = runs.len() <= TOLD;
        match runs.last_mut() {
            Some(run) if run[1] + 1 == chunk => run[1] = chunk,
            _ if room => runs.push([chunk; 2]),
            _ => {}
        }
    }
    let told = runs.iter().take(TOLD);
    let told = told.map(|[a, b]| if a == b { a.to_string() } else { format!("{a} to {b}") });
    let told: Vec<String> = told.collect();
    let more = if runs.len() > TOLD { " and more" } else { "" };
    Failure::Unknown {
        message: format!("{count} of {of} chunks are missing: {}{more}", told.join(", ")),
        hint: "run the shards that are not done, or name their folders too".to_owned(),
    }
}

/// Runs of missing chunks that are told.
const TOLD: usize = 8;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::*;

    fn of(text: &str, variables: &[(&str, &str)]) -> Option<(u64, u64)> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned())
        };
        shard(text, variable).ok()
    }

    #[test]
    fn shards_are_told_or_read_from_the_batch_system() {
        assert_eq!(of("2/4", &[]), Some((2, 4)));
        for bad in ["0/4", "5/4", "1", "1/0", "a/b", "", "-1/4", "1/2/3", "auto"] {
            assert_eq!(of(bad, &[]), None, "{bad}");
        }
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "14"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_STEP", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "5"),
        ];
        assert_eq!(of("auto", &slurm), Some((3, 5)));
        assert_eq!(of("auto/8", &[("JOB_COMPLETION_INDEX", "0")]), Some((1, 8)));
        assert_eq!(of("auto", &[("JOB_COMPLETION_INDEX", "0")]), None);
    }
}
