//! What a MATPOWER case cannot carry: told once per kind, with a count and an example.

use super::numbering::Numbers;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Col};
use crate::model::{EndShunt, LineImpedance, LoadModel, Network, TransformerImpedance};
use std::collections::HashMap;

/// Kinds of loss with their number and an example, in the order in which they were met.
#[derive(Default)]
pub(in crate::write) struct Losses {
    kinds: Vec<(String, usize, String)>,
    left_out: Vec<String>,
}

impl Losses {
    /// One more loss of a kind; the example is made for the first only.
    pub(in crate::write) fn add(&mut self, kind: &str, example: impl FnOnce() -> String) {
        match self.kinds.iter_mut().find(|(known, ..)| known == kind) {
            Some((_, count, _)) => *count += 1,
            None => self.kinds.push((kind.to_owned(), 1, example())),
        }
    }

    /// As [`Self::add`], for a kind in two parts.
    pub(in crate::write) fn add_to(&mut self, what: &str, kind: &str, example: impl FnOnce() -> String) {
        self.add(&format!("{what} {kind}"), example);
    }

    /// A branch whose values in per unit are not known.
    pub(in crate::write) fn left_out(&mut self, branch: String) {
        self.left_out.push(branch);
    }

    /// Equipment that formats of lines, two-winding transformers and machines have no record for.
    pub(in crate::write) fn without_record(&mut self, network: &Network) {
        for t in network.transformers3.iter().filter(|t| t.built) {
            self.add("three-winding transformers are left out", || t.id.to_string());
        }
        for one in network.compensators.iter().filter(|one| one.built) {
            self.add("static compensators are left out", || one.id.to_string());
        }
        for link in network.dc_links.iter().filter(|link| link.built()) {
            self.add("direct-current links are left out", || link.id().to_string());
        }
    }

    pub(in crate::write) fn into_findings(self) -> Vec<Finding> {
        let lost = self.left_out.into_iter().map(|branch| {
            Finding::error(
                Code::NotCarried,
                format!("{branch} is left out: its impedance in per unit is not known"),
            )
            .element(branch)
            .help("give both its buses a rated voltage")
        });
        let told = self.kinds.into_iter().map(|(kind, count, example)| {
            Finding::warning(Code::NotCarried, format!("{kind}: {count}, for example {example}"))
        });
        lost.chain(told).collect()
    }
}

/// Losses that the records show by themselves.
pub(super) fn of_records(network: &Network, numbers: &Numbers, losses: &mut Losses) {
    of_buses(network, numbers, losses);
    of_injections(network, numbers, losses);
    of_branches(network, numbers, losses);
    of_equipment(network, losses);
    for substation in &network.substations {
        losses.add("substations are left out", || substation.id.to_string());
    }
    let types = network.catalogue.line_types.iter().map(|t| &t.id);
    for id in types.chain(network.catalogue.transformer_types.iter().map(|t| &t.id)) {
        losses.add("types of the catalogue are left out, their values stay", || id.to_string());
    }
    #[expect(clippy::float_cmp, reason = "50 is what the reader takes")]
    if network.frequency_hz != 50.0 {
        losses.add("the rated frequency is left out", || format!("{} Hz", network.frequency_hz));
    }
    let origins = network.buses.iter().map(|r| (&r.origin, &r.id));
    let origins = origins.chain(network.lines.iter().map(|r| (&r.origin, &r.id)));
    let origins = origins.chain(network.transformers.iter().map(|r| (&r.origin, &r.id)));
    let origins = origins.chain(network.generators.iter().map(|r| (&r.origin, &r.id)));
    let origins = origins.chain(network.loads.iter().map(|r| (&r.origin, &r.id)));
    let origins = origins.chain(network.shunts.iter().map(|r| (&r.origin, &r.id)));
    for (origin, id) in origins {
        if origin.source.is_some() || origin.confidence.is_some() {
            losses.add("sources and confidences of records are left out", || id.to_string());
        }
    }
}

fn of_buses(network: &Network, numbers: &Numbers, losses: &mut Losses) {
    for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
        if numbers.are_new() {
            losses.add("buses are numbered anew, their ids stand in bus_name", || {
                format!("bus {} is {}", bus.id, numbers.of_bus(id))
            });
            if !bus.name.is_empty() && *bus.name != *bus.id {
                losses.add("names of buses are left out", || format!("bus {}: `{}`", bus.id, bus.name));
            }
        } else if bus.name.trim() != bus.name {
            losses.add("blanks around names of buses are left out", || format!("bus {}", bus.id));
        }
        if bus.vm_start_pu.is_none() || bus.va_start_deg.is_none() {
            losses.add("start values that are missing become 1 p.u. and 0 degrees", || {
                format!("bus {}", bus.id)
            });
        }
        if bus.area.is_empty() || bus.zone.is_empty() {
            losses.add("areas and zones that are missing become 1", || format!("bus {}", bus.id));
        }
    }
}

