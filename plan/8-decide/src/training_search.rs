//! The best cuts of a training job, tried on many threads.

use lightloom_workload::cuts::{Candidate, Chunk, Fixed, Found, Progress, TrainingSearch};
use lightloom_workload::{SearchLimits, WorkloadError};
use rayon::prelude::*;

/// Cuts of one chunk.
const CHUNK: usize = 768;
/// Chunks that know the same of those before them: as many on any machine, so that counts do not depend on threads.
const WAVE: usize = 16;

/// Tries all cuts of a search; `say` is told how far it is.
///
/// Chunks of a wave are tried side by side, each knowing what earlier waves found; findings are joined in order. The result
/// is the same on any number of threads.
///
/// # Errors
/// As [`TrainingSearch::run`].
pub fn search(
    search: &TrainingSearch<'_>,
    mut say: impl FnMut(Progress),
) -> Result<Found, WorkloadError> {
    let all = search.cuts().len();
    let mut found = Found::default();
    let mut chunks = search.chunks(CHUNK);
    loop {
        let wave: Vec<Chunk<'_>> = chunks.by_ref().take(WAVE).collect();
        if wave.is_empty() {
            break;
        }
        let parts: Vec<Found> = wave
            .par_iter()
            .map(|chunk| search.try_chunk_after(*chunk, &found))
            .collect::<Result<_, _>>()?;
        found = parts.into_iter().fold(found, |one, other| search.join(one, other));
        let done = usize::try_from(found.counts.tried).unwrap_or(all);
        say(Progress { done, all, best: found.best.first().map(|c| c.step.time) });
    }
    search.check(&found)?;
    Ok(found)
}

/// The quickest cut when no degree and no longest step is told; `None` where nothing fits in any way.
///
/// What a told cut could be instead, or what would fit where it does not.
#[must_use]
pub fn untold(told: &TrainingSearch<'_>, limits: &SearchLimits) -> Option<Candidate> {
    let free = SearchLimits { keep: 1, fixed: Fixed::default(), time: None, ..limits.clone() };
    let found = search(&told.with_limits(free).ok()?, |_| {}).ok()?;
    found.best.first().copied()
}
