//! What is read from files as people write them, and that writing is the inverse of reading.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[track_caller]
fn rows(format: Format, text: &str) -> Vec<Value> {
    let collection = read(text.as_bytes(), format).unwrap();
    assert_eq!(collection.faults, []);
    collection.rows.into_iter().map(|row| Value::Object(row.values)).collect()
}

/// The faults of rows, as `row/line: message`.
fn faults(format: Format, text: &str) -> Vec<String> {
    let collection = read(text.as_bytes(), format).unwrap();
    let place = |fault: &Fault| fault.row.map_or(0, |place| place.row);
    collection
        .faults
        .iter()
        .map(|fault| format!("{}/{}: {}", place(fault), fault.line, fault.message))
        .collect()
}

#[track_caller]
fn refusal(format: Format, bytes: &[u8]) -> String {
    let fault = read(bytes, format).unwrap_err();
    format!("{}: {}", fault.line, fault.message)
}

#[test]
fn cells_are_taken_as_they_stand() {
    let text = "act,prompt,note\r\nOne,\"a \"\"b\"\"\r\n c \",\r\n\r\n,,\r\nTwo, d ,5\" wide\r\n";
    let collection = read(text.as_bytes(), Format::Csv).unwrap();
    assert_eq!(collection.columns, ["act", "prompt", "note"]);
    let places: Vec<(usize, usize)> =
        collection.rows.iter().map(|row| (row.place.row, row.place.line)).collect();
    assert_eq!(places, [(2, 2), (4, 6)]);
    assert_eq!(
        rows(Format::Csv, text),
        [
            json!({"act": "One", "prompt": "a \"b\"\r\n c "}),
            json!({"act": "Two", "prompt": " d ", "note": "5\" wide"}),
        ]
    );
}

#[test]
fn the_header_shows_the_separator() {
    assert_eq!(rows(Format::Csv, "\u{feff}a;\"b,c,d\"\n1;2"), [json!({"a": "1", "b,c,d": "2"})]);
    assert_eq!(rows(Format::Csv, "a\tb\n1\t2"), [json!({"a": "1", "b": "2"})]);
    assert_eq!(rows(Format::Tsv, "a,b\tc\n1\t2"), [json!({"a,b": "1", "c": "2"})]);
    assert_eq!(rows(Format::Csv, "text\na"), [json!({"text": "a"})]);
}

