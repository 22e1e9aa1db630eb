//! Works of a city grid in `changes.csv`: `cut_in`, `tee_off`, `second_circuit` and the like.
//!
//! What a work makes becomes records of the network here, under names that go by rule, so that other rows may name them;
//! what they hold is found when the work takes effect.

use super::grid::{Branch, Grid};
use super::record::Record;
use crate::finding::Code;
use crate::ids::{BusId, LineId, LineTypeId, SubstationId, TransformerTypeId};
use crate::model::{
    ADD_SHUNT, Amount, Bus, Change, ElementId, ElementKind, Line, Name, Op, Shunt, Stretch, Switch,
    SwitchKind, Transformer, WORK_WORDS, Work, WorkKind, WorkWord,
};
use compact_str::format_compact;

/// The columns that only works have, beside `from`.
const COLUMNS: [&str; 10] =
    ["at", "at_km", "type", "length_km", "line_km", "new_id", "moves", "p_mw", "percent", "b_mvar"];

/// The word of a work.
pub(super) fn word(op: &str) -> Option<WorkWord> {
    WORK_WORDS.iter().chain([&ADD_SHUNT]).copied().find(|word| word.op == op)
}

/// All words of works.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORK_WORDS.iter().chain([&ADD_SHUNT]).map(|word| word.op)
}

/// Tells columns of works that a plain change has no use for.
pub(super) fn refuse_columns(record: &Record<'_>, op: &str) {
    for field in COLUMNS.into_iter().filter(|field| record.has(field)) {
        let message = format!("`{field}` is given, but `{op}` has none");
        record.error(Code::Conflict, field, message, "leave it empty, or write the work that needs it");
    }
}

/// Whether all that a row names is there already: a work may go on with what another one makes.
pub(super) fn is_ready(record: &Record<'_>, grid: &Grid<'_>) -> bool {
    let names = &grid.names;
    let has = |id: &str| {
        names.branches.has(id)
            || names.buses.has(id)
            || names.substations.has(id)
            || names.switches.has(id)
            || names.shunts.has(id)
            || names.loads.has(id)
            || names.generators.has(id)
            || names.compensators.has(id)
            || names.dc_links.has(id)
    };
    let named = |field: &'static str| !record.has(field) || has(record.text(field));
    let moved = || {
        record
            .text("moves")
            .split(';')
            .all(|part| part.trim().split_once(' ').is_none_or(|(_, id)| has(id.trim())))
    };
    (record.text("op") == ADD_SHUNT.op || named("id")) && named("at") && moved()
}

/// A row as a work, with the records that it makes; nothing where it is wrong, which is then told.
pub(super) fn work(record: &Record<'_>, word: WorkWord, grid: &mut Grid<'_>) -> Vec<Change> {
    let kind = record.need_word("element", &ElementKind::ALL, ElementKind::as_str, ElementKind::Bus);
    if !word.elements.contains(&kind) {
        let message = format!("`{}` cannot be done to a {}", word.op, kind.as_str());
        let can: Vec<&str> = word.elements.iter().map(|kind| kind.as_str()).collect();
        record.error(Code::Value, "element", message, format!("write {} in `element`", can.join(" or ")));
        return Vec::new();
    }
    let mut good = record.has("id");
    if !good {
        record.missing("id", "name the record that the work is done to");
    }
    for &field in word.needs {
        if !record.has(field) {
            record.missing(field, format!("`{}` needs it", word.op));
            good = false;
        }
    }
    for field in COLUMNS.into_iter().chain(["field", "from", "to"]) {
        if record.has(field) && !word.needs.contains(&field) && !word.may.contains(&field) {
            let message = format!("`{field}` is given, but `{}` has none", word.op);
            record.error(Code::Conflict, field, message, "leave it empty");
        }
    }
    if !good {
        return Vec::new();
    }
    let maker = Maker { record, new_id: record.name("new_id") };
    let found = if word.op == ADD_SHUNT.op {
        maker.add_shunt(grid).map(|made| (WorkKind::AddShunt, Vec::new(), vec![made]))
    } else {
        let of = grid.elements(record, kind, "id");
        if of.is_empty() { None } else { maker.done(word.op, &of, grid).map(|(kind, made)| (kind, of, made)) }
    };
    let Some((kind, of, makes)) = found else { return Vec::new() };
    let work = Work { kind, of, makes, new_id: maker.new_id };
    vec![Change { op: Op::Work(Box::new(work)), bay: record.name("bay"), origin: record.origin() }]
}

