//! What holds for every page of the site: the whole of it is visited, in both languages, by
//! following every link from the two home pages, and each page is looked at once.

mod about;
mod categories;
mod category;
pub(crate) mod error;
mod facets;
mod faq;
mod favourites;
mod found;
mod home;
mod model;
mod models;
mod prompt;
mod prompts;
mod tag;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, LazyLock, Mutex};

use crate::shared::{SEEDS, TONGUES, Tongue, full, odd, seed_table};
use crate::support::dom::{self, Element};
use crate::support::{Answer, Server};

/// What a page is, as far as the rules for every page go.
#[derive(Debug)]
struct Facts {
    tongue: Tongue,
    lang: String,
    h1: Vec<String>,
    titles: Vec<String>,
    descriptions: Vec<String>,
    canonical: Vec<String>,
    /// Language and address.
    alternates: BTreeMap<String, String>,
    noindex: bool,
    /// Whether it lists nothing.
    is_empty: bool,
    /// Everything that breaks a rule a page can be judged by alone.
    faults: Vec<String>,
    /// Where the link to the other language leads.
    other_language: Vec<String>,
    /// Addresses of this site, without fragment.
    links: BTreeSet<String>,
    /// Addresses of this site, with fragment.
    fragments: BTreeSet<String>,
    ids: BTreeSet<String>,
}

