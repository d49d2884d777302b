//! What is asked of the site: many different requests of each kind, made of words that the
//! gallery really holds.

use std::collections::{HashMap, HashSet};

use prompt_gallery::catalog::{Locale, Prompt};

use crate::common::corpus::Corpus;
use crate::common::random::Random;

/// How many different requests there are of a kind, where there can be as many.
const VARIETY: usize = 60;
/// The prompts that words are taken from.
const SAMPLE: usize = 3000;
/// What the names of searches begin with.
const SEARCHING: &str = "search: ";
/// How many of the most frequent words are very common.
const COMMON: usize = 40;

/// What an answer must hold to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A page with cards.
    Cards,
    /// A list, with or without.
    List,
    /// A list without any.
    Nothing,
    /// A prompt's own page.
    Prompt,
    /// Suggestions as JSON.
    Suggestions,
}

/// How quick it has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// Nothing is asked for.
    None,
    /// 99 of 100 answers within so many milliseconds.
    Milliseconds(f64),
    /// The median at most so many times that of the smallest gallery.
    TimesSmallest(f64),
}

/// Where in a list the page lies that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the address as it is.
    Here,
    /// Halfway to the last page.
    Middle,
    /// On the last page.
    Last,
}

/// Requests of one kind.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) expected: Expected,
    pub(crate) target: Target,
    pub(crate) place: Place,
    /// Different ones, without the page.
    pub(crate) paths: Vec<String>,
    /// Whether each may be asked for only once.
    pub(crate) once: bool,
    /// Whether only what is searched for is asked, of the gallery: no facets, and no page.
    pub(crate) alone: bool,
}

/// Every kind of request, for a gallery of so many prompts.
pub(crate) fn kinds(corpus: &Corpus, prompts: usize, requests: usize) -> Vec<Kind> {
    use Expected::{Cards, List, Nothing, Suggestions};
    const LISTING: Target = Target::Milliseconds(5.0);
    const SEARCH: Target = Target::Milliseconds(15.0);
    const PAGE: Target = Target::Milliseconds(40.0);
    const SUGGESTIONS: Target = Target::Milliseconds(10.0);
    let words = Words::of(corpus, prompts);
    let categories = || {
        let slugs = corpus.reference().categories.iter().map(|category| category.slug.as_str());
        slugs.map(|slug| format!("/categories/{slug}")).flat_map(in_both_languages).collect()
    };
    let list = |query: &str| in_both_languages(format!("/prompts{query}")).collect::<Vec<_>>();
    let kind = |name, expected, target, place, paths| Kind {
        name,
        expected,
        target,
        place,
        paths,
        once: false,
        alone: false,
    };
    use Place::{Here, Last, Middle};
    let mut kinds = vec![
        kind("home", Cards, Target::None, Here, in_both_languages("/".into()).collect()),
        kind("category, first page", Cards, LISTING, Here, categories()),
        kind("category, middle page", Cards, LISTING, Middle, categories()),
        kind("category, last page", Cards, LISTING, Last, categories()),
        kind("all prompts, last page", Cards, LISTING, Last, list("")),
        kind("by title, last page", Cards, LISTING, Last, list("?sort=title")),
        kind("three facets", Cards, PAGE, Here, words.facets()),
        kind("search: rare word", Cards, PAGE, Here, words.rare()),
        kind("search: very common word", Cards, PAGE, Here, words.common()),
        kind("search: two common words", Cards, PAGE, Here, words.two_common()),
        kind("search: two Chinese characters", Cards, PAGE, Here, words.two_characters()),
        kind("search: four Chinese characters", Cards, PAGE, Here, words.four_characters()),
        kind("search: first two letters", List, PAGE, Here, words.beginnings(2)),
        kind("search: first three letters", List, PAGE, Here, words.beginnings(3)),
        kind("search: phrase", Cards, PAGE, Here, words.phrases()),
        kind("search: misspelt word", List, PAGE, Here, words.misspelt()),
        kind("search: nothing found", Nothing, PAGE, Here, words.unknown()),
        kind("search: common word, three facets", Cards, PAGE, Here, words.faceted()),
        kind("search: common word, last page", Cards, PAGE, Last, words.common()),
        kind("suggestions", Suggestions, SUGGESTIONS, Here, words.suggestions()),
        Kind {
            once: true,
            ..kind(
                "prompt, not asked for before",
                Expected::Prompt,
                Target::TimesSmallest(1.5),
                Here,
                some_prompts(corpus, prompts, requests),
            )
        },
    ];
    let is_plain = |path: &String| !path.contains('&');
    let searches = kinds.iter().filter(|kind| {
        kind.name.starts_with(SEARCHING) && kind.place == Here && kind.paths.iter().all(is_plain)
    });
    let alone: Vec<Kind> = searches
        .map(|kind| Kind { alone: true, target: SEARCH, paths: kind.paths.clone(), ..*kind })
        .collect();
    kinds.extend(alone);
    kinds
}

