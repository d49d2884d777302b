//! What a tool may be given: one table says it to the client as JSON Schema, and reads what comes.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::catalog::{Slug, did_you_mean};
use crate::placeholders::{LONGEST_VALUE, MOST_FIELDS};

/// The pattern of a slug.
const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// One thing a tool may be given.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    /// For a model that has to decide what to give.
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    pub(super) needed: bool,
}

/// What it is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A text of so many characters at most.
    Text(usize),
    /// The name of a prompt in addresses.
    Slug,
    /// One of these names.
    Choice(Vec<String>),
    /// Up to so many names; of these, where they are few enough to be told.
    Choices(Option<Vec<String>>, usize),
    /// Yes or no.
    Flag,
    /// A number from 1.
    Number(u64),
    /// Values for the blanks of a prompt.
    Values,
}

impl Argument {
    fn schema(&self) -> Value {
        let mut schema = match &self.kind {
            Kind::Text(most) => json!({ "type": "string", "maxLength": most }),
            Kind::Slug => slug(),
            Kind::Choice(names) => json!({ "type": "string", "enum": names }),
            Kind::Choices(names, most) => {
                let item = match names {
                    Some(names) => json!({ "type": "string", "enum": names }),
                    None => slug(),
                };
                json!({ "type": "array", "items": item, "maxItems": most, "uniqueItems": true })
            }
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Number(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
            Kind::Values => json!({
                "type": "object",
                "maxProperties": MOST_FIELDS,
                "additionalProperties": { "type": "string", "maxLength": LONGEST_VALUE },
            }),
        };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".into(), self.about.into());
        }
        schema
    }

    /// What is wrong with a value, and the remedy.
    fn fault(&self, value: &Value) -> Option<String> {
        let name = self.name;
        let unknown = |given: &str, names: &[String]| {
            let meant = did_you_mean(given, names.iter().map(String::as_str));
            let hint = meant.map_or_else(
                || format!("it must be one of: {}", names.join(", ")),
                |meant| format!("did you mean \"{meant}\"?"),
            );
            format!("{name}: \"{}\" is unknown; {hint}", brief(given))
        };
        let is_one_of = |given: &str, names: &[String]| names.iter().any(|one| one == given);
        match (&self.kind, value) {
            (Kind::Text(most), Value::String(text)) => (text.chars().count() > *most)
                .then(|| format!("{name}: is longer than {most} characters; shorten it")),
            (Kind::Slug, Value::String(text)) => Slug::parse(text).is_err().then(|| {
                format!(
                    "{name}: \"{}\" is no slug, which is lower-case letters, digits and single \
                     hyphens, as search_prompts gives it",
                    brief(text)
                )
            }),
            (Kind::Choice(names), Value::String(text)) => {
                (!is_one_of(text, names)).then(|| unknown(text, names))
            }
            (Kind::Choices(names, most), Value::Array(items)) => {
                if items.len() > *most {
                    return Some(format!("{name}: must be {most} at most"));
                }
                items.iter().find_map(|item| match (item.as_str(), names) {
                    (None, _) => Some(format!("{name}: must be an array of texts")),
                    (Some(text), Some(names)) => {
                        (!is_one_of(text, names)).then(|| unknown(text, names))
                    }
                    (Some(text), None) => Slug::parse(text)
                        .is_err()
                        .then(|| format!("{name}: \"{}\" is no slug", brief(text))),
                })
            }
            (Kind::Flag, Value::Bool(_)) => None,
            (Kind::Number(most), Value::Number(number)) => {
                let is_within = number.as_u64().is_some_and(|number| (1..=*most).contains(&number));
                (!is_within).then(|| format!("{name}: must be a whole number from 1 to {most}"))
            }
            (Kind::Values, Value::Object(values)) => {
                if values.len() > MOST_FIELDS {
                    return Some(format!("{name}: a prompt has {MOST_FIELDS} blanks at most"));
                }
                let other = values.iter().find(|(_, value)| !value.is_string());
                other.map(|(key, _)| {
                    format!("{name}: the value of \"{}\" must be a text", brief(key))
                })
            }
            (kind, _) => Some(format!("{name}: must be {}", kind.what())),
        }
    }
}

