//! The order of records in a file says nothing: the same rows in another order are solved to the same state by the same moves.

use crate::support::grid;
use gridstage::flow::{Controls, Ended, FlowOptions, LoadFlow, Slack, Status, load_flow};
use gridstage::ids::{BusId, GeneratorId, Id, LineId};
use gridstage::model::{
    Area, Bank, BankControl, BankMode, Block, Bus, Compensator, CompensatorKind, CompensatorLimits,
    ConverterAc, DcLink, Lcc, LccConverter, LccOrder, LccSetpoint, Network, Origin, PhaseControl, Plan,
    SeriesCompensation, SeriesControl, Shunt, Side, StarImpedance, Tap, TapControl, TapTarget, Transformer,
    Transformer3, TransformerImpedance, Vsc, VscConverter, VscDc, Winding,
};
use gridstage::{read, write};
use std::collections::BTreeMap;

/// Two of each kind of equipment, on a ring of two areas whose machines hold an interchange.
#[expect(clippy::too_many_lines, reason = "a list")]
fn two_of_each() -> Network {
    let mut network = Network::default();
    let [a, b, c, d, e, f] = ["1", "2", "3", "4", "5", "6"].map(|id| grid::bus(&mut network, id));
    for bus in [a, b, c] {
        network.buses[bus].area = "WEST".into();
    }
    for bus in [d, e, f] {
        network.buses[bus].area = "EAST".into();
    }
    grid::slack(&mut network, a, 1.02);
    grid::pv(&mut network, d, 70.0, 1.01);
    grid::pv(&mut network, f, 20.0, 1.0);
    grid::pv(&mut network, f, 25.0, 1.0);
    for (k, participation) in [(0, 2.0), (2, 1.0), (3, 3.0)] {
        network.generators[GeneratorId::from_index(k)].participation = Some(participation);
    }
    // the machines at 6 hold bus 5 from there
    for (k, most) in [(2, 30.0), (3, 45.0)] {
        let g = &mut network.generators[GeneratorId::from_index(k)];
        (g.regulated_bus, g.q_min_mvar, g.q_max_mvar) = (Some(e), Some(-20.0), Some(most));
    }
    for (from, to, x) in [(a, b, 0.1), (b, c, 0.12), (c, d, 0.15), (d, e, 0.1), (e, f, 0.08), (f, a, 0.2)] {
        grid::line(&mut network, from, to, 0.1 * x, x, 0.02);
    }
    for k in [2, 5] {
        let control = Some(SeriesControl { p_min_mw: -9.0, p_max_mw: 9.0, active: k == 5 });
        network.lines[LineId::from_index(k)].series =
            Some(Box::new(SeriesCompensation { x_ohm: -2.0, x_min_ohm: -8.0, x_max_ohm: 0.0, control }));
    }
    for (bus, p, q) in [(b, 40.0, 18.0), (c, 35.0, 15.0), (e, 30.0, 12.0), (f, 25.0, 10.0)] {
        grid::load(&mut network, bus, p, q);
    }
    for (id, from, to) in [("PST1", a, c), ("PST2", d, f)] {
        let impedance =
            TransformerImpedance::PerUnit { r_pu: 0.002, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 };
        network.transformers.push(Transformer {
            phase_control: Some(PhaseControl {
                p_min_mw: 14.0,
                p_max_mw: 18.0,
                shift_min_deg: -20.0,
                shift_max_deg: 20.0,
                shift_step_deg: 0.5,
                active: true,
            }),
            ..Transformer::new(id, from, to, impedance)
        });
    }
    for (k, (id, high)) in [("AT1", b), ("AT2", e)].into_iter().enumerate() {
        let low = network.buses.push(Bus::new(format!("L{k}"), 22.0));
        let middle = network.buses.push(Bus::new(format!("M{k}"), 35.0));
        let mut windings = [high, middle, low].map(Winding::new);
        windings[0].tap =
            Some(Tap { side: Side::From, position: 0, neutral: 0, min: -12, max: 12, step_percent: 1.25 });
        let target = TapTarget::Voltage { bus: None, min_pu: 1.0, max_pu: 1.025, drop: None };
        windings[0].tap_control = Some(TapControl { target, active: true });
        network.transformers3.push(Transformer3 {
            id: id.into(),
            name: String::new(),
            windings,
            impedance: StarImpedance::PerUnit {
                r_pu: [0.003; 3],
                x_pu: [0.12, 0.2, 0.3],
                g_pu: 0.0,
                b_pu: 0.0,
                sbase_mva: 63.0,
            },
            vector_group: "YNyn0d11".into(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
        grid::load(&mut network, middle, 20.0, 9.0);
        grid::load(&mut network, low, 6.0, 2.0);
        network.shunts.push(Shunt {
            bank: Some(Bank {
                blocks: vec![Block { steps: 4, step_mvar: 1.5 }],
                control: Some(BankControl {
                    mode: BankMode::Discrete,
                    bus: None,
                    vm_min_pu: 1.01,
                    vm_max_pu: 1.04,
                }),
            }),
            ..Shunt::new(format!("SH{k}"), low, 0.0, 0.0)
        });
    }
    for (kind, bus) in CompensatorKind::ALL.into_iter().zip([b, c]) {
        network.compensators.push(Compensator {
            id: kind.as_str().into(),
            name: String::new(),
            bus,
            regulated_bus: None,
            kind,
            vm_setpoint_pu: 1.015,
            slope_percent: 3.0,
            limits: CompensatorLimits { min_mvar: -20.0, max_mvar: 20.0 },
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }
    links(&mut network, (b, e), (c, d));
    for (id, slack_bus, interchange_mw) in [("WEST", a, 12.0), ("EAST", d, -12.0)] {
        network.areas.push(Area {
            id: id.into(),
            name: String::new(),
            interchange_mw,
            tolerance_mw: 0.5,
            slack_bus,
            origin: Origin::default(),
        });
    }
    network
}

fn links(network: &mut Network, lcc: (BusId, BusId), vsc: (BusId, BusId)) {
    let converter = |bus| LccConverter {
        bus,
        bridges: 2,
        angle_min_deg: 15.0,
        angle_max_deg: 60.0,
        rc_ohm: 0.05,
        xc_ohm: 6.0,
        vn_kv: 110.0,
        ratio_pu: 0.5,
        tap_pu: 1.0,
        tap_min_pu: 0.8,
        tap_max_pu: 1.2,
        tap_step_pu: 0.0125,
    };
    network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
        id: "LCC".into(),
        name: String::new(),
        setpoint: LccSetpoint { order: LccOrder::PowerAtRectifier(20.0), margin: 0.1 },
        r_ohm: 5.0,
        vd_kv: 125.0,
        compounding_ohm: 0.0,
        rectifier: converter(lcc.0),
        inverter: converter(lcc.1),
        built: true,
        in_service: true,
        origin: Origin::default(),
    })));
    let side = |bus, dc, ac| VscConverter {
        bus,
        dc,
        ac,
        loss_kw: 200.0,
        loss_kw_per_a: 0.5,
        sn_mva: Some(30.0),
        q_min_mvar: None,
        q_max_mvar: None,
    };
    network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
        id: "VSC".into(),
        name: String::new(),
        r_ohm: 1.5,
        converters: [
            side(vsc.0, VscDc::Power(-12.0), ConverterAc::Reactive(4.0)),
            side(vsc.1, VscDc::Voltage(150.0), ConverterAc::Reactive(-3.0)),
        ],
        built: true,
        in_service: true,
        origin: Origin::default(),
    })));
}

