//! The life of a prompt: it is a draft, waits for its moment, is there, is changed, and is gone.
//!
//! Whatever the gallery gives out is gone through each time, so that nothing can forget the rule.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use prompt_gallery::catalog::{Locale, UtcTime};
use prompt_gallery::config::IndexPlace;
use prompt_gallery::gallery::{self, ListRequest, Lookup, Selection, Snapshot, Sort};
use prompt_gallery::store::Clock;
use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::support::{Answer, Gallery, Server, dom, post};

/// A word only the prompt in question has, in its title and its text.
const WORD: &str = "quernstone";
/// Its name.
const SLUG: &str = "grey-heron";
/// A name it had before.
const ALIAS: &str = "old-heron";

/// A gallery with the prompt in question, in some state, and others it has words in common with.
fn gallery(state: &str) -> Gallery {
    let gallery = Gallery::without_prompts();
    // Whatever it alone has of these is listed nowhere without it.
    let heron = "title.en = \"Heron by a quernstone\"\ntitle.zh-CN = \"磨石旁的苍鹭 quernstone\"\n\
                 description.en = \"A quernstone, and patience.\"\nfeatured = true\n\
                 aliases = [\"old-heron\"]\ntags = [\"editorial\"]\ncreated = 2026-01-02\n";
    gallery.prompt_with(
        SLUG,
        &format!("{heron}{state}\n"),
        "A grey heron waits beside a quernstone, in rain over reeds, for [fish].",
    );
    gallery.prompt("egret", "An egret in rain over reeds, waiting beside a wall for [fish].");
    gallery.prompt("bittern", "A bittern hides in reeds while rain falls on a wall.");
    gallery.prompt("kite", "A paper kite above the dunes.");
    gallery
}

/// Everything a server gives out in which the prompt appears once it is there, and what it is to
/// be seen by.
fn places() -> Vec<(String, &'static str)> {
    let mut places = Vec::new();
    for prefix in ["", "/zh-CN"] {
        for path in [
            "/",
            "/prompts",
            "/prompts?q=quernstone",
            "/prompts?tag=editorial",
            "/prompts?sort=title",
            "/categories/photography",
            "/models/gpt-image-2",
            "/models/gpt-image-2/feed.xml",
            "/tags/editorial",
            "/prompts/egret",
            "/prompts/egret.md",
            "/prompts.md",
            "/categories/photography.md",
            "/feed.xml",
            "/categories/photography/feed.xml",
            "/tags/editorial/feed.xml",
            "/llms-full.txt",
        ] {
            places.push((format!("{prefix}{path}"), SLUG));
        }
    }
    for path in [
        "/index.md",
        "/sitemaps/en-prompts-1.xml",
        "/sitemaps/zh-cn-prompts-1.xml",
        "/suggest?q=quern",
        "/api/v1/prompts",
        "/api/v1/prompts?q=quernstone",
        "/api/v1/export.jsonl",
        "/api/v1/export.csv",
    ] {
        places.push((path.to_owned(), SLUG));
    }
    places
}

/// What is under the prompt's own names.
const FORMS: [&str; 14] = [
    "/prompts/{}",
    "/zh-CN/prompts/{}",
    "/prompts/{}.md",
    "/prompts/{}.json",
    "/prompts/{}.txt",
    "/prompts/{}/snippets/ruby",
    "/embed/{}",
    "/zh-CN/embed/{}",
    "/covers/{}.svg",
    "/og/{}.png",
    "/api/v1/prompts/{}",
    "/api/v1/prompts/{}/snippets/ruby",
    "/oembed?url={url}/prompts/{}",
    "/covers.svg?of={}&v=0",
];

fn form(server: &Server, form: &str, slug: &str) -> Answer {
    server.get(&form.replace("{}", slug).replace("{url}", &server.url))
}

/// What an agent is told.
fn agent(server: &Server, method: &str, params: Value) -> String {
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(&format!("{}/mcp", server.url), &headers, message.to_string().as_bytes()).text()
}

/// What agents find and are listed.
fn agents(server: &Server) -> Vec<(&'static str, String)> {
    let call = |name: &str, arguments: Value| {
        agent(server, "tools/call", json!({ "name": name, "arguments": arguments }))
    };
    let templates = agent(server, "resources/templates/list", json!({}));
    let templates: Value = serde_json::from_str(&templates).unwrap();
    let complete = json!({
        "ref": {
            "type": "ref/resource",
            "uri": templates["result"]["resourceTemplates"][0]["uriTemplate"],
        },
        "argument": { "name": "slug", "value": "heron" },
    });
    vec![
        ("search", call("search_prompts", json!({ "q": WORD }))),
        ("list", call("search_prompts", json!({}))),
        ("resources", agent(server, "resources/list", json!({}))),
        ("prompts", agent(server, "prompts/list", json!({}))),
        ("completion", agent(server, "completion/complete", complete)),
    ]
}

