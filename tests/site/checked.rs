//! Many prompts at once, stored to the last character; and what was checked is not checked
//! again until somebody changes it, whoever that is.

use std::fs;

use prompt_gallery::catalog::{Blanks, LocalText, Locale, Object, Prompt, Slug, Source, Status};
use prompt_gallery::store::{Mode, PromptLookup, Store, StoredPrompt, Update};

use crate::command_line::ended;
use crate::migrations::{column, insert, sql};
use crate::support::Gallery;

/// What a careless way into the database would break.
const TEXTS: [&str; 12] = [
    "plain",
    "\"double\" 'single' `back` \\ \\\" \\n \\u0041 ''';--",
    "line\nfeeds\n\nand\r\nreturns\r\tand tabs ",
    "👩🏽\u{200d}🚀 👍 漢字 e\u{301}",
    "</script><script>alert(1)</script><!--",
    "a\u{2028}b\u{2029}c\u{85}d\u{feff}e",
    "{\"json\": [1, 2.50, null], \"b\": \"\\u0000\"}",
    "[]",
    "null",
    "00123",
    "$.text ?1 :name @name %s {{x}}",
    "\u{1}\u{7f}\u{1b}[31m \u{e000}\u{10ffff}",
];

/// More than go into the database with one statement, twice.
const MANY: usize = 700;

