//! What may stand in a prompt's blank, or in the address of a resource, while somebody types it.

use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};

use super::{Reader, failed, invalid, prompts, resources, tools};
use crate::catalog::Locale;
use crate::gallery::{ListRequest, Selection, Sort};

/// The longest beginning that is completed, in characters.
const LONGEST: usize = 200;
/// Prompts that are offered where nothing is typed yet.
const NEWEST: usize = 20;

pub(super) async fn complete(
    reader: &Reader<'_>,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let argument = &request.argument;
    let typed: String = argument.value.chars().take(LONGEST).collect();
    let values = match &request.r#ref {
        Reference::Prompt(prompt) => blank(reader, &prompt.name, &argument.name, &typed).await?,
        Reference::Resource(template) => {
            let is_ours = |locale| template.uri == resources::template(reader, locale);
            if !Locale::ALL.into_iter().any(is_ours) || argument.name != resources::SLUG {
                return Err(invalid("There is no such argument of a resource."));
            }
            slugs(reader, &typed).await?
        }
        _ => Vec::new(),
    };
    let total = values.len();
    let shown: Vec<String> = values.into_iter().take(CompletionInfo::MAX_VALUES).collect();
    let has_more = shown.len() < total;
    let completion = CompletionInfo::with_pagination(shown, u32::try_from(total).ok(), has_more);
    Ok(CompleteResult::new(completion.unwrap_or_default()))
}

/// What a blank takes: its options, or its default.
async fn blank(
    reader: &Reader<'_>,
    slug: &str,
    key: &str,
    typed: &str,
) -> Result<Vec<String>, ErrorData> {
    let Some(stored) = reader.prompt(slug).await? else {
        return Err(invalid(tools::unknown_prompt(reader, slug).await?));
    };
    let blanks = prompts::blanks(reader, &stored);
    let known: Vec<&str> = blanks.iter().map(|blank| blank.key.as_str()).collect();
    let Some(blank) = blanks.iter().find(|blank| blank.key == key) else {
        return Err(invalid((reader.texts().unknown_blank)(key, &known)));
    };
    let typed = typed.to_lowercase();
    // The default is the likeliest.
    let mut values: Vec<&String> = blank.default.iter().collect();
    values.extend(blank.options.iter().filter(|option| Some(*option) != blank.default.as_ref()));
    Ok(values.into_iter().filter(|value| value.to_lowercase().contains(&typed)).cloned().collect())
}

/// Prompts whose title or text begins like this, or that are new.
async fn slugs(reader: &Reader<'_>, typed: &str) -> Result<Vec<String>, ErrorData> {
    let gallery = &reader.inner.gallery;
    let words = typed.replace('-', " ");
    if words.trim().is_empty() {
        let selection = Selection::default();
        let request = ListRequest {
            selection: &selection,
            search: None,
            sort: Sort::Newest,
            locale: reader.locale,
            page: 1,
        };
        let listing = gallery.prompts(&reader.snapshot, request, NEWEST).await.map_err(failed)?;
        let newest = listing.map(|listing| listing.items).unwrap_or_default();
        return Ok(newest.iter().map(|stored| stored.prompt.slug.to_string()).collect());
    }
    let found = gallery.suggest(&reader.snapshot, &words, reader.locale).await.map_err(failed)?;
    Ok(found.prompts.iter().map(|card| card.slug.to_string()).collect())
}
