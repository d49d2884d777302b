//! The parameters of a query: one table of them for reading, for describing, for refusing.
//!
//! A program is better told of a slip than answered as if it had not made it. So everything in a
//! query has to be known and has to fit, and all that does not is told at once, each with its
//! remedy.

use axum::extract::Query;
use axum::http::{StatusCode, Uri};

use super::problems::Fault;
use crate::catalog::{Locale, Modality, Slug, did_you_mean};
use crate::documents::{PromptSummary, VALUE, Wish};
use crate::gallery::{Facet, Selection, Sort};
use crate::i18n;
use crate::json::Layout;
use crate::snippets::Form;
use crate::web::errors::Error;
use crate::web::pages::sort_slug;
use crate::web::routes::Name;

/// The most characters of a value that is searched for or chosen.
const LONGEST: usize = 200;
/// The most tags chosen at once.
const MOST_TAGS: usize = 20;
/// The most entries on a page.
pub(super) const MOST_PER_PAGE: usize = 100;
/// The greatest number of a page.
pub(super) const GREATEST_PAGE: usize = 1_000_000;

/// A parameter of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// A value that makes sense.
    pub(super) example: &'static str,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Any text that is not empty.
    Text,
    /// A slug; it may stand several times, and all have to hold.
    Slugs,
    /// One of these; the first is what is meant unless another is asked for, if that says so.
    OneOf { names: fn() -> Vec<&'static str>, has_usual: bool },
    /// A whole number from 1.
    Number { most: usize, usual: usize },
    /// `true` or `false`.
    Switch { usual: bool },
    /// Names of fields, with commas between.
    Fields(&'static [&'static str]),
    /// Which content somebody has already.
    Revision,
    /// Values of blanks, each as `v.<key>`.
    Values,
}

const fn choice(
    name: &'static str,
    names: fn() -> Vec<&'static str>,
    example: &'static str,
) -> Parameter {
    Parameter { name, kind: Kind::OneOf { names, has_usual: false }, example }
}

const fn number(name: &'static str, most: usize, usual: usize) -> Parameter {
    Parameter { name, kind: Kind::Number { most, usual }, example: "1" }
}

const fn text(name: &'static str, example: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Text, example }
}

fn yes_or_no() -> Vec<&'static str> {
    vec!["yes", "no"]
}

fn locales() -> Vec<&'static str> {
    Locale::ALL.map(Locale::tag).to_vec()
}

fn layouts() -> Vec<&'static str> {
    Layout::ALL.map(Layout::slug).to_vec()
}

fn sorts() -> Vec<&'static str> {
    [Sort::Relevance, Sort::Newest, Sort::Featured, Sort::Title].map(sort_slug).to_vec()
}

const LOCALE: Parameter = Parameter {
    name: "locale",
    kind: Kind::OneOf { names: locales, has_usual: true },
    example: "zh-CN",
};
const PAGE: Parameter = number("page", GREATEST_PAGE, 1);
const LAYOUT: Parameter = Parameter {
    name: "layout",
    kind: Kind::OneOf { names: layouts, has_usual: true },
    example: "pretty",
};
const VALUES: Parameter =
    Parameter { name: "v.<key>", kind: Kind::Values, example: "v.product_name=tea" };
const SINCE: Parameter = Parameter { name: "since", kind: Kind::Revision, example: "" };

/// Of the list of prompts.
pub(super) const OF_PROMPTS: &[Parameter] = &[
    text("q", "tea"),
    text("category", "photography"),
    text("model", "gpt-image-2"),
    choice("modality", || Modality::ALL.map(Modality::slug).to_vec(), "image"),
    Parameter { name: "tag", kind: Kind::Slugs, example: "editorial" },
    choice("lang", locales, "en"),
    choice("blanks", yes_or_no, "yes"),
    choice("json", yes_or_no, "no"),
    choice("params", yes_or_no, "yes"),
    choice("sort", sorts, "newest"),
    PAGE,
    number("per_page", MOST_PER_PAGE, 24),
    Parameter {
        name: "fields",
        kind: Kind::Fields(&PromptSummary::FIELDS),
        example: "slug,title,api_url",
    },
    Parameter { name: "facets", kind: Kind::Switch { usual: false }, example: "true" },
    LOCALE,
];

/// Of a prompt.
pub(super) const OF_PROMPT: &[Parameter] = &[
    VALUES,
    LAYOUT,
    Parameter { name: "snippets", kind: Kind::Switch { usual: true }, example: "false" },
    LOCALE,
];

/// Of one program of a prompt.
pub(super) const OF_SNIPPET: &[Parameter] =
    &[choice("form", || Form::ALL.map(Form::slug).to_vec(), "http"), VALUES, LAYOUT, LOCALE];

