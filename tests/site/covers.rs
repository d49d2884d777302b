//! The drawings that stand for prompts.

use std::collections::BTreeMap;

use crate::shared::{ODD, SEEDS, full, odd};
use crate::support::{Gallery, Server, dom};

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
fn a_drawing_is_light() {
    let mut sizes: Vec<usize> = SEEDS.iter().map(|seed| drawing(&seed.slug).len()).collect();
    sizes.sort_unstable();
    assert!(sizes[sizes.len() / 2] < 3_000, "{sizes:?}");
    assert!(sizes[sizes.len() - 1] < 8_000, "{sizes:?}");
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
fn a_page_holds_the_drawing_of_its_prompt() {
    for seed in SEEDS.iter() {
        let page = full().page(&format!("/prompts/{}", seed.slug));
        // A sample that can be seen stands in its place.
        let Some(inside) = page.all("aside svg.cover").into_iter().next() else {
            assert!(page.has("figure.sample"), "{}", seed.slug);
            continue;
        };
        let alone = drawing(&seed.slug);
        // The HTML parser gives SVG's attribute its own spelling back.
        for name in ["viewBox", "width", "height"] {
            assert_eq!(
                inside.attr(name),
                dom::parse(&alone).one("svg").attr(name),
                "{}",
                seed.slug
            );
        }
        let html = full().get(&format!("/prompts/{}", seed.slug)).text();
        assert!(html.contains(inner(&alone)), "{}", seed.slug);
    }
}

/// The drawings on the cards of a page; a sample may stand in one's place.
fn drawn(page: &dom::Element) -> Vec<dom::Element> {
    page.all(".card img").into_iter().filter(|image| image.attr("class").is_none()).collect()
}

#[test]
fn the_cards_of_a_list_share_the_sheets_their_drawings_are_on() {
    for (path, most) in [("/prompts", 3), ("/", 2), ("/zh-CN/prompts?q=light", 3)] {
        let page = full().page(path);
        let pictures = drawn(&page);
        let mut sheets: Vec<String> = Vec::new();
        assert!(pictures.len() > 8, "{path}");
        for picture in pictures {
            let address = picture.attr("src").unwrap();
            let (sheet, name) = address.split_once('#').unwrap();
            assert!(sheet.contains(name), "{address}");
            if !sheets.iter().any(|known| known == sheet) {
                sheets.push(sheet.to_owned());
            }
            assert_eq!(picture.attr("loading").as_deref(), Some("lazy"), "{address}");
        }
        assert!(sheets.len() <= most, "{path}: {sheets:?}");
    }
}

#[test]
fn a_fragment_of_a_sheet_is_the_drawing_in_the_size_the_card_says() {
    let page = full().page("/prompts");
    for picture in drawn(&page) {
        let address = picture.attr("src").unwrap();
        let (path, name) = address.split_once('#').unwrap();
        let text = full().get(path).text();
        let sheet = dom::parse(&text);
        let views = sheet.all("view");
        let at = views.iter().position(|view| view.attr("id").unwrap() == name).unwrap();
        let [left, top, width, height] = numbers(&views[at].attr("viewBox").unwrap());
        let size = [width, height].map(|size| Some(size.to_string()));
        assert_eq!([picture.attr("width"), picture.attr("height")], size, "{address}");
        assert_eq!(left, 0, "{address}");
        let alone = with_ids(inner(&drawing(name)), &format!("C{at}"));
        let shown = format!("<svg y=\"{top}\" width=\"{width}\" height=\"{height}\">{alone}</svg>");
        assert!(text.contains(&shown), "{address}");
        assert_eq!(sheet.one("svg").attr("viewBox"), None, "a sheet has no shape of its own");
    }
}

#[test]
fn no_two_drawings_on_a_sheet_share_an_id() {
    for path in ["/prompts", "/prompts?page=2"] {
        for picture in drawn(&full().page(path)) {
            let address = picture.attr("src").unwrap();
            let sheet = full().get(address.split_once('#').unwrap().0).text();
            let sheet = dom::parse(&sheet);
            let mut ids: Vec<String> =
                sheet.all("[id]").iter().map(|element| element.attr("id").unwrap()).collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "{address}");
        }
    }
}

#[test]
fn a_sheet_is_kept_for_ever_under_the_address_a_page_gives_it() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("first", "A red kite");
    let server = gallery.serve();
    let sheet = |server: &Server| {
        let address = server.page("/prompts").one(".card img").attr("src").unwrap();
        address.split_once('#').unwrap().0.to_owned()
    };
    let before = sheet(&server);
    let control = |path: &str| server.get(path).header("cache-control").unwrap().to_owned();
    assert!(control(&before).contains("immutable"), "{}", control(&before));
    gallery.prompt("first", "A blue kite over the sea");
    gallery.run(&["seed"]).ok();
    let after = sheet(&server);
    assert_ne!(after, before, "another text, another address");
    assert!(control(&after).contains("immutable"), "{}", control(&after));
    assert!(control(&before).contains("max-age=0"), "{}", control(&before));
}

#[test]
fn a_sheet_leaves_out_what_is_gone() {
    let (one, other) = (&SEEDS[0].slug, &SEEDS[1].slug);
    let path = format!("/covers.svg?of={one},gone-long-ago,{other},{one}");
    let sheet = dom::parse(&full().get(&path).text());
    let views: Vec<String> =
        sheet.all("view").iter().map(|view| view.attr("id").unwrap()).collect();
    assert_eq!(views, [one.as_str(), other]);
}

#[test]
fn there_is_no_sheet_of_nothing_or_of_too_much() {
    let slug = &SEEDS[0].slug;
    let many: Vec<&str> = SEEDS.iter().take(9).map(|seed| seed.slug.as_str()).collect();
    for query in [
        String::new(),
        String::from("?of="),
        String::from("?of=nothing"),
        String::from("?of=,"),
        format!("?of={slug},"),
        format!("?of={slug},%22%3E%3Cscript%3E"),
        format!("?of={slug}&of={slug}"),
        format!("?of={slug},{}", "a".repeat(101)),
        format!("?of={}", many.join(",")),
        format!("?slugs={slug}"),
    ] {
        let path = format!("/covers.svg{query}");
        assert_eq!(full().get(&path).status, 404, "{path}");
    }
    assert_eq!(full().get(&format!("/covers.svg?of={}", many[..8].join(","))).status, 200);
}

/// A prompt's drawing as it is served alone.
fn drawing(slug: &str) -> String {
    full().get(&format!("/covers/{slug}.svg")).text()
}

/// What stands inside the outermost element.
fn inner(svg: &str) -> &str {
    svg.split_once('>').unwrap().1.strip_suffix("</svg>").unwrap()
}

fn numbers(list: &str) -> [u32; 4] {
    let numbers: Vec<u32> = list.split(' ').map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// A drawing whose ids begin otherwise.
fn with_ids(drawing: &str, beginning: &str) -> String {
    let (_, id) = drawing.split_once("id=\"").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    drawing.replace(&id[..id.len() - 1], beginning)
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
