//! Bus rows: buses, and the load and shunt that stand in the same row.

use super::columns::bus;
use super::grid::{BusKind, BusKinds, Table};
use super::parse::{NameAt, NameList};
use crate::finding::Code;
use crate::ids::{BusId, Col, Id};
use crate::model::{Bus, Load, Name, Network, Origin, Shunt};
use crate::read::numbering::{BusNumbers, IdText, whole};
use crate::read::report::{Report, quote};
use std::borrow::Cow;

/// Fills buses, loads and shunts; returns where bus numbers lead, what the buses are for, and their rated
/// voltages [kV] in a column of their own, which is looked up for every branch.
pub(super) fn read(
    table: Table<'_>,
    names: Option<&NameList>,
    network: &mut Network,
    report: &mut Report,
) -> (BusNumbers, BusKinds, Col<BusId, f64>) {
    let mut numbers: Vec<(u64, BusId)> = Vec::with_capacity(table.len());
    let mut kinds = Vec::with_capacity(table.len());
    let mut levels = Vec::with_capacity(table.len());
    let mut buses = Vec::with_capacity(table.len());
    let (mut loads, mut shunts) = (Vec::with_capacity(table.len()), Vec::with_capacity(table.len()));
    let (mut area, mut zone) = (Label::default(), Label::default());
    let mut id_text = IdText::new();
    for row in 0..table.len() {
        let cells = table.matrix.row(row);
        let number = cells[bus::NUMBER];
        let element = || format!("bus {number}");
        let id = if let Some(whole) = whole(number) {
            numbers.push((whole, BusId::from_index(row)));
            id_text.of(&[whole])
        } else {
            table.wrong((row, bus::NUMBER), report, element, |number| {
                (format!("{number} is no positive whole number"), "number buses 1, 2, 3 ...".to_owned())
            });
            Name::default()
        };
        let kind = kind(table, row, report);
        let mut finite = |column, instead| table.finite((row, column), instead, report, element);
        let (p_mw, q_mvar) = (finite(bus::PD, 0.0), finite(bus::QD, 0.0));
        let (g_mw, b_mvar) = (finite(bus::GS, 0.0), finite(bus::BS, 0.0));
        let (area_number, zone_number) = (finite(bus::AREA, 0.0), finite(bus::ZONE, 0.0));
        let (vm, va) = (finite(bus::VM, 1.0), finite(bus::VA, 0.0));
        let vn_kv = finite(bus::BASE_KV, 0.0);
        let origin = Origin::at(table.place(row));
        let vm = if vm > 0.0 { vm } else { start_of_one(table, row, report) };
        if p_mw != 0.0 || q_mvar != 0.0 {
            let bus = BusId::from_index(row);
            let origin = origin.clone();
            loads.push(Load { origin, ..Load::new(id.clone(), bus, p_mw, q_mvar) });
        }
        if g_mw != 0.0 || b_mvar != 0.0 {
            let bus = BusId::from_index(row);
            let origin = origin.clone();
            shunts.push(Shunt { origin, ..Shunt::new(id.clone(), bus, g_mw, b_mvar) });
        }
        buses.push(Bus {
            id,
            name: String::new(),
            substation: None,
            vn_kv,
            vm_start_pu: Some(vm),
            va_start_deg: Some(va),
            vm_min_pu: table.limit((row, bus::VMIN), -1.0, report, element),
            vm_max_pu: table.limit((row, bus::VMAX), 1.0, report, element),
            area: area.of(area_number, &mut id_text),
            zone: zone.of(zone_number, &mut id_text),
            built: true,
            in_service: kind != BusKind::Isolated,
            origin,
        });
        kinds.push(kind);
        levels.push(vn_kv);
    }
    tell_duplicates(table, &mut numbers, report);
    if let Some(names) = names {
        give_names(table, names, &mut buses, report);
    }
    network.buses = Col::from(buses);
    network.loads = Col::from(loads);
    network.shunts = Col::from(shunts);
    (BusNumbers::new(&numbers), Col::from(kinds), Col::from(levels))
}

fn kind(table: Table<'_>, row: usize, report: &mut Report) -> BusKind {
    let cells = table.matrix.row(row);
    match cells[bus::TYPE] {
        1.0 => BusKind::Load,
        2.0 => BusKind::Voltage,
        3.0 => BusKind::Reference,
        4.0 => BusKind::Isolated,
        _ => {
            table.wrong(
                (row, bus::TYPE),
                report,
                || format!("bus {}", cells[bus::NUMBER]),
                |kind| {
                    let help = "write 1 (PQ), 2 (PV), 3 (reference) or 4 (isolated)".to_owned();
                    (format!("there is no bus type {kind}"), help)
                },
            );
            BusKind::Load
        }
    }
}

