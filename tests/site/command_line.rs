//! The command line: what it can be told, what it prints, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use crate::support::{Finished, Gallery, PROGRAM, Server};

/// A gallery of one prompt, seeded.
fn small() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt("lantern", "A paper lantern over still water, long exposure");
    gallery.run(&["seed"]).ok();
    gallery
}

/// The program without any setting from the environment.
fn bare() -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs a command that must end by itself: its exit code, and what it printed. A server that
/// opens although it must not is stopped instead of waited for.
pub(crate) fn ended(mut command: Command) -> (Option<i32>, String, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = child.stderr.take().unwrap();
    let err = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    let mut printed = BufReader::new(child.stdout.take().unwrap());
    let mut out = String::new();
    printed.read_line(&mut out).unwrap();
    if out.contains(" at http://") {
        child.kill().unwrap();
    }
    printed.read_to_string(&mut out).unwrap();
    (child.wait().unwrap().code(), out, err.join().unwrap())
}

/// What a command that must fail says: exit code 1, nothing on standard output, and exactly one
/// line on standard error when logs are off.
#[track_caller]
fn refusal(mut command: Command) -> String {
    command.env("RUST_LOG", "off");
    let (code, out, err) = ended(command);
    assert_eq!(code, Some(1), "{out}{err}");
    assert_eq!(out, "");
    assert_eq!(err.lines().count(), 1, "one sentence, not {err:?}");
    assert!(!err.contains("panicked"), "{err}");
    err.trim_end().to_owned()
}

/// A server whose every word is kept.
struct Recorded {
    child: Child,
    out: BufReader<ChildStdout>,
    err: JoinHandle<String>,
    greeting: String,
}

impl Recorded {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut log = child.stderr.take().unwrap();
        let err = std::thread::spawn(move || {
            let mut text = String::new();
            log.read_to_string(&mut text).unwrap();
            text
        });
        let mut greeting = String::new();
        out.read_line(&mut greeting).unwrap();
        Self { child, out, err, greeting }
    }

    /// Stops it by a signal; returns its exit code and what it had printed after its greeting
    /// and logged in all.
    fn stop(mut self, signal: &str) -> (Option<i32>, String, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        let err = self.err.join().unwrap();
        (self.child.wait().unwrap().code(), rest, err)
    }
}

/// `serve` on a free port.
fn serving(gallery: &Gallery, arguments: &[&str]) -> Command {
    let mut command = gallery.command();
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
    command
}

#[test]
fn without_a_command_the_program_serves() {
    let gallery = small();
    let mut command = gallery.command();
    command.args(["--listen", "127.0.0.1:0"]);
    let server = Server::start(command);
    assert_eq!(server.get("/prompts/lantern").status, 200);
}

#[test]
fn every_setting_can_come_from_the_environment() {
    let gallery = small();
    let mut command = bare();
    command
        .env("GALLERY_LISTEN", "127.0.0.1:0")
        .env("GALLERY_DATABASE", gallery.folder().join("elsewhere/from-env.db"))
        .env("GALLERY_SEEDS", gallery.seeds())
        .env("GALLERY_PUBLIC_URL", "https://env.example");
    let server = Server::start(command);
    let page = server.page("/prompts/lantern");
    let canonical = page.one("link[rel=canonical]").attr("href");
    assert_eq!(canonical.as_deref(), Some("https://env.example/prompts/lantern"));
    assert!(gallery.folder().join("elsewhere/from-env.db").is_file());
}

#[test]
fn every_setting_can_be_a_flag_which_wins_over_the_environment() {
    let gallery = small();
    let database = gallery.folder().join("from-flag.db");
    let mut command = bare();
    command
        .env("GALLERY_LISTEN", "203.0.113.1:1")
        .env("GALLERY_DATABASE", "/nowhere/at/all.db")
        .env("GALLERY_SEEDS", "/nowhere/seeds")
        .env("GALLERY_PUBLIC_URL", "https://env.example")
        .args(["serve", "--listen", "127.0.0.1:0", "--public-url", "https://flag.example/"])
        .arg("--database")
        .arg(&database)
        .arg("--seeds")
        .arg(gallery.seeds());
    let server = Server::start(command);
    let page = server.page("/prompts/lantern");
    let canonical = page.one("link[rel=canonical]").attr("href");
    assert_eq!(canonical.as_deref(), Some("https://flag.example/prompts/lantern"));
    assert!(database.is_file());
}

