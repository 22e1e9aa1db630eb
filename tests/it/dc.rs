//! The DC load flow and what follows from it: against its own equations, against the grid without the branch, and
//! against figures that can be worked out by hand.

use crate::support;
use gridstage::case::{self, Branch, Bridges, Case, NodeKind};
use gridstage::flow::dc::{self, DcGrid, DcWork, Outages};
use gridstage::flow::kernel::Grid;
use gridstage::ids::{Id, Node};
use gridstage::linsolve::Singular;
use gridstage::linsolve::block::Ordering;
use gridstage::matrix::{bbus, dc_flow, dc_injection};
use gridstage::read::{Format, read_text};
use nalgebra::{DMatrix, DVector};
use num_complex::Complex64;
use proptest::prelude::*;

/// A case of `p.len()` nodes, of which the first is the slack; branches by ends, reactance and shift (rad).
fn case(p: &[f64], branches: &[(usize, usize, f64, f64)]) -> Case {
    let n = p.len();
    let mut case = Case {
        kind: vec![NodeKind::Pq; n].into(),
        sbus: p.iter().map(|&p| Complex64::new(p, 0.0)).collect(),
        ysh: vec![Complex64::ZERO; n].into(),
        vm_setpoint: vec![1.0; n].into(),
        va_setpoint: vec![0.0; n].into(),
        given: None,
        branches: Vec::new(),
    };
    case.kind[Node::from_index(0)] = NodeKind::Slack;
    for &(from, to, x, shift) in branches {
        case.branches.push(Branch {
            from: Node::from_index(from),
            to: Node::from_index(to),
            ys: Complex64::new(0.0, x).inv(),
            ysh: Complex64::ZERO,
            tap: Complex64::from_polar(1.0, shift),
            ends: [Complex64::ZERO; 2],
        });
    }
    case
}

fn grid(case: &Case) -> Grid {
    Grid::new(case, Ordering::MinimumFill)
}

/// The case with a branch out of service.
fn without(case: &Case, branch: usize) -> Case {
    let mut case = case.clone();
    case.branches[branch].ys = Complex64::ZERO;
    case
}

/// The nodes that no slack reaches, found the slow way.
fn unfed(case: &Case) -> Vec<bool> {
    let mut fed: Vec<bool> = case.kind.iter().map(|&kind| kind == NodeKind::Slack).collect();
    loop {
        let mut grown = false;
        for branch in case.branches.iter().filter(|b| b.ys != Complex64::ZERO) {
            let (f, t) = (branch.from.index(), branch.to.index());
            if fed[f] != fed[t] {
                (fed[f], fed[t], grown) = (true, true, true);
            }
        }
        if !grown {
            return fed.into_iter().map(|fed| !fed).collect();
        }
    }
}

/// Flows of a case whose nodes are not all fed: these are left out, with all that is at them.
fn flows_where_fed(case: &Case) -> Result<Vec<f64>, Singular> {
    let unfed = unfed(case);
    let mut case = case.clone();
    for (node, &unfed) in unfed.iter().enumerate() {
        if unfed {
            case.kind[Node::from_index(node)] = NodeKind::Slack;
        }
    }
    let va = dc::solve(&case)?;
    let flow = |branch: &Branch| if unfed[branch.from.index()] { 0.0 } else { dc_flow(branch, &va) };
    Ok(case.branches.iter().map(|b| if b.ys == Complex64::ZERO { 0.0 } else { flow(b) }).collect())
}

/// A tree with chords, parallel branches, phase shifters, series capacitors, branches from a node to itself, and up to three
/// slack nodes at different angles.
fn random_case() -> impl Strategy<Value = Case> {
    let row = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0.02..0.5_f64,
        0.02..0.5_f64,
        0..12_u8,
        -1.0..1.0_f64,
    );
    prop::collection::vec(row, 2..40).prop_map(|rows| {
        let mut branches = Vec::new();
        for (k, row) in rows.iter().enumerate().skip(1) {
            let (near, far) = (row.0.index(k), row.1.index(k + 1));
            let shift = if row.4 % 4 == 0 { 0.3 * row.5 } else { 0.0 };
            branches.push((k, near, row.2, shift));
            match row.4 {
                // Less than a third of the reactance beside it, so that nothing resonates.
                0 => branches.push((near, k, -4.0 * row.2, 0.0)),
                1 => branches.push((near, k, row.3, 0.0)),
                2..=7 => branches.push((k, far, row.3, 0.0)),
                _ => {}
            }
        }
        let p: Vec<f64> = rows.iter().map(|row| row.5).collect();
        let mut case = case(&p, &branches);
        for k in (0..rows.len()).filter(|&k| k > 0 && rows[k].4 == 11).take(2) {
            let node = Node::from_index(k);
            (case.kind[node], case.va_setpoint[node]) = (NodeKind::Slack, 0.05 * rows[k].5);
        }
        case.ysh[Node::from_index(rows.len() - 1)] = Complex64::new(0.1, 0.2);
        case
    })
}

