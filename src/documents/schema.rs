//! Schemas of values that come from lower floors, made from the tables that hold them.

use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, Schema, SchemaFormat};

use crate::catalog::{Locale, Maker, Modality, Slug, TextFormat};
use crate::snippets::{Form, LANGUAGES};

/// The names of prompts, categories and tags in addresses.
pub(super) const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Object {
    let names: Vec<&str> = names.into_iter().collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build()
}

pub(super) fn slug() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(SLUG))
        .max_length(Some(Slug::MAX))
        .build()
}

pub(super) fn locale() -> Object {
    one_of(Locale::ALL.map(Locale::tag))
}

pub(super) fn modality() -> Object {
    one_of(Modality::ALL.map(Modality::slug))
}

pub(super) fn maker() -> Object {
    one_of(Maker::ALL.map(Maker::name))
}

pub(super) fn text_format() -> Object {
    one_of([TextFormat::Text, TextFormat::Json].map(TextFormat::slug))
}

pub(super) fn snippet_language() -> Object {
    one_of(LANGUAGES.iter().map(|language| language.slug))
}

pub(super) fn snippet_form() -> Object {
    one_of(Form::ALL.map(Form::slug))
}

/// A day, as `2026-11-22`.
pub(super) fn day() -> Object {
    text_in(SchemaFormat::KnownFormat(KnownFormat::Date))
}

/// A moment, as RFC 3339 writes it.
pub(super) fn moment() -> Object {
    text_in(SchemaFormat::KnownFormat(KnownFormat::DateTime))
}

/// A whole address.
pub(super) fn url() -> Object {
    text_in(SchemaFormat::Custom("uri".into()))
}

fn text_in(format: SchemaFormat) -> Object {
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build()
}

/// A JSON object that may hold anything.
pub(super) fn any_object() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
        .build()
}
