//! Three-winding transformers with their windings, compensators, direct-current links with their converters, areas, and
//! the correction tables of the catalogue.

use super::branches::{phase_control, rating, tap_at};
use super::grid::{Branch, Grid, anywhere};
use super::record::Record;
use super::table::Table;
use crate::finding::{Code, Finding, Place};
use crate::ids::{CorrectionId, DcLinkId, Transformer3Id};
use crate::model::{
    Area, Compensator, CompensatorKind, CompensatorLimits, ConverterAc, Correction, CorrectionOf,
    CorrectionPoint, DcLink, Lcc, LccConverter, LccOrder, LccSetpoint, Name, Side, StarImpedance, Tap,
    Transformer3, Vsc, VscConverter, VscDc, Winding,
};

/// A record whose parts are rows of another table: which of them were there.
pub(super) struct Parts<I> {
    row: I,
    name: Name,
    place: Place,
    seen: Vec<bool>,
}

/// The columns of the three pairs of windings.
const SN: [&str; 3] = ["sn_12_mva", "sn_23_mva", "sn_31_mva"];
const UK: [&str; 3] = ["uk_12_percent", "uk_23_percent", "uk_31_percent"];
const PK: [&str; 3] = ["pk_12_kw", "pk_23_kw", "pk_31_kw"];
const R: [&str; 3] = ["r_12_pu", "r_23_pu", "r_31_pu"];
const X: [&str; 3] = ["x_12_pu", "x_23_pu", "x_31_pu"];

