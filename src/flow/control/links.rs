//! Direct-current links: their converters are brought onto their law after each solve, and their taps moved.
//!
//! At the voltage `v0` of its bus a converter feeds in `s0`, and `s' = ds/dv` more by voltage. A constant power and an
//! admittance with the same value and slope stand for it until the voltage is another one:
//!
//! ```text
//! s(v) ≈ (s0 − s'·v0/2) + (s'/(2·v0))·v²
//! ```
//!
//! so the rounds are Newton's method on the converter's own law, but for what one end does to the other at the limits
//! of the angles. Taps move where an angle is outside of its range, as far as it takes, and a link whose taps came back
//! to where they were keeps them.

use super::state::State;
use super::{Action, Control, Ended, Told};
use crate::case::links::{LinkLimit, LinkState, operate, taps};
use crate::finding::{Code, Finding};
use crate::ids::{DcLinkId, Node};
use crate::model::{DcLink, ElementId, Network};
use num_complex::Complex64;

/// How near the voltages have to be to those that a link is laid out for [p.u.].
const SAME_VM: f64 = 1e-7;

/// Rounds after which a link stays as it is laid out: Newton's method takes three or four.
const PATIENCE: usize = 25;

struct Link {
    id: DcLinkId,
    /// Its nodes; `None` where the end stands in another island.
    nodes: [Option<Node>; 2],
    /// The voltages that it is laid out for, and what stands for it there [p.u.].
    vm: [f64; 2],
    put: [(Complex64, Complex64); 2],
    state: LinkState,
    first: [f64; 2],
    path: Vec<[f64; 2]>,
    rounds: usize,
}

struct Links {
    all: Vec<Link>,
    /// Whether the converter taps move.
    moves: bool,
}

/// The links that end in the island; `None` where there are none. `moves` says whether their taps do.
pub(super) fn all(state: &State<'_>, moves: bool) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let mut all = Vec::new();
    for (id, link) in network.dc_links.iter_ids().filter(|(_, link)| link.built() && link.in_service()) {
        let buses = link.buses();
        let nodes = buses.map(|bus| state.node(bus));
        let alive = buses.iter().all(|&bus| state.islands.map.node(bus).is_some());
        if !alive || nodes.iter().all(Option::is_none) {
            continue;
        }
        let found = operate(network, link, [1.0; 2]);
        all.push(Link {
            id,
            nodes,
            vm: [1.0; 2],
            put: found.fed.map(|s| (s / network.sbase_mva, Complex64::ZERO)),
            state: found,
            first: link_taps(link),
            path: Vec::new(),
            rounds: 0,
        });
    }
    (!all.is_empty()).then(|| Box::new(Links { all, moves }) as Box<dyn Control>)
}

fn link_taps(link: &DcLink) -> [f64; 2] {
    match link {
        DcLink::Lcc(link) => [link.rectifier.tap_pu, link.inverter.tap_pu],
        DcLink::Vsc(_) => [1.0; 2],
    }
}

/// What stands for a converter near a voltage: power and admittance [p.u.].
fn tangent(
    network: &Network,
    link: &DcLink,
    vm: [f64; 2],
    end: usize,
    s0: Complex64,
) -> (Complex64, Complex64) {
    if let DcLink::Vsc(_) = link {
        return (s0 / network.sbase_mva, Complex64::ZERO);
    }
    let near = |step: f64| {
        let mut vm = vm;
        vm[end] += step;
        operate(network, link, vm).fed[end]
    };
    let step = 1e-5;
    let slope = (near(step) - near(-step)) / (2.0 * step) / network.sbase_mva;
    let v0 = vm[end];
    (s0 / network.sbase_mva - slope * v0 / 2.0, (slope / (2.0 * v0)).conj())
}

