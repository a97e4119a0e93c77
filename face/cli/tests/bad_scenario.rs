//! Every way to get a scenario wrong: one clear error with file, line, caret, key path and hint, exit code 2, and
//! no report left behind. The snapshots are to be read: would a network architect know what to do?

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[allow(dead_code, unused_macros, reason = "shared by several tests")]
#[macro_use]
mod common;

use common::{Folder, base, refusals, refused_edits, stderr};

const PLAN: &[&str] = &["plan", "scenario.toml", "--report", "report.html"];

#[test]
fn files_that_are_no_scenario() {
    let binary = Folder::new();
    binary.write("scenario.toml", b"name = \"\xff\xfe\"\n");
    as_before!(refusals(
        2,
        &[
            ("a missing file", Folder::new(), PLAN),
            ("not UTF-8", binary, PLAN),
            ("empty", Folder::with(""), PLAN),
            ("a comment only", Folder::with("# nothing\n"), PLAN),
            ("HTML", Folder::with("<html><body>hello</body></html>\n"), PLAN),
            ("JSON", Folder::with("{\"lightloom\": 1}\n"), PLAN),
            (
                "a text that does not end",
                Folder::with("lightloom = 1\nname = \"GB300\nyear = 2026\n"),
                PLAN
            ),
            (
                "a long text that does not end",
                Folder::with("lightloom = 1\nabout = \"\"\"\nno end\n\n"),
                PLAN
            ),
            ("a control character", Folder::with("lightloom = 1\nname = \"a\u{1}b\"\n"), PLAN),
            ("far too large", Folder::with(&"# comment\n".repeat(200_000)), PLAN),
            ("behind a byte order mark", Folder::with("\u{feff}lightloom = true\n"), PLAN),
            (
                "with Windows line ends",
                Folder::with(&base().replace('\n', "\r\n").replace("= 72", "= 7.2")),
                PLAN
            ),
        ],
    ));
}

#[test]
fn toml_that_is_wrong() {
    as_before!(refused_edits(&[
        &[("domain = 72", "domain = = 72")],
        &[("name = \"GB300", "name = GB300")],
        &[("[hall]", "[hall")],
        &[("domain = 72", "domain = 72\ndomain = 36")],
        &[("[hall]", "[cluster]")],
        &[("domain = 72", "domain 72")],
    ]));
}

#[test]
fn quantities() {
    as_before!(refused_edits(&[
        &[("hall_gap = \"6 m\"", "hall_gap = \"6 W\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"6 KM\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"6 parsec\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = 6")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"6\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"six metres\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"-6 m\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"nan m\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = nan")],
        &[("hall_gap = \"6 m\"", "hall_gap = inf")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"1e400 m\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = \"1e300 m\"")],
        &[("hall_gap = \"6 m\"", "hall_gap = true")],
        &[("hall_gap = \"6 m\"", "hall_gap = [\"6 m\"]")],
        &[("\"7.2 Tb/s\"", "\"7.2 TB/s\"")],
        &[("\"7.2 Tb/s\"", "\"0 Tb/s\"")],
        &[("\"7.2 Tb/s\"", "\"1e200 Tb/s\"")],
        &[("host_height = \"1 U\"", "host_height = \"0 U\"")],
        &[("rails = 4", "rails = 4\noversubscription = \"-1 x\"")],
        &[("rails = 4", "rails = 4\noversubscription = 2.0")],
    ]));
}

#[test]
fn topologies_of_networks() {
    let out = |what: &str| format!("rails = 4\n{what}");
    let one = |what: &str| format!("rails = 1\n{what}");
    let edits: Vec<(&str, String)> = vec![
        ("rails = 4", out("topology = { dragonfly = { p = 16, a = 8, h = 5, groups = 36 } }")),
        ("rails = 4", one("topology = { dragonfly = { p = 16, a = 8, h = 5 } }")),
        ("rails = 4", one("topology = { dragonfly = { p = 128, a = 36, h = 0, groups = 1 } }")),
        ("rails = 4", one("topology = { full-mesh = { endpoints = 4608 } }")),
        ("rails = 4", one("topology = { clos = { endpoints = 4608, radix = 144 } }")),
        ("rails = 4", one("topology = { hyperx = { dims = [16, 18], t = 16, planes = 2 } }")),
        (
            "rails = 4",
            one("topology = { rail-only = { domains = 128, domain = 36, radix = 144 } }"),
        ),
        ("rails = 4", out("oversubscription = [\"1 x\", \"2 x\", \"3 x\", \"4 x\"]")),
        ("rails = 4", out("oversubscription = []")),
        ("rails = 4", out("oversubscription = [\"1 x\", \"2000 x\"]")),
        ("links = 18", "links = 18\nneighbours = \"through-sides\"".to_owned()),
        ("links = 18", "links = 18\nlink_rates = [\"400 Gb/s\"]".to_owned()),
    ];
    let pairs: Vec<[(&str, &str); 2]> =
        edits.iter().map(|(a, b)| [(*a, b.as_str()), ("layers = 2\n", "")]).collect();
    let all: Vec<&[(&str, &str)]> = pairs.iter().map(<[_; 2]>::as_slice).collect();
    as_before!(refused_edits(&all));
}

