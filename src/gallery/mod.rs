//! The read model: one call per page.
//!
//! A [`Gallery`] joins the store, the search index and a snapshot of everything small and
//! often needed (catalogue, categories, facets). Before each answer it asks the file system
//! whether the database was written to, which takes a microsecond; only then does it ask the
//! database for its revision, and only if that changed does it read what is new. So a
//! seeding shows on the next request, and nothing is polled while nothing happens. It also knows when
//! the next prompt appears by itself, and asks the database again from that moment on. A large
//! gallery does not make that request wait: it goes on with what it has until it has read what
//! is new.

mod facets;
mod indexing;
mod related;
mod suggest;
mod words;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use crate::catalog::{
    ApiCall, Digest, LocalText, Locale, Modality, ModelRef, Prompt, Reference, Service, Slug,
    UtcTime,
};
use crate::config::IndexPlace;
use crate::media;
use crate::search::{self, Hits, Sketcher, View};
use crate::store::{
    self, Card, Change, Clock, CoverSource, Fingerprint, Point, PromptLookup, Retired, Revision,
    Stamp, Store, StoredPrompt,
};

use facets::Draft;
pub use facets::{AllCounts, Counts, Facet, Facets, Selection, Sort};
pub use indexing::{IndexState, Progress, Stage, examine as examine_index, index_folder, is_large};
use indexing::{Indexer, Searchable};
use related::Related;
use suggest::Names;
pub use suggest::{Suggestion, Suggestions};

/// Prompts on a page of a list.
pub const PAGE_SIZE: usize = 24;
/// Related prompts shown with a prompt.
pub const RELATED: usize = 6;

/// How long one look at the files is good for. Whoever wrote to them needs several times as long
/// to close them and to end, so what a program wrote that has ended is always seen.
const SAME_TIME: Duration = Duration::from_micros(400);

/// After how long an index that could not be made is tried again; each time after twice as long.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_AT_LEAST_EVERY: Duration = Duration::from_secs(60);

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The search index.
    #[error(transparent)]
    Search(#[from] search::Error),
    /// What is beside the search index.
    #[error("cannot keep the related prompts: {0}")]
    Index(#[source] std::io::Error),
    /// What was under way was given up, as when the program ends.
    #[error("reading the content was given up")]
    GivenUp,
    /// Another file lies where the database is that is shown.
    #[error(
        "the database that is shown is not the file that lies there any more; restart the server \
         to show what lies there"
    )]
    Replaced,
    /// What is read takes longer than the content stayed as it was.
    #[error("the content changed while it was read")]
    Changed,
    /// The database has never been seeded.
    #[error("the database holds no catalogue yet; fill it with the `seed` command")]
    Empty,
}

/// Everything small and often needed, at one revision.
#[derive(Debug)]
pub struct Snapshot {
    /// Which content this is.
    pub revision: Revision,
    /// Everything but the prompts.
    pub reference: Arc<Reference>,
    /// Which prompts have which properties.
    pub facets: Arc<Facets>,
    /// How far the search index is; none when it is up to date.
    pub indexing: Option<Progress>,
    /// How many this program had before it: tells those of one revision apart.
    pub ordinal: u64,
    view: View,
    related: Arc<Related>,
    /// What categories, models and tags are found by while somebody types.
    names: Names,
}

/// A gallery open for reading. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gallery(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    media: media::Folder,
    snapshot: ArcSwap<Snapshot>,
    /// The state of the files, and the revision found then.
    seen: Mutex<Seen>,
    opened: Instant,
    /// When the files were last looked at and nothing was new, in nanoseconds since the opening.
    looked: AtomicU64,
    refreshing: tokio::sync::Mutex<()>,
    /// Held while the index follows in the background, however often it takes.
    catching_up: tokio::sync::Mutex<()>,
    /// Held while a snapshot is put together.
    showing: tokio::sync::Mutex<()>,
    /// Whether nobody is to wait for the index.
    is_large: bool,
    indexer: Arc<tokio::sync::Mutex<Indexer>>,
    searchable: ArcSwap<Searchable>,
    control: indexing::Control,
}

