//! The prompt page: one prompt, and every exact way to use it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::Value;

use super::blanks::BlanksForm;
use super::set_up::SetupView;
use super::{CardView, Crumb, Prose, breadcrumb, found, local, locale};
use crate::agents::{self, McpServer, Setup};
use crate::catalog::{ApiCall, Endpoint, FaqEntry, Locale, Prompt, Reference, Rendition, Slug};
use crate::cover;
use crate::documents::{self, Entry, Filling, Wish};
use crate::gallery::{Lookup, PromptDetail, Snapshot, Titled};
use crate::i18n::{self, Texts};
use crate::json::{self, Layout, Structure};
use crate::markdown::{self, code, destination, escaped};
use crate::snippets::{Form, LANGUAGES, Language};
use crate::store::StoredPrompt;
use crate::web::context::{Page, Section};
use crate::web::covers::{self, CoverView};
use crate::web::data::Format;
use crate::web::errors::Error;
use crate::web::extract::Path;
use crate::web::filling;
use crate::web::html::verbatim_marked;
use crate::web::prompt_text::{self, PromptText};
use crate::web::samples::{self, SampleView};
use crate::web::twins::{self, Variant};
use crate::web::{Site, addresses, data, embed, highlight, html, oembed, structured};

#[derive(Template)]
#[template(path = "pages/prompt.html")]
struct PromptPage {
    page: Page,
    crumbs: Vec<Crumb>,
    slug: String,
    category: String,
    title: String,
    title_lang: Locale,
    /// HTML.
    description: String,
    /// Drawn into the page where no sample can be seen.
    cover: CoverView,
    /// What is said of the cover where it is not seen.
    cover_says: String,
    /// Where the cover alone is.
    cover_src: String,
    samples: Vec<SampleView>,
    lang: Locale,
    written_in: String,
    /// The prompt as HTML, its text content exactly the prompt.
    text: PromptText,
    /// What is to be known of the text: characters nobody sees, broken JSON.
    remarks: Vec<String>,
    /// How the text is set, as a class.
    setting: &'static str,
    /// The layouts a JSON prompt can be shown in: name, address, and whether it is this one.
    layouts: Vec<(&'static str, String, bool)>,
    blanks: Option<BlanksForm>,
    facts: Vec<Fact>,
    parameters: Vec<Fact>,
    shared: Arc<SharedParts>,
    /// Whether the prompt holds words an agent might obey.
    addresses_agent: bool,
    /// The instruction as HTML text, exactly.
    instruction: String,
    code_intro: String,
    codes: Vec<CodeView>,
    key_url: String,
    key_text: String,
    related: Vec<CardView>,
    faq_heading: String,
    questions: Vec<Arc<Question>>,
    about: Vec<Fact>,
    formats: Vec<(&'static str, String)>,
    /// How other sites show it; none without a server.
    embedding: Option<Embedding>,
}

/// How other sites show a prompt.
#[derive(Debug)]
struct Embedding {
    /// Where programs learn of it.
    oembed: String,
    /// HTML for whoever writes some.
    snippet: String,
}

/// What all prompt pages of a language have alike. The Markdown of it would
/// be a fifth of the work for a page.
#[derive(Debug)]
pub(in crate::web) struct SharedParts {
    agents: Vec<SetupView>,
    faq: Vec<Arc<Question>>,
}

/// A question about prompts, answered.
#[derive(Debug)]
struct Question {
    entry: FaqEntry,
    /// HTML.
    answer: String,
}

impl SharedParts {
    fn new(reference: &Reference, locale: Locale) -> Self {
        let server = McpServer::of_platform(reference.catalog.platform());
        Self {
            agents: SetupView::all(reference, server, locale),
            faq: reference
                .faq
                .iter()
                .filter(|entry| entry.on_prompt && entry.locale == locale)
                .map(|entry| {
                    let answer = markdown::html(&entry.answer);
                    Arc::new(Question { entry: entry.clone(), answer })
                })
                .collect(),
        }
    }

    /// The questions about prompts of an endpoint.
    fn questions(&self, endpoint: &Endpoint) -> Vec<Arc<Question>> {
        self.faq.iter().filter(|question| question.entry.is_shown_with(endpoint)).cloned().collect()
    }
}

/// The twin: what there is to say of the prompt itself. How an agent is set up, and the questions
/// prompts share, have pages of their own.
#[derive(Template)]
#[template(path = "pages/prompt.md")]
struct PromptTwin<'p> {
    of: Document<'p>,
}

struct Document<'p> {
    page: Page,
    title: &'p str,
    description: Prose,
    written_in: String,
    text: String,
    /// The blanks still in it.
    blanks: &'p [Entry],
    /// How blanks are filled by an address.
    example: String,
    facts: Vec<Fact>,
    /// JSON.
    parameters: Option<String>,
    samples: Vec<String>,
    code_intro: String,
    key_url: &'p str,
    key_text: String,
    programs: Vec<ProgramView>,
    related: Vec<CardView>,
    about: Vec<Fact>,
    formats: Vec<(&'static str, String)>,
}

/// A program, or where it is kept.
struct ProgramView {
    name: &'static str,
    extension: &'static str,
    code: Option<String>,
    href: String,
}

/// A name and its values, each perhaps with a link.
#[derive(Debug)]
struct Fact {
    name: String,
    values: Vec<(String, Option<String>)>,
    code: bool,
    /// The day the value names, as `2026-11-22`.
    day: Option<String>,
}

#[derive(Debug)]
struct CodeView {
    slug: &'static str,
    name: &'static str,
    copy: String,
    copied: String,
    /// The address of the form shown.
    href: String,
    /// The form shown.
    shown: &'static str,
    /// The program as HTML text, exactly; none where it is kept apart.
    code: Option<String>,
    /// The forms there are, where there is a choice.
    forms: Vec<FormView>,
    /// HTML: what follows the address in a link to the same program of another prompt. There is one
    /// in every card below.
    link: String,
}

#[derive(Template)]
#[template(
    source = " data-language=\"{{ slug }}\" data-copy-name=\"{{ copy }}\" \
              data-said=\"{{ copied }}\">{{ name }}</a>",
    ext = "html"
)]
struct ProgramLink<'v> {
    slug: &'v str,
    name: &'v str,
    copy: &'v str,
    copied: &'v str,
}

