//! What search engines, and whoever is sent a link, are told: robots.txt, the sitemap, structured
//! data, what a shared page looks like, and llms.txt.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use roxmltree::Document;
use serde_json::Value;

use crate::shared::{ODD_URL, SEEDS, Seed, TONGUES, full, odd};
use crate::support::Server;
use crate::support::dom::Element;

/// The rules of robots.txt for everybody, as RFC 9309 reads them: patterns nobody may ask for.
fn disallowed(robots: &str) -> Vec<String> {
    let rule = |line: &str| line.strip_prefix("Disallow: ").map(str::to_owned);
    robots.lines().filter_map(rule).collect()
}

/// Whether a rule is about an address; `*` is anything.
fn matches(rule: &str, address: &str) -> bool {
    let mut rest = address;
    for (at, part) in rule.split('*').enumerate() {
        match rest.find(part) {
            Some(found) if at > 0 || found == 0 => rest = &rest[found + part.len()..],
            _ => return false,
        }
    }
    true
}

#[test]
fn crawlers_may_ask_for_pages_and_not_for_what_is_without_number() {
    let answer = full().get("/robots.txt");
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    let robots = answer.text();
    let rules = disallowed(&robots);
    assert!(robots.starts_with("User-agent: *\n") && !robots.contains("Allow: "));
    let allows = |address: &str| !rules.iter().any(|rule| matches(rule, address));
    for address in [
        "/",
        "/prompts",
        "/prompts?page=2",
        "/prompts?category=video",
        "/prompts?category=video&page=2",
        "/prompts?sort=title&page=2",
        "/prompts?utm_source=x",
        "/zh-CN/prompts?tag=night",
        "/categories/video?page=2",
        "/zh-CN/tags/night?utm_source=x&utm_medium=y",
        "/prompts/kite.md",
        "/prompts/kite?v.colour=red",
        "/assets/style.css",
        "/og/kite.png",
        "/feed.xml?page=2",
        "/sitemap.xml",
        "/llms.txt",
    ] {
        assert!(allows(address), "{address}");
    }
    for address in [
        "/prompts?q=tea",
        "/zh-CN/prompts?category=video&q=tea",
        "/prompts?category=video&model=sora-2",
        "/prompts?tag=a&tag=b",
        "/zh-CN/prompts?sort=title&category=video",
        "/categories/video?model=sora-2",
        "/zh-CN/models/sora-2?tag=night",
        "/suggest?q=t",
        "/zh-CN/suggest?q=t",
        "/mcp",
    ] {
        assert!(!allows(address), "{address}");
    }
    let sitemap = format!("Sitemap: {}/sitemap.xml", full().url);
    assert!(robots.lines().any(|line| line == sitemap));
    assert!(odd().get("/robots.txt").text().contains(&format!("Sitemap: {ODD_URL}/sitemap.xml")));
}

/// An address in a sitemap.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    changed: String,
    alternates: BTreeMap<String, String>,
}

/// Everything in the files of a sitemap, and how many files there are.
fn sitemap(server: &Server, origin: &str) -> (BTreeMap<String, Listed>, usize) {
    let get = |path: &str| {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/xml")));
        answer.text()
    };
    let text = |node: roxmltree::Node<'_, '_>, name: &str| {
        let child = node.children().find(|child| child.has_tag_name(name));
        child.and_then(|child| child.text()).unwrap_or_else(|| panic!("no {name}")).to_owned()
    };
    let index = get("/sitemap.xml");
    let index = Document::parse(&index).unwrap();
    let mut found = BTreeMap::new();
    let files: Vec<_> =
        index.root_element().children().filter(roxmltree::Node::is_element).collect();
    for file in &files {
        let path = text(*file, "loc").strip_prefix(origin).unwrap().to_owned();
        let content = get(&path);
        let content = Document::parse(&content).unwrap();
        let urls: Vec<_> =
            content.root_element().children().filter(roxmltree::Node::is_element).collect();
        assert!(!urls.is_empty() && urls.len() <= 5_000, "{path}");
        let mut newest = String::new();
        for url in &urls {
            let links = url.children().filter(|child| child.has_tag_name("link"));
            let alternates = links
                .map(|link| {
                    let attribute = |name| link.attribute(name).unwrap().to_owned();
                    assert_eq!(attribute("rel"), "alternate");
                    (attribute("hreflang"), attribute("href"))
                })
                .collect();
            let changed = text(*url, "lastmod");
            newest = newest.max(changed[..10].to_owned());
            let address = text(*url, "loc");
            let before = found.insert(address.clone(), Listed { changed, alternates });
            assert_eq!(before, None, "{address} stands twice");
        }
        assert_eq!(text(*file, "lastmod"), newest, "{path}");
    }
    (found, files.len())
}

