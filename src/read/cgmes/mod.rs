//! CGMES 2.4.15 (CIM 16): the profiles EQ, SSH, TP and SV, with their boundaries, of a zip archive or a folder.
//!
//! ```text
//! EQ  equipment, impedances, limits   SSH  what it feeds and draws, tap steps, what is switched
//! TP  nodes as a load flow has them   SV   a solved state
//! ```
//!
//! Topological nodes are buses; where no TP is given, connectivity nodes that closed switches join are. All files are put
//! together first (`objects.rs`), as a property of an object may stand in any of them. Impedances are in ohm and siemens.
//! Signs: what equipment draws is positive, also at a generator.
//!
//! An object is called by its name where no other of its kind has the same one, else by its id.
//!
//! | class | becomes |
//! | --- | --- |
//! | `SynchronousMachine`, `ExternalNetworkInjection`, `EquivalentInjection`, `EnergySource` | a generator |
//! | `EnergyConsumer` and its kinds, `AsynchronousMachine` | a load |
//! | `SeriesCompensator`, `EquivalentBranch` | a line |
//! | `VsConverter` at both ends of a `DCLineSegment` | [`crate::model::DcLink`] |
//! | `CsConverter` | a load of what its state draws, told |
//! | phase shifters | stand where they are, told where they regulate |

mod branches;
mod dc;
mod injections;
mod limits;
mod machines;
mod nodes;
mod objects;
mod taps;
mod transformers;

use super::report::Report;
use super::{Rejected, slack};
use crate::finding::{Code, Finding};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{Control, Name, Network, Origin, Rating};
use objects::{Object, Objects};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Classes that say nothing of a load flow, or that others are read with.
const AT_REST: [&str; 49] = [
    "ACDCConverterDCTerminal",
    "BaseVoltage",
    "Bay",
    "BusNameMarker",
    "BusbarSection",
    "ConformLoadGroup",
    "ConnectivityNode",
    "CoordinateSystem",
    "CurveData",
    "DCConverterUnit",
    "DCGround",
    "DCLine",
    "DCNode",
    "DCTerminal",
    "DCTopologicalNode",
    "EnergySchedulingType",
    "FullModel",
    "GeneratingUnit",
    "GeographicalRegion",
    "HydroGeneratingUnit",
    "HydroPowerPlant",
    "Junction",
    "Line",
    "LoadArea",
    "LoadResponseCharacteristic",
    "Location",
    "MeasurementValueSource",
    "NonConformLoadGroup",
    "NonlinearShuntCompensatorPoint",
    "NuclearGeneratingUnit",
    "OperationalLimitSet",
    "OperationalLimitType",
    "PositionPoint",
    "PowerTransformerEnd",
    "ReactiveCapabilityCurve",
    "ReportingGroup",
    "SolarGeneratingUnit",
    "SubGeographicalRegion",
    "SubLoadArea",
    "Substation",
    "SvPowerFlow",
    "SvShuntCompensatorSections",
    "SvStatus",
    "SvTapStep",
    "SvVoltage",
    "Terminal",
    "ThermalGeneratingUnit",
    "TopologicalNode",
    "VoltageLevel",
];

/// Where equipment is connected.
#[derive(Clone, Copy)]
struct Terminal {
    bus: BusId,
    is_connected: bool,
    sequence: u32,
}

struct Reader<'o> {
    report: Report,
    objects: &'o Objects,
    network: Network,
    /// Names that more than one object of a kind has.
    shared_names: HashSet<(Kind, &'o str)>,
    /// Whether buses are what closed switches make of the connectivity nodes.
    by_switches: bool,
    /// Buses by the node that they are.
    nodes: HashMap<&'o str, BusId>,
    /// Terminals by their id.
    terminals: HashMap<&'o str, Terminal>,
    /// Terminals of equipment by its id, in their order.
    equipment: HashMap<&'o str, Vec<(&'o str, Terminal)>>,
    /// Ratings by the terminal or equipment that they limit.
    ratings: HashMap<&'o str, Rating>,
    /// Order in which machines may be asked for the angle, by generator: 1 is asked first.
    priorities: Vec<(u32, crate::ids::GeneratorId)>,
    done: HashSet<&'static str>,
    unused: Vec<(String, usize)>,
}

/// Kinds of records, each with ids of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Bus,
    Branch,
    Generator,
    Load,
    Shunt,
    Switch,
    Compensator,
    Link,
    Substation,
}

