//! What can be read off a prompt's text: a title, a beginning, and whether it is JSON.
//!
//! Many prompts come without a title, and cutting their text off gives titles such as
//! `{ "image_type": …`. A [`Digest`] takes the first clause of prose, and the most telling
//! values of a structured prompt.

use serde_json::Value;

use super::columns::{columns, columns_of, fits};

/// Whether a text is prose or a JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// Prose, or anything that is not valid JSON.
    Text,
    /// A JSON object or array.
    Json,
}

impl TextFormat {
    /// The name used in the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            TextFormat::Text => "text",
            TextFormat::Json => "json",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [TextFormat::Text, TextFormat::Json].into_iter().find(|format| format.slug() == slug)
    }
}

/// A short account of a prompt's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// A readable title of at most [`Digest::TITLE_WIDTH`] columns; empty where the text has none.
    pub title: String,
    /// The beginning, on one line, of at most [`Digest::EXCERPT_WIDTH`] columns.
    pub excerpt: String,
    /// Prose or JSON.
    pub format: TextFormat,
}

impl Digest {
    /// Columns of a title; a CJK character takes two.
    pub const TITLE_WIDTH: usize = 56;
    /// Columns of an excerpt; a CJK character takes two.
    pub const EXCERPT_WIDTH: usize = 260;
    /// Columns of what fits into the two lines of a card.
    const CARD_WIDTH: usize = 130;
    /// Only this much of a text is looked at for its title and excerpt, in bytes.
    const HEAD: usize = 16 * 1024;

    /// As much of the excerpt as a card shows.
    #[must_use]
    pub fn brief(&self) -> String {
        shorten(&self.excerpt, Self::CARD_WIDTH)
    }

    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let trimmed = text.trim_start_matches('\u{feff}').trim();
        let looks_structured = trimmed.starts_with('{') || trimmed.starts_with('[');
        let format = match serde_json::from_str::<Value>(trimmed) {
            Ok(Value::Object(_) | Value::Array(_)) => TextFormat::Json,
            _ => TextFormat::Text,
        };
        let head = head(trimmed, Self::HEAD);
        let telling = if looks_structured { telling_values(head) } else { Vec::new() };
        if let Some(first) = telling.first() {
            return Self {
                title: shorten(&one_line(first), Self::TITLE_WIDTH),
                excerpt: shorten(&one_line(&telling.join(" · ")), Self::EXCERPT_WIDTH),
                format,
            };
        }
        let line = one_line(head);
        if looks_structured && head.len() > 1 {
            // Braces and numbers are no title.
            let excerpt = shorten(&line, Self::EXCERPT_WIDTH);
            return Self { title: String::new(), excerpt, format };
        }
        let title = head.lines().map(bare).find(|line| line.chars().any(char::is_alphanumeric));
        let title = title.map_or_else(String::new, |line| first_clause(&line).to_owned());
        Self {
            title: shorten(&title, Self::TITLE_WIDTH),
            excerpt: shorten(&line, Self::EXCERPT_WIDTH),
            format,
        }
    }
}

/// Keys whose values say what a structured prompt is about, the most telling first.
const SUBJECT_KEYS: [&str; 21] = [
    "title",
    "主题",
    "标题",
    "name",
    "subject",
    "主体",
    "main_subject",
    "scene",
    "场景",
    "画面",
    "scene_description",
    "concept",
    "概念",
    "description",
    "描述",
    "prompt",
    "theme",
    "product",
    "content",
    "内容",
    "topic",
];

/// Keys whose values are settings: true of many prompts, telling of none.
const SETTING_KEYS: [&str; 20] = [
    "resolution",
    "quality",
    "ratio",
    "size",
    "format",
    "type",
    "noise",
    "artifacts",
    "sharpness",
    "model",
    "version",
    "fps",
    "seed",
    "camera",
    "lens",
    "mode",
    "negative",
    "avoid",
    "画幅",
    "比例",
];

