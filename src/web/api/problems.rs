//! Problems, as programs are told of them (RFC 9457).

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::addresses::Links;

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in crate::web) struct Fault {
    /// Its name, as it was given.
    pub(in crate::web) parameter: String,
    /// What is wrong with it, and what would be right.
    pub(in crate::web) detail: String,
}

impl Fault {
    pub(super) fn new(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { parameter: parameter.into(), detail: detail.into() }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in crate::web) struct Problem {
    /// What kind of problem it is: an address that explains it.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    kind: String,
    /// The kind of problem, in words.
    title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, and what to do.
    detail: String,
    /// What was asked for.
    #[schema(format = "uri-reference")]
    instance: String,
    /// Everything that is wrong with the parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Fault>,
    /// The slugs of prompts like the one that is gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    similar: Vec<String>,
}

/// Where the reference page explains a kind of problem.
pub(in crate::web) const fn anchor(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "problem-parameters",
        StatusCode::CONFLICT => "problem-revision",
        StatusCode::NOT_FOUND => "problem-not-found",
        StatusCode::GONE => "problem-gone",
        StatusCode::METHOD_NOT_ALLOWED => "problem-method",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => "problem-busy",
        status if status.as_u16() < 500 => "problem-request",
        _ => "problem-server",
    }
}

impl Problem {
    pub(in crate::web) fn new(
        links: Links<'_>,
        status: StatusCode,
        title: &str,
        detail: &str,
        path: &str,
        errors: Vec<Fault>,
    ) -> Self {
        let kind = links.to(format!("{}#{}", links.href.api(), anchor(status)));
        // A path may hold what no address may, as browsers are lenient.
        let instance = percent_encoding::utf8_percent_encode(path, INSTANCE).to_string();
        Self {
            kind,
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.to_owned(),
            instance,
            errors,
            similar: Vec::new(),
        }
    }

    /// The same, with prompts like the one that is gone.
    pub(in crate::web) fn like(self, similar: Vec<String>) -> Self {
        Self { similar, ..self }
    }
}

/// What has to be escaped in a path that is given back (RFC 3986, section 3.3).
const INSTANCE: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');
