//! Load flow: closed formulas, laws, and the effort it takes.

use crate::support::grid::{self, two_bus};
use gridstage::finding::Code;
use gridstage::flow::{FlowOptions, LoadFlow, Method, Start, StartPolicy, Status, load_flow};
use gridstage::ids::{BusId, Id};
use gridstage::model::{
    Bus, EndShunt, LineImpedance, Nameplate, Network, Origin, Rating, RatingUnit, Side, Tap, Transformer,
    TransformerImpedance,
};

fn solve(network: &Network) -> LoadFlow {
    load_flow(network, &FlowOptions::default(), None).unwrap()
}

fn vm(flow: &LoadFlow, bus: usize) -> f64 {
    flow.buses.vm_pu[bus]
}

/// A lossless line of reactance x between 1.0 p.u. and a unity-factor load p has the exact receiving voltage
/// V² = (1 + √(1 − 4p²x²)) / 2: no other program is needed as witness.
#[test]
fn a_radial_load_has_the_voltage_of_the_closed_formula() {
    for (p, x) in [(0.2, 0.1), (0.8, 0.3), (1.2, 0.4)] {
        let tight = FlowOptions { tol: 1e-11, ..FlowOptions::default() };
        let found = load_flow(&two_bus(0.0, x, 100.0 * p, 0.0), &tight, None).unwrap();
        let exact = f64::midpoint(1.0, (1.0_f64 - 4.0 * p * p * x * x).sqrt()).sqrt();
        assert_eq!(found.status, Status::Converged, "p = {p}, x = {x}");
        assert!((vm(&found, 1) - exact).abs() < 1e-9, "p = {p}, x = {x}");
    }
}

/// The nose of that line is at p = 1/(2x).
#[test]
fn a_load_beyond_the_nose_is_reported_with_the_share_that_solves() {
    let found = solve(&two_bus(0.0, 0.4, 300.0, 0.0));
    assert_ne!(found.status, Status::Converged);
    assert!(found.buses.vm_pu.iter().all(|vm| vm.is_nan()), "no voltage that looks like a result");
    let island = &found.islands[0];
    let share = island.solvable_share.unwrap();
    let exact = (1.0 / 0.8) / 3.0;
    assert!(share <= exact && exact - share < 2e-3, "{share} found, {exact} exact");
    assert_eq!(island.worst[0].0, BusId::from_index(1));
    assert!(found.findings.iter().any(|f| f.code == Code::NoSolution && f.message.contains("bus 2")));
}

/// Losses of a line with resistance: r·(p² + q²)/V² at the receiving end.
#[test]
fn losses_are_those_of_the_current() {
    let found = solve(&two_bus(0.02, 0.1, 80.0, 30.0));
    let exact = 0.02 * (0.8_f64.powi(2) + 0.3_f64.powi(2)) / vm(&found, 1).powi(2) * 100.0;
    assert!((found.losses.total_mw - exact).abs() < 1e-7, "{} against {exact}", found.losses.total_mw);
    assert!((found.generators.p_mw[0] - 80.0 - exact).abs() < 1e-6, "the slack feeds load and losses");
    assert!((found.losses.levels[0].lines_mw - exact).abs() < 1e-7);
    assert!((found.load_mw - 80.0).abs() < 1e-12);
}

#[test]
fn a_line_in_ohm_is_the_line_in_per_unit() {
    let per_unit = two_bus(0.02, 0.1, 80.0, 30.0);
    let mut ohm = per_unit.clone();
    let z = 110.0 * 110.0 / 100.0;
    for line in &mut ohm.lines {
        line.impedance = LineImpedance::Ohm { r_ohm: 0.02 * z, x_ohm: 0.1 * z, g_us: 0.0, b_us: 0.0 };
    }
    assert!((vm(&solve(&per_unit), 1) - vm(&solve(&ohm), 1)).abs() < 1e-12);
}

