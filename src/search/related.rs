//! What is alike: documents that share the words that tell most about them.
//!
//! Of each document only a *sketch* is kept: its few dozen most telling terms, weighed by how
//! often it has them and how few others do. Two documents are as alike as the angle between
//! their sketches is small. Candidates are found through rare terms alone, so that a document
//! is compared with some hundreds of others, however many there are.
//!
//! Those chosen are to be alike to the document, and not to each other: six versions of one
//! prompt are no choice.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{PoisonError, RwLock};

use super::terms::terms;
use super::view::View;
use super::{Document, Error};

/// How many terms a sketch has.
const SKETCH: usize = 20;

/// Of them, how many of the rarest lead to candidates.
const LEADS: usize = 8;

/// No term leads to more documents than this: to the newest of those that have it.
const LED: usize = 250;

/// A term that more documents have leads to none.
const COMMON: u32 = 5_000;

/// Rare terms lead to candidates first, until there are this many.
const ENOUGH: usize = 600;

/// How many candidates are compared in full.
const COMPARED: usize = 64;

/// How many of those most alike are compared with each other.
const CONSIDERED: usize = 24;

/// In an index of at least this many documents, terms of more than half of them tell nothing.
const FEW: u32 = 8;

/// How much a shared term counts by where it is.
const TITLE_BOOST: f32 = 3.0;
const LABELS_BOOST: f32 = 3.0;
const TEXT_BOOST: f32 = 1.0;

/// Two documents at least this alike are versions of each other; one of them is enough.
const VERSIONS: f32 = 0.8;

/// How much being like one already chosen counts against a candidate.
const REPETITION: f32 = 0.35;

/// The weight of a term in a sketch, as a share of this.
const UNIT: f32 = 255.0;

/// How many documents a thread has to draw to be worth starting, and how many threads draw at most.
const WORTH_A_THREAD: usize = 16;
const MOST_THREADS: usize = 4;

/// A term of a document.
struct Telling {
    term: String,
    hash: u32,
    weight: f32,
    /// How many documents have it.
    frequency: u32,
}

/// Draws sketches, and remembers how rare terms are.
#[derive(Debug)]
pub struct Sketcher<'v> {
    view: &'v View,
    /// How many documents have a term, by its hash.
    frequencies: RwLock<HashMap<u32, u32>>,
    sketches: Sketches,
}

impl<'v> Sketcher<'v> {
    /// Draws by how rare terms are in `view`.
    #[must_use]
    pub fn new(view: &'v View) -> Self {
        Self { view, frequencies: RwLock::default(), sketches: Sketches::default() }
    }

    /// The same, when all documents are going to be drawn.
    #[must_use]
    pub fn of_all(view: &'v View) -> Self {
        let documents = view.len() as usize;
        let sketches = Sketches {
            ids: Vec::with_capacity(documents),
            kinds: Vec::with_capacity(documents),
            ends: Vec::with_capacity(documents),
            terms: Vec::with_capacity(documents * SKETCH),
            weights: Vec::with_capacity(documents * SKETCH),
            leads: Vec::with_capacity(documents * LEADS),
        };
        Self { view, frequencies: RwLock::default(), sketches }
    }

