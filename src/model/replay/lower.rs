//! What a work of a city grid does to the records, worked out from what stands on the day.
//!
//! ```text
//! cut in at x km     line −  part 1 = [0, x] + spur  part 2 = spur + [x, end]        +
//! tee off at x km    line −  tee bus  part 1 = [0, x]  part 2 = [x, end]  spur        +
//! untee              spur −  part 1 −  part 2 −  tee bus −  one line = part 1, part 2 +
//! ```
//!
//! A part holds what the line held on that day: a line that was given another conductor before is cut as it then is. All
//! of it becomes `Add`, `Remove`, `Set` and `Put`, each of which is checked and can be taken back by itself.

use super::parts::{self, Line};
use super::state::Misfit;
use crate::ids::{BusId, LineId};
use crate::model::{
    ElementId, EndShunt, Field, LineImpedance, LoadMove, Network, Op, Rating, Record, Section, Stretch,
    TransformerImpedance, Value, Work, WorkKind,
};

/// The steps of a work, in order.
pub(super) fn steps(network: &Network, work: &Work) -> Result<Vec<Op>, Misfit> {
    let lines = || work.of.iter().copied().filter_map(line_of);
    let mut steps = Vec::new();
    match &work.kind {
        WorkKind::CutIn { at_km, line_km, bus, spur } => {
            for (line, made) in lines().zip(work.makes.chunks(2)) {
                let spur = spur.map(|spur| Section { line_type: spur.line_type, length_km: spur.length_km });
                cut(network, line, (*at_km, *line_km), (*bus, spur), made, &mut steps)?;
            }
        }
        WorkKind::TeeOff { at_km, line_km, bus, spur } => {
            for (line, made) in lines().zip(work.makes.chunks(4)) {
                tee_off(network, line, (*at_km, *line_km), (*bus, *spur), made, &mut steps)?;
            }
        }
        WorkKind::Untee => {
            for (spur, made) in lines().zip(&work.makes) {
                let ElementId::Line(joined) = *made else { continue };
                untee(network, spur, joined, &mut steps)?;
            }
        }
        WorkKind::SecondCircuit { stretch } => {
            if let (Some(like), Some(&ElementId::Line(made))) = (lines().next(), work.makes.first()) {
                let mut record = like_line(network, like, made);
                if let Some(stretch) = stretch {
                    let section = Section { line_type: stretch.line_type, length_km: stretch.length_km };
                    record.impedance = LineImpedance::Sections(vec![section]);
                    record.rating = Rating::default();
                    record.series = None;
                }
                record.in_service = true;
                build(Record::Line(made, record), &mut steps);
            }
        }
        WorkKind::AddTransformer { unit } => {
            if let (Some(&ElementId::Transformer(like)), Some(&ElementId::Transformer(made))) =
                (work.of.first(), work.makes.first())
            {
                let mut record = network.transformers[like].clone();
                keep_name(&mut record, &network.transformers[made]);
                record.in_service = true;
                if let Some(unit) = unit {
                    record.impedance = TransformerImpedance::Type(*unit);
                    record.rating = Rating::default();
                }
                build(Record::Transformer(made, record), &mut steps);
            }
        }
        WorkKind::Uprate { from, to } => {
            for &element in &work.of {
                steps.push(Op::Put(Box::new(retyped(network, element, from.as_deref(), to)?)));
            }
        }
        WorkKind::Replace { to } => replace(network, work, to, &mut steps)?,
        WorkKind::Retire => {
            for &element in &work.of {
                retire(network, element, &mut steps);
            }
        }
        WorkKind::ToCable { line_type, at_km, length_km } => {
            for line in lines() {
                let record = parts::as_cable(network, line, *line_type, *at_km, *length_km)?;
                steps.push(Op::Put(Box::new(Record::Line(line, record))));
            }
        }
        WorkKind::SplitBus { moves } => split(network, work, moves, &mut steps)?,
        WorkKind::JoinBus { into } => {
            for &element in &work.of {
                if let ElementId::Bus(bus) = element {
                    join(network, bus, *into, &mut steps)?;
                }
            }
        }
        WorkKind::Open => steps.extend(work.of.iter().map(|&element| switch(element, false))),
        WorkKind::Close => steps.extend(work.of.iter().map(|&element| switch(element, true))),
        WorkKind::MoveLoad { to, amount } => {
            for &element in &work.of {
                if let ElementId::Substation(from) = element {
                    steps.push(Op::MoveLoad(LoadMove { from, to: *to, amount: *amount }));
                }
            }
        }
        WorkKind::AddShunt => steps.extend(work.makes.iter().map(|&element| Op::Add(element))),
    }
    Ok(steps)
}

fn line_of(element: ElementId) -> Option<LineId> {
    match element {
        ElementId::Line(line) => Some(line),
        _ => None,
    }
}

