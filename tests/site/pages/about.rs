//! The page about the gallery.

use std::fs;

use crate::shared::{TONGUES, full};
use crate::support::root;

#[test]
fn the_about_page_is_the_seeds_article_rendered() {
    for tongue in TONGUES {
        let source =
            fs::read_to_string(root().join(format!("seeds/about/{}.md", tongue.tag))).unwrap();
        let heading = source.lines().find_map(|line| line.strip_prefix("# ")).unwrap();
        let page = full().page(&format!("{}/about", tongue.prefix));
        assert_eq!(page.one("h1").words(), heading);
        let prose = page.one("main div.prose");
        assert!(prose.has("p"));
        let words = prose.words();
        assert!(words.chars().count() > 200, "{words}");
        for mark in ["](", "**", "# "] {
            assert!(!words.contains(mark), "{mark:?} in {words}");
        }
    }
}

#[test]
fn the_about_page_can_be_reached_from_everywhere() {
    for tongue in TONGUES {
        for path in ["/", "/prompts", "/no-such-page"] {
            let answer = full().get(&format!("{}{path}", tongue.prefix));
            let page = crate::support::dom::parse(&answer.text());
            assert!(page.has(&format!("footer a[href={}/about]", tongue.prefix)), "{path}");
        }
    }
}