#[test]
fn keys() {
    as_before!(refused_edits(&[
        &[("links = 18", "lnks = 18")],
        &[("year = 2026", "yeer = 2026")],
        &[("[hall]", "[hal]")],
        &[("lane = \"200 Gb/s\"", "lanes = \"200 Gb/s\"")],
        &[("domain = 72\n", "")],
        &[("domain = 72\n", ""), ("links = 18\n", "")],
        &[("lightloom = 1\n", "")],
        &[("[hall]\n", "[economics]\n")],
        &[("lane = \"200 Gb/s\", ", "")],
        &[(", url = \"https://github.com/mlcommons/training_results_v5.1\"", "")],
        &[("lightloom = 1", "lightloom = 2")],
        &[("lightloom = 1", "lightloom = \"1\"")],
    ]));
}

#[test]
fn types() {
    as_before!(refused_edits(&[
        &[("accelerators = 4608", "accelerators = \"4608\"")],
        &[("accelerators = 4608", "accelerators = 4608.0")],
        &[("accelerators = 4608", "accelerators = -4608")],
        &[("accelerators = 4608", "accelerators = 99999999999999999999")],
        &[("year = 2026", "year = 70000")],
        &[("per_user = 20.0", "per_user = \"20\"")],
        &[("accelerator = \"gb300\"", "accelerator = 300")],
        &[("precision = \"fp8\"", "precision = 8")],
        &[(
            "signal = { lane = \"200 Gb/s\", modulation = \"pam4\", fec = \"kp4\" }",
            "signal = \"pam4\""
        )],
        &[("lightloom = 1\n", "lightloom = 1\nscale_out = 3\n"), ("[scale_out]", "[scale_in]")],
    ]));
}

#[test]
fn choices() {
    as_before!(refused_edits(&[
        &[("precision = \"fp8\"", "precision = \"fp7\"")],
        &[("middle-of-row", "middle-of-the-row")],
        &[("modulation = \"pam4\"", "modulation = \"pam5\"")],
        &[("fec = \"kp4\"", "fec = \"KP4\"")],
        &[("chip_node = \"5nm\"", "chip_node = \"5 nm\"")],
        &[("[training]", "[economics]\ncooling = \"water\"\n\n[training]")],
    ]));
}

#[test]
fn names() {
    as_before!(refused_edits(&[
        &[("\"gb300\"", "\"gb30\"")],
        &[("\"gb300\"", "\"a100\"")],
        &[("\"nvswitch5\"", "\"nvswitch9\"")],
        &[("\"quantum-x800\"", "\"quantum-x80\"")],
        &[("\"tomahawk5\"", "\"tomahwk5\"")],
        &[("\"cx8\"", "\"cx88\"")],
        &[("\"dpu400\"", "\"bluefield\"")],
        &[("\"nvlink5\"", "\"nccl\"")],
        &[("\"megatron-bridge-gb300-fp8-2026\"", "\"megatron-cor\"")],
        &[("\"llama-3.1-405b\"", "\"llama-3.1-405\"")],
        &[("\"deepseek-v3\"", "\"deepseek\"")],
        &[("[training]", "[buyer]\nexclude = [\"dac\", \"cpo\"]\n\n[training]")],
    ]));
}

/// What a buyer excludes is a technology that there is, whether jobs are run on the cluster or not.
#[test]
fn a_technology_that_is_not_there_cannot_be_excluded() {
    let text = base().replacen("[training]", "[buyer]\nexclude = [\"cpo\"]\n\n[training]", 1);
    let folder = Folder::with(&text);
    for command in [
        &["scenario", "check", "scenario.toml"][..],
        &["readiness", "scenario.toml"],
        &["operate", "scenario.toml"],
        &["breakeven", "premium", "scenario.toml"],
        &["train", "scenario.toml"],
        &["world-size", "scenario.toml"],
    ] {
        let output = folder.run(command);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        assert!(said.contains("there is no technology called `cpo`"), "{command:?}: {said}");
        assert!(said.contains("buyer.exclude"), "{command:?}: {said}");
    }
}

#[test]
fn what_a_buyer_wants() {
    let buyer = |lines: &str| ("[training]".to_owned(), format!("{lines}\n\n[training]"));
    let edits = [
        "[buyer]\nprofile = \"hyperscalar\"",
        "[buyer]\nprofile = \"enterprise\"\nweights = { cost = 1 }",
        "[buyer.weights]\ncost = -1",
        "[buyer.weights]\ncost = 0",
        "[buyer.weights]\nprice = 1",
        "[buyer.weights]\ncost = nan",
        "[buyer.limits]\nnetwork_power = \"1.2 MUSD\"",
        "[buyer.limits]\nnetwork_power = \"-1 MW\"",
        "[buyer.limits]\nnetwork_price = 45",
        "[buyer.limits]\nracks = 0",
        "[buyer.limits]\nfloor = 10",
    ]
    .map(buyer);
    let edits = edits.each_ref().map(|(from, to)| [(from.as_str(), to.as_str())]);
    as_before!(refused_edits(&edits.each_ref().map(<[_; 1]>::as_slice)));
}

