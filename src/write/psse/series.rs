//! Lines and switches.

use super::super::matpower::{PerUnitBranch, own_per_unit};
use super::Writer;
use super::record::{Field, of, real, text, whole};
use crate::ids::BusId;
use crate::model::{ElementId, EndShunt, Rating, RatingUnit, SwitchKind};
use std::io;

/// Names of ratings; those from the fourth on came with revision 34.
pub(super) const RATES: [&str; 12] = [
    "rate1", "rate2", "rate3", "rate4", "rate5", "rate6", "rate7", "rate8", "rate9", "rate10", "rate11",
    "rate12",
];

impl Writer<'_> {
    pub(super) fn lines(&mut self) -> io::Result<()> {
        let network = self.network;
        let sbase = network.sbase_mva;
        self.circuits = super::Circuits::default();
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built) {
            let element = ElementId::Line(id);
            let Some(branch) = self.values(element) else {
                self.losses.left_out(network.describe(element));
                continue;
            };
            let ends = [self.numbers.of_bus(line.from), self.numbers.of_bus(line.to)];
            let (own, same) = self.circuits.of(&line.id, &ends);
            if !same {
                self.losses.add("ids of branches become from-to-k", || format!("line {}", line.id));
            }
            if line.series.is_some() {
                self.losses.add(
                    "series capacitors and reactors become part of their line, what they hold is left out",
                    || format!("line {}", line.id),
                );
            }
            if !line.name.is_empty() && self.is_33() {
                self.losses
                    .add("names of lines are left out", || format!("line {}: `{}`", line.id, line.name));
            }
            let name = if self.is_33() {
                String::new()
            } else {
                self.name(&line.name, &format!("line {}", line.id))
            };
            let rates = self.rates(network.rating(element), line.from, &format!("line {}", line.id));
            // Half of the conductance at either end is the same two-port.
            let half = EndShunt { g_mw: branch.g / 2.0 * sbase, b_mvar: 0.0 };
            let end = |end: EndShunt| [(end.g_mw + half.g_mw) / sbase, end.b_mvar / sbase];
            let (from, to) = (end(line.end_shunts[0]), end(line.end_shunts[1]));
            let mut record = vec![
                whole("ibus", ends[0]),
                whole("jbus", ends[1]),
                text("ckt", own, 2),
                real("rpu", branch.r),
                real("xpu", branch.x),
                real("bpu", branch.b),
                text("name", name, 0).new_in_34(),
            ];
            record.extend(rated(&RATES, &rates));
            record.extend([real("gi", from[0]), real("bi", from[1]), real("gj", to[0]), real("bj", to[1])]);
            record.extend(tail(line.in_service));
            self.sink.record("acline", of("line", &line.id, &line.origin), &[record])?;
        }
        if self.is_33() {
            self.switches()?;
            return self.sink.end("BRANCH", "TRANSFORMER");
        }
        self.sink.end("BRANCH", "SYSTEM SWITCHING DEVICE")?;
        // Readers have one space of ids for lines and transformers, and another one for switches.
        let branches = std::mem::take(&mut self.circuits);
        self.switches()?;
        self.circuits = branches;
        self.sink.end("SYSTEM SWITCHING DEVICE", "TRANSFORMER")
    }

    fn switches(&mut self) -> io::Result<()> {
        for switch in self.network.switches.iter().filter(|switch| switch.built) {
            let ends = [self.numbers.of_bus(switch.from), self.numbers.of_bus(switch.to)];
            let (own, same) = self.circuits.of(&switch.id, &ends);
            if !same {
                self.losses.add("ids of switches become from-to-k", || format!("switch {}", switch.id));
            }
            let mut record = vec![whole("ibus", ends[0]), whole("jbus", ends[1]), text("ckt", own, 2)];
            if self.is_33() {
                self.losses
                    .add("switches become branches without impedance", || format!("switch {}", switch.id));
                record.extend([whole("rpu", 0), whole("xpu", 0), whole("bpu", 0)]);
                record.extend(rated(&RATES, &[0.0; 3]));
                record.extend(["gi", "bi", "gj", "bj"].map(|name| whole(name, 0)));
                record.extend(tail(switch.closed));
                self.sink.record("acline", of("switch", &switch.id, &switch.origin), &[record])?;
                continue;
            }
            record.push(real("xpu", 1e-4));
            record.extend(rated(&RATES, &[0.0; 3]));
            let kind = if switch.kind == SwitchKind::Disconnector { 3 } else { 2 };
            record.extend([
                whole("stat", u8::from(switch.closed)),
                whole("nstat", u8::from(switch.closed)),
                whole("met", 1),
                whole("stype", kind),
                text("name", "", 0),
            ]);
            self.sink.record("sysswd", of("switch", &switch.id, &switch.origin), &[record])?;
        }
        Ok(())
    }

    pub(super) fn values(&self, element: ElementId) -> Option<PerUnitBranch> {
        own_per_unit(self.network, element).or_else(|| (self.per_unit)(element))
    }

    pub(super) fn rates(&mut self, rating: Rating, bus: BusId, whose: &str) -> [f64; 3] {
        if rating.unit == RatingUnit::Ka && !rating.is_unlimited() {
            self.losses.add("ratings in kA become MVA at the rated voltage of the bus", || whose.to_owned());
        }
        let vn_kv = self.network.buses[bus].vn_kv;
        let scale = if rating.unit == RatingUnit::Ka { 3.0_f64.sqrt() * vn_kv } else { 1.0 };
        [rating.normal, rating.short, rating.emergency].map(|rate| rate.unwrap_or(0.0) * scale)
    }
}

/// Three ratings; nine more are not used.
pub(super) fn rated(names: &[&'static str; 12], rates: &[f64; 3]) -> Vec<Field> {
    let field = |(at, name): (usize, &&'static str)| match rates.get(at) {
        Some(&rate) => real(name, rate),
        None => whole(name, 0).new_in_34(),
    };
    names.iter().enumerate().map(field).collect()
}

/// What stands at the end of a branch: whether it is in, and whose it is.
fn tail(in_service: bool) -> [Field; 5] {
    [whole("stat", u8::from(in_service)), whole("met", 1), whole("len", 0), whole("o1", 1), whole("f1", 1)]
}