#[test]
fn the_sitemap_has_every_page_that_is_one_in_every_language() {
    let (found, files) = sitemap(full(), &full().url);
    assert_eq!(files, 4);
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let day = |found: &mut BTreeMap<String, String>, path: String, day: String| {
        let known = found.entry(path).or_default();
        *known = known.clone().max(day);
    };
    for seed in SEEDS.iter() {
        let mut path = |path: String| day(&mut paths, path, seed.created());
        path(format!("/prompts/{}", seed.slug));
        path(format!("/categories/{}", seed.get("category")));
        if let Some(model) = seed.model() {
            path(format!("/models/{model}"));
        }
        seed.tags().into_iter().for_each(|tag| path(format!("/tags/{tag}")));
        for page in ["/", "/prompts", "/categories", "/models", "/faq", "/about", "/api"] {
            path(page.into());
        }
    }
    assert_eq!(found.len(), 2 * paths.len());
    for (path, day) in &paths {
        let urls = TONGUES.map(|tongue| format!("{}{}{path}", full().url, tongue.prefix));
        let [english, chinese] = urls.clone();
        let alternates = [("en", english.clone()), ("zh-CN", chinese), ("x-default", english)];
        let alternates: BTreeMap<_, _> =
            alternates.into_iter().map(|(tag, url)| (tag.to_owned(), url)).collect();
        for url in urls {
            let listed = found.get(&url).unwrap_or_else(|| panic!("no {url}"));
            assert_eq!(&listed.changed[..10], day, "{url}");
            assert_eq!(listed.alternates, alternates, "{url}");
            let page = full().page(url.strip_prefix(&full().url).unwrap());
            assert_eq!(page.one("link[rel=canonical]").attr("href"), Some(url.clone()));
            let links: BTreeMap<_, _> = page
                .all("link[rel=alternate][hreflang]")
                .iter()
                .map(|link| (link.attr("hreflang").unwrap(), link.attr("href").unwrap()))
                .collect();
            assert_eq!(links, alternates, "{url}");
            assert!(!page.has("meta[name=robots]"), "{url}");
        }
    }
}

#[test]
fn a_sitemap_has_its_own_files_and_its_own_addresses() {
    for name in ["en-prompts-2.xml", "en-prompts-0.xml", "fr-prompts-1.xml", "x", "en-1.xml"] {
        assert_eq!(full().get(&format!("/sitemaps/{name}")).status, 404, "{name}");
    }
    let answer = full().get("/sitemaps/zh-cn-prompts-1.xml");
    let tag = answer.header("etag").unwrap();
    let again = full().get_with("/sitemaps/zh-cn-prompts-1.xml", &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
    let (found, _) = sitemap(odd(), ODD_URL);
    assert!(found.keys().all(|url| url.starts_with(ODD_URL)));
    assert!(found.contains_key(&format!("{ODD_URL}/zh-CN/prompts/second-name")));
    assert!(!found.contains_key(&format!("{ODD_URL}/prompts/first-name")));
}

/// What a page says it is about, by type.
#[track_caller]
fn things(page: &Element) -> BTreeMap<String, Value> {
    let blocks = page.all("script[type=application/ld+json]");
    assert_eq!(blocks.len(), 1);
    let text = blocks[0].text();
    assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
    let block: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(block["@context"], "https://schema.org");
    let things = block["@graph"].as_array().unwrap();
    things.iter().map(|thing| (thing["@type"].as_str().unwrap().into(), thing.clone())).collect()
}

fn types(things: &BTreeMap<String, Value>) -> Vec<&str> {
    things.keys().map(String::as_str).collect()
}

/// The way to a page is the one it shows.
fn assert_breadcrumb(server: &Server, origin: &str, path: &str, page: &Element, thing: &Value) {
    let mut expected: Vec<(String, Option<String>)> = page
        .all("nav.crumbs a")
        .iter()
        .map(|crumb| {
            let href = crumb.attr("href").unwrap();
            assert_eq!(server.get(&href).status, 200, "{path}");
            (crumb.text(), Some(format!("{origin}{href}")))
        })
        .collect();
    expected.push((page.one("h1").text(), None));
    let items = thing["itemListElement"].as_array().unwrap();
    let found: Vec<(String, Option<String>)> = items
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().map(str::to_owned);
            (text("name").unwrap(), text("item"))
        })
        .collect();
    assert_eq!(found, expected, "{path}");
    let positions: Vec<_> = items.iter().map(|item| item["position"].as_u64().unwrap()).collect();
    assert!(positions.into_iter().eq(1..=found.len() as u64), "{path}");
}