#[test]
fn counts() {
    as_before!(refused_edits(&[
        &[("accelerators = 4608", "accelerators = 0")],
        &[("accelerators = 4608", "accelerators = 1000000000000000000")],
        &[("accelerators = 4608", "accelerators = 72000000")],
        &[("domain = 72", "domain = 0")],
        &[("links = 18", "links = 0")],
        &[("switches = 18\n", "switches = 0\n")],
        &[("racks_per_row = 16", "racks_per_row = 0")],
        &[("rows_per_hall = 24", "rows_per_hall = 1000000000000000000")],
        &[("chips_per_switch_tray = 2", "chips_per_switch_tray = 0")],
        &[("nics_per_host = 4", "nics_per_host = 1000000000000000000")],
        &[("layers = 2", "layers = 9")],
        &[("rails = 4", "rails = 0")],
        &[("year = 2026", "year = 1926")],
    ]));
}

#[test]
fn parts_that_do_not_fit_together() {
    as_before!(refused_edits(&[
        &[("domain = 72", "domain = 70")],
        &[("accelerators = 4608", "accelerators = 4600")],
        &[("accelerators_per_host = 4", "accelerators_per_host = 5")],
        &[("accelerators_per_rack = 72", "accelerators_per_rack = 70")],
        &[("switches = 18\n", "second_tier = { group = 7, uplink_ratio = \"1 x\" }\n")],
        &[("switches = 18\n", "second_tier = { group = 72, uplink_ratio = \"1 x\" }\n")],
        &[("domain = 72", "domain = 288")],
        &[("switches = 18\n", "switches = 7\n")],
        &[("layers = 2", "layers = 1")],
        &[("nics_per_host = 1\n", "nics_per_host = 1\nlayers = 1\nplanes = 1\n")],
        &[("bandwidth_per_direction = \"800 Gb/s\"", "bandwidth_per_direction = \"80 Tb/s\"")],
        &[("rails = 4", "rails = 200")],
        &[("racks_per_row = 16", "racks_per_row = 1")],
        &[("lane = \"200 Gb/s\"", "lane = \"900 Gb/s\"")],
        &[(
            "lane = \"200 Gb/s\", modulation = \"pam4\"",
            "lane = \"400 Gb/s\", modulation = \"pam2\""
        )],
    ]));
}

#[test]
fn work_that_cannot_be_done() {
    as_before!(refused_edits(&[
        &[
            ("\"llama-3.1-405b\"", "\"kimi-k2\""),
            ("precision = \"fp8\"", "precision = \"bf16\""),
            ("global_batch = 2304", "global_batch = 2304\naccelerators = 8"),
        ],
        &[
            ("\"deepseek-v3\"", "\"kimi-k2\""),
            ("precision = \"fp4\"", "precision = \"bf16\"\nlargest_instance = 1")
        ],
        &[("\"gb300\"", "\"h100\"")],
        &[("global_batch = 2304", "global_batch = 0")],
        &[("sequence = 8192", "sequence = 1000000000000000000")],
        &[("global_batch = 2304", "global_batch = 2304\naccelerators = 9216")],
        &[("prompt = 4096", "prompt = 0")],
        &[("per_user = 20.0", "per_user = nan")],
        &[("per_user = 20.0", "per_user = 0")],
        &[("per_user = 20.0", "per_user = -20.0")],
        &[("per_user = 20.0", "per_user = inf")],
    ]));
}

#[test]
fn money() {
    let with = |line: &str| format!("[economics]\n{line}\n\n[training]");
    let edits = [
        "period = \"0 years\"",
        "period = \"1e30 years\"",
        "electricity = \"-0.1 USD/kWh\"",
        "electricity = \"0.1 EUR/kWh\"",
        "electricity = 0.1",
        "pue = \"0 x\"",
        "pue = 1.2",
        "pue = \"1e300 x\"",
        "accelerator_hour = \"-2 USD/h\"",
        "accelerator_hour = \"1e300 USD/h\"",
        "discount = \"300 %\"",
        "discount = \"-1 %\"",
        "labour = \"-100 USD/h\"",
        "facility = \"-1 USD/W\"",
        "maintenance = \"200 %\"",
        "engine_margin = \"100 %\"",
        "module_margin = \"-5 %\"",
        "erosion = \"120 %\"",
        "depreciation = \"sudden\"",
        "depreciation_life = \"0 years\"",
        "grid = \"nrway\"",
        "utilisation = \"0 %\"",
        "utilisation = \"110 %\"",
    ]
    .map(with);
    let edits: Vec<[(&str, &str); 1]> =
        edits.iter().map(|e| [("[training]", e.as_str())]).collect();
    let edits: Vec<&[(&str, &str)]> = edits.iter().map(|e| e.as_slice()).collect();
    as_before!(refused_edits(&edits));
}
