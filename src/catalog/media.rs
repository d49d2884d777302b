//! Samples: what came of a prompt, to look at or listen to.
//!
//! The files themselves lie in the media folder; here they have names.

use serde::{Deserialize, Serialize};

use super::{LocalText, Locale, Modality};

/// The most samples a prompt has.
pub const MOST_MEDIA: usize = 6;

/// One sample of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medium {
    /// Who made it.
    pub made_by: Maker,
    /// What is to be seen or heard.
    pub alt: LocalText,
    /// Its files.
    pub content: MediumContent,
}

impl Medium {
    /// The file one opens to see or hear it.
    #[must_use]
    pub fn main_file(&self) -> Option<&str> {
        let recording = self.content.recording().map(|recording| recording.file.as_str());
        recording.or_else(|| self.content.picture().map(|picture| &*picture.largest().file))
    }
}

/// Who made a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Maker {
    /// The model the prompt is written for.
    Model,
    /// A program that follows the prompt as far as programs can.
    Code,
}

impl Maker {
    /// All of them.
    pub const ALL: [Maker; 2] = [Maker::Model, Maker::Code];

    /// Its name in seed files and data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Maker::Model => "model",
            Maker::Code => "code",
        }
    }
}

/// The files of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum MediumContent {
    /// An image.
    Image {
        /// It.
        picture: Picture,
    },
    /// A video.
    Video {
        /// The video itself.
        recording: Recording,
        /// What stands for it until it is played.
        picture: Picture,
        /// What is said and heard in it, in some languages.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        captions: Vec<Captions>,
    },
    /// A sound.
    Audio {
        /// The sound itself.
        recording: Recording,
        /// A picture that goes with it.
        picture: Option<Picture>,
    },
}

impl MediumContent {
    /// What it is.
    #[must_use]
    pub const fn modality(&self) -> Modality {
        match self {
            MediumContent::Image { .. } => Modality::Image,
            MediumContent::Video { .. } => Modality::Video,
            MediumContent::Audio { .. } => Modality::Audio,
        }
    }

    /// What of it can be shown in a page.
    #[must_use]
    pub const fn picture(&self) -> Option<&Picture> {
        match self {
            MediumContent::Image { picture } | MediumContent::Video { picture, .. } => {
                Some(picture)
            }
            MediumContent::Audio { picture, .. } => picture.as_ref(),
        }
    }

    /// What of it is played.
    #[must_use]
    pub const fn recording(&self) -> Option<&Recording> {
        match self {
            MediumContent::Image { .. } => None,
            MediumContent::Video { recording, .. } | MediumContent::Audio { recording, .. } => {
                Some(recording)
            }
        }
    }

    /// What is said and heard in it.
    #[must_use]
    pub fn captions(&self) -> &[Captions] {
        match self {
            MediumContent::Video { captions, .. } => captions,
            MediumContent::Image { .. } | MediumContent::Audio { .. } => &[],
        }
    }

    /// The names of all files that belong to it.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let picture = self.picture().into_iter().flat_map(|picture| {
            let renditions = picture.renditions.iter().chain([&picture.fallback]);
            renditions.map(|rendition| rendition.file.as_str()).chain([picture.record.as_str()])
        });
        let recording = self
            .recording()
            .into_iter()
            .flat_map(|recording| [recording.file.as_str(), recording.record.as_str()]);
        let captions = self.captions().iter();
        let captions =
            captions.flat_map(|captions| [captions.file.as_str(), captions.record.as_str()]);
        picture.chain(recording).chain(captions)
    }
}

/// A picture in several sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The file that says what was made of the original.
    pub record: String,
    /// Its average colour, `#a0b1c2`; none where something shows through.
    pub colour: Option<String>,
    /// As WebP, the smallest first; at least one.
    pub renditions: Vec<Rendition>,
    /// As JPEG or PNG, for programs that know nothing newer.
    pub fallback: Rendition,
}

impl Picture {
    /// The largest rendition.
    #[must_use]
    pub fn largest(&self) -> &Rendition {
        self.renditions.last().unwrap_or(&self.fallback)
    }
}

/// A picture in one size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    /// Its file.
    pub file: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A video or a sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The file that says what was made of the original.
    pub record: String,
    /// Its file.
    pub file: String,
    /// Whether anything is to be heard in it.
    #[serde(default)]
    pub has_sound: bool,
}

/// The captions of a video, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captions {
    /// Which.
    pub language: Locale,
    /// The file that says what was made of the original.
    pub record: String,
    /// Its file, which is WebVTT.
    pub file: String,
}
