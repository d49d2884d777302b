//! Suggestions: where a search may lead, while it is still being typed.
//!
//! Prompts are found by the index. The names of categories, models and tags are so few beside
//! them that reading all of them is quicker than any index: they are folded and cut once per
//! snapshot, and a keystroke only compares. A name is found by the beginning of its words, in
//! whichever language it is typed and however it is joined: `gpt im`, `GPT-Im` and `gptim` all
//! lead to `gpt-image-2`.

use super::{Error, Facet, Facets, Gallery, Snapshot};
use crate::catalog::{LocalText, Locale, ModelRef, Reference};
use crate::search;
use crate::store::Card;

/// The most prompts suggested.
const PROMPTS: usize = 5;
/// The most names of each kind suggested.
const NAMES: usize = 3;

/// What is suggested, the best of each kind first.
#[derive(Debug, Default)]
pub struct Suggestions {
    /// Prompts.
    pub prompts: Vec<Card>,
    /// Shelves.
    pub categories: Vec<Suggestion>,
    /// Models.
    pub models: Vec<Suggestion>,
    /// Words prompts are filed under.
    pub tags: Vec<Suggestion>,
}

/// A category, model or tag.
#[derive(Debug)]
pub struct Suggestion {
    /// Its name in addresses.
    pub slug: String,
    /// What the reader knows it by.
    pub label: String,
    /// The language of that; none for models, which are called the same everywhere.
    pub lang: Option<Locale>,
    /// How many prompts it has.
    pub count: usize,
}

impl Gallery {
    /// What a query, typed as far as this, may lead to. Any text is a query.
    ///
    /// # Errors
    /// When the database or the index cannot be read.
    pub async fn suggest(
        &self,
        snapshot: &Snapshot,
        query: &str,
        locale: Locale,
    ) -> Result<Suggestions, Error> {
        let typed = Typed::read(query);
        if typed.words.is_empty() {
            return Ok(Suggestions::default());
        }
        let Names { categories, models, tags } = &snapshot.names;
        Ok(Suggestions {
            prompts: self.suggested_prompts(snapshot, query).await?,
            categories: best(categories, &typed, locale),
            models: best(models, &typed, locale),
            tags: best(tags, &typed, locale),
        })
    }

    /// The prompts that suit a query best: by their titles, then by everything else.
    async fn suggested_prompts(
        &self,
        snapshot: &Snapshot,
        query: &str,
    ) -> Result<Vec<Card>, Error> {
        let mut numbers = by_title_first(snapshot, query)?;
        if numbers.is_empty()
            && let Some(finished) = without_last_letter(query)
        {
            numbers = by_title_first(snapshot, finished)?;
        }
        Ok(self.0.store.cards(&snapshot.facets.ids(numbers)).await?)
    }
}

/// The numbers of prompts to suggest.
fn by_title_first(snapshot: &Snapshot, query: &str) -> Result<Vec<u32>, Error> {
    let mut numbers = snapshot.view.titles(query, PROMPTS)?;
    if numbers.len() < PROMPTS {
        let found = snapshot.view.find(query)?;
        // What has only some of the words is not what is being typed.
        if !found.is_partial {
            let others = snapshot.view.rank(&found, &found.documents, 0, 2 * PROMPTS)?;
            numbers.extend(
                others.into_iter().filter(|number| !numbers.contains(number)).collect::<Vec<_>>(),
            );
            numbers.truncate(PROMPTS);
        }
    }
    Ok(numbers)
}

/// What was typed before a word of which there is one letter only. The index completes words
/// of two letters and more, and nothing should vanish while somebody begins a word.
fn without_last_letter(query: &str) -> Option<&str> {
    let (finished, last) = query.trim_end().rsplit_once(char::is_whitespace)?;
    let is_letter = last.len() == 1 && last.starts_with(|c: char| c.is_ascii_alphabetic());
    is_letter.then_some(finished)
}

/// What a category, model or tag that has prompts is found by.
#[derive(Debug)]
struct Name {
    slug: String,
    count: usize,
    /// Its name for people; a model is called what it is called in addresses.
    text: LocalText,
    spellings: Vec<Spelling>,
    /// What else it is found by, behind those it is called.
    also: Option<Spelling>,
}

impl Name {
    /// A category or tag, which has a name in each language.
    fn local(slug: &str, count: usize, text: &LocalText) -> Self {
        let spellings = text.iter().map(|(_, text)| Spelling::of(text)).collect();
        Self { slug: slug.to_owned(), count, text: text.clone(), spellings, also: None }
    }

    /// A model: by its name, or by its maker and the name of its service.
    fn model(model: ModelRef<'_>, count: usize) -> Self {
        let maker = model.provider.map_or("", |provider| &provider.name);
        Self {
            slug: model.slug.to_owned(),
            count,
            text: LocalText::new(),
            spellings: vec![Spelling::of(model.slug)],
            also: Some(Spelling::of(&format!("{maker} {}", model.service.name))),
        }
    }

    fn suggestion(&self, locale: Locale) -> Suggestion {
        let text = self.text.best(&[locale, Locale::DEFAULT]);
        let (lang, label) = text.map_or((None, &*self.slug), |(lang, text)| (Some(lang), text));
        Suggestion { slug: self.slug.clone(), label: label.to_owned(), lang, count: self.count }
    }

    /// How well the best of its spellings fits.
    fn fit(&self, typed: &Typed) -> Option<Fit> {
        let called = self.spellings.iter().filter_map(|spelling| spelling.fit(typed)).min();
        called.or_else(|| self.also.as_ref()?.fit(typed).map(|_| Fit::Inside))
    }
}

