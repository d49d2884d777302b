//! The Markdown twin of every page: it says what the page says, at an address of its own or to those
//! who like it better, and never to anybody else.

use std::collections::{BTreeMap, BTreeSet};

use prompt_gallery::i18n::Texts;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::pages::page_paths;
use crate::shared::{ODD, ODD_URL, SEEDS, TONGUES, full, odd};
use crate::support::dom::{self, Element};
use crate::support::{Answer, Gallery, Server};

const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// What a browser says it takes.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

/// What agents say they take.
const AGENTS: [&str; 3] = [
    "text/markdown",
    "text/markdown, text/html, */*",
    "text/markdown;q=1.0, text/x-markdown;q=0.9, text/plain;q=0.8, text/html;q=0.7, */*;q=0.1",
];

/// A document as whoever renders it sees it.
#[derive(Debug, Default)]
struct Document {
    headings: Vec<(u8, String)>,
    links: Vec<Link>,
    /// What stands in fences.
    code: Vec<String>,
    /// All words outside of them, blocks apart.
    text: String,
    /// Whatever would be a tag of its own.
    html: Vec<String>,
}

#[derive(Debug)]
struct Link {
    text: String,
    to: String,
    /// The text up to the next link, or to the end of the block.
    after: String,
}

impl Document {
    fn parse(markdown: &str) -> Self {
        let mut document = Self::default();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let (mut heading, mut fence, mut link) = (None, None::<String>, None::<Link>);
        // Whether text still belongs to what comes after the last link.
        let mut is_after = false;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::Heading { level, .. }) => heading = Some((level, String::new())),
                Event::End(TagEnd::Heading(_)) => {
                    let (level, text): (HeadingLevel, String) = heading.take().unwrap();
                    document.headings.push((level as u8, text));
                }
                Event::Start(Tag::CodeBlock(_)) => fence = Some(String::new()),
                Event::End(TagEnd::CodeBlock) => document.code.extend(fence.take()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let to = dest_url.to_string();
                    link = Some(Link { text: String::new(), to, after: String::new() });
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    document.links.extend(link.take());
                    is_after = true;
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(fence) = &mut fence {
                        fence.push_str(&text);
                        continue;
                    }
                    document.text.push_str(&text);
                    if let Some((_, heading)) = &mut heading {
                        heading.push_str(&text);
                    }
                    match (&mut link, document.links.last_mut()) {
                        (Some(link), _) => link.text.push_str(&text),
                        (None, Some(last)) if is_after => last.after.push_str(&text),
                        _ => {}
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => document.html.push(html.into()),
                Event::SoftBreak | Event::HardBreak => document.text.push(' '),
                Event::End(TagEnd::Strong | TagEnd::Emphasis) | Event::Start(Tag::Strong) => {}
                _ => {
                    document.text.push('\n');
                    is_after = false;
                }
            }
        }
        document
    }

    #[track_caller]
    fn link(&self, to: &str) -> &Link {
        self.links.iter().find(|link| link.to == to).unwrap_or_else(|| panic!("no link to {to}"))
    }

    fn has(&self, to: &str) -> bool {
        self.links.iter().any(|link| link.to == to)
    }
}

/// What a document says, as it is read.
pub(crate) fn words(markdown: &str) -> String {
    Document::parse(markdown).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The address of a page's twin.
fn twin(page: &str) -> String {
    let (path, query) = page
        .split_once('?')
        .map_or((page, String::new()), |(path, query)| (path, format!("?{query}")));
    if path.ends_with('/') { format!("{path}index.md{query}") } else { format!("{path}.md{query}") }
}

#[track_caller]
fn document(server: &Server, path: &str) -> Document {
    let answer = server.get(path);
    assert_eq!(answer.status, 200, "{path}");
    assert_eq!(answer.header("content-type"), Some(MARKDOWN), "{path}");
    Document::parse(&answer.text())
}

/// Every page of a site with a twin.
fn pages(server: &'static Server) -> impl Iterator<Item = &'static str> {
    page_paths(server).filter(|path| !path.ends_with("/favourites"))
}

/// The digits of a text, one number after the other.
fn digits(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_digit() || *character == ' ').collect()
}

#[test]
fn every_page_has_a_twin_that_says_the_same() {
    for (server, public) in [(full(), full().url.as_str()), (odd(), ODD_URL)] {
        let mut compared = 0;
        // Odd prompts differ in their texts; lists in other orders differ in nothing else.
        for path in pages(server).filter(|path| !path.contains("layout=")) {
            let page = server.page(path);
            let answer = server.get(&twin(path));
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("content-type"), Some(MARKDOWN), "{path}");
            compare(path, &page, &answer, public);
            compared += 1;
        }
        assert!(compared > 100, "{compared}");
    }
}

