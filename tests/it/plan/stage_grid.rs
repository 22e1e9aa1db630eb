//! The grid of a stage: demand, transfer, schedule. All figures worked out by hand from the teaching plan.

use super::{edited, teaching};
use gridstage::finding::Code;
use gridstage::ids::{ScenarioId, SubstationId};
use gridstage::model::{Interpolation, LostLoad, MovedLoad, Plan, Selection, StageGrid};
use jiff::civil::{Date, date};

fn scenario(plan: &Plan, id: &str) -> ScenarioId {
    plan.scenarios.iter_ids().find(|(_, scenario)| scenario.id == id).unwrap().0
}

fn station(plan: &Plan, id: &str) -> SubstationId {
    plan.network.substations.iter_ids().find(|(_, station)| station.id == id).unwrap().0
}

fn grid(plan: &Plan, at: Date, scenario_id: &str) -> StageGrid {
    plan.grid_at(Some(at), scenario(plan, scenario_id), &Selection::default()).unwrap()
}

fn load(grid: &StageGrid, id: &str) -> (f64, f64) {
    let load = grid.network.loads.iter().find(|load| load.id == id).unwrap();
    (load.p_mw, load.q_mvar)
}

fn assert_power((p, q): (f64, f64), expected: (f64, f64)) {
    assert!((p - expected.0).abs() < 1e-9 && (q - expected.1).abs() < 1e-9, "{p} {q} is not {expected:?}");
}

fn generator(grid: &StageGrid, id: &str) -> (f64, f64) {
    let generator = grid.network.generators.iter().find(|generator| generator.id == id).unwrap();
    (generator.p_mw, generator.vm_setpoint_pu)
}

#[test]
fn between_given_years_the_load_goes_up_in_equal_steps_and_is_shared_as_recorded() {
    let plan = teaching();
    let grid = grid(&plan, date(2018, 12, 31), "max");
    // A: half-way from 20 to 40 MW at tan φ = 0.75, on records of 3 and 1 MW
    assert_power(load(&grid, "A1"), (22.5, 16.875));
    assert_power(load(&grid, "A2"), (7.5, 5.625));
    // B: 10 MW at power factor 1; its large customer starts in 2020
    assert_power(load(&grid, "B1"), (10.0, 0.0));
    assert_power(load(&grid, "C1"), (8.0, 6.0));
    assert!(grid.moved.is_empty() && grid.lost.is_empty() && grid.findings.is_empty());
}

#[test]
fn within_a_year_the_day_counts() {
    let plan = teaching();
    // 30 June 2017 is day 181 of 365: (1 + 181/365 − 1)/4 of the way from 2016 to 2020 ... in 2017 − 1
    let way = (2016.0 + 181.0 / 365.0 - 2016.0) / 4.0;
    let grid = grid(&plan, date(2017, 6, 30), "max");
    let (a1, a2) = (load(&grid, "A1").0, load(&grid, "A2").0);
    assert!((a1 + a2 - (20.0 + way * 20.0)).abs() < 1e-9);
}

#[test]
fn compound_growth_doubles_in_the_middle_by_the_root_of_two() {
    let mut plan = teaching();
    plan.forecast.interpolation = Interpolation::Compound;
    let grid = grid(&plan, date(2018, 12, 31), "max");
    let total = load(&grid, "A1").0 + load(&grid, "A2").0;
    assert!((total - 20.0 * 2.0_f64.sqrt()).abs() < 1e-9);
}

#[test]
fn a_load_factor_scales_the_load_and_with_it_the_generation() {
    let plan = teaching();
    let grid = grid(&plan, date(2018, 12, 31), "min");
    assert_power(load(&grid, "C1"), (4.0, 3.0));
    // half-way from 10 MW, scaled by a half, to the 7 MW that the scenario's own row gives as they are
    assert_eq!(generator(&grid, "G"), (6.0, 1.01));
    let grid = self::grid(&plan, date(2018, 12, 31), "max");
    assert_eq!(generator(&grid, "G"), (20.0, 1.01));
    // a generator without a row keeps its record
    assert_eq!(generator(&grid, "N"), (0.0, 1.03));
}

