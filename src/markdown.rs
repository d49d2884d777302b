//! The safe subset of Markdown: what descriptions and answers may hold.
//!
//! CommonMark with tables. Raw HTML is shown as the text it is, links lead only to web and
//! mail addresses or places on this site, and pictures become links, because a page loads
//! nothing from elsewhere. Headings have no attributes and columns no alignment: one could
//! run code, the other is an inline style, and no page has either. [`faults`] tells an author
//! what [`html()`] would neutralise.
//!
//! Where a document is written in Markdown instead, [`push_escaped`], [`code`], [`fenced`] and
//! [`destination`] put texts into it that are not Markdown, and [`harmless`] those that are.

use std::borrow::Cow;
use std::fmt::{self, Write};

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd, html};

/// Something in a Markdown text that will not be shown as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownFault {
    /// The line it stands on, counted from 1.
    pub line: usize,
    /// The fault and its remedy.
    pub message: String,
}

/// One `## Question` section of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading's text.
    pub heading: String,
    /// The heading's `{#id}`, if it has one.
    pub id: Option<String>,
    /// The heading's `{.classes}`.
    pub classes: Vec<String>,
    /// The Markdown below the heading.
    pub body: String,
    /// The line of the heading, counted from 1.
    pub line: usize,
}

/// Renders Markdown as HTML that is safe to put on a page.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    // Whether each link that is open here is one on the page, too; pictures are links.
    let mut open: Vec<bool> = Vec::new();
    let events = Parser::new_ext(text, options()).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(
            Tag::Link { link_type, dest_url, title, id }
            | Tag::Image { link_type, dest_url, title, id },
        ) => {
            // A link holds no other: the outer one is followed.
            let is_link = is_safe(&dest_url) && !open.contains(&true);
            open.push(is_link);
            is_link.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => {
            open.pop().unwrap_or_default().then_some(Event::End(TagEnd::Link))
        }
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::Start(Tag::Table(columns)) => {
            Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])))
        }
        other => Some(other),
    });
    html::push_html(&mut out, events);
    out
}

/// The words of a Markdown text, without its marks.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Text(words) | Event::Code(words) => out.push_str(&words),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            // Blocks part words, wherever they begin and end.
            Event::Start(tag) if !is_within_words(tag.to_end()) => out.push(' '),
            Event::End(tag) if !is_within_words(tag) => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A Markdown text that any reader may render: itself where [`html()`] would neutralise nothing,
/// else its words.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if faults(text).is_empty() {
        return Cow::Borrowed(text.trim());
    }
    let mut words = String::new();
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::Start(tag) if !is_within_words(tag.to_end()) => words.push(' '),
            Event::End(tag) if !is_within_words(tag) => words.push(' '),
            _ => {}
        }
    }
    Cow::Owned(escaped(&words.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Writes a text so that Markdown shows exactly this text, whatever it holds; wherever in a line it
/// stands, and always in one line. Only what would mean something is escaped: `gpt_image_2` and
/// `R&D` stay as they are, for those who read the document as it is written. A NUL is left out,
/// for no document can hold one.
///
/// # Errors
/// When `out` cannot be written to.
pub fn push_escaped(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut before = None;
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let rest = text.get(at + character.len_utf8()..).unwrap_or_default();
        let after = rest.chars().next();
        let is_edge = before.is_none() || after.is_none();
        let is_part_of_word = |other: Option<char>| other.is_some_and(char::is_alphanumeric);
        let is_marked = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            '_' => !(is_part_of_word(before) && is_part_of_word(after)),
            '&' => begins_reference(rest),
            // A line that begins with one is no paragraph, to some readers of Markdown.
            '-' | '+' | '=' | '>' | '|' | ':' => before.is_none(),
            // A heading may end with some, too.
            '#' => before.is_none_or(|before| before == ' '),
            // A line that begins with a number and one of these is an item of a list.
            '.' | ')' => {
                let number = text.get(..at).unwrap_or_default();
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => false,
        };
        // Line ends, what trims away, and what a terminal would obey.
        let is_named = character.is_control() || (is_edge && character.is_whitespace());
        if is_marked || is_named {
            out.write_str(text.get(plain..at).unwrap_or_default())?;
            plain = at + character.len_utf8();
            if is_marked {
                write!(out, "\\{character}")?;
            } else if character != '\0' {
                write!(out, "&#{};", u32::from(character))?;
            }
        }
        before = Some(character);
    }
    out.write_str(text.get(plain..).unwrap_or_default())
}

/// The same as a text of its own.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    // Writing to a String cannot fail.
    let _ = push_escaped(&mut out, text);
    out
}

