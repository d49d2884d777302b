//! The schema and an admin's own migrations: plain SQL is enough for a whole page, mistakes
//! are refused before anything is kept, and old names go on working.

use std::path::{Path, PathBuf};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::command_line::ended;
use crate::support::dom::Element;
use crate::support::{Finished, Gallery, Server};

/// The folder of a test's own migrations.
pub(crate) fn folder(gallery: &Gallery) -> PathBuf {
    let folder = gallery.folder().join("migrations");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a migration and returns its file.
pub(crate) fn migration(gallery: &Gallery, name: &str, sql: &str) -> PathBuf {
    let file = folder(gallery).join(name);
    std::fs::write(&file, sql).unwrap();
    file
}

/// The plainest way to add a prompt by SQL.
pub(crate) fn insert(slug: &str, text: &str) -> String {
    format!(
        "INSERT INTO prompts (slug, text, category, endpoint, model, language) VALUES \
         ('{slug}', '{text}', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2', 'en');"
    )
}

/// Runs what needs a connection to the database, as an SQL shell beside the program would.
fn with<T>(
    gallery: &Gallery,
    work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(gallery.database()).foreign_keys(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let result = work(&mut connection).await;
        connection.close().await?;
        result
    })
}

/// Runs a statement.
pub(crate) fn sql(gallery: &Gallery, statement: &str) -> Result<u64, sqlx::Error> {
    let statement = statement.to_owned();
    with(gallery, async |connection| {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(connection).await?;
        Ok(done.rows_affected())
    })
}

/// The first column of every row, as text.
pub(crate) fn column(gallery: &Gallery, query: &str) -> Vec<String> {
    let query = query.to_owned();
    with(gallery, async |connection| {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(connection).await
    })
    .unwrap()
}

/// Everything a refused run must leave as it was.
fn content(gallery: &Gallery) -> (Vec<u8>, Vec<String>) {
    let bytes = std::fs::read(gallery.database()).unwrap();
    let mut rows =
        column(gallery, "SELECT slug || '|' || text || '|' || origin FROM prompts ORDER BY id");
    rows.extend(column(
        gallery,
        "SELECT CAST(version AS TEXT) FROM _sqlx_migrations ORDER BY version",
    ));
    rows.extend(column(gallery, "SELECT name FROM sqlite_schema ORDER BY name"));
    rows.extend(column(gallery, "SELECT epoch || revision FROM content"));
    (bytes, rows)
}

/// Runs `seed` with a folder of migrations.
fn seed_with(gallery: &Gallery, folder: &Path) -> Finished {
    gallery.run(&["seed", "--migrations", folder.to_str().unwrap()])
}

/// What the program says when it refuses the test's migrations, with the database as before.
#[track_caller]
fn refused(gallery: &Gallery, folder: &Path) -> String {
    let before = content(gallery);
    let migrations = folder.to_str().unwrap();
    for command in [["seed"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
        let mut program = gallery.command();
        program.args(command).args(["--migrations", migrations]);
        let (code, out, err) = ended(program);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        assert!(content(gallery) == before, "{command:?} changed the database");
    }
    seed_with(gallery, folder).err.trim_end().to_owned()
}

/// A seeded gallery of two prompts.
fn seeded() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt("lantern", "A paper lantern over still water");
    gallery.prompt("kite", "A kite above the dunes");
    gallery.run(&["seed"]).ok();
    gallery
}

fn serve_with_migrations(gallery: &Gallery) -> Server {
    gallery.serve_with(&["--migrations", folder(gallery).to_str().unwrap()])
}

/// The slugs of the prompts a page lists.
fn listed(page: &Element) -> Vec<String> {
    page.all("li.card h3 a")
        .into_iter()
        .map(|link| link.attr("href").unwrap().rsplit_once('/').unwrap().1.to_owned())
        .collect()
}

/// The number a page's count line begins with.
#[track_caller]
fn count(page: &Element) -> usize {
    let words = page.one("p.count").words();
    words.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{words}"))
}

const LANGUAGES: [&str; 6] = ["curl", "javascript", "python", "ruby", "go", "php"];