/// Which of all places it is to be seen in, and which not.
fn seen(server: &Server) -> (Vec<String>, Vec<String>) {
    let (mut seen, mut unseen) = (Vec::new(), Vec::new());
    let mut put = |place: String, text: &str| {
        let is_seen = text.contains(SLUG) || text.contains(WORD) && !place.contains("quern");
        if is_seen { seen.push(place) } else { unseen.push(place) }
    };
    for (path, _) in places() {
        let answer = server.get(&path);
        put(path, &answer.text());
    }
    for (name, text) in agents(server) {
        put(format!("mcp {name}"), &text);
    }
    (seen, unseen)
}

/// How many prompts there are, as everything that counts says it.
fn counts(server: &Server) -> Vec<i64> {
    let listed = server.get("/api/v1/prompts").json()["total"].as_i64().unwrap();
    let categories = server.get("/api/v1/categories").json();
    let photography = categories["items"].as_array().unwrap().iter();
    let photography = photography.filter(|one| one["slug"] == "photography");
    let counted = photography.map(|one| one["prompts"].as_i64().unwrap()).sum();
    let lines = server.get("/api/v1/export.jsonl").text();
    vec![listed, counted, i64::try_from(lines.lines().count()).unwrap()]
}

/// Fails unless it is nowhere, and its own addresses answer this.
#[track_caller]
fn assert_hidden(server: &Server, status: u16) {
    let (seen, _) = seen(server);
    assert!(seen.is_empty(), "{seen:?}");
    assert_eq!(counts(server), [3, 3, 3]);
    for slug in [SLUG, ALIAS] {
        for path in FORMS {
            let answer = form(server, path, slug);
            let is_sheet = path.starts_with("/covers.svg");
            assert_eq!(answer.status, if is_sheet { 404 } else { status }, "{path} of {slug}");
            let text = answer.text();
            assert!(!text.contains(WORD) && !text.contains("磨石"), "{path} of {slug}: {text}");
        }
        let arguments = json!({ "name": "get_prompt", "arguments": { "slug": slug } });
        let told = agent(server, "tools/call", arguments);
        assert!(!told.contains(WORD) && told.contains("\"isError\":true"), "{told}");
    }
}

/// Fails unless it is everywhere.
#[track_caller]
fn assert_shown(server: &Server) {
    let (_, unseen) = seen(server);
    assert!(unseen.is_empty(), "{unseen:?}");
    assert_eq!(counts(server), [4, 4, 4]);
    for path in FORMS {
        assert_eq!(form(server, path, SLUG).status, 200, "{path}");
    }
    assert_eq!(form(server, "/prompts/{}", ALIAS).status, 301);
}

/// Whether any file below a folder holds a text.
fn any_holds(folder: &Path, text: &str) -> Option<std::path::PathBuf> {
    fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return any_holds(&path, text);
        }
        let content = fs::read(&path).unwrap();
        let is_named = path.to_string_lossy().contains(text);
        (is_named || String::from_utf8_lossy(&content).contains(text)).then_some(path)
    })
}

