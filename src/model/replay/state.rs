//! The grid between two changes.

use super::{Applied, Replay, Selection, lower};
use crate::finding::{Code, Finding, Place};
use crate::ids::{Id, ProjectId};
use crate::model::{Change, ElementId, Field, LoadMove, Network, Op, Plan, Record, Value};
use jiff::civil::Date;
use std::collections::HashMap;

/// The grid while changes are applied.
pub(super) struct State<'p> {
    plan: &'p Plan,
    network: Network,
    moves: Vec<LoadMove>,
    applied: Vec<Applied>,
    pub(super) findings: Vec<Finding>,
    errors: Vec<Finding>,
    /// The phases that stand, with the places of their changes in `applied`.
    standing: HashMap<(ProjectId, usize), std::ops::Range<usize>>,
    /// Number of standing phases of each project.
    phases_standing: Vec<usize>,
    /// The works left out on request.
    without: Vec<ProjectId>,
    /// Where the changes of the phase at hand begin.
    phase_start: usize,
    /// Whether the phase at hand is decommissioned.
    ending: bool,
    /// What is joined to each bus, worked out when a bus is first removed.
    at_bus: Option<Vec<Vec<ElementId>>>,
}

/// Why a change does not fit, and a way out.
pub(super) struct Misfit {
    pub(super) why: String,
    pub(super) help: String,
}

impl<'p> State<'p> {
    pub(super) fn new(plan: &'p Plan, selection: &Selection) -> Self {
        Self {
            plan,
            network: plan.network.clone(),
            moves: Vec::new(),
            applied: Vec::new(),
            findings: Vec::new(),
            errors: Vec::new(),
            standing: HashMap::new(),
            without: selection.without.clone(),
            phases_standing: vec![0; plan.projects.len()],
            phase_start: 0,
            ending: false,
            at_bus: None,
        }
    }

    pub(super) fn finish(self) -> Result<Replay, Vec<Finding>> {
        if self.errors.is_empty() {
            Ok(Replay {
                network: self.network,
                moves: self.moves,
                applied: self.applied,
                findings: self.findings,
            })
        } else {
            Err(self.errors)
        }
    }

    /// A phase is about to take effect: looks at what its project requires and excludes.
    pub(super) fn begin(&mut self, date: Date, project: ProjectId, selection: &Selection) {
        self.phase_start = self.applied.len();
        if self.phases_standing[project.index()] > 0 {
            return; // looked at when its first phase came
        }
        let record = &self.plan.projects[project];
        for &required in &record.requires {
            if self.phases_standing[required.index()] > 0 {
                continue;
            }
            let other = &self.plan.projects[required];
            let first =
                other.phases.iter().filter_map(|phase| phase.commissioning).map(|date| date.date).min();
            let why = match first {
                _ if !selection.counts(required, other) => {
                    format!("which does not count ({})", other.status.as_str())
                }
                Some(later) if later > date => format!("which comes on {later} only"),
                Some(_) => "which no longer stands then".to_owned(),
                None => "which has no commissioning date".to_owned(),
            };
            let message = format!("{} ({date}) requires {}, {why}", record.id, other.id);
            self.findings.push(
                Finding::warning(Code::Plan, message)
                    .element(format!("project {}", record.id))
                    .field("requires")
                    .place(record.origin.place.clone())
                    .help(format!("move {} behind {}, or take it out of `requires`", record.id, other.id)),
            );
        }
        for (other, standing) in self.plan.projects.ids().zip(&self.phases_standing) {
            let names = |one: ProjectId, two: ProjectId| self.plan.projects[one].excludes.contains(&two);
            if *standing > 0 && (names(project, other) || names(other, project)) {
                let other = &self.plan.projects[other].id;
                let message =
                    format!("{} ({date}) cannot stand together with {other}, which stands then", record.id);
                self.errors.push(
                    Finding::error(Code::Conflict, message)
                        .element(format!("project {}", record.id))
                        .field("excludes")
                        .place(record.origin.place.clone())
                        .help(format!("defer or cancel one of the two, or use --without {other}")),
                );
            }
        }
    }

