//! An endless gallery: prompts made up from a seed, as unlike each other as those people write.
//!
//! What makes a gallery slow is what this has in the proportions of a real one: a few words
//! that are everywhere and very many that are rare, texts of every length, prompts on a subject
//! that share words with others on it, two languages, JSON, blanks, and properties of which
//! some are common. The prompts mean nothing.
//!
//! Each prompt is made from the seed and its number alone, so a small gallery is the beginning
//! of a large one, and the same number gives the same bytes on every machine.

use std::path::Path;

use prompt_gallery::catalog::{
    Blanks, Endpoint, LocalText, Locale, Modality, Object, Parameter, Prompt, Reference, Slug,
    Source, Status, Tag,
};
use prompt_gallery::media::{Folder, Mode};
use prompt_gallery::seed;
use serde_json::{Value, json};

use super::random::{Random, Zipf};
use super::words::Lexicon;

/// Raise it when other prompts are made, so that no older database is taken for one of these.
pub(crate) const VERSION: u32 = 1;

const SUBJECTS: usize = 200;
const WORDS_OF_A_SUBJECT: usize = 40;
const TAGS: usize = 300;
const AUTHORS: usize = 4000;
/// The median length of a text, in words.
const MEDIAN: usize = 60;
/// The greatest, which is some thousands of characters.
const LONGEST: usize = 800;

/// The languages a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    English,
    Chinese,
    /// Chinese with English among it.
    Mixed,
}

/// What prompts on one subject have in common: ranks of words in both languages.
#[derive(Debug)]
struct Subject {
    english: Vec<usize>,
    chinese: Vec<usize>,
}

/// A call that the catalogue allows.
#[derive(Debug)]
struct Call {
    endpoint: String,
    model: Option<String>,
    params: Object,
    modality: Modality,
}

/// A category, and what the prompts filed there make.
#[derive(Debug)]
struct Shelf {
    category: Slug,
    modalities: Vec<Modality>,
}

/// Everything prompts are made from.
#[derive(Debug)]
pub(crate) struct Corpus {
    seed: u64,
    reference: Reference,
    pub(crate) english: Lexicon,
    pub(crate) chinese: Lexicon,
    subjects: Vec<Subject>,
    shelves: Vec<Shelf>,
    calls: Vec<Call>,
    /// By modality, as in [`Modality::ALL`]: positions in `calls`.
    calls_by_modality: Vec<(Vec<usize>, Zipf)>,
    tags: Vec<Slug>,
    authors: Vec<String>,
    subject_zipf: Zipf,
    shelf_zipf: Zipf,
    tag_zipf: Zipf,
    author_zipf: Zipf,
}

impl Corpus {
    /// A gallery of its own for each seed, with the catalogue and categories of a folder of
    /// seed files.
    pub(crate) fn new(seed: u64, seeds: &Path) -> Self {
        let mut workshop = Folder::beside(seeds).workshop(Mode::Discard);
        let seeds =
            seed::load(seeds, &mut workshop).unwrap_or_else(|problems| panic!("{problems}"));
        let english = Lexicon::english(seed);
        let chinese = Lexicon::chinese(seed);
        let mut reference = seeds.reference;
        let mut random = Random::new(seed);
        let random = &mut random;
        let subjects = (0..SUBJECTS).map(|_| Subject::new(random)).collect();
        let tags = add_tags(&mut reference, &english, &chinese, random);
        let authors = (0..AUTHORS).map(|_| author(&english, &chinese, random)).collect();
        let modality = |endpoint: &str| {
            reference.catalog.endpoint(endpoint).map_or(Modality::Image, |(_, e)| e.modality)
        };
        let shelves: Vec<Shelf> = reference
            .categories
            .iter()
            .map(|category| {
                let there =
                    seeds.prompts.iter().filter(|seed| seed.prompt.category == category.slug);
                let mut modalities: Vec<Modality> =
                    there.map(|seed| modality(&seed.prompt.endpoint)).collect();
                if modalities.is_empty() {
                    modalities.push(Modality::Image);
                }
                Shelf { category: category.slug.clone(), modalities }
            })
            .collect();
        let calls = calls(&reference, random);
        let calls_by_modality = Modality::ALL
            .into_iter()
            .map(|modality| {
                let mut those: Vec<usize> =
                    (0..calls.len()).filter(|at| calls[*at].modality == modality).collect();
                // Which services are the popular ones is chance.
                for at in (1..those.len()).rev() {
                    those.swap(at, random.below(at + 1));
                }
                let zipf = Zipf::new(those.len(), 3.0);
                (those, zipf)
            })
            .collect();
        Self {
            seed,
            english,
            chinese,
            subjects,
            subject_zipf: Zipf::new(SUBJECTS, 10.0),
            shelf_zipf: Zipf::new(shelves.len(), 2.0),
            shelves,
            calls,
            calls_by_modality,
            tag_zipf: Zipf::new(tags.len(), 5.0),
            tags,
            authors,
            author_zipf: Zipf::new(AUTHORS, 10.0),
            reference,
        }
    }

