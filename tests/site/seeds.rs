//! Seed files: every fault found at once, nothing written by halves, and what the files say
//! shown exactly, at once.

use std::fs;
use std::path::{Path, PathBuf};

use super::migrations::{column, folder, insert, migration, sql};
use crate::support::dom::Element;
use crate::support::{Gallery, Server, root};

/// The front matter every prompt of these tests has, and the lines it takes with its fence.
const FRONT: &str = "+++\ncategory = \"photography\"\nendpoint = \"gpt_image_2/text_to_image\"\n\
                     model = \"gpt-image-2\"\nlanguage = \"en\"\n";

/// What `check` finds, a line a problem, with paths as they are below the seeds folder.
struct Report(Vec<String>);

impl Report {
    /// Checks a gallery that must have problems.
    #[track_caller]
    fn of(gallery: &Gallery) -> Self {
        let output = gallery.command().arg("check").output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{err}");
        let out = String::from_utf8(output.stdout).unwrap();
        let is_warning = |line: &str| line.starts_with("warning: ");
        assert!(out.lines().all(is_warning), "problems belong on standard error: {out}");
        let folder = format!("{}/", gallery.seeds().display());
        let mut lines: Vec<String> = err.lines().map(|line| line.replace(&folder, "")).collect();
        let count = lines.len() - 1;
        let end = lines.pop().unwrap();
        let plural = if count == 1 { "" } else { "s" };
        assert_eq!(end, format!("{count} problem{plural} found, nothing was changed"), "{err}");
        Self(lines)
    }

    /// Exactly one problem begins so, and it says all of this.
    #[track_caller]
    fn has(&self, start: &str, parts: &[&str]) -> &Self {
        let found = self
            .0
            .iter()
            .any(|line| line.starts_with(start) && parts.iter().all(|part| line.contains(part)));
        assert!(found, "no \"{start}\" with {parts:?} in\n{}", self.0.join("\n"));
        self
    }

    /// There is nothing else.
    #[track_caller]
    fn only(&self, count: usize) {
        assert_eq!(self.0.len(), count, "{}", self.0.join("\n"));
    }
}

/// A prompt's file with further front matter from line 6 on.
fn prompt(gallery: &Gallery, name: &str, front_matter: &str, text: &str) -> PathBuf {
    gallery.write(&format!("prompts/{name}.md"), format!("{FRONT}{front_matter}+++\n{text}\n"))
}

/// The whole of the database's file and of its log.
fn bytes(gallery: &Gallery) -> (Vec<u8>, Vec<u8>) {
    let log = gallery.database().with_extension("db-wal");
    (fs::read(gallery.database()).unwrap(), fs::read(log).unwrap_or_default())
}

/// A seeded gallery of two prompts.
fn seeded() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt("lantern", "A paper lantern over still water");
    gallery.prompt("kite", "A kite above the dunes");
    gallery.run(&["seed"]).ok();
    gallery
}

/// The slugs of the prompts a page lists.
fn listed(page: &Element) -> Vec<String> {
    page.all("li.card h3 a")
        .into_iter()
        .map(|link| link.attr("href").unwrap().rsplit_once('/').unwrap().1.to_owned())
        .collect()
}

fn etag(server: &Server, path: &str) -> String {
    server.get(path).header("etag").unwrap().to_owned()
}

// What `check` finds.

#[test]
fn a_sound_gallery_says_so() {
    for gallery in [Gallery::full(), seeded()] {
        let done = gallery.run(&["check"]).ok();
        assert!(done.out.contains("all in order"), "{}", done.out);
        assert_eq!(done.err, "");
    }
    let done = seeded().run(&["check"]).ok();
    assert!(done.out.starts_with("2 prompts"), "{}", done.out);
}

#[test]
fn checking_touches_no_database() {
    let gallery = Gallery::part();
    gallery.run(&["check"]).ok();
    assert!(!gallery.database().parent().unwrap().exists());
}

#[test]
fn every_problem_of_a_prompt_is_reported_with_its_line_and_remedy() {
    let gallery = Gallery::without_prompts();
    prompt(
        &gallery,
        "crane",
        "tags = [\"nihgt\"]\ntitel.en = \"Crane\"\ncreated = \"2026-02-30\"\nfeatured = \"yes\"\n\
         description.en = \"[x](javascript:alert(1))\"\nsource_url = \"ada.example\"\n\
         [params]\naspect_ration = \"3:4\"\noutput_resolution = \"2kk\"\nprompt = \"x\"\n",
        "A crane",
    );
    let report = Report::of(&gallery);
    report
        .has("prompts/crane.md:6: tags: ", &["\"nihgt\"", "did you mean \"night\"?"])
        .has("prompts/crane.md:7: titel: ", &["unknown key", "did you mean \"title\"?"])
        .has("prompts/crane.md:8: created: ", &["2026-11-22"])
        .has("prompts/crane.md:9: featured: ", &["true or false"])
        .has(
            "prompts/crane.md:10: description.en: ",
            &["unsafe link \"javascript:alert(1)\"", "https"],
        )
        .has("prompts/crane.md:11: source_url: ", &["http"])
        .has("prompts/crane.md:13: params.aspect_ration: ", &["did you mean \"aspect_ratio\"?"])
        .has(
            "prompts/crane.md:14: params.output_resolution: ",
            &["\"2kk\"", "\"1k\", \"2k\", \"4k\""],
        )
        .has("prompts/crane.md:15: params.prompt: ", &["remove it"])
        .only(9);
}

#[test]
fn problems_of_all_files_come_in_one_report_in_order() {
    let gallery = Gallery::without_prompts();
    prompt(&gallery, "b-crane", "x = 1\n", "A crane");
    prompt(&gallery, "a-crane", "z = 1\ny = 2\n", "A crane");
    gallery.write("prompts/c-crane.md", "no front matter");
    gallery.write("tags.toml", "[[tags]]\nslug = \"night\"\nname.en = \"Night\"\n");
    let report = Report::of(&gallery);
    let starts: Vec<&str> = report.0.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        starts,
        [
            "prompts/a-crane.md:6",
            "prompts/a-crane.md:7",
            "prompts/b-crane.md:6",
            "prompts/c-crane.md:1",
            "tags.toml:3"
        ]
    );
}

#[test]
fn every_problem_begins_with_the_path_of_its_file() {
    let gallery = Gallery::without_prompts();
    prompt(&gallery, "portrait/crane", "x = 1\n", "A crane");
    prompt(&gallery, "video/crane", "", "A crane");
    gallery.replace("faq/en.md", "{#covers}", "{#cover-art}");
    gallery.replace("catalog.toml", "provider = \"suno\"", "provider = \"sumo\"");
    for file in ["categories.toml", "tags.toml", "agents.toml"] {
        repeat_first_table(&gallery, file);
    }
    let done = gallery.run(&["check"]);
    let lines: Vec<&str> = done.err.lines().collect();
    let (_, problems) = lines.split_last().unwrap();
    for line in problems {
        // A path may be followed by the number of a line.
        let path = line.split(": ").next().unwrap();
        let path = path.split_once(":").map_or(path, |(path, _)| path);
        assert!(Path::new(path).is_file(), "no file is called {path}: {line}");
    }
}

/// Lists the first entry of a file of tables once more.
fn repeat_first_table(gallery: &Gallery, file: &str) {
    let path = gallery.seeds().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let header = format!("\n[[{}]]\n", file.strip_suffix(".toml").unwrap());
    let first = text.split(&header).nth(1).unwrap();
    fs::write(&path, format!("{text}{header}{first}")).unwrap();
}

