//! The architecture: a module imports only from lower floors, and each library has one home.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Every module and its floor, as `src/lib.rs` describes them.
const FLOORS: [(&str, u8); 21] = [
    ("cli", 7),
    ("web", 6),
    ("mcp", 5),
    ("documents", 4),
    ("gallery", 3),
    ("seed", 3),
    ("store", 2),
    ("search", 2),
    ("snippets", 2),
    ("agents", 2),
    ("cover", 2),
    ("preview", 2),
    ("media", 2),
    ("addresses", 1),
    ("collection", 1),
    ("placeholders", 1),
    ("i18n", 1),
    ("catalog", 0),
    ("json", 0),
    ("markdown", 0),
    ("config", 0),
];

/// Libraries and the only modules that may name them.
const HOMES: [(&str, &[&str]); 28] = [
    ("rmcp", &["mcp"]),
    ("utoipa", &["documents", "mcp", "web"]),
    ("resvg", &["preview"]),
    ("harfrust", &["preview"]),
    ("unicode_linebreak", &["preview"]),
    ("pinyin", &["gallery", "seed"]),
    ("indicatif", &["cli"]),
    ("csv", &["collection", "web"]),
    ("granit_parser", &["collection"]),
    ("sqlx", &["store"]),
    ("tantivy", &["search"]),
    ("roaring", &["gallery", "search"]),
    ("axum", &["web"]),
    ("askama", &["web"]),
    ("tower_http", &["web"]),
    ("logos", &["web"]),
    ("hyper", &["web"]),
    ("hyper_util", &["web"]),
    ("socket2", &["web"]),
    ("clap", &["cli", "config"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("dialoguer", &["cli"]),
    ("rustix", &["cli", "web"]),
    ("prometheus_client", &["web"]),
    ("quick_cache", &["web"]),
    ("quick_xml", &["web"]),
    ("matchit", &["web"]),
];

/// Every source file with the module it belongs to.
fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files
        .into_iter()
        .map(|file| {
            let inside = file.strip_prefix(&src).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            let module = first.trim_end_matches(".rs").to_owned();
            // Comments may speak of anything.
            let code = fs::read_to_string(&file).unwrap();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            (module, file.clone(), code.collect::<Vec<_>>().join("\n"))
        })
        .filter(|(module, ..)| module != "lib" && module != "main")
        .collect()
}

fn floor(module: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .unwrap_or_else(|| panic!("module {module} stands on no floor; add it to the table"))
        .1
}

/// The modules named after `crate::`, also in `use crate::{a, b::c}`.
fn imports(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let mut depth = 1;
                let mut start = 0;
                for (at, character) in list.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if (character == ',' && depth == 1) || depth == 0 {
                        found.push(word(&list[start..at]));
                        start = at + 1;
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    found.retain(|name| FLOORS.iter().any(|(module, _)| module == name));
    found
}

#[test]
fn a_module_imports_only_from_lower_floors() {
    for (module, file, code) in sources() {
        for import in imports(&code).into_iter().filter(|import| *import != module) {
            assert!(
                floor(&import) < floor(&module),
                "{}: {module} (floor {}) imports {import} (floor {})",
                file.display(),
                floor(&module),
                floor(&import),
            );
        }
    }
}

#[test]
fn a_library_is_named_only_where_it_belongs() {
    for (module, file, code) in sources() {
        for (library, homes) in HOMES {
            let named = code.contains(&format!("{library}::"));
            assert!(
                !named || homes.contains(&module.as_str()),
                "{}: {library} belongs into {homes:?}",
                file.display()
            );
        }
    }
}

#[test]
fn the_check_itself_sees_every_form_of_import() {
    let code = "use crate::{store::{self, Card}, web};\nlet x = crate::seed::load();";
    assert_eq!(imports(code), ["store", "web", "seed"]);
}
