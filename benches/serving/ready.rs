//! The answers that are measured: asked of the program, kept for the other servers.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Headers every server has ways of its own with.
const OWN: [&str; 4] = ["content-length", "content-type", "date", "etag"];

/// An answer that is ready.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) content_type: String,
    /// All others, but for what every server has ways of its own with.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
    /// Whether the client has it, and is told so.
    pub(crate) is_unchanged: bool,
}

impl Ready {
    /// Whether it is long enough for a file.
    pub(crate) fn is_file(&self) -> bool {
        self.body.len() > 64
    }
}

/// A tag as one server writes it.
#[derive(Debug)]
pub(crate) struct Tag(pub(crate) String);

impl Tag {
    pub(crate) fn of(url: &str, ready: &Ready) -> Self {
        let (headers, _) = get(&format!("{url}{}", ready.path));
        Self(headers.into_iter().find(|(name, _)| name == "etag").unwrap().1)
    }
}

/// All of them.
pub(crate) fn all(url: &str) -> Vec<Ready> {
    let (_, list) = get_plain(&format!("{url}/prompts"));
    let list = String::from_utf8(list).unwrap();
    let link = |text: &str, before: &str| {
        let (_, rest) = text.split_once(before).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let prompt = format!("/prompts/{}", link(&list, "href=\"/prompts/"));
    let script = format!("/assets/gallery{}", link(&list, "\"/assets/gallery"));
    let kind = |name: &str, path: &str, is_unchanged: bool| {
        let url = format!("{url}{path}");
        let (mut headers, body) = settled(&url);
        let mut take = |wanted: &str| {
            let at = headers.iter().position(|(name, _)| name == wanted)?;
            Some(headers.remove(at).1)
        };
        let (content_type, etag) = (take("content-type").unwrap(), take("etag"));
        if is_unchanged {
            headers = unchanged(&url, etag.as_ref().unwrap());
        }
        headers.retain(|(name, _)| !OWN.contains(&name.as_str()));
        let (name, path) = (name.to_owned(), path.to_owned());
        Ready { name, path, content_type, headers, etag, body, is_unchanged }
    };
    vec![
        kind("prompt page", &prompt, false),
        kind("304", "/faq", true),
        kind("script", &script, false),
        kind("healthz", "/healthz", false),
    ]
}

/// What is sent once it was packed as small as can be.
fn settled(url: &str) -> (Vec<(String, String)>, Vec<u8>) {
    get(url);
    get(url);
    std::thread::sleep(Duration::from_secs(2));
    get(url)
}

/// What goes with a 304.
fn unchanged(url: &str, tag: &str) -> Vec<(String, String)> {
    let asked = ureq::get(url).header("if-none-match", tag).call().unwrap();
    assert_eq!(asked.status(), 304, "{url}");
    texts(asked.headers())
}

fn texts(headers: &ureq::http::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

fn get(url: &str) -> (Vec<(String, String)>, Vec<u8>) {
    get_as(url, "br")
}

fn get_plain(url: &str) -> (Vec<(String, String)>, Vec<u8>) {
    get_as(url, "identity")
}

fn get_as(url: &str, coding: &str) -> (Vec<(String, String)>, Vec<u8>) {
    let mut response = ureq::get(url).header("accept-encoding", coding).call().unwrap();
    (texts(response.headers()), response.body_mut().read_to_vec().unwrap())
}

/// Writes them into a folder.
pub(crate) fn save(ready: &[Ready], folder: &Path) {
    std::fs::write(folder.join("answers.json"), serde_json::to_vec(ready).unwrap()).unwrap();
}

/// Reads them again.
pub(crate) fn load(folder: &Path) -> Vec<Ready> {
    serde_json::from_slice(&std::fs::read(folder.join("answers.json")).unwrap()).unwrap()
}
