use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::query::Request;
use super::terms::{Run, Script, runs};
use super::*;

const NONE: [i64; 0] = [];

const EMPTY: Document<'static> =
    Document { id: 0, title: "", labels: "", text: "", description: "" };

/// An index whose documents are numbered by rising id.
struct Numbered {
    index: Index,
    documents: Mutex<BTreeMap<i64, [String; 4]>>,
}

impl Numbered {
    fn new() -> Numbered {
        Numbered { index: Index::in_memory().unwrap(), documents: Mutex::default() }
    }

    fn apply<'a>(&self, documents: impl IntoIterator<Item = Document<'a>>, removed: &[i64]) {
        let mut change = self.index.change(Effort::Little).unwrap();
        for document in documents {
            change.put(&document).unwrap();
            let Document { id, title, labels, text, description } = document;
            let parts = [title, labels, text, description].map(str::to_owned);
            self.documents.lock().unwrap().insert(id, parts);
        }
        for id in removed {
            change.remove(*id);
            self.documents.lock().unwrap().remove(id);
        }
        change.commit("").unwrap();
        change.finish().unwrap();
    }

    /// What is found where not all of a query is, with the words that were corrected.
    fn search_partly(&self, query: &str) -> (Vec<i64>, Vec<(String, String)>) {
        let (ids, view) = (self.ids(), self.view());
        let found = view.find(query).unwrap();
        assert!(found.is_partial || !found.corrections.is_empty());
        let ranked = view.rank(&found, &found.documents, 0, usize::MAX).unwrap();
        let ids = ranked.into_iter().map(|number| ids[number as usize]).collect();
        (ids, found.corrections)
    }

    fn ids(&self) -> Vec<i64> {
        self.documents.lock().unwrap().keys().copied().collect()
    }

    fn view(&self) -> View {
        let numbers: HashMap<i64, u32> = self.ids().into_iter().zip(0..).collect();
        self.index.view(numbers.len() as u32, |id| numbers.get(&id).copied()).unwrap()
    }

    fn search(&self, query: &str) -> Vec<i64> {
        let (ids, view) = (self.ids(), self.view());
        let found = view.find(query).unwrap();
        if found.is_partial {
            return Vec::new();
        }
        let ranked = view.rank(&found, &found.documents, 0, usize::MAX).unwrap();
        assert_eq!(ranked.len() as u64, found.documents.len());
        ranked.into_iter().map(|number| ids[number as usize]).collect()
    }

    /// The related documents of all, when documents of some ids make something else.
    fn related_of_all(&self, limit: usize, others: &[i64]) -> BTreeMap<i64, Vec<i64>> {
        let view = self.view();
        let mut sketcher = Sketcher::new(&view);
        let documents = self.documents.lock().unwrap();
        let drawn = documents.iter().map(|(id, [title, labels, text, description])| {
            let document = Document { id: *id, title, labels, text, description };
            (document, u8::from(others.contains(id)))
        });
        sketcher.draw(&drawn.collect::<Vec<_>>()).unwrap();
        sketcher.finish().related(limit, |_| ()).collect()
    }

    fn related(&self, id: i64, limit: usize) -> Vec<i64> {
        self.related_of_all(limit, &[]).remove(&id).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.index.len()
    }

    fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
}

fn text(id: i64, text: &str) -> Document<'_> {
    Document { id, text, ..EMPTY }
}

fn title(id: i64, title: &str) -> Document<'_> {
    Document { id, title, ..EMPTY }
}

fn labels(id: i64, labels: &str) -> Document<'_> {
    Document { id, labels, ..EMPTY }
}

fn index<'a>(documents: impl IntoIterator<Item = Document<'a>>) -> Numbered {
    let index = Numbered::new();
    index.apply(documents, &[]);
    index
}

/// An index with one document for each text, numbered from 1.
fn texts(texts: &[&str]) -> Numbered {
    index((1..).zip(texts).map(|(id, content)| text(id, content)))
}

fn found(index: &Numbered, query: &str) -> Vec<i64> {
    index.search(query)
}

fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    fn text(&mut self, from: &[&str], most: usize) -> String {
        (0..=self.roll(most)).map(|_| self.pick(from)).collect()
    }
}

#[test]
fn an_index_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Index>();
}

#[test]
fn a_new_index_is_empty() {
    let index = Numbered::new();
    assert!(index.is_empty());
    assert!(index.search("anything").is_empty());
    assert!(index.related(1, 10).is_empty());
    index.apply([], &[1]);
    assert!(index.is_empty());
}

#[test]
fn chinese_is_found_inside_longer_text() {
    let index = texts(&["一张极简海报设计，留白很多", "大海和晚报", "报海"]);
    assert_eq!(found(&index, "海报"), [1]);
    assert_eq!(found(&index, "简海报设"), [1]);
    assert_eq!(found(&index, "\"海报留白\""), NONE);
}

#[test]
fn a_single_character_is_found_anywhere() {
    let index = texts(&["海报", "大海", "窗前的猫", "猫"]);
    assert_eq!(sorted(found(&index, "海")), [1, 2]);
    assert_eq!(sorted(found(&index, "猫")), [3, 4]);
}

#[test]
fn japanese_and_korean_are_found_like_chinese() {
    let index = texts(&["東京タワーの夜景", "서울의 밤거리 풍경"]);
    assert_eq!(found(&index, "タワー"), [1]);
    assert_eq!(found(&index, "ﾀﾜｰ"), [1]);
    assert_eq!(found(&index, "거리"), [2]);
}

#[test]
fn full_width_letters_are_letters() {
    let index = texts(&["ＡＢ test", "AB测试"]);
    assert_eq!(sorted(found(&index, "ab")), [1, 2]);
    assert_eq!(sorted(found(&index, "ＡＢ")), [1, 2]);
}

#[test]
fn accents_and_case_do_not_matter() {
    let index = texts(&["a Café in Málaga", "CAFE"]);
    assert_eq!(sorted(found(&index, "café")), [1, 2]);
    assert_eq!(sorted(found(&index, "cafe")), [1, 2]);
    assert_eq!(found(&index, "MALAGA"), [1]);
}

#[test]
fn mixed_text_is_found_by_each_script() {
    let index = texts(&["AI海报 8k 超清"]);
    for query in ["ai", "海报", "AI海报", "8k", "8K", "超清 ai", "海报8k"] {
        assert_eq!(found(&index, query), [1], "{query}");
    }
    assert_eq!(found(&index, "4k"), NONE);
}

#[test]
fn names_of_models_are_found_whole_by_parts_and_however_written() {
    let index = index([
        labels(1, "gpt-image-2 GPT Image 2"),
        labels(2, "kling-v2.6"),
        labels(3, "Veo 3.1"),
    ]);
    for query in ["gpt-image-2", "gpt image 2", "GPT", "image 2", "gpt-im", "gpt_image"] {
        assert_eq!(found(&index, query), [1], "{query}");
    }
    for query in ["kling-v2.6", "kling v2.6", "v2.6", "v2", "kling 2.6", "kling-v2"] {
        assert_eq!(found(&index, query), [2], "{query}");
    }
    for query in ["veo3", "veo3.1", "veo-3", "veo"] {
        assert_eq!(found(&index, query), [3], "{query}");
    }
}

#[test]
fn a_number_with_a_point_is_not_the_number_without() {
    let index = texts(&["1.5 seconds", "15 seconds"]);
    assert_eq!(found(&index, "15"), [2]);
    assert_eq!(found(&index, "1.5"), [1]);
}

#[test]
fn all_words_must_occur_but_in_any_field() {
    let index = index([
        Document {
            id: 1,
            title: "Harbour",
            labels: "Photography",
            text: "a quiet morning",
            description: "海边的清晨",
        },
        title(2, "Harbour at night"),
    ]);
    assert_eq!(found(&index, "morning harbour 清晨 photography"), [1]);
    assert_eq!(found(&index, "harbour evening"), NONE);
    assert_eq!(sorted(found(&index, "harbour")), [1, 2]);
}