/// Differences of flows, by the larger of 1 and the flow.
fn apart(a: f64, b: f64) -> f64 {
    (a - b).abs() / b.abs().max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_angles_satisfy_the_equation_at_every_node_without_slack(case in random_case()) {
        let va = dc::solve(&case).unwrap();
        let mut p = vec![0.0; case.len()];
        for (&b, (row, column)) in &bbus(&case) {
            p[row] += b * va[column];
        }
        let shifted = dc_injection(&case);
        for (node, &kind) in case.kind.iter_ids() {
            let k = node.index();
            if kind == NodeKind::Slack {
                prop_assert!((va[k] - case.va_setpoint[node]).abs() < 1e-15);
            } else {
                let scheduled = case.sbus[node].re - case.ysh[node].re - shifted[k];
                prop_assert!((p[k] - scheduled).abs() < 1e-11, "{} {}", p[k], scheduled);
            }
        }
    }

    /// Kirchhoff: of a unit that enters at a node, branches carry away one there and nothing at any other node.
    #[test]
    fn a_unit_of_injection_leaves_its_node_and_passes_all_others(case in random_case()) {
        let grid = grid(&case);
        let dc = DcGrid::new(&grid, &case).unwrap();
        let ptdf = dc.ptdf();
        for k in 0..case.len() {
            let mut leaves = vec![0.0; case.len()];
            for (l, branch) in case.branches.iter().enumerate() {
                leaves[branch.from.index()] += ptdf[(l, k)];
                leaves[branch.to.index()] -= ptdf[(l, k)];
            }
            for (node, &kind) in case.kind.iter_ids() {
                let slack = case.kind[Node::from_index(k)] == NodeKind::Slack;
                let expected = if node.index() == k && !slack { 1.0 } else { 0.0 };
                prop_assert!(kind == NodeKind::Slack || (leaves[node.index()] - expected).abs() < 1e-10);
            }
        }
        let mut work = DcWork::new(&dc);
        for k in 0..case.len() {
            let column = dc.ptdf_column(Node::from_index(k), &mut work);
            prop_assert_eq!(column, ptdf.column(k).iter().copied().collect::<Vec<_>>());
        }
        for l in 0..case.branches.len() {
            let row = dc.ptdf_row(l, &mut work);
            prop_assert!((0..case.len()).all(|k| apart(row[k], ptdf[(l, k)]) < 1e-10));
        }
    }

    /// PTDF and the flow of the unloaded grid make the flow.
    #[test]
    fn injections_by_their_factors_make_the_flows(case in random_case()) {
        let grid = grid(&case);
        let dc = DcGrid::new(&grid, &case).unwrap();
        let unloaded = Case { sbus: vec![Complex64::ZERO; case.len()].into(), ..case.clone() };
        let base = DVector::from_vec(dc.flows(&dc.angles(&unloaded).unwrap()));
        let p = DVector::from_iterator(case.len(), case.sbus.iter().map(|s| s.re));
        let predicted = dc.ptdf() * p + base;
        let flows = dc.flows(&dc.angles(&case).unwrap());
        prop_assert!(predicted.iter().zip(&flows).all(|(p, f)| apart(*p, *f) < 1e-10));
    }

    /// Every outage, bridges too: as the load flow of the grid without the branch.
    #[test]
    fn flows_after_each_outage_are_those_of_the_grid_without_the_branch(case in random_case()) {
        let grid = grid(&case);
        let dc = DcGrid::new(&grid, &case).unwrap();
        let va = dc.angles(&case).unwrap();
        let rating: Vec<f64> = (0..dc.branches()).map(|l| [0.5, 1.0, 0.0, 2.0][l % 4]).collect();
        let outages = Outages::new(&dc, &va, &rating);
        let before = DVector::from_column_slice(outages.flow());
        let lodf = dc.lodf();
        let all: Vec<usize> = (0..dc.branches()).collect();
        let mut work = DcWork::new(&dc);
        let mut found = Vec::new();
        outages.flows(&all, &mut work, |block| {
            for lane in 0..block.outages.len() {
                found.push(block.flows.iter().map(|flow| flow[lane]).collect::<Vec<_>>());
            }
        });
        let worst = outages.worst(&all, &mut work);
        for o in all {
            let Ok(exact) = flows_where_fed(&without(&case, o)) else { continue };
            // With series capacitors about, what is left may nearly resonate: digits go as the factors grow.
            let scale = lodf.column(o).iter().map(|x| x.abs()).fold(1.0, f64::max);
            if dc.bridges().is_bridge(o) {
                prop_assert!(lodf.column(o).iter().all(|share| share.is_nan()));
                prop_assert_eq!(dc.lodf_column(o, &mut work).len(), dc.branches());
            } else {
                let predicted = &before + lodf.column(o) * before[o];
                prop_assert!(predicted.iter().zip(&exact).all(|(p, e)| apart(*p, *e) < 1e-9 * scale));
                prop_assert_eq!(dc.lodf_column(o, &mut work), lodf.column(o).iter().copied().collect::<Vec<_>>());
            }
            prop_assert!(found[o].iter().zip(&exact).all(|(f, e)| apart(*f, *e) < 1e-9 * scale), "{:?} {:?}", found[o], exact);
            let loadings = exact.iter().zip(&rating).map(|(f, r)| if *r > 0.0 { f.abs() / r } else { 0.0 });
            let highest = loadings.clone().fold(0.0, f64::max);
            prop_assert!(apart(worst[o].loading, highest) < 1e-9 * scale, "{} {}", worst[o].loading, highest);
            if let Some(branch) = worst[o].branch {
                let there = loadings.clone().nth(branch).unwrap();
                prop_assert!(apart(there, highest) < 1e-9 * scale);
            }
        }
    }

    #[test]
    fn a_bridge_is_a_branch_without_which_a_part_is_not_fed(case in random_case()) {
        let bridges = Bridges::find(&case);
        for branch in 0..case.branches.len() {
            let unfed = unfed(&without(&case, branch));
            let mut cut_off = vec![false; case.len()];
            bridges.cut_off(branch).iter().for_each(|node| cut_off[node.index()] = true);
            prop_assert_eq!(bridges.is_bridge(branch), unfed.contains(&true));
            prop_assert_eq!(cut_off, unfed);
        }
    }
}