impl Kind {
    /// What it is called where it is reported.
    pub(crate) fn title(&self) -> String {
        match self.name.strip_prefix(SEARCHING) {
            Some(what) if self.alone => format!("search alone: {what}"),
            _ => self.name.to_owned(),
        }
    }
}

/// What is searched for at such an address.
pub(crate) fn searched_for(path: &str) -> Option<String> {
    let (_, query) = path.split_once("?q=")?;
    Some(percent_encoding::percent_decode_str(query).decode_utf8_lossy().into_owned())
}

fn in_both_languages(path: String) -> impl Iterator<Item = String> {
    let chinese = format!("/zh-CN{path}");
    [path, chinese].into_iter()
}

/// The pages of so many prompts and some to warm up with, from everywhere in the gallery.
fn some_prompts(corpus: &Corpus, prompts: usize, requests: usize) -> Vec<String> {
    let wanted = (requests + requests / 10).min(prompts);
    let numbers = (0..wanted).map(|at| at * prompts / wanted);
    numbers.map(|number| format!("/prompts/{}", corpus.prompt(number as u64).slug)).collect()
}

/// A search in the language of what is searched for.
fn search(text: &str) -> String {
    let prefix = if text.is_ascii() { "" } else { "/zh-CN" };
    format!("{prefix}/prompts?q={}", encoded(text))
}

/// A text as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Words of a gallery, taken from a sample of its prompts.
struct Words<'c> {
    corpus: &'c Corpus,
    sample: Vec<Prompt>,
    /// Of every English word.
    ranks: HashMap<&'c str, usize>,
    common: HashSet<&'c str>,
}

impl<'c> Words<'c> {
    fn of(corpus: &'c Corpus, prompts: usize) -> Self {
        let taken = SAMPLE.min(prompts);
        let numbers = (0..taken).map(|at| at * prompts / taken);
        let common = corpus.english.real().iter().take(COMMON).map(String::as_str).collect();
        Self {
            corpus,
            sample: numbers.map(|number| corpus.prompt(number as u64)).collect(),
            ranks: corpus.english.all().iter().map(String::as_str).zip(0..).collect(),
            common,
        }
    }

    /// Different requests, one for each prompt that has what it takes.
    fn each(&self, mut request: impl FnMut(&Prompt, &mut Random) -> Option<String>) -> Vec<String> {
        let mut known = HashSet::new();
        let mut requests = Vec::new();
        for (number, prompt) in (0..).zip(&self.sample) {
            let request = request(prompt, &mut Random::part(0, number));
            requests.extend(request.filter(|request| known.insert(request.clone())));
            if requests.len() == VARIETY {
                break;
            }
        }
        requests
    }