#[test]
fn unknown_words_are_reported_with_what_was_probably_meant() {
    let gallery = Gallery::without_prompts();
    let file = |category: &str, endpoint: &str, model: &str| {
        format!(
            "+++\ncategory = \"{category}\"\nendpoint = \"{endpoint}\"\nmodel = \"{model}\"\nlanguage = \"en\"\n+++\nx\n"
        )
    };
    let right = ["photography", "gpt_image_2/text_to_image", "gpt-image-2"];
    let [category, endpoint, model] = right;
    gallery.write("prompts/category.md", file("photograhy", endpoint, model));
    gallery.write("prompts/endpoint.md", file(category, "gpt_image_2/txt_to_image", model));
    gallery.write("prompts/model.md", file(category, endpoint, "gpt-imge-2"));
    gallery.write("prompts/far-off.md", file("zzz", "q", "w"));
    gallery.write(
        "prompts/no-model.md",
        file(category, endpoint, model).replace("model = \"gpt-image-2\"\n", ""),
    );
    Report::of(&gallery)
        .has(
            "prompts/category.md:2: category: ",
            &["\"photograhy\"", "did you mean \"photography\"?"],
        )
        .has(
            "prompts/endpoint.md:3: endpoint: ",
            &["\"gpt_image_2/txt_to_image\"", "did you mean \"gpt_image_2/text_to_image\"?"],
        )
        .has("prompts/model.md:4: model: ", &["\"gpt-imge-2\"", "did you mean \"gpt-image-2\"?"])
        .has("prompts/far-off.md:2: category: ", &["known are", "photography", "portrait"])
        .has("prompts/far-off.md:3: endpoint: ", &["service/endpoint"])
        .has("prompts/no-model.md:1: model: ", &["missing", "\"gpt-image-2\""])
        .only(6);
}

#[test]
fn what_an_endpoint_requires_and_what_a_value_must_be_is_said() {
    let gallery = Gallery::without_prompts();
    let edit = FRONT.replace("text_to_image", "edit_image");
    gallery.write("prompts/edit.md", format!("{edit}[params]\naspect_ratio = 3\n+++\nx\n"));
    gallery.write("prompts/bare.md", format!("{edit}+++\nx\n"));
    Report::of(&gallery)
        .has("prompts/edit.md:6: params.source_image_urls: ", &["required by edit_image", "add it"])
        .has("prompts/edit.md:7: params.aspect_ratio: ", &["must be", "not 3"])
        .has("prompts/bare.md:1: params.source_image_urls: ", &["required by edit_image"])
        .only(3);
}

#[test]
fn a_text_longer_than_its_model_takes_is_reported_where_it_begins() {
    let gallery = Gallery::without_prompts();
    gallery.replace(
        "catalog.toml",
        "slug = \"text_to_image\"\nname = \"Text to Image\"\nmodality = \"image\"\ntext_field = \"prompt\"\n\
         result_field = \"images\"\nmodels = [\"gpt-image-2\"]\n[services.endpoints.parameters]\n\
         prompt = { type = \"string\", required = true }",
        "slug = \"text_to_image\"\nname = \"Text to Image\"\nmodality = \"image\"\ntext_field = \"prompt\"\n\
         result_field = \"images\"\nmodels = [\"gpt-image-2\"]\n[services.endpoints.parameters]\n\
         prompt = { type = \"string\", required = true, bounds = { \"gpt-image-2\" = { max_length = 8 } } }",
    );
    prompt(&gallery, "fits", "", "八个字符刚刚好啊");
    prompt(&gallery, "long", "featured = true\n", "九个字符就太长了啊");
    Report::of(&gallery)
        .has("prompts/long.md:8: text: ", &["has 9 characters", "at most 8", "shorten it"])
        .only(1);
}

#[test]
fn a_file_that_is_not_text_is_reported_with_the_line() {
    let gallery = Gallery::without_prompts();
    let with = |end: &[u8]| [FRONT.as_bytes(), b"+++\nA crane\n", end].concat();
    gallery.write("prompts/latin.md", with(b"caf\xe9\n"));
    gallery.write("prompts/nul.md", with(b"\nb\0\n"));
    gallery.write("prompts/escaped.md", format!("{FRONT}author = \"a\\u0000\"\n+++\nx\n"));
    Report::of(&gallery)
        .has("prompts/latin.md:8: ", &["UTF-8"])
        .has("prompts/nul.md:9: ", &["NUL", "remove it"])
        .has("prompts/escaped.md:6: author: ", &["NUL", "remove it"])
        .only(3);
}

#[test]
fn a_prompt_without_a_text_is_reported() {
    let gallery = Gallery::without_prompts();
    gallery.write("prompts/nothing.md", format!("{FRONT}+++"));
    gallery.write("prompts/blank.md", format!("{FRONT}+++\n \n\t\u{3000}\n"));
    Report::of(&gallery)
        .has("prompts/nothing.md:7: text: ", &["empty", "+++"])
        .has("prompts/blank.md:7: text: ", &["empty"])
        .only(2);
}

#[test]
fn front_matter_that_is_missing_or_broken_is_reported() {
    let gallery = Gallery::without_prompts();
    gallery.write("prompts/missing.md", "A crane\n");
    gallery.write("prompts/open.md", FRONT);
    gallery.write("prompts/nothing.md", "");
    gallery.write("prompts/syntax.md", format!("{FRONT}[params\n+++\nx\n"));
    gallery.write("prompts/value.md", format!("{FRONT}featured = yes\n+++\nx\n"));
    gallery.write("prompts/twice.md", format!("{FRONT}author = \"a\"\nauthor = \"b\"\n+++\nx\n"));
    gallery.write("prompts/bare.md", "+++\n+++\nx\n");
    Report::of(&gallery)
        .has("prompts/missing.md:1: ", &["front matter", "+++"])
        .has("prompts/open.md:1: ", &["front matter", "+++"])
        .has("prompts/nothing.md:1: ", &["front matter", "+++"])
        .has("prompts/syntax.md:6: ", &["not valid TOML"])
        .has("prompts/value.md:6: ", &["not valid TOML"])
        .has("prompts/twice.md:7: ", &["not valid TOML"])
        .has("prompts/bare.md:2: category: ", &["missing; add it"])
        .has("prompts/bare.md:2: endpoint: ", &["missing; add it"])
        .has("prompts/bare.md:2: language: ", &["missing; add it"]);
}

#[test]
fn an_unknown_language_is_reported_wherever_one_is_named() {
    let gallery = Gallery::without_prompts();
    gallery.write(
        "prompts/crane.md",
        FRONT.replace("\"en\"", "\"zh\"") + "title.zh = \"吊车\"\n+++\nx\n",
    );
    Report::of(&gallery)
        .has("prompts/crane.md:5: language: ", &["\"zh\"", "\"zh-CN\""])
        .has("prompts/crane.md:6: title.zh: ", &["unknown language", "did you mean \"zh-CN\"?"])
        .only(2);
}

