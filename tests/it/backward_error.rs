//! How good are pivots that are not chosen? The solution of a Newton step by static 2×2 pivots against the one by a LU with
//! partial pivoting, in the same measure: the residual of each equation by the scale of its own row.

use crate::support;
use gridstage::case::{self, Branch, Case, NodeKind};
use gridstage::flow::{Start, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::SparseLu;
use gridstage::linsolve::block::{Accumulator, Factor, Graph, Ordering, Plan, Rows};
use gridstage::linsolve::cpu::{Arithmetic, Cpu, Job};
use gridstage::matrix::{ds_dv, ibus, ybus};
use gridstage::read::{Format, read_text};
use num_complex::Complex64;
use sprs::TriMat;

/// Nothing computed in doubles has less.
const PRECISION: f64 = f64::EPSILON;

/// The Newton step of a case at a state: blocks `∂(P, Q)/∂(θ, ln V)` by rows of the plan, and the mismatch.
struct System {
    plan: Plan,
    rows: Vec<Vec<(usize, [f64; 4])>>,
    rhs: Vec<[f64; 2]>,
}

impl System {
    fn new(case: &Case, v: &[Complex64]) -> Self {
        let free: Vec<Option<u32>> = {
            let mut next = 0;
            let mut number = |&kind: &NodeKind| {
                (kind != NodeKind::Slack).then(|| {
                    next += 1;
                    next - 1
                })
            };
            case.kind.iter().map(&mut number).collect()
        };
        let n = free.iter().flatten().count();
        let edges =
            case.branches.iter().filter_map(|branch| free[branch.from.index()].zip(free[branch.to.index()]));
        let plan = Plan::new(&Graph::new(n, &edges), Ordering::MinimumDegree);
        let (ybus, mut rows) = (ybus(case), vec![Vec::new(); n]);
        let i = ibus(&ybus, v);
        let mut rhs = vec![[0.0; 2]; n];
        let row_of = |node: usize| free[node].map(|free| plan.row_of_node()[free as usize] as usize);
        for (node, &kind) in case.kind.iter_ids() {
            if let Some(row) = row_of(node.index()) {
                let mis = v[node.index()] * i[node.index()].conj() - case.sbus[node];
                rhs[row] = [-mis.re, if kind == NodeKind::Pq { -mis.im } else { 0.0 }];
            }
        }
        for entry in ds_dv(&ybus, v, &i) {
            let (Some(row), Some(column)) = (row_of(entry.row), row_of(entry.col)) else { continue };
            let (dva, dlnv) = (entry.ds_dva, entry.ds_dvm * v[entry.col].norm());
            let held = case.kind[Node::from_index(entry.row)] == NodeKind::Pv;
            let second = match (held, row == column) {
                (false, _) => [dva.im, dlnv.im],
                (true, own) => [0.0, f64::from(u8::from(own))],
            };
            rows[row].push((column, [dva.re, dlnv.re, second[0], second[1]]));
        }
        Self { plan, rows, rhs }
    }

    /// The solution by a LU that chooses its pivots.
    fn by_pivoting(&self) -> Vec<[f64; 2]> {
        let n = 2 * self.rhs.len();
        let mut entries = TriMat::new((n, n));
        for (row, blocks) in self.rows.iter().enumerate() {
            for &(column, block) in blocks {
                for (k, value) in block.into_iter().enumerate().filter(|(_, value)| *value != 0.0) {
                    entries.add_triplet(2 * row + k / 2, 2 * column + k % 2, value);
                }
            }
        }
        let matrix = entries.to_csc();
        let mut lu = SparseLu::analyse(&matrix).unwrap();
        lu.factorise(&matrix).unwrap();
        let mut x = self.rhs.clone();
        lu.solve(x.as_flattened_mut()).unwrap();
        x
    }

    /// Backward errors of the static pivots and of the chosen ones.
    fn errors(&self) -> [f64; 2] {
        Cpu::detect().run(Compare { system: self, pivoting: &self.by_pivoting() })
    }
}

impl Rows for System {
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2] {
        for &(column, block) in &self.rows[row] {
            w.set(a, column, a.quad(block));
        }
        self.rhs[row]
    }
}

