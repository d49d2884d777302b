//! A model's page: the prompts written for it.

use std::collections::BTreeSet;

use super::{assert_error_page, numbers, seeds_where, slugs, sorted};
use crate::shared::{SEEDS, Seed, TONGUES, full};

#[test]
fn a_model_shows_exactly_its_prompts_and_counts_them() {
    let models: BTreeSet<&str> = SEEDS.iter().filter_map(Seed::model).collect();
    for tongue in TONGUES {
        for model in &models {
            let path = format!("{}/models/{model}", tongue.prefix);
            let expected = seeds_where(|seed| seed.model() == Some(model));
            assert_eq!(sorted(slugs(full(), &path)), expected, "{path}");
            let page = full().page(&path);
            assert_eq!(page.one("h1").words(), *model);
            assert_eq!(numbers(&page.one("p.count").words())[0], expected.len(), "{path}");
        }
    }
}

#[test]
fn a_model_tells_its_service_and_who_makes_it() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/models/gpt-image-2", tongue.prefix));
        let words = page.one("div.lead").words();
        assert!(words.contains("GPT Image 2") && words.contains("OpenAI"), "{words}");
    }
}

#[test]
fn a_model_without_prompts_is_a_page_with_a_way_out() {
    for tongue in TONGUES {
        let models = full().page(&format!("{}/models", tongue.prefix));
        let others = models.one("dl.others").all("a");
        assert!(!others.is_empty());
        for link in others.iter().step_by(7) {
            let page = full().page(&link.attr("href").unwrap());
            assert!(page.one("main").words().contains(tongue.texts().nothing_here));
            assert!(page.has("p.nothing a"));
        }
    }
}

#[test]
fn there_is_no_page_of_an_unknown_model() {
    for tongue in TONGUES {
        for slug in ["gpt-image-0", "gpt-image-2.txt", "gpt-image-2%20", "%f0%9f%98%80"] {
            let answer = full().get(&format!("{}/models/{slug}", tongue.prefix));
            assert_error_page(&answer, 404, tongue);
        }
    }
}
