//! Samples as pages show them.

use super::addresses;
use crate::catalog::{Captions, Locale, Medium, Modality, Picture, Rendition};
use crate::i18n::{self, Texts};

/// A picture as a page shows it.
#[derive(Debug)]
pub(super) struct PictureView {
    pub(super) srcset: String,
    /// For browsers that know nothing of the set.
    pub(super) src: String,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Its average colour, which stands there until it is loaded.
    pub(super) colour: Option<String>,
    /// The largest there is.
    pub(super) largest: String,
}

impl PictureView {
    pub(super) fn new(picture: &Picture) -> Self {
        let largest = picture.largest();
        let (width, height) = (largest.width, largest.height);
        let candidate =
            |size: &Rendition| format!("{} {}w", addresses::media(&size.file), size.width);
        Self {
            srcset: picture.renditions.iter().map(candidate).collect::<Vec<_>>().join(", "),
            src: addresses::media(&picture.fallback.file),
            width,
            height,
            colour: picture.colour.clone(),
            largest: addresses::media(&largest.file),
        }
    }
}

/// A sample as its page shows it.
#[derive(Debug)]
pub(super) struct SampleView {
    pub(super) picture: Option<PictureView>,
    /// The video or sound.
    pub(super) recording: Option<String>,
    pub(super) is_video: bool,
    pub(super) captions: Vec<CaptionsView>,
    pub(super) alt: String,
    /// The language of that, where it is another one than the page's.
    pub(super) alt_lang: Option<Locale>,
    pub(super) caption: &'static str,
    /// Whether it is seen at once.
    pub(super) is_first: bool,
}

/// The captions of a video, in one language.
#[derive(Debug)]
pub(super) struct CaptionsView {
    pub(super) src: String,
    pub(super) language: Locale,
    pub(super) name: &'static str,
}

impl CaptionsView {
    fn new(captions: &Captions) -> Self {
        Self {
            src: addresses::media(&captions.file),
            language: captions.language,
            name: i18n::texts(captions.language).language_name,
        }
    }
}

impl SampleView {
    pub(super) fn all(media: &[Medium], t: &Texts) -> Vec<Self> {
        (0..).zip(media).map(|(at, medium)| Self::new(medium, at == 0, t)).collect()
    }

    fn new(medium: &Medium, is_first: bool, t: &Texts) -> Self {
        let (lang, alt) = alt(medium, t.locale);
        let modality = medium.content.modality();
        Self {
            picture: medium.content.picture().map(PictureView::new),
            recording: medium.content.recording().map(|file| addresses::media(&file.file)),
            is_video: modality == Modality::Video,
            captions: medium.content.captions().iter().map(CaptionsView::new).collect(),
            alt: alt.to_owned(),
            alt_lang: Some(lang).filter(|lang| *lang != t.locale),
            caption: t.sample_caption(medium),
            is_first,
        }
    }
}

/// What is to be seen or heard, in the reader's language if possible.
pub(super) fn alt(medium: &Medium, locale: Locale) -> (Locale, &str) {
    medium.alt.best(&[locale, Locale::DEFAULT]).unwrap_or((locale, ""))
}

/// A text as words of a line of Markdown.
pub(super) fn in_line(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let means_something = match character {
            '[' | ']' | '\\' | '*' | '_' | '`' | '<' => true,
            '!' => characters.peek() == Some(&'['),
            '&' => {
                characters.peek().is_some_and(|next| next.is_ascii_alphanumeric() || *next == '#')
            }
            _ => false,
        };
        match character {
            '\n' | '\r' => words.push(' '),
            other if means_something => words.extend(['\\', other]),
            other => words.push(other),
        }
    }
    words
}
