//! One solved state in JSON.

use super::{Branches, Buses, ExplanationRow, Generators, Num, SolvedState, ViolationRow};
use crate::flow::{Action, CompensatorColumns, IslandReport, LinkColumns, LoadFlow, WindingColumns};
use crate::ids::Id as _;
use crate::model::Network;
use schemars::JsonSchema;
use serde::Serialize;

/// One state: a stage in a scenario, intact or after a contingency.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Case<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// What is out; null for the intact grid.
    pub contingency: Option<&'a str>,
    /// `converged`, or how the load flow ended.
    pub status: &'static str,
    /// The state the solve started from, in the island that took most steps.
    pub start: Option<&'static str>,
    /// Newton steps of the island that took most; of a fast-decoupled load flow, sweeps.
    pub iterations: usize,
    /// Largest mismatch left, p.u. of the base power.
    pub mismatch_pu: Num,
    /// The parts of the grid that have a source of their own.
    pub islands: Vec<IslandRow<'a>>,
    /// Load served.
    pub load_mw: Num,
    /// Reactive load served.
    pub load_mvar: Num,
    /// Load that stands but is not served.
    pub lost_load_mw: Num,
    /// Active losses of all lines, transformers and direct-current links.
    pub losses_mw: Num,
    /// Buses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buses: Option<Buses<'a>>,
    /// Lines, then transformers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branches: Option<Branches<'a>>,
    /// Generators and boundaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generators: Option<Generators<'a>>,
    /// What the controls moved, or could not move though they should.
    pub actions: Vec<ActionRow<'a>>,
    /// Windings of three-winding transformers, three rows each.
    pub windings: Vec<WindingRow<'a>>,
    /// Reactive power of static compensators.
    pub compensators: Vec<CompensatorRow<'a>>,
    /// Direct-current links.
    pub links: Vec<LinkRow<'a>>,
    /// Criteria not met; empty where none were judged.
    pub violations: Vec<ViolationRow<'a>>,
    /// Why it has no solution, and what would help; of a document with several such states, of the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationRow<'a>>,
}

/// A part of the grid that has a source of its own.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Island")]
pub struct IslandRow<'a> {
    /// Its number, from 0.
    pub island: usize,
    /// Number of buses in it.
    pub buses: usize,
    /// Ids of its slack buses.
    pub slack: Vec<&'a str>,
    /// `converged`, or how it ended.
    pub status: &'static str,
    /// The start that led there.
    pub start: &'static str,
    /// Fast-decoupled sweeps before the first Newton step.
    pub sweeps: usize,
    /// Newton steps from that start; of a fast-decoupled load flow, sweeps.
    pub iterations: usize,
    /// How often controls moved and the island was solved again.
    pub rounds: usize,
    /// Newton steps of those solves together.
    pub control_iterations: usize,
    /// Steps of all starts that were tried, and of the way up from a lighter load where it was needed.
    pub steps_in_all: usize,
    /// Steps whose solution was refined, as pivots in a fixed order were not good enough.
    pub refined_steps: usize,
    /// Steps that were taken by a factorisation which chooses its pivots.
    pub pivoting_steps: usize,
    /// Largest mismatch left, p.u. of the base power.
    pub mismatch_pu: Num,
    /// The largest mismatches by bus, worst first; empty if it converged.
    pub worst: Vec<MismatchRow<'a>>,
    /// If it did not converge: the largest share of its loads, with generation to match, found to have a solution.
    pub solvable_share: Num,
}

/// A mismatch left at a bus.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Mismatch")]
pub struct MismatchRow<'a> {
    /// Id of the bus.
    pub bus: &'a str,
    /// Active power that does not add up.
    pub p_mw: Num,
    /// Reactive power that does not add up.
    pub q_mvar: Num,
}

