//! Tests of criteria: small states written by hand, judged by numbers that a pencil can check.

use gridstage::criteria::{
    Level, Modelled, SUPPLY, SolvedState, Supply, Tally, Violation, WaiverUse, Yards, criterion, own_limits,
    waive,
};
use gridstage::flow::{Controls, LoadFlow, Status};
use gridstage::ids::{BusId, Id, SubstationId};
use gridstage::model::{
    Bus, Control, CriteriaSet, Demand, ElementId, EndShunt, Generator, GeneratorKind, GridState, Line,
    LineImpedance, Load, LoadModel, Loading, Nameplate, Network, Origin, Rating, RatingKind, RatingUnit,
    Rule, Substation, Transformer, TransformerImpedance, Waiver,
};

/// A 110 kV bus `S110` fed by line `L1` from `A110`, and two 40 MVA units `T1`, `T2` down to a 22 kV bus
/// `S22` with a load, all of the second in station `S`.
fn grid() -> Network {
    let mut grid = Network::default();
    let station = grid.substations.push(Substation { id: "S".into(), ..Substation::default() });
    let a = grid.buses.push(Bus::new("A110", 110.0));
    let high = grid.buses.push(Bus { substation: Some(station), ..Bus::new("S110", 110.0) });
    let low = grid.buses.push(Bus { substation: Some(station), ..Bus::new("S22", 22.0) });
    grid.generators.push(Generator {
        kind: GeneratorKind::Boundary,
        p_max_mw: Some(60.0),
        ..Generator::new("IN", a, Control::Slack, 0.0, 1.0)
    });
    grid.lines.push(Line {
        id: "L1#1".into(),
        name: String::new(),
        row: "L1".into(),
        circuit: 1,
        from: a,
        to: high,
        impedance: LineImpedance::Ohm { r_ohm: 1.0, x_ohm: 4.0, g_us: 0.0, b_us: 0.0 },
        rating: Rating { unit: RatingUnit::Ka, normal: Some(0.4), short: None, emergency: Some(0.5) },
        end_shunts: [EndShunt::default(); 2],
        series: None,
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    for id in ["T1", "T2"] {
        grid.transformers.push(Transformer {
            id: id.into(),
            name: String::new(),
            from: high,
            to: low,
            impedance: TransformerImpedance::Nameplate(Nameplate {
                sn_mva: 40.0,
                vn_from_kv: 115.0,
                vn_to_kv: 23.0,
                uk_percent: 10.5,
                pk_kw: 175.0,
                p0_kw: 40.0,
                i0_percent: 0.5,
            }),
            ratio_pu: 1.0,
            shift_deg: 0.0,
            tap: None,
            vector_group: "YNyn0".into(),
            rating: Rating::default(),
            tap_control: None,
            phase_control: None,
            correction: None,
            end_shunts: [EndShunt::default(); 2],
            built: true,
            in_service: true,
            origin: Origin::default(),
        });
    }
    grid.loads.push(Load {
        id: "D".into(),
        bus: low,
        p_mw: 48.0,
        q_mvar: 14.0,
        model: LoadModel::Power,
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    grid
}

/// A solved state of [`grid`]: voltages 110.0, 108.9 and 22.0 kV, the units deliver 48 + j14 MVA (50 MVA)
/// from 48.2 + j16 at the high side, the line is loaded 70 % normal and 56 % emergency, 49 MW come in.
fn flow() -> LoadFlow {
    let mut flow = LoadFlow { load_mw: 48.0, load_mvar: 14.0, ..LoadFlow::default() };
    flow.buses.bus = (0..3).map(BusId::from_index).collect();
    flow.buses.vm_pu = vec![1.0, 0.99, 1.0];
    flow.buses.vm_kv = vec![110.0, 108.9, 22.0];
    flow.buses.va_deg = vec![0.0; 3];
    let branches = &mut flow.branches;
    branches.branch = vec![
        ElementId::Line(Id::from_index(0)),
        ElementId::Transformer(Id::from_index(0)),
        ElementId::Transformer(Id::from_index(1)),
    ];
    branches.from = [0, 1, 1].map(BusId::from_index).to_vec();
    branches.to = [1, 2, 2].map(BusId::from_index).to_vec();
    branches.energised = vec![true; 3];
    branches.p_from_mw = vec![49.0, 24.1, 24.1];
    branches.q_from_mvar = vec![18.0, 8.0, 8.0];
    branches.p_to_mw = vec![-48.2, -24.0, -24.0];
    branches.q_to_mvar = vec![-16.0, -7.0, -7.0];
    branches.i_from_ka = vec![0.27, 0.13, 0.13];
    branches.i_to_ka = vec![0.28, 0.66, 0.66];
    branches.loading_percent = vec![70.0, 63.5, 63.5];
    branches.loading_emergency_percent = vec![56.0, 63.5, 63.5];
    flow.losses.total_mw = 1.0;
    flow.generators.generator = vec![Id::from_index(0)];
    flow.generators.p_mw = vec![49.0];
    flow.generators.q_mvar = vec![18.0];
    flow.generators.q_outside_mvar = vec![0.0];
    flow
}

fn judge_in(network: &Network, flow: &LoadFlow, demand: Demand) -> (Tally, Vec<Violation>) {
    let rule = Rule {
        id: "R".into(),
        state: GridState::N,
        demand,
        article: String::new(),
        confidence: None,
        origin: Origin::default(),
    };
    let yards = Yards::new(network);
    let mut out = Vec::new();
    let state = SolvedState { network, flow, yards: &yards };
    let judge = criterion(&rule.demand);
    assert_eq!(judge.name(), rule.demand.criterion(), "a criterion has one name");
    (judge.judge(&state, &rule, &mut out), out)
}

fn judge(demand: Demand) -> (Tally, Vec<Violation>) {
    judge_in(&grid(), &flow(), demand)
}

fn band(vn_kv: f64, min_kv: f64, max_kv: f64) -> Demand {
    Demand::Voltage { vn_kv, min_kv: Some(min_kv), max_kv: Some(max_kv), needs_taps: false }
}

fn loading(vn_kv: Option<f64>, warn: f64, max: f64) -> Loading {
    Loading { vn_kv, warn_percent: Some(warn), max_percent: Some(max), rating: RatingKind::Normal }
}

fn reserve(warn: f64, max: f64) -> Demand {
    Demand::Reserve { vn_kv: 22.0, warn_percent: Some(warn), max_percent: Some(max) }
}

fn near(found: f64, hand: f64) {
    assert!((found - hand).abs() < 1e-9 * hand.abs().max(1.0), "found {found}, by hand {hand}");
}

#[test]
fn a_voltage_exactly_at_either_limit_holds() {
    let (tally, out) = judge(band(110.0, 108.9, 110.0));
    assert!(out.is_empty(), "{out:?}");
    assert_eq!((tally.measured, tally.unmeasured), (2, 0), "two buses of 110 kV");
}

#[test]
fn a_voltage_beyond_a_limit_names_bus_value_limit_and_share() {
    let (tally, out) = judge(band(110.0, 109.0, 121.0));
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].level, Level::Violation);
    assert_eq!(out[0].element, Some(ElementId::Bus(BusId::from_index(1))));
    assert_eq!((out[0].quantity, out[0].unit, out[0].side), ("vm", "kV", None));
    near(out[0].value, 108.9);
    near(out[0].limit, 109.0);
    near(out[0].percent, 100.0 * 108.9 / 109.0);
    near(out[0].excess_percent(), 100.0 - 100.0 * 108.9 / 109.0);
    near(tally.worst.unwrap().value, 108.9);
    let (_, out) = judge(band(110.0, 99.0, 109.5));
    assert_eq!(out.len(), 1, "the upper limit too");
    near(out[0].percent, 100.0 * 110.0 / 109.5);
}

#[test]
fn a_rounding_above_a_limit_is_no_violation_but_a_volt_is() {
    assert!(judge(band(110.0, 99.0, 110.0 - 1e-6)).1.is_empty(), "a millivolt, below what a load flow tells");
    assert_eq!(judge(band(110.0, 99.0, 110.0 - 1e-3)).1.len(), 1, "one volt");
}

#[test]
fn a_band_is_for_its_rated_voltage_only() {
    let (tally, out) = judge(band(22.0, 23.0, 24.0));
    assert_eq!((tally.measured, out.len()), (1, 1));
    assert_eq!(judge(band(35.0, 36.0, 37.0)).0, Tally::default(), "nothing of 35 kV: nothing measured");
}

#[test]
fn a_dead_bus_is_never_a_pass() {
    let mut flow = flow();
    flow.buses.vm_kv[1] = f64::NAN;
    let (tally, out) = judge_in(&grid(), &flow, band(110.0, 99.0, 121.0));
    assert_eq!((tally.measured, tally.unmeasured, out.len()), (1, 1, 0));
}

#[test]
fn a_bus_of_a_bare_grid_is_judged_by_its_own_limits() {
    let mut grid = grid();
    let limits = [(Some(0.95), Some(1.05)), (Some(0.991), Some(1.05)), (None, None)];
    for (bus, limits) in grid.buses.iter_mut().zip(limits) {
        (bus.vm_min_pu, bus.vm_max_pu) = limits;
    }
    let (tally, out) = judge_in(&grid, &flow(), Demand::BusLimits);
    assert_eq!((tally.measured, out.len()), (2, 1), "a bus without limits is asked nothing");
    assert_eq!(out[0].element, Some(ElementId::Bus(BusId::from_index(1))));
    near(out[0].percent, 99.0 / 0.991);
    assert_eq!(own_limits().rules.len(), 3);
}

#[test]
fn a_line_at_its_limit_holds_above_the_threshold_warns_above_the_limit_fails() {
    let judge = |warn, max| judge(Demand::LineLoading(loading(Some(110.0), warn, max)));
    assert!(judge(70.0, 100.0).1.is_empty(), "at the planning threshold");
    let (_, out) = judge(60.0, 70.0);
    assert_eq!((out.len(), out[0].level), (1, Level::Warning), "at the limit, above the threshold");
    near(out[0].percent, 100.0 * 70.0 / 60.0);
    let (tally, out) = judge(60.0, 69.0);
    assert_eq!((out.len(), out[0].level), (1, Level::Violation), "one message, the graver one");
    near(out[0].limit, 69.0);
    near(out[0].excess_percent(), 100.0 / 69.0);
    assert_eq!(out[0].side, Some("to"), "the end with 0.28 kA");
    assert_eq!(tally.measured, 1);
}

#[test]
fn the_worst_of_a_rule_is_a_violation_before_any_warning() {
    let mut state = flow();
    (state.branches.loading_percent[1], state.branches.loading_percent[2]) = (101.0, 99.0);
    let (tally, _) = judge_in(&grid(), &state, Demand::TransformerLoading(loading(None, 50.0, 100.0)));
    near(tally.worst.unwrap().value, 101.0);
}

#[test]
fn a_loading_rule_counts_against_the_rating_it_names() {
    let rule = Loading { rating: RatingKind::Emergency, ..loading(None, 55.0, 56.0) };
    let (_, out) = judge(Demand::LineLoading(rule));
    assert_eq!((out.len(), out[0].level), (1, Level::Warning), "56 % of the emergency rating");
    near(out[0].value, 56.0);
}

#[test]
fn a_line_out_of_service_is_not_asked_and_one_without_a_rating_is_unmeasured() {
    let rule = Demand::LineLoading(loading(None, 60.0, 69.0));
    let mut state = flow();
    state.branches.loading_percent[0] = f64::NAN;
    let (tally, out) = judge_in(&grid(), &state, rule.clone());
    assert_eq!((tally.measured, tally.unmeasured, out.len()), (0, 1, 0));
    state.branches.energised[0] = false;
    assert_eq!(judge_in(&grid(), &state, rule).0, Tally::default());
}

#[test]
fn transformers_are_judged_by_their_higher_voltage() {
    let out = |kv| judge(Demand::TransformerLoading(loading(kv, 60.0, 100.0))).1;
    assert_eq!(out(Some(110.0)).len(), 2);
    assert_eq!(out(None).len(), 2);
    assert!(out(Some(22.0)).is_empty());
    assert_eq!(out(Some(110.0))[0].side, Some("from"), "25.4 MVA in, 25.0 MVA out");
}

#[test]
fn the_use_of_a_station_is_its_load_over_its_installed_power() {
    // 48 + j14 MVA = 50 MVA on 2 x 40 MVA: 62.5 %
    let (tally, out) = judge(reserve(62.5, 100.0));
    assert!(out.is_empty(), "at the threshold");
    near(tally.worst.unwrap().value, 62.5);
    let (_, out) = judge(reserve(62.4, 100.0));
    assert_eq!((out.len(), out[0].level), (1, Level::Warning));
    assert_eq!(out[0].element, Some(ElementId::Substation(SubstationId::from_index(0))));
}

#[test]
fn a_unit_out_of_service_leaves_its_load_to_the_rest() {
    let mut state = flow();
    state.branches.energised[2] = false;
    (state.branches.p_to_mw[1], state.branches.q_to_mvar[1]) = (-48.0, -14.0);
    let (_, out) = judge_in(&grid(), &state, reserve(75.0, 100.0));
    near(out[0].value, 125.0);
    assert_eq!(out[0].level, Level::Violation);
}

#[test]
fn a_station_with_load_and_no_unit_left_fails_its_reserve() {
    let mut state = flow();
    state.branches.energised[1..].fill(false);
    (state.buses.vm_kv[2], state.buses.vm_pu[2]) = (f64::NAN, f64::NAN);
    let (tally, out) = judge_in(&grid(), &state, reserve(75.0, 100.0));
    assert_eq!((tally.measured, out.len()), (1, 1));
    assert_eq!((out[0].level, out[0].value), (Level::Violation, f64::INFINITY));
    let mut grid = grid();
    grid.loads.iter_mut().for_each(|load| load.in_service = false);
    assert!(judge_in(&grid, &state, reserve(75.0, 100.0)).1.is_empty(), "no load, nothing asked");
}

#[test]
fn a_unit_without_a_rated_power_leaves_the_reserve_unmeasured() {
    let mut grid = grid();
    for transformer in grid.transformers.iter_mut().take(1) {
        transformer.impedance =
            TransformerImpedance::PerUnit { r_pu: 0.0, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 };
    }
    let (tally, out) = judge_in(&grid, &flow(), reserve(10.0, 20.0));
    assert_eq!((tally.measured, tally.unmeasured, out.len()), (0, 1, 0));
}

#[test]
fn the_power_factor_is_that_of_what_goes_down_from_the_bus() {
    // 48.2 + j16: pf = 48.2/√(48.2² + 16²); at the 22 kV bus 48/50 = 0.96 of the load itself
    let at_110 = 48.2 / 48.2_f64.hypot(16.0);
    let (tally, out) = judge(Demand::PowerFactor { vn_kv: 110.0, min: at_110 });
    assert!(out.is_empty(), "at the limit");
    assert_eq!(tally.measured, 1, "A110 feeds no load and no transformer");
    near(tally.worst.unwrap().value, at_110);
    assert!(judge(Demand::PowerFactor { vn_kv: 22.0, min: 0.96 }).1.is_empty());
    let (_, out) = judge(Demand::PowerFactor { vn_kv: 22.0, min: 0.97 });
    near(out[0].value, 0.96);
}

#[test]
fn a_load_that_gives_reactive_power_back_is_no_fault() {
    let mut grid = grid();
    grid.loads.iter_mut().for_each(|load| load.q_mvar = -30.0);
    let (tally, out) = judge_in(&grid, &flow(), Demand::PowerFactor { vn_kv: 22.0, min: 0.9 });
    assert!(out.is_empty());
    near(tally.worst.unwrap().value, 1.0);
    grid.loads.iter_mut().for_each(|load| load.p_mw = -1.0);
    let found = judge_in(&grid, &flow(), Demand::PowerFactor { vn_kv: 22.0, min: 0.9 });
    assert_eq!(found.0, Tally::default(), "a bus that feeds no load is not asked");
}

#[test]
fn losses_warn_and_never_break_the_plan() {
    // 1 MW of 49 MW
    assert!(judge(Demand::Losses { max_percent: 100.0 / 49.0 }).1.is_empty());
    let (_, out) = judge(Demand::Losses { max_percent: 2.0 });
    assert_eq!((out.len(), out[0].level, out[0].element), (1, Level::Warning, None));
    near(out[0].value, 100.0 / 49.0);
}

#[test]
fn a_boundary_may_import_its_limit_and_no_more() {
    let mut state = flow();
    state.generators.p_mw[0] = 60.0;
    assert!(judge_in(&grid(), &state, Demand::Import).1.is_empty());
    state.generators.p_mw[0] = 66.0;
    let (_, out) = judge_in(&grid(), &state, Demand::Import);
    near(out[0].percent, 110.0);
    assert_eq!(out[0].level, Level::Violation);
    let mut grid = grid();
    grid.generators.iter_mut().for_each(|generator| generator.p_max_mw = None);
    let (tally, out) = judge_in(&grid, &state, Demand::Import);
    assert_eq!((tally.measured, tally.unmeasured, out.len()), (0, 1, 0), "no limit, no pass");
}

#[test]
fn a_boundary_that_must_export_is_measured_by_the_distance_to_its_limit() {
    let mut grid = grid();
    grid.generators.iter_mut().for_each(|generator| generator.p_max_mw = Some(-50.0));
    let mut state = flow();
    state.generators.p_mw[0] = -40.0;
    let (_, out) = judge_in(&grid, &state, Demand::Import);
    near(out[0].percent, 120.0);
    state.generators.p_mw[0] = -60.0;
    assert!(judge_in(&grid, &state, Demand::Import).1.is_empty());
}

#[test]
fn load_at_a_dead_bus_and_load_without_a_station_are_both_lost() {
    let (network, mut state) = (grid(), flow());
    let yards = Yards::new(&network);
    let station = SubstationId::from_index(0);
    let supply = |flow: &LoadFlow, unplaced: &[(SubstationId, f64)]| {
        let mut out = Vec::new();
        let tally =
            Supply { unplaced }.judge(&SolvedState { network: &network, flow, yards: &yards }, &mut out);
        (tally, out)
    };
    let (tally, out) = supply(&state, &[]);
    assert_eq!((tally.measured, out.len()), (1, 0), "all served");
    state.buses.vm_pu[2] = f64::NAN;
    let (_, out) = supply(&state, &[(station, 7.0)]);
    assert_eq!((out.len(), out[0].criterion, out[0].level), (1, SUPPLY, Level::Violation));
    near(out[0].value, 55.0);
    assert_eq!(out[0].element, Some(ElementId::Substation(station)));
    (state.status, state.lost_load_mw) = (Status::Diverged, 3.0);
    let (_, out) = supply(&state, &[(station, 7.0)]);
    let told: Vec<_> = out.iter().map(|v| (v.element, v.value)).collect();
    assert_eq!(told, [(Some(ElementId::Substation(station)), 7.0), (None, 3.0)], "no voltages to tell by");
}

#[test]
fn a_rule_that_cannot_be_judged_says_why() {
    let rule = |state, demand| Rule {
        id: "R".into(),
        state,
        demand,
        article: String::new(),
        confidence: None,
        origin: Origin::default(),
    };
    let now = Modelled { controls: Controls::OFF, contingencies: false, ac: true };
    let low = Demand::Voltage { vn_kv: 22.0, min_kv: Some(20.9), max_kv: None, needs_taps: true };
    assert!(now.blocks(&rule(GridState::N, low.clone())).unwrap().to_string().contains("tap"));
    assert_eq!(Modelled { controls: Controls::ON, ..now }.blocks(&rule(GridState::N, low)), None);
    assert!(now.blocks(&rule(GridState::N1, band(110.0, 99.0, 121.0))).unwrap().to_string().contains("N-1"));
    let dc = Modelled { ac: false, ..now };
    assert!(dc.blocks(&rule(GridState::N, band(110.0, 104.0, 121.0))).is_some());
    assert!(dc.blocks(&rule(GridState::N, Demand::Import)).is_none());
}

#[test]
fn a_waiver_marks_until_its_last_day_and_only_what_it_names() {
    let network = grid();
    let (_, found) = judge(Demand::LineLoading(loading(None, 50.0, 60.0)));
    let waiver = |element: &str| CriteriaSet {
        waivers: vec![Waiver {
            rule: "R".into(),
            element: element.into(),
            until: "2018-12-31".parse().unwrap(),
            reason: String::new(),
            decision: "12/QD".to_owned(),
            origin: Origin::default(),
        }],
        ..CriteriaSet::default()
    };
    let after = |element: &str, day: &str| {
        let (mut out, mut used) = (found.clone(), [WaiverUse::default()]);
        waive(&network, &waiver(element), Some(day.parse().unwrap()), &mut out, &mut used);
        (out[0].waived_by.clone(), used[0])
    };
    assert_eq!(
        after("L1#1", "2018-12-31"),
        (Some("12/QD".to_owned()), WaiverUse { used: true, outlived: false })
    );
    assert_eq!(
        after("L1", "2016-12-31").1,
        WaiverUse { used: true, outlived: false },
        "the row of the circuit names it too"
    );
    assert_eq!(after("L1#1", "2019-01-01"), (None, WaiverUse { used: false, outlived: true }));
    assert_eq!(after("T1", "2016-12-31"), (None, WaiverUse::default()));
}
