//! Whatever a prompt holds, it is data in every program that sends it, and nothing runs.
//!
//! Every program is read by a small reader of its language, written here from the language's
//! own description. It tells what is a plain string from all that is code; a string in which
//! anything would be evaluated is code.
//!
//! 1. The strings of the program are those of a program for another prompt, with this one in its
//!    place, character by character; the code is the same but for its layout.
//! 2. No program holds a character that nobody can see.
//! 3. The body curl sends is the body of the call.
//! 4. An agent's instruction holds the prompt once, between two lines that the prompt lacks.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::LazyLock;

use prompt_gallery::agents;
use prompt_gallery::catalog::{ApiCall, Endpoint, Locale, Object, Platform, Service};
use prompt_gallery::i18n;
use prompt_gallery::snippets::{LANGUAGES, Language, is_hidden};
use serde_json::{Value, json};

/// What can be called: one endpoint whose answer is waited for, one that answers at once.
static PLATFORM: LazyLock<Platform> = LazyLock::new(|| {
    let platform = json!({
        "name": "Gateway",
        "base_url": "https://gateway.example",
        "sdk_base_url": "https://gateway.example",
        "path": "/v1/{service}/{endpoint}",
        "key_variable": "GATEWAY_KEY",
        "key_url": "https://gateway.example/keys",
        "mcp_name": "gateway",
        "mcp_command": ["npx", "gateway"],
    });
    serde_json::from_value(platform).expect("a platform")
});
static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let package = json!({ "package": "gateway", "client": "GatewayClient" });
    let service = json!({
        "slug": "pictures",
        "name": "Pictures",
        "sdk": {
            "javascript": package, "python": package, "ruby": package, "go": package,
            "php": { "package": "gateway/pictures", "client": "Gateway\\PicturesClient" },
        },
        "endpoints": [
            { "slug": "make", "name": "Make", "modality": "image", "text_field": "prompt",
              "result_field": "images" },
            { "slug": "say", "name": "Say", "modality": "text", "text_field": "text",
              "synchronous": true },
        ],
    });
    serde_json::from_value(service).expect("a service")
});

/// Checks one prompt, which is a parameter as well.
pub fn check(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    let (params, other) = (params(text), params("x"));
    for endpoint in &SERVICE.endpoints {
        let call = call(endpoint, text, &params);
        let known = ApiCall { text: "x", params: &other, ..call };
        for language in &LANGUAGES {
            for form in language.forms() {
                let write = |call| language.snippet(call, form).expect("the form it has");
                program_is_the_same(language, text, &write(&call), &write(&known));
            }
        }
        curl_sends_the_body(&call);
        for locale in Locale::ALL {
            let instruction = agents::instruction(&call, i18n::texts(locale));
            prompt_stands_between_markers(text, &instruction);
        }
    }
}

fn params(text: &str) -> Object {
    let params = json!({ "style": text, "n": 2, "parts": [text, { "name": text, "on": true }] });
    let Value::Object(params) = params else { return Object::new() };
    params
}

fn call<'a>(endpoint: &'a Endpoint, text: &'a str, params: &'a Object) -> ApiCall<'a> {
    ApiCall {
        platform: &PLATFORM,
        service: &SERVICE,
        endpoint,
        model: Some("model-1"),
        params,
        text,
    }
}

/// Part of a program.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// A string in which nothing is evaluated: what it stands for.
    Plain(String),
    /// Anything else, without white space and commas at the end of a list.
    Code(String),
}

impl Part {
    fn code(code: &str) -> Self {
        Part::Code(code.replace(",)", ")").replace(",]", "]").replace(",}", "}"))
    }
}

fn program_is_the_same(language: &Language, text: &str, program: &str, known: &str) {
    for character in program.chars() {
        let is_layout = character == '\n' || character == '\t' && language.slug == "go";
        assert!(is_layout || !is_hidden(character), "{character:?} in {program}");
    }
    let read = |program| match language.slug {
        "curl" => shell(program),
        "javascript" => parts(program, javascript),
        "python" => parts(program, python),
        "ruby" => parts(program, ruby),
        "go" => parts(program, go),
        "php" => parts(program, php),
        other => panic!("a reader for {other} is to be written"),
    };
    let mut expected = read(known);
    let mut places = 0;
    for part in &mut expected {
        if let Part::Plain(plain) = part
            && plain == "x"
        {
            *plain = text.to_owned();
            places += 1;
        }
    }
    assert_eq!(places, 4, "{known}");
    assert_eq!(read(program), expected, "{program}");
}

