//! The time from starting the program to its first answer, and its memory.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use crate::common::median;
use crate::support::{Gallery, Server};

/// How long a server rests before its memory is looked at.
const REST: Duration = Duration::from_secs(2);

/// What was seen of one start.
struct Start {
    /// Until the home page was there, in milliseconds.
    answer: f64,
    /// The processor time until then, in milliseconds.
    processor: f64,
    memory: Memory,
}

/// What the system says of a process, in MiB.
struct Memory {
    /// What belongs to it alone.
    own: f64,
    resident: f64,
    /// The most that was ever resident.
    most: f64,
}

/// Starts the program so often, without a database and with one, and prints what that takes.
pub(crate) fn measure(gallery: &Gallery, starts: usize) {
    let first: Vec<Start> = (0..starts).map(|_| first(gallery)).collect();
    let again: Vec<Start> = (0..starts).map(|_| start(gallery).1).collect();
    println!("| | first start | every other | after a crawl |\n| --- | --- | --- | --- |");
    let (server, _) = start(gallery);
    let pages = crawl(&server);
    std::thread::sleep(REST);
    let after = Memory::of(&server);
    let row = |name: &str, of: fn(&Start) -> f64, after: Option<f64>| {
        let middle = |starts: &[Start]| median(starts.iter().map(of));
        let after = after.map_or(String::new(), |after| format!("{after:.1}"));
        println!("| {name} | {:.1} | {:.1} | {after} |", middle(&first), middle(&again));
    };
    row("first answer, ms", |start| start.answer, None);
    row("processor time until then, ms", |start| start.processor, None);
    row("RssAnon, MiB", |start| start.memory.own, Some(after.own));
    row("VmRSS, MiB", |start| start.memory.resident, Some(after.resident));
    row("most resident, MiB", |start| start.memory.most, Some(after.most));
    println!("\nmedians of {starts} starts; the crawl took in {pages} pages");
}

/// A start without a database: everything is read, checked and made.
fn first(gallery: &Gallery) -> Start {
    let data = gallery.database().parent().unwrap().to_path_buf();
    if data.exists() {
        fs::remove_dir_all(&data).unwrap();
    }
    start(gallery).1
}

fn start(gallery: &Gallery) -> (Server, Start) {
    let started = Instant::now();
    let server = gallery.serve();
    assert_eq!(server.get("/").status, 200);
    let answer = started.elapsed().as_secs_f64() * 1e3;
    let processor = processor_time(&server);
    // The allocator gives back what starting took a moment after it was let go of.
    std::thread::sleep(REST);
    assert_eq!(server.get("/").status, 200);
    let memory = Memory::of(&server);
    (server, Start { answer, processor, memory })
}

/// Asks for every page in every language, and for what it links to, as a browser that takes Brotli
/// would; tells how many pages there were.
fn crawl(server: &Server) -> usize {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut coming = vec![String::from("/"), String::from("/zh-CN")];
    let mut pages = 0;
    while let Some(path) = coming.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        server.get_with(&path, &[("accept-encoding", "br")]);
        let plain = server.get(&path);
        if !plain.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        pages += 1;
        for link in plain.text().split("href=\"").skip(1) {
            let link = link.split(['"', '#']).next().unwrap();
            // Filled-in, searched and narrowed pages are without number.
            if link.starts_with('/') && (!link.contains('?') || link.contains("?page=")) {
                coming.push(link.into());
            }
        }
    }
    pages
}

/// The processor time of all threads of a server, also of those that ended, in milliseconds.
fn processor_time(server: &Server) -> f64 {
    // Linux counts in hundredths of a second wherever it can be asked from outside.
    const TICK: f64 = 10.0;
    let stat = fs::read_to_string(format!("/proc/{}/stat", server.id())).unwrap();
    // The name in parentheses may hold anything; user and system time are the 12th and 13th behind it.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(11).take(2).map(|time| time.parse::<f64>().unwrap());
    ticks.sum::<f64>() * TICK
}

impl Memory {
    fn of(server: &Server) -> Self {
        let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
        let of = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap();
            line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
        };
        Self { own: of("RssAnon:"), resident: of("VmRSS:"), most: of("VmHWM:") }
    }
}
