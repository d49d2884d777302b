//! Go 1.18 and later, with the standard library.
//!
//! The SDK's request types are structs whose fields the catalogue does not know, so a call
//! of it would be a guess; plain HTTP is not. Strings are interpreted literals, since a raw
//! one cannot hold a backtick and a byte order mark does not compile.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Language, literal, nothing_special};
use crate::catalog::ApiCall;

pub(super) const LANGUAGE: Language =
    Language { slug: "go", name: "Go", extension: "go", sdk: None, http };

fn http(call: &ApiCall<'_>) -> String {
    let body = call.body();
    let width = body.keys().map(|name| string(name).chars().count()).max().unwrap_or(0);
    let mut members = String::new();
    for (name, member) in &body {
        let key = string(name);
        // gofmt aligns the values of consecutive keys.
        let padding = " ".repeat(width - key.chars().count().min(width));
        let _ = writeln!(members, "\t\t{key}: {padding}{},", value(member));
    }
    let field = call.endpoint.result_field.as_deref();
    let (result_member, print) = match field {
        Some(field) => {
            let name = title_case(field);
            // gofmt aligns the names, types and tags of a struct's fields.
            let width = name.chars().count().max("Status".len());
            let row = |name: &str, kind: &str, key: &str| {
                format!("\t{name:<width$} {kind:<8} `json:\"{key}\"`\n")
            };
            let members = row("ID", "string", "id")
                + &row("Status", "string", "status")
                + &row("Error", "any", "error")
                + &row(&name, "[]result", field);
            let one = super::singular(field);
            let print = format!(
                "\tfor _, {one} := range answer.{name} {{\n\t\tfmt.Println({one}.URL)\n\t}}\n"
            );
            (
                format!(
                    "type result struct {{\n\tURL string `json:\"url\"`\n}}\n\ntype answer struct {{\n{members}}}\n"
                ),
                print,
            )
        }
        None => (
            String::from(
                "type answer struct {\n\tID     string `json:\"id\"`\n\tStatus string `json:\"status\"`\n\
                 \tError  any    `json:\"error\"`\n\tText   string `json:\"-\"`\n}\n",
            ),
            String::from("\tfmt.Println(answer.Text)\n"),
        ),
    };
    let keep_text = if field.is_none() { "\tanswer.Text = string(text)\n" } else { "" };
    let (imports, wait) = if call.endpoint.synchronous {
        ("", String::new())
    } else {
        (
            "\t\"time\"\n",
            String::from(
                "\tfor attempt := 0; answer.Status != \"completed\"; attempt++ {\n\
                 \t\tif answer.Status == \"failed\" || attempt == 200 {\n\
                 \t\t\tlog.Fatalf(\"task %s %s: %v\", answer.ID, answer.Status, answer.Error)\n\
                 \t\t}\n\
                 \t\ttime.Sleep(3 * time.Second)\n\
                 \t\tanswer = send(http.MethodGet, endpoint+\"/\"+answer.ID, nil)\n\
                 \t}\n",
            ),
        )
    };
    format!(
        "package main\n\n\
         import (\n\t\"bytes\"\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n{imports})\n\n\
         const endpoint = {url}\n\n{result_member}\n\
         func send(method, url string, body []byte) answer {{\n\
         \trequest, err := http.NewRequest(method, url, bytes.NewReader(body))\n\
         \tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
         \trequest.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv({key}))\n\
         \trequest.Header.Set(\"Content-Type\", \"application/json\")\n\
         \tresponse, err := http.DefaultClient.Do(request)\n\
         \tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
         \tdefer response.Body.Close()\n\
         \ttext, err := io.ReadAll(response.Body)\n\
         \tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
         \tif response.StatusCode >= 300 {{\n\t\tlog.Fatalf(\"%s: %s\", response.Status, text)\n\t}}\n\
         \tvar answer answer\n\
         \tif err := json.Unmarshal(text, &answer); err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
         {keep_text}\treturn answer\n}}\n\n\
         func main() {{\n\
         \tbody, err := json.Marshal(map[string]any{{\n{members}\t}})\n\
         \tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
         \tanswer := send(http.MethodPost, endpoint, body)\n{wait}{print}}}\n",
        url = string(&call.url()),
        key = string(&call.platform.key_variable),
    )
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::from("nil"),
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[]any{{{}}}", items.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", string(name), self::value(member)))
                .collect();
            format!("map[string]any{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// An interpreted string literal.
fn string(text: &str) -> String {
    literal(text, '"', nothing_special, |code| match code {
        0..=0x7f => format!("\\x{code:02x}"),
        0x80..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    })
}

fn title_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
