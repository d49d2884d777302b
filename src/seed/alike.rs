//! Finding texts that are nearly the same, without holding each against every other.
//!
//! A text is read as a row of *tokens*: words, and characters where words are not parted. Case,
//! width and punctuation are set aside, and a blank is one token, whatever it is called and
//! however it is written. Runs of a few neighbouring tokens are its *shingles*, and two texts are
//! as similar as the shingles they share are many of all they have (the Jaccard index): 1 for
//! texts of the same tokens, 0 for texts without a common turn of phrase.
//!
//! Candidates are found by `MinHash`: the smallest of all hashed shingles is the same in two texts
//! as often as these are similar. A few such minima together are a *band*, and texts that share a
//! band are compared for certain. With [`BANDS`] bands of [`ROWS`] a pair at the threshold is
//! overlooked three times in a thousand, one at 0.75 less than once in a million, and of unrelated
//! texts nearly none are compared. Hashes are fixed: the same texts in the same order give the same
//! answers everywhere.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::catalog::Blanks;
use crate::placeholders::Template;

/// From this similarity on a text is nearly the same as another.
///
/// Found by looking. In two public collections, of English and of Chinese prompts, every pair from
/// 0.6 on was a copy that somebody had touched up, or one text with a few words exchanged. From
/// 0.5 on there are also texts for different ends that share an opening, and from 0.4 on mostly
/// these. Prompts written one by one share less than 0.02.
pub const NEARLY_THE_SAME: f64 = 0.6;

/// Tokens in a shingle that begins with a word.
const WORDS: usize = 3;

/// Tokens in a shingle that begins with a character of a text without spaces: most words of
/// Chinese are two of them.
const CHARACTERS: usize = 4;

/// How many bands a text has.
const BANDS: usize = 24;

/// How many minima make a band.
const ROWS: usize = 3;

/// The most texts kept of one band: of a thousand copies, a text is held against these only.
const MOST_OF_A_BAND: usize = 16;

/// Texts, each with a key, and what is like them.
#[derive(Clone, Debug)]
pub struct Alike<K> {
    entries: Vec<(K, Shingles)>,
    bands: HashMap<u64, Vec<usize>>,
    /// Texts by all of their shingles, so that of many alike the very same one is found.
    same: HashMap<u64, Vec<usize>>,
}

/// A text that is like another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour<'a, K> {
    /// Its key.
    pub key: &'a K,
    /// How similar it is: from [`NEARLY_THE_SAME`] to 1.
    pub similarity: f64,
}

impl<K> Default for Alike<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Alike<K> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { entries: Vec::new(), bands: HashMap::new(), same: HashMap::new() }
    }

    /// Takes a text in.
    pub fn add(&mut self, key: K, text: &str) {
        let shingles = Shingles::of(text);
        let at = self.entries.len();
        let (bands, whole) = (shingles.bands(), shingles.whole());
        for band in bands {
            let texts = self.bands.entry(band).or_default();
            if texts.len() < MOST_OF_A_BAND {
                texts.push(at);
            }
        }
        self.same.entry(whole).or_default().push(at);
        self.entries.push((key, shingles));
    }

    /// The text that is most like this one, if one is nearly the same; of several, the one that
    /// was added first.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Option<Neighbour<'_, K>> {
        self.nearest_among(text, |_| true)
    }

    /// The same, among the texts whose keys are admitted: to leave out the text's own earlier
    /// version, for example.
    #[must_use]
    pub fn nearest_among(
        &self,
        text: &str,
        admits: impl Fn(&K) -> bool,
    ) -> Option<Neighbour<'_, K>> {
        let shingles = Shingles::of(text);
        let entry = |at: &usize| self.entries.get(*at).filter(|(key, _)| admits(key));
        let same = self.same.get(&shingles.whole()).into_iter().flatten().filter_map(entry);
        if let Some((key, _)) = { same }.find(|(_, other)| *other == shingles) {
            return Some(Neighbour { key, similarity: 1.0 });
        }
        let mut candidates: Vec<usize> = Vec::new();
        for band in shingles.bands() {
            candidates.extend(self.bands.get(&band).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut nearest: Option<Neighbour<'_, K>> = None;
        for (key, other) in candidates.iter().filter_map(entry) {
            let similarity = shingles.similarity(other);
            let least = nearest.as_ref().map_or(0.0, |nearest| nearest.similarity);
            if similarity >= NEARLY_THE_SAME && similarity > least {
                nearest = Some(Neighbour { key, similarity });
            }
        }
        nearest
    }
}

/// The hashed shingles of a text, in order and each once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shingles(Vec<u64>);