#[derive(Debug)]
struct FormView {
    slug: &'static str,
    name: &'static str,
    href: String,
    is_chosen: bool,
    /// The command that installs what this form needs.
    install: Option<String>,
}

/// Whether the last part of an address names a prompt's page, and not its data.
pub(in crate::web) fn is_page(name: &str) -> bool {
    !name.contains('.')
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    Path(name): Path<String>,
    variant: Variant,
    uri: Uri,
) -> Result<Response, Error> {
    let (slug, format) =
        name.split_once('.').map_or((name.as_str(), None), |(slug, format)| (slug, Some(format)));
    let wish = filling::read(&uri)?;
    let format = match format {
        None => None,
        Some(extension) => Some(Format::from_extension(extension).ok_or(Error::NotFound)?),
    };
    let locale = locale(&uri);
    let snapshot = site.gallery().current().await?;
    let detail = match site.gallery().prompt(&snapshot, slug).await?.ok_or(Error::NotFound)? {
        Lookup::Moved(slug) => {
            let extension = format.map_or("", Format::suffix);
            let path = variant.address(addresses::Href::new(locale).prompt(slug.as_str()));
            return Ok(addresses::moved(&format!("{path}{extension}"), &uri));
        }
        Lookup::Retired(retired) => return Err(Error::gone(&site, &retired).await),
        Lookup::Found(detail) => *detail,
    };
    match (format, variant) {
        (Some(format), _) => data::show(&site, &snapshot, &detail.stored, locale, format, &wish),
        (None, Variant::Html) => render(&site, &snapshot, detail, &wish, locale),
        (None, Variant::Markdown) => document(&site, &snapshot, detail, &wish, locale, answered),
    }
}

/// The twin as an answer.
fn answered(twin: &PromptTwin<'_>, filling: &Filling) -> Result<Response, Error> {
    Ok(filling::mark(filling, twins::document(&twin.of.page, twin)?))
}

