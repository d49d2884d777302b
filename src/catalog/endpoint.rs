//! One path of an API: which field carries the text, which parameters it takes, and the
//! rules between them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Modality, Object, did_you_mean};

/// One path of a service, as the catalogue describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The last part of the path, `text_to_image`.
    pub slug: String,
    /// The name shown to visitors, "Text to Image".
    pub name: String,
    /// What it makes.
    pub modality: Modality,
    /// The body field that carries the prompt.
    pub text_field: String,
    /// Other fields that carry it under given parameters; the first that applies wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text_field_when: Vec<TextFieldWhen>,
    /// The array of `{ url }` objects in a finished answer; none: the answer itself is the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_field: Option<String>,
    /// Whether it answers at once instead of giving a task to poll.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub synchronous: bool,
    /// The resource's name in the SDKs (snake case), where it is not the slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdk_resource: Option<String>,
    /// Models it runs; empty for the few that take none.
    #[serde(default)]
    pub models: Vec<String>,
    /// What else the body may hold.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Conditions between parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// "Under these parameters the prompt travels in that field."
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFieldWhen {
    /// What must hold.
    pub when: BTreeMap<String, Condition>,
    /// The field that then carries the text.
    pub field: String,
}

/// What one parameter accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The JSON type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether a call without it is refused.
    #[serde(default, skip_serializing_if = "Required::is_never")]
    pub required: Required,
    /// The only values accepted; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// The only values accepted by some models, in place of `values`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values_by_model: BTreeMap<String, Vec<Value>>,
    /// Bounds per model; the key `*` is every model.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bounds: BTreeMap<String, Bounds>,
}

/// A JSON type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A list.
    Array,
}

impl Kind {
    fn accepts(self, value: &Value) -> bool {
        match self {
            Kind::String => value.is_string(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Boolean => value.is_boolean(),
            Kind::Array => value.is_array(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::String => "a string",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Boolean => "true or false",
            Kind::Array => "a list",
        })
    }
}

/// When a parameter must be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Required {
    /// Always (`true`) or never (`false`).
    Everywhere(bool),
    /// For these models only.
    ForModels(Vec<String>),
}

impl Default for Required {
    fn default() -> Self {
        Required::Everywhere(false)
    }
}

impl Required {
    fn is_never(&self) -> bool {
        *self == Required::Everywhere(false)
    }

    /// Whether a call with this model needs it.
    #[must_use]
    pub fn for_model(&self, model: Option<&str>) -> bool {
        match self {
            Required::Everywhere(always) => *always,
            Required::ForModels(models) => {
                model.is_some_and(|model| models.iter().any(|other| other == model))
            }
        }
    }
}

/// The least and the most a parameter may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Least length of a text, in characters (Unicode scalar values).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Greatest length of a text, in characters (Unicode scalar values).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Fewest list items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// Most list items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// What the service uses when the parameter is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// "When this holds, that follows."
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What must hold for the rule to apply; empty: always.
    #[serde(default)]
    pub when: BTreeMap<String, Condition>,
    /// Fields that are then required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Fields of which at least one is then required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_any: Vec<String>,
    /// Fields that are then refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<String>,
    /// The only values then accepted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Vec<Value>>,
}

/// What a rule asks of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// That it is given, or that it is not.
    Presence(Presence),
    /// That it has this value.
    Is(Value),
}

/// `{ present = true }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Whether the field must be given or must be missing.
    pub present: bool,
}

impl Condition {
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Condition::Presence(presence) => value.is_some() == presence.present,
            Condition::Is(expected) => value.is_some_and(|value| same(value, expected)),
        }
    }
}

/// What is wrong with one field of a call, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    /// `params.aspect_ratio`, `model` or `text`.
    pub field: String,
    /// The fault and its remedy, in one sentence.
    pub message: String,
}

