//! The ranking: how well a document answers a request.
//!
//! Documents are judged one by one, each sought in the postings of the words, and only those
//! that can be among the best ([`super::View::rank`] chooses them): reading all postings of a
//! word that half of a million documents have, to throw away all but a few, would be slow.

use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::{DocId, Score, Searcher, SeekDangerResult, SegmentReader};

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
    clauses: Vec<ClauseJudge<Sought>>,
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

    /// The judge of one segment, beginning with its document `first`.
    pub(super) fn in_segment(
        &self,
        segment: &SegmentReader,
        first: DocId,
    ) -> tantivy::Result<SegmentJudge> {
        let open = |weight: &dyn Weight| Sought::open(weight, segment, first);
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

impl ClauseJudge<Sought> {
    fn score(&mut self, document: DocId) -> Score {
        let (mut best, mut sum, mut nearly) = (0.0_f32, 0.0, NEARLY * ALL_BOOST);
        for place in &mut self.places {
            for sought in &mut place.exact {
                if sought.holds(document) {
                    let score = sought.scorer.score() * place.boost;
                    best = best.max(score);
                    sum += score;
                }
            }
            for sought in &mut place.nearly {
                if sought.holds(document) {
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

/// Documents that are asked for one by one, in rising order. Those in between are not looked
/// at: to find the next document with a phrase, the engine would read all that have its words.
struct Sought {
    scorer: Box<dyn Scorer>,
    /// The last document asked for, if it was there.
    at: Option<DocId>,
    /// No document from there to here is one of these.
    next: DocId,
}

impl Sought {
    fn open(weight: &dyn Weight, segment: &SegmentReader, first: DocId) -> tantivy::Result<Self> {
        let (found, scorer) = weight.scorer_danger(segment, first, 1.0)?;
        let mut sought = Self { scorer, at: None, next: 0 };
        sought.note(first, found);
        Ok(sought)
    }

    fn note(&mut self, document: DocId, found: SeekDangerResult) {
        (self.at, self.next) = match found {
            SeekDangerResult::Found => (Some(document), document + 1),
            SeekDangerResult::SeekLowerBound(next) => (None, next),
        };
    }

    /// Whether a document is one of these.
    fn holds(&mut self, document: DocId) -> bool {
        if document >= self.next {
            let found = self.scorer.seek_danger(document);
            self.note(document, found);
        }
        self.at == Some(document)
    }
}
