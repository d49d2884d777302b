//! The full-text index: finds prompts in English and Chinese, and prompts alike, and shows
//! where a text has what was searched for.
//!
//! It owns a copy of what is searched for, in memory, and nothing else does: the database
//! stays the truth, and whoever opens it fills the index. The copy is some megabytes for a
//! few thousand prompts and is built in about the time it takes to read them, which is why
//! there is no index on disk that could be stale, locked or broken.
//!
//! SQLite's own full-text search is not used because it has no words to index in Chinese
//! text, so that it finds nothing for 海报 in 极简海报设计. Here `terms` makes the terms of
//! texts and of queries alike.
//!
//! The engine is tantivy. That is known only inside this module.

mod passage;
mod query;
mod ranking;
mod related;
mod terms;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::{Mutex, PoisonError};

use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

pub use passage::{Found, Marker, Passage, Words};
use query::Request;
use ranking::Ranking;

/// The name of the field and column that holds the id.
const ID: &str = "id";

/// The name under which the engine knows the analyser.
const ANALYSER: &str = "terms";

/// The least memory the engine accepts for writing.
const WRITER_MEMORY: usize = 15_000_000;

/// Deleted documents, and those in other segments than the largest, may be one in this many.
const LOOSE_SHARE: u32 = 8;

/// How many segments there may be besides the largest.
const SMALL_SEGMENTS: usize = 3;

/// How much a word counts by where it is found.
const TITLE_BOOST: f32 = 10.0;
const LABELS_BOOST: f32 = 3.0;
const TEXT_BOOST: f32 = 1.0;

/// What is known about a prompt when it is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Under which the document is found, replaced and removed.
    pub id: i64,
    /// All titles in all languages, separated by spaces.
    pub title: &'a str,
    /// The names of category, tags, model and provider in all languages.
    pub labels: &'a str,
    /// The prompt itself.
    pub text: &'a str,
    /// What is said about the prompt.
    pub description: &'a str,
    /// What the prompt makes, such as images. Not searched; related documents share it.
    pub modality: &'a str,
}

