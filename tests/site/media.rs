//! Samples: checked like everything else in a seed file, kept beside the database, streamed, and
//! shown where they belong.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::migrations::{folder as migrations, insert, migration, sql};
use super::shared::{TONGUES, full};
use crate::support::dom::Element;
use crate::support::{Answer, Finished, Gallery, Server};

fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        if (x / 8 + y / 8) % 2 == 0 { Rgb(colour) } else { Rgb([240, 240, 240]) }
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A second of silence, with a note of who kept it.
fn wav() -> Vec<u8> {
    let mut body = b"WAVELIST\x0e\0\0\0INFOIART\x02\0\0\0me".to_vec();
    body.extend(b"fmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0");
    body.extend([128; 8000]);
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [&b"RIFF"[..], &length, &body].concat()
}

const IMAGE: &str = "[[media]]\nfile = \"north.png\"\nkind = \"image\"\nmade_by = \"model\"\n\
                     alt.en = \"A chequered [north] window\"\nalt.zh-CN = \"格子北窗\"\n";
const SOUND: &str = "[[media]]\nfile = \"hush.wav\"\nkind = \"audio\"\nmade_by = \"code\"\n\
                     alt.en = \"A second of silence\"\n";

/// A gallery of a prompt with a picture, one with a sound, and one with neither.
fn gallery() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.write("media/north.png", png(700, 400, [200, 30, 30]));
    gallery.write("media/hush.wav", wav());
    gallery.prompt_with("window", IMAGE, "A window to the north.");
    gallery.prompt_with("hush", SOUND, "Nothing to be heard.");
    gallery.prompt("plain", "A plain wall.");
    gallery
}

/// The folder of samples and what is in it, the lock aside.
fn kept(gallery: &Gallery) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder(gallery)) else { return BTreeSet::new() };
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lock")
        .collect()
}

fn folder(gallery: &Gallery) -> PathBuf {
    let mut path = gallery.database().into_os_string();
    path.push("-media");
    path.into()
}

fn seed(gallery: &Gallery) -> Finished {
    gallery.run(&["seed"]).ok()
}

/// What `check` says of a gallery that has problems.
fn problems(gallery: &Gallery) -> String {
    let finished = gallery.run(&["check"]);
    assert!(!finished.success, "nothing is wrong: {}", finished.out);
    finished.err.replace(&format!("{}/", gallery.seeds().display()), "")
}

#[track_caller]
fn says(report: &str, line: usize, field: &str, words: &str) {
    let start = format!("prompts/a.md:{line}: {field}: ");
    let found = report.lines().any(|text| text.starts_with(&start) && text.contains(words));
    assert!(found, "no \"{start}\" with \"{words}\" in\n{report}");
}

