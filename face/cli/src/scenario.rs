//! `lightloom scenario`.

use crate::args::ScenarioCommand;
use crate::failure::Failure;
use crate::named;
use crate::template;
use lightloom::Library;
use lightloom::decide::decide;
use lightloom::decide::sentence::slow_interfaces;
use lightloom::evidence::Facts;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn run(command: &ScenarioCommand) -> Result<(), Failure> {
    match command {
        ScenarioCommand::New { file, from } => new(file.as_deref(), from),
        ScenarioCommand::Check { file } => check(file),
        ScenarioCommand::Schema { plan } => {
            let schema = if *plan {
                schemars::schema_for!(lightloom::Plan).to_value()
            } else {
                lightloom::scenario::json_schema()
            };
            crate::print(&format!("{schema:#}\n"))
        }
    }
}

/// Texts of all scenarios and systems that are shipped, by name. Some scenarios are systems too.
pub(crate) fn shipped() -> BTreeMap<&'static str, &'static str> {
    let all = lightloom::catalog::SCENARIOS.iter().chain(lightloom::catalog::SYSTEMS);
    all.map(|(name, text)| (name.trim_end_matches(".toml"), *text)).collect()
}

fn new(file: Option<&Path>, from: &str) -> Result<(), Failure> {
    let shipped = shipped();
    let Some(text) = shipped.get(from) else {
        return Err(Failure::Unknown {
            message: format!("no shipped scenario or system is called `{from}`"),
            hint: lightloom::scenario::problem::suggestion(from, shipped.keys().copied()),
        });
    };
    let name = format!("{from}.toml");
    let scenario = lightloom::scenario::parse(text)
        .map_err(|problem| Failure::scenario(Path::new(&name), text, problem))?;
    let library = Library::shipped()?;
    let finance = lightloom::scenario::run::finance(&scenario, &Facts::nominal(&library.catalog))
        .map_err(|error| Failure::Run(Box::new(error.into())))?;
    let text = template::with_terms(&template::commented(text), &finance);
    let Some(file) = file else { return crate::print(&text) };
    if file.exists() {
        return Err(Failure::Unknown {
            message: format!("{} exists already", file.display()),
            hint: "give another name, or remove it first".to_owned(),
        });
    }
    crate::plan::write_whole(file, &text)?;
    crate::print(&format!("Created {0}. Edit it, then: lightloom plan {0}\n", file.display()))
}

fn check(name: &str) -> Result<(), Failure> {
    let named = named::find(name)?;
    let library = Library::shipped()?;
    let facts = named.facts(&library)?;
    let case = named.case(&library);
    let decided = decide(&case, &facts).map_err(|e| named.failure(e))?;
    let fabric = &decided.structure.fabric;
    let mut out = format!(
        "{}: sound. {} accelerators in {} racks, {} link classes:\n",
        named.file.display(),
        fabric.accelerators,
        fabric.floor_plan.total_racks,
        fabric.link_classes.len()
    );
    for class in &fabric.link_classes {
        out.push_str(&format!(
            "  {:<26} {:>9} links of {}, {:.1} to {:.1}\n",
            class.name, class.links, class.rate, class.lengths.min, class.lengths.max
        ));
    }
    for finding in slow_interfaces(&case, &decided) {
        crate::text::paragraph(&mut out, &format!("note: {finding}"));
    }
    crate::print(&out)
}
