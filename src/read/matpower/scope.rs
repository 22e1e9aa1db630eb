//! What code in a case file can refer to: names set by it, and the case data read so far.

use super::columns::INDEX_FUNCTIONS;
use super::matrix::Matrix;
use std::collections::BTreeMap;

/// Names and case data.
#[derive(Default)]
pub(super) struct Scope {
    /// Name of the struct that holds the case, `mpc` as a rule; empty in version 1.
    pub(super) case_name: String,
    /// What names stand for; `None` where that is not known.
    names: BTreeMap<String, Option<f64>>,
    /// `baseMVA`, and the line that set it.
    pub(super) base_mva: Option<(f64, u32)>,
    /// The bus matrix.
    pub(super) bus: Option<Matrix>,
    /// The generator matrix.
    pub(super) generator: Option<Matrix>,
    /// The branch matrix.
    pub(super) branch: Option<Matrix>,
    /// The DC line matrix.
    pub(super) dcline: Option<Matrix>,
}

impl Scope {
    /// What a name stands for: `None` if it was never set, `Some(None)` if it was set to something unknown.
    pub(super) fn name(&self, name: &str) -> Option<Option<f64>> {
        self.names.get(name).copied()
    }

    /// Sets a name.
    pub(super) fn set(&mut self, name: &str, value: Option<f64>) {
        self.names.insert(name.to_owned(), value);
    }

    /// Sets `names` to what an index function returns; `false` if it is none.
    pub(super) fn set_indices(&mut self, names: &[&str], function: &str) -> bool {
        let Some((_, values)) = INDEX_FUNCTIONS.iter().find(|(name, _)| *name == function) else { return false };
        for (name, (_, value)) in names.iter().zip(*values) {
            self.set(name, Some(*value));
        }
        names.len() <= values.len()
    }

    /// Sets all constants that `define_constants` sets.
    pub(super) fn define_constants(&mut self) {
        for (_, constants) in INDEX_FUNCTIONS {
            for (name, value) in constants {
                self.set(name, Some(*value));
            }
        }
    }

    /// A matrix by the word of the format.
    pub(super) fn matrix(&self, field: &str) -> Option<&Matrix> {
        match field {
            "bus" => self.bus.as_ref(),
            "gen" => self.generator.as_ref(),
            "branch" => self.branch.as_ref(),
            "dcline" => self.dcline.as_ref(),
            _ => None,
        }
    }

    /// A matrix to change.
    pub(super) fn matrix_mut(&mut self, field: &str) -> Option<&mut Option<Matrix>> {
        match field {
            "bus" => Some(&mut self.bus),
            "gen" => Some(&mut self.generator),
            "branch" => Some(&mut self.branch),
            "dcline" => Some(&mut self.dcline),
            _ => None,
        }
    }
}
