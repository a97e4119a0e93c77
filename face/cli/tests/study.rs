//! `lightloom study`: resumed after kills, in shards, with damaged and foreign chunks, and refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, refusals, stderr, stdout};
use std::process::Stdio;
use std::time::Instant;

/// Money over one cluster, with a front, a limit and a root: hundreds of small chunks.
const STUDY: &str = r#"
lightloom = 1
name = "kills"
scenario = "dgx-h100-superpod-1024"
outputs = ["recommended.network_cost", "decision.winner"]
samples = 16
chunk = 25

[[vary]]
key = "economics.electricity"
range = { from = "0.03 USD/kWh", to = "0.30 USD/kWh", steps = 20 }

[[vary]]
key = "finance.discount"
sampled = "own"

[[vary]]
key = "premium.cpo-switch"
range = { from = "-50 %", to = "100 %", steps = 20 }

[[constraint]]
output = "cpo-switch.advantage"
at_least = "-9 MUSD"

[pareto]
minimise = ["recommended.network_cost"]
maximise = ["cpo-switch.advantage"]

[[solve]]
vary = "premium.cpo-switch"
equal = ["cpo-switch.network_price", "baseline.network_price"]
"#;

const RESULTS: [&str; 5] =
    ["points.csv", "points.parquet", "front.csv", "solved.csv", "summary.json"];

/// What a study of those results has written of them.
fn results(folder: &Folder, out: &str) -> Vec<(&'static str, Vec<u8>)> {
    let written = RESULTS.iter().map(|name| (*name, format!("{out}/{name}")));
    let written = written.filter(|(_, path)| folder.exists(path));
    let all: Vec<_> = written.map(|(name, path)| (name, folder.bytes(&path))).collect();
    assert!(all.len() >= 4, "{out} holds no results");
    all
}

fn done(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

fn written(study: &str) -> Folder {
    let folder = Folder::new();
    folder.write("study.toml", study.as_bytes());
    folder
}

/// Killed twenty times wherever it is, on one thread and on two, and then let go on: the bytes of one run.
#[test]
fn kills_cost_nothing_and_threads_and_shards_change_nothing() {
    let folder = written(STUDY);
    let begun = Instant::now();
    done(&folder, &["study", "study.toml", "--out", "whole"]);
    let whole = begun.elapsed();
    let wanted = results(&folder, "whole");
    // Where kills fall is other each time, and told when the test fails.
    let seed = u64::from(std::process::id());
    let mut stream = lightloom::num::Stream::new(seed, 0);
    let mut found_underway = 0;
    for kill in 0..20 {
        let threads = if kill % 2 == 0 { "1" } else { "2" };
        let mut command = folder.command(&["study", "study.toml", "--out", "killed"]);
        let command = command.env("RAYON_NUM_THREADS", threads);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(stream.unit()));
        // It may have ended before: then there is nothing to kill.
        let _ = child.kill();
        child.wait().unwrap();
        found_underway += usize::from(!folder.exists("killed/summary.json"));
    }
    println!("seed {seed}: {found_underway} of 20 kills before the end, {whole:?} for a whole run");
    done(&folder, &["study", "study.toml", "--out", "killed"]);
    assert_eq!(results(&folder, "killed"), wanted, "seed {seed}");
    let left: Vec<String> =
        folder.files_in("killed").into_iter().filter(|name| name.ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?} were left behind");

    for of in [2, 3] {
        let mut merge = vec!["study".to_owned(), "merge".to_owned()];
        for i in 1..=of {
            let (shard, out) = (format!("{i}/{of}"), format!("part-{of}-{i}"));
            done(&folder, &["study", "study.toml", "--shard", &shard, "--out", &out]);
            merge.push(out);
        }
        merge.extend(["--into".to_owned(), format!("merged-{of}")]);
        let merge: Vec<&str> = merge.iter().map(String::as_str).collect();
        done(&folder, &merge);
        assert_eq!(results(&folder, &format!("merged-{of}")), wanted, "{of} shards");
    }
}

