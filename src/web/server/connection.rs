//! One connection, from accepting to the end, and the watch over how long anything in it takes.
//!
//! hyper's own timer is set anew for every request; this one is set only when it would ring too
//! late or has rung, which for quick requests is once in the idle time.

use std::convert::Infallible;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::server::conn::http1::Builder;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use super::Shared;
use super::front::Front;
use super::pulse::{Expired, Pulse};
use super::socket::Socket;

/// How soon is looked again at what did not end when its time was over.
const AGAIN: Duration = Duration::from_millis(100);

/// Serves a connection to its end.
pub(super) async fn run<S>(stream: TcpStream, app: S, pulse: Arc<Pulse>, shared: Arc<Shared>)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // Answers are written in one piece; waiting for more to send would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "connection lost");
        return;
    }
    let socket = Socket::new(stream, pulse.clone(), shared.refusals.clone());
    let front = Front::new(app, pulse.clone(), shared.clone());
    let limits = &shared.limits;
    let mut connection = pin!(
        Builder::new()
            .header_read_timeout(None)
            .max_header_size(limits.max_head as usize)
            // Who has said all there is to say may close that side, and still gets the answer.
            .half_close(true)
            .serve_connection(TokioIo::new(socket), front)
    );
    let mut alarm = pin!(sleep_until(pulse.due(limits)));
    poll_fn(|cx| {
        pulse.attend(cx.waker());
        loop {
            if let Poll::Ready(result) = connection.as_mut().poll(cx) {
                if let Err(error) = result {
                    tracing::debug!(%error, "connection lost");
                }
                return Poll::Ready(());
            }
            let due = pulse.due(limits);
            if due < alarm.deadline() {
                alarm.as_mut().reset(due);
            }
            ready!(alarm.as_mut().poll(cx));
            let now = Instant::now();
            if due > now {
                alarm.as_mut().reset(due);
                continue;
            }
            match pulse.expire() {
                Expired::Told => alarm.as_mut().reset(now + AGAIN),
                Expired::Drop => {
                    shared.gauges.dropped.fetch_add(1, Relaxed);
                    tracing::debug!("connection dropped: nothing moved");
                    return Poll::Ready(());
                }
            }
        }
    })
    .await;
}
