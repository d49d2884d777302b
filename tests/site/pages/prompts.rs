//! The list of all prompts and the search: pages, orders, cards, and whatever people type.

use prompt_gallery::catalog::Modality;

use super::{assert_error_page, cards, numbers, seeds_where, slugs, sorted};
use crate::shared::{SEEDS, Seed, TONGUES, encode, full, names, odd};
use crate::support::Answer;
use crate::support::dom::{self, Element};

fn seed(slug: &str) -> &'static Seed {
    SEEDS.iter().find(|seed| seed.slug == slug).unwrap()
}

#[test]
fn the_list_shows_every_prompt_once_24_a_page() {
    for tongue in TONGUES {
        let path = format!("{}/prompts", tongue.prefix);
        assert_eq!(cards(&full().page(&path).one("main")).len(), 24);
        assert_eq!(sorted(slugs(full(), &path)), seeds_where(|_| true));
    }
}

#[test]
fn the_pages_of_a_list_are_numbered_links() {
    let last = SEEDS.len().div_ceil(24);
    for tongue in TONGUES {
        for number in 1..=last {
            let page = full().page(&format!("{}/prompts?page={number}", tongue.prefix));
            let pager = page.one("nav.pager");
            assert!(pager.attr("aria-label").is_some());
            let links: Vec<(String, String)> = pager
                .all("ol a")
                .iter()
                .map(|link| (link.words(), link.attr("href").unwrap()))
                .collect();
            let address = |number: usize| match number {
                1 => format!("{}/prompts", tongue.prefix),
                _ => format!("{}/prompts?page={number}", tongue.prefix),
            };
            // The first, the last and those around this page.
            let expected: Vec<_> = (1..=last)
                .filter(|page| [1, last].contains(page) || page.abs_diff(number) <= 2)
                .map(|page| (page.to_string(), address(page)))
                .collect();
            assert_eq!(links, expected);
            assert_eq!(pager.one("a[aria-current=page]").words(), number.to_string());
            let step = |rel: &str| {
                pager.all(&format!("a[rel={rel}]")).first().map(|link| link.attr("href").unwrap())
            };
            assert_eq!(step("prev"), (number > 1).then(|| address(number - 1)));
            assert_eq!(step("next"), (number < last).then(|| address(number + 1)));
            assert_eq!(numbers(&page.one("p.count").words()), [SEEDS.len(), number, last]);
        }
    }
}

#[test]
fn there_is_no_page_beyond_the_last_nor_one_that_is_no_number() {
    let beyond = (SEEDS.len().div_ceil(24) + 1).to_string();
    let pages = [
        "0",
        "-1",
        "abc",
        "1.5",
        "1e3",
        "2x",
        "%20",
        "99999999999999999999999",
        "18446744073709551615",
    ];
    for tongue in TONGUES {
        for page in pages.into_iter().chain([beyond.as_str()]) {
            for query in [
                format!("page={page}"),
                format!("sort=featured&page={page}"),
                format!("q=the&page={page}"),
            ] {
                let answer = full().get(&format!("{}/prompts?{query}", tongue.prefix));
                let page = assert_error_page(&answer, 404, tongue);
                assert_eq!(page.one("h1").words(), tongue.texts().not_found, "{query}");
            }
        }
    }
}

#[test]
fn the_newest_prompts_come_first() {
    for tongue in TONGUES {
        let days: Vec<String> = slugs(full(), &format!("{}/prompts", tongue.prefix))
            .iter()
            .map(|slug| seed(slug).created())
            .collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
    }
}

#[test]
fn featured_prompts_come_first_on_request_and_stay_so_on_further_pages() {
    for tongue in TONGUES {
        let path = format!("{}/prompts?sort=featured", tongue.prefix);
        let slugs = slugs(full(), &path);
        assert_eq!(sorted(slugs.clone()), seeds_where(|_| true));
        let (featured, others) = slugs.split_at(seeds_where(Seed::is_featured).len());
        assert!(!featured.is_empty());
        assert!(featured.iter().all(|slug| seed(slug).is_featured()));
        for part in [featured, others] {
            assert!(part.is_sorted_by(|a, b| seed(a).created() >= seed(b).created()));
        }
        let page = full().page(&path);
        assert!(page.one("a[rel=next]").attr("href").unwrap().contains("sort=featured"));
        let chosen = page.one("nav.sorts").one("a[aria-current=true]").words();
        assert_eq!(chosen, (tongue.texts().sort)("featured"));
    }
}