#[test]
fn the_last_word_may_be_incomplete() {
    let index = texts(&["a vintage poster", "a vintage stamp"]);
    assert_eq!(found(&index, "vintage pos"), [1]);
    assert_eq!(found(&index, "po"), [1]);
    assert_eq!(found(&index, "vint pos"), NONE);
    assert_eq!(found(&index, "p"), NONE);
}

#[test]
fn a_singular_finds_the_plural_after_itself_and_the_other_way_round() {
    let index = texts(&["posters of cities", "a poster of one city", "boxes", "a box", "glass"]);
    assert_eq!(found(&index, "poster"), [2, 1]);
    assert_eq!(found(&index, "posters"), [1, 2]);
    assert_eq!(sorted(found(&index, "posters city")), [1, 2]);
    assert_eq!(found(&index, "cities"), [1, 2]);
    assert_eq!(found(&index, "boxes"), [3, 4]);
    assert_eq!(found(&index, "\"posters\""), [1]);
    assert_eq!(found(&index, "glass"), [5]);
}

#[test]
fn a_word_that_nobody_wrote_is_taken_for_the_nearest_that_somebody_did() {
    let index = texts(&["portrait of a baker", "a portrait", "portal", "watercolour fox"]);
    let corrected = |typed: &str, meant: &str| vec![(typed.to_owned(), meant.to_owned())];
    for typo in ["potrait", "portrat", "portriat", "pportrait", "portrzit"] {
        let (ids, corrections) = index.search_partly(typo);
        assert_eq!(sorted(ids), [1, 2], "{typo}");
        assert_eq!(corrections, corrected(typo, "portrait"));
    }
    assert_eq!(
        index.search_partly("waterclour"),
        (vec![4], corrected("waterclour", "watercolour"))
    );
    assert_eq!(index.search_partly("potrait baker"), (vec![1], corrected("potrait", "portrait")));
    for meant in ["\"potrait\"", "-potrait portal", "qqqqq", "po", "海抱"] {
        assert_eq!(index.view().find(meant).unwrap().corrections, [], "{meant}");
    }
}

#[test]
fn the_beginning_of_a_word_is_completed_and_corrected() {
    let index = texts(&["a picture with bokeh", "a picture book"]);
    let (ids, corrections) = index.search_partly("picture bok");
    assert_eq!(sorted(ids), [1, 2]);
    assert_eq!(corrections, [("bok".to_owned(), "book".to_owned())]);
}

#[test]
fn where_nothing_has_everything_what_has_most_of_it_is_found() {
    let index = index([
        text(1, "an exploded drawing"),
        text(2, "exploded view"),
        text(3, "产品的摄影"),
        text(4, "the view"),
        title(5, "Umbrella"),
        title(6, "人像摄影"),
    ]);
    assert_eq!(sorted(index.search_partly("exploded view drawing").0), [1, 2]);
    assert_eq!(index.search_partly("摄影作品").0, [6]);
    assert_eq!(index.search_partly("umbrella view").0, [5]);
    for meant in ["\"the drawing\"", "exploded parasol -fox", "parasol view", "parasol", "电脑"] {
        assert!(index.view().find(meant).unwrap().documents.is_empty(), "{meant}");
    }
}

#[test]
fn chinese_that_nobody_wrote_in_a_row_is_read_as_words_of_two_characters() {
    let index = texts(&["一张美食的照片，黑白摄影", "摄影棚里的美人", "美食摄影", "食摄"]);
    assert_eq!(found(&index, "美食摄影"), [3]);
    assert_eq!(found(&index, "美食照片"), [1]);
    assert_eq!(found(&index, "黑白美食照片"), [1]);
    assert_eq!(found(&index, "\"美食照片\""), NONE);
    let index = texts(&["一张美食的照片，黑白摄影", "摄影棚里的美人"]);
    assert_eq!(found(&index, "美食摄影"), [1]);
}

#[test]
fn two_words_may_be_one() {
    let index = texts(&["made with midjourney", "a journey to the mid west"]);
    assert_eq!(sorted(found(&index, "mid journey")), [1, 2]);
    assert_eq!(found(&index, "\"mid journey\""), NONE);
}

