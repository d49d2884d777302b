//! Which of the things written like blanks are blanks.
//!
//! Three questions decide: what is between the marks, what stands around them, and what kind of
//! text it is. `${x}`, `{{x}}` and `{argument …}` are hardly ever anything but blanks outside
//! code, so an author who writes one of them is taken at their word, and brackets beside them
//! are brackets. Brackets alone are also lists, types, links, footnotes, stage directions,
//! headings, and above all the slots of a format the *model* is to fill: those stand in code
//! blocks, below words such as "output format", or fill whole lines of a long document.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::notation::{Candidate, Notation, candidates, key};
use crate::catalog::columns;
use crate::json::{self, Layout, Token};

/// A blank that was found.
pub(super) struct Found<'t> {
    pub(super) candidate: Candidate<'t>,
    /// Whether it stands inside a JSON string.
    pub(super) in_json: bool,
}

/// The blanks of a text, from left to right.
pub(super) fn blanks<'t>(text: &'t str, declared: &HashSet<String>) -> Vec<Found<'t>> {
    // Most texts have nothing written like a blank, and need not be asked whether they are JSON:
    // what is found in a part of a text is something in the whole of it, too.
    if candidates(text).is_empty() {
        return Vec::new();
    }
    let all = written(text);
    if all.is_empty() {
        return all;
    }
    // A document's layouts differ between its strings only, so all of them are judged as one.
    let kept = match json::laid_out(text, Layout::Pretty) {
        Cow::Borrowed(text) => judged(text, &all, declared),
        Cow::Owned(pretty) => judged(&pretty, &written(&pretty), declared),
    };
    all.into_iter().zip(kept).filter_map(|(found, kept)| kept.then_some(found)).collect()
}

/// Which of the things written like blanks are blanks.
fn judged(text: &str, all: &[Found<'_>], declared: &HashSet<String>) -> Vec<bool> {
    let surroundings = Surroundings::of(text, all);
    let judged: Vec<bool> = all.iter().map(|found| surroundings.is_blank(found)).collect();
    let is_explicit = |found: &Found<'_>| found.candidate.notation.is_explicit();
    let has_explicit = all.iter().zip(&judged).any(|(found, is)| *is && is_explicit(found));
    let identities: Vec<(Notation, String)> = all.iter().map(identity).collect();
    let is_blank = |((found, judged), (_, key)): ((&Found<'_>, &bool), &(Notation, String))| {
        let is_believed = is_explicit(found) || !has_explicit || surroundings.is_short();
        declared.contains(key) || is_believed && *judged
    };
    let sure: Vec<bool> = all.iter().zip(&judged).zip(&identities).map(is_blank).collect();
    let known: HashSet<&(Notation, String)> =
        identities.iter().zip(&sure).filter_map(|(one, is)| is.then_some(one)).collect();
    // What is a blank in one place is one in the format of the answer, too.
    all.iter()
        .zip(&sure)
        .zip(&identities)
        .map(|((found, sure), one)| {
            *sure || known.contains(one) && surroundings.could_be_blank(found)
        })
        .collect()
}

/// What makes two blanks the same one, written in the same way.
fn identity(found: &Found<'_>) -> (Notation, String) {
    (found.candidate.notation, key(&found.candidate.name))
}

/// A stretch of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stretch {
    /// Outside of JSON documents.
    Prose,
    /// Inside a string of one.
    String,
    /// Between its strings, where only a value can stand.
    Structure,
}

/// Everything written like a blank, with what JSON says about where it stands.
fn written(text: &str) -> Vec<Found<'_>> {
    let mut all = Vec::new();
    for (stretch, range) in stretches(text) {
        for mut candidate in candidates(text.get(range.clone()).unwrap_or_default()) {
            if stretch == Stretch::Structure && !candidate.notation.is_explicit() {
                continue; // an array
            }
            candidate.range =
                range.start + candidate.range.start..range.start + candidate.range.end;
            let in_json = stretch == Stretch::String;
            if in_json {
                candidate.name = unescaped(candidate.name);
                candidate.default = candidate.default.map(unescaped);
            }
            all.push(Found { candidate, in_json });
        }
    }
    all
}

/// A text in stretches, without the quotation marks of JSON strings.
fn stretches(text: &str) -> Vec<(Stretch, Range<usize>)> {
    let mut masked = Cow::Borrowed(text);
    let mut documents = json::documents(text);
    if documents.is_empty() {
        masked = self::masked(text);
        documents = json::documents(&masked);
    }
    let mut stretches = Vec::new();
    let mut at = 0;
    for document in documents {
        stretches.push((Stretch::Prose, at..document.start));
        at = document.start;
        for (token, range) in json::tokens(masked.get(document.clone()).unwrap_or_default()) {
            if matches!(token, Token::String | Token::Name) {
                let string = document.start + range.start..document.start + range.end;
                stretches.push((Stretch::Structure, at..string.start));
                stretches.push((Stretch::String, string.start + 1..string.end - 1));
                at = string.end;
            }
        }
        stretches.push((Stretch::Structure, at..document.end));
        at = document.end;
    }
    stretches.push((Stretch::Prose, at..text.len()));
    stretches
}

