//! JavaScript for Node.js 18 and later, as an ES module, laid out as Prettier leaves it.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Language, SdkForm, camel_case, lighter_quote, literal, nothing_special, number, resource,
    singular,
};
use crate::catalog::{ApiCall, Object, columns, fits};

pub(super) const LANGUAGE: Language = Language {
    slug: "javascript",
    name: "JavaScript",
    extension: "mjs",
    sdk: Some(SdkForm { render: sdk, install }),
    http,
};

/// Prettier's line width.
const WIDTH: usize = 80;

fn install(call: &ApiCall<'_>) -> String {
    format!("npm install {}", call.service.sdk.javascript.package)
}

fn sdk(call: &ApiCall<'_>) -> String {
    let sdk = &call.service.sdk.javascript;
    let platform = call.platform;
    let mut options = format!("  apiKey: process.env.{},\n", platform.key_variable);
    if platform.base_url != platform.sdk_base_url {
        options.push_str(&member("baseUrl", &Value::String(platform.base_url.clone()), 1));
    }
    format!(
        "import {{ {client} }} from {package};\n\n\
         const client = new {client}({{\n{options}}});\n\n\
         const result = await client.{resource}.run({{\n{members}}});\n\n{print}",
        client = sdk.client,
        package = string(&sdk.package),
        resource = camel_case(resource(call)),
        members = members(&call.body(), 1),
        print = print("result", call),
    )
}

fn http(call: &ApiCall<'_>) -> String {
    let url = string(&call.url());
    let line = format!("const endpoint = {url};");
    let endpoint =
        if columns(&line) > WIDTH { format!("const endpoint =\n  {url};") } else { line };
    let (declaration, wait) = if call.endpoint.synchronous {
        ("const", String::new())
    } else {
        (
            "let",
            String::from(
                "for (let attempt = 0; task.status !== \"completed\"; attempt += 1) {\n\
                 \x20 if (task.status === \"failed\" || attempt === 200) {\n\
                 \x20   throw new Error(`task ${task.id} ${task.status}: ${task.error}`);\n\
                 \x20 }\n\
                 \x20 await new Promise((resolve) => setTimeout(resolve, 3000));\n\
                 \x20 task = await send(`${endpoint}/${task.id}`);\n\
                 }\n\n",
            ),
        )
    };
    format!(
        "{endpoint}\n\n\
         async function send(url, options) {{\n\
         \x20 const response = await fetch(url, {{\n\
         \x20   ...options,\n\
         \x20   headers: {{\n\
         \x20     Authorization: `Bearer ${{process.env.{key}}}`,\n\
         \x20     \"Content-Type\": \"application/json\",\n\
         \x20   }},\n\
         \x20 }});\n\
         \x20 const text = await response.text();\n\
         \x20 if (!response.ok) {{\n\
         \x20   throw new Error(`${{response.status}}: ${{text}}`);\n\
         \x20 }}\n\
         \x20 return JSON.parse(text);\n\
         }}\n\n\
         {declaration} task = await send(endpoint, {{\n\
         \x20 method: \"POST\",\n\
         \x20 body: JSON.stringify({{\n{members}\x20 }}),\n\
         }});\n\n{wait}{print}",
        key = call.platform.key_variable,
        members = members(&call.body(), 2),
        print = print("task", call),
    )
}

fn print(result: &str, call: &ApiCall<'_>) -> String {
    match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("for (const {one} of {result}.{field}) {{\n  console.log({one}.url);\n}}\n")
        }
        None => format!("console.log({result});\n"),
    }
}

fn members(members: &Object, depth: usize) -> String {
    members.iter().map(|(name, value)| member(name, value, depth)).collect()
}

/// One `name: value,` line; a value that does not fit goes below its name or is spread out.
fn member(name: &str, value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let key = key(name);
    let on_one = inline(value);
    let others = indent.len() + columns(&key) + ": ,".len();
    if fits(&on_one, WIDTH.saturating_sub(others)) {
        return format!("{indent}{key}: {on_one},\n");
    }
    match value {
        // Prettier does not part a value from a name hardly longer than an indent.
        Value::String(_) if columns(&key) > 4 => {
            format!("{indent}{key}:\n{indent}  {on_one},\n")
        }
        Value::Array(_) | Value::Object(_) => {
            format!("{indent}{key}: {},\n", spread(value, depth))
        }
        _ => format!("{indent}{key}: {on_one},\n"),
    }
}

/// A value over several lines, beginning where its name ends.
fn spread(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Array(items) if !items.is_empty() => {
            let mut lines = String::new();
            for item in items {
                let line = format!("{indent}  {},", inline(item));
                let line = if columns(&line) <= WIDTH {
                    line
                } else {
                    format!("{indent}  {},", spread(item, depth + 1))
                };
                let _ = writeln!(lines, "{line}");
            }
            format!("[\n{lines}{indent}]")
        }
        Value::Object(object) if !object.is_empty() => {
            format!("{{\n{}{indent}}}", members(object, depth + 1))
        }
        other => inline(other),
    }
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => String::from("{}"),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", key(name), inline(member)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => number(other),
    }
}

fn key(name: &str) -> String {
    let is_bare = name.bytes().enumerate().all(|(at, byte)| {
        byte == b'_' || byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit())
    });
    match name {
        // In a literal this name alone would set the object's prototype.
        "__proto__" => format!("[{}]", string(name)),
        _ if is_bare && !name.is_empty() => name.to_owned(),
        _ => string(name),
    }
}

/// A string literal: never a template, in which `${…}` would run.
fn string(text: &str) -> String {
    literal(text, lighter_quote(text), nothing_special, |code| {
        if code <= 0xffff { format!("\\u{code:04x}") } else { format!("\\u{{{code:x}}}") }
    })
}
