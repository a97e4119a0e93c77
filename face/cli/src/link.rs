//! `lightloom link`.

use crate::args::{LinkArguments, TierArgument};
use crate::com::{Read, equaliser_rows, noise_rows, read_channel};
use crate::failure::Failure;
use crate::meaning::line_rate_note;
use crate::text::{new_table, paragraph, right_from, signed_db};
use lightloom::Library;
use lightloom::link::optics::{Basis, LightSetting, Microring, ModulatorDynamics};
use lightloom::link::required::distance_above;
use lightloom::link::{
    Demand, LinkOutcome, LinkParameters, LinkSpec, OpticalBudget, Optics, RequiredReceiver,
    Section, Tier, evaluate, section_demand,
};
use lightloom::scenario::Lane;
use lightloom::units::{Decibel, Length, significant};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

pub(crate) fn run(arguments: &LinkArguments) -> Result<(), Failure> {
    if arguments.schema {
        return crate::print(&format!("{:#}\n", lightloom::scenario::lane::schema()));
    }
    if let Some(name) = &arguments.example {
        return crate::print(example(name)?);
    }
    let Some(file) = &arguments.lane else {
        return Err(Failure::Usage {
            message: "no lane file is given".to_owned(),
            hint: "`lightloom link --example` prints one to start from".to_owned(),
        });
    };
    let text = crate::plan::read(file, "`lightloom link --example` prints one to start from")?;
    let wrong = |problem| Failure::scenario(file, &text, problem);
    let lane = Lane::parse(&text).map_err(wrong)?;
    let library = Library::shipped()?;
    let standard = match &arguments.standard {
        Some(name) => Arc::new(crate::com::specification(name)?),
        None => Arc::clone(&library.standard),
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut files: Vec<Read> = Vec::new();
    let (spec, parameters) = lane
        .build(&text, &library, &standard, &mut |path| {
            let read = read_channel(&folder.join(path)).map_err(|e| e.to_string())?;
            let channel = read.channel.channel.clone();
            files.push(read);
            Ok(channel)
        })
        .map_err(wrong)?;
    let tier = match arguments.tier {
        TierArgument::T0 => Tier::Bound,
        TierArgument::T1 => Tier::Pulse,
        TierArgument::T2 => Tier::Margin,
        TierArgument::T3 => Tier::Audit,
    };
    let start = Instant::now();
    let refused = |error: lightloom::link::LinkError| Failure::Usage {
        message: error.to_string(),
        hint: "look at the lane's extremes: symbol rate, lengths, the files' top frequency"
            .to_owned(),
    };
    let outcome = evaluate(&spec, &parameters, tier).map_err(refused)?;
    let seconds = start.elapsed().as_secs_f64();
    let distances = (0..spec.sections.len())
        .map(|i| {
            let demand = section_demand(&spec, &parameters, i, tier);
            distance_above(&spec.sections[i], &demand, &parameters, &outcome.sections[i])
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(refused)?;
    let answer = Answer { lane: &lane, spec: &spec, parameters: &parameters, outcome, distances };
    let written = match &arguments.svg {
        Some(folder) => crate::figures::write(folder, &answer.figures())?,
        None => Vec::new(),
    };
    if arguments.json {
        return crate::print(&format!("{:#}\n", answer.document(&files, seconds)));
    }
    let mut text = answer.text(&files);
    if let (Some(folder), false) = (&arguments.svg, written.is_empty()) {
        let _ = writeln!(text, "\nFigures in {}: {}", folder.display(), written.join(", "));
    }
    crate::print(&text)
}

fn example(name: &str) -> Result<&'static str, Failure> {
    let shipped = lightloom::catalog::LANES;
    let names = || shipped.iter().map(|(file, _)| file.trim_end_matches(".toml"));
    let found = shipped.iter().find(|(file, _)| file.strip_suffix(".toml") == Some(name));
    found.map(|(_, text)| *text).ok_or_else(|| Failure::Unknown {
        message: format!("no shipped lane is called `{name}`"),
        hint: lightloom::scenario::problem::suggestion(name, names()),
    })
}

struct Answer<'a> {
    lane: &'a Lane,
    spec: &'a LinkSpec,
    parameters: &'a LinkParameters,
    outcome: LinkOutcome,
    /// COM of the tier above less this one's, by section.
    distances: Vec<Option<Decibel>>,
}

fn kind(section: &Section) -> &'static str {
    match section {
        Section::DieToDie => "die to die",
        Section::Electrical(_) => "copper",
        Section::Redriven { .. } => "redriven copper",
        Section::Optical { near: None, far: None, .. } => "light",
        Section::Optical { near: Some(_), far: Some(_), .. } => "linear light",
        Section::Optical { .. } => "half-linear light",
    }
}