/// A text with digits in place of all blanks in explicit marks, so that `{"count": ${n}}` reads
/// as the document it will be.
fn masked(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for candidate in candidates(text).into_iter().filter(|c| c.notation.is_explicit()) {
        let digits = "1".repeat(candidate.range.len());
        masked.to_mut().replace_range(candidate.range, &digits);
    }
    masked
}

fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(written) => json::unescaped(written),
        Cow::Owned(read) => Cow::Owned(read),
    }
}

/// What is known of a text as a whole.
struct Surroundings<'t> {
    text: &'t str,
    /// Code blocks.
    blocks: Vec<Range<usize>>,
    /// Those of them that name a programming language.
    programs: Vec<Range<usize>>,
    /// Code within a line.
    code: Vec<Range<usize>>,
    /// Where the author begins to describe what the model is to answer.
    output: usize,
    /// Whether it is a program's own template.
    is_template_code: bool,
    /// Whether brackets begin several lines, as headings do.
    has_headings: bool,
}

impl<'t> Surroundings<'t> {
    fn of(text: &'t str, all: &[Found<'_>]) -> Self {
        let (blocks, programs) = code_blocks(text);
        let code = code_spans(text, &blocks);
        let output = announced_output(text);
        let is_headed = |line: &&str| {
            let line = bare(line);
            let close = line.chars().next().and_then(|open| match open {
                '【' => line.find('】'),
                '[' => line.find(']'),
                _ => None,
            });
            close.is_some_and(|close| columns(line.get(..close).unwrap_or_default()) < HEADING)
        };
        let headings = text.lines().filter(is_headed).count();
        Self {
            text,
            blocks,
            programs,
            code,
            output,
            is_template_code: all.iter().any(|found| is_template_code(&found.candidate)),
            has_headings: headings > 1,
        }
    }

    /// Whether something written like a blank is one.
    fn is_blank(&self, found: &Found<'_>) -> bool {
        let candidate = &found.candidate;
        let (before, after) = self.around(candidate);
        let name = candidate.name.as_ref();
        let within = |ranges: &[Range<usize>]| is_within(ranges, candidate.range.start);
        let is_answer = candidate.range.start >= self.output;
        self.could_be_blank(found)
            && match candidate.notation {
                Notation::Argument => true,
                Notation::Braces => !self.is_template_code,
                Notation::Dollar => {
                    let is_code =
                        within(&self.programs) || within(&self.code) || before.ends_with('`');
                    candidate.default.is_some()
                        || !(is_code || is_answer && is_labelled(before, after))
                }
                Notation::Square if is_request(name) => true,
                Notation::Square | Notation::Lenticular => {
                    self.text.len() < BOOK
                        && !within(&self.blocks)
                        && !within(&self.code)
                        && !self.is_heading(before, after, name)
                        && (candidate.notation == Notation::Lenticular
                            || !is_member(before, after, name) && !is_answer)
                }
                Notation::Angle => false,
            }
    }

    /// Whether what is between the marks and right beside them could belong to a blank.
    fn could_be_blank(&self, found: &Found<'_>) -> bool {
        let candidate = &found.candidate;
        let (before, after) = self.around(candidate);
        let name = candidate.name.as_ref();
        match candidate.notation {
            Notation::Argument => true,
            Notation::Braces => {
                is_phrase(name)
                    && !before.ends_with(['{', '$', '\\'])
                    && !after.trim_start_matches(' ').starts_with('=')
            }
            // `${#list}` and `${!name}` are what a shell reads.
            Notation::Dollar => {
                is_phrase(name) && !name.starts_with(['#', '!']) && !before.ends_with(['\\', '$'])
            }
            Notation::Lenticular => {
                !name.contains('`') && name.chars().any(|c| c.is_alphabetic() || is_pictograph(c))
            }
            Notation::Square => {
                // `[x]` is a box that is ticked, `[X]` is so in a list.
                let is_box = name == "x" || name == "X" && is_item(before);
                (is_worded(name) && !is_direction(name) && !is_box || is_request(name))
                    && !is_tied(before, after)
            }
            Notation::Angle => false,
        }
    }

    fn around(&self, candidate: &Candidate<'_>) -> (&'t str, &'t str) {
        let Range { start, end } = candidate.range;
        (self.text.get(..start).unwrap_or_default(), self.text.get(end..).unwrap_or_default())
    }

    /// Whether brackets hold the heading of what follows.
    fn is_heading(&self, before: &str, after: &str, name: &str) -> bool {
        if !bare(line_before(before)).is_empty() || columns(name) >= HEADING {
            return false;
        }
        let after = after.trim_start_matches(' ');
        if is_item(before) && after.starts_with('(') {
            return false; // an entry of a list with a remark
        }
        self.has_headings || after.starts_with(['：', ':', '\n'])
    }

    /// Whether it is a prompt rather than a document.
    fn is_short(&self) -> bool {
        self.text.len() < DOCUMENT
    }
}

