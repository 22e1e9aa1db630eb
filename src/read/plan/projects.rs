//! `projects.csv`, `phases.csv`, `changes.csv`, `construction.csv`: the works, when, what they do and what is out meanwhile.

use super::folder::Folder;
use super::grid::{Branch, Grid};
use super::money;
use super::names::Names;
use super::record::{Record, bool_of};
use super::table::Table;
use super::works;
use crate::finding::{Code, Finding, Place, nearest};
use crate::ids::{Col, ProjectId};
use crate::model::{
    Bay, Change, ConstructionOutage, ElementId, ElementKind, Field, FieldKind, Money, Name, Obstacle, Op,
    Phase, Project, ProjectKind, Spend, Status, Value,
};
use std::collections::HashMap;

/// The works while they are read.
pub(super) struct Works<'f> {
    folder: &'f Folder,
    pub(super) projects: Col<ProjectId, Project>,
    pub(super) names: Names<ProjectId>,
    /// Phases that phases.csv lists, by project and id.
    phases: HashMap<(ProjectId, Name), Place>,
}

impl<'f> Works<'f> {
    /// No works.
    pub(super) fn new(folder: &'f Folder) -> Self {
        Self { folder, projects: Col::new(), names: Names::new("project"), phases: HashMap::new() }
    }

