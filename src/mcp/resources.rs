//! Prompts to be read, as Markdown.
//!
//! A resource is named by its public address, the one that ends in `.md`: whoever gets it from an
//! agent can open it as well. In another language it is another one.

use rmcp::model::{
    CacheScope, ErrorData, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult,
    Resource, ResourceContents, ResourceTemplate,
};

use super::{FRESH, GREATEST_TEXT, PAGE_SIZE, Reader, cursor, failed, invalid, tools};
use crate::addresses::{Href, prefix};
use crate::catalog::{Locale, Slug};
use crate::gallery::{ListRequest, Selection, Sort, Titled as _};
use crate::i18n;

const MARKDOWN: &str = "text/markdown";
const SUFFIX: &str = ".md";
/// What stands in a template for the name of a prompt.
pub(super) const SLUG: &str = "slug";

fn uri(reader: &Reader<'_>, slug: impl AsRef<str>) -> String {
    let links = reader.links();
    links.to(links.href.prompt(slug)) + SUFFIX
}

/// One page of the prompts.
pub(super) async fn list(
    reader: &Reader<'_>,
    page: usize,
) -> Result<ListResourcesResult, ErrorData> {
    let selection = Selection::default();
    let request = ListRequest {
        selection: &selection,
        search: None,
        sort: Sort::Newest,
        locale: reader.locale,
        page,
    };
    let gallery = &reader.inner.gallery;
    let listing = gallery.prompts(&reader.snapshot, request, PAGE_SIZE).await.map_err(failed)?;
    let Some(listing) = listing else {
        // The list has become shorter since.
        return Ok(ListResourcesResult::default());
    };
    let resources = listing.items.iter().map(|stored| {
        let slug = &stored.prompt.slug;
        let (_, title) = stored.title(reader.locale);
        Resource::new(uri(reader, slug), slug.as_str())
            .with_title(title)
            .with_description(stored.digest.brief())
            .with_mime_type(MARKDOWN)
    });
    let mut result = ListResourcesResult::with_all_items(resources.collect());
    result.next_cursor = (page < listing.last_page).then(|| cursor::write(page + 1));
    Ok(result.with_ttl_ms(FRESH).with_cache_scope(CacheScope::Private))
}

/// How resources are named, one template for each language.
pub(super) fn templates(reader: &Reader<'_>) -> ListResourceTemplatesResult {
    let templates = Locale::ALL.map(|locale| {
        let t = i18n::texts(locale);
        ResourceTemplate::new(template(reader, locale), format!("prompt-{locale}"))
            .with_title(t.mcp.prompt_as_markdown)
            .with_mime_type(MARKDOWN)
    });
    let result = ListResourceTemplatesResult::with_all_items(templates.into());
    result.with_ttl_ms(FRESH).with_cache_scope(CacheScope::Public)
}

/// The template of a language.
pub(super) fn template(reader: &Reader<'_>, locale: Locale) -> String {
    let path = Href::new(locale).prompt(format!("{{{SLUG}}}"));
    reader.links().to(path) + SUFFIX
}

/// The prompt at an address.
pub(super) async fn read(reader: Reader<'_>, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let not_found = |message: String| ErrorData::resource_not_found(message, None);
    let Some((locale, slug)) = parse(&reader, uri) else {
        let templates = Locale::ALL.map(|locale| template(&reader, locale)).join(", ");
        return Err(not_found(format!("There is no such resource; known are: {templates}")));
    };
    let reader = reader.in_locale(locale);
    let Some(detail) = reader.detail(slug.as_str()).await? else {
        return Err(not_found(tools::unknown_prompt(&reader, slug.as_str()).await?));
    };
    if detail.stored.prompt.text.len() > GREATEST_TEXT {
        return Err(invalid((reader.texts().mcp.prompt_too_long)(uri)));
    }
    let page = &reader.inner.page;
    let Some(markdown) = page(&reader.snapshot, detail, locale) else {
        return Err(not_found(reader.texts().mcp.no_endpoint.to_owned()));
    };
    let contents = ResourceContents::text(markdown, uri).with_mime_type(MARKDOWN);
    let result = ReadResourceResult::new(vec![contents]);
    Ok(result.with_ttl_ms(FRESH).with_cache_scope(CacheScope::Public))
}

/// The language and the prompt an address names. That of its page names it, too.
fn parse(reader: &Reader<'_>, uri: &str) -> Option<(Locale, Slug)> {
    let path = uri.strip_prefix(&reader.inner.public_url)?;
    // The language without a prefix is looked at last: it would take in all others.
    let mut locales = Locale::ALL;
    locales.sort_unstable_by_key(|locale| std::cmp::Reverse(prefix(*locale).len()));
    locales.into_iter().find_map(|locale| {
        let slug = path.strip_prefix(Href::new(locale).prompt("").as_str())?;
        let slug = slug.strip_suffix(SUFFIX).unwrap_or(slug);
        Some((locale, Slug::parse(slug).ok()?))
    })
}
