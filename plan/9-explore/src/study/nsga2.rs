//! NSGA-II: a search for the front where the grid is too large.

use super::front::{dominates, order};
use lightloom_num::Stream;

/// Distribution indices of crossover and mutation, as in the paper's experiments.
const CROSSOVER: f64 = 20.0;
const MUTATION: f64 = 20.0;
/// Share of pairs that are crossed.
const CROSSED: f64 = 0.9;

/// A member of a population.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Genes between 0 and 1.
    pub genes: Vec<f64>,
    /// Goals, to be minimised.
    pub goals: Vec<f64>,
    /// By how much limits are broken in all; 0 within them. Infinite where nothing can be computed, as where a goal is.
    pub broken: f64,
}

/// A population that breeds; whoever holds it evaluates.
///
/// # Model
/// Fast sorting into fronts by constrained dominance (who breaks less wins, within limits the dominating one), crowding distance
/// within a front, binary tournaments, simulated binary crossover, polynomial mutation of one gene in the mean, the best of
/// parents and children survive.
///
/// # Source
/// K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, A fast and elitist multiobjective genetic algorithm: NSGA-II, IEEE Trans. Evol.
/// Comput. 6 (2002) 182; crossover: K. Deb, R. B. Agrawal, Complex Systems 9 (1995) 115.
#[derive(Debug, Clone)]
pub struct Nsga2 {
    stream: Stream,
    genes: usize,
    size: usize,
    parents: Vec<Member>,
}

impl Nsga2 {
    /// A search over so many genes with a population of this size; islands of one seed draw apart.
    #[must_use]
    pub fn new(genes: usize, size: usize, seed: u64, island: u64) -> Self {
        Self { stream: Stream::new(seed, island), genes, size: size.max(4), parents: Vec::new() }
    }

    /// Genes of the next generation: drawn at first, then bred.
    pub fn ask(&mut self) -> Vec<Vec<f64>> {
        if self.parents.is_empty() {
            let (size, genes) = (self.size, self.genes);
            return (0..size).map(|_| (0..genes).map(|_| self.stream.unit()).collect()).collect();
        }
        let ranks = ranked(&self.parents);
        let mut children = Vec::with_capacity(self.size);
        while children.len() < self.size {
            let mut pair = [self.tournament(&ranks), self.tournament(&ranks)]
                .map(|i| self.parents[i].genes.clone());
            self.cross(&mut pair);
            for mut child in pair {
                self.mutate(&mut child);
                children.push(child);
            }
        }
        children.truncate(self.size);
        children
    }

    /// Takes the evaluated generation: the best of it and its parents live on.
    pub fn tell(&mut self, children: Vec<Member>) {
        let mut all = std::mem::take(&mut self.parents);
        all.extend(children.into_iter().map(|mut child| {
            if child.goals.iter().any(|goal| !goal.is_finite()) {
                child.broken = f64::INFINITY;
            }
            child
        }));
        let ranks = ranked(&all);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|a, b| better(&ranks[*a], &ranks[*b]).then(a.cmp(b)));
        order.truncate(self.size);
        order.sort_unstable();
        self.parents = order.into_iter().map(|i| all[i].clone()).collect();
    }

    /// Who lives.
    #[must_use]
    pub fn population(&self) -> &[Member] {
        &self.parents
    }

    fn tournament(&mut self, ranks: &[Rank]) -> usize {
        let n = ranks.len() as u64;
        let mut draw = || usize::try_from(self.stream.below(n)).unwrap_or(0);
        let (a, b) = (draw(), draw());
        if better(&ranks[b], &ranks[a]).is_lt() { b } else { a }
    }

    /// Simulated binary crossover within 0 and 1.
    fn cross(&mut self, [a, b]: &mut [Vec<f64>; 2]) {
        if self.stream.unit() > CROSSED {
            return;
        }
        for (x, y) in a.iter_mut().zip(b.iter_mut()) {
            let (crossed, u, swap) = (self.stream.unit(), self.stream.unit(), self.stream.unit());
            let (low, high) = (x.min(*y), x.max(*y));
            if crossed > 0.5 || high - low < 1e-14 {
                continue;
            }
            // The spread of the children, such that they stay between 0 and 1.
            let child = |room: f64| {
                let beta = 1.0 + 2.0 * room / (high - low);
                let alpha = 2.0 - libm::pow(beta, -(CROSSOVER + 1.0));
                let base = if u <= 1.0 / alpha { u * alpha } else { 1.0 / (2.0 - u * alpha) };
                libm::pow(base, 1.0 / (CROSSOVER + 1.0))
            };
            let near = 0.5 * (low + high - child(low) * (high - low));
            let far = 0.5 * (low + high + child(1.0 - high) * (high - low));
            let [first, second] = if swap < 0.5 { [near, far] } else { [far, near] };
            (*x, *y) = (first.clamp(0.0, 1.0), second.clamp(0.0, 1.0));
        }
    }

    /// Polynomial mutation within 0 and 1.
    fn mutate(&mut self, genes: &mut [f64]) {
        let chance = 1.0 / lightloom_num::to_f64(genes.len().max(1));
        for x in genes {
            let (hit, u) = (self.stream.unit(), self.stream.unit());
            if hit > chance {
                continue;
            }
            let (room, power) = (if u < 0.5 { *x } else { 1.0 - *x }, MUTATION + 1.0);
            let rest = libm::pow(1.0 - room, power);
            let step = if u < 0.5 {
                libm::pow(2.0 * u + (1.0 - 2.0 * u) * rest, 1.0 / power) - 1.0
            } else {
                1.0 - libm::pow(2.0 * (1.0 - u) + 2.0 * (u - 0.5) * rest, 1.0 / power)
            };
            *x = (*x + step).clamp(0.0, 1.0);
        }
    }
}

