//! Whatever is written as Markdown, a page stays safe and says what was written.
//!
//! 1. The HTML is balanced, and has only the elements and attributes named below: none that runs
//!    code, loads anything, or could pass for a part of the page.
//! 2. A link leads to a web or mail address that says so, or to a place on this site.
//! 3. `plain` has the same words and nothing else.
//! 4. What `faults` and `sections` say stands where they say it.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use prompt_gallery::markdown;
use url::Url;

/// Every element there may be, each with its attributes.
const ELEMENTS: [(&str, &[&str]); 25] = [
    ("a", &["href", "title"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("em", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &[]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// The elements that do not part words.
const INLINE: [&str; 5] = ["a", "code", "del", "em", "strong"];

/// Checks one text.
pub fn check(input: &[u8]) {
    // NUL is refused before anything is read as Markdown.
    let text = String::from_utf8_lossy(input).replace('\0', "");
    let html = markdown::html(&text);
    let mut shown = String::new();
    let dom = parsed(&html);
    let root = &dom.document.children.borrow()[0];
    for node in root.children.borrow().iter() {
        element_is_safe(node, &html);
        add_words(node, &mut shown);
    }
    faults_stand_where_they_say(&text);
    sections_stand_where_they_say(&text);
    // Raw HTML is shown, but it is markup.
    if !markdown::faults(&text).iter().any(|fault| fault.message.starts_with("raw HTML")) {
        assert_eq!(markdown::plain(&text), folded(&shown), "{html}");
    }
}

fn parsed(html: &str) -> RcDom {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let parser = html5ever::parse_fragment(
        RcDom::default(),
        ParseOpts::default(),
        context,
        Vec::new(),
        false,
    );
    let dom = parser.one(html);
    assert!(dom.errors.borrow().is_empty(), "{:?}: {html}", dom.errors.borrow());
    dom
}

fn element_is_safe(node: &Handle, html: &str) {
    match &node.data {
        NodeData::Text { .. } => {}
        NodeData::Element { name, attrs, .. } => {
            let known = ELEMENTS.iter().find(|(known, _)| *known == &*name.local);
            let (_, allowed) = known.unwrap_or_else(|| panic!("<{}>: {html}", name.local));
            for attribute in attrs.borrow().iter() {
                let (name, value) = (&*attribute.name.local, &*attribute.value);
                assert!(allowed.contains(&name), "{name}=\"{value}\": {html}");
                match name {
                    "href" => link_is_safe(value),
                    "class" => assert!(value.starts_with("language-"), "{value}"),
                    "start" => assert!(value.parse::<u64>().is_ok(), "{value}"),
                    _ => {}
                }
            }
        }
        _ => panic!("neither element nor text: {html}"),
    }
    for child in node.children.borrow().iter() {
        element_is_safe(child, html);
    }
}

fn link_is_safe(href: &str) {
    let site = Url::parse("https://gallery.example/zh-CN/faq").expect("an address");
    let lower = href.to_ascii_lowercase();
    let says_where =
        ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    match site.join(href) {
        Ok(url) => {
            assert!(["http", "https", "mailto"].contains(&url.scheme()), "{href}");
            assert!(says_where || url.origin() == site.origin(), "{href} leads to {url}");
        }
        // A browser follows none that it cannot read.
        Err(_) => assert!(says_where, "{href}"),
    }
}

/// The words of an element, those of different blocks apart.
fn add_words(node: &Handle, words: &mut String) {
    let parts = match &node.data {
        NodeData::Text { contents } => {
            words.push_str(&contents.borrow());
            false
        }
        NodeData::Element { name, .. } => !INLINE.contains(&&*name.local),
        _ => false,
    };
    if parts {
        words.push(' ');
    }
    for child in node.children.borrow().iter() {
        add_words(child, words);
    }
    if parts {
        words.push(' ');
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn faults_stand_where_they_say(text: &str) {
    let lines = text.split('\n').count();
    for fault in markdown::faults(text) {
        assert!((1..=lines).contains(&fault.line), "{fault:?}");
        assert!(!fault.message.is_empty());
    }
}

fn sections_stand_where_they_say(text: &str) {
    let (lines, mut line, mut rest) = (text.split('\n').count(), 0, text);
    for section in markdown::sections(text) {
        // A carriage return ends a line of Markdown, but none of a file.
        assert!((line.max(1)..=lines).contains(&section.line), "{section:?} after line {line}");
        line = section.line;
        let (_, behind) = rest.split_once(&section.body).expect("the body as it was written");
        rest = behind;
    }
}
