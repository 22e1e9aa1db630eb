//! A grid as a PSS/E file: RAW of revision 33 or 35, or RAWX.
//!
//! What stands (`built`) is written, numbers in the shortest form that reads back to the same double. Signs and equations
//! are those of [`crate::read::psse`]. What the format cannot carry is listed, by kind of record.

mod circuits;
mod dc;
mod injections;
mod machines;
mod record;
mod rewrite;
mod series;
mod transformers;

pub use record::PsseForm;

use super::matpower::{Losses, Number, Numbers, PerUnitBranch};
use crate::finding::Finding;
use crate::ids::{BusId, Col};
use crate::model::{Control, ElementId, EndShunt, Name, Network};
use circuits::Circuits;
use record::{Record, Sink, of, real, text, whole};
pub(super) use rewrite::rewrite;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The largest bus number of the format.
const LARGEST_BUS: u64 = 999_997;

/// Branches without resistance and of a reactance up to this have no impedance, where a file says nothing else [p.u.].
const THRESHOLD_PU: f64 = 1e-4;

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// `per_unit` gives the values of a line or transformer that is not already in per unit on `sbase_mva`. Where it returns
/// nothing the branch is left out, and that finding is an error.
///
/// # Errors
/// Those of `out`.
pub fn psse(
    network: &Network,
    form: PsseForm,
    per_unit: &dyn Fn(ElementId) -> Option<PerUnitBranch>,
    out: &mut dyn Write,
) -> io::Result<Vec<Finding>> {
    let mut writer = Writer::new(network, form, per_unit, out);
    writer.all()?;
    Ok(writer.losses.into_findings())
}

/// The records of a grid as RAW has them, and what the format could not carry.
fn records(network: &Network, form: PsseForm) -> (Vec<Record>, Vec<Finding>) {
    let per_unit = |element| super::per_unit_of(network, element);
    let mut nowhere = io::sink();
    let mut writer = Writer::new(network, form, &per_unit, &mut nowhere);
    writer.sink.kept = Some(Vec::new());
    // Nothing that is written nowhere fails.
    let _ = writer.all();
    (writer.sink.kept.take().unwrap_or_default(), writer.losses.into_findings())
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
    /// Shunts of branches that have no field of their own, and become shunts of a bus.
    moved: Vec<(BusId, EndShunt, bool)>,
    losses: Losses,
    sink: Sink<'w>,
}

impl<'w> Writer<'w> {
    fn new(
        network: &'w Network,
        form: PsseForm,
        per_unit: &'w dyn Fn(ElementId) -> Option<PerUnitBranch>,
        out: &'w mut dyn Write,
    ) -> Self {
        Self {
            network,
            per_unit,
            numbers: Numbers::up_to(network, LARGEST_BUS),
            kinds: kinds(network),
            areas: labels(network.buses.iter().map(|bus| &bus.area)),
            zones: labels(network.buses.iter().map(|bus| &bus.zone)),
            circuits: Circuits::default(),
            moved: Vec::new(),
            losses: Losses::default(),
            sink: Sink::new(form, out),
        }
    }
}

