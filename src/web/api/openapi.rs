//! The description of the API, for programs (OpenAPI 3.1).
//!
//! It is made of what the code itself reads and writes: the table of operations, the parameters
//! queries are checked by, and the schemas of the documents. Its examples are answers of this very
//! gallery, so that they are never wrong.

use axum::body::to_bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle, PathItem,
    PathsBuilder,
};
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{
    ContentBuilder, Info, OpenApi, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder, Server,
};

use super::answers::{ListDocument, PromptList};
use super::bulk::{self, COLUMNS, ExportRecord};
use super::operations::{Answer, Operation, all};
use super::parameters::{Kind, MOST_PER_PAGE, Parameter};
use super::problems::Problem;
use super::{answers, revision};
use crate::catalog::{Locale, Slug};
use crate::documents::{
    AgentDocument, CategoryDocument, LanguageDocument, ModelDocument, PromptDocument,
    PromptSummary, SLUG, SnippetDocument, TagDocument,
};
use crate::gallery::{ListRequest, Selection, Snapshot, Sort};
use crate::i18n::{self, Texts};
use crate::placeholders::LONGEST_VALUE;
use crate::snippets::LANGUAGES;
use crate::web::Site;
use crate::web::caching::CachePolicy;
use crate::web::errors::Error;
use crate::web::extract::Path;

/// What the parameters that fill blanks are described under.
pub(in crate::web) const VALUES: &str = "x-query-values";

/// The most bytes of an example.
const LONGEST_EXAMPLE: usize = 64 * 1024;

/// Everything that is answered, and what it consists of.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    PromptList,
    PromptDocument,
    SnippetDocument,
    ListDocument<CategoryDocument>,
    ListDocument<ModelDocument>,
    ListDocument<TagDocument>,
    ListDocument<LanguageDocument>,
    ListDocument<AgentDocument>,
    CategoryDocument,
    ModelDocument,
    TagDocument,
    LanguageDocument,
    AgentDocument,
    PromptSummary,
    ExportRecord,
    Problem,
)))]
struct Schemas;

pub(in crate::web) async fn show(State(site): State<Site>) -> Result<Response, Error> {
    let snapshot = site.gallery().current().await?;
    let examples = Examples::of(&site, &snapshot).await;
    let document = serde_json::to_string(&describe(&site, &examples))?;
    Ok(CachePolicy::Content.on(([(CONTENT_TYPE, "application/json")], document)))
}

/// Answers of this gallery.
#[derive(Debug, Default)]
pub(in crate::web) struct Examples {
    /// The slug of a prompt.
    slug: Option<String>,
    revision: String,
    answers: Vec<(&'static str, Value)>,
}

impl Examples {
    pub(in crate::web) async fn of(site: &Site, snapshot: &Snapshot) -> Self {
        let mut examples = Self { revision: revision(snapshot), ..Self::default() };
        let everything = ListRequest {
            selection: &Selection::default(),
            search: None,
            sort: Sort::Featured,
            locale: Locale::DEFAULT,
            page: 1,
        };
        if let Ok(Some(listing)) = site.gallery().prompts(snapshot, everything, 1).await {
            examples.slug = listing.items.first().map(|stored| stored.prompt.slug.to_string());
        }
        for operation in all() {
            if let Some(answer) = examples.answer_of(operation, site, snapshot).await {
                examples.answers.push((operation.id, answer));
            }
        }
        examples
    }

    /// What an operation is answered.
    pub(in crate::web) fn answer(&self, operation: &Operation) -> Option<&Value> {
        self.answers.iter().find(|(id, _)| *id == operation.id).map(|(_, answer)| answer)
    }

    /// The address of an example, below the site; none where the gallery has none.
    pub(in crate::web) fn address(&self, operation: &Operation) -> Option<String> {
        let mut path = operation.path.to_owned();
        for name in operation.path_parameters() {
            path = path.replace(&format!("{{{name}}}"), &self.path_value(name)?);
        }
        Some(format!("{path}{}", operation.example))
    }

