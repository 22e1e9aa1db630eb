//! What was decided, or happened, after the works were planned: the line Tây Hà Nội - Thường Tín, two years late.
//!
//! The tables of the hand-over folder say when works came into service. The amendment keeps what was planned before: the
//! tables of the plan hold that, and the amendment the date that came to be.

use gridstage::ids::{Col, ProjectId};
use gridstage::model::{Amend, Amendment, Confidence, Edit, Name, Obstacle, Origin, Project, Standing};
use jiff::civil::{Date, date};

/// Planned for March 2020, put off three times by October 2020: the only public source for both.
const PLANNED: &str = "Hà Nội TV, 16 Oct 2020 (hanoitv.vn, v151923): planned for March 2020, put off three times, land not handed over";

/// Energised.
const ENERGISED: &str = "EVN, 5 Jan 2022 (en.evn.com.vn, 66-163-2690): energised on 5 January 2022";

/// The amendments of the plan.
pub(crate) fn amendments() -> Vec<Amendment> {
    let moved = |table: &str, row: &[(&str, &str)]| Amend {
        table: table.into(),
        row: row.iter().map(|(column, text)| (Name::from(*column), (*text).to_owned())).collect(),
        edit: Edit::Set {
            field: "commissioning_date".into(),
            from: "2020-03".to_owned(),
            to: "2022-01-05".to_owned(),
        },
        place: None,
    };
    vec![Amendment {
        id: "A01".into(),
        seq: 1,
        date: energised(),
        decision: String::new(),
        reason: "land along the line was not handed over in time: Tây Hà Nội - Thường Tín was energised 22 months late, and the first 500/220 kV unit at Tây Hà Nội with it".to_owned(),
        author: "examples/hanoi".to_owned(),
        supersedes: Vec::new(),
        changes: vec![
            moved("projects", &[("id", "P003")]),
            moved("phases", &[("project", "P230"), ("id", "1")]),
        ],
        standing: Standing::Applied,
        origin: Origin {
            place: None,
            source: Some(format!("{PLANNED}; {ENERGISED}. That the unit goes with the line is estimated").into()),
            confidence: Some(Confidence::News),
        },
        text: None,
    }]
}

/// What stood in the way of works.
pub(crate) fn obstacles(projects: &mut Col<ProjectId, Project>) {
    for project in projects.iter_mut().filter(|project| project.id == "P003") {
        project.obstacles.push(Obstacle {
            text: "land for towers and line not handed over in the districts on the route".to_owned(),
            since: date(2020, 3, 31),
            until: Some(energised()),
            owner: "districts on the route".to_owned(),
            origin: Origin {
                place: None,
                source: Some(format!("{PLANNED}; taken to have begun when the line was due, and to have ended when it was energised").into()),
                confidence: Some(Confidence::News),
            },
        });
    }
}

fn energised() -> Date {
    date(2022, 1, 5)
}
