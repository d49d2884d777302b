//! A view: the index as it was at one moment, in the numbers of whoever reads it.
//!
//! The reader numbers the documents, those it likes best last, and gets what is found as a
//! set of these numbers, ready to be intersected with sets of its own. All that match are
//! found, so that counts are true; only as many as anybody will look at are ranked.

use roaring::RoaringBitmap;
use tantivy::collector::DocSetCollector;
use tantivy::query::{EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, Searcher, Term};

use super::passage::Marker;
use super::query::{Clause, Request};
use super::ranking::Judge;
use super::{Error, Fields, ID, spelling};

/// How many documents of those found are put into the order of their rank: more pages of them
/// than anybody looks through.
const RANKED: usize = 500;

/// How many titles are ranked for a suggestion.
const RANKED_TITLES: usize = 500;

/// When only some words are found, only the first of them are looked for.
const MOST_PARTS: usize = 12;

/// In place of the number of a document that has none.
const NONE: u32 = u32::MAX;

/// The index as it was at one moment. Searches do not wait for anything.
pub struct View {
    searcher: Searcher,
    fields: Fields,
    /// The number of each document, by segment.
    numbers: Vec<Vec<u32>>,
    /// Where each number's document is: segment and document.
    places: Vec<(u32, DocId)>,
}

/// What a search found.
#[derive(Debug)]
pub struct Hits {
    request: Request,
    /// The numbers of all documents found.
    pub documents: RoaringBitmap,
    /// Words that nobody wrote, each with the one that was looked for in its place.
    pub corrections: Vec<(String, String)>,
    /// Whether nothing has all that was asked for, so that these have only most of it.
    pub is_partial: bool,
    /// Those that come first, and those that come after them, where it matters.
    tiers: Vec<RoaringBitmap>,
}

impl Hits {
    /// Shows where a text has what was looked for.
    #[must_use]
    pub fn marker(&self) -> Marker {
        Marker::of(self.request.clone())
    }
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("documents", &self.places.len()).finish_non_exhaustive()
    }
}