    /// Everything but the prompts: that of the seed files, with many more tags.
    pub(crate) const fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Every prompt, one after the other, without end.
    pub(crate) fn prompts(&self) -> impl Iterator<Item = Prompt> {
        (0..).map(|number| self.prompt(number))
    }

    /// The prompt with this number, from 0.
    pub(crate) fn prompt(&self, number: u64) -> Prompt {
        let random = &mut Random::part(self.seed, number);
        let voice = match random.below(20) {
            0..9 => Voice::English,
            9..18 => Voice::Chinese,
            _ => Voice::Mixed,
        };
        let subject = &self.subjects[self.subject_zipf.rank(random)];
        let writer = Writer { corpus: self, subject };
        let length = random.length(MEDIAN, LONGEST);
        let blanks = if random.below(6) == 0 { random.between(1, 4) } else { 0 };
        let text = if random.below(10) == 0 {
            writer.json(random, voice, length, blanks)
        } else {
            writer.prose(random, voice, length, blanks)
        };
        let shelf = &self.shelves[self.shelf_zipf.rank(random)];
        let call = self.call(random, shelf, &text);
        let mut tags: Vec<Slug> = Vec::new();
        for _ in 0..random.below(6) {
            let tag = &self.tags[self.tag_zipf.rank(random)];
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let source = Source {
            author: random
                .in_thousand(700)
                .then(|| self.authors[self.author_zipf.rank(random)].clone()),
            url: random.in_thousand(300).then(|| format!("https://example.org/prompts/{number}")),
            license: random.in_thousand(600).then(|| String::from("CC0-1.0")),
        };
        let month = random.below(36) + 11;
        Prompt {
            slug: self.slug(random, number),
            title: writer.title(random, voice),
            description: writer.description(random, voice),
            language: if voice == Voice::English { Locale::En } else { Locale::ZhCn },
            category: shelf.category.clone(),
            endpoint: call.endpoint.clone(),
            model: call.model.clone(),
            params: call.params.clone(),
            blanks: Blanks::default(),
            tags,
            featured: random.in_thousand(5),
            created: Some(format!(
                "{}-{:02}-{:02}",
                2023 + month / 12,
                month % 12 + 1,
                random.between(1, 28)
            )),
            source,
            aliases: Vec::new(),
            status: Status::Published,
            publish_at: None,
            media: Vec::new(),
            text,
        }
    }

    /// Two words and the number, which no other prompt has.
    fn slug(&self, random: &mut Random, number: u64) -> Slug {
        let word = |random: &mut Random| {
            let word = self.english.content_word(random);
            word.chars().filter(char::is_ascii_lowercase).collect::<String>()
        };
        let words = [word(random), word(random), number.to_string()];
        let parts: Vec<&str> = words.iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
        Slug::parse(&parts.join("-")).unwrap()
    }

    /// A call of something that shelf holds, and that takes this text.
    fn call(&self, random: &mut Random, shelf: &Shelf, text: &str) -> &Call {
        loop {
            let modality = *random.one_of(&shelf.modalities);
            let at = Modality::ALL.iter().position(|other| *other == modality).unwrap();
            let (those, zipf) = &self.calls_by_modality[at];
            let call = &self.calls[those[zipf.rank(random)]];
            let (_, endpoint) = self.reference.catalog.endpoint(&call.endpoint).unwrap();
            if endpoint.problems(call.model.as_deref(), &call.params, text).is_empty() {
                return call;
            }
        }
    }
}

impl Subject {
    fn new(random: &mut Random) -> Self {
        // Half real words, half made up ones.
        let mut rank = |at: usize| match at % 2 {
            0 => random.between(40, 400),
            _ => random.between(400, 6000),
        };
        let mut ranks = || (0..WORDS_OF_A_SUBJECT).map(&mut rank).collect();
        Self { english: ranks(), chinese: ranks() }
    }
}

/// Adds tags of two words each, and returns all there are, the most frequent first.
fn add_tags(
    reference: &mut Reference,
    english: &Lexicon,
    chinese: &Lexicon,
    random: &mut Random,
) -> Vec<Slug> {
    let letters = |word: &&String| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let english: Vec<&String> = english.real().iter().filter(letters).collect();
    while reference.tags.len() < TAGS {
        let (first, second) = (random.one_of(&english), random.one_of(&english));
        let slug = Slug::parse(&format!("{first}-{second}")).unwrap();
        if first == second || reference.tag(slug.as_str()).is_some() {
            continue;
        }
        let chinese = [random.one_of(chinese.real()), random.one_of(chinese.real())];
        let name =
            [(Locale::En, slug.words()), (Locale::ZhCn, chinese.map(String::as_str).concat())];
        reference.tags.push(Tag { slug, name: LocalText::from_iter(name) });
    }
    let by_use = reference.tags.iter().map(|tag| tag.slug.clone()).collect();
    reference.tags.sort_by(|a, b| a.slug.cmp(&b.slug));
    by_use
}

fn author(english: &Lexicon, chinese: &Lexicon, random: &mut Random) -> String {
    // Beyond the real words, so that an author's name is hardly ever a word of a prompt.
    let mut of = |lexicon: &Lexicon| lexicon.at(random.between(20_000, 39_999)).to_owned();
    let [first, second, chinese] = [of(english), of(english), of(chinese)];
    if random.in_thousand(500) {
        format!("{} {}", capitalised(&first), capitalised(&second))
    } else {
        chinese
    }
}

/// Calls with and without parameters that the catalogue finds nothing wrong with.
fn calls(reference: &Reference, random: &mut Random) -> Vec<Call> {
    const TRIES: usize = 6;
    let probe = "word ".repeat(20);
    let mut calls: Vec<Call> = Vec::new();
    for service in reference.catalog.services() {
        for endpoint in &service.endpoints {
            let models: Vec<Option<&str>> = if endpoint.models.is_empty() {
                vec![None]
            } else {
                endpoint.models.iter().map(|model| Some(model.as_str())).collect()
            };
            for model in models {
                for tried in 0..TRIES {
                    let params = params(endpoint, model, tried > 0, random);
                    if !endpoint.problems(model, &params, &probe).is_empty() {
                        continue;
                    }
                    calls.push(Call {
                        endpoint: format!("{}/{}", service.slug, endpoint.slug),
                        model: model.map(str::to_owned),
                        params,
                        modality: endpoint.modality,
                    });
                }
            }
        }
    }
    calls
}

/// Some of the parameters that are chosen from a list of values.
fn params(endpoint: &Endpoint, model: Option<&str>, some: bool, random: &mut Random) -> Object {
    let mut params = Object::new();
    for (name, parameter) in &endpoint.parameters {
        let values = values(parameter, model);
        let wanted = parameter.required != Default::default() || (some && random.below(3) == 0);
        if !values.is_empty() && wanted {
            params.insert(name.clone(), random.one_of(values).clone());
        }
    }
    params
}

fn values<'p>(parameter: &'p Parameter, model: Option<&str>) -> &'p [Value] {
    let own = model.and_then(|model| parameter.values_by_model.get(model));
    own.unwrap_or(&parameter.values)
}