#[test]
fn every_fault_of_a_sample_is_reported_with_its_line_and_remedy() {
    let gallery = Gallery::without_prompts();
    gallery.write("media/north.png", png(64, 64, [1, 2, 3]));
    gallery.write("media/page.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    gallery.write("media/hush.wav", wav());
    gallery.write("secret.png", png(64, 64, [1, 2, 3]));
    std::os::unix::fs::symlink(
        gallery.seeds().join("secret.png"),
        gallery.seeds().join("media/link.png"),
    )
    .unwrap();
    let medium = |rest: &str| format!("[[media]]\n{rest}\n");
    let front = [
        medium("file = \"../secret.png\"\nkind = \"image\"\nmade_by = \"model\"\nalt.en = \"a\""),
        medium("file = \"link.png\"\nkind = \"imagge\"\nmade_by = \"modell\"\nalt.en = \"\""),
        medium("file = \"none.png\"\nkind = \"image\"\nmade_by = \"model\""),
        medium("file = \"hush.wav\"\nkind = \"video\"\nmade_by = \"code\"\nalt.fr = \"a\""),
        medium("file = \"page.png\"\nkind = \"image\"\nmade_by = \"code\"\nalt.en = \"a\"\nposter = \"north.png\""),
        medium("fille = \"north.png\"\nkind = \"image\"\nmade_by = \"code\"\nalt.en = \"a\""),
    ]
    .concat();
    gallery.prompt_with("a", &front, "A window.");
    let report = problems(&gallery);
    says(&report, 7, "media.file", "without ..");
    says(&report, 12, "media.file", "leads out of");
    says(&report, 13, "media.kind", "did you mean \"image\"?");
    says(&report, 14, "media.made_by", "did you mean \"model\"?");
    says(&report, 15, "media.alt.en", "must not be empty");
    says(&report, 17, "media.file", "put it there");
    says(&report, 16, "media.alt", "say what is to be seen or heard");
    says(&report, 20, "media.poster", "a video needs an image");
    says(&report, 21, "media.file", "write kind = \"audio\"");
    says(&report, 24, "media.alt.fr", "unknown language");
    says(&report, 26, "media.file", "is an SVG image; an image is PNG, JPEG or WebP");
    says(&report, 30, "media.poster", "an image needs none");
    says(&report, 31, "media.file", "missing; add it");
    says(&report, 32, "media.fille", "did you mean \"file\"?");
    assert!(report.contains("14 problems found"), "{report}");
}

#[test]
fn a_prompt_has_at_most_six_samples() {
    let gallery = gallery();
    gallery.prompt_with("a", &IMAGE.repeat(7), "A window.");
    let report = problems(&gallery);
    assert!(report.contains("media: 7 samples, the most is 6"), "{report}");
    assert!(report.contains("1 problem found"), "{report}");
    gallery.prompt_with("a", &IMAGE.repeat(6), "A window.");
    gallery.run(&["check"]).ok();
}

#[test]
fn a_file_that_no_prompt_has_is_warned_of() {
    let gallery = gallery();
    gallery.write("media/later/left-over.png", png(64, 64, [1, 2, 3]));
    gallery.write("media/README.md", "What lies here");
    let out = gallery.run(&["check"]).ok().out;
    let warnings: Vec<&str> = out.lines().filter(|line| line.ends_with("[unused-media]")).collect();
    assert_eq!(warnings.len(), 1, "{out}");
    assert!(warnings[0].contains("left-over.png: no prompt has it as a sample"), "{out}");
}

/// An MP4 file with these tracks, each by its handler and codec, and nothing in them.
fn mp4(tracks: &[(&str, &str)]) -> Vec<u8> {
    fn part(name: &str, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&length[..], name.as_bytes(), content].concat()
    }
    let track = |(handler, codec): &(&str, &str)| {
        let stsd = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &part(codec, &[0; 20])].concat();
        let minf = part("minf", &part("stbl", &part("stsd", &stsd)));
        let hdlr = part("hdlr", &[&[0; 8], handler.as_bytes(), &[0; 13]].concat());
        part("trak", &part("mdia", &[hdlr, minf].concat()))
    };
    let moov = part("moov", &tracks.iter().flat_map(track).collect::<Vec<u8>>());
    [part("ftyp", b"isom\0\0\x02\0isomavc1"), moov, part("mdat", b"...")].concat()
}

const VIDEO: &str = "[[media]]\nfile = \"talk.mp4\"\nkind = \"video\"\nmade_by = \"model\"\n\
                     poster = \"north.png\"\nalt.en = \"Somebody talks\"\n";

#[test]
fn a_video_has_captions_in_the_languages_of_the_site() {
    let gallery = gallery();
    gallery.write("media/talk.mp4", mp4(&[("vide", "avc1"), ("soun", "mp4a")]));
    gallery.write("media/en.vtt", "WEBVTT\nKind: captions\n\n00:00.000 --> 00:02.000\nRain soon.");
    gallery.write("media/zh.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\n快下雨了。\n");
    let captions = "captions.en = \"en.vtt\"\ncaptions.zh-CN = \"zh.vtt\"\n";
    gallery.prompt_with("talk", &format!("{VIDEO}{captions}"), "Somebody talks.");
    let server = gallery.serve();
    let page = server.page("/prompts/talk");
    let tracks: Vec<[String; 4]> = page
        .all("figure.sample video track")
        .iter()
        .map(|track| ["kind", "srclang", "label", "src"].map(|name| track.attr(name).unwrap()))
        .collect();
    let [english, chinese] = &tracks[..] else { panic!("{tracks:?}") };
    assert_eq!(english[..3], ["captions", "en", "English"]);
    assert_eq!(chinese[..3], ["captions", "zh-CN", "简体中文"]);
    let answer = server.get(&english[3]);
    assert_eq!(answer.header("content-type"), Some("text/vtt"));
    assert_eq!(answer.text(), "WEBVTT\n\n00:00.000 --> 00:02.000\nRain soon.\n");
    let medium = &server.get("/prompts/talk.json").json()["media"][0];
    assert!(medium["captions"]["zh-CN"].as_str().unwrap().ends_with(&chinese[3]));
    // They are in use, so a seeding does not clear them away.
    seed(&gallery);
    assert_eq!(server.get(&chinese[3]).status, 200);
}

