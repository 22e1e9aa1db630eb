//! Decimal numbers straight from bytes, correctly rounded.
//!
//! Case files hold millions of short decimals. A decimal of at most 19 digits whose digits make an integer
//! below 2⁵³ and whose power of ten is at most 22 needs one multiplication or division of two exact doubles,
//! so its result is the nearest double (W. D. Clinger, *How to read floating point numbers accurately*, PLDI
//! 1990). Everything else goes to `fast_float2`.

use std::num::NonZeroUsize;

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Decimal digits that a `u64` holds whatever they are.
const SAFE_DIGITS: usize = 19;

/// Below this every integer is a double.
const EXACT: u64 = 1 << 53;

/// The unsigned decimal that `bytes` start with, and its length: `1`, `.5`, `1.`, `1e-3`, `1E+3`, `1d3`.
///
/// A dot that belongs to what follows (`1...`, `1.*2`) is left alone. `None` where there is no digit. (The length
/// is not zero in its type so that the result travels in two registers.)
#[inline]
pub(super) fn decimal(bytes: &[u8]) -> Option<(f64, NonZeroUsize)> {
    short(bytes).or_else(|| any(bytes))
}

/// As [`decimal`] for up to seven digits, a point and up to seven digits: no loop, so that the ever changing
/// lengths of numbers mislead no branch prediction. `None` leaves it to [`any`].
#[inline]
fn short(bytes: &[u8]) -> Option<(f64, NonZeroUsize)> {
    let (whole, whole_digits) = leading_digits(*bytes.first_chunk()?);
    if whole_digits == 0 || whole_digits == 8 {
        return None;
    }
    let after = &bytes[whole_digits..];
    let (mantissa, fraction_digits, length) = if after.first() == Some(&b'.') {
        let (fraction, digits) = leading_digits(*after[1..].first_chunk()?);
        if digits == 0 || digits == 8 {
            return None;
        }
        let shifted = whole as f64 * POWERS[digits];
        (shifted + fraction as f64, digits, whole_digits + 1 + digits)
    } else {
        (whole as f64, 0, whole_digits)
    };
    if matches!(bytes.get(length), Some(b'e' | b'E' | b'd' | b'D')) {
        return None;
    }
    // Fourteen digits at most: the mantissa is exact, and so the quotient is the nearest double.
    Some((mantissa / POWERS[fraction_digits], NonZeroUsize::new(length)?))
}

/// The number that the digits at the start of eight bytes make, and how many they are.
///
/// All eight bytes at once, as in D. Lemire, *Number parsing at a gigabyte per second*, 2021: neighbours are
/// joined to numbers of two digits, these to numbers of four, these to one of eight.
#[inline]
fn leading_digits(bytes: [u8; 8]) -> (u64, usize) {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    // The first byte is the lowest; digits become 0 to 9.
    let values = u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030;
    // A byte above 9 gets its high bit; a carry reaches only bytes behind one that has it already.
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & HIGH_BITS;
    let count = others.trailing_zeros() / 8;
    // The digits move to the top, zeros come before them. No digit at all shifts by seven bytes, which leaves
    // the first byte; the caller asks for the count first.
    let digits = values << (8 * (8 - count.max(1)));
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let lower = (twos & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let upper = ((twos >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    (lower.wrapping_add(upper) >> 32, count as usize)
}

/// How many bytes at the start are digits or points.
#[inline]
pub(super) fn digits_and_points(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&eight) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let ahead = digits_and_points_of(eight);
        at += ahead;
        if ahead < eight.len() {
            return at;
        }
    }
    at + bytes[at..].iter().take_while(|&&b| b.is_ascii_digit() || b == b'.').count()
}

/// The same of eight bytes, all at once.
#[inline]
fn digits_and_points_of(bytes: [u8; 8]) -> usize {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(bytes);
    // As in `leading_digits`: a carry reaches only bytes behind one that is neither.
    let values = word ^ 0x3030_3030_3030_3030;
    let no_digits = (values.wrapping_add(0x7676_7676_7676_7676) | values) & HIGH_BITS;
    // Without its high bit a byte that is not zero reaches it again.
    let apart = word ^ 0x2e2e_2e2e_2e2e_2e2e;
    let no_points = ((apart & !HIGH_BITS).wrapping_add(!HIGH_BITS) | apart) & HIGH_BITS;
    (no_digits & no_points).trailing_zeros() as usize / 8
}

/// As [`decimal`], for numbers of any length and with exponents.
fn any(bytes: &[u8]) -> Option<(f64, NonZeroUsize)> {
    let mut mantissa = 0_u64;
    let mut at = 0;
    let mut digits = 0;
    while let Some(digit) = digit(bytes, at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    digits += at;
    let mut power = 0_i64;
    if bytes.get(at) == Some(&b'.') && !dot_is_operator(bytes, at) {
        at += 1;
        let first = at;
        while let Some(digit) = digit(bytes, at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            at += 1;
        }
        digits += at - first;
        #[expect(clippy::cast_possible_wrap, reason = "lengths of slices are below 2^63")]
        let fraction = (at - first) as i64;
        power = -fraction;
    }
    if digits == 0 {
        return None;
    }
    let written = at;
    if matches!(bytes.get(at), Some(b'e' | b'E' | b'd' | b'D'))
        && let Some((exponent, end)) = exponent(bytes, at + 1)
    {
        power = power.saturating_add(exponent);
        at = end;
    }
    if digits <= SAFE_DIGITS && mantissa < EXACT && power.unsigned_abs() < POWERS.len() as u64 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 22")]
        let factor = POWERS[power.unsigned_abs() as usize];
        let exact = mantissa as f64;
        return Some((if power < 0 { exact / factor } else { exact * factor }, NonZeroUsize::new(at)?));
    }
    Some((rounded(&bytes[..written], &bytes[written..at]), NonZeroUsize::new(at)?))
}

#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

/// Whether the dot at `at` begins `...`, `.*`, `./`, `.^` or `.'`.
fn dot_is_operator(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'*' | b'/' | b'^' | b'\'') => true,
        Some(b'.') => bytes.get(at + 2) == Some(&b'.'),
        _ => false,
    }
}

