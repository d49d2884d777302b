//! The passage: where a text has what was searched for, and the part of it worth showing.
//!
//! A text is read by the same analyser as in the index and the query is the same, so that
//! what is marked is what was found: full width letters by plain ones, a name by any way of
//! writing it, Chinese wherever the whole of it stands. A completed word is marked whole.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::query::{Clause, Request};
use super::terms::{Located, Placed, is_cjk, terms};
use crate::catalog::columns;

/// What follows this many bytes of a text is not looked at for a passage.
const LOOKED_AT: usize = 128 * 1024;

/// Words of a phrase no further apart than this, in bytes, are marked as one.
const APART: usize = 8;

/// No more than this many flags in a row are paired.
const FLAGS: usize = 128;

/// Words of a query, each by its number.
pub type Words = BTreeSet<usize>;

/// A query, ready to be found in texts. Any text is a query.
#[derive(Debug)]
pub struct Marker {
    request: Request,
}

/// What a text has of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Where, in bytes: in order and apart from each other.
    pub marks: Vec<Range<usize>>,
    /// Which of the query's words.
    pub words: Words,
}

/// The part of a text that has most of a query, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The part, its white space folded.
    pub text: String,
    /// What it has of the query.
    pub found: Found,
    /// Whether something stands before it.
    pub cut_before: bool,
    /// Whether something stands after it.
    pub cut_after: bool,
}

/// A place where a text has a word of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    start: usize,
    end: usize,
    /// The word's number; the next after the last stands for all of them in a row.
    word: usize,
    /// Not a longer word that begins with it.
    exact: bool,
}

impl Marker {
    /// Reads a query.
    #[must_use]
    pub fn new(query: &str) -> Self {
        Self { request: Request::parse(query) }
    }

    /// All words asked for. A phrase, or a stretch of Chinese, is one.
    #[must_use]
    pub fn words(&self) -> Words {
        let clauses = self.request.required.iter().enumerate();
        clauses.filter(|(word, _)| self.is_first(*word)).map(|(word, _)| word).collect()
    }

    /// Whether the query has not had this word before.
    fn is_first(&self, word: usize) -> bool {
        let (before, rest) = self.request.required.split_at_checked(word).unwrap_or_default();
        rest.first().is_none_or(|clause| !before.contains(clause))
    }

    /// What a text has of the query. Excluded words are no part of that.
    #[must_use]
    pub fn find(&self, text: &str) -> Found {
        self.found(&self.matches(text), 0..text.len())
    }

    /// Where a text has what is asked for, in bytes: in order and apart from each other.
    #[must_use]
    pub fn marks(&self, text: &str) -> Vec<Range<usize>> {
        self.find(text).marks
    }

    /// The part of a text that has the most of the words asked for close together, of at
    /// most `most` columns, with the sentence around them as far as there is room. CJK
    /// characters take two columns. None when the text has none of the words.
    #[must_use]
    pub fn passage(&self, text: &str, most: usize) -> Option<Passage> {
        let seen = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
        let line = one_line(seen);
        let matches = self.matches(&line);
        let core = self.densest(&line, &matches, most.saturating_sub(most / 4))?;
        let window = window(&line, core, most);
        let found = self.found(&matches, window.clone());
        let marks = found.marks.into_iter().map(|mark| {
            mark.start.saturating_sub(window.start)..mark.end.saturating_sub(window.start)
        });
        Some(Passage {
            found: Found { marks: marks.collect(), words: found.words },
            cut_before: window.start > 0,
            cut_after: window.end < line.len() || seen.len() < text.len(),
            text: line.get(window).unwrap_or_default().replace('\n', " "),
        })
    }

    /// The matches within a part of a text, whole or in part.
    fn found(&self, matches: &[Match], part: Range<usize>) -> Found {
        let mut found = Found::default();
        for &Match { start, end, word, .. } in matches {
            let (start, end) = (start.max(part.start), end.min(part.end));
            if start < end && word < self.request.required.len() {
                found.words.insert(word);
                found.marks.push(start..end);
            }
        }
        found.marks = merged(found.marks);
        found
    }

