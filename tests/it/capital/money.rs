//! Costs in one money: exchange, price level, spreading, discounting, unit costs.

use super::work;
use gridstage::appraise::capital::{Capital, CostSource, Spread};
use gridstage::model::{
    Cost, Exchange, FirstFlow, LineImpedance, LineKind, LineType, Money, Origin, Parameter, Plan, PriceIndex,
    Section, Selection, Spend, SpendProfile, UnitCost, UnitCostOf,
};

fn cost(capex_million: f64, price_year: i16, currency: &str) -> Cost {
    Cost { capex_million, price_year, currency: currency.into(), ..Cost::default() }
}

fn money() -> Money {
    let level = |year, level| PriceIndex { year, level, origin: Origin::default() };
    Money {
        currency: "VND".into(),
        price_year: 2020,
        discount_rate: Some(Parameter::new(0.1)),
        escalation_rate: Some(Parameter::new(0.05)),
        price_index: vec![level(2018, 80.0), level(2020, 100.0), level(2022, 121.0)],
        exchange: vec![Exchange {
            currency: "USD".into(),
            rate: 25.0,
            date: "2020-01-02".parse().unwrap(),
            origin: Origin::default(),
        }],
        ..Money::default()
    }
}

fn capital(plan: &Plan) -> Capital {
    Capital::new(plan, &Selection::default())
}

/// 2018 prices rise by 100/80; 2021 lies in the middle of 100 and 121 in logarithms, at 110; beyond the index 5 % a year.
#[test]
fn prices_move_by_the_index_and_beyond_it_by_the_escalation() {
    let money = money();
    for (year, level) in [
        (2017, 80.0 / 1.05),
        (2018, 80.0),
        (2020, 100.0),
        (2021, 110.0),
        (2022, 121.0),
        (2024, 121.0 * 1.1025),
    ] {
        assert!((money.index(year) - level).abs() < 1e-9, "{year}: {}", money.index(year));
    }
    assert!((money.to_plan_prices(2018) - 1.25).abs() < 1e-12);
    let plain = Money { price_year: 2020, ..Money::default() };
    assert!((plain.to_plan_prices(2010) - 1.0).abs() < 1e-12 && !plain.moves_prices());
}

/// 2 million USD of 2018 at 25 are 50 of 2018, 62.5 of 2020. Half is spent in 2021, half in 2022.
#[test]
fn a_cost_is_told_in_prices_of_the_plan_nominal_and_discounted() {
    let mut plan = crate::need::plan::closed();
    plan.money = Some(Money { base_year: Some(2020), ..money() });
    let p1 = work(&plan, "P1");
    plan.projects[p1].cost = Some(cost(2.0, 2018, "USD"));
    let spend = |year| Spend { year, share: 0.5, origin: Origin::default() };
    plan.projects[p1].spend = vec![spend(2021), spend(2022)];
    for (first_flow, years) in [(FirstFlow::YearEnd, [2, 3]), (FirstFlow::Undiscounted, [1, 2])] {
        plan.money.as_mut().unwrap().first_flow = first_flow;
        let capital = capital(&plan);
        let found = capital.of(p1).unwrap();
        assert_eq!((found.own_million, found.price_year, found.plan_million), (50.0, 2018, 62.5));
        assert_eq!(found.spread, Spread::Stated);
        let outlays: Vec<_> = capital.outlays().filter(|outlay| outlay.project == p1).collect();
        for ((outlay, level), n) in outlays.iter().zip([1.1, 1.21]).zip(years) {
            assert!((outlay.plan_million - 31.25).abs() < 1e-9);
            assert!((outlay.nominal_million - 31.25 * level).abs() < 1e-9, "{outlay:?}");
            assert!((outlay.discounted_million - 31.25 / 1.1_f64.powi(n)).abs() < 1e-9, "{outlay:?}");
        }
        let later = 31.25 / 1.1_f64.powi(years[0] + 3) + 31.25 / 1.1_f64.powi(years[1] + 3);
        assert!((capital.discounted_million(found, 3) - later).abs() < 1e-9);
    }
}

