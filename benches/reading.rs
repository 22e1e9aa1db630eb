//! How long a text takes to become a network: the same grid as MATPOWER case file and as PSS/E RAW, beside what `serde_json`
//! takes to build an untyped value of a JSON text of the same size.
//!
//! ```text
//! cargo bench --bench reading -- FILE.m
//! ```
//!
//! RAW (revision 33) is written here from the `.m`. Inside of the clock is text in memory to validated network (or value);
//! outside are the file, its fingerprint, and giving memory back. All three take turns in one process, smallest of [`ROUNDS`].
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks, and may stop")]

use gridstage::read::{Format, read_text};
use gridstage::write::{GridFormat, PsseForm, grid};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

/// The allocator of the program `gridstage`, for all three.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 9;

/// A JSON text of about `size` bytes that looks as results of a grid do: objects of names and numbers.
fn json(size: usize) -> String {
    let mut text = String::with_capacity(size + 200);
    text.push('[');
    let mut k = 0_u32;
    while text.len() < size {
        if k > 0 {
            text.push(',');
        }
        let x = f64::from(k);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{{\"id\":\"{k}\",\"vm_pu\":{:.9},\"va_deg\":{:.6},\"p_mw\":{:.4},\"in_service\":true}}",
            1.0 + (x * 0.1).sin() / 20.0,
            x * 0.001,
            x * 0.37
        );
        k += 1;
    }
    text.push(']');
    text
}

/// Milliseconds that a call takes, without dropping what it returns.
fn clock<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let kept = black_box(run());
    let took = start.elapsed().as_secs_f64() * 1e3;
    drop(kept);
    took
}

fn main() {
    // `cargo bench` adds words of its own.
    let Some(path) = std::env::args().skip(1).find(|word| !word.starts_with('-')) else {
        println!("no case given: cargo bench --bench reading -- FILE.m");
        return;
    };
    let m = std::fs::read(&path).unwrap();
    let network = read_text(&m, Format::Matpower, &path).unwrap().plan.network;
    let mut raw = Vec::new();
    grid(&network, GridFormat::Psse(PsseForm::Raw33), &mut raw).unwrap();
    let texts = [json(m.len()), json(raw.len())];
    let mut least = [f64::INFINITY; 4];
    for _ in 0..ROUNDS {
        let took = [
            clock(|| read_text(&m, Format::Matpower, "case.m").unwrap()),
            clock(|| read_text(&raw, Format::Raw, "case.raw").unwrap()),
            clock(|| serde_json::from_str::<serde_json::Value>(&texts[0]).unwrap()),
            clock(|| serde_json::from_str::<serde_json::Value>(&texts[1]).unwrap()),
        ];
        for (least, took) in least.iter_mut().zip(took) {
            *least = least.min(took);
        }
    }
    let [m_ms, raw_ms, json_m_ms, json_raw_ms] = least;
    let mb = |bytes: usize| bytes as f64 / 1e6;
    println!("{} buses of {path}", network.buses.len());
    println!(
        ".m    {:6.1} MB {m_ms:8.1} ms   serde_json of the same size {json_m_ms:8.1} ms: {:.2}x",
        mb(m.len()),
        json_m_ms / m_ms
    );
    println!(
        ".raw  {:6.1} MB {raw_ms:8.1} ms   serde_json of the same size {json_raw_ms:8.1} ms: {:.2}x",
        mb(raw.len()),
        json_raw_ms / raw_ms
    );
    println!(".raw over .m: {:.2}", raw_ms / m_ms);
}
