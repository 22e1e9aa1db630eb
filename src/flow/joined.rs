//! The flow through branches without impedance.
//!
//! Their voltage drop is zero, so only the power balance of the buses that they join tells what they carry.
//! Where the joined buses form a tree, it tells all: what a leaf needs flows through its one branch. Around a
//! loop of them nothing tells, and the flow is not a number.

use crate::case::Islands;
use crate::ids::{BusId, Col};
use crate::model::{ElementId, Network};
use num_complex::Complex64;

use super::result::BusColumns;

/// Fills in the flows [MW, Mvar] of the joined branches among `rows`.
pub(super) fn flows(
    network: &Network,
    islands: &Islands,
    buses: &BusColumns,
    rows: &[(ElementId, BusId, BusId)],
    flows: &mut [Option<(Complex64, Complex64)>],
) {
    if islands.joined.is_empty() {
        return;
    }
    let mut surplus = Col::<BusId, Complex64>::filled(network.buses.len(), Complex64::ZERO);
    for (row, &bus) in buses.bus.iter().enumerate() {
        surplus[bus] = Complex64::new(buses.p_mw[row], buses.q_mvar[row]);
    }
    for shunt in network.shunts.iter().filter(|s| s.built && s.in_service) {
        if let Ok(row) = buses.bus.binary_search(&shunt.bus) {
            surplus[shunt.bus] -= Complex64::new(shunt.g_mw, -shunt.b_mvar) * buses.vm_pu[row].powi(2);
        }
    }
    for (&(_, from, to), flow) in rows.iter().zip(&*flows) {
        if let Some((f, t)) = flow {
            surplus[from] -= f;
            surplus[to] -= t;
        }
    }
    // Edges: joined branches by their row, and closed switches, which have no row.
    let mut edges: Vec<(BusId, BusId, Option<usize>)> = Vec::new();
    for (row, &(element, from, to)) in rows.iter().enumerate() {
        if islands.joined.binary_search(&element).is_ok() && islands.map.node(from).is_some() {
            edges.push((from, to, Some(row)));
        }
    }
    for switch in network.switches.iter().filter(|s| s.built && s.closed && s.from != s.to) {
        if islands.map.node(switch.from).is_some() && islands.map.node(switch.to).is_some() {
            edges.push((switch.from, switch.to, None));
        }
    }
    let mut at_bus = Col::<BusId, Vec<usize>>::filled(network.buses.len(), Vec::new());
    for (edge, &(from, to, _)) in edges.iter().enumerate() {
        at_bus[from].push(edge);
        at_bus[to].push(edge);
    }
    let mut carried: Vec<Option<Complex64>> = vec![None; edges.len()];
    let mut leaves: Vec<BusId> = at_bus.ids().filter(|&bus| at_bus[bus].len() == 1).collect();
    while let Some(leaf) = leaves.pop() {
        let Some(edge) = at_bus[leaf].pop() else { continue };
        let (from, to, _) = edges[edge];
        let other = if from == leaf { to } else { from };
        let out = surplus[leaf];
        carried[edge] = Some(if from == leaf { out } else { -out });
        surplus[leaf] = Complex64::ZERO;
        surplus[other] += out;
        at_bus[other].retain(|&e| e != edge);
        if at_bus[other].len() == 1 {
            leaves.push(other);
        }
    }
    let unknown = Complex64::new(f64::NAN, f64::NAN);
    for (&(_, _, row), carried) in edges.iter().zip(&carried) {
        if let Some(row) = row {
            let s = carried.unwrap_or(unknown);
            flows[row] = Some((s, -s));
        }
    }
}
