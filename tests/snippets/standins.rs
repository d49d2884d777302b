//! The vendor's SDK packages, as stand-ins: one package per service, named and shaped after
//! `catalog.toml`, around the small clients in `standins/`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, list, text};

/// Writes the npm packages and the Ruby gems to where the programs find them.
pub(crate) fn write(catalog: &Catalog, programs: &Path) {
    let modules = programs.join("javascript/node_modules");
    let gems = programs.join("ruby/lib");
    put(&modules.join("sdk-stand-in/index.mjs"), include_str!("standins/sdk.mjs"));
    put(&modules.join("sdk-stand-in/package.json"), r#"{ "exports": "./index.mjs" }"#);
    put(&gems.join("sdk_stand_in.rb"), include_str!("standins/sdk.rb"));
    let base_url = catalog.platform("sdk_base_url");
    for service in catalog.services() {
        let slug = text(&service["slug"]);
        let resources: Vec<(String, String)> = list(&service["endpoints"])
            .iter()
            .map(|endpoint| {
                let id = format!("{slug}/{}", text(&endpoint["slug"]));
                (catalog.resource(&id), catalog.path(&id))
            })
            .collect();
        let sdk = &service["sdk"];
        write_package(&modules, &sdk["javascript"], base_url, &resources);
        write_gem(&gems, &sdk["ruby"], base_url, &resources);
    }
}

fn write_package(modules: &Path, sdk: &Value, base_url: &str, resources: &[(String, String)]) {
    let folder = modules.join(text(&sdk["package"]));
    let client = text(&sdk["client"]);
    let resources: Map<String, Value> =
        resources.iter().map(|(name, path)| (camel_case(name), json!(path))).collect();
    put(&folder.join("package.json"), r#"{ "type": "module", "exports": "./index.js" }"#);
    let code = format!(
        "import {{ client }} from \"sdk-stand-in\";\n\
         export const {client} = client(\"{client}\", \"{base_url}\", {});\n",
        Value::Object(resources)
    );
    put(&folder.join("index.js"), &code);
}

fn write_gem(gems: &Path, sdk: &Value, base_url: &str, resources: &[(String, String)]) {
    let names: Vec<&str> = text(&sdk["client"]).split("::").collect();
    let (class, modules) = names.split_last().unwrap();
    let resources: Vec<String> =
        resources.iter().map(|(name, path)| format!("\"{name}\" => \"{path}\"")).collect();
    let code = format!(
        "require \"sdk_stand_in\"\n{}\n{class} = RunApi.client(\"{base_url}\", {{ {} }})\n{}\n",
        modules.iter().map(|name| format!("module {name}")).collect::<Vec<_>>().join("\n"),
        resources.join(", "),
        "end\n".repeat(modules.len()),
    );
    put(&gems.join(text(&sdk["module"])).with_extension("rb"), &code);
}

/// `text_to_image` as JavaScript writes it.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap().to_owned();
    words.fold(first, |so_far, word| {
        let (initial, rest) = word.split_at(1);
        so_far + &initial.to_uppercase() + rest
    })
}

fn put(file: &Path, content: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}
