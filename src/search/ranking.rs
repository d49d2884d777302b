//! The ranking: every document found, best first, in an order that is always the same.
//!
//! All documents found are collected, not the best few: their number has to be exact anyway,
//! and sorting some thousand pairs of numbers is nothing.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::ID;

/// Scores that differ by less are equal: adding up in another order changes the last digits.
const PRECISION: Score = 1000.0;

/// Collects the ids of all documents found.
pub(super) struct Ranking;

/// The documents found in one segment.
pub(super) struct SegmentRanking {
    ids: Column<i64>,
    found: Vec<(i64, i64)>,
}

impl Collector for Ranking {
    type Fruit = Vec<i64>;
    type Child = SegmentRanking;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentRanking> {
        Ok(SegmentRanking { ids: segment.fast_fields().i64(ID)?, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<(i64, i64)>>) -> tantivy::Result<Vec<i64>> {
        let mut found = segments.concat();
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }
}

impl SegmentCollector for SegmentRanking {
    type Fruit = Vec<(i64, i64)>;

    fn collect(&mut self, document: DocId, score: Score) {
        if let Some(id) = self.ids.first(document) {
            self.found.push(((score * PRECISION) as i64, id));
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
