//! The test bench: a gallery of prompts whose snippets call a local API, the programs the
//! site serves for them, and the interpreters that run these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};

use crate::api::{Api, Manner, results, words};
use crate::catalog::Catalog;
use crate::packages;
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
/// visitor pastes into a terminal is covered, too. Of Ruby's gems and Python's site packages
/// no program needs any, and loading them takes longer than a program; PHP runs without the
/// machine's settings, and shows everything it could complain about.
pub(crate) const RUNNERS: [Runner; 8] = [
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
        name: "python3",
        language: "python",
        command: &["python3", "-S", "-B", "-W", "error"],
        probe: &["--version"],
        package: "python3",
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
    Runner {
        name: "php",
        language: "php",
        command: &[
            "php",
            "-n",
            "-d",
            "error_reporting=-1",
            "-d",
            "display_errors=stderr",
            "-d",
            "log_errors=0",
        ],
        probe: &["--version"],
        package: "php-cli",
    },
];

/// Python with the vendor's own packages instead of the stand-ins.
pub(crate) const VENDOR_PYTHON: Runner = Runner {
    name: "python3 with the vendor's packages",
    language: "python",
    command: &["python3", "-S", "-B"],
    probe: &["--version"],
    package: "python3",
};

/// A language of the site.
pub(crate) struct Language {
    pub(crate) slug: &'static str,
    /// What its programs' files end in.
    extension: &'static str,
    /// The forms its programs come in; a page holds the first.
    pub(crate) forms: &'static [&'static str],
}

/// The languages, in the order of the tabs.
pub(crate) const LANGUAGES: [Language; 6] = [
    Language { slug: "curl", extension: "sh", forms: &["http"] },
    Language { slug: "javascript", extension: "mjs", forms: &["sdk", "http"] },
    Language { slug: "python", extension: "py", forms: &["sdk", "http"] },
    Language { slug: "ruby", extension: "rb", forms: &["sdk", "http"] },
    Language { slug: "go", extension: "go", forms: &["http"] },
    Language { slug: "php", extension: "php", forms: &["sdk", "http"] },
];

/// Every language's slug with every form it has.
pub(crate) fn programs() -> Vec<(&'static str, &'static str)> {
    LANGUAGES
        .iter()
        .flat_map(|language| language.forms.iter().map(|form| (language.slug, *form)))
        .collect()
}

fn extension(language: &str) -> &'static str {
    LANGUAGES.iter().find(|one| one.slug == language).unwrap().extension
}

/// Pages of longer prompts do not hold the code.
const LARGE: usize = 8 * 1024;

/// Black takes minutes for the longest.
const FORMATTED: usize = 2 * 1024;

/// More programs than these share what takes long: those in Go are linked into one binary, for
/// which only their package clauses are changed, those in JavaScript, Python and Ruby start
/// from a process that is running. Fewer are built and started each as it is.
const FEW: usize = 10;

/// What a program did.
pub(crate) struct Run {
    /// Its runner's name.
    pub(crate) runner: &'static Runner,
    /// `sdk` or `http`.
    pub(crate) form: &'static str,
    pub(crate) record: Record,
    pub(crate) key: String,
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
    /// Files it left in its working directory.
    pub(crate) litter: Vec<String>,
}

impl Run {
    /// The runner's name and the form.
    pub(crate) fn name(&self) -> String {
        format!("{} ({})", self.runner.name, self.form)
    }
}

/// The programs of one record: by language and form.
type Snippets = BTreeMap<(&'static str, &'static str), String>;

/// A gallery of prompts, the API their snippets call, and room for the programs.
pub(crate) struct Bench {
    pub(crate) catalog: Catalog,
    pub(crate) api: Api,
    pub(crate) records: Vec<Record>,
    /// How many of the records, the last ones, are the repository's own prompts.
    own: usize,
    /// Whether programs run without their pauses.
    quick: bool,
    written: OnceLock<()>,
    /// The languages whose programs have been looked at and built.
    prepared: Mutex<BTreeSet<&'static str>>,
    gallery: Gallery,
    server: Server,
}

impl Bench {
    /// A gallery of these prompts.
    pub(crate) fn with(records: Vec<Record>) -> Self {
        Self::open(Gallery::without_prompts(), records)
    }

    /// The same, for programs that run without their pauses.
    pub(crate) fn quick(records: Vec<Record>) -> Self {
        Self { quick: true, ..Self::with(records) }
    }

