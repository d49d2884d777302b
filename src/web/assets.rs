//! Style sheet, script and icon: embedded in the binary, addressed by their content.
//!
//! An address holds a hash of the bytes behind it, so it may be kept for ever and is never
//! stale.

use std::sync::LazyLock;

use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::caching::forever;
use super::extract::Path;
use crate::config::PublicUrl;

struct Asset {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

/// The files of `static/`.
const ASSETS: [Asset; 3] = [
    Asset {
        name: "style",
        extension: "css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../../static/style.css"),
    },
    Asset {
        name: "gallery",
        extension: "js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../static/gallery.js"),
    },
    Asset {
        name: "icon",
        extension: "svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("../../static/icon.svg"),
    },
];

/// Where the assets are found.
#[derive(Debug)]
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) icon: String,
}

/// The addresses of this build's assets.
pub(super) static ADDRESSES: LazyLock<Assets> = LazyLock::new(|| {
    let [style, script, icon] = ASSETS.each_ref().map(address);
    Assets { style, script, icon }
});

fn address(asset: &Asset) -> String {
    format!("/assets/{}", file_name(asset))
}

fn file_name(asset: &Asset) -> String {
    let hash = Sha256::digest(asset.bytes);
    let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{}.{short}.{}", asset.name, asset.extension)
}

/// What tells this build, configured like this, from another.
pub(super) fn build_id(public_url: &PublicUrl) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(public_url.as_str());
    for address in [&ADDRESSES.style, &ADDRESSES.script, &ADDRESSES.icon] {
        hash.update(address);
    }
    // Templates and code are in the binary itself, whose size and time tell builds apart.
    if let Ok(metadata) = std::env::current_exe().and_then(std::fs::metadata) {
        hash.update(metadata.len().to_le_bytes());
        if let Some(age) = metadata.modified().ok().and_then(|time| time.elapsed().ok()) {
            let built = std::time::SystemTime::now() - age;
            if let Ok(since) = built.duration_since(std::time::UNIX_EPOCH) {
                hash.update(since.as_secs().to_le_bytes());
            }
        }
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) async fn show(Path(name): Path<String>) -> Result<Response, StatusCode> {
    let asset =
        ASSETS.iter().find(|asset| file_name(asset) == name).ok_or(StatusCode::NOT_FOUND)?;
    let mut response = ([(CONTENT_TYPE, asset.media_type)], asset.bytes).into_response();
    forever(response.headers_mut());
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}
