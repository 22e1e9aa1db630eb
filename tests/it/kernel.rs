//! The fast kernel: its factors against dense ones, its load flow against the plain formula.

use crate::support;
use gridstage::case::{self, Branch, Case, NodeKind};
use gridstage::flow::{Start, Status, kernel, newton, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::Singular;
use gridstage::linsolve::block::{Accumulator, Factor, Graph, Ordering, Pivots, Plan, Rows, Way};
use gridstage::linsolve::cpu::{Arithmetic, Cpu, Job};
use gridstage::read::{Format, read_text};
use nalgebra::{DMatrix, DVector};
use num_complex::Complex64;
use proptest::prelude::*;

/// A matrix of blocks, dense by nodes, for any pattern within the graph.
#[derive(Debug)]
struct Blocks {
    graph: Graph,
    a: DMatrix<f64>,
    b: DVector<f64>,
}

impl Blocks {
    fn new(n: u32, edges: &[(u32, u32)]) -> Self {
        let size = 2 * n as usize;
        let graph = Graph::new(n as usize, &edges.iter().copied());
        Self { graph, a: DMatrix::zeros(size, size), b: DVector::from_fn(size, |k, _| 1.0 + (k % 7) as f64) }
    }

    fn solve(&self, cpu: Cpu, ordering: Ordering) -> Result<(DVector<f64>, Pivots, Way, f64), Singular> {
        let plan = Plan::new(&self.graph, ordering);
        cpu.run(Solve { blocks: self, plan: &plan })
    }

    /// Backward error of a solution, each row by its own scale.
    fn error(&self, x: &DVector<f64>) -> f64 {
        let residual = &self.b - &self.a * x;
        let scale =
            |k: usize| self.a.row(k).iter().map(|a| a.abs()).sum::<f64>() * x.amax() + self.b[k].abs();
        (0..self.b.len()).map(|k| residual[k].abs() / scale(k)).fold(0.0, f64::max)
    }
}

struct OnPlan<'a> {
    blocks: &'a Blocks,
    plan: &'a Plan,
}

impl Rows for OnPlan<'_> {
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2] {
        let node = self.plan.node_of_row()[row];
        let at = 2 * node as usize;
        for &other in self.blocks.graph.neighbours(node).iter().chain([&node]) {
            let (m, k) = (&self.blocks.a, 2 * other as usize);
            let block = [m[(at, k)], m[(at, k + 1)], m[(at + 1, k)], m[(at + 1, k + 1)]];
            w.set(a, self.plan.row_of_node()[other as usize] as usize, a.quad(block));
        }
        [self.blocks.b[at], self.blocks.b[at + 1]]
    }
}

struct Solve<'a> {
    blocks: &'a Blocks,
    plan: &'a Plan,
}

impl Job for Solve<'_> {
    type Output = Result<(DVector<f64>, Pivots, Way, f64), Singular>;
    fn run<A: Arithmetic>(self, a: A) -> Self::Output {
        let rows = OnPlan { blocks: self.blocks, plan: self.plan };
        let mut factor = Factor::new(self.plan);
        let (pivots, way) = factor.solve(a, self.plan, &rows)?;
        let x = factor.x().to_vec();
        let (_, error) = factor.residual(a, self.plan, &rows, &x);
        let mut by_node = DVector::zeros(self.blocks.b.len());
        for (&node, x) in self.plan.node_of_row().iter().zip(&x) {
            by_node[2 * node as usize] = x[0];
            by_node[2 * node as usize + 1] = x[1];
        }
        Ok((by_node, pivots, way, error))
    }
}

