//! A prompt as values: whole, and as lists show it.

use serde::Serialize;
use utoipa::ToSchema;

use super::filling::{Entry, Filling};
use super::media::MediumDocument;
use super::{Documents, schema};
use crate::addresses;
use crate::catalog::{ApiCall, Locale, Modality, Object, Slug};
use crate::gallery::Titled as _;
use crate::placeholders::Template;
use crate::snippets::{Form, LANGUAGES, Language};
use crate::store::StoredPrompt;

/// Prompts above this size, in bytes, stand once in a document: their programs, which would
/// repeat them ten times, are kept apart.
pub const LARGE: usize = 8 * 1024;

/// Everything about a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromptDocument {
    /// Its name in addresses.
    #[schema(value_type = schema::Slug)]
    pub slug: Slug,
    /// Its title, in the language asked for if it has one there.
    pub title: String,
    /// What one gets and when to use it, in Markdown.
    #[schema(required)]
    pub description: Option<String>,
    /// The exact text; with the values that were asked for in its blanks.
    pub text: String,
    /// The text as its author wrote it, where values or a layout changed it.
    #[schema(required)]
    pub template: Option<String>,
    /// The spots of the text that its reader fills in.
    pub blanks: Vec<BlankDocument>,
    /// The language the text is written in.
    #[schema(value_type = schema::Language)]
    pub language: Locale,
    /// The category it is in.
    #[schema(value_type = schema::Slug)]
    pub category: Slug,
    /// Words it is filed under.
    #[schema(value_type = Vec<schema::Slug>)]
    pub tags: Vec<Slug>,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The day it was added.
    #[schema(format = "date")]
    pub created: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    pub updated: String,
    /// Who wrote it.
    #[schema(required)]
    pub author: Option<String>,
    /// Where it was published.
    #[schema(required)]
    pub source_url: Option<String>,
    /// An SPDX licence expression.
    #[schema(required, examples("CC0-1.0"))]
    pub license: Option<String>,
    /// The call of the model's API that it describes.
    pub request: RequestDocument,
    /// The service called.
    #[schema(examples("gpt_image_2"))]
    pub service: String,
    /// The endpoint called, `service/endpoint`.
    #[schema(examples("gpt_image_2/text_to_image"))]
    pub endpoint: String,
    /// The model asked for; none where the endpoint takes none.
    #[schema(required, examples("gpt-image-2"))]
    pub model: Option<String>,
    /// What is made.
    #[schema(value_type = schema::Modality)]
    pub modality: Modality,
    /// Programs that make the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snippets: Option<Vec<SnippetDocument>>,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// What came of it, the best first.
    pub media: Vec<MediumDocument>,
    /// A drawing that stands for it.
    #[schema(format = "uri")]
    pub cover_url: String,
}

/// A call of a model's API.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RequestDocument {
    /// The method of HTTP.
    #[schema(examples("POST"))]
    pub method: &'static str,
    /// Where it is sent.
    #[schema(format = "uri")]
    pub url: String,
    /// What is sent: model, text, parameters.
    #[schema(value_type = Object)]
    pub body: Object,
}

/// A spot of a prompt that its reader fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlankDocument {
    /// Its name in addresses: `v.<key>=value` fills it.
    #[schema(examples("product_name"))]
    pub key: String,
    /// Its name as it stands in the text.
    pub name: String,
    /// What it is called for a reader.
    pub label: String,
    /// What to write.
    #[schema(required)]
    pub help: Option<String>,
    /// What it could hold; only a suggestion.
    #[schema(required)]
    pub default: Option<String>,
    /// The only values it takes; none: any text.
    pub options: Vec<String>,
    /// Whether its value has several lines.
    pub multiline: bool,
    /// Whether the prompt makes no sense without it.
    pub required: bool,
    /// The value that was asked for.
    #[schema(required)]
    pub value: Option<String>,
}

/// A program that makes the call of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SnippetDocument {
    /// The programming language.
    #[schema(value_type = schema::SnippetLanguage)]
    pub language: &'static str,
    /// Whether it uses the vendor's package, or nothing but what comes with the language.
    #[schema(value_type = schema::SnippetForm)]
    pub form: &'static str,
    /// The command that installs the package it uses.
    #[schema(required)]
    pub install: Option<String>,
    /// Where it is alone, as plain text.
    #[schema(format = "uri")]
    pub url: String,
    /// The program; none beside a very long prompt, which every program would repeat.
    #[schema(required)]
    pub code: Option<String>,
}