    fn path_value(&self, name: &str) -> Option<String> {
        match name {
            "slug" => self.slug.clone(),
            _ => LANGUAGES.first().map(|language| language.slug.to_owned()),
        }
    }

    async fn answer_of(
        &self,
        operation: &Operation,
        site: &Site,
        snapshot: &Snapshot,
    ) -> Option<Value> {
        let uri: Uri = self.address(operation)?.parse().ok()?;
        let state = State(site.clone());
        let slug = self.slug.clone();
        let answer = match operation.id {
            "listPrompts" => answers::prompts(state, uri).await,
            "getPrompt" => answers::prompt(state, Path(slug?), uri).await,
            "getSnippet" => {
                let language = self.path_value("language")?;
                answers::snippet(state, Path((slug?, language)), uri).await
            }
            "listCategories" => answers::categories(state, uri).await,
            "listModels" => answers::models(state, uri).await,
            "listTags" => answers::tags(state, uri).await,
            "listLanguages" => answers::languages(state, uri).await,
            "listAgents" => answers::agents(state, uri).await,
            "exportJsonl" => {
                return bulk::first_record(site, snapshot).await.map(Value::String);
            }
            _ => return Some(Value::String(COLUMNS.join(","))),
        };
        let body = to_bytes(answer.ok()?.into_body(), LONGEST_EXAMPLE).await.ok()?;
        serde_json::from_slice(&body).ok()
    }
}

/// The description.
pub(in crate::web) fn describe(site: &Site, examples: &Examples) -> OpenApi {
    let t = i18n::texts(Locale::DEFAULT);
    let links = site.links(Locale::DEFAULT);
    let mut paths = PathsBuilder::new();
    for operation in all() {
        let described = described(operation, examples, t);
        paths = paths.path(operation.path, PathItem::new(HttpMethod::Get, described));
    }
    let mut info = Info::new((t.api.title)(t.site_name), "1.0.0".to_owned());
    info.description = Some(t.api.intro.to_owned());
    let mut api = OpenApi::new(info, paths.build());
    api.servers = Some(vec![Server::new(links.to(""))]);
    api.external_docs = Some(utoipa::openapi::ExternalDocs::new(links.to(links.href.api())));
    api.components = Schemas::openapi().components;
    refer(&mut api);
    // A query may ask for some fields of a summary; which one it is, it always says.
    let schemas = api.components.iter_mut();
    let summary = schemas.flat_map(|components| components.schemas.get_mut("PromptSummary"));
    for schema in summary {
        if let RefOr::T(Schema::Object(object)) = schema {
            object.required = vec!["slug".to_owned()];
        }
    }
    api
}

/// Has lists refer to the schemas of their entries, where these stand in full.
fn refer(api: &mut OpenApi) {
    for (name, schema) in api.components.iter_mut().flat_map(|all| &mut all.schemas) {
        if let Some(entry) = name.strip_prefix("ListDocument_")
            && let RefOr::T(Schema::Object(list)) = schema
        {
            let entries = ArrayBuilder::new()
                .items(Ref::from_schema_name(entry))
                .max_items(Some(MOST_PER_PAGE))
                .description(list_description(list));
            list.properties.insert("items".to_owned(), entries.build().into());
        }
    }
}

/// What is said of the entries of a list.
fn list_description(list: &Object) -> Option<String> {
    match list.properties.get("items") {
        Some(RefOr::T(Schema::Array(items))) => items.description.clone(),
        _ => None,
    }
}

fn described(
    operation: &Operation,
    examples: &Examples,
    t: &Texts,
) -> utoipa::openapi::path::Operation {
    let (summary, description) = (t.api.operation)(operation.id);
    let mut builder = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .summary(Some(summary))
        .description(Some(description));
    for name in operation.path_parameters() {
        let (schema, example) = path_schema(name, examples);
        let mut parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some((t.api.parameter)(name)))
            .schema(Some(schema));
        if let Some(example) = example {
            parameter = parameter.example(Some(json!(example)));
        }
        builder = builder.parameter(parameter);
    }
    for parameter in operation.parameters {
        match parameter.kind {
            // No description can tell of parameters whose names the answer tells.
            Kind::Values => builder = builder.extensions(Some(values(parameter, t))),
            _ => builder = builder.parameter(query_parameter(parameter, examples, t)),
        }
    }
    builder.responses(responses(operation, examples, t).build()).build()
}