/// Chunks that are there are not computed again, those that are damaged or foreign are told.
#[test]
fn chunks_are_trusted_when_they_are_what_they_say() {
    let folder = written(STUDY);
    done(&folder, &["study", "study.toml", "--shard", "1/2", "--out", "out"]);
    let first = "out/chunks/00000000.chunk";
    let before = folder.bytes(first);
    let unfinished = folder.run(&["study", "merge", "out"]);
    assert_eq!(unfinished.status.code(), Some(2));
    assert!(
        stderr(&unfinished).contains("128 of 256 chunks are missing: 128 to 255"),
        "{}",
        stderr(&unfinished)
    );
    // The other shard joins the same folder.
    done(&folder, &["study", "study.toml", "--shard", "2/2", "--out", "out"]);
    assert_eq!(folder.bytes(first), before);

    let mut damaged = before.clone();
    damaged[100] ^= 4;
    folder.write(first, &damaged);
    let said = folder.run(&["study", "merge", "out"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(
        stderr(&said).contains("00000000.chunk: it is damaged")
            && stderr(&said).contains("remove the file"),
        "{}",
        stderr(&said)
    );
    assert!(!folder.exists("out/points.csv"));
    folder.write(first, &folder.bytes("out/chunks/00000001.chunk"));
    let said = folder.run(&["study", "merge", "out"]);
    assert!(stderr(&said).contains("it is chunk 1, chunk 0 belongs here"), "{}", stderr(&said));
    std::fs::remove_file(folder.path(first)).unwrap();
    done(&folder, &["study", "study.toml", "--out", "out"]);
    assert_eq!(folder.bytes(first), before);

    // What another build of this version computed is whole, and of this study, but not what this one says.
    let library = lightloom::Library::shipped().unwrap();
    let scenario = common::shipped("dgx-h100-superpod-1024");
    let study = lightloom::explore::study::Study::open(&library, STUDY, &scenario).unwrap();
    let mut rows = study.unseal(0, &before).unwrap();
    if let lightloom::explore::study::Cell::Number(x) = &mut rows[0].cells[0] {
        *x = f64::from_bits(x.to_bits() + 1);
    }
    folder.write(first, &study.seal(0, &rows));
    for run in [&["study", "study.toml", "--out", "out"][..], &["study", "merge", "out"]] {
        let said = folder.run(run);
        assert_eq!(said.status.code(), Some(2));
        assert!(stderr(&said).contains("another build of this version"), "{}", stderr(&said));
    }
    folder.write(first, &before);

    folder.write("study.toml", STUDY.replace("kills", "other").as_bytes());
    let said = folder.run(&["study", "study.toml", "--out", "out"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(stderr(&said).contains("out holds another study"), "{}", stderr(&said));
}

/// A disk without room: told, nothing lost, and the study goes on when there is some.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let folder = written(STUDY);
    done(&folder, &["study", "study.toml", "--shard", "1/2", "--out", "out"]);
    let kept = folder.files_in("out/chunks");
    // The next chunk is begun on a device that is always full.
    folder.link("/dev/full", "out/chunks/00000128.chunk.2-of-2.part");
    let said = folder.run(&["study", "study.toml", "--shard", "2/2", "--out", "out"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(
        stderr(&said).contains("No space left on device") && stderr(&said).contains("make room"),
        "{}",
        stderr(&said)
    );
    assert!(kept.iter().all(|name| folder.files_in("out/chunks").contains(name)));
    done(&folder, &["study", "study.toml", "--out", "out"]);
    done(&folder, &["study", "study.toml", "--out", "whole"]);
    assert_eq!(results(&folder, "out"), results(&folder, "whole"));
}

/// Shipped studies, smaller where they are large: each is read, runs to its end and refuses no point that its comment does not
/// announce.
#[test]
fn shipped_studies_run() {
    let studies = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies");
    let mut names: Vec<_> =
        std::fs::read_dir(studies).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 4);
    for path in names {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{}: say first what it asks", path.display());
        let text = text
            .replace("gb300-nvl72-4608", "dgx-h100-superpod-1024")
            .replace("samples = 64", "samples = 4")
            .replace("generations = 30", "generations = 3");
        let folder = written(&text);
        let said = done(&folder, &["study", "study.toml", "--out", "out", "--json"]);
        let summary: serde_json::Value = serde_json::from_str(&said).unwrap();
        let count = |key: &str| summary[key].as_u64().unwrap();
        assert!(count("points") > 0 && count("feasible") > 0, "{}: {said}", path.display());
        assert_eq!(folder.read("out/points.csv").lines().count() as u64, count("points") + 1);
        let roots = summary["solved"].as_array().unwrap();
        assert!(roots.iter().all(|root| root["refused"].is_null()), "{}: {said}", path.display());
    }
}

#[test]
fn what_is_refused() {
    let with = |from: &str, to: &str| {
        assert!(STUDY.contains(from), "{from}");
        written(&STUDY.replacen(from, to, 1))
    };
    let run: &[&str] = &["study", "study.toml", "--out", "out"];
    let cases: Vec<(&str, Folder, &[&str])> = vec![
        ("no such file", Folder::new(), run),
        ("no such scenario", with("dgx-h100-superpod-1024", "dgx-h100-superpod"), run),
        (
            "a scenario that is a folder's way out",
            with("dgx-h100-superpod-1024", "../../nothing.toml"),
            run,
        ),
        ("an unknown key of the study", with("samples", "sample"), run),
        ("an unknown axis", with("economics.electricity", "economics.electricty"), run),
        (
            "an unknown output",
            with("recommended.network_cost\",", "recommended.network_costs\","),
            run,
        ),
        ("a bare number", with("\"0.03 USD/kWh\"", "0.03"), run),
        ("a limit in another unit", with("-9 MUSD", "-9 MW"), run),
        ("no chunk", with("chunk = 25", "chunk = 0"), run),
        ("too many islands", written(&SEARCH.replace("islands = 5", "islands = 11")), run),
        ("another format", with("lightloom = 1", "lightloom = 2"), run),
        ("no TOML", with("samples = 16", "samples = = 16"), run),
        ("a shard too many", written(STUDY), &["study", "study.toml", "--shard", "3/2"]),
        ("a shard of nobody", written(STUDY), &["study", "study.toml", "--shard", "auto"]),
        ("no folder to merge", written(STUDY), &["study", "merge", "nothing"]),
        ("an output that there is not", Folder::new(), &["study", "outputs", "light-years"]),
    ];
    as_before!(refusals(2, &cases));
}

/// In a study that draws, as many points lie below a quantile as it says.
#[test]
fn quantiles_are_of_the_points() {
    let folder = written(STUDY);
    let said = done(&folder, &["study", "study.toml", "--out", "out", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&said).unwrap();
    let points = folder.read("out/points.csv");
    let names: Vec<&str> = points.lines().next().unwrap().split(',').collect();
    for output in ["recommended.network_cost", "cpo-switch.advantage"] {
        let rows = summary["outputs"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == output).unwrap();
        let column = names.iter().position(|name| name.starts_with(output)).unwrap();
        let values: Vec<f64> = points
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(column).unwrap().parse().unwrap())
            .collect();
        for (i, share) in [0.05, 0.5, 0.95].into_iter().enumerate() {
            let quantile = row["numbers"]["quantiles"][i].as_f64().unwrap();
            let below = values.iter().filter(|v| **v <= quantile).count();
            let found = below as f64 / values.len() as f64;
            assert!((found - share).abs() < 2e-3, "{output}: {found} of the points, not {share}");
        }
    }
    // Nothing is drawn: no quantiles.
    let steps = "range = { from = \"2 %\", to = \"8 %\", steps = 3 }";
    let still = STUDY.replace("sampled = \"own\"", steps).replace("samples = 16\n", "");
    assert_ne!(still, STUDY);
    let said = done(&written(&still), &["study", "study.toml", "--out", "out", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(summary["outputs"][0]["numbers"]["quantiles"].is_null());
}

#[test]
fn what_it_says() {
    let folder = written(STUDY);
    let output = folder.run(&["study", "study.toml", "--out", "out"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let front: Vec<String> =
        folder.read("out/front.csv").lines().take(3).map(str::to_owned).collect();
    let told = without_times(&stderr(&output));
    as_before!(format!("{told}\n{}\n{}\n", stdout(&output), front.join("\n")));
}

/// Without what each machine takes.
fn without_times(told: &str) -> String {
    let line = |line: &str| match line.split_once(':') {
        Some((head @ "Estimated time", _)) => format!("{head}: ..\n"),
        _ => format!("{line}\n"),
    };
    told.lines().map(line).collect()
}

/// The time is told before anything is computed, of what is left, and without leaving a trace.
#[test]
fn an_estimate_leaves_no_trace() {
    let folder = written(STUDY);
    let asked: &[&str] = &["study", "study.toml", "--out", "out", "--estimate"];
    let output = folder.run(asked);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    assert!(stderr(&output).contains("\nEstimated time: "), "{}", stderr(&output));
    assert_eq!(folder.files(), ["study.toml"]);
    done(&folder, &["study", "study.toml", "--out", "out"]);
    let output = folder.run(asked);
    assert!(stderr(&output).ends_with("\nNothing is left to compute.\n"), "{}", stderr(&output));
    folder.write("study.toml", STUDY.replace("kills", "other").as_bytes());
    assert!(stderr(&folder.run(asked)).contains("out holds another study"));
}

/// A search with a key of the cluster among its axes.
const SEARCH: &str = r#"
lightloom = 1
name = "search"
scenario = "dgx-h100-superpod-1024"
outputs = ["cpo-switch.network_price", "decision.winner"]

[[vary]]
key = "scale_up.signal.lane"
values = ["50 Gb/s", "100 Gb/s"]

[[vary]]
key = "premium.cpo-switch"
range = { from = "-50 %", to = "100 %", steps = 41 }

[[vary]]
key = "economics.pue"
range = { from = "1.05 x", to = "1.60 x", steps = 12 }

[[constraint]]
output = "cpo-switch.advantage"
at_least = "-2 MUSD"

[pareto]
maximise = ["cpo-switch.network_price", "cpo-switch.advantage"]

[optimise]
population = 40
generations = 8
islands = 5
"#;

/// Islands on any number of processes, killed or not, make the bytes of one run, in which no point comes twice.
#[test]
fn islands_are_the_same_on_any_number_of_shards() {
    let folder = written(SEARCH);
    let results = |out: &str| results(&folder, out);
    let begun = Instant::now();
    done(&folder, &["study", "study.toml", "--out", "whole"]);
    let whole = begun.elapsed();
    let wanted = results("whole");
    assert_eq!(
        folder.files_in("whole/chunks").iter().filter(|f| f.ends_with(".chunk")).count(),
        40
    );

    let points = folder.read("whole/points.csv");
    let points: Vec<&str> = points.lines().skip(1).map(|l| l.split(',').next().unwrap()).collect();
    let apart: std::collections::BTreeSet<&str> = points.iter().copied().collect();
    assert_eq!(apart.len(), points.len(), "a point comes twice");
    let summary: serde_json::Value =
        serde_json::from_str(&folder.read("whole/summary.json")).unwrap();
    assert_eq!(summary["points"].as_u64().unwrap(), points.len() as u64);
    assert!(!summary["front"].as_array().unwrap().is_empty());

    for of in [2, 3, 7] {
        let mut merge = vec!["study".to_owned(), "merge".to_owned()];
        for i in 1..=of {
            let (shard, out) = (format!("{i}/{of}"), format!("part-{of}-{i}"));
            let output = folder.run(&["study", "study.toml", "--shard", &shard, "--out", &out]);
            assert!(output.status.success(), "{}", stderr(&output));
            let idle =
                folder.files_in(&format!("{out}/chunks")).iter().all(|f| f.ends_with(".lock"));
            assert_eq!(stderr(&output).contains("nothing to do"), idle, "{}", stderr(&output));
            merge.push(out);
        }
        merge.extend(["--into".to_owned(), format!("merged-{of}")]);
        done(&folder, &merge.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(results(&format!("merged-{of}")), wanted, "{of} shards");
    }

    let seed = u64::from(std::process::id());
    let mut stream = lightloom::num::Stream::new(seed, 0);
    for kill in 0..6 {
        let (threads, shard) = if kill % 2 == 0 { ("1", "1/2") } else { ("2", "2/2") };
        let mut command =
            folder.command(&["study", "study.toml", "--shard", shard, "--out", "killed"]);
        let command = command.env("RAYON_NUM_THREADS", threads);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(stream.unit()));
        // It may have ended before: then there is nothing to kill.
        let _ = child.kill();
        child.wait().unwrap();
    }
    done(&folder, &["study", "study.toml", "--out", "killed"]);
    assert_eq!(results("killed"), wanted, "seed {seed}");
}

/// Processes that begin together in a new folder share it; a second of the same shard is sent away.
#[test]
fn processes_share_a_folder() {
    let folder = written(STUDY);
    for round in 0..3 {
        let out = format!("out{round}");
        let begin = |i: u32| {
            let shard = format!("{i}/4");
            let mut command =
                folder.command(&["study", "study.toml", "--shard", &shard, "--out", &out]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let begun: Vec<_> = (1..=4).map(begin).collect();
        for child in begun {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
        }
        done(&folder, &["study", "merge", &out]);
        assert_eq!(results(&folder, &out), results(&folder, "out0"));
    }
    for (lock, run) in [
        ("2-of-4", &["study", "study.toml", "--shard", "2/4", "--out", "out0"][..]),
        ("merge", &["study", "merge", "out0"]),
    ] {
        let held = std::fs::File::create(folder.path(&format!("out0/chunks/{lock}.lock"))).unwrap();
        held.lock().unwrap();
        let said = folder.run(run);
        assert_eq!(said.status.code(), Some(2));
        assert!(stderr(&said).contains("another process works on the same"), "{}", stderr(&said));
    }
}
