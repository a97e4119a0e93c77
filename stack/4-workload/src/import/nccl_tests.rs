//! Output of nccl-tests and rccl-tests (`all_reduce_perf -b 8 -e 16G -f 2`).

use super::ImportError;
use crate::collective::Operation;
use lightloom_units::{BitRate, DataSize, Time};
use serde::Serialize;

const FORMAT: &str = "nccl-tests output";
/// Columns before the times, and of each of the two ways.
const HEAD: usize = 5;
const WAY: usize = 4;
/// Most members that a printed factor is taken to tell apart.
const MOST_RANKS: u64 = 1 << 20;
/// Bus bandwidths below this are printed with too few digits to tell a factor, GB/s.
const DISTINCT_GB_PER_S: f64 = 5.0;

/// Operations with the programs that measure them.
const PROGRAMS: [(Option<Operation>, &str); 7] = [
    (Some(Operation::AllReduce), "all_reduce"),
    (Some(Operation::AllGather), "all_gather"),
    (Some(Operation::ReduceScatter), "reduce_scatter"),
    (Some(Operation::AllToAll), "alltoall"),
    (Some(Operation::Broadcast), "broadcast"),
    // A reduction to one rank, which no model here takes.
    (None, "reduce"),
    (Some(Operation::SendReceive), "sendrecv"),
];

/// One size of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SweepPoint {
    /// Size of the whole vector, as this crate counts it.
    pub size: DataSize,
    /// Time of one operation, out of place.
    pub time: Time,
}

impl SweepPoint {
    /// Size over time.
    #[must_use]
    pub fn algorithm_bandwidth(&self) -> BitRate {
        self.size / self.time
    }
}

/// A sweep over sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sweep {
    /// What was measured.
    pub collective: Operation,
    /// Ranks.
    pub ranks: u64,
    /// Version of the library, where it was printed: `2.27.3`.
    pub version: Option<String>,
    /// In order of size.
    pub points: Vec<SweepPoint>,
}

impl Sweep {
    /// Reads the output of one run.
    ///
    /// The collective is taken from `told`, else from the line that newer programs print, else from the columns where
    /// they leave one choice. Ranks are counted in the header, else follow from the printed factor of a large message.
    ///
    /// # Errors
    /// [`ImportError`] with the line: a row of other columns, a number that is none or not above zero, wrong results, no
    /// rows, a collective or a number of ranks that cannot be told.
    ///
    /// # Example
    /// ```
    /// use lightloom_workload::{collective::Operation, import::Sweep};
    /// let sweep = Sweep::parse(
    ///     "#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
    ///    1073741824     268435456     float     sum      -1   4029.0  266.50  466.38      0   4031.0  266.37  466.15      0",
    ///     None,
    /// )?;
    /// assert_eq!((sweep.collective, sweep.ranks), (Operation::AllReduce, 8));
    /// # Ok::<(), lightloom_workload::import::ImportError>(())
    /// ```
    pub fn parse(text: &str, told: Option<Operation>) -> Result<Self, ImportError> {
        let (mut ranks, mut version, mut printed) = (0_u64, None, None);
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut last = 1;
        for (k, line) in text.lines().enumerate() {
            last = k + 1;
            let plain = line.trim().trim_start_matches('#').trim();
            if let Some(rest) = plain.strip_prefix("Rank ") {
                let number = rest.split_whitespace().next().and_then(|n| n.parse::<u64>().ok());
                ranks = ranks.max(number.map_or(0, |n| n.saturating_add(1)));
            } else if let Some((_, rest)) = plain.split_once("CCL version ") {
                let numbers = rest.split(['+', ' ', '-']).next().unwrap_or(rest);
                version.get_or_insert_with(|| numbers.to_owned());
            } else if let Some((_, rest)) = plain.split_once("Collective test starting:") {
                printed = program(rest);
            }
            if !line.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            rows.push(Row::parse(line, k + 1)?);
        }
        let fail = |problem: &str, hint: &str| ImportError {
            format: FORMAT,
            line: last,
            problem: problem.to_owned(),
            hint: hint.to_owned(),
        };
        let Some(largest) = rows.iter().max_by(|a, b| a.size.total_cmp(&b.size)) else {
            return Err(fail(
                "there is no row of results",
                "give the whole output of a program of nccl-tests",
            ));
        };
        let ambiguous =
            || fail("the columns do not say which collective this is", "name it: --op alltoall");
        // Of what is told, printed and seen, the first that there is.
        let named = told.map(Some).or(printed).or_else(|| largest.collective());
        let to_one = || {
            fail("a reduction to one rank, which no model here takes", "give the sweep of another")
        };
        let collective = named.ok_or_else(ambiguous)?.ok_or_else(to_one)?;
        if ranks == 0 {
            let unknown = || {
                fail(
                    "the output does not say how many ranks took part",
                    "keep the lines `# Rank ...`, or add larger sizes",
                )
            };
            ranks = largest.ranks(collective).ok_or_else(unknown)?;
        }
        let mut points: Vec<SweepPoint> = rows
            .iter()
            // Rows of size zero are latencies of nothing; nccl-tests prints them for sizes below one element a rank.
            .filter(|row| row.size > 0.0)
            .map(|row| SweepPoint { size: DataSize::bytes(row.size), time: Time::s(row.us * 1e-6) })
            .collect();
        points.sort_by(|a, b| a.size.as_bytes().total_cmp(&b.size.as_bytes()));
        Ok(Self { collective, ranks, version, points })
    }
}