#[test]
fn settings_for_every_command_stand_before_or_after_its_name() {
    let gallery = small();
    let seeds = gallery.seeds();
    let seeds = seeds.to_str().unwrap();
    for arguments in
        [["check", "--seeds", seeds], ["--seeds", seeds, "check"], ["--log", "json", "check"]]
    {
        let mut command = bare();
        command.current_dir(gallery.folder()).args(arguments);
        let done = Finished::of(command.output().unwrap());
        assert!(done.success && done.out.contains("all in order"), "{arguments:?}: {}", done.err);
    }
}

#[test]
fn port_zero_takes_a_free_port_and_says_which_in_one_line() {
    let gallery = small();
    let server = Recorded::start(serving(&gallery, &[]));
    let greeting = server.greeting.clone();
    let (_, port) = greeting.trim_end().rsplit_once("http://127.0.0.1:").unwrap();
    assert_ne!(port.parse::<u16>().unwrap(), 0, "{greeting}");
    assert!(greeting.contains("1 prompt"), "{greeting}");
    let (_, rest, _) = server.stop("-TERM");
    assert_eq!(rest, "", "nothing but the greeting is printed");
}

#[test]
fn two_servers_on_port_zero_do_not_meet() {
    let gallery = small();
    let (one, other) = (gallery.serve(), gallery.serve());
    assert_ne!(one.url, other.url);
    assert_eq!(one.get("/prompts/lantern").status, 200);
    assert_eq!(other.get("/prompts/lantern").status, 200);
}

#[test]
fn the_public_url_is_in_every_absolute_address() {
    let gallery = small();
    let server = gallery.serve_with(&["--public-url", "https://prompts.example"]);
    for (path, prefix) in [("/prompts/lantern", ""), ("/zh-CN/prompts/lantern", "/zh-CN")] {
        let page = server.page(path);
        let canonical = page.one("link[rel=canonical]").attr("href").unwrap();
        assert_eq!(canonical, format!("https://prompts.example{path}"));
        let alternates = page.all("link[rel=alternate][hreflang]");
        assert_eq!(alternates.len(), 3, "two languages and x-default");
        for alternate in alternates {
            let href = alternate.attr("href").unwrap();
            assert!(href.starts_with("https://prompts.example/"), "{href}");
        }
        let json = server.get(&format!("{path}.json")).json();
        assert_eq!(json["url"], format!("https://prompts.example{prefix}/prompts/lantern"));
        assert_eq!(json["cover_url"], "https://prompts.example/covers/lantern.svg");
        let html = server.get(path).text();
        assert!(!html.contains(&server.url), "the listening address is on {path}");
    }
}

#[test]
fn without_a_public_url_the_real_listening_address_is_used() {
    let gallery = small();
    let server = gallery.serve();
    let page = server.page("/faq");
    let canonical = page.one("link[rel=canonical]").attr("href").unwrap();
    assert_eq!(canonical, format!("{}/faq", server.url));
    let json = server.get("/prompts/lantern.json").json();
    assert_eq!(json["url"], format!("{}/prompts/lantern", server.url));
}

#[test]
fn an_unusable_public_url_is_refused_with_an_example() {
    let gallery = small();
    for url in ["gallery.example", "https://gallery.example/below", "ftp://gallery.example", ""] {
        let (code, _, err) = ended(serving(&gallery, &["--public-url", url]));
        assert!(code.is_some_and(|code| code != 0), "{url}: {err}");
        assert!(err.contains("--public-url"), "{err}");
    }
    let (_, _, err) = ended(serving(&gallery, &["--public-url", "gallery.example"]));
    assert!(err.contains("https://gallery.example"), "{err}");
}

#[test]
fn a_start_seeds_unless_told_not_to() {
    let gallery = small();
    gallery.prompt("lantern", "A tin lantern");
    gallery.prompt("kite", "A kite");
    let server = gallery.serve_with(&["--no-seed"]);
    assert!(server.get("/prompts/lantern.txt").text().starts_with("A paper lantern"));
    assert_eq!(server.get("/prompts/kite").status, 404);
    drop(server);
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/lantern.txt").text(), "A tin lantern");
    assert_eq!(server.get("/prompts/kite").status, 200);
}

#[test]
fn without_seeding_no_seed_file_is_looked_at() {
    let gallery = small();
    gallery.write("prompts/broken.md", "no front matter at all");
    let server = gallery.serve_with(&["--no-seed"]);
    assert_eq!(server.get("/prompts/lantern").status, 200);
    drop(server);
    std::fs::remove_dir_all(gallery.seeds()).unwrap();
    let server = gallery.serve_with(&["--no-seed"]);
    assert_eq!(server.get("/prompts/lantern").status, 200);
}

#[test]
fn a_database_that_was_never_seeded_is_not_served_but_explained() {
    let gallery = Gallery::without_prompts();
    let err = refusal(serving(&gallery, &["--no-seed"]));
    assert!(err.contains("seed"), "{err}");
}