/// Of every other list.
pub(super) const OF_LISTS: &[Parameter] = &[PAGE, number("per_page", MOST_PER_PAGE, 100), LOCALE];

/// Of everything at once.
pub(super) const OF_EXPORT: &[Parameter] = &[SINCE, LOCALE];

/// What a name in a query is to an answer. Every one is looked at, if only to be refused.
pub(in crate::web) fn name(name: &str) -> Name {
    if name.starts_with(VALUE) { Name::Personal } else { Name::Read }
}

/// A query that fits.
#[derive(Debug)]
pub(super) struct Asked {
    parameters: &'static [Parameter],
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// Reads the query of an address.
    pub(super) fn read(uri: &Uri, parameters: &'static [Parameter]) -> Result<Self, Error> {
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
            let fault = Fault::new("", "the query cannot be decoded; percent-encode it as UTF-8");
            return Err(Error::Refused(StatusCode::BAD_REQUEST, vec![fault]));
        };
        let mut faults = Vec::new();
        let mut met: Vec<&str> = Vec::new();
        for (name, value) in &pairs {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.is_called(name))
            else {
                faults.push(unknown(name, parameters));
                continue;
            };
            let again = met.contains(&name.as_str());
            if again && !matches!(parameter.kind, Kind::Slugs) {
                faults.push(Fault::new(name, "stands twice; give it once"));
            }
            if matches!(parameter.kind, Kind::Slugs)
                && met.iter().filter(|other| *other == name).count() == MOST_TAGS
            {
                let message = format!("stands more than {MOST_TAGS} times; leave some out");
                faults.push(Fault::new(name, message));
            }
            met.push(name);
            if let Some(message) = parameter.kind.fault(value) {
                faults.push(Fault::new(name, message));
            }
        }
        if !faults.is_empty() {
            return Err(Error::Refused(StatusCode::BAD_REQUEST, faults));
        }
        Ok(Self { parameters, pairs })
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn kind(&self, name: &str) -> Option<Kind> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map(|parameter| parameter.kind)
    }

    pub(super) fn number(&self, name: &str) -> usize {
        let usual = match self.kind(name) {
            Some(Kind::Number { usual, .. }) => usual,
            _ => 1,
        };
        self.get(name).and_then(|value| value.parse().ok()).unwrap_or(usual)
    }

    pub(super) fn switch(&self, name: &str) -> bool {
        let usual = matches!(self.kind(name), Some(Kind::Switch { usual: true }));
        self.get(name).map_or(usual, |value| value == "true")
    }

    pub(super) fn locale(&self) -> Locale {
        self.get(LOCALE.name).and_then(Locale::from_tag).unwrap_or(Locale::DEFAULT)
    }

    /// The fields wanted; none: all.
    pub(super) fn fields(&self) -> Option<Vec<&str>> {
        self.get("fields").map(|fields| fields.split(',').collect())
    }

    pub(super) fn sort(&self) -> Sort {
        let asked = self.get("sort");
        let mut sorts = [Sort::Newest, Sort::Featured, Sort::Title].into_iter();
        let usual = if self.search().is_some() { Sort::Relevance } else { Sort::Newest };
        sorts.find(|sort| Some(sort_slug(*sort)) == asked).unwrap_or(usual)
    }

    /// What is searched for.
    pub(super) fn search(&self) -> Option<&str> {
        self.get("q").map(str::trim).filter(|query| !query.is_empty())
    }

    /// What lists are narrowed by.
    pub(super) fn selection(&self) -> Selection {
        let mut selection = Selection::default();
        for (name, value) in &self.pairs {
            if let Some(facet) = Facet::from_slug(name) {
                selection.choose(facet, value);
            }
        }
        selection
    }

    /// What is asked for of a prompt.
    pub(super) fn wish(&self) -> Wish {
        let mut wish = Wish::default();
        for (name, value) in &self.pairs {
            if let Some(blank) = name.strip_prefix(VALUE) {
                wish.put(blank, value);
            }
        }
        wish.layout = self.get(LAYOUT.name).and_then(Layout::from_slug).unwrap_or_default();
        wish
    }

    /// The query of another page of the same list, with the mark before it.
    pub(super) fn at_page(&self, page: usize) -> String {
        let mut query = String::new();
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != PAGE.name) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&crate::addresses::query_value(value));
        }
        if page > 1 {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&format!("{}={page}", PAGE.name));
        }
        query
    }
}

impl Parameter {
    fn is_called(&self, name: &str) -> bool {
        match self.kind {
            Kind::Values => name.starts_with(VALUE),
            _ => self.name == name,
        }
    }
}

