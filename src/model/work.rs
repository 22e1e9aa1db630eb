//! The works of a city grid: cut a line into a station, tee one off, add a circuit or a unit, lay a line as cable,
//! split a busbar, move load. What each does to the records is worked out on the day on which it takes effect, from what
//! stands then: see [`crate::model::Replay`].

use super::{Amount, ElementId, ElementKind, Name};
use crate::ids::{BusId, LineTypeId, SubstationId, TransformerTypeId};

/// A work of a city grid. One row of `changes.csv`.
#[derive(Clone, PartialEq, Debug)]
pub struct Work {
    /// What is done.
    pub kind: WorkKind,
    /// What it is done to: all circuits where a line row is named; empty where it makes something anew.
    pub of: Vec<ElementId>,
    /// The records that it makes, in the order that its kind states. They stand in no table of their own, and hold
    /// what the records of `of` held on the day.
    pub makes: Vec<ElementId>,
    /// The name that was given to what it makes; empty where it goes by the rule of its kind.
    pub new_id: Name,
}

/// A stretch of a type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stretch {
    /// Conductor or cable.
    pub line_type: LineTypeId,
    /// Length.
    pub length_km: f64,
}

/// What a work does. `ID` is the row or record that is named.
#[derive(Clone, PartialEq, Debug)]
pub enum WorkKind {
    /// Loops a line into a bus: its two parts `ID/1` (from its `from` end) and `ID/2` take its place. Makes both parts,
    /// circuit by circuit.
    CutIn {
        /// Where it is cut, from its `from` end.
        at_km: f64,
        /// Length of the whole line, where its record does not say.
        line_km: Option<f64>,
        /// The bus that it is looped into.
        bus: BusId,
        /// What is built from there to the bus, once for each part; `None` where the line passes by.
        spur: Option<Stretch>,
    },
    /// Joins a bus to a line by a spur: parts `ID/1` and `ID/2`, the spur `ID/3`, which meet at the bus `ID/T`. Makes,
    /// circuit by circuit, the bus, both parts and the spur.
    TeeOff {
        /// Where, from the `from` end of the line.
        at_km: f64,
        /// Length of the whole line, where its record does not say.
        line_km: Option<f64>,
        /// The bus that the spur leads to.
        bus: BusId,
        /// The spur.
        spur: Stretch,
    },
    /// Takes the spur `ID` away, and the tee with it: the two lines that meet there become one. Makes one line for each
    /// spur.
    Untee,
    /// Adds a circuit like those that are there. Makes it.
    SecondCircuit {
        /// What it is made of, where it differs.
        stretch: Option<Stretch>,
    },
    /// Adds a unit beside a transformer. Makes it.
    AddTransformer {
        /// Its type, where it differs.
        unit: Option<TransformerTypeId>,
    },
    /// Gives a line another conductor on its overhead sections, or a transformer another type. Ratings of its own go:
    /// those of the type hold.
    Uprate {
        /// The type that is replaced; of a line, the sections that have it.
        from: Option<Name>,
        /// The new type.
        to: Name,
    },
    /// Puts a new record with another type in the place of one. Makes one for each.
    Replace {
        /// The type.
        to: Name,
    },
    /// Takes a record out for good; a bus or a station with all that still stands there.
    Retire,
    /// Lays a stretch of a line as cable.
    ToCable {
        /// The cable.
        line_type: LineTypeId,
        /// Where the stretch begins, from the `from` end.
        at_km: f64,
        /// Its length; `None` to the end.
        length_km: Option<f64>,
    },
    /// Splits a busbar: some of what stands there moves to a new bus, joined by an open coupler. Makes bus and coupler.
    SplitBus {
        /// What moves, as named: a row means all its circuits.
        moves: Vec<ElementId>,
    },
    /// Puts all that stands at a bus on another one, and takes the bus out.
    JoinBus {
        /// The bus that stays.
        into: BusId,
    },
    /// Opens a ring point: a line, transformer or switch that was closed.
    Open,
    /// Closes a ring point that was open.
    Close,
    /// Moves load of a station to another one through the medium-voltage grid, for good.
    MoveLoad {
        /// The station that takes over.
        to: SubstationId,
        /// How much: of the forecast at its peak, or as a share of what the station draws.
        amount: Amount,
    },
    /// Adds a shunt. Makes it.
    AddShunt,
}

/// Load that was moved from a station to another one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LoadMove {
    /// The station whose load it was.
    pub from: SubstationId,
    /// The station that draws it now.
    pub to: SubstationId,
    /// How much.
    pub amount: Amount,
}

