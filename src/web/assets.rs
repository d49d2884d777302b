//! Style sheet, script and icon: embedded in the binary, addressed by their content.
//!
//! An address holds a hash of the bytes behind it, so it may be kept for ever and is never
//! stale. The icon is so small that its address holds the icon itself.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::caching::FOREVER;
use super::extract::Path;
use crate::config::PublicUrl;

struct Asset {
    name: &'static str,
    extension: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

/// The files of `static/`.
const ASSETS: [Asset; 2] = [
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
    let [style, script] = ASSETS.each_ref().map(address);
    Assets { style, script, icon: data_url(include_str!("../../static/icon.svg")) }
});

/// A drawing as an address that needs no request.
fn data_url(svg: &str) -> String {
    let mut url = String::from("data:image/svg+xml,");
    for character in svg.trim_end().chars() {
        match character {
            ' ' | '"' | '%' | '#' | '<' | '>' => {
                // Writing to a String cannot fail.
                let _ = write!(url, "%{:02X}", u32::from(character));
            }
            other => url.push(other),
        }
    }
    url
}

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
    Ok(response)
}

/// Headers of an answer whose address names its bytes.
fn forever(headers: &mut HeaderMap) {
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
}
