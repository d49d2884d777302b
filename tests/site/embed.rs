//! Prompts on other sites: the frame, the HTML to show it with, and oEmbed.

use serde_json::Value;

use crate::shared::{ODD, ODD_URL, SEEDS, TONGUES, full, odd};
use crate::support::{Answer, Gallery, dom};

fn query(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What programs are told of a page of the repository's own seeds.
fn told(path: &str, more: &str) -> Answer {
    let page = format!("{}{path}", full().url);
    full().get(&format!("/oembed?url={}{more}", query(&page)))
}

fn is_framed_by_anybody(answer: &Answer) -> bool {
    let policy = answer.header("content-security-policy").unwrap();
    policy.contains("frame-ancestors *") && answer.header("x-frame-options").is_none()
}

#[test]
fn a_frame_holds_the_exact_prompt_and_leads_to_its_page() {
    for (slug, text) in ODD.iter() {
        for tongue in TONGUES {
            let page = odd().page(&format!("{}/embed/{slug}", tongue.prefix));
            assert_eq!(page.one("pre code").text(), *text, "{slug}");
            assert_eq!(page.one("html").attr("lang").as_deref(), Some(tongue.tag));
            let home = format!("{ODD_URL}{}/prompts/{slug}", tongue.prefix);
            let canonical = page.one("link[rel=canonical]");
            assert_eq!(canonical.attr("href").as_deref(), Some(home.as_str()));
            assert_eq!(page.one("meta[name=robots]").attr("content").as_deref(), Some("noindex"));
            assert!(!page.has("script") && !page.has("form") && !page.has("[style]"));
            let links = page.all("a");
            assert_eq!(links.len(), 2);
            for link in links {
                assert_eq!(link.attr("href").as_deref(), Some(home.as_str()));
                assert_eq!(link.attr("target").as_deref(), Some("_blank"));
                assert_eq!(link.attr("rel").as_deref(), Some("noopener"));
            }
        }
    }
}

#[test]
fn only_the_frame_may_be_framed() {
    let slug = &SEEDS[0].slug;
    let path = format!("/embed/{slug}");
    let whole = full().get(&path);
    let tag = whole.header("etag").unwrap();
    let again = full().get_with(&path, &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
    assert!(is_framed_by_anybody(&whole));
    let policy = whole.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"));
    // What the client has keeps its own.
    for name in ["content-security-policy", "x-frame-options", "cross-origin-resource-policy"] {
        assert_eq!(again.header(name), None, "{name}");
    }
    for path in [format!("/prompts/{slug}"), "/embed/nothing".into(), "/embed".into(), "/".into()] {
        assert!(!is_framed_by_anybody(&full().get(&path)), "{path}");
    }
}

#[test]
fn a_renamed_prompt_keeps_its_frame() {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with("kite", "aliases = [\"dragon\"]", "A paper kite.");
    let server = gallery.serve();
    let moved = server.get("/zh-CN/embed/dragon");
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), Some("/zh-CN/embed/kite"));
    let told =
        server.get(&format!("/oembed?url={}", query(&format!("{}/prompts/dragon", server.url))));
    assert!(told.json()["html"].as_str().unwrap().contains("/embed/kite\""));
}

