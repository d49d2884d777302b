//! PHP 8.2 and later, in the style of PSR-12.

use memchr::memchr2_iter;
use serde_json::Value;

use super::{Language, SdkForm, camel_case, is_hidden, literal, resource, singular};
use crate::catalog::{ApiCall, Object};

pub(super) const LANGUAGE: Language = Language {
    slug: "php",
    name: "PHP",
    extension: "php",
    sdk: Some(SdkForm { render: sdk, install }),
    http,
};

fn install(call: &ApiCall<'_>) -> String {
    format!("composer require {}", call.service.sdk.php.package)
}

fn sdk(call: &ApiCall<'_>) -> String {
    let class = &call.service.sdk.php.client;
    let short = class.rsplit('\\').next().unwrap_or(class);
    let platform = call.platform;
    let key = format!("apiKey: getenv({})", string(&platform.key_variable));
    let options = if platform.base_url == platform.sdk_base_url {
        format!("new ClientOptions({key})")
    } else {
        let base = string(&platform.base_url);
        format!("new ClientOptions(\n    {key},\n    baseUrl: {base},\n)")
    };
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let one = singular(field);
            format!("foreach ($result->{field} as ${one}) {{\n    echo ${one}->url, PHP_EOL;\n}}\n")
        }
        None => String::from(
            "echo json_encode($result->toArray(), JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE), PHP_EOL;\n",
        ),
    };
    format!(
        "<?php\n\nuse RunApi\\Core\\ClientOptions;\nuse {class};\n\n\
         require __DIR__ . '/vendor/autoload.php';\n\n\
         $client = new {short}({options});\n\
         $result = $client->{resource}->run({body});\n\n{print}",
        resource = camel_case(resource(call)),
        body = array(&call.body(), 0),
    )
}

fn http(call: &ApiCall<'_>) -> String {
    let wait = if call.endpoint.synchronous {
        ""
    } else {
        "for ($attempt = 0; $task['status'] !== 'completed'; $attempt++) {\n\
         \x20   if ($task['status'] === 'failed' || $attempt === 200) {\n\
         \x20       fwrite(STDERR, \"task {$task['id']} {$task['status']}: \" . json_encode($task['error'] ?? null, JSON_UNESCAPED_UNICODE) . PHP_EOL);\n\
         \x20       exit(1);\n\
         \x20   }\n\
         \x20   sleep(3);\n\
         \x20   $task = send('GET', ENDPOINT . '/' . $task['id']);\n\
         }\n\n"
    };
    let print = match call.endpoint.result_field.as_deref() {
        Some(field) => {
            let (one, field) = (singular(field), string(field));
            format!("foreach ($task[{field}] as ${one}) {{\n    echo ${one}['url'], PHP_EOL;\n}}\n")
        }
        None => String::from(
            "echo json_encode($task, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE), PHP_EOL;\n",
        ),
    };
    format!(
        "<?php\n\nconst ENDPOINT = {url};\n\n\
         function send(string $method, string $url, ?array $body = null): array\n{{\n\
         \x20   $context = stream_context_create(['http' => [\n\
         \x20       'method' => $method,\n\
         \x20       'header' => [\n\
         \x20           'Authorization: Bearer ' . getenv({key}),\n\
         \x20           'Content-Type: application/json',\n\
         \x20       ],\n\
         \x20       'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),\n\
         \x20       'ignore_errors' => true,\n\
         \x20   ]]);\n\
         \x20   $stream = fopen($url, 'r', false, $context);\n\
         \x20   if ($stream === false) {{\n\
         \x20       exit(1);\n\
         \x20   }}\n\
         \x20   $text = stream_get_contents($stream);\n\
         \x20   $status = stream_get_meta_data($stream)['wrapper_data'][0];\n\
         \x20   if (!preg_match('/ 2\\d\\d( |$)/', $status)) {{\n\
         \x20       fwrite(STDERR, $status . ': ' . $text . PHP_EOL);\n\
         \x20       exit(1);\n\
         \x20   }}\n\
         \x20   return json_decode($text, true, 512, JSON_THROW_ON_ERROR);\n\
         }}\n\n\
         $task = send('POST', ENDPOINT, {body});\n\n{wait}{print}",
        url = string(&call.url()),
        key = string(&call.platform.key_variable),
        body = array(&call.body(), 0),
    )
}

/// An array over several lines.
fn array(members: &Object, depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let lines: String = members
        .iter()
        .map(|(name, member)| {
            format!("{indent}    {} => {},\n", string(name), value(member, depth + 1))
        })
        .collect();
    format!("[\n{lines}{indent}]")
}

fn value(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| self::value(item, depth)).collect();
            format!("[{}]", items.join(", "))
        }
        // An empty array would be sent as a list.
        Value::Object(members) if members.is_empty() => String::from("new stdClass()"),
        // Keys made of digits become numbers, and such an array a list.
        Value::Object(members) if members.keys().any(|name| name.parse::<i64>().is_ok()) => {
            format!("(object) {}", array(members, depth))
        }
        Value::Object(members) => array(members, depth),
        other => other.to_string(),
    }
}

/// A single-quoted literal, in which nothing runs; where a text holds line ends or hidden
/// characters, a double-quoted one with every `$` escaped.
fn string(text: &str) -> String {
    if text.chars().any(is_hidden) {
        let variable = |character, _| character == '$';
        return literal(text, '"', variable, |code| format!("\\u{{{code:x}}}"));
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    let mut written = 0;
    for at in memchr2_iter(b'\'', b'\\', text.as_bytes()) {
        out.push_str(text.get(written..at).unwrap_or_default());
        out.push('\\');
        written = at;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push('\'');
    out
}
