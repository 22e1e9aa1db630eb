//! A grid as a MATPOWER case file, version 2.
//!
//! What stands (`built`) is written, one row per line, numbers in the shortest form that reads back to the same
//! double. Values that the file format shares with gridstage pass unchanged; what it cannot carry is listed.

use crate::finding::Finding;
use crate::ids::{BusId, Col};
use crate::model::{
    Bus, Control, ElementId, Generator, GeneratorKind, LineImpedance, Name, Network, RatingUnit,
    TransformerImpedance,
};
use std::collections::BTreeMap;
use std::io::{self, Write};

mod dc;
mod losses;
mod numbering;
mod rewrite;

pub(super) use losses::Losses;
pub(super) use numbering::Numbers;
pub(super) use rewrite::rewrite;

/// A branch in per unit on the network's `sbase_mva` and the rated voltages of its buses, its ideal
/// transformer at the `from` end. Only [`crate::case`] makes such values out of ohms and nameplates.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PerUnitBranch {
    /// Series resistance.
    pub r: f64,
    /// Series reactance.
    pub x: f64,
    /// Shunt conductance, both halves together.
    pub g: f64,
    /// Shunt susceptance, both halves together; positive for charging.
    pub b: f64,
    /// Ratio of turns.
    pub ratio: f64,
    /// Phase shift, positive if the `from` side leads.
    pub shift_deg: f64,
}

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// `per_unit` gives the values of a line or transformer that is not already in per unit on `sbase_mva`; it is
/// asked only for those. Where it returns nothing the branch is left out, and that finding is an error.
///
/// # Errors
/// Those of `out`.
pub fn matpower(
    network: &Network,
    per_unit: &dyn Fn(ElementId) -> Option<PerUnitBranch>,
    out: &mut dyn Write,
) -> io::Result<Vec<Finding>> {
    let numbers = Numbers::of(network);
    let mut writer = Writer { network, per_unit, numbers, losses: Losses::default(), out };
    writer.head()?;
    writer.buses()?;
    writer.generators()?;
    writer.branches()?;
    writer.dclines()?;
    writer.names()?;
    losses::of_records(network, &writer.numbers, &mut writer.losses);
    Ok(writer.losses.into_findings())
}

struct Writer<'w> {
    network: &'w Network,
    per_unit: &'w dyn Fn(ElementId) -> Option<PerUnitBranch>,
    numbers: Numbers,
    losses: Losses,
    out: &'w mut dyn Write,
}

