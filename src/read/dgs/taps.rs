//! Tap changers: what they make of the turns of their winding.
//!
//! A step adds `du` percent of the rated turns at the angle `φ`; `n` steps from neutral make
//!
//! ```text
//! ratio or asymmetrical   1 + n·du/100·e^(jφ)           ideal phase shifter   e^(j·n·dφ)
//! symmetrical             angle 2·atan( n·du/200·sin φ / (1 + n·du/200·cos φ) )
//! ```

use super::Reader;
use super::tables::Object;
use crate::finding::Code;
use crate::model::{Side, Tap};
use num_complex::Complex64;

/// The names of a tap changer's columns: position in the element; the others in its type.
pub(super) struct Columns {
    pub(super) position: &'static str,
    pub(super) neutral: &'static str,
    pub(super) min: &'static str,
    pub(super) max: &'static str,
    pub(super) step: &'static str,
    pub(super) angle: &'static str,
    /// Kind of tap changer and degrees of an ideal one, where the type has columns for them.
    pub(super) kind: &'static str,
    pub(super) ideal: &'static str,
}

/// What a tap changer is.
#[derive(Clone, Copy)]
pub(super) enum Changer {
    /// Steps of turns.
    Turns(Tap),
    /// Turns by a complex factor, as it stands.
    Factor(Complex64),
}

impl<'t> Reader<'t> {
    /// The tap changer of an element and its type; `None` where it has none.
    pub(super) fn changer(
        &mut self,
        element: Object<'t>,
        of: Object<'t>,
        columns: &Columns,
    ) -> Option<Changer> {
        let neutral = self.whole(of, columns.neutral, 0);
        let mut position = self.whole(element, columns.position, neutral);
        let (min, max) = (
            self.whole(of, columns.min, position.min(neutral)),
            self.whole(of, columns.max, position.max(neutral)),
        );
        let (step, angle) = (self.real(of, columns.step, 0.0), self.real(of, columns.angle, 0.0));
        let kind = self.whole(of, columns.kind, 0);
        // An angle without an additional voltage is the angle of a step.
        let ideal_deg = match kind {
            1 => self.maybe(of, columns.ideal).unwrap_or(angle),
            _ if step == 0.0 => angle,
            _ => 0.0,
        };
        if step == 0.0 && ideal_deg == 0.0 {
            return None;
        }
        if position < min || position > max {
            let held = position.clamp(min.min(max), max.max(min));
            self.warn(
                element,
                Code::Assumed,
                format!("stands on step {position} of {min} to {max}: step {held} is taken"),
                &format!("mend {} or the range in its type", columns.position),
            );
            position = held;
        }
        let steps = f64::from(position - neutral);
        if ideal_deg != 0.0 {
            return Some(Changer::Factor(Complex64::from_polar(1.0, (steps * ideal_deg).to_radians())));
        }
        let (sin, cos) = angle.to_radians().sin_cos();
        if kind == 2 {
            let half = steps * step / 200.0;
            let turn = 2.0 * (half * sin).atan2(1.0 + half * cos);
            return Some(Changer::Factor(Complex64::from_polar(1.0, turn)));
        }
        if sin.abs() < 1e-9 {
            let step_percent = if cos > 0.0 { step } else { -step };
            return Some(Changer::Turns(Tap { side: Side::From, position, neutral, min, max, step_percent }));
        }
        Some(Changer::Factor(1.0 + Complex64::from_polar(steps * step / 100.0, angle.to_radians())))
    }
}
