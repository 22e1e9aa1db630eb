//! From the tables of the hand-over folder to a staged plan, in memory.
//!
//! ```text
//! tables ──► equipment (catalogue, tap rule)
//!        ──► works (dates, status, cost)  ◄── grid (base, changes)  ◄── retire (lines taken out)
//!        ──► forecast (loads, saving, sources, transfers) ──► rules ──► plan
//! ```
//!
//! `grids/hanoi/README.md` says the same rules in words.

mod amendments;
mod equipment;
mod forecast;
mod grid;
mod head;
mod money;
mod retire;
mod rules;
mod tables;
mod works;

use gridstage::ids::Col;
use gridstage::model::{Base, Confidence, Horizon, Origin, Plan, Scenario, Stage};
use jiff::civil::Date;
use std::path::Path;

/// Builds the plan from the folder `dir`.
///
/// # Errors
/// If a table is missing, a cell cannot be read, or the tables contradict each other in a way that no rule
/// of the README settles.
pub(crate) fn plan(dir: &Path) -> Result<Plan, String> {
    let tables = tables::Tables::read(dir)?;
    let mut works = works::Works::new(&tables)?;
    let network = grid::build(&tables, &mut works)?;
    let schedule = forecast::schedule(&tables, &network);
    let mut plan = Plan {
        id: "HANOI-2016-2025".into(),
        title: vec![
            (
                "vi".into(),
                "Quy hoạch phát triển điện lực thành phố Hà Nội giai đoạn 2016-2025, có xét đến năm 2035"
                    .to_owned(),
            ),
            ("en".into(), "Hanoi power development plan 2016-2025, with a view to 2035".to_owned()),
        ],
        authority: "Bộ Công Thương; UBND thành phố Hà Nội".to_owned(),
        decision: "4720/QĐ-BCT (2016), 711/QĐ-UBND (9 Feb 2017); their tables were not available".to_owned(),
        horizon: Some(Horizon { start: 2016, end: 2025, outlook: Some(2035) }),
        money: Some(money::money()),
        base: Base {
            as_of: Some(last_day(tables::STAGES[0])?),
            file: None,
            load_loss_factor: Some(forecast::load_loss_factor(&tables)),
        },
        amendments: amendments::amendments(),
        budgets: Vec::new(),
        lint_waivers: Vec::new(),
        unit_costs: money::unit_costs(&tables),
        bays: Vec::new(),
        projects: works.finish()?.into(),
        stages: stages()?,
        scenarios: scenarios(&tables),
        forecast: forecast::forecast(&tables)?,
        schedule,
        transfers: forecast::transfers(&tables),
        criteria: vec![rules::criteria(&tables)?],
        network,
        head: None,
    };
    amendments::obstacles(&mut plan.projects);
    plan.head = Some(head::head(&plan)?);
    Ok(plan)
}

fn last_day(year: i16) -> Result<Date, String> {
    Date::new(year, 12, 31).map_err(|error| error.to_string())
}

fn stages() -> Result<Col<gridstage::ids::StageId, Stage>, String> {
    let stage = |year: i16| {
        Ok(Stage {
            id: year.to_string().into(),
            at: Some(last_day(year)?),
            scenarios: Vec::new(),
            criteria: rules::SET.into(),
            origin: Origin::default(),
        })
    };
    tables::STAGES.into_iter().map(stage).collect()
}

fn scenarios(tables: &tables::Tables) -> Col<gridstage::ids::ScenarioId, Scenario> {
    let [max, min, saving] = forecast::scenario_names();
    let scenario = |id, title: &str, load_factor, source: &str, confidence| Scenario {
        id,
        title: title.to_owned(),
        load_factor,
        source: source.to_owned(),
        origin: Origin { confidence, ..Origin::default() },
    };
    let night = forecast::night_factor(tables);
    Col::from(vec![
        scenario(max, "Summer peak", 1.0, "", None),
        scenario(min, "Summer night", night, "lowest hour of load_shape.csv", Some(Confidence::Estimated)),
        scenario(saving, "Summer peak with the saving programme reached", 1.0, "", None),
    ])
}