#[test]
fn a_draft_is_nowhere_a_published_prompt_everywhere_and_a_retired_one_gone() {
    let gallery = gallery("status = \"draft\"");
    let server = gallery.serve();
    assert_hidden(&server, 404);
    let before = server.get("/api/v1/export.jsonl");
    let revision = before.header("content-revision").unwrap().to_owned();

    let file = format!("prompts/{SLUG}.md");
    gallery.replace(&file, "status = \"draft\"", "");
    let plan = gallery.run(&["seed"]).ok().out;
    assert!(plan.contains("~ grey-heron: status"), "{plan}");
    assert_shown(&server);
    let news = server.get(&format!("/api/v1/export.jsonl?since={revision}")).text();
    assert!(news.lines().count() == 1 && news.contains(SLUG), "{news}");
    // What was hidden was not changed in the meantime: it was added.
    assert!(!server.page("/prompts/egret").all("#related").is_empty());

    gallery.replace(&file, "featured = true", "featured = true\nstatus = \"retired\"");
    gallery.run(&["seed"]).ok();
    assert_hidden(&server, 410);
    let gone = server.get(&format!("/api/v1/export.jsonl?since={revision}")).json();
    assert_eq!(gone["removed"], true, "{gone}");

    // Whoever comes is shown others like it, in every form.
    for (path, tongue, heading) in [
        (SLUG, "", "Similar prompts"),
        (ALIAS, "", "Similar prompts"),
        (SLUG, "/zh-CN", "相近的提示词"),
    ] {
        let path = format!("{tongue}/prompts/{path}");
        let page = dom::parse(&server.get(&path).text());
        assert_eq!(page.one("main h2").words(), heading);
        let links = page.all("main li a");
        assert_eq!(links[0].attr("href"), Some(format!("{tongue}/prompts/egret")), "{path}");
        let twin = server.get(&format!("{path}.md"));
        assert_eq!(twin.header("content-type"), Some("text/markdown; charset=utf-8"));
        assert!(twin.text().contains(&format!("{tongue}/prompts/egret.md)")), "{}", twin.text());
    }
    let problem = server.get(&format!("/api/v1/prompts/{SLUG}")).json();
    assert_eq!(problem["similar"][0], "egret", "{problem}");
    assert!(problem["type"].as_str().unwrap().ends_with("/api#problem-gone"), "{problem}");
    assert!(server.page("/api").has("#problem-gone"));
    let arguments = json!({ "name": "get_prompt", "arguments": { "slug": SLUG } });
    let told = agent(&server, "tools/call", arguments);
    assert!(told.contains("withdrawn") && told.contains("egret"), "{told}");

    // Nor is it in the site as files.
    drop(server);
    let site = gallery.folder().join("site");
    let out = site.to_str().unwrap();
    gallery.run(&["export", "--out", out, "--public-url", "https://gallery.example"]).ok();
    assert_eq!(any_holds(&site, SLUG), None);
    assert_eq!(any_holds(&site, WORD), None);
    assert!(any_holds(&site, "egret").is_some());
}

