//! A prompt as data: its exact text, a Markdown document, JSON, and each snippet as plain text.

use serde_json::Value;

use crate::shared::{ODD, ODD_URL, SEEDS, TONGUES, everything, full, odd, raw, seed_table};
use crate::support::dom;

const CODES: [&str; 6] = ["curl", "javascript", "python", "ruby", "go", "php"];

#[test]
fn txt_is_the_exact_text_and_nothing_else() {
    for tongue in TONGUES {
        let seeds = SEEDS.iter().map(|seed| (full(), seed.slug.as_str(), seed.text.as_str()));
        let odds = ODD.iter().map(|(slug, text)| (odd(), *slug, text.as_str()));
        let by_sql = [(odd(), "carriage-returns", "a\r\nb\rc\n\rd")];
        for (server, slug, text) in seeds.chain(odds).chain(by_sql) {
            let answer = server.get(&format!("{}/prompts/{slug}.txt", tongue.prefix));
            assert_eq!(answer.status, 200, "{slug}");
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{slug}");
            assert!(answer.body == text.as_bytes(), "{slug} is served with changes");
        }
    }
}

#[test]
fn the_exact_text_says_which_language_it_is_in() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let answer = full().get(&format!("{}/prompts/{}.txt", tongue.prefix, seed.slug));
            assert_eq!(
                answer.header("content-language"),
                Some(seed.get("language")),
                "{}",
                seed.slug
            );
        }
    }
}

#[test]
fn json_holds_everything_about_a_prompt() {
    let catalog = seed_table("catalog.toml");
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let slug = &seed.slug;
            let answer = full().get(&format!("{}/prompts/{slug}.json", tongue.prefix));
            assert!(
                answer.header("content-type").unwrap().starts_with("application/json"),
                "{slug}"
            );
            let json = answer.json();
            for key in ["language", "category", "endpoint", "author", "license"] {
                assert_eq!(json[key], seed.get(key), "{slug}: {key}");
            }
            assert_eq!(json["model"].as_str(), seed.model(), "{slug}");
            assert_eq!(json["slug"], *slug);
            assert_eq!(json["text"], seed.text);
            assert_eq!(json["title"], seed.local("title", tongue.tag).unwrap());
            assert_eq!(json["description"], seed.local("description", tongue.tag).unwrap());
            assert_eq!(json["created"], seed.created());
            assert_eq!(json["featured"], seed.is_featured());
            assert_eq!(json["source_url"], Value::Null);
            let tags: Vec<&str> =
                json["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
            let (mut shown, mut expected) = (tags, seed.tags());
            shown.sort_unstable();
            expected.sort_unstable();
            assert_eq!(shown, expected, "{slug}");
            assert_eq!(json["url"], format!("{}{}/prompts/{slug}", full().url, tongue.prefix));
            assert_eq!(json["cover_url"], format!("{}/covers/{slug}.svg", full().url));

            let (service, action) = seed.get("endpoint").split_once('/').unwrap();
            let request = &json["request"];
            let base = catalog["platform"]["base_url"].as_str().unwrap();
            assert_eq!(request["method"], "POST");
            assert_eq!(request["url"], format!("{base}/api/v1/{service}/{action}"), "{slug}");
            let body = request["body"].as_object().unwrap();
            assert_eq!(body.get("model").and_then(Value::as_str), seed.model(), "{slug}");
            for (name, value) in seed.params() {
                assert_eq!(body[name], serde_json::to_value(value).unwrap(), "{slug}: {name}");
            }
            let holding_text = body.values().filter(|value| **value == seed.text).count();
            assert_eq!(holding_text, 1, "{slug}: the text is one field of the body");
            let set = seed.params().len() + seed.model().iter().len();
            assert_eq!(body.len(), set + 1, "{slug}: model, text and what was set");
        }
    }
}

#[test]
fn json_holds_any_text_and_points_to_the_public_address() {
    for (slug, text) in ODD.iter() {
        let json = odd().get(&format!("/prompts/{slug}.json")).json();
        assert!(json["text"] == *text && json["request"]["body"]["prompt"] == *text, "{slug}");
        assert_eq!(json["url"], format!("{ODD_URL}/prompts/{slug}"));
    }
    let json = odd().get("/prompts/credited.json").json();
    assert_eq!(json["author"], "Ada <Lovelace> & Sons");
    assert_eq!(json["source_url"], "https://example.com/source?a=1&b=2");
}

