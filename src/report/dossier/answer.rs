//! The answer on the first page: does the plan hold, where not, since when, and what ends it.

use super::table::{Table, Tone};
use super::{Put, Sources, Words, tables};
use crate::appraise::{Exit, JudgedViolation};
use crate::ids::{ProjectId, StageId};
use crate::model::N1;
use crate::report::counts::Counts;
use crate::report::grouped::{self, Lines, Sorted};
use std::collections::BTreeMap;

/// How many places, and works, the first page names.
const NAMED: usize = 4;

/// The answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Whether it holds.
    pub tone: Tone,
    /// The answer in one sentence.
    pub sentence: String,
    /// The questions that follow, each with its answer.
    pub questions: Vec<Question>,
    /// How many limits are broken at each stage.
    pub strip: Vec<StageStrip>,
    /// The gravest violations; without rows where there is none.
    pub worst: Table,
}

/// A question and its answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// The question.
    pub ask: String,
    /// The answer in a word or figure.
    pub answer: String,
    /// What the figure counts.
    pub what: String,
    /// More, a line each.
    pub lines: Vec<String>,
    /// What it means.
    pub tone: Tone,
}

/// A stage in the strip of the first page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StageStrip {
    /// Its name.
    pub stage: String,
    /// Whether it holds.
    pub tone: Tone,
    /// What is broken, in words.
    pub text: String,
}

impl Answer {
    pub(super) fn new(sources: &Sources<'_>, words: &Words) -> Self {
        let verdict = sources.verdict;
        let counts = Counts::of(verdict);
        let sorted = grouped::sorted(verdict);
        let broken: Vec<&Lines<'_>> =
            sorted.breaking.iter().chain(&sorted.after_a_fault).chain(&sorted.lost).collect();
        let tone = match verdict.exit {
            Exit::Holds => Tone::Good,
            Exit::Violated | Exit::NoSolution => Tone::Bad,
        };
        let teller = Teller { sources, words, counts: &counts, broken: &broken };
        Self {
            tone,
            sentence: teller.sentence(),
            questions: vec![teller.holds(), teller.place(), teller.time(), teller.way_out()],
            strip: verdict.stages.iter().map(|&stage| teller.stage(stage)).collect(),
            worst: worst(sources, words, &sorted),
        }
    }
}

/// The gravest of each kind.
fn worst(sources: &Sources<'_>, words: &Words, sorted: &Sorted<'_>) -> Table {
    let kinds = [&sorted.breaking, &sorted.after_a_fault, &sorted.lost];
    let rows: Vec<&Lines<'_>> = kinds.into_iter().flat_map(|kind| kind.iter().take(NAMED)).collect();
    tables::violations::table(sources, words, "worst", &rows)
}

struct Teller<'t> {
    sources: &'t Sources<'t>,
    words: &'t Words,
    counts: &'t Counts,
    broken: &'t [&'t Lines<'t>],
}

