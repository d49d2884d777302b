//! Every code snippet the site serves is run by its real interpreter against a local API,
//! and must send exactly the prompt the site shows.
//!
//! Covered are prompts written to break literals (`hostile.json`), very long ones and every
//! character of Unicode's planes in use, random ones, the repository's own, and one for each
//! endpoint with each of its parameters. curl runs in bash, in bash with history expansion,
//! and in dash. The vendor's SDKs for JavaScript and Ruby are stood in for (`standins/`).
// A test may panic: that is how it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod bench;
mod catalog;
mod random;
mod records;
mod standins;

use std::collections::HashSet;

use crate::api::{FAILURE, Manner, REFUSAL};
use crate::bench::{Bench, GoBuild, Run};
use crate::catalog::Catalog;
use crate::records::Record;
use crate::support::Gallery;

#[test]
fn every_snippet_sends_exactly_the_prompt_the_site_shows() {
    let gallery = Gallery::full();
    let mut all = records::hostile();
    all.extend(records::long());
    all.extend(records::of_every_endpoint(&Catalog::read(&gallery.seeds())));
    let added = all.len();
    let bench = Bench::open(gallery, all);
    assert!(bench.records.len() > added, "the repository has no prompts");
    let runs = bench.run(Manner::AtOnce, GoBuild::Together);
    bench.assert_all_well(
        "hostile, long, per endpoint, seeds",
        &runs,
        Manner::AtOnce,
        GoBuild::Together,
    );
}

#[test]
fn snippets_wait_for_a_task_that_takes_a_while() {
    let bench = Bench::with(few());
    let runs = bench.run(Manner::Later, GoBuild::Each);
    bench.assert_all_well("tasks that take a while", &runs, Manner::Later, GoBuild::Each);
}

#[test]
fn the_sdk_is_told_an_address_only_where_it_would_call_another() {
    let elsewhere = Bench::with(few());
    let runs = elsewhere.run(Manner::AtOnce, GoBuild::Each);
    elsewhere.assert_all_well("SDK with an address", &runs, Manner::AtOnce, GoBuild::Each);
    let at_home = Bench::with_sdk_default(few());
    let runs = at_home.run(Manner::AtOnce, GoBuild::Each);
    at_home.assert_all_well("SDK without an address", &runs, Manner::AtOnce, GoBuild::Each);
    for record in few() {
        for (language, option) in [("javascript", "baseUrl"), ("ruby", "base_url")] {
            assert!(elsewhere.snippet(&record, language).contains(option), "{language}");
            assert!(!at_home.snippet(&record, language).contains(option), "{language}");
        }
    }
}

#[test]
fn a_refused_key_ends_every_program_with_the_reason() {
    let bench = Bench::with(few());
    for run in bench.run(Manner::Refusing, GoBuild::Each) {
        fails_with(&run, REFUSAL);
        assert_eq!(bench.api.calls(&run.key).len(), 1, "{} asked again", run.runner.name);
    }
}

#[test]
fn a_failed_task_ends_every_program_that_waits_for_it_with_the_reason() {
    let bench = Bench::with(few().into_iter().filter(|one| one.slug != "at-once").collect());
    for run in bench.run(Manner::Failing, GoBuild::Each) {
        fails_with(&run, FAILURE);
    }
}

/// curl only shows the answer; the others end as failed programs do.
#[track_caller]
fn fails_with(run: &Run, reason: &str) {
    let name = run.runner.name;
    if run.runner.language == "curl" {
        assert!(run.out.contains(reason), "{name}: {} {}", run.out, run.err);
    } else {
        assert!(!run.success, "{name} ended as if all were well: {}", run.out);
        assert!(run.err.contains(reason), "{name}: {}", run.err);
        assert_eq!(run.out, "", "{name}");
    }
}

/// One prompt for each kind of endpoint: with a task that gives files, with one that gives
/// words, with an answer at once, and one whose SDK resource has a name of its own.
fn few() -> Vec<Record> {
    let text = "A \"quoted\" lamp that's #{lit} by $(night) & `day`";
    let record = |slug: &str, endpoint: &str, model: Option<&str>| Record {
        slug: slug.into(),
        endpoint: endpoint.into(),
        model: model.map(str::to_owned),
        ..Record::new(slug, text)
    };
    vec![
        Record::new("files", text),
        record("words", "suno/generate_lyrics", None),
        record("at-once", "fish_audio/text_to_speech", Some("s2-pro")),
        record("renamed", "grok_imagine/extend_video", None),
    ]
}

#[test]
fn snippets_are_the_same_in_every_language_of_the_site() {
    let bench = Bench::with(few());
    for record in few() {
        for language in ["curl", "javascript", "ruby", "go"] {
            let path = format!("/prompts/{}/snippets/{language}", record.slug);
            let chinese = bench.get(&format!("/zh-CN{path}"));
            assert_eq!(chinese.status, 200);
            assert_eq!(chinese.text(), bench.snippet(&record, language));
        }
    }
}

#[test]
fn the_second_bash_does_expand_history() {
    let script = "echo one\necho !!\n";
    assert_eq!(bench::run_in_shell("bash", script), "one\n!!\n");
    assert_eq!(bench::run_in_shell("bash-history", script), "one\necho one\n");
}

#[test]
fn the_hostile_prompts_are_many_and_all_different() {
    let all = records::hostile();
    assert!(all.len() >= 60, "{}", all.len());
    assert_eq!(all.iter().map(|one| &one.slug).collect::<HashSet<_>>().len(), all.len());
    assert_eq!(all.iter().map(|one| &one.text).collect::<HashSet<_>>().len(), all.len());
}
