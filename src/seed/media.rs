//! The samples a prompt's front matter names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::catalog::{Captions, MOST_MEDIA, Maker, Medium, MediumContent, Modality, did_you_mean};
use crate::media::Workshop;

use super::Problems;
use super::fields::Fields;
use super::gates::{Gate, Warning};

/// The folder of originals, and who makes them ready.
pub(super) struct Originals<'w> {
    folder: PathBuf,
    workshop: &'w mut Workshop,
    used: BTreeSet<PathBuf>,
    warnings: Vec<Warning>,
}

impl<'w> Originals<'w> {
    pub(super) fn new(seeds: &Path, workshop: &'w mut Workshop) -> Self {
        Self { folder: seeds.join("media"), workshop, used: BTreeSet::new(), warnings: Vec::new() }
    }

    /// What the `[[media]]` tables of a prompt say.
    pub(super) fn media(
        &mut self,
        fields: &mut Fields<'_, '_>,
        file: &Path,
        problems: &mut Problems,
    ) -> Vec<Medium> {
        let expected = "tables [[media]], with a file each";
        let tables = fields.tables("media", expected, problems);
        if tables.len() > MOST_MEDIA {
            let message =
                format!("{} samples, the most is {MOST_MEDIA}; keep the best", tables.len());
            problems.add(file, fields.line_of("media"), "media", message);
            // What is too many is not worked on.
            for table in tables {
                table.ignore();
            }
            return Vec::new();
        }
        tables.into_iter().filter_map(|table| self.medium(table, file, problems)).collect()
    }

    fn medium(
        &mut self,
        mut table: Fields<'_, '_>,
        file: &Path,
        problems: &mut Problems,
    ) -> Option<Medium> {
        const KINDS: [&str; 3] = ["image", "video", "audio"];
        let kind = word(&mut table, "kind", &KINDS, file, problems);
        let kind = kind.and_then(|kind| Modality::from_slug(&kind));
        let makers = Maker::ALL.map(Maker::name);
        let made_by = word(&mut table, "made_by", &makers, file, problems);
        let made_by = made_by.and_then(|name| Maker::ALL.into_iter().find(|m| m.name() == name));
        let alt = table.local_text("alt", false, problems);
        if alt.is_empty() && !table.has("alt") {
            let message = "missing; say what is to be seen or heard, as in alt.en = \"…\"";
            problems.add(file, table.start(), "media.alt", message);
        }
        let original = self.original(&mut table, "file", true, file, problems);
        let poster = self.original(&mut table, "poster", false, file, problems);
        let poster_line = table.line_of("poster");
        match kind {
            Some(Modality::Video) if !table.has("poster") => {
                let message = "missing; a video needs an image that stands for it";
                problems.add(file, table.start(), "media.poster", message);
            }
            Some(Modality::Image) if table.has("poster") => {
                let message = "an image needs none; remove it";
                problems.add(file, poster_line, "media.poster", message);
            }
            _ => {}
        }
        let line = table.line_of("file");
        let captions = self.captions(&mut table, kind, file, problems);
        table.finish(problems);
        let picture = poster.and_then(|poster| {
            let picture = self.workshop.picture(&poster);
            let report = |fault: crate::media::Fault| {
                problems.add(file, poster_line, "media.poster", fault.to_string());
            };
            picture.map_err(report).ok()
        });
        let original = original?;
        let kind = kind?;
        let mut report = |fault: crate::media::Fault| {
            problems.add(file, line, "media.file", fault.to_string());
        };
        let content = if kind == Modality::Image {
            let picture = self.workshop.picture(&original).map_err(&mut report).ok()?;
            MediumContent::Image { picture }
        } else {
            let recording = self.workshop.recording(&original, kind).map_err(&mut report).ok()?;
            match kind {
                Modality::Video => {
                    if recording.has_sound && captions.is_empty() {
                        self.warnings.push(Warning {
                            file: file.to_owned(),
                            line,
                            field: "media.captions".into(),
                            gate: Gate::NoCaptions,
                            message: "has sound but no captions".into(),
                            remedy: "add captions.en = \"….vtt\", so that nobody needs to hear it"
                                .into(),
                        });
                    }
                    MediumContent::Video { recording, picture: picture?, captions }
                }
                _ => MediumContent::Audio { recording, picture },
            }
        };
        Some(Medium { made_by: made_by?, alt, content })
    }

