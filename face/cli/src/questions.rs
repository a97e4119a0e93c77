//! `lightloom questions`: the nine questions, and the commands that answer them.

use crate::failure::Failure;
use clap::Args;
use std::fmt::Write as _;

#[derive(Debug, Args)]
pub(crate) struct QuestionsArguments {
    /// A question by its number, or what is looked for in a word: `power`, `yield`, `rent` [default: all].
    #[arg(value_name = "WORD")]
    word: Option<String>,
    /// The scenario that the commands are written for: your file, or the name of a shipped one.
    #[arg(long, value_name = "SCENARIO", default_value = "gb300-nvl72-4608")]
    scenario: String,
}

/// One of the nine.
struct Question {
    name: &'static str,
    asks: &'static str,
    ways: &'static [Way],
}

/// A command that answers it.
struct Way {
    /// `SCENARIO` stands for the file or name.
    command: &'static str,
    shows: &'static str,
    /// Other words by which people look for it.
    also: &'static str,
}

const fn way(command: &'static str, shows: &'static str, also: &'static str) -> Way {
    Way { command, shows, also }
}

/// What comes before any question.
const FIRST: &[Way] = &[
    way(
        "scenario new my.toml --from gb300-nvl72-4608",
        "a commented scenario to edit; `catalog systems` lists what to start from",
        "init create start template begin make example tutorial",
    ),
    way(
        "scenario check my.toml",
        "whether it is sound: racks, links, lengths",
        "validate lint verify",
    ),
    way(
        "plan SCENARIO",
        "the decision, an answer to all nine, and a page to forward (.html)",
        "run report page decide forward html summary recommend",
    ),
];

const QUESTIONS: [Question; 9] = [
    Question {
        name: "Reach",
        asks: "Where does copper stop? Does this channel need a DSP?",
        ways: &[
            way(
                "reach --lane \"200 Gb/s\"",
                "how far passive copper goes, by gauge and cable",
                "dac cable distance length 224g 112g",
            ),
            way(
                "fabric crossover SCENARIO",
                "the length at which copper gives way to light: by what closes, power, cost",
                "optics distance",
            ),
            way(
                "link --example co-packaged",
                "a lane file to start from; `link LANE.toml` then says margin, receiver, laser power",
                "lane margin budget laser dsp simulate",
            ),
            way(
                "com THRU.s4p",
                "channel operating margin of measured channels",
                "touchstone s-parameters measured margin",
            ),
            way(
                "fec --ber 2.4e-4",
                "what each code leaves of a bit error ratio",
                "kp4 reed-solomon errors",
            ),
        ],
    },
    Question {
        name: "Tiers",
        asks: "Can radix or a larger domain remove a tier? What does the network draw?",
        ways: &[
            way(
                "fabric compare SCENARIO --radix 64,144,512",
                "layers, switches, power at the rack inlets, cost, accelerators fed",
                "layer topology switch ports",
            ),
            way(
                "fabric SCENARIO",
                "one fabric: power at five boundaries, bill, racks, lengths",
                "network watts bom parts leaf spine",
            ),
            way(
                "fabric SCENARIO --technology \"scale-out leaf-spine=cpo-switch\"",
                "the same with your choice on a link class",
                "what-if cpo lpo leaf-spine",
            ),
        ],
    },
    Question {
        name: "World size",
        asks: "What does a larger domain give my model?",
        ways: &[
            way(
                "world-size SCENARIO --model config.json --sizes 8,72,576",
                "throughput, energy and price of a token by size of the domain",
                "nvlink domain nvl72 hugging face",
            ),
            way(
                "train SCENARIO --model config.json --domain 72",
                "a training step: best cuts, where the time goes",
                "mfu parallelism tensor pipeline",
            ),
            way(
                "infer SCENARIO --model config.json --domain 72",
                "tokens/s for a user against throughput",
                "serve serving decode latency tokens",
            ),
            way(
                "collective all-reduce \"1 GiB\" --group 64 --accelerator h100",
                "one collective by every algorithm",
                "nccl allreduce all-to-all",
            ),
        ],
    },
    Question {
        name: "Repair",
        asks: "Which unit is swapped, for how long, and how many ports stop?",
        ways: &[
            way(
                "operate SCENARIO",
                "blast radius by technology, hours lost by cause",
                "mtbf fault",
            ),
            way(
                "package cpo-switch",
                "one technology: what is replaced, and what stops meanwhile",
                "module engine blast",
            ),
        ],
    },
    Question {
        name: "Availability",
        asks: "How many spares, which SLA, what goodput?",
        ways: &[
            way(
                "operate SCENARIO",
                "what failures cost a job, service levels of a rack, spares",
                "failure sla goodput ettr uptime flap reliability",
            ),
            way(
                "operate SCENARIO --against baseline",
                "the same years beside those of another strategy",
                "failures compare",
            ),
        ],
    },
    Question {
        name: "Money",
        asks: "Which premium breaks even? What does a million tokens cost, owned or rented?",
        ways: &[
            way(
                "cost SCENARIO",
                "every strategy with ranges; owned against rented; your terms in [economics]",
                "tco price capex opex buy lease rental npv electricity pue",
            ),
            way(
                "plan SCENARIO --set \"buyer.limits.network_power=1.2 MW\"",
                "the cheapest mix within a cap on power, price or racks, or by weights: [buyer]",
                "limit budget constraint weights profile preference",
            ),
            way(
                "breakeven premium SCENARIO",
                "the premium at which a technology ceases to pay",
                "cpo break-even flip",
            ),
            way(
                "breakeven electricity SCENARIO --map premium",
                "who wins over two inputs",
                "sensitivity power price",
            ),
        ],
    },
    Question {
        name: "Manufacture",
        asks: "Which step and which tolerance decide the cost of a good engine?",
        ways: &[
            way(
                "package yield cpo-switch",
                "yield and cost by step, joints, spares, twice the tolerance",
                "engine defects process assembly",
            ),
            way(
                "package joint --offset \"1.5 um\"",
                "what a joint of fibre and chip loses by offset, tilt and gap",
                "coupling coupler alignment fiber tolerance misalignment",
            ),
        ],
    },
    Question {
        name: "Readiness",
        asks: "When is it ready, from how many vendors?",
        ways: &[way(
            "readiness SCENARIO --year 2027",
            "dates, vendors, evidence, what waiting costs, whom each suits",
            "roadmap date vendor buyer when available",
        )],
    },
    Question {
        name: "Evidence",
        asks: "Which inputs are measured or assumed, and which would flip the decision?",
        ways: &[
            way(
                "plan SCENARIO --no-report",
                "section How sure this is: what decides, what would flip it",
                "uncertainty sensitivity sobol confidence sure",
            ),
            way(
                "study STUDY.toml",
                "any keys and facts as axes; studies/ and the book have examples",
                "sweep grid pareto optimise",
            ),
            way(
                "catalog accelerator.b200",
                "any fact with range, kind, source",
                "data source fact",
            ),
            way(
                "claims C02",
                "what the field claims, weighed by computed numbers",
                "marketing hype",
            ),
            way("validate", "what was measured beside what is computed", "accuracy error trust"),
        ],
    },
];

