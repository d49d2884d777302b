//! `check`: everything that is wrong with seed files, and what is doubtful about them, for people
//! and for programs. It changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Failure, say};
use crate::catalog::{Locale, Reference};
use crate::config::DataConfig;
use crate::i18n;
use crate::media::{self, Folder};
use crate::seed::{self, Gate, Problem, Problems, Review, Warning};

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is wrong, 1 something is, 2 the command line is, \
                        3 there are warnings and --strict. docs/checking.md says what each \
                        warning means.")]
pub(super) struct CheckArguments {
    /// How findings are written
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    format: Format,

    /// Fail on warnings, too
    #[arg(long)]
    strict: bool,

    /// A kind of warning to leave out; may be repeated. A prompt does it for itself by
    /// accept = ["…"] in its front matter
    #[arg(long, value_name = "WARNING", value_parser = gates())]
    accept: Vec<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One readable line each
    Human,
    /// One JSON object
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

fn gates() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Gate::ALL.map(Gate::name))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
}

/// A problem or a warning, as programs read it.
#[derive(Debug, Serialize)]
struct Finding {
    severity: Severity,
    code: &'static str,
    file: String,
    line: Option<usize>,
    field: Option<String>,
    message: String,
    remedy: Option<String>,
}

impl Finding {
    fn at(file: &Path, line: usize, field: &str) -> Self {
        Self {
            severity: Severity::Error,
            code: "invalid",
            file: file.display().to_string(),
            line: Some(line).filter(|line| *line > 0),
            field: Some(field.to_owned()).filter(|field| !field.is_empty()),
            message: String::new(),
            remedy: None,
        }
    }

    /// What is wrong is mostly told as a fault, a semicolon and its remedy.
    fn error(problem: &Problem) -> Self {
        let (message, remedy) = match problem.message.rsplit_once("; ") {
            Some((message, remedy)) => (message, Some(remedy.to_owned())),
            None => (problem.message.as_str(), None),
        };
        let message = message.to_owned();
        Self { message, remedy, ..Self::at(&problem.file, problem.line, &problem.field) }
    }

    fn warning(warning: &Warning) -> Self {
        Self {
            severity: Severity::Warning,
            code: warning.gate.name(),
            message: warning.message.clone(),
            remedy: Some(warning.remedy.clone()),
            ..Self::at(&warning.file, warning.line, &warning.field)
        }
    }

    /// A workflow command: <https://docs.github.com/actions/reference/workflow-commands>
    fn annotation(&self) -> String {
        let command = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let line = self.line.map(|line| format!(",line={line}")).unwrap_or_default();
        let file = property(&self.file);
        let title = property(self.code);
        let parts = [self.field.as_ref(), Some(&self.message)].into_iter().flatten();
        let told = parts.cloned().collect::<Vec<_>>().join(": ");
        let remedy = self.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        format!("::{command} file={file}{line},title={title}::{}", escaped(&(told + &remedy)))
    }
}

/// On one line, with nothing that a workflow would take for a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

/// All there is to say, as programs read it.
#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    errors: usize,
    warnings: usize,
    prompts: Option<usize>,
    findings: Vec<Finding>,
}

pub(super) fn run(data: &DataConfig, arguments: &CheckArguments) -> Result<(), Failure> {
    let mut workshop = Folder::beside(&data.database).workshop(media::Mode::Discard);
    let Review { seeds, mut warnings } = seed::review(&data.seeds, &mut workshop);
    warnings.retain(|warning| !arguments.accept.iter().any(|name| name == warning.gate.name()));
    let errors = seeds.as_ref().err().map_or(0, |problems| problems.iter().count());
    let fails = errors > 0 || arguments.strict && !warnings.is_empty();
    match arguments.format {
        Format::Human => {
            for warning in &warnings {
                say(format_args!("warning: {warning}"))?;
            }
            if let Ok(seeds) = &seeds {
                say(verdict(seeds.prompts.len(), &seeds.reference, &warnings))?;
            }
        }
        Format::Json | Format::Github => {
            let wrong = seeds.as_ref().err().into_iter().flat_map(Problems::iter);
            let findings: Vec<Finding> =
                wrong.map(Finding::error).chain(warnings.iter().map(Finding::warning)).collect();
            if arguments.format == Format::Github {
                for finding in &findings {
                    say(finding.annotation())?;
                }
            } else {
                let prompts = seeds.as_ref().ok().map(|seeds| seeds.prompts.len());
                let warnings = warnings.len();
                let report = Report { ok: !fails, errors, warnings, prompts, findings };
                say(serde_json::to_string(&report).unwrap_or_default())?;
            }
        }
    }
    match seeds {
        Err(problems) if arguments.format == Format::Human => Err(problems.into()),
        Err(_) => Err(Failure::Unsound(errors)),
        Ok(_) if fails => Err(Failure::Doubtful(warnings.len())),
        Ok(_) => Ok(()),
    }
}

/// What there is, and how it is.
fn verdict(prompts: usize, reference: &Reference, warnings: &[Warning]) -> String {
    let verdict = if warnings.is_empty() {
        String::from("all in order")
    } else {
        let mut counts: BTreeMap<Gate, usize> = BTreeMap::new();
        for warning in warnings {
            *counts.entry(warning.gate).or_default() += 1;
        }
        let counts = counts.iter().map(|(gate, count)| format!("{count} {}", gate.name()));
        let plural = if warnings.len() == 1 { "" } else { "s" };
        let counts = counts.collect::<Vec<_>>().join(", ");
        format!("nothing wrong, {} warning{plural} ({counts})", warnings.len())
    };
    format!(
        "{}, {} categories, {} tags, {} services, {} models: {verdict}",
        (i18n::texts(Locale::En).prompt_count)(prompts),
        reference.categories.len(),
        reference.tags.len(),
        reference.catalog.services().len(),
        reference.catalog.models().count(),
    )
}
