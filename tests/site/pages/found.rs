//! The cards of a search say why they were found.

use super::cards;
use crate::shared::{TONGUES, encode, full, odd, serve_for_all};
use crate::support::dom::Element;
use crate::support::{Gallery, Server};

use std::sync::LazyLock;

/// A few prompts with words that no other has, and some in places that no card shows.
fn few() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| {
        let gallery = Gallery::without_prompts();
        let filler = "Nothing of note stands here, and so it goes on. ".repeat(20);
        gallery.prompt_with(
            "harbour",
            "title.en = \"Harbour at dawn\"\ntitle.zh-CN = \"晨港\"\n\
             description.en = \"A **calm** wozzle.\"\ndescription.zh-CN = \"一张安静的呜呼。\"\n\
             tags = [\"natural-light\"]\nauthor = \"Ada <Quill> & Sons\"",
            &format!("{filler}Three quibbles wait by the golden\n\n   hour clock. {filler}"),
        );
        gallery.prompt(
            "hostile",
            &format!(
                "{filler}<script>alert(\"zorble\")</script> & 'zorble' &amp; <b>zorble</b> {filler}"
            ),
        );
        gallery.write(
            "prompts/poster.md",
            "+++\ncategory = \"photography\"\nendpoint = \"gpt_image_2/text_to_image\"\n\
             model = \"gpt-image-2\"\nlanguage = \"zh-CN\"\n+++\n\
             夜色温柔，灯火可亲。一张极简海报设计，留白很多，标题用 ＷＯＭＢＡＴ 字体。\n",
        );
        serve_for_all(&gallery, &[])
    });
    &SERVER
}

/// The only card a search finds.
#[track_caller]
fn card(prefix: &str, query: &str) -> Element {
    let page = few().page(&format!("{prefix}/prompts?q={}", encode(query)));
    let mut cards = cards(&page.one("main"));
    assert_eq!(cards.len(), 1, "{query}");
    cards.remove(0).element
}

fn marks(element: &Element) -> Vec<String> {
    element.all("mark").iter().map(Element::text).collect()
}

#[test]
fn a_match_deep_in_a_text_is_shown_with_what_stands_around_it() {
    for tongue in TONGUES {
        let card = card(tongue.prefix, "quibble");
        let passage = card.one("p.excerpt");
        assert_eq!(marks(&card), ["quibbles"]);
        assert!(passage.text().starts_with("…Three quibbles wait by the golden hour clock."));
        assert!(passage.text().ends_with('…'));
        assert_eq!(passage.attr("lang").as_deref(), Some("en"));
        assert_eq!(passage.attr("dir").as_deref(), Some("auto"));
    }
}

#[test]
fn a_phrase_is_marked_across_a_line_end() {
    assert_eq!(marks(&card("", "\"golden hour\"")), ["golden hour"]);
}

#[test]
fn what_is_excluded_is_not_marked() {
    assert_eq!(marks(&card("", "golden -zorble")), ["golden"]);
    let page = few().page("/prompts?q=-zorble");
    assert!(!page.has("mark"));
    assert!(page.has("p.excerpt"));
}

#[test]
fn titles_are_marked() {
    let card = card("", "harb");
    assert_eq!(marks(&card.one("h3")), ["Harbour"]);
    assert_eq!(card.one("h3").text(), "Harbour at dawn");
}

#[test]
fn chinese_is_marked_and_the_words_around_it_too() {
    for tongue in TONGUES {
        let card = card(tongue.prefix, "海报");
        let passage = card.one("p.passage");
        assert_eq!(marks(&passage), ["海报"]);
        assert!(passage.text().contains("一张极简海报设计"), "{}", passage.text());
        assert_eq!(passage.attr("lang").as_deref(), Some("zh-CN"));
    }
    assert_eq!(marks(&card("", "wombat 海报").one("p.passage")), ["海报", "ＷＯＭＢＡＴ"]);
    assert_eq!(marks(&card("", "ｗｏｍｂａｔ").one("p.passage")), ["ＷＯＭＢＡＴ"]);
}