#[test]
fn one_plain_insert_gives_a_complete_page() {
    let gallery = Gallery::part();
    let before = gallery.serve();
    let (all, shelf) =
        (count(&before.page("/prompts")), count(&before.page("/categories/photography")));
    let model = count(&before.page("/models/gpt-image-2"));
    drop(before);
    std::fs::remove_dir_all(gallery.database().parent().unwrap()).unwrap();

    let text = "A harbour crane at dawn. Quorble rust on its boom, low tide, fog on the water.";
    migration(&gallery, "0002_crane.sql", &insert("harbour-crane", text));
    let server = serve_with_migrations(&gallery);
    assert!(server.greeting.contains(&format!("{} prompts", all + 1)), "{}", server.greeting);

    let page = server.page("/prompts/harbour-crane");
    assert_eq!(page.one("h1").words(), "A harbour crane at dawn");
    assert!(page.one("title").words().starts_with("A harbour crane at dawn"));
    assert_eq!(page.one("#prompt-text").text(), text);
    assert!(page.one("aside.facts").words().contains("gpt-image-2"));
    assert!(page.one("#instruction").text().contains(text));
    let related = listed(&page);
    assert_eq!(related.len(), 6, "{related:?}");
    assert!(!related.contains(&"harbour-crane".to_owned()));
    for language in LANGUAGES {
        let shown = page.one(&format!("#{language}-code")).text();
        let answer = server.get(&format!("/prompts/harbour-crane/snippets/{language}"));
        assert_eq!((answer.status, answer.text()), (200, shown.clone()));
        assert!(shown.contains("Quorble") && shown.contains("gpt-image-2"), "{shown}");
    }

    assert_eq!(server.get("/prompts/harbour-crane.txt").text(), text);
    let json = server.get("/prompts/harbour-crane.json").json();
    assert_eq!((&json["title"], &json["text"]), (&"A harbour crane at dawn".into(), &text.into()));
    assert!(json["created"].as_str().is_some_and(|day| day.len() == 10), "{json}");
    assert!(server.get("/prompts/harbour-crane.md").text().contains(text));
    assert_eq!(
        server.get("/covers/harbour-crane.svg").header("content-type"),
        Some("image/svg+xml")
    );
    assert_eq!(server.page("/zh-CN/prompts/harbour-crane").one("#prompt-text").text(), text);

    assert_eq!(listed(&server.page("/prompts?q=quorble")), ["harbour-crane"]);
    assert_eq!(count(&server.page("/prompts")), all + 1);
    let page = server.page("/categories/photography");
    assert_eq!(count(&page), shelf + 1);
    assert!(listed(&page).contains(&"harbour-crane".to_owned()));
    assert_eq!(count(&server.page("/models/gpt-image-2")), model + 1);
}

#[test]
fn one_insert_of_many_rows_gives_as_many_pages() {
    let gallery = seeded();
    let rows: Vec<String> = (0..60)
        .map(|n| {
            format!(
                "('row-{n}', 'Row number{n} of sixty. A study in grey', 'illustration', \
                 'gpt_image_2/text_to_image', 'gpt-image-2', '{}')",
                if n % 2 == 0 { "en" } else { "zh-CN" }
            )
        })
        .collect();
    let columns = "slug, text, category, endpoint, model, language";
    let statement = format!("INSERT INTO prompts ({columns}) VALUES {};", rows.join(",\n"));
    migration(&gallery, "0100_rows.sql", &statement);
    let server = serve_with_migrations(&gallery);
    assert_eq!(count(&server.page("/prompts")), 62);
    assert_eq!(count(&server.page("/categories/illustration")), 60);
    for n in [0, 1, 59] {
        let page = server.page(&format!("/prompts/row-{n}"));
        assert_eq!(page.one("h1").words(), format!("Row number{n} of sixty"));
        assert_eq!(listed(&page).len(), 6);
        assert_eq!(listed(&server.page(&format!("/prompts?q=number{n}")))[0], format!("row-{n}"));
    }
    let pages: Vec<String> = (1..=3)
        .flat_map(|page| listed(&server.page(&format!("/categories/illustration?page={page}"))))
        .collect();
    let mut unique = pages.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((pages.len(), unique.len()), (60, 60), "each stands on exactly one page");
}

#[test]
fn title_description_parameters_and_tags_can_be_given_by_sql() {
    let gallery = seeded();
    migration(
        &gallery,
        "0002_full.sql",
        r#"INSERT INTO prompts (slug, text, category, endpoint, model, language, title, description,
               params, author, source_url, license, featured, created)
           VALUES ('crane', 'It''s "rusty"', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2', 'en',
               '{"en": "The crane", "zh-CN": "起重机"}',
               '{"en": "A **bold** one, see [why](/faq).", "zh-CN": "一座*老*起重机。"}',
               '{"aspect_ratio": "3:4"}', 'Ada', 'https://ada.example/crane', 'CC-BY-4.0', 1, '2024-02-29');
           INSERT INTO prompt_tags (prompt_id, tag, position)
           SELECT id, 'night', 0 FROM prompts WHERE slug = 'crane'
           UNION ALL SELECT id, 'macro', 1 FROM prompts WHERE slug = 'crane';"#,
    );
    let server = serve_with_migrations(&gallery);
    let page = server.page("/prompts/crane");
    assert_eq!(page.one("h1").words(), "The crane");
    assert_eq!(page.one("header.lead strong").text(), "bold");
    assert_eq!(page.one("header.lead a[href=/faq]").text(), "why");
    let facts = page.one("aside.facts").words();
    assert!(facts.contains("3:4"), "{facts}");
    let about = page.one("section.about").words();
    for word in
        ["Ada", "https://ada.example/crane", "CC-BY-4.0", "29 February 2024", "Night", "Macro"]
    {
        assert!(about.contains(word), "{word}: {about}");
    }
    let chinese = server.page("/zh-CN/prompts/crane");
    assert_eq!(chinese.one("h1").words(), "起重机");
    assert_eq!(chinese.one("header.lead em").text(), "老");
    let json = server.get("/prompts/crane.json").json();
    assert_eq!(json["tags"], serde_json::json!(["night", "macro"]));
    assert_eq!(json["request"]["body"]["aspect_ratio"], "3:4");
    assert_eq!(json["featured"], true);
    assert_eq!(listed(&server.page("/tags/night")), ["crane"]);
    assert_eq!(listed(&server.page("/prompts?q=起重机")), ["crane"]);
}