#[test]
fn captions_that_are_missing_or_wrong_are_told() {
    let gallery = gallery();
    gallery.write("media/talk.mp4", mp4(&[("vide", "avc1"), ("soun", "mp4a")]));
    gallery.write("media/still.mp4", mp4(&[("vide", "avc1")]));
    gallery.prompt_with("a", VIDEO, "Somebody talks.");
    gallery.prompt_with("b", &VIDEO.replace("talk.mp4", "still.mp4"), "Nobody talks.");
    let out = gallery.run(&["check"]).ok().out;
    let warnings: Vec<&str> = out.lines().filter(|line| line.ends_with("[no-captions]")).collect();
    assert_eq!(warnings.len(), 1, "{out}");
    assert!(
        warnings[0].contains("prompts/a.md:7: media.captions: has sound but no captions"),
        "{out}"
    );
    gallery.write("media/en.vtt", "WEBVTT\n\n00:00,000 --> 00:02,000\nRain soon.");
    let wrong = format!(
        "{VIDEO}captions.en = \"en.vtt\"\ncaptions.zh-CN = \"zh.vtt\"\n{SOUND}captions.en = \"en.vtt\"\n"
    );
    gallery.prompt_with("a", &wrong, "Somebody talks.");
    let report = problems(&gallery);
    says(&report, 12, "media.captions.en", "line 3: no times");
    says(&report, 12, "media.captions.zh-CN", "put it there");
    says(&report, 19, "media.captions", "only a video has captions");
    assert!(report.contains("3 problems found"), "{report}");
}

#[test]
fn a_second_seeding_changes_nothing_and_says_so() {
    let gallery = gallery();
    seed(&gallery);
    let files = kept(&gallery);
    // Two sizes of the picture and one for older programs, the sound, and a record of each.
    assert_eq!(files.len(), 6, "{files:?}");
    let text = seed(&gallery).out;
    assert!(text.contains("seeds unchanged"), "{text}");
    assert_eq!(kept(&gallery), files);
}

#[test]
fn a_dry_run_and_a_check_write_nothing() {
    let gallery = gallery();
    gallery.run(&["check"]).ok();
    gallery.run(&["seed", "--dry-run"]).ok();
    assert!(!folder(&gallery).exists());
    seed(&gallery);
    let files = kept(&gallery);
    gallery.write("media/north.png", png(700, 400, [30, 30, 200]));
    let text = gallery.run(&["seed", "--dry-run"]).ok().out;
    assert!(text.contains("~ window: media"), "{text}");
    assert_eq!(kept(&gallery), files);
}

#[test]
fn a_removed_folder_is_made_again_though_nothing_changed() {
    let gallery = gallery();
    seed(&gallery);
    let files = kept(&gallery);
    fs::remove_dir_all(folder(&gallery)).unwrap();
    let text = seed(&gallery).out;
    assert!(text.contains("seeds unchanged"), "{text}");
    assert_eq!(kept(&gallery), files);
}

#[test]
fn files_go_with_their_last_sample_and_only_when_seeding_succeeds() {
    let gallery = gallery();
    seed(&gallery);
    let files = kept(&gallery);
    gallery.prompt("window", "A window to the north.");
    let broken = gallery.prompt_with("broken", "featured = 3", "A wall.");
    assert!(!gallery.run(&["seed"]).success);
    assert_eq!(kept(&gallery), files);
    fs::remove_file(broken).unwrap();
    let text = seed(&gallery).out;
    assert!(text.contains("~ window: media"), "{text}");
    let left = kept(&gallery);
    assert!(left.is_subset(&files) && left.len() == 2, "{left:?}");
}

