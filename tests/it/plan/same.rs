//! Whatever a plan holds, reading what was written gives it back.

use gridstage::ids::{Col, Id, LineId, ProjectId};
use gridstage::model::{
    Amount, Base, Bus, Change, Confidence, Control, Cost, CriteriaSet, Demand, ElementId, Field, Forecast,
    ForecastKind, ForecastRow, Generator, GeneratorKind, GridState, Horizon, Interpolation, Line,
    LineImpedance, LineKind, LineType, Load, Loading, LossFactor, Money, MvTransfer, Name, Nameplate,
    Network, Op, Origin, Phase, Plan, Precision, Project, ProjectKind, Rating, RatingKind, RatingUnit, Rule,
    Scenario, ScheduleRow, Section, Shunt, Side, Stage, Status, Substation, Switch, SwitchKind, Tap,
    Transformer, TransformerImpedance, TransformerType, Value, Waiver,
};
use gridstage::{read, write};
use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A text with everything that a spreadsheet or TOML could stumble over.
fn text() -> impl Strategy<Value = String> {
    vec(select("aZ0 ,;\"'\n\r#+-*=[]{}\\Đồệ.".chars().collect::<Vec<_>>()), 0..7)
        .prop_map(|chars| chars.into_iter().collect::<String>().trim().to_owned())
}

fn name() -> impl Strategy<Value = Name> {
    text().prop_map(Name::from)
}

/// Any number, of any size.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        proptest::num::f64::NORMAL,
        proptest::num::f64::SUBNORMAL,
        (-1000_i32..1000).prop_map(f64::from),
        Just(0.0),
        Just(1e15),
        Just(0.1 + 0.2),
    ]
}

fn positive() -> impl Strategy<Value = f64> {
    any_number().prop_map(|number| number.abs().max(f64::MIN_POSITIVE))
}

fn maybe<S: Strategy<Value: Clone>>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(strategy)
}

