//! Buses that closed switches and branches without impedance join into one: they cannot hold two voltages.

use super::Checker;
use crate::finding::{Code, Finding, Severity};
use crate::ids::{BusId, Col, GeneratorId, Id};
use crate::model::{Control, ElementId, Line, LineImpedance, Network, Transformer, TransformerImpedance};

/// Series impedances below this are none: the branch joins its buses into one node.
///
/// On a fixed base of 100 MVA, so that another `sbase_mva` never moves it.
pub const ZERO_IMPEDANCE_PU_ON_100_MVA: f64 = 1e-7;

/// Set-points nearer than this are the same, p.u.
const SAME_SETPOINT_PU: f64 = 1e-9;

/// Whether a line has no impedance to speak of, and so joins its buses.
#[must_use]
pub fn line_joins(network: &Network, line: &Line) -> bool {
    // a capacitor or reactor of its own keeps two buses apart
    if line.series.as_ref().is_some_and(|series| series.x_ohm != 0.0) {
        return false;
    }
    let ohm = |r: f64, x: f64| {
        let vn_kv = network.buses[line.from].vn_kv;
        // Without a rated voltage ohms cannot be judged, nor solved.
        vn_kv > 0.0 && r.hypot(x) * 100.0 / (vn_kv * vn_kv) < ZERO_IMPEDANCE_PU_ON_100_MVA
    };
    match &line.impedance {
        &LineImpedance::PerUnit { r_pu, x_pu, sbase_mva, .. } => is_zero(r_pu, x_pu, sbase_mva),
        &LineImpedance::Ohm { r_ohm, x_ohm, .. } => ohm(r_ohm, x_ohm),
        LineImpedance::Sections(sections) => {
            let types = &network.catalogue.line_types;
            let sum = |value: fn(&crate::model::LineType) -> f64| -> f64 {
                sections.iter().map(|s| value(&types[s.line_type]) * s.length_km).sum()
            };
            ohm(sum(|t| t.r_ohm_per_km), sum(|t| t.x_ohm_per_km))
        }
    }
}

/// Whether a transformer has neither impedance nor ratio to speak of, and so joins its buses.
///
/// One without impedance but with a ratio joins nothing: an ideal transformer has two voltages.
#[must_use]
pub fn transformer_joins(transformer: &Transformer) -> bool {
    let ideal = transformer.tap.map_or(1.0, |tap| tap.turns_pu()) * transformer.ratio_pu;
    let &TransformerImpedance::PerUnit { r_pu, x_pu, sbase_mva, .. } = &transformer.impedance else {
        return false;
    };
    is_zero(r_pu, x_pu, sbase_mva) && (ideal - 1.0).abs() <= 1e-9 && transformer.shift_deg.abs() <= 1e-7
}

fn is_zero(r_pu: f64, x_pu: f64, sbase_mva: f64) -> bool {
    // Squares may underflow, which is as good as zero here, and overflow, which is not zero.
    let limit = ZERO_IMPEDANCE_PU_ON_100_MVA * sbase_mva / 100.0;
    r_pu * r_pu + x_pu * x_pu < limit * limit
}

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = checker.network;
    let live = |from, to| network.bus_is_live(from) && network.bus_is_live(to);
    let mut joins: Vec<(ElementId, BusId, BusId)> = Vec::new();
    for (id, line) in network.lines.iter_ids() {
        if line.built && line.in_service && line_joins(network, line) && live(line.from, line.to) {
            joins.push((ElementId::Line(id), line.from, line.to));
        }
    }
    for (id, t) in network.transformers.iter_ids() {
        if t.built && t.in_service && transformer_joins(t) && live(t.from, t.to) {
            joins.push((ElementId::Transformer(id), t.from, t.to));
        }
    }
    for &(element, from, to) in &joins {
        let (from, to) = (&network.buses[from].id, &network.buses[to].id);
        checker.tell(Severity::Warning, Code::ZeroImpedance, (element, "x_pu"), || {
            (
                format!("it has no impedance: buses {from} and {to} are taken as one"),
                "nothing, if it is a coupler; else give it its impedance".to_owned(),
            )
        });
    }
    for (id, switch) in network.switches.iter_ids() {
        if switch.built && switch.closed && live(switch.from, switch.to) {
            joins.push((ElementId::Switch(id), switch.from, switch.to));
        }
    }
    one_voltage(checker, &joins);
}

/// All generators that hold the voltage of a bus, or of buses joined into one, must hold the same.
fn one_voltage(checker: &mut Checker<'_>, joins: &[(ElementId, BusId, BusId)]) {
    let network = checker.network;
    let mut groups = Groups::new(network.buses.len());
    for &(_, from, to) in joins {
        groups.join(from, to);
    }
    let mut holder = Col::<BusId, Option<GeneratorId>>::filled(network.buses.len(), None);
    for (id, g) in network.generators.iter_ids() {
        if !(g.built && g.in_service && g.control != Control::Fixed && network.bus_is_live(g.bus)) {
            continue;
        }
        let first = *holder[groups.root(g.bus)].get_or_insert(id);
        let other = &network.generators[first];
        if (other.vm_setpoint_pu - g.vm_setpoint_pu).abs() <= SAME_SETPOINT_PU {
            continue;
        }
        let (element, field) = (
            ElementId::Generator(id),
            (checker.words.field)(crate::model::ElementKind::Generator, "vm_setpoint_pu"),
        );
        let name = checker.name(element);
        let place = super::place(network, element);
        checker.findings.push_with(Severity::Error, Code::Conflict, || {
            let bus = |g: &crate::model::Generator| &network.buses[g.bus].id;
            let joined = if other.bus == g.bus {
                String::new()
            } else {
                format!(": buses {} and {} are joined without impedance", bus(other), bus(g))
            };
            let text = format!(
                "generator {} holds {} p.u. at bus {} and generator {} holds {} p.u. at bus {}{joined}",
                other.id,
                other.vm_setpoint_pu,
                bus(other),
                g.id,
                g.vm_setpoint_pu,
                bus(g)
            );
            Finding::error(Code::Conflict, text)
                .element(name)
                .field(field)
                .place(place)
                .help("give both the same voltage, or the branch between them its impedance")
        });
    }
}

/// Groups of buses, grown by joining two at a time (path halving; the lower id stands for a group).
struct Groups {
    parent: Col<BusId, BusId>,
}

impl Groups {
    fn new(len: usize) -> Self {
        Self { parent: (0..len).map(BusId::from_index).collect() }
    }

    fn root(&mut self, mut bus: BusId) -> BusId {
        while self.parent[bus] != bus {
            self.parent[bus] = self.parent[self.parent[bus]];
            bus = self.parent[bus];
        }
        bus
    }

    fn join(&mut self, a: BusId, b: BusId) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}
