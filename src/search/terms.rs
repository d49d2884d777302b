//! The analyser: what a text is cut into, for the index and for queries alike.
//!
//! A text is folded (compatibility forms, case, Latin accents) and read as a sequence of
//! *runs*. A run is either a word of letters and digits, which may hold hyphens, dots and
//! underscores, or a stretch of Chinese, Japanese or Korean characters. Whatever is neither
//! separates.
//!
//! Chinese is written without spaces and no dictionary is carried along to find its words:
//! a stretch becomes its overlapping pairs of characters, and a stretch in a query is found
//! as those pairs in a row. That is exactly substring search, by way of ordinary terms.
//!
//! Names of models are written in many ways. A word is cut at its joiners and where letters
//! meet digits, so that `veo3`, `Veo 3` and `veo-3` are the same two terms in a row, and it
//! is kept joined as well, so that the name as a whole is a term of its own.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Terms are cut to this many characters. Nothing anyone searches for is longer.
const TERM_LENGTH: usize = 64;

/// A stretch of text that a query looks for as one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// What it is made of.
    pub(super) script: Script,
    /// Terms at consecutive positions. Wherever the run occurs, these occur in a row.
    pub(super) sequence: Vec<String>,
    /// Further terms under which the run is indexed, with their distance from its start.
    pub(super) also: Vec<(usize, String)>,
    /// How many positions it takes up.
    pub(super) width: usize,
}

/// The two ways of cutting a run into terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Letters and digits, with spaces between words.
    Word,
    /// Chinese, Japanese and Korean, without.
    Cjk,
}

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed {
    /// Terms that overlap in the text share positions; neighbours have consecutive ones.
    pub(super) position: usize,
    /// The term itself.
    pub(super) term: String,
}

impl Run {
    /// The whole of a word that was cut into several terms, as one term.
    pub(super) fn whole(&self) -> Option<&str> {
        match (self.script, self.also.first()) {
            (Script::Word, Some((_, whole))) => Some(whole),
            (Script::Word, None) => self.sequence.first().map(String::as_str),
            (Script::Cjk, _) => None,
        }
    }

    fn word(characters: &[char]) -> Option<Run> {
        let mut joined = String::new();
        let mut joiner = None;
        let mut pieces = Vec::new();
        let mut sequence = Vec::new();
        for piece in characters.split_inclusive(|&c| is_joiner(c)) {
            let (piece, next_joiner) = match piece {
                [rest @ .., last] if is_joiner(*last) => (rest, Some(*last)),
                _ => (piece, None),
            };
            // 2.6 is not 26, but wi-fi is wifi.
            if joined.ends_with(char::is_numeric) && piece.first().is_some_and(|c| c.is_numeric()) {
                joined.extend(joiner);
            }
            joined.extend(piece);
            joiner = next_joiner;

            let start = sequence.len();
            sequence.extend(piece.chunk_by(|a, b| a.is_numeric() == b.is_numeric()).map(cut));
            if sequence.len() > start + 1 {
                pieces.push((start, cut(piece)));
            }
        }
        let width = sequence.len();
        let mut also = Vec::new();
        if width > 1 {
            also.push((0, joined.chars().take(TERM_LENGTH).collect()));
            also.append(&mut pieces);
            also.dedup();
        }
        (width > 0).then_some(Run { script: Script::Word, sequence, also, width })
    }

    fn cjk(characters: &[char]) -> Option<Run> {
        let pairs: Vec<String> = characters.windows(2).map(cut).collect();
        let singles = characters.iter().map(char::to_string);
        let (sequence, also) = if pairs.is_empty() {
            (singles.collect(), Vec::new())
        } else {
            (pairs, singles.enumerate().collect())
        };
        (!characters.is_empty()).then_some(Run {
            script: Script::Cjk,
            sequence,
            also,
            width: characters.len(),
        })
    }
}