async fn write(gallery: &Gallery, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(gallery.database()).foreign_keys(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[test]
fn a_prompt_appears_at_its_moment_while_the_server_runs() {
    let gallery = gallery("publish_at = 2100-01-01T00:00:00Z");
    let server = gallery.serve();
    assert_hidden(&server, 404);
    let tag = |server: &Server| server.get("/prompts").header("etag").map(str::to_owned);
    let hidden = tag(&server);
    // Whatever clock it is by, its moment comes soon, and then nobody writes.
    tokio::runtime::Runtime::new().unwrap().block_on(write(
        &gallery,
        "UPDATE prompts SET publish_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+2 seconds') \
         WHERE slug = 'grey-heron'",
    ));
    let begun = Instant::now();
    while server.get(&format!("/prompts/{SLUG}")).status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it did not appear");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_shown(&server);
    assert_ne!(tag(&server), hidden);
    // It is as old as it is visible.
    let page = server.get(&format!("/api/v1/prompts/{SLUG}")).json();
    let [created, updated] = ["created", "updated"].map(|field| page[field].as_str().unwrap());
    assert!(created > "2026-01-02" && updated.starts_with(created), "{page}");
}

fn list<'a>(search: Option<&'a str>, selection: &'a Selection) -> ListRequest<'a> {
    ListRequest { selection, search, sort: Sort::Newest, locale: Locale::En, page: 1 }
}

/// What is shown when everything that is known is found, too, and is not this any more.
async fn settled(gallery: &gallery::Gallery, before: Option<&Snapshot>) -> Arc<Snapshot> {
    let begun = Instant::now();
    loop {
        let snapshot = gallery.current().await.unwrap();
        let is_new = before.is_none_or(|before| before.revision != snapshot.revision);
        if is_new && snapshot.indexing.is_none() {
            return snapshot;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it did not settle");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn the_clock_alone_shows_a_prompt_to_all_who_only_read() {
    let seeds = gallery("publish_at = 2030-01-01T01:00:00+01:00");
    seeds.run(&["seed"]).ok();
    let moment = UtcTime::parse("2030-01-01T00:00:00Z").unwrap().unix();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for place in [IndexPlace::Memory, IndexPlace::Disk] {
        runtime.block_on(async {
            let time = Arc::new(AtomicI64::new(moment - 1));
            let clock = Clock::Set(Arc::clone(&time));
            let gallery = gallery::Gallery::open_by(clock, &seeds.database(), place).await.unwrap();
            let all = Selection::default();
            let found = async |snapshot: &Snapshot, search| {
                gallery.listing(snapshot, list(search, &all)).await.unwrap().unwrap().total
            };
            let before = settled(&gallery, None).await;
            assert_eq!((found(&before, None).await, found(&before, Some(WORD)).await), (3, 0));
            assert!(gallery.prompt(&before, SLUG).await.unwrap().is_none());
            // Until nobody wrote for long enough that the files alone tell that nothing is new.
            let begun = Instant::now();
            while gallery.unchanged().is_none() {
                assert!(begun.elapsed() < Duration::from_secs(60), "it asks for ever");
                tokio::time::sleep(Duration::from_millis(50)).await;
                gallery.current().await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(1)).await; // one look is good for less

            time.store(moment, Ordering::Relaxed);
            assert!(gallery.unchanged().is_none());
            let after = settled(&gallery, Some(&before)).await;
            assert_ne!(before.revision, after.revision);
            assert_eq!(before.revision.number, after.revision.number, "nobody wrote");
            assert_eq!((found(&after, None).await, found(&after, Some(WORD)).await), (4, 1));
            let prompt = gallery.prompt(&after, SLUG).await.unwrap();
            let Some(Lookup::Found(prompt)) = prompt else { panic!("{prompt:?}") };
            assert_eq!(prompt.stored.prompt.created.as_deref(), Some("2030-01-01"));
            let news = gallery.changed(&after, before.revision.point(), i64::MIN).await.unwrap();
            let news: Vec<_> = news.iter().map(|one| one.prompt.as_ref().unwrap().id).collect();
            assert_eq!(news, [prompt.stored.id]);
            let home = gallery.home(&after).await.unwrap();
            assert_eq!(home.featured[0].slug.as_str(), SLUG);

            // A clock that is set back takes it away again, when somebody writes at the latest.
            time.store(moment - 1, Ordering::Relaxed);
            write(&seeds, "UPDATE prompts SET featured = 1 - featured WHERE slug = 'kite'").await;
            let again = settled(&gallery, Some(&after)).await;
            assert_eq!((found(&again, None).await, found(&again, Some(WORD)).await), (3, 0));
            gallery.close().await;
        });
    }
}

#[test]
fn the_name_of_a_removed_prompt_leads_to_another_when_that_takes_it() {
    let gallery = gallery("");
    gallery.run(&["seed"]).ok();
    fs::remove_file(gallery.seeds().join("prompts/kite.md")).unwrap();
    gallery.replace(&format!("prompts/{SLUG}.md"), "[\"old-heron\"]", "[\"old-heron\", \"kite\"]");
    let refused = gallery.run(&["seed"]);
    let told = "grey-heron.md: aliases: \"kite\" is still the name of a prompt whose file is gone";
    assert!(!refused.success && refused.err.contains(told), "{}", refused.err);
    gallery.run(&["seed", "--prune"]).ok();
    let server = gallery.serve();
    let moved = server.get("/prompts/kite");
    assert_eq!((moved.status, moved.header("location")), (301, Some("/prompts/grey-heron")));
}

#[test]
fn what_is_wrong_with_a_state_or_a_moment_is_told_with_its_remedy() {
    let gallery = gallery("status = \"drafd\"\npublish_at = 2026-12-01T09:00:00");
    let told = gallery.run(&["check"]).err;
    assert!(
        told.contains("grey-heron.md:13: status: unknown \"drafd\"; did you mean \"draft\"?"),
        "{told}"
    );
    assert!(
        told.contains("grey-heron.md:14: publish_at: must be a time with its offset"),
        "{told}"
    );
    for (column, value) in
        [("status", "gone"), ("publish_at", "2026-12-01"), ("publish_at", "soon")]
    {
        let gallery = self::gallery("");
        let migrations = gallery.folder().join("migrations");
        fs::create_dir(&migrations).unwrap();
        let sql = format!("UPDATE prompts SET {column} = '{value}';");
        gallery.run(&["seed"]).ok();
        fs::write(migrations.join("20261201_wrong.sql"), sql).unwrap();
        let refused = gallery.run(&["seed", "--migrations", migrations.to_str().unwrap()]);
        assert!(!refused.success && refused.err.contains(column), "{}", refused.err);
    }
}

#[test]
fn every_version_of_a_prompt_can_be_had_again() {
    let gallery = gallery("");
    gallery.run(&["seed"]).ok();
    let file = format!("prompts/{SLUG}.md");
    let first = "A grey heron waits beside a quernstone, in rain over reeds, for [fish].";
    let told = gallery.run(&["history", SLUG]).ok().out;
    assert!(told.starts_with("grey-heron: 1 version\n"), "{told}");

    // A change of a file, a change by SQL, and a seeding that changes nothing.
    gallery.replace(&file, "in rain", "in \u{1b} snow");
    gallery.replace(&file, "\n+++\nA", "\n[params]\naspect_ratio = \"3:2\"\n+++\nA");
    gallery.run(&["seed"]).ok();
    gallery.run(&["seed"]).ok();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(write(&gallery, "UPDATE prompts SET title = '{}' WHERE slug = 'grey-heron'"));
    let told = gallery.run(&["history", ALIAS]).ok().out;
    assert!(told.starts_with("grey-heron: 3 versions\n\nversion 3, "), "{told}");
    assert!(told.contains("in [-rain-]{+\\u{1b} snow+} over"), "{told}");
    assert!(told.contains("  params.aspect_ratio\n    {+\"3:2\"+}"), "{told}");
    assert!(told.contains("  title.en\n    [-Heron by a quernstone-]"), "{told}");

    let text = |number: &str| gallery.run(&["history", SLUG, "--version", number]).ok().out;
    assert_eq!(text("1"), first);
    assert_eq!(text("2"), first.replace("in rain", "in \u{1b} snow"));
    assert_eq!(text("3"), text("2"));
    let missing = gallery.run(&["history", SLUG, "--version", "4"]);
    assert!(!missing.success && missing.err.contains("known are 1, 2, 3"), "{}", missing.err);
    let unknown = gallery.run(&["history", "nobody"]);
    assert!(!unknown.success && unknown.err.contains("there is no prompt \"nobody\""));
    let document = gallery.run(&["history", SLUG, "--format", "json"]).ok().out;
    let document: Value = serde_json::from_str(&document).unwrap();
    let versions = document["versions"].as_array().unwrap();
    assert_eq!(versions[0]["text"], first);
    assert_eq!(versions[1]["changed"], json!(["text", "params"]));
    assert_eq!(versions[1]["params"], json!({ "aspect_ratio": "3:2" }));
    assert_eq!(
        (&versions[2]["title"], &versions[0]["title"]["en"]),
        (&json!({}), &json!("Heron by a quernstone"))
    );

    // It does not grow without end, and is whole, also in a copy.
    runtime.block_on(write(
        &gallery,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) \
         INSERT INTO prompts (slug, text, language, category, endpoint, model) \
         SELECT 'many-' || i, 'Number ' || i, 'en', 'photography', 'gpt_image_2/text_to_image', \
         'gpt-image-2' FROM n",
    ));
    for _ in 0..60 {
        runtime
            .block_on(write(&gallery, "UPDATE prompts SET text = text || '.' WHERE slug = 'kite'"));
    }
    let told = gallery.run(&["history", "kite"]).ok().out;
    assert!(told.starts_with("kite: 51 versions\n\nversion 61, "), "{told}");
    assert!(told.contains("\nversion 11, earlier\n"), "{told}");
    assert_eq!(gallery.run(&["history", "many-7"]).ok().out.lines().count(), 3);
    let copy = gallery.folder().join("copy.db");
    gallery.run(&["backup", copy.to_str().unwrap()]).ok();
    let restored = ["--database", copy.to_str().unwrap(), "history", SLUG, "--version", "1"];
    assert_eq!(gallery.run(&restored).ok().out, first);

    // A gap is noticed, and so are versions of nobody.
    gallery.run(&["doctor"]).ok();
    runtime.block_on(write(&gallery, "DELETE FROM prompt_history WHERE version = 20"));
    let told = gallery.run(&["doctor"]).out;
    assert!(told.contains("prompt \"kite\": a former version is missing"), "{told}");
    let options = SqliteConnectOptions::new().filename(gallery.database()).foreign_keys(false);
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("DELETE FROM prompts WHERE slug = 'kite'")
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    });
    let told = gallery.run(&["doctor"]).out;
    assert!(told.contains("prompt_history"), "{told}");
    assert!(!gallery.run(&["seed"]).out.is_empty());

    // A program newer than the database says what to do, and does not speak in SQL.
    runtime.block_on(write(&gallery, "DELETE FROM _sqlx_migrations WHERE version = 1004"));
    let out = gallery.folder().join("all.csv");
    for command in
        [["history", SLUG].as_slice(), &["export", "--from", "database", out.to_str().unwrap()]]
    {
        let refused = gallery.run(command);
        assert!(!refused.success && !out.exists());
        assert!(refused.err.contains("1004_life.sql; `seed`"), "{}", refused.err);
    }
}
