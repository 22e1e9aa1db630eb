//! Numbers and names as text: as many digits as matter, `–` for what does not exist.

use std::borrow::Cow;

/// What stands where there is no value.
pub const NONE: &str = "–";

/// `value` with `decimals` decimals; [`NONE`] if it is not a number, and never `-0.0`.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return NONE.to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|digit| matches!(digit, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// `value` with three digits that matter, and all digits before the point: 1234, 123, 12.3, 1.23, 0.012.
#[must_use]
pub fn three(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 || size == 0.0 => 2,
        _ => 3,
    };
    fixed(value, decimals)
}

/// A voltage (kV): limits of a 110 kV grid are a few hundred volts wide, those of 22 kV a few ten.
#[must_use]
pub fn kv(value: f64) -> String {
    fixed(value, if value.abs() < 50.0 { 2 } else { 1 })
}

/// A value in `unit`, with the decimals that suit the unit.
#[must_use]
pub fn in_unit(value: f64, unit: &str) -> String {
    match unit {
        "kV" => kv(value),
        "%" => fixed(value, 1),
        "p.u." | "" => fixed(value, 3),
        _ => three(value),
    }
}

/// A value in `unit` and the limit that it passes, with as many decimals that they do not read the same: 100.04 and 100.00.
#[must_use]
pub fn beside_limit(value: f64, limit: f64, unit: &str) -> [String; 2] {
    let plain = [in_unit(value, unit), in_unit(limit, unit)];
    if plain[0] != plain[1] {
        return plain;
    }
    let finer = (1..=4).map(|decimals| [fixed(value, decimals), fixed(limit, decimals)]);
    finer.into_iter().find(|[value, limit]| value != limit).unwrap_or(plain)
}

/// A large amount without decimals, its digits in groups of three: `12 345`.
#[must_use]
pub fn grouped(value: f64) -> String {
    let text = fixed(value, 0);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return text;
    }
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{sign}{}", groups.join(" "))
}

/// `count` and the word for it: `1 bus`, `2 buses`.
#[must_use]
pub fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A name from a file, without characters that a terminal would obey.
#[must_use]
pub fn clean(name: &str) -> Cow<'_, str> {
    if name.chars().any(char::is_control) {
        name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>().into()
    } else {
        name.into()
    }
}