/// A 25 MVA 115/23 kV unit behind a stiff 110 kV bus, its low side open or loaded.
fn unit(tap: Option<Tap>, load_mw: f64, load_mvar: f64) -> Network {
    let mut network = Network::default();
    let high = grid::bus(&mut network, "HV");
    let low = network.buses.push(Bus::new("LV", 22.0));
    grid::slack(&mut network, high, 1.0);
    if load_mw != 0.0 || load_mvar != 0.0 {
        grid::load(&mut network, low, load_mw, load_mvar);
    }
    network.transformers.push(Transformer {
        id: "T1".into(),
        name: String::new(),
        from: high,
        to: low,
        impedance: TransformerImpedance::Nameplate(Nameplate {
            sn_mva: 25.0,
            vn_from_kv: 115.0,
            vn_to_kv: 23.0,
            uk_percent: 10.5,
            pk_kw: 120.0,
            p0_kw: 25.0,
            i0_percent: 0.65,
        }),
        ratio_pu: 1.0,
        shift_deg: 0.0,
        tap,
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
    network
}

/// Open circuit: the turns ratio, and the no-load loss at (110/115)² of rated flux. The magnetising current
/// through half of the series impedance moves both by less than i0·uk = 7e-4 of themselves.
#[test]
fn an_unloaded_transformer_shows_its_ratio_and_its_no_load_loss() {
    let found = solve(&unit(None, 0.0, 0.0));
    let kv = 110.0 / 115.0 * 23.0;
    assert!((found.buses.vm_kv[1] / kv - 1.0).abs() < 1e-3);
    let loss = 0.025 * (110.0_f64 / 115.0).powi(2);
    assert!((found.losses.total_mw / loss - 1.0).abs() < 2e-3, "{}", found.losses.total_mw);
    let level = &found.losses.levels[0];
    assert!((level.transformers_no_load_mw / loss - 1.0).abs() < 2e-3);
    assert!(level.transformers_load_mw < 1e-3 * loss);
}

/// At rated current the load loss is the nameplate's: pk·(I/In)².
#[test]
fn a_loaded_transformer_loses_its_nameplate_load_loss() {
    let found = solve(&unit(None, 20.0, 5.0));
    let i_rated_ka = 25.0 / (3.0_f64.sqrt() * 23.0);
    let share = found.branches.i_to_ka[0] / i_rated_ka;
    let exact = 0.120 * share * share;
    let level = &found.losses.levels[0];
    assert!((level.transformers_load_mw / exact - 1.0).abs() < 5e-3, "{level:?} against {exact}");
    let s = f64::max(
        found.branches.p_from_mw[0].hypot(found.branches.q_from_mvar[0]),
        found.branches.p_to_mw[0].hypot(found.branches.q_to_mvar[0]),
    );
    assert!((found.branches.loading_percent[0] - 100.0 * s / 25.0).abs() < 1e-9, "rated power is the rating");
}

#[test]
fn fewer_turns_on_the_high_side_or_more_on_the_low_side_raise_the_low_voltage() {
    let tap = |side, position| Tap { side, position, neutral: 0, min: -9, max: 9, step_percent: 1.78 };
    let open = |tap| solve(&unit(tap, 0.0, 0.0)).buses.vm_kv[1];
    let neutral = open(None);
    assert!((open(Some(tap(Side::From, -2))) * (1.0 - 0.0356) / neutral - 1.0).abs() < 1e-4);
    assert!((open(Some(tap(Side::To, 2))) / 1.0356 / neutral - 1.0).abs() < 1e-4);
}

#[test]
fn a_rating_in_kiloampere_counts_current() {
    let mut network = two_bus(0.0, 0.1, 50.0, 0.0);
    for line in &mut network.lines {
        line.rating = Rating { unit: RatingUnit::Ka, normal: Some(0.5), short: None, emergency: Some(0.6) };
    }
    let found = solve(&network);
    let i = 50.0 / (3.0_f64.sqrt() * found.buses.vm_kv[1]);
    assert!((found.branches.loading_percent[0] - 100.0 * i / 0.5).abs() < 1e-6);
    assert!((found.branches.loading_emergency_percent[0] - 100.0 * i / 0.6).abs() < 1e-6);
}

#[test]
fn a_closed_switch_makes_one_node_and_an_open_one_cuts() {
    let mut network = two_bus(0.01, 0.1, 60.0, 20.0);
    let third = grid::bus(&mut network, "3");
    grid::load(&mut network, third, 20.0, 5.0);
    grid::switch(&mut network, BusId::from_index(1), third, true);
    let closed = solve(&network);
    assert!((vm(&closed, 1) - vm(&closed, 2)).abs() < 1e-15);
    let one_load = solve(&two_bus(0.01, 0.1, 80.0, 25.0));
    assert!((vm(&closed, 1) - vm(&one_load, 1)).abs() < 1e-12);

    for switch in &mut network.switches {
        switch.closed = false;
    }
    let open = solve(&network);
    assert_eq!(open.status, Status::Converged);
    assert!((open.lost_load_mw - 20.0).abs() < 1e-12);
    assert!(open.buses.vm_pu[2].is_nan());
    let told = open.findings.iter().find(|f| f.code == Code::DeadIsland).unwrap();
    assert!(told.message.contains("bus 3") && told.message.contains("20.0 MW"), "{}", told.message);
}

/// Two branches without impedance in a row: what each carries follows from the loads behind it.
#[test]
fn branches_without_impedance_carry_what_the_balance_says() {
    let mut network = two_bus(0.01, 0.1, 10.0, 1.0);
    let (second, third, fourth) =
        (BusId::from_index(1), grid::bus(&mut network, "3"), grid::bus(&mut network, "4"));
    grid::line(&mut network, second, third, 0.0, 0.0, 0.0);
    grid::line(&mut network, fourth, third, 0.0, 0.0, 0.0);
    grid::load(&mut network, third, 20.0, 2.0);
    grid::load(&mut network, fourth, 40.0, 4.0);
    let found = solve(&network);
    assert!((found.branches.p_from_mw[1] - 60.0).abs() < 1e-9);
    assert!((found.branches.q_from_mvar[1] - 6.0).abs() < 1e-9);
    assert!((found.branches.p_from_mw[2] + 40.0).abs() < 1e-9);
    grid::line(&mut network, second, fourth, 0.0, 0.0, 0.0);
    let loop_of_three = solve(&network);
    assert!(loop_of_three.branches.p_from_mw[1].is_nan(), "nothing tells the flow around a loop");
    assert!((loop_of_three.losses.total_mw - found.losses.total_mw).abs() < 1e-9);
}

#[test]
fn generators_at_a_bus_share_reactive_power_by_their_range() {
    let mut network = two_bus(0.0, 0.1, 100.0, 60.0);
    let second = BusId::from_index(1);
    grid::pv(&mut network, second, 10.0, 1.0);
    grid::pv(&mut network, second, 20.0, 1.0);
    let limits = [(-10.0, 10.0), (-20.0, 40.0)];
    for (g, (low, high)) in network.generators.iter_mut().skip(1).zip(limits) {
        (g.q_min_mvar, g.q_max_mvar) = (Some(low), Some(high));
    }
    let found = solve(&network);
    let q = &found.generators.q_mvar;
    let level = |row: usize, (low, high): (f64, f64)| (q[row] - low) / (high - low);
    assert!(
        (level(1, limits[0]) - level(2, limits[1])).abs() < 1e-9,
        "both at the same level of their range"
    );
    assert!(found.generators.q_outside_mvar[1] > 0.0, "60 Mvar and more is beyond their limits, and told");
}

#[test]
fn an_island_with_a_generator_but_no_slack_is_balanced_by_it_and_told() {
    let mut network = two_bus(0.0, 0.1, 50.0, 0.0);
    let (third, fourth) = (grid::bus(&mut network, "3"), grid::bus(&mut network, "4"));
    grid::line(&mut network, third, fourth, 0.0, 0.1, 0.0);
    grid::pv(&mut network, third, 10.0, 1.01);
    grid::load(&mut network, fourth, 30.0, 0.0);
    let found = solve(&network);
    assert_eq!((found.status, found.islands.len()), (Status::Converged, 2));
    assert!((found.generators.p_mw[1] - 30.0).abs() < 1e-6);
    assert!(found.findings.iter().any(|f| f.code == Code::Assumed && f.message.contains("G2")));
}

#[test]
fn a_grid_without_slack_is_refused_with_the_generator_that_could_be_it() {
    let mut network = two_bus(0.0, 0.1, 50.0, 0.0);
    for g in &mut network.generators {
        g.control = gridstage::model::Control::Voltage;
    }
    let refused = load_flow(&network, &FlowOptions::default(), None).unwrap_err();
    assert_eq!(refused.findings[0].code, Code::NoSlack);
    assert!(refused.findings[0].help.as_deref().unwrap().contains("G1"));
}

/// From a start near the low-voltage solution plain Newton converges there; the operating state is wanted.
#[test]
fn a_start_near_the_low_voltage_solution_does_not_win() {
    let mut network = two_bus(0.0, 0.3, 80.0, 0.0);
    let (p, x) = (0.8_f64, 0.3);
    let low = f64::midpoint(1.0, -(1.0_f64 - 4.0 * p * p * x * x).sqrt()).sqrt();
    let angle = -(p * x / low).asin().to_degrees();
    for (bus, (vm, va)) in network.buses.iter_mut().zip([(1.0, 0.0), (low, angle)]) {
        (bus.vm_start_pu, bus.va_start_deg) = (Some(vm), Some(va));
    }
    let trapped = FlowOptions { start: StartPolicy::Given, ..FlowOptions::default() };
    let alone = load_flow(&network, &trapped, None).unwrap();
    assert!(
        alone.findings.iter().any(|f| f.code == Code::Retried),
        "the given start alone does not win either"
    );
    assert!(vm(&alone, 1) > 0.9 && alone.islands[0].start == Start::Homotopy);
    let found = solve(&network);
    assert!(vm(&found, 1) > 0.9, "{}", vm(&found, 1));
    assert!(found.findings.iter().any(|f| f.code == Code::Retried));
    assert_ne!(found.islands[0].start, Start::Given);
}

/// A resistanceless triangle: flows divide by reactance, in the DC load flow exactly.
#[test]
fn the_dc_load_flow_divides_by_reactance() {
    let mut network = two_bus(0.0, 0.2, 90.0, 40.0);
    let third = grid::bus(&mut network, "3");
    grid::line(&mut network, BusId::from_index(0), third, 0.0, 0.1, 0.0);
    grid::line(&mut network, third, BusId::from_index(1), 0.0, 0.3, 0.0);
    let options = FlowOptions { method: Method::Dc, ..FlowOptions::default() };
    let found = load_flow(&network, &options, None).unwrap();
    let p = &found.branches.p_from_mw;
    assert!((p[0] - 60.0).abs() < 1e-9 && (p[1] - 30.0).abs() < 1e-9 && (p[2] - 30.0).abs() < 1e-9, "{p:?}");
    assert!(found.branches.q_from_mvar[0].is_nan() && found.buses.q_mvar[1].is_nan());
    assert!((found.generators.p_mw[0] - 90.0).abs() < 1e-9);
}

#[test]
fn values_that_are_no_numbers_end_in_a_status() {
    let mut network = two_bus(0.01, 0.1, f64::NAN, 0.0);
    assert_ne!(solve(&network).status, Status::Converged);
    for load in &mut network.loads {
        load.p_mw = 1e300;
    }
    assert_ne!(solve(&network).status, Status::Converged);
}

/// The effort is the same on every machine, so a slower solver fails here.
#[test]
fn newton_takes_as_many_steps_as_it_should() {
    let found = solve(&two_bus(0.02, 0.1, 80.0, 30.0));
    insta::assert_snapshot!(format!("{} {} {}", found.status.as_str(), found.islands[0].start.as_str(), found.iterations), @"converged fdlf 1");
    let again = load_flow(&two_bus(0.02, 0.1, 80.5, 30.0), &FlowOptions::default(), Some(&found)).unwrap();
    insta::assert_snapshot!(format!("{} {}", again.islands[0].start.as_str(), again.iterations), @"previous 2");
}
