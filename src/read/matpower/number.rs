//! Decimal numbers straight from bytes, correctly rounded.
//!
//! Case files hold millions of short decimals. A decimal of at most 19 digits whose digits make an integer
//! below 2⁵³ and whose power of ten is at most 22 needs one multiplication or division of two exact doubles,
//! so its result is the nearest double (W. D. Clinger, *How to read floating point numbers accurately*, PLDI
//! 1990). Everything else goes to `fast_float2`.

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
/// A dot that belongs to what follows (`1...`, `1.*2`) is left alone. `None` where there is no digit.
#[inline]
pub(super) fn decimal(bytes: &[u8]) -> Option<(f64, usize)> {
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
        return Some((if power < 0 { exact / factor } else { exact * factor }, at));
    }
    Some((rounded(&bytes[..written], &bytes[written..at]), at))
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
        ] {
            assert_eq!(decimal(text.as_bytes()), Some((value, length)), "{text}");
        }
        assert_eq!(decimal(b"."), None);
        assert_eq!(decimal(b"e5"), None);
    }

    proptest! {
        #[test]
        fn every_double_written_is_read_back_to_the_last_bit(bits: u64) {
            let value = f64::from_bits(bits).abs();
            prop_assume!(value.is_finite());
            for text in [format!("{value}"), format!("{value:e}")] {
                prop_assert_eq!(decimal(text.as_bytes()), Some((value, text.len())));
            }
        }

        #[test]
        fn short_decimals_are_the_nearest_double(whole in 0_u32..100_000, fraction in "[0-9]{0,12}") {
            let text = format!("{whole}.{fraction}");
            let expected: f64 = text.parse().unwrap();
            prop_assert_eq!(decimal(text.as_bytes()), Some((expected, text.len())));
        }
    }
}
