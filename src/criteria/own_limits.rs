//! The rules that a bare grid file brings along: its own voltage limits and ratings.

use crate::model::{CriteriaSet, Demand, GridState, Loading, Name, Origin, RatingKind, Rule};

/// What a grid without a criteria set is judged by: bus voltages within the limits of their records, and
/// lines and transformers within their normal ratings.
#[must_use]
pub fn own_limits() -> CriteriaSet {
    let loading =
        Loading { vn_kv: None, warn_percent: None, max_percent: Some(100.0), rating: RatingKind::Normal };
    let rule = |id: &'static str, demand| Rule {
        id: Name::const_new(id),
        state: GridState::N,
        demand,
        article: "the grid's own record".to_owned(),
        confidence: None,
        origin: Origin::default(),
    };
    CriteriaSet {
        id: Name::const_new("own-limits"),
        rules: vec![
            rule("own-voltage", Demand::BusLimits),
            rule("own-line-rating", Demand::LineLoading(loading)),
            rule("own-transformer-rating", Demand::TransformerLoading(loading)),
        ],
        waivers: Vec::new(),
    }
}
