//! `OpenLoadFlow`'s solutions of small grids (`tests/cases/equipment`), made for one piece of equipment each.

use super::on;
use gridstage::flow::{FlowOptions, LoadFlow, Slack, Status, load_flow};
use gridstage::ids::{BusId, GeneratorId, Id, LineId};
use gridstage::model::{
    Bank, BankControl, BankMode, Block, Bus, Compensator, CompensatorKind, CompensatorLimits, Control,
    ConverterAc, DcLink, EndShunt, Generator, Lcc, LccConverter, LccOrder, LccSetpoint, Line, LineImpedance,
    Load, Network, Origin, PhaseControl, Rating, Shunt, Side, StarImpedance, Tap, TapControl, TapTarget,
    Transformer, Transformer3, TransformerImpedance, Vsc, VscConverter, VscDc, Winding,
};

const EXPECTED: &str = include_str!("../../cases/equipment/expected.csv");

/// What that program found in a case: quantity, id, value.
fn expected(case: &str) -> Vec<(&'static str, &'static str, f64)> {
    let rows = EXPECTED.lines().filter(|line| !line.starts_with('#')).skip(1);
    let cells = rows.map(|line| line.split(',').collect::<Vec<_>>());
    let of_case = cells.filter(|cells| cells[0] == case);
    let found: Vec<_> = of_case.map(|cells| (cells[1], cells[2], cells[3].parse().unwrap())).collect();
    assert!(!found.is_empty(), "{case}");
    found
}

