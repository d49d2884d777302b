//! Questions and answers.

use std::fs;

use crate::shared::{TONGUES, full};
use crate::support::root;

#[test]
fn every_question_of_the_seeds_is_answered_under_its_own_address() {
    for tongue in TONGUES {
        let source =
            fs::read_to_string(root().join(format!("seeds/faq/{}.md", tongue.tag))).unwrap();
        let questions: Vec<(&str, &str)> = source
            .lines()
            .filter_map(|line| line.strip_prefix("## ")?.split_once(" {#"))
            .map(|(question, rest)| (question, rest.split([' ', '}']).next().unwrap()))
            .collect();
        assert!(questions.len() >= 5);
        let page = full().page(&format!("{}/faq", tongue.prefix));
        let shown: Vec<(String, String)> = page
            .all("main h2")
            .iter()
            .map(|heading| (heading.words(), heading.attr("id").unwrap()))
            .collect();
        let expected: Vec<(String, String)> = questions
            .iter()
            .map(|(question, id)| ((*question).to_owned(), (*id).to_owned()))
            .collect();
        assert_eq!(shown, expected);
        for section in page.all("main section") {
            let answer = section.words();
            assert!(answer.len() > section.one("h2").words().len() + 20, "{answer}");
        }
    }
}

#[test]
fn answers_are_rendered_not_shown_as_markdown() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/faq", tongue.prefix));
        let prose = page.one("main div.prose");
        assert!(prose.has("p") && prose.has("code"));
        let words = prose.words();
        for mark in ["{#", "](", "**", "\n- "] {
            assert!(!words.contains(mark), "{mark:?} in {words}");
        }
    }
}
