//! The optical section of a lane file: its keys, and the lane of light that they ask for.
//!
//! Doc comments here are the reference: the JSON Schema carries them.

use crate::lane::{Builder, Piece, within};
use crate::problem::Problem;
use lightloom_evidence::FactError;
use lightloom_link::optics::{
    ChannelPlan, ElectroAbsorption, FibreSpan, GratingCoupler, HollowCoreFibre, Microring,
    OpticsError, Reflections, RingBias, SingleModeFibre,
};
use lightloom_link::{Optics, OpticsNames};
use lightloom_units::{
    Decibel, Frequency, Length, Quantity, Ratio, Temperature, ThermalDrift, Voltage,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An optical lane: a laser with a modulator over single-mode or hollow-core fibre, or a source that its own current
/// modulates over multimode or imaging fibre. What is not asked for is allowed for by the catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Light {
    /// Pieces from the host to the driver; left out, the driver sits beside its own transmitter.
    #[serde(default)]
    pub near: Option<Vec<Piece>>,
    /// The laser: internal, external.
    #[serde(default)]
    pub laser: Option<String>,
    /// The modulator: mzm, ring, eam.
    #[serde(default)]
    pub modulator: Option<String>,
    /// The coupler at either end: edge, grating, detachable. A grating loses more off its centre, where a wavelength is
    /// given.
    #[serde(default)]
    pub coupler: Option<String>,
    /// A source that its own current modulates, in the place of laser, modulator and coupler.
    #[serde(default)]
    pub source: Option<Source>,
    /// The bond between the photodiode and its amplifier: c4, pillar, hybrid. A micro-LED's photodiode has its own.
    #[serde(default)]
    pub bond: Option<String>,
    /// Length of fibre.
    pub fibre: Length,
    /// Kind of fibre; left out, what the source takes: single-mode for a laser with a modulator, om4 for a vcsel,
    /// imaging for a micro-LED.
    #[serde(default)]
    pub fibre_kind: Option<FibreKind>,
    /// Loss between the couplers; left out, the standard's allocation or the plant's own where that is larger.
    #[serde(default)]
    pub loss: Option<Decibel>,
    /// Wavelength, for the dispersion of a single-mode or hollow-core fibre; left out, dispersion is allowed for.
    #[serde(default)]
    pub wavelength: Option<Length>,
    /// Henry factor of the modulator, with a wavelength; left out, an eam's own, and none for others.
    #[serde(default)]
    pub chirp: Option<f64>,
    /// Computes a resonator, in the place of its extinction and bandwidth in the catalog; `ring = {}` takes a catalog
    /// ring.
    #[serde(default)]
    pub ring: Option<Ring>,
    /// Several wavelengths on the fibre, parted by rings; left out, their crosstalk is allowed for.
    #[serde(default)]
    pub wdm: Option<Wdm>,
    /// Reflectances along the fibre in their order, e.g. `["-35 dB", "-26 dB"]`; left out, multipath interference is
    /// allowed for.
    #[serde(default)]
    pub reflections: Option<Vec<Decibel>>,
    /// Allowance for everything that is not computed; left out, the catalog's for each cause.
    #[serde(default)]
    pub penalty: Option<Decibel>,
    /// Pieces from the amplifier to the host; left out, they sit side by side.
    #[serde(default)]
    pub far: Option<Vec<Piece>>,
}

/// A directly modulated source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A vertical-cavity laser of 850 nm over multimode fibre.
    Vcsel,
    /// A micro-LED over imaging fibre: slow, one of many side by side.
    Microled,
}

/// A kind of fibre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FibreKind {
    /// Silica with one mode.
    SingleMode,
    /// Light in air: quicker by half.
    HollowCore,
    /// Multimode fibre, 2000 MHz km.
    Om3,
    /// Multimode fibre, 4700 MHz km.
    Om4,
    /// A bundle of cores that carries an image.
    Imaging,
}

impl FibreKind {
    const fn name(self) -> &'static str {
        match self {
            Self::SingleMode => "single-mode",
            Self::HollowCore => "hollow-core",
            Self::Om3 => "om3",
            Self::Om4 => "om4",
            Self::Imaging => "imaging",
        }
    }
}

