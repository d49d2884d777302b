//! What a visitor fills in: the query of a prompt's address, read in one place for the page, its
//! formats and its programs, so that all of them say the same.
//!
//! `v.<blank>=value` fills a blank, `layout=pretty` lays a JSON prompt out, `form=http` chooses
//! between kinds of programs. [`Wish::fill`] does what is asked for.

use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};

use super::caching::CachePolicy;
use super::errors::Error;
use super::routes::Name;
use crate::catalog::Prompt;
use crate::documents::{Filling, VALUE, Wish};
use crate::i18n::Texts;
use crate::json::Layout;
use crate::snippets::Form;

/// Reads the query of an address.
pub(super) fn read(uri: &Uri) -> Result<Wish, Error> {
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| Error::NotFound)?;
    let mut wish = Wish::default();
    for (name, value) in pairs {
        if let Some(blank) = name.strip_prefix(VALUE) {
            wish.put(blank, &value);
        } else if name == "form" {
            wish.form = Some(Form::from_slug(&value).ok_or(Error::NotFound)?);
        } else if name == "layout" {
            wish.layout = Layout::from_slug(&value).ok_or(Error::NotFound)?;
        }
    }
    Ok(wish)
}

/// What a name in the query is to it.
pub(super) fn name(name: &str) -> Name {
    match name {
        "form" | "layout" => Name::Read,
        name if name.starts_with(VALUE) => Name::Personal,
        _ => Name::Ignored,
    }
}

/// Does what is asked for to the letter, for a program: what cannot be done is an error.
pub(super) fn exactly(wish: &Wish, prompt: &Prompt, t: &Texts) -> Result<Filling, Error> {
    wish.fill_exactly(prompt).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(|fault| fault.message(t)).collect();
        Error::BadRequest(faults.join("\n").into())
    })
}

/// Marks an answer with a filled text: one with a visitor's own words is theirs, to keep and to
/// find.
pub(super) fn mark(filling: &Filling, response: impl IntoResponse) -> Response {
    if !filling.has_values {
        return CachePolicy::Content.on(response);
    }
    let mut response = CachePolicy::Personal.on(response);
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
    response
}
