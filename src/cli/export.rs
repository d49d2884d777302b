//! `export`: all prompts as one file, or the whole site as files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, bar, open, say};
use crate::catalog::Locale;
use crate::collection::Format;
use crate::config::{DataConfig, PublicUrl};
use crate::i18n;
use crate::seed::{self, Problem, PromptFile};
use crate::store::Store;
use crate::web;

#[derive(Debug, Args)]
#[command(override_usage = "prompt-gallery export FILE [--from PLACE] [--force]\n       \
                      prompt-gallery export --out DIR --public-url URL [--no-seed]")]
pub(super) struct ExportArguments {
    /// A file for all prompts: .csv, .tsv, .json, .jsonl, .yaml or .md; `import` reads it back
    #[arg(value_name = "FILE", required_unless_present = "out", conflicts_with = "out")]
    file: Option<PathBuf>,

    /// Where the prompts come from
    #[arg(long, value_name = "PLACE", default_value = "seeds", conflicts_with = "out")]
    from: Origin,

    /// Replace the file if it is there
    #[arg(long, conflicts_with = "out")]
    force: bool,

    /// A folder for the whole site as files; missing, empty, or an earlier export
    #[arg(long, value_name = "DIR", requires = "public_url")]
    out: Option<PathBuf>,

    /// The address visitors will know the site by
    #[arg(long, env = "GALLERY_PUBLIC_URL", value_name = "URL", value_parser = PublicUrl::parse)]
    public_url: Option<PublicUrl>,

    /// Take what the database holds, without reading the seed files first
    #[arg(long, requires = "out")]
    no_seed: bool,
}

/// Where the prompts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Origin {
    /// The seed files, with everything they say
    Seeds,
    /// The database, with those that migrations added, and without samples
    Database,
}

pub(super) async fn run(data: &DataConfig, arguments: ExportArguments) -> Result<(), Failure> {
    let ExportArguments { file, from, force, out, public_url, no_seed } = arguments;
    match (file, out, public_url) {
        (Some(file), _, _) => collection(data, &file, from, force).await,
        (None, Some(out), Some(public_url)) => site(data, &out, public_url, no_seed).await,
        // Not to be reached: the arguments have been checked.
        _ => Ok(()),
    }
}

/// Writes all prompts as one file.
async fn collection(
    data: &DataConfig,
    path: &Path,
    from: Origin,
    force: bool,
) -> Result<(), Failure> {
    let fault = |message: String| Failure::File(Problem::of(path, 0, "", message));
    let Some(format) = Format::of(path) else {
        let known = Format::ALL.map(|format| format!(".{}", format.name())).join(", ");
        return Err(fault(format!("its ending is none of {known}; choose one")));
    };
    // It may hold somebody's work.
    if path.exists() && !force {
        return Err(fault(
            "is there already; choose another name, or replace it with --force".into(),
        ));
    }
    let (prompts, left_out) = match from {
        Origin::Seeds => (seed::prompt_files(&data.seeds)?, 0),
        Origin::Database => stored(data).await?,
    };
    let text = seed::collection(&prompts, format);
    seed::save(path, &text).map_err(|error| fault(format!("cannot be written: {error}")))?;
    let count = (i18n::texts(Locale::En).prompt_count)(prompts.len());
    say(format_args!("{count} in {}", path.display()))?;
    if left_out > 0 {
        say(format_args!(
            "without the samples of {left_out}: the database does not know their originals; \
             --from seeds has them"
        ))?;
    }
    Ok(())
}

/// The prompts of the database, and how many of them have samples.
async fn stored(data: &DataConfig) -> Result<(Vec<(String, PromptFile)>, usize), Failure> {
    let store = Store::open(&data.database).await?;
    let prompts = async {
        store.require_built_in().await?;
        store.every_prompt().await
    }
    .await;
    store.close().await;
    let prompts = prompts?;
    let left_out = prompts.iter().filter(|stored| !stored.prompt.media.is_empty()).count();
    let files = prompts
        .iter()
        .map(|stored| (stored.prompt.slug.to_string(), PromptFile::of(&stored.prompt)))
        .collect();
    Ok((files, left_out))
}

/// Writes the whole site as files.
async fn site(
    data: &DataConfig,
    out: &Path,
    public_url: PublicUrl,
    no_seed: bool,
) -> Result<(), Failure> {
    let gallery = open(data, no_seed).await?;
    let report = {
        let bar = bar("writing files");
        web::export(gallery.clone(), public_url, out, |done, known| bar.tell(done, known)).await
    };
    gallery.close().await;
    let web::Report { pages, files, written, removed } = report?;
    say(format_args!(
        "{pages} pages as {files} files in {}: {written} written, {removed} removed",
        out.display()
    ))
}
