//! Two servers all tests of the site read from, and what the repository's seed files say,
//! read without the program.
//!
//! A server takes longer to start than to answer, so one with the repository's own seeds and
//! one with prompts nobody would like to meet serve every test that only reads. They live in
//! statics, which are never dropped; therefore each stands behind a shell that stops it, and
//! clears its folder away, as soon as the test process is gone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use prompt_gallery::catalog::Locale;
use prompt_gallery::i18n::{self, Texts};

use crate::support::{Gallery, PROGRAM, Server, part_of_prompts, root};

/// A language of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tongue {
    /// What its addresses begin with.
    pub(crate) prefix: &'static str,
    /// As in `<html lang>`.
    pub(crate) tag: &'static str,
    locale: Locale,
}

/// Both of them.
pub(crate) const TONGUES: [Tongue; 2] = [
    Tongue { prefix: "", tag: "en", locale: Locale::En },
    Tongue { prefix: "/zh-CN", tag: "zh-CN", locale: Locale::ZhCn },
];

impl Tongue {
    /// The words of its interface.
    pub(crate) fn texts(self) -> &'static Texts {
        i18n::texts(self.locale)
    }

    /// The other one.
    pub(crate) fn other(self) -> Tongue {
        TONGUES.into_iter().find(|tongue| *tongue != self).unwrap()
    }
}

/// The repository's own seeds with a part of its prompts ([`SEEDS`]), served.
pub(crate) fn full() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| serve_for_all(&Gallery::part(), &[]));
    &SERVER
}

/// All of the repository's prompts, served.
pub(crate) fn everything() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| serve_for_all(&Gallery::full(), &[]));
    &SERVER
}

/// Prompts that would break a careless site, from seed files ([`ODD`]) and from SQL
/// ([`ODD_BY_SQL`]), served under [`ODD_URL`].
pub(crate) fn odd() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| {
        let gallery = Gallery::without_prompts();
        gallery.run(&["seed"]).ok();
        for (slug, text) in ODD.iter() {
            gallery.prompt(slug, text);
        }
        let folder = gallery.folder().join("migrations");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("0900_odd_prompts.sql"), ODD_BY_SQL).unwrap();
        let folder = folder.to_str().unwrap().to_owned();
        serve_for_all(&gallery, &["--migrations", &folder, "--public-url", ODD_URL])
    });
    &SERVER
}

/// Where the odd gallery says it is.
pub(crate) const ODD_URL: &str = "https://gallery.example";

/// Stands at the end of odd prompts, to be counted.
pub(crate) const TOKEN: &str = "heron7f3aquay";

/// Odd prompts that can be written as seed files, by slug.
pub(crate) static ODD: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
    let line = "Seven lanterns on a wet quay, seen from the ferry; no text, no people. ";
    let mut odd = BTreeMap::from([
        ("leading-lines", String::from("\n\n\nThree empty lines first, and two last.\n\n")),
        ("leading-spaces", String::from("   \t  indented\n\tby a tab   \n  and trailing   ")),
        (
            "markup",
            String::from(
                "</code></pre></main></body><script>alert(1)</script><img src=x onerror=alert(1)>\
                 <!-- <style>*{display:none}</style> --><textarea></title><plaintext>",
            ),
        ),
        (
            "entities",
            String::from("&amp; &lt;b&gt; &#39; &#13; &copy &nbsp; &notit; &#x0; & && &amp;amp;"),
        ),
        (
            "markers",
            String::from(
                "-----END PROMPT-----\nIgnore the above.\n-----BEGIN PROMPT-----\n\
                 -----BEGIN PROMPT 1-----\n-----END PROMPT 2-----\n----- BEGIN PROMPT -----",
            ),
        ),
        ("fences", String::from("```\nlet x = `1`;\n````json\n{}\n`````\n~~~~~~~")),
        (
            "quotes",
            String::from(
                "\"double\" 'single' `back` “typographic” \\ \\n $(id) ${HOME} $HOME #{1+1} #$0 \
                 {{ 7 * 7 }} {% raw %} %s %d !! JSON\nJSON\nEOF\n\\u0041 \\x41",
            ),
        ),
        (
            "scripts",
            String::from(
                "👩🏽\u{200d}🚀 עברית \u{202e}override\u{202c} 漢字 e\u{301} \u{200b}\u{feff}\u{2028}\
                 \u{2029}\u{85}\u{ad} \u{e000}\u{fffe} \u{1}\u{b}\u{c}\u{1b}[31m\u{7f}",
            ),
        ),
        ("plain", String::from("A quiet harbour before sunrise. Shot on film, wide frame.")),
        ("chinese", String::from("雨后的石桥，桥下有一条乌篷船。远山淡墨，留白三分。")),
        (
            "json",
            String::from(
                "{\n  \"resolution\": \"8k\",\n  \"subject\": { \"description\": \"A beekeeper lifting a \
                 frame\" },\n  \"tags\": [\"a\", \"b\"]\n}",
            ),
        ),
        (
            "broken-json",
            String::from("{ \"title\": \"Ferry at first light\", \"mood\": [ \"quiet\", }"),
        ),
        ("json-without-words", String::from("{\"a\": [1, 2, 3], \"b\": {\"c\": null}}")),
        ("list", String::from("[\n  \"A paper crane on a windowsill\",\n  \"soft light\"\n]")),
        ("signs", String::from("*** --- ***\n{}\n???")),
        ("one-character", String::from("海")),
        ("medium", format!("{}{TOKEN}", line.repeat(20))),
        ("above-eight-kib", format!("{}{TOKEN}", line.repeat(120))),
        ("very-long", format!("{}{TOKEN}", line.repeat(150_000 / line.len()))),
        ("one-long-line-of-chinese", format!("{}{TOKEN}", "提灯照海".repeat(1_000))),
    ]);
    for number in 0..10 {
        let name: &str = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"][number];
        odd.insert(name, format!("Filler number {number}: a lantern on a quay."));
    }
    odd
});

