//! What programs ask: the API, its description and reference, and everything at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::shared::{ODD, SEEDS, TONGUES, encode, full, names, odd};
use crate::support::{Answer, Gallery, Server, dom, root};

const LISTS: [&str; 6] = ["prompts", "categories", "models", "tags", "languages", "agents"];

fn api(path: &str) -> Value {
    let answer = full().get(&format!("/api/v1/{path}"));
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
    answer.json()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn slugs(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| text(&item["slug"])).collect()
}

/// The addresses in a `Link` header, by what they are.
fn links(answer: &Answer) -> BTreeMap<String, String> {
    let header = answer.header("link").unwrap();
    let parts = header.split(", <").map(|part| part.trim_start_matches('<'));
    parts
        .map(|part| {
            let (address, rel) = part.split_once(">; rel=\"").unwrap();
            let path = address.strip_prefix(&full().url).unwrap();
            (rel.trim_end_matches('"').to_owned(), path.to_owned())
        })
        .collect()
}

#[test]
fn a_list_holds_what_the_page_of_the_same_query_shows() {
    for query in [
        "",
        "?category=video",
        "?tag=night",
        "?sort=title",
        "?sort=featured&page=2",
        "?modality=audio&lang=en",
        "?q=light",
        "?q=%E6%B5%B7%E6%8A%A5",
        "?q=portrait&sort=newest",
        "?blanks=yes",
        "?json=yes",
        "?model=no-such-model",
    ] {
        for tongue in TONGUES {
            let page = full().page(&format!("{}/prompts{query}", tongue.prefix));
            let shown: Vec<String> = page
                .all(".card h3 a")
                .into_iter()
                .map(|link| link.attr("href").unwrap())
                .map(|href| {
                    href.strip_prefix(&format!("{}/prompts/", tongue.prefix)).unwrap().to_owned()
                })
                .collect();
            let mark = if query.is_empty() { '?' } else { '&' };
            let list = api(&format!("prompts{query}{mark}locale={}", tongue.tag));
            assert_eq!(slugs(&list), shown, "{query}");
            let (page, pages) = (list["page"].as_u64().unwrap(), list["pages"].as_u64().unwrap());
            let total = list["total"].as_u64().unwrap();
            assert_eq!(pages, total.div_ceil(24).max(1), "{query}");
            assert!((1..=pages).contains(&page), "{query}");
            let is_empty = query.contains("no-such");
            assert_eq!(shown.is_empty(), is_empty, "{query}");
        }
    }
    assert_eq!(api("prompts?model=no-such-model")["total"], 0);
}

#[test]
fn the_pages_of_a_list_are_linked_from_the_first_to_the_last() {
    let mut next = Some(String::from("/api/v1/prompts?sort=title&per_page=7&locale=zh-CN"));
    let (mut seen, mut last, mut page) = (Vec::new(), String::new(), 0);
    while let Some(path) = next {
        page += 1;
        let answer = full().get(&path);
        let (links, list) = (links(&answer), answer.json());
        assert_eq!(list["page"], page);
        assert_eq!(links["first"], "/api/v1/prompts?locale=zh-CN&per_page=7&sort=title");
        assert_eq!(links.contains_key("prev"), page > 1, "{path}");
        seen.extend(slugs(&list));
        last.clone_from(&links["last"]);
        next = links.get("next").cloned();
        if next.is_none() {
            assert_eq!(path, last);
        }
    }
    assert_eq!(seen.len(), SEEDS.len());
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), SEEDS.len());
    let beyond = full().get(&format!("{last}0"));
    assert_eq!(beyond.status, 404);
    assert_eq!(beyond.header("content-type"), Some("application/problem+json"));
}

#[test]
fn a_list_tells_the_fields_and_the_facets_that_are_asked_for() {
    let whole = api("prompts?per_page=2");
    let narrow = api("prompts?per_page=2&fields=title,api_url");
    for (whole, narrow) in
        whole["items"].as_array().unwrap().iter().zip(narrow["items"].as_array().unwrap())
    {
        let told: Vec<&String> = narrow.as_object().unwrap().keys().collect();
        assert_eq!(told, ["slug", "title", "api_url"]);
        assert!(told.iter().all(|name| narrow[*name] == whole[*name]));
        let path = text(&narrow["api_url"]).replace(&full().url, "");
        assert_eq!(full().get(&path).json()["title"], narrow["title"]);
    }
    assert!(whole.get("facets").is_none());
    let list = api("prompts?facets=true&category=portrait&locale=zh-CN");
    for facet in list["facets"].as_array().unwrap() {
        let parameter = text(&facet["parameter"]);
        for value in facet["values"].as_array().unwrap() {
            let chosen = encode(value["value"].as_str().unwrap());
            let narrowed = if parameter == "category" {
                format!("prompts?category={chosen}")
            } else {
                format!("prompts?category=portrait&{parameter}={chosen}")
            };
            assert_eq!(api(&narrowed)["total"], value["prompts"], "{narrowed}");
        }
    }
}

