//! `new`, and what helps to type commands: completions and the manual.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::{Finished, Gallery, PROGRAM};

const COMPLETE: [&str; 8] = [
    "--language",
    "en",
    "--category",
    "portrait",
    "--endpoint",
    "gpt_image_2/text_to_image",
    "--model",
    "gpt-image-2",
];

/// Runs `new` with these and further arguments, and something on standard input.
fn new(gallery: &Gallery, arguments: &[&str], input: &str) -> Finished {
    let mut command = gallery.command();
    command.arg("new").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have ended without reading any of it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    Finished::of(child.wait_with_output().unwrap())
}

#[test]
fn a_file_is_written_that_wants_nothing_but_its_text() {
    let gallery = Gallery::without_prompts();
    let more = [
        "--title",
        "Linen & north light",
        "--title",
        "zh-CN=北窗亚麻",
        "--tag",
        "film-look",
        "--param",
        "aspect_ratio=3:4",
    ];
    let done = new(&gallery, &[&COMPLETE[..], &more].concat(), "").ok();
    let file = gallery.seeds().join("prompts/portrait/linen-north-light.md");
    assert!(done.out.starts_with(&format!("{} is written.\n", file.display())), "{}", done.out);
    assert!(done.out.contains("Write the prompt below its second +++ line"), "{}", done.out);
    let content = fs::read_to_string(&file).unwrap();
    let expected = "+++\ntitle.en = \"Linen & north light\"\ntitle.zh-CN = \"北窗亚麻\"\n\
                    category = \"portrait\"\nendpoint = \"gpt_image_2/text_to_image\"\n\
                    model = \"gpt-image-2\"\nlanguage = \"en\"\ntags = [\"film-look\"]\n\
                    [params]\naspect_ratio = \"3:4\"\n+++\n\n";
    assert_eq!(content, expected);
    let check = gallery.run(&["check", "--strict"]);
    assert_eq!(check.err.lines().count(), 2, "{}", check.err);
    assert!(check.err.contains("the prompt is empty; write it below"), "{}", check.err);
    fs::write(&file, content.trim_end().to_owned() + "\nA woman in linen by a window\n").unwrap();
    gallery.run(&["check", "--strict"]).ok();
}

#[test]
fn a_text_comes_from_a_file_or_from_standard_input_as_it_is() {
    let gallery = Gallery::without_prompts();
    let text = "A \"weaver\"\n+++\n\n  by the window  ";
    let named = [&["weaver"], &COMPLETE[..], &["--text", "-"]].concat();
    let done = new(&gallery, &named, &format!("{text}\n")).ok();
    assert!(!done.out.contains("Write the prompt"), "{}", done.out);
    let file = gallery.folder().join("text.txt");
    fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    let path = file.display().to_string();
    new(&gallery, &[&["loom"], &COMPLETE[..], &["--text", &path]].concat(), "").ok();
    gallery.run(&["check"]).ok();
    gallery.run(&["seed"]).ok();
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/weaver.txt").text(), text);
    assert_eq!(server.get("/prompts/loom.txt").text(), text);
}

#[test]
fn without_a_terminal_everything_missing_is_named_at_once() {
    let gallery = Gallery::without_prompts();
    let done = new(&gallery, &[], "");
    assert!(!done.success);
    for flag in
        ["--language", "--category SLUG", "--endpoint SERVICE/ENDPOINT", "SLUG, or a --title"]
    {
        assert!(done.err.contains(flag), "{flag}: {}", done.err);
    }
    assert!(done.err.ends_with("nothing was written\n"), "{}", done.err);
    // An endpoint of one model needs none to be named, another does.
    let several =
        ["x", "--language", "en", "--category", "video", "--endpoint", "veo_3_1/text_to_video"];
    let done = new(&gallery, &several, "");
    assert!(
        !done.success && done.err.contains("missing: --model MODEL (one of veo-3.1"),
        "{}",
        done.err
    );
    assert_eq!(gallery.seeds().join("prompts").read_dir().unwrap().count(), 0);
}

