//! The tasks of the contract.

use crate::Told;
use crate::arguments::Arguments;
use crate::clock::times;
use crate::grid::Grid;
use gridstage::case::Case;
use gridstage::flow::dc::{self, DcGrid, DcWork, Outages};
use gridstage::flow::kernel::{self, Workspace};
use gridstage::flow::lanes::{self, Base, Batch, Change, Found};
use gridstage::flow::newton::Options;
use gridstage::flow::{Start, Status, start};
use gridstage::linsolve::block::Ordering;
use gridstage::matrix;
use num_complex::Complex64;
use serde_json::{Value, json};

/// Load flows that a list of outages or scenarios stands for, when the order of elimination is chosen.
const MANY: usize = 1_000_000;

/// The most repetitions of what fills gigabytes.
const FEW: usize = 3;

fn told(grid: &Grid, values: impl IntoIterator<Item = (&'static str, Value)>) -> Told {
    let branches = grid.network.lines.len() + grid.network.transformers.len();
    let size = [("n_bus", json!(grid.network.buses.len())), ("n_branch", json!(branches))];
    size.into_iter().chain(values).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn start_voltages(arguments: &Arguments, case: &Case) -> Result<Vec<Complex64>, String> {
    let rung = if arguments.start_dc { Start::Dc } else { Start::Flat };
    start::voltages(case, rung, None)
        .ok_or_else(|| "there is no such start: the DC load flow is singular".to_owned())
}

fn options(arguments: &Arguments) -> Options {
    Options { tol: arguments.tol, max_iter: 20 }
}

pub(crate) fn nr(arguments: &Arguments) -> Result<Told, String> {
    let grid = Grid::read(&arguments.case)?;
    let (case, options) = (grid.case(), options(arguments));
    let start = start_voltages(arguments, case)?;
    let cold = times(arguments.reps, || kernel::solve(case, &start, &options));
    let layout = kernel::Grid::new(case, Ordering::for_use(case.len(), MANY));
    let mut work = Workspace::new(&layout);
    let (mut round, mut sbus) = (0, case.sbus.as_slice().to_vec());
    let warm = times(arguments.reps, || {
        round += 1;
        sbus[0] *= 1.0 + 1e-9 * f64::from(round);
        work.schedule(&layout, case.kind.as_slice(), &sbus);
        work.solve(&layout, &start, &options)
    });
    let solution = kernel::solve(case, &start, &options);
    if let Some(out) = &arguments.out {
        grid.write(out, &solution.v)?;
    }
    Ok(told(
        &grid,
        [
            ("times_ms", cold),
            ("warm_times_ms", warm),
            ("converged", json!(solution.status == Status::Converged)),
            ("iterations", json!(solution.iterations())),
            ("max_mismatch_pu", json!(solution.mismatch())),
        ],
    ))
}

/// The base case solved, as outages and scenarios start from it.
fn base(case: &Case, arguments: &Arguments) -> Result<Vec<Complex64>, String> {
    for rung in [Start::Fdlf, Start::Flat, Start::Dc, Start::Given] {
        if let Some(start) = start::voltages(case, rung, None) {
            let solution = kernel::solve(case, &start, &options(arguments));
            if solution.status == Status::Converged {
                return Ok(solution.v);
            }
        }
    }
    Err("the base case does not converge".to_owned())
}

/// What a list of cases came to: for each whether it converged, and its steps.
type Ended = Vec<(bool, usize)>;

fn ended(found: Found<'_>) -> (bool, usize) {
    (found.status == Status::Converged, found.iterations)
}

fn list(grid: &Grid, threads: usize, times_ms: Value, ended: &Ended) -> Told {
    let converged = ended.iter().filter(|(converged, _)| *converged).count();
    let steps: usize = ended.iter().filter(|(converged, _)| *converged).map(|(_, steps)| steps).sum();
    let values = [
        ("times_ms", times_ms),
        ("n", json!(ended.len())),
        ("n_converged", json!(converged)),
        ("mean_iterations", json!(steps as f64 / converged.max(1) as f64)),
        ("threads", json!(threads)),
    ];
    told(grid, values)
}

pub(crate) fn n1(arguments: &Arguments) -> Result<Told, String> {
    let grid = Grid::read(&arguments.case)?;
    let path = arguments.outages.as_ref().ok_or("--task n1 needs --outages ROWS.txt")?;
    let (outages, case) = (grid.outages(path)?, grid.case());
    let (v, options) = (base(case, arguments)?, options(arguments));
    let mut last = Ended::new();
    let times = on_threads(arguments.threads, || {
        times(arguments.reps, || last = each_outage(case, &v, &outages, &options))
    })?;
    Ok(list(&grid, arguments.threads, times, &last))
}

/// Every outage from the base state.
fn each_outage(case: &Case, v: &[Complex64], outages: &[usize], options: &Options) -> Ended {
    let layout = kernel::Grid::new(case, Ordering::for_use(case.len(), MANY));
    let base = Base::new(case, &layout, v);
    let change = |k: usize| Change { out: &outages[k..=k], ..Change::default() };
    lanes::each(&base, outages.len(), change, options, ended)
}

pub(crate) fn ts(arguments: &Arguments) -> Result<Told, String> {
    let grid = Grid::read(&arguments.case)?;
    let case = grid.case();
    if arguments.threads != 1 {
        return Err("--task ts runs on one thread".to_owned());
    }
    let (v, options) = (base(case, arguments)?, options(arguments));
    let factors: Vec<f32> = {
        let mut random = 0;
        (0..arguments.scenarios * case.len()).map(|_| 0.95 + 0.1 * uniform(&mut random)).collect()
    };
    let mut last = Ended::new();
    let times = times(arguments.reps, || last = each_scenario(case, &v, &factors, &options));
    Ok(list(&grid, arguments.threads, times, &last))
}

/// Every scenario from the base state: the injection of each bus by its own factor.
fn each_scenario(case: &Case, v: &[Complex64], factors: &[f32], options: &Options) -> Ended {
    let layout = kernel::Grid::new(case, Ordering::for_use(case.len(), MANY));
    let base = Base::new(case, &layout, v);
    let sbus = |k: usize, to: &mut [Complex64]| {
        let own = &factors[k * case.len()..];
        for ((to, s), &factor) in to.iter_mut().zip(case.sbus.as_slice()).zip(own) {
            *to = *s * f64::from(factor);
        }
    };
    let count = factors.len() / case.len();
    let mut all = vec![(false, 0); count];
    Batch::new(&base).series(count, sbus, options, |found| all[found.index] = ended(found));
    all
}

/// Runs on so many threads.
#[cfg(feature = "parallel")]
fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> Result<T, String> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())?;
    Ok(pool.install(run))
}

