//! Indexing: keeps the search index and the related prompts up to date with the database.
//!
//! The index of a small gallery is in memory and made while the gallery opens. That of a large
//! one lies in a folder beside the database and is made once: in the background, while
//! everything else is served and searches find what is there already. A restart goes on
//! where it stopped. What it holds is written in its stamp, so that one that is out of date
//! is brought up to date, and one that is damaged or of another program is made again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use super::Error;
use super::related::{KEPT, Related};
use super::words::{Indexed, names};
use crate::catalog::Reference;
use crate::config::IndexPlace;
use crate::search::{self, Effort, Index, Sketcher, Sketches, View};
use crate::store::{self, Facts, Point, Revision, Store};

/// Galleries of more prompts than this have their index on disk.
const LARGE: usize = 20_000;

/// After how many prompts a new index shows what it has, and can be gone on with.
const STEP: usize = if cfg!(test) { 4 } else { 50_000 };

/// Changes of more prompts than this are worth threads of their own.
const MUCH: usize = 5_000;

/// After changes of more prompts than this, the related ones of all are found anew.
const RELATE_ALL: usize = 200;

/// How many processes may each have an index of one database.
const FOLDERS: usize = 8;

/// How often the log tells how far it is.
const NEWS: Duration = Duration::from_secs(10);

/// The version of what is in an index: raise it when prompts are read in another way.
const VERSION: u32 = 2;

/// What is being done to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Prompts are put into it.
    Prompts,
    /// Related prompts are found.
    Related,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// With how many prompts it is done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// How far the work on the index is, and the way to end it early. Clones are of one work.
#[derive(Clone, Debug, Default)]
pub(super) struct Control(Arc<ControlInner>);

#[derive(Debug, Default)]
struct ControlInner {
    progress: Mutex<Option<Progress>>,
    is_stopped: AtomicBool,
}

impl Control {
    /// How far it is; none while there is none.
    pub(super) fn progress(&self) -> Option<Progress> {
        *self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it soon, for good.
    pub(super) fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::Relaxed);
    }

    fn tell(&self, progress: Option<Progress>) {
        *self.0.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn check(&self) -> Result<(), Error> {
        if self.0.is_stopped.load(Ordering::Relaxed) { Err(Error::GivenUp) } else { Ok(()) }
    }
}

/// What can be searched.
#[derive(Debug)]
pub(super) struct Searchable {
    pub(super) index: Index,
    pub(super) related: ArcSwap<Related>,
    /// Of which point all is there; none before it is.
    whole: Mutex<Option<Point>>,
}

/// What an index holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    version: u32,
    /// Which database.
    epoch: String,
    /// Which revision of it.
    revision: i64,
    /// When a prompt last appeared by itself.
    #[serde(default)]
    published: i64,
    /// By which names prompts are found.
    names: u64,
    /// The key of the last prompt; none when all are there.
    unfinished_after: Option<i64>,
}

impl Stamp {
    fn new(revision: &Revision, reference: &Reference) -> Self {
        Self {
            version: VERSION,
            epoch: revision.epoch.clone(),
            revision: revision.number,
            published: revision.published,
            names: names(reference),
            unfinished_after: None,
        }
    }

    /// Of which point of the database it is.
    fn point(&self) -> Point {
        Point { number: self.revision, published: self.published }
    }

    fn read(stamp: Option<String>) -> Option<Self> {
        serde_json::from_str(&stamp?).ok()
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether what was indexed is still right, as far as it goes.
    fn goes_on_as(&self, other: &Self) -> bool {
        (self.version, self.names) == (other.version, other.names) && self.is_past_of(other)
    }

    /// Whether it is of the same database, and not of a state that was taken back by restoring
    /// an older one.
    fn is_past_of(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.revision <= other.revision
    }
}

/// What is to be said of an index on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// There is none.
    None,
    /// A running program has it, and sees to it.
    InUse,
    /// It is whole, and holds what the database holds.
    UpToDate,
    /// It is whole, and the next start has to do something to it.
    Behind,
    /// It is of no use, for this reason.
    Damaged(String),
}