#[test]
fn one_fault_of_a_prompt_does_not_hide_another() {
    let gallery = Gallery::without_prompts();
    let file = "+++\ncategory = \"photograhy\"\nendpoint = \"gpt_image_2/txt_to_image\"\nmodel = \"gpt-image-2\"\n\
                language = \"fr\"\ntags = [\"nihgt\"]\n+++\nx\n";
    gallery.write("prompts/crane.md", file);
    Report::of(&gallery)
        .has("prompts/crane.md:2: category: ", &["did you mean \"photography\"?"])
        .has("prompts/crane.md:3: endpoint: ", &["did you mean \"gpt_image_2/text_to_image\"?"])
        .has("prompts/crane.md:5: language: ", &["\"fr\""])
        .has("prompts/crane.md:6: tags: ", &["did you mean \"night\"?"])
        .only(4);
}

#[test]
fn descriptions_are_checked_on_their_own_lines() {
    let gallery = Gallery::without_prompts();
    prompt(
        &gallery,
        "crane",
        "description.en = \"Fine.\"\ndescription.zh-CN = \"<b>粗</b>\"\n",
        "A crane",
    );
    prompt(
        &gallery,
        "derrick",
        "description.en = \"\"\"\nFine.\n\n<script>alert(1)</script>\n\"\"\"\n",
        "A derrick",
    );
    Report::of(&gallery)
        .has("prompts/crane.md:7: description.zh-CN: ", &["raw HTML \"<b>\"", "remove it"])
        .has("prompts/derrick.md:9: description.en: ", &["raw HTML", "<script>"]);
}

#[test]
fn names_that_cannot_be_addresses_are_reported() {
    let gallery = Gallery::without_prompts();
    for name in ["Crane", "a--b", "a b", "吊车"] {
        prompt(&gallery, name, "", "x");
    }
    prompt(&gallery, "derrick", "aliases = [\"Old Name\", \"winch\", \"derrick\"]\n", "x");
    prompt(&gallery, "winch", "", "x");
    gallery.write("prompts/notes.txt", "x");
    let report = Report::of(&gallery);
    for name in ["Crane", "a--b", "a b", "吊车"] {
        report.has(&format!("prompts/{name}.md: "), &["lower-case letters", "rename it"]);
    }
    report
        .has("prompts/derrick.md:6: aliases: ", &["\"Old Name\""])
        .has("prompts/derrick.md:6: aliases: ", &["\"winch\" is the name of"])
        .has("prompts/derrick.md:6: aliases: ", &["\"derrick\" is the name of"])
        .has("prompts/notes.txt: ", &[".md"])
        .only(8);
}

#[test]
fn two_prompts_cannot_have_one_name() {
    let gallery = Gallery::without_prompts();
    prompt(&gallery, "portrait/crane", "", "x");
    prompt(&gallery, "video/crane", "", "y");
    prompt(&gallery, "derrick", "aliases = [\"old\"]\n", "x");
    prompt(&gallery, "winch", "aliases = [\"old\"]\n", "x");
    Report::of(&gallery)
        .has("prompts/video/crane.md: ", &["taken by", "prompts/portrait/crane.md", "rename"])
        .has("prompts/winch.md:6: aliases: ", &["\"old\"", "prompts/derrick.md"])
        .only(2);
}

#[test]
fn hidden_files_and_readmes_are_no_prompts() {
    let gallery = seeded();
    gallery.write("prompts/README.md", "# How to write prompts");
    gallery.write("prompts/portrait/.draft.md", "not yet");
    gallery.write("prompts/.git/config", "x");
    assert!(gallery.run(&["check"]).ok().out.starts_with("2 prompts"));
}

#[test]
fn a_category_needs_every_language() {
    let gallery = Gallery::without_prompts();
    gallery.write(
        "categories.toml",
        "[[categories]]\nslug = \"photography\"\nname.en = \"Photography\"\ndescription.en = \"Frames.\"\n\
         description.zh-CN = \"\"\n\n[[categories]]\nslug = \"Portrait\"\nicon = \"x\"\n\
         name.en = \"a\"\nname.zh-CN = \"b\"\ndescription.en = \"<i>c</i>\"\ndescription.zh-CN = \"d\"\n",
    );
    Report::of(&gallery)
        .has("categories.toml:3: name.zh-CN: ", &["missing; add it"])
        .has("categories.toml:5: description.zh-CN: ", &["must not be empty"])
        .has("categories.toml:8: slug: ", &["lower-case letters"])
        .has("categories.toml:9: icon: ", &["unknown key"])
        .has("categories.toml:12: description.en: ", &["raw HTML \"<i>\""]);
}

#[test]
fn a_category_a_tag_and_an_agent_are_listed_once() {
    let gallery = Gallery::without_prompts();
    for file in ["categories.toml", "tags.toml", "agents.toml"] {
        repeat_first_table(&gallery, file);
    }
    let report = Report::of(&gallery);
    for file in ["categories.toml", "tags.toml", "agents.toml"] {
        report.has(file, &["listed twice; remove one"]);
    }
    report.only(3);
}

#[test]
fn questions_need_the_same_ids_in_every_language() {
    let gallery = Gallery::without_prompts();
    gallery.replace("faq/en.md", "{#covers}", "{#cover-art}");
    Report::of(&gallery)
        .has("faq/zh-CN.md", &["cover-art", "add it"])
        .has("faq/en.md", &["covers", "add it"])
        .only(2);
}

#[test]
fn questions_and_pages_are_checked() {
    let gallery = Gallery::without_prompts();
    for locale in ["en", "zh-CN"] {
        gallery.write(
            &format!("faq/{locale}.md"),
            "## One {#one}\n\nYes.\n\n## Two\n\nNo.\n\n## Three {#three .promt}\n\n<b>x</b>\n\n## Four {#one}\n\n\
             ## Five {#five .prompt .nonsense}\n\nBelow all of them.\n\n\
             ## Six {#six .nonsense}\n\nBelow none of them.\n",
        );
    }
    gallery.write("about/en.md", "No title.\n");
    fs::remove_file(gallery.seeds().join("about/zh-CN.md")).unwrap();
    Report::of(&gallery)
        .has("faq/en.md:5: Two: ", &["needs an id"])
        .has("faq/en.md:9: Three: ", &["unknown class .promt; did you mean .prompt?"])
        .has("faq/en.md:19: Six: ", &["unknown class .nonsense; known are", ".video", "endpoints"])
        .has("faq/en.md:11: ", &["raw HTML \"<b>\""])
        .has("faq/en.md:13: Four: ", &["no answer"])
        .has("faq/en.md:13: Four: ", &["used twice"])
        .has("about/en.md:1: ", &["title", "# About"])
        .has("about/zh-CN.md: ", &["no such file"]);
}

#[test]
fn a_question_may_be_about_an_endpoint_that_another_gateway_has() {
    let gallery = Gallery::without_prompts();
    for locale in ["en", "zh-CN"] {
        let file = format!("faq/{locale}.md");
        gallery.write(&file, "## One {#one .video .text_too_video}\n\nYes.\n");
    }
    let done = gallery.run(&["check"]).ok();
    let warning =
        "faq/en.md:1: One: no endpoint is called .text_too_video; did you mean .text_to_video?";
    assert!(done.out.contains(warning), "{}", done.out);
    assert!(done.out.contains("nothing wrong, 2 warnings (2 unknown-endpoint)"), "{}", done.out);
}

