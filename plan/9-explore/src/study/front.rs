//! The Pareto front of points that stream by.

/// A point with its goals, all of them to be minimised.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Number of the point.
    pub point: u64,
    /// Values; those that are maximised with the other sign.
    pub values: Vec<f64>,
}

/// Whether one is nowhere worse than another and better somewhere.
#[must_use]
pub fn dominates(a: &[f64], b: &[f64]) -> bool {
    let mut better = false;
    for (x, y) in a.iter().zip(b) {
        if x > y {
            return false;
        }
        better |= x < y;
    }
    better
}

/// Points of which none dominates another; of equal ones the first.
///
/// # Model
/// A point is taken when no kept one dominates or equals it, and puts out those that it dominates. Kept points lie in the
/// order of their goals, so that only those before a point can dominate it and only those behind it be dominated. With two goals
/// the second falls as the first rises: one look decides.
///
/// # Validity
/// Finite values; others are not taken.
#[derive(Debug, Clone, Default)]
pub struct Front {
    kept: Vec<Goal>,
}

impl Front {
    /// Offers a point and says whether it is taken; points come in the order of their numbers.
    pub fn offer(&mut self, goal: Goal) -> bool {
        if goal.values.iter().any(|v| !v.is_finite()) {
            return false;
        }
        let place = self.kept.partition_point(|kept| order(&kept.values, &goal.values).is_le());
        let before = &self.kept[..place];
        let beaten = |kept: &Goal| kept.values.iter().zip(&goal.values).all(|(k, g)| k <= g);
        // With two goals the last before has the least second goal of all before.
        let loses = match goal.values.len() {
            0..=2 => before.last().is_some_and(beaten),
            _ => before.iter().any(beaten),
        };
        if loses {
            return false;
        }
        if goal.values.len() <= 2 {
            let mut end = place;
            while self.kept.get(end).is_some_and(|kept| dominates(&goal.values, &kept.values)) {
                end += 1;
            }
            self.kept.splice(place..end, [goal]);
        } else {
            let behind = self.kept.split_off(place);
            let stays = behind.into_iter().filter(|kept| !dominates(&goal.values, &kept.values));
            let stays: Vec<Goal> = stays.collect();
            self.kept.push(goal);
            self.kept.extend(stays);
        }
        true
    }

    /// The front, by rising first goal.
    #[must_use]
    pub fn points(&self) -> &[Goal] {
        &self.kept
    }
}

/// By the first goal that differs; finite values, of which the two zeros are one.
pub(crate) fn order(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal)
}