#[test]
fn a_prompt_is_the_same_for_every_program() {
    for tongue in TONGUES {
        for seed in SEEDS.iter().step_by(5) {
            let slug = &seed.slug;
            let document = api(&format!("prompts/{slug}?locale={}", tongue.tag));
            let beside = full().get(&format!("{}/prompts/{slug}.json", tongue.prefix)).json();
            assert_eq!(document, beside, "{slug}");
            assert_eq!(document["text"], seed.text, "{slug}");
            let short = api(&format!("prompts/{slug}?snippets=false&locale={}", tongue.tag));
            assert!(short.get("snippets").is_none());
            for snippet in document["snippets"].as_array().unwrap() {
                let (language, form) = (text(&snippet["language"]), text(&snippet["form"]));
                let path =
                    format!("prompts/{slug}/snippets/{language}?form={form}&locale={}", tongue.tag);
                assert_eq!(api(&path), *snippet, "{path}");
            }
        }
    }
    for (slug, text) in ODD.iter() {
        let document = odd().get(&format!("/api/v1/prompts/{slug}")).json();
        assert!(
            document["text"] == *text && document["request"]["body"]["prompt"] == *text,
            "{slug}"
        );
        let curl = odd().get(&format!("/api/v1/prompts/{slug}/snippets/curl")).json();
        let beside = odd().get(&format!("/prompts/{slug}/snippets/curl")).text();
        assert!(curl["code"] == beside, "{slug}: a long prompt has its programs here, too");
    }
}

