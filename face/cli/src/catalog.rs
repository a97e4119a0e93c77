//! `lightloom catalog`.

use crate::args::CatalogArguments;
use crate::failure::Failure;
use crate::plan::read;
use crate::text::paragraph;
use lightloom::evidence::{Catalog, Fact, Facts};
use lightloom::fabric::BandwidthPerAccelerator;
use lightloom::scenario::problem::{nearest, one_of, suggestion};
use lightloom::{Library, Scenario};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

pub(crate) fn run(arguments: &CatalogArguments) -> Result<(), Failure> {
    let mut own = Vec::new();
    for path in &arguments.file {
        own.push((
            path.display().to_string(),
            read(path, "give a file of facts, as those in catalog/facts")?,
        ));
    }
    let mut files = lightloom::catalog::FACTS.to_vec();
    let extra: Vec<(&str, &str)> = own.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    files.extend(extra.iter().copied());
    let catalog = Catalog::parse(&files).map_err(lightloom::scenario::LibraryError::from)?;
    if arguments.check {
        return check(&catalog);
    }
    match arguments.id.as_deref() {
        None => overview(&catalog, arguments.json),
        Some("technologies") => technologies(arguments.json),
        Some("models") => models(arguments.json),
        Some("systems") => systems(arguments.json),
        Some("sources") => sources(&catalog, arguments.json),
        Some(id) => facts(&catalog, id, arguments.json),
    }
}

fn check(catalog: &Catalog) -> Result<(), Failure> {
    let count = |kind| catalog.facts().iter().filter(|f| f.kind == kind).count();
    let kinds: Vec<String> =
        lightloom::evidence::Kind::ALL.iter().map(|k| format!("{} {k}", count(*k))).collect();
    Library::shipped()?;
    crate::print(&format!(
        "{} facts from {} sources, each with unit, kind and source: {}\n",
        catalog.facts().len(),
        catalog.sources().len(),
        kinds.join(", ")
    ))
}

fn overview(catalog: &Catalog, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let all: Vec<Value> = catalog.facts().iter().map(|f| fact_json(catalog, f)).collect();
        return crate::print(&format!("{:#}\n", Value::Array(all)));
    }
    let mut out = String::from("Heads of the catalog, with the number of facts below each:\n");
    let mut heads: Vec<&str> =
        catalog.facts().iter().map(|f| f.id.split('.').next().unwrap_or(&f.id)).collect();
    heads.dedup();
    for head in heads {
        let below = catalog.children(head);
        let dotted = format!("{head}.");
        let facts = catalog.facts().iter().filter(|f| f.id.starts_with(&dotted)).count();
        let mut names = below.join(", ");
        if names.chars().count() > 76 {
            names = names.chars().take(75).collect::<String>() + "…";
        }
        let _ = writeln!(out, "  {head:<14} {facts:>4}  {names}");
    }
    out.push_str(
        "\n`lightloom catalog HEAD` lists facts; also: technologies, models, systems, sources.\n",
    );
    crate::print(&out)
}

fn facts(catalog: &Catalog, id: &str, as_json: bool) -> Result<(), Failure> {
    let dotted = format!("{id}.");
    let found: Vec<&Fact> =
        catalog.facts().iter().filter(|f| f.id == id || f.id.starts_with(&dotted)).collect();
    if found.is_empty() {
        if let Some(near) = near(catalog, id) {
            let message = format!("the catalog has nothing called `{id}`");
            return Err(Failure::Unknown { message, hint: near });
        }
        let mut names: Vec<&str> = catalog.facts().iter().map(|f| f.id.as_str()).collect();
        // Compare with names cut to the same depth: `accelerator.gb30` with `accelerator.gb300`.
        let depth = id.split('.').count();
        names = names.iter().map(|n| head_of(n, depth)).collect();
        names.dedup();
        if depth > 1 {
            let head = head_of(id, 1);
            let siblings: Vec<&str> =
                names.iter().copied().filter(|n| head_of(n, 1) == head).collect();
            if !siblings.is_empty() {
                names = siblings;
            }
        }
        return Err(Failure::Unknown {
            message: format!("the catalog has nothing called `{id}`"),
            hint: suggestion(id, names),
        });
    }
    if as_json {
        let all: Vec<Value> = found.iter().map(|f| fact_json(catalog, f)).collect();
        return crate::print(&format!("{:#}\n", Value::Array(all)));
    }
    let mut out = String::new();
    for fact in &found {
        describe(&mut out, catalog, fact);
    }
    let parts = catalog.children(id);
    if let Some(first) = parts.first().filter(|_| parts.len() > 1) {
        // At the end: that is where a reader of a long list stands.
        let mut line = format!("{} facts of {}: {}.", found.len(), id, parts.join(", "));
        line.push_str(&format!(" One alone: lightloom catalog {id}.{first}"));
        paragraph(&mut out, &line);
    }
    crate::print(&out)
}

