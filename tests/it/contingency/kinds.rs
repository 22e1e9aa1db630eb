//! Outages of other things than branches, several at once, and what the grid does about them.

use super::{FLOW, TIGHT, chain, ieee, solved};
use crate::support::grid;
use gridstage::appraise::{
    FaultRules, OutageResult, OutageVerdict, judge_outages, judge_sequences, own_limits_after_a_fault,
};
use gridstage::criteria::Violation;
use gridstage::flow::{Controls, FlowOptions, Status, load_flow, solve_grid};
use gridstage::ids::GeneratorId;
use gridstage::model::{Control, ElementId, Loss, Network};
use gridstage::study::contingency::{
    BusLimit, Contingencies, How, Limits, Options, Outage, Redispatch, Response, of_kind, pairs, run,
};

/// Limits that every voltage passes, so that all of them come out.
fn every_voltage(network: &Network) -> Limits {
    let buses = network.buses.ids().enumerate();
    let buses = buses.map(|(tag, bus)| BusLimit { bus, min_pu: Some(9.0), max_pu: None, tag }).collect();
    Limits { buses, ..Limits::default() }
}

/// Voltages of all buses after each outage, none where there is no state, and how they were found.
fn voltages(network: &Network, outages: &[Outage], options: &Options) -> Vec<(How, Vec<(usize, f64)>)> {
    let base = solved(network, &options.flow);
    run(&base, outages, &every_voltage(network), options, |after| {
        (after.how, after.passed.iter().map(|passed| (passed.tag, passed.value)).collect())
    })
    .unwrap()
}

/// The magnitudes of the changed grid, solved by itself; none where it has no state.
fn alone(network: &Network, changes: impl Fn(&mut Network), limits: &Limits) -> Vec<(usize, f64)> {
    let mut changed = network.clone();
    changes(&mut changed);
    let flow = load_flow(&changed, &TIGHT, None).unwrap();
    let limits = if flow.status == Status::Converged { limits.clone() } else { Limits::default() };
    limits.passed(&flow).into_iter().map(|passed| (passed.tag, passed.value)).collect()
}

fn assert_same(found: &[(usize, f64)], expected: &[(usize, f64)], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (a, b) in found.iter().zip(expected) {
        assert!(a.0 == b.0 && (a.1 - b.1).abs() < 1e-9, "{what}: {a:?} {b:?}");
    }
}

#[test]
fn the_loss_of_a_machine_or_a_bus_is_that_of_the_changed_grid() {
    for buses in [14, 57, 118] {
        let network = ieee(buses);
        let limits = every_voltage(&network);
        let (mut ways, mut with_state) = (Vec::new(), 0);
        for loss in [Loss::Generator, Loss::Bus, Loss::Shunt] {
            let mut outages = of_kind(&network, loss, &|_| true);
            // A bus that parts the grid is looked at below, the slack further down.
            let slack = network.generators.iter().find(|g| g.control == Control::Slack).unwrap();
            outages.retain(|outage| outage.elements[0] != ElementId::Bus(slack.bus));
            outages.retain(|outage| outage.id != slack.id.as_str() || loss == Loss::Bus);
            let found = voltages(&network, &outages, &TIGHT.into());
            assert_eq!(found.len(), outages.len());
            for (outage, (how, found)) in outages.iter().zip(found) {
                let without = |changed: &mut Network| {
                    changed.set_in_service(outage.elements[0], false);
                    let islands = gridstage::case::build(changed).unwrap();
                    let main = islands.slack.iter_ids().find(|(_, slack)| {
                        slack.iter().any(|&id| network.generators[id].control == Control::Slack)
                    });
                    let (main, _) = main.unwrap();
                    for bus in changed.buses.ids() {
                        if islands.map.node(bus).is_none_or(|(island, _)| island != main) {
                            changed.buses[bus].in_service = false;
                        }
                    }
                };
                assert_same(&found, &alone(&network, without, &limits), &outage.id);
                with_state += usize::from(!found.is_empty());
                ways.push(how);
            }
        }
        assert!(with_state > ways.len() * 9 / 10, "{buses}: {with_state} of {}", ways.len());
        assert!(buses == 14 || ways.contains(&How::Chords), "{buses}: lanes take some");
        assert!(ways.contains(&How::Newton), "{buses}: and Newton alone those that release a voltage");
    }
}

