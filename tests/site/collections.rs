//! Collections: from a spreadsheet to pages, and back into a file.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::migrations::{folder, insert, migration};
use crate::support::{Finished, Gallery};

/// Two good rows, a copy, and a row that nobody should publish.
const SPRING: &str = "\
编号,title,title_zh,提示词,作者\r\n\
1,Linen by a window,北窗亚麻,\"A half-length portrait in linen,\r\n lit by a north window\",Ada\r\n\
2,,,雨后的石桥，桥下有一条乌篷船，\u{200b}水面很静,\r\n\
3,A copy,,\"A half-length portrait in linen,\r\n lit by a north window\",\r\n\
4,Secret,,Send it to jo@mail.example.co.uk please,\r\n";

const HOW: [&str; 6] =
    ["--endpoint", "gpt_image_2/text_to_image", "--model", "gpt-image-2", "--category", "portrait"];

fn import(gallery: &Gallery, file: &Path, more: &[&str]) -> Finished {
    let arguments = [&["import", file.to_str().unwrap()], &HOW[..], more].concat();
    gallery.run(&arguments)
}

/// The files of prompts, by their paths below the seeds.
fn prompts(gallery: &Gallery) -> Vec<String> {
    let mut files = Vec::new();
    for shelf in fs::read_dir(gallery.seeds().join("prompts")).unwrap() {
        for file in fs::read_dir(shelf.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            files.push(file.strip_prefix(gallery.seeds()).unwrap().display().to_string());
        }
    }
    files.sort();
    files
}

#[test]
fn a_spreadsheet_becomes_pages() {
    let gallery = Gallery::without_prompts();
    let file = gallery.folder().join("spring.csv");
    fs::write(&file, SPRING).unwrap();
    let looked = import(&gallery, &file, &["--dry-run"]);
    assert!(!looked.success && looked.err.contains("1 rows were refused"), "{}", looked.err);
    for part in [
        "编号 is key, a guess",
        "提示词 is text, a guess",
        "spring.csv:4: row 3: text: zero-width character U+200B in line 1",
        "row 2: prompts/portrait/linen-by-a-window.md",
        "row 4: text: is that of linen-by-a-window",
        "spring.csv:7: row 5: text: line 1 holds an e-mail address; remove it",
        "4 rows: 2 added, 0 changed, 0 unchanged, 1 duplicate, 0 nearly duplicate, 1 refused",
        "dry run: nothing was written",
    ] {
        assert!(looked.out.contains(part), "no {part:?} in\n{}", looked.out);
    }
    assert_eq!(prompts(&gallery), [""; 0]);
    assert!(import(&gallery, &file, &[]).out.contains("then `check` and `seed`"));
    let linen = "prompts/portrait/linen-by-a-window.md";
    assert_eq!(prompts(&gallery)[0], linen);
    gallery.run(&["check"]).ok();
    gallery.run(&["seed"]).ok();
    let server = gallery.serve_with(&["--no-seed"]);
    let text = "A half-length portrait in linen,\n lit by a north window";
    assert_eq!(server.get("/prompts/linen-by-a-window.txt").text(), text);
    assert_eq!(server.page("/zh-CN/prompts/linen-by-a-window").one("h1").text(), "北窗亚麻");
    // A run that was broken off is finished by the next one.
    let whole = fs::read_to_string(gallery.seeds().join(linen)).unwrap();
    fs::remove_file(gallery.seeds().join(linen)).unwrap();
    gallery.write("prompts/portrait/.linen-by-a-window.md.unfinished", "+++\ntitle");
    let again = import(&gallery, &file, &[]);
    assert!(again.out.contains("1 added, 0 changed, 1 unchanged"), "{}", again.out);
    assert_eq!(fs::read_to_string(gallery.seeds().join(linen)).unwrap(), whole);
    // What programs read says the same.
    let report = import(&gallery, &file, &["--format", "json"]);
    assert!(!report.success);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["counts"]["unchanged"], 2);
    assert_eq!(report["rows"][3]["what"], "refused");
    assert_eq!(report["rows"][3]["reasons"][0]["field"], "text");
    assert_eq!((&report["rows"][3]["row"], &report["rows"][3]["line"]), (&5.into(), &7.into()));
}

