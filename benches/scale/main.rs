//! Measures a gallery of any size, up to millions of prompts.
//!
//! ```sh
//! taskset -c 0 cargo bench --bench scale -- --prompts 1000,100000
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

mod corpus;
mod database;
mod random;
mod words;

use std::path::{Path, PathBuf};

use clap::Parser;

use corpus::Corpus;

/// The seed of all that is made up.
const SEED: u64 = 20_261_122;

/// Measures a gallery of any size.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many prompts the galleries have
    #[arg(long, value_delimiter = ',', default_value = "1000")]
    prompts: Vec<usize>,

    /// Only fill this database, which must not exist
    #[arg(long, value_name = "FILE")]
    database_only: Option<PathBuf>,

    /// What cargo says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    if let Some(database) = &arguments.database_only {
        assert!(!database.exists(), "{} exists already", database.display());
        let corpus = Corpus::new(SEED, &seeds);
        let made = runtime.block_on(database::make(&corpus, arguments.prompts[0], database));
        eprintln!("inserted in {:.1?}, finished in {:.1?}", made.insert, made.finish);
    }
}