#[test]
fn of_very_many_those_with_the_words_in_their_titles_come_first() {
    let mut documents: Vec<Document<'_>> = (1..=5_000).map(|id| text(id, "a fox")).collect();
    documents[70].title = "The fox";
    documents[80].labels = "Fox";
    documents[90] = text(91, "a hare");
    let index = index(documents);
    let ids = found(&index, "fox");
    assert_eq!(ids.len(), 4_999);
    assert_eq!(ids[..4], [71, 81, 5_000, 4_999]);
    assert_eq!(ids.last(), Some(&1));
    assert!(!ids.contains(&91));
}

#[test]
fn exact_words_come_before_completed_ones() {
    let index = index([
        title(1, "A poster"),
        text(2, "after the post was delivered, long before anyone asked"),
        title(3, "Poster poster poster"),
        labels(4, "posters"),
    ]);
    assert_eq!(found(&index, "post"), [2, 3, 1, 4]);
}

#[test]
fn quoted_words_must_follow_each_other() {
    let index = texts(&["at golden hour", "an hour of golden light", "golden, hour"]);
    assert_eq!(sorted(found(&index, "\"golden hour\"")), [1, 3]);
    assert_eq!(sorted(found(&index, "“golden hour”")), [1, 3]);
    assert_eq!(sorted(found(&index, "golden hour")), [1, 2, 3]);
    assert_eq!(found(&index, "\"golden ho\""), NONE);
}

#[test]
fn words_that_follow_each_other_come_first() {
    let index = texts(&["golden hour", "one golden lamp one hour", "hour golden"]);
    assert_eq!(found(&index, "golden hour").first(), Some(&1));
}

#[test]
fn phrases_may_mix_scripts() {
    let index = texts(&["AI 海报 8k", "海报 AI 8k"]);
    assert_eq!(found(&index, "\"AI海报 8k\""), [1]);
    assert_eq!(found(&index, "「海报 AI」"), [2]);
}

#[test]
fn phrases_of_frequent_words_are_found_where_they_stand_in_a_row() {
    let words = ["the", "under", "in", "lamp", "into", "in-to", "雨"];
    let random = &mut 1_u64;
    let mut some = |length: usize| {
        let mut next = || {
            *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            words[(*random >> 33) as usize % words.len()]
        };
        (0..length).map(|_| next()).collect::<Vec<_>>()
    };
    let written: Vec<Vec<&str>> = (0..300).map(|at| some(2 + at % 7)).collect();
    let joined: Vec<String> = written.iter().map(|words| words.join(" ")).collect();
    let joined: Vec<&str> = joined.iter().map(String::as_str).collect();
    let index = texts(&joined);
    let view = index.view();
    let ids = index.ids();
    for at in 0..400 {
        // A hyphen separates words here, and joins them to another one, as everywhere.
        let phrase = some(2 + at % 3);
        let query = format!("\"{}\"", phrase.join(" "));
        let found = view.find(&query).unwrap();
        let found: Vec<i64> = found.documents.iter().map(|n| ids[n as usize]).collect();
        let parts = |words: &[&str]| words.join(" ").replace('-', " ");
        let wanted = format!(" {} ", parts(&phrase));
        let holds = |words: &Vec<&str>| format!(" {} ", parts(words)).contains(&wanted);
        let expected: Vec<i64> =
            (1..).zip(&written).filter(|(_, words)| holds(words)).map(|(id, _)| id).collect();
        let missed: Vec<_> = expected.iter().filter(|id| !found.contains(id)).collect();
        assert!(missed.is_empty(), "{query} misses {missed:?}");
        if !query.contains("into") {
            assert_eq!(found, expected, "{query}");
        }
    }
}

#[test]
fn a_word_with_a_hyphen_in_front_must_not_occur() {
    let index = texts(&["cat and dog", "cat", "dog", "猫和狗", "猫"]);
    assert_eq!(found(&index, "cat -dog"), [2]);
    assert_eq!(found(&index, "-dog cat"), [2]);
    assert_eq!(found(&index, "猫 -狗"), [5]);
    assert_eq!(found(&index, "-\"cat and\" dog"), [3]);
    assert_eq!(found(&index, "cat -cat"), NONE);
}