#[test]
fn proportions_that_are_no_text_spoil_no_page() {
    let gallery = seeded();
    for (slug, value) in [("half", "1.5"), ("sides", "[3, 4]"), ("none", "null"), ("yes", "true")] {
        let insert = insert(slug, "A crane over the harbour at noon")
            .replace("language) VALUES ", "language, params) VALUES ");
        let params = format!("'en', '{{\"aspect_ratio\": {value}}}');");
        sql(&gallery, &insert.replace("'en');", &params)).unwrap();
    }
    let server = gallery.serve_with(&["--no-seed"]);
    let sheet = "/covers.svg?of=half,sides,none,yes";
    for path in ["/", "/prompts", "/prompts?q=crane", "/prompts/half", "/covers/sides.svg", sheet] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert!(listed(&server.page("/prompts")).contains(&String::from("half")));
}

#[test]
fn a_category_and_a_tag_by_sql_hold_prompts_and_outlive_seeding() {
    let gallery = seeded();
    migration(
        &gallery,
        "0002_shelf.sql",
        r#"INSERT INTO categories (slug, name, description)
           VALUES ('ceramics', '{"en": "Ceramics", "zh-CN": "陶瓷"}', '{"en": "Clay.", "zh-CN": "泥。"}');
           INSERT INTO tags (slug, name) VALUES ('glazed', '{"en": "Glazed", "zh-CN": "上釉"}');
           INSERT INTO prompts (slug, text, category, endpoint, model, language) VALUES
               ('bowl', 'A tenmoku bowl', 'ceramics', 'gpt_image_2/text_to_image', 'gpt-image-2', 'en');
           INSERT INTO prompt_tags (prompt_id, tag) SELECT id, 'glazed' FROM prompts WHERE slug = 'bowl';"#,
    );
    let server = serve_with_migrations(&gallery);
    assert_eq!(listed(&server.page("/categories/ceramics")), ["bowl"]);
    assert_eq!(listed(&server.page("/zh-CN/tags/glazed")), ["bowl"]);
    gallery.replace("categories.toml", "name.en = \"Photography\"", "name.en = \"Photographs\"");
    let migrations = folder(&gallery);
    gallery.run(&["seed", "--prune", "--migrations", migrations.to_str().unwrap()]).ok();
    assert_eq!(server.page("/categories/photography").one("h1").words(), "Photographs");
    assert_eq!(listed(&server.page("/categories/ceramics")), ["bowl"]);
}

#[test]
fn a_migration_applied_while_the_server_runs_shows_on_the_next_request() {
    let gallery = seeded();
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/crane").status, 404);
    migration(&gallery, "0002_crane.sql", &insert("crane", "A quorble crane. At dawn"));
    seed_with(&gallery, &folder(&gallery)).ok();
    assert_eq!(server.page("/prompts/crane").one("h1").words(), "A quorble crane");
    assert_eq!(listed(&server.page("/prompts?q=quorble")), ["crane"]);
}

#[test]
fn a_row_written_beside_the_running_server_shows_on_the_next_request() {
    let gallery = seeded();
    let server = gallery.serve();
    let tag = server.get("/prompts").header("etag").unwrap().to_owned();
    sql(&gallery, &insert("crane", "A quorble crane. At dawn")).unwrap();
    let page = server.page("/prompts/crane");
    assert_eq!(page.one("h1").words(), "A quorble crane");
    assert_eq!(listed(&server.page("/prompts?q=quorble")), ["crane"]);
    assert_eq!(count(&server.page("/prompts")), 3);
    let answer = server.get_with("/prompts", &[("if-none-match", &tag)]);
    assert_eq!(answer.status, 200, "the old tag is stale");
    sql(&gallery, "UPDATE prompts SET text = 'A wimbled crane. At dusk' WHERE slug = 'crane'")
        .unwrap();
    assert_eq!(server.page("/prompts/crane").one("h1").words(), "A wimbled crane");
    assert_eq!(listed(&server.page("/prompts?q=wimbled")), ["crane"]);
    assert_eq!(listed(&server.page("/prompts?q=quorble")), [""; 0]);
    sql(&gallery, "DELETE FROM prompts WHERE slug = 'crane'").unwrap();
    assert_eq!(server.get("/prompts/crane").status, 404);
    assert_eq!(listed(&server.page("/prompts?q=wimbled")), [""; 0]);
}