/// What was found when the files were last looked into.
#[derive(Clone, Debug)]
struct Seen {
    fingerprint: Fingerprint,
    revision: Revision,
    /// When a prompt appears though nobody writes.
    until: Option<UtcTime>,
    /// Whether a commit may have been under way, so that it tells nothing of the present.
    is_settled: bool,
}

impl Seen {
    /// Whether what was found then is still so, at a time and in this state of the files.
    fn holds(&self, now: UtcTime, fingerprint: &Fingerprint) -> bool {
        self.is_settled
            && self.until.is_none_or(|until| now < until)
            && self.fingerprint == *fingerprint
    }
}

/// The content of a moment. Two are equal if it did not change in between: then whatever was read
/// between them fits together.
#[derive(Clone, Debug)]
pub struct Moment {
    /// What is shown.
    pub snapshot: Arc<Snapshot>,
    /// What the database holds, which in a large gallery may be newer.
    stored: Revision,
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.snapshot, &other.snapshot) && self.stored == other.stored
    }
}

/// The part of a snapshot that is read from the database.
struct Content {
    revision: Revision,
    /// When a prompt appears though nobody writes.
    until: Option<UtcTime>,
    reference: Arc<Reference>,
    facets: Arc<Facets>,
}

/// Which prompts a list shows, and how.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// What they must have.
    pub selection: &'a Selection,
    /// What is searched for; none: everything is listed.
    pub search: Option<&'a str>,
    /// Their order.
    pub sort: Sort,
    /// The reader's language, for the order of titles.
    pub locale: Locale,
    /// Which page, from 1.
    pub page: usize,
}

/// One page of a list.
#[derive(Debug)]
pub struct Listing<Item = Card> {
    /// The prompts of this page.
    pub items: Vec<Item>,
    /// How many there are on all pages.
    pub total: usize,
    /// This page's number, from 1.
    pub page: usize,
    /// The last page's number, at least 1.
    pub last_page: usize,
    /// What the search came to; none where nothing was searched for.
    pub hits: Option<Hits>,
}

/// What the home page shows.
#[derive(Debug)]
pub struct Home {
    /// Featured prompts.
    pub featured: Vec<Card>,
    /// The newest ones, without those already among the featured.
    pub newest: Vec<Card>,
}

/// A prompt page.
#[derive(Debug)]
pub struct PromptDetail {
    /// The prompt.
    pub stored: StoredPrompt,
    /// Prompts like it.
    pub related: Vec<Card>,
}

/// What is found under a prompt's slug.
#[derive(Debug)]
pub enum Lookup {
    /// The prompt.
    Found(Box<PromptDetail>),
    /// It has another name now.
    Moved(Slug),
    /// It was shown once, and is not to be any more.
    Retired(Box<Retired>),
}

impl Gallery {
    /// Opens a seeded database. The search index of a small gallery is made at once, that of a
    /// large one is opened or made in the background, and until then is not all there:
    /// [`Gallery::indexed`] waits for it.
    ///
    /// # Errors
    /// When the database cannot be read or was never seeded.
    pub async fn open(database: &std::path::Path, place: IndexPlace) -> Result<Self, Error> {
        Self::open_by(Clock::System, database, place).await
    }

    /// The same, with a clock that says when prompts appear.
    ///
    /// # Errors
    /// As [`Gallery::open`].
    pub async fn open_by(
        clock: Clock,
        database: &std::path::Path,
        place: IndexPlace,
    ) -> Result<Self, Error> {
        let store = Store::open(database).await?.by(clock);
        let fingerprint = store.fingerprint();
        let is_settled = fingerprint.is_settled();
        let control = indexing::Control::default();
        let prompts = store.count().await?;
        let indexer = Indexer::new(store.clone(), database, place, prompts, control.clone());
        let (content, made) = tokio::join!(Content::read(&store, None), made(indexer));
        let (content, (indexer, searchable)) = (content?, made?);
        let seen = Seen {
            fingerprint,
            revision: content.revision.clone(),
            until: content.until,
            is_settled,
        };
        let is_whole = searchable.holds(&content.revision);
        let snapshot = content.snapshot(&searchable, &control)?;
        let gallery = Self(Arc::new(Inner {
            store,
            media: media::Folder::beside(database),
            snapshot: ArcSwap::from_pointee(snapshot),
            seen: Mutex::new(seen),
            opened: Instant::now(),
            looked: AtomicU64::new(0),
            refreshing: tokio::sync::Mutex::new(()),
            catching_up: tokio::sync::Mutex::new(()),
            showing: tokio::sync::Mutex::new(()),
            is_large: indexer.is_large(),
            indexer: Arc::new(tokio::sync::Mutex::new(indexer)),
            searchable: ArcSwap::new(searchable),
            control,
        }));
        if gallery.0.is_large {
            gallery.catch_up_meanwhile();
        } else if !is_whole {
            // It changed between one reading and the other.
            gallery.indexed().await?;
            gallery.show(None).await?;
        }
        Ok(gallery)
    }