#[test]
fn exclusions_alone_leave_everything_else() {
    let index = texts(&["cat", "dog", "bird"]);
    assert_eq!(found(&index, "-cat"), [3, 2]);
}

#[test]
fn a_query_without_terms_finds_nothing() {
    let index = texts(&["cat", "🙂"]);
    for query in ["", " \t\n", "🙂", "-", "--", "\"\"", "\"", "\0", "*", "()"] {
        assert_eq!(found(&index, query), NONE, "{query:?}");
    }
}

#[test]
fn titles_count_more_than_labels_and_labels_more_than_texts() {
    let index = index([
        text(1, "lantern lantern lantern"),
        labels(2, "lantern"),
        title(3, "lantern"),
        Document { id: 4, description: "lantern", ..EMPTY },
        title(5, "something else"),
        labels(6, "something else"),
    ]);
    let ids = found(&index, "lantern");
    assert_eq!(ids[..2], [3, 2]);
    assert_eq!(sorted(ids), [1, 2, 3, 4]);
}

#[test]
fn equals_are_ordered_by_falling_id() {
    let same: Vec<Document<'_>> = [5, 2, 9, 1, 7].map(|id| text(id, "the same 海报")).into();
    let at_once = index(same.clone());
    let one_by_one = Numbered::new();
    for document in same {
        one_by_one.apply([document], &[]);
    }
    for query in ["same", "海报", "sa", "\"the same\""] {
        assert_eq!(found(&at_once, query), [9, 7, 5, 2, 1]);
        assert_eq!(found(&one_by_one, query), [9, 7, 5, 2, 1]);
    }
}

#[test]
fn any_id_is_an_id() {
    let ids = [i64::MIN, -1, 0, i64::MAX];
    let index = index(ids.map(|id| text(id, "same")));
    assert_eq!(found(&index, "same"), [i64::MAX, 0, -1, i64::MIN]);
    index.apply([], &[i64::MIN, -1]);
    assert_eq!(found(&index, "same"), [i64::MAX, 0]);
}

#[test]
fn long_words_are_found_by_their_beginning() {
    let long = "x".repeat(70_000);
    let index = texts(&[&long, &"海".repeat(3_000)]);
    assert_eq!(found(&index, &long), [1]);
    assert_eq!(found(&index, &"海".repeat(3_000)), [2]);
}

#[test]
fn applying_replaces_and_removes() {
    let index = texts(&["cat", "dog", "bird"]);
    index.apply([text(2, "fish"), text(4, "cat")], &[3]);
    assert_eq!(index.len(), 3);
    assert_eq!(found(&index, "dog"), NONE);
    assert_eq!(found(&index, "bird"), NONE);
    assert_eq!(found(&index, "fish"), [2]);
    assert_eq!(found(&index, "cat"), [4, 1]);
    assert_eq!(found(&index, "-cat"), [2]);
}

#[test]
fn the_last_of_several_with_one_id_stays() {
    let index = index([text(1, "cat"), text(1, "dog")]);
    assert_eq!(index.len(), 1);
    assert_eq!(found(&index, "cat"), NONE);
    assert_eq!(found(&index, "dog"), [1]);
}

#[test]
fn what_is_both_added_and_removed_is_gone() {
    let index = Numbered::new();
    index.apply([text(1, "cat"), text(2, "cat")], &[1]);
    assert_eq!(found(&index, "cat"), [2]);
}

#[test]
fn everything_can_be_removed_and_added_again() {
    let index = texts(&["cat", "dog"]);
    for _ in 0..5 {
        index.apply([], &[1, 2]);
        assert!(index.is_empty());
        assert_eq!(found(&index, "-bird"), NONE);
        index.apply([text(1, "cat"), text(2, "dog")], &[]);
        assert_eq!(found(&index, "cat"), [1]);
    }
}

