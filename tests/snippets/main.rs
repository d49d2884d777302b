//! Every code snippet the site serves is run by its real interpreter against a local API,
//! and must send exactly the prompt the site shows.
//!
//! Covered are prompts written to break literals (`hostile.json`), very long ones and every
//! character of Unicode's planes in use, random ones, the repository's own, odd names, and one
//! prompt for each endpoint with each of its parameters; in every language and both forms, with
//! the vendor's SDK and over plain HTTP. curl runs in bash, in bash with history expansion, and
//! in dash. The vendor's SDKs are stood in for (`standins/`), since most have no packages a
//! test could install in time; Python's real one is tried as well (`python.txt`).
//!
//! Formatters and linters have nothing to say about the programs: gofmt, go vet, Ruby's and
//! Python's warnings, php -l, Black, and Prettier.
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
mod packages;
mod random;
mod records;
mod standins;

use std::collections::HashSet;

use crate::api::{FAILURE, Manner, REFUSAL};
use crate::bench::{Bench, LANGUAGES, Run, Runner, VENDOR_PYTHON, programs};
use crate::catalog::Catalog;
use crate::records::Record;
use crate::support::Gallery;

/// A part of the repository's prompts, and all that are written here.
fn all() -> Bench {
    let gallery = Gallery::part();
    let mut all = records::hostile();
    all.extend(records::long());
    all.extend(records::oddly_named());
    all.extend(records::of_every_endpoint(&Catalog::read(&gallery.seeds())));
    let added = all.len();
    let bench = Bench::open(gallery, all);
    assert!(bench.records.len() > added, "the repository has no prompts");
    bench
}

#[test]
fn every_snippet_sends_exactly_the_prompt_the_site_shows() {
    let bench = all();
    let runs = bench.run(Manner::AtOnce);
    let title = "hostile, long, odd names, per endpoint, seeds";
    bench.assert_all_well(title, &runs, Manner::AtOnce);
}

#[test]
fn black_would_change_no_program() {
    all().check_black();
}

#[test]
fn prettier_would_change_no_program_of_the_repositorys_prompts() {
    Bench::open(Gallery::part(), Vec::new()).check_prettier();
}

#[test]
fn snippets_wait_for_a_task_that_takes_a_while() {
    let bench = Bench::with(few());
    let runs = bench.run(Manner::Later);
    bench.assert_all_well("tasks that take a while", &runs, Manner::Later);
}

#[test]
fn the_python_programs_work_with_the_vendors_own_packages() {
    let mut all: Vec<Record> = records::hostile().into_iter().step_by(8).collect();
    all.extend(records::long().into_iter().take(2));
    all.extend(records::oddly_named());
    let catalog = Catalog::read(&support::root().join("seeds"));
    all.extend(
        records::of_every_endpoint(&catalog)
            .into_iter()
            .filter(|record| record.endpoint.starts_with("gpt_image_2/")),
    );
    let bench = Bench::with(all);
    let runs = bench.run_with(Manner::AtOnce, &[(&VENDOR_PYTHON, "sdk")]);
    bench.assert_all_well("the vendor's packages", &runs, Manner::AtOnce);
    let bench = Bench::with(vec![Record::new("lamp", "A lamp")]);
    for (manner, reason) in [
        (Manner::Refusing(401), REFUSAL),
        (Manner::Refusing(422), REFUSAL),
        (Manner::Refusing(429), REFUSAL),
        (Manner::Failing, FAILURE),
    ] {
        for run in bench.run_with(manner, &[(&VENDOR_PYTHON, "sdk")]) {
            fails_with(&run, reason);
        }
    }
}

