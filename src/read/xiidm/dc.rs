//! Direct-current lines and their converter stations.

use super::Reader;
use super::element::Element;
use crate::ids::BusId;
use crate::model::{
    ConverterAc, DcLink, Lcc, LccConverter, LccOrder, LccSetpoint, Name, Vsc, VscConverter, VscDc,
};

/// A converter station of a direct-current line.
#[derive(Clone)]
pub(super) struct Station {
    bus: BusId,
    is_in: bool,
    is_vsc: bool,
    loss_percent: f64,
    ac: ConverterAc,
    limits: [Option<f64>; 2],
}

impl Reader<'_> {
    pub(super) fn station(&mut self, element: &Element, level: &str) {
        let Some((bus, is_in)) = self.terminal(element, level, "") else { return };
        let vn_kv = self.network.buses[bus].vn_kv;
        let is_vsc = element.name == "vscConverterStation";
        let held = element.is("voltageRegulatorOn", false);
        let target = self.real(element, "voltageSetpoint", vn_kv);
        let ac = if held && vn_kv > 0.0 {
            ConverterAc::Voltage(target / vn_kv)
        } else {
            ConverterAc::Reactive(self.real(element, "reactivePowerSetpoint", 0.0))
        };
        let station = Station {
            bus,
            is_in,
            is_vsc,
            loss_percent: self.real(element, "lossFactor", 0.0),
            ac,
            limits: self.reactive_limits(element),
        };
        self.stations.insert(element.id().to_owned(), station);
    }

    pub(super) fn hvdc(&mut self, element: &Element) {
        let station = |this: &Self, name: &str| {
            this.stations.get(element.attribute(name).unwrap_or_default().trim()).cloned()
        };
        let both = station(self, "converterStation1").zip(station(self, "converterStation2"));
        let Some((first, second)) = both else {
            self.unknown(element, "converter station");
            return;
        };
        let p = self.real(element, "activePowerSetpoint", 0.0);
        let (r_ohm, kv) = (self.real(element, "r", 0.0), self.real(element, "nominalV", 0.0));
        let first_draws = element.attribute("convertersMode") != Some("SIDE_1_INVERTER_SIDE_2_RECTIFIER");
        let origin = self.origin(element);
        let in_service = first.is_in && second.is_in;
        let (rectifier, inverter) = if first_draws { (&first, &second) } else { (&second, &first) };
        let id = Name::from(element.id());
        if !first.is_vsc {
            let converter = |station: &Station| LccConverter {
                bus: station.bus,
                bridges: 1,
                angle_min_deg: 0.0,
                angle_max_deg: 90.0,
                rc_ohm: 0.0,
                xc_ohm: 0.0,
                vn_kv: kv,
                ratio_pu: 1.0,
                tap_pu: 1.0,
                tap_min_pu: 1.0,
                tap_max_pu: 1.0,
                tap_step_pu: 0.0,
            };
            self.network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
                id,
                name: String::new(),
                setpoint: LccSetpoint { order: LccOrder::PowerAtRectifier(p), margin: 0.0 },
                r_ohm,
                vd_kv: kv,
                compounding_ohm: 0.0,
                rectifier: converter(rectifier),
                inverter: converter(inverter),
                built: true,
                in_service,
                origin,
            })));
            return;
        }
        // What the rectifier draws, less its loss, flows; the resistance and the inverter take theirs.
        let sent = p * (1.0 - rectifier.loss_percent / 100.0);
        let current = if kv > 0.0 { sent / kv } else { 0.0 };
        let arrived = (sent - r_ohm * current * current) * (1.0 - inverter.loss_percent / 100.0);
        let converter = |station: &Station, dc: VscDc, loss_kw: f64| VscConverter {
            bus: station.bus,
            dc,
            ac: station.ac,
            loss_kw,
            loss_kw_per_a: 0.0,
            sn_mva: None,
            q_min_mvar: station.limits[0],
            q_max_mvar: station.limits[1],
        };
        // The inverter feeds in what arrives; the losses of both stand as fixed ones.
        let converters = [
            converter(rectifier, VscDc::Voltage(kv), (p - sent) * 1000.0),
            converter(inverter, VscDc::Power(arrived), (sent - r_ohm * current * current - arrived) * 1000.0),
        ];
        self.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
            id,
            name: String::new(),
            r_ohm,
            converters,
            built: true,
            in_service,
            origin,
        })));
    }
}