/// Cuts a text into runs. Both the index and queries are made of what this returns.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut word: Vec<char> = Vec::new();
    let mut cjk: Vec<char> = Vec::new();
    let mut characters = folded(text).peekable();
    while let Some(c) = characters.next() {
        let around = word.last().copied().zip(characters.peek().copied());
        let joined = around.is_some_and(|(before, after)| joins(before, c, after));
        if is_cjk(c) {
            runs.extend(Run::word(&word));
            word.clear();
            cjk.push(c);
        } else if c.is_alphanumeric() || joined {
            runs.extend(Run::cjk(&cjk));
            cjk.clear();
            word.push(c);
        } else {
            runs.extend(Run::word(&word));
            runs.extend(Run::cjk(&cjk));
            word.clear();
            cjk.clear();
        }
    }
    runs.extend(Run::word(&word));
    runs.extend(Run::cjk(&cjk));
    runs
}

/// The words of a text, told apart as the index does it, each in its smallest parts: a word in
/// letters and digits, Chinese in characters. A number within a number keeps its dot, so that
/// 2.6 is not 26. Parts put together are the word as it would be written without joiners.
pub fn words(text: &str) -> Vec<Vec<String>> {
    let parts = |run: Run| match run.script {
        Script::Cjk if run.width > 1 => run.also.into_iter().map(|(_, single)| single).collect(),
        Script::Cjk => run.sequence,
        Script::Word => {
            let mut parts = run.sequence;
            let mut after_number = false;
            for part in &mut parts {
                let is_number = part.starts_with(char::is_numeric);
                if is_number && after_number {
                    part.insert(0, '.');
                }
                after_number = is_number;
            }
            parts
        }
    };
    runs(text).into_iter().map(parts).collect()
}

/// Every term under which a text is indexed, ordered by position.
pub(super) fn terms(text: &str) -> Vec<Placed> {
    let mut all = Vec::new();
    let mut start = 0;
    for run in runs(text) {
        let sequence = run.sequence.into_iter().enumerate();
        let mut terms: Vec<Placed> = sequence
            .chain(run.also)
            .map(|(offset, term)| Placed { position: start + offset, term })
            .collect();
        terms.sort_unstable();
        terms.dedup();
        all.append(&mut terms);
        start += run.width;
    }
    all
}

/// The characters of a text without the differences that nobody types: compatibility forms
/// such as full width, case, the accents of Latin letters, and everything invisible.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|&c| !is_combining_mark(c) && !is_invisible(c))
        .flat_map(|c| {
            let (first, second) = match c {
                'ß' => ('s', Some('s')),
                'æ' => ('a', Some('e')),
                'œ' => ('o', Some('e')),
                'þ' => ('t', Some('h')),
                'ø' => ('o', None),
                'đ' | 'ð' => ('d', None),
                'ł' => ('l', None),
                'ħ' => ('h', None),
                'ı' => ('i', None),
                'ς' => ('σ', None),
                '\u{2010}'..='\u{2012}' | '\u{2212}' => ('-', None),
                _ => (without_accent(c), None),
            };
            [Some(first), second].into_iter().flatten()
        })
}

fn without_accent(c: char) -> char {
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    base.filter(char::is_ascii_alphabetic).unwrap_or(c)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '-' | '.' | '_' | ':')
}

/// Whether `joiner` holds the characters around it together as one word.
fn joins(before: char, joiner: char, after: char) -> bool {
    let word = |c: char| c.is_alphanumeric() && !is_cjk(c);
    match joiner {
        '-' | '.' | '_' => word(before) && word(after),
        // A ratio or a time. Between words a colon introduces, it does not join.
        ':' => before.is_numeric() && after.is_numeric(),
        _ => false,
    }
}

fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' // 々〆〇
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' // hiragana
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' // katakana
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' // bopomofo
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' // Han
        | '\u{20000}'..='\u{3FFFD}'
        | '\u{AC00}'..='\u{D7A3}' // hangul
    )
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{E0000}'..='\u{E0FFF}'
    )
}

