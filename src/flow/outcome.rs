//! From voltages per unit back to engineering units: the one place where results cross over.
//!
//! ```text
//! [s_from, s_to] = diag([v_from, v_to]) · conj(two_port · [v_from, v_to])
//! ```

use super::control::{Holding, Moved, limits_mvar, share};
use super::load_flow::Method;
use super::result::{
    BranchColumns, BusColumns, CompensatorColumns, GeneratorColumns, IslandReport, LevelLosses, LoadFlow,
    Losses, Status,
};
use super::result::{LinkColumns, WindingColumns};
use crate::case::base::ibase_ka;
use crate::case::{Branch, Islands, NodeKind, links, loads};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Col, GeneratorId, Id, IslandId, Node};
use crate::matrix::{bbus, dc_flow, dc_injection, ibus, ybus};
use crate::model::{Control, ElementId, Load, Network, RatingKind, RatingUnit};
use nalgebra::Vector2;
use num_complex::Complex64;

const NAN: Complex64 = Complex64::new(f64::NAN, f64::NAN);

/// Assembles the load flow of a network from the voltages of its islands [p.u.].
pub(super) fn in_engineering_units(
    moved: &Moved<'_>,
    islands: &Islands,
    method: Method,
    voltages: &[Vec<Complex64>],
    reports: Vec<IslandReport>,
    mut findings: Vec<Finding>,
) -> LoadFlow {
    let network: &Network = &moved.network;
    let solved: Vec<Island<'_>> = islands
        .cases
        .ids()
        .zip(voltages.iter().zip(&reports))
        .map(|(id, (v, report))| Island::new(islands, id, method, v, report.status))
        .collect();
    let mut losses = Losses::default();
    let generators = generators(network, islands, &solved, &moved.holding);
    let compensators = compensators(network, islands, &moved.holding);
    let links = links_of(network, islands, &solved, &moved.holding, &mut losses);
    let mut buses = buses(network, islands, &solved, &generators, &compensators, &links);
    let branches = branches(network, islands, &solved, &buses, &mut losses);
    let windings = windings(network, islands, &solved, &buses, &mut losses);
    let vm = |bus: BusId| {
        islands.map.node(bus).map(|(island, node)| solved[island.index()].v[node.index()].norm())
    };
    for shunt in network.shunts.iter().filter(|s| s.built && s.in_service) {
        let Some(vm) = vm(shunt.bus) else { continue };
        losses.shunt_mw += vm * vm * shunt.g_mw;
        losses.shunt_mvar -= vm * vm * shunt.b_mvar;
    }
    let (mut load_mw, mut load_mvar, mut lost_load_mw) = (0.0, 0.0, 0.0);
    for load in network.loads.iter().filter(|l| l.built && l.in_service && network.buses[l.bus].built) {
        if let Some(vm) = vm(load.bus) {
            let s = drawn(load, method, vm);
            load_mw += s.re;
            load_mvar += s.im;
        } else {
            lost_load_mw += load.p_mw;
        }
    }
    findings.extend(dead(network, islands));
    if method == Method::Dc {
        buses.q_mvar.fill(f64::NAN);
        losses.shunt_mvar = f64::NAN;
    }
    LoadFlow {
        status: reports.iter().map(|r| r.status).max().unwrap_or_default(),
        iterations: reports.iter().map(|r| r.iterations).max().unwrap_or(0),
        mismatch_pu: reports.iter().map(|r| r.mismatch_pu).fold(0.0, |a, b| if b <= a { a } else { b }),
        islands: reports,
        buses,
        branches,
        windings,
        generators,
        compensators,
        links,
        losses,
        actions: moved.actions.clone(),
        load_mw,
        load_mvar,
        lost_load_mw,
        findings,
    }
}

/// What a load draws; in a DC load flow, and where nothing was found, as at rated voltage.
fn drawn(load: &Load, method: Method, vm: f64) -> Complex64 {
    loads::drawn(load, if method == Method::Dc || vm.is_nan() { 1.0 } else { vm })
}

