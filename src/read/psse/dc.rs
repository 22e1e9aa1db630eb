//! Direct-current links of two terminals, by thyristors and by transistors; those of more are left out and told.
//!
//! ```text
//! two-terminal  1   'NAME', MDC, RDC, SETVL, VSCHD, VCMOD, RCOMP, DELTI, METER, DCVMIN, CCCITMX, CCCACC
//!               2   rectifier: IP, NB, ANMX, ANMN, RC, XC, EBAS, TR, TAP, TMX, TMN, STP, IC, IF, IT, ID, XCAP
//!               3   inverter, likewise
//! VSC           1   'NAME', MDC, RDC, O1, F1, ..
//!               2   IBUS, TYPE, MODE, DCSET, ACSET, ALOSS, BLOSS, MINLOSS, SMAX, IMAX, PWF, MAXQ, MINQ, REMOT, RMPCT
//!               3   likewise
//! ```

use super::Raw;
use super::fields::What;
use super::row::Row;
use super::section::Section;
use super::walk::{Next, Record, Walk};
use crate::finding::Code;
use crate::model::{
    ConverterAc, DcLink, Lcc, LccConverter, LccOrder, LccSetpoint, Name, Origin, Vsc, VscConverter, VscDc,
};

/// Reactive limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

pub(super) fn two_terminal(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let name = called(raw, &record.rows[0]);
    let told = || format!("two-terminal DC line {name}");
    if let Next::End = walk.rows(raw, record, (1, 3), Section::TwoTerminalDc, told) {
        return Next::End;
    }
    lcc(raw, &record.rows, &name);
    Next::Row
}

/// The name of a link; one without gets a number.
pub(super) fn called(raw: &Raw<'_>, row: &Row) -> Name {
    match raw.fields.string(row, 0) {
        name if name.is_empty() => Name::from(format!("dc-{}", raw.network.dc_links.len() + 1)),
        name => Name::from(name),
    }
}

/// A link whose lines are all there.
pub(super) fn lcc(raw: &mut Raw<'_>, rows: &[Row; 5], name: &Name) {
    let what = What("two-terminal DC line", name);
    let head = &rows[0];
    let mode = raw.fields.code(head, 1, 0, (what, "MDC"));
    let mut real = |index, default, field| raw.fields.real(head, index, default, (what, field));
    let (r_ohm, set, vd_kv) = (real(2, 0.0, "RDC"), real(3, 0.0, "SETVL"), real(4, 0.0, "VSCHD"));
    let (compounding_ohm, margin) = (real(6, 0.0, "RCOMP"), real(7, 0.0, "DELTI"));
    let rectifier = converter(raw, &rows[1], what);
    let inverter = converter(raw, &rows[2], what);
    let Some((rectifier, inverter)) = rectifier.zip(inverter) else { return };
    let order = match mode {
        2 => LccOrder::Current(set.abs() / 1000.0),
        _ if set < 0.0 => LccOrder::PowerAtInverter(-set),
        _ => LccOrder::PowerAtRectifier(set),
    };
    let origin = Origin::at(raw.fields.place(head));
    raw.network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
        id: name.clone(),
        name: String::new(),
        setpoint: LccSetpoint { order, margin },
        r_ohm,
        vd_kv,
        compounding_ohm,
        rectifier,
        inverter,
        built: true,
        in_service: matches!(mode, 1 | 2),
        origin,
    })));
}

fn converter(raw: &mut Raw<'_>, row: &Row, what: What<'_>) -> Option<LccConverter> {
    let (bus, _) = raw.fields.bus(row, 0, (what, "IP"))?;
    let mut real = |index, default, field| raw.fields.real(row, index, default, (what, field));
    let bridges = real(1, 1.0, "NB");
    let (angle_max_deg, angle_min_deg) = (real(2, 0.0, "ANMX"), real(3, 0.0, "ANMN"));
    let (rc_ohm, xc_ohm, vn_kv) = (real(4, 0.0, "RC"), real(5, 0.0, "XC"), real(6, 0.0, "EBAS"));
    let (ratio_pu, tap_pu) = (real(7, 1.0, "TR"), real(8, 1.0, "TAP"));
    let (tap_max_pu, tap_min_pu, tap_step_pu) =
        (real(9, 1.5, "TMX"), real(10, 0.51, "TMN"), real(11, 0.006_25, "STP"));
    let capacitor = real(if raw.revision >= 35 { 17 } else { 16 }, 0.0, "XCAP");
    if capacitor != 0.0 {
        let said = format!("the commutating capacitor (XCAP {capacitor} ohm) of a converter is left out");
        raw.fields.warn(Code::NotUsed, row, what, &said, "its reactive power comes out a little different");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
    let bridges = bridges.clamp(0.0, 1000.0) as u32;
    Some(LccConverter {
        bus,
        bridges,
        angle_min_deg,
        angle_max_deg,
        rc_ohm,
        xc_ohm,
        vn_kv,
        ratio_pu,
        tap_pu,
        tap_min_pu,
        tap_max_pu,
        tap_step_pu,
    })
}

pub(super) fn vsc(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let name = called(raw, &record.rows[0]);
    let told = || format!("VSC DC line {name}");
    if let Next::End = walk.rows(raw, record, (1, 3), Section::VscDc, told) {
        return Next::End;
    }
    vsc_of(raw, &record.rows, &name);
    Next::Row
}

/// A link whose lines are all there.
pub(super) fn vsc_of(raw: &mut Raw<'_>, rows: &[Row; 5], name: &Name) {
    let what = What("VSC DC line", name);
    let mode = raw.fields.code(&rows[0], 1, 1, (what, "MDC"));
    let r_ohm = raw.fields.real(&rows[0], 2, 0.0, (what, "RDC"));
    let first = vsc_converter(raw, &rows[1], what);
    let second = vsc_converter(raw, &rows[2], what);
    let Some(((first, first_in), (second, second_in))) = first.zip(second) else { return };
    let origin = Origin::at(raw.fields.place(&rows[0]));
    raw.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
        id: name.clone(),
        name: String::new(),
        r_ohm,
        converters: [first, second],
        built: true,
        in_service: mode != 0 && first_in && second_in,
        origin,
    })));
}

