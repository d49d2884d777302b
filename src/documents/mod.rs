//! What programs read, as values.
//!
//! The JSON beside a prompt's page, the API, the bulk export and the tools for agents all say the
//! same of a prompt, because all of them get it from here: [`Documents`] makes values of one state
//! of the content in one language, which know how they are written as JSON and which schema that
//! follows. Their names and the comments on their fields are published with that schema.

mod filling;
mod markdown;
mod media;
mod prompt;
mod reference;
mod schema;

pub use filling::{Entry, Filling, Refusal, Refused, VALUE, ValueFault, Wish};
pub use media::{MediumDocument, PictureDocument, SizeDocument};
pub use prompt::{
    BlankDocument, LARGE, PromptDocument, PromptSummary, RequestDocument, SnippetDocument, programs,
};
pub use reference::{
    AgentDocument, CategoryDocument, LanguageDocument, ModelDocument, NamedDocument, SetupDocument,
    TagDocument,
};
pub use schema::SLUG;

use crate::addresses::Links;
use crate::catalog::{LocalText, Locale};
use crate::gallery::Snapshot;

/// Makes documents of one state of the content, in the language of its links.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    snapshot: &'a Snapshot,
    links: Links<'a>,
}

impl<'a> Documents<'a> {
    /// Documents of this content that link to these addresses.
    #[must_use]
    pub const fn new(snapshot: &'a Snapshot, links: Links<'a>) -> Self {
        Self { snapshot, links }
    }

    const fn locale(self) -> Locale {
        self.links.locale()
    }

    /// A text in the reader's language, or in any other.
    fn local(self, text: &LocalText) -> String {
        text.best(&[self.locale(), Locale::DEFAULT])
            .map_or_else(String::new, |(_, text)| text.into())
    }
}
