//! The prompt page: the exact text, and every exact way to use it.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, LazyLock, Mutex};

use super::{assert_error_page, cards};
use crate::shared::{ODD, SEEDS, TOKEN, TONGUES, Tongue, full, names, odd, seed_table};
use crate::support::dom::{self, Element};
use crate::support::{Gallery, Server, root};

/// The languages of the code, by tab.
const CODES: [&str; 6] = ["curl", "javascript", "python", "ruby", "go", "php"];

/// Every prompt of both galleries: its server, slug and text.
fn every_prompt() -> Vec<(&'static Server, &'static str, &'static str)> {
    let seeds = SEEDS.iter().map(|seed| (full(), seed.slug.as_str(), seed.text.as_str()));
    let odds = ODD.iter().map(|(slug, text)| (odd(), *slug, text.as_str()));
    let by_sql = [
        (odd(), "carriage-returns", "a\r\nb\rc\n\rd"),
        (odd(), "described", "A described prompt."),
    ];
    seeds.chain(odds).chain(by_sql).collect()
}

/// A prompt's page; most tests here read all of them, so each is fetched once.
fn html(server: &Server, tongue: Tongue, slug: &str) -> Arc<str> {
    static PAGES: LazyLock<Mutex<HashMap<String, Arc<str>>>> = LazyLock::new(Mutex::default);
    let path = format!("{}/prompts/{slug}", tongue.prefix);
    let key = format!("{}{path}", server.url);
    if let Some(page) = PAGES.lock().unwrap().get(&key) {
        return page.clone();
    }
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{path}");
    let page: Arc<str> = answer.text().into();
    PAGES.lock().unwrap().insert(key, page.clone());
    page
}

fn page(server: &Server, tongue: Tongue, slug: &str) -> Element {
    dom::parse(&html(server, tongue, slug))
}

/// Names and values of a list of facts.
fn facts(element: &Element, list: usize) -> Vec<(String, String)> {
    let lists = element.all("dl");
    let Some(list) = lists.get(list) else { return Vec::new() };
    list.all("div").iter().map(|fact| (fact.one("dt").words(), fact.one("dd").words())).collect()
}

fn value<'a>(facts: &'a [(String, String)], name: &str) -> Option<&'a str> {
    facts.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

#[test]
fn the_prompt_is_shown_exactly() {
    for tongue in TONGUES {
        for (server, slug, text) in every_prompt() {
            let page = page(server, tongue, slug);
            assert!(page.one("#prompt-text").text() == text, "{slug} is shown with changes");
            let button = page.one("button.copy");
            assert_eq!(
                button.attr("data-copy").as_deref(),
                Some("prompt-text"),
                "the first button"
            );
        }
    }
}

#[test]
fn the_prompt_says_its_own_language() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let page = page(full(), tongue, &seed.slug);
            let pre = page.one("section.text pre");
            assert!(pre.has("#prompt-text"));
            assert_eq!(pre.attr("lang").as_deref(), Some(seed.get("language")), "{}", seed.slug);
            assert_eq!(pre.attr("dir").as_deref(), Some("auto"));
        }
    }
}

#[test]
fn the_parts_stand_in_their_order() {
    for tongue in TONGUES {
        for slug in SEEDS.iter().map(|seed| seed.slug.as_str()) {
            let html = html(full(), tongue, slug);
            let parts = [
                "<h1",
                "id=\"prompt\"",
                "id=\"prompt-text\"",
                "id=\"run\"",
                "id=\"agents\"",
                "id=\"instruction\"",
                "id=\"code\"",
                "id=\"related\"",
                "id=\"questions\"",
                "id=\"about\"",
            ];
            let places =
                parts.map(|part| html.find(part).unwrap_or_else(|| panic!("{slug}: no {part}")));
            assert!(places.is_sorted(), "{slug}: {places:?}");
        }
    }
}

#[test]
fn title_and_description_are_in_the_visitors_language() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let page = page(full(), tongue, &seed.slug);
            let lead = page.one("article header");
            assert_eq!(lead.one("h1").words(), seed.local("title", tongue.tag).unwrap());
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let description = words(seed.local("description", tongue.tag).unwrap());
            assert!(lead.words().ends_with(&description), "{}", seed.slug);
            assert_eq!(page.one("meta[name=description]").attr("content").unwrap(), description);
        }
    }
}