#[test]
fn the_fence_of_the_markdown_document_is_longer_than_any_in_the_prompt() {
    let runs = |text: &str| text.split(|character| character != '`').map(str::len).max().unwrap();
    for tongue in TONGUES {
        let seeds = SEEDS.iter().map(|seed| (full(), seed.slug.as_str(), seed.text.as_str()));
        let odds = ODD.iter().map(|(slug, text)| (odd(), *slug, text.as_str()));
        for (server, slug, text) in seeds.chain(odds) {
            let answer = server.get(&format!("{}/prompts/{slug}.md", tongue.prefix));
            assert_eq!(
                answer.header("content-type"),
                Some("text/markdown; charset=utf-8"),
                "{slug}"
            );
            let document = answer.text();
            let opening = document.lines().find(|line| line.starts_with("```")).unwrap();
            let fence = opening.trim_end_matches(|character| character != '`');
            assert!(fence.len() > runs(text), "{slug}: {fence}");
            let (head, rest) = document.split_once(&format!("\n{opening}\n")).unwrap();
            let (inside, tail) = rest.split_once(&format!("\n{fence}\n")).unwrap();
            assert!(inside == text, "{slug} is written with changes");
            assert!(
                head.starts_with("# ") && head.lines().next().unwrap().len() > 2,
                "{slug}: {head}"
            );
            assert!(tail.contains("/api/v1/"), "{slug}: {tail}");
        }
    }
}

#[test]
fn the_markdown_document_is_in_the_visitors_language() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let document =
                full().get(&format!("{}/prompts/{}.md", tongue.prefix, seed.slug)).text();
            assert_eq!(
                document.lines().next().unwrap(),
                format!("# {}", seed.local("title", tongue.tag).unwrap())
            );
            assert!(
                document.contains(seed.local("description", tongue.tag).unwrap()),
                "{}",
                seed.slug
            );
            if let Some(model) = seed.model() {
                assert!(document.contains(&format!("`{model}`")), "{}", seed.slug);
            }
            for (name, _) in seed.params() {
                assert!(document.contains(&format!("\"{name}\":")), "{}: {name}", seed.slug);
            }
        }
    }
}

/// Every program of a prompt, by language and form, as its own address gives it.
fn programs(slug: &str) -> Vec<(&'static str, &'static str, String)> {
    let forms = |language| match language {
        "curl" | "go" => &["http"][..],
        _ => &["sdk", "http"],
    };
    CODES
        .into_iter()
        .flat_map(|language| forms(language).iter().map(move |form| (language, *form)))
        .map(|(language, form)| {
            let path = format!("/prompts/{slug}/snippets/{language}?form={form}");
            let answer = full().get(&path);
            assert_eq!(answer.status, 200, "{path}");
            (language, form, answer.text())
        })
        .collect()
}

#[test]
fn page_address_json_and_markdown_give_the_same_programs() {
    for seed in SEEDS.iter().step_by(4) {
        let slug = &seed.slug;
        let programs = programs(slug);
        let json = full().get(&format!("/prompts/{slug}.json")).json();
        let listed: Vec<(String, String, String)> = json["snippets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|snippet| {
                let text = |key: &str| snippet[key].as_str().unwrap().to_owned();
                assert!(text("url").ends_with(&format!(
                    "/prompts/{slug}/snippets/{}?form={}",
                    text("language"),
                    text("form")
                )));
                (text("language"), text("form"), text("code"))
            })
            .collect();
        assert_eq!(listed.len(), programs.len(), "{slug}");
        let page = full().page(&format!("/prompts/{slug}"));
        let markdown = full().get(&format!("/prompts/{slug}.md")).text();
        let mut seen = "";
        for ((language, form, code), listed) in programs.iter().zip(&listed) {
            assert_eq!((*language, *form), (listed.0.as_str(), listed.1.as_str()), "{slug}");
            assert!(*code == listed.2, "{slug} {language} {form}");
            // The first form of each language is the one a page and a document show.
            if *language != seen {
                assert!(
                    page.one(&format!("#{language}-code")).text() == *code,
                    "{slug} {language}"
                );
                assert!(markdown.contains(code), "{slug} {language}");
                let plain = full().get(&format!("/prompts/{slug}/snippets/{language}")).text();
                assert!(plain == *code, "{slug} {language}");
            } else {
                let link = format!("#{language} a[data-form={form}]");
                let href = page.one(&link).attr("href").unwrap();
                assert!(full().get(&href).text() == *code, "{slug} {language} {form}");
            }
            seen = *language;
        }
    }
}

