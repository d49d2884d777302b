//! Every text of the interface, in every language, as typed constants.
//!
//! A language is one [`Texts`] value in a file of its own. A text that is missing does not
//! compile, and a text that takes a number or a name is a function, so word order and
//! plurals belong to the language.

mod en;
mod zh_cn;

use crate::catalog::{Locale, Maker, Medium, Modality};
use crate::json::Layout;

/// The texts of one language.
#[derive(Debug)]
#[allow(missing_docs)] // the name of a text says where it stands
pub struct Texts {
    pub locale: Locale,
    /// The language's name in itself.
    pub language_name: &'static str,
    pub site_name: &'static str,
    pub tagline: &'static str,
    pub skip_to_content: &'static str,
    pub main_navigation: &'static str,
    pub languages: &'static str,
    pub breadcrumbs: &'static str,
    pub home: &'static str,
    pub prompts: &'static str,
    pub categories: &'static str,
    pub models: &'static str,
    pub faq: &'static str,
    pub about: &'static str,
    pub footer_note: &'static str,
    /// Its feed of new prompts.
    pub feed: &'static str,
    /// As Open Graph writes languages.
    pub territory: &'static str,

    /// Between a name and what it is.
    pub colon: &'static str,
    /// Between the members of a list.
    pub comma: &'static str,
    pub search_by_address: fn(address: &str) -> String,
    pub fill_by_address: fn(address: &str) -> String,
    pub blank_default: &'static str,
    pub blank_options: &'static str,
    pub about_everything: &'static str,
    pub not_everything: fn(shown: usize, total: usize) -> String,
    pub list_of_all: &'static str,
    pub all_as_data: &'static str,

    pub search: &'static str,
    pub search_placeholder: &'static str,
    pub search_nothing: &'static str,
    pub search_too_long: &'static str,
    pub search_failed: &'static str,
    pub corrected: fn(typed: &str, meant: &str) -> String,
    pub found_partly: &'static str,
    pub still_indexing: fn(percent: usize) -> String,
    pub suggestions: &'static str,
    pub suggestion_count: fn(count: usize) -> String,

    pub home_heading: &'static str,
    pub home_intro: &'static str,
    pub featured: &'static str,
    pub newest: &'static str,
    pub by_category: &'static str,
    pub by_model: &'static str,
    pub see_all: fn(count: usize) -> String,
    pub prompt_count: fn(count: usize) -> String,
    pub modality: fn(Modality) -> &'static str,

    pub all_prompts: &'static str,
    pub all_prompts_intro: &'static str,
    pub categories_intro: &'static str,
    pub models_intro: &'static str,
    pub models_without_prompts: &'static str,
    pub model_intro: fn(model: &str, service: &str, provider: Option<&str>) -> String,
    pub tag_intro: fn(tag: &str) -> String,
    pub sort_by: &'static str,
    /// The name of an order in addresses.
    pub sort: fn(slug: &str) -> &'static str,
    pub narrow: &'static str,
    /// The name of a facet in addresses.
    pub facet: fn(slug: &str) -> &'static str,
    /// What a facet that is a switch says, on or off.
    pub facet_switch: fn(slug: &str, on: bool) -> &'static str,
    /// What a search found a prompt by, before the name itself.
    pub found_by: fn(FoundBy) -> &'static str,
    pub chosen: &'static str,
    pub take_back: fn(name: &str) -> String,
    pub take_all_back: &'static str,
    pub nothing_here: &'static str,
    pub pages: &'static str,
    pub page: fn(number: usize) -> String,
    pub page_of: fn(number: usize, last: usize) -> String,
    pub previous_page: &'static str,
    pub next_page: &'static str,
    pub cover_alt: fn(title: &str) -> String,
    pub samples: &'static str,
    pub sample_by_model: &'static str,
    pub sample_by_code: fn(Modality) -> &'static str,

    pub the_prompt: &'static str,
    pub hidden_characters: fn(count: usize) -> String,
    pub broken_json: fn(line: usize, column: usize) -> String,
    pub layout: &'static str,
    pub layout_name: fn(Layout) -> &'static str,
    pub written_in: fn(language: &str) -> String,

    pub blanks: &'static str,
    pub blanks_intro: &'static str,
    pub blanks_below: fn(count: usize) -> String,
    /// Where there is no form for them.
    pub blanks_by_hand: fn(count: usize) -> String,
    pub optional: &'static str,
    pub choose: &'static str,
    pub fill_in: &'static str,
    pub reset: &'static str,
    pub copy_link: &'static str,
    pub link_copied: &'static str,
    pub blanks_missing: fn(labels: &[&str]) -> String,
    pub update_failed: &'static str,
    pub address_too_long: &'static str,
    pub value_too_long: fn(characters: usize, most: usize) -> String,
    pub values_too_long: fn(characters: usize, most: usize) -> String,
    pub value_no_option: &'static str,
    pub value_nul: &'static str,
    pub unknown_blank: fn(name: &str, known: &[&str]) -> String,