impl<'a> Case<'a> {
    /// A solved state with all its rows; nothing is judged in it.
    #[must_use]
    pub fn solved(state: &SolvedState<'a>) -> Self {
        let SolvedState { network, flow, .. } = *state;
        Self {
            buses: Some(Buses { network, columns: &flow.buses }),
            branches: Some(Branches { network, columns: &flow.branches }),
            generators: Some(Generators { network, columns: &flow.generators }),
            ..Self::without_rows(state)
        }
    }

    /// A state without the rows of its buses, branches and generators.
    #[must_use]
    pub fn without_rows(state: &SolvedState<'a>) -> Self {
        let SolvedState { stage, scenario, network, flow, lost_mw } = *state;
        Self {
            stage,
            scenario,
            contingency: None,
            status: flow.status.as_str(),
            start: slowest(flow).map(|island| island.start.as_str()),
            iterations: flow.iterations,
            mismatch_pu: Num(flow.mismatch_pu),
            islands: flow.islands.iter().map(|island| IslandRow::new(network, island)).collect(),
            load_mw: Num(flow.load_mw),
            load_mvar: Num(flow.load_mvar),
            lost_load_mw: Num(lost_mw),
            losses_mw: Num(flow.losses.total_mw),
            buses: None,
            branches: None,
            generators: None,
            actions: flow.actions.iter().map(|action| ActionRow::new(network, action)).collect(),
            windings: WindingRow::all(network, &flow.windings),
            compensators: CompensatorRow::all(network, &flow.compensators),
            links: LinkRow::all(network, &flow.links),
            violations: Vec::new(),
            explanation: None,
        }
    }
}

/// A winding of a three-winding transformer.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Winding")]
pub struct WindingRow<'a> {
    /// Id of the transformer.
    pub id: &'a str,
    /// Number of the winding, from 1.
    pub winding: usize,
    /// Id of its bus.
    pub bus: &'a str,
    /// Active power entering.
    pub p_mw: Num,
    /// Reactive power entering.
    pub q_mvar: Num,
    /// Current; null where the rated voltage is unknown.
    pub i_ka: Num,
    /// Over its normal rating; null if unrated.
    pub loading_percent: Num,
}

impl<'a> WindingRow<'a> {
    fn all(network: &'a Network, columns: &WindingColumns) -> Vec<Self> {
        let row = |row: usize| Self {
            id: &network.transformers3[columns.transformer[row]].id,
            winding: columns.winding[row] + 1,
            bus: &network.buses[columns.bus[row]].id,
            p_mw: Num(columns.p_mw[row]),
            q_mvar: Num(columns.q_mvar[row]),
            i_ka: Num(columns.i_ka[row]),
            loading_percent: Num(columns.loading_percent[row]),
        };
        (0..columns.transformer.len()).map(row).collect()
    }
}

/// A static compensator.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Compensator")]
pub struct CompensatorRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// Reactive power fed in.
    pub q_mvar: Num,
}

impl<'a> CompensatorRow<'a> {
    fn all(network: &'a Network, columns: &CompensatorColumns) -> Vec<Self> {
        let rows = columns.compensator.iter().zip(&columns.q_mvar);
        rows.map(|(&id, &q)| Self { id: &network.compensators[id].id, q_mvar: Num(q) }).collect()
    }
}

/// A direct-current link. Positive power leaves the bus into the converter there.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "DcLink")]
pub struct LinkRow<'a> {
    /// Its id.
    pub id: &'a str,
    /// Id of the bus of its first converter; of a line-commutated link the rectifier.
    pub from: &'a str,
    /// Id of the bus of its second converter.
    pub to: &'a str,
    /// Active power drawn at `from`.
    pub p_from_mw: Num,
    /// Reactive power drawn at `from`.
    pub q_from_mvar: Num,
    /// Active power drawn at `to`, negative where it feeds in.
    pub p_to_mw: Num,
    /// Reactive power drawn at `to`.
    pub q_to_mvar: Num,
    /// Direct current from `from` to `to`; null where no direct voltage is known.
    pub id_ka: Num,
    /// Direct voltage at `from`.
    pub vd_from_kv: Num,
    /// Direct voltage at `to`.
    pub vd_to_kv: Num,
    /// Firing angle of the rectifier; null of voltage-source converters.
    pub angle_from_deg: Num,
    /// Extinction angle of the inverter.
    pub angle_to_deg: Num,
    /// Losses of line and converters.
    pub loss_mw: Num,
}

