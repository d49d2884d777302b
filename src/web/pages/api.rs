//! The reference of the API: its description for programs, for people.
//!
//! Everything but the texts is read off the description itself, so that the page cannot tell of a
//! parameter that is not there.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::Value;

use super::{Crumb, breadcrumb, locale};
use crate::addresses::{API, OPENAPI};
use crate::i18n::{self, Texts};
use crate::markdown;
use crate::web::Site;
use crate::web::api::{self, Examples};
use crate::web::caching::CachePolicy;
use crate::web::context::{Page, Section};
use crate::web::errors::Error;
use crate::web::structured;
use crate::web::twins::{Variant, answer};

#[derive(Template)]
#[template(path = "pages/api.html")]
struct ApiPage {
    page: Page,
    crumbs: Vec<Crumb>,
    base: String,
    openapi: String,
    operations: Vec<OperationView>,
    /// Anchor and text of each kind of problem.
    problems: Vec<(&'static str, u16, &'static str)>,
}

#[derive(Template)]
#[template(path = "pages/api.md")]
struct ApiTwin<'p> {
    of: &'p ApiPage,
}

#[derive(Debug)]
struct OperationView {
    id: String,
    summary: &'static str,
    description: &'static str,
    path: String,
    parameters: Vec<ParameterView>,
    /// A command that asks for the example.
    command: Option<String>,
    /// What it is answered.
    answer: Option<String>,
    answers: Vec<AnswerView>,
}

#[derive(Debug)]
struct ParameterView {
    name: String,
    takes: String,
    /// What is meant unless something else is given.
    usual: Option<String>,
    description: &'static str,
}

#[derive(Debug)]
struct AnswerView {
    status: String,
    kind: Option<String>,
    description: &'static str,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    variant: Variant,
    uri: Uri,
) -> Result<Response, Error> {
    let locale = locale(&uri);
    let t = i18n::texts(locale);
    let snapshot = site.gallery().current().await?;
    let examples = Examples::of(&site, &snapshot).await;
    let described = serde_json::to_value(api::describe(&site, &examples))?;
    let mut page = Page::new(&site, locale, Section::Api, "/api", t.api.heading, t.api.intro);
    let crumbs = vec![Crumb::new(t.home, page.href.home())];
    page.structured = structured::block(vec![breadcrumb(&site, &crumbs, t.api.heading)]);
    let links = site.links(locale);
    let operations = api::operations().iter().filter_map(|operation| {
        let described = described.get("paths")?.get(operation.path)?.get("get")?;
        let command = examples.address(operation).map(|address| {
            let packed = if operation.path.contains('.') { " --compressed" } else { "" };
            format!("curl{packed} '{}'", links.to(address))
        });
        Some(OperationView::new(operation.path, described, command, t))
    });
    let problems = [400, 404, 405, 409, 410, 414, 503, 500].into_iter().filter_map(|code| {
        let status = StatusCode::from_u16(code).ok()?;
        Some((api::anchor(status), code, (t.api.problem)(code)))
    });
    let body = ApiPage {
        crumbs,
        base: links.to(API),
        openapi: links.to(OPENAPI),
        operations: operations.collect(),
        problems: problems.collect(),
        page,
    };
    Ok(CachePolicy::Content.on(answer(variant, &body.page, &body, &ApiTwin { of: &body })?))
}

impl OperationView {
    fn new(path: &str, described: &Value, command: Option<String>, t: &'static Texts) -> Self {
        let id = text(described, "operationId");
        let (summary, description) = (t.api.operation)(&id);
        let parameters = described.get("parameters").and_then(Value::as_array);
        let parameters = parameters.into_iter().flatten().chain(described.get(api::VALUES));
        let responses = described.get("responses").and_then(Value::as_object);
        let answers = responses.into_iter().flatten().map(|(status, response)| AnswerView {
            description: (t.api.response)(status.parse().unwrap_or_default()),
            kind: kind(response).map(|(kind, _)| kind.clone()),
            status: status.clone(),
        });
        let example = responses
            .and_then(|responses| kind(responses.get("200")?))
            .and_then(|(_, content)| content.get("example"));
        let answer = example.map(|example| match example {
            Value::String(text) => text.clone(),
            other => format!("{other:#}"),
        });
        Self {
            summary,
            description,
            path: path.to_owned(),
            parameters: parameters.map(|parameter| ParameterView::new(parameter, t)).collect(),
            command,
            answer,
            answers: answers.collect(),
            id,
        }
    }
}

impl ParameterView {
    fn new(described: &Value, t: &'static Texts) -> Self {
        let name = text(described, "name");
        let schema = described.get("schema").unwrap_or(&Value::Null);
        let usual = schema.get("default").map(|usual| match usual {
            Value::String(text) => (t.api.usual)(text),
            other => (t.api.usual)(&other.to_string()),
        });
        Self { description: (t.api.parameter)(&name), takes: takes(&name, schema, t), usual, name }
    }
}

/// What a parameter takes, in words.
fn takes(name: &str, schema: &Value, t: &Texts) -> String {
    let number = |key: &str| {
        let number = schema.get(key).and_then(Value::as_u64);
        number.and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
    };
    let items = schema.get("items");
    let names = items.unwrap_or(schema).get("enum").and_then(Value::as_array);
    if let Some(names) = names {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        let says = if items.is_some() { t.api.takes_fields } else { t.api.takes_one_of };
        return says(&names.join(", "));
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => (t.api.takes_slugs)(number("maxItems")),
        Some("integer") => (t.api.takes_number)(number("maximum")),
        Some("boolean") => (t.api.takes_one_of)("true, false"),
        _ if name == "since" => t.api.takes_revision.to_owned(),
        _ => (t.api.takes_text)(number("maxLength")),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What kind of content a response has, and the content.
fn kind(response: &Value) -> Option<(&String, &Value)> {
    response.get("content")?.as_object()?.iter().next()
}