#[test]
fn every_parameter_that_is_set_has_a_chinese_name() {
    let [_, chinese] = TONGUES;
    for seed in SEEDS.iter() {
        for (name, _) in seed.params() {
            let label = (chinese.texts().parameter)(name);
            assert!(label.is_some(), "{name} of {} has none", seed.slug);
        }
    }
}

#[test]
fn the_run_information_is_complete() {
    let catalog = seed_table("catalog.toml");
    let find = |array: &str, slug: &str| {
        let all = catalog[array].as_array().unwrap();
        all.iter().find(|entry| entry["slug"].as_str() == Some(slug)).unwrap().clone()
    };
    for tongue in TONGUES {
        let t = tongue.texts();
        for seed in SEEDS.iter() {
            let (service, endpoint) = seed.get("endpoint").split_once('/').unwrap();
            let path = format!("/api/v1/{service}/{endpoint}");
            let service = find("services", service);
            let endpoints = service["endpoints"].as_array().unwrap();
            let endpoint =
                endpoints.iter().find(|entry| entry["slug"].as_str() == Some(endpoint)).unwrap();
            let page = page(full(), tongue, &seed.slug);
            let aside = page.one("aside.facts");
            let shown = facts(&aside, 0);
            let slug = &seed.slug;
            assert_eq!(value(&shown, t.model), seed.model(), "{slug}");
            assert_eq!(value(&shown, t.service), service["name"].as_str(), "{slug}");
            assert_eq!(value(&shown, t.endpoint), endpoint["name"].as_str(), "{slug}");
            assert_eq!(value(&shown, t.path), Some(path.as_str()), "{slug}");
            if let Some(provider) = service.get("provider") {
                let provider = find("providers", provider.as_str().unwrap());
                assert_eq!(value(&shown, t.provider), provider["name"].as_str(), "{slug}");
            }
            let parameters: Vec<String> =
                facts(&aside, 1).into_iter().map(|(_, value)| value).collect();
            let expected: Vec<String> = seed
                .params()
                .into_iter()
                .map(|(_, value)| match value {
                    toml::Value::String(text) => {
                        text.split_whitespace().collect::<Vec<_>>().join(" ")
                    }
                    toml::Value::Boolean(on) => (if *on { t.yes } else { t.no }).to_owned(),
                    other => other.to_string(),
                })
                .collect();
            assert_eq!(parameters, expected, "{slug}");
            if let Some(model) = seed.model() {
                let link = aside.one("dl a").attr("href").unwrap();
                assert_eq!(link, format!("{}/models/{model}", tongue.prefix));
            }
        }
    }
}

#[test]
fn the_cover_says_that_it_is_a_drawing() {
    for tongue in TONGUES {
        let seed = &SEEDS[0];
        let page = page(full(), tongue, &seed.slug);
        let cover = page.one("aside svg.cover[role=img]");
        let title = seed.local("title", tongue.tag).unwrap();
        assert_eq!(cover.attr("aria-label").unwrap(), (tongue.texts().cover_alt)(title));
    }
}

#[test]
fn agents_stand_before_the_instruction_that_is_the_same_for_all() {
    for tongue in TONGUES {
        let page = page(full(), tongue, &SEEDS[0].slug);
        let tabs = page.one("div.tabs[data-tabs=agent]");
        let shown: Vec<String> =
            tabs.all("section.panel").iter().map(|panel| panel.one("h3").words()).collect();
        let agents = seed_table("agents.toml");
        let listed = agents["agents"].as_array().unwrap().iter();
        let listed: Vec<&str> = listed.map(|agent| agent["name"].as_str().unwrap()).collect();
        assert_eq!(shown, listed);
        assert!(page.has("#instruction") && page.has("button[data-copy=instruction]"));
        assert!(!tabs.has("#instruction"));
    }
}

