//! The symmetric factors against dense ones.

use gridstage::linsolve::Singular;
use gridstage::linsolve::block::{Graph, Ordering, Plan, Way};
use gridstage::linsolve::cpu::Cpu;
use gridstage::linsolve::scalar::{Accumulator, Factor, LANES, Reach, Rows};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

/// A symmetric matrix, dense by nodes, on a graph.
#[derive(Debug)]
struct Symmetric {
    graph: Graph,
    a: DMatrix<f64>,
}

impl Symmetric {
    /// Weighted edges, and what each node has to ground.
    fn new(ground: &[f64], edges: &[(u32, u32, f64)]) -> Self {
        let n = ground.len();
        let graph = Graph::new(n, &edges.iter().map(|&(f, t, _)| (f, t)));
        let mut a = DMatrix::from_diagonal(&DVector::from_column_slice(ground));
        for &(f, t, b) in edges {
            let (f, t) = (f as usize, t as usize);
            a[(f, f)] += b;
            a[(t, t)] += b;
            a[(f, t)] -= b;
            a[(t, f)] -= b;
        }
        Self { graph, a }
    }

    fn plan(&self) -> Plan {
        Plan::new(&self.graph, Ordering::MinimumFill)
    }

    fn factor(&self, cpu: Cpu, plan: &Plan) -> (Factor, Result<Way, Singular>) {
        let mut factor = Factor::on(cpu, plan);
        let way = factor.factorise(plan, &OnPlan { matrix: self, plan });
        (factor, way)
    }

    /// Largest residual, each row by its own scale.
    fn error(&self, x: &DVector<f64>, b: &DVector<f64>) -> f64 {
        let residual = b - &self.a * x;
        (0..b.len())
            .map(|k| residual[k].abs() / (self.a.row(k).abs().sum() * x.amax() + b[k].abs()))
            .fold(0.0, f64::max)
    }
}

struct OnPlan<'a> {
    matrix: &'a Symmetric,
    plan: &'a Plan,
}

impl Rows for OnPlan<'_> {
    fn fill(&self, row: usize, w: &mut Accumulator<'_>) {
        let node = self.plan.node_of_row()[row];
        for &other in self.matrix.graph.neighbours(node).iter().chain([&node]) {
            let value = self.matrix.a[(node as usize, other as usize)];
            w.add(self.plan.row_of_node()[other as usize] as usize, value);
        }
    }
}

fn by_row(plan: &Plan, by_node: &DVector<f64>) -> Vec<f64> {
    plan.node_of_row().iter().map(|&node| by_node[node as usize]).collect()
}

fn by_node(plan: &Plan, by_row: &[f64]) -> DVector<f64> {
    DVector::from_fn(by_row.len(), |node, _| by_row[plan.row_of_node()[node] as usize])
}

/// A tree with chords; one branch in eight is a series capacitor.
fn random_matrix() -> impl Strategy<Value = Symmetric> {
    let row = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0.01..100.0_f64,
        0.01..100.0_f64,
        0..8_u8,
        0.0..1.0_f64,
    );
    prop::collection::vec(row, 2..60).prop_map(|rows| {
        let mut edges = Vec::new();
        for (k, row) in (1..).zip(&rows[1..]) {
            let end = |index: &prop::sample::Index| u32::try_from(index.index(k as usize)).unwrap();
            let sign = if row.4 == 0 { -1.0 } else { 1.0 };
            edges.extend([(end(&row.0), k, sign * row.2), (end(&row.1), k, row.3)]);
        }
        let ground: Vec<f64> = rows.iter().map(|row| if row.5 < 0.2 { 1.0 + row.5 } else { 0.0 }).collect();
        Symmetric::new(&ground, &edges)
    })
}

