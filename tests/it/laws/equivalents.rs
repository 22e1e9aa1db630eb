//! Grids that are the same in other words: in a row, side by side, turned, and scaled.

use super::{Row, meshed, rows, solve};
use crate::support::grid;
use gridstage::case::{self, Case, NodeKind};
use gridstage::flow::newton::Options;
use gridstage::flow::{Status, kernel::Solver};
use gridstage::ids::{Id, LineId};
use gridstage::matrix::{ibus, yf_yt};
use gridstage::model::{Line, LineImpedance, Network};
use num_complex::Complex64;
use proptest::prelude::*;

/// Series impedance and shunt admittance of a line on 100 MVA.
fn two_port(line: &Line) -> (Complex64, Complex64) {
    match line.impedance {
        LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, .. } => {
            (Complex64::new(r_pu, x_pu), Complex64::new(g_pu, b_pu))
        }
        _ => panic!("the grids of this test are in per unit"),
    }
}

fn set(line: &mut Line, z: Complex64, y: Complex64) {
    line.impedance =
        LineImpedance::PerUnit { r_pu: z.re, x_pu: z.im, g_pu: y.re, b_pu: y.im, sbase_mva: 100.0 };
}

/// The buses of the first are those of the second, which may have more behind them.
fn same_voltages(first: &Network, second: &Network) -> Result<(), TestCaseError> {
    let (a, b) = (solve(first), solve(second));
    prop_assert_eq!(a.status, Status::Converged);
    prop_assert_eq!(b.status, Status::Converged);
    for k in 0..first.buses.len() {
        prop_assert_eq!(a.buses.bus[k], b.buses.bus[k]);
        let (dvm, dva) = (a.buses.vm_pu[k] - b.buses.vm_pu[k], a.buses.va_deg[k] - b.buses.va_deg[k]);
        prop_assert!(dvm.abs() < 1e-9 && dva.abs() < 1e-7, "bus {}: {:e} p.u., {:e} degree", k, dvm, dva);
    }
    Ok(())
}

