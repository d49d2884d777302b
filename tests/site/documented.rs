//! The documentation: its commands are run as they stand, and its links lead somewhere.
//!
//! A block fenced as `sh` is run by bash, in a folder with seeds, a database and a server that
//! goes by the addresses the documents use. A block that cannot be run here says so, and why,
//! where readers of the page do not see it: `sh not-run: needs Docker`. Its calls of the program
//! are parsed by the program all the same, and what it names of the repository has to exist.

use std::fs;
use std::ops::Range;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::support::{Finished, Gallery, PROGRAM, root};

/// The shelves the commands are run with. All of them would take longer and prove no more.
const SHELVES: [&str; 3] = ["food-drink", "photography", "portrait"];

/// The programs of a block that is to be run, in place of those of the machine. A server is
/// stopped as soon as it is open; what was built is the program under test.
const SHIMS: [(&str, &str); 3] = [
    (
        "prompt-gallery",
        r#"#!/usr/bin/env bash
[ "${1-}" = health ] || unset GALLERY_LISTEN
case " $* " in *' --listen '*) ;; *) [ -n "${GALLERY_LISTEN-}" ] || export GALLERY_LISTEN=127.0.0.1:0 ;; esac
exec 3< <(exec "$PROGRAM" "$@")
program=$!
while IFS= read -r line <&3; do
    printf '%s\n' "$line"
    case $line in *' is open: '*) kill "$program"; wait "$program"; exit ;; esac
done
wait "$program"
"#,
    ),
    (
        "cargo",
        r#"#!/usr/bin/env bash
case "${1-} ${2-}" in
    'run --release') shift 2; [ "${1-}" != -- ] || shift; exec prompt-gallery "$@" ;;
    *) echo "cargo $*: not run by this test; mark the block not-run" >&2; exit 1 ;;
esac
"#,
    ),
    (
        "curl",
        r#"#!/usr/bin/env bash
arguments=()
for argument; do
    argument=${argument/'https://gallery.example'/$SERVER}
    arguments+=("${argument/'http://127.0.0.1:8080'/$SERVER}")
done
exec ./curl --silent --show-error --fail --max-time 60 "${arguments[@]}"
"#,
    ),
];

/// A fenced block, by where it stands.
struct Block {
    place: String,
    info: String,
    text: String,
}

impl Block {
    /// Why it is not run; nothing if it is to be.
    fn reason(&self) -> Option<&str> {
        let rest = self.info.strip_prefix("sh")?.trim_start();
        if rest.is_empty() {
            return None;
        }
        let reason = rest.strip_prefix("not-run: ").unwrap_or_else(|| {
            panic!("{}: {:?} is neither sh nor sh not-run: why", self.place, self.info)
        });
        Some(reason)
    }

    fn is_shell(&self) -> bool {
        self.info.split(' ').next() == Some("sh")
    }

    /// Its command lines, without comments, each in one piece. What another command would fill in
    /// is a word.
    fn commands(&self) -> Vec<String> {
        let mut whole = self.text.replace("\\\n", " ");
        while let Some((before, rest)) = whole.split_once("$(") {
            let after = rest.split_once(')').map_or("", |(_, after)| after);
            whole = format!("{before}filled-in{after}");
        }
        let lines = whole.lines().map(|line| line.split(" #").next().unwrap().trim());
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Into::into).collect()
    }
}

/// Every Markdown document there is for people who run or change the program.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "docs", "tests/fuzz"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "md") {
                found.push(file);
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// How a document is called in what is reported.
fn name(document: &Path) -> String {
    document.strip_prefix(root()).unwrap().display().to_string()
}

fn line(text: &str, range: &Range<usize>) -> usize {
    text[..range.start].matches('\n').count() + 1
}

/// Every fenced block of the documents.
fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let mut is_open = false;
        for (event, range) in Parser::new(&text).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let place = format!("{}:{}", name(&document), line(&text, &range));
                    blocks.push(Block { place, info: info.to_string(), text: String::new() });
                    is_open = true;
                }
                Event::End(TagEnd::CodeBlock) => is_open = false,
                Event::Text(words) if is_open => blocks.last_mut().unwrap().text.push_str(&words),
                _ => {}
            }
        }
    }
    blocks
}

