//! The shop: technologies with the facts to build them, from files to the sections of a lane.

use crate::AssemblyError;
use crate::assembly::PortSpec;
use crate::links::Links;
use crate::manufacture::{
    Anchor, AnchorUnit, Contents, Flow, Levels, ManufactureError, Names, Process,
};
use crate::technology::{
    ActiveCable, Engine, Interface, Medium, Partner, Piece, Retiming, Source, Technology,
};
use lightloom_evidence::{FactError, Facts};
use lightloom_link::com::ComSpec;
use lightloom_link::optics::LightSetting;
use lightloom_link::{
    Channel, Connector, DieTermination, Fec, Line, LinkError, LinkParameters, Node, Optics,
    OpticsNames, Redriver, Section, Segment, Trace, Twinax,
};
use lightloom_units::{BitRate, Decibel, DelayPerLength, Length, Ratio, SymbolRate};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Grade of multimode fibre that vertical-cavity lasers are joined by.
const MULTIMODE: &str = "om4";

/// Technologies and the facts to build them with. One shop serves many ports.
#[derive(Debug)]
pub struct Shop<'a> {
    pub(crate) facts: &'a Facts<'a>,
    technologies: &'a BTreeMap<String, Technology>,
    processes: &'a BTreeMap<String, Process>,
    host: Node,
    module: Node,
    parameters: BTreeMap<Fec, LinkParameters>,
    /// Die terminations with today's pads and with the smaller ones of faster lanes.
    dies: [DieTermination; 2],
    /// Processes with their numbers, by process, alignment and bond, as they are asked for.
    flows: Mutex<Vec<([String; 3], Arc<Flow>)>>,
    /// What is known of this shop's links.
    pub(crate) links: Arc<Links>,
    /// The shop with all facts nominal, where this one's are moved.
    pub(crate) nominal: Option<&'a Shop<'a>>,
    /// Whether no fact that lanes read is moved against the nominal shop's.
    pub(crate) lanes_stand: bool,
}

impl<'a> Shop<'a> {
    /// Opens a shop for chips and modules of given process nodes, whose receivers are made as a standard's and whose modules and
    /// engines by the processes that they name.
    ///
    /// # Errors
    /// [`FactError`] when the catalog lacks a fact of the link floor.
    pub fn new(
        facts: &'a Facts<'a>,
        technologies: &'a BTreeMap<String, Technology>,
        processes: &'a BTreeMap<String, Process>,
        standard: &Arc<ComSpec>,
        host: Node,
        module: Node,
    ) -> Result<Self, FactError> {
        let mut parameters = BTreeMap::new();
        for fec in Fec::ALL {
            parameters.insert(fec, LinkParameters::from_facts(facts, standard, fec, host, module)?);
        }
        let small: Ratio = facts.get("die.pad_scale")?;
        let dies = [
            DieTermination::from_facts(facts, Ratio::new(1.0))?,
            DieTermination::from_facts(facts, small)?,
        ];
        Ok(Self {
            facts,
            technologies,
            processes,
            host,
            module,
            parameters,
            dies,
            flows: Mutex::default(),
            links: Arc::default(),
            nominal: None,
            lanes_stand: false,
        })
    }

    /// What this shop has learned of its links, for another shop with the same facts and process nodes.
    #[must_use]
    pub fn links(&self) -> Arc<Links> {
        Arc::clone(&self.links)
    }

    /// This shop with what another, of the same facts and process nodes, has learned.
    #[must_use]
    pub fn with_links(self, links: Arc<Links>) -> Self {
        Self { links, ..self }
    }

    /// This shop as one whose facts differ little from another's: its links are estimated from that one's.
    #[must_use]
    pub fn around(self, nominal: &'a Shop<'a>) -> Self {
        Self { nominal: Some(nominal), ..self }
    }

    /// The facts that it builds with.
    #[must_use]
    pub const fn facts(&self) -> &'a Facts<'a> {
        self.facts
    }

