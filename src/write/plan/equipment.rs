//! The tables of three-winding transformers, compensators, direct-current links, areas and corrections.

use super::grid::{bus, hold, rating, tap_range};
use super::sheet::{Row, Sheet};
use crate::model::{
    ConverterAc, CorrectionOf, DcLink, LccConverter, LccOrder, Network, Origin, StarImpedance, VscConverter,
    VscDc, layout,
};

pub(super) fn corrections(network: &Network) -> Sheet {
    let mut sheet = Sheet::new(&layout::CORRECTIONS);
    for one in &network.catalogue.corrections {
        for point in &one.points {
            sheet
                .row()
                .text("id", &one.id)
                .word("of", one.of.as_str(), CorrectionOf::Ratio.as_str())
                .number("at", point.at)
                .number("r_factor", point.r_factor)
                .number("x_factor", point.x_factor)
                .origin(&one.origin);
        }
    }
    sheet
}

pub(super) fn transformers3(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::TRANSFORMERS3);
    for one in network.transformers3.iter().filter(|one| one.built == built) {
        let mut row = sheet.row().text("id", &one.id).text("name", &one.name);
        row = match one.impedance {
            StarImpedance::Nameplate { sn_mva, uk_percent, pk_kw, p0_kw, i0_percent } => {
                let row = three(row, ["sn_12_mva", "sn_23_mva", "sn_31_mva"], sn_mva);
                let row = three(row, ["uk_12_percent", "uk_23_percent", "uk_31_percent"], uk_percent);
                three(row, ["pk_12_kw", "pk_23_kw", "pk_31_kw"], pk_kw)
                    .number_or("p0_kw", p0_kw, 0.0)
                    .number_or("i0_percent", i0_percent, 0.0)
            }
            StarImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
                let row = three(row, ["r_12_pu", "r_23_pu", "r_31_pu"], r_pu);
                three(row, ["x_12_pu", "x_23_pu", "x_31_pu"], x_pu)
                    .number_or("g_pu", g_pu, 0.0)
                    .number_or("b_pu", b_pu, 0.0)
                    .number_or("sbase_mva", sbase_mva, network.sbase_mva)
            }
        };
        row.text("vector_group", &one.vector_group)
            .bool_or("in_service", one.in_service, true)
            .origin(&one.origin);
    }
    sheet
}

fn three<'a>(row: Row<'a>, names: [&str; 3], values: [f64; 3]) -> Row<'a> {
    names.into_iter().zip(values).fold(row, |row, (name, value)| row.number(name, value))
}

pub(super) fn windings(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::WINDINGS);
    for one in network.transformers3.iter().filter(|one| one.built == built) {
        for (number, w) in (1_u16..).zip(&one.windings) {
            let mut row = sheet
                .row()
                .text("transformer", &one.id)
                .integer("winding", number)
                .text("bus", bus(network, w.bus))
                .number_or("vn_kv", w.vn_kv, 0.0)
                .number_or("ratio_pu", w.ratio_pu, 1.0)
                .number_or("shift_deg", w.shift_deg, 0.0);
            if let Some(tap) = &w.tap {
                row = tap_range(row.integer("tap_position", tap.position), tap);
            }
            row = hold(row, network, w.tap_control.as_ref(), w.phase_control.as_ref());
            let correction = w.correction.map_or("", |id| &network.catalogue.corrections[id].id);
            rating(row.text("correction", correction), &w.rating)
                .bool_or("in_service", w.in_service, true)
                .origin(&Origin::default());
        }
    }
    sheet
}

pub(super) fn compensators(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::COMPENSATORS);
    for one in network.compensators.iter().filter(|one| one.built == built) {
        sheet
            .row()
            .text("id", &one.id)
            .text("name", &one.name)
            .text("bus", bus(network, one.bus))
            .text("kind", one.kind.as_str())
            .text("regulated_bus", one.regulated_bus.map_or("", |held| bus(network, held)))
            .number("vm_setpoint_pu", one.vm_setpoint_pu)
            .number_or("slope_percent", one.slope_percent, 0.0)
            .number("q_min_mvar", one.limits.min_mvar)
            .number("q_max_mvar", one.limits.max_mvar)
            .bool_or("in_service", one.in_service, true)
            .origin(&one.origin);
    }
    sheet
}