#[test]
fn a_list_says_what_it_lists_and_the_way_to_it() {
    for tongue in TONGUES {
        let category = SEEDS[0].get("category");
        let tag = SEEDS.iter().find_map(|seed| seed.tags().first().copied()).unwrap();
        for (path, first) in [
            (String::from("/prompts"), 1),
            (String::from("/prompts?page=2"), 25),
            (format!("/categories/{category}"), 1),
            (format!("/models/{}", SEEDS.iter().find_map(Seed::model).unwrap()), 1),
            (format!("/tags/{tag}"), 1),
        ] {
            let path = format!("{}{path}", tongue.prefix);
            let page = full().page(&path);
            let things = things(&page);
            assert_eq!(types(&things), ["BreadcrumbList", "CollectionPage"], "{path}");
            assert_breadcrumb(full(), &full().url, &path, &page, &things["BreadcrumbList"]);
            let collection = &things["CollectionPage"];
            assert_eq!(collection["url"], format!("{}{path}", full().url));
            assert_eq!(collection["inLanguage"], tongue.tag);
            let list = &collection["mainEntity"];
            let shown: Vec<(String, String)> = page
                .all("main li.card h3 a")
                .iter()
                .map(|link| (link.text(), format!("{}{}", full().url, link.attr("href").unwrap())))
                .collect();
            let listed: Vec<(String, String)> = list["itemListElement"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| ["name", "url"].map(|name| item[name].as_str().unwrap().to_owned()))
                .map(|[name, url]| (name, url))
                .collect();
            assert_eq!(listed, shown, "{path}");
            assert_eq!(list["itemListElement"][0]["position"], first, "{path}");
            let count: String =
                page.one("p.count").words().chars().take_while(|c| *c != '·').collect();
            let digits: String = count.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(list["numberOfItems"].to_string(), digits, "{path}");
        }
        for (path, names) in [("/categories", "ul.shelves h2 a"), ("/models", "ul.shelves h2 a")] {
            let path = format!("{}{path}", tongue.prefix);
            let page = full().page(&path);
            let things = things(&page);
            assert_breadcrumb(full(), &full().url, &path, &page, &things["BreadcrumbList"]);
            let items = things["CollectionPage"]["mainEntity"]["itemListElement"].clone();
            let items = items.as_array().unwrap().iter().map(|item| item["name"].clone());
            let shown = page.all(names).into_iter().map(|link| Value::from(link.text()));
            assert!(items.eq(shown), "{path}");
        }
        // What is no page of its own says nothing.
        for path in ["/prompts?sort=title", "/prompts?q=light", "/prompts?category=none"] {
            let page = full().page(&format!("{}{path}", tongue.prefix));
            assert!(!page.has("script[type=application/ld+json]"), "{path}");
        }
    }
}

#[test]
fn a_prompt_says_what_it_is_and_nothing_that_is_not_on_its_page() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let path = format!("{}/prompts/{}", tongue.prefix, seed.slug);
            let page = full().page(&path);
            let things = things(&page);
            assert_eq!(types(&things), ["BreadcrumbList", "CreativeWork"], "{path}");
            assert_breadcrumb(full(), &full().url, &path, &page, &things["BreadcrumbList"]);
            let work = &things["CreativeWork"];
            assert_eq!(work["name"], seed.local("title", tongue.tag).unwrap());
            assert_eq!(work["url"], format!("{}{path}", full().url));
            assert_eq!(work["inLanguage"], seed.get("language"));
            assert_eq!(work["datePublished"], seed.created());
            assert_eq!(work["creditText"], seed.get("author"));
            assert_eq!(work["license"], "https://spdx.org/licenses/CC0-1.0.html");
            assert!(work.get("aggregateRating").is_none() && work.get("review").is_none());
            let image = &work["image"];
            assert_eq!(image["@type"], "ImageObject");
            let address = image["contentUrl"].as_str().unwrap();
            let picture = full().get(address.strip_prefix(&full().url).unwrap());
            assert!(picture.header("content-type").unwrap().starts_with("image/"), "{address}");
            assert!(image["width"].as_u64() > Some(0) && image["height"].as_u64() > Some(0));
        }
    }
}