    pub copy_prompt: &'static str,
    pub copy_command: &'static str,
    pub copy_configuration: &'static str,
    pub copy_address: &'static str,
    pub copy_instruction: &'static str,
    pub copy_code: fn(language: &str) -> String,
    pub copied: &'static str,
    pub prompt_copied: &'static str,
    pub command_copied: &'static str,
    pub configuration_copied: &'static str,
    pub address_copied: &'static str,
    pub instruction_copied: &'static str,
    pub code_copied: fn(language: &str) -> String,
    pub copy_failed: &'static str,
    pub run_information: &'static str,
    pub model: &'static str,
    pub provider: &'static str,
    pub service: &'static str,
    pub endpoint: &'static str,
    pub path: &'static str,
    pub makes: &'static str,
    pub parameters: &'static str,
    /// The name of a well-known parameter.
    pub parameter: fn(name: &str) -> Option<&'static str>,
    pub yes: &'static str,
    pub no: &'static str,
    pub use_in_agent: &'static str,
    pub use_in_agent_intro: &'static str,
    pub agents: &'static str,
    pub step_install: &'static str,
    pub step_install_in: fn(file: &str) -> String,
    pub step_install_older: fn(file: &str) -> String,
    pub step_install_merge: fn(key: &str, server: &str) -> String,
    pub add_to_agent: fn(agent: &str) -> String,
    pub or_by_hand: &'static str,
    pub step_paste_address: &'static str,
    pub gallery_in_agent: &'static str,
    pub gallery_in_agent_intro: &'static str,
    pub addresses_agent: &'static str,
    pub step_paste: &'static str,
    pub use_in_code: &'static str,
    pub use_in_code_intro: fn(key_variable: &str) -> String,
    pub code_languages: &'static str,
    pub get_key: fn(platform: &str) -> String,
    pub code_forms: &'static str,
    pub form_sdk: &'static str,
    pub form_http: &'static str,
    pub plain_text: &'static str,
    pub large_code: &'static str,
    pub load_failed: &'static str,
    pub loading: &'static str,
    pub related: &'static str,
    pub show_code: &'static str,
    /// A day of a year, as the language writes it: year, month and day, from 1.
    pub day: fn(u32, u32, u32) -> String,
    /// The heading of what a search found.
    pub searched_for: fn(&str) -> String,
    pub on_this_page: &'static str,
    /// What stands before the number of a prompt in the catalogue.
    pub catalogue_number: &'static str,
    pub code_of: fn(title: &str) -> String,
    pub prompt_faq: fn(model: &str) -> String,
    pub more_questions: &'static str,
    pub about_this_prompt: &'static str,
    pub category: &'static str,
    pub tags: &'static str,
    pub author: &'static str,
    pub source: &'static str,
    pub license: &'static str,
    pub added: &'static str,
    pub changed: &'static str,
    pub as_data: &'static str,
    pub embed: &'static str,
    pub embed_intro: &'static str,
    pub copy_embed: &'static str,
    pub embed_copied: &'static str,
    pub open_in_gallery: &'static str,
    pub oembed_url_wanted: &'static str,
    pub oembed_format_wanted: &'static str,

    pub faq_intro: &'static str,
    pub not_found: &'static str,
    pub not_found_text: &'static str,
    pub gone: &'static str,
    pub gone_text: &'static str,
    pub similar: &'static str,
    pub bad_request: &'static str,
    pub request_too_long: &'static str,
    pub request_too_long_text: &'static str,
    pub method_not_allowed: &'static str,
    pub method_not_allowed_text: &'static str,
    pub server_error: &'static str,
    pub server_error_text: &'static str,
    pub unavailable: &'static str,
    pub unavailable_text: &'static str,

    pub favourites: &'static str,
    pub favourites_intro: &'static str,
    pub favourites_need_script: &'static str,
    pub favourites_here: &'static str,
    pub favourites_none: &'static str,
    pub favourites_full: &'static str,
    pub favourite: &'static str,
    pub favourite_kept: &'static str,
    pub favourite_dropped: &'static str,
    pub recent: &'static str,
    pub recent_none: &'static str,
    pub recent_clear: &'static str,
    pub recent_cleared: &'static str,
    pub remove: &'static str,
    /// What is said of a title, which stands for `{}`.
    pub removed: &'static str,
    pub undo: &'static str,
    pub export: &'static str,
    pub import: &'static str,
    /// How many were taken and how many not, in the order of `{}`.
    pub imported: &'static str,
    pub import_failed: &'static str,
    pub not_remembered: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub keys: &'static str,
    pub keys_search: &'static str,
    pub keys_copy: &'static str,
    pub keys_favourite: &'static str,
    pub keys_list: &'static str,
    pub keys_arrows: &'static str,
    pub keys_on: &'static str,
    pub close: &'static str,
    pub offline: &'static str,
    pub try_again: &'static str,

    pub instruction: InstructionTexts,
    pub api: ApiTexts,
    pub programs: ProgramTexts,
    pub mcp: McpTexts,
}

