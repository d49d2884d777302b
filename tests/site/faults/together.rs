//! Several at one database: killed while they write, locked out, and read by many.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{Dice, assert_sound, execute, refusal, seeded, with};
use crate::support::{Gallery, Server, copy};

/// Readers read what they got: the other tests want to be served, too.
const READERS_PAUSE: Duration = Duration::from_millis(400);

/// Held by whoever keeps the machine busy.
static BUSY: Mutex<()> = Mutex::new(());

/// Writes the seed files of a generation, which every prompt tells in its text.
fn write_generation(gallery: &Gallery, prompts: usize, generation: usize) {
    for number in 0..prompts {
        let text = format!("Generation-{generation} picture {number}, a lantern over still water.");
        gallery.prompt(&format!("p-{number}"), &text);
    }
}

/// How many prompts a database holds, and of which generations.
fn generations(database: &Path) -> (i64, String) {
    with(database, async |connection| {
        sqlx::query_as(
            "SELECT count(*), (SELECT group_concat(g) FROM (SELECT DISTINCT \
             substr(text, 1, instr(text, ' ') - 1) AS g FROM prompts)) FROM prompts",
        )
        .fetch_one(connection)
        .await
        .unwrap()
    })
}

/// Ends what goes on until it is over, whatever else happens.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn start_seeding(gallery: &Gallery, database: &Path) -> Child {
    let mut command = gallery.command();
    command.args(["seed", "--database"]).arg(database);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until a process holds a lock to write, or has ended.
fn wait_until_it_writes(child: &mut Child) {
    let sign = format!("WRITE {} ", child.id());
    while !fs::read_to_string("/proc/locks").unwrap().contains(&sign) {
        if child.try_wait().unwrap().is_some() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_seeding_killed_at_any_moment_did_everything_or_nothing_and_the_next_one_does_it() {
    const PROMPTS: usize = 2_000;
    const LANES: usize = 4;
    const KILLS: usize = 5;
    let _alone = BUSY.lock();
    let [first, second] = [1, 2].map(|generation| {
        let gallery = Gallery::without_prompts();
        write_generation(&gallery, PROMPTS, generation);
        gallery
    });
    first.run(&["seed"]).ok();
    // How long it writes here and now, to kill it before the end of that.
    let rehearsal = first.folder().join("rehearsal");
    copy(first.database().parent().unwrap(), &rehearsal);
    let database = rehearsal.join("gallery.db");
    let mut child = start_seeding(&second, &database);
    wait_until_it_writes(&mut child);
    let started = Instant::now();
    assert!(child.wait().unwrap().success());
    let takes = started.elapsed();
    let unfinished = AtomicUsize::new(0);
    thread::scope(|scope| {
        for lane in 0..LANES {
            let (first, second, unfinished) = (&first, &second, &unfinished);
            scope.spawn(move || {
                let folder = first.folder().join(format!("lane-{lane}"));
                copy(first.database().parent().unwrap(), &folder);
                let database = folder.join("gallery.db");
                let name = database.to_str().unwrap();
                let server = first.serve_with(&["--no-seed", "--database", name]);
                let is_over = AtomicBool::new(false);
                let read_on = || {
                    while !is_over.load(Ordering::Relaxed) {
                        let page = server.get("/prompts").text();
                        assert_eq!(named(&page).len(), 1, "half of a change is shown");
                        thread::sleep(READERS_PAUSE);
                    }
                };
                let mut dice = Dice(1 + lane as u64);
                let mut held = 1;
                thread::scope(|scope| {
                    scope.spawn(read_on);
                    let _over = Over(&is_over);
                    for _ in 0..KILLS {
                        let seeds = if held == 1 { second } else { first };
                        let mut child = start_seeding(seeds, &database);
                        wait_until_it_writes(&mut child);
                        thread::sleep(takes.mul_f64(dice.below(1_000) as f64 / 1_000.0));
                        child.kill().unwrap();
                        child.wait().unwrap();
                        assert_sound(&database);
                        let (prompts, all) = generations(&database);
                        assert_eq!(prompts, i64::try_from(PROMPTS).unwrap());
                        let now = if all == "Generation-1" { 1 } else { 2 };
                        assert_eq!(all, format!("Generation-{now}"), "half of a change");
                        unfinished.fetch_add(usize::from(now == held), Ordering::Relaxed);
                        held = now;
                        assert!(server.get("/prompts").text().contains(&all));
                    }
                });
                second.run(&["seed", "--database", name]).ok();
                assert_eq!(generations(&database).1, "Generation-2");
                assert!(server.get("/prompts/p-7.txt").text().starts_with("Generation-2 "));
                assert_sound(&database);
            });
        }
    });
    assert!(unfinished.into_inner() > 0, "none was killed in time");
}

/// Asks for pages over one connection, one after the other.
struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    fn new(server: &Server) -> Self {
        let host = server.url.strip_prefix("http://").unwrap().to_owned();
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { stream: BufReader::new(stream), host }
    }

    /// The status, the entity tag and the body.
    fn get(&mut self, path: &str) -> (String, String, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut tag, mut length) = (String::new(), String::new(), 0);
        self.stream.read_line(&mut status).unwrap();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some(("etag", value)) => value.clone_into(&mut tag),
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status.trim_end().to_owned(), tag, String::from_utf8(body).unwrap())
    }
}

