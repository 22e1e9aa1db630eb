//! The tasks of a yard at work: in lanes first, and by the ladder of starts on the same layout what these do not settle.

use super::super::after::{After, How, Swing};
use super::super::back_feed::{Moved, Stations};
use super::super::extremes::Extremes;
use super::{Task, Yard};
use crate::flow::Status;
use crate::flow::lanes::{self, Base, Change, Found, Settler, Way, in_turn};
use crate::ids::{BusId, Node};
use num_complex::Complex64;

/// Tasks to be solved, and what is to be made of their outages.
pub(super) struct Work<'w, 'a, T> {
    yard: &'w Yard<'a>,
    tasks: &'w [Task],
    transfers: Vec<Transfer>,
    /// Outages before these.
    before: usize,
    extremes: &'w Extremes,
    visit: &'w (dyn Fn(After<'_>) -> T + Sync),
}

/// What neighbours take over after a task.
struct Transfer {
    dead: Vec<BusId>,
    moved: Vec<Moved>,
    /// What is injected in addition, by this and by the task itself [p.u.].
    injections: Vec<(Node, Complex64)>,
    /// Whether a neighbour is on another island.
    elsewhere: bool,
}

/// Why lanes told nothing of a task.
#[derive(Clone, Copy)]
enum Left {
    /// They found no state.
    Unsolved(Status),
    /// They found one that may not be the operating one.
    Doubtful,
    /// It is more than a change of this case.
    Rebuild,
}

/// How a task ended.
struct Ended {
    status: Status,
    how: How,
    solvable_share: Option<f64>,
}

