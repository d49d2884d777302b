//! The site as its visitors, admins and programs meet it: a real server on a real database.
// A test may panic: that is how it fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

#[path = "../support/mod.rs"]
mod support;

mod abuse;
mod addresses;
mod agents;
mod api;
mod assets;
mod blanks;
mod caching;
mod checked;
mod collections;
mod command_line;
mod covers;
mod data;
mod documented;
mod embed;
mod export;
mod faults;
mod feeds;
mod floors;
mod gates;
mod headers;
mod health;
mod life;
mod mcp;
mod media;
mod migrations;
mod new;
mod operations;
mod pages;
mod previews;
mod replicas;
mod search;
mod seeds;
mod seo;
mod shared;
mod suggestions;
mod twins;
