//! What becomes of collections, and that exporting and importing is going there and back.

use std::fs;

use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::collection::{self, Format};
use crate::media;
use crate::seed::export;

/// A folder of seeds without prompts.
fn seeds() -> TempDir {
    let folder = TempDir::new().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for name in ["catalog.toml", "categories.toml", "tags.toml", "agents.toml"] {
        fs::copy(own.join(name), folder.path().join(name)).unwrap();
    }
    for name in ["faq", "about"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        for locale in Locale::ALL {
            let file = format!("{name}/{locale}.md");
            fs::copy(own.join(&file), folder.path().join(&file)).unwrap();
        }
    }
    fs::create_dir(folder.path().join("prompts")).unwrap();
    folder
}

/// Settings with an endpoint, a model and a category for everything.
fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.mapping.set = object(json!({
        "endpoint": "gpt_image_2/text_to_image", "model": "gpt-image-2", "category": "portrait"
    }));
    settings
}

fn object(value: Value) -> Object {
    value.as_object().unwrap().clone()
}

#[track_caller]
fn plan(folder: &TempDir, format: Format, text: &str, settings: &Settings) -> Import {
    attempt(folder, format, text, settings).unwrap()
}

fn attempt(
    folder: &TempDir,
    format: Format,
    text: &str,
    settings: &Settings,
) -> Result<Import, ImportError> {
    let collection = collection::read(text.as_bytes(), format).unwrap();
    let beside = media::Folder::beside(&folder.path().join("gallery.db"));
    let mut workshop = beside.workshop(media::Mode::Discard);
    Import::plan(folder.path(), "spring", &collection, settings, &mut workshop, |_, _| {})
}

/// Imports a CSV file: what became of each row.
#[track_caller]
fn import(folder: &TempDir, text: &str, settings: &Settings) -> Vec<What> {
    let import = plan(folder, Format::Csv, text, settings);
    import.apply(|_, _| {}).unwrap();
    import.report.rows.iter().map(|row| row.what).collect()
}

#[track_caller]
fn file(folder: &TempDir, path: &str) -> PromptFile {
    let path = folder.path().join("prompts").join(path);
    let content = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    PromptFile::parse(&content).unwrap()
}

fn files(folder: &TempDir) -> usize {
    prompt_paths(folder.path(), &mut Problems::default()).len()
}

/// What is wrong with a row, as `field: message`.
fn reasons(import: &Import, row: usize) -> Vec<String> {
    let outcome = import.report.rows.iter().find(|outcome| outcome.row == row).unwrap();
    outcome.reasons.iter().map(|reason| format!("{}: {}", reason.field, reason.message)).collect()
}

#[test]
fn columns_are_guessed_and_told() {
    let fields = |header: &str, settings: &Settings| -> Vec<String> {
        let import = plan(&seeds(), Format::Csv, header, settings);
        let mut fields: Vec<String> = import
            .report
            .columns
            .iter()
            .map(|column| format!("{}={}", column.column, column.field.as_deref().unwrap_or("-")))
            .collect();
        fields.sort();
        fields
    };
    let usual = settings();
    assert_eq!(
        fields("id,Act,Prompt,Title (EN),title_zh,Tags,params.n,weather\n", &usual),
        [
            "Act=title",
            "Prompt=text",
            "Tags=tags",
            "Title (EN)=title.en",
            "id=key",
            "params.n=params.n",
            "title_zh=title.zh-CN",
            "weather=-",
        ]
    );
    assert_eq!(
        fields("标题,提示词,分类,作者,来源,编号\n", &usual),
        [
            "作者=author",
            "分类=category",
            "提示词=text",
            "来源=source_url",
            "标题=title",
            "编号=key"
        ]
    );
    let mut told = settings();
    told.mapping = Mapping {
        set: told.mapping.set,
        ..Mapping::parse("key = \"no\"\n[map]\ntext = \"b\"\ntitle.en = \"a\"\nauthor = \"\"\n")
            .unwrap()
    };
    assert_eq!(fields("a,b,no,author\n", &told), ["a=title.en", "author=-", "b=text", "no=key"]);
    let refusal = |header: &str, map: Value| {
        let mut settings = settings();
        settings.mapping.map = object(map);
        attempt(&seeds(), Format::Csv, header, &settings).unwrap_err().to_string()
    };
    assert!(refusal("a,b\n", json!({})).contains("--map text=COLUMN; columns are a, b"));
    let both = refusal("promt\n", json!({"text": "prompt", "titel": "promt"}));
    assert!(both.contains("no column \"prompt\"; did you mean \"promt\"?"), "{both}");
    assert!(both.contains("no such field; did you mean \"title\"?"), "{both}");
    assert!(Mapping::parse("a = 1\nmapp = 2").is_err());
    let mut wrong = settings();
    wrong.mapping.set =
        object(json!({"category": "portrat", "endpoint": "gpt_image_2/txt_to_image"}));
    let wrong = attempt(&seeds(), Format::Csv, "text\na", &wrong).unwrap_err().to_string();
    assert!(
        wrong.contains("did you mean \"portrait\"?") && wrong.contains("text_to_image\"?"),
        "{wrong}"
    );
}

