//! Facets: which prompts have which properties, in which order, and how many are left.
//!
//! Every value of every property is a set of prompts, so narrowing a list is intersecting sets
//! and a true count is the size of one. Prompts are numbered from the oldest to the newest,
//! which makes a set, read backwards, a list in the usual order: any page of it, the last too,
//! is found without walking over those before it.
//!
//! It is all in memory, about 150 bytes a prompt, and never changed: a change of content makes
//! a new [`Facets`] out of the old one ([`Draft`]), while readers go on with theirs. Prompts
//! that are added get the next numbers and changed ones keep theirs, so that most of the old
//! one is shared or copied as it is.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use roaring::RoaringBitmap;

use crate::catalog::Locale;

/// A property lists can be narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// The shelf.
    Category,
    /// The model written for.
    Model,
    /// What is made.
    Modality,
    /// A word filed under; the only one of which several can be chosen, and all must hold.
    Tag,
    /// The language written in.
    Language,
    /// Whether there are blanks to fill in: `yes` or `no`.
    Blanks,
    /// Whether the text is JSON: `yes` or `no`.
    Json,
    /// Whether parameters are set: `yes` or `no`.
    Params,
}

impl Facet {
    /// Every facet, in the order shown.
    pub const ALL: [Facet; 8] = [
        Facet::Category,
        Facet::Model,
        Facet::Modality,
        Facet::Tag,
        Facet::Language,
        Facet::Blanks,
        Facet::Json,
        Facet::Params,
    ];

    /// Its name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Facet::Category => "category",
            Facet::Model => "model",
            Facet::Modality => "modality",
            Facet::Tag => "tag",
            Facet::Language => "lang",
            Facet::Blanks => "blanks",
            Facet::Json => "json",
            Facet::Params => "params",
        }
    }

    /// The facet with this name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Facet::ALL.into_iter().find(|facet| facet.slug() == slug)
    }

    /// Whether several of its values can be chosen at once.
    #[must_use]
    pub const fn takes_several(self) -> bool {
        matches!(self, Facet::Tag)
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// What is searched for, the best first.
    Relevance,
    /// The newest first.
    Newest,
    /// Featured ones first, each group newest first.
    Featured,
    /// By title, in the reader's language.
    Title,
}

/// The values chosen; all of them must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection(Vec<(Facet, String)>);

impl Selection {
    /// Chooses a value. Of a facet that takes one value the last choice counts.
    pub fn choose(&mut self, facet: Facet, value: impl Into<String>) {
        let value = value.into();
        self.0.retain(|(other, chosen)| {
            *other != facet || (facet.takes_several() && *chosen != value)
        });
        self.0.push((facet, value));
    }

    /// Takes a choice back.
    pub fn remove(&mut self, facet: Facet, value: &str) {
        self.0.retain(|(other, chosen)| *other != facet || chosen != value);
    }

    /// Whether this value is chosen.
    #[must_use]
    pub fn has(&self, facet: Facet, value: &str) -> bool {
        self.iter().any(|chosen| chosen == (facet, value))
    }

    /// Every choice, in the order it was made.
    pub fn iter(&self) -> impl Iterator<Item = (Facet, &str)> {
        self.0.iter().map(|(facet, value)| (*facet, value.as_str()))
    }

    /// Whether nothing is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What the facets know of one prompt.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// Its name in addresses.
    pub(super) slug: String,
    /// The day it was added, as `2026-11-22`.
    pub(super) created: String,
    /// The day it last changed.
    pub(super) changed: String,
    pub(super) featured: bool,
    pub(super) values: Vec<(Facet, String)>,
    /// Its titles, by language as in [`Locale::ALL`], folded for sorting.
    pub(super) titles: [String; Locale::ALL.len()],
}

/// The facets of a gallery at one revision.
#[derive(Debug, Default)]
pub struct Facets {
    /// By number. Numbers of prompts that are gone stay unused for a while.
    rows: Vec<Row>,
    /// All titles, one after the other; some are of the past.
    titles: String,
    sets: Sets,
    all: RoaringBitmap,
    featured: RoaringBitmap,
    /// Numbers by title, for each language.
    by_title: [Vec<u32>; Locale::ALL.len()],
    /// Numbers by the hash of their slug.
    by_slug: Vec<u32>,
    /// All values there ever were, by their own numbers.
    known: Vec<(Facet, String)>,
    /// The numbers of the values that rows may have several of, one row after the other; some
    /// are of the past.
    held: Vec<u16>,
    /// Where each row's own are among these.
    spans: Vec<Span>,
    /// What was counted before: lists are asked for again and again, and stay what they are.
    counted: Mutex<HashMap<Selection, Arc<AllCounts>>>,
}

/// The counts of every facet.
pub type AllCounts = BTreeMap<Facet, Counts>;

/// The most lists whose counts are kept.
const KEPT: usize = 256;

/// Which prompts have each value.
type Sets = BTreeMap<Facet, BTreeMap<String, Arc<RoaringBitmap>>>;

/// A part of something that rows have one after the other.
type Span = (u32, u32);

