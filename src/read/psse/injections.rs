//! Loads, fixed shunts, machines and induction machines.
//!
//! ```text
//! load      P = PL + IP·V + YP·V²     Q = QL + IQ·V − YQ·V²      (YQ > 0 is capacitive), less DGENP, DGENQ
//! shunt     GL drawn and BL fed in at 1 p.u.
//! machine   PG, QG fed in; VS held at IREG by QB to QT where its bus has the code 2 or 3
//! ```

use super::fields::{Fields, What};
use super::row::{NONE, Row};
use super::walk::Record;
use super::{BusKind, Raw};
use crate::finding::{Code, Severity};
use crate::ids::{BusId, Col};
use crate::model::{Control, Generator, Load, LoadModel, Name, Origin, Shunt};

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

/// `I, ID, STAT, AREA, ZONE, PL, QL, IP, IQ, YP, YQ, OWNER, SCALE, INTRPT, DGENP, DGENQ, DGENM, LOADTYPE`
pub(super) fn load(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let fields = &mut raw.fields;
    let id = fields.id(row, &[0], 1);
    let what = What("load", &id);
    let Some((bus, _)) = fields.bus(row, 0, (what, "I")) else { return };
    let in_service = fields.code(row, 2, 1, (what, "STATUS")) > 0;
    let mut real = |index, name| fields.real(row, index, 0.0, (what, name));
    let (power, current, admittance) =
        ((real(5, "PL"), real(6, "QL")), (real(7, "IP"), real(8, "IQ")), (real(9, "YP"), -real(10, "YQ")));
    let mut generated = (0.0, 0.0);
    if raw.revision >= 34 && real(16, "DGENM") > 0.0 {
        generated = (real(14, "DGENP"), real(15, "DGENQ"));
    }
    let power = (power.0 - generated.0, power.1 - generated.1);
    let p_mw = power.0 + current.0 + admittance.0;
    let q_mvar = power.1 + current.1 + admittance.1;
    let origin = Origin::at(fields.place(row));
    let network = &mut raw.network;
    if current == (0.0, 0.0) && admittance == (0.0, 0.0) {
        network.loads.push(Load { in_service, origin, ..Load::new(id, bus, p_mw, q_mvar) });
        return;
    }
    // Shares are of the sum: where parts of a sum cancel, the parts become loads of their own.
    let share = |part: f64, sum: f64| if part == 0.0 { Some(0.0) } else { (sum != 0.0).then(|| part / sum) };
    let shares = [
        share(current.0, p_mw),
        share(admittance.0, p_mw),
        share(current.1, q_mvar),
        share(admittance.1, q_mvar),
    ];
    let zip = |p_current, p_impedance, q_current, q_impedance| LoadModel::Zip {
        p_current,
        p_impedance,
        q_current,
        q_impedance,
    };
    if let [Some(p_current), Some(p_impedance), Some(q_current), Some(q_impedance)] = shares
        && (power.0 == 0.0 || p_mw != 0.0)
        && (power.1 == 0.0 || q_mvar != 0.0)
    {
        let model = zip(p_current, p_impedance, q_current, q_impedance);
        network.loads.push(Load { model, in_service, origin, ..Load::new(id, bus, p_mw, q_mvar) });
        return;
    }
    let parts = [
        ("", power, LoadModel::Power),
        ("-i", current, zip(1.0, 0.0, 1.0, 0.0)),
        ("-y", admittance, zip(0.0, 1.0, 0.0, 1.0)),
    ];
    for (end, (p_mw, q_mvar), model) in parts {
        let origin = origin.clone();
        let part = Load::new(format!("{id}{end}"), bus, p_mw, q_mvar);
        network.loads.push(Load { model, in_service, origin, ..part });
    }
}

/// `I, ID, STATUS, GL, BL`
pub(super) fn fixed_shunt(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let fields = &mut raw.fields;
    let id = fields.id(row, &[0], 1);
    let what = What("fixed shunt", &id);
    let Some((bus, _)) = fields.bus(row, 0, (what, "I")) else { return };
    let in_service = fields.code(row, 2, 1, (what, "STATUS")) > 0;
    let (g_mw, b_mvar) = (fields.real(row, 3, 0.0, (what, "GL")), fields.real(row, 4, 0.0, (what, "BL")));
    let origin = Origin::at(fields.place(row));
    raw.network.shunts.push(Shunt { in_service, origin, ..Shunt::new(id, bus, g_mw, b_mvar) });
}

/// Where the fields of a machine stand.
struct MachineColumns {
    base: usize,
    status: usize,
    p_max: usize,
    wind: usize,
}

