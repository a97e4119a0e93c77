//! Facts, sources and gains.

use lightloom_decide::plan::*;

pub(super) fn source(i: usize) -> SourceRow {
    match i % 3 {
        0 => SourceRow {
            title: "Invented paper, OFC 2024 W4H.3".to_owned(),
            url: "https://doi.org/10.0000/OFC.2024.W4H.3 (mirror)".to_owned(),
        },
        1 => SourceRow { title: "Lightloom, own assumption".to_owned(), url: String::new() },
        _ => SourceRow {
            title: "Data sheet <b>bold</b>".to_owned(),
            url: "javascript:alert(1)".to_owned(),
        },
    }
}

pub(super) fn evidence(n: usize) -> Vec<EvidenceRow> {
    let about = [
        "price of a retimed 1.6T pluggable to the buyer",
        "energy of a 200 Gb/s module DSP, one end, 3 nm",
        "price premium of a co-packaged switch over one with cages, per port and direction",
        "loss of a 28 AWG twinax pair at 53.1 GHz, per metre",
        "value of an accelerator-hour",
        "wall-plug efficiency of an external laser source",
    ];
    (0..n)
        .map(|i| {
            let swing = 11.0 / (1.0 + i as f64 * 0.7);
            let still = i > n * 2 / 3;
            EvidenceRow {
                fact: InputFact {
                    id: format!("part.{i}.quantity"),
                    about: about[i % about.len()].to_owned(),
                    value: "14.2 pJ/bit".to_owned(),
                    range: if i % 5 == 4 {
                        ["14.2 pJ/bit".to_owned(), "14.2 pJ/bit".to_owned()]
                    } else {
                        ["9 pJ/bit".to_owned(), "21 pJ/bit".to_owned()]
                    },
                    kind: ["claimed", "measured", "assumed", "spec", "model"][i % 5].to_owned(),
                    source: source(i),
                },
                saving_percent: if still {
                    [31.4, 31.4]
                } else if i % 2 == 0 {
                    [31.4 - swing, 31.4 + 0.7 * swing]
                } else {
                    [31.4 + swing * 0.8, 31.4 - swing * 0.5]
                },
                flips: i == 1 || i == 3,
                weak: i % 5 == 0 && i < 11 || i == 2,
            }
        })
        .collect()
}

pub(super) fn gain(
    what: &str,
    from: &str,
    to: &str,
    change: f64,
    range: [f64; 2],
    less: bool,
) -> Gain {
    Gain {
        what: what.to_owned(),
        baseline: from.to_owned(),
        recommended: to.to_owned(),
        change_percent: change,
        change_range_percent: range,
        less_is_better: less,
    }
}
