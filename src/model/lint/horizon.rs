//! Dates against the horizon, and obstacles of works that are said to be done.

use super::Slips;
use crate::finding::{Code, Finding};
use crate::model::{Plan, Status};

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let mut still = Slips::new();
    for project in &plan.projects {
        for obstacle in project.obstacles.iter().filter(|obstacle| obstacle.until.is_none()) {
            if matches!(project.status, Status::Commissioned | Status::Retired | Status::Cancelled) {
                still.push(
                    || format!("project {} ({})", project.id, project.status.as_str()),
                    &obstacle.origin,
                );
            }
        }
    }
    let help = "give the obstacle an `until`, or the work another status";
    still.tell(
        Code::Plan,
        "until",
        "obstacles stand in the way of works that are done or given up",
        help,
        findings,
    );
    let Some(horizon) = plan.horizon else { return };
    let last = horizon.outlook.unwrap_or(horizon.end);
    let (mut late, mut early, mut money) = (Slips::new(), Slips::new(), Slips::new());
    for project in plan.projects.iter().filter(|project| project.is_counted()) {
        for phase in &project.phases {
            if let Some(date) = phase.commissioning.filter(|date| date.date.year() > last) {
                late.push(|| format!("project {} ({date})", project.id), &phase.origin);
            }
        }
        for spend in &project.spend {
            if spend.year > last {
                money.push(|| format!("project {} ({})", project.id, spend.year), &spend.origin);
            }
        }
    }
    for stage in &plan.stages {
        if stage.at.is_some_and(|at| at.year() > last || at.year() < horizon.start) {
            early.push(|| format!("stage {}", stage.id), &stage.origin);
        }
    }
    let help = "correct the date, or `horizon` in plan.toml";
    let field = "commissioning_date";
    late.tell(
        Code::Plan,
        field,
        "counted works are dated after the horizon and stand in no stage",
        help,
        findings,
    );
    money.tell(Code::Plan, "year", "shares of cost are spent after the horizon", help, findings);
    early.tell(Code::Plan, "at", "stages are outside of the horizon", help, findings);
}