/// Equipment and controls that the format knows nothing of.
fn of_equipment(network: &Network, losses: &mut Losses) {
    for t in network.transformers3.iter().filter(|t| t.built) {
        losses.add("three-winding transformers are left out", || t.id.to_string());
    }
    for one in network.compensators.iter().filter(|one| one.built) {
        losses.add("static compensators are left out", || one.id.to_string());
    }
    for area in &network.areas {
        losses.add("interchange targets of areas are left out", || area.id.to_string());
    }
    let lines = network.lines.iter().filter(|l| l.built).map(|l| (&l.id, &l.end_shunts));
    let transformers = network.transformers.iter().filter(|t| t.built).map(|t| (&t.id, &t.end_shunts));
    for (id, shunts) in lines.chain(transformers) {
        if shunts.iter().any(|shunt| *shunt != EndShunt::default()) {
            losses.add("shunts at the ends of branches are left out", || id.to_string());
        }
    }
    for line in
        network.lines.iter().filter(|l| l.built && l.series.as_ref().is_some_and(|s| s.control.is_some()))
    {
        losses.add("controls of series capacitors are left out, reactances stay as they are", || {
            line.id.to_string()
        });
    }
    for t in network.transformers.iter().filter(|t| t.built) {
        if t.tap_control.is_some() || t.phase_control.is_some() {
            losses.add("controls of transformers are left out, tap and shift stay as they are", || {
                t.id.to_string()
            });
        }
        if t.correction.is_some() {
            losses
                .add("impedance corrections are left out, impedances are those of the state at hand", || {
                    t.id.to_string()
                });
        }
    }
    for g in network.generators.iter().filter(|g| g.built) {
        if g.regulated_bus.is_some_and(|bus| bus != g.bus) {
            losses.add("generators that hold another bus hold their own", || g.id.to_string());
        }
        if !g.capability.is_empty() {
            losses.add("capability curves are left out", || g.id.to_string());
        }
        if g.q_share.is_some() {
            losses.add("shares of reactive power are left out", || g.id.to_string());
        }
    }
    for load in network.loads.iter().filter(|l| l.built && l.model != LoadModel::Power) {
        losses.add("loads that follow the voltage become constant", || load.id.to_string());
    }
    for shunt in network.shunts.iter().filter(|s| s.built && s.bank.is_some()) {
        losses.add("switched shunts become fixed", || shunt.id.to_string());
    }
}

fn of_injections(network: &Network, numbers: &Numbers, losses: &mut Losses) {
    let mut loads = Col::<BusId, usize>::filled(network.buses.len(), 0);
    for load in network.loads.iter().filter(|l| l.built) {
        let at = || format!("load {} at bus {}", load.id, network.buses[load.bus].id);
        if !load.in_service {
            losses.add("loads out of service are left out", at);
            continue;
        }
        loads[load.bus] += 1;
        if loads[load.bus] > 1 {
            losses.add("loads of one bus become one", at);
        }
        if load.id != numbers.of_bus(load.bus).to_string() {
            losses.add("ids of loads become those of their buses", at);
        }
    }
    let mut shunts = Col::<BusId, usize>::filled(network.buses.len(), 0);
    for shunt in network.shunts.iter().filter(|s| s.built) {
        let at = || format!("shunt {} at bus {}", shunt.id, network.buses[shunt.bus].id);
        if !shunt.in_service {
            losses.add("shunts out of service are left out", at);
            continue;
        }
        shunts[shunt.bus] += 1;
        if shunts[shunt.bus] > 1 {
            losses.add("shunts of one bus become one", at);
        }
        if shunt.id != numbers.of_bus(shunt.bus).to_string() {
            losses.add("ids of shunts become those of their buses", at);
        }
    }
    let mut generators = Col::<BusId, usize>::filled(network.buses.len(), 0);
    for g in network.generators.iter().filter(|g| g.built) {
        generators[g.bus] += 1;
        let id = format!("{}-{}", numbers.of_bus(g.bus), generators[g.bus]);
        if g.id != id {
            losses.add("ids of generators become bus-k", || format!("generator {} is {id}", g.id));
        }
        if !g.name.is_empty() {
            losses.add("names of generators are left out", || format!("generator {}: `{}`", g.id, g.name));
        }
    }
}

fn of_branches(network: &Network, numbers: &Numbers, losses: &mut Losses) {
    let lines = network.lines.iter().filter(|l| l.built);
    let transformers = network.transformers.iter().filter(|t| t.built);
    let ids = lines.clone().map(|l| (&l.id, l.from, l.to, &l.name));
    let mut parallels: HashMap<(BusId, BusId), usize> = HashMap::new();
    for (id, from, to, name) in ids.chain(transformers.clone().map(|t| (&t.id, t.from, t.to, &t.name))) {
        *parallels.entry((from, to)).or_default() += 1;
        if !name.is_empty() {
            losses.add("names of branches are left out", || format!("branch {id}: `{name}`"));
        }
    }
    let given_back = |from, to, id: &str| {
        let pair = format!("{}-{}-", numbers.of_bus(from), numbers.of_bus(to));
        let number = id.strip_prefix(pair.as_str()).and_then(|k| k.parse::<usize>().ok());
        number.is_some_and(|k| (1..=parallels.get(&(from, to)).copied().unwrap_or(0)).contains(&k))
    };
    for line in lines {
        if !given_back(line.from, line.to, &line.id) {
            losses.add("ids of branches become from-to-k", || format!("line {}", line.id));
        }
        if line.series.is_some() {
            losses.add(
                "series capacitors and reactors become part of their line, what they hold is left out",
                || format!("line {}", line.id),
            );
        }
        if line.circuit != 0 {
            losses.add("which circuits share towers is left out", || format!("line {}", line.id));
        }
        if !matches!(line.impedance, LineImpedance::PerUnit { .. }) {
            losses.add("impedances of lines become per unit", || format!("line {}", line.id));
        }
    }
    for t in transformers {
        if !given_back(t.from, t.to, &t.id) {
            losses.add("ids of branches become from-to-k", || format!("transformer {}", t.id));
        }
        if !matches!(t.impedance, TransformerImpedance::PerUnit { .. }) {
            losses.add("nameplates of transformers become per unit", || format!("transformer {}", t.id));
        }
        if t.tap.is_some() {
            losses.add("tap changers become the ratio of their position", || format!("transformer {}", t.id));
        }
        if !t.vector_group.is_empty() {
            losses.add("vector groups are left out", || format!("transformer {}: {}", t.id, t.vector_group));
        }
    }
}
