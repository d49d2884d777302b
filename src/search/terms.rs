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
//!
//! Nearly every English text has the words in [`FUNCTION_WORDS`], so to find two of them in a row
//! would be to read where they stand in half of all texts. Two such neighbours are indexed as a
//! term of their own ([`pair`]), and phrases are looked for by way of it.
//!
//! Every term knows the stretch of text it was read from, so that it can be shown there.
//! Folding may make several characters of one and one of several; what it always takes
//! together is a *group*, a character and all that combines with it.

use std::ops::Range;

use unicode_normalization::char::{
    canonical_combining_class, decompose_canonical, decompose_compatible, is_combining_mark,
};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Terms are cut to this many characters. Nothing anyone searches for is longer.
const TERM_LENGTH: usize = 64;

/// The most frequent words, in their order.
const FUNCTION_WORDS: [&str; 40] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "he",
    "if", "in", "into", "is", "it", "its", "not", "of", "on", "or", "over", "she", "that", "the",
    "their", "them", "this", "to", "under", "up", "was", "were", "with", "without", "you", "your",
];

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
    /// The bytes each term was read from, those of `sequence` first, then those of `also`.
    ranges: Vec<Range<usize>>,
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

/// A term, where it stands, and what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// As in [`Placed`].
    pub(super) position: usize,
    /// The term itself.
    pub(super) term: String,
    /// The bytes of the text that became the term: whole groups.
    pub(super) range: Range<usize>,
}

/// A folded character and the bytes of the group it comes from.
#[derive(Debug, Clone, Copy)]
struct Folded {
    character: char,
    start: usize,
    end: usize,
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

    fn word(characters: &[Folded]) -> Option<Run> {
        let mut joined = String::new();
        let mut joiner = None;
        let mut pieces = Vec::new();
        let mut sequence = Vec::new();
        let mut ranges = Vec::new();
        for piece in characters.split_inclusive(|c| is_joiner(c.character)) {
            let (piece, next_joiner) = match piece {
                [rest @ .., last] if is_joiner(last.character) => (rest, Some(last.character)),
                _ => (piece, None),
            };
            // 2.6 is not 26, but wi-fi is wifi.
            if joined.ends_with(char::is_numeric) && piece.first().is_some_and(Folded::is_numeric) {
                joined.extend(joiner);
            }
            joined.extend(piece.iter().map(|c| c.character));
            joiner = next_joiner;

            let start = sequence.len();
            for part in piece.chunk_by(|a, b| a.is_numeric() == b.is_numeric()) {
                sequence.push(cut(part));
                ranges.push(range(part));
            }
            if sequence.len() > start + 1 {
                pieces.push(((start, cut(piece)), range(piece)));
            }
        }
        let width = sequence.len();
        let mut also = Vec::new();
        if width > 1 {
            let whole = (0, joined.chars().take(TERM_LENGTH).collect());
            for (term, range) in [(whole, range(characters))].into_iter().chain(pieces) {
                if also.last() != Some(&term) {
                    also.push(term);
                    ranges.push(range);
                }
            }
        }
        (width > 0).then_some(Run { script: Script::Word, sequence, also, width, ranges })
    }

    fn cjk(characters: &[Folded]) -> Option<Run> {
        let (pairs, singles) = (characters.windows(2), characters.chunks(1));
        let (sequence, also) = if characters.len() < 2 {
            (singles.clone().map(cut).collect(), Vec::new())
        } else {
            (pairs.clone().map(cut).collect(), singles.clone().map(cut).enumerate().collect())
        };
        (!characters.is_empty()).then_some(Run {
            script: Script::Cjk,
            sequence,
            also,
            width: characters.len(),
            ranges: pairs.chain(singles).map(range).collect(),
        })
    }

    fn of(script: Script, characters: &[Folded]) -> Option<Run> {
        match script {
            Script::Word => Run::word(characters),
            Script::Cjk => Run::cjk(characters),
        }
    }
}

impl Folded {
    fn is_numeric(&self) -> bool {
        self.character.is_numeric()
    }
}

/// Cuts a text into runs. Both the index and queries are made of what this returns.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    each_run(text, |run| runs.push(run));
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