/// The string values of a JSON-like text, the most telling first.
///
/// Works on `"key": "value"` pairs as they are written, so that broken JSON, common in the
/// wild, gets as good a title as valid JSON.
fn telling_values(text: &str) -> Vec<String> {
    let mut values: Vec<(usize, String)> = Vec::new();
    // The keys of the objects we are inside of: `subject: { type: "bottle" }` is about its subject.
    let mut enclosing: Vec<Option<String>> = Vec::new();
    let mut key: Option<String> = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        match character {
            '"' => {
                let (raw, after) = string_literal(rest);
                rest = after;
                if after.trim_start().starts_with(':') {
                    key = Some(raw.to_lowercase());
                } else {
                    let rank = rank(key.as_deref(), &enclosing, &raw);
                    if let Some(rank) = rank {
                        values.push((rank, raw));
                    }
                }
                continue;
            }
            '{' | '[' => enclosing.push(key.take()),
            '}' | ']' => {
                enclosing.pop();
                key = None;
            }
            ',' if enclosing.last().is_none_or(Option::is_none) => key = None,
            _ => {}
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    values.sort_by_key(|(rank, _)| *rank);
    values.into_iter().map(|(_, value)| value).collect()
}

/// How telling a value is: 0 is best; none for what is no title at all.
fn rank(key: Option<&str>, enclosing: &[Option<String>], value: &str) -> Option<usize> {
    let width = columns(value);
    if width < 6 || value.trim_start().starts_with('{') || !value.chars().any(char::is_alphabetic) {
        return None;
    }
    let parent = enclosing.iter().rev().find_map(|key| key.as_deref());
    let place = |key: &str| SUBJECT_KEYS.iter().position(|known| *known == key);
    let is_setting = |key: &str| {
        SETTING_KEYS.iter().any(|setting| key.contains(setting)) && place(key).is_none()
    };
    let own = key.and_then(place);
    let inherited = parent.and_then(place).map(|place| place + SUBJECT_KEYS.len());
    let wordy = usize::from(width < 12) * 100;
    match (own, inherited) {
        (Some(own), _) => Some(own + wordy),
        (None, _) if key.is_some_and(is_setting) => Some(400 + wordy),
        (None, Some(inherited)) => Some(inherited + wordy),
        (None, None) => Some(200 + wordy),
    }
}

/// Takes a string literal off the front of a text that begins with a quotation mark.
fn string_literal(text: &str) -> (String, &str) {
    let mut escaped = false;
    let mut end = text.len();
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let literal = text.get(..=end).unwrap_or(text);
    let inner = text.get(1..end).unwrap_or_default();
    let value = serde_json::from_str(literal).unwrap_or_else(|_| inner.to_owned());
    (value, text.get(end + 1..).unwrap_or_default())
}

/// A line without the marks of Markdown headings, lists, quotes and emphasis around it.
fn bare(line: &str) -> String {
    let line = line.trim().trim_start_matches(['#', '>', '-', '*', '•', '–', '—', ' ', '\u{3000}']);
    let line = line.trim_end_matches(['#', '*', '_', ' ', '\u{3000}']);
    line.replace("**", "").replace('`', "")
}

/// The first sentence of a line, or the first clause of a long one.
fn first_clause(line: &str) -> &str {
    let sentence_end = line.char_indices().find(|(at, character)| match character {
        '。' | '！' | '？' | '；' => true,
        '.' | '!' | '?' | ';' => line
            .get(at + 1..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)),
        _ => false,
    });
    let sentence = sentence_end.map_or(line, |(at, _)| line.get(..at).unwrap_or(line));
    if fits(sentence, Digest::TITLE_WIDTH) {
        return sentence.trim_end_matches([':', '：', ',', '，']);
    }
    let clause_end = sentence
        .char_indices()
        .filter(|(_, character)| matches!(character, ',' | '，' | ':' | '：' | '、' | '—'))
        .map(|(at, _)| at)
        .take_while(|at| columns(sentence.get(..*at).unwrap_or_default()) <= Digest::TITLE_WIDTH)
        .last();
    match clause_end.and_then(|at| sentence.get(..at)) {
        Some(clause) if columns(clause) >= 16 => clause.trim_end(),
        _ => sentence,
    }
}

