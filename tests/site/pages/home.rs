//! The home page: search, featured prompts, shelves with counts, the newest, models.

use std::collections::BTreeMap;

use super::{cards, numbers};
use crate::shared::{SEEDS, Seed, TONGUES, full, names};

#[test]
fn the_home_page_lists_every_category_with_its_count() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/", tongue.prefix));
        let entries = page.one("[aria-labelledby=categories]").all("li");
        let shown: Vec<(String, String, Vec<usize>)> = entries
            .iter()
            .map(|entry| {
                let link = entry.one("a");
                (link.attr("href").unwrap(), link.words(), numbers(&entry.one(".count").words()))
            })
            .collect();
        let expected: Vec<_> = names("categories.toml", "categories", tongue.tag)
            .into_iter()
            .map(|(slug, name)| {
                let count = SEEDS.iter().filter(|seed| seed.get("category") == slug).count();
                (format!("{}/categories/{slug}", tongue.prefix), name, vec![count])
            })
            .collect();
        assert_eq!(shown, expected);
    }
}

#[test]
fn the_home_page_lists_models_with_their_counts_the_fullest_first() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for model in SEEDS.iter().filter_map(Seed::model) {
        *counts.entry(model).or_default() += 1;
    }
    for tongue in TONGUES {
        let page = full().page(&format!("{}/", tongue.prefix));
        let entries = page.one("[aria-labelledby=models]").all("li");
        assert!(entries.len() >= 10);
        let mut last = usize::MAX;
        for entry in entries {
            let link = entry.one("a");
            let count = numbers(&entry.one(".count").words())[0];
            assert_eq!(counts[link.words().as_str()], count, "{}", link.words());
            assert_eq!(
                link.attr("href").unwrap(),
                format!("{}/models/{}", tongue.prefix, link.words())
            );
            assert!(count <= last);
            last = count;
        }
    }
}

#[test]
fn featured_prompts_stand_first_and_not_again_among_the_newest() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/", tongue.prefix));
        let find = |slug: &str| SEEDS.iter().find(|seed| seed.slug == slug).unwrap();
        let featured = cards(&page.one("[aria-labelledby=featured]"));
        let newest = cards(&page.one("[aria-labelledby=newest]"));
        assert!(featured.len() >= 4 && newest.len() >= 4);
        let marked: Vec<bool> =
            featured.iter().map(|card| find(&card.slug).is_featured()).collect();
        let there = SEEDS.iter().filter(|seed| seed.is_featured()).count();
        assert_eq!(marked.iter().filter(|marked| **marked).count(), there.min(marked.len()));
        assert!(marked.is_sorted_by(|a, b| a >= b), "{marked:?}");
        for card in &newest {
            assert!(featured.iter().all(|other| other.slug != card.slug), "{} twice", card.slug);
        }
        let days: Vec<String> = newest.iter().map(|card| find(&card.slug).created()).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
        // Nothing newer than the last of them is left out, unless it is shown above.
        let oldest = days.last().unwrap();
        for seed in SEEDS.iter().filter(|seed| seed.created() > *oldest) {
            assert!(
                newest.iter().chain(&featured).any(|card| card.slug == seed.slug),
                "{} is newer than {oldest}",
                seed.slug
            );
        }
    }
}

#[test]
fn the_home_page_tells_how_many_prompts_there_are_and_of_what_kind() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/", tongue.prefix));
        let tally = page.one("ul.tally").all("li");
        assert_eq!(numbers(&tally[0].words()), [SEEDS.len()]);
        let kinds: usize = tally[1..].iter().map(|kind| numbers(&kind.words())[0]).sum();
        assert_eq!(kinds, SEEDS.len());
        assert!(tally.len() >= 4, "image, video and audio");
    }
}

#[test]
fn every_page_has_a_search_that_works_without_scripts() {
    for tongue in TONGUES {
        for path in ["/", "/faq", "/prompts", "/models"] {
            let page = full().page(&format!("{}{path}", tongue.prefix));
            let form = page.one("form[role=search]");
            assert_eq!(form.attr("action").unwrap(), format!("{}/prompts", tongue.prefix));
            assert!(form.attr("method").is_none_or(|method| method.eq_ignore_ascii_case("get")));
            assert_eq!(form.one("input[type=search]").attr("name").as_deref(), Some("q"));
            assert!(form.has("button[type=submit]"));
        }
    }
}
