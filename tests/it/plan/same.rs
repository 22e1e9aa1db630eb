//! Whatever a plan holds, reading what was written gives it back.

mod grid;
mod money;
mod words;
mod works;

use grid::network;
use gridstage::finding::Code;
use gridstage::ids::Id;
use gridstage::model::lint::LintWaiver;
use gridstage::model::{
    Base, CriteriaSet, Forecast, ForecastRow, Horizon, Interpolation, MvTransfer, Name, Network, Origin,
    Parameter, Plan, Scenario, ScheduleRow, Stage, Waiver,
};
use gridstage::{read, write};
use jiff::civil::date;
use money::{budgets, money, unit_costs};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use words::{any_number, maybe, name, origin, text};
use works::{forecast, projects, rules, work};

/// The rows, for stations in which a load stands.
fn with_load(rows: Vec<ForecastRow>, network: &Network) -> Vec<ForecastRow> {
    let station = |number: usize| network.buses[network.loads[Id::from_index(number)].bus].substation;
    rows.into_iter()
        .map(|row| {
            let substation = row.substation.and_then(|one| station(one.index() % 2));
            ForecastRow { substation, ..row }
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "a plan has as many fields")]
fn plan() -> impl Strategy<Value = Plan> {
    let words = (text(), text(), vec((name(), text()), 0..3), maybe(any_number()), any::<bool>());
    (network(), vec(work(), 0..4), forecast(), rules(), words, vec((any_number(), origin()), 3)).prop_map(
        |(network, works, rows, rules, (authority, decision, titles, number, flag), numbers)| {
            let origins: Vec<Origin> = numbers.iter().map(|one| one.1.clone()).collect();
            let amounts: Vec<f64> = numbers.iter().map(|one| one.0.abs()).collect();
            let rows = with_load(rows, &network);
            let projects = projects(&network, works);
            let title_of = authority.clone();
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
                money: Some(money(&amounts, &decision, &origins)),
                base: Base {
                    as_of: Some(date(2015, 12, 31)),
                    file: None,
                    load_loss_factor: number.map(|_| Parameter {
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
                lint_waivers: vec![LintWaiver {
                    code: Code::Length,
                    element: if flag { "a \"b\"".into() } else { "".into() },
                    reason: "measured".to_owned(),
                    until: flag.then_some(date(2027, 12, 31)),
                    origin: origins[1].clone(),
                }],
                network,
                amendments: Vec::new(),
                budgets: budgets(&projects.iter().cloned().collect::<Vec<_>>(), amounts[2], &origins[1]),
                unit_costs: unit_costs(&amounts, &title_of, &origins[0]),
                bays: Vec::new(),
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
