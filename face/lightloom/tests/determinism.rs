//! The same scenario gives the same bytes, whatever the number of threads.
#![allow(clippy::unwrap_used, reason = "a failed test may panic")]

use lightloom::{Extent, Library, Wanted};

/// Samples enough to run all the code that more do.
const FEW: Wanted = Wanted { extent: Extent::Figures, samples: 192, belief: None };

/// The whole plan as JSON, computed with so many threads.
fn json(threads: usize, text: &str) -> String {
    let library = Library::shipped().unwrap();
    let scenario = lightloom::scenario::parse(text).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let plan =
        pool.install(|| lightloom::plan_with(&library, &scenario, text, FEW, |_| {})).unwrap();
    serde_json::to_string(&plan).unwrap()
}

#[test]
fn plans_do_not_depend_on_the_number_of_threads() {
    // The smallest cluster runs all the parallel code that the others do.
    let text = include_str!("../../../scenarios/dgx-h100-superpod-1024.toml");
    let one = json(1, text);
    for threads in [2, 7] {
        assert!(one == json(threads, text), "{threads} threads give another plan than one");
    }
}
