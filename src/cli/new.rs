//! `new`: a seed file to begin with. What the command line does not say is asked for on a terminal,
//! from what the catalogue offers; elsewhere every flag that is missing is named.
//!
//! The file has everything but the prompt itself, or that too if a text is given, and nothing in it
//! that `check` would refuse.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use dialoguer::console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{FuzzySelect, Input, MultiSelect};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::completions::{categories, endpoints, models, parameters, tags};
use super::{Failure, say};
use crate::catalog::{
    Endpoint, Kind, LocalText, Locale, Object, Parameter, Reference, Slug, did_you_mean,
};
use crate::config::DataConfig;
use crate::seed::{self, PromptFile};

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// The prompt's name in addresses and the name of its file [default: made from the title]
    #[arg(value_name = "SLUG", value_parser = slug)]
    slug: Option<Slug>,

    /// A title: in the prompt's language, or in the one named before a =; may be repeated
    #[arg(long, value_name = "[LANGUAGE=]TEXT")]
    title: Vec<String>,

    /// A description, written as titles are; Markdown
    #[arg(long, value_name = "[LANGUAGE=]TEXT")]
    description: Vec<String>,

    /// The language of the prompt
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(Locale::ALL.map(Locale::tag)))]
    language: Option<String>,

    /// The category it stands in
    #[arg(long, value_name = "SLUG", add = categories())]
    category: Option<String>,

    /// The endpoint it is written for
    #[arg(long, value_name = "SERVICE/ENDPOINT", add = endpoints())]
    endpoint: Option<String>,

    /// The model; needed where the endpoint has several
    #[arg(long, value_name = "MODEL", add = models())]
    model: Option<String>,

    /// A parameter of the call; may be repeated. Lists are written as JSON
    #[arg(long = "param", value_name = "NAME=VALUE", add = parameters())]
    params: Vec<String>,

    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "SLUG", add = tags())]
    tags: Vec<String>,

    /// A file with the prompt's text, or - for standard input
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
}

fn slug(text: &str) -> Result<Slug, String> {
    Slug::parse(text).map_err(|error| error.to_string())
}

pub(super) fn run(data: &DataConfig, arguments: &NewArguments) -> Result<(), Failure> {
    let reference = seed::reference(&data.seeds)?;
    let reads_text = arguments.text.as_deref() == Some(Path::new("-"));
    let asks = !reads_text && io::stdin().is_terminal() && io::stderr().is_terminal();
    if asks {
        tidy_up_when_interrupted();
    }
    let mut form = Form { asks, missing: Vec::new(), faults: Vec::new() };
    let file = form.fill_in(arguments, &reference)?;
    let Some((slug, file)) = file.filter(|_| form.missing.is_empty() && form.faults.is_empty())
    else {
        return Err(Failure::New(form.report()));
    };
    let taken = seed::prompt_paths(&data.seeds)
        .into_iter()
        .find(|file| file.file_stem().is_some_and(|stem| stem == slug.as_str()));
    if let Some(taken) = taken {
        let message = format!("there is {} already; give another SLUG", taken.display());
        return Err(Failure::New(message));
    }
    let category = file.fields.get("category").and_then(Value::as_str).unwrap_or_default();
    let path = data.seeds.join("prompts").join(category).join(format!("{slug}.md"));
    let content = file.written().map_err(|error| Failure::New(error.to_string()))?;
    seed::save(&path, &content)?;
    say(format_args!("{} is written.", path.display()))?;
    if file.text.is_empty() {
        say("Write the prompt below its second +++ line; until then it is refused.")?;
    }
    say("Then: prompt-gallery check, and prompt-gallery seed.")
}

/// A menu hides the cursor, and an interruption would leave it so.
fn tidy_up_when_interrupted() {
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = Term::stderr().show_cursor();
            std::process::exit(130);
        }
    });
}

/// What is asked for, and what came of it.
struct Form {
    asks: bool,
    /// Flags that are needed and cannot be asked for.
    missing: Vec<String>,
    /// What is wrong with flags.
    faults: Vec<String>,
}

