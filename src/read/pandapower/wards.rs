//! Equivalents of neighbouring grids, and direct-current lines.
//!
//! ```text
//! ward    ps, qs drawn and pz, qz drawn at rated voltage
//! xward   the same, and a machine without power that holds vm behind r + jx
//! dcline  p enters at `from`; p·(1 − loss%) − loss_mw leaves at `to`; both ends hold a voltage
//! ```

use super::Reader;
use super::table::Row;
use crate::ids::BusId;
use crate::model::{
    Bus, Control, ConverterAc, DcLink, Generator, Line, LineImpedance, Load, Name, Shunt, Vsc, VscConverter,
    VscDc,
};

impl Reader<'_> {
    pub(super) fn ward(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let mut power = |field| self.real(row, field).unwrap_or(0.0);
        let (p, q) = (power("ps_mw"), power("qs_mvar"));
        let (pz, qz) = (power("pz_mw"), power("qz_mvar"));
        let in_service = row.is_on("in_service");
        let load = Load { in_service, origin: self.origin(), ..Load::new(row.id(), bus, p, q) };
        let shunt = Shunt { in_service, origin: self.origin(), ..Shunt::new(row.id(), bus, pz, -qz) };
        self.network.loads.push(load);
        self.network.shunts.push(shunt);
    }

    pub(super) fn extended_ward(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        self.ward(row);
        let vm = self.real(row, "vm_pu").unwrap_or(1.0);
        let (r_ohm, x_ohm) = (self.real(row, "r_ohm").unwrap_or(0.0), self.real(row, "x_ohm").unwrap_or(0.0));
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        let vn_kv = self.network.buses[bus].vn_kv;
        let inside =
            self.network.buses.push(Bus { in_service, origin: origin.clone(), ..Bus::new(row.id(), vn_kv) });
        let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us: 0.0 };
        self.network.lines.push(Line {
            name: row.label("name"),
            in_service,
            origin: origin.clone(),
            ..Line::new(row.id(), bus, inside, impedance)
        });
        let machine = Generator::new(row.id(), inside, Control::Voltage, 0.0, vm);
        self.machine(Generator { in_service, origin, ..machine });
    }

    pub(super) fn direct_current_line(&mut self, row: &Row<'_>) {
        let Some(from) = self.bus_of(row, "from_bus") else { return };
        let Some(to) = self.bus_of(row, "to_bus") else { return };
        let mut real = |field, default| self.real(row, field).unwrap_or(default);
        let p = real("p_mw", 0.0);
        let arrives = p * (1.0 - real("loss_percent", 0.0) / 100.0) - real("loss_mw", 0.0);
        let (vm_from, vm_to) = (real("vm_from_pu", 1.0), real("vm_to_pu", 1.0));
        let mut limits = |low, high| [self.real(row, low), self.real(row, high)];
        let from_limits = limits("min_q_from_mvar", "max_q_from_mvar");
        let to_limits = limits("min_q_to_mvar", "max_q_to_mvar");
        let vn_kv = self.network.buses[from].vn_kv;
        let converter = |bus: BusId, vm: f64, limits: [Option<f64>; 2], feeds: f64| VscConverter {
            bus,
            dc: VscDc::Power(feeds),
            ac: ConverterAc::Voltage(vm),
            loss_kw: 0.0,
            loss_kw_per_a: 0.0,
            sn_mva: None,
            q_min_mvar: limits[0],
            q_max_mvar: limits[1],
        };
        let mut ends = [converter(from, vm_from, from_limits, -p), converter(to, vm_to, to_limits, arrives)];
        // The end that draws balances the line: it holds the direct voltage, and all losses are its own.
        let drawing = usize::from(p < 0.0);
        ends[drawing].dc = VscDc::Voltage(vn_kv);
        ends[drawing].loss_kw = (p - arrives).max(0.0) * 1000.0;
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        self.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
            id: Name::from(row.id()),
            name: row.label("name"),
            r_ohm: 0.0,
            converters: ends,
            built: true,
            in_service,
            origin,
        })));
    }
}