#[test]
fn migrations_run_once_and_in_the_order_of_their_numbers() {
    let gallery = seeded();
    migration(
        &gallery,
        "0010_later.sql",
        "UPDATE prompts SET text = text || ' two' WHERE slug = 'crane';",
    );
    migration(&gallery, "0009_first.sql", &insert("crane", "one"));
    for _ in 0..2 {
        seed_with(&gallery, &folder(&gallery)).ok();
    }
    assert_eq!(column(&gallery, "SELECT text FROM prompts WHERE slug = 'crane'"), ["one two"]);
    migration(
        &gallery,
        "0011_third.sql",
        "UPDATE prompts SET text = text || ' three' WHERE slug = 'crane';",
    );
    let server = serve_with_migrations(&gallery);
    assert_eq!(server.get("/prompts/crane.txt").text(), "one two three");
}

#[test]
fn an_edited_migration_is_refused_by_name() {
    let gallery = seeded();
    migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
    seed_with(&gallery, &folder(&gallery)).ok();
    let file = migration(&gallery, "0002_crane.sql", &insert("crane", "Another crane"));
    let err = refused(&gallery, &folder(&gallery));
    assert!(err.contains(file.to_str().unwrap()), "{err}");
    assert!(err.contains("was changed after it had been applied"), "{err}");
    migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
    seed_with(&gallery, &folder(&gallery)).ok();
}

#[test]
fn two_files_with_one_number_are_refused_by_name() {
    let gallery = seeded();
    let one = migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
    let other = migration(&gallery, "0002_derrick.sql", &insert("derrick", "A derrick"));
    let err = refused(&gallery, &folder(&gallery));
    for file in [one, other] {
        assert!(err.contains(file.to_str().unwrap()), "{err}");
    }
    assert!(err.contains("same number"), "{err}");
}

#[test]
fn a_file_with_the_number_of_a_built_in_migration_is_refused_by_name() {
    let gallery = seeded();
    let file = migration(&gallery, "0001_crane.sql", &insert("crane", "A crane"));
    let err = refused(&gallery, &folder(&gallery));
    assert!(err.contains(file.to_str().unwrap()) && err.contains("0001_gallery.sql"), "{err}");
    assert!(err.contains("built-in") && err.contains("same number"), "{err}");
}

#[test]
fn a_migration_that_is_gone_is_missed() {
    let gallery = seeded();
    let file = migration(&gallery, "0007_crane.sql", &insert("crane", "A crane"));
    seed_with(&gallery, &folder(&gallery)).ok();
    let before = content(&gallery);
    let done = gallery.run(&["seed"]);
    assert!(!done.success && done.err.contains("migration 7"), "{}", done.err);
    assert!(done.err.contains("--migrations"), "{}", done.err);
    assert!(content(&gallery) == before);
    std::fs::remove_file(file).unwrap();
    let err = refused(&gallery, &folder(&gallery));
    assert!(
        err.contains("migration 7") && err.contains(folder(&gallery).to_str().unwrap()),
        "{err}"
    );
}

#[test]
fn broken_sql_is_refused_by_name_and_nothing_before_it_is_kept() {
    let gallery = seeded();
    migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
    let broken = format!("{}\nINSERT INTO promts VALUES (1);", insert("derrick", "A derrick"));
    let file = migration(&gallery, "0003_broken.sql", &broken);
    let err = refused(&gallery, &folder(&gallery));
    assert!(err.contains(file.to_str().unwrap()), "{err}");
    assert!(err.contains("no such table: promts"), "{err}");
    migration(&gallery, "0003_broken.sql", &insert("derrick", "A derrick"));
    let server = serve_with_migrations(&gallery);
    assert_eq!(server.get("/prompts/crane").status, 200);
    assert_eq!(server.get("/prompts/derrick").status, 200);
}

#[test]
fn a_file_is_named_as_it_is_called_however_its_number_is_written() {
    for name in ["2_crane.sql", "00002_old_crane.sql", "20261122093000_crane.sql"] {
        let gallery = seeded();
        let file = migration(&gallery, name, "INSERT INTO promts VALUES (1);");
        let err = refused(&gallery, &folder(&gallery));
        assert!(err.contains(file.to_str().unwrap()), "{name}: {err}");
    }
}

