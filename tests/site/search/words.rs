//! That no word of a prompt is lost: typed as it stands, it finds the prompt it is from.
//!
//! What a word is is decided here without the program: Chinese has no spaces, so any two
//! characters next to each other are one.

use std::collections::{BTreeMap, BTreeSet};

use super::{each, found, is_han};
use crate::shared::{SEEDS, Seed, TONGUES, full, names};

/// Of the words of a text, every how many-th is looked for.
const EVERY: usize = 3;

/// Words, and the slugs of the prompts they must find.
#[derive(Default)]
struct Expected(BTreeMap<String, BTreeSet<&'static str>>);

impl Expected {
    fn add(&mut self, seed: &'static Seed, words: impl IntoIterator<Item = String>) {
        for word in words {
            self.0.entry(word).or_default().insert(&seed.slug);
        }
    }

    #[track_caller]
    fn assert_found(self) {
        let expected: Vec<_> = self.0.into_iter().collect();
        assert!(!expected.is_empty());
        let missed = each(&expected, |(word, slugs)| {
            let found = found(full(), word);
            let missed = slugs.iter().filter(|slug| !found.iter().any(|found| found == *slug));
            missed.map(|slug| format!("{word:?} does not find {slug}\n")).collect::<String>()
        });
        let missed = missed.concat();
        assert!(missed.is_empty(), "of {} words:\n{missed}", expected.len());
    }
}

/// The words of a text as one would type them, in their order: what stands between spaces
/// without the punctuation around it, and each two Chinese characters in a row.
fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    for chunk in characters.split(|character| character.is_whitespace()) {
        for stretch in chunk.chunk_by(|a, b| is_han(*a) == is_han(*b)) {
            match stretch {
                [first, _, ..] if is_han(*first) => words.extend(stretch.windows(2).map(string)),
                _ => {
                    let stretch = string(stretch);
                    let word = stretch.trim_matches(|character: char| !character.is_alphanumeric());
                    words.extend((!word.is_empty()).then(|| word.to_owned()));
                }
            }
        }
    }
    words
}

fn string(characters: &[char]) -> String {
    characters.iter().collect()
}

#[test]
fn every_word_of_a_title_finds_its_prompt() {
    let mut expected = Expected::default();
    for seed in SEEDS.iter() {
        for tongue in TONGUES {
            expected.add(seed, words(seed.local("title", tongue.tag).unwrap()));
        }
    }
    expected.assert_found();
}

#[test]
fn the_names_of_its_model_category_and_tags_find_a_prompt() {
    let mut expected = Expected::default();
    for tongue in TONGUES {
        let name = |path, array| -> BTreeMap<String, String> {
            names(path, array, tongue.tag).into_iter().collect()
        };
        let categories = name("categories.toml", "categories");
        let tags = name("tags.toml", "tags");
        for seed in SEEDS.iter() {
            let category = &categories[seed.get("category")];
            let tags = seed.tags().into_iter().map(|tag| &tags[tag]);
            expected.add(seed, tags.chain([category]).cloned());
            expected.add(seed, seed.model().map(str::to_owned));
        }
    }
    expected.assert_found();
}

#[test]
fn the_words_of_its_text_find_a_prompt() {
    let mut expected = Expected::default();
    for seed in SEEDS.iter() {
        expected.add(seed, words(&seed.text).into_iter().step_by(EVERY));
    }
    expected.assert_found();
}
