//! `backup`: a copy that is whole, whatever happens meanwhile, and restores everything.

use std::fs;
use std::path::Path;

use super::{assert_sound, beside, contents, different, execute, pages, refusal, seeded, with};
use crate::command_line::ended;
use crate::support::{Gallery, copy};

fn back_up(gallery: &Gallery, file: &Path) -> String {
    gallery.run(&["backup", file.to_str().unwrap()]).ok().out
}

#[track_caller]
fn refused(gallery: &Gallery, arguments: &[&str]) -> String {
    let mut command = gallery.command();
    command.arg("backup").args(arguments);
    refusal(command)
}

#[test]
fn a_restored_backup_gives_the_same_pages_without_any_seed_file() {
    let gallery = seeded();
    let public = ["--no-seed", "--public-url", "https://gallery.example"];
    let server = gallery.serve_with(&public);
    execute(
        &gallery.database(),
        "UPDATE prompts SET title = '{\"en\": \"By hand\"}' WHERE slug = 'kite'",
    );
    let expected = pages(&server);
    let tag = server.get("/").header("etag").unwrap().to_owned();
    let backup = gallery.folder().join("backup.db");
    let out = back_up(&gallery, &backup);
    assert!(out.contains("3 prompts") && out.contains("backup.db-media"), "{out}");
    assert!(!beside(&backup, ".part").exists());
    assert!(server.stop());
    assert_sound(&backup);

    // Everything is lost, but the backup.
    fs::remove_dir_all(gallery.database().parent().unwrap()).unwrap();
    fs::remove_dir_all(gallery.seeds()).unwrap();
    fs::create_dir(gallery.database().parent().unwrap()).unwrap();
    fs::copy(&backup, gallery.database()).unwrap();
    copy(&beside(&backup, "-media"), &beside(&gallery.database(), "-media"));
    let server = gallery.serve_with(&public);
    let restored = pages(&server);
    assert_eq!(different(&restored, &expected), [""; 0]);
    // What browsers kept of the other one is not taken for this one's.
    assert_eq!(server.get_with("/", &[("if-none-match", &tag)]).status, 200);
    assert_eq!(gallery.run(&["doctor"]).ok().out.lines().count(), 1);
}

#[test]
fn a_backup_is_never_written_over_what_is_there_unless_told_to() {
    let gallery = seeded();
    let backup = gallery.folder().join("backup.db");
    let name = backup.to_str().unwrap();
    back_up(&gallery, &backup);
    let before = contents(gallery.folder());
    let said = refused(&gallery, &[name]);
    assert!(said.contains(name) && said.contains("--force"), "{said}");
    assert!(contents(gallery.folder()) == before);
    // The sample goes with its prompt, from the backup as well.
    gallery.prompt("window", "A window without a picture");
    gallery.run(&["seed"]).ok();
    gallery.run(&["backup", "--force", name]).ok();
    let text = with(&backup, async |connection| {
        let text = sqlx::query_scalar("SELECT text FROM prompts WHERE slug = 'window'");
        let text: String = text.fetch_one(connection).await.unwrap();
        text
    });
    assert_eq!(text, "A window without a picture");
    let left = contents(&beside(&backup, "-media"));
    assert!(left.keys().all(|file| file.ends_with("lock")), "{:?}", left.keys());
}

#[test]
fn a_backup_is_not_made_where_it_would_do_harm() {
    let gallery = seeded();
    let database = gallery.database();
    let before = contents(database.parent().unwrap());
    let link = gallery.folder().join("link.db");
    std::os::unix::fs::symlink(&database, &link).unwrap();
    for file in [&database, &link, &beside(&database, "-wal"), &beside(&database, "-shm")] {
        let said = refused(&gallery, &["--force", file.to_str().unwrap()]);
        assert!(said.contains("belongs to the database itself"), "{said}");
    }
    let folder = gallery.folder().join("folder");
    fs::create_dir(&folder).unwrap();
    let said = refused(&gallery, &["--force", folder.to_str().unwrap()]);
    assert!(said.contains("is a folder"), "{said}");
    let said = refused(&gallery, &[folder.join("none/backup.db").to_str().unwrap()]);
    assert!(said.contains("make it first"), "{said}");
    // Somebody serves the backup of yesterday, and changed it.
    let used = gallery.folder().join("used.db");
    back_up(&gallery, &used);
    fs::write(beside(&used, "-wal"), "").unwrap();
    let said = refused(&gallery, &["--force", used.to_str().unwrap()]);
    assert!(said.contains("in use as a database"), "{said}");
    assert!(contents(database.parent().unwrap()) == before);
    let missing = gallery.folder().join("missing.db");
    let name = missing.to_str().unwrap();
    let said =
        refused(&gallery, &[used.with_extension("new").to_str().unwrap(), "--database", name]);
    assert!(said.contains(name) && !missing.exists(), "{said}");
}

#[test]
fn what_a_stopped_backup_left_is_in_nobodys_way_and_one_under_way_is() {
    let gallery = seeded();
    let backup = gallery.folder().join("backup.db");
    let part = beside(&backup, ".part");
    fs::write(&part, "half of it").unwrap();
    {
        let under_way = fs::File::open(&part).unwrap();
        under_way.lock().unwrap();
        let said = refused(&gallery, &[backup.to_str().unwrap()]);
        assert!(said.contains("another backup") && part.exists(), "{said}");
    }
    back_up(&gallery, &backup);
    assert!(!part.exists());
    assert_sound(&backup);
}

#[test]
fn a_backup_without_a_sample_says_which() {
    let gallery = seeded();
    let folder = beside(&gallery.database(), "-media");
    let lost = contents(&folder).into_keys().find(|file| file.extension().unwrap() == "webp");
    fs::write(lost.as_ref().unwrap(), "spoilt").unwrap();
    let backup = gallery.folder().join("backup.db");
    let mut command = gallery.command();
    command.arg("backup").arg(&backup);
    let (code, out, err) = ended(command);
    assert_eq!(code, Some(0), "{out}{err}");
    let name = lost.unwrap();
    assert!(err.contains(name.to_str().unwrap()) && err.contains("damaged"), "{err}");
    assert!(!beside(&backup, "-media").join(name.file_name().unwrap()).exists());
}

#[test]
fn a_backup_made_while_content_changes_is_of_one_revision() {
    const PROMPTS: usize = 120;
    const SEEDINGS: usize = 4;
    let gallery = Gallery::without_prompts();
    let write = |generation: usize| {
        for number in 0..PROMPTS {
            gallery.prompt(&format!("p-{number}"), &format!("Generation {generation}, {number}"));
        }
        gallery.run(&["seed"]).ok();
    };
    write(0);
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for generation in 1..=SEEDINGS {
                write(generation);
            }
            is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let mut number = 0;
        while !is_over.load(std::sync::atomic::Ordering::Relaxed) || number < 3 {
            let backup = gallery.folder().join(format!("backup-{number}.db"));
            back_up(&gallery, &backup);
            assert_sound(&backup);
            let (generations, prompts): (i64, i64) = with(&backup, async |connection| {
                sqlx::query_as(
                    "SELECT count(DISTINCT substr(text, 1, instr(text, ','))), count(*) FROM prompts",
                )
                .fetch_one(connection)
                .await
                .unwrap()
            });
            assert_eq!((generations, prompts), (1, i64::try_from(PROMPTS).unwrap()));
            number += 1;
        }
    });
}