    /// Every match in a text, in order.
    fn matches(&self, text: &str) -> Vec<Match> {
        let Request { required, together, excluded } = &self.request;
        if required.is_empty() {
            return Vec::new();
        }
        let all = terms(text);
        let clauses = || required.iter().chain(together).chain(excluded.iter().flatten());
        let terms = Occurrences::of(&all, clauses());
        let mut matches: Vec<Match> = Vec::new();
        let words = required.iter().chain(together).enumerate();
        for (word, clause) in words.filter(|(word, _)| self.is_first(*word)) {
            terms.find(clause, |range, exact| {
                matches.push(Match { start: range.start, end: range.end, word, exact });
            });
        }
        for all in excluded {
            let found: Vec<Vec<Range<usize>>> =
                all.iter().map(|clause| terms.all(clause)).collect();
            if found.iter().all(|found| !found.is_empty()) {
                let found = merged(found.concat());
                matches.retain(|at| {
                    let behind = found.partition_point(|range| range.end <= at.start);
                    found.get(behind).is_none_or(|range| range.start >= at.end)
                });
            }
        }
        matches.sort_unstable();
        matches.dedup();
        matches
    }

    /// The shortest part with the most words among the parts of at most `most` columns; the
    /// first of several.
    fn densest(&self, line: &str, matches: &[Match], most: usize) -> Option<Range<usize>> {
        let mut columns = Columns::of(line);
        let measured: Vec<(usize, usize)> =
            matches.iter().map(|at| (columns.until(at.start), columns.within(at))).collect();
        let mut tally = Tally::new(self.request.required.len() + 1);
        let mut best = (0, 0..0);
        let mut window = matches.iter().zip(&measured).peekable();
        for (last, (start, width)) in matches.iter().zip(&measured) {
            tally.add(last);
            // What stands first goes when there is no room for it, or it adds nothing.
            while let Some((first, _)) = window.next_if(|(first, (from, _))| {
                *first < last && (start + width - from > most || tally.is_spare(first))
            }) {
                tally.remove(first);
            }
            let start = window.peek().map_or(last.start, |(first, _)| first.start);
            if tally.score > best.0 {
                best = (tally.score, start..last.end.max(start));
            }
        }
        (best.0 > 0).then_some(best.1)
    }
}

/// The terms of a text that a query has, each with its positions and ranges.
struct Occurrences<'a> {
    all: &'a [Located],
    by_term: HashMap<&'a str, Vec<(usize, Range<usize>)>>,
}

impl<'a> Occurrences<'a> {
    fn of(all: &'a [Located], clauses: impl Iterator<Item = &'a Clause>) -> Self {
        let wanted = clauses.flat_map(|clause| clause.any.iter().flatten());
        let mut by_term: HashMap<&str, Vec<_>> =
            wanted.map(|placed| (placed.term.as_str(), Vec::new())).collect();
        for located in all {
            if let Some(found) = by_term.get_mut(located.term.as_str()) {
                found.push((located.position, located.range.clone()));
            }
        }
        Self { all, by_term }
    }

    /// Hands out every range that will do for a clause, and whether it is exact.
    fn find(&self, clause: &Clause, mut take: impl FnMut(Range<usize>, bool)) {
        for phrase in &clause.any {
            self.find_row(phrase, |range| take(range, true));
        }
        let Some(beginning) = &clause.prefix else { return };
        let completed = self.all.iter().filter(|located| located.term.starts_with(beginning));
        let mut completed: Vec<&Range<usize>> = completed.map(|located| &located.range).collect();
        // In `light-filled` the term `light` is enough.
        completed.sort_unstable_by_key(|range| (range.start, range.end));
        completed.dedup_by_key(|range| range.start);
        for range in completed {
            take(range.clone(), false);
        }
    }

