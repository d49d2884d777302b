//! HTML as a browser's parser sees it, and a few ways to find things in it.
//!
//! html5ever is the parser of a browser engine; the selectors are the few forms tests need:
//! `tag`, `.class`, `#id`, `[name]`, `[name=value]`, joined without spaces.

use std::rc::Rc;

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element, or the document itself.
#[derive(Clone)]
pub struct Element(Handle, Rc<RcDom>);

/// Parses a document.
pub fn parse(html: &str) -> Element {
    let dom =
        html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
    let dom = Rc::new(dom);
    Element(dom.document.clone(), dom)
}

impl Element {
    /// Every element below that matches, in document order. A space means "inside".
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let mut found = vec![self.clone()];
        for part in selector.split_whitespace() {
            let mut next: Vec<Element> = Vec::new();
            for element in &found {
                element.collect(part, &mut next);
            }
            found = Vec::new();
            for element in next {
                if !found.iter().any(|other| Rc::ptr_eq(&other.0, &element.0)) {
                    found.push(element);
                }
            }
        }
        found
    }

    fn collect(&self, part: &str, found: &mut Vec<Element>) {
        for child in self.0.children.borrow().iter() {
            let child = Element(child.clone(), self.1.clone());
            if child.matches(part) {
                found.push(child.clone());
            }
            child.collect(part, found);
        }
    }

    fn matches(&self, part: &str) -> bool {
        let Some(name) = self.name() else { return false };
        let mut rest = part;
        let end = rest.find(['.', '#', '[']).unwrap_or(rest.len());
        if end > 0 && rest[..end] != name {
            return false;
        }
        rest = &rest[end..];
        while let Some(mark) = rest.chars().next() {
            rest = &rest[1..];
            let end = if mark == '[' {
                rest.find(']').unwrap()
            } else {
                rest.find(['.', '#', '[']).unwrap_or(rest.len())
            };
            let word = &rest[..end];
            let holds = match mark {
                '.' => self.attr("class").is_some_and(|all| all.split(' ').any(|one| one == word)),
                '#' => self.attr("id").as_deref() == Some(word),
                _ => match word.split_once('=') {
                    Some((name, value)) => self.attr(name).as_deref() == Some(value),
                    None => self.attr(word).is_some(),
                },
            };
            if !holds {
                return false;
            }
            rest = &rest[end..];
            rest = rest.strip_prefix(']').unwrap_or(rest);
        }
        true
    }

    /// The first element that matches; there must be one.
    #[track_caller]
    pub fn one(&self, selector: &str) -> Element {
        self.all(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector} on the page"))
    }

    /// Whether any element matches.
    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// The tag's name.
    pub fn name(&self) -> Option<String> {
        match &self.0.data {
            NodeData::Element { name, .. } => Some(name.local.to_string()),
            _ => None,
        }
    }

    /// An attribute's value.
    pub fn attr(&self, name: &str) -> Option<String> {
        match &self.0.data {
            NodeData::Element { attrs, .. } => attrs
                .borrow()
                .iter()
                .find(|attribute| &*attribute.name.local == name)
                .map(|attribute| attribute.value.to_string()),
            _ => None,
        }
    }

    /// The text inside, exactly, as `textContent` gives it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.collect_text(&mut out);
        out
    }

    fn collect_text(&self, out: &mut String) {
        if let NodeData::Text { contents } = &self.0.data {
            out.push_str(&contents.borrow());
        }
        for child in self.0.children.borrow().iter() {
            Element(child.clone(), self.1.clone()).collect_text(out);
        }
    }

    /// The text inside with white space folded, as a reader sees it.
    pub fn words(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