/// Three buses, three lines of the same reactance: two thirds of a transfer take the short way.
#[test]
fn the_triangle_shares_two_to_one() {
    let case = case(&[0.0, -1.0, -2.0], &[(0, 1, 0.1, 0.0), (0, 2, 0.1, 0.0), (1, 2, 0.1, 0.0)]);
    let grid = grid(&case);
    let dc = DcGrid::new(&grid, &case).unwrap();
    let third = 1.0 / 3.0;
    let ptdf = DMatrix::from_row_slice(
        3,
        3,
        &[0.0, -2.0 * third, -third, 0.0, -third, -2.0 * third, 0.0, third, -third],
    );
    assert!((dc.ptdf() - ptdf).amax() < 1e-15);
    let lodf = DMatrix::from_row_slice(3, 3, &[-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]);
    assert!((dc.lodf() - lodf).amax() < 1e-14);
    // 4/3 and 5/3 go out, 1/3 crosses; without line 1 all three go by line 2 and one comes back.
    let va = dc.angles(&case).unwrap();
    let outages = Outages::new(&dc, &va, &[1.0, 2.0, 0.0]);
    let expected = [4.0 * third, 5.0 * third, third];
    assert!(outages.flow().iter().zip(expected).all(|(flow, e)| (flow - e).abs() < 1e-14));
    let worst = outages.worst(&[0, 1], &mut DcWork::new(&dc));
    assert_eq!((worst[0].branch, worst[1].branch), (Some(1), Some(0)));
    assert!((worst[0].loading - 1.5).abs() < 1e-14 && (worst[1].loading - 3.0).abs() < 1e-14);
}

