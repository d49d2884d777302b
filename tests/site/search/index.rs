//! The index of a large gallery: a folder beside the database that finds what an index in memory
//! finds, is made once, follows every change, and is made again when it is of no use.
//!
//! These galleries are small and only told to have their index in a folder. The index is made in
//! the background, so tests wait for what must come true, and never for a time.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use prompt_gallery::catalog::Locale;
use prompt_gallery::config::IndexPlace;
use prompt_gallery::gallery::{self, ListRequest, Selection, Sort};
use sha2::{Digest as _, Sha256};

use crate::migrations::sql;
use crate::pages::slugs;
use crate::shared::{TONGUES, encode, full};
use crate::support::dom::Element;
use crate::support::{Gallery, Server, copy};

/// Prompts of a small gallery, each with a word that no other has. The first ones are alike.
const BIRDS: [(&str, &str); 10] = [
    ("heron", "A grey heron wading through reeds at the edge of a misty lake, telephoto, dawn"),
    ("egret", "A white egret wading through reeds at the edge of a misty lake, telephoto, noon"),
    ("bittern", "A brown bittern hiding among reeds at the edge of a misty lake, telephoto, dusk"),
    ("kingfisher", "A kingfisher diving from a branch, frozen splash, macro, blue and orange"),
    ("wagtail", "A wagtail on a wet stone in the river, splash, macro, yellow and grey"),
    ("nightjar", "A nightjar on a dusty road under stars, long exposure, red torchlight"),
    ("owl", "An owl leaving a barn under stars, long exposure, moonlight on straw"),
    ("crane", "Cranes dancing in snow, wide frame, falling flakes, breath in the cold air"),
    ("swan", "Swans landing on ice, wide frame, spray, breath in the cold air"),
    ("翠鸟", "一只翠鸟停在枯枝上，水面如镜，清晨薄雾，微距摄影"),
];

/// A small gallery, not seeded yet.
fn birds() -> Gallery {
    let gallery = Gallery::without_prompts();
    for (bird, text) in BIRDS {
        let slug = if bird.is_ascii() { bird } else { "cuiniao" };
        gallery.prompt(slug, text);
    }
    gallery
}

/// The same, seeded and indexed; nothing runs.
fn indexed_birds() -> Gallery {
    let gallery = birds();
    gallery.run(&["seed"]).ok();
    gallery.run(&["index", "--index", "disk"]).ok();
    assert!(folder(&gallery).join("meta.json").is_file());
    gallery
}

/// Where the index of a gallery lies.
fn folder(gallery: &Gallery) -> PathBuf {
    gallery.database().with_file_name("gallery.db-index")
}

/// Where that of the second program at one database lies.
fn second_folder(gallery: &Gallery) -> PathBuf {
    gallery.database().with_file_name("gallery.db-index-2")
}

fn serve(gallery: &Gallery) -> Server {
    gallery.serve_with(&["--index", "disk"])
}

/// What a search finds, the best first.
fn found(server: &Server, query: &str) -> Vec<String> {
    slugs(server, &format!("/prompts?q={}", encode(query)))
}

/// Waits until this is so.
#[track_caller]
fn eventually<T: PartialEq + Debug>(expected: &T, ask: impl Fn() -> T) {
    // Only what never comes true takes so long.
    const PATIENCE: Duration = Duration::from_secs(60);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if answer == *expected {
            return;
        }
        assert!(Instant::now() < deadline, "still {answer:?} instead of {expected:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a search finds exactly this, in any order.
#[track_caller]
fn eventually_finds(server: &Server, query: &str, expected: &[&str]) {
    let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    expected.sort();
    eventually(&expected, || {
        let mut found = found(server, query);
        found.sort();
        found
    });
}

/// Waits until every bird is found by its name.
#[track_caller]
fn eventually_finds_all(server: &Server) {
    for (bird, _) in BIRDS {
        eventually_finds(server, bird, &[if bird.is_ascii() { bird } else { "cuiniao" }]);
    }
}

/// The checksum of everything in the folder of an index but its locks.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_none_or(|extension| extension != "lock"))
        .map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            (name, format!("{:x}", Sha256::digest(fs::read(file).unwrap())))
        })
        .collect()
}

