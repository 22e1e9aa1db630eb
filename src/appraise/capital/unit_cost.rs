//! What a work would cost by unit costs, where its own cost is not known.
//!
//! ```text
//! lines         km by how they are laid; circuits of one row that a work builds together are laid together
//! new station   one of whose buses none stands in the base grid: with as many of its transformers as the unit cost has
//! transformers  of the same voltage and power, else the next larger one
//! ```
//!
//! Buses, loads, switches and boundaries are part of these. A work of which one piece has no unit cost has no estimate: a part
//! of a cost would be taken for the whole.

use super::Terms;
use crate::criteria::same_kv;
use crate::ids::SubstationId;
use crate::model::{
    Change, ElementId, LineImpedance, LineKind, Network, Op, Plan, Project, Section, TransformerImpedance,
    UnitCost, UnitCostOf, Work, WorkKind,
};
use std::collections::BTreeMap;

/// What unit costs make of a work.
#[derive(Clone, PartialEq, Debug)]
pub struct Estimate {
    /// All pieces, millions of the plan's currency in prices of the plan.
    pub plan_million: f64,
    /// The pieces.
    pub pieces: Vec<PieceCost>,
}

/// A piece with what it costs.
#[derive(Clone, PartialEq, Debug)]
pub struct PieceCost {
    /// The unit cost: its place in the plan.
    pub unit_cost: usize,
    /// How many, or km.
    pub quantity: f64,
    /// Millions of the plan's currency in prices of the plan.
    pub plan_million: f64,
}

/// Something that a work builds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Piece {
    /// A line.
    Line {
        /// How it is laid.
        kind: LineKind,
        /// Rated voltage.
        vn_kv: f64,
        /// Circuits laid together.
        circuits: u32,
        /// Length.
        length_km: f64,
    },
    /// A transformer.
    Transformer {
        /// Voltage of its higher winding.
        vn_kv: f64,
        /// Rated power.
        sn_mva: f64,
        /// The new station that it stands in.
        station: Option<SubstationId>,
    },
}

/// What unit costs make of a work.
///
/// # Errors
/// What has no unit cost, in words.
pub fn estimate(plan: &Plan, project: &Project) -> Result<Estimate, String> {
    if plan.unit_costs.is_empty() {
        return Err("no cost is given, and the plan has no unit costs".to_owned());
    }
    let pieces = pieces(plan, project)?;
    if pieces.is_empty() {
        return Err("no cost is given, and it builds nothing that has a unit cost".to_owned());
    }
    let mut used: Vec<(usize, f64)> = Vec::new();
    let mut stations: BTreeMap<SubstationId, Vec<(f64, f64)>> = BTreeMap::new();
    for piece in pieces {
        match piece {
            Piece::Line { kind, vn_kv, circuits, length_km } => {
                lines(plan, (kind, vn_kv), circuits, length_km, &mut used)?;
            }
            Piece::Transformer { vn_kv, sn_mva, station: Some(station) } => {
                stations.entry(station).or_default().push((vn_kv, sn_mva));
            }
            Piece::Transformer { vn_kv, sn_mva, station: None } => {
                used.push((transformer(plan, vn_kv, sn_mva)?, 1.0));
            }
        }
    }
    for units in stations.into_values() {
        new_station(plan, units, &mut used)?;
    }
    let terms = Terms::new(plan);
    let pieces: Vec<PieceCost> = used
        .into_iter()
        .filter_map(|(unit_cost, quantity)| {
            let cost = &plan.unit_costs.get(unit_cost)?.cost;
            let one = terms.money.exchanged_million(cost) * terms.money.to_plan_prices(cost.price_year);
            Some(PieceCost { unit_cost, quantity, plan_million: quantity * one })
        })
        .collect();
    Ok(Estimate { plan_million: pieces.iter().map(|piece| piece.plan_million).sum(), pieces })
}