const CPUS: [Cpu; 3] = [Cpu::Baseline, Cpu::Avx2, Cpu::Avx512];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_symmetric_system_is_solved_as_by_dense_lu(matrix in random_matrix()) {
        let n = matrix.a.nrows();
        let plan = matrix.plan();
        // A singular matrix is found by chance where nothing is grounded.
        let grounded = matrix.a.column_sum().amax() > 0.5;
        let smallest = matrix.a.clone().svd(false, false).singular_values.min();
        prop_assume!(!grounded || smallest > 1e-9);
        for cpu in CPUS {
            let (factor, way) = matrix.factor(cpu, &plan);
            if !grounded {
                prop_assert_eq!(way, Err(Singular));
                continue;
            }
            let way = way.unwrap();
            if way == Way::Static {
                prop_assert_eq!(factor.determinant_is_negative(), Some(matrix.a.determinant() < 0.0));
            }
            let mut lanes = vec![[0.0; LANES]; n];
            for lane in 0..LANES {
                let b = DVector::from_fn(n, |k, _| ((k * 7 + lane * 3) % 11) as f64 - 5.0);
                let mut x = by_row(&plan, &b);
                lanes.iter_mut().zip(&x).for_each(|(to, x)| to[lane] = *x);
                factor.solve(&plan, &mut x).unwrap();
                let dense = matrix.a.clone().lu().solve(&b).unwrap();
                let error = matrix.error(&by_node(&plan, &x), &b);
                prop_assert!(error < 1e-11_f64.max(3.0 * matrix.error(&dense, &b)), "{} by {:?}", error, way);
            }
            factor.solve_lanes(&plan, &mut lanes).unwrap();
            for lane in 0..LANES {
                let b = DVector::from_fn(n, |k, _| ((k * 7 + lane * 3) % 11) as f64 - 5.0);
                let x: Vec<f64> = lanes.iter().map(|x| x[lane]).collect();
                prop_assert!(matrix.error(&by_node(&plan, &x), &b) < 1e-11);
            }
        }
    }

    /// Units at a few rows: only the paths to the root are visited, and nothing is lost.
    #[test]
    fn a_sparse_right_hand_side_has_the_same_solution(
        matrix in random_matrix(),
        ends in prop::array::uniform16(any::<prop::sample::Index>()),
    ) {
        let n = matrix.a.nrows();
        let plan = matrix.plan();
        let (factor, way) = matrix.factor(Cpu::detect(), &plan);
        prop_assume!(way == Ok(Way::Static));
        let mut reach = Reach::new(&plan);
        let mut sparse = vec![[0.0; LANES]; n];
        // Whatever was reached before must be forgotten.
        reach.add(&plan, 0);
        reach.clear();
        for (k, end) in ends.iter().enumerate() {
            let row = end.index(n);
            sparse[row][k / 2] += 1.0 - 2.0 * (k % 2) as f64;
            reach.add(&plan, row);
        }
        let mut full = sparse.clone();
        // What stands elsewhere is not read.
        for row in (0..n).filter(|&row| !reach.rows().iter().any(|&reached| reached as usize == row)) {
            sparse[row] = [f64::NAN; LANES];
        }
        factor.solve_lanes_from(&plan, &reach, &mut sparse).unwrap();
        factor.solve_lanes(&plan, &mut full).unwrap();
        for (sparse, full) in sparse.iter().zip(&full) {
            for (s, f) in sparse.iter().zip(full) {
                prop_assert!((s - f).abs() <= 1e-12 * (1.0 + f.abs()), "{} {}", s, f);
            }
        }
    }
}

#[test]
fn an_island_that_hangs_on_nothing_is_singular() {
    // Two triangles; the second has no ground.
    let edges = [(0, 1, 3.0), (1, 2, 0.7), (0, 2, 1.1), (3, 4, 3.3), (4, 5, 0.1), (3, 5, 7.0)];
    let matrix = Symmetric::new(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], &edges);
    let plan = matrix.plan();
    let (factor, way) = matrix.factor(Cpu::detect(), &plan);
    assert_eq!(way, Err(Singular));
    // Who ignores it gets no numbers.
    assert_eq!(factor.solve(&plan, &mut [1.0; 6]), Err(Singular));
    let mut lanes = [[1.0; LANES]; 6];
    factor.solve_lanes(&plan, &mut lanes).unwrap();
    assert!(lanes.iter().flatten().any(|x| x.is_nan()));
}

#[test]
fn a_series_capacitor_that_tunes_out_a_diagonal_entry_is_solved_with_chosen_pivots() {
    // Susceptances 2 and −2 meet at each node: the diagonal is zero, the matrix is not singular.
    let matrix = Symmetric::new(&[0.0, 0.0], &[(0, 1, -2.0)]);
    let matrix = Symmetric { a: matrix.a + DMatrix::from_diagonal_element(2, 2, 2.0), ..matrix };
    assert!(matrix.a[(0, 0)].abs() < 1e-15);
    let plan = matrix.plan();
    let (factor, way) = matrix.factor(Cpu::detect(), &plan);
    assert_eq!(way, Ok(Way::Pivoting));
    assert_eq!(factor.determinant_is_negative(), None);
    let mut x = by_row(&plan, &DVector::from_column_slice(&[2.0, 6.0]));
    let mut lanes: Vec<[f64; LANES]> = x.iter().map(|&b| [b; LANES]).collect();
    factor.solve(&plan, &mut x).unwrap();
    assert_eq!(by_node(&plan, &x), DVector::from_column_slice(&[3.0, 1.0]));
    factor.solve_lanes(&plan, &mut lanes).unwrap();
    assert_eq!(lanes, x.iter().map(|&x| [x; LANES]).collect::<Vec<_>>());
}

#[test]
fn values_that_are_no_numbers_are_refused_and_leave_no_trace() {
    let good = Symmetric::new(&[1.0, 0.0, 0.0], &[(0, 1, 2.0), (1, 2, 4.0)]);
    let plan = good.plan();
    let mut factor = Factor::new(&plan);
    for bad in [f64::NAN, f64::INFINITY] {
        let matrix = Symmetric::new(&[1.0, 0.0, 0.0], &[(0, 1, 2.0), (1, 2, bad)]);
        assert_eq!(factor.factorise(&plan, &OnPlan { matrix: &matrix, plan: &plan }), Err(Singular));
        assert_eq!(factor.factorise(&plan, &OnPlan { matrix: &good, plan: &plan }), Ok(Way::Static));
        // A unit at the end of a chain to ground: 1, 1 + 1/2, 1 + 1/2 + 1/4.
        let mut x = by_row(&plan, &DVector::from_column_slice(&[0.0, 0.0, 1.0]));
        factor.solve(&plan, &mut x).unwrap();
        assert!((by_node(&plan, &x) - DVector::from_column_slice(&[1.0, 1.5, 1.75])).amax() < 1e-15);
    }
}
