//! Databases of made-up prompts.

use std::path::Path;
use std::time::{Duration, Instant};

use prompt_gallery::store::{Mode, Update};

use crate::corpus::Corpus;

/// How long it took to make a database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Making {
    /// To make the prompts up and insert them.
    pub(crate) insert: Duration,
    /// To index, check and commit them.
    pub(crate) finish: Duration,
}

/// Fills a database that does not exist yet with so many prompts.
pub(crate) async fn make(corpus: &Corpus, prompts: usize, database: &Path) -> Making {
    const STEP: usize = 50_000;
    let started = Instant::now();
    let mut update = Update::begin(database, None, Mode::Apply).await.unwrap();
    update.put_reference(corpus.reference(), None).await.unwrap();
    for (number, prompt) in (1..).zip(corpus.prompts().take(prompts)) {
        update.add_prompt(&prompt).await.unwrap();
        if number % STEP == 0 {
            eprintln!("inserted {number} of {prompts} in {:.0?}", started.elapsed());
        }
    }
    let insert = started.elapsed();
    let started = Instant::now();
    update.finish().await.unwrap();
    let finish = started.elapsed();
    Making { insert, finish }
}
