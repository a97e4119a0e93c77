//! `lightloom world-size`.

use crate::failure::Failure;
use crate::named;
use crate::output;
use crate::text::{heading, new_table, paragraph, right_from};
use clap::Args;
use lightloom::Library;
use lightloom::decide::plan::{BuiltDomain, MediumCurve, WorldSizeStudy};
use lightloom::decide::world_size::{LEAST_GAIN, SIZES, WorldSizeRequest, world_size};
use lightloom::units::{Ratio, significant};
use lightloom_report::drawing::domain_size;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct WorldSizeArguments {
    /// The scenario whose cluster, prices and failures count: a file, or the name of a shipped one.
    #[arg(default_value = "gb300-nvl72-4608")]
    scenario: String,
    #[command(flatten)]
    stated: named::Stated,
    /// A model of the catalog (`lightloom catalog models`), or the file of a Hugging Face config.json, in the place of the one
    /// that the scenario serves.
    #[arg(long, value_name = "NAME|config.json")]
    model: Option<String>,
    /// Accelerators of a domain.
    #[arg(long, value_delimiter = ',', default_values_t = SIZES, value_name = "COUNT")]
    sizes: Vec<u64>,
    /// Tokens per second for one user at which throughput is compared.
    #[arg(long, value_delimiter = ',', default_values_t = [20.0, 50.0, 100.0], value_name = "RATE", allow_hyphen_values = true)]
    speed: Vec<f64>,
    /// Gain of throughput, in percent, that a doubling must bring to count as paying.
    #[arg(long, value_name = "PERCENT", default_value_t = 100.0 * LEAST_GAIN.value(), allow_hyphen_values = true)]
    least_gain: f64,
    /// Draw throughput and energy by size of the domain.
    #[arg(long, value_name = "FILE.svg")]
    svg: Option<PathBuf>,
    /// Print one JSON object (schema `lightloom.world-size/1`) instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &WorldSizeArguments) -> Result<(), Failure> {
    let usage = |message: String, hint: &str| Failure::Usage { message, hint: hint.to_owned() };
    let mut sizes = arguments.sizes.clone();
    sizes.sort_unstable();
    sizes.dedup();
    if let Some(size) = sizes.iter().find(|s| !(1..=1 << 20).contains(*s)) {
        return Err(usage(format!("a domain of {size} accelerators"), "--sizes are 1 to 1048576"));
    }
    for speed in &arguments.speed {
        if !(0.01..=1e6).contains(speed) {
            let message = format!("a speed of {speed} tokens per second");
            return Err(usage(message, "--speed is 0.01 to 1000000"));
        }
    }
    if !(0.0..=100.0).contains(&arguments.least_gain) {
        let message = format!("a gain of {} %", arguments.least_gain);
        return Err(usage(message, "--least-gain is 0 to 100"));
    }
    let named = named::find_with(&arguments.scenario, &arguments.stated)?;
    let library = Library::shipped()?;
    let model =
        arguments.model.as_deref().map(|name| crate::job::model(&library, name)).transpose()?;
    let facts = named.facts(&library)?;
    let request = WorldSizeRequest {
        sizes: &sizes,
        model: model.as_ref(),
        speeds: &arguments.speed,
        least_gain: Ratio::new(arguments.least_gain / 100.0),
    };
    let study =
        world_size(&named.case(&library), &facts, None, &request).map_err(|e| named.failure(e))?;
    let figure = arguments.svg.as_deref().map(|file| (file, domain_size(&study)));
    output::answer(&study, arguments.json, figure, text)
}

fn text(study: &WorldSizeStudy) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} on {}, {} Gb/s each way into the domain\nprompts of {}, answers of {}, {}; cluster of {}\n",
        study.model,
        study.accelerator,
        significant(study.gbps_per_accelerator, 4),
        study.prompt,
        study.output,
        study.precision,
        study.scenario
    );
    for finding in &study.findings {
        paragraph(&mut out, finding);
    }
    for curve in &study.media {
        heading(&mut out, title(&curve.medium));
        domains(&mut out, study, curve);
    }
    out.push('\n');
    paragraph(
        &mut out,
        "Throughput: tokens per second and accelerator of answers while every user gets the speed, accelerators for prompts \
         counted in; behind it the gain over the next smaller domain, for each doubling. Energy with network and facility, price \
         with everything over productive hours, both at the first speed. W and $: the domain's network for each accelerator, power at the \
         rack inlet; ns: the longest way through the domain, without software, which hides most of it.",
    );
    out
}

fn title(medium: &str) -> &str {
    match medium {
        "copper" => "Copper: every link of the domain",
        "mixed" => "Mixed: copper to the first switches, light above",
        _ => "Light: every link of the domain",
    }
}

fn domains(out: &mut String, study: &WorldSizeStudy, curve: &MediumCurve) {
    let mut header: Vec<String> =
        ["domain", "links of", "ns", "W", "$"].into_iter().map(str::to_owned).collect();
    header.extend(study.speeds.iter().map(|s| format!("at {s}/s")));
    header.extend(["J/token", "$/M", "quickest"].into_iter().map(str::to_owned));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names);
    right_from(&mut table, 2, names.len());
    let mut refused = Vec::new();
    for row in &curve.rows {
        match (&row.built, &row.refused) {
            (Some(built), _) => {
                table.add_row(cells(row.domain, built));
            }
            (None, why) => refused.push((row.domain, why.as_deref().unwrap_or_default())),
        }
    }
    if refused.len() < curve.rows.len() {
        let _ = writeln!(out, "{table}");
    }
    // Sizes that fail alike share a line.
    let mut last: Option<&str> = None;
    for (i, (size, why)) in refused.iter().enumerate() {
        if last == Some(*why) {
            continue;
        }
        last = Some(*why);
        let alike: Vec<String> =
            refused[i..].iter().take_while(|(_, w)| w == why).map(|(s, _)| s.to_string()).collect();
        let sizes = if alike.is_empty() { size.to_string() } else { alike.join(", ") };
        paragraph(out, &format!("- not {sizes}: {why}"));
    }
}

fn cells(domain: u64, built: &BuiltDomain) -> Vec<String> {
    let mut links: Vec<&str> = built.technologies.iter().map(|t| t.technology.as_str()).collect();
    links.dedup();
    let mut cells = vec![
        domain.to_string(),
        links.join(", "),
        format!("{:.0}", built.latency_ns),
        significant(built.scale_up_w_per_accelerator, 3),
        significant(built.scale_up_usd_per_accelerator, 3),
    ];
    for (point, gain) in built.at_speeds.iter().zip(&built.gains) {
        cells.push(match (point, gain) {
            (None, _) => "-".to_owned(),
            (Some(p), None) => significant(p.tokens_per_s_per_accelerator, 3),
            (Some(p), Some(g)) => {
                format!("{} {:+.0} %", significant(p.tokens_per_s_per_accelerator, 3), 100.0 * g)
            }
        });
    }
    let first = built.at_speeds.first().and_then(Option::as_ref);
    cells.push(first.map_or_else(|| "-".to_owned(), |p| significant(p.joule_per_token, 3)));
    cells
        .push(first.map_or_else(|| "-".to_owned(), |p| format!("{:.2}", p.usd_per_million_tokens)));
    cells.push(format!("{}/s", significant(built.quickest.tokens_per_s_per_user, 3)));
    cells
}