#[test]
fn a_row_and_its_file_stay_together() {
    let folder = seeds();
    let first = "id,title,title_zh,prompt,author\n1,Linen,亚麻,\"A  portrait\r\n in linen \",Ada\n\
                 2,,,雨后的石桥，桥下有一条乌篷船,\n";
    assert_eq!(import(&folder, first, &settings()), [What::Added; 2]);
    let linen = file(&folder, "portrait/linen.md");
    assert_eq!(linen.text, "A  portrait\n in linen ");
    assert_eq!(
        Value::Object(linen.fields.clone()),
        json!({"title": {"en": "Linen", "zh-CN": "亚麻"}, "author": "Ada", "category": "portrait",
               "endpoint": "gpt_image_2/text_to_image", "model": "gpt-image-2", "language": "en",
               "key": "spring/1"})
    );
    let bridge = file(&folder, "portrait/yu-hou-de-shi-qiao-qiao-xia-you-yi-tiao-wu-peng-chuan.md");
    assert_eq!(bridge.fields["language"], "zh-CN");
    // Again, and with other settings for what nothing says.
    assert_eq!(import(&folder, first, &settings()), [What::Unchanged; 2]);
    let mut other = settings();
    other.mapping.set.insert("category".into(), "photography".into());
    assert_eq!(import(&folder, first, &other), [What::Unchanged; 2]);
    // What somebody wrote into the file stays; what the collection says is taken from it.
    let mut edited = linen;
    edited.fields.insert("featured".into(), true.into());
    edited.fields["title"]["en"] = "Mine".into();
    save(&folder.path().join("prompts/portrait/linen.md"), &edited.written().unwrap()).unwrap();
    let second = first.replace("Linen", "\"Linen, again\"").replace(",Ada", ",");
    assert_eq!(import(&folder, &second, &settings()), [What::Changed, What::Unchanged]);
    let linen = file(&folder, "portrait/linen.md");
    assert_eq!(linen.fields["title"], json!({"en": "Linen, again", "zh-CN": "亚麻"}));
    assert_eq!(linen.fields["featured"], true);
    assert!(!linen.fields.contains_key("author"));
    assert_eq!(files(&folder), 2);
}

#[test]
fn without_a_key_a_row_is_known_by_its_text_or_its_title() {
    let folder = seeds();
    let one =
        "title,prompt\nLinen,A portrait in linen by a north window\nStone,An old stone bridge\n";
    assert_eq!(import(&folder, one, &settings()), [What::Added; 2]);
    let titled = one.replace("Linen,", "Flax,");
    assert_eq!(import(&folder, &titled, &settings()), [What::Changed, What::Unchanged]);
    let rewritten = titled.replace("An old stone bridge", "A wooden jetty at low tide");
    assert_eq!(import(&folder, &rewritten, &settings()), [What::Unchanged, What::Changed]);
    assert_eq!(files(&folder), 2);
    // A title that is there twice tells nothing.
    let twice = format!("{rewritten}Stone,Three lanterns over still water\n");
    assert_eq!(
        import(&folder, &twice, &settings()),
        [What::Unchanged, What::Unchanged, What::Added]
    );
    assert_eq!(file(&folder, "portrait/stone-2.md").text, "Three lanterns over still water");
    // Of two rows of one text the second is a duplicate, in every run.
    let double = format!("{rewritten}Jetty,A wooden jetty at low tide\n");
    let expected = [What::Unchanged, What::Unchanged, What::Duplicate];
    assert_eq!(import(&folder, &double, &settings()), expected);
    // Another collection has its own rows.
    let mut other = settings();
    other.mapping.name = Some("autumn".into());
    let row = "title,prompt\nLinen,A field of flax in flower\n";
    assert_eq!(import(&folder, row, &other), [What::Added]);
    assert_eq!(file(&folder, "portrait/linen-2.md").fields["key"], "autumn/linen-2");
}

