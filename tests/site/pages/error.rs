//! Error pages: in the visitor's language, with a way on, and without a word about our insides.

use std::fs;

use super::assert_error_page;
use crate::shared::{TONGUES, full};
use crate::support::dom::Element;
use crate::support::{Answer, Gallery, Server};

/// What holds for every error page.
#[track_caller]
fn assert_plain_and_private(answer: &Answer, page: &Element) {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("etag"), None);
    assert!(
        answer
            .header("content-security-policy")
            .is_some_and(|policy| policy.contains("default-src 'none'"))
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(!page.has("link[rel=canonical]") && !page.has("link[rel=alternate]"));
    assert_eq!(page.one("meta[name=robots]").attr("content").as_deref(), Some("noindex"));
    assert!(page.one("main p.status").words() == answer.status.to_string());
    assert!(page.has("main a") && page.has("header form[role=search]"), "a way on");
    // The script's address may happen to read like the database's name.
    let text = answer.text().to_lowercase().replace("/assets/gallery.", "");
    for inside in [
        "sqlite",
        "sqlx",
        "axum",
        "panicked",
        "src/",
        ".rs",
        "error {",
        "gallery.db",
        "/tmp",
        "caused by",
    ] {
        assert!(!text.contains(inside), "{inside:?} is shown");
    }
}

#[test]
fn what_is_not_there_is_not_found_in_the_visitors_language() {
    for tongue in TONGUES {
        for path in [
            "/nothing",
            "/prompts/nothing",
            "/prompts/nothing.txt",
            "/prompts/nothing/snippets/curl",
            "/prompts/a/b",
            "/categories/nothing",
            "/models/nothing",
            "/tags/nothing",
            "/faq/nothing",
            "/prompts/%00",
            "/prompts/%ff",
            "/%f0%9f%98%80",
            "/.env",
            "/prompts/..%2f..%2fetc%2fpasswd",
        ] {
            let path = format!("{}{path}", tongue.prefix);
            let answer = full().get(&path);
            let page = assert_error_page(&answer, 404, tongue);
            assert_plain_and_private(&answer, &page);
            assert_eq!(page.one("h1").words(), tongue.texts().not_found, "{path}");
            assert!(page.one("title").words().contains(tongue.texts().not_found), "{path}");
            let link = page.one("main a").attr("href").unwrap();
            assert_eq!(full().get(&link).status, 200);
            assert!(link.starts_with(&format!("{}/", tongue.prefix)), "{link}");
        }
    }
}

#[test]
fn a_path_that_only_looks_like_a_language_is_english() {
    for path in ["/zh", "/zh-cnx/prompts", "/zh-tw", "/en/prompts", "/de"] {
        assert_error_page(&full().get(path), 404, TONGUES[0]);
    }
}

#[test]
fn only_reading_is_possible() {
    for tongue in TONGUES {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            for path in ["/", "/prompts", "/categories", "/models/gpt-image-2", "/faq"] {
                let answer = full().request(method, &format!("{}{path}", tongue.prefix), &[]);
                let page = assert_error_page(&answer, 405, tongue);
                assert_plain_and_private(&answer, &page);
                assert_eq!(
                    page.one("h1").words(),
                    tongue.texts().method_not_allowed,
                    "{method} {path}"
                );
                let allowed = answer.header("allow").unwrap();
                assert!(
                    allowed.contains("GET")
                        && allowed.contains("HEAD")
                        && !allowed.contains("POST"),
                    "{allowed}"
                );
            }
        }
    }
}

/// A server whose database lost the sense of its catalogue while it was running.
pub(crate) fn broken() -> (Gallery, Server) {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-lantern", "A lantern.");
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/a-lantern").status, 200);
    let folder = gallery.folder().join("migrations");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("0900_break.sql"), "UPDATE platform SET definition = '{\"secret\": 1}';")
        .unwrap();
    let folder = folder.to_str().unwrap().to_owned();
    // It migrates the database, and then cannot read it either.
    let second =
        gallery.run(&["serve", "--no-seed", "--listen", "127.0.0.1:0", "--migrations", &folder]);
    assert!(!second.success);
    (gallery, server)
}

#[test]
fn a_fault_of_ours_is_admitted_without_detail() {
    let (gallery, server) = broken();
    for tongue in TONGUES {
        for path in ["/", "/prompts/a-lantern", "/prompts/a-lantern.txt", "/prompts?q=lantern"] {
            let answer = server.get(&format!("{}{path}", tongue.prefix));
            let page = assert_error_page(&answer, 500, tongue);
            assert_plain_and_private(&answer, &page);
            assert_eq!(page.one("h1").words(), tongue.texts().server_error, "{path}");
            for inside in ["platform", "definition", "secret"] {
                assert!(!answer.text().contains(inside), "{path} shows {inside:?}");
            }
        }
    }
    // Seeding mends it, and the running server notices.
    gallery
        .run(&["seed", "--migrations", gallery.folder().join("migrations").to_str().unwrap()])
        .ok();
    assert_eq!(server.get("/prompts/a-lantern").status, 200);
}
