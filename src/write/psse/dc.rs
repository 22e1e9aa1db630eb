//! Direct-current links.

use super::record::{Field, of, real, text, whole};
use super::{Writer, plain};
use crate::model::{ConverterAc, DcLink, Lcc, LccConverter, LccOrder, Vsc, VscConverter, VscDc};
use std::io;

/// What stands for no limit.
const OPEN_LIMIT: f64 = 9999.0;

/// Names of the fields of the rectifier and of the inverter.
#[rustfmt::skip]
const LCC: [[&str; 18]; 2] = [
    ["ipr", "nbr", "anmxr", "anmnr", "rcr", "xcr", "ebasr", "trr", "tapr", "tmxr", "tmnr", "stpr", "icr", "ndr", "ifr",
     "itr", "idr", "xcapr"],
    ["ipi", "nbi", "anmxi", "anmni", "rci", "xci", "ebasi", "tri", "tapi", "tmxi", "tmni", "stpi", "ici", "ndi", "ifi",
     "iti", "idi", "xcapi"],
];

/// Names of the fields of the two converters.
#[rustfmt::skip]
const VSC: [[&str; 16]; 2] = [
    ["ibus1", "type1", "mode1", "dcset1", "acset1", "aloss1", "bloss1", "minloss1", "smax1", "imax1", "pwf1", "maxq1",
     "minq1", "vsreg1", "nreg1", "rmpct1"],
    ["ibus2", "type2", "mode2", "dcset2", "acset2", "aloss2", "bloss2", "minloss2", "smax2", "imax2", "pwf2", "maxq2",
     "minq2", "vsreg2", "nreg2", "rmpct2"],
];

impl Writer<'_> {
    pub(super) fn two_terminal_dc(&mut self) -> io::Result<()> {
        for link in &self.network.dc_links {
            if let DcLink::Lcc(link) = link
                && link.built
            {
                self.lcc(link)?;
            }
        }
        self.sink.end("TWO-TERMINAL DC", "VSC DC LINE")
    }

    fn lcc(&mut self, link: &Lcc) -> io::Result<()> {
        let name: String = link.id.chars().map(plain).collect();
        let (mode, set) = match link.setpoint.order {
            LccOrder::PowerAtRectifier(mw) => (1, mw),
            LccOrder::PowerAtInverter(mw) => (1, -mw),
            LccOrder::Current(ka) => (2, ka * 1000.0),
        };
        let head = vec![
            text("name", name, 0),
            whole("mdc", if link.in_service { mode } else { 0 }),
            real("rdc", link.r_ohm),
            real("setvl", set),
            real("vschd", link.vd_kv),
            whole("vcmod", 0),
            real("rcomp", link.compounding_ohm),
            real("delti", link.setpoint.margin),
            text("met", "I", 0),
            whole("dcvmin", 0),
            whole("cccitmx", 20),
            whole("cccacc", 1),
        ];
        let lines = [head, self.lcc_converter(0, &link.rectifier), self.lcc_converter(1, &link.inverter)];
        self.sink.record("twotermdc", of("link", &link.id, &link.origin), &lines)
    }

    fn lcc_converter(&self, k: usize, one: &LccConverter) -> Vec<Field> {
        let values = [
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
        ];
        let names = LCC[k];
        let mut record = vec![whole(names[0], self.numbers.of_bus(one.bus)), whole(names[1], one.bridges)];
        record.extend(names[2..].iter().zip(values).map(|(name, value)| real(name, value)));
        record.extend([
            whole(names[12], 0),
            whole(names[13], 0).new_in_34(),
            whole(names[14], 0),
            whole(names[15], 0),
            text(names[16], "1", 2),
            whole(names[17], 0),
        ]);
        record
    }

    pub(super) fn vsc_dc(&mut self) -> io::Result<()> {
        for link in &self.network.dc_links {
            if let DcLink::Vsc(link) = link
                && link.built
            {
                self.vsc(link)?;
            }
        }
        self.sink.end("VSC DC LINE", "IMPEDANCE CORRECTION")
    }

    fn vsc(&mut self, link: &Vsc) -> io::Result<()> {
        let name: String = link.id.chars().map(plain).collect();
        let head = vec![
            text("name", name.as_str(), 0),
            whole("mdc", u8::from(link.in_service)),
            real("rdc", link.r_ohm),
            whole("o1", 1),
            whole("f1", 1),
        ];
        let first = self.vsc_converter(0, &link.converters[0], &name);
        let second = self.vsc_converter(1, &link.converters[1], &name);
        self.sink.record("vscdc", of("link", &link.id, &link.origin), &[head, first, second])
    }

    fn vsc_converter(&mut self, k: usize, one: &VscConverter, name: &str) -> Vec<Field> {
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
        let names = VSC[k];
        vec![
            whole(names[0], self.numbers.of_bus(one.bus)),
            whole(names[1], kind),
            whole(names[2], mode),
            real(names[3], dc),
            real(names[4], ac),
            real(names[5], one.loss_kw),
            real(names[6], one.loss_kw_per_a),
            whole(names[7], 0),
            real(names[8], one.sn_mva.unwrap_or(0.0)),
            whole(names[9], 0),
            whole(names[10], 1),
            real(names[11], one.q_max_mvar.unwrap_or(OPEN_LIMIT)),
            real(names[12], one.q_min_mvar.unwrap_or(-OPEN_LIMIT)),
            whole(names[13], 0),
            whole(names[14], 0).new_in_34(),
            whole(names[15], 100),
        ]
    }
}
