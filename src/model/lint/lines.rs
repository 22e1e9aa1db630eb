//! Lines against the map and their conductors.

use super::Slips;
use crate::finding::{Code, Finding};
use crate::ids::LineId;
use crate::model::{LineImpedance, Network, Plan, RatingUnit, Substation};

/// A line may be this much shorter than the straight way between its stations: coordinates are of their gates.
const SHORTER: f64 = 0.95;

/// A line is rarely longer than this many times the straight way, beyond [`SLACK_KM`].
const LONGER: f64 = 3.0;

/// Way that coordinates of stations in one place do not tell.
const SLACK_KM: f64 = 3.0;

/// Ratings are rounded.
const ROUNDING: f64 = 1.02;

/// Mean radius of the earth.
const EARTH_KM: f64 = 6371.0;

/// What does not fit a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LineSlip {
    /// It is shorter than the straight way between its stations.
    Short {
        /// Its length.
        length_km: f64,
        /// The straight way.
        straight_km: f64,
    },
    /// It is much longer than that.
    Long {
        /// Its length.
        length_km: f64,
        /// The straight way.
        straight_km: f64,
    },
    /// It is rated above what its weakest conductor carries.
    Above {
        /// Its own continuous rating.
        own_ka: f64,
        /// That of the conductor.
        conductor_ka: f64,
    },
}

impl LineSlip {
    /// The code of the rule.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Short { .. } | Self::Long { .. } => Code::Length,
            Self::Above { .. } => Code::Conductor,
        }
    }

    /// The numbers, in words.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Short { length_km, straight_km } | Self::Long { length_km, straight_km } => {
                format!("{length_km:.1} km, straight {straight_km:.1} km")
            }
            Self::Above { own_ka, conductor_ka } => {
                format!("{:.0} A, its conductor {:.0} A", 1000.0 * own_ka, 1000.0 * conductor_ka)
            }
        }
    }
}

/// The lines of a network that do not fit the map or their conductors, one circuit of each row.
#[must_use]
pub fn line_slips(network: &Network) -> Vec<(LineId, LineSlip)> {
    let mut slips = Vec::new();
    for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.circuit <= 1) {
        let LineImpedance::Sections(sections) = &line.impedance else { continue };
        let length_km: f64 = sections.iter().map(|section| section.length_km).sum();
        let station = |bus| network.buses[bus].substation.map(|id| &network.substations[id]);
        if let (Some(from), Some(to)) = (station(line.from), station(line.to))
            && let Some(straight_km) = distance_km(from, to)
        {
            if length_km + SLACK_KM < SHORTER * straight_km {
                slips.push((id, LineSlip::Short { length_km, straight_km }));
            } else if length_km > LONGER * straight_km + SLACK_KM {
                slips.push((id, LineSlip::Long { length_km, straight_km }));
            }
        }
        if let (Some(own_ka), Some(conductor_ka)) = (own_ka(network, line), weakest_ka(network, sections))
            && own_ka > ROUNDING * conductor_ka
        {
            slips.push((id, LineSlip::Above { own_ka, conductor_ka }));
        }
    }
    slips
}

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let network = &plan.network;
    let (mut short, mut long, mut over) = (Slips::new(), Slips::new(), Slips::new());
    for (id, slip) in line_slips(network) {
        let line = &network.lines[id];
        if plan.is_waived(slip.code(), &line.row) {
            continue;
        }
        let told = || format!("line {} ({})", line.row, slip.in_words());
        match slip {
            LineSlip::Short { .. } => short.push(told, &line.origin),
            LineSlip::Long { .. } => long.push(told, &line.origin),
            LineSlip::Above { .. } => over.push(told, &line.origin),
        }
    }
    let help = "correct the length in `sections`, or the coordinates in substations.csv";
    short.tell(
        Code::Length,
        "sections",
        "lines are shorter than the straight way between their stations",
        help,
        findings,
    );
    long.tell(
        Code::Length,
        "sections",
        "lines are more than three times as long as the straight way between their stations",
        help,
        findings,
    );
    let help = "leave `rating_normal` empty where the conductor limits, or correct the type";
    over.tell(
        Code::Conductor,
        "rating_normal",
        "lines are rated above what their weakest conductor carries",
        help,
        findings,
    );
}

/// A line's own continuous rating; `None` where there is none, or no rated voltage to turn MVA into kA.
#[must_use]
pub fn own_ka(network: &Network, line: &crate::model::Line) -> Option<f64> {
    let normal = line.rating.normal?;
    let kv = network.buses[line.from].vn_kv;
    match line.rating.unit {
        RatingUnit::Ka => Some(normal),
        RatingUnit::Mva => (kv > 0.0).then(|| normal / (3.0_f64.sqrt() * kv)),
    }
}

fn weakest_ka(network: &Network, sections: &[crate::model::Section]) -> Option<f64> {
    let types = &network.catalogue.line_types;
    sections.iter().filter_map(|section| types.get(section.line_type)?.i_normal_ka).min_by(f64::total_cmp)
}

/// Along the great circle; `None` where a station has no coordinates, or both are one.
fn distance_km(from: &Substation, to: &Substation) -> Option<f64> {
    let place = |station: &Substation| Some((station.lat_deg?.to_radians(), station.lon_deg?.to_radians()));
    let ((lat1, lon1), (lat2, lon2)) = (place(from)?, place(to)?);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half(lon2 - lon1);
    let km = 2.0 * EARTH_KM * h.sqrt().min(1.0).asin();
    (km > 0.0).then_some(km)
}
