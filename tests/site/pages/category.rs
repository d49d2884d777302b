//! A category's page: its own prompts, all of them, and nothing else.

use super::{assert_error_page, numbers, seeds_where, slugs, sorted};
use crate::shared::{Seed, TONGUES, full, names, odd, seed_table};

#[test]
fn a_category_shows_exactly_its_prompts_and_counts_them() {
    for tongue in TONGUES {
        for (slug, name) in names("categories.toml", "categories", tongue.tag) {
            let path = format!("{}/categories/{slug}", tongue.prefix);
            let expected = seeds_where(|seed| seed.get("category") == slug);
            assert_eq!(sorted(slugs(full(), &path)), expected, "{path}");
            let page = full().page(&path);
            assert_eq!(page.one("h1").words(), name);
            assert_eq!(numbers(&page.one("p.count").words()), [expected.len()], "{path}");
        }
    }
}

#[test]
fn a_category_is_described_in_the_visitors_language() {
    let table = seed_table("categories.toml");
    for tongue in TONGUES {
        for category in table["categories"].as_array().unwrap() {
            let description = category["description"][tongue.tag].as_str().unwrap();
            let path =
                format!("{}/categories/{}", tongue.prefix, category["slug"].as_str().unwrap());
            let page = full().page(&path);
            assert!(page.one("div.lead").words().contains(description), "{path}");
        }
    }
}

#[test]
fn a_category_can_be_sorted_by_featured() {
    let category = "video";
    let of = |featured: bool| {
        seeds_where(|seed: &Seed| {
            seed.get("category") == category && seed.is_featured() == featured
        })
    };
    assert!(!of(true).is_empty() && !of(false).is_empty(), "a category for this test has both");
    let mut found = slugs(full(), &format!("/categories/{category}?sort=featured"));
    let others = found.split_off(of(true).len());
    assert_eq!(sorted(found), of(true));
    assert_eq!(sorted(others), of(false));
}

#[test]
fn a_category_with_many_prompts_has_pages() {
    for tongue in TONGUES {
        let path = format!("{}/categories/photography", tongue.prefix);
        let all = slugs(odd(), &format!("{}/prompts", tongue.prefix));
        assert!(all.len() > 24);
        assert_eq!(slugs(odd(), &path), all, "every odd prompt is in this category");
        let next = odd().page(&path).one("a[rel=next]").attr("href").unwrap();
        assert_eq!(next, format!("{path}?page=2"));
        assert_error_page(&odd().get(&format!("{path}?page=9")), 404, tongue);
    }
}

#[test]
fn an_empty_category_is_a_page_with_a_way_out() {
    for tongue in TONGUES {
        let page = odd().page(&format!("{}/categories/video", tongue.prefix));
        let main = page.one("main");
        assert!(main.words().contains(tongue.texts().nothing_here));
        assert!(main.has(&format!("p.nothing a[href={}/categories]", tongue.prefix)));
        assert_eq!(numbers(&main.one("p.count").words()), [0]);
    }
}

#[test]
fn there_is_no_page_of_an_unknown_category() {
    for tongue in TONGUES {
        for slug in ["nothing", "video%00", "video'", "..", "video%2fx", "%e5%85%89"] {
            let answer = full().get(&format!("{}/categories/{slug}", tongue.prefix));
            assert_error_page(&answer, 404, tongue);
        }
    }
}
