//! The vendor's SDK packages, as stand-ins: one package per service, named and shaped after
//! `catalog.toml`, around the small clients in `standins/`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, list, text};

/// What Composer writes, for classes in files of their names.
const AUTOLOAD: &str = r"<?php

require_once __DIR__ . '/sdk.php';
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
";

/// Writes the packages of all languages to where the programs find them, and what lets
/// programs run without their pauses.
pub(crate) fn write(catalog: &Catalog, programs: &Path) {
    // Where the programs of the other form do not find them.
    let modules = programs.join("javascript/sdk/node_modules");
    let gems = programs.join("ruby/lib");
    let library = programs.join("python/lib");
    let vendor = programs.join("php/vendor");
    put(&modules.join("sdk-stand-in/index.mjs"), include_str!("standins/sdk.mjs"));
    put(&modules.join("sdk-stand-in/package.json"), r#"{ "exports": "./index.mjs" }"#);
    put(&gems.join("sdk_stand_in.rb"), include_str!("standins/sdk.rb"));
    put(&library.join("runapi/core/__init__.py"), include_str!("standins/sdk.py"));
    put(&vendor.join("sdk.php"), include_str!("standins/sdk.php"));
    put(&vendor.join("autoload.php"), AUTOLOAD);
    put(&programs.join("batch.mjs"), include_str!("standins/batch.mjs"));
    put(&programs.join("batch.py"), include_str!("standins/batch.py"));
    put(&programs.join("batch.rb"), include_str!("standins/batch.rb"));
    let quick = programs.join("quick");
    put(&quick.join("javascript.cjs"), include_str!("standins/quick/javascript.cjs"));
    put(&quick.join("python.py"), include_str!("standins/quick/python.py"));
    put(&quick.join("ruby.rb"), include_str!("standins/quick/ruby.rb"));
    put(&quick.join("php.php"), include_str!("standins/quick/php.php"));
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
        write_module(&library, &sdk["python"], base_url, &resources);
        write_class(&vendor, &sdk["php"], base_url, &resources);
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

fn write_module(library: &Path, sdk: &Value, base_url: &str, resources: &[(String, String)]) {
    let client = text(&sdk["client"]);
    let resources: Vec<String> =
        resources.iter().map(|(name, path)| format!("\"{name}\": \"{path}\"")).collect();
    let code = format!(
        "from runapi.core import ProviderClient\n\n\nclass {client}(ProviderClient):\n\
         \x20   DEFAULT_BASE_URL = \"{base_url}\"\n    RESOURCES = {{{}}}\n",
        resources.join(", ")
    );
    put(&library.join(text(&sdk["module"]).replace('.', "/")).join("__init__.py"), &code);
}

fn write_class(vendor: &Path, sdk: &Value, base_url: &str, resources: &[(String, String)]) {
    let name = text(&sdk["client"]);
    let (namespace, class) = name.rsplit_once('\\').unwrap();
    let resources: Vec<(String, &str)> =
        resources.iter().map(|(name, path)| (camel_case(name), path.as_str())).collect();
    let properties: String = resources
        .iter()
        .map(|(name, _)| format!("    public readonly Resource ${name};\n"))
        .collect();
    let values: String = resources
        .iter()
        .map(|(name, path)| format!("        $this->{name} = $this->resource('{path}');\n"))
        .collect();
    let code = format!(
        "<?php\n\ndeclare(strict_types=1);\n\nnamespace {namespace};\n\n\
         use RunApi\\Core\\{{BaseClient, ClientOptions, Resource}};\n\n\
         final class {class} extends BaseClient\n{{\n\
         \x20   protected const DEFAULT_BASE_URL = '{base_url}';\n\n{properties}\n\
         \x20   public function __construct(ClientOptions $options = new ClientOptions())\n    {{\n\
         \x20       parent::__construct($options);\n{values}    }}\n}}\n"
    );
    put(&vendor.join(name.replace('\\', "/")).with_extension("php"), &code);
}

/// `text_to_image` as JavaScript and PHP write it.
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
