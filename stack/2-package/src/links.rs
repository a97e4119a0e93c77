//! Links of a shop: each section is looked into once, and a link that differs little from one is estimated from it.

use crate::assembly::{AssemblyError, PortSpec};
use crate::coupling::Memo;
use crate::shop::Shop;
use crate::technology::{Medium, Technology};
use lightloom_link::{
    Anchor, Demand, Distances, Fec, Line, LinkError, LinkOutcome, LinkParameters, LinkSpec,
    ReceiverClass, RequiredReceiver, Section, Tier, anchor, distances, estimate, evaluate_by,
    required_receiver,
};
use lightloom_units::Length;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One direction of a link: technologies of its ends, signal, gauge, length.
#[derive(Debug, Clone)]
pub(crate) struct Way<'t> {
    from: &'t Technology,
    to: &'t Technology,
    line: Line,
    lanes: u32,
    /// Gauge of copper.
    awg: Option<u8>,
    length: Length,
    /// Whether it passes an optical circuit switch.
    circuit: bool,
}

impl<'a> Way<'a> {
    /// The way from one technology to another at a port's rate.
    pub(crate) fn new(
        [from, to]: [&'a Technology; 2],
        spec: &PortSpec,
        awg: Option<u8>,
        length: Length,
    ) -> Self {
        let line = Shop::line(to, spec);
        let lanes = (spec.rate / line.payload).max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to u32"
        )]
        let lanes = libm::ceil(lanes).min(4096.0) as u32;
        let circuit = spec.through_circuit_switch;
        Self { from, to, line, lanes, awg, length, circuit }
    }

    fn key(&self, lengths: [Length; 2]) -> WayKey {
        WayKey {
            ends: [self.from.id.clone(), self.to.id.clone()],
            line: self.line,
            lanes: self.lanes,
            awg: self.awg,
            lengths,
            circuit: self.circuit,
        }
    }

    fn of_length(&self, length: Length) -> Self {
        Self { length, ..self.clone() }
    }

    /// The link; light without its flight, so that ways of any length share sections.
    pub(crate) fn spec(&self, shop: &Shop<'_>) -> Result<LinkSpec, AssemblyError> {
        let Self { from, to, line, lanes, awg, length, circuit } = self;
        let sections = match awg {
            Some(awg) => shop.copper_sections(from, to, line, *length, *awg)?,
            None => {
                let mut sections = shop.optical_sections(from, to, line, (*length, *circuit))?;
                for section in &mut sections {
                    if let Section::Optical { optics, .. } = section {
                        optics.path.length = Length::ZERO;
                    }
                }
                sections
            }
        };
        let digital =
            [from, to].iter().any(|t| t.engine.as_ref().is_some_and(|engine| engine.digital));
        Ok(LinkSpec { line: *line, lanes: *lanes, sections, digital })
    }
}

/// A question about a section.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    section: Section,
    line: Line,
    detector_error_ratio: f64,
    /// Classes whose distance is asked for; none asks what receiver is required.
    classes: &'static [ReceiverClass],
}

impl Asked {
    fn new(section: &Section, demand: &Demand<'_>, classes: &'static [ReceiverClass]) -> Self {
        let Demand { line, detector_error_ratio, .. } = *demand;
        Self { section: section.clone(), line, detector_error_ratio, classes }
    }
}

/// An answer that is made once, by whoever needs it first.
type Once<T> = Arc<OnceLock<Result<T, LinkError>>>;

