//! The Markdown twin of a page: the same content for those who read text, without what surrounds it.
//!
//! A page has two variants: HTML, and Markdown. The second has an address of its own, the page's with
//! `.md` at the end, and is also what the page's address answers to those who like it better
//! ([`prefers_markdown`]). Such a request is sent on to the twin's address before anything else
//! happens ([`negotiate`]), so that everything that is kept is kept under an address that has one
//! variant only. Before the routes both variants are one page again, and the handler is told which
//! ([`Variant`]): it fills one of two templates with the same values.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Write};

use askama::Template;
use askama::filters::Escaper;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, LINK, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use memchr::memchr2_iter;

use super::addresses::{self, prefix};
use super::coding::weight_of;
use super::context::Page;
use super::{html, routes};
use crate::markdown;

/// The type of a twin.
pub(super) const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// What the address of a twin ends in.
const SUFFIX: &str = ".md";

/// The address of a home page's twin, without a language.
const HOME: &str = "/index.md";

/// What an answer differs by, where its address has two variants.
const NEGOTIATED: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    Html,
    Markdown,
}

impl Variant {
    /// What is at an address.
    pub(super) fn of(path: &str) -> Self {
        if path.ends_with(SUFFIX) { Self::Markdown } else { Self::Html }
    }

    /// Where this variant of a page is.
    pub(super) fn address(self, page: String) -> String {
        match self {
            Self::Html => page,
            Self::Markdown => twin(&page),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Variant {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::Html))
    }
}

/// The address of a page's twin, with the same query.
pub(super) fn twin(page: &str) -> String {
    let (path, query) = page.find('?').map_or((page, ""), |at| page.split_at(at));
    let (locale, rest) = addresses::split(path);
    if rest == "/" {
        return format!("{}{HOME}{query}", prefix(locale));
    }
    format!("{path}{SUFFIX}{query}")
}

/// The path of the page whose twin this would be.
pub(super) fn page_of(path: &str) -> Option<Cow<'_, str>> {
    let page = path.strip_suffix(SUFFIX).filter(|page| !page.ends_with('/'))?;
    let (locale, rest) = addresses::split(path);
    Some(if rest == HOME { Cow::Owned(format!("{}/", prefix(locale))) } else { page.into() })
}

/// Whether a client names Markdown, and likes it no less than HTML (RFC 9110, section 12.5.1).
///
/// Whoever takes anything gets what people read. Browsers never name Markdown, and programs that do
/// mean it.
pub(super) fn prefers_markdown(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT);
    // Nearly everybody is done here.
    if !accepted.iter().any(|accepted| names_markdown(accepted.as_bytes())) {
        return false;
    }
    let (mut markdown, mut html, mut text, mut any) = (None, None, None, None);
    let accepted = accepted.iter().filter_map(|accepted| accepted.to_str().ok());
    for range in accepted.flat_map(|accepted| accepted.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let place = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "text/markdown" => &mut markdown,
            "text/html" => &mut html,
            "text/*" => &mut text,
            "*/*" => &mut any,
            _ => continue,
        };
        let is_weight = |part: &&str| {
            part.split_once('=').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        };
        let weight = parts.find(is_weight).unwrap_or_default();
        let Some(weight) = weight_of(weight.as_bytes()) else { continue };
        *place = Some(place.map_or(weight, |other: f32| other.max(weight)));
    }
    let html = html.or(text).or(any).unwrap_or_default();
    markdown.is_some_and(|markdown| markdown > 0.0 && markdown >= html)
}

/// Found by its one letter that no other type browsers take has.
fn names_markdown(accepted: &[u8]) -> bool {
    memchr2_iter(b'k', b'K', accepted).any(|at| {
        let name = at.checked_sub(3).and_then(|start| accepted.get(start..at + 5));
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"markdown"))
    })
}

/// Sends a request for a page on to its twin, if that is liked better, and says where that is.
pub(super) fn negotiate(request: &mut Request) -> Option<HeaderValue> {
    if !prefers_markdown(request.headers()) || !routes::is_negotiated(request.uri().path()) {
        return None;
    }
    let address = twin(request.uri().path_and_query()?.as_str());
    let location = HeaderValue::from_str(&address).ok()?;
    *request.uri_mut() = address.parse().ok()?;
    Some(location)
}

