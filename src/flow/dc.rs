//! DC load flow: active power only, magnitudes 1, small angles.
//!
//! ```text
//! bbus · va = Re(sbus) − dc_injection − Re(ysh)      with va given at the slack nodes
//! ```
//!
//! Source: B. Stott, J. Jardim, O. Alsaç, *DC Power Flow Revisited*, IEEE Trans. Power Systems 24, 2009.

use crate::case::{Case, NodeKind};
use crate::ids::Id;
use crate::linsolve::{Singular, SparseLu};
use crate::matrix::{bbus, dc_injection};
use sprs::TriMat;

/// Voltage angles of the DC load flow (rad), n rows.
///
/// # Errors
/// [`Singular`] where the susceptances cancel out.
pub fn solve(case: &Case) -> Result<Vec<f64>, Singular> {
    let mut va = case.va_setpoint.as_slice().to_vec();
    let mut row_of = vec![None; case.len()];
    let mut count = 0;
    for (node, &kind) in case.kind.iter_ids() {
        if kind != NodeKind::Slack {
            row_of[node.index()] = Some(count);
            count += 1;
        }
    }
    if count == 0 {
        return Ok(va);
    }
    let shifted = dc_injection(case);
    let mut p = vec![0.0; count];
    for (node, row) in row_of.iter().enumerate() {
        if let Some(row) = *row {
            let node_id = crate::ids::Node::from_index(node);
            p[row] = case.sbus[node_id].re - shifted[node] - case.ysh[node_id].re;
        }
    }
    let mut entries = TriMat::with_capacity((count, count), 4 * case.branches.len() + count);
    for (&b, (row, col)) in &bbus(case) {
        match (row_of[row], row_of[col]) {
            (Some(r), Some(c)) => entries.add_triplet(r, c, b),
            (Some(r), None) => p[r] -= b * va[col],
            _ => {}
        }
    }
    let matrix = entries.to_csc();
    let mut lu = SparseLu::analyse(&matrix)?;
    lu.factorise(&matrix)?;
    lu.solve(&mut p)?;
    for (node, row) in row_of.iter().enumerate() {
        if let Some(row) = *row {
            va[node] = p[row];
        }
    }
    Ok(va)
}
