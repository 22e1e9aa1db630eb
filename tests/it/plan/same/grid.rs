//! Grids of every kind of record, base and works, that mean nothing.

use super::words::{any_number, maybe, name, origin, positive, text};
use gridstage::ids::{BusId, Col, Id};
use gridstage::model::{
    Bank, BankControl, BankMode, Block, Bus, Capability, Control, EndShunt, Generator, GeneratorKind, Line,
    LineDrop, LineImpedance, LineKind, LineType, Load, LoadModel, Name, Nameplate, Network, PhaseControl,
    Rating, RatingUnit, Section, Shunt, Side, Substation, Switch, SwitchKind, Tap, TapControl, TapTarget,
    Transformer, TransformerImpedance, TransformerType,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn rating() -> impl Strategy<Value = Rating> {
    (select(&RatingUnit::ALL[..]), maybe(positive()), maybe(positive()), maybe(positive()))
        .prop_map(|(unit, normal, short, emergency)| Rating { unit, normal, short, emergency })
}

fn nameplate() -> impl Strategy<Value = Nameplate> {
    (positive(), positive(), positive(), positive(), any_number(), any_number(), any_number()).prop_map(
        |(sn_mva, vn_from_kv, vn_to_kv, uk_percent, pk_kw, p0_kw, i0_percent)| Nameplate {
            sn_mva,
            vn_from_kv,
            vn_to_kv,
            uk_percent,
            pk_kw,
            p0_kw,
            i0_percent,
        },
    )
}

fn tap() -> impl Strategy<Value = Tap> {
    (select(&Side::ALL[..]), -5_i32..=5, -2_i32..=2, any_number()).prop_map(
        |(side, position, neutral, step_percent)| Tap {
            side,
            position,
            neutral,
            min: -5,
            max: 5,
            step_percent,
        },
    )
}

/// Three types of each, two of them with tap changers.
fn catalogue() -> impl Strategy<Value = (Vec<LineType>, Vec<TransformerType>)> {
    let line_type = (text(), select(&LineKind::ALL[..]), any_number(), maybe(any_number()), origin())
        .prop_map(|(description, kind, number, limit, origin)| LineType {
            id: Name::default(),
            kind,
            description,
            vn_kv: number,
            r_ohm_per_km: number,
            x_ohm_per_km: -number,
            b_us_per_km: 2.7,
            i_normal_ka: limit,
            i_emergency_ka: limit,
            origin,
        });
    let transformer_type = (
        nameplate(),
        maybe(any_number()),
        name(),
        maybe(select(&Side::ALL[..])),
        0..9_i32,
        any_number(),
        origin(),
    )
        .prop_map(
            |(nameplate, vn_tertiary_kv, vector_group, tap_side, tap_steps, tap_step_percent, origin)| {
                TransformerType {
                    id: Name::default(),
                    nameplate,
                    vn_tertiary_kv,
                    vector_group,
                    tap_side,
                    tap_steps,
                    tap_step_percent,
                    origin,
                }
            },
        );
    (vec(line_type, 3), vec(transformer_type, 3)).prop_map(|(mut lines, mut transformers)| {
        for (index, one) in lines.iter_mut().enumerate() {
            one.id = format!("wire {index}+").into();
        }
        for (index, one) in transformers.iter_mut().enumerate() {
            one.id = format!("110/22, {index}").into();
        }
        (lines, transformers)
    })
}

fn buses(built: bool, from: usize) -> impl Strategy<Value = Vec<Bus>> {
    let bus = (
        name(),
        text(),
        maybe(0..3_usize),
        positive(),
        [maybe(any_number()), maybe(any_number())],
        name(),
        any::<bool>(),
        origin(),
    );
    vec(bus, 3).prop_map(move |rows| {
        let numbered = rows.into_iter().enumerate();
        numbered
            .map(|(index, (end, name, station, vn_kv, [vm, limit], area, in_service, origin))| Bus {
                id: format!("{}{end}", from + index).into(),
                name,
                substation: station.map(Id::from_index),
                vn_kv,
                vm_start_pu: vm,
                va_start_deg: limit,
                vm_min_pu: limit,
                vm_max_pu: vm,
                area: area.clone(),
                zone: area,
                built,
                in_service,
                origin,
            })
            .collect()
    })
}

fn line_impedance() -> impl Strategy<Value = LineImpedance> {
    let section = (0..3_usize, positive())
        .prop_map(|(line_type, length_km)| Section { line_type: Id::from_index(line_type), length_km });
    prop_oneof![
        [any_number(), any_number(), any_number(), any_number()]
            .prop_map(|[r_ohm, x_ohm, g_us, b_us]| LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us }),
        ([any_number(), any_number(), any_number(), any_number()], positive()).prop_map(
            |([r_pu, x_pu, g_pu, b_pu], sbase_mva)| LineImpedance::PerUnit {
                r_pu,
                x_pu,
                g_pu,
                b_pu,
                sbase_mva
            }
        ),
        vec(section, 1..4).prop_map(LineImpedance::Sections),
    ]
}

