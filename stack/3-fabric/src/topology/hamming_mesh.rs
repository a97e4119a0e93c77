//! HammingMesh: boards as meshes, and a tree for each row and each column of boards.

use super::measure::Search;
use super::summary::{
    Bisection, Diameter, Failure, LinkCount, Summary, SwitchCount, mean_of_pairs, share,
};
use super::{Graph, Shape, Wire, wire};
use crate::error::{FabricError, at_least_one, ports, product};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An `x x y` field of boards with `a x b` accelerators each; endpoints forward.
///
/// # Model
/// A board is a mesh. The `2 b` ports of its two sides join the network of its row of boards, the `2 a` above and
/// below that of its column: one switch where `2 b x` ports suffice, else a non-blocking tree of two layers with all
/// ports of a board at one leaf. Distances depend only on whether two boards share a row's leaf, a row, a column's
/// leaf, a column: they are found on a field of at most 9 x 9 boards and weighted by how often each case occurs.
///
/// # Validity
/// Boards of at most 16 x 16. The bisection is the cut between half the boards and the others: `1 / 2a` of what the
/// accelerators' ports carry for square boards.
///
/// # Source
/// T. Hoefler et al., HammingMesh: A Network Topology for Large-Scale Deep Learning, SC 2022 (arXiv 2209.01346).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HammingMesh {
    /// Accelerators along a row of a board.
    pub a: u64,
    /// Accelerators along a column of a board.
    pub b: u64,
    /// Boards in a row.
    pub x: u64,
    /// Boards in a column.
    pub y: u64,
    /// Ports of a switch.
    #[serde(default = "sixty_four")]
    pub radix: u64,
}

fn sixty_four() -> u64 {
    64
}

/// Most accelerators along a side of a board.
const MOST_SIDE: u64 = 16;

/// The network of one row, or column, of boards.
#[derive(Debug, Clone, Copy)]
struct Line {
    boards: u64,
    /// Accelerators along the side of a board that it joins; two ports for each.
    lines: u64,
    /// Boards at one leaf.
    per_leaf: u64,
    leaves: u64,
    /// Switches of the second layer; none for one leaf.
    spines: u64,
    /// Links of a leaf to a spine.
    trunk: u64,
}

impl Line {
    fn new(boards: u64, lines: u64, radix: u64) -> Result<Self, FabricError> {
        let all = product("ports of a row of boards", &[2, lines, boards])?;
        if all <= radix {
            return Ok(Self { boards, lines, per_leaf: boards, leaves: 1, spines: 0, trunk: 0 });
        }
        let per_leaf = radix / 2 / (2 * lines);
        if per_leaf == 0 {
            let place = "a leaf of a row of boards (all ports of a board, and as many up)";
            return Err(FabricError::RadixTooSmall { place, needed: 4 * lines, radix });
        }
        let (leaves, up) = (boards.div_ceil(per_leaf), 2 * lines * per_leaf);
        let fits = |q: &u64| up % q == 0 && leaves.saturating_mul(up / q) <= radix;
        let too_many = FabricError::TooManyEndpoints { endpoints: all, layers: 2, radix };
        let spines = (1..=up).find(fits).ok_or(too_many)?;
        Ok(Self { boards, lines, per_leaf, leaves, spines, trunk: up / spines })
    }

    /// The smallest network that has each case of two boards, with a third of each kind.
    fn reduced(&self) -> Self {
        let (leaves, per_leaf) = (self.leaves.min(3), self.per_leaf.min(3));
        let spines = u64::from(leaves > 1);
        Self { boards: leaves * per_leaf, per_leaf, leaves, spines, trunk: spines, ..*self }
    }

    /// Ordered pairs of boards, and a board of the reduced network that is so to the first: itself, at the same leaf,
    /// at another leaf.
    fn cases(&self) -> [(f64, u64); 3] {
        let (full, rest) = (self.boards / self.per_leaf, self.boards % self.per_leaf);
        let pairs = |n: u64| n as f64 * n.saturating_sub(1) as f64;
        let at_leaf = full as f64 * pairs(self.per_leaf) + pairs(rest);
        let across = pairs(self.boards) - at_leaf;
        // Of one leaf nothing is across, whatever rounding leaves of it.
        let across = if self.leaves == 1 { 0.0 } else { across };
        [(self.boards as f64, 0), (at_leaf, 1), (across, self.reduced().per_leaf)]
    }
}

/// A field of boards.
#[derive(Debug, Clone, Copy)]
struct Field {
    rows: Line,
    columns: Line,
}

impl Field {
    fn endpoints(&self) -> u64 {
        self.rows.boards * self.columns.lines * self.columns.boards * self.rows.lines
    }