/// Looks at the index in the folder beside a database, without changing it.
///
/// # Errors
/// When the database cannot be read.
pub async fn examine(store: &Store, database: &Path) -> Result<IndexState, store::Error> {
    let folder = index_folder(database, 1);
    if !folder.exists() {
        return Ok(IndexState::None);
    }
    let stamp = match Index::examine(&folder) {
        Ok(stamp) => Stamp::read(stamp),
        Err(search::Error::InUse) => return Ok(IndexState::InUse),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            return Ok(IndexState::Damaged(cause.unwrap_or_default()));
        }
    };
    let revision = store.revision().await?;
    let wanted = store.reference().await?.map(|reference| Stamp::new(&revision, &reference));
    let related = Related::read(&related_file(&folder)).and_then(|(_, of)| Stamp::read(Some(of)));
    let is_up_to_date = stamp.is_some() && stamp == wanted && stamp == related;
    Ok(if is_up_to_date { IndexState::UpToDate } else { IndexState::Behind })
}

/// Whether a gallery of so many prompts has its index on disk, and is served before it is there.
#[must_use]
pub fn is_large(place: IndexPlace, prompts: usize) -> bool {
    match place {
        IndexPlace::Auto => prompts > LARGE,
        IndexPlace::Memory => false,
        IndexPlace::Disk => true,
    }
}

/// The folder of an index: every process that serves this database has one.
#[must_use]
pub fn index_folder(database: &Path, number: usize) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-index");
    if number > 1 {
        name.push(format!("-{number}"));
    }
    name.into()
}

/// Whose related prompts have to be found.
#[derive(Clone, Copy, Debug)]
enum Unrelated {
    All,
    /// Of those that changed after a point.
    Since(Point),
}

/// Whoever brings the index up to date. There is one, and it does one thing at a time; it
/// works in a thread that may wait.
#[derive(Debug)]
pub(super) struct Indexer {
    store: Store,
    database: PathBuf,
    is_large: bool,
    opened: Option<Opened>,
    control: Control,
}

/// An index, and what is known about it.
#[derive(Debug)]
struct Opened {
    searchable: Arc<Searchable>,
    folder: Option<PathBuf>,
    /// What the index holds; none when it holds nothing of use.
    stamp: Option<Stamp>,
    unrelated: Option<Unrelated>,
}

impl Indexer {
    /// For a gallery of so many prompts.
    pub(super) fn new(
        store: Store,
        database: &Path,
        place: IndexPlace,
        prompts: usize,
        control: Control,
    ) -> Self {
        let is_large = is_large(place, prompts);
        Self { store, database: database.to_owned(), is_large, opened: None, control }
    }

    /// Whether the gallery is too large to wait for its index.
    pub(super) fn is_large(&self) -> bool {
        self.is_large
    }