impl Writer<'_> {
    /// The whole file.
    fn all(&mut self) -> io::Result<()> {
        self.move_shunts();
        self.head()?;
        self.buses()?;
        self.loads()?;
        self.fixed_shunts()?;
        self.machines()?;
        self.lines()?;
        self.transformers()?;
        self.areas()?;
        self.two_terminal_dc()?;
        self.vsc_dc()?;
        self.corrections()?;
        for (end, begin) in [
            ("MULTI-TERMINAL DC", "MULTI-SECTION LINE"),
            ("MULTI-SECTION LINE", "ZONE"),
            ("ZONE", "INTER-AREA TRANSFER"),
            ("INTER-AREA TRANSFER", "OWNER"),
            ("OWNER", "FACTS DEVICE"),
        ] {
            self.sink.end(end, begin)?;
        }
        self.compensators()?;
        self.switched_shunts()?;
        self.sink.end("GNE", "INDUCTION MACHINE")?;
        self.tail()?;
        self.tell_rest();
        Ok(())
    }

    fn is_33(&self) -> bool {
        self.sink.form == PsseForm::Raw33
    }

    fn head(&mut self) -> io::Result<()> {
        let (sbase, hz) = (Number(self.network.sbase_mva), Number(self.network.frequency_hz));
        let title: String =
            self.network.name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
        let threshold = self.threshold();
        let out = &mut self.sink.out;
        match self.sink.form {
            PsseForm::Raw33 => {
                writeln!(out, "0, {sbase}, 33, 0, 0, {hz} / written by gridstage\n{title}\n")?;
            }
            PsseForm::Raw35 => {
                writeln!(out, "0, {sbase}, 35, 0, 0, {hz} / written by gridstage\n{title}\n")?;
                writeln!(out, "GENERAL, THRSHZ={}", Number(threshold))?;
                writeln!(out, "0 / END OF SYSTEM-WIDE DATA, BEGIN BUS DATA")?;
            }
            PsseForm::Rawx => {
                let title = serde_json::Value::String(title);
                writeln!(out, "{{\"general\": {{\"version\": \"35.0\"}},\n\"network\": {{")?;
                writeln!(
                    out,
                    "\"caseid\": {{\n\"fields\": [\"ic\", \"sbase\", \"rev\", \"xfrrat\", \"nxfrat\", \"basfrq\", \"title1\", \"title2\"],"
                )?;
                writeln!(out, "\"data\": [0, {sbase}, 35, 0, 0, {hz}, {title}, \"\"]}},")?;
                write!(
                    out,
                    "\"general\": {{\n\"fields\": [\"thrshz\"],\n\"data\": [{}]}}",
                    Number(threshold)
                )?;
            }
        }
        if threshold < THRESHOLD_PU && self.is_33() {
            for line in self.tiny() {
                self.losses.add(
                    "branches of a very small reactance have none for PSS/E (THRSHZ, 0.0001 p.u.)",
                    || line,
                );
            }
        }
        Ok(())
    }

    /// Up to where a reactance is none: below that of the branches that have one.
    fn threshold(&self) -> f64 {
        let reactances = self.network.lines.iter_ids().filter(|(_, line)| line.built);
        let reactances = reactances.filter_map(|(id, _)| self.values(ElementId::Line(id)));
        let small = reactances.filter(|b| b.r == 0.0 && b.x != 0.0 && b.x.abs() <= THRESHOLD_PU);
        small.map(|b| b.x.abs() / 2.0).fold(THRESHOLD_PU, f64::min)
    }

    fn tiny(&self) -> Vec<String> {
        let lines = self.network.lines.iter_ids().filter(|(_, line)| line.built);
        let is_tiny = |b: PerUnitBranch| b.r == 0.0 && b.x != 0.0 && b.x.abs() <= THRESHOLD_PU;
        lines
            .filter(|&(id, _)| self.values(ElementId::Line(id)).is_some_and(is_tiny))
            .map(|(_, line)| format!("line {}", line.id))
            .collect()
    }

    fn buses(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
            let given = if self.numbers.are_new() { bus.id.as_str() } else { bus.name.as_str() };
            let name = self.name(given, &format!("bus {}", bus.id));
            let (high, low) = (bus.vm_max_pu.unwrap_or(0.0), bus.vm_min_pu.unwrap_or(0.0));
            let record = vec![
                whole("ibus", self.numbers.of_bus(id)),
                text("name", name, 12),
                real("baskv", bus.vn_kv),
                whole("ide", self.kinds[id]),
                whole("area", number_of(&self.areas, &bus.area)),
                whole("zone", number_of(&self.zones, &bus.zone)),
                whole("owner", 1),
                real("vm", bus.vm_start_pu.unwrap_or(1.0)),
                real("va", bus.va_start_deg.unwrap_or(0.0)),
                real("nvhi", high),
                real("nvlo", low),
                real("evhi", high),
                real("evlo", low),
            ];
            self.sink.record("bus", of("bus", &bus.id, &bus.origin), &[record])?;
        }
        self.sink.end("BUS", "LOAD")
    }

    fn areas(&mut self) -> io::Result<()> {
        let network = self.network;
        for area in &network.areas {
            let name = self.name(&area.name, &format!("area {}", area.id));
            let record = vec![
                whole("iarea", number_of(&self.areas, &area.id)),
                whole("isw", self.numbers.of_bus(area.slack_bus)),
                real("pdes", area.interchange_mw),
                real("ptol", area.tolerance_mw),
                text("arname", name, 12),
            ];
            self.sink.record("area", of("area", &area.id, &area.origin), &[record])?;
        }
        self.sink.end("AREA", "TWO-TERMINAL DC")
    }

    /// What ends the file.
    fn tail(&mut self) -> io::Result<()> {
        match self.sink.form {
            PsseForm::Raw33 => writeln!(self.sink.out, "0 / END OF INDUCTION MACHINE DATA\nQ"),
            PsseForm::Raw35 => writeln!(
                self.sink.out,
                "0 / END OF INDUCTION MACHINE DATA, BEGIN SUBSTATION DATA\n0 / END OF SUBSTATION DATA\nQ"
            ),
            PsseForm::Rawx => writeln!(self.sink.out, "\n}}}}"),
        }
    }

    /// A name within the format: so many characters, no quotes.
    fn name(&mut self, given: &str, whose: &str) -> String {
        let most = if self.is_33() { 12 } else { 40 };
        let name: String = given.chars().take(most).map(plain).collect();
        if name.trim_end() != given {
            self.losses.add(&format!("names longer than {most} characters, or with quotes, are cut"), || {
                format!("{whose}: `{given}` is `{}`", name.trim_end())
            });
        }
        name
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
