//! Loss, energy and delay of a link, told to the stretches where they arise.

use super::{Anatomy, LaneEnd, Part, Regeneration, Reserve, Stretch};
use crate::assembly::{AssemblyError, Both, PortSpec, evaluate_both, slower};
use crate::shop::Shop;
use crate::technology::{ActiveCable, Interface, Medium, Piece, Retiming, Site, Technology};
use lightloom_evidence::FactError;
use lightloom_link::{
    Channel, EnergySplit, LatencySplit, Line, LinkError, LinkOutcome, Redriver, Segment, Twinax,
};
use lightloom_units::{Decibel, EnergyPerBit, Frequency, Length, Time};

/// The anatomy of a technology's lane.
///
/// # Model
/// Both ways are evaluated as [`crate::assemble`] does. Loss of copper is that of each segment at Nyquist. An end's energy
/// is what it spends to send a bit and to receive one, by component: host transceivers at the die, the retimer's with its
/// core, driver and heater at the modulator. Delays are of the slower way: flight where it is flown, a pass where a digital
/// retimer stands, transmitters and receivers half at either die.
///
/// # Validity
/// As the link floor. Wires of a parallel bus have no loss there.
///
/// # Errors
/// [`AssemblyError`] for missing facts or partners, or a link outside the models' range.
pub fn anatomy(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
) -> Result<Anatomy, AssemblyError> {
    let near = shop.near(technology, spec)?;
    let both = evaluate_both(shop, near, technology, spec, spec.length)?;
    let (line, nyquist) = (Shop::line(technology, spec), both.forward.baud.nyquist());
    let latency = slower(both.forward.latency, both.backward.latency);
    // The way whose latency it is, and which of its sections decide digitally.
    let leaves_switch = latency == both.backward.latency;
    let slow = if leaves_switch { &both.backward } else { &both.forward };
    let retimers = retimers(slow, [near, technology], leaves_switch);
    let pass = shop.parameters(line.fec).map_or(Time::ZERO, |p| p.module.retimer_latency);
    let energies = energies(&both);
    let end = |technology: &Technology, place: usize| -> Result<LaneEnd, AssemblyError> {
        let builder = Builder { shop, technology, line, nyquist };
        let passes = retimers[place].map(|digital| if digital { pass } else { Time::ZERO });
        builder.end(&energies[place], latency.serdes / 2.0, passes, &both, spec.length)
    };
    let ends = [end(technology, 0)?, end(near, 1)?];
    let between = between(shop, technology, near, spec, &line, nyquist, &both)?;
    let light_allowance =
        match shop.optics(near, technology, (spec.length, spec.through_circuit_switch))? {
            Some(optics) => optics.impairments.penalty(),
            None => Decibel::ZERO,
        };
    let margin = both.margin();
    let built = match technology.cable.as_ref().and_then(|c| c.longest.as_ref()) {
        Some(name) => spec.length <= shop.facts.get::<Length>(&format!("distance.{name}"))?,
        None => true,
    };
    Ok(Anatomy {
        payload: line.payload,
        nyquist,
        ends,
        between,
        light_allowance,
        fec: latency.fec,
        loss: both.forward.loss.max(both.backward.loss),
        awg: both.awg,
        margin,
        closes: built && margin >= Decibel::ZERO,
    })
}

/// Energy of the switch end and of the near end: what transmits one way and receives the other.
fn energies(both: &Both) -> [EnergySplit; 2] {
    let [near_out, far_in] = both.forward.ends;
    let [far_out, near_in] = both.backward.ends;
    [far_out + far_in, near_out + near_in]
}

/// Whether a technology decides a signal in its module: as it leaves, as it comes in.
fn decides(technology: &Technology) -> [bool; 2] {
    match &technology.engine {
        None => [technology.active() == Some(ActiveCable::Retimer); 2],
        Some(engine) => match (engine.interface, engine.retiming) {
            (Interface::DieToDie, _) | (Interface::Serdes, Retiming::Both) => [true, true],
            (Interface::Serdes, Retiming::Transmit) => [true, false],
            (Interface::Serdes, Retiming::None) => [false, false],
        },
    }
}

