//! Chance that always falls the same way.
//!
//! Only integers, additions, multiplications and divisions are used, which give the same bits
//! on every machine, unlike logarithms and powers.

/// SplitMix64: small, quick, and good enough to choose words with.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The generator of one part of a whole, independent of those of all other parts.
    pub(crate) fn part(seed: u64, number: u64) -> Self {
        let mut random = Self(seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Self(random.next())
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to just below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// A number from `first` to `last`.
    pub(crate) fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    /// Whether something happens that happens this many times in a thousand.
    pub(crate) fn in_thousand(&mut self, times: usize) -> bool {
        self.below(1000) < times
    }

    pub(crate) fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A length whose logarithm is near enough to normal, with a deviation of 0.9: twelve
    /// factors, each as likely to lengthen as to shorten.
    pub(crate) fn length(&mut self, median: usize, longest: usize) -> usize {
        const FACTOR: f64 = 1.297;
        let mut length = median as f64 * (0.87 + 0.26 * self.unit());
        for _ in 0..12 {
            if self.next() >> 63 == 0 {
                length *= FACTOR;
            } else {
                length /= FACTOR;
            }
        }
        (length as usize).clamp(3, longest)
    }
}

/// Ranks by the law of Zipf and Mandelbrot: the one at `rank` is drawn in proportion to
/// `1 / (rank + shift)`.
#[derive(Debug)]
pub(crate) struct Zipf {
    up_to: Vec<f64>,
}

impl Zipf {
    pub(crate) fn new(ranks: usize, shift: f64) -> Self {
        let mut sum = 0.0;
        let up_to = (0..ranks).map(|rank| {
            sum += 1.0 / (rank as f64 + 1.0 + shift);
            sum
        });
        Self { up_to: up_to.collect() }
    }

    /// A rank, from 0.
    pub(crate) fn rank(&self, random: &mut Random) -> usize {
        let all = self.up_to.last().copied().unwrap_or_default();
        let at = random.unit() * all;
        self.up_to.partition_point(|up_to| *up_to <= at).min(self.up_to.len() - 1)
    }
}