/// P10 has two phases, 2028 and 2029; with shares 0.4 and 0.6 half of its 100 is spent in 2027 and 2028, half in 2028 and 2029.
#[test]
fn what_is_not_said_is_spent_by_the_profile_phase_by_phase_and_else_at_commissioning() {
    let mut plan = crate::need::plan::closed();
    let p10 = work(&plan, "P10");
    let at_once = capital(&plan);
    assert_eq!(at_once.of(p10).unwrap().shares, [(2028, 0.5), (2029, 0.5)]);
    assert_eq!(at_once.of(p10).unwrap().spread, Spread::AtCommissioning);
    plan.money.as_mut().unwrap().spend_profile =
        Some(SpendProfile { shares: vec![0.4, 0.6], source: String::new(), confidence: None });
    let spread = capital(&plan);
    assert_eq!(spread.of(p10).unwrap().spread, Spread::Profile);
    let expected = [(2027, 0.2), (2028, 0.5), (2029, 0.3)];
    for ((year, share), (expected_year, expected)) in spread.of(p10).unwrap().shares.iter().zip(expected) {
        assert!(
            *year == expected_year && (share - expected).abs() < 1e-12,
            "{:?}",
            spread.of(p10).unwrap().shares
        );
    }
    // A candidate does not count; all years together are all costs.
    assert!(spread.of(work(&plan, "P8")).is_none());
    let rows = spread.by_year(&plan);
    let sum: f64 = rows.iter().map(|row| row.plan_million).sum();
    assert!((sum - 10.0 * 100.0).abs() < 1e-9, "{sum}");
    assert_eq!(rows.iter().filter(|row| row.year == 2028).map(|row| row.works).sum::<usize>(), 1);
}

/// Lines of 12 km and 110 kV: three circuits of one row are one double and one single, 12 · (6 + 4).
#[test]
fn a_work_without_a_cost_costs_what_unit_costs_make_of_it_or_says_what_has_none() {
    let mut plan = crate::need::plan::closed();
    let (p1, p9) = (work(&plan, "P1"), work(&plan, "P9"));
    plan.projects[p1].cost = None;
    plan.projects[p9].cost = None;
    let unknown = |plan: &Plan, id| match &capital(plan).of(id).unwrap().source {
        CostSource::Unknown(why) => why.clone(),
        other => panic!("{other:?}"),
    };
    assert!(unknown(&plan, p1).contains("no unit costs"), "{}", unknown(&plan, p1));
    let unit = |id: &str, of, million, price_year| UnitCost {
        id: id.into(),
        of,
        vn_kv: 110.0,
        cost: cost(million, price_year, ""),
        origin: Origin::default(),
    };
    let line = |circuits| UnitCostOf::Line { kind: LineKind::Overhead, circuits };
    plan.unit_costs = vec![unit("one", line(1), 4.0, 2020), unit("two", line(2), 6.0, 2020)];
    assert!(unknown(&plan, p1).contains("tells no length"), "{}", unknown(&plan, p1));
    let line_type = plan.network.catalogue.line_types.push(LineType {
        id: "AC".into(),
        kind: LineKind::Overhead,
        description: String::new(),
        vn_kv: 110.0,
        r_ohm_per_km: 0.1,
        x_ohm_per_km: 0.4,
        b_us_per_km: 2.7,
        i_normal_ka: None,
        i_emergency_ka: None,
        origin: Origin::default(),
    });
    let ids: Vec<_> = plan.network.lines.ids().collect();
    for id in ids {
        let line = &mut plan.network.lines[id];
        line.impedance = LineImpedance::Sections(vec![Section { line_type, length_km: 12.0 }]);
        if ["SA2", "SB2", "SA3"].contains(&line.id.as_str()) {
            line.row = "ROW".into();
        }
    }
    let known = |plan: &Plan, id| {
        let capital = capital(plan);
        let found = capital.of(id).unwrap().clone();
        assert!(matches!(found.source, CostSource::UnitCosts(_)), "{:?}", found.source);
        found.plan_million
    };
    assert!((known(&plan, p1) - 48.0).abs() < 1e-9);
    let added: Vec<_> = ["P2", "P10"]
        .iter()
        .flat_map(|id| plan.projects[work(&plan, id)].phases[0].changes.clone())
        .collect();
    plan.projects[p1].phases[0].changes.extend(added);
    assert!((known(&plan, p1) - 120.0).abs() < 1e-9);
    assert!(unknown(&plan, p9).contains("changing line SA1"), "{}", unknown(&plan, p9));
}
