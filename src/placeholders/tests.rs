//! Which spots of a text are blanks, and that filling them in changes nothing else.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::json::{Layout, Structure, laid_out, structure};

/// The blanks of a text nothing is declared for: `name`, or `name=default`, each once.
fn found(text: &str) -> Vec<String> {
    named(&Template::new(text, &Blanks::default()))
}

fn named(template: &Template<'_>) -> Vec<String> {
    let name = |field: &Field| match &field.blank.default {
        Some(default) => format!("{}={default}", field.blank.name),
        None => field.blank.name.clone(),
    };
    template.fields().iter().map(name).collect()
}

/// Blanks declared by nothing but their names.
fn declared(names: &[&str]) -> Blanks {
    Blanks::On(names.iter().map(|name| Blank::named(name)).collect())
}

/// Holds a table of texts and their blanks against what is found; reports every difference.
#[track_caller]
fn each(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, found(text), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(text, found, expected)| format!("{text}\n  {found:?} instead of {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Texts that only look as if they had blanks.
#[track_caller]
fn none(texts: &[&str]) {
    let cases: Vec<(&str, &[&str])> = texts.iter().map(|text| (*text, &[][..])).collect();
    each(&cases);
}

#[test]
fn every_notation_makes_a_blank() {
    each(&[
        ("A portrait of [subject] in soft light", &["subject"]),
        ("A watercolour of [a city you love], seen from above", &["a city you love"]),
        ("[Animal] made of folded paper", &["Animal"]),
        ("Poster for [BAND_NAME], printed in two colours", &["BAND_NAME"]),
        ("Write a toast for [name]'s birthday.", &["name"]),
        ("A menu for [3 courses] by candlelight", &["3 courses"]),
        ("It costs [$ amount] a night", &["$ amount"]),
        ("A street in [city/town], dusk", &["city/town"]),
        ("Translate into [language, e.g. Dutch]", &["language, e.g. Dutch"]),
        ("一张[城市]的夜景海报", &["城市"]),
        ("请以[产品名称]为主题写一段文案", &["产品名称"]),
        ("画一只【动物】，水彩风格", &["动物"]),
        ("【季节】的山谷，远处有【建筑】", &["季节", "建筑"]),
        ("一幅关于【诗句或歌词】的插画", &["诗句或歌词"]),
        ("A lighthouse in {{weather}}", &["weather"]),
        ("Weather: {{ weather report }}", &["weather report"]),
        ("给{{收件人}}写一封信", &["收件人"]),
        ("A train to ${destination}", &["destination"]),
        ("驶向${目的地}的列车", &["目的地"]),
        ("In a ${tone:dry} voice", &["tone=dry"]),
        ("Start at ${time:9:30 sharp}", &["time=9:30 sharp"]),
        ("用${语气:轻松}的语气", &["语气=轻松"]),
        ("A ${shape:} vase", &["shape"]),
        ("A {argument name=\"fruit\" default=\"quince\"} on a plate", &["fruit=quince"]),
        ("A {argument default=\"quince\" name=\"fruit\"} on a plate", &["fruit=quince"]),
        ("A {argument name=\"fruit\"} on a plate", &["fruit"]),
        ("一盘{argument name=\"水果\" default=\"木瓜\"}", &["水果=木瓜"]),
        ("A {argument name = \"fruit\" default = \"a (ripe) [fig]\"}", &["fruit=a (ripe) [fig]"]),
    ]);
}

#[test]
fn a_blank_is_one_however_often_and_in_whatever_notation_it_occurs() {
    each(&[
        ("[cat] meets [dog], and [cat] wins", &["cat", "dog"]),
        ("[Product Name], [product name] and [PRODUCT_NAME]", &["Product Name"]),
        ("{{city}} by day, ${city} by night", &["city"]),
        ("{{city}} by day, ${city:Oslo} by night", &["city=Oslo"]),
        ("[city] at dawn and 【city】 at dusk", &["city"]),
        ("${a:one} then ${a:two}", &["a=one"]),
        ("【主题】与[主题]", &["主题"]),
    ]);
}

#[test]
fn angle_brackets_are_blanks_only_where_they_are_declared() {
    none(&[
        "Wrap it in <b>bold</b> and <name> tags",
        "Vec<String> and Map<Key, Value>",
        "a < b and c > d",
    ]);
    let text = "Dear <name>, this <b>bold</b> letter is for <Name>.";
    assert_eq!(named(&Template::new(text, &declared(&["name"]))), ["name"]);
    let filled = Template::new(text, &declared(&["name"])).fill(&[Some("Ida")]);
    assert_eq!(filled.text, "Dear Ida, this <b>bold</b> letter is for Ida.");
}

#[test]
fn what_is_declared_is_a_blank_wherever_it_stands() {
    for (text, name) in [
        ("```\nlet x = [x];\n```", "x"),
        ("See [1].", "1"),
        ("[Verse 1]\nla la la", "Verse 1"),
        ("items[index]", "index"),
        ("Answer in this format:\nTitle: [title]", "title"),
        ("a `[path]` in code", "path"),
        ("[link](https://example.com)", "link"),
    ] {
        let template = Template::new(text, &declared(&[name]));
        assert!(template.occurs(0), "{text}");
        assert_eq!(template.fields().len(), 1, "{text}");
    }
}

#[test]
fn a_text_without_blanks_by_its_author_has_none() {
    for text in ["[city] at dawn", "{{city}}", "${city:Oslo}", "【城市】"] {
        let template = Template::new(text, &Blanks::Off);
        assert!(template.fields().is_empty());
        assert_eq!(template.fill(&[Some("x")]).text, text);
    }
}

#[test]
fn declared_blanks_come_first_and_keep_what_their_author_says() {
    let text = "A ${mood:calm} [animal] in ${place:Ghent}";
    let mut place = Blank::named("Place");
    place.default = Some("Bruges".into());
    let blanks = Blanks::On(vec![place, Blank::named("missing")]);
    let template = Template::new(text, &blanks);
    // Beside an explicit notation short texts keep their brackets, too.
    assert_eq!(named(&template), ["Place=Bruges", "missing", "mood=calm", "animal"]);
    assert!(template.occurs(0) && !template.occurs(1));
    let declared: Vec<bool> = template.fields().iter().map(|field| field.declared).collect();
    assert_eq!(declared, [true, true, false, false]);
    assert_eq!(template.fields().first().unwrap().key, "place");
}

#[test]
fn blanks_of_json_prompts_stand_in_strings() {
    each(&[
        (r#"{"subject": "[animal] on a rock", "count": 3}"#, &["animal"]),
        (r#"{"subject": "{{animal}}", "tags": ["[style]", "grain"]}"#, &["animal", "style"]),
        (r#"{"tags": ["red", "blue"], "sizes": [1, 2, 3], "n": [[1], [2]]}"#, &[]),
        (r#"["a [mood] room", "a window"]"#, &["mood"]),
        (r#"["a ${mood} room", "a {{view}}"]"#, &["mood", "view"]),
        (r#"["画【主题】", "一扇窗"]"#, &["主题"]),
        (r#"[{"shot": "a ${mood:calm} room"}]"#, &["mood=calm"]),
        (r#"{"shots": ["a {argument name=\"fruit\" default=\"fig\"}"]}"#, &["fruit=fig"]),
        (r#"{"[key]": "a name can be filled in, too"}"#, &["key"]),
        (r#"{"a": "[caf\u00e9]"}"#, &["café"]),
        (r#"{"a": "【\u4e3b\u9898】", "b": "[主题]"}"#, &["主题"]),
        ("{\n  \"a\": [\n    \"x\"\n  ],\n  \"b\": \"[city]\"\n}", &["city"]),
        (r#"Use {"mood": "[mood]", "n": [1]} for [city]."#, &["mood", "city"]),
        (r#"{"prompt": "[city] at dawn", "negative": []}"#, &["city"]),
        (r#"{"text": "${city}, ${n:3} windows"}"#, &["city", "n=3"]),
        // What breaks is prose.
        (r#"{"a": "[city]", }"#, &["city"]),
        (r#"{"count": ${count}}"#, &["count"]),
    ]);
}

#[test]
fn links_images_references_and_lists_are_markdown() {
    none(&[
        "See [the guide](https://example.com/guide) first.",
        "![a lantern](lantern.png)",
        "As in [the guide][1], or [the guide][].",
        "[guide]: https://example.com/guide",
        "It is so.[1] And so.[2]",
        "A claim[^note] and its source.",
        "[^note]: A source.",
        "- [ ] open\n- [x] done\n- [X] also done",
        "[12] Ibid.",
        "A range [0, 1] and a pair [3; 4].",
        "[!NOTE] Keep it short.",
        "参见[官网](https://example.com)。",
        "\\[not a blank\\]",
        "[[wiki link]]",
    ]);
    each(&[
        ("[the guide](https://example.com) for [audience]", &["audience"]),
        ("- [x] done\n- write to [name]", &["name"]),
        ("> A quote for [person] by hand", &["person"]),
        ("**[product]** in bold", &["product"]),
        ("**For: [person]**", &["person"]),
        ("Write *to [person]*, soon.", &["person"]),
        ("\"[headline]\" in capitals", &["headline"]),
        ("1. Greet [guest]\n2. Seat [guest] at [table]", &["guest", "table"]),
    ]);
}

#[test]
fn code_is_not_filled_in() {
    none(&[
        "```\nfor x in [items] { }\n```",
        "```python\nnames = [name for name in people]\n```",
        "~~~\n[section]\nkey = value\n~~~",
        "```js\nconst s = `${name} is ${age}`;\n```",
        "```bash\necho ${HOME} [options]\n```",
        "Call `items[index]` or `[a, b]` here.",
        "Set `${HOME}` first.",
        "const first = items[index];",
        "function f(args: string[]): number[] {}",
        "let grid[row][column] = 0;",
        "a[href] { color: red }  input[type=\"text\"] {}",
        "ids match [A-Za-z0-9_-]+ only",
        "a letter [a-z] and then a digit [0-9]",
        "words of [a-zA-Z] letters",
        "names of [abc]* only",
        "([^)]+) and [\\w.]*",
        "array[0], array[i], array[i+1]",
        "Price: $5, {x}, {{}}, ${}, {a: 1}",
        "List[int] or Dict[str, int]",
        "`${a}` and `{{` and `}}`",
        "\\${escaped} and $${doubled}",
        "printf(\"${1}\")",
    ]);
    each(&[
        ("```\ncode\n```\nExplain it to [audience].", &["audience"]),
        ("Run `make` and tell [person].", &["person"]),
        ("```text\nDear {{name}},\n```", &["name"]),
        ("```\n[INSERT YOUR CODE HERE]\n```", &["INSERT YOUR CODE HERE"]),
        ("```\n[paste the log]\n```", &["paste the log"]),
        ("Explain:\n```python\nprint([name])\n```\nto [name]", &["name"]),
    ]);
}

#[test]
fn template_engines_and_shells_are_left_alone() {
    none(&[
        "{{#each items}}{{name}}{{/each}}",
        "Hello {{user.name}}, you are {{age}}",
        "{% for item in items %}{{ item }}{% endfor %}{{ loop.index }}",
        "{{> header}} {{title}}",
        "{{ 7 * 7 }}",
        "{{ name | upper }}",
        "{{{raw}}}",
        "${user.name} and ${items[0]}",
        "${a + b} and ${f(x)}",
        "style={{ margin }}=1",
        "$HOME, $(pwd), ${#list}, ${!name}, ${1}",
        "const f = (x) => `${x * 2}`",
    ]);
}

#[test]
fn sections_directions_and_times_are_not_blanks() {
    none(&[
        "[Verse 1]\nRain on the roof\n[Chorus]\nStay a while\n[Outro]",
        "[Pre-Chorus] [Final Chorus] la la",
        "[Intro: soft piano] first line [Instrumental] [Fade out]",
        "【主歌】雨落在屋顶\n【副歌】再留一会儿",
        "[主歌]\n雨落在屋顶\n[副歌]\n再留一会儿",
        "Well [laughs] I never [sighs softly] knew. [pause]",
        "[whispers] come closer [clapping]",
        "[00:12] a door opens [01:30] it shuts",
        "[0-3s] wide shot",
        "[...] and so on […]",
        "[Low / Medium / High]",
        "[yes/no]",
        "[SYSTEM] [USER] [INST]",
        "A [TODO] remains",
    ]);
    each(&[
        ("[Verse 1]\nI miss [city] tonight\n[Chorus]\nOh [city]", &["city"]),
        ("[laughs] Hello [name], sit down", &["name"]),
        ("[00:12] [character] enters", &["character"]),
        ("【主歌】我想念[城市]\n【副歌】啊", &["城市"]),
    ]);
}

#[test]
fn headings_in_brackets_are_not_blanks() {
    none(&[
        "【风格】水彩\n【主体】一只猫\n【光线】柔和",
        "【风格】\n水彩，留白\n【主体】\n一只猫",
        "[Style] watercolour\n[Subject] a cat\n[Light] soft",
        "[Style]: watercolour",
        "【画面】：一只猫坐在窗台",
        "- [Camera] wide\n- [Mood] calm",
        "## [Overview]\nText\n## [Details]\nText",
    ]);
    each(&[
        ("【风格】水彩\n【主体】一只{{动物}}\n【光线】柔和", &["动物"]),
        ("【风格】水彩\n【主体】画【动物】，要可爱", &["动物"]),
        ("[Style] watercolour\n[Subject] a [pet] on a sofa", &["pet"]),
        ("[city] at dawn, seen from the river", &["city"]),
        ("【城市】的清晨，从河上看", &["城市"]),
    ]);
}

#[test]
fn what_the_model_is_to_fill_in_is_not_for_the_reader() {
    none(&[
        "Judge the essay. Answer in this format:\nTitle: [title]\nGrade: [grade]",
        "Sum it up.\n\n## Output format\n- Summary: [summary]\n- Risk: [low/high risk]",
        "Use the following template:\nSubject: [subject line]\nBody: [body]",
        "Review the code.\nOutput:\n[verdict] because [reason]",
        "Expected output:\nName: [name of the bird]",
        "分析这段文字。\n输出格式：\n标题：[标题]\n结论：[结论]",
        "请按以下格式回答：\n优点：[优点]",
        "{\n  \"output format\": \"title: [title]\"\n}",
        "schema:\n  roles: \n  previous_roles: [string]\n  ages: [number]",
    ]);
    each(&[
        ("Review [book].\n\nOutput format:\nTitle: [title]", &["book"]),
        ("Review [book].\n\nOutput format:\nBook: [book], grade: [grade]", &["book"]),
        ("点评【书名】。\n输出格式：\n评分：[评分]", &["书名"]),
        ("Review ${book}.\nOutput format:\n${book}: ${tone:warm} words", &["book", "tone=warm"]),
        ("Answer [question].\nOutput format:\n[INSERT FORMAT]", &["question", "INSERT FORMAT"]),
        (
            "The format of a haiku is strict and this long sentence only mentions an output format \
             without announcing one, so write about [season] now",
            &["season"],
        ),
    ]);
}

#[test]
fn long_documents_are_not_forms() {
    let line = "The quay is wet, and seven lanterns hang above it without a word.\n";
    let long = |times: usize, text: &str| format!("{}{text}", line.repeat(times));
    assert_eq!(found(&long(20, "Ask [name] about it.")), ["name"]);
    assert_eq!(found(&long(20, "Ask [name] about ${topic}.")), ["name", "topic"]);
    // In a document an author who writes explicit blanks means those alone.
    assert_eq!(found(&long(60, "Ask [name] about ${topic}.")), ["topic"]);
    assert_eq!(found(&long(60, "Ask [name] about it.")), ["name"]);
    // Nobody fills a book in like a form, unless it asks for it.
    assert_eq!(found(&long(200, "Ask [name] about it.")), [""; 0]);
    assert_eq!(found(&long(200, "Ask {{name}} about it.")), ["name"]);
    assert_eq!(found(&long(200, "Then [insert your question].")), ["insert your question"]);
    let blanks: String = (0..60).map(|n| format!("[word{n} here] and ")).collect();
    assert_eq!(found(&blanks).len(), MOST_FIELDS);
}

#[test]
fn marks_that_do_not_close_or_are_too_long_hold_nothing() {
    let long = format!("[{}]", "word ".repeat(100));
    none(&[
        "[open",
        "open]",
        "{{open}",
        "${open",
        "{argument name=\"x\"",
        "【open",
        "[a\nb]",
        &long,
    ]);
    each(&[("[a [city] b]", &["city"]), ("[ city ] and [\tcity\t]", &["city"])]);
}

#[test]
fn a_text_of_nothing_but_marks_is_read_to_its_end() {
    for mark in ["[", "【", "{{", "${", "{argument name=\"", "<", "`", "{\"a\": ", "[[\"a\","] {
        assert_eq!(found(&mark.repeat(100_000 / mark.len())), [""; 0], "{mark}");
    }
}

#[test]
fn keys_are_the_same_however_a_name_is_spaced() {
    let keys = |text| -> Vec<String> {
        let blanks = Blanks::default();
        Template::new(text, &blanks).fields().iter().map(|field| field.key.clone()).collect()
    };
    assert_eq!(keys("[Product Name] by [城市 名称]"), ["product_name", "城市_名称"]);
    assert_eq!(keys("{{HERO-image}} and ${ＡＢＣ}"), ["hero_image", "abc"]);
}

#[test]
fn an_argument_in_json_is_replaced_with_its_escaped_marks() {
    let text = r#"{"a": "A {argument name=\"city\" default=\"Paris\"}!", "b": 1}"#;
    let template = Template::new(text, &Blanks::default());
    let filled = template.fill(&[Some("\"Ghent\"\n\\")]);
    assert_eq!(filled.text, r#"{"a": "A \"Ghent\"\n\\!", "b": 1}"#);
    let default = r#"{"a": "${tone:a \"dry\" one}"}"#;
    assert_eq!(found(default), ["tone=a \"dry\" one"]);
}

#[test]
fn inside_a_document_in_prose_values_are_escaped_and_outside_not() {
    let text = "Use {\"mood\": \"[mood]\"} for [mood].";
    let template = Template::new(text, &Blanks::default());
    assert_eq!(template.fill(&[Some("\"so\"")]).text, "Use {\"mood\": \"\\\"so\\\"\"} for \"so\".");
}

#[test]
fn a_value_is_never_read_again() {
    let text = "[cat] and [dog], [cat]";
    let template = Template::new(text, &Blanks::default());
    for value in
        ["$&", "$1", "\\1", "\\0", "{{", "}}", "${x}", "[dog]", "{{cat}}", "a\nb", "%s", "$$"]
    {
        let filled = template.fill(&[Some(value), Some("[cat]")]);
        assert_eq!(filled.text, format!("{value} and [cat], {value}"));
    }
}

#[test]
fn an_empty_value_and_a_missing_one_leave_the_blank_as_written() {
    let template = Template::new("[ cat ], {{dog}}", &Blanks::default());
    for values in [&[][..], &[None], &[Some("")], &[Some(""), None]] {
        let filled = template.fill(values);
        assert_eq!(filled.text, "[ cat ], {{dog}}");
        assert!(filled.marks.iter().all(|mark| !mark.filled));
    }
    let filled = template.fill(&[None, Some("Rex")]);
    assert_eq!(filled.text, "[ cat ], Rex");
}

#[test]
fn the_judgement_on_json_does_not_depend_on_its_layout() {
    let filler: Vec<&str> =
        (0..60).map(|_| "a quiet room with a window and little to see").collect();
    let long = json!({ "a": filler, "b": "[city] ${n}" });
    let documents = [
        json!({ "task": "Rate [topic]", "output format": { "title": "[title]" } }),
        json!({ "a": "one ` tick", "b": "[city]", "c": "another ` tick" }),
        json!([["x"], ["y"], "[city]"]),
        json!({ "roles": ["[role]"], "answer": { "format": ["Output:", "[verdict]"] } }),
        long,
    ];
    for document in documents {
        let minified = document.to_string();
        let keys = |layout| found(&laid_out(&minified, layout));
        assert_eq!(keys(Layout::Minified), keys(Layout::Pretty), "{minified}");
    }
}

#[test]
fn faults_of_declarations_are_named_with_the_part_they_are_in() {
    let fault = |change: fn(&mut Blank)| -> Vec<&'static str> {
        let mut blank = Blank::named("tone");
        change(&mut blank);
        faults(&Blanks::On(vec![blank])).into_iter().map(|fault| fault.field).collect()
    };
    assert_eq!(fault(|_| {}), [""; 0]);
    assert_eq!(fault(|blank| blank.name = "_ -".into()), ["name"]);
    assert_eq!(fault(|blank| blank.options = vec!["a".into(), String::new()]), ["options"]);
    assert_eq!(
        fault(|blank| {
            blank.options = vec!["a".into()];
            blank.multiline = true;
        }),
        ["multiline"]
    );
    assert_eq!(
        fault(|blank| {
            blank.options = vec!["a".into()];
            blank.default = Some("b".into());
        }),
        ["default"]
    );
    assert_eq!(fault(|blank| blank.default = Some("a\nb".into())), ["default"]);
    assert_eq!(fault(|blank| blank.default = Some("字".repeat(LONGEST_VALUE))), [""; 0]);
    assert_eq!(fault(|blank| blank.default = Some("字".repeat(LONGEST_VALUE + 1))), ["default"]);
    let twice = faults(&declared(&["Tone", "city", "tone"]));
    let [fault] = twice.as_slice() else { panic!("{twice:?}") };
    assert_eq!((fault.blank, fault.field), (2, "name"));
    let names: Vec<String> = (0..=MOST_FIELDS).map(|n| format!("blank {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(faults(&declared(&names)).len(), 1);
    assert_eq!(faults(&Blanks::Off), []);
}

/// Pieces of prompts: words, marks and what may stand between them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ a-zA-Z0-9,.:\\n]{0,20}",
        "[\\PC\\n]{0,8}",
        "[a-z]{1,5}( [a-z]{1,5})?".prop_map(|name| format!("[{name}]")),
        "[a-z]{1,5}".prop_map(|name| format!("{{{{{name}}}}}")),
        "[a-z]{1,5}".prop_map(|name| format!("${{{name}}}")),
        ("[a-z]{1,5}", "[a-z\"\\\\ ]{0,6}")
            .prop_map(|(name, value)| format!("${{{name}:{value}}}")),
        ("[a-z]{1,5}", "[a-z ]{0,6}")
            .prop_map(|(name, value)| format!("{{argument name=\"{name}\" default=\"{value}\"}}")),
        "[城市主题猫狗]{1,3}".prop_map(|name| format!("【{name}】")),
        "[城市主题猫狗]{1,3}".prop_map(|name| format!("[{name}]")),
        "[a-z]{1,3}".prop_map(|name| format!("<{name}>")),
        Just("```\n".to_owned()),
        Just("`".to_owned()),
        Just("{\"a\": \"[b]\"}".to_owned()),
        Just("Output format:\n".to_owned()),
        prop::sample::select(vec![
            "[", "]", "{{", "}}", "${", "}", "【", "】", "<", ">", "\\", "\""
        ])
        .prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// Values a careless program would read again, and any others.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "$&",
            "$1",
            "\\1",
            "{{",
            "}}",
            "{{a}}",
            "${x}",
            "[a]",
            "[b]",
            "【城】",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "</script>",
            "\u{1}",
            "\u{2028}",
            "```",
            "{argument name=\"a\"}",
            "null",
            "\\u0041",
        ])
        .prop_map(str::to_owned),
        "[\\PC\\n\\t\"\\\\]{1,12}",
    ]
}

/// JSON documents whose strings hold pieces of prompts.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        2 => Just(Value::Null),
        2 => any::<i32>().prop_map(Value::from),
        6 => prop::collection::vec(piece(), 1..3).prop_map(|pieces| Value::from(pieces.concat())),
    ];
    let any = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((piece(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    any.prop_filter("a document", |value| value.is_object() || value.is_array())
}

fn slice<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap()
}

/// The strings of a document in the order they are written, names and values.
fn strings(document: &Value, all: &mut Vec<String>) {
    match document {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, all)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            all.push(name.clone());
            strings(value, all);
        }),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_values_give_the_text_back(text in text()) {
        let blanks = Blanks::default();
        let template = Template::new(&text, &blanks);
        let filled = template.fill(&[]);
        prop_assert_eq!(&filled.text, &text);
        let empty: Vec<Option<&str>> = template.fields().iter().map(|_| Some("")).collect();
        prop_assert_eq!(&template.fill(&empty), &filled);
        prop_assert!(template.fields().len() <= MOST_FIELDS);
    }

    #[test]
    fn values_are_put_in_once_and_nothing_else_changes(
        text in text(),
        values in prop::collection::vec(prop::option::of(value()), 12),
    ) {
        let blanks = Blanks::default();
        let template = Template::new(&text, &blanks);
        let before = template.fill(&[]);
        let given: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
        let after = template.fill(&given);
        prop_assert_eq!(before.marks.len(), after.marks.len());
        // What stands between the marks is the same; each mark lies on what it says.
        let (mut old, mut new) = (0, 0);
        for ((was, is), spot) in before.marks.iter().zip(&after.marks).zip(&template.spots) {
            prop_assert!(was.range.start >= old && is.range.start >= new);
            prop_assert_eq!(slice(&text, &(old..was.range.start)), slice(&after.text, &(new..is.range.start)));
            (old, new) = (was.range.end, is.range.end);
            let value = given.get(is.field).copied().flatten().filter(|value| !value.is_empty());
            prop_assert_eq!(is.filled, value.is_some());
            let expected = match value {
                Some(value) if spot.in_json => json::escaped(value),
                Some(value) => value.to_owned(),
                None => slice(&text, &was.range).to_owned(),
            };
            prop_assert_eq!(slice(&after.text, &is.range), expected);
            prop_assert_eq!(was.field, is.field);
        }
        prop_assert_eq!(slice(&text, &(old..text.len())), slice(&after.text, &(new..after.text.len())));
    }

    #[test]
    fn filled_json_is_json_and_says_the_same_with_the_values_put_in(
        document in document(),
        values in prop::collection::vec(value(), 12),
    ) {
        let text = document.to_string();
        prop_assert_eq!(structure(&text), Structure::Json);
        let blanks = Blanks::default();
        let template = Template::new(&text, &blanks);
        let given: Vec<Option<&str>> = values.iter().map(|value| Some(value.as_str())).collect();
        let filled = template.fill(&given);
        // The same done on the strings as they read: what stands in each is known by its marks.
        let mut expected = Vec::new();
        strings(&document, &mut expected);
        let tokens: Vec<Range<usize>> = json::tokens(&text)
            .into_iter()
            .filter(|(token, _)| matches!(token, json::Token::Name | json::Token::String))
            .map(|(_, range)| range)
            .collect();
        prop_assert_eq!(tokens.len(), expected.len());
        let mut marks = template.fill(&[]).marks.into_iter().peekable();
        for (literal, expected) in tokens.iter().zip(&mut expected) {
            let (mut out, mut at) = (String::new(), literal.start + 1);
            let read = |range: Range<usize>| json::unescaped(slice(&text, &range)).into_owned();
            while let Some(mark) = marks.next_if(|mark| mark.range.start < literal.end) {
                prop_assert!(mark.range.start > literal.start && mark.range.end < literal.end);
                out += &read(at..mark.range.start);
                out += values.get(mark.field).map_or_else(|| read(mark.range.clone()), Clone::clone).as_str();
                at = mark.range.end;
            }
            out += &read(at..literal.end - 1);
            *expected = out;
        }
        prop_assert!(marks.next().is_none());
        let read: Value = serde_json::from_str(&filled.text).unwrap();
        let written: Vec<String> = json::tokens(&filled.text)
            .into_iter()
            .filter(|(token, _)| matches!(token, json::Token::Name | json::Token::String))
            .map(|(_, range)| serde_json::from_str(slice(&filled.text, &range)).unwrap())
            .collect();
        prop_assert_eq!(&written, &expected);
        let kinds = |text: &str| json::tokens(text).into_iter().map(|(token, _)| token).collect::<Vec<_>>();
        prop_assert_eq!(kinds(&text), kinds(&filled.text));
        prop_assert_eq!(read.is_object(), document.is_object());
    }

    #[test]
    fn every_layout_has_the_same_blanks(document in document(), value in value()) {
        let blanks = Blanks::default();
        let written = document.to_string();
        let all = Layout::ALL.map(|layout| laid_out(&written, layout));
        let fields = all.each_ref().map(|text| Template::new(text, &blanks).fields().to_vec());
        prop_assert_eq!(&fields[0], &fields[1]);
        prop_assert_eq!(&fields[0], &fields[2]);
        let values: Vec<Option<&str>> = fields[0].iter().map(|_| Some(value.as_str())).collect();
        let read = all.map(|text| {
            serde_json::from_str::<Value>(&Template::new(&text, &blanks).fill(&values).text).unwrap()
        });
        prop_assert_eq!(&read[0], &read[1]);
        prop_assert_eq!(&read[0], &read[2]);
    }

    #[test]
    fn every_declared_blank_that_is_written_is_found(name in "[a-z]{1,6}( [a-z]{1,6})?", before in "[a-z \\n]{0,12}", after in "[a-z .\\n]{0,12}") {
        let blanks = declared(&[&name]);
        for written in [
            format!("[{name}]"), format!("【{name}】"), format!("<{name}>"), format!("{{{{{name}}}}}"),
            format!("${{{name}}}"), format!("${{{name}:x}}"), format!("{{argument name=\"{name}\"}}"),
        ] {
            let text = format!("{before}{written}{after}");
            let template = Template::new(&text, &blanks);
            prop_assert!(template.occurs(0), "{}", text);
            prop_assert_eq!(template.fill(&[Some("{{y}}")]).text, format!("{before}{{{{y}}}}{after}"));
        }
    }
}

#[test]
fn brackets_of_other_kinds_do_not_hide_a_blank() {
    for (text, keys) in [
        (r#"{"tags": ["${mood} light", "soft"]}"#, vec!["mood"]),
        (r#"["【mood】 light", "soft"]"#, vec!["mood"]),
        (r#"["{argument name=\"mood\" default=\"calm\"}"]"#, vec!["mood=calm"]),
        ("A [photo of ${city}] at night", vec!["city"]),
        ("Say {argument name=\"a\" default=\"x}y\"} twice", vec!["a=x}y"]),
    ] {
        assert_eq!(found(text), keys, "{text}");
    }
    let blanks = Blanks::default();
    let template = Template::new("Say {argument name=\"a\" default=\"x}y\"} twice", &blanks);
    assert_eq!(template.fields()[0].blank.default.as_deref(), Some("x}y"));
    assert_eq!(template.fill(&[Some("hi")]).text, "Say hi twice");
}

#[test]
fn a_document_with_a_blank_for_a_number_is_a_document() {
    let blanks = Blanks::default();
    let template = Template::new(r#"{"count": ${n}, "title": "${title}"}"#, &blanks);
    let filled = template.fill(&[Some("3"), Some("a \"b\"")]);
    assert_eq!(filled.text, r#"{"count": 3, "title": "a \"b\""}"#);
}

#[test]
fn a_default_in_the_text_counts_only_where_it_is_an_option() {
    let tone = |options: &[&str]| {
        let options = options.iter().map(|one| (*one).to_owned()).collect();
        Blanks::On(vec![Blank { options, ..Blank::named("tone") }])
    };
    let default = |blanks: &Blanks| {
        Template::new("A ${tone:warm} room", blanks).fields()[0].blank.default.clone()
    };
    assert_eq!(default(&tone(&["dry", "wet"])), None);
    assert_eq!(default(&tone(&["dry", "warm"])).as_deref(), Some("warm"));
}