/// The words of all kinds, with the elements that they are done to, and the columns of `changes.csv` that each needs or
/// may have beside `project`, `phase`, `seq`, `element` and `id`.
pub const WORK_WORDS: [WorkWord; 14] = {
    use ElementKind::{Bus, Line, Load, Shunt, Substation, Switch, Transformer, Transformer3};
    const fn word(
        op: &'static str,
        elements: &'static [ElementKind],
        needs: &'static [&'static str],
        may: &'static [&'static str],
    ) -> WorkWord {
        WorkWord { op, elements, needs, may }
    }
    [
        word("cut_in", &[Line], &["at", "at_km"], &["type", "length_km", "line_km", "new_id"]),
        word("tee_off", &[Line], &["at", "at_km", "type", "length_km"], &["line_km", "new_id"]),
        word("untee", &[Line], &["new_id"], &[]),
        word("second_circuit", &[Line], &[], &["type", "length_km", "new_id"]),
        word("add_transformer", &[Transformer], &["new_id"], &["type"]),
        word("uprate", &[Line, Transformer], &["type"], &["from"]),
        word("replace", &[Line, Transformer], &["type", "new_id"], &[]),
        word(
            "retire",
            &[
                Line,
                Transformer,
                Transformer3,
                Bus,
                Substation,
                Load,
                Shunt,
                Switch,
                ElementKind::Generator,
                ElementKind::Compensator,
                ElementKind::DcLink,
            ],
            &[],
            &[],
        ),
        word("to_cable", &[Line], &["type"], &["at_km", "length_km"]),
        word("split_bus", &[Bus], &["new_id", "moves"], &[]),
        word("join_bus", &[Bus], &["at"], &[]),
        word("open", &[Line, Transformer, Transformer3, Switch], &[], &[]),
        word("close", &[Line, Transformer, Transformer3, Switch], &[], &[]),
        word("move_load", &[Substation], &["at"], &["p_mw", "percent"]),
    ]
};

/// `add_shunt` is apart: its `id` is that of the new shunt.
pub const ADD_SHUNT: WorkWord =
    WorkWord { op: "add_shunt", elements: &[ElementKind::Shunt], needs: &["at", "b_mvar"], may: &[] };

/// A word of `op` in `changes.csv`.
#[derive(Clone, Copy, Debug)]
pub struct WorkWord {
    /// The word.
    pub op: &'static str,
    /// What it can be done to.
    pub elements: &'static [ElementKind],
    /// Columns that must be filled.
    pub needs: &'static [&'static str],
    /// Columns that may be filled.
    pub may: &'static [&'static str],
}

impl WorkKind {
    /// The word in `op`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::CutIn { .. } => "cut_in",
            Self::TeeOff { .. } => "tee_off",
            Self::Untee => "untee",
            Self::SecondCircuit { .. } => "second_circuit",
            Self::AddTransformer { .. } => "add_transformer",
            Self::Uprate { .. } => "uprate",
            Self::Replace { .. } => "replace",
            Self::Retire => "retire",
            Self::ToCable { .. } => "to_cable",
            Self::SplitBus { .. } => "split_bus",
            Self::JoinBus { .. } => "join_bus",
            Self::Open => "open",
            Self::Close => "close",
            Self::MoveLoad { .. } => "move_load",
            Self::AddShunt => "add_shunt",
        }
    }

    /// What it does, in the words of a message: `cut_in` is told as `cut in`.
    #[must_use]
    pub fn words(&self) -> String {
        self.as_str().replace('_', " ")
    }
}

impl Work {
    /// The first record that it is done to, or that it makes.
    #[must_use]
    pub fn element(&self) -> ElementId {
        let first = self.of.first().or(self.makes.first());
        // the reader refuses a work without either
        first.copied().unwrap_or(ElementId::Bus(crate::ids::Id::from_index(0)))
    }

    /// All records that it is about.
    #[must_use]
    pub fn elements(&self) -> Vec<ElementId> {
        let elsewhere: Vec<ElementId> = match &self.kind {
            WorkKind::CutIn { bus, .. } | WorkKind::TeeOff { bus, .. } => vec![ElementId::Bus(*bus)],
            WorkKind::JoinBus { into } => vec![ElementId::Bus(*into)],
            WorkKind::MoveLoad { to, .. } => vec![ElementId::Substation(*to)],
            WorkKind::SplitBus { moves } => moves.clone(),
            _ => Vec::new(),
        };
        self.of.iter().chain(&self.makes).copied().chain(elsewhere).collect()
    }
}