    /// The captions a table names.
    fn captions(
        &mut self,
        table: &mut Fields<'_, '_>,
        kind: Option<Modality>,
        file: &Path,
        problems: &mut Problems,
    ) -> Vec<Captions> {
        let names = table.local_text("captions", false, problems);
        let line = table.line_of("captions");
        if !names.is_empty() && kind.is_some_and(|kind| kind != Modality::Video) {
            let message = "only a video has captions; say in alt what is to be heard";
            problems.add(file, line, "media.captions", message);
            return Vec::new();
        }
        let mut captions = Vec::new();
        for (language, name) in names.iter() {
            let field = format!("media.captions.{language}");
            match self.find(name) {
                Ok(original) => match self.workshop.captions(&original, language) {
                    Ok(made) => captions.push(made),
                    Err(fault) => problems.add(file, line, field, fault.to_string()),
                },
                Err(message) => problems.add(file, line, field, message),
            }
        }
        captions
    }

    /// The file a field names, if it is one and lies in the folder.
    fn original(
        &mut self,
        table: &mut Fields<'_, '_>,
        key: &'static str,
        needed: bool,
        file: &Path,
        problems: &mut Problems,
    ) -> Option<PathBuf> {
        let name = if needed {
            table.required_string(key, problems)?
        } else {
            table.string(key, problems)?
        };
        let line = table.line_of(key);
        let report = |message: String| problems.add(file, line, format!("media.{key}"), message);
        self.find(&name).map_err(report).ok()
    }

    /// The file of this name, or why there is none.
    fn find(&mut self, name: &str) -> Result<PathBuf, String> {
        let is_below = !name.is_empty()
            && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        let folder = self.folder.display();
        if !is_below {
            return Err(format!(
                "\"{name}\" must be the path of a file below {folder}, without .."
            ));
        }
        let path = self.folder.join(name);
        let (Ok(real), Ok(folder_itself)) = (path.canonicalize(), self.folder.canonicalize())
        else {
            return Err(format!("there is no \"{name}\" in {folder}; put it there"));
        };
        if !real.starts_with(folder_itself) {
            return Err(format!("\"{name}\" leads out of {folder}; put the file itself there"));
        }
        if !real.is_file() {
            return Err(format!("\"{name}\" in {folder} is no file; name one"));
        }
        self.used.insert(real);
        Ok(path)
    }

    /// Videos nobody can follow without hearing them, and files of the folder that no prompt names.
    pub(super) fn warnings(mut self) -> Vec<Warning> {
        let mut files = Vec::new();
        files_below(&self.folder, &mut files);
        files.sort();
        let unused = files
            .into_iter()
            .filter(|file| file.canonicalize().is_ok_and(|real| !self.used.contains(&real)))
            .map(|file| Warning {
                file,
                line: 0,
                field: String::new(),
                gate: Gate::UnusedMedia,
                message: "no prompt has it as a sample".into(),
                remedy: "name it in one, or remove it".into(),
            });
        self.warnings.extend(unused);
        self.warnings
    }
}

/// Every file below a folder but hidden ones and READMEs; links are not followed.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') || name == "README.md" {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(&entry.path(), files),
            Ok(_) => files.push(entry.path()),
            Err(_) => {}
        }
    }
}

/// A field that takes one of some words.
fn word(
    table: &mut Fields<'_, '_>,
    key: &'static str,
    known: &[&'static str],
    file: &Path,
    problems: &mut Problems,
) -> Option<String> {
    let word = table.required_string(key, problems)?;
    if known.contains(&word.as_str()) {
        return Some(word);
    }
    let hint = did_you_mean(&word, known.iter().copied()).map_or_else(
        || format!("known are {}", known.join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    let line = table.line_of(key);
    problems.add(file, line, format!("media.{key}"), format!("unknown \"{word}\"; {hint}"));
    None
}
