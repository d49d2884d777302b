//! The whole gallery as one Markdown text, for those who read it all at once.
//!
//! It is bounded: the newest prompts come first, and a text that would be too long says where the
//! rest is. Programs are left out, for each repeats its prompt; a prompt's twin has them.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::Response;

use super::{Prose, local, locale};
use crate::gallery::{ListRequest, PAGE_SIZE, Selection, Snapshot, Sort, Titled};
use crate::i18n::{self, Texts};
use crate::markdown::{code, escaped, fenced};
use crate::store::StoredPrompt;
use crate::web::Site;
use crate::web::addresses::Links;
use crate::web::caching::CachePolicy;
use crate::web::errors::Error;
use crate::web::twins::twin;

/// Where it is, in every language.
pub(in crate::web) const EVERYTHING: &str = "/llms-full.txt";

/// The most prompts.
const MOST: usize = 500;
/// The most bytes of prompts.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// A longer prompt is linked to, so that it does not keep others out.
const LONG: usize = 64 * 1024;
/// How many prompts are read at a time.
const READ: usize = 50;

/// Where everything is, a prompt a line.
const ALL_AS_DATA: &str = "/api/v1/export.jsonl";

pub(in crate::web) async fn show(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let links = site.links(locale);
    let mut out = format!(
        "# {}\n\n> {}\n\n{}\n",
        escaped(t.site_name),
        escaped(t.tagline),
        escaped(t.about_everything)
    );
    let begin = out.len();
    let (mut shown, mut total) = (0, 0);
    'pages: for page in 1..=MOST.div_ceil(READ) {
        let request = ListRequest {
            selection: &Selection::default(),
            search: None,
            sort: Sort::Newest,
            locale,
            page,
        };
        let prompts = site.gallery().prompts(&snapshot, request, READ).await?;
        let Some(prompts) = prompts else { break };
        total = prompts.total;
        for stored in &prompts.items {
            let length = out.len();
            push(&mut out, stored, &snapshot, links, t);
            if out.len() - begin > MOST_BYTES {
                out.truncate(length);
                break 'pages;
            }
            shown += 1;
        }
    }
    if shown < total {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n---\n\n{}\n\n", escaped(&(t.not_everything)(shown, total)));
        let list = links.href.further(&links.href.prompts(), shown / PAGE_SIZE + 1);
        let _ = writeln!(out, "- [{}]({})", t.list_of_all, links.to(twin(&list)));
        // It asks a server.
        if site.exported().is_none() {
            let _ = writeln!(out, "- [{}]({})", t.all_as_data, links.to(ALL_AS_DATA));
        }
    }
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CONTENT_LANGUAGE, locale.tag())];
    Ok(CachePolicy::Content.on((kind, out)))
}

/// Writes a prompt.
fn push(out: &mut String, stored: &StoredPrompt, snapshot: &Snapshot, links: Links<'_>, t: &Texts) {
    let prompt = &stored.prompt;
    // The catalogue has lost its endpoint, and so it has no page.
    let Some(call) = snapshot.call(prompt, &prompt.text) else { return };
    let page = links.href.prompt(&prompt.slug);
    let (_, title) = stored.title(t.locale);
    // Writing to a String cannot fail.
    let _ = write!(out, "\n## [{}]({})\n\n", escaped(&title), links.to(twin(&page)));
    if let Some((_, description)) = prompt.description.best(&[t.locale]) {
        let description = Prose::Markdown(description.to_owned());
        let _ = write!(out, "{}\n\n", description.markdown());
    }
    if prompt.text.len() > LONG {
        let _ = write!(out, "[{}]({})\n\n", t.plain_text, links.to(format!("{page}.txt")));
    } else {
        let _ = writeln!(out, "{}", fenced("text", format!("{}\n", prompt.text)));
    }
    let category = snapshot.reference.category(prompt.category.as_str());
    let category = category.map_or(prompt.category.as_str(), |one| local(&one.name, t.locale));
    let parameters = serde_json::Value::Object(call.params.clone()).to_string();
    let tags: Vec<String> = prompt
        .tags
        .iter()
        .map(|slug| {
            let tag = snapshot.reference.tag(slug.as_str());
            escaped(tag.map_or(slug.as_str(), |tag| local(&tag.name, t.locale)))
        })
        .collect();
    let facts = [
        (t.category, Some(escaped(category))),
        (t.tags, (!tags.is_empty()).then(|| tags.join(t.comma))),
        (t.makes, Some((t.modality)(call.endpoint.modality).to_owned())),
        (t.model, call.model.map(code)),
        (t.path, Some(code(call.path()))),
        (t.parameters, (!call.params.is_empty()).then(|| code(&parameters))),
        (t.author, prompt.source.author.as_deref().map(escaped)),
        (t.source, prompt.source.url.as_deref().map(escaped)),
        (t.license, prompt.source.license.as_deref().map(escaped)),
        (t.added, prompt.created.clone()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(out, "- {name}{}{value}", t.colon);
        }
    }
}