/// A microring modulator with its heater.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// Loaded quality factor; left out, the catalog's.
    #[serde(default)]
    pub quality: Option<f64>,
    /// Radius; a smaller ring has more room between its resonances. Left out, the catalog's.
    #[serde(default)]
    pub radius: Option<Length>,
    /// Drive from the lowest to the highest level; left out, the catalog's.
    #[serde(default)]
    pub drive: Option<Voltage>,
    /// Laser's wavelength less the resonance at half drive; left out, where the modulation is largest.
    #[serde(default)]
    pub detuning: Option<Length>,
    /// Coldest and hottest surroundings, e.g. `["35 degC", "85 degC"]`, which the heater makes up for; left out, the
    /// catalog's.
    #[serde(default)]
    pub ambient: Option<[Temperature; 2]>,
    /// Error of the ring's temperature that the heater leaves, e.g. `"0.5 K"`; left out, drift is allowed for.
    #[serde(default)]
    pub drift: Option<Temperature>,
}

/// Several wavelengths on one fibre, each parted from the others by a ring like the modulator's, which narrows the band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wdm {
    /// Wavelengths on the fibre.
    pub channels: u32,
    /// From one to the next, e.g. `"200 GHz"`.
    pub spacing: Frequency,
}

/// Light at 1311 nm, where no wavelength is given.
const O_BAND: Length = Length::um(1.311);
/// More is a temperature, not a difference of two.
const MOST_DRIFT_K: f64 = 50.0;
/// Tighter silicon rings lose more light in their bend than they keep.
const LEAST_RADIUS_UM: f64 = 2.5;
/// A Gaussian band holds to about so much beyond a grating's least loss.
const GRATING_MOST: Decibel = Decibel::db(5.0);

