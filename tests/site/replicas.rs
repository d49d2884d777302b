//! Several servers of one content: what one of them has answered, every other one may confirm.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::support::{Gallery, PROGRAM, Server, copy};

const PUBLIC: &str = "https://gallery.example";

#[test]
fn replicas_of_one_content_agree_on_every_byte_and_every_entity_tag() {
    let gallery = Gallery::without_prompts();
    for slug in ["kite", "lantern", "ferry"] {
        gallery.prompt(slug, &format!("A {slug} over still water."));
    }
    gallery.run(&["seed"]).ok();
    let first = gallery.serve_with(&["--no-seed", "--public-url", PUBLIC]);

    // Another machine: a copy of the database, and a copy of the program that is older.
    let folder = TempDir::new().unwrap();
    copy(gallery.database().parent().unwrap(), &folder.path().join("data"));
    let program = folder.path().join("prompt-gallery");
    fs::copy(PROGRAM, &program).unwrap();
    let file = fs::File::options().write(true).open(&program).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(86_400)).unwrap();
    drop(file);
    let mut command = Command::new(program);
    command
        .args(["serve", "--no-seed", "--listen", "127.0.0.1:0", "--public-url", PUBLIC])
        .env_clear()
        .env("GALLERY_DATABASE", folder.path().join("data/gallery.db"));
    let second = Server::start(command);

    for path in
        ["/", "/zh-CN/", "/prompts", "/prompts/kite", "/prompts/kite.json", "/covers/kite.svg"]
    {
        let (one, other) = (first.get(path), second.get(path));
        let tag = one.header("etag").unwrap();
        assert_eq!(other.header("etag"), Some(tag), "{path}");
        assert!(one.body == other.body, "{path}");
        let again = second.get_with(path, &[("if-none-match", tag)]);
        assert_eq!(again.status, 304, "{path}");
    }

    // Under another name pages say other addresses.
    let named = gallery.serve_with(&["--no-seed", "--public-url", "https://other.example"]);
    assert_ne!(named.get("/").header("etag"), first.get("/").header("etag"));
}