fn each_run(text: &str, mut take: impl FnMut(Run)) {
    let mut script = Script::Word;
    let mut characters: Vec<Folded> = Vec::new();
    // Whether it joins is known when the next character is.
    let mut joiner: Option<Folded> = None;
    fold(text, |folded| {
        let c = folded.character;
        if let Some(joiner) = joiner.take() {
            let before = characters.last().filter(|_| script == Script::Word);
            if before.is_some_and(|before| joins(before.character, joiner.character, c)) {
                characters.push(joiner);
            } else {
                Run::of(script, &characters).into_iter().for_each(&mut take);
                characters.clear();
            }
        }
        let next = if is_cjk(c) {
            Script::Cjk
        } else if c.is_alphanumeric() {
            Script::Word
        } else if is_joiner(c) {
            joiner = Some(folded);
            return;
        } else {
            Run::of(script, &characters).into_iter().for_each(&mut take);
            characters.clear();
            return;
        };
        if next != script {
            Run::of(script, &characters).into_iter().for_each(&mut take);
            characters.clear();
            script = next;
        }
        characters.push(folded);
    });
    Run::of(script, &characters).into_iter().for_each(take);
}

/// Every term under which a text is indexed, ordered by position.
pub(super) fn terms(text: &str) -> Vec<Located> {
    let mut all = Vec::new();
    let mut start = 0;
    each_run(text, |run| {
        let from = all.len();
        let sequence = run.sequence.into_iter().enumerate();
        all.extend(
            sequence.chain(run.also).zip(run.ranges).map(|((offset, term), range)| Located {
                position: start + offset,
                term,
                range,
            }),
        );
        // A run has positions of its own, so only its own terms can be out of order.
        if let Some(own @ [_, _, ..]) = all.get_mut(from..) {
            own.sort_unstable_by(|a, b| {
                let key = |located: &Located| (located.range.start, located.range.end);
                (a.position, &a.term).cmp(&(b.position, &b.term)).then(key(a).cmp(&key(b)))
            });
        }
        start += run.width;
    });
    all.dedup_by(|a, b| a.position == b.position && a.term == b.term);
    all
}

/// Every term under which a text is indexed, and the pairs of its function words.
pub(super) fn terms_and_pairs(text: &str) -> Vec<Located> {
    let mut all = terms(text);
    let mut pairs = Vec::new();
    let mut before: Vec<&Located> = Vec::new();
    for second in all.iter().filter(|located| is_function_word(&located.term)) {
        before.retain(|first| first.position + 1 >= second.position);
        for first in before.iter().filter(|first| first.position + 1 == second.position) {
            let range = first.range.start..first.range.end.max(second.range.end);
            let term = format!("{} {}", first.term, second.term);
            pairs.push(Located { position: first.position, term, range });
        }
        before.push(second);
    }
    if !pairs.is_empty() {
        all.extend(pairs);
        all.sort_by_key(|located| located.position);
    }
    all
}

/// The term that stands for two neighbours, where both are function words.
pub(super) fn pair(first: &str, second: &str) -> Option<String> {
    (is_function_word(first) && is_function_word(second)).then(|| format!("{first} {second}"))
}

fn is_function_word(word: &str) -> bool {
    const LONGEST: usize = 7;
    let may_be = word.len() <= LONGEST && word.starts_with(|c: char| c.is_ascii_lowercase());
    may_be && FUNCTION_WORDS.binary_search(&word).is_ok()
}

/// Folds a text, group by group.
fn fold(text: &str, mut take: impl FnMut(Folded)) {
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        let mut end = start + first.len_utf8();
        let mut alone = true;
        while let Some((at, next)) = rest.next_if(|(_, next)| !begins_group(*next)) {
            end = at + next.len_utf8();
            alone = false;
        }
        if alone && is_plain(first) {
            take(Folded { character: first.to_ascii_lowercase(), start, end });
        } else {
            let group = text.get(start..end).unwrap_or_default();
            for character in folded(group) {
                take(Folded { character, start, end });
            }
        }
    }
}

