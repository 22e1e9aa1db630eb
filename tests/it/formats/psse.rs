//! PSS/E RAW and RAWX: the voltages that a file stores are its own program's solution, and so the witness of how the
//! file is read. `SOURCES.md` states for each solved file how far its state is from balance, and how far an independent
//! solver moves it when the voltages at machines are held.

use super::{cases, opened, solved};
use gridstage::case;
use gridstage::finding::{Code, Severity};
use gridstage::ids::{BusId, Id};
use gridstage::matrix;
use gridstage::model::{Control, Network};
use gridstage::read::{Format, read, read_text};
use std::collections::BTreeMap;
use std::path::Path;

/// What `SOURCES.md` states for a solved file.
struct Stated {
    file: String,
    residual_mw: f64,
    residual_mvar: f64,
    dv_pu: f64,
    da_deg: f64,
}

/// The rows of solved PSS/E files.
fn stated(cases: &Path) -> Vec<Stated> {
    let text = std::fs::read_to_string(cases.join("SOURCES.md")).unwrap();
    let rows =
        text.lines().filter(|line| line.starts_with("| `psse/") && line.contains("stored voltages solve it"));
    let number = |row: &str, before: &str| -> f64 {
        let start = row.find(before).unwrap_or_else(|| panic!("{before} in {row}")) + before.len();
        let word = row[start..].trim_start().split([' ', ',']).next().unwrap();
        word.parse().unwrap_or_else(|_| panic!("{word}"))
    };
    rows.map(|row| {
        let file = row.split('`').nth(1).unwrap().to_owned();
        let residual_mw = number(row, "max residual");
        let mvar = &row[row.find(" MW (").unwrap()..];
        Stated {
            file,
            residual_mw,
            residual_mvar: number(mvar, "), "),
            dv_pu: number(row, "re-solve dV"),
            da_deg: number(row, "dA"),
        }
    })
    .collect()
}

/// Holds the stored voltage at every bus that a machine holds, as the statements of `SOURCES.md` do.
fn hold_stored(network: &mut Network) {
    let stored: Vec<f64> = network.buses.iter().map(|bus| bus.vm_start_pu.unwrap_or(1.0)).collect();
    for generator in network.generators.iter_mut() {
        generator.regulated_bus = None;
        generator.vm_setpoint_pu = stored[generator.bus.index()];
    }
}

/// Largest power that is missing at a load bus, and largest active power at a bus with a voltage held [MW, Mvar].
fn residual(network: &Network) -> (f64, f64) {
    let islands = case::build(network).unwrap();
    let (mut mw, mut mvar) = (0.0_f64, 0.0_f64);
    for case in &islands.cases {
        let ybus = matrix::ybus(case);
        let v = case.v0.as_slice();
        for (node, row) in ybus.outer_iterator().enumerate() {
            let current: num_complex::Complex64 = row.iter().map(|(other, y)| y * v[other]).sum();
            let missing = (v[node] * current.conj() - case.sbus.as_slice()[node]) * network.sbase_mva;
            match case.kind.as_slice()[node] {
                case::NodeKind::Slack => {}
                case::NodeKind::Pv => mw = mw.max(missing.re.abs()),
                case::NodeKind::Pq => {
                    mw = mw.max(missing.re.abs());
                    mvar = mvar.max(missing.im.abs());
                }
            }
        }
    }
    (mw, mvar)
}

#[test]
fn stored_states_of_solved_files_balance_and_stay_where_they_are() {
    let Some(cases) = cases() else { return };
    let mut wrong = BTreeMap::new();
    let stated = stated(&cases);
    assert!(stated.len() >= 36, "{}", stated.len());
    for stated in &stated {
        let mut network = opened(&cases.join(&stated.file)).plan.network;
        hold_stored(&mut network);
        let (mw, mvar) = residual(&network);
        let flow = solved(&network);
        let (mut dv, mut da) = (0.0_f64, 0.0_f64);
        for (id, bus) in network.buses.iter_ids() {
            let at = id.index();
            if flow.buses.vm_pu[at].is_nan() {
                continue;
            }
            dv = dv.max((flow.buses.vm_pu[at] - bus.vm_start_pu.unwrap()).abs());
            da = da.max((flow.buses.va_deg[at] - bus.va_start_deg.unwrap()).abs());
        }
        // Half a unit of the last digit printed in the statement.
        let within = |found: f64, stated: f64, factor: f64| found <= factor * stated * 1.05 + 1e-9;
        if !(within(dv, stated.dv_pu, 2.0)
            && within(da, stated.da_deg, 2.0)
            && within(mw, stated.residual_mw, 1.5)
            && within(mvar, stated.residual_mvar, 1.5))
        {
            wrong.insert(
                &stated.file,
                format!(
                    "{mw:.3} MW {mvar:.3} Mvar dV {dv:.1e} dA {da:.1e}, stated {} MW {} Mvar dV {:.1e} dA {:.1e}",
                    stated.residual_mw, stated.residual_mvar, stated.dv_pu, stated.da_deg
                ),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
