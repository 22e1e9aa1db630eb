//! The matrix stage x scenario x criterion: one word per cell.

use super::Table;
use crate::appraise::{Judgement, Verdict};
use crate::ids::{ScenarioId, StageId};
use crate::model::Plan;
use crate::report::Ink;
use crate::report::number::NONE;

/// The heading of a criterion.
pub(super) fn title(criterion: &str) -> &str {
    match criterion {
        "supply" => "Supply",
        "voltage" => "Voltage",
        "line_loading" => "Lines",
        "transformer_loading" => "Trans-|formers",
        "n1" => "N-1",
        "reserve" => "Station|reserve",
        "power_factor" => "Power|factor",
        "import" => "Import",
        "losses" => "Losses",
        other => other,
    }
}

/// The matrix as text.
pub(super) fn text(plan: &Plan, verdict: &Verdict, ink: Ink) -> String {
    let titles = verdict.criteria.iter().map(|name| title(name));
    let mut table = Table::new(&state_columns(plan).iter().copied().chain(titles).collect::<Vec<_>>());
    for &stage in &verdict.stages {
        for &scenario in &verdict.scenarios {
            let cells = verdict.criteria.iter().map(|criterion| verdict.cell(stage, scenario, criterion));
            let words: Vec<String> = cells
                .map(|cell| cell.map_or_else(|| NONE.to_owned(), |cell| word(&cell.judgement)))
                .collect();
            // A stage that is not judged in a scenario has no line.
            if words.iter().any(|word| word != NONE) {
                table.row(state_cells(plan, stage, scenario).into_iter().chain(words));
            }
        }
    }
    coloured(&table.text(), ink)
}

/// The columns that say which state a row is about: none for a bare grid, which has only one.
pub(super) fn state_columns(plan: &Plan) -> &'static [&'static str] {
    if plan.is_bare() { &[] } else { &["Stage", "Scenario"] }
}

/// The cells of [`state_columns`].
pub(super) fn state_cells(plan: &Plan, stage: StageId, scenario: ScenarioId) -> Vec<String> {
    if plan.is_bare() {
        return Vec::new();
    }
    vec![plan.stages[stage].id.to_string(), plan.scenarios[scenario].id.to_string()]
}

/// What stands in a cell. Capitals mark what breaks the plan, for readers without colour.
fn word(judgement: &Judgement) -> String {
    match judgement {
        Judgement::Holds => "holds".to_owned(),
        Judgement::Warns(n) => format!("warns {n}"),
        Judgement::Waived(n) => format!("waived {n}"),
        Judgement::Fails(n) => format!("FAILS {n}"),
        Judgement::NotJudged(_) => "not judged".to_owned(),
        Judgement::NoSolution => "UNSOLVED".to_owned(),
        Judgement::NotAsked => NONE.to_owned(),
    }
}

/// Colours the words after the layout, so that widths stay those of the words.
fn coloured(text: &str, ink: Ink) -> String {
    if ink == Ink::Plain {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for word in ["FAILS", "UNSOLVED"] {
        text = text.replace(word, &ink.bad(word));
    }
    for word in ["warns", "waived", "not judged"] {
        text = text.replace(word, &ink.caution(word));
    }
    text.replace("holds", &ink.good("holds"))
}