/// The prompts related to one, the best first.
fn related(server: &Server, slug: &str) -> Vec<String> {
    let page = server.page(&format!("/prompts/{slug}"));
    let links = page.all("[aria-labelledby=related] h3 a");
    links.iter().map(|link| link.attr("href").unwrap()).collect()
}

#[test]
fn an_index_in_a_folder_finds_what_one_in_memory_finds() {
    let gallery = Gallery::part();
    let server = serve(&gallery);
    eventually(&1, || found(&server, "linen and north light").len().min(1));
    let queries = [
        "light",
        "portrait",
        "海报",
        "极简",
        "night city",
        "夜景",
        "gpt-image-2",
        "macro lens",
        "\"north light\"",
        "portrait -studio",
        "-video",
        "potrait",
        "neon rain",
        "product photo",
        "食物",
        "摄影",
        "music",
        "a",
        "光",
        "kling",
        "zyxwvutsrq",
    ];
    for query in queries {
        for tongue in TONGUES {
            let path = format!("{}/prompts?q={}", tongue.prefix, encode(query));
            assert_eq!(slugs(&server, &path), slugs(full(), &path), "{query}");
        }
    }
    assert!(folder(&gallery).is_dir());
    assert!(!second_folder(&gallery).exists());
}

#[test]
fn an_index_in_memory_leaves_no_folder() {
    let gallery = birds();
    for place in ["memory", "auto"] {
        let server = gallery.serve_with(&["--index", place]);
        assert_eq!(found(&server, "heron"), ["heron"], "{place}");
        assert!(!folder(&gallery).exists(), "{place}");
    }
}

#[test]
fn a_restart_finds_the_index_ready_and_leaves_it_as_it_is() {
    let gallery = indexed_birds();
    let before = files(&folder(&gallery));
    for _ in 0..2 {
        let server = serve(&gallery);
        eventually_finds_all(&server);
        assert!(server.stop());
        assert_eq!(files(&folder(&gallery)), before);
    }
}

#[test]
fn a_killed_server_leaves_an_index_that_is_gone_on_with() {
    let gallery = indexed_birds();
    let before = files(&folder(&gallery));
    drop(serve(&gallery)); // whatever it was doing
    let server = serve(&gallery);
    eventually_finds_all(&server);
    assert!(server.stop());
    assert_eq!(files(&folder(&gallery)), before);
}

#[test]
fn what_changed_while_nothing_ran_is_found_after_the_restart() {
    let gallery = indexed_birds();
    gallery.replace("prompts/owl.md", "An owl", "A zorble");
    fs::remove_file(gallery.seeds().join("prompts/crane.md")).unwrap();
    gallery.prompt("stork", "A stork on a chimney");
    gallery.run(&["seed", "--prune"]).ok();
    let server = gallery.serve_with(&["--index", "disk", "--no-seed"]);
    eventually_finds(&server, "stork", &["stork"]);
    eventually_finds(&server, "zorble", &["owl"]);
    // Its name is among its labels still.
    eventually_finds(&server, "\"an owl\"", &[]);
    eventually_finds(&server, "dancing", &[]);
    eventually_finds(&server, "heron", &["heron"]);
}

#[test]
fn others_take_the_places_of_related_prompts_that_were_removed() {
    let gallery = birds();
    let server = gallery.serve();
    let before = related(&server, "heron");
    assert_eq!(before.len(), 6, "{before:?}");
    for address in before.iter().take(3) {
        fs::remove_file(gallery.seeds().join(format!("{}.md", &address[1..]))).unwrap();
    }
    gallery.run(&["seed", "--prune"]).ok();
    let after = related(&server, "heron");
    assert_eq!(after.len(), 6, "{after:?}");
    assert!(before.iter().take(3).all(|gone| !after.contains(gone)), "{after:?}");
    assert!(!after.contains(&"/prompts/heron".to_owned()));
}

