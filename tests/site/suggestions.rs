//! Where a search may lead while it is typed, as JSON for the search field.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::shared::{SEEDS, TONGUES, Tongue, encode, full, names, odd};
use crate::support::{Gallery, Server};

/// A suggestion as a test compares it.
#[derive(Debug, PartialEq, Eq)]
struct Suggestion {
    kind: String,
    label: String,
    lang: Option<String>,
    href: String,
    note: Option<String>,
}

/// What a server suggests, in the order shown.
#[track_caller]
fn suggestions(server: &Server, tongue: Tongue, query: &str) -> Vec<Suggestion> {
    let path = format!("{}/suggest?q={}", tongue.prefix, encode(query));
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{path}");
    let json = answer.json();
    assert_eq!(json["query"], query.trim(), "{path}");
    let mut all = Vec::new();
    for group in json["groups"].as_array().unwrap() {
        let inside = group["suggestions"].as_array().unwrap();
        assert!(!inside.is_empty(), "{path}: an empty group");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        all.extend(inside.iter().map(|suggestion| Suggestion {
            kind: text(&group["kind"]).unwrap(),
            label: text(&suggestion["label"]).unwrap(),
            lang: text(&suggestion["lang"]),
            href: text(&suggestion["href"]).unwrap(),
            note: text(&suggestion["note"]),
        }));
    }
    assert_eq!(json["summary"], (tongue.texts().suggestion_count)(all.len()), "{path}");
    all
}

/// The labels of one kind.
#[track_caller]
fn labels(tongue: Tongue, kind: &str, query: &str) -> Vec<String> {
    let all = suggestions(full(), tongue, query).into_iter();
    all.filter(|suggestion| suggestion.kind == kind).map(|suggestion| suggestion.label).collect()
}

#[test]
fn a_prompt_is_suggested_by_its_title_in_the_readers_language() {
    for tongue in TONGUES {
        for seed in SEEDS.iter().step_by(3) {
            let title = seed.local("title", tongue.tag).unwrap();
            let categories = names("categories.toml", "categories", tongue.tag);
            let category = categories.into_iter().find(|(slug, _)| slug == seed.get("category"));
            let first = suggestions(full(), tongue, title).into_iter().next().unwrap();
            let expected = Suggestion {
                kind: String::from("prompt"),
                label: title.to_owned(),
                lang: Some(tongue.tag.to_owned()),
                href: format!("{}/prompts/{}", tongue.prefix, seed.slug),
                note: category.map(|(_, name)| name),
            };
            assert_eq!(first, expected);
            // In the other language it is the same prompt.
            let there = suggestions(full(), tongue.other(), title).into_iter().next().unwrap();
            assert_eq!(there.href, format!("{}/prompts/{}", tongue.other().prefix, seed.slug));
            assert_eq!(Some(there.label.as_str()), seed.local("title", tongue.other().tag));
        }
    }
}

#[test]
fn nothing_vanishes_while_somebody_types_a_title() {
    for tongue in TONGUES {
        for seed in SEEDS.iter().step_by(5) {
            let title = seed.local("title", "en").unwrap();
            let first_word = title.find(char::is_whitespace).unwrap_or(title.len());
            for (end, _) in title.char_indices().filter(|(end, _)| *end > first_word) {
                let all = suggestions(full(), tongue, &title[..end]);
                let has_prompt = all.iter().any(|suggestion| suggestion.kind == "prompt");
                assert!(has_prompt, "{:?}", &title[..end]);
            }
        }
    }
}

#[test]
fn categories_and_tags_are_found_in_either_language_and_named_in_the_readers() {
    for (file, array, kind, place) in [
        ("categories.toml", "categories", "category", "categories"),
        ("tags.toml", "tags", "tag", "tags"),
    ] {
        for tongue in TONGUES {
            let here = names(file, array, tongue.tag);
            let there = names(file, array, tongue.other().tag);
            for ((slug, name), (_, other)) in here.iter().zip(&there) {
                let count = SEEDS
                    .iter()
                    .filter(|seed| match kind {
                        "category" => seed.get("category") == slug,
                        _ => seed.tags().contains(&slug.as_str()),
                    })
                    .count();
                for query in [name, other] {
                    let all = suggestions(full(), tongue, query);
                    let found = all.iter().find(|suggestion| suggestion.kind == kind);
                    if count == 0 {
                        assert!(found.is_none_or(|found| found.label != *name), "{name} is empty");
                        continue;
                    }
                    let expected = Suggestion {
                        kind: kind.to_owned(),
                        label: name.clone(),
                        lang: Some(tongue.tag.to_owned()),
                        href: format!("{}/{place}/{slug}", tongue.prefix),
                        note: Some((tongue.texts().prompt_count)(count)),
                    };
                    assert_eq!(found, Some(&expected), "{query}");
                }
            }
        }
    }
}