struct Compare<'a> {
    system: &'a System,
    pivoting: &'a [[f64; 2]],
}

impl Job for Compare<'_> {
    type Output = [f64; 2];
    fn run<A: Arithmetic>(self, a: A) -> [f64; 2] {
        let plan = &self.system.plan;
        let mut factor = Factor::new(plan);
        factor.solve(a, plan, self.system).unwrap();
        let x = factor.x().to_vec();
        [&x, self.pivoting].map(|x| factor.residual(a, plan, self.system, x).1)
    }
}

/// Fails if any of the systems is solved worse than three times the error of chosen pivots.
fn assert_as_good(named: impl Iterator<Item = (String, System)>) {
    let mut worse = Vec::new();
    for (name, system) in named {
        let [fixed, pivoting] = system.errors();
        if fixed > 3.0 * pivoting.max(PRECISION) {
            worse.push(format!("{name}: {fixed:.1e} against {pivoting:.1e}"));
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
}

/// splitmix64 by S. Vigna, in the public domain: the same grids at every run.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small n")]
        let k = (self.unit() * n as f64) as usize;
        k.min(n - 1)
    }
}

/// A grid of impedances over six orders of magnitude, any r/x, taps and shifts, at voltages that solve nothing.
fn ill_scaled(random: &mut Random) -> (Case, Vec<Complex64>) {
    let n = 5 + random.below(80);
    let mut case = Case {
        kind: vec![NodeKind::Pq; n].into(),
        sbus: (0..n).map(|_| Complex64::new(random.unit() - 0.5, random.unit() - 0.5)).collect(),
        ysh: (0..n).map(|_| Complex64::new(0.0, 0.1 * random.unit())).collect(),
        vm_setpoint: vec![1.0; n].into(),
        va_setpoint: vec![0.0; n].into(),
        given: None,
        branches: Vec::new(),
    };
    for k in 1..n {
        case.kind[Node::from_index(k)] = if random.unit() < 0.2 { NodeKind::Pv } else { NodeKind::Pq };
        for _ in 0..=random.below(2) {
            let z = Complex64::from_polar(10.0_f64.powf(6.0 * random.unit() - 5.0), 1.57 * random.unit());
            case.branches.push(Branch {
                ends: [Complex64::ZERO; 2],
                from: Node::from_index(random.below(k)),
                to: Node::from_index(k),
                ys: z.inv(),
                ysh: Complex64::new(0.0, 0.05 * random.unit()),
                tap: Complex64::from_polar(0.9 + 0.2 * random.unit(), 0.3 * (random.unit() - 0.5)),
            });
        }
    }
    case.kind[Node::from_index(0)] = NodeKind::Slack;
    let v = (0..n)
        .map(|_| Complex64::from_polar(0.9 + 0.2 * random.unit(), 0.6 * (random.unit() - 0.5)))
        .collect();
    (case, v)
}

#[test]
fn static_pivots_lose_no_more_than_chosen_ones_on_ill_scaled_grids() {
    let mut random = Random(3);
    assert_as_good((0..500).map(|k| {
        let (case, v) = ill_scaled(&mut random);
        (format!("grid {k}"), System::new(&case, &v))
    }));
}

#[test]
fn static_pivots_lose_no_more_than_chosen_ones_on_matpowers_cases() {
    let Some(folder) = support::matpower_cases() else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("case"));
    files.sort();
    let systems = files.iter().flat_map(|path| {
        let name = path.display().to_string();
        let text = std::fs::read(path).unwrap();
        // Those with computed columns or no slack are the business of other tests.
        let read = read_text(&text, Format::Matpower, &name).ok();
        let islands = read.and_then(|read| case::build(&read.plan.network).ok());
        let largest = islands.and_then(|all| all.cases.iter().max_by_key(|case| case.len()).cloned());
        largest.into_iter().flat_map(move |case| {
            let name = name.clone();
            [Start::Flat, Start::Dc, Start::Given].into_iter().filter_map(move |rung| {
                let v = start::voltages(&case, rung, None)?;
                Some((format!("{name} from {rung:?}"), System::new(&case, &v)))
            })
        })
    });
    assert_as_good(systems);
}