#[test]
fn a_category_renamed_while_nothing_ran_is_found_by_its_new_name_alone() {
    let gallery = indexed_birds();
    gallery.replace("categories.toml", "\"Photography\"", "\"Zwischenraum\"");
    let server = serve(&gallery);
    eventually(&BIRDS.len(), || found(&server, "zwischenraum").len());
    eventually_finds(&server, "photography", &[]);
    assert!(server.stop());
    // The same while it runs.
    let server = serve(&gallery);
    eventually(&BIRDS.len(), || found(&server, "zwischenraum").len());
    gallery.replace("categories.toml", "\"Zwischenraum\"", "\"Pausenhof\"");
    gallery.run(&["seed"]).ok();
    eventually(&BIRDS.len(), || found(&server, "pausenhof").len());
    eventually_finds(&server, "zwischenraum", &[]);
}

#[test]
fn what_changes_while_it_runs_is_found_without_a_restart() {
    let gallery = birds();
    let server = serve(&gallery);
    eventually_finds_all(&server);
    gallery.replace("prompts/owl.md", "An owl", "A zorble");
    fs::remove_file(gallery.seeds().join("prompts/crane.md")).unwrap();
    gallery.prompt("stork", "A stork on a chimney");
    gallery.run(&["seed", "--prune"]).ok();
    eventually_finds(&server, "stork", &["stork"]);
    eventually_finds(&server, "zorble", &["owl"]);
    eventually_finds(&server, "dancing", &[]);
    sql(&gallery, "UPDATE prompts SET text = 'A wozzle' WHERE slug = 'swan'").unwrap();
    eventually_finds(&server, "wozzle", &["swan"]);
    eventually_finds(&server, "landing", &[]);
    sql(&gallery, "DELETE FROM prompts WHERE slug = 'swan'").unwrap();
    eventually_finds(&server, "wozzle", &[]);
    assert!(server.stop());
    let server = gallery.serve_with(&["--index", "disk", "--no-seed"]);
    eventually_finds(&server, "stork", &["stork"]);
    eventually_finds(&server, "wozzle", &[]);
}

/// A way to damage a file or a folder.
type Damage = (&'static str, fn(&Path));

const DAMAGES: [Damage; 6] = [
    ("gone", |file| fs::remove_file(file).unwrap()),
    ("empty", |file| fs::write(file, "").unwrap()),
    ("cut in half", |file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    }),
    ("without its last byte", |file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len().saturating_sub(1)]).unwrap();
    }),
    ("with a bit flipped", |file| {
        let mut bytes = fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
        }
        fs::write(file, bytes).unwrap();
    }),
    ("of something else", |file| fs::write(file, "no index at all\n".repeat(40)).unwrap()),
];

/// Opens a database as a server does, waits for its index, and tells what every search finds
/// and what every prompt is related to.
fn opened(database: &Path) -> Result<Vec<Vec<String>>, gallery::Error> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let gallery = gallery::Gallery::open(database, IndexPlace::Disk).await?;
        gallery.indexed().await?;
        let snapshot = gallery.current().await?;
        assert_eq!(snapshot.indexing, None);
        let mut all = Vec::new();
        for (bird, _) in BIRDS {
            let request = ListRequest {
                selection: &Selection::default(),
                search: Some(bird),
                sort: Sort::Relevance,
                locale: Locale::En,
                page: 1,
            };
            let found = gallery.listing(&snapshot, request).await?.unwrap();
            let slugs = |cards: &[prompt_gallery::store::Card]| {
                cards.iter().map(|card| card.slug.to_string()).collect::<Vec<_>>()
            };
            all.push(slugs(&found.items));
            let slug = found.items.first().map(|card| card.slug.to_string());
            let prompt = gallery.prompt(&snapshot, &slug.unwrap_or_default()).await?;
            if let Some(gallery::Lookup::Found(prompt)) = prompt {
                all.push(slugs(&prompt.related));
            }
        }
        gallery.close().await;
        Ok(all)
    })
}

