//! What a load flow found, in engineering units: one column per quantity, rows in id order.
//!
//! Only records that stand in the state at hand have rows. A value that does not exist there (a dead bus, a
//! bus without rated voltage, an unrated branch) is NaN in memory, `null` in JSON and `–` in tables.

use super::control::Action;
use super::nose::Nose;
use crate::finding::Finding;
use crate::ids::{BusId, CompensatorId, DcLinkId, GeneratorId, IslandId, Transformer3Id};
use crate::model::ElementId;

/// A load flow of a whole network: all its islands.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LoadFlow {
    /// How it ended: the worst of the islands.
    pub status: Status,
    /// Newton steps of the island that took most; of a fast-decoupled load flow, sweeps.
    pub iterations: usize,
    /// Largest mismatch over all islands, p.u. on the network's `sbase_mva`.
    pub mismatch_pu: f64,
    /// Each island that has a source, and how it ended.
    pub islands: Vec<IslandReport>,
    /// Buses.
    pub buses: BusColumns,
    /// Lines, then transformers.
    pub branches: BranchColumns,
    /// Windings of three-winding transformers.
    pub windings: WindingColumns,
    /// Generators and boundaries.
    pub generators: GeneratorColumns,
    /// Static compensators.
    pub compensators: CompensatorColumns,
    /// Direct-current links.
    pub links: LinkColumns,
    /// Where the losses arise.
    pub losses: Losses,
    /// Load drawn by all loads that are served.
    pub load_mw: f64,
    /// Reactive load drawn by all loads that are served.
    pub load_mvar: f64,
    /// Load that stands and is switched in but has no supply.
    pub lost_load_mw: f64,
    /// What the controls moved, or could not move though they should; by island and control.
    pub actions: Vec<Action>,
    /// What was assumed, repaired or not found.
    pub findings: Vec<Finding>,
}

/// How a load flow ended.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every mismatch is below the tolerance.
    #[default]
    Converged,
    /// The step limit was reached.
    StepLimit,
    /// The Jacobian could not be factorised.
    Singular,
    /// A mismatch grew beyond all bounds or became not a number.
    Diverged,
    /// Only solutions of the equations were found that are no operating state.
    FalseSolution,
}

impl Status {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::StepLimit => "step_limit",
            Self::Singular => "singular",
            Self::Diverged => "diverged",
            Self::FalseSolution => "false_solution",
        }
    }
}

/// The state a solve started from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Voltages stored with the grid.
    Given,
    /// The solved state of the stage before, or of another scenario.
    Previous,
    /// Angles of a DC load flow, magnitudes at their set-points or 1, and up to three fast-decoupled sweeps from there.
    Fdlf,
    /// Angles of a DC load flow, magnitudes at their set-points or 1.
    Dc,
    /// All angles those of the slack, magnitudes at their set-points or 1.
    #[default]
    Flat,
    /// The same grid with a lighter load, its load and generation raised step by step.
    Homotopy,
}

impl Start {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Previous => "previous",
            Self::Fdlf => "fdlf",
            Self::Dc => "dc",
            Self::Flat => "flat",
            Self::Homotopy => "homotopy",
        }
    }
}

/// How one island ended.
#[derive(Clone, PartialEq, Debug)]
pub struct IslandReport {
    /// Its number.
    pub island: IslandId,
    /// Number of buses of the network in it.
    pub buses: usize,
    /// Its slack buses.
    pub slack: Vec<BusId>,
    /// How it ended.
    pub status: Status,
    /// The start that led there.
    pub start: Start,
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
    /// Largest mismatch left, p.u.
    pub mismatch_pu: f64,
    /// The buses with the largest mismatches, worst first: bus, active (MW), reactive (Mvar). Empty if converged.
    pub worst: Vec<(BusId, f64, f64)>,
    /// If it did not converge: the largest share of its loads, with generation to match, that was found to have a solution, p.u.
    pub solvable_share: Option<f64>,
    /// If it did not converge: the nose on the way up from a lighter load, if one was met.
    pub nose: Option<Nose>,
}

/// Results at buses.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BusColumns {
    /// The bus.
    pub bus: Vec<BusId>,
    /// Voltage magnitude; NaN at a dead bus.
    pub vm_pu: Vec<f64>,
    /// Voltage magnitude; NaN at a dead bus and where the rated voltage is unknown.
    pub vm_kv: Vec<f64>,
    /// Voltage angle; NaN at a dead bus.
    pub va_deg: Vec<f64>,
    /// Active injection of what stands at the bus, generation − load − shunts' constant-power part; shunts are not in it.
    pub p_mw: Vec<f64>,
    /// Reactive injection, likewise.
    pub q_mvar: Vec<f64>,
}

