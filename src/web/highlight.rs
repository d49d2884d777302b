//! Colour for code: which part of a program is a keyword, a string, a name, a number.
//!
//! Programs here are our own, so a few token rules serve every language of the snippets; what
//! they share is that nothing but strings and comments can hold surprises. A lexer does this in
//! microseconds, where a grammar engine would take many times as long as the rest of the page.
//! The text itself is never changed: taken without its elements, the HTML is exactly the code.

use logos::{Lexer, Logos};
use memchr::memchr2;

use super::html::push_verbatim;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of the language.
    Keyword,
    /// A string literal.
    String,
    /// The name of a member, before its colon.
    Name,
    /// A number, true, false or nothing.
    Value,
    /// For people.
    Comment,
}

impl Kind {
    /// The class the style sheet knows it by.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Kind::Keyword => "hl-k",
            Kind::String => "hl-s",
            Kind::Name => "hl-n",
            Kind::Value => "hl-v",
            Kind::Comment => "hl-c",
        }
    }
}

#[derive(Clone, Copy, Debug, Logos, PartialEq, Eq)]
enum Token {
    #[token("\"", |lexer| to_its_end(lexer, b'"'))]
    #[token("'", |lexer| to_its_end(lexer, b'\''))]
    #[token("`", |lexer| to_its_end(lexer, b'`'))]
    Literal,
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*[!?]?")]
    Word,
    #[regex(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")]
    Number,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Hash,
    // What is nothing in particular, as much of it at once as there is.
    #[regex(r"[ \n\t(){}\[\]<>,.;:=+*/&|@$%^~\\?!]+")]
    Rest,
}

/// Takes a literal to the quotation mark that ends it, if one does. Nearly all of a program is the
/// prompt inside such marks, so its end is looked for many bytes at a time.
fn to_its_end<'a>(lexer: &mut Lexer<'a, Token>, quote: u8) -> bool {
    let rest = lexer.remainder().as_bytes();
    let mut at = 0;
    while let Some(found) = rest.get(at..).and_then(|rest| memchr2(quote, b'\\', rest)) {
        at += found;
        if rest.get(at) == Some(&quote) {
            lexer.bump(at + 1);
            return true;
        }
        // Between backticks a backslash is one; elsewhere what comes after it is no end.
        at += if quote == b'`' { 1 } else { 2 };
    }
    false
}

/// A piece of code and what it is, if it is anything.
pub(super) type Segment<'a> = (Option<Kind>, &'a str);

/// Takes code apart. `language` is a slug of the snippets, or `json`.
pub(super) fn segments<'a>(code: &'a str, language: &str) -> Vec<Segment<'a>> {
    let keywords = keywords(language);
    // `name:` is a member in some languages; in others a colon means other things.
    let has_names = matches!(language, "json" | "curl" | "javascript" | "python");
    let mut segments: Vec<Segment<'a>> = Vec::new();
    let mut tokens = Token::lexer(code);
    while let Some(token) = tokens.next() {
        let text = tokens.slice();
        let is_name = || has_names && tokens.remainder().starts_with(':');
        let kind = match token {
            Ok(Token::Literal) if is_name() => Some(Kind::Name),
            Ok(Token::Literal) => Some(Kind::String),
            Ok(Token::Number) => Some(Kind::Value),
            Ok(Token::Word) if VALUES.contains(&text) => Some(Kind::Value),
            Ok(Token::Word) if keywords.contains(&text) => Some(Kind::Keyword),
            Ok(Token::Hash) if language == "curl" => Some(Kind::Comment),
            _ => None,
        };
        match segments.last_mut() {
            // Pieces that are the same kind of thing, side by side, are one.
            Some((last, joined)) if *last == kind && kind.is_none() => {
                let start = tokens.span().start - joined.len();
                *joined = code.get(start..tokens.span().end).unwrap_or(joined);
            }
            _ => segments.push((kind, text)),
        }
    }
    segments
}

