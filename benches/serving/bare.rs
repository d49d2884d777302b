//! A server that does nothing but send what it has: what hyper and the kernel cost alone.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::rc::Rc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::ready;

struct Answer {
    headers: HeaderMap,
    etag: Option<HeaderValue>,
    body: Bytes,
}

impl Answer {
    fn new(ready: &ready::Ready) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in &ready.headers {
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        headers.insert(header::CONTENT_TYPE, ready.content_type.parse().unwrap());
        headers.insert(header::CONTENT_LENGTH, ready.body.len().into());
        let etag: Option<HeaderValue> = ready.etag.as_ref().map(|etag| etag.parse().unwrap());
        if let Some(etag) = &etag {
            headers.insert(header::ETAG, etag.clone());
        }
        Self { headers, etag, body: ready.body.clone().into() }
    }

    fn response(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let known = request.headers().get(header::IF_NONE_MATCH);
        let is_unchanged = known.is_some() && known == self.etag.as_ref();
        let body = if is_unchanged { Bytes::new() } else { self.body.clone() };
        let mut response = Response::new(Full::new(body));
        *response.headers_mut() = self.headers.clone();
        if is_unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
                response.headers_mut().remove(name);
            }
        }
        response
    }
}

/// Serves what is in a folder until it is ended.
pub(crate) fn serve(folder: &Path) {
    let answers = ready::load(folder);
    let answers: HashMap<String, Answer> =
        answers.iter().map(|ready| (ready.path.clone(), Answer::new(ready))).collect();
    let answers = Rc::new(answers);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("open at http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let answers = Rc::clone(&answers);
            tokio::task::spawn_local(async move {
                let service = service_fn(move |request: Request<Incoming>| {
                    let response = answers[request.uri().path()].response(&request);
                    async { Ok::<_, Infallible>(response) }
                });
                let http = hyper::server::conn::http1::Builder::new();
                // A connection that breaks ends with its measurement.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}
