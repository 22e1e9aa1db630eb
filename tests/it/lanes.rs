//! Lanes of cases: each against the same case solved alone, by the kernel and by the plain formula.

use crate::support;
use gridstage::case::{self, Branch, Bridges, Case, NodeKind};
use gridstage::flow::kernel::{Grid, Workspace};
use gridstage::flow::lanes::{Base, Batch, Change, Effort, Way, each};
use gridstage::flow::{Start, Status, kernel, newton, solvable, start};
use gridstage::ids::{Id, Node};
use gridstage::linsolve::block::Ordering;
use gridstage::linsolve::cpu::Cpu;
use gridstage::read::{Format, read_text};
use num_complex::Complex64;
use std::path::Path;

const TIGHT: newton::Options = newton::Options { tol: 1e-11, max_iter: 20 };

fn read(path: &Path) -> Case {
    let name = path.display().to_string();
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let read = read_text(&text, Format::Matpower, &name).unwrap();
    let islands = case::build(&read.plan.network).unwrap();
    islands.cases.iter().max_by_key(|case| case.len()).unwrap().clone()
}

/// A grid that comes with the project.
fn ieee(buses: u32) -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee").join(buses.to_string());
    let read = gridstage::read::read(&folder).unwrap();
    let islands = case::build(&read.plan.network).unwrap();
    islands.cases.iter().max_by_key(|case| case.len()).unwrap().clone()
}

fn solved(case: &Case) -> Vec<Complex64> {
    let flat = start::voltages(case, Start::Flat, None).unwrap();
    let found = kernel::solve(case, &flat, &TIGHT);
    assert_eq!(found.status, Status::Converged);
    found.v
}

/// Branches that may be out without parting the grid, found by walking it without each.
fn not_bridges(case: &Case) -> Vec<usize> {
    let mut neighbours = vec![Vec::new(); case.len()];
    for (k, branch) in case.branches.iter().enumerate() {
        neighbours[branch.from.index()].push((branch.to.index(), k));
        neighbours[branch.to.index()].push((branch.from.index(), k));
    }
    let mut seen = vec![usize::MAX; case.len()];
    let reaches = |out: usize, seen: &mut Vec<usize>| {
        let [from, to] = [case.branches[out].from, case.branches[out].to].map(Node::index);
        let mut front = vec![from];
        seen[from] = out;
        while let Some(node) = front.pop() {
            for &(next, k) in &neighbours[node] {
                if k != out && seen[next] != out {
                    seen[next] = out;
                    front.push(next);
                }
            }
        }
        seen[to] == out
    };
    (0..case.branches.len()).filter(|&out| reaches(out, &mut seen)).collect()
}

fn changed(case: &Case, change: &Change<'_>) -> Case {
    let mut case = case.clone();
    for &branch in change.out {
        (case.branches[branch].ys, case.branches[branch].ysh) = (Complex64::ZERO, Complex64::ZERO);
    }
    for &(node, s) in change.injections {
        case.sbus[node] += s;
    }
    case
}

