//! The feeds, as a feed reader reads them, and as XML.

use std::collections::BTreeSet;

use feed_rs::model::{Entry, Feed};
use roxmltree::Document;

use crate::shared::{ODD, ODD_URL, SEEDS, Seed, TONGUES, Tongue, full, odd};
use crate::support::{Gallery, Server, dom};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// A feed that must be there, read by a feed reader.
#[track_caller]
fn feed(server: &Server, path: &str) -> Feed {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    feed_rs::parser::parse(&answer.body[..]).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The address of a link, by its relation.
fn link<'a>(links: &'a [feed_rs::model::Link], rel: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel.as_deref() == Some(rel)).map(|link| link.href.as_str())
}

/// The text of the prompt in an entry's content.
fn text(entry: &Entry) -> String {
    let body = entry.content.as_ref().unwrap().body.as_deref().unwrap();
    dom::parse(body).one("pre code").text()
}

/// The slug an entry leads to.
fn slug(entry: &Entry) -> String {
    link(&entry.links, "alternate").unwrap().rsplit('/').next().unwrap().to_owned()
}

fn slugs(feed: &Feed) -> BTreeSet<String> {
    feed.entries.iter().map(slug).collect()
}

/// What no XML can hold, replaced as documented.
fn writable(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' | '\n' | '\r' => character,
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            other => other,
        })
        .collect()
}

fn assert_is_of(entry: &Entry, seed: &Seed, tongue: Tongue) {
    let slug = &seed.slug;
    let url = |path: String| format!("{}{path}", full().url);
    assert_eq!(entry.title.as_ref().unwrap().content, seed.local("title", tongue.tag).unwrap());
    let page = url(format!("{}/prompts/{slug}", tongue.prefix));
    assert_eq!(link(&entry.links, "alternate"), Some(page.as_str()));
    let enclosure = link(&entry.links, "enclosure").unwrap();
    let is_own = enclosure == url(format!("/covers/{slug}.svg"));
    assert!(is_own || enclosure.starts_with(&url("/media/".into())), "{slug}: {enclosure}");
    let published = entry.published.unwrap().to_rfc3339();
    assert_eq!(published, format!("{}T00:00:00+00:00", seed.created()), "{slug}");
    assert!(entry.updated >= entry.published, "{slug}");
    let terms: Vec<&str> = entry.categories.iter().map(|label| label.term.as_str()).collect();
    let mut expected = vec![seed.get("category")];
    expected.extend(seed.tags());
    expected.extend(seed.model());
    assert_eq!(terms, expected, "{slug}");
    assert_eq!(entry.authors[0].name.as_deref(), Some(seed.get("author")), "{slug}");
    let said = seed.local("description", tongue.tag).unwrap();
    let begun = entry.summary.as_ref().unwrap().content.trim_end_matches('…');
    assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").starts_with(begun), "{slug}");
    assert!(seed.text.len() < 8 * 1024);
    assert_eq!(text(entry), seed.text, "{slug}");
}

#[test]
fn the_feed_of_everything_has_the_newest_prompts_whole() {
    for tongue in TONGUES {
        let path = format!("{}/feed.xml", tongue.prefix);
        let feed = feed(full(), &path);
        assert_eq!(feed.title.as_ref().unwrap().content, tongue.texts().site_name);
        assert_eq!(feed.language.as_deref(), Some(tongue.tag));
        assert_eq!(link(&feed.links, "self"), Some(&*format!("{}{path}", full().url)));
        let home = format!("{}{}/", full().url, tongue.prefix);
        assert_eq!(link(&feed.links, "alternate"), Some(home.as_str()));
        assert_eq!(feed.entries.len(), SEEDS.len().min(50));
        let published: Vec<_> = feed.entries.iter().map(|entry| entry.published).collect();
        assert!(published.is_sorted_by(|a, b| a >= b));
        assert_eq!(feed.updated, feed.entries.iter().filter_map(|entry| entry.updated).max());
        let ids: BTreeSet<_> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids.len(), feed.entries.len());
        for entry in &feed.entries {
            let seed = SEEDS.iter().find(|seed| seed.slug == slug(entry)).unwrap();
            assert_is_of(entry, seed, tongue);
        }
    }
}

