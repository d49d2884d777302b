//! Which category a prompt would stand in, by its words.
//!
//! Each category has the words of its name and description and those of the prompts that stand in
//! it already. A prompt belongs where its words are most at home (naive Bayes). It is a suggestion,
//! and reported as one.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::catalog::{Catalog, Modality, Reference, Slug};
use crate::seed::write::PromptFile;

/// How much a word of a category's own name counts, against one of a prompt.
const NAME_WEIGHT: f64 = 5.0;

/// How many different words must be known for a suggestion.
const FEWEST_WORDS: usize = 3;

/// The words of each category.
pub(super) struct Shelves {
    shelves: Vec<Shelf>,
    /// How many different words there are.
    words: f64,
}

struct Shelf {
    slug: Slug,
    counts: HashMap<String, f64>,
    total: f64,
    modalities: BTreeSet<Modality>,
}

impl Shelves {
    pub(super) fn of<'a>(
        reference: &Reference,
        prompts: impl Iterator<Item = &'a PromptFile>,
    ) -> Self {
        let mut shelves: Vec<Shelf> = reference
            .categories
            .iter()
            .map(|category| {
                let mut shelf = Shelf {
                    slug: category.slug.clone(),
                    counts: HashMap::new(),
                    total: 0.0,
                    modalities: BTreeSet::new(),
                };
                shelf.add(&category.slug.words(), NAME_WEIGHT);
                for (_, text) in category.name.iter().chain(category.description.iter()) {
                    shelf.add(text, NAME_WEIGHT);
                }
                shelf
            })
            .collect();
        for prompt in prompts {
            let category = prompt.fields.get("category").and_then(|value| value.as_str());
            let shelf = shelves.iter_mut().find(|shelf| Some(shelf.slug.as_str()) == category);
            let Some(shelf) = shelf else { continue };
            for (_, text) in super::screen::texts(&prompt.fields, &prompt.text) {
                shelf.add(text, 1.0);
            }
            let endpoint = prompt.fields.get("endpoint").and_then(|value| value.as_str());
            shelf.modalities.extend(modality(&reference.catalog, endpoint));
        }
        let words: HashSet<&String> =
            shelves.iter().flat_map(|shelf| shelf.counts.keys()).collect();
        #[allow(clippy::cast_precision_loss)] // there are not that many words
        let words = words.len() as f64;
        Self { words, shelves }
    }

    /// The category of a text, among those that have prompts for the same kind of result.
    pub(super) fn suggest(
        &self,
        text: &str,
        catalog: &Catalog,
        endpoint: Option<&str>,
    ) -> Option<&Slug> {
        let words: BTreeSet<String> = words(text).collect();
        let known =
            |word: &&String| self.shelves.iter().any(|shelf| shelf.counts.contains_key(*word));
        let words: Vec<&String> = words.iter().filter(known).collect();
        if words.len() < FEWEST_WORDS {
            return None;
        }
        let modality = modality(catalog, endpoint);
        let fits = |shelf: &&Shelf| {
            shelf.modalities.is_empty()
                || modality.is_none_or(|modality| shelf.modalities.contains(&modality))
        };
        let likelihood = |shelf: &Shelf| -> f64 {
            let of = |word: &&String| {
                let count = shelf.counts.get(*word).copied().unwrap_or_default();
                ((count + 1.0) / (shelf.total + self.words)).ln()
            };
            words.iter().map(of).sum()
        };
        let best =
            self.shelves.iter().filter(fits).max_by(|a, b| likelihood(a).total_cmp(&likelihood(b)));
        best.map(|shelf| &shelf.slug)
    }
}

fn modality(catalog: &Catalog, endpoint: Option<&str>) -> Option<Modality> {
    catalog.endpoint(endpoint?).map(|(_, endpoint)| endpoint.modality)
}

impl Shelf {
    fn add(&mut self, text: &str, weight: f64) {
        for word in words(text) {
            *self.counts.entry(word).or_default() += weight;
            self.total += weight;
        }
    }
}

/// Words of three letters and more, and each two characters of Chinese that stand side by side.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_wide = |c: char| u32::from(c) >= 0x2e80;
    text.split(|c: char| !c.is_alphanumeric()).flat_map(move |run| {
        let mut found = Vec::new();
        if run.contains(is_wide) {
            let characters: Vec<char> = run.chars().filter(|c| is_wide(*c)).collect();
            found.extend(characters.windows(2).map(|two| two.iter().collect::<String>()));
        }
        let latin = run.split(is_wide).filter(|word| word.chars().count() > 2);
        found.extend(latin.map(str::to_lowercase));
        found
    })
}
