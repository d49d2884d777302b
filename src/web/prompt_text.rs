//! The prompt as HTML: its blanks marked and linked to their fields, characters nobody sees made
//! visible, JSON coloured and foldable.
//!
//! Whatever is added is elements and attributes, never text: the text content is exactly the
//! prompt, and that is what copying takes. A JSON prompt written on one line is laid out by the
//! style sheet alone, as a long line is wrapped.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::highlight::Kind;
use super::html::{push_verbatim_marked, verbatim};
use crate::json::{self, Structure, Token};
use crate::placeholders::{Filled, Mark};

/// A prompt's text as HTML.
#[derive(Debug)]
pub(super) struct PromptText {
    /// The HTML.
    pub(super) html: String,
    /// How many characters nobody sees it holds.
    pub(super) hidden: usize,
    /// Prose, JSON, or something broken.
    pub(super) structure: Structure,
    /// Whether the style sheet breaks its one long line.
    pub(super) is_soft: bool,
}

/// Lines of JSON longer than this are laid out by the style sheet, in bytes.
const ONE_LINE: usize = 100;

/// Renders a text whose blanks have these numbers on the page (by field).
pub(super) fn render(
    filled: &Filled,
    number: impl Fn(usize) -> Option<usize>,
    soften: bool,
) -> PromptText {
    let structure = json::structure(&filled.text);
    let is_json = structure == Structure::Json;
    let is_soft = soften && is_json && filled.text.len() > ONE_LINE && !filled.text.contains('\n');
    let mut writer = Writer {
        filled,
        number,
        seen: HashSet::new(),
        next_mark: 0,
        html: String::with_capacity(filled.text.len() * 2),
        hidden: 0,
    };
    if is_json {
        writer.document(is_soft);
    } else {
        writer.text(0..filled.text.len());
    }
    PromptText { html: writer.html, hidden: writer.hidden, structure, is_soft }
}

struct Writer<'f, N> {
    filled: &'f Filled,
    number: N,
    /// Fields whose first occurrence has been written.
    seen: HashSet<usize>,
    next_mark: usize,
    html: String,
    hidden: usize,
}

impl<N: Fn(usize) -> Option<usize>> Writer<'_, N> {
    fn slice(&self, range: Range<usize>) -> &str {
        self.filled.text.get(range).unwrap_or_default()
    }

    /// Writes a stretch of the text, its blanks as links to their fields.
    fn text(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(mark) = self.filled.marks.get(self.next_mark) {
            if mark.range.start >= range.end {
                break;
            }
            self.next_mark += 1;
            self.plain(at..mark.range.start);
            at = mark.range.end;
            self.blank(&mark.clone());
        }
        self.plain(at..range.end);
    }

    fn blank(&mut self, mark: &Mark) {
        let Some(number) = (self.number)(mark.field) else {
            return self.plain(mark.range.clone());
        };
        let class = if mark.filled { "blank filled" } else { "blank" };
        // The keyboard needs one way to each field.
        let skipped = if self.seen.insert(mark.field) { "" } else { " tabindex=\"-1\"" };
        // Writing to a String cannot fail.
        let _ = write!(self.html, "<a class=\"{class}\" href=\"#blank-{number}\"{skipped}>");
        self.plain(mark.range.clone());
        self.html.push_str("</a>");
    }

    fn plain(&mut self, range: Range<usize>) {
        let text = self.filled.text.get(range).unwrap_or_default();
        self.hidden += push_verbatim_marked(&mut self.html, text);
    }

    /// Writes a JSON document. Every object and array that holds something, but for the
    /// outermost, can be folded away.
    fn document(&mut self, is_soft: bool) {
        let text = &self.filled.text;
        let tokens: Vec<(Token, Range<usize>)> = json::tokens(text);
        let mut levels: Vec<Level> = Vec::new();
        for (at, (token, range)) in tokens.iter().enumerate() {
            let starts_member = !matches!(token, Token::Space | Token::Comma | Token::Close);
            if let Some(level) = levels.last_mut().filter(|level| is_soft && !level.is_in_member)
                && starts_member
            {
                level.is_in_member = true;
                self.html.push_str("<span class=\"member\">");
            }
            match token {
                Token::Open => {
                    self.text(range.clone());
                    let following = tokens.iter().skip(at + 1).map(|(token, _)| *token);
                    let is_empty = following.clone().find(|token| *token != Token::Space)
                        == Some(Token::Close);
                    let name = levels.last().map(Level::member).unwrap_or_default();
                    let can_fold = !levels.is_empty() && !is_empty;
                    if can_fold {
                        let label = verbatim(&name).replace('"', "&quot;");
                        let _ = write!(
                            self.html,
                            "<button type=\"button\" class=\"fold\" aria-expanded=\"true\" \
                             aria-label=\"{label}\" hidden></button><span class=\"folds\">"
                        );
                    }
                    let is_array = self.slice(range.clone()) == "[";
                    levels.push(Level { can_fold, is_array, name, ..Level::default() });
                }
                Token::Close => {
                    let level = levels.pop().unwrap_or_default();
                    self.html.push_str(if level.is_in_member { "</span>" } else { "" });
                    self.html.push_str(if level.can_fold { "</span>" } else { "" });
                    self.text(range.clone());
                }
                Token::Comma => {
                    self.text(range.clone());
                    if let Some(level) = levels.last_mut() {
                        self.html.push_str(if level.is_in_member { "</span>" } else { "" });
                        level.is_in_member = false;
                        level.members += 1;
                    }
                }
                Token::Space if is_soft && levels.last().is_some_and(|l| !l.is_in_member) => {
                    self.html.push_str("<span class=\"gap\">");
                    self.text(range.clone());
                    self.html.push_str("</span>");
                }
                Token::Space | Token::Colon => self.text(range.clone()),
                Token::Name | Token::String | Token::Value => {
                    let kind = match token {
                        Token::Name => Kind::Name,
                        Token::String => Kind::String,
                        _ => Kind::Value,
                    };
                    if let Some(level) = levels.last_mut().filter(|_| *token == Token::Name) {
                        let name = self.filled.text.get(range.clone()).unwrap_or_default();
                        level.key = json::unescaped(name.trim_matches('"')).into_owned();
                    }
                    let _ = write!(self.html, "<span class=\"{}\">", kind.class());
                    self.text(range.clone());
                    self.html.push_str("</span>");
                }
            }
        }
    }
}

