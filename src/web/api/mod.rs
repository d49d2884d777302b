//! What programs ask: the API, its description, and everything at once.
//!
//! [`operations`] is the table of what can be asked. Reading a query, the description of the API
//! and the reference page all come from it, so that none of them can say something else. Answers
//! are documents of [`crate::documents`]; they are the same for everybody who asks the same, so
//! that they are kept and revalidated as pages are.

mod answers;
mod bulk;
mod openapi;
mod operations;
mod parameters;
mod problems;

pub(super) use answers::{
    agents, categories, languages, models, preflight, prompt, prompts, snippet, tags,
};
pub(super) use bulk::{csv, jsonl};
pub(super) use openapi::{Examples, VALUES, describe, show as openapi};
pub(super) use operations::all as operations;
pub(super) use parameters::name;
pub(super) use problems::{Fault, Problem, anchor};

use crate::gallery::Snapshot;

/// Whether only programs ask at this address, and those of other sites may.
pub(super) fn is_asked_at(path: &str) -> bool {
    path.starts_with("/api/") || path == crate::addresses::OPENAPI
}

/// What tells this content from any other, for whoever has it already.
fn revision(snapshot: &Snapshot) -> String {
    snapshot.revision.to_string()
}
