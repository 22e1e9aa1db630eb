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
