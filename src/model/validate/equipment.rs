//! Three-winding transformers, series compensation, compensators, direct-current links, areas: finite values, limits the
//! right way round, ranges that move something.

use super::{Checker, branches, controls};
use crate::finding::{Code, Severity};
use crate::model::{
    ConverterAc, DcLink, ElementId, Lcc, LccOrder, Line, SeriesCompensation, StarImpedance, Transformer3,
    Vsc, VscDc,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = checker.network;
    for (id, t) in network.transformers3.iter_ids() {
        transformer3(checker, ElementId::Transformer3(id), t);
    }
    for (id, Line { series, .. }) in network.lines.iter_ids() {
        if let Some(series) = series {
            compensated(checker, ElementId::Line(id), series);
        }
    }
    for (id, one) in network.compensators.iter_ids() {
        let element = ElementId::Compensator(id);
        let limits = one.limits;
        let fields = [
            ("vm_setpoint_pu", one.vm_setpoint_pu),
            ("slope_percent", one.slope_percent),
            ("q_min_mvar", limits.min_mvar),
            ("q_max_mvar", limits.max_mvar),
        ];
        if checker.finite(element, &fields) && one.vm_setpoint_pu <= 0.0 {
            let text = format!("{} p.u. cannot be held", one.vm_setpoint_pu);
            checker.wrong((element, "vm_setpoint_pu"), text, "give the voltage it holds, near 1 p.u.");
        }
        let (low, high) = (Some(limits.min_mvar), Some(limits.max_mvar));
        checker.in_order(element, ("q_min_mvar", low), ("q_max_mvar", high), "Mvar");
    }
    for (id, link) in network.dc_links.iter_ids() {
        let element = ElementId::DcLink(id);
        match link {
            DcLink::Lcc(link) => line_commutated(checker, element, link),
            DcLink::Vsc(link) => voltage_source(checker, element, link),
        }
    }
}

fn transformer3(checker: &mut Checker<'_>, element: ElementId, t: &Transformer3) {
    match t.impedance {
        StarImpedance::Nameplate { sn_mva, uk_percent, pk_kw, p0_kw, i0_percent } => {
            for (field, values) in [("sn_mva", sn_mva), ("uk_percent", uk_percent)] {
                for value in values {
                    if checker.finite(element, &[(field, value)]) && value <= 0.0 {
                        let text = format!("{value} must be above zero");
                        checker.wrong((element, field), text, "take it from the nameplate, pair by pair");
                    }
                }
            }
            let [a, b, c] = pk_kw;
            let losses =
                [("pk_kw", a), ("pk_kw", b), ("pk_kw", c), ("p0_kw", p0_kw), ("i0_percent", i0_percent)];
            checker.finite(element, &losses);
        }
        StarImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
            for k in 0..3 {
                branches::per_unit(checker, element, [r_pu[k], x_pu[k], g_pu, b_pu], sbase_mva);
            }
        }
    }
    for w in &t.windings {
        if checker.finite(element, &[("ratio_pu", w.ratio_pu), ("shift_deg", w.shift_deg)])
            && w.ratio_pu <= 0.0
        {
            let text = format!("{} is no ratio of turns", w.ratio_pu);
            checker.wrong((element, "ratio_pu"), text, "give a positive ratio, near 1");
        }
        if let Some(tap) = &w.tap {
            branches::tap(checker, element, tap);
        }
        if let Some(control) = &w.tap_control {
            controls::tap(checker, element, w.tap.as_ref(), control);
        }
        if let Some(control) = &w.phase_control {
            controls::phase(checker, element, w.shift_deg, control);
        }
        branches::rating(checker, element, &w.rating);
    }
}

fn compensated(checker: &mut Checker<'_>, element: ElementId, series: &SeriesCompensation) {
    let fields = [
        ("series_x_ohm", series.x_ohm),
        ("series_x_min_ohm", series.x_min_ohm),
        ("series_x_max_ohm", series.x_max_ohm),
    ];
    let finite = checker.finite(element, &fields);
    let (low, high) = (Some(series.x_min_ohm), Some(series.x_max_ohm));
    checker.in_order(element, ("series_x_min_ohm", low), ("series_x_max_ohm", high), "ohm");
    let Some(control) = &series.control else { return };
    checker.finite(element, &[("series_p_min_mw", control.p_min_mw), ("series_p_max_mw", control.p_max_mw)]);
    let (low, high) = (Some(control.p_min_mw), Some(control.p_max_mw));
    checker.in_order(element, ("series_p_min_mw", low), ("series_p_max_mw", high), "MW");
    if finite && series.x_max_ohm - series.x_min_ohm == 0.0 {
        let text = "it holds something, but its reactance has no range";
        checker.wrong((element, "series_x_max_ohm"), text, "give the range, or nothing to hold");
    }
}

