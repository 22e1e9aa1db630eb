//! Of each limited quantity the outage that presses it most, gathered while outages stream by.
//!
//! Value and outage share a word, the value first, so that the larger one wins whichever thread comes first; between equal
//! values the earlier outage does. Values are kept to the seven digits of an `f32`.

use std::sync::atomic::{AtomicU64, Ordering};

/// The largest of each of many quantities, and the outage that gave it.
#[derive(Debug, Default)]
pub(super) struct Extremes {
    largest: Vec<AtomicU64>,
}

/// A value and the outage after which it was found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Extreme {
    /// The value.
    pub value: f64,
    /// Which outage.
    pub outage: usize,
}

impl Extremes {
    pub(super) fn new(quantities: usize) -> Self {
        Self { largest: (0..quantities).map(|_| AtomicU64::new(0)).collect() }
    }

    /// The largest so far of a quantity that is never negative; 0 where there is none.
    pub(super) fn so_far(&self, quantity: usize) -> f64 {
        f64::from(value(self.largest[quantity].load(Ordering::Relaxed)))
    }

    /// Takes note of a value, which is not negative.
    pub(super) fn note(&self, quantity: usize, new: f64, outage: usize) {
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are kept")]
        let new = new as f32;
        if new.is_nan() {
            return;
        }
        let place = u32::MAX - u32::try_from(outage).unwrap_or(u32::MAX);
        // Bits of floats that are not negative are in the order of their values.
        let word = u64::from(new.to_bits()) << 32 | u64::from(place);
        let slot = &self.largest[quantity];
        // Most outages leave most quantities as they were: looked at first, as a write takes the word from the other threads.
        if word > slot.load(Ordering::Relaxed) {
            slot.fetch_max(word, Ordering::Relaxed);
        }
    }

    /// All of them as they are held.
    pub(super) fn words(&self) -> Vec<u64> {
        self.largest.iter().map(|word| word.load(Ordering::Relaxed)).collect()
    }

    /// Sets all of them; says whether there are as many.
    pub(super) fn set(&self, words: &[u64]) -> bool {
        let fits = words.len() == self.largest.len();
        if fits {
            for (largest, &word) in self.largest.iter().zip(words) {
                largest.store(word, Ordering::Relaxed);
            }
        }
        fits
    }

    /// The largest of a quantity, if there was any.
    pub(super) fn get(&self, quantity: usize) -> Option<Extreme> {
        let word = self.largest[quantity].load(Ordering::Relaxed);
        let place = u32::MAX - u32::try_from(word & u64::from(u32::MAX)).unwrap_or(0);
        (word != 0).then(|| Extreme { value: f64::from(value(word)), outage: place as usize })
    }
}

fn value(word: u64) -> f32 {
    f32::from_bits(u32::try_from(word >> 32).unwrap_or(0))
}
