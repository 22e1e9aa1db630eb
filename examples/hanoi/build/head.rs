//! The comments of `plan.toml`.

use gridstage::model::Head;

/// Text whose comments the plan's writer keeps; it fills in the values.
pub(super) fn head() -> Head {
    Head(String::new())
}