#[test]
fn many_small_changes_add_up() {
    let index = Numbered::new();
    for id in 0..40 {
        index.apply([text(id, "cat"), text(id / 2, "dog")], &[id - 5]);
    }
    assert_eq!(found(&index, "cat"), [39, 38, 37, 36, 35]);
    assert_eq!(sorted(found(&index, "dog")), (5..20).collect::<Vec<i64>>());
    let segments = index.index.engine.searchable_segment_metas().unwrap();
    assert!(segments.len() <= SMALL_SEGMENTS + THREADS);
}

#[test]
fn a_small_index_is_written_in_a_piece_a_thread_and_can_be_changed_afterwards() {
    let index = Numbered::new();
    let mut change = index.index.change(Effort::Whole).unwrap();
    for id in 0..100 {
        let words: Vec<String> = (0..600).map(|word| format!("{word:a>56}of{id}")).collect();
        let title = words.join(" ");
        change.add(&Document { id, title: &title, ..EMPTY }).unwrap();
    }
    change.commit("").unwrap();
    change.finish().unwrap();
    let pieces = index.index.engine.searchable_segment_metas().unwrap().len();
    assert!((1..=THREADS).contains(&pieces), "{pieces}");
    assert_eq!(index.index.len(), 100);
    index.apply([text(7, "cat")], &[8]);
    assert_eq!(found(&index, "cat"), [7]);
    assert_eq!(index.index.len(), 99);
}

#[test]
fn a_change_that_is_interrupted_leaves_nothing_behind() {
    let index = texts(&["cat"]);
    let interrupted = catch_unwind(AssertUnwindSafe(|| {
        let documents = (1..).map(|id| if id == 4 { panic!() } else { text(id, "dog") });
        index.apply(documents, &[]);
    }));
    assert!(interrupted.is_err());
    assert_eq!(found(&index, "cat"), [1]);
    index.apply([text(5, "cat")], &[]);
    assert_eq!(found(&index, "cat"), [5, 1]);
    assert_eq!(index.len(), 2);
}

#[test]
fn searches_and_changes_run_side_by_side() {
    let index = texts(&["cat"]);
    std::thread::scope(|scope| {
        for id in [10, 20] {
            let index = &index;
            scope.spawn(move || {
                for offset in 0..10 {
                    index.apply([text(id + offset, "cat")], &[]);
                }
            });
            scope.spawn(move || {
                for _ in 0..200 {
                    assert!(found(index, "cat").contains(&1));
                    assert!(!index.related(1, 5).contains(&1));
                }
            });
        }
    });
    assert_eq!(index.len(), 21);
}

#[test]
fn related_documents_share_content_and_never_include_the_document_itself() {
    let index = texts(&[
        "a lighthouse above the stormy sea at dusk",
        "stormy sea, a lighthouse far away",
        "portrait of a baker with flour on the hands",
        "the sea",
        "雨夜的霓虹街道",
        "霓虹灯下的雨夜",
    ]);
    assert_eq!(index.related(1, 10)[..2], [2, 4]);
    assert!(!index.related(1, 10).contains(&1));
    assert_eq!(index.related(5, 10), [6]);
}

#[test]
fn related_documents_of_the_same_kind_come_first() {
    let index = texts(&[
        "stormy sea with a lighthouse",
        "stormy sea with a lighthouse at night",
        "a calm sea, gulls",
        "stormy sea, harbour",
        "stormy weather, gulls",
    ]);
    let related = index.related_of_all(10, &[2, 4]).remove(&1).unwrap();
    assert_eq!(sorted(related[..2].to_vec()), [3, 5]);
    assert_eq!(sorted(related[2..].to_vec()), [2, 4]);
    assert_eq!(index.related_of_all(3, &[2, 4])[&1], related[..3]);
    assert!(index.related(1, 0).is_empty());
}

