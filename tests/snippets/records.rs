//! Prompts, and what each must make a program send.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, list, text};
use crate::support::Gallery;

/// A prompt as its author wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) slug: String,
    pub(crate) text: String,
    pub(crate) endpoint: String,
    pub(crate) model: Option<String>,
    pub(crate) params: Map<String, Value>,
}

impl Record {
    /// A prompt for an endpoint that takes texts of any length and needs nothing else.
    pub(crate) fn new(slug: &str, text: &str) -> Self {
        Self {
            slug: slug.into(),
            text: text.into(),
            endpoint: "gpt_image_2/text_to_image".into(),
            model: Some("gpt-image-2".into()),
            params: Map::new(),
        }
    }

    /// The JSON body a program must send.
    pub(crate) fn body(&self, catalog: &Catalog) -> Value {
        let mut body = self.params.clone();
        body.insert(catalog.text_field(&self.endpoint, &self.params), json!(self.text));
        if let Some(model) = &self.model {
            body.insert("model".into(), json!(model));
        }
        Value::Object(body)
    }

    /// Whether a seed file can hold the text: line ends of Windows become those of Unix.
    fn fits_a_file(&self) -> bool {
        !format!("{}\n", self.text).contains("\r\n")
    }
}

/// Puts records into a gallery: as seed files where these can hold the text and the
/// parameters, as SQL in a migration where not. Returns the folder of migrations.
pub(crate) fn add(gallery: &Gallery, records: &[Record]) -> std::path::PathBuf {
    let folder = gallery.folder().join("migrations");
    fs::create_dir_all(&folder).unwrap();
    let mut sql = String::new();
    for record in records {
        let plain = record.params.is_empty() && record.endpoint == "gpt_image_2/text_to_image";
        if plain && record.fits_a_file() {
            gallery.prompt(&record.slug, &record.text);
            continue;
        }
        let _ = writeln!(
            sql,
            "INSERT INTO prompts (slug, text, language, category, endpoint, model, params)\n\
             VALUES ({}, {}, 'en', 'photography', {}, {}, {});",
            quoted(&record.slug),
            quoted(&record.text),
            quoted(&record.endpoint),
            record.model.as_deref().map_or("NULL".into(), quoted),
            quoted(&Value::Object(record.params.clone()).to_string()),
        );
    }
    fs::write(folder.join("0100_prompts.sql"), sql).unwrap();
    folder
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The hostile prompts of `hostile.json`.
pub(crate) fn hostile() -> Vec<Record> {
    let list: Vec<Value> = serde_json::from_str(include_str!("hostile.json")).unwrap();
    list.iter()
        .map(|entry| Record::new(&format!("hostile-{}", text(&entry["id"])), text(&entry["text"])))
        .collect()
}

/// Prompts too long to be stored: one danger repeated, and every character there is.
pub(crate) fn long() -> Vec<Record> {
    let danger = "\"it's #{x} $(y) `z` \\ ${w} %s !! </code> \u{202e}\u{feff}灯🏮 ";
    let all = |from: u32, to: u32| -> String {
        (from..=to).filter_map(char::from_u32).filter(|character| *character != '\0').collect()
    };
    vec![
        Record::new("long-one-line", &danger.repeat(150_000 / danger.len() + 1)),
        Record::new("long-backslashes", &"\\".repeat(150_001)),
        Record::new("long-line-feeds", &format!("a{}b", "\n".repeat(150_000))),
        Record::new("every-basic-character", &all(0, 0xffff)),
        Record::new("every-supplementary-character", &all(0x1_0000, 0x1_ffff)),
        Record::new("every-special-purpose-character", &all(0xe_0000, 0xe_0fff)),
    ]
}

/// Prompts with parameters whose names mean something to some language.
pub(crate) fn oddly_named() -> Vec<Record> {
    let names = [
        "odd-name",
        "with space",
        "1st",
        "7",
        "",
        "quo\"te",
        "it's",
        "back\\slash",
        "#{x}",
        "$y",
        "${z}",
        "line\nfeed",
        "\u{feff}",
        "\u{fb01}eld",
        "ünï",
        "灯",
        "class",
        "from",
        "lambda",
        "end",
        "None",
        "True",
        "new",
        "default",
        "func",
        "self_",
        "__proto__",
        "constructor",
        "toString",
        "then",
    ];
    let all = |names: &[&str]| -> Map<String, Value> {
        names.iter().map(|name| ((*name).to_owned(), json!(format!("the {name}")))).collect()
    };
    let record = |slug: &str, params: Map<String, Value>| Record {
        params,
        ..Record::new(slug, "A lamp with strange switches")
    };
    let list = |members: Value| json!({ "input": [members] }).as_object().unwrap().clone();
    vec![
        record("odd-names", all(&names)),
        record("odd-names-inside", list(Value::Object(all(&names)))),
        // Some languages take these for the indices of a list.
        record("numbers-for-names", list(json!({ "0": "zero", "1": { "0": {} }, "2": [] }))),
    ]
}

/// One prompt for every endpoint, with every parameter it has; strings among them are as
/// dangerous as a prompt can be.
pub(crate) fn of_every_endpoint(catalog: &Catalog) -> Vec<Record> {
    let mut records = Vec::new();
    for id in catalog.endpoints() {
        let endpoint = catalog.endpoint(&id);
        let model = list(&endpoint["models"]).first().map(|model| text(model).to_owned());
        let others = list(&endpoint["text_field_when"]);
        let mut params = Map::new();
        for (name, parameter) in endpoint["parameters"].as_object().unwrap() {
            let carries_text = *name == endpoint["text_field"]
                || others.iter().any(|other| *name == other["field"]);
            if !carries_text {
                params.insert(name.clone(), sample(parameter, model.as_deref()));
            }
        }
        let slug = format!("of-{}", id.replace(['_', '/'], "-"));
        let record = Record {
            slug: slug.clone(),
            text: "\"A lamp\" that's #{lit} by $(night) & `day`".into(),
            endpoint: id.clone(),
            model,
            params,
        };
        for (number, other) in others.iter().enumerate() {
            let mut special = record.clone();
            special.slug = format!("{slug}-case-{number}");
            for (name, wanted) in other["when"].as_object().unwrap() {
                if wanted.get("present").is_none() {
                    special.params.insert(name.clone(), wanted.clone());
                }
            }
            assert_eq!(catalog.text_field(&id, &special.params), text(&other["field"]));
            records.push(special);
        }
        records.push(record);
    }
    records
}

/// A value the parameter's type allows.
fn sample(parameter: &Value, model: Option<&str>) -> Value {
    let by_model = model.map_or(&Value::Null, |model| &parameter["values_by_model"][model]);
    let values = if by_model.is_array() { by_model } else { &parameter["values"] };
    if let Some(value) = list(values).last() {
        return value.clone();
    }
    match text(&parameter["type"]) {
        "string" => json!("it's \"#{x}\" ${y} `z` $(w) \\ %s\n\u{2028}\u{feff}\u{e0041}灯🏮"),
        "integer" => json!(4_294_967_295_u32),
        "number" => json!(0.1),
        "boolean" => json!(true),
        "array" => json!([
            "https://example.org/a?b=c&d='#{e}'",
            { "plain": [1, -2.5, 1e21, 0.000_000_1, false, null, [], {}], "not a name": "\"\\", "1st": {} },
        ]),
        other => panic!("parameters of the type {other} are new to this test"),
    }
}

/// The prompts of a folder of seed files, read here and not by the program.
pub(crate) fn of_seeds(folder: &Path) -> Vec<Record> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            records.extend(of_seeds(&path));
            continue;
        }
        let content = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let (front, text) = content.strip_prefix("+++\n").unwrap().split_once("\n+++\n").unwrap();
        let front: toml::Table = toml::from_str(front).unwrap();
        let front = serde_json::to_value(front).unwrap();
        records.push(Record {
            slug: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            text: text.strip_suffix('\n').unwrap_or(text).to_owned(),
            endpoint: front["endpoint"].as_str().unwrap().to_owned(),
            model: front["model"].as_str().map(str::to_owned),
            params: front["params"].as_object().cloned().unwrap_or_default(),
        });
    }
    records
}
