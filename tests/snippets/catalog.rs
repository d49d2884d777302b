//! `catalog.toml` as these tests read it: on their own, so that a mistake in the program's
//! reading shows.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// The catalogue, as plain data.
pub(crate) struct Catalog(Value);

impl Catalog {
    pub(crate) fn read(seeds: &Path) -> Self {
        let text = fs::read_to_string(seeds.join("catalog.toml")).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        Self(serde_json::to_value(table).unwrap())
    }

    pub(crate) fn platform(&self, field: &str) -> &str {
        self.0["platform"][field].as_str().unwrap()
    }

    pub(crate) fn services(&self) -> &[Value] {
        self.0["services"].as_array().unwrap()
    }

    /// Every `service/endpoint`.
    pub(crate) fn endpoints(&self) -> Vec<String> {
        let mut all = Vec::new();
        for service in self.services() {
            for endpoint in list(&service["endpoints"]) {
                all.push(format!("{}/{}", text(&service["slug"]), text(&endpoint["slug"])));
            }
        }
        all
    }

    pub(crate) fn endpoint(&self, id: &str) -> &Value {
        let (service, endpoint) = id.split_once('/').unwrap();
        let service = self.services().iter().find(|one| one["slug"] == service).unwrap();
        list(&service["endpoints"]).iter().find(|one| one["slug"] == endpoint).unwrap()
    }

    pub(crate) fn path(&self, id: &str) -> String {
        let (service, endpoint) = id.split_once('/').unwrap();
        self.platform("path").replace("{service}", service).replace("{endpoint}", endpoint)
    }

    pub(crate) fn result_field(&self, id: &str) -> Option<String> {
        self.endpoint(id)["result_field"].as_str().map(str::to_owned)
    }

    pub(crate) fn synchronous(&self, id: &str) -> bool {
        self.endpoint(id)["synchronous"] == true
    }

    /// The name of an endpoint's resource in the SDKs, in snake case.
    pub(crate) fn resource(&self, id: &str) -> String {
        let endpoint = self.endpoint(id);
        endpoint["sdk_resource"].as_str().unwrap_or(text(&endpoint["slug"])).to_owned()
    }

    /// The body field the prompt travels in.
    pub(crate) fn text_field(&self, id: &str, params: &Map<String, Value>) -> String {
        let endpoint = self.endpoint(id);
        let other = list(&endpoint["text_field_when"]).iter().find(|other| {
            other["when"].as_object().unwrap().iter().all(|(name, wanted)| {
                match wanted.get("present") {
                    Some(present) => params.contains_key(name) == present.as_bool().unwrap(),
                    None => params.get(name) == Some(wanted),
                }
            })
        });
        text(other.map_or(&endpoint["text_field"], |other| &other["field"])).to_owned()
    }
}

/// A list that may be missing.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text that must be there.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
