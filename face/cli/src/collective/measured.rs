//! Measured sweeps beside what is computed.

use super::OperationArgument;
use crate::failure::Failure;
use lightloom::decide::collective_fit::fit;
use lightloom::decide::collective_sheet::{Ranks, operation_name};
use lightloom::decide::plan::MeasuredSheet;
use lightloom::evidence::Catalog;
use lightloom::workload::WorkloadError;
use lightloom::workload::collective::Operation;
use lightloom::workload::import::Sweep;
use std::path::Path;

/// Reads the output of a program of nccl-tests, which must be of the operation that is asked for.
pub(super) fn read(file: &Path, asked: OperationArgument) -> Result<(Sweep, &Path), Failure> {
    let text = crate::plan::read(file, "give the output of a program of nccl-tests")?;
    let Some(operation) = asked.operation() else {
        return Err(Failure::Usage {
            message: "nccl-tests do not measure exchanges between experts".to_owned(),
            hint: "take the operation that was measured, such as all-reduce".to_owned(),
        });
    };
    // As it says of itself; what it does not say is what was asked for.
    let sweep = match Sweep::parse(&text, None) {
        Ok(sweep) => sweep,
        Err(_) => Sweep::parse(&text, Some(operation)).map_err(|e| Failure::of_import(file, &e))?,
    };
    if sweep.collective != operation {
        let measured = operation_name(sweep.collective);
        return Err(Failure::Usage {
            message: format!("{} is a sweep of {measured}", file.display()),
            hint: "name the operation that was measured".to_owned(),
        });
    }
    Ok((sweep, file))
}

pub(super) fn fitted(
    on: &Ranks<'_>,
    catalog: &Catalog,
    sweep: &Sweep,
    operation: Operation,
    file: &Path,
) -> Result<MeasuredSheet, WorkloadError> {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    fit(on, catalog, sweep, operation, &name)
}
