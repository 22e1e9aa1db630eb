//! Buses by their number, and ids made of numbers.

use crate::ids::BusId;
use crate::model::Name;

/// Where the number of a bus leads.
pub(super) struct BusNumbers {
    /// By number, where the numbers are dense enough.
    dense: Vec<Option<BusId>>,
    /// By search, else.
    sorted: Vec<(u64, BusId)>,
}

/// A number is looked up in a plain column as long as that has at most this many places per bus.
const PLACES_PER_BUS: usize = 64;

impl BusNumbers {
    /// `numbers` must not repeat; later ones would be lost.
    pub(super) fn new(numbers: &[(u64, BusId)]) -> Self {
        let largest = numbers.iter().map(|&(number, _)| number).max().unwrap_or(0);
        let places = usize::try_from(largest).ok().and_then(|largest| largest.checked_add(1));
        match places {
            Some(places) if places / PLACES_PER_BUS <= numbers.len() => {
                let mut dense = vec![None; places];
                for &(number, bus) in numbers {
                    if let Some(place) = usize::try_from(number).ok().and_then(|n| dense.get_mut(n)) {
                        *place = Some(bus);
                    }
                }
                Self { dense, sorted: Vec::new() }
            }
            _ => {
                let mut sorted = numbers.to_vec();
                sorted.sort_unstable();
                Self { dense: Vec::new(), sorted }
            }
        }
    }

    /// The bus of a number as it stands in a cell.
    pub(super) fn bus(&self, number: f64) -> Option<BusId> {
        let number = whole(number)?;
        if self.sorted.is_empty() {
            return usize::try_from(number).ok().and_then(|n| self.dense.get(n).copied().flatten());
        }
        let at = self.sorted.binary_search_by_key(&number, |&(number, _)| number).ok()?;
        Some(self.sorted[at].1)
    }
}

/// A bus number: a positive integer.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "an integer between 1 and 2^53"
)]
pub(super) fn whole(number: f64) -> Option<u64> {
    /// Above this a double skips integers.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let whole = number as i64;
    // the way there and back, as a fraction would call a function on processors without an instruction for it
    ((1.0..=LARGEST).contains(&number) && whole as f64 == number).then_some(whole as u64)
}

/// Ids made of whole numbers, without an allocation.
pub(super) struct IdText {
    text: [u8; 64],
    length: usize,
}

impl IdText {
    pub(super) fn new() -> Self {
        Self { text: [0; 64], length: 0 }
    }

    /// The numbers with hyphens between them, `12-7-1`; three at most fit.
    pub(super) fn of(&mut self, numbers: &[u64]) -> Name {
        self.length = 0;
        for (i, &number) in numbers.iter().enumerate() {
            if i > 0 {
                self.push(b'-');
            }
            self.push_digits(number);
        }
        Name::from(std::str::from_utf8(&self.text[..self.length]).unwrap_or_default())
    }

    fn push_digits(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = number;
        loop {
            first -= 1;
            let digit = (rest % 10) as u8;
            digits[first] = b'0' + digit;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let digits = &digits[first..];
        if let Some(place) = self.text.get_mut(self.length..self.length + digits.len()) {
            place.copy_from_slice(digits);
            self.length += digits.len();
        }
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }
}
