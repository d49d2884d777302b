//! The write model: seed files become the content of a gallery, in four steps.
//!
//! 1. `read`: files to records, each knowing its file and lines;
//! 2. `check`: records to a valid gallery, or *all* that is wrong with them;
//! 3. [`Plan::make`]: what differs from the database, printable;
//! 4. [`Plan::apply`]: the plan, inside one [`Update`](crate::store::Update).
//!
//! Seed files are also made from other files: [`Import`] holds a collection against them, and
//! [`PromptFile`] is the text of one. [`collection()`] is the way back.
//!
//! A faulty file stops everything before the database is touched, and a second run changes
//! nothing. Rows that no seed file made are never changed. [`review`] also says what is doubtful.

mod alike;
mod check;
mod export;
mod fields;
mod gates;
mod import;
mod media;
mod plan;
mod read;
mod write;

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::catalog::{Prompt, Reference};
use crate::media::Workshop;
use read::Records;

pub use alike::{Alike, NEARLY_THE_SAME, Neighbour};
pub use export::{collection, prompt_files};
pub use gates::{Gate, Warning};
pub use import::{
    Column, Counts, Import, ImportError, Mapping, Outcome, Reason, Report, Settings, What, Words,
};
pub use plan::{Plan, PlanError};
pub use write::{PromptFile, Unwritable, save};

/// A valid gallery, as the seed files describe it.
#[derive(Clone, Debug)]
pub struct Seeds {
    /// Everything but the prompts.
    pub reference: Reference,
    /// The prompts, by slug.
    pub prompts: Vec<SeedPrompt>,
}

/// A prompt and the file it was read from.
#[derive(Clone, Debug)]
pub struct SeedPrompt {
    /// The file.
    pub file: PathBuf,
    /// What it says.
    pub prompt: Prompt,
}

/// Reads and checks a folder of seed files, and has its samples made ready.
///
/// # Errors
/// Everything that is wrong with them.
pub fn load(folder: &Path, workshop: &mut Workshop) -> Result<Seeds, Problems> {
    let mut problems = Problems::default();
    let records = read::read(folder, workshop, &mut problems);
    checked(records, problems)
}

/// All there is to say about a folder of seed files.
#[derive(Clone, Debug)]
pub struct Review {
    /// The gallery, or everything that is wrong.
    pub seeds: Result<Seeds, Problems>,
    /// What is doubtful, by file and line.
    pub warnings: Vec<Warning>,
}

/// Reads and checks a folder as [`load`] does, and looks for what is doubtful, too.
pub fn review(folder: &Path, workshop: &mut Workshop) -> Review {
    let mut problems = Problems::default();
    let records = read::read(folder, workshop, &mut problems);
    let warnings = gates::warnings(&records);
    Review { seeds: checked(records, problems), warnings }
}

/// Reads and checks all but the prompts and their samples.
///
/// # Errors
/// Everything that is wrong with it.
pub fn reference(folder: &Path) -> Result<Reference, Problems> {
    let mut problems = Problems::default();
    let records = read::read_reference(folder, &mut problems);
    checked(records, problems).map(|seeds| seeds.reference)
}

/// The files of prompts in a folder of seed files, in order.
#[must_use]
pub fn prompt_paths(folder: &Path) -> Vec<PathBuf> {
    // What cannot be read is told of when it is checked.
    read::prompt_paths(folder, &mut Problems::default())
}

fn checked(records: Records, mut problems: Problems) -> Result<Seeds, Problems> {
    match check::check(records, &mut problems) {
        Some(seeds) if problems.0.is_empty() => Ok(seeds),
        _ => {
            problems.0.sort();
            problems.0.dedup();
            Err(problems)
        }
    }
}

/// Something wrong in a seed file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// The field, `params.aspect_ratio`; empty for the file as a whole.
    pub field: String,
    /// The fault and its remedy.
    pub message: String,
}

impl Problem {
    /// A problem of a file that is no seed file.
    #[must_use]
    pub fn of(file: &Path, line: usize, field: &str, message: impl Into<String>) -> Self {
        Self { file: file.into(), line, field: field.into(), message: message.into() }
    }
}

/// On one line, whatever is in the file: names and values of its are quoted here, and control
/// characters would reach the terminal.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = self.file.display().to_string();
        if self.line > 0 {
            place += &format!(":{}", self.line);
        }
        let parts = [place.as_str(), &self.field, &self.message];
        let shown = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        for character in shown.join(": ").chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Everything wrong with a folder of seed files; never only the first.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Each problem, by file and line.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    fn add(
        &mut self,
        file: &Path,
        line: usize,
        field: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.0.push(Problem {
            file: file.into(),
            line,
            field: field.into(),
            message: message.into(),
        });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        let count = self.0.len();
        write!(f, "{count} problem{} found, nothing was changed", if count == 1 { "" } else { "s" })
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_on_one_line() {
        let problem = Problem {
            file: "seeds/prompts/x.md".into(),
            line: 4,
            field: "a\nb".into(),
            message: "unknown \"\u{1b}[31m\"".into(),
        };
        let told = "seeds/prompts/x.md:4: a\\nb: unknown \"\\u{1b}[31m\"";
        assert_eq!(problem.to_string(), told);
    }
}