#[test]
fn a_migration_cannot_end_the_transaction_it_runs_in() {
    for end in ["COMMIT", "END", "ROLLBACK"] {
        for after in ["INSERT INTO promts VALUES (1);", &insert("derrick", "A derrick")] {
            let gallery = seeded();
            let statements = format!("{}\n{end};\n{after}", insert("crane", "A crane"));
            let file = migration(&gallery, "0002_crane.sql", &statements);
            let err = refused(&gallery, &folder(&gallery));
            assert!(err.contains(file.to_str().unwrap()), "{end}: {err}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_refused_by_name() {
    let gallery = seeded();
    let nowhere = gallery.folder().join("no-such-folder");
    let err = refused(&gallery, &nowhere);
    assert!(err.contains(nowhere.to_str().unwrap()) && err.contains("no such folder"), "{err}");
    migration(&gallery, "first_crane.sql", &insert("crane", "A crane"));
    let err = refused(&gallery, &folder(&gallery));
    assert!(err.contains("first_crane.sql"), "{err}");
}

#[test]
fn a_fresh_database_stays_unmade_or_empty_when_a_migration_is_refused() {
    let gallery = Gallery::without_prompts();
    migration(&gallery, "0002_broken.sql", "CREATE TABLE half (id INTEGER); nonsense;");
    let done = seed_with(&gallery, &folder(&gallery));
    assert!(!done.success);
    assert_eq!(column(&gallery, "SELECT name FROM sqlite_schema"), [""; 0]);
    migration(&gallery, "0002_broken.sql", &insert("crane", "A crane"));
    let server = serve_with_migrations(&gallery);
    assert_eq!(server.get("/prompts/crane").status, 200);
}

#[test]
fn a_prompt_that_points_nowhere_is_refused_with_a_hint_and_can_be_mended() {
    let right = insert("crane", "A crane");
    let cases = [
        (
            "'photography'",
            "'photograpy'",
            "category \"photograpy\"",
            "did you mean \"photography\"?",
        ),
        (
            "/text_to_image",
            "/txt_to_image",
            "endpoint \"gpt_image_2/txt_to_image\"",
            "did you mean \"gpt_image_2/text_to_image\"?",
        ),
        ("'gpt-image-2'", "'gpt-imge-2'", "model \"gpt-imge-2\"", "did you mean \"gpt-image-2\"?"),
        ("'gpt-image-2'", "NULL", "model is missing", "takes gpt-image-2"),
    ];
    for (from, to, fault, hint) in cases {
        let gallery = seeded();
        assert!(right.contains(from));
        migration(&gallery, "0002_crane.sql", &right.replace(from, to));
        let err = refused(&gallery, &folder(&gallery));
        for part in ["\"crane\"", fault, hint] {
            assert!(err.contains(part), "{part}: {err}");
        }
        migration(&gallery, "0002_crane.sql", &right);
        let server = serve_with_migrations(&gallery);
        assert_eq!(server.get("/prompts/crane").status, 200, "mended: {fault}");
    }
}

#[test]
fn every_prompt_that_points_nowhere_is_reported_at_once() {
    let gallery = seeded();
    let one = insert("crane", "A crane").replace("'photography'", "'photograpy'");
    let other = insert("derrick", "A derrick").replace("'gpt-image-2'", "'gpt-imge-2'");
    let both = insert("winch", "A winch")
        .replace("'photography'", "'x'")
        .replace("gpt_image_2/", "gpt_imag_2/");
    migration(&gallery, "0002_cranes.sql", &[one, other, both].join("\n"));
    let err = refused(&gallery, &folder(&gallery));
    assert_eq!(err.lines().count(), 4, "{err}");
    for part in ["\"photograpy\"", "\"gpt-imge-2\"", "\"x\"", "\"gpt_imag_2/text_to_image\""] {
        assert!(err.contains(part), "{part}: {err}");
    }
}

#[test]
fn a_tag_that_does_not_exist_is_refused() {
    let gallery = seeded();
    let tag = "INSERT INTO prompt_tags (prompt_id, tag) SELECT id, 'nihgt' FROM prompts WHERE slug = 'crane';";
    migration(&gallery, "0002_crane.sql", &format!("{}\n{tag}", insert("crane", "A crane")));
    let err = refused(&gallery, &folder(&gallery));
    assert!(
        err.contains("prompt \"crane\": tag \"nihgt\" does not exist; did you mean \"night\"?"),
        "{err}"
    );
}

#[test]
fn an_endpoint_without_models_takes_a_prompt_without_a_model() {
    let gallery = seeded();
    let catalog = std::fs::read_to_string(gallery.seeds().join("catalog.toml")).unwrap();
    let catalog: toml::Table = catalog.parse().unwrap();
    let id = catalog["services"].as_array().unwrap().iter().find_map(|service| {
        let endpoint = service.get("endpoints")?.as_array()?.iter().find(|endpoint| {
            endpoint.get("models").and_then(|models| models.as_array()).is_some_and(Vec::is_empty)
        })?;
        Some(format!("{}/{}", service["slug"].as_str()?, endpoint["slug"].as_str()?))
    });
    let statement = insert("crane", "A crane")
        .replace("gpt_image_2/text_to_image", &id.expect("some endpoint takes no model"))
        .replace("'gpt-image-2'", "NULL");
    migration(&gallery, "0002_crane.sql", &statement);
    let server = serve_with_migrations(&gallery);
    assert_eq!(server.page("/prompts/crane").one("h1").words(), "A crane");
    assert_eq!(server.get("/prompts/crane.json").json()["model"], serde_json::Value::Null);
}

/// Inserts a row whose named columns have these SQL values.
fn insert_row(gallery: &Gallery, columns: &[(&str, &str)]) -> Result<u64, sqlx::Error> {
    let mut row = vec![
        ("slug", "'crane'"),
        ("text", "'A crane'"),
        ("category", "'photography'"),
        ("endpoint", "'gpt_image_2/text_to_image'"),
        ("model", "'gpt-image-2'"),
        ("language", "'en'"),
    ];
    for (name, value) in columns {
        row.retain(|(other, _)| other != name);
        row.push((*name, *value));
    }
    let (names, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    sql(
        gallery,
        &format!("INSERT INTO prompts ({}) VALUES ({})", names.join(", "), values.join(", ")),
    )
}

#[test]
fn the_schema_itself_refuses_what_no_page_could_show() {
    let gallery = seeded();
    let long = format!("'{}'", "a".repeat(101));
    let cases = [
        (
            "slug",
            vec![
                "''",
                "'A'",
                "'a b'",
                "'-a'",
                "'a-'",
                "'a--b'",
                "'a_b'",
                "'a.b'",
                "'../a'",
                "'吊车'",
                "NULL",
                "'lantern'",
                &long,
            ],
        ),
        (
            "text",
            vec![
                "''",
                "'  '",
                "char(10, 9, 32)",
                "char(160, 12288)",
                "char(0)",
                "'a' || char(0)",
                "char(0) || 'a'",
                "'a' || char(0) || 'b'",
                "NULL",
                "x'41'",
            ],
        ),
        ("params", vec!["'{'", "'[]'", "'1'", "'\"a\"'", "'null'", "''", "NULL"]),
        ("title", vec!["'The crane'", "'[]'", "'\"a\"'", "NULL"]),
        ("description", vec!["'A crane.'", "'[]'", "NULL"]),
        (
            "created",
            vec![
                "'yesterday'",
                "'2026-02-30'",
                "'2026-13-01'",
                "'2026-1-1'",
                "'2026-11-22T10:00:00'",
                "'22.11.2026'",
                "''",
                "NULL",
            ],
        ),
        ("source_url", vec!["'javascript:alert(1)'", "'ada.example'", "''"]),
        ("featured", vec!["2", "-1", "NULL", "'yes'"]),
        ("origin", vec!["'me'", "NULL"]),
        ("language", vec!["'fr'", "'EN'", "NULL"]),
        ("category", vec!["'nowhere'", "NULL"]),
        ("endpoint", vec!["'nowhere/at_all'", "NULL"]),
        ("model", vec!["'nothing'"]),
    ];
    for (column, values) in cases {
        for value in values {
            let result = insert_row(&gallery, &[(column, value)]);
            assert!(result.is_err(), "{column} = {value} was taken");
        }
    }
    assert_eq!(column(&gallery, "SELECT CAST(count(*) AS TEXT) FROM prompts"), ["2"]);
}

#[test]
fn the_schema_takes_whatever_a_page_can_show() {
    let gallery = seeded();
    let long = format!("'{}'", "a".repeat(100));
    let cases = [
        ("slug", vec!["'a'", "'7'", "'a-1-b'", &long]),
        (
            "text",
            vec![
                "'  x  '",
                "char(10) || 'x' || char(13, 10)",
                "'🏗 吊车'",
                "'</code></pre><script>'",
            ],
        ),
        ("params", vec!["'{}'", "'{\"aspect_ratio\": \"1:1\"}'"]),
        ("title", vec!["'{\"en\": \"The crane\"}'"]),
        ("created", vec!["'2024-02-29'", "'1999-12-31'"]),
        ("source_url", vec!["'https://ada.example'", "NULL"]),
        ("featured", vec!["0", "1"]),
    ];
    for (number, (column, value)) in cases
        .iter()
        .flat_map(|(column, values)| values.iter().map(move |value| (*column, *value)))
        .enumerate()
    {
        let slug = format!("'crane-{number}'");
        insert_row(&gallery, &[("slug", &slug), (column, value)])
            .unwrap_or_else(|error| panic!("{column} = {value}: {error}"));
    }
    let server = gallery.serve();
    for slug in column(&gallery, "SELECT slug FROM prompts") {
        assert_eq!(server.get(&format!("/prompts/{slug}")).status, 200, "{slug}");
    }
}

#[test]
fn changes_by_sql_are_held_to_the_same_rules() {
    let gallery = seeded();
    for change in
        ["slug = 'A B'", "text = ''", "text = 'a' || char(0)", "params = '[]'", "created = 'soon'"]
    {
        let result = sql(&gallery, &format!("UPDATE prompts SET {change} WHERE slug = 'kite'"));
        assert!(result.is_err(), "{change}");
    }
}

/// Where a request is sent on to, permanently.
#[track_caller]
fn moved(server: &Server, path: &str) -> String {
    let answer = server.get(path);
    assert_eq!(answer.status, 301, "{path}");
    answer.header("location").unwrap().to_owned()
}

#[test]
fn a_prompt_renamed_by_sql_is_found_under_its_old_name() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/crane").status, 200);
    sql(&gallery, "UPDATE prompts SET slug = 'tower-crane' WHERE slug = 'crane'").unwrap();
    assert_eq!(server.get("/prompts/tower-crane").status, 200);
    for (old, new) in [
        ("/prompts/crane", "/prompts/tower-crane"),
        ("/prompts/crane?code=ruby&x=%20y", "/prompts/tower-crane?code=ruby&x=%20y"),
        ("/prompts/crane.txt", "/prompts/tower-crane.txt"),
        ("/prompts/crane.txt?download=1", "/prompts/tower-crane.txt?download=1"),
        ("/prompts/crane.md", "/prompts/tower-crane.md"),
        ("/prompts/crane.json", "/prompts/tower-crane.json"),
        ("/zh-CN/prompts/crane", "/zh-CN/prompts/tower-crane"),
        ("/zh-CN/prompts/crane.json", "/zh-CN/prompts/tower-crane.json"),
        ("/prompts/crane/snippets/ruby", "/prompts/tower-crane/snippets/ruby"),
        ("/prompts/crane/snippets/go?x=1", "/prompts/tower-crane/snippets/go?x=1"),
        ("/zh-CN/prompts/crane/snippets/curl", "/zh-CN/prompts/tower-crane/snippets/curl"),
        ("/covers/crane.svg", "/covers/tower-crane.svg"),
    ] {
        assert_eq!(moved(&server, old), new);
        assert_eq!(server.get(new).status, 200, "{new}");
    }
    assert_eq!(server.get("/prompts/crane.exe").status, 404);
    assert_eq!(server.get("/prompts/crane/snippets/cobol").status, 404);
    assert!(!listed(&server.page("/prompts")).contains(&"crane".to_owned()));
}

#[test]
fn a_cover_under_an_old_name_keeps_its_query() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    sql(&gallery, "UPDATE prompts SET slug = 'tower-crane' WHERE slug = 'crane'").unwrap();
    let server = gallery.serve();
    assert_eq!(moved(&server, "/covers/crane.svg?v=2"), "/covers/tower-crane.svg?v=2");
}

#[test]
fn every_old_name_leads_straight_to_the_newest_one() {
    let gallery = seeded();
    sql(&gallery, &insert("one", "A crane")).unwrap();
    let server = gallery.serve();
    for (from, to) in [("one", "two"), ("two", "three")] {
        sql(&gallery, &format!("UPDATE prompts SET slug = '{to}' WHERE slug = '{from}'")).unwrap();
    }
    assert_eq!(moved(&server, "/prompts/one"), "/prompts/three");
    assert_eq!(moved(&server, "/prompts/two"), "/prompts/three");
    // Back to its first name: no circle.
    sql(&gallery, "UPDATE prompts SET slug = 'one' WHERE slug = 'three'").unwrap();
    assert_eq!(server.get("/prompts/one").status, 200);
    assert_eq!(moved(&server, "/prompts/three"), "/prompts/one");
    // A new prompt takes an old name over.
    sql(&gallery, &insert("two", "Another crane")).unwrap();
    assert_eq!(server.get("/prompts/two.txt").text(), "Another crane");
    // With the prompt its old names go.
    sql(&gallery, "DELETE FROM prompts WHERE slug = 'one'").unwrap();
    assert_eq!(server.get("/prompts/three").status, 404);
}

#[test]
fn programs_that_start_at_once_on_one_fresh_database_all_succeed() {
    for round in 0..3 {
        let gallery = Gallery::without_prompts();
        gallery.prompt("lantern", "A paper lantern");
        migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
        let servers: Vec<Server> = std::thread::scope(|scope| {
            let starting: Vec<_> =
                (0..4).map(|_| scope.spawn(|| serve_with_migrations(&gallery))).collect();
            starting
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|_| panic!("a start failed in round {round}")))
                .collect()
        });
        for server in &servers {
            assert!(server.greeting.contains("2 prompts"), "{}", server.greeting);
            assert_eq!(server.get("/prompts/lantern").status, 200);
            assert_eq!(server.get("/prompts/crane").status, 200);
        }
        assert_eq!(column(&gallery, "SELECT CAST(count(*) AS TEXT) FROM prompts"), ["2"]);
    }
}

