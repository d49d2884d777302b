//! What a language model should know of the site before it reads any of it, as llmstxt.org
//! describes: what there is, how programs read it, and where to begin.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;

use super::Site;
use super::addresses::{self, Href};
use super::caching::CachePolicy;
use super::errors::Error;
use super::feeds;
use super::pages::local;
use super::samples::in_line;
use super::sitemap;
use crate::catalog::Locale;
use crate::gallery::{Facet, Snapshot};
use crate::i18n::{self, Texts};
use crate::markdown;

/// Where programs look for it, in every language.
pub(super) const LLMS: &str = "/llms.txt";

/// The most categories and the most models that are named.
const MOST: usize = 100;

pub(super) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = addresses::split(uri.path()).0;
    let snapshot = site.gallery().current().await?;
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CONTENT_LANGUAGE, locale.tag())];
    Ok(CachePolicy::Content.on((kind, text(&site, &snapshot, i18n::texts(locale)))))
}

fn text(site: &Site, snapshot: &Snapshot, t: &Texts) -> String {
    let href = Href::new(t.locale);
    let url = |path: &str| format!("{}{path}", site.public_url());
    let words = &t.programs;
    let total = snapshot.facets.total();
    let mut out = format!("# {}\n\n> {}\n\n{}\n", t.site_name, t.tagline, (words.about)(total));

    let _ = write!(out, "\n## {}\n\n", words.how);
    let line = |out: &mut String, name: &str, path: &str, what: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "- [{}]({}): {what}", in_line(name), url(path));
    };
    line(&mut out, words.markdown, &twin(&href.prompts()), words.markdown_says);
    line(&mut out, words.full, &href.path("/llms-full.txt"), words.full_says);
    line(&mut out, words.feed, &feeds::address(&href.home()), words.feed_says);
    line(&mut out, words.sitemap, sitemap::INDEX, words.sitemap_says);
    // These ask a server.
    if site.exported().is_none() {
        line(&mut out, words.api, "/openapi.json", words.api_says);
        line(&mut out, words.mcp, "/mcp", words.mcp_says);
    }

    let _ = write!(out, "\n## {}\n\n", t.categories);
    for category in snapshot.reference.categories.iter().take(MOST) {
        let count = snapshot.facets.count(Facet::Category, category.slug.as_str());
        let description = markdown::plain(local(&category.description, t.locale));
        let what = format!("{} · {}", in_line(&description), (t.prompt_count)(count));
        let name = local(&category.name, t.locale);
        line(&mut out, name, &twin(&href.category(&category.slug)), &what);
    }

    let _ = write!(out, "\n## {}\n\n", t.models);
    for (model, count) in snapshot.models_with_prompts().into_iter().take(MOST) {
        let what = format!("{} · {}", in_line(&model.service.name), (t.prompt_count)(count));
        line(&mut out, model.slug, &twin(&href.model(model.slug)), &what);
    }

    // Agents short of room leave out what stands under this heading, so it is not translated.
    out.push_str("\n## Optional\n\n");
    line(&mut out, t.faq, &twin(&href.faq()), t.faq_intro);
    line(&mut out, t.about, &twin(&href.about()), words.about_says);
    for other in Locale::ALL.into_iter().filter(|other| *other != t.locale) {
        let other = i18n::texts(other);
        line(&mut out, other.language_name, &Href::new(other.locale).path(LLMS), other.tagline);
    }
    out
}

/// Where a page is as Markdown.
fn twin(page: &str) -> String {
    format!("{page}.md")
}