#[test]
fn a_start_with_broken_seeds_is_refused_and_names_the_file() {
    let gallery = Gallery::without_prompts();
    let file = gallery.write("prompts/broken.md", "no front matter at all");
    let (code, out, err) = ended(serving(&gallery, &[]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains(&format!("{}:1: ", file.display())), "{err}");
    assert!(!gallery.database().exists());
}

#[test]
fn a_missing_seeds_folder_is_named_together_with_its_flag() {
    let gallery = Gallery::full();
    std::fs::remove_dir_all(gallery.seeds()).unwrap();
    for command in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["seed"], &["check"]] {
        let mut program = gallery.command();
        program.args(command);
        let (code, _, err) = ended(program);
        assert_eq!(code, Some(1), "{err}");
        assert!(err.contains(gallery.seeds().to_str().unwrap()), "{err}");
        assert!(err.contains("--seeds"), "{err}");
    }
}

#[test]
fn log_lines_are_for_people_unless_json_is_asked_for() {
    let gallery = small();
    let (_, _, human) = Recorded::start(serving(&gallery, &[])).stop("-TERM");
    assert!(human.contains("INFO"), "{human}");
    for line in human.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_err(), "{line}");
        assert!(!line.contains('\u{1b}'), "no colours in a file or pipe: {line:?}");
    }
    let by_environment = {
        let mut command = serving(&gallery, &[]);
        command.env("GALLERY_LOG", "json");
        command
    };
    for command in [serving(&gallery, &["--log", "json"]), by_environment] {
        let (_, _, json) = Recorded::start(command).stop("-TERM");
        assert!(json.lines().count() >= 2, "{json}");
        for line in json.lines() {
            let event: serde_json::Value = serde_json::from_str(line).expect(line);
            assert_eq!(event["level"], "INFO", "{line}");
            assert!(event["timestamp"].is_string(), "{line}");
            assert!(event["fields"]["message"].is_string(), "{line}");
        }
    }
}

#[test]
fn how_much_is_logged_is_set_by_rust_log() {
    let gallery = small();
    let log = |level: &str| {
        let mut command = serving(&gallery, &[]);
        command.env("RUST_LOG", level);
        Recorded::start(command).stop("-TERM").2
    };
    assert_eq!(log("off"), "");
    assert_eq!(log("error"), "");
    assert!(log("info").contains("INFO"));
    let debug = log("debug");
    assert!(debug.contains("DEBUG"), "{debug}");
    assert!(!log("info").contains("DEBUG"));
}

#[test]
fn an_unknown_log_format_is_refused_with_the_known_ones() {
    let done = small().run(&["check", "--log", "xml"]);
    assert!(!done.success);
    assert!(done.err.contains("human") && done.err.contains("json"), "{}", done.err);
}

#[test]
fn a_server_told_to_stop_ends_with_success() {
    let gallery = small();
    for signal in ["-TERM", "-INT"] {
        let server = Recorded::start(serving(&gallery, &[]));
        let (code, _, err) = server.stop(signal);
        assert_eq!(code, Some(0), "{signal}: {err}");
    }
    let server = gallery.serve();
    assert_eq!(server.get("/").status, 200);
    assert!(server.stop());
}

#[test]
fn a_server_can_be_stopped_from_the_moment_it_says_it_is_open() {
    let gallery = small();
    for round in 0..10 {
        let server = Recorded::start(serving(&gallery, &["--no-seed"]));
        let (code, ..) = server.stop("-TERM");
        assert_eq!(code, Some(0), "round {round}");
    }
}