    /// Every range that will do for a clause.
    fn all(&self, clause: &Clause) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        self.find(clause, |range, _| all.push(range));
        all
    }

    /// Hands out the ranges of a phrase wherever all its terms stand in a row.
    fn find_row(&self, phrase: &[Placed], mut take: impl FnMut(Range<usize>)) {
        let found = |placed: &Placed| {
            self.by_term.get(placed.term.as_str()).map(Vec::as_slice).unwrap_or_default()
        };
        let Some((first, rest)) = phrase.split_first() else { return };
        let mut starts: Vec<usize> = found(first)
            .iter()
            .filter_map(|(position, _)| position.checked_sub(first.position))
            .collect();
        for placed in rest {
            // Both are in order, so that one walk along them is enough.
            let mut others = found(placed).iter().map(|(position, _)| *position).peekable();
            starts.retain(|start| {
                let wanted = start + placed.position;
                while others.next_if(|other| *other < wanted).is_some() {}
                others.peek() == Some(&wanted)
            });
        }
        let mut joined: Option<Range<usize>> = None;
        // Where the phrase overlaps itself, what it had before is not gone through again.
        let mut beyond = 0;
        for start in starts {
            if start >= beyond {
                joined.take().into_iter().for_each(&mut take);
            }
            let new = phrase.partition_point(|placed| start + placed.position < beyond);
            for placed in phrase.get(new..).unwrap_or_default() {
                let at = start + placed.position;
                beyond = at + 1;
                let found = found(placed);
                let place = found.partition_point(|(position, _)| *position < at);
                let Some((_, range)) = found.get(place) else { continue };
                match &mut joined {
                    Some(joined) if range.start <= joined.end.saturating_add(APART) => {
                        joined.end = joined.end.max(range.end);
                    }
                    _ => joined.replace(range.clone()).into_iter().for_each(&mut take),
                }
            }
        }
        joined.into_iter().for_each(take);
    }
}

/// Ranges in order, those that meet as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|next, kept| {
        let meet = next.start <= kept.end;
        if meet {
            kept.end = kept.end.max(next.end);
        }
        meet
    });
    ranges
}

/// What a window over the matches holds.
struct Tally {
    /// How many exact and how many completed matches of each word.
    counts: Vec<[usize; 2]>,
    score: usize,
}

impl Tally {
    fn new(words: usize) -> Self {
        Self { counts: vec![[0; 2]; words], score: 0 }
    }

    /// A word counts once, and more where it is not just the beginning of another.
    fn worth([exact, completed]: [usize; 2]) -> usize {
        if exact > 0 { 3 } else { 2 * usize::from(completed > 0) }
    }

    fn change(&mut self, at: &Match, change: impl FnOnce(usize) -> usize) {
        if let Some(counts) = self.counts.get_mut(at.word) {
            let before = Self::worth(*counts);
            let [exact, completed] = counts;
            let count = if at.exact { exact } else { completed };
            *count = change(*count);
            self.score = self.score + Self::worth(*counts) - before;
        }
    }

    fn add(&mut self, at: &Match) {
        self.change(at, |count| count + 1);
    }

    fn remove(&mut self, at: &Match) {
        self.change(at, |count| count.saturating_sub(1));
    }

    /// Whether the score would be the same without this match.
    fn is_spare(&self, at: &Match) -> bool {
        self.counts.get(at.word).is_some_and(|&counts| {
            let [exact, completed] = counts;
            let rest = if at.exact {
                [exact.saturating_sub(1), completed]
            } else {
                [exact, completed.saturating_sub(1)]
            };
            Self::worth(rest) == Self::worth(counts)
        })
    }
}

/// Measures a line from its beginning, one place after the other.
struct Columns<'a> {
    line: &'a str,
    at: usize,
    columns: usize,
}

impl<'a> Columns<'a> {
    fn of(line: &'a str) -> Self {
        Self { line, at: 0, columns: 0 }
    }

    fn until(&mut self, place: usize) -> usize {
        self.columns += self.line.get(self.at..place).map_or(0, columns);
        self.at = self.at.max(place);
        self.columns
    }

    fn within(&self, at: &Match) -> usize {
        self.line.get(at.start..at.end).map_or(0, columns)
    }
}

/// A text without control characters, its white space folded: to a line feed where a line
/// ended, to a space elsewhere.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut gap = None;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            let ends_line = matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
            gap = if ends_line { Some('\n') } else { gap.or(Some(' ')) };
        } else {
            line.extend(gap.take().filter(|_| !line.is_empty()));
            line.push(c);
        }
    }
    line
}

/// The part of a line to show around its core: from the beginning of a sentence to the end of
/// one where that is near, else whole words, else whole characters.
fn window(line: &str, core: Range<usize>, most: usize) -> Range<usize> {
    let width = |range: Range<usize>| line.get(range).map_or(0, columns);
    let inside = width(core.clone());
    if inside >= most {
        // A passage has one character at least.
        return core.start..end_of(line, core.start, most.max(2));
    }
    let room = most - inside;
    let reach = reach(line, core.end, room);
    let in_sight = reach == line.len();
    let spare = if in_sight { room - width(core.end..reach) } else { 0 };
    let start = start_of(line, core.start, room, spare);
    start..end_of(line, core.end, most.saturating_sub(width(start..core.end)))
}

