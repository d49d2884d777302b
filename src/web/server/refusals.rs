//! Answers the server gives without asking the site: the site's own error pages, rendered once.
//!
//! A server that is asked too much must refuse cheaply, and hyper refuses what it cannot read
//! with a bare status. Both get the page, and the headers, that the site would answer with.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tower::ServiceExt as _;

use super::pulse::Misread;
use crate::catalog::Locale;
use crate::web::addresses::prefix;
use crate::web::{Site, errors, headers};

/// What the server, or hyper, refuses with.
const STATUSES: [StatusCode; 6] = [
    StatusCode::BAD_REQUEST,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::URI_TOO_LONG,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// Every answer the server gives by itself.
#[derive(Debug, Default)]
pub struct Refusals {
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    status: StatusCode,
    locale: Locale,
    headers: HeaderMap,
    body: Bytes,
}

impl Refusals {
    /// Renders the error pages of a site.
    pub async fn of(site: &Site) -> Self {
        let mut pages = Vec::new();
        for status in STATUSES {
            for locale in Locale::ALL {
                let (mut parts, body) = rendered(site, status, locale).await.into_parts();
                // It is in memory already, so reading it cannot fail.
                let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
                parts.headers.remove(CONTENT_LENGTH);
                pages.push(Page { status, locale, headers: parts.headers, body });
            }
        }
        Self { pages }
    }

    /// The answer to a request, in the language of what it asks for.
    pub(super) fn answer(&self, status: StatusCode, locale: Locale) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        if let Some(page) = self.page(status, locale) {
            response.headers_mut().clone_from(&page.headers);
            *response.body_mut() = Body::from(page.body.clone());
        }
        match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET,HEAD"));
            }
            _ => {}
        }
        response
    }

    /// What is sent instead of an answer that hyper gives by itself, from its head; nothing for
    /// any other. Ours all have a security policy, and hyper's never have a body.
    pub(super) fn instead_of(&self, head: &[u8], request: Misread) -> Option<Vec<u8>> {
        if head.get(..7) != Some(b"HTTP/1.") || head.get(8..10) != Some(b" 4") {
            return None;
        }
        let head = str::from_utf8(head).ok()?.strip_suffix("\r\n\r\n")?;
        let (status_line, fields) = head.split_once("\r\n")?;
        if !fields.contains("content-length: 0") || fields.contains("content-security-policy") {
            return None;
        }
        let mut status: StatusCode = status_line.split(' ').nth(1)?.parse().ok()?;
        // All that was read is an address, and hyper gave up before its end.
        if status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE && request.in_first_line {
            status = StatusCode::URI_TOO_LONG;
        }
        let page = self.page(status, request.locale)?;
        let mut answer = format!("HTTP/1.1 {status}\r\n").into_bytes();
        for field in fields.split("\r\n").filter(|field| !field.starts_with("content-length:")) {
            answer.extend_from_slice(field.as_bytes());
            answer.extend_from_slice(b"\r\n");
        }
        for (name, value) in &page.headers {
            answer.extend_from_slice(name.as_str().as_bytes());
            answer.extend_from_slice(b": ");
            answer.extend_from_slice(value.as_bytes());
            answer.extend_from_slice(b"\r\n");
        }
        let length = format!("content-length: {}\r\n\r\n", page.body.len());
        answer.extend_from_slice(length.as_bytes());
        if !request.bodiless {
            answer.extend_from_slice(&page.body);
        }
        Some(answer)
    }

    fn page(&self, status: StatusCode, locale: Locale) -> Option<&Page> {
        self.pages.iter().find(|page| page.status == status && page.locale == locale)
    }
}

/// What the site answers when something in it ends with a status.
async fn rendered(site: &Site, status: StatusCode, locale: Locale) -> Response {
    let router: Router = Router::new()
        .fallback(async move || status)
        .layer(from_fn_with_state(site.clone(), errors::show));
    let mut request = Request::new(Body::empty());
    if let Ok(uri) = format!("{}/", prefix(locale)).parse() {
        *request.uri_mut() = uri;
    }
    let Ok(mut response) = router.oneshot(request).await;
    headers::set(response.headers_mut());
    response
}