impl Endpoint {
    /// The field that carries the text of a call with these parameters.
    #[must_use]
    pub fn text_field_for(&self, params: &Object) -> &str {
        self.text_field_when
            .iter()
            .find(|other| {
                other.when.iter().all(|(field, condition)| condition.holds(params.get(field)))
            })
            .map_or(self.text_field.as_str(), |other| other.field.as_str())
    }

    /// Everything that is wrong with a call of this endpoint; empty when nothing is.
    #[must_use]
    pub fn problems(
        &self,
        model: Option<&str>,
        params: &Object,
        text: &str,
    ) -> Vec<ParameterProblem> {
        let mut problems = Vec::new();
        self.check_model(model, &mut problems);
        let text_field = self.text_field_for(params);
        for (name, value) in params {
            if name == text_field {
                problems.push(problem(
                    format!("params.{name}"),
                    format!("the prompt itself is sent as \"{name}\"; remove it from [params]"),
                ));
            } else {
                self.check_value(name, value, model, &mut problems);
            }
        }
        let given = |field: &str| {
            field == text_field
                || params.contains_key(field)
                || (field == "model" && model.is_some())
        };
        for (name, parameter) in &self.parameters {
            if parameter.required.for_model(model) && !given(name) {
                problems.push(problem(
                    format!("params.{name}"),
                    format!("required by {}; add it{}", self.slug, choices(parameter, model)),
                ));
            }
        }
        self.check_rules(model, params, &given, &mut problems);
        self.check_length(text_field, model, text, &mut problems);
        problems
    }

    fn check_model(&self, model: Option<&str>, problems: &mut Vec<ParameterProblem>) {
        match model {
            None if !self.models.is_empty() => problems.push(problem(
                "model".into(),
                format!("missing; {} takes {}", self.slug, list(&self.models)),
            )),
            Some(model) if self.models.is_empty() => problems.push(problem(
                "model".into(),
                format!("{} takes no model; remove \"{model}\"", self.slug),
            )),
            Some(model) if !self.models.iter().any(|known| known == model) => {
                let hint = did_you_mean(model, self.models.iter().map(String::as_str)).map_or_else(
                    || format!("{} takes {}", self.slug, list(&self.models)),
                    |near| format!("did you mean \"{near}\"?"),
                );
                problems.push(problem(
                    "model".into(),
                    format!("{} does not run \"{model}\"; {hint}", self.slug),
                ));
            }
            _ => {}
        }
    }

    fn check_value(
        &self,
        name: &str,
        value: &Value,
        model: Option<&str>,
        problems: &mut Vec<ParameterProblem>,
    ) {
        let field = format!("params.{name}");
        let Some(parameter) = self.parameters.get(name) else {
            let hint = did_you_mean(name, self.parameters.keys().map(String::as_str)).map_or_else(
                || {
                    let known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
                    format!("known are {}", list(&known))
                },
                |near| format!("did you mean \"{near}\"?"),
            );
            problems.push(problem(field, format!("unknown to {}; {hint}", self.slug)));
            return;
        };
        if !parameter.kind.accepts(value) {
            problems.push(problem(field, format!("must be {}, not {value}", parameter.kind)));
            return;
        }
        let values = parameter.values_for(model);
        if !values.is_empty() && !values.iter().any(|known| same(known, value)) {
            let near = value
                .as_str()
                .and_then(|given| did_you_mean(given, values.iter().filter_map(Value::as_str)));
            let hint = near.map_or_else(
                || format!("use one of {}", json_list(values)),
                |near| format!("did you mean \"{near}\"? Accepted are {}", json_list(values)),
            );
            problems.push(problem(field, format!("{value} is not accepted; {hint}")));
            return;
        }
        for bounds in parameter.bounds_for(model) {
            if let Some(fault) = bounds.fault(value) {
                problems.push(problem(field.clone(), fault));
            }
        }
    }