/// Solves every case in lanes and alone by Newton from the base; returns the largest difference and the effort.
fn against_single(case: &Case, changes: &[Change<'_>]) -> (f64, Effort, Vec<usize>) {
    let v = solved(case);
    let grid = Grid::new(case, Ordering::MinimumDegree);
    let base = Base::new(case, &grid, &v);
    let (mut work, mut single) = (Workspace::new(&grid), grid.clone());
    let (mut alone, mut lane) = (v.clone(), v.clone());
    let (mut worst, mut unsolved, mut visited) = (0.0_f64, Vec::new(), vec![false; changes.len()]);
    let mut batch = Batch::new(&base);
    batch.solve(
        |k| changes.get(k).copied(),
        &TIGHT,
        |found| {
            assert!(!std::mem::replace(&mut visited[found.index], true), "each case once");
            let change = &changes[found.index];
            let other = changed(case, change);
            for &branch in change.out {
                single.update_branch(&other, branch);
            }
            work.schedule(&single, other.kind.as_slice(), other.sbus.as_slice());
            let status = work.solve(&single, &v, &TIGHT);
            for &branch in change.out {
                single.update_branch(case, branch);
            }
            assert_eq!(found.status, status, "{change:?}");
            if status != Status::Converged {
                assert!(found.worst.is_some(), "where it failed is told");
                unsolved.push(found.index);
                return;
            }
            assert!(found.mismatch_pu <= TIGHT.tol);
            work.voltages(&single, &mut alone);
            found.voltages(&grid, &mut lane);
            worst = lane.iter().zip(&alone).map(|(a, b)| (a - b).norm()).fold(worst, f64::max);
        },
    );
    assert!(visited.iter().all(|&visited| visited));
    unsolved.sort_unstable();
    (worst, batch.effort(), unsolved)
}

fn outages(outs: &[usize]) -> Vec<Change<'_>> {
    outs.iter().map(|out| Change { out: std::slice::from_ref(out), ..Change::default() }).collect()
}

#[test]
fn every_outage_in_lanes_is_the_outage_solved_alone() {
    // Outages, those that chords do not solve, steps of the others: effort that must not creep up.
    for (buses, outs, alone, steps) in
        [(14, 19, 1, 167), (57, 79, 13, 700), (118, 177, 2, 1382), (300, 322, 40, 2906)]
    {
        let case = ieee(buses);
        let list = not_bridges(&case);
        let (worst, effort, _) = against_single(&case, &outages(&list));
        assert!(worst < 1e-9, "{buses}: {worst}");
        assert_eq!(list.len(), outs, "{buses}");
        assert!(effort.alone <= alone && effort.chord_steps <= steps, "{buses}: {effort:?}");
        assert_eq!(effort.by_chords + effort.alone, outs);
    }
}

#[test]
fn every_outage_of_large_cases_in_lanes_is_the_outage_solved_alone() {
    let Some(folder) = support::matpower_cases() else { return };
    for (name, alone) in [("case1354pegase", 27), ("case2869pegase", 46)] {
        let case = read(&folder.join(format!("{name}.m")));
        let outs = not_bridges(&case);
        let (worst, effort, _) = against_single(&case, &outages(&outs));
        assert!(worst < 1e-9, "{name}: {worst}");
        assert!(effort.alone <= alone, "{name}: {effort:?}");
    }
}

#[test]
fn outages_that_do_not_converge_have_no_solution_that_a_rising_load_leads_to() {
    let case = ieee(300);
    let outs = not_bridges(&case);
    let (_, _, unsolved) = against_single(&case, &outages(&outs));
    for &k in &unsolved {
        let without = changed(&case, &Change { out: &[outs[k]], ..Change::default() });
        let up = solvable::follow(&mut kernel::Solver::new(&without), &without, &TIGHT).unwrap();
        assert!(up.share < 1.0, "outage {k} has a solution");
    }
}

