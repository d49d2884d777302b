//! What may be kept, when it need not be sent again, and how small it travels.

use std::io::Read;

use crate::shared::{SEEDS, TONGUES, full, odd, raw};
use crate::support::{Answer, Gallery, Server};

/// One address of every kind whose content can change.
fn contents() -> Vec<String> {
    let slug = &SEEDS[0].slug;
    let paths = [
        "/",
        "/prompts",
        "/prompts?page=2",
        "/prompts?q=light",
        "/suggest?q=light",
        "/categories",
        "/categories/video",
        "/models",
        "/models/gpt-image-2",
        "/faq",
        "/about",
        &format!("/prompts/{slug}"),
        &format!("/prompts/{slug}.txt"),
        &format!("/prompts/{slug}.md"),
        &format!("/prompts/{slug}.json"),
        &format!("/prompts/{slug}/snippets/curl"),
    ];
    let mut all: Vec<String> = TONGUES
        .iter()
        .flat_map(|tongue| paths.map(|path| format!("{}{path}", tongue.prefix)))
        .collect();
    all.push(format!("/covers/{slug}.svg"));
    all.push(format!("/covers.svg?of={slug}"));
    all.push(format!("/covers.svg?v=of-another-time&of={slug}"));
    all
}

/// The headers a 304 must repeat (RFC 9110, section 15.4.5).
fn repeated(answer: &Answer) -> [Option<&str>; 3] {
    ["etag", "cache-control", "vary"].map(|name| answer.header(name))
}

#[test]
fn content_is_asked_for_again_and_not_sent_again() {
    for path in contents() {
        let first = full().get(&path);
        let [tag, control, vary] =
            repeated(&first).map(|value| value.unwrap_or_else(|| panic!("{path}")));
        let seconds = |name: &str| -> u64 {
            let part =
                control.split(", ").find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            part.unwrap_or_else(|| panic!("{path}: {control}")).parse().unwrap()
        };
        assert_eq!(seconds("max-age"), 0, "{path}");
        assert!(seconds("s-maxage") + seconds("stale-while-revalidate") <= 10, "{path}: {control}");
        assert!(control.contains("public"), "{path}: {control}");
        assert!(vary.to_lowercase().contains("accept-encoding"), "{path}: {vary}");
        let second = full().get_with(&path, &[("if-none-match", tag)]);
        assert_eq!(second.status, 304, "{path}");
        assert!(second.body.is_empty(), "{path}");
        assert_eq!(repeated(&second), repeated(&first), "{path}");
        assert_eq!(second.header("content-type"), None, "{path}");
    }
}

