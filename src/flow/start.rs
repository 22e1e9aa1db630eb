//! Where Newton starts: the rungs of the ladder.
//!
//! Whatever the rung, slack and PV nodes start at the magnitude they hold, and slack nodes at their angle.

use super::dc;
use super::kernel::Solver;
use super::result::Start;
use crate::case::{Case, NodeKind};
use crate::ids::Id;
use num_complex::Complex64;
use std::collections::VecDeque;

/// Voltages to start from.
#[derive(Clone, PartialEq, Debug)]
pub struct Started {
    /// The voltages [p.u.], n rows.
    pub v: Vec<Complex64>,
    /// Fast-decoupled sweeps that led there.
    pub sweeps: usize,
}

/// Start voltages [p.u.] of a rung, n rows; `None` where the rung does not exist for this case.
///
/// `previous` gives the voltage that a node had in the state before, where it existed.
#[must_use]
pub fn voltages(case: &Case, rung: Start, previous: Option<&[Option<Complex64>]>) -> Option<Vec<Complex64>> {
    if rung == Start::Fdlf {
        return on(&mut Solver::new(case), case, rung, previous).map(|started| started.v);
    }
    let free = match rung {
        Start::Given => case.given.as_ref()?.as_slice().to_vec(),
        Start::Previous => carried_over(case, previous?)?,
        Start::Dc => dc::solve(case).ok()?.into_iter().map(|va| Complex64::from_polar(1.0, va)).collect(),
        // The sweeps, and the way up from a lighter load, begin flat.
        Start::Flat | Start::Fdlf | Start::Homotopy => {
            vec![Complex64::from_polar(1.0, reference_angle(case)); case.len()]
        }
    };
    Some(hold_setpoints(case, free))
}

/// The same on a grid that is laid out: what a rung needs to factorise is kept there.
pub fn on(
    solver: &mut Solver,
    case: &Case,
    rung: Start,
    previous: Option<&[Option<Complex64>]>,
) -> Option<Started> {
    if rung != Start::Fdlf {
        return voltages(case, rung, previous).map(|v| Started { v, sweeps: 0 });
    }
    let flat = voltages(case, Start::Flat, None)?;
    let (v, sweeps) = solver.decoupled_start(case, &flat)?;
    Some(Started { v, sweeps })
}

fn reference_angle(case: &Case) -> f64 {
    let slack = case.kind.iter_ids().find(|&(_, &kind)| kind == NodeKind::Slack);
    slack.map_or(0.0, |(node, _)| case.va_setpoint[node])
}

fn hold_setpoints(case: &Case, mut v: Vec<Complex64>) -> Vec<Complex64> {
    for (node, &kind) in case.kind.iter_ids() {
        let at = &mut v[node.index()];
        match kind {
            NodeKind::Slack => *at = Complex64::from_polar(case.vm_setpoint[node], case.va_setpoint[node]),
            NodeKind::Pv => *at = Complex64::from_polar(case.vm_setpoint[node], at.arg()),
            NodeKind::Pq => {}
        }
    }
    v
}

/// The state before, where nodes that did not exist take the voltage of the nearest node that did.
fn carried_over(case: &Case, previous: &[Option<Complex64>]) -> Option<Vec<Complex64>> {
    let mut v = previous.to_vec();
    let mut queue: VecDeque<usize> = (0..v.len()).filter(|&node| v[node].is_some()).collect();
    if queue.len() < v.len() {
        let mut neighbours = vec![Vec::new(); case.len()];
        for branch in &case.branches {
            neighbours[branch.from.index()].push(branch.to.index());
            neighbours[branch.to.index()].push(branch.from.index());
        }
        while let Some(node) = queue.pop_front() {
            for &next in &neighbours[node] {
                if v[next].is_none() {
                    v[next] = v[node];
                    queue.push_back(next);
                }
            }
        }
    }
    v.into_iter().collect()
}
