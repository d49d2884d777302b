//! What agents get by the Model Context Protocol, in both of its eras, over real HTTP: the same as
//! the pages show.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use prompt_gallery::config::IndexPlace;
use prompt_gallery::snippets::LANGUAGES;
use prompt_gallery::{gallery, mcp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::pages::slugs;
use crate::shared::{ODD, ODD_URL, SEEDS, TONGUES, Tongue, encode, full, names, odd};
use crate::support::{Answer, Gallery, Server};

const TOOLS: [&str; 5] =
    ["search_prompts", "get_prompt", "fill_prompt", "get_snippet", "list_categories"];

/// How a client speaks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Era {
    /// With a handshake: 2025-11-25 and before.
    Handshake,
    /// Each request alone: 2026-07-28.
    Alone,
}

const ERAS: [Era; 2] = [Era::Handshake, Era::Alone];

impl Era {
    /// A request and its headers.
    fn request(self, method: &str, mut params: Value) -> (Vec<(String, String)>, Value) {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut header = |name: &str, value: &str| headers.push((name.into(), value.into()));
        header("content-type", "application/json");
        header("accept", "application/json, text/event-stream");
        match self {
            Era::Handshake => header("mcp-protocol-version", "2025-11-25"),
            Era::Alone => {
                header("mcp-protocol-version", "2026-07-28");
                header("mcp-method", method);
                if let Some(name) = params.get("name").or_else(|| params.get("uri")) {
                    header("mcp-name", name.as_str().unwrap());
                }
                params["_meta"] = json!({
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientInfo": { "name": "a test", "version": "1" },
                    "io.modelcontextprotocol/clientCapabilities": {},
                });
            }
        }
        (headers, json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }))
    }
}

/// Sends a message as it is.
fn send(server: &Server, headers: &[(String, String)], body: impl AsRef<[u8]>) -> Answer {
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    crate::support::post(&format!("{}/mcp", server.url), &headers, body.as_ref())
}

/// What a request is answered.
#[track_caller]
fn asked(server: &Server, era: Era, tongue: Tongue, method: &str, params: Value) -> Value {
    let (mut headers, message) = era.request(method, params);
    headers.push(("accept-language".into(), format!("{}, *;q=0.1", tongue.tag)));
    let answer = send(server, &headers, message.to_string());
    assert_eq!(answer.header("content-type"), Some("application/json"), "{message}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{message}");
    assert_eq!(answer.header("mcp-session-id"), None, "{message}");
    let answer = answer.json();
    assert_eq!(answer["jsonrpc"], "2.0");
    assert_eq!(answer["id"], 7, "{answer}");
    answer
}

/// The result of a request that succeeds.
#[track_caller]
fn result(server: &Server, era: Era, tongue: Tongue, method: &str, params: Value) -> Value {
    let mut answer = asked(server, era, tongue, method, params);
    assert!(answer.get("error").is_none(), "{answer}");
    let result = answer["result"].take();
    // Only the later era knows it.
    assert_eq!(result.get("resultType").is_some(), era == Era::Alone, "{result}");
    result
}

/// The error of a request that does not.
#[track_caller]
fn error(server: &Server, era: Era, method: &str, params: Value) -> (i64, String) {
    let answer = asked(server, era, TONGUES[0], method, params);
    let error = &answer["error"];
    (error["code"].as_i64().expect("an error"), error["message"].as_str().unwrap().to_owned())
}

/// Calls a tool, which succeeds, and returns its value and its text.
#[track_caller]
fn called(server: &Server, name: &str, arguments: Value) -> (Value, String) {
    let params = json!({ "name": name, "arguments": arguments });
    let mut result = result(server, Era::Alone, TONGUES[0], "tools/call", params);
    assert_eq!(result["isError"], false, "{arguments}: {result}");
    let text = result["content"][0]["text"].as_str().unwrap().to_owned();
    (result["structuredContent"].take(), text)
}

