//! All models: those with prompts first, then what else the catalogue knows, by service.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{Crumb, breadcrumb, locale};
use crate::gallery::Facet;
use crate::i18n;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::html;
use crate::web::structured;

#[derive(Template)]
#[template(path = "pages/models.html")]
struct ModelsPage {
    page: Page,
    crumbs: Vec<Crumb>,
    models: Vec<ModelView>,
    others: Vec<(String, Vec<String>)>,
}

#[derive(Debug)]
struct ModelView {
    name: String,
    href: String,
    service: String,
    provider: Option<String>,
    count: String,
}

pub(in crate::web) async fn list(State(site): State<Site>, uri: Uri) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let mut page = Page::new(&site, locale, Section::Models, "/models", t.models, t.models_intro);
    let models: Vec<ModelView> = snapshot
        .models_with_prompts()
        .into_iter()
        .map(|(model, count)| ModelView {
            name: model.slug.to_owned(),
            href: page.href.model(model.slug),
            service: model.service.name.clone(),
            provider: model.provider.map(|provider| provider.name.clone()),
            count: (t.prompt_count)(count),
        })
        .collect();
    let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for model in snapshot.reference.catalog.models() {
        if snapshot.facets.count(Facet::Model, model.slug) == 0 {
            others.entry(&model.service.name).or_default().push(model.slug.to_owned());
        }
    }
    let others = others.into_iter().map(|(service, models)| (service.to_owned(), models)).collect();
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    let url = |model: &ModelView| format!("{}{}", site.public_url(), model.href);
    let listed = (1..).zip(&models).map(|(at, model)| (at, model.name.as_str(), url(model)));
    page.structured = structured::block(vec![
        breadcrumb(&site, &crumbs, t.models),
        structured::collection(&page, models.len(), listed),
    ]);
    Ok(CachePolicy::Content.on(html::page(&ModelsPage { page, crumbs, models, others })?))
}
