//! The limits of one island in per unit and by rows, so that a lane is judged in one pass over its voltages.

use super::after::Swing;
use super::extremes::Extremes;
use super::limits::{BusLimit, Limits, Passed, TOLERANCE};
use crate::case::base::ibase_ka;
use crate::case::{Branch, Case, Islands};
use crate::flow::kernel::Grid;
use crate::ids::{Id, IslandId, Node};
use crate::model::{ElementId, Network, RatingUnit, Side};
use num_complex::Complex64;
use std::collections::BTreeMap;

/// See the header of this file.
pub(super) struct Watch {
    nodes: Vec<WatchedNode>,
    branches: Vec<WatchedBranch>,
    interfaces: Vec<WatchedInterface>,
    sbase_mva: f64,
}

struct WatchedNode {
    row: usize,
    node: Node,
    limit: BusLimit,
    /// Voltage before any outage [p.u.].
    vm_before_pu: f64,
}

struct WatchedBranch {
    /// Its index in the case.
    branch: usize,
    rows: [usize; 2],
    nodes: [Node; 2],
    /// Admittances at `from` and at `to`: own and towards the other end.
    y: [[Complex64; 2]; 2],
    /// 1 over the square of the rating at each end, p.u. of current or of power.
    per_square: [f64; 2],
    is_current: bool,
    max_percent: f64,
    tag: usize,
    /// Loading before any outage, percent.
    before_percent: f64,
}

/// A sum of flows.
struct WatchedInterface {
    terms: Vec<Term>,
    rating_mw: f64,
    tag: usize,
}

/// A branch of an interface, seen from the end at which its flow counts.
struct Term {
    branch: usize,
    rows: [usize; 2],
    nodes: [Node; 2],
    y: [Complex64; 2],
}

impl WatchedInterface {
    /// What flows [p.u.] at voltages by rows, either way.
    fn p_pu(&self, v: &[[f64; 2]], is_out: impl Fn(usize, &[Node; 2]) -> bool) -> f64 {
        let stands = self.terms.iter().filter(|term| !is_out(term.branch, &term.nodes));
        let flows = stands.map(|term| {
            let [near, far] = term.rows.map(|row| Complex64::new(v[row][0], v[row][1]));
            (near * (term.y[0] * near + term.y[1] * far).conj()).re
        });
        flows.sum::<f64>().abs()
    }
}

impl WatchedBranch {
    /// The square of the loading, p.u., at voltages by rows.
    fn square(&self, v: &[[f64; 2]]) -> f64 {
        let volts = self.rows.map(|row| Complex64::new(v[row][0], v[row][1]));
        let mut largest = 0.0_f64;
        for side in 0..2 {
            let [own, far] = self.y[side];
            let current = (own * volts[side] + far * volts[1 - side]).norm_sqr();
            let square = if self.is_current { current } else { current * volts[side].norm_sqr() };
            largest = largest.max(square * self.per_square[side]);
        }
        largest
    }
}

impl Watch {
    /// The limits that concern an island, whose voltages are `before` [p.u.] by nodes; those of branches without impedance
    /// are not among them.
    pub(super) fn new(
        network: &Network,
        (islands, id): (&Islands, IslandId),
        grid: &Grid,
        limits: &Limits,
        before: &[Complex64],
    ) -> Self {
        let case = &islands.cases[id];
        let nodes = limits.buses.iter().filter_map(|&limit| {
            let (_, node) = islands.map.node(limit.bus).filter(|&(island, _)| island == id)?;
            Some(WatchedNode { row: grid.row(node), node, limit, vm_before_pu: before[node.index()].norm() })
        });
        let index: BTreeMap<ElementId, usize> =
            islands.elements[id].iter().enumerate().map(|(k, &element)| (element, k)).collect();
        let branches = limits.branches.iter().filter_map(|limit| {
            let ends = network.stands_at(limit.branch);
            let (branch, ends) = match (limit.branch, limit.winding) {
                (ElementId::Transformer3(three), Some(winding)) => {
                    let (_, legs) = islands.legs(network, three).filter(|&(island, _)| island == id)?;
                    (legs[winding]?, [ends[winding], None])
                }
                _ => (*index.get(&limit.branch)?, [ends[0], ends[1]]),
            };
            let nodes = [case.branches[branch].from, case.branches[branch].to];
            let port = case.branches[branch].two_port();
            // A rating in kA is that of the rated voltage at each end.
            let rating = ends.map(|bus| match (bus, limit.unit) {
                // Nothing limits what is at a star point.
                (None, _) => f64::INFINITY,
                (Some(_), RatingUnit::Mva) => limit.rating / network.sbase_mva,
                (Some(bus), RatingUnit::Ka) => {
                    limit.rating / ibase_ka(network.buses[bus].vn_kv, network.sbase_mva)
                }
            });
            Some(WatchedBranch {
                branch,
                rows: nodes.map(|node| grid.row(node)),
                nodes,
                y: [[port.m11, port.m12], [port.m22, port.m21]],
                per_square: rating.map(|rating| 1.0 / (rating * rating)),
                is_current: limit.unit == RatingUnit::Ka,
                max_percent: limit.max_percent,
                tag: limit.tag,
                before_percent: 0.0,
            })
        });
        let mut branches: Vec<WatchedBranch> = branches.collect();
        let rows: Vec<[f64; 2]> = (grid.node_of_row().iter())
            .map(|&node| before[Node::from_index(node as usize).index()])
            .map(|v| [v.re, v.im])
            .collect();
        for branch in &mut branches {
            branch.before_percent = 100.0 * branch.square(&rows).sqrt();
        }
        let interfaces = limits.interfaces.iter().filter_map(|limit| {
            let terms = limit.branches.iter().filter_map(|&(element, side)| {
                let &branch = index.get(&element)?;
                let Branch { from, to, .. } = case.branches[branch];
                let port = case.branches[branch].two_port();
                let (nodes, y) = match side {
                    Side::From => ([from, to], [port.m11, port.m12]),
                    Side::To => ([to, from], [port.m22, port.m21]),
                };
                Some(Term { branch, rows: nodes.map(|node| grid.row(node)), nodes, y })
            });
            let terms: Vec<Term> = terms.collect();
            let (rating_mw, tag) = (limit.rating_mw, limit.tag);
            (!terms.is_empty()).then_some(WatchedInterface { terms, rating_mw, tag })
        });
        Self {
            nodes: nodes.collect(),
            branches,
            interfaces: interfaces.collect(),
            sbase_mva: network.sbase_mva,
        }
    }