#[test]
fn everything_wrong_is_told_by_its_flag() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("taken", "A crane");
    let wrong = [
        "new-one",
        "--language",
        "en",
        "--category",
        "portrai",
        "--endpoint",
        "gpt_image_2/text_to_image",
        "--model",
        "gpt-image-3",
        "--param",
        "aspect_ratoi=3:4",
        "--param",
        "output_count",
        "--tag",
        "nihgt",
        "--title",
        "A",
        "--title",
        "B",
        "--text",
        "/nowhere/at/all",
    ];
    let done = new(&gallery, &wrong, "");
    assert!(!done.success);
    for part in [
        "--category: unknown \"portrai\"; did you mean \"portrait\"?",
        "--model: ",
        "did you mean \"gpt-image-2\"?",
        "--param aspect_ratoi: unknown to text_to_image; did you mean \"aspect_ratio\"?",
        "--param output_count: must be written NAME=VALUE",
        "--tag: unknown \"nihgt\"; did you mean \"night\"?",
        "--title: two in en; write --title zh-CN=…",
        "--text: /nowhere/at/all cannot be read",
    ] {
        assert!(done.err.contains(part), "{part}\n{}", done.err);
    }
    let done = new(&gallery, &[&["taken"], &COMPLETE[..]].concat(), "");
    assert!(
        !done.success && done.err.contains("taken.md already; give another SLUG"),
        "{}",
        done.err
    );
    let done = new(&gallery, &[&["North Window"], &COMPLETE[..]].concat(), "");
    assert!(!done.success && done.err.contains("lower-case letters"), "{}", done.err);
}

/// Answers questions on a terminal of its own: what to wait for, and what to type then.
const TERMINAL: &str = r"
import json, os, pty, select, sys, time
program, answers = sys.argv[1:-1], json.loads(sys.argv[-1])
child, terminal = pty.fork()
if child == 0:
    os.execv(program[0], program)
seen = b''
end = time.monotonic() + 120
while time.monotonic() < end:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    if answers and answers[0][0].encode() in seen:
        seen = seen.split(answers[0][0].encode(), 1)[1]
        os.write(terminal, answers.pop(0)[1].encode())
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if not answers else 99)
";

fn on_a_terminal(gallery: &Gallery, arguments: &[&str], answers: &[(&str, &str)]) -> Finished {
    let mut command = Command::new("python3");
    command
        .args(["-c", TERMINAL, PROGRAM, "new"])
        .args(arguments)
        .arg(serde_json::to_string(answers).unwrap())
        .env("TERM", "xterm")
        .env("GALLERY_DATABASE", gallery.database())
        .env("GALLERY_SEEDS", gallery.seeds());
    Finished::of(command.output().unwrap())
}

#[test]
fn on_a_terminal_what_is_missing_is_asked_for() {
    let gallery = Gallery::without_prompts();
    let answers = [
        ("Language of the prompt", "zh\r"),
        ("Title in en", "Night ferry\r"),
        ("Title in zh-CN", "\r"),
        ("Category", "photogr\r"),
        ("Endpoint", "gpt_image_2/text_to_image\r"),
        // The first one, and on.
        ("Parameters to set", " \r"),
        ("aspect_ratio", "16:9\r"),
    ];
    let done = on_a_terminal(&gallery, &["--model", "gpt-image-2"], &answers).ok();
    let file = gallery.seeds().join("prompts/photography/night-ferry.md");
    let content = fs::read_to_string(file).unwrap_or_else(|error| panic!("{error}: {}", done.out));
    for line in [
        "title.en = \"Night ferry\"",
        "language = \"zh-CN\"",
        "category = \"photography\"",
        "endpoint = \"gpt_image_2/text_to_image\"",
        "aspect_ratio = \"16:9\"",
    ] {
        assert!(content.contains(line), "{line}\n{content}");
    }
}