    /// Waits until the search index is up to date.
    ///
    /// # Errors
    /// When the database or the index cannot be read or written.
    pub async fn indexed(&self) -> Result<(), Error> {
        let mut indexer = Arc::clone(&self.0.indexer).lock_owned().await;
        let gallery = self.clone();
        let handle = tokio::runtime::Handle::current();
        let catching_up = tokio::task::spawn_blocking(move || {
            indexer.catch_up(&handle, &mut |searchable| {
                gallery.0.searchable.store(Arc::clone(searchable));
                if gallery.0.is_large
                    && let Err(error) = handle.block_on(gallery.show(None))
                {
                    tracing::error!("cannot show what was indexed: {error}");
                }
            })
        });
        catching_up.await.map_err(|_| Error::GivenUp)?
    }

    /// Whether its search index is a folder, which nobody is to wait for.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.0.is_large
    }

    /// How far the search index is; none while nothing is done to it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.0.control.progress()
    }

    fn catch_up_meanwhile(&self) {
        let gallery = self.clone();
        tokio::spawn(async move {
            let _one_at_a_time = gallery.0.catching_up.lock().await;
            let mut pause = RETRY;
            while let Err(error) = gallery.indexed().await {
                if matches!(error, Error::GivenUp) {
                    break;
                }
                tracing::error!("the search index is not up to date: {error}");
                tokio::time::sleep(pause).await;
                pause = (2 * pause).min(RETRY_AT_LEAST_EVERY);
            }
        });
    }

    /// The content as it is now, if nothing was written since it was read: where nothing is new,
    /// the short way to what [`Gallery::current`] says. Answers that were looked for at almost the
    /// same time share one look at the files.
    #[must_use]
    pub fn unchanged(&self) -> Option<impl Deref<Target = Arc<Snapshot>>> {
        if !self.was_just_looked_at() {
            let seen = self.seen();
            if !seen.holds(self.0.store.time(), &self.0.store.fingerprint()) {
                return None;
            }
            // What is new in a large gallery may not be shown yet.
            if !self.0.is_large && seen.revision != self.0.snapshot.load().revision {
                return None;
            }
            self.0.looked.store(self.age(), Ordering::Relaxed);
        }
        Some(self.0.snapshot.load())
    }

    /// Whether the files were looked at at almost this time, and nothing was new.
    fn was_just_looked_at(&self) -> bool {
        let since = self.age().saturating_sub(self.0.looked.load(Ordering::Relaxed));
        Duration::from_nanos(since) < SAME_TIME
    }

    /// How long the gallery is open, in nanoseconds.
    fn age(&self) -> u64 {
        u64::try_from(self.0.opened.elapsed().as_nanos()).unwrap_or(0)
    }

    /// The content as it was read last.
    #[must_use]
    pub fn shown(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }

    /// The content as it is now; of a large gallery, as it was a moment ago.
    ///
    /// # Errors
    /// When the database changed and cannot be read.
    pub async fn current(&self) -> Result<Arc<Snapshot>, Error> {
        if self.was_just_looked_at() {
            return Ok(self.0.snapshot.load_full());
        }
        Ok(self.moment().await?.snapshot)
    }

    /// The same, told from any other moment: the files are looked at, however lately they were.
    ///
    /// # Errors
    /// As [`Gallery::current`].
    pub async fn moment(&self) -> Result<Moment, Error> {
        let stored = self.stored().await?;
        let snapshot = self.0.snapshot.load_full();
        if snapshot.revision == stored {
            return Ok(Moment { snapshot, stored });
        }
        if !self.0.is_large {
            let _one_at_a_time = self.0.refreshing.lock().await;
            if self.0.snapshot.load().revision != stored {
                self.refresh().await?;
            }
        } else if let Ok(one_at_a_time) = self.0.refreshing.try_lock() {
            drop(one_at_a_time);
            let gallery = self.clone();
            tokio::spawn(async move {
                let Ok(_one_at_a_time) = gallery.0.refreshing.try_lock() else {
                    return;
                };
                if let Err(error) = gallery.refresh().await {
                    tracing::error!("cannot read what is new: {error}");
                }
            });
        }
        Ok(Moment { snapshot: self.0.snapshot.load_full(), stored })
    }

    /// Which content the database holds. It is asked only when its files changed, or did lately.
    async fn stored(&self) -> Result<Revision, Error> {
        let fingerprint = self.0.store.fingerprint();
        let seen = self.seen();
        if seen.holds(self.0.store.time(), &fingerprint) {
            return Ok(seen.revision);
        }
        if self.0.store.is_replaced(&fingerprint) {
            if seen.fingerprint != fingerprint {
                tracing::error!("{}", Error::Replaced);
            }
            // What is open stays what it was.
            self.saw(Seen { fingerprint, is_settled: true, until: None, ..seen.clone() });
            return Ok(seen.revision);
        }
        // Looked at first: a commit while the database is asked shows the next time.
        let is_settled = fingerprint.is_settled();
        let (revision, until) = self.0.store.revision_until().await?;
        self.saw(Seen { fingerprint, revision: revision.clone(), until, is_settled });
        Ok(revision)
    }

    fn seen(&self) -> Seen {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn saw(&self, seen: Seen) {
        *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    async fn refresh(&self) -> Result<(), Error> {
        let old = self.0.snapshot.load_full();
        let content = Content::read(&self.0.store, Some(&old)).await?;
        if content.revision == old.revision {
            return Ok(());
        }
        tracing::info!(
            revision = content.revision.number,
            prompts = content.facets.total(),
            "content changed"
        );
        if self.0.is_large {
            self.show(Some(content)).await?;
            self.catch_up_meanwhile();
        } else {
            // Lists and searches change at once.
            self.indexed().await?;
            self.show(Some(content)).await?;
        }
        Ok(())
    }

    /// Shows new content, or what is new in the index.
    async fn show(&self, content: Option<Content>) -> Result<(), Error> {
        let _one_at_a_time = self.0.showing.lock().await;
        let content = content.unwrap_or_else(|| {
            let old = self.0.snapshot.load();
            Content {
                revision: old.revision.clone(),
                until: None,
                reference: Arc::clone(&old.reference),
                facets: Arc::clone(&old.facets),
            }
        });
        let mut snapshot = content.snapshot(&self.0.searchable.load(), &self.0.control)?;
        snapshot.ordinal = self.0.snapshot.load().ordinal + 1;
        self.0.snapshot.store(Arc::new(snapshot));
        Ok(())
    }

    /// Closes the database; the last connection to close tidies its write-ahead log. An index
    /// in the making is left as it is.
    pub async fn close(&self) {
        self.0.control.stop();
        self.0.store.close().await;
    }

    /// Whether the database answers, and its content can be shown; for readiness checks.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        if self.0.store.is_replaced(&self.0.store.fingerprint()) {
            return Err(Error::Replaced);
        }
        self.0.store.revision().await?;
        self.current().await?;
        Ok(())
    }

    /// Where the samples' files lie.
    #[must_use]
    pub fn media(&self) -> &media::Folder {
        &self.0.media
    }

    /// The home page: some featured prompts, some new ones.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn home(&self, snapshot: &Snapshot) -> Result<Home, Error> {
        const FEATURED: usize = 8;
        const NEWEST: usize = 8;
        let all = Selection::default();
        let narrowed = snapshot.facets.narrowed(&all, None);
        let page = |sort, limit| narrowed.left().page(sort, Locale::DEFAULT, 0, limit);
        let featured = page(Sort::Featured, FEATURED);
        let mut newest = page(Sort::Newest, FEATURED + NEWEST);
        newest.retain(|id| !featured.contains(id));
        newest.truncate(NEWEST);
        Ok(Home {
            featured: self.0.store.cards(&featured).await?,
            newest: self.0.store.cards(&newest).await?,
        })
    }

    /// One page of a list; none beyond the last. [`Snapshot::counts`] says what it may be
    /// narrowed by.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn listing(
        &self,
        snapshot: &Snapshot,
        request: ListRequest<'_>,
    ) -> Result<Option<Listing>, Error> {
        let Some((ids, listing)) = snapshot.list(request, PAGE_SIZE)? else { return Ok(None) };
        let cards = match &listing.hits {
            Some(_) => self.0.store.found_cards(&ids).await?,
            None => self.0.store.cards(&ids).await?,
        };
        Ok(Some(Listing { items: cards, ..listing }))
    }

    /// The same with everything about the prompts, and so many on a page.
    ///
    /// # Errors
    /// As [`Gallery::listing`].
    pub async fn prompts(
        &self,
        snapshot: &Snapshot,
        request: ListRequest<'_>,
        per_page: usize,
    ) -> Result<Option<Listing<StoredPrompt>>, Error> {
        let Some((ids, listing)) = snapshot.list(request, per_page)? else { return Ok(None) };
        let prompts = self.0.store.prompts(&ids).await?;
        let Listing { total, page, last_page, hits, .. } = listing;
        Ok(Some(Listing { items: prompts, total, page, last_page, hits }))
    }

    /// The next prompts that changed, or appeared by themselves, after a point, with everything about them: some of those
    /// above `after`, by rising key; none when that were all.
    ///
    /// # Errors
    /// When the database cannot be read, or holds other content than this by now.
    pub async fn changed(
        &self,
        snapshot: &Snapshot,
        since: Point,
        after: i64,
    ) -> Result<Vec<Change>, Error> {
        let changes = self.0.store.changed_prompts(since, after).await?;
        // Asked after the reading: revisions only rise, so what was read is of this one.
        let is_same = self.0.store.revision().await? == snapshot.revision;
        if is_same { Ok(changes) } else { Err(Error::Changed) }
    }

    /// Where a stretch of all prompts is, the oldest first: up to `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stretch(
        &self,
        snapshot: &Snapshot,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<Stamp>, Error> {
        Ok(self.0.store.stamps(&snapshot.facets.stretch(offset, limit)).await?)
    }

    /// What the covers of these prompts are drawn from, in this order; unknown slugs are left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cover_sources(&self, slugs: &[Slug]) -> Result<Vec<CoverSource>, Error> {
        Ok(self.0.store.cover_sources(slugs).await?)
    }

    /// A prompt alone, if there is one under this slug.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lookup(&self, slug: &str) -> Result<Option<PromptLookup>, Error> {
        Ok(self.0.store.prompt(slug).await?)
    }

    /// A prompt with those like it, if there is one under this slug.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn prompt(&self, snapshot: &Snapshot, slug: &str) -> Result<Option<Lookup>, Error> {
        // Who it probably is is known already, and so are those like it: one question instead of two.
        let likely = snapshot.facets.id_of(slug);
        let mut wanted = likely.map_or_else(Vec::new, |id| snapshot.related.to(id));
        if let (Some(id), true) = (likely, wanted.len() < RELATED) {
            let category = snapshot.facets.category_of(slug).unwrap_or_default();
            wanted = snapshot.filled_up(wanted, id, category);
        }
        wanted.truncate(RELATED);
        let (stored, cards) = match self.0.store.prompt_with_cards(slug, &wanted).await? {
            None => return Ok(None),
            Some((PromptLookup::Moved(slug), _)) => return Ok(Some(Lookup::Moved(slug))),
            Some((PromptLookup::Retired(retired), _)) => return Ok(Some(Lookup::Retired(retired))),
            Some((PromptLookup::Found(stored), cards)) => (*stored, cards),
        };
        let related = if Some(stored.id) == likely && cards.len() == wanted.len() {
            cards
        } else {
            // Some were removed a moment ago.
            let ids = snapshot.related.to(stored.id);
            self.cards_of(&snapshot.filled_up(ids, stored.id, stored.prompt.category.as_str()))
                .await?
        };
        Ok(Some(Lookup::Found(Box::new(PromptDetail { stored, related }))))
    }

    /// Prompts like one that is shown no more: those that share its rarest words, filled up with the
    /// newest of its shelf.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn similar(
        &self,
        snapshot: &Snapshot,
        retired: &Retired,
    ) -> Result<Vec<Card>, Error> {
        let Retired { facts, words } = retired;
        let indexed = words::Indexed::new(facts, words.clone(), &snapshot.reference);
        let mut ids = Sketcher::new(&snapshot.view).candidates(&indexed.document())?;
        ids.truncate(RELATED);
        self.cards_of(&snapshot.filled_up(ids, facts.id, &facts.category)).await
    }

    /// The cards of the first of these prompts that are there.
    async fn cards_of(&self, ids: &[i64]) -> Result<Vec<Card>, Error> {
        let mut cards = self.0.store.cards(ids).await?;
        cards.truncate(RELATED);
        Ok(cards)
    }
}