    /// All changes of a phase are applied.
    pub(super) fn commissioned(&mut self, project: ProjectId, phase: usize) {
        self.standing.insert((project, phase), self.phase_start..self.applied.len());
        self.phases_standing[project.index()] += 1;
    }

    /// A phase is decommissioned: what it did is undone, backwards.
    pub(super) fn end(&mut self, date: Date, project: ProjectId, phase: usize) {
        let Some(range) = self.standing.remove(&(project, phase)) else { return };
        self.phases_standing[project.index()] -= 1;
        let place = self.plan.projects[project].phases[phase].origin.place.clone();
        let inverses: Vec<Op> =
            self.applied.get(range).unwrap_or(&[]).iter().rev().map(|one| one.inverse.clone()).collect();
        self.ending = true;
        for op in inverses {
            self.step(date, project, phase, &op, place.as_ref());
        }
        self.ending = false;
    }

    /// Applies one change of a phase: a work as the steps that it comes to on the day.
    pub(super) fn apply(&mut self, date: Date, project: ProjectId, phase: usize, change: &Change) {
        let place = change.origin.place.as_ref();
        let Op::Work(work) = &change.op else {
            return self.step(date, project, phase, &change.op, place);
        };
        match lower::steps(&self.network, work) {
            Ok(steps) => {
                for op in steps {
                    self.step(date, project, phase, &op, place);
                }
            }
            Err(misfit) => self.tell(date, project, phase, &change.op, place, misfit),
        }
    }

    /// Applies `op`; one that does not fit is told and done all the same, so that what follows from it is not
    /// told again and again.
    fn step(&mut self, date: Date, project: ProjectId, phase: usize, op: &Op, place: Option<&Place>) {
        if let Err(misfit) = self.check(op) {
            self.tell(date, project, phase, op, place, misfit);
        }
        if let Some(inverse) = inverse(&self.network, op) {
            if matches!(op, Op::Put(_)) {
                self.at_bus = None; // it may stand elsewhere now
            }
            put(&mut self.network, &mut self.moves, op);
            self.applied.push(Applied { date, project, phase, op: op.clone(), inverse });
        }
    }

    fn tell(
        &mut self,
        date: Date,
        project: ProjectId,
        phase: usize,
        op: &Op,
        place: Option<&Place>,
        misfit: Misfit,
    ) {
        // the circuits of a line row share one row of the table: once is enough
        let same = |finding: &Finding| {
            let spot = |place: &Place| (place.file.clone(), place.line);
            finding.place.is_some() && finding.place.as_ref().map(spot) == place.map(spot)
        };
        if self.errors.last().is_some_and(same) {
            return;
        }
        let mut who = self.plan.describe_phase(project, phase);
        let mut help = misfit.help;
        if self.ending {
            who.push_str(", decommissioned,");
            "what it did was changed since: undo that first, or give the works another order"
                .clone_into(&mut help);
        }
        let what = self.network.describe(op.element());
        let message = match op {
            Op::Add(_) => format!("{who} ({date}) cannot add {what}: {}", misfit.why),
            Op::Remove(_) => format!("{who} ({date}) cannot remove {what}: {}", misfit.why),
            Op::Set { field, .. } => {
                format!("{who} ({date}) cannot set `{}` of {what}: {}", field.as_str(), misfit.why)
            }
            Op::Work(work) => {
                format!("{who} ({date}): `{}` of {what} cannot be done: {}", work.kind.as_str(), misfit.why)
            }
            Op::Put(_) | Op::MoveLoad(_) | Op::MoveBack(_) => {
                format!("{who} ({date}) cannot change {what}: {}", misfit.why)
            }
        };
        let mut finding =
            Finding::error(Code::ChangeFails, message).element(what).place(place.cloned()).help(help);
        if let Op::Set { field, .. } = op {
            finding = finding.field(field.as_str());
        }
        self.errors.push(finding);
    }

