//! Whatever a client asks for, it gets an answer, and stays on the site.
//!
//! 1. The answer is a page, a file or a redirect, and no failure of the server.
//! 2. A redirect leads to a path of this site, as a browser reads it, and no further: what it
//!    leads to is there or is not, and asking for it again changes nothing.
//! 3. A page is safe, and the address it calls its own is its own.
//! 4. What can be a slug is known by its characters, and its address has no other spelling.
//!
//! # What an input is
//!
//! What stands behind the first slash of an address.

use prompt_gallery::catalog::Slug;

use super::dom;
use super::gallery::{PUBLIC_URL, Visitor, as_sent};
use super::page;

/// An alias may be written in capitals: to its right spelling, then to the prompt.
const MOST_REDIRECTS: usize = 2;

thread_local! {
    static VISITOR: Visitor = Visitor::new();
}

/// Checks one address.
pub fn check(input: &[u8]) {
    VISITOR.with(|visitor| {
        answer_stays_on_the_site(visitor, &format!("/{}", as_sent(input)));
        slug_has_one_spelling(visitor, &String::from_utf8_lossy(input));
    });
}

fn answer_stays_on_the_site(visitor: &Visitor, target: &str) {
    let mut target = target.to_owned();
    for redirects in 0.. {
        let answer = visitor.get(&target);
        let Some(location) = answer.location else {
            assert!([200, 400, 404].contains(&answer.status), "{}: {target}", answer.status);
            if answer.media_type.starts_with("text/html") {
                page::is_safe(&answer.body);
                own_address_is_its_own(visitor, &answer.body, &target);
            }
            return;
        };
        assert!([301, 307, 308].contains(&answer.status), "{}: {target}", answer.status);
        assert!(redirects < MOST_REDIRECTS, "{target} leads on to {location}");
        let (path, _) = location.split_once('?').unwrap_or((&location, ""));
        let is_plain = location.bytes().all(|byte| byte.is_ascii_graphic()) && !path.contains('\\');
        let is_path = location.starts_with('/') && !location.starts_with("//");
        assert!(is_plain && is_path && page::stays(&location), "{target} leads to {location}");
        target = location;
    }
}

fn own_address_is_its_own(visitor: &Visitor, html: &str, target: &str) {
    let page = dom::parse(html);
    let Some(link) = page.all("link[rel=canonical]").into_iter().next() else { return };
    let href = link.attr("href").expect("an address");
    let own = href.strip_prefix(PUBLIC_URL).expect("an address of this site");
    let answer = visitor.get(own);
    assert_eq!((answer.status, answer.location), (200, None), "{target} calls itself {own}");
    let again = dom::parse(&answer.body);
    assert_eq!(again.one("link[rel=canonical]").attr("href"), Some(href), "{target}");
}

fn slug_has_one_spelling(visitor: &Visitor, text: &str) {
    let parts = text.split('-');
    let are_plain = parts.into_iter().all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    let Ok(slug) = Slug::parse(text) else {
        assert!(!are_plain || text.len() > Slug::MAX, "{text:?} is a slug");
        return;
    };
    assert!(are_plain && text.len() <= Slug::MAX, "{text:?} is no slug");
    assert_eq!(slug.as_str(), text);
    assert_eq!(slug.words().to_lowercase(), text.replace('-', " "));
    for kind in ["prompts", "categories", "models", "tags"] {
        let answer = visitor.get(&format!("/{kind}/{slug}"));
        let is_alias = kind == "prompts" && text.starts_with("old-");
        assert!([200, 404].contains(&answer.status) || is_alias, "{kind}/{slug}");
    }
}
