//! Derivatives against central differences: every block of the Jacobian, what the controls ask of it, and loads that follow the
//! voltage.

use super::{meshed, rows};
use gridstage::case::{self, Case, NodeKind, loads};
use gridstage::flow::newton::{Options, mismatch};
use gridstage::flow::{Status, kernel::Solver};
use gridstage::ids::{BusId, Id, Node};
use gridstage::matrix::{Jacobian, ibus, ybus};
use gridstage::model::{Load, LoadModel, Origin};
use num_complex::Complex64;
use proptest::prelude::*;

/// Half of the difference.
const H: f64 = 1e-5;

fn only_case(rows: &[super::Row]) -> Case {
    let islands = case::build(&meshed(rows)).unwrap();
    islands.cases.iter().next().unwrap().clone()
}

fn solved(case: &Case) -> Vec<Complex64> {
    let start: Vec<Complex64> = case.vm_setpoint.iter().map(|&vm| Complex64::new(vm, 0.0)).collect();
    let found = Solver::new(case).solve(case, &start, &Options { tol: 1e-12, max_iter: 30 });
    assert_eq!(found.status, Status::Converged);
    found.v
}

/// `Δθ + j·ΔV/V` by `2h`.
fn difference(low: &[Complex64], high: &[Complex64]) -> Vec<Complex64> {
    let each = low.iter().zip(high).map(|(low, high)| high / low);
    each.map(|turn| Complex64::new(turn.arg(), turn.norm().ln()) / (2.0 * H)).collect()
}

fn load(model: LoadModel) -> Load {
    let (p_mw, q_mvar, bus) = (7.0, -3.0, BusId::from_index(0));
    Load {
        id: "L".into(),
        bus,
        p_mw,
        q_mvar,
        model,
        built: true,
        in_service: true,
        origin: Origin::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// `J = ∂F/∂x` in its four blocks: each column against the residual on both sides, on any iterate.
    #[test]
    fn the_jacobian_is_the_derivative_of_the_residual(
        rows in rows(), at in prop::collection::vec((0.9..1.1_f64, -0.5..0.5_f64), 30),
    ) {
        let case = only_case(&rows);
        let y = ybus(&case);
        let mut jacobian = Jacobian::new(&case, &y);
        let order = jacobian.order();
        let (vm, va): (Vec<f64>, Vec<f64>) = (0..case.len()).map(|k| at[k % 30]).unzip();
        let state = |vm: &[f64], va: &[f64]| -> Vec<Complex64> {
            vm.iter().zip(va).map(|(&vm, &va)| Complex64::from_polar(vm, va)).collect()
        };
        let residual = |jacobian: &Jacobian, v: &[Complex64]| {
            let mut f = vec![0.0; order];
            jacobian.residual(&mismatch(&case, v, &ibus(&y, v)), &mut f);
            f
        };
        let v = state(&vm, &va);
        let j = jacobian.fill(&y, &v, &ibus(&y, &v)).to_dense();
        for column in 0..order {
            let moved = |by: f64| {
                let mut dx = vec![0.0; order];
                dx[column] = by;
                let (mut vm, mut va) = (vm.clone(), va.clone());
                jacobian.step(&dx, &mut va, &mut vm);
                residual(&jacobian, &state(&vm, &va))
            };
            for (row, (high, low)) in moved(H).into_iter().zip(moved(-H)).enumerate() {
                let by_difference = (high - low) / (2.0 * H);
                let own = j[[row, column]];
                prop_assert!(
                    (own - by_difference).abs() < 1e-5 * (1.0 + own.abs()),
                    "row {}, column {}: {} and {}", row, column, own, by_difference
                );
            }
        }
    }

    /// What the controls ask, how voltages follow an injection, is the difference of two load flows; where a voltage is held,
    /// reactive power moves nothing.
    #[test]
    fn voltages_follow_injections_as_the_linearised_equations_say(rows in rows(), node in any::<prop::sample::Index>()) {
        let case = only_case(&rows);
        let node = node.index(case.len());
        prop_assume!(case.kind.as_slice()[node] != NodeKind::Slack);
        let v = solved(&case);
        for ds in [Complex64::ONE, Complex64::I] {
            let mut solver = Solver::new(&case);
            prop_assert!(solver.linearise(&case, &v));
            let mut answer = vec![Complex64::ZERO; case.len()];
            answer[node] = ds;
            prop_assert!(solver.respond(&mut answer));
            let moved = |by: f64| {
                let mut case = case.clone();
                case.sbus[Node::from_index(node)] += ds * by;
                solved(&case)
            };
            for (own, by_difference) in answer.iter().zip(difference(&moved(-H), &moved(H))) {
                prop_assert!((own - by_difference).norm() < 1e-5, "{} and {}", own, by_difference);
            }
        }
    }

    /// And how they follow a ratio or a shift: by what that changes of the power at both ends.
    #[test]
    fn voltages_follow_taps_as_the_linearised_equations_say(
        rows in rows(), which in any::<prop::sample::Index>(), shifts in any::<bool>(),
    ) {
        let case = only_case(&rows);
        let branch = which.index(case.branches.len());
        let v = solved(&case);
        let with = |by: f64| {
            let mut case = case.clone();
            case.branches[branch].tap =
                if shifts { Complex64::from_polar(1.0, by) } else { Complex64::new(1.0 + by, 0.0) };
            case
        };
        let sent = |case: &Case| -> Vec<Complex64> {
            v.iter().zip(ibus(&ybus(case), &v)).map(|(v, i)| v * i.conj()).collect()
        };
        let mut answer: Vec<Complex64> =
            sent(&with(-H)).iter().zip(sent(&with(H))).map(|(low, high)| -(high - low) / (2.0 * H)).collect();
        let mut solver = Solver::new(&case);
        prop_assert!(solver.linearise(&case, &v) && solver.respond(&mut answer));
        for (own, by_difference) in answer.iter().zip(difference(&solved(&with(-H)), &solved(&with(H)))) {
            prop_assert!((own - by_difference).norm() < 1e-4 * (1.0 + own.norm()), "{} and {}", own, by_difference);
        }
    }

    /// A load that follows the voltage, as constant power and admittance: the same value and the same slope.
    #[test]
    fn loads_have_the_value_and_the_slope_of_their_law(
        v0 in 0.6..1.3_f64, a in 0.0..0.5_f64, b in 0.0..0.5_f64, exponents in (0.0..3.0_f64, 0.0..4.0_f64),
    ) {
        let models = [
            LoadModel::Power,
            LoadModel::Zip { p_current: a, p_impedance: b, q_current: b, q_impedance: a },
            LoadModel::Exponential { p_exponent: exponents.0, q_exponent: exponents.1 },
        ];
        for model in models {
            let load = load(model);
            let (power, admittance) = loads::tangent(&load, v0);
            let stands_for = |v: f64| power + Complex64::new(admittance.re, -admittance.im) * v * v;
            prop_assert!((stands_for(v0) - loads::drawn(&load, v0)).norm() < 1e-12, "{:?}", model);
            let slope = |law: &dyn Fn(f64) -> Complex64| (law(v0 + H) - law(v0 - H)) / (2.0 * H);
            let (own, asked) = (slope(&stands_for), slope(&|v| loads::drawn(&load, v)));
            prop_assert!((own - asked).norm() < 1e-7, "{:?}: {} and {}", model, own, asked);
        }
    }
}