    fn check(&mut self, op: &Op) -> Result<(), Misfit> {
        match op {
            Op::Add(element) => self.check_add(*element),
            Op::Remove(element) => self.check_remove(*element),
            Op::Set { element, field, from, to } => self.check_set(*element, *field, from.as_ref(), to),
            Op::Put(record) => self.check_put(record),
            Op::MoveLoad(_) | Op::MoveBack(_) | Op::Work(_) => Ok(()),
        }
    }

    /// A record that a work makes is filled before it is built; any other must stand.
    fn check_put(&self, record: &Record) -> Result<(), Misfit> {
        let element = record.element();
        let made = || {
            let works = self.plan.projects.iter().flat_map(|project| &project.phases);
            works.flat_map(|phase| &phase.changes).any(|change| match &change.op {
                Op::Work(work) => work.makes.contains(&element),
                _ => false,
            })
        };
        if self.network.is_built(element) || made() { Ok(()) } else { Err(self.does_not_stand(element)) }
    }

    fn check_add(&self, element: ElementId) -> Result<(), Misfit> {
        if self.network.is_built(element) {
            let (why, help) = match self.last(|op| *op == Op::Add(element)) {
                Some(by) => (
                    format!("{} built it on {}", self.plan.describe_phase(by.project, by.phase), by.date),
                    "delete one of the two changes, or remove the record in between",
                ),
                None => ("it stands already".to_owned(), "move its row to works/, or delete the change"),
            };
            return Err(Misfit { why, help: help.to_owned() });
        }
        for bus in self.network.stands_at(element).into_iter().flatten() {
            if !self.network.buses[bus].built {
                return Err(Misfit {
                    why: format!("its bus {} does not stand", self.network.buses[bus].id),
                    help: self.who_adds(ElementId::Bus(bus)),
                });
            }
        }
        Ok(())
    }

    fn check_remove(&mut self, element: ElementId) -> Result<(), Misfit> {
        if !self.network.is_built(element) {
            return Err(self.does_not_stand(element));
        }
        let ElementId::Bus(bus) = element else { return Ok(()) };
        let network = &self.network;
        let at_bus = self.at_bus.get_or_insert_with(|| joined(network));
        let mut left = at_bus[bus.index()].iter().filter(|&&one| network.is_built(one));
        match left.next() {
            None => Ok(()),
            Some(&first) => {
                let first = network.describe(first);
                let more = match left.count() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let help = format!("remove {first} first, or move it to another bus");
                Err(Misfit { why: format!("{first}{more} still stands there"), help })
            }
        }
    }

    fn check_set(
        &self,
        element: ElementId,
        field: Field,
        from: Option<&Value>,
        to: &Value,
    ) -> Result<(), Misfit> {
        if !self.network.is_built(element) {
            return Err(self.does_not_stand(element));
        }
        let now = field.of(&self.network, element).ok_or_else(|| Misfit {
            why: "the record has no such field at hand".to_owned(),
            help: match field {
                Field::Type => "only a record that is given by one type can get another one: remove the record, and add a new one",
                Field::TapPosition => "give the transformer a tap changer in transformers.csv",
                _ => "set another field",
            }
            .to_owned(),
        })?;
        if let Some(from) = from
            && *from != now
        {
            let by = self.last(|op| matches!(op, Op::Set { element: one, field: two, .. } if *one == element && *two == field));
            let by = by.map_or_else(String::new, |by| {
                format!(", since {} ({})", self.plan.describe_phase(by.project, by.phase), by.date)
            });
            return Err(Misfit {
                why: format!("it holds {now}, not {from}{by}"),
                help: format!("write `from` as {now}, or give the works another order"),
            });
        }
        if !field.accepts(&self.network, element, to) {
            return Err(Misfit {
                why: format!("it cannot hold {to}"),
                help: match field {
                    Field::TapPosition => "keep within `tap_min` and `tap_max`".to_owned(),
                    _ => format!("give `to` a value that `{}` can hold", field.as_str()),
                },
            });
        }
        Ok(())
    }

