//! What stands behind the codes of the plausibility rules: how each judges, and what to do.

use super::Code;

/// The page of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// How it judges, with its thresholds.
    pub rule: &'static str,
    /// What to do about it.
    pub way_out: &'static str,
}

impl Code {
    /// The page of a rule that judges values which are legal; `None` of what speaks for itself.
    #[must_use]
    pub fn page(self) -> Option<Page> {
        let (rule, way_out) = match self {
            Self::Plausibility => (
                "fixed bounds: a bus draws or feeds at most 10,000 MW, a held voltage is 0.8 to 1.2 p.u., a ratio 0.5 to 2, a line at 60 kV or more has at most 100 p.u. on 100 MVA, and no branch drops more than its voltage at its rating.",
                "look at the unit and at the base on which the value is given.",
            ),
            Self::XOverR => (
                "a line at 60 kV or more has at most 3 times as much resistance as reactance.",
                "look whether resistance and reactance are swapped, or one is in another unit.",
            ),
            Self::Charging => (
                "reactance x and charging b of a line at 60 kV or more make a surge impedance, the root of x/b, of 5 to 2,500 ohm (overhead lines have 200 to 450, cables 15 to 100), and the root of x·b, about 0.00105 for each kilometre of an overhead line at 50 Hz, is at most 1.6, 1,500 km.",
                "look whether b is in microsiemens, or per kilometre, and whether x is in ohm, or on another base.",
            ),
            Self::Decimal => (
                "circuits between the same two buses differ in reactance by less than 8 times; a transformer at its rating has a short-circuit voltage of at most 150 percent; no load is 100 times the median load and 5 times the next; a line at 60 kV or more is rated for 30 A to 10,000 A, where its rating is below 9,000 MVA, which stands for no limit.",
                "look for a decimal point or unit that slipped: 10, 100 and 1000 are the usual factors.",
            ),
            Self::RatedVoltage => (
                "a line joins buses whose rated voltages differ by less than 10 percent; the ratio of a transformer, in p.u. of the rated voltages of its buses, is 0.7 to 1.4.",
                "look at the rated voltages of the two buses, and at those of the windings.",
            ),
            Self::Length => (
                "the sections of a line are together at least 95 percent of the straight way between the coordinates of its two stations, and at most 3 times that, 3 km of room in both.",
                "look at the lengths of its sections, and at the coordinates of the two stations.",
            ),
            Self::Conductor => (
                "the continuous rating of a line is at most 2 percent above the current of its weakest conductor, where its type says one.",
                "look at the unit of the rating (MVA or kA), and at the type of the conductor.",
            ),
            _ => return None,
        };
        Some(Page { rule, way_out })
    }
}