/// At the switch end and at the near end: whether the retimer that a way passes there is digital; `None` without one.
fn retimers(
    outcome: &LinkOutcome,
    [near, switch]: [&Technology; 2],
    leaves_switch: bool,
) -> [Option<bool>; 2] {
    let digital = &outcome.digital;
    let [from, to] = if leaves_switch { [switch, near] } else { [near, switch] };
    let first = decides(from)[0].then(|| digital.first().copied().unwrap_or(false));
    let last = decides(to)[1].then(|| digital.last().copied().unwrap_or(false));
    if leaves_switch { [first, last] } else { [last, first] }
}

/// What lies between the ends.
fn between(
    shop: &Shop<'_>,
    technology: &Technology,
    near: &Technology,
    spec: &PortSpec,
    line: &Line,
    nyquist: Frequency,
    both: &Both,
) -> Result<Stretch, AssemblyError> {
    let length = spec.length;
    let flight = shop.delay(technology)? * length;
    let latency = LatencySplit { flight, ..LatencySplit::default() };
    if technology.medium() == Medium::Fibre {
        let optics = shop.optics(near, technology, (length, spec.through_circuit_switch))?;
        let light_loss = optics.map_or(Decibel::ZERO, |o| o.path.channel);
        return Ok(Stretch { length, light_loss, latency, ..Stretch::of(Part::Fibre) });
    }
    let awg = both.awg.ok_or(LinkError::Empty)?;
    let mut segments = vec![Segment::Twinax(Twinax::from_facts(shop.facts, awg)?, length)];
    if decides(technology)[0] {
        let die = Segment::Die(shop.die(line));
        segments.extend([die.clone(), die]);
    }
    let mut latency = latency;
    let mut lifted = Decibel::ZERO;
    if technology.active() == Some(ActiveCable::Redriver) {
        let redriver = Redriver::from_facts(shop.facts)?;
        let die = Segment::Die(shop.die(line));
        let near = shop.host_path(technology, line)?.loss(nyquist);
        segments.push(die.clone());
        lifted = redriver.peaking(near + Channel { segments: segments.clone() }.loss(nyquist));
        segments.push(die);
        latency.flight += redriver.latency;
    }
    let copper_loss = Channel { segments }.loss(nyquist) - lifted;
    Ok(Stretch { length, copper_loss, latency, ..Stretch::of(Part::Cable) })
}

/// What an end is put together with.
struct Builder<'a, 'f> {
    shop: &'a Shop<'f>,
    technology: &'a Technology,
    line: Line,
    nyquist: Frequency,
}

impl Builder<'_, '_> {
    fn end(
        &self,
        energy: &EnergySplit,
        serdes: Time,
        pass: Option<Time>,
        both: &Both,
        length: Length,
    ) -> Result<LaneEnd, AssemblyError> {
        let technology = self.technology;
        let split = EnergySplit::default;
        let mut stretches = self.copper()?;
        if let Some(die) = stretches.first_mut() {
            die.energy.host_serdes = energy.host_serdes;
            die.latency.serdes = serdes;
        }
        let bare = self.bare(technology, &stretches)?;
        let pad = self.pad();
        let [leaving, coming] = decides(technology);
        if leaving || coming {
            let digital = [&both.forward, &both.backward].iter().any(|o| o.digital.contains(&true));
            let kind = match technology.engine.as_ref().map(|e| e.interface) {
                Some(Interface::DieToDie) => Regeneration::DieToDie,
                // A pass of no time is analogue; one end of a link may be so beside a digital other.
                _ if digital && pass.is_none_or(|t| t > Time::ZERO) => Regeneration::Digital,
                _ => Regeneration::Analogue,
            };
            let mut retimer = Stretch::of(Part::Retimer(kind));
            retimer.copper_loss = if bare.is_serial { pad } else { Decibel::ZERO };
            retimer.energy = EnergySplit { retimer: energy.retimer, ..split() };
            retimer.latency.retimer = pass.unwrap_or(Time::ZERO);
            stretches.push(retimer);
        }
        if technology.active() == Some(ActiveCable::Redriver) {
            let mut redriver = Stretch::of(Part::Redriver);
            redriver.energy = EnergySplit { amplifier: energy.amplifier, ..split() };
            stretches.push(redriver);
        }
        if let Some(engine) = &technology.engine {
            let own = self.shop.optics(technology, technology, (length, false))?;
            let light = |loss: fn(&lightloom_link::Optics) -> Decibel| {
                own.as_ref().map_or(Decibel::ZERO, loss)
            };
            let mut transmitter = Stretch::of(Part::Transmitter);
            transmitter.light_loss = light(|o| o.modulator.mean_loss);
            if bare.is_serial && engine.retiming == Retiming::None {
                transmitter.copper_loss = pad;
            }
            transmitter.energy =
                EnergySplit { driver: energy.driver, tuning: energy.tuning, ..split() };
            let mut laser = Stretch::of(Part::Laser);
            laser.light_loss = light(|o| o.laser.coupling);
            laser.energy = EnergySplit { laser: energy.laser, ..split() };
            let mut coupler = Stretch::of(Part::Coupler);
            coupler.light_loss = light(|o| o.path.out_coupling);
            let mut receiver = Stretch::of(Part::Receiver);
            receiver.energy = EnergySplit { amplifier: energy.amplifier, ..split() };
            stretches.extend([transmitter, laser, coupler, receiver]);
        }
        if energy.overhead > EnergyPerBit::ZERO {
            let mut supply = Stretch::of(Part::Supply);
            supply.energy = EnergySplit { overhead: energy.overhead, ..split() };
            stretches.push(supply);
        }
        Ok(LaneEnd {
            technology: technology.id.clone(),
            site: technology.site,
            stretches,
            reserve: bare.reserve,
        })
    }