fn prompt(number: usize) -> Prompt {
    let text = TEXTS[number % TEXTS.len()];
    let slug = |text: &str| Slug::parse(text).unwrap();
    let local = |text: &str| -> LocalText {
        Locale::ALL.iter().map(|locale| (*locale, format!("{text} {locale}"))).collect()
    };
    let params = [("seed", number.into()), ("b", text.into()), ("a", 1.5.into())];
    let is_odd = number % 2 == 1;
    let tags = ["night", "editorial", "macro", "natural-light"];
    Prompt {
        slug: slug(&format!("prompt-{number}")),
        title: if is_odd { local(text) } else { LocalText::new() },
        description: if is_odd { LocalText::new() } else { local(text) },
        text: text.to_owned(),
        language: Locale::ALL[number % Locale::ALL.len()],
        category: slug("photography"),
        endpoint: "gpt_image_2/text_to_image".to_owned(),
        model: Some("gpt-image-2".to_owned()),
        params: if is_odd {
            params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        } else {
            Object::new()
        },
        blanks: if number.is_multiple_of(5) { Blanks::Off } else { Blanks::On(Vec::new()) },
        tags: (0..number % 4).map(|tag| slug(tags[(number + tag) % tags.len()])).collect(),
        aliases: Vec::new(),
        status: Status::Published,
        publish_at: None,
        media: Vec::new(),
        featured: number.is_multiple_of(3),
        created: (!number.is_multiple_of(7)).then(|| format!("2026-10-{:02}", number % 28 + 1)),
        source: Source {
            author: is_odd.then(|| text.to_owned()),
            url: is_odd.then(|| format!("https://example.com/{number}")),
            license: is_odd.then(|| "CC0-1.0".to_owned()),
        },
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn stored(gallery: &Gallery, slugs: impl IntoIterator<Item = String>) -> Vec<StoredPrompt> {
    run(async {
        let store = Store::open(&gallery.database()).await.unwrap();
        let mut all = Vec::new();
        for slug in slugs {
            match store.prompt(&slug).await.unwrap() {
                Some(PromptLookup::Found(stored)) => all.push(*stored),
                other => panic!("{slug}: {other:?}"),
            }
        }
        store.close().await;
        all
    })
}

fn seeded() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt("kite", "A kite in the wind");
    gallery.run(&["seed"]).ok();
    gallery
}

#[test]
fn hundreds_of_prompts_at_once_are_stored_to_the_last_character_and_in_order() {
    let gallery = seeded();
    let prompts: Vec<Prompt> = (0..MANY).map(prompt).collect();
    run(async {
        let mut update = Update::begin(&gallery.database(), None, Mode::Apply).await.unwrap();
        update.add_prompts(&prompts).await.unwrap();
        update.finish().await.unwrap();
    });
    let today = column(&gallery, "SELECT date('now')").remove(0);
    let yesterday = column(&gallery, "SELECT date('now', '-1 day')").remove(0);
    let stored = stored(&gallery, prompts.iter().map(|prompt| prompt.slug.to_string()));
    for (prompt, stored) in prompts.iter().zip(&stored) {
        let mut expected = prompt.clone();
        if prompt.created.is_none() {
            let created = stored.prompt.created.clone().unwrap();
            assert!(created == today || created == yesterday, "{created}");
            expected.created = Some(created);
        }
        assert_eq!(stored.prompt, expected);
        // Objects compare without regard to order.
        assert!(stored.prompt.params.iter().eq(prompt.params.iter()), "{}", prompt.slug);
    }
    assert!(stored.is_sorted_by(|one, next| one.id < next.id));
    // What lists need was read off every text.
    assert_eq!(column(&gallery, "SELECT CAST(count(*) AS TEXT) FROM prompt_digests"), ["701"]);
    assert_eq!(column(&gallery, "SELECT DISTINCT origin FROM prompts"), ["seed"]);
}

#[test]
fn of_many_prompts_with_one_name_twice_none_is_added() {
    let gallery = seeded();
    let mut prompts: Vec<Prompt> = (0..MANY).map(prompt).collect();
    prompts.push(prompt(0));
    run(async {
        let mut update = Update::begin(&gallery.database(), None, Mode::Apply).await.unwrap();
        update.add_prompts(&prompts).await.unwrap_err();
    });
    assert_eq!(column(&gallery, "SELECT slug FROM prompts"), ["kite"]);
}

/// The whole of the database's file and of its log, and when the file was written to.
fn state(gallery: &Gallery) -> impl PartialEq + use<> {
    let log = gallery.database().with_extension("db-wal");
    let written = fs::metadata(gallery.database()).unwrap().modified().unwrap();
    (fs::read(gallery.database()).unwrap(), fs::read(log).unwrap_or_default(), written)
}

/// The revision, and up to which everything was checked.
fn checked(gallery: &Gallery) -> Vec<String> {
    column(gallery, "SELECT revision || ' ' || checked_revision FROM content")
}

#[test]
fn a_start_on_unchanged_content_writes_nothing() {
    let gallery = seeded();
    let before = state(&gallery);
    for _ in 0..2 {
        gallery.run(&["seed"]).ok();
        assert!(state(&gallery) == before, "seed");
        for arguments in [["--no-seed"].as_slice(), &[]] {
            let server = gallery.serve_with(arguments);
            assert_eq!(server.get("/prompts/kite").status, 200);
            assert!(server.stop());
            assert!(state(&gallery) == before, "serve {arguments:?}");
        }
        gallery.run(&["index"]).ok();
        assert!(state(&gallery) == before, "index");
    }
    let checked = checked(&gallery).remove(0);
    let (revision, up_to) = checked.split_once(' ').unwrap();
    assert_eq!(revision, up_to);
}

#[test]
fn what_was_changed_behind_the_programs_back_is_checked_at_the_next_start() {
    let changes = [
        // Prompts of no seed file: no seeding puts them right.
        insert("sql", "By SQL").replace("'photography'", "'fotography'"),
        format!(
            "{} UPDATE prompts SET category = 'fotography' WHERE slug = 'sql';",
            insert("sql", "By SQL")
        ),
        format!("{} UPDATE prompts SET endpoint = 'no/where';", insert("sql", "By SQL")),
        format!("{} DELETE FROM endpoints;", insert("sql", "By SQL")),
        format!(
            "{} UPDATE prompts SET model = 'gpt-image-9' WHERE slug = 'sql';",
            insert("sql", "By SQL")
        ),
        "DELETE FROM categories WHERE slug = 'photography';".to_owned(),
    ];
    for change in changes {
        let gallery = seeded();
        sql(&gallery, &format!("PRAGMA foreign_keys = OFF; {change}")).unwrap();
        for arguments in [["serve", "--no-seed", "--listen", "127.0.0.1:0"].as_slice(), &["index"]]
        {
            let mut command = gallery.command();
            command.args(arguments).env("RUST_LOG", "off");
            let (code, out, err) = ended(command);
            assert_eq!((code, out.as_str()), (Some(1), ""), "{change}\n{err}");
            assert!(err.contains("does not exist"), "{change}\n{err}");
        }
    }
    let gallery = seeded();
    let change = insert("sql", "By SQL").replace("'photography'", "'fotography'");
    sql(&gallery, &format!("PRAGMA foreign_keys = OFF; {change}")).unwrap();
    let err = gallery.run(&["seed"]).err;
    let fault =
        "prompt \"sql\": category \"fotography\" does not exist; did you mean \"photography\"?";
    assert!(err.contains(fault), "{err}");
    // Put right, it is served.
    sql(&gallery, "UPDATE prompts SET category = 'photography'").unwrap();
    assert_eq!(gallery.serve().get("/prompts/sql").status, 200);
}

#[test]
fn a_text_changed_behind_the_programs_back_is_read_again_at_the_next_start() {
    let gallery = seeded();
    sql(&gallery, "UPDATE prompts SET text = 'A balloon over the roofs'").unwrap();
    let digest = || column(&gallery, "SELECT title FROM prompt_digests");
    assert_eq!(digest(), [""; 0]);
    drop(gallery.serve_with(&["--no-seed"]));
    assert!(digest()[0].contains("balloon"), "{:?}", digest());
}

#[test]
fn an_earlier_version_of_the_program_is_not_taken_at_its_word() {
    let gallery = seeded();
    sql(&gallery, "UPDATE prompt_digests SET title = 'read otherwise', version = 1").unwrap();
    let digest = || column(&gallery, "SELECT title FROM prompt_digests").remove(0);
    gallery.run(&["seed"]).ok();
    assert_eq!(digest(), "read otherwise", "nothing says that it is old");
    sql(&gallery, "UPDATE content SET checked_version = 1").unwrap();
    gallery.run(&["seed"]).ok();
    assert!(digest().contains("kite"), "{}", digest());
}