fn line_commutated(checker: &mut Checker<'_>, element: ElementId, link: &Lcc) {
    let (field, order) = match link.setpoint.order {
        LccOrder::PowerAtRectifier(mw) | LccOrder::PowerAtInverter(mw) => ("p_mw", mw),
        LccOrder::Current(ka) => ("id_ka", ka),
    };
    let head = [
        (field, order),
        ("margin", link.setpoint.margin),
        ("r_ohm", link.r_ohm),
        ("vd_kv", link.vd_kv),
        ("compounding_ohm", link.compounding_ohm),
    ];
    if checker.finite(element, &head) && order < 0.0 {
        let text = format!(
            "{order} is below zero: a line-commutated link carries from its rectifier to its inverter"
        );
        checker.wrong((element, field), text, "swap the converters");
    }
    for one in [&link.rectifier, &link.inverter] {
        let fields = [
            ("angle_min_deg", one.angle_min_deg),
            ("angle_max_deg", one.angle_max_deg),
            ("rc_ohm", one.rc_ohm),
            ("xc_ohm", one.xc_ohm),
            ("ratio_pu", one.ratio_pu),
            ("tap_pu", one.tap_pu),
            ("tap_min_pu", one.tap_min_pu),
            ("tap_max_pu", one.tap_max_pu),
            ("tap_step_pu", one.tap_step_pu),
        ];
        if !checker.finite(element, &fields) {
            continue;
        }
        if one.angle_min_deg > one.angle_max_deg {
            // met in files that solve: the least angle is the one that binds
            checker.tell(Severity::Warning, Code::Plausibility, (element, "angle_max_deg"), || {
                let text = format!(
                    "{} degree is below angle_min_deg, {} degree: the latter is held",
                    one.angle_max_deg, one.angle_min_deg
                );
                (text, "give the range of the angle: are they swapped?".to_owned())
            });
        }
        let order = (("tap_min_pu", Some(one.tap_min_pu)), ("tap_max_pu", Some(one.tap_max_pu)));
        checker.in_order(element, order.0, order.1, "p.u.");
        if one.tap_pu <= 0.0 {
            let text = format!("{} is no ratio of turns", one.tap_pu);
            checker.wrong((element, "tap_pu"), text, "give a positive tap, near 1");
        }
        if one.tap_step_pu < 0.0 {
            let text = format!("{} is no step", one.tap_step_pu);
            checker.wrong((element, "tap_step_pu"), text, "give one step, or 0 where it does not move");
        }
    }
}

fn voltage_source(checker: &mut Checker<'_>, element: ElementId, link: &Vsc) {
    checker.finite(element, &[("r_ohm", link.r_ohm)]);
    for one in &link.converters {
        let dc = match one.dc {
            VscDc::Voltage(kv) => ("vd_kv", kv),
            VscDc::Power(mw) => ("p_mw", mw),
        };
        let ac = match one.ac {
            ConverterAc::Voltage(vm) => ("vm_setpoint_pu", vm),
            ConverterAc::Reactive(mvar) => ("q_mvar", mvar),
        };
        let losses = [("loss_kw", one.loss_kw), ("loss_kw_per_a", one.loss_kw_per_a)];
        let finite = checker.finite(element, &[dc, ac, losses[0], losses[1]]);
        if finite && ac.0 == "vm_setpoint_pu" && ac.1 <= 0.0 {
            let text = format!("{} p.u. cannot be held", ac.1);
            checker.wrong((element, ac.0), text, "give the voltage it holds, near 1 p.u.");
        }
        checker.in_order(element, ("q_min_mvar", one.q_min_mvar), ("q_max_mvar", one.q_max_mvar), "Mvar");
        if let (VscDc::Power(mw), Some(sn)) = (one.dc, one.sn_mva)
            && mw.abs() > sn
        {
            checker.tell(Severity::Warning, Code::Plausibility, (element, "p_mw"), || {
                let text = format!("{mw} MW are more than its rating of {sn} MVA");
                (text, "give the rating of the converter, or less power".to_owned())
            });
        }
    }
}