impl Kind {
    fn of(class: &str) -> Option<Self> {
        Some(match class {
            "TopologicalNode" | "ConnectivityNode" => Self::Bus,
            "ACLineSegment" | "SeriesCompensator" | "EquivalentBranch" | "PowerTransformer" => Self::Branch,
            "DCLineSegment" => Self::Link,
            "StaticVarCompensator" => Self::Compensator,
            "Substation" => Self::Substation,
            _ if injections::LOADS.contains(&class) || class == "CsConverter" => Self::Load,
            _ if injections::SHUNTS.contains(&class) => Self::Shunt,
            _ if machines::CLASSES.contains(&class) => Self::Generator,
            _ if nodes::SWITCHES.contains(&class) => Self::Switch,
            _ => return None,
        })
    }
}

/// Reads the files of a model, called `name` as a whole; each with its own name and text.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(files: &[(Arc<str>, Vec<u8>)], name: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let mut objects = Objects::default();
    for (file, text) in files {
        objects.read(text, file).map_err(Rejected::because)?;
    }
    let mut reader = Reader {
        report: Report::new(name),
        objects: &objects,
        network: Network::default(),
        shared_names: shared_names(&objects),
        by_switches: false,
        nodes: HashMap::new(),
        terminals: HashMap::new(),
        equipment: HashMap::new(),
        ratings: HashMap::new(),
        priorities: Vec::new(),
        done: HashSet::new(),
        unused: Vec::new(),
    };
    reader.profiles();
    reader.substations();
    reader.buses();
    reader.terminals();
    reader.states();
    reader.limits();
    reader.switches();
    reader.lines();
    reader.transformers();
    reader.loads();
    reader.shunts();
    reader.machines();
    reader.compensators();
    reader.links();
    reader.finish()
}

/// Whether a text is an RDF document of the CIM: what an archive or a folder is known by.
pub(super) fn is_cim(text: &[u8]) -> bool {
    let head = &text[..text.len().min(4096)];
    memchr::memmem::find(head, b"CIM-schema-cim").is_some()
        || memchr::memmem::find(head, b"/CIM100#").is_some()
}

/// Names that more than one object of a kind has.
fn shared_names(objects: &Objects) -> HashSet<(Kind, &str)> {
    let mut once = HashSet::new();
    let mut shared = HashSet::new();
    for (class, _) in objects.classes() {
        let Some(kind) = Kind::of(class) else { continue };
        for object in objects.of(class) {
            if !once.insert((kind, object.name())) {
                shared.insert((kind, object.name()));
            }
        }
    }
    shared
}

