//! The columns of the matrices: their words in `caseformat`, their constants in code, their numbers.

/// Column words of `mpc.bus`; the first 13 are required.
pub(super) const BUS: [&str; 17] = [
    "bus_i", "type", "Pd", "Qd", "Gs", "Bs", "area", "Vm", "Va", "baseKV", "zone", "Vmax", "Vmin", "lam_P",
    "lam_Q", "mu_Vmax", "mu_Vmin",
];

/// Column words of `mpc.gen`; the first 10 are required, 8 in version 1.
pub(super) const GEN: [&str; 25] = [
    "bus", "Pg", "Qg", "Qmax", "Qmin", "Vg", "mBase", "status", "Pmax", "Pmin", "Pc1", "Pc2", "Qc1min",
    "Qc1max", "Qc2min", "Qc2max", "ramp_agc", "ramp_10", "ramp_30", "ramp_q", "apf", "mu_Pmax", "mu_Pmin",
    "mu_Qmax", "mu_Qmin",
];

/// Column words of `mpc.branch`; the first 11 are required.
pub(super) const BRANCH: [&str; 21] = [
    "fbus",
    "tbus",
    "r",
    "x",
    "b",
    "rateA",
    "rateB",
    "rateC",
    "ratio",
    "angle",
    "status",
    "angmin",
    "angmax",
    "PF",
    "QF",
    "PT",
    "QT",
    "mu_SF",
    "mu_ST",
    "mu_angmin",
    "mu_angmax",
];

/// Column words of `mpc.dcline`.
pub(super) const DCLINE: [&str; 17] = [
    "fbus", "tbus", "status", "Pf", "Pt", "Qf", "Qt", "Vf", "Vt", "Pmin", "Pmax", "QminF", "QmaxF", "QminT",
    "QmaxT", "loss0", "loss1",
];

/// The word for a column, counted from 0, of a matrix.
pub(super) fn column_word(matrix: &str, column: usize) -> &'static str {
    let words: &[&str] = match matrix {
        "bus" => &BUS,
        "gen" => &GEN,
        "branch" => &BRANCH,
        "dcline" => &DCLINE,
        _ => &[],
    };
    words.get(column).copied().unwrap_or("beyond the format")
}

/// Column numbers of `mpc.bus`, from 0.
pub(super) mod bus {
    pub(in super::super) const NUMBER: usize = 0;
    pub(in super::super) const TYPE: usize = 1;
    pub(in super::super) const PD: usize = 2;
    pub(in super::super) const QD: usize = 3;
    pub(in super::super) const GS: usize = 4;
    pub(in super::super) const BS: usize = 5;
    pub(in super::super) const AREA: usize = 6;
    pub(in super::super) const VM: usize = 7;
    pub(in super::super) const VA: usize = 8;
    pub(in super::super) const BASE_KV: usize = 9;
    pub(in super::super) const ZONE: usize = 10;
    pub(in super::super) const VMAX: usize = 11;
    pub(in super::super) const VMIN: usize = 12;
}

/// Column numbers of `mpc.gen`, from 0.
pub(super) mod generator {
    pub(in super::super) const BUS: usize = 0;
    pub(in super::super) const PG: usize = 1;
    pub(in super::super) const QG: usize = 2;
    pub(in super::super) const QMAX: usize = 3;
    pub(in super::super) const QMIN: usize = 4;
    pub(in super::super) const VG: usize = 5;
    pub(in super::super) const MBASE: usize = 6;
    pub(in super::super) const STATUS: usize = 7;
    pub(in super::super) const PMAX: usize = 8;
    pub(in super::super) const PMIN: usize = 9;
    pub(in super::super) const APF: usize = 20;
}

/// Column numbers of `mpc.branch`, from 0.
pub(super) mod branch {
    pub(in super::super) const FROM: usize = 0;
    pub(in super::super) const TO: usize = 1;
    pub(in super::super) const R: usize = 2;
    pub(in super::super) const X: usize = 3;
    pub(in super::super) const B: usize = 4;
    pub(in super::super) const RATE_A: usize = 5;
    pub(in super::super) const RATE_B: usize = 6;
    pub(in super::super) const RATE_C: usize = 7;
    pub(in super::super) const RATIO: usize = 8;
    pub(in super::super) const ANGLE: usize = 9;
    pub(in super::super) const STATUS: usize = 10;
    pub(in super::super) const ANGMIN: usize = 11;
    pub(in super::super) const ANGMAX: usize = 12;
}

/// What `idx_bus`, `idx_brch`, `idx_gen` and `idx_cost` return, in their order; names as `define_constants` has
/// them.
pub(super) const INDEX_FUNCTIONS: [(&str, &[(&str, f64)]); 4] = [
    (
        "idx_bus",
        &[
            ("PQ", 1.0),
            ("PV", 2.0),
            ("REF", 3.0),
            ("NONE", 4.0),
            ("BUS_I", 1.0),
            ("BUS_TYPE", 2.0),
            ("PD", 3.0),
            ("QD", 4.0),
            ("GS", 5.0),
            ("BS", 6.0),
            ("BUS_AREA", 7.0),
            ("VM", 8.0),
            ("VA", 9.0),
            ("BASE_KV", 10.0),
            ("ZONE", 11.0),
            ("VMAX", 12.0),
            ("VMIN", 13.0),
            ("LAM_P", 14.0),
            ("LAM_Q", 15.0),
            ("MU_VMAX", 16.0),
            ("MU_VMIN", 17.0),
        ],
    ),
    (
        "idx_brch",
        &[
            ("F_BUS", 1.0),
            ("T_BUS", 2.0),
            ("BR_R", 3.0),
            ("BR_X", 4.0),
            ("BR_B", 5.0),
            ("RATE_A", 6.0),
            ("RATE_B", 7.0),
            ("RATE_C", 8.0),
            ("TAP", 9.0),
            ("SHIFT", 10.0),
            ("BR_STATUS", 11.0),
            ("PF", 14.0),
            ("QF", 15.0),
            ("PT", 16.0),
            ("QT", 17.0),
            ("MU_SF", 18.0),
            ("MU_ST", 19.0),
            ("ANGMIN", 12.0),
            ("ANGMAX", 13.0),
            ("MU_ANGMIN", 20.0),
            ("MU_ANGMAX", 21.0),
        ],
    ),
    (
        "idx_gen",
        &[
            ("GEN_BUS", 1.0),
            ("PG", 2.0),
            ("QG", 3.0),
            ("QMAX", 4.0),
            ("QMIN", 5.0),
            ("VG", 6.0),
            ("MBASE", 7.0),
            ("GEN_STATUS", 8.0),
            ("PMAX", 9.0),
            ("PMIN", 10.0),
            ("MU_PMAX", 22.0),
            ("MU_PMIN", 23.0),
            ("MU_QMAX", 24.0),
            ("MU_QMIN", 25.0),
            ("PC1", 11.0),
            ("PC2", 12.0),
            ("QC1MIN", 13.0),
            ("QC1MAX", 14.0),
            ("QC2MIN", 15.0),
            ("QC2MAX", 16.0),
            ("RAMP_AGC", 17.0),
            ("RAMP_10", 18.0),
            ("RAMP_30", 19.0),
            ("RAMP_Q", 20.0),
            ("APF", 21.0),
        ],
    ),
    (
        "idx_cost",
        &[
            ("PW_LINEAR", 1.0),
            ("POLYNOMIAL", 2.0),
            ("MODEL", 1.0),
            ("STARTUP", 2.0),
            ("SHUTDOWN", 3.0),
            ("NCOST", 4.0),
            ("COST", 5.0),
        ],
    ),
];