impl Control for Links {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        let mut moved = false;
        for one in &mut self.all {
            let buses = state.network.dc_links[one.id].buses();
            let mut vm = one.vm;
            for (end, node) in one.nodes.iter().enumerate() {
                vm[end] = match node {
                    Some(node) => state.vm(*node),
                    None => state.elsewhere.get(&buses[end]).copied().unwrap_or(1.0),
                };
            }
            if one.rounds >= PATIENCE {
                continue;
            }
            let mut tapped = false;
            if self.moves
                && let DcLink::Lcc(link) = &state.network.dc_links[one.id]
            {
                let (now, to) = (link_taps(&state.network.dc_links[one.id]), taps(&state.network, link, vm));
                let same = |a: [f64; 2], b: [f64; 2]| (0..2).all(|k| (a[k] - b[k]).abs() < 1e-9);
                let back = one.path.iter().any(|&path| same(path, to));
                if !same(to, now) && !back {
                    one.path.push(now);
                    if let DcLink::Lcc(link) = &mut state.network.to_mut().dc_links[one.id] {
                        (link.rectifier.tap_pu, link.inverter.tap_pu) = (to[0], to[1]);
                    }
                    tapped = true;
                }
            }
            let same = (0..2).all(|k| (vm[k] - one.vm[k]).abs() <= SAME_VM);
            if same && !tapped && one.rounds > 0 {
                continue;
            }
            let link = &state.network.dc_links[one.id];
            one.state = operate(&state.network, link, vm);
            let put = [0, 1].map(|end| tangent(&state.network, link, vm, end, one.state.fed[end]));
            for (end, node) in one.nodes.iter().enumerate() {
                if let Some(node) = *node {
                    let ((s0, y0), (s, y)) = (one.put[end], put[end]);
                    state.case.sbus[node] += s - s0;
                    if y != y0 {
                        // what is fed in is an admittance of the other sign
                        state.add_shunt(node, y0 - y);
                    }
                    moved |= s != s0 || y != y0;
                }
            }
            (one.put, one.vm) = (put, vm);
            one.rounds += 1;
            state.holding.links.insert(one.id, one.state);
        }
        moved
    }

    fn tell(&self, state: &State<'_>, told: &mut Told) {
        for one in &self.all {
            let link = &state.network.dc_links[one.id];
            let element = ElementId::DcLink(one.id);
            let name = state.network.describe(element);
            let carries = format!("carries {:.2} MW", one.state.fed[1].re.abs());
            let (fails, help) = match one.state.limit {
                LinkLimit::None => ("", ""),
                LinkLimit::Inverter => (
                    "the inverter stands at its least angle, and the direct voltage is below its schedule",
                    "raise the voltage of its bus, or give its transformer more taps",
                ),
                LinkLimit::Rectifier => (
                    "the rectifier stands at its least angle, and the inverter holds the order less its margin",
                    "raise the voltage of its bus, or give its transformer more taps",
                ),
                LinkLimit::Both => (
                    "both converters stand at their least angles, and the order is not met",
                    "raise the voltages of its buses, or give its transformers more taps",
                ),
                LinkLimit::Power => (
                    "no direct current makes the power that is ordered: it carries the most that it can",
                    "order less, or raise the direct voltage",
                ),
                LinkLimit::NoData => (
                    "its converters have no bridges or no direct voltage: it moves what is set, without reactive power",
                    "give bridges and transformer ratio, or the direct voltage that one end holds",
                ),
            };
            // the first island of a link that joins two tells it
            if !fails.is_empty() && one.nodes[0].is_some() {
                let code =
                    if one.state.limit == LinkLimit::NoData { Code::Assumed } else { Code::ControlFails };
                let finding = Finding::warning(code, format!("{name} {carries}: {fails}"));
                told.findings
                    .push(finding.element(name.clone()).place(link.origin().place.clone()).help(help));
            }
            if one.rounds >= PATIENCE {
                let text = format!("{name} {carries}: it did not settle in {PATIENCE} rounds");
                let help = "look at the voltages of its buses: it may be at the edge of what they allow";
                told.findings.push(Finding::warning(Code::Hunting, text).element(name.clone()).help(help));
            }
            let now = link_taps(link);
            for (end, quantity) in [(0, "tap_rectifier_pu"), (1, "tap_inverter_pu")] {
                if (now[end] - one.first[end]).abs() > 1e-9 && one.nodes[end].is_some() {
                    told.actions.push(Action {
                        element,
                        quantity,
                        from: one.first[end],
                        to: now[end],
                        why: format!(
                            "keeps the angle within its range; {:.2} degree",
                            one.state.angle_deg[end]
                        ),
                        ended: Ended::Met,
                        limit: String::new(),
                        rounds: one.path.len(),
                    });
                }
            }
        }
    }
}