/// What is kept of a prompt, besides its bits.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: i64,
    /// The hash of its slug.
    slug: u32,
    /// As 20261122.
    day: u32,
    /// The day of the last change, too.
    changed: u32,
    /// Where in all titles its own are, for each language.
    titles: [Span; Locale::ALL.len()],
}

impl Row {
    /// Rows by this are ordered from the oldest to the newest.
    fn order(&self) -> (u32, i64) {
        (self.day, self.id)
    }
}

/// How many prompts have each value of a facet, the most frequent value first.
pub type Counts = Vec<(String, usize)>;

/// New facets in the making: old ones, with some prompts changed.
#[derive(Debug)]
pub(super) struct Draft {
    old: Arc<Facets>,
    /// The prompts whose old entry no longer holds.
    gone: HashSet<i64>,
    entries: Vec<Fresh>,
    /// The titles of these, one after the other.
    titles: String,
    known: Vec<(Facet, String)>,
    positions: HashMap<(Facet, String), u32>,
}

/// A prompt that is new or changed.
#[derive(Debug)]
struct Fresh {
    id: i64,
    slug: u32,
    day: u32,
    changed: u32,
    featured: bool,
    titles: [Span; Locale::ALL.len()],
    values: Vec<u32>,
}

/// When one in this many numbers is unused, all are given anew.
const UNUSED_SHARE: usize = 16;

impl Draft {
    /// Begins with facets as they are.
    pub(super) fn new(old: Arc<Facets>) -> Self {
        let known = old.known.clone();
        let positions = known.iter().cloned().zip(0..).collect();
        let (gone, entries, titles) = Default::default();
        Self { old, gone, entries, titles, known, positions }
    }

    /// Puts in a prompt that is new or changed; each once.
    pub(super) fn put(&mut self, entry: Entry) {
        self.remove(entry.id);
        let mut titles = [(0, 0); Locale::ALL.len()];
        let mut before: Option<(&String, Span)> = None;
        for (span, title) in titles.iter_mut().zip(&entry.titles) {
            // Most prompts have one title for everybody.
            *span = match before {
                Some((same, span)) if same == title => span,
                _ => {
                    let start = place(self.titles.len());
                    self.titles.push_str(title);
                    (start, place(self.titles.len()))
                }
            };
            before = Some((title, *span));
        }
        let (day, changed) = (day(&entry.created), day(&entry.changed));
        let mut values = Vec::with_capacity(entry.values.len());
        for value in entry.values {
            let next = place(self.known.len());
            values.push(match self.positions.get(&value) {
                Some(position) => *position,
                None => {
                    self.known.push(value.clone());
                    self.positions.insert(value, next);
                    next
                }
            });
        }
        let Entry { id, featured, .. } = entry;
        let slug = hash(&entry.slug);
        self.entries.push(Fresh { id, slug, day, changed, featured, titles, values });
    }

    /// Takes a prompt out.
    pub(super) fn remove(&mut self, id: i64) {
        if !self.old.rows.is_empty() {
            self.gone.insert(id);
        }
    }

    /// The facets with all of that.
    pub(super) fn finish(mut self) -> Facets {
        self.entries.sort_unstable_by_key(|fresh| (fresh.day, fresh.id));
        match self.numbers_in_place() {
            Some(numbers) => self.in_place(numbers),
            None => self.anew(),
        }
    }

    /// The number of each entry, when all others can keep theirs: those of the same day stay
    /// where they are, and the rest is newer than everything.
    fn numbers_in_place(&self) -> Option<Vec<u32>> {
        let rows = &self.old.rows;
        let used = self.old.all.len() as usize;
        if rows.is_empty() || (rows.len() - used + self.gone.len()) * UNUSED_SHARE > rows.len() {
            return None;
        }
        let newest = rows.last().map(Row::order);
        let mut next = place(rows.len());
        let numbers = self.entries.iter().map(|fresh| {
            let order = (fresh.day, fresh.id);
            match rows.binary_search_by_key(&order, Row::order) {
                Ok(number) => Some(place(number)),
                Err(_) if Some(order) > newest => {
                    next += 1;
                    Some(next - 1)
                }
                Err(_) => None,
            }
        });
        numbers.collect()
    }