impl Writer<'_> {
    fn head(&mut self) -> io::Result<()> {
        let name = identifier(&self.network.name);
        if name != self.network.name {
            self.losses.add("the name of the grid is no name of a function", || {
                format!("`{}` is written as `{name}`", self.network.name)
            });
        }
        let sbase = Number(self.network.sbase_mva);
        writeln!(self.out, "function mpc = {name}")?;
        writeln!(self.out, "%% MATPOWER Case Format : Version 2")?;
        writeln!(self.out, "mpc.version = '2';")?;
        writeln!(self.out, "\n%% system MVA base\nmpc.baseMVA = {sbase};")
    }

    fn buses(&mut self) -> io::Result<()> {
        let network = self.network;
        let kinds = self.kinds();
        let mut demand = Col::<BusId, (f64, f64)>::filled(network.buses.len(), (0.0, 0.0));
        for load in network.loads.iter().filter(|l| l.built && l.in_service) {
            demand[load.bus].0 += load.p_mw;
            demand[load.bus].1 += load.q_mvar;
        }
        let mut shunt = Col::<BusId, (f64, f64)>::filled(network.buses.len(), (0.0, 0.0));
        for at in network.shunts.iter().filter(|s| s.built && s.in_service) {
            shunt[at.bus].0 += at.g_mw;
            shunt[at.bus].1 += at.b_mvar;
        }
        self.conductances(&mut shunt);
        let areas = labels(network.buses.iter().map(|bus| &bus.area));
        let zones = labels(network.buses.iter().map(|bus| &bus.zone));
        writeln!(self.out, "\n%% bus data")?;
        writeln!(self.out, "%\tbus_i\ttype\tPd\tQd\tGs\tBs\tarea\tVm\tVa\tbaseKV\tzone\tVmax\tVmin")?;
        writeln!(self.out, "mpc.bus = [")?;
        for (id, bus) in network.buses.iter_ids().filter(|(_, bus)| bus.built) {
            let label = |labels: &BTreeMap<Name, u32>, name: &Name| match labels.get(name) {
                Some(number) => number.to_string(),
                None if name.is_empty() => "1".to_owned(),
                None => name.to_string(),
            };
            write!(self.out, "\t{}\t{}", self.numbers.of_bus(id), kinds[id])?;
            self.cells(&[demand[id].0, demand[id].1, shunt[id].0, shunt[id].1])?;
            write!(self.out, "\t{}", label(&areas, &bus.area))?;
            self.cells(&[bus.vm_start_pu.unwrap_or(1.0), bus.va_start_deg.unwrap_or(0.0), bus.vn_kv])?;
            write!(self.out, "\t{}", label(&zones, &bus.zone))?;
            let (high, low) =
                (bus.vm_max_pu.unwrap_or(f64::INFINITY), bus.vm_min_pu.unwrap_or(f64::NEG_INFINITY));
            self.cells(&[high, low])?;
            writeln!(self.out, ";")?;
        }
        for (labels, what) in [(&areas, "areas"), (&zones, "zones")] {
            for (name, number) in labels {
                self.losses
                    .add_to(what, "that are no numbers are numbered", || format!("`{name}` is {number}"));
            }
        }
        writeln!(self.out, "];")
    }

    /// The type of each bus: what the generators that stand there hold, those in service before the others.
    fn kinds(&mut self) -> Col<BusId, u8> {
        let network = self.network;
        let rank = |g: &Generator| match (g.in_service, g.control) {
            (_, Control::Fixed) => 0,
            (false, Control::Voltage) => 1,
            (false, Control::Slack) => 2,
            (true, Control::Voltage) => 3,
            (true, Control::Slack) => 4,
        };
        let mut strongest = Col::<BusId, u8>::filled(network.buses.len(), 0);
        for g in network.generators.iter().filter(|g| g.built) {
            strongest[g.bus] = strongest[g.bus].max(rank(g));
        }
        let kinds: Col<BusId, u8> = network
            .buses
            .iter_ids()
            .map(|(id, bus)| match strongest[id] {
                _ if !bus.in_service => 4,
                0 => 1,
                1 | 3 => 2,
                _ => 3,
            })
            .collect();
        for g in network.generators.iter().filter(|g| g.built) {
            let read_back = match kinds[g.bus] {
                2 => Control::Voltage,
                3 => Control::Slack,
                _ => Control::Fixed,
            };
            if read_back != g.control {
                self.losses
                    .add("generators hold what the type of their bus says, and not what they held", || {
                        format!("generator {} at bus {}", g.id, network.buses[g.bus].id)
                    });
            }
        }
        kinds
    }

    fn generators(&mut self) -> io::Result<()> {
        let network = self.network;
        writeln!(self.out, "\n%% generator data")?;
        // Participation factors stand behind ten columns that nothing here says anything of.
        let shares = network.generators.iter().any(|g| g.built && g.participation.is_some());
        let more = if shares {
            "\tPc1\tPc2\tQc1min\tQc1max\tQc2min\tQc2max\tramp_agc\tramp_10\tramp_30\tramp_q\tapf"
        } else {
            ""
        };
        writeln!(self.out, "%\tbus\tPg\tQg\tQmax\tQmin\tVg\tmBase\tstatus\tPmax\tPmin{more}")?;
        writeln!(self.out, "mpc.gen = [")?;
        for g in network.generators.iter().filter(|g| g.built) {
            let most = |limit: Option<f64>| limit.unwrap_or(f64::INFINITY);
            let least = |limit: Option<f64>| limit.unwrap_or(f64::NEG_INFINITY);
            write!(self.out, "\t{}", self.numbers.of_bus(g.bus))?;
            self.cells(&[g.p_mw, g.q_mvar, most(g.q_max_mvar), least(g.q_min_mvar), g.vm_setpoint_pu])?;
            self.cells(&[g.sn_mva.unwrap_or(0.0)])?;
            write!(self.out, "\t{}", u8::from(g.in_service))?;
            self.cells(&[most(g.p_max_mw), least(g.p_min_mw)])?;
            if shares {
                self.cells(&[0.0; 10])?;
                self.cells(&[g.participation.unwrap_or(0.0)])?;
            }
            writeln!(self.out, ";")?;
            if g.kind == GeneratorKind::Boundary {
                self.losses.add("boundaries become generators", || format!("generator {}", g.id));
            }
        }
        writeln!(self.out, "];")
    }

    fn branches(&mut self) -> io::Result<()> {
        writeln!(self.out, "\n%% branch data")?;
        writeln!(
            self.out,
            "%\tfbus\ttbus\tr\tx\tb\trateA\trateB\trateC\tratio\tangle\tstatus\tangmin\tangmax"
        )?;
        writeln!(self.out, "mpc.branch = [")?;
        for element in branches_in_order(self.network) {
            self.branch(element)?;
        }
        let network = self.network;
        for switch in network.switches.iter().filter(|s| s.built) {
            if !switch.closed {
                self.losses.add("open switches are left out", || format!("switch {}", switch.id));
                continue;
            }
            let (from, to) = (self.numbers.of_bus(switch.from), self.numbers.of_bus(switch.to));
            self.losses.add(
                "closed switches become branches without impedance, which MATPOWER itself cannot solve",
                || format!("switch {}", switch.id),
            );
            writeln!(self.out, "\t{from}\t{to}\t0\t0\t0\t0\t0\t0\t0\t0\t1\t-360\t360;")?;
        }
        writeln!(self.out, "];")
    }

    /// Branches of the format have no shunt conductance. Half of it at either end, behind the tap, draws the same
    /// as a shunt at that bus, so no-load losses stay and the load flow is the same.
    fn conductances(&mut self, shunt: &mut Col<BusId, (f64, f64)>) {
        let network = self.network;
        for element in branches_in_order(self.network) {
            let (Some((from, to, true)), Some(branch)) = (ends(network, element), self.values(element))
            else {
                continue;
            };
            if branch.g == 0.0 {
                continue;
            }
            let half_mw = branch.g / 2.0 * network.sbase_mva;
            shunt[from].0 += half_mw / (branch.ratio * branch.ratio);
            shunt[to].0 += half_mw;
            self.losses
                .add("shunt conductances of branches (no-load losses) become shunts at their buses", || {
                    format!("{}: {} MW in all", network.describe(element), Number(2.0 * half_mw))
                });
        }
    }

    /// The per-unit values of a branch: its own, or those that the caller makes.
    fn values(&self, element: ElementId) -> Option<PerUnitBranch> {
        own_per_unit(self.network, element).or_else(|| (self.per_unit)(element))
    }

    fn branch(&mut self, element: ElementId) -> io::Result<()> {
        let network = self.network;
        let Some((from, to, in_service)) = ends(network, element) else { return Ok(()) };
        let Some(branch) = self.values(element) else {
            self.losses.left_out(network.describe(element));
            return Ok(());
        };
        let rating = network.rating(element);
        let mut rates = [rating.normal, rating.short, rating.emergency];
        if rating.unit == RatingUnit::Ka {
            let vn_kv = network.buses[from].vn_kv;
            rates = rates.map(|rate| rate.map(|ka| ka * 3.0_f64.sqrt() * vn_kv).filter(|_| vn_kv > 0.0));
            let what = if vn_kv > 0.0 {
                "ratings in kA become MVA at the rated voltage of the `from` bus"
            } else {
                "ratings in kA are left out where the `from` bus has no rated voltage"
            };
            if !rating.is_unlimited() {
                self.losses.add(what, || network.describe(element));
            }
        }
        let is_line = matches!(element, ElementId::Line(_));
        let (ratio, angle) = if is_line { (0.0, 0.0) } else { (branch.ratio, branch.shift_deg) };
        write!(self.out, "\t{}\t{}", self.numbers.of_bus(from), self.numbers.of_bus(to))?;
        self.cells(&[branch.r, branch.x, branch.b])?;
        self.cells(&rates.map(|rate| rate.unwrap_or(0.0)))?;
        self.cells(&[ratio, angle])?;
        writeln!(self.out, "\t{}\t-360\t360;", u8::from(in_service))
    }

    fn names(&mut self) -> io::Result<()> {
        let network = self.network;
        let renumbered = self.numbers.are_new();
        let name = |bus: &Bus| if renumbered { bus.id.to_string() } else { bus.name.clone() };
        if network.buses.iter().filter(|bus| bus.built).all(|bus| name(bus).is_empty()) {
            return Ok(());
        }
        writeln!(self.out, "\n%% bus names\nmpc.bus_name = {{")?;
        for bus in network.buses.iter().filter(|bus| bus.built) {
            let name = name(bus);
            // A line end cannot stand in a name of the format.
            let one_line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            if one_line != name {
                self.losses.add("control characters in names become blanks", || format!("bus {}", bus.id));
            }
            writeln!(self.out, "\t'{}';", one_line.replace('\'', "''"))?;
        }
        writeln!(self.out, "}};")
    }

    fn cells(&mut self, cells: &[f64]) -> io::Result<()> {
        for &cell in cells {
            write!(self.out, "\t{}", Number(cell))?;
        }
        Ok(())
    }
}