impl Facts {
    fn of(server: &Server, path: &str, html: &str) -> Self {
        let page = dom::parse(html);
        let tongue = tongue_of(path);
        let texts = |selector: &str| page.all(selector).iter().map(Element::words).collect();
        let attributes = |selector: &str, name: &str| -> Vec<String> {
            page.all(selector).iter().filter_map(|element| element.attr(name)).collect()
        };
        let mut facts = Self {
            tongue,
            lang: page.one("html").attr("lang").unwrap_or_default(),
            h1: texts("h1"),
            titles: texts("head title"),
            descriptions: attributes("meta[name=description]", "content"),
            canonical: attributes("link[rel=canonical]", "href"),
            alternates: page
                .all("link[rel=alternate][hreflang]")
                .iter()
                .map(|link| (link.attr("hreflang").unwrap(), link.attr("href").unwrap()))
                .collect(),
            noindex: page
                .all("meta[name=robots]")
                .iter()
                .any(|meta| meta.attr("content").unwrap().contains("noindex")),
            is_empty: page.has("p.nothing") && !page.has("[data-shelf]"),
            faults: faults(&page, html),
            other_language: page
                .all("header a[hreflang]")
                .iter()
                .filter(|link| link.attr("hreflang").as_deref() == Some(tongue.other().tag))
                .map(|link| link.attr("href").unwrap())
                .collect(),
            links: BTreeSet::new(),
            fragments: BTreeSet::new(),
            ids: attributes("[id]", "id").into_iter().collect(),
        };
        for (selector, name) in
            [("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("form", "action")]
        {
            // Choices multiply without end; who follows links is told not to follow them.
            let followed = page.all(selector).into_iter().filter(|element| {
                element.attr("rel").is_none_or(|rel| !rel.split(' ').any(|word| word == "nofollow"))
            });
            for address in followed.filter_map(|element| element.attr(name)) {
                let Some(address) = internal(server, path, &address) else { continue };
                let (whole, fragment) = address.split_once('#').unwrap_or((&address, ""));
                facts.links.insert(whole.to_owned());
                if !fragment.is_empty() {
                    facts.fragments.insert(address);
                }
            }
        }
        facts
    }
}

/// An address on a page as a path of this site; none for another site's.
fn internal(server: &Server, path: &str, address: &str) -> Option<String> {
    if let Some(rest) = address.strip_prefix(&server.url) {
        return Some(rest.to_owned());
    }
    if address.starts_with('#') {
        return Some(format!("{path}{address}"));
    }
    if is_elsewhere(address) {
        return None;
    }
    assert!(address.starts_with('/'), "{path}: {address:?} is relative to nothing in particular");
    Some(address.to_owned())
}

/// Whether an address leads to another site, or is no address of a document at all.
fn is_elsewhere(address: &str) -> bool {
    let has_scheme = address.split(['/', '?', '#']).next().unwrap().contains(':');
    has_scheme || address.starts_with("//") || address.starts_with("/\\")
}

/// What is wrong with a page taken alone.
fn faults(page: &Element, html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault);
        }
    };
    let count = |selector: &str| page.all(selector).len();
    for (selector, number) in [("main", 1), ("h1", 1), ("title", 1), ("body", 1), ("main h1", 1)] {
        expect(count(selector) == number, format!("{} × {selector}", count(selector)));
    }

    // The skip link comes before everything else that takes the focus.
    let first = page.one("body a");
    let target = first.attr("href").unwrap_or_default();
    let leads = target.strip_prefix('#').is_some_and(|id| page.has(&format!("main#{id}")));
    expect(leads, format!("the first link leads to {target:?}, not into main"));

    let mut ids = BTreeSet::new();
    for element in page.all("[id]") {
        let id = element.attr("id").unwrap();
        expect(!id.is_empty() && !id.contains(' '), format!("id {id:?}"));
        expect(ids.insert(id.clone()), format!("id {id:?} twice"));
    }
    for name in ["for", "aria-labelledby", "aria-describedby", "aria-controls", "data-copy"] {
        for element in page.all(&format!("main [{name}]")) {
            for id in element.attr(name).unwrap().split_whitespace() {
                expect(ids.contains(id), format!("{name}={id:?} names nothing"));
            }
        }
    }

    let mut level = 0;
    for here in heading_levels(html) {
        expect(here <= level + 1, format!("h{here} after h{level}"));
        level = here;
    }
    for name in ["h1", "h2", "h3", "h4"] {
        expect(
            page.all(name).iter().all(|heading| !heading.words().is_empty()),
            format!("an empty {name}"),
        );
    }

    expect(!page.has("style") && !page.has("[style]"), String::from("inline style"));
    for script in page.all("script") {
        let kind = script.attr("type").unwrap_or_default();
        let is_data = kind == "application/ld+json";
        expect(is_data || script.attr("src").is_some(), String::from("inline script"));
        expect(
            is_data || script.text().is_empty(),
            String::from("a script with a source and a text"),
        );
    }
    for event in
        ["click", "load", "error", "focus", "input", "submit", "change", "keydown", "toggle"]
    {
        expect(!page.has(&format!("[on{event}]")), format!("an on{event} attribute"));
    }
    for (selector, name) in [
        ("link[rel=stylesheet]", "href"),
        ("link[rel=preload]", "href"),
        ("link[rel=modulepreload]", "href"),
        ("script", "src"),
        ("img", "src"),
        ("img", "srcset"),
        ("source", "srcset"),
        ("video", "src"),
        ("video", "poster"),
        ("audio", "src"),
        ("form", "action"),
    ] {
        for element in page.all(selector) {
            let address = element.attr(name).unwrap_or_default();
            expect(!is_elsewhere(&address), format!("{selector} loads {address:?}"));
        }
    }
    for icon in page.all("link[rel=icon]") {
        let address = icon.attr("href").unwrap_or_default();
        expect(address.starts_with("data:image/svg+xml,"), format!("an icon at {address}"));
    }
    for name in ["video", "audio"] {
        for element in page.all(name) {
            let waits = element.attr("preload").as_deref() == Some("none")
                && element.attr("autoplay").is_none();
            expect(waits, format!("a {name} that is loaded before it is asked for"));
            let has_name = element.attr("aria-label").is_some_and(|label| !label.is_empty());
            expect(has_name, format!("a {name} without a name"));
        }
    }
    for loaded in ["iframe", "object", "embed", "base", "frame", "link[rel=preconnect]"] {
        expect(!page.has(loaded), format!("a {loaded}"));
    }
    for link in page.all("a") {
        let address = link.attr("href").unwrap_or_default();
        // The links that set an agent up open the agent.
        let schemes: &[&str] = match link.attr("class").as_deref() {
            Some("add") => &["cursor", "vscode"],
            _ => &["http", "https", "mailto"],
        };
        let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
        let is_safe = match scheme {
            Some(scheme) if is_elsewhere(&address) => schemes.contains(&scheme.as_str()),
            _ => !is_elsewhere(&address),
        };
        expect(is_safe, format!("a link to {address:?}"));
    }

    for image in page.all("img") {
        let stable = image.attr("alt").is_some()
            && image.attr("width").is_some()
            && image.attr("height").is_some();
        expect(stable, format!("an img without alt, width or height: {:?}", image.attr("src")));
    }
    for input in page.all("input:not([type=hidden])") {
        let id = input.attr("id").unwrap_or_default();
        expect(page.has(&format!("label[for={id}]")), format!("input {id:?} has no label"));
    }
    for name in ["a", "button", "summary"] {
        for element in page.all(name) {
            let is_hidden = element.attr("aria-hidden").as_deref() == Some("true");
            let is_named = |image: &Element| image.attr("alt").is_some_and(|alt| !alt.is_empty());
            let has_name = element.attr("aria-label").is_some()
                || !element.words().is_empty()
                || element.all("img").iter().any(is_named);
            expect(is_hidden || has_name, format!("a {name} without a name"));
        }
    }
    expect(
        page.all("button").iter().all(|button| button.attr("type").is_some()),
        String::from("a button without a type"),
    );
    faults
}

