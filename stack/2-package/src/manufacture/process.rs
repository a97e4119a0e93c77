//! A process, declared: the steps by which a module or engine is made.

use crate::manufacture::anchor::Anchor;
use serde::{Deserialize, Serialize};

/// Most steps of a process.
pub const MOST_STEPS: usize = 32;
/// Most tries of a rework.
const MOST_TRIES: u8 = 10;

/// What a step's money is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Retimers.
    Retimer,
    /// Chips, assembly, housing, test.
    Ends,
    /// Lasers.
    Laser,
}

/// What a step is done for, each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// The whole unit.
    Unit,
    /// A lane.
    Lane,
    /// A laser in the unit; none where light comes from outside.
    Laser,
    /// An external laser module; none where lasers are inside.
    LaserModule,
}

/// A chip of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChipPart {
    /// Drivers and amplifiers.
    Electronic,
    /// Modulators, detectors, waveguides.
    Photonic,
    /// The digital retimer, where one is built.
    Retimer,
}

/// What is done. Texts are names of facts; a head has several, as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// Make a chip from a wafer: `wafer.NAME.price`, `.defects`, `.test`, `.coverage`; `logic` is priced by its node.
    #[serde(rename_all = "kebab-case")]
    Chip {
        /// Which: its area is the technology's.
        part: ChipPart,
        /// Wafer.
        wafer: String,
        /// Lanes of one chip: a count; without it one chip serves all.
        lanes: Option<String>,
        /// Margin of whoever sells it; without it the chip is the maker's own.
        margin: Option<String>,
        /// Price of its package and final test.
        package: Option<String>,
    },
    /// Buy a part.
    #[serde(rename_all = "kebab-case")]
    Part {
        /// Price of one.
        price: String,
        /// How many.
        per: Per,
    },
    /// Attach something: `HEAD.cost`, `HEAD.yield` of one.
    #[serde(rename_all = "kebab-case")]
    Attach {
        /// Head of its facts.
        head: String,
        /// How many.
        per: Per,
    },
    /// Bond the electronic chips to the photonic one as the technology says: `attach.BOND.cost`, `.yield` of one chip.
    Bond {},
    /// Attach fibres as the technology says: `alignment.NAME.part` of one, `.cost` of an array; their yield is computed.
    #[serde(rename_all = "kebab-case")]
    Fibres {
        /// Share of joints that handling leaves whole.
        handling: String,
    },
    /// Test, and scrap or repair what is found bad: `HEAD.cost` of one, `HEAD.coverage`.
    #[serde(rename_all = "kebab-case")]
    Test {
        /// Head of its facts.
        head: String,
        /// How often.
        per: Per,
        /// What else is lost with a unit that is scrapped here: money.
        stake: Option<String>,
        /// Repair.
        rework: Option<Rework>,
    },
}

/// Repair of what failed a test: `HEAD.cost`, `HEAD.success` of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rework {
    /// Head of its facts.
    pub head: String,
    /// Tries before the unit is scrapped.
    pub tries: u8,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name, as in a report.
    pub name: String,
    /// What its money is counted under.
    pub group: Group,
    /// What is done.
    pub action: Action,
}

/// A process as written in `catalog/processes/NAME.toml`: steps in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Identifier.
    pub id: String,
    /// Name as people write it.
    pub name: String,
    /// One sentence.
    pub about: String,
    /// Gross margin of whoever sells the unit.
    pub margin: String,
    /// What a unit is known to cost, beside which the steps are set; without it they stand for all.
    pub anchor: Option<Anchor>,
    /// Steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// A process file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// Not the right TOML.
    #[error("{file}: {message}")]
    Parse {
        /// File name.
        file: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// Too few or too many steps.
    #[error("{file}: a process has 1 to {MOST_STEPS} steps, found {found}")]
    Steps {
        /// File name.
        file: String,
        /// How many.
        found: usize,
    },
    /// A step named twice.
    #[error("{file}: two steps are named `{step}`; sensitivities need one name for each")]
    Twice {
        /// File name.
        file: String,
        /// The name.
        step: String,
    },
    /// A rework that never or forever tries.
    #[error(
        "{file}: step `{step}` repairs with {tries} tries; write 1 to {MOST_TRIES}, or leave `rework` out"
    )]
    Tries {
        /// File name.
        file: String,
        /// The step.
        step: String,
        /// How many.
        tries: u8,
    },
    /// Yield is lost and nobody looks.
    #[error("{file}: nothing after step `{step}` tests what it may break; end with a `test`")]
    Untested {
        /// File name.
        file: String,
        /// The last step that breaks something.
        step: String,
    },
}

impl Process {
    /// Reads one file.
    ///
    /// # Errors
    /// [`ProcessError`] with the file's name, and the parser's position or the step.
    ///
    /// # Example
    /// ```
    /// use lightloom_package::Process;
    /// let text = r#"
    /// id = "cable"
    /// name = "Cable"
    /// about = "Two plugs."
    /// margin = "cost.margin.copper"
    /// [[step]]
    /// name = "plugs"
    /// group = "ends"
    /// action = { part = { price = "cost.copper.plug_800g", per = "units" } }
    /// "#;
    /// let error = Process::parse("cable.toml", text).unwrap_err().to_string();
    /// assert!(error.contains("unknown variant `units`, expected one of `unit`, `lane`"), "{error}");
    /// ```
    pub fn parse(file: &str, text: &str) -> Result<Self, ProcessError> {
        let name = || file.to_owned();
        let process: Self = toml::from_str(text)
            .map_err(|e| ProcessError::Parse { file: name(), message: e.to_string() })?;
        if !(1..=MOST_STEPS).contains(&process.steps.len()) {
            return Err(ProcessError::Steps { file: name(), found: process.steps.len() });
        }
        let mut untested = None;
        for (i, step) in process.steps.iter().enumerate() {
            if process.steps[..i].iter().any(|earlier| earlier.name == step.name) {
                return Err(ProcessError::Twice { file: name(), step: step.name.clone() });
            }
            match &step.action {
                Action::Test { rework: Some(Rework { tries, .. }), .. }
                    if !(1..=MOST_TRIES).contains(tries) =>
                {
                    let step = step.name.clone();
                    return Err(ProcessError::Tries { file: name(), step, tries: *tries });
                }
                Action::Test { .. } => untested = None,
                Action::Part { .. } | Action::Chip { .. } => {}
                Action::Attach { .. } | Action::Bond {} | Action::Fibres { .. } => {
                    untested = Some(step.name.clone());
                }
            }
        }
        match untested {
            Some(step) => Err(ProcessError::Untested { file: name(), step }),
            None => Ok(process),
        }
    }
}