/// Results at lines and transformers. Positive flow leaves the bus at that end.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BranchColumns {
    /// The line or transformer.
    pub branch: Vec<ElementId>,
    /// Its `from` bus.
    pub from: Vec<BusId>,
    /// Its `to` bus.
    pub to: Vec<BusId>,
    /// Whether it is switched in, with both buses alive.
    pub energised: Vec<bool>,
    /// Active power entering at `from`.
    pub p_from_mw: Vec<f64>,
    /// Reactive power entering at `from`.
    pub q_from_mvar: Vec<f64>,
    /// Active power entering at `to`.
    pub p_to_mw: Vec<f64>,
    /// Reactive power entering at `to`.
    pub q_to_mvar: Vec<f64>,
    /// Current at `from`; NaN where the rated voltage is unknown.
    pub i_from_ka: Vec<f64>,
    /// Current at `to`.
    pub i_to_ka: Vec<f64>,
    /// Larger of both ends over the normal rating: apparent power against MVA, current against kA; NaN if unrated.
    pub loading_percent: Vec<f64>,
    /// The same over the emergency rating, or the normal one where there is none.
    pub loading_emergency_percent: Vec<f64>,
    /// Active losses.
    pub loss_mw: Vec<f64>,
    /// Reactive losses, charging counted as negative loss.
    pub loss_mvar: Vec<f64>,
}

/// Results at the windings of three-winding transformers, three rows each. Power enters at the winding's bus.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WindingColumns {
    /// The transformer.
    pub transformer: Vec<Transformer3Id>,
    /// Its winding, from 0.
    pub winding: Vec<usize>,
    /// Bus of the winding.
    pub bus: Vec<BusId>,
    /// Whether it is switched in at a live bus.
    pub energised: Vec<bool>,
    /// Active power entering.
    pub p_mw: Vec<f64>,
    /// Reactive power entering.
    pub q_mvar: Vec<f64>,
    /// Current; NaN where the rated voltage of the bus is unknown.
    pub i_ka: Vec<f64>,
    /// Apparent power or current over the winding's normal rating; NaN if unrated.
    pub loading_percent: Vec<f64>,
    /// The same over its emergency rating, or its normal one where it has none.
    pub loading_emergency_percent: Vec<f64>,
    /// Voltage of the star point, p.u. of the rated voltage of the windings.
    pub star_vm_pu: Vec<f64>,
}

/// Results at generators and boundaries.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GeneratorColumns {
    /// The generator.
    pub generator: Vec<GeneratorId>,
    /// Active power fed in.
    pub p_mw: Vec<f64>,
    /// Reactive power fed in.
    pub q_mvar: Vec<f64>,
    /// By how much the reactive power is outside its limits: positive above the upper, negative below the
    /// lower, 0 within.
    pub q_outside_mvar: Vec<f64>,
}

/// Results at static compensators.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CompensatorColumns {
    /// The compensator.
    pub compensator: Vec<CompensatorId>,
    /// Reactive power fed in; 0 where compensators do not move.
    pub q_mvar: Vec<f64>,
}

/// Results at direct-current links. Positive power leaves the bus into the converter there.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LinkColumns {
    /// The link.
    pub link: Vec<DcLinkId>,
    /// Bus of its first converter; of a line-commutated link the rectifier.
    pub from: Vec<BusId>,
    /// Bus of its second converter.
    pub to: Vec<BusId>,
    /// Whether it is switched in, with both buses alive.
    pub energised: Vec<bool>,
    /// Active power drawn at `from`.
    pub p_from_mw: Vec<f64>,
    /// Reactive power drawn at `from`.
    pub q_from_mvar: Vec<f64>,
    /// Active power drawn at `to`, negative where it feeds in.
    pub p_to_mw: Vec<f64>,
    /// Reactive power drawn at `to`.
    pub q_to_mvar: Vec<f64>,
    /// Direct current, positive from `from` to `to`; NaN where no direct voltage is known.
    pub id_ka: Vec<f64>,
    /// Direct voltage at `from`.
    pub vd_from_kv: Vec<f64>,
    /// Direct voltage at `to`.
    pub vd_to_kv: Vec<f64>,
    /// Firing angle of the rectifier; NaN of voltage-source converters.
    pub angle_from_deg: Vec<f64>,
    /// Extinction angle of the inverter; NaN of voltage-source converters.
    pub angle_to_deg: Vec<f64>,
    /// Losses of line and converters.
    pub loss_mw: Vec<f64>,
}

/// Where losses arise.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Losses {
    /// All branches and direct-current links.
    pub total_mw: f64,
    /// All branches, charging counted as negative loss.
    pub total_mvar: f64,
    /// Active power drawn by shunts.
    pub shunt_mw: f64,
    /// Reactive power drawn by shunts, negative where they feed in; NaN in a DC load flow.
    pub shunt_mvar: f64,
    /// Direct-current links: lines and converters.
    pub links_mw: f64,
    /// Losses of lines by rated voltage and of transformers by higher rated voltage, highest first.
    pub levels: Vec<LevelLosses>,
}

/// Losses at one rated voltage.
#[derive(Clone, PartialEq, Debug)]
pub struct LevelLosses {
    /// Rated voltage (the higher one of a transformer); 0 where unknown.
    pub vn_kv: f64,
    /// Losses of lines.
    pub lines_mw: f64,
    /// Losses of transformers that depend on their load.
    pub transformers_load_mw: f64,
    /// Losses of transformers that do not.
    pub transformers_no_load_mw: f64,
}
