//! Transformers, and the tables that correct their impedances.

use super::super::matpower::PerUnitBranch;
use super::Writer;
use super::record::{Field, of, real, text, whole};
use super::series::rated;
use crate::case::per_unit;
use crate::ids::{BusId, CorrectionId, Id};
use crate::model::{
    CorrectionPoint, ElementId, EndShunt, PhaseControl, Side, Tap, TapControl, TapTarget, Transformer,
    Transformer3,
};
use std::io;

/// Points of a correction table that revision 33 holds.
const POINTS: usize = 11;

/// Points on a line of a table from revision 34 on.
const POINTS_A_LINE: usize = 6;

/// Names of the fields on the line of a winding: ratio, voltage, angle; ratings; the rest.
#[rustfmt::skip]
const WINDING: [([&str; 3], [&str; 12], [&str; 12]); 3] = [
    (
        ["windv1", "nomv1", "ang1"],
        ["wdg1rate1", "wdg1rate2", "wdg1rate3", "wdg1rate4", "wdg1rate5", "wdg1rate6",
         "wdg1rate7", "wdg1rate8", "wdg1rate9", "wdg1rate10", "wdg1rate11", "wdg1rate12"],
        ["cod1", "cont1", "node1", "rma1", "rmi1", "vma1", "vmi1", "ntp1", "tab1", "cr1", "cx1", "cnxa1"],
    ),
    (
        ["windv2", "nomv2", "ang2"],
        ["wdg2rate1", "wdg2rate2", "wdg2rate3", "wdg2rate4", "wdg2rate5", "wdg2rate6",
         "wdg2rate7", "wdg2rate8", "wdg2rate9", "wdg2rate10", "wdg2rate11", "wdg2rate12"],
        ["cod2", "cont2", "node2", "rma2", "rmi2", "vma2", "vmi2", "ntp2", "tab2", "cr2", "cx2", "cnxa2"],
    ),
    (
        ["windv3", "nomv3", "ang3"],
        ["wdg3rate1", "wdg3rate2", "wdg3rate3", "wdg3rate4", "wdg3rate5", "wdg3rate6",
         "wdg3rate7", "wdg3rate8", "wdg3rate9", "wdg3rate10", "wdg3rate11", "wdg3rate12"],
        ["cod3", "cont3", "node3", "rma3", "rmi3", "vma3", "vmi3", "ntp3", "tab3", "cr3", "cx3", "cnxa3"],
    ),
];

/// Names of the fields on the second line.
#[rustfmt::skip]
const PAIRS: [[&str; 3]; 3] =
    [["r1_2", "x1_2", "sbase1_2"], ["r2_3", "x2_3", "sbase2_3"], ["r3_1", "x3_1", "sbase3_1"]];

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

/// What stands on the first line.
struct Head {
    buses: [u64; 3],
    own: String,
    magnetising: EndShunt,
    name: String,
    status: u8,
    vector_group: String,
}

