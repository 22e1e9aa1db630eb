//! A grid as a UCTE-DEF file, version 2: fixed columns, values rounded to the width of their fields, which is told.
//!
//! What stands (`built`) is written. Signs and equations are those of [`crate::read::ucte`]: generation is negative, the
//! second winding of a transformer is our `from`, its R, X, B, G stand at the voltage of the first. A node has one load and
//! one machine, so those of a bus are added up; shunts have no field, and become reactive load of rated voltage.

use super::matpower::Losses;
use crate::case::per_unit;
use crate::finding::Finding;
use crate::ids::{BusId, Col};
use crate::model::{Control, ElementId, Line, LoadModel, Network, RatingUnit, Side};
use std::collections::HashSet;
use std::io::{self, Write};

/// Rated voltages by the seventh letter of a code [kV].
const LEVELS: [(char, f64); 10] = [
    ('0', 750.0),
    ('9', 500.0),
    ('1', 380.0),
    ('8', 330.0),
    ('2', 220.0),
    ('3', 150.0),
    ('4', 120.0),
    ('5', 110.0),
    ('6', 70.0),
    ('7', 27.0),
];

/// Countries by the first letter of a code.
#[rustfmt::skip]
const COUNTRIES: [(char, &str); 27] = [
    ('A', "AT"), ('B', "BE"), ('C', "CS"), ('D', "DE"), ('E', "ES"), ('F', "FR"), ('G', "GR"), ('H', "HR"), ('I', "IT"),
    ('J', "RS"), ('K', "DK"), ('L', "SI"), ('M', "HU"), ('N', "NL"), ('O', "AL"), ('P', "PT"), ('Q', "SK"), ('R', "RO"),
    ('S', "CH"), ('T', "TR"), ('U', "UA"), ('V', "BG"), ('W', "BA"), ('X', "XX"), ('Y', "MK"), ('Z', "PL"), ('1', "LU"),
];

/// The first letter of codes that are made up.
const MADE_UP: char = 'V';

/// What stands for no limit.
const OPEN_LIMIT: f64 = 9999.0;

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// # Errors
/// Those of `out`.
pub fn ucte(network: &Network, out: &mut dyn Write) -> io::Result<Vec<Finding>> {
    let mut losses = Losses::default();
    let codes = codes(network, &mut losses);
    let mut writer = Writer { network, codes, orders: HashSet::new(), losses, out };
    writeln!(writer.out, "##C 2007.05.01\nwritten by gridstage")?;
    writer.nodes()?;
    writer.lines()?;
    let regulation = writer.transformers()?;
    writeln!(writer.out, "##R")?;
    for row in regulation {
        writeln!(writer.out, "{row}")?;
    }
    writer.tell();
    Ok(writer.losses.into_findings())
}

struct Writer<'w> {
    network: &'w Network,
    codes: Col<BusId, String>,
    /// Order codes that are taken, by the two nodes.
    orders: HashSet<(String, String, char)>,
    losses: Losses,
    out: &'w mut dyn Write,
}

/// The level of a rated voltage: the nearest by ratio.
fn level(vn_kv: f64) -> (char, f64) {
    let far = |level: &(char, f64)| (level.1 / vn_kv.max(1e-3)).ln().abs();
    LEVELS.into_iter().min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(LEVELS[2])
}

/// Whether a rated voltage is too far from its level to be told as it is: readers take that of the level.
fn is_off(level_kv: f64, vn_kv: f64) -> bool {
    (level_kv - vn_kv).abs() > 0.1 * level_kv
}