#[test]
fn a_match_only_in_the_description_shows_the_description() {
    let english = card("", "wozzle").one("p.passage");
    assert_eq!(english.words(), "A calm wozzle.");
    assert_eq!(english.attr("lang").as_deref(), Some("en"));
    let chinese = card("", "呜呼").one("p.passage");
    assert_eq!(chinese.words(), "一张安静的呜呼。");
    assert_eq!(chinese.attr("lang").as_deref(), Some("zh-CN"));
}

#[test]
fn a_match_only_in_a_tag_names_the_tag() {
    let english = card("", "natural-light");
    assert_eq!(english.one("p.found").text(), "Tag: Natural light");
    assert_eq!(marks(&english), ["Natural light"]);
    assert!(!english.has("p.passage"));
    assert!(english.one("p.excerpt").text().starts_with("Nothing of note"));
    let chinese = card("/zh-CN", "natural-light").one("p.found");
    assert_eq!(chinese.text(), "标签：Natural light");
    assert_eq!(chinese.one("span").attr("lang").as_deref(), Some("en"));
}

#[test]
fn a_match_only_in_the_author_names_the_author() {
    let name = card("", "quill").one("p.found");
    assert_eq!(name.text(), "Author: Ada <Quill> & Sons");
    assert_eq!(marks(&name), ["Quill"]);
}

#[test]
fn a_match_only_in_the_title_of_another_language_names_that_title() {
    let name = card("", "晨港").one("p.found");
    assert_eq!(name.text(), "Title: 晨港");
    assert_eq!(name.one("span").attr("lang").as_deref(), Some("zh-CN"));
    assert!(!card("/zh-CN", "晨港").has("p.found"));
}

#[test]
fn a_match_only_in_what_the_card_shows_is_marked_there() {
    let page = few().page("/prompts?q=photography+gpt-image-2");
    for card in cards(&page.one("main")) {
        assert_eq!(marks(&card.element.one("p.meta a")), ["Photography"]);
        assert_eq!(marks(&card.element.one("p.meta span.model")), ["gpt-image-2"]);
        assert!(!card.element.has("p.found"));
    }
}

#[test]
fn a_hostile_text_is_shown_as_it_is_written() {
    let card = card("", "zorble");
    let text = card.one("p.passage").text();
    assert!(
        text.contains("<script>alert(\"zorble\")</script> & 'zorble' &amp; <b>zorble</b>"),
        "{text}"
    );
    assert_eq!(marks(&card), ["zorble"; 3]);
    assert!(!card.has("script") && !card.has("p b"));
}

#[test]
fn odd_texts_have_passages_of_bounded_length() {
    for query in ["lantern", "提灯", "a", "海", "json", "漢字", "e\u{301}", "script", "heron"]
    {
        for tongue in TONGUES {
            let path = format!("{}/prompts?q={}", tongue.prefix, encode(query));
            for card in cards(&odd().page(&path).one("main")) {
                let length = card.element.one("p.excerpt").text().chars().count();
                assert!(length <= 262, "{query} {}: {length}", card.slug);
            }
        }
    }
}

#[test]
fn every_card_of_a_search_says_why_it_was_found() {
    for tongue in TONGUES {
        for query in ["light", "光", "海报", "openai", "video", "natural-light"] {
            let path = format!("{}/prompts?q={}", tongue.prefix, encode(query));
            for card in cards(&full().page(&path).one("main")) {
                assert!(card.element.has("mark"), "{path}: {}", card.slug);
            }
        }
    }
}

#[test]
fn a_list_without_a_search_marks_nothing() {
    for path in ["/prompts", "/zh-CN/prompts?sort=title", "/categories/photography", "/"] {
        let page = full().page(path);
        assert!(!page.has("mark") && !page.has("p.passage") && !page.has("p.found"), "{path}");
    }
}