/// A solved island: voltages and injections per unit, and the way to the flow of a branch.
struct Island<'a> {
    case: &'a crate::case::Case,
    method: Method,
    v: Vec<Complex64>,
    va: Vec<f64>,
    s: Vec<Complex64>,
}

impl<'a> Island<'a> {
    fn new(islands: &'a Islands, id: IslandId, method: Method, v: &[Complex64], status: Status) -> Self {
        let case = &islands.cases[id];
        // The last iterate of a failed solve is no result.
        let v = if status == Status::Converged { v.to_vec() } else { vec![NAN; v.len()] };
        let va: Vec<f64> = v.iter().map(|v| v.arg()).collect();
        let s = match method {
            Method::Newton | Method::Fdlf => {
                v.iter().zip(ibus(&ybus(case), &v)).map(|(v, i)| v * i.conj()).collect()
            }
            Method::Dc => {
                let mut p = dc_injection(case);
                for (&b, (row, col)) in &bbus(case) {
                    p[row] += b * va[col];
                }
                let shunts = case.ysh.iter().map(|y| y.re);
                p.into_iter().zip(shunts).map(|(p, g)| Complex64::new(p + g, 0.0)).collect()
            }
        };
        Self { case, method, v, va, s }
    }

    /// Power entering a branch at both ends [p.u.].
    fn flow(&self, branch: &Branch) -> (Complex64, Complex64) {
        if self.method == Method::Dc {
            let p = dc_flow(branch, &self.va);
            return (Complex64::new(p, f64::NAN), Complex64::new(-p, f64::NAN));
        }
        let v = Vector2::new(self.v[branch.from.index()], self.v[branch.to.index()]);
        let s = v.component_mul(&(branch.two_port() * v).conjugate());
        (s.x, s.y)
    }
}

