//! Prompts a person picks in their agent: every prompt of the gallery that has blanks, these being
//! its arguments.
//!
//! What a person leaves empty holds its default, as the field on the prompt's page does. A blank
//! that is needed and has none must be given.

use rmcp::model::{
    CacheScope, ErrorData, GetPromptResult, JsonObject, ListPromptsResult, Prompt, PromptArgument,
    PromptMessage, Role,
};

use super::{FRESH, GREATEST_TEXT, PAGE_SIZE, Reader, cursor, failed, invalid, tools};
use crate::documents::{BlankDocument, Wish};
use crate::gallery::{Facet, ListRequest, Selection, Sort, Titled as _};
use crate::i18n::McpTexts;
use crate::store::StoredPrompt;

/// One page of the prompts.
pub(super) async fn list(reader: &Reader<'_>, page: usize) -> Result<ListPromptsResult, ErrorData> {
    let mut selection = Selection::default();
    selection.choose(Facet::Blanks, "yes");
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
        return Ok(ListPromptsResult::default());
    };
    let prompts = listing.items.iter().map(|stored| prompt(reader, stored)).collect();
    let mut result = ListPromptsResult::with_all_items(prompts);
    result.next_cursor = (page < listing.last_page).then(|| cursor::write(page + 1));
    Ok(result.with_ttl_ms(FRESH).with_cache_scope(CacheScope::Private))
}

fn prompt(reader: &Reader<'_>, stored: &StoredPrompt) -> Prompt {
    let t = &reader.texts().mcp;
    let arguments = blanks(reader, stored).into_iter().map(|blank| {
        let argument = PromptArgument::new(&blank.key)
            .with_title(&blank.label)
            .with_required(is_needed(&blank));
        let about = about(&blank, t);
        if about.is_empty() { argument } else { argument.with_description(about) }
    });
    let (_, title) = stored.title(reader.locale);
    let about = stored.digest.brief();
    Prompt::new(stored.prompt.slug.as_str(), Some(about), Some(arguments.collect()))
        .with_title(title)
}

/// One prompt as a message, filled in.
pub(super) async fn get(
    reader: &Reader<'_>,
    name: &str,
    arguments: &JsonObject,
) -> Result<GetPromptResult, ErrorData> {
    let t = reader.texts();
    let Some(stored) = reader.prompt(name).await? else {
        return Err(invalid(tools::unknown_prompt(reader, name).await?));
    };
    if stored.prompt.text.len() > GREATEST_TEXT {
        let url = reader.links().to(reader.links().href.prompt(&stored.prompt.slug));
        return Err(invalid((t.mcp.prompt_too_long)(&url)));
    }
    let mut wish = Wish::default();
    for (blank, value) in arguments {
        let Some(value) = value.as_str() else {
            return Err(invalid(format!("{blank}: must be a text")));
        };
        if !value.is_empty() {
            wish.put(blank, value);
        }
    }
    let given = wish.fill_exactly(&stored.prompt).map_err(|refused| {
        invalid(refused.iter().map(|one| one.message(t)).collect::<Vec<_>>().join("\n"))
    })?;
    let untouched = given.entries.iter().filter(|entry| !entry.is_filled());
    for entry in untouched {
        if let Some(default) = &entry.field.blank.default {
            wish.put(&entry.field.key, default);
        }
    }
    // A default may be too much together with what was given; then it stays a blank.
    let filling = wish.fill(&stored.prompt);
    let missing: Vec<&str> = filling
        .missing()
        .filter(|entry| entry.field.blank.default.is_none())
        .map(|entry| entry.field.key.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(invalid((t.mcp.missing_blanks)(&missing.join(", "))));
    }
    let (_, title) = stored.title(reader.locale);
    let message = PromptMessage::new_text(Role::User, filling.text());
    Ok(GetPromptResult::new(vec![message]).with_description(title))
}

/// The blanks of a prompt.
pub(super) fn blanks(reader: &Reader<'_>, stored: &StoredPrompt) -> Vec<BlankDocument> {
    let filling = Wish::default().fill(&stored.prompt);
    reader.documents().blanks(&filling)
}

/// Whether somebody has to write something.
fn is_needed(blank: &BlankDocument) -> bool {
    blank.required && blank.default.is_none()
}

/// What to write into a blank; empty where there is nothing to say.
pub(super) fn about(blank: &BlankDocument, t: &McpTexts) -> String {
    let mut about: Vec<String> = blank.help.iter().cloned().collect();
    if !blank.options.is_empty() {
        about.push((t.one_of)(&blank.options.join(" | ")));
    }
    about.extend(blank.default.as_deref().map(t.usually));
    about.join(" ")
}