/// The generations a text names.
fn named(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .match_indices("eneration-")
        .map(|(at, word)| {
            let rest = &text[at + word.len()..];
            &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()]
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn what_many_read_while_content_changes_is_whole_and_of_one_revision() {
    const PROMPTS: usize = 60;
    const CLIENTS: usize = 200;
    const GENERATIONS: usize = 8;
    let _alone = BUSY.lock();
    let gallery = Gallery::without_prompts();
    write_generation(&gallery, PROMPTS, 0);
    let server = gallery.serve();
    let is_over = AtomicBool::new(false);
    // Which generation each tag stood for.
    let tags: Mutex<HashMap<(String, usize), String>> = Mutex::default();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (server, is_over, tags) = (&server, &is_over, &tags);
            scope.spawn(move || {
                let paths = [
                    "/".to_owned(),
                    "/prompts".to_owned(),
                    format!("/prompts/p-{}", number % PROMPTS),
                    "/zh-CN/prompts?q=lantern".to_owned(),
                    format!("/prompts/p-{}.json", number % PROMPTS),
                ];
                let mut client = Client::new(server);
                let mut turn = number;
                while !is_over.load(Ordering::Relaxed) {
                    let path = &paths[turn % paths.len()];
                    let (status, tag, body) = client.get(path);
                    assert_eq!(status, "HTTP/1.1 200 OK", "{path}");
                    let found = named(&body);
                    assert_eq!(found.len(), 1, "{path} shows {found:?}");
                    if !tag.is_empty() {
                        let key = (tag, turn % paths.len());
                        let mut tags = tags.lock().unwrap();
                        let known = tags.entry(key).or_insert_with(|| found[0].to_owned());
                        assert_eq!(known, found[0], "one tag for two contents of {path}");
                    }
                    turn += 1;
                    thread::sleep(READERS_PAUSE);
                }
            });
        }
        let _over = Over(&is_over);
        for generation in 1..=GENERATIONS {
            write_generation(&gallery, PROMPTS, generation);
            gallery.run(&["seed"]).ok();
        }
    });
    let tags = tags.into_inner().unwrap();
    assert!(tags.len() > GENERATIONS, "nobody read while content changed");
    let page = server.get("/prompts").text();
    assert_eq!(named(&page), [GENERATIONS.to_string()]);
}