#[test]
fn the_catalogue_is_checked() {
    let gallery = Gallery::without_prompts();
    gallery.replace(
        "catalog.toml",
        "key_variable = \"RUNAPI_API_KEY\"",
        "key_variable = \"MY KEY\"",
    );
    gallery.replace(
        "catalog.toml",
        "base_url = \"https://runapi.ai\"\n",
        "base_url = \"https://runapi.ai/\"\n",
    );
    gallery.replace("catalog.toml", "provider = \"suno\"", "provider = \"sumo\"");
    let line = |text: &str| {
        let catalog = fs::read_to_string(gallery.seeds().join("catalog.toml")).unwrap();
        1 + catalog.lines().position(|line| line == text).unwrap()
    };
    Report::of(&gallery)
        .has(
            &format!("catalog.toml:{}: platform.key_variable: ", line("key_variable = \"MY KEY\"")),
            &["letters, digits"],
        )
        .has(
            &format!(
                "catalog.toml:{}: platform.base_url: ",
                line("base_url = \"https://runapi.ai/\"")
            ),
            &["trailing slash"],
        )
        .has(
            &format!("catalog.toml:{}: services.provider: ", line("provider = \"sumo\"")),
            &["did you mean \"suno\"?"],
        );
    gallery.replace("catalog.toml", "[platform]", "[platform");
    let at = line("[platform");
    Report::of(&gallery).has(&format!("catalog.toml:{at}: "), &[]).only(1);
}

#[test]
fn files_that_are_missing_are_all_named() {
    let gallery = Gallery::without_prompts();
    for file in ["catalog.toml", "categories.toml", "tags.toml", "agents.toml", "faq/en.md"] {
        fs::remove_file(gallery.seeds().join(file)).unwrap();
    }
    fs::remove_dir(gallery.seeds().join("prompts")).unwrap();
    let report = Report::of(&gallery);
    for file in ["catalog.toml", "categories.toml", "tags.toml", "agents.toml", "faq/en.md"] {
        report.has(&format!("{file}: "), &["no such file; create it"]);
    }
    report.has("prompts: ", &[]);
}

// What `seed` does with them.

#[test]
fn a_failing_seed_run_changes_nothing() {
    let gallery = seeded();
    let before = bytes(&gallery);
    gallery.prompt("kite", "Another kite");
    gallery.prompt("crane", "A crane");
    prompt(&gallery, "broken", "featured = 1\n", "x");
    let done = gallery.run(&["seed"]);
    assert!(!done.success);
    assert!(done.err.contains("broken.md:6: featured"), "{}", done.err);
    assert_eq!(done.out, "");
    assert!(bytes(&gallery) == before);
    // Mended, everything comes in.
    prompt(&gallery, "broken", "featured = true\n", "x");
    let done = gallery.run(&["seed"]).ok();
    for line in ["  + broken", "  + crane", "  ~ kite: text"] {
        assert!(done.out.lines().any(|other| other == line), "{line}:\n{}", done.out);
    }
}

#[test]
fn a_failing_seed_run_leaves_a_running_server_as_it_was() {
    let gallery = seeded();
    let server = gallery.serve();
    let (tag, text) = (etag(&server, "/prompts/kite"), server.get("/prompts/kite").text());
    gallery.prompt("kite", "Another kite");
    prompt(&gallery, "broken", "featured = 1\n", "x");
    assert!(!gallery.run(&["seed"]).success);
    assert_eq!(etag(&server, "/prompts/kite"), tag);
    assert_eq!(server.get("/prompts/kite").text(), text);
}

#[test]
fn a_broken_gallery_makes_no_database() {
    let gallery = Gallery::without_prompts();
    gallery.write("prompts/broken.md", "x");
    assert!(!gallery.run(&["seed"]).success);
    assert!(!gallery.run(&["seed", "--dry-run"]).success);
    assert!(!gallery.database().parent().unwrap().exists());
}

#[test]
fn a_dry_run_prints_the_plan_and_changes_nothing() {
    let gallery = seeded();
    let before = bytes(&gallery);
    prompt(&gallery, "lantern", "title.en = \"Lantern\"\nfeatured = true\n", "A tin lantern");
    gallery.prompt("crane", "A crane");
    fs::remove_file(gallery.seeds().join("prompts/kite.md")).unwrap();
    gallery.replace("categories.toml", "name.en = \"Photography\"", "name.en = \"Photographs\"");
    let plan = gallery.run(&["seed", "--dry-run", "--prune"]).ok().out;
    for line in [
        "  + crane",
        "  ~ lantern: title, text, featured",
        "  - kite",
        "  ~ categories: 0 added, 1 changed, 0 removed",
        "1 prompt added, 1 changed, 1 removed, 0 unchanged",
    ] {
        assert!(plan.lines().any(|other| other == line), "{line}:\n{plan}");
    }
    assert!(plan.contains("dry run: nothing was changed"), "{plan}");
    assert!(bytes(&gallery) == before);
    let names = fs::read_dir(gallery.database().parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "only the database itself");
    // What was planned is what is done.
    let done = gallery.run(&["seed", "--prune"]).ok().out;
    assert_eq!(done.trim_end(), plan.replace("dry run: nothing was changed", "").trim_end());
}

#[test]
fn a_dry_run_without_a_database_makes_none() {
    let gallery = Gallery::part();
    let plan = gallery.run(&["seed", "--dry-run"]).ok().out;
    assert!(plan.contains("  + canal-lock-six-panels"), "{plan}");
    assert!(!gallery.database().parent().unwrap().exists());
}

#[test]
fn a_dry_run_with_a_new_migration_keeps_nothing_of_it() {
    let gallery = seeded();
    let before = bytes(&gallery);
    migration(&gallery, "0002_crane.sql", &insert("crane", "A crane"));
    let migrations = folder(&gallery);
    let arguments = ["seed", "--dry-run", "--migrations", migrations.to_str().unwrap()];
    gallery.run(&arguments).ok();
    assert!(bytes(&gallery) == before);
}

#[test]
fn a_dry_run_beside_a_running_server_changes_nothing() {
    let gallery = seeded();
    let server = gallery.serve();
    let tag = etag(&server, "/prompts");
    let before = bytes(&gallery);
    gallery.prompt("crane", "A crane");
    gallery.run(&["seed", "--dry-run"]).ok();
    assert!(bytes(&gallery) == before);
    assert_eq!(etag(&server, "/prompts"), tag);
    assert_eq!(server.get("/prompts/crane").status, 404);
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let gallery = Gallery::part();
    let first = gallery.run(&["seed"]).ok().out;
    assert!(first.contains(" prompts added, 0 changed, 0 removed, 0 unchanged"), "{first}");
    let server = gallery.serve();
    let tag = etag(&server, "/prompts/canal-lock-six-panels");
    let revision = column(&gallery, "SELECT epoch || revision FROM content");
    let updated = column(&gallery, "SELECT slug || updated FROM prompts ORDER BY id");
    for _ in 0..2 {
        let done = gallery.run(&["seed"]).ok().out;
        assert_eq!(done.lines().count(), 1, "{done}");
        assert!(done.starts_with("seeds unchanged"), "{done}");
        let dry = gallery.run(&["seed", "--dry-run", "--prune"]).ok().out;
        assert_eq!(dry, done);
    }
    assert_eq!(column(&gallery, "SELECT epoch || revision FROM content"), revision);
    assert_eq!(column(&gallery, "SELECT slug || updated FROM prompts ORDER BY id"), updated);
    assert_eq!(etag(&server, "/prompts/canal-lock-six-panels"), tag);
    let answer = server.get_with("/prompts/canal-lock-six-panels", &[("if-none-match", &tag)]);
    assert_eq!(answer.status, 304);
}

