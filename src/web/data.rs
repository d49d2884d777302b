//! A prompt as data: its exact text, Markdown, JSON, and each snippet as plain text.

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use serde_json::{Value, json};

use super::Site;
use super::addresses::{self, Href};
use super::caching::CachePolicy;
use super::errors::Error;
use super::extract::Path;
use crate::catalog::{ApiCall, Locale};
use crate::gallery::{Snapshot, Titled};
use crate::i18n::{self, Texts};
use crate::snippets;
use crate::store::{PromptLookup, StoredPrompt};

/// A form of a prompt beside its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// The exact text.
    Text,
    /// A document.
    Markdown,
    /// Everything, for programs.
    Json,
}

impl Format {
    pub(super) const ALL: [Format; 3] = [Format::Text, Format::Markdown, Format::Json];

    /// The format an address ends in.
    pub(super) fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.suffix().strip_prefix('.') == Some(extension))
    }

    /// What the address ends in.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Format::Text => ".txt",
            Format::Markdown => ".md",
            Format::Json => ".json",
        }
    }

    /// Its name for a reader.
    pub(super) fn name(self, t: &Texts) -> &'static str {
        match self {
            Format::Text => t.plain_text,
            Format::Markdown => "Markdown",
            Format::Json => "JSON",
        }
    }
}

pub(super) fn show(
    site: &Site,
    snapshot: &Snapshot,
    stored: &StoredPrompt,
    locale: Locale,
    format: Format,
) -> Result<Response, Error> {
    let call = snapshot.call(&stored.prompt).ok_or(Error::NotFound)?;
    let (kind, language, body) = match format {
        Format::Text => {
            ("text/plain; charset=utf-8", stored.prompt.language, stored.prompt.text.clone())
        }
        Format::Markdown => {
            ("text/markdown; charset=utf-8", locale, markdown(stored, &call, i18n::texts(locale)))
        }
        Format::Json => {
            ("application/json", locale, format!("{:#}\n", document(site, stored, &call, locale)))
        }
    };
    Ok(CachePolicy::Content.on(([(CONTENT_TYPE, kind), (CONTENT_LANGUAGE, language.tag())], body)))
}

/// One snippet as plain text.
pub(super) async fn snippet(
    State(site): State<Site>,
    Path((slug, language)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Error> {
    let language = snippets::language(&language).ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    match site.gallery().text(&slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => {
            let locale = addresses::split(uri.path()).0;
            Ok(addresses::moved(&Href::new(locale).snippet(slug.as_str(), language.slug), &uri))
        }
        PromptLookup::Found(stored) => {
            let call = snapshot.call(&stored.prompt).ok_or(Error::NotFound)?;
            let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
            Ok(CachePolicy::Content.on((kind, language.snippet(&call))))
        }
    }
}

/// The prompt as a Markdown document, its text in a fence nothing inside can close.
fn markdown(stored: &StoredPrompt, call: &ApiCall<'_>, t: &Texts) -> String {
    let prompt = &stored.prompt;
    let (_, title) = stored.title(t.locale);
    let description = prompt.description.best(&[t.locale]).map_or("", |(_, text)| text);
    let longest = prompt.text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let mut out = format!("# {}\n\n", title.replace('\n', " "));
    if !description.is_empty() {
        out.push_str(description.trim());
        out.push_str("\n\n");
    }
    out.push_str(&format!("{fence}text\n{}\n{fence}\n\n", prompt.text));
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(model) = call.model {
        facts.push((t.model, format!("`{model}`")));
    }
    facts.push((t.service, call.service.name.clone()));
    facts.push((t.path, format!("`POST {}`", call.path())));
    if !call.params.is_empty() {
        facts.push((t.parameters, format!("`{}`", Value::Object(call.params.clone()))));
    }
    for (name, value) in [
        (t.author, &prompt.source.author),
        (t.source, &prompt.source.url),
        (t.license, &prompt.source.license),
    ] {
        facts.extend(value.clone().map(|value| (name, value)));
    }
    for (name, value) in facts {
        out.push_str(&format!("- {name}: {value}\n"));
    }
    out
}

/// The prompt as JSON.
fn document(site: &Site, stored: &StoredPrompt, call: &ApiCall<'_>, locale: Locale) -> Value {
    let prompt = &stored.prompt;
    let (_, title) = stored.title(locale);
    let href = Href::new(locale);
    let url = |path: String| format!("{}{path}", site.public_url());
    json!({
        "slug": prompt.slug,
        "title": title,
        "description": prompt.description.best(&[locale]).map(|(_, text)| text),
        "text": prompt.text,
        "language": prompt.language,
        "category": prompt.category,
        "tags": prompt.tags,
        "featured": prompt.featured,
        "created": prompt.created,
        "updated": stored.updated,
        "author": prompt.source.author,
        "source_url": prompt.source.url,
        "license": prompt.source.license,
        "request": { "method": "POST", "url": call.url(), "body": call.body() },
        "service": call.service.slug,
        "endpoint": prompt.endpoint,
        "model": prompt.model,
        "modality": call.endpoint.modality,
        "url": url(href.prompt(&prompt.slug)),
        "cover_url": url(addresses::cover(&prompt.slug)),
    })
}
