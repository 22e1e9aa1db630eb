//! What `headroom` writes: how much more load each station can take.

use super::{Answer, AskedRow, Diagnostic, Document, Input, Kind, Num, TOOL};
use crate::appraise::headroom::{Headroom, HeadroomEffort, MOST_MW, Room, STEP_MW};
use crate::finding::Finding;
use crate::model::Plan;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `headroom`.
pub type HeadroomDocument<'a> = Document<'a, HeadroomOptions<'a>, HeadroomSummary, HeadroomRow<'a>>;

/// What `headroom` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct HeadroomOptions<'a> {
    /// The stages judged.
    pub stages: Vec<&'a str>,
    /// The stations asked about; empty for all that draw load.
    pub stations: Vec<&'a str>,
    /// How grids were made, solved and judged.
    #[serde(flatten)]
    pub asked: AskedRow<'a>,
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct HeadroomSummary {
    /// Stations and states.
    pub rows: usize,
    /// Load beyond which no station was asked, MW.
    pub most_mw: f64,
    /// How fine headroom is found, MW.
    pub step_mw: f64,
    /// Load flows of intact grids.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

/// A station in a state.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Headroom")]
pub struct HeadroomRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Id of the station.
    pub station: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its district.
    pub district: &'a str,
    /// What it draws, MW.
    pub load_mw: Num,
    /// In the intact grid.
    pub intact: RoomRow<'a>,
    /// In the intact grid and after every fault; null where faults are not judged.
    pub after_fault: Option<RoomRow<'a>>,
}

/// How much more, and what ends it.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Room")]
pub struct RoomRow<'a> {
    /// The largest load found that breaks nothing, MW.
    pub p_mw: Num,
    /// Whether it is at least so much, as nothing broke up to the most that was asked.
    pub at_least: bool,
    /// Years until the station's forecast has grown by that; null where it does not within the plan.
    pub years: Num,
    /// `new`, `worse` (broken without more load too), `no_solution`; null where nothing breaks.
    pub change: Option<&'static str>,
    /// Id of the rule that breaks first.
    pub rule: Option<&'a str>,
    /// The table of the element.
    pub element_type: Option<&'static str>,
    /// Id of the element.
    pub element_id: Option<&'a str>,
    /// What was measured.
    pub quantity: Option<&'static str>,
    /// Its value just beyond the headroom, in `unit`.
    pub value: Num,
    /// The same without more load, where the limit is passed there too; else null.
    pub planned: Num,
    /// The limit, in `unit`.
    pub limit: Num,
    /// Unit of value and limit.
    pub unit: Option<&'static str>,
    /// The outage after which it breaks; null in the intact grid.
    pub outage: Option<&'a str>,
}

impl<'a> RoomRow<'a> {
    fn new(plan: &'a Plan, room: &'a Room) -> Self {
        let first = room.first.as_ref();
        Self {
            p_mw: Num(room.p_mw),
            at_least: first.is_none() && !room.unsolved,
            years: room.years.into(),
            change: match (first, room.unsolved, room.planned.is_some()) {
                (_, true, _) => Some("no_solution"),
                (Some(_), _, true) => Some("worse"),
                (Some(_), _, false) => Some("new"),
                (None, ..) => None,
            },
            rule: first.map(|v| v.rule.as_str()),
            element_type: first.and_then(|v| v.element).map(|element| element.kind().as_str()),
            element_id: first.and_then(|v| v.element).map(|element| plan.network.id_of(element)),
            quantity: first.map(|v| v.quantity),
            value: first.map(|v| v.value).into(),
            planned: room.planned.into(),
            limit: first.map(|v| v.limit).into(),
            unit: first.map(|v| v.unit),
            outage: first.and_then(|v| v.fault.as_ref()).map(|fault| fault.outage.as_str()),
        }
    }
}

impl<'a> HeadroomRow<'a> {
    /// The row of a station in a state.
    #[must_use]
    pub fn new(plan: &'a Plan, row: &'a Headroom) -> Self {
        let station = &plan.network.substations[row.station];
        Self {
            stage: &plan.stages[row.stage].id,
            scenario: &plan.scenarios[row.scenario].id,
            station: &station.id,
            name: &station.name,
            district: &station.district,
            load_mw: Num(row.load_mw),
            intact: RoomRow::new(plan, &row.intact),
            after_fault: row.after_fault.as_ref().map(|room| RoomRow::new(plan, room)),
        }
    }
}

/// The document of headrooms.
#[must_use]
pub fn headroom<'a>(
    inputs: Vec<Input<'a>>,
    options: HeadroomOptions<'a>,
    plan: &'a Plan,
    (rows, effort): (&'a [Headroom], HeadroomEffort),
    findings: &'a [Finding],
) -> HeadroomDocument<'a> {
    Document {
        schema: Kind::Headroom.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Solved,
        exit_code: 0,
        summary: Some(HeadroomSummary {
            rows: rows.len(),
            most_mw: MOST_MW,
            step_mw: STEP_MW,
            intact: effort.intact,
            outages: effort.outages,
        }),
        cases: rows.iter().map(|row| HeadroomRow::new(plan, row)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