    /// The same, where nothing answers at the API's address.
    pub(crate) fn unanswered(records: Vec<Record>) -> Self {
        let gallery = Gallery::without_prompts();
        let official = Catalog::read(&gallery.seeds()).platform("base_url").to_owned();
        // Whoever bound this port would have to be root, and serve the multiplexer of 1988.
        gallery.replace(
            "catalog.toml",
            &format!("\nbase_url = \"{official}\""),
            "\nbase_url = \"http://127.0.0.1:1\"",
        );
        Self::start(gallery, Api::start(), records)
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
        let count = own.len();
        records.extend(own);
        Self {
            catalog,
            api,
            records,
            own: count,
            quick: false,
            written: OnceLock::new(),
            prepared: Mutex::default(),
            gallery,
            server,
        }
    }

    fn folder(&self) -> PathBuf {
        self.gallery.folder().join("programs")
    }

    /// Fetches every prompt's snippets and holds them against its page and its data.
    fn fetch(&self) -> Vec<Snippets> {
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
            let mut snippets = Snippets::new();
            for language in &LANGUAGES {
                let (slug, first) = (language.slug, language.forms[0]);
                let panel = page.one(&format!("[data-tabs=code] section.panel#{slug}"));
                for form in language.forms {
                    let snippet = self.snippet(record, slug, form);
                    let unseen = snippet.chars().find(|character| is_unseen(*character));
                    assert_eq!(unseen, None, "{path} in {slug} holds what nobody can see");
                    snippets.insert((slug, *form), snippet);
                }
                let address = format!("{path}/snippets/{slug}");
                assert_eq!(self.text(&address), snippets[&(slug, first)], "{address}");
                assert!(panel.has(&format!("a[href={address}]")), "{path} does not link {address}");
                for form in &language.forms[1..] {
                    let other = format!("a[data-form][href={address}?form={form}]");
                    assert!(panel.has(&other), "{path} does not link {address}?form={form}");
                }
                let code = page.all(&format!("code#{slug}-code"));
                if record.text.len() > LARGE {
                    assert!(code.is_empty(), "{path} holds the code of a long prompt");
                } else {
                    assert_eq!(code.len(), 1, "{path} does not hold the code in {slug}");
                    assert_eq!(
                        code[0].text(),
                        snippets[&(slug, first)],
                        "{path} shows other code than {address}"
                    );
                }
            }
            assert_eq!(panels(&page), LANGUAGES.map(|language| language.slug), "{path}");
            snippets
        })
    }

    /// Fetches a text that must be there.
    #[track_caller]
    fn text(&self, path: &str) -> String {
        let answer = self.server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
        answer.text()
    }

    /// Fetches a path of the site.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.server.get(path)
    }

    /// One snippet, as the site serves it.
    #[track_caller]
    pub(crate) fn snippet(&self, record: &Record, language: &str, form: &str) -> String {
        self.text(&format!("/prompts/{}/snippets/{language}?form={form}", record.slug))
    }

    /// Where a program is.
    fn file(&self, language: &str, form: &str, record: &Record) -> PathBuf {
        let folder = self.folder().join(language).join(form).join(&record.slug);
        folder.join("main").with_extension(extension(language))
    }

    fn files<'a>(
        &self,
        language: &str,
        form: &str,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Vec<PathBuf> {
        records.into_iter().map(|record| self.file(language, form, record)).collect()
    }

    /// Fetches every program, once.
    fn write(&self) {
        let folder = self.folder();
        let snippets = self.fetch();
        for (record, snippets) in self.records.iter().zip(&snippets) {
            for ((language, form), snippet) in snippets {
                let file = self.file(language, form, record);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                if *language == "go" && self.quick {
                    let pause = "3 * time.Second";
                    assert!(
                        snippet.contains(pause) || self.catalog.synchronous(&record.endpoint),
                        "no pause in {snippet}"
                    );
                    fs::write(file, snippet.replace(pause, "time.Millisecond")).unwrap();
                } else {
                    fs::write(file, snippet).unwrap();
                }
            }
            // Composer puts its folder beside the program.
            let vendor = self.file("php", "sdk", record).with_file_name("vendor");
            std::os::unix::fs::symlink(folder.join("php/vendor"), vendor).unwrap();
        }
        standins::write(&self.catalog, &folder);
    }

    /// Has a language's programs looked at, and built where they must be, once.
    fn prepare(&self, language: &'static str) {
        self.written.get_or_init(|| self.write());
        if !self.prepared.lock().unwrap().insert(language) {
            return;
        }
        match language {
            "python" => self.check_python(),
            "ruby" => self.check_ruby(),
            "go" => self.build_go(),
            "php" => self.check_php(),
            _ => {}
        }
    }

    /// Runs every prompt's snippet in every language and form.
    pub(crate) fn run(&self, manner: Manner) -> Vec<Run> {
        self.run_some(manner, |_, _| true)
    }

    /// Runs every prompt's snippet in some languages and forms.
    pub(crate) fn run_some(
        &self,
        manner: Manner,
        wanted: impl Fn(&Runner, &str) -> bool,
    ) -> Vec<Run> {
        let runners: Vec<(&'static Runner, &'static str)> = RUNNERS
            .iter()
            .flat_map(|runner| {
                let language = LANGUAGES.iter().find(|one| one.slug == runner.language).unwrap();
                language.forms.iter().map(move |form| (runner, *form))
            })
            .filter(|(runner, form)| wanted(runner, form))
            .collect();
        self.run_with(manner, &runners)
    }

    /// Runs every prompt's snippet with these runners, in these forms.
    pub(crate) fn run_with(
        &self,
        manner: Manner,
        runners: &[(&'static Runner, &'static str)],
    ) -> Vec<Run> {
        for (runner, _) in runners {
            self.prepare(runner.language);
        }
        let batched = |runner: &Runner| {
            self.are_many()
                && runner.name != VENDOR_PYTHON.name
                && matches!(runner.language, "javascript" | "python" | "ruby")
        };
        let jobs: Vec<(&Record, &'static Runner, &'static str)> = self
            .records
            .iter()
            .flat_map(|record| runners.iter().map(move |(runner, form)| (record, *runner, *form)))
            .filter(|(_, runner, _)| !batched(runner))
            .collect();
        // Programs that wait leave the processors to others.
        let threads = if manner == Manner::Later { 16 } else { processors() };
        let mut runs = in_parallel_on(threads, &jobs, |(record, runner, form)| {
            self.run_one(record, runner, form, manner)
        });
        for (runner, form) in runners.iter().filter(|(runner, _)| batched(runner)) {
            let batches: Vec<&[Record]> =
                self.records.chunks(self.records.len().div_ceil(processors())).collect();
            let batches =
                in_parallel(&batches, |records| self.run_batch(records, runner, form, manner));
            runs.extend(batches.into_iter().flatten());
        }
        runs
    }

    fn are_many(&self) -> bool {
        self.records.len() > FEW
    }

    /// The key a program runs with, announced to the API, and the folder it runs in.
    fn announce(
        &self,
        record: &Record,
        runner: &Runner,
        form: &str,
        manner: Manner,
    ) -> (String, PathBuf) {
        let key = format!("{}-{}-{form}", record.slug, runner.name.replace([' ', '\''], "-"));
        self.api.expect(&key, manner, &record.endpoint, &self.catalog);
        let room = self.folder().join("rooms").join(&key);
        fs::create_dir_all(&room).unwrap();
        (key, room)
    }

    /// Runs some prompts' snippets from one process, which takes longer to start than a program
    /// to run.
    fn run_batch(
        &self,
        records: &[Record],
        runner: &'static Runner,
        form: &'static str,
        manner: Manner,
    ) -> Vec<Run> {
        let announced: Vec<(String, PathBuf)> =
            records.iter().map(|record| self.announce(record, runner, form, manner)).collect();
        let list: Vec<Value> = records
            .iter()
            .zip(&announced)
            .map(|(record, (key, room))| {
                json!({
                    "file": self.file(runner.language, form, record), "key": key, "room": room,
                })
            })
            .collect();
        let room = &announced[0].1;
        let file = room.with_extension("json");
        fs::write(&file, Value::from(list).to_string()).unwrap();
        let mut command = interpreter(runner);
        clean(&mut command, room);
        self.equip(&mut command, runner, form);
        let batch = self.folder().join("batch").with_extension(extension(runner.language));
        let output = command.arg(batch).arg(file).output().unwrap();
        let done: Vec<Value> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
        assert_eq!(done.len(), records.len());
        records
            .iter()
            .zip(announced)
            .zip(done)
            .map(|((record, (key, room)), done)| Run {
                runner,
                form,
                record: record.clone(),
                key,
                success: done["success"] == true,
                out: done["out"].as_str().unwrap().to_owned(),
                err: done["err"].as_str().unwrap().to_owned(),
                litter: entries(&room),
            })
            .collect()
    }

    /// Runs one prompt's snippet.
    fn run_one(
        &self,
        record: &Record,
        runner: &'static Runner,
        form: &'static str,
        manner: Manner,
    ) -> Run {
        let (key, room) = self.announce(record, runner, form, manner);
        let folder = self.folder();
        let mut command = if runner.language == "go" {
            let binaries = folder.join("go/http/bin");
            let name = if self.are_many() { "together" } else { &record.slug };
            Command::new(binaries.join(name))
        } else {
            interpreter(runner)
        };
        clean(&mut command, &room).env("RUNAPI_API_KEY", &key);
        self.equip(&mut command, runner, form);
        match runner.language {
            "go" => command.arg(&record.slug), // which none but the joint program looks at
            language => command.arg(self.file(language, form, record)),
        };
        let output = command.output().unwrap();
        Run {
            runner,
            form,
            record: record.clone(),
            key,
            success: output.status.success(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            litter: entries(&room),
        }
    }

    /// The arguments that give a program what it needs: its SDK, if it uses one, and haste,
    /// where that is wanted.
    fn equip(&self, command: &mut Command, runner: &Runner, form: &str) {
        let quick = self.folder().join("quick");
        match (runner.language, form) {
            ("ruby", "sdk") => {
                command.arg("-I").arg(self.folder().join("ruby/lib"));
            }
            ("python", "http") => {
                command.arg("-I");
            }
            ("python", "sdk") => {
                let stand_ins = self.folder().join("python/lib");
                let vendor = runner.name == VENDOR_PYTHON.name;
                let library = if vendor { packages::python() } else { &stand_ins };
                command.env("PYTHONPATH", library);
            }
            _ => {}
        }
        if self.quick {
            match runner.language {
                "javascript" => command.arg("--require").arg(quick.join("javascript.cjs")),
                "python" => command.arg(quick.join("python.py")),
                "ruby" => command.arg("-r").arg(quick.join("ruby.rb")),
                "php" => command
                    .args(["-d", "disable_functions=sleep", "-d"])
                    .arg(format!("auto_prepend_file={}", quick.join("php.php").display())),
                _ => command,
            };
        }
    }

    /// Python has nothing to say about any program.
    fn check_python(&self) {
        let forms = ["sdk", "http"].map(|form| self.files("python", form, &self.records));
        let mut command = Command::new(python());
        command.args(["-S", "-B", "-W", "error", "-m", "py_compile"]).args(forms.concat());
        let output = clean(&mut command, &self.folder()).output().unwrap();
        assert_eq!(said(&output), "");
        assert!(output.status.success());
    }

    /// PHP finds no fault with any program.
    fn check_php(&self) {
        let forms = ["sdk", "http"].map(|form| self.files("php", form, &self.records));
        // Before 8.3, -l looks at one file only.
        in_parallel(&forms.concat(), |file| {
            let mut command = Command::new("php");
            command.args(["-n", "-d", "error_reporting=-1", "-l"]).arg(file);
            let output = clean(&mut command, &self.folder()).output().unwrap();
            let fine = format!("No syntax errors detected in {}", file.display());
            assert_eq!(said(&output).trim(), fine);
        });
    }

    /// Black would change no program in Python but the longest.
    pub(crate) fn check_black(&self) {
        self.written.get_or_init(|| self.write());
        let short = self.records.iter().filter(|record| record.text.len() < FORMATTED);
        let records: Vec<&Record> = short.collect();
        let files = ["sdk", "http"]
            .map(|form| self.files("python", form, records.iter().copied()))
            .concat();
        let mut command = Command::new(python());
        command.args(["-m", "black", "--check", "--diff", "--quiet"]).args(&files);
        clean(&mut command, &self.folder()).env("PYTHONPATH", packages::python());
        let output = command.output().unwrap();
        let said = said(&output);
        let count = said.lines().filter(|line| line.starts_with("--- ")).count();
        let shown: String = said.chars().take(4000).collect();
        assert!(output.status.success(), "Black would change {count} programs:\n{shown}");
        note(&format!("Black leaves {} programs unchanged", files.len()));
    }

    /// Prettier would change no program in JavaScript of the repository's own prompts.
    pub(crate) fn check_prettier(&self) {
        self.written.get_or_init(|| self.write());
        let own = &self.records[self.records.len() - self.own..];
        let files = ["sdk", "http"].map(|form| self.files("javascript", form, own)).concat();
        let mut command = Command::new("node");
        command.arg(packages::prettier()).arg("--check").args(&files);
        let output = clean(&mut command, &self.folder()).output().unwrap();
        assert!(output.status.success(), "Prettier would change these:\n{}", said(&output));
        note(&format!("Prettier leaves {} programs unchanged", files.len()));
    }

    /// Ruby has nothing to say about any program but that its syntax is right.
    fn check_ruby(&self) {
        let files = ["sdk", "http"].map(|form| self.files("ruby", form, &self.records)).concat();
        let mut command = Command::new("ruby");
        // Given several files, -c looks at the first only; so each is compiled by name.
        command.arg("-w").arg("-e").arg(
            "ARGV.each { |file| RubyVM::InstructionSequence.compile_file(file) }; puts 'Syntax OK'",
        );
        let output = clean(command.args(files), &self.folder()).output().unwrap();
        assert_eq!(said(&output), "Syntax OK\n");
    }

    /// gofmt would change no program, vet finds fault with none, and all of them compile.
    fn build_go(&self) {
        let folder = self.folder().join("go/http");
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
        if self.are_many() {
            self.join_go(&folder);
            go(&["build", "-o", "bin/together", "./together"]);
        } else {
            go(&["build", "-ldflags=-s -w", "-o", "bin/", "./..."]);
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
        // The vendor's SDK always asks for what it created.
        let asks = (manner == Manner::Later || run.runner.name == VENDOR_PYTHON.name)
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
    pub(crate) fn assert_all_well(&self, title: &str, runs: &[Run], manner: Manner) {
        let mut report = String::new();
        let mut failed: BTreeMap<String, usize> = BTreeMap::new();
        for run in runs {
            let faults = self.faults(run, manner);
            if faults.is_empty() {
                continue;
            }
            let count = failed.entry(run.name()).or_default();
            *count += 1;
            if *count <= 3 {
                let (slug, text) = (&run.record.slug, start(&run.record.text));
                let _ =
                    writeln!(report, "{slug} in {}: {}\n  {text:?}", run.name(), faults.join("; "));
            }
        }
        assert!(
            failed.is_empty(),
            "of {} runs, these went wrong: {failed:?}\n{report}",
            runs.len()
        );
        assert_eq!(self.api.strays(), Vec::<String>::new(), "requests nobody meant");
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for run in runs {
            *counts.entry(run.name()).or_default() += 1;
        }
        assert!(counts.values().all(|count| *count == self.records.len()), "{counts:?}");
        note(&format!(
            "{title}: {} prompts × {} languages, forms and interpreters = {} runs, all sent what \
             is shown: {}{}",
            self.records.len(),
            counts.len(),
            runs.len(),
            counts.into_keys().collect::<Vec<_>>().join(", "),
            if self.are_many() {
                "; Go in one binary; JavaScript, Python and Ruby in batches"
            } else {
                ""
            },
        ));
    }
}

/// Says something past the test harness, which would keep it to itself.
fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
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

/// The names of what is in a folder.
fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// The command that starts a runner's program.
fn interpreter(runner: &Runner) -> Command {
    let program = match runner.command[0] {
        "python3" => python(),
        other => Path::new(other),
    };
    let mut command = Command::new(program);
    command.args(&runner.command[1..]);
    command
}

/// Python's interpreter itself: what the name finds may be a script that looks for it.
pub(crate) fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let mut command = Command::new("python3");
        command.args(["-c", "import sys; print(sys.executable)"]).stdin(Stdio::null());
        PathBuf::from(String::from_utf8(command.output().unwrap().stdout).unwrap().trim())
    })
}

pub(crate) fn said(output: &Output) -> String {
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
    let mut command = interpreter(runner);
    command.arg(file);
    let output = clean(&mut command, room.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Fails with the name of what has to be installed.
fn require_tools() {
    let tools = RUNNERS.iter().map(|runner| (runner.command[0], runner.probe, runner.package));
    let others: [(&str, &'static [&'static str], &str); 4] = [
        ("curl", &["--version"], "curl"),
        ("gofmt", &["-l"], "golang-go"),
        ("npm", &["--version"], "npm"),
        ("python3", &["-m", "pip", "--version"], "python3-pip"),
    ];
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

fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, Into::into)
}

/// Does the work on as many threads as there are processors; results are in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    in_parallel_on(processors(), items, work)
}

fn in_parallel_on<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
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