impl Teller<'_> {
    fn say(&self, key: &str, put: &[(&str, Put<'_>)]) -> String {
        self.words.say_with(key, put)
    }

    /// The verdict in one sentence.
    fn sentence(&self) -> String {
        let verdict = self.sources.verdict;
        let what = if self.sources.plan.is_bare() { "grid" } else { "plan" };
        let what = self.words.of("judged", what);
        let (stages, warnings) = (verdict.stages.len(), self.counts.warnings);
        match verdict.exit {
            Exit::Holds if verdict.criteria.len() <= 1 => self.say("answer-served", &[("what", what.into())]),
            Exit::Holds => self.say(
                "answer-holds",
                &[("what", what.into()), ("stages", stages.into()), ("warnings", warnings.into())],
            ),
            Exit::Violated => {
                self.say("answer-violated", &[("what", what.into()), ("broken", self.broken_parts().into())])
            }
            Exit::NoSolution => {
                let put = [
                    ("what", what.into()),
                    ("unsolved", self.counts.unsolved.into()),
                    ("states", verdict.summary.len().into()),
                ];
                let also = if self.broken.is_empty() {
                    String::new()
                } else {
                    format!(" {}", self.say("answer-besides", &[("broken", self.broken_parts().into())]))
                };
                self.say("answer-no-solution", &put) + &also
            }
        }
    }

    /// What breaks the plan: limits, and load that is not served; and in which stages.
    fn broken_parts(&self) -> String {
        let verdict = self.sources.verdict;
        let unserved_mw = verdict.summary.iter().map(|state| state.lost_load_mw).fold(0.0, f64::max);
        let building = verdict.construction.iter().filter(|check| check.breaks_plan).count();
        let intact_key = if verdict.criteria.contains(&N1) { "broken-intact" } else { "broken-limits" };
        let parts = [
            (self.counts.limits > 0).then(|| self.say(intact_key, &[("n", self.counts.limits.into())])),
            (self.counts.after_a_fault > 0)
                .then(|| self.say("broken-fault", &[("n", self.counts.after_a_fault.into())])),
            (unserved_mw > 0.0).then(|| {
                let mw = self.words.language.number(unserved_mw, 1);
                self.say("broken-unserved", &[("mw", mw.into())])
            }),
            (building > 0).then(|| self.say("broken-building", &[("n", building.into())])),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let what = match parts.as_slice() {
            [first @ .., last] if !first.is_empty() => {
                self.say("and", &[("first", first.join(", ").into()), ("last", last.as_str().into())])
            }
            _ => parts.concat(),
        };
        let stages = verdict.stages.len();
        if stages <= 1 {
            return what;
        }
        let names: Vec<&str> =
            self.counts.stages.iter().map(|&id| self.sources.plan.stages[id].id.as_str()).collect();
        let key = if names.len() == stages { "in-all-stages" } else { "in-some-stages" };
        let put = [
            ("broken", what.into()),
            ("n", names.len().into()),
            ("stages", stages.into()),
            ("names", names.join(", ").into()),
        ];
        self.say(key, &put)
    }

    fn holds(&self) -> Question {
        let verdict = self.sources.verdict;
        let (answer, tone) = match verdict.exit {
            Exit::Holds => ("answer-yes", Tone::Good),
            Exit::Violated => ("answer-no", Tone::Bad),
            Exit::NoSolution => ("answer-unknown", Tone::Bad),
        };
        let states = verdict.summary.len();
        let mut lines = vec![
            self.say("line-states", &[("n", states.into()), ("stages", verdict.stages.len().into())]),
            self.say("line-criteria", &[("n", verdict.criteria.len().into())]),
        ];
        for (key, count) in [
            ("line-warnings", self.counts.warnings),
            ("line-waived", self.counts.waived),
            ("line-unsolved", self.counts.unsolved),
        ] {
            if count > 0 {
                lines.push(self.say(key, &[("n", count.into())]));
            }
        }
        self.question("ask-holds", self.words.say(answer), String::new(), lines, tone)
    }

    fn question(&self, ask: &str, answer: String, what: String, lines: Vec<String>, tone: Tone) -> Question {
        Question { ask: self.words.say(ask), answer, what, lines, tone }
    }

    fn place(&self) -> Question {
        let lines: Vec<String> = self.gravest().into_iter().map(|row| self.worst_line(row)).collect();
        let n = self.broken.len();
        let tone = if n > 0 { Tone::Bad } else { Tone::Good };
        let answer = self.words.language.number(n as f64, 0);
        self.question("ask-where", answer, self.say("count-limits", &[("n", n.into())]), lines, tone)
    }

    /// The gravest of each element, those of the intact grid first.
    fn gravest(&self) -> Vec<&JudgedViolation> {
        let mut rows: Vec<&JudgedViolation> = Vec::new();
        for row in self.broken.iter().filter_map(|group| group.first()) {
            if rows.iter().all(|known| known.violation.element != row.violation.element) {
                rows.push(row);
            }
        }
        rows.truncate(NAMED);
        rows
    }

    fn worst_line(&self, row: &JudgedViolation) -> String {
        let plan = self.sources.plan;
        let v = &row.violation;
        let element = match v.element {
            Some(element) => tables::named(plan, element),
            None => self.words.say("whole-grid"),
        };
        let language = self.words.language;
        let decimals = if v.unit == "p.u." { 3 } else { 1 };
        let put = [
            ("element", element.into()),
            ("value", language.number(v.value, decimals).into()),
            ("limit", language.number(v.limit, decimals).into()),
            ("unit", v.unit.into()),
            ("state", tables::state(plan, row.stage, row.scenario).into()),
        ];
        self.say(if v.fault.is_some() { "line-worst-fault" } else { "line-worst" }, &put)
    }

    fn time(&self) -> Question {
        let plan = self.sources.plan;
        let (answer, what) = match self.counts.stages.first() {
            Some(&first) => (plan.stages[first].id.to_string(), self.words.say("count-first-stage")),
            None => (self.words.say("never"), String::new()),
        };
        let lines = self.sources.verdict.stages.iter().map(|&stage| {
            let n = self.broken_at(stage).count();
            let put = [("stage", plan.stages[stage].id.as_str().into()), ("n", n.into())];
            self.say("line-stage", &put)
        });
        let lines = if plan.is_bare() { Vec::new() } else { lines.collect() };
        let tone = if self.counts.stages.is_empty() { Tone::Good } else { Tone::Bad };
        self.question("ask-when", answer, what, lines, tone)
    }

    fn broken_at(&self, stage: StageId) -> impl Iterator<Item = &&Lines<'_>> {
        self.broken.iter().filter(move |group| group.iter().any(|row| row.stage == stage))
    }

    fn way_out(&self) -> Question {
        let plan = self.sources.plan;
        let mut clears: BTreeMap<ProjectId, usize> = BTreeMap::new();
        let mut stays = 0;
        for group in self.broken {
            match grouped::cleared_last(group) {
                None => stays += 1,
                Some(cleared) => {
                    if let Some(&first) = cleared.projects.first() {
                        *clears.entry(first).or_default() += 1;
                    }
                }
            }
        }
        let mut works: Vec<(ProjectId, usize)> = clears.into_iter().collect();
        works.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut lines: Vec<String> = works
            .iter()
            .take(NAMED)
            .map(|&(id, n)| {
                let work = &plan.projects[id];
                let name = if work.name.is_empty() { work.id.as_str() } else { &work.name };
                let put = [("work", name.into()), ("id", work.id.as_str().into()), ("n", n.into())];
                self.say("line-clears", &put)
            })
            .collect();
        if stays > 0 {
            lines.insert(0, self.say("line-stays", &[("n", stays.into())]));
        } else if self.broken.is_empty() {
            lines.push(self.words.say("line-nothing-to-do"));
        }
        let tone = if stays > 0 { Tone::Bad } else { Tone::Good };
        let answer = self.words.language.number(stays as f64, 0);
        let what = self.say("count-stays", &[("n", stays.into())]);
        self.question("ask-do", answer, what, lines, tone)
    }

    fn stage(&self, stage: StageId) -> StageStrip {
        let verdict = self.sources.verdict;
        let n = self.broken_at(stage).count();
        let unsolved = verdict.summary.iter().filter(|state| state.stage == stage);
        let unsolved = unsolved.filter(|state| state.status != crate::flow::Status::Converged).count();
        let (tone, text) = if unsolved > 0 {
            (Tone::Bad, self.say("strip-unsolved", &[("n", unsolved.into())]))
        } else if n > 0 {
            (Tone::Bad, self.say("strip-broken", &[("n", n.into())]))
        } else {
            (Tone::Good, self.words.say("strip-holds"))
        };
        StageStrip { stage: self.sources.plan.stages[stage].id.to_string(), tone, text }
    }
}
