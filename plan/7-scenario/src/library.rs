//! The catalog, parsed: facts, technologies, models; shipped, or with a user's files on top.

use lightloom_catalog::{COM, FACTS, MODELS, PROCESSES, PRODUCTS, STANDARD, TECHNOLOGIES};
use lightloom_evidence::{Catalog, CatalogError};
use lightloom_link::com::{ComSpec, SpecError};
use lightloom_package::{
    LaserModule, LaserModuleError, LaserModuleKind, Process, ProcessError, Product, ProductError,
    Technology, TechnologyError, pair::pairs,
};
use lightloom_workload::{Model, WorkloadError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that scenarios may name.
#[derive(Debug, Clone)]
pub struct Library {
    /// Facts and sources.
    pub catalog: Catalog,
    /// Interconnect technologies by id.
    pub technologies: BTreeMap<String, Technology>,
    /// Links with different ends, made of these technologies, by id.
    pub pairs: BTreeMap<String, Technology>,
    /// Named products by id.
    pub products: BTreeMap<String, Product>,
    /// External laser modules by id.
    pub laser_modules: BTreeMap<String, LaserModule>,
    /// How modules and engines are made, by id.
    pub processes: BTreeMap<String, Process>,
    /// The standard, of the newest lane rate that has a table, whose reference receiver all receivers are made of.
    pub standard: Arc<ComSpec>,
    /// The tables of the channel operating margin: whose limits of loss stand beside a link's.
    pub com: Vec<ComSpec>,
    /// Language models by file name without ending.
    pub models: BTreeMap<String, Model>,
}

/// The library cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Facts or sources.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A technology.
    #[error(transparent)]
    Technology(#[from] TechnologyError),
    /// A product.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// A laser module.
    #[error(transparent)]
    LaserModule(#[from] LaserModuleError),
    /// A process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The standard.
    #[error(transparent)]
    Standard(#[from] SpecError),
    /// A model.
    #[error("{file}: {error}")]
    Model {
        /// File name.
        file: String,
        /// What is wrong.
        error: WorkloadError,
    },
}

impl Library {
    /// The shipped catalog.
    ///
    /// # Errors
    /// [`LibraryError`]; a test keeps the shipped files free of it.
    pub fn shipped() -> Result<Self, LibraryError> {
        Self::parse(FACTS, TECHNOLOGIES, MODELS)
    }

    /// The shipped catalog with a user's technologies and products (file name and text); an id given again replaces. A file
    /// that names the `technology` it is made of is a product, one of the kind `laser-module` an external laser module.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn with_technologies(files: &[(&str, &str)]) -> Result<Self, LibraryError> {
        let mut library = Self::shipped()?;
        for (file, text) in files {
            let is_product =
                text.parse::<toml::Table>().is_ok_and(|t| t.contains_key("technology"));
            if is_laser_module(text) {
                let module = LaserModule::parse(file, text)?;
                library.laser_modules.insert(module.id.clone(), module);
            } else if is_product {
                let product = Product::parse(file, text)?;
                library.products.insert(product.id.clone(), product);
            } else {
                let technology = Technology::parse(file, text)?;
                library.technologies.insert(technology.id.clone(), technology);
            }
        }
        library.pairs = pairs(&library.technologies);
        Ok(library)
    }

    /// What may join two ends, by id: a technology, or a pair of two.
    #[must_use]
    pub fn offer(&self, id: &str) -> Option<&Technology> {
        self.technologies.get(id).or_else(|| self.pairs.get(id))
    }

    fn parse(
        facts: &[(&str, &str)],
        technologies: &[(&str, &str)],
        models: &[(&str, &str)],
    ) -> Result<Self, LibraryError> {
        let catalog = Catalog::parse(facts)?;
        let technologies: BTreeMap<String, Technology> = technologies
            .iter()
            .map(|(file, text)| Technology::parse(file, text).map(|t| (t.id.clone(), t)))
            .collect::<Result<_, _>>()?;
        let products = PRODUCTS
            .iter()
            .filter(|(_, text)| !is_laser_module(text))
            .map(|(file, text)| Product::parse(file, text).map(|p| (p.id.clone(), p)))
            .collect::<Result<_, _>>()?;
        let laser_modules = PRODUCTS
            .iter()
            .filter(|(_, text)| is_laser_module(text))
            .map(|(file, text)| LaserModule::parse(file, text).map(|m| (m.id.clone(), m)))
            .collect::<Result<_, _>>()?;
        let processes = PROCESSES
            .iter()
            .map(|(file, text)| Process::parse(file, text).map(|p| (p.id.clone(), p)))
            .collect::<Result<_, _>>()?;
        let models = models
            .iter()
            .map(|(file, text)| match Model::parse(text) {
                Ok(model) => Ok((file.trim_end_matches(".toml").to_owned(), model)),
                Err(error) => Err(LibraryError::Model { file: (*file).to_owned(), error }),
            })
            .collect::<Result<_, _>>()?;
        let (name, text) = STANDARD;
        let standard = Arc::new(ComSpec::parse(name, text)?);
        let com =
            COM.iter().map(|(name, text)| ComSpec::parse(name, text)).collect::<Result<_, _>>()?;
        Ok(Self {
            catalog,
            pairs: pairs(&technologies),
            technologies,
            products,
            laser_modules,
            processes,
            standard,
            com,
            models,
        })
    }
}

/// Whether a file says that it is an external laser module.
fn is_laser_module(text: &str) -> bool {
    let table = text.parse::<toml::Table>();
    table.is_ok_and(|t| t.get("kind").and_then(toml::Value::as_str) == Some(LaserModuleKind::NAME))
}