/// Columns a heading takes at most.
const HEADING: usize = 24;
/// Columns an announcement takes at most.
const ANNOUNCEMENT: usize = 60;
/// Bytes of a text that is no longer read at a glance.
const DOCUMENT: usize = 3000;
/// Bytes of a text nobody fills in like a form.
const BOOK: usize = 12_000;

/// How much of a line is looked at on either side of a blank, in bytes; a text may be one line.
const NEAR: usize = 200;

/// Whether a position lies in one of these ranges, which are in order.
fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.contains(&at))
}

/// What of a line stands before.
fn line_before(before: &str) -> &str {
    let near = before.ceil_char_boundary(before.len().saturating_sub(NEAR));
    before.get(near..).and_then(|near| near.rsplit('\n').next()).unwrap_or_default()
}

/// Whether something begins an entry of a list.
fn is_item(before: &str) -> bool {
    ["-", "*", "+", "•", "·"].contains(&line_before(before).trim())
}

/// What of a line follows.
fn line_after(after: &str) -> &str {
    let near = after.get(..after.floor_char_boundary(NEAR)).unwrap_or_default();
    near.lines().next().unwrap_or_default()
}

/// Whether something is all that follows a label on its line.
fn is_labelled(before: &str, after: &str) -> bool {
    let tail = line_after(after).trim();
    line_before(before).trim_end().ends_with([':', '：']) && tail.is_empty()
}

/// `previous_roles: [string]`, a member of a schema.
fn is_member(before: &str, after: &str, name: &str) -> bool {
    let is_name = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    is_labelled(before, after)
        && !name.contains('/')
        && bare(line_before(before)).strip_suffix(':').is_some_and(is_name)
}

/// A line without indentation and the marks of lists, headings and quotes.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || "-*#>+•·".contains(c)).trim_end()
}

fn is_pictograph(c: char) -> bool {
    c >= '\u{2190}'
}

/// Words as a blank in explicit marks has them: no operators, calls or members.
fn is_phrase(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
        && name.len() <= 200
        && !name.contains(|c| "()[]{}<>=;|&*+\"\\`".contains(c))
        && !name.contains(". ")
        && !has_member(name)
}

/// What a template engine reads: `{{#each}}`, `{{user.name}}`.
fn is_template_code(candidate: &Candidate<'_>) -> bool {
    let name = candidate.name.as_ref();
    candidate.notation == Notation::Braces
        && (name.starts_with(['#', '/', '>', '%', '!', '.', '$']) || has_member(name))
}

/// `user.name`
fn has_member(name: &str) -> bool {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or_default();
    parts.any(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && first.ends_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// Words as a blank in brackets has them.
fn is_worded(name: &str) -> bool {
    let has_code = name.contains(|c| "\\{}<>=;#`\"^_|~*@".contains(c)) && !is_identifier(name);
    let begins = name.trim_start_matches('.').chars().next().is_some_and(|c| {
        c.is_alphabetic()
            || c == '$'
            || (c.is_numeric() && name.contains(|c: char| c.is_whitespace() || !c.is_ascii()))
    });
    begins
        && name.chars().any(char::is_alphabetic)
        && !has_code
        && !is_character_class(name)
        && !name.ends_with("...")
        && !name.ends_with('…')
}

/// `[a-zA-Z]`, as regular expressions have it.
fn is_character_class(name: &str) -> bool {
    name.as_bytes().chunks(3).all(|range| {
        matches!(range, [first, b'-', last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
    })
}

/// `[INSERT TASK]`: nobody says so to a model.
fn is_request(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    let first = words.next().unwrap_or_default().to_lowercase();
    let is_request = ["insert", "paste", "enter", "describe", "specify"].contains(&first.as_str());
    is_request && words.next().is_some() && !name.ends_with("...")
}

/// `BACKGROUND_COLOR`
fn is_identifier(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ')
}

/// Whether brackets belong to what stands before or behind them: an index, a link, a reference.
fn is_tied(before: &str, after: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_)]!#\\/'".contains(c))
        || after.starts_with(['(', '[', ']', '+', '{', '='])
        || after.starts_with('*') && !has_emphasis(before)
        || before.ends_with('[')
        || after.starts_with(": http")
}

/// Whether the asterisk that follows may close what one before has opened: `**[title]**`.
fn has_emphasis(before: &str) -> bool {
    line_before(before).trim_start().trim_start_matches("* ").contains('*')
}

/// What is sung, said or done, not filled in.
fn is_direction(name: &str) -> bool {
    static DIRECTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)^(?:
                (?:pre-?|post-?|final\ |last\ )?(?:verse|chorus|bridge|hook|intro|outro|refrain|interlude|
                    instrumental|breakdown|break|drop|build(?:-?up)?|solo|coda|end|fade(?:\ (?:in|out))?)\b.*
              | (?:laugh|sigh|whisper|gasp|giggle|chuckle|cough|sob|cr(?:y|ies)|breath|pause|shout|sing|clap|
                    applause|silence|beat|excited|sarcastic|curious|calm)\w*(?:\ \w+)?
              | (?:主歌|副歌|前奏|间奏|尾奏|桥段|过渡|尾声|高潮|独白|停顿|笑|叹气|轻声).*
              | todo | human | assistant | user | system | inst
              | (?:(?:very\ )?(?:low|moderate|medium|high|critical|none|yes|no|positive|negative|neutral|mixed|pass|fail)
                    (?:\s*[/|]\s*|$)){2,}
            )$",
        )
        .ok()
    });
    DIRECTION.as_ref().is_some_and(|direction| direction.is_match(name))
}

