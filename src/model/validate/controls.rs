//! What moves: bands the right way round and wide enough, steps that do something, curves that rise.

use super::Checker;
use crate::finding::{Code, Severity};
use crate::model::{Bank, ElementId, Generator, PhaseControl, Tap, TapControl, TapTarget};

/// Voltages that no equipment of a grid is meant to hold [p.u.].
const REACHABLE_PU: std::ops::RangeInclusive<f64> = 0.7..=1.3;

fn band(
    checker: &mut Checker<'_>,
    element: ElementId,
    (low_field, low): (&'static str, f64),
    (high_field, high): (&'static str, f64),
    unit: &str,
) -> bool {
    let finite = checker.finite(element, &[(low_field, low), (high_field, high)]);
    checker.in_order(element, (low_field, Some(low)), (high_field, Some(high)), unit);
    finite && low <= high
}

fn voltage_band(checker: &mut Checker<'_>, element: ElementId, low: f64, high: f64) -> bool {
    let good = band(checker, element, ("hold_min_pu", low), ("hold_max_pu", high), "p.u.");
    if good && (high < *REACHABLE_PU.start() || low > *REACHABLE_PU.end()) {
        let text = format!("{low} to {high} p.u. cannot be reached");
        checker.wrong(
            (element, "hold_min_pu"),
            text,
            "give the band in p.u. of the rated voltage of the bus that is held, near 1",
        );
    }
    good
}

/// A tap changer that moves.
pub(super) fn tap(checker: &mut Checker<'_>, element: ElementId, tap: Option<&Tap>, control: &TapControl) {
    let Some(tap) = tap else {
        let text = "it holds something, but has no tap changer";
        checker.wrong((element, "tap_side"), text, "give the tapped winding, its range and its step");
        return;
    };
    if tap.step_percent == 0.0 || tap.min == tap.max {
        let field = if tap.min == tap.max { "tap_max" } else { "tap_step_percent" };
        let text = "it holds something, but its tap changer moves nothing";
        checker.wrong((element, field), text, "give it a range and the turns of a step, or no band to hold");
    }
    match control.target {
        TapTarget::Voltage { min_pu, max_pu, drop, .. } => {
            if let Some(drop) = drop {
                checker.finite(element, &[("hold_drop_r_pu", drop.r_pu), ("hold_drop_x_pu", drop.x_pu)]);
            }
            let width = max_pu - min_pu;
            let step = (tap.step_percent / 100.0).abs();
            if voltage_band(checker, element, min_pu, max_pu) && width < step {
                checker.tell(Severity::Warning, Code::Plausibility, (element, "hold_max_pu"), || {
                    (
                        format!("the band of {width:.4} p.u. is narrower than a step of {step:.4}: no position may lie in it"),
                        "make the band at least one and a half steps wide".to_owned(),
                    )
                });
            }
        }
        TapTarget::Reactive { min_mvar, max_mvar } => {
            band(checker, element, ("hold_min_mvar", min_mvar), ("hold_max_mvar", max_mvar), "Mvar");
        }
    }
}

/// A phase shifter that moves.
pub(super) fn phase(checker: &mut Checker<'_>, element: ElementId, shift_deg: f64, control: &PhaseControl) {
    band(checker, element, ("hold_min_mw", control.p_min_mw), ("hold_max_mw", control.p_max_mw), "MW");
    let range = (control.shift_min_deg, control.shift_max_deg);
    let good = band(checker, element, ("shift_min_deg", range.0), ("shift_max_deg", range.1), "degree");
    if good && !(range.0..=range.1).contains(&shift_deg) {
        let text = format!("{shift_deg} degree is outside of its range of {} to {}", range.0, range.1);
        checker.wrong((element, "shift_deg"), text, "give an angle that it has");
    }
    if checker.finite(element, &[("shift_step_deg", control.shift_step_deg)]) && control.shift_step_deg < 0.0
    {
        let text = format!("{} degree is no step", control.shift_step_deg);
        checker.wrong((element, "shift_step_deg"), text, "give the angle of one step, or 0 for any angle");
    }
}

/// A switched shunt.
pub(super) fn bank(checker: &mut Checker<'_>, element: ElementId, bank: &Bank, b_mvar: f64) {
    if bank.blocks.is_empty() {
        checker.wrong((element, "steps_mvar"), "it has no step", "give number and size of its steps");
    }
    for block in &bank.blocks {
        if !block.step_mvar.is_finite() || block.step_mvar == 0.0 || block.steps == 0 {
            let text = format!("{} x {} Mvar moves nothing", block.steps, block.step_mvar);
            checker.wrong((element, "steps_mvar"), text, "give number and size of the steps of each block");
            return;
        }
    }
    let sum = |positive: bool| -> f64 {
        let blocks = bank.blocks.iter().filter(|block| (block.step_mvar > 0.0) == positive);
        blocks.map(|block| f64::from(block.steps) * block.step_mvar).sum::<f64>() + 0.0
    };
    let (least, most) = (sum(false), sum(true));
    if b_mvar < least - 1e-6 || b_mvar > most + 1e-6 {
        checker.tell(Severity::Warning, Code::Plausibility, (element, "b_mvar"), || {
            (
                format!("{b_mvar} Mvar is outside of what its steps have, {least} to {most}: it counts as a step of its own"),
                "give what is switched in at hand, or the missing steps".to_owned(),
            )
        });
    }
    if let Some(control) = &bank.control {
        voltage_band(checker, element, control.vm_min_pu, control.vm_max_pu);
    }
}

/// Curve and weights of a machine.
pub(super) fn machine(checker: &mut Checker<'_>, element: ElementId, g: &Generator) {
    for (field, weight) in [("q_share", g.q_share), ("participation", g.participation)] {
        if let Some(weight) = weight
            && checker.finite(element, &[(field, weight)])
            && weight < 0.0
        {
            checker.wrong(
                (element, field),
                format!("{weight} is no weight"),
                "give 0 or more, or leave it empty",
            );
        }
    }
    for (k, point) in g.capability.iter().enumerate() {
        let finite = checker.finite(
            element,
            &[("p_mw", point.p_mw), ("q_min_mvar", point.q_min_mvar), ("q_max_mvar", point.q_max_mvar)],
        );
        checker.in_order(
            element,
            ("q_min_mvar", Some(point.q_min_mvar)),
            ("q_max_mvar", Some(point.q_max_mvar)),
            "Mvar",
        );
        if finite && k > 0 && g.capability[k - 1].p_mw >= point.p_mw {
            let text =
                format!("its capability curve goes from {} to {} MW", g.capability[k - 1].p_mw, point.p_mw);
            checker.wrong((element, "p_mw"), text, "order the points by rising active power");
        }
    }
}