/// What a work builds, as far as it costs.
fn pieces(plan: &Plan, project: &Project) -> Result<Vec<Piece>, String> {
    let network = &plan.network;
    let mut pieces = Vec::new();
    // Circuits of one row, by how long each stretch of them is.
    let mut rows: BTreeMap<&str, (u32, ElementId)> = BTreeMap::new();
    for Change { op, .. } in project.phases.iter().flat_map(|phase| &phase.changes) {
        match op {
            Op::Add(element @ ElementId::Line(line)) => {
                rows.entry(network.lines[*line].row.as_str()).or_insert((0, *element)).0 += 1;
            }
            Op::Add(element @ ElementId::Transformer(_)) => {
                let [bus, _, _] = network.stands_at(*element);
                let station = bus.and_then(|bus| network.buses[bus].substation);
                let station = station
                    .filter(|&station| is_new(network, station) && builds_bus(network, project, station));
                pieces.push(unit(network, *element, station)?);
            }
            Op::Add(
                ElementId::Bus(_) | ElementId::Load(_) | ElementId::Switch(_) | ElementId::Generator(_),
            )
            | Op::Remove(_)
            | Op::Put(_)
            | Op::MoveLoad(_)
            | Op::MoveBack(_) => {}
            Op::Add(element) => {
                return Err(format!("no unit cost is for {}", network.describe(*element)));
            }
            Op::Work(work) => of_work(network, work, &mut pieces)?,
            Op::Set { element, .. } => {
                return Err(format!("no unit cost tells what changing {} costs", network.describe(*element)));
            }
        }
    }
    for (circuits, line) in rows.into_values() {
        for section in sections(network, line)? {
            pieces.push(stretch(network, line, section, circuits));
        }
    }
    Ok(pieces)
}

/// Whether nothing of a station stands in the base grid.
fn is_new(network: &Network, station: SubstationId) -> bool {
    !network.buses.iter().any(|bus| bus.substation == Some(station) && bus.built)
}

/// Whether a work builds a bus of a station.
fn builds_bus(network: &Network, project: &Project, station: SubstationId) -> bool {
    let mut changes = project.phases.iter().flat_map(|phase| &phase.changes);
    changes.any(|change| {
        matches!(change.op, Op::Add(ElementId::Bus(bus)) if network.buses[bus].substation == Some(station))
    })
}

/// What a work of a city grid builds.
fn of_work(network: &Network, work: &Work, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let circuits = u32::try_from(work.of.len()).unwrap_or(u32::MAX);
    let Some(&of) = work.of.first() else {
        return Err(format!("no unit cost tells what `{}` costs", work.kind.as_str()));
    };
    let section = |stretch: crate::model::Stretch| Section {
        line_type: stretch.line_type,
        length_km: stretch.length_km,
    };
    match &work.kind {
        // Both parts have a spur to the bus.
        WorkKind::CutIn { spur: Some(spur), .. } => {
            pieces.push(self::stretch(network, of, section(*spur), circuits.saturating_mul(2)));
        }
        WorkKind::TeeOff { spur, .. } => pieces.push(self::stretch(network, of, section(*spur), circuits)),
        WorkKind::SecondCircuit { stretch: Some(stretch) } => {
            pieces.push(self::stretch(network, of, section(*stretch), 1));
        }
        WorkKind::SecondCircuit { stretch: None } => {
            for section in sections(network, of)? {
                pieces.push(self::stretch(network, of, section, 1));
            }
        }
        WorkKind::AddTransformer { unit: None } => pieces.push(unit(network, of, None)?),
        WorkKind::AddTransformer { unit: Some(of_type) } => pieces.push(Piece::Transformer {
            vn_kv: network.highest_kv(of),
            sn_mva: network.catalogue.transformer_types[*of_type].nameplate.sn_mva,
            station: None,
        }),
        WorkKind::ToCable { line_type, length_km: Some(length_km), .. } => {
            let section = Section { line_type: *line_type, length_km: *length_km };
            pieces.push(self::stretch(network, of, section, circuits));
        }
        WorkKind::Retire | WorkKind::Open | WorkKind::Close | WorkKind::MoveLoad { .. } => {}
        _ => return Err(format!("no unit cost tells what `{}` costs", work.kind.as_str())),
    }
    Ok(())
}

fn sections(network: &Network, line: ElementId) -> Result<Vec<Section>, String> {
    match line {
        ElementId::Line(id) => match &network.lines[id].impedance {
            LineImpedance::Sections(sections) => Ok(sections.clone()),
            _ => Err(format!("{} tells no length", network.describe(line))),
        },
        other => Err(format!("{} is no line", network.describe(other))),
    }
}

