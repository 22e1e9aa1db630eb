//! What code in a case file can refer to: names set by it, and the case data read so far.

use super::columns::INDEX_FUNCTIONS;
use super::matrix::Matrix;
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Meaning {
    /// A number.
    Number(f64),
    /// Something that was not evaluated.
    Unknown,
}

/// Names and case data.
#[derive(Default)]
pub(super) struct Scope {
    /// Name of the struct that holds the case, `mpc` as a rule; empty in version 1.
    pub(super) case_name: String,
    /// What names stand for.
    names: BTreeMap<String, Meaning>,
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
    /// What a name stands for, if it was ever set.
    pub(super) fn name(&self, name: &str) -> Option<Meaning> {
        self.names.get(name).copied()
    }

    /// Sets a name to a number.
    pub(super) fn set(&mut self, name: &str, value: f64) {
        self.names.insert(name.to_owned(), Meaning::Number(value));
    }

    /// Sets a name to something that is not evaluated.
    pub(super) fn set_unknown(&mut self, name: &str) {
        self.names.insert(name.to_owned(), Meaning::Unknown);
    }

    /// Sets `names` to what an index function returns; `false` if it is none.
    pub(super) fn set_indices(&mut self, names: &[&str], function: &str) -> bool {
        let Some((_, values)) = INDEX_FUNCTIONS.iter().find(|(name, _)| *name == function) else {
            return false;
        };
        for (name, (_, value)) in names.iter().zip(*values) {
            self.set(name, *value);
        }
        names.len() <= values.len()
    }

    /// Sets all constants that `define_constants` sets.
    pub(super) fn define_constants(&mut self) {
        for (_, constants) in INDEX_FUNCTIONS {
            for (name, value) in constants {
                self.set(name, *value);
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
