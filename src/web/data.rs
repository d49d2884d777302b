//! A prompt as data: its exact text, JSON, and each snippet as plain text.

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use serde_json::{Value, json};

use super::Site;
use super::addresses::{self, Href};
use super::errors::Error;
use super::extract::Path;
use super::filling::{Entry, Filling, Wish};
use super::highlight;
use super::samples;
use crate::catalog::{ApiCall, Locale};
use crate::gallery::{Snapshot, Titled};
use crate::i18n::{self, Texts};
use crate::snippets::{self, Form, LANGUAGES, Language};
use crate::store::{PromptLookup, StoredPrompt};

/// A form of a prompt beside its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// The exact text.
    Text,
    /// Everything, for programs.
    Json,
}

impl Format {
    pub(super) const ALL: [Format; 2] = [Format::Text, Format::Json];

    /// The format an address ends in.
    pub(super) fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.suffix().strip_prefix('.') == Some(extension))
    }

    /// What the address ends in.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Format::Text => ".txt",
            Format::Json => ".json",
        }
    }

    /// Its name for a reader.
    pub(super) fn name(self, t: &Texts) -> &'static str {
        match self {
            Format::Text => t.plain_text,
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
    wish: &Wish,
) -> Result<Response, Error> {
    let t = i18n::texts(locale);
    let filling = wish.fill_exactly(&stored.prompt, t)?;
    let call = snapshot.call(&stored.prompt, filling.text()).ok_or(Error::NotFound)?;
    let (kind, language, body) = match format {
        Format::Text => {
            ("text/plain; charset=utf-8", stored.prompt.language, filling.text().to_owned())
        }
        Format::Json => {
            let document = document(site, stored, &call, &filling, locale);
            ("application/json", locale, format!("{document:#}\n"))
        }
    };
    let body = ([(CONTENT_TYPE, kind), (CONTENT_LANGUAGE, language.tag())], body);
    Ok(filling.on(body))
}

/// One snippet: as plain text, or, where the language's name ends in `.json`, in the pieces a
/// page colours.
pub(super) async fn snippet(
    State(site): State<Site>,
    Path((slug, name)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Error> {
    let (language, in_pieces) =
        name.strip_suffix(".json").map_or((name.as_str(), false), |language| (language, true));
    // In an export the form is part of the name: ruby-http.
    let (language, named) = match language.rsplit_once('-') {
        Some((language, form)) => (language, Some(Form::from_slug(form).ok_or(Error::NotFound)?)),
        None => (language, None),
    };
    let language = snippets::language(language).ok_or(Error::NotFound)?;
    let wish = Wish::read(&uri)?;
    let form = named.or(wish.form).unwrap_or_else(|| language.preferred());
    let snapshot = site.gallery().current().await?;
    let locale = addresses::split(uri.path()).0;
    match site.gallery().lookup(&slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => {
            Ok(addresses::moved(&Href::new(locale).snippet(slug.as_str(), &name), &uri))
        }
        PromptLookup::Found(stored) => {
            let filling = wish.fill_exactly(&stored.prompt, i18n::texts(locale))?;
            let call = snapshot.call(&stored.prompt, filling.text()).ok_or(Error::NotFound)?;
            let snippet = language.snippet(&call, form).ok_or(Error::NotFound)?;
            if in_pieces {
                let pieces: Vec<(&str, &str)> = highlight::segments(&snippet, language.slug)
                    .into_iter()
                    .map(|(kind, text)| (kind.map_or("", highlight::Kind::class), text))
                    .collect();
                let kind = [(CONTENT_TYPE, "application/json")];
                return Ok(filling.on((kind, json!(pieces).to_string())));
            }
            let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
            Ok(filling.on((kind, snippet)))
        }
    }
}

/// Prompts above this size, in bytes, stand once in a document: their programs, which would
/// repeat them ten times, are kept apart.
pub(super) const LARGE: usize = 8 * 1024;

/// One program of one prompt.
pub(super) struct Program {
    pub(super) language: &'static Language,
    pub(super) form: Form,
    /// None where it is kept apart.
    pub(super) code: Option<String>,
}

pub(super) fn programs(call: &ApiCall<'_>) -> impl Iterator<Item = Program> {
    let large = call.text.len() > LARGE;
    LANGUAGES.iter().flat_map(move |language| {
        language.forms().map(move |form| Program {
            language,
            form,
            code: language.snippet(call, form).filter(|_| !large),
        })
    })
}

/// The prompt as JSON.
fn document(
    site: &Site,
    stored: &StoredPrompt,
    call: &ApiCall<'_>,
    filling: &Filling,
    locale: Locale,
) -> Value {
    let prompt = &stored.prompt;
    let (_, title) = stored.title(locale);
    let href = Href::of(site, locale);
    let url = |path: String| format!("{}{path}", site.public_url());
    let snippets: Vec<Value> = programs(call)
        .map(|Program { language, form, code }| {
            json!({
                "language": language.slug,
                "form": form.slug(),
                "url": url(filling.carry(&href.snippet_form(&prompt.slug, language.slug, form.slug()))),
                "code": code,
            })
        })
        .collect();
    let media: Vec<Value> =
        prompt.media.iter().map(|medium| samples::document(medium, locale, url)).collect();
    let blanks: Vec<Value> = filling.entries.iter().map(|entry| blank(entry, locale)).collect();
    json!({
        "slug": prompt.slug,
        "title": title,
        "description": prompt.description.best(&[locale]).map(|(_, text)| text),
        "text": call.text,
        "template": (call.text != prompt.text).then_some(&prompt.text),
        "blanks": blanks,
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
        "snippets": snippets,
        "url": url(href.prompt(&prompt.slug)),
        "media": media,
        "cover_url": url(addresses::cover(&prompt.slug)),
    })
}

/// A blank as JSON.
fn blank(entry: &Entry, locale: Locale) -> Value {
    let blank = &entry.field.blank;
    json!({
        "key": entry.field.key,
        "name": blank.name,
        "label": entry.label(locale),
        "help": blank.help.best(&[locale]).map(|(_, text)| text),
        "default": blank.default,
        "options": blank.options,
        "multiline": blank.multiline,
        "required": blank.required,
        "value": entry.asked.as_deref().filter(|value| !value.is_empty()),
    })
}