/// The grid of all cases; with the machine at `C` or without.
fn grid(machine: bool) -> (Network, [BusId; 5]) {
    let mut network = Network::default();
    let mut bus = |id: &str, vn_kv| network.buses.push(Bus::new(id, vn_kv));
    let buses = [bus("S", 220.0), bus("B", 220.0), bus("C", 220.0), bus("M", 110.0), bus("L", 22.0)];
    let [s, b, c, ..] = buses;
    for (id, from, to, r_ohm, x_ohm, b_us) in
        [("SB", s, b, 2.0, 20.0, 150.0), ("BC", b, c, 3.0, 25.0, 180.0), ("SC", s, c, 4.0, 30.0, 200.0)]
    {
        network.lines.push(Line {
            id: id.into(),
            name: String::new(),
            row: id.into(),
            circuit: 0,
            from,
            to,
            impedance: LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us },
            end_shunts: [EndShunt::default(); 2],
            series: None,
            rating: Rating::default(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }
    let limits = |g: Generator, min, max| Generator { p_min_mw: Some(min), p_max_mw: Some(max), ..g };
    network.generators.push(limits(Generator::new("GS", s, Control::Slack, 60.0, 1.03), 0.0, 400.0));
    if machine {
        network.generators.push(limits(Generator::new("GC", c, Control::Voltage, 40.0, 1.02), 10.0, 100.0));
    }
    network.loads.push(Load::new("LB", b, 120.0, 40.0));
    network.loads.push(Load::new("LC", c, 60.0, 15.0));
    (network, buses)
}

fn solve(network: &Network, slack: Slack) -> LoadFlow {
    let flow = load_flow(network, &FlowOptions { slack, ..on() }, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

/// Compares voltages to 1e-7 p.u., and what `of` finds of other quantities to 1e-4 MW or Mvar.
fn agrees(case: &str, network: &Network, flow: &LoadFlow, of: impl Fn(&str, &str) -> f64) {
    let mut told = Vec::new();
    for (what, id, wanted) in expected(case) {
        let (found, within) = if what == "vm_pu" {
            let row = flow.buses.bus.iter().position(|&bus| network.buses[bus].id == id).unwrap();
            (flow.buses.vm_pu[row], 1e-7)
        } else {
            (of(what, id), 1e-4)
        };
        if (found - wanted).abs() > within {
            told.push(format!("{what} of {id}: {found}, and {wanted} there"));
        }
    }
    assert!(told.is_empty(), "{case}: {told:#?}");
}

#[test]
fn a_shared_slack_agrees_with_openloadflow() {
    for (case, rule) in
        [("reserve", Slack::Reserve), ("participation", Slack::Participation), ("load", Slack::Load)]
    {
        let (mut network, _) = grid(true);
        for (k, weight) in [(0, 1.0), (1, 4.0)] {
            network.generators[GeneratorId::from_index(k)].participation = Some(weight);
        }
        let flow = solve(&network, rule);
        agrees(case, &network, &flow, |_, id| {
            let row = flow.generators.generator.iter().position(|&g| network.generators[g].id == id).unwrap();
            flow.generators.p_mw[row]
        });
    }
}

#[test]
fn a_tap_changer_of_a_three_winding_unit_agrees_with_openloadflow() {
    let (mut network, [_, b, _, m, l]) = grid(true);
    // star impedances in ohm at 220 kV: 0.4 + 20j, 0.3 − j, 0.8 + 36j
    let pu = |ohm: f64| ohm / 484.0;
    let mut windings =
        [(b, 225.0), (m, 115.0), (l, 23.0)].map(|(bus, vn_kv)| Winding { vn_kv, ..Winding::new(bus) });
    windings[0].tap =
        Some(Tap { side: Side::From, position: 0, neutral: 0, min: -8, max: 8, step_percent: 1.25 });
    // 114 kV, 1.6 kV dead band
    let target = TapTarget::Voltage { bus: None, min_pu: 113.2 / 110.0, max_pu: 114.8 / 110.0, drop: None };
    windings[0].tap_control = Some(TapControl { target, active: true });
    network.transformers3.push(Transformer3 {
        id: "AT".into(),
        name: String::new(),
        windings,
        impedance: StarImpedance::PerUnit {
            r_pu: [pu(0.7), pu(1.1), pu(1.2)],
            x_pu: [pu(19.0), pu(35.0), pu(56.0)],
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva: 100.0,
        },
        vector_group: "YNa0d11".into(),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    network.loads.push(Load::new("LM", m, 140.0, 70.0));
    network.loads.push(Load::new("LL", l, 6.0, 2.0));
    let flow = solve(&network, Slack::Single);
    agrees("three_windings", &network, &flow, |_, _| flow.actions[0].to);
    assert!(flow.actions[0].to < 0.0, "it moved");
}

#[test]
fn a_compensator_on_its_slope_agrees_with_openloadflow() {
    let (mut network, [_, _, c, ..]) = grid(false);
    // 0.002 S at 220 kV; 0.05 kV/Mvar
    let most = 0.002 * 220.0 * 220.0;
    network.compensators.push(Compensator {
        id: "SVC".into(),
        name: String::new(),
        bus: c,
        regulated_bus: None,
        kind: CompensatorKind::Svc,
        vm_setpoint_pu: 1.03,
        slope_percent: 100.0 * 0.05 / 220.0 * most,
        limits: CompensatorLimits { min_mvar: -most, max_mvar: most },
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    let flow = solve(&network, Slack::Single);
    agrees("svc", &network, &flow, |_, _| flow.compensators.q_mvar[0]);
}

/// Of the quarters of a degree one alone puts the flow between 74 and 80 MW; there the angle has the other sign.
#[test]
fn a_phase_shifter_agrees_with_openloadflow() {
    let (mut network, [_, b, c, ..]) = grid(false);
    let x = network.buses.push(Bus::new("X", 220.0));
    let mut line = network.lines[LineId::from_index(0)].clone();
    (line.id, line.row, line.from, line.to) = ("XC".into(), "XC".into(), x, c);
    line.impedance = LineImpedance::Ohm { r_ohm: 1.0, x_ohm: 10.0, g_us: 0.0, b_us: 0.0 };
    network.lines.push(line);
    let impedance = TransformerImpedance::PerUnit {
        r_pu: 0.2 / 484.0,
        x_pu: 12.0 / 484.0,
        g_pu: 0.0,
        b_pu: 0.0,
        sbase_mva: 100.0,
    };
    network.transformers.push(Transformer {
        phase_control: Some(PhaseControl {
            p_min_mw: 74.0,
            p_max_mw: 80.0,
            shift_min_deg: -10.0,
            shift_max_deg: 10.0,
            shift_step_deg: 0.25,
            active: true,
        }),
        ..Transformer::new("PS", b, x, impedance)
    });
    let flow = solve(&network, Slack::Single);
    let of = |element| flow.branches.branch.iter().position(|&row| row == element).unwrap();
    let row = of(flow.actions[0].element);
    agrees("phase_shifter", &network, &flow, |what, _| match what {
        "shift_deg" => flow.actions[0].to,
        _ => flow.branches.p_from_mw[row],
    });
}

/// Of its eight steps one number alone puts the voltage into the band.
#[test]
fn a_switched_shunt_agrees_with_openloadflow() {
    let (mut network, [_, b, ..]) = grid(false);
    let (vm_min_pu, vm_max_pu) = (1.0285 - 0.0022, 1.0285 + 0.0022);
    network.shunts.push(Shunt {
        bank: Some(Bank {
            blocks: vec![Block { steps: 8, step_mvar: 12.0 }],
            control: Some(BankControl { mode: BankMode::Discrete, bus: None, vm_min_pu, vm_max_pu }),
        }),
        ..Shunt::new("SH", b, 0.0, 0.0)
    });
    let flow = solve(&network, Slack::Single);
    agrees("switched_shunt", &network, &flow, |_, _| flow.actions[0].to);
}

#[test]
fn a_voltage_source_link_agrees_with_openloadflow() {
    let (mut network, [_, b, c, ..]) = grid(false);
    let side = |bus, dc, ac| VscConverter {
        bus,
        dc,
        ac,
        loss_kw: 0.0,
        loss_kw_per_a: 0.0,
        sn_mva: None,
        q_min_mvar: None,
        q_max_mvar: None,
    };
    network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
        id: "VSC".into(),
        name: String::new(),
        r_ohm: 0.0,
        converters: [
            side(b, VscDc::Power(-50.0), ConverterAc::Voltage(1.01)),
            side(c, VscDc::Voltage(150.0), ConverterAc::Reactive(12.0)),
        ],
        built: true,
        in_service: true,
        origin: Origin::default(),
    })));
    let flow = solve(&network, Slack::Single);
    assert!((flow.links.p_to_mw[0] + 50.0).abs() < 1e-9);
    agrees("vsc", &network, &flow, |_, _| -flow.links.q_from_mvar[0]);
}

#[test]
fn a_line_commutated_link_agrees_with_openloadflow() {
    let (mut network, [_, b, c, ..]) = grid(false);
    let converter = |bus| LccConverter {
        bus,
        bridges: 2,
        angle_min_deg: 5.0,
        angle_max_deg: 80.0,
        rc_ohm: 0.0,
        xc_ohm: 10.0,
        vn_kv: 220.0,
        ratio_pu: 0.5,
        tap_pu: 1.0,
        tap_min_pu: 1.0,
        tap_max_pu: 1.0,
        tap_step_pu: 0.0,
    };
    network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
        id: "LCC".into(),
        name: String::new(),
        setpoint: LccSetpoint { order: LccOrder::PowerAtRectifier(100.0), margin: 0.1 },
        r_ohm: 10.0,
        vd_kv: 250.0,
        compounding_ohm: 0.0,
        rectifier: converter(b),
        inverter: converter(c),
        built: true,
        in_service: true,
        origin: Origin::default(),
    })));
    let flow = solve(&network, Slack::Single);
    let links = &flow.links;
    agrees("lcc", &network, &flow, |what, id| match (what, id) {
        ("p_mw", "R") => links.p_from_mw[0],
        ("q_mvar", "R") => links.q_from_mvar[0],
        ("p_mw", _) => links.p_to_mw[0],
        _ => links.q_to_mvar[0],
    });
}