    /// Brings the index up to date with the database as it is when this ends. Whenever there
    /// is more to find than before, `show` is told.
    ///
    /// # Errors
    /// When the database or the index cannot be read or written. Then the index is opened,
    /// and made if need be, the next time.
    pub(super) fn catch_up(
        &mut self,
        handle: &Handle,
        show: &mut dyn FnMut(&Arc<Searchable>),
    ) -> Result<(), Error> {
        let mut opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.open()?,
        };
        if let Err(error) = self.follow(&mut opened, handle, show) {
            // Its writer keeps the folder, and those who search keep the index: without one it
            // can be opened again.
            drop(opened.searchable.index.change(Effort::Little));
            return Err(self.control.check().err().unwrap_or(error));
        }
        self.opened = Some(opened);
        Ok(())
    }

    /// Brings an open index up to date.
    fn follow(
        &self,
        opened: &mut Opened,
        handle: &Handle,
        show: &mut dyn FnMut(&Arc<Searchable>),
    ) -> Result<(), Error> {
        let mut is_shown = false;
        let mut read: Option<(Revision, Reference)> = None;
        let mut kept = Vec::new();
        loop {
            self.control.check()?;
            let revision = handle.block_on(self.store.revision())?;
            // Most times nothing but prompts has changed since the last look.
            let same = |(of, _): &(Revision, Reference)| {
                (&of.epoch, of.reference) == (&revision.epoch, revision.reference)
            };
            let reference = match read.take().filter(same) {
                Some((_, reference)) => reference,
                None => handle.block_on(self.store.reference())?.ok_or(Error::Empty)?,
            };
            let (revision, reference) = &*read.insert((revision, reference));
            let wanted = Stamp::new(revision, reference);
            if !is_shown && opened.stamp.as_ref().is_some_and(|held| held.is_past_of(&wanted)) {
                // Better than nothing until it is up to date.
                show(&opened.searchable);
            }
            is_shown = true;
            let is_current = opened.stamp.as_ref() == Some(&wanted);
            if is_current && opened.unrelated.is_none() {
                break;
            }
            let total = handle.block_on(self.store.count())?;
            let mut pass = Pass {
                store: &self.store,
                handle,
                reference,
                searchable: &opened.searchable,
                total,
                control: &self.control,
                told: Instant::now(),
            };
            if !is_current {
                let held = opened.stamp.take().filter(|held| held.goes_on_as(&wanted));
                let (stamp, unrelated) = match held {
                    Some(held @ Stamp { unfinished_after: None, .. }) => {
                        let since = held.point();
                        kept.clear();
                        pass.update(since, &wanted)?;
                        (wanted, Unrelated::Since(since))
                    }
                    held => {
                        // What changed since an unfinished index was begun comes afterwards.
                        let begun =
                            held.unwrap_or(Stamp { unfinished_after: Some(i64::MIN), ..wanted });
                        (pass.fill(begun, &mut kept, show)?, Unrelated::All)
                    }
                };
                opened.stamp = Some(stamp);
                opened.unrelated = Some(match (opened.unrelated.take(), unrelated) {
                    (Some(before @ Unrelated::Since(_)), Unrelated::Since(_)) => before,
                    (Some(Unrelated::All), _) | (_, Unrelated::All) => Unrelated::All,
                    (None, since) => since,
                });
                // Whatever is left to do, all of them can be found.
                self.control.tell(Some(Progress { stage: Stage::Related, done: 0, total }));
                show(&opened.searchable);
                continue; // with what changed meanwhile
            }
            match opened.unrelated.take() {
                Some(Unrelated::Since(since)) => pass.relate(since)?,
                _ => pass.relate_all(&kept)?,
            }
            if let Some(folder) = &opened.folder {
                let related = opened.searchable.related.load();
                related.write(&related_file(folder), &wanted.text()).map_err(Error::Index)?;
            }
        }
        self.control.tell(None);
        opened.searchable.became_whole(opened.stamp.as_ref());
        show(&opened.searchable);
        Ok(())
    }

    /// The index as it is, wherever it is.
    fn open(&self) -> Result<Opened, Error> {
        if !self.is_large {
            let searchable = Searchable::new(Index::in_memory()?, None);
            return Ok(Opened { searchable, folder: None, stamp: None, unrelated: None });
        }
        let mut folders = (1..=FOLDERS).map(|number| self.folder(number));
        loop {
            let folder = folders.next().ok_or(search::Error::InUse)?;
            let index = match Index::in_folder(&folder) {
                Ok(index) => index,
                Err(search::Error::InUse) => continue,
                Err(error) => {
                    let causes = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(
                        folder = %folder.display(), reason = causes.unwrap_or_default(),
                        "the search index is made again"
                    );
                    match Index::discard(&folder).and_then(|()| Index::in_folder(&folder)) {
                        Err(search::Error::InUse) => continue,
                        made => made?,
                    }
                }
            };
            // Whoever had to have another folder beside ours is gone, or still uses it.
            for other in folders.by_ref().filter(|other| other.exists()) {
                drop(Index::discard(&other));
            }
            let stamp = Stamp::read(index.stamp());
            let whole = stamp.as_ref().filter(|stamp| stamp.unfinished_after.is_none());
            let kept = whole.and_then(|stamp| {
                let (related, of) = Related::read(&related_file(&folder))?;
                let of = Stamp::read(Some(of)).filter(|of| of.goes_on_as(stamp))?;
                Some((related, (of != *stamp).then_some(Unrelated::Since(of.point()))))
            });
            let (related, unrelated) = match kept {
                Some((related, unrelated)) => (Some(related), unrelated),
                None => (None, Some(Unrelated::All)),
            };
            let searchable = Searchable::new(index, related);
            return Ok(Opened { searchable, folder: Some(folder), stamp, unrelated });
        }
    }

    fn folder(&self, number: usize) -> PathBuf {
        index_folder(&self.database, number)
    }
}

impl Searchable {
    fn new(index: Index, related: Option<Related>) -> Arc<Self> {
        let related = ArcSwap::from_pointee(related.unwrap_or_default());
        Arc::new(Self { index, related, whole: Mutex::new(None) })
    }

    /// Whether all of a revision is there.
    pub(super) fn holds(&self, revision: &Revision) -> bool {
        *self.whole.lock().unwrap_or_else(PoisonError::into_inner) == Some(revision.point())
    }

    fn became_whole(&self, stamp: Option<&Stamp>) {
        *self.whole.lock().unwrap_or_else(PoisonError::into_inner) = stamp.map(Stamp::point);
    }

    /// Nothing to find yet.
    pub(super) fn nothing() -> Result<Arc<Self>, Error> {
        Ok(Self::new(Index::in_memory()?, None))
    }
}