#[test]
fn the_loss_of_the_slack_hands_the_balance_to_the_largest_machine_and_says_so() {
    let network = ieee(14);
    let slack = network.generators.iter_ids().find(|(_, g)| g.control == Control::Slack).unwrap().0;
    let outage = Outage::of(&network, ElementId::Generator(slack));
    let base = solved(&network, &FLOW);
    let found = run(&base, &[outage], &Limits::default(), &FLOW.into(), |after| {
        (after.status, after.slack, after.dead.len())
    });
    let (status, taker, dead) = found.unwrap()[0];
    let holding = network.generators.iter_ids().filter(|(_, g)| g.control == Control::Voltage);
    let largest = holding.max_by(|a, b| a.1.p_mw.total_cmp(&b.1.p_mw)).map(|(id, _)| id);
    assert_eq!((status, taker, dead), (Status::Converged, largest, 0));
}

#[test]
fn the_loss_of_the_only_source_leaves_all_dark() {
    let network = chain();
    let base = solved(&network, &FLOW);
    let outages = of_kind(&network, Loss::Generator, &|_| true);
    let found = run(&base, &outages, &Limits::default(), &FLOW.into(), |after| {
        (after.status, after.lost_mw, after.dead.len())
    });
    assert_eq!(found.unwrap(), [(Status::Converged, 50.0, 3)]);
}

/// Three machines at one bus behind the slack, of 60, 30 and 10 MW, with 20, 40 and 0 MW left.
fn fleet() -> (Network, Vec<GeneratorId>) {
    let mut network = Network::default();
    let [s, a] = ["S", "A"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, s, 1.0);
    grid::line(&mut network, s, a, 0.0, 0.05, 0.0);
    grid::load(&mut network, a, 150.0, 0.0);
    let mut machine = |id: &str, p_mw: f64, p_max_mw: f64, weight: f64| {
        let mut g = gridstage::model::Generator::new(id, a, Control::Fixed, p_mw, 1.0);
        (g.p_max_mw, g.participation) = (Some(p_max_mw), Some(weight));
        network.generators.push(g)
    };
    let ids = vec![
        machine("G60", 60.0, 80.0, 3.0),
        machine("G30", 30.0, 70.0, 1.0),
        machine("G10", 10.0, 10.0, 5.0),
    ];
    (network, ids)
}

#[test]
fn machines_make_up_for_a_loss_by_their_weights_up_to_their_limits() {
    let (network, ids) = fleet();
    // Without resistance the slack gives what the others leave of 150 MW.
    let after_loss = |lost: usize, redispatch| {
        let outage = Outage::of(&network, ElementId::Generator(ids[lost]));
        let base = solved(&network, &TIGHT);
        let limits = Limits {
            branches: vec![gridstage::study::contingency::BranchLimit {
                winding: None,
                branch: ElementId::Line(network.lines.ids().next().unwrap()),
                rating: 1.0,
                unit: gridstage::model::RatingUnit::Mva,
                max_percent: 1e-9,
                tag: 0,
            }],
            ..Limits::default()
        };
        let options = Options { redispatch, ..TIGHT.into() };
        let found = run(&base, &[outage], &limits, &options, |after| after.passed[0].value / 100.0);
        let apparent_mva: f64 = found.unwrap()[0];
        // At the slack's end, with its reactive power: take P of the larger end from the angle.
        apparent_mva
    };
    let by_hand = |p_mw: f64| {
        let mut changed = Network::default();
        let [s, a] = ["S", "A"].map(|id| grid::bus(&mut changed, id));
        grid::slack(&mut changed, s, 1.0);
        grid::line(&mut changed, s, a, 0.0, 0.05, 0.0);
        grid::load(&mut changed, a, p_mw, 0.0);
        let flow = load_flow(&changed, &TIGHT, None).unwrap();
        flow.branches.p_from_mw[0].hypot(flow.branches.q_from_mvar[0])
    };
    // G30 lost: 30 MW by weights 3 to 5 (G10 is full): G60 takes all up to its 20 MW, the slack the rest.
    for (redispatch, slack_mw) in [
        (Redispatch::Slack, 50.0 + 30.0),
        (Redispatch::Participation, 50.0 + 10.0),
        (Redispatch::Reserve, 50.0 + 10.0),
    ] {
        let found = after_loss(1, redispatch);
        assert!((found - by_hand(slack_mw)).abs() < 1e-7, "{redispatch:?} {found} {}", by_hand(slack_mw));
    }
    // G60 lost: G30 has 40 MW left and takes them whatever the weights.
    assert!((after_loss(0, Redispatch::Participation) - by_hand(50.0 + 20.0)).abs() < 1e-7);
}

