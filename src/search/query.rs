//! The query: what a person typed, read without ever failing.
//!
//! There is no grammar to get wrong. Quotes that are closed make a phrase, a single hyphen
//! in front of a word excludes it, and everything else separates words. In particular `--ar`
//! excludes nothing: prompts full of such switches are pasted into search boxes.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::terms::{Placed, Run, Script, pair, runs};

/// What follows this many characters of a query is ignored.
const QUERY_LENGTH: usize = 512;

/// The shortest beginning of a word that is completed.
const PREFIX_LENGTH: usize = 2;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// What a document must have, all of it.
    pub(super) required: Vec<Clause>,
    /// All that is required, in a row. Documents with that come first.
    pub(super) together: Option<Clause>,
    /// Two words as one, which will do instead of both: `mid journey`.
    pub(super) joined: Option<Clause>,
    /// A document is excluded when all clauses of one of these hold.
    pub(super) excluded: Vec<Vec<Clause>>,
    /// Whether something was quoted, and is meant as it is.
    is_literal: bool,
}

/// A word, a stretch of Chinese or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Phrases, any of which will do.
    pub(super) any: Vec<Vec<Placed>>,
    /// The beginning of a term that will do as well, if not quite as well.
    pub(super) prefix: Option<String>,
    /// Terms for which the same holds: a singular for a plural, what was meant for a typo.
    pub(super) variants: Vec<String>,
    /// The word, where it is one of letters alone.
    word: Option<String>,
}

/// A stretch of the query between spaces or within quotes.
struct Piece<'a> {
    text: &'a str,
    quoted: bool,
    excluded: bool,
}

impl Request {
    /// Reads a query.
    pub(super) fn parse(query: &str) -> Request {
        let end = query.char_indices().nth(QUERY_LENGTH).map(|(end, _)| end);
        let query = end.and_then(|end| query.get(..end)).unwrap_or(query);

        let mut request = Request::default();
        // The last word that might still be being typed: where it is, and what it begins with.
        let mut unfinished = None;
        let mut together = Vec::new();
        for piece in pieces(query) {
            let runs = runs(piece.text);
            if !piece.excluded {
                together.extend_from_slice(&runs);
            }
            let mut clauses: Vec<Clause> = Vec::new();
            if piece.quoted {
                request.is_literal = true;
                clauses.extend(Clause::phrase(runs));
            } else {
                for run in runs {
                    if !piece.excluded {
                        let at = request.required.len() + clauses.len();
                        unfinished = match run.script {
                            Script::Word => run.whole().map(|whole| (at, whole.to_owned())),
                            // Something else follows without a space: the word is finished.
                            Script::Cjk => {
                                unfinished.filter(|(word, _)| *word < request.required.len())
                            }
                        };
                    }
                    clauses.push(Clause::run(run));
                }
            }
            if !piece.excluded {
                request.required.append(&mut clauses);
            } else if !clauses.is_empty() {
                request.excluded.push(clauses);
            }
        }
        if let [first, second] = &request.required[..]
            && request.excluded.is_empty()
            && let (Some(first), Some(second)) = (&first.word, &second.word)
        {
            request.joined = Some(Clause::term(format!("{first}{second}")));
        }
        if request.required.len() > 1 {
            request.together = Clause::phrase(together);
        }
        if let Some((at, beginning)) = unfinished
            && beginning.chars().count() >= PREFIX_LENGTH
            && let Some(clause) = request.required.get_mut(at)
        {
            clause.prefix = Some(beginning);
        }
        request
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.required.is_empty() && self.excluded.is_empty()
    }

    /// The single words asked for, for when not all of them are to be found. None where something is
    /// quoted or excluded: then it is meant.
    ///
    /// Most Chinese words have two characters. So an even number of characters in a row is read as so
    /// many words, `美食摄影` as `美食` and `摄影`; of any other number, any two next to each other may
    /// be one.
    pub(super) fn parts(&self) -> Vec<Clause> {
        if self.is_literal || !self.excluded.is_empty() {
            return Vec::new();
        }
        let mut parts: Vec<Clause> = Vec::new();
        for clause in &self.required {
            match clause.any.first() {
                Some(phrase) if clause.word.is_none() && clause.any.len() == 1 => {
                    let step = if phrase.len() % 2 == 1 { 2 } else { 1 };
                    let words = phrase.iter().step_by(step);
                    parts.extend(words.map(|placed| Clause::term(placed.term.clone())));
                }
                _ => parts.push(clause.clone()),
            }
        }
        let mut seen = Vec::new();
        parts.retain(|part| {
            !seen.contains(part) && {
                seen.push(part.clone());
                true
            }
        });
        parts
    }
}