fn only_case(rows: &[Row]) -> Case {
    let islands = case::build(&meshed(rows)).unwrap();
    islands.cases.iter().next().unwrap().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two equal lines in a row are one, by the product of their chain matrices:
    /// `A = 1 + ZY/2`, `Z' = 2AZ`, `Y'/2 = (A² + ZY(1 + ZY/4) − 1)/Z'`. Without charging that is twice the impedance.
    #[test]
    fn lines_in_a_row_are_one_line(rows in rows(), which in any::<prop::sample::Index>(), b in 0.0..0.2_f64) {
        let mut network = meshed(&rows);
        let line = LineId::from_index(which.index(network.lines.len()));
        let (z, _) = two_port(&network.lines[line]);
        let (z, y) = (z / 2.0, Complex64::new(0.002, b));
        let mut split = network.clone();
        let middle = grid::bus(&mut split, "middle");
        let (from, to) = (split.lines[line].from, split.lines[line].to);
        split.lines[line].to = middle;
        set(&mut split.lines[line], z, y);
        let second = grid::line(&mut split, middle, to, 0.0, 1.0, 0.0);
        set(&mut split.lines[second], z, y);
        let a = 1.0 + z * y / 2.0;
        let whole = 2.0 * a * z;
        let shunt = 2.0 * (a * a + z * y * (1.0 + z * y / 4.0) - 1.0) / whole;
        set(&mut network.lines[line], whole, shunt);
        prop_assert_eq!(network.lines[line].from, from);
        same_voltages(&network, &split)?;
    }

    /// Two lines side by side are one of the sum of their admittances.
    #[test]
    fn lines_side_by_side_are_one_line(rows in rows(), which in any::<prop::sample::Index>(), share in 0.05..0.95_f64) {
        let network = meshed(&rows);
        let line = LineId::from_index(which.index(network.lines.len()));
        let (z, y) = two_port(&network.lines[line]);
        let mut double = network.clone();
        let (from, to) = (double.lines[line].from, double.lines[line].to);
        set(&mut double.lines[line], z / share, y * share);
        let second = grid::line(&mut double, from, to, 0.0, 1.0, 0.0);
        set(&mut double.lines[second], z / (1.0 - share), y * (1.0 - share));
        same_voltages(&network, &double)?;
    }

    /// Where every branch shifts by as much as its ends are turned, all voltages are turned so, and nothing else changes: shifts
    /// that cancel around every loop move no power.
    #[test]
    fn shifts_that_cancel_around_loops_turn_angles_only(
        rows in rows(), turns in prop::collection::vec(-3.0..3.0_f64, 30),
    ) {
        let case = only_case(&rows);
        let turn = |node: usize| if case.kind.as_slice()[node] == NodeKind::Slack { 0.0 } else { turns[node % 30] };
        let mut turned = case.clone();
        for branch in &mut turned.branches {
            branch.tap *= Complex64::from_polar(1.0, turn(branch.from.index()) - turn(branch.to.index()));
        }
        let options = Options { tol: 1e-11, max_iter: 20 };
        let start: Vec<Complex64> = case.vm_setpoint.iter().map(|&vm| Complex64::new(vm, 0.0)).collect();
        let from_turned: Vec<Complex64> =
            start.iter().enumerate().map(|(k, v)| v * Complex64::from_polar(1.0, turn(k))).collect();
        let a = Solver::new(&case).solve(&case, &start, &options);
        let b = Solver::new(&turned).solve(&turned, &from_turned, &options);
        prop_assert_eq!(a.status, Status::Converged);
        prop_assert_eq!(b.status, Status::Converged);
        let flows = |case: &Case, v: &[Complex64]| -> Vec<Complex64> {
            let (yf, _) = yf_yt(case);
            case.branches.iter().zip(ibus(&yf, v)).map(|(one, i)| v[one.from.index()] * i.conj()).collect()
        };
        for (k, (a, b)) in a.v.iter().zip(&b.v).enumerate() {
            prop_assert!((a * Complex64::from_polar(1.0, turn(k)) - b).norm() < 1e-9);
        }
        for (a, b) in flows(&case, &a.v).iter().zip(flows(&turned, &b.v)) {
            prop_assert!((a - b).norm() < 1e-8);
        }
    }

    /// All impedances times a number and all powers by it: the same voltages, and losses by that number.
    #[test]
    fn impedances_up_and_powers_down_change_no_voltage(rows in rows(), times in 0.1..10.0_f64) {
        let network = meshed(&rows);
        let mut scaled = network.clone();
        for line in &mut scaled.lines {
            let (z, y) = two_port(line);
            set(line, z * times, y / times);
        }
        for load in &mut scaled.loads {
            (load.p_mw, load.q_mvar) = (load.p_mw / times, load.q_mvar / times);
        }
        for shunt in &mut scaled.shunts {
            (shunt.g_mw, shunt.b_mvar) = (shunt.g_mw / times, shunt.b_mvar / times);
        }
        for generator in &mut scaled.generators {
            generator.p_mw /= times;
        }
        same_voltages(&network, &scaled)?;
        let (a, b) = (solve(&network).losses.total_mw, solve(&scaled).losses.total_mw);
        prop_assert!((a - b * times).abs() < 1e-7 * (1.0 + a), "{} and {} times {}", a, b, times);
    }

    /// In any state, solved or not, and with any ratio, a branch without negative resistance takes up power.
    #[test]
    fn passive_branches_lose_in_any_state(
        rows in rows(), v in prop::collection::vec((0.2..1.5_f64, -3.0..3.0_f64), 30), taps in prop::collection::vec((0.8..1.2_f64, -1.0..1.0_f64), 30),
    ) {
        let mut case = only_case(&rows);
        for (k, branch) in case.branches.iter_mut().enumerate() {
            let (ratio, shift) = taps[k % 30];
            branch.tap = Complex64::from_polar(ratio, shift);
        }
        let v: Vec<Complex64> = (0..case.len()).map(|k| Complex64::from_polar(v[k % 30].0, v[k % 30].1)).collect();
        let (yf, yt) = yf_yt(&case);
        for (branch, (from, to)) in case.branches.iter().zip(ibus(&yf, &v).into_iter().zip(ibus(&yt, &v))) {
            let s = v[branch.from.index()] * from.conj() + v[branch.to.index()] * to.conj();
            let size = branch.ys.norm() * 10.0;
            prop_assert!(s.re >= -1e-12 * size, "{} p.u. come out of a passive branch", -s.re);
        }
    }
}
