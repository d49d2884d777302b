//! Style sheet, script and icon: embedded in the binary, addressed by their content.
//!
//! An address holds a hash of the bytes behind it, so it may be kept for ever and is never
//! stale. What is sent leaves out what only authors need, and is compressed once, as well as can
//! be: that takes longer than an answer may, but not for every answer. The icon is so small that its
//! address holds the icon itself.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{LazyLock, OnceLock};

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::caching::forever;
use super::extract::Path;
use crate::config::PublicUrl;

struct Asset {
    file_name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
    /// The bytes in each coding, best first; empty where one failed.
    packed: OnceLock<[(&'static str, Vec<u8>); 2]>,
}

/// The files of `static/`.
static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new(
            "style",
            "css",
            "text/css; charset=utf-8",
            &lean(include_str!("../../static/style.css"), None),
        ),
        Asset::new(
            "gallery",
            "js",
            "text/javascript; charset=utf-8",
            &lean(include_str!("../../static/gallery.js"), Some("//")),
        ),
        Asset::new(
            "finder",
            "js",
            "text/javascript; charset=utf-8",
            &lean(include_str!("../../static/finder.js"), Some("//")),
        ),
    ]
});

impl Asset {
    fn new(name: &str, extension: &str, media_type: &'static str, text: &str) -> Self {
        let hash = Sha256::digest(text);
        let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let file_name = format!("{name}.{short}.{extension}");
        Self { file_name, media_type, bytes: text.into(), packed: OnceLock::new() }
    }

    fn address(&self) -> String {
        format!("/assets/{}", self.file_name)
    }

    /// The bytes in the best coding a client takes, with its name; plain if it takes none.
    fn packed_for(&self, headers: &HeaderMap) -> (Option<&'static str>, &[u8]) {
        self.packed
            .get_or_init(|| [("br", brotli(&self.bytes)), ("gzip", gzip(&self.bytes))])
            .iter()
            .find(|(coding, packed)| !packed.is_empty() && takes(headers, coding))
            .map_or((None, &self.bytes), |(coding, packed)| (Some(coding), packed))
    }
}

/// A style sheet or a script without indentation, blank lines, and comments that have their
/// lines to themselves. Lines stay lines, so that no statement runs into another; a literal over
/// more than one line would be changed, and may not be in them.
fn lean(text: &str, line_comment: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if !in_comment && line.starts_with("/*") {
            in_comment = true;
        }
        if in_comment {
            let Some((_, after)) = line.split_once("*/") else { continue };
            in_comment = false;
            out.push_str(after);
        } else if !line_comment.is_some_and(|mark| line.starts_with(mark)) {
            out.push_str(line);
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let wanted = brotli::enc::BrotliEncoderParams {
        quality: 11,
        mode: brotli::enc::backward_references::BrotliEncoderMode::BROTLI_MODE_TEXT,
        size_hint: bytes.len(),
        ..Default::default()
    };
    match brotli::BrotliCompress(&mut &bytes[..], &mut out, &wanted) {
        Ok(_) => out,
        Err(_) => Vec::new(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Whether a client takes a coding (RFC 9110, section 12.5.3).
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().to_ascii_lowercase();
        let is_refused = weight
            .strip_prefix("q=")
            .is_some_and(|weight| weight.parse().is_ok_and(|weight: f32| weight == 0.0));
        name.trim().eq_ignore_ascii_case(coding) && !is_refused
    })
}

/// Where the assets are found.
#[derive(Debug)]
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    /// The search of an export.
    pub(super) finder: String,
    pub(super) icon: String,
}

/// The addresses of this build's assets.
pub(super) static ADDRESSES: LazyLock<Assets> = LazyLock::new(|| {
    let [style, script, finder] = ASSETS.each_ref().map(Asset::address);
    Assets { style, script, finder, icon: data_url(include_str!("../../static/icon.svg")) }
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

pub(super) async fn show(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let asset = ASSETS.iter().find(|asset| asset.file_name == name).ok_or(StatusCode::NOT_FOUND)?;
    let (coding, bytes) = asset.packed_for(&headers);
    let mut response = ([(CONTENT_TYPE, asset.media_type)], bytes.to_vec()).into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    forever(response.headers_mut());
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_known_by_its_sources_and_its_address() {
        let id = |url: &str| build_id(&PublicUrl::parse(url).unwrap());
        assert_eq!(env!("GALLERY_BUILD").len(), 64);
        assert_eq!(id("https://a.example"), id("https://a.example/"));
        assert_ne!(id("https://a.example"), id("https://b.example"));
    }

    #[test]
    fn what_only_authors_need_is_left_out() {
        let script = "// A comment.\n\n/** A block\n * over lines. */\n/* whole */\nfunction f() {\n  \
                      const a = \"// text\"; // stays\n  return a /* stays */;\n}\n/* before */ f();";
        assert_eq!(
            lean(script, Some("//")),
            "function f() {\nconst a = \"// text\"; // stays\nreturn a /* stays */;\n}\n f();\n"
        );
        assert_eq!(lean("a {\n  // no comment\n}\n", None), "a {\n// no comment\n}\n");
    }

    #[test]
    fn no_literal_runs_over_a_line_end() {
        for text in [
            include_str!("../../static/gallery.js"),
            include_str!("../../static/finder.js"),
            include_str!("../../static/style.css"),
        ] {
            for line in text.lines() {
                assert!(line.matches('`').count().is_multiple_of(2), "{line}");
                assert!(!line.ends_with('\\'), "{line}");
            }
        }
    }

    #[test]
    fn packed_bytes_are_what_was_packed() {
        use std::io::Read as _;
        for asset in ASSETS.iter() {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&gzip(&asset.bytes)[..]).read_to_end(&mut plain).unwrap();
            assert!(plain == asset.bytes, "{}", asset.file_name);
            plain.clear();
            brotli::BrotliDecompress(&mut &brotli(&asset.bytes)[..], &mut plain).unwrap();
            assert!(plain == asset.bytes, "{}", asset.file_name);
        }
    }

    #[test]
    fn a_client_gets_the_best_coding_it_takes() {
        let coding = |accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap());
            ASSETS[0].packed_for(&headers).0
        };
        assert_eq!(coding("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(coding("gzip;q=1.0, BR ; Q=0.0"), Some("gzip"));
        assert_eq!(coding("gzip;q=0, identity"), None);
        assert_eq!(coding(""), None);
    }
}
