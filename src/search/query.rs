//! The query: what a person typed, read without ever failing.
//!
//! There is no grammar to get wrong. Quotes that are closed make a phrase, a single hyphen
//! in front of a word excludes it, and everything else separates words. In particular `--ar`
//! excludes nothing: prompts full of such switches are pasted into search boxes.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::Fields;
use super::terms::{Placed, Run, Script, runs};

/// What follows this many characters of a query is ignored.
const QUERY_LENGTH: usize = 512;

/// The shortest beginning of a word that is completed.
const PREFIX_LENGTH: usize = 2;

/// A word found in several fields counts fully in the best and this much in the others.
const OTHER_FIELDS: f32 = 0.1;

/// What a completed word is worth, per boost of the field it is found in.
const PREFIX_SCORE: f32 = 0.3;

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// What a document must have, all of it.
    pub(super) required: Vec<Clause>,
    /// All that is required, in a row. Documents with that come first.
    pub(super) together: Option<Clause>,
    /// A document is excluded when all clauses of one of these hold.
    pub(super) excluded: Vec<Vec<Clause>>,
}

/// A word, a stretch of Chinese or a phrase.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// Phrases, any of which will do.
    pub(super) any: Vec<Vec<Placed>>,
    /// The beginning of a term that will do as well.
    pub(super) prefix: Option<String>,
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

    /// The same in the engine's terms.
    pub(super) fn query(&self, fields: &Fields) -> BooleanQuery {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for clause in &self.required {
            clauses.push((Occur::Must, clause.query(fields)));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        if let Some(together) = &self.together {
            clauses.push((Occur::Should, together.query(fields)));
        }
        for excluded in &self.excluded {
            let all = excluded.iter().map(|clause| (Occur::Must, clause.query(fields)));
            clauses.push((Occur::MustNot, Box::new(BooleanQuery::new(all.collect()))));
        }
        BooleanQuery::new(clauses)
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
        Clause { any, prefix: None }
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
        (!phrase.is_empty()).then(|| Clause { any: vec![phrase], prefix: None })
    }

    fn query(&self, fields: &Fields) -> Box<dyn Query> {
        let Some(beginning) = &self.prefix else {
            return self.exact(fields);
        };
        let boosts = || fields.searched().into_iter();
        let completed = boosts().map(|(field, boost)| -> Box<dyn Query> {
            Box::new(ConstScoreQuery::new(starting_with(field, beginning), PREFIX_SCORE * boost))
        });
        // Wherever a word is completed, that is worth no more than the word itself anywhere.
        let best = boosts().map(|(_, boost)| PREFIX_SCORE * boost).fold(0.0, f32::max);
        Box::new(BooleanQuery::union(vec![
            self.exact(fields),
            Box::new(ConstScoreQuery::new(self.exact(fields), best)),
            Box::new(DisjunctionMaxQuery::new(completed.collect())),
        ]))
    }

    fn exact(&self, fields: &Fields) -> Box<dyn Query> {
        let mut found: Vec<Box<dyn Query>> = Vec::new();
        for (field, boost) in fields.searched() {
            for phrase in &self.any {
                found.push(Box::new(BoostQuery::new(phrase_in(field, phrase), boost)));
            }
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(found, OTHER_FIELDS))
    }
}

fn in_a_row(terms: Vec<String>) -> Vec<Placed> {
    let placed = |(position, term)| Placed { position, term };
    terms.into_iter().enumerate().map(placed).collect()
}

fn phrase_in(field: Field, phrase: &[Placed]) -> Box<dyn Query> {
    let term = |placed: &Placed| Term::from_field_text(field, &placed.term);
    match phrase {
        [single] => Box::new(TermQuery::new(term(single), IndexRecordOption::WithFreqs)),
        _ => Box::new(PhraseQuery::new_with_offset(
            phrase.iter().map(|placed| (placed.position, term(placed))).collect(),
        )),
    }
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