impl Form {
    /// The file, unless something is missing or wrong.
    fn fill_in(
        &mut self,
        arguments: &NewArguments,
        reference: &Reference,
    ) -> Result<Option<(Slug, PromptFile)>, Failure> {
        let catalog = &reference.catalog;
        let text = match &arguments.text {
            Some(file) => self.text(file)?,
            None => String::new(),
        };
        let languages =
            Locale::ALL.map(|locale| (locale.tag().to_owned(), locale.tag().to_owned()));
        let language = self.one(
            arguments.language.as_ref(),
            "--language",
            "Language of the prompt",
            &languages,
        )?;
        let language = language.and_then(|tag| Locale::from_tag(&tag));
        let titles = self.titles(&arguments.title, language)?;
        let descriptions = self.local("--description", &arguments.description, language);
        let shelves: Vec<_> = reference
            .categories
            .iter()
            .map(|category| (category.slug.to_string(), named(&category.name, &category.slug)))
            .collect();
        let category =
            self.one(arguments.category.as_ref(), "--category SLUG", "Category", &shelves)?;
        let of_service = catalog.services().iter().flat_map(|service| {
            service.endpoints.iter().map(move |endpoint| {
                let id = format!("{}/{}", service.slug, endpoint.slug);
                let label = format!("{}: {} ({id})", service.name, endpoint.name);
                (id, label)
            })
        });
        let offered: Vec<_> = of_service.collect();
        let flag = "--endpoint SERVICE/ENDPOINT";
        let id = self.one(arguments.endpoint.as_ref(), flag, "Endpoint", &offered)?;
        for tag in arguments.tags.iter().filter(|tag| reference.tag(tag).is_none()) {
            let known = reference.tags.iter().map(|tag| tag.slug.as_str());
            self.unknown("--tag", tag, known, "tags.toml has them all");
        }
        let slug = match &arguments.slug {
            Some(slug) => Some(slug.clone()),
            None => self.slug(&titles)?,
        };
        let Some((_, endpoint)) = id.as_deref().and_then(|id| catalog.endpoint(id)) else {
            return Ok(None);
        };
        let model = self.model(arguments.model.as_ref(), endpoint)?;
        let params = self.params(&arguments.params, endpoint, model.as_deref())?;
        for problem in endpoint.problems(model.as_deref(), &params, &text) {
            // A text that is not there yet is neither too short nor too long.
            if problem.field != "text" || !text.is_empty() {
                self.fault(&problem.field, &problem.message);
            }
        }
        let (Some(slug), Some(language), Some(category), Some(id)) = (slug, language, category, id)
        else {
            return Ok(None);
        };
        let mut fields = Object::new();
        let mut put = |key: &str, value: Value| drop(fields.insert(key.into(), value));
        let local = |texts: &LocalText| {
            let texts = texts.iter().map(|(locale, text)| (locale.tag().into(), text.into()));
            Value::Object(texts.collect())
        };
        if !titles.is_empty() {
            put("title", local(&titles));
        }
        if !descriptions.is_empty() {
            put("description", local(&descriptions));
        }
        put("category", category.into());
        put("endpoint", id.into());
        if let Some(model) = model {
            put("model", model.into());
        }
        put("language", language.tag().into());
        if !arguments.tags.is_empty() {
            put("tags", arguments.tags.clone().into());
        }
        if !params.is_empty() {
            put("params", Value::Object(params));
        }
        Ok(Some((slug, PromptFile { fields, text })))
    }

    /// One of several things, by its value; each is shown by its label.
    fn one(
        &mut self,
        given: Option<&String>,
        flag: &str,
        question: &str,
        offered: &[(String, String)],
    ) -> Result<Option<String>, Failure> {
        if let Some(given) = given {
            if offered.iter().any(|(value, _)| value == given) {
                return Ok(Some(given.clone()));
            }
            let known: Vec<&str> = offered.iter().map(|(value, _)| value.as_str()).collect();
            let name = flag.split(' ').next().unwrap_or(flag);
            let all = if known.len() > 30 {
                String::from("catalog.toml has them all")
            } else {
                format!("known are {}", known.join(", "))
            };
            self.unknown(name, given, known, &all);
            return Ok(None);
        }
        if !self.asks {
            self.missing.push(flag.into());
            return Ok(None);
        }
        let labels = offered.iter().map(|(_, label)| label);
        let theme = ColorfulTheme::default();
        let at = FuzzySelect::with_theme(&theme)
            .with_prompt(question)
            .items(labels)
            .default(0)
            .max_length(12)
            .interact()
            .map_err(asked)?;
        Ok(offered.get(at).map(|(value, _)| value.clone()))
    }