#[test]
fn each_part_of_a_sample_is_a_change_that_shows_on_the_next_request() {
    let gallery = gallery();
    let server = gallery.serve();
    let tag = |server: &Server| server.get("/prompts/window").header("etag").unwrap().to_owned();
    let before = tag(&server);
    for (from, to, shows) in [
        ("alt.en = \"A chequered", "alt.en = \"A barred", "A barred [north] window"),
        ("made_by = \"model\"", "made_by = \"code\"", "Drawn by a program"),
    ] {
        gallery.replace("prompts/window.md", from, to);
        let text = seed(&gallery).out;
        assert!(text.contains("~ window: media"), "{text}");
        assert!(server.get("/prompts/window").text().contains(shows), "{shows}");
    }
    assert_ne!(tag(&server), before);
}

#[test]
fn the_page_shows_the_picture_in_the_covers_place() {
    let gallery = gallery();
    let server = gallery.serve();
    for tongue in TONGUES {
        let page = server.page(&format!("{}/prompts/window", tongue.prefix));
        assert!(!page.has("img.cover"));
        let figure = page.one("figure.sample");
        let image = figure.one("img");
        let alt = if tongue.tag == "en" { "A chequered [north] window" } else { "格子北窗" };
        assert_eq!(image.attr("alt").as_deref(), Some(alt));
        assert_eq!(image.attr("width").as_deref(), Some("640"));
        assert_eq!(image.attr("height").as_deref(), Some("366"));
        assert_eq!(image.attr("fetchpriority").as_deref(), Some("high"));
        assert_eq!(image.attr("loading"), None);
        assert_eq!(figure.one("figcaption").text().trim(), tongue.texts().sample_by_model);
        let source = figure.one("source");
        assert_eq!(source.attr("type").as_deref(), Some("image/webp"));
        let set = candidates(&source);
        let widths: Vec<&str> = set.iter().map(|(_, width)| width.as_str()).collect();
        assert_eq!(widths, ["320w", "640w"]);
        assert_eq!(figure.one("a").attr("href").as_ref(), set.last().map(|(file, _)| file));
        for (file, _) in set {
            assert_eq!(server.get(&file).header("content-type"), Some("image/webp"));
        }
        let fallback = server.get(&image.attr("src").unwrap());
        assert_eq!(fallback.header("content-type"), Some("image/jpeg"));
    }
}

/// The files of a set of sizes, each with its width.
fn candidates(source: &Element) -> Vec<(String, String)> {
    let set = source.attr("srcset").unwrap();
    let split = |candidate: &str| {
        let (file, width) = candidate.split_once(' ').unwrap();
        (file.to_owned(), width.to_owned())
    };
    set.split(", ").map(split).collect()
}

#[test]
fn a_sound_is_played_on_its_page_and_the_cover_stays() {
    let gallery = gallery();
    let server = gallery.serve();
    let page = server.page("/zh-CN/prompts/hush");
    assert!(page.has("svg.cover"));
    let figure = page.one("figure.sample");
    assert_eq!(figure.attr("lang").as_deref(), Some("en"), "the label is in another language");
    let sound = figure.one("audio");
    assert_eq!(sound.attr("aria-label").as_deref(), Some("A second of silence"));
    assert_eq!(sound.attr("preload").as_deref(), Some("none"));
    assert!(sound.attr("controls").is_some());
    assert_eq!(
        figure.one("figcaption").text().trim(),
        "由程序按提示词合成的声音，不是模型的输出。"
    );
    let answer = server.get(&sound.attr("src").unwrap());
    assert_eq!(answer.header("content-type"), Some("audio/wav"));
    assert!(!answer.body.windows(4).any(|part| part == b"IART"), "its note is still there");
}

