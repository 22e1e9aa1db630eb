//! The grid: tables of records in engineering units.

use super::{
    Area, Bus, Catalogue, Compensator, Control, DcLink, ElementId, Generator, Line, Load, Shunt, Substation,
    Switch, Transformer, Transformer3,
};
use crate::ids::{
    AreaId, BusId, Col, CompensatorId, DcLinkId, GeneratorId, LineId, LoadId, ShuntId, SubstationId,
    SwitchId, Transformer3Id, TransformerId,
};

/// A grid. Records are never deleted: what does not stand in the state at hand has `built = false`, so
/// that ids hold over all stages of a plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Network {
    /// Name of the grid.
    pub name: String,
    /// Base power of the per-unit system used for solving and for formats that need one.
    pub sbase_mva: f64,
    /// Rated frequency.
    pub frequency_hz: f64,
    /// Substations.
    pub substations: Col<SubstationId, Substation>,
    /// Buses.
    pub buses: Col<BusId, Bus>,
    /// Line circuits.
    pub lines: Col<LineId, Line>,
    /// Two-winding transformers.
    pub transformers: Col<TransformerId, Transformer>,
    /// Three-winding transformers.
    pub transformers3: Col<Transformer3Id, Transformer3>,
    /// Generators and boundary equivalents.
    pub generators: Col<GeneratorId, Generator>,
    /// Loads.
    pub loads: Col<LoadId, Load>,
    /// Shunts.
    pub shunts: Col<ShuntId, Shunt>,
    /// Switches.
    pub switches: Col<SwitchId, Switch>,
    /// Static compensators.
    pub compensators: Col<CompensatorId, Compensator>,
    /// Direct-current links.
    pub dc_links: Col<DcLinkId, DcLink>,
    /// Control areas.
    pub areas: Col<AreaId, Area>,
    /// Equipment types.
    pub catalogue: Catalogue,
}

impl Default for Network {
    /// An empty grid on 100 MVA and 50 Hz.
    fn default() -> Self {
        Self {
            name: String::new(),
            sbase_mva: 100.0,
            frequency_hz: 50.0,
            substations: Col::new(),
            buses: Col::new(),
            lines: Col::new(),
            transformers: Col::new(),
            transformers3: Col::new(),
            generators: Col::new(),
            loads: Col::new(),
            shunts: Col::new(),
            switches: Col::new(),
            compensators: Col::new(),
            dc_links: Col::new(),
            areas: Col::new(),
            catalogue: Catalogue::default(),
        }
    }
}

impl Network {
    /// Whether a bus stands and is switched in.
    #[must_use]
    pub fn bus_is_live(&self, bus: BusId) -> bool {
        let bus = &self.buses[bus];
        bus.built && bus.in_service
    }

    /// The id that the file gives to a record.
    #[must_use]
    pub fn id_of(&self, element: ElementId) -> &str {
        match element {
            ElementId::Substation(id) => &self.substations[id].id,
            ElementId::Bus(id) => &self.buses[id].id,
            ElementId::Line(id) => &self.lines[id].id,
            ElementId::Transformer(id) => &self.transformers[id].id,
            ElementId::Transformer3(id) => &self.transformers3[id].id,
            ElementId::Generator(id) => &self.generators[id].id,
            ElementId::Load(id) => &self.loads[id].id,
            ElementId::Shunt(id) => &self.shunts[id].id,
            ElementId::Switch(id) => &self.switches[id].id,
            ElementId::Compensator(id) => &self.compensators[id].id,
            ElementId::DcLink(id) => self.dc_links[id].id(),
        }
    }

    /// Whether a record stands in the state at hand; a substation always does.
    #[must_use]
    pub fn is_built(&self, element: ElementId) -> bool {
        match element {
            ElementId::Substation(_) => true,
            ElementId::Bus(id) => self.buses[id].built,
            ElementId::Line(id) => self.lines[id].built,
            ElementId::Transformer(id) => self.transformers[id].built,
            ElementId::Transformer3(id) => self.transformers3[id].built,
            ElementId::Generator(id) => self.generators[id].built,
            ElementId::Load(id) => self.loads[id].built,
            ElementId::Shunt(id) => self.shunts[id].built,
            ElementId::Switch(id) => self.switches[id].built,
            ElementId::Compensator(id) => self.compensators[id].built,
            ElementId::DcLink(id) => self.dc_links[id].built(),
        }
    }

    /// Says whether a record stands; a substation always does.
    pub fn set_built(&mut self, element: ElementId, built: bool) {
        match element {
            ElementId::Substation(_) => {}
            ElementId::Bus(id) => self.buses[id].built = built,
            ElementId::Line(id) => self.lines[id].built = built,
            ElementId::Transformer(id) => self.transformers[id].built = built,
            ElementId::Transformer3(id) => self.transformers3[id].built = built,
            ElementId::Generator(id) => self.generators[id].built = built,
            ElementId::Load(id) => self.loads[id].built = built,
            ElementId::Shunt(id) => self.shunts[id].built = built,
            ElementId::Switch(id) => self.switches[id].built = built,
            ElementId::Compensator(id) => self.compensators[id].built = built,
            ElementId::DcLink(id) => self.dc_links[id].set_built(built),
        }
    }