/// Calls a tool, which refuses, and returns why.
#[track_caller]
fn refused(server: &Server, name: &str, arguments: Value) -> String {
    let params = json!({ "name": name, "arguments": arguments });
    let result = result(server, Era::Handshake, TONGUES[0], "tools/call", params);
    assert_eq!(result["isError"], true, "{arguments}: {result}");
    assert!(result.get("structuredContent").is_none());
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// All items of a list, page by page.
fn all(server: &Server, method: &str, key: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut params = json!({});
    loop {
        let mut page = result(server, Era::Alone, TONGUES[0], method, params);
        items.append(page[key].as_array_mut().unwrap());
        match page.get("nextCursor") {
            Some(cursor) => params = json!({ "cursor": cursor }),
            None => return items,
        }
        assert!(items.len() < 10_000);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// A prompt with values in some of its blanks, as an address has them.
fn query(values: &Value) -> String {
    let values = values.as_object().unwrap().iter();
    let values = values.map(|(key, value)| format!("v.{}={}", encode(key), encode(text(value))));
    values.collect::<Vec<_>>().join("&")
}

/// Asserts that a value follows a schema, as far as ours are made.
#[track_caller]
fn assert_follows(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(reference) = schema.get("$ref") {
        let name = text(reference).strip_prefix("#/$defs/").expect("a definition of its own");
        return assert_follows(value, &root["$defs"][name], root, at);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(schemas) = schema.get(choice) {
            let is_null = |schema: &Value| schema["type"] == "null";
            let schemas: Vec<&Value> = schemas.as_array().unwrap().iter().collect();
            if value.is_null() {
                assert!(schemas.iter().any(|schema| is_null(schema)), "{at}: is null");
            } else {
                let schema = schemas.into_iter().find(|schema| !is_null(schema)).unwrap();
                assert_follows(value, schema, root, at);
            }
            return;
        }
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::String(one) => assert_eq!(kind, one, "{at}"),
        Value::Array(several) => assert!(several.iter().any(|one| one == kind), "{at}: {kind}"),
        other => panic!("{at}: the schema says no type: {other} {schema}"),
    }
    if let Some(names) = schema.get("enum").filter(|_| !value.is_null()) {
        assert!(names.as_array().unwrap().contains(value), "{at}: {value} is none of {names}");
    }
    if let Some(pattern) = schema.get("pattern") {
        let pattern = regex::Regex::new(text(pattern)).unwrap();
        assert!(pattern.is_match(text(value)), "{at}: {value}");
    }
    if let Value::Array(items) = value {
        for (number, item) in items.iter().enumerate() {
            assert_follows(item, &schema["items"], root, &format!("{at}[{number}]"));
        }
    }
    if let (Value::Object(fields), Some(properties)) = (value, schema.get("properties")) {
        for needed in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(text(needed)), "{at}: {needed} is missing");
        }
        for (name, field) in fields {
            let property = properties.get(name).unwrap_or_else(|| panic!("{at}: {name} unknown"));
            assert_follows(field, property, root, &format!("{at}.{name}"));
        }
    }
}

#[test]
fn the_server_says_who_it_is_in_both_eras() {
    for (asked_for, agreed) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2099-01-01", "2025-11-25"),
    ] {
        let headers = [
            ("content-type".to_owned(), "application/json".to_owned()),
            ("accept".to_owned(), "application/json, text/event-stream".to_owned()),
        ];
        let params = json!({
            "protocolVersion": asked_for,
            "capabilities": {},
            "clientInfo": { "name": "a test", "version": "1" },
        });
        let message =
            json!({ "jsonrpc": "2.0", "id": "x", "method": "initialize", "params": params });
        let answer = send(full(), &headers, message.to_string()).json();
        assert_eq!(answer["id"], "x");
        let result = &answer["result"];
        assert_eq!(result["protocolVersion"], agreed, "{result}");
        assert_eq!(result["serverInfo"]["name"], mcp::NAME);
        assert!(text(&result["instructions"]).contains("search_prompts"));
        let capabilities =
            json!({ "completions": {}, "prompts": {}, "resources": {}, "tools": {} });
        assert_eq!(result["capabilities"], capabilities, "nothing else is promised");
    }
    let found = result(full(), Era::Alone, TONGUES[0], "server/discover", json!({}));
    assert!(found["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")));
    assert_eq!((&found["cacheScope"], &found["ttlMs"]), (&json!("public"), &json!(60_000)));
    // What has happened is only taken notice of.
    let (headers, mut message) = Era::Handshake.request("notifications/initialized", json!({}));
    message.as_object_mut().unwrap().remove("id");
    let answer = send(full(), &headers, message.to_string());
    assert_eq!((answer.status, answer.body.len()), (202, 0));
    result(full(), Era::Handshake, TONGUES[0], "ping", json!({}));
}

