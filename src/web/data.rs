//! A prompt as data: its exact text, Markdown, JSON, and each snippet as plain text.

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use serde_json::{Value, json};

use super::Site;
use super::addresses::{self, Href};
use super::errors::Error;
use super::extract::Path;
use super::filling;
use super::highlight;
use super::samples;
use crate::catalog::{ApiCall, Locale};
use crate::documents::{Documents, Wish, programs};
use crate::gallery::{Snapshot, Titled};
use crate::i18n::{self, Texts};
use crate::snippets::{self, Form};
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
    wish: &Wish,
) -> Result<Response, Error> {
    let t = i18n::texts(locale);
    let filling = filling::exactly(wish, &stored.prompt, t)?;
    let call = snapshot.call(&stored.prompt, filling.text()).ok_or(Error::NotFound)?;
    let (kind, language, body) = match format {
        Format::Text => {
            ("text/plain; charset=utf-8", stored.prompt.language, filling.text().to_owned())
        }
        Format::Markdown => {
            ("text/markdown; charset=utf-8", locale, markdown(site, stored, &call, t))
        }
        Format::Json => {
            let documents = Documents::new(snapshot, site.links(locale));
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

/// The prompt as a Markdown document, its text in a fence nothing inside can close.
fn markdown(site: &Site, stored: &StoredPrompt, call: &ApiCall<'_>, t: &Texts) -> String {
    let prompt = &stored.prompt;
    let (_, title) = stored.title(t.locale);
    let description = prompt.description.best(&[t.locale]).map_or("", |(_, text)| text);
    let mut out = format!("# {}\n\n", title.replace('\n', " "));
    if !description.is_empty() {
        out.push_str(description.trim());
        out.push_str("\n\n");
    }
    out.push_str(&fenced("text", &format!("{}\n", call.text)));
    out.push('\n');
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
    if !prompt.media.is_empty() {
        out.push_str(&format!("\n## {}\n\n", t.samples));
    }
    for medium in &prompt.media {
        let url = |path: String| format!("{}{path}", site.public_url());
        out.push_str(&samples::markdown(medium, t, url));
    }
    for program in programs(call) {
        if program.form == program.language.preferred()
            && let Some(code) = program.code
        {
            out.push_str(&format!("\n## {}\n\n", program.language.name));
            out.push_str(&fenced(program.language.extension, &code));
        }
    }
    out
}

/// A text that ends in a line feed, in a fence nothing inside can close.
fn fenced(info: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{info}\n{text}{fence}\n")
}
