//! What each fuzz target checks, for the fuzzer and for plain tests.

pub mod addresses;
pub mod blanks;
pub mod collections;
pub mod json;
pub mod listing;
pub mod markdown;
pub mod search;
pub mod seeds;
pub mod snippets;

#[path = "../../support/dom.rs"]
#[allow(dead_code, unreachable_pub)] // each user of it has its part
mod dom;
mod gallery;
mod page;