/// Every name there is to suggest, by kind, the fullest first.
#[derive(Debug, Default)]
pub(super) struct Names {
    categories: Vec<Name>,
    models: Vec<Name>,
    tags: Vec<Name>,
}

impl Names {
    pub(super) fn of(reference: &Reference, facets: &Facets) -> Self {
        let categories = reference.categories.iter().map(|category| {
            let slug = category.slug.as_str();
            Name::local(slug, facets.count(Facet::Category, slug), &category.name)
        });
        let tags = reference.tags.iter().map(|tag| {
            let slug = tag.slug.as_str();
            Name::local(slug, facets.count(Facet::Tag, slug), &tag.name)
        });
        let models = reference
            .catalog
            .models()
            .map(|model| Name::model(model, facets.count(Facet::Model, model.slug)));
        Self {
            categories: fullest_first(categories),
            models: fullest_first(models),
            tags: fullest_first(tags),
        }
    }
}

/// Those that have prompts.
fn fullest_first(names: impl Iterator<Item = Name>) -> Vec<Name> {
    let mut names: Vec<Name> = names.filter(|name| name.count > 0).collect();
    names.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.slug.cmp(&b.slug)));
    names
}

/// The names that fit best, of those that fit equally well the fullest.
fn best(names: &[Name], typed: &Typed, locale: Locale) -> Vec<Suggestion> {
    let fitting = names.iter().filter_map(|name| Some((name.fit(typed)?, name)));
    let mut found: Vec<(Fit, &Name)> = fitting.collect();
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().take(NAMES).map(|(_, name)| name.suggestion(locale)).collect()
}

/// How well a name fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is what was typed.
    Whole,
    /// It begins like that.
    Beginning,
    /// Its words, or some of its Chinese, are in it.
    Inside,
}

/// What was typed: words without their joiners, of which the last may be a beginning.
struct Typed {
    words: Vec<String>,
}

impl Typed {
    fn read(query: &str) -> Self {
        Self { words: search::words(query).iter().map(|parts| parts.concat()).collect() }
    }
}

/// A way of writing a name: its smallest parts in a row.
#[derive(Debug)]
struct Spelling(Vec<String>);

impl Spelling {
    fn of(name: &str) -> Self {
        Self(search::words(name).concat())
    }

    fn fit(&self, typed: &Typed) -> Option<Fit> {
        let (last, others) = typed.words.split_last()?;
        let found = |word: &str, open| (0..self.0.len()).any(|at| self.has(word, at, open));
        if !found(last, true) || !others.iter().all(|word| found(word, false)) {
            return None;
        }
        let first = others.first().unwrap_or(last);
        Some(if self.0.concat() == typed.words.concat() {
            Fit::Whole
        } else if self.has(first, 0, others.is_empty()) {
            Fit::Beginning
        } else {
            Fit::Inside
        })
    }

    /// Whether its parts from one on make up a word, or, where that is open, begin with it.
    fn has(&self, word: &str, at: usize, open: bool) -> bool {
        let mut rest = word;
        for part in self.0.iter().skip(at) {
            match rest.strip_prefix(part.as_str()) {
                Some("") => return true,
                Some(behind) => rest = behind,
                None => return open && part.starts_with(rest),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(name: &str, query: &str) -> Option<Fit> {
        Spelling::of(name).fit(&Typed::read(query))
    }

    #[test]
    fn the_last_word_may_be_a_beginning_and_the_others_may_not() {
        assert_eq!(fit("Natural light", "natural li"), Some(Fit::Beginning));
        assert_eq!(fit("Natural light", "nat"), Some(Fit::Beginning));
        assert_eq!(fit("Natural light", "nat light"), None);
        assert_eq!(fit("Natural light", "ight"), None);
        assert_eq!(fit("Natural light", "natural lights"), None);
    }

    #[test]
    fn words_may_come_in_any_order_and_the_whole_fits_best() {
        assert_eq!(fit("Natural light", "NATURAL light"), Some(Fit::Whole));
        assert_eq!(fit("Natural light", "light natural"), Some(Fit::Inside));
        assert_eq!(fit("Food & drink", "food dr"), Some(Fit::Beginning));
        assert_eq!(fit("Food & drink", "food and"), None);
    }

    #[test]
    fn chinese_is_found_wherever_it_stands() {
        assert_eq!(fit("海报设计", "海报"), Some(Fit::Beginning));
        assert_eq!(fit("海报设计", "报设"), Some(Fit::Inside));
        assert_eq!(fit("海报设计", "海设"), None);
        assert_eq!(fit("海报设计", "设计 海报"), Some(Fit::Inside));
    }

    #[test]
    fn width_case_and_accents_do_not_matter() {
        for query in ["cafe", "CAFÉ", "ｃａｆｅ\u{301}", "Caf\u{ad}é"] {
            assert_eq!(fit("Café", query), Some(Fit::Whole), "{query}");
        }
    }

    #[test]
    fn a_name_is_found_however_it_is_joined() {
        for query in ["gpt-image-2", "GPT Image 2", "gptimage2", "gpt_image 2"] {
            assert_eq!(fit("gpt-image-2", query), Some(Fit::Whole), "{query}");
        }
        for query in ["gptim", "gpt-im", "gpt im", "g"] {
            assert_eq!(fit("gpt-image-2", query), Some(Fit::Beginning), "{query}");
        }
        assert_eq!(fit("veo-3.1-fast", "veo3.1 f"), Some(Fit::Beginning));
        assert_eq!(fit("veo-3.1-fast", "31"), None);
    }

    #[test]
    fn what_holds_no_word_fits_nothing() {
        for query in ["", " ", "🙂", "\"", "--", "\0"] {
            assert_eq!(fit("Natural light", query), None, "{query:?}");
        }
    }
}