/// Compares a page with its twin.
fn compare(path: &str, page: &Element, answer: &Answer, public: &str) {
    let language = page.one("html").attr("lang").unwrap();
    assert_eq!(answer.header("content-language"), Some(language.as_str()), "{path}");
    let canonical = page.one("link[rel=canonical]").attr("href").unwrap();
    let link = format!("<{canonical}>; rel=\"canonical\"");
    assert_eq!(answer.header("link"), Some(link.as_str()), "{path}");
    let head = page.one("link[type=text/markdown]");
    assert_eq!(head.attr("rel").as_deref(), Some("alternate"), "{path}");
    assert_eq!(head.attr("href"), Some(twin(path)), "{path}");

    let text = answer.text();
    assert!(text.starts_with("# ") && text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
    assert!(!text.contains("\n\n\n") || text.contains("```"), "{path} has gaps:\n{text}");
    let twin_of_page = Document::parse(&text);
    assert!(twin_of_page.html.is_empty(), "{path}: {:?}", twin_of_page.html);
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");

    let main = page.one("main");
    let headings = |level: u8| -> Vec<String> {
        let of_level = twin_of_page.headings.iter().filter(|(other, _)| *other == level);
        of_level.map(|(_, text)| squeezed(text)).collect()
    };
    assert_eq!(headings(1), [main.one("h1").words()], "{path}");

    // What it lists, by name and address and in the order it stands there.
    let whole = |address: &str| match address {
        address if address.starts_with('/') => format!("{public}{}", twin(address)),
        address => address.to_owned(),
    };
    let entries = |selector: &str| -> Vec<(String, String)> {
        let links = main.all(selector);
        links.iter().map(|link| (link.words(), whole(&link.attr("href").unwrap()))).collect()
    };
    let named: BTreeMap<&str, String> =
        twin_of_page.links.iter().map(|link| (link.to.as_str(), squeezed(&link.text))).collect();
    for selector in [
        "ul.cards h3 a",
        "ul.tally a",
        "ul.index a",
        "ul.shelves a",
        "dl.others a",
        "nav.sorts a",
        ".pager a[rel=next]",
        ".pager a[rel=prev]",
        "aside.facts dd a",
        "p.more a",
    ] {
        // The questions all prompts share have a page of their own.
        let is_shared = selector == "p.more a" && main.has("article.prompt");
        for (name, to) in entries(selector).into_iter().filter(|_| !is_shared) {
            // One address may have two names, as all prompts on the home page.
            let is_there = named.get(to.as_str()).is_some_and(|other| *other == name)
                || twin_of_page
                    .links
                    .iter()
                    .any(|link| link.to == to && squeezed(&link.text) == name);
            assert!(is_there, "{path}: {selector}: {name:?} {to}\n{named:#?}");
        }
    }
    let order = |selector: &str| -> Vec<String> {
        entries(selector).into_iter().map(|(_, to)| to).collect()
    };
    let cards = order("ul.cards h3 a");
    let listed: Vec<String> = twin_of_page
        .links
        .iter()
        .filter(|link| cards.contains(&link.to))
        .map(|link| link.to.clone())
        .collect();
    assert_eq!(listed, cards, "{path}");
    for card in main.all("ul.cards .card") {
        let excerpt = card.one(".excerpt").words();
        assert!(squeezed(&twin_of_page.text).contains(&excerpt), "{path}: {excerpt}");
        let to = whole(&card.one("h3 a").attr("href").unwrap());
        for shown in card.all(".meta a").iter().chain(&card.all(".meta span")) {
            let (after, shown) = (&twin_of_page.link(&to).after, shown.words());
            assert!(after.contains(&shown), "{path}: {shown} is not in {after:?}");
        }
    }

    // How many there are of each.
    for item in main
        .all("ul.index li")
        .into_iter()
        .chain(main.all("ul.tally li"))
        .chain(main.all("nav.facets li"))
    {
        let Some(count) = item.all(".count").first().map(Element::words) else { continue };
        let to = whole(&item.one("a").attr("href").unwrap());
        let link = twin_of_page.link(&to);
        assert_eq!(digits(&link.after).trim(), digits(&count).trim(), "{path}: {}", link.text);
    }
    let alone = main.all("p.count").iter().map(Element::words).collect::<Vec<_>>();
    for count in alone {
        assert!(squeezed(&twin_of_page.text).contains(&count), "{path}: {count}");
    }
    // Parameters are told as the JSON that is sent.
    let facts = main.all("aside.facts dl").into_iter().take(1).chain(main.all("section.about dl"));
    for fact in facts.flat_map(|list| list.all("dt")) {
        assert!(twin_of_page.text.contains(&fact.words()), "{path}: {}", fact.words());
    }
    // Paragraphs, but for white space, which blocks have more of.
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    for paragraph in
        main.all(".lead p").iter().chain(&main.all(".prose p")).chain(&main.all(".shelves p"))
    {
        let said = solid(&paragraph.text());
        assert!(solid(&twin_of_page.text).contains(&said), "{path}: {said}");
    }
    if let Some(prompt) = main.all("#prompt-text").first() {
        let text = format!("{}\n", prompt.text());
        let first = twin_of_page.code.first().unwrap();
        // A parser of Markdown has its own line ends.
        assert_eq!(
            first.replace('\r', "\n"),
            text.replace("\r\n", "\n").replace('\r', "\n"),
            "{path}"
        );
    }

    // It leads nowhere else.
    let known: BTreeSet<String> = page
        .all("a")
        .into_iter()
        .chain(page.all("source"))
        .chain(page.all("video"))
        .chain(page.all("audio"))
        .flat_map(|element| [element.attr("href"), element.attr("src")])
        .flatten()
        .map(|address| address.split('#').next().unwrap().to_owned())
        .collect();
    for link in &twin_of_page.links {
        let bare = link.to.strip_prefix(public).unwrap_or(&link.to);
        let bare = bare.split('#').next().unwrap();
        let is_known = known.contains(bare)
            || known.iter().any(|address| twin(address) == bare)
            || known.iter().any(|address| address == &link.to);
        assert!(is_known, "{path}: nothing on the page leads to {}", link.to);
    }
}

#[test]
fn what_twins_lead_to_is_there() {
    for (server, public) in [(full(), full().url.as_str()), (odd(), ODD_URL)] {
        let mut checked = BTreeSet::new();
        for path in ["/", "/prompts", "/prompts?page=2", "/prompts?tag=night", "/models", "/faq"] {
            for tongue in TONGUES {
                let path = format!("{}{path}", tongue.prefix);
                if server.get(&path).status != 200 {
                    continue;
                }
                for link in document(server, &twin(&path)).links {
                    let Some(address) = link.to.strip_prefix(public) else { continue };
                    if checked.insert(address.to_owned()) {
                        assert_eq!(server.get(address).status, 200, "{path}: {address}");
                    }
                }
            }
        }
        assert!(checked.len() > 100);
    }
}

#[test]
fn a_search_is_the_same_search_in_its_twin() {
    for tongue in TONGUES {
        for query in [
            "q=light",
            "q=lihgt",
            "q=%E8%8C%B6",
            "q=zzzzqq",
            "category=video&sort=title",
            "tag=night&tag=interior&page=1",
        ] {
            let path = format!("{}/prompts?{query}", tongue.prefix);
            let page = full().page(&path);
            let answer = full().get(&format!("{}/prompts.md?{query}", tongue.prefix));
            let twin = Document::parse(&answer.text());
            let robots =
                page.all("meta[name=robots]").first().and_then(|meta| meta.attr("content"));
            assert_eq!(answer.header("x-robots-tag"), robots.as_deref(), "{path}");
            assert_eq!(twin.headings[0].1, page.one("h1").words(), "{path}");
            let slug = |address: &str| {
                let (_, slug) = address.rsplit_once('/').unwrap();
                slug.trim_end_matches(".md").to_owned()
            };
            let cards: Vec<String> = page
                .all("ul.cards h3 a")
                .iter()
                .map(|link| slug(&link.attr("href").unwrap()))
                .collect();
            let listed: Vec<String> = twin
                .links
                .iter()
                .filter(|link| link.to.contains("/prompts/"))
                .map(|link| slug(&link.to))
                .collect();
            assert_eq!(listed, cards, "{path}");
            for notice in page.all(".notice") {
                assert!(twin.text.contains(&notice.words()), "{path}: {}", notice.words());
            }
            for chosen in page.all("p.chosen a") {
                let name = chosen.attr("aria-label").unwrap_or_else(|| chosen.words());
                assert!(twin.links.iter().any(|link| link.text == name), "{path}: {name}");
            }
            if let Some(nothing) = page.all("p.nothing").first() {
                let said = nothing.words();
                let words =
                    twin.text.lines().find(|line| line.len() > 8 && said.starts_with(*line));
                assert!(words.is_some(), "{path}: {said}");
            }
        }
    }
}

#[test]
fn a_page_is_markdown_to_those_who_like_that_better() {
    let slug = &SEEDS[0].slug;
    for tongue in TONGUES {
        for path in [
            "/",
            "/prompts?page=2",
            "/categories",
            "/categories/video",
            "/models/gpt-image-2",
            "/tags/night",
            "/faq",
            "/about",
            &format!("/prompts/{slug}"),
        ] {
            let path = format!("{}{path}", tongue.prefix);
            let own = full().get(&twin(&path));
            assert_eq!(own.header("vary"), Some("accept-encoding"), "{path}");
            assert_eq!(own.header("content-location"), None, "{path}");
            for accept in AGENTS {
                let asked = full().get_with(&path, &[("accept", accept)]);
                assert_eq!(asked.header("content-type"), Some(MARKDOWN), "{path} for {accept}");
                assert_eq!(asked.header("vary"), Some("accept, accept-encoding"), "{path}");
                assert_eq!(asked.header("content-location"), Some(twin(&path).as_str()));
                for name in ["etag", "cache-control", "link", "content-language"] {
                    assert_eq!(asked.header(name), own.header(name), "{path}: {name}");
                }
                assert!(asked.body == own.body, "{path}");
                let head = full().request("HEAD", &path, &[("accept", accept)]);
                assert_eq!(head.header("content-type"), Some(MARKDOWN), "{path}");
                assert!(head.body.is_empty());
            }
            for accept in [
                BROWSER,
                "*/*",
                "text/*",
                "",
                "text/html, text/markdown;q=0.9",
                "text/markdown;q=0",
            ] {
                let asked = full().get_with(&path, &[("accept", accept)]);
                assert_eq!(
                    asked.header("content-type"),
                    Some("text/html; charset=utf-8"),
                    "{path} for {accept}"
                );
                assert_eq!(asked.header("vary"), Some("accept, accept-encoding"), "{path}");
                assert_eq!(asked.header("content-location"), None, "{path}");
                // What its address says counts more.
                let twin = full().get_with(&twin(&path), &[("accept", accept)]);
                assert_eq!(twin.header("content-type"), Some(MARKDOWN), "{path}");
            }
        }
    }
}

#[test]
fn what_has_no_twin_stays_what_it_is() {
    let slug = &SEEDS[0].slug;
    for (path, kind) in [
        (String::from("/favourites"), "text/html; charset=utf-8"),
        (format!("/prompts/{slug}.txt"), "text/plain; charset=utf-8"),
        (format!("/prompts/{slug}.json"), "application/json"),
        (format!("/prompts/{slug}/snippets/go"), "text/plain; charset=utf-8"),
        (format!("/covers/{slug}.svg"), "image/svg+xml"),
        (String::from("/suggest?q=tea"), "application/json"),
        (String::from("/llms-full.txt"), "text/plain; charset=utf-8"),
    ] {
        let answer = full().get_with(&path, &[("accept", "text/markdown")]);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{path}");
    }
    assert!(!full().page("/favourites").has("link[type=text/markdown]"));
    for path in [
        "/favourites.md",
        "/index",
        "/zh-cn.md",
        "/.md",
        "/index.md.md",
        "/prompts.md.md",
        "/suggest.md?q=tea",
        "/llms-full.txt.md",
        &format!("/prompts/{slug}.txt.md"),
        &format!("/prompts/{slug}.md.txt"),
        &format!("/prompts/{slug}.md.md"),
        &format!("/prompts/{slug}/snippets/go.md"),
        "/prompts/nothing.md",
        "/categories/nothing.md",
        "/prompts.md?page=99",
    ] {
        assert_eq!(full().get(path).status, 404, "{path}");
    }
}

#[test]
fn no_cache_can_mix_up_the_variants_of_a_page() {
    // Answers of a server that has kept nothing yet, then of one that has kept both.
    let gallery = Gallery::without_prompts();
    gallery.prompt("kite", "A paper kite over [place].");
    let server = gallery.serve();
    let codings = ["identity", "gzip", "br"];
    for path in ["/", "/prompts", "/prompts?sort=title", "/prompts/kite", "/zh-CN/faq"] {
        let mut kinds = BTreeMap::new();
        for round in 0..3 {
            for coding in codings {
                for accept in [BROWSER, AGENTS[1]] {
                    let headers = [("accept", accept), ("accept-encoding", coding)];
                    let answer = server.get_with(path, &headers);
                    let is_markdown = accept == AGENTS[1];
                    let kind = if is_markdown { MARKDOWN } else { "text/html; charset=utf-8" };
                    assert_eq!(answer.header("content-type"), Some(kind), "{path} {round}");
                    let tag = answer.header("etag").unwrap().to_owned();
                    assert_eq!(kinds.entry(is_markdown).or_insert_with(|| tag.clone()), &tag);
                }
            }
        }
        let (html, markdown) = (&kinds[&false], &kinds[&true]);
        assert_ne!(html, markdown, "{path}");
        for (accept, own, other) in [(BROWSER, html, markdown), (AGENTS[1], markdown, html)] {
            let known = server.get_with(path, &[("accept", accept), ("if-none-match", own)]);
            assert_eq!(known.status, 304, "{path}");
            assert_eq!(known.header("etag"), Some(own.as_str()), "{path}");
            assert_eq!(known.header("vary"), Some("accept, accept-encoding"), "{path}");
            let unknown = server.get_with(path, &[("accept", accept), ("if-none-match", other)]);
            assert_eq!(unknown.status, 200, "{path}: {accept}");
        }
        let own = server.get_with(&twin(path), &[("if-none-match", markdown)]);
        assert_eq!((own.status, own.header("vary")), (304, Some("accept-encoding")), "{path}");
    }
    let values = "/prompts/kite?v.place=the%20quay";
    let answer = server.get_with(values, &[("accept", "text/markdown")]);
    assert!(answer.text().contains("A paper kite over the quay."));
    assert!(answer.header("cache-control").unwrap().starts_with("private"));
    assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
    assert_eq!(answer.header("content-location"), Some("/prompts/kite.md?v.place=the%20quay"));
    assert_eq!(answer.header("vary"), Some("accept, accept-encoding"));
    let page = dom::parse(&server.get(values).text());
    let href = page.one("link[type=text/markdown]").attr("href");
    assert_eq!(href.as_deref(), Some("/prompts/kite.md?v.place=the%20quay"));
}

#[test]
fn a_twin_has_one_spelling_of_its_address_too() {
    for (from, to) in [
        ("/Prompts.md", "/prompts.md"),
        ("/prompts.MD", "/prompts.md"),
        ("/prompts.md/", "/prompts.md"),
        ("/zh-cn/index.md", "/zh-CN/index.md"),
        ("/categories/Video.md?page=1", "/categories/video.md?page=1"),
        ("/prompts/page/2.md", "/prompts.md?page=2"),
        ("/zh-CN/tags/night/page/3.md", "/zh-CN/tags/night.md?page=3"),
    ] {
        let answer = full().get(from);
        assert_eq!((answer.status, answer.header("location")), (301, Some(to)), "{from}");
    }
    let answer = odd().get("/prompts/first-name.md?layout=pretty");
    assert_eq!(answer.header("location"), Some("/prompts/second-name.md?layout=pretty"));
    let spelling = full().get_with("/Prompts/?q=tea", &[("accept", "text/markdown")]);
    assert_eq!(spelling.header("location"), Some("/prompts?q=tea"));
}

#[test]
fn an_error_is_markdown_where_markdown_was_asked_for() {
    let words = |texts: &Texts| (texts.not_found, texts.not_found_text);
    for tongue in TONGUES {
        let (heading, text) = words(tongue.texts());
        for path in ["/nothing", "/prompts/nothing", "/prompts?page=99", "/tags/nothing"] {
            let path = format!("{}{path}", tongue.prefix);
            for answer in
                [full().get_with(&path, &[("accept", "text/markdown")]), full().get(&twin(&path))]
            {
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(answer.header("content-type"), Some(MARKDOWN), "{path}");
                let error = Document::parse(&answer.text());
                assert_eq!(error.headings, [(1, format!("404 {heading}"))], "{path}");
                assert!(error.text.contains(text), "{path}");
                let all = format!("{}{}/prompts.md", full().url, tongue.prefix);
                assert!(error.has(&all), "{path}");
            }
            let answer = full().get_with(&path, &[("accept", BROWSER)]);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
            assert_eq!(answer.header("vary"), Some("accept, accept-encoding"), "{path}");
        }
        let long = format!("{}/prompts.md?q={}", tongue.prefix, "a".repeat(300));
        let answer = full().get(&long);
        assert_eq!((answer.status, answer.header("content-type")), (400, Some(MARKDOWN)));
        assert!(answer.text().contains(tongue.texts().search_too_long));
    }
    let answer = full().request("POST", "/prompts", &[("accept", "text/markdown")]);
    assert_eq!((answer.status, answer.header("content-type")), (405, Some(MARKDOWN)));
}

/// Titles that would break a careless document.
const TITLES: [&str; 8] = [
    "[click](javascript:alert(1)) ](https://evil.example)",
    "*bold* _soft_ `code` ~~gone~~ **",
    "<script>alert(1)</script> &amp; &#60; <!--",
    "# 1. Heading ## #",
    "> - + * = | --- |",
    "\\ \\\\ \\[a\\] \u{1b}[31mred\u{7} \u{85}",
    "1) ![x](https://evil.example/x.png)",
    "【主题】 {{x}} __dunder__ a_b_c http://a.example/_b_",
];

#[test]
fn hostile_titles_are_words_and_nothing_else() {
    let gallery = Gallery::without_prompts();
    for (number, title) in TITLES.iter().enumerate() {
        let title = serde_json::Value::from(*title).to_string().replace("\u{7f}", "\\u007f");
        let title = title.replace('\u{85}', "\\u0085");
        let blank = "{\"x\": \"[`bl*nk`]\"}";
        gallery.prompt_with(
            &format!("title-{number}"),
            &format!("title.en = {title}\nauthor = {title}\nfeatured = true"),
            blank,
        );
    }
    let server = gallery.serve();
    for path in ["/index.md", "/prompts.md", "/categories/photography.md", "/llms-full.txt"] {
        let text = server.get(path).text();
        let list = Document::parse(&text);
        assert!(list.html.is_empty(), "{path}: {:?}", list.html);
        assert!(!text.contains('\u{1b}'), "{path}");
        for (number, title) in TITLES.iter().enumerate() {
            let link = list.link(&format!("{}/prompts/title-{number}.md", server.url));
            assert_eq!(link.text, *title, "{path}");
        }
        let evil = list.links.iter().filter(|link| !link.to.starts_with(&server.url));
        assert_eq!(evil.count(), 0, "{path}: {:?}", list.links);
    }
    for (number, title) in TITLES.iter().enumerate() {
        let twin = document(&server, &format!("/prompts/title-{number}.md"));
        assert_eq!(twin.headings[0].1, *title);
        assert!(twin.text.contains(&format!("Author: {title}")), "{}", twin.text);
        let query = crate::shared::encode(title);
        let search = document(&server, &format!("/prompts.md?q={query}"));
        assert!(search.html.is_empty());
        assert!(search.headings[0].1.contains(title.trim()), "{:?}", search.headings);
    }
}

#[test]
fn a_twin_tells_how_blanks_are_filled() {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with(
        "tote",
        "[[blanks]]\nname = \"event name\"\nlabel.en = \"Name\"\nhelp.en = \"As *printed*.\"\n\
         default = \"Quay `7`\"\n[[blanks]]\nname = \"ink\"\noptions = [\"red\", \"blue\"]\nrequired = false",
        "A tote for [event name] in [ink].",
    );
    let server = gallery.serve();
    let text = server.get("/prompts/tote.md").text();
    let twin = Document::parse(&text);
    assert!(twin.text.contains("As *printed*."), "{text}");
    for shown in ["Name", "Quay `7`", "ink", "red", "blue", "optional"] {
        assert!(twin.text.contains(shown), "{shown}: {text}");
    }
    let (_, example) = text.split_once("?v.").unwrap();
    let (key, _) = example.split_once("=…").unwrap();
    let filled = server.get(&format!("/prompts/tote.md?v.{key}=Regatta"));
    assert!(filled.text().contains("A tote for Regatta in [ink]."), "{key}");
    assert_eq!(server.get("/prompts/tote.md?v.nothing=x").status, 400);
}

#[test]
fn everything_is_one_text() {
    for tongue in TONGUES {
        let path = format!("{}/llms-full.txt", tongue.prefix);
        let answer = full().get(&path);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("content-language"), Some(tongue.tag));
        let all = Document::parse(&answer.text());
        assert!(all.html.is_empty());
        let slugs = crate::pages::slugs(full(), &format!("{}/prompts", tongue.prefix));
        let named: Vec<String> = all
            .links
            .iter()
            .filter_map(|link| link.to.rsplit_once("/prompts/")?.1.strip_suffix(".md"))
            .map(str::to_owned)
            .collect();
        assert_eq!(named, slugs, "{path}");
        for (slug, code) in slugs.iter().zip(&all.code) {
            let seed = SEEDS.iter().find(|seed| seed.slug == *slug).unwrap();
            assert_eq!(*code, format!("{}\n", seed.text), "{slug}");
            let title = seed.local("title", tongue.tag).unwrap();
            assert_eq!(
                all.link(&format!("{}{}/prompts/{slug}.md", full().url, tongue.prefix)).text,
                title
            );
        }
        assert_eq!(all.code.len(), SEEDS.len());
    }
    // A text that nobody could write into a fence is where its own address says.
    let odd_text = odd().get("/llms-full.txt").text();
    assert!(!odd_text.contains(&ODD["very-long"]));
    assert!(odd_text.contains(&format!("{ODD_URL}/prompts/very-long.txt")));
    assert!(odd_text.contains(&ODD["fences"]));
}