    /// This shop, around another, as one in which no fact that lanes read is moved: only prices, rates or lengths. Its links
    /// are looked at once for all such shops.
    #[must_use]
    pub fn with_standing_lanes(self, lanes_stand: bool) -> Self {
        Self { lanes_stand, ..self }
    }

    /// Process nodes of host chips and of modules.
    #[must_use]
    pub const fn nodes(&self) -> [Node; 2] {
        [self.host, self.module]
    }

    /// Propagation of a technology's medium.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn delay(&self, technology: &Technology) -> Result<DelayPerLength, FactError> {
        match technology.medium() {
            Medium::Copper => self.facts.get("twinax.delay"),
            Medium::Fibre => self.facts.get("fibre.delay"),
        }
    }

    /// The technologies on offer.
    #[must_use]
    pub const fn technologies(&self) -> &BTreeMap<String, Technology> {
        self.technologies
    }

    /// What stands at the near end of a link.
    pub(crate) fn near<'t>(
        &self,
        technology: &'t Technology,
        spec: &PortSpec,
    ) -> Result<&'t Technology, AssemblyError>
    where
        'a: 't,
    {
        match &technology.partner {
            Partner::Same => Ok(technology),
            Partner::Other(_) if spec.near_is_switch => Ok(technology),
            Partner::Other(id) | Partner::Facing(id) => {
                let partner =
                    self.technologies.get(id).ok_or_else(|| AssemblyError::NoPartner {
                        technology: technology.id.clone(),
                        partner: id.clone(),
                    })?;
                if partner.medium() != technology.medium() {
                    return Err(AssemblyError::Media {
                        technology: technology.id.clone(),
                        partner: id.clone(),
                    });
                }
                Ok(partner)
            }
        }
    }

    /// The electrical path of one end, from the die to the conversion or the cable.
    pub(crate) fn host_path(
        &self,
        technology: &Technology,
        line: &Line,
    ) -> Result<Channel, FactError> {
        let mut segments = vec![Segment::Die(self.die(line))];
        for piece in &technology.path {
            let distance = |name: &str| self.facts.get::<Length>(&format!("distance.{name}"));
            segments.push(match piece {
                Piece::Package(name) => {
                    Segment::Trace(Trace::from_facts(self.facts, "package")?, distance(name)?)
                }
                Piece::Board(name) => {
                    Segment::Trace(Trace::from_facts(self.facts, "pcb")?, distance(name)?)
                }
                Piece::Connector(name) => {
                    Segment::Connector(Connector::from_facts(self.facts, name)?)
                }
                Piece::Flyover { awg, length } => {
                    Segment::Twinax(Twinax::from_facts(self.facts, *awg)?, distance(length)?)
                }
            });
        }
        Ok(Channel { segments })
    }

    pub(crate) fn die(&self, line: &Line) -> DieTermination {
        let small = line.payload > BitRate::gbps(226.0);
        self.dies[usize::from(small)].clone()
    }

    /// The path from the host's die to the die that ends it in a module.
    pub(crate) fn module_path(
        &self,
        technology: &Technology,
        line: &Line,
    ) -> Result<Channel, FactError> {
        let mut channel = self.host_path(technology, line)?;
        if technology.standard_channel {
            let budget: Decibel = self.facts.get("standard.chip_to_module.loss")?;
            let overhead = self.parameters.get(&line.fec).map_or(1.0, |p| p.fec.overhead);
            let baud =
                SymbolRate::gbd(line.payload.as_gbps() * overhead / line.pam.bits_per_symbol());
            channel = channel.built_for(budget, baud.nyquist());
        }
        channel.segments.push(Segment::Die(self.die(line)));
        Ok(channel)
    }

    pub(crate) fn optics(
        &self,
        from: &Technology,
        to: &Technology,
        (length, circuit): (Length, bool),
    ) -> Result<Option<Optics>, AssemblyError> {
        let (Some(transmit), Some(receive)) = (&from.engine, &to.engine) else { return Ok(None) };
        let direct = match transmit.source() {
            Source::MicroLed => Some(Optics::microled(self.facts, length)),
            Source::Vcsel => Some(Optics::vcsel(self.facts, MULTIMODE, &receive.bond, length)),
            Source::External | Source::Internal => None,
        };
        if let Some(optics) = direct {
            return Ok(Some(optics.map_err(LinkError::from)?));
        }
        let names = OpticsNames {
            laser: &transmit.laser,
            modulator: &transmit.modulator,
            couplers: [&transmit.coupler, &receive.coupler],
            bond: &receive.bond,
        };
        let mut optics = Optics::from_facts(self.facts, &names, length)?;
        optics.laser.setting = match (transmit.launch, transmit.rated_light) {
            (Some(amplitude), _) => LightSetting::Launched(amplitude),
            (None, true) => LightSetting::Rated,
            (None, false) => LightSetting::Least,
        };
        for (engine, coupling) in
            [(transmit, &mut optics.path.out_coupling), (receive, &mut optics.path.in_coupling)]
        {
            if let Some(name) = &engine.multiplexer {
                *coupling += self.facts.get::<Decibel>(&format!("multiplexer.{name}.loss"))?;
            }
        }
        if circuit {
            optics.path = optics.path.through_circuit(self.facts)?;
        }
        Ok(Some(optics))
    }

    /// Sections of one direction.
    pub(crate) fn optical_sections(
        &self,
        from: &Technology,
        to: &Technology,
        line: &Line,
        way: (Length, bool),
    ) -> Result<Vec<Section>, AssemblyError> {
        let Some(optics) = self.optics(from, to, way)? else { return Ok(Vec::new()) };
        let mut sections = Vec::with_capacity(3);
        let (mut near, mut far) = (None, None);
        let mut closing = None;
        if let Some(engine) = &from.engine {
            match (engine.interface, engine.retiming) {
                (Interface::DieToDie, _) => sections.push(Section::DieToDie),
                (Interface::Serdes, Retiming::Both | Retiming::Transmit) => {
                    sections.push(Section::Electrical(self.module_path(from, line)?));
                }
                (Interface::Serdes, Retiming::None) => near = Some(self.module_path(from, line)?),
            }
        }
        if let Some(engine) = &to.engine {
            match (engine.interface, engine.retiming) {
                (Interface::DieToDie, _) => closing = Some(Section::DieToDie),
                (Interface::Serdes, Retiming::Both) => {
                    closing = Some(Section::Electrical(self.module_path(to, line)?));
                }
                (Interface::Serdes, Retiming::None | Retiming::Transmit) => {
                    far = Some(self.module_path(to, line)?);
                }
            }
        }
        sections.push(Section::Optical { near, optics, far });
        sections.extend(closing);
        Ok(sections)
    }

    /// Sections of a copper link of one gauge.
    pub(crate) fn copper_sections(
        &self,
        from: &Technology,
        to: &Technology,
        line: &Line,
        length: Length,
        awg: u8,
    ) -> Result<Vec<Section>, FactError> {
        let near = self.host_path(from, line)?;
        let mut far = self.host_path(to, line)?;
        far.segments.reverse();
        let cable = Channel {
            segments: vec![Segment::Twinax(Twinax::from_facts(self.facts, awg)?, length)],
        };
        let die = Channel { segments: vec![Segment::Die(self.die(line))] };
        Ok(match from.active() {
            None => vec![Section::Electrical(near.then(&cable).then(&far))],
            Some(ActiveCable::Redriver) => vec![Section::Redriven {
                before: near.then(&cable).then(&die),
                redriver: Redriver::from_facts(self.facts)?,
                after: die.then(&far),
            }],
            Some(ActiveCable::Retimer) => vec![
                Section::Electrical(near.then(&die)),
                Section::Electrical(die.clone().then(&cable).then(&die)),
                Section::Electrical(die.then(&far)),
            ],
        })
    }

    /// The whole path of a passive cable of one gauge, from die to die; `None` for light and for active cables.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn passive_copper(
        &self,
        technology: &Technology,
        line: &Line,
        length: Length,
        awg: u8,
    ) -> Result<Option<Channel>, FactError> {
        if technology.medium() != Medium::Copper {
            return Ok(None);
        }
        let mut sections = self.copper_sections(technology, technology, line, length, awg)?;
        Ok(match (sections.pop(), sections.is_empty()) {
            (Some(Section::Electrical(channel)), true) => Some(channel),
            _ => None,
        })
    }

    /// What the circuits of a code's lanes are evaluated with.
    #[must_use]
    pub fn parameters(&self, fec: Fec) -> Option<&LinkParameters> {
        self.parameters.get(&fec)
    }

    pub(crate) fn line(technology: &Technology, spec: &PortSpec) -> Line {
        Self::lane(technology, spec.line)
    }

    /// A technology's own line, or else the host's.
    pub(crate) fn lane(technology: &Technology, host: Line) -> Line {
        let own = technology.engine.as_ref().and_then(|e| e.line);
        own.map_or(host, |l| Line { payload: l.payload, pam: l.pam, fec: l.fec })
    }

    /// The process of a technology with its numbers.
    pub(crate) fn flow(
        &self,
        technology: &Technology,
        engine: &Engine,
    ) -> Result<Arc<Flow>, ManufactureError> {
        let names = [&engine.process, &engine.alignment, &engine.bond];
        // Flows are whole at any time, whatever happened to a thread that held the list.
        let mut flows = self.flows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, flow)) = flows.iter().find(|(known, _)| known.iter().eq(names)) {
            return Ok(Arc::clone(flow));
        }
        let Some(process) = self.processes.get(&engine.process) else {
            let known: Vec<&str> = self.processes.keys().map(String::as_str).collect();
            return Err(ManufactureError::NoProcess {
                technology: technology.id.clone(),
                process: engine.process.clone(),
                known: known.join(", "),
            });
        };
        let (alignment, bond) = (&engine.alignment, &engine.bond);
        let names_of_flow = Names { alignment, bond, node: self.module };
        let mut flow = Flow::from_facts(self.facts, process, names_of_flow)?;
        flow.levels = self.levels(process)?;
        let flow = Arc::new(flow);
        flows.push((names.map(Clone::clone), Arc::clone(&flow)));
        Ok(flow)
    }

    /// The level of costs of a process, by the units of which something is published.
    fn levels(&self, process: &Process) -> Result<Levels, ManufactureError> {
        let anchored = match &process.anchor {
            None => return Ok(Levels::default()),
            Some(Anchor::Units(units)) => Some((process, units)),
            Some(Anchor::As(id)) => self.processes.get(id).and_then(|other| match &other.anchor {
                Some(Anchor::Units(units)) => Some((other, units)),
                _ => None,
            }),
        };
        let Some((process, units)) = anchored else {
            return Err(ManufactureError::NoAnchor { process: process.id.clone() });
        };
        let level = |unit: &AnchorUnit| {
            let flow = Flow::from_facts(self.facts, process, unit.names())?;
            let level = unit.level(self.facts, &flow, |contents| self.coupled(&flow, contents))?;
            Ok((unit.payload, level))
        };
        let mut levels: Vec<_> =
            units.iter().map(level).collect::<Result<_, ManufactureError>>()?;
        levels.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Levels(levels))
    }

    /// Share of units whose joints are well aligned; computed once for all shops around the nominal one.
    pub(crate) fn coupled(
        &self,
        flow: &Flow,
        contents: &Contents,
    ) -> Result<Ratio, ManufactureError> {
        let links = self.nominal.map_or(&self.links, |nominal| &nominal.links);
        Ok(links.joints.engine_yield(&flow.alignment, contents.fibres, contents.rows)?)
    }
}
