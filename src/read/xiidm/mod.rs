//! `PowSyBl` XIIDM, versions 1.0 to 1.17: bus-breaker and node-breaker voltage levels.
//!
//! ```text
//! busBreakerTopology    its buses are ours, its switches too
//! nodeBreakerTopology   nodes that closed switches and internal connections join are one bus, called `VL1_0`, `VL1_1` ..
//! ```
//!
//! Impedances are in ohm and siemens. A transformer of that model has its ratio at side 1 and everything behind it at the
//! voltage of side 2, and shunts stand between the two; a tap step changes all of it by percentages:
//!
//! ```text
//! V2 = V1·ρ·e^(jα) behind the ratio,  ρ = (ratedU2/ratedU1)·ρ_ratio·ρ_phase      r·(1 + dr/100), x, g, b likewise
//! ```
//!
//! Generators hold `targetV` kV at the bus of their regulating terminal; `p0`, `q0` are loads, shunts sections of `b` and `g`.

mod branches;
mod dc;
mod element;
mod equipment;
mod topology;

use super::report::Report;
use super::{Rejected, slack};
use crate::finding::{Code, Finding};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{Control, ConverterAc, DcLink, Network};
use element::Element;
use std::collections::HashMap;
use std::sync::Arc;

/// Where equipment hangs: in a level, at a bus of it or at a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Terminal {
    /// A bus of a bus-breaker level, or the one it could be connected to; and whether it is connected.
    Bus(String, bool),
    /// A node of a node-breaker level.
    Node(String, i64),
}

struct Reader<'t> {
    report: Report,
    file: &'t Arc<str>,
    network: Network,
    /// Buses of bus-breaker levels by id.
    buses: HashMap<String, BusId>,
    /// Buses of node-breaker levels by level and node.
    nodes: HashMap<(String, i64), BusId>,
    /// Where equipment hangs, by its id and side, for regulating terminals.
    terminals: HashMap<(String, String), BusId>,
    /// Machines whose regulating terminal is not resolved yet.
    regulating: Vec<(crate::ids::GeneratorId, String, String, f64)>,
    /// Converter stations by id.
    stations: HashMap<String, dc::Station>,
    /// Terminals of the slack, where an extension names them.
    slack: Vec<BusId>,
    unused: Vec<(String, usize)>,
}

/// Reads an XIIDM file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let root = element::tree(text, file).map_err(Rejected::because)?;
    let mut reader = Reader {
        report: Report::new(file),
        file,
        network: Network::default(),
        buses: HashMap::new(),
        nodes: HashMap::new(),
        terminals: HashMap::new(),
        regulating: Vec::new(),
        stations: HashMap::new(),
        slack: Vec::new(),
        unused: Vec::new(),
    };
    if root.name != "network" {
        let finding =
            Finding::error(Code::Schema, format!("{file}: the outermost element is `{}`", root.name));
        return Err(Rejected::because(finding.help("an XIIDM file is <iidm:network> .. </iidm:network>")));
    }
    root.attribute("id").unwrap_or_default().clone_into(&mut reader.network.name);
    reader.levels(&root);
    reader.equipment(&root);
    reader.finish()
}

impl Reader<'_> {
    fn count(&mut self, what: &str) {
        match self.unused.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.unused.push((what.to_owned(), 1)),
        }
    }

    /// A number of an attribute; `default` where there is none, told where it is no finite number.
    fn real(&mut self, element: &Element, name: &str, default: f64) -> f64 {
        self.maybe(element, name).unwrap_or(default)
    }

    /// A number of an attribute, if it is there.
    fn maybe(&mut self, element: &Element, name: &str) -> Option<f64> {
        let text = element.attribute(name)?;
        let found = text.parse::<f64>();
        if let Ok(number) = found {
            // What is not known stands as NaN.
            if number.is_nan() {
                return None;
            }
            if number.is_finite() {
                return Some(number);
            }
        }
        let what = element.what();
        self.report.error(Code::Number, |draft| {
            draft
                .at(element.line, format!("{what}, attribute {name}: `{text}` is not a finite number"))
                .element(what)
                .field(name.to_owned())
                .help("export the network again")
        });
        None
    }

    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.report.has_errors() {
            self.report.error(Code::NoBuses, |draft| {
                draft.whole("there is no bus").help("buses stand in voltage levels")
            });
        }
        self.regulate();
        self.agree();
        self.choose_slack();
        for (what, count) in &self.unused {
            self.report.note(Code::NotUsed, |draft| draft.whole(format!("not used: {count} {what}")));
        }
        self.report.conclude(self.network, &WORDS)
    }

    /// Gives machines the bus that they hold, and their set-point on its rated voltage.
    fn regulate(&mut self) {
        for (machine, id, side, target_kv) in std::mem::take(&mut self.regulating) {
            let machine = &mut self.network.generators[machine];
            let held =
                if id.is_empty() { Some(machine.bus) } else { self.terminals.get(&(id, side)).copied() };
            let bus = held.unwrap_or(machine.bus);
            let vn_kv = self.network.buses[bus].vn_kv;
            if vn_kv > 0.0 && target_kv > 0.0 {
                machine.vm_setpoint_pu = target_kv / vn_kv;
            }
            machine.regulated_bus = (bus != machine.bus && machine.control != Control::Fixed).then_some(bus);
        }
    }

    /// A converter that holds the voltage of a bus where a machine, or a converter before, holds it too takes that one's
    /// set-point, and that is told where it is another one.
    fn agree(&mut self) {
        let mut held: HashMap<BusId, f64> = self
            .network
            .generators
            .iter()
            .filter(|g| g.in_service && g.control != Control::Fixed && g.regulated_bus.is_none())
            .map(|g| (g.bus, g.vm_setpoint_pu))
            .collect();
        for link in &mut self.network.dc_links {
            let DcLink::Vsc(link) = link else { continue };
            for converter in &mut link.converters {
                let ConverterAc::Voltage(own) = converter.ac else { continue };
                let vm = *held.entry(converter.bus).or_insert(own);
                if (own - vm).abs() > 1e-9 {
                    let (id, place) = (link.id.clone(), link.origin.place.clone());
                    self.report.warning(Code::Assumed, |draft| {
                        draft
                            .at(0, format!("hvdcLine {id}: a station holds {own} p.u. where a generator or station before holds {vm} p.u.: that one wins"))
                            .place(place)
                            .element(format!("hvdcLine {id}"))
                            .help("give both the same set-point")
                    });
                }
                converter.ac = ConverterAc::Voltage(vm);
            }
        }
    }

    /// The slack is the terminal that an extension names, else the machine of the largest `maxP`, which is told.
    fn choose_slack(&mut self) {
        let machines = &mut self.network.generators;
        let islands = std::mem::take(&mut self.slack);
        let mut found = false;
        for machine in machines.iter_mut().filter(|m| m.control == Control::Voltage && m.in_service) {
            if islands.contains(&machine.bus) && !found {
                machine.control = Control::Slack;
                found = true;
            }
        }
        if found {
            return;
        }
        let help = "give the network the extension `slackTerminal`";
        slack::largest(&mut self.network, &mut self.report, "the file names no slack", help);
    }
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| kind.as_str(),
    field: |_, field| field,
    make_slack: |bus, _| format!("put the extension `slackTerminal` at the level of bus {bus}"),
};
