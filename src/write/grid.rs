//! One door to the formats that hold one grid.

use super::{PsseForm, matpower, pandapower, per_unit_of, psse, ucte};
use crate::finding::Finding;
use crate::model::Network;
use std::io::{self, Write};

/// A format that holds one grid, and is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum GridFormat {
    /// MATPOWER case file, version 2.
    Matpower,
    /// PSS/E.
    Psse(PsseForm),
    /// pandapower, format version 3.
    Pandapower,
    /// UCTE-DEF, version 2.
    Ucte,
}

impl GridFormat {
    /// The format that the ending of a name stands for, without its dot, in any case; RAW is revision 33.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "m" => Some(Self::Matpower),
            "raw" => Some(Self::Psse(PsseForm::Raw33)),
            "rawx" => Some(Self::Psse(PsseForm::Rawx)),
            "json" => Some(Self::Pandapower),
            "uct" => Some(Self::Ucte),
            _ => None,
        }
    }
}

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// # Errors
/// Those of `out`.
pub fn grid(network: &Network, format: GridFormat, out: &mut dyn Write) -> io::Result<Vec<Finding>> {
    let per_unit = |element| per_unit_of(network, element);
    match format {
        GridFormat::Matpower => matpower(network, &per_unit, out),
        GridFormat::Psse(form) => psse(network, form, &per_unit, out),
        GridFormat::Pandapower => pandapower(network, out),
        GridFormat::Ucte => ucte(network, out),
    }
}
