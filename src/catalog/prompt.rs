//! A prompt and the words it is filed under.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{LocalText, Locale, Medium, Object, UtcTime};

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

/// What an author says about the blanks of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blanks {
    /// There are none, whatever the text looks like.
    Off,
    /// These, and what else is found in the text.
    On(Vec<Blank>),
}

/// A spot of a prompt that its reader fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blank {
    /// Its name, as it stands in the text.
    pub name: String,
    /// What it is called for a reader; else its name.
    #[serde(default, skip_serializing_if = "LocalText::is_empty")]
    pub label: LocalText,
    /// What to write.
    #[serde(default, skip_serializing_if = "LocalText::is_empty")]
    pub help: LocalText,
    /// What it holds unless the reader writes something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The only values it takes; none: any text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether its value has several lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiline: bool,
    /// Whether the prompt makes no sense without it.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub required: bool,
}

const fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
const fn is_true(value: &bool) -> bool {
    *value
}

impl Blank {
    /// A blank of which nothing but its name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            label: LocalText::new(),
            help: LocalText::new(),
            default: None,
            options: Vec::new(),
            multiline: false,
            required: true,
        }
    }
}

impl Default for Blanks {
    fn default() -> Self {
        Self::On(Vec::new())
    }
}

/// In data: `false`, or a list.
impl Serialize for Blanks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Blanks::Off => serializer.serialize_bool(false),
            Blanks::On(declared) => declared.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Blanks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SwitchOrList;
        impl<'de> Visitor<'de> for SwitchOrList {
            type Value = Blanks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("false or a list of blanks")
            }

            fn visit_bool<E>(self, on: bool) -> Result<Blanks, E> {
                Ok(if on { Blanks::default() } else { Blanks::Off })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Blanks, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Blanks::On)
            }
        }
        deserializer.deserialize_any(SwitchOrList)
    }
}

/// Where a prompt stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// In the making: shown nowhere.
    Draft,
    /// Shown, from the moment on that it may have.
    #[default]
    Published,
    /// Shown no more: its addresses say that it is gone.
    Retired,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Retired];

    /// Its name in seed files and in the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
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
    /// Its blanks.
    pub blanks: Blanks,
    /// Words it is filed under.
    pub tags: Vec<Slug>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// Where it stands in its life.
    pub status: Status,
    /// When it is shown for the first time; none: at once.
    pub publish_at: Option<UtcTime>,
    /// The day it was added, `2026-11-22`; none: the day it is first stored.
    pub created: Option<String>,
    /// Author, origin and licence.
    pub source: Source,
    /// Names it had before; they redirect to it.
    pub aliases: Vec<Slug>,
    /// What came of it, the best first.
    pub media: Vec<Medium>,
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
