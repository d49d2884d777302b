//! Every page has one address; every other spelling and every former name leads there.

use crate::shared::{SEEDS, TONGUES, full, odd, raw};
use crate::support::Server;

#[track_caller]
fn assert_moved(server: &Server, from: &str, to: &str) {
    let answer = server.get(from);
    assert_eq!(answer.status, 301, "{from}");
    assert_eq!(answer.header("location"), Some(to), "{from}");
}

#[test]
fn trailing_slashes_are_dropped() {
    let slug = &SEEDS[0].slug;
    for tongue in TONGUES {
        for path in [
            "/prompts",
            "/categories",
            "/models/gpt-image-2",
            "/faq",
            "/about",
            "/suggest",
            &format!("/prompts/{slug}"),
        ] {
            let right = format!("{}{path}", tongue.prefix);
            for slashes in ["/", "//", "///"] {
                assert_moved(full(), &format!("{right}{slashes}"), &right);
            }
            assert_eq!(full().get(&right).status, 200, "{right}");
        }
    }
}

#[test]
fn what_the_addresses_of_the_api_begin_with_leads_to_its_description() {
    assert_moved(full(), "/api/v1", "/api");
    assert_eq!(full().get("/api").status, 200);
}

#[test]
fn addresses_are_in_lower_case() {
    let slug = &SEEDS[0].slug;
    for tongue in TONGUES {
        for path in [
            "/prompts",
            "/Prompts",
            "/FAQ",
            "/categories/Video",
            &format!("/prompts/{}", slug.to_uppercase()),
        ] {
            let right = format!("{}{}", tongue.prefix, path.to_lowercase());
            if path != "/prompts" {
                assert_moved(full(), &format!("{}{path}", tongue.prefix), &right);
            }
            assert_eq!(full().get(&right).status, 200, "{right}");
        }
    }
}

#[test]
fn the_languages_home_ends_in_a_slash_and_its_tag_is_written_one_way() {
    assert_moved(full(), "/zh-CN", "/zh-CN/");
    for other in ["/zh-cn", "/ZH-CN", "/Zh-Cn/", "/zh-cn/"] {
        assert_moved(full(), other, "/zh-CN/");
    }
    assert_moved(full(), "/zh-cn/prompts", "/zh-CN/prompts");
    assert_moved(full(), "/ZH-cn/FAQ/", "/zh-CN/faq");
    for home in ["/", "/zh-CN/"] {
        assert_eq!(full().get(home).status, 200, "{home}");
    }
}

#[test]
fn the_query_is_kept_as_it_is() {
    for tongue in TONGUES {
        let prefix = tongue.prefix;
        for query in
            ["q=Caf%C3%A9+A&page=2", "q=%E6%B5%B7%E6%8A%A5", "a=b&&c=%2F%2Fevil.example", "Q=UPPER"]
        {
            let right = format!("{prefix}/prompts?{query}");
            assert_moved(full(), &format!("{prefix}/prompts/?{query}"), &right);
            assert_moved(full(), &format!("{prefix}/Prompts?{query}"), &right);
        }
    }
    assert_moved(full(), "/zh-CN?a=B", "/zh-CN/?a=B");
}

#[test]
fn one_step_is_enough() {
    for path in ["/ZH-cn/Prompts//?page=2", "/PROMPTS///", "//zh-cn//", "/zh-CN//", "//prompts/"] {
        let first = full().get(path);
        assert_eq!(first.status, 301, "{path}");
        let location = first.header("location").unwrap();
        assert_eq!(full().get(location).status, 200, "{path} → {location}");
    }
}

#[test]
fn no_redirect_ever_leaves_the_site() {
    let hosts = [
        "evil.example",
        "EVIL.example",
        "evil.example/",
        "user@evil.example/%2f..",
        "/evil.example",
        "//evil.example/",
    ];
    let mut paths: Vec<String> = Vec::new();
    for host in hosts {
        for lead in [
            "//",
            "///",
            "////",
            "/\\",
            "/%5C",
            "/%2F",
            "/%2f/",
            "/zh-CN//",
            "/zh-cn///",
            "/.//",
            "/%09/",
            "//%09/",
        ] {
            paths.extend(
                ["", "/", "/?next=//evil.example"].map(|tail| format!("{lead}{host}{tail}")),
            );
        }
    }
    let mut redirects = 0;
    for path in paths {
        let answer = raw(
            full(),
            &format!("GET {path} HTTP/1.1\r\nHost: gallery.example\r\nConnection: close\r\n\r\n"),
        );
        let head = answer.split("\r\n\r\n").next().unwrap();
        let status = head.split(' ').nth(1).unwrap();
        assert!(["301", "404", "400"].contains(&status), "{path}: {head}");
        for line in head.lines() {
            let Some((name, location)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("location") {
                redirects += 1;
                let mut characters = location.chars();
                assert_eq!(characters.next(), Some('/'), "{path} → {location}");
                assert!(!matches!(characters.next(), Some('/' | '\\')), "{path} → {location}");
            }
        }
    }
    assert!(redirects > 10);
}

#[test]
fn the_host_of_a_request_is_never_repeated() {
    let answer =
        raw(full(), "GET /Prompts/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 301"), "{answer}");
    assert!(!answer.contains("evil.example"), "{answer}");
    let answer = raw(
        full(),
        "GET /prompts HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200"));
    assert!(!answer.contains("evil.example"));
}

#[test]
fn a_request_cannot_write_headers() {
    for path in
        ["/prompts%0d%0aX-Evil:%201/", "/Prompts/?q=%0d%0aX-Evil:%201", "/zh-CN?%0aX-Evil:1"]
    {
        let answer = full().get(path);
        assert!(answer.header("x-evil").is_none(), "{path}");
        assert!(answer.status == 301 || answer.status == 404, "{path}");
    }
}

#[test]
fn a_renamed_prompt_is_found_under_its_former_name() {
    for tongue in TONGUES {
        let prefix = tongue.prefix;
        for rest in ["", ".txt", ".md", ".json", "/snippets/curl", "/snippets/go", "?code=ruby"] {
            assert_moved(
                odd(),
                &format!("{prefix}/prompts/first-name{rest}"),
                &format!("{prefix}/prompts/second-name{rest}"),
            );
            assert_eq!(odd().get(&format!("{prefix}/prompts/second-name{rest}")).status, 200);
        }
        assert_eq!(odd().get(&format!("{prefix}/prompts/first-name.xml")).status, 404);
    }
    assert_moved(odd(), "/covers/first-name.svg", "/covers/second-name.svg");
}