/// Keys that a lane of some kind cannot have, with whether it has them.
type Misfits<'a> = &'a [(&'a str, bool)];

impl Builder<'_> {
    fn optical(&self, path: &str, error: OpticsError) -> Problem {
        match error {
            OpticsError::OutOfRange { what, allowed, found, hint } => {
                let found = (found * 1e4).round() / 1e4;
                let message = format!("{what} must be {allowed}, found {found}");
                Problem::at(self.text, path, message, Some(hint.to_owned()))
            }
            other => self.problem(path, other),
        }
    }

    fn refuse(
        &self,
        path: &str,
        misfits: Misfits<'_>,
        why: &str,
        hint: &str,
    ) -> Result<(), Problem> {
        match misfits.iter().find(|(_, given)| *given) {
            Some((key, _)) => Err(Problem::at(
                self.text,
                &format!("{path}.{key}"),
                format!("`{key}` does not go with {why}"),
                Some(hint.to_owned()),
            )),
            None => Ok(()),
        }
    }

    fn needed<'s>(
        &self,
        path: &str,
        key: &str,
        value: Option<&'s String>,
        hint: &str,
    ) -> Result<&'s str, Problem> {
        value.map(String::as_str).ok_or_else(|| {
            let message = format!("this lane of light needs a `{key}`");
            Problem::at(self.text, path, message, Some(hint.to_owned()))
        })
    }

    pub(crate) fn optics(&self, path: &str, light: &Light) -> Result<Optics, Problem> {
        let at = |key: &str| format!("{path}.{key}");
        within(self.text, &at("fibre"), light.fibre.as_m(), [0.0, 1e5], "m")?;
        let mut optics = match light.source {
            None => self.modulated(path, light)?,
            Some(source) => self.direct(path, light, source)?,
        };
        if let Some(reflections) = &light.reflections {
            let wrong = |e| self.optical(&at("reflections"), e);
            let beats = Reflections::new(reflections).map_err(wrong)?;
            let errors = self.threshold_ber * self.line.pam.bits_per_symbol();
            optics.reflect(&beats, self.line.pam, Ratio::new(errors)).map_err(|e| {
                let OpticsError::OutOfRange { hint, .. } = e else { return wrong(e) };
                let message = "the beats of these reflections alone close the eye".to_owned();
                Problem::at(self.text, &at("reflections"), message, Some(hint.to_owned()))
            })?;
        }
        if let Some(loss) = light.loss {
            within(self.text, &at("loss"), loss.as_db(), [0.0, 60.0], "dB")?;
            optics.path.channel = loss;
        }
        if let Some(penalty) = light.penalty {
            within(self.text, &at("penalty"), penalty.as_db(), [0.0, 30.0], "dB")?;
            optics.impairments = optics.impairments.stated(penalty);
        }
        Ok(optics)
    }

    /// A source that its current modulates.
    fn direct(&self, path: &str, light: &Light, source: Source) -> Result<Optics, Problem> {
        let at = |key: &str| format!("{path}.{key}");
        let why = match source {
            Source::Vcsel => "a vcsel",
            Source::Microled => "a micro-LED",
        };
        let hint =
            format!("{why} is laser, modulator and lens in one: leave the key out, or `source`");
        let misfits = [
            ("laser", light.laser.is_some()),
            ("modulator", light.modulator.is_some()),
            ("coupler", light.coupler.is_some()),
            ("ring", light.ring.is_some()),
            ("wdm", light.wdm.is_some()),
            ("wavelength", light.wavelength.is_some()),
            ("chirp", light.chirp.is_some()),
        ];
        self.refuse(path, &misfits, why, &hint)?;
        let modes = "light of many modes: the model of its beats is one of a single mode";
        let reflections = [("reflections", light.reflections.is_some())];
        self.refuse(path, &reflections, modes, "leave it out: the catalog allows for it")?;
        if light.fibre <= Length::ZERO {
            let message = "a fibre with many modes has no length".to_owned();
            let hint = Some("give its length, e.g. \"30 m\"".to_owned());
            return Err(Problem::at(self.text, &at("fibre"), message, hint));
        }
        let wrong = |e| self.optical(path, e);
        let facts = &self.facts;
        let mut optics = match (source, light.fibre_kind) {
            (Source::Vcsel, None | Some(FibreKind::Om4 | FibreKind::Om3)) => {
                let bond = self.needed(path, "bond", light.bond.as_ref(), "bond = \"c4\"")?;
                self.named(&at("bond"), "bond", bond, ".capacitance")?;
                let grade = light.fibre_kind.unwrap_or(FibreKind::Om4).name();
                Optics::vcsel(facts, grade, bond, light.fibre).map_err(wrong)?
            }
            (Source::Microled, None | Some(FibreKind::Imaging)) => {
                let bond = [("bond", light.bond.is_some())];
                self.refuse(path, &bond, why, "its photodiode has an amplifier of its own")?;
                Optics::microled(facts, light.fibre).map_err(wrong)?
            }
            (_, Some(kind)) => {
                let message = format!("{why} does not shine into {} fibre", kind.name());
                let hint = match source {
                    Source::Vcsel => "fibre_kind = \"om4\" or \"om3\"",
                    Source::Microled => "fibre_kind = \"imaging\"",
                };
                return Err(Problem::at(
                    self.text,
                    &at("fibre_kind"),
                    message,
                    Some(hint.to_owned()),
                ));
            }
        };
        if let Some(span) = optics.span {
            optics.disperse(span, self.baud);
        }
        Ok(optics)
    }

    /// A laser with a modulator.
    fn modulated(&self, path: &str, light: &Light) -> Result<Optics, Problem> {
        let at = |key: &str| format!("{path}.{key}");
        let laser = "laser = \"internal\" with a modulator, or source = \"vcsel\"";
        let laser = self.needed(path, "laser", light.laser.as_ref(), laser)?;
        let modulator = "modulator = \"mzm\", \"ring\" or \"eam\"";
        let modulator = self.needed(path, "modulator", light.modulator.as_ref(), modulator)?;
        let coupler = "coupler = \"edge\", \"grating\" or \"detachable\"";
        let coupler = self.needed(path, "coupler", light.coupler.as_ref(), coupler)?;
        let bond = "bond = \"c4\", \"pillar\" or \"hybrid\"";
        let bond = self.needed(path, "bond", light.bond.as_ref(), bond)?;
        self.named(&at("laser"), "laser", laser, ".max_power")?;
        self.named(&at("modulator"), "modulator", modulator, ".bandwidth")?;
        self.named(&at("coupler"), "coupler", coupler, ".loss")?;
        self.named(&at("bond"), "bond", bond, ".capacitance")?;
        if modulator != "ring" {
            let rings = [("ring", light.ring.is_some()), ("wdm", light.wdm.is_some())];
            let hint =
                "modulator = \"ring\", or leave the key out: the catalog allows for its effect";
            self.refuse(path, &rings, &format!("the modulator `{modulator}`"), hint)?;
        }
        if light.wavelength.is_none() {
            let chirp = [("chirp", light.chirp.is_some())];
            self.refuse(path, &chirp, "a lane without wavelength", "give a `wavelength`")?;
        }
        let fact = |e: FactError| self.problem(path, e);
        let names = OpticsNames { laser, modulator, couplers: [coupler; 2], bond };
        let facts = &self.facts;
        let mut optics = Optics::from_facts(facts, &names, light.fibre).map_err(fact)?;
        self.fibre(path, light, modulator, &mut optics)?;
        let spread = if modulator == "ring" { self.rings(path, light, &mut optics)? } else { None };
        if let (Some(wavelength), "grating") = (light.wavelength, coupler) {
            self.grating(&at("wavelength"), [wavelength; 2], &mut optics)?;
            if let Some(colours) = spread {
                self.grating(&at("wdm"), colours, &mut optics)?;
            }
        }
        Ok(optics)
    }

    /// The fibre's kind and its dispersion.
    fn fibre(
        &self,
        path: &str,
        light: &Light,
        modulator: &str,
        optics: &mut Optics,
    ) -> Result<(), Problem> {
        let at = |key: &str| format!("{path}.{key}");
        let facts = &self.facts;
        let wrong = |e| self.optical(&at("wavelength"), e);
        let fact = |e: FactError| self.problem(path, e);
        let own = match modulator {
            "eam" => ElectroAbsorption::from_facts(facts).map_err(fact)?.chirp,
            _ => 0.0,
        };
        let chirp = light.chirp.unwrap_or(own);
        within(self.text, &at("chirp"), chirp, [-10.0, 10.0], "")?;
        let span = match light.fibre_kind.unwrap_or(FibreKind::SingleMode) {
            FibreKind::SingleMode => {
                let fibre =
                    SingleModeFibre::from_facts(facts).map_err(|e| self.problem(path, e))?;
                if let Some(wavelength) = light.wavelength {
                    let loss = fibre.loss(wavelength, light.fibre).map_err(wrong)?;
                    optics.path = optics.path.through(facts, loss, fibre.delay).map_err(fact)?;
                }
                light.wavelength.map(|l| FibreSpan::single_mode(&fibre, l, light.fibre, chirp))
            }
            FibreKind::HollowCore => {
                let fibre =
                    HollowCoreFibre::from_facts(facts).map_err(|e| self.problem(path, e))?;
                let loss = fibre.loss * light.fibre;
                optics.path = optics.path.through(facts, loss, fibre.delay()).map_err(fact)?;
                light.wavelength.map(|l| FibreSpan::hollow_core(&fibre, l, light.fibre, chirp))
            }
            kind => {
                let message =
                    format!("a laser with a modulator does not shine into {} fibre", kind.name());
                let hint =
                    "fibre_kind = \"single-mode\" or \"hollow-core\"; source = \"vcsel\" takes om4";
                let hint = Some(hint.to_owned());
                return Err(Problem::at(self.text, &at("fibre_kind"), message, hint));
            }
        };
        if let Some(span) = span {
            optics.disperse(span.map_err(wrong)?, self.baud);
        }
        Ok(())
    }

    /// The ring's own physics, its neighbours' colours and its drift; the outermost wavelengths of several.
    fn rings(
        &self,
        path: &str,
        light: &Light,
        optics: &mut Optics,
    ) -> Result<Option<[Length; 2]>, Problem> {
        let at = |key: &str| format!("{path}.{key}");
        let asked = light.ring.unwrap_or_default();
        let fact = |e: FactError| self.problem(path, e);
        let ring = self.ring(&at("ring"), &asked, light.wavelength.unwrap_or(O_BAND))?;
        let drive = match asked.drive {
            Some(drive) => drive,
            None => self.facts.get("microring.drive").map_err(fact)?,
        };
        let mut bias = None;
        if light.ring.is_some() {
            let found = self.bias(&at("ring"), &asked, &ring, drive)?;
            optics.resonate(&ring, &found);
            self.heat(&at("ring"), &asked, &ring, optics)?;
            bias = Some(found);
        }
        let spread = match &light.wdm {
            Some(wdm) => Some(self.colours(&at("wdm"), wdm, &ring, optics)?),
            None => None,
        };
        if let (Some(kelvin), Some(bias)) = (asked.drift, bias) {
            self.drift(&at("ring.drift"), kelvin, (&ring, &bias, drive), optics)?;
        }
        Ok(spread)
    }

    fn drift(
        &self,
        path: &str,
        kelvin: Temperature,
        (ring, bias, drive): (&Microring, &RingBias, Voltage),
        optics: &mut Optics,
    ) -> Result<(), Problem> {
        let refused =
            |message, hint: &str| Err(Problem::at(self.text, path, message, Some(hint.to_owned())));
        if kelvin.as_kelvin() > MOST_DRIFT_K {
            let message =
                format!("a heater that leaves {:.0} K follows nothing", kelvin.as_kelvin());
            return refused(message, "write the difference in kelvin, e.g. \"0.5 K\"");
        }
        let drift: ThermalDrift =
            self.facts.get("ring.drift").map_err(|e| self.problem(path, e))?;
        let error = Length::m(drift.si() * kelvin.as_kelvin());
        let pm = |length: Length| length.as_m().abs() * 1e12;
        if pm(error) >= pm(bias.detuning) {
            let message = format!(
                "{} K move the resonance by {:.0} pm, over the laser that stands {:.0} pm away",
                kelvin.as_kelvin(),
                pm(error),
                pm(bias.detuning),
            );
            return refused(message, "a heater that follows better, or a ring of lower quality");
        }
        optics.drift(ring, bias, drive, error).map_err(|e| self.optical(path, e))
    }

    fn ring(&self, path: &str, asked: &Ring, wavelength: Length) -> Result<Microring, Problem> {
        let catalog = Microring::from_facts(&self.facts).map_err(|e| self.optical(path, e))?;
        if let Some(quality) = asked.quality {
            within(self.text, &format!("{path}.quality"), quality, [100.0, 1e6], "of quality")?;
        }
        if let Some(radius) = asked.radius {
            let um = radius.as_m() * 1e6;
            within(self.text, &format!("{path}.radius"), um, [1.0, 1000.0], "um")?;
        }
        let ring = Microring::with_quality(
            asked.radius.unwrap_or(catalog.radius),
            catalog.group_index,
            wavelength,
            asked.quality.unwrap_or_else(|| catalog.quality()),
            0.5,
        )
        .map_err(|e| self.optical(path, e))?;
        let Microring { shift_per_volt, rc_bandwidth, .. } = catalog;
        Ok(Microring { shift_per_volt, rc_bandwidth, ..ring })
    }

    fn bias(
        &self,
        path: &str,
        asked: &Ring,
        ring: &Microring,
        drive: Voltage,
    ) -> Result<RingBias, Problem> {
        within(self.text, &format!("{path}.drive"), drive.si(), [0.01, 20.0], "V")?;
        let Some(detuning) = asked.detuning else {
            return ring.best_bias(drive, Decibel::ZERO).map_err(|e| self.optical(path, e));
        };
        let most = ring.free_spectral_range().as_m() * 0.5e12;
        let path = format!("{path}.detuning");
        within(self.text, &path, detuning.as_m() * 1e12, [0.1, most], "pm")?;
        Ok(ring.at(detuning, drive))
    }

    fn heat(
        &self,
        path: &str,
        asked: &Ring,
        ring: &Microring,
        optics: &mut Optics,
    ) -> Result<(), Problem> {
        let fact = |e: FactError| self.problem(path, e);
        let facts = &self.facts;
        let [cold, hot] = match asked.ambient {
            Some(ends) => ends,
            None => [
                facts.get("ring.temperature_low").map_err(fact)?,
                facts.get("ring.temperature_high").map_err(fact)?,
            ],
        };
        let path = format!("{path}.ambient");
        for end in [cold, hot] {
            within(self.text, &path, end.as_kelvin() - 273.15, [-60.0, 200.0], "degC")?;
        }
        let drift = facts.get("ring.drift").map_err(fact)?;
        let heater = facts.get("ring.heater").map_err(fact)?;
        optics.modulator.tuning = ring
            .heater_power(hot.kelvin_above(cold), Length::ZERO, drift, heater)
            .map_err(|e| self.optical(&path, e))?;
        Ok(())
    }

    fn colours(
        &self,
        path: &str,
        wdm: &Wdm,
        ring: &Microring,
        optics: &mut Optics,
    ) -> Result<[Length; 2], Problem> {
        let at = |key: &str| format!("{path}.{key}");
        if wdm.spacing <= Frequency::hz(0.0) {
            let message = "wavelengths without spacing are one".to_owned();
            let hint = Some("dense plans have 100 to 800 GHz".to_owned());
            return Err(Problem::at(self.text, &at("spacing"), message, hint));
        }
        let fsr = ring.free_spectral_range_hz();
        let most = (fsr / wdm.spacing).floor();
        if f64::from(wdm.channels) > most {
            let message = format!(
                "{} wavelengths {} apart do not fit between two resonances of the ring, {:.0} GHz",
                wdm.channels,
                wdm.spacing,
                fsr.as_ghz(),
            );
            let radius_um =
                ring.radius.as_m() * 1e6 * (fsr / wdm.spacing) / f64::from(wdm.channels);
            let hint = if radius_um > LEAST_RADIUS_UM {
                let radius_um = (radius_um * 10.0).floor() / 10.0;
                format!("{most} fit; a ring of radius = \"{radius_um} um\" takes {}", wdm.channels)
            } else {
                format!("{most} fit; put the others on another fibre")
            };
            return Err(Problem::at(self.text, &at("channels"), message, Some(hint)));
        }
        let plan = ChannelPlan::uniform(wdm.channels, ring.frequency(), wdm.spacing)
            .map_err(|e| self.optical(&at("channels"), e))?;
        optics
            .part_colours(&plan, ring, optics.modulator.tuning, self.line.pam)
            .map_err(|e| self.optical(&at("spacing"), e))?;
        let colours = plan.wavelengths();
        let ends = [colours.first(), colours.last()];
        Ok(ends.map(|l| l.copied().unwrap_or(ring.resonance)))
    }

    /// A grating's loss at the colour farther from its centre, at either end of the fibre.
    fn grating(
        &self,
        path: &str,
        colours: [Length; 2],
        optics: &mut Optics,
    ) -> Result<(), Problem> {
        let wrong = |e| self.optical(path, e);
        let centre: Length =
            self.facts.get("coupler.grating.centre").map_err(|e| self.problem(path, e))?;
        let grating = GratingCoupler::from_facts(&self.facts, centre).map_err(wrong)?;
        let loss =
            colours.map(|l| grating.loss_at(l)).into_iter().fold(Decibel::ZERO, Decibel::max);
        if loss - grating.loss > GRATING_MOST {
            let message = format!(
                "a grating coupler for {centre} loses {:.0} dB more here; its band of {} holds to some 5 dB",
                (loss - grating.loss).as_db(),
                grating.band,
            );
            let hint = "another wavelength, or coupler = \"edge\"".to_owned();
            return Err(Problem::at(self.text, path, message, Some(hint)));
        }
        optics.path.out_coupling = loss;
        optics.path.in_coupling = loss;
        Ok(())
    }
}
