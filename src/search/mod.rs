//! The full-text index: finds prompts in English and Chinese, and prompts alike, and shows
//! where a text has what was searched for.
//!
//! The database stays the truth; the index is made from it and can always be made again.
//! That of a small gallery is in memory and made anew with every start, in the time it takes
//! to read the prompts. That of a large one is a folder: it carries the stamp its maker gave
//! it with the last commit, which tells whether it is up to date, and checksums, which tell
//! whether it is whole.
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
mod spelling;
mod terms;
#[cfg(test)]
mod tests;
mod view;

use std::cmp::Reverse;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::directory::error::LockError;
use tantivy::directory::{Directory as _, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

pub use passage::{Found, Marker, Passage, Words};
pub use related::{Sketcher, Sketches};
pub use terms::words;
pub use view::{Hits, View};

/// The name of the field and column that holds the id.
const ID: &str = "id";

/// The name under which the engine knows the analyser.
const ANALYSER: &str = "terms";

/// The memory for writing a few documents: the least the engine accepts.
const LITTLE_MEMORY: usize = 15_000_000;

/// The memory for each thread that writes some thousands at once: enough that each makes one segment.
const WHOLE_MEMORY: usize = 100_000_000;

/// The memory for each thread that writes very many.
const MUCH_MEMORY: usize = 60_000_000;

/// How many threads write more than a few.
const THREADS: usize = 2;

/// Deleted documents, and those in other segments than the largest ones, may be one in this many.
const LOOSE_SHARE: u32 = 8;

/// How many segments there may be besides the largest ones, of which each thread that writes makes one.
const SMALL_SEGMENTS: usize = 3;

/// What is known about a prompt when it is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Under which the document is found, replaced and removed.
    pub id: i64,
    /// All titles in all languages, separated by line feeds.
    pub title: &'a str,
    /// The names of category, tags, model and provider in all languages.
    pub labels: &'a str,
    /// The prompt itself.
    pub text: &'a str,
    /// What is said about the prompt.
    pub description: &'a str,
}

/// The index could not do what it was asked to. No query is the cause of that.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index was not created or opened.
    #[error("cannot open the search index")]
    Open(#[source] Cause),
    /// Another process is writing to the index in this folder.
    #[error("another process uses the search index")]
    InUse,
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
    /// the allocator holds on to for each thread that ends, and because it keeps other
    /// processes from writing.
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
    title: Field,
    labels: Field,
    description: Field,
    /// Title, labels, text and description.
    all: Field,
}

/// How much a change is going to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Some documents.
    Little,
    /// All documents of a small index at once.
    Whole,
    /// Thousands of them, worth threads and memory of their own.
    Much,
}

/// A change in the making. Searches see nothing of it until it is committed; dropped before
/// that, it never was.
pub struct Change<'i> {
    index: &'i Index,
    kept: MutexGuard<'i, Option<IndexWriter>>,
    writer: IndexWriter,
    effort: Effort,
}

impl std::fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change").field("effort", &self.effort).finish_non_exhaustive()
    }
}

impl Index {
    /// Makes an empty index.
    ///
    /// # Errors
    ///
    /// If the engine refuses.
    pub fn in_memory() -> Result<Index, Error> {
        let (schema, _) = Fields::schema();
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(settings())
            .create_in_ram()
            .map_err(|error| Error::Open(error.into()))?;
        Index::of(engine)
    }

    /// Opens the index in a folder; one that is not there is made, empty.
    ///
    /// What is there is checked to the last byte, a second or so for each gigabyte.
    ///
    /// # Errors
    ///
    /// If another process uses it ([`Error::InUse`]), or what is there is no index of this
    /// program, is damaged, or cannot be read: then [`Index::discard`] it and open it again.
    pub fn in_folder(folder: &Path) -> Result<Index, Error> {
        let open = |error: Cause| Error::Open(error);
        std::fs::create_dir_all(folder).map_err(|error| open(error.into()))?;
        let directory = MmapDirectory::open(folder).map_err(|error| open(error.into()))?;
        // What another process is writing looks damaged, and is not ours to judge.
        let looking = lock(&directory)?;
        let (schema, _) = Fields::schema();
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(settings())
            .open_or_create(directory)
            .map_err(|error| open(error.into()))?;
        let damaged = engine.validate_checksum().map_err(|error| open(error.into()))?;
        if !damaged.is_empty() {
            return Err(open(format!("damaged files: {damaged:?}").into()));
        }
        let index = Index::of(engine)?;
        drop(looking);
        // Whoever has the writer has the folder.
        *index.writer.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(index.writer(Effort::Little).map_err(|error| match error {
                tantivy::TantivyError::LockFailure(..) => Error::InUse,
                error => Error::Open(error.into()),
            })?);
        Ok(index)
    }

