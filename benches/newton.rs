//! What does the kernel save over the plain formula on faer's LU, and what each of its doors?
//!
//! Lattices of 12×10, 37×37 and 96×96 nodes, and MATPOWER's case118, 1354, 2869 and 9241 where `GRIDSTAGE_MATPOWER`
//! names their folder. Every solve starts flat and ends at 1e-8 p.u.
//!
//! ```text
//! plain      newton::solve: ybus, Jacobian, analysis, factors
//! cold       kernel::solve: layout and solve
//! warm       the layout kept, other injections
//! baseline   warm, without the processor's wide instructions
//! layout     order of elimination, plan and ybus alone
//! ```

#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "a benchmark may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use gridstage::case::{self, Branch, Case, NodeKind};
use gridstage::flow::kernel::{Grid, Workspace};
use gridstage::flow::{Start, Status, kernel, newton, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::block::Ordering;
use gridstage::linsolve::cpu::Cpu;
use gridstage::read::{Format, read_text};
use num_complex::Complex64;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// A lattice of lines with a load at every node, fed at its middle; every tenth node holds its voltage.
fn lattice(width: usize, height: usize) -> Case {
    let n = width * height;
    let load = 20.0 / n as f64 / (n as f64).sqrt();
    let mut case = Case {
        kind: (0..n).map(|k| if k % 10 == 3 { NodeKind::Pv } else { NodeKind::Pq }).collect(),
        sbus: (0..n).map(|k| Complex64::new(-load * (1 + k % 3) as f64, -0.3 * load)).collect(),
        ysh: vec![Complex64::ZERO; n].into(),
        vm_setpoint: vec![1.0; n].into(),
        va_setpoint: vec![0.0; n].into(),
        given: None,
        branches: Vec::new(),
    };
    case.kind[Node::from_index(n / 2)] = NodeKind::Slack;
    let mut join = |from: usize, to: usize| {
        let (from, to) = (Node::from_index(from), Node::from_index(to));
        let ys = Complex64::new(0.005, 0.05).inv();
        case.branches.push(Branch {
            from,
            to,
            ys,
            ysh: Complex64::new(0.0, 0.01),
            tap: Complex64::ONE,
            ends: [Complex64::ZERO; 2],
        });
    };
    for k in 0..n {
        if (k + 1) % width != 0 {
            join(k, k + 1);
        }
        if k + width < n {
            join(k, k + width);
        }
    }
    case
}

fn cases() -> Vec<(String, Case)> {
    let mut cases: Vec<(String, Case)> =
        [(12, 10), (37, 37), (96, 96)].map(|(w, h)| (format!("lattice {w}x{h}"), lattice(w, h))).into();
    let Some(folder) = std::env::var_os("GRIDSTAGE_MATPOWER").filter(|folder| !folder.is_empty()) else {
        return cases;
    };
    for name in ["case118", "case1354pegase", "case2869pegase", "case9241pegase"] {
        let file = format!("{name}.m");
        let text = std::fs::read(Path::new(&folder).join(&file)).expect("the folder holds MATPOWER's cases");
        let read = read_text(&text, Format::Matpower, &file).expect("the case can be read");
        let islands = case::build(&read.plan.network).expect("the case has a slack");
        let largest = islands.cases.iter().max_by_key(|case| case.len()).expect("there is an island");
        cases.push((name.to_owned(), largest.clone()));
    }
    cases
}

fn newton_steps(c: &mut Criterion) {
    let options = newton::Options { tol: 1e-8, max_iter: 20 };
    for (name, case) in cases() {
        let flat = start::voltages(&case, Start::Flat, None).expect("flat exists");
        assert_eq!(newton::solve(&case, &flat, &options).status, Status::Converged, "{name}");
        let mut group = c.benchmark_group(format!("newton/{name}"));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(1));
        group.bench_function("plain", |b| b.iter(|| newton::solve(black_box(&case), &flat, &options)));
        group.bench_function("cold", |b| b.iter(|| kernel::solve(black_box(&case), &flat, &options)));
        group.bench_function("layout", |b| b.iter(|| Grid::new(black_box(&case), Ordering::MinimumDegree)));
        let grid = Grid::new(&case, Ordering::MinimumDegree);
        let mut sbus = case.sbus.clone();
        for (door, cpu) in [("warm", Cpu::detect()), ("baseline", Cpu::Baseline)] {
            let mut work = Workspace::on(cpu, &grid);
            group.bench_function(door, |b| {
                b.iter(|| {
                    sbus.iter_mut().take(1).for_each(|s| *s *= 1.0 + 1e-9);
                    work.schedule(&grid, case.kind.as_slice(), sbus.as_slice());
                    work.solve(&grid, &flat, &options)
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, newton_steps);
criterion_main!(benches);
