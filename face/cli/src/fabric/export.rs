//! `lightloom fabric export`: graphs as streams; nothing is held but the graph.

use super::parameters::{self, refused};
use super::{ExportTopology, Format};
use crate::failure::Failure;
use lightloom::fabric::topology::{Graph, Topology};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};

pub(super) fn run(arguments: &ExportTopology) -> Result<(), Failure> {
    let topology = parameters::read(&arguments.name, &arguments.parameters)?;
    let graph = topology.graph().map_err(|e| refused(&topology, &e))?;
    match &arguments.output {
        Some(file) => {
            let failed = |error| Failure::Output { to: file.display().to_string(), error };
            let mut out = BufWriter::new(File::create(file).map_err(failed)?);
            write(&mut out, arguments.format, &topology, &graph)
                .and_then(|()| out.flush())
                .map_err(failed)
        }
        None => {
            let mut out = BufWriter::new(anstream::stdout().lock());
            match write(&mut out, arguments.format, &topology, &graph).and_then(|()| out.flush()) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    Err(Failure::Output { to: "standard output".to_owned(), error })
                }
                _ => Ok(()),
            }
        }
    }
}

fn write(
    out: &mut impl Write,
    format: Format,
    topology: &Topology,
    graph: &Graph,
) -> io::Result<()> {
    match format {
        Format::Dot => dot(out, topology, graph),
        Format::Graphml => graphml(out, graph),
        Format::Csv => csv(out, graph),
        Format::Json => object(out, topology, graph),
    }
}

fn dot(out: &mut impl Write, topology: &Topology, graph: &Graph) -> io::Result<()> {
    writeln!(out, "graph \"{}\" {{", topology.name())?;
    for v in 0..graph.vertices() {
        let shape = if v < graph.endpoints() { "circle" } else { "box" };
        writeln!(out, "  {v} [label=\"{}\", shape={shape}];", graph.label(v))?;
    }
    for (v, e) in graph.all_edges() {
        let class = graph.classes()[usize::from(e.class)];
        writeln!(out, "  {v} -- {} [class=\"{class}\", weight={}];", e.to, e.links)?;
    }
    writeln!(out, "}}")
}

fn graphml(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">"#)?;
    for (id, of, kind) in
        [("name", "node", "string"), ("class", "edge", "string"), ("links", "edge", "int")]
    {
        writeln!(out, r#"  <key id="{id}" for="{of}" attr.name="{id}" attr.type="{kind}"/>"#)?;
    }
    writeln!(out, r#"  <graph edgedefault="undirected">"#)?;
    for v in 0..graph.vertices() {
        writeln!(out, r#"    <node id="n{v}"><data key="name">{}</data></node>"#, graph.label(v))?;
    }
    for (v, e) in graph.all_edges() {
        let class = graph.classes()[usize::from(e.class)];
        writeln!(
            out,
            r#"    <edge source="n{v}" target="n{}"><data key="class">{class}</data><data key="links">{}</data></edge>"#,
            e.to, e.links
        )?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

fn csv(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    writeln!(out, "from,to,class,links")?;
    for (v, e) in graph.all_edges() {
        let class = graph.classes()[usize::from(e.class)];
        writeln!(out, "{},{},{class},{}", graph.label(v), graph.label(e.to), e.links)?;
    }
    Ok(())
}

fn object(out: &mut impl Write, topology: &Topology, graph: &Graph) -> io::Result<()> {
    let head = [
        ("schema", json!("lightloom.graph/1")),
        ("topology", json!(topology)),
        ("vertices", json!(graph.layers())),
        ("classes", json!(graph.classes())),
        ("edge", json!(["from", "to", "class", "links"])),
    ];
    writeln!(out, "{{")?;
    for (key, value) in head {
        writeln!(out, "\"{key}\": {value},")?;
    }
    write!(out, "\"edges\": [")?;
    for (i, (v, e)) in graph.all_edges().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        write!(out, "{comma}\n[{v},{},{},{}]", e.to, e.class, e.links)?;
    }
    writeln!(out, "\n]\n}}")
}
