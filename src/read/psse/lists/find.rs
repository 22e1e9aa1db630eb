//! Records of a grid by the buses that they stand at and by their identifier.

use super::words::Word;
use crate::ids::{BusId, Id};
use crate::model::{ElementId, Name, Network};
use std::collections::HashMap;

/// Where the words of a list lead.
pub(in crate::read::psse) struct Index<'n> {
    pub(in crate::read::psse) network: &'n Network,
    /// Buses by id.
    buses: HashMap<&'n str, BusId>,
    /// Buses by name; nothing where several have it.
    names: HashMap<&'n str, Option<BusId>>,
    /// Lines, transformers and switches by their two buses in rising order.
    pairs: HashMap<[BusId; 2], Vec<ElementId>>,
    /// Three-winding transformers by their buses in rising order.
    triples: HashMap<[BusId; 3], Vec<ElementId>>,
    /// Machines, loads and shunts by their bus.
    at: HashMap<BusId, Vec<ElementId>>,
}

/// Why a record is not found.
pub(in crate::read::psse) type Missing = String;

impl<'n> Index<'n> {
    pub(in crate::read::psse) fn new(network: &'n Network) -> Self {
        let buses = network.buses.iter_ids().map(|(id, bus)| (bus.id.as_str(), id)).collect();
        let mut names = HashMap::new();
        for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| !bus.name.is_empty()) {
            names.entry(bus.name.as_str()).and_modify(|one| *one = None).or_insert(Some(id));
        }
        let mut pairs: HashMap<[BusId; 2], Vec<ElementId>> = HashMap::new();
        let lines = network.lines.iter_ids().map(|(id, l)| (ElementId::Line(id), [l.from, l.to]));
        let transformers =
            network.transformers.iter_ids().map(|(id, t)| (ElementId::Transformer(id), [t.from, t.to]));
        let switches = network.switches.iter_ids().map(|(id, s)| (ElementId::Switch(id), [s.from, s.to]));
        for (element, mut ends) in lines.chain(transformers).chain(switches) {
            ends.sort_unstable();
            pairs.entry(ends).or_default().push(element);
        }
        let mut triples: HashMap<[BusId; 3], Vec<ElementId>> = HashMap::new();
        for (id, t) in network.transformers3.iter_ids() {
            let mut ends = t.windings.each_ref().map(|winding| winding.bus);
            ends.sort_unstable();
            triples.entry(ends).or_default().push(ElementId::Transformer3(id));
        }
        let mut at: HashMap<BusId, Vec<ElementId>> = HashMap::new();
        let machines = network.generators.iter_ids().map(|(id, g)| (ElementId::Generator(id), g.bus));
        let loads = network.loads.iter_ids().map(|(id, l)| (ElementId::Load(id), l.bus));
        let shunts = network.shunts.iter_ids().map(|(id, s)| (ElementId::Shunt(id), s.bus));
        for (element, bus) in machines.chain(loads).chain(shunts) {
            at.entry(bus).or_default().push(element);
        }
        Self { network, buses, names, pairs, triples, at }
    }

    /// A bus by its id, or in quotes by its name, perhaps with its rated voltage behind: `'HOA BINH    220.0'`.
    pub(super) fn bus(&self, word: Word<'_>) -> Result<BusId, Missing> {
        if let Some(&bus) = self.buses.get(word.text) {
            return Ok(bus);
        }
        // `007` and `7` are one number.
        let whole = word.text.parse::<u64>().ok().map(|number| number.to_string());
        if let Some(&bus) = whole.and_then(|whole| self.buses.get(whole.as_str())) {
            return Ok(bus);
        }
        match self.names.get(word.text) {
            Some(Some(bus)) => return Ok(*bus),
            Some(None) => return Err(format!("several buses are called {}", word.text)),
            None => {}
        }
        let parts = word.text.rsplit_once(|c: char| c.is_whitespace());
        let of_kv = parts.and_then(|(name, kv)| Some((name.trim_end(), kv.parse::<f64>().ok()?)));
        let found = of_kv.and_then(|(name, kv)| {
            let is = |bus: &crate::model::Bus| bus.name == name && (bus.vn_kv - kv).abs() < 0.01 * kv.abs();
            self.network.buses.iter_ids().find(|(_, bus)| is(bus)).map(|(id, _)| id)
        });
        found.ok_or_else(|| format!("there is no bus {}", word.text))
    }

    /// The branch between buses that has an identifier; `1` where the list gives none.
    pub(in crate::read::psse) fn branch(
        &self,
        buses: &[BusId],
        circuit: Option<&str>,
    ) -> Result<ElementId, Missing> {
        let mut ends = buses.to_vec();
        ends.sort_unstable();
        let found = match *ends.as_slice() {
            [a, b] => self.pairs.get(&[a, b]),
            [a, b, c] => self.triples.get(&[a, b, c]),
            _ => None,
        };
        let between =
            || buses.iter().map(|&bus| &*self.network.buses[bus].id).collect::<Vec<_>>().join(" and ");
        let all = found.ok_or_else(|| format!("no branch stands between the buses {}", between()))?;
        let own = circuit.unwrap_or("1");
        let named: Vec<ElementId> =
            all.iter().copied().filter(|&one| self.circuit(one, buses) == own).collect();
        match (named.as_slice(), all.as_slice()) {
            // A line and a transformer of one identifier: programs take the line.
            (&[one, ..], _) => Ok(one),
            // Grids that do not come from PSS/E have no circuits: the only branch is the one meant.
            ([], &[one]) if own == "1" => Ok(one),
            _ => Err(format!("no branch between the buses {} has the identifier {own}", between())),
        }
    }

    /// What an id says beyond the numbers of its buses: `1` of `4-7-1`.
    fn circuit(&self, element: ElementId, buses: &[BusId]) -> &str {
        let id = self.network.id_of(element);
        let behind = |order: &[BusId]| {
            let mut rest = id;
            for &bus in order {
                rest = rest.strip_prefix(&*self.network.buses[bus].id)?.strip_prefix('-')?;
            }
            Some(rest)
        };
        let ends: Vec<BusId> = self.network.stands_at(element).into_iter().flatten().collect();
        let mut turned = ends.clone();
        turned.reverse();
        behind(&ends).or_else(|| behind(&turned)).or_else(|| behind(buses)).unwrap_or(id)
    }

    /// Records of one table at a bus: the one of an identifier, or all where the list gives none.
    pub(in crate::read::psse) fn at(
        &self,
        bus: BusId,
        what: &str,
        own: Option<&str>,
        is_kind: impl Fn(ElementId) -> bool,
    ) -> Result<Vec<ElementId>, Missing> {
        let bus_id = &self.network.buses[bus].id;
        let here = self.at.get(&bus).map_or(&[][..], Vec::as_slice);
        let all: Vec<ElementId> = here.iter().copied().filter(|&one| is_kind(one)).collect();
        let Some(own) = own else {
            return if all.is_empty() { Err(format!("there is no {what} at bus {bus_id}")) } else { Ok(all) };
        };
        let is_own = |&one: &ElementId| {
            let id = self.network.id_of(one);
            let rest = id.strip_prefix(bus_id.as_str()).and_then(|rest| rest.strip_prefix('-'));
            // A load in parts (constant current, constant impedance) is one record of the file.
            let whole = |rest: &str| rest == own || rest == format!("{own}-i") || rest == format!("{own}-y");
            id == own || rest.is_some_and(whole)
        };
        let named: Vec<ElementId> = all.iter().copied().filter(is_own).collect();
        match (named.is_empty(), all.as_slice()) {
            (false, _) => Ok(named),
            (true, &[one]) if own == "1" => Ok(vec![one]),
            _ => Err(format!("no {what} at bus {bus_id} has the identifier {own}")),
        }
    }

    /// A direct-current link by its name.
    pub(in crate::read::psse) fn dc_link(&self, name: &str) -> Result<ElementId, Missing> {
        let found = self.network.dc_links.iter_ids().find(|(_, link)| link.id().as_str() == name);
        found.map(|(id, _)| ElementId::DcLink(id)).ok_or_else(|| format!("there is no DC line {name}"))
    }

    /// Whether a bus is in a set.
    pub(in crate::read::psse) fn ends_in(&self, element: ElementId, set: &[bool]) -> (usize, usize) {
        let ends = self.network.stands_at(element).into_iter().flatten();
        let (mut inside, mut all) = (0, 0);
        for bus in ends {
            all += 1;
            inside += usize::from(set.get(bus.index()).copied().unwrap_or(false));
        }
        (inside, all)
    }

    /// Lines and transformers that stand and are switched in, in the order of the tables.
    pub(in crate::read::psse) fn branches(&self) -> impl Iterator<Item = ElementId> + use<'n> {
        let network = self.network;
        let lines = network.lines.iter_ids().filter(|(_, l)| l.built && l.in_service);
        let two = network.transformers.iter_ids().filter(|(_, t)| t.built && t.in_service);
        let three = network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service);
        let lines = lines.map(|(id, _)| ElementId::Line(id));
        let two = two.map(|(id, _)| ElementId::Transformer(id));
        lines.chain(two).chain(three.map(|(id, _)| ElementId::Transformer3(id)))
    }

    /// The id of a record as the name of its contingency.
    pub(in crate::read::psse) fn name(&self, element: ElementId) -> Name {
        Name::from(self.network.id_of(element))
    }
}