impl<'w, 'a, T: Send> Work<'w, 'a, T> {
    pub(super) fn new(
        yard: &'w Yard<'a>,
        tasks: &'w [Task],
        stations: &Stations<'_>,
        (before, extremes): (usize, &'w Extremes),
        visit: &'w (dyn Fn(After<'_>) -> T + Sync),
    ) -> Self {
        let transfers = tasks.iter().map(|task| Transfer::new(yard, task, stations)).collect();
        Self { yard, tasks, transfers, before, extremes, visit }
    }

    /// See [`Yard::solve`].
    pub(super) fn run(&self) -> Vec<Option<Vec<T>>> {
        let yard = self.yard;
        let base = Base::new(yard.case, &yard.rows, &yard.v);
        let change = |k: usize| self.change(k);
        let found = lanes::each(&base, self.tasks.len(), change, &yard.newton, |found| self.in_lane(&found));
        let left: Vec<(usize, Left)> =
            found.iter().enumerate().filter_map(|(k, found)| Some((k, *found.as_ref().err()?))).collect();
        // One at a time: some take a hundred times as long as others.
        let settled = in_turn(left.len(), || Settler::new(&base), |settler, k| self.settle(settler, left[k]));
        let mut settled = settled.into_iter();
        found.into_iter().map(|found| found.map_or_else(|_| settled.next().flatten(), Some)).collect()
    }

    fn change(&self, k: usize) -> Change<'_> {
        let task = &self.tasks[k];
        let injections = &self.transfers[k].injections;
        Change { out: &task.out, dead: &task.dead, injections, released: &task.released }
    }

    /// What lanes make of a task.
    fn in_lane(&self, found: &Found<'_>) -> Result<Vec<T>, Left> {
        let (yard, k, status) = (self.yard, found.index, found.status);
        if status != Status::Converged {
            return Err(Left::Unsolved(status));
        }
        let (seen, gone) = (yard.stray.look(found.v), (&self.tasks[k].out[..], &self.tasks[k].dead[..]));
        if yard.stray.strays((yard.case, &yard.rows), (found.v, seen), gone) {
            return Err(Left::Doubtful);
        }
        if self.is_more(k, found.v) {
            return Err(Left::Rebuild);
        }
        let how = if found.way == Way::Chords { How::Chords } else { How::Newton };
        Ok(self.told(k, Some((found.v, seen.highest_pu)), &Ended { status, how, solvable_share: None }))
    }

    /// What the ladder makes of a task that lanes left.
    fn settle(&self, settler: &mut Settler<'_>, (k, left): (usize, Left)) -> Option<Vec<T>> {
        let yard = self.yard;
        let leads = match left {
            Left::Rebuild => return None,
            Left::Doubtful => true,
            Left::Unsolved(_) => false,
        };
        if yard.follows_voltage || self.transfers[k].elsewhere {
            return None;
        }
        let climb = settler.settle(&self.change(k), leads, &yard.newton);
        let how = How::Anew;
        match climb.taken {
            Some((_, found)) if found.status == Status::Converged => {
                let v: Vec<[f64; 2]> = (yard.rows.node_of_row().iter())
                    .map(|&node| found.v[node as usize])
                    .map(|v| [v.re, v.im])
                    .collect();
                let ended = Ended { status: found.status, how, solvable_share: None };
                let state = (&v[..], yard.stray.look(&v).highest_pu);
                (!self.is_more(k, &v)).then(|| self.told(k, Some(state), &ended))
            }
            taken => {
                let status = match (left, taken) {
                    (_, Some((_, found))) if found.status == Status::FalseSolution => found.status,
                    (Left::Unsolved(status), _) => status,
                    (_, taken) => taken.map_or(Status::Singular, |(_, found)| found.status),
                };
                let solvable_share = climb.solvable_share;
                Some(self.told(k, None, &Ended { status, how, solvable_share }))
            }
        }
    }

    /// Whether a state asks for more than a change of this case.
    fn is_more(&self, k: usize, v: &[[f64; 2]]) -> bool {
        let transfer = &self.transfers[k];
        transfer.elsewhere || self.yard.exceeds(v, &self.tasks[k], &transfer.injections)
    }

    /// Holds a state, with its highest voltage, against the limits, and hands it out for each outage of a task.
    fn told(&self, k: usize, state: Option<(&[[f64; 2]], f64)>, ended: &Ended) -> Vec<T> {
        let (yard, task) = (self.yard, &self.tasks[k]);
        let Transfer { dead, moved, .. } = &self.transfers[k];
        let first = self.before + task.outages.first().copied().unwrap_or(0);
        let gone = (&task.out[..], &task.dead[..]);
        let mut passed = Vec::new();
        let swing = state.map_or_else(Swing::default, |state| {
            yard.watch.judge(state, gone, (first, self.extremes), &mut passed)
        });
        let told = task.outages.iter().map(|&outage| {
            let outage = self.before + outage;
            (self.visit)(After {
                outage,
                same_as: (first != outage).then_some(first),
                status: ended.status,
                how: ended.how,
                lost_mw: task.lost_mw + yard.served.lost_mw(&task.dead),
                dead,
                moved,
                slack: None,
                passed: &passed,
                swing,
                solvable_share: ended.solvable_share,
            })
        });
        told.collect()
    }
}

impl Transfer {
    fn new(yard: &Yard<'_>, task: &Task, stations: &Stations<'_>) -> Self {
        let (network, islands) = (&yard.grid.network, &yard.grid.islands);
        let dead = yard.buses_of(&task.dead);
        let at = |bus: BusId| islands.map.node(bus);
        let is_alive = |bus: BusId| {
            at(bus).is_some_and(|(id, node)| id != yard.id || task.dead.binary_search(&node).is_err())
        };
        let moved = stations.moved(&dead, &is_alive);
        let mut injections = task.injections.clone();
        let mut elsewhere = false;
        for one in &moved {
            for (load, s) in stations.drawn(one, &is_alive) {
                match at(network.loads[load].bus) {
                    Some((id, node)) if id == yard.id => injections.push((node, -s / network.sbase_mva)),
                    _ => elsewhere = true,
                }
            }
        }
        Self { dead, moved, injections, elsewhere }
    }
}
