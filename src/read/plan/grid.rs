//! The tables of the grid, but for lines and transformers: substations, buses, what stands at a bus.

use super::equipment::{Converters, Windings};
use super::folder::Folder;
use super::names::Names;
use super::record::Record;
use super::table::Table;
use crate::finding::Code;
use crate::ids::{
    BusId, CompensatorId, CorrectionId, DcLinkId, GeneratorId, LineId, LineTypeId, LoadId, ShuntId,
    SubstationId, SwitchId, Transformer3Id, TransformerId, TransformerTypeId,
};
use crate::model::{
    Bank, BankControl, BankMode, Block, Bus, Capability, Control, Generator, GeneratorKind, Load, LoadModel,
    Name, Network, Shunt, Substation, Switch, SwitchKind, layout,
};
use std::collections::HashMap;

/// The grid while it is read.
pub(super) struct Grid<'f> {
    pub(super) folder: &'f Folder,
    pub(super) network: Network,
    pub(super) names: GridNames,
    /// Windings and converters of the records that the tables define.
    pub(super) windings: Windings,
    pub(super) converters: Converters,
}

/// The ids of everything in the grid.
pub(super) struct GridNames {
    pub(super) line_types: Names<LineTypeId>,
    pub(super) transformer_types: Names<TransformerTypeId>,
    pub(super) substations: Names<SubstationId>,
    pub(super) buses: Names<BusId>,
    /// Lines, line rows and transformers share one space of ids.
    pub(super) branches: Names<Branch>,
    /// The circuits of each line row.
    pub(super) circuits: HashMap<Name, Vec<LineId>>,
    pub(super) generators: Names<GeneratorId>,
    pub(super) loads: Names<LoadId>,
    pub(super) shunts: Names<ShuntId>,
    pub(super) switches: Names<SwitchId>,
    pub(super) compensators: Names<CompensatorId>,
    pub(super) dc_links: Names<DcLinkId>,
    pub(super) corrections: Names<CorrectionId>,
}

/// What an id among lines and transformers means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Branch {
    Line(LineId),
    /// A row of `circuits` lines.
    Row,
    Transformer(TransformerId),
    Transformer3(Transformer3Id),
}

impl<'f> Grid<'f> {
    /// An empty grid.
    pub(super) fn new(folder: &'f Folder) -> Self {
        Self {
            folder,
            network: Network::default(),
            names: GridNames {
                line_types: Names::new("line type"),
                transformer_types: Names::new("transformer type"),
                substations: Names::new("substation"),
                buses: Names::new("bus"),
                branches: Names::new("line or transformer"),
                circuits: HashMap::new(),
                generators: Names::new("generator"),
                loads: Names::new("load"),
                shunts: Names::new("shunt"),
                switches: Names::new("switch"),
                compensators: Names::new("compensator"),
                dc_links: Names::new("direct-current link"),
                corrections: Names::new("correction table"),
            },
            windings: Vec::new(),
            converters: Vec::new(),
        }
    }

    /// Reads one table of the grid: `built` for the base grid, not for `works/`.
    pub(super) fn take(&mut self, table: &Table, built: bool) {
        match table.layout.file {
            file if file == layout::LINE_TYPES.file => self.line_types(table),
            file if file == layout::TRANSFORMER_TYPES.file => self.transformer_types(table),
            file if file == layout::SUBSTATIONS.file => self.substations(table),
            file if file == layout::BUSES.file => self.buses(table, built),
            file if file == layout::LINES.file => self.lines(table, built),
            file if file == layout::TRANSFORMERS.file => self.transformers(table, built),
            file if file == layout::GENERATORS.file => self.generators(table, built),
            file if file == layout::CAPABILITY.file => self.capability(table),
            file if file == layout::LOADS.file => self.loads(table, built),
            file if file == layout::SHUNTS.file => self.shunts(table, built),
            file if file == layout::CORRECTIONS.file => self.corrections(table),
            file if file == layout::TRANSFORMERS3.file => self.transformers3(table, built),
            file if file == layout::WINDINGS.file => self.windings(table, built),
            file if file == layout::COMPENSATORS.file => self.compensators(table, built),
            file if file == layout::DC_LINKS.file => self.dc_links(table, built),
            file if file == layout::CONVERTERS.file => self.converters(table, built),
            file if file == layout::AREAS.file => self.areas(table),
            file if file == layout::SWITCHES.file => self.switches(table, built),
            other => debug_assert!(false, "{other} is no table of the grid"),
        }
    }

