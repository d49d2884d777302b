//! A prompt as other sites show it, in a frame: its cover, its text, and the way to its page.
//!
//! It is a page of its own, with a style sheet of its own and no script, so that it costs those who
//! frame it little and can do nothing to them. [`headers::open`](super::headers::open) says who may.

use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::addresses::{self, Href, Links};
use super::caching::CachePolicy;
use super::covers;
use super::errors::Error;
use super::extract::Path;
use super::html::{self, verbatim};
use super::pages::local;
use super::{Site, assets};
use crate::catalog::Locale;
use crate::cover;
use crate::gallery::Titled as _;
use crate::i18n::{self, Texts};
use crate::json::{self, Structure};
use crate::store::PromptLookup;

/// How large the frame is where nobody says otherwise, in CSS pixels.
pub(super) const WIDTH: u32 = 600;
/// The same.
pub(super) const HEIGHT: u32 = 420;

#[derive(Template)]
#[template(path = "pages/embed.html")]
struct EmbedPage {
    t: &'static Texts,
    style: &'static str,
    title: String,
    title_lang: Locale,
    /// The prompt's page.
    page: String,
    cover_src: String,
    /// Its width and height.
    cover: (u32, u32),
    category: String,
    model: Option<String>,
    lang: Locale,
    is_json: bool,
    /// HTML, its text content exactly the prompt.
    text: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let (locale, _) = addresses::split(uri.path());
    let snapshot = site.gallery().current().await?;
    let stored = match site.gallery().lookup(&slug).await?.ok_or(Error::NotFound)? {
        PromptLookup::Moved(slug) => {
            return Ok(addresses::moved(&Href::new(locale).embed(&slug), &uri));
        }
        PromptLookup::Retired(retired) => return Err(Error::gone(&site, &retired).await),
        PromptLookup::Found(stored) => stored,
    };
    let prompt = &stored.prompt;
    let (title_lang, title) = stored.title(locale);
    let category = snapshot.reference.category(prompt.category.as_str());
    let links = site.links(locale);
    let page = EmbedPage {
        t: i18n::texts(locale),
        style: &assets::ADDRESSES.embed,
        title: title.into_owned(),
        title_lang,
        page: links.to(links.href.prompt(&prompt.slug)),
        cover_src: addresses::cover(&prompt.slug),
        cover: cover::size(covers::subject(prompt, &snapshot).aspect_ratio),
        category: category.map(|one| local(&one.name, locale).to_owned()).unwrap_or_default(),
        model: prompt.model.clone(),
        lang: prompt.language,
        is_json: json::structure(&prompt.text) == Structure::Json,
        text: verbatim(&prompt.text),
    };
    Ok(CachePolicy::Content.on(html::page(&page)?))
}

/// The HTML that shows a prompt in a frame of this size.
pub(super) fn snippet(
    links: Links<'_>,
    slug: &str,
    title: &str,
    (width, height): (u32, u32),
) -> String {
    let src = links.to(links.href.embed(slug));
    let title = attribute(title);
    // The style is for the other site.
    format!(
        "<iframe src=\"{src}\" title=\"{title}\" width=\"{width}\" height=\"{height}\" \
         loading=\"lazy\" referrerpolicy=\"no-referrer\" style=\"border:0;max-width:100%\"></iframe>"
    )
}

/// A text as the value of an attribute in double quotes, on one line and without what HTML cannot
/// hold.
fn attribute(text: &str) -> String {
    let text: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    verbatim(&text).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(attribute("a \"b\" <c> & d\r\ne\0"), "a &quot;b&quot; &lt;c&gt; &amp; d  e ");
    }
}