fn cut(characters: &[char]) -> String {
    characters.iter().take(TERM_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequences(text: &str) -> Vec<Vec<String>> {
        runs(text).into_iter().map(|run| run.sequence).collect()
    }

    fn indexed(text: &str) -> Vec<String> {
        terms(text)
            .into_iter()
            .map(|placed| format!("{}:{}", placed.position, placed.term))
            .collect()
    }

    #[test]
    fn chinese_becomes_overlapping_pairs_and_single_characters() {
        assert_eq!(sequences("极简海报"), [["极简", "简海", "海报"]]);
        assert_eq!(indexed("极简海"), ["0:极", "0:极简", "1:简", "1:简海", "2:海"]);
    }

    #[test]
    fn a_lone_character_is_a_term() {
        assert_eq!(sequences("猫"), [["猫"]]);
        assert_eq!(indexed("猫"), ["0:猫"]);
    }

    #[test]
    fn full_width_case_and_accents_do_not_matter() {
        assert_eq!(sequences("ＡＢ Café ÜBER"), sequences("ab cafe uber"));
        assert_eq!(sequences("Straße Łódź Œuvre"), sequences("strasse lodz oeuvre"));
        assert_eq!(sequences("cafe\u{301} İ"), [["cafe"], ["i"]]);
        assert_eq!(sequences("ｶﾞ"), sequences("ガ"));
    }

    #[test]
    fn mixed_text_splits_where_scripts_meet() {
        assert_eq!(sequences("AI海报 8k"), [vec!["ai"], vec!["海报"], vec!["8", "k"]]);
    }

    #[test]
    fn names_of_models_are_indexed_whole_and_by_parts() {
        assert_eq!(indexed("gpt-image-2"), ["0:gpt", "0:gptimage2", "1:image", "2:2"]);
        assert_eq!(indexed("kling-v2.6"), ["0:kling", "0:klingv2.6", "1:v", "1:v2", "2:2", "3:6"]);
    }

    #[test]
    fn the_ways_of_writing_a_name_share_their_sequence() {
        let parts = |text| sequences(text).concat();
        assert_eq!(parts("veo3"), parts("Veo 3"));
        assert_eq!(parts("GPT Image 2"), parts("gpt_image-2"));
        assert_eq!(parts("non\u{2011}stop"), parts("non-stop"));
    }

    #[test]
    fn a_joiner_is_dropped_between_words_and_kept_between_numbers() {
        let whole = |text| runs(text).first().and_then(Run::whole).map(str::to_owned);
        assert_eq!(whole("wi-fi").as_deref(), Some("wifi"));
        assert_eq!(whole("2.6").as_deref(), Some("2.6"));
        assert_eq!(whole("16:9").as_deref(), Some("16:9"));
        assert_eq!(whole("flux-1.1-pro").as_deref(), Some("flux1.1pro"));
        assert_eq!(whole("poster").as_deref(), Some("poster"));
        assert_eq!(whole("海报"), None);
    }

    #[test]
    fn words_come_in_their_smallest_parts() {
        let parts = |text| words(text).iter().map(|word| word.join("|")).collect::<Vec<_>>();
        assert_eq!(parts("Kling-v2.6 海报 Café 猫"), ["kling|v|2|.6", "海|报", "cafe", "猫"]);
        assert_eq!(parts("AI海报"), ["ai", "海|报"]);
        assert!(words("🙂 --").is_empty());
    }

    #[test]
    fn a_colon_joins_numbers_only() {
        assert_eq!(sequences("style:ink 16:9"), [vec!["style"], vec!["ink"], vec!["16", "9"]]);
    }

    #[test]
    fn emoji_punctuation_and_control_characters_separate() {
        assert_eq!(sequences("a🙂b\0c「d」e—f"), [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]);
        assert_eq!(sequences("海🙂报"), [["海"], ["报"]]);
        assert!(runs("🙂 … -- \"\" \u{202E}").is_empty());
    }

    #[test]
    fn invisible_characters_do_not_separate() {
        assert_eq!(sequences("pos\u{AD}ter 海\u{200B}报"), [["poster"], ["海报"]]);
    }

    #[test]
    fn joiners_at_the_ends_and_in_rows_separate() {
        assert_eq!(sequences("-a- b. ..c a--b"), [["a"], ["b"], ["c"], ["a"], ["b"]]);
    }

    #[test]
    fn long_words_are_cut() {
        let long = "x".repeat(10_000);
        assert_eq!(sequences(&long), [["x".repeat(64)]]);
        let chain = "ab-".repeat(10_000);
        assert!(terms(&chain).iter().all(|placed| placed.term.chars().count() <= 64));
    }

    #[test]
    fn positions_never_go_back() {
        let long = "a".repeat(64);
        for text in ["v2-v2", "a1-a1-a1", "极简海报AI海报 8k", &format!("{long}-{long}-{long}")]
        {
            let positions: Vec<usize> = terms(text).iter().map(|placed| placed.position).collect();
            assert!(positions.is_sorted(), "{text}");
        }
    }
}