/// Rows of lines: of no, some or single circuits, base or works.
fn lines(built: bool, buses: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Line>> {
    let row = (
        name(),
        text(),
        buses.clone(),
        buses,
        line_impedance(),
        rating(),
        any::<bool>(),
        0..4_u16,
        any::<bool>(),
        origin(),
    );
    vec(row, 0..4).prop_map(move |rows| {
        let mut lines = Vec::new();
        for (index, (end, name, from, to, impedance, rating, in_service, circuits, differ, origin)) in
            rows.into_iter().enumerate()
        {
            let row: Name = format!("{}{index}{end}", if built { "L" } else { "W" }).into();
            let template = Line {
                id: row.clone(),
                name,
                row,
                circuit: 0,
                from: Id::from_index(from),
                to: Id::from_index(to),
                impedance,
                rating,
                end_shunts: [EndShunt::default(); 2],
                series: None,
                built,
                in_service,
                origin,
            };
            if circuits == 0 {
                lines.push(template);
                continue;
            }
            for circuit in 1..=circuits {
                let mut line = template.clone();
                line.id = format!("{}#{circuit}", line.row).into();
                line.circuit = circuit;
                // circuits of one row may come to differ, by a work on one of them
                line.in_service = in_service ^ (differ && circuit == 2);
                lines.push(line);
            }
        }
        lines
    })
}

fn transformers(built: bool, buses: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Transformer>> {
    let impedance = prop_oneof![
        nameplate().prop_map(TransformerImpedance::Nameplate),
        (0..3_usize).prop_map(|id| TransformerImpedance::Type(Id::from_index(id))),
        ([any_number(), any_number(), any_number(), any_number()], positive()).prop_map(
            |([r_pu, x_pu, g_pu, b_pu], sbase_mva)| {
                TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva }
            }
        ),
    ];
    let row = (
        name(),
        buses.clone(),
        buses,
        impedance,
        (positive(), any_number()),
        maybe(tap()),
        name(),
        rating(),
        any::<bool>(),
        origin(),
    );
    vec(row, 0..4).prop_map(move |rows| {
        let numbered = rows.into_iter().enumerate();
        numbered
            .map(
                |(
                    index,
                    (
                        end,
                        from,
                        to,
                        impedance,
                        (ratio_pu, shift_deg),
                        tap,
                        vector_group,
                        rating,
                        in_service,
                        origin,
                    ),
                )| Transformer {
                    id: format!("{}{index}{end}", if built { "T" } else { "U" }).into(),
                    name: String::new(),
                    from: Id::from_index(from),
                    to: Id::from_index(to),
                    impedance,
                    ratio_pu,
                    shift_deg,
                    tap,
                    vector_group,
                    rating,
                    tap_control: tap_control(
                        tap,
                        in_service,
                        [from, to].map(Id::from_index),
                        [ratio_pu, shift_deg],
                    ),
                    phase_control: phase_control(shift_deg, !in_service),
                    correction: None,
                    end_shunts: [EndShunt::default(); 2],
                    built,
                    in_service,
                    origin,
                },
            )
            .collect()
    })
}

/// What stands at a bus: two generators, two loads, a shunt, a switch.
type AtBus = (Vec<Generator>, Vec<Load>, Vec<Shunt>, Vec<Switch>);

fn at_bus(built: bool, buses: std::ops::Range<usize>) -> impl Strategy<Value = AtBus> {
    let numbers = (any_number(), any_number(), positive(), maybe(any_number()), maybe(any_number()));
    let words = (
        select(&GeneratorKind::ALL[..]),
        select(&Control::ALL[..]),
        select(&SwitchKind::ALL[..]),
        any::<bool>(),
    );
    let row = (name(), buses.clone(), buses, numbers, words, origin());
    vec(row, 2).prop_map(move |rows| {
        let mut at_bus: AtBus = AtBus::default();
        for (index, (end, bus, other, (p, q, vm, low, high), (kind, control, switch, on), origin)) in
            rows.into_iter().enumerate()
        {
            let id: Name = format!("{}{index}{end}", if built { "b" } else { "w" }).into();
            let bus = Id::from_index(bus);
            at_bus.0.push(Generator {
                id: id.clone(),
                name: end.to_string(),
                bus,
                kind,
                control,
                p_mw: p,
                q_mvar: q,
                vm_setpoint_pu: vm,
                p_min_mw: low,
                p_max_mw: high,
                q_min_mvar: high,
                q_max_mvar: low,
                sn_mva: high,
                regulated_bus: on.then(|| Id::from_index(other)),
                capability: capability(&[p, q]),
                q_share: high,
                participation: None,
                built,
                in_service: on,
                origin: origin.clone(),
            });
            at_bus.1.push(Load {
                id: id.clone(),
                bus,
                p_mw: p,
                q_mvar: q,
                model: LoadModel::Power,
                built,
                in_service: on,
                origin: origin.clone(),
            });
            at_bus.2.push(Shunt {
                id: id.clone(),
                bus,
                g_mw: p,
                b_mvar: q,
                bank: bank(kind, switch, Id::from_index(other), [vm, q]),
                built,
                in_service: on,
                origin: origin.clone(),
            });
            at_bus.3.push(Switch {
                id,
                from: bus,
                to: Id::from_index(other),
                kind: switch,
                closed: on,
                built,
                origin,
            });
        }
        at_bus
    })
}

pub(super) fn network() -> impl Strategy<Value = Network> {
    let station = (text(), name(), maybe(-90.0..90.0), maybe(-180.0..180.0), origin());
    let base = (buses(true, 0), lines(true, 0..3), transformers(true, 0..3), at_bus(true, 0..3));
    let works = (buses(false, 3), lines(false, 0..6), transformers(false, 0..6), at_bus(false, 0..6));
    (text(), positive(), catalogue(), vec(station, 3), base, works).prop_map(
        |(name, sbase_mva, catalogue, stations, base, works)| {
            let mut network = Network { name, sbase_mva, ..Network::default() };
            network.catalogue.line_types = Col::from(catalogue.0);
            network.catalogue.transformer_types = Col::from(catalogue.1);
            for (index, (name, district, lat_deg, lon_deg, origin)) in stations.into_iter().enumerate() {
                network.substations.push(Substation {
                    id: format!("S{index}").into(),
                    name,
                    district,
                    lat_deg,
                    lon_deg,
                    origin,
                });
            }
            for (buses, lines, transformers, at_bus) in [base, works] {
                for one in buses {
                    network.buses.push(one);
                }
                for one in lines {
                    network.lines.push(one);
                }
                for one in transformers {
                    network.transformers.push(one);
                }
                for one in at_bus.0 {
                    network.generators.push(one);
                }
                for one in at_bus.1 {
                    network.loads.push(one);
                }
                for one in at_bus.2 {
                    network.shunts.push(one);
                }
                for one in at_bus.3 {
                    network.switches.push(one);
                }
            }
            // two loads stand in a station, so that these may have a forecast
            for (load, station) in [(0, 0), (1, 1)] {
                let bus = network.loads[Id::from_index(load)].bus;
                network.buses[bus].substation.get_or_insert(Id::from_index(station));
            }
            network
        },
    )
}

/// A control for a transformer with a tap changer: of the voltage where it is in service, else of the reactive power.
fn tap_control(tap: Option<Tap>, on: bool, buses: [BusId; 2], [a, b]: [f64; 2]) -> Option<TapControl> {
    let tap = tap?;
    let bus = (tap.min % 2 == 0).then_some(buses[0]);
    let drop = (tap.max % 2 == 0).then_some(LineDrop { r_pu: b, x_pu: a });
    let target = if on {
        TapTarget::Voltage { bus, min_pu: a, max_pu: b, drop }
    } else {
        TapTarget::Reactive { min_mvar: a, max_mvar: b }
    };
    Some(TapControl { target, active: on })
}

/// A control of the angle; it is locked with the tap changer, as one column says so of both.
fn phase_control(shift_deg: f64, locked: bool) -> Option<PhaseControl> {
    (shift_deg > 0.0).then_some(PhaseControl {
        p_min_mw: shift_deg,
        p_max_mw: 1.0,
        shift_min_deg: -shift_deg,
        shift_max_deg: shift_deg,
        shift_step_deg: 0.5 * shift_deg,
        active: !locked,
    })
}

/// The steps of a shunt at a unit; those at a boundary are fixed.
fn bank(kind: GeneratorKind, switch: SwitchKind, other: BusId, [a, b]: [f64; 2]) -> Option<Bank> {
    let blocks = vec![Block { steps: 2, step_mvar: a }, Block { steps: 1, step_mvar: -a }];
    let bus = (b > 0.0).then_some(other);
    let mode = if b > 1.0 { BankMode::Continuous } else { BankMode::Discrete };
    let control = BankControl { mode, bus, vm_min_pu: a, vm_max_pu: b };
    (kind == GeneratorKind::Unit)
        .then(|| Bank { blocks, control: (switch == SwitchKind::Breaker).then_some(control) })
}

fn capability(of: &[f64]) -> Vec<Capability> {
    of.iter().filter(|p| **p > 0.0).map(|&p| Capability { p_mw: p, q_min_mvar: -p, q_max_mvar: p }).collect()
}