#[test]
fn every_tool_says_what_it_does_takes_and_returns() {
    for era in ERAS {
        for tongue in TONGUES {
            let listed = result(full(), era, tongue, "tools/list", json!({}));
            let tools = listed["tools"].as_array().unwrap();
            let listed: Vec<&str> = tools.iter().map(|tool| text(&tool["name"])).collect();
            assert_eq!(listed, TOOLS);
            let t = &tongue.texts().mcp;
            let titles: Vec<&str> = tools.iter().map(|tool| text(&tool["title"])).collect();
            let expected =
                [t.search_prompts, t.get_prompt, t.fill_prompt, t.get_snippet, t.list_categories];
            assert_eq!(titles, expected);
            for tool in tools {
                let hints = &tool["annotations"];
                for (hint, value) in [
                    ("readOnlyHint", true),
                    ("idempotentHint", true),
                    ("destructiveHint", false),
                    ("openWorldHint", false),
                ] {
                    assert_eq!(hints[hint], value, "{hint} of {tool}");
                }
                assert!(text(&tool["description"]).len() > 100);
                let input = &tool["inputSchema"];
                assert_eq!(
                    (&input["type"], &input["additionalProperties"]),
                    (&json!("object"), &json!(false))
                );
                for (name, property) in input["properties"].as_object().unwrap() {
                    assert!(text(&property["description"]).len() > 15, "{name}");
                }
                assert_eq!(tool["outputSchema"]["type"], "object");
                assert!(!tool["outputSchema"].to_string().contains("#/components/"));
            }
        }
    }
    let tools = result(full(), Era::Alone, TONGUES[0], "tools/list", json!({}))["tools"].take();
    let categories = tools[0]["inputSchema"]["properties"]["category"]["enum"].as_array().unwrap();
    let categories: BTreeSet<&str> = categories.iter().map(text).collect();
    let known: Vec<(String, String)> = names("categories.toml", "categories", "en");
    assert!(categories.len() > 5);
    assert!(categories.iter().all(|slug| known.iter().any(|(known, _)| known == slug)));
    assert_eq!(tools[2]["inputSchema"]["required"], json!(["slug", "values"]));
}

#[test]
fn a_search_finds_what_the_site_finds_in_the_same_order() {
    let tools = result(full(), Era::Alone, TONGUES[0], "tools/list", json!({}))["tools"].take();
    for (arguments, address) in [
        (json!({}), "/prompts"),
        (json!({ "q": "tea" }), "/prompts?q=tea"),
        (json!({ "q": "  海报 " }), "/prompts?q=海报"),
        (json!({ "category": "photography" }), "/categories/photography"),
        (json!({ "tags": ["natural-light"] }), "/tags/natural-light"),
        (json!({ "model": "gpt-image-2", "sort": "title" }), "/models/gpt-image-2?sort=title"),
        (json!({ "modality": "video", "language": "en" }), "/prompts?modality=video&lang=en"),
        (json!({ "blanks": true, "sort": "featured" }), "/prompts?blanks=yes&sort=featured"),
        (json!({ "json": true, "blanks": false }), "/prompts?json=yes&blanks=no"),
        (json!({ "q": "zzzzqqqq" }), "/prompts?q=zzzzqqqq"),
        (json!({ "q": "light", "sort": "relevance", "page": null }), "/prompts?q=light"),
    ] {
        let expected = slugs(full(), &address.replace("海报", &encode("海报")));
        let mut found = Vec::new();
        loop {
            let mut arguments = arguments.clone();
            arguments["page"] = (found.len() / 10 + 1).into();
            let (value, shown) = called(full(), "search_prompts", arguments);
            assert_follows(&value, &tools[0]["outputSchema"], &tools[0]["outputSchema"], "found");
            let prompts = value["prompts"].as_array().unwrap();
            assert!(prompts.len() <= 10);
            for prompt in prompts {
                assert!(shown.contains(&format!("slug: {};", text(&prompt["slug"]))), "{shown}");
                assert!(text(&prompt["url"]).starts_with(&full().url));
            }
            found.extend(prompts.iter().map(|prompt| text(&prompt["slug"]).to_owned()));
            assert_eq!(value["total"], expected.len(), "{address}");
            if value["page"] == value["last_page"] {
                break;
            }
        }
        assert_eq!(found, expected, "{arguments}");
    }
    let (value, shown) = called(full(), "search_prompts", json!({ "q": "lanters" }));
    if value["total"] != 0 {
        assert!(shown.contains(text(&value["note"])));
    }
}

#[test]
fn a_prompt_is_what_its_page_says_as_data() {
    let tools = result(full(), Era::Alone, TONGUES[0], "tools/list", json!({}))["tools"].take();
    for seed in SEEDS.iter() {
        for tongue in TONGUES {
            let path = format!("{}/prompts/{}", tongue.prefix, seed.slug);
            let arguments = json!({ "slug": seed.slug, "locale": tongue.tag });
            let (value, shown) = called(full(), "get_prompt", arguments);
            assert_follows(&value, &tools[1]["outputSchema"], &tools[1]["outputSchema"], "prompt");
            let mut expected = full().get(&format!("{path}.json")).json();
            expected.as_object_mut().unwrap().remove("snippets");
            assert_eq!(value, expected, "{path}");
            assert!(shown.starts_with("# ") && shown.contains(&seed.text), "{path}");
            assert_eq!(text(&value["text"]), seed.text);
        }
    }
    // Unless it says otherwise, a client gets its own language.
    let slug = &SEEDS.iter().find(|seed| seed.local("title", "zh-CN").is_some()).unwrap().slug;
    for tongue in TONGUES {
        let params = json!({ "name": "get_prompt", "arguments": { "slug": slug } });
        let value = result(full(), Era::Handshake, tongue, "tools/call", params);
        let json = full().get(&format!("{}/prompts/{slug}.json", tongue.prefix)).json();
        assert_eq!(value["structuredContent"]["title"], json["title"]);
    }
}