#[test]
fn related_documents_are_not_versions_of_each_other() {
    let mut contents = vec!["a paper fox asleep under a lantern in the snow".to_owned()];
    contents.extend((0..6).map(|copy| format!("a paper fox under a lantern in the rain {copy}")));
    contents.push("a brass lantern on a table".into());
    contents.push("footprints of a fox in the snow".into());
    contents.extend((0..20).map(|other| format!("nothing at all in common, number {other}")));
    let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
    let index = texts(&contents);
    let related = index.related(1, 4);
    let copies = related.iter().filter(|id| (2..=7).contains(*id)).count();
    assert_eq!(copies, 1, "{related:?}");
    assert!(related.contains(&8) && related.contains(&9), "{related:?}");
}

#[test]
fn related_documents_are_found_by_labels_too() {
    let index =
        index([labels(1, "Ink wash 水墨"), labels(2, "Neon 霓虹"), labels(3, "Ink wash 水墨")]);
    assert_eq!(index.related(1, 10), [3]);
}

#[test]
fn what_most_documents_have_in_common_does_not_relate_them() {
    let mut documents: Vec<Document<'_>> = (1..=20).map(|id| text(id, "a picture of")).collect();
    documents.push(text(21, "a picture of foxes"));
    documents.push(text(22, "foxes at night"));
    let index = index(documents);
    assert_eq!(index.related(21, 10), [22]);
    assert_eq!(index.related(1, 10), NONE);
}

#[test]
fn nothing_is_related_to_what_is_not_there_or_has_no_words() {
    let index = texts(&["cat", "cat", "🙂", ""]);
    assert_eq!(index.related(99, 10), NONE);
    assert_eq!(index.related(3, 10), NONE);
    assert_eq!(index.related(4, 10), NONE);
    index.apply([], &[1]);
    assert_eq!(index.related(1, 10), NONE);
}

#[test]
fn any_text_is_a_query_and_a_document() {
    let zalgo = format!("z{}", "\u{301}".repeat(2_000));
    let hostile = [
        "title:x AND (OR NOT) [a TO z] {b} ^2 ~3 /re.*/ \\",
        "'; DROP TABLE prompts; --",
        "\"unclosed",
        "\"\"\"\"\"",
        "-\"-\"-\"-",
        "-- -- - -a --b ---c",
        "a\0b\u{1}\u{7F}\u{FFFF}\u{10FFFF}",
        "👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣ 🅰️",
        "مرحبا \u{202E}olleh\u{202C} שלום",
        "ﷺ ½ ㎏ ① Ⅳ ﬁ",
        "é\u{301}\u{301} \u{301} \u{FE0F} \u{200D}",
        "𠮷野家 㐀 々 〇 ー ゛",
        "नमस्ते สวัสดี Привет Ελλάς",
        "... --- ___ ::: a.b-c_d:e 1:2:3",
        &zalgo,
        &"(".repeat(1_000),
        &"a ".repeat(1_000),
        &"-".repeat(1_000),
        &"\" ".repeat(1_000),
        &"a-".repeat(1_000),
        &"海".repeat(1_000),
        &"a海".repeat(1_000),
        &"ﷺ".repeat(1_000),
    ];
    let index = Numbered::new();
    for (id, content) in (1..).zip(hostile) {
        let document =
            Document { id, title: content, labels: content, text: content, description: content };
        index.apply([document], &[]);
    }
    for query in hostile {
        found(&index, query);
        found(&index, &format!("\"{query}\""));
        found(&index, &format!("-{query}"));
        for typed in 0..30 {
            found(&index, &query.chars().take(typed).collect::<String>());
        }
    }
    for (id, _) in (1..).zip(hostile) {
        assert!(!index.related(id, 10).contains(&id));
    }
    assert_eq!(found(&index, "Привет"), [13]);
    assert_eq!(found(&index, "مرحبا"), [9]);
    assert_eq!(found(&index, "𠮷野"), [12]);
}

