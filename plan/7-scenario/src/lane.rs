//! The lane file: one lane from chip to chip, section by section, for `lightloom link`.
//!
//! Doc comments here are the reference: the JSON Schema carries them.

use crate::library::Library;
use crate::light::Light;
use crate::load::{Kind, check_format, parse_as};
use crate::problem::{Problem, suggestion};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::network::TwoPort;
use lightloom_link::{
    Channel, Connector, DieTermination, Fec, Line, LinkParameters, LinkSpec, Measured, Node, Pam,
    Redriver, Section, Segment, Trace, Twinax,
};
use lightloom_units::{BitRate, Decibel, Length, Quantity, Ratio, SymbolRate, Voltage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A lane from the circuit of one chip to that of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Version of the format: 1.
    pub lightloom: u32,
    /// Name, as a heading.
    pub name: String,
    /// Payload of the lane, one direction.
    pub payload: BitRate,
    /// Modulation.
    pub modulation: Pam,
    /// Code, end to end.
    pub fec: Fec,
    /// Lanes that share a codeword stream: a port's width; left out, four.
    #[serde(default = "four")]
    pub lanes: u32,
    /// Least COM; left out, the catalog's design margin.
    #[serde(default)]
    pub margin: Option<Decibel>,
    /// Process node of the chips at the ends; left out, 3 nm.
    #[serde(default = "three_nanometres")]
    pub chip_node: Node,
    /// Process node of modules and engines; left out, 3 nm.
    #[serde(default = "three_nanometres")]
    pub module_node: Node,
    /// Sections in order; between two of them the signal is decided anew.
    pub section: Vec<LaneSection>,
}

fn four() -> u32 {
    4
}

fn three_nanometres() -> Node {
    Node::N3
}

/// A stretch between two points where the signal is decided.
#[expect(clippy::large_enum_variant, reason = "a lane has few sections")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum LaneSection {
    /// Copper: pieces from transmitter to receiver.
    Copper(Vec<Piece>),
    /// Copper with a linear redriver on the way, as in the plug of an active cable: it decides nothing.
    Redriven(Redriven),
    /// Light, decided at neither end of the fibre where a host path is given there.
    Light(Light),
    /// A parallel interface between neighbouring dies.
    DieToDie {},
}

/// Copper, a linear redriver and copper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redriven {
    /// Pieces from the transmitter to the redriver.
    pub before: Vec<Piece>,
    /// Pieces from the redriver to the receiver.
    pub after: Vec<Piece>,
    /// Most that it lifts the Nyquist frequency over low ones; left out, the catalog's.
    #[serde(default)]
    pub peaking: Option<Decibel>,
    /// Largest output that is linear, rms; left out, the catalog's.
    #[serde(default)]
    pub output: Option<Voltage>,
}

/// A piece of copper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Piece {
    /// Pads and protection of a die, as today's.
    Die,
    /// The same with all its reactances times this.
    ScaledDie(f64),
    /// A line in a package, of so much length.
    Package(Length),
    /// A line on a board, of so much length.
    Board(Length),
    /// A contact: osfp, backplane, copackaged, socket.
    Connector(String),
    /// A shielded pair: a cable, or a fly-over.
    Twinax {
        /// American wire gauge.
        awg: u8,
        /// Length.
        length: Length,
    },
    /// A Touchstone file; its path counts from the lane file's folder.
    Touchstone(String),
}

/// The JSON Schema of lane files.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Lane).to_value()
}

const LANE: Kind =
    Kind { noun: "lane file", schema, help: "`lightloom link --schema` describes every key" };

/// Most sections, and most pieces of one: a longer lane is a mistake.
const MOST: usize = 32;