/// Lines and transformers: in the order of the file if all come from one, else lines first.
fn branches_in_order(network: &Network) -> Vec<ElementId> {
    let lines = network.lines.iter_ids().filter(|(_, line)| line.built);
    let transformers = network.transformers.iter_ids().filter(|(_, t)| t.built);
    let mut elements: Vec<(ElementId, Option<&crate::finding::Place>)> = lines
        .map(|(id, line)| (ElementId::Line(id), line.origin.place.as_ref()))
        .chain(transformers.map(|(id, t)| (ElementId::Transformer(id), t.origin.place.as_ref())))
        .collect();
    let file = elements.first().and_then(|(_, place)| place.map(|place| &place.file));
    if elements.iter().all(|(_, place)| place.is_some_and(|place| Some(&place.file) == file)) {
        elements.sort_by_key(|(_, place)| place.map(|place| (place.line, place.column)));
    }
    elements.into_iter().map(|(element, _)| element).collect()
}

/// The buses of a branch, and whether it is switched in; nothing for what is no branch.
fn ends(network: &Network, element: ElementId) -> Option<(BusId, BusId, bool)> {
    match element {
        ElementId::Line(id) => network.lines.get(id).map(|line| (line.from, line.to, line.in_service)),
        ElementId::Transformer(id) => network.transformers.get(id).map(|t| (t.from, t.to, t.in_service)),
        _ => None,
    }
}