#[test]
fn what_leaves_the_same_grid_is_solved_once_and_told_by_the_first() {
    let network = chain();
    let base = solved(&network, &FLOW);
    let mut outages = of_kind(&network, Loss::Line, &|_| true);
    outages.extend(of_kind(&network, Loss::Bus, &|bus| network.id_of(bus) == "B"));
    let found =
        run(&base, &outages, &Limits::default(), &FLOW.into(), |after| (after.same_as, after.lost_mw));
    // The line to B and B itself; the two lines to A are alike, but not the same grid.
    assert_eq!(found.unwrap(), [(None, 0.0), (None, 0.0), (None, 20.0), (Some(2), 20.0)]);
}

#[test]
fn machines_that_would_pass_their_limits_are_solved_anew_with_them() {
    let mut network = ieee(14);
    for id in network.generators.ids() {
        let g = &mut network.generators[id];
        if g.control == Control::Voltage {
            (g.q_min_mvar, g.q_max_mvar) = (Some(-6.0), Some(30.0));
        }
    }
    let controls = Controls { q_limits: true, ..Controls::OFF };
    let flow = FlowOptions { controls, ..TIGHT };
    let outages = of_kind(&network, Loss::Line, &|_| true);
    let base = solve_grid(&network, &flow, None).unwrap();
    let limits = every_voltage(&network);
    let options = Options { flow, response: Response::Limits, ..Options::default() };
    let found: Vec<(How, Vec<(usize, f64)>)> = run(&base, &outages, &limits, &options, |after| {
        (after.how, after.passed.iter().map(|passed| (passed.tag, passed.value)).collect())
    })
    .unwrap();
    let mut anew = 0;
    for (outage, (how, found)) in outages.iter().zip(&found) {
        let mut without = network.clone();
        without.set_in_service(outage.elements[0], false);
        let expected = load_flow(&without, &flow, Some(&base.flow)).unwrap();
        if expected.status != Status::Converged || expected.islands.len() > 1 {
            continue;
        }
        anew += usize::from(*how == How::Anew);
        let expected: Vec<(usize, f64)> =
            limits.passed(&expected).into_iter().map(|passed| (passed.tag, passed.value)).collect();
        assert_same(found, &expected, &outage.id);
    }
    assert!(anew > 0 && anew < outages.len(), "{anew} of {}", outages.len());
}

#[test]
fn pairs_are_each_told_once_and_are_the_loss_of_both() {
    let network = ieee(14);
    let single = of_kind(&network, Loss::Line, &|_| true);
    let all: Vec<Outage> = pairs(&single).collect();
    let n = single.len();
    assert_eq!(all.len(), n * (n - 1) / 2);
    assert_eq!(all[0].id, format!("{} + {}", single[0].id, single[1].id).as_str());
    let base = solved(&network, &TIGHT);
    let limits = every_voltage(&network);
    let found = run(&base, &all, &limits, &TIGHT.into(), |after| {
        let passed: Vec<(usize, f64)> = after.passed.iter().map(|one| (one.tag, one.value)).collect();
        (after.status, after.dead.to_vec(), passed)
    });
    let mut compared = 0;
    for (outage, (status, dead, passed)) in all.iter().zip(found.unwrap()) {
        let mut without = network.clone();
        for &element in &outage.elements {
            without.set_in_service(element, false);
        }
        for &bus in &dead {
            without.buses[bus].in_service = false;
        }
        let flow = load_flow(&without, &TIGHT, Some(&base.flow)).unwrap();
        assert_eq!(flow.status, status, "{}", outage.id);
        if status == Status::Converged {
            let expected: Vec<(usize, f64)> =
                limits.passed(&flow).into_iter().map(|one| (one.tag, one.value)).collect();
            assert_same(&passed, &expected, &outage.id);
            compared += 1;
        }
    }
    assert!(compared > n * (n - 1) / 3, "{compared}");
}

