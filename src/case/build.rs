//! A network to one case per island.

use super::per_unit::{self, BranchPu};
use super::stars::{LiveStar, Star, live_stars};
use super::{Branch, Case, Groups, NodeKind, links, loads};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Col, GeneratorId, Id, IslandId, Node};
use crate::model::validate::ZERO_IMPEDANCE_PU_ON_100_MVA;
use crate::model::{Control, ElementId, Network};
use num_complex::Complex64;

/// All islands of a network, and the way between its buses and their nodes.
#[derive(Clone, Debug)]
pub struct Islands {
    /// The case of each island that has a source, in the order of its first bus.
    pub cases: Col<IslandId, Case>,
    /// From buses to nodes.
    pub map: NodeMap,
    /// For each island: the buses of its nodes, by node, and within a node by id.
    pub buses: Col<IslandId, Vec<(Node, BusId)>>,
    /// For each island: the line or transformer of each of its case's branches.
    pub elements: Col<IslandId, Vec<ElementId>>,
    /// For each island: the generators that balance it.
    pub slack: Col<IslandId, Vec<GeneratorId>>,
    /// Branches in service without impedance, in order: their ends are one node.
    pub joined: Vec<ElementId>,
    /// The star points of three-winding transformers, by transformer: nodes without a bus.
    pub stars: Vec<Star>,
    /// Parts without a source.
    pub dead: Vec<DeadIsland>,
    /// What was assumed on the way.
    pub findings: Vec<Finding>,
}

/// From buses to nodes.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeMap {
    node_of: Col<BusId, Option<(IslandId, Node)>>,
}

impl NodeMap {
    /// Island and node of a bus; `None` for a bus that is not built, switched off or without a source.
    #[must_use]
    pub fn node(&self, bus: BusId) -> Option<(IslandId, Node)> {
        self.node_of[bus]
    }
}

/// A connected part of the grid without a source.
#[derive(Clone, PartialEq, Debug)]
pub struct DeadIsland {
    /// Its buses, by id.
    pub buses: Vec<BusId>,
    /// Load in it that is not served.
    pub load_mw: f64,
}

/// A network from which no case can be built.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no case can be built: {}", .findings.first().map_or("", |f| f.message.as_str()))]
pub struct CaseError {
    /// Why; at least one is an error.
    pub findings: Vec<Finding>,
}