/// Whether `&` and this would be a reference to a character.
fn begins_reference(rest: &str) -> bool {
    let name = rest.split_once(';').map_or("", |(name, _)| name);
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !name.is_empty() && is_name(name.strip_prefix('#').unwrap_or(name))
}

/// A name as code, within a line.
#[must_use]
pub fn code(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let fence = fence(text, 1);
    let is_space = |text: &str| text.bytes().all(|byte| byte == b' ');
    let touches = |mark: char| text.starts_with(mark) || text.ends_with(mark);
    // One space is taken away at each end.
    let pad = if touches('`') || (touches(' ') && !is_space(text)) { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace(['\n', '\r'], " "))
}

/// A text that ends in a line feed, in a fence nothing inside can close.
#[must_use]
pub fn fenced(info: &str, text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let fence = fence(text, 3);
    format!("{fence}{info}\n{text}{fence}\n")
}

/// More backticks than stand one after the other anywhere in a text.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(least))
}

/// An address as where a link leads.
#[must_use]
pub fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '\0'..=' ' | '\u{7f}' | '(' | ')' | '<' | '>' | '\\' | '`' | '"' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{:02X}", u32::from(character));
            }
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}

/// Whether what ends here stands within a line of words.
fn is_within_words(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// Everything in a text that [`html()`] neutralises, but the ids and classes of headings, which
/// are for [`sections`].
#[must_use]
pub fn faults(text: &str) -> Vec<MarkdownFault> {
    let line_of =
        |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let mut open: Vec<bool> = Vec::new();
    Parser::new_ext(text, options())
        .into_offset_iter()
        .filter_map(|(event, range)| {
            let message = match event {
                Event::Html(raw) | Event::InlineHtml(raw) => format!(
                    "raw HTML \"{}\" would be shown as text; write Markdown or remove it",
                    raw.trim()
                ),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let is_link = is_safe(&dest_url);
                    let is_inside = open.contains(&true);
                    open.push(is_link);
                    match (is_link, is_inside) {
                        (false, _) => format!(
                            "unsafe link \"{dest_url}\"; use an http, https or mailto address, or \
                             a path on this site"
                        ),
                        (true, true) => {
                            "a link or picture in a link would be its words; take it out".into()
                        }
                        (true, false) => return None,
                    }
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    open.pop();
                    return None;
                }
                Event::Start(Tag::Heading { attrs, .. }) if !attrs.is_empty() => {
                    "a heading's attributes would be left out; remove them".into()
                }
                Event::Start(Tag::Table(columns))
                    if columns.iter().any(|column| *column != Alignment::None) =>
                {
                    "columns would not be aligned; write | --- | without colons".into()
                }
                _ => return None,
            };
            Some(MarkdownFault { line: line_of(range.start), message })
        })
        .collect()
}

/// Splits a document at its second-level headings; what stands before the first is left out.
#[must_use]
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<(Section, usize)> = Vec::new();
    let mut heading: Option<(Section, usize)> = None;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading {
                level: pulldown_cmark::HeadingLevel::H2,
                id,
                classes,
                ..
            }) => {
                if let Some((last, start)) = sections.last_mut() {
                    last.body = text.get(*start..range.start).unwrap_or_default().trim().to_owned();
                }
                let line = text.bytes().take(range.start).filter(|b| *b == b'\n').count() + 1;
                heading = Some((
                    Section {
                        heading: String::new(),
                        id: id.map(|id| id.to_string()),
                        classes: classes.iter().map(ToString::to_string).collect(),
                        body: String::new(),
                        line,
                    },
                    range.end,
                ));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some((section, _)) = heading.as_mut() {
                    section.heading.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => sections.extend(heading.take()),
            _ => {}
        }
    }
    if let Some((last, start)) = sections.last_mut() {
        last.body = text.get(*start..).unwrap_or_default().trim().to_owned();
    }
    sections.into_iter().map(|(section, _)| section).collect()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_HEADING_ATTRIBUTES
}

