//! Equipment in the tables of a plan: written and read back it is the same; parts that are missing or given twice are told.

use crate::support::grid;
use gridstage::finding::Code;
use gridstage::ids::{GeneratorId, Id, LineId, LoadId};
use gridstage::model::{
    Area, Bus, Compensator, CompensatorKind, CompensatorLimits, ConverterAc, Correction, CorrectionOf,
    CorrectionPoint, DcLink, EndShunt, Lcc, LccConverter, LccOrder, LccSetpoint, LineDrop, LoadModel,
    Network, Origin, PhaseControl, Plan, Rating, RatingUnit, SeriesCompensation, SeriesControl, Side,
    StarImpedance, Tap, TapControl, TapTarget, Transformer, Transformer3, TransformerImpedance, Vsc,
    VscConverter, VscDc, Winding,
};
use gridstage::{read, write};

/// A grid with one of everything.
#[expect(clippy::too_many_lines, reason = "a list")]
fn everything() -> Network {
    let mut network = Network::default();
    let [a, b, c] = ["1", "2", "3"].map(|id| grid::bus(&mut network, id));
    let low = network.buses.push(Bus::new("4", 22.0));
    for bus in [a, b] {
        network.buses[bus].area = "NORTH".into();
    }
    grid::slack(&mut network, a, 1.0);
    network.generators[GeneratorId::from_index(0)].participation = Some(0.25);
    for (from, to) in [(a, b), (b, c)] {
        grid::line(&mut network, from, to, 0.01, 0.1, 0.02);
    }
    let line = &mut network.lines[LineId::from_index(0)];
    line.end_shunts = [EndShunt { g_mw: 0.1, b_mvar: -20.0 }, EndShunt { g_mw: 0.0, b_mvar: 5.0 }];
    let control = Some(SeriesControl { p_min_mw: 20.0, p_max_mw: 21.0, active: false });
    line.series =
        Some(Box::new(SeriesCompensation { x_ohm: -3.0, x_min_ohm: -8.0, x_max_ohm: 0.0, control }));
    for _ in 0..3 {
        grid::load(&mut network, c, 10.0, 3.0);
    }
    network.loads[LoadId::from_index(1)].model =
        LoadModel::Zip { p_current: 0.3, p_impedance: 0.5, q_current: 0.0, q_impedance: 1.0 };
    network.loads[LoadId::from_index(2)].model = LoadModel::Exponential { p_exponent: 1.5, q_exponent: 2.5 };
    let point = |at, r_factor, x_factor| CorrectionPoint { at, r_factor, x_factor };
    let correction = network.catalogue.corrections.push(Correction {
        id: "T1".into(),
        of: CorrectionOf::Shift,
        points: vec![point(-10.0, 1.2, 1.1), point(0.0, 1.0, 1.0), point(10.0, 1.2, 1.1)],
        origin: Origin::default(),
    });
    let impedance =
        TransformerImpedance::PerUnit { r_pu: 0.0, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 63.0 };
    network.transformers.push(Transformer {
        correction: Some(correction),
        shift_deg: 5.0,
        end_shunts: [EndShunt::default(), EndShunt { g_mw: 0.0, b_mvar: 1.5 }],
        ..Transformer::new("PST", a, c, impedance)
    });
    let per_unit = StarImpedance::PerUnit {
        r_pu: [0.001, 0.002, 0.003],
        x_pu: [0.11, 0.2, 0.32],
        g_pu: 0.0005,
        b_pu: -0.002,
        sbase_mva: 250.0,
    };
    let nameplate = StarImpedance::Nameplate {
        sn_mva: [250.0, 75.0, 75.0],
        uk_percent: [11.0, 20.0, 32.0],
        pk_kw: [500.0, 200.0, 210.0],
        p0_kw: 80.0,
        i0_percent: 0.1,
    };
    for (id, impedance) in [("AT1", per_unit), ("AT2", nameplate)] {
        let mut windings = [b, c, low].map(Winding::new);
        let target = TapTarget::Voltage {
            bus: Some(c),
            min_pu: 1.0,
            max_pu: 1.03,
            drop: Some(LineDrop { r_pu: 0.0, x_pu: 0.02 }),
        };
        windings[0].tap =
            Some(Tap { side: Side::From, position: 2, neutral: 1, min: -8, max: 10, step_percent: 1.25 });
        windings[0].tap_control = Some(TapControl { target, active: true });
        windings[0].vn_kv = 115.0;
        windings[1].rating = Rating { unit: RatingUnit::Mva, normal: Some(125.0), ..Rating::default() };
        windings[1].ratio_pu = 1.02;
        windings[2].shift_deg = 30.0;
        windings[2].in_service = id == "AT1";
        windings[2].correction = Some(correction);
        windings[2].phase_control = (id == "AT2").then_some(PhaseControl {
            p_min_mw: 1.0,
            p_max_mw: 2.0,
            shift_min_deg: -30.0,
            shift_max_deg: 30.0,
            shift_step_deg: 2.0,
            active: true,
        });
        network.transformers3.push(Transformer3 {
            id: id.into(),
            name: "autotransformer".into(),
            windings,
            impedance,
            vector_group: "YNa0d11".into(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }
    for kind in CompensatorKind::ALL {
        network.compensators.push(Compensator {
            id: kind.as_str().into(),
            name: String::new(),
            bus: b,
            regulated_bus: (kind == CompensatorKind::Svc).then_some(c),
            kind,
            vm_setpoint_pu: 1.01,
            slope_percent: 2.5,
            limits: CompensatorLimits { min_mvar: -30.0, max_mvar: 60.0 },
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }
    links(&mut network, b, c);
    network.areas.push(Area {
        id: "NORTH".into(),
        name: "north of the river".into(),
        interchange_mw: -12.5,
        tolerance_mw: 1.0,
        slack_bus: a,
        origin: Origin::default(),
    });
    network
}

fn links(network: &mut Network, from: gridstage::ids::BusId, to: gridstage::ids::BusId) {
    let converter = |bus| LccConverter {
        bus,
        bridges: 4,
        angle_min_deg: 15.0,
        angle_max_deg: 25.0,
        rc_ohm: 0.1,
        xc_ohm: 6.8,
        vn_kv: 110.0,
        ratio_pu: 0.75,
        tap_pu: 1.0125,
        tap_min_pu: 0.9,
        tap_max_pu: 1.1,
        tap_step_pu: 0.0125,
    };
    for order in [LccOrder::PowerAtRectifier(10.0), LccOrder::PowerAtInverter(9.0), LccOrder::Current(0.1)] {
        network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
            id: format!("LCC{}", network.dc_links.len()).into(),
            name: "two bipoles".into(),
            setpoint: LccSetpoint { order, margin: 0.1 },
            r_ohm: 6.2,
            vd_kv: 460.0,
            compounding_ohm: 3.1,
            rectifier: converter(from),
            inverter: converter(to),
            built: true,
            in_service: order == LccOrder::Current(0.1),
            origin: Origin::default(),
        })));
    }
    let side = |bus, dc, ac, sn_mva| VscConverter {
        bus,
        dc,
        ac,
        loss_kw: 500.0,
        loss_kw_per_a: 1.5,
        sn_mva,
        q_min_mvar: sn_mva.map(|sn| -sn / 2.0),
        q_max_mvar: None,
    };
    network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
        id: "VSC".into(),
        name: String::new(),
        r_ohm: 1.5,
        converters: [
            side(from, VscDc::Voltage(150.0), ConverterAc::Voltage(1.02), Some(80.0)),
            side(to, VscDc::Power(-20.0), ConverterAc::Reactive(-5.0), None),
        ],
        built: true,
        in_service: true,
        origin: Origin::default(),
    })));
}