/// Codes of the buses: their ids where they are codes, else made up.
fn codes(network: &Network, losses: &mut Losses) -> Col<BusId, String> {
    let is_code = |id: &str, vn_kv: f64| {
        let letters: Vec<char> = id.chars().collect();
        let own = letters.get(6).and_then(|letter| LEVELS.iter().find(|(known, _)| known == letter));
        (7..=8).contains(&letters.len())
            && id.is_ascii()
            && COUNTRIES.iter().any(|(letter, _)| *letter == letters[0])
            && own.is_some_and(|(_, kv)| (kv - vn_kv).abs() < 1e-9 * kv)
    };
    let all = network.buses.iter().filter(|bus| bus.built).all(|bus| is_code(&bus.id, bus.vn_kv));
    let mut number = 0;
    let mut code = |bus: &crate::model::Bus| {
        if all {
            return bus.id.to_string();
        }
        number += 1;
        let (letter, kv) = level(bus.vn_kv);
        let code = format!("{MADE_UP}{number:05}{letter}");
        losses.add("nodes get codes that are made up, their ids stand as their names", || {
            format!("bus {} is {code}", bus.id)
        });
        if is_off(kv, bus.vn_kv) {
            losses.add("rated voltages become those of the format's levels, with the same per unit", || {
                format!("bus {}: {kv} kV", bus.id)
            });
        }
        code
    };
    network.buses.iter().map(|bus| if bus.built { code(bus) } else { String::new() }).collect()
}

/// The rated voltage of the first winding, in tenths of a kilovolt near its node's, that gives the second one a rated voltage
/// in tenths too, as nearly as may be: ohms are the same for any of them.
fn rated(vn_kv: f64, ratio: f64) -> f64 {
    let off = |kv: f64| (kv * ratio * 10.0 - (kv * ratio * 10.0).round()).abs();
    let mut best = (vn_kv * 10.0).round() / 10.0;
    for tenths in -1000_i32..=1000 {
        let kv = ((vn_kv * 10.0).round() + f64::from(tenths)) / 10.0;
        // Another one has to be better by more than the last digit of a double.
        if kv > 0.85 * vn_kv && kv < 1.15 * vn_kv && off(kv) + 1e-9 < off(best) {
            best = kv;
        }
    }
    best
}