/// A prompt as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PromptSummary {
    /// Its name in addresses.
    #[schema(value_type = schema::Slug)]
    pub slug: Slug,
    /// Its title, in the language asked for if it has one there.
    pub title: String,
    /// The language the title is in.
    #[schema(value_type = schema::Language)]
    pub title_language: Locale,
    /// The beginning of the text, on one line.
    pub excerpt: String,
    /// The language the text is written in.
    #[schema(value_type = schema::Language)]
    pub language: Locale,
    /// Whether the text is prose or a JSON document.
    #[schema(value_type = schema::Format)]
    pub format: &'static str,
    /// The keys of the spots of the text that its reader fills in.
    pub blanks: Vec<String>,
    /// The category it is in.
    #[schema(value_type = schema::Slug)]
    pub category: Slug,
    /// Words it is filed under.
    #[schema(value_type = Vec<schema::Slug>)]
    pub tags: Vec<Slug>,
    /// The endpoint it is written for, `service/endpoint`.
    #[schema(examples("gpt_image_2/text_to_image"))]
    pub endpoint: String,
    /// The model it is written for; none where the endpoint takes none.
    #[schema(required, examples("gpt-image-2"))]
    pub model: Option<String>,
    /// What is made.
    #[schema(value_type = schema::Modality)]
    pub modality: Modality,
    /// Whether the home page shows it.
    pub featured: bool,
    /// The day it was added.
    #[schema(format = "date")]
    pub created: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    pub updated: String,
    /// Who wrote it.
    #[schema(required)]
    pub author: Option<String>,
    /// An SPDX licence expression.
    #[schema(required, examples("CC0-1.0"))]
    pub license: Option<String>,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// Everything about it, for programs.
    #[schema(format = "uri")]
    pub api_url: String,
    /// A drawing that stands for it.
    #[schema(format = "uri")]
    pub cover_url: String,
    /// What came of it, where that can be seen.
    #[schema(required, format = "uri")]
    pub picture_url: Option<String>,
}

impl PromptSummary {
    /// The names of its fields, in their order.
    pub const FIELDS: [&str; 21] = [
        "slug",
        "title",
        "title_language",
        "excerpt",
        "language",
        "format",
        "blanks",
        "category",
        "tags",
        "endpoint",
        "model",
        "modality",
        "featured",
        "created",
        "updated",
        "author",
        "license",
        "url",
        "api_url",
        "cover_url",
        "picture_url",
    ];
}

/// One program of one prompt.
#[derive(Debug)]
pub struct Program {
    /// Its language.
    pub language: &'static Language,
    /// How it makes the call.
    pub form: Form,
    /// None where it is kept apart.
    pub code: Option<String>,
}

/// Every program that makes a call.
pub fn programs(call: &ApiCall<'_>) -> impl Iterator<Item = Program> {
    let large = call.text.len() > LARGE;
    LANGUAGES.iter().flat_map(move |language| {
        language.forms().map(move |form| Program {
            language,
            form,
            code: language.snippet(call, form).filter(|_| !large),
        })
    })
}

