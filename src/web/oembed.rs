//! How another site shows a link to a prompt, for programs (oEmbed 1.0): a frame, and the picture
//! that stands for it.

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::addresses::{self, Links, OEMBED, query_value};
use super::caching::CachePolicy;
use super::errors::Error;
use super::routes::Name;
use super::{Site, embed, xml};
use crate::catalog::{Locale, Slug};
use crate::gallery::Titled as _;
use crate::i18n;
use crate::preview;
use crate::store::{PromptLookup, StoredPrompt};

/// How long a program may keep an answer, in seconds.
const KEPT: u32 = 24 * 60 * 60;

/// What a name in the query is to an answer.
pub(super) fn name(name: &str) -> Name {
    Name::read_if(matches!(name, "url" | "format" | "maxwidth" | "maxheight"))
}

/// What is asked for.
#[derive(Deserialize)]
struct Wish {
    url: Option<String>,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

/// Where programs learn how to show a prompt.
pub(super) fn address(links: Links<'_>, slug: &Slug) -> String {
    let page = links.to(links.href.prompt(slug));
    links.to(format!("{OEMBED}?url={}", query_value(&page)))
}

pub(super) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let t = i18n::texts(Locale::DEFAULT);
    let unclear = || Error::BadRequest(t.oembed_url_wanted.into());
    let Query(wish) = Query::<Wish>::try_from_uri(&uri).map_err(|_| unclear())?;
    let is_xml = match wish.format.as_deref() {
        None | Some("json") => false,
        Some("xml") => true,
        Some(_) => return Err(Error::NotOffered(t.oembed_format_wanted)),
    };
    let url = wish.url.ok_or_else(unclear)?;
    let (locale, slug) = prompt_at(&url, site.public_url()).ok_or(Error::NotFound)?;
    let stored = find(&site, &slug).await?.ok_or(Error::NotFound)?;
    let room = (most(wish.maxwidth.as_deref()), most(wish.maxheight.as_deref()));
    let document = document(site.links(locale), &stored, room);
    let (kind, body) = if is_xml {
        ("text/xml; charset=utf-8", written(&document))
    } else {
        ("application/json", Value::Object(document).to_string().into_bytes())
    };
    let headers = [(CONTENT_TYPE, kind), (CONTENT_LANGUAGE, locale.tag())];
    Ok(CachePolicy::Content.on((headers, body)))
}

/// The language and the name of the prompt an address of ours leads to, however it is spelt.
fn prompt_at(url: &str, public_url: &str) -> Option<(Locale, String)> {
    let bare = |url: &'_ str| url.split_once("://").map(|(_, rest)| rest.to_owned());
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (url, ours) = (bare(url)?, bare(public_url)?);
    let path = url.strip_prefix(&ours).filter(|path| path.starts_with('/'))?;
    let path = addresses::canonical(path).unwrap_or_else(|| path.to_owned());
    let (locale, rest) = addresses::split(&path);
    let slug = rest.strip_prefix("/prompts/").filter(|slug| !slug.contains('/'))?;
    Some((locale, slug.to_owned()))
}

/// A prompt by its name, or one it had before.
async fn find(site: &Site, slug: &str) -> Result<Option<Box<StoredPrompt>>, Error> {
    let found = match site.gallery().lookup(slug).await? {
        Some(PromptLookup::Moved(slug)) => site.gallery().lookup(slug.as_str()).await?,
        found => found,
    };
    match found {
        Some(PromptLookup::Found(stored)) => Ok(Some(stored)),
        Some(PromptLookup::Retired(retired)) => Err(Error::gone(site, &retired).await),
        Some(PromptLookup::Moved(_)) | None => Ok(None),
    }
}

/// A limit in pixels; none where it is no number, or no size.
fn most(limit: Option<&str>) -> u32 {
    limit.and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0).unwrap_or(u32::MAX)
}

/// What is said of a prompt.
fn document(
    links: Links<'_>,
    stored: &StoredPrompt,
    (most_width, most_height): (u32, u32),
) -> Map<String, Value> {
    let prompt = &stored.prompt;
    let t = i18n::texts(links.locale());
    let (_, title) = stored.title(links.locale());
    let (width, height) = (embed::WIDTH.min(most_width), embed::HEIGHT.min(most_height));
    let html = embed::snippet(links, prompt.slug.as_str(), &title, (width, height));
    let mut document = Map::new();
    let mut say = |name: &str, value: Value| document.insert(name.to_owned(), value);
    say("type", json!("rich"));
    say("version", json!("1.0"));
    say("title", json!(title));
    if let Some(author) = &prompt.source.author {
        say("author_name", json!(author));
    }
    say("provider_name", json!(t.site_name));
    say("provider_url", json!(links.to(links.href.home())));
    say("cache_age", json!(KEPT));
    // The limits are for it as well.
    if preview::WIDTH <= most_width && preview::HEIGHT <= most_height {
        say("thumbnail_url", json!(links.to(links.href.preview(&prompt.slug))));
        say("thumbnail_width", json!(preview::WIDTH));
        say("thumbnail_height", json!(preview::HEIGHT));
    }
    say("html", json!(html));
    say("width", json!(width));
    say("height", json!(height));
    document
}

/// The same as XML.
fn written(document: &Map<String, Value>) -> Vec<u8> {
    xml::document(|xml| {
        xml.within("oembed", &[], |xml| {
            for (name, value) in document {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                xml.text(name, &[], &text);
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pages_of_our_prompts_are_shown() {
        let at = |url: &str| prompt_at(url, "https://gallery.example");
        let kite = |locale| Some((locale, String::from("kite")));
        for (url, found) in [
            ("https://gallery.example/prompts/kite", kite(Locale::En)),
            ("http://gallery.example/prompts/Kite/?v.x=1#go", kite(Locale::En)),
            ("https://gallery.example/zh-cn/prompts/kite", kite(Locale::ZhCn)),
            ("https://gallery.example/prompts", None),
            ("https://gallery.example/prompts/kite/snippets/go", None),
            ("https://gallery.example.evil.example/prompts/kite", None),
            ("https://evil.example/prompts/kite", None),
            ("https://gallery.example@evil.example/prompts/kite", None),
            ("/prompts/kite", None),
            ("", None),
        ] {
            assert_eq!(at(url), found, "{url}");
        }
        assert_eq!(
            prompt_at("https://a.example/g/prompts/kite", "https://a.example/g"),
            kite(Locale::En)
        );
    }
}
