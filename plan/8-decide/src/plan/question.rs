//! The nine questions of those who decide, as a plan answers them.

use schemars::JsonSchema;
use serde::Serialize;

/// One of the nine questions.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct QuestionRow {
    /// 1 to 9.
    pub number: u8,
    /// One or two words: `Reach`.
    pub title: String,
    /// The question.
    pub question: String,
    /// The answer for this cluster, with its numbers; `None` where the plan was asked for less, or the scenario names no model.
    pub answer: Option<String>,
    /// The command that goes on from here.
    pub command: String,
}