/// Code as HTML, its parts in elements with classes.
pub(super) fn html(code: &str, language: &str) -> String {
    let mut out = String::with_capacity(code.len() * 2);
    for (kind, text) in segments(code, language) {
        match kind {
            None => push_verbatim(&mut out, text),
            Some(kind) => {
                out.push_str("<span class=\"");
                out.push_str(kind.class());
                out.push_str("\">");
                push_verbatim(&mut out, text);
                out.push_str("</span>");
            }
        }
    }
    out
}

/// Words that stand for a value in one language or another.
const VALUES: [&str; 8] = ["true", "false", "null", "nil", "None", "True", "False", "undefined"];

/// The words of a language our programs use.
fn keywords(language: &str) -> &'static [&'static str] {
    match language {
        "curl" => &["curl"],
        "javascript" => &[
            "import", "from", "const", "let", "new", "await", "async", "function", "return", "if",
            "for", "of", "throw",
        ],
        "python" => &[
            "import", "from", "def", "return", "if", "else", "for", "in", "is", "try", "except",
            "as", "with", "break",
        ],
        "ruby" => &["require", "def", "do", "end", "if", "unless", "break", "abort"],
        "go" => &[
            "package", "import", "const", "type", "struct", "func", "return", "if", "for", "var",
            "defer", "range", "map", "string", "byte", "any",
        ],
        "php" => &[
            "php", "use", "require", "new", "const", "function", "return", "if", "for", "foreach",
            "as", "echo", "exit", "string", "array",
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_of_a_program_are_told_apart() {
        let parts = segments("const a = \"x: 1\"; // 2\n", "javascript");
        assert_eq!(
            parts,
            [
                (Some(Kind::Keyword), "const"),
                (None, " a = "),
                (Some(Kind::String), "\"x: 1\""),
                (None, "; // "),
                (Some(Kind::Value), "2"),
                (None, "\n"),
            ]
        );
    }

    #[test]
    fn a_member_of_json_is_a_name() {
        let parts = segments(r#"{"a": [true, -1.5e3]}"#, "json");
        let kinds: Vec<_> =
            parts.iter().filter_map(|(kind, text)| Some(((*kind)?, *text))).collect();
        assert_eq!(kinds, [(Kind::Name, "\"a\""), (Kind::Value, "true"), (Kind::Value, "-1.5e3")]);
    }

    #[test]
    fn a_literal_ends_at_its_own_mark() {
        for (code, literal) in [
            (r#""a 'b' `c`" d"#, r#""a 'b' `c`""#),
            (r#""a \" b" c"#, r#""a \" b""#),
            (r#""a \\" b"#, r#""a \\""#),
            (r"'\长' b", r"'\长'"),
            (r"`a\` b", r"`a\`"),
            ("\"a\nb\" c", "\"a\nb\""),
        ] {
            assert_eq!(
                segments(code, "go").first(),
                Some(&(Some(Kind::String), literal)),
                "{code}"
            );
        }
        for code in [r#""a"#, r#""a\"#, r#""a\""#, "`a", "'长"] {
            assert!(segments(code, "go").iter().all(|(kind, _)| kind.is_none()), "{code}");
        }
    }

    #[test]
    fn a_long_literal_takes_no_deeper_stack() {
        for text in ["长".repeat(100_000), "\\\"".repeat(100_000)] {
            let code = format!("\"{text}\"");
            assert_eq!(segments(&code, "json"), [(Some(Kind::String), code.as_str())]);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_changed(code in "[\\PC\\n\\t\\\\\"'`#a-z0-9:]{0,300}") {
            for language in ["json", "curl", "javascript", "python", "ruby", "go", "php"] {
                let joined: String = segments(&code, language).into_iter().map(|(_, text)| text).collect();
                prop_assert_eq!(&joined, &code);
            }
        }
    }
}
