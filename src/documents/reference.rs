//! What prompts are filed under and used with, as values.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Documents, schema};
use crate::addresses;
use crate::agents::{self, McpServer, Setup};
use crate::catalog::{Agent, Category, Install, Modality, ModelRef, Tag};
use crate::gallery::Facet;
use crate::snippets::{Form, LANGUAGES, Language};

/// A category of prompts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryDocument {
    /// Its name in addresses.
    #[schema(value_type = schema::Slug)]
    pub slug: String,
    /// Its name for a reader.
    pub name: String,
    /// What is found there, in Markdown.
    pub description: String,
    /// How many prompts are in it.
    pub prompts: usize,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// Its prompts, for programs.
    #[schema(format = "uri")]
    pub api_url: String,
}

/// A model prompts are written for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelDocument {
    /// Its name in addresses and calls.
    #[schema(examples("gpt-image-2"))]
    pub slug: String,
    /// The service that has it.
    pub service: NamedDocument,
    /// Who makes it, where that is known.
    #[schema(required)]
    pub provider: Option<NamedDocument>,
    /// The endpoints that take it, `service/endpoint`.
    pub endpoints: Vec<String>,
    /// What these make.
    #[schema(value_type = Vec<schema::Modality>)]
    pub modalities: Vec<Modality>,
    /// How many prompts are written for it.
    pub prompts: usize,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// Its prompts, for programs.
    #[schema(format = "uri")]
    pub api_url: String,
}

/// Something with a name for programs and one for readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedDocument {
    /// For programs.
    pub slug: String,
    /// For readers.
    pub name: String,
}

/// A word prompts are filed under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagDocument {
    /// Its name in addresses.
    #[schema(value_type = schema::Slug)]
    pub slug: String,
    /// Its name for a reader.
    pub name: String,
    /// How many prompts are filed under it.
    pub prompts: usize,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// Its prompts, for programs.
    #[schema(format = "uri")]
    pub api_url: String,
}

/// A programming language snippets are written in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LanguageDocument {
    /// Its name in addresses.
    #[schema(value_type = schema::SnippetLanguage)]
    pub slug: &'static str,
    /// Its name as its community writes it.
    pub name: &'static str,
    /// The extension of its source files.
    #[schema(examples("py"))]
    pub extension: &'static str,
    /// The forms its programs come in, the preferred one first: with the vendor's package, or with
    /// what comes with the language.
    #[schema(value_type = Vec<schema::SnippetForm>)]
    pub forms: Vec<&'static str>,
    /// How many prompts have a program in it.
    pub prompts: usize,
}

/// A coding agent and how it is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentDocument {
    /// Its name in addresses.
    pub slug: String,
    /// Its name as its maker writes it.
    pub name: String,
    /// How it gets the platform's MCP server.
    pub setup: SetupDocument,
    /// A link that sets it up, where it has one.
    #[schema(required)]
    pub link: Option<String>,
    /// How it is made to notice, in Markdown.
    pub restart: String,
    /// How to see that it worked, in Markdown.
    pub check: String,
}

/// How an MCP server gets into an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SetupDocument {
    /// Run this in a terminal.
    Command {
        /// The command line.
        command: String,
    },
    /// Put this into a file.
    File {
        /// Where the file lies.
        path: String,
        /// Where older versions look for it.
        #[schema(required)]
        older_path: Option<String>,
        /// Where to find it otherwise, in Markdown; empty where nothing is to be said.
        find: String,
        /// The key in it that holds the servers.
        key: String,
        /// The name of the server's entry.
        server: String,
        /// What the file holds when it holds nothing else.
        content: String,
    },
}

