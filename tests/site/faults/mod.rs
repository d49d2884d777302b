//! Faults and careless hands: whatever happens to the files, nothing is lost that was not lost
//! before, and whoever runs the gallery is told what to do.

mod backup;
mod disk;
mod doctor;
mod files;
mod together;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::command_line::ended;
use crate::support::{Gallery, Server};

/// Every command that opens the database; a server that opens is stopped at once.
const COMMANDS: [&[&str]; 6] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["serve", "--no-seed", "--listen", "127.0.0.1:0"],
    &["seed"],
    &["index"],
    &["doctor"],
    &["backup", "never.db"],
];

/// A seeded gallery of three prompts, one of them with a sample. Nothing runs.
fn seeded() -> Gallery {
    let gallery = Gallery::without_prompts();
    let sample = image::DynamicImage::from(image::RgbImage::from_fn(640, 400, |x, y| {
        image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 90])
    }));
    let mut png = std::io::Cursor::new(Vec::new());
    sample.write_to(&mut png, image::ImageFormat::Png).unwrap();
    gallery.write("media/north.png", png.into_inner());
    gallery.prompt_with(
        "window",
        "[[media]]\nfile = \"north.png\"\nkind = \"image\"\nmade_by = \"code\"\n\
         alt.en = \"A window\"\n",
        "A window to the north",
    );
    gallery.prompt("lantern", "A paper lantern over still water");
    gallery.prompt("kite", "A kite above the dunes");
    gallery.run(&["seed"]).ok();
    gallery
}

/// A file that belongs to a database.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Everything below a folder, to the last byte, without the index of a log and a log of nothing,
/// which SQLite makes whenever it opens a database.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
            continue;
        }
        let name = path.to_str().unwrap();
        let bytes = fs::read(&path).unwrap();
        let is_scratch = name.ends_with("-shm") || (name.ends_with("-wal") && bytes.is_empty());
        if !is_scratch {
            files.insert(path, bytes);
        }
    }
    files
}

/// What a command says that must fail, and must not fall over.
#[track_caller]
fn refusal(mut command: Command) -> String {
    command.env("RUST_LOG", "off");
    let shown = format!("{command:?}");
    let (code, out, err) = ended(command);
    assert_eq!(code, Some(1), "{shown}\n{out}{err}");
    assert!(!err.contains("panicked"), "{shown}\n{err}");
    format!("{out}{err}")
}

/// Runs what needs a connection to a database, as an SQL shell would, with nothing checked.
fn with<T>(database: &Path, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true)
            .foreign_keys(false);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let result = work(&mut connection).await;
        connection.close().await.unwrap();
        result
    })
}

/// A page without what tells the content of its sheets of covers from other content.
fn without_versions(page: &str) -> String {
    let mut parts = page.split("/covers.svg?v=");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    text
}

/// An address inside another.
fn encoded(url: &str) -> String {
    url.replace(':', "%3A").replace('/', "%2F")
}

/// What a server shows: the home page, lists, prompts, data and a sample, without what names the
/// server, or tells this copy of the content from others.
fn pages(server: &Server) -> Vec<(String, Vec<u8>)> {
    let page = server.page("/prompts/window");
    let sample = page.one("main picture img").attr("src").unwrap();
    let paths = [
        "/",
        "/zh-CN/",
        "/prompts",
        "/prompts?q=lantern",
        "/prompts/window",
        "/prompts/lantern.json",
        "/faq",
        &sample,
    ];
    paths
        .into_iter()
        .map(|path| {
            let answer = server.get(path);
            assert_eq!(answer.status, 200, "{path}");
            let body = match String::from_utf8(answer.body) {
                Ok(text) => without_versions(
                    &text.replace(&server.url, "").replace(&encoded(&server.url), ""),
                )
                .into_bytes(),
                Err(bytes) => bytes.into_bytes(),
            };
            (path.to_owned(), body)
        })
        .collect()
}

/// The addresses under which two servers show different things.
fn different(one: &[(String, Vec<u8>)], other: &[(String, Vec<u8>)]) -> Vec<String> {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other).filter(|(one, other)| one != other);
    pairs
        .map(|((path, one), (_, other))| {
            let from = one.iter().zip(other).take_while(|(one, other)| one == other).count();
            let text = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[from..]).chars().take(80).collect::<String>()
            };
            format!("{path}: {:?} and {:?}", text(one), text(other))
        })
        .collect()
}

/// Runs statements.
fn execute(database: &Path, statements: &'static str) {
    with(database, async |connection| {
        sqlx::raw_sql(statements).execute(connection).await.unwrap();
    });
}

/// What SQLite itself says of a database: that it is whole, and its rows fit together.
#[track_caller]
fn assert_sound(database: &Path) {
    let (integrity, dangling): (String, i64) = with(database, async |connection| {
        let integrity = sqlx::query_scalar("PRAGMA integrity_check");
        let dangling = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check");
        (
            integrity.fetch_one(&mut *connection).await.unwrap(),
            dangling.fetch_one(&mut *connection).await.unwrap(),
        )
    });
    assert_eq!((integrity.as_str(), dangling), ("ok", 0));
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        // <https://en.wikipedia.org/wiki/Xorshift#xorshift*>
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % most
    }
}

/// The program, held to what files permit, which root alone is not.
fn plain_user(mut command: Command) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        return command;
    }
    let mut held = Command::new("setpriv");
    held.args(["--bounding-set=-all", "--inh-caps=-all"]).arg(command.get_program());
    held.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        held.env(name, value.unwrap());
    }
    command = held;
    command
}

/// The program, which may write no file longer than this.
fn on_a_full_disk(command: &Command, kib: usize) -> Command {
    let mut limited = Command::new("bash");
    // Told by a signal it would end at once.
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
        .arg(kib.to_string())
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap());
    }
    limited
}