impl Documents<'_> {
    /// Everything about a prompt, filled; none when the catalogue has lost its endpoint.
    #[must_use]
    pub fn prompt(self, stored: &StoredPrompt, filling: &Filling) -> Option<PromptDocument> {
        let call = self.snapshot.call(&stored.prompt, filling.text())?;
        let snippets = programs(&call)
            .map(|Program { language, form, code }| {
                self.program(&stored.prompt.slug, &call, filling, language, form, code)
            })
            .collect();
        let document = self.without_snippets(stored, filling)?;
        Some(PromptDocument { snippets: Some(snippets), ..document })
    }

    /// The same without the programs, which repeat the text.
    #[must_use]
    pub fn without_snippets(
        self,
        stored: &StoredPrompt,
        filling: &Filling,
    ) -> Option<PromptDocument> {
        let call = self.snapshot.call(&stored.prompt, filling.text())?;
        let prompt = &stored.prompt;
        let (_, title) = stored.title(self.locale());
        let description = prompt.description.best(&[self.locale()]);
        Some(PromptDocument {
            slug: prompt.slug.clone(),
            title: title.into_owned(),
            description: description.map(|(_, text)| text.to_owned()),
            text: call.text.to_owned(),
            template: (call.text != prompt.text).then(|| prompt.text.clone()),
            blanks: filling.entries.iter().map(|entry| self.blank(entry)).collect(),
            language: prompt.language,
            category: prompt.category.clone(),
            tags: prompt.tags.clone(),
            featured: prompt.featured,
            created: prompt.created.clone().unwrap_or_default(),
            updated: stored.updated.clone(),
            author: prompt.source.author.clone(),
            source_url: prompt.source.url.clone(),
            license: prompt.source.license.clone(),
            request: RequestDocument { method: "POST", url: call.url(), body: call.body() },
            service: call.service.slug.clone(),
            endpoint: prompt.endpoint.clone(),
            model: prompt.model.clone(),
            modality: call.endpoint.modality,
            snippets: None,
            url: self.links.to(self.links.href.prompt(&prompt.slug)),
            media: prompt.media.iter().map(|medium| self.medium(medium)).collect(),
            cover_url: self.links.to(addresses::cover(&prompt.slug)),
        })
    }

    /// One program of a prompt, however long that is; none where the language has no such form or
    /// the catalogue has lost the prompt's endpoint.
    #[must_use]
    pub fn snippet(
        self,
        stored: &StoredPrompt,
        filling: &Filling,
        language: &'static Language,
        form: Form,
    ) -> Option<SnippetDocument> {
        let call = self.snapshot.call(&stored.prompt, filling.text())?;
        let code = Some(language.snippet(&call, form)?);
        Some(self.program(&stored.prompt.slug, &call, filling, language, form, code))
    }

    fn program(
        self,
        slug: &Slug,
        call: &ApiCall<'_>,
        filling: &Filling,
        language: &'static Language,
        form: Form,
        code: Option<String>,
    ) -> SnippetDocument {
        let address = self.links.href.snippet_form(slug, language.slug, form.slug());
        SnippetDocument {
            language: language.slug,
            form: form.slug(),
            install: language.install(call).filter(|_| form == Form::Sdk),
            url: self.links.to(filling.carry(&address)),
            code,
        }
    }

    /// The blanks of a prompt, with the values they were filled with.
    #[must_use]
    pub fn blanks(self, filling: &Filling) -> Vec<BlankDocument> {
        filling.entries.iter().map(|entry| self.blank(entry)).collect()
    }

    fn blank(self, entry: &Entry) -> BlankDocument {
        let blank = &entry.field.blank;
        let help = blank.help.best(&[self.locale()]);
        BlankDocument {
            key: entry.field.key.clone(),
            name: blank.name.clone(),
            label: entry.label(self.locale()),
            help: help.map(|(_, text)| text.to_owned()),
            default: blank.default.clone(),
            options: blank.options.clone(),
            multiline: blank.multiline,
            required: blank.required,
            value: entry.asked.clone().filter(|value| !value.is_empty()),
        }
    }

    /// A prompt as lists show it.
    #[must_use]
    pub fn summary(self, stored: &StoredPrompt) -> PromptSummary {
        let StoredPrompt { prompt, digest, updated, .. } = stored;
        let (title_language, title) = stored.title(self.locale());
        let template = Template::new(&prompt.text, &prompt.blanks);
        let blanks = template.fields().iter().enumerate();
        let picture = prompt.media.iter().find_map(|medium| medium.content.picture());
        PromptSummary {
            slug: prompt.slug.clone(),
            title: title.into_owned(),
            title_language,
            excerpt: digest.excerpt.clone(),
            language: prompt.language,
            format: digest.format.slug(),
            blanks: blanks
                .filter(|(at, _)| template.occurs(*at))
                .map(|(_, field)| field.key.clone())
                .collect(),
            category: prompt.category.clone(),
            tags: prompt.tags.clone(),
            endpoint: prompt.endpoint.clone(),
            model: prompt.model.clone(),
            modality: self.snapshot.modality(&prompt.endpoint),
            featured: prompt.featured,
            created: prompt.created.clone().unwrap_or_default(),
            updated: updated.clone(),
            author: prompt.source.author.clone(),
            license: prompt.source.license.clone(),
            url: self.links.to(self.links.href.prompt(&prompt.slug)),
            api_url: self.links.to(addresses::api_prompt(&prompt.slug, self.locale())),
            cover_url: self.links.to(addresses::cover(&prompt.slug)),
            picture_url: picture
                .map(|picture| self.links.to(addresses::media(&picture.largest().file))),
        }
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;
    use utoipa::openapi::{RefOr, Schema};

    use super::*;

    #[test]
    fn the_fields_of_a_summary_are_those_it_is_written_with() {
        let RefOr::T(Schema::Object(schema)) = PromptSummary::schema() else {
            panic!("a summary is an object");
        };
        let written: Vec<&String> = schema.properties.keys().collect();
        assert_eq!(written, PromptSummary::FIELDS);
    }
}
