//! What people type and what they want, judged by hand in `judged.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{each, found};
use crate::shared::SEEDS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgements {
    queries: Vec<Query>,
}

/// What somebody types, and the slugs of what they want; nothing in `best` means that nothing
/// is right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    typed: String,
    kind: Kind,
    best: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
}

/// How a query is put.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Word,
    Words,
    Beginning,
    Model,
    Label,
    Mixed,
    Phrase,
    Without,
    Folded,
    Other,
    Typo,
    Nothing,
}

fn queries() -> Vec<Query> {
    let judgements: Judgements = toml::from_str(include_str!("judged.toml")).unwrap();
    judgements.queries
}

#[test]
fn the_judgements_name_prompts_that_exist_and_judge_a_query_once() {
    let mut typed = BTreeSet::new();
    for query in queries() {
        assert!(typed.insert(query.typed.clone()), "{:?} is judged twice", query.typed);
        assert_eq!(query.best.is_empty(), query.kind == Kind::Nothing, "{:?}", query.typed);
        let mut named = BTreeSet::new();
        for slug in query.best.iter().chain(&query.good) {
            assert!(SEEDS.iter().any(|seed| seed.slug == *slug), "{:?}: {slug}?", query.typed);
            assert!(named.insert(slug), "{:?} names {slug} twice", query.typed);
        }
    }
}

#[test]
fn where_nothing_is_right_nothing_is_found() {
    let mut nothing = queries();
    nothing.retain(|query| query.kind == Kind::Nothing);
    for (query, found) in nothing.iter().zip(each(&nothing, |query| found(&query.typed))) {
        assert!(found.is_empty(), "{:?} finds {found:?}", query.typed);
    }
}