/// An object or array that is being written.
#[derive(Default)]
struct Level {
    can_fold: bool,
    is_array: bool,
    /// What it is called.
    name: String,
    /// The name of its member at hand.
    key: String,
    /// How many of its members are written.
    members: usize,
    is_in_member: bool,
}

impl Level {
    /// What the member at hand is called: by its name, or by its place in an array.
    fn member(&self) -> String {
        if self.is_array {
            format!("{} {}", self.name, self.members + 1).trim_start().to_owned()
        } else {
            self.key.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Blanks;
    use crate::placeholders::Template;

    fn html(text: &str, values: &[Option<&str>]) -> String {
        let filled = Template::new(text, &Blanks::default()).fill(values);
        render(&filled, |field| Some(field + 1), true).html
    }

    #[test]
    fn blanks_lead_to_their_fields_and_only_the_first_takes_the_keyboard() {
        assert_eq!(
            html("A [cat] & a [cat]", &[]),
            "A <a class=\"blank\" href=\"#blank-1\">[cat]</a> &amp; a \
             <a class=\"blank\" href=\"#blank-1\" tabindex=\"-1\">[cat]</a>"
        );
        assert_eq!(
            html("A [cat]", &[Some("<b>")]),
            "A <a class=\"blank filled\" href=\"#blank-1\">&lt;b&gt;</a>"
        );
    }

    #[test]
    fn what_holds_something_can_be_folded_but_the_outermost() {
        let html = html("{\"a\": {\"b\": [1]}, \"c\": [], \"d\": {}}", &[]);
        assert_eq!(html.matches("class=\"fold\"").count(), 2);
        assert_eq!(html.matches("<span").count(), html.matches("</span>").count());
        assert!(html.contains("aria-label=\"a\""), "{html}");
    }

    #[test]
    fn what_can_be_folded_is_called_by_its_name_or_place() {
        let html = html("{\"a\": [{\"x\": 1}, {\"y\": 2}]}", &[]);
        for label in ["a", "a 1", "a 2"] {
            assert!(html.contains(&format!("aria-label=\"{label}\"")), "{label}: {html}");
        }
    }
}