#[test]
fn an_order_nobody_knows_is_the_usual_one() {
    let usual = slugs(full(), "/prompts");
    assert_eq!(slugs(full(), "/prompts?sort=oldest%27--"), usual);
    assert_eq!(slugs(full(), "/prompts?nonsense=1&sort="), usual);
}

#[test]
fn a_card_tells_what_the_prompt_is() {
    for tongue in TONGUES {
        let categories = names("categories.toml", "categories", tongue.tag);
        let page = full().page(&format!("{}/prompts", tongue.prefix));
        for card in cards(&page.one("main")) {
            let (seed, card, prefix) = (seed(&card.slug), card.element, tongue.prefix);
            let cover = card.one("img");
            let address = cover.attr("src").unwrap();
            assert!(address.starts_with("/covers.svg?"), "{address}");
            assert!(address.ends_with(&format!("#{}", seed.slug)), "{address}");
            let title = card.one("h3");
            assert_eq!(title.words(), seed.local("title", tongue.tag).unwrap());
            assert_eq!(
                title.one("a").attr("href").unwrap(),
                format!("{prefix}/prompts/{}", seed.slug)
            );
            let category =
                categories.iter().find(|(slug, _)| slug == seed.get("category")).unwrap();
            let link = card.one("p.meta a");
            assert_eq!(link.words(), category.1);
            assert_eq!(link.attr("href").unwrap(), format!("{prefix}/categories/{}", category.0));
            let meta = card.one("p.meta").words();
            assert!(seed.model().is_none_or(|model| meta.contains(model)), "{meta}");
            let kind = tongue.texts().modality;
            assert!(
                Modality::ALL.iter().any(|modality| meta.starts_with(kind(*modality))),
                "{meta}"
            );
            let excerpt = card.one("p.excerpt");
            assert_eq!(excerpt.attr("lang").as_deref(), Some(seed.get("language")));
            let beginning: String = excerpt.words().chars().take(12).collect();
            let text = seed.text.split_whitespace().collect::<Vec<_>>().join(" ");
            // Of JSON there are the values, with dots between them.
            for piece in beginning.split(" · ") {
                assert!(text.contains(piece.trim()), "{}: {beginning:?}", seed.slug);
            }
        }
    }
}

#[test]
fn a_prompt_without_a_title_has_a_readable_one_in_every_list() {
    for tongue in TONGUES {
        let found = slugs(odd(), &format!("{}/prompts", tongue.prefix));
        assert!(found.len() > 24);
        for number in 1..=found.len().div_ceil(24) {
            let page = odd().page(&format!("{}/prompts?page={number}", tongue.prefix));
            for card in cards(&page.one("main")) {
                let title = card.element.one("h3").words();
                assert!(!title.is_empty(), "{}", card.slug);
                assert!(
                    !title.starts_with('{') && !title.starts_with('['),
                    "{}: {title}",
                    card.slug
                );
                assert!(title.chars().count() <= 80, "{}: {title}", card.slug);
            }
        }
    }
}

#[test]
fn every_prompt_is_found_first_by_its_title() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let title = seed.local("title", tongue.tag).unwrap();
            let page = full().page(&format!("{}/prompts?q={}", tongue.prefix, encode(title)));
            let first = cards(&page.one("main")).into_iter().next().map(|card| card.slug);
            assert_eq!(first.as_deref(), Some(seed.slug.as_str()), "{title}");
        }
    }
}

#[test]
fn chinese_is_found_wherever_it_stands() {
    let word = "海报";
    let holds = |text: Option<&str>| text.is_some_and(|text| text.contains(word));
    let expected = seeds_where(|seed| {
        seed.text.contains(word)
            || holds(seed.local("title", "zh-CN"))
            || holds(seed.local("description", "zh-CN"))
    });
    assert!(expected.len() >= 2);
    for tongue in TONGUES {
        let found = slugs(full(), &format!("{}/prompts?q={}", tongue.prefix, encode(word)));
        for slug in &expected {
            assert!(found.contains(slug), "{slug} holds {word} and is not found");
        }
    }
    // Any few characters out of the middle of a text will do.
    for seed in SEEDS.iter().filter(|seed| seed.get("language") == "zh-CN") {
        let is_han = |character: &char| ('\u{4e00}'..='\u{9fff}').contains(character);
        let characters: Vec<char> = seed.text.chars().collect();
        let piece = characters[characters.len() / 2..]
            .windows(4)
            .find(|window| window.iter().all(is_han))
            .unwrap_or_else(|| panic!("{} has no four Chinese characters in a row", seed.slug));
        let piece: String = piece.iter().collect();
        let found = slugs(full(), &format!("/prompts?q={}", encode(&piece)));
        assert!(found.contains(&seed.slug), "{} is not found by {piece}", seed.slug);
    }
}