#[test]
fn the_instruction_holds_the_exact_prompt_once_between_lines_that_are_not_in_it() {
    for tongue in TONGUES {
        for (server, slug, text) in every_prompt() {
            let instruction = page(server, tongue, slug).one("#instruction").text();
            let begin = instruction.lines().find(|line| line.starts_with("-----BEGIN ")).unwrap();
            let (before, rest) = instruction.split_once(&format!("{begin}\n")).unwrap();
            let end = begin.replace("BEGIN", "END");
            let (inside, after) = rest.split_once(&format!("\n{end}\n")).unwrap();
            assert!(inside == text, "{slug} is handed on with changes");
            assert!(!text.contains(begin) && !text.contains(&end), "{slug} holds its own markers");
            assert!(before.ends_with('\n'), "{slug}: the marker is a line of its own");
            // Nothing of a prompt worth the name leaks out of the markers.
            assert!(
                text.chars().count() < 12 || !(before.contains(text) || after.contains(text)),
                "{slug}"
            );
        }
    }
}

#[test]
fn the_instruction_names_service_action_model_and_parameters() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let instruction = page(full(), tongue, &seed.slug).one("#instruction").text();
            let (head, _) = instruction.split_once("-----BEGIN ").unwrap();
            let (service, action) = seed.get("endpoint").split_once('/').unwrap();
            for word in [service, action].into_iter().chain(seed.model()) {
                assert!(head.contains(word), "{}: no {word} in {head}", seed.slug);
            }
            let params: serde_json::Map<String, serde_json::Value> = seed
                .params()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), serde_json::to_value(value).unwrap()))
                .collect();
            if !params.is_empty() {
                let json =
                    head.lines().find_map(|line| line.find('{').map(|at| &line[at..])).unwrap();
                let shown: serde_json::Value = serde_json::from_str(json).unwrap();
                assert_eq!(shown, serde_json::Value::Object(params), "{}", seed.slug);
            }
        }
    }
}