/// The grid as a plan's tables have it, the rows of each in the order that `turn` gives them.
fn read_with(turn: fn(&mut Vec<&str>)) -> Network {
    let plan = Plan { network: two_of_each(), ..Plan::default() };
    let dir = tempfile::tempdir().unwrap();
    let (texts, _) = write::plan::texts(&plan, None).unwrap();
    for (file, text) in texts {
        let mut text = text;
        if std::path::Path::new(&file).extension().is_some_and(|ending| ending == "csv") {
            let mut lines = text.lines();
            let head = lines.next().unwrap().to_owned();
            let mut rows: Vec<&str> = lines.collect();
            turn(&mut rows);
            text = format!("{head}\n{}\n", rows.join("\n"));
        }
        std::fs::write(dir.path().join(&file), text).unwrap();
    }
    let read = read::plan::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings));
    read.plan.network
}

fn solve(network: &Network) -> LoadFlow {
    let controls = Controls { interchange: true, ..Controls::ON };
    let options = FlowOptions { tol: 1e-11, controls, slack: Slack::Participation, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

/// Voltages by bus, and where each control went and how it ended, by record.
type Found = (BTreeMap<String, f64>, BTreeMap<(String, &'static str), (f64, Ended)>);

fn found(network: &Network) -> Found {
    let flow = solve(network);
    let vm = flow
        .buses
        .bus
        .iter()
        .zip(&flow.buses.vm_pu)
        .map(|(&bus, &vm)| (network.buses[bus].id.to_string(), vm));
    let moves = flow.actions.iter();
    let moves = moves.map(|one| ((network.describe(one.element), one.quantity), (one.to, one.ended)));
    (vm.collect(), moves.collect())
}

#[test]
fn no_control_depends_on_the_order_of_the_records() {
    let (vm, moves) = found(&read_with(|_| ()));
    for what in ["tap_position", "shift_deg", "series_x_ohm", "b_mvar", "q_mvar", "p_mw"] {
        assert!(moves.keys().any(|(_, quantity)| *quantity == what), "nothing moved {what}: {moves:#?}");
    }
    let turns: [fn(&mut Vec<&str>); 3] = [
        |rows| rows.reverse(),
        |rows| {
            if !rows.is_empty() {
                rows.rotate_left(1);
            }
        },
        |rows| rows.sort_by_key(|row| row.bytes().rev().collect::<Vec<_>>()),
    ];
    for turn in turns {
        let (other_vm, other_moves) = found(&read_with(turn));
        assert_eq!(vm.len(), other_vm.len());
        for (bus, vm) in &vm {
            assert!((vm - other_vm[bus]).abs() < 1e-8, "bus {bus}: {vm} and {}", other_vm[bus]);
        }
        assert_eq!(moves.len(), other_moves.len(), "{moves:#?}\n{other_moves:#?}");
        for (which, (to, ended)) in &moves {
            let (other, other_ended) = other_moves[which];
            assert!((to - other).abs() < 1e-6 && *ended == other_ended, "{which:?}: {to} and {other}");
        }
    }
}