/// Marks the answer to a request that was sent on to there.
pub(super) fn mark_negotiated(response: &mut Response, location: HeaderValue) {
    response.headers_mut().insert(VARY, NEGOTIATED);
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        response.headers_mut().insert(CONTENT_LOCATION, location);
    }
}

/// Marks an answer that others may get differently.
pub(super) fn vary(headers: &mut HeaderMap) {
    headers.insert(VARY, NEGOTIATED);
}

/// Makes a request for a twin one for its page.
pub(super) fn turn_to_page(request: &mut Request) {
    let uri = request.uri();
    let Some(page) = routes::page_of_twin(uri.path()) else { return };
    let page = uri.query().map_or_else(|| page.to_string(), |query| format!("{page}?{query}"));
    let Ok(uri) = page.parse::<Uri>() else { return };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Variant::Markdown);
}

/// A page in the variant that was asked for.
pub(super) fn answer(
    variant: Variant,
    page: &Page,
    html: &impl Template,
    twin: &impl Template,
) -> Result<Response, askama::Error> {
    match variant {
        Variant::Html => html::page(html),
        Variant::Markdown => document(page, twin),
    }
}

/// A twin as an answer. Search engines are told of the page.
pub(super) fn document(page: &Page, twin: &impl Template) -> Result<Response, askama::Error> {
    let headers = [(CONTENT_TYPE, MARKDOWN), (CONTENT_LANGUAGE, page.locale.tag())];
    let mut response = (headers, text(twin)?).into_response();
    let canonical = page.canonical.as_ref().map(|url| format!("<{url}>; rel=\"canonical\""));
    if let Some(link) = canonical.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    if !page.indexable {
        let robots = HeaderName::from_static("x-robots-tag");
        response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    }
    Ok(response)
}

/// A document that ends with its last line.
pub(super) fn text(template: &impl Template) -> Result<String, askama::Error> {
    let mut text = template.render()?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// How templates of Markdown escape what they are given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escaped;

impl Escaper for Escaped {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        markdown::push_escaped(&mut out, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_twin_and_every_twin_a_page() {
        for (page, address) in [
            ("/", "/index.md"),
            ("/zh-CN/", "/zh-CN/index.md"),
            ("/prompts", "/prompts.md"),
            ("/zh-CN/models/flux-1.1-pro", "/zh-CN/models/flux-1.1-pro.md"),
            ("/prompts/index", "/prompts/index.md"),
        ] {
            assert_eq!(twin(page), address);
            assert_eq!(page_of(address).as_deref(), Some(page));
            assert_eq!(twin(&format!("{page}?q=a.b/c")), format!("{address}?q=a.b/c"));
        }
        for other in ["/prompts/a.txt", "/.md", "/zh-CN/.md"] {
            assert_eq!(page_of(other), None, "{other}");
        }
    }

    #[test]
    fn markdown_is_for_those_who_name_it_and_like_it_no_less() {
        let prefers = |accepted: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in accepted {
                headers.append(ACCEPT, HeaderValue::from_static(value));
            }
            prefers_markdown(&headers)
        };
        for accepted in [
            "text/markdown",
            "Text/Markdown",
            "text/markdown, text/html, */*",
            "text/markdown;q=1.0, text/x-markdown;q=0.9, text/html;q=0.7, */*;q=0.1",
            "text/html;q=0.9, text/markdown",
            "text/markdown;q=0.5, */*;q=0.5",
            "text/markdown ; variant=GFM ; Q=0.8, text/html;q=0.8",
            "text/markdown;q=0.001",
            "text/html;q=0, text/markdown;q=0.1, */*",
        ] {
            assert!(prefers(&[accepted]), "{accepted}");
        }
        for accepted in [
            "",
            "*/*",
            "text/*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "text/html, text/markdown;q=0.9",
            "text/markdown;q=0.5, text/*",
            "text/markdown;q=0.5, */*;q=0.6",
            "text/markdown;q=0",
            "text/markdown;q=2",
            "text/markdown;q=x",
            "text/x-markdown",
            "application/markdown",
            "text/html;x=text/markdown",
            "text/markdown-like, ,;,",
        ] {
            assert!(!prefers(&[accepted]), "{accepted}");
        }
        assert!(prefers(&["text/html;q=0.5", "text/markdown"]));
        assert!(!prefers(&["text/html", "text/markdown;q=0.5"]));
        assert!(!prefers(&[]));
    }
}
