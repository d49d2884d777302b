//! Facets: which prompts have which properties, in which order, and how many are left.
//!
//! Every value of every property is a set of prompts, so narrowing a list is intersecting sets
//! and a true count is the size of one. Prompts are numbered from the newest to the oldest,
//! which makes a set a list in the usual order already: any page of it, the last too, is found
//! without walking over those before it.
//!
//! It is all in memory and never changed in place: a change of content makes a new [`Facets`]
//! out of the old one, while readers go on with theirs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
    /// The day it was added.
    pub(super) created: String,
    pub(super) featured: bool,
    pub(super) values: Vec<(Facet, String)>,
    /// Its titles, by language as in [`Locale::ALL`], folded for sorting.
    pub(super) titles: [String; Locale::ALL.len()],
}

/// The facets of a gallery at one revision.
#[derive(Debug, Default)]
pub struct Facets {
    entries: HashMap<i64, Arc<Entry>>,
    /// By number: the newest is 0.
    ids: Vec<i64>,
    numbers: HashMap<i64, u32>,
    values: BTreeMap<Facet, BTreeMap<String, RoaringBitmap>>,
    all: RoaringBitmap,
    featured: RoaringBitmap,
    /// Numbers by title, for each language.
    by_title: [Vec<u32>; Locale::ALL.len()],
}

/// How many prompts have each value of a facet, the most frequent value first.
pub type Counts = Vec<(String, usize)>;

impl Facets {
    /// These facets with some prompts added or changed, and some removed.
    pub(super) fn with(&self, changed: impl IntoIterator<Item = Entry>, removed: &[i64]) -> Self {
        let mut entries = self.entries.clone();
        entries.extend(changed.into_iter().map(|entry| (entry.id, Arc::new(entry))));
        for id in removed {
            entries.remove(id);
        }
        let mut order: Vec<&Arc<Entry>> = entries.values().collect();
        order.sort_unstable_by(|a, b| (&b.created, b.id).cmp(&(&a.created, a.id)));
        let ids: Vec<i64> = order.iter().map(|entry| entry.id).collect();
        let mut values: BTreeMap<Facet, BTreeMap<String, RoaringBitmap>> = BTreeMap::new();
        let mut featured = RoaringBitmap::new();
        for (number, entry) in (0_u32..).zip(&order) {
            for (facet, value) in &entry.values {
                values.entry(*facet).or_default().entry(value.clone()).or_default().insert(number);
            }
            if entry.featured {
                featured.insert(number);
            }
        }
        let by_title = std::array::from_fn(|locale| {
            let title = |number: &u32| {
                let entry = usize::try_from(*number).ok().and_then(|number| order.get(number));
                entry.and_then(|entry| entry.titles.get(locale)).map_or("", String::as_str)
            };
            let mut numbers: Vec<u32> = (0..).take(order.len()).collect();
            numbers.sort_by(|a, b| title(a).cmp(title(b)));
            numbers
        });
        let numbers: HashMap<i64, u32> = ids.iter().copied().zip(0..).collect();
        let all = (0..).take(ids.len()).collect();
        Self { entries, ids, numbers, values, all, featured, by_title }
    }

    /// How many prompts there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.ids.len()
    }

    /// How many prompts have a value.
    #[must_use]
    pub fn count(&self, facet: Facet, value: &str) -> usize {
        self.set(facet, value).map_or(0, size)
    }

    fn set(&self, facet: Facet, value: &str) -> Option<&RoaringBitmap> {
        self.values.get(&facet)?.get(value)
    }

    fn id(&self, number: u32) -> Option<i64> {
        self.ids.get(usize::try_from(number).ok()?).copied()
    }

    /// Those of the given prompts that have all chosen values; of all prompts where none are
    /// given.
    pub(super) fn narrowed(&self, selection: &Selection, among: Option<&[i64]>) -> Narrowed<'_> {
        let base = match among {
            None => self.all.clone(),
            Some(ids) => ids.iter().filter_map(|id| self.numbers.get(id).copied()).collect(),
        };
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
            let mut found: Counts = values
                .iter()
                .map(|(value, set)| (value.clone(), among.intersection_len(set)))
                .filter(|(_, count)| *count > 0)
                .map(|(value, count)| (value, usize::try_from(count).unwrap_or(usize::MAX)))
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

    /// Whether this prompt is one of them.
    pub(super) fn has(&self, id: i64) -> bool {
        self.facets.numbers.get(&id).is_some_and(|number| self.set.contains(*number))
    }

    /// Some of them in an order.
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
            Sort::Title => {
                let at = Locale::ALL.iter().position(|other| *other == locale).unwrap_or(0);
                let order = self.facets.by_title.get(at).map_or(&[][..], Vec::as_slice);
                let left = order.iter().copied().filter(|number| self.set.contains(*number));
                left.skip(offset).take(limit).collect()
            }
        };
        numbers.into_iter().filter_map(|number| self.facets.id(number)).collect()
    }
}

fn size(set: &RoaringBitmap) -> usize {
    usize::try_from(set.len()).unwrap_or(usize::MAX)
}

/// A part of a set, without walking over what comes before it.
fn part(set: &RoaringBitmap, offset: usize, limit: usize) -> Vec<u32> {
    let first = u32::try_from(offset).ok().and_then(|offset| set.select(offset));
    first.map_or_else(Vec::new, |first| set.range(first..).take(limit).collect())
}

#[cfg(test)]
mod tests {
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

    fn facets() -> Facets {
        use Facet::{Category, Tag};
        Facets::default().with(
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
        let found = facets.narrowed(&Selection::default(), Some(&[1, 3, 99]));
        assert_eq!(
            found.counts().get(&Facet::Tag).cloned(),
            Some(vec![("b".into(), 2), ("a".into(), 1)])
        );
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_there() {
        let facets = facets().with([entry(3, 4, true, &[(Facet::Category, "food")], "z")], &[4]);
        assert_eq!(facets.total(), 3);
        assert_eq!(facets.count(Facet::Category, "food"), 3);
        assert_eq!(facets.count(Facet::Category, "video"), 0);
        assert_eq!(page(&facets, &Selection::default(), Sort::Newest, 0), [3, 2]);
    }
}