#[test]
fn a_restart_leaves_what_visitors_have_kept_fresh() {
    let gallery = seeded();
    let arguments = ["--public-url", "https://prompts.example"];
    let tag = etag(&gallery.serve_with(&arguments), "/prompts/kite");
    assert_eq!(etag(&gallery.serve_with(&arguments), "/prompts/kite"), tag);
}

#[test]
fn an_edited_file_shows_on_the_next_request() {
    let gallery = seeded();
    let server = gallery.serve();
    let mut tag = etag(&server, "/prompts/kite");
    for round in 0..5 {
        let text = format!("A kite, seen {round} times by quorble{round}");
        gallery.prompt("kite", &text);
        gallery.run(&["seed"]).ok();
        let answer = server.get_with("/prompts/kite.txt", &[("if-none-match", &tag)]);
        assert_eq!((answer.status, answer.text()), (200, text.clone()));
        let next = answer.header("etag").unwrap().to_owned();
        assert_ne!(next, tag);
        tag = next;
        assert_eq!(server.page("/prompts/kite").one("#prompt-text").text(), text);
        assert_eq!(listed(&server.page(&format!("/prompts?q=quorble{round}"))), ["kite"]);
    }
    assert_eq!(listed(&server.page("/prompts?q=quorble0")), [""; 0]);
}

#[test]
fn what_was_edited_while_nothing_ran_shows_from_the_start_on() {
    let gallery = seeded();
    drop(gallery.serve());
    gallery.prompt("kite", "A kite, seen again by quorble");
    gallery.prompt("reef", "A reef beside the quorble");
    let server = gallery.serve();
    assert!(server.greeting.contains(": 3 prompts"), "{}", server.greeting);
    assert!(server.page("/prompts/kite").one("#prompt-text").text().ends_with("quorble"));
    let mut found = listed(&server.page("/prompts?q=quorble"));
    found.sort();
    assert_eq!(found, ["kite", "reef"]);
    drop(server);
    gallery.write("prompts/reef.md", "no front matter");
    let refused = gallery.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!refused.success && refused.err.contains("reef.md"), "{}", refused.err);
}

#[test]
fn each_field_can_be_changed_alone_and_changed_back() {
    let gallery = seeded();
    let server = gallery.serve();
    let cases = [
        ("title.en = \"Kite\"", "title", serde_json::json!("Kite")),
        ("description.en = \"Up *high*.\"", "description", serde_json::json!("Up *high*.")),
        ("tags = [\"night\", \"macro\"]", "tags", serde_json::json!(["night", "macro"])),
        ("featured = true", "featured", serde_json::json!(true)),
        ("author = \"Ada\"", "author", serde_json::json!("Ada")),
        (
            "source_url = \"https://a.example\"",
            "source_url",
            serde_json::json!("https://a.example"),
        ),
        ("license = \"CC0-1.0\"", "license", serde_json::json!("CC0-1.0")),
    ];
    let text = "A kite above the dunes";
    let field = |name: &str| server.get("/prompts/kite.json").json()[name].clone();
    for (front_matter, name, value) in cases {
        let before = field(name);
        for (front_matter, expected) in [(front_matter, &value), ("", &before)] {
            prompt(&gallery, "kite", &format!("{front_matter}\n"), text);
            let done = gallery.run(&["seed"]).ok().out;
            let changes: Vec<&str> = done.lines().filter(|line| line.starts_with("  ")).collect();
            assert_eq!(changes, [format!("  ~ kite: {name}")]);
            assert_eq!(field(name), *expected, "{name}");
        }
    }
    prompt(&gallery, "kite", "created = 2020-01-02\n", text);
    assert!(gallery.run(&["seed"]).ok().out.contains("  ~ kite: created\n"));
    assert_eq!(field("created"), "2020-01-02");
    // A day once known is kept when the file stops naming it.
    prompt(&gallery, "kite", "", text);
    assert!(gallery.run(&["seed"]).ok().out.starts_with("seeds unchanged"));
}

#[test]
fn parameters_are_sent_and_shown_in_the_order_of_the_file() {
    let gallery = seeded();
    let server = gallery.serve();
    let text = "A kite above the dunes";
    let one = "output_resolution = \"2k\"\naspect_ratio = \"3:4\"\n";
    let other = "aspect_ratio = \"3:4\"\noutput_resolution = \"2k\"\n";
    for (params, first, second) in
        [(one, "output_resolution", "aspect_ratio"), (other, "aspect_ratio", "output_resolution")]
    {
        prompt(&gallery, "kite", &format!("[params]\n{params}"), text);
        assert!(gallery.run(&["seed"]).ok().out.contains("  ~ kite: params\n"));
        let json = server.get("/prompts/kite.json").json();
        let body = json["request"]["body"].as_object().unwrap();
        let at = |name: &str| body.keys().position(|key| key == name).unwrap();
        assert!(at(first) < at(second), "{json}");
        let curl = server.page("/prompts/kite").one("#curl-code").text();
        assert!(curl.find(first).unwrap() < curl.find(second).unwrap(), "{curl}");
    }
    prompt(&gallery, "kite", "", text);
    gallery.run(&["seed"]).ok();
    assert!(!server.page("/prompts/kite").one("#curl-code").text().contains("aspect_ratio"));
}

#[test]
fn an_added_file_shows_on_the_next_request() {
    let gallery = seeded();
    let server = gallery.serve();
    let tag = etag(&server, "/prompts");
    assert_eq!(server.get("/prompts/crane").status, 404);
    gallery.prompt("crane", "A quorble crane");
    assert!(gallery.run(&["seed"]).ok().out.contains("  + crane\n"));
    assert_eq!(server.page("/prompts/crane").one("h1").words(), "A quorble crane");
    assert_ne!(etag(&server, "/prompts"), tag);
    assert!(listed(&server.page("/prompts")).contains(&"crane".to_owned()));
    assert_eq!(listed(&server.page("/prompts?q=quorble")), ["crane"]);
}

#[test]
fn a_removed_file_takes_its_prompt_along_only_when_pruning() {
    let gallery = seeded();
    let server = gallery.serve();
    let tag = etag(&server, "/prompts");
    fs::remove_file(gallery.seeds().join("prompts/kite.md")).unwrap();
    let done = gallery.run(&["seed"]).ok().out;
    let reported = done.lines().find(|line| line.contains("kite")).expect(&done);
    assert!(reported.contains("--prune"), "{reported}");
    assert_eq!(server.get("/prompts/kite").status, 200);
    assert_eq!(etag(&server, "/prompts"), tag);

    let done = gallery.run(&["seed", "--prune"]).ok().out;
    assert!(done.contains("  - kite\n"), "{done}");
    assert_eq!(server.get("/prompts/kite").status, 404);
    assert_eq!(server.get("/covers/kite.svg").status, 404);
    assert_eq!(listed(&server.page("/prompts")), ["lantern"]);
    assert_eq!(listed(&server.page("/prompts?q=dunes")), [""; 0]);
    assert_ne!(etag(&server, "/prompts"), tag);
    assert!(gallery.run(&["seed", "--prune"]).ok().out.starts_with("seeds unchanged"));
}

