//! The way of a request: what is ready is sent at once, the rest goes to the routes.
//!
//! Most requests are for a page that was made before, for one the client still has, or for an
//! asset. Those are answered here with prebuilt headers and shared bytes, before any routing. An address
//! that shows everybody the same ([`target`]) is answered from what is kept ([`Answers`]), or made
//! by the routes, once for all who ask for it: from a request of our own, so that nothing of one
//! visitor's request can get into another's answer. Everything else the routes answer for one
//! request alone. Either way the answer is packed and gets its security headers here.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arc_swap::{ArcSwap, Guard};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::service::Service;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use super::answers::{Answer, Answers, Asked};
use super::caching::{Edition, Shows};
use super::coding::{Coding, Effort};
use super::errors::{self, Error};
use super::log::Tracked;
use super::metrics::Origin;
use super::routes::Route;
use super::twins::{self, Variant};
use super::{Site, api, assets, headers, routes, target};
use crate::gallery::Snapshot;

/// Answers shorter than this, in bytes, are sent as they are.
const SHORT: usize = 32;
/// Packing more than this, in bytes, is not for a thread that has other requests to attend to.
const LARGE: usize = 128 * 1024;

/// The whole site as one service. It is always ready, and so need not be asked whether it is.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    site: Site,
    routes: Router,
    answers: Answers,
    edition: ArcSwap<Edition>,
}

impl App {
    /// Puts the routes behind what is kept of their answers, which are up to so many bytes.
    pub(super) fn new(site: Site, routes: Router, cache: u64) -> Self {
        let edition = Edition::of(&site, &site.gallery().shown());
        let answers = Answers::new(cache);
        answers.show(edition.ordinal);
        Self(Arc::new(Inner { site, routes, answers, edition: ArcSwap::from_pointee(edition) }))
    }
}

impl Service<Request> for App {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, mut request: Request) -> Answering {
        let tracked = Tracked::begin(&request, self.0.site.metrics());
        let is_for_other_sites = api::is_asked_at(request.uri().path());
        let twin = twins::negotiate(&mut request);
        if let Some(mut response) = self.0.at_once(&request) {
            if is_for_other_sites {
                headers::for_other_sites(response.headers_mut());
            }
            if let Some(location) = twin {
                twins::mark_negotiated(&mut response, location);
            }
            tracked.end(&response, Origin::Kept);
            return Answering::AtOnce(std::future::ready(response));
        }
        let inner = Arc::clone(&self.0);
        let span = tracked.span(&request);
        let answering = async move {
            let (mut response, origin) = inner.later(request).await;
            if is_for_other_sites {
                headers::for_other_sites(response.headers_mut());
            }
            if let Some(location) = twin {
                twins::mark_negotiated(&mut response, location);
            }
            tracked.end(&response, origin);
            response
        };
        Answering::Later(Box::pin(answering.instrument(span)))
    }
}

/// An answer on its way.
pub enum Answering {
    /// It was ready.
    AtOnce(std::future::Ready<Response>),
    /// It is being made.
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::AtOnce(ready) => Pin::new(ready).poll(context).map(Ok),
            Self::Later(later) => later.as_mut().poll(context).map(Ok),
        }
    }
}

impl Inner {
    /// The answer, where it takes no work. Whatever is unusual about a request is left to
    /// [`Inner::later`].
    fn at_once(&self, request: &Request) -> Option<Response> {
        let (method, uri) = (request.method(), request.uri());
        if !is_reading(method) {
            return None;
        }
        let path = uri.path();
        let coding = || coding_of(path, request.headers());
        if let Some(asset) = assets::at(path) {
            return Some(asset.packed(coding())?.response(method));
        }
        let snapshot = self.site.gallery().unchanged()?;
        let edition = self.edition(&snapshot);
        let is_known = edition.is_known_to(request.headers(), path);
        if is_known && uri.query().is_none() && target::is_content(path) {
            return Some(edition.not_modified(path));
        }
        // Only right spellings are kept, so one that is found is right.
        let target = uri.path_and_query()?.as_str();
        let asked = Asked { target, coding: coding() };
        let answer = self.answers.ready(asked, edition.ordinal)?;
        if is_known {
            return Some(edition.not_modified(path));
        }
        Some(answer.response(method))
    }

    /// The answer, whatever it takes.
    async fn later(&self, request: Request) -> (Response, Origin) {
        let (head, body) = request.into_parts();
        if let Some(answered) = self.shared(&head).await {
            return answered;
        }
        (self.alone(Request::from_parts(head, body)).await, Origin::Made)
    }

