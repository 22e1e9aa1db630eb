//! What a branch may carry, and for how long.

/// What a rating counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum RatingUnit {
    /// Apparent power [MVA].
    #[default]
    Mva,
    /// Current [kA].
    Ka,
}

impl RatingUnit {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Mva, Self::Ka];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mva => "MVA",
            Self::Ka => "kA",
        }
    }
}

/// The ratings of a branch, per circuit; `None` is unlimited or unknown.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rating {
    /// MVA or kA, for all three.
    pub unit: RatingUnit,
    /// Continuous rating, for the intact grid.
    pub normal: Option<f64>,
    /// Rating for some hours (MATPOWER's rateB).
    pub short: Option<f64>,
    /// Rating after a fault, for the minutes until the dispatcher has acted.
    pub emergency: Option<f64>,
}

impl Rating {
    /// Whether no rating is given at all.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.normal.is_none() && self.short.is_none() && self.emergency.is_none()
    }
}