/// The operation of a program's name, `all_reduce_perf` or a path that ends so; `Some(None)` where it is one that no model
/// takes.
fn program(name: &str) -> Option<Option<Operation>> {
    let name = name.trim().rsplit('/').next().unwrap_or(name);
    let known = PROGRAMS.iter().filter(|(_, program)| name.starts_with(program));
    // `reduce_scatter` begins as `reduce` does.
    known.max_by_key(|(_, program)| program.len()).map(|(operation, _)| *operation)
}

struct Row<'t> {
    size: f64,
    reduction: &'t str,
    root: &'t str,
    us: f64,
    algorithm: f64,
    bus: f64,
}

impl<'t> Row<'t> {
    fn parse(line: &'t str, number: usize) -> Result<Self, ImportError> {
        let fail = |problem: String, hint: &str| {
            Err(ImportError { format: FORMAT, line: number, problem, hint: hint.to_owned() })
        };
        let columns: Vec<&str> = line.split_whitespace().collect();
        if columns.len() != HEAD + 2 * WAY && columns.len() != HEAD + WAY {
            return fail(
                format!("{} columns, where a row of results has {}", columns.len(), HEAD + 2 * WAY),
                "leave lines as the program prints them",
            );
        }
        let mut numbers = [0.0_f64; 4];
        for (slot, at) in numbers.iter_mut().zip([0, HEAD, HEAD + 1, HEAD + 2]) {
            match columns[at].parse::<f64>() {
                Ok(value) if value.is_finite() && value >= 0.0 => *slot = value,
                _ => {
                    return fail(
                        format!("`{}` is no size, time or bandwidth", columns[at]),
                        "expected a number",
                    );
                }
            }
        }
        let [size, us, algorithm, bus] = numbers;
        if us <= 0.0 {
            return fail("a time of zero".to_owned(), "leave out rows that were not measured");
        }
        let wrong = columns[HEAD + 3];
        if wrong.parse::<f64>().is_ok_and(|errors| errors > 0.0) {
            return fail(
                format!("{wrong} wrong results"),
                "a run with wrong results measures nothing",
            );
        }
        Ok(Self { size, reduction: columns[3], root: columns[4], us, algorithm, bus })
    }

    /// The collective, where the columns leave one choice; as [`program`].
    fn collective(&self) -> Option<Option<Operation>> {
        let rooted = self.root != "-1";
        match (self.reduction != "none", rooted) {
            (true, true) => Some(None),
            (false, true) => Some(Some(Operation::Broadcast)),
            (true, false) if self.bus > DISTINCT_GB_PER_S => {
                // A reduction of n has a factor of 2 (n - 1)/n or (n - 1)/n: one and above, or below.
                let factor = self.bus / self.algorithm;
                Some(Some(if factor > 0.995 {
                    Operation::AllReduce
                } else {
                    Operation::ReduceScatter
                }))
            }
            _ => None,
        }
    }

    /// Ranks for which the printed factor is this collective's; `None` where it tells nothing.
    fn ranks(&self, collective: Operation) -> Option<u64> {
        if self.bus < DISTINCT_GB_PER_S {
            return None;
        }
        let factor = self.bus / self.algorithm;
        let share = match collective {
            Operation::AllReduce => factor / 2.0,
            Operation::AllGather | Operation::ReduceScatter | Operation::AllToAll => factor,
            Operation::Broadcast | Operation::SendReceive => return None,
        };
        let ranks = (1.0 / (1.0 - share)).round();
        if !(ranks >= 2.0 && ranks <= MOST_RANKS as f64) {
            return None;
        }
        // Printed to two decimals: the number must follow from it, not only suit it.
        let error = 0.01 / self.bus + 0.01 / self.algorithm;
        let neighbour = (ranks + 1.0).recip() - ranks.recip();
        (neighbour.abs() > 2.0 * error).then_some(ranks as u64)
    }
}
