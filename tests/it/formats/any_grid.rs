//! Grids of every kind of record at random, for writers and readers.

use gridstage::ids::{BusId, Id};
use gridstage::model::{
    Area, Bank, BankControl, BankMode, Block, Bus, Compensator, CompensatorKind, CompensatorLimits, Control,
    EndShunt, Generator, Line, LineImpedance, Load, LoadModel, Network, Origin, Rating, RatingUnit, Shunt,
    Side, StarImpedance, Switch, SwitchKind, Tap, TapControl, TapTarget, Transformer, Transformer3,
    TransformerImpedance, Winding,
};
use proptest::prelude::*;

/// A part of a random grid: what it is, the bus it hangs on, three shares between 0 and 1, and a coin.
pub(super) type Part = (u8, prop::sample::Index, f64, f64, f64, bool);

pub(super) fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = (0..9_u8, any::<prop::sample::Index>(), 0.0..1.0, 0.0..1.0, 0.0..1.0, any::<bool>());
    prop::collection::vec(part, 1..40)
}

/// A grid with numbers as bus ids and ids of records as PSS/E has them: a slack at bus 1, and a part per entry.
pub(super) fn grid(parts: &[Part]) -> Network {
    let mut network = Network { frequency_hz: 60.0, sbase_mva: 200.0, ..Network::default() };
    let first = bus(&mut network, 220.0, 1.02);
    network
        .generators
        .push(Generator { sn_mva: Some(500.0), ..Generator::new("1-1", first, Control::Slack, 10.0, 1.02) });
    network.areas.push(Area {
        id: "1".into(),
        name: "NORTH".into(),
        interchange_mw: 12.5,
        tolerance_mw: 5.0,
        slack_bus: first,
        origin: Origin::default(),
    });
    for &(what, at, a, b, c, coin) in parts {
        let at = BusId::from_index(at.index(network.buses.len()));
        match what {
            0 => line(&mut network, at, a, b, c, coin),
            1 => transformer(&mut network, at, a, b, c, coin),
            2 => three(&mut network, at, a, b, coin),
            3 => load(&mut network, at, a, b, c, coin),
            4 => machine(&mut network, at, a, coin),
            5 => shunt(&mut network, at, a, b, coin),
            6 => bank(&mut network, at, a, b, coin),
            7 => switch(&mut network, at, coin),
            _ => compensator(&mut network, at, a, coin),
        }
    }
    network
}

fn bus(network: &mut Network, vn_kv: f64, vm: f64) -> BusId {
    let number = network.buses.len() + 1;
    network.buses.push(Bus {
        name: format!("BUS {number}"),
        vm_start_pu: Some(vm),
        va_start_deg: Some(-0.25 * vm),
        vm_min_pu: Some(0.9),
        vm_max_pu: Some(1.1),
        area: "1".into(),
        zone: "3".into(),
        ..Bus::new(number.to_string(), vn_kv)
    })
}

fn id_at(network: &Network, bus: BusId, count: usize) -> String {
    format!("{}-{}", network.buses[bus].id, count + 1)
}

fn ends(network: &Network, buses: &[BusId]) -> String {
    buses.iter().map(|&bus| network.buses[bus].id.to_string()).collect::<Vec<_>>().join("-")
}

fn rating(a: f64) -> Rating {
    Rating { unit: RatingUnit::Mva, normal: Some(100.0 + a), short: None, emergency: Some(120.0 + a) }
}

