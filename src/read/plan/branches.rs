//! `lines.csv` and `transformers.csv`.

use super::catalogue::nameplate;
use super::grid::{Branch, Grid, anywhere};
use super::record::Record;
use super::table::Table;
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    EndShunt, Line, LineDrop, LineImpedance, PhaseControl, Rating, RatingUnit, Section, SeriesCompensation,
    SeriesControl, Side, Tap, TapControl, TapTarget, Transformer, TransformerImpedance,
};
use compact_str::format_compact;

/// More circuits on one row of towers than were ever built.
const MOST_CIRCUITS: u16 = 24;

/// More positions to each side than any tap changer has.
const MOST_POSITIONS: u32 = 1000;

/// The columns of a tap changer.
const TAP: [&str; 6] = ["tap_side", "tap_position", "tap_neutral", "tap_min", "tap_max", "tap_step_percent"];

impl Grid<'_> {
    /// Reads lines; a row of n circuits gives n lines.
    pub(super) fn lines(&mut self, table: &Table, built: bool) {
        self.names.branches.spoil(table);
        for record in table.records(self.folder) {
            let row = record.need_name("id");
            let ends = (self.bus(&record, "from", built), self.bus(&record, "to", built));
            let template = Line {
                id: row.clone(),
                name: record.text("name").to_owned(),
                row: row.clone(),
                circuit: 0,
                from: ends.0.unwrap_or_else(anywhere),
                to: ends.1.unwrap_or_else(anywhere),
                impedance: self.line_impedance(&record),
                end_shunts: end_shunts(&record),
                series: series(&record),
                rating: rating(&record),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            let good = ends.0.is_some() && ends.1.is_some();
            for circuit in circuits(&record) {
                let mut line = template.clone();
                line.circuit = circuit;
                if circuit > 0 {
                    line.id = format_compact!("{row}#{circuit}");
                }
                self.push_line(&record, line, good);
            }
        }
    }

    fn push_line(&mut self, record: &Record<'_>, line: Line, good: bool) {
        let (id, row, circuit) = (line.id.clone(), line.row.clone(), line.circuit);
        let known_row = self.names.branches.get(&row) == Some(Branch::Row);
        let first_circuit = circuit == 1 && !record.has("circuit");
        if circuit > 0 && (first_circuit || !known_row) {
            self.names.branches.define(record, &row, Some(Branch::Row));
        }
        let line = good.then(|| self.network.lines.push(line));
        self.names.branches.define(record, &id, line.map(Branch::Line));
        self.names.circuits.entry(row).or_default().extend(line);
    }

    fn line_impedance(&self, record: &Record<'_>) -> LineImpedance {
        let ohm = has_any(record, &["r_ohm", "x_ohm", "g_us", "b_us"]);
        let per_unit = has_any(record, &["r_pu", "x_pu", "g_pu", "b_pu"]);
        let sections = record.has("sections");
        only_one(
            record,
            &[("sections", sections), ("x_ohm", ohm), ("x_pu", per_unit)],
            "give the impedance as sections, in ohm, or per unit",
        );
        if sections {
            LineImpedance::Sections(self.sections(record))
        } else if per_unit {
            LineImpedance::PerUnit {
                r_pu: record.number_or("r_pu", 0.0),
                x_pu: record.need_number("x_pu"),
                g_pu: record.number_or("g_pu", 0.0),
                b_pu: record.number_or("b_pu", 0.0),
                sbase_mva: self.sbase_mva(record),
            }
        } else {
            LineImpedance::Ohm {
                r_ohm: record.number_or("r_ohm", 0.0),
                x_ohm: record.number("x_ohm").unwrap_or_else(|| {
                    if ohm {
                        record.missing("x_ohm", "");
                    }
                    f64::NAN
                }),
                g_us: record.number_or("g_us", 0.0),
                b_us: record.number_or("b_us", 0.0),
            }
        }
    }

    /// `ACSR-240 4.2 + XLPE110-1200 1.0`
    fn sections(&self, record: &Record<'_>) -> Vec<Section> {
        let mut sections = Vec::new();
        for part in record.text("sections").split(" + ") {
            let part = part.trim();
            let Some((line_type, length)) = part.rsplit_once(char::is_whitespace) else {
                let help = "write type and length [km] of each section: `ACSR-240 4.2 + XLPE110-1200 1.0`";
                record.error(Code::Syntax, "sections", format!("`{part}` is not a type and a length"), help);
                continue;
            };
            let length_km = length.parse::<f64>().unwrap_or(f64::NAN);
            if !(length_km.is_finite() && length_km > 0.0) {
                let message = format!("`{length}` in `{part}` is not a length in km above 0");
                let help = if length.contains(',') { "the decimal sign is a point" } else { "" };
                record.error(Code::Number, "sections", message, help);
            }
            if let Some(line_type) = self.names.line_types.find_id(record, "sections", line_type.trim()) {
                sections.push(Section { line_type, length_km });
            }
        }
        sections
    }

    fn sbase_mva(&self, record: &Record<'_>) -> f64 {
        let sbase_mva = record.number_or("sbase_mva", self.network.sbase_mva);
        record.within("sbase_mva", sbase_mva, f64::MIN_POSITIVE.., "above 0");
        sbase_mva
    }

    /// Reads transformers.
    pub(super) fn transformers(&mut self, table: &Table, built: bool) {
        self.names.branches.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let ends = (self.bus(&record, "from", built), self.bus(&record, "to", built));
            let impedance = self.transformer_impedance(&record);
            let tap = self.tap(&record, &impedance);
            let tap_control = self.tap_control(&record, built, has_any(&record, &TAP));
            let transformer = Transformer {
                id: id.clone(),
                name: record.text("name").to_owned(),
                from: ends.0.unwrap_or_else(anywhere),
                to: ends.1.unwrap_or_else(anywhere),
                tap,
                impedance,
                ratio_pu: record.number_or("ratio_pu", 1.0),
                shift_deg: record.number_or("shift_deg", 0.0),
                tap_control,
                phase_control: phase_control(&record),
                correction: self.correction(&record),
                end_shunts: end_shunts(&record),
                vector_group: record.name("vector_group"),
                rating: rating(&record),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            record.within("ratio_pu", transformer.ratio_pu, f64::MIN_POSITIVE.., "above 0");
            let good = ends.0.is_some() && ends.1.is_some();
            let row = good.then(|| self.network.transformers.push(transformer));
            self.names.branches.define(&record, &id, row.map(Branch::Transformer));
        }
    }

    /// What the tap changer holds, if a band is given.
    pub(super) fn tap_control(&self, record: &Record<'_>, built: bool, tapped: bool) -> Option<TapControl> {
        let voltage = has_any(record, &["hold_min_pu", "hold_max_pu"]);
        let reactive = has_any(record, &["hold_min_mvar", "hold_max_mvar"]);
        if voltage && reactive {
            let message = "`hold_min_pu` and `hold_min_mvar` are both given";
            record.error(
                Code::Conflict,
                "hold_min_mvar",
                message,
                "a tap changer holds a voltage or a reactive power",
            );
        }
        let of_voltage = ["hold_bus", "hold_drop_r_pu", "hold_drop_x_pu"];
        if !voltage && let Some(alone) = of_voltage.into_iter().find(|name| record.has(name)) {
            record
                .missing("hold_min_pu", format!("`{alone}` is about the voltage that the tap changer holds"));
        }
        if (voltage || reactive) && !tapped {
            record.missing("tap_position", "a transformer that holds something needs a tap changer");
        }
        let target = if voltage {
            let (r_pu, x_pu) = (record.number("hold_drop_r_pu"), record.number("hold_drop_x_pu"));
            let drop = (r_pu.is_some() || x_pu.is_some())
                .then(|| LineDrop { r_pu: r_pu.unwrap_or(0.0), x_pu: x_pu.unwrap_or(0.0) });
            TapTarget::Voltage {
                bus: self.held_bus(record, built),
                min_pu: record.need_number("hold_min_pu"),
                max_pu: record.need_number("hold_max_pu"),
                drop,
            }
        } else if reactive {
            TapTarget::Reactive {
                min_mvar: record.need_number("hold_min_mvar"),
                max_mvar: record.need_number("hold_max_mvar"),
            }
        } else {
            return None;
        };
        Some(TapControl { target, active: !record.bool_or("locked", false) })
    }

    /// The bus of `hold_bus`, where there is one.
    pub(super) fn held_bus(&self, record: &Record<'_>, built: bool) -> Option<BusId> {
        if record.has("hold_bus") { self.bus(record, "hold_bus", built) } else { None }
    }

    fn transformer_impedance(&self, record: &Record<'_>) -> TransformerImpedance {
        let by_type = record.has("type");
        let by_plate = has_any(
            record,
            &["sn_mva", "vn_from_kv", "vn_to_kv", "uk_percent", "pk_kw", "p0_kw", "i0_percent"],
        );
        let per_unit = has_any(record, &["r_pu", "x_pu", "g_pu", "b_pu"]);
        only_one(
            record,
            &[("type", by_type), ("sn_mva", by_plate), ("x_pu", per_unit)],
            "give the impedance by type, by nameplate, or per unit",
        );
        let unknown = || TransformerImpedance::PerUnit {
            r_pu: 0.0,
            x_pu: f64::NAN,
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva: 1.0,
        };
        if by_type {
            let found = self.names.transformer_types.need(record, "type");
            found.map_or_else(unknown, TransformerImpedance::Type)
        } else if by_plate {
            TransformerImpedance::Nameplate(nameplate(record))
        } else if per_unit {
            TransformerImpedance::PerUnit {
                r_pu: record.number_or("r_pu", 0.0),
                x_pu: record.need_number("x_pu"),
                g_pu: record.number_or("g_pu", 0.0),
                b_pu: record.number_or("b_pu", 0.0),
                sbase_mva: self.sbase_mva(record),
            }
        } else {
            unknown()
        }
    }

    /// The tap changer, if any of its columns is filled; what is empty then comes from the type.
    fn tap(&self, record: &Record<'_>, impedance: &TransformerImpedance) -> Option<Tap> {
        if !has_any(record, &TAP) {
            return None;
        }
        let of_type = match impedance {
            TransformerImpedance::Type(id) => self.network.catalogue.transformer_types[*id].tap_at_neutral(),
            _ => None,
        };
        let side = record.word("tap_side", &Side::ALL, Side::as_str).or(of_type.map(|tap| tap.side));
        let Some(side) = side else {
            record.missing("tap_side", "say which winding is tapped: `from` or `to`");
            return None;
        };
        Some(tap_at(record, side, of_type))
    }
}