#[test]
fn saving_is_a_share_of_the_base_rows_and_not_of_the_large_customer() {
    let plan = teaching();
    let grid = grid(&plan, date(2020, 12, 31), "saving");
    // 40 − 4, and 10 − 1 + 4 MW, the 4 at tan φ = 0.75 and the rest at power factor 1
    assert_power(load(&grid, "A1"), (27.0, 20.25));
    assert_power(load(&grid, "B1"), (13.0, 3.0));
    assert_power(load(&grid, "C1"), (10.8, 8.1));
    // 30 MW × (36 + 13 + 10.8) / (40 + 10 + 12)
    let (p_mw, vm) = generator(&grid, "G");
    assert!((p_mw - 30.0 * 59.8 / 62.0).abs() < 1e-9);
    assert!((vm - 1.02).abs() < 1e-9);
}

#[test]
fn the_base_rows_of_a_scenario_replace_those_for_all_in_the_same_year_only() {
    let plan = edited(&[(
        "forecast.csv",
        "saving,2020,*",
        "saving,2020,A,base,60,,0.8,lesson,estimated\nsaving,2020,*",
    )])
    .unwrap();
    let at = date(2018, 12, 31);
    // 20 MW in 2016 for all, 60 MW in 2020 for this scenario
    let drawn = plan.demand(at, scenario(&plan, "saving"));
    assert_eq!(drawn.stations[0].substation, station(&plan, "A"));
    assert!((drawn.stations[0].p_mw - 40.0).abs() < 1e-9);
    assert!((drawn.base_mw - 48.0).abs() < 1e-9);
    assert!((plan.demand(at, scenario(&plan, "max")).stations[0].p_mw - 30.0).abs() < 1e-9);
}

#[test]
fn the_load_of_a_station_that_slips_goes_to_its_neighbours_and_the_rest_is_lost() {
    let plan = teaching();
    let slipped: Vec<_> = plan
        .projects
        .iter_ids()
        .filter(|(_, one)| one.id == "P001" || one.id == "P002")
        .map(|one| one.0)
        .collect();
    let selection = Selection { with: Vec::new(), without: slipped };
    let grid = plan.grid_at(Some(date(2018, 12, 31)), scenario(&plan, "max"), &selection).unwrap();
    let [a, b, c] = ["A", "B", "C"].map(|id| station(&plan, id));
    // 8 MW: 6 to B in 15 minutes, then 1 to A in 30, 1 is lost; all at tan φ = 0.75
    assert_eq!(
        grid.moved,
        [
            MovedLoad { from: c, to: b, p_mw: 6.0, minutes: 15.0 },
            MovedLoad { from: c, to: a, p_mw: 1.0, minutes: 30.0 }
        ]
    );
    assert_eq!(grid.lost, [LostLoad { substation: c, p_mw: 1.0 }]);
    assert_power(load(&grid, "B1"), (16.0, 4.5));
    assert_power(load(&grid, "A1"), (0.75 * 31.0, 0.75 * 23.25));
    let codes: Vec<Code> = grid.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::LoadMoved, Code::LoadLost]);
}

#[test]
fn after_the_last_given_year_the_figure_is_held_and_told_once() {
    let plan = teaching();
    let grid = grid(&plan, date(2022, 12, 31), "max");
    assert_power(load(&grid, "C1"), (12.0, 9.0));
    assert!((generator(&grid, "G").0 - 30.0 * 66.0 / 62.0).abs() < 1e-9);
    let messages: Vec<&str> = grid.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "3 stations: their last figure is held up to 2022-12-31",
            "1 generators: their last figure is held up to 2022-12-31"
        ]
    );
}

#[test]
fn before_the_first_given_year_a_station_draws_nothing() {
    let plan = teaching();
    let grid = grid(&plan, date(2018, 7, 1), "max");
    assert_power(load(&grid, "C1"), (0.0, 0.0));
}

#[test]
fn loads_without_a_forecast_keep_their_record_times_the_load_factor() {
    let mut plan = teaching();
    plan.forecast.rows.clear();
    let grid = grid(&plan, date(2018, 12, 31), "min");
    assert_power(load(&grid, "A1"), (1.5, 0.5));
    assert_power(load(&grid, "B1"), (5.0, 1.0));
}

#[test]
fn a_bare_grid_stays_as_it_is() {
    let mut plan = teaching();
    plan.base.as_of = None;
    let grid = plan.grid_at(None, scenario(&plan, "max"), &Selection::default()).unwrap();
    assert!(grid.network == plan.network);
}
