//! Texts and numbers as no planner would write them.

use gridstage::model::{Confidence, Name, Origin};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A text with everything that a spreadsheet or TOML could stumble over.
pub(super) fn text() -> impl Strategy<Value = String> {
    vec(select("aZ0 ,;\"'\n\r#+-*=[]{}\\Đồệ.".chars().collect::<Vec<_>>()), 0..7)
        .prop_map(|chars| chars.into_iter().collect::<String>().trim().to_owned())
}

pub(super) fn name() -> impl Strategy<Value = Name> {
    text().prop_map(Name::from)
}

/// Any number, of any size.
pub(super) fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        proptest::num::f64::NORMAL,
        proptest::num::f64::SUBNORMAL,
        (-1000_i32..1000).prop_map(f64::from),
        Just(0.0),
        Just(1e15),
        Just(0.1 + 0.2),
    ]
}

pub(super) fn positive() -> impl Strategy<Value = f64> {
    any_number().prop_map(|number| number.abs().max(f64::MIN_POSITIVE))
}

pub(super) fn maybe<S: Strategy<Value: Clone>>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(strategy)
}

pub(super) fn origin() -> impl Strategy<Value = Origin> {
    (maybe(text().prop_filter("said", |text| !text.is_empty())), maybe(select(&Confidence::ALL[..])))
        .prop_map(|(source, confidence)| Origin { place: None, source: source.map(Into::into), confidence })
}