/// A tap changer in the winding `side`; what is empty comes from `of_type`.
pub(super) fn tap_at(record: &Record<'_>, side: Side, of_type: Option<Tap>) -> Tap {
    let default = of_type.unwrap_or(Tap { side, position: 0, neutral: 0, min: 0, max: 0, step_percent: 0.0 });
    let neutral = position(record, "tap_neutral").unwrap_or(default.neutral);
    // the range of a type lies around its neutral position
    let moved = |end: i32| end.saturating_add(neutral);
    let tap = Tap {
        side,
        position: position(record, "tap_position").unwrap_or(neutral),
        neutral,
        min: position(record, "tap_min").unwrap_or_else(|| moved(default.min)),
        max: position(record, "tap_max").unwrap_or_else(|| moved(default.max)),
        step_percent: record.number_or("tap_step_percent", default.step_percent),
    };
    if !(tap.min..=tap.max).contains(&tap.position) {
        let message = format!("`tap_position` is {}; the range is {} to {}", tap.position, tap.min, tap.max);
        record.error(Code::Value, "tap_position", message, "");
    }
    tap
}

/// What a phase shifter holds, if a band is given.
pub(super) fn phase_control(record: &Record<'_>) -> Option<PhaseControl> {
    if !has_any(record, &["hold_min_mw", "hold_max_mw"]) {
        return None;
    }
    Some(PhaseControl {
        p_min_mw: record.need_number("hold_min_mw"),
        p_max_mw: record.need_number("hold_max_mw"),
        shift_min_deg: record.need_number("shift_min_deg"),
        shift_max_deg: record.need_number("shift_max_deg"),
        shift_step_deg: record.number_or("shift_step_deg", 0.0),
        active: !record.bool_or("locked", false),
    })
}

