//! Headers every kind of answer carries.

use crate::shared::{SEEDS, full, raw};
use crate::support::Answer;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// Of what is no page.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The kind of an answer that stands for one the client has.
const UNCHANGED: &str = "304";

/// One answer of every kind, with the request's headers added.
fn every_kind_of_answer(headers: &[(&str, &str)]) -> Vec<(String, Answer)> {
    let server = full();
    let slug = &SEEDS[0].slug;
    let page = server.page("/");
    let asset = |selector: &str, name: &str| page.one(selector).attr(name).unwrap();
    let tag = server.get("/").header("etag").unwrap().to_owned();
    let kinds = [
        (200, "GET", String::from("/")),
        (200, "GET", format!("/zh-CN/prompts/{slug}")),
        (200, "GET", String::from("/prompts?q=light")),
        (200, "GET", String::from("/zh-CN/suggest?q=light")),
        (200, "GET", format!("/prompts/{slug}.txt")),
        (200, "GET", format!("/prompts/{slug}.md")),
        (200, "GET", format!("/prompts/{slug}.json")),
        (200, "GET", format!("/prompts/{slug}/snippets/curl")),
        (200, "GET", format!("/covers/{slug}.svg")),
        (200, "GET", asset("link[rel=stylesheet]", "href")),
        (200, "GET", asset("script", "src")),
        (200, "GET", format!("/covers.svg?of={slug}")),
        (200, "GET", String::from("/healthz")),
        (200, "GET", String::from("/readyz")),
        (200, "HEAD", String::from("/faq")),
        (301, "GET", String::from("/FAQ/")),
        (400, "GET", format!("/prompts?q={}", "a".repeat(201))),
        (400, "GET", format!("/suggest?q={}", "a".repeat(201))),
        (404, "GET", String::from("/zh-CN/nothing")),
        (404, "GET", String::from("/assets/nothing.css")),
        (404, "GET", String::from("/covers/nothing.svg")),
        (404, "GET", String::from("/covers.svg?of=nothing")),
        (405, "POST", String::from("/prompts")),
        (405, "DELETE", String::from("/assets/nothing.css")),
    ];
    let mut answers: Vec<(String, Answer)> = Vec::new();
    for (status, method, path) in kinds {
        let answer = server.request(method, &path, headers);
        assert_eq!(answer.status, status, "{method} {path}");
        answers.push((format!("{method} {path}"), answer));
    }
    let mut headers = headers.to_vec();
    headers.push(("if-none-match", &tag));
    let unchanged = server.get_with("/", &headers);
    assert_eq!(unchanged.status, 304);
    answers.push((String::from(UNCHANGED), unchanged));
    answers
}

#[test]
fn every_answer_carries_the_security_headers() {
    let mut pages = 0;
    for (kind, answer) in every_kind_of_answer(&[]) {
        if kind == UNCHANGED {
            continue;
        }
        let policy = answer.header("content-security-policy");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{kind}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{kind}");
        // An answer that does not say what it is may stand for a page.
        if answer.header("content-type").is_some_and(|kind| !kind.starts_with("text/html")) {
            assert_eq!(policy, Some(NOTHING), "{kind}");
            continue;
        }
        pages += 1;
        assert_eq!(policy, Some(CONTENT_SECURITY_POLICY), "{kind}");
        assert_eq!(
            answer.header("referrer-policy"),
            Some("strict-origin-when-cross-origin"),
            "{kind}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{kind}");
        assert!(
            answer.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")),
            "{kind}"
        );
    }
    // Errors and redirects among them.
    assert!(pages > 10, "{pages}");
}

/// A cache puts the headers of a 304 in place of those it has (RFC 9111, section 3.2). What is not
/// repeated stays as it was: a drawing's policy, for one, which is not a page's.
#[test]
fn what_is_not_sent_again_keeps_the_security_headers_it_came_with() {
    let slug = &SEEDS[0].slug;
    let home = full().page("/");
    let sample = home.all("img").into_iter().filter_map(|image| image.attr("src"));
    let mut samples: Vec<String> = sample.filter(|src| src.starts_with("/media/")).collect();
    samples.truncate(1);
    let filled = format!("/prompts/{slug}?v.subject=tea");
    let others = ["/", "/prompts?q=light", &filled].map(String::from);
    let others = others.into_iter().chain([format!("/covers/{slug}.svg")]);
    for path in others.chain(samples) {
        let first = full().get(&path);
        let tag = first.header("etag").unwrap_or_else(|| panic!("{path}"));
        let unchanged = full().get_with(&path, &[("if-none-match", tag)]);
        assert_eq!(unchanged.status, 304, "{path}");
        for name in ["etag", "cache-control", "vary"] {
            assert_eq!(unchanged.header(name), first.header(name), "{path}: {name}");
        }
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-resource-policy",
        ] {
            assert_eq!(unchanged.header(name), None, "{path}: {name}");
        }
    }
}

#[test]
fn no_answer_sets_a_cookie_or_names_the_software() {
    for headers in [&[][..], &[("cookie", "session=1; theme=dark")]] {
        for (kind, answer) in every_kind_of_answer(headers) {
            for name in ["set-cookie", "server", "x-powered-by", "via"] {
                assert_eq!(answer.header(name), None, "{kind}: {name}");
            }
        }
    }
}

#[test]
fn browsers_are_held_to_tls_only_where_there_is_tls() {
    for scheme in [None, Some("http"), Some(""), Some("httpsx")] {
        let headers: Vec<(&str, &str)> =
            scheme.into_iter().map(|scheme| ("x-forwarded-proto", scheme)).collect();
        for (kind, answer) in every_kind_of_answer(&headers) {
            assert_eq!(answer.header("strict-transport-security"), None, "{kind} by {scheme:?}");
            // Without TLS browsers ignore it, and say so on every page.
            assert_eq!(answer.header("cross-origin-opener-policy"), None, "{kind} by {scheme:?}");
        }
    }
    for (kind, answer) in every_kind_of_answer(&[("x-forwarded-proto", "https")]) {
        let value = answer.header("strict-transport-security").unwrap_or_else(|| panic!("{kind}"));
        let seconds: u64 = value.split(['=', ';']).nth(1).unwrap().parse().unwrap();
        assert!(value.starts_with("max-age=") && seconds >= 31_536_000, "{kind}: {value}");
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{kind}");
    }
}

#[test]
fn no_header_is_sent_twice() {
    let slug = &SEEDS[0].slug;
    for path in [
        "/",
        "/nothing",
        "/FAQ",
        "/healthz",
        &format!("/prompts/{slug}.txt"),
        &format!("/covers/{slug}.svg"),
    ] {
        for encoding in ["identity", "gzip, br, zstd"] {
            let request = format!(
                "HEAD {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
            );
            let answer = raw(full(), &request);
            let (head, _) = answer.split_once("\r\n\r\n").unwrap();
            let mut names: Vec<String> = head
                .lines()
                .skip(1)
                .map(|line| line.split(':').next().unwrap().to_lowercase())
                .collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{path}: {head}");
        }
    }
}