#[test]
fn a_stopped_server_leaves_one_tidy_database_file() {
    let gallery = small();
    let server = gallery.serve();
    server.get("/prompts/lantern");
    assert!(server.stop());
    let folder = gallery.database();
    let names: Vec<String> = std::fs::read_dir(folder.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    // A read-only reader may leave an empty log behind, never one with content.
    assert!(names.contains(&"gallery.db".to_owned()), "{names:?}");
    let log = folder.with_extension("db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |log| log.len()), 0, "{names:?}");
}

#[test]
fn a_taken_port_is_named_in_one_sentence() {
    let gallery = small();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = gallery.command();
    command.args(["serve", "--listen", &address]);
    let err = refusal(command);
    assert!(err.contains(&address) && err.contains("listen"), "{err}");
}

#[test]
fn an_unusable_database_path_is_named_in_one_sentence() {
    let gallery = small();
    let folder = gallery.folder();
    let junk = folder.join("junk.db");
    std::fs::write(&junk, "not a database, whatever its name says").unwrap();
    for path in [folder.to_path_buf(), junk.join("below-a-file.db"), junk.clone()] {
        for arguments in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["seed"]] {
            let mut command = gallery.command();
            command.args(arguments).arg("--database").arg(&path);
            let err = refusal(command);
            assert!(
                err.contains(junk.to_str().unwrap()) || err.contains(folder.to_str().unwrap()),
                "{err}"
            );
        }
    }
    let kept = std::fs::read_to_string(&junk).unwrap();
    assert_eq!(kept, "not a database, whatever its name says");
}

#[test]
fn health_is_good_while_a_server_answers() {
    let gallery = small();
    let server = gallery.serve();
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let done = gallery.run(&["health", "--listen", &address]).ok();
    assert_eq!((done.out.as_str(), done.err.as_str()), ("ready\n", ""));
    // The very setting the server itself was given, as in a container.
    let port = address.rsplit_once(':').unwrap().1;
    let mut command = gallery.command();
    command.env("GALLERY_LISTEN", format!("0.0.0.0:{port}")).arg("health");
    Finished::of(command.output().unwrap()).ok();
}

#[test]
fn health_is_bad_when_nobody_answers() {
    let gallery = small();
    let address = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let mut command = gallery.command();
    command.args(["health", "--listen", &address]);
    let err = refusal(command);
    assert!(err.contains(&address) && err.contains("not ready"), "{err}");
}

#[test]
fn health_is_bad_when_the_answer_is() {
    let gallery = small();
    for answer in ["HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "", "hello\n"] {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = other.local_addr().unwrap().to_string();
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = other.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let mut command = gallery.command();
        command.args(["health", "--listen", &address]);
        let err = refusal(command);
        assert!(err.contains("not ready"), "{err}");
        assert!(err.contains(answer.lines().next().unwrap_or_default()), "{err}");
        answering.join().unwrap();
    }
}

/// What bounds the server, with its defaults.
const LIMITS: [(&str, &str); 8] = [
    ("max-connections", "1024"),
    ("max-requests", "512"),
    ("max-head", "98304"),
    ("head-timeout", "10"),
    ("request-timeout", "15"),
    ("write-timeout", "30"),
    ("idle-timeout", "75"),
    ("stop-timeout", "10"),
];

#[test]
fn a_limit_that_makes_no_sense_is_refused_with_what_does() {
    for (flag, _) in LIMITS {
        for value in ["0", "-1", "x", "", "99999999999"] {
            let done = Finished::of(
                bare().arg("serve").arg(format!("--{flag}={value}")).output().unwrap(),
            );
            assert!(!done.success, "--{flag}={value}");
            assert!(done.err.contains(&format!("--{flag}")), "{}", done.err);
            let says_why = [
                "is not in",
                "must be seconds",
                "invalid digit",
                "a value is required",
                "cannot parse",
            ];
            assert!(says_why.iter().any(|why| done.err.contains(why)), "{}", done.err);
        }
    }
}

#[test]
fn help_names_every_command_and_setting() {
    let help = |arguments: &[&str]| Finished::of(bare().args(arguments).output().unwrap()).ok().out;
    let help = help(&["--help"]) + &help(&["serve", "--help"]);
    for word in ["serve", "seed", "check", "index", "backup", "doctor", "health"] {
        assert!(help.contains(word), "{word}\n{help}");
    }
    for flag in
        ["listen", "database", "seeds", "migrations", "public-url", "no-seed", "index", "log"]
    {
        assert!(help.contains(&format!("--{flag}")), "--{flag}\n{help}");
    }
    let readme = std::fs::read_to_string(crate::support::root().join("README.md")).unwrap();
    for (flag, default) in LIMITS {
        let name = format!("GALLERY_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{flag}")), "--{flag}\n{help}");
        let told = format!("[env: {name}=]\n          [default: {default}]");
        assert!(help.contains(&told), "{name}\n{help}");
        let line = readme.lines().find(|line| line.contains(&format!("`--{flag} "))).unwrap();
        assert!(line.contains(&name) && line.contains(&format!("`{default}`")), "{line}");
    }
    for name in ["LISTEN", "DATABASE", "SEEDS", "MIGRATIONS", "PUBLIC_URL"] {
        assert!(help.contains(&format!("GALLERY_{name}")), "GALLERY_{name}\n{help}");
    }
    let version = Finished::of(bare().arg("--version").output().unwrap()).ok().out;
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
}

#[test]
fn a_mistyped_command_gets_a_hint() {
    let done = Finished::of(bare().arg("sead").output().unwrap());
    assert!(!done.success);
    assert!(done.err.contains("seed"), "{}", done.err);
}
