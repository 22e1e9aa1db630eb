//! The tables of works and demand.

use super::sheet::{Row, Sheet};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Col, LineId, LineTypeId, ProjectId};
use crate::model::{
    Amount, Change, ElementId, Network, Op, Phase, Plan, Project, Stretch, Value, Work, WorkKind, layout,
};
use std::collections::{HashMap, HashSet};

/// projects.csv, phases.csv, changes.csv.
pub(super) fn tables(plan: &Plan) -> Vec<(&'static layout::Table, Sheet)> {
    let mut phases = Sheet::new(&layout::PHASES);
    let mut changes = Sheet::new(&layout::CHANGES);
    let mut projects = Sheet::new(&layout::PROJECTS);
    let mut construction = Sheet::new(&layout::CONSTRUCTION);
    let mut spending = Sheet::new(&layout::SPENDING);
    let mut obstacles = Sheet::new(&layout::OBSTACLES);
    let mut bays = Sheet::new(&layout::BAYS);
    for bay in &plan.bays {
        let row = bays.row().text("id", &bay.id).text("bus", &plan.network.buses[bay.bus].id);
        row.maybe("i_normal_ka", bay.i_normal_ka).origin(&bay.origin);
    }
    let circuits = circuits_of_rows(&plan.network);
    for one in &plan.projects {
        for spend in &one.spend {
            let row = spending.row().text("project", &one.id).integer("year", spend.year);
            row.number("share", spend.share).origin(&spend.origin);
        }
        for obstacle in &one.obstacles {
            let row = obstacles.row().text("project", &one.id).text("text", &obstacle.text);
            let until = obstacle.until.map_or_else(String::new, |day| day.to_string());
            row.text("since", &obstacle.since.to_string())
                .text("until", &until)
                .text("owner", &obstacle.owner)
                .origin(&obstacle.origin);
        }
        let single = has_one_plain_phase(one);
        project(&mut projects, plan, one, single);
        for phase in &one.phases {
            if !single {
                phases
                    .row()
                    .text("project", &one.id)
                    .text("id", &phase.id)
                    .text("commissioning_date", &date(phase.commissioning))
                    .text("decommissioning_date", &date(phase.decommissioning))
                    .origin(&phase.origin);
            }
            for outage in &phase.outages {
                let Some(&first) = outage.elements.first() else { continue };
                let id = match first {
                    ElementId::Line(line) if outage.elements.len() > 1 => {
                        plan.network.lines[line].row.as_str()
                    }
                    _ => plan.network.id_of(first),
                };
                construction
                    .row()
                    .text("project", &one.id)
                    .text("phase", &phase.id)
                    .text("element", first.kind().as_str())
                    .text("id", id)
                    .text("from", &outage.from.to_string())
                    .text("to", &outage.to.to_string())
                    .origin(&outage.origin);
            }
            let mut rest = phase.changes.as_slice();
            let mut seq: u32 = 0;
            while let Some((first, tail)) = rest.split_first() {
                seq += 1;
                if let Op::Work(work) = &first.op {
                    let row = changes.row().text("project", &one.id).text("phase", &phase.id);
                    city_work(row.integer("seq", seq), work, plan)
                        .text("bay", &first.bay)
                        .origin(&first.origin);
                    rest = tail;
                    continue;
                }
                let folded = folded(first, tail, &plan.network, &circuits);
                let name = match (folded, first.op.element()) {
                    (Some(_), ElementId::Line(line)) => plan.network.lines[line].row.as_str(),
                    (_, element) => plan.network.id_of(element),
                };
                change(&mut changes, &one.id, &phase.id, seq, first, name);
                rest = &rest[folded.unwrap_or(1)..];
            }
        }
    }
    vec![
        (&layout::PROJECTS, projects),
        (&layout::PHASES, phases),
        (&layout::CHANGES, changes),
        (&layout::BAYS, bays),
        (&layout::CONSTRUCTION, construction),
        (&layout::SPENDING, spending),
        (&layout::OBSTACLES, obstacles),
    ]
}

/// Whether the project's own row can say all about its one phase.
fn has_one_plain_phase(project: &Project) -> bool {
    match project.phases.as_slice() {
        [Phase { id, origin, .. }] => id.is_empty() && *origin == project.origin,
        _ => false,
    }
}

