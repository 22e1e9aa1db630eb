//! Forecast and schedule against the stages.

use super::Slips;
use crate::finding::{Code, Finding};
use crate::model::{ForecastKind, Plan};
use std::collections::HashSet;

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    stages(plan, findings);
    let known: HashSet<_> = plan.forecast.rows.iter().filter_map(|row| row.substation).collect();
    if known.is_empty() {
        return;
    }
    let mut without = Slips::new();
    for load in &plan.network.loads {
        let station = plan.network.buses[load.bus].substation;
        if station.is_none_or(|station| !known.contains(&station)) {
            without.push(|| format!("load {}", load.id), &load.origin);
        }
    }
    let what = "loads stand in no station with a forecast and keep the figure of their record";
    let help = "add rows for their stations to forecast.csv, or leave it so if they do not change";
    without.tell(Code::Forecast, "p_mw", what, help, findings);
}

/// Stages outside the years of the forecast.
fn stages(plan: &Plan, findings: &mut Vec<Finding>) {
    let base = || plan.forecast.rows.iter().filter(|row| row.kind == ForecastKind::Base).map(|row| row.year);
    let (Some(first), Some(last)) = (base().min(), base().max()) else { return };
    for stage in &plan.stages {
        let Some(at) = stage.at else { continue };
        let t = crate::model::series::time(at);
        let (message, help) = if t > f64::from(last) {
            (
                format!(
                    "stage {} is after the last year of the forecast, {last}: its figures are held",
                    stage.id
                ),
                "add rows for later years to forecast.csv",
            )
        } else if t < f64::from(first) {
            (
                format!(
                    "stage {} is before the end of the first year of the forecast, {first}: it has no load",
                    stage.id
                ),
                "add rows for the year before, or judge the stage at 31 December",
            )
        } else {
            continue;
        };
        findings.push(
            Finding::warning(Code::Forecast, message)
                .element(format!("stage {}", stage.id))
                .field("at")
                .place(stage.origin.place.clone())
                .help(help),
        );
    }
}
