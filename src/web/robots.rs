//! What crawlers are asked to leave alone.
//!
//! Searches, and lists narrowed by several choices, are without number and say nothing new: each of
//! their prompts is on some list that is open. One choice on the list of all prompts, any order,
//! and any page of a list stay open, as do addresses with names that no page reads: what has a
//! canonical address says so itself, which nobody hears who may not ask.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

use super::Site;
use super::addresses::{SUGGEST, prefix};
use super::caching::CachePolicy;
use super::sitemap;
use crate::catalog::Locale;
use crate::gallery::Facet;

/// Where crawlers look for it.
pub(super) const ROBOTS: &str = "/robots.txt";

pub(super) async fn show(State(site): State<Site>) -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    CachePolicy::Content.on((kind, text(site.public_url())))
}

fn text(public_url: &str) -> String {
    let mut out = String::from("User-agent: *\n\n# For programs that speak with it.\n");
    let mut disallow = |pattern: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "Disallow: {pattern}");
    };
    disallow("/mcp");
    for locale in Locale::ALL {
        disallow(&format!("{}{SUGGEST}", prefix(locale)));
    }
    out.push_str("\n# Searches.\nDisallow: /*?q=\nDisallow: /*&q=\n");
    out.push_str("\n# Lists of all prompts, narrowed twice.\n");
    for facet in Facet::ALL {
        let _ = writeln!(out, "Disallow: /*?*&{}=", facet.slug());
    }
    // The list of all prompts has no slash after the s, all others have.
    out.push_str("\n# Categories, models and tags, narrowed once more.\n");
    for facet in Facet::ALL {
        let _ = writeln!(out, "Disallow: /*s/*?{}=", facet.slug());
    }
    let _ = write!(out, "\nSitemap: {public_url}{}\n", sitemap::INDEX);
    out
}
