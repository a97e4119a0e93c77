//! Figures as files: outcomes put into the words and units of the drawings.

use crate::failure::Failure;
use lightloom::link::com::{
    self, CaseOutcome, ComError, ComOutcome, ComSpec, Margin, Resolution, losses, received,
};
use lightloom::link::network::TwoPort;
use lightloom::link::{Channel, Demand, LinkParameters, RequiredReceiver, Section, Segment};
use lightloom::units::{Frequency, SymbolRate};
use lightloom_report::drawing::{
    Drawing, Eye, InsertionLoss, LossCurve, LossLimit, LossSpan, NoiseBudget, NoiseSource,
    PulseResponse, PulseSample, Size, eye, insertion_loss, noise_budget, pulse_response,
};
use std::io::ErrorKind;
use std::path::Path;

/// The figures of the case that decides, with the names of their files.
pub(crate) fn of_com(
    spec: &ComSpec,
    through: &TwoPort,
    outcome: &ComOutcome,
    file: &str,
) -> Result<[(String, Drawing); 4], ComError> {
    let case = outcome.deciding();
    let name = Path::new(file).file_name().map_or(file.into(), |n| n.to_string_lossy());
    let subject = format!("{name}, {}, package {}", spec.title, case.case);
    Ok([
        (
            "insertion-loss.svg".to_owned(),
            insertion_loss(&loss(spec, through, case, &subject)?, Size::Slide),
        ),
        (
            "pulse.svg".to_owned(),
            pulse_response(&pulse(spec, through, outcome, &subject)?, Size::Slide),
        ),
        (
            "noise.svg".to_owned(),
            noise_budget(&noise(&case.margin, outcome.pass_db, &subject), Size::Slide),
        ),
        (
            "eye.svg".to_owned(),
            eye(
                &levels(spec.modulation.count(), spec.detector_error_ratio, &case.margin, &subject),
                Size::Slide,
            ),
        ),
    ])
}

/// The figures of a section of a lane: its copper, and pulse, noises and levels where the tier has them.
pub(crate) fn of_section(
    lane: &str,
    (index, section): (usize, &Section),
    demand: &Demand<'_>,
    found: &RequiredReceiver,
    parameters: &LinkParameters,
) -> Vec<(String, Drawing)> {
    let name = |figure: &str| format!("section-{}-{figure}.svg", index + 1);
    let subject = format!("{lane}, section {}", index + 1);
    let baud = demand.line.symbol_rate(&parameters.fec);
    let nyquist = baud.nyquist();
    let mut figures = Vec::new();
    let paths: Vec<&Channel> = match section {
        Section::DieToDie => Vec::new(),
        Section::Electrical(channel) => vec![channel],
        Section::Redriven { before, after, .. } => vec![before, after],
        Section::Optical { near, far, .. } => near.iter().chain(far).collect(),
    };
    for (i, path) in paths.iter().enumerate() {
        let end = if paths.len() > 1 { ["near-", "far-"][i] } else { "" };
        let loss = path_loss(path, nyquist, &subject);
        figures.push((name(&format!("{end}loss")), insertion_loss(&loss, Size::Slide)));
    }
    if let (Some(outcome), Some(rung)) = (&found.outcome, found.best()) {
        let subject = format!("{subject}, {}", rung.class);
        let levels =
            levels(demand.line.pam.count(), demand.detector_error_ratio, &outcome.margin, &subject);
        let noise = noise(&outcome.margin, demand.margin.as_db(), &subject);
        if let Some(resolution) = demand.depth.tier().resolution() {
            let residual_v = found.residual_v(demand, parameters);
            let pulse = samples(&outcome.margin, &residual_v, baud, resolution, &subject);
            figures.push((name("pulse"), pulse_response(&pulse, Size::Slide)));
        }
        figures.push((name("noise"), noise_budget(&noise, Size::Slide)));
        figures.push((name("eye"), eye(&levels, Size::Slide)));
    }
    figures
}

/// Loss of a path from circuit to circuit, and of what lies between its packages.
fn path_loss(path: &Channel, nyquist: Frequency, subject: &str) -> InsertionLoss {
    const POINTS: u32 = 240;
    let outside = path.between_packages();
    let top = nyquist.as_ghz() * 1.25;
    let curve = |channel: &Channel| LossCurve {
        at_nyquist_db: channel.loss(nyquist).as_db(),
        points: (1..=POINTS)
            .map(|i| top * f64::from(i) / f64::from(POINTS))
            .map(|ghz| [ghz, channel.loss(Frequency::ghz(ghz)).as_db()])
            .collect(),
    };
    let boards = outside.segments.iter().any(|s| matches!(s, Segment::Trace(..)));
    InsertionLoss {
        subject: subject.to_owned(),
        path: String::new(),
        nyquist_ghz: nyquist.as_ghz(),
        channel: curve(&outside),
        die_to_die: curve(path),
        boards,
        limit: None,
    }
}

