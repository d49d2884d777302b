//! What must not slip in with a collection: addresses of people, secrets, characters nobody sees,
//! and words that somebody wants to look at first.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::Object;

/// What is wrong with a text, with the remedy. Nothing of a secret is repeated.
pub(in crate::seed) fn faults(text: &str) -> Vec<String> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)[a-z0-9][a-z0-9._%+-]*@((?:[a-z0-9-]+\.)+[a-z]{2,})\b").ok()
    });
    static SECRETS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
        let patterns = [
            ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
            ("an API key", r"\bsk-[A-Za-z0-9_-]{20,}"),
            ("an API key", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
            ("an API key", r"\bAIza[A-Za-z0-9_-]{35}"),
            ("an access key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
            ("a token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
            ("a token", r"\b(?:glpat-|npm_|hf_|r8_)[A-Za-z0-9_-]{20,}"),
            ("a token", r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
            ("a token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
            ("a token", r"(?i)\bbearer\s+[a-z0-9._~+/-]{24,}"),
            (
                "a password or key",
                r#"(?i)\b(?:api[_ -]?key|secret|passwo?r?d|token)["']?\s*[:=]\s*["']?[a-z0-9+/_-]*[0-9][a-z0-9+/_-]{19,}"#,
            ),
        ];
        patterns
            .into_iter()
            .filter_map(|(name, regex)| Some((name, Regex::new(regex).ok()?)))
            .collect()
    });
    let mut faults = Vec::new();
    let address = ADDRESS.as_ref().and_then(|regex| {
        regex
            .captures_iter(text)
            .find(|found| !found.get(1).is_some_and(|host| is_nobody(host.as_str())))
    });
    if let Some(found) = address.and_then(|found| found.get(0)) {
        let line = line_of(text, found.start());
        faults.push(format!(
            "line {line} holds an e-mail address; remove it, or write one at example.com"
        ));
    }
    for (name, regex) in SECRETS.iter() {
        if let Some(found) = regex.find(text) {
            let line = line_of(text, found.start());
            faults.push(format!(
                "line {line} holds what looks like {name}; remove it, and have it revoked if it is real"
            ));
        }
    }
    faults.dedup();
    faults
}

/// Whether a host is one that examples are written with (RFC 2606).
fn is_nobody(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_at = |name: &str| {
        host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    ["example.com", "example.org", "example.net", "example", "test", "invalid", "localhost"]
        .into_iter()
        .any(is_at)
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.get(..at).unwrap_or_default().matches('\n').count()
}

/// Characters of a text that nobody sees, as one remark.
pub(in crate::seed) fn hidden(text: &str) -> Option<String> {
    let mut found: BTreeMap<(&'static str, u32), (usize, usize)> = BTreeMap::new();
    let mut before = None;
    let mut line = 1;
    let mut is_flag = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let kind = match character {
            // Flags of Scotland and others are written with them.
            '\u{e0020}'..='\u{e007f}' if is_flag => None,
            '\u{e0000}'..='\u{e007f}' => Some("tag"),
            // Families and professions in emoji, and letters of some scripts, are joined by it.
            '\u{200d}' | '\u{200c}' => {
                let is_plain = |c: char| c.is_ascii() || is_han(c);
                let is_needed = before.is_some_and(|c| !is_plain(c))
                    && characters.peek().is_some_and(|c| !is_plain(*c));
                (!is_needed).then_some("zero-width")
            }
            '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{ad}' | '\u{180e}' => Some("zero-width"),
            '\u{feff}' => Some("byte order mark"),
            '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Some("writing direction"),
            '\u{2028}' | '\u{2029}' | '\u{85}' => Some("line end of another kind"),
            '\n' | '\r' | '\t' => None,
            character if character.is_control() => Some("control"),
            _ => None,
        };
        if let Some(kind) = kind {
            found.entry((kind, u32::from(character))).or_insert((line, 0)).1 += 1;
        }
        is_flag =
            character == '\u{1f3f4}' || is_flag && ('\u{e0020}'..='\u{e007e}').contains(&character);
        line += usize::from(character == '\n');
        before = Some(character);
    }
    let told: Vec<String> = found
        .into_iter()
        .map(|((kind, code), (line, count))| {
            let times = if count > 1 { format!(" {count} times,") } else { String::new() };
            format!("{kind} character U+{code:04X}{times} in line {line}")
        })
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Words that hold a prompt back.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<String>);

impl Words {
    /// One a line; empty lines and lines that begin with # are none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let words =
            text.lines().map(str::trim).filter(|word| !word.is_empty() && !word.starts_with('#'));
        Self(words.map(str::to_lowercase).collect())
    }

    /// The first of the words that is in a text, whatever its case; not inside of another word,
    /// where words are parted by spaces.
    pub(super) fn found_in(&self, text: &str) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        let text = text.to_lowercase();
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
        let found = |word: &&String| {
            text.match_indices(word.as_str()).any(|(at, _)| {
                let before = text.get(..at).and_then(|text| text.chars().next_back());
                let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
                let starts = is_letter(word.chars().next()) && is_letter(before);
                let ends = is_letter(word.chars().next_back()) && is_letter(after);
                !starts && !ends
            })
        };
        self.0.iter().find(found).map(String::as_str)
    }
}

/// Every text in the fields of a prompt, with its name.
pub(super) fn texts<'a>(fields: &'a Object, text: &'a str) -> Vec<(String, &'a str)> {
    fn walk<'a>(name: &str, value: &'a serde_json::Value, texts: &mut Vec<(String, &'a str)>) {
        match value {
            serde_json::Value::String(text) => texts.push((name.to_owned(), text)),
            serde_json::Value::Array(items) => {
                items.iter().for_each(|item| walk(name, item, texts));
            }
            serde_json::Value::Object(members) => {
                members
                    .iter()
                    .for_each(|(key, value)| walk(&format!("{name}.{key}"), value, texts));
            }
            _ => {}
        }
    }
    let mut texts = Vec::new();
    fields.iter().for_each(|(name, value)| walk(name, value, &mut texts));
    texts.push(("text".into(), text));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_secrets_are_refused_without_being_repeated() {
        let key = format!("sk-{}", "a1B2".repeat(8));
        let token = format!("ghp_{}", "a1B2c3".repeat(6));
        let texts = [
            "write\nto jo.doe+x@mail.example.co.uk now".to_owned(),
            format!("x\n{key}"),
            format!("x\nuse {token}."),
            "x\n-----BEGIN RSA PRIVATE KEY-----".into(),
            "x\napi_key = \"0123456789abcdef0123456789abcdef\"".into(),
            "x\nAKIAABCDEFGHIJKLMNOP".into(),
            format!("x\nAuthorization: Bearer {}", "a1.b2-".repeat(6)),
        ];
        for text in texts {
            let faults = faults(&text);
            assert!(
                !faults.is_empty() && faults[0].starts_with("line 2 holds"),
                "{text}: {faults:?}"
            );
            assert!(!faults[0].contains("a1B2") && !faults[0].contains("jo.doe"));
        }
        for fine in [
            "you@example.com and me@mail.example.org",
            "@ada, 5 @ 3, a@b",
            "api_key = \"YOUR_API_KEY_GOES_RIGHT_HERE\"",
            "sk-learn and a token: the one from above",
            "the secret: patience, and a password=hunter2",
        ] {
            assert_eq!(faults(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn what_nobody_sees_is_told_of() {
        let told =
            hidden("a\u{200b}b\nc\u{200b}\u{202e}\u{e0041}\u{feff}\u{7}中\u{200d}文").unwrap();
        for part in [
            "zero-width character U+200B 2 times, in line 1",
            "writing direction character U+202E in line 2",
            "tag character U+E0041",
            "byte order mark character U+FEFF",
            "control character U+0007",
            "zero-width character U+200D in line 2",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        let flag = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
        for fine in ["plain\ttext\r\n", "👩\u{200d}🚀", "می\u{200c}خواهم", flag, "❤\u{fe0f}"]
        {
            assert_eq!(hidden(fine), None, "{fine:?}");
        }
    }

    #[test]
    fn words_are_found_whole_and_in_any_case() {
        let words = Words::parse("# ours\nBlood\n\n 血腥 \nC++\n");
        assert_eq!(words.found_in("No blood."), Some("blood"));
        assert_eq!(words.found_in("bloodhound"), None);
        assert_eq!(words.found_in("画面不要血腥的"), Some("血腥"));
        assert_eq!(words.found_in("in C++17"), Some("c++"));
        assert_eq!(Words::default().found_in("anything"), None);
    }
}
