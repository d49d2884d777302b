//! Reading an address.

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::errors::Error;

/// The variable parts of a path. One that cannot be read names nothing, so it is our 404 and
/// not the framework's 400.
pub(super) struct Path<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Error::NotFound)
    }
}

/// The page of something that an address asks for, from 1; none where it asks for what is no page.
pub(super) fn page_number(uri: &Uri) -> Option<usize> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
    match pairs.iter().rev().find(|(name, _)| name == "page") {
        Some((_, page)) => page.parse().ok().filter(|page| *page >= 1),
        None => Some(1),
    }
}