pub(super) fn dc_links(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::DC_LINKS);
    for link in network.dc_links.iter().filter(|link| link.built() == built) {
        let row = sheet.row().text("id", link.id());
        let row = match link {
            DcLink::Lcc(one) => {
                let row = row.text("name", &one.name).text("kind", "lcc").number_or("r_ohm", one.r_ohm, 0.0);
                match one.setpoint.order {
                    LccOrder::PowerAtRectifier(mw) => row.number("p_rectifier_mw", mw),
                    LccOrder::PowerAtInverter(mw) => row.number("p_inverter_mw", mw),
                    LccOrder::Current(ka) => row.number("id_ka", ka),
                }
                .number_or("margin", one.setpoint.margin, 0.0)
                .number("vd_kv", one.vd_kv)
                .number_or("compounding_ohm", one.compounding_ohm, 0.0)
            }
            DcLink::Vsc(one) => {
                row.text("name", &one.name).text("kind", "vsc").number_or("r_ohm", one.r_ohm, 0.0)
            }
        };
        row.bool_or("in_service", link.in_service(), true).origin(link.origin());
    }
    sheet
}

pub(super) fn converters(network: &Network, built: bool) -> Sheet {
    let mut sheet = Sheet::new(&layout::CONVERTERS);
    for link in network.dc_links.iter().filter(|link| link.built() == built) {
        for (end, at) in (1_u16..).zip(link.buses()) {
            let row = sheet.row().text("link", link.id()).integer("end", end).text("bus", bus(network, at));
            let row = match link {
                DcLink::Lcc(one) => {
                    line_commutated(row, if end == 1 { &one.rectifier } else { &one.inverter })
                }
                DcLink::Vsc(one) => voltage_source(row, &one.converters[usize::from(end) - 1]),
            };
            row.origin(&Origin::default());
        }
    }
    sheet
}

fn line_commutated<'a>(row: Row<'a>, one: &LccConverter) -> Row<'a> {
    row.integer("bridges", one.bridges)
        .number("angle_min_deg", one.angle_min_deg)
        .number("angle_max_deg", one.angle_max_deg)
        .number_or("rc_ohm", one.rc_ohm, 0.0)
        .number("xc_ohm", one.xc_ohm)
        .number_or("vn_kv", one.vn_kv, 0.0)
        .number("ratio_pu", one.ratio_pu)
        .number("tap_pu", one.tap_pu)
        .number_or("tap_min_pu", one.tap_min_pu, one.tap_pu)
        .number_or("tap_max_pu", one.tap_max_pu, one.tap_pu)
        .number_or("tap_step_pu", one.tap_step_pu, 0.0)
}

fn voltage_source<'a>(row: Row<'a>, one: &VscConverter) -> Row<'a> {
    let row = match one.dc {
        VscDc::Voltage(kv) => row.number("vd_kv", kv),
        VscDc::Power(mw) => row.number("p_mw", mw),
    };
    match one.ac {
        ConverterAc::Voltage(vm) => row.number("vm_setpoint_pu", vm),
        ConverterAc::Reactive(mvar) => row.number("q_mvar", mvar),
    }
    .number_or("loss_kw", one.loss_kw, 0.0)
    .number_or("loss_kw_per_a", one.loss_kw_per_a, 0.0)
    .maybe("sn_mva", one.sn_mva)
    .maybe("q_min_mvar", one.q_min_mvar)
    .maybe("q_max_mvar", one.q_max_mvar)
}

pub(super) fn areas(network: &Network) -> Sheet {
    let mut sheet = Sheet::new(&layout::AREAS);
    for one in &network.areas {
        sheet
            .row()
            .text("id", &one.id)
            .text("name", &one.name)
            .number("interchange_mw", one.interchange_mw)
            .number_or("tolerance_mw", one.tolerance_mw, 0.0)
            .text("slack_bus", bus(network, one.slack_bus))
            .origin(&one.origin);
    }
    sheet
}
