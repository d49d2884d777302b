//! How long an answer may be kept, and when it need not be sent again.
//!
//! A handler says what kind of answer it gives ([`CachePolicy`]); one layer turns that into
//! headers. Pages carry an entity tag made from the build and the content's revision
//! ([`Edition`]): an address whose tag the client still has is answered 304 before any work is
//! done, and every tag is obsolete the moment content changes, as is every answer kept here. The
//! variants of a page have different tags: a cache that has both under one address must not be told
//! of the one that it may go on sending the other.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::errors::Error;
use super::filling;
use super::routes;
use super::twins::{self, Variant};
use crate::gallery::Snapshot;

/// How long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CachePolicy {
    /// For ever: the address holds the [`version`] of what is behind it.
    Forever,
    /// Until the content changes: asked again each time, answered 304 mostly.
    /// A cache that many share may spare us all but one request a second.
    Content,
    /// The same, but only by the visitor who asked: the address holds words of their own.
    Personal,
    /// Not at all.
    NoStore,
}

impl CachePolicy {
    /// Marks an answer with this policy.
    pub(super) fn on(self, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// How long what never changes may be kept.
pub(super) const FOREVER: &str = "public, max-age=31536000, immutable";

/// What is shown may be old for a moment: a shared cache asks at most once a second for each
/// address, and whoever comes within five seconds after that gets what is there while it asks. A
/// reload always asks. No cache need ever be told to drop something.
const CONTENT: &str = "public, max-age=0, s-maxage=1, stale-while-revalidate=5";

/// What tells this content, shown by this build, from any other.
pub(super) fn version(site: &Site, snapshot: &Snapshot) -> String {
    format!("{}-{}", site.build(), snapshot.revision)
}

/// How often a page is made again because content changed meanwhile.
const ATTEMPTS: usize = 5;

/// One state of the content, as clients know it.
#[derive(Debug)]
pub(super) struct Edition {
    /// Tells it from every other one this process shows; later ones have greater numbers.
    pub(super) ordinal: u64,
    html: Tagged,
    markdown: Tagged,
}

/// What is known of all answers of one variant.
#[derive(Debug)]
struct Tagged {
    tag: String,
    /// What a 304 repeats of the answer it stands for (RFC 9110, section 15.4.5). A cache keeps all
    /// others as it has them (RFC 9111, section 3.2), also those about security, which differ
    /// between a page and a drawing.
    headers: HeaderMap,
    /// The same of an address that answers with its twin to whoever likes that better.
    negotiated: HeaderMap,
}

impl Edition {
    pub(super) fn of(site: &Site, snapshot: &Snapshot) -> Self {
        // While the search index is made, the same content shows more and more of itself.
        let part = snapshot
            .indexing
            .map_or(String::new(), |progress| format!("-{}-{}", progress.done, snapshot.ordinal));
        // Weak: an answer has the same tag in every coding.
        let tagged = |variant: &str| {
            let tag = format!("W/\"{}{part}{variant}\"", version(site, snapshot));
            let mut headers = HeaderMap::new();
            set_headers(&mut headers, CachePolicy::Content, &tag);
            let mut negotiated = headers.clone();
            twins::vary(&mut negotiated);
            Tagged { tag, headers, negotiated }
        };
        Self { ordinal: snapshot.ordinal, html: tagged(""), markdown: tagged("-md") }
    }

    const fn of_variant(&self, variant: Variant) -> &Tagged {
        match variant {
            Variant::Html => &self.html,
            Variant::Markdown => &self.markdown,
        }
    }

    /// Marks an answer made outside of [`apply`] that shows this.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        set_headers(headers, CachePolicy::Content, &self.html.tag);
    }

    /// Whether the client has what is at this address already.
    pub(super) fn is_known_to(&self, request: &HeaderMap, path: &str) -> bool {
        has_tag(request, &self.of_variant(Variant::of(path)).tag)
    }

    /// Says that nothing changed at this address.
    pub(super) fn not_modified(&self, path: &str) -> Response {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        let Tagged { headers, negotiated, .. } = self.of_variant(Variant::of(path));
        let repeated = if routes::is_negotiated(path) { negotiated } else { headers };
        response.headers_mut().clone_from(repeated);
        response
    }
}

/// Goes with an answer that may be kept as long as this state of the content is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shows(pub(super) u64);

/// Sets the headers, and answers 304 where the client has this revision already.
///
/// A page takes several looks into the database. Where content changed between them it is made
/// again, so that what is sent is of one revision, the one its tag names.
pub(super) async fn apply(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let variant = parts.extensions.get().copied().unwrap_or(Variant::Html);
    let is_negotiated = variant == Variant::Html && routes::is_negotiated(parts.uri.path());
    let set_headers = |headers: &mut HeaderMap, policy, tag: &str| {
        set_headers(headers, policy, tag);
        if is_negotiated {
            twins::vary(headers);
        }
    };
    let reading = matches!(parts.method, Method::GET | Method::HEAD);
    if !reading {
        let mut response = next.run(Request::from_parts(parts, body)).await;
        set_headers(response.headers_mut(), CachePolicy::NoStore, "");
        return Ok(response);
    }
    let mut attempt = 1;
    loop {
        let moment = site.gallery().moment().await?;
        let edition = Edition::of(&site, &moment.snapshot);
        let tag = &edition.of_variant(variant).tag;
        if has_tag(&parts.headers, tag) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            let is_personal = filling::read(&parts.uri).is_ok_and(|wish| wish.has_values());
            let policy = if is_personal { CachePolicy::Personal } else { CachePolicy::Content };
            set_headers(response.headers_mut(), policy, tag);
            return Ok(response);
        }
        let mut response =
            next.clone().run(Request::from_parts(parts.clone(), Body::empty())).await;
        let is_of_one_moment = site.gallery().moment().await? == moment;
        if !is_of_one_moment && attempt < ATTEMPTS {
            attempt += 1;
            continue;
        }
        let policy = response.extensions_mut().remove::<CachePolicy>().filter(|_| {
            is_of_one_moment
                && (response.status().is_success() || response.status().is_redirection())
        });
        set_headers(response.headers_mut(), policy.unwrap_or(CachePolicy::NoStore), tag);
        let is_everybodys = matches!(policy, Some(CachePolicy::Content | CachePolicy::Forever));
        if is_everybodys && response.status() == StatusCode::OK {
            response.extensions_mut().insert(Shows(edition.ordinal));
        }
        return Ok(response);
    }
}

/// Headers of an answer whose address names its bytes.
pub(super) fn forever(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
}

fn set_headers(headers: &mut HeaderMap, policy: CachePolicy, tag: &str) {
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let control = match policy {
        CachePolicy::Forever => FOREVER,
        CachePolicy::Content => CONTENT,
        CachePolicy::Personal => "private, max-age=0, must-revalidate",
        CachePolicy::NoStore => "no-store",
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(control));
    if policy != CachePolicy::NoStore
        && let Ok(tag) = HeaderValue::from_str(tag)
    {
        headers.insert(ETAG, tag);
    }
}

/// Whether `If-None-Match` holds this weak tag (RFC 9110, section 13.1.2).
pub(super) fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = opaque(tag.as_bytes());
    let values = headers.get_all(IF_NONE_MATCH).iter().map(HeaderValue::as_bytes);
    values
        .flat_map(|value| value.split(|byte| *byte == b','))
        .any(|other| opaque(other.trim_ascii()) == wanted)
}

/// A tag without the mark that says it is weak.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_strong() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"a-1\""));
        assert!(has_tag(&headers, "W/\"a-1\""));
        assert!(!has_tag(&headers, "W/\"a-2\""));
    }
}
