//! A small gallery of seed files, and the whole site on it, without a network.

use std::fs;
use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri, header};
use hyper::service::Service as _;
use prompt_gallery::config::{IndexPlace, PublicUrl};
use prompt_gallery::gallery::Gallery;
use prompt_gallery::media::{self, Folder};
use prompt_gallery::seed::{self, Plan};
use prompt_gallery::store::{self, Update};
use prompt_gallery::web::{self, App, Site};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Where the site says it is.
pub(super) const PUBLIC_URL: &str = "https://gallery.example";

/// Every seed file but the prompts.
pub(super) const FILES: [(&str, &str); 8] = [
    (
        "catalog.toml",
        r#"[platform]
name = "Gateway"
base_url = "https://gateway.example"
sdk_base_url = "https://gateway.example"
path = "/v1/{service}/{endpoint}"
key_variable = "GATEWAY_KEY"
key_url = "https://gateway.example/keys"
mcp_name = "gateway"
mcp_command = ["npx", "gateway"]
[[providers]]
slug = "maker"
name = "Maker"
[[services]]
slug = "pictures"
name = "Pictures"
provider = "maker"
sdk.javascript = { package = "pictures", client = "Client" }
sdk.python = { package = "pictures", client = "Client" }
sdk.ruby = { package = "pictures", client = "Client" }
sdk.go = { package = "pictures", client = "Client" }
sdk.php = { package = "maker/pictures", client = "Maker\\Client" }
[[services.endpoints]]
slug = "make"
name = "Make"
modality = "image"
text_field = "prompt"
result_field = "images"
models = ["model-1", "model-2"]
[services.endpoints.parameters]
prompt = { type = "string" }
ratio = { type = "string", values = ["1:1", "3:4"] }
count = { type = "integer", bounds = { "*" = { min = 1, max = 4 } } }
[[services.endpoints]]
slug = "film"
name = "Film"
modality = "video"
text_field = "prompt"
result_field = "videos"
models = ["model-3"]
[services.endpoints.parameters]
prompt = { type = "string" }
"#,
    ),
    (
        "categories.toml",
        r#"[[categories]]
slug = "light"
name = { en = "Light", zh-CN = "光" }
description = { en = "What is *lit*.", zh-CN = "被照亮的。" }
[[categories]]
slug = "shade"
name = { en = "Shade & shadow", zh-CN = "影" }
description = { en = "What is not.", zh-CN = "没有的。" }
"#,
    ),
    (
        "tags.toml",
        r#"[[tags]]
slug = "dusk"
name = { en = "Dusk", zh-CN = "黄昏" }
[[tags]]
slug = "mist"
name = { en = "Mist", zh-CN = "雾" }
"#,
    ),
    (
        "agents.toml",
        r#"[[agents]]
slug = "agent"
name = "Agent"
install.file = "~/.agent.json"
install.key = "servers"
restart = { en = "Restart.", zh-CN = "重启。" }
check = { en = "`{name}` is there.", zh-CN = "可以看到 `{name}`。" }
"#,
    ),
    ("faq/en.md", "## Why? {#why .prompt}\n\nBecause.\n"),
    ("faq/zh-CN.md", "## 为什么？ {#why .prompt}\n\n因为。\n"),
    ("about/en.md", "# About\n\nA gallery.\n"),
    ("about/zh-CN.md", "# 关于\n\n一个画廊。\n"),
];

/// Writes every seed file but the prompts.
pub(super) fn write_files(folder: &Path) {
    for (path, content) in FILES {
        write(folder, path, content.as_bytes());
    }
    fs::create_dir_all(folder.join("prompts")).expect("a folder");
}

/// Writes one file below a folder.
pub(super) fn write(folder: &Path, path: &str, content: &[u8]) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, content).expect("a file");
}