#[test]
fn a_small_number_runs_after_every_built_in_migration_and_finds_the_whole_schema() {
    let gallery = Gallery::without_prompts();
    let declared =
        r#"[{"name": "crane", "label": {"en": "Crane", "zh-CN": "吊车"}, "default": "boom"}]"#;
    let statement = insert("crane", "A [crane] at [quay]")
        .replace("language)", "language, blanks)")
        .replace("'en')", &format!("'en', '{declared}')"));
    migration(&gallery, "0002_crane.sql", &statement);
    let off = "UPDATE prompts SET blanks = 'false' WHERE slug = 'heron';";
    migration(&gallery, "0003_heron.sql", &format!("{}\n{off}", insert("heron", "A [heron]")));
    let server = serve_with_migrations(&gallery);
    let order =
        column(&gallery, "SELECT CAST(version AS TEXT) FROM _sqlx_migrations ORDER BY rowid");
    assert_eq!(order, ["1", "1001", "1002", "1003", "1004", "1005", "2", "3"]);
    let page = server.page("/prompts/crane");
    assert_eq!(page.one("#prompt-text").text(), "A [crane] at [quay]");
    assert_eq!(page.one("#blanks-form input").attr("value").as_deref(), Some("boom"));
    assert_eq!(server.page("/zh-CN/prompts/crane").one("#blanks-form label").words(), "吊车");
    assert_eq!(server.get("/prompts/crane.txt?v.crane=x&v.quay=y").text(), "A x at y");
    assert!(!server.page("/prompts/heron").has("#blanks-form"));
    drop(server);
    serve_with_migrations(&gallery);
}