#[test]
fn a_search_finds_models_and_categories_too() {
    let found = slugs(full(), "/prompts?q=midjourney");
    let is_midjourney = |model: &str| model.starts_with("midjourney");
    for slug in seeds_where(|seed| seed.model().is_some_and(is_midjourney)) {
        assert!(found.contains(&slug), "{slug}");
    }
    for (slug, name) in names("categories.toml", "categories", "zh-CN") {
        let found = slugs(full(), &format!("/zh-CN/prompts?q={}", encode(&name)));
        for seed in seeds_where(|seed| seed.get("category") == slug) {
            assert!(found.contains(&seed), "{seed} is not found by {name}");
        }
    }
}

#[test]
fn a_search_keeps_its_words_everywhere_and_is_not_indexed() {
    for tongue in TONGUES {
        let query = "light & 光 \"of\" <b> +";
        let page = full().page(&format!("{}/prompts?q={}", tongue.prefix, encode(query)));
        assert_eq!(page.one("input#q").attr("value").as_deref(), Some(query));
        assert!(page.one("title").words().contains(query));
        assert_eq!(page.one("meta[name=robots]").attr("content").as_deref(), Some("noindex"));
        let other = page.one("header a[hreflang]").attr("href").unwrap();
        let there = full().page(&other);
        assert_eq!(there.one("html").attr("lang").as_deref(), Some(tongue.other().tag));
        assert_eq!(there.one("input#q").attr("value").as_deref(), Some(query));
    }
}

#[test]
fn the_pages_of_a_search_keep_its_words() {
    for tongue in TONGUES {
        let first = full().page(&format!("{}/prompts?q=left", tongue.prefix));
        let count = numbers(&first.one("p.count").words())[0];
        assert!(count > 24, "a word for this test has to be in more than 24 prompts, not {count}");
        let found = slugs(full(), &format!("{}/prompts?q=left", tongue.prefix));
        assert_eq!(found.len(), count);
        let next = first.one("a[rel=next]").attr("href").unwrap();
        assert_eq!(full().page(&next).one("input#q").attr("value").as_deref(), Some("left"));
    }
}

#[test]
fn a_blank_search_is_the_whole_list() {
    for query in ["q=", "q=+", "q=%20%09%0A", "q=%E3%80%80"] {
        assert_eq!(slugs(full(), &format!("/prompts?{query}")).len(), SEEDS.len(), "{query}");
    }
}

#[test]
fn nothing_found_is_a_page_with_a_way_out() {
    for tongue in TONGUES {
        let page = full().page(&format!("{}/prompts?q=zyxwvutsrq", tongue.prefix));
        let main = page.one("main");
        assert!(cards(&main).is_empty());
        assert!(main.words().contains(tongue.texts().search_nothing));
        assert_eq!(
            main.one("p.nothing a").attr("href").unwrap(),
            format!("{}/categories", tongue.prefix)
        );
        assert_eq!(page.one("input#q").attr("value").as_deref(), Some("zyxwvutsrq"));
    }
}

/// What a list says about how it came about.
fn notices(page: &Element) -> Vec<String> {
    page.all("main p.notice").iter().map(Element::words).collect()
}

#[test]
fn a_word_nobody_wrote_is_taken_for_the_nearest_one_and_the_page_says_so() {
    for tongue in TONGUES {
        let t = tongue.texts();
        let at = |query: &str| format!("{}/prompts?q={}", tongue.prefix, encode(query));
        let page = full().page(&at("landscpae"));
        assert_eq!(notices(&page), [(t.corrected)("landscpae", "landscape")]);
        let found = |query| sorted(slugs(full(), &at(query)));
        assert_eq!(found("landscpae"), found("landscape"));
        // The words stay as they were typed.
        assert_eq!(page.one("input#q").attr("value").as_deref(), Some("landscpae"));
        // Nothing is said of what was found as it was typed, nor of what was not found.
        assert_eq!(notices(&full().page(&at("landscape"))), [""; 0]);
        assert_eq!(notices(&full().page(&at("zyxwvutsrq"))), [""; 0]);
        let both = [(t.corrected)("landscpae", "landscape"), (t.corrected)("ligth", "light")];
        assert_eq!(notices(&full().page(&at("landscpae ligth"))), both);
    }
}

