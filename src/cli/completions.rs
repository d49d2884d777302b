//! Completion of the command line in shells, and its manual.
//!
//! The script a shell sources asks this program for every completion, so the values are those of
//! the seed files at hand: categories, tags, endpoints, and the models and parameters of the
//! endpoint that is already on the line.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Command, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::{Failure, say};
use crate::catalog::{Catalog, Locale, Reference};
use crate::seed;

/// Set by the script, to the name of the shell.
const VARIABLE: &str = "PROMPT_GALLERY_COMPLETE";

/// What the program is called.
const NAME: &str = "prompt-gallery";

#[derive(Debug, Args)]
#[command(after_help = "For bash: echo 'source <(prompt-gallery completions bash)' >> ~/.bashrc")]
pub(super) struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Shell {
    const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Elvish => "elvish",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
            Self::Zsh => "zsh",
        }
    }
}

/// Prints the script a shell sources.
pub(super) fn run(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(arguments.shell.name()) {
        // By its name, so that the script outlives an update that moves the program.
        shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    }
    io::stdout().write_all(&script)?;
    Ok(())
}

/// Answers a shell that asks for completions; whether one did.
///
/// The library could do it by itself, but would change the environment, which is sound only where
/// there are no other threads.
pub(super) fn answer(command: impl FnOnce() -> Command) -> bool {
    let Some(shell) = std::env::var(VARIABLE).ok().filter(|shell| !shell.is_empty()) else {
        return false;
    };
    let Some(shell) = Shells::builtins().0.iter().find(|known| known.is(&shell)) else {
        return false;
    };
    let mut command = command();
    command.build();
    let mut answer = Vec::new();
    let folder = std::env::current_dir().ok();
    let asked = shell.write_complete(&mut command, words(), folder.as_deref(), &mut answer);
    if asked.is_ok() {
        // A shell that went away needs no completions.
        let _ = io::stdout().write_all(&answer);
    }
    true
}

/// The command line that is being completed.
fn words() -> Vec<OsString> {
    let mut words = std::env::args_os().skip_while(|word| word != "--");
    words.next();
    words.collect()
}

/// The value a flag has on the line that is being completed.
fn on_the_line(flag: &str) -> Option<String> {
    let words: Vec<String> =
        words().into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let separate = words.iter().position(|word| word == flag).and_then(|at| words.get(at + 1));
    let joined = words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
    // bash takes an equals sign for a word.
    let separate = match separate.map(String::as_str) {
        Some("=") => words.iter().position(|word| word == flag).and_then(|at| words.get(at + 2)),
        _ => separate,
    };
    separate.cloned().or_else(|| joined.map(str::to_owned))
}

/// What the seed files offer; nothing where they cannot be read.
fn reference() -> Option<Reference> {
    let folder = on_the_line("--seeds").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::var_os("GALLERY_SEEDS").map(PathBuf::from));
    seed::reference(folder.as_deref().unwrap_or(Path::new("seeds"))).ok()
}

fn candidate(value: &str, help: Option<&str>) -> CompletionCandidate {
    CompletionCandidate::new(value).help(help.map(|help| help.to_owned().into()))
}

pub(super) fn categories() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let reference = reference();
        let all = reference.iter().flat_map(|reference| &reference.categories);
        all.map(|one| candidate(one.slug.as_str(), one.name.get(Locale::En))).collect()
    })
}

pub(super) fn tags() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let reference = reference();
        let all = reference.iter().flat_map(|reference| &reference.tags);
        all.map(|one| candidate(one.slug.as_str(), one.name.get(Locale::En))).collect()
    })
}

pub(super) fn endpoints() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let reference = reference();
        let catalog = reference.as_ref().map(|reference| &reference.catalog);
        let ids = catalog.into_iter().flat_map(Catalog::endpoint_ids);
        ids.map(|id| candidate(id, None)).collect()
    })
}

pub(super) fn models() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let Some(Reference { catalog, .. }) = reference() else { return Vec::new() };
        let endpoint = on_the_line("--endpoint").and_then(|id| Some(catalog.endpoint(&id)?.1));
        match endpoint {
            Some(endpoint) => endpoint.models.iter().map(|slug| candidate(slug, None)).collect(),
            None => catalog.models().map(|model| candidate(model.slug, None)).collect(),
        }
    })
}

/// `NAME=`, and then the values of this parameter.
pub(super) fn parameters() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let current = current.to_string_lossy();
        let (Some(Reference { catalog, .. }), Some(id)) = (reference(), on_the_line("--endpoint"))
        else {
            return Vec::new();
        };
        let Some((_, endpoint)) = catalog.endpoint(&id) else { return Vec::new() };
        let model = on_the_line("--model");
        let mut candidates = Vec::new();
        for (name, parameter) in &endpoint.parameters {
            match current.split_once('=') {
                Some((given, _)) if given == name => {
                    let values = parameter.values_for(model.as_deref()).iter();
                    candidates.extend(values.map(|value| match value.as_str() {
                        Some(text) => format!("{name}={text}"),
                        None => format!("{name}={value}"),
                    }));
                }
                Some(_) => {}
                None => candidates.push(format!("{name}=")),
            }
        }
        candidates.retain(|candidate| candidate.starts_with(&*current));
        candidates.into_iter().map(CompletionCandidate::new).collect()
    })
}

#[derive(Debug, Args)]
#[command(after_help = "To read it at once: prompt-gallery man > gallery.1; man -l gallery.1")]
pub(super) struct ManArguments {
    /// A folder for the pages of all commands; without it, the first page is printed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the manual.
pub(super) fn manual(command: Command, arguments: &ManArguments) -> Result<(), Failure> {
    // As the pages for a folder have it.
    let command = command.disable_help_subcommand(true);
    let Some(folder) = &arguments.out else {
        return Ok(clap_mangen::Man::new(command).render(&mut io::stdout())?);
    };
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)?;
    say(format_args!("the manual is in {}; read it with man -l {0}/{NAME}.1", folder.display()))
}
