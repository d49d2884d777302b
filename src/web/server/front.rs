//! What stands between a connection and the site, once a request: the rules every request must
//! keep, the cap on requests in work, the deadline, and the net under a panic.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;

use super::pulse::Pulse;
use super::refusals::Refusals;
use super::{Shared, rules};
use crate::catalog::Locale;
use crate::web::{addresses, headers, health};

/// One connection's way to the site.
pub(super) struct Front<S> {
    app: S,
    pulse: Arc<Pulse>,
    shared: Arc<Shared>,
}

impl<S> Front<S> {
    pub(super) fn new(app: S, pulse: Arc<Pulse>, shared: Arc<Shared>) -> Self {
        Self { app, pulse, shared }
    }
}

impl<S> Service<Request<Incoming>> for Front<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Work<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let head = self.pulse.begin();
        let (mut parts, body) = request.into_parts();
        // Whoever does not read a body to its end still lets the answer reach its sender.
        let body = if body.is_end_stream() {
            Body::empty()
        } else {
            self.pulse.linger();
            Body::new(body)
        };
        let by_tls = headers::is_by_tls(&parts.headers);
        let (locale, _) = addresses::split(parts.uri.path());
        let refusals = &self.shared.refusals;
        let stage = if let Err(status) = rules::check(&mut parts, &head) {
            self.pulse.linger();
            let mut response = refusals.answer(status, locale);
            // Nobody knows where the next request of such a visitor begins.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            Stage::Answered { response: Some(response) }
        } else if let Some(place) = Place::take(&self.shared, parts.uri.path()) {
            let request = Request::from_parts(parts, body);
            match catch_unwind(AssertUnwindSafe(|| self.app.call(request))) {
                Ok(future) => Stage::InWork { future, locale, place },
                Err(panic) => Stage::Answered { response: Some(failed(&*panic, refusals, locale)) },
            }
        } else {
            self.shared.gauges.shed.fetch_add(1, Relaxed);
            let response = refusals.answer(StatusCode::SERVICE_UNAVAILABLE, locale);
            Stage::Answered { response: Some(response) }
        };
        Work { stage, by_tls, pulse: self.pulse.clone() }
    }
}

/// A place among the requests in work, until it is dropped.
struct Place(Arc<Shared>);

impl Place {
    /// Takes one, if there is one. Questions after the server's health are always let in: who
    /// finds a busy server dead makes it worse by a restart.
    fn take(shared: &Arc<Shared>, path: &str) -> Option<Self> {
        let place = Self(shared.clone());
        let others = shared.gauges.requests.fetch_add(1, Relaxed);
        (others < shared.limits.max_requests as usize || health::is_asked_at(path)).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.gauges.requests.fetch_sub(1, Relaxed);
    }
}

pin_project_lite::pin_project! {
    /// A request in work, or its answer.
    pub(super) struct Work<F> {
        #[pin]
        stage: Stage<F>,
        // Whether a proxy was asked over TLS.
        by_tls: bool,
        pulse: Arc<Pulse>,
    }
}

pin_project_lite::pin_project! {
    #[project = StageProjection]
    enum Stage<F> {
        Answered { response: Option<Response> },
        InWork { #[pin] future: F, locale: Locale, place: Place },
    }
}

impl<F> Future for Work<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response<AnswerBody>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let mut response = match this.stage.as_mut().project() {
            StageProjection::Answered { response } => response.take().unwrap_or_default(),
            StageProjection::InWork { future, locale, place } => {
                // What a panic leaves half done is dropped below with everything else of it.
                match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
                    Ok(Poll::Ready(Ok(response))) => response,
                    Ok(Poll::Pending) if this.pulse.is_overdue() => {
                        tracing::warn!("a request took too long");
                        place.0.refusals.answer(StatusCode::SERVICE_UNAVAILABLE, *locale)
                    }
                    Ok(Poll::Pending) => return Poll::Pending,
                    Err(panic) => failed(&*panic, &place.0.refusals, *locale),
                }
            }
        };
        // Frees the place, and whatever the request held, before the answer is sent.
        this.stage.set(Stage::Answered { response: None });
        this.pulse.answer();
        if *this.by_tls {
            headers::over_tls(response.headers_mut());
        }
        if this.pulse.is_leaving() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let pulse = this.pulse.clone();
        Poll::Ready(Ok(response.map(|body| AnswerBody { body, pulse })))
    }
}

/// The answer to a request that panicked.
fn failed(panic: &(dyn Any + Send), refusals: &Refusals, locale: Locale) -> Response {
    tracing::error!(panic = words(panic), "a request failed");
    refusals.answer(StatusCode::INTERNAL_SERVER_ERROR, locale)
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic")
}

/// The body of an answer, which tells the connection when it was handed over in full.
pub(super) struct AnswerBody {
    body: Body,
    pulse: Arc<Pulse>,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.pulse.answered();
    }
}