impl Lane {
    /// Reads a lane.
    ///
    /// # Errors
    /// A [`Problem`] with place, key path and hint.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let lane: Self = parse_as(text, &LANE)?;
        check_format(text, lane.lightloom)?;
        Ok(lane)
    }

    /// What the link floor is asked, with receivers made as a standard's.
    ///
    /// `read` gives the channel of a Touchstone file by its path as written, or says why not.
    ///
    /// # Errors
    /// A [`Problem`] at the key that is to blame.
    pub fn build(
        &self,
        text: &str,
        library: &Library,
        standard: &Arc<ComSpec>,
        read: &mut dyn FnMut(&str) -> Result<TwoPort, String>,
    ) -> Result<(LinkSpec, LinkParameters), Problem> {
        let facts = Facts::nominal(&library.catalog);
        let whole = |e: FactError| Problem::at(text, "", e.to_string(), None);
        let mut parameters = LinkParameters::from_facts(
            &facts,
            standard,
            self.fec,
            self.chip_node,
            self.module_node,
        )
        .map_err(whole)?;
        if let Some(margin) = self.margin {
            within(text, "margin", margin.as_db(), [-20.0, 30.0], "dB")?;
            parameters.device.design_margin = margin;
        }
        let line = Line { payload: self.payload, pam: self.modulation, fec: self.fec };
        let baud = line.symbol_rate(&parameters.fec);
        self.check(text, baud)?;
        let threshold_ber = parameters.fec.threshold_ber;
        let mut builder = Builder { text, facts, read, line, baud, threshold_ber };
        let sections = self
            .section
            .iter()
            .enumerate()
            .map(|(i, section)| builder.section(&format!("section[{i}]"), section))
            .collect::<Result<_, _>>()?;
        Ok((LinkSpec { line, lanes: self.lanes, sections, digital: false }, parameters))
    }

    fn check(&self, text: &str, baud: SymbolRate) -> Result<(), Problem> {
        if !(1.0..=300.0).contains(&baud.as_gbd()) {
            let message = format!(
                "lanes of {} in {} run at {baud}, the models hold from 1 to 300 GBd",
                self.payload, self.modulation
            );
            let hint = "give the payload of one lane, e.g. \"200 Gb/s\"".to_owned();
            return Err(Problem::at(text, "payload", message, Some(hint)));
        }
        within(text, "lanes", f64::from(self.lanes), [1.0, 4096.0], "lanes")?;
        if self.section.is_empty() || self.section.len() > MOST {
            let message = format!("{} sections; a lane has 1 to {MOST}", self.section.len());
            let hint = "write [[section]] with `copper = [ ... ]` below it".to_owned();
            return Err(Problem::at(text, "section", message, Some(hint)));
        }
        Ok(())
    }
}

/// Refuses a number outside a range.
pub(crate) fn within(
    text: &str,
    path: &str,
    value: f64,
    [low, high]: [f64; 2],
    unit: &str,
) -> Result<(), Problem> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let message = format!("{value} {unit} lies outside {low} to {high} {unit}");
    Err(Problem::at(text, path, message, None))
}

/// What a lane's sections are built with.
pub(crate) struct Builder<'a> {
    pub(crate) text: &'a str,
    pub(crate) facts: Facts<'a>,
    read: &'a mut dyn FnMut(&str) -> Result<TwoPort, String>,
    pub(crate) line: Line,
    pub(crate) baud: SymbolRate,
    /// Bit error ratio before correction that the code bears.
    pub(crate) threshold_ber: f64,
}