impl Kind {
    const fn what(&self) -> &'static str {
        match self {
            Kind::Text(_) | Kind::Slug | Kind::Choice(_) => "a text",
            Kind::Choices(..) => "an array of texts",
            Kind::Flag => "true or false",
            Kind::Number(_) => "a whole number",
            Kind::Values => "an object that has a text for each blank",
        }
    }
}

fn slug() -> Value {
    json!({ "type": "string", "pattern": SLUG, "maxLength": Slug::MAX })
}

/// As much of what was given as is good to repeat.
fn brief(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The schema of all arguments of a tool.
pub(super) fn schema(arguments: &[Argument]) -> JsonObject {
    let properties: JsonObject =
        arguments.iter().map(|one| (one.name.to_owned(), one.schema())).collect();
    let needed: Vec<&str> = arguments.iter().filter(|one| one.needed).map(|one| one.name).collect();
    let mut schema = JsonObject::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), Value::Object(properties));
    if !needed.is_empty() {
        schema.insert("required".into(), needed.into());
    }
    schema.insert("additionalProperties".into(), false.into());
    schema
}

/// What a tool was given, as its table says it must be.
#[derive(Debug)]
pub(super) struct Given(JsonObject);

impl Given {
    /// Takes what follows the table. An optional argument that is null or an empty text is none:
    /// models like to fill in everything.
    ///
    /// # Errors
    /// All that does not, each with its remedy.
    pub(super) fn read(arguments: &[Argument], mut given: JsonObject) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        given.retain(|name, value| {
            let is_needed = arguments.iter().any(|one| one.name == name && one.needed);
            is_needed || !(value.is_null() || value.as_str() == Some(""))
        });
        for argument in arguments {
            match given.get(argument.name) {
                Some(value) => faults.extend(argument.fault(value)),
                None if argument.needed => {
                    faults.push(format!("{}: is needed: {}", argument.name, argument.about));
                }
                None => {}
            }
        }
        for name in given.keys() {
            let names = arguments.iter().map(|one| one.name);
            if names.clone().all(|other| other != name) {
                let hint = did_you_mean(name, names.clone()).map_or_else(
                    || format!("known are: {}", names.collect::<Vec<_>>().join(", ")),
                    |meant| format!("did you mean \"{meant}\"?"),
                );
                faults.push(format!("{}: is unknown; {hint}", brief(name)));
            }
        }
        if faults.is_empty() { Ok(Self(given)) } else { Err(faults) }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    pub(super) fn number(&self, name: &str) -> Option<usize> {
        usize::try_from(self.0.get(name)?.as_u64()?).ok()
    }

    /// Texts by name.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let values = self.0.get(name).and_then(Value::as_object).into_iter().flatten();
        values.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> [Argument; 4] {
        let argument = |name, kind, needed| Argument { name, about: "", kind, needed };
        [
            argument("slug", Kind::Slug, true),
            argument("category", Kind::Choice(vec!["portrait".into(), "food".into()]), false),
            argument("page", Kind::Number(9), false),
            argument("values", Kind::Values, false),
        ]
    }

    fn faults(given: Value) -> Vec<String> {
        let Value::Object(given) = given else { panic!("{given}") };
        Given::read(&table(), given).err().unwrap_or_default()
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_remedies() {
        let found = faults(json!({
            "category": "portrit", "page": 0, "values": { "a": 1 }, "categry": "food",
        }));
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found[0].starts_with("slug: is needed"));
        assert_eq!(found[1], "category: \"portrit\" is unknown; did you mean \"portrait\"?");
        assert_eq!(found[2], "page: must be a whole number from 1 to 9");
        assert_eq!(found[3], "values: the value of \"a\" must be a text");
        assert_eq!(found[4], "categry: is unknown; did you mean \"category\"?");
    }

    #[test]
    fn what_is_left_empty_is_not_given() {
        assert!(faults(json!({ "slug": "a", "category": "", "page": null })).is_empty());
        assert_eq!(faults(json!({ "slug": "" })).len(), 1);
        assert_eq!(faults(json!({ "slug": null })).len(), 1);
    }
}