#[test]
fn no_text_of_a_prompt_ends_its_data_block() {
    let expected = [
        ("", "A <title> & \"quotes\"</title><script>alert(3)</script>"),
        ("/zh-CN", "标题 <b>&amp;</b>"),
    ];
    for (prefix, title) in expected {
        let page = odd().page(&format!("{prefix}/prompts/described"));
        assert_eq!(things(&page)["CreativeWork"]["name"], title);
        assert_eq!(page.one("meta[property=og:title]").attr("content").as_deref(), Some(title));
    }
    for slug in ["markup", "scripts", "quotes", "credited", "very-long", "json"] {
        let page = odd().page(&format!("/prompts/{slug}"));
        let things = things(&page);
        assert_breadcrumb(odd(), ODD_URL, slug, &page, &things["BreadcrumbList"]);
        let block = page.one("script[type=application/ld+json]").text();
        assert!(block.len() < 4096, "{slug}: {}", block.len());
    }
}

#[test]
fn the_home_page_names_the_site_and_the_questions_are_questions() {
    for tongue in TONGUES {
        let home = things(&full().page(&format!("{}/", tongue.prefix)));
        assert_eq!(types(&home), ["Organization", "WebSite"]);
        assert_eq!(home["WebSite"]["name"], tongue.texts().site_name);
        assert_eq!(home["WebSite"]["publisher"]["@id"], home["Organization"]["@id"]);

        let path = format!("{}/faq", tongue.prefix);
        let page = full().page(&path);
        let things = things(&page);
        assert_eq!(types(&things), ["BreadcrumbList", "FAQPage"]);
        assert_breadcrumb(full(), &full().url, &path, &page, &things["BreadcrumbList"]);
        let questions = things["FAQPage"]["mainEntity"].as_array().unwrap();
        let sections = page.all("div.prose section");
        assert_eq!(questions.len(), sections.len());
        for (question, section) in questions.iter().zip(&sections) {
            assert_eq!(question["name"], section.one("h2").text());
            let words = |text: &str| text.split_whitespace().collect::<String>();
            let answer = words(question["acceptedAnswer"]["text"].as_str().unwrap());
            assert_eq!(words(&section.text()), words(&section.one("h2").text()) + &answer);
        }

        for path in ["/about", "/api"] {
            let path = format!("{}{path}", tongue.prefix);
            let page = full().page(&path);
            let things = self::things(&page);
            assert_eq!(types(&things), ["BreadcrumbList"], "{path}");
            assert_breadcrumb(full(), &full().url, &path, &page, &things["BreadcrumbList"]);
        }
    }
}

#[test]
fn a_shared_page_has_a_title_a_description_and_a_picture() {
    for tongue in TONGUES {
        let slug = &SEEDS[0].slug;
        for (path, kind, card) in [
            ("/", "website", "site"),
            ("/prompts?page=2", "website", "site"),
            ("/faq", "website", "site"),
            (&*format!("/prompts/{slug}"), "article", slug),
        ] {
            let path = format!("{}{path}", tongue.prefix);
            let page = full().page(&path);
            let all = |attribute: &str| -> BTreeMap<String, String> {
                let metas = page.all(&format!("head meta[{attribute}]"));
                metas
                    .iter()
                    .map(|meta| (meta.attr(attribute).unwrap(), meta.attr("content").unwrap()))
                    .collect()
            };
            let (properties, names) = (all("property"), all("name"));
            let og = |name: &str| properties[&format!("og:{name}")].as_str();
            let title = page.one("title").text();
            assert_eq!(format!("{} · {}", og("title"), tongue.texts().site_name), title, "{path}");
            assert_eq!(og("site_name"), tongue.texts().site_name);
            assert_eq!(og("description"), names["description"]);
            assert_eq!(og("type"), kind);
            assert_eq!(og("url"), page.one("link[rel=canonical]").attr("href").unwrap());
            let locales = [og("locale"), og("locale:alternate")];
            let expected = ["en_GB", "zh_CN"];
            let is_english = tongue.tag == "en";
            assert_eq!(locales, if is_english { expected } else { ["zh_CN", "en_GB"] });
            let picture = format!("{}{}/og/{card}.png", full().url, tongue.prefix);
            assert_eq!(og("image"), picture);
            assert_eq!((og("image:width"), og("image:height")), ("1200", "630"));
            assert!(!og("image:alt").is_empty());
            assert_eq!(names["twitter:card"], "summary_large_image");
            for name in ["title", "description", "image", "image:alt"] {
                assert_eq!(names[&format!("twitter:{name}")], og(name), "{path}");
            }
        }
        let missing = full().get(&format!("{}/prompts/nothing-here", tongue.prefix)).text();
        assert!(!missing.contains("og:title") && !missing.contains("ld+json"));
    }
}