    /// Draws documents, each with what it makes; related documents share that if they can. Of many,
    /// several are drawn at once.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn draw(&mut self, documents: &[(Document<'_>, u8)]) -> Result<(), Error> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (documents.len() / WORTH_A_THREAD).clamp(1, cores.min(MOST_THREADS));
        let telling = |part: &[(Document<'_>, u8)]| -> Result<Vec<Vec<Telling>>, Error> {
            part.iter().map(|(document, _)| self.telling(document)).collect()
        };
        let mut parts = documents.chunks(documents.len().div_ceil(threads).max(1));
        let told = std::thread::scope(|scope| -> Result<Vec<Vec<Telling>>, Error> {
            let own = parts.next().unwrap_or_default();
            let others: Vec<_> = parts.map(|part| scope.spawn(|| telling(part))).collect();
            let mut told = telling(own)?;
            for other in others {
                told.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            Ok(told)
        })?;
        for ((document, kind), telling) in documents.iter().zip(told) {
            self.sketches.push(document.id, *kind, telling);
        }
        Ok(())
    }

    /// The ids of documents that share rare terms with this one, those that share most first.
    ///
    /// # Errors
    ///
    /// If the engine cannot read.
    pub fn candidates(&self, document: &Document<'_>) -> Result<Vec<i64>, Error> {
        let mut shared: HashMap<i64, f32> = HashMap::new();
        for telling in leads(&self.telling(document)?) {
            let mut ids = self.view.with_term(&telling.term)?;
            ids.sort_unstable();
            for id in ids.into_iter().rev().take(LED) {
                *shared.entry(id).or_default() += telling.weight;
            }
        }
        shared.remove(&document.id);
        let mut ids: Vec<(i64, f32)> = shared.into_iter().collect();
        ids.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        Ok(ids.into_iter().map(|(id, _)| id).take(COMPARED).collect())
    }

    /// What was drawn.
    #[must_use]
    pub fn finish(self) -> Sketches {
        self.sketches
    }

    /// The terms that tell most about a document, weighed to a length of one.
    fn telling(&self, document: &Document<'_>) -> Result<Vec<Telling>, Error> {
        let parts = [
            (document.title, TITLE_BOOST),
            (document.labels, LABELS_BOOST),
            (document.text, TEXT_BOOST),
        ];
        // The occurrences of a term come together by sorting, which is quicker than asking a map
        // for each.
        let mut occurrences: Vec<(u32, u8, String)> = Vec::new();
        for (part, (text, _)) in (0..).zip(parts) {
            // Single characters are of use to find, not to compare.
            let terms = terms(text).into_iter().map(|located| located.term);
            let terms = terms.filter(|term| term.chars().nth(1).is_some());
            occurrences.extend(terms.map(|term| (hash(&term), part, term)));
        }
        occurrences.sort_unstable_by_key(|(hash, part, _)| (*hash, *part));
        let documents = self.view.len();
        let frequencies = self.frequencies(&occurrences)?;
        let mut telling = Vec::new();
        let groups = occurrences.chunk_by_mut(|a, b| a.0 == b.0);
        for (group, frequency) in groups.zip(frequencies) {
            let weight: f32 = group
                .chunk_by(|a, b| a.1 == b.1)
                .filter_map(|same| {
                    let (_, boost) = parts.get(usize::from(same.first()?.1))?;
                    Some(boost * (1.0 + (same.len() as f32).ln()))
                })
                .sum();
            let Some((hash, _, term)) = group.first_mut() else {
                continue;
            };
            let (hash, term) = (*hash, std::mem::take(term));
            let is_common = documents >= FEW && frequency.saturating_mul(2) > documents;
            if frequency > 1 && !is_common {
                let rarity = (documents as f32 / frequency as f32).ln_1p();
                telling.push(Telling { term, hash, weight: weight * rarity, frequency });
            }
        }
        telling.sort_unstable_by(|a, b| {
            b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(&b.term))
        });
        telling.truncate(SKETCH);
        let length =
            telling.iter().map(|telling| telling.weight * telling.weight).sum::<f32>().sqrt();
        for telling in &mut telling {
            telling.weight /= length;
        }
        Ok(telling)
    }

    /// How many documents have each term, of occurrences in the order of hashes.
    fn frequencies(&self, occurrences: &[(u32, u8, String)]) -> Result<Vec<u32>, Error> {
        let terms = || occurrences.chunk_by(|a, b| a.0 == b.0).filter_map(<[_]>::first);
        let known: Vec<Option<u32>> = {
            let known = self.frequencies.read().unwrap_or_else(PoisonError::into_inner);
            terms().map(|(hash, ..)| known.get(hash).copied()).collect()
        };
        let mut fresh = Vec::new();
        let mut all = Vec::with_capacity(known.len());
        for ((hash, _, term), known) in terms().zip(known) {
            let frequency = match known {
                Some(frequency) => frequency,
                None => self.view.frequency(term)?,
            };
            if known.is_none() {
                fresh.push((*hash, frequency));
            }
            all.push(frequency);
        }
        if !fresh.is_empty() {
            self.frequencies.write().unwrap_or_else(PoisonError::into_inner).extend(fresh);
        }
        Ok(all)
    }
}

