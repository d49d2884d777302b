//! The list of all models: those with prompts, the fullest first, then the rest of the catalogue.

use std::collections::BTreeMap;

use super::numbers;
use crate::shared::{SEEDS, Seed, TONGUES, full, seed_table};
use crate::support::dom::Element;

#[test]
fn models_with_prompts_come_first_each_with_its_count() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for model in SEEDS.iter().filter_map(Seed::model) {
        *counts.entry(model).or_default() += 1;
    }
    for tongue in TONGUES {
        let page = full().page(&format!("{}/models", tongue.prefix));
        let shown: Vec<(String, usize)> = page
            .all("ul.shelves li")
            .iter()
            .map(|entry| (entry.one("h2 a").words(), numbers(&entry.one("p.count").words())[0]))
            .collect();
        assert!(shown.is_sorted_by(|a, b| a.1 >= b.1), "{shown:?}");
        let as_map: BTreeMap<&str, usize> =
            shown.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(as_map, counts);
    }
}

#[test]
fn every_other_model_of_the_catalogue_is_listed_once_under_its_service() {
    let catalog = seed_table("catalog.toml");
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for service in catalog["services"].as_array().unwrap() {
        let models = expected.entry(service["name"].as_str().unwrap().to_owned()).or_default();
        for endpoint in service["endpoints"].as_array().unwrap() {
            let all = endpoint.get("models").and_then(|models| models.as_array());
            for model in all.into_iter().flatten().map(|model| model.as_str().unwrap()) {
                if SEEDS.iter().all(|seed| seed.model() != Some(model)) {
                    models.push(model.to_owned());
                }
            }
        }
        models.sort();
        models.dedup();
    }
    expected.retain(|_, models| !models.is_empty());
    for tongue in TONGUES {
        let page = full().page(&format!("{}/models", tongue.prefix));
        let shown: BTreeMap<String, Vec<String>> = page
            .all("dl.others div")
            .iter()
            .map(|group| {
                let mut models: Vec<String> =
                    group.all("dd a").iter().map(Element::words).collect();
                models.sort();
                (group.one("dt").words(), models)
            })
            .collect();
        assert_eq!(shown, expected);
    }
}