#[test]
fn a_search_of_which_only_a_part_is_found_says_so() {
    for tongue in TONGUES {
        let t = tongue.texts();
        let at = |query: &str| format!("{}/prompts?q={}", tongue.prefix, encode(query));
        let Seed { slug, .. } = &SEEDS[0];
        let title = SEEDS[0].local("title", "en").unwrap();
        let query = format!("{title} zyxwvutsrq");
        let page = full().page(&at(&query));
        assert_eq!(notices(&page), [t.found_partly]);
        assert_eq!(&slugs(full(), &at(&query))[0], slug);
        // The whole of it is found: nothing to say.
        assert_eq!(notices(&full().page(&at(title))), [""; 0]);
    }
}

#[test]
fn what_a_notice_quotes_is_text() {
    let hostile = "<b>\"potrait\"</b>&amp;<script>alert(1)</script>";
    for tongue in TONGUES {
        let path = format!("{}/prompts?q={}", tongue.prefix, encode(hostile));
        let page = full().page(&path);
        assert!(!page.has("main b") && !page.has("main script"), "{hostile}");
    }
}

#[test]
fn whatever_is_typed_gives_a_page() {
    let long_word = "a".repeat(200);
    let many_words = "a ".repeat(100);
    let many_quotes = "\"".repeat(200);
    let queries = [
        "\"",
        "'",
        "\"\"",
        "\"unclosed",
        "''; DROP TABLE prompts; --",
        "a\"b\"c",
        "*",
        "a*",
        "*a*",
        "^a",
        "(",
        ")",
        "(()",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "a AND",
        "NOT a",
        "a NEAR/2 b",
        "NEAR(a b, 2)",
        "a:b",
        "title:light",
        "text:",
        ":",
        "-",
        "--",
        "-light",
        "--ar 16:9",
        "- -",
        "+",
        "+a -b",
        "[a TO z]",
        "{a TO z}",
        "a~2",
        "a^9",
        "\\",
        "\\\\",
        "/",
        "/.*/",
        "%",
        "_",
        "\0",
        "a\0b",
        "\u{1}",
        "\r\n",
        "😀",
        "👩🏽\u{200d}🚀",
        "\u{200d}",
        "\u{feff}light",
        "עברית",
        "\u{202e}thgil",
        "e\u{301}",
        "ﬁ",
        "İ",
        "ß",
        "ǅ",
        "海",
        "海报设计与光",
        "，。！",
        "ｌｉｇｈｔ",
        "\u{10ffff}",
        "<script>alert(1)</script>",
        "</title><script>",
        "{{7*7}}",
        "${x}",
        "null",
        "undefined",
        "0",
        "-1",
        "1e999",
        "../../etc/passwd",
        &long_word,
        &many_words,
        &many_quotes,
    ];
    for tongue in TONGUES {
        for query in queries {
            let answer = full().get(&format!("{}/prompts?q={}", tongue.prefix, encode(query)));
            assert_eq!(answer.status, 200, "{query:?}");
            let page = dom::parse(&answer.text());
            assert_eq!(page.all("h1").len(), 1, "{query:?}");
            // What is not searched for says what it lists.
            let data = page.all("head script[type=application/ld+json]").len();
            assert_eq!(page.all("script").len(), 1 + data, "{query:?}");
            assert_eq!(data, usize::from(query.trim().is_empty()), "{query:?}");
            let field = page.one("input#q").attr("value").unwrap();
            // HTML cannot hold NUL; a text field holds no line ends.
            assert_eq!(field, query.replace('\0', "").trim(), "{query:?}");
        }
    }
    for query in [
        "q=%",
        "q=%zz",
        "q=%ff%fe",
        "q=%ed%a0%80",
        "q=a&q=b",
        "q",
        "&&&",
        "=",
        "q=a%00",
        "q=%F0%9F",
        "?q=a",
    ] {
        let status = full().get(&format!("/prompts?{query}")).status;
        assert!(matches!(status, 200 | 400), "{query}: {status}");
    }
}

#[test]
fn a_search_of_more_than_200_characters_is_refused_in_the_visitors_language() {
    let refused = |answer: &Answer, tongue| {
        let page = assert_error_page(answer, 400, tongue);
        assert!(page.one("main").words().contains(tongue.texts().search_too_long));
        assert!(page.has("main a"), "a way out");
    };
    for tongue in TONGUES {
        for character in ["a", "光", "😀"] {
            let path = |count: usize| {
                format!("{}/prompts?q={}", tongue.prefix, encode(&character.repeat(count)))
            };
            assert_eq!(full().get(&path(200)).status, 200, "{character}");
            refused(&full().get(&path(201)), tongue);
        }
        refused(
            &full().get(&format!("{}/prompts?q={}", tongue.prefix, "a".repeat(10_000))),
            tongue,
        );
    }
}