    fn substations(&mut self, table: &Table) {
        self.names.substations.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            if id == "*" {
                record.error(
                    Code::Value,
                    "id",
                    "a substation cannot be called `*`",
                    "`*` means all stations",
                );
            }
            let degrees = |name, limit: f64, must| {
                let value = record.number(name);
                value.inspect(|&value| record.within(name, value, -limit..=limit, must))
            };
            let row = self.network.substations.push(Substation {
                id: id.clone(),
                name: record.text("name").to_owned(),
                district: record.name("district"),
                lat_deg: degrees("lat_deg", 90.0, "between -90 and 90"),
                lon_deg: degrees("lon_deg", 180.0, "between -180 and 180"),
                origin: record.origin(),
            });
            self.names.substations.define(&record, &id, Some(row));
        }
    }

    fn buses(&mut self, table: &Table, built: bool) {
        self.names.buses.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let vn_kv = record.need_number("vn_kv");
            record.within("vn_kv", vn_kv, 0.0.., "0 (unknown) or above");
            let row = self.network.buses.push(Bus {
                id: id.clone(),
                name: record.text("name").to_owned(),
                substation: self.names.substations.find(&record, "substation"),
                vn_kv,
                vm_start_pu: record.number("vm_start_pu"),
                va_start_deg: record.number("va_start_deg"),
                vm_min_pu: record.number("vm_min_pu"),
                vm_max_pu: record.number("vm_max_pu"),
                area: record.name("area"),
                zone: record.name("zone"),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            });
            self.names.buses.define(&record, &id, Some(row));
        }
    }

    /// The bus that a field must name; a record of the base grid cannot stand at a bus that a work builds.
    pub(super) fn bus(&self, record: &Record<'_>, field: &'static str, built: bool) -> Option<BusId> {
        let bus = self.names.buses.need(record, field)?;
        if built && !self.network.buses[bus].built {
            record.error(
                Code::Reference,
                field,
                format!("`{field}`: bus `{}` is not in the base grid, a work builds it", record.text(field)),
                format!("move the row to works/, or bus `{}` to buses.csv", record.text(field)),
            );
        }
        Some(bus)
    }

    fn generators(&mut self, table: &Table, built: bool) {
        self.names.generators.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let bus = self.bus(&record, "bus", built);
            let vm_setpoint_pu = record.number_or("vm_setpoint_pu", 1.0);
            record.within("vm_setpoint_pu", vm_setpoint_pu, f64::MIN_POSITIVE.., "above 0");
            let generator = |bus| Generator {
                id: id.clone(),
                name: record.text("name").to_owned(),
                bus,
                kind: record.word("kind", &GeneratorKind::ALL, GeneratorKind::as_str).unwrap_or_default(),
                control: record.need_word("control", &Control::ALL, Control::as_str, Control::Fixed),
                p_mw: record.need_number("p_mw"),
                q_mvar: record.number_or("q_mvar", 0.0),
                vm_setpoint_pu,
                regulated_bus: record
                    .has("regulated_bus")
                    .then(|| self.bus(&record, "regulated_bus", built))
                    .flatten(),
                p_min_mw: record.number("p_min_mw"),
                p_max_mw: record.number("p_max_mw"),
                q_min_mvar: record.number("q_min_mvar"),
                q_max_mvar: record.number("q_max_mvar"),
                capability: Vec::new(),
                q_share: record.number("q_share"),
                participation: record.number("participation"),
                sn_mva: record.number("sn_mva"),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            let generator = generator(bus.unwrap_or_else(anywhere));
            let row = bus.map(|_| self.network.generators.push(generator));
            self.names.generators.define(&record, &id, row);
        }
    }

    fn loads(&mut self, table: &Table, built: bool) {
        self.names.loads.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let bus = self.bus(&record, "bus", built);
            let load = Load {
                id: id.clone(),
                bus: bus.unwrap_or_else(anywhere),
                p_mw: record.need_number("p_mw"),
                q_mvar: record.number_or("q_mvar", 0.0),
                model: load_model(&record),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            let row = bus.map(|_| self.network.loads.push(load));
            self.names.loads.define(&record, &id, row);
        }
    }

    fn shunts(&mut self, table: &Table, built: bool) {
        self.names.shunts.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let bus = self.bus(&record, "bus", built);
            let shunt = Shunt {
                id: id.clone(),
                bus: bus.unwrap_or_else(anywhere),
                g_mw: record.number_or("g_mw", 0.0),
                b_mvar: record.need_number("b_mvar"),
                bank: self.bank(&record, built),
                built,
                in_service: record.bool_or("in_service", true),
                origin: record.origin(),
            };
            let row = bus.map(|_| self.network.shunts.push(shunt));
            self.names.shunts.define(&record, &id, row);
        }
    }

    /// The steps of a switched shunt: `2 x 25 + 4 x 10`, and what switches them.
    fn bank(&self, record: &Record<'_>, built: bool) -> Option<Bank> {
        let holds = ["hold_bus", "hold_min_pu", "hold_max_pu", "hold_mode"];
        if !record.has("steps_mvar") {
            if let Some(alone) = holds.into_iter().find(|name| record.has(name)) {
                record.missing("steps_mvar", format!("`{alone}` is about a shunt that is switched in steps"));
            }
            return None;
        }
        let mut blocks = Vec::new();
        for part in record.text("steps_mvar").split(" + ") {
            let block = part.split_once('x').and_then(|(steps, size)| {
                let (steps, step_mvar) = (steps.trim().parse().ok()?, size.trim().parse::<f64>().ok()?);
                (step_mvar.is_finite() && step_mvar != 0.0 && (1..=MOST_STEPS).contains(&steps))
                    .then_some(Block { steps, step_mvar })
            });
            match block {
                Some(block) => blocks.push(block),
                None => record.error(
                    Code::Syntax,
                    "steps_mvar",
                    format!("`{}` is not a number of steps and their size", part.trim()),
                    format!(
                        "write steps (1 to {MOST_STEPS}) and Mvar, not 0, of each block: `2 x 25 + 4 x 10`"
                    ),
                ),
            }
        }
        let control = holds.into_iter().any(|name| record.has(name)).then(|| BankControl {
            mode: record.word("hold_mode", &BankMode::ALL, BankMode::as_str).unwrap_or_default(),
            bus: self.held_bus(record, built),
            vm_min_pu: record.need_number("hold_min_pu"),
            vm_max_pu: record.need_number("hold_max_pu"),
        });
        Some(Bank { blocks, control })
    }

    /// Points of capability curves, in the order of the file.
    fn capability(&mut self, table: &Table) {
        for record in table.records(self.folder) {
            let point = Capability {
                p_mw: record.need_number("p_mw"),
                q_min_mvar: record.need_number("q_min_mvar"),
                q_max_mvar: record.need_number("q_max_mvar"),
            };
            if let Some(id) = self.names.generators.need(&record, "generator") {
                self.network.generators[id].capability.push(point);
            }
        }
    }

    fn switches(&mut self, table: &Table, built: bool) {
        self.names.switches.spoil(table);
        for record in table.records(self.folder) {
            let id = record.need_name("id");
            let from = self.bus(&record, "from", built);
            let to = self.bus(&record, "to", built);
            let switch = Switch {
                id: id.clone(),
                from: from.unwrap_or_else(anywhere),
                to: to.unwrap_or_else(anywhere),
                kind: record.word("kind", &SwitchKind::ALL, SwitchKind::as_str).unwrap_or_default(),
                closed: record.bool_or("closed", true),
                built,
                origin: record.origin(),
            };
            let row = (from.is_some() && to.is_some()).then(|| self.network.switches.push(switch));
            self.names.switches.define(&record, &id, row);
        }
    }
}