#[test]
fn what_is_there_already_is_left_out() {
    let folder = seeds();
    let text = "A quiet harbour at blue hour, cranes standing still, one lamp lit on the quay, shot on a \
                tripod with a long exposure, no people";
    let rows = format!(
        "id,prompt\n1,\"{text}\"\n2,\" {text} \"\n3,\"{}\"\n4,Something else altogether\n",
        text.replace("blue hour", "dawn")
    );
    let expected = [What::Added, What::Duplicate, What::NearDuplicate, What::Added];
    assert_eq!(import(&folder, &rows, &settings()), expected);
    let again = [What::Unchanged, What::Duplicate, What::NearDuplicate, What::Unchanged];
    assert_eq!(import(&folder, &rows, &settings()), again);
    let keyless = rows.replace("id,", "n,");
    let mut other = settings();
    other.mapping.name = Some("other".into());
    other.mapping.map.insert("key".into(), "".into());
    let expected = [What::Duplicate, What::Duplicate, What::NearDuplicate, What::Duplicate];
    assert_eq!(import(&folder, &keyless, &other), expected);
    let near = Settings { near_duplicates: true, ..settings() };
    let expected = [What::Unchanged, What::Duplicate, What::Added, What::Unchanged];
    assert_eq!(import(&folder, &rows, &near), expected);
}

#[test]
fn a_row_that_is_wrong_is_refused_alone_with_everything_that_is() {
    let folder = seeds();
    let rows = "id,prompt,endpoint,model,category,params,tags,date,source\n\
        1,A fine one,,,,,,,\n\
        2,,gpt_image_2/txt_to_image,,portrat,,,soon,\n\
        3,Wrong call,gpt_image_2/text_to_image,gpt-image-9,,\"{\"\"aspect_ration\"\": 1}\",,,ftp://x\n\
        4,Write to jo@mail.example.co.uk,,,,,,,\n\
        1,The first again,,,,,,,\n\
        6,Маяк в тумане и корабль,,,,,,,\n\
        7,Short,row\n\
        8,Odd words,,,Portrait,,\"nonsense, Night\",2026/3/4,\n";
    let import = plan(&folder, Format::Csv, rows, &settings());
    let what: Vec<What> = import.report.rows.iter().map(|row| row.what).collect();
    let refused = What::Refused;
    assert_eq!(
        what,
        [What::Added, refused, refused, refused, refused, refused, refused, What::Added]
    );
    let all = |row: usize| reasons(&import, row).join("\n");
    for (row, parts) in [
        (
            3,
            &[
                "category: unknown \"portrat\"; did you mean \"portrait\"?",
                "created: \"soon\" is no day",
                "text: is empty",
                "endpoint: unknown \"gpt_image_2/txt_to_image\"; did you mean",
            ][..],
        ),
        (
            4,
            &[
                "model: text_to_image does not run \"gpt-image-9\"",
                "params.aspect_ration:",
                "source_url: must be an http",
            ],
        ),
        (5, &["text: line 1 holds an e-mail address; remove it"]),
        (6, &["row 2 is this prompt, too"]),
        (7, &["language: is neither English nor Chinese"]),
        (8, &[": has 3 cells where the header has 9"]),
    ] {
        for part in parts {
            assert!(all(row).contains(part), "{part} in\n{}", all(row));
        }
    }
    assert!(!all(5).contains("jo@"), "an address is not repeated");
    import.apply(|_, _| {}).unwrap();
    assert_eq!(files(&folder), 2);
    let odd = file(&folder, "portrait/odd-words.md");
    assert_eq!(
        (&odd.fields["tags"], &odd.fields["created"]),
        (&json!(["night"]), &json!("2026-03-04"))
    );
    let remarks = &import.report.rows[7].remarks;
    assert!(remarks[0].starts_with("tag \"nonsense\" is not in tags.toml"), "{remarks:?}");
    // The whole of it stops where the seeds themselves are not in order.
    fs::write(folder.path().join("prompts/broken.md"), "no front matter").unwrap();
    let broken = attempt(&folder, Format::Csv, rows, &settings()).unwrap_err().to_string();
    assert!(broken.contains("broken.md:1: must begin with front matter"), "{broken}");
}

