//! The read model: one call per page.
//!
//! A [`Gallery`] joins the store, the search index and a snapshot of everything small and
//! often needed (catalogue, categories, counts). Before each answer it asks the file system
//! whether the database was written to, which takes a microsecond; only then does it ask the
//! database for its revision, and only if that changed does it read what is new. So a
//! seeding shows on the next request, and nothing is polled while nothing happens.

mod facets;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::catalog::{
    ApiCall, Digest, LocalText, Locale, Modality, ModelRef, Prompt, Reference, Service, Slug,
    TextFormat,
};
use crate::markdown;
use crate::search::{self, Document, Index};
use crate::store::{
    self, Card, Fingerprint, IndexEntry, PromptLookup, Revision, Store, StoredPrompt,
};

use facets::Entry;
pub use facets::{Counts, Facet, Facets, Selection, Sort};

/// Prompts on a page of a list.
pub const PAGE_SIZE: usize = 24;
/// Related prompts shown with a prompt.
pub const RELATED: usize = 6;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The search index.
    #[error(transparent)]
    Search(#[from] search::Error),
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
    pub reference: Reference,
    /// Which prompts have which properties.
    pub facets: Facets,
}

/// A gallery open for reading.
#[derive(Debug)]
pub struct Gallery {
    store: Store,
    index: Index,
    snapshot: ArcSwap<Snapshot>,
    /// The state of the files the snapshot was read from; none when it must be looked at anew.
    seen: Mutex<Option<Fingerprint>>,
    refreshing: tokio::sync::Mutex<()>,
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
pub struct Listing {
    /// The prompts of this page.
    pub cards: Vec<Card>,
    /// How many there are on all pages.
    pub total: usize,
    /// This page's number, from 1.
    pub page: usize,
    /// The last page's number, at least 1.
    pub last_page: usize,
    /// How many there would be with each further choice.
    pub counts: BTreeMap<Facet, Counts>,
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
}

impl Gallery {
    /// Opens a seeded database and builds the search index.
    ///
    /// # Errors
    /// When the database cannot be read or was never seeded.
    pub async fn open(database: &std::path::Path) -> Result<Self, Error> {
        let store = Store::open(database).await?;
        let seen = store.fingerprint();
        let index = Index::in_memory()?;
        let snapshot = read_snapshot(&store, &index, None).await?;
        Ok(Self {
            store,
            index,
            snapshot: ArcSwap::from_pointee(snapshot),
            seen: Mutex::new(Some(seen)),
            refreshing: tokio::sync::Mutex::new(()),
        })
    }

    /// The content as it is now.
    ///
    /// # Errors
    /// When the database changed and cannot be read.
    pub async fn current(&self) -> Result<Arc<Snapshot>, Error> {
        let fingerprint = self.store.fingerprint();
        if self.seen() == Some(fingerprint) {
            return Ok(self.snapshot.load_full());
        }
        let _one_at_a_time = self.refreshing.lock().await;
        if self.seen() != Some(fingerprint) {
            self.refresh().await?;
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
        }
        Ok(self.snapshot.load_full())
    }

    fn seen(&self) -> Option<Fingerprint> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(&self) -> Result<(), Error> {
        let old = self.snapshot.load_full();
        let revision = self.store.revision().await?;
        if revision == old.revision {
            return Ok(());
        }
        let new = read_snapshot(&self.store, &self.index, Some(&old)).await?;
        tracing::info!(
            revision = new.revision.number,
            prompts = new.facets.total(),
            "content changed"
        );
        self.snapshot.store(Arc::new(new));
        Ok(())
    }

    /// Closes the database; the last connection to close tidies its write-ahead log.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whether the database answers, and its content can be shown; for readiness checks.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.store.revision().await?;
        self.current().await?;
        Ok(())
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
            featured: self.store.cards(&featured).await?,
            newest: self.store.cards(&newest).await?,
        })
    }

    /// One page of a list; none beyond the last.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn listing(
        &self,
        snapshot: &Snapshot,
        request: ListRequest<'_>,
    ) -> Result<Option<Listing>, Error> {
        let ListRequest { selection, search, sort, locale, page } = request;
        let found = search.map(|query| self.index.search(query)).transpose()?;
        let narrowed = snapshot.facets.narrowed(selection, found.as_deref());
        let left = narrowed.left();
        let total = left.len();
        let last_page = total.div_ceil(PAGE_SIZE).max(1);
        if !(1..=last_page).contains(&page) {
            return Ok(None);
        }
        let offset = (page - 1) * PAGE_SIZE;
        let ids = match found.filter(|_| sort == Sort::Relevance) {
            Some(found) => {
                let found = found.into_iter().filter(|id| left.has(*id));
                found.skip(offset).take(PAGE_SIZE).collect()
            }
            None => left.page(sort, locale, offset, PAGE_SIZE),
        };
        let cards = match search {
            Some(_) => self.store.found_cards(&ids).await?,
            None => self.store.cards(&ids).await?,
        };
        Ok(Some(Listing { cards, total, page, last_page, counts: narrowed.counts() }))
    }

    /// A prompt alone, if there is one under this slug.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lookup(&self, slug: &str) -> Result<Option<PromptLookup>, Error> {
        Ok(self.store.prompt(slug).await?)
    }

    /// A prompt with those like it, if there is one under this slug.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn prompt(&self, snapshot: &Snapshot, slug: &str) -> Result<Option<Lookup>, Error> {
        let stored = match self.store.prompt(slug).await? {
            None => return Ok(None),
            Some(PromptLookup::Moved(slug)) => return Ok(Some(Lookup::Moved(slug))),
            Some(PromptLookup::Found(stored)) => *stored,
        };
        let related = self.related(snapshot, &stored).await?;
        Ok(Some(Lookup::Found(Box::new(PromptDetail { stored, related }))))
    }

    /// The nearest prompts by content, filled up with the newest of the same shelf.
    async fn related(
        &self,
        snapshot: &Snapshot,
        stored: &StoredPrompt,
    ) -> Result<Vec<Card>, Error> {
        let mut ids = self.index.related(stored.id, RELATED)?;
        let mut shelf = Selection::default();
        shelf.choose(Facet::Category, stored.prompt.category.as_str());
        for selection in [shelf, Selection::default()] {
            let left = snapshot.facets.narrowed(&selection, None);
            for id in left.left().page(Sort::Newest, Locale::DEFAULT, 0, 2 * RELATED) {
                if id != stored.id && !ids.contains(&id) && ids.len() < RELATED {
                    ids.push(id);
                }
            }
        }
        Ok(self.store.cards(&ids).await?)
    }
}

