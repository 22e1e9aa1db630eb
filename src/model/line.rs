//! A line: one circuit between two buses of the same rated voltage.

use super::{Name, Network, Origin, Rating};
use crate::ids::{BusId, LineTypeId};

/// One circuit. A table row of n circuits gives n lines `ROW#1` … `ROW#n`, each its own outage.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Id of the circuit, unique among lines and transformers.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// The table row it belongs to; circuits of one row share towers. Equal to `id` where the format has
    /// no rows of several circuits.
    pub row: Name,
    /// Number of the circuit in its row, from 1; 0 where the format has no rows of several circuits.
    pub circuit: u16,
    /// One end.
    pub from: BusId,
    /// The other end.
    pub to: BusId,
    /// Impedance, as given.
    pub impedance: LineImpedance,
    /// Shunts at its `from` and `to` end, switched with it.
    pub end_shunts: [EndShunt; 2],
    /// A capacitor or reactor in series with it, rare and so kept apart; `None` where there is none.
    pub series: Option<Box<SeriesCompensation>>,
    /// Ratings as given; where there is none, the weakest section's type says.
    pub rating: Rating,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in; a normally open ring point is not.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// A shunt at an end of a branch, switched with it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct EndShunt {
    /// Active power drawn at rated voltage.
    pub g_mw: f64,
    /// Reactive power fed in at rated voltage: negative for a reactor.
    pub b_mvar: f64,
}

/// A reactance in series with a line: a series capacitor (negative), a reactor, or one under control (TCSC).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SeriesCompensation {
    /// Reactance at hand, on top of that of the line; negative for a capacitor.
    pub x_ohm: f64,
    /// Least reactance that it has.
    pub x_min_ohm: f64,
    /// Largest.
    pub x_max_ohm: f64,
    /// What it holds; `None` where it stands still.
    pub control: Option<SeriesControl>,
}

/// What a controlled series capacitor holds: the active power entering the line at `from`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SeriesControl {
    /// Least power accepted.
    pub p_min_mw: f64,
    /// Most power accepted.
    pub p_max_mw: f64,
    /// Whether it moves; a locked one keeps its reactance.
    pub active: bool,
}

impl Line {
    /// A built line in service that is the only circuit of its row, without ratings.
    #[must_use]
    pub fn new(id: impl Into<Name>, from: BusId, to: BusId, impedance: LineImpedance) -> Self {
        let id = id.into();
        Self {
            row: id.clone(),
            id,
            name: String::new(),
            circuit: 0,
            from,
            to,
            impedance,
            end_shunts: [EndShunt::default(); 2],
            series: None,
            rating: Rating::default(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }

    /// Whether the id is the one that a table row gives its circuit: `ROW#2`, or that of the row itself where
    /// the row has no circuits.
    #[must_use]
    pub fn has_row_id(&self) -> bool {
        match self.circuit {
            0 => self.id == self.row,
            circuit => {
                self.id.strip_prefix(self.row.as_str()).is_some_and(|end| end == format!("#{circuit}"))
            }
        }
    }
}

/// The impedance of one circuit, as the file gives it. Only [`crate::case`] converts.
#[derive(Clone, PartialEq, Debug)]
pub enum LineImpedance {
    /// In ohm and microsiemens, whole length, positive sequence.
    Ohm {
        /// Series resistance.
        r_ohm: f64,
        /// Series reactance.
        x_ohm: f64,
        /// Shunt conductance of the whole line.
        g_us: f64,
        /// Charging susceptance of the whole line.
        b_us: f64,
    },
    /// Per unit on `sbase_mva` and the rated voltage of the `from` bus.
    PerUnit {
        /// Series resistance.
        r_pu: f64,
        /// Series reactance; negative for a series capacitor.
        x_pu: f64,
        /// Shunt conductance of the whole line.
        g_pu: f64,
        /// Charging susceptance of the whole line.
        b_pu: f64,
        /// Base of the four.
        sbase_mva: f64,
    },
    /// Catalogue type x length, section after section.
    Sections(Vec<Section>),
}

/// A stretch of one conductor or cable type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Section {
    /// Conductor or cable.
    pub line_type: LineTypeId,
    /// Length.
    pub length_km: f64,
}

impl Network {
    /// Resistance and reactance (ohm), conductance and susceptance (µS) of a whole line, however it is given; per unit needs
    /// the rated voltage of its `from` bus.
    #[must_use]
    pub fn line_ohm(&self, line: &Line) -> [f64; 4] {
        match line.impedance {
            LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us } => [r_ohm, x_ohm, g_us, b_us],
            LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
                let zbase_ohm = self.buses[line.from].vn_kv.powi(2) / sbase_mva;
                [r_pu * zbase_ohm, x_pu * zbase_ohm, g_pu / zbase_ohm * 1e6, b_pu / zbase_ohm * 1e6]
            }
            LineImpedance::Sections(ref sections) => {
                let mut sums = [0.0; 4];
                for section in sections {
                    let of = &self.catalogue.line_types[section.line_type];
                    sums[0] += of.r_ohm_per_km * section.length_km;
                    sums[1] += of.x_ohm_per_km * section.length_km;
                    sums[3] += of.b_us_per_km * section.length_km;
                }
                sums
            }
        }
    }
}