/// A start value that is no voltage.
#[cold]
fn start_of_one(table: Table<'_>, row: usize, report: &mut Report) -> f64 {
    let cells = table.matrix.row(row);
    report.warning(Code::Assumed, |draft| {
        let (number, vm) = (cells[bus::NUMBER], cells[bus::VM]);
        draft
            .at(0, format!("bus {number}, field Vm: {vm} is no start value, 1 p.u. is taken"))
            .place(table.matrix.cell_place(table.text, table.file, row, bus::VM))
            .element(format!("bus {number}"))
            .field("Vm")
            .help("write 1, or the voltage of a solved state")
    });
    1.0
}

/// An area or zone: a whole number as a rule, and the same in many rows.
#[derive(Default)]
struct Label {
    number: f64,
    text: Name,
}

impl Label {
    fn of(&mut self, number: f64, id_text: &mut IdText) -> Name {
        if self.text.is_empty() || number.to_bits() != self.number.to_bits() {
            self.number = number;
            self.text = match whole(number) {
                Some(whole) => id_text.of(&[whole]),
                None => Name::from(number.to_string()),
            };
        }
        self.text.clone()
    }
}

/// Tells of each number that is given again, and leaves only its first bus.
fn tell_duplicates(table: Table<'_>, numbers: &mut Vec<(u64, BusId)>, report: &mut Report) {
    if numbers.is_sorted_by(|a, b| a.0 < b.0) {
        return;
    }
    let mut sorted = std::mem::take(numbers);
    sorted.sort_unstable();
    for same in sorted.chunk_by(|a, b| a.0 == b.0) {
        let first = table.matrix.rows[same[0].1.index()].line;
        for &(number, again) in &same[1..] {
            report.error(Code::Duplicate, |draft| {
                let line = table.matrix.rows[again.index()].line;
                draft
                    .at(line, format!("bus {number} is defined twice, in lines {first} and {line}"))
                    .place(table.matrix.cell_place(table.text, table.file, again.index(), bus::NUMBER))
                    .element(format!("bus {number}"))
                    .field("bus_i")
                    .help("give one of them another number, or take it out")
            });
        }
    }
    sorted.dedup_by_key(|&mut (number, _)| number);
    *numbers = sorted;
}

fn give_names(table: Table<'_>, list: &NameList, buses: &mut [Bus], report: &mut Report) {
    if list.names.len() != buses.len() {
        report.warning(Code::NotUsed, |draft| {
            let said = format!(
                "mpc.bus_name has {} names for {} buses: none is used",
                list.names.len(),
                buses.len()
            );
            draft
                .at(list.line, said)
                .element("mpc.bus_name")
                .help("give one name per row of mpc.bus, in its order")
        });
        return;
    }
    for (bus, &NameAt { start, end, line }) in buses.iter_mut().zip(&list.names) {
        let bytes = &table.text[start..end];
        let name = String::from_utf8_lossy(bytes);
        if let Cow::Owned(_) = name {
            report.warning(Code::AssumedEncoding, |draft| {
                draft
                    .at_offset(table.text, start, line, 0, format!("the name of bus {} is not UTF-8", bus.id))
                    .element(format!("bus {}", bus.id))
                    .field("bus_name")
                    .help(format!("it is read as `{}`; save the file as UTF-8", quote(bytes)))
            });
        }
        // The quote that a name is put in stands twice inside it.
        let quote = if table.text[start - 1] == b'"' { "\"\"" } else { "''" };
        let name = name.trim();
        bus.name =
            if name.contains(&quote[1..]) { name.replace(quote, &quote[1..]) } else { name.to_owned() };
    }
}

/// Says what stands at buses of type 4 and so is not in the grid.
pub(super) fn tell_isolated(table: Table<'_>, kinds: &BusKinds, network: &Network, report: &mut Report) {
    if kinds.iter().all(|&kind| kind != BusKind::Isolated) {
        return;
    }
    let mut load_mw = Col::<BusId, f64>::filled(kinds.len(), 0.0);
    let mut generators = Col::<BusId, usize>::filled(kinds.len(), 0);
    let mut branches = Col::<BusId, usize>::filled(kinds.len(), 0);
    for load in &network.loads {
        load_mw[load.bus] += load.p_mw;
    }
    for generator in network.generators.iter().filter(|g| g.in_service) {
        generators[generator.bus] += 1;
    }
    let lines = network.lines.iter().filter(|line| line.in_service).map(|line| (line.from, line.to));
    let transformers = network.transformers.iter().filter(|t| t.in_service).map(|t| (t.from, t.to));
    for (from, to) in lines.chain(transformers) {
        branches[from] += 1;
        branches[to] += 1;
    }
    for (bus, &kind) in kinds.iter_ids() {
        let (load, generators, branches) = (load_mw[bus], generators[bus], branches[bus]);
        if kind != BusKind::Isolated || (load == 0.0 && generators == 0 && branches == 0) {
            continue;
        }
        report.warning(Code::NotUsed, |draft| {
            let id = &network.buses[bus].id;
            let what = format!("its load ({load} MW), {generators} generators and {branches} branches");
            draft
                .at(0, format!("bus {id} is isolated (type 4): {what} are out of the grid"))
                .place(table.place(bus.index()))
                .element(format!("bus {id}"))
                .field("type")
                .help("if it belongs to the grid, give it type 1")
        });
    }
}