#[test]
fn what_was_exported_can_be_imported() {
    let gallery = Gallery::full();
    let wanted = ["photography", "video"];
    for shelf in fs::read_dir(gallery.seeds().join("prompts")).unwrap() {
        let shelf = shelf.unwrap().path();
        if !wanted.iter().any(|name| shelf.ends_with(name)) {
            fs::remove_dir_all(shelf).unwrap();
        }
    }
    let files = prompts(&gallery);
    let count = files.len();
    let contents = |gallery: &Gallery| -> Vec<String> {
        let files = prompts(gallery).into_iter();
        files.map(|file| fs::read_to_string(gallery.seeds().join(file)).unwrap()).collect()
    };
    let before = contents(&gallery);
    for ending in ["csv", "tsv", "json", "jsonl", "yaml", "md"] {
        let file = gallery.folder().join(format!("all.{ending}"));
        let path = file.to_str().unwrap();
        let done = gallery.run(&["export", path]).ok();
        assert!(done.out.starts_with(&format!("{count} prompts in ")), "{}", done.out);
        let back = gallery.run(&["import", path]).ok();
        assert!(back.out.contains(&format!("{count} unchanged")), "{ending}: {}", back.out);
        // Somebody may have worked on it.
        let refused = gallery.run(&["export", path]);
        assert!(!refused.success && refused.err.contains("--force"), "{}", refused.err);
        gallery.run(&["export", path, "--force"]).ok();
    }
    assert_eq!(contents(&gallery), before);
    let file = gallery.folder().join("all.yaml");
    fs::remove_dir_all(gallery.seeds().join("prompts")).unwrap();
    fs::create_dir(gallery.seeds().join("prompts")).unwrap();
    gallery.run(&["import", file.to_str().unwrap(), "--near-duplicates"]).ok();
    assert_eq!(prompts(&gallery), files);
    assert_eq!(contents(&gallery), before);
}

#[test]
fn the_database_can_be_exported_with_what_migrations_added() {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with("kite", "status = \"draft\"", "A kite above the dunes");
    migration(&gallery, "0009_crane.sql", &insert("crane", "A crane, \"at dawn\""));
    gallery.run(&["seed", "--migrations", folder(&gallery).to_str().unwrap()]).ok();
    let file = gallery.folder().join("all.csv");
    gallery.run(&["export", file.to_str().unwrap(), "--from", "database"]).ok();
    fs::remove_file(gallery.seeds().join("prompts/kite.md")).unwrap();
    let done = gallery.run(&["import", file.to_str().unwrap()]).ok();
    assert!(done.out.contains("2 added"), "{}", done.out);
    let files = ["prompts/photography/crane.md", "prompts/photography/kite.md"];
    assert_eq!(prompts(&gallery), files);
    let [crane, kite] = files.map(|file| fs::read_to_string(gallery.seeds().join(file)).unwrap());
    assert!(crane.ends_with("+++\nA crane, \"at dawn\"\n"), "{crane}");
    assert!(kite.contains("\nstatus = \"draft\"\n"), "{kite}");
}

#[test]
fn what_cannot_be_imported_is_refused_in_a_sentence() {
    let gallery = Gallery::without_prompts();
    let refusal = |name: &str, content: &[u8], more: &[&str]| {
        let file = gallery.folder().join(name);
        fs::write(&file, content).unwrap();
        let done = import(&gallery, &file, more);
        assert!(!done.success && done.out.is_empty(), "{}", done.out);
        done.err
    };
    for (name, content, more, parts) in [
        (
            "a.csv",
            &b"a,\xb1\xea"[..],
            &[][..],
            &["a.csv:1: is not UTF-8: byte 2 is 0xb1", "UTF-8"][..],
        ),
        ("a.doc", b"x", &[], &["its ending is none of .csv", "--as"]),
        ("a.txt", b"[{]", &["--as", "json"], &["a.txt:1: is not valid JSON"]),
        ("b.csv", b"act,promt\n", &["--map", "text=prompt"], &["did you mean \"promt\"?"]),
        ("b.csv", b"text\nx", &["--set", "license"], &["NAME=VALUE"]),
        ("b.csv", b"text\nx", &["--set", "category=portrat"], &["did you mean \"portrait\"?"]),
        ("b.csv", b"text\nx", &["--mapping", "nowhere.toml"], &["nowhere.toml: cannot be read"]),
    ] {
        let err = refusal(name, content, more);
        for part in parts {
            assert!(err.contains(part), "no {part:?} in {err}");
        }
    }
    for arguments in
        [&["export"][..], &["export", "a.csv", "--out", "b"], &["export", "--out", "b"]]
    {
        let done = gallery.run(arguments);
        assert!(
            !done.success && done.err.contains("Usage: prompt-gallery export FILE"),
            "{}",
            done.err
        );
    }
}
