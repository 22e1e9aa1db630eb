//! The matrices of a case as a grid in engineering units.

use super::columns::branch;
use super::matrix::Matrix;
use super::parse::CaseText;
use super::{branches, buses, generators};
use crate::finding::{Code, Place};
use crate::ids::{BusId, Col};
use crate::model::validate::{self, Words};
use crate::model::{ElementKind, Network};
use crate::read::report::Report;
use std::sync::Arc;

/// A matrix together with the text it was read from.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    pub(super) matrix: &'t Matrix,
    pub(super) text: &'t [u8],
    pub(super) file: &'t Arc<str>,
}

impl Table<'_> {
    pub(super) fn len(&self) -> usize {
        self.matrix.rows.len()
    }

    pub(super) fn place(&self, row: usize) -> Place {
        self.matrix.place(self.text, self.file, row)
    }

    /// A cell that must be a finite number. If it is not, that is told, and `instead` is taken so that the
    /// same slip is not told again further on.
    #[inline]
    pub(super) fn finite(
        &self,
        (row, column): (usize, usize),
        instead: f64,
        report: &mut Report,
        element: impl Fn() -> String,
    ) -> f64 {
        let value = self.matrix.row(row)[column];
        if value.is_finite() {
            return value;
        }
        self.wrong((row, column), report, element, |value| {
            (
                format!("is {}", if value.is_nan() { "NaN" } else { "infinite" }),
                "write a finite number".to_owned(),
            )
        });
        instead
    }

    /// A limit, `None` where it is infinite on the side given by `open` (its sign) and so none.
    #[inline]
    pub(super) fn limit(
        &self,
        (row, column): (usize, usize),
        open: f64,
        report: &mut Report,
        element: impl Fn() -> String,
    ) -> Option<f64> {
        let value = self.matrix.row(row)[column];
        if value.is_finite() {
            return Some(value);
        }
        if value.is_nan() || (value > 0.0) != (open > 0.0) {
            let side = if open > 0.0 { "Inf" } else { "-Inf" };
            self.wrong((row, column), report, element, |value| {
                (format!("is {value}"), format!("write a number, or {side} for no limit"))
            });
        }
        None
    }

    /// Tells of a cell whose value cannot be, with what is wrong and what to do.
    #[cold]
    pub(super) fn wrong(
        &self,
        (row, column): (usize, usize),
        report: &mut Report,
        element: impl Fn() -> String,
        words: impl FnOnce(f64) -> (String, String),
    ) {
        let field = super::columns::column_word(self.matrix.name, column);
        let place = || self.matrix.cell_place(self.text, self.file, row, column);
        report.error(Code::Value, |draft| {
            let (wrong, help) = words(self.matrix.row(row)[column]);
            let element = element();
            draft
                .at(0, format!("{element}, field {field}: {wrong}"))
                .place(place())
                .element(element)
                .field(field)
                .help(help)
        });
    }
}

/// The grid; `None` where its tables are missing. Findings say what is wrong with it.
pub(super) fn network(case: &CaseText, text: &[u8], file: &Arc<str>, report: &mut Report) -> Option<Network> {
    let scope = &case.scope;
    let Some(bus_matrix) = scope.bus.as_ref().filter(|bus| !bus.rows.is_empty()) else {
        let line = scope.bus.as_ref().map_or(1, |bus| bus.line);
        let said = if scope.bus.is_some() { "the bus matrix has no rows" } else { "there is no bus matrix" };
        report.error(Code::NoBuses, |draft| {
            draft
                .at(line, said)
                .element("mpc.bus")
                .help("a MATPOWER case lists its buses in `mpc.bus = [ ... ];`")
        });
        return None;
    };
    for (name, is_there) in [
        ("mpc.gen", scope.generator.is_some()),
        ("mpc.branch", scope.branch.is_some()),
        ("mpc.baseMVA", scope.base_mva.is_some()),
    ] {
        if !is_there {
            report.error(Code::Schema, |draft| {
                draft.whole(format!("{name} is missing")).element(name).help("a MATPOWER case needs it")
            });
        }
    }
    let (Some(gen_matrix), Some(branch_matrix), Some((base_mva, base_line))) =
        (&scope.generator, &scope.branch, scope.base_mva)
    else {
        return None;
    };
    if !(base_mva > 0.0 && base_mva.is_finite()) {
        report.error(Code::Value, |draft| {
            draft
                .at(base_line, format!("baseMVA is {base_mva}, it must be a positive number"))
                .element("mpc.baseMVA")
                .field("baseMVA")
                .help("give the base power of the per-unit values, usually 100")
        });
    }
    let table = |matrix| Table { matrix, text, file };
    let mut network = Network { name: case.name.clone(), sbase_mva: base_mva, ..Network::default() };
    let (numbers, kinds, levels) =
        buses::read(table(bus_matrix), case.bus_names.as_ref(), &mut network, report);
    generators::read(table(gen_matrix), &numbers, &kinds, &mut network, report);
    branches::read(table(branch_matrix), &numbers, &levels, &mut network, report);
    buses::tell_isolated(table(bus_matrix), &kinds, &network, report);
    tell_unused(case, report);

    // Before the base is right no per-unit value can be judged.
    if base_mva > 0.0 && base_mva.is_finite() {
        report.extend(validate::records(&network, &WORDS));
    }
    if !report.has_errors() {
        report.extend(validate::topology(&network, &WORDS));
    }
    Some(network)
}

