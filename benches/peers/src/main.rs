//! gridoxide behind the command line of `examples/bench_task.rs`: one task on one case, one JSON object.
//!
//! Its default backend, the solver objects that its documentation names for each kind of work, and everything that it
//! can keep from one solve to the next kept.

use gridoxide::batch::{BatchSolver, BatchStart};
use gridoxide::matpower::{MatpowerNetwork, parse, to_network};
use gridoxide::network::{build_ybus, stamp_shunts};
use gridoxide::scenario::{BusOverride, Scenario};
use gridoxide::solver::{JacobianBackend, PersistentSolver, SolveStatus};
use gridoxide::types::{Bus, BusType};
use rustix::time::{ClockId, clock_gettime};
use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let given: HashMap<&str, &str> = words.chunks(2).map(|two| (two[0].as_str(), two[1].as_str())).collect();
    let number = |name: &str, or: f64| given.get(name).map_or(or, |value| value.parse().expect("a number"));
    let (reps, tol) = (number("--reps", 10.0) as usize, number("--tol", 1e-8));
    let text = std::fs::read_to_string(given["--case"]).expect("the case can be read");
    let network = to_network(&parse(&text).expect("gridoxide reads it")).expect("a network");
    let told = match given["--task"] {
        "parse" => {
            let times = times(reps, || {
                let text = std::fs::read_to_string(given["--case"]).expect("the case can be read");
                let network = to_network(&parse(&text).expect("read")).expect("a network");
                (ybus(&network), network)
            });
            format!("\"times_ms\":{times}")
        }
        "nr" => nr(&network, reps, tol, given.get("--out").copied()),
        "n1" => n1(&network, reps, tol, given["--outages"]),
        "ts" => ts(&network, reps, tol, number("--scenarios", 1000.0) as usize),
        _ => "\"error\":\"no such task\"".to_owned(),
    };
    println!(
        "{{\"tool\":\"gridoxide\",\"version\":\"0.3.0\",\"n_bus\":{},\"n_branch\":{},{told}}}",
        network.buses.len(),
        network.branch_rows.len()
    );
}

type Ybus = gridoxide::network::YBusSparse;

fn ybus(network: &MatpowerNetwork) -> Ybus {
    let mut ybus = build_ybus(network.buses.len(), &network.lines, &network.transformers);
    stamp_shunts(&mut ybus, &network.shunts);
    ybus.finish()
}

/// `[[wall, cpu], ..]` in ms.
fn times<T>(reps: usize, mut run: impl FnMut() -> T) -> String {
    let cpu = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
    };
    let one = |_| {
        let (wall, before) = (Instant::now(), cpu());
        let kept = black_box(run());
        let times = (wall.elapsed().as_secs_f64() * 1e3, cpu() - before);
        drop(kept);
        format!("[{},{}]", times.0, times.1)
    };
    format!("[{}]", (0..reps).map(one).collect::<Vec<_>>().join(","))
}

/// Magnitudes 1 or at their set-points, angles those of the slack.
fn flat(network: &MatpowerNetwork) -> Vec<Bus> {
    let mut buses = network.buses.clone();
    let slack = buses.iter().find(|bus| bus.bus_type == BusType::Slack).map_or(0.0, |bus| bus.voltage_ang);
    for bus in &mut buses {
        bus.voltage_ang = slack;
        if bus.bus_type == BusType::PQ {
            bus.voltage_mag = 1.0;
        }
    }
    buses
}

fn nr(network: &MatpowerNetwork, reps: usize, tol: f64, out: Option<&str>) -> String {
    let (ybus, start) = (ybus(network), flat(network));
    let mut buses = start.clone();
    let cold = times(reps, || {
        buses.clone_from(&start);
        PersistentSolver::new(JacobianBackend::default()).solve(&mut buses, &ybus, tol, 20)
    });
    let mut solver = PersistentSolver::new(JacobianBackend::default());
    let (mut start, mut stats) = (start, None);
    let warm = times(reps + 1, || {
        start[0].p_spec *= 1.0 + 1e-9;
        buses.clone_from(&start);
        stats = Some(solver.solve_with_stats(&mut buses, &ybus, tol, 20).1);
    });
    // The first of them makes what the others keep.
    let warm = format!("[{}", &warm[warm.find("],").map_or(1, |at| at + 2)..]);
    let stats = stats.expect("solved");
    if let Some(out) = out {
        let mut text = String::from("bus,vm_pu,va_deg\n");
        for (bus, number) in buses.iter().zip(&network.bus_numbers) {
            let _ = writeln!(text, "{number},{},{}", bus.voltage_mag, bus.voltage_ang.to_degrees());
        }
        std::fs::write(out, text).expect("the solution can be written");
    }
    format!(
        "\"times_ms\":{cold},\"warm_times_ms\":{warm},\"converged\":{},\"iterations\":{}",
        stats.status == SolveStatus::Converged,
        stats.mismatch_history.len() - 1
    )
}

/// The base case solved, as a template that batches start from.
fn solved(network: &MatpowerNetwork, tol: f64) -> Vec<Bus> {
    let mut buses = flat(network);
    PersistentSolver::new(JacobianBackend::default()).solve(&mut buses, &ybus(network), tol, 20);
    buses
}

fn batch() -> BatchSolver {
    let mut batch = BatchSolver::with_threads(JacobianBackend::default(), 1).expect("a thread");
    batch.set_start(BatchStart::Template);
    batch
}

fn n1(network: &MatpowerNetwork, reps: usize, tol: f64, rows: &str) -> String {
    let branch: HashMap<usize, usize> = network.branch_rows.iter().enumerate().map(|(k, &row)| (row, k)).collect();
    let rows = std::fs::read_to_string(rows).expect("the rows can be read");
    let scenarios: Vec<Scenario> = rows
        .split_whitespace()
        .map(|row| Scenario { bus_overrides: Vec::new(), branch_outages: vec![branch[&row.parse().expect("a row")]] })
        .collect();
    let (buses, batch) = (solved(network, tol), batch());
    let mut found = Vec::new();
    let times = times(reps, || {
        let (lines, transformers, shunts) = (&network.lines, &network.transformers, &network.shunts);
        found = batch
            .solve_contingency_voltages(&buses, lines, transformers, shunts, &scenarios, tol, 20)
            .expect("a batch");
    });
    let converged = found.iter().filter(|one| one.stats.status == SolveStatus::Converged).count();
    format!("\"times_ms\":{times},\"n\":{},\"n_converged\":{converged},\"threads\":1", scenarios.len())
}

fn ts(network: &MatpowerNetwork, reps: usize, tol: f64, scenarios: usize) -> String {
    let (buses, batch, ybus) = (solved(network, tol), batch(), ybus(network));
    let mut state = 0_u64;
    let mut factor = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        0.95 + 0.1 * (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let scaled = |bus: &Bus, factor: f64| BusOverride::new(bus.idx).p(bus.p_spec * factor).q(bus.q_spec * factor);
    let all: Vec<Scenario> = (0..scenarios)
        .map(|_| {
            let free = buses.iter().filter(|bus| bus.bus_type != BusType::Slack);
            Scenario::new(free.map(|bus| scaled(bus, factor())).collect())
        })
        .collect();
    let mut found = Vec::new();
    let times = times(reps, || found = batch.solve_voltages(&buses, &ybus, &all, tol, 20).expect("a batch"));
    let converged = found.iter().filter(|one| one.stats.status == SolveStatus::Converged).count();
    format!("\"times_ms\":{times},\"n\":{scenarios},\"n_converged\":{converged},\"threads\":1")
}
