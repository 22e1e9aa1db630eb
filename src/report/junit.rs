//! Verdicts as `JUnit` XML, for CI servers: a suite per stage and scenario, a case per criterion.
//!
//! The form is that of the `Jenkins` and `GitLab` readers (`testsuites`, `testsuite`, `testcase`, `failure`, `error`, `skipped`);
//! `file` and `line` of a case are those of its worst violation in the plan.

use super::{place, spoken};
use crate::appraise::baseline::{Compared, Versus};
use crate::appraise::{Cell, JudgedViolation, Judgement, Verdict};
use crate::criteria::Level;
use crate::finding::{Finding, Place, Severity};
use crate::model::Plan;
use std::io::{self, Write};

/// A case of a suite, in any verb's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The suite: words with dots between them.
    pub suite: String,
    /// The case.
    pub name: String,
    /// File and line that it is about.
    pub place: Option<(String, u32)>,
    /// How it ended.
    pub ending: Ending,
    /// What there is to tell where it passed.
    pub told: String,
}

/// How a case ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// It holds.
    Passed,
    /// It does not: the gist, and all of it.
    Failed(String, String),
    /// There is no answer: why.
    Error(String),
    /// It was not judged: why.
    Skipped(String),
}

/// Text that may stand in XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            // XML 1.0 has no other control characters, and two code points are no characters at all.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Writes cases; those of one suite stand together.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(name: &str, cases: &[Case], out: &mut dyn Write) -> io::Result<()> {
    let count = |cases: &[Case]| {
        let of = |meant: fn(&Ending) -> bool| cases.iter().filter(|case| meant(&case.ending)).count();
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
            cases.len(),
            of(|e| matches!(e, Ending::Failed(..))),
            of(|e| matches!(e, Ending::Error(_))),
            of(|e| matches!(e, Ending::Skipped(_)))
        )
    };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"{}\" {}>", escaped(name), count(cases))?;
    for suite in cases.chunk_by(|a, b| a.suite == b.suite) {
        let Some(first) = suite.first() else { continue };
        writeln!(out, "  <testsuite name=\"{}\" {}>", escaped(&first.suite), count(suite))?;
        for case in suite {
            write!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\"",
                escaped(&case.suite),
                escaped(&case.name)
            )?;
            if let Some((file, line)) = &case.place {
                write!(out, " file=\"{}\" line=\"{line}\"", escaped(file))?;
            }
            match &case.ending {
                Ending::Passed if case.told.is_empty() => writeln!(out, "/>")?,
                Ending::Passed => {
                    writeln!(out, "><system-out>{}</system-out></testcase>", escaped(&case.told))?;
                }
                Ending::Failed(gist, all) => writeln!(
                    out,
                    "><failure message=\"{}\">{}</failure></testcase>",
                    escaped(gist),
                    escaped(all)
                )?,
                Ending::Error(why) => writeln!(out, "><error message=\"{}\"/></testcase>", escaped(why))?,
                Ending::Skipped(why) => writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(why))?,
            }
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The cases of an input that cannot be used: one for each finding, none of which has an answer.
#[must_use]
pub fn rejected(findings: &[Finding]) -> Vec<Case> {
    let case = |finding: &Finding| Case {
        suite: "input".to_owned(),
        name: match &finding.element {
            Some(element) => format!("{} {element}", finding.code),
            None => finding.code.to_string(),
        },
        place: finding.place.as_ref().map(|place| (place.file.to_string(), place.line)),
        ending: match finding.severity {
            Severity::Error => Ending::Error(finding.message.clone()),
            _ => Ending::Passed,
        },
        told: finding.message.clone(),
    };
    findings.iter().map(case).collect()
}

/// The cases of a verdict; against a baseline only what is new or worse fails.
#[must_use]
pub fn cases(plan: &Plan, verdict: &Verdict, against: Option<&Compared>) -> Vec<Case> {
    let mut cases: Vec<Case> =
        verdict.cells.iter().map(|cell| of_cell(plan, verdict, cell, against)).collect();
    cases.retain(|case| case.ending != Ending::Skipped(String::new()));
    for check in &verdict.construction {
        let scenario = &plan.scenarios[check.scenario].id;
        let project = &plan.projects[check.project];
        let name = format!("{} from {}", project.id, check.outage.from);
        let is_new =
            against.is_none_or(|against| against.construction.contains(&format!("{name} ({scenario})")));
        let failing: Vec<&str> = check.failing.iter().map(crate::model::Name::as_str).collect();
        let gist = format!("the grid is not safe while {} is built", project.id);
        cases.push(Case {
            suite: format!("{}.construction.{scenario}", plan.id),
            name,
            place: check.outage.origin.place.as_ref().map(at),
            ending: if check.breaks_plan && is_new {
                Ending::Failed(gist, failing.join("\n"))
            } else {
                Ending::Passed
            },
            told: if check.breaks_plan { "no worse than the baseline".to_owned() } else { String::new() },
        });
    }
    cases
}

fn at(place: &Place) -> (String, u32) {
    (place.file.to_string(), place.line)
}

fn of_cell(plan: &Plan, verdict: &Verdict, cell: &Cell, against: Option<&Compared>) -> Case {
    let stage = &plan.stages[cell.stage].id;
    let scenario = &plan.scenarios[cell.scenario].id;
    let here = |row: &&JudgedViolation| {
        row.stage == cell.stage && row.scenario == cell.scenario && row.violation.criterion == cell.criterion
    };
    let rows: Vec<&JudgedViolation> = verdict.violations.iter().filter(here).collect();
    let counts = |row: &JudgedViolation| {
        row.breaks_plan() && (against.is_none() || matches!(row.baseline, Some(Versus::New | Versus::Worse)))
    };
    let failing: Vec<&JudgedViolation> = rows.iter().copied().filter(|row| counts(row)).collect();
    let lost = |against: &Compared| against.lost_states.contains(&(stage.to_string(), scenario.to_string()));
    let text = |rows: &[&JudgedViolation]| {
        rows.iter().map(|row| spoken::violation(plan, row)).collect::<Vec<_>>().join("\n")
    };
    let ending = match (&cell.judgement, failing.first()) {
        (Judgement::NoSolution, _) if against.is_none_or(lost) => {
            Ending::Error("the load flow has no solution".to_owned())
        }
        (_, Some(worst)) => Ending::Failed(spoken::violation(plan, worst), text(&failing)),
        (Judgement::NotJudged(why), _) => Ending::Skipped(why.clone()),
        (Judgement::NotAsked, _) => Ending::Skipped(String::new()),
        _ => Ending::Passed,
    };
    let told: Vec<&JudgedViolation> =
        rows.into_iter().filter(|row| row.violation.level == Level::Violation).collect();
    Case {
        suite: format!("{}.{stage}.{scenario}", plan.id),
        name: cell.criterion.to_owned(),
        place: failing.first().and_then(|row| place::of_violation(plan, row)).map(at),
        ending,
        told: text(&told),
    }
}
