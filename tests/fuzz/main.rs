//! Every seed of every fuzz target, without a fuzzer.
// A test may panic: that is how it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub
)]

mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

fn every_seed_passes(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    // What a run found and nobody kept has another name.
    let seeds: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "txt")).collect();
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    let fails = |seed: &&PathBuf| {
        let input = fs::read(seed).unwrap();
        catch_unwind(AssertUnwindSafe(|| check(&input))).is_err()
    };
    let failed: Vec<&PathBuf> = seeds.iter().filter(fails).collect();
    assert!(failed.is_empty(), "these fail: {failed:#?}");
}

#[test]
fn blanks_are_found_and_filled_in_without_harm() {
    every_seed_passes("blanks", targets::blanks::check);
}

#[test]
fn a_collection_is_rows_and_faults() {
    every_seed_passes("collections", targets::collections::check);
}

#[test]
fn json_is_told_apart_and_laid_out_without_harm() {
    every_seed_passes("json", targets::json::check);
}

#[test]
fn markdown_is_safe_and_says_what_was_written() {
    every_seed_passes("markdown", targets::markdown::check);
}

#[test]
fn a_prompt_is_data_in_every_program() {
    every_seed_passes("snippets", targets::snippets::check);
    // Those that are tried in real interpreters are worth reading, too.
    let hostile = include_str!("../snippets/hostile.json");
    let hostile: Vec<serde_json::Value> = serde_json::from_str(hostile).unwrap();
    for prompt in &hostile {
        targets::snippets::check(prompt["text"].as_str().unwrap().as_bytes());
    }
}

#[test]
fn any_text_is_a_query_and_what_is_found_has_what_was_asked_for() {
    every_seed_passes("search", targets::search::check);
}

#[test]
fn a_list_has_one_right_address() {
    every_seed_passes("listing", targets::listing::check);
}

#[test]
fn whoever_asks_for_anything_stays_on_the_site() {
    every_seed_passes("addresses", targets::addresses::check);
}

#[test]
fn a_seed_file_is_content_or_a_list_of_problems() {
    every_seed_passes("seeds", targets::seeds::check);
}
