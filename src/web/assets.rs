//! Style sheet, script and icon: embedded in the binary, addressed by their content.
//!
//! An address holds a hash of the bytes behind it, so it may be kept for ever and is never
//! stale. What is sent leaves out what only authors need ([`lean`]), and is packed as small as can
//! be. Both is done by `build.rs`, so that a start neither takes the time nor keeps the memory.
//! The icon is so small that its address holds the icon itself.

// What `build.rs` does is tested here.
#[cfg(test)]
mod lean;

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use super::answers::Answer;
use super::caching::forever;
use super::coding::Coding;
use super::headers;
use crate::config::PublicUrl;

/// A file that pages need.
#[derive(Debug)]
pub(super) struct Asset {
    file_name: String,
    /// In each coding, as small as can be.
    packed: [(Coding, Answer); 3],
}

/// A file as `build.rs` made it, in each coding.
macro_rules! made {
    ($name:literal) => {
        [
            (Coding::Brotli, include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".br"))),
            (Coding::Gzip, include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz"))),
            (Coding::Identity, include_bytes!(concat!(env!("OUT_DIR"), "/", $name))),
        ]
    };
}

/// The files of `static/`.
static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    [
        Asset::new("style", "css", "text/css; charset=utf-8", made!("style.css")),
        Asset::new("gallery", "js", SCRIPT, made!("gallery.js")),
        Asset::new("finder", "js", SCRIPT, made!("finder.js")),
        Asset::new("embed", "css", "text/css; charset=utf-8", made!("embed.css")),
    ]
});

impl Asset {
    fn new(
        name: &str,
        extension: &str,
        media_type: &'static str,
        made: [(Coding, &'static [u8]); 3],
    ) -> Self {
        let [.., (_, plain)] = made;
        let hash = Sha256::digest(plain);
        let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let packed = made.map(|(coding, body)| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
            forever(&mut headers);
            headers::set(&mut headers);
            let body = Bytes::from_static(body);
            (coding, Answer::packed(StatusCode::OK, headers, body, coding))
        });
        Self { file_name: format!("{name}.{short}.{extension}"), packed }
    }

    fn address(&self) -> String {
        format!("{FOLDER}{}", self.file_name)
    }

    /// The answer in a coding.
    pub(super) fn packed(&self, coding: Coding) -> Option<&Answer> {
        let (_, answer) = self.packed.iter().find(|(other, _)| *other == coding)?;
        Some(answer)
    }
}

/// What the addresses of assets begin with.
const FOLDER: &str = "/assets/";

/// The asset at a path.
pub(super) fn at(path: &str) -> Option<&'static Asset> {
    let name = path.strip_prefix(FOLDER)?;
    ASSETS.iter().find(|asset| asset.file_name == name)
}

/// Where the assets are found.
#[derive(Debug)]
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    /// The search of an export.
    pub(super) finder: String,
    /// The style sheet of what other sites show in a frame.
    pub(super) embed: String,
    pub(super) icon: String,
}

/// The addresses of this build's assets.
pub(super) static ADDRESSES: LazyLock<Assets> = LazyLock::new(|| {
    let [style, script, finder, embed] = ASSETS.each_ref().map(Asset::address);
    Assets { style, script, finder, embed, icon: data_url(include_str!("../../static/icon.svg")) }
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

/// What tells this build, configured like this, from another: the same for everybody who builds
/// the same sources, so that several servers of one content agree on entity tags.
pub(super) fn build_id(public_url: &PublicUrl) -> String {
    let mut hash = Sha256::new();
    // Made of everything the program is made of.
    hash.update(env!("GALLERY_BUILD"));
    hash.update(public_url.as_str());
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::coding::Effort;

    #[test]
    fn a_build_is_known_by_its_sources_and_its_address() {
        let id = |url: &str| build_id(&PublicUrl::parse(url).unwrap());
        assert_eq!(env!("GALLERY_BUILD").len(), 64);
        assert_eq!(id("https://a.example"), id("https://a.example/"));
        assert_ne!(id("https://a.example"), id("https://b.example"));
    }

    #[test]
    fn what_the_build_packed_is_what_these_sources_make() {
        for (asset, plain) in ASSETS.iter().zip([
            lean::style(include_str!("../../static/style.css")),
            lean::script(include_str!("../../static/gallery.js")),
            lean::script(include_str!("../../static/finder.js")),
            lean::style(include_str!("../../static/embed.css")),
        ]) {
            for coding in [Coding::Brotli, Coding::Gzip, Coding::Identity] {
                let body = asset.packed(coding).unwrap().body();
                assert!(coding.unpack(body).unwrap() == plain.as_bytes(), "{asset:?}");
                let best = coding.pack(plain.as_bytes(), Effort::Best);
                assert_eq!(body.len(), best.map_or(plain.len(), |best| best.len()), "{coding:?}");
            }
        }
    }
}
