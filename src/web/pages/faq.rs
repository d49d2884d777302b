//! Questions and answers.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, Prose, breadcrumb, locale};
use crate::catalog::{FaqEntry, Locale};
use crate::i18n;
use crate::markdown;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::structured;
use crate::web::twins::{Variant, answer};

#[derive(Template)]
#[template(path = "pages/faq.html")]
struct FaqPage {
    page: Page,
    crumbs: Vec<Crumb>,
    entries: Vec<FaqView>,
}

#[derive(Template)]
#[template(path = "pages/faq.md")]
struct FaqTwin<'p> {
    of: &'p FaqPage,
}

/// A question with its answer.
#[derive(Debug)]
struct FaqView {
    slug: String,
    question: String,
    answer: Prose,
}

impl FaqView {
    /// The entries of one language.
    fn all(entries: &[FaqEntry], locale: Locale) -> Vec<Self> {
        entries
            .iter()
            .filter(|entry| entry.locale == locale)
            .map(|entry| Self {
                slug: entry.slug.clone(),
                question: entry.question.clone(),
                answer: Prose::Markdown(entry.answer.clone()),
            })
            .collect()
    }
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    variant: Variant,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let mut page = Page::new(&site, locale, Section::Faq, "/faq", t.faq, t.faq_intro);
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let faq = snapshot.reference.faq.iter().filter(|entry| entry.locale == locale);
    let answers = faq.map(|entry| (entry.question.as_str(), markdown::plain(&entry.answer)));
    page.structured = structured::block(vec![
        breadcrumb(&site, &crumbs, t.faq),
        structured::questions(&page, answers),
    ]);
    let entries = FaqView::all(&snapshot.reference.faq, locale);
    let body = FaqPage { page, crumbs, entries };
    Ok(CachePolicy::Content.on(answer(variant, &body.page, &body, &FaqTwin { of: &body })?))
}
