//! Facets: which prompts have which properties, in which order, and how many are left.
//!
//! Every value of every property is a set of prompts, so narrowing a list is intersecting sets
//! and a true count is the size of one. Prompts are numbered from the newest to the oldest,
//! which makes a set a list in the usual order already: any page of it, the last too, is found
//! without walking over those before it.
//!
//! It is all in memory, about a hundred bytes a prompt, and never changed in place: a change of
//! content makes a new [`Facets`] out of the old one ([`Draft`]), while readers go on with
//! theirs. That is one walk over everything, a few tenths of a second for a million prompts,
//! whatever changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// The day it was added, as `2026-11-22`.
    pub(super) created: String,
    pub(super) featured: bool,
    pub(super) values: Vec<(Facet, String)>,
    /// Its titles, by language as in [`Locale::ALL`], folded for sorting.
    pub(super) titles: [String; Locale::ALL.len()],
}

/// The facets of a gallery at one revision.
#[derive(Debug, Default)]
pub struct Facets {
    /// By number: the newest is 0.
    rows: Vec<Row>,
    /// All titles, one after the other.
    titles: String,
    values: BTreeMap<Facet, BTreeMap<String, RoaringBitmap>>,
    all: RoaringBitmap,
    featured: RoaringBitmap,
    /// Numbers by title, for each language.
    by_title: [Vec<u32>; Locale::ALL.len()],
}

/// What is kept of a prompt, besides its bits.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: i64,
    /// As 20261122.
    day: u32,
    /// Where in all titles its own begin and end, for each language.
    titles: [(u32, u32); Locale::ALL.len()],
}

impl Row {
    /// Rows by this are ordered from the newest to the oldest.
    fn order(&self) -> Reverse<(u32, i64)> {
        Reverse((self.day, self.id))
    }
}

/// How many prompts have each value of a facet, the most frequent value first.
pub type Counts = Vec<(String, usize)>;

/// New facets in the making: old ones, with some prompts changed.
#[derive(Debug)]
pub(super) struct Draft<'f> {
    old: &'f Facets,
    /// The prompts whose old entry no longer holds.
    gone: HashSet<i64>,
    rows: Vec<Row>,
    /// Begins with the old titles, when there are any.
    titles: String,
    featured: HashSet<i64>,
    /// The values of each row, in the order of rows, as positions in `known`.
    values: Vec<Vec<u32>>,
    known: Vec<(Facet, String)>,
    positions: HashMap<(Facet, String), u32>,
}

impl<'f> Draft<'f> {
    /// Begins with facets as they are.
    pub(super) fn new(old: &'f Facets) -> Self {
        Self {
            old,
            gone: HashSet::new(),
            rows: Vec::new(),
            titles: String::new(),
            featured: HashSet::new(),
            values: Vec::new(),
            known: Vec::new(),
            positions: HashMap::new(),
        }
    }

    /// Puts in a prompt that is new or changed; each once.
    pub(super) fn put(&mut self, entry: Entry) {
        self.remove(entry.id);
        let mut titles = [(0, 0); Locale::ALL.len()];
        let mut before: Option<(&String, (u32, u32))> = None;
        for (place, title) in titles.iter_mut().zip(&entry.titles) {
            // Most prompts have one title for everybody.
            *place = match before {
                Some((same, place)) if same == title => place,
                _ => {
                    let start = offset(self.titles.len());
                    self.titles.push_str(title);
                    (start, offset(self.titles.len()))
                }
            };
            before = Some((title, *place));
        }
        let day = entry.created.bytes().filter(u8::is_ascii_digit);
        let day = day.fold(0_u32, |day, digit| {
            day.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
        });
        let mut values = Vec::with_capacity(entry.values.len());
        for value in entry.values {
            let next = offset(self.known.len());
            values.push(match self.positions.get(&value) {
                Some(position) => *position,
                None => {
                    self.known.push(value.clone());
                    self.positions.insert(value, next);
                    next
                }
            });
        }
        if entry.featured {
            self.featured.insert(entry.id);
        }
        self.rows.push(Row { id: entry.id, day, titles });
        self.values.push(values);
    }

    /// Takes a prompt out.
    pub(super) fn remove(&mut self, id: i64) {
        if !self.old.rows.is_empty() {
            self.gone.insert(id);
        }
    }

