//! Prompt Gallery: seed files and SQL migrations fill one SQLite file, and a read-only
//! server turns it into pages, data and snippets in English and Simplified Chinese.
//!
//! # The floors
//!
//! A module imports only from lower floors, never from its own; `tests/site/floors.rs`
//! enforces it. Read from the bottom:
//!
//! | floor | module | owns |
//! |---|---|---|
//! | 7 | [`cli`] | the command line: `serve`, `seed`, `check`, `new`, `export`, `index`, `history`, `backup`, `doctor` |
//! | 6 | [`web`] | HTTP: URLs, pages, headers, assets, the server loop, the site as files |
//! | 5 | [`mcp`] | what agents can do with the gallery, by the Model Context Protocol |
//! | 4 | [`documents`] | what programs read, as values, and the schemas of these |
//! | 3 | [`gallery`] | the read model: one call per page |
//! | 3 | [`seed`] | the write model: read, check, plan, import |
//! | 2 | [`store`] | the database, the only SQL |
//! | 2 | [`search`] | the full-text index, what is related to what, and why a text was found |
//! | 2 | [`snippets`] | code that calls the model's API, one file per language |
//! | 2 | [`agents`] | how a coding agent is set up and what to paste into it |
//! | 2 | [`cover`] | the drawing that stands for a prompt |
//! | 2 | [`preview`] | the picture that stands for a page where a link to it is shared |
//! | 2 | [`media`] | samples: checked, made ready, kept in a folder |
//! | 1 | [`addresses`] | how the addresses of the site are written |
//! | 1 | [`collection`] | many records in one file: CSV, TSV, JSON, YAML, Markdown |
//! | 1 | [`placeholders`] | the blanks of a prompt: finding them, filling them in |
//! | 1 | [`i18n`] | every text of the interface, in every language |
//! | 0 | [`catalog`] | the domain: prompts, services, endpoints, models, the API call |
//! | 0 | [`json`] | JSON prompts as text: where they break, how they are laid out |
//! | 0 | [`markdown`] | the safe subset of Markdown used in descriptions and answers |
//! | 0 | [`config`] | what can be configured |
//!
//! One value, [`catalog::ApiCall`], is behind everything a visitor can copy, so that the
//! prompt, the agent instruction, the code and the data formats cannot disagree.

pub mod addresses;
pub mod agents;
pub mod catalog;
pub mod cli;
pub mod collection;
pub mod config;
pub mod cover;
pub mod documents;
pub mod gallery;
pub mod i18n;
pub mod json;
pub mod markdown;
pub mod mcp;
pub mod media;
pub mod placeholders;
pub mod preview;
pub mod search;
pub mod seed;
pub mod snippets;
pub mod store;
pub mod web;