impl Writer<'_> {
    pub(super) fn transformers(&mut self) -> io::Result<()> {
        let network = self.network;
        if self.sink.is_rawx() {
            self.sink.begin("transformer", every_field())?;
        }
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
            let element = ElementId::Transformer(id);
            let Some(branch) = self.values(element) else {
                self.losses.left_out(network.describe(element));
                continue;
            };
            self.two(element, t, branch)?;
        }
        for t in network.transformers3.iter().filter(|t| t.built) {
            self.three(t)?;
        }
        self.sink.end("TRANSFORMER", "AREA")
    }

    fn two(&mut self, element: ElementId, t: &Transformer, branch: PerUnitBranch) -> io::Result<()> {
        let network = self.network;
        let sbase = network.sbase_mva;
        let ends = [self.numbers.of_bus(t.from), self.numbers.of_bus(t.to)];
        let (own, same) = self.circuits.of(&t.id, &ends);
        let told = || format!("transformer {}", t.id);
        if !same {
            self.losses.add("ids of branches become from-to-k", told);
        }
        // Seen from the first bus what is behind the ratio is divided by its square; the other half stands at the second bus.
        let half = |part: f64| part / 2.0 * sbase / (branch.ratio * branch.ratio);
        let magnetising = EndShunt {
            g_mw: t.end_shunts[0].g_mw + half(branch.g),
            b_mvar: t.end_shunts[0].b_mvar + half(branch.b),
        };
        let tap = t.tap.filter(|tap| tap.side == Side::From);
        if t.tap.is_some() && tap.is_none() {
            self.losses.add("tap changers in the second winding become a ratio of the first", told);
        }
        let name = self.name(&t.name, &told());
        let rates = self.rates(network.rating(element), t.from, &told());
        let head = self.head_line(Head {
            buses: [ends[0], ends[1], 0],
            own,
            magnetising,
            name,
            status: u8::from(t.in_service),
            vector_group: t.vector_group.chars().map(super::plain).collect(),
        });
        // The impedance at hand is that of the table, which the file has too.
        let (r_factor, x_factor) = self.factors(t, branch.shift_deg);
        let impedance = pair(0, branch.r / r_factor, branch.x / x_factor, sbase);
        let first = self.winding(
            0,
            &WindingLine {
                ratio: branch.ratio,
                shift_deg: branch.shift_deg,
                rates,
                tap,
                tap_control: t.tap_control.filter(|_| tap.is_some()),
                phase_control: t.phase_control,
                correction: t.correction,
                own_bus: t.to,
            },
        );
        let second = vec![whole(WINDING[1].0[0], 1), whole(WINDING[1].0[1], 0)];
        let of = of("transformer", &t.id, &t.origin);
        self.sink.record("transformer", of, &[head, impedance.into(), first, second])
    }

    /// What the correction table of a transformer makes of its impedance, where `values` has that in it; else 1.
    fn factors(&self, t: &Transformer, shift_deg: f64) -> (f64, f64) {
        let table = t.correction.and_then(|id| self.network.catalogue.corrections.get(id));
        let Some(table) = table.filter(|_| !is_uncorrected(t, self.network.sbase_mva)) else {
            return (1.0, 1.0);
        };
        let turns = |side| t.tap.filter(|tap| tap.side == side).map_or(1.0, |tap| tap.turns_pu());
        let off_nominal = t.ratio_pu * turns(Side::From) / turns(Side::To);
        let at = if table.of == crate::model::CorrectionOf::Ratio { off_nominal } else { shift_deg };
        let (r, x) = table.factors(at);
        (if r == 0.0 { 1.0 } else { r }, if x == 0.0 { 1.0 } else { x })
    }

    fn three(&mut self, t: &Transformer3) -> io::Result<()> {
        let network = self.network;
        let sbase = network.sbase_mva;
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
        let (pairs, no_load) = per_unit::pairs(network, t);
        let magnetising = EndShunt { g_mw: no_load.re * sbase, b_mvar: no_load.im * sbase };
        let name = self.name(&t.name, &told());
        let vector_group = t.vector_group.chars().map(super::plain).collect();
        let mut lines =
            vec![self.head_line(Head { buses: ends, own, magnetising, name, status, vector_group })];
        let mut impedances: Vec<Field> =
            pairs.iter().enumerate().flat_map(|(k, z)| pair(k, z.re, z.im, sbase)).collect();
        impedances.extend([whole("vmstar", 1), whole("anstar", 0)]);
        lines.push(impedances);
        for (k, winding) in t.windings.iter().enumerate() {
            let vn_kv = network.buses[winding.bus].vn_kv;
            let rated = if winding.vn_kv > 0.0 && vn_kv > 0.0 { winding.vn_kv / vn_kv } else { 1.0 };
            let rates = self.rates(winding.rating, winding.bus, &told());
            lines.push(self.winding(
                k,
                &WindingLine {
                    ratio: winding.ratio_pu * rated * winding.tap.map_or(1.0, |tap| tap.turns_pu()),
                    shift_deg: winding.shift_deg,
                    rates,
                    tap: winding.tap,
                    tap_control: winding.tap_control,
                    phase_control: winding.phase_control,
                    correction: winding.correction,
                    own_bus: t.windings[1].bus,
                },
            ));
        }
        self.sink.record("transformer", of("transformer", &t.id, &t.origin), &lines)
    }

    fn head_line(&self, head: Head) -> Vec<Field> {
        let sbase = self.network.sbase_mva;
        let [first, second, third] = head.buses;
        vec![
            whole("ibus", first),
            whole("jbus", second),
            whole("kbus", third),
            text("ckt", head.own, 2),
            whole("cw", 1),
            whole("cz", 1),
            whole("cm", 1),
            real("mag1", head.magnetising.g_mw / sbase),
            real("mag2", head.magnetising.b_mvar / sbase),
            whole("nmet", 2),
            text("name", head.name, 12),
            whole("stat", head.status),
            whole("o1", 1),
            whole("f1", 1),
            whole("o2", 0),
            whole("f2", 1),
            whole("o3", 0),
            whole("f3", 1),
            whole("o4", 0),
            whole("f4", 1),
            text("vecgrp", head.vector_group, 12),
            whole("zcod", 0).new_in_34(),
        ]
    }

    /// `WINDV, NOMV, ANG, RATES, COD, CONT, NODE, RMA, RMI, VMA, VMI, NTP, TAB, CR, CX, CNXA`
    fn winding(&mut self, k: usize, winding: &WindingLine) -> Vec<Field> {
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
        let ([windv, nomv, ang], rate_names, rest) = &WINDING[k];
        let mut record = vec![real(windv, winding.ratio), whole(nomv, 0), real(ang, winding.shift_deg)];
        record.extend(rated(rate_names, &winding.rates));
        let [cod_at, cont, node, rma_at, rmi_at, vma_at, vmi_at, ntp, tab, cr, cx, cnxa] = rest;
        record.extend([
            whole(cod_at, cod),
            whole(cont, bus),
            whole(node, 0).new_in_34(),
            real(rma_at, rma),
            real(rmi_at, rmi),
            real(vma_at, vma),
            real(vmi_at, vmi),
            whole(ntp, positions),
            whole(tab, winding.correction.map_or(0, table_of)),
            real(cr, drop.0),
            real(cx, drop.1),
            whole(cnxa, 0),
        ]);
        record
    }

    /// `I, T1, F1, T2, F2, ..` up to revision 33; then `I, T, Re(F), Im(F), ..`, six points a line, ended by zeros.
    pub(super) fn corrections(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, table) in network.catalogue.corrections.iter_ids() {
            let told = || format!("table {}", table.id);
            if self.is_33() && table.points.len() > POINTS {
                self.losses.add("points of a correction table beyond eleven are left out", told);
            }
            if table.points.iter().any(|point| (point.r_factor - point.x_factor).abs() > 1e-9) {
                self.losses.add("factors of resistance and reactance become one", told);
            }
            let number = || whole("itable", table_of(id));
            if self.sink.is_rawx() {
                for point in &table.points {
                    let mut row = vec![number()];
                    row.extend(complex(point));
                    self.sink.record("impcor", of("table", &table.id, &table.origin), &[row])?;
                }
            } else if self.is_33() {
                let points = table.points.iter().take(POINTS);
                let points = points.flat_map(|point| [real("tap", point.at), real("refact", point.x_factor)]);
                self.sink.record(
                    "impcor",
                    of("table", &table.id, &table.origin),
                    &[std::iter::once(number()).chain(points).collect()],
                )?;
            } else {
                let end = CorrectionPoint { at: 0.0, r_factor: 0.0, x_factor: 0.0 };
                let points: Vec<&CorrectionPoint> = table.points.iter().chain([&end]).collect();
                let mut lines: Vec<Vec<Field>> = points
                    .chunks(POINTS_A_LINE)
                    .map(|chunk| chunk.iter().flat_map(|point| complex(point)).collect())
                    .collect();
                if let Some(first) = lines.first_mut() {
                    first.insert(0, number());
                }
                self.sink.record("impcor", of("table", &table.id, &table.origin), &lines)?;
            }
        }
        self.sink.end("IMPEDANCE CORRECTION", "MULTI-TERMINAL DC")
    }
}

