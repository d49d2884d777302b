//! Samples, as values.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Documents, schema};
use crate::addresses;
use crate::catalog::{Locale, Maker, Medium, Modality, Picture, Rendition};
use crate::media::media_type;

/// A sample: what came of a prompt, to look at or listen to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MediumDocument {
    /// What it is.
    #[schema(value_type = schema::Modality)]
    pub kind: Modality,
    /// Who made it: the model the prompt is written for, or a program that follows the prompt as
    /// far as programs can.
    #[schema(value_type = schema::MadeBy)]
    pub made_by: Maker,
    /// What is to be seen or heard.
    pub alt: String,
    /// The file one opens to see or hear it.
    #[schema(required, format = "uri")]
    pub url: Option<String>,
    /// What kind of file that is, as HTTP calls it.
    #[serde(rename = "type")]
    #[schema(required, examples("image/webp"))]
    pub kind_of_file: Option<&'static str>,
    /// WebVTT files with what is said and heard in it, by language.
    pub captions: BTreeMap<String, String>,
    /// What of it can be shown in a page.
    #[schema(required)]
    pub picture: Option<PictureDocument>,
}

/// A picture in several sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PictureDocument {
    /// Its average colour; none where something shows through.
    #[schema(required, examples("#a0b1c2"))]
    pub colour: Option<String>,
    /// As WebP, the smallest first, and last as JPEG or PNG.
    pub sizes: Vec<SizeDocument>,
}

/// A picture in one size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SizeDocument {
    /// Where it is.
    #[schema(format = "uri")]
    pub url: String,
    /// What kind of file it is, as HTTP calls it.
    #[serde(rename = "type")]
    #[schema(required)]
    pub kind: Option<&'static str>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Documents<'_> {
    pub(super) fn medium(self, medium: &Medium) -> MediumDocument {
        let main = medium.main_file();
        let alt = medium.alt.best(&[self.locale(), Locale::DEFAULT]);
        let captions = medium.content.captions().iter();
        MediumDocument {
            kind: medium.content.modality(),
            made_by: medium.made_by,
            alt: alt.map_or_else(String::new, |(_, alt)| alt.to_owned()),
            url: main.map(|file| self.file(file)),
            kind_of_file: main.and_then(media_type),
            captions: captions
                .map(|captions| (captions.language.to_string(), self.file(&captions.file)))
                .collect(),
            picture: medium.content.picture().map(|picture| self.picture(picture)),
        }
    }

    fn picture(self, picture: &Picture) -> PictureDocument {
        let size = |size: &Rendition| SizeDocument {
            url: self.file(&size.file),
            kind: media_type(&size.file),
            width: size.width,
            height: size.height,
        };
        PictureDocument {
            colour: picture.colour.clone(),
            sizes: picture.renditions.iter().chain([&picture.fallback]).map(size).collect(),
        }
    }

    fn file(self, name: &str) -> String {
        self.links.to(addresses::media(name))
    }
}