impl Grid<'_> {
    /// Reads correction tables: rows of one id are the points of a table.
    pub(super) fn corrections(&mut self, table: &Table) {
        self.names.corrections.spoil(table);
        let mut last: Option<(Name, CorrectionId)> = None;
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let point = CorrectionPoint {
                at: record.need_number("at"),
                r_factor: record.need_number("r_factor"),
                x_factor: record.need_number("x_factor"),
            };
            let of = record.word("of", &CorrectionOf::ALL, CorrectionOf::as_str).unwrap_or_default();
            let row = match &last {
                Some((name, row)) if *name == id => *row,
                _ => {
                    let one = Correction { id: id.clone(), of, points: Vec::new(), origin: record.origin() };
                    let row = self.network.catalogue.corrections.push(one);
                    self.names.corrections.define(&record, &id, Some(row));
                    last = Some((id, row));
                    row
                }
            };
            let one = &mut self.network.catalogue.corrections[row];
            if one.of != of {
                let message = format!("`of` is `{}`, and `{}` before", of.as_str(), one.of.as_str());
                record.error(Code::Conflict, "of", message, "a table is entered with one quantity");
            }
            if one.points.last().is_some_and(|before| before.at >= point.at) {
                let message = format!("`at` is {}, which is not above the point before", point.at);
                record.error(Code::Value, "at", message, "order the points of a table by rising `at`");
            }
            one.points.push(point);
        }
    }

    /// The correction table that a field names.
    pub(super) fn correction(&self, record: &Record<'_>) -> Option<CorrectionId> {
        self.names.corrections.find(record, "correction")
    }

    /// Reads three-winding transformers; their windings are rows of another table.
    pub(super) fn transformers3(&mut self, table: &Table, built: bool) {
        self.names.branches.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let row = self.network.transformers3.push(Transformer3 {
                id: id.clone(),
                name: record.text("name").to_owned(),
                windings: [0; 3].map(|_| Winding::new(anywhere())),
                impedance: self.star_impedance(&record),
                vector_group: record.name("vector_group"),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            });
            self.names.branches.define(&record, &id, Some(Branch::Transformer3(row)));
            self.windings.push(Parts { row, name: id, place: record.place(), seen: vec![false; 3] });
        }
    }

    fn star_impedance(&self, record: &Record<'_>) -> StarImpedance {
        let plate = SN.iter().chain(&UK).chain(&PK).any(|name| record.has(name));
        let per_unit = R.iter().chain(&X).any(|name| record.has(name));
        if plate && per_unit {
            let message = "the impedance is given twice: `uk_12_percent` and `x_12_pu`";
            record.error(Code::Conflict, "x_12_pu", message, "give it by nameplate or per unit");
        }
        if per_unit {
            StarImpedance::PerUnit {
                r_pu: R.map(|name| record.number_or(name, 0.0)),
                x_pu: X.map(|name| record.need_number(name)),
                g_pu: record.number_or("g_pu", 0.0),
                b_pu: record.number_or("b_pu", 0.0),
                sbase_mva: record.number_or("sbase_mva", self.network.sbase_mva),
            }
        } else {
            StarImpedance::Nameplate {
                sn_mva: SN.map(|name| record.need_number(name)),
                uk_percent: UK.map(|name| record.need_number(name)),
                pk_kw: PK.map(|name| record.number_or(name, 0.0)),
                p0_kw: record.number_or("p0_kw", 0.0),
                i0_percent: record.number_or("i0_percent", 0.0),
            }
        }
    }

    /// Reads windings.
    pub(super) fn windings(&mut self, table: &Table, built: bool) {
        for record in table.records(self.folder) {
            let found = self.names.branches.need(&record, "transformer");
            let bus = self.bus(&record, "bus", built);
            let number = part(&record, "winding", 3);
            let tap = Self::winding_tap(&record);
            let winding = Winding {
                bus: bus.unwrap_or_else(anywhere),
                vn_kv: record.number_or("vn_kv", 0.0),
                ratio_pu: record.number_or("ratio_pu", 1.0),
                shift_deg: record.number_or("shift_deg", 0.0),
                tap,
                tap_control: self.tap_control(&record, built, tap.is_some()),
                phase_control: phase_control(&record),
                correction: self.correction(&record),
                rating: rating(&record),
                in_service: record.bool_or("in_service", true),
            };
            let Some(found) = found else { continue };
            let Branch::Transformer3(row) = found else {
                let message =
                    format!("`transformer`: `{}` has not three windings", record.text("transformer"));
                record.error(Code::Reference, "transformer", message, "name a record of transformers3.csv");
                continue;
            };
            if let Some(number) = number
                && first_of(&mut self.windings, &record, &row, number)
            {
                self.network.transformers3[row].windings[number] = winding;
            }
        }
    }

    fn winding_tap(record: &Record<'_>) -> Option<Tap> {
        let columns = ["tap_position", "tap_neutral", "tap_min", "tap_max", "tap_step_percent"];
        columns.iter().any(|name| record.has(name)).then(|| tap_at(record, Side::From, None))
    }

    /// Reads compensators.
    pub(super) fn compensators(&mut self, table: &Table, built: bool) {
        self.names.compensators.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let bus = self.bus(&record, "bus", built);
            let held =
                if record.has("regulated_bus") { self.bus(&record, "regulated_bus", built) } else { None };
            let one = Compensator {
                id: id.clone(),
                name: record.text("name").to_owned(),
                bus: bus.unwrap_or_else(anywhere),
                regulated_bus: held,
                kind: record.need_word(
                    "kind",
                    &CompensatorKind::ALL,
                    CompensatorKind::as_str,
                    CompensatorKind::Svc,
                ),
                vm_setpoint_pu: record.need_number("vm_setpoint_pu"),
                slope_percent: record.number_or("slope_percent", 0.0),
                limits: CompensatorLimits {
                    min_mvar: record.need_number("q_min_mvar"),
                    max_mvar: record.need_number("q_max_mvar"),
                },
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            let row = bus.map(|_| self.network.compensators.push(one));
            self.names.compensators.define(&record, &id, row);
        }
    }

    /// Reads direct-current links; their converters are rows of another table.
    pub(super) fn dc_links(&mut self, table: &Table, built: bool) {
        self.names.dc_links.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let kinds = [true, false];
            let is_lcc = record.need_word("kind", &kinds, |lcc| if lcc { "lcc" } else { "vsc" }, true);
            let (name, r_ohm) = (record.text("name").to_owned(), record.number_or("r_ohm", 0.0));
            let (in_service, origin) = (record.bool_or("in_service", true), record.origin());
            let link = if is_lcc {
                DcLink::Lcc(Box::new(Lcc {
                    id: id.clone(),
                    name,
                    setpoint: LccSetpoint { order: order(&record), margin: record.number_or("margin", 0.0) },
                    r_ohm,
                    vd_kv: record.need_number("vd_kv"),
                    compounding_ohm: record.number_or("compounding_ohm", 0.0),
                    rectifier: line_commutated(None),
                    inverter: line_commutated(None),
                    built,
                    in_service,
                    origin,
                }))
            } else {
                let converters = [0; 2].map(|_| voltage_source(None));
                DcLink::Vsc(Box::new(Vsc {
                    id: id.clone(),
                    name,
                    r_ohm,
                    converters,
                    built,
                    in_service,
                    origin,
                }))
            };
            let row = self.network.dc_links.push(link);
            self.names.dc_links.define(&record, &id, Some(row));
            self.converters.push(Parts { row, name: id, place: record.place(), seen: vec![false; 2] });
        }
    }

    /// Reads converters.
    pub(super) fn converters(&mut self, table: &Table, built: bool) {
        for record in table.records(self.folder) {
            let link = self.names.dc_links.need(&record, "link");
            let bus = self.bus(&record, "bus", built).unwrap_or_else(anywhere);
            let (Some(row), Some(end)) = (link, part(&record, "end", 2)) else { continue };
            if !first_of(&mut self.converters, &record, &row, end) {
                continue;
            }
            match &mut self.network.dc_links[row] {
                DcLink::Lcc(link) => {
                    let one = if end == 0 { &mut link.rectifier } else { &mut link.inverter };
                    *one = LccConverter { bus, ..line_commutated(Some(&record)) };
                }
                DcLink::Vsc(link) => {
                    link.converters[end] = VscConverter { bus, ..voltage_source(Some(&record)) };
                }
            }
        }
    }

    /// Reads areas.
    pub(super) fn areas(&mut self, table: &Table) {
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            if self.network.areas.iter().any(|area| area.id == id) {
                let message = format!("area {id} is defined twice");
                record.error(Code::Duplicate, "id", message, "rename or delete one of the two");
            }
            let Some(slack_bus) = self.bus(&record, "slack_bus", false) else { continue };
            self.network.areas.push(Area {
                id,
                name: record.text("name").to_owned(),
                interchange_mw: record.need_number("interchange_mw"),
                tolerance_mw: record.number_or("tolerance_mw", 0.0),
                slack_bus,
                origin: record.origin(),
            });
        }
    }

    /// Tells what has not all of its parts, once all tables are read.
    pub(super) fn finish(&self) {
        missing(self, &self.windings, "winding", "windings.csv");
        missing(self, &self.converters, "end", "converters.csv");
    }
}