/// Builds the cases of all islands.
///
/// Closed switches and branches without impedance merge their buses. An island is solved if a generator in it
/// holds a voltage; if none of them is a slack, the one with the largest active power becomes it, and this is
/// told. Everything else is dead.
///
/// # Errors
/// If the whole network has no slack, or an impedance cannot be converted.
pub fn build(network: &Network) -> Result<Islands, CaseError> {
    let mut findings = Vec::new();
    let branches = live_branches(network, &mut findings)?;
    let slack_exists = has_slack(network)?;
    debug_assert!(slack_exists);

    let mut nodes = Groups::new(network.buses.len());
    for switch in network.switches.iter().filter(|s| s.built && s.closed) {
        if network.bus_is_live(switch.from) && network.bus_is_live(switch.to) {
            nodes.join(switch.from, switch.to);
        }
    }
    let mut joined = Vec::new();
    for branch in &branches {
        if branch.joins {
            nodes.join(branch.from, branch.to);
            joined.push(branch.element);
        }
    }
    let stars = live_stars(network)?;
    let mut parts = nodes.clone();
    for branch in &branches {
        parts.join(branch.from, branch.to);
    }
    for star in &stars {
        for pair in star.legs.windows(2) {
            parts.join(pair[0].0, pair[1].0);
        }
    }

    let (part_of, members) = sorted_by_part(network, &mut parts);
    let slack_of_part = choose_slack(network, &part_of, members.len(), &mut findings);

    let mut islands = Islands {
        cases: Col::new(),
        map: NodeMap { node_of: Col::filled(network.buses.len(), None) },
        buses: Col::new(),
        elements: Col::new(),
        slack: Col::new(),
        joined,
        stars: Vec::new(),
        dead: Vec::new(),
        findings,
    };
    let mut node_of_root = Col::<BusId, Option<Node>>::filled(network.buses.len(), None);
    let mut dead_of_part: Vec<Option<usize>> = vec![None; members.len()];
    let mut room = vec![0; members.len()];
    for part in branches.iter().filter_map(|branch| part_of[branch.from]) {
        room[part] += 1;
    }
    for (part, buses) in members.into_iter().enumerate() {
        let Some(slack) = &slack_of_part[part] else {
            dead_of_part[part] = Some(islands.dead.len());
            islands.dead.push(DeadIsland { buses, load_mw: 0.0 });
            continue;
        };
        let island = IslandId::from_index(islands.cases.len());
        let mut count = 0;
        let mut rows = Vec::with_capacity(buses.len());
        for bus in buses {
            let node = *node_of_root[nodes.root(bus)].get_or_insert_with(|| {
                count += 1;
                Node::from_index(count - 1)
            });
            islands.map.node_of[bus] = Some((island, node));
            rows.push((node, bus));
        }
        rows.sort_unstable();
        for star in
            stars.iter().filter(|star| star.legs.first().is_some_and(|leg| part_of[leg.0] == Some(part)))
        {
            islands.stars.push(Star { transformer: star.transformer, island, node: Node::from_index(count) });
            count += 1;
        }
        islands.cases.push(Case {
            kind: Col::filled(count, NodeKind::Pq),
            sbus: Col::filled(count, Complex64::ZERO),
            ysh: Col::filled(count, Complex64::ZERO),
            vm_setpoint: Col::filled(count, 1.0),
            va_setpoint: Col::filled(count, 0.0),
            given: None,
            branches: Vec::with_capacity(room[part]),
        });
        islands.buses.push(rows);
        islands.elements.push(Vec::with_capacity(room[part]));
        islands.slack.push(slack.clone());
    }
    islands.stars.sort_unstable_by_key(|star| star.transformer);
    fill(network, &branches, &stars, &mut islands);
    feed_links(network, &mut islands);
    for load in network.loads.iter().filter(|l| l.built && l.in_service) {
        if let Some(dead) = part_of[load.bus].and_then(|part| dead_of_part[part]) {
            islands.dead[dead].load_mw += load.p_mw;
        }
    }
    Ok(islands)
}

/// The part that each live bus belongs to, and the buses of each part.
fn sorted_by_part(network: &Network, parts: &mut Groups) -> (Col<BusId, Option<usize>>, Vec<Vec<BusId>>) {
    let mut part_of = Col::<BusId, Option<usize>>::filled(network.buses.len(), None);
    let mut members: Vec<Vec<BusId>> = Vec::new();
    let mut part_of_root = Col::<BusId, Option<usize>>::filled(network.buses.len(), None);
    for bus in network.buses.ids().filter(|&bus| network.bus_is_live(bus)) {
        let root = parts.root(bus);
        let part = *part_of_root[root].get_or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[part].push(bus);
        part_of[bus] = Some(part);
    }
    (part_of, members)
}

struct LiveBranch {
    element: ElementId,
    from: BusId,
    to: BusId,
    pu: BranchPu,
    joins: bool,
}