/// One remark for each kind of thing that the load flow does not use.
fn tell_unused(case: &CaseText, report: &mut Report) {
    if let Some(dcline) = case.scope.dcline.as_ref().filter(|dcline| !dcline.rows.is_empty()) {
        let of_all = dcline.rows.len();
        let on =
            (0..of_all).filter(|&row| dcline.row(row).get(2).is_some_and(|&status| status > 0.0)).count();
        report.warning(Code::NotUsed, |draft| {
            draft
                .at(
                    dcline.line,
                    format!("mpc.dcline: {of_all} DC lines ({on} in service) are left out, as runpf does with its toggle off"),
                )
                .element("mpc.dcline")
                .help("give each end a generator with the power that the line brings or takes")
        });
    }
    let Some(branches) = case.scope.branch.as_ref().filter(|b| b.columns > branch::ANGMAX) else { return };
    let limits = |row: &usize| {
        let limit = |column: usize| !matches!(branches.row(*row)[column].abs(), 0.0 | 360.0);
        limit(branch::ANGMIN) || limit(branch::ANGMAX)
    };
    let limited = (0..branches.rows.len()).filter(limits).count();
    if limited > 0 {
        report.note(Code::NotUsed, |draft| {
            draft
                .at(
                    branches.line,
                    format!("angle limits (angmin, angmax) of {limited} branches are not used"),
                )
                .element("mpc.branch")
        });
    }
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| match kind {
        ElementKind::Line | ElementKind::Transformer => "branch",
        other => other.as_str(),
    },
    field: |kind, field| match (kind, field) {
        (ElementKind::Load, "p_mw") => "Pd",
        (ElementKind::Load, "q_mvar") => "Qd",
        (ElementKind::Shunt, "g_mw") => "Gs",
        (ElementKind::Shunt, "b_mvar") => "Bs",
        (_, "vn_kv") => "baseKV",
        (_, "vm_min_pu") => "Vmin",
        (_, "vm_max_pu") => "Vmax",
        (_, "vm_start_pu") => "Vm",
        (_, "p_mw") => "Pg",
        (_, "q_mvar") => "Qg",
        (_, "q_min_mvar") => "Qmin",
        (_, "q_max_mvar") => "Qmax",
        (_, "p_min_mw") => "Pmin",
        (_, "p_max_mw") => "Pmax",
        (_, "vm_setpoint_pu") => "Vg",
        (_, "to") => "tbus",
        (_, "r_pu") => "r",
        (_, "x_pu") => "x",
        (_, "b_pu") => "b",
        (_, "ratio_pu") => "ratio",
        (_, "shift_deg") => "angle",
        (_, "rating_normal") => "rateA",
        (_, "rating_short") => "rateB",
        (_, "rating_emergency") => "rateC",
        (_, other) => other,
    },
    make_slack: |bus, _| format!("set the type of bus {bus} to 3 (reference)"),
};

/// What a bus is for, by its type.
pub(super) type BusKinds = Col<BusId, BusKind>;

/// What a bus is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BusKind {
    /// Type 1.
    Load,
    /// Type 2.
    Voltage,
    /// Type 3.
    Reference,
    /// Type 4.
    Isolated,
}