fn origin() -> impl Strategy<Value = Origin> {
    (maybe(text().prop_filter("said", |text| !text.is_empty())), maybe(select(&Confidence::ALL[..])))
        .prop_map(|(source, confidence)| Origin { place: None, source: source.map(Into::into), confidence })
}

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
        let bus = |(index, (end, name, station, vn_kv, [vm, limit], area, in_service, origin)): (
            usize,
            (Name, String, Option<usize>, f64, [Option<f64>; 2], Name, bool, Origin),
        )| Bus {
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
        };
        rows.into_iter().enumerate().map(bus).collect()
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
        let transformer = |(
            index,
            (end, from, to, impedance, (ratio_pu, shift_deg), tap, vector_group, rating, in_service, origin),
        ): (
            usize,
            (Name, usize, usize, TransformerImpedance, (f64, f64), Option<Tap>, Name, Rating, bool, Origin),
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
            built,
            in_service,
            origin,
        };
        rows.into_iter().enumerate().map(transformer).collect()
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
                built,
                in_service: on,
                origin: origin.clone(),
            });
            at_bus.1.push(Load {
                id: id.clone(),
                bus,
                p_mw: p,
                q_mvar: q,
                built,
                in_service: on,
                origin: origin.clone(),
            });
            at_bus.2.push(Shunt {
                id: id.clone(),
                bus,
                g_mw: p,
                b_mvar: q,
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

fn network() -> impl Strategy<Value = Network> {
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
                buses.into_iter().for_each(|one| _ = network.buses.push(one));
                lines.into_iter().for_each(|one| _ = network.lines.push(one));
                transformers.into_iter().for_each(|one| _ = network.transformers.push(one));
                at_bus.0.into_iter().for_each(|one| _ = network.generators.push(one));
                at_bus.1.into_iter().for_each(|one| _ = network.loads.push(one));
                at_bus.2.into_iter().for_each(|one| _ = network.shunts.push(one));
                at_bus.3.into_iter().for_each(|one| _ = network.switches.push(one));
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

fn plan_date() -> impl Strategy<Value = gridstage::model::PlanDate> {
    (2016_i16..2035, 1_i8..=12, 1_i8..=28, select(vec![Precision::Year, Precision::Month, Precision::Day]))
        .prop_map(|(year, month, day, precision)| {
            let text = match precision {
                Precision::Year => format!("{year}"),
                Precision::Month => format!("{year}-{month:02}"),
                Precision::Day => format!("{year}-{month:02}-{day:02}"),
            };
            text.parse().unwrap()
        })
}

/// Changes of one phase, as numbers to be turned into records of the network at hand.
type Wish = (u8, usize, usize, Option<f64>, Origin);

fn change(network: &Network, (kind, row, field, number, origin): &Wish) -> Vec<Change> {
    let pick = |count: usize| (count > 0).then(|| row % count);
    let all: Vec<ElementId> = match kind % 5 {
        0 => {
            // a whole row of circuits, or one line
            let Some(line) = pick(network.lines.len()) else { return Vec::new() };
            let row = &network.lines[LineId::from_index(line)].row;
            network
                .lines
                .iter_ids()
                .filter(|(_, one)| one.row == *row)
                .map(|(id, _)| ElementId::Line(id))
                .collect()
        }
        1 => pick(network.lines.len()).map(|row| ElementId::Line(Id::from_index(row))).into_iter().collect(),
        2 => pick(network.transformers.len())
            .map(|row| ElementId::Transformer(Id::from_index(row)))
            .into_iter()
            .collect(),
        3 => vec![ElementId::Generator(Id::from_index(row % network.generators.len()))],
        _ => vec![ElementId::Bus(Id::from_index(row % network.buses.len()))],
    };
    let Some(&first) = all.first() else { return Vec::new() };
    let built = network.is_built(first);
    let op = |element| match (field % 3, built) {
        (0, false) => Op::Add(element),
        (1, _) => Op::Remove(element),
        _ => {
            let fields: Vec<Field> =
                Field::ALL.into_iter().filter(|one| one.belongs_to(first.kind())).collect();
            let field = fields[field % fields.len()];
            let value = |flip: bool| match field {
                Field::InService | Field::Closed => Value::Bool(flip),
                Field::TapPosition => Value::Number(3.0),
                Field::Type if first.kind() == gridstage::model::ElementKind::Line => {
                    Value::Text("wire 1+".into())
                }
                Field::Type => Value::Text("110/22, 2".into()),
                _ => match number {
                    Some(number) => Value::Number(*number),
                    None if field.may_be_empty() => Value::Empty,
                    None => Value::Number(0.0),
                },
            };
            Op::Set { element, field, from: number.map(|_| value(true)), to: value(false) }
        }
    };
    all.into_iter().map(|element| Change { op: op(element), origin: origin.clone() }).collect()
}

/// A work without its id: words, phases with the wishes for their changes, cost, what it requires.
type Work = (
    (String, String, Name, f64, Origin),
    (ProjectKind, Status),
    Vec<(Option<gridstage::model::PlanDate>, Option<gridstage::model::PlanDate>, Vec<Wish>, Origin)>,
    Option<(f64, i16, String, bool)>,
    Vec<usize>,
);

fn work() -> impl Strategy<Value = Work> {
    let wish = (any::<u8>(), 0..50_usize, 0..50_usize, maybe(any_number()), origin());
    let phase = (maybe(plan_date()), maybe(plan_date()), vec(wish, 0..4), origin());
    (
        (text(), text(), name(), any_number(), origin()),
        (select(&ProjectKind::ALL[..]), select(&Status::ALL[..])),
        vec(phase, 1..3),
        maybe((any_number(), 2000_i16..2040, text(), any::<bool>())),
        vec(0..4_usize, 0..3),
    )
}

fn projects(network: &Network, works: Vec<Work>) -> Col<ProjectId, Project> {
    let count = works.len();
    let project = |(index, ((name, note, area, vn_kv, origin), (kind, status), phases, cost, others)): (
        usize,
        Work,
    )| {
        let many = phases.len() > 1;
        let mut requires: Vec<ProjectId> = others
            .iter()
            .filter(|&&other| other < count && other != index)
            .map(|&other| Id::from_index(other))
            .collect();
        requires.sort();
        requires.dedup();
        let phase =
            |(at, (commissioning, decommissioning, wishes, own)): (usize, (_, _, Vec<Wish>, Origin))| Phase {
                id: if many { format!("{at},{note}").into() } else { Name::default() },
                commissioning,
                decommissioning,
                changes: wishes.iter().flat_map(|wish| change(network, wish)).collect(),
                origin: if many { own } else { origin.clone() },
            };
        Project {
            id: format!("P{index}").into(),
            name,
            kind,
            status,
            owner: note.clone(),
            area,
            vn_kv,
            excludes: requires.clone(),
            requires,
            cost: cost.map(|(capex_million, price_year, basis, price_year_estimated)| Cost {
                capex_million,
                price_year,
                basis,
                price_year_estimated,
            }),
            phases: phases.into_iter().enumerate().map(phase).collect(),
            note: note.clone(),
            origin: origin.clone(),
        }
    };
    works.into_iter().enumerate().map(project).collect()
}

fn forecast() -> impl Strategy<Value = Vec<ForecastRow>> {
    let row = (
        maybe(0..2_usize),
        2000_i16..2050,
        maybe(0..3_usize),
        select(&ForecastKind::ALL[..]),
        any_number(),
        maybe(0.1..=1.0_f64),
        origin(),
    );
    vec(row, 0..6).prop_map(|rows| {
        let row = |(scenario, year, substation, kind, number, power_factor, origin): (
            Option<usize>,
            _,
            Option<usize>,
            _,
            f64,
            _,
            _,
        )| {
            // base rows are in MW, rows for all stations in percent
            let substation = if kind == ForecastKind::Base { substation.or(Some(0)) } else { substation };
            let mw = kind == ForecastKind::Base || (substation.is_some() && year % 2 == 0);
            ForecastRow {
                scenario: scenario.map(|one| format!("Đ{one}").into()),
                year,
                substation: substation.map(Id::from_index),
                kind,
                amount: if mw { Amount::Mw(number) } else { Amount::Percent(number) },
                power_factor,
                origin,
            }
        };
        rows.into_iter().map(row).collect()
    })
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let row = (
        positive(),
        maybe(positive()),
        maybe(positive()),
        any::<bool>(),
        text(),
        maybe(select(&Confidence::ALL[..])),
    );
    vec(row, 7).prop_map(|rows| {
        let mut rules = Vec::new();
        for (index, (kv, low, high, flag, article, confidence)) in rows.into_iter().enumerate() {
            let (low, high) = match (low, high) {
                (Some(low), Some(high)) if low < high => (Some(low), Some(high)),
                (Some(low), _) => (Some(low), None),
                (None, high) => (None, high.or(Some(1.0))),
            };
            let loading = Loading {
                vn_kv: flag.then_some(kv),
                warn_percent: low,
                max_percent: high,
                rating: if flag { RatingKind::Normal } else { RatingKind::Emergency },
            };
            let demand = match index {
                0 => Demand::Voltage { vn_kv: kv, min_kv: low, max_kv: high, needs_taps: flag },
                1 => Demand::Import,
                2 => Demand::LineLoading(loading),
                3 => Demand::TransformerLoading(loading),
                4 => Demand::Reserve { vn_kv: kv, warn_percent: low, max_percent: high },
                5 => Demand::PowerFactor { vn_kv: kv, min: 0.9 },
                _ => Demand::Losses { max_percent: kv },
            };
            rules.push(Rule {
                id: format!("C{index}").into(),
                state: if flag { GridState::N } else { GridState::N1 },
                demand,
                article,
                confidence,
                origin: Origin::default(),
            });
        }
        rules
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let words = (text(), text(), vec((name(), text()), 0..3), maybe(any_number()), any::<bool>());
    (network(), vec(work(), 0..4), forecast(), rules(), words, vec((any_number(), origin()), 3)).prop_map(
        |(network, works, rows, rules, (authority, decision, titles, number, flag), numbers)| {
            let origins: Vec<Origin> = numbers.iter().map(|one| one.1.clone()).collect();
            let amounts: Vec<f64> = numbers.iter().map(|one| one.0.abs()).collect();
            let rows = rows
                .into_iter()
                .map(|row| ForecastRow {
                    substation: row.substation.and_then(|station| {
                        network.buses[network.loads[Id::from_index(station.index() % 2)].bus].substation
                    }),
                    ..row
                })
                .collect();
            let projects = projects(&network, works);
            let scenarios = (0..2).map(|one| Scenario {
                id: format!("Đ{one}").into(),
                title: authority.clone(),
                load_factor: amounts[one],
                source: decision.clone(),
                origin: Origin { source: None, ..origins[one].clone() },
            });
            let title = titles
                .into_iter()
                .enumerate()
                .map(|(index, (language, title))| (Name::from(format!("{language}{index}")), title))
                .collect();
            let element = network.buses[Id::from_index(0)].id.clone();
            let stage = |year: i16| Stage {
                id: format!("{year}, {decision}").into(),
                at: Some(date(year, 6, 30)),
                scenarios: if flag { vec![Id::from_index(1), Id::from_index(0)] } else { Vec::new() },
                criteria: "[110] \"220\"".into(),
                origin: origins[0].clone(),
            };
            Plan {
                id: "a \"plan\" \\ 1".into(),
                title,
                authority: authority.clone(),
                decision: decision.clone(),
                horizon: flag.then_some(Horizon {
                    start: 2016,
                    end: 2025,
                    outlook: (!authority.is_empty()).then_some(2035),
                }),
                money: flag.then_some(Money {
                    currency: "VND".into(),
                    price_year: 2016,
                    discount_rate: number.map(|_| 0.1),
                }),
                base: Base {
                    as_of: Some(date(2015, 12, 31)),
                    file: None,
                    load_loss_factor: number.map(|_| LossFactor {
                        value: 0.5,
                        source: decision.clone(),
                        confidence: origins[1].confidence,
                    }),
                },
                stages: [stage(2020), stage(2025)].into_iter().collect(),
                scenarios: scenarios.collect(),
                forecast: Forecast {
                    interpolation: if flag { Interpolation::Linear } else { Interpolation::Compound },
                    rows,
                },
                schedule: (0..3_usize)
                    .map(|row| ScheduleRow {
                        scenario: (row == 1).then(|| "Đ1".into()),
                        year: 2016,
                        generator: Id::from_index(row % 2 + row / 2 * 2),
                        p_mw: number,
                        vm_setpoint_pu: number.map(|_| 1.02),
                        in_service: flag,
                        origin: origins[row].clone(),
                    })
                    .collect(),
                transfers: vec![MvTransfer {
                    from: Id::from_index(0),
                    to: Id::from_index(1),
                    p_mw: amounts[0],
                    minutes: amounts[1],
                    origin: origins[2].clone(),
                }],
                criteria: vec![CriteriaSet {
                    id: "[110] \"220\"".into(),
                    rules,
                    waivers: vec![Waiver {
                        rule: "C3".into(),
                        element,
                        until: date(2020, 1, 31),
                        reason: authority,
                        decision,
                        origin: origins[2].clone(),
                    }],
                }],
                network,
                projects,
                head: None,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_a_written_plan_gives_it_back_and_writing_it_again_the_same_bytes(plan in plan()) {
        let dir = tempfile::tempdir().unwrap();
        prop_assert_eq!(write::plan::write(&plan, dir.path()).unwrap(), []);
        let mut back = match read::plan::read(dir.path()) {
            Ok(read) => read.plan,
            Err(rejected) => return Err(TestCaseError::fail(format!("{:#?}", rejected.findings))),
        };
        let first = write::plan::texts(&plan, None).unwrap().0;
        let second = write::plan::texts(&back, None).unwrap().0;
        prop_assert_eq!(first, second);
        back.head = None;
        prop_assert!(back == plan, "{:#?}\n\n{:#?}", back, plan);
    }

    #[test]
    fn no_text_makes_the_reader_panic(file in select(vec!["plan.toml", "lines.csv", "changes.csv", "forecast.csv", "transformers.csv"]), at in 0..1000_usize, end in 0..40_usize, new in text()) {
        let dir = super::edited_folder(&[]);
        let path = dir.path().join(file);
        let chars: Vec<char> = std::fs::read_to_string(&path).unwrap().chars().collect();
        let at = at % chars.len();
        let end = (at + end).min(chars.len());
        let text: String = chars[..at].iter().copied().chain(new.chars()).chain(chars[end..].iter().copied()).collect();
        std::fs::write(&path, text).unwrap();
        if let Ok(read) = read::plan::read(dir.path()) {
            let _ = gridstage::model::lint(&read.plan);
        }
    }
}
