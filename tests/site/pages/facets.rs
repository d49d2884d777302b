//! Narrowing lists: every count is true, every choice can be taken back, and all of it stands in
//! the address.

use std::collections::BTreeSet;

use super::{numbers, seeds_where, slugs, sorted};
use pinyin::ToPinyin;

use crate::shared::{SEEDS, TONGUES, full};
use crate::support::Gallery;
use crate::support::dom::Element;

/// The choices a page offers: the facet's place, the address, and what would be left.
fn choices(page: &Element) -> Vec<(usize, String, usize)> {
    let facets = page.all("nav.facets details");
    let of = |(at, facet): (usize, &Element)| -> Vec<(usize, String, usize)> {
        // What is chosen already leads back.
        let mut links = facet.all("li a");
        links.retain(|link| link.attr("aria-current").is_none());
        let link = |link: &Element| {
            (at, link.attr("href").unwrap(), numbers(&link.one(".count").words())[0])
        };
        links.iter().map(link).collect()
    };
    facets.iter().enumerate().flat_map(of).collect()
}

/// How many prompts a list says it has.
fn total(page: &Element) -> usize {
    numbers(&page.one("p.count").words())[0]
}

#[test]
fn every_choice_leaves_as_many_as_it_says() {
    for start in ["/prompts", "/zh-CN/prompts?q=light", "/categories/video", "/prompts?tag=night"] {
        let page = full().page(start);
        let choices = choices(&page);
        assert!(choices.len() > 4, "{start}");
        for (_, href, count) in choices {
            assert!(count > 0, "{href}");
            let narrowed = full().page(&href);
            assert_eq!(total(&narrowed), count, "{href}");
        }
    }
}

#[test]
fn a_choice_shows_the_prompts_that_have_it_and_no_others() {
    for tongue in TONGUES {
        let at = |query: &str| format!("{}/prompts?{query}", tongue.prefix);
        let category = SEEDS[0].get("category");
        assert_eq!(
            sorted(slugs(full(), &at(&format!("category={category}")))),
            seeds_where(|seed| seed.get("category") == category)
        );
        assert_eq!(
            sorted(slugs(full(), &at("lang=zh-CN"))),
            seeds_where(|seed| seed.get("language") == "zh-CN")
        );
        assert_eq!(
            sorted(slugs(full(), &at("json=yes"))),
            seeds_where(|seed| seed.text.starts_with('{'))
        );
        assert_eq!(
            sorted(slugs(full(), &at("blanks=yes&lang=en"))),
            seeds_where(|seed| {
                seed.front.get("blanks").is_some_and(toml::Value::is_array)
                    && seed.get("language") == "en"
            })
        );
        assert_eq!(
            sorted(slugs(full(), &at("params=no"))),
            seeds_where(|seed| seed.front.get("params").is_none())
        );
    }
}

#[test]
fn of_several_tags_all_must_hold_and_of_a_category_the_last_counts() {
    let seed = SEEDS.iter().find(|seed| seed.tags().len() > 1).unwrap();
    let (first, second) = (&seed.tags()[0], &seed.tags()[1]);
    assert_eq!(
        sorted(slugs(full(), &format!("/prompts?tag={first}&tag={second}"))),
        seeds_where(|seed| seed.tags().contains(first) && seed.tags().contains(second))
    );
    // On a tag's own page, another tag narrows further.
    assert_eq!(
        sorted(slugs(full(), &format!("/tags/{first}?tag={second}"))),
        seeds_where(|seed| seed.tags().contains(first) && seed.tags().contains(second))
    );
    assert_eq!(
        sorted(slugs(full(), "/prompts?category=video&category=portrait")),
        seeds_where(|seed| seed.get("category") == "portrait")
    );
    // The address of a category says which one it is.
    assert_eq!(
        sorted(slugs(full(), "/categories/video?category=portrait")),
        seeds_where(|seed| seed.get("category") == "video")
    );
}

