//! A plan judged: the arguments that say what is judged and how, and the run that `check` and `report` are made of.

use super::arguments::{Flow, Switch, Works};
use super::check;
use super::input::Opened;
use super::outages::Then;
use super::progress::{Progress, When};
use super::talk::Talk;
use crate::appraise::{self, ConstructionCheck, JudgeOptions, StateOutages, Verdict, verdict};
use crate::criteria::Modelled;
use crate::finding::{Finding, Severity};
use crate::ids::StageId;
use crate::model::lint::waive;
use crate::model::{CriteriaSet, Plan, lint};
use crate::report::{json, told};
use crate::study::{StageState, Stop, StudyOptions, stages};

/// What is judged, and how.
#[derive(clap::Args, Debug)]
pub(crate) struct Judging {
    /// Judge this stage only; may be repeated
    #[arg(long, value_name = "STAGE")]
    pub(super) stage: Vec<String>,
    /// Judge this scenario only; may be repeated
    #[arg(long, value_name = "SCENARIO")]
    pub(super) scenario: Vec<String>,
    #[command(flatten)]
    pub(super) works: Works,
    /// Judge the grid after a fault, where the criteria ask it [default: on]
    #[arg(long, value_enum, help_heading = "After an outage")]
    pub(super) n1: Option<Switch>,
    #[command(flatten)]
    pub(super) then: Then,
    #[command(flatten)]
    pub(super) flow: Flow,
}

/// What came of it.
pub(super) struct Judged {
    /// The states of the stages wanted.
    pub(super) states: Vec<StageState>,
    /// The verdict on them.
    pub(super) verdict: Verdict,
    /// How far the run came.
    pub(super) reached: Reached,
}

/// How far a run came that may have had to end before it was through.
pub(super) struct Reached {
    /// Steps done.
    pub(super) done: usize,
    /// Of how many.
    pub(super) of: usize,
    /// What they are.
    pub(super) what: &'static str,
}

/// Why nothing came of it.
pub(super) enum Stopped {
    /// The arguments name what there is not.
    Usage(String),
    /// The input cannot be used.
    Input(Vec<Finding>),
}

impl Judging {
    /// Whether the grid after a fault is judged.
    pub(super) fn after_faults(&self) -> bool {
        self.n1 != Some(Switch::Off)
    }

    /// What is to be solved: every stage, also those that are not reported, as the others tell since when a
    /// violation stands and what clears it.
    pub(super) fn study(&self, opened: &Opened, stop: Stop) -> Result<StudyOptions, String> {
        opened.stages(&self.stage)?;
        Ok(StudyOptions {
            stages: None,
            scenarios: opened.scenarios(&self.scenario)?,
            selection: opened.selection(&self.works)?,
            flow: self.flow.options(),
            stop,
        })
    }

