//! What tests share: a real server on a real database, plain HTTP, and parsed HTML.
#![allow(dead_code, unreachable_pub)] // each test binary uses its part

pub mod dom;

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_prompt-gallery");

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of seed files of a test's own, with the database beside it.
pub struct Gallery {
    folder: TempDir,
}

impl Gallery {
    /// The repository's own seeds.
    pub fn full() -> Self {
        let gallery = Self { folder: TempDir::new().unwrap() };
        copy(&root().join("seeds"), &gallery.seeds());
        gallery
    }

    /// The repository's own seeds with [a part](part_of_prompts) of its prompts.
    pub fn part() -> Self {
        let gallery = Self::full();
        let part = part_of_prompts(&gallery.seeds());
        for file in prompt_files(&gallery.seeds()) {
            if !part.contains(&file) {
                fs::remove_file(file).unwrap();
            }
        }
        gallery
    }

    /// The repository's catalogue, words, agents and answers, without prompts and samples.
    pub fn without_prompts() -> Self {
        let gallery = Self::full();
        fs::remove_dir_all(gallery.seeds().join("prompts")).unwrap();
        fs::create_dir(gallery.seeds().join("prompts")).unwrap();
        fs::remove_dir_all(gallery.seeds().join("media")).unwrap();
        gallery
    }

    /// Adds a prompt with the least front matter there is, and returns its file.
    pub fn prompt(&self, slug: &str, text: &str) -> PathBuf {
        self.prompt_with(slug, "", text)
    }

    /// Adds a prompt with further front matter.
    pub fn prompt_with(&self, slug: &str, front_matter: &str, text: &str) -> PathBuf {
        let content = format!(
            "+++\ncategory = \"photography\"\nendpoint = \"gpt_image_2/text_to_image\"\n\
             model = \"gpt-image-2\"\nlanguage = \"en\"\n{front_matter}\n+++\n{text}\n"
        );
        self.write(&format!("prompts/{slug}.md"), &content)
    }

    /// Writes a file below the seeds folder.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.seeds().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        file
    }

    /// Replaces a text in a file below the seeds folder; the text must be there.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let file = self.seeds().join(path);
        let content = fs::read_to_string(&file).unwrap();
        assert!(content.contains(from), "{path} does not hold {from:?}");
        fs::write(&file, content.replace(from, to)).unwrap();
    }

    /// The test's own folder, for whatever else it needs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn seeds(&self) -> PathBuf {
        self.folder.path().join("seeds")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data/gallery.db")
    }

    /// The program, pointed at this gallery.
    pub fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GALLERY_DATABASE", self.database())
            .env("GALLERY_SEEDS", self.seeds())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.command().args(arguments).output().unwrap())
    }

    /// Starts a server on a free port and waits until it says that it is open.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// The same with further arguments.
    pub fn serve_with(&self, arguments: &[&str]) -> Server {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Server::start(command)
    }
}

/// What a program that ended has left.
#[derive(Debug)]
pub struct Finished {
    pub success: bool,
    pub out: String,
    pub err: String,
}

impl Finished {
    pub fn of(output: Output) -> Self {
        Self {
            success: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.success, "failed:\n{}\n{}", self.out, self.err);
        self
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// What it printed when it opened.
    pub greeting: String,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        let Some((_, url)) = greeting.trim().rsplit_once(" at ") else {
            let mut err = String::new();
            child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
            let _ = child.wait();
            panic!("the server did not open: {greeting}{err}");
        };
        let url = url.to_owned();
        // Nobody reads its log; keep the pipe from filling up.
        let mut log = child.stderr.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, url, greeting }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, as a service manager would, and waits.
    pub fn stop(mut self) -> bool {
        let done = Command::new("kill").arg(self.id().to_string()).status().unwrap();
        assert!(done.success());
        self.child.wait().unwrap().success()
    }

    /// Fetches a path without following redirects.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// The same with request headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request("GET", path, headers)
    }

    /// Any method.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        fetch(method, &format!("{}{path}", self.url), headers)
    }

    /// Fetches a page that must be there, parsed.
    #[track_caller]
    pub fn page(&self, path: &str) -> dom::Element {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}");
        dom::parse(&answer.text())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends one request to any server, without following redirects.
pub fn fetch(method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
    fetch_by(&agent(), method, url, headers)
}

/// Whoever keeps it sends many requests over few connections.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

/// The same over connections that are kept.
pub fn fetch_by(agent: &ureq::Agent, method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
    send_by(agent, method, url, headers, ())
}

/// Posts a body to any server, over a connection of its own.
pub fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    send_by(&agent(), "POST", url, headers, body)
}

fn send_by(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: impl ureq::AsSendBody,
) -> Answer {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body).unwrap()).unwrap();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    Answer {
        status: response.status().as_u16(),
        headers,
        body: response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap(),
    }
}

/// A server's answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The files of prompts below a folder of seeds, in their order.
fn prompt_files(seeds: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(seeds.join("prompts"))
        .unwrap()
        .flat_map(|category| fs::read_dir(category.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

/// A part of these, enough for every kind of page: those with samples, and of the others about every
/// sixth by its name, so that a new one changes nothing for the rest. What is true of each prompt by
/// itself is hardly truer for having been asked of all, and that takes many minutes.
pub fn part_of_prompts(seeds: &Path) -> Vec<PathBuf> {
    let mut files = prompt_files(seeds);
    files.retain(|file| {
        let name = file.file_stem().unwrap().as_encoded_bytes();
        name.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 6 == 0
            || fs::read_to_string(file).unwrap().contains("\n[[media]]\n")
    });
    files
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