    /// Switches a record in or out; nothing for a substation.
    pub fn set_in_service(&mut self, element: ElementId, in_service: bool) {
        match element {
            ElementId::Substation(_) => {}
            ElementId::Bus(id) => self.buses[id].in_service = in_service,
            ElementId::Line(id) => self.lines[id].in_service = in_service,
            ElementId::Transformer(id) => self.transformers[id].in_service = in_service,
            ElementId::Transformer3(id) => self.transformers3[id].in_service = in_service,
            ElementId::Generator(id) => self.generators[id].in_service = in_service,
            ElementId::Load(id) => self.loads[id].in_service = in_service,
            ElementId::Shunt(id) => self.shunts[id].in_service = in_service,
            ElementId::Switch(id) => self.switches[id].closed = in_service,
            ElementId::Compensator(id) => self.compensators[id].in_service = in_service,
            ElementId::DcLink(id) => self.dc_links[id].set_in_service(in_service),
        }
    }

    /// Whether a record is switched in, built or not; a substation always is.
    #[must_use]
    pub fn is_in_service(&self, element: ElementId) -> bool {
        match element {
            ElementId::Substation(_) => true,
            ElementId::Bus(id) => self.buses[id].in_service,
            ElementId::Line(id) => self.lines[id].in_service,
            ElementId::Transformer(id) => self.transformers[id].in_service,
            ElementId::Transformer3(id) => self.transformers3[id].in_service,
            ElementId::Generator(id) => self.generators[id].in_service,
            ElementId::Load(id) => self.loads[id].in_service,
            ElementId::Shunt(id) => self.shunts[id].in_service,
            ElementId::Switch(id) => self.switches[id].closed,
            ElementId::Compensator(id) => self.compensators[id].in_service,
            ElementId::DcLink(id) => self.dc_links[id].in_service(),
        }
    }

    /// The buses at which a record stands; none for a bus or a substation.
    #[must_use]
    pub fn stands_at(&self, element: ElementId) -> [Option<BusId>; 3] {
        let two = |from, to| [Some(from), Some(to), None];
        let one = |bus| [Some(bus), None, None];
        match element {
            ElementId::Substation(_) | ElementId::Bus(_) => [None; 3],
            ElementId::Line(id) => two(self.lines[id].from, self.lines[id].to),
            ElementId::Transformer(id) => two(self.transformers[id].from, self.transformers[id].to),
            ElementId::Transformer3(id) => self.transformers3[id].windings.each_ref().map(|w| Some(w.bus)),
            ElementId::Switch(id) => two(self.switches[id].from, self.switches[id].to),
            ElementId::Generator(id) => one(self.generators[id].bus),
            ElementId::Load(id) => one(self.loads[id].bus),
            ElementId::Shunt(id) => one(self.shunts[id].bus),
            ElementId::Compensator(id) => one(self.compensators[id].bus),
            ElementId::DcLink(id) => {
                let [from, to] = self.dc_links[id].buses();
                two(from, to)
            }
        }
    }

    /// Every record, table by table.
    pub fn elements(&self) -> impl Iterator<Item = ElementId> {
        let stations = self.substations.ids().map(ElementId::Substation);
        let buses = self.buses.ids().map(ElementId::Bus);
        let branches = self
            .lines
            .ids()
            .map(ElementId::Line)
            .chain(self.transformers.ids().map(ElementId::Transformer))
            .chain(self.transformers3.ids().map(ElementId::Transformer3));
        let others = self
            .generators
            .ids()
            .map(ElementId::Generator)
            .chain(self.loads.ids().map(ElementId::Load))
            .chain(self.shunts.ids().map(ElementId::Shunt))
            .chain(self.switches.ids().map(ElementId::Switch))
            .chain(self.compensators.ids().map(ElementId::Compensator))
            .chain(self.dc_links.ids().map(ElementId::DcLink));
        branches.chain(buses).chain(others).chain(stations)
    }

    /// The record of an id, which may be written `line L1` where several tables have it; of a line row its first circuit.
    #[must_use]
    pub fn called(&self, name: &str) -> Option<ElementId> {
        let named = |element: &ElementId| self.id_of(*element) == name || self.describe(*element) == name;
        let row = |element: &ElementId| match element {
            ElementId::Line(line) => self.lines[*line].row == name,
            _ => false,
        };
        self.elements().find(named).or_else(|| self.elements().find(row))
    }

    /// The highest rated voltage of the buses that an element is or stands at; 0 at none.
    #[must_use]
    pub fn highest_kv(&self, element: ElementId) -> f64 {
        if let ElementId::Bus(bus) = element {
            return self.buses[bus].vn_kv;
        }
        let ends = self.stands_at(element).into_iter().flatten();
        ends.map(|bus| self.buses[bus].vn_kv).fold(0.0, f64::max)
    }

    /// Where no generator that balances is left standing: makes the largest that holds a voltage do so, and says which; the
    /// ids decide between equals. `None` where one balances, or none could.
    pub fn hand_over_slack(&mut self) -> Option<GeneratorId> {
        let stands = |g: &&Generator| g.built && g.in_service && self.bus_is_live(g.bus);
        if self.generators.iter().filter(stands).any(|g| g.control == Control::Slack) {
            return None;
        }
        let machines = self.generators.iter_ids().filter(|(_, g)| stands(g));
        let holding = machines.filter(|(_, g)| g.control == Control::Voltage);
        let largest = holding.max_by(|(_, a), (_, b)| a.p_mw.total_cmp(&b.p_mw).then(b.id.cmp(&a.id)));
        let (id, _) = largest?;
        self.generators[id].control = Control::Slack;
        Some(id)
    }

    /// The record as words: `line HOABINH-XUANMAI-220-1#1`.
    #[must_use]
    pub fn describe(&self, element: ElementId) -> String {
        format!("{} {}", element.kind().as_str(), self.id_of(element))
    }
}
