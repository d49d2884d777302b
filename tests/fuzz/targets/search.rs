//! Any text is a query, and what is found has what was asked for.
//!
//! 1. Every word of a text finds it, as do all of them, and a part of it in quotation marks: the
//!    index and the query cut texts alike. Full width, upper case and other white space do not
//!    change that.
//! 2. What a query finds, it still finds when a word is taken away, and nothing of it with a
//!    hyphen in front of that word.
//! 3. In every prompt that has all of a query, each of its words is marked. Marks are in order,
//!    apart, and hold whole characters; a passage is part of its text, and no longer than asked
//!    for.
//!
//! # What an input is
//!
//! A query, and below it the text of a prompt, which stands in an index beside some others.

use std::sync::{LazyLock, Mutex, PoisonError};

use prompt_gallery::search::{Document, Effort, Found, Hits, Index, Marker, View, words};

/// The prompts that are always there: title, labels, text, description. The first is at 0.
const OTHERS: [[&str; 4]; 6] = [
    ["Linen and north light", "portrait gpt-image-2", "Half-length portrait, Golden hour", "soft"],
    ["北窗亚麻", "人像 midjourney", "极简海报设计,赛博朋克的城市,4K", "不修图"],
    ["Kite maker's spreads", "illustration veo3.1", "wi-fi in the café; 16:9 --ar 2.6", "boxes"],
    ["Tea for two", "video Veo 3", "to be or not to be, that is the question of it", "cities"],
    ["漢字カナ混じり", "photo", "雨の日のＡＩ写真 한국어 텍스트", "ﬁne straße Ångström"],
    ["", "", "", ""],
];

/// An index of those, and of one that changes.
struct Library {
    index: Index,
    view: View,
    /// The text of the one that changes.
    text: String,
}

const CHANGING: i64 = OTHERS.len() as i64;

static LIBRARY: LazyLock<Mutex<Library>> = LazyLock::new(|| {
    let index = Index::in_memory().expect("an index");
    let mut library = Library { view: view(&index), index, text: String::new() };
    library.put((0..).zip(OTHERS).collect());
    Mutex::new(library)
});

fn view(index: &Index) -> View {
    index.view(OTHERS.len() as u32 + 1, |id| u32::try_from(id).ok()).expect("a view")
}

impl Library {
    fn put(&mut self, documents: Vec<(i64, [&str; 4])>) {
        let mut change = self.index.change(Effort::Little).expect("a change");
        for (id, [title, labels, text, description]) in documents {
            let document = Document { id, title, labels, text, description };
            change.put(&document).expect("a place");
        }
        change.commit("").expect("a commit");
        change.finish().expect("an end");
        self.view = view(&self.index);
    }
}

/// Putting a text into the index takes a hundred times as long as all else, so that is done with
/// one in so many.
const INDEXED: usize = 16;

/// Checks one query, and one text.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let (query, text) = input.split_once('\n').unwrap_or((&input, ""));
    marks_are_in_order(query, text);
    words_are_marked_in_their_text(text);
    let mut library = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    let is_indexed = input.bytes().map(usize::from).sum::<usize>() % INDEXED == 0;
    if is_indexed {
        library.put(vec![(CHANGING, ["", "", text, ""])]);
        library.text = text.to_owned();
        words_find_their_text(&library.view, text);
    }
    let Library { view, text: indexed, .. } = &*library;
    for query in [query, text, &format!("\"{query}\""), &format!("{query} -{text}")] {
        what_is_found_is_marked(view, query, indexed);
    }
    fewer_words_find_no_less(view, query);
}

fn find(view: &View, query: &str) -> Hits {
    view.find(query).expect("any text is a query")
}

/// Whether a query finds the text that changes, with nothing corrected or left out.
fn finds(view: &View, query: &str) -> bool {
    let hits = find(view, query);
    !hits.is_partial && hits.documents.contains(CHANGING as u32)
}

fn fields(number: u32, text: &str) -> [&str; 4] {
    OTHERS.get(number as usize).copied().unwrap_or(["", "", text, ""])
}