#[test]
fn a_commit_the_file_system_does_not_tell_of_shows_all_the_same() {
    let gallery = seeded();
    let server = gallery.serve();
    let files = ["", "-wal"].map(|ending| super::beside(&gallery.database(), ending));
    let modified = |file: &PathBuf| fs::metadata(file).unwrap().modified().unwrap();
    let change = |text: &'static str| execute(&gallery.database(), text);
    change("UPDATE prompts SET text = 'One light' WHERE slug = 'lantern'");
    // The log is written over from its beginning, so its length stays the same.
    change("PRAGMA wal_checkpoint(RESTART)");
    assert_eq!(server.get("/prompts/lantern.txt").text(), "One light");
    let before = files.each_ref().map(modified);
    change("UPDATE prompts SET text = 'Two light' WHERE slug = 'lantern'");
    for (file, time) in files.iter().zip(before) {
        fs::File::options().append(true).open(file).unwrap().set_modified(time).unwrap();
    }
    let page = server.page("/prompts/lantern");
    assert!(page.text().contains("Two light"), "an old page under a tag that is still good");
    assert!(server.page("/prompts?q=two").text().contains("Two light"));
}

/// Whoever holds a database for themselves until dropped.
struct Locked {
    release: std::sync::mpsc::Sender<()>,
    holder: Option<thread::JoinHandle<()>>,
}

impl Locked {
    fn new(database: PathBuf, begin: &'static str) -> Self {
        let (release, released) = std::sync::mpsc::channel();
        let (hold, held) = std::sync::mpsc::channel();
        let holder = thread::spawn(move || {
            with(&database, async |connection| {
                sqlx::raw_sql(begin).execute(&mut *connection).await.unwrap();
                hold.send(()).unwrap();
                released.recv().unwrap();
                sqlx::raw_sql("ROLLBACK").execute(connection).await.unwrap();
            });
        });
        held.recv().unwrap();
        Self { release, holder: Some(holder) }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = self.release.send(());
        if let Some(holder) = self.holder.take() {
            holder.join().unwrap();
        }
    }
}

#[test]
fn a_writer_that_does_not_end_is_named_to_the_next_and_holds_up_no_reader() {
    let gallery = seeded();
    let server = gallery.serve();
    let locked = Locked::new(gallery.database(), "BEGIN IMMEDIATE");
    gallery.prompt("new", "A new one");
    let reading = thread::scope(|scope| {
        let reading = scope
            .spawn(|| ["/", "/prompts", "/prompts/window"].map(|path| server.get(path).status));
        let mut command = gallery.command();
        let said = refusal({
            command.arg("seed");
            command
        });
        assert!(said.contains(gallery.database().to_str().unwrap()), "{said}");
        assert!(said.contains("another program") && said.contains("fuser"), "{said}");
        reading.join().unwrap()
    });
    assert_eq!(reading, [200; 3]);
    drop(locked);
    gallery.run(&["seed"]).ok();
    assert_eq!(server.get("/prompts/new").status, 200);
}

#[test]
fn a_database_somebody_keeps_for_themselves_is_said_to_be_busy_until_it_is_free() {
    let gallery = seeded();
    // One that changes by way of a journal: there, a writer can keep readers out.
    let backup = gallery.folder().join("backup.db");
    gallery.run(&["backup", backup.to_str().unwrap()]).ok();
    let server = gallery.serve_with(&["--no-seed", "--database", backup.to_str().unwrap()]);
    assert_eq!(server.get("/prompts").status, 200);
    let locked = Locked::new(backup, "BEGIN EXCLUSIVE");
    thread::scope(|scope| {
        for path in ["/", "/prompts", "/prompts/window", "/prompts/kite.json"].repeat(5) {
            let server = &server;
            scope.spawn(move || {
                let answer = server.get(path);
                assert_eq!(answer.status, 503, "{path}");
                assert_eq!(answer.header("retry-after"), Some("2"), "{path}");
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            });
        }
        scope.spawn(|| assert_eq!(server.get("/healthz").status, 200));
        scope.spawn(|| assert_eq!(server.get("/readyz").status, 503));
    });
    drop(locked);
    for path in ["/", "/prompts", "/prompts/window", "/readyz"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}