    /// The answer to an address that shows everybody the same.
    async fn shared(&self, request: &Parts) -> Option<(Response, Origin)> {
        let Parts { method, uri, headers: asked, .. } = request;
        if !is_reading(method) {
            return None;
        }
        let coding = coding_of(uri.path(), asked);
        let target = target::of(uri)?;
        let edition = match self.site.gallery().current().await {
            Ok(snapshot) => self.edition(&snapshot),
            Err(error) => {
                // Asking again would only take as long again.
                let response = Error::Gallery(error).into_response();
                let variant = Variant::of(uri.path());
                let mut response = errors::explained(&self.site, uri.path(), variant, response);
                headers::set(response.headers_mut());
                let answer = whole(response, coding, None).await;
                return Some((answer.response(method), Origin::Made));
            }
        };
        if edition.is_known_to(asked, uri.path()) {
            return Some((edition.not_modified(uri.path()), Origin::Kept));
        }
        let asked = Asked { target: &target, coding };
        let (answer, origin) = match self.answers.ready(asked, edition.ordinal) {
            Some(answer) => (answer, Origin::Kept),
            None => {
                let make = || self.make(&target, coding);
                (self.answers.made(asked, edition.ordinal, make).await, Origin::Made)
            }
        };
        // A redirect takes the whole query along, also what no page reads.
        let is_final = !answer.status().is_redirection();
        is_final.then(|| (answer.response(method), origin))
    }

    /// Has the routes make an answer for everybody.
    async fn make(&self, target: &str, coding: Coding) -> Answer {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = target.parse().unwrap_or_default();
        let mut response = self.asked(request).await;
        let shows = response.extensions_mut().remove::<Shows>().map(|Shows(ordinal)| ordinal);
        whole(response, coding, shows).await
    }

    /// Has the routes answer one request alone.
    async fn alone(&self, mut request: Request) -> Response {
        let method = request.method().clone();
        let coding = Coding::best_for(request.headers());
        let is_streamed = routes::of(request.uri().path()).is_some_and(Route::is_streamed);
        // What is sent without its body says how long that is all the same.
        if method == Method::HEAD && !is_streamed {
            *request.method_mut() = Method::GET;
        }
        let response = self.asked(request).await;
        if is_streamed && !is_worth_packing(&response) {
            return response;
        }
        whole(response, coding, None).await.response(&method)
    }

    async fn asked(&self, mut request: Request) -> Response {
        twins::turn_to_page(&mut request);
        let is_open = is_open(request.uri().path());
        let Ok(mut response) = self.routes.clone().oneshot(request).await;
        headers::complete(&mut response);
        // What is said of errors is for our own visitors.
        if is_open && response.status() == StatusCode::OK {
            headers::open(response.headers_mut());
        }
        response
    }

    fn edition(&self, snapshot: &Snapshot) -> Guard<Arc<Edition>> {
        let edition = self.edition.load();
        if edition.ordinal == snapshot.ordinal {
            return edition;
        }
        let edition = Arc::new(Edition::of(&self.site, snapshot));
        self.edition.store(Arc::clone(&edition));
        self.answers.show(edition.ordinal);
        Guard::from_inner(edition)
    }
}

/// The coding of an answer. Pictures are packed as they are: one of each is for everybody.
fn coding_of(path: &str, request: &HeaderMap) -> Coding {
    if path.ends_with(".png") { Coding::Identity } else { Coding::best_for(request) }
}

/// Whether other sites may show what is at a path.
fn is_open(path: &str) -> bool {
    routes::of(path).is_some_and(|route| route.is_open)
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether packing makes an answer shorter. Samples are packed already, and a part of one is
/// counted in its own bytes.
fn is_worth_packing(response: &Response) -> bool {
    let is_short = response.body().size_hint().exact().is_none_or(|size| size < SHORT as u64);
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    !is_short && is_compressible(kind)
}

/// Whether packing makes anything of this kind shorter.
pub(super) fn is_compressible(kind: &[u8]) -> bool {
    let kinds: [&[u8]; 6] = [
        b"text/",
        b"application/json",
        b"application/problem+json",
        b"application/xml",
        b"application/atom+xml",
        b"image/svg+xml",
    ];
    kinds.into_iter().any(|one| kind.starts_with(one))
}

/// An answer, whole and packed.
async fn whole(response: Response, coding: Coding, shows: Option<u64>) -> Answer {
    let is_compressible = is_worth_packing(&response);
    let (mut parts, body) = response.into_parts();
    if is_compressible {
        // It may differ by more.
        parts.headers.entry(VARY).or_insert(HeaderValue::from_static("accept-encoding"));
    }
    let coding = if is_compressible { coding } else { Coding::Identity };
    let Ok(plain) = to_bytes(body, usize::MAX).await else { return broken() };
    let is_large = plain.len() > LARGE;
    let pack =
        move || Answer::new(parts.status, parts.headers, plain, coding, Effort::Quick, shows);
    if is_large {
        tokio::task::spawn_blocking(pack).await.unwrap_or_else(|_| broken())
    } else {
        pack()
    }
}

/// What is sent when the program ends while an answer is made.
fn broken() -> Answer {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let mut headers = HeaderMap::new();
    headers::set(&mut headers);
    Answer::new(status, headers, Bytes::new(), Coding::Identity, Effort::Quick, None)
}
