//! How soon people find what they want: queries as they type them, judged by hand in
//! `judged.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::{each, found};
use crate::shared::everything;

/// What the mean reciprocal rank must not fall below.
const ENOUGH: f64 = 0.9;

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
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
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

/// How a query fared.
struct Outcome {
    query: Query,
    /// From 1.
    rank: Option<usize>,
    found: usize,
    first: Option<String>,
}

impl Outcome {
    fn of(query: Query, found: &[String]) -> Self {
        let rank = found.iter().position(|slug| query.best.contains(slug)).map(|at| at + 1);
        Self { query, rank, found: found.len(), first: found.first().cloned() }
    }

    fn reciprocal_rank(&self) -> f64 {
        self.rank.map_or(0.0, |rank| 1.0 / rank as f64)
    }
}

/// What `queries` meet, and, when it is not all well, a report for whoever reads the failure.
fn measured(queries: Vec<Query>) -> (f64, String) {
    let found = each(&queries, |query| found(everything(), &query.typed));
    let outcomes: Vec<Outcome> =
        queries.into_iter().zip(&found).map(|(query, found)| Outcome::of(query, found)).collect();
    let mut report = String::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.rank != Some(1)) {
        let Outcome { query, rank, found, first } = outcome;
        let rank = rank.map_or_else(|| "not found".to_owned(), |rank| format!("rank {rank}"));
        let first = match first {
            Some(first) if query.good.contains(first) => format!("{first} (good)"),
            Some(first) => first.clone(),
            None => "nothing".to_owned(),
        };
        let (typed, kind) = (&query.typed, query.kind);
        writeln!(report, "{kind:?} {typed:?}: {rank} of {found}; first came {first}").unwrap();
    }
    let mut by_kind: BTreeMap<Kind, Vec<f64>> = BTreeMap::new();
    for outcome in &outcomes {
        by_kind.entry(outcome.query.kind).or_default().push(outcome.reciprocal_rank());
    }
    for (kind, ranks) in &by_kind {
        writeln!(report, "{kind:?}: {:.3} over {}", mean(ranks), ranks.len()).unwrap();
    }
    let all: Vec<f64> = outcomes.iter().map(Outcome::reciprocal_rank).collect();
    writeln!(report, "all: {:.3} over {}", mean(&all), all.len()).unwrap();
    (mean(&all), report)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_judgements_name_prompts_that_exist_and_judge_a_query_once() {
    let mut typed = BTreeSet::new();
    for query in queries() {
        assert!(typed.insert(query.typed.clone()), "{:?} is judged twice", query.typed);
        assert_eq!(query.best.is_empty(), query.kind == Kind::Nothing, "{:?}", query.typed);
        let mut named = BTreeSet::new();
        for slug in query.best.iter().chain(&query.good) {
            let path = format!("/prompts/{slug}.txt");
            assert_eq!(everything().get(&path).status, 200, "{:?}: {slug}?", query.typed);
            assert!(named.insert(slug), "{:?} names {slug} twice", query.typed);
        }
    }
}

#[test]
fn what_people_want_comes_first_or_nearly_so() {
    let answered = queries().into_iter().filter(|query| query.kind != Kind::Nothing);
    let (mean, report) = measured(answered.collect());
    println!("{report}");
    assert!(mean >= ENOUGH, "{mean:.3} is less than {ENOUGH}");
}

#[test]
fn where_nothing_is_right_nothing_is_found() {
    let mut nothing = queries();
    nothing.retain(|query| query.kind == Kind::Nothing);
    for (query, found) in
        nothing.iter().zip(each(&nothing, |query| found(everything(), &query.typed)))
    {
        assert!(found.is_empty(), "{:?} finds {found:?}", query.typed);
    }
}