    /// Changes some rows and leaves the others alone.
    fn in_place(self, numbers: Vec<u32>) -> Facets {
        let Self { old, gone, entries, titles, known, .. } = self;
        let mut new = Facets {
            rows: old.rows.clone(),
            titles: String::with_capacity(old.titles.len() + titles.len()) + &old.titles,
            sets: old.sets.clone(),
            all: old.all.clone(),
            featured: old.featured.clone(),
            by_title: Default::default(),
            by_slug: Vec::new(),
            known,
            held: old.held.clone(),
            spans: old.spans.clone(),
            counted: Mutex::default(),
        };
        // Whoever was taken out or is put in again has no bits any more.
        let rows = (0..).zip(&old.rows);
        let unused: RoaringBitmap =
            rows.filter(|(_, row)| gone.contains(&row.id)).map(|(number, _)| number).collect();
        new.all -= &unused;
        new.featured -= &unused;
        for set in new.sets.values_mut().flat_map(BTreeMap::values_mut) {
            if !set.is_disjoint(&unused) {
                *Arc::make_mut(set) -= &unused;
            }
        }
        for (number, fresh) in numbers.iter().zip(&entries) {
            new.put(*number, fresh, &titles);
        }
        // The others are in order already.
        let order = |old: &[u32], compare: &dyn Fn(u32, u32) -> Ordering| {
            let mut others: Vec<u32> = Vec::with_capacity(old.len());
            others.extend(old.iter().filter(|number| !unused.contains(**number)));
            let mut fresh = numbers.clone();
            fresh.sort_unstable_by(|a, b| compare(*a, *b));
            let mut order = Vec::with_capacity(others.len() + fresh.len());
            let mut rest = &others[..];
            for number in fresh {
                let before = |other: &u32| compare(*other, number).is_lt();
                let (ahead, behind) = rest.split_at(rest.partition_point(before));
                order.extend_from_slice(ahead);
                order.push(number);
                rest = behind;
            }
            order.extend_from_slice(rest);
            order
        };
        let by_title = std::array::from_fn(|locale| {
            let old = old.by_title.get(locale).map_or(&[][..], Vec::as_slice);
            order(old, &|a, b| new.title_order(a, b, locale))
        });
        let by_slug = order(&old.by_slug, &|a, b| new.slug_order(a, b));
        (new.by_title, new.by_slug) = (by_title, by_slug);
        new.drop_empty_sets();
        new
    }

    /// Gives all numbers anew.
    fn anew(self) -> Facets {
        let Self { old, gone, entries, titles, known, .. } = self;
        let mut new = Facets {
            rows: Vec::with_capacity(old.rows.len() + entries.len()),
            titles: String::with_capacity(old.titles.len() + titles.len()),
            known,
            ..Facets::default()
        };
        // Old rows and new ones are both in order: the new numbers come out of one walk.
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(old.rows.len());
        let mut coming = entries.iter().peekable();
        let add = |new: &mut Facets, fresh: &Fresh| {
            new.put(place(new.rows.len()), fresh, &titles);
        };
        for (number, row) in (0..).zip(&old.rows) {
            if gone.contains(&row.id) || !old.all.contains(number) {
                moved.push(None);
                continue;
            }
            while let Some(fresh) = coming.next_if(|fresh| (fresh.day, fresh.id) < row.order()) {
                add(&mut new, fresh);
            }
            moved.push(Some(place(new.rows.len())));
            new.copy(number, row, &old);
        }
        for fresh in coming {
            add(&mut new, fresh);
        }
        let survivors = |set: &RoaringBitmap| -> RoaringBitmap {
            set.iter().filter_map(|old| moved.get(old as usize).copied().flatten()).collect()
        };
        for (facet, sets) in &old.sets {
            for (value, set) in sets {
                let sets = new.sets.entry(*facet).or_default();
                *Arc::make_mut(sets.entry(value.clone()).or_default()) |= survivors(set);
            }
        }
        new.featured |= survivors(&old.featured);
        new.all = (0..place(new.rows.len())).collect();
        new.by_title = std::array::from_fn(|locale| {
            let mut order: Vec<u32> = (0..place(new.rows.len())).collect();
            order.sort_unstable_by(|a, b| new.title_order(*a, *b, locale));
            order
        });
        let mut by_slug: Vec<u32> = (0..place(new.rows.len())).collect();
        by_slug.sort_unstable_by(|a, b| new.slug_order(*a, *b));
        new.by_slug = by_slug;
        new.drop_empty_sets();
        new
    }
}

/// `2026-11-22` as 20261122.
fn day(text: &str) -> u32 {
    text.bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |day: u32, digit| day.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
}

fn hash(slug: &str) -> u32 {
    // The keys of this hasher are always the same.
    let mut hasher = DefaultHasher::new();
    slug.hash(&mut hasher);
    hasher.finish() as u32
}

impl Facets {
    /// Appends the row of other facets, in which values have the same numbers.
    fn copy(&mut self, number: u32, row: &Row, of: &Facets) {
        let start = place(self.held.len());
        let span = of.spans.get(number as usize).copied().unwrap_or_default();
        self.held.extend(part_of(&of.held, span));
        self.spans.push((start, place(self.held.len())));
        let titles = self.take_titles(row.titles, &of.titles);
        self.rows.push(Row { titles, ..*row });
    }

    fn take_titles(
        &mut self,
        spans: [Span; Locale::ALL.len()],
        titles: &str,
    ) -> [Span; Locale::ALL.len()] {
        let mut before: Option<(Span, Span)> = None;
        spans.map(|(start, end)| {
            let own = match before {
                Some((same, own)) if same == (start, end) => own,
                _ => {
                    let own = place(self.titles.len());
                    let title = titles.get(start as usize..end as usize);
                    self.titles.push_str(title.unwrap_or_default());
                    (own, place(self.titles.len()))
                }
            };
            before = Some(((start, end), own));
            own
        })
    }