#[test]
fn a_page_says_how_it_is_shown_elsewhere() {
    for tongue in TONGUES {
        let path = format!("{}/prompts/{}", tongue.prefix, SEEDS[0].slug);
        let page = full().page(&path);
        let link = page.one("link[type=application/json+oembed]").attr("href").unwrap();
        let told = full().get(link.strip_prefix(full().url.as_str()).unwrap());
        assert_eq!(told.header("content-type"), Some("application/json"));
        let document = told.json();
        assert_eq!(document["type"], "rich");
        assert_eq!(document["version"], "1.0");
        assert_eq!(document["title"], page.one("h1").text());
        assert_eq!(document["provider_name"], tongue.texts().site_name);
        // What a reader copies is what programs are told.
        let html = document["html"].as_str().unwrap();
        assert_eq!(page.one("#embed").text(), html);
        assert_eq!(page.one("[data-copy=embed]").text(), tongue.texts().copy_embed);
        let frame = dom::parse(html).one("iframe");
        let src = frame.attr("src").unwrap();
        assert_eq!(src, format!("{}{}/embed/{}", full().url, tongue.prefix, SEEDS[0].slug));
        assert_eq!(frame.attr("title"), document["title"].as_str().map(str::to_owned));
        assert_eq!(frame.attr("width"), Some(document["width"].to_string()));
        assert_eq!(frame.attr("height"), Some(document["height"].to_string()));
        assert_eq!(frame.attr("loading").as_deref(), Some("lazy"));
        assert_eq!(frame.attr("referrerpolicy").as_deref(), Some("no-referrer"));
        let picture = page.one("meta[property=og:image]").attr("content").unwrap();
        assert_eq!(document["thumbnail_url"], picture);
        assert_eq!(
            (&document["thumbnail_width"], &document["thumbnail_height"]),
            (&1200.into(), &630.into())
        );
    }
}

/// A text with U+FFFD for what XML cannot hold.
fn writable(text: &str) -> String {
    let is_lost = |one: char| matches!(one, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|one| if is_lost(one) { '\u{fffd}' } else { one }).collect()
}

#[test]
fn xml_says_what_json_says() {
    for slug in ODD.keys() {
        let page = query(&format!("{ODD_URL}/prompts/{slug}"));
        let document = odd().get(&format!("/oembed?url={page}")).json();
        let answer = odd().get(&format!("/oembed?format=xml&url={page}"));
        assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
        let text = answer.text();
        let xml = roxmltree::Document::parse(&text).unwrap();
        assert_eq!(xml.root_element().tag_name().name(), "oembed");
        let elements = xml.root_element().children().filter(roxmltree::Node::is_element);
        let said: Vec<(&str, &str)> =
            elements.map(|one| (one.tag_name().name(), one.text().unwrap_or_default())).collect();
        assert_eq!(said.len(), document.as_object().unwrap().len());
        for (name, value) in said {
            match &document[name] {
                Value::String(text) => assert_eq!(value, writable(text), "{slug}: {name}"),
                other => assert_eq!(value, other.to_string(), "{slug}: {name}"),
            }
        }
    }
}

#[test]
fn a_frame_keeps_within_the_limits_of_whoever_asks() {
    let path = format!("/prompts/{}", SEEDS[0].slug);
    let size = |more: &str| {
        let document = told(&path, more).json();
        let side = |name: &str| document[name].as_u64().unwrap();
        (side("width"), side("height"), document.get("thumbnail_url").is_some())
    };
    let (width, height, _) = size("");
    assert_eq!(size("&maxwidth=5000&maxheight=5000"), (width, height, true));
    assert_eq!(size("&maxwidth=320"), (320, height, false));
    assert_eq!(size("&maxheight=300"), (width, 300, false));
    assert_eq!(size("&maxwidth=0&maxheight=-1"), (width, height, true));
    assert_eq!(size("&maxwidth=wide"), (width, height, true));
}

#[test]
fn what_cannot_be_shown_is_said_to_programs() {
    let path = format!("/prompts/{}", SEEDS[0].slug);
    let page = query(&format!("{}{path}", full().url));
    for (asked, status) in [
        (format!("/oembed?url={page}&format=yaml"), 501),
        ("/oembed".into(), 400),
        ("/oembed?format=json".into(), 400),
        (format!("/oembed?url={}", query("https://elsewhere.example/prompts/kite")), 404),
        (format!("/oembed?url={}", query(&format!("{}/prompts/nothing", full().url))), 404),
        (format!("/oembed?url={}", query(&format!("{}/faq", full().url))), 404),
        (format!("/oembed?url={}", query(&path)), 404),
    ] {
        let answer = full().get(&asked);
        assert_eq!(answer.status, status, "{asked}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{asked}");
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty(), "{asked}");
    }
    let answer = told(&path, "");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}