    /// The facets with all of that.
    pub(super) fn finish(self) -> Facets {
        let Self {
            old, gone, rows: fresh, titles, featured: fresh_featured, values, known, ..
        } = self;
        let mut order: Vec<u32> = (0..offset(fresh.len())).collect();
        let of = |place: &u32| fresh.get(*place as usize);
        order.sort_unstable_by_key(|place| of(place).map(Row::order));

        // Old rows and new ones are both in order: the new numbers come out of one walk.
        let mut all = Facets {
            rows: Vec::with_capacity(old.rows.len() + fresh.len()),
            titles: String::with_capacity(old.titles.len() + titles.len()),
            ..Facets::default()
        };
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(old.rows.len());
        let mut numbers: Vec<(u32, u32)> = Vec::with_capacity(fresh.len());
        let mut coming = order.into_iter().peekable();
        for row in &old.rows {
            if gone.contains(&row.id) {
                moved.push(None);
                continue;
            }
            while let Some(place) =
                coming.next_if(|place| of(place).is_some_and(|fresh| fresh.order() < row.order()))
            {
                if let Some(row) = of(&place) {
                    numbers.push((all.push(row, &titles), place));
                }
            }
            moved.push(Some(all.push(row, &old.titles)));
        }
        for place in coming {
            if let Some(row) = of(&place) {
                numbers.push((all.push(row, &titles), place));
            }
        }

        let survivors = |set: &RoaringBitmap| -> RoaringBitmap {
            let moved = |old: u32| moved.get(old as usize).copied().flatten();
            set.iter().filter_map(moved).collect()
        };
        all.all = (0..offset(all.rows.len())).collect();
        all.featured = survivors(&old.featured);
        for (facet, sets) in &old.values {
            let sets = sets.iter().map(|(value, set)| (value.clone(), survivors(set)));
            let sets: BTreeMap<_, _> = sets.filter(|(_, set)| !set.is_empty()).collect();
            if !sets.is_empty() {
                all.values.insert(*facet, sets);
            }
        }
        let mut added: Vec<RoaringBitmap> = vec![RoaringBitmap::new(); known.len()];
        for (number, place) in &numbers {
            let place = *place as usize;
            for value in values.get(place).into_iter().flatten() {
                if let Some(set) = added.get_mut(*value as usize) {
                    set.insert(*number);
                }
            }
            if fresh.get(place).is_some_and(|row| fresh_featured.contains(&row.id)) {
                all.featured.insert(*number);
            }
        }
        for ((facet, value), set) in known.into_iter().zip(added) {
            *all.values.entry(facet).or_default().entry(value).or_default() |= set;
        }
        let by_title = std::array::from_fn(|locale| {
            let before = old.by_title.get(locale).map_or(&[][..], Vec::as_slice);
            let before =
                before.iter().filter_map(|old| moved.get(*old as usize).copied().flatten());
            let mut fresh: Vec<u32> = numbers.iter().map(|(number, _)| *number).collect();
            let key = |number: &u32| (all.title(*number, locale), *number);
            fresh.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
            let mut fresh = fresh.into_iter().peekable();
            let mut merged = Vec::with_capacity(all.rows.len());
            for old in before {
                while let Some(number) = fresh.next_if(|number| key(number) < key(&old)) {
                    merged.push(number);
                }
                merged.push(old);
            }
            merged.extend(fresh);
            merged
        });
        all.by_title = by_title;
        all
    }
}

impl Facets {
    /// Appends a row, its titles taken from `titles`, and returns its number.
    fn push(&mut self, row: &Row, titles: &str) -> u32 {
        let number = offset(self.rows.len());
        let mut row = *row;
        let mut before: Option<((u32, u32), (u32, u32))> = None;
        for place in &mut row.titles {
            let own = *place;
            *place = match before {
                Some((same, place)) if same == own => place,
                _ => {
                    let start = offset(self.titles.len());
                    let title = titles.get(own.0 as usize..own.1 as usize);
                    self.titles.push_str(title.unwrap_or_default());
                    (start, offset(self.titles.len()))
                }
            };
            before = Some((own, *place));
        }
        self.rows.push(row);
        number
    }

    fn title(&self, number: u32, locale: usize) -> &str {
        let row = self.rows.get(number as usize);
        let place = row.and_then(|row| row.titles.get(locale));
        let title = place.and_then(|(start, end)| self.titles.get(*start as usize..*end as usize));
        title.unwrap_or_default()
    }