#[test]
fn odd_prompts_arrive_unharmed() {
    for (slug, exact) in ODD.iter() {
        let (value, _) = called(odd(), "get_prompt", json!({ "slug": slug }));
        assert_eq!(text(&value["text"]), exact, "{slug}");
        assert!(text(&value["url"]).starts_with(ODD_URL));
        let params = json!({ "uri": format!("{ODD_URL}/prompts/{slug}.md") });
        let read = result(odd(), Era::Alone, TONGUES[0], "resources/read", params);
        let markdown = odd().get(&format!("/prompts/{slug}.md")).text();
        assert_eq!(text(&read["contents"][0]["text"]), markdown, "{slug}");
    }
    // One that has another name now is found by either.
    for slug in ["first-name", "second-name"] {
        let (value, _) = called(odd(), "get_prompt", json!({ "slug": slug }));
        assert_eq!(value["slug"], "second-name");
    }
    let (value, _) = called(odd(), "search_prompts", json!({ "q": "lantern" }));
    assert!(value["total"].as_u64().unwrap() > 10);
}

/// A gallery of a test's own, whose prompt has every kind of blank.
fn with_blanks() -> Gallery {
    let gallery = Gallery::without_prompts();
    let blanks = "[[blanks]]\nname = \"subject\"\nlabel.en = \"Subject\"\nlabel.zh-CN = \"主体\"\n\
                  help.en = \"A thing.\"\nhelp.zh-CN = \"一件东西。\"\n\
                  [[blanks]]\nname = \"colour\"\noptions = [\"red\", \"deep blue\"]\n\
                  default = \"red\"\n\
                  [[blanks]]\nname = \"mood\"\nrequired = false\n";
    gallery.prompt_with("vase", blanks, "A [colour] [subject], [mood]. Again: [subject].");
    gallery.prompt("plain", "A crane on a windowsill.");
    gallery
}

#[test]
fn blanks_are_filled_to_the_letter_and_the_rest_is_told() {
    let gallery = with_blanks();
    let server = gallery.serve();
    let tools = result(&server, Era::Alone, TONGUES[0], "tools/list", json!({}))["tools"].take();
    let odd = "a \"cup\"\n{{x}} [colour] 海 \u{1f3fa}";
    for (values, remaining, is_complete) in [
        (json!({}), vec!["subject", "colour", "mood"], false),
        (json!({ "subject": odd }), vec!["colour", "mood"], false),
        (json!({ "subject": odd, "colour": "deep blue" }), vec!["mood"], true),
        (json!({ "Subject": "cup", "colour": "red", "mood": "calm" }), vec![], true),
        (json!({ "subject": "", "mood": "calm" }), vec!["subject", "colour"], false),
    ] {
        let arguments = json!({ "slug": "vase", "values": values });
        let (value, shown) = called(&server, "fill_prompt", arguments.clone());
        assert_follows(&value, &tools[2]["outputSchema"], &tools[2]["outputSchema"], "filled");
        let exact = server.get(&format!("/prompts/vase.txt?{}", query(&values))).text();
        assert_eq!(text(&value["text"]), exact, "{values}");
        // What is exact stands alone.
        assert_eq!(shown, exact);
        let left: Vec<&str> =
            value["remaining"].as_array().unwrap().iter().map(|one| text(&one["key"])).collect();
        assert_eq!(left, remaining, "{values}");
        assert_eq!(value["complete"], is_complete, "{values}");
        // The link shows the same.
        let path = text(&value["url"]).strip_prefix(&server.url).unwrap();
        let page = server.page(path);
        assert_eq!(page.one("#prompt-text").text(), exact, "{path}");
        for language in LANGUAGES {
            for form in language.forms() {
                let (language, form) = (language.slug, form.slug());
                let mut arguments = arguments.clone();
                arguments["language"] = language.into();
                arguments["form"] = form.into();
                let (value, shown) = called(&server, "get_snippet", arguments);
                let schema = &tools[3]["outputSchema"];
                assert_follows(&value, schema, schema, "program");
                let address =
                    format!("/prompts/vase/snippets/{language}?form={form}&{}", query(&values));
                let exact = server.get(&address).text();
                assert_eq!(text(&value["snippet"]["code"]), exact);
                assert_eq!(shown, exact);
                assert_eq!(value["complete"], is_complete);
            }
        }
    }
}

