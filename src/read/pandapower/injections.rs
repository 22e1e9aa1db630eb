//! Loads, machines and shunts.

use super::Reader;
use super::table::Row;
use crate::finding::Code;
use crate::model::{Control, Generator, Load, LoadModel, Shunt};

impl Reader<'_> {
    pub(super) fn load(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let scaling = self.real(row, "scaling").unwrap_or(1.0);
        let p = self.real(row, "p_mw").unwrap_or(0.0) * scaling;
        let q = self.real(row, "q_mvar").unwrap_or(0.0) * scaling;
        // Before version 3 one figure holds for both powers.
        let mut share = |own: &'static str, both: &'static str| {
            let found = self.real(row, own).or_else(|| self.real(row, both));
            found.unwrap_or(0.0) / 100.0
        };
        let (p_impedance, q_impedance) =
            (share("const_z_p_percent", "const_z_percent"), share("const_z_q_percent", "const_z_percent"));
        let (p_current, q_current) =
            (share("const_i_p_percent", "const_i_percent"), share("const_i_q_percent", "const_i_percent"));
        let is_plain = [p_impedance, q_impedance, p_current, q_current].iter().all(|share| *share == 0.0);
        let zip = LoadModel::Zip { p_current, p_impedance, q_current, q_impedance };
        self.network.loads.push(Load {
            model: if is_plain { LoadModel::Power } else { zip },
            in_service: row.is_on("in_service"),
            origin: self.origin(),
            ..Load::new(row.id(), bus, p, q)
        });
    }

    /// A load, or with `sign` −1 a generator, of three phases that are not alike: what they draw together.
    pub(super) fn asymmetric(&mut self, row: &Row<'_>, sign: f64) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let scaling = self.real(row, "scaling").unwrap_or(1.0) * sign;
        let mut sum = |fields: [&'static str; 3]| -> f64 {
            fields.into_iter().map(|field| self.real(row, field).unwrap_or(0.0)).sum::<f64>() * scaling
        };
        let (p, q) = (sum(["p_a_mw", "p_b_mw", "p_c_mw"]), sum(["q_a_mvar", "q_b_mvar", "q_c_mvar"]));
        if !self.is_balanced {
            self.is_balanced = true;
            let (line, what) = (self.line, row.what());
            self.report.warning(Code::Assumed, |draft| {
                draft
                    .at(
                        line,
                        format!("{what} and others have phases of their own: the sum of the three is taken"),
                    )
                    .element(what)
                    .help("a load flow of one phase cannot tell the voltages of the three")
            });
        }
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        self.network.loads.push(Load { in_service, origin, ..Load::new(row.id(), bus, p, q) });
    }

    /// What charges is drawn.
    pub(super) fn storage(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let scaling = self.real(row, "scaling").unwrap_or(1.0);
        let p = self.real(row, "p_mw").unwrap_or(0.0) * scaling;
        let q = self.real(row, "q_mvar").unwrap_or(0.0) * scaling;
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        self.network.loads.push(Load { in_service, origin, ..Load::new(row.id(), bus, p, q) });
    }

    /// `p = pn·loading·scaling / efficiency`, `q = p·tan φ`
    pub(super) fn motor(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let mut share = |field| self.real(row, field).map_or(1.0, |percent| percent / 100.0);
        let (efficiency, loading) = (share("efficiency_percent"), share("loading_percent"));
        let scaling = self.real(row, "scaling").unwrap_or(1.0);
        let p = self.real(row, "pn_mech_mw").unwrap_or(0.0) * loading * scaling / efficiency.max(1e-9);
        let cos = self.real(row, "cos_phi").unwrap_or(1.0).clamp(1e-6, 1.0);
        let q = p * (1.0 / (cos * cos) - 1.0).max(0.0).sqrt();
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        self.network.loads.push(Load { in_service, origin, ..Load::new(row.id(), bus, p, q) });
    }

    pub(super) fn static_generator(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let scaling = self.real(row, "scaling").unwrap_or(1.0);
        let p = self.real(row, "p_mw").unwrap_or(0.0) * scaling;
        let q_mvar = self.real(row, "q_mvar").unwrap_or(0.0) * scaling;
        let generator = Generator {
            name: row.label("name"),
            q_mvar,
            sn_mva: self.real(row, "sn_mva").filter(|&mva| mva > 0.0),
            in_service: row.is_on("in_service"),
            origin: self.origin(),
            ..Generator::new(row.id(), bus, Control::Fixed, p, 1.0)
        };
        self.machine(generator);
    }

    pub(super) fn generator(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let scaling = self.real(row, "scaling").unwrap_or(1.0);
        let p = self.real(row, "p_mw").unwrap_or(0.0) * scaling;
        let vm = self.real(row, "vm_pu").unwrap_or(1.0);
        let is_slack = row.number("slack").ok().flatten().is_some_and(|slack| slack != 0.0);
        let generator = Generator::new(row.id(), bus, Self::held(is_slack), p, vm);
        self.limited(row, generator);
    }

    pub(super) fn external_grid(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let vm = self.real(row, "vm_pu").unwrap_or(1.0);
        let angle = self.real(row, "va_degree").unwrap_or(0.0);
        if row.is_on("in_service") {
            self.network.buses[bus].va_start_deg = Some(angle);
            self.network.buses[bus].vm_start_pu = Some(vm);
        }
        let generator = Generator::new(row.id(), bus, Control::Slack, 0.0, vm);
        self.limited(row, generator);
    }

    /// A machine with its name and limits.
    fn limited(&mut self, row: &Row<'_>, generator: Generator) {
        let (mut q_min, mut q_max) = (self.real(row, "min_q_mvar"), self.real(row, "max_q_mvar"));
        let (mut p_min, mut p_max) = (self.real(row, "min_p_mw"), self.real(row, "max_p_mw"));
        for (low, high, what) in [(&mut q_min, &mut q_max, "q_mvar"), (&mut p_min, &mut p_max, "p_mw")] {
            if let (Some(a), Some(b)) = (*low, *high)
                && a > b
            {
                let (line, who) = (self.line, row.what());
                self.report.warning(Code::Assumed, |draft| {
                    draft
                        .at(
                            line,
                            format!("{who}: min_{what} {a} is above max_{what} {b}: neither limit is used"),
                        )
                        .element(who)
                        .help("change the two")
                });
                (*low, *high) = (None, None);
            }
        }
        let generator = Generator {
            name: row.label("name"),
            q_min_mvar: q_min,
            q_max_mvar: q_max,
            p_min_mw: p_min,
            p_max_mw: p_max,
            sn_mva: self.real(row, "sn_mva").filter(|&mva| mva > 0.0),
            in_service: row.is_on("in_service"),
            origin: self.origin(),
            ..generator
        };
        self.machine(generator);
    }

    pub(super) fn shunt(&mut self, row: &Row<'_>) {
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let steps = self.real(row, "step").unwrap_or(1.0);
        let vn_kv = self.network.buses[bus].vn_kv;
        let own_kv = self.real(row, "vn_kv").filter(|&kv| kv > 0.0).unwrap_or(vn_kv);
        let scale = if own_kv > 0.0 { steps * (vn_kv / own_kv).powi(2) } else { steps };
        let p = self.real(row, "p_mw").unwrap_or(0.0) * scale;
        let q = self.real(row, "q_mvar").unwrap_or(0.0) * scale;
        let (in_service, origin) = (row.is_on("in_service"), self.origin());
        self.network.shunts.push(Shunt { in_service, origin, ..Shunt::new(row.id(), bus, p, -q) });
    }
}
