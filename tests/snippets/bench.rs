//! The test bench: a gallery of prompts whose snippets call a local API, the programs the
//! site serves for them, and the interpreters that run these.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::api::{Api, Manner, results, words};
use crate::catalog::Catalog;
use crate::records::{self, Record};
use crate::standins;
use crate::support::{Answer, Gallery, Server, dom};

/// Something that runs programs.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) name: &'static str,
    /// The slug of the language it runs.
    pub(crate) language: &'static str,
    /// The command, with arguments that come before the program's file.
    command: &'static [&'static str],
    /// The arguments that make it start and end at once.
    probe: &'static [&'static str],
    /// The Debian package that has it.
    package: &'static str,
}

/// Every runner. The second bash expands history as an interactive one does, so that what a
/// visitor pastes into a terminal is covered, too. The stand-ins for Ruby need no gems, whose
/// loading takes longer than a program.
pub(crate) const RUNNERS: [Runner; 6] = [
    Runner {
        name: "bash",
        language: "curl",
        command: &["bash"],
        probe: &["--version"],
        package: "bash",
    },
    Runner {
        name: "bash-history",
        language: "curl",
        command: &["bash", "-o", "history", "-o", "histexpand"],
        probe: &["--version"],
        package: "bash",
    },
    Runner {
        name: "dash",
        language: "curl",
        command: &["dash"],
        probe: &["-c", ":"],
        package: "dash",
    },
    Runner {
        name: "node",
        language: "javascript",
        command: &["node"],
        probe: &["--version"],
        package: "nodejs",
    },
    Runner {
        name: "ruby",
        language: "ruby",
        command: &["ruby", "--disable=gems", "-w"],
        probe: &["--version"],
        package: "ruby",
    },
    Runner {
        name: "go",
        language: "go",
        command: &["go"],
        probe: &["version"],
        package: "golang-go",
    },
];

/// The languages, and what their programs' files end in.
const LANGUAGES: [(&str, &str); 4] =
    [("curl", "sh"), ("javascript", "mjs"), ("ruby", "rb"), ("go", "go")];

/// Pages of longer prompts do not hold the code.
const LARGE: usize = 8 * 1024;

/// How Go programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GoBuild {
    /// Every program as it is, into a binary of its own.
    Each,
    /// Every program as a package of one binary, which saves linking hundreds: only its
    /// package clause is changed.
    Together,
}

/// What a program did.
pub(crate) struct Run {
    /// Its runner's name.
    pub(crate) runner: &'static Runner,
    pub(crate) record: Record,
    pub(crate) key: String,
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
    /// Files it left in its working directory.
    pub(crate) litter: Vec<String>,
}

/// A gallery of prompts, the API their snippets call, and room for the programs.
pub(crate) struct Bench {
    pub(crate) catalog: Catalog,
    pub(crate) api: Api,
    pub(crate) records: Vec<Record>,
    gallery: Gallery,
    server: Server,
}

impl Bench {
    /// A gallery of these prompts.
    pub(crate) fn with(records: Vec<Record>) -> Self {
        Self::open(Gallery::without_prompts(), records)
    }

    /// Adds prompts to a gallery, to those it has, and opens it.
    pub(crate) fn open(gallery: Gallery, records: Vec<Record>) -> Self {
        let api = Api::start();
        let official = Catalog::read(&gallery.seeds()).platform("base_url").to_owned();
        gallery.replace(
            "catalog.toml",
            &format!("\nbase_url = \"{official}\""),
            &format!("\nbase_url = \"{}\"", api.url),
        );
        Self::start(gallery, api, records)
    }

    /// The same with an SDK that calls the API without being told where it is.
    pub(crate) fn with_sdk_default(records: Vec<Record>) -> Self {
        let gallery = Gallery::without_prompts();
        let api = Api::start();
        let official = Catalog::read(&gallery.seeds()).platform("base_url").to_owned();
        gallery.replace(
            "catalog.toml",
            &format!("base_url = \"{official}\""),
            &format!("base_url = \"{}\"", api.url),
        );
        Self::start(gallery, api, records)
    }

    fn start(gallery: Gallery, api: Api, mut records: Vec<Record>) -> Self {
        require_tools();
        let catalog = Catalog::read(&gallery.seeds());
        let own = records::of_seeds(&gallery.seeds().join("prompts"));
        let migrations = records::add(&gallery, &records);
        // The endpoints a migration refers to come with the seeds.
        gallery.run(&["seed"]).ok();
        let server = gallery.serve_with(&["--migrations", migrations.to_str().unwrap()]);
        records.extend(own);
        Self { catalog, api, records, gallery, server }
    }

    fn folder(&self) -> PathBuf {
        self.gallery.folder().join("programs")
    }