#[test]
fn a_304_has_no_body_on_the_wire() {
    let tag = full().get("/faq").header("etag").unwrap().to_owned();
    for encoding in ["identity", "gzip, br, zstd"] {
        let answer = raw(
            full(),
            &format!(
                "GET /faq HTTP/1.1\r\nHost: x\r\nIf-None-Match: {tag}\r\nAccept-Encoding: {encoding}\r\n\
                 Connection: close\r\n\r\n"
            ),
        );
        assert!(answer.starts_with("HTTP/1.1 304"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
}

#[test]
fn tags_are_compared_weakly_and_in_lists() {
    let tag = full().get("/faq").header("etag").unwrap().to_owned();
    let opaque = tag.trim_start_matches("W/").to_owned();
    let weak = format!("W/{opaque}");
    let known = [
        tag.clone(),
        weak,
        opaque.clone(),
        format!("\"a\", {tag}"),
        format!("{tag},\"z\""),
        format!("W/\"a\" , {opaque} , \"b\""),
    ];
    for value in known {
        assert_eq!(full().get_with("/faq", &[("if-none-match", &value)]).status, 304, "{value}");
    }
    let inner = opaque.trim_matches('"');
    let unknown = [
        String::from("\"a\""),
        String::new(),
        inner.to_owned(),
        format!("\"{inner}x\""),
        format!("\"x{inner}\""),
        format!("W/\"{}\"", inner.to_uppercase()),
        String::from("\"\""),
        String::from("W/"),
        String::from(","),
    ];
    for value in unknown {
        let answer = full().get_with("/faq", &[("if-none-match", &value)]);
        assert_eq!(answer.status, 200, "{value}");
        assert!(!answer.body.is_empty(), "{value}");
    }
}

#[test]
fn tags_of_a_request_do_not_turn_other_methods_into_reading() {
    let tag = full().get("/faq").header("etag").unwrap().to_owned();
    assert_eq!(full().request("POST", "/faq", &[("if-none-match", &tag)]).status, 405);
    let head = full().request("HEAD", "/faq", &[("if-none-match", &tag)]);
    assert_eq!(head.status, 304);
    assert_eq!(head.header("etag"), Some(tag.as_str()));
}

#[test]
fn errors_and_redirects_of_spelling_carry_no_tag() {
    for path in [
        "/nothing",
        "/prompts/nothing",
        "/prompts?page=99",
        "/zh-CN/nothing",
        "/covers/nothing.svg",
        "/FAQ",
    ] {
        let answer = full().get(path);
        assert!(answer.status >= 300, "{path}");
        assert_eq!(answer.header("etag"), None, "{path}");
        if answer.status >= 400 {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

#[test]
fn two_galleries_made_from_the_same_seeds_have_different_tags() {
    let tags = [(); 2].map(|()| {
        let gallery = Gallery::without_prompts();
        gallery.prompt("a-lantern", "A lantern.");
        let server = gallery.serve_with(&["--public-url", "https://gallery.example"]);
        let tag = server.get("/").header("etag").unwrap().to_owned();
        assert_eq!(server.get_with("/", &[("if-none-match", &tag)]).status, 304);
        tag
    });
    assert_ne!(tags[0], tags[1]);
}

#[test]
fn a_tag_outlives_the_server_but_not_the_content() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-lantern", "A lantern.");
    let arguments = ["--public-url", "https://gallery.example"];
    let tag_of =
        |server: &crate::support::Server| server.get("/").header("etag").unwrap().to_owned();
    let first = tag_of(&gallery.serve_with(&arguments));
    let server = gallery.serve_with(&arguments);
    assert_eq!(tag_of(&server), first, "nothing changed");
    // A seeding beside the running server shows on the next request.
    gallery.prompt("another", "Another lantern.");
    gallery.run(&["seed"]).ok();
    let answer = server.get_with("/prompts", &[("if-none-match", &first)]);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("/prompts/another"));
    assert_ne!(answer.header("etag"), Some(first.as_str()));
}

#[test]
fn head_is_get_without_the_body() {
    let mut paths = contents();
    paths.extend(["/nothing", "/zh-CN/nothing", "/FAQ/", "/healthz", "/readyz"].map(String::from));
    for path in paths {
        let request = |method: &str| {
            let answer = raw(
                full(),
                &format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            );
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let mut lines: Vec<String> = head
                .lines()
                .filter(|line| !line.to_lowercase().starts_with("date:"))
                .map(String::from)
                .collect();
            lines.sort();
            (lines, body.len())
        };
        let ((get, sent), (head, nothing)) = (request("GET"), request("HEAD"));
        assert_eq!(get, head, "{path}");
        assert_eq!(nothing, 0, "{path}");
        assert!(sent > 0 || path == "/FAQ/", "{path}");
    }
}

#[test]
fn what_is_long_travels_compressed_where_that_is_understood() {
    let page = full().page("/");
    let slug = &SEEDS.iter().max_by_key(|seed| seed.text.len()).unwrap().slug;
    let paths = [
        String::from("/"),
        String::from("/zh-CN/faq"),
        format!("/prompts/{slug}"),
        format!("/prompts/{slug}.txt"),
        format!("/prompts/{slug}.json"),
        format!("/covers/{slug}.svg"),
        format!("/covers.svg?of={slug}"),
        String::from("/nothing"),
        page.one("link[rel=stylesheet]").attr("href").unwrap(),
        page.one("script").attr("src").unwrap(),
    ];
    for path in paths {
        let whole = full().get_with(&path, &[("accept-encoding", "identity")]);
        assert_eq!(whole.header("content-encoding"), None, "{path}");
        assert!(
            whole.header("vary").is_some_and(|vary| vary.contains("accept-encoding")),
            "{path}"
        );
        for (encoding, beginning) in [("gzip", &[0x1f, 0x8b][..]), ("br", &[])] {
            let answer = full().get_with(&path, &[("accept-encoding", encoding)]);
            assert_eq!(answer.status, whole.status, "{path}");
            assert_eq!(answer.header("content-encoding"), Some(encoding), "{path}");
            assert!(
                answer.header("vary").is_some_and(|vary| vary.contains("accept-encoding")),
                "{path}"
            );
            assert!(answer.body.starts_with(beginning), "{path} as {encoding}");
            assert!(
                answer.body.len() * 10 < whole.body.len() * 9,
                "{path} as {encoding}: {} of {}",
                answer.body.len(),
                whole.body.len()
            );
            assert_eq!(answer.header("content-type"), whole.header("content-type"), "{path}");
            assert_eq!(answer.header("etag"), whole.header("etag"), "{path}");
        }
    }
}

#[test]
fn a_compression_that_is_refused_is_not_used() {
    for (accepted, used) in [
        ("gzip;q=0", None),
        ("gzip;q=0, br;q=0, zstd;q=0", None),
        ("deflate", None),
        ("nonsense", None),
        ("br;q=0.1, gzip;q=0.9", Some("gzip")),
        ("gzip;q=0.1, br;q=0.9", Some("br")),
        ("gzip, deflate, br, zstd", Some("br")),
    ] {
        let answer = full().get_with("/faq", &[("accept-encoding", accepted)]);
        assert_eq!(answer.status, 200, "{accepted}");
        assert_eq!(answer.header("content-encoding"), used, "{accepted}");
    }
}

const CODINGS: [&str; 3] = ["identity", "gzip", "br"];

/// What a client reads that takes one coding, and how it travelled.
fn read_as(server: &Server, path: &str, coding: &str) -> (Vec<u8>, Answer) {
    let answer = server.get_with(path, &[("accept-encoding", coding)]);
    assert_eq!(answer.status, 200, "{path}");
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        None => plain.clone_from(&answer.body),
        Some("gzip") => {
            flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).unwrap();
        }
        Some("br") => brotli::BrotliDecompress(&mut &answer.body[..], &mut plain).unwrap(),
        Some(other) => panic!("{path}: {other}"),
    }
    (plain, answer)
}

#[test]
fn every_coding_says_the_same_however_often_it_is_asked_for() {
    for path in contents() {
        let (plain, whole) = read_as(full(), &path, "identity");
        for coding in CODINGS {
            // Made, kept, and packed once more.
            for _ in 0..3 {
                let (other, answer) = read_as(full(), &path, coding);
                assert!(other == plain, "{path} as {coding}");
                let length = answer.header("content-length").map(str::to_owned);
                assert_eq!(length, Some(answer.body.len().to_string()), "{path} as {coding}");
                for name in ["etag", "cache-control", "content-type", "content-language"] {
                    assert_eq!(answer.header(name), whole.header(name), "{path} as {coding}");
                }
            }
        }
    }
}

#[test]
fn head_tells_the_length_in_every_coding() {
    for path in [&contents()[0], "/nothing", "/prompts/nothing.txt", "/healthz"] {
        for coding in CODINGS {
            let headers = [("accept-encoding", coding)];
            let get = full().get_with(path, &headers);
            let head = full().request("HEAD", path, &headers);
            assert_eq!(head.status, get.status, "{path}");
            for name in ["content-length", "content-encoding", "content-type", "vary"] {
                assert_eq!(head.header(name), get.header(name), "{path} as {coding}: {name}");
            }
            assert!(get.header("content-length").is_some(), "{path} as {coding}");
        }
    }
}

#[test]
fn a_change_shows_on_the_next_request_in_every_coding() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-lantern", "A lantern at dusk.");
    let server = gallery.serve();
    let says = |path: &str, coding: &str, text: &str| {
        let (plain, _) = read_as(&server, path, coding);
        String::from_utf8(plain).unwrap().contains(text)
    };
    let paths = ["/prompts/a-lantern", "/zh-CN/prompts/a-lantern", "/prompts/a-lantern.txt"];
    let mut before = "at dusk";
    for after in ["at midnight", "before sunrise"] {
        for coding in CODINGS {
            for path in paths {
                for _ in 0..3 {
                    assert!(says(path, coding, before), "{path} as {coding}");
                }
            }
        }
        gallery.prompt("a-lantern", &format!("A lantern {after}."));
        gallery.run(&["seed"]).ok();
        for coding in CODINGS {
            for path in paths {
                assert!(says(path, coding, after), "{path} as {coding}");
                assert!(!says(path, coding, before), "{path} as {coding}");
            }
        }
        before = after;
    }
}

#[test]
fn what_was_missing_is_there_as_soon_as_it_is_added() {
    let gallery = Gallery::without_prompts();
    let server = gallery.serve();
    for _ in 0..3 {
        assert_eq!(server.get("/prompts/a-lantern").status, 404);
    }
    gallery.prompt("a-lantern", "A lantern at dusk.");
    gallery.run(&["seed"]).ok();
    assert_eq!(server.get("/prompts/a-lantern").status, 200);
}

#[test]
fn what_one_visitor_fills_in_no_other_sees() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-lantern", "A lantern in [colour] paper.");
    let server = gallery.serve();
    let page = "/prompts/a-lantern";
    for (at, colour) in ["ultramarine", "vermilion", "ultramarine"].iter().enumerate() {
        for path in [page, "/prompts/a-lantern.txt", "/prompts/a-lantern/snippets/curl"] {
            for coding in CODINGS {
                let (plain, answer) =
                    read_as(&server, &format!("{path}?v.colour={colour}"), coding);
                let text = String::from_utf8(plain).unwrap();
                assert!(text.contains(colour), "{path}");
                let control = answer.header("cache-control").unwrap();
                assert!(control.starts_with("private"), "{path}: {control}");
                assert!(!control.contains("s-maxage"), "{path}: {control}");
                if at == 1 {
                    assert!(!text.contains("ultramarine"), "{path}");
                }
                let (plain, _) = read_as(&server, path, coding);
                assert!(!String::from_utf8(plain).unwrap().contains(colour), "{path}");
            }
        }
    }
}

