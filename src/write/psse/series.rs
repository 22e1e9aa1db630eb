//! Lines, switches and transformers, and the tables that correct impedances.

use super::super::matpower::{Number, PerUnitBranch, own_per_unit};
use super::Writer;
use crate::ids::{BusId, CorrectionId, Id};
use crate::model::{
    EndShunt, PhaseControl, Rating, RatingUnit, Side, StarImpedance, Tap, TapControl, TapTarget, Transformer3,
};
use std::io;

/// Points of a correction table that the format holds.
const POINTS: usize = 11;

/// What stands on the line of a winding.
struct WindingLine {
    ratio: f64,
    shift_deg: f64,
    rates: [f64; 3],
    tap: Option<Tap>,
    tap_control: Option<TapControl>,
    phase_control: Option<PhaseControl>,
    correction: Option<CorrectionId>,
    /// The bus that the tap changer holds where it names none.
    own_bus: BusId,
}

impl Writer<'_> {
    pub(super) fn lines(&mut self) -> io::Result<()> {
        use crate::model::ElementId;
        let network = self.network;
        let sbase = network.sbase_mva;
        self.circuits = super::Circuits::default();
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built) {
            let element = ElementId::Line(id);
            let Some(branch) = self.values(element) else { continue };
            let ends = [self.numbers.of_bus(line.from), self.numbers.of_bus(line.to)];
            let (own, same) = self.circuits.of(&line.id, &ends);
            if !same {
                self.losses.add("ids of branches become from-to-k", || format!("line {}", line.id));
            }
            if !line.name.is_empty() {
                self.losses
                    .add("names of lines are left out", || format!("line {}: `{}`", line.id, line.name));
            }
            let rates = self.rates(network.rating(element), line.from, &format!("line {}", line.id));
            // Half of the conductance at either end is the same two-port.
            let half = EndShunt { g_mw: branch.g / 2.0 * sbase, b_mvar: 0.0 };
            let end = |end: EndShunt| [(end.g_mw + half.g_mw) / sbase, end.b_mvar / sbase];
            let (from, to) = (end(line.end_shunts[0]), end(line.end_shunts[1]));
            write!(self.out, "{}, {}, '{own:2}'", ends[0], ends[1])?;
            self.numbers_of(&[branch.r, branch.x, branch.b])?;
            self.numbers_of(&rates)?;
            self.numbers_of(&[from[0], from[1], to[0], to[1]])?;
            writeln!(self.out, ", {}, 1, 0, 1, 1", u8::from(line.in_service))?;
        }
        for switch in network.switches.iter().filter(|switch| switch.built) {
            let ends = [self.numbers.of_bus(switch.from), self.numbers.of_bus(switch.to)];
            let (own, _) = self.circuits.of(&switch.id, &ends);
            self.losses.add("switches become branches without impedance", || format!("switch {}", switch.id));
            let on = u8::from(switch.closed);
            writeln!(
                self.out,
                "{}, {}, '{own:2}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {on}, 1, 0, 1, 1",
                ends[0], ends[1]
            )?;
        }
        self.end("BRANCH", "TRANSFORMER")
    }

    pub(super) fn transformers(&mut self) -> io::Result<()> {
        use crate::model::ElementId;
        let network = self.network;
        let sbase = network.sbase_mva;
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
            let element = ElementId::Transformer(id);
            let Some(branch) = self.values(element) else { continue };
            let ends = [self.numbers.of_bus(t.from), self.numbers.of_bus(t.to)];
            let (own, same) = self.circuits.of(&t.id, &ends);
            let told = || format!("transformer {}", t.id);
            if !same {
                self.losses.add("ids of branches become from-to-k", told);
            }
            let mut magnetising = t.end_shunts[0];
            if branch.g != 0.0 || branch.b != 0.0 {
                // Seen from the first bus what is behind the ratio is divided by its square.
                magnetising.g_mw += branch.g * sbase / (branch.ratio * branch.ratio);
                magnetising.b_mvar += branch.b * sbase / (branch.ratio * branch.ratio);
                self.losses.add("the magnetising branch of a transformer moves to its first winding", told);
            }
            if t.end_shunts[1] != EndShunt::default() {
                self.losses.add("shunts at the second winding of a transformer are left out", told);
            }
            let name = self.name(&t.name, &told());
            let (on, g, b) = (
                u8::from(t.in_service),
                Number(magnetising.g_mw / sbase),
                Number(magnetising.b_mvar / sbase),
            );
            let group: String = t.vector_group.chars().map(super::plain).collect();
            write!(
                self.out,
                "{}, {}, 0, '{own:2}', 1, 1, 1, {g}, {b}, 2, '{name:12}', {on}, ",
                ends[0], ends[1]
            )?;
            writeln!(self.out, "1, 1, 0, 1, 0, 1, 0, 1, '{group:12}'")?;
            writeln!(self.out, "{}, {}, {}", Number(branch.r), Number(branch.x), Number(sbase))?;
            let tap = t.tap.filter(|tap| tap.side == Side::From);
            if t.tap.is_some() && tap.is_none() {
                self.losses.add("tap changers in the second winding become a ratio of the first", told);
            }
            self.winding(&WindingLine {
                ratio: branch.ratio,
                shift_deg: branch.shift_deg,
                rates: self.rates_of(network.rating(element), t.from),
                tap,
                tap_control: t.tap_control.filter(|_| tap.is_some()),
                phase_control: t.phase_control,
                correction: t.correction,
                own_bus: t.to,
            })?;
            writeln!(self.out, "1, 0")?;
        }
        for t in network.transformers3.iter().filter(|t| t.built) {
            self.three(t)?;
        }
        self.end("TRANSFORMER", "AREA")
    }

    fn three(&mut self, t: &Transformer3) -> io::Result<()> {
        let network = self.network;
        let sbase = network.sbase_mva;
        let StarImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } = t.impedance else {
            self.losses.left_out(format!("transformer {}", t.id));
            return Ok(());
        };
        let scale = sbase / sbase_mva;
        let ends = t.windings.each_ref().map(|winding| self.numbers.of_bus(winding.bus));
        let (own, same) = self.circuits.of(&t.id, &ends);
        let told = || format!("transformer {}", t.id);
        if !same {
            self.losses.add("ids of branches become from-to-k", told);
        }
        // One winding out has a code; more than one have none, and then nothing is in.
        let out: Vec<usize> = (0..3).filter(|&at| !t.windings[at].in_service).collect();
        let status = match out.as_slice() {
            _ if !t.in_service => 0,
            [] => 1,
            [0] => 4,
            [1] => 2,
            [2] => 3,
            _ => 0,
        };
        let name = self.name(&t.name, &told());
        let group: String = t.vector_group.chars().map(super::plain).collect();
        let (g, b) = (Number(g_pu / scale), Number(b_pu / scale));
        write!(
            self.out,
            "{}, {}, {}, '{own:2}', 1, 1, 1, {g}, {b}, 2, '{name:12}', {status}, ",
            ends[0], ends[1], ends[2]
        )?;
        writeln!(self.out, "1, 1, 0, 1, 0, 1, 0, 1, '{group:12}'")?;
        let pairs: Vec<String> = (0..3)
            .map(|pair| {
                format!("{}, {}, {}", Number(r_pu[pair] * scale), Number(x_pu[pair] * scale), Number(sbase))
            })
            .collect();
        writeln!(self.out, "{}, 1, 0", pairs.join(", "))?;
        for winding in &t.windings {
            let vn_kv = network.buses[winding.bus].vn_kv;
            let rated = if winding.vn_kv > 0.0 && vn_kv > 0.0 { winding.vn_kv / vn_kv } else { 1.0 };
            if (rated - 1.0).abs() > 1e-9 {
                self.losses
                    .add("impedances of windings are taken on the rated voltages of their buses", told);
            }
            self.winding(&WindingLine {
                ratio: winding.ratio_pu * rated * winding.tap.map_or(1.0, |tap| tap.turns_pu()),
                shift_deg: winding.shift_deg,
                rates: self.rates_of(winding.rating, winding.bus),
                tap: winding.tap,
                tap_control: winding.tap_control,
                phase_control: winding.phase_control,
                correction: winding.correction,
                own_bus: t.windings[1].bus,
            })?;
        }
        Ok(())
    }

    /// `WINDV, NOMV, ANG, RATA, RATB, RATC, COD, CONT, RMA, RMI, VMA, VMI, NTP, TAB, CR, CX, CNXA`
    fn winding(&mut self, winding: &WindingLine) -> io::Result<()> {
        let (mut cod, mut bus) = (0_i8, 0);
        let (mut rma, mut rmi, mut vma, mut vmi, mut positions) = (1.1, 0.9, 1.1, 0.9, 33);
        let mut drop = (0.0, 0.0);
        if let Some(tap) = winding.tap {
            let nominal = winding.ratio / tap.turns_pu();
            let at = |position| nominal * Tap { position, ..tap }.turns_pu();
            (rma, rmi) = (at(tap.max).max(at(tap.min)), at(tap.max).min(at(tap.min)));
            positions = tap.max - tap.min + 1;
            // A tap changer that holds nothing: COD 1 with no bus to hold.
            cod = 1;
        }
        if let Some(control) = winding.tap_control {
            match control.target {
                TapTarget::Voltage { bus: held, min_pu, max_pu, drop: line } => {
                    cod = 1;
                    bus = self.numbers.of_bus(held.unwrap_or(winding.own_bus));
                    (vma, vmi) = (max_pu, min_pu);
                    drop = line.map_or((0.0, 0.0), |line| (line.r_pu, line.x_pu));
                }
                TapTarget::Reactive { min_mvar, max_mvar } => {
                    cod = 2;
                    (vma, vmi) = (max_mvar, min_mvar);
                }
            }
            cod *= if control.active { 1 } else { -1 };
        } else if let Some(control) = winding.phase_control {
            cod = if control.active { 3 } else { -3 };
            (rma, rmi) = (control.shift_max_deg, control.shift_min_deg);
            (vma, vmi) = (control.p_max_mw, control.p_min_mw);
            if control.shift_step_deg > 0.0 {
                self.losses.add("steps of phase shifters are left out", || "a phase shifter".to_owned());
            }
        }
        let table = winding.correction.map_or(0, table_of);
        write!(self.out, "{}, 0, {}", Number(winding.ratio), Number(winding.shift_deg))?;
        self.numbers_of(&winding.rates)?;
        write!(self.out, ", {cod}, {bus}")?;
        self.numbers_of(&[rma, rmi, vma, vmi])?;
        writeln!(self.out, ", {positions}, {table}, {}, {}, 0", Number(drop.0), Number(drop.1))
    }

    /// `I, T1, F1, T2, F2, ..`
    pub(super) fn corrections(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, table) in network.catalogue.corrections.iter_ids() {
            let told = || format!("table {}", table.id);
            if table.points.len() > POINTS {
                self.losses.add("points of a correction table beyond eleven are left out", told);
            }
            write!(self.out, "{}", table_of(id))?;
            for point in table.points.iter().take(POINTS) {
                if (point.r_factor - point.x_factor).abs() > 1e-9 {
                    self.losses.add("factors of resistance and reactance become one", told);
                }
                write!(self.out, ", {}, {}", Number(point.at), Number(point.x_factor))?;
            }
            writeln!(self.out)?;
        }
        self.end("IMPEDANCE CORRECTION", "MULTI-TERMINAL DC")
    }

    fn numbers_of(&mut self, values: &[f64]) -> io::Result<()> {
        values.iter().try_for_each(|&value| write!(self.out, ", {}", Number(value + 0.0)))
    }

    fn values(&mut self, element: crate::model::ElementId) -> Option<PerUnitBranch> {
        let found = own_per_unit(self.network, element).or_else(|| (self.per_unit)(element));
        if found.is_none() {
            self.losses.left_out(self.network.describe(element));
        }
        found
    }

    fn rates(&mut self, rating: Rating, bus: BusId, whose: &str) -> [f64; 3] {
        if rating.unit == RatingUnit::Ka && !rating.is_unlimited() {
            self.losses.add("ratings in kA become MVA at the rated voltage of the bus", || whose.to_owned());
        }
        self.rates_of(rating, bus)
    }

    fn rates_of(&self, rating: Rating, bus: BusId) -> [f64; 3] {
        let vn_kv = self.network.buses[bus].vn_kv;
        let scale = if rating.unit == RatingUnit::Ka { 3.0_f64.sqrt() * vn_kv } else { 1.0 };
        [rating.normal, rating.short, rating.emergency].map(|rate| rate.unwrap_or(0.0) * scale)
    }
}

/// The number of a correction table.
fn table_of(id: CorrectionId) -> usize {
    id.index() + 1
}
