//! The drawing that stands for a prompt.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Uri};
use axum::response::Response;

use super::caching::CachePolicy;
use super::errors::Error;
use super::extract::Path;
use super::{Site, addresses};
use crate::catalog::Prompt;
use crate::cover::{Cover, Subject, draw};
use crate::gallery::Snapshot;
use crate::store::PromptLookup;

pub(super) async fn show(
    State(site): State<Site>,
    Path(file): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let slug = file.strip_suffix(".svg").ok_or(Error::NotFound)?;
    let snapshot = site.gallery().current().await?;
    match site.gallery().lookup(slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => Ok(addresses::moved(&addresses::cover(slug), &uri)),
        PromptLookup::Found(stored) => {
            let svg = cover(&stored.prompt, &snapshot).svg;
            let kind = [(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))];
            Ok(CachePolicy::Content.on((kind, svg)))
        }
    }
}

/// Draws a prompt's cover.
fn cover(prompt: &Prompt, snapshot: &Snapshot) -> Cover {
    draw(&Subject {
        slug: prompt.slug.as_str(),
        text: &prompt.text,
        category: prompt.category.as_str(),
        modality: snapshot.modality(&prompt.endpoint).slug(),
        aspect_ratio: aspect_ratio(prompt),
    })
}

/// The size of a prompt's cover, without drawing it.
pub(super) fn size(prompt: &Prompt) -> (u32, u32) {
    crate::cover::size(aspect_ratio(prompt))
}

/// The picture's proportions, where the prompt asks for some.
fn aspect_ratio(prompt: &Prompt) -> Option<(u32, u32)> {
    proportions(prompt.params.get("aspect_ratio")?.as_str()?)
}

/// Reads `16:9`.
pub(super) fn proportions(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(':')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}