/// Writes on one subject.
struct Writer<'c> {
    corpus: &'c Corpus,
    subject: &'c Subject,
}

impl<'c> Writer<'c> {
    /// A word: one of the subject's, one that is hardly ever seen again, or any.
    fn word(&self, random: &mut Random, voice: Voice) -> String {
        let at = random.below(1000);
        if at < 2 {
            return match random.below(3) {
                0 => format!("#{:06x}", random.below(1 << 24)),
                1 => format!("{}px", random.between(100, 9999)),
                _ => {
                    capitalised(self.corpus.english.at(random.between(10_000, 39_999)))
                        + self.corpus.english.at(random.between(10_000, 39_999))
                }
            };
        }
        let english = voice == Voice::English || (voice == Voice::Mixed && at.is_multiple_of(4));
        let (lexicon, own) = if english {
            (&self.corpus.english, &self.subject.english)
        } else {
            (&self.corpus.chinese, &self.subject.chinese)
        };
        if at < 250 { lexicon.at(*random.one_of(own)) } else { lexicon.word(random) }.to_owned()
    }

    /// A sentence without its full stop.
    fn sentence(&self, random: &mut Random, voice: Voice, words: usize) -> String {
        let mut sentence = String::new();
        let mut until_comma = random.between(4, 12);
        for at in 0..words {
            let word = self.word(random, voice);
            if at > 0 {
                until_comma -= 1;
                let comma = until_comma == 0;
                if comma {
                    until_comma = random.between(4, 12);
                    sentence.push_str(if voice == Voice::English { "," } else { "，" });
                }
                // Chinese is written without spaces, but around English.
                let last = sentence.chars().next_back();
                let apart = last.is_some_and(|c| c.is_ascii()) || word.is_ascii();
                if voice == Voice::English || (apart && !comma) {
                    sentence.push(' ');
                }
            }
            sentence.push_str(&if at == 0 && voice == Voice::English {
                capitalised(&word)
            } else {
                word
            });
        }
        sentence
    }