    /// How many prompts there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rows.len()
    }

    /// How many prompts have a value.
    #[must_use]
    pub fn count(&self, facet: Facet, value: &str) -> usize {
        self.set(facet, value).map_or(0, size)
    }

    fn set(&self, facet: Facet, value: &str) -> Option<&RoaringBitmap> {
        self.values.get(&facet)?.get(value)
    }

    /// The ids of prompts by their numbers.
    pub(super) fn ids(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<i64> {
        let id = |number: u32| self.rows.get(number as usize).map(|row| row.id);
        numbers.into_iter().filter_map(id).collect()
    }

    /// The number of each id.
    pub(super) fn numbers(&self) -> HashMap<i64, u32> {
        self.rows.iter().map(|row| row.id).zip(0..).collect()
    }

    /// Those of the given prompts that have all chosen values; of all prompts where none are
    /// given.
    pub(super) fn narrowed(
        &self,
        selection: &Selection,
        among: Option<&RoaringBitmap>,
    ) -> Narrowed<'_> {
        let base = among.unwrap_or(&self.all).clone();
        Narrowed { facets: self, base, selection: selection.clone() }
    }
}

/// A part of the prompts, narrowed by a selection.
pub(super) struct Narrowed<'f> {
    facets: &'f Facets,
    /// Before anything was chosen.
    base: RoaringBitmap,
    selection: Selection,
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
    pub(super) fn counts(&self) -> BTreeMap<Facet, Counts> {
        let left = self.left_without(None);
        let mut counts = BTreeMap::new();
        for (facet, values) in &self.facets.values {
            let is_chosen = self.selection.iter().any(|(chosen, _)| chosen == *facet);
            let without;
            // Another value of this facet would take the place of the chosen one.
            let among = if is_chosen && !facet.takes_several() {
                without = self.left_without(Some(*facet));
                &without
            } else {
                &left
            };
            let is_everything = among.len() == self.facets.all.len();
            let count = |set: &RoaringBitmap| {
                if is_everything { set.len() } else { among.intersection_len(set) }
            };
            let mut found: Counts = values
                .iter()
                .map(|(value, set)| (value, count(set)))
                .filter(|(_, count)| *count > 0)
                .map(|(value, count)| (value.clone(), usize::try_from(count).unwrap_or(usize::MAX)))
                .collect();
            found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            counts.insert(*facet, found);
        }
        counts
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

/// A place in a list of at most four thousand million.
fn offset(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A part of a set, without walking over what comes before it.
fn part(set: &RoaringBitmap, offset: usize, limit: usize) -> Vec<u32> {
    let first = u32::try_from(offset).ok().and_then(|offset| set.select(offset));
    first.map_or_else(Vec::new, |first| set.range(first..).take(limit).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: i64, day: u32, featured: bool, values: &[(Facet, &str)], title: &str) -> Entry {
        Entry {
            id,
            created: format!("2026-11-{day:02}"),
            featured,
            values: values.iter().map(|(facet, value)| (*facet, (*value).to_owned())).collect(),
            titles: std::array::from_fn(|_| title.to_owned()),
        }
    }

    fn with(old: &Facets, changed: impl IntoIterator<Item = Entry>, removed: &[i64]) -> Facets {
        let mut draft = Draft::new(old);
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
            &Facets::default(),
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
        let found = facets.narrowed(&Selection::default(), Some(&[1, 3].into_iter().collect()));
        assert_eq!(
            found.counts().get(&Facet::Tag).cloned(),
            Some(vec![("b".into(), 2), ("a".into(), 1)])
        );
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_there() {
        let changed = [entry(3, 4, true, &[(Facet::Category, "food")], "z")];
        let facets = with(&facets(), changed, &[4]);
        assert_eq!(facets.total(), 3);
        assert_eq!(facets.count(Facet::Category, "food"), 3);
        assert_eq!(facets.count(Facet::Category, "video"), 0);
        assert_eq!(page(&facets, &Selection::default(), Sort::Newest, 0), [3, 2]);
    }

    /// A prompt as chance will have it: few days, values and titles, so that many are alike.
    fn any_entry() -> impl Strategy<Value = Entry> {
        let values = prop::collection::vec(
            (prop::sample::select(&Facet::ALL[..]), prop::sample::select(&["a", "b", "c"][..])),
            0..6,
        );
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
                facets = with(&facets, changed.clone(), &removed);
                prompts.extend(changed.into_iter().map(|entry| (entry.id, entry)));
                prompts.retain(|id, _| !removed.contains(id));
            }
            let scratch = with(&Facets::default(), prompts.values().cloned(), &[]);
            prop_assert_eq!(facets.total(), prompts.len());
            prop_assert_eq!(facets.numbers(), scratch.numbers());
            prop_assert_eq!(&facets.values, &scratch.values);
            for selection in &selections {
                let (one, other) = (facets.narrowed(selection, None), scratch.narrowed(selection, None));
                prop_assert_eq!(one.counts(), other.counts());
                prop_assert_eq!(one.left().set, other.left().set);
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
            let facets = with(&Facets::default(), entries.clone(), &[]);
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
