//! The page that a visitor's browser fills, as the server sends it to everybody.

use crate::shared::{SEEDS, TONGUES, full};
use crate::support::dom;

#[test]
fn the_favourites_page_explains_itself_and_holds_nobodys_prompts() {
    for tongue in TONGUES {
        let path = format!("{}/favourites", tongue.prefix);
        let page = full().page(&path);
        let t = tongue.texts();
        assert_eq!(page.one("h1").words(), t.favourites);
        let lead = page.one("main .lead").words();
        assert!(lead.contains(t.favourites_intro) && lead.contains(t.favourites_need_script));
        assert!(page.all("main section").iter().all(|part| part.attr("hidden").is_some()));
        let html = full().get(&path).text();
        for seed in SEEDS.iter() {
            assert!(!html.contains(&format!("/prompts/{}\"", seed.slug)), "{}", seed.slug);
        }
        assert!(page.one("meta[name=robots]").attr("content").unwrap().contains("noindex"));
    }
}

#[test]
fn the_favourites_page_can_be_reached_from_everywhere() {
    for tongue in TONGUES {
        for path in ["/", "/prompts", "/about", "/no-such-page"] {
            let answer = full().get(&format!("{}{path}", tongue.prefix));
            let page = crate::support::dom::parse(&answer.text());
            assert!(page.has(&format!("header a[href={}/favourites]", tongue.prefix)), "{path}");
        }
    }
}

#[test]
fn a_prompt_says_what_a_card_of_it_needs() {
    for tongue in TONGUES {
        for seed in SEEDS.iter().take(5) {
            let page = full().page(&format!("{}/prompts/{}", tongue.prefix, seed.slug));
            let button = page.one("button#favourite");
            let data = |name: &str| button.attr(&format!("data-{name}")).unwrap();
            assert_eq!(data("slug"), seed.slug);
            assert_eq!(data("category"), seed.get("category"));
            assert_eq!(data("cover"), format!("/covers/{}.svg", seed.slug));
            let cover = dom::parse(&full().get(&data("cover")).text());
            for name in ["width", "height"] {
                assert_eq!(Some(data(name)), cover.one("svg").attr(name), "{}", seed.slug);
            }
        }
    }
}
