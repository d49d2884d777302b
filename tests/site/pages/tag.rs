//! A tag's page: the prompts filed under it.

use std::collections::BTreeSet;

use super::{assert_error_page, numbers, seeds_where, slugs, sorted};
use crate::shared::{SEEDS, TONGUES, full, names};

#[test]
fn a_tag_shows_exactly_its_prompts_and_counts_them() {
    let used: BTreeSet<&str> = SEEDS.iter().flat_map(|seed| seed.tags()).collect();
    assert!(used.len() > 5);
    for tongue in TONGUES {
        for (slug, name) in names("tags.toml", "tags", tongue.tag) {
            if !used.contains(slug.as_str()) {
                continue;
            }
            let path = format!("{}/tags/{slug}", tongue.prefix);
            let expected = seeds_where(|seed| seed.tags().contains(&slug.as_str()));
            assert_eq!(sorted(slugs(full(), &path)), expected, "{path}");
            let page = full().page(&path);
            assert!(page.one("h1").words().contains(&name), "{path}");
            assert_eq!(numbers(&page.one("p.count").words())[0], expected.len(), "{path}");
        }
    }
}

#[test]
fn there_is_no_page_of_an_unknown_tag() {
    for tongue in TONGUES {
        assert_error_page(
            &full().get(&format!("{}/tags/nothing-like-it", tongue.prefix)),
            404,
            tongue,
        );
        assert_error_page(&full().get(&format!("{}/tags", tongue.prefix)), 404, tongue);
    }
}