    /// Fetches every prompt's snippets and holds them against its page and its data.
    fn fetch(&self) -> Vec<BTreeMap<&'static str, String>> {
        in_parallel(&self.records, |record| {
            let path = format!("/prompts/{}", record.slug);
            let data = self.server.get(&format!("{path}.json"));
            assert_eq!(data.status, 200, "{path}");
            let data = data.json();
            assert_eq!(data["text"], record.text, "{path}");
            assert!(same(&data["request"]["body"], &record.body(&self.catalog)), "{path}: {data}");
            let url = format!(
                "{}{}",
                self.catalog.platform("base_url"),
                self.catalog.path(&record.endpoint)
            );
            assert_eq!(data["request"]["url"], url, "{path}");
            assert_eq!(data["request"]["method"], "POST", "{path}");
            let page = self.server.page(&path);
            assert_eq!(page.one("#prompt-text").text(), record.text, "{path} shows another prompt");
            let mut snippets = BTreeMap::new();
            for (language, _) in LANGUAGES {
                let address = format!("{path}/snippets/{language}");
                let answer = self.server.get(&address);
                assert_eq!(answer.status, 200, "{address}");
                assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
                let snippet = answer.text();
                let unseen = snippet.chars().find(|character| is_unseen(*character));
                assert_eq!(unseen, None, "{address} holds a character nobody can see");
                assert!(page.has(&format!("a[href={address}]")), "{path} does not link {address}");
                let code = page.all(&format!("code#{language}-code"));
                if record.text.len() > LARGE {
                    assert!(code.is_empty(), "{path} holds the code of a long prompt");
                } else {
                    assert_eq!(code.len(), 1, "{path} does not hold the code in {language}");
                    assert_eq!(code[0].text(), snippet, "{path} shows other code than {address}");
                }
                snippets.insert(language, snippet);
            }
            assert_eq!(panels(&page), LANGUAGES.map(|(language, _)| language), "{path}");
            snippets
        })
    }

    /// Fetches a path of the site.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.server.get(path)
    }

    /// One snippet, as the site serves it.
    #[track_caller]
    pub(crate) fn snippet(&self, record: &Record, language: &str) -> String {
        let answer = self.get(&format!("/prompts/{}/snippets/{language}", record.slug));
        assert_eq!(answer.status, 200);
        answer.text()
    }

    /// Runs every prompt's snippet in every language.
    pub(crate) fn run(&self, manner: Manner, go: GoBuild) -> Vec<Run> {
        let snippets = self.fetch();
        let folder = self.folder();
        for (record, snippets) in self.records.iter().zip(&snippets) {
            for (language, extension) in LANGUAGES {
                let file =
                    folder.join(language).join(&record.slug).join("main").with_extension(extension);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, &snippets[language]).unwrap();
            }
        }
        standins::write(&self.catalog, &folder);
        self.check_ruby();
        self.build_go(go);
        let jobs: Vec<(&Record, &'static Runner)> = self
            .records
            .iter()
            .flat_map(|record| RUNNERS.iter().map(move |runner| (record, runner)))
            .collect();
        in_parallel(&jobs, |(record, runner)| self.run_one(record, runner, manner, go))
    }

    /// Runs one prompt's snippet.
    fn run_one(
        &self,
        record: &Record,
        runner: &'static Runner,
        manner: Manner,
        go: GoBuild,
    ) -> Run {
        let key = format!("{}-{}", record.slug, runner.name);
        self.api.expect(&key, manner, &record.endpoint, &self.catalog);
        let folder = self.folder();
        let programs = folder.join(runner.language);
        let (mut command, file) = match (runner.language, go) {
            ("go", GoBuild::Each) => (Command::new(programs.join("bin").join(&record.slug)), None),
            ("go", GoBuild::Together) => {
                (Command::new(programs.join("bin/together")), Some(record.slug.clone().into()))
            }
            (language, _) => {
                let extension = LANGUAGES.iter().find(|(slug, _)| *slug == language).unwrap().1;
                let mut command = Command::new(runner.command[0]);
                command.args(&runner.command[1..]);
                if language == "ruby" {
                    command.arg("-I").arg(folder.join("ruby/lib"));
                }
                (command, Some(programs.join(&record.slug).join("main").with_extension(extension)))
            }
        };
        command.args(file);
        let room = folder.join("rooms").join(&key);
        fs::create_dir_all(&room).unwrap();
        let output = clean(&mut command, &room).env("RUNAPI_API_KEY", &key).output().unwrap();
        Run {
            runner,
            record: record.clone(),
            key,
            success: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            litter: fs::read_dir(&room)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect(),
        }
    }

    /// Ruby has nothing to say about any program but that its syntax is right.
    fn check_ruby(&self) {
        let files: Vec<PathBuf> = self
            .records
            .iter()
            .map(|record| self.folder().join("ruby").join(&record.slug).join("main.rb"))
            .collect();
        let mut command = Command::new("ruby");
        // Given several files, -c looks at the first only; so each is compiled by name.
        command.arg("-w").arg("-e").arg(
            "ARGV.each { |file| RubyVM::InstructionSequence.compile_file(file) }; puts 'Syntax OK'",
        );
        let output = clean(command.args(files), &self.folder()).output().unwrap();
        assert_eq!(said(&output), "Syntax OK\n");
    }

    /// gofmt would change no program, vet finds fault with none, and all of them compile.
    fn build_go(&self, build: GoBuild) {
        let folder = self.folder().join("go");
        fs::write(folder.join("go.mod"), "module snippets\n\ngo 1.18\n").unwrap();
        let mut gofmt = Command::new("gofmt");
        let unformatted = clean(gofmt.args(["-l", "."]), &folder).output().unwrap();
        assert_eq!(said(&unformatted), "", "gofmt would change these");
        let go = |arguments: &[&str]| {
            let mut command = Command::new("go");
            let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache");
            let output = clean(command.args(arguments), &folder)
                .env("GOCACHE", cache)
                .env("GOPATH", self.folder().join("gopath"))
                .env("GOFLAGS", "-mod=mod")
                .env("GOPROXY", "off")
                .env("GOTOOLCHAIN", "local")
                .output()
                .unwrap();
            assert!(output.status.success(), "go {arguments:?}: {}", said(&output));
            assert_eq!(said(&output), "", "go {arguments:?}");
        };
        go(&["vet", "./..."]);
        match build {
            GoBuild::Each => go(&["build", "-ldflags=-s -w", "-o", "bin/", "./..."]),
            GoBuild::Together => {
                self.join_go(&folder);
                go(&["build", "-o", "bin/together", "./together"]);
            }
        }
    }

    /// Makes packages of the programs, and a program that runs the one it is told.
    fn join_go(&self, folder: &Path) {
        let mut imports = String::new();
        let mut cases = String::new();
        for (number, record) in self.records.iter().enumerate() {
            let program = fs::read_to_string(folder.join(&record.slug).join("main.go")).unwrap();
            let rest = program.strip_prefix("package main\n").unwrap();
            let package = folder.join(format!("together/p{number}"));
            fs::create_dir_all(&package).unwrap();
            fs::write(package.join("main.go"), format!("package p{number}\n{rest}")).unwrap();
            let export = format!("package p{number}\n\nfunc Main() {{ main() }}\n");
            fs::write(package.join("export.go"), export).unwrap();
            let _ = writeln!(imports, "import \"snippets/together/p{number}\"");
            let _ = writeln!(cases, "\tcase {:?}:\n\t\tp{number}.Main()", record.slug);
        }
        let main = format!(
            "package main\n\nimport \"os\"\n{imports}\nfunc main() {{\n\tswitch os.Args[1] {{\n\
             {cases}\tdefault:\n\t\tpanic(os.Args[1])\n\t}}\n}}\n"
        );
        fs::write(folder.join("together/main.go"), main).unwrap();
    }

    /// What is wrong with a run that should have gone well; empty when nothing is.
    pub(crate) fn faults(&self, run: &Run, manner: Manner) -> Vec<String> {
        let mut faults = Vec::new();
        if !run.success {
            faults.push("failed".into());
        }
        if !run.litter.is_empty() {
            faults.push(format!("made {:?}", run.litter));
        }
        let path = self.catalog.path(&run.record.endpoint);
        let calls = self.api.calls(&run.key);
        match calls.first() {
            None => faults.push("sent nothing".into()),
            Some(call) => {
                if (call.method.as_str(), &call.path) != ("POST", &path) {
                    faults.push(format!("sent {} {}", call.method, call.path));
                }
                if call.content_type.as_deref() != Some("application/json") {
                    faults.push(format!("sent the content type {:?}", call.content_type));
                }
                match serde_json::from_slice::<Value>(&call.body) {
                    Ok(body) if same(&body, &run.record.body(&self.catalog)) => {}
                    Ok(body) => {
                        faults.push(format!("sent another body: {:?}", start(&body.to_string())));
                    }
                    Err(error) => faults.push(format!("sent no JSON: {error}")),
                }
            }
        }
        let asks = manner == Manner::Later
            && run.runner.language != "curl"
            && !self.catalog.synchronous(&run.record.endpoint);
        let further: Vec<String> =
            calls.iter().skip(1).map(|call| format!("{} {}", call.method, call.path)).collect();
        let wanted = if asks { vec![format!("GET {path}/task-{}", run.key)] } else { Vec::new() };
        if further != wanted {
            faults.push(format!("then sent {further:?} instead of {wanted:?}"));
        }
        if run.runner.language == "curl" {
            // Its standard error is a progress meter, its output the first answer.
            let answer: Value = serde_json::from_str(&run.out).unwrap_or_default();
            if answer["id"] != format!("task-{}", run.key) {
                faults.push("did not print the answer".into());
            }
        } else {
            let printed = match self.catalog.result_field(&run.record.endpoint) {
                Some(_) => run.out == results(&run.key).map(|url| url + "\n").concat(),
                None => run.out.contains(&words(&run.key)),
            };
            if !printed {
                faults.push("did not print the result".into());
            }
            if !run.err.is_empty() {
                faults.push("complained".into());
            }
        }
        if !faults.is_empty() {
            faults.push(format!("output {:?}, errors {:?}", start(&run.out), start(&run.err)));
        }
        faults
    }

    /// Fails unless every run went well, and says how many did.
    #[track_caller]
    pub(crate) fn assert_all_well(&self, title: &str, runs: &[Run], manner: Manner, go: GoBuild) {
        let mut report = String::new();
        let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
        for run in runs {
            let faults = self.faults(run, manner);
            if faults.is_empty() {
                continue;
            }
            let name = run.runner.name;
            let count = failed.entry(name).or_default();
            *count += 1;
            if *count <= 3 {
                let (slug, text) = (&run.record.slug, start(&run.record.text));
                let _ = writeln!(report, "{slug} in {name}: {}\n  {text:?}", faults.join("; "));
            }
        }
        assert!(
            failed.is_empty(),
            "of {} runs, these went wrong: {failed:?}\n{report}",
            runs.len()
        );
        assert_eq!(self.api.strays(), Vec::<String>::new(), "requests nobody meant");
        assert_eq!(runs.len(), self.records.len() * RUNNERS.len());
        for (language, _) in LANGUAGES {
            let runners: Vec<&str> = RUNNERS
                .iter()
                .filter(|runner| runner.language == language)
                .map(|runner| runner.name)
                .collect();
            let count = runs.iter().filter(|run| run.runner.language == language).count();
            let note = match (language, go) {
                ("ruby", _) => "; syntax checked in one batch",
                ("go", GoBuild::Each) => "; gofmt, vet and build in one batch each",
                ("go", GoBuild::Together) => {
                    "; gofmt and vet in one batch each, built into one binary"
                }
                _ => "",
            };
            // Past the test harness, which would keep it to itself.
            let _ = writeln!(
                std::io::stderr(),
                "{title}: {language}: {} prompts × {}: {count} runs, all sent what is shown{note}",
                self.records.len(),
                runners.join(", "),
            );
        }
    }
}