/// The branches that are built and switched in between live buses, lines first, in per unit.
fn live_branches(network: &Network, told: &mut Vec<Finding>) -> Result<Vec<LiveBranch>, CaseError> {
    let mut found = Vec::with_capacity(network.lines.len() + network.transformers.len());
    let mut errors = Vec::new();
    let mut take = |element, from, to, pu: Result<BranchPu, Finding>| match pu {
        Err(finding) => errors.push(finding),
        Ok(mut pu) => {
            let mut joins = pu.is_zero(network.sbase_mva) && from != to;
            if joins && (pu.tap - 1.0).norm() > 1e-9 {
                // An ideal transformer cannot make one node of two voltages.
                joins = false;
                pu.z = Complex64::new(0.0, ZERO_IMPEDANCE_PU_ON_100_MVA * network.sbase_mva / 100.0);
                told.push(no_impedance(network, element));
            }
            found.push(LiveBranch { element, from, to, pu, joins });
        }
    };
    // A column of its own: buses are looked up in any order.
    let live_buses: Col<BusId, bool> = network.buses.ids().map(|bus| network.bus_is_live(bus)).collect();
    let live = |from, to| live_buses[from] && live_buses[to];
    for (id, line) in network.lines.iter_ids() {
        if line.built && line.in_service && live(line.from, line.to) {
            take(ElementId::Line(id), line.from, line.to, per_unit::line(network, line));
        }
    }
    for (id, t) in network.transformers.iter_ids() {
        if t.built && t.in_service && live(t.from, t.to) {
            take(ElementId::Transformer(id), t.from, t.to, per_unit::transformer(network, t));
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(CaseError { findings: errors }) }
}

fn no_impedance(network: &Network, element: ElementId) -> Finding {
    Finding::warning(
        Code::ZeroImpedance,
        format!(
            "{} has no impedance but a ratio: a reactance of {ZERO_IMPEDANCE_PU_ON_100_MVA:e} p.u. on 100 MVA is assumed",
            network.describe(element)
        ),
    )
    .element(network.describe(element))
    .help("give it its short-circuit impedance")
}

/// Whether a generator in service at a live bus is a slack.
fn has_slack(network: &Network) -> Result<bool, CaseError> {
    let live = |g: &&crate::model::Generator| g.built && g.in_service && network.bus_is_live(g.bus);
    if network.generators.iter().filter(live).any(|g| g.control == Control::Slack) {
        return Ok(true);
    }
    let best = network
        .generators
        .iter()
        .filter(live)
        .filter(|g| g.control == Control::Voltage)
        .max_by(|a, b| a.p_mw.total_cmp(&b.p_mw).then(b.id.cmp(&a.id)));
    let help = match best {
        Some(g) => format!(
            "make one generator the slack; generator {} at bus {} is the largest that holds a voltage",
            g.id, network.buses[g.bus].id
        ),
        None => "add a slack: a generator or boundary that holds voltage and angle".to_owned(),
    };
    Err(CaseError {
        findings: vec![
            Finding::error(
                Code::NoSlack,
                "no generator in service is a slack: nothing holds the angle and balances the grid",
            )
            .help(help),
        ],
    })
}

/// For each part of the grid the generators that balance it; `None` where nothing holds a voltage.
fn choose_slack(
    network: &Network,
    part_of: &Col<BusId, Option<usize>>,
    parts: usize,
    told: &mut Vec<Finding>,
) -> Vec<Option<Vec<GeneratorId>>> {
    let mut chosen: Vec<Option<Vec<GeneratorId>>> = vec![None; parts];
    let mut largest: Vec<Option<GeneratorId>> = vec![None; parts];
    for (id, g) in network.generators.iter_ids().filter(|(_, g)| g.built && g.in_service) {
        let Some(part) = part_of[g.bus] else { continue };
        match g.control {
            Control::Slack => chosen[part].get_or_insert_default().push(id),
            Control::Voltage if largest[part].is_none_or(|best| network.generators[best].p_mw < g.p_mw) => {
                largest[part] = Some(id);
            }
            Control::Voltage | Control::Fixed => {}
        }
    }
    for (chosen, largest) in chosen.iter_mut().zip(largest) {
        if let (None, Some(id)) = (&chosen, largest) {
            let g = &network.generators[id];
            told.push(
                Finding::warning(
                    Code::Assumed,
                    format!(
                        "the island of bus {} has no slack: generator {} is taken, the largest there that holds a voltage",
                        network.buses[g.bus].id, g.id
                    ),
                )
                .element(format!("generator {}", g.id))
                .place(g.origin.place.clone())
                .help("say which generator balances this island"),
            );
            *chosen = Some(vec![id]);
        }
    }
    chosen
}

/// Puts what direct-current links draw and feed at rated voltages into the cases.
fn feed_links(network: &Network, islands: &mut Islands) {
    for link in network.dc_links.iter().filter(|link| link.built() && link.in_service()) {
        let buses = link.buses();
        let nodes = buses.map(|bus| islands.map.node(bus));
        let [Some(first), Some(second)] = nodes else {
            let dead = buses.into_iter().find(|&bus| islands.map.node(bus).is_none());
            let bus = dead.map_or("", |bus| network.buses[bus].id.as_str());
            let name = format!("dc_link {}", link.id());
            let text = format!("{name} ends at bus {bus}, which is dead: it carries nothing");
            let finding =
                Finding::warning(Code::NotUsed, text).element(name).place(link.origin().place.clone());
            islands.findings.push(finding.help("connect the bus, or switch the link off"));
            continue;
        };
        let fed = links::operate(network, link, [1.0; 2]).fed;
        for ((island, node), fed) in [first, second].into_iter().zip(fed) {
            islands.cases[island].sbus[node] += fed / network.sbase_mva;
        }
    }
}

/// Puts injections, shunts, set-points, start values and branches into the cases.
fn fill(network: &Network, branches: &[LiveBranch], live_stars: &[LiveStar], islands: &mut Islands) {
    let Islands { cases, map, buses, elements, slack, stars, .. } = islands;
    let sbase = network.sbase_mva;
    for branch in branches.iter().filter(|b| !b.joins) {
        let (Some((island, from)), Some((_, to))) = (map.node(branch.from), map.node(branch.to)) else {
            continue;
        };
        let ys = branch.pu.z.inv();
        let BranchPu { ysh, tap, ends, .. } = branch.pu;
        cases[island].branches.push(Branch { from, to, ys, ysh, tap, ends });
        elements[island].push(branch.element);
    }
    for (star, live) in stars.iter().filter_map(|star| {
        let at = live_stars.binary_search_by_key(&star.transformer, |live| live.transformer);
        Some((star, live_stars.get(at.ok()?)?))
    }) {
        for &(bus, pu) in &live.legs {
            let Some((_, from)) = map.node(bus) else { continue };
            let BranchPu { z, ysh, tap, ends } = pu;
            cases[star.island].branches.push(Branch { from, to: star.node, ys: z.inv(), ysh, tap, ends });
            elements[star.island].push(ElementId::Transformer3(star.transformer));
        }
    }
    for load in network.loads.iter().filter(|l| l.built && l.in_service) {
        if let Some((island, node)) = map.node(load.bus) {
            let (s, y) = loads::tangent(load, 1.0);
            cases[island].sbus[node] -= s / sbase;
            cases[island].ysh[node] += y / sbase;
        }
    }
    for shunt in network.shunts.iter().filter(|s| s.built && s.in_service) {
        if let Some((island, node)) = map.node(shunt.bus) {
            cases[island].ysh[node] += Complex64::new(shunt.g_mw, shunt.b_mvar) / sbase;
        }
    }
    for (id, g) in network.generators.iter_ids().filter(|(_, g)| g.built && g.in_service) {
        let Some((island, node)) = map.node(g.bus) else { continue };
        let case = &mut cases[island];
        let q_mvar = if g.control == Control::Fixed { g.q_mvar } else { 0.0 };
        case.sbus[node] += Complex64::new(g.p_mw, q_mvar) / sbase;
        if g.control == Control::Fixed {
            continue;
        }
        case.vm_setpoint[node] = g.vm_setpoint_pu;
        if slack[island].contains(&id) {
            case.kind[node] = NodeKind::Slack;
            case.va_setpoint[node] = network.buses[g.bus].va_start_deg.unwrap_or(0.0).to_radians();
        } else if case.kind[node] != NodeKind::Slack {
            case.kind[node] = NodeKind::Pv;
        }
    }
    for (island, case) in cases.as_slice().iter().enumerate() {
        debug_assert_eq!(case.branches.len(), elements[IslandId::from_index(island)].len());
    }
    for island in cases.ids() {
        let mut given: Col<Node, Option<Complex64>> = Col::filled(cases[island].len(), None);
        for &(node, bus) in &buses[island] {
            let bus = &network.buses[bus];
            if let (Some(vm), Some(va)) = (bus.vm_start_pu, bus.va_start_deg) {
                given[node].get_or_insert(Complex64::from_polar(vm, va.to_radians()));
            }
        }
        // a star point starts at the voltage of its first winding, as the star sees it
        let first_legs = elements[island].iter().zip(&cases[island].branches);
        for (_, branch) in first_legs.filter(|(element, _)| matches!(element, ElementId::Transformer3(_))) {
            if given[branch.to].is_none() {
                given[branch.to] = given[branch.from].map(|v| v / branch.tap);
            }
        }
        cases[island].given = given.iter().copied().collect::<Option<Vec<_>>>().map(Col::from);
    }
}
