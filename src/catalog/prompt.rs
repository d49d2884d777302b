//! A prompt and the words it is filed under.

use std::fmt;

use serde::Serialize;

use super::{LocalText, Locale, Object};

/// A name that stands in an address: lower-case ASCII letters, digits and single hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// Why a text is not a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {} characters: lower-case letters a-z, digits and single hyphens", Slug::MAX)]
pub struct SlugError;

impl Slug {
    /// The most characters a slug may have.
    pub const MAX: usize = 100;

    /// Takes a text that already is a slug.
    ///
    /// # Errors
    /// When it is not.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        if plain && hyphens && !text.is_empty() && text.len() <= Self::MAX {
            Ok(Self(text.into()))
        } else {
            Err(SlugError)
        }
    }

    /// The slug as a phrase: `north-window` as "North window".
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = self.0.replace('-', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A shelf of the gallery. Every prompt stands in exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name, in every language.
    pub name: LocalText,
    /// What is found there, in every language.
    pub description: LocalText,
}

/// A word prompts are filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name, in every language.
    pub name: LocalText,
}

/// Where a prompt comes from and under which terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it was published, an http or https address.
    pub url: Option<String>,
    /// An SPDX licence expression.
    pub license: Option<String>,
}

/// A prompt as its author wrote it, with everything that is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its title where it has one; else one is made from the text.
    pub title: LocalText,
    /// What one gets and when to use it, in Markdown.
    pub description: LocalText,
    /// The prompt, verbatim.
    pub text: String,
    /// The language it is written in.
    pub language: Locale,
    /// The shelf it stands on.
    pub category: Slug,
    /// The endpoint it is written for, `service/endpoint`.
    pub endpoint: String,
    /// The model it is written for; none where the endpoint takes none.
    pub model: Option<String>,
    /// Parameters it was made with.
    pub params: Object,
    /// Words it is filed under.
    pub tags: Vec<Slug>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The day it was added, `2026-11-22`; none: the day it is first stored.
    pub created: Option<String>,
    /// Author, origin and licence.
    pub source: Source,
    /// Names it had before; they redirect to it.
    pub aliases: Vec<Slug>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_what_can_stand_in_an_address_unescaped() {
        for good in ["a", "north-window", "2026-review", "x1"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(Slug::MAX + 1);
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "a.b", "北窗", "a b", "../a", &long] {
            assert_eq!(Slug::parse(bad), Err(SlugError), "{bad}");
        }
    }
}