    /// The die and the copper behind it, up to the chip or the cable that ends it.
    fn copper(&self) -> Result<Vec<Stretch>, FactError> {
        let technology = self.technology;
        let channel = self.shop.host_path(technology, &self.line)?;
        let outermost = technology.path.iter().rposition(|p| matches!(p, Piece::Connector(_)));
        let parts = technology.path.iter().enumerate().map(|(i, piece)| match piece {
            Piece::Package(_) => Part::Package,
            Piece::Connector(name) => Part::Contact(name.clone()),
            Piece::Board(_) if outermost.is_some_and(|o| i > o) => Part::Module,
            Piece::Board(_) => Part::Board,
            Piece::Flyover { .. } => Part::Flyover,
        });
        let mut out: Vec<Stretch> = [Part::Die].into_iter().chain(parts).map(Stretch::of).collect();
        let is_bus = self.is_bus();
        for (stretch, segment) in out.iter_mut().zip(channel.segments) {
            let one = Channel { segments: vec![segment] };
            stretch.length = one.length();
            if !is_bus {
                stretch.copper_loss = one.loss(self.nyquist);
            }
            stretch.latency.flight = one.delay();
        }
        if is_bus {
            let name = if technology.site == Site::Stacked { "stacked" } else { "interposer" };
            let mut wires = Stretch::of(Part::Wires);
            wires.length = self.shop.facts.get(&format!("body.wire.{name}"))?;
            out.push(wires);
        }
        Ok(out)
    }

    fn is_bus(&self) -> bool {
        self.technology.engine.as_ref().is_some_and(|e| e.interface == Interface::DieToDie)
    }

    /// Loss of the pads that end the copper in a module.
    fn pad(&self) -> Decibel {
        Channel { segments: vec![Segment::Die(self.shop.die(&self.line))] }.loss(self.nyquist)
    }

    /// What ends the copper, and how much more the standard's channel has than this.
    fn bare(&self, technology: &Technology, copper: &[Stretch]) -> Result<Bare, FactError> {
        let is_serial = !self.is_bus();
        let mut reserve = Reserve { loss: Decibel::ZERO, delay: Time::ZERO };
        if technology.engine.is_some() && is_serial {
            let built = self.shop.module_path(technology, &self.line)?;
            let own = super::sum(copper.iter().map(|s| s.copper_loss)) + self.pad();
            reserve.loss = built.loss(self.nyquist) - own;
            reserve.delay = built.delay() - copper.iter().map(|s| s.latency.flight).sum::<Time>();
        }
        Ok(Bare { is_serial, reserve })
    }
}

/// The copper of an end, as the link floor has it.
struct Bare {
    is_serial: bool,
    reserve: Reserve,
}

impl Stretch {
    /// A stretch without length that costs nothing yet.
    fn of(part: Part) -> Self {
        Self {
            part,
            length: Length::ZERO,
            copper_loss: Decibel::ZERO,
            light_loss: Decibel::ZERO,
            energy: EnergySplit::default(),
            latency: LatencySplit::default(),
        }
    }
}
