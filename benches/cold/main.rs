//! Measures what a visitor pays for when nothing is kept ready: the processor time of prompt pages
//! made anew, the time from starting the program to its first answer, and the memory it needs.
//!
//! ```sh
//! cargo bench --bench cold
//! ```
//!
//! The gallery has prompts of `seeds/`, and made-up ones beside them where those are too few. Pages are
//! asked from the router in this process, one after the other, without compression; each round has a site
//! of its own, so that nothing a site keeps is of use to the next. What is counted is the processor time
//! of all threads, which other programs disturb less than the time that passes. Starting and memory
//! are those of the program itself, as it is released.
// Whatever goes wrong here is to stop the run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

#[path = "../common/mod.rs"]
mod common;
mod page;
mod start;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use prompt_gallery::catalog::Prompt;
use serde_json::{Value, json};

use common::corpus::Corpus;
use common::{FromCargo, SEED};
use support::Gallery;

/// Measures what a visitor pays for when nothing is kept ready.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many prompts the gallery has
    #[arg(long, default_value = "240")]
    prompts: usize,

    /// How often each page is made
    #[arg(long, default_value = "9")]
    rounds: usize,

    /// How often the program is started
    #[arg(long, default_value = "7")]
    starts: usize,

    /// Ask for prompt pages only
    #[arg(long)]
    pages_only: bool,

    /// Start the program only
    #[arg(long, conflicts_with = "pages_only")]
    starts_only: bool,

    #[command(flatten)]
    from_cargo: FromCargo,
}

fn main() {
    let arguments = Arguments::parse();
    let gallery = Gallery::full();
    fill(&gallery, arguments.prompts);
    if !arguments.pages_only {
        start::measure(&gallery, arguments.starts);
    }
    if !arguments.starts_only {
        gallery.run(&["seed"]).ok();
        page::measure(&gallery.database(), arguments.rounds);
    }
}

/// Leaves out prompts of each category, or adds made-up ones, until there are so many.
fn fill(gallery: &Gallery, prompts: usize) {
    thin(&gallery.seeds().join("prompts"), prompts);
    let corpus = Corpus::new(SEED, &gallery.seeds());
    let files = gallery.run(&["seed", "--dry-run"]).ok();
    let there = files.out.lines().filter(|line| line.starts_with("  + ")).count();
    let tags: Vec<Value> = corpus
        .reference()
        .tags
        .iter()
        .map(|tag| json!({ "slug": tag.slug, "name": tag.name }))
        .collect();
    gallery.write("tags.toml", toml::to_string(&json!({ "tags": tags })).unwrap());
    for prompt in corpus.prompts().take(prompts.saturating_sub(there)) {
        let path = format!("prompts/{}/{}.md", prompt.category, prompt.slug);
        gallery.write(&path, file(&prompt));
    }
}

/// Removes seed files evenly, until so many are left.
fn thin(folder: &Path, prompts: usize) {
    let shelves = fs::read_dir(folder).unwrap().map(|shelf| shelf.unwrap().path());
    let mut files: Vec<PathBuf> = shelves
        .flat_map(|shelf| fs::read_dir(shelf).unwrap().map(|file| file.unwrap().path()))
        .collect();
    files.sort();
    let kept = |count: usize| count * prompts / files.len();
    for (at, file) in files.iter().enumerate().filter(|_| files.len() > prompts) {
        if kept(at) == kept(at + 1) {
            fs::remove_file(file).unwrap();
        }
    }
}

/// A prompt as a seed file.
fn file(prompt: &Prompt) -> String {
    let mut front_matter = json!({
        "title": prompt.title,
        "description": prompt.description,
        "category": prompt.category,
        "endpoint": prompt.endpoint,
        "model": prompt.model,
        "language": prompt.language,
        "tags": prompt.tags,
        "author": prompt.source.author,
        "source_url": prompt.source.url,
        "license": prompt.source.license,
        "featured": prompt.featured,
        "created": prompt.created,
        "params": prompt.params,
    });
    // What is not said is left out.
    front_matter
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null() && *value != json!({}));
    let mut file = String::from("+++\n");
    write!(file, "{}+++\n{}\n", toml::to_string(&front_matter).unwrap(), prompt.text).unwrap();
    file
}