/// How far a line goes on from a place within so many columns.
fn reach(line: &str, from: usize, room: usize) -> usize {
    let mut used = 0;
    let rest = line.get(from..).unwrap_or_default();
    let beyond = rest.char_indices().find(|(_, c)| {
        used += columns_of(*c);
        used > room
    });
    beyond.map_or(line.len(), |(at, _)| from + at)
}

/// Where to begin before a place: with the sentence if half the room is enough for that, else
/// with a word in a third of it, and with an earlier one if there is room to spare.
fn start_of(line: &str, place: usize, room: usize, spare: usize) -> usize {
    let places = |room: usize| {
        let mut used = 0;
        let before = line.get(..place).unwrap_or_default();
        let within = before.char_indices().rev().take_while(move |(_, c)| {
            used += columns_of(*c);
            used <= room
        });
        std::iter::once(place).chain(within.map(|(at, _)| at))
    };
    if places(spare.max(room / 2)).last() == Some(0) {
        return 0;
    }
    let spared = places(spare).filter(|at| begins_sentence(line, *at));
    let near = || places(room / 2).find(|at| begins_sentence(line, *at));
    let word = || places(spare.max(room / 3)).filter(|at| begins_word(line, *at)).last();
    spared.last().or_else(near).or_else(word).unwrap_or(place)
}

/// Where to end, at most so many columns after a place.
fn end_of(line: &str, place: usize, room: usize) -> usize {
    let reach = reach(line, place, room);
    if reach == line.len() {
        return reach;
    }
    let within = line.get(place..reach).unwrap_or_default();
    let places = || {
        let within = within.char_indices().map(move |(at, _)| place + at);
        within.chain([reach]).rev().take_while(|at| *at > place)
    };
    let sentence = places()
        .take_while(|at| (at - place) * 2 >= reach - place)
        .find(|at| ends_sentence(line, *at));
    let word = || places().find(|at| ends_word(line, *at));
    let character = || places().find(|at| !cuts_character(line, *at));
    let end = sentence.or_else(word).or_else(character).unwrap_or(reach);
    let kept = line.get(place..end).unwrap_or_default();
    let kept = kept.trim_end_matches(|c: char| c.is_whitespace() || TRAILING.contains(&c));
    place + if kept.is_empty() { end - place } else { kept.len() }
}

/// Nothing that is cut off ends with these.
const TRAILING: [char; 13] =
    [',', '.', ';', ':', '，', '。', '；', '：', '、', '-', '—', '(', '（'];

/// The characters on both sides of a place.
fn around(line: &str, at: usize) -> (Option<char>, Option<char>) {
    let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
    (before.chars().next_back(), after.chars().next())
}

fn begins_sentence(line: &str, at: usize) -> bool {
    match around(line, at) {
        (Some('\n'), _) => true,
        (Some(' '), _) => ends_sentence(line, at - 1),
        (Some(before), Some(after)) => ends_clause(before) && !closes(after) && !ends_clause(after),
        _ => false,
    }
}

fn ends_sentence(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default().trim_end_matches(closes);
    let (_, after) = around(line, at);
    match (before.chars().next_back(), after) {
        (_, Some('\n')) => true,
        (Some('.' | '!' | '?' | ';'), after) => after.is_none_or(char::is_whitespace),
        (Some(before), Some(after)) => ends_clause(before) && !closes(after),
        _ => false,
    }
}

fn begins_word(line: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = around(line, at) else { return true };
    let separated = before.is_whitespace()
        || is_cjk(before)
        || is_cjk(after)
        || matches!(before, ',' | ';' | ':' | '/' | '|' | '(' | '[' | '{' | '"' | '“' | '「')
        || matches!(before, '，' | '、' | '：' | '（');
    let possible = after.is_alphanumeric() || matches!(after, '(' | '[' | '{' | '"' | '“' | '「');
    separated && possible && !cuts_character(line, at)
}

fn ends_word(line: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = around(line, at) else { return true };
    (after.is_whitespace() || is_cjk(before) || is_cjk(after)) && !cuts_character(line, at)
}

/// Signs after which a sentence is over, without a space.
fn ends_clause(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '…')
}

/// Signs that belong to what stands before them.
fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '}' | '*' | '」' | '』' | '）' | '】' | '》')
}

