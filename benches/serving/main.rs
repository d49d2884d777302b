//! Measures how quickly what is ready is sent, against nginx and against a bare server, which
//! send the same bytes with the same headers.
//!
//! ```sh
//! cargo bench --bench serving
//! ```
//!
//! prints a Markdown table. It needs Linux and the Debian packages nginx-light and wrk. Each server
//! has one core to itself (`--server-core`), wrk another one (`--client-core`). The servers are
//! measured by turns, as often as `--rounds` says, and the medians are shown: whatever else the
//! machine does then disturbs all of them alike. Processor time is what the kernel counts for the
//! server's process.
//!
//! The page is a prompt's, packed with Brotli. nginx sends it from a file, held open, without
//! `sendfile`, which is its quickest way for a file of this size; the bare server is hyper with the
//! bytes and the headers in memory, and nothing else ([`bare`]).
// Whatever goes wrong here is to stop the run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

mod bare;
#[path = "../common/mod.rs"]
mod common;
mod load;
mod nginx;
mod ready;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clap::Parser;

use common::{FromCargo, median};
use load::Measured;
use ready::{Ready, Tag};

/// Measures how quickly what is ready is sent.
#[derive(Debug, Parser)]
struct Arguments {
    /// How often every server is measured
    #[arg(long, default_value = "5")]
    rounds: usize,

    /// How long each time, in seconds
    #[arg(long, default_value = "3")]
    seconds: u64,

    /// How many connections there are
    #[arg(long, default_value = "32")]
    connections: u32,

    /// The core the servers run on
    #[arg(long, default_value = "0")]
    server_core: usize,

    /// The core requests come from
    #[arg(long, default_value = "1")]
    client_core: usize,

    /// Only kinds of answers with this in their name
    #[arg(long, default_value = "")]
    only: String,

    /// Be the bare server, with the answers in this folder
    #[arg(long, hide = true)]
    bare: Option<PathBuf>,

    #[command(flatten)]
    from_cargo: FromCargo,
}

/// A server under test; ended when dropped.
struct Server {
    name: &'static str,
    child: Child,
    /// The process that does the work.
    id: u32,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx ends its worker only if it is asked to end.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A command on one core.
fn on_core(core: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program);
    command
}

fn main() {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.bare {
        return bare::serve(folder);
    }
    for (program, package) in [("nginx", "nginx-light"), ("wrk", "wrk"), ("taskset", "util-linux")]
    {
        let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
        if !found.unwrap().status.success() {
            eprintln!("{program} is missing; on Debian: apt-get install {package}");
            std::process::exit(2);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let ours = gallery(folder.path(), arguments.server_core);
    let ready: Vec<Ready> = ready::all(&ours.url)
        .into_iter()
        .filter(|ready| ready.name.contains(&arguments.only))
        .collect();
    let answers = folder.path().join("answers");
    std::fs::create_dir(&answers).unwrap();
    ready::save(&ready, &answers);
    let bare = bare_server(&answers, arguments.server_core);
    let nginx = nginx::start(&ready, &folder.path().join("nginx"), arguments.server_core);
    let servers = [&ours, &nginx, &bare];

    // One table of measurements for each kind of answer, one row for each server.
    let mut measured: Vec<[Vec<Measured>; 3]> = ready.iter().map(|_| Default::default()).collect();
    for round in 1..=arguments.rounds {
        for (kind, table) in ready.iter().zip(&mut measured) {
            eprintln!("round {round} of {}: {}", arguments.rounds, kind.name);
            for (server, row) in servers.iter().zip(table) {
                let tag = kind.is_unchanged.then(|| Tag::of(&server.url, kind));
                row.push(load::measure(server, kind, tag.as_ref(), &arguments));
            }
        }
    }
    print(&ready, &measured);
}

fn print(ready: &[Ready], measured: &[[Vec<Measured>; 3]]) {
    println!(
        "| | bytes | requests/s | of nginx's | of the bare server's | µs of processor a request \
         | of nginx's | of the bare server's | p99 in ms | of nginx's |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (kind, [ours, nginx, bare]) in ready.iter().zip(measured) {
        // Servers of one round are compared, so that a slow round is slow for all.
        let ratio = |one: fn(&Measured) -> f64, others: &[Measured]| {
            median(ours.iter().zip(others).map(|(ours, other)| one(ours) / one(other)))
        };
        let own = |one: fn(&Measured) -> f64| median(ours.iter().map(one));
        println!(
            "| {} | {} | {:.0} | {:.2} | {:.2} | {:.1} | {:.2} | {:.2} | {:.2} | {:.2} |",
            kind.name,
            if kind.is_unchanged { 0 } else { kind.body.len() },
            own(|m| m.per_second),
            ratio(|m| m.per_second, nginx),
            ratio(|m| m.per_second, bare),
            own(|m| m.micros),
            ratio(|m| m.micros, nginx),
            ratio(|m| m.micros, bare),
            own(|m| m.p99),
            ratio(|m| m.p99, nginx),
        );
    }
}

/// The program on the repository's seeds.
fn gallery(folder: &Path, core: usize) -> Server {
    let mut command = on_core(core, env!("CARGO_BIN_EXE_prompt-gallery"));
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("GALLERY_DATABASE", folder.join("gallery.db"))
        .env("GALLERY_SEEDS", Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds"));
    Server::greeting("Prompt Gallery", command)
}

/// This program, as a server of nothing but the answers in a folder.
fn bare_server(answers: &Path, core: usize) -> Server {
    let mut command = on_core(core, std::env::current_exe().unwrap());
    command.arg("--bare").arg(answers);
    Server::greeting("hyper", command)
}

impl Server {
    /// A server that says where it is when it is open.
    fn greeting(name: &'static str, mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        let (_, url) = greeting.trim().rsplit_once(" at ").unwrap();
        // taskset becomes the program it starts.
        Self { name, id: child.id(), url: url.to_owned(), child }
    }
}