fn date(date: Option<crate::model::PlanDate>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

fn list(projects: &Col<ProjectId, Project>, ids: &[ProjectId]) -> String {
    ids.iter().map(|&id| projects[id].id.as_str()).collect::<Vec<_>>().join(";")
}

fn project(sheet: &mut Sheet, plan: &Plan, one: &Project, single: bool) {
    let phase = one.phases.first().filter(|_| single);
    let mut row = sheet
        .row()
        .text("id", &one.id)
        .text("name", &one.name)
        .text("kind", one.kind.as_str())
        .text("status", one.status.as_str())
        .text("owner", &one.owner)
        .text("area", &one.area)
        .number_or("vn_kv", one.vn_kv, 0.0)
        .text("commissioning_date", &date(phase.and_then(|phase| phase.commissioning)))
        .text("decommissioning_date", &date(phase.and_then(|phase| phase.decommissioning)))
        .text("requires", &list(&plan.projects, &one.requires))
        .text("excludes", &list(&plan.projects, &one.excludes))
        .text("funding", &one.funding);
    if let Some(cost) = &one.cost {
        row = super::money::cost(row, cost);
    }
    row.text("note", &one.note).origin(&one.origin);
}

/// The circuits of each row of several, in order.
fn circuits_of_rows(network: &Network) -> HashMap<&str, Vec<LineId>> {
    let mut rows: HashMap<&str, Vec<LineId>> = HashMap::new();
    for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.circuit > 0 && line.has_row_id()) {
        rows.entry(line.row.as_str()).or_default().push(id);
    }
    rows
}

/// How many changes, from `first` on, do the same to all circuits of one row, in order.
fn folded(
    first: &Change,
    tail: &[Change],
    network: &Network,
    circuits: &HashMap<&str, Vec<LineId>>,
) -> Option<usize> {
    let ElementId::Line(line) = first.op.element() else { return None };
    let circuits = circuits.get(network.lines[line].row.as_str())?;
    let same = |(change, &line): (&Change, &LineId)| {
        let expected = Change {
            op: first.op.with_element(ElementId::Line(line)),
            bay: first.bay.clone(),
            origin: first.origin.clone(),
        };
        *change == expected
    };
    let all = std::iter::once(first).chain(tail).zip(circuits).filter(|&pair| same(pair)).count();
    (all == circuits.len()).then_some(all)
}

fn change(sheet: &mut Sheet, project: &str, phase: &str, seq: u32, one: &Change, name: &str) {
    if let Op::Set { field, from, to, .. } = &one.op {
        for value in from.iter().chain([to]) {
            if let Value::Number(number) = value
                && !number.is_finite()
            {
                let message = format!(
                    "{project}: `{}` of {name} is {number}, which a plan cannot hold",
                    field.as_str()
                );
                sheet.errors.push(Finding::error(Code::Value, message).field(field.as_str()));
            }
        }
    }
    let row = sheet.row().text("project", project).text("phase", phase).integer("seq", seq);
    let kind = one.op.element().kind().as_str();
    let row = match &one.op {
        Op::Add(_) => row.text("op", "add"),
        Op::Remove(_) => row.text("op", "remove"),
        Op::Set { field, from, to, .. } => row
            .text("op", "set")
            .text("field", field.as_str())
            .text("from", &from.as_ref().map_or_else(String::new, value))
            .text("to", &value(to)),
        // works have rows of their own, and no plan holds the steps that they become
        Op::Work(_) | Op::Put(_) | Op::MoveLoad(_) | Op::MoveBack(_) => row,
    };
    row.text("element", kind).text("id", name).text("bay", &one.bay).origin(&one.origin);
}

