//! Whatever stands behind the question mark of a list, it is a list, and has one right address.
//!
//! 1. The answer is a page: the list, or what is wrong with its address.
//! 2. The page's link to itself in the other language, and back, is an address that leads to the
//!    very same page; and from there the links lead back and forth.
//! 3. A choice leads to as many prompts as it says, and every link of the list to a page.
//!
//! # What an input is
//!
//! The address of a list, without the first slash: `prompts?tag=dusk&sort=title`.

use super::dom::{self, Element};
use super::gallery::{Visitor, as_sent};
use super::page;

const LISTS: [&str; 5] =
    ["prompts", "categories/light", "tags/dusk", "models/model-1", "zh-CN/prompts"];

thread_local! {
    static VISITOR: Visitor = Visitor::new();
}

/// Checks one address.
pub fn check(input: &[u8]) {
    let target = as_sent(input);
    let (path, query) = target.split_once('?').unwrap_or(("prompts", &target));
    let path = LISTS.iter().find(|list| **list == path).unwrap_or(&LISTS[0]);
    let target = format!("/{path}?{query}");
    VISITOR.with(|visitor| list_has_one_address(visitor, &target));
}

fn list_has_one_address(visitor: &Visitor, target: &str) {
    let answer = visitor.get(target);
    page::is_safe(&answer.body);
    // A search that is too long, or a page there is none of.
    if [400, 404].contains(&answer.status) {
        return;
    }
    assert_eq!(answer.status, 200, "{target}");
    let page = dom::parse(&answer.body);
    let there = in_other_language(&page);
    let back = in_other_language(&shown(visitor, &there).1);
    let (right, right_page) = shown(visitor, &back);
    assert_eq!(answer.body, right, "{target} and {back}");
    assert_eq!(in_other_language(&right_page), there);
    links_lead_on(visitor, &page, target);
}

fn shown(visitor: &Visitor, target: &str) -> (String, Element) {
    assert!(page::stays(target) && target.starts_with('/'), "{target}");
    let answer = visitor.get(target);
    assert_eq!(answer.status, 200, "{target}");
    let page = dom::parse(&answer.body);
    (answer.body, page)
}

fn in_other_language(page: &Element) -> String {
    page.one("nav.languages a").attr("href").expect("an address")
}

/// Follows one link of each kind, another for another address.
fn links_lead_on(visitor: &Visitor, page: &Element, target: &str) {
    let turn = target.bytes().map(usize::from).sum::<usize>();
    for kind in ["nav.facets a", ".chosen a", "nav.sorts a", "nav.pager a"] {
        let links = page.all(kind);
        let Some(link) = links.iter().cycle().nth(turn % links.len().max(1)) else { continue };
        let href = link.attr("href").expect("an address");
        let (_, next) = shown(visitor, &href);
        let says = link.all(".count").first().map(|count| number(&count.text()));
        if let Some(says) = says.filter(|_| link.attr("aria-current").is_none()) {
            assert_eq!(number(&next.one("p.count").text()), says, "{href}");
        }
    }
}

/// The first number in a text.
fn number(text: &str) -> usize {
    let text = text.replace(',', "");
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().unwrap_or_else(|_| panic!("no number in {text}"))
}