#[test]
fn every_list_leads_to_a_feed_of_the_same_prompts() {
    for tongue in TONGUES {
        let mut shelves: BTreeSet<(String, &str, &str)> = BTreeSet::new();
        for seed in SEEDS.iter() {
            let mut shelf = |kind: &'static str, value: &'static str| {
                let list = format!("{}/{kind}/{value}", tongue.prefix);
                shelves.insert((list, kind, value));
            };
            shelf("categories", seed.get("category"));
            seed.model().into_iter().for_each(|model| shelf("models", model));
            seed.tags().into_iter().for_each(|tag| shelf("tags", tag));
        }
        assert!(shelves.len() > 20);
        for (list, kind, value) in shelves {
            let page = full().page(&list);
            let offer = page.one("head link[type=application/atom+xml]");
            assert_eq!(offer.attr("rel").as_deref(), Some("alternate"));
            let path = offer.attr("href").unwrap();
            assert_eq!(path, format!("{list}/feed.xml"));
            assert_eq!(
                page.one("footer a[type=application/atom+xml]").attr("href"),
                Some(path.clone())
            );
            let feed = feed(full(), &path);
            let heading = page.one("h1").words();
            let title = &feed.title.as_ref().unwrap().content;
            assert!(title.starts_with(&heading), "{title} of {heading}");
            let expected = SEEDS.iter().filter(|seed| match kind {
                "categories" => seed.get("category") == value,
                "models" => seed.model() == Some(value),
                _ => seed.tags().contains(&value),
            });
            let expected: BTreeSet<String> = expected.map(|seed| seed.slug.clone()).collect();
            let mut found = slugs(&feed);
            let mut next = link(&feed.links, "next").map(str::to_owned);
            while let Some(url) = next {
                let further = self::feed(full(), url.strip_prefix(&full().url).unwrap());
                found.extend(slugs(&further));
                next = self::link(&further.links, "next").map(str::to_owned);
            }
            assert_eq!(found, expected, "{path}");
        }
        for page in ["/", "/prompts", "/faq"] {
            let page = full().page(&format!("{}{page}", tongue.prefix));
            let feed = page.one("footer a[type=application/atom+xml]").attr("href").unwrap();
            assert_eq!(feed, format!("{}/feed.xml", tongue.prefix));
        }
    }
}

#[test]
fn any_prompt_is_in_valid_xml_as_it_is_or_as_documented() {
    for tongue in TONGUES {
        let answer = odd().get(&format!("{}/feed.xml", tongue.prefix));
        let xml = answer.text();
        let document = Document::parse(&xml).unwrap();
        assert!(answer.body.len() < 512 * 1024, "{}", answer.body.len());
        let root = document.root_element();
        assert!(root.has_tag_name((ATOM, "feed")));
        let feed = feed_rs::parser::parse(xml.as_bytes()).unwrap();
        assert!(slugs(&feed).len() > ODD.len());
        for entry in &feed.entries {
            let Some(text) = ODD.get(slug(entry).as_str()) else { continue };
            let text = writable(text);
            let read = self::text(entry);
            // HTML and XML end a line in one way.
            if text.len() <= 8 * 1024 {
                assert_eq!(read, text, "{}", slug(entry));
            } else {
                let begun = read.strip_suffix('…').unwrap();
                assert!(text.starts_with(begun) && begun.len() > 8 * 1024 - 4, "{}", slug(entry));
            }
        }
        let of = |name: &str| feed.entries.iter().find(|entry| slug(entry) == name).unwrap();
        let described = of("described");
        let title = &described.title.as_ref().unwrap().content;
        let expected = match tongue.tag {
            "en" => "A <title> & \"quotes\"</title><script>alert(3)</script>",
            _ => "标题 <b>&amp;</b>",
        };
        assert_eq!(title, expected);
        let body = described.content.as_ref().unwrap().body.as_deref().unwrap();
        let content = dom::parse(body);
        assert!(!content.has("script") && !content.has("iframe") && !content.has("[onclick]"));
        let author = of("credited").authors[0].name.as_deref();
        assert_eq!(author, Some("Ada <Lovelace> & Sons"));
        let source = link(&of("credited").links, "via");
        assert_eq!(source, Some("https://example.com/source?a=1&b=2"));
        assert_eq!(of("carriage-returns").links.len(), 2);
        assert_eq!(self::text(of("carriage-returns")), "a\r\nb\rc\n\rd");
        for entry in &feed.entries {
            assert!(entry.id.starts_with("tag:gallery.example,20"), "{}", entry.id);
            for link in entry.links.iter().filter(|link| link.rel.as_deref() != Some("via")) {
                assert!(link.href.starts_with(ODD_URL), "{}", link.href);
            }
        }
    }
}

