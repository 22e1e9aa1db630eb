//! Direct-current links as rows of `mpc.dcline`: what they are set to carry, with losses that do not follow it.
//!
//! ```text
//! LCC   p = v·i at the end that is set,  v_rectifier = vd + r·i,  p_rectifier − p_inverter = r·i²      [MW, kV, kA, ohm]
//! VSC   the power set at one end, the other one's by r·i² and the losses of both converters
//! ```

use super::Writer;
use crate::model::{ConverterAc, DcLink, Lcc, LccOrder, Vsc, VscConverter, VscDc};
use std::io;

/// An end of a row: power drawn (`from`) or fed in (`to`), reactive power fed in with its limits, voltage.
#[derive(Clone, Copy)]
struct End {
    bus: u64,
    p_mw: f64,
    q_mvar: f64,
    q_min_mvar: f64,
    q_max_mvar: f64,
    vm_pu: f64,
}

impl Writer<'_> {
    pub(super) fn dclines(&mut self) -> io::Result<()> {
        let network = self.network;
        if network.dc_links.iter().all(|link| !link.built()) {
            return Ok(());
        }
        writeln!(self.out, "\n%% dc line data")?;
        writeln!(
            self.out,
            "%\tfbus\ttbus\tstatus\tPf\tPt\tQf\tQt\tVf\tVt\tPmin\tPmax\tQminF\tQmaxF\tQminT\tQmaxT\tloss0\tloss1"
        )?;
        writeln!(self.out, "mpc.dcline = [")?;
        for link in network.dc_links.iter().filter(|link| link.built()) {
            self.losses.add(
                "direct-current links become dclines, which runpf leaves out unless told (toggle_dcline)",
                || link.id().to_string(),
            );
            let [from, to] = match link {
                DcLink::Lcc(link) => self.lcc(link),
                DcLink::Vsc(link) => self.vsc(link),
            };
            write!(self.out, "\t{}\t{}\t{}", from.bus, to.bus, u8::from(link.in_service()))?;
            self.cells(&[
                from.p_mw,
                to.p_mw,
                from.q_mvar,
                to.q_mvar,
                from.vm_pu,
                to.vm_pu,
                from.p_mw,
                from.p_mw,
            ])?;
            self.cells(&[
                from.q_min_mvar,
                from.q_max_mvar,
                to.q_min_mvar,
                to.q_max_mvar,
                from.p_mw - to.p_mw,
                0.0,
            ])?;
            writeln!(self.out, ";")?;
        }
        writeln!(self.out, "];")
    }

    fn lcc(&mut self, link: &Lcc) -> [End; 2] {
        self.losses.add("reactive power of line-commutated converters is left out", || link.id.to_string());
        let (r, vd) = (link.r_ohm, link.vd_kv);
        let current_ka = match link.setpoint.order {
            LccOrder::Current(ka) => ka,
            LccOrder::PowerAtInverter(mw) if vd > 0.0 => mw / vd,
            LccOrder::PowerAtRectifier(mw) if vd > 0.0 => {
                // (vd + r·i)·i = p
                if r > 0.0 { ((vd * vd + 4.0 * r * mw).sqrt() - vd) / (2.0 * r) } else { mw / vd }
            }
            LccOrder::PowerAtInverter(_) | LccOrder::PowerAtRectifier(_) => 0.0,
        };
        let loss = r * current_ka * current_ka;
        let p_from = match link.setpoint.order {
            LccOrder::PowerAtRectifier(mw) => mw,
            LccOrder::PowerAtInverter(mw) => mw + loss,
            LccOrder::Current(ka) => vd * ka + loss,
        };
        let end = |bus, p_mw| End { bus, p_mw, q_mvar: 0.0, q_min_mvar: 0.0, q_max_mvar: 0.0, vm_pu: 1.0 };
        [
            end(self.numbers.of_bus(link.rectifier.bus), p_from),
            end(self.numbers.of_bus(link.inverter.bus), p_from - loss),
        ]
    }

    /// The converter that holds the power says what flows; the row runs from the one that draws.
    fn vsc(&mut self, link: &Vsc) -> [End; 2] {
        let set = link.converters.iter().position(|one| matches!(one.dc, VscDc::Power(_)));
        let held = link
            .converters
            .iter()
            .find_map(|one| if let VscDc::Voltage(kv) = one.dc { Some(kv) } else { None });
        let fed = set.map_or(0.0, |at| if let VscDc::Power(mw) = link.converters[at].dc { mw } else { 0.0 });
        let current_a = held.filter(|&kv| kv > 0.0).map_or(0.0, |kv| 1000.0 * fed.abs() / kv);
        let converters: f64 =
            link.converters.iter().map(|one| (one.loss_kw + one.loss_kw_per_a * current_a) / 1000.0).sum();
        let loss = link.r_ohm * (current_a / 1000.0).powi(2) + converters;
        let at = set.unwrap_or(1);
        // Fed in at `at`: the link runs towards it; drawn there: it runs from it.
        let (from, to, p_from) = if fed >= 0.0 { (1 - at, at, fed + loss) } else { (at, 1 - at, -fed) };
        [self.end(&link.converters[from], p_from), self.end(&link.converters[to], p_from - loss)]
    }

    fn end(&self, one: &VscConverter, p_mw: f64) -> End {
        let bus = self.numbers.of_bus(one.bus);
        let most = one.q_max_mvar.unwrap_or(f64::INFINITY);
        let least = one.q_min_mvar.unwrap_or(f64::NEG_INFINITY);
        match one.ac {
            ConverterAc::Voltage(vm_pu) => {
                End { bus, p_mw, q_mvar: 0.0, q_min_mvar: least, q_max_mvar: most, vm_pu }
            }
            ConverterAc::Reactive(q) => {
                End { bus, p_mw, q_mvar: q, q_min_mvar: q, q_max_mvar: q, vm_pu: 1.0 }
            }
        }
    }
}