    /// Reads the index in a folder to the last byte and tells its stamp, without changing
    /// anything.
    ///
    /// # Errors
    ///
    /// If another process writes to it ([`Error::InUse`]), or it is damaged or none of this
    /// program.
    pub fn examine(folder: &Path) -> Result<Option<String>, Error> {
        let open = |error: Cause| Error::Open(error);
        let directory = MmapDirectory::open(folder).map_err(|error| open(error.into()))?;
        // Taking the lock would make its file.
        let is_locked = folder.join(&INDEX_WRITER_LOCK.filepath).exists();
        let _looking = is_locked.then(|| lock(&directory)).transpose()?;
        let engine = tantivy::Index::open(directory).map_err(|error| open(error.into()))?;
        let (schema, _) = Fields::schema();
        if engine.schema() != schema {
            return Err(open("it is of another version".into()));
        }
        let damaged = engine.validate_checksum().map_err(|error| open(error.into()))?;
        if !damaged.is_empty() {
            return Err(open(format!("damaged files: {damaged:?}").into()));
        }
        Ok(engine.load_metas().map_err(|error| open(error.into()))?.payload)
    }

    /// Removes what is in the folder of an index, or the file in its place.
    ///
    /// # Errors
    ///
    /// If another process uses it ([`Error::InUse`]), or it cannot be removed.
    pub fn discard(folder: &Path) -> Result<(), Error> {
        if !folder.exists() {
            return Ok(());
        }
        if !folder.is_dir() {
            return std::fs::remove_file(folder).map_err(|error| Error::Open(error.into()));
        }
        let directory = MmapDirectory::open(folder).map_err(|error| Error::Open(error.into()))?;
        let _nobody_else = lock(&directory)?;
        let remove = || -> std::io::Result<()> {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                // Without its file the lock would hold nobody off.
                if Path::new(&entry.file_name()) == INDEX_WRITER_LOCK.filepath {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    std::fs::remove_dir_all(entry.path())?;
                } else {
                    std::fs::remove_file(entry.path())?;
                }
            }
            Ok(())
        };
        remove().map_err(|error| Error::Open(error.into()))
    }

    fn of(engine: tantivy::Index) -> Result<Index, Error> {
        let (_, fields) = Fields::schema();
        engine.tokenizers().register(ANALYSER, Analyser);
        let reader = engine
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1)
            .try_into()
            .map_err(|error: tantivy::TantivyError| Error::Open(error.into()))?;
        Ok(Index { engine, reader, fields, writer: Mutex::new(None) })
    }

    /// What the last commit was stamped with.
    #[must_use]
    pub fn stamp(&self) -> Option<String> {
        self.engine.load_metas().ok()?.payload
    }

    /// Begins a change, when those begun before are done.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn change(&self, effort: Effort) -> Result<Change<'_>, Error> {
        let mut kept = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // Only for much is it worth while to let go of the folder for a moment.
        let (writer, effort) = match kept.take().filter(|_| effort != Effort::Much) {
            Some(writer) => (writer, Effort::Little),
            None => (self.writer(effort).map_err(|error| Error::Change(error.into()))?, effort),
        };
        Ok(Change { index: self, kept, writer, effort })
    }

    /// The index as it is now, in the reader's numbers: `number_of` tells the number of an id,
    /// all are below `total`, and what has no number is not found.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn view(&self, total: u32, number_of: impl Fn(i64) -> Option<u32>) -> Result<View, Error> {
        View::new(self.reader.searcher(), self.fields, total, number_of)
            .map_err(|error| Error::Search(error.into()))
    }

    /// How many documents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.reader.searcher().num_docs()).unwrap_or(usize::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn writer(&self, effort: Effort) -> tantivy::Result<IndexWriter> {
        let (threads, memory) = match effort {
            Effort::Little => (1, LITTLE_MEMORY),
            Effort::Whole => (THREADS, WHOLE_MEMORY),
            Effort::Much => (THREADS, MUCH_MEMORY),
        };
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .num_merge_threads(1)
            .memory_budget_per_thread(memory)
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
        // Each thread that wrote the whole left one.
        let (large, small) = segments.split_at(segments.len().min(THREADS));
        let documents = |segments: &[SegmentMeta]| segments.iter().map(SegmentMeta::num_docs).sum();
        let deleted: u32 = segments.iter().map(SegmentMeta::num_deleted_docs).sum();
        let (together, apart): (u32, u32) = (documents(large), documents(small));
        let merged = if deleted + apart > (together + apart) / LOOSE_SHARE {
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

impl Change<'_> {
    /// Adds a document in place of the one with the same id.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn put(&mut self, document: &Document<'_>) -> Result<(), Error> {
        self.remove(document.id);
        self.add(document)
    }

    /// Adds a document whose id is new to the index, which is quicker.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn add(&mut self, document: &Document<'_>) -> Result<(), Error> {
        let added = self.writer.add_document(self.index.fields.document(document));
        added.map(drop).map_err(|error| Error::Change(error.into()))
    }

    /// Removes the document with this id, if there is one.
    pub fn remove(&mut self, id: i64) {
        self.writer.delete_term(Term::from_field_i64(self.index.fields.id, id));
    }

    /// Removes every document.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn clear(&mut self) -> Result<(), Error> {
        self.writer.delete_all_documents().map(drop).map_err(|error| Error::Change(error.into()))
    }

    /// Shows what was done so far to the views made from now on, and goes on.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn commit(&mut self, stamp: &str) -> Result<(), Error> {
        let mut commit = || -> tantivy::Result<()> {
            let mut commit = self.writer.prepare_commit()?;
            commit.set_payload(stamp);
            commit.commit()?;
            self.index.reader.reload()
        };
        commit().map_err(|error| Error::Change(error.into()))
    }

    /// Tidies up and ends the change. Whatever was not committed is lost.
    ///
    /// # Errors
    ///
    /// If the engine cannot write.
    pub fn finish(self) -> Result<(), Error> {
        let Self { index, mut kept, mut writer, effort } = self;
        let mut finish = || -> tantivy::Result<()> {
            index.compact(&mut writer)?;
            index.reader.reload()
        };
        finish().map_err(|error| Error::Change(error.into()))?;
        if effort != Effort::Little {
            drop(writer);
            writer = index.writer(Effort::Little).map_err(|error| Error::Change(error.into()))?;
        }
        *kept = Some(writer);
        Ok(())
    }
}

