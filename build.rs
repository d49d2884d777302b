//! Rebuilds when a migration or an asset changes: both are embedded in the binary. Assets are made
//! lean and packed here, once for all starts. And names the build after what it is made of, so that
//! everybody who builds the same gets the same name.

#[path = "src/web/assets/lean.rs"]
mod lean;
#[path = "src/web/coding/pack.rs"]
mod pack;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pack::Effort;
use sha2::{Digest, Sha256};

/// What the program is made of.
const SOURCES: [&str; 8] = [
    "src",
    "static",
    "templates",
    "migrations",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "askama.toml",
];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    // A folder lists its files in no order.
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file)?;
        hash.update(format!("{} {}\n", file.display(), content.len()));
        hash.update(content);
    }
    let name: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo:rustc-env=GALLERY_BUILD={name}");
    make_assets()
}

/// Writes what is sent of each asset, plain and packed, to where the program finds it.
fn make_assets() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or(io::ErrorKind::NotFound)?;
    for (name, lean) in [
        ("style.css", lean::style as fn(&str) -> String),
        ("gallery.js", lean::script),
        ("finder.js", lean::script),
        ("embed.css", lean::style),
    ] {
        let text = lean(&fs::read_to_string(Path::new("static").join(name))?);
        let plain = text.as_bytes();
        fs::write(out.join(name), plain)?;
        fs::write(out.join(format!("{name}.br")), pack::brotli(plain, Effort::Best)?)?;
        fs::write(out.join(format!("{name}.gz")), pack::gzip(plain, Effort::Best)?)?;
    }
    Ok(())
}

/// Every file at a place or below it, but for what editors leave.
fn collect(place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if place.is_file() {
        files.push(place.to_owned());
    } else if place.is_dir() {
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}