/// Whether a link may be followed: web, mail, or a place on this site.
///
/// Browsers drop tabs and line feeds inside a scheme, so anything below a space is refused
/// rather than skipped; `//host` would leave the site by another scheme.
fn is_safe(address: &str) -> bool {
    if address.chars().any(char::is_control) || address.starts_with("//") || address.contains('\\')
    {
        return false;
    }
    let lower = address.to_ascii_lowercase();
    if ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)) {
        return true;
    }
    let before_path = lower.split(['/', '?', '#']).next().unwrap_or_default();
    !before_path.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn raw_html_is_shown_as_text() {
        assert_eq!(html("<script>x</script>\n"), "&lt;script&gt;x&lt;/script&gt;\n");
        assert_eq!(html("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n");
    }

    #[test]
    fn links_lead_only_where_it_is_safe() {
        assert_eq!(html("[a](https://a.example)"), "<p><a href=\"https://a.example\">a</a></p>\n");
        assert_eq!(html("[a](/faq#x)"), "<p><a href=\"/faq#x\">a</a></p>\n");
        for bad in [
            "javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
        ] {
            assert_eq!(html(&format!("[a]({bad})")), "<p>a</p>\n", "{bad}");
        }
    }

    #[test]
    fn a_picture_becomes_a_link_because_nothing_is_loaded_from_elsewhere() {
        assert_eq!(
            html("![a cat](https://a.example/cat.png)"),
            "<p><a href=\"https://a.example/cat.png\">a cat</a></p>\n"
        );
        assert_eq!(
            html("[![x](javascript:y)](https://a.example)"),
            "<p><a href=\"https://a.example\">x</a></p>\n"
        );
    }

    #[test]
    fn a_link_holds_no_other() {
        assert_eq!(
            html("[![a cat](https://a.example/cat.png) and more](https://b.example)"),
            "<p><a href=\"https://b.example\">a cat and more</a></p>\n"
        );
    }

    #[test]
    fn headings_and_cells_have_no_attributes() {
        assert_eq!(html("# A {#a .b onclick=c style=d}"), "<h1>A</h1>\n");
        let table = html("|a|b|c|\n|:-|-:|:-:|\n|1|2|3|\n");
        assert!(table.contains("<td>1</td><td>2</td><td>3</td>"), "{table}");
        assert!(!table.contains("style"), "{table}");
    }

    #[test]
    fn faults_name_the_line() {
        let lines = |text| faults(text).iter().map(|fault| fault.line).collect::<Vec<_>>();
        assert_eq!(lines("fine\n\n[x](javascript:1)\n\n<b>"), [3, 5]);
        assert_eq!(lines("[a](/b) [![c](d:e) [f](/g)](/h)\n\n[![i](/j)](/k)"), [1, 3]);
        assert_eq!(lines("# A {#a .b}\n\n# C {d=e}\n\n|f|\n|-|\n\n|g|\n|-:|\n"), [3, 8]);
    }

    #[test]
    fn a_document_is_cut_at_its_second_level_headings() {
        let found =
            sections("intro\n\n## Why `x`? {#why .prompt}\n\nBecause.\n\n## How?\n\n1. So\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].heading, "Why x?");
        assert_eq!(found[0].id.as_deref(), Some("why"));
        assert_eq!(found[0].classes, ["prompt"]);
        assert_eq!(found[0].body, "Because.");
        assert_eq!((found[1].body.as_str(), found[1].line), ("1. So", 7));
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(
            plain("A **bold** [link](https://x.example)\nand `code`."),
            "A bold link and code."
        );
        assert_eq!(
            plain("# A\nb\n\n|c|d|\n|-|-|\n|e|f|\n\n- g\n  - h\n\n> i\n"),
            "A b c d e f g h i"
        );
    }

    /// The text of a document that has exactly these blocks, by their ends.
    fn text_within(document: &str, blocks: &[TagEnd]) -> String {
        let mut text = String::new();
        let mut ends = Vec::new();
        for event in Parser::new_ext(document, options()) {
            match event {
                Event::Text(words) => text.push_str(&words),
                Event::Start(_) | Event::SoftBreak => {}
                Event::End(end) => ends.push(end),
                other => panic!("{document:?} holds {other:?}"),
            }
        }
        assert_eq!(ends, blocks, "{document:?}");
        text
    }

    #[test]
    fn what_means_nothing_is_not_escaped() {
        for text in [
            "Salt & smoke: R&D at 3.5 %",
            "gpt_image_2/text_to_image",
            "C# (draft) - 50% {x} $5 !",
            "“北窗亚麻”",
        ] {
            assert_eq!(escaped(text), text);
        }
        assert_eq!(
            escaped("1. [a] *b* _c_ `d` &amp; <e>"),
            r"1\. \[a\] \*b\* \_c\_ \`d\` \&amp; \<e>"
        );
        assert_eq!(escaped("- a\n\u{1b}[31m "), r"\- a&#10;&#27;\[31m&#32;");
    }

    #[test]
    fn a_name_is_code_whatever_it_holds() {
        for (name, written) in
            [("flux-1.1", "`flux-1.1`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), (" a", "`  a `")]
        {
            assert_eq!(code(name), written);
            assert_eq!(html(&code(name)), format!("<p><code>{name}</code></p>\n"));
        }
    }

    #[test]
    fn an_address_stays_within_its_link() {
        let address = "https://a.example/x (1)<y>?a=1&lt;=2\\`\"";
        let page = html(&format!("[a]({})", destination(address)));
        let expected = "https://a.example/x%20%281%29%3Cy%3E?a=1&amp;lt;=2%5C%60%22";
        assert_eq!(page, format!("<p><a href=\"{expected}\">a</a></p>\n"));
    }

    #[test]
    fn harmless_markdown_stays_and_other_is_its_words() {
        assert_eq!(harmless("A **bold** [link](/faq).\n"), "A **bold** [link](/faq).");
        assert_eq!(harmless("<b>x</b> [y](javascript:z) *w*"), r"\<b>x\</b> y w");
    }

    /// Pieces that mean something somewhere in Markdown, and some that do not.
    const HOSTILE: &str = "(<a>|</b>|<!--|<http://a[.]b>|\\*{1,2}|_{1,2}|`{1,2}|\\[a\\]|\\[|\\]|\\(b\\)|!|\
        &amp;|&#35;|&|;|#{1,2}|[0-9][.)]|[-+=>|:{}]|~~|~|\\\\| |[\u{1}-\u{1f}\u{7f}\u{85}]|[a-z]|海|\u{a0}|\u{2028}|\u{fffe}){0,12}";

    /// What becomes of a text somewhere in a document, if that is not the text.
    fn shown_differently(text: &str) -> Option<String> {
        let written = escaped(text);
        if text.is_empty() || written.chars().any(char::is_control) {
            return (!text.is_empty()).then_some(written);
        }
        let paragraphs = [TagEnd::Paragraph; 2];
        let heading = [TagEnd::Heading(pulldown_cmark::HeadingLevel::H1)];
        let item = [TagEnd::Link, TagEnd::Item, TagEnd::List(false)];
        let mut places = vec![
            (written.clone(), &paragraphs[..1], text.to_owned()),
            (format!("a\n\n{written}\n\nb"), &[TagEnd::Paragraph; 3], format!("a{text}b")),
            (format!("- [{written}](/a)\n  {written}\n"), &item, text.repeat(2)),
            (format!("- [b](/a)\n  {written}\n"), &item, format!("b{text}")),
        ];
        // Not all of Markdown has attributes of headings.
        if !text.contains('{') {
            places.push((format!("# {written}\n"), &heading, text.to_owned()));
        }
        let shown =
            |(document, blocks, _): &(String, &[TagEnd], String)| text_within(document, blocks);
        let differs = |place: &&(String, &[TagEnd], String)| shown(place) != place.2;
        places.iter().find(differs).map(|place| format!("{:?}: {:?}", place.0, shown(place)))
    }

    #[test]
    fn a_line_below_another_makes_no_table_or_heading_of_it() {
        for text in ["|-|", ":-|", "-|", "|:-:", "---", "===", "- -"] {
            assert_eq!(shown_differently(text), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_shown_as_it_was(text in HOSTILE) {
            prop_assert_eq!(shown_differently(&text), None);
        }

        #[test]
        fn so_is_what_a_line_may_begin_or_end_with(text in "([_#+>=|:-]|[0-9][.)]| |a|#+){1,5}") {
            prop_assert_eq!(shown_differently(&text), None);
        }

        #[test]
        fn an_address_of_any_kind_is_one_link(address in r#"[a-z()<>\\`"&;\[\] %\n]{1,20}"#) {
            let document = format!("[a](https://b.example/{})", destination(&address));
            prop_assert_eq!(text_within(&document, &[TagEnd::Link, TagEnd::Paragraph]), "a");
        }

        #[test]
        fn harmless_markdown_has_no_faults(text in r#"[<>a-z"'=()\[\]!/:# \n*_`&;-]{0,80}"#) {
            prop_assert_eq!(faults(&harmless(&text)), []);
        }

        #[test]
        fn no_text_makes_a_tag_of_its_own(text in r#"[<>a-z"'=()\[\]!/:# \n*_`&;-]{0,120}"#) {
            let out = html(&text).to_lowercase();
            prop_assert!(!out.contains("<script") && !out.contains("<img") && !out.contains("<iframe"));
            prop_assert!(!out.contains("href=\"javascript:") && !out.contains("href=\"data:"));
        }
    }
}