/// Shunts at both ends of a branch.
fn end_shunts(record: &Record<'_>) -> [EndShunt; 2] {
    [("end_from_mw", "end_from_mvar"), ("end_to_mw", "end_to_mvar")]
        .map(|(g, b)| EndShunt { g_mw: record.number_or(g, 0.0), b_mvar: record.number_or(b, 0.0) })
}

/// What compensates a line in series.
fn series(record: &Record<'_>) -> Option<Box<SeriesCompensation>> {
    let others =
        ["series_x_min_ohm", "series_x_max_ohm", "series_p_min_mw", "series_p_max_mw", "series_locked"];
    if !record.has("series_x_ohm") {
        if let Some(alone) = others.into_iter().find(|name| record.has(name)) {
            record.missing("series_x_ohm", format!("`{alone}` is about a reactance in series"));
        }
        return None;
    }
    let x_ohm = record.need_number("series_x_ohm");
    let control = has_any(record, &["series_p_min_mw", "series_p_max_mw"]).then(|| SeriesControl {
        p_min_mw: record.need_number("series_p_min_mw"),
        p_max_mw: record.need_number("series_p_max_mw"),
        active: !record.bool_or("series_locked", false),
    });
    Some(Box::new(SeriesCompensation {
        x_ohm,
        x_min_ohm: record.number_or("series_x_min_ohm", x_ohm),
        x_max_ohm: record.number_or("series_x_max_ohm", x_ohm),
        control,
    }))
}

