//! The list of all categories.

use super::numbers;
use crate::shared::{SEEDS, TONGUES, full, names};

#[test]
fn every_category_is_listed_with_its_count_in_the_order_of_the_seeds() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/categories", tongue.prefix));
        let shown: Vec<(String, String, Vec<usize>)> = page
            .all("ul.shelves li")
            .iter()
            .filter(|entry| entry.has("h2"))
            .map(|entry| {
                let link = entry.one("h2 a");
                (link.attr("href").unwrap(), link.words(), numbers(&entry.one("p.count").words()))
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
