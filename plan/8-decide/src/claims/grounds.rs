//! What answers are computed from: sheets of technologies, products, clusters; each made once.

use super::clusters::Shipped;
use super::jobs::DomainDraws;
use crate::copper::CopperTable;
use crate::crossover::Crossover;
use crate::decide::{Case, Decided, decide_links};
use crate::plan::{Part, Sheet, WorldSizeStudy};
use crate::readiness_sheet::{ReadinessRequest, Study, with_draws};
use crate::sheet::{Asked, product_sheet, sheet_of};
use lightloom_evidence::{FactError, Facts};
use lightloom_package::{AssemblyError, Made, Product, Shop, Technology};
use lightloom_scenario::{Library, RunError, Scenario};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A library with its nominal facts, a cluster, and what was learned of both.
#[derive(Debug)]
pub struct Grounds<'a> {
    pub(super) library: &'a Library,
    pub(super) facts: &'a Facts<'a>,
    pub(super) shop: Shop<'a>,
    cluster: (&'a str, &'a Scenario, &'a str),
    sheets: RefCell<BTreeMap<String, Rc<Sheet>>>,
    decided: RefCell<Option<Rc<Decided>>>,
    readiness: RefCell<Option<Rc<Study>>>,
    pub(super) shipped: RefCell<BTreeMap<String, Rc<Shipped>>>,
    pub(super) copper: RefCell<Option<Rc<CopperTable>>>,
    pub(super) crossover: RefCell<Option<Rc<Crossover>>>,
    pub(super) world_sizes: RefCell<Option<Rc<WorldSizeStudy>>>,
    pub(super) domains: RefCell<Option<Rc<DomainDraws>>>,
}

impl<'a> Grounds<'a> {
    /// Of a library, its facts, and a cluster: the name of its file, the scenario and its text.
    ///
    /// # Errors
    /// [`RunError`] when the catalog lacks a fact.
    pub fn new(
        library: &'a Library,
        facts: &'a Facts<'a>,
        cluster: (&'a str, &'a Scenario, &'a str),
    ) -> Result<Self, RunError> {
        let [host, module] = Asked::default().nodes;
        let Library { technologies, processes, standard, .. } = library;
        let shop = Shop::new(facts, technologies, processes, standard, host, module)?;
        Ok(Self {
            library,
            facts,
            shop,
            cluster,
            sheets: RefCell::default(),
            decided: RefCell::default(),
            readiness: RefCell::default(),
            shipped: RefCell::default(),
            copper: RefCell::default(),
            crossover: RefCell::default(),
            world_sizes: RefCell::default(),
            domains: RefCell::default(),
        })
    }

    /// Name of the cluster's file.
    pub(super) const fn cluster_name(&self) -> &str {
        self.cluster.0
    }

    /// The cluster.
    pub(super) const fn cluster(&self) -> &Scenario {
        self.cluster.1
    }

    pub(super) fn technology(&self, id: &str) -> Result<&'a Technology, RunError> {
        let found = self.library.offer(id);
        Ok(found.ok_or_else(|| AssemblyError::Unknown(id.to_owned()))?)
    }

    fn remembered(
        &self,
        key: String,
        make: impl FnOnce() -> Result<Sheet, RunError>,
    ) -> Result<Rc<Sheet>, RunError> {
        if let Some(known) = self.sheets.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(make()?);
        self.sheets.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    /// A technology facing one like itself, as `lightloom package TECH` has it.
    pub(super) fn alone(&self, id: &str) -> Result<Rc<Sheet>, RunError> {
        self.asked(id, &Asked::default())
    }

    /// A technology facing its partner, as `lightloom package compare` has it.
    pub(super) fn facing(&self, id: &str) -> Result<Rc<Sheet>, RunError> {
        self.asked(id, &Asked { faces_partner: true, ..Asked::default() })
    }

    /// A technology at another port, as the flags of `lightloom package` ask for it; in the usual process nodes.
    pub(super) fn asked(&self, id: &str, asked: &Asked) -> Result<Rc<Sheet>, RunError> {
        self.remembered(format!("{id}, {asked:?}"), || {
            sheet_of(&self.shop, self.library, self.facts, self.technology(id)?, asked)
        })
    }

    /// Every technology facing its partner, by identifier.
    pub(super) fn all_facing(&self) -> Result<Vec<Rc<Sheet>>, RunError> {
        self.library.technologies.keys().map(|id| self.facing(id)).collect()
    }

    fn find_product(&self, id: &str) -> Result<&'a Product, RunError> {
        let found = self.library.products.get(id);
        Ok(found.ok_or_else(|| AssemblyError::Unknown(id.to_owned()))?)
    }

    /// A product, as `lightloom package PRODUCT` has it.
    pub(super) fn product(&self, id: &str) -> Result<Rc<Sheet>, RunError> {
        let product = self.find_product(id)?;
        self.remembered(format!("product {id}"), || {
            product_sheet(self.library, self.facts, product)
        })
    }

    /// A product with what becomes of it.
    pub(super) fn made(&self, id: &str) -> Result<(&'a Product, Made), RunError> {
        let product = self.find_product(id)?;
        let Library { technologies, processes, standard, .. } = self.library;
        Ok((product, product.make(self.facts, technologies, processes, standard)?))
    }

    /// The cluster as the decision sees it.
    pub(super) fn case(&self) -> Case<'a> {
        let (_, scenario, text) = self.cluster;
        Case { library: self.library, scenario, text }
    }

    /// The decision on the cluster, without jobs.
    pub(super) fn decided(&self) -> Result<Rc<Decided>, RunError> {
        if let Some(known) = &*self.decided.borrow() {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(decide_links(&self.case(), self.facts)?);
        *self.decided.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    /// Readiness for the cluster, as `lightloom readiness` has it, and the totals of strategies, nominal and drawn.
    pub(super) fn readiness(&self) -> Result<Rc<Study>, RunError> {
        if let Some(known) = &*self.readiness.borrow() {
            return Ok(Rc::clone(known));
        }
        let request = ReadinessRequest::default();
        let made = with_draws(&self.case(), self.facts, &*self.decided()?, &request)?;
        let made = Rc::new(made);
        *self.readiness.borrow_mut() = Some(Rc::clone(&made));
        Ok(made)
    }

    /// A fact in a unit, with the ends of its range and of what rivals say.
    pub(super) fn fact(&self, id: &str, si: f64) -> Result<(f64, [f64; 2]), RunError> {
        let missing = || FactError::Missing { id: id.to_owned(), near: Vec::new() };
        let fact = self.facts.catalog().get(id).ok_or_else(missing)?;
        let said = fact.rivals.iter().map(|rival| rival.value);
        let [low, high] = said
            .fold([fact.low, fact.high], |[low, high], value| [low.min(value), high.max(value)]);
        Ok((fact.value / si, [low / si, high / si]))
    }
}

/// A part of a sum by its name; nothing where there is none.
pub(super) fn part(parts: &[Part], name: &str) -> f64 {
    parts.iter().find(|p| p.name == name).map_or(0.0, |p| p.value)
}

/// Length of the copper at a technology's own end, mm.
pub(super) fn path_mm(sheet: &Sheet) -> f64 {
    sheet.cross_sections.first().map_or(0.0, |row| row.electrical_path_mm)
}

/// Loss of that copper, dB.
pub(super) fn loss_db(sheet: &Sheet) -> f64 {
    sheet.cross_sections.first().map_or(0.0, |row| row.copper_db)
}

/// Percent by which the second is less than the first.
pub(super) fn saved(before: f64, after: f64) -> f64 {
    (1.0 - after / before) * 100.0
}
