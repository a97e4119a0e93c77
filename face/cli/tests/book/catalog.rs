//! Pages of the reference that follow from the catalog: every fact, a page for each file of facts.

use crate::pages;
use crate::reference::cell;
use crate::said;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What each file of facts is about, in the order of the floors.
const FILES: [(&str, &str); 17] = [
    ("link", "Link: codes, lines, circuits, lasers, modulators, detectors"),
    ("optics", "Optics: fibres, rings, surface-emitting lasers, micro-LEDs"),
    ("package", "Package: distances, cables, failures of parts"),
    ("body", "Bodies: sizes that cross-sections are drawn from"),
    ("space", "Space: edges, fibres, front panels"),
    ("heat", "Heat: layers, coolants, limits"),
    ("manufacture", "Manufacture: wafers, steps, joints, tests"),
    ("fabric", "Fabric: accelerators, switches, interfaces, halls"),
    ("systems", "Systems: parts of published machines"),
    ("workload", "Workload: kernels, libraries, frameworks, engines"),
    ("operations", "Operations: failures, repair, spares"),
    ("economics", "Economics: prices, energy, finance"),
    ("money", "Money: depreciation, carbon, published budgets"),
    ("readiness", "Readiness: dates, vendors, standards, hours"),
    ("buyers", "Buyers: weights"),
    ("published", "Published figures that results are held against"),
    ("studies", "Published studies of clusters"),
];

/// The pages with their names, the overview first.
pub(crate) fn pages() -> Vec<(String, String)> {
    let facts: Vec<Value> = serde_json::from_str(&said(&["catalog", "--json"])).unwrap();
    let facts: BTreeMap<&str, &Value> = facts.iter().map(|f| (text(f, "id"), f)).collect();
    let mut overview = "<!-- generated -->\n# Facts of the catalog\n\n\
        Every number from the world that a result rests on, with value, range, kind and source. `lightloom catalog ID` \
        prints any of them with its notes; [Evidence](../how-to/9-evidence.md) says how they are used.\n\n\
        | page | facts | measured | spec | model | claimed | assumed |\n|---|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let mut pages = Vec::new();
    let mut all = 0;
    for (file, title) in FILES {
        let ids = ids_of(file);
        let of_file: Vec<&Value> = ids.iter().map(|id| facts[id.as_str()]).collect();
        let kinds = ["measured", "spec", "model", "claimed", "assumed"]
            .map(|kind| of_file.iter().filter(|f| text(f, "kind") == kind).count());
        assert_eq!(kinds.iter().sum::<usize>(), of_file.len(), "{file} has facts of another kind");
        let kinds = kinds.map(|count| count.to_string()).join(" | ");
        let name = format!("facts-{file}.md");
        let _ = writeln!(overview, "| [{title}]({name}) | {} | {kinds} |", of_file.len());
        all += of_file.len();
        pages.push((name, page(file, title, &of_file)));
    }
    assert_eq!(all, facts.len(), "a file of facts is not in the list of pages");
    pages.insert(0, ("facts.md".to_owned(), overview));
    pages
}

/// The facts of a file, sorted.
fn ids_of(file: &str) -> Vec<String> {
    let path = pages::repository().join(format!("catalog/facts/{file}.toml"));
    let text = std::fs::read_to_string(path).unwrap();
    let ids = text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'));
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}

fn page(file: &str, title: &str, facts: &[&Value]) -> String {
    let mut sources: Vec<(String, String)> = Vec::new();
    let mut page = format!(
        "<!-- generated -->\n# {title}\n\n{} facts of `catalog/facts/{file}.toml`. Numbers in brackets are sources, below.\n",
        facts.len()
    );
    let mut last = "";
    for fact in facts {
        let id = text(fact, "id");
        let (head, field) = id.split_once('.').unwrap_or((id, ""));
        if head != last {
            let _ =
                write!(page, "\n## {head}\n\n| fact | what | value | kind |\n|---|---|---|---|\n");
            last = head;
        }
        let mut value = text(fact, "value").to_owned();
        if let [Some(low), Some(high)] = [0, 1].map(|end| fact["range"][end].as_str()) {
            let _ = write!(value, " ({low} to {high})");
        }
        for other in fact["elsewhere"].as_array().into_iter().flatten() {
            let _ = write!(value, "; elsewhere {} ({})", text(other, "value"), text(other, "kind"));
        }
        let year = fact["year"].as_u64().map_or_else(String::new, |year| format!(" {year}"));
        let source = number(&mut sources, &fact["source"]);
        let (about, kind) = (cell(text(fact, "about")), text(fact, "kind"));
        let _ = writeln!(
            page,
            "| `{field}` | {about} | {} | {kind}{year}{source} |",
            cell(&value).replace("\\[", "[")
        );
    }
    page.push_str("\n## Sources\n\n");
    for (at, (title, url)) in sources.iter().enumerate() {
        let title = cell(title);
        let link = if url.is_empty() { title } else { format!("[{title}](<{url}>)") };
        let _ = writeln!(page, "{}. {link}", at + 1);
    }
    page
}

/// A source's number on its page; own assumptions need none.
fn number(sources: &mut Vec<(String, String)>, source: &Value) -> String {
    let source = (text(source, "title").to_owned(), text(source, "url").to_owned());
    if source.1.is_empty() {
        return String::new();
    }
    let at = sources.iter().position(|known| *known == source).unwrap_or_else(|| {
        sources.push(source);
        sources.len() - 1
    });
    format!(" [{}]", at + 1)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}
