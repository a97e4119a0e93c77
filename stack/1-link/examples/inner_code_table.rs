//! Prints `fec/inner_table.rs`'s rows: outer symbol error ratio behind Chase-5 against the bit error ratio before it.
//!
//! `cargo run --release -p lightloom-link --example inner_code_table` takes some minutes on one core.

use lightloom_link::fec::hamming::{Chase, simulate};
use lightloom_num::Stream;

/// Bit error ratio before the inner code, and million words.
const POINTS: [(f64, u64); 22] = [
    (1.0e-3, 10),
    (1.25e-3, 8),
    (1.6e-3, 6),
    (2.0e-3, 4),
    (2.5e-3, 4),
    (3.0e-3, 3),
    (3.5e-3, 3),
    (4.0e-3, 3),
    (4.4e-3, 3),
    (4.8e-3, 4),
    (5.2e-3, 3),
    (5.6e-3, 2),
    (6.3e-3, 2),
    (7.0e-3, 1),
    (8.0e-3, 1),
    (1.0e-2, 1),
    (1.3e-2, 1),
    (1.7e-2, 1),
    (2.5e-2, 1),
    (4.0e-2, 1),
    (8.0e-2, 1),
    (2.0e-1, 1),
];

fn main() -> Result<(), lightloom_link::fec::FecError> {
    for (entity, (ber, million)) in (1..).zip(POINTS) {
        let mut stream = Stream::new(8_023, entity);
        let tally = simulate(ber, Chase::FIVE, million * 1_000_000, &mut stream)?;
        let (ratio, error) = tally.symbol_error_ratio();
        #[expect(clippy::print_stdout, reason = "this is what an example is for")]
        {
            println!("    Row {{ ber: {ber:e}, ratio: {ratio:.4e}, error: {error:.1e} }},");
        }
    }
    Ok(())
}
