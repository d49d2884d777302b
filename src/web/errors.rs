//! What goes wrong on the way to an answer, and how a visitor hears of it.
//!
//! A handler returns an [`Error`]; it becomes an empty answer with a status, and one layer
//! around all routes fills every such answer (also those of the router and of the limits)
//! with a page in the visitor's language, or with JSON where only programs ask, and with
//! Markdown for those who like that better. Faults of ours are logged once, in full, and shown
//! without detail.

use std::borrow::Cow;

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::addresses;
use super::api::{self, Fault, Problem};
use super::context::{Page, Section};
use super::html::{self, HTML};
use super::routes;
use super::twins::{self, MARKDOWN, Variant, prefers_markdown};
use crate::catalog::Locale;
use crate::gallery::{self, Titled as _};
use crate::i18n::Texts;
use crate::preview;
use crate::store::{Card, Retired};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Nothing is found under this address.
    #[error("not found")]
    NotFound,
    /// What was found there is shown no more; these prompts are like it.
    #[error("gone")]
    Gone(Vec<Card>),
    /// The request cannot be understood; the text is for the visitor.
    #[error("{0}")]
    BadRequest(Cow<'static, str>),
    /// It was asked for in a way that is not offered; the text is for the visitor.
    #[error("{0}")]
    NotOffered(&'static str),
    /// Too many wait for what takes long.
    #[error("too many are waiting")]
    Busy,
    /// A picture cannot be drawn.
    #[error(transparent)]
    Preview(#[from] preview::Error),
    /// What was under way was given up, as when the program ends.
    #[error("given up")]
    GivenUp,
    /// The query of a program does not fit.
    #[error("{} parameters do not fit", .1.len())]
    Refused(StatusCode, Vec<Fault>),
    /// The content cannot be read.
    #[error(transparent)]
    Gallery(#[from] gallery::Error),
    /// A document cannot be written.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A page cannot be rendered.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
}

impl Error {
    /// That a prompt was retired.
    pub(super) async fn gone(site: &Site, retired: &Retired) -> Self {
        let similar = async {
            let snapshot = site.gallery().current().await?;
            site.gallery().similar(&snapshot, retired).await
        };
        similar.await.map_or_else(Self::Gallery, Self::Gone)
    }
}

/// What is like something that is gone.
#[derive(Clone)]
struct Similar(Vec<Card>);

/// A remark for the visitor on an error page.
#[derive(Clone)]
struct Remark(Cow<'static, str>);

/// What a program is told of its query.
#[derive(Clone)]
struct Refused(Vec<Fault>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Error::NotFound => StatusCode::NOT_FOUND.into_response(),
            Error::Gone(similar) => {
                let mut response = StatusCode::GONE.into_response();
                response.extensions_mut().insert(Similar(similar));
                response
            }
            Error::BadRequest(remark) => {
                let mut response = StatusCode::BAD_REQUEST.into_response();
                response.extensions_mut().insert(Remark(remark));
                response
            }
            Error::NotOffered(remark) => {
                let mut response = StatusCode::NOT_IMPLEMENTED.into_response();
                response.extensions_mut().insert(Remark(remark.into()));
                response
            }
            Error::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Error::Refused(status, faults) => {
                let mut response = status.into_response();
                response.extensions_mut().insert(Refused(faults));
                response
            }
            Error::Gallery(gallery::Error::Changed) => {
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            Error::Gallery(gallery::Error::Store(error)) if error.is_busy() => {
                tracing::warn!(%error, "database busy");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            error => {
                tracing::error!(%error, "request failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    heading: &'static str,
    text: Cow<'static, str>,
    similar: Vec<SimilarView>,
}

/// A prompt that is like one that is gone.
struct SimilarView {
    slug: String,
    title: String,
    title_lang: Locale,
}

impl SimilarView {
    fn new(card: &Card, locale: Locale) -> Self {
        let (title_lang, title) = card.title(locale);
        Self { slug: card.slug.to_string(), title: title.into_owned(), title_lang }
    }
}

#[derive(Template)]
#[template(path = "pages/error.md")]
struct ErrorTwin<'p> {
    of: &'p ErrorPage,
}

/// Fills answers that say only a status: with a page for people, with JSON for programs.
pub(super) async fn show(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_twin = Variant::of(&path) == Variant::Markdown;
    let asked = request.extensions().get().copied().or(is_twin.then_some(Variant::Markdown));
    let liked = prefers_markdown(request.headers()).then_some(Variant::Markdown);
    let variant = asked.or(liked).unwrap_or(Variant::Html);
    let mut response = explained(&site, &path, variant, next.run(request).await);
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    if asked.is_none() && is_error {
        twins::vary(response.headers_mut());
    }
    response
}

/// An answer that says more than a status.
pub(super) fn explained(
    site: &Site,
    path: &str,
    variant: Variant,
    mut response: Response,
) -> Response {
    let status = response.status();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        // Whatever it is that takes too long, it may be over then.
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("2"));
    }
    let is_empty = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain") && status.is_server_error());
    if !(status.is_client_error() || status.is_server_error()) || !is_empty {
        return response;
    }
    let is_for_programs =
        api::is_asked_at(path) || routes::of(path).is_some_and(|route| route.is_for_programs);
    let (locale, _) = addresses::split(path);
    let texts = crate::i18n::texts(locale);
    let remark = response.extensions_mut().remove::<Remark>().map(|Remark(text)| text);
    let (heading, text) = words(status, remark, texts);
    let Similar(cards) = response.extensions_mut().remove().unwrap_or(Similar(Vec::new()));
    let similar: Vec<SimilarView> =
        cards.iter().map(|card| SimilarView::new(card, locale)).collect();
    if is_for_programs {
        let Refused(faults) = response.extensions_mut().remove().unwrap_or(Refused(Vec::new()));
        let told = faults.iter().map(|fault| format!("{}: {}", fault.parameter, fault.detail));
        let detail =
            if faults.is_empty() { text.into() } else { told.collect::<Vec<_>>().join("; ") };
        let links = site.links(locale);
        let similar = similar.into_iter().map(|prompt| prompt.slug).collect();
        let problem = Problem::new(links, status, heading, &detail, path, faults).like(similar);
        return for_programs(response, &problem);
    }
    let page = Page::error(site, locale, heading);
    let page = ErrorPage { page, status: status.as_u16(), heading, text, similar };
    let written = match variant {
        Variant::Html => html::page(&page).map(Response::into_body).map(|body| (HTML, body)),
        Variant::Markdown => {
            twins::text(&ErrorTwin { of: &page }).map(|text| (MARKDOWN, Body::from(text)))
        }
    };
    match written {
        Ok((kind, body)) => filled(response, kind, body),
        Err(error) => {
            tracing::error!(%error, "error page failed");
            response
        }
    }
}

/// A problem as RFC 9457 describes it.
fn for_programs(response: Response, problem: &Problem) -> Response {
    match serde_json::to_string(problem) {
        Ok(body) => filled(response, "application/problem+json", Body::from(body)),
        Err(error) => {
            tracing::error!(%error, "a problem cannot be written");
            response
        }
    }
}

/// An answer with another body, which is of this kind.
fn filled(response: Response, kind: &'static str, body: Body) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, body)
}

fn words(
    status: StatusCode,
    remark: Option<Cow<'static, str>>,
    texts: &'static Texts,
) -> (&'static str, Cow<'static, str>) {
    let (heading, text) = match status {
        StatusCode::NOT_FOUND => (texts.not_found, texts.not_found_text),
        StatusCode::GONE => (texts.gone, texts.gone_text),
        StatusCode::METHOD_NOT_ALLOWED => (texts.method_not_allowed, texts.method_not_allowed_text),
        StatusCode::URI_TOO_LONG | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            (texts.request_too_long, texts.request_too_long_text)
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            (texts.unavailable, texts.unavailable_text)
        }

        status if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED => {
            (texts.server_error, texts.server_error_text)
        }
        _ => return (texts.bad_request, remark.unwrap_or_default()),
    };
    (heading, text.into())
}
