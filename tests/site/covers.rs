//! The drawings that stand for prompts.

use std::collections::BTreeMap;

use crate::shared::{ODD, SEEDS, full, odd};
use crate::support::{Gallery, dom};

#[test]
fn every_prompt_has_a_drawing() {
    let seeds = SEEDS.iter().map(|seed| (full(), seed.slug.as_str()));
    for (server, slug) in seeds.chain(ODD.keys().map(|slug| (odd(), *slug))) {
        let answer = server.get(&format!("/covers/{slug}.svg"));
        assert_eq!(answer.status, 200, "{slug}");
        assert_eq!(answer.header("content-type"), Some("image/svg+xml"), "{slug}");
        let svg = answer.text();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{slug}");
        assert!(
            svg.contains("xmlns=\"http://www.w3.org/2000/svg\""),
            "{slug}: an image needs its namespace"
        );
        assert!(svg.len() < 64 * 1024, "{slug}: {} bytes", svg.len());
    }
}

#[test]
fn a_drawing_loads_and_runs_nothing() {
    let seeds = SEEDS.iter().map(|seed| (full(), seed.slug.as_str()));
    for (server, slug) in seeds.chain(ODD.keys().map(|slug| (odd(), *slug))) {
        let svg = dom::parse(&server.get(&format!("/covers/{slug}.svg")).text());
        for element in
            ["script", "style", "image", "foreignObject", "a", "[onload]", "[onclick]", "[style]"]
        {
            assert!(!svg.has(element), "{slug}: {element}");
        }
        for element in svg.all("[href]") {
            assert!(element.attr("href").unwrap().starts_with('#'), "{slug}");
        }
    }
}

#[test]
fn no_two_prompts_have_the_same_drawing() {
    let mut known: BTreeMap<Vec<u8>, &str> = BTreeMap::new();
    for seed in SEEDS.iter() {
        let svg = full().get(&format!("/covers/{}.svg", seed.slug)).body;
        if let Some(other) = known.insert(svg, &seed.slug) {
            panic!("{other} and {} look the same", seed.slug);
        }
    }
}

#[test]
fn a_drawing_never_changes_while_its_prompt_does_not() {
    let text = &SEEDS[0].text;
    let drawings = [(); 2].map(|()| {
        let gallery = Gallery::without_prompts();
        gallery.prompt("same", text);
        gallery.serve().get("/covers/same.svg").body
    });
    assert_eq!(drawings[0], drawings[1]);
}

#[test]
fn a_drawing_has_the_size_its_page_says() {
    for seed in SEEDS.iter() {
        let page = full().page(&format!("/prompts/{}", seed.slug));
        // A sample that can be seen stands in its place.
        let Some(img) = page.all("aside img.cover").into_iter().next() else {
            assert!(page.has("aside figure.sample"), "{}", seed.slug);
            continue;
        };
        let svg = dom::parse(&full().get(&img.attr("src").unwrap()).text());
        // The HTML parser gives SVG's attribute its own spelling back.
        let view_box = svg.one("svg").attr("viewBox").unwrap();
        let expected =
            format!("0 0 {} {}", img.attr("width").unwrap(), img.attr("height").unwrap());
        assert_eq!(view_box, expected, "{}", seed.slug);
    }
}

#[test]
fn there_is_no_drawing_of_nothing() {
    let slug = &SEEDS[0].slug;
    for path in [
        String::from("/covers/nothing.svg"),
        format!("/covers/{slug}"),
        format!("/covers/{slug}.png"),
        format!("/covers/{slug}.svg.svg"),
        format!("/zh-CN/covers/{slug}.svg"),
        String::from("/covers/.svg"),
        String::from("/covers"),
    ] {
        assert_eq!(full().get(&path).status, 404, "{path}");
    }
}