impl Answer<'_> {
    fn demand(&self, i: usize) -> Demand<'static> {
        section_demand(self.spec, self.parameters, i, self.outcome.tier)
    }

    fn figures(&self) -> Vec<(String, lightloom_report::drawing::Drawing)> {
        let sections = self.spec.sections.iter().enumerate().zip(&self.outcome.sections);
        sections
            .flat_map(|((i, section), found)| {
                let at = (i, section);
                crate::figures::of_section(
                    &self.lane.name,
                    at,
                    &self.demand(i),
                    found,
                    self.parameters,
                )
            })
            .collect()
    }

    fn document(&self, files: &[Read], seconds: f64) -> Value {
        let Self { lane, outcome, .. } = self;
        let energy = outcome.energy();
        json!({
            "schema": "lightloom.link/1",
            "name": lane.name,
            "tier": outcome.tier.name(),
            "standard": self.parameters.standard.name,
            "symbol_rate_gbd": outcome.baud.as_gbd(),
            "modulation": lane.modulation,
            "fec": lane.fec,
            "closes": outcome.closes(),
            "margin_db": outcome.margin.as_db(),
            "limiter": outcome.limiter.name(),
            "loss_db": outcome.loss.as_db(),
            "pre_fec_ber": outcome.pre_fec_ber,
            "module_dsp": outcome.has_module_dsp(),
            "lane_pj_per_bit": energy.lane().as_pj_per_bit(),
            "optics_pj_per_bit": energy.optics().as_pj_per_bit(),
            "energy_pj_per_bit": parts(energy.parts().map(|(n, e)| (n, e.as_pj_per_bit()))),
            "latency_ns": outcome.latency.total().as_ns(),
            "latency_parts_ns": parts(outcome.latency.parts().map(|(n, t)| (n, t.as_ns()))),
            "sections": outcome.sections.iter().enumerate().map(|(i, s)| self.section(i, s))
                .collect::<Vec<_>>(),
            "files": files.iter().map(|f| json!({
                "file": f.file,
                "ports": f.channel.order.map(|o| o.to_string()),
                "remarks": f.channel.remarks,
            })).collect::<Vec<_>>(),
            "seconds": seconds,
        })
    }

    fn section(&self, i: usize, found: &RequiredReceiver) -> Value {
        let best = found.best();
        let mut value = json!({
            "kind": kind(&self.spec.sections[i]),
            "tier": found.tier.name(),
            "loss_db": found.loss.as_db(),
            "detector_error_ratio": self.demand(i).detector_error_ratio,
            "closes": found.taken.is_some() || self.spec.sections[i] == Section::DieToDie,
            "needs_dsp": found.needs_dsp(),
            "receiver": best.map(|r| r.class),
            "com_db": best.map(|r| r.com.as_db()),
            "margin_db": best.map(|r| r.margin.as_db()),
            "pre_fec_ber": best.map(|r| r.pre_fec_ber),
            "limiter": best.map(|r| r.limiter.name()),
            "distance_to_tier_above_db": self.distances[i].map(Decibel::as_db),
            "rejected": found.rejected.iter().map(|r| json!({
                "receiver": r.class,
                "com_db": r.com.as_db(),
                "margin_db": r.margin.as_db(),
                "limiter": r.limiter.name(),
                "pj_per_bit": r.energy.as_pj_per_bit(),
                "latency_ns": r.latency.as_ns(),
            })).collect::<Vec<_>>(),
        });
        if let (Some(outcome), Some(fields)) = (&found.outcome, value.as_object_mut()) {
            fields.insert("fom_db".into(), json!(outcome.fom_db));
            fields.insert("signal_v".into(), json!(outcome.margin.signal_v));
            fields.insert("noise_v".into(), json!(outcome.margin.noise_v));
            fields.insert("sigma".into(), json!(outcome.margin.sigma));
            fields.insert("taps".into(), json!(outcome.taps));
        }
        if let (Section::Redriven { before, redriver, after }, Some(fields)) =
            (&self.spec.sections[i], value.as_object_mut())
        {
            let [before, after] = [before, after].map(|c| c.loss(self.outcome.baud.nyquist()));
            fields.insert(
                "redriver".into(),
                json!({
                    "loss_before_db": before.as_db(),
                    "peaking_db": redriver.peaking(before).as_db(),
                    "loss_behind_db": after.as_db(),
                }),
            );
        }
        if let (Section::Optical { optics, .. }, Some(fields)) =
            (&self.spec.sections[i], value.as_object_mut())
        {
            let impairments = optics.impairments;
            if let ModulatorDynamics::Microring(ring, detuning) = &optics.modulator.dynamics {
                fields.insert(
                    "ring".into(),
                    json!({
                        "detuning_pm": detuning.as_m() * 1e12,
                        "quality": ring.quality(),
                        "photon_lifetime_ghz": ring.photon_lifetime_bandwidth().as_ghz(),
                        "free_spectral_range_ghz": ring.free_spectral_range_hz().as_ghz(),
                        "extinction_db": optics.modulator.extinction.as_db(),
                        "mean_loss_db": optics.modulator.mean_loss.as_db(),
                        "heater_mw": optics.modulator.tuning.as_w() * 1e3,
                    }),
                );
            }
            fields.insert(
                "impairments".into(),
                json!({
                    "penalty_db": impairments.penalty().as_db(),
                    "stated_db": impairments.allowance().map(Decibel::as_db),
                    "parts": impairments.parts().map(|(cause, cost, basis)| json!({
                        "cause": cause,
                        "db": cost.as_db(),
                        "basis": basis,
                        "computed": basis.is_computed(),
                    })).collect::<Vec<_>>(),
                }),
            );
        }
        if let (Some(budget), Some(fields)) = (best.and_then(|r| r.budget), value.as_object_mut()) {
            fields.insert(
                "light".into(),
                json!({
                    "laser_dbm": budget.laser.as_dbm(),
                    "transmitted_oma_dbm": budget.oma_transmitted.as_dbm(),
                    "received_oma_dbm": budget.oma_received.as_dbm(),
                    "loss_db": budget.total_loss.as_db(),
                    "laser_w": budget.laser_power.as_w(),
                }),
            );
        }
        value
    }

    fn text(&self, files: &[Read]) -> String {
        let Self { lane, outcome, parameters, .. } = self;
        let mut out = format!(
            "{}\n{} a lane, {} at {} GBd, {}; tier {}, receivers as {}\n\n",
            lane.name,
            lane.payload,
            lane.modulation,
            significant(outcome.baud.as_gbd(), 7),
            lane.fec.name(),
            outcome.tier,
            parameters.standard.name,
        );
        let margin = outcome.margin.as_db();
        let verdict = if outcome.closes() {
            format!("closes with {margin:.2} dB to spare")
        } else {
            format!("does not close: it lacks {:.2} dB", -margin)
        };
        paragraph(
            &mut out,
            &format!(
                "The lane {verdict}; what limits it most is {}. From chip to chip it takes {:.1} pJ/bit \
                 and {:.0} ns one way; {}.",
                outcome.limiter.name(),
                outcome.energy().lane().as_pj_per_bit(),
                outcome.latency.total().as_ns(),
                if outcome.has_module_dsp() { "a DSP retimes it" } else { "no DSP retimes it" },
            ),
        );
        if let Some(note) = line_rate_note(lane.payload) {
            paragraph(&mut out, &format!("Note: {note}"));
        }
        for (i, found) in outcome.sections.iter().enumerate() {
            self.section_text(&mut out, i, found);
        }
        let _ = writeln!(out, "\nEnergy, pJ/bit one direction, and latency, ns one way");
        let mut table = new_table(&["energy", "pJ/bit", "latency", "ns"]);
        right_from(&mut table, 1, 2);
        right_from(&mut table, 3, 4);
        let (energy, latency) = (outcome.energy().parts(), outcome.latency.parts());
        let shown: Vec<_> = energy.iter().filter(|(_, e)| e.as_pj_per_bit() > 0.0).collect();
        for row in 0..shown.len().max(latency.len()) {
            let [mut name, mut value, mut cause, mut time] = [const { String::new() }; 4];
            if let Some((n, e)) = shown.get(row) {
                (name, value) = ((*n).to_owned(), format!("{:.2}", e.as_pj_per_bit()));
            }
            if let Some((n, t)) = latency.get(row) {
                (cause, time) = ((*n).to_owned(), format!("{:.1}", t.as_ns()));
            }
            table.add_row([name, value, cause, time]);
        }
        let _ = writeln!(out, "{table}");
        let remarks =
            files.iter().flat_map(|f| f.channel.remarks.iter().map(move |r| (&f.file, r)));
        for (file, remark) in remarks {
            paragraph(&mut out, &format!("- {file}: {remark}"));
        }
        out
    }

    fn section_text(&self, out: &mut String, i: usize, found: &RequiredReceiver) {
        let nyquist = self.outcome.baud.nyquist().as_ghz();
        let section = &self.spec.sections[i];
        let _ = writeln!(
            out,
            "\nSection {}, {}: {:.1} dB of copper{} at {nyquist:.2} GHz",
            i + 1,
            kind(section),
            found.loss.as_db(),
            if matches!(section, Section::Redriven { .. }) { " left" } else { "" }
        );
        if *section == Section::DieToDie {
            return;
        }
        if let Section::Redriven { before, redriver, after } = section {
            let [before, after] = [before, after].map(|c| c.loss(self.outcome.baud.nyquist()));
            let _ = writeln!(
                out,
                "The redriver lifts {:.1} dB of the {:.1} dB before it; {:.1} dB lie behind it.",
                redriver.peaking(before).as_db(),
                before.as_db(),
                after.as_db()
            );
        }
        let header = ["receiver", "COM", "margin", "limited by", "pJ/bit", "ns"];
        let mut table = new_table(&header);
        for column in [1, 2, 4, 5] {
            right_from(&mut table, column, column + 1);
        }
        let mut rungs: Vec<_> = found.rejected.iter().chain(&found.taken).collect();
        rungs.sort_by_key(|r| r.class);
        for rung in rungs {
            let taken = found.taken.is_some_and(|t| t.class == rung.class);
            table.add_row([
                format!("{} {}", if taken { "▶" } else { " " }, rung.class),
                format!("{:.2} dB", rung.com.as_db()),
                format!("{:+.2} dB", rung.margin.as_db()),
                rung.limiter.name().to_owned(),
                format!("{:.2}", rung.energy.as_pj_per_bit()),
                format!("{:.0}", rung.latency.as_ns()),
            ]);
        }
        let _ = writeln!(out, "{table}");
        if found.best().is_none() {
            paragraph(out, "No setting of any receiver's equalisers opens an eye.");
            return;
        }
        if let (Some(budget), Section::Optical { optics, .. }) =
            (found.best().and_then(|r| r.budget), section)
        {
            paragraph(out, &light(&budget, optics));
            if let ModulatorDynamics::Microring(ring, detuning) = &optics.modulator.dynamics {
                paragraph(out, &ring_words(ring, *detuning, optics));
            }
            impairment_rows(out, optics);
        }
        let taken = found.best().map_or("", |r| r.class.name());
        if let Some(outcome) = &found.outcome {
            let _ = writeln!(out, "Noise at the detector, {taken}");
            noise_rows(out, &outcome.margin);
            let _ = writeln!(out, "Equalisers, {taken}");
            equaliser_rows(out, &outcome.taps, &outcome.margin);
        }
        if found.tier != self.outcome.tier {
            paragraph(
                out,
                &format!(
                    "By tier {}: so little of the signal arrives that there is no pulse to look at.",
                    found.tier
                ),
            );
        }
        if let (Some(distance), Some(above)) = (self.distances[i], self.outcome.tier.above()) {
            paragraph(
                out,
                &format!(
                    "Tier {above} gives {} with {taken}{}.",
                    signed_db(distance.as_db()),
                    if found.outcome.is_some() { " at the same setting" } else { "" },
                ),
            );
        }
    }
}