fn path_schema(name: &str, examples: &Examples) -> (Object, Option<String>) {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = match name {
        "slug" => text.pattern(Some(SLUG)).min_length(Some(1)).max_length(Some(Slug::MAX)).build(),
        _ => text.enum_values(Some(LANGUAGES.iter().map(|language| language.slug))).build(),
    };
    (schema, examples.path_value(name))
}

fn query_parameter(parameter: &Parameter, examples: &Examples, t: &Texts) -> ParameterBuilder {
    let mut builder = ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some((t.api.parameter)(parameter.name)));
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let example = parameter.example;
    let (schema, example): (Schema, Value) = match parameter.kind {
        Kind::Text => {
            let text = text().min_length(Some(1)).max_length(Some(parameter.kind.most()));
            (text.build().into(), json!(example))
        }
        Kind::Slugs => {
            let slug = text().pattern(Some(SLUG)).max_length(Some(Slug::MAX));
            builder = builder.style(Some(ParameterStyle::Form)).explode(Some(true));
            let slugs = ArrayBuilder::new()
                .items(slug.build())
                .min_items(Some(1))
                .max_items(Some(parameter.kind.most()));
            (slugs.build().into(), json!([example]))
        }
        Kind::OneOf { names, has_usual } => {
            let names = names();
            let mut text = text().enum_values(Some(names.clone()));
            if let Some(usual) = names.first().filter(|_| has_usual) {
                text = text.default(Some(json!(usual)));
            }
            (text.build().into(), json!(example))
        }
        Kind::Number { most, usual } => {
            let number = ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(1_usize))
                .maximum(Some(most))
                .default(Some(json!(usual)));
            (number.build().into(), json!(1))
        }
        Kind::Switch { usual } => {
            let switch =
                ObjectBuilder::new().schema_type(Type::Boolean).default(Some(json!(usual)));
            (switch.build().into(), json!(example == "true"))
        }
        Kind::Fields(names) => {
            let name = text().enum_values(Some(names.iter().copied()));
            builder = builder.style(Some(ParameterStyle::Form)).explode(Some(false));
            let fields = ArrayBuilder::new()
                .items(name.build())
                .min_items(Some(1))
                .max_items(Some(parameter.kind.most()));
            (fields.build().into(), json!(example.split(',').collect::<Vec<_>>()))
        }
        Kind::Revision => {
            let revision = text().pattern(Some("^[0-9A-Za-z]+-[0-9]{1,18}([.][0-9]{1,18})?$"));
            (revision.build().into(), json!(examples.revision))
        }
        Kind::Values => (text().build().into(), json!(example)),
    };
    builder.schema(Some(schema)).example(Some(example))
}

/// The parameters that fill blanks, each named by the key of its blank.
fn values(parameter: &Parameter, t: &Texts) -> Extensions {
    let values = json!({
        "name": parameter.name,
        "in": "query",
        "description": (t.api.parameter)(parameter.name),
        "schema": { "type": "string", "maxLength": LONGEST_VALUE },
        "example": parameter.example,
    });
    ExtensionsBuilder::new().add(VALUES, values).build()
}