impl Snapshot {
    /// These prompts and then the newest of a shelf, and of all shelves, without one prompt: more than
    /// are shown, because the first may be few, and some may have been removed.
    fn filled_up(&self, mut ids: Vec<i64>, without: i64, category: &str) -> Vec<i64> {
        let most = ids.len() + RELATED;
        let mut shelf = Selection::default();
        shelf.choose(Facet::Category, category);
        for selection in [shelf, Selection::default()] {
            let left = self.facets.narrowed(&selection, None);
            for id in left.left().page(Sort::Newest, Locale::DEFAULT, 0, 3 * RELATED) {
                if id != without && !ids.contains(&id) && ids.len() < most {
                    ids.push(id);
                }
            }
        }
        ids
    }

    /// The ids of one page of a list, and the page without its prompts; none beyond the last.
    fn list(
        &self,
        request: ListRequest<'_>,
        per_page: usize,
    ) -> Result<Option<(Vec<i64>, Listing)>, Error> {
        let ListRequest { selection, search, sort, locale, page } = request;
        let hits = search.map(|query| self.view.find(query)).transpose()?;
        let found = hits.as_ref().map(|hits| &hits.documents);
        let narrowed = self.facets.narrowed(selection, found);
        let left = narrowed.left();
        let total = left.len();
        let last_page = total.div_ceil(per_page.max(1)).max(1);
        if !(1..=last_page).contains(&page) {
            return Ok(None);
        }
        let offset = (page - 1) * per_page;
        let ids = match hits.as_ref().filter(|_| sort == Sort::Relevance) {
            Some(hits) => {
                self.facets.ids(self.view.rank(hits, left.numbers(), offset, per_page)?)
            }
            None => left.page(sort, locale, offset, per_page),
        };
        Ok(Some((ids, Listing { items: Vec::new(), total, page, last_page, hits })))
    }

