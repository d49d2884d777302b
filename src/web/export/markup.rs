//! Finding the addresses in a page of ours.
//!
//! Our pages are well-formed: every `<` of a text is escaped, and every value of an attribute is in
//! double quotes. So tags and attributes can be told apart without a parser, and their places in
//! the text are known.

use std::ops::Range;

/// An attribute's value that is or holds addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The attribute's name.
    pub(super) attribute: String,
    /// Where the value stands, without its quotes.
    pub(super) range: Range<usize>,
    /// The value, decoded.
    pub(super) value: String,
}

/// Attributes that hold one address or, in the case of `srcset`, several.
const ATTRIBUTES: [&str; 9] = [
    "content",
    "href",
    "src",
    "srcset",
    "poster",
    "action",
    "data-href",
    "data-cover",
    "data-index",
];

/// Every value of a page that holds addresses, in the order they stand there.
pub(super) fn links(html: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(start) = find(html, at, '<') {
        at = start + 1;
        // Closing tags and declarations have no attributes.
        if !html.get(at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())) {
            continue;
        }
        at = tag(html, at, &mut links);
    }
    links
}

/// Reads the attributes of a tag and returns where it ends.
fn tag(html: &str, mut at: usize, links: &mut Vec<Link>) -> usize {
    loop {
        let Some(rest) = html.get(at..) else { return html.len() };
        let Some(step) = rest.find(['>', '"']) else { return html.len() };
        let mark = at + step;
        if rest.get(step..).is_some_and(|rest| rest.starts_with('>')) {
            return mark + 1;
        }
        let Some(end) = find(html, mark + 1, '"') else { return html.len() };
        let range = mark + 1..end;
        let before = rest.get(..step).unwrap_or_default().trim_end_matches('=');
        let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        if ATTRIBUTES.contains(&name) {
            let value = decoded(html.get(range.clone()).unwrap_or_default());
            links.push(Link { attribute: name.to_owned(), range, value });
        }
        at = end + 1;
    }
}

fn find(html: &str, from: usize, character: char) -> Option<usize> {
    Some(from + html.get(from..)?.find(character)?)
}

/// The references our templates write, as characters.
fn decoded(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ]
    .into_iter()
    .fold(value.to_owned(), |value, (reference, character)| value.replace(reference, character))
}

/// The addresses in a value: one, or the candidates of a set.
pub(super) fn addresses(link: &Link) -> Vec<&str> {
    if link.attribute == "srcset" {
        let candidates = link.value.split(',').filter_map(|one| one.split_whitespace().next());
        return candidates.collect();
    }
    vec![link.value.as_str()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_tags_and_nowhere_else() {
        let html = "<!doctype html><a class=\"x\" href=\"/a?b=1&#38;c=2\">href=\"/text\" &lt;a href=\"/no\"></a>\
                    <img alt=\"> src=\" src=\"/b.svg#c\" srcset=\"/d.webp 1w, /e.webp 2w\" hidden><p title=\"/f\">";
        let found = links(html);
        let all: Vec<&str> = found.iter().flat_map(addresses).collect();
        assert_eq!(all, ["/a?b=1&c=2", "/b.svg#c", "/d.webp", "/e.webp"]);
        assert_eq!(html.get(found[0].range.clone()), Some("/a?b=1&#38;c=2"));
    }
}