/// Cuts a text to a width, at a word where there are words, and says so with an ellipsis.
fn shorten(text: &str, most: usize) -> String {
    let text = text.trim();
    if fits(text, most) {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut = 0;
    let mut word_end = 0;
    for (at, character) in text.char_indices() {
        let width = columns_of(character);
        used += width;
        if used > most.saturating_sub(1) {
            break;
        }
        if character.is_whitespace() || width == 2 {
            word_end = at + if character.is_whitespace() { 0 } else { character.len_utf8() };
        }
        cut = at + character.len_utf8();
    }
    let cut = if word_end * 2 > cut { word_end } else { cut };
    let kept = text.get(..cut).unwrap_or(text);
    format!(
        "{}…",
        kept.trim_end_matches([' ', ',', '.', ';', ':', '，', '。', '；', '：', '、', '-'])
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn title(text: &str) -> String {
        Digest::of(text).title
    }

    #[test]
    fn a_title_is_the_first_sentence() {
        assert_eq!(title("A lighthouse in fog. Shot on film."), "A lighthouse in fog");
        assert_eq!(title("雨后的石桥。桥下有船。"), "雨后的石桥");
    }

    #[test]
    fn a_long_first_sentence_is_cut_at_a_clause_or_a_word() {
        let text = "A cutaway of a three-storey bakery at dawn, ovens on the ground floor, flour \
                    store above, sleeping cat in the attic";
        assert_eq!(title(text), "A cutaway of a three-storey bakery at dawn");
        let unbroken = "wide establishing shot of an empty harbour with cranes standing still in \
                        blue hour";
        assert_eq!(title(unbroken), "wide establishing shot of an empty harbour with cranes…");
    }

    #[test]
    fn marks_of_markdown_are_no_part_of_a_title() {
        assert_eq!(title("## **Field notes** ##\nMore"), "Field notes");
        assert_eq!(title("---\n\n- first item\n"), "first item");
    }

    #[test]
    fn a_json_prompt_is_named_by_what_it_shows_not_by_its_settings() {
        let text = r#"{ "image_type": "portrait photo", "resolution": "very high resolution",
            "subject": { "description": "A beekeeper lifting a frame of honeycomb" } }"#;
        let digest = Digest::of(text);
        assert_eq!(digest.title, "A beekeeper lifting a frame of honeycomb");
        assert_eq!(digest.format, TextFormat::Json);
        assert!(!digest.excerpt.contains('{'));
    }

    #[test]
    fn broken_json_is_named_as_well_and_is_text() {
        let digest = Digest::of(r#"{ "title": "Ferry at first light", "mood": [ "quiet", }"#);
        assert_eq!(digest.title, "Ferry at first light");
        assert_eq!(digest.format, TextFormat::Text);
    }

    #[test]
    fn a_chinese_json_prompt_is_named_by_its_subject() {
        assert_eq!(title(r#"{"画幅":"竖版三比四","主题":"青瓷茶盏与初雪"}"#), "青瓷茶盏与初雪");
    }

    #[test]
    fn a_text_without_words_has_no_title() {
        for text in
            ["", "***", "{}", "[1, 2, 3]", r#"{"a": [1, 2], "b": true}"#, r#"["", " {a: b}"]"#]
        {
            assert_eq!(title(text), "", "{text}");
        }
    }

    #[test]
    fn a_card_gets_the_beginning_of_an_excerpt() {
        let text = "A ferry leaves the quay at first light. ".repeat(20);
        let brief = Digest::of(&text).brief();
        assert!((100..=130).contains(&columns(&brief)), "{brief}");
        assert!(text.starts_with(brief.trim_end_matches('…')));
        let chinese = Digest::of(&"雨后的石桥，桥下有一条乌篷船。".repeat(20)).brief();
        assert!((100..=130).contains(&columns(&chinese)), "{chinese}");
        assert_eq!(Digest::of("Short.").brief(), Digest::of("Short.").excerpt);
    }

    proptest! {
        #[test]
        fn any_text_gives_a_bounded_title(text in "\\PC{0,400}") {
            let digest = Digest::of(&text);
            prop_assert!(columns(&digest.title) <= Digest::TITLE_WIDTH);
            prop_assert!(columns(&digest.excerpt) <= Digest::EXCERPT_WIDTH);
        }

        #[test]
        fn anything_json_like_gives_a_bounded_title(text in r#"[\[{]["\\:,\[\]{}a-z 主题]{0,200}"#) {
            let digest = Digest::of(&text);
            prop_assert!(columns(&digest.title) <= Digest::TITLE_WIDTH);
            let is_code = digest.title.starts_with('{');
            prop_assert!(!is_code);
        }
    }
}