/// A prompt with blanks, and the keys of these.
fn with_blanks() -> (String, Vec<String>) {
    let list = api("prompts?blanks=yes&per_page=100");
    let item = list["items"].as_array().unwrap().iter().find(|item| {
        api(&format!("prompts/{}", text(&item["slug"])))["blanks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|blank| blank["options"] == json!([]))
    });
    let item = item.unwrap();
    let keys = item["blanks"].as_array().unwrap().iter().map(text).collect();
    (text(&item["slug"]), keys)
}

#[test]
fn blanks_are_filled_and_what_cannot_be_is_told_all_at_once() {
    let (slug, keys) = with_blanks();
    let document = api(&format!("prompts/{slug}"));
    let told: Vec<String> =
        document["blanks"].as_array().unwrap().iter().map(|blank| text(&blank["key"])).collect();
    assert_eq!(told, keys);
    let free =
        document["blanks"].as_array().unwrap().iter().find(|blank| blank["options"] == json!([]));
    let key = text(&free.unwrap()["key"]);
    let path = format!("/api/v1/prompts/{slug}?v.{key}={}", encode("a \"tea\" <caddy>\u{fffe}"));
    let answer = full().get(&path);
    let filled = answer.json();
    assert!(text(&filled["text"]).contains("tea") && text(&filled["text"]).contains("caddy"));
    assert_eq!(filled["template"], document["text"]);
    assert!(answer.header("cache-control").unwrap().starts_with("private"));
    let same = full().get(&format!(
        "{}.json?{}",
        path.replace("/api/v1", "").split_once('?').unwrap().0,
        path.split_once('?').unwrap().1
    ));
    assert_eq!(same.json(), filled);

    let wrong = full().get(&format!("{path}&v.no_such=1&v.other=2"));
    assert_eq!(wrong.status, 400);
    let errors = wrong.json()["errors"].clone();
    let named: Vec<String> =
        errors.as_array().unwrap().iter().map(|error| text(&error["parameter"])).collect();
    assert_eq!(named, ["v.no_such", "v.other"]);
    assert!(text(&errors[0]["detail"]).contains(&keys[0]), "{errors}");
}

#[test]
fn every_problem_is_one_a_program_can_read() {
    for (method, path, status) in [
        ("GET", "/api/v1/promtps", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/", 404),
        ("GET", "/api/nothing?q=%22", 404),
        ("GET", "/api/v1/Prompts", 404),
        ("GET", "/api/v1/prompts/no-such-prompt", 404),
        ("GET", "/api/v1/prompts/%E6%B5%B7%20%5B", 404),
        ("GET", "/api/v1/prompts/no-such-prompt/snippets/cobol", 404),
        ("GET", "/api/v1/tags?page=99999", 404),
        ("GET", "/api/v1/tags?%05=%C2%90", 400),
        ("GET", "/api/v1/prompts?per_page=0", 400),
        ("GET", "/api/v1/prompts?q=", 400),
        ("GET", "/api/v1/export.csv?since=yesterday", 400),
        ("GET", "/api/v1/export.csv?since=0123abcd-1", 409),
        ("POST", "/api/v1/prompts", 405),
        ("DELETE", "/api/v1/prompts/no-such-prompt", 405),
        ("PUT", "/api/v1/export.jsonl", 405),
    ] {
        let answer = full().request(method, path, &[]);
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{path}");
        for name in ["title", "detail"] {
            assert!(text(&problem[name]).len() > 5, "{path}: {name}");
        }
        let instance = full().url.clone() + &text(&problem["instance"]);
        assert!(instance.parse::<url::Url>().is_ok(), "{instance}");
        assert!(path.starts_with(&text(&problem["instance"])), "{path}: {problem}");
        assert_eq!(problem.get("errors").is_some(), [400, 409].contains(&status), "{path}");
        if status == 405 {
            assert_eq!(answer.header("allow"), Some("GET,HEAD,OPTIONS"), "{path}");
        }
        // Its type explains itself.
        let (page, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
        let page = full().page(page.strip_prefix(&full().url).unwrap());
        assert!(page.has(&format!("#{anchor}")), "{path}: {anchor}");
    }
}

#[test]
fn everything_wrong_with_a_query_is_told_at_once() {
    let answer = full().get("/api/v1/prompts?catgory=video&per_page=500&sort=newst&fields=titel");
    let told: Vec<(String, String)> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (text(&error["parameter"]), text(&error["detail"])))
        .collect();
    for ((name, detail), (wrong, remedy)) in told.iter().zip([
        ("catgory", "category"),
        ("fields", "title"),
        ("per_page", "1 to 100"),
        ("sort", "newest"),
    ]) {
        assert_eq!(name, wrong);
        assert!(detail.contains(remedy), "{name}: {detail}");
    }
    assert_eq!(told.len(), 4);
}

#[test]
fn a_prompt_that_was_renamed_is_found_under_its_old_address() {
    for rest in ["", "?locale=zh-CN", "/snippets/go", "/snippets/go?form=http"] {
        let answer = odd().get(&format!("/api/v1/prompts/first-name{rest}"));
        assert_eq!(answer.status, 301, "{rest}");
        let location = answer.header("location").unwrap();
        assert_eq!(location, format!("/api/v1/prompts/second-name{rest}"));
        assert_eq!(odd().get(location).status, 200);
    }
}

#[test]
fn answers_are_kept_until_something_changes_also_by_pages_of_other_sites() {
    let paths = LISTS.map(|list| format!("/api/v1/{list}"));
    let others = ["/openapi.json", "/api/v1/export.jsonl", "/api/v1/export.csv"].map(String::from);
    for path in paths.into_iter().chain(others) {
        let answer = full().get(&path);
        let tag = answer.header("etag").unwrap();
        for headers in [&[][..], &[("Origin", "https://other.example")], &[("If-None-Match", tag)]]
        {
            let again = full().get_with(&path, headers);
            let is_known = headers.iter().any(|(name, _)| *name == "If-None-Match");
            assert_eq!(again.status, if is_known { 304 } else { 200 }, "{path}");
            assert_eq!(again.header("etag"), Some(tag), "{path}");
            assert_eq!(again.header("access-control-allow-origin"), Some("*"), "{path}");
            let exposed = again.header("access-control-expose-headers").unwrap();
            assert!(["etag", "link"].iter().all(|name| exposed.contains(name)), "{path}");
            assert_eq!(again.header("cross-origin-resource-policy"), Some("cross-origin"));
        }
        let head = full().request("HEAD", &path, &[]);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-type"), answer.header("content-type"), "{path}");
        let asked = [
            ("Origin", "https://other.example"),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "if-none-match"),
        ];
        let preflight = full().request("OPTIONS", &path, &asked);
        assert_eq!((preflight.status, preflight.body.len()), (204, 0), "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(preflight.header("access-control-allow-headers"), Some("*"), "{path}");
        assert!(preflight.header("access-control-allow-methods").unwrap().contains("GET"));
        assert!(answer.header("set-cookie").is_none());
    }
    // What people read is nobody else's.
    assert!(full().get("/prompts").header("access-control-allow-origin").is_none());
}

#[test]
fn what_prompts_are_filed_under_is_listed_with_counts_and_links() {
    for tongue in TONGUES {
        let locale = format!("locale={}", tongue.tag);
        let categories = api(&format!("categories?{locale}"));
        let told: Vec<(String, String)> = categories["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (text(&item["slug"]), text(&item["name"])))
            .collect();
        assert_eq!(told, names("categories.toml", "categories", tongue.tag));
        for list in ["categories", "models", "tags"] {
            let all = api(&format!("{list}?{locale}"));
            assert_eq!(
                all["total"].as_u64().unwrap(),
                all["items"].as_array().unwrap().len() as u64
            );
            for item in all["items"].as_array().unwrap() {
                let path = text(&item["api_url"]).replace(&format!("{}/api/v1/", full().url), "");
                assert_eq!(api(&path)["total"], item["prompts"], "{path}");
                let page = text(&item["url"]).replace(&full().url, "");
                assert!(page.starts_with(&format!("{}/{list}/", tongue.prefix)), "{page}");
                assert_eq!(full().get(&page).status, 200, "{page}");
            }
        }
        let languages = slugs(&api(&format!("languages?{locale}")));
        assert_eq!(languages, ["curl", "javascript", "python", "ruby", "go", "php"]);
        for agent in api(&format!("agents?{locale}"))["items"].as_array().unwrap() {
            let setup = &agent["setup"];
            let known = if setup["kind"] == "command" { "command" } else { "content" };
            assert!(
                !text(&setup[known]).is_empty() && !text(&agent["check"]).is_empty(),
                "{agent}"
            );
        }
    }
    let first = api("tags?per_page=3");
    let second = api("tags?per_page=3&page=2");
    assert_eq!([slugs(&first), slugs(&second)].concat(), slugs(&api("tags?per_page=6")));
}

/// The prompts of an export as lines of JSON, and what tells their revision.
fn lines(server: &Server, query: &str) -> (Vec<Value>, String) {
    let answer = server.get(&format!("/api/v1/export.jsonl{query}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/jsonl"));
    let revision = answer.header("content-revision").unwrap().to_owned();
    let text = answer.text();
    assert!(text.is_empty() || text.ends_with('\n'));
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), revision)
}

/// The rows of an export as a table, by the names of their columns.
fn rows(table: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(table);
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn an_export_holds_every_prompt_exactly() {
    let (records, revision) = lines(odd(), "");
    let table = odd().get("/api/v1/export.csv");
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(table.header("content-revision"), Some(revision.as_str()));
    let rows = rows(&table.body);
    assert_eq!(rows.len(), records.len());
    let listed = odd().get("/api/v1/prompts").json();
    assert_eq!(records.len() as u64, listed["total"].as_u64().unwrap());
    assert_eq!(listed["revision"], revision);
    for (record, row) in records.iter().zip(&rows) {
        let slug = text(&record["slug"]);
        assert_eq!((&record["removed"], &record["revision"]), (&json!(false), &json!(revision)));
        let whole = odd().get(&format!("/api/v1/prompts/{slug}?snippets=false")).json();
        for (name, value) in whole.as_object().unwrap() {
            assert!(record[name] == *value, "{slug}: {name}");
            let Some(cell) = row.get(name) else { continue };
            let told = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(tags) if name == "tags" => {
                    tags.iter().map(text).collect::<Vec<_>>().join(" ")
                }
                other => other.to_string(),
            };
            assert!(*cell == told, "{slug}: {name}: {cell}");
        }
        if let Some(text) = ODD.get(slug.as_str()) {
            assert!(record["text"] == *text && row["text"] == *text, "{slug}");
        }
    }
    let chinese = lines(full(), "?locale=zh-CN").0;
    for seed in SEEDS.iter() {
        let record = chinese.iter().find(|record| record["slug"] == seed.slug).unwrap();
        assert_eq!(record["title"], seed.local("title", "zh-CN").unwrap());
    }
}

#[test]
fn an_export_travels_packed_where_that_is_taken() {
    for path in ["/api/v1/export.jsonl", "/api/v1/export.csv"] {
        let plain = full().get_with(path, &[("Accept-Encoding", "identity")]);
        assert_eq!(plain.header("content-encoding"), None);
        let request = format!(
            "GET {path} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: br, gzip\r\nConnection: close\r\n\r\n"
        );
        let mut stream = TcpStream::connect(full().url.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        assert!(head.contains("content-encoding: gzip"), "{head}");
        assert!(answer.len() < plain.body.len() / 2);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&answer[end + 4..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.body, "{path}");
    }
}

#[test]
fn an_export_since_a_revision_holds_what_changed_and_what_is_gone() {
    let gallery = Gallery::without_prompts();
    for slug in ["stays", "changes", "goes"] {
        gallery.prompt(slug, &format!("A prompt that {slug}."));
    }
    let server = gallery.serve();
    let (records, before) = lines(&server, "");
    assert_eq!(records.len(), 3);
    assert_eq!(lines(&server, &format!("?since={before}")).0, Vec::<Value>::new());
    let id =
        |slug: &str| records.iter().find(|record| record["slug"] == slug).unwrap()["id"].clone();

    gallery.prompt("changes", "A prompt that changed.");
    gallery.prompt("comes", "A new prompt.");
    fs::remove_file(gallery.seeds().join("prompts/goes.md")).unwrap();
    gallery.run(&["seed", "--prune"]).ok();
    let (changed, after) = lines(&server, &format!("?since={before}"));
    assert_ne!(after, before);
    let told: BTreeSet<(String, bool)> = changed
        .iter()
        .map(|record| {
            let slug = record.get("slug").map(text).unwrap_or_else(|| record["id"].to_string());
            (slug, record["removed"].as_bool().unwrap())
        })
        .collect();
    let expected = [("changes", false), ("comes", false), (&*id("goes").to_string(), true)];
    let expected = expected.map(|(slug, removed)| (slug.to_owned(), removed));
    assert_eq!(told, BTreeSet::from(expected));
    let changed = changed.iter().find(|record| record["slug"] == "changes").unwrap();
    assert_eq!(
        (&changed["id"], &changed["text"]),
        (&id("changes"), &json!("A prompt that changed."))
    );
    let table = server.get(&format!("/api/v1/export.csv?since={before}"));
    let gone = rows(&table.body).into_iter().find(|row| row["removed"] == "true").unwrap();
    assert_eq!(gone["id"], id("goes").to_string());
    // Whoever takes everything knows of nothing that is gone.
    assert_eq!(lines(&server, "").0.len(), 3);

    gallery.replace("categories.toml", "Photography", "Photographs");
    gallery.run(&["seed"]).ok();
    let (all, _) = lines(&server, &format!("?since={after}"));
    assert_eq!(all.len(), 3, "what is said of any prompt may have changed");
    let epoch = after.rsplit_once('-').unwrap().0;
    let future = server.get(&format!("/api/v1/export.csv?since={epoch}-999999"));
    assert_eq!(future.status, 409);
}

#[test]
fn an_export_is_broken_off_when_content_changes_before_its_end() {
    let gallery = Gallery::without_prompts();
    let migrations = gallery.folder().join("migrations");
    fs::create_dir(&migrations).unwrap();
    fs::write(
        migrations.join("0900_long_prompts.sql"),
        "INSERT INTO prompts (slug, text, language, category, endpoint, model)
         WITH RECURSIVE n(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 60)
         SELECT 'long-' || n, replace(hex(zeroblob(100000)), '00', 'a ') || n, 'en', 'photography',
             'gpt_image_2/text_to_image', 'gpt-image-2' FROM n;",
    )
    .unwrap();
    gallery.run(&["seed"]).ok();
    let server = gallery.serve_with(&["--migrations", migrations.to_str().unwrap()]);
    assert_eq!(lines(&server, "").0.len(), 60, "of several parts");

    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stream
        .write_all(b"GET /api/v1/export.jsonl HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut begun = [0; 1000];
    stream.read_exact(&mut begun).unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 200 OK"));
    // The rest waits in the server until it is read.
    gallery.prompt("news", "A new prompt.");
    gallery.run(&["seed", "--migrations", migrations.to_str().unwrap()]).ok();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "an answer that ends is whole");
    assert_eq!(lines(&server, "").0.len(), 61);
}

/// The description without what differs from gallery to gallery.
fn described() -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| name != "example");
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut described = full().get("/openapi.json").json();
    let members = described.as_object_mut().unwrap();
    assert_eq!(members["servers"], json!([{ "url": full().url }]));
    members.remove("servers");
    members.remove("externalDocs");
    strip(&mut described);
    described
}

