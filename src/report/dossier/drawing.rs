//! The grid, drawn: stations on a map or buses in a diagram, branches between them, and what each state makes of them.
//!
//! ```text
//! geographic │ layered  ─→  spots: which buses stand where
//! states                ─→  nodes and branches with voltage, loading, power and standing in every state
//! plate                 ─→  SVG of one state; the page's script colours it anew for the others
//! ```

use super::section::Sections;
use super::{Block, Sources, geographic, layered};
use crate::appraise::JudgedViolation;
use crate::ids::BusId;
use crate::model::{ElementId, Network};
use crate::study::StageState;
use std::collections::{BTreeMap, BTreeSet};

/// How a drawing is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Layout {
    /// Stations by their coordinates.
    Map,
    /// Buses by voltage and distance from the sources.
    Diagram,
}

/// A drawing of the grid in all its states.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    /// How it is laid out.
    pub layout: Layout,
    /// Width of the sheet, in units of the drawing.
    pub width: f64,
    /// Height of the sheet.
    pub height: f64,
    /// What is looked at first: left, top, width and height. A few far places would make all others small.
    pub focus: [f64; 4],
    /// Kilometres of a unit; `None` in a diagram.
    pub unit_km: Option<f64>,
    /// The states, in order: stage and scenario.
    pub states: Vec<(String, String)>,
    /// Stations or buses.
    pub nodes: Vec<Node>,
    /// Lines, transformers and other branches.
    pub branches: Vec<Branch>,
    /// Buses of the grid that have no place: how many, and the first.
    pub left_off: Option<(usize, String)>,
}

/// A place of a drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The station, or the bus.
    pub element: ElementId,
    /// From left to right.
    pub x: f64,
    /// From top to bottom.
    pub y: f64,
    /// Its buses.
    pub buses: Vec<BusId>,
    /// Voltage of each bus in each state, p.u.; NaN where it is dead or does not stand.
    pub vm_pu: Vec<Vec<f64>>,
    /// Whether any of its buses stands in each state.
    pub stands: Vec<bool>,
    /// Load drawn here in each state, MW.
    pub load_mw: Vec<f64>,
    /// Generation fed in here in each state, MW.
    pub generation_mw: Vec<f64>,
    /// Whether something here breaks the plan in each state.
    pub violated: Vec<bool>,
}

/// A branch of a drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Branch {
    /// The record.
    pub element: ElementId,
    /// The nodes at its ends; the same twice for a transformer within a station.
    pub ends: [usize; 2],
    /// Its way, as an SVG path; empty within a node.
    pub path: String,
    /// Where marks of it stand.
    pub middle: (f64, f64),
    /// Its standing in each state.
    pub standing: Vec<Standing>,
    /// Loading of the normal rating in each state, percent; NaN if unrated or not in service.
    pub loading_percent: Vec<f64>,
    /// Active power entering at its first end in each state, MW.
    pub p_mw: Vec<f64>,
    /// Whether it breaks the plan in each state, intact or after a fault.
    pub violated: Vec<bool>,
}

/// Whether a branch stands, and carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Standing {
    /// It is not built, or no longer.
    Absent,
    /// It stands and is switched off, or dead.
    Out,
    /// It is in service.
    In,
}

/// Where buses stand.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Spots {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) focus: [f64; 4],
    pub(super) unit_km: Option<f64>,
    /// The station or bus, its buses, and its place.
    pub(super) all: Vec<(ElementId, Vec<BusId>, (f64, f64))>,
}

/// The map, where any bus has coordinates.
pub(super) fn map(sources: &Sources<'_>) -> Vec<Block> {
    let spots = geographic::spots(&sources.plan.network, &stands_ever(sources));
    spots.map(|spots| draw(sources, Layout::Map, spots)).into_iter().collect()
}

