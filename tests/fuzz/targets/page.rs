//! What holds for every page, whatever was asked for.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use url::Url;

use super::gallery::PUBLIC_URL;

/// The page is well formed, has no code or style of its own, loads nothing from elsewhere, and
/// no link runs anything.
pub(super) fn is_safe(html: &str) {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    // A carriage return can only be written like this, and still counts as an error.
    let mut errors = dom.errors.borrow().clone();
    errors
        .retain(|error| !html.contains("&#13;") || error != "Invalid numeric character reference");
    assert!(errors.is_empty(), "{errors:?}: {html}");
    node_is_safe(&dom.document);
}

fn node_is_safe(node: &Handle) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let tag = &*name.local;
        let unsafe_tags = ["style", "base", "iframe", "object", "embed", "frame", "applet"];
        assert!(!unsafe_tags.contains(&tag), "<{tag}>");
        let attributes = attrs.borrow();
        let value = |name: &str| {
            let found = attributes.iter().find(|attribute| &*attribute.name.local == name);
            found.map(|attribute| &*attribute.value)
        };
        if tag == "script" {
            let is_data = value("type") == Some("application/ld+json");
            assert!(is_data || value("src").is_some_and(|src| src.starts_with("/assets/")));
        }
        for attribute in attributes.iter() {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            assert!(!name.starts_with("on") && name != "style", "{name}=\"{value}\"");
            match name {
                "src" | "action" | "poster" | "formaction" => {
                    assert!(stays(value) && !value.is_empty(), "{name}=\"{value}\"");
                }
                // The icon is in the page.
                "href" if tag == "link" && value.starts_with("data:image/svg+xml,") => {}
                "href" => {
                    let url = base().join(value).unwrap_or_else(|_| panic!("{value}"));
                    let runs = ["javascript", "data", "vbscript", "blob"].contains(&url.scheme());
                    assert!(!runs, "{value}");
                }
                _ => {}
            }
        }
    }
    for child in node.children.borrow().iter() {
        node_is_safe(child);
    }
}

fn base() -> Url {
    Url::parse(PUBLIC_URL).expect("an address")
}

/// Whether a browser that follows this address stays on the site.
pub(super) fn stays(address: &str) -> bool {
    base().join(address).is_ok_and(|url| url.origin() == base().origin())
}