/// What bash offers at the end of a command line, by the script a user would source.
fn offered(gallery: &Gallery, line: &str) -> Vec<String> {
    let script = r#"
        source <(prompt-gallery completions bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
        read -ra COMP_WORDS <<<"$1"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        how=$(complete -p prompt-gallery)
        how=${how##*-F }
        compopt() { :; }
        "${how%% *}" prompt-gallery "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let folder = std::path::Path::new(PROGRAM).parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", script, "bash", line]);
    bash.env("PATH", path).env("GALLERY_SEEDS", gallery.seeds());
    let done = Finished::of(bash.output().unwrap()).ok();
    assert_eq!(done.err, "");
    let lines = done.out.lines().map(|line| line.trim_end().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn bash_completes_commands_flags_and_what_the_seeds_offer() {
    let gallery = Gallery::without_prompts();
    let offers = |line: &str| offered(&gallery, line);
    assert_eq!(offers("prompt-gallery comp"), ["completions"]);
    let flags = offers("prompt-gallery new --");
    assert!(flags.contains(&"--endpoint".into()) && flags.contains(&"--seeds".into()), "{flags:?}");
    assert_eq!(offers("prompt-gallery new --category port"), ["portrait"]);
    let endpoints = offers("prompt-gallery new --endpoint gpt_image_2/t");
    assert_eq!(endpoints, ["gpt_image_2/text_to_image"]);
    let line = "prompt-gallery new --endpoint veo_3_1/text_to_video --model ";
    let models = offers(line);
    assert!(
        models.len() > 1 && models.iter().all(|model| model.starts_with("veo-3.1")),
        "{models:?}"
    );
    assert_eq!(offers("prompt-gallery check --format j"), ["json"]);
    assert_eq!(offers("prompt-gallery check --accept near"), ["near-duplicate"]);
    // Broken seeds are no reason for a shell to print anything.
    gallery.write("tags.toml", "broken");
    assert_eq!(offers("prompt-gallery new --category port"), Vec::<String>::new());
}

#[test]
fn other_shells_get_a_script_too() {
    let gallery = Gallery::without_prompts();
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let script = gallery.run(&["completions", shell]).ok().out;
        assert!(script.contains("prompt-gallery"), "{shell}: {script}");
    }
    let done = gallery.run(&["completions", "csh"]);
    assert!(!done.success && done.err.contains("bash"), "{}", done.err);
}

#[test]
fn the_manual_is_what_a_reader_of_manuals_takes() {
    let gallery = Gallery::without_prompts();
    let read = |page: &str| {
        let mut mandoc = Command::new("mandoc");
        mandoc.args(["-T", "utf8", "-W", "error"]).arg(page);
        // Without the overstriking that makes letters bold.
        let out = Finished::of(mandoc.output().unwrap()).ok().out;
        let mut plain = String::new();
        for c in out.chars() {
            match c {
                '\u{8}' => plain.truncate(plain.char_indices().next_back().map_or(0, |(at, _)| at)),
                c => plain.push(c),
            }
        }
        plain
    };
    let folder = gallery.folder().join("man");
    let path = folder.display().to_string();
    gallery.run(&["man", "--out", &path]).ok();
    let page = read(&format!("{path}/prompt-gallery.1"));
    for command in ["serve", "seed", "check", "new", "completions", "export", "doctor"] {
        assert!(page.contains(&format!("prompt-gallery-{command}(1)")), "{command}\n{page}");
    }
    let page = read(&format!("{path}/prompt-gallery-check.1"));
    assert!(page.contains("--strict") && page.contains("Exit codes"), "{page}");
    let printed = gallery.run(&["man"]).ok().out;
    assert_eq!(printed, fs::read_to_string(folder.join("prompt-gallery.1")).unwrap());
}
