//! Spelling: which words were probably meant by one that nobody wrote.
//!
//! The words of the index are the dictionary, so that names and jargon are never corrected
//! away, and a correction always finds something.

use std::collections::BTreeMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Shorter words are too much like too many others.
const SHORTEST: usize = 3;

/// Words of at least this many letters may have two mistakes.
const LONG: usize = 8;

/// The words nearest to `word`, the most frequent of them: a letter wrong, missing, too many,
/// or in the other's place. None where it is a word itself.
pub(super) fn correction(
    searcher: &Searcher,
    field: Field,
    word: &str,
) -> tantivy::Result<Option<String>> {
    let length = word.chars().count();
    let term = Term::from_field_text(field, word);
    if length < SHORTEST || searcher.doc_freq(&term)? > 0 {
        return Ok(None);
    }
    let mistakes = if length < LONG { 1..=1 } else { 1..=2 };
    for mistakes in mistakes {
        let near = near(searcher, field, &term, mistakes)?;
        let first = word.chars().next();
        // Nobody mistakes the first letter.
        let best = near
            .into_iter()
            .max_by_key(|(candidate, frequency)| (candidate.chars().next() == first, *frequency));
        if let Some((best, _)) = best {
            return Ok(Some(best));
        }
    }
    Ok(None)
}

/// All words with so many mistakes, and how many documents have them.
fn near(
    searcher: &Searcher,
    field: Field,
    term: &Term,
    mistakes: u8,
) -> tantivy::Result<BTreeMap<String, u64>> {
    let automaton = FuzzyTermQuery::new(term.clone(), mistakes, true).automaton()?;
    let mut near = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        // Behind the letters come a hundred thousand pairs of Chinese characters.
        let letters = index.terms().search(&automaton).ge("a").lt("{");
        let mut found = letters.into_stream()?;
        while found.advance() {
            if let Ok(word) = str::from_utf8(found.key())
                && word.bytes().all(|letter| letter.is_ascii_lowercase())
            {
                let frequency = u64::from(found.value().doc_freq);
                *near.entry(word.to_owned()).or_default() += frequency;
            }
        }
    }
    Ok(near)
}
