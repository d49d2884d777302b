//! Files that are damaged, somebody else's, or not where they should be.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{
    COMMANDS, Dice, assert_sound, beside, contents, execute, plain_user, refusal, seeded, with,
};
use crate::command_line::ended;
use crate::support::{Gallery, Server, copy};

/// A folder of data of its own for each way to spoil it.
fn another(gallery: &Gallery, name: &str) -> PathBuf {
    let folder = gallery.folder().join(name);
    copy(gallery.database().parent().unwrap(), &folder);
    folder.join("gallery.db")
}

/// Every command refuses this database, names it with a remedy, and leaves it and its folder as
/// they were.
#[track_caller]
fn assert_refused(gallery: &Gallery, database: &Path, words: &[&str]) {
    let folder = database.parent().unwrap();
    let before = contents(folder);
    for arguments in COMMANDS {
        let mut command = gallery.command();
        command.args(arguments).arg("--database").arg(database).current_dir(gallery.folder());
        let said = refusal(command);
        assert!(said.contains(database.to_str().unwrap()), "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: no {word:?} in {said}");
        }
        assert!(contents(folder) == before, "{arguments:?} changed something");
        assert!(!gallery.folder().join("never.db").exists());
    }
    // The seed files alone are looked at.
    let mut command = gallery.command();
    command.args(["check", "--database"]).arg(database);
    assert_eq!(ended(command).0, Some(0));
    assert!(contents(folder) == before);
}