impl Kind {
    /// The most characters, or entries, it takes.
    pub(super) const fn most(self) -> usize {
        match self {
            Self::Slugs => MOST_TAGS,
            Self::Fields(known) => known.len(),
            _ => LONGEST,
        }
    }

    /// Why a value does not fit, and what would.
    fn fault(self, value: &str) -> Option<String> {
        match self {
            Self::Text => {
                let characters = value.chars().count();
                let is_right = (1..=LONGEST).contains(&characters);
                (!is_right).then(|| format!("has {characters} characters; give 1 to {LONGEST}"))
            }
            Self::Slugs => Slug::parse(value).err().map(|error| error.to_string()),
            Self::OneOf { names, .. } => {
                let names = names();
                (!names.contains(&value)).then(|| one_of(value, &names))
            }
            Self::Number { most, .. } => {
                let is_right = value.bytes().all(|byte| byte.is_ascii_digit())
                    && value.parse().is_ok_and(|number: usize| (1..=most).contains(&number));
                (!is_right).then(|| format!("must be a whole number from 1 to {most}"))
            }
            Self::Switch { .. } => {
                (!matches!(value, "true" | "false")).then(|| "must be true or false".to_owned())
            }
            Self::Fields(known) => {
                let mut fields = value.split(',');
                let unknown = fields.find(|field| !known.contains(field))?;
                Some(one_of(unknown, known))
            }
            Self::Revision => super::bulk::Since::parse(value)
                .is_none()
                .then(|| "must be a revision, as answers tell it in Content-Revision".to_owned()),
            // The prompt says what its blanks take.
            Self::Values => None,
        }
    }
}

fn unknown(name: &str, parameters: &[Parameter]) -> Fault {
    let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    let meant = did_you_mean(name, known.iter().copied());
    let remedy = meant.map_or_else(
        || format!("there are {}", known.join(", ")),
        |meant| format!("did you mean {meant}?"),
    );
    Fault::new(name, format!("is no parameter here; {remedy}"))
}

fn one_of(value: &str, names: &[&str]) -> String {
    match did_you_mean(value, names.iter().copied()) {
        Some(meant) => format!("{value:?} is none of its values; did you mean {meant}?"),
        None => format!("{value:?} is none of its values; there are {}", names.join(", ")),
    }
}

/// The values a prompt refuses, as faults of parameters.
pub(super) fn refused(refused: &[crate::documents::Refused], locale: Locale) -> Error {
    let t = i18n::texts(locale);
    let faults = refused.iter().map(|one| {
        let message = match &one.why {
            crate::documents::Refusal::Fault(fault) => fault.message(t),
            crate::documents::Refusal::Unknown(_) => one.message(t),
        };
        Fault::new(format!("{VALUE}{}", one.key), message)
    });
    Error::Refused(StatusCode::BAD_REQUEST, faults.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(query: &str) -> Vec<(String, String)> {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        match Asked::read(&uri, OF_PROMPTS) {
            Ok(_) => Vec::new(),
            Err(Error::Refused(_, faults)) => {
                faults.into_iter().map(|fault| (fault.parameter, fault.detail)).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_remedy() {
        let faults = faults("catgory=x&per_page=500&sort=newst&page=0&page=2&facets=1");
        let told: Vec<String> =
            faults.iter().map(|(name, detail)| format!("{name}: {detail}")).collect();
        assert_eq!(
            told,
            [
                "catgory: is no parameter here; did you mean category?",
                "per_page: must be a whole number from 1 to 100",
                "sort: \"newst\" is none of its values; did you mean newest?",
                "page: must be a whole number from 1 to 1000000",
                "page: stands twice; give it once",
                "facets: must be true or false",
            ]
        );
    }

    #[test]
    fn what_fits_is_taken_as_it_is() {
        let uri: Uri = "/x?q=+tea+&tag=a&tag=b&fields=slug,title&locale=zh-CN&per_page=5&page=2"
            .parse()
            .unwrap();
        let asked = Asked::read(&uri, OF_PROMPTS).unwrap();
        assert_eq!(asked.search(), Some("tea"));
        assert_eq!(asked.sort(), Sort::Relevance);
        assert_eq!(
            asked.selection().iter().collect::<Vec<_>>(),
            [(Facet::Tag, "a"), (Facet::Tag, "b")]
        );
        assert_eq!(asked.fields().unwrap(), ["slug", "title"]);
        assert_eq!((asked.number("page"), asked.number("per_page")), (2, 5));
        assert_eq!(asked.locale(), Locale::ZhCn);
        assert!(!asked.switch("facets"));
        assert_eq!(
            asked.at_page(3),
            "?q=%20tea%20&tag=a&tag=b&fields=slug%2Ctitle&locale=zh-CN&per_page=5&page=3"
        );
    }
}