impl MachineColumns {
    fn of(revision: u32) -> Self {
        let early = Self { base: 8, status: 14, p_max: 16, wind: NONE };
        match revision {
            ..=31 => early,
            32..=34 => Self { wind: 26, ..early },
            _ => Self { base: 9, status: 15, p_max: 17, wind: 28 },
        }
    }
}

/// `I, ID, PG, QG, QT, QB, VS, IREG, MBASE, ZR, ZX, RT, XT, GTAP, STAT, RMPCT, PT, PB, O1, F1, .. O4, F4, WMOD, WPF`;
/// revision 35 has NREG behind IREG and BASLOD behind PB.
pub(super) fn generator(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let columns = MachineColumns::of(raw.revision);
    let fields = &mut raw.fields;
    let id = fields.id(row, &[0], 1);
    let what = What("generator", &id);
    let Some((bus, bus_number)) = fields.bus(row, 0, (what, "I")) else { return };
    let mut real = |index, default, name| fields.real(row, index, default, (what, name));
    let (p_mw, mut q_mvar) = (real(2, 0.0, "PG"), real(3, 0.0, "QG"));
    let (q_max, q_min) = (real(4, OPEN_LIMIT, "QT"), real(5, -OPEN_LIMIT, "QB"));
    let vm_setpoint_pu = real(6, 1.0, "VS");
    let base = real(columns.base, raw.network.sbase_mva, "MBASE");
    let rmpct = real(columns.status + 1, 100.0, "RMPCT");
    let (p_max, p_min) = (real(columns.p_max, OPEN_LIMIT, "PT"), real(columns.p_max + 1, -OPEN_LIMIT, "PB"));
    let (wind, power_factor) = if columns.wind == NONE {
        (0.0, 1.0)
    } else {
        (real(columns.wind, 0.0, "WMOD"), real(columns.wind + 1, 1.0, "WPF"))
    };
    let in_service = fields.code(row, columns.status, 1, (what, "STAT")) > 0;
    let regulated = fields.other_bus(row, 7, (what, "IREG")).filter(|&regulated| regulated != bus);
    let kind = raw.kinds[bus];
    let mut control = match kind {
        BusKind::Swing => Control::Slack,
        BusKind::Voltage => Control::Voltage,
        BusKind::Load | BusKind::Isolated => Control::Fixed,
    };
    let limit = |value: f64| (value.abs() < OPEN_LIMIT).then_some(value);
    let (mut q_max_mvar, mut q_min_mvar) = (limit(q_max), limit(q_min));
    let (mut p_max_mw, mut p_min_mw) = (limit(p_max), limit(p_min));
    if p_max_mw.zip(p_min_mw).is_some_and(|(max, min)| max < min) {
        (p_max_mw, p_min_mw) = (None, None);
        let said = format!("PT {p_max} MW is below PB {p_min} MW: neither limit is used");
        fields.warn(Code::Assumed, row, what, &said, "the upper limit PT must not be below the lower one PB");
    }
    let is_wind = |mode: f64| (wind - mode).abs() < 0.5;
    let reach = p_mw.abs() * (1.0 / (power_factor * power_factor).max(1e-12) - 1.0).max(0.0).sqrt();
    if is_wind(2.0) {
        (q_max_mvar, q_min_mvar) = (Some(reach), Some(-reach));
    } else if is_wind(3.0) {
        q_mvar = reach * power_factor.signum() * p_mw.signum();
        if control == Control::Voltage {
            control = Control::Fixed;
        }
    } else if in_service && kind == BusKind::Load {
        let said = format!(
            "stands at bus {bus_number} of code 1: {p_mw} MW and {q_mvar} Mvar are fed in as they are"
        );
        fields.warn(
            Code::FixedInjection,
            row,
            what,
            &said,
            "if it holds the voltage, give the bus the code 2",
        );
    }
    raw.network.generators.push(Generator {
        q_mvar,
        regulated_bus: regulated.filter(|_| control != Control::Fixed),
        p_max_mw,
        p_min_mw,
        q_max_mvar,
        q_min_mvar,
        q_share: regulated.filter(|_| control != Control::Fixed).map(|_| rmpct),
        sn_mva: (base > 0.0).then_some(base),
        in_service,
        origin: Origin::at(raw.fields.place(row)),
        ..Generator::new(id, bus, control, p_mw, vm_setpoint_pu)
    });
}