#[test]
fn what_is_no_gallerys_database_is_refused_and_left_as_it_is() {
    let gallery = Gallery::without_prompts();
    let folder = |name: &str| {
        let folder = gallery.folder().join(name);
        fs::create_dir(&folder).unwrap();
        folder.join("gallery.db")
    };
    let png = folder("png");
    fs::write(&png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".repeat(300)).unwrap();
    assert_refused(&gallery, &png, &["is no SQLite database", "--database"]);
    let text = folder("text");
    fs::write(&text, "Dear diary").unwrap();
    assert_refused(&gallery, &text, &["is no SQLite database", "--database"]);
    let place = folder("place");
    fs::create_dir(&place).unwrap();
    assert_refused(&gallery, &place, &["is a folder", "--database"]);
    let other = folder("other");
    execute(&other, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
    assert_refused(&gallery, &other, &["of another program", "--database"]);
    // A program that has tables of such names, and not all of them.
    let likewise = folder("likewise");
    execute(&likewise, "CREATE TABLE prompts (a); CREATE TABLE content (a)");
    assert_refused(&gallery, &likewise, &["of another program", "--database"]);
}

#[test]
fn a_database_that_was_cut_off_is_refused_and_left_as_it_is() {
    let gallery = seeded();
    let whole = fs::metadata(gallery.database()).unwrap().len();
    for length in [10, 99, 4_000, whole / 2, whole - 1] {
        let database = another(&gallery, &format!("cut-{length}"));
        fs::File::options().write(true).open(&database).unwrap().set_len(length).unwrap();
        let words: &[&str] = if length < 100 {
            &["is no SQLite database"]
        } else {
            &["is cut off", "restore a backup"]
        };
        assert_refused(&gallery, &database, words);
    }
}

#[test]
fn an_emptied_database_is_filled_unless_its_log_says_that_it_was_not_empty() {
    let gallery = seeded();
    let database = another(&gallery, "emptied");
    fs::write(&database, "").unwrap();
    fs::write(beside(&database, "-wal"), "not empty").unwrap();
    assert_refused(&gallery, &database, &["is empty, though its log", "restore a backup"]);
    fs::remove_file(beside(&database, "-wal")).unwrap();
    let mut command = gallery.command();
    command.args(["seed", "--database"]).arg(&database);
    assert_eq!(ended(command).0, Some(0));
    assert_sound(&database);
}

#[test]
fn a_database_that_may_not_be_read_is_refused_by_name() {
    let gallery = seeded();
    fs::set_permissions(gallery.database(), fs::Permissions::from_mode(0o000)).unwrap();
    for arguments in COMMANDS {
        let mut command = gallery.command();
        command.args(arguments).current_dir(gallery.folder());
        let said = refusal(plain_user(command));
        assert!(said.contains(gallery.database().to_str().unwrap()), "{said}");
        assert!(said.contains("Permission denied") && said.contains("let the user"), "{said}");
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_as_it_is() {
    let gallery = seeded();
    execute(
        &gallery.database(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (1999, 'of the future', TRUE, x'00', 1)",
    );
    for arguments in COMMANDS.into_iter().filter(|arguments| arguments[0] != "backup") {
        let before = contents(gallery.database().parent().unwrap());
        let mut command = gallery.command();
        command.args(arguments);
        let said = refusal(command);
        assert!(said.contains("migration 1999") && said.contains("--migrations"), "{said}");
        assert!(contents(gallery.database().parent().unwrap()) == before, "{arguments:?}");
    }
    // A copy is good whoever can read it.
    gallery.run(&["backup", gallery.folder().join("copy.db").to_str().unwrap()]).ok();
}

#[test]
fn whatever_bits_are_flipped_nothing_falls_over_and_what_is_refused_is_left_as_it_is() {
    const VARIANTS: usize = 48;
    let gallery = seeded();
    let whole = fs::read(gallery.database()).unwrap();
    let variants: Vec<(usize, Vec<usize>)> = {
        let mut dice = Dice(20_261_123);
        (0..VARIANTS)
            .map(|number| {
                // One bit, or a handful; some of them where SQLite keeps its own.
                let count = [1, 1, 8, 64][number % 4];
                let most = if number % 3 == 0 { 8 * 4096 } else { 8 * whole.len() };
                (number, (0..count).map(|_| dice.below(most)).collect())
            })
            .collect()
    };
    let refused = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for lane in variants.chunks(VARIANTS / 4) {
            let (gallery, whole, refused) = (&gallery, &whole, &refused);
            scope.spawn(move || {
                for (number, bits) in lane {
                    let mut bytes = whole.clone();
                    for bit in bits {
                        bytes[bit / 8] ^= 1 << (bit % 8);
                    }
                    let folder = gallery.folder().join(format!("flipped-{number}"));
                    fs::create_dir(&folder).unwrap();
                    let database = folder.join("gallery.db");
                    fs::write(&database, &bytes).unwrap();
                    let mut command = gallery.command();
                    command.args(COMMANDS[number % COMMANDS.len()]);
                    command.arg("--database").arg(&database).current_dir(&folder);
                    command.env("RUST_LOG", "off");
                    let (code, out, err) = ended(command);
                    let said = format!("{bits:?}: {out}{err}");
                    assert!(!said.contains("panicked"), "{said}");
                    if code == Some(1) {
                        // Or the copy that was to be made of it.
                        let is_named = ["gallery.db", "never.db"].map(|name| said.contains(name));
                        assert!(is_named.contains(&true), "{said}");
                        assert!(fs::read(&database).unwrap() == bytes, "{said}");
                        refused.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    } else {
                        // It was stopped while it served, or it had nothing to complain of.
                        assert!(code.is_none() || code == Some(0), "{said}");
                    }
                }
            });
        }
    });
    assert!(refused.into_inner() > VARIANTS / 6, "hardly anything was noticed");
}

#[test]
fn damage_that_a_change_does_not_meet_is_not_built_upon() {
    let gallery = seeded();
    gallery.prompt_with("kite", "tags = [\"night\"]", "A kite above the dunes");
    gallery.run(&["seed"]).ok();
    let page: i64 = with(&gallery.database(), async |connection| {
        let page = sqlx::query_scalar(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'prompt_tags_by_tag'",
        );
        page.fetch_one(connection).await.unwrap()
    });
    let mut bytes = fs::read(gallery.database()).unwrap();
    bytes[(usize::try_from(page).unwrap() - 1) * 4096] = 0xff; // no kind of page
    fs::write(gallery.database(), &bytes).unwrap();
    gallery.prompt("lantern", "Another lantern");
    let mut command = gallery.command();
    command.arg("seed");
    let said = refusal(command);
    assert!(said.contains("gallery.db: is damaged") && said.contains("restore a backup"), "{said}");
    assert!(fs::read(gallery.database()).unwrap() == bytes);
}

/// Copies a database and its log as they lie while somebody has them open, with a commit in the
/// log alone: what a loss of power leaves.
fn with_a_log(gallery: &Gallery) -> PathBuf {
    let folder = gallery.folder().join("crashed");
    let server = gallery.serve();
    execute(
        &gallery.database(),
        "UPDATE prompts SET text = 'A lantern of the log' WHERE slug = 'lantern'",
    );
    copy(gallery.database().parent().unwrap(), &folder);
    drop(server);
    let database = folder.join("gallery.db");
    fs::remove_file(beside(&database, "-shm")).unwrap();
    assert!(fs::metadata(beside(&database, "-wal")).unwrap().len() > 0);
    database
}

fn text_of_the_lantern(gallery: &Gallery, database: &Path) -> String {
    let mut command = gallery.command();
    command.args(["serve", "--no-seed", "--listen", "127.0.0.1:0", "--database"]).arg(database);
    Server::start(command).get("/prompts/lantern.txt").text()
}

#[test]
fn a_log_counts_up_to_where_it_is_damaged() {
    let gallery = seeded();
    let crashed = with_a_log(&gallery);
    let log = fs::read(beside(&crashed, "-wal")).unwrap();
    let flipped = |at: usize| {
        let mut log = log.clone();
        log[at] ^= 4;
        log
    };
    let before = "A paper lantern over still water";
    for (number, (log, text)) in [
        (log.clone(), "A lantern of the log"),
        (log[..log.len() / 2].to_vec(), before),
        (log[..20].to_vec(), before),
        (flipped(5), before),
        (flipped(40), before),
        (flipped(log.len() / 2), before),
        (b"no log at all".repeat(500), before),
        (Vec::new(), before),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = gallery.folder().join(format!("log-{number}"));
        copy(crashed.parent().unwrap(), &folder);
        let database = folder.join("gallery.db");
        fs::write(beside(&database, "-wal"), log).unwrap();
        assert_eq!(text_of_the_lantern(&gallery, &database), text, "log {number}");
        assert_sound(&database);
    }
}

#[test]
fn the_log_of_another_database_is_not_taken_for_ones_own() {
    let gallery = seeded();
    let backup = gallery.folder().join("backup.db");
    gallery.run(&["backup", backup.to_str().unwrap()]).ok();
    let crashed = with_a_log(&gallery);
    // A careless restore: the backup in place, the log left where it was.
    fs::copy(&backup, &crashed).unwrap();
    let log = beside(&crashed, "-wal");
    assert_refused(&gallery, &crashed, &["has the log of another database", log.to_str().unwrap()]);
    fs::remove_file(log).unwrap();
    assert_eq!(text_of_the_lantern(&gallery, &crashed), "A paper lantern over still water");
}

#[test]
fn a_lost_or_damaged_sample_leaves_its_page_whole_and_is_made_again() {
    let gallery = seeded();
    let folder = beside(&gallery.database(), "-media");
    let before = contents(&folder);
    let server = gallery.serve();
    let page = server.page("/prompts/window");
    let source = page.one("main picture img").attr("src").unwrap();
    let file = folder.join(source.rsplit_once('/').unwrap().1);
    fs::remove_file(&file).unwrap();
    let missing = server.get(&source);
    assert_eq!((missing.status, missing.header("cache-control")), (404, Some("no-store")));
    let page = server.page("/prompts/window");
    assert_eq!(page.one("main picture img").attr("alt").as_deref(), Some("A window"));
    gallery.run(&["seed"]).ok();
    assert_eq!(server.get(&source).status, 200);
    assert!(contents(&folder) == before);
    // One at a time: a damaged record alone has everything made again.
    for (name, bytes) in before.iter().filter(|(_, bytes)| !bytes.is_empty()) {
        fs::write(name, &bytes[..bytes.len() / 2]).unwrap();
        gallery.run(&["seed"]).ok();
        assert!(contents(&folder) == before, "{} is still damaged", name.display());
    }
}

#[test]
fn another_database_in_place_of_the_open_one_is_told_and_shown_after_a_restart() {
    let gallery = seeded();
    let other = another(&gallery, "other");
    let server = gallery.serve();
    execute(&other, "UPDATE prompts SET text = 'Another lantern' WHERE slug = 'lantern'");
    assert_eq!(fs::metadata(beside(&other, "-wal")).map_or(0, |log| log.len()), 0);
    fs::rename(&other, gallery.database()).unwrap();
    // It shows what it has open, whole, and says that this is not what lies there.
    for _ in 0..2 {
        let lantern = server.get("/prompts/lantern.txt").text();
        assert_eq!(lantern, "A paper lantern over still water");
        assert_eq!(server.get("/prompts").status, 200);
        assert_eq!(server.get("/readyz").status, 503);
        assert_eq!(server.get("/healthz").status, 200);
    }
    assert!(server.stop());
    let server = gallery.serve_with(&["--no-seed"]);
    assert_eq!(server.get("/prompts/lantern.txt").text(), "Another lantern");
    assert_eq!(server.get("/readyz").status, 200);
    assert!(server.stop());
    assert_sound(&gallery.database());
}
