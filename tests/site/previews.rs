//! The pictures that stand for shared links.

use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::shared::{SEEDS, TONGUES, full};
use crate::support::{Answer, Gallery, dom};

/// The width and height of a PNG, decoded whole.
fn size(answer: &Answer) -> (u32, u32) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("image/png"));
    let mut reader = png::Decoder::new(Cursor::new(&answer.body)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height)
}

/// The picture a page names.
fn named(page: &dom::Element) -> String {
    let named = page.one("meta[property=og:image]").attr("content").unwrap();
    named.strip_prefix(full().url.as_str()).unwrap().to_owned()
}

#[test]
fn every_page_names_a_picture_that_is_there() {
    for tongue in TONGUES {
        let p = tongue.prefix;
        let slug = &SEEDS[0].slug;
        for (path, picture) in [
            (format!("{p}/prompts/{slug}"), format!("{p}/og/{slug}.png")),
            (format!("{p}/prompts"), format!("{p}/og/site.png")),
        ] {
            let page = full().page(&path);
            assert_eq!(named(&page), picture);
            assert_eq!(size(&full().get(&picture)), (1200, 630), "{picture}");
        }
    }
}

#[test]
fn a_picture_shows_its_title_in_its_language() {
    let gallery = Gallery::without_prompts();
    let titled = |chinese: &str| format!("title.en = \"Linen\"\ntitle.zh-CN = \"{chinese}\"");
    gallery.prompt_with("one", &titled("北窗"), "A lamp.");
    let server = gallery.serve();
    let pictures = || ["", "/zh-CN"].map(|p| server.get(&format!("{p}/og/one.png")).body);
    let [english, chinese] = pictures();
    assert!(english.len() < 200 * 1024, "{} bytes", english.len());
    gallery.prompt_with("one", &titled("南窗"), "A lamp.");
    gallery.run(&["seed"]).ok();
    // A running server notices within a second.
    let mut seen = (0..200).map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        pictures()
    });
    let changed = seen.find(|[_, other]| *other != chinese).unwrap();
    assert_eq!(changed[0], english);
}

#[test]
fn the_face_has_every_character_of_the_titles() {
    for tongue in TONGUES {
        for seed in SEEDS.iter() {
            let path = format!("{}/prompts/{}.json", tongue.prefix, seed.slug);
            let document = full().get(&path).json();
            let title = document["title"].as_str().unwrap();
            assert!(prompt_gallery::preview::has_all(title), "{path}: {title}");
        }
        let t = tongue.texts();
        assert!(prompt_gallery::preview::has_all(t.site_name));
        assert!(prompt_gallery::preview::has_all(t.tagline));
    }
}

#[test]
fn a_picture_is_known_again_and_may_be_shown_by_anybody() {
    let path = format!("/og/{}.png", SEEDS[0].slug);
    let whole = full().get_with(&path, &[("accept-encoding", "br")]);
    assert_eq!(whole.header("content-encoding"), None);
    let tag = whole.header("etag").unwrap();
    let again = full().get_with(&path, &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
    assert_eq!(whole.header("cross-origin-resource-policy"), Some("cross-origin"));
    let head = full().request("HEAD", &path, &[]);
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
    assert!(head.body.is_empty());
}

#[test]
fn what_is_no_prompt_has_no_picture_and_a_renamed_one_keeps_it() {
    for path in ["/og/nothing.png", "/og/site.jpg", "/og/site", "/og/.png", "/og/a/b.png"] {
        assert_eq!(full().get(path).status, 404, "{path}");
    }
    let gallery = Gallery::without_prompts();
    gallery.prompt_with("kite", "aliases = [\"dragon\"]", "A paper kite.");
    let moved = gallery.serve().get("/zh-CN/og/dragon.png");
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), Some("/zh-CN/og/kite.png"));
}

#[test]
fn whoever_asks_for_many_is_told_to_come_again_while_pages_are_served() {
    let gallery = Gallery::without_prompts();
    for number in 0..28 {
        gallery.prompt(&format!("n{number}"), &format!("Lantern {number}."));
    }
    let server = gallery.serve_with(&["--cache", "0"]);
    let (drawn, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..28 {
            let (server, drawn, refused) = (&server, &drawn, &refused);
            scope.spawn(move || {
                let answer = server.get(&format!("/og/n{number}.png"));
                match answer.status {
                    200 => drawn.fetch_add(1, Ordering::Relaxed),
                    status => {
                        assert_eq!(status, 503);
                        assert!(answer.header("retry-after").is_some());
                        refused.fetch_add(1, Ordering::Relaxed)
                    }
                };
            });
        }
        assert_eq!(server.get("/prompts/n1").status, 200);
    });
    assert!(drawn.load(Ordering::Relaxed) > 0 && refused.load(Ordering::Relaxed) > 0);
    assert_eq!(drawn.load(Ordering::Relaxed) + refused.load(Ordering::Relaxed), 28);
    assert_eq!(server.get("/og/n1.png").status, 200);
}
