//! curl, for any POSIX shell.
//!
//! The body travels in a quoted here-document, in which the shell expands nothing; the JSON
//! inside has its line feeds escaped, so no line of a prompt can end the document.

use serde_json::Value;

use super::{Language, json_string};
use crate::catalog::{ApiCall, Object};

pub(super) const LANGUAGE: Language =
    Language { slug: "curl", name: "curl", extension: "sh", sdk: None, http };

fn http(call: &ApiCall<'_>) -> String {
    let (url, key) = (call.url(), &call.platform.key_variable);
    let body = object(&call.body(), 0);
    let second = if call.endpoint.synchronous {
        String::new()
    } else {
        format!(
            "\n# The answer names a task. Its result, once the task is completed:\n\
             # curl \"{url}/TASK_ID\" -H \"Authorization: Bearer ${key}\"\n"
        )
    };
    format!(
        "curl -X POST \"{url}\" \\\n  -H \"Authorization: Bearer ${key}\" \\\n  \
         -H \"Content-Type: application/json\" \\\n  --data-binary @- <<'JSON'\n{body}\nJSON\n{second}"
    )
}

fn value(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => json_string(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| self::value(item, depth)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => object(members, depth),
        other => other.to_string(),
    }
}

fn object(members: &Object, depth: usize) -> String {
    if members.is_empty() {
        return String::from("{}");
    }
    let indent = "  ".repeat(depth + 1);
    let lines: Vec<String> = members
        .iter()
        .map(|(name, member)| {
            format!("{indent}{}: {}", json_string(name), value(member, depth + 1))
        })
        .collect();
    format!("{{\n{}\n{}}}", lines.join(",\n"), "  ".repeat(depth))
}
