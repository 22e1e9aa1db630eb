//! The blocks of the Jacobian, against differences of the mismatch.

use super::Grid;
use super::sweep::{State, Step};
use crate::case::{Branch, Case, NodeKind};
use crate::ids::{Id, Node};
use crate::linsolve::block::{Factor, Ordering};
use crate::linsolve::cpu::{Arithmetic, Cpu, Job};
use num_complex::Complex64;

/// Five nodes: slack, PV and PQ, two parallel lines, a phase shifter, a branch from a node to itself.
fn case() -> Case {
    let branch = |from, to, x: f64, tap| Branch {
        from: Node::from_index(from),
        to: Node::from_index(to),
        ys: Complex64::new(0.02, x).inv(),
        ysh: Complex64::new(0.001, 0.04),
        tap,
        ends: [Complex64::ZERO; 2],
    };
    let shift = Complex64::from_polar(0.97, 0.2);
    Case {
        kind: vec![NodeKind::Pq, NodeKind::Slack, NodeKind::Pv, NodeKind::Pq, NodeKind::Pq].into(),
        sbus: (0..5).map(|k| Complex64::new(0.1 * f64::from(k), -0.05)).collect(),
        ysh: (0..5).map(|k| Complex64::new(0.01, 0.1 - 0.05 * f64::from(k))).collect(),
        vm_setpoint: vec![1.0, 1.02, 1.01, 1.0, 1.0].into(),
        va_setpoint: vec![0.0; 5].into(),
        given: None,
        branches: vec![
            branch(0, 1, 0.1, Complex64::ONE),
            branch(1, 2, 0.2, shift),
            branch(2, 3, 0.15, Complex64::ONE),
            branch(3, 2, 0.1, Complex64::ONE),
            branch(0, 3, 0.3, shift),
            branch(4, 4, 0.4, Complex64::ONE),
            branch(4, 0, 0.25, shift.inv()),
        ],
    }
}

/// `rhs − J·x` at the voltages `v`, by rows; with `x = 0` the right-hand side alone.
struct Residual<'a> {
    grid: &'a Grid,
    v: &'a [[f64; 2]],
    sbus: &'a [[f64; 2]],
    pq: &'a [f64],
    x: &'a [[f64; 2]],
}

impl Job for Residual<'_> {
    type Output = Vec<[f64; 2]>;
    fn run<A: Arithmetic>(self, a: A) -> Vec<[f64; 2]> {
        let Self { grid, v, sbus, pq, x } = self;
        let step = Step::new(State { ybus: grid.ybus(), v, sbus, pq });
        Factor::new(grid.plan()).residual(a, grid.plan(), &step, x).0
    }
}

#[test]
fn the_blocks_are_the_derivatives_of_the_mismatch() {
    let case = case();
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let rows = grid.plan().len();
    let node = |row: usize| Node::from_index(grid.node_of_row()[row] as usize);
    let pq: Vec<f64> =
        (0..rows).map(|row| f64::from(u8::from(case.kind[node(row)] == NodeKind::Pq))).collect();
    let sbus: Vec<[f64; 2]> = (0..rows).map(|row| case.sbus[node(row)]).map(|s| [s.re, s.im]).collect();
    let angles = [0.05, 0.0, -0.1, 0.2, -0.15];
    // What is held at PV nodes does not move, as the identity row says.
    let x: Vec<[f64; 2]> =
        (0..rows).map(|row| [0.3 - 0.2 * row as f64, pq[row] * (0.1 + 0.1 * row as f64)]).collect();
    let moved = |h: f64| -> Vec<[f64; 2]> {
        (0..5)
            .map(|row| {
                let at = node(row).index();
                let [dva, dvm] = x.get(row).map_or([0.0; 2], |x| [h * x[0], h * x[1]]);
                let v = Complex64::from_polar((0.95 + 0.03 * at as f64) * (1.0 + dvm), angles[at] + dva);
                [v.re, v.im]
            })
            .collect()
    };
    for cpu in [Cpu::Baseline, Cpu::detect()] {
        let at =
            |v: &[[f64; 2]], x: &[[f64; 2]]| cpu.run(Residual { grid: &grid, v, sbus: &sbus, pq: &pq, x });
        let zero = vec![[0.0; 2]; rows];
        let h = 1e-6;
        let (plus, minus) = (at(&moved(h), &zero), at(&moved(-h), &zero));
        let (rhs, rest) = (at(&moved(0.0), &zero), at(&moved(0.0), &x));
        for row in 0..rows {
            for k in 0..2 {
                // The right-hand side is minus the mismatch.
                let difference = -(plus[row][k] - minus[row][k]) / (2.0 * h);
                let mut product = rhs[row][k] - rest[row][k];
                if k == 1 && pq[row] == 0.0 {
                    product -= x[row][1];
                }
                assert!(
                    (difference - product).abs() < 1e-8,
                    "row {row}, equation {k}: {difference} {product}"
                );
            }
        }
    }
}