fn responses(operation: &Operation, examples: &Examples, t: &Texts) -> ResponsesBuilder {
    let header = |name: &str, schema: Object| {
        let header =
            HeaderBuilder::new().schema(Some(schema)).description(Some((t.api.header)(name)));
        (name.to_owned(), header.build())
    };
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let etag = || header("ETag", text().pattern(Some("^W/\"[^\"]+\"$")).build());
    let cache = || header("Cache-Control", text().build());
    let language = || {
        header("Content-Language", text().enum_values(Some(Locale::ALL.map(Locale::tag))).build())
    };
    let link = || header("Link", text().build());
    let mut headers = vec![etag(), cache(), language()];
    let mut content = ContentBuilder::new();
    let kind = match operation.answer {
        Answer::List(schema) | Answer::Document(schema) => {
            content = content.schema(Some(Ref::from_schema_name(schema)));
            "application/json"
        }
        Answer::Lines => {
            content = content.schema(Some(text().description(Some(t.api.lines)).build()));
            "application/jsonl"
        }
        Answer::Table => {
            content = content.schema(Some(text().description(Some(t.api.table)).build()));
            "text/csv"
        }
    };
    match operation.answer {
        Answer::List(_) => headers.push(link()),
        Answer::Document(_) => {}
        Answer::Lines | Answer::Table => {
            headers.push(link());
            let revision = text().pattern(Some("^[0-9a-f]+-[0-9]+([.][0-9]+)?$")).build();
            headers.push(header("Content-Revision", revision));
        }
    }
    if let Some(answer) = examples.answer(operation) {
        content = content.example(Some(answer.clone()));
    }
    let mut ok =
        ResponseBuilder::new().description((t.api.response)(200)).content(kind, content.build());
    for (name, header) in headers {
        ok = ok.header(name, header);
    }
    let mut responses = ResponsesBuilder::new().response("200", ok.build());
    if matches!(operation.answer, Answer::Document(_)) {
        let (name, location) =
            header("Location", text().pattern(Some("^/api/v1/prompts/")).build());
        let moved = ResponseBuilder::new().description((t.api.response)(301));
        responses = responses.response("301", moved.header(name, location).build());
    }
    let mut same = ResponseBuilder::new().description((t.api.response)(304));
    for (name, header) in [etag(), cache()] {
        same = same.header(name, header);
    }
    responses = responses.response("304", same.build());
    let is_export = matches!(operation.answer, Answer::Lines | Answer::Table);
    // What an operation without a revision in its query, or one that finds everything, cannot say.
    let impossible = if is_export { 404 } else { 409 };
    let is_prompt = matches!(operation.answer, Answer::Document(_));
    for status in [400, 404, 405, 409, 410, 503]
        .into_iter()
        .filter(|status| *status != impossible && (*status != 410 || is_prompt))
    {
        let mut problem = ResponseBuilder::new().description((t.api.response)(status)).content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
        );
        if status == 405 {
            let (name, allow) = header("Allow", text().build());
            problem = problem.header(name, allow);
        }
        if status == 503 {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0_usize));
            let (name, wait) = header("Retry-After", seconds.build());
            problem = problem.header(name, wait);
        }
        responses = responses.response(status.to_string(), problem.build());
    }
    responses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::routes;

    #[test]
    fn what_is_described_is_what_the_routes_answer() {
        for operation in all() {
            let path = operation.path.replace(['{', '}'], "");
            let label = routes::Route::label(&path);
            assert_eq!(label, operation.path);
        }
    }

    #[test]
    fn every_operation_parameter_and_answer_is_described_in_every_language() {
        for locale in Locale::ALL {
            let t = i18n::texts(locale);
            for operation in all() {
                let (summary, description) = (t.api.operation)(operation.id);
                assert!(!summary.is_empty() && !description.is_empty(), "{}", operation.id);
                let query = operation.parameters.iter().map(|parameter| parameter.name);
                for name in query.chain(operation.path_parameters()) {
                    assert!(!(t.api.parameter)(name).is_empty(), "{name}");
                }
            }
        }
    }
}
