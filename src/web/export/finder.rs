//! What the script of an export searches: every prompt with the words it may be found by, the
//! values it can be narrowed by, and the orders it can be listed in.
//!
//! One file a language. It holds no cards: what is found is on some page of the list of all
//! prompts, and the script takes it from there. Its size is bounded, because the more prompts there
//! are, the fewer words of each text are taken.

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::{LocalText, Locale, Prompt};
use crate::gallery::{
    self, Facet, Gallery, ListRequest, PAGE_SIZE, Selection, Snapshot, Sort, Titled as _,
};
use crate::i18n::{self, Texts};
use crate::markdown;
use crate::store::{Card, PromptLookup};
use crate::web::pages::{Names, sort_slug};

/// The most characters taken of one text, and of all texts together.
const MOST_OF_A_TEXT: usize = 4_000;
const MOST_OF_ALL_TEXTS: usize = 600_000;

/// What stands in for the server's search, in every language.
#[derive(Debug, Default)]
pub(in crate::web) struct Finder(Vec<Index>);

/// A file of it.
#[derive(Debug)]
pub(super) struct Index {
    locale: Locale,
    pub(super) address: String,
    pub(super) content: String,
}

impl Finder {
    /// Reads the whole gallery.
    pub(super) async fn new(
        gallery: &Gallery,
        snapshot: &Snapshot,
    ) -> Result<Self, gallery::Error> {
        let mut indexes = Vec::new();
        for locale in Locale::ALL {
            let content = content(gallery, snapshot, locale).await?.to_string();
            let hash = Sha256::digest(&content);
            let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            let address = format!("/finder/{}.{short}.json", locale.tag());
            indexes.push(Index { locale, address, content });
        }
        Ok(Self(indexes))
    }

    /// Where the file of a language is.
    pub(in crate::web) fn address(&self, locale: Locale) -> Option<String> {
        let index = self.0.iter().find(|index| index.locale == locale)?;
        Some(index.address.clone())
    }

    pub(super) fn indexes(&self) -> &[Index] {
        &self.0
    }
}

async fn content(
    gallery: &Gallery,
    snapshot: &Snapshot,
    locale: Locale,
) -> Result<Value, gallery::Error> {
    let t = i18n::texts(locale);
    let all = Selection::default();
    let cards = listed(gallery, snapshot, &all, Sort::Newest, locale).await?;
    let numbers: HashMap<i64, usize> =
        cards.iter().enumerate().map(|(at, card)| (card.id, at)).collect();
    let number = |cards: Vec<Card>| -> Vec<usize> {
        cards.iter().filter_map(|card| numbers.get(&card.id).copied()).collect()
    };
    let most = (MOST_OF_ALL_TEXTS / cards.len().max(1)).min(MOST_OF_A_TEXT);
    let mut prompts = Vec::with_capacity(cards.len());
    for card in &cards {
        if let Some(PromptLookup::Found(stored)) = gallery.lookup(card.slug.as_str()).await? {
            let (_, title) = stored.title(locale);
            prompts.push(prompt(&stored.prompt, &title, most));
        } else {
            // It was removed meanwhile; its place stays, or the others would be taken for it.
            prompts.push(json!(["", "", "", ""]));
        }
    }
    let mut orders = serde_json::Map::new();
    for sort in [Sort::Featured, Sort::Title] {
        let order = number(listed(gallery, snapshot, &all, sort, locale).await?);
        orders.insert(sort_slug(sort).to_owned(), json!(order));
    }
    let counts = snapshot.counts(&all, None);
    let names = Names { snapshot, t };
    let mut facets = Vec::new();
    for facet in Facet::ALL {
        let mut values = Vec::new();
        for (value, _) in counts.get(&facet).into_iter().flatten() {
            let mut selection = Selection::default();
            selection.choose(facet, value.as_str());
            let of = number(listed(gallery, snapshot, &selection, Sort::Newest, locale).await?);
            values.push(json!({
                "slug": value,
                "name": names.of(facet, value),
                "words": words_of(snapshot, facet, value),
                "of": of,
            }));
        }
        facets.push(json!({
            "slug": facet.slug(),
            "name": (t.facet)(facet.slug()),
            "several": facet.takes_several(),
            "values": values,
        }));
    }
    Ok(json!({
        "prompts": prompts,
        "orders": orders,
        "facets": facets,
        "page_size": PAGE_SIZE,
        "texts": texts(t),
    }))
}

/// A prompt as slug, titles, the beginning of its text, and other words.
fn prompt(prompt: &Prompt, title: &str, most: usize) -> Value {
    let mut titles = vec![title];
    titles.extend(prompt.title.iter().map(|(_, other)| other).filter(|other| *other != title));
    let descriptions = prompt.description.iter().map(|(_, text)| markdown::plain(text));
    let others: Vec<String> = descriptions.chain(prompt.source.author.clone()).collect();
    let text: String = prompt.text.chars().take(most).collect();
    let others: String = others.join("\n").chars().take(most).collect();
    json!([prompt.slug, titles.join("\n"), text, others])
}

/// What the prompts with a value are found by, in every language.
fn words_of(snapshot: &Snapshot, facet: Facet, value: &str) -> String {
    let all = |name: &LocalText| name.iter().map(|(_, name)| name).collect::<Vec<_>>().join("\n");
    match facet {
        Facet::Category => snapshot.reference.category(value).map(|category| all(&category.name)),
        Facet::Tag => snapshot.reference.tag(value).map(|tag| all(&tag.name)),
        Facet::Model => Some(value.to_owned()),
        _ => None,
    }
    .unwrap_or_default()
}

/// Every card of a list.
async fn listed(
    gallery: &Gallery,
    snapshot: &Snapshot,
    selection: &Selection,
    sort: Sort,
    locale: Locale,
) -> Result<Vec<Card>, gallery::Error> {
    let mut cards = Vec::new();
    for page in 1.. {
        let request = ListRequest { selection, search: None, sort, locale, page };
        let Some(listing) = gallery.listing(snapshot, request).await? else { break };
        cards.extend(listing.items);
        if page == listing.last_page {
            break;
        }
    }
    Ok(cards)
}

/// What the script says. `{}` stands for a number or for words of others.
fn texts(t: &Texts) -> Value {
    // A number that a language writes nowhere else in such a text.
    const NUMBER: usize = 7;
    let counted = |text: fn(usize) -> String| text(NUMBER).replacen('7', "{}", 1);
    let place = (t.page_of)(NUMBER, 8).replacen('7', "{}", 1).replacen('8', "{}", 1);
    let sorts: serde_json::Map<String, Value> =
        [Sort::Relevance, Sort::Newest, Sort::Featured, Sort::Title]
            .into_iter()
            .map(|sort| (sort_slug(sort).to_owned(), json!((t.sort)(sort_slug(sort)))))
            .collect();
    json!({
        "one": (t.prompt_count)(1),
        "many": counted(t.prompt_count),
        "searched": (t.searched_for)("{}"),
        "nothing": t.search_nothing,
        "too_long": t.search_too_long,
        "categories": t.categories,
        "chosen": t.chosen,
        "take_back": (t.take_back)("{}"),
        "take_all_back": t.take_all_back,
        "sort_by": t.sort_by,
        "sorts": sorts,
        "pages": t.pages,
        "page": counted(t.page),
        "place": place,
        "previous": t.previous_page,
        "next": t.next_page,
        "narrow": t.narrow,
        "prompts": t.prompts,
    })
}
