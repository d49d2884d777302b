//! Is the server alive, and can it answer?

use crate::pages::error::broken;
use crate::shared::full;
use crate::support::Gallery;

#[test]
fn a_server_says_that_it_is_alive_and_ready() {
    for (path, words) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = full().get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.text(), words);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("etag"), None, "{path}");
    }
}

#[test]
fn health_is_no_page_of_the_site() {
    for path in ["/zh-CN/healthz", "/zh-CN/readyz", "/healthz/more"] {
        assert_eq!(full().get(path).status, 404, "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(full().request("POST", path, &[]).status, 405, "{path}");
    }
}

#[test]
fn a_server_with_unreadable_content_is_alive_all_the_same() {
    let (_gallery, server) = broken();
    assert_eq!(server.get("/").status, 500);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn the_program_asks_a_running_server_whether_it_is_ready() {
    let gallery = Gallery::without_prompts();
    let server = gallery.serve();
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let asked = gallery.run(&["health", "--listen", &address]).ok();
    assert_eq!(asked.out, "ready\n");
    assert!(server.stop());
    let asked = gallery.run(&["health", "--listen", &address]);
    assert!(!asked.success);
    assert!(asked.err.contains(&address), "{}", asked.err);
}