/// A tap position.
fn position(record: &Record<'_>, name: &'static str) -> Option<i32> {
    let position: i32 = record.integer(name)?;
    if position.unsigned_abs() > MOST_POSITIONS {
        let message = format!("`{name}` is {position}; no tap changer has so many positions");
        record.error(Code::Value, name, message, "");
        return Some(0);
    }
    Some(position)
}

fn has_any(record: &Record<'_>, names: &[&'static str]) -> bool {
    names.iter().any(|name| record.has(name))
}

/// Tells a record that says its impedance in no way, or in more than one.
fn only_one(record: &Record<'_>, ways: &[(&'static str, bool)], help: &str) {
    let given: Vec<&str> = ways.iter().filter(|way| way.1).map(|way| way.0).collect();
    match given.as_slice() {
        [_] => {}
        [] => record.error(Code::Schema, ways.first().map_or("", |way| way.0), "there is no impedance", help),
        [first, second, ..] => {
            let message = format!("the impedance is given twice: `{first}` and `{second}`");
            record.error(Code::Conflict, second, message, help);
        }
    }
}

/// The numbers of the circuits of a row; 0 for a line that has the row's own id.
fn circuits(record: &Record<'_>) -> Vec<u16> {
    let count: Option<u16> = record.integer("circuits");
    let number: Option<u16> = record.integer("circuit");
    for (field, given) in [("circuits", count), ("circuit", number)] {
        if given.is_some_and(|given| given == 0 || given > MOST_CIRCUITS) {
            let message = format!("`{field}` is {}; it must be 1 to {MOST_CIRCUITS}", record.text(field));
            record.error(Code::Value, field, message, "");
        }
    }
    match (count, number) {
        (Some(_), Some(_)) => {
            let help = "`circuits` is for equal circuits, `circuit` for a row about one of them";
            record.error(Code::Conflict, "circuit", "both `circuits` and `circuit` are given", help);
            Vec::new()
        }
        (Some(count), None) => (1..=count.min(MOST_CIRCUITS)).collect(),
        (None, Some(number)) => vec![number],
        (None, None) => vec![0],
    }
}

/// The four rating columns.
pub(super) fn rating(record: &Record<'_>) -> Rating {
    let limit = |name| {
        let value = record.number(name);
        value.inspect(|&value| record.within(name, value, 0.0.., "0 or above"))
    };
    Rating {
        unit: record.word("rating_unit", &RatingUnit::ALL, RatingUnit::as_str).unwrap_or_default(),
        normal: limit("rating_normal"),
        short: limit("rating_short"),
        emergency: limit("rating_emergency"),
    }
}
