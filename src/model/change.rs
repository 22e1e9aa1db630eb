//! One change of the grid, with what it expects to find, so that it can be checked and undone.

use super::{ElementId, ElementKind, LoadMove, Origin, Record, Work};

/// A change, in its order within a phase.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// What is done.
    pub op: Op,
    /// The bay that it takes; empty where not said.
    pub bay: super::Name,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a change does. A [`Work`] becomes a row of the others on the day on which it takes effect.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// Builds a record that stands in the tables but not yet in the grid.
    Add(ElementId),
    /// Takes a record out of the grid for good.
    Remove(ElementId),
    /// Sets a field of a standing record; refused where the field does not hold `from`.
    Set {
        /// The record.
        element: ElementId,
        /// The field, by its column name in the plan's tables.
        field: Field,
        /// What it must hold before; `None` accepts anything and cannot be undone from the change alone.
        from: Option<Value>,
        /// What it holds after.
        to: Value,
    },
    /// A larger work of a city grid.
    Work(Box<Work>),
    /// Replaces what a record holds, standing or not. Only works become it: no file says it.
    Put(Box<Record>),
    /// Moves load from a station to another. Only works become it.
    MoveLoad(LoadMove),
    /// Takes such a move back. Only works become it.
    MoveBack(LoadMove),
}

impl Op {
    /// The record that is changed; of a work the first that it is done to.
    #[must_use]
    pub fn element(&self) -> ElementId {
        match self {
            Self::Add(element) | Self::Remove(element) | Self::Set { element, .. } => *element,
            Self::Work(work) => work.element(),
            Self::Put(record) => record.element(),
            Self::MoveLoad(load) | Self::MoveBack(load) => ElementId::Substation(load.from),
        }
    }

    /// All records that it is about: those of a work with what it makes and where it goes.
    #[must_use]
    pub fn elements(&self) -> Vec<ElementId> {
        match self {
            Self::Work(work) => work.elements(),
            Self::MoveLoad(load) | Self::MoveBack(load) => {
                vec![ElementId::Substation(load.from), ElementId::Substation(load.to)]
            }
            _ => vec![self.element()],
        }
    }

    /// The same done to another record; a work and what it becomes name theirs themselves.
    #[must_use]
    pub fn with_element(&self, element: ElementId) -> Self {
        match self {
            Self::Add(_) => Self::Add(element),
            Self::Remove(_) => Self::Remove(element),
            Self::Set { field, from, to, .. } => {
                Self::Set { element, field: *field, from: from.clone(), to: to.clone() }
            }
            Self::Work(_) | Self::Put(_) | Self::MoveLoad(_) | Self::MoveBack(_) => self.clone(),
        }
    }
}

/// A field that a change can set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Field {
    /// `in_service` of a bus, line, transformer, generator, load or shunt.
    InService,
    /// `closed` of a switch.
    Closed,
    /// `tap_position` of a transformer.
    TapPosition,
    /// `p_mw` of a generator or load.
    PMw,
    /// `q_mvar` of a generator or load.
    QMvar,
    /// `vm_setpoint_pu` of a generator.
    VmSetpointPu,
    /// `p_max_mw` of a generator.
    PMaxMw,
    /// `q_min_mvar` of a generator.
    QMinMvar,
    /// `q_max_mvar` of a generator.
    QMaxMvar,
    /// `g_mw` of a shunt.
    GMw,
    /// `b_mvar` of a shunt.
    BMvar,
    /// `type` of a line (all its sections) or transformer, by the id in the catalogue.
    Type,
    /// `rating_normal` of a line or transformer, in the unit of its rating.
    RatingNormal,
    /// `rating_emergency` of a line or transformer, in the unit of its rating.
    RatingEmergency,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 14] = [
        Self::InService,
        Self::Closed,
        Self::TapPosition,
        Self::PMw,
        Self::QMvar,
        Self::VmSetpointPu,
        Self::PMaxMw,
        Self::QMinMvar,
        Self::QMaxMvar,
        Self::GMw,
        Self::BMvar,
        Self::Type,
        Self::RatingNormal,
        Self::RatingEmergency,
    ];

    /// The column name in the plan's tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InService => "in_service",
            Self::Closed => "closed",
            Self::TapPosition => "tap_position",
            Self::PMw => "p_mw",
            Self::QMvar => "q_mvar",
            Self::VmSetpointPu => "vm_setpoint_pu",
            Self::PMaxMw => "p_max_mw",
            Self::QMinMvar => "q_min_mvar",
            Self::QMaxMvar => "q_max_mvar",
            Self::GMw => "g_mw",
            Self::BMvar => "b_mvar",
            Self::Type => "type",
            Self::RatingNormal => "rating_normal",
            Self::RatingEmergency => "rating_emergency",
        }
    }
}

/// What kind of value a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FieldKind {
    /// Yes or no.
    Bool,
    /// A number.
    Number,
    /// A whole number: a tap position.
    Position,
    /// The id of a type in the catalogue.
    Type,
}

impl Field {
    /// What kind of value it holds.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::InService | Self::Closed => FieldKind::Bool,
            Self::TapPosition => FieldKind::Position,
            Self::Type => FieldKind::Type,
            _ => FieldKind::Number,
        }
    }

    /// Whether it may hold nothing: unlimited or unknown.
    #[must_use]
    pub fn may_be_empty(self) -> bool {
        use Field::{PMaxMw, QMaxMvar, QMinMvar, RatingEmergency, RatingNormal};
        matches!(self, PMaxMw | QMinMvar | QMaxMvar | RatingNormal | RatingEmergency)
    }

    /// Whether records of `kind` have it.
    #[must_use]
    pub fn belongs_to(self, kind: ElementKind) -> bool {
        use ElementKind::{Generator, Line, Load, Shunt, Substation, Switch, Transformer};
        match self {
            Self::InService => !matches!(kind, Substation | Switch),
            Self::Closed => kind == Switch,
            Self::TapPosition => kind == Transformer,
            Self::PMw | Self::QMvar => matches!(kind, Generator | Load),
            Self::VmSetpointPu | Self::PMaxMw | Self::QMinMvar | Self::QMaxMvar => kind == Generator,
            Self::GMw | Self::BMvar => kind == Shunt,
            Self::Type | Self::RatingNormal | Self::RatingEmergency => matches!(kind, Line | Transformer),
        }
    }
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing: unlimited or unknown.
    Empty,
    /// Yes or no.
    Bool(bool),
    /// A number in the field's unit.
    Number(f64),
    /// An id.
    Text(super::Name),
}