    /// A prompt's words in small Latin letters.
    fn latin<'p>(prompt: &'p Prompt) -> impl Iterator<Item = String> + 'p {
        let words = prompt.text.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|w| w.len() > 1 && w.bytes().all(|b| b.is_ascii_alphabetic()));
        words.map(str::to_ascii_lowercase)
    }

    fn common_in(&self, prompt: &Prompt) -> Vec<String> {
        let mut words: Vec<String> =
            Self::latin(prompt).filter(|word| self.common.contains(word.as_str())).collect();
        words.sort();
        words.dedup();
        words
    }

    fn rare(&self) -> Vec<String> {
        const RARE: usize = 5000;
        self.each(|prompt, _| {
            let rank = |word: &String| self.ranks.get(word.as_str()).copied();
            let rarest =
                Self::latin(prompt).filter(|word| rank(word) > Some(RARE)).max_by_key(rank);
            rarest.map(|word| search(&word))
        })
    }

    /// Words that say something and, for each three of those, one that does not.
    fn common(&self) -> Vec<String> {
        let content = self.corpus.english.real().iter().take(COMMON).map(String::as_str);
        let function = (0..COMMON / 3).map(|rank| self.corpus.english.at(rank));
        content.chain(function).map(search).collect()
    }

    fn two_common(&self) -> Vec<String> {
        self.each(|prompt, random| {
            let words = self.common_in(prompt);
            let at = random.below(words.len().max(2) - 1);
            Some(search(&words.get(at..at + 2)?.join(" ")))
        })
    }

    fn two_characters(&self) -> Vec<String> {
        self.each(|prompt, random| {
            let word = random.one_of(self.corpus.chinese.real());
            (word.chars().count() == 2 && prompt.text.contains(word)).then(|| search(word))
        })
    }

    /// Words, and whatever else stands together.
    fn four_characters(&self) -> Vec<String> {
        let words: Vec<&String> =
            self.corpus.chinese.real().iter().filter(|word| word.chars().count() == 4).collect();
        self.each(|prompt, random| {
            if random.below(2) == 0 {
                let word = words.iter().find(|word| prompt.text.contains(word.as_str()))?;
                return Some(search(word));
            }
            let characters: Vec<char> = prompt.text.chars().collect();
            let is_chinese = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
            let rows: Vec<&[char]> =
                characters.windows(4).filter(|row| row.iter().all(is_chinese)).collect();
            let row = rows.get(random.below(rows.len().max(1)))?;
            Some(search(&row.iter().collect::<String>()))
        })
    }

    /// The beginnings of real words.
    fn beginnings(&self, letters: usize) -> Vec<String> {
        let mut beginnings: Vec<&str> = self
            .corpus
            .english
            .real()
            .iter()
            .filter(|word| word.len() > letters && word.bytes().all(|b| b.is_ascii_lowercase()))
            .map(|word| &word[..letters])
            .collect();
        let mut known = HashSet::new();
        beginnings.retain(|beginning| known.insert(*beginning));
        beginnings.into_iter().take(VARIETY).map(search).collect()
    }

    /// Two or three words that stand together.
    fn phrases(&self) -> Vec<String> {
        self.each(|prompt, random| {
            if prompt.language != Locale::En || prompt.text.starts_with('{') {
                return None;
            }
            let words: Vec<&str> = prompt.text.split(' ').collect();
            let length = random.between(2, 3);
            let at = random.below(words.len().saturating_sub(length).max(1));
            let phrase = words.get(at..at + length)?;
            let is_plain = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
            phrase.iter().all(is_plain).then(|| search(&format!("\"{}\"", phrase.join(" "))))
        })
    }

    /// Real words with two letters swapped.
    fn misspelt(&self) -> Vec<String> {
        let misspelt = self.corpus.english.real().iter().filter_map(|word| {
            let mut letters: Vec<char> = word.chars().collect();
            if letters.len() < 6 || !letters.iter().all(char::is_ascii_alphabetic) {
                return None;
            }
            letters.swap(2, 3);
            let wrong: String = letters.into_iter().collect();
            (!self.ranks.contains_key(wrong.as_str())).then_some(wrong)
        });
        misspelt.take(VARIETY).map(|word| search(&word)).collect()
    }

    fn unknown(&self) -> Vec<String> {
        let random = &mut Random::new(1);
        let word = |random: &mut Random| {
            let letters = (0..8).map(|_| char::from(*random.one_of(b"qxzvjkw")));
            letters.collect::<String>()
        };
        (0..VARIETY).map(|_| search(&word(random))).collect()
    }

    /// Three properties of a prompt that has them.
    fn choice(prompt: &Prompt, random: &mut Random) -> Option<String> {
        let category = format!("category={}", prompt.category);
        let model = format!("model={}", encoded(prompt.model.as_deref()?));
        let tag = format!("tag={}", prompt.tags.first()?);
        let language = format!("lang={}", prompt.language);
        // Held by a good part of all prompts, so that there is much to count.
        let params = format!("params={}", if prompt.params.is_empty() { "no" } else { "yes" });
        let json = format!("json={}", if prompt.text.starts_with('{') { "yes" } else { "no" });
        Some(match random.below(4) {
            0 => [language, params, json].join("&"),
            1 => [category, model, language].join("&"),
            2 => [category, tag, language].join("&"),
            _ => [model, tag, language].join("&"),
        })
    }

    fn facets(&self) -> Vec<String> {
        self.each(|prompt, random| {
            Self::choice(prompt, random).map(|choice| format!("/prompts?{choice}"))
        })
    }

    fn faceted(&self) -> Vec<String> {
        self.each(|prompt, random| {
            let words = self.common_in(prompt);
            let word = words.get(random.below(words.len().max(1)))?;
            Some(format!("{}&{}", search(word), Self::choice(prompt, random)?))
        })
    }

    /// What has been typed of a word when something is suggested.
    fn suggestions(&self) -> Vec<String> {
        let latin = self.corpus.english.real().iter().filter(|word| word.len() > 3);
        let typed = latin.zip((2..=5).cycle()).filter_map(|(word, length)| word.get(..length));
        let chinese = self.corpus.chinese.real().iter().zip((1..=2).cycle());
        let chinese = chinese.map(|(word, length)| word.chars().take(length).collect::<String>());
        let suggest = |prefix: &str, text: &str| format!("{prefix}/suggest?q={}", encoded(text));
        let typed = typed.take(VARIETY).map(|text| suggest("", text));
        typed.chain(chinese.take(VARIETY / 2).map(|text| suggest("/zh-CN", &text))).collect()
    }
}
