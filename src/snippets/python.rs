//! Python 3.9 and later, laid out as Black leaves it.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Language, SdkForm, is_identifier, lighter_quote, literal, nothing_special, number, resource,
    singular,
};
use crate::catalog::{ApiCall, Object, columns, fits};

pub(super) const LANGUAGE: Language = Language {
    slug: "python",
    name: "Python",
    extension: "py",
    sdk: Some(SdkForm { render: sdk, install }),
    http,
};

/// Black's line width.
const WIDTH: usize = 88;

/// Names that cannot be keyword arguments (the language reference, section 2.3.1); those in
/// lower case, the only ones an API uses.
const KEYWORDS: [&str; 32] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

fn install(call: &ApiCall<'_>) -> String {
    format!("pip install {}", call.service.sdk.python.package)
}

fn sdk(call: &ApiCall<'_>) -> String {
    let sdk = &call.service.sdk.python;
    let platform = call.platform;
    let key = format!("api_key=os.environ[{}]", string(&platform.key_variable));
    let one_line = format!("client = {}({key})", sdk.client);
    let client = if platform.base_url != platform.sdk_base_url {
        let base = string(&platform.base_url);
        format!("client = {}(\n    {key},\n    base_url={base},\n)", sdk.client)
    } else if columns(&one_line) > WIDTH {
        format!("client = {}(\n    {key},\n)", sdk.client)
    } else {
        one_line
    };
    let mut arguments = String::new();
    let mut others = Object::new();
    for (name, member) in &call.body() {
        // The SDK's own parameter of `run` would take a body field of that name.
        if is_identifier(name) && !KEYWORDS.contains(&name.as_str()) && name != "options" {
            arguments.push_str(&entry(&format!("{name}="), member, 1));
        } else {
            others.insert(name.clone(), member.clone());
        }
    }
    if !others.is_empty() {
        let _ = writeln!(arguments, "    **{},", spread(&Value::Object(others), 1));
    }
    let (json, print) = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            ("", format!("for {one} in result.{field}:\n    print({one}.url)\n"))
        }
        None => ("import json\n", String::from("print(json.dumps(result.to_dict(), indent=2))\n")),
    };
    format!(
        "{json}import os\n\nfrom {module} import {class}\n\n{client}\n\
         result = client.{resource}.run(\n{arguments})\n\n{print}",
        module = sdk.import(),
        class = sdk.client,
        resource = resource(call),
    )
}

fn http(call: &ApiCall<'_>) -> String {
    let (time, wait) = if call.endpoint.synchronous {
        ("", "")
    } else {
        (
            "import time\n",
            "for _ in range(200):\n\
             \x20   if task[\"status\"] == \"completed\":\n\
             \x20       break\n\
             \x20   if task[\"status\"] == \"failed\":\n\
             \x20       sys.exit(f\"task {task['id']} failed: {task.get('error')}\")\n\
             \x20   time.sleep(3)\n\
             \x20   task = send(f\"{ENDPOINT}/{task['id']}\")\n\
             else:\n\
             \x20   sys.exit(f\"task {task['id']} takes too long\")\n\n",
        )
    };
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("for {one} in task[{}]:\n    print({one}[\"url\"])\n", string(field))
        }
        None => String::from("print(json.dumps(task, indent=2))\n"),
    };
    format!(
        "import json\nimport os\nimport sys\n{time}import urllib.error\nimport urllib.request\n\n\
         ENDPOINT = {url}\n\n\n\
         def send(url, body=None):\n\
         \x20   request = urllib.request.Request(\n\
         \x20       url,\n\
         \x20       data=None if body is None else json.dumps(body).encode(),\n\
         \x20       headers={{\n\
         \x20           \"Authorization\": \"Bearer \" + os.environ[{key}],\n\
         \x20           \"Content-Type\": \"application/json\",\n\
         \x20       }},\n\
         \x20   )\n\
         \x20   try:\n\
         \x20       with urllib.request.urlopen(request) as response:\n\
         \x20           return json.load(response)\n\
         \x20   except urllib.error.HTTPError as error:\n\
         \x20       sys.exit(f\"{{error.code}}: {{error.read().decode()}}\")\n\n\n\
         task = send(\n\
         \x20   ENDPOINT,\n\
         \x20   {body},\n\
         )\n\n{wait}{print}",
        url = string(&call.url()),
        key = string(&call.platform.key_variable),
        body = spread(&Value::Object(call.body()), 1),
    )
}

/// One line of a call or a display, spread out where it does not fit.
fn entry(start: &str, value: &Value, depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let on_one = inline(value);
    let others = indent.len() + columns(start) + ",".len();
    let is_spread = matches!(value, Value::Array(_) | Value::Object(_))
        && !fits(&on_one, WIDTH.saturating_sub(others));
    let value = if is_spread { spread(value, depth) } else { on_one };
    format!("{indent}{start}{value},\n")
}

/// A value over several lines; its trailing commas keep Black from joining them again.
fn spread(value: &Value, depth: usize) -> String {
    let indent = "    ".repeat(depth);
    match value {
        Value::Array(items) if !items.is_empty() => {
            let items: String = items.iter().map(|item| entry("", item, depth + 1)).collect();
            format!("[\n{items}{indent}]")
        }
        Value::Object(members) if !members.is_empty() => {
            let members: String = members
                .iter()
                .map(|(name, member)| entry(&format!("{}: ", string(name)), member, depth + 1))
                .collect();
            format!("{{\n{members}{indent}}}")
        }
        other => inline(other),
    }
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Null => String::from("None"),
        Value::Bool(true) => String::from("True"),
        Value::Bool(false) => String::from("False"),
        Value::Number(_) => number(value),
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", string(name), inline(member)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// A plain literal: never an f-string, in which `{…}` would run.
fn string(text: &str) -> String {
    literal(text, lighter_quote(text), nothing_special, |code| match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    })
}