/// Puts a record and builds it.
fn build(record: Record, steps: &mut Vec<Op>) {
    let element = record.element();
    steps.push(Op::Put(Box::new(record)));
    steps.push(Op::Add(element));
}

/// What a line holds, under the name of another one.
fn like_line(network: &Network, like: LineId, made: LineId) -> Line {
    let mut record = network.lines[like].clone();
    rename(&mut record, &network.lines[made]);
    record
}

fn keep_name(record: &mut crate::model::Transformer, made: &crate::model::Transformer) {
    record.id.clone_from(&made.id);
    record.built = made.built;
    record.origin = made.origin.clone();
}

/// Gives a line the name of another one.
fn rename(record: &mut Line, name: &Line) {
    record.id.clone_from(&name.id);
    record.row.clone_from(&name.row);
    record.circuit = name.circuit;
    record.built = name.built;
    record.origin = name.origin.clone();
}

/// Takes a line out and puts its two parts, which meet at `bus`, in its place.
fn cut(
    network: &Network,
    line: LineId,
    (at_km, line_km): (f64, Option<f64>),
    (bus, spur): (BusId, Option<Section>),
    made: &[ElementId],
    steps: &mut Vec<Op>,
) -> Result<(), Misfit> {
    let [ElementId::Line(first), ElementId::Line(second)] = *made else { return Ok(()) };
    let old = &network.lines[line];
    if bus == old.from || bus == old.to {
        return Err(Misfit {
            why: format!("it ends at {} already", network.buses[bus].id),
            help: "name the bus of the new station in `at`".to_owned(),
        });
    }
    let ends = parts::cut(network, line, at_km, line_km, spur)?;
    steps.push(Op::Remove(ElementId::Line(line)));
    for (made, mut record) in [first, second].into_iter().zip(ends) {
        rename(&mut record, &network.lines[made]);
        if made == first {
            record.to = bus;
        } else {
            record.from = bus;
        }
        build(Record::Line(made, record), steps);
    }
    Ok(())
}

/// Cuts a line at a tee, from which a spur leads to a bus.
fn tee_off(
    network: &Network,
    line: LineId,
    place: (f64, Option<f64>),
    (bus, spur): (BusId, Stretch),
    made: &[ElementId],
    steps: &mut Vec<Op>,
) -> Result<(), Misfit> {
    let [ElementId::Bus(tee), first, second, ElementId::Line(branch)] = *made else { return Ok(()) };
    steps.push(Op::Add(ElementId::Bus(tee)));
    cut(network, line, place, (tee, None), &[first, second], steps)?;
    let section = Section { line_type: spur.line_type, length_km: spur.length_km };
    let record = Line {
        from: tee,
        to: bus,
        impedance: LineImpedance::Sections(vec![section]),
        rating: Rating::default(),
        end_shunts: [EndShunt::default(); 2],
        series: None,
        in_service: true,
        ..network.lines[branch].clone()
    };
    build(Record::Line(branch, record), steps);
    Ok(())
}

/// Puts new records in the place of old ones.
fn replace(network: &Network, work: &Work, to: &str, steps: &mut Vec<Op>) -> Result<(), Misfit> {
    for (&old, &new) in work.of.iter().zip(&work.makes) {
        let record = match (retyped(network, old, None, to)?, new) {
            (Record::Line(_, mut record), ElementId::Line(id)) => {
                rename(&mut record, &network.lines[id]);
                Record::Line(id, record)
            }
            (Record::Transformer(_, mut record), ElementId::Transformer(id)) => {
                keep_name(&mut record, &network.transformers[id]);
                Record::Transformer(id, record)
            }
            _ => continue,
        };
        steps.push(Op::Remove(old));
        build(record, steps);
    }
    Ok(())
}

/// Takes a spur away, with its tee, and makes one line of the two that are left.
fn untee(network: &Network, spur: LineId, joined: LineId, steps: &mut Vec<Op>) -> Result<(), Misfit> {
    let record = &network.lines[spur];
    let at = |bus: BusId| standing_at(network, bus);
    let is_tee = |bus: BusId| network.buses[bus].substation.is_none() && at(bus).len() == 3;
    let tee = [record.from, record.to].into_iter().find(|&bus| is_tee(bus)).ok_or_else(|| Misfit {
        why: "neither of its ends is a tee: a bus of no substation where three lines meet".to_owned(),
        help: "name the spur, not one of the two lines that it is joined to".to_owned(),
    })?;
    let through: Vec<LineId> = at(tee).into_iter().filter_map(line_of).filter(|&line| line != spur).collect();
    let [first, second] = *through.as_slice() else {
        return Err(Misfit {
            why: format!("what meets at {} is not three lines", network.buses[tee].id),
            help: "use `remove` and `add`".to_owned(),
        });
    };
    let mut record = parts::joined(network, first, second, tee)?;
    rename(&mut record, &network.lines[joined]);
    steps.extend([spur, first, second].map(|line| Op::Remove(ElementId::Line(line))));
    steps.push(Op::Remove(ElementId::Bus(tee)));
    build(Record::Line(joined, record), steps);
    Ok(())
}