#[test]
fn a_part_without_slack_is_singular_and_a_nan_is_refused() {
    let apart = case(&[0.0, -1.0, -1.0, 1.0], &[(0, 1, 0.1, 0.0), (2, 3, 0.1, 0.0)]);
    assert_eq!(dc::solve(&apart), Err(Singular));
    let mut nan = case(&[0.0, f64::NAN, 1.0], &[(0, 1, 0.1, 0.0), (1, 2, 0.1, 0.0)]);
    assert_eq!(dc::solve(&nan), Err(Singular));
    nan.sbus[Node::from_index(1)] = Complex64::ZERO;
    nan.branches[1].ys = Complex64::new(f64::NAN, 0.0);
    assert_eq!(dc::solve(&nan), Err(Singular));
}

/// The search for bridges has a stack of its own: a program's would not do for a feeder of this length.
#[test]
fn every_line_of_a_long_feeder_is_a_bridge_until_its_end_is_closed() {
    let n = 200_000;
    let mut lines: Vec<(usize, usize, f64, f64)> = (1..n).map(|k| (k - 1, k, 0.1, 0.0)).collect();
    let p = vec![0.0; n];
    let open = Bridges::find(&case(&p, &lines));
    assert!((0..n - 1).all(|k| open.is_bridge(k) && open.cut_off(k).len() == n - 1 - k));
    assert_eq!(open.cut_off(n - 2), [Node::from_index(n - 1)]);
    lines.push((n - 1, 0, 0.1, 0.0));
    let closed = Bridges::find(&case(&p, &lines));
    assert!((0..n).all(|k| !closed.is_bridge(k)));
}

#[test]
fn threads_change_no_byte() {
    let n = 700;
    let lines: Vec<(usize, usize, f64, f64)> = (1..n)
        .flat_map(|k| {
            [(k - 1, k, 0.1 + 0.001 * (k % 17) as f64, 0.0), (k / 2, k, 0.2, 0.01 * (k % 3) as f64)]
        })
        .collect();
    let p: Vec<f64> = (0..n).map(|k| 0.1 * (k % 5) as f64 - 0.2).collect();
    let case = case(&p, &lines);
    let grid = grid(&case);
    let dc = DcGrid::new(&grid, &case).unwrap();
    let va = dc.angles(&case).unwrap();
    let outages = Outages::new(&dc, &va, &vec![1.0; dc.branches()]);
    let all: Vec<usize> = (0..dc.branches()).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (dc.ptdf(), dc.lodf(), outages.each_worst(&all)))
    };
    let (one, three) = (on(1), on(3));
    let bits = |m: &DMatrix<f64>| m.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert!(bits(&one.0) == bits(&three.0) && bits(&one.1) == bits(&three.1));
    assert_eq!(one.2, three.2);
    assert_eq!(one.2, outages.worst(&all, &mut DcWork::new(&dc)));
}

/// MATPOWER's grids, with their phase shifters and series capacitors.
#[test]
fn matpower_outages_agree_with_the_grid_without_the_branch() {
    let Some(folder) = support::matpower_cases() else { return };
    for (name, every) in [("case118", 1), ("case300", 3), ("case2869pegase", 101), ("case9241pegase", 997)] {
        let text = std::fs::read(folder.join(format!("{name}.m"))).unwrap();
        let read = read_text(&text, Format::Matpower, name).unwrap();
        let islands = case::build(&read.plan.network).unwrap();
        let case = islands.cases.iter().max_by_key(|case| case.len()).unwrap();
        let grid = grid(case);
        let dc = DcGrid::new(&grid, case).unwrap();
        let va = dc.angles(case).unwrap();
        let outages = Outages::new(&dc, &va, &vec![1.0; dc.branches()]);
        let chosen: Vec<usize> = (0..dc.branches()).step_by(every).collect();
        let mut work = DcWork::new(&dc);
        let mut largest = 0.0_f64;
        outages.flows(&chosen, &mut work, |block| {
            for (lane, &o) in block.outages.iter().enumerate() {
                let exact = flows_where_fed(&without(case, o)).unwrap();
                for (flow, exact) in block.flows.iter().zip(&exact) {
                    largest = largest.max((flow[lane] - exact).abs());
                    assert!(!flow[lane].is_nan(), "{name}, outage {o}");
                }
            }
        });
        assert!(largest < 1e-9, "{name}: {largest:e} p.u.");
    }
}
