//! Direct-current links.

use super::super::matpower::Number;
use super::{Writer, plain};
use crate::model::{ConverterAc, DcLink, Lcc, LccConverter, LccOrder, Vsc, VscConverter, VscDc};
use std::io;

/// What stands for no limit.
const OPEN_LIMIT: f64 = 9999.0;

impl Writer<'_> {
    pub(super) fn two_terminal_dc(&mut self) -> io::Result<()> {
        for link in &self.network.dc_links {
            if let DcLink::Lcc(link) = link
                && link.built
            {
                self.lcc(link)?;
            }
        }
        self.end("TWO-TERMINAL DC", "VSC DC LINE")
    }

    fn lcc(&mut self, link: &Lcc) -> io::Result<()> {
        let name: String = link.id.chars().map(plain).collect();
        let (mode, set) = match link.setpoint.order {
            LccOrder::PowerAtRectifier(mw) => (1, mw),
            LccOrder::PowerAtInverter(mw) => (1, -mw),
            LccOrder::Current(ka) => (2, ka * 1000.0),
        };
        let mode = if link.in_service { mode } else { 0 };
        let [r, set, vd, compounding, margin] =
            [link.r_ohm, set, link.vd_kv, link.compounding_ohm, link.setpoint.margin].map(Number);
        writeln!(self.out, "'{name}', {mode}, {r}, {set}, {vd}, 0, {compounding}, {margin}, 'I', 0, 20, 1")?;
        self.lcc_converter(&link.rectifier)?;
        self.lcc_converter(&link.inverter)
    }

    fn lcc_converter(&mut self, one: &LccConverter) -> io::Result<()> {
        write!(self.out, "{}, {}", self.numbers.of_bus(one.bus), one.bridges)?;
        for value in [
            one.angle_max_deg,
            one.angle_min_deg,
            one.rc_ohm,
            one.xc_ohm,
            one.vn_kv,
            one.ratio_pu,
            one.tap_pu,
            one.tap_max_pu,
            one.tap_min_pu,
            one.tap_step_pu,
        ] {
            write!(self.out, ", {}", Number(value))?;
        }
        writeln!(self.out, ", 0, 0, 0, '1 ', 0")
    }

    pub(super) fn vsc_dc(&mut self) -> io::Result<()> {
        for link in &self.network.dc_links {
            if let DcLink::Vsc(link) = link
                && link.built
            {
                self.vsc(link)?;
            }
        }
        self.end("VSC DC LINE", "IMPEDANCE CORRECTION")
    }

    fn vsc(&mut self, link: &Vsc) -> io::Result<()> {
        let name: String = link.id.chars().map(plain).collect();
        writeln!(self.out, "'{name}', {}, {}, 1, 1", u8::from(link.in_service), Number(link.r_ohm))?;
        for one in &link.converters {
            self.vsc_converter(one, &name)?;
        }
        Ok(())
    }

    fn vsc_converter(&mut self, one: &VscConverter, name: &str) -> io::Result<()> {
        let (kind, dc) = match one.dc {
            VscDc::Voltage(kv) => (1, kv),
            VscDc::Power(mw) => (2, mw),
        };
        let (mode, ac) = match (one.ac, one.dc) {
            (ConverterAc::Voltage(vm), _) => (1, vm),
            (ConverterAc::Reactive(q), VscDc::Power(mw)) if mw != 0.0 => {
                (2, mw.abs() / mw.hypot(q) * q.signum())
            }
            (ConverterAc::Reactive(q), _) => {
                if q != 0.0 {
                    self.losses.add("reactive power of converters without active power is left out", || {
                        format!("link {name}")
                    });
                }
                (2, 1.0)
            }
        };
        let bus = self.numbers.of_bus(one.bus);
        let [dc, ac, loss, loss_by_a, rated] =
            [dc, ac, one.loss_kw, one.loss_kw_per_a, one.sn_mva.unwrap_or(0.0)].map(Number);
        let (q_max, q_min) =
            (Number(one.q_max_mvar.unwrap_or(OPEN_LIMIT)), Number(one.q_min_mvar.unwrap_or(-OPEN_LIMIT)));
        writeln!(
            self.out,
            "{bus}, {kind}, {mode}, {dc}, {ac}, {loss}, {loss_by_a}, 0, {rated}, 0, 1, {q_max}, {q_min}, 0, 100"
        )
    }
}
