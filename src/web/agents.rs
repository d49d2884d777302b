//! Where agents reach the gallery.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;

use super::Site;

/// Whatever is asked by the Model Context Protocol.
pub(super) async fn answer(State(site): State<Site>, request: Request) -> Response {
    site.mcp().answer(request).await.map(Body::new)
}
