//! A grid as a PSS/E RAW file, revision 33.
//!
//! What stands (`built`) is written, a record a line, numbers in the shortest form that reads back to the same double. Signs
//! and equations are those of [`crate::read::psse`]. What the format cannot carry is listed, by kind of record.

mod circuits;
mod dc;
mod injections;
mod series;

use super::matpower::{Losses, Number, Numbers, PerUnitBranch};
use crate::finding::Finding;
use crate::ids::{BusId, Col};
use crate::model::{Control, ElementId, Name, Network};
use circuits::Circuits;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The largest bus number of the format.
const LARGEST_BUS: u64 = 999_997;

/// Characters of a name.
const NAME: usize = 12;

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// `per_unit` gives the values of a line or transformer that is not already in per unit on `sbase_mva`. Where it returns
/// nothing the branch is left out, and that finding is an error.
///
/// # Errors
/// Those of `out`.
pub fn psse(
    network: &Network,
    per_unit: &dyn Fn(ElementId) -> Option<PerUnitBranch>,
    out: &mut dyn Write,
) -> io::Result<Vec<Finding>> {
    let numbers = Numbers::up_to(network, LARGEST_BUS);
    let areas = labels(network.buses.iter().map(|bus| &bus.area));
    let zones = labels(network.buses.iter().map(|bus| &bus.zone));
    let kinds = kinds(network);
    let circuits = Circuits::default();
    let mut writer =
        Writer { network, per_unit, numbers, kinds, areas, zones, circuits, losses: Losses::default(), out };
    writer.head()?;
    writer.buses()?;
    writer.loads()?;
    writer.fixed_shunts()?;
    writer.machines()?;
    writer.lines()?;
    writer.transformers()?;
    writer.areas()?;
    writer.two_terminal_dc()?;
    writer.vsc_dc()?;
    writer.corrections()?;
    for (end, begin) in [
        ("MULTI-TERMINAL DC", "MULTI-SECTION LINE"),
        ("MULTI-SECTION LINE", "ZONE"),
        ("ZONE", "INTER-AREA TRANSFER"),
        ("INTER-AREA TRANSFER", "OWNER"),
        ("OWNER", "FACTS DEVICE"),
    ] {
        writer.end(end, begin)?;
    }
    writer.compensators()?;
    writer.switched_shunts()?;
    writer.end("GNE", "INDUCTION MACHINE")?;
    writeln!(writer.out, "0 / END OF INDUCTION MACHINE DATA\nQ")?;
    writer.tell_rest();
    Ok(writer.losses.into_findings())
}

/// What a grid is written with.
struct Writer<'w> {
    network: &'w Network,
    per_unit: &'w dyn Fn(ElementId) -> Option<PerUnitBranch>,
    numbers: Numbers,
    /// IDE of each bus.
    kinds: Col<BusId, u8>,
    /// Numbers of areas and zones that are called otherwise.
    areas: BTreeMap<Name, u64>,
    zones: BTreeMap<Name, u64>,
    circuits: Circuits,
    losses: Losses,
    out: &'w mut dyn Write,
}