/// The folder commands are run in, with the programs they find.
fn workplace(gallery: &Gallery) {
    for entry in fs::read_dir(gallery.seeds().join("prompts")).unwrap() {
        let shelf = entry.unwrap().path();
        if !SHELVES.iter().any(|name| shelf.ends_with(name)) {
            fs::remove_dir_all(shelf).unwrap();
        }
    }
    let programs = gallery.folder().join("programs");
    fs::create_dir(&programs).unwrap();
    for (name, script) in SHIMS {
        let file = programs.join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap();
    let curl = std::env::split_paths(&path).map(|folder| folder.join("curl"));
    symlink(curl.into_iter().find(|file| file.is_file()).unwrap(), gallery.folder().join("curl"))
        .unwrap();
}

#[test]
fn every_command_runs_as_it_is_documented() {
    let gallery = Gallery::full();
    workplace(&gallery);
    let server = gallery.serve();
    let mut path = gallery.folder().join("programs").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let mut failed = Vec::new();
    let mut run = 0;
    for block in blocks().iter().filter(|block| block.is_shell() && block.reason().is_none()) {
        let done = Finished::of(
            Command::new("timeout")
                .args(["120", "bash", "-euo", "pipefail", "-c", &block.text])
                .current_dir(gallery.folder())
                .env_clear()
                .env("PATH", &path)
                .env("HOME", gallery.folder())
                .env("RUST_LOG", "warn")
                .env("PROGRAM", PROGRAM)
                .env("SERVER", &server.url)
                .env("GALLERY_LISTEN", server.url.strip_prefix("http://").unwrap())
                .stdin(Stdio::null())
                .output()
                .unwrap(),
        );
        run += 1;
        if !done.success {
            failed.push(format!("{}:\n{}{}{}", block.place, block.text, done.out, done.err));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(run >= 10, "only {run} blocks");
}

#[test]
fn what_is_not_run_is_understood_by_the_program_all_the_same() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut calls = 0;
    for block in blocks() {
        let place = &block.place;
        let is_unit = block.info == "ini";
        if !is_unit && (!block.is_shell() || block.reason().is_none()) {
            continue;
        }
        for command in block.commands() {
            let words: Vec<&str> = command.split_whitespace().collect();
            let arguments = if is_unit {
                command.strip_prefix("ExecStart=").map(|_| &words[1..])
            } else if command.starts_with("cargo run") {
                let end = words.iter().position(|word| *word == "--");
                Some(end.map_or(&words[..0], |end| &words[end + 1..]))
            } else {
                // Also the name of an image, which its tag is not.
                let call = words.iter().rposition(|word| *word == "prompt-gallery");
                call.filter(|at| *at == 0 || words[at - 1] != "--tag").map(|at| &words[at + 1..])
            };
            if let Some(arguments) = arguments {
                let mut program = Command::new(PROGRAM);
                program.env_clear().args(arguments).arg("--help");
                let done = Finished::of(program.output().unwrap());
                assert!(done.success, "{place}: {command}\n{}", done.err);
                calls += 1;
            }
            for word in &words {
                let is_ours = ["tests/", "docs/", "benches/", "src/"]
                    .iter()
                    .any(|folder| word.starts_with(folder));
                let is_there = root().join(word).exists();
                assert!(!is_ours || is_there, "{place}: {command}\nthere is no {word}");
            }
            if let Some(at) = words.iter().position(|word| *word == "--bench") {
                let declared = format!("[[bench]]\nname = \"{}\"", words[at + 1]);
                assert!(manifest.contains(&declared), "{place}: {command}");
            }
        }
    }
    assert!(calls >= 5, "only {calls} calls");
}

#[test]
fn no_command_hides_in_a_block_that_is_not_run() {
    let commands = ["prompt-gallery ", "cargo ", "curl ", "docker ", "git ", "systemctl ", "$ "];
    for block in blocks().iter().filter(|block| !block.is_shell()) {
        let Block { place, info, text } = block;
        assert!(!["bash", "shell", "console", "zsh"].contains(&info.as_str()), "{place}: write sh");
        let command = text.lines().find(|line| commands.iter().any(|one| line.starts_with(one)));
        assert_eq!(command, None, "{place}: fence it as sh");
    }
}

/// What a heading is called in an address, as code hosts have it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_between_documents_lead_somewhere() {
    let anchors = |document: &Path| -> Vec<String> {
        let text = fs::read_to_string(document).unwrap();
        let mut found = Vec::new();
        let mut heading: Option<String> = None;
        for event in Parser::new(&text) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => found.push(anchor(&heading.take().unwrap())),
                Event::Text(words) | Event::Code(words) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&words);
                    }
                }
                _ => {}
            }
        }
        found
    };
    let mut links = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for (event, range) in Parser::new(&text).into_offset_iter() {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            else {
                continue;
            };
            if dest_url.contains(':') {
                continue;
            }
            links += 1;
            let place = format!("{}:{}: {dest_url}", name(&document), line(&text, &range));
            let (path, fragment) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            let target = match path {
                "" => document.clone(),
                path => document.parent().unwrap().join(path),
            };
            assert!(target.exists(), "{place}");
            assert!(fragment.is_empty() || anchors(&target).contains(&fragment.into()), "{place}");
        }
    }
    assert!(links > 30, "only {links} links");
}
