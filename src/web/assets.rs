//! Style sheet, script and icon: embedded in the binary, addressed by their content.
//!
//! An address holds a hash of the bytes behind it, so it may be kept for ever and is never
//! stale. What is sent leaves out what only authors need, and is packed at start, as small as can
//! be, while the gallery is opened. The icon is so small that its address holds the icon itself.

use std::fmt::Write as _;
use std::sync::{LazyLock, OnceLock};

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use super::answers::Answer;
use super::caching::forever;
use super::coding::{Coding, Effort};
use super::headers;
use crate::config::PublicUrl;

/// A file that pages need.
#[derive(Debug)]
pub(super) struct Asset {
    file_name: String,
    media_type: &'static str,
    bytes: Bytes,
    /// In each coding, as small as can be.
    packed: OnceLock<[(Coding, Answer); 3]>,
}

/// The files of `static/`.
static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        Asset::new(
            "style",
            "css",
            "text/css; charset=utf-8",
            &tight(&lean(include_str!("../../static/style.css"), None)),
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
        Asset::new(
            "embed",
            "css",
            "text/css; charset=utf-8",
            &tight(&lean(include_str!("../../static/embed.css"), None)),
        ),
    ]
});

impl Asset {
    fn new(name: &str, extension: &str, media_type: &'static str, text: &str) -> Self {
        let hash = Sha256::digest(text);
        let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let file_name = format!("{name}.{short}.{extension}");
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        Self { file_name, media_type, bytes, packed: OnceLock::new() }
    }

    fn address(&self) -> String {
        format!("{FOLDER}{}", self.file_name)
    }

    /// The answer in a coding, if it is packed already.
    pub(super) fn packed(&self, coding: Coding) -> Option<&Answer> {
        let (_, answer) = self.packed.get()?.iter().find(|(other, _)| *other == coding)?;
        Some(answer)
    }

    /// Packs it in every coding, or waits until that is done. Takes a tenth of a second.
    pub(super) fn pack(&self) {
        self.packed.get_or_init(|| {
            [Coding::Brotli, Coding::Gzip, Coding::Identity]
                .map(|coding| (coding, self.answer(coding)))
        });
    }

    fn answer(&self, coding: Coding) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        forever(&mut headers);
        headers::set(&mut headers);
        Answer::new(StatusCode::OK, headers, self.bytes.clone(), coding, Effort::Best, None)
    }
}

/// What the addresses of assets begin with.
const FOLDER: &str = "/assets/";

/// The asset at a path.
pub(super) fn at(path: &str) -> Option<&'static Asset> {
    let name = path.strip_prefix(FOLDER)?;
    ASSETS.iter().find(|asset| asset.file_name == name)
}

/// Packs all of them in the background.
pub(super) fn pack_meanwhile() {
    let packing = std::thread::Builder::new().name("assets".into());
    // If there is no thread to be had, the first request has it done.
    drop(packing.spawn(|| ASSETS.iter().for_each(Asset::pack)));
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

/// What a lean style sheet can do without, and what is left of it.
const AIR: [(&str, &str); 8] = [
    ("\n", ""),
    (" {", "{"),
    ("{ ", "{"),
    ("; ", ";"),
    (";}", "}"),
    (" }", "}"),
    (": ", ":"),
    (", ", ","),
];

/// A lean style sheet without the white space between its parts. None of it may stand in a string.
fn tight(sheet: &str) -> String {
    AIR.iter().fold(sheet.to_owned(), |text, (from, to)| text.replace(from, to))
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
    fn a_style_sheet_has_no_white_space_that_means_nothing() {
        let sheet = "@media (width < 4rem) {\n.a :is(b, c) { color: red; margin: 0 1px; }\n}\n";
        assert_eq!(tight(sheet), "@media (width < 4rem){.a :is(b,c){color:red;margin:0 1px}}");
        for line in include_str!("../../static/style.css").lines() {
            for string in line.split('"').skip(1).step_by(2) {
                let air = AIR.iter().find(|(air, _)| string.contains(air));
                assert!(air.is_none(), "{air:?} in \"{string}\"");
            }
        }
    }

    #[test]
    fn no_literal_runs_over_a_line_end() {
        for text in [
            include_str!("../../static/gallery.js"),
            include_str!("../../static/finder.js"),
            include_str!("../../static/style.css"),
            include_str!("../../static/embed.css"),
        ] {
            for line in text.lines() {
                assert!(line.matches('`').count().is_multiple_of(2), "{line}");
                assert!(!line.ends_with('\\'), "{line}");
            }
        }
    }
}
