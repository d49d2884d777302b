//! The site as files: what nginx serves of them, configured as the documentation says, is what the
//! server itself answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use regex::Regex;
use tempfile::TempDir;

use crate::shared::{TONGUES, Tongue, seed_table};
use crate::support::{Answer, Gallery, agent, dom, fetch_by, root};

const PUBLIC: &str = "https://gallery.example";

/// A gallery whose lists have two pages, with a prompt of every kind an export treats in its own
/// way: renamed, with blanks, JSON, too long for a page, and with samples.
fn gallery() -> Gallery {
    let gallery = with_one_service();
    for number in 0..24 {
        gallery.prompt(&format!("n{number}"), &format!("Lantern {number}, hung over a quay."));
    }
    gallery.prompt_with("kite", "aliases = [\"dragon\"]\ntags = [\"editorial\"]", "A paper kite.");
    gallery.prompt("card", "A card for [name], in {{colour}} ink.");
    gallery.prompt("plan", "{\"scene\": \"a kitchen table\", \"light\": [\"window\"]}");
    gallery.prompt("long", &"Seven lanterns on a wet quay. ".repeat(400));
    let media = root().join("seeds/media");
    gallery.write("media/sample.png", fs::read(media.join("canal-lock-six-panels.png")).unwrap());
    gallery.prompt_with(
        "shown",
        "[[media]]\nfile = \"sample.png\"\nkind = \"image\"\nmade_by = \"code\"\n\
         alt.en = \"A drawing.\"\nalt.zh-CN = \"一幅图。\"",
        "A prompt with something to show.",
    );
    for file in ["one-peg-left.mp4", "one-peg-left.webp"] {
        gallery.write(&format!("media/{file}"), fs::read(media.join(file)).unwrap());
    }
    gallery.write("media/peg.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nA peg flies off.\n");
    gallery.prompt_with(
        "played",
        "[[media]]\nfile = \"one-peg-left.mp4\"\nkind = \"video\"\nmade_by = \"code\"\n\
         poster = \"one-peg-left.webp\"\ncaptions.en = \"peg.vtt\"\n\
         alt.en = \"A sheet on a rope.\"\nalt.zh-CN = \"绳上的床单。\"",
        "A prompt with something to play.",
    );
    gallery
}

/// A gallery without prompts, and without the pages of hundreds of models, which take time.
fn with_one_service() -> Gallery {
    let gallery = Gallery::without_prompts();
    let mut catalog = seed_table("catalog.toml");
    let services = catalog["services"].as_array_mut().unwrap();
    services.retain(|service| service["slug"].as_str() == Some("gpt_image_2"));
    gallery.write("catalog.toml", catalog.to_string());
    gallery
}

fn export(gallery: &Gallery, out: &Path) -> String {
    let out = out.to_str().unwrap();
    gallery.run(&["export", "--no-seed", "--out", out, "--public-url", PUBLIC]).ok().out
}

/// nginx with the documented configuration; killed when dropped.
struct Nginx {
    child: Child,
    folder: TempDir,
    url: String,
    agent: ureq::Agent,
}