    /// How many prompts each further choice would leave of a list, be it one of all prompts or of
    /// what a search found.
    #[must_use]
    pub fn counts(&self, selection: &Selection, hits: Option<&Hits>) -> Arc<AllCounts> {
        self.facets.narrowed(selection, hits.map(|hits| &hits.documents)).counts()
    }

    /// The API call a prompt describes, with its text or that text filled in; none when the
    /// catalogue has lost its endpoint.
    #[must_use]
    pub fn call<'a>(&'a self, prompt: &'a Prompt, text: &'a str) -> Option<ApiCall<'a>> {
        let catalog = &self.reference.catalog;
        let (service, endpoint) = catalog.endpoint(&prompt.endpoint)?;
        Some(ApiCall {
            platform: catalog.platform(),
            service,
            endpoint,
            model: prompt.model.as_deref(),
            params: &prompt.params,
            text,
        })
    }

    /// What an endpoint makes.
    #[must_use]
    pub fn modality(&self, endpoint: &str) -> Modality {
        self.reference
            .catalog
            .endpoint(endpoint)
            .map_or(Modality::Text, |(_, endpoint)| endpoint.modality)
    }

    /// Who makes a service, where that is known.
    #[must_use]
    pub fn provider_of(&self, service: &Service) -> Option<&str> {
        let provider = self.reference.catalog.provider(service.provider.as_deref()?)?;
        Some(&provider.name)
    }

    /// The models with prompts, the fullest first, each with its count.
    #[must_use]
    pub fn models_with_prompts(&self) -> Vec<(ModelRef<'_>, usize)> {
        let mut models: Vec<_> = self
            .reference
            .catalog
            .models()
            .map(|model| (model, self.facets.count(Facet::Model, model.slug)))
            .filter(|(_, count)| *count > 0)
            .collect();
        models.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.slug.cmp(b.0.slug)));
        models
    }
}