    /// Puts in an entry, whose titles are parts of `titles`, in place of a row or after the last.
    fn put(&mut self, number: u32, fresh: &Fresh, titles: &str) {
        let titles = self.take_titles(fresh.titles, titles);
        let Fresh { id, slug, day, changed, .. } = *fresh;
        let row = Row { id, slug, day, changed, titles };
        let start = place(self.held.len());
        for value in &fresh.values {
            let facet = self.known.get(*value as usize).map(|(facet, _)| *facet);
            // Values that come after very many others are counted in another way.
            if let (true, Ok(value)) =
                (facet.is_some_and(Facet::takes_several), u16::try_from(*value))
            {
                self.held.push(value);
            }
        }
        let span = (start, place(self.held.len()));
        match (self.rows.get_mut(number as usize), self.spans.get_mut(number as usize)) {
            (Some(old_row), Some(old_span)) => (*old_row, *old_span) = (row, span),
            _ => {
                self.rows.push(row);
                self.spans.push(span);
            }
        }
        self.all.insert(number);
        if fresh.featured {
            self.featured.insert(number);
        }
        for value in &fresh.values {
            if let Some((facet, value)) = self.known.get(*value as usize) {
                let sets = self.sets.entry(*facet).or_default();
                // Most values are there already.
                match sets.get_mut(value) {
                    Some(set) => Arc::make_mut(set).insert(number),
                    None => Arc::make_mut(sets.entry(value.clone()).or_default()).insert(number),
                };
            }
        }
    }

    fn drop_empty_sets(&mut self) {
        for sets in self.sets.values_mut() {
            sets.retain(|_, set| !set.is_empty());
        }
    }

    fn title(&self, number: u32, locale: usize) -> &str {
        let row = self.rows.get(number as usize);
        let span = row.and_then(|row| row.titles.get(locale));
        let title = span.and_then(|(start, end)| self.titles.get(*start as usize..*end as usize));
        title.unwrap_or_default()
    }

    /// By title, of equals the newest first.
    fn title_order(&self, a: u32, b: u32, locale: usize) -> Ordering {
        self.title(a, locale).cmp(self.title(b, locale)).then(b.cmp(&a))
    }

    fn slug(&self, number: u32) -> Option<u32> {
        self.rows.get(number as usize).map(|row| row.slug)
    }

    fn slug_order(&self, a: u32, b: u32) -> Ordering {
        (self.slug(a), a).cmp(&(self.slug(b), b))
    }

    /// The id of the prompt with this slug; seldom that of another, and perhaps one where there is
    /// none: slugs are told apart by their hashes.
    pub(super) fn id_of(&self, slug: &str) -> Option<i64> {
        let number = self.number_of_slug(slug)?;
        self.rows.get(number as usize).map(|row| row.id)
    }

    /// The shelf of the prompt with this slug, with the same reservations.
    pub(super) fn category_of(&self, slug: &str) -> Option<&str> {
        let number = self.number_of_slug(slug)?;
        let mut categories = self.sets.get(&Facet::Category)?.iter();
        categories.find(|(_, set)| set.contains(number)).map(|(name, _)| name.as_str())
    }

    fn number_of_slug(&self, slug: &str) -> Option<u32> {
        let slug = Some(hash(slug));
        let at = self.by_slug.partition_point(|number| self.slug(*number) < slug);
        self.by_slug.get(at).copied().filter(|number| self.slug(*number) == slug)
    }

    /// How many prompts there are.
    #[must_use]
    pub fn total(&self) -> usize {
        size(&self.all)
    }

    /// How many prompts have a value.
    #[must_use]
    pub fn count(&self, facet: Facet, value: &str) -> usize {
        self.set(facet, value).map_or(0, size)
    }

    /// The day on which a prompt of a list last changed, as `2026-11-22`; none where the list is
    /// empty.
    #[must_use]
    pub fn last_change(&self, selection: &Selection) -> Option<String> {
        self.latest(self.narrowed(selection, None).left().numbers().iter())
    }

    /// The same for a stretch of all prompts, the oldest first.
    #[must_use]
    pub fn last_change_of_stretch(&self, offset: usize, limit: usize) -> Option<String> {
        self.latest(self.stretch_numbers(offset, limit))
    }

