//! A small closed plan: four stations, eleven works, one scenario, loads that grow.

use gridstage::ids::{BusId, Col, Id, ProjectId, SubstationId};
use gridstage::model::{
    Amount, Bus, Change, Control, Cost, CriteriaSet, Demand, ElementId, EndShunt, Field, Forecast,
    ForecastKind, ForecastRow, Generator, GridState, Horizon, Interpolation, Line, LineImpedance, Load,
    LoadModel, Loading, Loss, Money, MvTransfer, Network, Op, Origin, Parameter, Phase, Plan, PlanDate,
    Precision, Project, ProjectKind, Rating, RatingKind, Rule, Scenario, Security, Stage, Status, Substation,
    Value,
};

pub(crate) const FIRST: i16 = 2020;
pub(crate) const LAST: i16 = 2030;

/// The grid with all that is ever built in it.
fn network() -> (Network, Vec<SubstationId>) {
    let mut network = Network::default();
    let mut buses: Vec<BusId> = Vec::new();
    let mut stations: Vec<SubstationId> = Vec::new();
    for (id, built) in [("S", true), ("A", true), ("B", true), ("C", false)] {
        let station = network.substations.push(Substation { id: id.into(), ..Substation::default() });
        stations.push(station);
        buses.push(network.buses.push(Bus { substation: Some(station), built, ..Bus::new(id, 110.0) }));
    }
    let [s, a, b, c] = [buses[0], buses[1], buses[2], buses[3]];
    network.generators.push(Generator::new("SLACK", s, Control::Slack, 0.0, 1.0));
    for (id, from, to, built, rating) in [
        ("SA1", s, a, true, 60.0),
        ("SB1", s, b, true, 60.0),
        ("AB", a, b, true, 40.0),
        ("SA2", s, a, false, 60.0),
        ("SB2", s, b, false, 60.0),
        ("SC1", s, c, false, 60.0),
        ("AC", a, c, false, 60.0),
        ("SC2", s, c, false, 60.0),
        ("SA3", s, a, false, 60.0),
        ("SB3", s, b, false, 60.0),
        ("SB4", s, b, false, 60.0),
    ] {
        network.lines.push(Line {
            id: id.into(),
            name: String::new(),
            row: id.into(),
            circuit: 0,
            from,
            to,
            impedance: LineImpedance::Ohm { r_ohm: 1.0, x_ohm: 4.0, g_us: 0.0, b_us: 0.0 },
            rating: Rating { normal: Some(rating), ..Rating::default() },
            end_shunts: [EndShunt::default(); 2],
            series: None,
            built,
            in_service: true,
            origin: Origin::default(),
        });
    }
    for (id, bus, built) in [("DA", a, true), ("DB", b, true), ("DC", c, false)] {
        network.loads.push(Load {
            id: id.into(),
            bus,
            p_mw: 10.0,
            q_mvar: 0.0,
            model: LoadModel::Power,
            built,
            in_service: true,
            origin: Origin::default(),
        });
    }
    (network, stations)
}