    /// Switches: leaves of rows, spines of rows, leaves of columns, spines of columns.
    fn switches(&self) -> [u64; 4] {
        let (r, c) = (&self.rows, &self.columns);
        [c.boards * r.leaves, c.boards * r.spines, r.boards * c.leaves, r.boards * c.spines]
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) {
        let (a, b) = (self.columns.lines, self.rows.lines);
        let (wide, high) = (a * self.rows.boards, b * self.columns.boards);
        let n = wide * high;
        let at = |column: u64, row: u64| row * wide + column;
        for row in 0..high {
            for column in 0..wide {
                if column % a + 1 < a {
                    emit(wire(at(column, row), at(column + 1, row), 1, 0));
                }
                if row % b + 1 < b {
                    emit(wire(at(column, row), at(column, row + 1), 1, 0));
                }
            }
        }
        let [row_leaves, row_spines, column_leaves, _] = self.switches();
        let first = [
            n,
            n + row_leaves,
            n + row_leaves + row_spines,
            n + row_leaves + row_spines + column_leaves,
        ];
        // Both sides of every line of every board; a line of one accelerator has both at it.
        let sides = |length: u64, mut side: Box<dyn FnMut(u64, u64) + '_>| {
            if length == 1 {
                side(0, 2);
            } else {
                side(0, 1);
                side(length - 1, 1);
            }
        };
        for row in 0..high {
            for board in 0..self.rows.boards {
                let leaf = first[0] + row / b * self.rows.leaves + board / self.rows.per_leaf;
                sides(a, Box::new(|i, links| emit(wire(at(board * a + i, row), leaf, links, 1))));
            }
        }
        for column in 0..wide {
            for board in 0..self.columns.boards {
                let leaf =
                    first[2] + column / a * self.columns.leaves + board / self.columns.per_leaf;
                sides(
                    b,
                    Box::new(|j, links| emit(wire(at(column, board * b + j), leaf, links, 2))),
                );
            }
        }
        let mut class = 3;
        for (line, networks, leaf, spine) in [
            (&self.rows, self.columns.boards, first[0], first[1]),
            (&self.columns, self.rows.boards, first[2], first[3]),
        ] {
            for network in 0..networks {
                for l in 0..line.leaves {
                    for s in 0..line.spines {
                        let (lower, upper) =
                            (leaf + network * line.leaves + l, spine + network * line.spines + s);
                        emit(wire(lower, upper, line.trunk, class));
                    }
                }
            }
            class += u8::from(line.spines > 0);
        }
    }
}

/// The reduced field, to be searched.
struct Reduced(Field, Summary);

impl Shape for Reduced {
    fn summary(&self) -> Result<Summary, FabricError> {
        Ok(self.1.clone())
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        self.0.wires(emit);
        Ok(())
    }
}

impl HammingMesh {
    fn field(&self) -> Result<Field, FabricError> {
        for (what, value) in [
            ("a, the accelerators along a row of a board,", self.a),
            ("b, the accelerators along a column of a board,", self.b),
        ] {
            at_least_one(what, value)?;
            if value > MOST_SIDE {
                let what = "accelerators along a side of a board";
                return Err(FabricError::TooLarge { what, count: value, most: MOST_SIDE });
            }
        }
        at_least_one("x, the boards in a row,", self.x)?;
        at_least_one("y, the boards in a column,", self.y)?;
        ports(self.radix)?;
        product("endpoints", &[self.a, self.b, self.x, self.y, 4])?;
        Ok(Field {
            rows: Line::new(self.x, self.b, self.radix)?,
            columns: Line::new(self.y, self.a, self.radix)?,
        })
    }

    /// Sum of distances over ordered pairs, and the longest.
    fn distances(&self, field: &Field) -> Result<(f64, Diameter), FabricError> {
        let small = Field { rows: field.rows.reduced(), columns: field.columns.reduced() };
        let mut counts = empty(small.endpoints());
        counts.switches =
            small.switches().map(|count| SwitchCount::of("switch", count, 0)).to_vec();
        let graph = Graph::of(&Reduced(small, counts))?;
        let (a, b, wide) = (self.a, self.b, self.a * small.rows.boards);
        let place = |bx: u64, by: u64, i: u64, j: u64| ((by * b + j) * wide + bx * a + i) as usize;
        let (mut sum, mut diameter) = (0.0, Diameter { links: 0, switches: 0 });
        let mut search = Search::default();
        for from in (0..a * b).map(|v| place(0, 0, v % a, v / a)) {
            search.run(&graph, from as u32);
            for (many_x, bx) in field.rows.cases() {
                for (many_y, by) in field.columns.cases() {
                    if many_x <= 0.0 || many_y <= 0.0 {
                        continue;
                    }
                    for to in (0..a * b).map(|v| place(bx, by, v % a, v / a)) {
                        let d = u64::from(search.distance[to]);
                        sum += many_x * many_y * d as f64;
                        if d > diameter.links {
                            diameter =
                                Diameter { links: d, switches: switches_on(&graph, &search, to) };
                        }
                    }
                }
            }
        }
        Ok((sum, diameter))
    }