impl Clause {
    fn run(run: Run) -> Clause {
        let whole = run.whole().map(str::to_owned);
        let mut any = vec![in_a_row(run.sequence)];
        if let Some(whole) = whole {
            any.push(in_a_row(vec![whole]));
        }
        any.dedup();
        let word = match &any[..] {
            [only] => match &only[..] {
                [Placed { term, .. }] if term.chars().all(|c| c.is_ascii_lowercase()) => {
                    Some(term.clone())
                }
                _ => None,
            },
            _ => None,
        };
        let variants = word.as_deref().and_then(other_number).into_iter().collect();
        Clause { any, prefix: None, variants, word }
    }

    fn term(term: String) -> Clause {
        let any = vec![in_a_row(vec![term])];
        Clause { any, prefix: None, variants: Vec::new(), word: None }
    }

    /// The word asked for, where it is one of plain letters.
    pub(super) fn word(&self) -> Option<&str> {
        self.word.as_deref()
    }

    /// Lets another word do, too.
    pub(super) fn allow(&mut self, word: String) {
        self.variants.push(word);
    }

    fn phrase(runs: Vec<Run>) -> Option<Clause> {
        let mut phrase = Vec::new();
        let mut start = 0;
        for run in runs {
            phrase.extend(in_a_row(run.sequence).into_iter().map(|mut placed| {
                placed.position += start;
                placed
            }));
            start += run.width;
        }
        let any = vec![phrase];
        let is_empty = any.iter().all(Vec::is_empty);
        (!is_empty).then_some(Clause { any, prefix: None, variants: Vec::new(), word: None })
    }

    /// What has it, one way or another, in any of these fields: whatever one of these finds.
    pub(super) fn anyhow(&self, fields: &[Field]) -> Vec<Box<dyn Query>> {
        let exact = fields.iter().flat_map(|field| self.exact(*field));
        exact.chain(fields.iter().flat_map(|field| self.nearly(*field))).collect()
    }

    /// The clause as it was typed, in one field: any of these will do.
    pub(super) fn exact(&self, field: Field) -> Vec<Box<dyn Query>> {
        self.any.iter().map(|phrase| phrase_in(field, phrase)).collect()
    }

    /// Whether other words will do as well.
    pub(super) fn is_lenient(&self) -> bool {
        self.prefix.is_some() || !self.variants.is_empty()
    }

    /// The clause completed or written in another way, in one field: any of these will do.
    pub(super) fn nearly(&self, field: Field) -> Vec<Box<dyn Query>> {
        let completed = self.prefix.as_deref().map(|beginning| starting_with(field, beginning));
        let variants = self.variants.iter().map(|variant| -> Box<dyn Query> {
            let term = Term::from_field_text(field, variant);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        });
        completed.into_iter().chain(variants).collect()
    }
}

/// The plural of an English word, or its singular.
fn other_number(word: &str) -> Option<String> {
    if word.len() < 3 {
        return None;
    }
    let sibilant =
        |stem: &str| ["s", "x", "z", "ch", "sh"].iter().any(|ending| stem.ends_with(ending));
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("es").filter(|stem| sibilant(stem)) {
        return Some(stem.to_owned());
    }
    if let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with('s')) {
        return Some(stem.to_owned());
    }
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|ending| word.ends_with(ending));
    if let Some(stem) = word.strip_suffix('y').filter(|_| !vowel_before_y) {
        return Some(format!("{stem}ies"));
    }
    Some(if sibilant(word) { format!("{word}es") } else { format!("{word}s") })
}

fn in_a_row(terms: Vec<String>) -> Vec<Placed> {
    let placed = |(position, term)| Placed { position, term };
    terms.into_iter().enumerate().map(placed).collect()
}

fn phrase_in(field: Field, phrase: &[Placed]) -> Box<dyn Query> {
    let term = |placed: &Placed| (placed.position, Term::from_field_text(field, &placed.term));
    let mut terms: Vec<(usize, Term)> = with_pairs(phrase).iter().map(term).collect();
    match (terms.pop(), terms.is_empty()) {
        (Some((_, single)), true) => Box::new(TermQuery::new(single, IndexRecordOption::WithFreqs)),
        (last, _) => {
            terms.extend(last);
            Box::new(PhraseQuery::new_with_offset(terms))
        }
    }
}

/// The phrase with the terms of pairs in place of the words they stand for.
fn with_pairs(phrase: &[Placed]) -> Vec<Placed> {
    let mut paired = Vec::new();
    let mut is_covered = false;
    for (at, word) in phrase.iter().enumerate() {
        let next = phrase.get(at + 1).filter(|next| next.position == word.position + 1);
        match next.and_then(|next| pair(&word.term, &next.term)) {
            Some(term) => {
                paired.push(Placed { position: word.position, term });
                is_covered = true;
            }
            None if is_covered => is_covered = false,
            None => paired.push(word.clone()),
        }
    }
    paired
}