/// A random graph with random blocks: a tree, chords, and diagonal blocks that are not dominant.
fn random_blocks() -> impl Strategy<Value = Blocks> {
    let row =
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::array::uniform20(-1.0..1.0_f64));
    prop::collection::vec(row, 4..60).prop_map(|rows| {
        let n = u32::try_from(rows.len()).unwrap();
        let ends: Vec<[u32; 2]> = (1_u32..)
            .zip(&rows[1..])
            .map(|(k, row)| {
                [row.0.index(k as usize), row.1.index(k as usize)].map(|e| u32::try_from(e).unwrap())
            })
            .collect();
        let edges: Vec<(u32, u32)> =
            (1..n).zip(&ends).flat_map(|(k, ends)| ends.map(|end| (end, k))).collect();
        let mut blocks = Blocks::new(n, &edges);
        let mut put = |row: usize, column: usize, values: &[f64], scale: f64| {
            for (k, value) in values.iter().enumerate() {
                blocks.a[(2 * row + k / 2, 2 * column + k % 2)] = value * scale;
            }
        };
        for (k, row) in rows.iter().enumerate() {
            put(k, k, &row.2[..4], 3.0);
            if let Some(ends) = k.checked_sub(1).map(|k| ends[k]) {
                for (end, values) in ends.into_iter().zip(row.2[4..].chunks(8)) {
                    put(k, end as usize, &values[..4], 1.0);
                    put(end as usize, k, &values[4..], 1.0);
                }
            }
        }
        blocks
    })
}

const CPUS: [Cpu; 3] = [Cpu::Baseline, Cpu::Avx2, Cpu::Avx512];

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the blocks, the solution is backward stable, or the way that led to it was not the fast one.
    #[test]
    fn random_blocks_are_solved_as_by_dense_lu(blocks in random_blocks()) {
        let dense = blocks.a.clone().lu().solve(&blocks.b).unwrap();
        let dense_error = blocks.error(&dense);
        for ordering in [Ordering::MinimumDegree, Ordering::MinimumFill] {
            for cpu in CPUS {
                let (x, pivots, way, error) = blocks.solve(cpu, ordering).unwrap();
                let stable: f64 = if way == Way::Static { 1e-10 } else { 1e-14 };
                prop_assert!(error <= stable.max(3.0 * dense_error), "{error} by {way:?}, {pivots:?}");
                prop_assert!((blocks.error(&x) - error).abs() <= 1e-15 + 0.5 * error);
                // The sign of the determinant is the parity of the pivots.
                if way == Way::Static {
                    prop_assert_eq!(pivots.determinant_is_negative(), blocks.a.determinant() < 0.0);
                }
            }
        }
    }

    /// Branches over eight decades, as between busbars and long lines: as stable as with pivoting.
    #[test]
    fn ill_scaled_laplacians_are_solved_as_well_as_by_pivoting(
        blocks in random_blocks(),
        decades in prop::collection::vec(-4.0..4.0_f64, 60),
    ) {
        let mut blocks = blocks;
        let n = blocks.graph.len();
        for row in 0..n {
            for &other in blocks.graph.neighbours(u32::try_from(row).unwrap()) {
                let other = other as usize;
                let y = 10.0_f64.powf(decades[(row + other) % 60]);
                for (k, share) in [1.0, 0.3, -0.3, 1.0].into_iter().enumerate() {
                    blocks.a[(2 * row + k / 2, 2 * other + k % 2)] = -y * share;
                    blocks.a[(2 * row + k / 2, 2 * row + k % 2)] += y * share;
                }
            }
        }
        let dense = blocks.a.clone().lu().solve(&blocks.b).unwrap();
        for cpu in CPUS {
            let (x, pivots, way, _) = blocks.solve(cpu, Ordering::MinimumDegree).unwrap();
            let (error, by_pivoting) = (blocks.error(&x), blocks.error(&dense));
            let stable: f64 = if way == Way::Static { 1e-12 } else { 1e-14 };
            prop_assert!(error <= stable.max(3.0 * by_pivoting), "{error} against {by_pivoting} by {way:?}, {pivots:?}");
        }
    }

    /// Every order is one, and its plan holds all entries: each row's columns lie on its way to the root.
    #[test]
    fn orders_are_permutations_and_rows_lie_on_paths(blocks in random_blocks()) {
        for ordering in [Ordering::MinimumDegree, Ordering::MinimumFill] {
            let plan = Plan::new(&blocks.graph, ordering);
            let mut seen = plan.node_of_row().to_vec();
            seen.sort_unstable();
            prop_assert!(seen.iter().copied().eq(0..u32::try_from(plan.len()).unwrap()));
            for row in 0..plan.len() {
                let path: Vec<usize> = plan.path(row).collect();
                prop_assert!(plan.upper(row).iter().all(|&c| path.contains(&(c as usize))));
                prop_assert!(plan.upper(row).iter().all(|&c| plan.lower(c as usize).contains(&u32::try_from(row).unwrap())));
            }
        }
    }
}

