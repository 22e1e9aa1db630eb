//! What is watched after an outage beside lines and two-winding transformers: windings, and what a list of PSS/E names.

use super::{TIGHT, alone, ieee, solved};
use gridstage::appraise::{FaultRules, OutageVerdict, judge_each, own_limits_after_a_fault};
use gridstage::criteria::{Violation, Yards, criterion, own_limits};
use gridstage::flow::{LoadFlow, SolvedGrid, Status};
use gridstage::ids::Transformer3Id;
use gridstage::model::{
    BandOf, Bus, ElementId, Interface, Network, Origin, Rating, RatingUnit, Side, StarImpedance,
    Transformer3, VoltageBand, Watched, Winding,
};
use gridstage::study::contingency::{Outage, every_branch};

/// IEEE 14 with a three-winding transformer beside 4-9-1, and 10 MW at its third winding.
fn with_three_windings() -> (Network, Transformer3Id) {
    let mut network = ieee(14);
    let bus = |network: &Network, id: &str| network.buses.iter_ids().find(|(_, bus)| bus.id == id).unwrap().0;
    let (four, nine) = (bus(&network, "4"), bus(&network, "9"));
    let third = network.buses.push(Bus::new("T", 22.0));
    crate::support::grid::load(&mut network, third, 10.0, 2.0);
    let mut windings = [four, nine, third].map(Winding::new);
    for (winding, (unit, normal, emergency)) in windings.iter_mut().zip([
        (RatingUnit::Mva, 20.0, Some(25.0)),
        (RatingUnit::Mva, 14.0, None),
        (RatingUnit::Ka, 0.4, None),
    ]) {
        winding.rating = Rating { unit, normal: Some(normal), short: None, emergency };
    }
    let t = network.transformers3.push(Transformer3 {
        id: "AT1".into(),
        name: String::new(),
        windings,
        impedance: StarImpedance::PerUnit {
            r_pu: [0.002, 0.003, 0.003],
            x_pu: [0.3, 0.4, 0.5],
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva: 100.0,
        },
        vector_group: "".into(),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    (network, t)
}

/// The loading of the winding that is loaded most, by the ratings given above: S/S or I/I, percent; of the emergency
/// ratings where `after` a fault.
fn heaviest(flow: &LoadFlow, after: bool) -> f64 {
    let w = &flow.windings;
    let first = if after { 25.0 } else { 20.0 };
    let (one, two) = (w.p_mw[0].hypot(w.q_mvar[0]) / first, w.p_mw[1].hypot(w.q_mvar[1]) / 14.0);
    // 22 kV: I = S / (sqrt 3 U)
    let third = w.p_mw[2].hypot(w.q_mvar[2]) / (3.0_f64.sqrt() * 22.0 * vm_at(flow, w.bus[2])) / 0.4;
    100.0 * one.max(two).max(third)
}

fn vm_at(flow: &LoadFlow, bus: gridstage::ids::BusId) -> f64 {
    flow.buses.vm_pu[flow.buses.bus.binary_search(&bus).unwrap()]
}

fn judge(base: &SolvedGrid, rules: &FaultRules, outages: Vec<Outage>) -> OutageVerdict {
    let mut results = Vec::new();
    let mut list = outages.iter().cloned();
    let tell = &mut |_, result| results.push(result);
    let measured = judge_each(base, rules, &TIGHT.into(), (&mut list, outages.len()), tell).unwrap();
    OutageVerdict { rules: rules.clone(), outages, results, measured }
}

#[test]
fn a_three_winding_transformer_is_as_loaded_as_its_most_loaded_winding_before_a_fault_and_after() {
    let (network, t) = with_three_windings();
    let base = solved(&network, &TIGHT);
    let three = ElementId::Transformer3(t);
    let yards = Yards::new(&network);
    let state = gridstage::criteria::SolvedState { network: &network, flow: &base.flow, yards: &yards };
    let mut broken: Vec<Violation> = Vec::new();
    for rule in &own_limits().rules {
        criterion(&rule.demand).judge(&state, rule, &mut broken);
    }
    let found = broken.iter().find(|v| v.element == Some(three)).unwrap();
    assert!((found.value - heaviest(&base.flow, false)).abs() < 1e-9, "{found:?}");
    assert_eq!(found.side, Some("winding 2"));

    let outages = every_branch(&network, |element| element != three);
    let set = own_limits_after_a_fault();
    let rules = FaultRules::new(&base, &set, gridstage::study::contingency::Response::Frozen, &|_| true);
    assert_eq!(rules.unwatched, 0);
    let verdict = judge(&base, &rules, outages);
    let mut passed = 0;
    for result in verdict.results.iter().filter(|result| result.status == Status::Converged) {
        let outage = &verdict.outages[result.outage];
        let flow = alone(&network, &base.flow, outage, &result.dead);
        let expected = heaviest(&flow, true);
        let violations = verdict.violations_of(result).into_iter();
        let of_three: Vec<Violation> = violations.filter(|v| v.element == Some(three)).collect();
        assert_eq!(of_three.len(), usize::from(expected > 100.0), "{}", outage.id);
        for violation in of_three {
            passed += 1;
            assert!((violation.value - expected).abs() < 1e-8, "{}: {violation:?} {expected}", outage.id);
        }
    }
    assert!(passed > 3, "{passed}");
}

#[test]
fn a_list_of_what_is_watched_adds_its_bands_and_interfaces_and_leaves_the_rest_alone() {
    let network = ieee(14);
    let base = solved(&network, &TIGHT);
    let line = |id: &str| ElementId::Line(network.lines.iter_ids().find(|(_, l)| l.id == id).unwrap().0);
    let bus = |id: &str| network.buses.iter_ids().find(|(_, bus)| bus.id == id).unwrap().0;
    let (to_5, to_2) = (line("1-5-1"), line("2-4-1"));
    let interface = |rating_mw| Interface {
        id: "North".into(),
        rating_mw: Some(rating_mw),
        branches: vec![(to_5, Side::From), (to_2, Side::To)],
    };
    let list = Watched {
        branches: vec![to_5],
        interfaces: vec![interface(20.0)],
        bands: vec![
            VoltageBand { buses: vec![bus("4")], of: BandOf::Voltage, low_pu: 1.01, high_pu: f64::INFINITY },
            VoltageBand { buses: vec![bus("14")], of: BandOf::Change, low_pu: 0.01, high_pu: 0.02 },
        ],
    };
    let named = |element: ElementId| list.branches.contains(&element);
    let set = own_limits_after_a_fault();
    let mut rules = FaultRules::new(&base, &set, gridstage::study::contingency::Response::Frozen, &named);
    rules.monitor(&base, &list);
    let verdict = judge(&base, &rules, every_branch(&network, |_| true));
    let before_14 = vm_at(&base.flow, bus("14"));
    let mut counts = [0; 3];
    for result in verdict.results.iter().filter(|result| result.status == Status::Converged) {
        let outage = &verdict.outages[result.outage];
        let violations = verdict.violations_of(result);
        let flow = alone(&network, &base.flow, outage, &result.dead);
        let p_mw = |branch: ElementId, from: bool| {
            let row = flow.branches.branch.binary_search(&branch).unwrap();
            let p = if from { flow.branches.p_from_mw[row] } else { flow.branches.p_to_mw[row] };
            if flow.branches.energised[row] { p } else { 0.0 }
        };
        let expected = [
            ("North", (p_mw(to_5, true) + p_mw(to_2, false)).abs(), 20.0, f64::NEG_INFINITY),
            ("voltage-range", vm_at(&flow, bus("4")), f64::INFINITY, 1.01),
            ("voltage-deviation", vm_at(&flow, bus("14")), before_14 + 0.02, before_14 - 0.01),
        ];
        for ((rule, value, most, least), count) in expected.into_iter().zip(&mut counts) {
            let found = violations.iter().find(|v| v.rule == rule);
            assert_eq!(found.is_some(), value > most || value < least, "{}: {rule} {value}", outage.id);
            if let Some(found) = found {
                *count += 1;
                assert!((found.value - value).abs() < 1e-8, "{}: {found:?} {value}", outage.id);
            }
        }
        let others = violations.iter().filter(|v| {
            v.quantity == "vm" && !["voltage-range", "voltage-deviation"].contains(&v.rule.as_str())
        });
        assert_eq!(others.count(), 0, "only what the list names is watched");
    }
    assert!(counts.iter().all(|&count| count > 0), "{counts:?}");
}
