//! The languages of the site.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A language the site's pages exist in, and the language a prompt is written in.
///
/// A new language is one variant here and one file in `i18n/`; the compiler names every
/// text that is still missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// English, the language without a path prefix.
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Locale {
    /// Every language, the default first.
    pub const ALL: [Locale; 2] = [Locale::En, Locale::ZhCn];
    /// The language of URLs without a prefix.
    pub const DEFAULT: Locale = Locale::En;

    /// The BCP 47 tag, as used in `lang`, `hreflang`, seed files and the database.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::ZhCn => "zh-CN",
        }
    }

    /// The language a reader prefers, by what an `Accept-Language` header says (RFC 9110, section
    /// 12.5.4); the default where it names none of ours.
    #[must_use]
    pub fn accepted(header: &str) -> Locale {
        let mut best = (0.0, Locale::DEFAULT);
        for range in header.split(',') {
            let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameter.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok());
            let language = tag.trim().split('-').next().unwrap_or_default();
            let locale = Locale::ALL.into_iter().find(|locale| {
                let own = locale.tag().split('-').next().unwrap_or_default();
                own.eq_ignore_ascii_case(language)
            });
            // Of equals the first counts.
            if let (Some(locale), Some(weight)) = (locale, weight)
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }

    /// The language with exactly this tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Locale> {
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A text that may exist in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalText(BTreeMap<Locale, String>);

impl LocalText {
    /// A text without any language yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text of one language.
    pub fn insert(&mut self, locale: Locale, text: impl Into<String>) {
        self.0.insert(locale, text.into());
    }

    /// The text in exactly this language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> Option<&str> {
        self.0.get(&locale).map(String::as_str)
    }

    /// The text in the first of these languages that has one, else in any language.
    #[must_use]
    pub fn best(&self, preferred: &[Locale]) -> Option<(Locale, &str)> {
        preferred
            .iter()
            .find_map(|locale| self.get(*locale).map(|text| (*locale, text)))
            .or_else(|| self.0.iter().next().map(|(locale, text)| (*locale, text.as_str())))
    }

    /// Every language and its text.
    pub fn iter(&self) -> impl Iterator<Item = (Locale, &str)> {
        self.0.iter().map(|(locale, text)| (*locale, text.as_str()))
    }

    /// Whether there is no text in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Locale, String)> for LocalText {
    fn from_iter<I: IntoIterator<Item = (Locale, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_language_they_prefer() {
        for (header, locale) in [
            ("", Locale::En),
            ("*", Locale::En),
            ("zh-CN", Locale::ZhCn),
            ("zh", Locale::ZhCn),
            ("ZH-hans-cn;q=0.5", Locale::ZhCn),
            ("de, zh;q=0.3, en;q=0.8", Locale::En),
            ("de, en; q=0.3, zh-TW ;q=0.8", Locale::ZhCn),
            ("en, zh", Locale::En),
            ("zh, en", Locale::ZhCn),
            ("zh;q=0", Locale::En),
            ("zh;q=x, fr", Locale::En),
            ("zhx, ;;q=1,,", Locale::En),
        ] {
            assert_eq!(Locale::accepted(header), locale, "{header}");
        }
    }
}