#[test]
fn outages_together_and_with_other_injections_are_those_of_the_plain_formula() {
    let case = ieee(57);
    let v = solved(&case);
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let base = Base::new(&case, &grid, &v);
    let outs = not_bridges(&case);
    let nodes = |k: usize| Node::from_index((7 * k + 3) % case.len());
    let injections: Vec<[(Node, Complex64); 2]> = (0..outs.len())
        .map(|k| [(nodes(k), Complex64::new(-0.05, 0.02)), (nodes(k + 5), Complex64::new(0.04, -0.01))])
        .collect();
    // None, one and two branches out, with and without injections.
    let pairs: Vec<[usize; 2]> = outs.iter().map(|&out| [out, outs[(out * 5 + 11) % outs.len()]]).collect();
    let changes: Vec<Change<'_>> = (0..4 * outs.len())
        .map(|k| Change {
            out: &pairs[k / 4][..k % 3],
            injections: if k % 4 < 2 { &injections[k / 4] } else { &[] },
            ..Change::default()
        })
        .filter(|change| change.out.len() < 2 || change.out[0] != change.out[1])
        .collect();
    let mut solved_by_chords = 0;
    Batch::new(&base).solve(
        |k| changes.get(k).copied(),
        &TIGHT,
        |found| {
            let change = &changes[found.index];
            let plain = newton::solve(&changed(&case, change), &v, &TIGHT);
            if found.way == Way::Chords {
                solved_by_chords += 1;
                // What chords solved in the normal state the formula solves too.
                assert_eq!(plain.status, Status::Converged, "{change:?}");
            }
            if plain.status == Status::Converged && found.status == Status::Converged {
                for (node, plain) in plain.v.iter().enumerate() {
                    let v = found.voltage(&grid, Node::from_index(node));
                    assert!((v - plain).norm() < 1e-9, "{change:?}: {v} {plain}");
                }
            }
        },
    );
    assert!(solved_by_chords * 5 > 4 * changes.len(), "{solved_by_chords} of {}", changes.len());
}

#[test]
fn a_series_in_lanes_is_each_case_solved_alone() {
    for buses in [14, 118] {
        let case = ieee(buses);
        let v = solved(&case);
        let grid = Grid::new(&case, Ordering::MinimumDegree);
        let base = Base::new(&case, &grid, &v);
        // No multiple of the number of lanes.
        let count = 37;
        let factor = |case: usize, node: usize| 0.95 + 0.1 * ((case * 31 + node * 17) % 101) as f64 / 100.0;
        let sbus = |k: usize, to: &mut [Complex64]| {
            for (node, (to, s)) in to.iter_mut().zip(&case.sbus).enumerate() {
                *to = s * factor(k, node);
            }
        };
        let mut seen = vec![false; count];
        let mut batch = Batch::new(&base);
        batch.series(count, sbus, &TIGHT, |found| {
            assert!(!std::mem::replace(&mut seen[found.index], true));
            assert_eq!((found.status, found.way), (Status::Converged, Way::Chords));
            let mut other = case.clone();
            let mut to = vec![Complex64::ZERO; case.len()];
            sbus(found.index, &mut to);
            other.sbus = to.into();
            let plain = newton::solve(&other, &v, &TIGHT);
            for (node, plain) in plain.v.iter().enumerate() {
                let v = found.voltage(&grid, Node::from_index(node));
                assert!((v - plain).norm() < 1e-9, "{v} {plain}");
            }
        });
        assert!(seen.iter().all(|&seen| seen));
        assert!(batch.effort().chord_steps <= 8 * count, "{:?}", batch.effort());
    }
}

/// Bytes of all voltages, in the order of the cases.
fn bytes(base: &Base<'_>, changes: &[Change<'_>]) -> Vec<Vec<[f64; 2]>> {
    let options = newton::Options { tol: 1e-8, max_iter: 20 };
    each(base, changes.len(), |k| changes[k], &options, |found| found.v.to_vec())
}

#[test]
fn neither_order_nor_threads_nor_width_of_registers_change_a_byte() {
    let case = ieee(300);
    let v = solved(&case);
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let list: Vec<usize> = not_bridges(&case);
    let list: Vec<usize> = list.iter().cycle().take(1000).copied().collect();
    let base = Base::on(Cpu::Avx512, &case, &grid, &v);
    let all = bytes(&base, &outages(&list));
    let turned: Vec<usize> = list.iter().rev().copied().collect();
    let mut back = bytes(&base, &outages(&turned));
    back.reverse();
    assert_eq!(all, back);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(all, one.install(|| bytes(&base, &outages(&list))));
    let narrow = Base::on(Cpu::Avx2, &case, &grid, &v);
    assert_eq!(all, bytes(&narrow, &outages(&list)));
}