/// The diagram, where it is asked for by name or there is no map.
pub(super) fn diagram(sources: &Sources<'_>, sections: &Sections) -> Vec<Block> {
    let ever = stands_ever(sources);
    let has_map = geographic::spots(&sources.plan.network, &ever).is_some();
    if has_map && !sections.has_own_diagram() {
        return Vec::new();
    }
    let edges = connections(sources);
    layered::spots(sources, &ever, &edges)
        .map(|spots| draw(sources, Layout::Diagram, spots))
        .into_iter()
        .collect()
}

/// The buses that stand in any state, in order.
fn stands_ever(sources: &Sources<'_>) -> Vec<BusId> {
    let buses = sources.plan.network.buses.ids();
    let stands = |bus: &BusId| sources.states.iter().any(|state| state.grid.network.buses[*bus].built);
    buses.filter(stands).collect()
}

/// Every branch with the buses it connects, once for each pair of buses that it connects in any state.
fn connections(sources: &Sources<'_>) -> Vec<(ElementId, Vec<BusId>)> {
    let mut found: BTreeSet<(ElementId, Vec<BusId>)> = BTreeSet::new();
    for state in sources.states {
        let network = &state.grid.network;
        for element in branches(network).filter(|&element| network.is_built(element)) {
            let ends: Vec<BusId> = network.stands_at(element).into_iter().flatten().collect();
            found.insert((element, ends));
        }
    }
    found.into_iter().collect()
}

/// What connects buses.
fn branches(network: &Network) -> impl Iterator<Item = ElementId> {
    let lines = network.lines.ids().map(ElementId::Line);
    let transformers = network.transformers.ids().map(ElementId::Transformer);
    let units = network.transformers3.ids().map(ElementId::Transformer3);
    let switches = network.switches.ids().map(ElementId::Switch);
    let links = network.dc_links.ids().map(ElementId::DcLink);
    lines.chain(transformers).chain(units).chain(switches).chain(links)
}

fn draw(sources: &Sources<'_>, layout: Layout, spots: Spots) -> Block {
    let plan = sources.plan;
    let states = sources.states;
    let mut place: BTreeMap<BusId, usize> = BTreeMap::new();
    let mut nodes: Vec<Node> = Vec::with_capacity(spots.all.len());
    for (element, buses, (x, y)) in spots.all {
        place.extend(buses.iter().map(|&bus| (bus, nodes.len())));
        let n = states.len();
        nodes.push(Node {
            element,
            x,
            y,
            vm_pu: vec![vec![f64::NAN; n]; buses.len()],
            buses,
            stands: vec![false; n],
            load_mw: vec![0.0; n],
            generation_mw: vec![0.0; n],
            violated: vec![false; n],
        });
    }
    for (at, state) in states.iter().enumerate() {
        fill_nodes(&mut nodes, &place, at, state);
    }
    let mut drawn: Vec<Branch> = Vec::new();
    let mut parallel: BTreeMap<[usize; 2], Vec<usize>> = BTreeMap::new();
    for (element, ends) in connections(sources) {
        let at: Option<Vec<usize>> = ends.iter().map(|bus| place.get(bus).copied()).collect();
        // A branch with an end that has no place is left off with its bus.
        let Some(at) = at else { continue };
        let [first, .., last] = at.as_slice() else { continue };
        let n = states.len();
        if let ElementId::Transformer3(_) = element
            && at.iter().any(|node| node != first)
        {
            let (path, middle) = star(&nodes, &at);
            drawn.push(branch(element, [*first, *last], path, middle, n));
        } else {
            if first != last {
                parallel.entry([*first.min(last), *first.max(last)]).or_default().push(drawn.len());
            }
            let here = (nodes[*first].x, nodes[*first].y);
            drawn.push(branch(element, [*first, *last], String::new(), here, n));
        }
    }
    for (ends, rows) in parallel {
        for (k, &row) in rows.iter().enumerate() {
            let side = k as f64 - (rows.len() as f64 - 1.0) / 2.0;
            let (path, middle) = way(layout, &nodes[ends[0]], &nodes[ends[1]], side);
            drawn[row].path = path;
            drawn[row].middle = middle;
        }
    }
    fill_branches(&mut drawn, sources, &place);
    mark(&mut nodes, &mut drawn, sources);
    let missing: Vec<BusId> =
        stands_ever(sources).into_iter().filter(|bus| !place.contains_key(bus)).collect();
    let left_off = missing.first().map(|&bus| (missing.len(), plan.network.buses[bus].id.to_string()));
    let name = |state: &StageState| {
        (plan.stages[state.stage].id.to_string(), plan.scenarios[state.scenario].id.to_string())
    };
    Block::Drawing(Box::new(Drawing {
        layout,
        width: spots.width,
        height: spots.height,
        focus: spots.focus,
        unit_km: spots.unit_km,
        states: states.iter().map(name).collect(),
        nodes,
        branches: drawn,
        left_off,
    }))
}