/// Whether a character in a program hides something from its reader.
fn is_unseen(character: char) -> bool {
    let layout = matches!(character, '\n' | '\t');
    character.is_control() && !layout
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// The languages of a page's tabs.
fn panels(page: &dom::Element) -> Vec<String> {
    page.all("[data-tabs=code] section.panel")
        .iter()
        .map(|panel| panel.attr("id").unwrap())
        .collect()
}

/// Whether two JSON values are the same; 1 and 1.0 are.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

/// A command that sees nothing of the tester's environment.
fn clean<'a>(command: &'a mut Command, room: &Path) -> &'a mut Command {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", room)
        .env("HISTFILE", "") // none
        .current_dir(room)
        .stdin(Stdio::null())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn start(text: &str) -> String {
    text.chars().take(300).collect()
}

/// Runs a few lines of a shell the way snippets are run.
pub(crate) fn run_in_shell(name: &str, script: &str) -> String {
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("main.sh");
    fs::write(&file, script).unwrap();
    let runner = RUNNERS.iter().find(|runner| runner.name == name).unwrap();
    let mut command = Command::new(runner.command[0]);
    command.args(&runner.command[1..]).arg(file);
    let output = clean(&mut command, room.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Fails with the name of what has to be installed.
fn require_tools() {
    let tools = RUNNERS.iter().map(|runner| (runner.command[0], runner.probe, runner.package));
    let others: [(&str, &'static [&'static str], &str); 2] =
        [("curl", &["--version"], "curl"), ("gofmt", &["-l"], "golang-go")];
    for (program, probe, package) in tools.chain(others) {
        let output = Command::new(program).args(probe).stdin(Stdio::null()).output();
        let works = output.as_ref().is_ok_and(|output| output.status.success());
        assert!(
            works,
            "{program} does not work, and snippets are tested by running them; on Debian: \
             apt-get install {package} ({output:?})"
        );
    }
}

/// Does the work on as many threads as there are processors; results are in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(2, Into::into);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    let result = work(item);
                    done.lock().unwrap().push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