#[test]
fn the_published_description_changes_only_on_purpose() {
    let file = root().join("docs/openapi.json");
    let now = format!("{:#}\n", described());
    if std::env::var_os("RENEW_OPENAPI").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let published = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        now == published,
        "the description of the API is no longer that of docs/openapi.json. Programs rely on it: \
         within /api/v1 only add to it. If the change is meant, write it down with \
         RENEW_OPENAPI=1 cargo test --test site the_published_description, and commit the file."
    );
}

#[test]
fn every_answer_has_the_fields_its_schema_requires() {
    fn check(value: &Value, schema: &Value, api: &Value, at: &str) {
        if let Some(name) = schema.get("$ref") {
            let name = name.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
            return check(value, &api["components"]["schemas"][name], api, at);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            check(value, part, api, at);
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().map(|name| name.as_str().unwrap()) {
            assert!(value.get(name).is_some(), "{at}: {name} is missing");
        }
        for (name, schema) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            if let Some(value) = value.get(name) {
                check(value, schema, api, &format!("{at}.{name}"));
            }
        }
        if let (Some(schema), Some(items)) = (schema.get("items"), value.as_array()) {
            items.iter().for_each(|item| check(item, schema, api, at));
        }
        if let Some(names) = schema.get("enum").and_then(Value::as_array) {
            assert!(names.contains(value), "{at}: {value}");
        }
    }
    let api = full().get("/openapi.json").json();
    let mut checked = 0;
    for (path, item) in api["paths"].as_object().unwrap() {
        let content = &item["get"]["responses"]["200"]["content"];
        if let Some(json) = content.get("application/json") {
            assert!(json["example"].is_object(), "{path} has an example");
            check(&json["example"], &json["schema"], &api, path);
            checked += 1;
        } else {
            let (_, content) = content.as_object().unwrap().iter().next().unwrap();
            assert!(content["example"].is_string(), "{path} has an example");
        }
    }
    assert_eq!(checked, 8);
    for seed in SEEDS.iter() {
        let document = full().get(&format!("/api/v1/prompts/{}", seed.slug)).json();
        let schema = json!({ "$ref": "#/components/schemas/PromptDocument" });
        check(&document, &schema, &api, &seed.slug);
    }
    let list = full().get("/api/v1/prompts?per_page=100&facets=true").json();
    check(&list, &json!({ "$ref": "#/components/schemas/PromptList" }), &api, "list");
    for record in lines(full(), "").0 {
        let schema = json!({ "$ref": "#/components/schemas/ExportedPrompt" });
        check(&record, &schema, &api, "record");
    }
}