    /// Adds the limits that voltages `v` [p.u.] by rows pass, with these branches out and these nodes dead, both in order;
    /// takes note of what is pressed most, and returns what changed most.
    pub(super) fn judge(
        &self,
        v: &[[f64; 2]],
        (out, dead): (&[usize], &[Node]),
        (outage, extremes): (usize, &Extremes),
        passed: &mut Vec<Passed>,
    ) -> Swing {
        let mut swing = Swing::default();
        let is_out = |branch: usize, nodes: &[Node; 2]| {
            out.binary_search(&branch).is_ok() || nodes.iter().any(|node| dead.binary_search(node).is_ok())
        };
        for watched in &self.nodes {
            let [e, f] = v[watched.row];
            let vm_pu = (e * e + f * f).sqrt();
            if dead.binary_search(&watched.node).is_ok() {
                continue;
            }
            swing.vm(watched.limit.tag, watched.vm_before_pu, vm_pu);
            watched.limit.note(vm_pu, outage, extremes);
            if watched.limit.is_passed(vm_pu) {
                passed.push(Passed { tag: watched.limit.tag, value: vm_pu });
            }
        }
        for watched in &self.branches {
            // Squares, as roots would take as long as all the rest.
            let square = 1e4 * watched.square(v);
            let limit = watched.max_percent * (1.0 + TOLERANCE);
            // As extremes keep fewer digits, what is equal to them must not stop here.
            let largest = (1.0 - 1e-6) * extremes.so_far(2 * watched.tag + 1);
            let notable = f64::min(watched.before_percent + swing.largest_rise(), largest);
            if square < f64::min(limit * limit, notable * notable) || is_out(watched.branch, &watched.nodes) {
                continue;
            }
            let percent = square.sqrt();
            swing.loading(watched.tag, watched.before_percent, percent);
            extremes.note(2 * watched.tag + 1, percent, outage);
            if square > limit * limit {
                Passed { tag: watched.tag, value: percent }.push(passed);
            }
        }
        for watched in &self.interfaces {
            let p_mw = self.sbase_mva * watched.p_pu(v, is_out);
            extremes.note(2 * watched.tag + 1, p_mw, outage);
            if p_mw > watched.rating_mw * (1.0 + TOLERANCE) {
                passed.push(Passed { tag: watched.tag, value: p_mw });
            }
        }
        swing
    }
}

/// Load at each node, MW, and the buses of each.
pub(super) struct Served {
    load_mw: Vec<f64>,
}

impl Served {
    pub(super) fn new(network: &Network, islands: &Islands, id: IslandId, case: &Case) -> Self {
        let mut load_mw = vec![0.0; case.len()];
        for load in network.loads.iter().filter(|load| load.built && load.in_service) {
            if let Some((island, node)) = islands.map.node(load.bus)
                && island == id
            {
                load_mw[node.index()] += load.p_mw;
            }
        }
        Self { load_mw }
    }

    /// The load of dead nodes.
    pub(super) fn lost_mw(&self, dead: &[Node]) -> f64 {
        dead.iter().map(|node| self.load_mw[node.index()]).sum()
    }
}