/// Answers with their questions. A plan asks a few hundred: they are compared one by one.
#[derive(Debug)]
struct Answers<T>(Mutex<Vec<(Asked, Once<T>)>>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Answers<T> {
    fn get(
        &self,
        asked: Asked,
        make: impl FnOnce() -> Result<T, LinkError>,
    ) -> Result<T, LinkError> {
        let cell = {
            // Cells are whole at any time, whatever happened to a thread that held the list.
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match all.iter().find(|known| known.0 == asked) {
                Some(known) => Arc::clone(&known.1),
                None => {
                    let cell = Once::default();
                    all.push((asked, Arc::clone(&cell)));
                    cell
                }
            }
        };
        cell.get_or_init(make).clone()
    }
}

/// What is known of the links of shops with the same facts and process nodes.
#[derive(Debug, Default)]
pub struct Links {
    receivers: Answers<RequiredReceiver>,
    distances: Answers<Distances>,
    /// What ways become in shops around this one in which nothing that lanes are made of is moved.
    estimates: Known<LinkOutcome>,
    /// How far the bound is from the pulse response on ways, for every class of receiver.
    anchors: Known<Arc<Anchor>>,
    /// Yields of fibre joints.
    pub(crate) joints: Memo,
}

/// What is known of ways. A plan has some hundred: they are compared one by one.
#[derive(Debug)]
struct Known<T>(Mutex<Vec<(WayKey, T)>>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Known<T> {
    /// What is known of a way, or else is made now; two may make it at once, and make the same.
    fn get(
        &self,
        key: WayKey,
        make: impl FnOnce() -> Result<T, AssemblyError>,
    ) -> Result<T, AssemblyError> {
        // Entries are whole at any time, whatever happened to a thread that held the list.
        let all = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all().iter().find(|(like, _)| *like == key).map(|(_, known)| known.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let made = make()?;
        all().push((key, made.clone()));
        Ok(made)
    }
}

/// A way by what it follows from, while the facts that lanes read stand.
#[derive(Debug, Clone, PartialEq)]
struct WayKey {
    ends: [String; 2],
    line: Line,
    lanes: u32,
    awg: Option<u8>,
    lengths: [Length; 2],
    circuit: bool,
}

impl Shop<'_> {
    pub(crate) fn circuits(&self, fec: Fec) -> Result<&LinkParameters, LinkError> {
        // Every code was read when the shop opened.
        self.parameters(fec).ok_or(LinkError::Empty)
    }

    /// What a way becomes: by the pulse response; in a shop around another, estimated from that one's way of the
    /// nominal length.
    pub(crate) fn link(
        &self,
        way: &Way<'_>,
        nominal_length: Length,
    ) -> Result<LinkOutcome, AssemblyError> {
        let Some(nominal) = self.nominal.filter(|_| self.lanes_stand) else {
            return self.look(way, nominal_length);
        };
        let key = way.key([way.length, nominal_length]);
        nominal.links.estimates.get(key, || self.look(way, nominal_length))
    }

    fn look(&self, way: &Way<'_>, nominal_length: Length) -> Result<LinkOutcome, AssemblyError> {
        if let Some(nominal) = self.nominal
            && self.lanes_stand
            && way.length == nominal_length
        {
            // Nothing of this way is moved.
            return nominal.look(way, nominal_length);
        }
        let spec = way.spec(self)?;
        let parameters = self.circuits(way.line.fec)?;
        let mut outcome = match self.nominal {
            Some(nominal) => {
                let like = way.of_length(nominal_length);
                let anchor = nominal.links.anchors.get(like.key([nominal_length; 2]), || {
                    Ok(Arc::new(nominal.anchor(&like, &ReceiverClass::LADDER)?))
                })?;
                estimate(&spec, parameters, &anchor)?
            }
            None => evaluate_by(&spec, parameters, Tier::Pulse, &|section, demand| {
                self.links.receivers.get(Asked::new(section, demand, &[]), || {
                    required_receiver(section, demand, parameters)
                })
            })?,
        };
        if way.to.medium() == Medium::Fibre {
            outcome.latency.flight += self.delay(way.to)? * way.length;
        }
        Ok(outcome)
    }

    /// How far the bound is from the pulse response on a way.
    fn anchor(
        &self,
        way: &Way<'_>,
        classes: &'static [ReceiverClass],
    ) -> Result<Anchor, AssemblyError> {
        let spec = way.spec(self)?;
        let parameters = self.circuits(way.line.fec)?;
        Ok(anchor(&spec, parameters, &|section, demand| {
            self.links.distances.get(Asked::new(section, demand, classes), || {
                distances(section, demand, parameters, classes)
            })
        })?)
    }

    /// The longest way of a kind that closes with the strongest receivers, up to a limit.
    ///
    /// # Model
    /// Margin falls with length in the bound. The longest that it closes with the distances of one length is looked
    /// into next, until length and distances agree. Where the pulse response falls faster than the bound these leaps go to and
    /// fro: what was seen to close, and what was not, keeps the next one between.
    pub(crate) fn longest(&self, way: &Way<'_>, limit: Length) -> Result<Length, AssemblyError> {
        const STRONGEST: [ReceiverClass; 1] = [ReceiverClass::DspMlsd];
        const ROUNDS: usize = 8;
        const HALVINGS: usize = 11;
        const AGREE: Length = Length::mm(20.0);
        let parameters = self.circuits(way.line.fec)?;
        let farthest = |anchor: &Anchor| -> Result<Length, AssemblyError> {
            let closes = |length: Length| -> Result<bool, AssemblyError> {
                let spec = way.of_length(length).spec(self)?;
                Ok(estimate(&spec, parameters, anchor)?.closes())
            };
            if closes(limit)? {
                return Ok(limit);
            }
            let (mut low, mut high) = (Length::ZERO, limit);
            for _ in 0..HALVINGS {
                let middle = (low + high) / 2.0;
                if closes(middle)? { low = middle } else { high = middle }
            }
            Ok(low)
        };
        let guess = Anchor::guess(way.spec(self)?.sections.len());
        // A guess that closes at no length is looked into at the least.
        let mut length = farthest(&guess)?.max(AGREE);
        let (mut closed, mut open) = (Length::ZERO, None);
        for _ in 0..ROUNDS {
            let next = farthest(&self.anchor(&way.of_length(length), &STRONGEST)?)?;
            // Where it is looked into, the estimate is what was seen.
            if next >= length {
                closed = length;
            } else {
                open = Some(length);
            }
            let agreed = (next - length).max(length - next) <= AGREE;
            if agreed || next == Length::ZERO && closed == Length::ZERO {
                return Ok(next);
            }
            length = match open {
                Some(open) if open - closed <= AGREE => return Ok(closed),
                Some(open) if next <= closed || next >= open => (closed + open) / 2.0,
                _ => next,
            };
        }
        Ok(closed)
    }
}