#[test]
fn a_database_from_before_blanks_gets_them_and_keeps_what_it_has() {
    let gallery = seeded();
    migration(&gallery, "0002_crane.sql", &insert("crane", "A [crane]"));
    migration(&gallery, "20260101000000_heron.sql", &insert("heron", "A [heron]"));
    seed_with(&gallery, &folder(&gallery)).ok();
    for statement in [
        "DROP TRIGGER prompts_versioned",
        "DROP TABLE prompt_history",
        "DROP INDEX prompts_by_publication",
        "DROP TRIGGER prompts_touched",
        "DROP TRIGGER prompts_text_updated",
        "ALTER TABLE prompts DROP COLUMN publish_at",
        "ALTER TABLE prompts DROP COLUMN status",
        "ALTER TABLE prompt_digests DROP COLUMN blanks",
        "ALTER TABLE prompts DROP COLUMN blanks",
        "CREATE TRIGGER prompts_touched AFTER UPDATE ON prompts WHEN false BEGIN SELECT 1; END",
        "CREATE TRIGGER prompts_text_updated AFTER UPDATE ON prompts WHEN false BEGIN SELECT 1; END",
        "DELETE FROM _sqlx_migrations WHERE version IN (1001, 1004)",
    ] {
        sql(&gallery, statement).unwrap();
    }
    let updated = || column(&gallery, "SELECT slug || updated FROM prompts ORDER BY id");
    let before = updated();
    let server = serve_with_migrations(&gallery);
    assert_eq!(server.get("/prompts/crane.txt?v.crane=heron").text(), "A heron");
    assert_eq!(updated(), before, "nobody has changed a prompt");
}

