//! How agents get an MCP server, as pages show it.

use super::local;
use crate::agents::{self, McpServer, Reach, Setup};
use crate::catalog::{Agent, Install, Locale, Reference, Remote};
use crate::markdown;

/// One agent and its set-up for one server.
#[derive(Debug)]
pub(super) struct SetupView {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) install: Setup,
    /// Where to find the file or the settings otherwise, as HTML; empty where nothing is to be said.
    pub(super) find: String,
    /// The link that sets it up, where it has one.
    pub(super) link: Option<String>,
    /// How it is made to notice, and how to see that it worked, as HTML; empty where nothing is
    /// to be done.
    pub(super) after: String,
}

impl SetupView {
    /// Every agent that can have this server.
    pub(super) fn all(reference: &Reference, server: McpServer<'_>, locale: Locale) -> Vec<Self> {
        let agents = reference.agents.iter();
        agents.filter_map(|agent| Self::new(agent, server, locale)).collect()
    }

    fn new(agent: &Agent, server: McpServer<'_>, locale: Locale) -> Option<Self> {
        let words = |text| markdown::html(&agents::words(local(text, locale), server));
        let install = agents::setup(agent, server)?;
        let find = match (&agent.install, &agent.remote, server.reach) {
            (_, Some(Remote::Settings { settings }), Reach::Url(_)) => words(settings),
            (Install::File { find, .. }, ..) => words(find),
            (Install::Command { .. }, ..) => String::new(),
        };
        let after = match install {
            // A server that is pasted there is used at once, and shown where it was pasted.
            Setup::Settings { .. } => String::new(),
            _ => words(&agent.restart) + &words(&agent.check),
        };
        Some(Self {
            slug: agent.slug.clone(),
            name: agent.name.clone(),
            install,
            find,
            link: agents::link(agent, server),
            after,
        })
    }
}
