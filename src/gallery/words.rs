//! What a prompt is found and narrowed by, made from its row and the names around it.

use std::hash::{DefaultHasher, Hash, Hasher};

use pinyin::ToPinyin;

use super::facets::{Entry, Facet};
use crate::catalog::{Locale, Modality, Reference, TextFormat};
use crate::markdown;
use crate::search::Document;
use crate::store::{Facts, Words};

/// The words a prompt is found by.
#[derive(Debug)]
pub(super) struct Indexed {
    id: i64,
    title: String,
    labels: String,
    text: String,
    description: String,
    modality: Modality,
}

impl Indexed {
    pub(super) fn new(facts: &Facts, words: Words, reference: &Reference) -> Self {
        let mut title: Vec<&str> = facts.title.iter().map(|(_, text)| text).collect();
        if title.is_empty() {
            title.push(&facts.digest_title);
        }
        let mut labels: Vec<&str> = Vec::new();
        if let Some(category) = reference.category(&facts.category) {
            labels.extend(category.name.iter().map(|(_, name)| name));
        }
        for tag in facts.tags.iter().filter_map(|slug| reference.tag(slug)) {
            labels.extend(tag.name.iter().map(|(_, name)| name));
        }
        let slug = facts.slug.words();
        labels.push(&slug);
        labels.extend(facts.model.as_deref());
        labels.extend(facts.author.as_deref());
        if let Some((service, _)) = reference.catalog.endpoint(&facts.endpoint) {
            labels.push(&service.name);
            let provider = service.provider.as_deref();
            labels.extend(
                provider
                    .and_then(|slug| reference.catalog.provider(slug))
                    .map(|provider| provider.name.as_str()),
            );
        }
        let description: Vec<String> =
            words.description.iter().map(|(_, text)| markdown::plain(text)).collect();
        Self {
            id: facts.id,
            title: title.join(" \n"),
            labels: labels.join(" \n"),
            text: words.text,
            description: description.join(" \n"),
            modality: modality(&facts.endpoint, reference),
        }
    }

    pub(super) fn document(&self) -> Document<'_> {
        Document {
            id: self.id,
            title: &self.title,
            labels: &self.labels,
            text: &self.text,
            description: &self.description,
        }
    }

    /// What it makes, as a number: related prompts share it.
    pub(super) fn kind(&self) -> u8 {
        self.modality as u8
    }
}

/// What an endpoint makes.
pub(super) fn modality(endpoint: &str, reference: &Reference) -> Modality {
    let endpoint = reference.catalog.endpoint(endpoint);
    endpoint.map_or(Modality::Text, |(_, endpoint)| endpoint.modality)
}

/// What a prompt can be narrowed and sorted by.
pub(super) fn entry(facts: &Facts, reference: &Reference) -> Entry {
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let mut values = vec![
        (Facet::Category, facts.category.clone()),
        (Facet::Modality, modality(&facts.endpoint, reference).slug().to_owned()),
        (Facet::Language, facts.language.tag().to_owned()),
        (Facet::Blanks, yes(facts.has_blanks)),
        (Facet::Json, yes(facts.format == TextFormat::Json)),
        (Facet::Params, yes(facts.has_params)),
    ];
    values.extend(facts.model.clone().map(|model| (Facet::Model, model)));
    values.extend(facts.tags.iter().map(|tag| (Facet::Tag, tag.clone())));
    let title = |locale: Locale| {
        let own = facts.title.best(&[locale, facts.language]).map(|(_, title)| title);
        let title = own.unwrap_or(&facts.digest_title);
        if title.is_empty() { in_order(&facts.slug.words()) } else { in_order(title) }
    };
    Entry {
        id: facts.id,
        slug: facts.slug.to_string(),
        created: facts.created.clone(),
        changed: facts.changed.clone(),
        featured: facts.featured,
        values,
        titles: Locale::ALL.map(title),
    }
}

/// What a title is sorted by: its letters, whatever their case, and Chinese as it is spoken,
/// as a Chinese dictionary does it. Punctuation in front does not count.
fn in_order(title: &str) -> String {
    let mut key = String::with_capacity(title.len() * 2);
    let title = title.trim_start_matches(|c: char| !c.is_alphanumeric());
    for c in title.chars() {
        if let Some(spoken) = c.to_pinyin() {
            key.push_str(spoken.with_tone_num_end());
        }
        // What sounds the same is told apart by how it is written.
        key.extend(c.to_lowercase());
    }
    key
}

/// Tells whether everything that prompts are found and narrowed by has the same names.
pub(super) fn names(reference: &Reference) -> u64 {
    // The keys of this hasher are always the same.
    let mut hasher = DefaultHasher::new();
    for category in &reference.categories {
        category.slug.as_str().hash(&mut hasher);
        category.name.iter().for_each(|(_, name)| name.hash(&mut hasher));
    }
    for tag in &reference.tags {
        tag.slug.as_str().hash(&mut hasher);
        tag.name.iter().for_each(|(_, name)| name.hash(&mut hasher));
    }
    for service in reference.catalog.services() {
        (&service.slug, &service.name, &service.provider).hash(&mut hasher);
        for endpoint in &service.endpoints {
            (&endpoint.slug, endpoint.modality as u8).hash(&mut hasher);
        }
    }
    for provider in reference.catalog.providers() {
        (&provider.slug, &provider.name).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_in_the_order_of_a_dictionary() {
        let ordered = [
            "“A key",
            "安静的湖",
            "白露",
            "Bar card",
            "北窗",
            "成都",
            "《春》",
            "The lake",
            "行走",
            "一只猫",
            "伊犁",
        ];
        let mut titles = ordered;
        titles.reverse();
        titles.sort_by_key(|title| in_order(title));
        assert_eq!(titles, ordered);
    }
}