#[test]
fn names_no_page_reads_change_nothing() {
    let twin = |one: &str, other: &str| {
        let [(one, one_answer), (other, other_answer)] =
            [one, other].map(|path| read_as(full(), path, "br"));
        assert!(one == other);
        assert_eq!(one_answer.header("etag"), other_answer.header("etag"));
    };
    let slug = &SEEDS[0].slug;
    twin(&format!("/prompts/{slug}"), &format!("/prompts/{slug}?utm_source=a&gclid=b"));
    twin("/prompts?category=video&sort=title", "/prompts?x=%ff&sort=title&category=video");
    twin("/faq", "/faq?");
    // A redirect takes all of it along.
    let answer = odd().get("/prompts/first-name?utm_source=a&form=http");
    assert_eq!(answer.status, 301);
    assert_eq!(answer.header("location"), Some("/prompts/second-name?utm_source=a&form=http"));
}

#[test]
fn a_part_of_a_page_is_the_whole_page() {
    for _ in 0..3 {
        let part = full().get_with("/faq", &[("range", "bytes=0-9")]);
        assert_eq!(part.status, 200);
        assert!(part.body.len() > 10);
    }
}

#[test]
fn a_server_that_keeps_nothing_answers_alike() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-lantern", "A lantern at dusk.");
    let address = "https://gallery.example";
    let servers = [["--cache", "0"], ["--cache", "1"]]
        .map(|cache| gallery.serve_with(&[cache[0], cache[1], "--public-url", address]));
    for path in ["/", "/prompts/a-lantern", "/prompts?q=lantern", "/covers/a-lantern.svg"] {
        for coding in CODINGS {
            let [one, other] = servers.each_ref().map(|server| {
                read_as(server, path, coding);
                read_as(server, path, coding)
            });
            assert!(one.0 == other.0, "{path}");
            assert_eq!(one.1.header("etag"), other.1.header("etag"), "{path}");
        }
    }
}