#[test]
fn a_changed_category_or_question_shows_on_the_next_request() {
    let gallery = seeded();
    let server = gallery.serve();
    let tag = etag(&server, "/prompts/kite");
    gallery.replace("categories.toml", "name.en = \"Photography\"", "name.en = \"Quorble frames\"");
    gallery.replace("faq/en.md", "Are the covers made by the models?", "Who drew the covers?");
    let done = gallery.run(&["seed"]).ok().out;
    assert!(done.contains("categories: 0 added, 1 changed, 0 removed"), "{done}");
    assert!(done.contains("questions: 0 added, 1 changed, 0 removed"), "{done}");
    assert_ne!(etag(&server, "/prompts/kite"), tag);
    assert!(server.page("/prompts/kite").one("nav.crumbs").words().contains("Quorble frames"));
    assert!(server.page("/faq").one("main").words().contains("Who drew the covers?"));
    // Prompts are found by the words of the shelf they stand on.
    assert_eq!(listed(&server.page("/prompts?q=quorble")).len(), 2);
}

#[test]
fn a_renamed_file_with_its_old_name_as_alias_stays_the_same_prompt() {
    let gallery = seeded();
    let server = gallery.serve();
    sql(&gallery, "UPDATE prompts SET created = '2020-03-04' WHERE slug = 'kite'").unwrap();
    let id = column(&gallery, "SELECT CAST(id AS TEXT) FROM prompts WHERE slug = 'kite'");
    fs::remove_file(gallery.seeds().join("prompts/kite.md")).unwrap();
    prompt(&gallery, "paper-kite", "aliases = [\"kite\"]\n", "A kite above the dunes");
    let done = gallery.run(&["seed"]).ok().out;
    assert!(done.contains("  ~ paper-kite (was kite): slug"), "{done}");
    assert_eq!(server.get("/prompts/paper-kite.json").json()["created"], "2020-03-04");
    assert_eq!(
        column(&gallery, "SELECT CAST(id AS TEXT) FROM prompts WHERE slug = 'paper-kite'"),
        id
    );
    for (old, new) in [
        ("/prompts/kite?code=go", "/prompts/paper-kite?code=go"),
        ("/zh-CN/prompts/kite.txt", "/zh-CN/prompts/paper-kite.txt"),
        ("/covers/kite.svg", "/covers/paper-kite.svg"),
        ("/prompts/kite/snippets/curl", "/prompts/paper-kite/snippets/curl"),
    ] {
        let answer = server.get(old);
        assert_eq!((answer.status, answer.header("location")), (301, Some(new)), "{old}");
    }
    assert!(gallery.run(&["seed", "--prune"]).ok().out.starts_with("seeds unchanged"));
    assert_eq!(listed(&server.page("/prompts")).len(), 2);
}

#[test]
fn a_file_moved_to_another_folder_is_the_same_prompt() {
    let gallery = seeded();
    let folder = gallery.seeds().join("prompts");
    fs::create_dir(folder.join("photography")).unwrap();
    fs::rename(folder.join("kite.md"), folder.join("photography/kite.md")).unwrap();
    assert!(gallery.run(&["seed", "--prune"]).ok().out.starts_with("seeds unchanged"));
}

#[test]
fn an_alias_of_a_new_prompt_redirects_too() {
    let gallery = seeded();
    prompt(&gallery, "crane", "aliases = [\"derrick\", \"winch\"]\n", "A crane");
    let server = gallery.serve();
    for old in ["derrick", "winch"] {
        let answer = server.get(&format!("/prompts/{old}"));
        assert_eq!((answer.status, answer.header("location")), (301, Some("/prompts/crane")));
    }
}

#[test]
fn seeding_and_pruning_never_touch_rows_added_by_sql() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    let row =
        "SELECT slug || text || created || updated || origin FROM prompts WHERE origin = 'sql'";
    let before = column(&gallery, row);
    assert_eq!(before.len(), 1);
    gallery.prompt("kite", "Another kite");
    for arguments in [["seed"].as_slice(), &["seed", "--prune"]] {
        let done = gallery.run(arguments).ok().out;
        assert!(!done.contains("crane"), "{done}");
        assert_eq!(column(&gallery, row), before);
    }
    fs::remove_dir_all(gallery.seeds().join("prompts")).unwrap();
    fs::create_dir(gallery.seeds().join("prompts")).unwrap();
    gallery.run(&["seed", "--prune"]).ok();
    assert_eq!(column(&gallery, "SELECT slug FROM prompts"), ["crane"]);
    assert_eq!(column(&gallery, row), before);
    let server = gallery.serve();
    assert_eq!(server.get("/prompts/crane.txt").text(), "A crane");
}

#[test]
fn a_file_with_the_name_of_a_prompt_added_by_sql_is_refused() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    let file = prompt(&gallery, "architecture/crane", "", "Mine");
    gallery.prompt("winch", "A winch");
    let before = bytes(&gallery);
    for arguments in [["seed"].as_slice(), &["seed", "--dry-run"], &["seed", "--prune"]] {
        let done = gallery.run(arguments);
        assert!(!done.success);
        assert!(
            done.err.contains("crane.md") && done.err.contains("rename the file"),
            "{}",
            done.err
        );
        assert!(
            done.err.contains(file.to_str().unwrap()),
            "the file as it is called: {}",
            done.err
        );
        assert!(bytes(&gallery) == before);
    }
}

#[test]
fn an_alias_that_is_the_name_of_a_prompt_added_by_sql_is_refused_by_file() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    let before = bytes(&gallery);
    prompt(&gallery, "derrick", "aliases = [\"crane\"]\n", "A derrick");
    let done = gallery.run(&["seed"]);
    assert!(!done.success);
    assert!(done.err.contains("derrick") && done.err.contains("crane"), "{}", done.err);
    assert!(bytes(&gallery) == before);
}

#[test]
fn an_old_name_of_a_prompt_renamed_by_sql_is_not_taken_from_it_by_an_alias() {
    let gallery = seeded();
    sql(&gallery, &insert("crane", "A crane")).unwrap();
    sql(&gallery, "UPDATE prompts SET slug = 'tower-crane' WHERE slug = 'crane'").unwrap();
    prompt(&gallery, "derrick", "aliases = [\"crane\"]\n", "A derrick");
    let done = gallery.run(&["seed"]);
    assert!(!done.success, "{}", done.out);
    let server = gallery.serve_with(&["--no-seed"]);
    assert_eq!(server.get("/prompts/crane").header("location"), Some("/prompts/tower-crane"));
}