impl Documents<'_> {
    /// Every category, in the order of the site.
    #[must_use]
    pub fn categories(self) -> Vec<CategoryDocument> {
        let categories = &self.snapshot.reference.categories;
        categories.iter().map(|category| self.category(category)).collect()
    }

    fn category(self, category: &Category) -> CategoryDocument {
        let slug = category.slug.as_str();
        CategoryDocument {
            slug: slug.to_owned(),
            name: self.local(&category.name),
            description: self.local(&category.description),
            prompts: self.snapshot.facets.count(Facet::Category, slug),
            url: self.links.to(self.links.href.category(slug)),
            api_url: self.prompts_with(Facet::Category, slug),
        }
    }

    /// The models with prompts, the fullest first.
    #[must_use]
    pub fn models(self) -> Vec<ModelDocument> {
        let models = self.snapshot.models_with_prompts();
        models.into_iter().map(|(model, prompts)| self.model(model, prompts)).collect()
    }

    fn model(self, model: ModelRef<'_>, prompts: usize) -> ModelDocument {
        let ModelRef { slug, service, provider } = model;
        let endpoints = service.endpoints.iter();
        let endpoints: Vec<_> = endpoints
            .filter(|endpoint| endpoint.models.iter().any(|other| other == slug))
            .collect();
        let mut modalities: Vec<Modality> =
            endpoints.iter().map(|endpoint| endpoint.modality).collect();
        modalities.sort_unstable();
        modalities.dedup();
        ModelDocument {
            slug: slug.to_owned(),
            service: NamedDocument { slug: service.slug.clone(), name: service.name.clone() },
            provider: provider.map(|provider| NamedDocument {
                slug: provider.slug.clone(),
                name: provider.name.clone(),
            }),
            endpoints: endpoints
                .iter()
                .map(|endpoint| format!("{}/{}", service.slug, endpoint.slug))
                .collect(),
            modalities,
            prompts,
            url: self.links.to(self.links.href.model(slug)),
            api_url: self.prompts_with(Facet::Model, slug),
        }
    }

    /// The tags with prompts, by name.
    #[must_use]
    pub fn tags(self) -> Vec<TagDocument> {
        let tags = self.snapshot.reference.tags.iter().map(|tag| self.tag(tag));
        tags.filter(|tag| tag.prompts > 0).collect()
    }

    fn tag(self, tag: &Tag) -> TagDocument {
        let slug = tag.slug.as_str();
        TagDocument {
            slug: slug.to_owned(),
            name: self.local(&tag.name),
            prompts: self.snapshot.facets.count(Facet::Tag, slug),
            url: self.links.to(self.links.href.tag(slug)),
            api_url: self.prompts_with(Facet::Tag, slug),
        }
    }

    /// Every programming language, in the order of the site.
    #[must_use]
    pub fn languages(self) -> Vec<LanguageDocument> {
        LANGUAGES.iter().map(|language| self.language(language)).collect()
    }

    fn language(self, language: &Language) -> LanguageDocument {
        let preferred = language.preferred();
        let others = language.forms().filter(|form| *form != preferred);
        LanguageDocument {
            slug: language.slug,
            name: language.name,
            extension: language.extension,
            forms: std::iter::once(preferred).chain(others).map(Form::slug).collect(),
            prompts: self.snapshot.facets.total(),
        }
    }

    /// Every coding agent, in the order of the site.
    #[must_use]
    pub fn agents(self) -> Vec<AgentDocument> {
        self.snapshot.reference.agents.iter().filter_map(|agent| self.agent(agent)).collect()
    }

    /// An agent; none where it cannot have the platform's server.
    fn agent(self, agent: &Agent) -> Option<AgentDocument> {
        let server = McpServer::of_platform(self.snapshot.reference.catalog.platform());
        let words = |text| agents::words(&self.local(text), server);
        let setup = match agents::setup(agent, server)? {
            Setup::Command(command) => SetupDocument::Command { command },
            Setup::File { path, older_path, key, server, content } => {
                let find = match &agent.install {
                    Install::Command { .. } => String::new(),
                    Install::File { find, .. } => words(find),
                };
                SetupDocument::File { path, older_path, find, key, server, content }
            }
            // Only what is at an address is set up so.
            Setup::Settings { .. } => return None,
        };
        Some(AgentDocument {
            slug: agent.slug.clone(),
            name: agent.name.clone(),
            setup,
            link: agents::link(agent, server),
            restart: words(&agent.restart),
            check: words(&agent.check),
        })
    }

    fn prompts_with(self, facet: Facet, value: &str) -> String {
        self.links.to(addresses::api_prompts(facet.slug(), value, self.locale()))
    }
}
