//! Starts: from no voltages at all to the operating state, wherever there is one, and to no other.

use crate::support::{grid, matpower_cases, shared};
use gridstage::case::{self, Case, NodeKind};
use gridstage::finding::Code;
use gridstage::flow::kernel::Solver;
use gridstage::flow::ladder::{self, Climb, Iteration, Standing};
use gridstage::flow::{FlowOptions, LoadFlow, Method, Start, StartPolicy, Status, fdlf, load_flow, newton, start};
use gridstage::ids::Id;
use gridstage::model::Network;
use gridstage::read;
use num_complex::Complex64;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

const OPTIONS: newton::Options = newton::Options { tol: 1e-8, max_iter: 30 };

fn network(path: &Path) -> Network {
    match read::read(path) {
        Ok(read) => read.plan.network,
        Err(rejected) => panic!("{}: {:#?}", path.display(), rejected.findings),
    }
}

/// The largest island of a grid.
fn case_of(network: &Network) -> Case {
    let islands = case::build(network).unwrap();
    islands.cases.iter().max_by_key(|case| case.len()).unwrap().clone()
}

/// All injections times `1 + lambda`; the slack takes the rest.
fn loaded(case: &Case, lambda: f64) -> Case {
    let mut loaded = case.clone();
    loaded.sbus.iter_mut().for_each(|s| *s *= 1.0 + lambda);
    loaded
}

/// The ladder as it is climbed where nothing is known.
fn climb(case: &Case) -> Climb {
    let unknown = Case { given: None, ..case.clone() };
    ladder::climb(&mut Solver::new(case), &unknown, (StartPolicy::Ladder, Iteration::Newton), &OPTIONS, None)
}

fn apart(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

/// The operating state of a loaded case, followed up from the voltages stored with its file in steps of a tenth of the
/// way: slow, and sure.
fn followed(case: &Case, lambda: f64) -> Vec<Complex64> {
    let mut solver = Solver::new(case);
    let mut v = start::voltages(case, Start::Given, None).unwrap();
    for tenth in 0..=10 {
        let found = solver.solve(&loaded(case, lambda * f64::from(tenth) / 10.0), &v, &OPTIONS);
        assert_eq!(found.status, Status::Converged, "{tenth} tenths of {lambda}");
        v = found.v;
    }
    v
}

/// The loading at which a case has its nose, by stepping towards it with ever shorter steps; each starts
/// from the straight line through the last two states, and counts only if the determinant keeps its sign.
fn nose(case: &Case, shortest: f64) -> f64 {
    let options = newton::Options { tol: 1e-8, max_iter: 15 };
    let mut solver = Solver::new(case);
    let base = solver.solve(case, &start::voltages(case, Start::Given, None).unwrap(), &OPTIONS);
    assert_eq!(base.status, Status::Converged);
    let negative = |found: &newton::Solution| found.pivots.map(|p| p.determinant_is_negative());
    let sign = negative(&base).unwrap_or(false);
    let (mut lambda, mut step, mut v) = (0.0, 0.1, base.v);
    let mut before: Option<(f64, Vec<Complex64>)> = None;
    while step > shortest {
        let guess: Vec<Complex64> = match &before {
            None => v.clone(),
            Some((at, old)) => {
                let far = step / (lambda - at);
                let held = case.kind.iter().zip(&case.vm_setpoint);
                let line = v.iter().zip(old).map(|(v, old)| v + (v - old) * far);
                line.zip(held)
                    .map(|(v, (&kind, &vm))| if kind == NodeKind::Pq { v } else { v / v.norm() * vm })
                    .collect()
            }
        };
        let found = solver.solve(&loaded(case, lambda + step), &guess, &options);
        let near = v.iter().zip(&found.v).all(|(a, b)| (a.norm() - b.norm()).abs() < 0.2);
        if found.status == Status::Converged && negative(&found).is_none_or(|now| now == sign) && near {
            before = Some((lambda, v));
            (lambda, v) = (lambda + step, found.v);
            step *= 1.5;
        } else {
            step /= 2.0;
        }
    }
    lambda
}

#[test]
fn explore() {
    let Some(folder) = matpower_cases() else { return };
    let mut told = String::new();
    for (name, lambda) in NOSES {
        let case = case_of(&network(&folder.join(format!("{name}.m"))));
        for share in [0.0, 0.9, 0.99, 0.999] {
            let loaded = loaded(&case, share * lambda);
            let t = std::time::Instant::now();
            let climb = climb(&loaded);
            let (start, found) = climb.taken.unwrap();
            let dt = t.elapsed();
            let vs = apart(&found.v, &followed(&case, share * lambda));
            eprintln!(
                "{name} {share}: {} {} {} sweeps {} all {} {:?} apart {vs:.1e} {dt:?}",
                start.as_str(), found.status.as_str(), found.iterations(), climb.sweeps, climb.steps_in_all, climb.standing
            );
        }
    }
    eprintln!("{told}");
}

/// Nose of each case, found by [`nose`].
const NOSES: [(&str, f64); 9] = [
    ("case3012wp", 1.360856),
    ("case3375wp", 1.472279),
    ("case6470rte", 0.242616),
    ("case9241pegase", 0.243191),
    ("case_ACTIVSg10k", 0.275150),
    ("case13659pegase", 0.056721),
    ("case_ACTIVSg25k", 0.751657),
    ("case_ACTIVSg70k", 0.096071),
    ("case_SyntheticUSA", 0.071768),
];