    /// Sentences of so many words altogether, with as many blanks, as paragraphs.
    fn prose(&self, random: &mut Random, voice: Voice, words: usize, blanks: usize) -> String {
        let mut sentences = Vec::new();
        let mut left = words;
        while left > 0 {
            let length = random.between(5, 20).min(left);
            sentences.push(self.sentence(random, voice, length));
            left -= length;
        }
        for _ in 0..blanks {
            let at = random.below(sentences.len());
            let blank = blank(random, voice);
            let with = if voice == Voice::English { " for " } else { "，主题是" };
            sentences[at].push_str(with);
            sentences[at].push_str(&blank);
        }
        let (stop, space) = if voice == Voice::English { (".", " ") } else { ("。", "") };
        let mut text = String::new();
        let last = sentences.len() - 1;
        for (at, sentence) in sentences.iter().enumerate() {
            text.push_str(sentence);
            text.push_str(stop);
            if at < last {
                text.push_str(if random.below(5) == 0 { "\n\n" } else { space });
            }
        }
        text
    }

    /// The same as values of a JSON object.
    fn json(&self, random: &mut Random, voice: Voice, words: usize, mut blanks: usize) -> String {
        const KEYS: [&str; 16] = [
            "subject",
            "style",
            "lighting",
            "camera",
            "lens",
            "palette",
            "mood",
            "composition",
            "background",
            "materials",
            "typography",
            "motion",
            "audio",
            "details",
            "quality",
            "negative_prompt",
        ];
        let mut object = Object::new();
        let mut left = words;
        let mut keys: Vec<&str> = KEYS.to_vec();
        while left > 0 {
            let length = random.between(3, 24).min(left);
            left -= length;
            let mut value = self.sentence(random, voice, length);
            if blanks > 0 {
                blanks -= 1;
                value = format!("{value} {}", blank(random, voice));
            }
            let key = if keys.is_empty() {
                format!("note_{}", object.len())
            } else {
                keys.remove(random.below(keys.len())).to_owned()
            };
            let value = match random.below(5) {
                0 => json!({ "value": value, "weight": random.between(1, 20) as f64 / 10.0 }),
                1 => json!(value.split_inclusive([' ', '，']).map(str::trim).collect::<Vec<_>>()),
                _ => json!(value),
            };
            object.insert(key, value);
        }
        if random.in_thousand(300) {
            Value::Object(object).to_string()
        } else {
            format!("{:#}", Value::Object(object))
        }
    }

    /// Titles in one language, both or none.
    fn title(&self, random: &mut Random, voice: Voice) -> LocalText {
        self.texts(random, voice, [300, 700], |random, voice| {
            let words = random.between(3, 8);
            self.sentence(random, voice, words)
        })
    }

    /// Descriptions of every second prompt.
    fn description(&self, random: &mut Random, voice: Voice) -> LocalText {
        self.texts(random, voice, [500, 750], |random, voice| {
            let words = random.between(8, 40);
            self.prose(random, voice, words, 0)
        })
    }

    /// None for so many in a thousand, and one in the text's own language for so many less.
    fn texts(
        &self,
        random: &mut Random,
        voice: Voice,
        [none, one]: [usize; 2],
        write: impl Fn(&mut Random, Voice) -> String,
    ) -> LocalText {
        let mut texts = LocalText::new();
        let at = random.below(1000);
        let english = at >= one || (at >= none && voice == Voice::English);
        let chinese = at >= one || (at >= none && voice != Voice::English);
        if english {
            texts.insert(Locale::En, write(random, Voice::English));
        }
        if chinese {
            texts.insert(Locale::ZhCn, write(random, Voice::Chinese));
        }
        texts
    }
}

fn blank(random: &mut Random, voice: Voice) -> String {
    const ENGLISH: [&str; 10] = [
        "product name",
        "brand",
        "city",
        "main color",
        "subject",
        "season",
        "headline",
        "animal",
        "material",
        "time of day",
    ];
    const CHINESE: [&str; 10] =
        ["产品名称", "品牌", "城市", "主色", "主体", "季节", "标题文字", "动物", "材质", "时间"];
    let name =
        if voice == Voice::English { random.one_of(&ENGLISH) } else { random.one_of(&CHINESE) };
    match random.below(3) {
        0 => format!("{{{{{name}}}}}"),
        1 => format!("[{name}]"),
        _ => format!("【{name}】"),
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
