//! Impedance correction: how a transformer's impedance follows its tap or its phase shift.

use super::{Name, Origin};

/// A correction table of the catalogue.
#[derive(Clone, PartialEq, Debug)]
pub struct Correction {
    /// Id, unique among correction tables.
    pub id: Name,
    /// What the table is entered with.
    pub of: CorrectionOf,
    /// The points by rising `at`; linear in between, held beyond the ends.
    pub points: Vec<CorrectionPoint>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a correction table is entered with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum CorrectionOf {
    /// The off-nominal ratio of the tapped winding, p.u.
    #[default]
    Ratio,
    /// The phase shift in degrees.
    Shift,
}

impl CorrectionOf {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ratio, Self::Shift];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Shift => "shift",
        }
    }
}

/// A point of a correction table.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CorrectionPoint {
    /// Ratio in p.u. or shift in degrees.
    pub at: f64,
    /// Factor on the nominal resistance.
    pub r_factor: f64,
    /// Factor on the nominal reactance.
    pub x_factor: f64,
}

impl Correction {
    /// The factors on resistance and reactance; both 1 for an empty table.
    #[must_use]
    pub fn factors(&self, at: f64) -> (f64, f64) {
        let Some(first) = self.points.first() else { return (1.0, 1.0) };
        let mut before = first;
        for point in &self.points {
            if at <= point.at {
                let width = point.at - before.at;
                let way = if width > 0.0 { (at - before.at) / width } else { 1.0 };
                let between = |a: f64, b: f64| if way <= 0.0 { a } else { a + way * (b - a) };
                return (between(before.r_factor, point.r_factor), between(before.x_factor, point.x_factor));
            }
            before = point;
        }
        (before.r_factor, before.x_factor)
    }
}
