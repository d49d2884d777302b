//! Everything a gallery holds besides prompts: the words, the agents, the answers.

use serde::{Deserialize, Serialize};

use super::{Catalog, Category, Endpoint, LocalText, Locale, Object, Tag};

/// A coding agent and how it gets an MCP server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Its name in addresses and tab ids.
    pub slug: String,
    /// Its name as its maker writes it.
    pub name: String,
    /// How an MCP server is installed that the agent starts itself.
    pub install: Install,
    /// How one is added that is reached by its address; none where that is not possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<Remote>,
    /// A link that opens the agent and has it ask whether to add the server. `{name}`,
    /// `{config_base64}` and `{config_json}` are to be replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How it is made to notice, in every language; Markdown, with `{name}` to be replaced.
    pub restart: LocalText,
    /// How to see that it worked, in every language; Markdown, with `{name}` to be replaced.
    // Databases filled by an earlier version hold agents without one.
    #[serde(default)]
    pub check: LocalText,
}

/// How an agent learns of an MCP server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Install {
    /// By a command, with `{name}` and `{command}` to be replaced.
    Command {
        /// The command line.
        command: String,
    },
    /// By an entry in a configuration file.
    File {
        /// Where the file lies.
        file: String,
        /// Where older versions look for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        older_file: Option<String>,
        /// Where to find it otherwise, in every language or none; Markdown.
        #[serde(default)]
        find: LocalText,
        /// The key that holds the servers.
        key: String,
        /// What the server's entry holds besides its command and arguments.
        #[serde(default, skip_serializing_if = "Object::is_empty")]
        extra: Object,
    },
}

/// How an agent learns of an MCP server that is reached by its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Remote {
    /// By a command, with `{name}` and `{url}` to be replaced.
    Command {
        /// The command line.
        command: String,
    },
    /// By an entry in the file that holds all servers.
    Entry {
        /// What the entry holds, with `{url}` to be replaced in it.
        entry: Object,
    },
    /// By pasting the address into the agent's settings.
    Settings {
        /// Where these are, in every language; Markdown.
        settings: LocalText,
    },
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaqEntry {
    /// The language it is written in.
    pub locale: Locale,
    /// Its anchor; the same in every language.
    pub slug: String,
    /// The question, plain text.
    pub question: String,
    /// The answer, Markdown.
    pub answer: String,
    /// Whether it is shown below prompts, too.
    pub on_prompt: bool,
    /// Below which: those of a modality, or of endpoints with this slug. Below all if there is none.
    pub subjects: Vec<String>,
}

impl FaqEntry {
    /// Whether it is shown below the prompts of an endpoint.
    #[must_use]
    pub fn is_shown_with(&self, endpoint: &Endpoint) -> bool {
        let is_of =
            |subject: &String| *subject == endpoint.slug || subject == endpoint.modality.slug();
        self.on_prompt && (self.subjects.is_empty() || self.subjects.iter().any(is_of))
    }
}

/// A page of prose, such as "About".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The language it is written in.
    pub locale: Locale,
    /// Its name in addresses.
    pub slug: String,
    /// Its heading, plain text.
    pub title: String,
    /// Its body, Markdown.
    pub body: String,
}

/// Everything but the prompts.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What can be called.
    pub catalog: Catalog,
    /// The shelves, in order.
    pub categories: Vec<Category>,
    /// The words, by slug.
    pub tags: Vec<Tag>,
    /// The agents, in order.
    pub agents: Vec<Agent>,
    /// The questions of every language, in order.
    pub faq: Vec<FaqEntry>,
    /// The pages of every language.
    pub articles: Vec<Article>,
}

impl Reference {
    /// The category with this slug.
    #[must_use]
    pub fn category(&self, slug: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.slug.as_str() == slug)
    }

    /// The tag with this slug.
    #[must_use]
    pub fn tag(&self, slug: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.slug.as_str() == slug)
    }

    /// The article with this slug in this language.
    #[must_use]
    pub fn article(&self, slug: &str, locale: Locale) -> Option<&Article> {
        self.articles.iter().find(|article| article.slug == slug && article.locale == locale)
    }
}
