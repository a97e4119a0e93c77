//! Every technology of the library on every link class: does it serve, and what does it cost.

use crate::decide::Case;
use crate::marks::Record;
use crate::readiness_sheet::tier_of;
use lightloom_economics::{Design, Finance, Readiness, Tco, tco};
use lightloom_evidence::{FactError, Facts};
use lightloom_fabric::LinkClass;
use lightloom_package::{
    AssemblyError, Links, PortSpec, ReachSearch, Shop, Technology, assemble, look_at_lanes, pair,
};
use lightloom_scenario::run::{class_design, finance};
use lightloom_scenario::{Fitted, Library, RunError, Scenario, Structure, port_spec};
use lightloom_units::Length;
use rayon::prelude::*;
use std::sync::Arc;

/// A technology on a link class.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Identifier.
    pub technology: String,
    /// The port that it makes.
    pub fitted: Fitted,
    /// What the class's links take, before any rate: price, power, parts, labour, lost hours.
    pub design: Design,
    /// Cost of the class's links over the years.
    pub tco: Tco,
    /// When it can be bought, and from how many.
    pub readiness: Readiness,
    /// What buyers mark it by beside cost and energy, where the scenario weighs that.
    pub record: Option<Record>,
    /// Why its signal or body does not serve these links; `None` when it does.
    pub unfit: Option<String>,
    /// Why it is not to be taken although it serves: date, vendors, the buyer's word.
    pub unwanted: Option<String>,
}

impl Candidate {
    /// Serves, and may be recommended.
    #[must_use]
    pub const fn usable(&self) -> bool {
        self.unfit.is_none() && self.unwanted.is_none()
    }

    /// Why not, when not.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.unfit.as_deref().or(self.unwanted.as_deref())
    }
}

/// What candidates are judged with.
#[derive(Debug)]
pub struct Judge<'a> {
    library: &'a Library,
    scenario: &'a Scenario,
    facts: &'a Facts<'a>,
    structure: &'a Structure,
    search: ReachSearch,
    shop: Shop<'a>,
    finance: Finance,
    /// The judge with all facts nominal, where this one's are moved.
    nominal: Option<&'a Judge<'a>>,
}

impl<'a> Judge<'a> {
    /// A judge for a case, a fabric and values of the facts.
    ///
    /// # Errors
    /// [`RunError`] when the catalog lacks a fact.
    pub fn new(
        case: &Case<'a>,
        facts: &'a Facts<'a>,
        structure: &'a Structure,
        search: ReachSearch,
    ) -> Result<Self, RunError> {
        let nodes = &case.scenario.cluster;
        let Library { technologies, processes, standard, .. } = case.library;
        let shop = Shop::new(
            facts,
            technologies,
            processes,
            standard,
            nodes.chip_node,
            nodes.module_node,
        )?;
        let finance = finance(case.scenario, facts)?;
        let Case { library, scenario, .. } = *case;
        Ok(Self { library, scenario, facts, structure, search, shop, finance, nominal: None })
    }

    /// What is known of links, for another judge or shop of the same case with the same facts.
    #[must_use]
    pub fn links(&self) -> Arc<Links> {
        self.shop.links()
    }

    /// This judge with what another of the same case and facts has learned.
    #[must_use]
    pub fn with_links(self, links: &Arc<Links>) -> Self {
        Self { shop: self.shop.with_links(Arc::clone(links)), ..self }
    }

    /// This judge as one whose facts differ little from another's: links are estimated from that one's.
    #[must_use]
    pub fn around(self, nominal: &'a Judge<'a>) -> Self {
        Self { shop: self.shop.around(&nominal.shop), nominal: Some(nominal), ..self }
    }

    /// This judge, around another, as one in which no fact that lanes read is moved.
    #[must_use]
    pub fn with_standing_lanes(self, lanes_stand: bool) -> Self {
        Self { shop: self.shop.with_standing_lanes(lanes_stand), ..self }
    }

    /// Looks at the lanes of a technology on a class, and at nothing else.
    ///
    /// # Errors
    /// As [`Judge::one`].
    pub fn look_at_lanes(&self, class: &LinkClass, id: &str) -> Result<(), RunError> {
        Ok(look_at_lanes(&self.shop, self.offer(id)?, &port_spec(self.scenario, class))?)
    }

    /// Every technology on a class, and every pair of two with one at each end, each in order of identifier.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses.
    pub fn all(&self, class: &LinkClass) -> Result<Vec<Candidate>, RunError> {
        let Library { technologies, pairs, .. } = self.library;
        let between_switches = port_spec(self.scenario, class).near_is_switch;
        let is_another = |pair: &&Technology| match between_switches {
            true => self.is_another(pair),
            false => !pair::is_stated(technologies, pair),
        };
        let pairs = pairs.values().filter(is_another).map(|pair| pair.id.as_str());
        let ids: Vec<&str> = technologies.keys().map(String::as_str).chain(pairs).collect();
        ids.par_iter().map(|id| self.one(class, id)).collect()
    }

    /// Whether a pair, between two switches, is a link that no technology and no other pair makes there: two ends of one kind are that
    /// kind's own link, and of a pair's two ways round, which are alike, the one with the end nearer to its chip above is taken.
    fn is_another(&self, pair: &Technology) -> bool {
        let mut ends = pair::ends(&pair.id).filter_map(|id| self.library.technologies.get(id));
        let (Some(upper), Some(lower)) = (ends.next(), ends.next()) else { return true };
        (upper.site, &lower.id) > (lower.site, &upper.id)
    }