/// Keeps other processes out of a folder.
fn lock(directory: &MmapDirectory) -> Result<DirectoryLock, Error> {
    directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|error| match error {
        LockError::LockBusy => Error::InUse,
        error => Error::Open(error.into()),
    })
}

/// How the engine stores documents: it has nothing to store.
fn settings() -> IndexSettings {
    IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() }
}

impl Fields {
    fn schema() -> (Schema, Fields) {
        let searched = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(ANALYSER)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let mut schema = Schema::builder();
        let fields = Fields {
            id: schema.add_i64_field(ID, INDEXED | FAST),
            title: schema.add_text_field("title", searched.clone()),
            labels: schema.add_text_field("labels", searched.clone()),
            description: schema.add_text_field("description", searched.clone()),
            all: schema.add_text_field("all", searched),
        };
        (schema.build(), fields)
    }

    fn document(&self, document: &Document<'_>) -> TantivyDocument {
        let Document { id, title, labels, text, description } = *document;
        let mut fields = TantivyDocument::new();
        fields.add_i64(self.id, id);
        fields.add_text(self.title, title);
        fields.add_text(self.labels, labels);
        fields.add_text(self.description, description);
        for part in [title, labels, text, description] {
            fields.add_text(self.all, part);
        }
        fields
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
        Terms { remaining: terms::terms_and_pairs(text).into_iter(), current: Token::default() }
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