/// Two nodes whose diagonal blocks vanish: the matrix is regular, but no order of its pivots is any good.
#[test]
fn a_matrix_without_diagonal_is_solved_by_pivoting_and_told() {
    let mut blocks = Blocks::new(2, &[(0, 1)]);
    for k in 0..2 {
        blocks.a[(k, 2 + k)] = 2.0;
        blocks.a[(2 + k, k)] = 4.0;
    }
    for cpu in CPUS {
        let (x, _, way, _) = blocks.solve(cpu, Ordering::MinimumDegree).unwrap();
        assert_eq!(way, Way::Pivoting);
        assert!((&blocks.a * x - &blocks.b).amax() < 1e-14);
    }
}

/// A pivot of 1e-9 beside entries of 1 costs nine digits: refinement gives them back. One of 1e-15 is not tried.
#[test]
fn a_small_pivot_is_refined_and_a_tiny_one_avoided() {
    for (pivot, expected) in
        [(1e-1, Way::Static), (1e-3, Way::Refined), (1e-9, Way::Refined), (1e-15, Way::Pivoting)]
    {
        let mut blocks = Blocks::new(3, &[(0, 1), (1, 2)]);
        for k in 0..6 {
            blocks.a[(k, k)] = 1.0;
            if k + 2 < 6 {
                blocks.a[(k, k + 2)] = 1.5;
                blocks.a[(k + 2, k)] = -0.7 + k as f64;
            }
        }
        // The nodes at the end of a line are eliminated first.
        for node in [0, 2] {
            blocks.a[(2 * node, 2 * node)] = pivot;
            blocks.a[(2 * node + 1, 2 * node + 1)] = pivot;
        }
        for cpu in CPUS {
            let (x, pivots, way, _) = blocks.solve(cpu, Ordering::MinimumDegree).unwrap();
            assert_eq!(way, expected, "pivot {pivot}: {pivots:?}");
            assert!(blocks.error(&x) < 1e-12, "pivot {pivot}: {}", blocks.error(&x));
        }
    }
}

#[test]
fn singular_matrices_and_values_that_are_no_numbers_are_refused() {
    for bad in [0.0, f64::NAN, f64::INFINITY] {
        let mut blocks = Blocks::new(3, &[(0, 1), (1, 2)]);
        for k in 0..4 {
            blocks.a[(k, k)] = 1.0;
        }
        blocks.a[(4, 4)] = bad;
        blocks.a[(5, 5)] = bad;
        for cpu in CPUS {
            assert!(blocks.solve(cpu, Ordering::MinimumDegree).is_err(), "{bad}");
        }
    }
}

#[test]
fn minimum_fill_adds_nothing_to_a_tree_and_n_minus_three_edges_to_a_ring() {
    let tree: Vec<(u32, u32)> = (1..100).map(|k| (k / 3, k)).collect();
    assert_eq!(Plan::new(&Graph::new(100, &tree.iter().copied()), Ordering::MinimumFill).upper_len(), 99);
    let ring: Vec<(u32, u32)> = (0..100).map(|k| (k, (k + 1) % 100)).collect();
    assert_eq!(
        Plan::new(&Graph::new(100, &ring.iter().copied()), Ordering::MinimumFill).upper_len(),
        100 + 97
    );
}