/// The values of a branch that is already in per unit on the network's base.
pub(super) fn own_per_unit(network: &Network, element: ElementId) -> Option<PerUnitBranch> {
    let (impedance, ratio, shift_deg) = match element {
        // Its reactance at hand is more than that of the line alone.
        ElementId::Line(id) if network.lines[id].series.is_some() => return None,
        ElementId::Line(id) => match &network.lines[id].impedance {
            &LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
                ([r_pu, x_pu, g_pu, b_pu, sbase_mva], 1.0, 0.0)
            }
            LineImpedance::Ohm { .. } | LineImpedance::Sections(_) => return None,
        },
        ElementId::Transformer(id) => {
            let t = &network.transformers[id];
            match &t.impedance {
                &TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } if t.tap.is_none() => {
                    ([r_pu, x_pu, g_pu, b_pu, sbase_mva], t.ratio_pu, t.shift_deg)
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let [r, x, g, b, sbase_mva] = impedance;
    #[expect(
        clippy::float_cmp,
        reason = "a number that is to be the same passes unchanged, any other is converted"
    )]
    (sbase_mva == network.sbase_mva).then_some(PerUnitBranch { r, x, g, b, ratio, shift_deg })
}

/// Numbers for labels that are none, by the order in which they first come; whole numbers stand for themselves.
fn labels<'n>(names: impl Iterator<Item = &'n Name>) -> BTreeMap<Name, u32> {
    let mut labels = BTreeMap::new();
    let mut next = 1;
    for name in names.filter(|name| !name.is_empty() && name.parse::<f64>().is_err()) {
        labels.entry(name.clone()).or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    labels
}

/// A name that a function may have.
fn identifier(name: &str) -> String {
    let mut identifier: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if !identifier.starts_with(|c: char| c.is_ascii_alphabetic()) {
        identifier.insert_str(0, if identifier.is_empty() { "grid" } else { "case_" });
    }
    identifier
}

/// A number in the shortest form that reads back to the same double.
pub(super) struct Number(pub(super) f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        match self.0 {
            f64::INFINITY => f.write_str("Inf"),
            f64::NEG_INFINITY => f.write_str("-Inf"),
            value if value.is_nan() => f.write_str("NaN"),
            // Beyond these the plain form is mostly zeros.
            value if size != 0.0 && !(1e-5..1e15).contains(&size) => write!(f, "{value:e}"),
            value => write!(f, "{value}"),
        }
    }
}