type Source<'a> = Peekable<Chars<'a>>;

/// What a quotation mark begins: its string, or the code it is; where the source goes on.
type Reader = fn(&mut Source<'_>, char) -> Part;

/// The parts of a program whose strings are read by `read`.
fn parts(program: &str, read: Reader) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut code = String::new();
    let mut source = program.chars().peekable();
    while let Some(character) = source.next() {
        if matches!(character, '"' | '\'' | '`') {
            match read(&mut source, character) {
                plain @ Part::Plain(_) => {
                    parts.push(Part::code(&std::mem::take(&mut code)));
                    parts.push(plain);
                }
                Part::Code(inside) => code.push_str(&inside),
            }
        } else if !character.is_whitespace() {
            // None of the programs has comments, so nothing else is hidden from this reader.
            let begins_comment = matches!((character, source.peek()), ('/', Some('/' | '*')));
            assert!(!begins_comment && character != '#', "a comment in {program}");
            code.push(character);
        }
    }
    parts.push(Part::code(&code));
    parts
}

/// The characters up to the quotation mark that ends a string, and whether one is evaluated:
/// `escape` reads what follows a backslash, `evaluates` tells what is.
fn string(
    source: &mut Source<'_>,
    quote: char,
    mut escape: impl FnMut(&mut Source<'_>) -> String,
    evaluates: fn(char, Option<char>) -> bool,
) -> Part {
    let (mut plain, mut written, mut is_evaluated) = (String::new(), String::from(quote), false);
    loop {
        let character = source.next().expect("the end of a string");
        written.push(character);
        match character {
            _ if character == quote => break,
            '\\' => plain += &escape(source),
            '\n' | '\r' => panic!("a string goes over lines: {written}"),
            _ => {
                is_evaluated |= evaluates(character, source.peek().copied());
                plain.push(character);
            }
        }
    }
    if is_evaluated { Part::Code(written) } else { Part::Plain(plain) }
}

/// Up to the next quotation mark, whatever is in between.
fn raw(source: &mut Source<'_>, quote: char) -> Part {
    let mut code = String::from(quote);
    for character in source.by_ref() {
        code.push(character);
        if character == quote {
            break;
        }
    }
    Part::Code(code)
}

fn nothing(_: char, _: Option<char>) -> bool {
    false
}

/// So many hexadecimal digits, as a character.
fn hex(source: &mut Source<'_>, digits: usize) -> u32 {
    let digits: String = source.by_ref().take(digits).collect();
    u32::from_str_radix(&digits, 16).expect("hexadecimal digits")
}

/// Hexadecimal digits in braces.
fn braced(source: &mut Source<'_>) -> u32 {
    assert_eq!(source.next(), Some('{'));
    let digits: String = source.by_ref().take_while(|character| *character != '}').collect();
    u32::from_str_radix(&digits, 16).expect("hexadecimal digits")
}

fn character(code: u32) -> String {
    char::from_u32(code).expect("a character").to_string()
}

/// The escapes all of these languages have.
fn short(escape: char) -> Option<&'static str> {
    match escape {
        'n' => Some("\n"),
        'r' => Some("\r"),
        't' => Some("\t"),
        '\\' => Some("\\"),
        '"' => Some("\""),
        _ => None,
    }
}

/// ECMAScript, section 12.9.4. A template is code.
fn javascript(source: &mut Source<'_>, quote: char) -> Part {
    if quote == '`' {
        return raw(source, quote);
    }
    let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
        '\'' => "'".into(),
        'u' if source.peek() == Some(&'{') => character(braced(source)),
        'u' => character(hex(source, 4)),
        other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
    };
    string(source, quote, escape, nothing)
}

/// The language reference, section 2.5. An f-string is evaluated; its quotation mark stands in
/// code behind an `f`, which no program has in front of another string.
fn python(source: &mut Source<'_>, quote: char) -> Part {
    let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
        '\'' => "'".into(),
        'x' => character(hex(source, 2)),
        'u' => character(hex(source, 4)),
        'U' => character(hex(source, 8)),
        other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
    };
    let string = string(source, quote, escape, nothing);
    let is_empty = string == Part::Plain(String::new());
    assert!(!is_empty || source.peek() != Some(&quote), "a string in three quotation marks");
    string
}