/// Whether nothing before this character has any part in what it is folded to, nor it in
/// what stands before.
fn begins_group(c: char) -> bool {
    if c < '\u{300}' || is_plain(c) {
        return true;
    }
    if is_combining_mark(c) || matches!(c, '\u{200C}' | '\u{200D}') {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    first.is_none_or(|first| {
        canonical_combining_class(first) == 0
            && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes
    })
}

/// Whether this character, alone, is certain to be folded to itself or to its lower case.
/// Nearly all characters are.
fn is_plain(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7F}'
        | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' // punctuation
        | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' // kana
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' // Han, hangul
    )
}

/// The characters of a group without the differences that nobody types: compatibility forms
/// such as full width, case, the accents of Latin letters, and everything invisible.
fn folded(group: &str) -> impl Iterator<Item = char> {
    group
        .nfkc()
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

/// Whether this is a character of a script without spaces between words.
pub(super) fn is_cjk(c: char) -> bool {
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

fn cut(characters: &[Folded]) -> String {
    characters.iter().take(TERM_LENGTH).map(|c| c.character).collect()
}

fn range(characters: &[Folded]) -> Range<usize> {
    let start = characters.first().map_or(0, |first| first.start);
    start..characters.last().map_or(start, |last| last.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any text, and often one of characters that fold together with their neighbours.
    const TEXTS: &str = "(?s).{0,12}|[a1. _:é海报가½㎡ﬁß①．🙂İΣςｶﾞハ\u{301}\u{323}\u{3099}\u{1100}\u{1161}\u{11A8}\u{AD}\u{200B}\u{200D}\u{FE0F}\u{344}\u{9C7}\u{9BE}-]{0,12}";

    #[test]
    fn every_function_word_is_known_as_one() {
        assert!(FUNCTION_WORDS.is_sorted());
        assert!(FUNCTION_WORDS.into_iter().all(is_function_word));
        for other in ["", "then", "withouts", "in\u{301}", "的", "中文"] {
            assert!(!is_function_word(other), "{other}");
        }
        let pairs = terms_and_pairs("in the end of a be-all");
        let pairs = pairs.iter().filter(|located| located.term.contains(' '));
        let pairs: Vec<_> = pairs.map(|located| (located.position, &*located.term)).collect();
        assert_eq!(pairs, [(0, "in the"), (3, "of a"), (4, "a be")]);
    }

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

    fn ranges(text: &str) -> Vec<&str> {
        terms(text).into_iter().map(|located| text.get(located.range).unwrap()).collect()
    }

    #[test]
    fn a_term_knows_what_it_was_read_from() {
        assert_eq!(ranges("Two cats"), ["Two", "cats"]);
        assert_eq!(ranges("极简海"), ["极", "极简", "简", "简海", "海"]);
        assert_eq!(ranges("a GPT_Image-2"), ["a", "GPT", "GPT_Image-2", "Image", "2"]);
    }

    #[test]
    fn folding_does_not_lose_where_a_term_was() {
        assert_eq!(ranges("ＡＢ, Café"), ["ＡＢ", "Café"]);
        assert_eq!(ranges("(cafe\u{301}) pos\u{AD}ter"), ["cafe\u{301}", "pos\u{AD}ter"]);
        assert_eq!(ranges("ｶﾞ ㎏ ½"), ["ｶﾞ", "㎏", "½", "½"]);
        assert_eq!(ranges("漢\u{E0100}字"), ["漢\u{E0100}", "漢\u{E0100}字", "字"]);
    }

    proptest! {
        #[test]
        fn what_a_term_was_read_from_gives_the_term_again(text in TEXTS) {
            let mut last = 0;
            for located in terms(&text) {
                let Range { start, end } = located.range;
                prop_assert!(last <= start && start < end);
                last = start;
                let source = text.get(start..end);
                prop_assert!(source.is_some(), "{start}..{end} cuts a character in two");
                let again = terms(source.unwrap());
                prop_assert!(again.iter().any(|other| other.term == located.term), "{located:?}");
            }
        }

        #[test]
        fn a_text_is_folded_alike_as_a_whole_and_in_groups(text in TEXTS) {
            let mut in_groups = String::new();
            fold(&text, |folded| in_groups.push(folded.character));
            prop_assert_eq!(in_groups, folded(&text).collect::<String>());
        }
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