/// Draws these prompts.
fn draw(sketcher: &mut Sketcher<'_>, prompts: &[Indexed]) -> Result<(), Error> {
    let drawn: Vec<_> = prompts.iter().map(|prompt| (prompt.document(), prompt.kind())).collect();
    Ok(sketcher.draw(&drawn)?)
}

fn related_file(folder: &Path) -> PathBuf {
    folder.join("related")
}

/// One way through the prompts.
struct Pass<'p> {
    store: &'p Store,
    handle: &'p Handle,
    reference: &'p Reference,
    searchable: &'p Arc<Searchable>,
    /// How many prompts there are.
    total: usize,
    control: &'p Control,
    /// When the log was last told.
    told: Instant,
}

impl Pass<'_> {
    /// Puts all prompts into the index, from where it was left. Few enough are also kept for what
    /// comes next.
    fn fill(
        &mut self,
        begun: Stamp,
        kept: &mut Vec<Indexed>,
        show: &mut dyn FnMut(&Arc<Searchable>),
    ) -> Result<Stamp, Error> {
        let index = &self.searchable.index;
        let effort = if self.total > MUCH { Effort::Much } else { Effort::Whole };
        let mut change = index.change(effort)?;
        let start = begun.unfinished_after.unwrap_or(i64::MIN);
        // What can be found already is replaced at once; what cannot appears step by step.
        let is_gradual = start > i64::MIN || index.is_empty();
        let mut done = if is_gradual { index.len() } else { 0 };
        if !is_gradual {
            change.clear()?;
        }
        let mut shown = done;
        let mut after = start;
        while let Some((prompts, _, last)) = self.next(Point::default(), after)? {
            for prompt in &prompts {
                change.add(&prompt.document())?;
            }
            after = last;
            done += prompts.len();
            if effort == Effort::Whole {
                kept.extend(prompts);
            }
            self.tell(Stage::Prompts, done);
            if is_gradual && done - shown >= STEP {
                let stamp = Stamp { unfinished_after: Some(after), ..begun.clone() };
                change.commit(&stamp.text())?;
                show(self.searchable);
                shown = done;
            }
        }
        let stamp = Stamp { unfinished_after: None, ..begun };
        change.commit(&stamp.text())?;
        change.finish()?;
        Ok(stamp)
    }

    /// Puts what changed since a revision into the index.
    fn update(&mut self, since: Point, stamp: &Stamp) -> Result<(), Error> {
        let mut change = self.searchable.index.change(Effort::Little)?;
        let mut after = i64::MIN;
        while let Some((prompts, gone, last)) = self.next(since, after)? {
            for prompt in &prompts {
                change.put(&prompt.document())?;
            }
            for id in &gone {
                change.remove(*id);
            }
            after = last;
        }
        change.commit(&stamp.text())?;
        change.finish()?;
        Ok(())
    }

    /// Finds the related prompts of all, which are these or, where none are given, have to be read.
    fn relate_all(&mut self, kept: &[Indexed]) -> Result<(), Error> {
        let view = self.view()?;
        let mut sketcher = Sketcher::of_all(&view);
        draw(&mut sketcher, kept)?;
        let mut after = if kept.is_empty() { i64::MIN } else { i64::MAX };
        let mut done = kept.len();
        while let Some((prompts, _, last)) = self.next(Point::default(), after)? {
            draw(&mut sketcher, &prompts)?;
            after = last;
            done += prompts.len();
            // Comparing takes about as long as reading.
            self.tell(Stage::Related, done / 2);
        }
        let half = done / 2;
        let searchable = Arc::clone(self.searchable);
        let control = self.control;
        let tell = |done| self.tell(Stage::Related, half + done / 2);
        let found = sketcher.finish().related(KEPT, tell);
        let related = Related::of(found.take_while(|_| control.check().is_ok()));
        control.check()?;
        searchable.related.store(Arc::new(related));
        Ok(())
    }

    /// Finds the related prompts of those that changed after a revision, and offers these to
    /// those they are related to.
    fn relate(&mut self, since: Point) -> Result<(), Error> {
        let (mut changed, mut removed) = (Vec::new(), Vec::new());
        let mut after = i64::MIN;
        while let Some((prompts, gone, last)) = self.next(since, after)? {
            changed.extend(prompts.iter().map(|prompt| prompt.document().id));
            removed.extend(gone);
            after = last;
            if changed.len() + removed.len() > RELATE_ALL {
                return self.relate_all(&[]);
            }
        }
        let view = self.view()?;
        let related = self.searchable.related.load_full();
        let mut circle: Vec<i64> = changed.clone();
        let sketcher = Sketcher::new(&view);
        for prompt in self.some(&changed)? {
            circle.extend(sketcher.candidates(&prompt.document())?);
        }
        let drawn = self.draw(&view, &mut circle)?;
        let mut fresh: Vec<(i64, Vec<i64>)> = drawn.related(KEPT, |_| ()).collect();
        fresh.retain(|(id, _)| changed.contains(id));

        // A new prompt may be nearer to those than what they had.
        let near: Vec<i64> = fresh.iter().flat_map(|(_, related)| related).copied().collect();
        let mut circle: Vec<i64> = near.iter().flat_map(|id| related.to(*id)).collect();
        circle.extend(near.iter().chain(&changed));
        let drawn = self.draw(&view, &mut circle)?;
        let offered = drawn.related(KEPT, |_| ());
        fresh.extend(offered.filter(|(id, _)| near.contains(id) && !changed.contains(id)));
        self.searchable.related.store(Arc::new(related.with(fresh, &removed)));
        Ok(())
    }

    /// Draws these prompts, each once.
    fn draw(&self, view: &View, ids: &mut Vec<i64>) -> Result<Sketches, Error> {
        ids.sort_unstable();
        ids.dedup();
        let mut sketcher = Sketcher::new(view);
        draw(&mut sketcher, &self.some(ids)?)?;
        Ok(sketcher.finish())
    }

    fn view(&self) -> Result<View, Error> {
        let index = &self.searchable.index;
        let total = u32::try_from(index.len()).unwrap_or(u32::MAX);
        Ok(index.view(total, |_| None)?)
    }

    /// The next prompts that changed, the keys of those that are gone, and the last key.
    fn next(&self, since: Point, after: i64) -> Result<Option<Batch>, Error> {
        self.control.check()?;
        let changes = self.handle.block_on(self.store.changes(since, after))?;
        let Some(last) = changes.last else {
            return Ok(None);
        };
        Ok(Some((self.join(changes.facts)?, changes.removed, last)))
    }

    /// These prompts.
    fn some(&self, ids: &[i64]) -> Result<Vec<Indexed>, Error> {
        let facts = self.handle.block_on(self.store.facts(ids))?;
        self.join(facts)
    }

    /// Adds what they say.
    fn join(&self, facts: Vec<Facts>) -> Result<Vec<Indexed>, Error> {
        let ids: Vec<i64> = facts.iter().map(|facts| facts.id).collect();
        let words = self.handle.block_on(self.store.words(&ids))?;
        // Both come by rising key; what was removed in between is missing here.
        let mut words = words.into_iter().peekable();
        let with_words = |facts: Facts| {
            let words = words.next_if(|words| words.id == facts.id)?;
            Some(Indexed::new(&facts, words, self.reference))
        };
        Ok(facts.into_iter().filter_map(with_words).collect())
    }

    /// Tells how far it is.
    fn tell(&mut self, stage: Stage, done: usize) {
        let total = self.total.max(done);
        self.control.tell(Some(Progress { stage, done, total }));
        if self.told.elapsed() >= NEWS {
            self.told = Instant::now();
            let what = match stage {
                Stage::Prompts => "indexing prompts",
                Stage::Related => "finding related prompts",
            };
            tracing::info!(done, total, "{what}");
        }
    }
}