#[test]
fn without_wide_registers_the_solutions_are_the_same_within_the_tolerance() {
    let case = ieee(118);
    let v = solved(&case);
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let list = not_bridges(&case);
    let run = |cpu| {
        let base = Base::on(cpu, &case, &grid, &v);
        each(&base, list.len(), |k| outages(&list)[k], &TIGHT, |found| found.v.to_vec())
    };
    for (a, b) in run(Cpu::Baseline).iter().flatten().zip(run(Cpu::detect()).iter().flatten()) {
        assert!((a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9, "{a:?} {b:?}");
    }
}

#[test]
fn what_has_no_solution_or_is_no_number_leaves_the_other_lanes_alone() {
    let case = ieee(118);
    let v = solved(&case);
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let base = Base::new(&case, &grid, &v);
    let list = not_bridges(&case);
    let sound = outages(&list);
    let expected = bytes(&base, &sound);
    let load = case.kind.iter_ids().find(|(_, kind)| **kind == NodeKind::Pq).unwrap().0;
    let impossible = [
        vec![(load, Complex64::new(f64::NAN, 0.0))],
        vec![(load, Complex64::new(f64::INFINITY, 0.0))],
        vec![(load, Complex64::new(-1e9, 0.0))],
        vec![(load, Complex64::new(-60.0, 0.0))],
    ];
    let mut mixed = Vec::new();
    for (k, change) in sound.iter().enumerate() {
        mixed.push(*change);
        mixed.push(Change { injections: &impossible[k % 4], ..Change::default() });
    }
    let options = newton::Options { tol: 1e-8, max_iter: 20 };
    let found = each(
        &base,
        mixed.len(),
        |k| mixed[k],
        &options,
        |found| (found.status, found.worst, found.v.to_vec()),
    );
    for (k, (status, worst, v)) in found.into_iter().enumerate() {
        if k % 2 == 0 {
            assert_eq!(v, expected[k / 2]);
        } else {
            assert_ne!(status, Status::Converged);
            if k % 8 < 6 {
                assert_eq!(worst, Some(load), "the bus is told");
            }
        }
    }
}

#[test]
fn what_an_outage_cuts_off_is_dead_and_the_rest_is_the_grid_without_it() {
    for buses in [118, 300] {
        let case = ieee(buses);
        let v = solved(&case);
        let grid = Grid::new(&case, Ordering::MinimumDegree);
        let base = Base::new(&case, &grid, &v);
        let bridges = Bridges::find(&case);
        let kept = not_bridges(&case);
        let list: Vec<usize> = (0..case.branches.len()).filter(|&k| bridges.is_bridge(k)).collect();
        assert!(list.iter().all(|k| !kept.contains(k)), "both ways of finding bridges agree");
        let change = |k: usize| Change {
            out: std::slice::from_ref(&list[k]),
            dead: bridges.cut_off(list[k]),
            ..Change::default()
        };
        let (mut by_chords, mut large) = (0, 0);
        Batch::new(&base).solve(
            |k| (k < list.len()).then(|| change(k)),
            &TIGHT,
            |found| {
                let dead = bridges.cut_off(list[found.index]);
                by_chords += usize::from(found.way == Way::Chords);
                let (rest, from) = without(&case, list[found.index], dead);
                let start: Vec<Complex64> = from.iter().map(|node| v[node.index()]).collect();
                let plain = newton::solve(&rest, &start, &TIGHT);
                let converged = found.status == Status::Converged;
                assert_eq!(converged, plain.status == Status::Converged, "{buses}: {}", list[found.index]);
                assert!(converged || found.way == Way::Newton);
                large += usize::from(converged && dead.len() > 3);
                for (&node, plain) in from.iter().zip(&plain.v).filter(|_| converged) {
                    assert!((found.voltage(&grid, node) - plain).norm() < 1e-9);
                }
            },
        );
        assert!(large > 0 || buses == 118, "chords take no more than three dead nodes, Newton all");
        assert!(by_chords * 10 >= 6 * list.len(), "{buses}: {by_chords} of {}", list.len());
    }
}

/// The case without a branch and without the nodes that it cuts off, and which node each of the rest was.
fn without(case: &Case, out: usize, dead: &[Node]) -> (Case, Vec<Node>) {
    let from: Vec<Node> = case.kind.iter_ids().map(|(node, _)| node).filter(|n| !dead.contains(n)).collect();
    let to = |node: Node| from.iter().position(|&n| n == node).map(Node::from_index);
    let branches = case.branches.iter().enumerate().filter(|&(k, _)| k != out);
    let branches = branches.filter_map(|(_, b)| Some(Branch { from: to(b.from)?, to: to(b.to)?, ..*b }));
    let rest = Case {
        kind: from.iter().map(|&node| case.kind[node]).collect(),
        sbus: from.iter().map(|&node| case.sbus[node]).collect(),
        ysh: from.iter().map(|&node| case.ysh[node]).collect(),
        vm_setpoint: from.iter().map(|&node| case.vm_setpoint[node]).collect(),
        va_setpoint: from.iter().map(|&node| case.va_setpoint[node]).collect(),
        given: None,
        branches: branches.collect(),
    };
    (rest, from)
}

#[test]
fn a_node_that_nobody_holds_any_more_is_solved_as_a_load() {
    let case = ieee(57);
    let v = solved(&case);
    let grid = Grid::new(&case, Ordering::MinimumDegree);
    let base = Base::new(&case, &grid, &v);
    let held: Vec<Node> =
        case.kind.iter_ids().filter(|&(_, &kind)| kind == NodeKind::Pv).map(|(node, _)| node).collect();
    let injections: Vec<[(Node, Complex64); 1]> =
        held.iter().map(|&node| [(node, Complex64::new(-0.1, 0.0))]).collect();
    let change = |k: usize| Change {
        released: std::slice::from_ref(&held[k]),
        injections: &injections[k],
        ..Change::default()
    };
    let all = each(&base, held.len(), change, &TIGHT, |found| (found.status, found.v.to_vec()));
    for (k, (status, rows)) in all.into_iter().enumerate() {
        let mut other = changed(&case, &change(k));
        other.kind[held[k]] = NodeKind::Pq;
        let plain = newton::solve(&other, &v, &TIGHT);
        assert_eq!((status, plain.status), (Status::Converged, Status::Converged));
        for (node, plain) in plain.v.iter().enumerate() {
            let [e, f] = rows[grid.row(Node::from_index(node))];
            assert!((Complex64::new(e, f) - plain).norm() < 1e-9);
        }
    }
}

#[test]
fn an_outage_that_parts_the_grid_ends_in_a_status() {
    let case = ieee(118);
    let kept = not_bridges(&case);
    let bridges: Vec<usize> = (0..case.branches.len()).filter(|k| !kept.contains(k)).collect();
    assert_eq!(bridges.len(), 9);
    let (worst, ..) = against_single(&case, &outages(&bridges));
    assert!(worst < 1e-9);
}

#[test]
fn a_branch_from_a_node_to_itself_and_a_grid_of_slacks_are_cases_too() {
    let mut case = ieee(14);
    let node = Node::from_index(3);
    let ys = Complex64::new(0.02, 0.2).inv();
    let ysh = Complex64::new(0.0, 0.1);
    case.branches.push(Branch {
        from: node,
        to: node,
        ys,
        ysh,
        tap: Complex64::ONE,
        ends: [Complex64::ZERO; 2],
    });
    let (worst, effort, _) = against_single(&case, &outages(&[case.branches.len() - 1, 5]));
    assert!(worst < 1e-9 && effort.alone == 1, "{worst} {effort:?}");
    for kind in &mut case.kind {
        *kind = NodeKind::Slack;
    }
    let (worst, effort, _) = against_single(&case, &outages(&[0, 1]));
    assert!(worst == 0.0 && effort.by_chords == 2);
}