/// How a load follows the voltage.
fn load_model(record: &Record<'_>) -> LoadModel {
    let shares = ["p_current", "p_impedance", "q_current", "q_impedance"];
    let exponents = ["p_exponent", "q_exponent"];
    let zip = shares.into_iter().find(|name| record.has(name));
    let exponential = exponents.into_iter().find(|name| record.has(name));
    if let (Some(share), Some(exponent)) = (zip, exponential) {
        let message = format!("`{share}` and `{exponent}` are both given");
        record.error(
            Code::Conflict,
            exponent,
            message,
            "a load follows the voltage by shares or by exponents",
        );
    }
    let number = |name| record.number_or(name, 0.0);
    if zip.is_some() {
        let [p_current, p_impedance, q_current, q_impedance] = shares.map(number);
        LoadModel::Zip { p_current, p_impedance, q_current, q_impedance }
    } else if exponential.is_some() {
        let [p_exponent, q_exponent] = exponents.map(number);
        LoadModel::Exponential { p_exponent, q_exponent }
    } else {
        LoadModel::Power
    }
}

/// More steps in a block than were ever built.
const MOST_STEPS: u32 = 100;

/// A placeholder for the bus of a record that is told and dropped.
pub(super) fn anywhere() -> BusId {
    use crate::ids::Id;
    BusId::from_index(0)
}