#[test]
fn a_feed_has_pages_and_its_entries_keep_their_names() {
    let gallery = Gallery::without_prompts();
    for number in 0..60 {
        gallery.prompt(&format!("n{number}"), &format!("Lantern {number}, hung over a quay."));
    }
    let kite = gallery.prompt_with("kite", "created = 2100-01-01", "A paper kite.");
    let server = gallery.serve();
    let url = |path: &str| format!("{}{path}", server.url);
    let first = feed(&server, "/feed.xml");
    let second = feed(&server, "/feed.xml?page=2");
    assert_eq!((first.entries.len(), second.entries.len()), (50, 11));
    assert!(slugs(&first).is_disjoint(&slugs(&second)));
    let relations = |feed: &Feed| {
        ["self", "first", "previous", "next", "last"]
            .map(|rel| link(&feed.links, rel).map(str::to_owned))
    };
    let [one, two] = ["/feed.xml", "/feed.xml?page=2"].map(|path| Some(url(path)));
    let expected = [one.clone(), one.clone(), None, two.clone(), two.clone()];
    assert_eq!(relations(&first), expected);
    assert_eq!(relations(&second), [two.clone(), one.clone(), one, None, two]);
    assert_eq!(first.id, second.id);
    for page in ["3", "0", "-1", "x", "99999999999999999999"] {
        assert_eq!(server.get(&format!("/feed.xml?page={page}")).status, 404, "{page}");
    }
    for path in ["/categories/none/feed.xml", "/models/none/feed.xml", "/tags/none/feed.xml"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    let shelf = feed(&server, "/categories/photography/feed.xml");
    assert_eq!(link(&shelf.links, "next"), Some(&*url("/categories/photography/feed.xml?page=2")));
    let empty = feed(&server, "/categories/portrait/feed.xml");
    assert!(empty.entries.is_empty() && empty.updated.is_some());

    let id = |feed: &Feed, name: &str| {
        let entry = feed.entries.iter().find(|entry| slug(entry) == name);
        entry.unwrap_or_else(|| panic!("no {name}")).id.clone()
    };
    let known = id(&first, "kite");
    assert!(known.starts_with("tag:127.0.0.1,2100-01-01:prompts/"), "{known}");
    assert_ne!(id(&feed(&server, "/zh-CN/feed.xml"), "kite"), known);
    std::fs::remove_file(kite).unwrap();
    let renamed = "created = 2100-01-01\naliases = [\"kite\"]";
    gallery.prompt_with("dragon", renamed, "A paper kite.");
    gallery.run(&["seed"]).ok();
    assert_eq!(id(&feed(&server, "/feed.xml"), "dragon"), known);
}

#[test]
fn a_feed_is_kept_and_packed_like_a_page() {
    let path = "/zh-CN/feed.xml";
    let whole = full().get(path);
    let tag = whole.header("etag").unwrap();
    assert_eq!(full().get_with(path, &[("if-none-match", tag)]).status, 304);
    assert_eq!(whole.header("content-language"), Some("zh-CN"));
    let head = full().request("HEAD", path, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), whole.header("content-length"));
    let packed = full().get_with(path, &[("accept-encoding", "br")]);
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert!(packed.body.len() * 2 < whole.body.len());
    assert_eq!(full().get(&format!("{path}?utm_source=x")).body, whole.body);
}

#[test]
fn whatever_time_sql_wrote_is_a_time_in_feeds_and_sitemap() {
    let gallery = Gallery::without_prompts();
    gallery.run(&["seed"]).ok();
    let folder = gallery.folder().join("migrations");
    std::fs::create_dir(&folder).unwrap();
    let times = [
        ("none", "NULL", "2026-11-02T00:00:00Z"),
        ("spaced", "'2026-11-22 10:30:00'", "2026-11-22T10:30:00Z"),
        ("elsewhere", "'2026-11-22T10:30:00+08:00'", "2026-11-22T02:30:00Z"),
        ("a-day", "'2026-11-23'", "2026-11-23T00:00:00Z"),
        ("words", "'yesterday'", "2026-11-02T00:00:00Z"),
        ("markup", "'</updated>'", "2026-11-02T00:00:00Z"),
    ];
    let rows = times.map(|(slug, time, _)| {
        format!(
            "('{slug}', 'A kite.', 'en', 'photography', 'gpt_image_2/text_to_image', \
             'gpt-image-2', '2026-11-02', {time})"
        )
    });
    let sql = format!(
        "INSERT INTO prompts (slug, text, language, category, endpoint, model, created, updated) \
         VALUES {};",
        rows.join(", ")
    );
    std::fs::write(folder.join("0900_times.sql"), sql).unwrap();
    let server = gallery.serve_with(&["--migrations", folder.to_str().unwrap()]);
    let feed = feed(&server, "/feed.xml");
    let sitemap = server.get("/sitemaps/en-prompts-1.xml").text();
    for (name, _, time) in times {
        let entry = feed.entries.iter().find(|entry| slug(entry) == name).unwrap();
        let updated = entry.updated.unwrap().to_rfc3339();
        assert_eq!(updated, time.replace('Z', "+00:00"), "{name}");
        let expected = format!("/prompts/{name}</loc>\n<lastmod>{time}</lastmod>");
        assert!(sitemap.contains(&expected), "{name}: {sitemap}");
    }
    assert_eq!(feed.updated.unwrap().to_rfc3339(), "2026-11-23T00:00:00+00:00");
    assert!(server.get("/sitemap.xml").text().contains("<lastmod>2026-11-23</lastmod>"));
}