/// The levels of a document's headings, in order. In well-escaped HTML every `<` begins a tag.
fn heading_levels(html: &str) -> Vec<u32> {
    html.split("<h")
        .skip(1)
        .filter_map(|rest| {
            let mut characters = rest.chars();
            let level = characters.next()?.to_digit(10)?;
            characters.next().is_some_and(|next| next == '>' || next == ' ').then_some(level)
        })
        .collect()
}

/// The language of a path.
fn tongue_of(path: &str) -> Tongue {
    let [english, chinese] = TONGUES;
    let is_chinese = path
        .strip_prefix(chinese.prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if is_chinese { chinese } else { english }
}

/// A page without its language.
fn page_of(path: &str) -> &str {
    path.strip_prefix(tongue_of(path).prefix).unwrap()
}

/// Everything found by following links.
#[derive(Debug, Default)]
struct Visit {
    /// What every address answered.
    answers: BTreeMap<String, (u16, String)>,
    pages: BTreeMap<String, Facts>,
}

/// Follows every link of a site from its home pages, on several threads.
fn visit(server: &Server) -> Visit {
    struct Work {
        waiting: VecDeque<String>,
        known: BTreeSet<String>,
        under_way: usize,
        visit: Visit,
    }
    let start = TONGUES.map(|tongue| format!("{}/", tongue.prefix));
    let work = Mutex::new(Work {
        waiting: start.iter().cloned().collect(),
        known: start.into_iter().collect(),
        under_way: 0,
        visit: Visit::default(),
    });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let path = {
                        let mut work = work.lock().unwrap();
                        loop {
                            if let Some(path) = work.waiting.pop_front() {
                                work.under_way += 1;
                                break path;
                            }
                            if work.under_way == 0 {
                                return;
                            }
                            work = changed.wait(work).unwrap();
                        }
                    };
                    let answer = server.get(&path);
                    let kind = answer.header("content-type").unwrap_or_default().to_owned();
                    let facts = (answer.status == 200 && kind.starts_with("text/html"))
                        .then(|| Facts::of(server, &path, &answer.text()));
                    let mut work = work.lock().unwrap();
                    for link in facts.iter().flat_map(|facts| &facts.links) {
                        if work.known.insert(link.clone()) {
                            work.waiting.push_back(link.clone());
                        }
                    }
                    work.visit.answers.insert(path.clone(), (answer.status, kind));
                    work.visit.pages.extend(facts.map(|facts| (path, facts)));
                    work.under_way -= 1;
                    changed.notify_all();
                }
            });
        }
    });
    work.into_inner().unwrap().visit
}

/// The repository's gallery, visited once.
static SITE: LazyLock<Visit> = LazyLock::new(|| visit(full()));

/// The gallery of odd prompts, visited once; its canonical addresses are elsewhere.
static ODD_SITE: LazyLock<Visit> = LazyLock::new(|| visit(odd()));

/// The addresses of all pages of a site, found by following links.
pub(crate) fn page_paths(server: &Server) -> impl Iterator<Item = &'static str> {
    let visit = if std::ptr::eq(server, odd()) { &*ODD_SITE } else { &*SITE };
    visit.pages.keys().map(String::as_str)
}

