//! Computed against measured: marks stand where the numbers say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed test may panic"
)]

#[path = "common/markup.rs"]
mod markup;

use lightloom_report::drawing::{MeasuredCase, computed_measured};
use markup::{assert_well_formed, tags};

fn case(kind: &str, seconds: Vec<[f64; 2]>, ratios: Vec<f64>) -> MeasuredCase {
    MeasuredCase {
        id: "V<1>".to_owned(),
        kind: kind.to_owned(),
        seconds,
        ratios,
        missed: 0,
        mean_percent: 10.0,
        accepted: false,
    }
}

/// Where the subpaths of the first path of a class begin.
fn points(text: &str, class: &str) -> Vec<[f64; 2]> {
    let all = tags(text);
    let path = all.iter().find(|t| t.name == "path" && t.get("class") == Some(class)).unwrap();
    let data = path.get("d").unwrap();
    data.split('M')
        .skip(1)
        .map(|part| {
            let end = part.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            let numbers: Vec<f64> =
                part[..end].split_whitespace().map(|n| n.parse().unwrap()).collect();
            [numbers[0], numbers[1]]
        })
        .collect()
}

#[test]
fn twice_the_time_stands_as_much_higher_in_every_decade() {
    let times = [1e-5, 1e-3, 1e-1, 10.0];
    let even = case("training", times.map(|t| [t, t]).to_vec(), vec![1.0; 4]);
    let double = case("serving", times.map(|t| [2.0 * t, t]).to_vec(), vec![2.0; 4]);
    let text = computed_measured(&[even, double]).standalone();
    assert_well_formed(&text);
    let even = points(&text, "d-series-plug d-series-dot");
    let double = points(&text, "d-series-copper d-series-dot");
    assert_eq!((even.len(), double.len()), (4, 4));
    // Two decades lie between neighbours, in both directions.
    for pair in even.windows(2) {
        let [dx, dy] = [pair[1][0] - pair[0][0], pair[0][1] - pair[1][1]];
        assert!(
            (dx - 2.0 * 370.0 / 7.0).abs() < 0.11 && (dy - 2.0 * 386.0 / 7.0).abs() < 0.11,
            "{dx} {dy}"
        );
    }
    for (a, b) in even.iter().zip(&double) {
        assert!((a[0] - b[0]).abs() < 1e-9);
        assert!(
            (a[1] - b[1] - std::f64::consts::LOG10_2 * 386.0 / 7.0).abs() < 0.11,
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn ratios_stand_by_their_logarithm_and_within_the_strip() {
    let ratios = vec![0.5, 1.0, 2.0, 1e-9, 1e9];
    let text = computed_measured(&[case("training", Vec::new(), ratios)]).standalone();
    let x: Vec<f64> = points(&text, "d-series-plug d-series-stroke").iter().map(|p| p[0]).collect();
    assert!((x[1] - x[0] - (x[2] - x[1])).abs() < 0.21, "{x:?}");
    // What lies beyond the ends stands at them.
    assert!(x.iter().all(|x| (622.0..=868.0).contains(x)), "{x:?}");
    assert!(text.contains("no row is a time"));
}

#[test]
fn what_is_no_number_is_left_out() {
    let odd = case("goodput", vec![[f64::NAN, 1.0], [0.0, 1.0], [1.0, 1.0]], vec![f64::NAN, 1.0]);
    let text = computed_measured(&[odd]).standalone();
    assert!(!text.contains("NaN") && !text.contains("inf"));
    assert_eq!(points(&text, "d-series-soft d-series-stroke").len(), 1);
    let none = computed_measured(&[]).standalone();
    assert!(none.contains("0 of 0 measured cases"));
}
