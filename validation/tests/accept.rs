//! Every row is within its limit, or says why not. `-- --nocapture` prints the cases, worst first.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failed test may panic"
)]

use lightloom_evidence::Facts;
use lightloom_scenario::Library;
use lightloom_validation::{CaseResult, cases, run};

fn all() -> Vec<CaseResult> {
    let library = Library::shipped().unwrap();
    let facts = Facts::nominal(&library.catalog);
    run(&cases().unwrap(), &library, &facts).unwrap()
}

#[test]
fn a_missed_limit_has_a_cause_and_a_cause_a_missed_limit() {
    let mut wrong = Vec::new();
    for case in all() {
        println!(
            "{:16} {:5} rows, mean {:5.1} %, of limit {:5.2}, leave-one-out {:?}, worst {:?}",
            case.id,
            case.rows.len(),
            case.mean_percent,
            case.of_limit,
            case.leave_one_out_percent,
            case.worst.map(|i| (&case.rows[i].name, case.rows[i].error_percent))
        );
        for band in &case.bands {
            println!(
                "    {:22} {} rows, mean {:.1}, worst {:.1}",
                band.name, band.rows, band.mean_percent, band.worst_percent
            );
        }
        for row in case.worst_first().iter().filter(|r| !r.accepted).take(12) {
            println!(
                "    beyond: {}: {:?} against {} {} {:?} {:?} {:?}",
                row.name,
                row.computed,
                row.measured,
                row.unit,
                row.error_percent,
                row.refused,
                row.cause
            );
        }
        let id = &case.id;
        wrong.extend(
            case.unexplained()
                .into_iter()
                .map(|row| format!("{id}: no cause says why this is off: {row}")),
        );
        wrong.extend(
            case.idle_causes
                .iter()
                .map(|cause| format!("{id}: within its limit, strike the cause: {cause}")),
        );
    }
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}