#[test]
fn the_text_is_stored_to_the_last_space() {
    let gallery = Gallery::without_prompts();
    let cases: &[(&str, &[u8], &str)] = &[
        ("plain", b"A crane\n", "A crane"),
        ("no-final-feed", b"A crane", "A crane"),
        ("spaces", b"  \t A crane \t \n", "  \t A crane \t "),
        ("feeds", b"\n\n A crane\n\n\n", "\n\n A crane\n\n"),
        ("crlf", b"\r\nA\r\n\r\ncrane \r\n\r\n", "\nA\n\ncrane \n"),
        ("lone-cr", b"A\rcrane\r", "A\rcrane\r"),
        ("fences", b"+++\nA +++ crane\n+++\n", "+++\nA +++ crane\n+++"),
        (
            "markup",
            b"</code></pre><!-- &amp; \\n \\u0041 {{ x }} <b>\n",
            "</code></pre><!-- &amp; \\n \\u0041 {{ x }} <b>",
        ),
        ("composed", "e\u{301} \u{e9} ﬁ Ａ\n".as_bytes(), "e\u{301} \u{e9} ﬁ Ａ"),
        (
            "invisible",
            "\u{200b}a\u{feff}b\u{202e}c\u{7f}\u{85}\u{1}\n".as_bytes(),
            "\u{200b}a\u{feff}b\u{202e}c\u{7f}\u{85}\u{1}",
        ),
        (
            "wide",
            "起重机 🏗\u{fe0f} 👩🏽\u{200d}🚀\u{a0}\n".as_bytes(),
            "起重机 🏗\u{fe0f} 👩🏽\u{200d}🚀\u{a0}",
        ),
    ];
    for (slug, text, _) in cases {
        gallery.write(&format!("prompts/{slug}.md"), [FRONT.as_bytes(), b"+++\n", text].concat());
    }
    let server = gallery.serve();
    for (slug, _, expected) in cases {
        let body = server.get(&format!("/prompts/{slug}.txt")).body;
        assert_eq!(String::from_utf8(body).unwrap(), *expected, "{slug}.txt");
        assert_eq!(
            server.get(&format!("/prompts/{slug}.json")).json()["text"],
            *expected,
            "{slug}.json"
        );
        assert_eq!(
            server.page(&format!("/prompts/{slug}")).one("#prompt-text").text(),
            *expected,
            "{slug}"
        );
    }
    assert!(gallery.run(&["seed"]).ok().out.starts_with("seeds unchanged"));
}

#[test]
fn a_file_written_by_another_editor_is_the_same_prompt() {
    let gallery = seeded();
    let file = gallery.seeds().join("prompts/kite.md");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    for name in
        ["categories.toml", "tags.toml", "catalog.toml", "agents.toml", "faq/en.md", "about/en.md"]
    {
        let file = gallery.seeds().join(name);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    }
    assert!(gallery.run(&["seed"]).ok().out.starts_with("seeds unchanged"));
}

#[test]
fn seed_files_are_never_written_to() {
    fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .flat_map(|path| {
                if path.is_dir() {
                    contents(&path)
                } else {
                    vec![(path.clone(), fs::read(&path).unwrap())]
                }
            })
            .collect();
        all.sort();
        all
    }
    let gallery = Gallery::part();
    let before = contents(&gallery.seeds());
    gallery.run(&["check"]).ok();
    gallery.run(&["seed", "--prune"]).ok();
    gallery.serve().get("/");
    assert!(contents(&gallery.seeds()) == before);
}

#[test]
fn a_gallery_for_another_gateway_changes_nothing_but_its_platform() {
    let gallery = Gallery::without_prompts();
    gallery.prompt("crane", "A crane");
    let server = gallery.serve();
    let pages = ["/prompts/crane", "/zh-CN/prompts/crane"];
    assert!(server.get(pages[0]).text().contains("https://runapi.ai"));
    assert!(server.get(pages[0]).text().contains("RUNAPI_API_KEY"));

    let file = gallery.seeds().join("catalog.toml");
    let catalog = fs::read_to_string(&file).unwrap();
    let (before, rest) = catalog.split_once("\n[platform]\n").unwrap();
    let (_, after) = rest.split_once("\n[[providers]]\n").unwrap();
    let platform = "\n[platform]\nname = \"Harbour\"\nbase_url = \"https://api.harbour.example\"\n\
                    sdk_base_url = \"https://sdk.harbour.example\"\npath = \"/v9/{service}/{endpoint}\"\n\
                    key_variable = \"HARBOUR_TOKEN\"\nkey_url = \"https://harbour.example/tokens\"\n\
                    mcp_name = \"harbour\"\nmcp_command = [\"uvx\", \"harbour-mcp\"]\n\n[[providers]]\n";
    fs::write(&file, format!("{before}{platform}{after}")).unwrap();
    gallery.run(&["seed"]).ok();

    let path = "/v9/gpt_image_2/text_to_image";
    for page in pages {
        let html = server.get(page).text();
        for old in ["https://runapi.ai", "RUNAPI_API_KEY", "/api/v1/", "claude mcp add runapi"] {
            let line = html.lines().find(|line| line.contains(old));
            assert_eq!(line, None, "{old} is still on {page}");
        }
        let page = server.page(page);
        for language in ["curl", "javascript", "python", "ruby", "go", "php"] {
            let code = page.one(&format!("#{language}-code")).text();
            assert!(code.contains("HARBOUR_TOKEN"), "{language}:\n{code}");
            assert!(code.contains("https://api.harbour.example"), "{language}:\n{code}");
        }
        assert!(
            page.one("#curl-code").text().contains(&format!("https://api.harbour.example{path}"))
        );
        assert!(page.one("aside.facts").words().contains(path));
        assert!(page.one("#instruction").text().contains("Harbour"));
        assert_eq!(
            page.one("#claude-code-install").text(),
            "claude mcp add harbour -s user -- uvx harbour-mcp"
        );
        assert!(page.one("#cursor-install").text().contains("\"harbour\""));
        assert!(page.has("a[href=https://harbour.example/tokens]"));
    }
    let json = server.get("/prompts/crane.json").json();
    assert_eq!(json["request"]["url"], format!("https://api.harbour.example{path}"));
    assert!(server.get("/prompts/crane.md").text().contains(path));
    for language in ["curl", "javascript", "python", "ruby", "go", "php"] {
        let code = server.get(&format!("/prompts/crane/snippets/{language}")).text();
        assert!(!code.contains("https://runapi.ai") && !code.contains("RUNAPI_API_KEY"), "{code}");
    }
}