impl<'o> Reader<'o> {
    /// The objects of a class, which is then read.
    fn take(&mut self, class: &'static str) -> Vec<&'o Object> {
        self.done.insert(class);
        self.objects.of(class).collect()
    }

    /// What an object is called by, and its name beside that.
    fn called(&self, object: &'o Object) -> (Name, String) {
        let name = object.name();
        let is_known = Kind::of(&object.class).is_some_and(|kind| self.shared_names.contains(&(kind, name)));
        if name.is_empty() || is_known {
            (Name::from(object.id.as_str()), name.to_owned())
        } else {
            (Name::from(name), String::new())
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the other readers do")]
    fn origin(&self, object: &Object) -> Origin {
        Origin::at(object.place.clone())
    }

    fn count(&mut self, what: &str) {
        match self.unused.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.unused.push((what.to_owned(), 1)),
        }
    }

    /// A number, if it is there; told where it is no finite one.
    fn maybe(&mut self, object: &Object, name: &str) -> Option<f64> {
        let text = object.get(name)?;
        if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) {
            return Some(number);
        }
        self.report.error(Code::Number, |draft| {
            let what = object.what();
            draft
                .at(0, format!("{what}, {name}: `{text}` is not a finite number"))
                .place(object.place.clone())
                .element(what)
                .field(name.to_owned())
                .help("export the model again")
        });
        None
    }

    /// A number; `default` where there is none.
    fn real(&mut self, object: &Object, name: &str, default: f64) -> f64 {
        self.maybe(object, name).unwrap_or(default)
    }

    /// A whole number, as a step is.
    fn whole(&mut self, object: &Object, name: &str) -> Option<i32> {
        /// Far above any tap changer or bank.
        const MOST: f64 = 1e6;
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        self.maybe(object, name).map(|number| number.round().clamp(-MOST, MOST) as i32)
    }

    /// The terminals of equipment; told where it has fewer than `count`.
    fn ends<const N: usize>(&mut self, object: &'o Object) -> Option<[Terminal; N]> {
        let list = self.equipment.get(object.id.as_str()).map_or(&[][..], Vec::as_slice);
        let ends: Vec<Terminal> = list.iter().map(|&(_, terminal)| terminal).take(N).collect();
        if let Ok(ends) = ends.try_into() {
            return Some(ends);
        }
        let found = list.len();
        self.report.error(Code::Reference, |draft| {
            let what = object.what();
            draft
                .at(0, format!("{what} has {found} terminal(s) at a node, and needs {N}"))
                .place(object.place.clone())
                .element(what)
                .help("is a profile missing? EQ, SSH, TP and the boundary belong together")
        });
        None
    }

    /// The rated voltage of a record: its own, or that of the level it stands in.
    fn rated_kv(&mut self, object: &'o Object, own: &str, container: &str) -> f64 {
        let objects = self.objects;
        let level = || objects.linked(objects.linked(object, container)?, "VoltageLevel.BaseVoltage");
        let base = objects.linked(object, own).or_else(level);
        base.map_or(0.0, |base| self.real(base, "BaseVoltage.nominalVoltage", 0.0))
    }

    /// What was not given: without SSH nothing is known of what the grid feeds and draws.
    fn profiles(&mut self) {
        let objects = self.objects;
        let profiles: Vec<&str> =
            objects.of("FullModel").flat_map(|model| model.all("Model.profile")).collect();
        let has = |word: &str| profiles.iter().any(|profile| profile.contains(word));
        for (word, what) in [("EquipmentCore", "EQ"), ("SteadyStateHypothesis", "SSH")] {
            if !profiles.is_empty() && !has(word) {
                self.report.error(Code::Reference, |draft| {
                    draft
                        .whole(format!("the model has no {what} profile"))
                        .help("give the zip archive or the folder that holds EQ, SSH, TP and SV")
                });
            }
        }
        let twofold = objects.twofold;
        if twofold > 0 {
            self.report.warning(Code::Assumed, |draft| {
                draft.whole(format!("{twofold} objects have rdf:ID and rdf:about at once, which RDF forbids: they are taken for what rdf:about says"))
            });
        }
    }

    /// What is left when all is read.
    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.report.has_errors() {
            self.report.error(Code::NoBuses, |draft| {
                draft
                    .whole("there is no node")
                    .help("buses are topological nodes of TP, or connectivity nodes of EQ")
            });
        }
        self.choose_slack();
        let left: Vec<(String, usize)> = (self.objects.classes())
            .filter(|(class, _)| !self.done.contains(class) && !AT_REST.contains(class))
            .map(|(class, count)| (class.to_owned(), count))
            .collect();
        for (what, count) in left.iter().chain(&self.unused) {
            self.report.note(Code::NotUsed, |draft| draft.whole(format!("not used: {count} {what}")));
        }
        self.report.conclude(self.network, &WORDS)
    }

    /// The slack is the machine at the reference of angle, else that of the first priority, else that of the most power:
    /// the last is told.
    fn choose_slack(&mut self) {
        let islands = self.take("TopologicalIsland");
        let references: Vec<BusId> = (islands.iter())
            .filter_map(|island| island.get("TopologicalIsland.AngleRefTopologicalNode"))
            .filter_map(|node| self.nodes.get(node).copied())
            .collect();
        let machines = &mut self.network.generators;
        let mut found = false;
        for bus in references {
            let at_bus = machines.iter_ids().find(|(_, machine)| machine.bus == bus && machine.in_service);
            if let Some(id) = at_bus.map(|(id, _)| id) {
                machines[id].control = Control::Slack;
                found = true;
            }
        }
        self.priorities.sort_unstable();
        if let Some(&(_, id)) = self.priorities.iter().find(|(_, id)| !found && machines[*id].in_service) {
            machines[id].control = Control::Slack;
            found = true;
        }
        if found {
            return;
        }
        let help = "give a machine the referencePriority 1 in SSH";
        slack::largest(
            &mut self.network,
            &mut self.report,
            "the model names no reference of the angle",
            help,
        );
    }
}

/// The format's words for what [`crate::model::validate`] checks.
const WORDS: Words = Words {
    kind: |kind| kind.as_str(),
    field: |_, field| field,
    make_slack: |bus, _| format!("give a machine at bus {bus} the referencePriority 1 in SSH"),
};