/// Whether a transformer's own values, which know no correction, are those of the record.
fn is_uncorrected(t: &Transformer, sbase_mva: f64) -> bool {
    use crate::model::TransformerImpedance::PerUnit;
    let is_on_base =
        matches!(t.impedance, PerUnit { sbase_mva: own, .. } if own.to_bits() == sbase_mva.to_bits());
    is_on_base && t.tap.is_none()
}

fn pair(k: usize, r: f64, x: f64, sbase: f64) -> [Field; 3] {
    let [r_name, x_name, base] = PAIRS[k];
    [real(r_name, r), real(x_name, x), real(base, sbase)]
}

fn complex(point: &CorrectionPoint) -> [Field; 3] {
    [real("tap", point.at), real("refact", point.x_factor), whole("imfact", 0)]
}

/// All fields of a transformer of three windings, in the order of its lines.
fn every_field() -> Vec<&'static str> {
    let head = [
        "ibus", "jbus", "kbus", "ckt", "cw", "cz", "cm", "mag1", "mag2", "nmet", "name", "stat", "o1", "f1",
        "o2", "f2", "o3", "f3", "o4", "f4", "vecgrp", "zcod",
    ];
    let mut names: Vec<&'static str> = head.into_iter().chain(PAIRS.into_iter().flatten()).collect();
    names.extend(["vmstar", "anstar"]);
    for (first, rates, rest) in WINDING {
        names.extend(first.into_iter().chain(rates).chain(rest));
    }
    names
}

/// The number of a correction table.
fn table_of(id: CorrectionId) -> usize {
    id.index() + 1
}