impl Builder<'_> {
    pub(crate) fn problem(&self, path: &str, error: impl std::fmt::Display) -> Problem {
        Problem::at(self.text, path, error.to_string(), None)
    }

    /// Refuses a name that the catalog does not have below a head, as a part with a field.
    pub(crate) fn named(
        &self,
        path: &str,
        head: &str,
        name: &str,
        field: &str,
    ) -> Result<(), Problem> {
        let catalog = self.facts.catalog();
        if catalog.get(&format!("{head}.{name}{field}")).is_some() {
            return Ok(());
        }
        let mut names = catalog.children(head);
        names.retain(|n| catalog.get(&format!("{head}.{n}{field}")).is_some());
        let noun = head.rsplit('.').next().unwrap_or(head);
        let message = format!("the catalog has no {noun} called `{name}`");
        Err(Problem::at(self.text, path, message, Some(suggestion(name, names))))
    }

    fn section(&mut self, path: &str, section: &LaneSection) -> Result<Section, Problem> {
        Ok(match section {
            LaneSection::DieToDie {} => Section::DieToDie,
            LaneSection::Copper(pieces) => {
                Section::Electrical(self.channel(&format!("{path}.copper"), pieces)?)
            }
            LaneSection::Redriven(copper) => {
                let path = format!("{path}.redriven");
                let before = self.channel(&format!("{path}.before"), &copper.before)?;
                let after = self.channel(&format!("{path}.after"), &copper.after)?;
                let mut redriver =
                    Redriver::from_facts(&self.facts).map_err(|e| self.problem(&path, e))?;
                if let Some(peaking) = copper.peaking {
                    let at = format!("{path}.peaking");
                    within(self.text, &at, peaking.as_db(), [0.0, 40.0], "dB")?;
                    redriver.most_peaking = peaking;
                }
                if let Some(output) = copper.output {
                    let at = format!("{path}.output");
                    within(self.text, &at, output.si() * 1e3, [1.0, 2000.0], "mV")?;
                    redriver.output = output;
                }
                Section::Redriven { before, redriver, after }
            }
            LaneSection::Light(light) => {
                let path = format!("{path}.light");
                let mut end = |name: &str, pieces: &Option<Vec<Piece>>| match pieces {
                    Some(pieces) => self.channel(&format!("{path}.{name}"), pieces).map(Some),
                    None => Ok(None),
                };
                let (near, far) = (end("near", &light.near)?, end("far", &light.far)?);
                Section::Optical { near, optics: self.optics(&path, light)?, far }
            }
        })
    }

    fn channel(&mut self, path: &str, pieces: &[Piece]) -> Result<Channel, Problem> {
        if pieces.is_empty() || pieces.len() > MOST {
            let message = format!("{} pieces; a path has 1 to {MOST}", pieces.len());
            let hint = "list pieces from end to end, e.g. [\"die\", { package = \"30 mm\" }, ...]";
            return Err(Problem::at(self.text, path, message, Some(hint.to_owned())));
        }
        let segments = pieces
            .iter()
            .enumerate()
            .map(|(i, piece)| self.piece(&format!("{path}[{i}]"), piece))
            .collect::<Result<_, _>>()?;
        Ok(Channel { segments })
    }

    fn piece(&mut self, path: &str, piece: &Piece) -> Result<Segment, Problem> {
        let facts = &self.facts;
        let fact = |e: FactError| self.problem(path, e);
        let length = |name: &str, length: Length| {
            let path = format!("{path}.{name}");
            within(self.text, &path, length.as_m(), [0.0, 100.0], "m").map(|()| length)
        };
        Ok(match piece {
            Piece::Die => {
                Segment::Die(DieTermination::from_facts(facts, Ratio::new(1.0)).map_err(fact)?)
            }
            Piece::ScaledDie(scale) => {
                within(self.text, &format!("{path}.scaled-die"), *scale, [0.01, 10.0], "times")?;
                Segment::Die(DieTermination::from_facts(facts, Ratio::new(*scale)).map_err(fact)?)
            }
            Piece::Package(mm) => Segment::Trace(
                Trace::from_facts(facts, "package").map_err(fact)?,
                length("package", *mm)?,
            ),
            Piece::Board(mm) => Segment::Trace(
                Trace::from_facts(facts, "pcb").map_err(fact)?,
                length("board", *mm)?,
            ),
            Piece::Connector(name) => {
                self.named(&format!("{path}.connector"), "connector", name, ".bandwidth")?;
                Segment::Connector(Connector::from_facts(facts, name).map_err(fact)?)
            }
            Piece::Twinax { awg, length: m } => {
                let at = format!("{path}.twinax.awg");
                within(self.text, &at, f64::from(*awg), [20.0, 36.0], "AWG")?;
                let cable = Twinax::from_facts(facts, *awg).map_err(fact)?;
                Segment::Twinax(cable, length("twinax.length", *m)?)
            }
            Piece::Touchstone(file) => {
                let network = (self.read)(file).map_err(|reason| {
                    let path = format!("{path}.touchstone");
                    let hint = "a file of four ports, or of two that are differential already";
                    Problem::at(self.text, &path, reason, Some(hint.to_owned()))
                })?;
                Segment::Measured(Measured::new(network))
            }
        })
    }
}
