//! The ranking: how well a document answers a request.
//!
//! Documents are judged one by one, each sought in the postings of the words, and only those
//! that can be among the best ([`super::View::rank`] chooses them): reading all postings of a
//! word that half of a million documents have, to throw away all but a few, would be slow.

use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::{DocId, Score, Searcher, SegmentReader};

use super::Fields;
use super::query::{Clause, Request};

/// How much a word counts by where it is found. All that has a word in its title or labels
/// has it among everything, too.
const TITLE_BOOST: Score = 10.0;
const LABELS_BOOST: Score = 3.0;
const DESCRIPTION_BOOST: Score = 2.0;
const ALL_BOOST: Score = 1.0;

/// A word found in several places counts fully in the best and this much in the others.
const OTHER_PLACES: Score = 0.1;

/// What a word that was completed, or is written in another way, is worth, per boost of the
/// place it is found in. It is never worth more than the word itself, wherever that is found.
const NEARLY: Score = 0.3;

/// Scores that differ by less are equal: adding up in another order changes the last digits.
const PRECISION: Score = 1000.0;

/// Judges documents by a request.
pub(super) struct Judge {
    clauses: Vec<ClauseJudge<Box<dyn Weight>>>,
}

/// The same in one segment. Documents are to be judged in rising order.
pub(super) struct SegmentJudge {
    clauses: Vec<ClauseJudge<Box<dyn Scorer>>>,
}

/// What finds one clause: weights in an index, scorers in a segment.
struct ClauseJudge<T> {
    /// Whether other words will do as well.
    is_lenient: bool,
    places: Vec<PlaceJudge<T>>,
}

struct PlaceJudge<T> {
    boost: Score,
    exact: Vec<T>,
    nearly: Vec<T>,
}

impl Judge {
    /// Prepares to judge by what a request asks for.
    pub(super) fn new(
        searcher: &Searcher,
        fields: &Fields,
        request: &Request,
    ) -> tantivy::Result<Judge> {
        let scoring = EnableScoring::enabled_from_searcher(searcher);
        let weigh = |query: Box<dyn Query>| query.weight(scoring);
        let places = [
            (fields.title, TITLE_BOOST),
            (fields.labels, LABELS_BOOST),
            (fields.description, DESCRIPTION_BOOST),
            (fields.all, ALL_BOOST),
        ];
        let place = |clause: &Clause, (field, boost)| {
            let exact = clause.exact(field).into_iter().map(weigh);
            // All that begin alike are many. What is found at all is found among everything;
            // that need not be looked up, and that it is in a description tells little more.
            let tells = field == fields.title || field == fields.labels;
            let nearly = if tells { clause.nearly(field) } else { Vec::new() };
            let nearly = nearly.into_iter().map(weigh);
            Ok(PlaceJudge {
                boost,
                exact: exact.collect::<tantivy::Result<_>>()?,
                nearly: nearly.collect::<tantivy::Result<_>>()?,
            })
        };
        let clause = |clause: &Clause| {
            let places = places.into_iter().map(|where_| place(clause, where_));
            Ok(ClauseJudge {
                is_lenient: clause.is_lenient(),
                places: places.collect::<tantivy::Result<_>>()?,
            })
        };
        let clauses = request.required.iter().chain(&request.together).chain(&request.joined);
        let clauses = clauses.map(clause);
        Ok(Judge { clauses: clauses.collect::<tantivy::Result<_>>()? })
    }

    /// The judge of one segment.
    pub(super) fn in_segment(&self, segment: &SegmentReader) -> tantivy::Result<SegmentJudge> {
        let open = |weight: &dyn Weight| weight.scorer(segment, 1.0);
        let place = |place: &PlaceJudge<Box<dyn Weight>>| {
            Ok(PlaceJudge {
                boost: place.boost,
                exact: place
                    .exact
                    .iter()
                    .map(|weight| open(&**weight))
                    .collect::<tantivy::Result<_>>()?,
                nearly: place
                    .nearly
                    .iter()
                    .map(|weight| open(&**weight))
                    .collect::<tantivy::Result<_>>()?,
            })
        };
        let clause = |clause: &ClauseJudge<Box<dyn Weight>>| {
            let places = clause.places.iter().map(place);
            Ok(ClauseJudge {
                is_lenient: clause.is_lenient,
                places: places.collect::<tantivy::Result<_>>()?,
            })
        };
        let clauses = self.clauses.iter().map(clause);
        Ok(SegmentJudge { clauses: clauses.collect::<tantivy::Result<_>>()? })
    }
}

impl SegmentJudge {
    /// How well a document answers; only to compare with others.
    pub(super) fn score(&mut self, document: DocId) -> i64 {
        let score: Score = self.clauses.iter_mut().map(|clause| clause.score(document)).sum();
        (score * PRECISION) as i64
    }
}

impl ClauseJudge<Box<dyn Scorer>> {
    fn score(&mut self, document: DocId) -> Score {
        let (mut best, mut sum, mut nearly) = (0.0_f32, 0.0, NEARLY * ALL_BOOST);
        for place in &mut self.places {
            for scorer in &mut place.exact {
                if holds(&mut **scorer, document) {
                    let score = scorer.score() * place.boost;
                    best = best.max(score);
                    sum += score;
                }
            }
            for scorer in &mut place.nearly {
                if holds(&mut **scorer, document) {
                    nearly = nearly.max(NEARLY * place.boost);
                }
            }
        }
        let exact = best + OTHER_PLACES * (sum - best);
        match (self.is_lenient, exact > 0.0) {
            (false, _) => exact,
            (true, false) => nearly,
            (true, true) => exact + NEARLY * TITLE_BOOST + nearly,
        }
    }
}

/// Whether a document is one of these. Asked in rising order.
fn holds(documents: &mut dyn Scorer, document: DocId) -> bool {
    if documents.doc() < document {
        documents.seek(document);
    }
    documents.doc() == document
}
