//! How long does the main job take, as a user runs it: `gridstage check grids/hanoi` as a process?
//!
//! 5 stages x 3 scenarios, about 150 to 310 buses: reading the plan, replay, 15 load flows, every outage of every state, the
//! verdict and its text; with `--n1 off` the intact grid alone. Beside it `gridstage --version`, which is what starting a
//! process costs.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark may panic")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Duration;

fn run(arguments: &[&str]) -> Option<i32> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gridstage"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("the binary runs").code()
}

fn check_hanoi(c: &mut Criterion) {
    assert_eq!(run(&["check", "grids/hanoi"]), Some(1), "solved, and the plan does not hold");
    let mut group = c.benchmark_group("process");
    group.sample_size(20).measurement_time(Duration::from_secs(4));
    group.bench_function("check grids/hanoi", |b| b.iter(|| black_box(run(&["check", "grids/hanoi"]))));
    group.bench_function("check grids/hanoi, one thread", |b| {
        b.iter(|| black_box(run(&["check", "grids/hanoi", "--jobs", "1"])));
    });
    group.bench_function("check grids/hanoi --n1 off", |b| {
        b.iter(|| black_box(run(&["check", "grids/hanoi", "--n1", "off"])));
    });
    group.bench_function("check grids/hanoi --n1 off, one thread", |b| {
        b.iter(|| black_box(run(&["check", "grids/hanoi", "--n1", "off", "--jobs", "1"])));
    });
    group.bench_function("--version", |b| b.iter(|| black_box(run(&["--version"]))));
    group.finish();
}

criterion_group!(benches, check_hanoi);
criterion_main!(benches);
