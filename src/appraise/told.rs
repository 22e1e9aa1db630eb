//! What the appraiser must know beside the verdict: what was not judged, moved or assumed.

use crate::finding::Finding;
use crate::ids::{ScenarioId, StageId, SubstationId};
use crate::model::Name;

/// A stage in a scenario.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct State {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
}

/// A rule that is asked but was not judged in any state, or not in some.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotJudged {
    /// Id of the rule.
    pub rule: Name,
    /// Name of the criterion.
    pub criterion: &'static str,
    /// Why not, in a sentence.
    pub reason: String,
    /// Where it was not judged.
    pub states: Vec<State>,
}

/// Load that a neighbouring station carries because its own is not in service.
#[derive(Clone, PartialEq, Debug)]
pub struct MovedLoad {
    /// The station that is not in service.
    pub from: SubstationId,
    /// The station that carries its load.
    pub to: SubstationId,
    /// How much, by state [MW].
    pub p_mw: Vec<(State, f64)>,
}

/// A finding of the grids or load flows, told once.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// The finding; `stage` and `scenario` are empty if it shows in every judged state or in several.
    pub finding: Finding,
    /// Where it shows, in the order of the plan.
    pub states: Vec<State>,
}