#[test]
fn what_cannot_be_done_is_told_with_its_remedy() {
    let gallery = with_blanks();
    let server = gallery.serve();
    for (tool, arguments, expected) in [
        ("get_prompt", json!({}), vec!["slug: is needed"]),
        ("get_prompt", json!({ "slug": "No Slug" }), vec!["slug: \"No Slug\" is no slug"]),
        ("get_prompt", json!({ "slug": "vases" }), vec!["no prompt “vases”", "vase"]),
        ("get_prompt", json!({ "slug": "qqqq" }), vec!["no prompt “qqqq”", "search_prompts"]),
        (
            "get_prompt",
            json!({ "slug": 1, "lang": "en" }),
            vec!["slug: must be a text", "lang: is unknown"],
        ),
        (
            "get_prompt",
            json!({ "slug": "vase", "locale": "zh-cn" }),
            vec!["did you mean \"zh-CN\"?"],
        ),
        ("fill_prompt", json!({ "slug": "vase" }), vec!["values: is needed"]),
        (
            "fill_prompt",
            json!({ "slug": "vase", "values": { "subjekt": "x", "colour": "green" } }),
            vec!["no blank “subjekt”", "Did you mean “subject”?", "colour", "red | deep blue"],
        ),
        (
            "fill_prompt",
            json!({ "slug": "plain", "values": { "x": "y" } }),
            vec!["this prompt has none"],
        ),
        (
            "fill_prompt",
            json!({ "slug": "vase", "values": { "mood": 3 } }),
            vec!["\"mood\" must be a text"],
        ),
        ("fill_prompt", json!({ "slug": "vase", "values": [] }), vec!["values: must be an object"]),
        (
            "fill_prompt",
            json!({ "slug": "vase", "values": { "subject": "x".repeat(4001) } }),
            vec!["subject", "4,000"],
        ),
        ("fill_prompt", json!({ "slug": "vase", "values": { "subject": "\0" } }), vec!["NUL"]),
        ("get_snippet", json!({ "slug": "vase" }), vec!["language: is needed"]),
        (
            "get_snippet",
            json!({ "slug": "vase", "language": "pyton" }),
            vec!["did you mean \"python\"?"],
        ),
        (
            "get_snippet",
            json!({ "slug": "vase", "language": "curl", "form": "sdk" }),
            vec!["“sdk”", "http"],
        ),
        ("search_prompts", json!({ "q": "x".repeat(201) }), vec!["q: is longer than 200"]),
        ("search_prompts", json!({ "page": 9 }), vec!["no page 9"]),
        (
            "search_prompts",
            json!({ "page": 1.5, "sort": "best" }),
            vec!["page: must be a whole", "relevance, newest"],
        ),
        ("search_prompts", json!({ "blanks": "yes" }), vec!["blanks: must be true or false"]),
        (
            "search_prompts",
            json!({ "category": "fotography" }),
            vec!["did you mean \"photography\"?"],
        ),
        ("list_categories", json!({ "q": "x" }), vec!["q: is unknown"]),
    ] {
        let message = refused(&server, tool, arguments.clone());
        for words in expected {
            assert!(message.contains(words), "{tool} {arguments}: {message}");
        }
    }
    let params = json!({
        "name": "get_prompt", "arguments": { "slug": "nothing-here", "locale": "zh-CN" },
    });
    let told = result(&server, Era::Alone, TONGUES[0], "tools/call", params);
    assert!(text(&told["content"][0]["text"]).starts_with("没有名为“nothing-here”的提示词"));
    for era in ERAS {
        let unknown = json!({ "name": "get_promt", "arguments": {} });
        let (code, message) = error(&server, era, "tools/call", unknown);
        assert_eq!(code, -32602);
        assert!(message.contains("get_prompt"), "{message}");
        assert_eq!(error(&server, era, "no/such", json!({})).0, -32601);
    }
    // What later clients may ask, but is not offered.
    let listen = json!({ "notifications": { "toolsListChanged": true } });
    assert_eq!(error(&server, Era::Alone, "subscriptions/listen", listen).0, -32601);
}

#[test]
fn categories_have_the_counts_of_the_site() {
    let tools = result(full(), Era::Alone, TONGUES[0], "tools/list", json!({}))["tools"].take();
    for tongue in TONGUES {
        let arguments = json!({ "locale": tongue.tag });
        let (value, shown) = called(full(), "list_categories", arguments);
        assert_follows(&value, &tools[4]["outputSchema"], &tools[4]["outputSchema"], "categories");
        assert_eq!(value["prompts"], SEEDS.len());
        let categories = value["categories"].as_array().unwrap();
        let listed: Vec<(String, String)> = categories
            .iter()
            .map(|one| (text(&one["slug"]).to_owned(), text(&one["name"]).to_owned()))
            .collect();
        assert_eq!(listed, names("categories.toml", "categories", tongue.tag));
        for category in categories {
            let slug = text(&category["slug"]);
            let count = SEEDS.iter().filter(|seed| seed.get("category") == slug).count();
            assert_eq!(category["prompts"], count, "{slug}");
            assert!(shown.contains(&format!("category: {slug}")));
        }
    }
}