/// A copy of a gallery's data in a folder of its own.
fn another(gallery: &Gallery) -> (tempfile::TempDir, PathBuf) {
    let data = tempfile::TempDir::new().unwrap();
    copy(gallery.database().parent().unwrap(), data.path());
    let database = data.path().join("gallery.db");
    (data, database)
}

#[test]
fn whatever_file_is_damaged_everything_is_found_again() {
    let gallery = indexed_birds();
    let whole = opened(&gallery.database()).unwrap();
    assert!(whole.len() == 2 * BIRDS.len() && whole[0] == ["heron"], "{whole:?}");
    let names: Vec<String> = files(&folder(&gallery)).into_keys().collect();
    assert!(names.len() > 7 && names.iter().any(|name| name == "related"), "{names:?}");
    for name in names {
        for (how, damage) in DAMAGES {
            let (_data, database) = another(&gallery);
            damage(&database.with_file_name("gallery.db-index").join(&name));
            assert_eq!(opened(&database).unwrap(), whole, "{name} is {how}");
        }
    }
}

#[test]
fn a_folder_of_anything_else_is_replaced_while_pages_are_served() {
    let things: [Damage; 5] = [
        ("garbage", |folder| {
            fs::write(folder.join("meta.json"), "{]").unwrap();
            fs::write(folder.join("0123456789abcdef0123456789abcdef.idx"), "?").unwrap();
            fs::create_dir(folder.join("a folder")).unwrap();
        }),
        ("no list of segments", |folder| fs::create_dir(folder.join("meta.json")).unwrap()),
        ("an unfinished file", |folder| fs::write(folder.join("related.new"), "?").unwrap()),
        ("nothing", |_| ()),
        ("a file in its place", |folder| {
            fs::remove_dir(folder).unwrap();
            fs::write(folder, "no folder at all").unwrap();
        }),
    ];
    for (what, make) in things {
        let gallery = birds();
        fs::create_dir_all(folder(&gallery)).unwrap();
        make(&folder(&gallery));
        let server = serve(&gallery);
        assert_eq!(server.get("/prompts/heron").status, 200, "{what}");
        assert_eq!(slugs(&server, "/prompts").len(), BIRDS.len(), "{what}");
        eventually_finds_all(&server);
        assert!(server.stop(), "{what}");
    }
}