/// `doc/syntax/literals.rdoc`. `#{`, `#$` and `#@` are evaluated in double quotation marks.
fn ruby(source: &mut Source<'_>, quote: char) -> Part {
    assert_eq!(quote, '"');
    let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
        '#' => "#".into(),
        'u' => character(braced(source)),
        other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
    };
    string(source, quote, escape, |character, next| {
        character == '#' && matches!(next, Some('{' | '$' | '@'))
    })
}

/// The language specification, "String literals". A raw one is code.
fn go(source: &mut Source<'_>, quote: char) -> Part {
    if quote == '`' {
        return raw(source, quote);
    }
    assert_eq!(quote, '"');
    let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
        'x' => {
            let byte = hex(source, 2);
            assert!(byte < 0x80, "half a character");
            character(byte)
        }
        'u' => character(hex(source, 4)),
        'U' => character(hex(source, 8)),
        other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
    };
    string(source, quote, escape, nothing)
}

/// The manual, "Strings". In single quotation marks a backslash is one unless another or a
/// quotation mark follows; in double ones variables are evaluated.
fn php(source: &mut Source<'_>, quote: char) -> Part {
    if quote == '\'' {
        let escape = |source: &mut Source<'_>| match source.peek() {
            Some('\\' | '\'') => source.next().map_or_else(String::new, String::from),
            _ => "\\".into(),
        };
        return string(source, quote, escape, nothing);
    }
    assert_eq!(quote, '"');
    let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
        '$' => "$".into(),
        'u' => character(braced(source)),
        other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
    };
    string(source, quote, escape, |character, next| {
        let begins_name =
            |c: char| c == '{' || c == '_' || c.is_ascii_alphabetic() || c >= '\u{80}';
        character == '$' && next.is_some_and(begins_name) || character == '{' && next == Some('$')
    })
}

/// A command whose here-document is JSON: its strings, and all else as code. The shell reads
/// nothing in a quoted here-document but the line that ends it (POSIX, section 2.7.4).
fn shell(program: &str) -> Vec<Part> {
    let (command, rest) = program.split_once("<<'JSON'\n").expect("a here-document");
    let (document, behind) = rest.split_once("\nJSON\n").expect("its end");
    let mut parts = vec![Part::Code(command.into())];
    parts.extend(self::parts(document, |source, quote| {
        assert_eq!(quote, '"');
        let escape = |source: &mut Source<'_>| match source.next().expect("an escape") {
            'u' => match hex(source, 4) {
                high @ 0xd800..=0xdbff => {
                    assert_eq!((source.next(), source.next()), (Some('\\'), Some('u')));
                    character(0x1_0000 + ((high - 0xd800) << 10) + (hex(source, 4) - 0xdc00))
                }
                code => character(code),
            },
            other => short(other).unwrap_or_else(|| panic!("\\{other}")).into(),
        };
        string(source, quote, escape, nothing)
    }));
    parts.push(Part::Code(behind.into()));
    parts
}

fn curl_sends_the_body(call: &ApiCall<'_>) {
    let curl = LANGUAGES[0].snippet(call, LANGUAGES[0].preferred()).expect("its form");
    let (_, rest) = curl.split_once("<<'JSON'\n").expect("a here-document");
    let (document, _) = rest.split_once("\nJSON\n").expect("its end");
    let body: Object = serde_json::from_str(document).expect("JSON");
    assert_eq!(body, call.body());
}

fn prompt_stands_between_markers(text: &str, instruction: &str) {
    let begins = |line: &&str| line.starts_with("-----BEGIN PROMPT") && line.ends_with("-----");
    // The parameters stand on one line and hold the prompt, too, but no line of theirs begins
    // with a marker.
    let begin = instruction.lines().find(begins).expect("a marker");
    let end = begin.replace("BEGIN", "END");
    assert!(!text.contains(begin) && !text.contains(&end), "{instruction}");
    let (_, rest) = instruction.split_once(&format!("\n{begin}\n")).expect("a line of its own");
    let (between, behind) = rest.split_once(&format!("\n{end}\n")).expect("a line of its own");
    assert_eq!(between, text);
    assert!(!behind.contains(begin) && !behind.contains(&end), "{instruction}");
}