    /// What makes this another judgement than that of the plan as it stands: a word and the names that it is about.
    pub(super) fn variant(&self) -> Vec<(&'static str, String)> {
        let named =
            |what: &'static str, names: &[String]| (!names.is_empty()).then(|| (what, names.join(", ")));
        [
            self.works.version.as_of.as_ref().map(|id| ("as of", id.clone())),
            named("with", &self.works.with),
            named("without", &self.works.without),
            named("only stage", &self.stage),
            named("only scenario", &self.scenario),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Solves and judges the states of `study`.
    pub(super) fn judge(
        &self,
        opened: &Opened,
        study: StudyOptions,
        when: When,
        talk: &Talk,
    ) -> Result<Judged, Stopped> {
        let plan = &opened.plan;
        let wanted: Option<Vec<StageId>> = opened.stages(&self.stage).map_err(Stopped::Usage)?;
        if let Some(message) = self.then.unheeded(&plan.network) {
            talk.warn(message);
        }
        let progress = Progress::new(when, talk, "load flows");
        let solved =
            stages::run_with(plan, &study, &|done, total| progress.tell(done, total), |stage, grid| {
                if self.after_faults() {
                    check::outages_of(plan, stage, grid, &self.flow, &self.then, &study.stop)
                } else {
                    Ok(None)
                }
            });
        progress.end();
        let solved = solved.map_err(|stopped| {
            Stopped::Input(opened.findings.iter().cloned().chain(stopped.findings).collect())
        })?;
        let mut outages = Vec::new();
        let mut states = Vec::with_capacity(solved.len());
        for (state, found) in solved {
            let (stage, scenario) = (state.stage, state.scenario);
            outages.extend(found.flatten().map(|verdict| StateOutages { stage, scenario, verdict }));
            states.push(state);
        }
        let construction = self.construction(plan, &study).map_err(Stopped::Input)?;
        let reached = self.reached(plan, &study, (&states, &outages, construction.is_some()));
        let construction = construction.unwrap_or_default();
        let modelled = Modelled {
            controls: self.flow.controls(),
            contingencies: self.after_faults(),
            ..Modelled::default()
        };
        let selection = study.selection;
        let options = JudgeOptions { outages, construction, selection, stages: wanted.clone(), modelled };
        let verdict = verdict::judge(plan, &states, &options);
        states.retain(|state| wanted.as_ref().is_none_or(|wanted| wanted.contains(&state.stage)));
        if states.is_empty() && reached.done == reached.of {
            return Err(Stopped::Usage("no stage is judged in the scenarios asked for".to_owned()));
        }
        Ok(Judged { states, verdict, reached })
    }

    /// The outages for the sake of works, with every other on top; nothing where the time is over.
    fn construction(
        &self,
        plan: &Plan,
        study: &StudyOptions,
    ) -> Result<Option<Vec<ConstructionCheck>>, Vec<Finding>> {
        if !self.asks_construction(plan) {
            return Ok(Some(Vec::new()));
        }
        if study.stop.is_due() {
            return Ok(None);
        }
        let options = |set: &CriteriaSet| self.then.options(plan, set, self.flow.options());
        let scenarios = study.scenarios.as_deref();
        appraise::judge_construction(plan, scenarios, &study.selection, &study.flow, &options).map(Some)
    }

    /// Whether outages for the sake of works are to be judged: a single stage is looked at for its own sake.
    fn asks_construction(&self, plan: &Plan) -> bool {
        let mut phases = plan.projects.iter().flat_map(|project| &project.phases);
        self.after_faults() && self.stage.is_empty() && phases.any(|phase| !phase.outages.is_empty())
    }

    /// How far the run came; `construction` says whether the outages for the sake of works were reached.
    fn reached(
        &self,
        plan: &Plan,
        study: &StudyOptions,
        (states, outages, construction): (&[StageState], &[StateOutages], bool),
    ) -> Reached {
        let whole = |state: &&StageState| {
            let of_it = |one: &&StateOutages| (one.stage, one.scenario) == (state.stage, state.scenario);
            outages.iter().find(of_it).is_none_or(|one| !one.verdict.is_incomplete())
        };
        let (done, of) = (states.iter().filter(whole).count(), stages::wanted(plan, study).len());
        if self.asks_construction(plan) {
            let what = "steps (the states, and last the outages for building)";
            return Reached { done: done + usize::from(construction), of: of + 1, what };
        }
        Reached { done, of, what: "states" }
    }

    /// The options as the document of `check` has them.
    pub(super) fn document<'a>(&'a self, opened: &'a Opened, verdict: &Verdict) -> json::CheckOptions<'a> {
        let plan = &opened.plan;
        json::CheckOptions {
            stages: verdict.stages.iter().map(|&id| plan.stages[id].id.as_str()).collect(),
            scenarios: verdict.scenarios.iter().map(|&id| plan.scenarios[id].id.as_str()).collect(),
            with: self.works.with.iter().map(String::as_str).collect(),
            without: self.works.without.iter().map(String::as_str).collect(),
            as_of: self.works.version.as_of.as_deref(),
            full: false,
            n1: self.after_faults(),
            response: self.then.response(),
            redispatch: self.then.redispatch(),
            transfer_minutes: self.then.transfer_minutes.map(json::Num),
            baseline: None,
            flow: self.flow.row("newton"),
        }
    }
}

/// All that there is to say of a plan and its verdict.
pub(super) fn findings(opened: &Opened, verdict: &Verdict) -> Vec<Finding> {
    let slips = waive(&opened.plan, lint(&opened.plan), false)
        .into_iter()
        .filter(|slip| slip.severity != Severity::Error);
    let told = told::findings(&opened.plan, verdict);
    opened.findings.iter().cloned().chain(slips).chain(told).collect()
}
