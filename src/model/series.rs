//! Figures given for some years, and their values between.
//!
//! A year means its 31 December, so 31 December 2018 is the time 2018 and 30 June 2018 about 2017.5:
//!
//! ```text
//! t = year − 1 + (day of the year) / (days of the year)
//! linear:   p(t) = p₀ + w·(p₁ − p₀),    w = (t − t₀) / (t₁ − t₀)
//! compound: p(t) = p₀ · (p₁ / p₀)^w
//! ```

use super::Interpolation;
use jiff::civil::Date;

/// The time of a day, in years.
pub(super) fn time(date: Date) -> f64 {
    f64::from(date.year()) - 1.0 + f64::from(date.day_of_year()) / f64::from(date.days_in_year())
}

/// Where a time lies among given years.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Spot<'a, T> {
    /// Before the first year, or no year is given.
    Before,
    /// Between two years, or at the first of the two: earlier, later, and the way between, 0 to 1.
    Between(&'a T, &'a T, f64),
    /// At the last year, or after it, which the flag says.
    After(&'a T, bool),
}

/// Finds `t` among figures in order of their years.
pub(super) fn spot<T>(figures: &[(i16, T)], t: f64) -> Spot<'_, T> {
    let next = figures.partition_point(|(year, _)| f64::from(*year) <= t);
    let Some((year, earlier)) = next.checked_sub(1).and_then(|last| figures.get(last)) else {
        return Spot::Before;
    };
    match figures.get(next) {
        Some((later_year, later)) => {
            let way = (t - f64::from(*year)) / (f64::from(*later_year) - f64::from(*year));
            Spot::Between(earlier, later, way)
        }
        None => Spot::After(earlier, t > f64::from(*year)),
    }
}

/// The value between two figures.
pub(super) fn between(rule: Interpolation, p0: f64, p1: f64, way: f64) -> f64 {
    match rule {
        Interpolation::Compound if p0 > 0.0 && p1 > 0.0 => p0 * (p1 / p0).powf(way),
        _ => p0 + way * (p1 - p0),
    }
}
