//! What `check` doubts: every kind of warning, how it is accepted, and what programs read of it.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Finished, Gallery};

const WINDOW: &str = "A weaver threads her loom by the north window, linen over one arm. Dust in the \
                      light, a kettle on the sill, three spools of indigo on the bench beside her.";

/// What `check --format json` says, and how it ends.
fn report(gallery: &Gallery, arguments: &[&str]) -> (Option<i32>, Value) {
    let all = [&["check", "--format", "json"], arguments].concat();
    let Output { status, stdout, .. } = gallery.command().args(all).output().unwrap();
    (status.code(), serde_json::from_slice(&stdout).unwrap())
}

/// The findings as `code file:line field`, with paths as they are below the folder of prompts.
fn told(report: &Value) -> Vec<String> {
    let tell = |finding: &Value| {
        let file = finding["file"].as_str().unwrap();
        let file = file.rsplit_once("/seeds/").unwrap().1;
        let line = finding["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
        let field = finding["field"].as_str().unwrap_or_default();
        let told = format!("{} {file}{line} {field}", finding["code"].as_str().unwrap());
        told.replace("prompts/", "").trim_end().to_owned()
    };
    report["findings"].as_array().unwrap().iter().map(tell).collect()
}

/// A gallery with one reason for every kind of warning a text can give.
fn doubtful() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with("a-window", "title.en = \"Window\"\ntitle.zh-CN = \"北窗\"", WINDOW);
    let other = WINDOW.replace("a kettle on the sill", "[a kettle] on the shelf");
    gallery.prompt_with("b-copy", "title.en = \" WINDOW \"\nblanks = false", &other);
    let long = "word ".repeat(15) + "end";
    gallery.prompt_with("c-long", &format!("description.en = \"x\"\ntitle.en = \"{long}\""), "雨");
    gallery.prompt("d-wrong", "清晨的渡轮驶出港口，海鸥在上空盘旋，甲板上有人挥手。");
    let blanks = "[[blanks]]\nname = \"hull\"\nlabel.en = \"Hull\"\n[[blanks]]\nname = \"mast\"";
    gallery.prompt_with("e-blanks", blanks, "A boat with a [hull] of [wood] and {sail colour}");
    let key = ["sk", "aB3dE5gH7jK9mN1pQ3rS5tU7"].join("-");
    let text =
        format!("A lighthouse keeper\nwrites to anna@mail.dk\nwith {key}\nand si\u{200B}gns");
    gallery.prompt("f-slipped", &text);
    gallery.write("media/left-over.png", "no picture");
    gallery
}

const DOUBTS: [&str; 14] = [
    "near-duplicate b-copy.md:9 text",
    "repeated-title b-copy.md:6 title.en",
    "missing-translation b-copy.md:6 title.zh-CN",
    "long-title c-long.md:7 title.en",
    "missing-translation c-long.md:7 title.zh-CN",
    "missing-translation c-long.md:6 description.zh-CN",
    "wrong-language d-wrong.md:5 language",
    "missing-translation e-blanks.md:6 blanks.label.zh-CN",
    "unused-blank e-blanks.md:9 blanks",
    "undeclared-blank e-blanks.md:12 blanks",
    "unread-blank e-blanks.md:12 blanks",
    "secret f-slipped.md:9 text",
    "secret f-slipped.md:10 text",
    "hidden-characters f-slipped.md:11 text",
];

#[test]
fn everything_doubtful_is_warned_of_where_it_stands_with_a_remedy() {
    let gallery = doubtful();
    let (code, report) = report(&gallery, &[]);
    assert_eq!(code, Some(0));
    let mut told = told(&report);
    let mut expected: Vec<String> = DOUBTS.map(str::to_owned).into();
    expected.push("unused-media media/left-over.png".into());
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    assert_eq!(
        (&report["ok"], &report["errors"], &report["warnings"], &report["prompts"]),
        (&json!(true), &json!(0), &json!(expected.len()), &json!(6))
    );
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["severity"], "warning");
        assert!(!finding["message"].as_str().unwrap().is_empty(), "{finding}");
        assert!(!finding["remedy"].as_str().unwrap().is_empty(), "{finding}");
    }
    let find = |code: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["code"] == code).unwrap().clone()
    };
    let near = find("near-duplicate");
    let message = near["message"].as_str().unwrap();
    assert!(message.contains(" % of it is in ") && message.contains("a-window.md"), "{message}");
    let unread = find("unread-blank");
    assert!(unread["message"].as_str().unwrap().contains("{sail colour}"), "{unread}");
    assert!(unread["remedy"].as_str().unwrap().contains("{{sail colour}}"), "{unread}");
    // Nobody is kept from seeding, but for the picture that is none.
    let human = gallery.run(&["check"]).ok();
    assert_eq!(human.out.lines().count(), expected.len() + 1, "{}", human.out);
    assert!(human.out.contains("15 warnings (1 near-duplicate, "), "{}", human.out);
    assert!(human.out.contains("add it [missing-translation]\n"), "{}", human.out);
    gallery.run(&["seed"]).ok();
}