impl Shingles {
    fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let mut shingles: Vec<u64> = (0..tokens.len())
            .filter_map(|at| {
                let rest = tokens.get(at..)?;
                let length = rest.first()?.shingle;
                // A text shorter than a shingle is one.
                let run =
                    if at == 0 { rest.get(..length).or(Some(rest)) } else { rest.get(..length) };
                Some(run?.iter().fold(run?.len() as u64, |hash, token| mix(hash ^ token.hash)))
            })
            .collect();
        shingles.sort_unstable();
        shingles.dedup();
        Self(shingles)
    }

    /// A number for all of them together.
    fn whole(&self) -> u64 {
        self.0.iter().fold(self.0.len() as u64, |hash, shingle| mix(hash ^ shingle))
    }

    fn bands(&self) -> Vec<u64> {
        let minimum = |row: u64| {
            let factor = mix(row) | 1;
            self.0.iter().map(|shingle| shingle.wrapping_mul(factor)).min().unwrap_or_default()
        };
        (0..BANDS as u64)
            .map(|band| {
                let rows = (0..ROWS as u64).map(|row| minimum(band * ROWS as u64 + row));
                rows.fold(band, |hash, minimum| mix(hash ^ minimum))
            })
            .collect()
    }

    /// How many of the shingles of both are shared.
    fn similarity(&self, other: &Self) -> f64 {
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared = 0;
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            let order = our.cmp(their);
            if order.is_eq() {
                shared += 1;
            }
            if order.is_le() {
                ours.next();
            }
            if order.is_ge() {
                theirs.next();
            }
        }
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 { 1.0 } else { shared as f64 / all as f64 }
    }
}

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    hash: u64,
    /// How many tokens a shingle has that begins here.
    shingle: usize,
}

impl Token {
    /// A blank, of any name.
    const BLANK: Self = Self { hash: 0, shingle: WORDS };

    fn word(word: &str) -> Self {
        Self { hash: hash(word), shingle: WORDS }
    }

    fn character(character: char) -> Self {
        Self { hash: hash(character.encode_utf8(&mut [0; 4])), shingle: CHARACTERS }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let template = Template::new(text, &Blanks::default());
    let mut tokens = Vec::new();
    let mut at = 0;
    for mark in template.fill(&[]).marks {
        read(text.get(at..mark.range.start).unwrap_or_default(), &mut tokens);
        tokens.push(Token::BLANK);
        at = mark.range.end;
    }
    read(text.get(at..).unwrap_or_default(), &mut tokens);
    if tokens.is_empty() {
        // Nothing but signs: then these are what it says.
        tokens.extend(text.chars().filter(|c| !c.is_whitespace()).map(Token::character));
    }
    tokens
}

/// Reads the tokens of a stretch without blanks.
fn read(text: &str, tokens: &mut Vec<Token>) {
    for piece in text.split_whitespace() {
        if piece.is_ascii() {
            // Folding it would change its case only, and take ten times as long.
            read_folded(piece.chars().map(|c| c.to_ascii_lowercase()), tokens);
        } else {
            read_folded(piece.nfkc().flat_map(char::to_lowercase), tokens);
        }
    }
}

fn read_folded(piece: impl Iterator<Item = char>, tokens: &mut Vec<Token>) {
    let mut word = String::new();
    let end = |word: &mut String, tokens: &mut Vec<Token>| {
        if !word.is_empty() {
            tokens.push(Token::word(word));
            word.clear();
        }
    };
    for c in piece.filter(|c| !is_silent(*c)) {
        if c.is_alphanumeric() && !is_unspaced(c) {
            word.push(c);
            continue;
        }
        end(&mut word, tokens);
        if c.is_alphanumeric() {
            tokens.push(Token::character(c));
        }
    }
    end(&mut word, tokens);
}

/// Characters inside of words that nobody sees, and apostrophes, which come in two forms and are
/// left out as often as not.
fn is_silent(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2019}'
            | '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Han characters and kana, which are written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{2E80}'..='\u{30FF}'
            | '\u{31C0}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// A hash that is the same everywhere and in every version, FNV-1a.
fn hash(text: &str) -> u64 {
    let start = 0xCBF2_9CE4_8422_2325;
    text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3))
}

