//! What tools return: values with a schema, beside a text that says the same.

use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::documents::{BlankDocument, CategoryDocument, PromptSummary, SnippetDocument};

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Found {
    /// How many prompts there are on all pages.
    pub(super) total: usize,
    /// This page, from 1.
    pub(super) page: usize,
    /// The last page.
    pub(super) last_page: usize,
    /// What to know about how this was found; null where there is nothing to know.
    #[schema(required)]
    pub(super) note: Option<String>,
    /// The prompts of this page.
    pub(super) prompts: Vec<PromptSummary>,
}

/// A prompt with values in its blanks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FilledPrompt {
    /// The prompt's name.
    pub(super) slug: String,
    /// Its text with the values put in. Blanks without a value stand there as they were written.
    pub(super) text: String,
    /// Whether every blank that is needed has a value.
    pub(super) complete: bool,
    /// The blanks without a value.
    pub(super) remaining: Vec<BlankDocument>,
    /// The prompt's page with the same values.
    #[schema(format = "uri")]
    pub(super) url: String,
}

/// A program that sends a prompt to its model's API.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Program {
    /// The prompt's name.
    pub(super) slug: String,
    /// The program.
    pub(super) snippet: SnippetDocument,
    /// The environment variable it reads the API key from.
    pub(super) key_variable: String,
    /// Whether every blank that is needed has a value.
    pub(super) complete: bool,
    /// The blanks of the prompt without a value.
    pub(super) remaining: Vec<BlankDocument>,
}

/// The shelves of the gallery.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Categories {
    /// How many prompts there are in all.
    pub(super) prompts: usize,
    /// Every category, in the order of the site.
    pub(super) categories: Vec<CategoryDocument>,
}

/// The schema of a value, which refers to nothing outside itself.
pub(super) fn schema<T: ToSchema>() -> Arc<JsonObject> {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut parts);
    let json = |schema: &RefOr<Schema>| {
        let mut value = serde_json::to_value(schema).unwrap_or_default();
        refer_within(&mut value);
        value
    };
    let mut schema = match json(&T::schema()) {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    let parts: JsonObject = parts.iter().map(|(name, part)| (name.clone(), json(part))).collect();
    if !parts.is_empty() {
        schema.insert("$defs".into(), Value::Object(parts));
    }
    Arc::new(schema)
}

/// Has references lead to definitions in the same document.
fn refer_within(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/components/schemas/")
            {
                *reference = format!("#/$defs/{name}");
            }
            object.values_mut().for_each(refer_within);
        }
        Value::Array(items) => items.iter_mut().for_each(refer_within),
        _ => {}
    }
}

/// A result: the value for programs, and texts for models that are not shown values. What is exact
/// stands in a text of its own.
pub(super) fn result(
    value: &impl Serialize,
    texts: impl IntoIterator<Item = String>,
) -> CallToolResult {
    match serde_json::to_value(value) {
        Ok(value) => {
            let mut result = CallToolResult::structured(value);
            result.content = texts.into_iter().map(ContentBlock::text).collect();
            result
        }
        Err(error) => {
            tracing::error!(%error, "a result cannot be written");
            refusal("The result cannot be written.")
        }
    }
}

/// A result that says why there is none, and what to do about it.
pub(super) fn refusal(message: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(message)])
}