#[test]
fn every_prompt_is_a_resource_that_its_address_leads_to() {
    for era in ERAS {
        for tongue in TONGUES {
            let mut resources = Vec::new();
            let mut asked = json!({});
            loop {
                let mut listed = result(full(), era, tongue, "resources/list", asked);
                resources.append(listed["resources"].as_array_mut().unwrap());
                let Some(cursor) = listed.get("nextCursor") else { break };
                asked = json!({ "cursor": cursor });
            }
            assert_eq!(resources.len(), SEEDS.len());
            for resource in resources.iter().take(5) {
                let uri = text(&resource["uri"]);
                let path = uri.strip_prefix(&full().url).unwrap();
                assert!(path.starts_with(&format!("{}/prompts/", tongue.prefix)), "{path}");
                let page = full().get(path);
                let read = result(full(), era, tongue, "resources/read", json!({ "uri": uri }));
                let contents = &read["contents"][0];
                assert_eq!(text(&contents["text"]), page.text(), "{path}");
                assert_eq!(contents["mimeType"], resource["mimeType"]);
                assert_eq!(contents["uri"], uri);
                assert_eq!(read["cacheScope"], "public");
                // The address of its page names it, too.
                let uri = uri.strip_suffix(".md").unwrap();
                let read = result(full(), era, tongue, "resources/read", json!({ "uri": uri }));
                assert_eq!(text(&read["contents"][0]["text"]), page.text(), "{path}");
            }
        }
        let templates = result(full(), era, TONGUES[0], "resources/templates/list", json!({}));
        let templates = templates["resourceTemplates"].as_array().unwrap();
        assert_eq!(templates.len(), TONGUES.len());
        for (template, tongue) in templates.iter().zip(TONGUES) {
            let uri = format!("{}{}/prompts/{{slug}}.md", full().url, tongue.prefix);
            assert_eq!(template["uriTemplate"], uri);
        }
        let unknown = if era == Era::Alone { -32602 } else { -32002 };
        let url = &full().url;
        for uri in [
            format!("{url}/prompts/no-such-prompt.md"),
            format!("{url}/prompts/"),
            format!("{url}/prompts/..%2f..%2fetc"),
            format!("{url}/about.md"),
            "https://other.example/prompts/a.md".to_owned(),
            "file:///etc/passwd".to_owned(),
            "x".to_owned(),
        ] {
            let (code, message) = error(full(), era, "resources/read", json!({ "uri": uri }));
            assert_eq!(code, unknown, "{uri}: {message}");
        }
    }
}

#[test]
fn long_lists_come_in_pages_that_end() {
    let gallery = Gallery::without_prompts();
    for number in 0..230 {
        gallery.prompt(&format!("p{number}"), &format!("Lantern [colour] number {number}"));
    }
    let server = gallery.serve();
    let slugs: BTreeSet<String> = (0..230).map(|number| format!("p{number}")).collect();
    for (method, key) in [("resources/list", "resources"), ("prompts/list", "prompts")] {
        let items = all(&server, method, key);
        assert_eq!(items.len(), 230, "{method}");
        let listed: BTreeSet<String> =
            items.iter().map(|item| text(&item["name"]).to_owned()).collect();
        assert_eq!(listed, slugs, "{method}");
        let first = result(&server, Era::Alone, TONGUES[0], method, json!({}));
        assert_eq!(first[key].as_array().unwrap().len(), 100);
        for cursor in ["", "2", "page-2", "zzzz", &"A".repeat(3000)] {
            let (code, message) = error(&server, Era::Alone, method, json!({ "cursor": cursor }));
            assert_eq!(code, -32602, "{cursor}");
            assert!(message.contains("without one"));
        }
    }
}