#[test]
fn a_model_is_found_however_it_is_written_and_by_its_maker() {
    for tongue in TONGUES {
        for query in ["gpt-image-2", "GPT Image 2", "gptimage2", "ＧＰＴ＿ｉｍａｇｅ ２"]
        {
            assert_eq!(labels(tongue, "model", query)[0], "gpt-image-2", "{query}");
        }
        for query in ["gpt-im", "gptim", "gpt im", "image gp"] {
            assert!(labels(tongue, "model", query).contains(&"gpt-image-2".into()), "{query}");
        }
        let openai = labels(tongue, "model", "openai");
        assert!(!openai.is_empty() && openai.iter().all(|model| model.starts_with("gpt")));
    }
}

#[test]
fn only_the_last_word_may_be_a_beginning() {
    let [english, chinese] = TONGUES;
    for (query, is_found) in [
        ("natural li", true),
        ("NATURAL LIGHT", true),
        ("light nat", true),
        ("nat", true),
        ("nat light", false),
        ("atural", false),
        ("自然", true),
        ("然光", true),
        ("自光", false),
    ] {
        assert_eq!(
            labels(english, "tag", query).contains(&"Natural light".into()),
            is_found,
            "{query}"
        );
        assert_eq!(labels(chinese, "tag", query).contains(&"自然光".into()), is_found, "{query}");
    }
}

#[test]
fn a_name_that_begins_like_that_comes_before_one_that_has_it_inside() {
    let gallery = Gallery::without_prompts();
    let tags =
        [("a-oak", "Green oak"), ("b-oak", "Oak leaf"), ("c-oak", "Oak"), ("d-oak", "Oak bark")];
    let mut file = String::new();
    for (slug, name) in tags {
        file += &format!(
            "[[tags]]\nslug = \"{slug}\"\nname.en = \"{name}\"\nname.zh-CN = \"{name}\"\n"
        );
        gallery.prompt_with(slug, &format!("tags = [\"{slug}\"]"), "A lantern.");
    }
    file += "[[tags]]\nslug = \"e-oak\"\nname.en = \"Oak without prompts\"\nname.zh-CN = \"Oak\"\n";
    gallery.write("tags.toml", file);
    gallery.prompt_with("more-bark", "tags = [\"d-oak\"]", "Another lantern.");
    let server = gallery.serve();
    let tags = |query: &str| -> Vec<String> {
        let all = suggestions(&server, TONGUES[0], query).into_iter();
        all.filter(|suggestion| suggestion.kind == "tag").map(|tag| tag.label).collect()
    };
    // What is written out, then the fuller of those that begin like that; no more than three.
    assert_eq!(tags("oak"), ["Oak", "Oak bark", "Oak leaf"]);
    assert_eq!(tags("green"), ["Green oak"]);
    assert!(tags("without").is_empty(), "a tag without prompts leads nowhere");
    // A seeding beside the running server shows on the next request.
    gallery.prompt_with("at-last", "tags = [\"e-oak\"]", "A third lantern.");
    gallery.run(&["seed"]).ok();
    assert_eq!(tags("without"), ["Oak without prompts"]);
}

#[test]
fn there_are_at_most_five_prompts_and_three_names_of_a_kind() {
    for tongue in TONGUES {
        let mut most = BTreeSet::new();
        for query in ["a", "s", "i", "gpt", "li", "image", "光", "light", "图"] {
            let all = suggestions(full(), tongue, query);
            let kinds: Vec<&str> = all.iter().map(|suggestion| suggestion.kind.as_str()).collect();
            assert!(kinds.is_sorted_by_key(|kind| {
                ["prompt", "category", "model", "tag"].iter().position(|other| other == kind)
            }));
            for (kind, limit) in [("prompt", 5), ("category", 3), ("model", 3), ("tag", 3)] {
                let count = kinds.iter().filter(|other| **other == kind).count();
                assert!(count <= limit, "{query}: {count} × {kind}");
                if count == limit {
                    most.insert(kind);
                }
            }
            let distinct: BTreeSet<&str> =
                all.iter().map(|suggestion| suggestion.href.as_str()).collect();
            assert_eq!(distinct.len(), all.len(), "{query}: something is suggested twice");
        }
        assert!(
            most.contains("prompt") && most.contains("model") && most.contains("tag"),
            "{most:?}"
        );
    }
}

#[test]
fn every_suggestion_leads_to_a_page_in_the_readers_language() {
    let mut seen = BTreeSet::new();
    for tongue in TONGUES {
        for query in ["a", "light", "gpt", "海报", "video", "光", "por"] {
            for suggestion in suggestions(full(), tongue, query) {
                assert!(suggestion.href.starts_with(&format!("{}/", tongue.prefix)));
                if seen.insert(suggestion.href.clone()) {
                    let page = full().page(&suggestion.href);
                    let heading = page.one("h1").words();
                    assert_eq!(page.one("html").attr("lang").as_deref(), Some(tongue.tag));
                    assert_eq!(heading, suggestion.label, "{}", suggestion.href);
                }
            }
        }
    }
    assert!(seen.len() > 20);
}

