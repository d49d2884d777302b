use axum::Router;
use axum::routing::get;
use hyper::service::service_fn;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::*;

fn limits() -> Limits {
    let long = Duration::from_secs(60);
    Limits {
        max_connections: 8,
        max_requests: 8,
        max_head: 98_304,
        head_timeout: long,
        request_timeout: long,
        write_timeout: long,
        idle_timeout: long,
        stop_timeout: long,
    }
}

/// A server of this process: where it is, and what goes on in it.
async fn serve(router: Router, limits: Limits) -> (SocketAddr, Arc<Gauges>) {
    serve_app(TowerToHyperService::new(router), limits).await
}

async fn serve_app<S>(app: S, limits: Limits) -> (SocketAddr, Arc<Gauges>)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone,
    S: Send + Sync + 'static,
    S::Future: Send,
{
    let listener = open("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let gauges = Arc::new(Gauges::default());
    let connections = Arc::new(Connections::new(limits.max_connections));
    let shared = Arc::new(Shared { limits, refusals: Arc::default(), gauges: gauges.clone() });
    let door = Door { app, connections, shared };
    tokio::spawn(async move { door.accept(&listener).await });
    (address, gauges)
}

/// A connection that is asked again and again.
struct Visitor(TcpStream);

impl Visitor {
    async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    async fn ask(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// The status of the next answer; answers here are short enough to come in one piece.
    async fn status(&mut self) -> Option<u16> {
        let mut answer = [0; 4096];
        let length = self.0.read(&mut answer).await.unwrap_or_default();
        let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
        Some(answer.split(' ').nth(1)?.parse().unwrap())
    }

    async fn get(&mut self, path: &str) -> Option<u16> {
        self.ask(path).await;
        self.status().await
    }
}

/// A body that panics instead of going on.
struct Bomb;

impl axum::body::HttpBody for Bomb {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
        panic!("no more of this")
    }
}

#[tokio::test]
async fn a_panic_is_the_end_of_one_request_and_of_nothing_else() {
    let app = Router::new()
        .route("/well", get(async || "well"))
        .route("/at-once", get(async || -> &'static str { panic!("at once") }))
        .route(
            "/later",
            get(async || -> &'static str {
                tokio::task::yield_now().await;
                panic!("later")
            }),
        )
        .route("/in-the-body", get(async || Body::new(Bomb)));
    let (address, gauges) = serve(app, limits()).await;
    let mut visitor = Visitor::to(address).await;
    for path in ["/at-once", "/later"] {
        assert_eq!(visitor.get(path).await, Some(500), "{path}");
        assert_eq!(visitor.get("/well").await, Some(200), "the same connection goes on");
    }
    // What of the answer is there may be sent; it is not made out to be whole.
    visitor.ask("/in-the-body").await;
    let mut rest = Vec::new();
    // The connection is closed or reset.
    let _ = visitor.0.read_to_end(&mut rest).await;
    assert!(!rest.ends_with(b"0\r\n\r\n"));
    assert_eq!(Visitor::to(address).await.get("/well").await, Some(200));
    assert_eq!(gauges.requests.load(Relaxed), 0);
}

#[tokio::test]
async fn so_is_a_panic_before_anything_is_under_way() {
    let app = service_fn(|request: Request<Body>| {
        assert!(request.uri().path() != "/at-once", "of a test");
        std::future::ready(Ok(Response::new(Body::from("well"))))
    });
    let (address, gauges) = serve_app(app, limits()).await;
    let mut visitor = Visitor::to(address).await;
    assert_eq!(visitor.get("/at-once").await, Some(500));
    assert_eq!(gauges.requests.load(Relaxed), 0);
    assert_eq!(visitor.get("/well").await, Some(200), "the same connection goes on");
}

#[tokio::test]
async fn what_is_too_much_at_once_is_refused_at_once_but_for_questions_after_the_health() {
    let done = Arc::new(Notify::new());
    let waiting = done.clone();
    let app = Router::new()
        .route("/", get(async || "quick"))
        .route("/healthz", get(async || "ok"))
        .route("/slow", get(async move || waiting.notified().await));
    let (address, gauges) = serve(app, Limits { max_requests: 1, ..limits() }).await;
    let mut slow = Visitor::to(address).await;
    slow.ask("/slow").await;
    while gauges.requests.load(Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let mut other = Visitor::to(address).await;
    assert_eq!(other.get("/").await, Some(503));
    assert_eq!(other.get("/healthz").await, Some(200));
    assert_eq!(gauges.shed.load(Relaxed), 1);
    done.notify_one();
    assert_eq!(slow.status().await, Some(200));
    assert_eq!(other.get("/").await, Some(200), "the same connection is served again");
    assert_eq!(gauges.connections.load(Relaxed), 2);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let app = Router::new()
        .route("/", get(async || "quick"))
        .route("/never", get(async || std::future::pending::<()>().await));
    let limits = Limits { request_timeout: Duration::from_millis(50), ..limits() };
    let (address, gauges) = serve(app, limits).await;
    let mut visitor = Visitor::to(address).await;
    assert_eq!(visitor.get("/never").await, Some(503));
    assert_eq!(gauges.requests.load(Relaxed), 0, "its place is free");
    assert_eq!(visitor.get("/").await, Some(200));
}

#[tokio::test]
async fn a_body_that_stands_still_ends_its_connection() {
    let app = Router::new().route("/", get(async || Body::new(Still)));
    let limits = Limits { write_timeout: Duration::from_millis(50), ..limits() };
    let (address, gauges) = serve(app, limits).await;
    let mut visitor = Visitor::to(address).await;
    visitor.ask("/").await;
    let mut rest = Vec::new();
    let _ = visitor.0.read_to_end(&mut rest).await;
    assert_eq!(gauges.dropped.load(Relaxed), 1);
}

/// A body of which nothing ever comes.
struct Still;

impl axum::body::HttpBody for Still {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
        std::task::Poll::Pending
    }
}