/// Enough prompts for several pages, of every kind there is.
fn write_prompts(folder: &Path) {
    for number in 0..60 {
        let is = |every: usize| number % every == 0;
        let category = if is(2) { "light" } else { "shade" };
        let (endpoint, model) = if is(5) { ("film", 3) } else { ("make", 1 + number % 2) };
        let mut front = format!(
            "category = \"{category}\"\nendpoint = \"pictures/{endpoint}\"\nmodel = \"model-{model}\"\n\
             language = \"{}\"\ncreated = 2026-{:02}-01\nfeatured = {}\n",
            if is(3) { "zh-CN" } else { "en" },
            1 + number % 12,
            is(7),
        );
        let tags: Vec<&str> = [(2, "\"dusk\""), (3, "\"mist\"")]
            .into_iter()
            .filter(|(every, _)| is(*every))
            .map(|(_, tag)| tag)
            .collect();
        front += &format!("tags = [{}]\n", tags.join(", "));
        if is(4) {
            front +=
                &format!("title.en = \"Number {number} <b>&amp;\"\naliases = [\"old-{number}\"]\n");
        }
        if is(6) && !is(5) {
            front += "[params]\nratio = \"3:4\"\n";
        }
        let text = match number % 4 {
            0 => format!("A heron in the mist, the {number}th"),
            1 => format!("[product name] at dusk, {number}"),
            2 => format!("{{\"subject\": \"heron\", \"number\": {number}}}"),
            _ => format!("极简海报，雾中的鹭 {number}"),
        };
        let content = format!("+++\n{front}+++\n{text}\n");
        write(folder, &format!("prompts/p-{number}.md"), content.as_bytes());
    }
}

/// The site on a gallery of its own.
pub(super) struct Visitor {
    router: App,
    runtime: Runtime,
    _folder: TempDir,
}

/// An answer, with its body as text.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) media_type: String,
    pub(super) body: String,
}

impl Visitor {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let (seeds, database) = (folder.path().join("seeds"), folder.path().join("gallery.db"));
        write_files(&seeds);
        write_prompts(&seeds);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let gallery = runtime.block_on(async {
            let mut workshop = Folder::beside(&database).workshop(media::Mode::Discard);
            let seeds = seed::load(&seeds, &mut workshop).expect("seeds");
            let mut update =
                Update::begin(&database, None, store::Mode::Apply).await.expect("a database");
            let plan = Plan::make(&seeds, &mut update, false).await.expect("a plan");
            plan.apply(&mut update).await.expect("content");
            update.finish().await.expect("a commit");
            Gallery::open(&database, IndexPlace::Memory).await.expect("a gallery")
        });
        let public_url = PublicUrl::parse(PUBLIC_URL).expect("an address");
        let router = web::app(Site::new(gallery, public_url, None), 0);
        Self { router, runtime, _folder: folder }
    }

    /// Asks for a path and its query.
    pub(super) fn get(&self, target: &str) -> Answer {
        let uri: Uri = target.parse().expect("what a client can ask for");
        let request = Request::get(uri).header(header::HOST, "gallery.example");
        let request = request.body(Body::empty()).expect("a request");
        self.runtime.block_on(async {
            let response = self.router.call(request).await.expect("an answer");
            let text = |name| {
                let value = response.headers().get(name)?;
                Some(value.to_str().expect("visible characters").to_owned())
            };
            let (location, media_type) = (text(header::LOCATION), text(header::CONTENT_TYPE));
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), 1 << 24).await.expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("text");
            Answer { status, location, media_type: media_type.unwrap_or_default(), body }
        })
    }
}

/// What a client would send for a text: whatever cannot stand in a request is escaped.
pub(super) fn as_sent(text: &[u8]) -> String {
    let mut target = String::new();
    for byte in text {
        if byte.is_ascii_graphic() && !b"\"#<>`".contains(byte) {
            target.push(char::from(*byte));
        } else {
            target += &format!("%{byte:02X}");
        }
    }
    target
}
