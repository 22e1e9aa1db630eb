//! `forecast.csv`, `generation.csv`, `mv_transfer.csv`.

use super::grid::Grid;
use super::names::Names;
use super::record::Record;
use super::table::Table;
use crate::finding::Code;
use crate::ids::{ScenarioId, SubstationId};
use crate::model::{Amount, ForecastKind, ForecastRow, MvTransfer, Name, ScheduleRow};

/// Reads forecast.csv.
pub(super) fn forecast(table: &Table, grid: &Grid<'_>, scenarios: &Names<ScenarioId>) -> Vec<ForecastRow> {
    let network = &grid.network;
    let mut has_load = vec![false; network.substations.len()];
    for load in &network.loads {
        if let Some(station) = network.buses[load.bus].substation {
            use crate::ids::Id;
            has_load[station.index()] = true;
        }
    }
    let mut rows = Vec::new();
    for record in table.records(grid.folder) {
        let kind =
            record.word("kind", &ForecastKind::ALL, ForecastKind::as_str).unwrap_or(ForecastKind::Base);
        let amount = amount(&record, kind);
        let all = record.text("substation") == "*";
        let substation = if all { None } else { grid.names.substations.need(&record, "substation") };
        if all && matches!(amount, Amount::Mw(_)) {
            let help = "name a station, or give `percent` of the base rows";
            record.error(Code::Value, "substation", "`*` cannot have an amount in MW", help);
        }
        if let Some(station) = substation {
            check_load(&record, grid, station, &has_load);
        }
        let power_factor = record.number("power_factor");
        if let Some(factor) = power_factor {
            record.within("power_factor", factor, f64::MIN_POSITIVE..=1.0, "above 0, at most 1");
        }
        let row = ForecastRow {
            scenario: scenario(&record, scenarios),
            year: record.need_year("year"),
            substation,
            kind,
            amount,
            power_factor,
            origin: record.origin(),
        };
        if all || substation.is_some() {
            rows.push(row);
        }
    }
    rows
}

fn check_load(record: &Record<'_>, grid: &Grid<'_>, station: SubstationId, has_load: &[bool]) {
    use crate::ids::Id;
    if !has_load.get(station.index()).copied().unwrap_or(false) {
        let id = &grid.network.substations[station].id;
        record.error(
            Code::Reference,
            "substation",
            format!("`substation`: no load record stands in `{id}`, so nothing can draw the forecast"),
            format!("add a row to loads.csv or works/loads.csv at a bus of `{id}`"),
        );
    }
}

fn amount(record: &Record<'_>, kind: ForecastKind) -> Amount {
    match (record.number("p_mw"), record.number("percent")) {
        (Some(p_mw), None) => Amount::Mw(p_mw),
        (None, Some(percent)) => {
            if kind == ForecastKind::Base {
                let message = "a base row cannot be a percentage: it is what others are percentages of";
                record.error(Code::Value, "percent", message, "give `p_mw`");
            }
            Amount::Percent(percent)
        }
        (Some(_), Some(_)) => {
            let message = "`p_mw` and `percent` are both given";
            record.error(Code::Conflict, "percent", message, "leave one of the two empty");
            Amount::Mw(f64::NAN)
        }
        (None, None) => {
            record.missing("p_mw", "give `p_mw`, or `percent` of the base rows");
            Amount::Mw(f64::NAN)
        }
    }
}

/// The scenario of a row; `None` for `*`, and for an empty cell.
fn scenario(record: &Record<'_>, scenarios: &Names<ScenarioId>) -> Option<Name> {
    match record.text("scenario") {
        "" | "*" => None,
        id => {
            scenarios.find_id(record, "scenario", id);
            Some(id.into())
        }
    }
}

/// Reads generation.csv.
pub(super) fn schedule(table: &Table, grid: &Grid<'_>, scenarios: &Names<ScenarioId>) -> Vec<ScheduleRow> {
    let mut rows: Vec<ScheduleRow> = Vec::new();
    let mut first = std::collections::HashMap::new();
    for record in table.records(grid.folder) {
        let vm_setpoint_pu = record.number("vm_setpoint_pu");
        if let Some(setpoint) = vm_setpoint_pu {
            record.within("vm_setpoint_pu", setpoint, f64::MIN_POSITIVE.., "above 0");
        }
        let scenario = scenario(&record, scenarios);
        let year = record.need_year("year");
        let Some(generator) = grid.names.generators.need(&record, "generator") else { continue };
        if let Some(line) = first.insert((scenario.clone(), year, generator), record.place().line) {
            let message = format!(
                "generator {} has two rows for {year}: lines {line} and {}",
                record.text("generator"),
                record.place().line
            );
            record.error(Code::Duplicate, "generator", message, "delete one of the two");
        }
        rows.push(ScheduleRow {
            scenario,
            year,
            generator,
            p_mw: record.number("p_mw"),
            vm_setpoint_pu,
            in_service: record.bool_or("in_service", true),
            origin: record.origin(),
        });
    }
    rows
}

/// Reads `mv_transfer.csv`.
pub(super) fn transfers(table: &Table, grid: &Grid<'_>) -> Vec<MvTransfer> {
    let mut rows = Vec::new();
    for record in table.records(grid.folder) {
        let (from, to) =
            (grid.names.substations.need(&record, "from"), grid.names.substations.need(&record, "to"));
        let (p_mw, minutes) = (record.need_number("p_mw"), record.number_or("minutes", 0.0));
        record.within("p_mw", p_mw, 0.0.., "0 or above");
        record.within("minutes", minutes, 0.0.., "0 or above");
        let origin = record.origin();
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from == to {
            record.error(Code::Value, "to", "a station cannot take over from itself", "");
        }
        rows.push(MvTransfer { from, to, p_mw, minutes, origin });
    }
    rows
}
