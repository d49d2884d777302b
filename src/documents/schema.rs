//! Schemas of values that come from lower floors, made from the tables that hold them.

use std::borrow::Cow;

use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::catalog::{self, Locale, Maker, TextFormat};
use crate::snippets::{Form, LANGUAGES};

/// The names of prompts, categories and tags in addresses.
pub const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    let names: Vec<&str> = names.into_iter().collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names))
}

/// Types that stand for a schema and hold nothing.
macro_rules! schemas {
    ($($(#[doc = $says:literal])+ $name:ident: $schema:expr;)+) => {$(
        $(#[doc = $says])+
        #[derive(Debug)]
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let schema: Object = $schema.description(Some(concat!($($says),+).trim())).build();
                schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

schemas! {
    /// The name of something in addresses.
    Slug: ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(SLUG))
        .max_length(Some(catalog::Slug::MAX));
    /// A language, as BCP 47 has it.
    Language: one_of(Locale::ALL.map(Locale::tag));
    /// What is made.
    Modality: one_of(catalog::Modality::ALL.map(catalog::Modality::slug));
    /// Who made a sample.
    MadeBy: one_of(Maker::ALL.map(Maker::name));
    /// Prose, or a JSON document.
    Format: one_of([TextFormat::Text, TextFormat::Json].map(TextFormat::slug));
    /// A programming language.
    SnippetLanguage: one_of(LANGUAGES.iter().map(|language| language.slug));
    /// With the vendor's package, or with what comes with the language.
    SnippetForm: one_of(Form::ALL.map(Form::slug));
}
