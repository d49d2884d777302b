//! The site as its visitors, admins and programs meet it: a real server on a real database.

#[path = "../support/mod.rs"]
mod support;

mod floors;