/// Id, status, phases with their days and changes, places of the works required.
type Work<'a> = (&'a str, Status, Vec<(&'a str, Vec<Op>)>, Vec<usize>);

/// The works.
fn works(network: &Network) -> Col<ProjectId, Project> {
    let mut projects = Col::new();
    let line = |network: &Network, id: &str| {
        ElementId::Line(network.lines.iter_ids().find(|(_, line)| line.id == id).unwrap().0)
    };
    let add = |network: &Network, id: &str| Op::Add(line(network, id));
    let uprate = Op::Set {
        element: line(network, "SA1"),
        field: Field::RatingNormal,
        from: Some(Value::Number(60.0)),
        to: Value::Number(75.0),
    };
    let station_c = vec![
        Op::Add(ElementId::Bus(Id::from_index(3))),
        Op::Add(ElementId::Load(Id::from_index(2))),
        add(network, "SC1"),
    ];
    let works: Vec<Work> = vec![
        ("P1", Status::Planned, vec![("2022-06-30", vec![add(network, "SA2")])], vec![]),
        ("P2", Status::Planned, vec![("2024-12-31", vec![add(network, "SB2")])], vec![]),
        ("P3", Status::Planned, vec![("2023-03-31", station_c)], vec![]),
        ("P4", Status::Planned, vec![("2025-12-31", vec![add(network, "AC")])], vec![2]),
        ("P5", Status::Planned, vec![("2026-05-01", vec![])], vec![]),
        ("P6", Status::Planned, vec![("2026-10-01", vec![add(network, "SC2")])], vec![4]),
        ("P7", Status::Planned, vec![("2024-12-31", vec![])], vec![]),
        ("P8", Status::Candidate, vec![("2023-12-31", vec![add(network, "SA3")])], vec![]),
        ("P9", Status::Planned, vec![("2027-12-31", vec![uprate])], vec![]),
        (
            "P10",
            Status::Planned,
            vec![("2028-12-31", vec![add(network, "SA3")]), ("2029-12-31", vec![add(network, "SB3")])],
            vec![],
        ),
        ("P11", Status::Planned, vec![("2024-12-31", vec![add(network, "SB4")])], vec![]),
    ];
    for (id, status, phases, requires) in works {
        projects.push(project(id, status, phases, requires));
    }
    projects
}

/// S feeds A and B, which are joined; C comes with P3.
///
/// | work | day | what |
/// |---|---|---|
/// | P1 | 2022-06-30 | second circuit S–A |
/// | P2 | 2024-12-31 | second circuit S–B |
/// | P3 | 2023-03-31 | station C with its load, one circuit from S; 5 MW of it can go to A |
/// | P4 | 2025-12-31 | circuit A–C, requires P3 |
/// | P5 | 2026-05-01 | land, changes nothing |
/// | P6 | 2026-10-01 | second circuit S–C, requires P5; builds on P3 without saying so |
/// | P7 | 2024 | a study, changes nothing |
/// | P8 | 2023 | candidate |
/// | P9 | 2027 | higher rating of S–A circuit 1 |
/// | P10 | 2028, 2029 | third circuit S–A, third circuit S–B: two phases |
/// | P11 | 2024 | a circuit to B that nobody misses |
pub(crate) fn closed() -> Plan {
    let (network, stations) = network();
    let works = works(&network);
    let mut plan = Plan { id: "CLOSED".into(), ..Plan::default() };
    plan.base.as_of = Some(format!("{FIRST}-01-01").parse().unwrap());
    plan.horizon = Some(Horizon { start: FIRST, end: LAST, outlook: None });
    plan.money = Some(Money {
        currency: "VND".into(),
        price_year: FIRST,
        discount_rate: Some(Parameter::new(0.1)),
        ..Money::default()
    });
    plan.projects = works;
    plan.network = network;
    for (station, from, to) in [(1, 45.0, 150.0), (2, 40.0, 130.0), (3, 0.0, 70.0)] {
        for (year, p_mw) in [(FIRST, from), (LAST, to)] {
            plan.forecast.rows.push(ForecastRow {
                scenario: None,
                year,
                substation: Some(stations[station]),
                kind: ForecastKind::Base,
                amount: Amount::Mw(p_mw),
                power_factor: Some(0.98),
                origin: Origin::default(),
            });
        }
    }
    plan.forecast = Forecast { interpolation: Interpolation::Linear, ..plan.forecast };
    plan.transfers.push(MvTransfer {
        from: stations[3],
        to: stations[1],
        p_mw: 5.0,
        minutes: 30.0,
        origin: Origin::default(),
    });
    plan.scenarios.push(Scenario { id: "max".into(), ..Scenario::given() });
    plan.stages.push(Stage {
        id: "end".into(),
        at: Some(format!("{LAST}-12-31").parse().unwrap()),
        scenarios: Vec::new(),
        criteria: "C".into(),
        origin: Origin::default(),
    });
    plan.criteria = vec![criteria()];
    plan
}

fn criteria() -> CriteriaSet {
    let loading = Loading {
        vn_kv: None,
        warn_percent: Some(70.0),
        max_percent: Some(100.0),
        rating: RatingKind::Normal,
    };
    let security =
        Security { scope: vec![Loss::Line], min_kv: None, max_lost_mw: 0.0, transfer_minutes: None };
    let rule = |id: &str, state, demand| Rule {
        id: id.into(),
        state,
        demand,
        article: String::new(),
        confidence: None,
        origin: Origin::default(),
    };
    CriteriaSet {
        id: "C".into(),
        rules: vec![
            rule("L", GridState::N, Demand::LineLoading(loading)),
            rule("L1", GridState::N1, Demand::LineLoading(loading)),
            rule("SEC", GridState::N1, Demand::Security(security)),
        ],
        waivers: Vec::new(),
    }
}

fn project(id: &str, status: Status, phases: Vec<(&str, Vec<Op>)>, requires: Vec<usize>) -> Project {
    let single = phases.len() == 1;
    let phase = |(index, (day, ops)): (usize, (&str, Vec<Op>))| Phase {
        id: if single { "".into() } else { (index + 1).to_string().into() },
        commissioning: Some(PlanDate { date: day.parse().unwrap(), precision: Precision::Day }),
        decommissioning: None,
        changes: ops.into_iter().map(|op| Change { op, bay: "".into(), origin: Origin::default() }).collect(),
        outages: Vec::new(),
        origin: Origin::default(),
    };
    Project {
        id: id.into(),
        name: format!("work {id}"),
        kind: ProjectKind::Line,
        status,
        owner: String::new(),
        area: "".into(),
        vn_kv: 110.0,
        requires: requires.into_iter().map(ProjectId::from_index).collect(),
        excludes: Vec::new(),
        funding: "".into(),
        cost: Some(Cost {
            capex_million: 100.0,
            currency: "".into(),
            price_year: FIRST,
            basis: String::new(),
            price_year_estimated: false,
        }),
        phases: phases.into_iter().enumerate().map(phase).collect(),
        spend: Vec::new(),
        obstacles: Vec::new(),
        note: String::new(),
        origin: Origin::default(),
    }
}

/// The same options with all controls moving, as `check` judges a plan.
pub(crate) fn with_controls(
    options: gridstage::appraise::dated::DatedOptions<'static>,
) -> gridstage::appraise::dated::DatedOptions<'static> {
    let controls = gridstage::flow::Controls::ON;
    gridstage::appraise::dated::DatedOptions {
        flow: gridstage::flow::FlowOptions { controls, ..options.flow },
        modelled: gridstage::criteria::Modelled { controls, ..options.modelled },
        ..options
    }
}
