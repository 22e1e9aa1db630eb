//! How does the time of a load flow grow with the number of buses?
//!
//! Rings and ladders of 1,000, 10,000 and 70,000 buses, fed at one bus. Three questions: building the case, one load flow on a
//! layout that is kept, and the whole façade with results. After the groups, the exponents from 1,000 to 70,000 buses are
//! printed: 1 is linear, 2 quadratic. Grids that are more meshed: `bench_task --task nr` on MATPOWER's, in the README.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark talks, and may panic"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gridstage::case;
use gridstage::flow::kernel::{Grid, Workspace};
use gridstage::flow::{FlowOptions, Status, load_flow, newton};
use gridstage::ids::BusId;
use gridstage::linsolve::block::Ordering;
use gridstage::model::{
    Bus, Control, EndShunt, Generator, Line, LineImpedance, Load, LoadModel, Network, Origin, Rating,
};
use num_complex::Complex64;
use std::cell::RefCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn line(network: &mut Network, from: BusId, to: BusId, x_pu: f64) {
    let id = format!("B{}", network.lines.len());
    network.lines.push(Line {
        id: id.clone().into(),
        name: String::new(),
        row: id.into(),
        circuit: 0,
        from,
        to,
        impedance: LineImpedance::PerUnit { r_pu: x_pu / 10.0, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 },
        rating: Rating::default(),
        end_shunts: [EndShunt::default(); 2],
        series: None,
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
}

fn station(network: &mut Network, p_mw: f64) -> BusId {
    let bus = network.buses.push(Bus::new(format!("{}", network.buses.len()), 110.0));
    network.loads.push(Load {
        id: format!("L{}", network.loads.len()).into(),
        bus,
        p_mw,
        q_mvar: 0.3 * p_mw,
        model: LoadModel::Power,
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    bus
}

/// Reactance of every line [p.u. on 100 MVA].
const X_PU: f64 = 1e-5;

/// Load of each of n stations, so that the voltage drop to the far end is that of a small ring: it grows with n².
fn load_mw(n: usize) -> f64 {
    100.0 * 0.4 / (X_PU * (n as f64) * (n as f64))
}

/// A ring of n stations.
fn ring(n: usize) -> Network {
    let mut network = Network::default();
    let buses: Vec<BusId> = (0..n).map(|_| station(&mut network, load_mw(n))).collect();
    network.generators.push(Generator::new("G", buses[0], Control::Slack, 0.0, 1.0));
    for k in 0..n {
        line(&mut network, buses[k], buses[(k + 1) % n], X_PU);
    }
    network
}

/// Two rails of n/2 stations with a rung at every station.
fn ladder(n: usize) -> Network {
    let mut network = Network::default();
    let rails: Vec<(BusId, BusId)> =
        (0..n / 2).map(|_| (station(&mut network, load_mw(n)), station(&mut network, load_mw(n)))).collect();
    network.generators.push(Generator::new("G", rails[0].0, Control::Slack, 0.0, 1.0));
    for (k, &(a, b)) in rails.iter().enumerate() {
        line(&mut network, a, b, X_PU);
        if let Some(&(next_a, next_b)) = rails.get(k + 1) {
            line(&mut network, a, next_a, X_PU);
            line(&mut network, b, next_b, X_PU);
        }
    }
    network
}

type Shape = (&'static str, fn(usize) -> Network);

/// Buses.
const SIZES: [usize; 3] = [1_000, 10_000, 70_000];

fn growth(c: &mut Criterion) {
    let shapes: [Shape; 2] = [("ring", ring), ("ladder", ladder)];
    for (shape, make) in shapes {
        for question in ["case", "warm", "load_flow"] {
            let fastest = RefCell::new(Vec::new());
            let mut group = c.benchmark_group(format!("{shape}/{question}"));
            group
                .sample_size(10)
                .warm_up_time(Duration::from_millis(300))
                .measurement_time(Duration::from_secs(2));
            for n in SIZES {
                let network = make(n);
                let islands = case::build(&network).expect("the grid has a slack");
                let case = islands.cases.iter().next().expect("one island");
                let start = vec![Complex64::ONE; case.len()];
                let solved = load_flow(&network, &FlowOptions::default(), None).map(|flow| flow.status);
                assert_eq!(solved.ok(), Some(Status::Converged), "{shape} {n}");
                let options = newton::Options { tol: 1e-8, max_iter: 20 };
                let layout = Grid::new(case, Ordering::MinimumDegree);
                let work = RefCell::new(Workspace::new(&layout));
                let run = || match question {
                    "case" => drop(black_box(case::build(&network))),
                    "warm" => {
                        let mut work = work.borrow_mut();
                        work.schedule(&layout, case.kind.as_slice(), case.sbus.as_slice());
                        assert_eq!(work.solve(&layout, &start, &options), Status::Converged);
                    }
                    _ => drop(black_box(load_flow(&network, &FlowOptions::default(), None))),
                };
                let best = RefCell::new(Duration::MAX);
                group.throughput(Throughput::Elements(n as u64));
                group.bench_with_input(BenchmarkId::from_parameter(n), &n, |b, _| {
                    b.iter_custom(|times| {
                        (0..times)
                            .map(|_| {
                                let begun = Instant::now();
                                run();
                                let took = begun.elapsed();
                                let shortest = (*best.borrow()).min(took);
                                *best.borrow_mut() = shortest;
                                took
                            })
                            .sum()
                    });
                });
                fastest.borrow_mut().push(best.into_inner().as_secs_f64());
            }
            group.finish();
            let fastest = fastest.into_inner();
            println!(
                "{shape}/{question}: exponent from 1,000 to 70,000 buses {:.2}",
                (fastest[2] / fastest[0]).ln() / 70.0_f64.ln()
            );
        }
    }
}

criterion_group!(benches, growth);
criterion_main!(benches);