/// Shares what each node needs among its generators: a slack takes the active power that is left, those that
/// hold a voltage share the reactive power by their range, or equally where a range is open.
fn generators(
    network: &Network,
    islands: &Islands,
    solved: &[Island<'_>],
    holding: &Holding,
) -> GeneratorColumns {
    let mut columns = GeneratorColumns::default();
    let mut at_node: Vec<Vec<Vec<GeneratorId>>> =
        solved.iter().map(|island| vec![Vec::new(); island.case.len()]).collect();
    for (id, g) in network.generators.iter_ids().filter(|(_, g)| g.built) {
        columns.generator.push(id);
        let node = islands.map.node(g.bus).filter(|_| g.in_service);
        let (p, q) = match node {
            Some((island, node)) => {
                at_node[island.index()][node.index()].push(id);
                let decided = holding.of(id).map_or(0.0, |q| q * network.sbase_mva);
                (g.p_mw, if g.control == Control::Fixed { g.q_mvar } else { decided })
            }
            None => (0.0, 0.0),
        };
        columns.p_mw.push(p);
        columns.q_mvar.push(q);
        columns.q_outside_mvar.push(0.0);
    }
    let row_of =
        |id: GeneratorId, columns: &GeneratorColumns| columns.generator.binary_search(&id).unwrap_or(0);
    for (island, (one, at_node)) in solved.iter().zip(&at_node).enumerate() {
        let island = IslandId::from_index(island);
        for (node, members) in at_node.iter().enumerate().filter(|(_, m)| !m.is_empty()) {
            let kind = one.case.kind[Node::from_index(node)];
            // What the generators of this node must give beyond what `sbus` already schedules.
            let missing = (one.s[node] - one.case.sbus[Node::from_index(node)]) * network.sbase_mva;
            if kind == NodeKind::Slack {
                let slack = members.iter().find(|id| islands.slack[island].contains(id));
                if let Some(&id) = slack {
                    let row = row_of(id, &columns);
                    columns.p_mw[row] += missing.re;
                }
            }
            if kind != NodeKind::Pq {
                let sharing: Vec<GeneratorId> = members
                    .iter()
                    .copied()
                    .filter(|&id| {
                        network.generators[id].control != Control::Fixed && holding.of(id).is_none()
                    })
                    .collect();
                for (id, q) in share(network, &sharing, missing.im) {
                    let row = row_of(id, &columns);
                    columns.q_mvar[row] = if one.method == Method::Dc { f64::NAN } else { q };
                }
            } else if one.s[node].re.is_nan() {
                for &id in members {
                    let row = row_of(id, &columns);
                    (columns.p_mw[row], columns.q_mvar[row]) = (f64::NAN, f64::NAN);
                }
            }
        }
    }
    for (row, &id) in columns.generator.iter().enumerate() {
        let g = &network.generators[id];
        let q = columns.q_mvar[row];
        let live = g.in_service && islands.map.node(g.bus).is_some();
        let (low, high) = limits_mvar(g, columns.p_mw[row]);
        let (above, below) = (f64::max(q - high, 0.0), f64::min(q - low, 0.0));
        columns.q_outside_mvar[row] = if live && q.is_finite() { above + below } else { 0.0 };
    }
    columns
}

/// Direct-current links: as the controls left them; in a DC load flow, and where nothing was found, as at rated voltages.
fn links_of(
    network: &Network,
    islands: &Islands,
    solved: &[Island<'_>],
    holding: &Holding,
    losses: &mut Losses,
) -> LinkColumns {
    let mut columns = LinkColumns::default();
    for (id, link) in network.dc_links.iter_ids().filter(|(_, link)| link.built()) {
        let [from, to] = link.buses();
        let nodes = [islands.map.node(from), islands.map.node(to)];
        let energised = link.in_service() && nodes.iter().all(Option::is_some);
        let found =
            holding.links.get(&id).copied().unwrap_or_else(|| links::operate(network, link, [1.0; 2]));
        let held = |end| holding.converters.get(&(id, end)).copied().unwrap_or(0.0) * network.sbase_mva;
        let mut drawn = [Complex64::ZERO; 2];
        for (end, drawn) in drawn.iter_mut().enumerate().filter(|_| energised) {
            *drawn = -found.fed[end] - Complex64::new(0.0, held(end));
            if let Some((island, node)) = nodes[end] {
                let one = &solved[island.index()];
                if one.v[node.index()].re.is_nan() {
                    *drawn = NAN;
                } else if one.method == Method::Dc {
                    drawn.im = f64::NAN;
                }
            }
        }
        let shown = |value: f64| if energised { value } else { f64::NAN };
        let loss_mw = drawn[0].re + drawn[1].re;
        columns.link.push(id);
        columns.from.push(from);
        columns.to.push(to);
        columns.energised.push(energised);
        columns.p_from_mw.push(drawn[0].re);
        columns.q_from_mvar.push(drawn[0].im);
        columns.p_to_mw.push(drawn[1].re);
        columns.q_to_mvar.push(drawn[1].im);
        columns.id_ka.push(shown(found.id_ka));
        columns.vd_from_kv.push(shown(found.vd_kv[0]));
        columns.vd_to_kv.push(shown(found.vd_kv[1]));
        columns.angle_from_deg.push(shown(found.angle_deg[0]));
        columns.angle_to_deg.push(shown(found.angle_deg[1]));
        columns.loss_mw.push(loss_mw);
        losses.links_mw += loss_mw;
        losses.total_mw += loss_mw;
    }
    columns
}

/// What compensators feed in: nothing where they were not asked to move.
fn compensators(network: &Network, islands: &Islands, holding: &Holding) -> CompensatorColumns {
    let decided = holding.compensators();
    let mut columns = CompensatorColumns::default();
    for (id, one) in network.compensators.iter_ids().filter(|(_, one)| one.built) {
        let alive = one.in_service && islands.map.node(one.bus).is_some();
        let q = decided.get(&id).filter(|_| alive).map_or(0.0, |q| q * network.sbase_mva);
        columns.compensator.push(id);
        columns.q_mvar.push(q);
    }
    columns
}

fn buses(
    network: &Network,
    islands: &Islands,
    solved: &[Island<'_>],
    generators: &GeneratorColumns,
    compensators: &CompensatorColumns,
    links: &LinkColumns,
) -> BusColumns {
    let mut injected = Col::<BusId, Complex64>::filled(network.buses.len(), Complex64::ZERO);
    for (row, &id) in generators.generator.iter().enumerate() {
        injected[network.generators[id].bus] += Complex64::new(generators.p_mw[row], generators.q_mvar[row]);
    }
    for (&id, q_mvar) in compensators.compensator.iter().zip(&compensators.q_mvar) {
        injected[network.compensators[id].bus] += Complex64::new(0.0, *q_mvar);
    }
    for row in (0..links.link.len()).filter(|&row| links.energised[row]) {
        injected[links.from[row]] -= Complex64::new(links.p_from_mw[row], links.q_from_mvar[row]);
        injected[links.to[row]] -= Complex64::new(links.p_to_mw[row], links.q_to_mvar[row]);
    }
    for load in network.loads.iter().filter(|l| l.built && l.in_service) {
        if let Some((island, node)) = islands.map.node(load.bus) {
            let one = &solved[island.index()];
            injected[load.bus] -= drawn(load, one.method, one.v[node.index()].norm());
        }
    }
    let mut columns = BusColumns::default();
    for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
        let v = islands.map.node(id).map_or(NAN, |(island, node)| solved[island.index()].v[node.index()]);
        let vm = v.norm();
        columns.bus.push(id);
        columns.vm_pu.push(vm);
        columns.vm_kv.push(if bus.vn_kv > 0.0 { vm * bus.vn_kv } else { f64::NAN });
        columns.va_deg.push(v.arg().to_degrees());
        let s = if v.re.is_nan() { NAN } else { injected[id] };
        columns.p_mw.push(s.re);
        columns.q_mvar.push(s.im);
    }
    columns
}

fn branches(
    network: &Network,
    islands: &Islands,
    solved: &[Island<'_>],
    buses: &BusColumns,
    losses: &mut Losses,
) -> BranchColumns {
    let sbase = network.sbase_mva;
    let lines = network.lines.iter_ids().filter(|(_, l)| l.built);
    let transformers = network.transformers.iter_ids().filter(|(_, t)| t.built);
    let rows: Vec<(ElementId, BusId, BusId)> = lines
        .map(|(id, l)| (ElementId::Line(id), l.from, l.to))
        .chain(transformers.map(|(id, t)| (ElementId::Transformer(id), t.from, t.to)))
        .collect();
    // Branches in service stand in the same order in the cases, so one pass finds each in turn.
    let mut next = vec![0_usize; solved.len()];
    let mut flows: Vec<Option<(Complex64, Complex64)>> = Vec::with_capacity(rows.len());
    let mut no_load = Vec::with_capacity(rows.len());
    for &(element, from, _) in &rows {
        let mut found = (None, 0.0);
        if let Some((island, _)) = islands.map.node(from) {
            let at = next[island.index()];
            if islands.elements[island].get(at) == Some(&element) {
                next[island.index()] += 1;
                let one = &solved[island.index()];
                let branch = &one.case.branches[at];
                let (f, t) = one.flow(branch);
                let (vf, vt) = (one.v[branch.from.index()], one.v[branch.to.index()]);
                let squares = (vf / branch.tap).norm_sqr() + vt.norm_sqr();
                let g = if one.method == Method::Dc { 0.0 } else { branch.ysh.re / 2.0 };
                found = (Some((f * sbase, t * sbase)), g * squares * sbase);
            }
        }
        flows.push(found.0);
        no_load.push(found.1);
    }
    super::joined::flows(network, islands, buses, &rows, &mut flows);

    let vm = |bus: BusId| buses.bus.binary_search(&bus).map_or(f64::NAN, |row| buses.vm_kv[row]);
    let mut columns = BranchColumns::default();
    for ((&(element, from, to), flow), no_load_mw) in rows.iter().zip(&flows).zip(no_load) {
        let energised = flow.is_some();
        let (f, t) = flow.unwrap_or_default();
        let rating = network.rating(element);
        let current = |s: Complex64, bus: BusId| {
            if !energised {
                return 0.0;
            }
            // In a DC load flow the reactive power is unknown and the voltage rated.
            let (mva, kv) =
                if s.im.is_nan() { (s.re.abs(), network.buses[bus].vn_kv) } else { (s.norm(), vm(bus)) };
            if kv > 0.0 { ibase_ka(kv, mva) } else { f64::NAN }
        };
        let (i_from, i_to) = (current(f, from), current(t, to));
        let carried = match rating.unit {
            RatingUnit::Ka => f64::max(i_from, i_to),
            RatingUnit::Mva if f.im.is_nan() => f.re.abs(),
            RatingUnit::Mva => f64::max(f.norm(), t.norm()),
        };
        let over = |limit: Option<f64>| limit.map_or(f64::NAN, |limit| 100.0 * carried / limit);
        // Without impedance there is no loss, even where the flow itself is unknown.
        let joined = islands.joined.binary_search(&element).is_ok();
        let loss = if joined { Complex64::ZERO } else { f + t };
        columns.branch.push(element);
        columns.from.push(from);
        columns.to.push(to);
        columns.energised.push(energised);
        columns.p_from_mw.push(f.re);
        columns.q_from_mvar.push(f.im);
        columns.p_to_mw.push(t.re);
        columns.q_to_mvar.push(t.im);
        columns.i_from_ka.push(i_from);
        columns.i_to_ka.push(i_to);
        columns.loading_percent.push(over(rating.normal));
        columns.loading_emergency_percent.push(over(RatingKind::Emergency.of(&rating)));
        columns.loss_mw.push(loss.re);
        columns.loss_mvar.push(loss.im);
        let vn_kv = f64::max(network.buses[from].vn_kv, network.buses[to].vn_kv);
        let level = level(losses, vn_kv);
        if matches!(element, ElementId::Line(_)) {
            level.lines_mw += loss.re;
        } else {
            level.transformers_no_load_mw += no_load_mw;
            level.transformers_load_mw += loss.re - no_load_mw;
        }
        losses.total_mw += loss.re;
        losses.total_mvar += loss.im;
    }
    losses.levels.sort_by(|a, b| b.vn_kv.total_cmp(&a.vn_kv));
    columns
}

/// The windings of three-winding transformers, and their losses.
fn windings(
    network: &Network,
    islands: &Islands,
    solved: &[Island<'_>],
    buses: &BusColumns,
    losses: &mut Losses,
) -> WindingColumns {
    let sbase = network.sbase_mva;
    let mut columns = WindingColumns::default();
    for (id, t) in network.transformers3.iter_ids().filter(|(_, t)| t.built) {
        let legs = islands.legs(network, id).map(|(island, legs)| (&solved[island.index()], legs));
        let (mut loss, mut no_load_mw) = (Complex64::ZERO, 0.0);
        for (winding, w) in t.windings.iter().enumerate() {
            let leg = legs.as_ref().and_then(|&(one, legs)| Some((one, &one.case.branches[legs[winding]?])));
            let mut s = Complex64::ZERO;
            let mut star_vm = f64::NAN;
            if let Some((one, branch)) = leg {
                let (from, to) = one.flow(branch);
                s = from * sbase;
                loss += (from + to) * sbase;
                let square = one.v[branch.from.index()].norm_sqr();
                no_load_mw += branch.ends[0].re * square * sbase;
                star_vm = one.v[branch.to.index()].norm();
            }
            let kv = buses.bus.binary_search(&w.bus).map_or(f64::NAN, |row| buses.vm_kv[row]);
            let i_ka = match leg {
                None => 0.0,
                Some(_) if kv > 0.0 && !s.im.is_nan() => ibase_ka(kv, s.norm()),
                Some(_) => f64::NAN,
            };
            let carried = match w.rating.unit {
                RatingUnit::Ka => i_ka,
                RatingUnit::Mva if s.im.is_nan() => s.re.abs(),
                RatingUnit::Mva => s.norm(),
            };
            columns.transformer.push(id);
            columns.winding.push(winding);
            columns.bus.push(w.bus);
            columns.energised.push(leg.is_some());
            columns.p_mw.push(s.re);
            columns.q_mvar.push(s.im);
            columns.i_ka.push(i_ka);
            let over = |limit: Option<f64>| limit.map_or(f64::NAN, |limit| 100.0 * carried / limit);
            columns.loading_percent.push(over(w.rating.normal));
            columns.loading_emergency_percent.push(over(RatingKind::Emergency.of(&w.rating)));
            columns.star_vm_pu.push(star_vm);
        }
        let vn_kv = t.windings.iter().map(|w| network.buses[w.bus].vn_kv).fold(0.0, f64::max);
        let level = level(losses, vn_kv);
        level.transformers_no_load_mw += no_load_mw;
        level.transformers_load_mw += loss.re - no_load_mw;
        losses.total_mw += loss.re;
        losses.total_mvar += loss.im;
    }
    losses.levels.sort_by(|a, b| b.vn_kv.total_cmp(&a.vn_kv));
    columns
}

fn level(losses: &mut Losses, vn_kv: f64) -> &mut LevelLosses {
    let at = losses.levels.iter().position(|l| l.vn_kv.total_cmp(&vn_kv).is_eq()).unwrap_or_else(|| {
        losses.levels.push(LevelLosses {
            vn_kv,
            lines_mw: 0.0,
            transformers_load_mw: 0.0,
            transformers_no_load_mw: 0.0,
        });
        losses.levels.len() - 1
    });
    &mut losses.levels[at]
}

/// One finding for each part of the grid that has load and no source, and one for all parts without load.
fn dead(network: &Network, islands: &Islands) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut switched_off: Vec<(BusId, f64)> = Vec::new();
    for load in network.loads.iter().filter(|l| l.built && l.in_service && l.p_mw != 0.0) {
        let bus = &network.buses[load.bus];
        if bus.built && !bus.in_service {
            switched_off.push((load.bus, load.p_mw));
        }
    }
    let mut tell = |buses: &[BusId], load_mw: f64, why: &str| {
        let first = network.buses[buses[0]].id.clone();
        let names: Vec<&str> = buses.iter().take(5).map(|&b| network.buses[b].id.as_str()).collect();
        let more = if buses.len() > 5 { format!(" and {} more", buses.len() - 5) } else { String::new() };
        let plural = if buses.len() == 1 { "bus" } else { "buses" };
        findings.push(
            Finding::warning(
                Code::DeadIsland,
                format!("{plural} {}{more}: {why}; load not served: {load_mw:.1} MW", names.join(", ")),
            )
            .element(format!("bus {first}"))
            .place(network.buses[buses[0]].origin.place.clone())
            .help("connect it, or take its load out of the grid"),
        );
    };
    for island in islands.dead.iter().filter(|i| i.load_mw != 0.0) {
        tell(&island.buses, island.load_mw, "dead island, cut off from every source");
    }
    for (bus, load_mw) in switched_off {
        tell(&[bus], load_mw, "switched off");
    }
    let empty: Vec<BusId> =
        islands.dead.iter().filter(|i| i.load_mw == 0.0).flat_map(|i| i.buses.iter().copied()).collect();
    if !empty.is_empty() {
        findings.push(Finding::note(
            Code::DeadIsland,
            format!(
                "{} bus(es) without load are cut off from every source, the first: {}",
                empty.len(),
                network.buses[empty[0]].id
            ),
        ));
    }
    findings
}