impl Writer<'_> {
    /// A number in so many characters, as many digits of it as there is room for.
    fn number(&mut self, value: f64, width: usize, whose: &str) -> String {
        let value = value + 0.0;
        for decimals in (0..width.saturating_sub(1)).rev() {
            let text = format!("{value:.decimals$}");
            if text.len() <= width {
                if text.parse::<f64>().is_ok_and(|read| (read - value).abs() > 1e-9 * value.abs()) {
                    self.losses.add("figures are rounded to the width of their fields", || {
                        format!("{whose}: {value} is {text}")
                    });
                }
                return format!("{text:>width$}");
            }
        }
        self.losses
            .add("figures that are too long for their fields are left out", || format!("{whose}: {value}"));
        " ".repeat(width)
    }

    /// The voltage of a bus that its per unit is brought to kV and ohm with: its rated one, or that of its level where it is far
    /// from any.
    fn kv(&self, bus: BusId) -> f64 {
        let own = self.network.buses[bus].vn_kv;
        let (_, kv) = level(own);
        if own > 0.0 && is_off(kv, own) { kv } else { own }
    }

    fn nodes(&mut self) -> io::Result<()> {
        let network = self.network;
        writeln!(self.out, "##N")?;
        let mut order: Vec<BusId> =
            network.buses.iter_ids().filter(|(_, b)| b.built).map(|(id, _)| id).collect();
        order.sort_by_key(|&bus| self.codes[bus].chars().next());
        let mut country = None;
        for bus in order {
            let first = self.codes[bus].chars().next();
            if first != country {
                country = first;
                let name = COUNTRIES
                    .iter()
                    .find(|(letter, _)| Some(*letter) == first)
                    .map_or("XX", |(_, name)| name);
                writeln!(self.out, "##Z{name}")?;
            }
            let row = self.node(bus);
            writeln!(self.out, "{}", row.trim_end())?;
        }
        Ok(())
    }

    fn node(&mut self, id: BusId) -> String {
        let network = self.network;
        let bus = &network.buses[id];
        let told = format!("bus {}", bus.id);
        let (mut p_load, mut q_load) = (0.0, 0.0);
        for load in network.loads.iter().filter(|l| l.built && l.in_service && l.bus == id) {
            p_load += load.p_mw;
            q_load += load.q_mvar;
            if load.model != LoadModel::Power {
                self.losses.add("loads that follow the voltage become constant", || load.id.to_string());
            }
        }
        for shunt in network.shunts.iter().filter(|s| s.built && s.in_service && s.bus == id) {
            p_load += shunt.g_mw;
            q_load -= shunt.b_mvar;
            self.losses
                .add("shunts become constant load of their power at rated voltage", || shunt.id.to_string());
        }
        let here = network.generators.iter().filter(|g| g.built && g.in_service && g.bus == id);
        let machines: Vec<_> = here.collect();
        let (mut p, mut q) = (0.0, 0.0);
        let mut limits = [Some(0.0), Some(0.0), Some(0.0), Some(0.0)];
        let (mut kind, mut voltage) = (0, None);
        for machine in &machines {
            p += machine.p_mw;
            q += machine.q_mvar;
            let own = [machine.p_min_mw, machine.p_max_mw, machine.q_min_mvar, machine.q_max_mvar];
            for (sum, own) in limits.iter_mut().zip(own) {
                *sum = sum.zip(own).map(|(sum, own)| sum + own);
            }
            let rank = match machine.control {
                Control::Slack => 3,
                Control::Voltage => 2,
                Control::Fixed => 0,
            };
            if rank > kind {
                (kind, voltage) = (rank, Some(machine.vm_setpoint_pu * self.kv(id)));
            }
        }
        if machines.len() > 1 {
            self.losses.add("machines of one bus become one", || told.clone());
        }
        let given = if bus.name.is_empty() || self.codes[id] != *bus.id {
            bus.id.as_str()
        } else {
            bus.name.as_str()
        };
        let name: String =
            given.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).take(12).collect();
        let mut row = format!("{:<8} {name:<12} 0 {kind} ", self.codes[id]);
        row += &voltage.map_or(" ".repeat(6), |kv| self.number(kv, 6, &told));
        for value in [p_load, q_load, -p, -q] {
            row.push(' ');
            row += &self.number(value, 7, &told);
        }
        if !machines.is_empty() {
            // Limits come in the sign of generation.
            let [p_min, p_max, q_min, q_max] = limits;
            for (limit, open) in
                [(p_min, -OPEN_LIMIT), (p_max, OPEN_LIMIT), (q_min, -OPEN_LIMIT), (q_max, OPEN_LIMIT)]
            {
                row.push(' ');
                row += &self.number(-limit.unwrap_or(open), 7, &told);
            }
        }
        row
    }

    /// The nodes of a branch and a letter of its own between them.
    fn head(&mut self, id: &str, first: BusId, second: BusId) -> String {
        let (a, b) = (self.codes[first].clone(), self.codes[second].clone());
        let own = id.rsplit('-').next().and_then(|end| {
            let mut letters = end.chars();
            letters.next().filter(|c| c.is_ascii_alphanumeric() && letters.next().is_none())
        });
        let every = ('1'..='9').chain('A'..='Z').chain('a'..='z');
        let free = own.into_iter().chain(every).find(|&c| {
            !self.orders.contains(&(a.clone(), b.clone(), c))
                && !self.orders.contains(&(b.clone(), a.clone(), c))
        });
        if free.is_none() {
            self.losses.left_out(format!("branch {id}"));
        }
        let order = free.unwrap_or('1');
        self.orders.insert((a.clone(), b.clone(), order));
        format!("{a:<8} {b:<8} {order}")
    }

    /// A rating in amperes, at the voltage at which the grid is written.
    fn amperes(&mut self, element: ElementId, bus: BusId, whose: &str) -> String {
        let rating = self.network.rating(element);
        let (own, vn_kv) = (self.network.buses[bus].vn_kv, self.kv(bus));
        let ka = rating.normal.map_or(0.0, |normal| match rating.unit {
            RatingUnit::Ka => normal * own / vn_kv,
            RatingUnit::Mva if vn_kv > 0.0 => normal / (3.0_f64.sqrt() * vn_kv),
            RatingUnit::Mva => 0.0,
        });
        let text = format!("{:.0}", (1000.0 * ka).clamp(0.0, 999_999.0));
        if (text.parse::<f64>().unwrap_or(0.0) - 1000.0 * ka).abs() > 1e-6 {
            self.losses.add("ratings are rounded to whole amperes", || whose.to_owned());
        }
        format!("{text:>6}")
    }

    fn lines(&mut self) -> io::Result<()> {
        let network = self.network;
        writeln!(self.out, "##L")?;
        let one_level = |line: &Line| self.levels_are_one(line.from, line.to);
        let lines: Vec<_> =
            network.lines.iter_ids().filter(|(_, line)| line.built && one_level(line)).collect();
        for (id, line) in lines {
            let told = format!("line {}", line.id);
            let vn_kv = self.kv(line.from);
            let Some(branch) = per_unit::line(network, line).ok().filter(|_| vn_kv > 0.0) else {
                self.losses.left_out(told);
                continue;
            };
            let zbase = vn_kv * vn_kv / network.sbase_mva;
            if branch.ysh.re != 0.0 || branch.ends.iter().any(|end| end.norm() != 0.0) {
                self.losses
                    .add("conductances of lines and shunts at their ends are left out", || told.clone());
            }
            let status = if line.in_service { 0 } else { 8 };
            let (r, x) =
                (self.number(branch.z.re * zbase, 6, &told), self.number(branch.z.im * zbase, 6, &told));
            let b = self.number(branch.ysh.im / zbase * 1e6, 8, &told);
            let amperes = self.amperes(ElementId::Line(id), line.from, &told);
            let head = self.head(&line.id, line.from, line.to);
            let name: String = line.name.chars().filter(char::is_ascii_graphic).take(12).collect();
            writeln!(self.out, "{}", format!("{head} {status} {r} {x} {b} {amperes} {name}").trim_end())?;
        }
        for switch in network.switches.iter().filter(|switch| switch.built) {
            let head = self.head(&switch.id, switch.from, switch.to);
            let status = if switch.closed { 2 } else { 7 };
            writeln!(self.out, "{head} {status} 0.0000 0.0000 0.000000      0")?;
        }
        Ok(())
    }

    /// Whether two buses have codes of one level, as both ends of a line must.
    fn levels_are_one(&self, from: BusId, to: BusId) -> bool {
        let letter = |bus: BusId| self.codes[bus].chars().nth(6);
        letter(from) == letter(to)
    }

    /// A line between two levels is a transformer of rated voltages there.
    fn uneven_lines(&mut self) -> io::Result<()> {
        let network = self.network;
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built) {
            if self.levels_are_one(line.from, line.to) {
                continue;
            }
            let told = format!("line {}", line.id);
            let [from_kv, to_kv] = [line.from, line.to].map(|bus| self.kv(bus));
            let Some(branch) = per_unit::line(network, line).ok().filter(|_| from_kv > 0.0 && to_kv > 0.0)
            else {
                self.losses.left_out(told);
                continue;
            };
            self.losses
                .add("lines between two levels become transformers of their rated voltages", || told.clone());
            if branch.ysh.norm() != 0.0 || branch.ends.iter().any(|end| end.norm() != 0.0) {
                self.losses.add("charging of lines between two levels moves to one end", || told.clone());
            }
            let zbase = to_kv * to_kv / network.sbase_mva;
            let y = (branch.ysh + branch.ends[0] + branch.ends[1]) / zbase * 1e6;
            let (u1, u2) = (self.number(to_kv, 5, &told), self.number(from_kv, 5, &told));
            let (r, x) =
                (self.number(branch.z.re * zbase, 6, &told), self.number(branch.z.im * zbase, 6, &told));
            let (b, g) = (self.number(y.im, 8, &told), self.number(y.re, 6, &told));
            let amperes = self.amperes(ElementId::Line(id), line.to, &told);
            let status = if line.in_service { 0 } else { 8 };
            let head = self.head(&line.id, line.to, line.from);
            let row = format!("{head} {status} {u1} {u2}       {r} {x} {b} {g} {amperes}");
            writeln!(self.out, "{}", row.trim_end())?;
        }
        Ok(())
    }

    /// Writes transformers; returns the rows of their regulation.
    fn transformers(&mut self) -> io::Result<Vec<String>> {
        let network = self.network;
        writeln!(self.out, "##T")?;
        self.uneven_lines()?;
        let mut regulation = Vec::new();
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
            let told = format!("transformer {}", t.id);
            let vn = [t.from, t.to].map(|bus| self.kv(bus));
            let branch = per_unit::transformer(network, t).ok().filter(|_| vn.iter().all(|&kv| kv > 0.0));
            let Some(branch) = branch else {
                self.losses.left_out(told);
                continue;
            };
            let zbase = vn[1] * vn[1] / network.sbase_mva;
            let tap = t.tap.filter(|tap| tap.side == Side::From);
            if t.tap.is_some() && tap.is_none() {
                self.losses
                    .add("tap changers in the second winding become a ratio of the first", || told.clone());
            }
            if branch.ysh.norm() != 0.0 {
                self.losses.add("magnetising branches move to the regulated winding", || told.clone());
            }
            if branch.ends[1].norm() != 0.0 {
                self.losses.add("shunts at the second bus of a transformer are left out", || told.clone());
            }
            let ratio = branch.tap.norm();
            // All of it behind the ratio: what stands outside comes in by the square of the ratio without taps.
            let nominal = ratio / tap.map_or(1.0, |tap| tap.turns_pu());
            let y = (branch.ysh + branch.ends[0] * (nominal * nominal)) / zbase * 1e6;
            let u1 = rated(vn[1], vn[0] * nominal / vn[1]);
            let u2 = u1 * vn[0] * nominal / vn[1];
            let (u1, u2) = (self.number(u1, 5, &told), self.number(u2, 5, &told));
            let rating = network.rating(ElementId::Transformer(id));
            let sn = rating.normal.filter(|_| rating.unit == RatingUnit::Mva);
            let sn = sn.map_or(" ".repeat(5), |mva| self.number(mva, 5, &told));
            let (r, x) =
                (self.number(branch.z.re * zbase, 6, &told), self.number(branch.z.im * zbase, 6, &told));
            let (b, g) = (self.number(y.im, 8, &told), self.number(y.re, 6, &told));
            let amperes = self.amperes(ElementId::Transformer(id), t.to, &told);
            let status = if t.in_service { 0 } else { 8 };
            let head = self.head(&t.id, t.to, t.from);
            let name: String = t.name.chars().filter(char::is_ascii_graphic).take(12).collect();
            writeln!(
                self.out,
                "{}",
                format!("{head} {status} {u1} {u2} {sn} {r} {x} {b} {g} {amperes} {name}").trim_end()
            )?;
            let mut row = head;
            let mut regulates = false;
            if let Some(tap) = tap.filter(|tap| tap.step_percent != 0.0) {
                let steps = (tap.max - tap.neutral).abs().max((tap.min - tap.neutral).abs()).clamp(1, 99);
                let du = self.number(tap.step_percent, 5, &told);
                row = format!("{row} {du} {steps:>2} {:>3}", tap.position - tap.neutral);
                regulates = true;
            }
            let shift = branch.tap.arg();
            if shift.abs() > 1e-12 {
                // One symmetric step at a right angle that turns by just this much.
                let du = self.number(200.0 * (shift / 2.0).tan(), 5, &told);
                row = format!("{row:<38} {du} 90.00  1   1       SYMM");
                self.losses.add("phase shifters become one step of their shift", || told.clone());
                regulates = true;
            }
            if t.tap_control.is_some() || t.phase_control.is_some() {
                self.losses.add("what transformers hold is left out", || told.clone());
            }
            if regulates {
                regulation.push(row);
            }
        }
        Ok(regulation)
    }

    fn tell(&mut self) {
        let network = self.network;
        self.losses.without_record(network);
        let off = network.loads.iter().filter(|l| l.built && !l.in_service).map(|l| l.id.to_string());
        let off = off
            .chain(network.generators.iter().filter(|g| g.built && !g.in_service).map(|g| g.id.to_string()));
        for id in off {
            self.losses.add("loads and machines that are switched off are left out", || id);
        }
    }
}