/// Powers along a lane of light, in words.
fn light(budget: &OpticalBudget, optics: &Optics) -> String {
    let source = if optics.laser.setting == LightSetting::Bias {
        "The source shines as its bias says:"
    } else {
        "The table is with all of the laser's power. To close, this lane needs"
    };
    let wall = budget.laser_power.as_w() * 1e3;
    format!(
        "{source} {:.1} out of the source as its share, {} mW from the wall; outer modulation amplitude (OMA) {:.1} into the \
         fibre, {:.1} at the photodiode; extinction {:.1}.",
        budget.laser,
        if wall < 10.0 { format!("{wall:.1}") } else { format!("{wall:.0}") },
        budget.oma_transmitted,
        budget.oma_received,
        optics.modulator.extinction,
    )
}

/// Where a computed ring stands, in words.
fn ring_words(ring: &Microring, detuning: Length, optics: &Optics) -> String {
    format!(
        "The ring: its laser stands {:.0} pm off the resonance; quality {:.0}, photon-lifetime bandwidth {:.0} GHz, free \
         spectral range {:.2} THz; {:.1} dB are lost on average; its heater takes up to {:.1} mW.",
        detuning.as_m() * 1e12,
        ring.quality(),
        ring.photon_lifetime_bandwidth().as_ghz(),
        ring.free_spectral_range_hz().as_ghz() * 1e-3,
        optics.modulator.mean_loss.as_db(),
        optics.modulator.tuning.as_w() * 1e3,
    )
}

fn impairment_rows(out: &mut String, optics: &Optics) {
    let impairments = &optics.impairments;
    let _ = writeln!(
        out,
        "Impairments of the light; together {:.2} of its amplitude, the computed noise and response apart",
        impairments.penalty()
    );
    let mut table = new_table(&["impairment", "cost", "how it is known"]);
    right_from(&mut table, 1, 2);
    for (cause, cost, basis) in impairments.parts().filter(|part| part.2 != Basis::Stated) {
        table.add_row([cause.name().to_owned(), format!("{cost:.2}"), basis.name().to_owned()]);
    }
    if let Some(stated) = impairments.allowance() {
        let others = "all others".to_owned();
        table.add_row([others, format!("{stated:.2}"), Basis::Stated.name().to_owned()]);
    }
    let _ = writeln!(out, "{table}");
    if optics.interference > 0.0 {
        paragraph(
            out,
            "Noise of reflections is in proportion to the signal: below it is part of the transmitter's.",
        );
    }
}

/// Named parts as an object, in their order.
fn parts<const N: usize>(parts: [(&str, f64); N]) -> Value {
    parts.into_iter().map(|(name, value)| json!({ "part": name, "value": value })).collect()
}
