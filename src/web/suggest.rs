//! Suggestions for the search field, as JSON: a beginning of a search and where it may lead.
//!
//! Everything a reader sees of it is made here, in their language, so that a page's script only
//! has to show it.

use axum::extract::State;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderName, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use super::Site;
use super::addresses::{self, Href};
use super::caching::CachePolicy;
use super::errors::Error;
use super::pages::ListQuery;
use super::routes::Name;
use crate::catalog::Locale;
use crate::gallery::{Snapshot, Suggestion, Suggestions, Titled};
use crate::i18n::{self, Texts};
use crate::store::Card;

/// What a name in the query is to suggestions.
pub(super) fn name(name: &str) -> Name {
    Name::read_if(name == "q")
}

pub(super) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let (locale, _) = addresses::split(uri.path());
    let t = i18n::texts(locale);
    let query = ListQuery::search_of(&uri, t)?;
    let snapshot = site.gallery().current().await?;
    let suggestions = site.gallery().suggest(&snapshot, &query, locale).await?;
    let document = document(&query, &suggestions, &snapshot, t);
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_LANGUAGE, locale.tag()),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    Ok(CachePolicy::Content.on((headers, document.to_string())))
}

fn document(
    query: &str,
    suggestions: &Suggestions,
    snapshot: &Snapshot,
    t: &'static Texts,
) -> Value {
    let href = Href::new(t.locale);
    let Suggestions { prompts, categories, models, tags } = suggestions;
    let named = |names: &[Suggestion], address: &dyn Fn(&str) -> String| -> Vec<Value> {
        let value = |name: &Suggestion| {
            let note = (t.prompt_count)(name.count);
            suggestion(&name.label, name.lang, address(&name.slug), Some(note))
        };
        names.iter().map(value).collect()
    };
    let groups = [
        ("prompt", t.prompts, prompts.iter().map(|card| prompt(card, snapshot, t)).collect()),
        ("category", t.categories, named(categories, &|slug| href.category(slug))),
        ("model", t.models, named(models, &|slug| href.model(slug))),
        ("tag", t.tags, named(tags, &|slug| href.tag(slug))),
    ];
    let count = groups.iter().map(|(_, _, suggestions): &(_, _, Vec<Value>)| suggestions.len());
    let summary = (t.suggestion_count)(count.sum());
    let groups: Vec<Value> = groups
        .into_iter()
        .filter(|(_, _, suggestions)| !suggestions.is_empty())
        .map(|(kind, name, suggestions)| {
            json!({ "kind": kind, "name": name, "suggestions": suggestions })
        })
        .collect();
    json!({ "query": query, "summary": summary, "groups": groups })
}

fn prompt(card: &Card, snapshot: &Snapshot, t: &'static Texts) -> Value {
    let (lang, label) = card.title(t.locale);
    let category = snapshot.reference.category(&card.category);
    let shelf = category.and_then(|category| category.name.best(&[t.locale, Locale::DEFAULT]));
    let note = shelf.map(|(_, name)| name.to_owned());
    suggestion(&label, Some(lang), Href::new(t.locale).prompt(&card.slug), note)
}

/// One suggestion: its label and the language of that (none: it is a code), its address, and a
/// remark.
fn suggestion(label: &str, lang: Option<Locale>, href: String, note: Option<String>) -> Value {
    json!({ "label": label, "lang": lang, "href": href, "note": note })
}