/// Makes the index of a small gallery; of a large one there is nothing to find yet.
async fn made(mut indexer: Indexer) -> Result<(Indexer, Arc<Searchable>), Error> {
    let mut searchable = Searchable::nothing()?;
    if indexer.is_large() {
        return Ok((indexer, searchable));
    }
    let handle = tokio::runtime::Handle::current();
    let making = tokio::task::spawn_blocking(move || {
        indexer.catch_up(&handle, &mut |made| searchable = Arc::clone(made))?;
        Ok((indexer, searchable))
    });
    making.await.map_err(|_| Error::GivenUp)?
}

/// The title of a prompt in a language, and the language it really is in.
pub trait Titled {
    /// The best title for a reader of this language.
    fn title(&self, locale: Locale) -> (Locale, Cow<'_, str>);
}

impl Titled for Card {
    fn title(&self, locale: Locale) -> (Locale, Cow<'_, str>) {
        best_title(locale, &self.title, self.language, &self.digest, &self.slug)
    }
}

impl Titled for StoredPrompt {
    fn title(&self, locale: Locale) -> (Locale, Cow<'_, str>) {
        let Prompt { title, language, slug, .. } = &self.prompt;
        best_title(locale, title, *language, &self.digest, slug)
    }
}

/// The author's title, else one read off the text, else the words of the address.
fn best_title<'a>(
    locale: Locale,
    own: &'a LocalText,
    language: Locale,
    digest: &'a Digest,
    slug: &'a Slug,
) -> (Locale, Cow<'a, str>) {
    if let Some((locale, title)) = own.best(&[locale, language]) {
        (locale, Cow::Borrowed(title))
    } else if digest.title.is_empty() {
        (Locale::En, Cow::Owned(slug.words()))
    } else {
        (language, Cow::Borrowed(&digest.title))
    }
}