impl View {
    /// Looks at an index with `number_of` telling the number of each id, all below `total`.
    /// What has no number is not found.
    pub(super) fn new(
        searcher: Searcher,
        fields: Fields,
        total: u32,
        number_of: impl Fn(i64) -> Option<u32>,
    ) -> tantivy::Result<View> {
        let mut numbers = Vec::new();
        let mut places = vec![(NONE, 0); total as usize];
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let ids = segment.fast_fields().i64(ID)?;
            let number = |document| {
                let id = ids.first(document).filter(|_| !segment.is_deleted(document))?;
                let number = number_of(id)?;
                *places.get_mut(number as usize)? = (ordinal, document);
                Some(number)
            };
            let mut number = number;
            numbers.push((0..segment.max_doc()).map(|d| number(d).unwrap_or(NONE)).collect());
        }
        Ok(View { searcher, fields, numbers, places })
    }

    /// Finds the documents that `query` asks for. Any text is a query.
    ///
    /// All words have to occur, whether in title, labels, text or description; the last word
    /// may be incomplete, and a singular finds the plural. `"several words"` have to occur in
    /// that order, `-word` must not occur. A word that nobody wrote is taken for the nearest
    /// one that somebody did. Chinese that nobody wrote in a row is read as words of two characters.
    /// Where nothing has all of it, what has most of it is found.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn find(&self, query: &str) -> Result<Hits, Error> {
        let mut request = Request::parse(query);
        let corrections = self.correct(&mut request)?;
        let documents = self.documents(&request)?;
        let mut found =
            Hits { request, documents, corrections, is_partial: false, tiers: Vec::new() };
        if found.documents.is_empty() {
            self.find_parts(query, &mut found)?;
        }
        Ok(found)
    }

    /// Lets words that nobody wrote stand for those that were meant.
    fn correct(&self, request: &mut Request) -> Result<Vec<(String, String)>, Error> {
        let mut corrections = Vec::new();
        for clause in &mut request.required {
            let Some(word) = clause.word().map(str::to_owned) else {
                continue;
            };
            let correct = spelling::correction(&self.searcher, self.fields.all, &word);
            if let Some(correct) = correct.map_err(|error| Error::Search(error.into()))? {
                clause.allow(correct.clone());
                corrections.push((word, correct));
            }
        }
        Ok(corrections)
    }

    fn documents(&self, request: &Request) -> Result<RoaringBitmap, Error> {
        let all = [self.fields.all];
        let mut documents = match (&request.required[..], request.is_empty()) {
            (_, true) => RoaringBitmap::new(),
            ([], false) => {
                self.numbers.iter().flatten().copied().filter(|number| *number != NONE).collect()
            }
            (clauses, _) => self.with_all(clauses, &all)?,
        };
        if let Some(joined) = &request.joined {
            documents |= self.with_all(std::slice::from_ref(joined), &all)?;
        }
        for excluded in &request.excluded {
            documents -= self.with_all(excluded, &all)?;
        }
        Ok(documents)
    }

    /// Finds what has all of the words, Chinese ones apart from each other, too; else what has at least
    /// half of them, those that have most of them first. One word of two is only enough where it tells
    /// what the document is: in its title or labels.
    fn find_parts(&self, query: &str, found: &mut Hits) -> Result<(), Error> {
        // One guess is enough: words are taken as they were typed.
        let mut parts = Request::parse(query).parts();
        parts.truncate(MOST_PARTS);
        if parts.len() < 2 {
            return Ok(());
        }
        let Fields { title, labels, all, .. } = self.fields;
        // Chinese that nobody wrote in a row.
        let documents = self.with_all(&parts, &[all])?;
        if !documents.is_empty() {
            found.documents = documents;
            found.corrections.clear();
            found.request.required = parts;
            found.request.together = None;
            return Ok(());
        }
        let fields = if parts.len() == 2 { &[title, labels][..] } else { &[all] };
        // The documents with at least one, two, three parts, and so on.
        let mut tiers: Vec<RoaringBitmap> = Vec::new();
        for part in &parts {
            let mut more = self.with_all(std::slice::from_ref(part), fields)?;
            for tier in &mut tiers {
                let both = &*tier & &more;
                *tier |= more;
                more = both;
            }
            tiers.push(more);
        }
        let tiers = tiers.split_off(parts.len().div_ceil(2) - 1);
        let found_parts = tiers.first().cloned().unwrap_or_default();
        if !found_parts.is_empty() {
            found.documents = found_parts;
            found.is_partial = true;
            found.corrections.clear();
            found.request.required = parts;
            found.request.together = None;
            found.tiers = tiers.into_iter().rev().collect();
        }
        Ok(())
    }

    /// Some of those `among` what was found, from `offset` on, the best first; of equals the
    /// greatest number first.
    ///
    /// Where they are many, those with the words in their titles come before those with the
    /// words in their labels, those before all others; of each group only the greatest numbers
    /// are ranked, and the rest follows by falling number.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn rank(
        &self,
        found: &Hits,
        among: &RoaringBitmap,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<u32>, Error> {
        let candidates = self.candidates(found, among)?;
        let mut page = Vec::new();
        if (offset as u64) < candidates.len() {
            let ranked = self.ranked(&found.request, &candidates)?;
            page.extend(ranked.into_iter().skip(offset).take(limit));
        }
        if page.len() < limit && candidates.len() < among.len() {
            let rest = among - &candidates;
            let skipped = (offset as u64).saturating_sub(candidates.len());
            let at = rest.len().checked_sub(1 + skipped);
            let first = at.and_then(|at| rest.select(u32::try_from(at).ok()?));
            if let Some(first) = first {
                page.extend(rest.range(..=first).rev().take(limit - page.len()));
            }
        }
        Ok(page)
    }

    /// The documents with the words of `query` in their titles, the best first.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn titles(&self, query: &str, limit: usize) -> Result<Vec<u32>, Error> {
        let request = Request::parse(query);
        if request.required.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.with_all(&request.required, &[self.fields.title])?;
        let mut ranked =
            self.ranked(&request, &found.iter().rev().take(RANKED_TITLES).collect())?;
        ranked.truncate(limit);
        Ok(ranked)
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// How many documents have a term, removed ones included for a while.
    pub(super) fn frequency(&self, term: &str) -> Result<u32, Error> {
        let term = Term::from_field_text(self.fields.all, term);
        let frequency = self.searcher.doc_freq(&term);
        let frequency = frequency.map_err(|error| Error::Search(error.into()))?;
        Ok(u32::try_from(frequency).unwrap_or(u32::MAX))
    }

    /// The ids of the documents that have a term.
    pub(super) fn with_term(&self, term: &str) -> Result<Vec<i64>, Error> {
        let term = Term::from_field_text(self.fields.all, term);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let found = self.searcher.search(&query, &DocSetCollector);
        let ids = |found: std::collections::HashSet<DocAddress>| {
            let id = |place: &DocAddress| {
                let segment = self.searcher.segment_reader(place.segment_ord);
                Ok(segment.fast_fields().i64(ID)?.first(place.doc_id))
            };
            found.iter().filter_map(|place| id(place).transpose()).collect::<tantivy::Result<_>>()
        };
        found.and_then(ids).map_err(|error| Error::Search(error.into()))
    }

    /// Those that can be the best.
    fn candidates(&self, found: &Hits, among: &RoaringBitmap) -> Result<RoaringBitmap, Error> {
        let request = &found.request;
        if among.len() <= RANKED as u64 || request.required.is_empty() {
            return Ok(among.iter().rev().take(RANKED).collect());
        }
        let mut candidates = RoaringBitmap::new();
        let mut add = |better: &RoaringBitmap| {
            let better = (better & among) - &candidates;
            let missing = RANKED.saturating_sub(candidates.len() as usize);
            candidates.extend(better.iter().rev().take(missing));
            missing > better.len() as usize
        };
        if found.is_partial {
            let _ = found.tiers.iter().all(add);
            return Ok(candidates);
        }
        let Fields { title, labels, .. } = self.fields;
        for fields in [&[title][..], &[title, labels]] {
            if !add(&self.with_all(&request.required, fields)?) {
                return Ok(candidates);
            }
        }
        add(among);
        Ok(candidates)
    }

    /// All of them, the best first.
    fn ranked(&self, request: &Request, numbers: &RoaringBitmap) -> Result<Vec<u32>, Error> {
        let places = numbers.iter().filter_map(|number| {
            let (segment, document) = *self.places.get(number as usize)?;
            (segment != NONE).then_some((segment, document, number))
        });
        let mut places: Vec<(u32, DocId, u32)> = places.collect();
        places.sort_unstable();
        let mut scored: Vec<(i64, u32)> = Vec::with_capacity(places.len());
        let mut score = || -> tantivy::Result<()> {
            let judge = Judge::new(&self.searcher, &self.fields, request)?;
            for group in places.chunk_by(|a, b| a.0 == b.0) {
                let Some((segment, first, _)) = group.first() else {
                    continue;
                };
                let segment = self.searcher.segment_reader(*segment);
                let mut judge = judge.in_segment(segment, *first)?;
                scored.extend(
                    group.iter().map(|(_, document, number)| (judge.score(*document), *number)),
                );
            }
            Ok(())
        };
        score().map_err(|error| Error::Search(error.into()))?;
        scored.sort_unstable_by(|a, b| b.cmp(a));
        Ok(scored.into_iter().map(|(_, number)| number).collect())
    }

    /// The numbers of all documents in which every clause holds, each in one of `fields`.
    ///
    /// The postings of every word are read from end to end into a bit for each number. That is
    /// a thousand documents a microsecond or so, and never much more, whatever is combined.
    fn with_all(&self, clauses: &[Clause], fields: &[Field]) -> Result<RoaringBitmap, Error> {
        let mut all: Option<Vec<u8>> = None;
        for clause in clauses {
            let mut bits = vec![0_u8; self.places.len().div_ceil(8)];
            for query in clause.anyhow(fields) {
                let collected = self.collect(&*query, &mut bits);
                collected.map_err(|error| Error::Search(error.into()))?;
            }
            if let Some(others) = all {
                bits.iter_mut().zip(others).for_each(|(bits, others)| *bits &= others);
            }
            if bits.iter().all(|byte| *byte == 0) {
                return Ok(RoaringBitmap::new());
            }
            all = Some(bits);
        }
        Ok(RoaringBitmap::from_lsb0_bytes(0, &all.unwrap_or_default()))
    }

    /// Sets the bits of all documents that a query finds.
    fn collect(&self, query: &dyn Query, bits: &mut [u8]) -> tantivy::Result<()> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        for (segment, numbers) in self.searcher.segment_readers().iter().zip(&self.numbers) {
            weight.for_each_no_score(segment, &mut |documents| {
                for document in documents {
                    let number = numbers.get(*document as usize).copied().unwrap_or(NONE);
                    if let Some(byte) = bits.get_mut(number as usize / 8) {
                        *byte |= 1 << (number % 8);
                    }
                }
            })?;
        }
        Ok(())
    }
}