/// The number of a part, from 0.
fn part(record: &Record<'_>, field: &'static str, count: usize) -> Option<usize> {
    let number: u16 = record.integer(field).unwrap_or_else(|| {
        record.missing(field, "");
        0
    });
    let found = usize::from(number).checked_sub(1).filter(|&number| number < count);
    if found.is_none() && record.has(field) {
        record.error(Code::Value, field, format!("`{field}` is {number}; it must be 1 to {count}"), "");
    }
    found
}

/// Whether a part of a record is there for the first time; told if not.
fn first_of<I: PartialEq>(all: &mut [Parts<I>], record: &Record<'_>, row: &I, number: usize) -> bool {
    let place = all.iter_mut().find(|one| one.row == *row).map(|one| &mut one.seen[number]);
    let first = place.is_some_and(|seen| !std::mem::replace(seen, true));
    if !first {
        let message = format!("{} is given twice", record.describe());
        record.error(Code::Duplicate, "bus", message, "delete one of the two");
    }
    first
}

fn missing<I>(grid: &Grid<'_>, all: &[Parts<I>], word: &str, file: &str) {
    for one in all {
        for number in (0..one.seen.len()).filter(|&number| !one.seen[number]) {
            let message = format!("{} has no {word} {}", one.name, number + 1);
            let finding = Finding::error(Code::Schema, message).element(one.name.to_string());
            grid.folder.log.push(finding.place(one.place.clone()).help(format!("add its row to {file}")));
        }
    }
}

