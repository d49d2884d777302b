//! What the tests take from package registries, installed once below the target folder:
//! the vendor's packages for Python with a formatter, and a formatter for JavaScript.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::bench::{python as interpreter, said};

/// The pinned packages for Python.
const PYTHON: &str = include_str!("python.txt");
const PRETTIER: &str = "prettier@3.10.1";

/// A folder for `PYTHONPATH` with the packages of `python.txt`.
pub(crate) fn python() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        installed("python", PYTHON, |folder| {
            let list = folder.join("list.txt");
            fs::write(&list, PYTHON).unwrap();
            let mut command = Command::new(interpreter());
            // Pinned to the last, so that no dependency is resolved.
            command.args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-input"]);
            command.args(["--disable-pip-version-check", "--root-user-action=ignore"]);
            command.arg("--target").arg(folder).arg("--requirement").arg(list);
            command
        })
    })
}

/// The program of Prettier, for Node.js.
pub(crate) fn prettier() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = installed("prettier", PRETTIER, |folder| {
            let mut command = Command::new("npm");
            command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]);
            command.arg(folder).arg(PRETTIER);
            command
        });
        folder.join("node_modules/prettier/bin/prettier.cjs")
    })
}

/// A folder that holds what the list says; installed anew when the list, or the Python it is
/// for, is another than last time.
fn installed(name: &str, list: &str, command: impl FnOnce(&Path) -> Command) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages").join(name);
    let stamp = folder.join("installed");
    let wanted = format!("{}\n{list}", interpreter().display());
    if fs::read_to_string(&stamp).is_ok_and(|has| has == wanted) {
        return folder;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let mut command = command(&folder);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "the packages in {name} were not installed, and snippets are tested with them; their \
         registry must be within reach: {command:?}\n{}",
        said(&output)
    );
    fs::write(stamp, wanted).unwrap();
    folder
}