impl<'a> LinkRow<'a> {
    fn all(network: &'a Network, columns: &LinkColumns) -> Vec<Self> {
        let row = |row: usize| Self {
            id: network.dc_links[columns.link[row]].id(),
            from: &network.buses[columns.from[row]].id,
            to: &network.buses[columns.to[row]].id,
            p_from_mw: Num(columns.p_from_mw[row]),
            q_from_mvar: Num(columns.q_from_mvar[row]),
            p_to_mw: Num(columns.p_to_mw[row]),
            q_to_mvar: Num(columns.q_to_mvar[row]),
            id_ka: Num(columns.id_ka[row]),
            vd_from_kv: Num(columns.vd_from_kv[row]),
            vd_to_kv: Num(columns.vd_to_kv[row]),
            angle_from_deg: Num(columns.angle_from_deg[row]),
            angle_to_deg: Num(columns.angle_to_deg[row]),
            loss_mw: Num(columns.loss_mw[row]),
        };
        (0..columns.link.len()).map(row).collect()
    }
}

/// What a control moved.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Action")]
pub struct ActionRow<'a> {
    /// `generator`, `load`, `transformer`, `transformer3`, `shunt`, `compensator` or `dc_link`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its id.
    pub id: &'a str,
    /// What was moved, by the column of the plan's tables: its unit is the last word.
    pub quantity: &'static str,
    /// As given; of a machine at a limit, what holding its voltage would have taken.
    pub from: Num,
    /// As found.
    pub to: Num,
    /// What is held, what was wanted and what was found.
    pub why: &'a str,
    /// `met`, `at_limit`, `frozen` or `blocked`.
    pub ended: &'static str,
    /// The limit that binds; empty where none does.
    pub limit: &'a str,
    /// Rounds in which it moved.
    pub rounds: usize,
}

impl<'a> ActionRow<'a> {
    /// An action with the name of its record.
    #[must_use]
    pub fn new(network: &'a Network, action: &'a Action) -> Self {
        Self {
            kind: action.element.kind().as_str(),
            id: network.id_of(action.element),
            quantity: action.quantity,
            from: Num(action.from),
            to: Num(action.to),
            why: &action.why,
            ended: action.ended.as_str(),
            limit: &action.limit,
            rounds: action.rounds,
        }
    }
}

/// The island that took most steps; of several the first.
#[must_use]
pub fn slowest(flow: &LoadFlow) -> Option<&IslandReport> {
    flow.islands.iter().rev().max_by_key(|island| island.iterations)
}

impl<'a> IslandRow<'a> {
    fn new(network: &'a Network, island: &IslandReport) -> Self {
        let id = |bus| network.buses[bus].id.as_str();
        Self {
            island: island.island.index(),
            buses: island.buses,
            slack: island.slack.iter().map(|&bus| id(bus)).collect(),
            status: island.status.as_str(),
            start: island.start.as_str(),
            sweeps: island.sweeps,
            iterations: island.iterations,
            rounds: island.rounds,
            control_iterations: island.control_iterations,
            steps_in_all: island.steps_in_all,
            refined_steps: island.refined_steps,
            pivoting_steps: island.pivoting_steps,
            mismatch_pu: Num(island.mismatch_pu),
            worst: island
                .worst
                .iter()
                .map(|&(bus, p_mw, q_mvar)| MismatchRow {
                    bus: id(bus),
                    p_mw: Num(p_mw),
                    q_mvar: Num(q_mvar),
                })
                .collect(),
            solvable_share: island.solvable_share.into(),
        }
    }
}
