//! What do 5,000 tap changers cost in a grid of ten thousand buses, beside the plain load flow?
//!
//! `case_ACTIVSg10k` of MATPOWER, to whose 5,000 largest load buses a new bus behind an on-load tap changer is hung: the load moves there, and
//! the tap changer holds 1.01 to 1.03 p.u. in 16 steps of 1.25 % to each side. Two questions on the same grid: the plain load flow with all
//! positions neutral, and the load flow with the tap changers on; both with building and results. The ratio of both is printed.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark talks, and may panic"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use gridstage::flow::{Controls, FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::LoadId;
use gridstage::model::{Bus, Network, Side, Tap, TapControl, TapTarget, Transformer, TransformerImpedance};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Tap changers.
const CHANGERS: usize = 5_000;

fn with_changers(mut network: Network) -> Network {
    let mut loads: Vec<LoadId> = network.loads.ids().filter(|&id| network.loads[id].p_mw > 0.0).collect();
    loads.sort_by(|&a, &b| network.loads[b].p_mw.total_cmp(&network.loads[a].p_mw).then(a.cmp(&b)));
    // where there are fewer loads than tap changers, the largest are split
    let whole = loads.len();
    for k in whole..CHANGERS {
        let id = loads[k - whole];
        let half = &mut network.loads[id];
        half.p_mw /= 2.0;
        half.q_mvar /= 2.0;
        let mut other = half.clone();
        other.id = format!("{}-2", other.id).into();
        loads.push(network.loads.push(other));
    }
    for (k, &id) in loads.iter().take(CHANGERS).enumerate() {
        let from = network.loads[id].bus;
        let vn_kv = 22.0;
        let start = (network.buses[from].vm_start_pu, network.buses[from].va_start_deg);
        let to = network.buses.push(Bus {
            vm_start_pu: start.0,
            va_start_deg: start.1,
            ..Bus::new(format!("LV{k}"), vn_kv)
        });
        network.loads[id].bus = to;
        let load = &network.loads[id];
        // 12 % on a unit loaded with 60 %
        let sn_mva = load.p_mw.hypot(load.q_mvar) / 0.6;
        let impedance = TransformerImpedance::PerUnit {
            r_pu: 0.005,
            x_pu: 0.12,
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva: sn_mva.max(1.0),
        };
        network.transformers.push(Transformer {
            tap: Some(Tap {
                side: Side::From,
                position: 0,
                neutral: 0,
                min: -16,
                max: 16,
                step_percent: 1.25,
            }),
            tap_control: Some(TapControl {
                target: TapTarget::Voltage { bus: None, min_pu: 1.01, max_pu: 1.03, drop: None },
                active: true,
            }),
            ..Transformer::new(format!("OLTC{k}"), from, to, impedance)
        });
    }
    network
}

fn solve(network: &Network, controls: Controls) -> LoadFlow {
    let flow = load_flow(network, &FlowOptions { controls, ..FlowOptions::default() }, None);
    let flow = flow.expect("a case");
    assert_eq!(flow.status, Status::Converged);
    flow
}

fn least(runs: usize, mut job: impl FnMut()) -> Duration {
    let time = |job: &mut dyn FnMut()| {
        let start = Instant::now();
        job();
        start.elapsed()
    };
    (0..runs).map(|_| time(&mut job)).min().unwrap_or_default()
}

fn controls(c: &mut Criterion) {
    let Some(folder) = std::env::var_os("GRIDSTAGE_MATPOWER").map(PathBuf::from) else {
        println!("skipped: GRIDSTAGE_MATPOWER is not set");
        return;
    };
    let read = gridstage::read::read(&folder.join("case_ACTIVSg10k.m")).expect("a readable case");
    let network = with_changers(read.plan.network);
    let taps = Controls { taps: true, ..Controls::OFF };
    let (plain, moved) = (solve(&network, Controls::OFF), solve(&network, taps));
    let open = moved.actions.iter().filter(|action| action.ended.as_str() != "met").count();
    println!(
        "{} buses; plain {} steps; {} tap changers moved in {} rounds and {} steps, {open} not met",
        network.buses.len(),
        plain.iterations,
        moved.actions.len(),
        moved.islands[0].rounds,
        moved.islands[0].control_iterations,
    );
    let mut group = c.benchmark_group("controls");
    group.bench_function("plain", |b| b.iter(|| solve(black_box(&network), Controls::OFF)));
    group.bench_function("5000 tap changers", |b| b.iter(|| solve(black_box(&network), taps)));
    group.finish();
    let off = least(7, || drop(black_box(solve(&network, Controls::OFF))));
    let on = least(7, || drop(black_box(solve(&network, taps))));
    println!("with tap changers over plain: {:.2}", on.as_secs_f64() / off.as_secs_f64());
}

criterion_group!(benches, controls);
criterion_main!(benches);