#[test]
fn the_pieces_of_a_program_make_up_the_program() {
    for seed in SEEDS.iter().step_by(7) {
        for (language, form, code) in programs(&seed.slug) {
            let path = format!("/prompts/{}/snippets/{language}.json?form={form}", seed.slug);
            let pieces = full().get(&path).json();
            let pieces = pieces.as_array().unwrap();
            let joined: String = pieces.iter().map(|piece| piece[1].as_str().unwrap()).collect();
            assert!(joined == code, "{path}");
            let of_kind = |kind: &str| pieces.iter().filter(|piece| piece[0] == kind).count();
            assert!(of_kind("hl-s") + of_kind("hl-n") >= 2, "{path}");
            assert!(of_kind("hl-k") > 0, "{path}");
        }
    }
    assert_eq!(full().get(&format!("/prompts/{}/snippets/cobol.json", SEEDS[0].slug)).status, 404);
}

#[test]
fn the_package_to_install_is_the_one_the_catalogue_names() {
    let page = everything().page("/prompts/the-lake-answers");
    let install = |language: &str| page.one(&format!("#{language} code[data-for=sdk]")).text();
    assert_eq!(install("javascript"), "npm install @runapi.ai/veo-3.1");
    assert_eq!(install("python"), "pip install runapi-veo-3-1");
    assert_eq!(install("ruby"), "gem install runapi-veo-3.1");
    assert_eq!(install("php"), "composer require runapi-ai/veo-3.1");
    for language in ["curl", "go"] {
        assert!(!page.has(&format!("#{language} a[data-form]")), "{language} has one form only");
    }
}

#[test]
fn a_form_that_a_language_does_not_have_is_not_found() {
    let slug = &SEEDS[0].slug;
    for query in ["go?form=sdk", "curl?form=sdk", "ruby?form=soap", "ruby?form=", "ruby?form=SDK"] {
        assert_eq!(full().get(&format!("/prompts/{slug}/snippets/{query}")).status, 404, "{query}");
    }
}

#[test]
fn snippets_are_plain_text_in_every_language_of_code() {
    let platform = seed_table("catalog.toml")["platform"].clone();
    let key = platform["key_variable"].as_str().unwrap();
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            for language in CODES {
                let path = format!("{}/prompts/{}/snippets/{language}", tongue.prefix, seed.slug);
                let answer = full().get(&path);
                assert_eq!(answer.status, 200, "{path}");
                assert_eq!(
                    answer.header("content-type"),
                    Some("text/plain; charset=utf-8"),
                    "{path}"
                );
                let code = answer.text();
                let has_model = seed.model().is_none_or(|model| code.contains(model));
                assert!(code.contains(key) && has_model, "{path}: {code}");
                assert!(code.ends_with('\n'), "{path}");
            }
        }
    }
}

#[test]
fn formats_and_languages_nobody_knows_are_not_found() {
    let slug = &SEEDS[0].slug;
    for tongue in TONGUES {
        for rest in [
            ".xml",
            ".html",
            ".",
            ".txt.txt",
            ".txt.json",
            "..txt",
            ".txt%00",
            "/snippets",
            "/snippets/cobol",
            "/snippets/curl.sh",
            "/snippets/c%75rl%20",
            "/snippets/curl/more",
            "/txt",
        ] {
            let path = format!("{}/prompts/{slug}{rest}", tongue.prefix);
            let answer = full().get(&path);
            assert_eq!(answer.status, 404, "{path}");
            let page = dom::parse(&answer.text());
            assert_eq!(page.one("html").attr("lang").as_deref(), Some(tongue.tag), "{path}");
        }
    }
}

#[test]
fn data_is_sent_to_the_last_byte() {
    let text = ODD["very-long"].len();
    let answer =
        raw(odd(), "GET /prompts/very-long.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.to_lowercase().contains(&format!("content-length: {text}")), "{head}");
    assert_eq!(body.len(), text);
}