/// The pages that stand for themselves: a list in another order is the same page.
fn distinct_pages() -> impl Iterator<Item = (&'static str, &'static Facts)> {
    SITE.pages
        .iter()
        .filter(|(path, _)| !path.contains("sort=") && !path.contains("layout="))
        .map(|(path, facts)| (path.as_str(), facts))
}

#[test]
fn every_internal_link_answers() {
    for visit in [&*SITE, &*ODD_SITE] {
        let broken: Vec<_> =
            visit.answers.iter().filter(|(_, (status, _))| *status != 200).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

#[test]
fn the_links_of_the_site_reach_everything_there_is() {
    let mut expected: Vec<String> = [
        "/",
        "/prompts",
        "/prompts?page=2",
        "/categories",
        "/models",
        "/faq",
        "/favourites",
        "/about",
        "/api",
    ]
    .map(String::from)
    .into();
    for seed in SEEDS.iter() {
        expected.push(format!("/prompts/{}", seed.slug));
        expected.extend(
            [".txt", ".md", ".json"].map(|suffix| format!("/prompts/{}{suffix}", seed.slug)),
        );
        expected.push(format!("/categories/{}", seed.get("category")));
        expected.extend(seed.model().map(|model| format!("/models/{model}")));
        expected.extend(seed.tags().iter().map(|tag| format!("/tags/{tag}")));
        for language in ["curl", "javascript", "python", "ruby", "go", "php"] {
            expected.push(format!("/prompts/{}/snippets/{language}", seed.slug));
        }
    }
    for service in seed_table("catalog.toml")["services"].as_array().unwrap() {
        for endpoint in service["endpoints"].as_array().unwrap() {
            let models = endpoint.get("models").and_then(|models| models.as_array());
            for model in models.into_iter().flatten() {
                expected.push(format!("/models/{}", model.as_str().unwrap()));
            }
        }
    }
    for path in expected {
        for tongue in TONGUES {
            let path = format!("{}{path}", tongue.prefix);
            assert!(SITE.answers.contains_key(&path), "nothing links to {path}");
        }
    }
}

#[test]
fn links_into_a_page_lead_to_something() {
    for visit in [&*SITE, &*ODD_SITE] {
        for (path, facts) in &visit.pages {
            // What is on a sheet of covers is no page, and proved where covers are.
            for address in facts.fragments.iter().filter(|at| !at.starts_with("/covers.svg?")) {
                let (page, id) = address.split_once('#').unwrap();
                let ids = &visit.pages.get(page).unwrap_or_else(|| panic!("{path}: {address}")).ids;
                assert!(ids.contains(id), "{path} links to {address}");
            }
        }
    }
}

#[test]
fn every_page_exists_in_both_languages() {
    let of = |tongue: Tongue| -> BTreeSet<&str> {
        SITE.pages
            .iter()
            .filter(|(_, facts)| facts.tongue == tongue)
            .map(|(path, _)| page_of(path))
            .collect()
    };
    let [english, chinese] = TONGUES.map(of);
    assert!(english.len() > 2 * SEEDS.len());
    assert_eq!(english, chinese);
}

#[test]
fn every_page_is_sound_by_itself() {
    for visit in [&*SITE, &*ODD_SITE] {
        assert!(!visit.pages.is_empty());
        for (path, facts) in &visit.pages {
            assert!(facts.faults.is_empty(), "{path}: {:#?}", facts.faults);
        }
    }
}

#[test]
fn every_page_says_its_language_and_one_heading() {
    for (path, facts) in SITE.pages.iter().chain(&ODD_SITE.pages) {
        assert_eq!(facts.lang, facts.tongue.tag, "{path}");
        assert_eq!(facts.h1.len(), 1, "{path}: {:?}", facts.h1);
        assert!(!facts.h1[0].is_empty(), "{path}");
    }
}

#[test]
fn every_page_has_a_title_and_a_description_of_its_own() {
    for tongue in TONGUES {
        let mut titles = BTreeMap::new();
        let mut descriptions = BTreeMap::new();
        for (path, facts) in distinct_pages().filter(|(_, facts)| facts.tongue == tongue) {
            let ([title], [description]) = (&facts.titles[..], &facts.descriptions[..]) else {
                panic!("{path}: {:?} {:?}", facts.titles, facts.descriptions);
            };
            assert!(title.contains(tongue.texts().site_name), "{path}: {title}");
            assert!(title.len() > tongue.texts().site_name.len() + 3, "{path}: {title}");
            assert!(description.chars().count() >= 8, "{path}: {description}");
            if let Some(other) = titles.insert(title, path) {
                panic!("{other} and {path} are both called {title:?}");
            }
            if let Some(other) = descriptions.insert(description, path) {
                panic!("{other} and {path} are both described as {description:?}");
            }
        }
    }
}

#[test]
fn every_page_names_its_canonical_address_and_its_other_language() {
    let url = &full().url;
    for (path, facts) in distinct_pages() {
        assert_eq!(facts.canonical, [format!("{url}{path}")], "{path}");
        let [english, chinese] =
            TONGUES.map(|tongue| format!("{url}{}{}", tongue.prefix, page_of(path)));
        let expected = [("en", english.clone()), ("x-default", english), ("zh-CN", chinese)];
        let expected = expected.map(|(language, url)| (language.to_owned(), url));
        assert_eq!(facts.alternates, BTreeMap::from(expected), "{path}");
        let other = format!("{}{}", facts.tongue.other().prefix, page_of(path));
        assert_eq!(facts.other_language, [other.as_str()], "{path}");
        assert_eq!(SITE.pages[&other].alternates, facts.alternates, "{path} and {other}");
        let is_passing = facts.is_empty || page_of(path) == "/favourites";
        assert_eq!(facts.noindex, is_passing, "{path}");
    }
}

#[test]
fn a_list_in_another_order_is_the_same_page_to_search_engines() {
    let sorted: Vec<_> =
        SITE.pages.iter().filter(|(path, _)| path.contains("sort=featured")).collect();
    assert!(!sorted.is_empty());
    for (path, facts) in sorted {
        let canonical = facts.canonical[0].strip_prefix(&full().url).unwrap();
        assert!(!canonical.contains("sort="), "{path}: {canonical}");
        assert!(SITE.pages.contains_key(canonical), "{path}: {canonical}");
    }
}

#[test]
fn canonical_addresses_begin_with_the_public_one() {
    for (path, facts) in &ODD_SITE.pages {
        for address in facts.canonical.iter().chain(facts.alternates.values()) {
            assert!(address.starts_with(crate::shared::ODD_URL), "{path}: {address}");
        }
    }
}

/// A prompt in a list.
struct Card {
    slug: String,
    element: Element,
}

/// The cards inside an element.
fn cards(element: &Element) -> Vec<Card> {
    element
        .all("li.card")
        .into_iter()
        .map(|element| {
            let href = element.one("h3 a").attr("href").unwrap();
            Card { slug: href.rsplit('/').next().unwrap().to_owned(), element }
        })
        .collect()
}

/// The slugs a list shows, over all its pages, following the links from one to the next.
#[track_caller]
pub(crate) fn slugs(server: &Server, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = server.page(&path);
        let cards = cards(&page.one("main"));
        next = page.all("a[rel=next]").first().map(|link| link.attr("href").unwrap());
        assert!(cards.len() <= 24, "{path}");
        assert!(next.is_none() || cards.len() == 24, "{path}");
        found.extend(cards.into_iter().map(|card| card.slug));
    }
    let mut distinct = found.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), found.len(), "{path} shows a prompt twice");
    found
}

/// The numbers in a text.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|character: char| !character.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// The slugs of the seeds that match, sorted.
fn seeds_where(matches: impl Fn(&crate::shared::Seed) -> bool) -> Vec<String> {
    let mut slugs: Vec<String> =
        SEEDS.iter().filter(|seed| matches(seed)).map(|seed| seed.slug.clone()).collect();
    slugs.sort();
    slugs
}

fn sorted(mut slugs: Vec<String>) -> Vec<String> {
    slugs.sort();
    slugs
}

/// A page for people about an error, in a language.
#[track_caller]
fn assert_error_page(answer: &Answer, status: u16, tongue: Tongue) -> Element {
    assert_eq!(answer.status, status);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    let page = dom::parse(&answer.text());
    assert_eq!(page.one("html").attr("lang").as_deref(), Some(tongue.tag));
    page
}
