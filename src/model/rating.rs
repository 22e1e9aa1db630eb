//! What a branch may carry, and for how long.

use super::{ElementId, LineImpedance, LineType, Network, Section, TransformerImpedance};

/// What a rating counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum RatingUnit {
    /// Apparent power (MVA).
    #[default]
    Mva,
    /// Current (kA).
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

impl Network {
    /// The rating of a line or transformer that applies: its own; else that of the weakest section's type, or
    /// the rated power of the transformer. Any other element is unlimited.
    #[must_use]
    pub fn rating(&self, element: ElementId) -> Rating {
        match element {
            ElementId::Line(id) => {
                let line = &self.lines[id];
                match &line.impedance {
                    LineImpedance::Sections(sections) if line.rating.is_unlimited() => self.weakest(sections),
                    _ => line.rating,
                }
            }
            ElementId::Transformer(id) => {
                let transformer = &self.transformers[id];
                let sn_mva = match &transformer.impedance {
                    TransformerImpedance::Nameplate(n) => Some(n.sn_mva),
                    TransformerImpedance::Type(id) => {
                        Some(self.catalogue.transformer_types[*id].nameplate.sn_mva)
                    }
                    TransformerImpedance::PerUnit { .. } => None,
                };
                match sn_mva {
                    Some(_) if transformer.rating.is_unlimited() => {
                        Rating { unit: RatingUnit::Mva, normal: sn_mva, short: None, emergency: None }
                    }
                    _ => transformer.rating,
                }
            }
            _ => Rating::default(),
        }
    }

    /// The rating of sections in series, by their types.
    pub(super) fn weakest(&self, sections: &[Section]) -> Rating {
        let least = |pick: fn(&LineType) -> Option<f64>| {
            let currents = sections.iter().filter_map(|s| pick(&self.catalogue.line_types[s.line_type]));
            currents.min_by(f64::total_cmp)
        };
        let normal = least(|t| t.i_normal_ka);
        // A section without an emergency current of its own keeps its normal one after a fault.
        let after_fault = least(|t| t.i_emergency_ka.or(t.i_normal_ka));
        let has_own =
            sections.iter().any(|s| self.catalogue.line_types[s.line_type].i_emergency_ka.is_some());
        Rating { unit: RatingUnit::Ka, normal, short: None, emergency: after_fault.filter(|_| has_own) }
    }
}