impl Content {
    /// Reads what is new since the last snapshot.
    async fn read(store: &Store, old: Option<&Snapshot>) -> Result<Self, Error> {
        let (revision, until) = store.revision_until().await?;
        let old = old.filter(|old| {
            old.revision.epoch == revision.epoch
                // An older state may have been restored.
                && old.revision.number <= revision.number
        });
        let reference = match old.filter(|old| old.revision.reference == revision.reference) {
            Some(old) => Arc::clone(&old.reference),
            None => Arc::new(store.reference().await?.ok_or(Error::Empty)?),
        };
        // Names say what prompts are narrowed by.
        let old = old.filter(|old| words::names(&old.reference) == words::names(&reference));
        let since = old.map_or(Point::default(), |old| old.revision.point());
        let mut draft = Draft::new(old.map_or_else(Arc::default, |old| Arc::clone(&old.facets)));
        let mut after = i64::MIN;
        loop {
            let changes = store.changes(since, after).await?;
            let Some(last) = changes.last else {
                break;
            };
            after = last;
            for facts in &changes.facts {
                draft.put(words::entry(facts, &reference));
            }
            for id in changes.removed {
                draft.remove(id);
            }
        }
        let facets = tokio::task::spawn_blocking(|| draft.finish());
        let facets = facets.await.map_err(|_| Error::GivenUp)?;
        Ok(Self { revision, until, reference, facets: Arc::new(facets) })
    }

    /// Puts it together with what can be searched.
    fn snapshot(
        self,
        searchable: &Searchable,
        control: &indexing::Control,
    ) -> Result<Snapshot, Error> {
        let Self { revision, until: _, reference, facets } = self;
        let view = searchable.index.view(facets.numbers(), facets.number_of())?;
        let indexing = (!searchable.holds(&revision)).then(|| {
            control.progress().unwrap_or(Progress {
                stage: Stage::Prompts,
                done: searchable.index.len(),
                total: facets.total(),
            })
        });
        let related = searchable.related.load_full();
        let names = Names::of(&reference, &facets);
        Ok(Snapshot { revision, reference, facets, indexing, ordinal: 0, view, related, names })
    }
}