    /// Reads projects.csv; each project has one phase, until phases.csv says otherwise.
    pub(super) fn take_projects(&mut self, table: &Table, money: Option<&Money>) {
        self.names.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            if id.contains(';') {
                record.error(Code::Value, "id", format!("`{id}` holds `;`"), "`;` separates ids in lists");
            }
            let origin = record.origin();
            let row = self.projects.push(Project {
                id: id.clone(),
                name: record.text("name").to_owned(),
                kind: record
                    .word("kind", &ProjectKind::ALL, ProjectKind::as_str)
                    .unwrap_or(ProjectKind::Other),
                status: record.word("status", &Status::ALL, Status::as_str).unwrap_or(Status::Planned),
                owner: record.text("owner").to_owned(),
                area: record.name("area"),
                vn_kv: record.number_or("vn_kv", 0.0),
                requires: Vec::new(),
                excludes: Vec::new(),
                funding: record.name("funding"),
                cost: money::cost(&record, money),
                phases: vec![Phase {
                    id: Name::default(),
                    commissioning: record.date("commissioning_date"),
                    decommissioning: record.date("decommissioning_date"),
                    changes: Vec::new(),
                    outages: Vec::new(),
                    origin: origin.clone(),
                }],
                spend: Vec::new(),
                obstacles: Vec::new(),
                note: record.text("note").to_owned(),
                origin,
            });
            self.names.define(&record, &id, Some(row));
        }
        for (record, id) in table.records(self.folder).zip(self.projects.ids()) {
            self.projects[id].requires = self.list(&record, "requires", id);
            self.projects[id].excludes = self.list(&record, "excludes", id);
        }
    }

    /// A list of other projects: `P001;P002`.
    fn list(&self, record: &Record<'_>, field: &'static str, own: ProjectId) -> Vec<ProjectId> {
        let parts = record.text(field).split(';').map(str::trim).filter(|part| !part.is_empty());
        let mut list = Vec::new();
        for id in parts.filter_map(|id| self.names.find_id(record, field, id)) {
            if id == own {
                record.error(Code::Value, field, format!("`{field}` names the project itself"), "");
            } else if list.contains(&id) {
                let message = format!("`{field}` names {} twice", self.projects[id].id);
                record.error(Code::Duplicate, field, message, "");
            } else {
                list.push(id);
            }
        }
        list
    }

    /// Reads phases.csv: a project that has rows there has these phases and no other.
    pub(super) fn take_phases(&mut self, table: &Table) {
        for record in table.records(self.folder) {
            let Some(project) = self.names.need(&record, "project") else { continue };
            let id = record.name("id");
            if let Some(first) = self.phases.get(&(project, id.clone())) {
                let message = format!(
                    "phase `{id}` of {} is defined twice: lines {} and {}",
                    self.projects[project].id,
                    first.line,
                    record.place().line
                );
                record.error(Code::Duplicate, "id", message, "rename or delete one of the two");
                continue;
            }
            let phases = &mut self.projects[project].phases;
            if !self.phases.keys().any(|(one, _)| *one == project) {
                if phases.iter().any(|phase| phase.commissioning.is_some() || phase.decommissioning.is_some())
                {
                    let message = format!("project {} has dates of its own", record.text("project"));
                    let help = "a project with phases has its dates in phases.csv only";
                    record.error(Code::Conflict, "project", message, help);
                }
                phases.clear();
            }
            phases.push(Phase {
                id: id.clone(),
                commissioning: record.date("commissioning_date"),
                decommissioning: record.date("decommissioning_date"),
                changes: Vec::new(),
                outages: Vec::new(),
                origin: record.origin(),
            });
            self.phases.insert((project, id), record.place());
        }
    }

    /// Reads changes.csv, in order of `seq` within each phase.
    pub(super) fn take_changes(&mut self, table: &Table, grid: &mut Grid<'_>) {
        let mut found = Vec::new();
        let mut sequence: HashMap<(ProjectId, usize, u32), Place> = HashMap::new();
        let mut made = made(&table.records(self.folder).collect::<Vec<_>>(), grid);
        for (at, record) in table.records(self.folder).enumerate() {
            let changes = made.remove(&at).unwrap_or_else(|| changes(&record, grid));
            let Some(project) = self.names.need(&record, "project") else { continue };
            let Some(phase) = self.phase(&record, project) else { continue };
            let seq: Option<u32> = record.integer("seq");
            if let Some(seq) = seq
                && let Some(first) = sequence.insert((project, phase, seq), record.place())
            {
                let message = format!(
                    "change {seq} of {} is there twice: lines {} and {}",
                    record.text("project"),
                    first.line,
                    record.place().line
                );
                record.error(Code::Duplicate, "seq", message, "number the changes of a phase apart");
            }
            found.push((project, phase, seq, changes));
        }
        // a row without a number keeps its place behind the row before it
        let mut last: HashMap<(ProjectId, usize), u32> = HashMap::new();
        let mut keyed: Vec<_> = found
            .into_iter()
            .map(|(project, phase, seq, changes)| {
                let last = last.entry((project, phase)).or_default();
                *last = seq.unwrap_or(*last);
                ((project, phase, *last), changes)
            })
            .collect();
        keyed.sort_by_key(|&(key, _)| key);
        for ((project, phase, _), changes) in keyed {
            self.projects[project].phases[phase].changes.extend(changes);
        }
    }

    /// Reads construction.csv.
    pub(super) fn take_construction(&mut self, table: &Table, grid: &Grid<'_>) {
        for record in table.records(self.folder) {
            let kind =
                record.need_word("element", &ElementKind::IN_PLANS, ElementKind::as_str, ElementKind::Bus);
            let project = self.names.need(&record, "project");
            let phase = project.and_then(|project| self.phase(&record, project));
            if kind == ElementKind::Substation {
                let help = "name its buses";
                record.error(Code::Value, "element", "a substation cannot be switched out as one", help);
                continue;
            }
            if !record.has("id") {
                record.missing("id", "name the record that is out");
                continue;
            }
            let elements = grid.elements(&record, kind, "id");
            let day = |field| {
                let day = record.day(field);
                if day.is_none() && !record.has(field) {
                    record.missing(field, "give a day such as 2018-04-01");
                }
                day
            };
            let (Some(from), Some(to)) = (day("from"), day("to")) else { continue };
            if to < from {
                let message = format!("the outage ends on {to}, before it begins on {from}");
                record.error(Code::Value, "to", message, "swap the two days");
            }
            if let (Some(project), Some(phase)) = (project, phase) {
                let outage = ConstructionOutage { elements, from, to, origin: record.origin() };
                self.projects[project].phases[phase].outages.push(outage);
            }
        }
    }

    /// Reads spending.csv; the shares of a work must add up to 1.
    pub(super) fn take_spending(&mut self, table: &Table) {
        for record in table.records(self.folder) {
            let project = self.names.need(&record, "project");
            let (year, share) = (record.need_year("year"), record.need_number("share"));
            record.within("share", share, 0.0..=1.0, "between 0 and 1");
            let Some(project) = project else { continue };
            let spend = &mut self.projects[project].spend;
            if spend.iter().any(|one| one.year == year) {
                let message = format!("{} has two shares in {year}", record.text("project"));
                record.error(Code::Duplicate, "year", message, "add the two up");
                continue;
            }
            spend.push(Spend { year, share, origin: record.origin() });
        }
        for project in &self.projects {
            let sum: f64 = project.spend.iter().map(|one| one.share).sum();
            if let Some(first) = project.spend.first()
                && (sum - 1.0).abs() > 0.005
            {
                let message = format!("the shares of {} add up to {sum:.3}, not to 1", project.id);
                self.folder.log.push(
                    Finding::error(Code::Value, message)
                        .element(format!("project {}", project.id))
                        .field("share")
                        .place(first.origin.place.clone())
                        .help(
                            "correct the shares in spending.csv, or delete them: they are of the whole cost",
                        ),
                );
            }
        }
    }

    /// Reads bays.csv.
    pub(super) fn bays(&self, table: &Table, grid: &Grid<'_>, names: &mut Names<usize>) -> Vec<Bay> {
        let mut bays: Vec<Bay> = Vec::new();
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let bus = grid.names.buses.need(&record, "bus");
            let i_normal_ka = record.number("i_normal_ka");
            names.define(&record, &id, Some(bays.len()));
            if let Some(bus) = bus {
                bays.push(Bay { id, bus, i_normal_ka, origin: record.origin() });
            }
        }
        bays
    }

    /// Reads obstacles.csv.
    pub(super) fn take_obstacles(&mut self, table: &Table) {
        for record in table.records(self.folder) {
            let project = self.names.need(&record, "project");
            let text = record.need_name("text").to_string();
            if !record.has("since") {
                record.missing("since", "give a day such as 2019-05-01");
            }
            let until = record.day("until");
            let (Some(project), Some(since)) = (project, record.day("since")) else { continue };
            if let Some(until) = until.filter(|&until| until < since) {
                let message = format!("the obstacle is cleared on {until}, before it came up on {since}");
                record.error(Code::Value, "until", message, "swap the two days");
            }
            let owner = record.text("owner").to_owned();
            let obstacle = Obstacle { text, since, until, owner, origin: record.origin() };
            self.projects[project].obstacles.push(obstacle);
        }
    }

    fn phase(&self, record: &Record<'_>, project: ProjectId) -> Option<usize> {
        let phases = &self.projects[project].phases;
        let id = record.text("phase");
        if id.is_empty() && phases.len() == 1 {
            return Some(0);
        }
        let found = phases.iter().position(|phase| phase.id == id);
        if found.is_none() {
            let ids: Vec<&str> = phases.iter().map(|phase| phase.id.as_str()).collect();
            let help = match nearest(id, ids.iter().copied().filter(|id| !id.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None if phases.len() == 1 => "leave `phase` empty: the project has one phase".to_owned(),
                None => format!("its phases are {}", ids.join(", ")),
            };
            let message = format!("`phase`: project {} has no phase `{id}`", self.projects[project].id);
            record.error(Code::Reference, "phase", message, help);
        }
        found
    }
}

