//! `doctor`: finds what is wrong, says what to do about it, and touches nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::{beside, contents, execute, seeded};
use crate::command_line::ended;
use crate::migrations::{insert, migration, sql};
use crate::support::Gallery;

/// What it says of a gallery: whether all is well, and the findings as (level, check, message
/// and remedy). Whatever that is, nothing is changed.
#[track_caller]
fn examined(gallery: &Gallery, arguments: &[&str]) -> (bool, Vec<(String, String, String)>) {
    let folder = gallery.database().parent().unwrap().to_path_buf();
    let before = contents(&folder);
    let mut command = gallery.command();
    command.args(["doctor", "--format", "json"]).args(arguments);
    let (code, out, err) = ended(command);
    assert!(contents(&folder) == before, "something was changed");
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    let is_well = report["ok"].as_bool().unwrap();
    assert_eq!(code, Some(if is_well { 0 } else { 1 }), "{out}{err}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter().map(|finding| {
        let remedy = text(&finding["remedy"]);
        assert!(!remedy.is_empty(), "{finding}");
        let words = format!("{}; {remedy}", text(&finding["message"]));
        (text(&finding["level"]), text(&finding["check"]), words)
    });
    (is_well, findings.collect())
}

/// Exactly one thing is found, of this level and check, and it says all of this.
#[track_caller]
fn finds(gallery: &Gallery, level: &str, check: &str, words: &[&str]) {
    let (is_well, findings) = examined(gallery, &[]);
    assert_eq!(is_well, level == "warning", "{findings:?}");
    let [(found_level, found_check, said)] = findings.as_slice() else {
        panic!("not one finding: {findings:?}");
    };
    assert_eq!((found_level.as_str(), found_check.as_str()), (level, check), "{said}");
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
}

#[test]
fn a_sound_gallery_is_in_order_served_or_not() {
    let gallery = seeded();
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
    let out = gallery.run(&["doctor"]).ok().out;
    assert!(out.contains("3 prompts") && out.contains("all in order"), "{out}");
    let server = gallery.serve();
    assert_eq!(server.get("/prompts").status, 200);
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
    // A log with a commit in it, too.
    execute(&gallery.database(), "UPDATE faq SET position = position");
    drop(server);
    let (is_well, findings) = examined(&gallery, &[]);
    assert!(is_well && findings.iter().all(|(_, check, _)| check == "content"), "{findings:?}");
}

#[test]
fn the_gallery_that_comes_with_the_program_is_in_order() {
    let gallery = Gallery::full();
    gallery.run(&["seed"]).ok();
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let gallery = Gallery::without_prompts();
    let mut command = gallery.command();
    command.arg("doctor");
    let (code, out, _) = ended(command);
    assert_eq!(code, Some(1));
    assert!(out.contains("is not there") && out.contains("run `seed`"), "{out}");
    assert!(!gallery.database().parent().unwrap().exists());
}

#[test]
fn damage_is_found_wherever_it_is() {
    let gallery = seeded();
    let mut bytes = fs::read(gallery.database()).unwrap();
    // The content of the last page, whatever it is the page of.
    let last = bytes.len() - 4096;
    bytes[last..last + 64].fill(0xa5);
    fs::write(gallery.database(), bytes).unwrap();
    let (is_well, findings) = examined(&gallery, &[]);
    assert!(!is_well);
    assert!(
        findings.iter().any(|(_, _, said)| said.contains("damaged") && said.contains("backup")),
        "{findings:?}"
    );
}

#[test]
fn rows_that_point_nowhere_are_found() {
    let gallery = seeded();
    execute(
        &gallery.database(),
        "INSERT INTO prompt_tags (prompt_id, tag) VALUES (4711, 'night');
         UPDATE content SET checked_revision = revision",
    );
    finds(&gallery, "fault", "foreign keys", &["prompt_tags", "prompts", "backup"]);
}

#[test]
fn content_that_no_page_can_show_is_found() {
    let gallery = seeded();
    execute(
        &gallery.database(),
        "UPDATE prompt_media SET content = '{\"kind\": \"image\"}';
         UPDATE content SET checked_revision = revision",
    );
    finds(&gallery, "fault", "content", &["prompt_media.content", "\"window\"", "run `seed`"]);
}