    fn latest(&self, numbers: impl Iterator<Item = u32>) -> Option<String> {
        let changed = |number: u32| self.rows.get(number as usize).map(|row| row.changed);
        let day = numbers.filter_map(changed).max()?;
        Some(format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100))
    }

    /// The ids of a stretch of all prompts, the oldest first: where prompts are only added, the
    /// stretches before the last stay what they are.
    pub(super) fn stretch(&self, offset: usize, limit: usize) -> Vec<i64> {
        self.ids(self.stretch_numbers(offset, limit))
    }

    /// Found without walking over those before.
    fn stretch_numbers(&self, offset: usize, limit: usize) -> impl Iterator<Item = u32> {
        let first = u32::try_from(offset).ok().and_then(|offset| self.all.select(offset));
        let from = |first: u32| self.all.range(first..).take(limit);
        first.map(from).into_iter().flatten()
    }

    fn set(&self, facet: Facet, value: &str) -> Option<&RoaringBitmap> {
        self.sets.get(&facet)?.get(value).map(|set| &**set)
    }

    /// The ids of prompts by their numbers.
    pub(super) fn ids(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<i64> {
        let id = |number: u32| self.rows.get(number as usize).map(|row| row.id);
        numbers.into_iter().filter_map(id).collect()
    }

    /// One more than the greatest number.
    pub(super) fn numbers(&self) -> u32 {
        place(self.rows.len())
    }

    /// Tells the number of an id.
    pub(super) fn number_of(&self) -> impl Fn(i64) -> Option<u32> + use<> {
        const UNUSED: u32 = u32::MAX;
        let rows = || self.all.iter().filter_map(|n| Some((self.rows.get(n as usize)?.id, n)));
        let first = rows().map(|(id, _)| id).min().unwrap_or(0);
        let last = rows().map(|(id, _)| id).max().unwrap_or(0);
        let span = last.checked_sub(first).and_then(|span| usize::try_from(span).ok());
        // Ids are given one after the other, so that a list is nearly always enough.
        let span = span.filter(|span| *span < 4 * self.rows.len() + 1024);
        let mut list = vec![UNUSED; span.map_or(0, |span| span + 1)];
        let mut map = HashMap::new();
        for (id, number) in rows() {
            match usize::try_from(id - first).ok().and_then(|at| list.get_mut(at)) {
                Some(place) => *place = number,
                None => drop(map.insert(id, number)),
            }
        }
        move |id| {
            let at = id.checked_sub(first).and_then(|at| usize::try_from(at).ok());
            let listed = at.and_then(|at| list.get(at)).copied().filter(|n| *n != UNUSED);
            listed.or_else(|| map.get(&id).copied())
        }
    }

    /// Those of the given prompts that have all chosen values; of all prompts where none are
    /// given.
    pub(super) fn narrowed(
        &self,
        selection: &Selection,
        among: Option<&RoaringBitmap>,
    ) -> Narrowed<'_> {
        let base = among.unwrap_or(&self.all).clone();
        let is_kept = among.is_none();
        Narrowed { facets: self, base, selection: selection.clone(), is_kept }
    }
}

/// A part of the prompts, narrowed by a selection.
pub(super) struct Narrowed<'f> {
    facets: &'f Facets,
    /// Before anything was chosen.
    base: RoaringBitmap,
    selection: Selection,
    /// Whether its counts are worth keeping.
    is_kept: bool,
}

impl Narrowed<'_> {
    /// Those left when every choice holds but those of one facet.
    fn left_without(&self, skipped: Option<Facet>) -> RoaringBitmap {
        let mut left = self.base.clone();
        for (facet, value) in self.selection.iter().filter(|(facet, _)| Some(*facet) != skipped) {
            match self.facets.set(facet, value) {
                Some(set) => left &= set,
                None => left.clear(),
            }
        }
        left
    }

    /// Those left.
    pub(super) fn left(&self) -> Left<'_> {
        Left { facets: self.facets, set: self.left_without(None) }
    }

    /// What each value of each facet would leave, were it chosen; values that would leave
    /// nothing are not listed.
    pub(super) fn counts(&self) -> Arc<AllCounts> {
        let kept = || self.facets.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_kept {
            return Arc::new(self.count());
        }
        if let Some(counts) = kept().get(&self.selection) {
            return Arc::clone(counts);
        }
        let counts = Arc::new(self.count());
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(self.selection.clone(), Arc::clone(&counts));
        counts
    }

    fn count(&self) -> AllCounts {
        let left = self.left_without(None);
        let counted = self.facets.counted(&left);
        let mut counts = BTreeMap::new();
        for (facet, sets) in &self.facets.sets {
            let is_chosen = self.selection.iter().any(|(chosen, _)| chosen == *facet);
            // Another value of this facet would take the place of the chosen one.
            let without =
                (is_chosen && !facet.takes_several()).then(|| self.left_without(Some(*facet)));
            let count = |value: &str, set: &RoaringBitmap| match (&without, &counted) {
                (Some(without), _) => without.intersection_len(set),
                (None, Counted::All) => set.len(),
                (None, Counted::Each(counted)) => {
                    counted.get(&(*facet, value)).map_or_else(|| left.intersection_len(set), |n| *n)
                }
                (None, Counted::Not) => left.intersection_len(set),
            };
            let mut found: Counts = sets
                .iter()
                .map(|(value, set)| (value, count(value, set)))
                .filter(|(_, count)| *count > 0)
                .map(|(value, count)| (value.clone(), usize::try_from(count).unwrap_or(usize::MAX)))
                .collect();
            found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            if !found.is_empty() {
                counts.insert(*facet, found);
            }
        }
        counts
    }
}

