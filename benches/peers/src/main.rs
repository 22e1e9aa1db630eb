//! Reads a MATPOWER case with gridstage and with gridoxide, in turn, in one process, and prints the ratio.
//!
//! Ours is text to a validated model with places; gridoxide's is text to its case struct.

use gridstage::read::{Format, read_text};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 15;

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).expect("the file can be read");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(time(|| drop(black_box(read_text(&bytes, Format::Matpower, &path).expect("gridstage reads it")))));
            theirs.push(time(|| drop(black_box(gridoxide::matpower::parse(&text).expect("gridoxide reads it")))));
        }
        let (ours, theirs) = (Sample::of(ours), Sample::of(theirs));
        println!(
            "{path}: gridstage {:.1} ms (median {:.1}), gridoxide {:.1} ms (median {:.1}), ratio of minima {:.2}, of medians {:.2}",
            ours.minimum, ours.median, theirs.minimum, theirs.median,
            theirs.minimum / ours.minimum, theirs.median / ours.median
        );
    }
}

fn time(run: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    run();
    begun.elapsed().as_secs_f64() * 1e3
}

struct Sample {
    minimum: f64,
    median: f64,
}

impl Sample {
    fn of(mut times_ms: Vec<f64>) -> Self {
        times_ms.sort_by(f64::total_cmp);
        Self { minimum: times_ms[0], median: times_ms[times_ms.len() / 2] }
    }
}