/// A line with another conductor, or a transformer of another type, and without ratings of its own.
fn retyped(network: &Network, element: ElementId, from: Option<&str>, to: &str) -> Result<Record, Misfit> {
    match element {
        ElementId::Line(id) => Ok(Record::Line(id, parts::reconductored(network, id, from, to)?)),
        ElementId::Transformer(id) => {
            let mut record = network.transformers[id].clone();
            let types = &network.catalogue.transformer_types;
            if let Some(from) = from {
                let now = match record.impedance {
                    TransformerImpedance::Type(now) => types[now].id.as_str(),
                    _ => "no type",
                };
                if now != from {
                    return Err(Misfit {
                        why: format!("it holds {now}, not {from}"),
                        help: format!("write `from` as {now}, or give the works another order"),
                    });
                }
            }
            if let Some((to, _)) = types.iter_ids().find(|(_, one)| one.id == to) {
                record.impedance = TransformerImpedance::Type(to);
                record.rating = Rating::default();
            }
            Ok(Record::Transformer(id, record))
        }
        other => Err(Misfit {
            why: format!("a {} has no type", other.kind().as_str()),
            help: "name a line or a transformer".to_owned(),
        }),
    }
}

/// Takes a record out; a bus or a station with all that still stands there.
fn retire(network: &Network, element: ElementId, steps: &mut Vec<Op>) {
    let buses: Vec<BusId> = match element {
        ElementId::Bus(bus) => vec![bus],
        ElementId::Substation(station) => network
            .buses
            .iter_ids()
            .filter(|(_, bus)| bus.built && bus.substation == Some(station))
            .map(|(bus, _)| bus)
            .collect(),
        other => {
            steps.push(Op::Remove(other));
            return;
        }
    };
    let mut gone: Vec<ElementId> = buses.iter().flat_map(|&bus| standing_at(network, bus)).collect();
    gone.sort_unstable();
    gone.dedup();
    steps.extend(gone.into_iter().chain(buses.into_iter().map(ElementId::Bus)).map(Op::Remove));
}

/// What stands at a bus, in the order of the tables.
fn standing_at(network: &Network, bus: BusId) -> Vec<ElementId> {
    super::state::joined_records(network)
        .filter(|&element| network.is_built(element) && network.stands_at(element).contains(&Some(bus)))
        .collect()
}

fn split(network: &Network, work: &Work, moves: &[ElementId], steps: &mut Vec<Op>) -> Result<(), Misfit> {
    let (Some(&ElementId::Bus(bus)), [ElementId::Bus(new), coupler]) = (work.of.first(), &work.makes[..])
    else {
        return Ok(());
    };
    steps.push(Op::Add(ElementId::Bus(*new)));
    steps.push(Op::Add(*coupler));
    for &element in moves {
        if !network.stands_at(element).contains(&Some(bus)) {
            return Err(Misfit {
                why: format!("{} does not stand there", network.describe(element)),
                help: "name in `moves` what stands at the bus".to_owned(),
            });
        }
        steps.push(Op::Put(Box::new(moved(network, element, bus, *new)?)));
    }
    Ok(())
}

fn join(network: &Network, bus: BusId, into: BusId, steps: &mut Vec<Op>) -> Result<(), Misfit> {
    if bus == into {
        return Err(Misfit {
            why: "it would be joined to itself".to_owned(),
            help: "name another bus in `at`".to_owned(),
        });
    }
    for element in standing_at(network, bus) {
        if network.stands_at(element).contains(&Some(into)) {
            if !matches!(element, ElementId::Switch(_)) {
                let what = network.describe(element);
                return Err(Misfit {
                    why: format!("{what} stands between the two buses"),
                    help: format!("remove {what} first"),
                });
            }
            // the coupler
            steps.push(Op::Remove(element));
        } else {
            steps.push(Op::Put(Box::new(moved(network, element, bus, into)?)));
        }
    }
    steps.push(Op::Remove(ElementId::Bus(bus)));
    Ok(())
}

fn moved(network: &Network, element: ElementId, from: BusId, to: BusId) -> Result<Record, Misfit> {
    let record = Record::of(network, element).ok_or_else(|| Misfit {
        why: format!("{} cannot move to another bus", network.describe(element)),
        help: "remove it, and add one at the other bus".to_owned(),
    })?;
    Ok(record.moved(from, to))
}

/// Switches a record; refused where it is so already.
fn switch(element: ElementId, on: bool) -> Op {
    let field = if matches!(element, ElementId::Switch(_)) { Field::Closed } else { Field::InService };
    Op::Set { element, field, from: Some(Value::Bool(!on)), to: Value::Bool(on) }
}
