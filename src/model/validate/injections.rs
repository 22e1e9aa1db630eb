//! Buses, loads, shunts and generators: finite values, limits the right way round.

use super::Checker;
use crate::finding::{Code, Finding, Severity};
use crate::ids::Id;
use crate::model::{Control, ElementId};

/// Buses that a finding about many of them names.
const NAMED: usize = 5;

pub(super) fn check(checker: &mut Checker<'_>) {
    bases(checker);
    buses(checker);
    generators(checker);
    let network = checker.network;
    for (id, load) in network.loads.iter_ids() {
        checker.finite(ElementId::Load(id), &[("p_mw", load.p_mw), ("q_mvar", load.q_mvar)]);
    }
    for (id, shunt) in network.shunts.iter_ids() {
        checker.finite(ElementId::Shunt(id), &[("g_mw", shunt.g_mw), ("b_mvar", shunt.b_mvar)]);
        if let Some(bank) = &shunt.bank {
            super::controls::bank(checker, ElementId::Shunt(id), bank, shunt.b_mvar);
        }
    }
}

/// The grid as a whole: something to solve, on bases that can be.
fn bases(checker: &mut Checker<'_>) {
    let network = checker.network;
    if network.buses.is_empty() {
        let finding =
            Finding::error(Code::NoBuses, "the grid has no bus").help("add buses and what stands at them");
        checker.findings.push(finding);
    }
    for (field, value) in [("sbase_mva", network.sbase_mva), ("frequency_hz", network.frequency_hz)] {
        if !(value > 0.0 && value.is_finite()) {
            let finding =
                Finding::error(Code::Value, format!("{field} is {value}, it must be a positive number"));
            checker
                .findings
                .push(finding.field(field).help("give 100 MVA, or 50 Hz, if nothing else is known"));
        }
    }
}

fn buses(checker: &mut Checker<'_>) {
    let network = checker.network;
    let mut without_kv = Vec::new();
    for (id, bus) in network.buses.iter_ids() {
        let element = ElementId::Bus(id);
        checker.finite(element, &[("vn_kv", bus.vn_kv)]);
        if bus.vn_kv < 0.0 {
            let text = format!("{} kV is below zero", bus.vn_kv);
            checker.wrong((element, "vn_kv"), text, "give the rated voltage, line to line");
        } else if bus.vn_kv == 0.0 {
            without_kv.push(id);
        }
        for (field, value) in [("vm_start_pu", bus.vm_start_pu), ("va_start_deg", bus.va_start_deg)] {
            if let Some(value) = value {
                checker.finite(element, &[(field, value)]);
            }
        }
        if bus.vm_start_pu.is_some_and(|vm| vm <= 0.0) {
            let text = format!("{} p.u. is no voltage to start from", bus.vm_start_pu.unwrap_or(0.0));
            checker.wrong((element, "vm_start_pu"), text, "write 1, or the voltage of a solved state");
        }
        checker.in_order(element, ("vm_min_pu", bus.vm_min_pu), ("vm_max_pu", bus.vm_max_pu), "p.u.");
    }
    tell_without_kv(checker, &without_kv);
}

/// One warning for all buses without a rated voltage: some formats never give one.
fn tell_without_kv(checker: &mut Checker<'_>, buses: &[crate::ids::BusId]) {
    let Some(&first) = buses.first() else { return };
    let network = checker.network;
    let mut names: Vec<&str> = buses.iter().take(NAMED).map(|&bus| network.buses[bus].id.as_str()).collect();
    let rest = format!("and {} more", buses.len().saturating_sub(NAMED));
    if buses.len() > NAMED {
        names.push(&rest);
    }
    let (plural, verb) = if buses.len() == 1 { ("bus", "has") } else { ("buses", "have") };
    let text = format!(
        "{plural} {} of {} {verb} no rated voltage: results in kV and kA are missing there",
        names.join(", "),
        network.buses.len()
    );
    let element = checker.name(ElementId::Bus(first));
    let field = (checker.words.field)(crate::model::ElementKind::Bus, "vn_kv");
    let finding = Finding::warning(Code::NoBaseKv, text).element(element).field(field);
    let finding = finding.place(super::place(network, ElementId::Bus(first)));
    checker.findings.push(finding.help("give the rated voltages in kV"));
}

fn generators(checker: &mut Checker<'_>) {
    let network = checker.network;
    for (id, g) in network.generators.iter_ids() {
        let element = ElementId::Generator(id);
        checker.finite(element, &[("p_mw", g.p_mw), ("q_mvar", g.q_mvar)]);
        let setpoint_is_finite = checker.finite(element, &[("vm_setpoint_pu", g.vm_setpoint_pu)]);
        for (field, value) in [
            ("p_min_mw", g.p_min_mw),
            ("p_max_mw", g.p_max_mw),
            ("q_min_mvar", g.q_min_mvar),
            ("q_max_mvar", g.q_max_mvar),
            ("sn_mva", g.sn_mva),
        ] {
            if let Some(value) = value {
                checker.finite(element, &[(field, value)]);
            }
        }
        if setpoint_is_finite && g.control != Control::Fixed && g.vm_setpoint_pu <= 0.0 {
            let text = format!("{} p.u. cannot be held", g.vm_setpoint_pu);
            checker.wrong((element, "vm_setpoint_pu"), text, "give the voltage it holds, near 1 p.u.");
        }
        checker.in_order(element, ("q_min_mvar", g.q_min_mvar), ("q_max_mvar", g.q_max_mvar), "Mvar");
        super::controls::machine(checker, element, g);
        checker.in_order(element, ("p_min_mw", g.p_min_mw), ("p_max_mw", g.p_max_mw), "MW");
        if g.bus.index() >= network.buses.len() {
            checker.tell(Severity::Error, Code::Reference, (element, "bus"), || {
                ("there is no such bus".to_owned(), "name a bus of the grid".to_owned())
            });
        }
    }
}