    fn does_not_stand(&self, element: ElementId) -> Misfit {
        match self.last(|op| *op == Op::Remove(element)) {
            Some(by) => Misfit {
                why: format!("{} removed it on {}", self.plan.describe_phase(by.project, by.phase), by.date),
                help: "delete the change, or give the works another order".to_owned(),
            },
            None => Misfit { why: "it does not stand".to_owned(), help: self.who_adds(element) },
        }
    }

    /// The last change applied that is such as asked for.
    fn last(&self, such: impl Fn(&Op) -> bool) -> Option<&Applied> {
        self.applied.iter().rev().find(|one| such(&one.op))
    }

    /// A hint on which project builds a record, and when.
    fn who_adds(&self, element: ElementId) -> String {
        for (project_id, project) in self.plan.projects.iter_ids() {
            for phase in &project.phases {
                let adds = |op: &Op| match op {
                    Op::Work(work) => work.makes.contains(&element),
                    op => *op == Op::Add(element),
                };
                if phase.changes.iter().any(|change| adds(&change.op)) {
                    let when =
                        phase.commissioning.map_or("without a date".to_owned(), |date| date.to_string());
                    let id = &project.id;
                    if self.without.contains(&project_id) {
                        return format!(
                            "{id} adds it and is left out: leave out this work too, or count {id} in"
                        );
                    }
                    return format!(
                        "{id} ({when}, {}) adds it: let it come first, and name it in `requires`",
                        project.status.as_str()
                    );
                }
            }
        }
        format!(
            "no work adds {}: add a change that does, or move its row to the base grid",
            self.network.describe(element)
        )
    }
}

/// What takes `op` back in the state `network`; `None` where it changes nothing there.
fn inverse(network: &Network, op: &Op) -> Option<Op> {
    match op {
        Op::Add(element) => (!network.is_built(*element)).then_some(Op::Remove(*element)),
        Op::Remove(element) => network.is_built(*element).then_some(Op::Add(*element)),
        Op::Set { element, field, to, .. } => {
            let now = field.of(network, *element).filter(|_| field.accepts(network, *element, to))?;
            Some(Op::Set { element: *element, field: *field, from: Some(to.clone()), to: now })
        }
        Op::Put(record) => Record::of(network, record.element()).map(|was| Op::Put(Box::new(was))),
        Op::MoveLoad(load) => Some(Op::MoveBack(*load)),
        Op::MoveBack(load) => Some(Op::MoveLoad(*load)),
        Op::Work(_) => None,
    }
}

/// Does `op` without asking.
pub(super) fn put(network: &mut Network, moves: &mut Vec<LoadMove>, op: &Op) {
    match op {
        Op::Add(element) => network.set_built(*element, true),
        Op::Remove(element) => network.set_built(*element, false),
        Op::Set { element, field, to, .. } => field.put(network, *element, to),
        Op::Put(record) => record.put(network),
        Op::MoveLoad(load) => moves.push(*load),
        Op::MoveBack(load) => {
            if let Some(at) = moves.iter().rposition(|one| one == load) {
                moves.remove(at);
            }
        }
        // never applied itself: its steps are
        Op::Work(_) => {}
    }
}

/// What is joined to each bus, built or not.
fn joined(network: &Network) -> Vec<Vec<ElementId>> {
    let mut at_bus = vec![Vec::new(); network.buses.len()];
    for element in joined_records(network) {
        for bus in network.stands_at(element).into_iter().flatten() {
            at_bus[bus.index()].push(element);
        }
    }
    at_bus
}

/// Every record that stands at a bus.
pub(super) fn joined_records(network: &Network) -> impl Iterator<Item = ElementId> {
    network
        .lines
        .ids()
        .map(ElementId::Line)
        .chain(network.transformers.ids().map(ElementId::Transformer))
        .chain(network.generators.ids().map(ElementId::Generator))
        .chain(network.loads.ids().map(ElementId::Load))
        .chain(network.shunts.ids().map(ElementId::Shunt))
        .chain(network.switches.ids().map(ElementId::Switch))
        .chain(network.transformers3.ids().map(ElementId::Transformer3))
        .chain(network.compensators.ids().map(ElementId::Compensator))
        .chain(network.dc_links.ids().map(ElementId::DcLink))
}