impl Nginx {
    fn serve(export: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        // Nobody tells us which port nginx took, so we choose one that is free just now.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let documented = fs::read_to_string(root().join("docs/export/nginx.conf")).unwrap();
        let site = documented
            .replace("/srv/gallery", export.to_str().unwrap())
            .replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {kind};\n"))
            .collect();
        let config = format!(
            "daemon off;\nmaster_process off;\npid pid;\nerror_log log;\nevents {{}}\nhttp {{\n\
             include /etc/nginx/mime.types;\naccess_log off;\n{temporary}{site}}}\n"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config).unwrap();
        let mut child = Command::new("nginx")
            .args(["-p", folder.path().to_str().unwrap(), "-c", file.to_str().unwrap()])
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .spawn()
            .unwrap();
        let deadline = SystemTime::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            assert!(child.try_wait().unwrap().is_none(), "nginx ended: {log}");
            assert!(SystemTime::now() < deadline, "nginx does not listen: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, folder, url: format!("http://127.0.0.1:{port}"), agent: agent() }
    }

    fn get(&self, path: &str) -> Answer {
        fetch_by(&self.agent, "GET", &format!("{}{path}", self.url), &[])
    }

    fn get_packed(&self, path: &str) -> Answer {
        fetch_by(&self.agent, "GET", &format!("{}{path}", self.url), &[("accept-encoding", "gzip")])
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert!(self.folder.path().exists());
    }
}

/// Every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, path);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// The address of an exported file; none for those that visitors do not ask for.
fn address(file: &str) -> Option<String> {
    let is_twin = file.ends_with(".br") || file.ends_with(".gz");
    if is_twin || file.starts_with('_') || file.ends_with("404.html") {
        return None;
    }
    let path = file.strip_suffix(".html").unwrap_or(file);
    Some(match path.strip_suffix("index") {
        Some(home) if home.is_empty() || home.ends_with('/') => format!("/{home}"),
        _ => format!("/{path}"),
    })
}

/// A page of the server with the documented differences made.
fn as_exported(html: &str, path: &str) -> String {
    static CHANGES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let changes = [
            // What needs a script is hidden until there is one.
            (r#"(<form class="search"[^>]*)>"#, "$1 data-scripted hidden>"),
            (r#" data-suggest="[^"]*" data-suggestions="[^"]*""#, ""),
            (r#"<div class="margin rows">"#, r#"<div class="margin rows" data-scripted hidden>"#),
            (r#"<li>(<a href="[^"]*modality=)"#, "<li data-scripted hidden>$1"),
            // Other sites show what a server frames.
            (r#"<link [^>]*json\+oembed[^\n]*\n"#, ""),
            (r#"(?s)<details class="embed">.*?</details>\n"#, ""),
            // Files answer no programs.
            (
                r#"<section>\n<h2>[^<]*</h2>\n<p>[^<]*<a href="[^"]*/api">[^<]*</a></p>\n</section>\n"#,
                "",
            ),
            (r#"<a href="[^"]*/api">[^<]*</a>\n"#, ""),
            // Nor agents.
            (
                r#"(?s)<section class="use agents" aria-labelledby="agents">\n<h2 id="agents">[^<]*</h2>\n<p>[^<]*MCP.*?</div>\n</section>\n"#,
                "",
            ),
            // An address of a file has no query.
            (r#"(/snippets/[a-z]+)\?form=(\w+)""#, "$1-$2\""),
            (r#"\.md\?page=(\d+)""#, "/page/$1.md\""),
            (r#"\?page=(\d+)""#, "/page/$1\""),
            // Shelves are narrowed on the list of all prompts.
            (r#""((?:/zh-CN)?)/categories/([^"?]*)\?"#, "\"$1/prompts?category=$2&#38;"),
            (r#""((?:/zh-CN)?)/models/([^"?]*)\?"#, "\"$1/prompts?model=$2&#38;"),
            (r#""((?:/zh-CN)?)/tags/([^"?]*)\?"#, "\"$1/prompts?tag=$2&#38;"),
        ];
        changes.map(|(from, to)| (Regex::new(from).unwrap(), to)).into()
    });
    let mut html = html.to_owned();
    for (from, to) in CHANGES.iter() {
        html = from.replace_all(&html, *to).into_owned();
    }
    if path.ends_with("/prompts") || path.contains("/prompts/page/") {
        html = html.replacen("</script>\n", "</script>\nFINDER\n", 1);
    }
    masked(&html)
}

/// A twin of the server with the documented differences made.
fn twin_as_exported(markdown: &str, tongue: Tongue) -> String {
    let t = tongue.texts();
    let begin = |text: String| text.split('\n').next().unwrap().to_owned();
    let search = begin((t.search_by_address)(""));
    // What lists end with asks a server, and so do what is said of the API and a few lines elsewhere.
    let sections = [t.narrow, t.api.heading].map(|heading| format!("\n## {heading}\n"));
    let sorts = format!("\n{}{}", t.sort_by, t.colon);
    let ends = sections.iter().chain([&sorts]);
    let end = ends.filter_map(|end| markdown.find(end)).min().unwrap_or(markdown.len());
    let asks = [search, begin((t.fill_by_address)(""))];
    let mut lines = markdown[..end].lines();
    let mut kept: Vec<&str> = Vec::new();
    while let Some(line) = lines.next() {
        if asks.iter().any(|ask| line.starts_with(ask)) {
            // With the empty line after it.
            lines.next();
        } else if !line.contains("modality=") {
            kept.push(line);
        }
    }
    let pages = Regex::new(r"\.md\?page=(\d+)\)").unwrap();
    let text = format!("{}\n", kept.join("\n").trim_end());
    pages.replace_all(&text, "/page/$1.md)").into_owned()
}

/// A page without what is in an address only to tell one content from another.
fn masked(html: &str) -> String {
    static SHEET: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""/(covers\.svg\?[^"]*|sheets/\w+\.svg)\x23"#).unwrap());
    static FINDER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"<script src="/assets/finder[^\n]*</script>"#).unwrap());
    let html = SHEET.replace_all(html, "\"SHEET#");
    FINDER.replace_all(&html, "FINDER").into_owned()
}

/// Asserts that two pages are the same, and shows the first lines that are not.
#[track_caller]
fn same(page: &str, expected: &str, name: &str) {
    for (line, other) in page.lines().zip(expected.lines()) {
        assert_eq!(line, other, "{name}");
    }
    assert_eq!(page.lines().count(), expected.lines().count(), "{name}");
}

/// Where a page leads to on its own site, without fragments.
fn links(page: &dom::Element) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (selector, name) in [
        ("[href]", "href"),
        ("[src]", "src"),
        ("[poster]", "poster"),
        ("[data-href]", "data-href"),
        ("[data-cover]", "data-cover"),
        ("[data-index]", "data-index"),
        ("form[action]", "action"),
    ] {
        found.extend(page.all(selector).iter().filter_map(|element| element.attr(name)));
    }
    for element in page.all("[srcset]") {
        let set = element.attr("srcset").unwrap();
        found.extend(set.split(", ").map(|one| one.split(' ').next().unwrap().to_owned()));
    }
    found
        .iter()
        .map(|address| address.strip_prefix(PUBLIC).unwrap_or(address))
        .filter(|address| address.starts_with('/'))
        .map(|address| address.split('#').next().unwrap().to_owned())
        .collect()
}

#[test]
fn nginx_serves_of_an_export_what_the_server_answers() {
    let gallery = gallery();
    gallery.run(&["seed"]).ok();
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let said = export(&gallery, &out);
    assert!(said.contains(" pages as ") && said.contains(" 0 removed"), "{said}");
    let running = gallery.serve_with(&["--public-url", PUBLIC]);
    let kept = agent();
    let live = |path: &str| fetch_by(&kept, "GET", &format!("{}{path}", running.url), &[]);
    let nginx = Nginx::serve(&out);
    let all = files(&out);

    // Every file is what the server answers at its address.
    let mut leads_to: BTreeMap<String, String> = BTreeMap::new();
    let forms = Regex::new(r"\?form=(\w+)").unwrap();
    let mut pages = 0;
    for (file, path) in &all {
        let Some(address) = address(file) else { continue };
        let answer = nginx.get(&address);
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.body == fs::read(path).unwrap(), "{address}");
        let is_own = ["/sheets/", "/finder/"].iter().any(|place| address.starts_with(place));
        if !file.ends_with(".html") {
            if is_own {
                continue;
            }
            let mut answered = live(&address);
            if address.contains("/page/") {
                let to = answered.header("location").unwrap().to_owned();
                assert!(to.contains(".md?page="), "{address}: {to}");
                answered = live(&to);
            }
            assert_eq!(answered.status, 200, "{address}");
            let kind = |answer: &Answer| {
                let kind = answer.header("content-type").unwrap().to_owned();
                kind.replace("application/javascript", "text/javascript")
            };
            assert_eq!(kind(&answer), kind(&answered), "{address}");
            let expected = if address.ends_with(".json") && !address.contains("/snippets/") {
                forms.replace_all(&answered.text(), "-$1").into_owned().into_bytes()
            } else if address.ends_with("/llms.txt") {
                // Nobody answers programs there.
                let text = answered.text();
                let lines = text.split_inclusive('\n');
                let asks =
                    |line: &&str| ["/mcp)", "/openapi.json)"].iter().any(|at| line.contains(at));
                lines.filter(|line| !asks(line)).collect::<String>().into_bytes()
            } else if address.ends_with(".md") {
                let [english, chinese] = TONGUES;
                let is_chinese = address.starts_with(chinese.prefix);
                let tongue = if is_chinese { chinese } else { english };
                twin_as_exported(&answered.text(), tongue).into_bytes()
            } else if address.contains("-pages-") {
                // Nor is there a page about that.
                let text = answered.text();
                let urls = text.split_inclusive("</url>\n");
                urls.filter(|url| !url.contains("/api</loc>")).collect::<String>().into_bytes()
            } else {
                answered.body
            };
            if address.ends_with(".md") {
                same(&answer.text(), std::str::from_utf8(&expected).unwrap(), &address);
            }
            assert!(answer.body == expected, "{address}");
            continue;
        }
        pages += 1;
        let page = answer.text();
        for link in links(&dom::parse(&page)) {
            leads_to.entry(link).or_insert_with(|| address.clone());
        }
        // What these say without a server is tested below.
        if address.ends_with("/card") || address.ends_with("/plan") {
            continue;
        }
        let answered = match address.rsplit_once("/page/") {
            None => live(&address),
            Some((list, number)) => {
                let moved = live(&address);
                assert_eq!(moved.status, 301, "{address}");
                let to = format!("{list}?page={number}");
                assert_eq!(moved.header("location"), Some(to.as_str()));
                live(&to)
            }
        };
        same(&masked(&page), &as_exported(&answered.text(), &address), &address);
    }
    assert!(pages > 60 && leads_to.len() > pages, "{pages} pages, {} links", leads_to.len());
    for name in [
        "prompts/page/2.html",
        "zh-CN/prompts/page/2.html",
        "prompts/n3/snippets/ruby-http",
        "robots.txt",
        "sitemap.xml",
        "sitemaps/zh-cn-prompts-1.xml",
        "zh-CN/feed.xml",
        "models/gpt-image-2/feed.xml",
        "zh-CN/llms.txt",
        "index.md",
        "zh-CN/index.md",
        "zh-CN/prompts/page/2.md",
        "models/gpt-image-2.md",
        "llms-full.txt",
        "zh-CN/llms-full.txt",
        "og/site.png",
        "zh-CN/og/kite.png",
    ] {
        assert!(all.contains_key(name), "{name}");
    }

    // Nothing leads nowhere, and what needs a script leads to the one list that has it.
    for (link, from) in &leads_to {
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        assert!(query.is_empty() || path.ends_with("/prompts"), "{from} leads to {link}");
        let answer = nginx.get(link);
        // The script of favourites completes these.
        let is_begun = path.ends_with("/prompts/") && answer.status == 301;
        assert!(answer.status == 200 || is_begun, "{from} leads to {link}: {}", answer.status);
    }

    // Headers, as behind a proxy that speaks TLS, errors, redirects and compressed twins.
    let by_tls = [("x-forwarded-proto", "https")];
    for path in ["/", "/prompts/kite", "/zh-CN/nothing-here", "/assets/nothing.css"] {
        let answer = nginx.get(path);
        let answered = fetch_by(&kept, "GET", &format!("{}{path}", running.url), &by_tls);
        assert!(answered.header("strict-transport-security").is_some(), "{path}");
        assert_eq!(answer.status, answered.status, "{path}");
        for (name, value) in answered.headers() {
            let own =
                ["cache-control", "content-length", "date", "etag", "transfer-encoding", "vary"];
            if !own.contains(&name) {
                assert_eq!(answer.header(name), Some(value), "{path}: {name}");
            }
        }
        // A cache before files need not be told how long: their host knows when they change.
        let kept = answer.header("cache-control").unwrap();
        let expected = if answer.status == 200 { "max-age=0" } else { "no-store" };
        assert!(kept.contains(expected), "{path}: {kept}");
    }
    for tongue in TONGUES {
        let at = |path: &str| format!("{}{path}", tongue.prefix);
        let missing = nginx.get(&at("/prompts/nothing-here"));
        let answered = live(&at("/prompts/nothing-here"));
        assert_eq!(missing.status, 404);
        same(&masked(&missing.text()), &as_exported(&answered.text(), ""), "a missing page");
        for old in ["", ".md", ".json", ".txt", "/snippets/go", "/snippets/ruby-http.json"] {
            let old = at(&format!("/prompts/dragon{old}"));
            let (answer, answered) = (nginx.get(&old), live(&old));
            assert_eq!((answer.status, answered.status), (301, 301), "{old}");
            assert_eq!(answer.header("location"), answered.header("location"), "{old}");
        }
        let slash = nginx.get(&at("/prompts/kite/"));
        assert_eq!(slash.status, 301);
        assert_eq!(slash.header("location"), Some(at("/prompts/kite").as_str()));
    }
    let redirects = fs::read_to_string(out.join("_redirects")).unwrap();
    for rule in ["/prompts/dragon /prompts/kite 301", "/covers/dragon.svg /covers/kite.svg 301"] {
        assert!(redirects.lines().any(|line| line == rule), "{rule}: {redirects}");
    }
    for hidden in ["/_export", "/_headers", "/_nginx/redirects.map", "/prompts/kite.html"] {
        assert_eq!(nginx.get(hidden).status, 404, "{hidden}");
    }
    let packed = nginx.get_packed("/prompts/kite");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(packed.body, fs::read(out.join("prompts/kite.html.gz")).unwrap());

    // What cannot work without a server is not there.
    for tongue in TONGUES {
        let page = |path: &str| dom::parse(&nginx.get(&format!("{}{path}", tongue.prefix)).text());
        let card = page("/prompts/card");
        assert!(!card.has("#blanks-form") && !card.has("a.blank") && !card.has(".below"));
        assert_eq!(card.one("#prompt-text").text(), "A card for [name], in {{colour}} ink.");
        assert_eq!(card.one("#remarks .remark").text(), (tongue.texts().blanks_by_hand)(2));
        assert!(!page("/prompts/plan").has("[data-layout]"));
        let search = page("/prompts").one("form.search");
        assert_eq!(search.attr("hidden").as_deref(), Some(""));
    }
}

#[test]
fn an_export_changes_what_changed_and_nothing_else() {
    let gallery = with_one_service();
    gallery.prompt("kite", "A paper kite.");
    let gone = gallery.prompt("gone", "Soon gone.");
    gallery.run(&["seed"]).ok();
    let folder = TempDir::new().unwrap();
    let (out, other) = (folder.path().join("out"), folder.path().join("other"));
    export(&gallery, &out);
    export(&gallery, &other);
    let content = |out: &Path| -> BTreeMap<String, Vec<u8>> {
        files(out).into_iter().map(|(name, path)| (name, fs::read(path).unwrap())).collect()
    };
    assert!(content(&out) == content(&other), "two exports of the same differ");

    let time = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    let kept = ["about.html", "prompts/kite.txt", "faq.html"];
    let before = kept.map(time);
    fs::write(out.join("mine.txt"), "put here by hand").unwrap();
    fs::remove_file(gone).unwrap();
    gallery.run(&["seed", "--prune"]).ok();
    let said = export(&gallery, &out);
    assert!(!said.contains(" 0 removed"), "{said}");
    assert_eq!(kept.map(time), before);
    assert!(out.join("mine.txt").is_file() && out.join("prompts/kite.html").is_file());
    assert!(!files(&out).keys().any(|name| name.contains("gone")));

    let thesis = folder.path().join("thesis");
    fs::create_dir(&thesis).unwrap();
    fs::write(thesis.join("chapter-1.txt"), "years of work").unwrap();
    let thesis = thesis.to_str().unwrap();
    let refused = gallery.run(&["export", "--no-seed", "--out", thesis, "--public-url", PUBLIC]);
    assert!(!refused.success);
    assert!(refused.err.contains("is not empty and not an export"), "{}", refused.err);
    assert_eq!(files(Path::new(thesis)).len(), 1);
}
