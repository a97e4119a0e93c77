//! Links whose two ends are made differently: every end that the catalog offers, facing every other that its light can meet.

use crate::technology::{Engine, Partner, Technology};
use std::collections::BTreeMap;

/// What stands between the names of the upper and the lower end in the id of a pair.
pub const FACING: char = '~';

/// Links of two ends that no file has at both, by id: `near-package-optics~half-retimed-pluggable` has the first at the switch
/// and the second at the other end.
///
/// # Model
/// Ends meet where they speak alike: as many wavelengths of the same signal in the one mode of an ordinary fibre, so that
/// neither a die-to-die bus nor a multi-mode lane faces another. Technologies that differ in nothing but what they face are one
/// end, known at a switch by the one that faces another end, at an accelerator or interface by the one that stands at both.
///
/// # Validity
/// That makers' parts work together is assumed of parts of one standard: linear modules are specified to face retimed ones
/// (<https://www.lpo-msa.org/home/faqs.html>), other pairs by the optical interface alone. Dates and vendors are those of the scarcer end.
///
/// # Example
/// ```
/// # use lightloom_package::{Technology, pair::{pairs, upper_end}};
/// # use std::collections::BTreeMap;
/// let technologies: BTreeMap<String, Technology> = lightloom_catalog::TECHNOLOGIES
///     .iter()
///     .map(|(file, text)| Technology::parse(file, text).map(|t| (t.id.clone(), t)))
///     .collect::<Result<_, _>>()?;
/// let pairs = pairs(&technologies);
/// let pair = &pairs["near-package-optics~half-retimed-pluggable"];
/// assert_eq!(pair.name, "NPO facing LRO");
/// assert_eq!(upper_end(&pair.id), "near-package-optics");
/// // A file has retimed pluggables at both ends, and a bus meets no serial lane.
/// assert!(!pairs.contains_key("retimed-pluggable~retimed-pluggable"));
/// assert!(!pairs.contains_key("cpo-stacked~retimed-pluggable"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn pairs(technologies: &BTreeMap<String, Technology>) -> BTreeMap<String, Technology> {
    let all: Vec<&Technology> = technologies.values().filter(|t| t.single_mode()).collect();
    let mut ends: Vec<Vec<&Technology>> = Vec::new();
    for technology in &all {
        match ends.iter_mut().find(|known| same_end(known[0], technology)) {
            Some(known) => known.push(technology),
            None => ends.push(vec![technology]),
        }
    }
    let known_at = |end: &[&'_ Technology], both: bool| {
        let fits = |t: &&&Technology| t.at_both_ends() == both;
        end.iter().find(fits).or(end.first()).map(|t| (*t).clone())
    };
    let at_both = |upper: &[&Technology], lower: &[&Technology]| {
        same_end(upper[0], lower[0]) && upper.iter().any(|t| t.at_both_ends())
    };
    let mut pairs = BTreeMap::new();
    for upper in &ends {
        for lower in &ends {
            if !meet(upper[0], lower[0]) || at_both(upper, lower) {
                continue;
            }
            let (Some(upper), Some(lower)) = (known_at(upper, false), known_at(lower, true)) else {
                continue;
            };
            let pair = pair(upper, &lower);
            pairs.insert(pair.id.clone(), pair);
        }
    }
    pairs
}

/// Whether a file has the two ends of a pair as one technology, where the near end is no switch: a co-packaged switch facing modules.
#[must_use]
pub fn is_stated(technologies: &BTreeMap<String, Technology>, pair: &Technology) -> bool {
    technologies.values().any(|t| match (&t.partner, &pair.partner) {
        (Partner::Other(stated), Partner::Facing(lower)) => stated == lower && same_end(t, pair),
        _ => false,
    })
}

/// The technology at the switch end of a link, by the link's id: of a pair its first, else itself.
#[must_use]
pub fn upper_end(id: &str) -> &str {
    id.split_once(FACING).map_or(id, |(upper, _)| upper)
}

/// Technologies that a link's id names: the two ends of a pair, else itself.
pub fn ends(id: &str) -> impl Iterator<Item = &str> {
    id.split(FACING)
}

/// Whether two links, by their ids, have the same ends, be it the other way round.
#[must_use]
pub fn same_ends(a: &str, b: &str) -> bool {
    let turned =
        |id: &str| id.split_once(FACING).map(|(upper, lower)| format!("{lower}{FACING}{upper}"));
    a == b || turned(a).is_some_and(|turned| turned == b)
}

fn pair(upper: Technology, lower: &Technology) -> Technology {
    let name = format!("{} facing {}", upper.end_name(), lower.end_name());
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    Technology {
        id: format!("{}{FACING}{}", upper.id, lower.id),
        name: first + letters.as_str(),
        about: format!("{} At the other end: {}", upper.about, lower.about),
        partner: Partner::Facing(lower.id.clone()),
        lanes: [upper.lanes[0].max(lower.lanes[0]), upper.lanes[1].min(lower.lanes[1])],
        fixed_in_rack: upper.fixed_in_rack || lower.fixed_in_rack,
        ..upper
    }
}

/// Whether two technologies differ in nothing but names and what they face.
fn same_end(a: &Technology, b: &Technology) -> bool {
    let alike = Technology {
        id: a.id.clone(),
        name: a.name.clone(),
        about: a.about.clone(),
        end: a.end.clone(),
        partner: a.partner.clone(),
        ..b.clone()
    };
    *a == alike
}

/// Whether light of one end means something to the other.
fn meet(a: &Technology, b: &Technology) -> bool {
    let signal =
        |e: &Engine| (e.interface, e.wavelengths, e.cores, e.line, e.multiplexer.is_some());
    match (&a.engine, &b.engine) {
        (Some(x), Some(y)) => signal(x) == signal(y),
        _ => false,
    }
}