#[test]
fn code_is_shown_as_it_is_served() {
    for tongue in TONGUES {
        for (server, slug, text) in every_prompt() {
            let page = page(server, tongue, slug);
            let tabs = page.one("div.tabs[data-tabs=code]");
            let ids: Vec<String> =
                tabs.all("section.panel").iter().map(|panel| panel.attr("id").unwrap()).collect();
            assert_eq!(ids, CODES, "{slug}");
            let is_large = text.len() > 8 * 1024;
            for language in CODES {
                let href = format!("{}/prompts/{slug}/snippets/{language}", tongue.prefix);
                let panel = tabs.one(&format!("#{language}"));
                let link = panel.one("p.raw a").attr("href").unwrap();
                assert_eq!(link.split('?').next(), Some(href.as_str()), "{slug} {language}");
                assert_eq!(link, href, "{slug} {language}");
                let code = panel.all(&format!("#{language}-code"));
                assert_eq!(code.is_empty(), is_large, "{slug} {language}");
                if is_large {
                    assert!(panel.has(&format!(".program[data-href={href}]")), "{slug} {language}");
                }
                for code in code {
                    assert!(code.text() == server.get(&href).text(), "{slug} {language}");
                    assert!(
                        panel.has(&format!("button[data-copy={language}-code]")),
                        "{slug} {language}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_page_does_not_repeat_its_prompt_without_end() {
    for tongue in TONGUES {
        for (slug, text) in ODD.iter().filter(|(_, text)| text.ends_with(TOKEN)) {
            let html = html(odd(), tongue, slug);
            let times = html.matches(TOKEN).count();
            let expected = if text.len() > 8 * 1024 { 2 } else { 2 + CODES.len() };
            assert!((1..=expected).contains(&times), "{slug} stands {times} times in its page");
        }
        for seed in SEEDS.iter() {
            // The last words are not in the excerpt; no language escapes any of them.
            let plain = |character: char| character.is_alphanumeric() || character == ' ';
            let pieces = seed.text[seed.text.floor_char_boundary(seed.text.len() / 2)..]
                .split(|c| !plain(c));
            let piece = pieces.max_by_key(|piece| piece.len()).unwrap().trim();
            let html = html(full(), tongue, &seed.slug);
            let times = html.matches(piece).count();
            let in_text = seed.text.matches(piece).count();
            assert!(
                (1..=(2 + CODES.len()) * in_text).contains(&times),
                "{}: {piece:?} stands {times} times",
                seed.slug
            );
        }
    }
}

#[test]
fn an_api_key_is_one_link_away() {
    let platform = seed_table("catalog.toml")["platform"].clone();
    for tongue in TONGUES {
        let page = page(full(), tongue, &SEEDS[0].slug);
        let link =
            page.one(&format!("section.use a[href={}]", platform["key_url"].as_str().unwrap()));
        assert_eq!(link.words(), (tongue.texts().get_key)(platform["name"].as_str().unwrap()));
        let section = page.one("section[aria-labelledby=code]");
        assert!(section.words().contains(platform["key_variable"].as_str().unwrap()));
    }
}

#[test]
fn six_other_prompts_are_related_each_with_its_own_code() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let page = page(full(), tongue, &seed.slug);
            let related = cards(&page.one("[aria-labelledby=related]"));
            let mut slugs: Vec<&str> = related.iter().map(|card| card.slug.as_str()).collect();
            assert!(!slugs.contains(&seed.slug.as_str()), "{} is related to itself", seed.slug);
            slugs.sort_unstable();
            slugs.dedup();
            assert_eq!(slugs.len(), 6, "{}", seed.slug);
            for card in &related {
                let hrefs: Vec<String> = card
                    .element
                    .all("details a")
                    .iter()
                    .map(|link| link.attr("href").unwrap())
                    .collect();
                let expected = CODES.map(|language| {
                    format!("{}/prompts/{}/snippets/{language}", tongue.prefix, card.slug)
                });
                assert_eq!(hrefs, expected);
                assert!(card.element.has("details summary"));
            }
        }
    }
}

#[test]
fn what_is_related_is_rather_of_the_same_kind() {
    // By chance, one related prompt in ten would be of the same category.
    let of = |slug: &str| SEEDS.iter().find(|seed| seed.slug == slug).unwrap().get("category");
    let (mut same, mut all) = (0, 0);
    for seed in SEEDS.iter() {
        for card in cards(&page(full(), TONGUES[0], &seed.slug).one("[aria-labelledby=related]")) {
            all += 1;
            same += usize::from(of(&card.slug) == seed.get("category"));
        }
    }
    assert!(same * 5 > all, "{same} of {all}");
}

#[test]
fn a_lonely_prompt_has_no_related_ones() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("alone", "Nobody else is here.");
    let server = gallery.serve();
    for tongue in TONGUES {
        let page = page(&server, tongue, "alone");
        assert!(!page.has("[aria-labelledby=related]"));
        assert_eq!(page.one("#prompt-text").text(), "Nobody else is here.");
    }
}

#[test]
fn questions_about_using_a_prompt_are_answered_below_it() {
    for tongue in TONGUES {
        let seed = SEEDS.iter().find(|seed| seed.model().is_some()).unwrap();
        let page = page(full(), tongue, &seed.slug);
        let section = page.one("[aria-labelledby=questions]");
        let questions = section.all("details");
        assert!(questions.len() >= 3);
        let faq = full().page(&format!("{}/faq", tongue.prefix));
        for question in questions {
            let id = question.attr("id").unwrap();
            assert_eq!(question.one("summary h3").words(), faq.one(&format!("h2#{id}")).words());
            assert!(question.has("p"), "{id} is rendered");
            assert!(!question.words().contains("](") && !question.words().contains("**"), "{id}");
        }
        assert!(section.one("h2").words().contains(seed.model().unwrap()));
        assert!(section.has(&format!("a[href={}/faq]", tongue.prefix)));
    }
}

#[test]
fn what_is_asked_of_one_kind_of_prompt_is_answered_below_that_kind_alone() {
    let catalog = seed_table("catalog.toml");
    let modality = |id: &str| {
        let (service, slug) = id.split_once('/').unwrap();
        let named = |list: &toml::Value, name: &str| -> toml::Value {
            let all = list.as_array().unwrap();
            all.iter().find(|one| one["slug"].as_str() == Some(name)).unwrap().clone()
        };
        let endpoint = named(&named(&catalog["services"], service)["endpoints"], slug);
        endpoint["modality"].as_str().unwrap().to_owned()
    };
    // One prompt of each kind is enough.
    let mut kinds: Vec<(String, String, &str)> = SEEDS
        .iter()
        .map(|seed| {
            let id = seed.get("endpoint");
            (modality(id), id.split_once('/').unwrap().1.to_owned(), seed.slug.as_str())
        })
        .collect();
    kinds.sort();
    kinds.dedup_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1));
    for tongue in TONGUES {
        let faq = fs::read_to_string(root().join(format!("seeds/faq/{}.md", tongue.tag))).unwrap();
        let questions: Vec<Vec<&str>> = faq
            .lines()
            .filter_map(|line| line.strip_prefix("## ")?.split_once("{#")?.1.strip_suffix('}'))
            .map(|attributes| attributes.split(" .").collect())
            .collect();
        for (modality, endpoint, slug) in &kinds {
            let expected: Vec<&str> = questions
                .iter()
                .filter(|question| {
                    question.iter().skip(1).any(|class| {
                        ["prompt", modality.as_str(), endpoint.as_str()].contains(class)
                    })
                })
                .map(|question| question[0])
                .collect();
            let page = page(full(), tongue, slug);
            let shown = page.all("[aria-labelledby=questions] details");
            let shown: Vec<String> = shown.iter().map(|one| one.attr("id").unwrap()).collect();
            assert_eq!(shown, expected, "{slug}");
            assert!(shown.len() > 6 && shown.len() < 12, "{slug} has {} questions", shown.len());
        }
        assert!(kinds.len() >= 6, "{kinds:?}");
    }
}

