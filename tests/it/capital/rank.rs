//! Ranking against brute force: every grid without works built and solved from nothing.

use super::{is_near, options, severity, staged, without, work};
use gridstage::appraise::capital::Capital;
use gridstage::appraise::dated::Days;
use gridstage::appraise::rank::{Game, Method, Metric, Prices, Rank, Sampling, rank, shares, sort};
use gridstage::ids::ProjectId;
use gridstage::model::{Plan, Selection};
use std::collections::{BTreeMap, BTreeSet};

const STAGES: [i16; 3] = [2022, 2025, 2030];

fn none(_: usize, _: usize) {}

fn days(plan: &Plan) -> Days<'static> {
    Days::new(plan.clone(), options(plan), &|| ()).unwrap()
}

/// Works by the stage in which they first stand and change something.
fn players(plan: &Plan) -> BTreeMap<i16, BTreeSet<ProjectId>> {
    let ids = |ids: &[&str]| ids.iter().map(|id| work(plan, id)).collect();
    [(2022, ids(&["P1"])), (2025, ids(&["P2", "P3", "P4", "P11"])), (2030, ids(&["P6", "P9", "P10"]))].into()
}

/// The severity of a stage by the works missing in it, each worked out once.
struct Brute {
    plan: Plan,
    known: BTreeMap<(i16, BTreeSet<ProjectId>), f64>,
}

impl Brute {
    fn without(&mut self, year: i16, out: &BTreeSet<ProjectId>) -> f64 {
        let plan = &self.plan;
        *self.known.entry((year, out.clone())).or_insert_with(|| severity(&without(plan, out), year))
    }
}

fn brute(plan: &Plan) -> Brute {
    Brute { plan: plan.clone(), known: BTreeMap::new() }
}

#[test]
fn what_works_do_when_taken_out_and_put_in_is_that_of_brute_force() {
    let plan = staged(&STAGES);
    let days = days(&plan);
    let mut game = Game::new(&days);
    let capital = Capital::new(&plan, &Selection::default());
    let works: Vec<ProjectId> = plan.projects.ids().collect();
    let rows = rank(&mut game, &capital, &works, None, &none);
    let mut brute = brute(&plan);
    let players = players(&plan);
    let (mut taken, mut put, mut replaced) = (0, 0, 0);
    for row in &rows {
        let id = plan.projects[row.project].id.as_str();
        let out = BTreeSet::from([row.project]);
        if let Some(gain) = &row.out {
            let mut worth = 0.0;
            let first = row.planned.unwrap().year();
            for (stage, metrics) in &gain.stages {
                let year: i16 = plan.stages[*stage].id.parse().unwrap();
                let by_force = brute.without(year, &out) - brute.without(year, &BTreeSet::new());
                assert!(is_near(metrics.severity(), by_force), "{id} in {year}: {metrics:?}, {by_force}");
                taken += usize::from(by_force > 1.0);
                // The years since the stage before, from the first of the work, at 10 %; the flow of 2020 at its end.
                let before = STAGES.iter().rev().find(|&&one| one < year).copied().unwrap_or(2020);
                for one in (before + 1..=year).filter(|&one| one >= first) {
                    worth += by_force / 1.1_f64.powi(i32::from(one) - 2019);
                }
            }
            let (found, cost) = row.worth(Method::Toot, Metric::Severity, &Prices::default()).unwrap();
            assert!(is_near(found, worth), "{id}: {found}, {worth}");
            // 100 million each, of it and of what goes with it, in their years.
            let with: f64 = gain.with.iter().chain([&row.project]).map(|&one| discounted(&plan, one)).sum();
            assert!(is_near(cost, with), "{id}: {cost}, {with}");
        }
        if let (Some(gain), Some((year, of_stage))) =
            (&row.put, players.iter().find(|(_, players)| players.contains(&row.project)))
        {
            // P4 cannot stand without P3; all else can, P6's P5 and P3 stand otherwise.
            let mut with = BTreeSet::from([row.project]);
            with.extend((id == "P4").then(|| work(&plan, "P3")));
            let left: BTreeSet<ProjectId> = of_stage.difference(&with).copied().collect();
            let by_force = brute.without(*year, of_stage) - brute.without(*year, &left);
            let found = gain.stages[0].1.severity();
            assert!(is_near(found, by_force), "{id} put in in {year}: {found}, {by_force}");
            put += usize::from(by_force.abs() > 1.0);
            let lost = row.out.as_ref().map_or(0.0, |out| out.stages[0].1.severity());
            replaced += usize::from(by_force > lost + 1.0);
        }
    }
    assert!(taken > 5 && put > 4 && replaced > 0, "{taken} {put} {replaced}");
    // What changes nothing has nothing to tell; what takes another with it has that to tell.
    let of = |id: &str| rows.iter().find(|row| row.project == work(&plan, id)).unwrap();
    assert!(of("P7").out.is_none() && of("P8").planned.is_none());
    assert_eq!(of("P5").out.as_ref().unwrap().with, [work(&plan, "P6")]);
}

fn discounted(plan: &Plan, project: ProjectId) -> f64 {
    let phases = &plan.projects[project].phases;
    let years = phases.iter().map(|phase| i32::from(phase.commissioning.unwrap().date.year()));
    years.map(|year| 100.0 / phases.len() as f64 / 1.1_f64.powi(year - 2019)).sum()
}

