//! Bus records, with the load and shunt that older revisions keep in them.
//!
//! ```text
//! 23      I, IDE, PL, QL, GL, BL, AREA, VM, VA, 'NAME', BASKV, ZONE
//! 24-30   I, 'NAME', BASKV, IDE, GL, BL, AREA, ZONE, VM, VA, OWNER
//! 31-32   I, 'NAME', BASKV, IDE, AREA, ZONE, OWNER, VM, VA
//! 33 on   the same, NVHI, NVLO, EVHI, EVLO
//! ```

use super::fields::What;
use super::row::NONE;
use super::walk::Record;
use super::{BusKind, Raw};
use crate::finding::Code;
use crate::ids::{BusId, Col, Id};
use crate::model::{Bus, Load, Origin, Shunt};
use crate::read::numbering::{BusNumbers, whole};

/// Where the fields stand.
struct Columns {
    name: usize,
    base_kv: usize,
    kind: usize,
    load: usize,
    shunt: usize,
    area: usize,
    zone: usize,
    vm: usize,
    va: usize,
    limits: usize,
}

impl Columns {
    fn of(revision: u32) -> Self {
        let modern = Self {
            name: 1,
            base_kv: 2,
            kind: 3,
            load: NONE,
            shunt: NONE,
            area: 4,
            zone: 5,
            vm: 7,
            va: 8,
            limits: NONE,
        };
        match revision {
            ..=23 => Self {
                name: 9,
                base_kv: 10,
                kind: 1,
                load: 2,
                shunt: 4,
                area: 6,
                zone: 11,
                vm: 7,
                va: 8,
                limits: NONE,
            },
            24..=30 => Self { shunt: 4, area: 6, zone: 7, vm: 8, va: 9, ..modern },
            31 | 32 => modern,
            _ => Self { limits: 9, ..modern },
        }
    }
}

pub(super) fn read(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let columns = Columns::of(raw.revision);
    let fields = &mut raw.fields;
    let number = fields.real(row, 0, f64::NAN, (What("a bus", "record"), "I"));
    let Some(own) = whole(number) else {
        if number.is_finite() {
            let words = |text: &str| format!("`{text}` is no bus number");
            fields.wrong(row, 0, Code::Value, What("a bus", "record"), "I", words);
        }
        return;
    };
    let id = fields.id_text.of(&[own]);
    let what = What("bus", &id);
    let mut real = |index, default, name| fields.real(row, index, default, (what, name));
    let vn_kv = real(columns.base_kv, 0.0, "BASKV");
    let (vm, va) = (real(columns.vm, 1.0, "VM"), real(columns.va, 0.0, "VA"));
    let kind = match real(columns.kind, 1.0, "IDE") {
        1.0 => BusKind::Load,
        2.0 => BusKind::Voltage,
        3.0 => BusKind::Swing,
        4.0 => BusKind::Isolated,
        _ => {
            let words = |text: &str| format!("there is no bus code {text}");
            fields.wrong(row, columns.kind, Code::Value, what, "IDE", words);
            BusKind::Load
        }
    };
    let mut real = |index, name| fields.real(row, index, 0.0, (what, name));
    let (load, shunt) = (
        if columns.load == NONE {
            (0.0, 0.0)
        } else {
            (real(columns.load, "PL"), real(columns.load + 1, "QL"))
        },
        if columns.shunt == NONE {
            (0.0, 0.0)
        } else {
            (real(columns.shunt, "GL"), real(columns.shunt + 1, "BL"))
        },
    );
    let limit = |fields: &mut super::fields::Fields<'_>, offset: usize, name| {
        let index = columns.limits.saturating_add(offset);
        let given = columns.limits != NONE && !fields.bytes(row, index).is_empty();
        given.then(|| fields.real(row, index, 0.0, (what, name)))
    };
    let (vm_max_pu, vm_min_pu) = (limit(fields, 0, "NVHI"), limit(fields, 1, "NVLO"));
    let label = |index| fields.identifier(row, index);
    let origin = Origin::at(fields.place(row));
    let bus = BusId::from_index(raw.network.buses.len());
    if load != (0.0, 0.0) {
        let load = Load { origin: origin.clone(), ..Load::new(id.clone(), bus, load.0, load.1) };
        raw.network.loads.push(load);
    }
    if shunt != (0.0, 0.0) {
        let shunt = Shunt { origin: origin.clone(), ..Shunt::new(id.clone(), bus, shunt.0, shunt.1) };
        raw.network.shunts.push(shunt);
    }
    raw.network.buses.push(Bus {
        name: fields.string(row, columns.name).into_owned(),
        vm_start_pu: (vm > 0.0).then_some(vm),
        va_start_deg: Some(va),
        vm_min_pu: vm_min_pu.filter(|&vm| vm > 0.0),
        vm_max_pu: vm_max_pu.filter(|&vm| vm > 0.0),
        area: label(columns.area),
        zone: label(columns.zone),
        in_service: kind != BusKind::Isolated,
        origin,
        ..Bus::new(id, vn_kv)
    });
    raw.kinds.push(kind);
}

/// Says where bus numbers lead, now that all buses are there; tells of those given twice.
pub(super) fn number(raw: &mut Raw<'_>) {
    let buses = &raw.network.buses;
    let mut numbers: Vec<(u64, BusId)> =
        buses.iter_ids().filter_map(|(id, bus)| bus.id.parse().ok().map(|number| (number, id))).collect();
    if !numbers.is_sorted_by(|a, b| a.0 < b.0) {
        numbers.sort_unstable();
        for pair in numbers.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let line = |bus: BusId| buses[bus].origin.place.as_ref().map_or(0, |place| place.line);
            let first = line(pair[0].1);
            for &(number, again) in &pair[1..] {
                raw.fields.report.error(Code::Duplicate, |draft| {
                    let line = line(again);
                    draft
                        .at(line, format!("bus {number} is defined twice, in lines {first} and {line}"))
                        .element(format!("bus {number}"))
                        .field("I")
                        .help("take one of the two out")
                });
            }
        }
        numbers.dedup_by_key(|&mut (number, _)| number);
    }
    raw.fields.numbers = BusNumbers::new(&numbers);
}

/// Says what stands at buses of code 4 and so is not in the grid.
pub(super) fn tell_isolated(raw: &mut Raw<'_>) {
    if raw.kinds.iter().all(|&kind| kind != BusKind::Isolated) {
        return;
    }
    let network = &raw.network;
    let mut load_mw = Col::<BusId, f64>::filled(network.buses.len(), 0.0);
    let mut machines = Col::<BusId, usize>::filled(network.buses.len(), 0);
    for load in network.loads.iter().filter(|load| load.in_service) {
        load_mw[load.bus] += load.p_mw;
    }
    for generator in network.generators.iter().filter(|generator| generator.in_service) {
        machines[generator.bus] += 1;
    }
    for (bus, &kind) in raw.kinds.iter_ids() {
        let (load, machines) = (load_mw[bus], machines[bus]);
        if kind != BusKind::Isolated || (load == 0.0 && machines == 0) {
            continue;
        }
        raw.fields.report.warning(Code::NotUsed, |draft| {
            let bus = &network.buses[bus];
            let id = &bus.id;
            draft
                .at(0, format!("bus {id} is isolated (IDE 4): its load ({load} MW) and {machines} machines are out of the grid"))
                .place(bus.origin.place.clone())
                .element(format!("bus {id}"))
                .field("IDE")
                .help("if it belongs to the grid, give it the code 1")
        });
    }
}
