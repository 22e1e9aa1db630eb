//! Generator rows. What a generator holds is said by the type of its bus.

use super::columns::generator as column;
use super::grid::{BusKind, BusKinds, Table};
use crate::finding::{Code, Severity};
use crate::ids::{BusId, Col};
use crate::model::{Control, Generator, GeneratorKind, Network, Origin};
use crate::read::numbering::{BusNumbers, IdText, whole};
use crate::read::report::Report;

/// Fills the generators.
pub(super) fn read(
    table: Table<'_>,
    numbers: &BusNumbers,
    kinds: &BusKinds,
    network: &mut Network,
    report: &mut Report,
) {
    let mut generators = Vec::with_capacity(table.len());
    let mut counts = Col::<BusId, u64>::filled(network.buses.len(), 0);
    let mut id_text = IdText::new();
    let has_p_limits = table.matrix.columns > column::PMIN;
    let has_participation = table.matrix.columns > column::APF;
    for row in 0..table.len() {
        let number = table.matrix.row(row)[column::BUS];
        let Some((bus, bus_number)) = numbers.bus(number).zip(whole(number)) else {
            unknown_bus(table, row, report);
            continue;
        };
        counts[bus] += 1;
        let count = counts[bus];
        let element = || format!("generator {number}-{count}");
        let mut finite = |column, instead| table.finite((row, column), instead, report, element);
        let (p_mw, q_mvar) = (finite(column::PG, 0.0), finite(column::QG, 0.0));
        let vm_setpoint_pu = finite(column::VG, 1.0);
        let in_service = finite(column::STATUS, 0.0) > 0.0;
        // 0 is what files have that say nothing of it
        let participation = if has_participation { finite(column::APF, 0.0) } else { 0.0 };
        let sn_mva = table.limit((row, column::MBASE), 1.0, report, element).filter(|&sn| sn != 0.0);
        let mut limit = |column, open| table.limit((row, column), open, report, element);
        let (q_max_mvar, q_min_mvar) = (limit(column::QMAX, 1.0), limit(column::QMIN, -1.0));
        let (p_max_mw, p_min_mw) =
            if has_p_limits { (limit(column::PMAX, 1.0), limit(column::PMIN, -1.0)) } else { (None, None) };
        let control = match kinds[bus] {
            BusKind::Reference => Control::Slack,
            BusKind::Voltage => Control::Voltage,
            BusKind::Load | BusKind::Isolated => Control::Fixed,
        };
        if in_service && kinds[bus] == BusKind::Load {
            report.warning(Code::FixedInjection, |draft| {
                let element = element();
                draft
                    .at(0, format!("{element} stands at bus {number} of type 1 (PQ): {p_mw} MW and {q_mvar} Mvar are fed in as they are"))
                    .place(table.place(row))
                    .element(element)
                    .help(format!("if it holds the voltage, give bus {number} type 2"))
            });
        }
        generators.push(Generator {
            id: id_text.of(&[bus_number, count]),
            name: String::new(),
            bus,
            kind: GeneratorKind::Unit,
            control,
            p_mw,
            q_mvar,
            vm_setpoint_pu,
            regulated_bus: None,
            p_min_mw,
            p_max_mw,
            q_min_mvar,
            q_max_mvar,
            capability: Vec::new(),
            q_share: None,
            participation: (participation != 0.0).then_some(participation),
            sn_mva,
            built: true,
            in_service,
            origin: Origin::at(table.place(row)),
        });
    }
    hold_one_voltage(&mut generators, network, report);
    tell_buses_without(&generators, kinds, network, report);
    network.generators = Col::from(generators);
}

fn unknown_bus(table: Table<'_>, row: usize, report: &mut Report) {
    report.error(Code::Reference, |draft| {
        let number = table.matrix.row(row)[column::BUS];
        draft
            .at(0, format!("mpc.gen row {}, field bus: no bus is numbered {number}", row + 1))
            .place(table.matrix.cell_place(table.text, table.file, row, column::BUS))
            .element(format!("mpc.gen row {}", row + 1))
            .field("bus")
            .help("every bus needs a row in mpc.bus")
    });
}

/// Where generators of one bus want different voltages the last one in service wins, as in MATPOWER.
fn hold_one_voltage(generators: &mut [Generator], network: &Network, report: &mut Report) {
    let holds = |g: &Generator| g.in_service && g.control != Control::Fixed;
    let mut last = Col::<BusId, Option<usize>>::filled(network.buses.len(), None);
    for (i, generator) in generators.iter().enumerate().filter(|(_, g)| holds(g)) {
        last[generator.bus] = Some(i);
    }
    for i in 0..generators.len() {
        let Some(winner) = last[generators[i].bus] else { continue };
        let vm = generators[winner].vm_setpoint_pu;
        let (generator, winner) = (&generators[i], &generators[winner]);
        #[expect(clippy::float_cmp, reason = "two numbers of a file are the same or not")]
        if !holds(generator) || generator.vm_setpoint_pu == vm {
            continue;
        }
        report.warning(Code::Assumed, |draft| {
            let bus = &network.buses[generator.bus].id;
            let (id, own, other) = (&generator.id, generator.vm_setpoint_pu, &winner.id);
            draft
                .at(0, format!("bus {bus}: generator {id} holds {own} p.u., generator {other} holds {vm} p.u.: the last one wins"))
                .place(generator.origin.place.clone())
                .element(format!("generator {id}"))
                .field("Vg")
                .help("give all generators of a bus the same Vg")
        });
        generators[i].vm_setpoint_pu = vm;
    }
}

/// Buses of type 2 and 3 that nothing holds: a note where a generator is there and switched off.
fn tell_buses_without(generators: &[Generator], kinds: &BusKinds, network: &Network, report: &mut Report) {
    #[derive(Clone, Copy, PartialEq)]
    enum Source {
        None,
        Off,
        On,
    }
    let mut held = Col::<BusId, Source>::filled(kinds.len(), Source::None);
    for generator in generators {
        if generator.in_service {
            held[generator.bus] = Source::On;
        } else if held[generator.bus] == Source::None {
            held[generator.bus] = Source::Off;
        }
    }
    for (bus, &kind) in kinds.iter_ids() {
        let (what, severity) = match (kind, held[bus]) {
            (BusKind::Voltage | BusKind::Reference, Source::On) | (BusKind::Load | BusKind::Isolated, _) => {
                continue;
            }
            (BusKind::Voltage, Source::Off) => ("type 2 (PV)", Severity::Note),
            (BusKind::Voltage, Source::None) => ("type 2 (PV)", Severity::Warning),
            (BusKind::Reference, _) => ("type 3 (reference)", Severity::Warning),
        };
        report.push(Code::NoVoltageControl, severity, |draft| {
            let bus = &network.buses[bus];
            let id = &bus.id;
            draft
                .at(0, format!("bus {id} is of {what}, but no generator is in service there: it is taken as type 1 (PQ)"))
                .place(bus.origin.place.clone())
                .element(format!("bus {id}"))
                .field("type")
                .help("put a generator in service there, or give the bus type 1")
        });
    }
}