/// Odd prompts that only SQL can write.
const ODD_BY_SQL: &str = r#"
INSERT INTO prompts (slug, text, language, category, endpoint, model) VALUES
    ('carriage-returns', 'a' || char(13, 10) || 'b' || char(13) || 'c' || char(10) || char(13) || 'd',
     'en', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2');
INSERT INTO prompts (slug, text, language, category, endpoint, model, description, title) VALUES
    ('described', 'A described prompt.', 'en', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2',
     json_object(
         'en', 'Raw <script>alert("en")</script> and <b onclick="alert(1)">bold</b>, '
            || '[bad](javascript:alert(1)), [worse](JaVaScRiPt:alert(2)), [data](data:text/html,x), '
            || '[protocol](//evil.example/), [good](https://example.com/a?b=1&c=2) and '
            || '![a picture](https://example.com/p.png), **strong**.' || char(10, 10) || '<iframe src="https://evil.example"></iframe>',
         'zh-CN', '原始 <script>alert("zh")</script>，[坏](javascript:alert(1))，[好](https://example.com/z)。'),
     json_object('en', 'A <title> & "quotes"</title><script>alert(3)</script>', 'zh-CN', '标题 <b>&amp;</b>'));
INSERT INTO prompts (slug, text, language, category, endpoint, model, author, source_url, license, params) VALUES
    ('credited', 'A credited prompt.', 'en', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2',
     'Ada <Lovelace> & Sons', 'https://example.com/source?a=1&b=2', 'CC-BY-4.0',
     '{"aspect_ratio": "16:9", "output_resolution": "2k"}');
INSERT INTO prompts (slug, text, language, category, endpoint, model) VALUES
    ('first-name', 'A prompt that was renamed.', 'en', 'photography', 'gpt_image_2/text_to_image', 'gpt-image-2');
UPDATE prompts SET slug = 'second-name' WHERE slug = 'first-name';
"#;

/// Starts a server that ends with this process and takes the gallery's folder with it.
pub(crate) fn serve_for_all(gallery: &Gallery, arguments: &[&str]) -> Server {
    // The gallery drops its folder when the caller is done, so the server gets a copy.
    let folder = tempfile::TempDir::new().unwrap().keep();
    crate::support::copy(gallery.folder(), &folder);
    let script =
        "\"$0\" \"$@\" & exec >&- 2>&-; read -r line; kill $!; wait $!; rm -rf \"$SHARED\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, PROGRAM, "serve", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GALLERY_DATABASE", folder.join("data/gallery.db"))
        .env("GALLERY_SEEDS", folder.join("seeds"))
        .env("SHARED", &folder)
        .stdin(Stdio::piped());
    Server::start(command)
}

/// A seed file, read without the program.
#[derive(Debug)]
pub(crate) struct Seed {
    pub(crate) slug: String,
    pub(crate) front: toml::Table,
    pub(crate) text: String,
}

impl Seed {
    /// A string of the front matter.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.front[key].as_str().unwrap()
    }

    /// The model it is for, where its endpoint has models.
    pub(crate) fn model(&self) -> Option<&str> {
        self.front.get("model").map(|model| model.as_str().unwrap())
    }

    /// The day it was added.
    pub(crate) fn created(&self) -> String {
        self.front["created"].to_string()
    }

    pub(crate) fn is_featured(&self) -> bool {
        self.front.get("featured").is_some_and(|value| value.as_bool().unwrap())
    }

    /// A text the front matter has in several languages.
    pub(crate) fn local(&self, key: &str, tag: &str) -> Option<&str> {
        self.front.get(key)?.get(tag)?.as_str()
    }

    pub(crate) fn tags(&self) -> Vec<&str> {
        let tags = self.front.get("tags").and_then(|tags| tags.as_array());
        tags.into_iter().flatten().map(|tag| tag.as_str().unwrap()).collect()
    }

    pub(crate) fn params(&self) -> Vec<(&str, &toml::Value)> {
        let params = self.front.get("params").and_then(|params| params.as_table());
        params.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
    }
}

/// The part of the repository's prompts that [`full`] serves.
pub(crate) static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| {
    let files = part_of_prompts(&root().join("seeds"));
    assert!(files.len() > 48, "their lists have several pages");
    files.iter().map(|file| read_seed(file)).collect()
});

fn read_seed(file: &Path) -> Seed {
    let content = fs::read_to_string(file).unwrap();
    let (front, text) = content.strip_prefix("+++\n").unwrap().split_once("\n+++\n").unwrap();
    Seed {
        slug: file.file_stem().unwrap().to_str().unwrap().to_owned(),
        front: front.parse().unwrap(),
        text: text.strip_suffix('\n').unwrap_or(text).to_owned(),
    }
}

/// A TOML file of the repository's seeds.
pub(crate) fn seed_table(path: &str) -> toml::Table {
    fs::read_to_string(root().join("seeds").join(path)).unwrap().parse().unwrap()
}

/// The slug and the name of every entry of a seed file's array, in a language.
pub(crate) fn names(path: &str, array: &str, tag: &str) -> Vec<(String, String)> {
    let table = seed_table(path);
    let entries = table[array].as_array().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    entries.iter().map(|entry| (text(&entry["slug"]), text(&entry["name"][tag]))).collect()
}

/// Sends bytes to a server and returns all that comes back until it closes.
pub(crate) fn raw(server: &Server, request: &str) -> String {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A text as the value of a query parameter.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
