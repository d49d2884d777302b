//! The domain: what a prompt is, and what the services it is written for accept.
//!
//! Nothing here reads a file, a database or a request. Values are built through parsing
//! constructors, so a [`Prompt`] or an [`Endpoint`] that exists is one that makes sense.

mod call;
mod columns;
mod endpoint;
mod locale;
mod media;
mod moment;
mod platform;
mod prompt;
mod reference;
mod suggestion;
mod title;

pub use call::ApiCall;
pub use columns::{columns, fits};
pub use endpoint::{
    Bounds, Condition, Endpoint, Kind, Parameter, ParameterProblem, Presence, Required, Rule,
    TextFieldWhen,
};
pub use locale::{LocalText, Locale};
pub use media::{
    Captions, MOST_MEDIA, Maker, Medium, MediumContent, Picture, Recording, Rendition,
};
pub use moment::UtcTime;
pub use platform::{
    Catalog, CatalogFault, Modality, ModelRef, PackageName, Platform, Provider, Sdk, Service,
};
pub use prompt::{Blank, Blanks, Category, Prompt, Slug, SlugError, Source, Status, Tag};
pub use reference::{Agent, Article, FaqEntry, Install, Reference, Remote};
pub use suggestion::did_you_mean;
pub use title::{Digest, TextFormat};

/// A JSON object that keeps the order its writer chose.
pub type Object = serde_json::Map<String, serde_json::Value>;