/// Runs on the one thread there is.
#[cfg(not(feature = "parallel"))]
fn on_threads<T>(threads: usize, run: impl FnOnce() -> T) -> Result<T, String> {
    if threads == 1 { Ok(run()) } else { Err("built without the feature parallel: one thread".to_owned()) }
}

/// A number in 0..1, the same at every run: splitmix64 by S. Vigna, in the public domain.
fn uniform(state: &mut u64) -> f32 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    #[expect(clippy::cast_possible_truncation, reason = "factors with seven digits do")]
    let uniform = (((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64) as f32;
    uniform
}

pub(crate) fn dc(arguments: &Arguments) -> Result<Told, String> {
    let grid = Grid::read(&arguments.case)?;
    let case = grid.case();
    let singular = |_| "the DC matrix is singular".to_owned();
    let once = times(arguments.reps, || dc::solve(case));
    let layout = kernel::Grid::new(case, Ordering::for_use(case.len(), MANY));
    let factored = DcGrid::new(&layout, case).map_err(singular)?;
    let va = factored.angles(case).map_err(singular)?;
    let few = arguments.reps.min(FEW);
    let mut values = vec![
        ("times_ms", once),
        ("ptdf_ms", times(few, || DcGrid::new(&layout, case).map(|dc| dc.ptdf()))),
        ("lodf_ms", times(few, || DcGrid::new(&layout, case).map(|dc| dc.lodf()))),
    ];
    if let Some(path) = &arguments.outages {
        let chosen = grid.outages(path)?;
        let rating = vec![1.0; factored.branches()];
        let mut largest = 0.0_f64;
        let n1 = times(arguments.reps, || {
            let worst = Outages::new(&factored, &va, &rating).worst(&chosen, &mut DcWork::new(&factored));
            largest = worst.iter().map(|worst| worst.loading).fold(0.0, f64::max);
        });
        values.extend([("n1_ms", n1), ("n", json!(chosen.len())), ("n1_largest_flow_pu", json!(largest))]);
    }
    if let Some(out) = &arguments.out {
        let v: Vec<Complex64> = va.iter().map(|&va| Complex64::from_polar(1.0, va)).collect();
        grid.write(out, &v)?;
    }
    Ok(told(&grid, values))
}

pub(crate) fn parse(arguments: &Arguments) -> Result<Told, String> {
    let grid = Grid::read(&arguments.case)?;
    let times =
        times(arguments.reps, || Grid::read(&arguments.case).map(|grid| (matrix::ybus(grid.case()), grid)));
    Ok(told(&grid, [("times_ms", times)]))
}