#[test]
fn prompts_with_blanks_are_prompts_of_the_protocol() {
    let listed = all(full(), "prompts/list", "prompts");
    let listed: Vec<&str> = listed.iter().map(|prompt| text(&prompt["name"])).collect();
    assert_eq!(listed, slugs(full(), "/prompts?blanks=yes"));

    let gallery = with_blanks();
    let server = gallery.serve();
    for era in ERAS {
        let mut listed = result(&server, era, TONGUES[1], "prompts/list", json!({}));
        let prompts = listed["prompts"].take();
        assert_eq!(prompts.as_array().unwrap().len(), 1);
        let expected = json!([
            { "name": "subject", "title": "主体", "description": "一件东西。", "required": true },
            {
                "name": "colour",
                "title": "colour",
                "description": "可选：red | deep blue。 通常填：red。",
                "required": false,
            },
            { "name": "mood", "title": "mood", "required": false },
        ]);
        assert_eq!(prompts[0]["arguments"], expected);

        let get = |arguments: Value| json!({ "name": "vase", "arguments": arguments });
        for (arguments, filled) in [
            (json!({ "subject": "cup" }), "A red cup, [mood]. Again: cup."),
            (json!({ "subject": "cup", "colour": "" }), "A red cup, [mood]. Again: cup."),
            (
                json!({ "subject": "[mood]", "colour": "deep blue", "mood": "calm" }),
                "A deep blue [mood], calm. Again: [mood].",
            ),
        ] {
            let message = result(&server, era, TONGUES[0], "prompts/get", get(arguments));
            let expected =
                json!([{ "role": "user", "content": { "type": "text", "text": filled } }]);
            assert_eq!(message["messages"], expected);
        }
        for (params, words) in [
            (get(json!({})), "subject"),
            (get(json!({ "subject": "x", "colour": "green" })), "colour"),
            (get(json!({ "subject": "x", "sujet": "green" })), "sujet"),
            (get(json!({ "subject": 1 })), "must be a text"),
            (json!({ "name": "vas" }), "Similar ones: vase"),
        ] {
            let (code, message) = error(&server, era, "prompts/get", params);
            assert_eq!(code, -32602, "{message}");
            assert!(message.contains(words), "{message}");
        }

        let complete = |reference: &Value, name: &str, value: &str| {
            let argument = json!({ "name": name, "value": value });
            let params = json!({ "ref": reference, "argument": argument });
            let result = result(&server, era, TONGUES[0], "completion/complete", params);
            result["completion"]["values"].clone()
        };
        let prompt = json!({ "type": "ref/prompt", "name": "vase" });
        assert_eq!(complete(&prompt, "colour", ""), json!(["red", "deep blue"]));
        assert_eq!(complete(&prompt, "colour", "BLUE"), json!(["deep blue"]));
        assert_eq!(complete(&prompt, "subject", "c"), json!([]));
        let uri = format!("{}/prompts/{{slug}}.md", server.url);
        let resource = json!({ "type": "ref/resource", "uri": uri });
        assert_eq!(complete(&resource, "slug", "pla"), json!(["plain"]));
        assert_eq!(complete(&resource, "slug", "").as_array().unwrap().len(), 2);
        for (reference, name) in [
            (&prompt, "color"),
            (&resource, "x"),
            (&json!({ "type": "ref/resource", "uri": "x" }), "slug"),
        ] {
            let argument = json!({ "name": name, "value": "" });
            let params = json!({ "ref": reference, "argument": argument });
            assert_eq!(error(&server, era, "completion/complete", params).0, -32602);
        }
    }
}

#[test]
fn whoever_may_not_ask_or_asks_wrongly_is_refused() {
    let (good, message) = Era::Handshake.request("tools/list", json!({}));
    let body = message.to_string();
    let status = |changes: &[(&str, &str)], body: &str| {
        let mut headers = good.clone();
        for (name, value) in changes {
            headers.retain(|(other, _)| other != name);
            if !value.is_empty() {
                headers.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        let answer = send(odd(), &headers, body);
        let text = answer.text();
        for word in ["panicked", "src/", "rmcp", "serde", "<html"] {
            assert!(!text.contains(word), "{text}");
        }
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.status
    };
    assert_eq!(status(&[], &body), 200);
    // A page of another site, and one whose name was led here.
    for origin in ["https://evil.example", "http://gallery.example", "null", "x"] {
        assert_eq!(status(&[("origin", origin)], &body), 403, "{origin}");
    }
    for origin in
        [ODD_URL, "https://gallery.example:443", "http://localhost:6274", "http://127.0.0.1"]
    {
        assert_eq!(status(&[("origin", origin)], &body), 200, "{origin}");
    }
    for host in ["evil.example", "gallery.example.evil.example", "127.0.0.1.evil.example"] {
        assert_eq!(status(&[("host", host)], &body), 403, "{host}");
    }
    for host in ["gallery.example", "GALLERY.example:8443", "localhost:1", "[::1]:9"] {
        assert_eq!(status(&[("host", host)], &body), 200, "{host}");
    }
    for accept in ["", "text/html", "application/json", "text/event-stream"] {
        assert_eq!(status(&[("accept", accept)], &body), 406, "{accept}");
    }
    for kind in ["", "text/plain", "application/x-www-form-urlencoded"] {
        assert_eq!(status(&[("content-type", kind)], &body), 415, "{kind}");
    }
    assert_eq!(status(&[("mcp-protocol-version", "1999-01-01")], &body), 400);
    let long = format!("{{\"x\": \"{}\"}}", "x".repeat(64 * 1024));
    assert_eq!(status(&[], &long), 413);
    // What fits there would be too long for anything else here.
    let words = "x".repeat(40 * 1024);
    let (_, fits) = Era::Handshake.request("tools/list", json!({ "cursor": words }));
    assert_eq!(status(&[], &fits.to_string()), 200);
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    for other in ["", "{", "[]", "null", "{}", "\"x\"", &format!("[{body}]"), &deep] {
        assert_eq!(status(&[], other), 400, "{other:.40}");
    }
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = odd().request(method, "/mcp", &[("accept", "text/event-stream")]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
    }
    // A slash too many loses nothing.
    let headers: Vec<(&str, &str)> =
        good.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = crate::support::post(&format!("{}/mcp/", odd().url), &headers, body.as_bytes());
    assert_eq!((answer.status, answer.header("location")), (308, Some("/mcp")));
    assert_eq!(odd().get("/zh-CN/mcp").status, 404);
    assert_eq!(odd().request("POST", "/prompts", &[]).status, 405, "nothing else is opened");
}

/// A server in this process, on a gallery of a test's own.
async fn here(gallery: &Gallery, calls: Arc<AtomicUsize>) -> mcp::Server {
    let content = gallery::Gallery::open(&gallery.database(), IndexPlace::Memory).await.unwrap();
    let counted = Arc::new(move |_: &'static str, _: bool| {
        calls.fetch_add(1, SeqCst);
    });
    mcp::Server::new(content, "http://127.0.0.1", counted, Box::new(|_, _, _| None))
}

async fn answered(server: &mcp::Server, era: Era, method: &str, params: Value) -> (u16, Value) {
    let (headers, message) = era.request(method, params);
    let mut request = http::Request::builder().method("POST").uri("/mcp");
    request = request.header("host", "127.0.0.1");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::<bytes::Bytes>::from(message.to_string())).unwrap();
    let (parts, body) = server.answer(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[test]
fn a_thousand_handshakes_leave_nothing() {
    let gallery = with_blanks();
    gallery.run(&["seed"]).ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = here(&gallery, Arc::default()).await;
        let hello = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": { "name": "a test", "version": "1" },
        });
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        // What ends, ends some time.
        let settled = async |least: usize| {
            for _ in 0..10_000 {
                if tasks() <= least {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tasks()
        };
        let before = tasks();
        assert_eq!(answered(&server, Era::Handshake, "initialize", hello.clone()).await.0, 200);
        for _ in 0..1_000 {
            let (status, answer) =
                answered(&server, Era::Handshake, "initialize", hello.clone()).await;
            assert_eq!((status, &answer["result"]["protocolVersion"]), (200, &json!("2025-11-25")));
        }
        assert!(settled(before).await <= before, "tasks are left");
        // Nor is a request that nobody waits for any more.
        for _ in 0..50 {
            let call = json!({ "name": "search_prompts", "arguments": { "q": "vase" } });
            let mut asked = Box::pin(answered(&server, Era::Handshake, "tools/call", call));
            let once = std::future::poll_fn(|context| {
                let _ = asked.as_mut().poll(context);
                std::task::Poll::Ready(())
            });
            once.await;
        }
        assert!(settled(before).await <= before, "tasks of requests that were given up are left");
    });
}

