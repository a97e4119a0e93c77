//! How an answer leaves: a figure as a file, the answer as one JSON object or as text.

use crate::failure::Failure;
use lightloom_report::drawing::Drawing;
use serde::Serialize;
use std::path::Path;

/// Prints one JSON object.
pub(crate) fn json(document: &impl Serialize) -> Result<(), Failure> {
    // Documents hold finite numbers and strings only: they always serialise.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    crate::print(&format!("{text}\n"))
}

/// Writes the figure where one is asked for; then prints the document as JSON, or as text that says where the figure is.
pub(crate) fn answer<D: Serialize>(
    document: &D,
    as_json: bool,
    figure: Option<(&Path, Drawing)>,
    text: impl FnOnce(&D) -> String,
) -> Result<(), Failure> {
    let file = figure.as_ref().map(|(file, _)| *file);
    if let Some((file, drawing)) = &figure {
        crate::plan::write_whole(file, &drawing.standalone())?;
    }
    if as_json {
        return json(document);
    }
    let mut out = text(document);
    if let Some(file) = file {
        out.push_str(&format!("\nFigure: {}\n", file.display()));
    }
    crate::print(&out)
}