#[test]
fn to_change_blanks_is_to_change_the_prompt() {
    let gallery = seeded();
    sql(&gallery, "UPDATE prompts SET updated = '2020-01-01T00:00:00Z' WHERE slug = 'kite'")
        .unwrap();
    sql(&gallery, "UPDATE prompts SET blanks = 'false' WHERE slug = 'kite'").unwrap();
    let updated = column(&gallery, "SELECT updated FROM prompts WHERE slug = 'kite'");
    assert!(updated[0].as_str() > "2026", "{updated:?}");
}

#[test]
fn blanks_that_cannot_be_read_are_refused_with_the_reason() {
    let cases = [
        (r#"[{"name": "x"]"#, "malformed JSON"),
        ("", "malformed JSON"),
        ("true", "json_type(blanks)"),
        (r#"{"name": "x"}"#, "json_type(blanks)"),
        ("null", "json_type(blanks)"),
        (r#"["x"]"#, "invalid type: string \"x\""),
        (r#"[{"nam": "x"}]"#, "unknown field `nam`"),
        (r#"[{"label": {"en": "X"}}]"#, "missing field `name`"),
        (r#"[{"name": 3}]"#, "invalid type"),
        (r#"[{"name": "x"}, {"name": "X"}]"#, "name of blank 2: \"X\" is declared twice"),
        (
            r#"[{"name": "x", "options": ["a"], "default": "b"}]"#,
            "default of blank 1: \"b\" is none of",
        ),
        (r#"[{"name": "-"}]"#, "name of blank 1: needs a letter or a digit"),
    ];
    for (blanks, reason) in cases {
        let gallery = seeded();
        let statement = insert("crane", "A [x]")
            .replace("language)", "language, blanks)")
            .replace("'en')", &format!("'en', '{blanks}')"));
        migration(&gallery, "0002_crane.sql", &statement);
        let err = refused(&gallery, &folder(&gallery));
        assert!(err.contains(reason), "{blanks}: {err}");
        // SQLite knows the file, the program knows the prompt.
        let is_sqlite = reason.starts_with("json_type") || reason.starts_with("malformed");
        let place = if is_sqlite { "0002_crane.sql" } else { "\"crane\"" };
        assert!(err.contains("blanks") || is_sqlite, "{blanks}: {err}");
        assert!(err.contains(place), "{blanks}: {err}");
    }
}
