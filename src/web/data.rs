//! A prompt as data: its exact text, JSON, and each snippet as plain text.

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use serde_json::json;

use super::Site;
use super::addresses::{self, Href};
use super::errors::Error;
use super::extract::Path;
use super::filling;
use super::highlight;
use crate::catalog::Locale;
use crate::documents::{Documents, Wish};
use crate::gallery::Snapshot;
use crate::i18n::{self, Texts};
use crate::snippets::{self, Form};
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
    let filling = filling::exactly(wish, &stored.prompt, t)?;
    let documents = Documents::new(snapshot, site.links(locale));
    if snapshot.call(&stored.prompt, filling.text()).is_none() {
        return Err(Error::NotFound);
    }
    let (kind, language, body) = match format {
        Format::Text => {
            ("text/plain; charset=utf-8", stored.prompt.language, filling.text().to_owned())
        }
        Format::Json => {
            let document = documents.prompt(stored, &filling).ok_or(Error::NotFound)?;
            ("application/json", locale, format!("{}\n", serde_json::to_string_pretty(&document)?))
        }
    };
    let body = ([(CONTENT_TYPE, kind), (CONTENT_LANGUAGE, language.tag())], body);
    Ok(filling::mark(&filling, body))
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
    let wish = filling::read(&uri)?;
    let form = named.or(wish.form).unwrap_or_else(|| language.preferred());
    let snapshot = site.gallery().current().await?;
    let locale = addresses::split(uri.path()).0;
    match site.gallery().lookup(&slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => {
            Ok(addresses::moved(&Href::new(locale).snippet(slug.as_str(), &name), &uri))
        }
        PromptLookup::Retired(retired) => return Err(Error::gone(&site, &retired).await),
        PromptLookup::Found(stored) => {
            let filling = filling::exactly(&wish, &stored.prompt, i18n::texts(locale))?;
            let call = snapshot.call(&stored.prompt, filling.text()).ok_or(Error::NotFound)?;
            let snippet = language.snippet(&call, form).ok_or(Error::NotFound)?;
            if in_pieces {
                let pieces: Vec<(&str, &str)> = highlight::segments(&snippet, language.slug)
                    .into_iter()
                    .map(|(kind, text)| (kind.map_or("", highlight::Kind::class), text))
                    .collect();
                let kind = [(CONTENT_TYPE, "application/json")];
                return Ok(filling::mark(&filling, (kind, json!(pieces).to_string())));
            }
            let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
            Ok(filling::mark(&filling, (kind, snippet)))
        }
    }
}
