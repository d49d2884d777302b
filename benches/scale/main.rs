//! Measures a gallery of any size, up to millions of prompts: how long answers take, how long
//! it takes to open, and what it needs.
//!
//! ```sh
//! taskset -c 0 cargo bench --bench scale -- --prompts 1000,100000
//! ```
//!
//! Requests go to the site's router in the same process, one after the other, on one thread,
//! without compression. `taskset -c 0` holds SQLite's own threads and all others on the same
//! core, as on a server that has but one; compile first, or that is done on one core as well.
//! Each gallery is opened and measured in a process of its own, so that the memory reported is
//! its own.
//!
//! The prompts are made up ([`common::corpus`]), the same ones every time. The databases are kept below
//! `target/tmp` for the next run; a million prompts are about 2 GB. To make one for
//! other purposes:
//!
//! ```sh
//! cargo bench --bench scale -- --prompts 1000000 --database-only big/gallery.db
//! ```
// Whatever goes wrong here is to stop the run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

#[path = "../common/mod.rs"]
mod common;
mod database;
mod measure;
mod report;
mod requests;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::{Parser, ValueEnum};
use serde::de::DeserializeOwned;

use common::corpus::Corpus;
use common::{FromCargo, SEED};
use database::Kept;
use measure::Effort;
use report::Report;

/// Measures a gallery of any size.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many prompts the galleries have
    #[arg(long, value_delimiter = ',', default_value = "1000")]
    prompts: Vec<usize>,

    /// How many requests of each kind are measured
    #[arg(long, default_value = "500")]
    requests: usize,

    /// How many seconds those of one kind may take; there are fewer, then
    #[arg(long, default_value = "60")]
    seconds: u64,

    /// Only requests of kinds with this in their name
    #[arg(long, value_name = "NAME", default_value = "")]
    only: String,

    /// Only ask: leave the index as the last run made it
    #[arg(long)]
    indexed: bool,

    /// Where databases are kept from one run to the next
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/scale"))]
    keep: PathBuf,

    /// Only fill this database, which must not exist
    #[arg(long, value_name = "FILE")]
    database_only: Option<PathBuf>,

    /// What this process is to do of the whole, with the database given in its environment
    #[arg(long, hide = true)]
    step: Option<Step>,

    #[command(flatten)]
    from_cargo: FromCargo,
}

/// What is done in a process of its own, and reported as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    Make,
    Open,
    Measure,
}

/// Which database a step is about.
const DATABASE: &str = "SCALE_DATABASE";

fn main() {
    let arguments = Arguments::parse();
    if let Some(database) = &arguments.database_only {
        make(database, arguments.prompts[0]);
    } else if let Some(step) = arguments.step {
        take(step, &arguments);
    } else {
        let reports: Vec<Report> =
            arguments.prompts.iter().map(|prompts| report(*prompts, &arguments)).collect();
        let corpus = Corpus::new(SEED, &seeds());
        let mut kinds = requests::kinds(&corpus, arguments.prompts[0], arguments.requests);
        kinds.retain(|kind| kind.title().contains(&arguments.only));
        let names: Vec<_> = kinds.iter().map(|kind| (kind.title(), kind.target)).collect();
        report::print(&names, &reports);
    }
}

/// Measures one gallery, step by step.
fn report(prompts: usize, arguments: &Arguments) -> Report {
    let kept = Kept::of(prompts, &arguments.keep, |database| {
        step(Step::Make, prompts, database, arguments)
    });
    let first_opening = (!arguments.indexed).then(|| {
        kept.remove_index();
        step(Step::Open, prompts, &kept.file(), arguments)
    });
    let measured = step(Step::Measure, prompts, &kept.file(), arguments);
    Report { prompts, making: kept.making(), first_opening, measured }
}

/// Has a step taken by another process.
fn step<T: DeserializeOwned>(
    step: Step,
    prompts: usize,
    database: &Path,
    arguments: &Arguments,
) -> T {
    let output = Command::new(std::env::current_exe().unwrap())
        .env(DATABASE, database)
        .args(["--step", step.to_possible_value().unwrap().get_name()])
        .args(["--prompts", &prompts.to_string()])
        .args(["--requests", &arguments.requests.to_string()])
        .args(["--seconds", &arguments.seconds.to_string()])
        .args(["--only", &arguments.only])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{step:?} failed for {prompts} prompts");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Takes a step in this process.
fn take(step: Step, arguments: &Arguments) {
    let database = PathBuf::from(std::env::var_os(DATABASE).unwrap());
    let prompts = arguments.prompts[0];
    let json = match step {
        Step::Make => serde_json::to_string(&make(&database, prompts)),
        Step::Open => run(async {
            let (gallery, opening) = measure::open(&database).await;
            gallery.close().await;
            serde_json::to_string(&opening)
        }),
        Step::Measure => {
            let budget = Duration::from_secs(arguments.seconds);
            let effort = Effort { requests: arguments.requests, budget };
            let measured =
                run(measure::measure(&database, &seeds(), prompts, effort, &arguments.only));
            serde_json::to_string(&measured)
        }
    };
    println!("{}", json.unwrap());
}

fn make(database: &Path, prompts: usize) -> database::Making {
    let corpus = Corpus::new(SEED, &seeds());
    run(database::make(&corpus, prompts, database))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}