/// The folder of a plan with the tables changed by `change`.
fn folder(change: impl Fn(&str, String) -> String) -> tempfile::TempDir {
    let plan = Plan { network: everything(), ..Plan::default() };
    let dir = tempfile::tempdir().unwrap();
    let (texts, told) = write::plan::texts(&plan, None).unwrap();
    assert!(told.is_empty(), "{told:?}");
    for (file, text) in texts {
        let path = dir.path().join(&file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, change(&file, text)).unwrap();
    }
    dir
}

#[test]
fn every_kind_of_equipment_reads_back_as_it_was_written() {
    let dir = folder(|_, text| text);
    let read = read::plan::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings));
    let (found, wanted) = (read.plan.network, everything());
    assert_eq!(found.transformers3, wanted.transformers3);
    assert_eq!(found.dc_links, wanted.dc_links);
    assert_eq!(found.catalogue.corrections, wanted.catalogue.corrections);
    assert_eq!(found, wanted);
}

fn without_last(text: &str) -> String {
    text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n"
}

fn last_again(text: &str) -> String {
    format!("{text}{}\n", text.trim_end().rsplit_once('\n').unwrap().1)
}

#[test]
fn equipment_with_a_part_missing_or_given_twice_is_refused_by_name() {
    let told = |wanted: &str, change: fn(&str) -> String, code: Code, words: &str| {
        let changed = folder(|file, text| if file == wanted { change(&text) } else { text });
        let rejected = read::plan::read(changed.path()).unwrap_err();
        let found = rejected.findings.iter().find(|f| f.code == code && f.message.contains(words));
        assert!(found.is_some_and(|f| f.place.is_some()), "{words}: {:#?}", rejected.findings);
    };
    told("windings.csv", without_last, Code::Schema, "AT2 has no winding 3");
    told("converters.csv", without_last, Code::Schema, "VSC has no end 2");
    told("windings.csv", last_again, Code::Duplicate, "given twice");
    told("areas.csv", last_again, Code::Duplicate, "area NORTH is defined twice");
}