fn branch(element: ElementId, ends: [usize; 2], path: String, middle: (f64, f64), states: usize) -> Branch {
    Branch {
        element,
        ends,
        path,
        middle,
        standing: vec![Standing::Absent; states],
        loading_percent: vec![f64::NAN; states],
        p_mw: vec![f64::NAN; states],
        violated: vec![false; states],
    }
}

fn fill_nodes(nodes: &mut [Node], place: &BTreeMap<BusId, usize>, at: usize, state: &StageState) {
    let network = &state.grid.network;
    let columns = &state.flow.buses;
    let vm: BTreeMap<BusId, f64> = columns.bus.iter().copied().zip(columns.vm_pu.iter().copied()).collect();
    for node in nodes.iter_mut() {
        node.stands[at] = node.buses.iter().any(|&bus| network.buses[bus].built);
        for (row, bus) in node.vm_pu.iter_mut().zip(&node.buses) {
            row[at] = vm.get(bus).copied().unwrap_or(f64::NAN);
        }
    }
    for load in network.loads.iter().filter(|load| load.built && load.in_service) {
        if let Some(&node) = place.get(&load.bus) {
            nodes[node].load_mw[at] += load.p_mw;
        }
    }
    let generators = &state.flow.generators;
    for (&id, &p_mw) in generators.generator.iter().zip(&generators.p_mw) {
        if let Some(&node) = place.get(&network.generators[id].bus).filter(|_| p_mw.is_finite()) {
            nodes[node].generation_mw[at] += p_mw;
        }
    }
}

fn fill_branches(drawn: &mut [Branch], sources: &Sources<'_>, place: &BTreeMap<BusId, usize>) {
    let mut rows: BTreeMap<(ElementId, [usize; 2]), usize> = BTreeMap::new();
    for (row, branch) in drawn.iter().enumerate() {
        rows.insert((branch.element, branch.ends), row);
    }
    for (at, state) in sources.states.iter().enumerate() {
        let network = &state.grid.network;
        let columns = &state.flow.branches;
        let mut flows: BTreeMap<ElementId, (bool, f64, f64)> = BTreeMap::new();
        for (row, &element) in columns.branch.iter().enumerate() {
            let of = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
            let energised = columns.energised.get(row) == Some(&true);
            flows.insert(element, (energised, of(&columns.loading_percent), of(&columns.p_from_mw)));
        }
        let windings = &state.flow.windings;
        for (row, &unit) in windings.transformer.iter().enumerate() {
            let of = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
            let energised = windings.energised.get(row) == Some(&true);
            let flow =
                flows.entry(ElementId::Transformer3(unit)).or_insert((false, f64::NAN, of(&windings.p_mw)));
            flow.0 |= energised;
            flow.1 = flow.1.max(of(&windings.loading_percent));
        }
        for element in branches(network).filter(|&element| network.is_built(element)) {
            let ends: Option<Vec<usize>> = network
                .stands_at(element)
                .into_iter()
                .flatten()
                .map(|bus| place.get(&bus).copied())
                .collect();
            let Some([first, .., last]) = ends.as_deref() else { continue };
            let Some(&row) = rows.get(&(element, [*first, *last])) else { continue };
            let branch = &mut drawn[row];
            let (energised, loading, p_mw) =
                flows.get(&element).copied().unwrap_or((network.is_in_service(element), f64::NAN, f64::NAN));
            branch.standing[at] = if energised { Standing::In } else { Standing::Out };
            if energised {
                branch.loading_percent[at] = loading;
                branch.p_mw[at] = p_mw;
            }
        }
    }
}

