//! Any text as a model's `config.json`: a model with finite counts, or an error that names a key.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lightloom_workload::{Convention, Model, WorkloadError};

fuzz_target!(|text: &str| {
    match Model::from_hugging_face("fuzz", "fuzz", text) {
        Ok(model) => {
            let flops = model.operations(1 << 31).training(Convention::HARDWARE);
            assert!(flops.is_finite() && flops > 0.0);
            assert!(model.parameters() > 0);
            assert!(model.kv_of_sequence(1 << 31, 2.0).as_bytes().is_finite());
            let _ = model.prediction_parameters();
        }
        Err(WorkloadError::Config { key, problem }) => {
            assert!(!key.is_empty() && !problem.is_empty());
        }
        Err(other) => panic!("an error without a key: {other}"),
    }
});