/// Spreads a number over all of its bits, as `SplitMix64` does.
fn mix(number: u64) -> u64 {
    let mut number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn similarity(one: &str, other: &str) -> f64 {
        Shingles::of(one).similarity(&Shingles::of(other))
    }

    const COBBLER: &str = "A cobbler at his bench under a single bulb, seen from the street \
        through a rain-streaked window. He holds a boot against his chest and waxes the thread. \
        Shelves of lasts behind him, each with a name in chalk. Warm light, cold pavement.";

    #[test]
    fn a_text_with_a_few_words_changed_is_nearly_the_same() {
        let mut alike = Alike::new();
        alike.add("cobbler", COBBLER);
        let other = COBBLER.replace("single bulb", "bare bulb").replace("Warm light", "Dim light");
        let found = alike.nearest(&other).unwrap();
        assert_eq!(*found.key, "cobbler");
        assert!(found.similarity > NEARLY_THE_SAME && found.similarity < 1.0);
        assert_eq!(alike.nearest("A ferry leaves the harbour at dawn, gulls above it."), None);
    }

    #[test]
    fn chinese_is_read_character_by_character() {
        let text = "修鞋匠坐在灯下，隔着雨痕斑驳的窗子从街上望进去，他把靴子抵在胸前给线上蜡，身后一排鞋楦，每只都用粉笔写着名字。";
        let mut alike = Alike::new();
        alike.add(1, text);
        assert!(alike.nearest(&text.replace("粉笔", "铅笔")).is_some());
        assert!(alike.nearest("清晨的渡轮驶出港口，海鸥在上空盘旋，甲板上有人挥手。").is_none());
    }

    #[test]
    fn case_width_punctuation_and_the_names_of_blanks_do_not_matter() {
        let one = "Poster for [product name]: bold type, 3 colours. Don't add people.";
        let other = "POSTER  for {{brand}} – bold type; ３ colours!\nDon’t add peo\u{200B}ple";
        assert_eq!(similarity(one, other), 1.0);
        assert!(similarity(one, "Poster for Acme: bold type, 3 colours. Don't add people.") < 1.0);
    }

    #[test]
    fn texts_shorter_than_a_shingle_are_compared_as_a_whole() {
        assert_eq!(similarity("A cat", "a cat!"), 1.0);
        assert_eq!(similarity("A cat", "A dog"), 0.0);
        assert_eq!(similarity("🎉🎉", "🎉 🎉"), 1.0);
        assert_eq!(similarity("🎉🎉", "!!"), 0.0);
        assert_eq!(similarity("", " \n"), 1.0);
    }

    #[test]
    fn of_several_the_nearest_is_found_and_of_equals_the_first() {
        let mut alike = Alike::new();
        alike.add("farther", &COBBLER.replace("waxes", "pulls").replace("chalk", "ink"));
        alike.add("same", COBBLER);
        alike.add("same again", COBBLER);
        assert_eq!(*alike.nearest(COBBLER).unwrap().key, "same");
        let but = alike.nearest_among(COBBLER, |key| !key.starts_with("same")).unwrap();
        assert_eq!(*but.key, "farther");
    }

    #[test]
    fn many_texts_alike_do_not_make_the_search_longer() {
        let mut alike = Alike::new();
        for number in 0..500 {
            alike.add(number, &format!("{COBBLER} Number {number}."));
        }
        assert!(alike.bands.values().all(|texts| texts.len() <= MOST_OF_A_BAND));
        // The very same one is found nevertheless.
        assert_eq!(*alike.nearest(&format!("{COBBLER} Number 321.")).unwrap().key, 321);
        assert!(alike.nearest(&format!("{COBBLER} Number 1000.")).is_some());
    }

    /// Texts of few words, so that some are alike.
    fn texts() -> impl Strategy<Value = Vec<String>> {
        let words = prop::collection::vec(prop::sample::select(vec!["a", "b", "雨", "夜"]), 0..9);
        prop::collection::vec(words.prop_map(|words| words.join(" ")), 1..12)
    }

    proptest! {
        #[test]
        fn any_text_is_like_itself_and_likeness_is_mutual(one in "\\PC*", other in "\\PC*") {
            let mut alike = Alike::new();
            alike.add((), &one);
            prop_assert_eq!(alike.nearest(&one).map(|found| found.similarity), Some(1.0));
            prop_assert_eq!(similarity(&one, &other), similarity(&other, &one));
        }

        #[test]
        fn what_is_found_is_what_comparing_with_every_text_would_find(texts in texts()) {
            let mut alike = Alike::new();
            for (at, text) in texts.iter().enumerate() {
                let all = texts[..at].iter().map(|other| similarity(text, other));
                let best = all.fold(0.0, f64::max);
                let found = alike.nearest(text).map_or(0.0, |found| found.similarity);
                // Nearer the threshold, one in some hundred may be overlooked.
                if best < NEARLY_THE_SAME {
                    prop_assert_eq!(found, 0.0);
                } else if best >= 0.8 {
                    prop_assert_eq!(found, best);
                } else {
                    prop_assert!(found <= best);
                }
                alike.add(at, text);
            }
        }
    }
}
