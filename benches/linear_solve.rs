//! What does one Newton step's linear system cost: 2×2 blocks with static pivots against faer's sparse LU?
//!
//! The Jacobian of MATPOWER's cases at the flat start, `GRIDSTAGE_MATPOWER` naming their folder. Patterns are analysed before the
//! clock starts; a round is numeric factorisation and one solution. Both hold the same numbers: the scalar one has
//! θ of all buses and V of the PQ buses, the blocks keep a place for V everywhere.

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use gridstage::case::{self, Case, NodeKind};
use gridstage::flow::{Start, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::SparseLu;
use gridstage::linsolve::block::{Accumulator, Factor, Graph, Ordering, Plan, Rows};
use gridstage::linsolve::cpu::{Arithmetic, Cpu, Job};
use gridstage::matrix::{Jacobian, ds_dv, ibus, ybus};
use gridstage::read::{Format, read_text};
use num_complex::Complex64;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// Blocks by rows of the plan, and a right-hand side of ones.
struct Blocks {
    plan: Plan,
    starts: Vec<usize>,
    entries: Vec<(usize, [f64; 4])>,
}

impl Blocks {
    fn new(case: &Case, v: &[Complex64]) -> Self {
        let mut count = 0;
        let mut number = |&kind: &NodeKind| {
            (kind != NodeKind::Slack).then(|| {
                count += 1;
                count - 1
            })
        };
        let free: Vec<Option<u32>> = case.kind.iter().map(&mut number).collect();
        let edges =
            case.branches.iter().filter_map(|branch| free[branch.from.index()].zip(free[branch.to.index()]));
        let plan = Plan::new(&Graph::new(count as usize, &edges), Ordering::MinimumFill);
        let row_of = |node: usize| free[node].map(|free| plan.row_of_node()[free as usize] as usize);
        let (ybus, mut rows) = (ybus(case), vec![Vec::new(); count as usize]);
        for entry in ds_dv(&ybus, v, &ibus(&ybus, v)) {
            let (Some(row), Some(column)) = (row_of(entry.row), row_of(entry.col)) else { continue };
            let held = case.kind[Node::from_index(entry.row)] == NodeKind::Pv;
            let second = if held {
                [0.0, f64::from(u8::from(row == column))]
            } else {
                [entry.ds_dva.im, entry.ds_dvm.im]
            };
            rows[row].push((column, [entry.ds_dva.re, entry.ds_dvm.re, second[0], second[1]]));
        }
        let mut starts = vec![0];
        let mut entries = Vec::new();
        for row in rows {
            entries.extend(row);
            starts.push(entries.len());
        }
        Self { plan, starts, entries }
    }
}

impl Rows for Blocks {
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2] {
        for &(column, block) in &self.entries[self.starts[row]..self.starts[row + 1]] {
            w.set(a, column, a.quad(block));
        }
        [1.0; 2]
    }
}

struct Solve<'a>(&'a Blocks, &'a mut Factor);

impl Job for Solve<'_> {
    type Output = bool;
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "compiled for the instructions that it runs on")]
    fn run<A: Arithmetic>(self, a: A) -> bool {
        self.1.solve(a, &self.0.plan, self.0).is_ok()
    }
}

fn linear_solve(c: &mut Criterion) {
    let Some(folder) = std::env::var_os("GRIDSTAGE_MATPOWER").filter(|folder| !folder.is_empty()) else {
        return;
    };
    for name in ["case118", "case1354pegase", "case9241pegase"] {
        let file = format!("{name}.m");
        let text = std::fs::read(Path::new(&folder).join(&file)).expect("the folder holds MATPOWER's cases");
        let read = read_text(&text, Format::Matpower, &file).expect("the case can be read");
        let islands = case::build(&read.plan.network).expect("the case has a slack");
        let case = islands.cases.iter().max_by_key(|case| case.len()).expect("there is an island");
        let v = start::voltages(case, Start::Flat, None).expect("flat exists");
        let mut group = c.benchmark_group(format!("linear_solve/{name}"));
        group
            .sample_size(20)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(2));
        let (blocks, cpu) = (Blocks::new(case, &v), Cpu::detect());
        let mut factor = Factor::new(&blocks.plan);
        group.bench_function("blocks", |b| b.iter(|| cpu.run(Solve(black_box(&blocks), &mut factor))));
        let ybus = ybus(case);
        let mut jacobian = Jacobian::new(case, &ybus);
        let matrix = jacobian.fill(&ybus, &v, &ibus(&ybus, &v)).clone();
        let mut lu = SparseLu::analyse(&matrix).expect("regular");
        group.bench_function("faer", |b| {
            b.iter(|| {
                let mut x = vec![1.0; matrix.rows()];
                lu.factorise(black_box(&matrix)).and_then(|()| lu.solve(&mut x))
            });
        });
        group.finish();
    }
}

criterion_group!(benches, linear_solve);
criterion_main!(benches);