    /// The cut between half the boards and the others, along the cheaper direction.
    fn bisection(&self) -> Bisection {
        let Self { a, b, x, y, .. } = *self;
        let along = |a: u64, b: u64, x: u64, y: u64| {
            let whole = (x / 2) * 2 * b * y;
            // The middle column of boards of an odd number is halved, and its middle board in turn.
            let middle = if x % 2 == 1 { (y / 2) * 2 * a } else { 0 };
            let board = if x % 2 == 1 && y % 2 == 1 { 4 * (a * b / 2) } else { 0 };
            whole + middle + board
        };
        let cut = along(a, b, x, y).min(along(b, a, y, x));
        let all = a * b * x * y / 2 * 4;
        Bisection::at_most(cut.min(all), "between half the boards and the others")
    }
}

/// Electrical switches on one shortest way back.
fn switches_on(graph: &Graph, search: &Search, to: usize) -> u64 {
    let (mut at, mut switches) = (to as u32, 0);
    while search.distance[at as usize] > 0 {
        let nearer = |v: &&u32| search.distance[**v as usize] + 1 == search.distance[at as usize];
        let Some(next) = graph.neighbours(at).iter().find(nearer) else { break };
        at = *next;
        switches += u64::from(at >= graph.endpoints());
    }
    switches
}

/// A summary with nothing but endpoints.
fn empty(endpoints: u64) -> Summary {
    Summary {
        endpoints,
        ports_per_endpoint: 4,
        switches: Vec::new(),
        links: Vec::new(),
        diameter: Diameter { links: 0, switches: 0 },
        mean_links: 0.0,
        bisection: Bisection::at_most(0, ""),
        shortest_paths: None,
        edge_disjoint_paths: 4,
        saturation: None,
        failures: Vec::new(),
    }
}

impl Shape for HammingMesh {
    fn summary(&self) -> Result<Summary, FabricError> {
        let field = self.field()?;
        let Self { a, b, x, y, radix } = *self;
        let n = field.endpoints();
        let mut s = empty(n);
        let names = ["row leaf", "row spine", "column leaf", "column spine"];
        for (i, (name, count)) in names.into_iter().zip(field.switches()).enumerate() {
            let line = if i < 2 { &field.rows } else { &field.columns };
            let used = if i % 2 == 0 {
                2 * line.lines * line.per_leaf.min(line.boards) + line.spines * line.trunk
            } else {
                line.leaves * line.trunk
            };
            if count > 0 {
                s.switches.push(SwitchCount::of(name, count, used).with_radix(radix));
            }
        }
        let trunk = |length: u64| if length == 1 { 2 } else { 1 };
        s.links = vec![
            LinkCount::of(
                "board",
                ["endpoint", "endpoint"],
                x * y * (b * (a - 1) + a * (b - 1)),
                1,
            ),
            LinkCount::of("row", ["endpoint", "row leaf"], 2 * b * x * y, trunk(a)),
            LinkCount::of("column", ["endpoint", "column leaf"], 2 * a * x * y, trunk(b)),
        ];
        for (name, ends, line, networks) in [
            ("row leaf-spine", ["row leaf", "row spine"], &field.rows, y),
            ("column leaf-spine", ["column leaf", "column spine"], &field.columns, x),
        ] {
            if line.spines > 0 {
                let count = product("links", &[networks, line.leaves, line.spines, line.trunk])?;
                s.links.push(LinkCount::of(name, ends, count, line.trunk));
            }
        }
        let (sum, diameter) = self.distances(&field)?;
        s.diameter = diameter;
        s.mean_links = mean_of_pairs(sum, n);
        s.bisection = self.bisection();
        // Between boards there may be fewer ways than ports of an accelerator.
        s.edge_disjoint_paths = match (x > 1, y > 1) {
            (true, false) => (2 * b).min(4),
            (false, true) => (2 * a).min(4),
            _ => 4,
        };
        let bisection = s.bisection;
        s.failures = vec![
            Failure::of("a board link", [0.0, 0.25, bisection.share(u64::from(x * y == 1))]),
            Failure::of("a row or column link", [0.0, 0.25, bisection.share(1)]),
            Failure::of(
                "a row leaf",
                [0.0, if a == 1 { 0.5 } else { 0.25 }, bisection.share(field.rows.per_leaf * b)],
            ),
            Failure::of(
                "an endpoint",
                [share(1, n), if a == 1 && b == 1 { 0.0 } else { 0.25 }, bisection.share(4)],
            ),
            Failure::of("a board", [share(a * b, n), 0.0, bisection.share(2 * (a + b))]),
        ];
        Ok(s)
    }

    fn wires(&self, emit: &mut dyn FnMut(Wire)) -> Result<(), FabricError> {
        self.field()?.wires(emit);
        Ok(())
    }
}
