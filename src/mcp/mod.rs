//! The gallery for agents.

/// What agents call this server.
pub const NAME: &str = "prompt-gallery";