#[test]
fn choices_are_taken_back_one_by_one() {
    for tongue in TONGUES {
        let path = format!("{}/prompts", tongue.prefix);
        let page = full().page(&format!("{path}?q=light&category=video&lang=en&sort=title"));
        let chosen = page.all("p.chosen a");
        let hrefs: Vec<String> = chosen.iter().map(|link| link.attr("href").unwrap()).collect();
        assert_eq!(
            hrefs,
            [
                format!("{path}?q=light&lang=en&sort=title"),
                format!("{path}?q=light&category=video&sort=title"),
                format!("{path}?q=light&sort=title"),
            ]
        );
        for link in &chosen[..2] {
            let label = link.attr("aria-label").unwrap();
            assert!(label.contains(&link.words()) && label != link.words(), "{label}");
        }
        // What is chosen is marked where it was chosen, and leads back from there, too.
        let marked = page.all("nav.facets a[aria-current]");
        assert_eq!(marked.len(), 2);
        assert_eq!(marked[0].attr("href").as_deref(), Some(&*hrefs[0]));
    }
}

#[test]
fn nothing_left_has_a_way_out() {
    for tongue in TONGUES {
        let path = format!("{}/prompts", tongue.prefix);
        for query in ["category=none", "tag=night&tag=none", "lang=fr", "q=light&model=none"] {
            let page = full().page(&format!("{path}?{query}"));
            assert_eq!(total(&page), 0, "{query}");
            assert!(page.all("p.chosen a").len() + page.all("p.nothing a").len() > 1, "{query}");
        }
    }
}

#[test]
fn a_narrowed_list_is_not_for_search_engines() {
    let page = full().page("/prompts?modality=video");
    assert_eq!(page.one("meta[name=robots]").attr("content").as_deref(), Some("noindex"));
    assert!(!page.has("link[rel=canonical]") && !page.has("link[rel=alternate][hreflang]"));
    for link in page.all("nav.facets a").iter().chain(&page.all("p.chosen a[aria-label]")) {
        assert_eq!(link.attr("rel").as_deref(), Some("nofollow"));
    }
    assert!(!full().page("/prompts").has("meta[name=robots]"));
}

#[test]
fn the_language_link_and_every_order_keep_the_choice() {
    let page = full().page("/prompts?category=video&tag=night");
    let other = page.one("header nav.languages a").attr("href").unwrap();
    assert_eq!(other, "/zh-CN/prompts?category=video&tag=night");
    for link in page.all("nav.sorts a") {
        assert!(link.attr("href").unwrap().contains("category=video&tag=night"));
    }
}

/// A title in letters: Chinese as it is spoken.
fn as_spoken(title: &str) -> String {
    let letters = |c: char| {
        c.to_pinyin().map_or(c.to_lowercase().to_string(), |spoken| {
            format!("{}{c}", spoken.with_tone_num_end())
        })
    };
    // Marks before a title do not count.
    title.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().map(letters).collect()
}

#[test]
fn titles_are_an_order_in_each_language() {
    for tongue in TONGUES {
        let mut titles = Vec::new();
        for number in 1..=SEEDS.len().div_ceil(24) {
            let page = full().page(&format!("{}/prompts?sort=title&page={number}", tongue.prefix));
            titles.extend(page.all("li.card h3").iter().map(|title| as_spoken(&title.words())));
        }
        assert_eq!(titles.len(), SEEDS.len());
        assert!(titles.is_sorted(), "{titles:?}");
    }
}

#[test]
fn any_query_is_a_list_or_has_none() {
    for query in [
        "category=%00",
        "tag=%F0%9F%99%82",
        "lang=%22%3E%3Cscript%3E",
        "model=../..",
        "blanks=maybe",
        "category=&tag=",
        "nonsense=1",
        "q=%2522",
        "sort=best",
    ] {
        let page = full().page(&format!("/prompts?{query}"));
        assert!(!page.has("img[src=x]"), "{query}");
    }
    let many: String = (0..500).map(|n| format!("&tag=t{n}")).collect();
    let page = full().page(&format!("/prompts?{many}"));
    assert!(page.all("p.chosen a").len() <= 21);
}

#[test]
fn a_change_of_content_changes_the_counts() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("crane", "A crane over the quay");
    gallery.prompt("heron", "A [heron] at dawn");
    let server = gallery.serve();
    let counts = |facet: &str| -> BTreeSet<String> {
        let page = server.page("/prompts");
        let links = page.all("nav.facets li a");
        let of = links.iter().filter(|link| link.attr("href").unwrap().contains(facet));
        of.map(Element::words).collect()
    };
    assert_eq!(counts("blanks=").len(), 2);
    gallery.prompt("crane", "A {{crane}} over the quay");
    gallery.run(&["seed"]).ok();
    assert_eq!(counts("blanks="), BTreeSet::new(), "all have blanks now: nothing to choose");
    assert_eq!(total(&server.page("/prompts?blanks=yes")), 2);
}
