//! What all benches share: prompts that are made up, arguments, numbers in order, and the program's
//! allocator, so that what is measured in a bench's own process is what the program would do.
#![allow(dead_code)] // no bench uses all of it

pub(crate) mod corpus;
pub(crate) mod random;
mod words;

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The seed of all that is made up.
pub(crate) const SEED: u64 = 20_261_122;

/// What cargo says to every bench.
#[derive(Debug, clap::Args)]
pub(crate) struct FromCargo {
    #[arg(long, hide = true)]
    bench: bool,
}

/// The value in the middle, or at another share of the way, of some in order.
pub(crate) fn quantile(ordered: &[f64], share: f64) -> f64 {
    let last = (ordered.len() - 1) as f64;
    ordered[(last * share).round() as usize]
}

/// The value in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}