#[test]
fn a_list_that_is_also_another_names_that_one() {
    let category = SEEDS[0].get("category");
    let model = SEEDS.iter().find_map(Seed::model).unwrap();
    for tongue in TONGUES {
        let canonical = |path: &str| {
            let page = full().page(&format!("{}{path}", tongue.prefix));
            let is_open = !page.has("meta[name=robots]");
            let link =
                page.all("link[rel=canonical]").first().map(|link| link.attr("href").unwrap());
            let alternates = page.all("link[rel=alternate][hreflang]").len();
            assert_eq!(alternates, if link.is_some() { 3 } else { 0 }, "{path}");
            (is_open, link)
        };
        let own = |path: &str| (true, Some(format!("{}{}{path}", full().url, tongue.prefix)));
        let none = (false, None);
        for (path, expected) in [
            (format!("/prompts?category={category}"), own(&format!("/categories/{category}"))),
            (format!("/prompts?model={model}&sort=title"), own(&format!("/models/{model}"))),
            ("/prompts?page=2".into(), own("/prompts?page=2")),
            ("/prompts?sort=title".into(), own("/prompts")),
            ("/prompts?utm_source=x".into(), own("/prompts")),
            (format!("/prompts?category={category}&model={model}"), none.clone()),
            (format!("/categories/{category}?model={model}"), none.clone()),
            (format!("/prompts?category={category}&q=light"), none.clone()),
            ("/prompts?q=light".into(), none.clone()),
            ("/prompts?category=none".into(), none.clone()),
            ("/prompts?lang=en".into(), none.clone()),
        ] {
            assert_eq!(canonical(&path), expected, "{path}");
        }
    }
}

#[test]
fn a_prompt_without_words_in_a_language_is_described_differently_in_each() {
    for slug in ["plain", "chinese", "json"] {
        let descriptions: BTreeSet<String> = TONGUES
            .iter()
            .map(|tongue| odd().page(&format!("{}/prompts/{slug}", tongue.prefix)))
            .map(|page| page.one("meta[name=description]").attr("content").unwrap())
            .collect();
        assert_eq!(descriptions.len(), TONGUES.len(), "{descriptions:?}");
    }
}

#[test]
fn language_models_are_told_what_there_is_and_how_to_read_it() {
    for tongue in TONGUES {
        let answer = full().get(&format!("{}/llms.txt", tongue.prefix));
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("content-language"), Some(tongue.tag));
        let text = answer.text();
        assert!(text.starts_with(&format!("# {}\n\n> ", tongue.texts().site_name)), "{text}");
        assert!(text.len() < 64 * 1024);
        let mut headings = Vec::new();
        let mut links: BTreeMap<String, String> = BTreeMap::new();
        let (mut words, mut address) = (String::new(), String::new());
        for event in Parser::new(&text) {
            match event {
                Event::Start(Tag::Heading { .. } | Tag::Link { .. }) => {
                    words.clear();
                    if let Event::Start(Tag::Link { dest_url, .. }) = event {
                        address = dest_url.to_string();
                    }
                }
                Event::Text(text) | Event::Code(text) => words.push_str(&text),
                Event::End(TagEnd::Heading(_)) => headings.push(words.clone()),
                Event::End(TagEnd::Link) => drop(links.insert(address.clone(), words.clone())),
                _ => {}
            }
        }
        assert_eq!(headings.len(), 5, "{headings:?}");
        assert_eq!(headings[4], "Optional");
        let url = |path: &str| format!("{}{}{path}", full().url, tongue.prefix);
        for (slug, name) in crate::shared::names("categories.toml", "categories", tongue.tag) {
            assert_eq!(links.get(&url(&format!("/categories/{slug}.md"))), Some(&name), "{slug}");
        }
        for path in ["/feed.xml", "/llms-full.txt", "/prompts.md", "/faq.md"] {
            assert!(links.contains_key(&url(path)), "{path}");
        }
        for path in ["/sitemap.xml", "/openapi.json", "/mcp"] {
            assert!(links.contains_key(&format!("{}{path}", full().url)), "{path}");
        }
        let other = format!("{}{}/llms.txt", full().url, tongue.other().prefix);
        assert_eq!(links[&other], tongue.other().texts().language_name);
    }
}