#[test]
fn the_dearer_order_is_taken_where_it_pays() {
    assert_eq!(Ordering::for_use(25_000, 1), Ordering::MinimumDegree);
    assert_eq!(Ordering::for_use(118, 10_000), Ordering::MinimumDegree);
    assert_eq!(Ordering::for_use(25_000, 1_000), Ordering::MinimumFill);
}

/// One node: parent in the tree, end of a chord, r, x, charging, load, shunt, tap, shift, kind.
type Row = (prop::sample::Index, prop::sample::Index, f64, f64, f64, f64, f64, f64, f64, u8);

fn grids(x: std::ops::Range<f64>) -> impl Strategy<Value = Case> {
    let row = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0.0..0.02,
        x,
        0.0..0.05,
        -0.05..0.1,
        -0.05..0.05,
        0.95..1.05,
        -0.2..0.2,
        0_u8..10,
    );
    prop::collection::vec(row, 4..60).prop_map(|rows: Vec<Row>| grid(&rows))
}

/// A case with a second slack, PV nodes, phase shifters, parallel branches and branches to the slack.
fn grid(rows: &[Row]) -> Case {
    let n = rows.len() + 1;
    let mut case = Case {
        kind: vec![NodeKind::Pq; n].into(),
        sbus: vec![Complex64::ZERO; n].into(),
        ysh: vec![Complex64::ZERO; n].into(),
        vm_setpoint: vec![1.0; n].into(),
        va_setpoint: vec![0.0; n].into(),
        given: None,
        branches: Vec::new(),
    };
    case.kind[Node::from_index(0)] = NodeKind::Slack;
    case.vm_setpoint[Node::from_index(0)] = 1.02;
    for (k, &(parent, chord, r, x, b, load, shunt, tap, shift, kind)) in rows.iter().enumerate() {
        let node = Node::from_index(k + 1);
        let mut join = |other: usize, z: Complex64, tap| {
            let ysh = Complex64::new(0.0, b);
            case.branches.push(Branch {
                from: Node::from_index(other),
                to: node,
                ys: z.inv(),
                ysh,
                tap,
                ends: [Complex64::ZERO; 2],
            });
        };
        join(parent.index(k + 1), Complex64::new(r, x), Complex64::ONE);
        join(chord.index(k + 1), Complex64::new(r + 0.01, 2.0 * x), Complex64::from_polar(tap, shift));
        case.sbus[node] = -Complex64::new(load, 0.3 * load);
        case.ysh[node] = Complex64::new(0.001, shunt);
        match kind {
            0 | 1 => (case.kind[node], case.vm_setpoint[node]) = (NodeKind::Pv, 1.01),
            2 if k == 3 => (case.kind[node], case.vm_setpoint[node]) = (NodeKind::Slack, 1.02),
            _ => {}
        }
    }
    case
}

const OPTIONS: newton::Options = newton::Options { tol: 1e-10, max_iter: 20 };

fn flat(case: &Case) -> Vec<Complex64> {
    start::voltages(case, Start::Flat, None).unwrap()
}

