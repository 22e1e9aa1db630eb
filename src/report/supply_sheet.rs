//! The supply plan as one table for a spreadsheet: a row per station, stage and supply.

use super::json::{StageSupply, SupplyRow};
use super::sheet;
use crate::model::Plan;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row {
    stage: String,
    station: String,
    name: String,
    district: String,
    load_mw: Option<f64>,
    vn_kv: Option<f64>,
    sources: String,
    installed_mva: Option<f64>,
    carried_mva: Option<f64>,
    reserve_mva: Option<f64>,
    reserve_after_loss_mva: Option<f64>,
    back_feed_mw: Option<f64>,
    supply_type: Option<&'static str>,
    supply: Option<String>,
    from: Option<String>,
    p_mw: Option<f64>,
    loading_percent: Option<f64>,
    out_lost_mw: Option<f64>,
    out_moved_mw: Option<f64>,
    out_unserved_mw: Option<f64>,
    out_limits: Option<usize>,
    out_worst_element: Option<String>,
    out_worst_percent: Option<f64>,
}

/// Writes the table; the reserve is that of the transformers into the lowest voltage of the station.
///
/// # Errors
/// If `out` cannot be written.
pub fn supply(plan: &Plan, stages: &[StageSupply], out: &mut dyn Write) -> io::Result<()> {
    let finite = |value: f64| value.is_finite().then_some(value);
    let mut rows: Vec<Row> = Vec::new();
    for (stage, found) in stages {
        for one in found.iter().flatten() {
            let station = SupplyRow::new(plan, *stage, one);
            let sources: Vec<String> = station
                .sources
                .iter()
                .map(|share| format!("{} {:.0}%", share.element_id, share.percent.0))
                .collect();
            let reserve = station.reserves.last();
            let feeds: Vec<Option<usize>> = if station.feeds.is_empty() {
                vec![None]
            } else {
                (0..station.feeds.len()).map(Some).collect()
            };
            for feed in feeds {
                let feed = feed.and_then(|k| station.feeds.get(k));
                let lost = feed.and_then(|feed| feed.lost.as_ref());
                rows.push(Row {
                    stage: station.stage.to_owned(),
                    station: station.station.to_owned(),
                    name: station.name.to_owned(),
                    district: station.district.to_owned(),
                    load_mw: finite(station.load_mw.0),
                    vn_kv: finite(station.vn_kv.0),
                    sources: sources.join(" "),
                    installed_mva: reserve.and_then(|one| finite(one.installed_mva.0)),
                    carried_mva: reserve.and_then(|one| finite(one.carried_mva.0)),
                    reserve_mva: reserve.and_then(|one| finite(one.reserve_mva.0)),
                    reserve_after_loss_mva: reserve.and_then(|one| finite(one.reserve_after_loss_mva.0)),
                    back_feed_mw: finite(station.back_feed_mw.0),
                    supply_type: feed.map(|feed| feed.element_type),
                    supply: feed.map(|feed| feed.element_id.to_owned()),
                    from: feed.map(|feed| feed.from.to_owned()),
                    p_mw: feed.and_then(|feed| finite(feed.p_mw.0)),
                    loading_percent: feed.and_then(|feed| finite(feed.loading_percent.0)),
                    out_lost_mw: lost.and_then(|lost| finite(lost.lost_mw.0)),
                    out_moved_mw: lost.and_then(|lost| finite(lost.moved_mw.0)),
                    out_unserved_mw: lost.and_then(|lost| finite(lost.unserved_mw.0)),
                    out_limits: lost.map(|lost| lost.limits),
                    out_worst_element: lost.and_then(|lost| lost.worst_element).map(str::to_owned),
                    out_worst_percent: lost.and_then(|lost| finite(lost.worst_percent.0)),
                });
            }
        }
    }
    sheet::csv_rows(rows.into_iter(), out)
}