#[test]
fn a_card_shows_the_picture_where_its_cover_would_be() {
    let gallery = gallery();
    let server = gallery.serve();
    for (path, count) in [("/prompts", 3), ("/", 3), ("/zh-CN/prompts?q=window", 1)] {
        let page = server.page(path);
        let mut seen = 0;
        for card in page.all("li.card") {
            let link = card.one("a.cover");
            let image = link.one("img");
            seen += 1;
            assert_eq!(image.attr("alt").as_deref(), Some(""), "{path}");
            assert_eq!(image.attr("loading").as_deref(), Some("lazy"), "{path}");
            let is_window = link.attr("href").unwrap().ends_with("/window");
            assert_eq!(link.has("source"), is_window, "{path}");
            assert_eq!(image.attr("src").unwrap().starts_with("/covers.svg"), !is_window, "{path}");
        }
        assert_eq!(seen, count, "{path}");
    }
}

#[test]
fn data_lists_samples_with_their_absolute_addresses() {
    let gallery = gallery();
    let server = gallery.serve_with(&["--public-url", "https://gallery.example"]);
    let document = server.get("/prompts/window.json").json();
    let medium = &document["media"][0];
    assert_eq!(medium["kind"], "image");
    assert_eq!(medium["made_by"], "model");
    assert_eq!(medium["alt"], "A chequered [north] window");
    assert_eq!(medium["type"], "image/webp");
    let sizes = medium["picture"]["sizes"].as_array().unwrap();
    assert_eq!(sizes.len(), 3);
    assert_eq!(sizes[1]["url"], medium["url"]);
    assert_eq!(sizes[2]["type"], "image/jpeg");
    let url = medium["url"].as_str().unwrap();
    let path = url.strip_prefix("https://gallery.example").unwrap();
    assert_eq!(server.get(path).status, 200);
    let sound = &server.get("/zh-CN/prompts/hush.json").json()["media"][0];
    assert_eq!(sound["type"], "audio/wav");
    assert!(sound["picture"].is_null());
    assert_eq!(server.get("/prompts/plain.json").json()["media"], serde_json::json!([]));
    let markdown = server.get("/prompts/window.md").text();
    assert!(
        markdown.contains(&format!("\n## Samples\n\n- ![A chequered \\[north\\] window]({url})")),
        "{markdown}"
    );
    assert!(!server.get("/prompts/plain.md").text().contains("Samples"));
}

/// The address of the first sample of the gallery's sound.
fn sound(server: &Server) -> String {
    server.page("/prompts/hush").one("audio").attr("src").unwrap()
}

#[test]
fn a_file_is_kept_for_ever_and_never_taken_for_anything_else() {
    let gallery = gallery();
    let server = gallery.serve();
    let path = sound(&server);
    let answer = server.get_with(&path, &[("accept-encoding", "gzip, br, zstd")]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-encoding"), None);
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("media-src 'self'"), "{policy}");
    let tag = answer.header("etag").unwrap();
    for tags in [tag, &format!("\"other\", {tag}")] {
        let again = server.get_with(&path, &[("if-none-match", tags)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{tags}");
        assert_eq!(again.header("etag"), Some(tag));
    }
    let head = server.request("HEAD", &path, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), answer.header("content-length"));
    assert_eq!(server.request("POST", &path, &[]).status, 405);
}

#[test]
fn a_part_of_a_file_can_be_asked_for() {
    let gallery = gallery();
    let server = gallery.serve();
    let path = sound(&server);
    let whole = server.get(&path);
    let length = whole.body.len();
    let tag = whole.header("etag").unwrap();
    let part = |range: &str, condition: Option<&str>| -> Answer {
        let mut headers = vec![("range", range)];
        headers.extend(condition.map(|tag| ("if-range", tag)));
        server.get_with(&path, &headers)
    };
    for (range, from, to) in
        [("bytes=0-3", 0, 4), ("bytes=8000-", 8000, length), ("bytes=-5", length - 5, length)]
    {
        let answer = part(range, None);
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.body, &whole.body[from..to], "{range}");
        let content = format!("bytes {from}-{}/{length}", to - 1);
        assert_eq!(answer.header("content-range"), Some(content.as_str()));
        assert_eq!(answer.header("content-type"), Some("audio/wav"));
    }
    let answer = part(&format!("bytes={length}-"), None);
    assert_eq!(answer.status, 416);
    assert_eq!(answer.header("content-range"), Some(format!("bytes */{length}").as_str()));
    assert!(!answer.header("cache-control").unwrap().contains("max-age"));
    assert_eq!(part("bytes=0-3", Some(tag)).status, 206);
    for condition in ["\"other\"", "Tue, 01 Jan 2030 00:00:00 GMT"] {
        let answer = part("bytes=0-3", Some(condition));
        assert_eq!((answer.status, answer.body.len()), (200, length), "{condition}");
    }
}