#[test]
fn migrations_that_are_outstanding_edited_or_unknown_are_found() {
    let gallery = seeded();
    let file = migration(&gallery, "0900_more.sql", &insert("more", "One more"));
    let folder = file.parent().unwrap().to_str().unwrap().to_owned();
    let arguments = ["--migrations", folder.as_str()];
    let found = |arguments: &[&str]| {
        let (is_well, findings) = examined(&gallery, arguments);
        assert_eq!(findings.len(), 1, "{findings:?}");
        let (_, check, said) = findings.into_iter().next().unwrap();
        assert_eq!(check, "migrations");
        (is_well, said)
    };
    let (is_well, said) = found(&arguments);
    assert!(is_well && said.contains("0900_more.sql is not applied yet"), "{said}");
    gallery.run(&["seed", "--migrations", &folder]).ok();
    assert_eq!(examined(&gallery, &arguments), (true, Vec::new()));
    let (is_well, said) = found(&[]);
    assert!(!is_well && said.contains("900") && said.contains("--migrations"), "{said}");
    fs::write(&file, insert("other", "Another one")).unwrap();
    let (is_well, said) = found(&arguments);
    assert!(!is_well && said.contains("0900_more.sql was changed"), "{said}");
}

#[test]
fn content_changed_by_sql_is_told_until_it_is_checked() {
    let gallery = seeded();
    sql(&gallery, "UPDATE prompts SET featured = 1 WHERE slug = 'kite'").unwrap();
    finds(&gallery, "warning", "content", &["changed by SQL", "`seed`"]);
    gallery.run(&["seed"]).ok();
    let (is_well, findings) = examined(&gallery, &[]);
    assert!(is_well && findings.is_empty(), "{findings:?}");
}

#[test]
fn samples_that_are_missing_damaged_or_nobodys_are_found_and_the_remedies_help() {
    let gallery = seeded();
    let folder = beside(&gallery.database(), "-media");
    let kept = contents(&folder);
    let picture = kept.keys().find(|file| file.extension().is_some_and(|e| e == "webp")).unwrap();
    let name = picture.file_name().unwrap().to_str().unwrap();
    fs::remove_file(picture).unwrap();
    finds(&gallery, "fault", "samples", &["\"window\"", name, "missing", "run `seed`"]);
    gallery.run(&["seed"]).ok();
    // As long as it was, so that only its content tells.
    let mut bytes = kept[picture].clone();
    bytes[40] ^= 1;
    fs::write(picture, bytes).unwrap();
    let remedy = format!("remove {}", picture.display());
    finds(&gallery, "fault", "samples", &["\"window\"", name, "damaged", &remedy]);
    fs::remove_file(picture).unwrap();
    gallery.run(&["seed"]).ok();
    let left_over = folder.join(format!("{}.webp", "0".repeat(32)));
    fs::write(&left_over, "").unwrap();
    finds(&gallery, "warning", "samples", &["belong to no prompt", "0000", "`seed` removes"]);
    gallery.run(&["seed"]).ok();
    assert!(!left_over.exists());
    assert!(contents(&folder) == kept);
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
}

#[test]
fn an_index_that_is_behind_or_damaged_is_told_and_one_in_use_is_left_alone() {
    let gallery = seeded();
    gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
    gallery.prompt("new", "A new one");
    gallery.run(&["seed"]).ok();
    finds(&gallery, "warning", "search index", &["gallery.db-index", "not hold all", "`index`"]);
    gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
    let server = gallery.serve_with(&["--index", "disk"]);
    assert_eq!(server.get("/prompts").status, 200);
    drop(server);
    let folder = beside(&gallery.database(), "-index");
    for (file, mut bytes) in contents(&folder) {
        if file.extension().is_some_and(|extension| extension == "term") {
            bytes[10] ^= 1;
            fs::write(file, bytes).unwrap();
        }
    }
    finds(&gallery, "warning", "search index", &["gallery.db-index", "of no use", "`index`"]);
    gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(examined(&gallery, &[]), (true, Vec::new()));
}

#[test]
fn files_that_everybody_may_change_are_told() {
    let gallery = seeded();
    fs::set_permissions(gallery.database(), fs::Permissions::from_mode(0o666)).unwrap();
    finds(&gallery, "warning", "permissions", &["gallery.db", "every user", "chmod o-w"]);
}

#[test]
fn a_log_that_nobody_empties_is_told() {
    let gallery = seeded();
    let log = fs::File::create(beside(&gallery.database(), "-wal")).unwrap();
    log.set_len(65 << 20).unwrap();
    let (is_well, findings) = examined(&gallery, &[]);
    assert!(is_well, "{findings:?}");
    assert!(findings.iter().any(|(_, check, said)| check == "log" && said.contains("68 MB")));
}