#[test]
fn what_a_row_does_not_say_is_found_out_and_told() {
    let folder = seeds();
    let mut settings = settings();
    settings.mapping.set.shift_remove("category");
    settings.mapping.set.shift_remove("model");
    settings.mapping.set.insert("endpoint".into(), "seedream/text_to_image".into());
    settings.hold = Words::parse("lanterns");
    settings.unescape = true;
    settings.split_titles = true;
    settings.mapping.values =
        [("model".into(), [("v4".into(), Value::from("seedream-v4-text-to-image"))].into())].into();
    let rows = "id,title,prompt,model,params.output_count\n\
        1,Night / 夜,\"A poster for a film night:\\nlanterns, type\u{200b}, festival notice\",v4,2\n";
    let import = plan(&folder, Format::Csv, rows, &settings);
    let row = &import.report.rows[0];
    assert_eq!(row.what, What::Added, "{:?}", row.reasons);
    assert_eq!(row.remarks.len(), 3, "{:?}", row.remarks);
    assert!(row.remarks[0].starts_with("category \"poster-design\" is a guess"));
    assert!(row.remarks[1].contains("zero-width character U+200B in line 2"));
    assert!(row.remarks[2].contains("held back as a draft: \"lanterns\" is in its text"));
    import.apply(|_, _| {}).unwrap();
    let file = file(&folder, "poster-design/night.md");
    assert_eq!(file.text, "A poster for a film night:\nlanterns, type\u{200b}, festival notice");
    assert_eq!(file.fields["title"], json!({"en": "Night", "zh-CN": "夜"}));
    assert_eq!(file.fields["status"], "draft");
    assert_eq!(file.fields["params"], json!({"output_count": 2}));
    // Literal escapes stay unless they are asked for.
    settings.unescape = false;
    let import = plan(&seeds(), Format::Csv, rows, &settings);
    assert!(import.files[0].1.contains("night:\\nlanterns"));
}

/// Texts that mean something to seed files or to some format.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "\\PC{0,12}",
        2 => prop::sample::select(vec![
            "\n", "\r", "\t", " ", "\"", "'", ",", ";", "|", "```", "+++\n", "\n+++\n", "## ", "- a: b", "---",
            "*x", "&x", ": ", " #", "<br>", "\\n", "\\|", "> ", "null", "1.0", "{\"a\": 1}", "[1]", "\u{feff}",
            "\u{85}", "\u{2028}", "=1+1", "&amp;", "**", "标题", "👩‍🚀", "\u{202e}",
        ]).prop_map(String::from),
    ];
    let text = prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat());
    text.prop_map(|text| text.replace("\r\n", "\n").replace(['\0', '@'], ""))
}

fn prompt() -> impl Strategy<Value = PromptFile> {
    (hostile(), hostile(), hostile(), hostile(), any::<[bool; 6]>()).prop_map(
        |(text, title, author, default, says)| {
            let mut fields = object(json!({
                "category": "portrait", "endpoint": "seedream/text_to_image",
                "model": "seedream-v4-text-to-image", "language": "zh-CN",
            }));
            let mut put = |is_said: bool, field: &str, value: Value| {
                if is_said {
                    fields.insert(field.into(), value);
                }
            };
            put(says[0], "title", json!({"en": format!("{title}x"), "zh-CN": "一"}));
            put(says[1] && !author.is_empty(), "author", author.clone().into());
            put(says[2], "tags", json!(["night", "tea"]));
            put(says[2], "created", "2026-11-22".into());
            put(says[3], "params", json!({"aspect_ratio": "3:4", "output_count": 2}));
            put(says[4], "blanks", json!([{"name": "a", "default": default, "multiline": true}]));
            put(says[5], "blanks", false.into());
            put(says[5], "description", json!({"zh-CN": "一、“二”\n\n三"}));
            put(says[5], "featured", true.into());
            put(says[5], "key", "other/1 2".into());
            PromptFile { fields, text }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]
    #[test]
    fn exporting_and_importing_is_going_there_and_back(
        mut prompts in prop::collection::vec(prompt(), 1..24)
    ) {
        let folder = seeds();
        let mut expected = Vec::new();
        for (number, file) in prompts.iter_mut().enumerate() {
            // No two are the same.
            file.text = format!("{number} {}", file.text);
            file.fields.entry("key").and_modify(|key| *key = format!("{number}").into());
            let slug = format!("prompt-{number:02}");
            save(&folder.path().join(format!("prompts/portrait/{slug}.md")), &file.written().unwrap())
                .unwrap();
            expected.push((slug, file.clone()));
        }
        prop_assert_eq!(export::prompt_files(folder.path()).unwrap(), expected.clone());
        let settings = Settings { near_duplicates: true, ..Settings::default() };
        for format in Format::ALL {
            let text = export::collection(&expected, format);
            let back = plan(&folder, format, &text, &settings);
            let count = expected.len();
            let wrong = back.report.rows.iter().find(|row| row.what != What::Unchanged);
            prop_assert!(wrong.is_none() && back.report.rows.len() == count, "{format:?} {wrong:?} {text}");
            let empty = seeds();
            let anew = plan(&empty, format, &text, &settings);
            prop_assert_eq!(anew.report.counts.added, count, "{:?} {:#?}", format, anew.report.rows);
            anew.apply(|_, _| {}).unwrap();
            prop_assert_eq!(export::prompt_files(empty.path()).unwrap(), expected.clone(), "{:?}", format);
        }
    }
}
