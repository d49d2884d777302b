//! The form of a prompt's blanks.

use crate::catalog::Locale;
use crate::documents::{Entry, Filling};
use crate::i18n::Texts;
use crate::json::Layout;
use crate::placeholders::LONGEST_VALUE;

/// The form; no script is needed to send it.
#[derive(Debug)]
pub(super) struct BlanksForm {
    /// Where it is sent and what starting over means.
    pub(super) action: String,
    pub(super) fields: Vec<FieldView>,
    /// The address of the page as it is filled in, to share.
    pub(super) link: String,
    /// What is asked for besides values, as names and values.
    pub(super) kept: Vec<(&'static str, &'static str)>,
    /// How many there are, for those who see the prompt first.
    pub(super) count: String,
    /// What is still to fill in; empty when nothing is.
    pub(super) missing: String,
    /// Where a field stops taking characters: above what is accepted, so that too much is told
    /// and not cut off in silence.
    pub(super) most: usize,
}

/// One field.
#[derive(Debug)]
pub(super) struct FieldView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    /// Its language, where it is not the page's.
    pub(super) label_lang: Option<Locale>,
    pub(super) optional: bool,
    pub(super) help: String,
    /// Its language, where it is not the page's.
    pub(super) help_lang: Option<Locale>,
    pub(super) value: String,
    pub(super) default: Option<String>,
    pub(super) options: Vec<String>,
    pub(super) multiline: bool,
    /// Why the value cannot be put in; empty when it can.
    pub(super) fault: String,
}

impl BlanksForm {
    /// The form of a prompt that has blanks.
    pub(super) fn new(
        action: String,
        public_url: &str,
        filling: &Filling,
        t: &Texts,
    ) -> Option<Self> {
        if filling.entries.is_empty() {
            return None;
        }
        let labels: Vec<String> = filling.missing().map(|entry| entry.label(t.locale)).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let layout = filling.layout;
        let kept = [
            (layout != Layout::Written).then(|| ("layout", layout.slug())),
            filling.form.map(|form| ("form", form.slug())),
        ];
        Some(Self {
            link: format!("{public_url}{}", filling.carry_link(&action)),
            action,
            fields: filling.entries.iter().map(|entry| FieldView::new(entry, t)).collect(),
            kept: kept.into_iter().flatten().collect(),
            count: (t.blanks_below)(filling.entries.len()),
            missing: if labels.is_empty() { String::new() } else { (t.blanks_missing)(&labels) },
            most: LONGEST_VALUE + LONGEST_VALUE / 2,
        })
    }
}

impl FieldView {
    fn new(entry: &Entry, t: &Texts) -> Self {
        let locale = t.locale;
        let blank = &entry.field.blank;
        let other = |text: Option<(Locale, &str)>| {
            text.map(|(lang, _)| lang).filter(|lang| *lang != locale)
        };
        let help_lang = other(blank.help.best(&[locale]));
        let help = blank.help.best(&[locale]).map_or_else(String::new, |(_, help)| help.to_owned());
        Self {
            id: format!("blank-{}", entry.number),
            name: format!("v.{}", entry.field.key),
            label: entry.label(locale),
            label_lang: other(blank.label.best(&[locale])),
            optional: !blank.required,
            help,
            help_lang,
            value: entry.value().to_owned(),
            default: blank.default.clone(),
            options: blank.options.clone(),
            // A field of one line would lose the line ends of a value that has some.
            multiline: blank.multiline || entry.value().contains('\n'),
            fault: entry.fault.map_or_else(String::new, |fault| fault.message(t)),
        }
    }

    /// Whether the value is none of those offered; it is shown all the same, to be changed.
    pub(super) fn is_foreign(&self) -> bool {
        !self.value.is_empty() && !self.options.contains(&self.value)
    }

    /// What describes the field to those who hear it.
    pub(super) fn described_by(&self) -> String {
        let id = &self.id;
        if self.help.is_empty() { format!("{id}-fault") } else { format!("{id}-help {id}-fault") }
    }
}