/// A converter, and whether it is in.
fn vsc_converter(raw: &mut Raw<'_>, row: &Row, what: What<'_>) -> Option<(VscConverter, bool)> {
    let (bus, _) = raw.fields.bus(row, 0, (what, "IBUS"))?;
    let (kind, mode) =
        (raw.fields.code(row, 1, 0, (what, "TYPE")), raw.fields.code(row, 2, 1, (what, "MODE")));
    let mut real = |index, default, field| raw.fields.real(row, index, default, (what, field));
    let (dc, ac) = (real(3, 0.0, "DCSET"), real(4, 1.0, "ACSET"));
    let (loss_kw, loss_kw_per_a, least) =
        (real(5, 0.0, "ALOSS"), real(6, 0.0, "BLOSS"), real(7, 0.0, "MINLOSS"));
    let rated = real(8, 0.0, "SMAX");
    let (q_max, q_min) = (real(11, OPEN_LIMIT, "MAXQ"), real(12, -OPEN_LIMIT, "MINQ"));
    let remote = raw.fields.other_bus(row, 13, (what, "REMOT")).filter(|&remote| remote != bus);
    if remote.is_some() && mode == 1 {
        let said =
            "a converter holds the voltage of another bus (REMOT): it is taken to hold that of its own";
        raw.fields.warn(Code::Assumed, row, what, said, "");
    }
    if least > loss_kw {
        raw.fields.report.note(Code::NotUsed, |draft| {
            draft.at(
                row.line,
                format!("{what}: the least loss of a converter (MINLOSS {least} kW) is not used"),
            )
        });
    }
    // A power factor is one of the power that the converter holds; a converter that holds the direct voltage has none.
    let ac = if mode == 1 {
        ConverterAc::Voltage(ac)
    } else {
        let reach = (1.0 / (ac * ac).max(1e-12) - 1.0).max(0.0).sqrt();
        if kind == 1 && reach > 0.0 {
            let said = format!(
                "a converter that holds the direct voltage has a power factor (ACSET {ac}): no reactive power is assumed"
            );
            raw.fields.warn(Code::Assumed, row, what, &said, "");
            ConverterAc::Reactive(0.0)
        } else {
            ConverterAc::Reactive(dc.abs() * reach * ac.signum())
        }
    };
    let limit = |value: f64| (value.abs() < OPEN_LIMIT).then_some(value);
    let converter = VscConverter {
        bus,
        dc: if kind == 1 { VscDc::Voltage(dc) } else { VscDc::Power(dc) },
        ac,
        loss_kw,
        loss_kw_per_a,
        sn_mva: (rated > 0.0).then_some(rated),
        q_min_mvar: limit(q_min),
        q_max_mvar: limit(q_max),
    };
    Some((converter, kind != 0))
}

/// A line of more terminals: left out.
pub(super) fn multi_terminal(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let name = called(raw, &record.rows[0]);
    let what = What("multi-terminal DC line", &name);
    let head = &record.rows[0];
    let line = head.line;
    let mut count = |index, field| raw.fields.code(head, index, 0, (what, field)).clamp(0, 10_000);
    let (converters, buses, links) = (count(1, "NCONV"), count(2, "NDCBS"), count(3, "NDCLN"));
    let mode = raw.fields.code(head, 4, 0, (what, "MDC"));
    let told = || format!("multi-terminal DC line {name}");
    let mut carried_mw = 0.0_f64;
    for at in 0..converters + buses + links {
        if let Next::End = walk.rows(raw, record, (1, 2), Section::MultiTerminalDc, told) {
            return Next::End;
        }
        if at < converters {
            let set = raw.fields.real(&record.rows[1], 12, 0.0, (what, "SETVL"));
            // The one that holds the voltage is set in kV, the others in MW.
            carried_mw += if set.abs() < 10_000.0 { set.abs() } else { 0.0 };
        }
    }
    if mode != 0 {
        raw.fields.report.warning(Code::NotUsed, |draft| {
            draft
                .at(line, format!("{what} of {converters} converters is not modelled, and it is left out: set points of up to {carried_mw} MW in all"))
                .element(what.to_string())
                .help("the load flow is not that of the file: replace it by loads and machines at its buses")
        });
    }
    Next::Row
}
