//! Synchronous and asynchronous machines, static generators and static compensators.

use super::injections::PowerColumns;
use super::tables::Object;
use super::{OPEN_LIMIT, Reader};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{Control, Generator};

const MACHINE: PowerColumns = PowerColumns { p: "pgini", q: "qgini", s: "sgini", factor: "cosgini" };

impl<'t> Reader<'t> {
    pub(super) fn machines(&mut self) {
        for object in self.tables.of("ElmSym") {
            let of = object.pointer("typ_id");
            let sn_mva = of.and_then(|of| self.maybe(of, "sgn"));
            self.machine(object, of, sn_mva, 1.0);
        }
        for object in self.tables.of("ElmGenstat") {
            let sn_mva = self.maybe(object, "sgn");
            self.machine(object, None, sn_mva, 1.0);
        }
        // Photovoltaic systems are in kW and kVA.
        for object in self.tables.of("ElmPvsys") {
            let sn_mva = self.maybe(object, "sgn").map(|kva| kva / 1000.0);
            self.machine(object, None, sn_mva, 1e-3);
        }
        for object in self.tables.of("ElmAsm") {
            self.asynchronous(object);
        }
        for object in self.tables.of("ElmSvs") {
            self.compensator(object);
        }
    }

    fn machine(&mut self, object: Object<'t>, of: Option<Object<'t>>, sn_mva: Option<f64>, unit: f64) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let count = f64::from(self.parallel(object, "ngnum"));
        let (p, q) = self.power(object, &MACHINE);
        // A motor draws what is given.
        let sign = if self.flag(object, "i_mot", false) { -unit } else { unit } * count;
        let station = ["c_pstac", "c_psta"].iter().find_map(|column| object.pointer(column));
        let (mut control, mut vm, mut held) = (self.control(object), self.real(object, "usetp", 1.0), None);
        if let Some((bus, vm_held)) = station.and_then(|station| self.station(station)) {
            (vm, held) = (vm_held, bus);
            if control == Control::Fixed {
                control = Control::Voltage;
            }
        }
        let [q_min_mvar, q_max_mvar] = self.reactive_limits(object, of, sn_mva, count);
        let open = |limit: Option<f64>| {
            limit.filter(|limit| limit.abs() < OPEN_LIMIT).map(|limit| limit * unit * count)
        };
        let machine = Generator {
            name: Self::other_name(object),
            q_mvar: q * sign,
            regulated_bus: held.filter(|&held| held != bus && control != Control::Fixed),
            p_min_mw: open(self.maybe(object, "Pmin_uc")),
            p_max_mw: open(self.maybe(object, "Pmax_uc")),
            q_min_mvar,
            q_max_mvar,
            sn_mva: sn_mva.filter(|&mva| mva > 0.0).map(|mva| mva * count),
            in_service: is_closed && !self.flag(object, "outserv", false),
            origin: self.origin(object),
            ..Generator::new(self.id(object), bus, control, p * sign, vm)
        };
        self.network.generators.push(machine);
    }

    /// What a machine holds: the reference machine the angle too.
    fn control(&mut self, object: Object<'t>) -> Control {
        if self.flag(object, "ip_ctrl", false) || object.text("bustp") == Some("SL") {
            return Control::Slack;
        }
        let holds = match (object.text("av_mode"), object.text("bustp")) {
            (Some(mode), _) => {
                if mode == "vdroop" {
                    self.count("machines that hold a voltage with a droop: they hold it stiff");
                }
                matches!(mode, "constv" | "vdroop")
            }
            (None, Some(kind)) => kind == "PV",
            (None, None) => self.flag(object, "iv_mode", false),
        };
        if holds { Control::Voltage } else { Control::Fixed }
    }

    /// The bus and voltage that a station controller has its machines hold; `None` where it holds none.
    fn station(&mut self, station: Object<'t>) -> Option<(Option<BusId>, f64)> {
        if station.class() != "ElmStactrl" || self.flag(station, "outserv", false) {
            return None;
        }
        if self.whole(station, "i_ctrl", 0) != 0 {
            self.count("machines under a station controller that holds a reactive power or power factor: they keep their own");
            return None;
        }
        let terminal = ["rembar", "cpCtrlNode"].iter().find_map(|column| station.pointer(column));
        let vm = match terminal.filter(|_| station.text("uset_mode") == Some("1")) {
            Some(terminal) => self.real(terminal, "vtarget", 1.0),
            None => self.real(station, "usetp", 1.0),
        };
        Some((terminal.and_then(|terminal| self.buses.get(&terminal.id).copied()), vm))
    }

    /// Reactive limits (Mvar) of all machines of an element: its own in p.u. of the rated power, or those of its type.
    fn reactive_limits(
        &mut self,
        object: Object<'t>,
        of: Option<Object<'t>>,
        sn_mva: Option<f64>,
        count: f64,
    ) -> [Option<f64>; 2] {
        if object.text("pQlim").or_else(|| object.text("pQlimType")).is_some() {
            self.count("capability curves (pQlim): the limits of the machine are taken");
        }
        let sn_mva = sn_mva.filter(|&mva| mva > 0.0);
        let own = self.limits_in_pu(object, sn_mva);
        let by_type = of.map(|of| {
            let absolute = ["Q_min", "Q_max"].map(|column| self.maybe(of, column));
            if absolute.iter().all(Option::is_some) { absolute } else { self.limits_in_pu(of, sn_mva) }
        });
        let uses_type = self.flag(object, "iqtype", false) || own.iter().any(Option::is_none);
        let limits = by_type.filter(|_| uses_type).unwrap_or(own);
        // Both zero: no range was given. Limits beyond reason are none.
        let is_none = limits == [Some(0.0), Some(0.0)];
        limits.map(|limit| {
            limit.filter(|limit| !is_none && limit.abs() < OPEN_LIMIT).map(|limit| limit * count)
        })
    }

    fn limits_in_pu(&mut self, of: Object<'t>, sn_mva: Option<f64>) -> [Option<f64>; 2] {
        ["q_min", "q_max"].map(|column| Some(self.maybe(of, column)? * sn_mva?))
    }

    /// An asynchronous machine: its active power as given, its reactive power as given, or by the rated power factor of its type.
    fn asynchronous(&mut self, object: Object<'t>) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let count = f64::from(self.parallel(object, "ngnum"));
        let is_motor = self.flag(object, "i_mot", true);
        let p = self.need(object, "pgini").abs() * count * if is_motor { -1.0 } else { 1.0 };
        let q_mvar = if object.text("bustp") == Some("PQ") {
            self.real(object, "qgini", 0.0) * count * if is_motor { -1.0 } else { 1.0 }
        } else {
            let rated = object.pointer("typ_id").and_then(|of| self.maybe(of, "cosn"));
            let cos = rated.unwrap_or(0.85).clamp(0.1, 1.0);
            self.warn(
                object,
                Code::Assumed,
                format!("follows its slip: it is taken at {p} MW with the power factor {cos}"),
                "give it a fixed reactive power (bustp PQ, qgini)",
            );
            // It draws reactive power whichever way it turns.
            -p.abs() * (1.0 - cos * cos).sqrt() / cos
        };
        let origin = self.origin(object);
        let in_service = is_closed && !self.flag(object, "outserv", false);
        let fixed = Generator::new(self.id(object), bus, Control::Fixed, p, 1.0);
        let name = Self::other_name(object);
        self.network.generators.push(Generator { name, q_mvar, in_service, origin, ..fixed });
    }

    /// A static compensator that holds a voltage, without limits: a file does not say them in one way.
    fn compensator(&mut self, object: Object<'t>) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let in_service = is_closed && !self.flag(object, "outserv", false);
        let (id, origin) = (self.id(object), self.origin(object));
        if self.whole(object, "i_ctrl", 1) == 1 {
            let vm = self.real(object, "usetp", 1.0);
            self.warn(
                object,
                Code::Assumed,
                "holds its voltage without limits: those of its parts are not read",
                "compare its output with its range",
            );
            let held = Generator::new(id, bus, Control::Voltage, 0.0, vm);
            self.network.generators.push(Generator { in_service, origin, ..held });
            return;
        }
        let q_mvar = self.real(object, "qsetp", 0.0);
        let fixed = Generator::new(id, bus, Control::Fixed, 0.0, 1.0);
        self.network.generators.push(Generator { q_mvar, in_service, origin, ..fixed });
    }
}