/// Prompts, the keys of those that are gone, and the last key among both.
type Batch = (Vec<Indexed>, Vec<i64>, i64);

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tempfile::TempDir;
    use tokio::runtime::Runtime;

    use super::super::Content;
    use super::*;
    use crate::catalog::{
        Blanks, Catalog, Category, LocalText, Locale, Object, Prompt, Slug, Source, Status,
    };
    use crate::store::{Mode, PromptLookup, Update};

    /// A word of each prompt that no other prompt has.
    const WORDS: [&str; 11] = [
        "heron", "egret", "bittern", "plover", "wagtail", "nightjar", "sparrow", "crane", "swan",
        "magpie", "stork",
    ];

    /// A database of prompts, and what it takes to index it.
    struct Fixture {
        folder: TempDir,
        runtime: Runtime,
    }

    impl Fixture {
        /// With a prompt for each of [`WORDS`], in a category of this name.
        fn new(category: &str) -> Self {
            let runtime = Runtime::new().unwrap();
            let fixture = Self { folder: tempfile::tempdir().unwrap(), runtime };
            fixture.name(category);
            fixture.add(WORDS.map(|word| prompt(word, &format!("A {word} at noon"))));
            fixture
        }

        fn database(&self) -> PathBuf {
            self.folder.path().join("gallery.db")
        }

        fn store(&self) -> Store {
            self.runtime.block_on(Store::open(&self.database())).unwrap()
        }

        /// Changes the database.
        fn update(&self, work: impl AsyncFnOnce(&mut Update)) {
            self.runtime.block_on(async {
                let update = Update::begin(&self.database(), None, Mode::Apply).await;
                let mut update = update.unwrap();
                work(&mut update).await;
                update.finish().await.unwrap();
            });
        }

        /// Gives the category a name.
        fn name(&self, category: &str) {
            self.update(async |update| {
                let old = update.reference().await.unwrap();
                update.put_reference(&reference(category), old.as_ref()).await.unwrap();
            });
        }

        fn add(&self, prompts: impl IntoIterator<Item = Prompt>) {
            let prompts: Vec<Prompt> = prompts.into_iter().collect();
            self.update(async |update| update.add_prompts(&prompts).await.unwrap());
        }

        fn change(&self, word: &str, text: &str) {
            let stored = self.stored(word);
            self.update(async |update| {
                update.change_prompt(&stored, &prompt(word, text)).await.unwrap();
            });
        }

        fn remove(&self, word: &str) {
            let stored = self.stored(word);
            self.update(async |update| update.remove_prompt(&stored).await.unwrap());
        }

        fn stored(&self, word: &str) -> crate::store::StoredPrompt {
            match self.runtime.block_on(self.store().prompt(word)).unwrap() {
                Some(PromptLookup::Found(stored)) => *stored,
                other => panic!("{word}: {other:?}"),
            }
        }

        /// A process that indexes it in a folder; with it, the way to stop it.
        fn indexer(&self) -> (Indexer, Control) {
            self.indexer_in(IndexPlace::Disk)
        }

        fn indexer_in(&self, place: IndexPlace) -> (Indexer, Control) {
            let control = Control::default();
            let store = self.store();
            (Indexer::new(store, &self.database(), place, 0, control.clone()), control)
        }

        /// Indexes it to the end; tells what is shown meanwhile.
        fn index(&self, mut show: impl FnMut(&Arc<Searchable>)) -> Arc<Searchable> {
            let (mut indexer, _) = self.indexer();
            indexer.catch_up(self.runtime.handle(), &mut show).unwrap();
            indexer.opened.take().unwrap().searchable
        }

        /// The same, stopped when something is shown for the so-many-th time.
        fn index_until(&self, times: usize) -> usize {
            let (mut indexer, control) = self.indexer();
            let mut shown = Vec::new();
            let result = indexer.catch_up(self.runtime.handle(), &mut |searchable| {
                shown.push(searchable.index.len());
                if shown.len() == times {
                    control.stop();
                }
            });
            assert!(matches!(result, Err(Error::GivenUp)), "{result:?}");
            shown.last().copied().unwrap()
        }

        /// The keys of the prompts with a word.
        fn found(&self, searchable: &Searchable, word: &str) -> Vec<u32> {
            let view = searchable.index.view(100, |id| u32::try_from(id).ok()).unwrap();
            view.find(&format!("\"{word}\"")).unwrap().documents.iter().collect()
        }

        /// Every prompt is found once, and nothing else.
        #[track_caller]
        fn assert_whole(&self, searchable: &Searchable) {
            assert_eq!(searchable.index.len(), WORDS.len());
            for (number, word) in (1..).zip(WORDS) {
                assert_eq!(self.found(searchable, word), [number], "{word}");
            }
        }

        fn related(&self, searchable: &Searchable, word: &str) -> Vec<i64> {
            searchable.related.load().to(self.stored(word).id)
        }
    }

    fn local(text: &str) -> LocalText {
        Locale::ALL.iter().map(|locale| (*locale, text.to_owned())).collect()
    }

    fn reference(category: &str) -> Reference {
        let platform = json!({
            "name": "Gateway", "base_url": "https://gateway.example",
            "sdk_base_url": "https://gateway.example", "path": "/{service}/{endpoint}",
            "key_variable": "KEY", "key_url": "https://gateway.example/keys",
            "mcp_name": "gateway", "mcp_command": ["gateway"],
        });
        let package = json!({ "package": "p", "client": "C" });
        let services = json!([{
            "slug": "brush", "name": "Brush",
            "sdk": {
                "javascript": package, "python": package, "ruby": package, "go": package,
                "php": package,
            },
            "endpoints": [
                { "slug": "paint", "name": "Paint", "modality": "image", "text_field": "prompt",
                  "parameters": { "prompt": { "type": "string" } } },
            ],
        }]);
        let catalog = Catalog::new(
            serde_json::from_value(platform).unwrap(),
            Vec::new(),
            serde_json::from_value(services).unwrap(),
        );
        Reference {
            catalog: catalog.unwrap(),
            categories: vec![Category {
                slug: Slug::parse("shelf").unwrap(),
                name: local(category),
                description: local(""),
            }],
            tags: Vec::new(),
            agents: Vec::new(),
            faq: Vec::new(),
            articles: Vec::new(),
        }
    }

    fn prompt(slug: &str, text: &str) -> Prompt {
        Prompt {
            slug: Slug::parse(slug).unwrap(),
            title: LocalText::new(),
            description: LocalText::new(),
            text: text.to_owned(),
            language: Locale::En,
            category: Slug::parse("shelf").unwrap(),
            endpoint: "brush/paint".to_owned(),
            model: None,
            params: Object::new(),
            blanks: Blanks::On(Vec::new()),
            tags: Vec::new(),
            aliases: Vec::new(),
            status: Status::Published,
            publish_at: None,
            media: Vec::new(),
            featured: false,
            created: Some("2026-11-22".to_owned()),
            source: Source::default(),
        }
    }

    #[test]
    fn an_index_in_the_making_that_is_stopped_is_gone_on_with() {
        let fixture = Fixture::new("shelf");
        // What it has is shown first, so the second thing shown is what came to it.
        assert_eq!(fixture.index_until(1), 4);
        assert_eq!(fixture.index_until(1), 4);
        assert_eq!(fixture.index_until(2), 8);
        assert_eq!(fixture.index_until(2), 11);
        let mut shown = Vec::new();
        let searchable = fixture.index(|searchable| shown.push(searchable.index.len()));
        fixture.assert_whole(&searchable);
        assert_eq!(shown, [11, 11]);
    }

    #[test]
    fn an_index_that_is_whole_is_shown_and_left_alone() {
        let fixture = Fixture::new("shelf");
        drop(fixture.index(|_| ()));
        let file = related_file(&fixture.indexer().0.folder(1));
        let before = std::fs::metadata(&file).unwrap().modified().unwrap();
        let mut shown = Vec::new();
        let searchable = fixture.index(|searchable| shown.push(searchable.index.len()));
        fixture.assert_whole(&searchable);
        assert!(shown.iter().all(|count| *count == 11) && !shown.is_empty(), "{shown:?}");
        assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn a_search_finds_more_and_more_and_says_so_until_everything_is_there() {
        let fixture = Fixture::new("shelf");
        let (mut indexer, control) = fixture.indexer();
        let store = fixture.store();
        let snapshot = |searchable: &Arc<Searchable>| {
            let content = fixture.runtime.block_on(Content::read(&store, None)).unwrap();
            content.snapshot(searchable, &control).unwrap()
        };
        let found = |searchable: &Arc<Searchable>| {
            let snapshot = snapshot(searchable);
            let hits = snapshot.view.find("noon").unwrap();
            (snapshot.indexing.map(|at| (at.stage, at.done, at.total)), hits.documents.len())
        };
        let nothing = Searchable::nothing().unwrap();
        assert_eq!(found(&nothing), (Some((Stage::Prompts, 0, 11)), 0));
        let mut shown = Vec::new();
        let mut show = |searchable: &Arc<Searchable>| shown.push(found(searchable));
        indexer.catch_up(fixture.runtime.handle(), &mut show).unwrap();
        let expected = [
            (Some((Stage::Prompts, 4, 11)), 4),
            (Some((Stage::Prompts, 8, 11)), 8),
            (Some((Stage::Related, 0, 11)), 11),
            (None, 11),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_changes_while_the_index_is_made_is_in_it_at_the_end() {
        let fixture = Fixture::new("shelf");
        let mut is_first = true;
        let searchable = fixture.index(|_| {
            if std::mem::take(&mut is_first) {
                fixture.change("heron", "A zorble at noon"); // there already
                fixture.change("magpie", "A wozzle at noon"); // still to come
                fixture.remove("egret");
                fixture.remove("stork");
                fixture.add([prompt("gull", "A gull at noon")]);
            }
        });
        let found = |word| fixture.found(&searchable, word);
        assert_eq!((found("a heron"), found("zorble")), (vec![], vec![1]));
        assert_eq!((found("a magpie"), found("wozzle")), (vec![], vec![10]));
        assert_eq!((found("egret"), found("stork")), (vec![], vec![]));
        // Nothing else, and each once.
        assert_eq!(searchable.index.len(), 10);
        assert_eq!(found("gull").len(), 1);
        assert_eq!(found("at noon").len(), 10);
    }

    #[test]
    fn a_name_that_changes_while_the_index_is_made_is_the_new_one_at_the_end() {
        let fixture = Fixture::new("before");
        let mut is_first = true;
        let searchable = fixture.index(|_| {
            if std::mem::take(&mut is_first) {
                fixture.name("afterwards");
            }
        });
        assert_eq!(fixture.found(&searchable, "afterwards").len(), 11);
        assert_eq!(fixture.found(&searchable, "before").len(), 0);
        fixture.assert_whole(&searchable);
    }

    #[test]
    fn an_index_made_anew_is_replaced_in_one_step() {
        let fixture = Fixture::new("before");
        drop(fixture.index(|_| ()));
        fixture.name("afterwards");
        // Stopped after everything was taken out, it still is what it was.
        assert_eq!(fixture.index_until(1), 11);
        let mut shown = Vec::new();
        let searchable = fixture.index(|searchable| {
            let found = |word| fixture.found(searchable, word).len();
            shown.push((found("before"), found("afterwards")));
        });
        assert_eq!(shown, [(11, 0), (0, 11), (0, 11)]);
        fixture.assert_whole(&searchable);
    }

    #[test]
    fn an_index_of_another_database_is_not_shown() {
        let (one, other) = (Fixture::new("shelf"), Fixture::new("shelf"));
        drop(one.index(|_| ()));
        let folder = |fixture: &Fixture| fixture.indexer().0.folder(1);
        std::fs::rename(folder(&one), folder(&other)).unwrap();
        other.change("heron", "A zorble at noon");
        let mut shown = Vec::new();
        other.index(|searchable| shown.push(other.found(searchable, "zorble")));
        assert!(shown.iter().all(|found| *found == [1]), "{shown:?}");
    }

    #[test]
    fn a_new_prompt_is_related_and_offered_to_those_it_is_related_to() {
        for place in [IndexPlace::Memory, IndexPlace::Disk] {
            let fixture = Fixture::new("shelf");
            let text = |what| format!("{what} on a dusty road under stars, red torchlight");
            fixture.change("nightjar", &text("A nightjar"));
            let (mut indexer, _) = fixture.indexer_in(place);
            let catch_up = |indexer: &mut Indexer| {
                indexer.catch_up(fixture.runtime.handle(), &mut |_| ()).unwrap();
                Arc::clone(&indexer.opened.as_ref().unwrap().searchable)
            };
            let searchable = catch_up(&mut indexer);
            assert_eq!(fixture.related(&searchable, "nightjar"), [0_i64; 0]);

            fixture.add([prompt("badger", &text("A badger")), prompt("dune", "A dune, at noon")]);
            catch_up(&mut indexer);
            let id = |word| fixture.stored(word).id;
            assert_eq!(fixture.related(&searchable, "badger")[0], id("nightjar"));
            assert_eq!(fixture.related(&searchable, "nightjar")[0], id("badger"));

            // What is changed is compared anew, and what is gone has none.
            fixture.change("badger", "A dune at noon, and at midnight");
            catch_up(&mut indexer);
            assert_eq!(fixture.related(&searchable, "badger")[0], id("dune"));
            let badger = id("badger");
            fixture.remove("badger");
            catch_up(&mut indexer);
            assert_eq!(searchable.related.load().to(badger), [0_i64; 0]);
        }
    }

    #[test]
    fn related_prompts_are_the_same_after_a_restart() {
        let fixture = Fixture::new("shelf");
        let all = |searchable: &Searchable| WORDS.map(|word| fixture.related(searchable, word));
        let before = all(&fixture.index(|_| ()));
        let mut shown = Vec::new();
        fixture.index(|searchable| shown.push(all(searchable)));
        assert!(!shown.is_empty() && shown.iter().all(|related| *related == before), "{shown:?}");
    }

    #[test]
    fn a_second_process_has_a_folder_of_its_own_and_the_first_keeps_its() {
        let fixture = Fixture::new("shelf");
        let (mut one, _) = fixture.indexer();
        let (mut other, _) = fixture.indexer();
        for indexer in [&mut one, &mut other] {
            indexer.catch_up(fixture.runtime.handle(), &mut |_| ()).unwrap();
            fixture.assert_whole(&indexer.opened.as_ref().unwrap().searchable);
        }
        let folder = |indexer: &Indexer| indexer.opened.as_ref().unwrap().folder.clone();
        assert_eq!(folder(&one), Some(one.folder(1)));
        assert_eq!(folder(&other), Some(one.folder(2)));
    }
}