/// What may be meant by a name without its head, such as `b200`, or by words, such as `coupling loss`; `None` for a
/// dotted name and where nothing is near.
fn near(catalog: &Catalog, id: &str) -> Option<String> {
    const SHOWN: usize = 8;
    if id.contains('.') || id.chars().count() < 3 {
        return None;
    }
    let asked = id.to_lowercase();
    let mut parts: Vec<&str> = catalog
        .facts()
        .iter()
        .map(|f| head_of(&f.id, 2))
        .filter(|head| head.split('.').nth(1).is_some_and(|part| part.contains(&asked)))
        .collect();
    parts.dedup();
    // The part itself, or those that hold its name.
    let is = |head: &str| head.split('.').nth(1) == Some(asked.as_str());
    if parts.iter().any(|head| is(head)) {
        parts.retain(|head| is(head));
        parts.sort_unstable();
    } else {
        parts.sort_by_key(|head| head.len());
    }
    if !parts.is_empty() {
        let shown: Vec<String> = parts.iter().take(SHOWN).map(|p| format!("`{p}`")).collect();
        return one_of(&shown).map(|shown| format!("did you mean {shown}?"));
    }
    let heads = catalog.facts().iter().map(|f| head_of(&f.id, 1));
    if nearest(id, heads).is_some() {
        return None;
    }
    let all: Vec<&str> = catalog
        .facts()
        .iter()
        .filter(|f| asked.split_whitespace().all(|word| f.about.to_lowercase().contains(word)))
        .map(|f| f.id.as_str())
        .collect();
    let more = match all.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let shown: Vec<&str> = all.iter().take(SHOWN).copied().collect();
    (!all.is_empty()).then(|| format!("facts that speak of it: {}{more}", shown.join(", ")))
}

/// The first so many parts of a dotted name.
fn head_of(id: &str, parts: usize) -> &str {
    match id.match_indices('.').nth(parts.saturating_sub(1)) {
        Some((end, _)) => &id[..end],
        None => id,
    }
}

fn describe(out: &mut String, catalog: &Catalog, fact: &Fact) {
    let range = if fact.is_uncertain() {
        format!(", {} to {}", fact.show(fact.low), fact.show(fact.high))
    } else {
        String::new()
    };
    let year = fact.year.map(|y| format!(" {y}")).unwrap_or_default();
    let _ = writeln!(
        out,
        "{}\n  {}\n  {}{range} [{}{year}]",
        fact.id,
        fact.about,
        fact.show(fact.value),
        fact.kind
    );
    let source = |key: &str| {
        catalog.sources().get(key).map_or_else(String::new, |s| match s.url.as_str() {
            "" => s.title.clone(),
            url => format!("{}, {url}", s.title),
        })
    };
    let _ = writeln!(out, "  {}", source(&fact.source));
    for rival in &fact.rivals {
        let note = rival.note.as_deref().map(|n| format!(" ({n})")).unwrap_or_default();
        let value = fact.show(rival.value);
        let _ =
            writeln!(out, "  elsewhere {value} [{}]{note}: {}", rival.kind, source(&rival.source));
    }
    if let Some(note) = &fact.note {
        let _ = writeln!(out, "  note: {note}");
    }
    out.push('\n');
}

fn fact_json(catalog: &Catalog, fact: &Fact) -> Value {
    let source = catalog.source_of(fact);
    json!({
        "id": fact.id,
        "about": fact.about,
        "quantity": fact.quantity,
        "value": fact.show(fact.value),
        "range": [fact.show(fact.low), fact.show(fact.high)],
        "kind": fact.kind.name(),
        "year": fact.year,
        "source": source.map(|s| json!({ "title": s.title, "url": s.url })),
        "elsewhere": fact.rivals.iter().map(|r| json!({
            "value": fact.show(r.value),
            "kind": r.kind.name(),
            "source": catalog.sources().get(&r.source).map(|s| &s.title),
            "note": r.note,
        })).collect::<Vec<_>>(),
        "note": fact.note,
    })
}