#[test]
fn the_reference_page_tells_everything_the_description_does() {
    let api = full().get("/openapi.json").json();
    for tongue in TONGUES {
        let page = full().page(&format!("{}/api", tongue.prefix));
        let words = page.one("main").words();
        for (path, item) in api["paths"].as_object().unwrap() {
            let operation = &item["get"];
            let id = text(&operation["operationId"]);
            assert!(page.has(&format!("h2#{id}")), "{id}");
            assert!(words.contains(&format!("GET {path}")), "{path}");
            for parameter in operation["parameters"].as_array().unwrap() {
                assert!(words.contains(parameter["name"].as_str().unwrap()), "{id}");
            }
            let command = page.one(&format!("#{id}-example")).text();
            let address = command.split('\'').nth(1).unwrap();
            let answer = full().get(address.strip_prefix(&full().url).unwrap());
            assert_eq!(answer.status, 200, "{command}");
        }
        let about = full().page(&format!("{}/about", tongue.prefix));
        assert!(about.has(&format!("main a[href={}/api]", tongue.prefix)));
        assert!(page.has(&format!("footer a[href={}/api]", tongue.prefix)));
    }
    let (english, chinese) = (full().page("/api"), full().page("/zh-CN/api"));
    assert_ne!(english.one("h2#getPrompt").words(), chinese.one("h2#getPrompt").words());
}

#[test]
fn a_gallery_without_prompts_describes_itself_all_the_same() {
    let gallery = Gallery::without_prompts();
    let server = gallery.serve();
    for path in ["/openapi.json", "/api", "/api/v1/prompts", "/api/v1/tags", "/api/v1/export.csv"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(server.get("/api/v1/prompts").json()["pages"], 1);
    assert!(server.get("/api/v1/export.csv").text().starts_with("id,revision,removed,slug,"));
    assert!(dom::parse(&server.get("/zh-CN/api").text()).has("main"));
}