/// Marks what breaks the plan, state by state.
fn mark(nodes: &mut [Node], drawn: &mut [Branch], sources: &Sources<'_>) {
    let network = &sources.plan.network;
    let mut node_of: BTreeMap<ElementId, usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        node_of.insert(node.element, at);
        node_of.extend(node.buses.iter().map(|&bus| (ElementId::Bus(bus), at)));
    }
    let mut rows: BTreeMap<ElementId, Vec<usize>> = BTreeMap::new();
    for (row, branch) in drawn.iter().enumerate() {
        rows.entry(branch.element).or_default().push(row);
    }
    for (at, state) in sources.states.iter().enumerate() {
        let here = |row: &&JudgedViolation| {
            row.stage == state.stage && row.scenario == state.scenario && row.breaks_plan()
        };
        let elements = sources.verdict.violations.iter().filter(here).filter_map(|row| row.violation.element);
        for element in elements {
            for &row in rows.get(&element).into_iter().flatten() {
                let branch = &mut drawn[row];
                branch.violated[at] = branch.standing[at] != Standing::Absent;
                // What has no way of its own is shown where it stands.
                if branch.path.is_empty() {
                    nodes[branch.ends[0]].violated[at] = true;
                }
            }
            let bus = network.stands_at(element)[0].map(ElementId::Bus);
            let own = node_of.get(&element).or_else(|| {
                // A load, generator or shunt is shown at its bus.
                if rows.contains_key(&element) { None } else { bus.and_then(|bus| node_of.get(&bus)) }
            });
            if let Some(&node) = own {
                nodes[node].violated[at] = true;
            }
        }
    }
}

/// How far apart parallel circuits bend, in units of the drawing.
const BEND: f64 = 2.0;

/// The way of a branch between two nodes: straight, or bent to its `side` where several run in parallel.
fn way(layout: Layout, a: &Node, b: &Node, side: f64) -> (String, (f64, f64)) {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = f64::hypot(dx, dy).max(1e-9);
    let level = layout == Layout::Diagram && dy.abs() < 1e-6;
    // Within a row of a diagram a straight way would run through the buses between.
    let arch = if level { (0.12 * length).clamp(10.0, 30.0) } else { 0.0 };
    let (nx, ny) = (-dy / length, dx / length);
    let (mx, my) = (f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
    let bend = side * if layout == Layout::Map { BEND } else { 2.0 * BEND };
    let (cx, cy) = (mx + 2.0 * bend * nx, my + 2.0 * bend * ny - 2.0 * arch);
    let middle = (mx + bend * nx, my + bend * ny - arch);
    if side == 0.0 && !level {
        return (format!("M{} {}L{} {}", a.x, a.y, b.x, b.y), middle);
    }
    (
        format!("M{} {}Q{} {} {} {}", a.x, a.y, tenth(cx), tenth(cy), b.x, b.y),
        (tenth(middle.0), tenth(middle.1)),
    )
}

/// A transformer with more than two windings: from their middle to each.
fn star(nodes: &[Node], ends: &[usize]) -> (String, (f64, f64)) {
    let n = ends.len() as f64;
    let x = tenth(ends.iter().map(|&node| nodes[node].x).sum::<f64>() / n);
    let y = tenth(ends.iter().map(|&node| nodes[node].y).sum::<f64>() / n);
    let legs: Vec<String> =
        ends.iter().map(|&node| format!("M{x} {y}L{} {}", nodes[node].x, nodes[node].y)).collect();
    let path = legs.concat();
    (path, (x, y))
}

/// Tenths of a unit are finer than anything drawn.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
