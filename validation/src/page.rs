//! The cases as a page of Markdown.