#[test]
fn two_servers_of_one_database_each_have_a_folder_and_find_everything() {
    let gallery = birds();
    let (one, other) = (serve(&gallery), serve(&gallery));
    for server in [&one, &other] {
        eventually_finds_all(server);
    }
    assert!(folder(&gallery).is_dir() && second_folder(&gallery).is_dir());
    gallery.prompt("stork", "A stork on a chimney");
    gallery.run(&["seed"]).ok();
    for server in [&one, &other] {
        eventually_finds(server, "chimney", &["stork"]);
    }
    assert!(one.stop() && other.stop());
    let server = serve(&gallery);
    eventually_finds(&server, "chimney", &["stork"]);
    assert!(!gallery.database().with_file_name("gallery.db-index-3").exists());
    // Nobody needs the second folder any more.
    let left =
        fs::read_dir(second_folder(&gallery)).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| !name.to_string_lossy().ends_with(".lock")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_second_server_leaves_the_index_of_the_first_alone_even_if_it_is_damaged() {
    let gallery = indexed_birds();
    let first = serve(&gallery);
    eventually_finds_all(&first);
    fs::write(folder(&gallery).join("meta.json"), "{]").unwrap();
    let before = files(&folder(&gallery));
    let second = serve(&gallery);
    eventually_finds_all(&second);
    assert_eq!(files(&folder(&gallery)), before);
    eventually_finds_all(&first);
}

#[test]
fn another_database_in_place_of_this_one_is_indexed_anew() {
    let gallery = indexed_birds();
    let others = Gallery::without_prompts();
    for name in ["crocus", "tulip"] {
        others.prompt(name, &format!("A {name} in a glass"));
    }
    others.run(&["seed"]).ok();
    fs::copy(others.database(), gallery.database()).unwrap();
    for log in ["gallery.db-wal", "gallery.db-shm"] {
        let _ = fs::remove_file(gallery.database().with_file_name(log));
    }
    let server = gallery.serve_with(&["--index", "disk", "--no-seed"]);
    eventually_finds(&server, "crocus", &["crocus"]);
    eventually_finds(&server, "glass", &["crocus", "tulip"]);
    eventually_finds(&server, "heron", &[]);
}

#[test]
fn an_older_state_of_the_database_is_found_as_it_was() {
    let gallery = indexed_birds();
    let backup = fs::read(gallery.database()).unwrap();
    gallery.replace("prompts/owl.md", "An owl", "A zorble");
    gallery.run(&["seed"]).ok();
    gallery.run(&["index", "--index", "disk"]).ok();
    fs::write(gallery.database(), backup).unwrap();
    let server = gallery.serve_with(&["--index", "disk", "--no-seed"]);
    eventually_finds(&server, "\"an owl\"", &["owl"]);
    eventually_finds(&server, "zorble", &[]);
}

#[test]
fn the_index_is_made_ahead_on_request_and_once() {
    let gallery = birds();
    gallery.run(&["seed"]).ok();
    let done = gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(done.out, "10 prompts: the search index is up to date\n");
    let before = files(&folder(&gallery));
    let done = gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(done.out, "10 prompts: the search index is up to date\n");
    assert_eq!(files(&folder(&gallery)), before);
    assert!(!second_folder(&gallery).exists());
    // What is new goes in.
    gallery.prompt("stork", "A stork on a chimney");
    gallery.run(&["seed"]).ok();
    let done = gallery.run(&["index", "--index", "disk"]).ok();
    assert_eq!(done.out, "11 prompts: the search index is up to date\n");
    assert_ne!(files(&folder(&gallery)), before);
}

#[test]
fn the_index_of_a_small_gallery_need_not_be_made_ahead() {
    let gallery = birds();
    gallery.run(&["seed"]).ok();
    for arguments in [["index"].as_slice(), &["index", "--index", "memory"]] {
        let done = gallery.run(arguments).ok();
        assert_eq!(
            done.out,
            "10 prompts: the search index is in memory, and made anew at every start\n"
        );
        assert!(!folder(&gallery).exists());
    }
}

#[test]
fn a_database_never_seeded_has_nothing_to_index() {
    let gallery = birds();
    let done = gallery.run(&["index", "--index", "disk"]);
    assert!(!done.success && done.err.contains("`seed`"), "{}", done.err);
    assert!(!folder(&gallery).exists());
}

#[test]
fn related_prompts_are_the_same_wherever_the_index_is_and_after_a_restart() {
    let gallery = Gallery::part();
    let pages = slugs(full(), "/prompts");
    let expected: Vec<_> = pages.iter().map(|slug| related(full(), slug)).collect();
    assert!(expected.iter().all(|related| related.len() == 6), "{expected:?}");
    let server = serve(&gallery);
    let all = |server: &Server| pages.iter().map(|slug| related(server, slug)).collect::<Vec<_>>();
    eventually(&expected, || all(&server));
    assert!(server.stop());
    let before = files(&folder(&gallery));
    let server = serve(&gallery);
    eventually(&expected, || all(&server));
    assert!(server.stop());
    assert_eq!(files(&folder(&gallery)), before);
}

#[test]
fn a_prompt_added_while_it_runs_is_related_to_what_it_would_be_anywhere() {
    let gallery = birds();
    let server = serve(&gallery);
    eventually_finds_all(&server);
    gallery.prompt("badger", "A badger on a dusty road under stars, red torchlight");
    gallery.prompt("badge", "A brass badge on velvet");
    gallery.run(&["seed"]).ok();
    let all = |server: &Server| ["badger", "badge", "nightjar"].map(|slug| related(server, slug));
    let expected = all(&gallery.serve_with(&["--index", "memory"]));
    assert_eq!(expected[0][0], "/prompts/nightjar");
    assert_eq!(expected[2][1], "/prompts/badger");
    eventually(&expected, || all(&server));
}

#[test]
fn an_index_that_cannot_be_made_is_tried_again() {
    let gallery = birds();
    gallery.run(&["seed"]).ok();
    std::os::unix::fs::symlink(gallery.folder().join("nowhere/at/all"), folder(&gallery)).unwrap();
    let server = serve(&gallery);
    assert_eq!(server.get("/prompts/heron").status, 200);
    assert_eq!(found(&server, "heron"), [""; 0]);
    fs::remove_file(folder(&gallery)).unwrap();
    eventually_finds_all(&server);
}

#[test]
fn a_search_says_that_its_index_is_being_made_and_is_not_kept_when_it_is() {
    let gallery = birds();
    gallery.run(&["seed"]).ok();
    // As long as this is so, nothing comes of it.
    std::os::unix::fs::symlink(gallery.folder().join("nowhere/at/all"), folder(&gallery)).unwrap();
    let serve =
        || gallery.serve_with(&["--index", "disk", "--public-url", "https://gallery.example"]);
    let server = serve();
    let notices = |path: &str| -> Vec<String> {
        server.page(path).all("p.notice").iter().map(Element::words).collect()
    };
    for tongue in TONGUES {
        let list = format!("{}/prompts", tongue.prefix);
        assert_eq!(notices(&format!("{list}?q=heron")), [(tongue.texts().still_indexing)(0)]);
        assert_eq!(notices(&list), [""; 0], "a list is whole");
        assert_eq!(slugs(&server, &list).len(), BIRDS.len());
    }
    let path = "/prompts?q=heron";
    let early = server.get(path).header("etag").unwrap().to_owned();
    assert_eq!(server.get_with(path, &[("if-none-match", &early)]).status, 304);
    fs::remove_file(folder(&gallery)).unwrap();
    eventually_finds(&server, "heron", &["heron"]);
    assert_eq!(server.get_with(path, &[("if-none-match", &early)]).status, 200);
    eventually(&[""; 0].map(str::to_owned).to_vec(), || notices(path));
    // What is kept from then on is good after a restart, too.
    let whole = || {
        // A tag with two more parts is one of an index in the making.
        let tag = server.get(path).header("etag").unwrap().to_owned();
        (tag.matches('-').count() + 2 == early.matches('-').count(), tag)
    };
    eventually(&true, || whole().0);
    let (_, late) = whole();
    assert!(server.stop());
    let server = serve();
    eventually(&304, || server.get_with(path, &[("if-none-match", &late)]).status);
}

#[test]
fn an_index_that_cannot_be_finished_is_gone_on_with_in_its_own_folder() {
    let gallery = indexed_birds();
    let related = folder(&gallery).join("related");
    fs::remove_file(&related).unwrap();
    fs::create_dir_all(related.join("in the way")).unwrap();
    let server = serve(&gallery);
    eventually_finds_all(&server);
    fs::remove_dir_all(&related).unwrap();
    eventually(&true, || related.is_file());
    assert!(!second_folder(&gallery).exists());
    eventually_finds_all(&server);
}

#[test]
fn whatever_bit_of_the_list_of_segments_is_flipped_everything_is_found_again() {
    let gallery = indexed_birds();
    let whole = opened(&gallery.database()).unwrap();
    let (_data, database) = another(&gallery);
    let file = database.with_file_name("gallery.db-index").join("meta.json");
    let list = fs::read(folder(&gallery).join("meta.json")).unwrap();
    let segments = list.windows(7).position(|part| part == b"max_doc").unwrap();
    let stamp = list.windows(7).position(|part| part == b"opstamp").unwrap();
    for at in (0..list.len()).step_by(61).chain(segments..segments + 12).chain(stamp..list.len()) {
        copy(&folder(&gallery), file.parent().unwrap());
        let mut list = list.clone();
        list[at] ^= 1;
        fs::write(&file, &list).unwrap();
        assert_eq!(opened(&database).unwrap(), whole, "{}", String::from_utf8_lossy(&list));
    }
}