#[test]
fn everything_that_is_too_much_says_where_the_rest_is() {
    let rest = |server: &Server| {
        let text = server.get("/llms-full.txt").text();
        let all = Document::parse(&text);
        let list = all
            .links
            .iter()
            .find(|link| link.to.contains("/prompts.md"))
            .map(|link| link.to.clone());
        (
            text.len(),
            all.headings.len() - 1,
            list,
            all.has(&format!("{}/api/v1/export.jsonl", server.url)),
        )
    };
    let many = Gallery::without_prompts();
    for number in 0..510 {
        many.prompt(&format!("n{number}"), &format!("Lantern {number}, hung over a quay."));
    }
    let server = many.serve();
    let page = format!("{}/prompts.md?page=21", server.url);
    let (_, shown, list, as_data) = rest(&server);
    assert_eq!((shown, list, as_data), (500, Some(page), true));
    drop(server);
    let large = Gallery::without_prompts();
    for number in 0..40 {
        large.prompt(&format!("n{number}"), &"Seven lanterns on a wet quay. ".repeat(2_000));
    }
    let server = large.serve();
    let (length, shown, list, _) = rest(&server);
    assert!(length < 2 * 1024 * 1024 + 4096 && shown > 30 && shown < 40, "{length} {shown}");
    assert_eq!(list, Some(format!("{}/prompts.md?page=2", server.url)));
}