#[test]
fn the_gallery_that_comes_with_the_program_is_sound() {
    let output = std::process::Command::new(crate::support::PROGRAM)
        .args(["check", "--seeds"])
        .arg(root().join("seeds"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

// Blanks.

#[test]
fn every_fault_of_a_declared_blank_is_reported_with_its_line() {
    let gallery = Gallery::without_prompts();
    let text = "A [kite] in [tone] wind over [place]";
    prompt(
        &gallery,
        "parts",
        "[[blanks]]\nlabel.en = \"No name\"\n\
         [[blanks]]\nname = \"kite\"\nhelp = \"Which\"\nlabel.zh = \"风筝\"\nlable.en = \"Kite\"\n\
         [[blanks]]\nname = 3\ndefault = 4\noptions = \"calm\"\nmultiline = \"yes\"\nrequired = 1\n\
         [[blanks]]\nname = \" \"\n",
        text,
    );
    Report::of(&gallery)
        .has("prompts/parts.md:6: blanks.name: ", &["missing; add it"])
        .has("prompts/parts.md:10: blanks.help: ", &["blanks.help", "help.en"])
        .has("prompts/parts.md:11: blanks.label.zh: ", &["did you mean \"zh-CN\"?"])
        .has("prompts/parts.md:12: blanks.lable: ", &["unknown key", "did you mean \"label\"?"])
        .has("prompts/parts.md:14: blanks.name: ", &["a text"])
        .has("prompts/parts.md:15: blanks.default: ", &["a text"])
        .has("prompts/parts.md:16: blanks.options: ", &["a list of texts"])
        .has("prompts/parts.md:17: blanks.multiline: ", &["true or false"])
        .has("prompts/parts.md:18: blanks.required: ", &["true or false"])
        .has("prompts/parts.md:20: blanks.name: ", &["must not be empty"])
        .only(10);
}

#[test]
fn declarations_that_contradict_each_other_are_reported_where_they_begin() {
    let gallery = Gallery::without_prompts();
    let long = "y".repeat(4001);
    prompt(
        &gallery,
        "sense",
        &format!(
            "[[blanks]]\nname = \"tone\"\ndefault = \"loud\"\noptions = [\"calm\", \"dry\"]\n\
             [[blanks]]\nname = \"Tone\"\n\
             [[blanks]]\nname = \"kite\"\ndefault = \"a\\nb\"\n\
             [[blanks]]\nname = \"place\"\noptions = [\"a\", \"\"]\nmultiline = true\n\
             [[blanks]]\nname = \"-_-\"\n\
             [[blanks]]\nname = \"long\"\ndefault = \"{long}\"\n"
        ),
        "A [kite] in [tone] wind over [place], <-_-> and [long]",
    );
    Report::of(&gallery)
        .has("prompts/sense.md:6: blanks.default: ", &["\"loud\"", "none of the options"])
        .has("prompts/sense.md:10: blanks.name: ", &["\"Tone\"", "declared twice", "remove one"])
        .has("prompts/sense.md:12: blanks.default: ", &["several lines", "multiline = true"])
        .has("prompts/sense.md:15: blanks.options: ", &["empty"])
        .has("prompts/sense.md:15: blanks.multiline: ", &["options", "remove one"])
        .has("prompts/sense.md:19: blanks.name: ", &["a letter or a digit"])
        .has("prompts/sense.md:21: blanks.default: ", &["4000"])
        .only(7);
}

#[test]
fn blanks_are_tables_or_false() {
    let gallery = Gallery::without_prompts();
    for (name, value) in [("text", "\"city\""), ("number", "3"), ("table", "{ name = \"city\" }")] {
        prompt(&gallery, name, &format!("blanks = {value}\n"), "A [city]");
    }
    prompt(
        &gallery,
        "list",
        "blanks = [\n  \"city\",\n  { name = \"tone\" },\n]\n",
        "A [city], [tone]",
    );
    let report = Report::of(&gallery);
    for place in ["text.md:6", "number.md:6", "table.md:6", "list.md:7"] {
        report.has(&format!("prompts/{place}: blanks: "), &["false", "[[blanks]]", "name"]);
    }
    report.only(4);
}

#[test]
fn a_declaration_is_read_whole_and_kept() {
    let gallery = seeded();
    prompt(
        &gallery,
        "kite",
        "[[blanks]]\nname = \"kite\"\nlabel.en = \"Kite\"\nlabel.zh-CN = \"风筝\"\nhelp.en = \"Its shape\"\n\
         default = \"box\"\noptions = [\"box\", \"delta\"]\nrequired = false\n\
         [[blanks]]\nname = \"words\"\nmultiline = true\ndefault = \"\"\"\na\nb\"\"\"\n",
        "A [kite] with [words] above [place]",
    );
    gallery.run(&["seed"]).ok();
    assert!(gallery.run(&["seed"]).ok().out.starts_with("seeds unchanged"));
    let blanks = gallery.serve().get("/prompts/kite.json").json()["blanks"].clone();
    let [kite, words, place] = blanks.as_array().unwrap().as_slice() else { panic!("{blanks}") };
    assert_eq!((&kite["label"], &kite["help"]), (&"Kite".into(), &"Its shape".into()));
    assert_eq!((&kite["default"], &kite["required"]), (&"box".into(), &false.into()));
    assert_eq!(kite["options"], serde_json::json!(["box", "delta"]));
    assert_eq!((&words["default"], &words["multiline"]), (&"a\nb".into(), &true.into()));
    assert_eq!((&place["name"], &place["required"]), (&"place".into(), &true.into()));
}

#[test]
fn doubtful_blanks_are_warned_of_and_nothing_more() {
    let gallery = Gallery::without_prompts();
    prompt(
        &gallery,
        "crane",
        "[[blanks]]\nname = \"crane\"\n[[blanks]]\nname = \"heron\"\n",
        "A [crane] at [quay] with {{lamp}}",
    );
    prompt(&gallery, "off", "blanks = false\n", "A [crane] at rest");
    prompt(&gallery, "sound", "[[blanks]]\nname = \"crane\"\n", "The [crane] in flight");
    let done = gallery.run(&["check"]).ok();
    assert_eq!(done.err, "");
    let folder = gallery.seeds();
    let file = folder.join("prompts/crane.md");
    let lines: Vec<&str> = done.out.lines().collect();
    let [missing, undeclared, verdict] = lines.as_slice() else { panic!("{}", done.out) };
    assert!(missing.starts_with(&format!("warning: {}:8: blanks: ", file.display())), "{missing}");
    assert!(missing.contains("\"heron\" does not occur"), "{missing}");
    assert!(
        undeclared.starts_with(&format!("warning: {}:11: blanks: ", file.display())),
        "{undeclared}"
    );
    for part in ["\"quay\"", "\"lamp\"", "[[blanks]]", "blanks = false"] {
        assert!(undeclared.contains(part), "{part}: {undeclared}");
    }
    assert!(!undeclared.contains("\"crane\""), "{undeclared}");
    assert!(
        verdict.starts_with("3 prompts")
            && verdict.contains("nothing wrong, 2 warnings (1 undeclared-blank, 1 unused-blank)"),
        "{verdict}"
    );
    prompt(&gallery, "crane", "", "A [crane]");
    let done = gallery.run(&["check"]).ok();
    assert!(done.out.contains("nothing wrong, 1 warning ("), "{}", done.out);
    // They keep nobody from seeding.
    gallery.run(&["seed"]).ok();
}

#[test]
fn each_part_of_a_declaration_is_a_change_of_the_blanks() {
    let gallery = seeded();
    let server = gallery.serve();
    let text = "A [kite] above the dunes";
    prompt(&gallery, "kite", "", text);
    gallery.run(&["seed"]).ok();
    let blanks = || server.get("/prompts/kite.json").json()["blanks"].clone();
    let mut before = blanks();
    for front_matter in [
        "blanks = false",
        "[[blanks]]\nname = \"kite\"\nlabel.en = \"Kite\"",
        "[[blanks]]\nname = \"kite\"\nhelp.en = \"Which\"",
        "[[blanks]]\nname = \"kite\"\ndefault = \"box\"",
        "[[blanks]]\nname = \"kite\"\noptions = [\"box\", \"delta\"]",
        "[[blanks]]\nname = \"kite\"\noptions = [\"delta\", \"box\"]",
        "[[blanks]]\nname = \"kite\"\nmultiline = true",
        "[[blanks]]\nname = \"kite\"\nrequired = false",
        "",
    ] {
        let tag = etag(&server, "/prompts/kite");
        prompt(&gallery, "kite", &format!("{front_matter}\n"), text);
        let plan = gallery.run(&["seed", "--dry-run"]).ok().out;
        assert!(plan.contains("  ~ kite: blanks\n"), "{front_matter}: {plan}");
        let done = gallery.run(&["seed"]).ok().out;
        let changes: Vec<&str> = done.lines().filter(|line| line.starts_with("  ")).collect();
        assert_eq!(changes, ["  ~ kite: blanks"], "{front_matter}");
        assert_ne!(blanks(), before, "{front_matter}");
        assert_ne!(etag(&server, "/prompts/kite"), tag, "{front_matter}");
        before = blanks();
    }
    // To say that there may be blanks is to say nothing.
    prompt(&gallery, "kite", "blanks = true\n", text);
    assert!(gallery.run(&["seed"]).ok().out.starts_with("seeds unchanged"));
}