/// Where machines of one bus hold different voltages the first one in service wins.
pub(super) fn hold_one_voltage(raw: &mut Raw<'_>) {
    let network = &mut raw.network;
    let mut first = Col::<BusId, Option<(f64, Name)>>::filled(network.buses.len(), None);
    for generator in &mut network.generators {
        if !generator.in_service || generator.control == Control::Fixed {
            continue;
        }
        let Some((vm, id)) = &first[generator.bus] else {
            first[generator.bus] = Some((generator.vm_setpoint_pu, generator.id.clone()));
            continue;
        };
        if vm.to_bits() == generator.vm_setpoint_pu.to_bits() {
            continue;
        }
        raw.fields.report.warning(Code::Assumed, |draft| {
            let own = generator.vm_setpoint_pu;
            draft
                .at(0, format!("generator {} holds {own} p.u., generator {id} of the same bus {vm} p.u.: the first one wins", generator.id))
                .place(generator.origin.place.clone())
                .element(format!("generator {}", generator.id))
                .field("VS")
                .help("give all machines of a bus the same VS")
        });
        generator.vm_setpoint_pu = *vm;
    }
}

/// A swing bus without any machine record balances all the same: a machine without limits is assumed there.
pub(super) fn balance_swing_buses(raw: &mut Raw<'_>) {
    let network = &mut raw.network;
    let mut has_machine = Col::<BusId, bool>::filled(network.buses.len(), false);
    for generator in &network.generators {
        has_machine[generator.bus] = true;
    }
    for (bus, _) in raw.kinds.iter_ids().filter(|&(bus, &kind)| kind == BusKind::Swing && !has_machine[bus]) {
        let record = &network.buses[bus];
        let (id, vm) = (record.id.clone(), record.vm_start_pu.unwrap_or(1.0));
        let origin = record.origin.clone();
        raw.fields.report.warning(Code::Assumed, |draft| {
            draft
                .at(0, format!("bus {id} has the code 3 and no machine record: one that holds {vm} p.u. (VM) without limits is assumed"))
                .place(origin.place.clone())
                .element(format!("bus {id}"))
                .field("IDE")
                .help("give the swing bus its machine")
        });
        let assumed = Generator::new(format!("{id}-1"), bus, Control::Slack, 0.0, vm);
        network.generators.push(Generator { origin, ..assumed });
    }
}

/// Buses of code 2 and 3 that no machine holds: a note where one is there and switched off.
pub(super) fn tell_buses_without(raw: &mut Raw<'_>) {
    let network = &raw.network;
    let mut held = Col::<BusId, Option<bool>>::filled(network.buses.len(), None);
    for generator in &network.generators {
        let on = held[generator.bus].unwrap_or(false) || generator.in_service;
        held[generator.bus] = Some(on);
    }
    for compensator in network.compensators.iter().filter(|one| one.in_service) {
        held[compensator.bus] = Some(true);
    }
    for (bus, &kind) in raw.kinds.iter_ids() {
        let severity = match (kind, held[bus]) {
            (BusKind::Voltage | BusKind::Swing, Some(true)) | (BusKind::Load | BusKind::Isolated, _) => {
                continue;
            }
            (BusKind::Voltage, Some(false)) => Severity::Note,
            _ => Severity::Warning,
        };
        let code = if kind == BusKind::Swing { 3 } else { 2 };
        raw.fields.report.push(Code::NoVoltageControl, severity, |draft| {
            let bus = &network.buses[bus];
            let id = &bus.id;
            draft
                .at(0, format!("bus {id} has the code {code}, but no machine is in service there: it is taken as a load bus"))
                .place(bus.origin.place.clone())
                .element(format!("bus {id}"))
                .field("IDE")
                .help("put a machine in service there, or give the bus the code 1")
        });
    }
}

/// `I, ID, STAT, SCODE, DCODE, AREA, ZONE, OWNER, TCODE, BCODE, MBASE, RATEKV, PCODE, PSET, ..`
pub(super) fn induction_machine(raw: &mut Raw<'_>, record: &Record) {
    let row: &Row = &record.rows[0];
    let fields: &mut Fields<'_> = &mut raw.fields;
    let id = Name::from(format!("{}-im{}", fields.string(row, 0), fields.identifier(row, 1)));
    let what = What("induction machine", &id);
    let Some((bus, _)) = fields.bus(row, 0, (what, "I")) else { return };
    let in_service = fields.code(row, 2, 1, (what, "STAT")) > 0;
    let p_mw = fields.real(row, 13, 0.0, (what, "PSET"));
    if in_service {
        let said = format!(
            "it is taken as a load of {p_mw} MW (PSET): its slip and its reactive power are not worked out"
        );
        fields.warn(Code::Assumed, row, what, &said, "give its reactive power as a load of its own");
    }
    let origin = Origin::at(fields.place(row));
    raw.network.loads.push(Load { in_service, origin, ..Load::new(id, bus, p_mw, 0.0) });
}