/// The terms by which documents alike are looked for.
fn leads(telling: &[Telling]) -> impl Iterator<Item = &Telling> {
    let mut rare: Vec<&Telling> = telling.iter().filter(|t| t.frequency <= COMMON).collect();
    rare.sort_unstable_by_key(|telling| telling.frequency);
    rare.into_iter().take(LEADS)
}

fn hash(term: &str) -> u32 {
    // The keys of this hasher are always the same.
    let mut hasher = DefaultHasher::new();
    term.hash(&mut hasher);
    hasher.finish() as u32
}

/// Documents by their most telling terms, to be compared with each other.
#[derive(Debug, Default)]
pub struct Sketches {
    ids: Vec<i64>,
    kinds: Vec<u8>,
    /// Where the terms of each end.
    ends: Vec<u32>,
    /// The terms of all, each one's in rising order.
    terms: Vec<u32>,
    /// The weight of each.
    weights: Vec<u8>,
    /// Which terms lead to whom.
    leads: Vec<(u32, u32)>,
}

/// Which documents share a term that leads to them.
struct Leads {
    /// In the order of terms.
    sketches: Vec<u32>,
    ranges: HashMap<u32, (u32, u32)>,
}

impl Sketches {
    fn push(&mut self, id: i64, kind: u8, telling: Vec<Telling>) {
        let number = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.leads.extend(leads(&telling).map(|telling| (telling.hash, number)));
        let mut terms: Vec<(u32, u8)> = telling
            .iter()
            .map(|telling| (telling.hash, (telling.weight * UNIT).round() as u8))
            .collect();
        terms.sort_unstable();
        self.ids.push(id);
        self.kinds.push(kind);
        self.terms.extend(terms.iter().map(|(term, _)| term));
        self.weights.extend(terms.iter().map(|(_, weight)| weight));
        self.ends.push(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
    }

    /// The terms of a sketch with their weights.
    fn terms(&self, sketch: usize) -> impl Iterator<Item = (u32, u8)> {
        let end = |sketch: usize| self.ends.get(sketch).map_or(0, |end| *end as usize);
        let range = sketch.checked_sub(1).map_or(0, end)..end(sketch);
        let terms = self.terms.get(range.clone()).unwrap_or_default();
        let weights = self.weights.get(range).unwrap_or_default();
        terms.iter().copied().zip(weights.iter().copied())
    }

    /// The cosine of the angle between two sketches.
    fn likeness(&self, a: usize, b: usize) -> f32 {
        let (mut a, mut b) = (self.terms(a).peekable(), self.terms(b).peekable());
        let mut sum = 0_u32;
        while let (Some((term_a, weight_a)), Some((term_b, weight_b))) =
            (a.peek().copied(), b.peek().copied())
        {
            match term_a.cmp(&term_b) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    sum += u32::from(weight_a) * u32::from(weight_b);
                    a.next();
                    b.next();
                }
            }
        }
        sum as f32 / (UNIT * UNIT)
    }

    /// For each document, in the order they were drawn, its id and those of up to `limit`
    /// others: alike, of the same kind first, and different from each other. `seen` is told
    /// how many are done from time to time.
    pub fn related(
        mut self,
        limit: usize,
        mut seen: impl FnMut(usize),
    ) -> impl Iterator<Item = (i64, Vec<i64>)> {
        let leads = Leads::of(std::mem::take(&mut self.leads));
        let mut shared = vec![0_u16; self.ids.len()];
        (0..self.ids.len()).map(move |sketch| {
            if sketch % 10_000 == 0 {
                seen(sketch);
            }
            let chosen = self.chosen(sketch, &leads, &mut shared, limit);
            let id = |sketch: usize| self.ids.get(sketch).copied().unwrap_or_default();
            (id(sketch), chosen.into_iter().map(id).collect())
        })
    }

    fn chosen(&self, sketch: usize, leads: &Leads, shared: &mut [u16], limit: usize) -> Vec<usize> {
        let terms = self.terms(sketch);
        let mut led: Vec<(&[u32], u8)> =
            terms.map(|(term, weight)| (leads.with(term), weight)).collect();
        led.sort_unstable_by_key(|(others, _)| others.len());
        let mut candidates: Vec<u32> = Vec::new();
        for (others, weight) in led {
            if candidates.len() > ENOUGH {
                break;
            }
            for other in others {
                if let Some(count) = shared.get_mut(*other as usize) {
                    if *count == 0 {
                        candidates.push(*other);
                    }
                    *count = count.saturating_add(u16::from(weight).max(1));
                }
            }
        }
        let mut best: Vec<(u16, u32)> = candidates
            .into_iter()
            .filter_map(|other| {
                let count = std::mem::take(shared.get_mut(other as usize)?);
                (other as usize != sketch).then_some((count, other))
            })
            .collect();
        if best.len() > COMPARED {
            best.select_nth_unstable_by(COMPARED, |a, b| b.cmp(a));
            best.truncate(COMPARED);
        }
        let mut compared: Vec<(usize, f32)> = best
            .into_iter()
            .map(|(_, other)| (other as usize, self.likeness(sketch, other as usize)))
            .collect();
        compared.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        let mut chosen = Vec::new();
        for same_kind in [true, false] {
            let kind = |sketch: usize| self.kinds.get(sketch);
            let group = compared
                .iter()
                .filter(|(other, _)| (kind(*other) == kind(sketch)) == same_kind)
                .take(CONSIDERED);
            self.choose(group.copied().collect(), limit, &mut chosen);
        }
        chosen
    }

    /// Takes the most alike, one after the other, but nothing much like what was taken before.
    fn choose(&self, mut from: Vec<(usize, f32)>, limit: usize, chosen: &mut Vec<usize>) {
        let mut repeats: HashMap<usize, f32> = HashMap::new();
        let mut compared: HashSet<usize> = HashSet::new();
        while chosen.len() < limit {
            for other in chosen.iter().filter(|other| compared.insert(**other)).copied() {
                for (candidate, _) in &from {
                    let repeat = repeats.entry(*candidate).or_default();
                    *repeat = repeat.max(self.likeness(*candidate, other));
                }
            }
            let repeat = |candidate: usize| repeats.get(&candidate).copied().unwrap_or_default();
            from.retain(|(candidate, _)| repeat(*candidate) < VERSIONS);
            let worth =
                |(candidate, likeness): &(usize, f32)| likeness - REPETITION * repeat(*candidate);
            let best = from
                .iter()
                .enumerate()
                .max_by(|a, b| worth(a.1).total_cmp(&worth(b.1)).then(b.0.cmp(&a.0)));
            let Some((at, _)) = best else {
                return;
            };
            chosen.push(from.remove(at).0);
        }
    }
}

impl Leads {
    fn of(mut leads: Vec<(u32, u32)>) -> Leads {
        leads.sort_unstable();
        let mut ranges = HashMap::new();
        let mut start = 0;
        for group in leads.chunk_by(|a, b| a.0 == b.0) {
            let end = start + u32::try_from(group.len()).unwrap_or(u32::MAX);
            // A term that only one document is led to by leads nobody to another.
            if let [(term, _), _, ..] = group {
                let newest = group.len().saturating_sub(LED);
                ranges.insert(*term, (start + u32::try_from(newest).unwrap_or(0), end));
            }
            start = end;
        }
        Leads { sketches: leads.into_iter().map(|(_, sketch)| sketch).collect(), ranges }
    }

    fn with(&self, term: u32) -> &[u32] {
        let range = self.ranges.get(&term).map(|(start, end)| *start as usize..*end as usize);
        range.and_then(|range| self.sketches.get(range)).unwrap_or_default()
    }
}