#[test]
fn a_sequence_is_the_second_outage_in_the_grid_that_the_controls_left_after_the_first() {
    let network = ieee(14);
    let flow = FlowOptions { controls: Controls::ON, ..FLOW };
    let base = solve_grid(&network, &flow, None).unwrap();
    let singles = of_kind(&network, Loss::Line, &|element| {
        ["4-5-1", "2-3-1", "7-8-1", "9-14-1"].contains(&network.id_of(element))
    });
    let set = own_limits_after_a_fault();
    let options: Options = flow.into();
    let rules = FaultRules::new(&base, &set, options.response, &|_| true);
    let mut found: Vec<(Outage, OutageResult)> = Vec::new();
    judge_sequences(&base, &rules, &options, (&singles, &singles), &mut |outage, result| {
        found.push((outage, result));
    })
    .unwrap();
    assert!(found.iter().enumerate().all(|(k, (_, result))| result.outage == k), "counted on");
    let names: Vec<&str> = found.iter().map(|(outage, _)| outage.id.as_str()).collect();
    assert!(names.contains(&"4-5-1 then 2-3-1") && names.contains(&"2-3-1 then 4-5-1"), "{names:?}");
    for first in &singles {
        let contingencies = Contingencies::new(&base, &rules.limits, &options, 1).unwrap();
        let without = contingencies.without(first).unwrap();
        let after = solve_grid(&without.network, &flow, Some(&base.flow)).unwrap();
        let rest: Vec<Outage> = singles.iter().filter(|second| second.id != first.id).cloned().collect();
        let verdict = judge_outages(&after, &set, rest, &options, &|_| true).unwrap();
        for (second, _, expected) in verdict.rows() {
            let id = format!("{} then {}", first.id, second.id);
            let Some((outage, result)) = found.iter().find(|(outage, _)| outage.id == id.as_str()) else {
                continue;
            };
            assert_eq!(result.status, expected.status, "{id}");
            assert!((result.lost_mw - without.lost_mw - expected.lost_mw).abs() < 1e-9, "{id}");
            let values = |violations: Vec<Violation>| -> Vec<(Option<ElementId>, u64)> {
                let limits = violations.iter().filter(|v| v.quantity != "lost load");
                let mut values: Vec<_> = limits.map(|v| (v.element, v.value.to_bits())).collect();
                values.sort_unstable();
                values
            };
            assert_eq!(
                values(rules.violations(outage, result)),
                values(verdict.violations_of(expected)),
                "{id}"
            );
        }
    }
}

#[test]
fn of_each_limit_the_outage_that_presses_it_most_is_known_passed_or_not() {
    let network = ieee(118);
    let base = solved(&network, &FLOW);
    let outages = of_kind(&network, Loss::Line, &|_| true);
    let judge = || {
        judge_outages(&base, &own_limits_after_a_fault(), outages.clone(), &FLOW.into(), &|_| true).unwrap()
    };
    let verdict: OutageVerdict = judge();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(judge).measured, verdict.measured);
    assert_eq!(verdict.measured.len(), verdict.rules.watched());
    // Brute force over the voltages of all outages.
    let every = every_voltage(&network);
    let all = run(&base, &outages, &every, &FLOW.into(), |after| after.passed.to_vec()).unwrap();
    for (tag, bus) in network.buses.ids().enumerate() {
        let values = || all.iter().flatten().filter(|passed| passed.tag == tag).map(|passed| passed.value);
        let measured = verdict.measured.iter().find(|row| row.element == Some(ElementId::Bus(bus))).unwrap();
        let (lowest, highest) = (values().fold(9.0, f64::min), values().fold(0.0, f64::max));
        let below = 100.0 * (1.0 - lowest / network.buses[bus].vm_min_pu.unwrap());
        let above = 100.0 * (highest / network.buses[bus].vm_max_pu.unwrap() - 1.0);
        let expected = if below > above { lowest } else { highest };
        assert!(
            (measured.value - expected).abs() < 1e-6,
            "{}: {measured:?} {expected}",
            network.buses[bus].id
        );
        assert!((measured.excess_percent - f64::max(below, above)).abs() < 1e-4);
    }
    for violation in verdict.limiting() {
        let row = verdict.measured.iter().find(|row| row.element == violation.element).unwrap();
        assert!(row.excess_percent >= violation.excess_percent() - 1e-4, "{violation:?} {row:?}");
    }
}