    fn offer(&self, id: &str) -> Result<&'a Technology, AssemblyError> {
        self.library.offer(id).ok_or_else(|| AssemblyError::Unknown(id.to_owned()))
    }

    /// One technology on a class.
    ///
    /// # Errors
    /// [`RunError`] when a floor refuses, or there is no such technology.
    pub fn one(&self, class: &LinkClass, id: &str) -> Result<Candidate, RunError> {
        let technology = self.offer(id)?;
        let mut spec = port_spec(self.scenario, class);
        if let Some(nominal) = self.nominal {
            let classes = &nominal.structure.fabric.link_classes;
            let same = classes.iter().find(|c| c.name == class.name);
            spec.nominal_length = same.map_or(spec.length, |c| c.lengths.max);
        }
        let port = assemble(&self.shop, technology, &spec, self.search)?;
        let unfit = self.unfit(class, technology, &spec).or_else(|| port.reason(spec.length));
        let fitted =
            Fitted { port, family: technology.family, delay: self.shop.delay(technology)? };
        let readiness = readiness(self.facts, id, class)?;
        let design = class_design(self.scenario, self.facts, self.structure, class, &fitted)?;
        let tco = tco(&design, &self.finance)?;
        let unwanted = self.unwanted(technology, readiness);
        let buyer = &self.scenario.buyer;
        let record = if buyer.profile.is_some() || buyer.weights.is_some() {
            Record::of(
                (self.scenario, self.library),
                self.facts,
                self.structure,
                class,
                (id, &fitted.port),
            )?
        } else {
            None
        };
        let technology = id.to_owned();
        Ok(Candidate { technology, fitted, design, tco, readiness, record, unfit, unwanted })
    }

    /// Whether a technology is built for the lane and the place of a class, whatever its signal makes of the length.
    #[must_use]
    pub fn is_built_for(&self, class: &LinkClass, id: &str) -> bool {
        self.library.offer(id).is_some_and(|technology| {
            self.unfit(class, technology, &port_spec(self.scenario, class)).is_none()
        })
    }

    /// Whether a technology on a class falls short of its longest links and of nothing else: it may be bought, is built for
    /// the lane and for the place, and closes at some shorter length.
    #[must_use]
    pub fn falls_short(&self, class: &LinkClass, candidate: &Candidate) -> bool {
        let reach = candidate.fitted.port.reach;
        candidate.unfit.is_some()
            && candidate.unwanted.is_none()
            && self.is_built_for(class, &candidate.technology)
            && reach > Length::ZERO
            && reach < class.lengths.max
    }

    /// Reasons that need no physics.
    fn unfit(&self, class: &LinkClass, technology: &Technology, spec: &PortSpec) -> Option<String> {
        if !technology.serves(spec.line.payload) {
            return Some(format!("not built for lanes of {}", spec.line.payload));
        }
        if technology.fixed_in_rack && !class.within_rack {
            return Some(format!("stays in a rack, these links leave it ({:.1})", spec.length));
        }
        if class.through_ocs && !technology.single_mode() {
            return Some("no single-mode light, which a circuit switch passes".to_owned());
        }
        None
    }

    fn unwanted(&self, technology: &Technology, readiness: Readiness) -> Option<String> {
        let buyer = &self.scenario.buyer;
        if is_excluded(buyer, &technology.id) {
            return Some("excluded by the buyer".to_owned());
        }
        if readiness.year.round() > f64::from(self.scenario.year) {
            let (year, wanted) = (readiness.year, self.scenario.year);
            return Some(format!("in volume from {year:.0}, wanted in {wanted}"));
        }
        let least = f64::from(buyer.least_vendors.unwrap_or(0));
        if readiness.vendors < least {
            let vendors = readiness.vendors;
            return Some(format!("{vendors:.0} vendor(s), the buyer asks for {least:.0}"));
        }
        None
    }
}

/// Whether a buyer excludes a technology, or an end of a pair.
pub(crate) fn is_excluded(buyer: &lightloom_scenario::schema::Buyer, id: &str) -> bool {
    let named = |id: &str| buyer.exclude.iter().any(|excluded| excluded == id);
    named(id) || pair::ends(id).any(named)
}

/// When a link of a class can be bought: of a pair, its scarcer end.
fn readiness(facts: &Facts<'_>, id: &str, class: &LinkClass) -> Result<Readiness, FactError> {
    let of = |id| Readiness::from_facts(facts, id, tier_of(class.tier));
    let mut ends = pair::ends(id).map(of);
    let first = ends.next().unwrap_or_else(|| of(id))?;
    ends.try_fold(first, |both, end| Ok(both.scarcer(end?)))
}

/// The usable candidate that costs least over the years; equal ones by identifier.
#[must_use]
pub fn cheapest(
    candidates: &[Candidate],
    admit: impl Fn(&Candidate) -> bool,
) -> Option<&Candidate> {
    candidates.iter().filter(|c| admit(c)).min_by(|a, b| {
        a.tco.nominal.total_cmp(&b.tco.nominal).then(a.technology.cmp(&b.technology))
    })
}
