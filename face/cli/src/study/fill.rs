//! The chunks of a shard that are not there are computed, with progress; before that it is told how long it may take.

use super::progress::Progress;
use super::store::Store;
use super::text;
use crate::failure::Failure;
use lightloom::explore::study::{Asked, Left, Row, Search, Study};
use std::time::Instant;

/// Which part of a study a process computes, counted from 1, and of how many.
pub(super) type Shard = (u64, u64);

/// What is left of a shard.
pub(super) fn left(study: &Study<'_>, store: &Store, shard: Shard) -> Left {
    let (space, chunks) = (study.space().len(), study.shard(shard.0, shard.1));
    let results = shard.1 == 1;
    let mut left = Left { among: 0..space, points: 0, results };
    let open = chunks.filter(|chunk| !store.has(*chunk));
    if study.file.optimise.is_some() {
        let all = u128::from(study.work().points);
        let points = all * open.count() as u128 / u128::from(study.chunks().max(1));
        left.points = u64::try_from(points).unwrap_or(u64::MAX);
        return left;
    }
    for chunk in open {
        let points = study.points_of(chunk);
        if left.points == 0 {
            left.among.start = points.start;
        }
        left.among.end = points.end;
        left.points += points.end - points.start;
    }
    left
}

/// How long what is left will take, from a few of its points; nothing where nothing is left.
pub(super) fn time(study: &Study<'_>, left: &Left) -> String {
    if left.points == 0 {
        return String::new();
    }
    let begun = Instant::now();
    text::time(&study.estimate(left, || begun.elapsed().as_secs_f64()))
}

/// Computes the chunks of a shard that are not there.
pub(super) fn fill(study: &Study<'_>, store: &Store, shard: Shard) -> Result<(), Failure> {
    if let Some(search) = study.search(shard.0, shard.1) {
        return seek(study, store, search);
    }
    let chunks = study.shard(shard.0, shard.1);
    let (first, last) = (study.points_of(chunks.start).start, study.points_of(chunks.end).start);
    let mut progress = Progress::new(last - first, "points");
    let points = |chunk: u64| study.points_of(chunk).end - study.points_of(chunk).start;
    let mut trusted = false;
    for chunk in chunks.clone().filter(|chunk| store.has(*chunk)) {
        // A damaged one is told before hours are spent on others.
        let rows = store.rows(study, chunk)?;
        if let Some(rows) = rows.filter(|_| !std::mem::replace(&mut trusted, true)) {
            trust(study, store, &rows)?;
        }
        progress.there(points(chunk));
    }
    for chunk in chunks.filter(|chunk| !store.has(*chunk)) {
        let numbers: Vec<u64> = study.points_of(chunk).collect();
        store.put(study, chunk, &study.rows(&numbers))?;
        progress.done(points(chunk))?;
    }
    progress.end();
    Ok(())
}

/// Goes through the generations of a search, all islands of the shard side by side.
fn seek(study: &Study<'_>, store: &Store, mut search: Search<'_, '_>) -> Result<(), Failure> {
    let generations = study.file.optimise.as_ref().map_or(0, |o| o.generations);
    let mut progress = Progress::new(u64::from(generations), "generations");
    let mut trusted = false;
    for _ in 0..generations {
        let asked = search.ask();
        let mut told: Vec<Option<Vec<Row>>> = Vec::with_capacity(asked.len());
        for asked in &asked {
            let rows = store.rows(study, asked.chunk)?;
            if let Some(rows) = &rows {
                if !std::mem::replace(&mut trusted, true) {
                    trust(study, store, rows)?;
                }
                if !rows.iter().map(|row| row.point).eq(asked.points.iter().copied()) {
                    return Err(store.of_another_build());
                }
            }
            told.push(rows);
        }
        let open = || asked.iter().zip(&told).filter(|(_, rows)| rows.is_none());
        let absent: Vec<&Asked> = open().map(|(asked, _)| asked).collect();
        let whole = absent.is_empty();
        let mut computed = search.rows(&absent).into_iter();
        for (asked, rows) in asked.iter().zip(&mut told) {
            if rows.is_none() {
                let new = computed.next().unwrap_or_default();
                store.put(study, asked.chunk, &new)?;
                *rows = Some(new);
            }
        }
        search.tell(told.into_iter().flatten().collect());
        if whole {
            progress.there(1);
        } else {
            progress.done(1)?;
        }
    }
    progress.end();
    Ok(())
}

/// Computes the first point of a chunk that is there once more: a build of the same version may say something else.
pub(super) fn trust(study: &Study<'_>, store: &Store, rows: &[Row]) -> Result<(), Failure> {
    match rows.first() {
        Some(row) if !study.says(row) => Err(store.of_another_build()),
        _ => Ok(()),
    }
}