fn technologies(as_json: bool) -> Result<(), Failure> {
    let library = Library::shipped()?;
    if as_json {
        return crate::print(&format!("{:#}\n", json!(library.technologies)));
    }
    let mut out = String::new();
    for technology in library.technologies.values() {
        let _ = writeln!(
            out,
            "{:<24} {}\n{:<24} {}",
            technology.id, technology.name, "", technology.about
        );
    }
    crate::print(&out)
}

fn models(as_json: bool) -> Result<(), Failure> {
    let library = Library::shipped()?;
    if as_json {
        return crate::print(&format!("{:#}\n", json!(library.models)));
    }
    let mut out = String::new();
    for (id, model) in &library.models {
        let billions =
            |n: u64| lightloom::units::significant(lightloom::scenario::run::as_f64(n) / 1e9, 4);
        let _ = writeln!(
            out,
            "{id:<18} {} G parameters, {} G active, {} layers\n{:<18} {}",
            billions(model.parameters()),
            billions(model.active_parameters()),
            model.num_hidden_layers,
            "",
            model.source,
        );
    }
    crate::print(&out)
}

fn systems(as_json: bool) -> Result<(), Failure> {
    let mut files = lightloom::catalog::SYSTEMS.to_vec();
    files.sort_unstable();
    let library = Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);
    let mut all = Vec::new();
    for (file, text) in files {
        let id = file.trim_end_matches(".toml");
        let placed = |p| Failure::scenario(Path::new(file), text, p);
        let system = lightloom::scenario::parse(text).map_err(placed)?;
        let built = lightloom::scenario::structure(&system, text, &facts).map_err(placed)?;
        all.push((id, system, built.spec.bandwidth_per_accelerator()));
    }
    if as_json {
        let row = |(id, system, each): &(&str, Scenario, BandwidthPerAccelerator)| {
            let [up, out, front] =
                [each.scale_up, each.scale_out, each.front_end].map(|rate| rate.as_gbps());
            let each = json!({ "scale_up": up, "scale_out": out, "front_end": front });
            json!({ "id": id, "system": system, "gbps_per_accelerator": each })
        };
        let all: Vec<Value> = all.iter().map(row).collect();
        return crate::print(&format!("{:#}\n", Value::Array(all)));
    }
    let mut out = String::new();
    for (id, system, each) in all {
        let (cluster, domain) = (&system.cluster, system.scale_up.domain);
        let shape = system.scale_up.topology.as_ref().map(|t| format!(" ({})", t.name()));
        let sizes = match cluster.sizes.as_slice() {
            [] => String::new(),
            sizes => {
                let sizes: Vec<String> = sizes.iter().map(u64::to_string).collect();
                format!("; published at {}", sizes.join(", "))
            }
        };
        let _ = writeln!(
            out,
            "{id:<24} {}\n{:<24} {} accelerators in domains of {domain}{}, {}{sizes}\n{:<24} each way: front end {}, scale-out {}, scale-up {}",
            system.name,
            "",
            cluster.accelerators,
            shape.unwrap_or_default(),
            system.year,
            "",
            each.front_end,
            each.scale_out,
            each.scale_up,
        );
    }
    out.push_str("\n`lightloom scenario new --from SYSTEM FILE` writes one down.\n");
    crate::print(&out)
}

fn sources(catalog: &Catalog, as_json: bool) -> Result<(), Failure> {
    let uses = |key: &str| {
        let in_fact = |f: &&Fact| f.source == key || f.rivals.iter().any(|r| r.source == key);
        catalog.facts().iter().filter(in_fact).count()
    };
    if as_json {
        let all: Vec<Value> = catalog
            .sources()
            .iter()
            .map(|(key, s)| json!({ "key": key, "title": s.title, "url": s.url, "facts": uses(key) }))
            .collect();
        return crate::print(&format!("{:#}\n", Value::Array(all)));
    }
    let mut out = String::new();
    for (key, source) in catalog.sources() {
        let _ = writeln!(out, "{key} ({} facts)\n  {}\n  {}", uses(key), source.title, source.url);
    }
    crate::print(&out)
}