/// Front, from 0, and crowding distance.
#[derive(Debug, Clone, Copy)]
struct Rank {
    front: usize,
    crowding: f64,
}

/// The lower front first, then who has more room.
fn better(a: &Rank, b: &Rank) -> std::cmp::Ordering {
    a.front.cmp(&b.front).then(b.crowding.total_cmp(&a.crowding))
}

fn ranked(all: &[Member]) -> Vec<Rank> {
    let mut ranks = vec![Rank { front: 0, crowding: 0.0 }; all.len()];
    for (number, front) in fronts(all).iter().enumerate() {
        front.iter().for_each(|i| ranks[*i].front = number);
        crowd(all, front, &mut ranks);
    }
    ranks
}

/// Members by front, each in the order of the members.
///
/// # Model
/// Who keeps all limits comes first, in the order of the goals, so that nobody is dominated by who comes later: a member belongs to
/// the first front in which nobody dominates it, which bisection finds, since who is dominated in a front is so in all before it.
/// Behind them whoever breaks as much makes a front. Memory grows with the members, not with their pairs.
///
/// # Source
/// X. Zhang, Y. Tian, R. Cheng, Y. Jin, An efficient approach to nondominated sorting for evolutionary multiobjective optimization,
/// IEEE Trans. Evol. Comput. 19 (2015) 201.
fn fronts(all: &[Member]) -> Vec<Vec<usize>> {
    let (mut within, mut beyond): (Vec<usize>, Vec<usize>) =
        (0..all.len()).partition(|i| all[*i].broken <= 0.0);
    within.sort_by(|a, b| order(&all[*a].goals, &all[*b].goals).then(a.cmp(b)));
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    for i in within {
        let beaten = |front: &Vec<usize>| {
            front.iter().rev().any(|k| dominates(&all[*k].goals, &all[i].goals))
        };
        let place = fronts.partition_point(beaten);
        match fronts.get_mut(place) {
            Some(front) => front.push(i),
            None => fronts.push(vec![i]),
        }
    }
    fronts.iter_mut().for_each(|front| front.sort_unstable());
    beyond.sort_by(|a, b| all[*a].broken.total_cmp(&all[*b].broken).then(a.cmp(b)));
    let alike = |a: &usize, b: &usize| all[*a].broken.total_cmp(&all[*b].broken).is_eq();
    fronts.extend(beyond.chunk_by(alike).map(<[usize]>::to_vec));
    fronts
}

/// Crowding distances of a front: the room between neighbours, goal by goal; without end at the ends.
fn crowd(all: &[Member], front: &[usize], ranks: &mut [Rank]) {
    let goals = all[front[0]].goals.len();
    for goal in 0..goals {
        let value = |i: usize| all[i].goals.get(goal).copied().unwrap_or(f64::INFINITY);
        let mut order = front.to_vec();
        order.sort_by(|a, b| value(*a).total_cmp(&value(*b)).then(a.cmp(b)));
        let (first, last) = (order[0], order[order.len() - 1]);
        let width = value(last) - value(first);
        ranks[first].crowding = f64::INFINITY;
        ranks[last].crowding = f64::INFINITY;
        for w in order.windows(3) {
            let room = (value(w[2]) - value(w[0])) / width;
            if room.is_finite() {
                ranks[w[1]].crowding += room;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who is dominated by nobody that is left, peeled off front by front; few values make many ties.
    #[test]
    fn fronts_are_those_of_comparing_all_with_all() {
        let wins = |a: &Member, b: &Member| {
            if a.broken > 0.0 || b.broken > 0.0 {
                a.broken < b.broken
            } else {
                dominates(&a.goals, &b.goals)
            }
        };
        let mut stream = Stream::new(5, 0);
        for case in 0..300 {
            let mut draw = |values: &[f64]| {
                values[usize::try_from(stream.below(values.len() as u64)).unwrap_or(0)]
            };
            let goals = 1 + case % 4;
            let member = |draw: &mut dyn FnMut(&[f64]) -> f64| Member {
                genes: Vec::new(),
                goals: (0..goals).map(|_| draw(&[-0.0, 0.0, 1.0, 2.0, 3.0])).collect(),
                broken: draw(&[0.0, 0.0, 0.0, 1.0, 2.0, f64::INFINITY]),
            };
            let all: Vec<Member> = (0..1 + case % 40).map(|_| member(&mut draw)).collect();
            let mut left: Vec<usize> = (0..all.len()).collect();
            let mut wanted = Vec::new();
            while !left.is_empty() {
                let (front, rest): (Vec<usize>, Vec<usize>) =
                    left.iter().partition(|i| !left.iter().any(|j| wins(&all[*j], &all[**i])));
                wanted.push(front);
                left = rest;
            }
            assert_eq!(fronts(&all), wanted, "case {case}: {all:?}");
        }
    }
}