/// Writes them into a folder, which is made where only its last part is missing; names what was written.
pub(crate) fn write(folder: &Path, drawings: &[(String, Drawing)]) -> Result<Vec<String>, Failure> {
    match std::fs::create_dir(folder) {
        // What is there and is no folder is told by writing into it.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(Failure::Output { to: folder.display().to_string(), error });
        }
        _ => {}
    }
    for (name, drawing) in drawings {
        crate::plan::write_whole(&folder.join(name), &drawing.standalone())?;
    }
    Ok(drawings.iter().map(|(name, _)| name.clone()).collect())
}

fn loss(
    spec: &ComSpec,
    through: &TwoPort,
    case: &CaseOutcome,
    subject: &str,
) -> Result<InsertionLoss, ComError> {
    let curves = losses(spec, through, &case.case)?;
    let points = |db: &[f64]| {
        curves.frequency_hz.iter().zip(db).map(|(f, db)| [f / 1e9, *db]).collect::<Vec<_>>()
    };
    Ok(InsertionLoss {
        subject: subject.to_owned(),
        path: String::new(),
        nyquist_ghz: spec.symbol_rate.nyquist().as_ghz(),
        channel: LossCurve {
            at_nyquist_db: case.channel_loss_db,
            points: points(&curves.channel_db),
        },
        die_to_die: LossCurve {
            at_nyquist_db: case.die_to_die_loss_db,
            points: points(&curves.die_to_die_db),
        },
        boards: spec
            .case(&case.case)
            .is_ok_and(|k| !(k.transmitter.board.is_empty() && k.receiver.board.is_empty())),
        limit: spec.loss_limit.as_ref().map(|l| LossLimit {
            loss_db: l.loss.as_db(),
            span: match l.between {
                com::LossSpan::BallToBall => LossSpan::BallToBall,
                com::LossSpan::CableAssembly => LossSpan::Cable,
                com::LossSpan::DieToDie => LossSpan::DieToDie,
            },
            name: l.name.clone(),
        }),
    })
}

fn pulse(
    spec: &ComSpec,
    through: &TwoPort,
    outcome: &ComOutcome,
    subject: &str,
) -> Result<PulseResponse, ComError> {
    let case = outcome.deciding();
    let wave = received(spec, through, case, outcome.resolution)?;
    let time = (0_u32..).map(|i| wave.start_ui + f64::from(i) * wave.step_ui);
    let residual_v = case.residual_v(spec);
    Ok(PulseResponse {
        received: time.zip(&wave.pulse_v).map(|(t, v)| [t, v * 1e3]).collect(),
        ..samples(&case.margin, &residual_v, spec.symbol_rate, outcome.resolution, subject)
    })
}

/// The equalised pulse in order of time.
fn samples(
    margin: &Margin,
    residual_v: &[f64],
    baud: SymbolRate,
    resolution: Resolution,
    subject: &str,
) -> PulseResponse {
    let positions = margin.positions_ui(baud, resolution);
    let values = margin.pulse_v.iter().zip(residual_v);
    let mut samples: Vec<PulseSample> = positions
        .into_iter()
        .zip(values)
        .map(|(position, (v, residual))| PulseSample {
            position_ui: i32::try_from(position).unwrap_or(i32::MAX),
            equalised_mv: v * 1e3,
            residual_mv: residual * 1e3,
        })
        .collect();
    samples.sort_by_key(|s| s.position_ui);
    PulseResponse {
        subject: subject.to_owned(),
        received: Vec::new(),
        samples,
        residual_rms_mv: margin.sigma.isi_v * 1e3,
    }
}

fn noise(margin: &Margin, pass_db: f64, subject: &str) -> NoiseBudget {
    let sources = margin.without.parts().into_iter().zip(margin.sigma.by_source_v());
    NoiseBudget {
        subject: subject.to_owned(),
        com_db: margin.com_db,
        pass_db,
        sources: sources
            .map(|((name, com_without_db), v)| NoiseSource {
                name: name.to_owned(),
                sigma_mv: v * 1e3,
                com_without_db,
            })
            .collect(),
    }
}

fn levels(levels: u32, detector_error_ratio: f64, margin: &Margin, subject: &str) -> Eye {
    Eye {
        subject: subject.to_owned(),
        levels,
        signal_mv: margin.signal_v * 1e3,
        noise_mv: margin.noise_v * 1e3,
        sigma_mv: margin.sigma.total_v() * 1e3,
        detector_error_ratio,
        sequence_gain_db: margin.sequence.map_or(0.0, |s| s.gain_db),
    }
}