/// Where an author begins to say what the answer is to look like: the end of the text where
/// that is nowhere. A heading or an announcement says so; a long sentence only mentions it.
fn announced_output(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim().trim_end_matches(['*', '_']);
        let announces = words.starts_with('#')
            || words.ends_with([':', '：'])
            || columns(words) <= ANNOUNCEMENT;
        let says = |cue: &Option<Regex>| cue.as_ref().is_some_and(|cue| cue.is_match(line));
        // The long s is an s to whoever takes no notice of case, and no ASCII letter.
        if announces && (says(&ROUGHLY_OUTPUT) || line.contains('ſ')) && says(&OUTPUT) {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// Words with which authors begin to say what the answer is to look like.
static OUTPUT: LazyLock<Option<Regex>> = LazyLock::new(|| output_cue(r"\b"));

/// The same, found much quicker, and sometimes where it is not: for the end of a word it takes
/// whatever is no ASCII letter.
static ROUGHLY_OUTPUT: LazyLock<Option<Regex>> = LazyLock::new(|| output_cue(r"(?-u:\b)"));

fn output_cue(boundary: &str) -> Option<Regex> {
    const CUE: &str = r"(?imx)
          \b(?:output|response|report|answer|reply|result)s?\s+(?:format|structure|template|schema|style|requirements?)\b
        | \b(?:following|this|exact|same|required)\s+(?:\w+\s+)?(?:format|structure|template|schema|layout)\b
        | \b(?:example|sample|expected)\s+(?:output|response|answer)s?\b
        | ^[\s\#*>-]*(?:output|deliverables?|template|format|structure)\**\s*(?:[:：]|$)
        | \bformat\s+(?:your|the)\s+\w+
        | (?:输出|回答|返回|报告)(?:格式|结构|模板|示例|要求) | 格式如下 | (?:以下|如下)(?:格式|模板|结构)
        ";
    Regex::new(&CUE.replace(r"\b", boundary)).ok()
}

/// Blocks between fences (CommonMark 0.31, section 4.5), and those among them that name a
/// programming language.
fn code_blocks(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut blocks, mut programs) = (Vec::new(), Vec::new());
    let mut open: Option<(usize, &str, &str)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let fence = ["```", "~~~"].into_iter().find(|fence| bare.starts_with(fence));
        let info = bare.trim_start_matches(['`', '~']);
        match (open, fence) {
            (None, Some(fence)) => open = Some((at, fence, info)),
            (Some((start, opened, language)), Some(fence))
                if opened == fence && info.is_empty() =>
            {
                let block = start..at + line.len();
                let is_plain = ["", "text", "txt", "plain", "markdown", "md"].contains(&language);
                if !is_plain {
                    programs.push(block.clone());
                }
                blocks.push(block);
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    (blocks, programs)
}

/// Code between backticks on one line, outside of blocks.
fn code_spans(text: &str, blocks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !is_within(blocks, at) {
            let ticks: Vec<usize> = line.match_indices('`').map(|(tick, _)| at + tick).collect();
            spans.extend(
                ticks.chunks_exact(2).filter_map(|pair| Some(*pair.first()?..*pair.get(1)?)),
            );
        }
        at += line.len();
    }
    spans
}