/// The index could not do what it was asked to. No query is the cause of that.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index was not created.
    #[error("cannot create the search index")]
    Create(#[source] Cause),
    /// The change was not made, or not made visible.
    #[error("cannot change the search index")]
    Change(#[source] Cause),
    /// The index was not read.
    #[error("cannot read the search index")]
    Search(#[source] Cause),
}

/// What the engine says went wrong.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The index. It can be shared between threads: searches do not wait for changes, and
/// changes wait for each other.
pub struct Index {
    engine: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// Made by the first change and lost with every change that fails, so that nothing of
    /// that change is left. It is kept because its idle threads cost less memory than what
    /// the allocator holds on to for each thread that ends.
    writer: Mutex<Option<IndexWriter>>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("documents", &self.len()).finish_non_exhaustive()
    }
}

/// Where the engine keeps what.
#[derive(Clone, Copy)]
struct Fields {
    id: Field,
    modality: Field,
    title: Field,
    labels: Field,
    text: Field,
    description: Field,
}

impl Index {
    /// Makes an empty index.
    ///
    /// # Errors
    ///
    /// If the engine refuses.
    pub fn in_memory() -> Result<Index, Error> {
        let (schema, fields) = Fields::schema();
        let settings =
            IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(settings)
            .create_in_ram()
            .map_err(|error| Error::Create(error.into()))?;
        engine.tokenizers().register(ANALYSER, Analyser);
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1)
            .try_into()
            .map_err(|error: tantivy::TantivyError| Error::Create(error.into()))?;
        Ok(Index { engine, reader, fields, writer: Mutex::new(None) })
    }

    /// Adds `documents`, each in place of the one with the same id, then removes those with
    /// the ids `removed`. When it returns, searches see all of that; until then, none of it.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn apply<'a>(
        &self,
        documents: impl IntoIterator<Item = Document<'a>>,
        removed: &[i64],
    ) -> Result<(), Error> {
        self.change(documents, removed).map_err(|error| Error::Change(error.into()))
    }

    /// Finds the documents that `query` asks for. Any text is a query.
    ///
    /// All words have to occur, whether in title, labels, text or description; the last word
    /// may be incomplete. `"several words"` have to occur in that order, `-word` must not
    /// occur. Returned are the ids of all documents found, the best first.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn search(&self, query: &str) -> Result<Vec<i64>, Error> {
        let request = Request::parse(query);
        if request.is_empty() {
            return Ok(Vec::new());
        }
        self.reader
            .searcher()
            .search(&request.query(&self.fields), &Ranking)
            .map_err(|error| Error::Search(error.into()))
    }

    /// The ids of up to `limit` other documents with the most alike content, those of the
    /// same modality first. There are fewer if no more have anything in common with it, and
    /// none if there is no document `id`.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn related(&self, id: i64, limit: usize) -> Result<Vec<i64>, Error> {
        related::related(&self.reader.searcher(), &self.fields, id, limit)
            .map_err(|error| Error::Search(error.into()))
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.reader.searcher().num_docs()).unwrap_or(usize::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn change<'a>(
        &self,
        documents: impl IntoIterator<Item = Document<'a>>,
        removed: &[i64],
    ) -> tantivy::Result<()> {
        let mut kept = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = match kept.take() {
            Some(writer) => writer,
            None => self.writer()?,
        };
        let with_id = |id| Term::from_field_i64(self.fields.id, id);
        for document in documents {
            writer.delete_term(with_id(document.id));
            writer.add_document(self.fields.document(&document))?;
        }
        for &id in removed {
            writer.delete_term(with_id(id));
        }
        writer.commit()?;
        self.compact(&mut writer)?;
        self.reader.reload()?;
        *kept = Some(writer);
        Ok(())
    }

    fn writer(&self) -> tantivy::Result<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_MEMORY)
            .build();
        let writer = self.engine.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(writer)
    }

    /// Keeps segments few and deleted documents rare. The engine would do so by itself, but
    /// whenever it likes, and deleted documents count towards how rare a term is: like this,
    /// the same changes always lead to the same order of what is found.
    fn compact(&self, writer: &mut IndexWriter) -> tantivy::Result<()> {
        let mut segments = self.engine.searchable_segment_metas()?;
        segments.sort_by_key(|segment| Reverse(segment.num_docs()));
        let Some((largest, small)) = segments.split_first() else {
            return Ok(());
        };
        let deleted: u32 = segments.iter().map(SegmentMeta::num_deleted_docs).sum();
        let apart: u32 = small.iter().map(SegmentMeta::num_docs).sum();
        let merged = if deleted + apart > (largest.num_docs() + apart) / LOOSE_SHARE {
            &segments
        } else if small.len() > SMALL_SEGMENTS {
            small
        } else {
            return Ok(());
        };
        let ids: Vec<_> = merged.iter().map(SegmentMeta::id).collect();
        writer.merge(&ids).wait()?;
        Ok(())
    }
}

impl Fields {
    fn schema() -> (Schema, Fields) {
        let searched = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(ANALYSER)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let stored = searched.clone().set_stored();
        let mut schema = Schema::builder();
        let fields = Fields {
            id: schema.add_i64_field(ID, INDEXED | FAST),
            modality: schema.add_text_field("modality", STRING | STORED),
            title: schema.add_text_field("title", stored.clone()),
            labels: schema.add_text_field("labels", stored.clone()),
            text: schema.add_text_field("text", stored),
            description: schema.add_text_field("description", searched),
        };
        (schema.build(), fields)
    }

    fn document(&self, document: &Document<'_>) -> TantivyDocument {
        let mut fields = TantivyDocument::new();
        fields.add_i64(self.id, document.id);
        fields.add_text(self.modality, document.modality);
        fields.add_text(self.title, document.title);
        fields.add_text(self.labels, document.labels);
        fields.add_text(self.text, document.text);
        fields.add_text(self.description, document.description);
        fields
    }

    /// The fields a word is looked for in, with what it counts there.
    fn searched(&self) -> [(Field, f32); 4] {
        [
            (self.title, TITLE_BOOST),
            (self.labels, LABELS_BOOST),
            (self.text, TEXT_BOOST),
            (self.description, TEXT_BOOST),
        ]
    }
}

/// Hands the terms of a text to the engine.
#[derive(Clone)]
struct Analyser;

struct Terms {
    remaining: std::vec::IntoIter<terms::Located>,
    current: Token,
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        Terms { remaining: terms::terms(text).into_iter(), current: Token::default() }
    }
}

impl TokenStream for Terms {
    fn advance(&mut self) -> bool {
        let Some(located) = self.remaining.next() else {
            return false;
        };
        self.current.position = located.position;
        self.current.offset_from = located.range.start;
        self.current.offset_to = located.range.end;
        self.current.text = located.term;
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}
