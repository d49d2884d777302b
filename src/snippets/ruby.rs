//! Ruby 2.7 and later, with the vendor's SDK.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Language, is_hidden, is_identifier, resource, singular};
use crate::catalog::ApiCall;

pub(super) const LANGUAGE: Language =
    Language { slug: "ruby", name: "Ruby", extension: "rb", render };

fn render(call: &ApiCall<'_>) -> String {
    let sdk = &call.service.sdk.ruby;
    let platform = call.platform;
    let mut options = format!("api_key: ENV.fetch({})", string(&platform.key_variable));
    if platform.base_url != platform.sdk_base_url {
        let _ = write!(options, ", base_url: {}", string(&platform.base_url));
    }
    let arguments: Vec<String> =
        call.body().iter().map(|(name, member)| format!("  {}", pair(name, member))).collect();
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("result.{field}.each {{ |{one}| puts {one}.url }}\n")
        }
        None => String::from("puts result.to_h\n"),
    };
    format!(
        "require {module}\n\nclient = {client}.new({options})\n\n\
         result = client.{resource}.run(\n{arguments}\n)\n\n{print}",
        module = string(sdk.import()),
        client = sdk.client,
        resource = resource(call),
        arguments = arguments.join(",\n"),
    )
}

fn pair(name: &str, member: &Value) -> String {
    if is_identifier(name) {
        format!("{name}: {}", value(member))
    } else {
        format!("{}: {}", string(name), value(member))
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::from("nil"),
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => String::from("{}"),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, member)| pair(name, member)).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// A double-quoted literal, in which `#{…}`, `#$x` and `#@x` would run: their `#` is escaped.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}