/// How often each value was met.
enum Counted<'f> {
    /// As often as there is.
    All,
    /// So often; those missing here were not counted.
    Each(HashMap<(Facet, &'f str), u64>),
    /// They were not counted.
    Not,
}

impl Facets {
    /// Counts the values that prompts may have several of, where asking each prompt what it has
    /// is quicker than asking each of the many values who has it.
    fn counted(&self, some: &RoaringBitmap) -> Counted<'_> {
        if some.len() == self.all.len() {
            return Counted::All;
        }
        if size(some) > self.rows.len() / 2 {
            return Counted::Not;
        }
        let mut counts = vec![0_u64; self.known.len().min(usize::from(u16::MAX) + 1)];
        for number in some {
            let span = self.spans.get(number as usize).copied().unwrap_or_default();
            for value in part_of(&self.held, span) {
                if let Some(count) = counts.get_mut(usize::from(*value)) {
                    *count += 1;
                }
            }
        }
        let known = self.known.iter().map(|(facet, value)| (*facet, value.as_str())).zip(counts);
        Counted::Each(known.filter(|((facet, _), _)| facet.takes_several()).collect())
    }
}

/// The prompts of a list.
pub(super) struct Left<'f> {
    facets: &'f Facets,
    set: RoaringBitmap,
}

impl Left<'_> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        size(&self.set)
    }

    /// Their numbers.
    pub(super) fn numbers(&self) -> &RoaringBitmap {
        &self.set
    }

    /// The ids of some of them in an order.
    pub(super) fn page(&self, sort: Sort, locale: Locale, offset: usize, limit: usize) -> Vec<i64> {
        let numbers: Vec<u32> = match sort {
            Sort::Relevance | Sort::Newest => part(&self.set, offset, limit),
            Sort::Featured => {
                let featured = &self.set & &self.facets.featured;
                let others = &self.set - &self.facets.featured;
                let mut numbers = part(&featured, offset, limit);
                let skipped = offset.saturating_sub(size(&featured));
                numbers.extend(part(&others, skipped, limit - numbers.len()));
                numbers
            }
            Sort::Title => self.by_title(locale, offset, limit),
        };
        self.facets.ids(numbers)
    }

    fn by_title(&self, locale: Locale, offset: usize, limit: usize) -> Vec<u32> {
        let at = Locale::ALL.iter().position(|other| *other == locale).unwrap_or(0);
        let order = self.facets.by_title.get(at).map_or(&[][..], Vec::as_slice);
        if self.len() == order.len() {
            return order.iter().copied().skip(offset).take(limit).collect();
        }
        // Asking a bit is quicker than asking a compressed set, when it is done a million times.
        let mut bits = vec![0_u64; order.len().div_ceil(64)];
        for number in &self.set {
            if let Some(word) = bits.get_mut(number as usize / 64) {
                *word |= 1 << (number % 64);
            }
        }
        let has = |number: &u32| {
            bits.get(*number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
        };
        order.iter().copied().filter(has).skip(offset).take(limit).collect()
    }
}

fn size(set: &RoaringBitmap) -> usize {
    usize::try_from(set.len()).unwrap_or(usize::MAX)
}

/// A place in something of at most four thousand million.
fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn part_of(all: &[u16], (start, end): Span) -> &[u16] {
    all.get(start as usize..end as usize).unwrap_or_default()
}