fn apart(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

fn on(cpu: Cpu, case: &Case, ordering: Ordering) -> newton::Solution {
    let grid = kernel::Grid::new(case, ordering);
    let mut work = kernel::Workspace::on(cpu, &grid);
    work.schedule(&grid, case.kind.as_slice(), case.sbus.as_slice());
    let status = work.solve(&grid, &flat(case), &OPTIONS);
    work.solution(&grid, status)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Step by step the plain formula, on all instruction sets and in all orders.
    #[test]
    fn the_kernel_takes_the_steps_of_the_plain_formula(case in grids(0.02..0.12)) {
        let plain = newton::solve(&case, &flat(&case), &OPTIONS);
        for ordering in [Ordering::MinimumDegree, Ordering::MinimumFill] {
            for cpu in CPUS {
                let fast = on(cpu, &case, ordering);
                prop_assert_eq!(fast.status, plain.status);
                prop_assert_eq!(fast.trace.len(), plain.trace.len());
                prop_assert_eq!(fast.pivoting_steps, 0);
                if plain.status == Status::Converged {
                    prop_assert!(apart(&fast.v, &plain.v) < 1e-10, "{}", apart(&fast.v, &plain.v));
                }
            }
        }
    }

    /// Reactances over seven decades, hardly loaded so that a solution exists. All held voltages are the same: two different
    /// ones at the ends of a stiff branch would send 1e4 p.u. through it, and Newton on a way that no two programs share.
    #[test]
    fn ill_scaled_grids_are_solved_as_by_the_plain_formula(case in grids(0.02..0.12), decades in prop::collection::vec(-5.0..1.5_f64, 120)) {
        let mut case = case;
        for (branch, decade) in case.branches.iter_mut().zip(decades) {
            branch.tap = Complex64::ONE;
            branch.ys /= 10.0_f64.powf(decade);
        }
        for (s, vm) in case.sbus.iter_mut().zip(&mut case.vm_setpoint) {
            *s *= 1e-2;
            *vm = 1.0;
        }
        let options = newton::Options { tol: 1e-7, max_iter: 20 };
        let plain = newton::solve(&case, &flat(&case), &options);
        let fast = kernel::solve(&case, &flat(&case), &options);
        prop_assert_eq!(plain.status, Status::Converged);
        prop_assert_eq!(fast.status, Status::Converged);
        prop_assert!(apart(&fast.v, &plain.v) < 1e-6, "{}", apart(&fast.v, &plain.v));
    }

    /// A changed branch, shunt or kind gives what a new layout gives, to the last bit.
    #[test]
    fn changed_values_give_what_a_new_layout_gives(case in grids(0.02..0.12), which in any::<prop::sample::Index>()) {
        let mut changed = case.clone();
        let mut grid = kernel::Grid::new(&case, Ordering::MinimumDegree);
        let mut work = kernel::Workspace::new(&grid);
        let branch = which.index(case.branches.len());
        changed.branches[branch].tap *= Complex64::from_polar(1.03, 0.05);
        grid.update_branch(&changed, branch);
        let node = Node::from_index(which.index(case.len()));
        changed.ysh[node] += Complex64::new(0.0, 0.1);
        grid.update_shunt(&changed, node);
        prop_assert_eq!(&grid, &kernel::Grid::new(&changed, Ordering::MinimumDegree));
        for at in changed.kind.ids().collect::<Vec<_>>() {
            if changed.kind[at] == NodeKind::Pv { changed.kind[at] = NodeKind::Pq; }
        }
        // The outage of the chord of a node leaves the grid whole.
        let out = branch | 1;
        (changed.branches[out].ys, changed.branches[out].ysh) = (Complex64::ZERO, Complex64::ZERO);
        grid.update_branch(&changed, out);
        work.schedule(&grid, changed.kind.as_slice(), changed.sbus.as_slice());
        let status = work.solve(&grid, &flat(&changed), &OPTIONS);
        let plain = newton::solve(&changed, &flat(&changed), &OPTIONS);
        prop_assert_eq!(status, plain.status);
        if status == Status::Converged {
            prop_assert!(apart(&work.solution(&grid, status).v, &plain.v) < 1e-10);
        }
        changed.branches[out] = case.branches[out];
        grid.update_branch(&changed, out);
        prop_assert_eq!(&grid, &kernel::Grid::new(&changed, Ordering::MinimumDegree));
    }

    /// The same bytes, first time or reused, and whatever was solved in between.
    #[test]
    fn a_used_workspace_gives_the_bytes_of_a_new_one(case in grids(0.02..0.12)) {
        let mut solver = kernel::Solver::new(&case);
        let first = solver.solve(&case, &flat(&case), &OPTIONS);
        let mut broken = case.clone();
        broken.sbus[Node::from_index(1)] = Complex64::new(f64::NAN, 0.0);
        prop_assert_eq!(solver.solve(&broken, &flat(&case), &OPTIONS).status, Status::Diverged);
        prop_assert_eq!(&solver.solve(&case, &flat(&case), &OPTIONS), &first);
        prop_assert_eq!(&kernel::solve(&case, &flat(&case), &OPTIONS), &first);
    }
}

/// A reactive load behind a reactance, `v² − v + q·x = 0`, from a start just below the nose: the first step leads to
/// −1.025, which is a magnitude of 1.025 half a turn on. Both forms go the way of Newton on the parabola from there.
#[test]
fn a_step_beyond_zero_goes_on_half_a_turn_away() {
    let (q, x) = (0.5_f64, 0.2);
    let mut case = grid(&[]);
    case.vm_setpoint[Node::from_index(0)] = 1.0;
    case.kind.push(NodeKind::Pq);
    case.sbus.push(Complex64::new(0.0, -q));
    case.ysh.push(Complex64::ZERO);
    case.vm_setpoint.push(1.0);
    case.va_setpoint.push(0.0);
    case.branches.push(Branch {
        from: Node::from_index(0),
        to: Node::from_index(1),
        ys: Complex64::new(0.0, -1.0 / x),
        ysh: Complex64::ZERO,
        tap: Complex64::ONE,
        ends: [Complex64::ZERO; 2],
    });
    let start = [Complex64::ONE, Complex64::new(0.45, 0.0)];
    let (mut v, mut mismatch) = (0.45_f64, Vec::new());
    for _ in 0..12 {
        mismatch.push(((v * v - v) / x + q).abs());
        v -= (v * v - v + q * x) / (2.0 * v - 1.0);
    }
    assert!((v - (1.0 - (1.0 - 4.0 * q * x).sqrt()) / 2.0).abs() < 1e-12, "the lower solution: {v}");
    for found in [newton::solve(&case, &start, &OPTIONS), kernel::solve(&case, &start, &OPTIONS)] {
        assert_eq!(found.status, Status::Converged);
        assert!((found.v[1] - v).norm() < 1e-9, "{:?}", found.v[1]);
        assert!(found.trace.iter().zip(&mismatch).all(|(a, b)| (a - b).abs() < 1e-9), "{:?}", found.trace);
    }
}

/// A lossless line has two solutions; on the low-voltage one the determinant has the other sign.
#[test]
fn the_sign_of_the_determinant_tells_the_low_voltage_solution() {
    let (p, x) = (0.8_f64, 0.3);
    let mut case = grid(&[]);
    case.kind.push(NodeKind::Pq);
    case.sbus.push(Complex64::new(-p, 0.0));
    case.ysh.push(Complex64::ZERO);
    case.vm_setpoint.push(1.0);
    case.va_setpoint.push(0.0);
    case.vm_setpoint[Node::from_index(0)] = 1.0;
    let (from, to) = (Node::from_index(0), Node::from_index(1));
    let ys = Complex64::new(0.0, x).inv();
    case.branches.push(Branch {
        from,
        to,
        ys,
        ysh: Complex64::ZERO,
        tap: Complex64::ONE,
        ends: [Complex64::ZERO; 2],
    });
    let root = (1.0 - 4.0 * p * p * x * x).sqrt();
    let mut signs = Vec::new();
    for root in [root, -root] {
        let vm = f64::midpoint(1.0, root).sqrt();
        let near = Complex64::from_polar(vm + 0.01, -(p * x / vm).asin());
        let found = kernel::solve(&case, &[Complex64::ONE, near], &OPTIONS);
        assert_eq!(found.status, Status::Converged);
        assert!((found.v[1].norm() - vm).abs() < 1e-9);
        signs.push(found.pivots.unwrap().determinant_is_negative());
    }
    assert_eq!(signs, [false, true]);
}

#[test]
fn a_case_of_slack_nodes_only_is_solved_by_nothing() {
    let found = kernel::solve(&grid(&[]), &[Complex64::new(1.02, 0.0)], &OPTIONS);
    assert_eq!((found.status, found.iterations()), (Status::Converged, 0));
}

/// A node without any admittance has a singular row, and a start of zero volts a singular Jacobian.
#[test]
fn what_cannot_be_solved_ends_in_a_status() {
    let mut cut_off = grid(&[]);
    cut_off.kind.push(NodeKind::Pq);
    cut_off.sbus.push(Complex64::new(0.1, 0.0));
    cut_off.ysh.push(Complex64::ZERO);
    cut_off.vm_setpoint.push(1.0);
    cut_off.va_setpoint.push(0.0);
    assert_eq!(kernel::solve(&cut_off, &flat(&cut_off), &OPTIONS).status, Status::Singular);
    assert_eq!(newton::solve(&cut_off, &flat(&cut_off), &OPTIONS).status, Status::Singular);
}

/// All MATPOWER cases up to 9241 buses, from flat and from DC starts: the same end after the same steps.
#[test]
fn matpower_cases_end_as_by_the_plain_formula() {
    let Some(folder) = support::matpower_cases() else { return };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let options = newton::Options { tol: 1e-8, max_iter: 10 };
    let (mut wrong, mut converged) = (Vec::new(), 0);
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !(name.starts_with("case") && path.extension().is_some_and(|ending| ending == "m")) {
            continue;
        }
        let Ok(read) = read_text(&std::fs::read(&path).unwrap(), Format::Matpower, &name) else { continue };
        let Ok(islands) = case::build(&read.plan.network) else { continue };
        for case in islands.cases.iter().filter(|case| case.len() > 1 && case.len() < 10_000) {
            let mut solver = kernel::Solver::new(case);
            for rung in [Start::Flat, Start::Dc] {
                let Some(v0) = start::voltages(case, rung, None) else { continue };
                let (plain, fast) = (newton::solve(case, &v0, &options), solver.solve(case, &v0, &options));
                // A diverging iteration amplifies rounding: only what converges can be compared.
                if plain.status != Status::Converged || fast.status != Status::Converged {
                    if (plain.status == Status::Converged) != (fast.status == Status::Converged) {
                        wrong.push(format!("{name} {rung:?}: {:?} against {:?}", fast.status, plain.status));
                    }
                    continue;
                }
                converged += 1;
                let apart = apart(&fast.v, &plain.v);
                let easy = fast.pivoting_steps == 0 && fast.refined_steps == 0;
                if apart > 1e-9 || fast.iterations() != plain.iterations() || !easy {
                    wrong.push(format!(
                        "{name} {rung:?}: {apart:e} apart, {} steps against {}, {:?}",
                        fast.iterations(),
                        plain.iterations(),
                        fast.pivots
                    ));
                }
            }
        }
    }
    eprintln!("{converged} load flows compared");
    assert!(wrong.is_empty() && converged > 50, "{converged} converged, but\n{}", wrong.join("\n"));
}

#[test]
fn width_of_registers_changes_no_byte_and_fused_products_no_more_than_the_last_digits() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/300");
    let network = gridstage::read::read(&folder).unwrap().plan.network;
    let islands = case::build(&network).unwrap();
    let case = islands.cases.iter().max_by_key(|case| case.len()).unwrap();
    let flat = start::voltages(case, Start::Flat, None).unwrap();
    let grid = kernel::Grid::new(case, Ordering::MinimumDegree);
    // One step beyond what converges, so that what is left is rounding.
    let options = newton::Options { tol: 1e-11, max_iter: 20 };
    let solved = |cpu| {
        let mut work = kernel::Workspace::on(cpu, &grid);
        work.schedule(&grid, case.kind.as_slice(), case.sbus.as_slice());
        assert_eq!(work.solve(&grid, &flat, &options), Status::Converged);
        let mut v = vec![Complex64::ZERO; case.len()];
        work.voltages(&grid, &mut v);
        v
    };
    let (plain, narrow, wide) = (solved(Cpu::Baseline), solved(Cpu::Avx2), solved(Cpu::Avx512));
    assert_eq!(narrow, wide);
    let largest = plain.iter().zip(&wide).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
    assert!(largest < 1e-12, "{largest}");
}