#[test]
fn hostile_titles_come_as_they_are() {
    let [english, chinese] = TONGUES;
    let label = |tongue, query| {
        let all = suggestions(odd(), tongue, query).into_iter();
        all.map(|suggestion| suggestion.label).next().unwrap()
    };
    let title = "A <title> & \"quotes\"</title><script>alert(3)</script>";
    assert_eq!(label(english, "quotes title script"), title);
    assert_eq!(label(chinese, "标题"), "标题 <b>&amp;</b>");
    // A prompt without a title is called what its list calls it.
    for tongue in TONGUES {
        let list = odd().page(&format!("{}/prompts?q=beekeeper", tongue.prefix));
        let all = suggestions(odd(), tongue, "beekeeper");
        assert_eq!(all[0].label, list.one("li.card h3").words());
    }
}

#[test]
fn whatever_is_typed_is_answered() {
    let queries = [
        "",
        " ",
        "\"",
        "\"\"",
        "'; DROP TABLE tags; --",
        "*",
        "a*",
        "(",
        "-",
        "--",
        "-light",
        "AND",
        "title:light",
        "\\",
        "%",
        "_",
        "\0",
        "a\0b",
        "\u{1}",
        "\r\n",
        "😀",
        "👩🏽\u{200d}🚀",
        "\u{200d}",
        "\u{202e}thgil",
        "e\u{301}",
        "ﬁ",
        "İ",
        "ß",
        "海",
        "，。！",
        "</script>",
        "null",
        "1e999",
        &"a".repeat(200),
        &"a ".repeat(100),
        &"海".repeat(200),
        &"2.".repeat(100),
        &"\u{fdfa}".repeat(200),
    ]
    .map(str::to_owned);
    for tongue in TONGUES {
        for query in &queries {
            suggestions(full(), tongue, query);
        }
        for query in
            ["", "?", "?q", "?q=", "?q=%", "?q=%ff%fe", "?q=%ed%a0%80", "?Q=light", "?x=1&&"]
        {
            let answer = full().get(&format!("{}/suggest{query}", tongue.prefix));
            assert_eq!(answer.status, 200, "{query}");
        }
    }
    for nothing in ["", " ", "😀", "--", "\"\"", "zyxwvutsrq"] {
        assert_eq!(suggestions(full(), TONGUES[0], nothing), [], "{nothing:?}");
    }
}

#[test]
fn a_query_of_more_than_200_characters_is_refused_as_the_search_refuses_it() {
    for tongue in TONGUES {
        for character in ["a", "光", "😀"] {
            let path = |count: usize| {
                format!("{}/suggest?q={}", tongue.prefix, encode(&character.repeat(count)))
            };
            assert_eq!(full().get(&path(200)).status, 200, "{character}");
            let refused = full().get(&path(201));
            assert_eq!(refused.status, 400, "{character}");
            assert_eq!(refused.header("content-type"), Some("application/problem+json"));
            assert_eq!(refused.header("cache-control"), Some("no-store"));
            let problem = refused.json();
            assert_eq!(problem["status"], 400);
            assert_eq!(problem["title"], tongue.texts().bad_request);
            assert_eq!(problem["detail"], tongue.texts().search_too_long);
        }
    }
}

#[test]
fn every_error_there_is_json() {
    for tongue in TONGUES {
        for method in ["POST", "PUT", "DELETE"] {
            let answer = full().request(method, &format!("{}/suggest?q=a", tongue.prefix), &[]);
            assert_eq!(answer.status, 405, "{method}");
            assert!(answer.header("allow").is_some_and(|allow| allow.contains("GET")));
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert_eq!(answer.json()["title"], tongue.texts().method_not_allowed);
        }
    }
}

#[test]
fn suggestions_say_their_language_and_keep_out_of_search_engines() {
    for tongue in TONGUES {
        let answer = full().get(&format!("{}/suggest?q=light", tongue.prefix));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("content-language"), Some(tongue.tag));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        let groups = answer.json()["groups"].clone();
        let names: Vec<&str> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, [tongue.texts().prompts, tongue.texts().tags]);
        // The search field knows where to ask; nobody else is sent there.
        let page = full().page(&format!("{}/", tongue.prefix));
        let field = page.one("input#q");
        assert_eq!(field.attr("data-suggest"), Some(format!("{}/suggest", tongue.prefix)));
        assert!(field.attr("role").is_none(), "without its script it is a field like any other");
    }
}