fn stretch(network: &Network, line: ElementId, section: Section, circuits: u32) -> Piece {
    Piece::Line {
        kind: network.catalogue.line_types[section.line_type].kind,
        vn_kv: network.highest_kv(line),
        circuits,
        length_km: section.length_km,
    }
}

fn unit(network: &Network, element: ElementId, station: Option<SubstationId>) -> Result<Piece, String> {
    let ElementId::Transformer(id) = element else {
        return Err(format!("no unit cost is for {}", network.describe(element)));
    };
    let sn_mva = match network.transformers[id].impedance {
        TransformerImpedance::Nameplate(plate) => plate.sn_mva,
        TransformerImpedance::Type(of) => network.catalogue.transformer_types[of].nameplate.sn_mva,
        TransformerImpedance::PerUnit { .. } => {
            return Err(format!("{} tells no rated power", network.describe(element)));
        }
    };
    Ok(Piece::Transformer { vn_kv: network.highest_kv(element), sn_mva, station })
}

/// The unit costs of a voltage.
fn at_kv(plan: &Plan, vn_kv: f64) -> impl Iterator<Item = (usize, &UnitCost)> {
    plan.unit_costs.iter().enumerate().filter(move |(_, one)| same_kv(one.vn_kv, vn_kv))
}

/// Puts circuits together from those that unit costs have, the most at a time first.
fn lines(
    plan: &Plan,
    (kind, vn_kv): (LineKind, f64),
    mut circuits: u32,
    length_km: f64,
    used: &mut Vec<(usize, f64)>,
) -> Result<(), String> {
    while circuits > 0 {
        let fitting = at_kv(plan, vn_kv).filter_map(|(place, one)| match one.of {
            UnitCostOf::Line { kind: of, circuits: n } if of == kind && n >= 1 && n <= circuits => {
                Some((n, place))
            }
            _ => None,
        });
        let Some((n, place)) = fitting.max_by_key(|&(n, place)| (n, std::cmp::Reverse(place))) else {
            return Err(format!(
                "no unit cost is for {} of {vn_kv} kV with {circuits} circuits",
                kind.as_str()
            ));
        };
        used.push((place, length_km));
        circuits -= n;
    }
    Ok(())
}

/// The transformer of that power, else the next larger one.
fn transformer(plan: &Plan, vn_kv: f64, sn_mva: f64) -> Result<usize, String> {
    let fitting = at_kv(plan, vn_kv).filter_map(|(place, one)| match one.of {
        UnitCostOf::Transformer { sn_mva: of } if of >= sn_mva - 1e-9 => Some((of, place)),
        _ => None,
    });
    let least = fitting.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    least
        .map(|(_, place)| place)
        .ok_or_else(|| format!("no unit cost is for a transformer of {sn_mva} MVA or more at {vn_kv} kV"))
}

/// A station with the transformers that its unit cost has, the highest voltage first; what is left is added to it.
fn new_station(plan: &Plan, mut units: Vec<(f64, f64)>, used: &mut Vec<(usize, f64)>) -> Result<(), String> {
    units.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    let Some(&(vn_kv, sn_mva)) = units.first() else { return Ok(()) };
    let alike = units.iter().filter(|one| same_kv(one.0, vn_kv) && one.1 <= sn_mva + 1e-9).count();
    let fitting = at_kv(plan, vn_kv).filter_map(|(place, one)| match one.of {
        UnitCostOf::Station { sn_mva: of, units: n }
            if of >= sn_mva - 1e-9 && (1..=alike).contains(&(n as usize)) =>
        {
            Some((n, of, place))
        }
        _ => None,
    });
    let best = fitting.min_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)).then(a.2.cmp(&b.2)));
    let Some((n, _, place)) = best else {
        return Err(format!("no unit cost is for a new station with a unit of {sn_mva} MVA at {vn_kv} kV"));
    };
    used.push((place, 1.0));
    for &(vn_kv, sn_mva) in units.iter().skip(n as usize) {
        used.push((transformer(plan, vn_kv, sn_mva)?, 1.0));
    }
    Ok(())
}