/// What a prompt has besides its text and can be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FoundBy {
    Title,
    Category,
    Tag,
    Author,
    Service,
    Provider,
}

/// The words of the instruction pasted into an agent.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct InstructionTexts {
    pub make: fn(Modality, platform: &str) -> String,
    pub service: &'static str,
    pub action: &'static str,
    pub model: &'static str,
    pub parameters: &'static str,
    pub between_markers: fn(field: &str) -> String,
    pub show_result: &'static str,
}

/// The words agents show people, and those that say why something cannot be had.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct McpTexts {
    pub search_prompts: &'static str,
    pub get_prompt: &'static str,
    pub fill_prompt: &'static str,
    pub get_snippet: &'static str,
    pub list_categories: &'static str,
    pub prompt_as_markdown: &'static str,
    pub one_of: fn(options: &str) -> String,
    pub usually: fn(default: &str) -> String,
    pub remaining: &'static str,
    pub did_you_mean: fn(name: &str) -> String,
    pub retired_prompt: fn(slug: &str, similar: &str) -> String,
    pub unknown_prompt: fn(slug: &str, similar: &str) -> String,
    pub missing_blanks: fn(blanks: &str) -> String,
    pub prompt_too_long: fn(url: &str) -> String,
    pub no_such_page: fn(page: usize) -> String,
    pub no_such_form: fn(language: &str, form: &str, known: &str) -> String,
    pub no_endpoint: &'static str,
}

/// The words of what programs read, and of the page that describes it.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct ApiTexts {
    pub heading: &'static str,
    pub title: fn(site: &str) -> String,
    pub intro: &'static str,
    /// What stands before the address of the description for programs.
    pub description: &'static str,
    pub contents: &'static str,
    /// What an operation does, in a few words and in full.
    pub operation: fn(id: &str) -> (&'static str, &'static str),
    pub parameters: &'static str,
    pub parameter: fn(name: &str) -> &'static str,
    pub takes_text: fn(most: usize) -> String,
    pub takes_slugs: fn(most: usize) -> String,
    pub takes_number: fn(most: usize) -> String,
    pub takes_fields: fn(names: &str) -> String,
    pub takes_revision: &'static str,
    pub takes_one_of: fn(names: &str) -> String,
    /// What is meant unless something else is given, after what is taken.
    pub usual: fn(value: &str) -> String,
    pub example: &'static str,
    pub answer: &'static str,
    pub answers: &'static str,
    pub response: fn(status: u16) -> &'static str,
    pub header: fn(name: &str) -> &'static str,
    pub lines: &'static str,
    pub table: &'static str,
    /// Sections on what all answers have in common: heading and text.
    pub in_common: &'static [(&'static str, &'static str)],
    pub problems: &'static str,
    pub problems_intro: &'static str,
    /// What a problem of this kind means and what helps.
    pub problem: fn(status: u16) -> &'static str,
}

/// What programs that read texts are told of the site.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct ProgramTexts {
    pub about: fn(prompts: usize) -> String,
    pub how: &'static str,
    pub markdown: &'static str,
    pub markdown_says: &'static str,
    pub full: &'static str,
    pub full_says: &'static str,
    pub feed: &'static str,
    pub feed_says: &'static str,
    pub sitemap: &'static str,
    pub sitemap_says: &'static str,
    pub api: &'static str,
    pub api_says: &'static str,
    pub mcp: &'static str,
    pub mcp_says: &'static str,
    pub about_says: &'static str,
}

/// The texts of a language.
#[must_use]
pub const fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &en::TEXTS,
        Locale::ZhCn => &zh_cn::TEXTS,
    }
}

/// `1234567` as `1,234,567`, the grouping both languages use.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Texts {
    /// Says what a sample is.
    #[must_use]
    pub fn sample_caption(&self, medium: &Medium) -> &'static str {
        match medium.made_by {
            Maker::Model => self.sample_by_model,
            Maker::Code => (self.sample_by_code)(medium.content.modality()),
        }
    }

    /// A day such as `2026-11-22` in words; whatever is no day stays as it is.
    #[must_use]
    pub fn date(&self, day: &str) -> String {
        let mut parts = day.split('-').map(str::parse::<u32>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day)), None) => {
                (self.day)(year, month, day)
            }
            _ => day.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_day_is_written_as_its_language_does() {
        for (day, en, zh) in [
            ("2026-11-02", "2 November 2026", "2026年11月2日"),
            ("2024-02-29", "29 February 2024", "2024年2月29日"),
            ("2024-13-01", "2024-13-01", "2024-13-01"),
            ("soon", "soon", "soon"),
        ] {
            assert_eq!(texts(Locale::En).date(day), en);
            assert_eq!(texts(Locale::ZhCn).date(day), zh);
        }
    }

    #[test]
    fn counts_have_their_plural() {
        assert_eq!((texts(Locale::En).prompt_count)(1), "1 prompt");
        assert_eq!((texts(Locale::En).prompt_count)(2), "2 prompts");
        assert_eq!((texts(Locale::ZhCn).prompt_count)(2), "2 条提示词");
    }
}