/// A work of a city grid.
fn city_work<'a>(row: Row<'a>, work: &Work, plan: &Plan) -> Row<'a> {
    let network = &plan.network;
    let id = match work.of.as_slice() {
        [ElementId::Line(line), ..] if names_row(network, &work.of) => network.lines[*line].row.as_str(),
        _ => network.id_of(work.element()),
    };
    let row = row
        .text("op", work.kind.as_str())
        .text("element", work.element().kind().as_str())
        .text("id", id)
        .text("new_id", &work.new_id);
    let line_type = |id: LineTypeId| network.catalogue.line_types[id].id.as_str();
    let bus = |id: BusId| network.buses[id].id.as_str();
    let stretch = |row: Row<'a>, stretch: &Stretch| {
        row.text("type", line_type(stretch.line_type)).number("length_km", stretch.length_km)
    };
    match &work.kind {
        WorkKind::CutIn { at_km, line_km, bus: at, spur } => {
            let row = row.text("at", bus(*at)).number("at_km", *at_km).maybe("line_km", *line_km);
            spur.iter().fold(row, stretch)
        }
        WorkKind::TeeOff { at_km, line_km, bus: at, spur } => {
            let row = row.text("at", bus(*at)).number("at_km", *at_km).maybe("line_km", *line_km);
            stretch(row, spur)
        }
        WorkKind::SecondCircuit { stretch: given } => given.iter().fold(row, stretch),
        WorkKind::AddTransformer { unit } => match unit {
            Some(unit) => row.text("type", &network.catalogue.transformer_types[*unit].id),
            None => row,
        },
        WorkKind::Uprate { from, to } => {
            row.text("from", from.as_deref().unwrap_or_default()).text("type", to)
        }
        WorkKind::Replace { to } => row.text("type", to),
        WorkKind::ToCable { line_type: cable, at_km, length_km } => {
            row.text("type", line_type(*cable)).number_or("at_km", *at_km, 0.0).maybe("length_km", *length_km)
        }
        WorkKind::SplitBus { moves } => {
            row.text("moves", &moves.iter().map(|&one| network.describe(one)).collect::<Vec<_>>().join(";"))
        }
        WorkKind::JoinBus { into } => row.text("at", bus(*into)),
        WorkKind::MoveLoad { to, amount } => {
            let row = row.text("at", &network.substations[*to].id);
            match amount {
                Amount::Mw(p_mw) => row.number("p_mw", *p_mw),
                Amount::Percent(percent) => row.number("percent", *percent),
            }
        }
        WorkKind::AddShunt => match work.makes.first() {
            Some(&ElementId::Shunt(id)) => {
                let shunt = &network.shunts[id];
                row.text("at", bus(shunt.bus)).number("b_mvar", shunt.b_mvar)
            }
            _ => row,
        },
        WorkKind::Untee | WorkKind::Retire | WorkKind::Open | WorkKind::Close => row,
    }
}

/// Whether a work was done to a whole row of lines, named as such.
fn names_row(network: &Network, of: &[ElementId]) -> bool {
    let lines = of.iter().filter_map(|element| match element {
        ElementId::Line(line) => Some(&network.lines[*line]),
        _ => None,
    });
    of.len() > 1 && lines.clone().count() == of.len() && lines.clone().all(|line| line.circuit > 0)
}

/// What works make: it stands in no table of its own.
pub(super) fn made(plan: &Plan) -> HashSet<ElementId> {
    let phases = plan.projects.iter().flat_map(|project| &project.phases);
    let works = phases.flat_map(|phase| &phase.changes).filter_map(|change| match &change.op {
        Op::Work(work) => Some(work),
        _ => None,
    });
    works.flat_map(|work| work.makes.iter().copied()).collect()
}

/// A value as a change writes it.
fn value(value: &Value) -> String {
    match value {
        Value::Empty => "none".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => super::number(*value),
        Value::Text(text) => text.to_string(),
    }
}

/// forecast.csv, generation.csv, `mv_transfer.csv`.
pub(super) fn demand(plan: &Plan) -> Vec<(&'static layout::Table, Sheet)> {
    let stations = &plan.network.substations;
    let mut forecast = Sheet::new(&layout::FORECAST);
    for one in &plan.forecast.rows {
        let row = forecast
            .row()
            .word("scenario", one.scenario.as_deref().unwrap_or("*"), "*")
            .integer("year", one.year)
            .text("substation", one.substation.map_or("*", |id| &stations[id].id))
            .text("kind", one.kind.as_str());
        let row = match one.amount {
            Amount::Mw(p_mw) => row.number("p_mw", p_mw),
            Amount::Percent(percent) => row.number("percent", percent),
        };
        row.maybe("power_factor", one.power_factor).origin(&one.origin);
    }
    let mut generation = Sheet::new(&layout::GENERATION);
    for one in &plan.schedule {
        generation
            .row()
            .word("scenario", one.scenario.as_deref().unwrap_or("*"), "*")
            .integer("year", one.year)
            .text("generator", &plan.network.generators[one.generator].id)
            .maybe("p_mw", one.p_mw)
            .maybe("vm_setpoint_pu", one.vm_setpoint_pu)
            .bool_or("in_service", one.in_service, true)
            .origin(&one.origin);
    }
    let mut transfers = Sheet::new(&layout::MV_TRANSFER);
    for one in &plan.transfers {
        transfers
            .row()
            .text("from", &stations[one.from].id)
            .text("to", &stations[one.to].id)
            .number("p_mw", one.p_mw)
            .number_or("minutes", one.minutes, 0.0)
            .origin(&one.origin);
    }
    vec![(&layout::FORECAST, forecast), (&layout::GENERATION, generation), (&layout::MV_TRANSFER, transfers)]
}