/// The works of a city grid, by the place of their rows. They come first, as other rows may name what they make; and each
/// after those that make what it names.
fn made(records: &[Record<'_>], grid: &mut Grid<'_>) -> HashMap<usize, Vec<Change>> {
    let mut made = HashMap::new();
    let mut open: Vec<_> = records
        .iter()
        .enumerate()
        .filter_map(|(at, record)| Some((at, record, works::word(record.text("op"))?)))
        .collect();
    loop {
        let before = open.len();
        open.retain(|&(at, record, word)| {
            let ready = works::is_ready(record, grid);
            if ready {
                made.insert(at, works::work(record, word, grid));
            }
            !ready
        });
        if open.len() == before {
            break;
        }
    }
    // these name something that nobody makes, and say so
    made.extend(open.into_iter().map(|(at, record, word)| (at, works::work(record, word, grid))));
    made
}

/// A row of changes.csv as changes: one for each circuit where it names a line row.
fn changes(record: &Record<'_>, grid: &Grid<'_>) -> Vec<Change> {
    let kind = record.need_word("element", &ElementKind::IN_PLANS, ElementKind::as_str, ElementKind::Bus);
    let ops: Vec<&'static str> = ["add", "remove", "set"].into_iter().chain(works::words()).collect();
    let op = record.need_word("op", &ops, |op| op, "?");
    if kind == ElementKind::Substation {
        let help = "a substation stands as soon as one of its buses does: change its buses";
        record.error(Code::Value, "element", "a substation cannot be changed", help);
        return Vec::new();
    }
    if !record.has("id") {
        record.missing("id", "name the record that is changed");
        return Vec::new();
    }
    let elements = grid.elements(record, kind, "id");
    works::refuse_columns(record, op);
    if op != "set" {
        for field in ["field", "from", "to"] {
            if record.has(field) {
                let message = format!("`{field}` is given, but `{op}` has none");
                record.error(Code::Conflict, field, message, "leave it empty, or write `set`");
            }
        }
    }
    let origin = record.origin();
    let change = |op| Change { op, bay: record.name("bay"), origin: origin.clone() };
    match op {
        "add" => {
            for &element in &elements {
                if grid.network.is_built(element) {
                    let message = format!("{} is in the base grid already", grid.network.describe(element));
                    let help = "move its row to works/, or delete the change";
                    record.error(Code::Conflict, "id", message, help);
                    break;
                }
            }
            elements.into_iter().map(|element| change(Op::Add(element))).collect()
        }
        "remove" => elements.into_iter().map(|element| change(Op::Remove(element))).collect(),
        "set" => {
            let Some((field, from, to)) = setting(record, kind, grid) else { return Vec::new() };
            let set = |element| Op::Set { element, field, from: from.clone(), to: to.clone() };
            elements.into_iter().map(|element| change(set(element))).collect()
        }
        _ => Vec::new(),
    }
}

/// Field, `from` and `to` of a `set`.
fn setting(record: &Record<'_>, kind: ElementKind, grid: &Grid<'_>) -> Option<(Field, Option<Value>, Value)> {
    let of_kind: Vec<Field> = Field::ALL.into_iter().filter(|field| field.belongs_to(kind)).collect();
    let word = record.text("field");
    let Some(field) = of_kind.iter().copied().find(|field| field.as_str() == word) else {
        let words: Vec<&str> = of_kind.iter().map(|field| field.as_str()).collect();
        let help = match nearest(word, words.iter().copied()) {
            Some(near) if !word.is_empty() => format!("did you mean `{near}`?"),
            _ => format!("of a {} a change can set {}", kind.as_str(), words.join(", ")),
        };
        let message = if word.is_empty() {
            "`field` is missing".to_owned()
        } else {
            format!("`field`: a change cannot set `{word}` of a {}", kind.as_str())
        };
        record.error(Code::Schema, "field", message, help);
        return None;
    };
    let from = record.has("from").then(|| value(record, "from", kind, field, grid));
    if !record.has("to") {
        record.missing("to", "say what the field holds after; `none` for nothing");
        return None;
    }
    Some((field, from, value(record, "to", kind, field, grid)))
}

fn value(record: &Record<'_>, cell: &'static str, kind: ElementKind, field: Field, grid: &Grid<'_>) -> Value {
    let text = record.text(cell);
    if text == "none" {
        if !field.may_be_empty() {
            let message = format!("`{cell}` is `none`, but `{}` always holds something", field.as_str());
            record.error(Code::Value, cell, message, "");
        }
        return Value::Empty;
    }
    match field.kind() {
        FieldKind::Bool => Value::Bool(bool_of(text).unwrap_or_else(|| {
            let message = format!("`{cell}` is `{text}`, which is neither true nor false");
            record.error(Code::Value, cell, message, "write `true` or `false`");
            false
        })),
        FieldKind::Position => {
            let position: i32 = record.integer(cell).unwrap_or_default();
            Value::Number(f64::from(position))
        }
        FieldKind::Number => Value::Number(record.need_number(cell)),
        FieldKind::Type => {
            if kind == ElementKind::Line {
                grid.names.line_types.find_id(record, cell, text);
            } else {
                grid.names.transformer_types.find_id(record, cell, text);
            }
            Value::Text(text.into())
        }
    }
}

impl Grid<'_> {
    /// The records that a field names: all circuits where it is a line row. Empty if there is none, which is
    /// then told.
    pub(super) fn elements(
        &self,
        record: &Record<'_>,
        kind: ElementKind,
        field: &'static str,
    ) -> Vec<ElementId> {
        self.elements_called(record, kind, field, record.text(field))
    }

    /// The same for one id of several in a field.
    pub(super) fn elements_called(
        &self,
        record: &Record<'_>,
        kind: ElementKind,
        field: &'static str,
        id: &str,
    ) -> Vec<ElementId> {
        let names = &self.names;
        let one = match kind {
            ElementKind::Line | ElementKind::Transformer | ElementKind::Transformer3 => {
                return self.branch(record, kind, field, id);
            }
            ElementKind::Substation => {
                names.substations.find_id(record, field, id).map(ElementId::Substation)
            }
            ElementKind::Bus => names.buses.find_id(record, field, id).map(ElementId::Bus),
            ElementKind::Generator => names.generators.find_id(record, field, id).map(ElementId::Generator),
            ElementKind::Load => names.loads.find_id(record, field, id).map(ElementId::Load),
            ElementKind::Shunt => names.shunts.find_id(record, field, id).map(ElementId::Shunt),
            ElementKind::Switch => names.switches.find_id(record, field, id).map(ElementId::Switch),
            ElementKind::Compensator => {
                names.compensators.find_id(record, field, id).map(ElementId::Compensator)
            }
            ElementKind::DcLink => names.dc_links.find_id(record, field, id).map(ElementId::DcLink),
        };
        one.into_iter().collect()
    }

    fn branch(
        &self,
        record: &Record<'_>,
        kind: ElementKind,
        field: &'static str,
        id: &str,
    ) -> Vec<ElementId> {
        let wrong = |what: &str| {
            let message = format!("`{field}`: {what} is called `{id}`, not a {}", kind.as_str());
            record.error(Code::Reference, field, message, format!("write `{what}` in `element`"));
            Vec::new()
        };
        match (self.names.branches.find_id(record, field, id), kind) {
            (None, _) => Vec::new(),
            (Some(Branch::Transformer(row)), ElementKind::Transformer) => vec![ElementId::Transformer(row)],
            (Some(Branch::Transformer3(row)), ElementKind::Transformer3) => {
                vec![ElementId::Transformer3(row)]
            }
            (Some(Branch::Transformer(_)), _) => wrong("transformer"),
            (Some(Branch::Transformer3(_)), _) => wrong("transformer3"),
            (Some(Branch::Line(_) | Branch::Row), ElementKind::Transformer | ElementKind::Transformer3) => {
                wrong("line")
            }
            (Some(Branch::Line(row)), _) => vec![ElementId::Line(row)],
            (Some(Branch::Row), _) => {
                let circuits = self.names.circuits.get(id).into_iter().flatten();
                circuits.map(|&row| ElementId::Line(row)).collect()
            }
        }
    }

    /// Tells if no record of any table is called `id`.
    pub(super) fn check_element(&self, record: &Record<'_>, field: &'static str, id: &str) {
        let names = &self.names;
        match names.branches.get(id) {
            Some(Branch::Row) => {
                let circuits = names.circuits.get(id).into_iter().flatten();
                let ids: Vec<&str> = circuits.map(|&row| self.network.lines[row].id.as_str()).collect();
                let message = format!("`{field}`: `{id}` is a row of several circuits");
                record.error(Code::Reference, field, message, format!("name one: {}", ids.join(", ")));
                return;
            }
            Some(_) => return,
            None => {}
        }
        let known = names.branches.has(id)
            || names.buses.has(id)
            || names.substations.has(id)
            || names.generators.has(id)
            || names.loads.has(id)
            || names.shunts.has(id)
            || names.switches.has(id)
            || names.compensators.has(id)
            || names.dc_links.has(id);
        if !known {
            let all = names.branches.iter().chain(names.buses.iter()).chain(names.substations.iter());
            let all = all.chain(names.generators.iter()).chain(names.loads.iter());
            let help = match nearest(id, all.chain(names.shunts.iter()).chain(names.switches.iter())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a record of the plan".to_owned(),
            };
            record.error(Code::Reference, field, format!("`{field}`: nothing is called `{id}`"), help);
        }
    }
}