    fn check_rules(
        &self,
        model: Option<&str>,
        params: &Object,
        given: &dyn Fn(&str) -> bool,
        problems: &mut Vec<ParameterProblem>,
    ) {
        let model_value = model.map(|model| Value::String(model.to_owned()));
        let value_of = |field: &str| {
            if field == "model" { model_value.as_ref() } else { params.get(field) }
        };
        for rule in &self.rules {
            let applies =
                rule.when.iter().all(|(field, condition)| condition.holds(value_of(field)));
            if !applies {
                continue;
            }
            let why = rule.reason();
            for name in rule.required.iter().filter(|name| !given(name)) {
                problems.push(problem(format!("params.{name}"), format!("required {why}; add it")));
            }
            if !rule.required_any.is_empty() && !rule.required_any.iter().any(|name| given(name)) {
                problems.push(problem(
                    "params".into(),
                    format!("one of {} is required {why}", list(&rule.required_any)),
                ));
            }
            for name in rule.forbidden.iter().filter(|name| given(name)) {
                problems.push(problem(
                    format!("params.{name}"),
                    format!("not accepted {why}; remove or change it"),
                ));
            }
            for (name, values) in &rule.values {
                if let Some(value) = params.get(name)
                    && !values.iter().any(|known| same(known, value))
                {
                    problems.push(problem(
                        format!("params.{name}"),
                        format!("{value} is not accepted {why}; use one of {}", json_list(values)),
                    ));
                }
            }
        }
    }

    fn check_length(
        &self,
        text_field: &str,
        model: Option<&str>,
        text: &str,
        problems: &mut Vec<ParameterProblem>,
    ) {
        let Some(parameter) = self.parameters.get(text_field) else { return };
        for bounds in parameter.bounds_for(model) {
            if let Some(fault) = bounds.length_fault(text) {
                problems.push(problem("text".into(), fault));
            }
        }
    }
}

impl Parameter {
    /// The only values a model accepts; empty for any.
    #[must_use]
    pub fn values_for(&self, model: Option<&str>) -> &[Value] {
        model.and_then(|model| self.values_by_model.get(model)).unwrap_or(&self.values)
    }

    fn bounds_for(&self, model: Option<&str>) -> impl Iterator<Item = &Bounds> {
        let of_model = model.and_then(|model| self.bounds.get(model));
        self.bounds.get("*").into_iter().chain(of_model)
    }
}