impl Snapshot {
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

/// Reads what is new since the last snapshot, into the index too.
async fn read_snapshot(
    store: &Store,
    index: &Index,
    old: Option<&Snapshot>,
) -> Result<Snapshot, Error> {
    let revision = store.revision().await?;
    let reference = store.reference().await?.ok_or(Error::Empty)?;
    // Names of categories and tags are words in every prompt's entry.
    let old = old.filter(|old| {
        old.revision.epoch == revision.epoch && old.revision.reference == revision.reference
    });
    let since = old.map_or(0, |old| old.revision.number);
    let (entries, removed) = store.changes_since(since).await?;
    let words: Vec<IndexWords> =
        entries.iter().map(|entry| IndexWords::of(entry, &reference)).collect();
    let documents = entries.iter().zip(&words).map(|(entry, words)| Document {
        id: entry.id,
        title: &words.title,
        labels: &words.labels,
        text: &entry.text,
        description: &words.description,
        modality: words.modality,
    });
    index.apply(documents, &removed)?;
    let nothing = Facets::default();
    let before = old.map_or(&nothing, |old| &old.facets);
    let changed = entries.iter().zip(&words).map(|(entry, words)| facets_of(entry, words));
    let facets = before.with(changed, &removed);
    Ok(Snapshot { revision, reference, facets })
}

/// What a prompt can be narrowed and sorted by.
fn facets_of(entry: &IndexEntry, words: &IndexWords) -> Entry {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let mut values = vec![
        (Facet::Category, entry.category.clone()),
        (Facet::Modality, words.modality.to_owned()),
        (Facet::Language, entry.language.tag().to_owned()),
        (Facet::Blanks, yes(entry.has_blanks)),
        (Facet::Json, yes(entry.format == TextFormat::Json)),
        (Facet::Params, yes(entry.has_params)),
    ];
    values.extend(entry.model.clone().map(|model| (Facet::Model, model)));
    values.extend(entry.tags.iter().map(|tag| (Facet::Tag, tag.clone())));
    let title = |locale: Locale| {
        let own = entry.title.best(&[locale, entry.language]).map(|(_, title)| title);
        let title = own.unwrap_or(&entry.digest_title);
        if title.is_empty() { entry.slug.words() } else { title.to_owned() }.to_lowercase()
    };
    Entry {
        id: entry.id,
        created: entry.created.clone(),
        featured: entry.featured,
        values,
        titles: Locale::ALL.map(title),
    }
}

/// The words a prompt is found by, besides its own text.
struct IndexWords {
    title: String,
    labels: String,
    description: String,
    modality: &'static str,
}

impl IndexWords {
    fn of(entry: &IndexEntry, reference: &Reference) -> Self {
        let mut title: Vec<&str> = entry.title.iter().map(|(_, text)| text).collect();
        if title.is_empty() {
            title.push(&entry.digest_title);
        }
        let mut labels: Vec<&str> = Vec::new();
        if let Some(category) = reference.category(&entry.category) {
            labels.extend(category.name.iter().map(|(_, name)| name));
        }
        for tag in entry.tags.iter().filter_map(|slug| reference.tag(slug)) {
            labels.extend(tag.name.iter().map(|(_, name)| name));
        }
        labels.extend(entry.model.as_deref());
        labels.extend(entry.author.as_deref());
        let endpoint = reference.catalog.endpoint(&entry.endpoint);
        if let Some((service, _)) = endpoint {
            labels.push(&service.name);
            let provider = service.provider.as_deref();
            labels.extend(
                provider
                    .and_then(|slug| reference.catalog.provider(slug))
                    .map(|provider| provider.name.as_str()),
            );
        }
        let description: Vec<String> =
            entry.description.iter().map(|(_, text)| markdown::plain(text)).collect();
        Self {
            title: title.join(" \n"),
            labels: labels.join(" \n"),
            description: description.join(" \n"),
            modality: endpoint.map_or("text", |(_, endpoint)| endpoint.modality.slug()),
        }
    }
}
