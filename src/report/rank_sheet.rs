//! A ranking as one table for a spreadsheet: a row per work.

use super::Ranked;
use super::json::{GainRow, MetricsRow, Num, RankRow};
use super::sheet;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    rank: usize,
    project: &'a str,
    name: &'a str,
    planned: Option<String>,
    stage: Option<&'a str>,
    metric: &'static str,
    unit: &'static str,
    by: &'static str,
    cost_million: Num,
    worth: Num,
    worth_per_million: Num,
    toot_with: String,
    toot_cost_million: Num,
    toot_n_beyond_mva: Num,
    toot_n_lost_mw: Num,
    toot_n_voltage_kv: Num,
    toot_losses_mw: Num,
    toot_n1_beyond_mva: Num,
    toot_n1_lost_mw: Num,
    toot_n1_voltage_kv: Num,
    toot_unsolved: Num,
    pint_with: String,
    pint_cost_million: Num,
    pint_n_beyond_mva: Num,
    pint_n_lost_mw: Num,
    pint_n_voltage_kv: Num,
    pint_losses_mw: Num,
    pint_n1_beyond_mva: Num,
    pint_n1_lost_mw: Num,
    pint_n1_voltage_kv: Num,
    pint_unsolved: Num,
    shapley: Num,
    shapley_standard_error: Num,
    shapley_samples: Option<u32>,
}

/// Writes the table; what taking out and putting in do is that of the first stage.
///
/// # Errors
/// If `out` cannot be written.
pub fn rank(ranked: &Ranked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let none = || Num(f64::NAN);
    let first = |gain: &Option<GainRow<'_>>| -> Option<MetricsRow> {
        gain.as_ref().and_then(|gain| gain.stages.first()).map(|stage| stage.metrics)
    };
    let with =
        |gain: &Option<GainRow<'_>>| gain.as_ref().map_or_else(String::new, |gain| gain.with.join(";"));
    let cost = |gain: &Option<GainRow<'_>>| gain.as_ref().map_or_else(none, |gain| gain.cost_million);
    let rows = ranked.rows.iter().enumerate().map(|(place, rank)| {
        let row = RankRow::new(ranked, place, rank);
        let (toot, pint) = (first(&row.toot), first(&row.pint));
        let of = |metrics: Option<MetricsRow>, field: fn(MetricsRow) -> Num| metrics.map_or_else(none, field);
        let share = rank.share.as_ref();
        Row {
            rank: row.rank,
            project: row.project,
            name: row.name,
            metric: ranked.metric.as_str(),
            unit: ranked.metric.unit(),
            by: ranked.method.as_str(),
            cost_million: row.cost_million,
            worth: row.worth,
            worth_per_million: row.worth_per_million,
            toot_with: with(&row.toot),
            toot_cost_million: cost(&row.toot),
            toot_n_beyond_mva: of(toot, |m| m.n_beyond_mva),
            toot_n_lost_mw: of(toot, |m| m.n_lost_mw),
            toot_n_voltage_kv: of(toot, |m| m.n_voltage_kv),
            toot_losses_mw: of(toot, |m| m.losses_mw),
            toot_n1_beyond_mva: of(toot, |m| m.n1_beyond_mva),
            toot_n1_lost_mw: of(toot, |m| m.n1_lost_mw),
            toot_n1_voltage_kv: of(toot, |m| m.n1_voltage_kv),
            toot_unsolved: of(toot, |m| m.unsolved),
            pint_with: with(&row.pint),
            pint_cost_million: cost(&row.pint),
            pint_n_beyond_mva: of(pint, |m| m.n_beyond_mva),
            pint_n_lost_mw: of(pint, |m| m.n_lost_mw),
            pint_n_voltage_kv: of(pint, |m| m.n_voltage_kv),
            pint_losses_mw: of(pint, |m| m.losses_mw),
            pint_n1_beyond_mva: of(pint, |m| m.n1_beyond_mva),
            pint_n1_lost_mw: of(pint, |m| m.n1_lost_mw),
            pint_n1_voltage_kv: of(pint, |m| m.n1_voltage_kv),
            pint_unsolved: of(pint, |m| m.unsolved),
            shapley: share.map(|share| share.gain.by(ranked.metric, &ranked.prices)).into(),
            shapley_standard_error: share
                .map(|share| share.standard_error.by(ranked.metric, &ranked.prices))
                .into(),
            shapley_samples: share.and_then(|share| share.samples),
            planned: row.planned,
            stage: row.stage,
        }
    });
    sheet::csv_rows(rows, out)
}