#[test]
fn warnings_fail_a_strict_check_and_nothing_else() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a-window", WINDOW);
    let run = |arguments: &[&str]| {
        let output = gallery.command().args(arguments).output().unwrap();
        (output.status.code(), Finished::of(output))
    };
    assert_eq!(run(&["check", "--strict"]).0, Some(0));
    gallery.prompt("b-copy", WINDOW);
    let (code, done) = run(&["check", "--strict"]);
    assert_eq!(code, Some(3));
    assert_eq!(done.err, "warnings found: 1, and --strict lets none pass\n");
    assert!(done.out.contains("the text of ") && done.out.contains("a-window.md"), "{}", done.out);
    assert_eq!(run(&["check"]).0, Some(0));
    let (code, strict) = report(&gallery, &["--strict"]);
    assert_eq!((code, &strict["ok"]), (Some(3), &json!(false)));
    // An error is one, strict or not, and hides no warning.
    gallery.prompt_with("c-wrong", "featured = \"yes\"", "A crane");
    let (code, wrong) = report(&gallery, &["--strict"]);
    assert_eq!((code, &wrong["ok"], &wrong["prompts"]), (Some(1), &json!(false), &Value::Null));
    assert_eq!(told(&wrong), ["invalid c-wrong.md:6 featured", "near-duplicate b-copy.md:8 text"]);
    let (code, done) = run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(done.err.ends_with("1 problem found, nothing was changed\n"), "{}", done.err);
    assert!(done.out.starts_with("warning: ") && done.out.lines().count() == 1, "{}", done.out);
    assert_eq!(run(&["check", "--format", "jsno"]).0, Some(2));
}

#[test]
fn an_error_is_split_into_what_is_wrong_and_what_to_do() {
    let gallery = Gallery::without_prompts();
    gallery.prompt_with("crane", "tags = [\"nihgt\"]", "A crane");
    gallery.write("prompts/off.md", "no front matter");
    let (_, report) = report(&gallery, &[]);
    let tags = &report["findings"][0];
    assert_eq!(tags["severity"], "error");
    assert_eq!((&tags["line"], &tags["field"]), (&json!(6), &json!("tags")));
    assert_eq!(tags["message"], "unknown \"nihgt\"");
    assert_eq!(tags["remedy"], "did you mean \"night\"?");
    assert_eq!(report["findings"][1]["field"], Value::Null);
}

#[test]
fn a_prompt_accepts_what_is_meant_and_says_nothing_in_vain() {
    let gallery = Gallery::without_prompts();
    let first = gallery.prompt("a-window", WINDOW);
    gallery.prompt_with(
        "b-copy",
        "title.en = \"x\"\naccept = [\"near-duplicate\", \"missing-translation\"]",
        WINDOW,
    );
    let (code, clean) = report(&gallery, &["--strict"]);
    assert_eq!((code, told(&clean)), (Some(0), vec![]));
    // Either of the two may say so.
    gallery.prompt_with("a-window", "accept = [\"near-duplicate\"]", WINDOW);
    gallery.prompt("b-copy", WINDOW);
    assert_eq!(told(&report(&gallery, &[]).1), Vec::<String>::new());
    std::fs::remove_file(first).unwrap();
    gallery.prompt_with("b-copy", "accept = [\"near-duplicate\"]", WINDOW);
    let (_, vain) = report(&gallery, &[]);
    assert_eq!(told(&vain), ["unused-accept b-copy.md:6 accept"]);
    // A name that is none, and one that no prompt can answer for.
    gallery.prompt_with("b-copy", "accept = [\"near-duplicat\", \"unused-media\"]", WINDOW);
    let (code, wrong) = report(&gallery, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(told(&wrong), ["invalid b-copy.md:6 accept", "invalid b-copy.md:6 accept"]);
    assert_eq!(wrong["findings"][0]["message"], "\"unused-media\" is not for a prompt to accept");
    assert_eq!(wrong["findings"][1]["remedy"], "did you mean \"near-duplicate\"?");
    // Of a retired prompt nobody doubts anything.
    gallery.prompt_with("c-gone", "status = \"retired\"\ntitle.en = \"y\"", WINDOW);
    gallery.prompt_with("b-copy", "", WINDOW);
    assert_eq!(told(&report(&gallery, &[]).1), Vec::<String>::new());
    // What the whole gallery accepts stands on the command line.
    gallery.prompt_with("b-copy", "title.en = \"x\"", WINDOW);
    let (code, _) = report(&gallery, &["--strict", "--accept", "missing-translation"]);
    assert_eq!(code, Some(0));
}

#[test]
fn a_workflow_reads_annotations() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("a", WINDOW);
    gallery.prompt("b,100%", WINDOW);
    gallery.prompt("c", WINDOW);
    let output = gallery.command().args(["check", "--format", "github"]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let folder = gallery.seeds().join("prompts").display().to_string();
    let lines: Vec<String> = out.lines().map(|line| line.replace(&folder, "P")).collect();
    let [error, near] = lines.as_slice() else { panic!("{out}") };
    assert!(
        error.starts_with("::error file=P/b%2C100%25.md,title=invalid::the file's name"),
        "{out}"
    );
    let start = "::warning file=P/c.md,line=8,title=near-duplicate::text: ";
    assert!(near.starts_with(start), "{out}");
    assert!(near.ends_with("; keep one of the two, or tell them apart"), "{out}");
}
