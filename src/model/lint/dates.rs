//! Dates of works.

use super::Slips;
use crate::finding::{Code, Finding};
use crate::model::{Plan, Precision};

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let (mut undated, mut ends_only, mut imprecise, mut before_base) =
        (Slips::new(), Slips::new(), Slips::new(), Slips::new());
    for project in &plan.projects {
        for phase in &project.phases {
            let record = || match phase.id.as_str() {
                "" => format!("project {}", project.id),
                id => format!("project {} phase {id}", project.id),
            };
            for date in [phase.commissioning, phase.decommissioning].into_iter().flatten() {
                if date.precision == Precision::Year {
                    imprecise.push(|| format!("{} ({date})", record()), &phase.origin);
                }
            }
            if !project.is_counted() {
                continue;
            }
            match (phase.commissioning, phase.decommissioning) {
                (None, None) => undated.push(record, &phase.origin),
                (None, Some(_)) => ends_only.push(record, &phase.origin),
                (Some(begin), _) => {
                    if plan.base.as_of.is_some_and(|as_of| begin.date < as_of) {
                        before_base.push(|| format!("{} ({begin})", record()), &phase.origin);
                    }
                }
            }
        }
    }
    let mut stages = Slips::new();
    for stage in &plan.stages {
        if stage.at < plan.base.as_of {
            stages.push(|| format!("stage {}", stage.id), &stage.origin);
        }
    }
    let help = "give the stage a later date, or the base grid an earlier one";
    stages.tell(Code::Plan, "at", "stages are before the base grid, which is judged instead", help, findings);
    let field = "commissioning_date";
    let help = "give `commissioning_date`, or the status `candidate`";
    undated.tell(Code::Plan, field, "counted works have no date and never take effect", help, findings);
    ends_only.tell(Code::Plan, field, "works are decommissioned but never commissioned", help, findings);
    let help = "what stood when the base grid was drawn belongs to its tables: correct the date or `as_of`";
    before_base.tell(Code::Plan, field, "works are dated before the base grid", help, findings);
    let help = "write 2018-06-30, or 2018-06, where more is known";
    let what = "dates of works are a year only, and its last day is taken";
    imprecise.tell(Code::ImpreciseDate, field, what, help, findings);
}