    /// A line; empty where nothing is entered.
    fn line(
        &self,
        question: &str,
        is_good: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String, Failure> {
        let theme = ColorfulTheme::default();
        let input = Input::<String>::with_theme(&theme).with_prompt(question).allow_empty(true);
        let line = input.validate_with(|line: &String| is_good(line.trim())).interact_text();
        Ok(line.map_err(asked)?.trim().to_owned())
    }

    fn titles(&mut self, given: &[String], language: Option<Locale>) -> Result<LocalText, Failure> {
        let mut titles = self.local("--title", given, language);
        for locale in Locale::ALL.into_iter().filter(|_| self.asks && given.is_empty()) {
            let question = format!("Title in {locale} (may be left empty)");
            let title = self.line(&question, |_| Ok(()))?;
            if !title.is_empty() {
                titles.insert(locale, title);
            }
        }
        Ok(titles)
    }

    /// `TEXT` and `LANGUAGE=TEXT`.
    fn local(&mut self, flag: &str, given: &[String], language: Option<Locale>) -> LocalText {
        let mut texts = LocalText::new();
        for given in given {
            let told = given.split_once('=');
            let told = told.and_then(|(tag, text)| Some((Locale::from_tag(tag)?, text)));
            let (locale, text) = match (told, language) {
                (Some(told), _) => told,
                (None, Some(language)) => (language, given.as_str()),
                // That the language is missing is told already.
                (None, None) => continue,
            };
            if text.trim().is_empty() {
                self.faults.push(format!("{flag}: must not be empty; write it or leave it out"));
            } else if texts.get(locale).is_some() {
                let others: Vec<String> = Locale::ALL
                    .into_iter()
                    .filter(|other| *other != locale)
                    .map(|other| format!("{flag} {other}=…"))
                    .collect();
                let message = format!("{flag}: two in {locale}; write {}", others.join(" or "));
                self.faults.push(message);
            } else {
                texts.insert(locale, text);
            }
        }
        texts
    }

    /// A slug made from a title, or asked for.
    fn slug(&mut self, titles: &LocalText) -> Result<Option<Slug>, Failure> {
        let made = Locale::ALL.into_iter().filter_map(|locale| slug_of(titles.get(locale)?)).next();
        if made.is_some() {
            return Ok(made);
        }
        if !self.asks {
            self.missing.push("SLUG, or a --title in English".into());
            return Ok(None);
        }
        let is_good = |line: &str| Slug::parse(line).map(drop).map_err(|error| error.to_string());
        let line = self.line("Name of the file and in addresses, as in north-window", is_good)?;
        Ok(Slug::parse(&line).ok())
    }

    fn model(
        &mut self,
        given: Option<&String>,
        endpoint: &Endpoint,
    ) -> Result<Option<String>, Failure> {
        match (given, endpoint.models.as_slice()) {
            // What is wrong with it, the endpoint says.
            (Some(given), _) => Ok(Some(given.clone())),
            (None, []) => Ok(None),
            (None, [only]) => Ok(Some(only.clone())),
            (None, models) => {
                let offered: Vec<_> =
                    models.iter().map(|slug| (slug.clone(), slug.clone())).collect();
                let flag = format!("--model MODEL (one of {})", models.join(", "));
                self.one(None, &flag, "Model", &offered)
            }
        }
    }

    fn params(
        &mut self,
        given: &[String],
        endpoint: &Endpoint,
        model: Option<&str>,
    ) -> Result<Object, Failure> {
        let mut params = Object::new();
        for given in given {
            let Some((name, value)) = given.split_once('=') else {
                self.faults.push(format!("--param {given}: must be written NAME=VALUE"));
                continue;
            };
            let value = match endpoint.parameters.get(name) {
                Some(parameter) => value_of(parameter, value),
                None => value.into(),
            };
            if params.insert(name.into(), value).is_some() {
                self.faults.push(format!("--param {name}: given twice; keep one"));
            }
        }
        if !self.asks || !given.is_empty() {
            return Ok(params);
        }
        let is_text = |name: &str| name == endpoint.text_field;
        let open: Vec<(&String, &Parameter)> =
            endpoint.parameters.iter().filter(|(name, _)| !is_text(name)).collect();
        let (needed, optional): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, parameter)| parameter.required.for_model(model));
        let mut chosen = needed;
        if !optional.is_empty() {
            let theme = ColorfulTheme::default();
            let at = MultiSelect::with_theme(&theme)
                .with_prompt("Parameters to set (space chooses, enter goes on)")
                .items(optional.iter().map(|(name, _)| name))
                .max_length(12)
                .interact()
                .map_err(asked)?;
            chosen.extend(at.into_iter().filter_map(|at| optional.get(at).copied()));
        }
        for (name, parameter) in chosen {
            let value = self.value(name, parameter, endpoint, model)?;
            params.insert(name.clone(), value);
        }
        Ok(params)
    }

    fn value(
        &mut self,
        name: &str,
        parameter: &Parameter,
        endpoint: &Endpoint,
        model: Option<&str>,
    ) -> Result<Value, Failure> {
        let mut values = parameter.values_for(model).to_vec();
        if values.is_empty() && parameter.kind == Kind::Boolean {
            values = vec![true.into(), false.into()];
        }
        if values.is_empty() {
            let is_good = |line: &str| {
                let params = Object::from_iter([(name.to_owned(), value_of(parameter, line))]);
                let field = format!("params.{name}");
                let problems = endpoint.problems(model, &params, "");
                problems
                    .into_iter()
                    .find(|problem| problem.field == field)
                    .map_or(Ok(()), |fault| Err(fault.message))
            };
            let question = format!("{name} ({})", parameter.kind);
            return Ok(value_of(parameter, &self.line(&question, is_good)?));
        }
        let offered: Vec<_> = values.iter().map(|value| (shown(value), shown(value))).collect();
        let chosen = self.one(None, name, name, &offered)?;
        let chosen = values.into_iter().find(|value| Some(shown(value)) == chosen);
        Ok(chosen.unwrap_or_default())
    }

    /// The text of a prompt, as a seed file would hold it.
    fn text(&mut self, file: &Path) -> Result<String, Failure> {
        let (name, bytes) = if file == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes)?;
            (String::from("standard input"), Ok(bytes))
        } else {
            (file.display().to_string(), fs::read(file))
        };
        let fault = match bytes.map(String::from_utf8) {
            Err(error) => format!("cannot be read: {error}"),
            Ok(Err(error)) => {
                let at = error.utf8_error().valid_up_to();
                format!("is not UTF-8 at byte {at}; save it as UTF-8")
            }
            Ok(Ok(text)) if text.contains('\0') => "holds a NUL character; remove it".into(),
            Ok(Ok(text)) if text.trim().is_empty() => "is empty; write the prompt into it".into(),
            Ok(Ok(text)) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
                return Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned());
            }
        };
        self.faults.push(format!("--text: {name} {fault}"));
        Ok(String::new())
    }

    fn unknown<'a>(
        &mut self,
        flag: &str,
        given: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: &str,
    ) {
        let hint = did_you_mean(given, known)
            .map_or_else(|| otherwise.to_owned(), |near| format!("did you mean \"{near}\"?"));
        self.faults.push(format!("{flag}: unknown \"{given}\"; {hint}"));
    }

    /// A fault of the call, under the name of the flag it came by.
    fn fault(&mut self, field: &str, message: &str) {
        let flag = match field.strip_prefix("params.") {
            Some(name) => format!("--param {name}"),
            None => format!("--{field}"),
        };
        self.faults.push(format!("{flag}: {message}"));
    }

    fn report(self) -> String {
        let mut lines = self.faults;
        if !self.missing.is_empty() {
            lines.push(format!(
                "missing: {}; give them, or run this on a terminal to be asked",
                self.missing.join(", ")
            ));
        }
        lines.push("nothing was written".into());
        lines.join("\n")
    }
}

