//! All that one record holds, so that a change can replace it and put it back as it was.

use super::{
    Compensator, ElementId, Generator, Line, Load, Network, Shunt, Switch, Transformer, Transformer3,
};
use crate::ids::{
    BusId, CompensatorId, GeneratorId, LineId, LoadId, ShuntId, SwitchId, Transformer3Id, TransformerId,
};

/// A record with its row number.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the words say it")]
#[expect(clippy::large_enum_variant, reason = "always in a box, one a change")]
pub enum Record {
    Line(LineId, Line),
    Transformer(TransformerId, Transformer),
    Transformer3(Transformer3Id, Transformer3),
    Generator(GeneratorId, Generator),
    Load(LoadId, Load),
    Shunt(ShuntId, Shunt),
    Switch(SwitchId, Switch),
    Compensator(CompensatorId, Compensator),
}

impl Record {
    /// What a record holds; `None` for a substation, a bus or a direct-current link, which no change replaces.
    #[must_use]
    pub fn of(network: &Network, element: ElementId) -> Option<Self> {
        Some(match element {
            ElementId::Line(id) => Self::Line(id, network.lines[id].clone()),
            ElementId::Transformer(id) => Self::Transformer(id, network.transformers[id].clone()),
            ElementId::Transformer3(id) => Self::Transformer3(id, network.transformers3[id].clone()),
            ElementId::Generator(id) => Self::Generator(id, network.generators[id].clone()),
            ElementId::Load(id) => Self::Load(id, network.loads[id].clone()),
            ElementId::Shunt(id) => Self::Shunt(id, network.shunts[id].clone()),
            ElementId::Switch(id) => Self::Switch(id, network.switches[id].clone()),
            ElementId::Compensator(id) => Self::Compensator(id, network.compensators[id].clone()),
            ElementId::Substation(_) | ElementId::Bus(_) | ElementId::DcLink(_) => return None,
        })
    }

    /// The record that it is.
    #[must_use]
    pub fn element(&self) -> ElementId {
        match *self {
            Self::Line(id, _) => ElementId::Line(id),
            Self::Transformer(id, _) => ElementId::Transformer(id),
            Self::Transformer3(id, _) => ElementId::Transformer3(id),
            Self::Generator(id, _) => ElementId::Generator(id),
            Self::Load(id, _) => ElementId::Load(id),
            Self::Shunt(id, _) => ElementId::Shunt(id),
            Self::Switch(id, _) => ElementId::Switch(id),
            Self::Compensator(id, _) => ElementId::Compensator(id),
        }
    }

    /// Makes the network hold it. Whether it stands is another matter, and stays.
    pub fn put(&self, network: &mut Network) {
        let element = self.element();
        let built = network.is_built(element);
        match self {
            Self::Line(id, one) => network.lines[*id] = one.clone(),
            Self::Transformer(id, one) => network.transformers[*id] = one.clone(),
            Self::Transformer3(id, one) => network.transformers3[*id] = one.clone(),
            Self::Generator(id, one) => network.generators[*id] = one.clone(),
            Self::Load(id, one) => network.loads[*id] = one.clone(),
            Self::Shunt(id, one) => network.shunts[*id] = one.clone(),
            Self::Switch(id, one) => network.switches[*id] = one.clone(),
            Self::Compensator(id, one) => network.compensators[*id] = one.clone(),
        }
        network.set_built(element, built);
    }

    /// The same at the bus `to` wherever it was at the bus `from`.
    #[must_use]
    pub fn moved(mut self, from: BusId, to: BusId) -> Self {
        let place = |bus: &mut BusId| {
            if *bus == from {
                *bus = to;
            }
        };
        match &mut self {
            Self::Line(_, one) => {
                place(&mut one.from);
                place(&mut one.to);
            }
            Self::Transformer(_, one) => {
                place(&mut one.from);
                place(&mut one.to);
            }
            Self::Transformer3(_, one) => one.windings.iter_mut().for_each(|winding| place(&mut winding.bus)),
            Self::Generator(_, one) => place(&mut one.bus),
            Self::Load(_, one) => place(&mut one.bus),
            Self::Shunt(_, one) => place(&mut one.bus),
            Self::Switch(_, one) => {
                place(&mut one.from);
                place(&mut one.to);
            }
            Self::Compensator(_, one) => place(&mut one.bus),
        }
        self
    }
}