/// A part of a set, the newest first, without walking over what comes before it.
fn part(set: &RoaringBitmap, offset: usize, limit: usize) -> Vec<u32> {
    let at = set.len().checked_sub(1 + offset as u64);
    let first = at.and_then(|at| set.select(u32::try_from(at).ok()?));
    first.map_or_else(Vec::new, |first| set.range(..=first).rev().take(limit).collect())
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;

    fn entry(id: i64, day: u32, featured: bool, values: &[(Facet, &str)], title: &str) -> Entry {
        Entry {
            id,
            slug: format!("{id}-of-{day}"),
            created: format!("2026-11-{day:02}"),
            changed: format!("2026-12-{:02}", 31 - day),
            featured,
            values: values.iter().map(|(facet, value)| (*facet, (*value).to_owned())).collect(),
            titles: std::array::from_fn(|_| title.to_owned()),
        }
    }

    fn with(old: Facets, changed: impl IntoIterator<Item = Entry>, removed: &[i64]) -> Facets {
        let mut draft = Draft::new(Arc::new(old));
        for entry in changed {
            draft.put(entry);
        }
        for id in removed {
            draft.remove(*id);
        }
        draft.finish()
    }

    fn facets() -> Facets {
        use Facet::{Category, Tag};
        with(
            Facets::default(),
            [
                entry(1, 1, false, &[(Category, "food"), (Tag, "a"), (Tag, "b")], "d"),
                entry(2, 2, true, &[(Category, "food"), (Tag, "a")], "c"),
                entry(3, 3, false, &[(Category, "video"), (Tag, "b")], "b"),
                entry(4, 3, false, &[(Category, "video")], "a"),
            ],
            &[],
        )
    }

    fn chosen(choices: &[(Facet, &str)]) -> Selection {
        let mut selection = Selection::default();
        for (facet, value) in choices {
            selection.choose(*facet, *value);
        }
        selection
    }

    fn page(facets: &Facets, selection: &Selection, sort: Sort, offset: usize) -> Vec<i64> {
        facets.narrowed(selection, None).left().page(sort, Locale::En, offset, 2)
    }

    #[test]
    fn a_list_last_changed_when_any_of_its_prompts_did() {
        let facets = facets();
        let changed = |choices| facets.last_change(&chosen(choices));
        assert_eq!(changed(&[]).as_deref(), Some("2026-12-30"));
        assert_eq!(changed(&[(Facet::Category, "video")]).as_deref(), Some("2026-12-28"));
        assert_eq!(changed(&[(Facet::Category, "nothing")]), None);
    }

    #[test]
    fn stretches_begin_with_the_oldest_and_part_everything() {
        let facets = with(facets(), [], &[2]);
        let stretches: Vec<_> = (0..3)
            .map(|at| (facets.stretch(2 * at, 2), facets.last_change_of_stretch(2 * at, 2)))
            .collect();
        let day = |day: &str| Some(day.to_owned());
        let expected =
            [(vec![1, 3], day("2026-12-30")), (vec![4], day("2026-12-28")), (vec![], None)];
        assert_eq!(stretches, expected);
    }

    #[test]
    fn every_order_has_its_pages() {
        let (facets, all) = (facets(), Selection::default());
        assert_eq!(page(&facets, &all, Sort::Newest, 0), [4, 3]);
        assert_eq!(page(&facets, &all, Sort::Newest, 2), [2, 1]);
        assert_eq!(page(&facets, &all, Sort::Newest, 4), [0_i64; 0]);
        assert_eq!(page(&facets, &all, Sort::Featured, 0), [2, 4]);
        assert_eq!(page(&facets, &all, Sort::Featured, 2), [3, 1]);
        assert_eq!(page(&facets, &all, Sort::Title, 1), [3, 2]);
    }

    #[test]
    fn all_chosen_tags_must_hold_and_one_category_replaces_another() {
        let facets = facets();
        assert_eq!(
            page(&facets, &chosen(&[(Facet::Tag, "a"), (Facet::Tag, "b")]), Sort::Newest, 0),
            [1]
        );
        let food = chosen(&[(Facet::Category, "video"), (Facet::Category, "food")]);
        assert_eq!(page(&facets, &food, Sort::Newest, 0), [2, 1]);
        assert_eq!(page(&facets, &chosen(&[(Facet::Tag, "none")]), Sort::Newest, 0), [0_i64; 0]);
    }

    #[test]
    fn counts_say_what_a_choice_would_leave() {
        let facets = facets();
        let selection = chosen(&[(Facet::Category, "food"), (Facet::Tag, "b")]);
        let counts = facets.narrowed(&selection, None).counts();
        let of = |facet| counts.get(&facet).cloned().unwrap_or_default();
        assert_eq!(of(Facet::Category), [("food".into(), 1), ("video".into(), 1)]);
        assert_eq!(of(Facet::Tag), [("a".into(), 1), ("b".into(), 1)]);
        let found = facets.narrowed(&Selection::default(), Some(&[0, 2].into_iter().collect()));
        assert_eq!(
            found.counts().get(&Facet::Tag).cloned(),
            Some(vec![("b".into(), 2), ("a".into(), 1)])
        );
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_there() {
        let changed = [entry(3, 4, true, &[(Facet::Category, "food")], "z")];
        let facets = with(facets(), changed, &[4]);
        assert_eq!(facets.total(), 3);
        assert_eq!(facets.count(Facet::Category, "food"), 3);
        assert_eq!(facets.count(Facet::Category, "video"), 0);
        assert_eq!(page(&facets, &Selection::default(), Sort::Newest, 0), [3, 2]);
    }

    #[test]
    fn a_prompt_is_found_by_its_slug_when_a_few_of_many_changed() {
        let many = (0..100).map(|id| entry(id, 1, false, &[], ""));
        let facets = with(Facets::default(), many, &[]);
        let renamed = Entry { slug: "renamed".into(), ..entry(7, 1, false, &[], "") };
        let facets = with(facets, [renamed, entry(200, 2, false, &[], "")], &[9]);
        let id = |slug: &str| facets.id_of(slug);
        assert_eq!((id("renamed"), id("7-of-1")), (Some(7), None));
        assert_eq!((id("200-of-2"), id("9-of-1")), (Some(200), None));
        for other in (0..100).filter(|id| ![7, 9].contains(id)) {
            assert_eq!(id(&format!("{other}-of-1")), Some(other));
        }
    }

    /// A prompt as chance will have it: few days, values and titles, so that many are alike.
    fn any_entry() -> impl Strategy<Value = Entry> {
        // Of each property one value or none, and some tags.
        let value = || prop::option::of(prop::sample::select(&["a", "b", "c"][..]));
        let tags = prop::sample::subsequence(vec!["a", "b", "c"], 0..=3);
        let values = (prop::array::uniform8(value()), tags).prop_map(|(values, tags)| {
            let one =
                Facet::ALL.into_iter().zip(values).filter(|(facet, _)| !facet.takes_several());
            let one = one.filter_map(|(facet, value)| Some((facet, value?)));
            one.chain(tags.into_iter().map(|tag| (Facet::Tag, tag))).collect::<Vec<_>>()
        });
        let title = prop::sample::select(&["", "a", "ab", "b", "灯", "é"][..]);
        (-3..12_i64, 1..4_u32, any::<bool>(), values, [title.clone(), title]).prop_map(
            |(id, day, featured, values, titles)| {
                let titles = titles.map(str::to_owned);
                Entry { titles, ..entry(id, day, featured, &values, "") }
            },
        )
    }

    /// Some prompts put in and some taken out, each once.
    fn any_change() -> impl Strategy<Value = (Vec<Entry>, Vec<i64>)> {
        let changed = prop::collection::vec(any_entry(), 0..8);
        let removed = prop::collection::btree_set(-3..12_i64, 0..4);
        (changed, removed).prop_map(|(mut changed, removed)| {
            let mut seen = removed.clone();
            changed.retain(|entry| seen.insert(entry.id));
            (changed, removed.into_iter().collect())
        })
    }

    fn any_selection() -> impl Strategy<Value = Selection> {
        let choice =
            (prop::sample::select(&Facet::ALL[..]), prop::sample::select(&["a", "b", "d"][..]));
        prop::collection::vec(choice, 0..4).prop_map(|choices| chosen(&choices))
    }

    proptest! {
        #[test]
        fn any_changes_lead_to_what_making_it_from_scratch_leads_to(
            changes in prop::collection::vec(any_change(), 0..6),
            selections in prop::collection::vec(any_selection(), 1..6),
            page in (0..8_usize, 1..5_usize),
        ) {
            let mut facets = Facets::default();
            let mut prompts: BTreeMap<i64, Entry> = BTreeMap::new();
            for (changed, removed) in changes {
                facets = with(facets, changed.clone(), &removed);
                prompts.extend(changed.into_iter().map(|entry| (entry.id, entry)));
                prompts.retain(|id, _| !removed.contains(id));
            }
            let scratch = with(Facets::default(), prompts.values().cloned(), &[]);
            prop_assert_eq!(facets.total(), prompts.len());
            for (id, entry) in &prompts {
                prop_assert_eq!(facets.id_of(&entry.slug), Some(*id));
            }
            for gone in (-3..12).filter(|id| !prompts.contains_key(id)) {
                for day in 1..4 {
                    prop_assert_eq!(facets.id_of(&format!("{gone}-of-{day}")), None);
                }
            }
            for selection in &selections {
                let (one, other) = (facets.narrowed(selection, None), scratch.narrowed(selection, None));
                prop_assert_eq!(one.counts(), other.counts());
                prop_assert_eq!(one.left().len(), other.left().len());
                let (offset, limit) = page;
                for locale in Locale::ALL {
                    for sort in [Sort::Newest, Sort::Featured, Sort::Title] {
                        prop_assert_eq!(
                            one.left().page(sort, locale, offset, limit),
                            other.left().page(sort, locale, offset, limit)
                        );
                    }
                }
            }
        }

        #[test]
        fn lists_and_counts_are_what_reading_every_prompt_gives(
            (entries, _) in any_change(),
            selection in any_selection(),
        ) {
            let facets = with(Facets::default(), entries.clone(), &[]);
            let has = |entry: &Entry, (facet, value): (Facet, &str)| {
                entry.values.iter().any(|(own, other)| *own == facet && other == value)
            };
            let left = |selection: &Selection| -> Vec<&Entry> {
                let fits = |entry: &&Entry| selection.iter().all(|choice| has(entry, choice));
                entries.iter().filter(fits).collect()
            };
            let in_order = |sort, at: usize| -> Vec<i64> {
                let mut left = left(&selection);
                left.sort_by_key(|entry| Reverse((entry.created.clone(), entry.id)));
                match sort {
                    Sort::Featured => left.sort_by_key(|entry| !entry.featured),
                    Sort::Title => left.sort_by(|a, b| a.titles[at].cmp(&b.titles[at])),
                    Sort::Newest | Sort::Relevance => {}
                }
                left.into_iter().map(|entry| entry.id).collect()
            };
            let narrowed = facets.narrowed(&selection, None);
            for (at, locale) in Locale::ALL.into_iter().enumerate() {
                for sort in [Sort::Newest, Sort::Featured, Sort::Title] {
                    let page = narrowed.left().page(sort, locale, 0, usize::MAX);
                    prop_assert_eq!(page, in_order(sort, at));
                }
            }
            let counts = narrowed.counts();
            for facet in Facet::ALL {
                for value in ["a", "b", "c", "d"] {
                    // What choosing it would leave.
                    let mut next = selection.clone();
                    next.choose(facet, value);
                    let expected = left(&next).len();
                    let listed = counts.get(&facet).into_iter().flatten();
                    let count = listed.into_iter().find(|(other, _)| other == value);
                    prop_assert_eq!(count.map_or(0, |(_, count)| *count), expected);
                }
            }
        }
    }
}