fn order(record: &Record<'_>) -> LccOrder {
    let ways = ["p_rectifier_mw", "p_inverter_mw", "id_ka"];
    let mut given = ways.into_iter().filter(|name| record.has(name));
    let (first, second) = (given.next(), given.next());
    if let (Some(first), Some(second)) = (first, second) {
        let message = format!("the order is given twice: `{first}` and `{second}`");
        record.error(Code::Conflict, second, message, "order a power at one end, or a current");
    }
    match first {
        Some("p_inverter_mw") => LccOrder::PowerAtInverter(record.need_number("p_inverter_mw")),
        Some("id_ka") => LccOrder::Current(record.need_number("id_ka")),
        _ => LccOrder::PowerAtRectifier(record.need_number("p_rectifier_mw")),
    }
}

/// A converter of a line-commutated link at no bus yet.
fn line_commutated(record: Option<&Record<'_>>) -> LccConverter {
    let number = |name, default| record.map_or(default, |record| record.number_or(name, default));
    let tap_pu = number("tap_pu", 1.0);
    LccConverter {
        bus: anywhere(),
        bridges: record.and_then(|record| record.integer::<u32>("bridges")).unwrap_or(1),
        angle_min_deg: number("angle_min_deg", 0.0),
        angle_max_deg: number("angle_max_deg", 90.0),
        rc_ohm: number("rc_ohm", 0.0),
        xc_ohm: number("xc_ohm", 0.0),
        vn_kv: number("vn_kv", 0.0),
        ratio_pu: number("ratio_pu", 1.0),
        tap_pu,
        tap_min_pu: number("tap_min_pu", tap_pu),
        tap_max_pu: number("tap_max_pu", tap_pu),
        tap_step_pu: number("tap_step_pu", 0.0),
    }
}

/// A voltage-source converter at no bus yet.
fn voltage_source(record: Option<&Record<'_>>) -> VscConverter {
    let maybe = |name| record.and_then(|record| record.number(name));
    let one_of = |a: &'static str, b: &'static str| {
        if let Some(record) = record
            && record.has(a)
            && record.has(b)
        {
            let message = format!("`{a}` and `{b}` are both given");
            record.error(Code::Conflict, b, message, "a converter holds one of the two");
        }
    };
    one_of("vd_kv", "p_mw");
    one_of("vm_setpoint_pu", "q_mvar");
    if let Some(record) = record
        && !record.has("vd_kv")
        && !record.has("p_mw")
    {
        record.missing("p_mw", "a converter holds a direct voltage (`vd_kv`) or a power");
    }
    VscConverter {
        bus: anywhere(),
        dc: maybe("vd_kv").map_or_else(|| VscDc::Power(maybe("p_mw").unwrap_or(0.0)), VscDc::Voltage),
        ac: maybe("vm_setpoint_pu")
            .map_or_else(|| ConverterAc::Reactive(maybe("q_mvar").unwrap_or(0.0)), ConverterAc::Voltage),
        loss_kw: maybe("loss_kw").unwrap_or(0.0),
        loss_kw_per_a: maybe("loss_kw_per_a").unwrap_or(0.0),
        sn_mva: maybe("sn_mva"),
        q_min_mvar: maybe("q_min_mvar"),
        q_max_mvar: maybe("q_max_mvar"),
    }
}

/// What the windings and converters of a plan belong to.
pub(super) type Windings = Vec<Parts<Transformer3Id>>;
/// Likewise.
pub(super) type Converters = Vec<Parts<DcLinkId>>;