/// Shapley's formula over all orders of a stage's works, by brute force.
fn by_orders(brute: &mut Brute, year: i16, players: &BTreeSet<ProjectId>) -> BTreeMap<ProjectId, f64> {
    let mut orders: Vec<Vec<ProjectId>> = vec![Vec::new()];
    for _ in 0..players.len() {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                let left: Vec<ProjectId> =
                    players.iter().copied().filter(|one| !order.contains(one)).collect();
                left.into_iter().map(move |one| order.iter().copied().chain([one]).collect())
            })
            .collect();
    }
    let mut shares: BTreeMap<ProjectId, f64> = BTreeMap::new();
    for order in &orders {
        let mut out = players.clone();
        for one in order {
            let before = brute.without(year, &out);
            out.remove(one);
            *shares.entry(*one).or_default() += (before - brute.without(year, &out)) / orders.len() as f64;
        }
    }
    shares
}

#[test]
fn shares_of_few_works_are_the_exact_ones_and_sampled_ones_lie_within_their_error() {
    let plan = staged(&STAGES);
    let days = days(&plan);
    let works: Vec<ProjectId> = plan.projects.ids().collect();
    let mut brute = brute(&plan);
    let exact = shares(&mut Game::new(&days), &works, Sampling { samples: 100, seed: 1 }, &none);
    let sampled = shares(&mut Game::new(&days), &works, Sampling { samples: 3, seed: 7 }, &none);
    assert_eq!(
        sampled,
        shares(&mut Game::new(&days), &works, Sampling { samples: 3, seed: 7 }, &none),
        "a seed is a seed"
    );
    let mut drawn = 0;
    for (year, players) in players(&plan) {
        let by_force = by_orders(&mut brute, year, &players);
        let whole = brute.without(year, &players) - brute.without(year, &BTreeSet::new());
        let sum = |shares: &BTreeMap<ProjectId, gridstage::appraise::rank::Share>| -> f64 {
            players.iter().map(|player| shares[player].gain.severity()).sum()
        };
        // All of the credit is shared, by samples too.
        assert!(is_near(sum(&exact), whole) && is_near(sum(&sampled), whole), "{year}: {whole}");
        for player in &players {
            let id = plan.projects[*player].id.as_str();
            let share = &exact[player];
            assert!(
                share.samples.is_none() && is_near(share.gain.severity(), by_force[player]),
                "{id}: {share:?}"
            );
            drawn += usize::from(sampled[player].samples == Some(3));
        }
    }
    assert!(drawn > 0, "the stage of four works has 16 subsets, and three orders pass through fewer");
    // With many samples the mean is near the exact share: five standard errors, of what the samples say themselves.
    let ids: Vec<ProjectId> = players(&plan)[&2025].iter().copied().collect();
    let many = many_samples(&days, &ids);
    for id in &ids {
        let (share, exact) = (&many[id], &exact[id]);
        let error = share.standard_error.numbers();
        for ((found, exact), error) in share.gain.numbers().into_iter().zip(exact.gain.numbers()).zip(error) {
            assert!((found - exact).abs() <= 5.0 * error + 1e-6, "{share:?} {exact:?}");
        }
    }
}

/// Means over seeds of two samples each, as one question with so many samples would be solved exactly.
fn many_samples(
    days: &Days<'static>,
    ids: &[ProjectId],
) -> BTreeMap<ProjectId, gridstage::appraise::rank::Share> {
    let mut game = Game::new(days);
    let runs: Vec<_> =
        (0..60).map(|seed| shares(&mut game, ids, Sampling { samples: 3, seed }, &none)).collect();
    let n = runs.len() as f64;
    ids.iter()
        .map(|id| {
            let gains = runs.iter().map(|run| run[id].gain);
            let mean = gains.clone().sum::<gridstage::appraise::rank::Metrics>() * (1.0 / n);
            let squares = gains.fold([0.0; 8], |sum, gain| {
                let off = (gain - mean).numbers();
                std::array::from_fn(|k| sum[k] + off[k] * off[k])
            });
            let error = gridstage::appraise::rank::Metrics::of_numbers(
                squares.map(|sum| (sum / (n - 1.0) / n).sqrt()),
            );
            let share =
                gridstage::appraise::rank::Share { gain: mean, standard_error: error, ..runs[0][id].clone() };
            (*id, share)
        })
        .collect()
}

#[test]
fn works_are_sorted_by_worth_per_money_and_the_same_states_are_solved_once() {
    let plan = staged(&STAGES);
    let days = days(&plan);
    let mut game = Game::new(&days);
    let capital = Capital::new(&plan, &Selection::default());
    let works: Vec<ProjectId> = plan.projects.ids().collect();
    let mut rows = rank(&mut game, &capital, &works, None, &none);
    let prices = Prices::default();
    sort(&mut rows, Method::Toot, Metric::Severity, &prices);
    let ratios: Vec<f64> = rows
        .iter()
        .filter_map(|row: &Rank| row.per_million(Method::Toot, Metric::Severity, &prices))
        .collect();
    assert!(ratios.windows(2).all(|pair| pair[0] >= pair[1]) && ratios.len() > 5, "{ratios:?}");
    let solved = game.states();
    let again = rank(&mut game, &capital, &works, None, &none);
    assert_eq!(game.states(), solved, "nothing is solved twice");
    assert_eq!(again.len(), rows.len());
}

#[cfg(feature = "parallel")]
#[test]
fn a_ranking_is_the_same_on_any_number_of_threads() {
    let plan = staged(&STAGES);
    let capital = Capital::new(&plan, &Selection::default());
    let works: Vec<ProjectId> = plan.projects.ids().collect();
    let sampling = Some(Sampling { samples: 4, seed: 3 });
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rank(&mut Game::new(&days(&plan)), &capital, &works, sampling, &none))
    };
    // In words, as what is not known is no number and equals nothing.
    assert_eq!(format!("{:?}", on(1)), format!("{:?}", on(3)));
}