fn line(network: &mut Network, from: BusId, r: f64, x: f64, b: f64, coin: bool) {
    let to = bus(network, network.buses[from].vn_kv, 0.99);
    let id = format!("{}-1", ends(network, &[from, to]));
    let impedance = LineImpedance::PerUnit {
        r_pu: 0.1 * r,
        x_pu: 0.01 + 0.2 * x,
        g_pu: 0.001 * b,
        b_pu: b,
        sbase_mva: 200.0,
    };
    let end = EndShunt { g_mw: 0.0, b_mvar: if coin { -10.0 * b } else { 0.0 } };
    network.lines.push(Line {
        row: id.as_str().into(),
        id: id.into(),
        name: String::new(),
        circuit: 0,
        from,
        to,
        impedance,
        end_shunts: [end, EndShunt::default()],
        series: None,
        rating: rating(r),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
}

fn transformer(network: &mut Network, from: BusId, r: f64, x: f64, t: f64, coin: bool) {
    let to = bus(network, 110.0, 1.0);
    let id = format!("{}-1", ends(network, &[from, to]));
    let sbase_mva = if coin { 200.0 } else { 63.0 };
    let impedance = TransformerImpedance::PerUnit {
        r_pu: 0.01 * r,
        x_pu: 0.05 + 0.1 * x,
        g_pu: 0.001 * r,
        b_pu: if coin { 0.0 } else { -0.01 },
        sbase_mva,
    };
    let steps = Tap { side: Side::From, position: 3, neutral: 0, min: 0, max: 16, step_percent: 0.5 + t };
    let target = TapTarget::Voltage { bus: Some(to), min_pu: 0.99, max_pu: 1.01, drop: None };
    network.transformers.push(Transformer {
        name: "T".into(),
        ratio_pu: 0.95 + 0.1 * t,
        shift_deg: if coin { 30.0 * r } else { 0.0 },
        tap: (!coin).then_some(steps),
        tap_control: (!coin).then_some(TapControl { target, active: r > 0.5 }),
        end_shunts: [EndShunt { g_mw: 0.1, b_mvar: -0.5 }, EndShunt { g_mw: 0.0, b_mvar: -2.0 * t }],
        vector_group: "YNyn0".into(),
        rating: rating(x),
        ..Transformer::new(id, from, to, impedance)
    });
}

fn three(network: &mut Network, from: BusId, r: f64, x: f64, coin: bool) {
    let (second, third) = (bus(network, 110.0, 1.0), bus(network, 22.0, 1.0));
    let id = format!("{}-1", ends(network, &[from, second, third]));
    let impedance = if coin {
        StarImpedance::PerUnit {
            r_pu: [0.001, 0.002 * r, 0.003],
            x_pu: [0.1, 0.05 + 0.1 * x, 0.2],
            g_pu: 0.001,
            b_pu: -0.002,
            sbase_mva: 100.0,
        }
    } else {
        StarImpedance::Nameplate {
            sn_mva: [125.0, 63.0, 63.0],
            uk_percent: [11.0, 6.0 + x, 17.0],
            pk_kw: [290.0, 100.0, 110.0],
            p0_kw: 70.0 * r,
            i0_percent: 0.5,
        }
    };
    let winding = |bus, ratio_pu| Winding { ratio_pu, rating: rating(r), ..Winding::new(bus) };
    network.transformers3.push(Transformer3 {
        id: id.into(),
        name: "T3".into(),
        windings: [winding(from, 1.0 + 0.05 * x), winding(second, 1.0), winding(third, 0.98)],
        impedance,
        vector_group: "YNa0d11".into(),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
}

fn load(network: &mut Network, at: BusId, p: f64, q: f64, share: f64, coin: bool) {
    let count = network.loads.iter().filter(|load| load.bus == at).count();
    let zip = LoadModel::Zip {
        p_current: 0.5 * share,
        p_impedance: 0.25,
        q_current: 0.125,
        q_impedance: 0.5 * share,
    };
    let id = id_at(network, at, count);
    network.loads.push(Load {
        model: if coin { zip } else { LoadModel::Power },
        in_service: share > 0.1,
        ..Load::new(id, at, 1.0 + p, 0.5 + q)
    });
}

fn machine(network: &mut Network, at: BusId, p: f64, coin: bool) {
    let count = network.generators.iter().filter(|one| one.bus == at).count();
    // Machines of one bus hold one voltage; those of joined buses too.
    if count > 0 {
        return;
    }
    let id = id_at(network, at, count);
    let control = if coin { Control::Voltage } else { Control::Fixed };
    network.generators.push(Generator {
        q_mvar: p,
        q_min_mvar: coin.then_some(-20.0),
        q_max_mvar: coin.then_some(30.0 + p),
        p_max_mw: Some(60.0),
        p_min_mw: Some(0.0),
        sn_mva: Some(75.0),
        ..Generator::new(id, at, control, 10.0 * p, 1.02)
    });
}

fn shunt(network: &mut Network, at: BusId, g: f64, b: f64, coin: bool) {
    let count = network.shunts.iter().filter(|one| one.bus == at && one.bank.is_none()).count();
    let id = id_at(network, at, count);
    network.shunts.push(Shunt { in_service: coin, ..Shunt::new(id, at, g, 10.0 * b - 5.0) });
}

fn bank(network: &mut Network, at: BusId, step: f64, now: f64, coin: bool) {
    if network.shunts.iter().any(|one| one.bus == at && one.bank.is_some()) {
        return;
    }
    let control = BankControl {
        mode: if now > 0.5 { BankMode::Discrete } else { BankMode::Continuous },
        bus: None,
        vm_min_pu: 0.98,
        vm_max_pu: 1.03,
    };
    let blocks = vec![Block { steps: 3, step_mvar: 1.0 + step }, Block { steps: 1, step_mvar: -5.0 }];
    let bank = Some(Bank { blocks, control: coin.then_some(control) });
    let id = format!("{}-sw1", network.buses[at].id);
    network.shunts.push(Shunt { bank, ..Shunt::new(id, at, 0.0, 1.0 + step) });
}

fn switch(network: &mut Network, from: BusId, closed: bool) {
    let to = bus(network, network.buses[from].vn_kv, 1.0);
    let id = format!("{}-1", ends(network, &[from, to])).into();
    network.switches.push(Switch {
        id,
        from,
        to,
        kind: if closed { SwitchKind::Breaker } else { SwitchKind::Disconnector },
        closed,
        built: true,
        origin: Origin::default(),
    });
}

fn compensator(network: &mut Network, at: BusId, most: f64, in_service: bool) {
    network.compensators.push(Compensator {
        id: format!("STATCOM {}", network.compensators.len() + 1).into(),
        name: String::new(),
        bus: at,
        regulated_bus: None,
        kind: CompensatorKind::Statcom,
        vm_setpoint_pu: 1.02,
        slope_percent: 0.0,
        limits: CompensatorLimits { min_mvar: -50.0 - most, max_mvar: 50.0 + most },
        built: true,
        in_service,
        origin: Origin::default(),
    });
}
