//! The files of samples, as they lie in the media folder.
//!
//! A name holds a hash of what is behind it, so an answer may be kept for ever and the hash is
//! its entity tag. Files are streamed from the disk, whole or the part that is asked for.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_RANGE, IF_UNMODIFIED_SINCE, LAST_MODIFIED, RANGE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use super::Site;
use super::caching::{forever, has_tag};
use super::errors::Error;
use super::extract::Path;

pub(super) async fn show(
    State(site): State<Site>,
    Path(name): Path<String>,
    mut request: Request,
) -> Result<Response, Error> {
    let file = site.gallery().media().file(&name).ok_or(Error::NotFound)?;
    if !file.path.is_file() {
        return Err(Error::NotFound);
    }
    let tag = format!("\"{}\"", file.hash);
    if has_tag(request.headers(), &tag) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        mark(&mut response, &tag);
        return Ok(response);
    }
    // What is under a name never changes, so other conditions tell nothing new; and a part of
    // something else is no part of this.
    let headers = request.headers_mut();
    for condition in [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE] {
        headers.remove(condition);
    }
    if headers.remove(IF_RANGE).is_some_and(|condition| condition.as_bytes() != tag.as_bytes()) {
        headers.remove(RANGE);
    }
    let Ok(answer) = ServeFile::new(&file.path).oneshot(request).await;
    let mut response = answer.map(Body::new);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    if response.status().is_success() {
        mark(&mut response, &tag);
    } else {
        response.headers_mut().remove(CACHE_CONTROL);
    }
    Ok(response)
}

/// Headers of an answer that says what a file is.
fn mark(response: &mut Response, tag: &str) {
    let headers = response.headers_mut();
    forever(headers);
    headers.remove(LAST_MODIFIED);
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
}
