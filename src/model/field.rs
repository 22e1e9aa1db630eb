//! The fields that a change can set: read from and written to a record.

use super::{ElementId, Field, LineImpedance, Network, TransformerImpedance, Value};
use crate::ids::{LineTypeId, TransformerTypeId};

/// A field that holds yes or no, a number, or a number that may be missing.
enum Slot<'a> {
    Bool(&'a mut bool),
    Number(&'a mut f64),
    Limit(&'a mut Option<f64>),
}

impl Field {
    /// What the field of a record holds; `None` where the record has no such field.
    #[must_use]
    pub fn of(self, network: &Network, element: ElementId) -> Option<Value> {
        let limit = |value: Option<f64>| value.map_or(Value::Empty, Value::Number);
        Some(match (self, element) {
            (Self::InService, ElementId::Bus(id)) => Value::Bool(network.buses[id].in_service),
            (Self::InService, ElementId::Line(id)) => Value::Bool(network.lines[id].in_service),
            (Self::InService, ElementId::Transformer(id)) => Value::Bool(network.transformers[id].in_service),
            (Self::InService, ElementId::Generator(id)) => Value::Bool(network.generators[id].in_service),
            (Self::InService, ElementId::Load(id)) => Value::Bool(network.loads[id].in_service),
            (Self::InService, ElementId::Shunt(id)) => Value::Bool(network.shunts[id].in_service),
            (Self::InService, ElementId::Transformer3(id)) => {
                Value::Bool(network.transformers3[id].in_service)
            }
            (Self::InService, ElementId::Compensator(id)) => Value::Bool(network.compensators[id].in_service),
            (Self::InService, ElementId::DcLink(id)) => Value::Bool(network.dc_links[id].in_service()),
            (Self::Closed, ElementId::Switch(id)) => Value::Bool(network.switches[id].closed),
            (Self::TapPosition, ElementId::Transformer(id)) => {
                Value::Number(f64::from(network.transformers[id].tap?.position))
            }
            (Self::PMw, ElementId::Generator(id)) => Value::Number(network.generators[id].p_mw),
            (Self::PMw, ElementId::Load(id)) => Value::Number(network.loads[id].p_mw),
            (Self::QMvar, ElementId::Generator(id)) => Value::Number(network.generators[id].q_mvar),
            (Self::QMvar, ElementId::Load(id)) => Value::Number(network.loads[id].q_mvar),
            (Self::VmSetpointPu, ElementId::Generator(id)) => {
                Value::Number(network.generators[id].vm_setpoint_pu)
            }
            (Self::PMaxMw, ElementId::Generator(id)) => limit(network.generators[id].p_max_mw),
            (Self::QMinMvar, ElementId::Generator(id)) => limit(network.generators[id].q_min_mvar),
            (Self::QMaxMvar, ElementId::Generator(id)) => limit(network.generators[id].q_max_mvar),
            (Self::GMw, ElementId::Shunt(id)) => Value::Number(network.shunts[id].g_mw),
            (Self::BMvar, ElementId::Shunt(id)) => Value::Number(network.shunts[id].b_mvar),
            (Self::RatingNormal, ElementId::Line(id)) => limit(network.lines[id].rating.normal),
            (Self::RatingNormal, ElementId::Transformer(id)) => limit(network.transformers[id].rating.normal),
            (Self::RatingEmergency, ElementId::Line(id)) => limit(network.lines[id].rating.emergency),
            (Self::RatingEmergency, ElementId::Transformer(id)) => {
                limit(network.transformers[id].rating.emergency)
            }
            (Self::Type, ElementId::Line(id)) => {
                let LineImpedance::Sections(sections) = &network.lines[id].impedance else { return None };
                let first = sections.first()?.line_type;
                // a line of several types has no one type that could be set, and set back
                let one = sections.iter().all(|section| section.line_type == first);
                Value::Text(network.catalogue.line_types.get(first).filter(|_| one)?.id.clone())
            }
            (Self::Type, ElementId::Transformer(id)) => match network.transformers[id].impedance {
                TransformerImpedance::Type(id) => {
                    Value::Text(network.catalogue.transformer_types.get(id)?.id.clone())
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Whether the field of a record can hold a value.
    #[must_use]
    pub fn accepts(self, network: &Network, element: ElementId, value: &Value) -> bool {
        match (self, element, value) {
            (Self::Type, ElementId::Line(_), Value::Text(id)) => line_type(network, id).is_some(),
            (Self::Type, ElementId::Transformer(_), Value::Text(id)) => {
                transformer_type(network, id).is_some()
            }
            (Self::TapPosition, ElementId::Transformer(id), Value::Number(position)) => {
                let range = |tap: super::Tap| f64::from(tap.min)..=f64::from(tap.max);
                position.fract() == 0.0
                    && network.transformers[id].tap.is_some_and(|tap| range(tap).contains(position))
            }
            (Self::InService | Self::Closed, _, Value::Bool(_)) => true,
            (Self::Type | Self::TapPosition | Self::InService | Self::Closed, _, _) => false,
            (_, _, Value::Number(number)) => number.is_finite(),
            (field, _, Value::Empty) => field.may_be_empty(),
            _ => false,
        }
    }

    /// Sets the field of a record; a value that the field does not accept changes nothing.
    pub fn put(self, network: &mut Network, element: ElementId, value: &Value) {
        if !self.accepts(network, element, value) {
            return;
        }
        match (self, element, value) {
            (Self::Type, ElementId::Line(id), Value::Text(name)) => {
                let found = line_type(network, name);
                if let (Some(found), LineImpedance::Sections(sections)) =
                    (found, &mut network.lines[id].impedance)
                {
                    for section in sections {
                        section.line_type = found;
                    }
                }
            }
            (Self::Type, ElementId::Transformer(id), Value::Text(name)) => {
                let found = transformer_type(network, name);
                if let (Some(found), TransformerImpedance::Type(now)) =
                    (found, &mut network.transformers[id].impedance)
                {
                    *now = found;
                }
            }
            (Self::TapPosition, ElementId::Transformer(id), Value::Number(position)) => {
                if let Some(tap) = &mut network.transformers[id].tap {
                    #[expect(clippy::cast_possible_truncation, reason = "whole, and within min and max")]
                    let position = *position as i32;
                    tap.position = position;
                }
            }
            (Self::InService, ElementId::DcLink(id), Value::Bool(value)) => {
                network.dc_links[id].set_in_service(*value);
            }
            _ => match (self.slot(network, element), value) {
                (Some(Slot::Bool(slot)), Value::Bool(value)) => *slot = *value,
                (Some(Slot::Number(slot)), Value::Number(value)) => *slot = *value,
                (Some(Slot::Limit(slot)), Value::Number(value)) => *slot = Some(*value),
                (Some(Slot::Limit(slot)), Value::Empty) => *slot = None,
                _ => {}
            },
        }
    }

    fn slot(self, network: &mut Network, element: ElementId) -> Option<Slot<'_>> {
        Some(match (self, element) {
            (Self::InService, ElementId::Bus(id)) => Slot::Bool(&mut network.buses[id].in_service),
            (Self::InService, ElementId::Line(id)) => Slot::Bool(&mut network.lines[id].in_service),
            (Self::InService, ElementId::Transformer(id)) => {
                Slot::Bool(&mut network.transformers[id].in_service)
            }
            (Self::InService, ElementId::Generator(id)) => Slot::Bool(&mut network.generators[id].in_service),
            (Self::InService, ElementId::Load(id)) => Slot::Bool(&mut network.loads[id].in_service),
            (Self::InService, ElementId::Shunt(id)) => Slot::Bool(&mut network.shunts[id].in_service),
            (Self::InService, ElementId::Transformer3(id)) => {
                Slot::Bool(&mut network.transformers3[id].in_service)
            }
            (Self::InService, ElementId::Compensator(id)) => {
                Slot::Bool(&mut network.compensators[id].in_service)
            }
            (Self::Closed, ElementId::Switch(id)) => Slot::Bool(&mut network.switches[id].closed),
            (Self::PMw, ElementId::Generator(id)) => Slot::Number(&mut network.generators[id].p_mw),
            (Self::PMw, ElementId::Load(id)) => Slot::Number(&mut network.loads[id].p_mw),
            (Self::QMvar, ElementId::Generator(id)) => Slot::Number(&mut network.generators[id].q_mvar),
            (Self::QMvar, ElementId::Load(id)) => Slot::Number(&mut network.loads[id].q_mvar),
            (Self::VmSetpointPu, ElementId::Generator(id)) => {
                Slot::Number(&mut network.generators[id].vm_setpoint_pu)
            }
            (Self::PMaxMw, ElementId::Generator(id)) => Slot::Limit(&mut network.generators[id].p_max_mw),
            (Self::QMinMvar, ElementId::Generator(id)) => Slot::Limit(&mut network.generators[id].q_min_mvar),
            (Self::QMaxMvar, ElementId::Generator(id)) => Slot::Limit(&mut network.generators[id].q_max_mvar),
            (Self::GMw, ElementId::Shunt(id)) => Slot::Number(&mut network.shunts[id].g_mw),
            (Self::BMvar, ElementId::Shunt(id)) => Slot::Number(&mut network.shunts[id].b_mvar),
            (Self::RatingNormal, ElementId::Line(id)) => Slot::Limit(&mut network.lines[id].rating.normal),
            (Self::RatingNormal, ElementId::Transformer(id)) => {
                Slot::Limit(&mut network.transformers[id].rating.normal)
            }
            (Self::RatingEmergency, ElementId::Line(id)) => {
                Slot::Limit(&mut network.lines[id].rating.emergency)
            }
            (Self::RatingEmergency, ElementId::Transformer(id)) => {
                Slot::Limit(&mut network.transformers[id].rating.emergency)
            }
            _ => return None,
        })
    }
}

fn line_type(network: &Network, id: &str) -> Option<LineTypeId> {
    network.catalogue.line_types.iter_ids().find(|(_, one)| one.id == id).map(|(row, _)| row)
}

fn transformer_type(network: &Network, id: &str) -> Option<TransformerTypeId> {
    network.catalogue.transformer_types.iter_ids().find(|(_, one)| one.id == id).map(|(row, _)| row)
}

impl std::fmt::Display for Value {
    /// As a change writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("none"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}