fn what_is_found_is_marked(view: &View, query: &str, text: &str) {
    let hits = find(view, query);
    let ranked = view.rank(&hits, &hits.documents, 0, usize::MAX).expect("an order");
    assert_eq!(ranked.len() as u64, hits.documents.len());
    assert!(ranked.iter().all(|number| hits.documents.contains(*number)));
    let marker = hits.marker();
    for number in ranked {
        let found = fields(number, text).map(|field| {
            let found = marker.find(field);
            are_in_order(&found, field);
            found
        });
        let marked = found.iter().flat_map(|found| &found.words).count();
        // Of two words, one written with the other is found, too, and then is neither.
        let asked = marker.words();
        if asked.len() != 2 && !asked.is_empty() {
            assert!(marked > 0, "{query:?} finds {:?}", fields(number, text));
        }
        if asked.len() > 2 && !hits.is_partial {
            for word in asked {
                let is_marked = found.iter().any(|found| found.words.contains(&word));
                assert!(is_marked, "word {word} of {query:?} in {:?}", fields(number, text));
            }
        }
    }
}

/// More are not looked up one by one, and a query holds no more.
const MOST_WORDS: usize = 24;

/// The words of a text, each in three spellings.
fn spellings(text: &str) -> Vec<[String; 3]> {
    let words = words(text).into_iter().map(|parts| parts.concat()).take(MOST_WORDS);
    // Of what stands between two numbers, `words` says only that something does.
    let words = words.filter(|word| !word.contains('.'));
    words.map(|word| [wide(&word), word.to_uppercase(), word]).collect()
}

fn words_are_marked_in_their_text(text: &str) {
    for word in spellings(text).iter().flatten() {
        assert!(!Marker::new(word).marks(text).is_empty(), "{word:?} of {text:?}");
    }
}

fn words_find_their_text(view: &View, text: &str) {
    let words = spellings(text);
    for word in words.iter().flatten() {
        assert!(finds(view, word), "{word:?} of {text:?}");
    }
    for [.., word] in &words {
        let others = find(view, &format!("-{word}")).documents;
        assert!(!others.contains(CHANGING as u32), "-{word:?} of {text:?}");
        let these = find(view, &format!("\"{word}\"")).documents;
        assert!(these.is_disjoint(&others), "{word:?}: {these:?} and {others:?}");
    }
    if !words.is_empty() {
        let all: Vec<&str> = words.iter().map(|[.., word]| word.as_str()).collect();
        let all = all.join("\u{3000}");
        assert!(finds(view, &all), "{all:?} of {text:?}");
    }
}

/// In full width, as it is typed in Chinese text.
fn wide(text: &str) -> String {
    let wide = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(wide).collect()
}

fn fewer_words_find_no_less(view: &View, query: &str) {
    let words: Vec<String> = words(query).into_iter().map(|parts| parts.concat()).collect();
    // Quoted, so that each stands for itself.
    let quoted = |words: &[String]| {
        words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
    };
    let words = &words[..words.len().min(MOST_WORDS)];
    let Some((_, fewer)) = words.split_last().filter(|(_, fewer)| !fewer.is_empty()) else {
        return;
    };
    let (more, less) = (find(view, &quoted(words)), find(view, &quoted(fewer)));
    let lost = &more.documents - &less.documents;
    assert!(lost.is_empty(), "{:?} finds {lost:?}, {:?} not", quoted(words), quoted(fewer));
}

fn marks_are_in_order(query: &str, text: &str) {
    let marker = Marker::new(query);
    are_in_order(&marker.find(text), text);
    for most in [0, 1, 20, 160] {
        let Some(passage) = marker.passage(text, most) else { continue };
        are_in_order(&passage.found, &passage.text);
        assert!(!passage.text.contains('\n'));
    }
    assert_eq!(marker.passage(text, 160).is_some(), !marker.find(text).marks.is_empty());
}

fn are_in_order(found: &Found, text: &str) {
    let mut end = None;
    for mark in &found.marks {
        assert!(mark.start < mark.end && end.is_none_or(|end| end < mark.start), "{found:?}");
        assert!(text.get(mark.clone()).is_some(), "half a character at {mark:?}: {text:?}");
        end = Some(mark.end);
    }
    assert_eq!(found.marks.is_empty(), found.words.is_empty(), "{found:?}");
}