#[test]
fn the_page_ends_with_where_the_prompt_comes_from() {
    for tongue in TONGUES {
        let t = tongue.texts();
        let categories = names("categories.toml", "categories", tongue.tag);
        let tags = names("tags.toml", "tags", tongue.tag);
        let name = |all: &[(String, String)], slug: &str| {
            all.iter().find(|(other, _)| other == slug).unwrap().1.clone()
        };
        for seed in SEEDS.iter() {
            let about = page(full(), tongue, &seed.slug).one("section.about");
            let shown = facts(&about, 0);
            assert_eq!(value(&shown, t.author), Some(seed.get("author")), "{}", seed.slug);
            assert_eq!(value(&shown, t.license), Some(seed.get("license")), "{}", seed.slug);
            let day = about.one("time");
            assert_eq!(day.attr("datetime"), Some(seed.created()), "{}", seed.slug);
            assert_eq!(value(&shown, t.added), Some(t.date(&seed.created()).as_str()));
            let category = name(&categories, seed.get("category"));
            assert_eq!(value(&shown, t.category), Some(category.as_str()), "{}", seed.slug);
            for tag in seed.tags() {
                let link = about.one(&format!("a[href={}/tags/{tag}]", tongue.prefix));
                assert_eq!(link.words(), name(&tags, tag), "{}", seed.slug);
            }
            assert_eq!(value(&shown, t.tags).is_some(), !seed.tags().is_empty(), "{}", seed.slug);
        }
        let about = page(odd(), tongue, "credited").one("section.about");
        let shown = facts(&about, 0);
        assert_eq!(value(&shown, t.author), Some("Ada <Lovelace> & Sons"));
        assert_eq!(value(&shown, t.license), Some("CC-BY-4.0"));
        assert_eq!(value(&shown, t.source), Some("https://example.com/source?a=1&b=2"));
        assert!(about.has("a[href=https://example.com/source?a=1&b=2]"));
        let unknown = facts(&page(odd(), tongue, "plain").one("section.about"), 0);
        for name in [t.author, t.license, t.source] {
            assert_eq!(value(&unknown, name), None, "nothing is said where nothing is known");
        }
    }
}

#[test]
fn the_prompt_is_offered_as_data() {
    for tongue in TONGUES {
        let slug = &SEEDS[0].slug;
        let about = page(full(), tongue, slug).one("section.about");
        for suffix in [".txt", ".md", ".json"] {
            assert!(
                about.has(&format!("a[href={}/prompts/{slug}{suffix}]", tongue.prefix)),
                "{suffix}"
            );
        }
    }
}