#[test]
fn a_torn_row_costs_only_itself() {
    let text = "a,b\n1\n\"x\"y,2\n1,2,3\n1,2,\nok,2\n\"open,2\n3,4";
    let faults = faults(Format::Csv, text);
    assert_eq!(faults.len(), 4, "{faults:#?}");
    assert!(faults[0].starts_with("2/2: has 1 cells where the header has 2"), "{faults:?}");
    assert!(faults[1].starts_with("3/3: something follows the closing quotation mark"));
    assert!(faults[2].starts_with("4/4: has 3 cells"));
    assert!(
        faults[3].starts_with("7/7: a quotation mark at the beginning of a cell is never closed")
    );
    let collection = read(text.as_bytes(), Format::Csv).unwrap();
    let read: Vec<usize> = collection.rows.iter().map(|row| row.place.row).collect();
    assert_eq!(read, [5, 6]);
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_as_a_whole() {
    let csv = |bytes: &[u8]| refusal(Format::Csv, bytes);
    assert!(csv(b"").starts_with("1: is empty"));
    assert!(csv(b"a,b,A\n1,2,3").contains("\"A\" twice"));
    assert!(csv("标题\n".as_bytes().split_at(4).0).contains("byte 3 is 0xe9"));
    assert!(csv(b"a\nb\xb1\xea").starts_with("2: is not UTF-8: byte 3 is 0xb1 (perhaps GBK"));
    assert!(csv(b"\xff\xfea\0").contains("UTF-16"));
    assert!(refusal(Format::Json, b"[\n{},\n}").starts_with("3: is not valid JSON"));
    assert!(refusal(Format::Json, b"{\"a\": [],\n \"b\": [1]}").contains("no list of objects"));
    assert!(refusal(Format::Json, b"{\"a\": [{}], \"b\": [{}]}").contains("several lists: a, b"));
    assert!(refusal(Format::Json, b"\"x\"").contains("list of objects"));
    assert!(refusal(Format::JsonLines, b"[\n{\"a\": 1}\n]").contains("rename it to .json"));
    assert!(refusal(Format::Yaml, b"- a: 1\n  b: *x\n").starts_with("2: "));
    assert!(refusal(Format::Yaml, b"- &x {a: 1}\n- *x\n").starts_with("2: an alias"));
    assert!(refusal(Format::Yaml, b"- a: 1\n  a: 2\n").contains("\"a\" stands twice"));
    assert!(refusal(Format::Yaml, b"a: b").contains("no list of mappings"));
    assert!(refusal(Format::Yaml, b"- a: 1\n---\n- a: 2\n").contains("second document"));
    assert!(
        refusal(Format::Yaml, ("[".repeat(60) + &"]".repeat(60)).as_bytes()).contains("deeper")
    );
    assert!(refusal(Format::Markdown, b"Just words").contains("no prompts"));
}

#[test]
fn a_list_may_be_the_document_or_its_one_member() {
    let list = [json!({"a": 1}), json!({"b": {"c": true}})];
    for text in [
        "[{\"a\": 1},\n{\"b\": {\"c\": true}}]",
        "{\"v\": 1, \"all\": [ {\"a\": 1, \"n\": null}, {\"b\": {\"c\": true}, \"e\": \"\"}]}",
    ] {
        assert_eq!(rows(Format::Json, text), list);
        assert_eq!(rows(Format::Yaml, text), list);
    }
    assert_eq!(rows(Format::JsonLines, "{\"a\": 1}\n\n{\"b\": {\"c\": true}}\r\n"), list);
    assert_eq!(
        faults(Format::Json, "[{\"a\": 1},\n 5]"),
        ["2/2: is no object; write {\"text\": \"…\"}"]
    );
    assert!(
        faults(Format::JsonLines, "{\"a\": 1}\n{\"a\"")[0].starts_with("2/2: is not valid JSON")
    );
    assert!(faults(Format::Yaml, "- a: 1\n- x")[0].starts_with("2/2: is no mapping"));
    let deep = format!("[{{\"a\": {}{}}}]", "[".repeat(60), "]".repeat(60));
    assert!(faults(Format::Json, &deep)[0].contains("deeper"));
}

#[test]
fn a_word_of_yaml_stays_what_was_written() {
    let text = "prompts:\n  - id: 007\n    v: 1.10\n    n: 5\n    on: yes\n    f: 0.5\n    t: true\n    \
                s: !!str 5\n    text: |\n      one\n       two\n";
    assert_eq!(
        rows(Format::Yaml, text),
        [json!({"id": "007", "v": "1.10", "n": 5, "on": "yes", "f": 0.5, "t": true, "s": "5",
                "text": "one\n two\n"})]
    );
}

#[test]
fn a_fence_below_a_heading_is_a_prompt() {
    let text = "# My prompts\n\nHello.\n\n## Portraits\n\n### *Linen* & `light`\n\n- author: Ada\n- \
                **Tags**: a, b\n\nSome words.\n\n```text\nHalf-length *portrait*\n\n  of \\[x]\n```\n\n\
                Source: [x](y)\n\n### Second\n~~~\nA\n~~~\n```\nB\n```\n## Empty\n";
    let first = json!({"title": "Linen & light", "section": "Portraits", "author": "Ada",
        "Tags": "a, b", "note": "Some words.\n\nSource: [x](y)",
        "text": "Half-length *portrait*\n\n  of \\[x]"});
    let second = |text: &str| json!({"title": "Second", "section": "Portraits", "text": text});
    assert_eq!(rows(Format::Markdown, text), [first, second("A"), second("B")]);
}

#[test]
fn a_table_a_quotation_and_a_paragraph_are_prompts_as_well() {
    let table = "# List\n\n| act | prompt |\n|---|:-:|\n| One | a \\| b<br>c |\n| Two | *d* |\n";
    assert_eq!(
        rows(Format::Markdown, table),
        [json!({"act": "One", "prompt": "a | b\nc"}), json!({"act": "Two", "prompt": "*d*"})]
    );
    let quotes =
        "# List\nIntro\n## Act as X\nBy me\n> I want *you*\n> to act\n\n## Act as Y\n\n> B\n";
    assert_eq!(
        rows(Format::Markdown, quotes),
        [
            json!({"title": "Act as X", "note": "By me", "text": "I want *you*\nto act"}),
            json!({"title": "Act as Y", "text": "B"}),
        ]
    );
    let paragraphs = "# List\nIntro\n## X\nOne *two*\nthree\n\n- a\n- b\n## Y\n## Z\nFour";
    assert_eq!(
        rows(Format::Markdown, paragraphs),
        [
            json!({"title": "X", "text": "One *two*\nthree\n\n- a\n- b"}),
            json!({"title": "Z", "text": "Four"}),
        ]
    );
}

/// Texts that mean something to one format or another.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => "\\PC{0,12}",
        1 => any::<String>(),
        2 => prop::sample::select(vec![
            "\n", "\r", "\r\n", "\t", " ", "\"", "\"\"", "'", ",", ";", "|", "```", "````\n", "\n```\n",
            "~~~", "# ", "## ", "- a: b", "---", "...", "*x", "&x", "!!str", ": ", " #", "<br>", "<!--",
            "\\", "\\n", "\\|", "> ", "[a]: b", "null", "true", "1.0", "{\"a\": 1}", "[1]", "\u{feff}",
            "\u{85}", "\u{2028}", "\u{7f}", "\u{1b}", "\u{fffe}", "=1+1", "&amp;", "**", "标题", "👩‍🚀",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(part, 1..8).prop_map(|parts| parts.concat().replace('\0', ""))
}

fn record() -> impl Strategy<Value = Object> {
    let value = prop_oneof![
        4 => hostile().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => prop::collection::vec(hostile().prop_map(Value::from), 1..3).prop_map(Value::from),
        1 => (hostile(), hostile()).prop_map(|(name, text)| json!({"en": text, name: [{}, 0.5, null]})),
    ];
    let fields = prop::sample::subsequence(vec!["title.en", "slug", "author", "params"], 0..4);
    (hostile(), fields, prop::collection::vec(value, 4)).prop_map(|(text, names, values)| {
        let fields = names.into_iter().map(String::from).zip(values);
        let title = [("slug".to_owned(), Value::from("a"))];
        title.into_iter().chain(fields).chain([(TEXT.to_owned(), text.into())]).collect()
    })
}

/// A record whose values are texts, those that are meant.
fn flat(record: &Object, is_meant: fn(&Value) -> bool) -> Object {
    let text = |value: &Value| if is_meant(value) { cell(value).into() } else { value.clone() };
    record.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn what_was_written_is_read_back(records in prop::collection::vec(record(), 1..4)) {
        let says_something = |record: &Object| -> Object {
            let mut record = record.clone();
            record.retain(|_, value| value.as_str() != Some(""));
            record
        };
        for format in Format::ALL {
            let written = write(&["slug".into()], &records, format);
            let collection = read(written.as_bytes(), format).unwrap();
            prop_assert!(collection.faults.is_empty(), "{format:?} {:?}", collection.faults);
            let expected: Vec<Object> = records
                .iter()
                .map(|record| match format {
                    Format::Csv | Format::Tsv => flat(record, |_| true),
                    Format::Markdown => flat(record, |value| !value.is_array() && !value.is_object()),
                    _ => record.clone(),
                })
                .map(|record| says_something(&record))
                .collect();
            let found: Vec<Object> = collection.rows.into_iter().map(|row| row.values).collect();
            prop_assert_eq!(found, expected, "{:?}: {}", format, written);
        }
    }

    #[test]
    fn any_bytes_are_rows_or_faults(parts in prop::collection::vec(prop_oneof![
        hostile().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..4)], 0..12)) {
        let bytes = parts.concat();
        for format in Format::ALL {
            match read(&bytes, format) {
                Ok(collection) => {
                    let last = bytes.split(|byte| *byte == b'\n').count();
                    for row in &collection.rows {
                        prop_assert!((1..=last).contains(&row.place.line) && row.place.row > 0);
                    }
                    prop_assert!(collection.rows.is_sorted_by_key(|row| row.place));
                }
                Err(fault) => prop_assert!(!fault.message.is_empty()),
            }
        }
    }
}
