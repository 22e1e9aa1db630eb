//! The controls that move a solved state: one file each, in a stated order, until none of them moves any more.
//!
//! ```text
//! solve → 0 loads by voltage, direct-current links → 1 machines' limits → 2 remote voltages and compensators → 3 phase shifters → 4 tap changers → 5 shunts → 6 areas
//!           └──── the first of them that has something to move moves it, and the case is solved again ────┘
//! ```
//!
//! The quick ones settle before the slow ones move, as in a real grid, so that no tap is moved for a voltage that a
//! machine still holds. Every solve starts from the state before, on one layout of the grid ([`Solver`]): a
//! control changes injections, kinds, branch values and shunts, and none of them changes what is joined to what.
//!
//! Nothing is drawn by lot and no order depends on a thread: equal grids give equal moves. A control that comes back
//! to a position it had left is frozen there and told, so the rounds end; [`ROUNDS`] is a backstop that is told too.

mod aim;
mod device;
mod interchange;
mod links;
mod loads;
mod machines;
mod shunts;
mod sources;
mod state;
mod stepper;
mod steps;
mod taps;

pub(super) use interchange::interchanging;
pub(super) use machines::Holding;
pub(crate) use machines::limits_mvar;
pub(super) use machines::share;

use crate::case::Islands;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Id as _, IslandId};
use crate::model::{DcLink, ElementId, Load, LoadModel, Network};
use num_complex::Complex64;
use state::State;

use super::kernel::Solver;
use super::newton::Options;
use super::result::{IslandReport, Status};
use super::slack::Sharing;
use state::Settled;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The controls that move. All off, the load flow is that of the grid as it stands, bit for bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Controls {
    /// Generators and compensators keep their limits, and hold remote buses.
    pub q_limits: bool,
    /// Tap changers and phase shifters move.
    pub taps: bool,
    /// Shunts are switched.
    pub shunts: bool,
    /// Areas hold what they are scheduled to exchange.
    pub interchange: bool,
}

impl Controls {
    /// None moves.
    pub const OFF: Self = Self { q_limits: false, taps: false, shunts: false, interchange: false };
    /// All move but those that hold the interchange of areas: what files schedule there is seldom meant.
    pub const ON: Self = Self { q_limits: true, taps: true, shunts: true, interchange: false };

    /// What stands still in a grid.
    #[must_use]
    pub fn at_rest(self, network: &Network) -> Vec<Still> {
        let mut still = Vec::new();
        if !self.q_limits {
            still.push(Still::ReactiveLimits);
        }
        if !self.taps {
            still.push(Still::Taps);
        }
        if !self.shunts {
            still.push(Still::Shunts);
        }
        if !self.interchange && !network.areas.is_empty() {
            still.push(Still::Interchange);
        }
        still
    }
}

/// What stands still though it could move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Still {
    /// Reactive limits, remote buses, compensators.
    ReactiveLimits,
    /// Tap changers and phase shifters.
    Taps,
    /// Shunts.
    Shunts,
    /// The interchange of areas.
    Interchange,
}

impl Still {
    /// The word used in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReactiveLimits => "reactive_limits",
            Self::Taps => "taps",
            Self::Shunts => "shunts",
            Self::Interchange => "interchange",
        }
    }

    /// The same as a sentence in English.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ReactiveLimits => {
                "Reactive limits of generators are told and not kept; remote buses and compensators are not held."
            }
            Self::Taps => "Tap changers and phase shifters stay where the input puts them.",
            Self::Shunts => "Shunts stay as they are switched.",
            Self::Interchange => {
                "The interchange that areas are scheduled for is not held (--interchange on)."
            }
        }
    }
}

/// What a control moved, from the state as given to the state found; or could not move though it should.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// The record that was moved.
    pub element: ElementId,
    /// What of it, by the column name of the plan's tables: its unit is the last word of the name.
    pub quantity: &'static str,
    /// As given; of a machine at a limit, what holding its voltage would have taken when it was first exceeded.
    pub from: f64,
    /// As found.
    pub to: f64,
    /// What is held, in words, with what was found and what was wanted.
    pub why: String,
    /// How it ended.
    pub ended: Ended,
    /// The limit that binds, in words; empty where none does.
    pub limit: String,
    /// Rounds in which it moved.
    pub rounds: usize,
}

/// How a control ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ended {
    /// What it holds is where it should be.
    Met,
    /// It stands at a limit, and what it holds is not where it should be.
    AtLimit,
    /// It came back to a former position and was frozen there.
    Frozen,
    /// Something else holds what it should hold, or it has no effect there.
    Blocked,
}

impl Ended {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::AtLimit => "at_limit",
            Self::Frozen => "frozen",
            Self::Blocked => "blocked",
        }
    }
}

/// Rounds after which the controls are stopped; told, as something then still moves.
const ROUNDS: usize = 60;

