//! A prompt as a Markdown document.

use serde_json::Value;

use super::prompt::programs;
use super::{Documents, Filling};
use crate::addresses;
use crate::catalog::{Locale, Medium, Modality};
use crate::gallery::Titled as _;
use crate::i18n::{self, Texts};
use crate::markdown::{code, escaped, fenced};
use crate::store::StoredPrompt;

impl Documents<'_> {
    /// A prompt, filled, with its text in a fence nothing inside can close; none when the catalogue
    /// has lost its endpoint.
    #[must_use]
    pub fn markdown(self, stored: &StoredPrompt, filling: &Filling) -> Option<String> {
        let mut out = self.markdown_without_snippets(stored, filling)?;
        let call = self.snapshot.call(&stored.prompt, filling.text())?;
        for program in programs(&call) {
            if program.form == program.language.preferred()
                && let Some(code) = program.code
            {
                out.push_str(&format!("\n## {}\n\n", program.language.name));
                out.push_str(&fenced(program.language.extension, &code));
            }
        }
        Some(out)
    }

    /// The same without the programs, which repeat the text.
    #[must_use]
    pub fn markdown_without_snippets(
        self,
        stored: &StoredPrompt,
        filling: &Filling,
    ) -> Option<String> {
        let t = i18n::texts(self.locale());
        let prompt = &stored.prompt;
        let call = self.snapshot.call(prompt, filling.text())?;
        let (_, title) = stored.title(t.locale);
        let description = prompt.description.best(&[t.locale]).map_or("", |(_, text)| text);
        let mut out = format!("# {}\n\n", escaped(&title));
        if !description.is_empty() {
            out.push_str(description.trim());
            out.push_str("\n\n");
        }
        out.push_str(&fenced("text", format!("{}\n", call.text)));
        out.push('\n');
        let mut facts: Vec<(&str, String)> = Vec::new();
        if let Some(model) = call.model {
            facts.push((t.model, code(model)));
        }
        facts.push((t.service, call.service.name.clone()));
        facts.push((t.path, code(format!("POST {}", call.path()))));
        if !call.params.is_empty() {
            facts.push((t.parameters, code(Value::Object(call.params.clone()).to_string())));
        }
        for (name, value) in [
            (t.author, &prompt.source.author),
            (t.source, &prompt.source.url),
            (t.license, &prompt.source.license),
        ] {
            facts.extend(value.clone().map(|value| (name, value)));
        }
        for (name, value) in facts {
            out.push_str(&format!("- {name}: {value}\n"));
        }
        if !prompt.media.is_empty() {
            out.push_str(&format!("\n## {}\n\n", t.samples));
        }
        for medium in &prompt.media {
            out.push_str(&self.sample(medium, t));
        }
        Some(out)
    }

    /// A sample, in a line.
    fn sample(self, medium: &Medium, t: &Texts) -> String {
        let mark = if medium.content.modality() == Modality::Image { "!" } else { "" };
        let file = medium.main_file().map(|file| self.links.to(addresses::media(file)));
        let alt = medium.alt.best(&[t.locale, Locale::DEFAULT]).map_or("", |(_, alt)| alt);
        format!(
            "- {mark}[{}]({}) {}\n",
            escaped(alt),
            file.unwrap_or_default(),
            t.sample_caption(medium)
        )
    }
}
