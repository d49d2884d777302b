//! What is alike: documents that share the telling terms of a document.
//!
//! The terms of a document are weighed by how often it has them and how few others do, and
//! the weightiest are searched for, any of them, ranked as for every other search.

use std::collections::HashMap;

use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{Searcher, TantivyDocument, Term};

use super::Fields;
use super::ranking::Ranking;
use super::terms::terms;

/// How many terms of a document are searched for.
const TERMS: usize = 100;

/// In an index of at least this many documents, terms of more than half of them tell nothing.
const FEW: u64 = 8;

/// How much a shared term counts by where it is.
const TITLE_BOOST: f32 = 3.0;
const LABELS_BOOST: f32 = 3.0;
const TEXT_BOOST: f32 = 1.0;

/// See [`super::Index::related`].
pub(super) fn related(
    searcher: &Searcher,
    fields: &Fields,
    id: i64,
    limit: usize,
) -> tantivy::Result<Vec<i64>> {
    let this: Box<dyn Query> = term_query(Term::from_field_i64(fields.id, id));
    let Some(address) = searcher.search(&*this, &DocSetCollector)?.into_iter().next() else {
        return Ok(Vec::new());
    };
    let document: TantivyDocument = searcher.doc(address)?;
    let stored =
        |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    let content = [
        (fields.title, stored(fields.title), TITLE_BOOST),
        (fields.labels, stored(fields.labels), LABELS_BOOST),
        (fields.text, stored(fields.text), TEXT_BOOST),
    ];

    let alike: Vec<Box<dyn Query>> = telling(searcher, &content)?
        .into_iter()
        .flat_map(|(term, weight)| {
            content.map(|(field, _, boost)| -> Box<dyn Query> {
                let term = term_query(Term::from_field_text(field, &term));
                Box::new(BoostQuery::new(term, weight * boost))
            })
        })
        .collect();
    if alike.is_empty() {
        return Ok(Vec::new());
    }
    let alike: Box<dyn Query> = Box::new(BooleanQuery::union(alike));

    let modality = term_query(Term::from_field_text(fields.modality, stored(fields.modality)));
    let modality: Box<dyn Query> = Box::new(ConstScoreQuery::new(modality, 0.0));
    let mut ids = Vec::new();
    for same in [Occur::Must, Occur::MustNot] {
        if ids.len() < limit {
            let query = BooleanQuery::new(vec![
                (Occur::Must, alike.box_clone()),
                (Occur::MustNot, this.box_clone()),
                (same, modality.box_clone()),
            ]);
            let found = searcher.search(&query, &Ranking)?;
            ids.extend(found.into_iter().take(limit - ids.len()));
        }
    }
    Ok(ids)
}

/// The terms that tell most about a document, with their weights.
fn telling(
    searcher: &Searcher,
    content: &[(Field, &str, f32)],
) -> tantivy::Result<Vec<(String, f32)>> {
    let mut weights: HashMap<String, (f32, u64)> = HashMap::new();
    for (_, text, boost) in content {
        let mut counts: HashMap<String, f32> = HashMap::new();
        for placed in terms(text) {
            // Single characters are of use to find, not to compare.
            if placed.term.chars().nth(1).is_some() {
                *counts.entry(placed.term).or_default() += 1.0;
            }
        }
        for (term, count) in counts {
            let (weight, fields) = weights.entry(term).or_default();
            *weight += boost * (1.0 + count.ln());
            *fields += 1;
        }
    }

    let documents = searcher.num_docs();
    let mut telling = Vec::new();
    for (term, (weight, own)) in weights {
        let (mut found, mut most) = (0, 0);
        for (field, _, _) in content {
            let count = searcher.doc_freq(&Term::from_field_text(*field, &term))?;
            found += count;
            most = most.max(count);
        }
        let elsewhere = found > own;
        let common = documents >= FEW && most * 2 > documents;
        if elsewhere && !common {
            let rarity = (documents as f32 / most.max(1) as f32).ln_1p();
            telling.push((term, weight, weight * rarity));
        }
    }
    telling.sort_unstable_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    telling.truncate(TERMS);
    Ok(telling.into_iter().map(|(term, weight, _)| (term, weight)).collect())
}

fn term_query(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}