#[test]
fn markup_in_a_description_is_only_text() {
    for tongue in TONGUES {
        let page = page(odd(), tongue, "described");
        let data = page.all("head script[type=application/ld+json]").len();
        assert_eq!((page.all("script").len(), data), (2, 1), "ours");
        for element in ["iframe", "article header b", "article header img", "[onclick]"] {
            assert!(!page.has(element), "{element}");
        }
        let lead = page.one("article header");
        assert!(
            lead.words().contains("<script>alert("),
            "shown as it was written: {}",
            lead.words()
        );
        let hrefs: Vec<String> =
            lead.all("a").iter().map(|link| link.attr("href").unwrap()).collect();
        let expected: &[&str] = match tongue.tag {
            "en" => &["https://example.com/a?b=1&c=2", "https://example.com/p.png"],
            _ => &["https://example.com/z"],
        };
        assert_eq!(hrefs, expected, "unsafe links are gone, safe ones stay");
        let title = match tongue.tag {
            "en" => "A <title> & \"quotes\"</title><script>alert(3)</script>",
            _ => "标题 <b>&amp;</b>",
        };
        assert_eq!(lead.one("h1").words(), title);
        assert!(page.one("head title").words().starts_with(title));
    }
}

#[test]
fn markup_in_the_description_of_a_seed_file_is_refused() {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with(
        "bad",
        "description.en = \"<script>alert(1)</script>\"\ndescription.zh-CN = \"好\"",
        "A lantern.",
    );
    let check = gallery.run(&["check"]);
    assert!(!check.success);
    assert!(check.err.contains("bad.md") && check.err.contains("<script>"), "{}", check.err);
}

#[test]
fn a_prompt_without_a_title_gets_a_readable_one() {
    let expected = [
        ("plain", "A quiet harbour before sunrise"),
        ("chinese", "雨后的石桥，桥下有一条乌篷船"),
        ("json", "A beekeeper lifting a frame"),
        ("broken-json", "Ferry at first light"),
        ("list", "A paper crane on a windowsill"),
        ("leading-lines", "Three empty lines first, and two last"),
        ("one-character", "海"),
    ];
    for tongue in TONGUES {
        for (slug, title) in expected {
            let page = page(odd(), tongue, slug);
            assert_eq!(page.one("h1").words(), title, "{slug}");
            assert!(page.one("head title").words().starts_with(title), "{slug}");
            let lang = page.one("h1").attr("lang").unwrap_or_else(|| tongue.tag.to_owned());
            assert_eq!(lang, "en", "{slug}: odd prompts say that they are English");
        }
        for slug in ODD.keys() {
            let title = page(odd(), tongue, slug).one("h1").words();
            assert!(!title.is_empty() && !title.starts_with(['{', '[']), "{slug}: {title}");
        }
    }
}

#[test]
fn there_is_no_page_of_an_unknown_prompt() {
    for tongue in TONGUES {
        for slug in ["nothing", "nothing.json", "plain'--", "%2e%2e", "-", "plain%00"] {
            let answer = odd().get(&format!("{}/prompts/{slug}", tongue.prefix));
            assert_error_page(&answer, 404, tongue);
        }
    }
}

#[test]
fn characters_nobody_sees_are_marked_counted_and_kept() {
    let gallery = Gallery::without_prompts();
    let text = "a\u{200b}b \u{202e}c\u{feff} \u{e0041} d\u{85}\te\n";
    gallery.prompt("unseen", text);
    gallery.prompt("seen", "Nothing to see here\n\tbut a tab");
    let server = gallery.serve();
    for tongue in TONGUES {
        let page = server.page(&format!("{}/prompts/unseen", tongue.prefix));
        assert_eq!(page.one("#prompt-text").text(), text);
        assert!(page.one("#instruction").text().contains(text));
        let codes: Vec<String> = page
            .all("#prompt-text .hidden")
            .iter()
            .map(|mark| mark.attr("data-code").unwrap())
            .collect();
        assert_eq!(codes, ["U+200B", "U+202E", "U+FEFF", "U+E0041", "U+0085"]);
        assert!(page.one(".remark").text().contains('5'));
        for language in CODES {
            let code = page.one(&format!("#{language}-code")).text();
            assert!(!code.contains(['\u{200b}', '\u{202e}', '\u{feff}', '\u{e0041}', '\u{85}']));
        }
        let page = server.page(&format!("{}/prompts/seen", tongue.prefix));
        assert!(!page.has(".hidden") && !page.has(".remark"));
    }
}