/// Any JSON, and often what is nearly right.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z-]{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "vase", "plain", "en", "zh-CN", "python", "sdk", "tea", "\0", "["
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof![
            any::<String>(),
            prop::sample::select(vec![
                "slug", "values", "q", "page", "language", "subject", "colour"
            ])
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

#[test]
fn any_arguments_are_answered() {
    let gallery = with_blanks();
    gallery.run(&["seed"]).ok();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let server = runtime.block_on(here(&gallery, Arc::clone(&calls)));
    let names = [
        "slug", "values", "q", "page", "language", "form", "locale", "tags", "sort", "blanks",
        "category",
    ];
    let arguments = prop::collection::vec((prop::sample::select(names.to_vec()), anything()), 0..6);
    let method = prop::sample::select(vec![0_usize, 1, 2, 3, 4, 5, 6, 7]);
    let config = ProptestConfig {
        cases: 400,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Default::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = |(arguments, which, other): (Vec<(&str, Value)>, usize, Value)| {
        let mut given: Value =
            arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if which % 2 == 0 && given.get("slug").is_some() {
            given["slug"] = "vase".into();
        }
        let (method, params) = match TOOLS.get(which) {
            Some(tool) => ("tools/call", json!({ "name": tool, "arguments": given })),
            None if which == 5 => ("prompts/get", json!({ "name": "vase", "arguments": given })),
            None if which == 6 => {
                let reference = json!({ "type": "ref/prompt", "name": "vase" });
                let argument = json!({ "name": "colour", "value": other.to_string() });
                ("completion/complete", json!({ "ref": reference, "argument": argument }))
            }
            None => ("resources/list", json!({ "cursor": other.to_string() })),
        };
        let (status, answer) =
            runtime.block_on(answered(&server, Era::Handshake, method, params.clone()));
        prop_assert_eq!(status, 200, "{} {}", method, params);
        let is_answered = answer.get("result").is_some() || answer.get("error").is_some();
        prop_assert!(is_answered, "{} {}: {}", method, params, answer);
        prop_assert!(answer["error"]["code"] != -32603, "{} {}: {}", method, params, answer);
        Ok(())
    };
    runner.run(&(arguments, method, anything()), run).unwrap();
    assert!(calls.load(SeqCst) > 100);
}
