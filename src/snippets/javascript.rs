//! JavaScript for Node.js 18 and later, as an ES module, with the vendor's SDK.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Language, is_hidden, is_identifier, resource, singular};
use crate::catalog::ApiCall;

pub(super) const LANGUAGE: Language =
    Language { slug: "javascript", name: "JavaScript", extension: "mjs", render };

fn render(call: &ApiCall<'_>) -> String {
    let sdk = &call.service.sdk.javascript;
    let platform = call.platform;
    let mut options = format!("  apiKey: process.env.{},\n", platform.key_variable);
    if platform.base_url != platform.sdk_base_url {
        let _ = writeln!(options, "  baseUrl: {},", string(&platform.base_url));
    }
    let mut members = String::new();
    for (name, member) in &call.body() {
        let _ = writeln!(members, "  {}: {},", key(name), value(member));
    }
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("for (const {one} of result.{field}) {{\n  console.log({one}.url);\n}}\n")
        }
        None => String::from("console.log(result);\n"),
    };
    format!(
        "import {{ {client} }} from {package};\n\n\
         const client = new {client}({{\n{options}}});\n\n\
         const result = await client.{resource}.run({{\n{members}}});\n\n{print}",
        client = sdk.client,
        package = string(&sdk.package),
        resource = camel_case(resource(call)),
    )
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => String::from("{}"),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", key(name), self::value(member)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string(name) }
}

/// A string literal: never a template, in which `${…}` would run. The quotation mark is the
/// one that needs fewer escapes, as Prettier chooses it.
fn string(text: &str) -> String {
    let doubles = text.matches('"').count();
    let singles = text.matches('\'').count();
    let quote = if doubles > singles { '\'' } else { '"' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            mark if mark == quote => {
                out.push('\\');
                out.push(mark);
            }
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = match u32::from(hidden) {
                    bmp @ 0..=0xffff => write!(out, "\\u{bmp:04x}"),
                    astral => write!(out, "\\u{{{astral:x}}}"),
                };
            }
            plain => out.push(plain),
        }
    }
    out.push(quote);
    out
}

fn camel_case(snake: &str) -> String {
    let mut out = String::with_capacity(snake.len());
    let mut upper = false;
    for character in snake.chars() {
        match character {
            '_' => upper = true,
            letter if upper => {
                out.extend(letter.to_uppercase());
                upper = false;
            }
            letter => out.push(letter),
        }
    }
    out
}