fn asked(error: dialoguer::Error) -> Failure {
    let dialoguer::Error::IO(error) = error;
    Failure::Io(error)
}

/// A name in the language it is there in, and what it is known by.
fn named(name: &LocalText, slug: &Slug) -> String {
    match name.best(&Locale::ALL) {
        Some((_, name)) => format!("{name} ({slug})"),
        None => slug.to_string(),
    }
}

/// What is written, as the parameter takes it. What it cannot take stays a text, and is refused
/// for what it is.
fn value_of(parameter: &Parameter, written: &str) -> Value {
    let is_text = parameter.kind == Kind::String;
    let read = if is_text { None } else { serde_json::from_str(written).ok() };
    read.unwrap_or_else(|| written.into())
}

/// A value as it is written on the command line.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A title as a name in addresses; none where it has hardly any letters that can stand there.
fn slug_of(title: &str) -> Option<Slug> {
    let mut slug = String::new();
    let mut left_out = 0;
    for c in title.nfkd() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c.is_alphabetic() {
            left_out += 1;
        } else if !matches!(c, '\'' | '’' | '\u{300}'..='\u{36F}') && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= Slug::MAX {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if left_out > slug.len() {
        return None;
    }
    Slug::parse(slug).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_slug_where_its_letters_can_stand_in_one() {
        let slug = |title: &str| slug_of(title).map(|slug| slug.to_string());
        assert_eq!(slug("Linen & north light"), Some("linen-north-light".into()));
        assert_eq!(
            slug("  The painter’s café — 3/4 view!"),
            Some("the-painters-cafe-3-4-view".into())
        );
        assert_eq!(slug("北窗亚麻"), None);
        assert_eq!(slug("北窗亚麻 A"), None);
        assert_eq!(slug("…"), None);
        assert_eq!(slug(&"long ".repeat(50)).map(|slug| slug.len()), Some(99));
    }
}