impl Way {
    fn line(&self, scenario: &str) -> String {
        format!("lightloom {}", self.command.replace("SCENARIO", scenario))
    }

    /// Whether a word, in lower case, is of it.
    fn has(&self, word: &str) -> bool {
        [self.command, self.shows, self.also].iter().any(|text| text.to_lowercase().contains(word))
    }
}

/// Up to three commands that a word may mean, as lines to type.
pub(crate) fn about(word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return Vec::new();
    }
    let all = FIRST.iter().chain(QUESTIONS.iter().flat_map(|q| q.ways));
    let mut lines: Vec<String> = all
        .filter(|way| way.has(&word))
        .map(|way| format!("`lightloom {}`: {}", way.command, way.shows))
        .collect();
    lines.dedup();
    lines.truncate(3);
    lines
}

pub(crate) fn run(arguments: &QuestionsArguments) -> Result<(), Failure> {
    let word = arguments.word.as_deref().unwrap_or_default().to_lowercase();
    let number = word.parse::<usize>().ok();
    let mut out = String::new();
    if word.is_empty() {
        out.push_str("First\n");
        ways(&mut out, FIRST, "", &arguments.scenario);
    }
    for (i, question) in QUESTIONS.iter().enumerate() {
        let whole = format!("{} {}", question.name, question.asks).to_lowercase();
        let asked = word.is_empty() || number == Some(i + 1) || whole.contains(&word);
        let held = if asked || number.is_some() { "" } else { word.as_str() };
        if !asked && (number.is_some() || !question.ways.iter().any(|way| way.has(held))) {
            continue;
        }
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}{} {}: {}", i + 1, question.name, question.asks);
        ways(&mut out, question.ways, held, &arguments.scenario);
    }
    if out.is_empty() {
        return Err(Failure::Unknown {
            message: format!("no question and no command here is about `{word}`"),
            hint: "`lightloom questions` lists all; `lightloom help COMMAND` describes one"
                .to_owned(),
        });
    }
    let _ = writeln!(
        out,
        "\nEach takes your scenario in the place of {}, and --help.",
        arguments.scenario
    );
    crate::print(&out)
}

fn ways(out: &mut String, ways: &[Way], held: &str, scenario: &str) {
    for way in ways.iter().filter(|way| held.is_empty() || way.has(held)) {
        let _ = writeln!(out, "  {}\n      {}", way.line(scenario), way.shows);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test may panic")]

    use super::{FIRST, QUESTIONS, about};
    use clap::Parser as _;

    /// As a shell parts words: quotes hold together.
    pub(crate) fn words(line: &str) -> Vec<String> {
        let parts = line.split('"').enumerate();
        parts
            .flat_map(|(i, part)| match i % 2 {
                1 => vec![part.to_owned()],
                _ => part.split_whitespace().map(str::to_owned).collect(),
            })
            .collect()
    }

    #[test]
    fn every_command_that_is_shown_can_be_typed() {
        for way in FIRST.iter().chain(QUESTIONS.iter().flat_map(|q| q.ways)) {
            let line = way.line("my.toml");
            crate::args::Arguments::try_parse_from(words(&line)).unwrap();
        }
    }

    #[test]
    fn words_of_other_tools_lead_to_a_command() {
        for (word, command) in [
            ("init", "scenario new"),
            ("tco", "cost"),
            ("coupling", "package joint"),
            ("failures", "operate"),
            ("goodput", "operate"),
            ("rental", "cost"),
            ("serve", "infer"),
        ] {
            let found = about(word);
            assert!(
                found.iter().any(|line| line.contains(&format!("lightloom {command}"))),
                "{word}: {found:?}"
            );
        }
        assert!(about("xyzzy").is_empty());
    }
}
