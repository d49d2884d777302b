//! Why a search found a prompt: the words it was found by, marked where its card has them,
//! and named where it has not.

use std::ops::Range;

use super::local;
use crate::catalog::{LocalText, Locale};
use crate::gallery::{Snapshot, Titled};
use crate::i18n::{FoundBy, Texts};
use crate::markdown;
use crate::search::{Found, Marker, Words};
use crate::store::{Card, CardWords};

/// The most columns of a passage; a CJK character takes two.
const PASSAGE: usize = 160;
/// The most names a card gives besides what it always shows.
const MOST_NAMES: usize = 3;

/// A part of a text, and whether it was searched for.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) marked: bool,
}

/// What a card shows of a search.
#[derive(Debug)]
pub(super) struct FoundView {
    pub(super) title: Vec<Piece>,
    /// In place of the beginning of the text; none when neither text nor description has any
    /// of the words.
    pub(super) passage: Option<PassageView>,
    pub(super) category: Vec<Piece>,
    pub(super) model: Vec<Piece>,
    pub(super) names: Vec<NameView>,
}

#[derive(Debug)]
pub(super) struct PassageView {
    pub(super) pieces: Vec<Piece>,
    pub(super) lang: Locale,
}

/// Something the prompt was found by that its card does not show.
#[derive(Debug)]
pub(super) struct NameView {
    pub(super) what: &'static str,
    pub(super) pieces: Vec<Piece>,
    /// None for a name that is no word of a language.
    pub(super) lang: Option<Locale>,
}

/// The words that nothing on the card has shown yet.
struct Unexplained<'m> {
    marker: &'m Marker,
    words: Words,
}

impl Unexplained<'_> {
    /// A text in pieces, all marked that was searched for.
    fn mark(&mut self, text: &str) -> Vec<Piece> {
        let Found { marks, words } = self.marker.find(text);
        self.words = &self.words - &words;
        pieces(text, &marks)
    }

    /// The same where this explains what nothing else has; none elsewhere.
    fn explain(&mut self, text: &str) -> Option<Vec<Piece>> {
        let news = !self.words.is_empty() && !self.marker.find(text).words.is_disjoint(&self.words);
        news.then(|| self.mark(text))
    }

    fn passage(&mut self, text: &str, lang: Locale) -> Option<PassageView> {
        let passage = self.marker.passage(text, PASSAGE)?;
        self.words = &self.words - &passage.found.words;
        let mut pieces = pieces(&passage.text, &passage.found.marks);
        let ellipsis = || Piece { text: String::from("…"), marked: false };
        if passage.cut_before {
            pieces.insert(0, ellipsis());
        }
        if passage.cut_after {
            pieces.push(ellipsis());
        }
        Some(PassageView { pieces, lang })
    }
}

impl FoundView {
    pub(super) fn new(
        card: &Card,
        words: &CardWords,
        marker: &Marker,
        snapshot: &Snapshot,
        t: &'static Texts,
    ) -> Self {
        let mut left = Unexplained { marker, words: marker.words() };
        let (shown, title) = card.title(t.locale);
        let title = left.mark(&title);
        let passage = left.passage(&words.text, card.language).or_else(|| {
            in_order(&words.description, t.locale)
                .find_map(|(lang, text)| left.passage(&markdown::plain(text), lang))
        });
        let category = snapshot.reference.category(&card.category);
        let name =
            category.map_or(card.category.as_str(), |category| local(&category.name, t.locale));
        let category_pieces = left.explain(name).unwrap_or_else(|| pieces(name, &[]));
        let model = card.model.as_deref().unwrap_or_default();
        let model = left.explain(model).unwrap_or_else(|| pieces(model, &[]));

        let mut names = Vec::new();
        let mut name = |what, lang, text: &str| {
            if names.len() < MOST_NAMES
                && let Some(pieces) = left.explain(text)
            {
                names.push(NameView { what: (t.found_by)(what), pieces, lang });
            }
        };
        for (lang, text) in card.title.iter().filter(|(lang, _)| *lang != shown) {
            name(FoundBy::Title, Some(lang), text);
        }
        for tag in words.tags.iter().filter_map(|slug| snapshot.reference.tag(slug)) {
            for (lang, text) in in_order(&tag.name, t.locale) {
                name(FoundBy::Tag, Some(lang), text);
            }
        }
        for (lang, text) in category.into_iter().flat_map(|category| category.name.iter()) {
            name(FoundBy::Category, Some(lang), text);
        }
        if let Some(author) = &words.author {
            name(FoundBy::Author, None, author);
        }
        if let Some((service, _)) = snapshot.reference.catalog.endpoint(&card.endpoint) {
            name(FoundBy::Service, None, &service.name);
            if let Some(provider) = snapshot.provider_of(service) {
                name(FoundBy::Provider, None, provider);
            }
        }
        Self { title, passage, category: category_pieces, model, names }
    }
}

/// What the pieces of a text say together.
pub(super) fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// A text in every language it has, the reader's first.
fn in_order(text: &LocalText, locale: Locale) -> impl Iterator<Item = (Locale, &str)> {
    let own = text.get(locale).map(|text| (locale, text));
    own.into_iter().chain(text.iter().filter(move |(lang, _)| *lang != locale))
}

/// A text cut where its marks begin and end.
fn pieces(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = 0;
    let mut push = |range: Range<usize>, marked| {
        let text = text.get(range).unwrap_or_default();
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), marked });
        }
    };
    for mark in marks {
        push(plain..mark.start, false);
        push(mark.clone(), true);
        plain = mark.end;
    }
    push(plain..text.len(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_text_are_the_text() {
        let text = "<b> & 海报";
        let cut = pieces(text, &[1..2, 6..12]);
        let read: Vec<_> = cut.iter().map(|piece| (piece.text.as_str(), piece.marked)).collect();
        assert_eq!(read, [("<", false), ("b", true), ("> & ", false), ("海报", true)]);
        assert!(pieces("", &[]).is_empty());
    }
}
