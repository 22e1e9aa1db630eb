//! Values that are legal and look like a slip, of unit as a rule. Never an error.

use super::Checker;
use crate::finding::{Code, Severity};
use crate::model::{Control, ElementId, LineImpedance};

/// No single bus draws or feeds this much: kW were taken for MW.
const LARGEST_BUS_MW: f64 = 10_000.0;

/// Voltages that nobody plans to hold, p.u.
const SETPOINTS_PU: std::ops::RangeInclusive<f64> = 0.8..=1.2;

/// Ratios that no tap changer reaches.
const RATIOS_PU: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// A line of high voltage with more impedance than this, on 100 MVA, would be some 1,500 km long at 110 kV.
const LARGEST_LINE_PU_ON_100_MVA: f64 = 5.0;

/// Rated voltage from which lines are judged by that.
const HIGH_VOLTAGE_KV: f64 = 60.0;

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = checker.network;
    let units = "are the units right, MW and not kW?";
    for (id, load) in network.loads.iter_ids() {
        if load.p_mw.abs() > LARGEST_BUS_MW || load.q_mvar.abs() > LARGEST_BUS_MW {
            let text = format!("{} MW and {} Mvar are more than a bus can draw", load.p_mw, load.q_mvar);
            remark(checker, (ElementId::Load(id), "p_mw"), text, units);
        }
    }
    for (id, g) in network.generators.iter_ids() {
        let element = ElementId::Generator(id);
        if g.p_mw.abs() > LARGEST_BUS_MW && g.kind == crate::model::GeneratorKind::Unit {
            remark(checker, (element, "p_mw"), format!("{} MW are more than a plant can feed in", g.p_mw), units);
        }
        if g.in_service && g.control != Control::Fixed && !SETPOINTS_PU.contains(&g.vm_setpoint_pu) {
            let text = format!("{} p.u. is far from any voltage that is held", g.vm_setpoint_pu);
            remark(checker, (element, "vm_setpoint_pu"), text, "give it in p.u. of the bus's rated voltage");
        }
    }
    for (id, t) in network.transformers.iter_ids() {
        if t.ratio_pu > 0.0 && !RATIOS_PU.contains(&t.ratio_pu) {
            let text = format!("{} is far from 1", t.ratio_pu);
            let help = "the ratio is the off-nominal one: 1 where both windings have the rated voltages of their buses";
            remark(checker, (ElementId::Transformer(id), "ratio_pu"), text, help);
        }
    }
    for (id, line) in network.lines.iter_ids() {
        let &LineImpedance::PerUnit { r_pu, x_pu, sbase_mva, .. } = &line.impedance else { continue };
        let z = r_pu.hypot(x_pu) * 100.0 / sbase_mva;
        if z > LARGEST_LINE_PU_ON_100_MVA && network.buses[line.from].vn_kv >= HIGH_VOLTAGE_KV {
            let text = format!("{z:.3} p.u. on 100 MVA is the impedance of a line of more than 1,000 km");
            remark(checker, (ElementId::Line(id), "x_pu"), text, "is it in ohm, or on another base?");
        }
    }
}

fn remark(checker: &mut Checker<'_>, at: (ElementId, &'static str), text: String, help: &str) {
    checker.tell(Severity::Warning, Code::Plausibility, at, || (text, help.to_owned()));
}
