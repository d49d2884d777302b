//! What a page is about, for search engines: JSON-LD in the words of schema.org.
//!
//! Everything said here is to be seen on the page as well, and nothing is made up: there are no
//! ratings, and no search action, for which search engines have no use any more. A page says it as
//! one data block, which no browser runs, and in which no text can end the block.

use serde_json::{Map, Value, json};

use super::Site;
use super::context::Page;
use crate::catalog::{Locale, Prompt};
use crate::i18n::Texts;

/// Things as one data block; empty where there are none.
pub(super) fn block(things: Vec<Value>) -> String {
    if things.is_empty() {
        return String::new();
    }
    let mut block = Map::new();
    block.insert("@context".into(), "https://schema.org".into());
    // `json!` would copy what it is given.
    block.insert("@graph".into(), Value::Array(things));
    escaped(&Value::Object(block).to_string())
}

/// JSON without any character that means something to HTML or to a line of JavaScript.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    let mut written = 0;
    for (at, mark) in json.match_indices(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        out.push_str(json.get(written..at).unwrap_or_default());
        out.push_str(match mark {
            "<" => "\\u003c",
            ">" => "\\u003e",
            "&" => "\\u0026",
            "\u{2028}" => "\\u2028",
            _ => "\\u2029",
        });
        written = at + mark.len();
    }
    out.push_str(json.get(written..).unwrap_or_default());
    out
}

/// The way to a page: steps by name and absolute address, and the page itself.
pub(super) fn breadcrumb<'a>(
    steps: impl IntoIterator<Item = (&'a str, String)>,
    here: &str,
) -> Value {
    let steps = steps.into_iter().map(|(name, url)| (name, Some(url)));
    let items: Vec<Value> = (1_u64..)
        .zip(steps.chain([(here, None)]))
        .map(|(position, (name, url))| {
            let mut item = Map::new();
            item.insert("@type".into(), "ListItem".into());
            item.insert("position".into(), position.into());
            item.insert("name".into(), name.into());
            if let Some(url) = url {
                item.insert("item".into(), url.into());
            }
            Value::Object(item)
        })
        .collect();
    let mut list = Map::new();
    list.insert("@type".into(), "BreadcrumbList".into());
    list.insert("itemListElement".into(), Value::Array(items));
    Value::Object(list)
}

/// One thing of a list: its number, from 1, its name and absolute address.
pub(super) type Listed<'a> = (usize, &'a str, String);

/// A page that lists things, of which there are `total` on all its pages.
pub(super) fn collection<'a>(
    page: &Page,
    total: usize,
    listed: impl IntoIterator<Item = Listed<'a>>,
) -> Value {
    let items: Vec<Value> = listed
        .into_iter()
        .map(|(position, name, url)| {
            json!({ "@type": "ListItem", "position": position, "url": url, "name": name })
        })
        .collect();
    json!({
        "@type": "CollectionPage",
        "name": page.title,
        "description": page.description,
        "url": page.canonical,
        "inLanguage": page.locale,
        "mainEntity": { "@type": "ItemList", "numberOfItems": total, "itemListElement": items },
    })
}

/// A picture that stands for something.
pub(super) struct Image {
    pub(super) url: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) caption: String,
}

/// A prompt.
pub(super) fn prompt(
    page: &Page,
    prompt: &Prompt,
    updated: &str,
    genre: &str,
    keywords: &[String],
    image: &Image,
) -> Value {
    let mut work = Map::new();
    let mut say = |name: &str, value: Value| {
        if !matches!(&value, Value::Null) {
            work.insert(name.into(), value);
        }
    };
    say("@type", "CreativeWork".into());
    say("name", page.title.as_str().into());
    say("description", page.description.as_str().into());
    say("url", page.canonical.as_deref().into());
    say("inLanguage", prompt.language.tag().into());
    say("genre", genre.into());
    say("keywords", Some(keywords.join(", ")).filter(|words| !words.is_empty()).into());
    say("datePublished", prompt.created.as_deref().into());
    say("dateModified", updated.into());
    // Whether that is a person or an organization, nobody said.
    say("creditText", prompt.source.author.as_deref().into());
    say("license", prompt.source.license.as_deref().and_then(license).into());
    say(
        "image",
        json!({
            "@type": "ImageObject",
            "contentUrl": image.url,
            "width": image.width,
            "height": image.height,
            "caption": image.caption,
        }),
    );
    Value::Object(work)
}

/// The address of a licence that SPDX lists. An expression of several has none.
fn license(expression: &str) -> Option<String> {
    let is_one = expression.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    let is_listed = is_one && !expression.is_empty() && !expression.starts_with("LicenseRef-");
    is_listed.then(|| format!("https://spdx.org/licenses/{expression}.html"))
}

/// The site, and who makes it.
pub(super) fn site(site: &Site, t: &Texts) -> [Value; 2] {
    let url = |fragment: &str| format!("{}/{fragment}", site.public_url());
    let languages = Locale::ALL.map(Locale::tag);
    [
        json!({
            "@type": "WebSite",
            "@id": url("#website"),
            "name": t.site_name,
            "description": t.tagline,
            "url": url(""),
            "inLanguage": languages,
            "publisher": { "@id": url("#organization") },
        }),
        json!({
            "@type": "Organization",
            "@id": url("#organization"),
            "name": t.site_name,
            "url": url(""),
        }),
    ]
}

/// Questions with their answers, as words.
pub(super) fn questions<'a>(
    page: &Page,
    entries: impl IntoIterator<Item = (&'a str, String)>,
) -> Value {
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(question, answer)| {
            json!({
                "@type": "Question",
                "name": question,
                "acceptedAnswer": { "@type": "Answer", "text": answer },
            })
        })
        .collect();
    json!({
        "@type": "FAQPage",
        "name": page.title,
        "url": page.canonical,
        "inLanguage": page.locale,
        "mainEntity": entries,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_listed_licence_has_an_address() {
        let address = |expression| license(expression);
        assert_eq!(address("CC0-1.0").as_deref(), Some("https://spdx.org/licenses/CC0-1.0.html"));
        for other in ["MIT OR Apache-2.0", "LicenseRef-mine", "", "a/b", "x\"y"] {
            assert_eq!(address(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_ends_the_block_or_changes_in_it(
            text in "(</script>|<!--|]]>|&lt;|\u{2028}|\u{2029}|\u{0}|\u{7f}|\u{fffe}|\"|\\\\|.){0,12}",
        ) {
            let block = block(vec![json!({ "name": text })]);
            let is_closed = !block.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\0']);
            prop_assert!(is_closed, "{}", block);
            let read: Value = serde_json::from_str(&block).unwrap();
            prop_assert_eq!(read["@graph"][0]["name"].as_str(), Some(text.as_str()));
        }
    }
}