fn starting_with(field: Field, beginning: &str) -> Box<dyn Query> {
    // No term contains the last of all characters, so it stands behind every completion.
    let end = format!("{beginning}{}", char::MAX);
    Box::new(RangeQuery::new(
        Bound::Included(Term::from_field_text(field, beginning)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    ))
}

/// Cuts a query at its quotes and spaces.
fn pieces(query: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = query;
    let mut excluded = false;
    // Whether a hyphen here would be in front of a word.
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        if is_quote(c) {
            if let Some((text, behind)) = after.split_once(is_quote) {
                pieces.push(Piece { text, quoted: true, excluded });
                rest = behind;
            } else {
                rest = after;
            }
            (excluded, at_start) = (false, true);
        } else if c.is_whitespace() {
            rest = after;
            (excluded, at_start) = (false, true);
        } else if at_start && is_minus(c) && next.is_some_and(|c| !is_minus(c)) {
            rest = after;
            (excluded, at_start) = (true, false);
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(end);
            pieces.push(Piece { text, quoted: false, excluded });
            rest = behind;
            (excluded, at_start) = (false, false);
        }
    }
    pieces
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '＂')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '－' | '−')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a request down: `a b` in a row, `a|b` either, `a*` completed, `-` excluded.
    fn read(query: &str) -> String {
        let phrase = |phrase: &Vec<Placed>| -> String {
            let terms: Vec<&str> = phrase.iter().map(|placed| placed.term.as_str()).collect();
            terms.join(" ")
        };
        let clause = |clause: &Clause| {
            let mut any: Vec<String> = clause.any.iter().map(phrase).collect();
            any.extend(clause.prefix.iter().map(|prefix| format!("{prefix}*")));
            any.join("|")
        };
        let request = Request::parse(query);
        let mut all: Vec<String> = request.required.iter().map(clause).collect();
        for excluded in &request.excluded {
            let excluded: Vec<String> = excluded.iter().map(clause).collect();
            all.push(format!("-{}", excluded.join("&")));
        }
        all.join(", ")
    }

    #[test]
    fn words_are_read_one_by_one_and_the_last_may_be_incomplete() {
        assert_eq!(read("golden hour"), "golden, hour|hour*");
        assert_eq!(read(" golden  "), "golden|golden*");
    }

    #[test]
    fn the_last_latin_word_may_be_incomplete_before_chinese_too() {
        assert_eq!(read("pos 海报"), "pos|pos*, 海报");
    }

    #[test]
    fn a_word_that_chinese_follows_at_once_is_complete() {
        assert_eq!(read("pos AI海报"), "pos, ai, 海报");
        assert_eq!(read("海报AI"), "海报, ai|ai*");
    }

    #[test]
    fn one_letter_is_not_completed() {
        assert_eq!(read("a"), "a");
    }

    #[test]
    fn chinese_is_a_row_of_pairs() {
        assert_eq!(read("极简海报"), "极简 简海 海报");
        assert_eq!(read("猫"), "猫");
    }

    #[test]
    fn a_name_is_its_parts_in_a_row_or_the_whole() {
        assert_eq!(read("gpt-image-2"), "gpt image 2|gptimage2|gptimage2*");
    }

    #[test]
    fn quotes_of_any_kind_make_phrases() {
        assert_eq!(read("\"golden hour\""), "golden hour");
        assert_eq!(read("“golden hour”「极简 海报」"), "golden hour, 极简 海报");
        assert_eq!(read("a\"b c\"d"), "a, b c, d");
    }

    #[test]
    fn a_quote_that_is_not_closed_is_nothing() {
        assert_eq!(read("12\" vinyl"), "12, vinyl|vinyl*");
        assert_eq!(read("\"\""), "");
    }

    #[test]
    fn a_hyphen_in_front_excludes() {
        assert_eq!(read("cat -dog -\"big dog\""), "cat|cat*, -dog, -big dog");
        assert_eq!(read("猫 －狗"), "猫, -狗");
        assert_eq!(read("-AI海报"), "-ai&海报");
    }

    #[test]
    fn other_hyphens_do_not_exclude() {
        assert_eq!(read("cat - dog"), "cat, dog|dog*");
        assert_eq!(read("cat --ar 16:9"), "cat, ar, 16 9|16:9|16:9*");
        assert_eq!(read("wi-fi"), "wi fi|wifi|wifi*");
        assert_eq!(read("cat- (-dog)"), "cat, dog|dog*");
        assert_eq!(read("-"), "");
    }

    #[test]
    fn nothing_is_read_beyond_512_characters() {
        let query = format!("{}海报", "海 ".repeat(256));
        assert_eq!(Request::parse(&query).required.len(), 256);
    }

    #[test]
    fn a_query_without_terms_is_empty() {
        for query in ["", " ", "🙂", "\"🙂\"", "-🙂", "\0", "--", "\"", "()[]{}^~*?:\\/"] {
            assert!(Request::parse(query).is_empty(), "{query:?}");
        }
    }
}