/// A value that is wrong, which was told.
struct Told;

/// A value, if it is given.
type Given<T> = Result<Option<T>, Told>;

/// What makes the records of one row.
struct Maker<'r> {
    record: &'r Record<'r>,
    new_id: Name,
}

impl Maker<'_> {
    fn done(&self, op: &str, of: &[ElementId], grid: &mut Grid<'_>) -> Option<(WorkKind, Vec<ElementId>)> {
        let lines: Vec<LineId> = of
            .iter()
            .filter_map(|element| match element {
                ElementId::Line(line) => Some(*line),
                _ => None,
            })
            .collect();
        Some(match op {
            "cut_in" | "tee_off" => return self.cut(op, &lines, grid),
            "untee" => (WorkKind::Untee, self.line_copies(&lines, grid)),
            "second_circuit" => {
                let stretch = self.stretch(grid).ok()?;
                (WorkKind::SecondCircuit { stretch }, vec![self.second_circuit(*lines.last()?, grid)])
            }
            "add_transformer" => {
                let unit = self.transformer_type(grid).ok()?;
                (WorkKind::AddTransformer { unit }, vec![self.transformer(*of.first()?, grid)?])
            }
            "uprate" => {
                let to = self.type_of(of, "type", grid)?;
                let from = if self.record.has("from") { Some(self.type_of(of, "from", grid)?) } else { None };
                (WorkKind::Uprate { from, to }, Vec::new())
            }
            "replace" => {
                let to = self.type_of(of, "type", grid)?;
                let made = if lines.is_empty() {
                    vec![self.transformer(*of.first()?, grid)?]
                } else {
                    self.line_copies(&lines, grid)
                };
                (WorkKind::Replace { to }, made)
            }
            "retire" => (WorkKind::Retire, Vec::new()),
            "to_cable" => {
                let line_type = self.line_type(grid)?;
                let at_km = self.km("at_km", 0.0..).ok()?.unwrap_or(0.0);
                let length_km = self.km("length_km", f64::MIN_POSITIVE..).ok()?;
                (WorkKind::ToCable { line_type, at_km, length_km }, Vec::new())
            }
            "split_bus" => return self.split(of, grid),
            "join_bus" => {
                let &[ElementId::Bus(bus)] = of else { return None };
                (WorkKind::JoinBus { into: self.at(grid, grid.network.buses[bus].vn_kv)? }, Vec::new())
            }
            "open" => (WorkKind::Open, Vec::new()),
            "close" => (WorkKind::Close, Vec::new()),
            _ => return self.move_load(of, grid),
        })
    }

    /// A length, which must lie in a range.
    fn km(&self, field: &'static str, range: impl std::ops::RangeBounds<f64>) -> Given<f64> {
        let Some(km) = self.record.number(field) else { return Ok(None) };
        let good = range.contains(&km);
        if !good && !km.is_nan() {
            let message = format!("`{field}` is {km}; it must be a length in km above 0");
            self.record.error(Code::Value, field, message, "");
        }
        if good { Ok(Some(km)) } else { Err(Told) }
    }

    fn line_type(&self, grid: &Grid<'_>) -> Option<LineTypeId> {
        grid.names.line_types.find(self.record, "type")
    }

    fn transformer_type(&self, grid: &Grid<'_>) -> Given<TransformerTypeId> {
        if !self.record.has("type") {
            return Ok(None);
        }
        grid.names.transformer_types.find(self.record, "type").map(Some).ok_or(Told)
    }

    /// The type that a field names, of the catalogue of what is changed.
    fn type_of(&self, of: &[ElementId], field: &'static str, grid: &Grid<'_>) -> Option<Name> {
        let known = match of.first()? {
            ElementId::Line(_) => grid.names.line_types.find(self.record, field).is_some(),
            _ => grid.names.transformer_types.find(self.record, field).is_some(),
        };
        known.then(|| self.record.name(field))
    }

    /// Type and length.
    fn stretch(&self, grid: &Grid<'_>) -> Given<Stretch> {
        let length_km = self.km("length_km", f64::MIN_POSITIVE..)?;
        match (self.record.has("type"), length_km) {
            (false, None) => Ok(None),
            (true, Some(length_km)) => {
                let line_type = self.line_type(grid).ok_or(Told)?;
                Ok(Some(Stretch { line_type, length_km }))
            }
            (has_type, _) => {
                let field = if has_type { "length_km" } else { "type" };
                self.record.missing(field, "type and length go together");
                Err(Told)
            }
        }
    }

    /// The bus of `at`: by its id, or the only one of a station that has the voltage.
    fn at(&self, grid: &Grid<'_>, vn_kv: f64) -> Option<BusId> {
        let id = self.record.text("at");
        if let Some(bus) = grid.names.buses.get(id) {
            let other = grid.network.buses[bus].vn_kv;
            if (other - vn_kv).abs() > 1e-6 * vn_kv.abs() {
                let message = format!("bus {id} is at {other} kV, what is joined to it at {vn_kv} kV");
                self.record.error(Code::Value, "at", message, "name the bus of the same voltage");
                return None;
            }
            return Some(bus);
        }
        let Some(station) = grid.names.substations.get(id) else {
            return grid.names.buses.find(self.record, "at");
        };
        let here: Vec<BusId> = grid
            .network
            .buses
            .iter_ids()
            .filter(|(_, bus)| bus.substation == Some(station))
            .filter(|(_, bus)| (bus.vn_kv - vn_kv).abs() <= 1e-6 * vn_kv.abs())
            .map(|(bus, _)| bus)
            .collect();
        if let [only] = here.as_slice() {
            return Some(*only);
        }
        let ids: Vec<&str> = here.iter().map(|&bus| grid.network.buses[bus].id.as_str()).collect();
        let (message, help) = if here.is_empty() {
            (format!("station {id} has no bus of {vn_kv} kV"), "name another station, or a bus".to_owned())
        } else {
            let message = format!("station {id} has {} buses of {vn_kv} kV", here.len());
            (message, format!("name one of them: {}", ids.join(", ")))
        };
        self.record.error(Code::Reference, "at", message, help);
        None
    }

    /// The name that what a work makes of a line begins with: `ID`, or what `new_id` says.
    fn stem(&self, line: &Line) -> Name {
        match self.new_id.as_str() {
            "" if line.circuit == 0 => line.id.clone(),
            "" => line.row.clone(),
            _ => self.new_id.clone(),
        }
    }

    /// `cut_in` and `tee_off`.
    fn cut(&self, op: &str, lines: &[LineId], grid: &mut Grid<'_>) -> Option<(WorkKind, Vec<ElementId>)> {
        let first = &grid.network.lines[*lines.first()?];
        let vn_kv = grid.network.buses[first.from].vn_kv;
        let bus = self.at(grid, vn_kv)?;
        let at_km = self.km("at_km", f64::MIN_POSITIVE..).ok()??;
        let line_km = self.km("line_km", f64::MIN_POSITIVE..).ok()?;
        let spur = self.stretch(grid).ok()?;
        let mut made = Vec::new();
        let kind = match (op, spur) {
            ("cut_in", spur) => {
                for &line in lines {
                    made.extend(self.parts(line, bus, grid));
                }
                WorkKind::CutIn { at_km, line_km, bus, spur }
            }
            (_, None) => return None,
            (_, Some(spur)) => {
                for &line in lines {
                    let old = grid.network.lines[line].clone();
                    let stem = self.stem(&old);
                    let tee = self.bus(
                        &circuit_id(&format_compact!("{stem}/T"), old.circuit),
                        old.from,
                        true,
                        grid,
                    );
                    made.push(ElementId::Bus(tee));
                    made.extend(self.parts(line, tee, grid));
                    let branch = Line { from: tee, to: bus, ..old };
                    made.push(self.line(format_compact!("{stem}/3"), branch, grid));
                }
                WorkKind::TeeOff { at_km, line_km, bus, spur }
            }
        };
        Some((kind, made))
    }

    /// Both parts of a line that is cut at a bus.
    fn parts(&self, line: LineId, bus: BusId, grid: &mut Grid<'_>) -> [ElementId; 2] {
        let old = grid.network.lines[line].clone();
        let stem = self.stem(&old);
        let first = Line { to: bus, ..old.clone() };
        let second = Line { from: bus, ..old };
        [
            self.line(format_compact!("{stem}/1"), first, grid),
            self.line(format_compact!("{stem}/2"), second, grid),
        ]
    }

    /// A line like each of those given, in the row `new_id`.
    fn line_copies(&self, lines: &[LineId], grid: &mut Grid<'_>) -> Vec<ElementId> {
        let copy = |&line: &LineId| {
            let old = grid.network.lines[line].clone();
            self.line(self.new_id.clone(), old, grid)
        };
        lines.iter().map(copy).collect()
    }

    /// One more circuit on the towers of a line.
    fn second_circuit(&self, line: LineId, grid: &mut Grid<'_>) -> ElementId {
        let old = grid.network.lines[line].clone();
        if !self.new_id.is_empty() {
            return self.line(self.new_id.clone(), Line { circuit: 0, ..old }, grid);
        }
        if old.circuit == 0 {
            // a row without circuits has no number to count on from
            return self.line(format_compact!("{}/2", old.id), old, grid);
        }
        let circuits = grid.network.lines.iter().filter(|one| one.row == old.row && one.has_row_id());
        let circuit = circuits.map(|one| one.circuit).max().unwrap_or(0).saturating_add(1);
        let row = old.row.clone();
        self.line(row, Line { circuit, ..old }, grid)
    }

    /// Notes a line that does not stand yet, in a row of the name given and with its circuit's number.
    fn line(&self, row: Name, like: Line, grid: &mut Grid<'_>) -> ElementId {
        let id = circuit_id(&row, like.circuit);
        let circuit = like.circuit;
        let made = Line {
            id: id.clone(),
            row: row.clone(),
            built: false,
            in_service: true,
            origin: self.record.origin(),
            ..like
        };
        self.is_free(grid.names.branches.has(&id), "line or transformer", &id);
        let line = grid.network.lines.push(made);
        let names = &mut grid.names;
        if circuit > 0 && !names.branches.has(&row) {
            names.branches.adopt(&row, Branch::Row, &self.record.origin());
        }
        names.branches.adopt(&id, Branch::Line(line), &self.record.origin());
        names.circuits.entry(row).or_default().push(line);
        ElementId::Line(line)
    }

    /// Notes a transformer like another one.
    fn transformer(&self, like: ElementId, grid: &mut Grid<'_>) -> Option<ElementId> {
        let ElementId::Transformer(like) = like else { return None };
        let made = Transformer {
            id: self.new_id.clone(),
            built: false,
            in_service: true,
            origin: self.record.origin(),
            ..grid.network.transformers[like].clone()
        };
        self.is_free(grid.names.branches.has(&made.id), "line or transformer", &made.id);
        let row = grid.network.transformers.push(made);
        grid.names.branches.adopt(&self.new_id, Branch::Transformer(row), &self.record.origin());
        Some(ElementId::Transformer(row))
    }

    /// Notes a bus like another one; a tee stands in no station.
    fn bus(&self, id: &Name, like: BusId, is_tee: bool, grid: &mut Grid<'_>) -> BusId {
        let like = grid.network.buses[like].clone();
        let made = Bus {
            id: id.clone(),
            name: String::new(),
            substation: like.substation.filter(|_| !is_tee),
            built: false,
            in_service: true,
            origin: self.record.origin(),
            ..like
        };
        self.is_free(grid.names.buses.has(id), "bus", id);
        let bus = grid.network.buses.push(made);
        grid.names.buses.adopt(id, bus, &self.record.origin());
        bus
    }

    fn split(&self, of: &[ElementId], grid: &mut Grid<'_>) -> Option<(WorkKind, Vec<ElementId>)> {
        let &[ElementId::Bus(bus)] = of else { return None };
        let mut moves = Vec::new();
        let parts = self.record.text("moves").split(';').map(str::trim).filter(|part| !part.is_empty());
        for part in parts {
            let (kind, id) = part.split_once(' ').unwrap_or(("", part));
            let Some(kind) = ElementKind::ALL.into_iter().find(|one| one.as_str() == kind) else {
                let help = "write the kind before each id: `line L1;transformer T2;load D1`";
                self.record.error(Code::Syntax, "moves", format!("`{part}` names no kind of record"), help);
                return None;
            };
            let found = grid.elements_called(self.record, kind, "moves", id.trim());
            if found.is_empty() {
                return None;
            }
            moves.extend(found);
        }
        let new = self.bus(&self.new_id, bus, false, grid);
        let id = format_compact!("{}/W", self.new_id);
        self.is_free(grid.names.switches.has(&id), "switch", &id);
        let coupler = grid.network.switches.push(Switch {
            id: id.clone(),
            from: bus,
            to: new,
            kind: SwitchKind::Breaker,
            closed: false,
            built: false,
            origin: self.record.origin(),
        });
        grid.names.switches.adopt(&id, coupler, &self.record.origin());
        Some((WorkKind::SplitBus { moves }, vec![ElementId::Bus(new), ElementId::Switch(coupler)]))
    }

    fn move_load(&self, of: &[ElementId], grid: &Grid<'_>) -> Option<(WorkKind, Vec<ElementId>)> {
        let to: SubstationId = grid.names.substations.find(self.record, "at")?;
        if of.contains(&ElementId::Substation(to)) {
            let message = "load cannot move from a station to itself";
            self.record.error(Code::Value, "at", message, "name the station that takes over");
            return None;
        }
        let (p_mw, percent) = (self.record.number("p_mw"), self.record.number("percent"));
        let amount = match (p_mw, percent) {
            (Some(p_mw), None) => {
                self.record.within("p_mw", p_mw, f64::MIN_POSITIVE.., "above 0");
                Amount::Mw(p_mw)
            }
            (None, Some(percent)) => {
                self.record.within("percent", percent, f64::MIN_POSITIVE..=100.0, "above 0, 100 at most");
                Amount::Percent(percent)
            }
            (Some(_), Some(_)) => {
                let message = "`p_mw` and `percent` are both given";
                self.record.error(Code::Conflict, "percent", message, "delete one of the two");
                return None;
            }
            (None, None) => {
                self.record.missing("p_mw", "say how much moves: `p_mw` or `percent`");
                return None;
            }
        };
        Some((WorkKind::MoveLoad { to, amount }, Vec::new()))
    }

    fn add_shunt(&self, grid: &mut Grid<'_>) -> Option<ElementId> {
        let id = self.record.name("id");
        let bus = grid.names.buses.find(self.record, "at")?;
        let b_mvar = self.record.need_number("b_mvar");
        self.is_free(grid.names.shunts.has(&id), "shunt", &id);
        let made =
            Shunt { built: false, origin: self.record.origin(), ..Shunt::new(id.clone(), bus, 0.0, b_mvar) };
        let shunt = grid.network.shunts.push(made);
        grid.names.shunts.adopt(&id, shunt, &self.record.origin());
        Some(ElementId::Shunt(shunt))
    }

    /// Tells a name that is taken.
    fn is_free(&self, taken: bool, what: &str, id: &str) {
        if taken {
            let message = format!("the work makes {what} {id}, but there is one already");
            let help = "give what it makes another name in `new_id`";
            self.record.error(Code::Duplicate, "new_id", message, help);
        }
    }
}

/// The id of a circuit of a row.
fn circuit_id(row: &Name, circuit: u16) -> Name {
    if circuit == 0 { row.clone() } else { format_compact!("{row}#{circuit}") }
}