/// Whether the characters around a place are one to a reader: a letter and its marks, a flag,
/// an emoji of several parts.
fn cuts_character(line: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = around(line, at) else { return false };
    let is_flag = |c: char| matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
    let flags = || {
        let before = line.get(..at).unwrap_or_default();
        before.chars().rev().take(FLAGS).take_while(|c| is_flag(*c)).count()
    };
    is_combining_mark(after)
        || matches!(after, '\u{200C}' | '\u{200D}' | '\u{1F3FB}'..='\u{1F3FF}')
        || matches!(after, '\u{1160}'..='\u{11FF}' | '\u{E0020}'..='\u{E007F}')
        || matches!(after, '\u{FF9E}' | '\u{FF9F}')
        || before == '\u{200D}'
        || (is_flag(after) && flags() % 2 == 1)
}

fn columns_of(c: char) -> usize {
    columns(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text with what is found of a query between brackets.
    fn marked(query: &str, text: &str) -> String {
        with_brackets(text, &Marker::new(query).marks(text))
    }

    fn with_brackets(text: &str, marks: &[Range<usize>]) -> String {
        let mut out = String::new();
        let mut plain = 0;
        for mark in marks {
            out += text.get(plain..mark.start).unwrap();
            out = out + "[" + text.get(mark.clone()).unwrap() + "]";
            plain = mark.end;
        }
        out + text.get(plain..).unwrap()
    }

    /// The passage with its marks between brackets, and `…` where it is cut.
    fn passage(query: &str, text: &str, most: usize) -> String {
        let passage = Marker::new(query).passage(text, most).unwrap();
        assert!(columns(&passage.text) <= most, "{passage:?}");
        let ellipsis = |is_cut| if is_cut { "…" } else { "" };
        let inside = with_brackets(&passage.text, &passage.found.marks);
        format!("{}{inside}{}", ellipsis(passage.cut_before), ellipsis(passage.cut_after))
    }

    #[test]
    fn words_are_marked_wherever_they_stand() {
        assert_eq!(marked("soft light", "Soft, softer, LIGHT."), "[Soft], softer, [LIGHT].");
        assert_eq!(marked("dusk", "A lighthouse"), "A lighthouse");
    }

    #[test]
    fn a_last_word_marks_the_words_that_begin_with_it() {
        assert_eq!(marked("light", "light, lighthouse, delight"), "[light], [lighthouse], delight");
        assert_eq!(marked("light fog", "lighthouse in fog"), "lighthouse in [fog]");
        assert_eq!(marked("light", "light-filled"), "[light]-filled");
    }

    #[test]
    fn accents_case_and_width_do_not_matter() {
        assert_eq!(
            marked("cafe", "ＣＡＦＥ, Café, cafe\u{301}!"),
            "[ＣＡＦＥ], [Café], [cafe\u{301}]!"
        );
        assert_eq!(marked("ｃａｆé", "the cafe"), "the [cafe]");
        assert_eq!(marked("strasse", "Die Straße"), "Die [Straße]");
    }

    #[test]
    fn a_name_is_marked_as_one_however_it_is_written() {
        for text in ["GPT Image 2", "gpt-image-2", "gpt_image-2"] {
            assert_eq!(marked("gpt-image-2 now", text), format!("[{text}]"));
        }
        assert_eq!(marked("wifi now", "wi-fi"), "[wi-fi]");
    }

    #[test]
    fn chinese_is_marked_only_where_all_of_it_stands() {
        assert_eq!(marked("海报", "极简海报，大海和晚报"), "极简[海报]，大海和晚报");
        assert_eq!(marked("海报设计", "海报设计，海报和设计"), "[海报设计]，海报和设计");
        assert_eq!(marked("海", "大海，海报"), "大[海]，[海]报");
        assert_eq!(marked("AI海报", "AI海报 8k"), "[AI海报] 8k");
    }

    #[test]
    fn a_phrase_is_marked_only_as_a_whole() {
        assert_eq!(
            marked("\"golden hour\"", "An hour of golden light: golden\nhour"),
            "An hour of golden light: [golden\nhour]"
        );
        assert_eq!(marked("“golden hour”", "golden, hourly"), "golden, hourly");
    }

    #[test]
    fn words_of_a_phrase_that_stand_far_apart_are_marked_one_by_one() {
        let rule = "—".repeat(20);
        assert_eq!(marked("\"a b\"", &format!("a{rule}b")), format!("[a]{rule}[b]"));
    }

    #[test]
    fn excluded_words_are_never_marked() {
        assert_eq!(marked("cat -dog", "cat and dog"), "[cat] and dog");
        assert_eq!(marked("-dog", "cat and dog"), "cat and dog");
        assert_eq!(marked("-category cat", "cat, category"), "[cat], category");
        // Excluded is only the whole.
        assert_eq!(marked("海报 -AI海报", "电影海报"), "电影[海报]");
    }

    #[test]
    fn a_query_without_words_marks_nothing() {
        for query in ["", " ", "🙂", "\"", "-", "\0"] {
            assert_eq!(marked(query, "any text 🙂 \0"), "any text 🙂 \0");
            assert_eq!(Marker::new(query).passage("any text", 80), None);
        }
    }

    #[test]
    fn what_is_found_names_the_words() {
        let marker = Marker::new("fog \"two cats\" 海报 light");
        assert_eq!(marker.words(), Words::from([0, 1, 2, 3]));
        assert_eq!(marker.find("lights and 海报").words, Words::from([2, 3]));
        assert_eq!(marker.find("two dogs, three cats"), Found::default());
    }

    #[test]
    fn a_short_text_is_its_own_passage() {
        assert_eq!(passage("fog", "A ferry in fog.", 80), "A ferry in [fog].");
    }

    #[test]
    fn a_text_without_the_words_has_no_passage() {
        assert_eq!(Marker::new("fog").passage("A ferry at noon.", 80), None);
        assert_eq!(Marker::new("fog").passage("", 80), None);
    }

    const STORY: &str = "A ferry leaves the quay at noon. Nobody waves. The lamps are lit in thick \
                         fog and a dog sleeps. Later the sun comes out over the whole harbour.";

    #[test]
    fn a_passage_begins_and_ends_with_a_sentence_where_there_is_room() {
        assert_eq!(
            passage("fog", STORY, 64),
            "…The lamps are lit in thick [fog] and a dog sleeps…"
        );
        assert_eq!(
            passage("whole", STORY, 100),
            "…The lamps are lit in thick fog and a dog sleeps. Later the sun comes out over the [whole] harbour."
        );
    }

    #[test]
    fn a_passage_is_cut_between_words_where_there_is_less_room() {
        assert_eq!(passage("fog", STORY, 36), "…in thick [fog] and a dog sleeps…");
        assert_eq!(passage("ferry", STORY, 20), "A [ferry] leaves the…");
    }

    #[test]
    fn a_line_of_its_own_is_like_a_sentence() {
        let text = format!(
            "{}\n\n## Light\n- late   sun,\tlow\n{}",
            "word ".repeat(40),
            "more ".repeat(40)
        );
        assert_eq!(
            passage("sun", &text, 60),
            "…- late [sun], low more more more more more more more more more…"
        );
    }

    #[test]
    fn a_passage_of_chinese_is_cut_anywhere_but_at_sentences_first() {
        let text = "清晨的码头空无一人。雨后的石桥下停着一条乌篷船，远山淡墨，留白三分。傍晚灯火亮起，人声渐渐多了起来。";
        assert_eq!(
            passage("乌篷船", text, 60),
            "…雨后的石桥下停着一条[乌篷船]，远山淡墨，留白三分…"
        );
        assert_eq!(passage("淡墨", text, 20), "…远山[淡墨]，留白三分…");
    }

    #[test]
    fn the_part_with_the_most_different_words_is_chosen() {
        let filler = "and so on ".repeat(30);
        let text = format!("fog fog fog {filler} lamp {filler} dog in fog by a lamp {filler} dog");
        let found = passage("dog fog lamp", &text, 60);
        assert!(found.contains("[dog] in [fog] by a [lamp]"), "{found}");
    }

    #[test]
    fn words_in_a_row_and_whole_words_come_before_others() {
        let filler = "and so on ".repeat(30);
        let text = format!("hour of golden sun {filler} the golden hour {filler}");
        assert!(passage("golden hour", &text, 60).contains("[golden] [hour]"));
        let text = format!("a lighthouse {filler} soft light {filler}");
        assert!(passage("light", &text, 60).contains("soft [light]"));
    }

    #[test]
    fn no_character_of_several_parts_is_cut_in_two() {
        let family = "👩\u{200D}👩\u{200D}👧";
        let text = format!("{0} cat {0}", family.repeat(20));
        for most in 4..40 {
            let passage = Marker::new("cat").passage(&text, most).unwrap().text;
            let rest = passage.replace(family, "").replace("cat", "");
            assert_eq!(rest.trim(), "", "{most}: {passage:?}");
        }
        let text = format!("{0} cat {0}", "🇫🇷".repeat(40));
        for most in 4..40 {
            let passage = Marker::new("cat").passage(&text, most).unwrap().text;
            assert_eq!(passage.replace("🇫🇷", "").replace("cat", "").trim(), "", "{most}");
        }
    }

    #[test]
    fn a_match_longer_than_the_passage_is_cut() {
        let text = format!("before {} after", "x".repeat(10_000));
        let found = passage("xx", &text, 20);
        assert_eq!(found, format!("…[{}]…", "x".repeat(20)));
    }

    #[test]
    fn the_end_of_a_very_long_text_is_not_looked_at() {
        let text = format!("{} heron", "quay ".repeat(LOOKED_AT / 5));
        assert_eq!(Marker::new("heron").passage(&text, 80), None);
        assert!(Marker::new("quay").passage(&text, 80).unwrap().cut_after);
    }

    #[test]
    fn control_characters_are_no_part_of_a_passage() {
        assert_eq!(passage("cat", "a\0cat\u{1b}[31m", 40), "a [cat] [31m");
    }

    #[test]
    fn a_text_made_to_be_slow_is_not() {
        let zalgo = format!("a{}", "\u{301}\u{323}".repeat(10_000));
        let texts =
            ["海".repeat(10_000), "a ".repeat(20_000), "a-".repeat(20_000), "*".repeat(10_000)];
        for text in texts.iter().chain([&zalgo]) {
            for query in
                ["海".repeat(500), "a ".repeat(250), "\"".to_owned() + &"a ".repeat(250) + "\""]
            {
                let marker = Marker::new(&query);
                for mark in marker.marks(text) {
                    assert!(text.get(mark).is_some());
                }
                let passage = marker.passage(text, 160);
                assert!(passage.is_none_or(|passage| columns(&passage.text) <= 160));
            }
        }
    }

    const TEXTS: &str =
        "(?s).{0,60}|([abc海报光]|[ab] |[.。!\n\r\0 ]|👩\u{200D}🚀|🇫🇷|e\u{301}|ｶﾞ|-){0,80}";

    proptest! {
        #[test]
        fn marks_are_in_order_and_hold_what_is_asked_for(query in TEXTS, text in TEXTS) {
            let marker = Marker::new(&query);
            let mut last = None;
            for mark in marker.marks(&text) {
                prop_assert!(last.is_none_or(|last| last < mark.start) && mark.start < mark.end);
                prop_assert!(text.get(mark.clone()).is_some());
                last = Some(mark.end);
            }
        }

        #[test]
        fn a_passage_is_a_marked_part_of_the_text(query in "[abc海报光e -]{0,12}", text in TEXTS, most in 1_usize..90) {
            let marker = Marker::new(&query);
            let found = marker.find(&text);
            let passage = marker.passage(&text, most);
            prop_assert_eq!(passage.is_none(), found.marks.is_empty());
            if let Some(passage) = passage {
                prop_assert!(columns(&passage.text) <= most.max(2));
                let line = one_line(&text).replace('\n', " ");
                prop_assert!(line.contains(&passage.text));
                prop_assert!(passage.cut_before || line.starts_with(&passage.text));
                prop_assert!(passage.cut_after || line.ends_with(&passage.text));
                prop_assert!(!passage.found.marks.is_empty());
                prop_assert!(passage.found.words.is_subset(&found.words));
                for mark in &passage.found.marks {
                    prop_assert!(passage.text.get(mark.clone()).is_some());
                }
            }
        }
    }

    proptest! {
        // An index takes longer to make than a passage.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_the_index_finds_in_a_text_is_marked_there(query in "[abc]{1,2}( [abc海报]{1,3}){0,2}", text in TEXTS) {
            let index = crate::search::Index::in_memory().unwrap();
            let document = crate::search::Document {
                id: 1, title: "", labels: "", text: &text, description: "", modality: "image",
            };
            index.apply([document], &[]).unwrap();
            let marker = Marker::new(&query);
            let is_found = !index.search(&query).unwrap().is_empty();
            prop_assert_eq!(is_found, marker.find(&text).words == marker.words());
        }
    }
}