#[test]
fn the_sdk_is_told_an_address_only_where_it_would_call_another() {
    // Here and in all other tests.
    let elsewhere = Bench::with(few());
    let at_home = Bench::with_sdk_default(few());
    let runs = at_home.run_some(Manner::AtOnce, |_, form| form == "sdk");
    at_home.assert_all_well("SDK without an address", &runs, Manner::AtOnce);
    for record in few() {
        for (language, option) in [
            ("javascript", "baseUrl"),
            ("python", "base_url"),
            ("ruby", "base_url"),
            ("php", "baseUrl"),
        ] {
            assert!(elsewhere.snippet(&record, language, "sdk").contains(option), "{language}");
            assert!(!at_home.snippet(&record, language, "sdk").contains(option), "{language}");
        }
    }
}

#[test]
fn a_refused_call_ends_every_program_with_the_reason() {
    let bench = Bench::with(few());
    for status in [401, 422, 429] {
        for run in bench.run(Manner::Refusing(status)) {
            fails_with(&run, REFUSAL);
            let name = run.name();
            if run.runner.language != "curl" {
                assert!(run.err.contains(&status.to_string()), "{name}: {}", run.err);
            }
            assert_eq!(bench.api.calls(&run.key).len(), 1, "{name} asked again");
        }
    }
}

#[test]
fn a_failure_ends_every_program_that_waits_with_the_reason() {
    let bench = Bench::quick(those_that_wait());
    for run in bench.run(Manner::Failing) {
        fails_with(&run, FAILURE);
    }
    let waits = |runner: &Runner, _: &str| runner.language != "curl";
    for run in bench.run_some(Manner::FailingLater, waits) {
        fails_with(&run, FAILURE);
        assert_eq!(bench.api.calls(&run.key).len(), 2, "{}", run.name());
    }
    for run in bench.run_some(Manner::RefusingLater(404), waits) {
        fails_with(&run, REFUSAL);
        assert!(run.err.contains("404"), "{}: {}", run.name(), run.err);
        assert_eq!(bench.api.calls(&run.key).len(), 2, "{}", run.name());
    }
}

/// The SDKs have limits of their own, which the stand-ins have not.
#[test]
fn no_program_waits_for_ever() {
    let bench = Bench::quick(those_that_wait());
    let wanted = |runner: &Runner, form: &str| runner.language != "curl" && form == "http";
    for run in bench.run_some(Manner::Never, wanted) {
        let name = run.name();
        assert!(!run.success, "{name} ended as if all were well: {}", run.out);
        assert_ne!(run.err, "", "{name} does not say why it ends");
        assert_eq!(run.out, "", "{name}");
        assert!(bench.api.calls(&run.key).len() > 50, "{name} gives up soon");
    }
}

#[test]
fn where_nothing_answers_every_program_says_so_and_fails() {
    let bench = Bench::unanswered(few());
    for run in bench.run(Manner::AtOnce) {
        let name = run.name();
        assert!(!run.success, "{name} ended as if all were well: {}", run.out);
        assert_ne!(run.err, "", "{name} does not say why it ends");
        assert_eq!(run.out, "", "{name}");
    }
}

/// curl only shows the answer; the others end as failed programs do.
#[track_caller]
fn fails_with(run: &Run, reason: &str) {
    let name = run.name();
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

fn those_that_wait() -> Vec<Record> {
    few().into_iter().filter(|record| record.slug != "at-once").collect()
}

#[test]
fn a_form_a_language_does_not_have_is_not_found() {
    let bench = Bench::with(few());
    for language in &LANGUAGES {
        for form in ["sdk", "http", "", "SDK", "soap", "%00"] {
            let path = format!("/prompts/files/snippets/{}?form={form}", language.slug);
            let wanted = if language.forms.contains(&form) { 200 } else { 404 };
            assert_eq!(bench.get(&path).status, wanted, "{path}");
        }
    }
}

#[test]
fn snippets_are_the_same_in_every_language_of_the_site() {
    let bench = Bench::with(few());
    for record in few() {
        for (language, form) in programs() {
            let path = format!("/prompts/{}/snippets/{language}?form={form}", record.slug);
            let chinese = bench.get(&format!("/zh-CN{path}"));
            assert_eq!(chinese.status, 200);
            assert_eq!(chinese.text(), bench.snippet(&record, language, form));
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