impl Bounds {
    fn fault(&self, value: &Value) -> Option<String> {
        match value {
            Value::Number(number) => {
                let number = number.as_f64()?;
                match (self.min, self.max) {
                    (Some(min), _) if number < min => Some(format!("must be at least {min}")),
                    (_, Some(max)) if number > max => Some(format!("must be at most {max}")),
                    _ => None,
                }
            }
            Value::String(text) => self.length_fault(text),
            Value::Array(items) => match (self.min_items, self.max_items) {
                (Some(min), _) if items.len() < min => {
                    Some(format!("must hold at least {min} items"))
                }
                (_, Some(max)) if items.len() > max => {
                    Some(format!("must hold at most {max} items"))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn length_fault(&self, text: &str) -> Option<String> {
        let length = text.chars().count();
        match (self.min_length, self.max_length) {
            (Some(min), _) if length < min => {
                Some(format!("has {length} characters, the model needs at least {min}"))
            }
            (_, Some(max)) if length > max => {
                Some(format!("has {length} characters, the model takes at most {max}; shorten it"))
            }
            _ => None,
        }
    }
}

impl Rule {
    fn reason(&self) -> String {
        if self.when.is_empty() {
            return String::from("here");
        }
        let parts: Vec<String> = self
            .when
            .iter()
            .map(|(field, condition)| match condition {
                Condition::Presence(Presence { present: true }) => format!("{field} is given"),
                Condition::Presence(_) => format!("{field} is missing"),
                Condition::Is(value) => format!("{field} is {value}"),
            })
            .collect();
        format!("when {}", parts.join(" and "))
    }
}

/// Equality of JSON values that takes 5 and 5.0 for the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

fn problem(field: String, message: String) -> ParameterProblem {
    ParameterProblem { field, message }
}

fn choices(parameter: &Parameter, model: Option<&str>) -> String {
    let values = parameter.values_for(model);
    if values.is_empty() { String::new() } else { format!(", one of {}", json_list(values)) }
}

fn json_list(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("\"{}\"", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn music() -> Endpoint {
        serde_json::from_value(json!({
            "slug": "text_to_music", "name": "Text to Music", "modality": "audio",
            "text_field": "prompt",
            "text_field_when": [{ "when": { "vocal_mode": "exact_lyrics" }, "field": "lyrics" }],
            "models": ["song-5", "song-4"],
            "parameters": {
                "prompt": { "type": "string", "bounds": { "*": { "max_length": 10 } } },
                "lyrics": { "type": "string" },
                "style": { "type": "string" },
                "seconds": { "type": "integer", "bounds": { "*": { "min": 10, "max": 360 } } },
                "vocal_mode": { "type": "string", "required": true,
                                "values": ["auto_lyrics", "exact_lyrics"] },
            },
            "rules": [
                { "when": { "vocal_mode": "exact_lyrics" }, "required": ["lyrics", "style"],
                  "forbidden": ["prompt"] },
                { "when": { "model": "song-4" }, "forbidden": ["seconds"] },
            ],
        }))
        .unwrap()
    }

    fn fields(model: Option<&str>, params: Value, text: &str) -> Vec<String> {
        music()
            .problems(model, params.as_object().unwrap(), text)
            .into_iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect()
    }

    #[test]
    fn a_sound_call_has_no_problems() {
        assert!(fields(Some("song-5"), json!({ "vocal_mode": "auto_lyrics" }), "hum").is_empty());
    }

    #[test]
    fn the_text_travels_in_the_field_the_parameters_ask_for() {
        let exact = json!({ "vocal_mode": "exact_lyrics", "style": "folk" });
        assert_eq!(music().text_field_for(exact.as_object().unwrap()), "lyrics");
        assert!(fields(Some("song-5"), exact, "la la").is_empty());
    }

    #[test]
    fn every_problem_is_reported_with_its_remedy() {
        let problems = fields(
            Some("song-4"),
            json!({ "vocal_mode": "auto_lyric", "secnds": 3, "seconds": 5 }),
            "much too long",
        );
        assert!(
            problems.iter().any(|p| p.contains("did you mean \"auto_lyrics\"?")),
            "{problems:?}"
        );
        assert!(problems.iter().any(|p| p.contains("did you mean \"seconds\"?")), "{problems:?}");
        assert!(problems.iter().any(|p| p.contains("must be at least 10")), "{problems:?}");
        assert!(problems.iter().any(|p| p.contains("not accepted when model is")), "{problems:?}");
        assert!(problems.iter().any(|p| p.contains("at most 10")), "{problems:?}");
    }

    #[test]
    fn a_rule_names_what_it_requires_and_why() {
        let problems = fields(Some("song-5"), json!({ "vocal_mode": "exact_lyrics" }), "la");
        assert_eq!(
            problems,
            ["params.style: required when vocal_mode is \"exact_lyrics\"; add it"]
        );
    }

    #[test]
    fn a_missing_or_unknown_model_is_named() {
        let auto = json!({ "vocal_mode": "auto_lyrics" });
        assert!(fields(None, auto.clone(), "hum")[0].starts_with("model: missing"));
        assert!(fields(Some("song5"), auto, "hum")[0].contains("did you mean \"song-5\"?"));
    }

    #[test]
    fn the_prompt_does_not_belong_into_the_parameters() {
        let problems =
            fields(Some("song-5"), json!({ "vocal_mode": "auto_lyrics", "prompt": "x" }), "hum");
        assert!(problems[0].contains("the prompt itself is sent as \"prompt\""));
    }
}