/// Digits of an exponent with their sign, and where they end.
fn exponent(bytes: &[u8], mut at: usize) -> Option<(i64, usize)> {
    let negative = bytes.get(at) == Some(&b'-');
    if matches!(bytes.get(at), Some(b'-' | b'+')) {
        at += 1;
    }
    let first = at;
    let mut value = 0_i64;
    while let Some(digit) = digit(bytes, at) {
        value = value.saturating_mul(10).saturating_add(i64::try_from(digit).unwrap_or(0));
        at += 1;
    }
    (at > first).then_some((if negative { -value } else { value }, at))
}

/// The long way, for many digits and large powers.
#[cold]
fn rounded(digits: &[u8], exponent: &[u8]) -> f64 {
    let mut text = Vec::with_capacity(digits.len() + exponent.len());
    text.extend_from_slice(digits);
    text.extend(exponent.iter().map(|&b| if matches!(b, b'd' | b'D') { b'e' } else { b }));
    fast_float2::parse(&text).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::decimal;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(f64, usize)> {
        decimal(text.as_bytes()).map(|(value, length)| (value, length.get()))
    }

    #[test]
    fn a_number_ends_where_matlab_ends_it() {
        for (text, value, length) in [
            ("1", 1.0, 1),
            (".5;", 0.5, 2),
            ("1.\t2", 1.0, 2),
            ("1e-3 ", 1e-3, 4),
            ("1E+3", 1e3, 4),
            ("1d3]", 1e3, 3),
            ("1...", 1.0, 1),
            ("1.*2", 1.0, 1),
            ("2e", 2.0, 1),
            ("0.06OO0", 0.06, 4),
            ("9007199254740993", 9_007_199_254_740_992.0, 16),
            ("1234567\t", 1_234_567.0, 7),
            ("12345678\t", 12_345_678.0, 8),
            ("0.0123456; ........", 0.012_345_6, 9),
            ("0.01234567;........", 0.012_345_67, 10),
        ] {
            assert_eq!(read(text), Some((value, length)), "{text}");
        }
        for text in [".", "e5", "-1", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn digits_and_points_end_where_something_else_begins(
            bytes in proptest::collection::vec(prop_oneof![b'.'..=b'9', any::<u8>()], 0..40),
        ) {
            let one_by_one = bytes.iter().take_while(|&&b| b.is_ascii_digit() || b == b'.').count();
            prop_assert_eq!(super::digits_and_points(&bytes), one_by_one, "{:?}", bytes);
        }

        #[test]
        fn every_double_written_is_read_back_to_the_last_bit(bits: u64) {
            let value = f64::from_bits(bits).abs();
            prop_assume!(value.is_finite());
            for text in [format!("{value}"), format!("{value:e}")] {
                prop_assert_eq!(read(&text), Some((value, text.len())));
            }
        }

        #[test]
        fn short_decimals_are_the_nearest_double(whole in 0_u32..100_000, fraction in "[0-9]{0,12}") {
            let text = format!("{whole}.{fraction}");
            let Ok(expected) = text.parse::<f64>() else { panic!("{text} is no number") };
            for rest in ["", "\t1\t0\t0\t0\t1\t-360\t360;", ";\n", "]"] {
                let line = format!("{text}{rest}");
                prop_assert_eq!(read(&line), Some((expected, text.len())));
            }
        }
    }
}