/// One control: what it sees in a solved state, and what it does about it.
trait Control {
    /// Moves what has to be moved; says whether anything was.
    fn act(&mut self, state: &mut State<'_>) -> bool;
    /// What it did, and what it could not do.
    fn tell(&self, state: &State<'_>, told: &mut Told);
}

/// What the controls have to tell in the end.
#[derive(Debug, Default)]
struct Told {
    actions: Vec<Action>,
    findings: Vec<Finding>,
}

/// What the controls made of a network.
pub(super) struct Moved<'a> {
    /// The grid as they left it.
    pub(super) network: Cow<'a, Network>,
    /// What machines and compensators feed in by their decision.
    pub(super) holding: Holding,
    /// What was moved.
    pub(super) actions: Vec<Action>,
}

/// How the controls move.
pub(super) struct Rules {
    pub(super) controls: Controls,
    /// How each island shares what it lacks; `None` where its slack balances alone.
    pub(super) sharing: Vec<Option<Sharing>>,
    /// The solvers that are laid out for the islands.
    pub(super) solvers: Vec<Option<Solver>>,
    pub(super) newton: Options,
}

/// Lets the controls of all solved islands move: cases, voltages and reports become those of the end.
pub(super) fn run<'a>(
    network: &'a Network,
    islands: &mut Islands,
    rules: Rules,
    (solved, reports): (&mut [Vec<Complex64>], &mut [IslandReport]),
    findings: &mut Vec<Finding>,
) -> Moved<'a> {
    let mut moved =
        Moved { network: Cow::Borrowed(network), holding: Holding::default(), actions: Vec::new() };
    let Rules { controls, sharing, solvers, newton } = rules;
    let follows = |load: &Load| load.model != LoadModel::Power;
    let shared = sharing.iter().any(Option::is_some);
    let linked = network.dc_links.iter().any(|link| link.built() && link.in_service());
    if controls == Controls::OFF && !shared && !linked && !network.loads.iter().any(follows) {
        return moved;
    }
    let mut ends: BTreeMap<BusId, f64> = BTreeMap::new();
    for bus in network.dc_links.iter().flat_map(DcLink::buses) {
        if let Some((island, node)) = islands.map.node(bus) {
            ends.insert(bus, solved[island.index()][node.index()].norm());
        }
    }
    let ids: Vec<IslandId> = islands.cases.ids().collect();
    let each =
        ids.into_iter().zip(sharing.into_iter().zip(solvers)).zip(solved.iter_mut().zip(reports.iter_mut()));
    for ((id, (sharing, solver)), (v, report)) in each {
        if report.status != Status::Converged {
            continue;
        }
        let mut state = State::new(&moved.network, islands, id, &newton, v);
        state.sharing = sharing;
        state.solver = solver;
        state.elsewhere.clone_from(&ends);
        let settled = settle(state, controls);
        findings.extend(settled.findings);
        moved.actions.extend(settled.actions);
        moved.holding.join(settled.holding);
        if let Some(last) = settled.last {
            report.rounds = settled.rounds;
            report.control_iterations = settled.steps;
            report.status = last.status;
            report.mismatch_pu = last.mismatch();
            if last.status != Status::Converged {
                findings.push(unsettled(report, controls));
            }
            for (bus, vm) in &mut ends {
                if let Some((_, node)) = islands.map.node(*bus).filter(|&(island, _)| island == id) {
                    *vm = settled.v[node.index()].norm();
                }
            }
            *v = settled.v;
            islands.cases[id] = settled.case;
        }
        if let Some(network) = settled.network {
            moved.network = Cow::Owned(network);
        }
    }
    moved
}

fn unsettled(report: &IslandReport, controls: Controls) -> Finding {
    let message = format!(
        "island {}: solved with its controls at rest, but no solution was found after they had moved {} times",
        report.island.index(),
        report.rounds
    );
    let off = if controls.q_limits {
        "solve with --q-limits off: reactive power may be missing where machines are at their limits"
    } else {
        "solve with --taps off and --shunts off, and look at what they hold"
    };
    Finding::error(Code::NoSolution, message).help(off)
}

/// Lets the controls of a solved island move.
fn settle(mut state: State<'_>, controls: Controls) -> Settled {
    if state.sharing.is_some() {
        state.solve();
    }
    let mut told = Told::default();
    let mut all: Vec<Box<dyn Control>> = Vec::new();
    let mut add = |control: Option<Box<dyn Control>>| all.extend(control);
    add(loads::all(&state));
    add(links::all(&state, controls.taps));
    if controls.q_limits {
        add(machines::limits(&state));
    }
    add(sources::all(&state, controls.q_limits, &mut told));
    if controls.taps {
        add(taps::phase_shifters(&state));
        add(taps::series(&state));
        add(taps::changers(&mut state, &mut told));
    }
    if controls.shunts {
        add(shunts::banks(&mut state, &mut told));
    }
    if controls.interchange {
        add(interchange::areas(&state, &mut told));
    }
    while state.rounds < ROUNDS && state.status == Status::Converged {
        if !all.iter_mut().any(|control| control.act(&mut state)) {
            break;
        }
        state.rounds += 1;
        state.solve();
    }
    if state.status == Status::Converged {
        if state.rounds == ROUNDS {
            let message =
                format!("the controls were stopped after {ROUNDS} rounds, and something still moved");
            let help = "look at the controls with most rounds: two of them may work against each other";
            told.findings.push(Finding::warning(Code::Hunting, message).help(help));
        }
        state.tell_shares(&mut told);
        for control in &all {
            control.tell(&state, &mut told);
        }
    }
    state.settled(told)
}