/// The twin of a prompt with nothing filled in.
pub(in crate::web) fn markdown(
    site: &Site,
    snapshot: &Snapshot,
    detail: PromptDetail,
    locale: Locale,
) -> Result<String, Error> {
    let wish = Wish::default();
    document(site, snapshot, detail, &wish, locale, |twin, _| Ok(twins::text(twin)?))
}

/// Makes the twin and hands it on.
fn document<T>(
    site: &Site,
    snapshot: &Snapshot,
    detail: PromptDetail,
    wish: &Wish,
    locale: Locale,
    to: impl FnOnce(&PromptTwin<'_>, &Filling) -> Result<T, Error>,
) -> Result<T, Error> {
    let PromptDetail { stored, related } = detail;
    let t = i18n::texts(locale);
    let prompt = &stored.prompt;
    let filling = filling::exactly(wish, prompt, t)?;
    let call = snapshot.call(prompt, filling.text()).ok_or(Error::NotFound)?;
    let (_, title) = stored.title(locale);
    let description = prompt.description.best(&[locale]).map_or("", |(_, text)| text);
    let mut page = page(site, snapshot, &stored, &filling, locale);
    let href = page.href;
    let category = category(prompt, snapshot, locale);
    let url = |path: String| format!("{}{path}", site.public_url());
    let public = |fact: Fact| fact.for_twin(&page);
    let facts = facts(stored.id, &call, snapshot, t, href).into_iter().map(public).collect();
    let about = about(prompt, &stored.updated, category, snapshot, t, href)
        .into_iter()
        .map(public)
        .collect();
    let programs = documents::programs(&call)
        .filter(|program| program.form == program.language.preferred())
        .map(|program| ProgramView {
            name: program.language.name,
            extension: program.language.extension,
            code: program.code,
            href: url(filling.carry(&href.snippet(&prompt.slug, program.language.slug))),
        })
        .collect();
    let bare = href.prompt(&prompt.slug);
    let example = filling.entries.first().filter(|_| !page.exported).map(|entry| {
        let address = format!("{}?v.{}=…", page.md(&bare), entry.field.key);
        (t.fill_by_address)(&markdown::code(&address))
    });
    if filling.has_values {
        page = page.not_indexed();
    }
    let of = Document {
        title: &title,
        description: Prose::Markdown(description.to_owned()),
        written_in: (t.written_in)(i18n::texts(prompt.language).language_name),
        text: format!("{}\n", filling.text()),
        blanks: &filling.entries,
        example: example.unwrap_or_default(),
        facts,
        parameters: (!call.params.is_empty())
            .then(|| markdown::code(Value::Object(call.params.clone()).to_string())),
        samples: prompt.media.iter().map(|medium| samples::markdown(medium, t, url)).collect(),
        code_intro: (t.use_in_code_intro)(&call.platform.key_variable),
        key_url: &call.platform.key_url,
        key_text: (t.get_key)(&call.platform.name),
        programs,
        related: CardView::all(related, None, site, snapshot, t),
        about,
        formats: Format::ALL
            .map(|format| {
                (format.name(t), url(filling.carry(&format!("{bare}{}", format.suffix()))))
            })
            .into(),
        page,
    };
    to(&PromptTwin { of }, &filling)
}

/// The frame around a prompt.
fn page(
    site: &Site,
    snapshot: &Snapshot,
    stored: &StoredPrompt,
    filling: &Filling,
    locale: Locale,
) -> Page {
    let prompt = &stored.prompt;
    let (_, title) = stored.title(locale);
    let meta = match prompt.description.best(&[locale]) {
        Some((lang, text)) if lang == locale => markdown::plain(text),
        // What is the same in every language would describe two pages alike.
        Some((_, text)) => {
            format!("{} · {}", category(prompt, snapshot, locale), markdown::plain(text))
        }
        None => format!("{} · {}", category(prompt, snapshot, locale), stored.digest.excerpt),
    };
    let path = format!("/prompts/{}", prompt.slug);
    let mut page = Page::new(site, locale, Section::Prompts, &path, title.as_ref(), meta)
        .shared_as(&prompt.slug, site.public_url());
    if !filling.is_bare {
        page = page.not_indexed();
        // Another language shows the same values, and so does the twin.
        for alternate in &mut page.alternates {
            alternate.path = filling.carry_page(&alternate.path);
        }
        page.twin = page.twin.map(|twin| filling.carry(&twin));
    }
    page
}

/// What a prompt's category is called.
fn category<'s>(prompt: &'s Prompt, snapshot: &'s Snapshot, locale: Locale) -> &'s str {
    let slug = prompt.category.as_str();
    snapshot.reference.category(slug).map_or(slug, |category| local(&category.name, locale))
}

fn render(
    site: &Site,
    snapshot: &Snapshot,
    detail: PromptDetail,
    wish: &Wish,
    locale: Locale,
) -> Result<Response, Error> {
    let PromptDetail { stored, related } = detail;
    let t = i18n::texts(locale);
    let prompt = &stored.prompt;
    let filling = wish.fill(prompt);
    let call = snapshot.call(prompt, filling.text()).ok_or(Error::NotFound)?;
    let (title_lang, title) = stored.title(locale);
    let description = prompt.description.best(&[locale]).map_or("", |(_, text)| text);
    let mut page = page(site, snapshot, &stored, &filling, locale);
    let href = page.href;
    let bare = href.prompt(&prompt.slug);
    let category = category(prompt, snapshot, locale);
    let crumbs = vec![
        Crumb::new(t.home, href.home()),
        Crumb::new(category, href.category(prompt.category.as_str())),
    ];
    if filling.is_bare {
        let tags = prompt.tags.iter().map(|slug| tag_name(slug, snapshot, t).to_owned());
        let image = image(prompt, site, snapshot, t, &title);
        let updated = &stored.updated;
        page.structured = structured::block(vec![
            breadcrumb(site, &crumbs, &title),
            structured::prompt(&page, prompt, updated, category, &tags.collect::<Vec<_>>(), &image),
        ]);
    }
    let samples = SampleView::all(&prompt.media, t);
    let has_picture = samples.iter().any(|sample| sample.picture.is_some());
    let cover = CoverView::new(prompt, snapshot, !has_picture);
    let codes = LANGUAGES
        .iter()
        .map(|language| CodeView::new(language, &call, &prompt.slug, href, &filling, t))
        .collect::<Result<_, _>>()?;
    // Without a server nothing can be filled in.
    let number = |field: usize| filling.number(field).filter(|_| !page.exported);
    let text = prompt_text::render(&filling.filled, number, filling.layout == Layout::Written);
    let mut remarks = Vec::new();
    if text.hidden > 0 {
        remarks.push((t.hidden_characters)(text.hidden));
    }
    if let Structure::Broken(at) = text.structure {
        remarks.push((t.broken_json)(at.line, at.column));
    }
    if page.exported && !filling.entries.is_empty() {
        remarks.push((t.blanks_by_hand)(filling.entries.len()));
    }
    // A text that is JSON only by its values has no layout of its author's.
    let is_written = filling.text() == prompt.text;
    let written = if is_written { text.structure } else { json::structure(&prompt.text) };
    let layouts = match written {
        Structure::Json if !page.exported => Layout::ALL
            .map(|layout| {
                let href = filling.carry_page_in(&bare, layout);
                ((t.layout_name)(layout), href, layout == filling.layout)
            })
            .to_vec(),
        _ => Vec::new(),
    };
    let (instruction, _) = verbatim_marked(&agents::instruction(&call, t));
    let platform = call.platform;
    let shared = site.shared_parts().get(&snapshot.reference, locale, SharedParts::new);
    let body = PromptPage {
        crumbs,
        slug: prompt.slug.to_string(),
        category: prompt.category.to_string(),
        title: title.to_string(),
        title_lang,
        description: markdown::html(description),
        cover,
        cover_says: (t.cover_alt)(&title),
        cover_src: addresses::cover(&prompt.slug),
        samples,
        lang: prompt.language,
        written_in: (t.written_in)(i18n::texts(prompt.language).language_name),
        setting: setting(&text, filling.text()),
        text,
        remarks,
        layouts,
        blanks: BlanksForm::new(bare.clone(), site.public_url(), &filling, t)
            .filter(|_| !page.exported),
        facts: facts(stored.id, &call, snapshot, t, href),
        parameters: parameters(&call, t),
        questions: shared.questions(call.endpoint),
        shared,
        addresses_agent: agents::addresses_agent(filling.text()),
        instruction,
        code_intro: (t.use_in_code_intro)(&platform.key_variable),
        codes,
        key_url: platform.key_url.clone(),
        key_text: (t.get_key)(&platform.name),
        related: CardView::all(related, None, site, snapshot, t),
        faq_heading: (t.prompt_faq)(call.model.unwrap_or(&call.service.name)),
        about: about(prompt, &stored.updated, category, snapshot, t, href),
        formats: [
            (Format::Text.name(t), Format::Text.suffix()),
            ("Markdown", ".md"),
            (Format::Json.name(t), Format::Json.suffix()),
        ]
        .map(|(name, suffix)| (name, filling.carry(&format!("{bare}{suffix}"))))
        .into(),
        embedding: (!page.exported).then(|| {
            let links = site.links(locale);
            let size = (embed::WIDTH, embed::HEIGHT);
            Embedding {
                oembed: oembed::address(links, &prompt.slug),
                snippet: embed::snippet(links, prompt.slug.as_str(), &title, size),
            }
        }),
        page,
    };
    let mut response = html::page(&body)?;
    if filling.is_faulty() {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(filling::mark(&filling, response))
}

impl CodeView {
    fn new(
        language: &'static Language,
        call: &ApiCall<'_>,
        slug: &Slug,
        href: addresses::Href,
        filling: &Filling,
        t: &'static Texts,
    ) -> Result<Self, askama::Error> {
        let chosen = filling.form.filter(|form| language.forms().any(|other| other == *form));
        let chosen = chosen.unwrap_or_else(|| language.preferred());
        let large = call.text.len() > documents::LARGE;
        let form = |form: Form| FormView {
            slug: form.slug(),
            name: match form {
                Form::Sdk => t.form_sdk,
                Form::Http => t.form_http,
            },
            href: filling.carry(&href.snippet_form(slug, language.slug, form.slug())),
            is_chosen: form == chosen,
            install: language.install(call).filter(|_| form == Form::Sdk),
        };
        let forms: Vec<FormView> = language.forms().map(form).collect();
        let code = language.snippet(call, chosen);
        let Language { slug: language_slug, name, .. } = *language;
        let (copy, copied) = ((t.copy_code)(name), (t.code_copied)(name));
        let link = ProgramLink { slug: language_slug, name, copy: &copy, copied: &copied };
        let link = link.render()?;
        Ok(Self {
            slug: language_slug,
            name,
            copy,
            copied,
            link,
            href: filling.carry(&match filling.form {
                Some(_) => href.snippet_form(slug, language.slug, chosen.slug()),
                None => href.snippet(slug, language.slug),
            }),
            shown: chosen.slug(),
            code: code.filter(|_| !large).map(|code| highlight::html(&code, language.slug)),
            forms: if forms.len() > 1 { forms } else { Vec::new() },
        })
    }
}

/// The class that says how a text is set: the shorter the larger.
fn setting(rendered: &PromptText, text: &str) -> &'static str {
    // As wide as so many Latin letters.
    const SHORT: usize = 320;
    const LONG: usize = 2400;
    if rendered.structure == Structure::Json {
        return "json";
    }
    let width = |c: char| if c > '\u{2E7F}' { 2 } else { 1 };
    let lines = text.lines().take(LONG);
    let room: usize =
        lines.map(|line| 40 + line.chars().take(LONG).map(width).sum::<usize>()).sum();
    match room {
        0..SHORT => "short",
        SHORT..LONG => "medium",
        _ => "long",
    }
}

fn facts(
    number: i64,
    call: &ApiCall<'_>,
    snapshot: &Snapshot,
    t: &Texts,
    href: addresses::Href,
) -> Vec<Fact> {
    let mut facts = vec![Fact::new(t.catalogue_number, number.to_string())];
    if let Some(model) = call.model {
        facts.push(Fact::new(t.model, model).link(href.model(model)).code());
    }
    if let Some(provider) = snapshot.provider_of(call.service) {
        facts.push(Fact::new(t.provider, provider));
    }
    facts.push(Fact::new(t.service, &call.service.name));
    facts.push(Fact::new(t.makes, (t.modality)(call.endpoint.modality)));
    facts.push(Fact::new(t.endpoint, &call.endpoint.name));
    facts.push(Fact::new(t.path, call.path()).code());
    facts
}

fn parameters(call: &ApiCall<'_>, t: &Texts) -> Vec<Fact> {
    call.params
        .iter()
        .map(|(name, value)| {
            let label = (t.parameter)(name).map_or_else(|| name.replace('_', " "), str::to_owned);
            let value = match value {
                Value::Bool(true) => t.yes.to_owned(),
                Value::Bool(false) => t.no.to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Fact::new(label, value)
        })
        .collect()
}

fn tag_name<'a>(slug: &'a Slug, snapshot: &'a Snapshot, t: &Texts) -> &'a str {
    let tag = snapshot.reference.tag(slug.as_str());
    tag.map_or(slug.as_str(), |tag| local(&tag.name, t.locale))
}

/// The picture of a prompt by itself: a sample, or else its cover.
fn image(
    prompt: &Prompt,
    site: &Site,
    snapshot: &Snapshot,
    t: &Texts,
    title: &str,
) -> structured::Image {
    let url = |path: String| format!("{}{path}", site.public_url());
    let sample = prompt.media.iter().find_map(|medium| Some((medium, medium.content.picture()?)));
    if let Some((medium, picture)) = sample {
        let Rendition { file, width, height } = picture.largest();
        let caption = samples::alt(medium, t.locale).1.to_owned();
        let url = url(addresses::media(file));
        return structured::Image { url, width: *width, height: *height, caption };
    }
    let (width, height) = cover::size(covers::subject(prompt, snapshot).aspect_ratio);
    let url = url(addresses::cover(&prompt.slug));
    structured::Image { url, width, height, caption: (t.cover_alt)(title) }
}

fn about(
    prompt: &Prompt,
    updated: &str,
    category: &str,
    snapshot: &Snapshot,
    t: &Texts,
    href: addresses::Href,
) -> Vec<Fact> {
    let mut about =
        vec![Fact::new(t.category, category).link(href.category(prompt.category.as_str()))];
    if !prompt.tags.is_empty() {
        let tags = prompt
            .tags
            .iter()
            .map(|slug| (tag_name(slug, snapshot, t).to_owned(), Some(href.tag(slug))));
        about.push(Fact { name: t.tags.into(), values: tags.collect(), code: false, day: None });
    }
    if let Some(author) = &prompt.source.author {
        about.push(Fact::new(t.author, author));
    }
    if let Some(url) = &prompt.source.url {
        about.push(Fact::new(t.source, url).link(url.clone()));
    }
    if let Some(license) = &prompt.source.license {
        about.push(Fact::new(t.license, license));
    }
    if let Some(created) = &prompt.created {
        about.push(Fact::day(t.added, created, t));
        let changed = updated.get(..10).unwrap_or(updated);
        if changed > created.as_str() {
            about.push(Fact::day(t.changed, changed, t));
        }
    }
    about
}

impl Fact {
    fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), values: vec![(value.into(), None)], code: false, day: None }
    }

    fn day(name: &str, day: &str, t: &Texts) -> Self {
        Self { day: Some(day.to_owned()), ..Self::new(name, t.date(day)) }
    }

    /// The same with addresses for a reader of the page's twin.
    fn for_twin(mut self, page: &Page) -> Self {
        for (value, link) in &mut self.values {
            let lists = link.as_ref().filter(|href| href.starts_with('/'));
            *link = lists.map(|href| page.md(href)).or(link.take()).map(|url| destination(&url));
            *value = if self.code { code(&*value) } else { escaped(value) };
        }
        self
    }

    /// Whether the value needs a line of its own in the margin.
    fn is_long(&self) -> bool {
        self.values.iter().any(|(value, _)| value.chars().count() > 20)
    }

    fn link(mut self, href: String) -> Self {
        for (_, link) in &mut self.values {
            *link = Some(href.clone());
        }
        self
    }

    fn code(mut self) -> Self {
        self.code = true;
        self
    }
}