#[test]
fn nothing_but_samples_is_served() {
    let gallery = gallery();
    let server = gallery.serve();
    let path = sound(&server);
    let record = kept(&gallery).into_iter().find(|name| name.ends_with(".json")).unwrap();
    for path in [
        format!("/media/{record}"),
        path.replace(".wav", ".mp3"),
        String::from("/media/lock"),
        String::from("/media"),
        String::from("/media/..%2fgallery.db"),
        format!("/zh-CN{path}"),
    ] {
        assert_eq!(server.get(&path).status, 404, "{path}");
    }
    // Gone, as when nobody has seeded yet.
    fs::remove_dir_all(folder(&gallery)).unwrap();
    assert_eq!(server.get(&path).status, 404);
}

#[test]
fn the_samples_that_come_with_the_program_say_who_made_them() {
    for slug in ["canal-lock-six-panels", "loose-leaf-zine-fair", "tide-mill-chamber-cue"] {
        for tongue in TONGUES {
            let page = full().page(&format!("{}/prompts/{slug}", tongue.prefix));
            let figure = page.one("figure.sample");
            assert_eq!(figure.attr("lang"), None, "{slug} is not described in {}", tongue.tag);
            let caption = figure.one("figcaption").text();
            assert_ne!(caption.trim(), tongue.texts().sample_by_model, "{slug}");
        }
    }
}

#[test]
fn a_prompt_by_sql_has_no_sample_and_keeps_one_it_is_given() {
    let gallery = gallery();
    migration(&gallery, "0002_crane.sql", &insert("crane", "A crane."));
    let folder = migrations(&gallery);
    let arguments = ["seed", "--migrations", folder.to_str().unwrap()];
    gallery.run(&arguments).ok();
    let server = gallery.serve_with(&["--no-seed", "--migrations", arguments[2]]);
    assert!(!server.page("/prompts/crane").has("figure.sample"));
    sql(
        &gallery,
        "INSERT INTO prompt_media SELECT crane.id, 0, 'code', '{\"en\": \"Borrowed\"}', m.content \
         FROM prompt_media m JOIN prompts p ON p.id = m.prompt_id AND p.slug = 'window', \
         prompts crane WHERE crane.slug = 'crane'",
    )
    .unwrap();
    let image = |page: Element| page.one("figure.sample img");
    assert_eq!(image(server.page("/prompts/crane")).attr("alt").as_deref(), Some("Borrowed"));
    gallery.prompt("window", "A window without a sample.");
    gallery.run(&arguments).ok();
    let file = image(server.page("/prompts/crane")).attr("src").unwrap();
    assert_eq!(server.get(&file).status, 200, "it went with the seed file's sample");
}

#[test]
fn samples_that_cannot_be_read_are_refused_with_the_prompts_name() {
    let gallery = gallery();
    seed(&gallery);
    for (content, reason) in [
        (r#"{"kind": "image"}"#, "missing field `picture`"),
        (r#"{"kind": "audio", "recording": 3}"#, "invalid type"),
    ] {
        let statement = format!(
            "{} INSERT INTO prompt_media SELECT id, 0, 'model', '{{}}', '{content}' \
             FROM prompts WHERE slug = 'crane';",
            insert("crane", "A crane.")
        );
        migration(&gallery, "0002_crane.sql", &statement);
        let folder = migrations(&gallery);
        let finished = gallery.run(&["seed", "--migrations", folder.to_str().unwrap()]);
        assert!(!finished.success);
        let err = finished.err;
        assert!(err.contains("prompt \"crane\": media: ") && err.contains(reason), "{err}");
    }
}