#[test]
fn random_queries_find_what_reading_every_document_finds() {
    let alphabet = [
        "a", "b", "ab", "abc", "2", " ", " ", " ", "-", ".", "海", "报", "海报", "，", "\"", " -",
        "é", "🙂",
    ];
    let mut dice = Dice(7);
    let contents: Vec<String> = (0..120).map(|_| dice.text(&alphabet, 14)).collect();
    let index = Numbered::new();
    for (batch, documents) in contents.chunks(30).enumerate() {
        let ids = batch as i64 * 30..;
        index.apply(ids.zip(documents).map(|(id, content)| text(id, content)), &[]);
    }
    let mut matched = 0;
    for _ in 0..1_000 {
        let query = dice.text(&alphabet, 7).replace(['"', '-'], "");
        let is_read_as_another = !index.view().find(&query).unwrap().corrections.is_empty();
        if is_read_as_another || Request::parse(&query).joined.is_some() {
            continue;
        }
        let expected: Vec<i64> = (0..)
            .zip(&contents)
            .filter(|(_, content)| holds(content, &query))
            .map(|(id, _)| id)
            .collect();
        // Where nothing has it in a row, it may be words apart from each other.
        let is_long = |run: &Run| run.script == Script::Cjk && run.sequence.len() > 2;
        if expected.is_empty() && runs(&query).iter().any(is_long) {
            continue;
        }
        assert_eq!(sorted(found(&index, &query)), expected, "{query:?}");
        matched += expected.len();
    }
    assert!(matched > 1_000, "{matched}");
}

/// Whether all words of a query without operators occur in a text: the slow and obvious way.
fn holds(content: &str, query: &str) -> bool {
    let content = runs(content);
    let flat: Vec<(usize, &str)> = {
        let mut start = 0;
        let mut flat = Vec::new();
        for run in &content {
            flat.extend((start..).zip(run.sequence.iter().map(String::as_str)));
            flat.extend(run.also.iter().map(|(offset, term)| (start + offset, term.as_str())));
            start += run.width;
        }
        flat
    };
    let in_a_row = |terms: &[String]| {
        (0..=flat.len() + content.len() * 2)
            .any(|start| (start..).zip(terms).all(|(at, term)| flat.contains(&(at, term.as_str()))))
    };
    let wanted: Vec<Vec<Run>> = query.split_whitespace().map(runs).collect();
    let last_word = wanted.iter().flatten().rfind(|run| run.script == Script::Word);
    let unfinished = wanted
        .iter()
        .filter_map(|piece| piece.last())
        .rfind(|last| last.script == Script::Word)
        .filter(|last| last_word.is_some_and(|word| std::ptr::eq(*last, word)))
        .and_then(|word| word.whole().map(|whole| (word, whole)))
        .filter(|(_, whole)| whole.chars().count() > 1);
    !wanted.concat().is_empty()
        && wanted.iter().flatten().all(|run| {
            in_a_row(&run.sequence)
                || run.whole().is_some_and(|whole| flat.iter().any(|(_, term)| *term == whole))
                || unfinished.is_some_and(|(word, whole)| {
                    std::ptr::eq(run, word) && flat.iter().any(|(_, term)| term.starts_with(whole))
                })
        })
}

#[test]
fn two_thousand_documents_are_applied_and_searched_in_reasonable_time() {
    let words = [
        "poster ",
        "light ",
        "shadow ",
        "river ",
        "gpt-image-2 ",
        "paper ",
        "evening ",
        "soft ",
        "极简",
        "海报",
        "水墨",
        "夜景",
        "山",
        "风",
        "，",
        "的",
        "窗",
        "雨",
    ];
    let mut dice = Dice(1);
    let contents: Vec<[String; 4]> =
        (0..2_000).map(|_| [6, 10, 200, 30].map(|most| dice.text(&words, most))).collect();
    let documents = (0..).zip(&contents).map(|(id, [title, labels, text, description])| Document {
        id,
        title,
        labels,
        text,
        description,
    });
    let start = Instant::now();
    let index = index(documents);
    assert_eq!(index.len(), 2_000);
    assert!(!found(&index, "poster 海报").is_empty());
    assert_eq!(index.related_of_all(12, &[]).len(), 2_000);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn an_error_names_the_action_and_carries_the_cause() {
    let error = Error::Change("disk on fire".into());
    assert_eq!(error.to_string(), "cannot change the search index");
    assert_eq!(error.source().unwrap().to_string(), "disk on fire");
}