impl Writer<'_> {
    fn head(&mut self) -> io::Result<()> {
        let (sbase, hz) = (Number(self.network.sbase_mva), Number(self.network.frequency_hz));
        let title: String =
            self.network.name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
        writeln!(self.out, "0, {sbase}, 33, 0, 0, {hz} / written by gridstage\n{title}\n")
    }

    fn buses(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
            let given = if self.numbers.are_new() { bus.id.as_str() } else { bus.name.as_str() };
            let name = self.name(given, &format!("bus {}", bus.id));
            let (number, kind) = (self.numbers.of_bus(id), self.kinds[id]);
            let (area, zone) = (number_of(&self.areas, &bus.area), number_of(&self.zones, &bus.zone));
            let vm = Number(bus.vm_start_pu.unwrap_or(1.0));
            let va = Number(bus.va_start_deg.unwrap_or(0.0));
            let (high, low) = (bus.vm_max_pu.map(Number), bus.vm_min_pu.map(Number));
            let kv = Number(bus.vn_kv);
            write!(self.out, "{number}, '{name:NAME$}', {kv}, {kind}, {area}, {zone}, 1, {vm}, {va}, ")?;
            match (high, low) {
                (Some(high), Some(low)) => writeln!(self.out, "{high}, {low}, {high}, {low}")?,
                (Some(high), None) => writeln!(self.out, "{high}, 0, {high}, 0")?,
                (None, Some(low)) => writeln!(self.out, "0, {low}, 0, {low}")?,
                (None, None) => writeln!(self.out, "0, 0, 0, 0")?,
            }
        }
        self.end("BUS", "LOAD")
    }

    fn areas(&mut self) -> io::Result<()> {
        let network = self.network;
        for area in &network.areas {
            let number = number_of(&self.areas, &area.id);
            let (swing, p_mw, tolerance) =
                (self.numbers.of_bus(area.slack_bus), Number(area.interchange_mw), Number(area.tolerance_mw));
            let name = self.name(&area.name, &format!("area {}", area.id));
            writeln!(self.out, "{number}, {swing}, {p_mw}, {tolerance}, '{name:NAME$}'")?;
        }
        self.end("AREA", "TWO-TERMINAL DC")
    }

    /// A name within the format: twelve characters, no quotes.
    fn name(&mut self, given: &str, whose: &str) -> String {
        let name: String = given.chars().take(NAME).map(plain).collect();
        if name.trim_end() != given {
            self.losses.add("names longer than twelve characters, or with quotes, are cut", || {
                format!("{whose}: `{given}` is `{}`", name.trim_end())
            });
        }
        name
    }

    /// Ends a section.
    fn end(&mut self, end: &str, begin: &str) -> io::Result<()> {
        writeln!(self.out, "0 / END OF {end} DATA, BEGIN {begin} DATA")
    }

    /// Losses that no record shows while it is written.
    fn tell_rest(&mut self) {
        let network = self.network;
        if self.numbers.are_new() {
            for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
                let number = self.numbers.of_bus(id);
                self.losses.add("buses are numbered anew, their ids stand as their names", || {
                    format!("bus {} is {number}", bus.id)
                });
            }
        }
        for (labels, what) in [(&self.areas, "areas"), (&self.zones, "zones")] {
            for (name, number) in labels {
                self.losses.add(&format!("{what} that are no numbers are numbered"), || {
                    format!("`{name}` is {number}")
                });
            }
        }
        for station in &network.substations {
            self.losses.add("substations are left out", || station.id.to_string());
        }
        let types = network.catalogue.line_types.iter().map(|t| &t.id);
        for id in types.chain(network.catalogue.transformer_types.iter().map(|t| &t.id)) {
            self.losses.add("types of the catalogue are left out, their values stay", || id.to_string());
        }
        for bus in network.buses.iter().filter(|bus| bus.built) {
            if bus.vm_start_pu.is_none() || bus.va_start_deg.is_none() {
                self.losses.add("start values that are missing become 1 p.u. and 0 degrees", || {
                    format!("bus {}", bus.id)
                });
            }
        }
    }
}

/// IDE of each bus: 4 out, 3 swing, 2 voltage held, 1 neither.
fn kinds(network: &Network) -> Col<BusId, u8> {
    let mut kinds = Col::<BusId, u8>::filled(network.buses.len(), 1);
    for machine in network.generators.iter().filter(|machine| machine.built) {
        let kind = match machine.control {
            Control::Slack if machine.in_service => 3,
            Control::Slack | Control::Voltage => 2,
            Control::Fixed => 1,
        };
        kinds[machine.bus] = kinds[machine.bus].max(kind);
    }
    for (id, bus) in network.buses.iter_ids() {
        if !bus.in_service {
            kinds[id] = 4;
        }
    }
    kinds
}

/// Numbers for labels that are none, above those that are.
fn labels<'n>(names: impl Iterator<Item = &'n Name> + Clone) -> BTreeMap<Name, u64> {
    let own = |name: &Name| name.parse::<u64>().ok().filter(|number| (1..=9999).contains(number));
    let mut next = names.clone().filter_map(own).max().unwrap_or(0);
    let mut labels = BTreeMap::new();
    for name in names.filter(|name| !name.is_empty() && own(name).is_none()) {
        labels.entry(name.clone()).or_insert_with(|| {
            next += 1;
            next
        });
    }
    labels
}

fn number_of(labels: &BTreeMap<Name, u64>, name: &Name) -> u64 {
    labels.get(name).copied().or_else(|| name.parse().ok()).unwrap_or(1)
}

/// A character that parts no fields.
fn plain(c: char) -> char {
    if c.is_control() || c == '\'' { ' ' } else { c }
}
