//! Selecting, verifying, learning from what was found, and selecting again.

use super::purses::{Budgets, Purses};
use super::roles::{Role, Roles};
use super::select::{Account, Item, Problem, Selected, Shortfall, Unselected};
use super::worth::{Economics, economics};
use crate::appraise::capital::Capital;
use crate::appraise::compare::{Difference, differences};
use crate::appraise::rank::{Game, Key, Metric, Metrics, Prices, years_of};
use crate::criteria::Violation;
use crate::finding::Finding;
use crate::ids::{ProjectId, ScenarioId, StageId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The share of what was expected of a work under which it is asked whether another belongs with it.
const UNREALISED: f64 = 0.25;
/// Works that are tried as the other one, those most missed in the whole plan first.
const PARTNERS: usize = 12;
/// Changes of the metric that count as none, metric-years.
const NOTHING: f64 = 1e-3;

/// The year from which each work that is a choice stands.
type Starts = BTreeMap<ProjectId, Option<i16>>;

/// A question of funding.
#[derive(Debug)]
pub struct Fund<'f, 'a> {
    /// The years in which single works are tried: see [`super::years_of_works`].
    pub stages: &'f mut Game<'a>,
    /// Every year: selections are verified there.
    pub years: &'f mut Game<'a>,
    /// What works cost.
    pub capital: &'f Capital,
    /// What losses and energy not served cost.
    pub prices: Prices,
    /// What is to be less.
    pub metric: Metric,
    /// The money.
    pub budgets: Budgets,
    /// Works that come as planned whatever their status.
    pub must: Vec<ProjectId>,
    /// Most rounds of selecting and verifying.
    pub rounds: u32,
    /// Other factors on the budgets, for a list that does not hang on one.
    pub factors: Vec<f64>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Funding {
    /// The works by role.
    pub roles: Roles,
    /// The works that are a choice: the year from which each stands, if it does.
    pub starts: Starts,
    /// What each was found worth in the end, discounted metric-years, if it came as planned.
    pub worth: BTreeMap<ProjectId, f64>,
    /// Whose money, and over which years.
    pub purses: Purses,
    /// The accounts, purse by purse, year by year.
    pub accounts: Vec<Vec<Account>>,
    /// What was selected round by round.
    pub rounds: Vec<Round>,
    /// The round whose selection is the answer, from 1.
    pub best: usize,
    /// Works that stand only with another, as verification found.
    pub together: Vec<(ProjectId, ProjectId)>,
    /// Works that were selected and left out again, as nothing changes without them.
    pub pruned: Vec<ProjectId>,
    /// The years, verified.
    pub checks: Vec<YearCheck>,
    /// Other budgets.
    pub scenarios: Vec<Scenario>,
    /// In money, where anything has a price.
    pub economics: Option<Economics>,
}

/// A round.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Round {
    /// Works selected.
    pub works: usize,
    /// What they were expected to take off, discounted metric-years.
    pub expected: f64,
    /// What they take off, verified.
    pub verified: f64,
    /// Whether the selection is proved the best for what was expected.
    pub proved: bool,
    /// Pairs found to belong together.
    pub cuts: usize,
}

/// A year of the answer in a scenario.
#[derive(Clone, Debug)]
pub struct YearCheck {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Whether a load flow was found.
    pub solved: bool,
    /// With all of the plan.
    pub planned: Metrics,
    /// With what is funded.
    pub funded: Metrics,
    /// With no work that is a choice.
    pub none: Metrics,
    /// What is new or worse than in the plan as it stands, gravest first.
    pub cut: Vec<Difference>,
    /// What is broken in the plan as it stands too.
    pub anyway: Vec<Violation>,
}

/// The answer for another budget.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The factor on the budgets.
    pub factor: f64,
    /// The years from which works stand, or why there is no answer.
    pub starts: Result<Starts, Unfunded>,
    /// What they take off, verified, discounted metric-years; NaN without an answer.
    pub verified: f64,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Unfunded {
    /// What must come cannot be paid: the purses with their years, and what is missing.
    Short(Purses, Vec<(Shortfall, Vec<ProjectId>)>),
    /// The selection has no solution, and why.
    Unsolved(String),
    /// A grid cannot be built or solved.
    Findings(Vec<Finding>),
}

impl From<Vec<Finding>> for Unfunded {
    fn from(findings: Vec<Finding>) -> Self {
        Self::Findings(findings)
    }
}

/// What is being done, for those who wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Works taken out of the plan, one at a time.
    Out,
    /// Works put in, one at a time.
    In,
    /// Selections verified, year by year.
    Verify,
    /// Works taken out of a selection and put into it.
    Around,
    /// Works that may belong together.
    Pairs,
    /// Works taken out of the answer.
    Single,
    /// Works that may change nothing.
    Idle,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Out, Self::In, Self::Verify, Self::Around, Self::Pairs, Self::Single, Self::Idle];

    /// What is counted.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Out => "states without works",
            Self::In => "states with single works",
            Self::Verify => "years verified",
            Self::Around => "states around the selection",
            Self::Pairs => "pairs of works",
            Self::Single => "states without single works",
            Self::Idle => "works that may change nothing",
        }
    }
}

/// What works are worth, stage by stage, in the metric.
type Worths = BTreeMap<(ProjectId, StageId), f64>;

/// What stays the same from round to round.
struct Table {
    roles: Roles,
    free: Vec<ProjectId>,
    paid: BTreeSet<ProjectId>,
}

/// A work, another that it may need, when, how much it was to bring, and the states with and without the two.
type Tried = (ProjectId, ProjectId, StageId, f64, [Key; 2], [Key; 2]);

impl Fund<'_, '_> {
    /// Finds what to build. `tick` is told what is done, how far and of how many states, from any thread.
    ///
    /// # Errors
    /// [`Unfunded`].
    pub fn answer(&mut self, tick: &(dyn Fn(Step, usize, usize) + Sync)) -> Result<Funding, Unfunded> {
        let roles = Roles::new(self.stages, self.capital, &self.must);
        let free = roles.with(Role::Free);
        let paid = free.iter().copied().chain(roles.with(Role::Must)).collect();
        let table = Table { roles, free, paid };
        let purses = self.purses(&table, self.budgets.factor);
        // What must come is looked at before anything is solved.
        let musts = self.problem(&table, &purses, &Worths::new(), &BTreeSet::new());
        let shortfalls = musts.1.shortfalls();
        if !shortfalls.is_empty() {
            return Err(self.unfunded(&purses, &musts.0, Unselected::Short(shortfalls)));
        }
        let mut worths = self.first_worths(&table, tick);
        let wanted = worths.clone();
        let none: Starts = table.free.iter().map(|&work| (work, None)).collect();
        let without = self.verify(&table, &none, tick)?;
        let mut cuts: BTreeSet<(ProjectId, ProjectId)> = BTreeSet::new();
        let mut rounds: Vec<Round> = Vec::new();
        let mut best: Option<(f64, Starts, usize)> = None;
        let mut seen: BTreeSet<Vec<Option<i16>>> = BTreeSet::new();
        while rounds.len() < self.rounds.max(1) as usize {
            let (items, problem) = self.problem(&table, &purses, &worths, &cuts);
            let selected = problem.solve().map_err(|error| self.unfunded(&purses, &items, error))?;
            let starts = starts(&table, &items, &selected, &purses);
            if !seen.insert(starts.values().copied().collect()) {
                break;
            }
            let verified = without - self.verify(&table, &starts, tick)?;
            rounds.push(Round {
                works: starts.values().flatten().count(),
                expected: selected.worth,
                verified,
                proved: selected.proved,
                cuts: 0,
            });
            if best.as_ref().is_none_or(|best| verified > best.0 + NOTHING) {
                best = Some((verified, starts.clone(), rounds.len()));
            }
            if rounds.len() == self.rounds.max(1) as usize {
                break;
            }
            let found = self.learn(&table, &starts, (&mut worths, &wanted, &mut cuts), tick);
            if let Some(round) = rounds.last_mut() {
                round.cuts = found;
            }
        }
        let (verified, mut starts, best) = best.unwrap_or((0.0, none.clone(), 0));
        let unpruned = starts.clone();
        let mut pruned = self.prune(&table, &mut starts, tick);
        // Years between may need what no year that works were tried in does.
        if without - self.verify(&table, &starts, tick)? < verified - NOTHING {
            starts = unpruned;
            pruned.clear();
        }
        let checks = self.check(&table, &starts, &none)?;
        let (items, problem) = self.problem(&table, &purses, &worths, &cuts);
        let places = places(&items, &starts, &purses, &table);
        let accounts = (0..purses.purses.len()).map(|purse| problem.account(purse, &places)).collect();
        let scenarios = self.scenarios(&table, (&worths, &cuts), without, &starts, tick)?;
        let economics = self.economics(&table, &starts, &none);
        let mut worth = BTreeMap::new();
        for &work in &table.free {
            worth.insert(work, self.worth(&table, &worths, work).first().copied().unwrap_or(0.0));
        }
        Ok(Funding {
            starts,
            worth,
            accounts,
            rounds,
            best,
            together: cuts.into_iter().collect(),
            pruned,
            checks,
            scenarios,
            economics,
            roles: table.roles,
            purses,
        })
    }

    /// The money, over all years in which paid works can take any.
    fn purses(&self, table: &Table, factor: f64) -> Purses {
        let last = self.last_year();
        let (mut first, mut longest) = (last, 0);
        for &work in &table.paid {
            let planned = table.roles.of.get(&work).map_or(last, |role| role.1);
            first = first.min(planned);
            for &(year, _) in self.capital.of(work).into_iter().flat_map(|cost| &cost.shares) {
                first = first.min(year);
                longest = longest.max(year - planned);
            }
        }
        first = self.budgets.rows.iter().map(|budget| budget.year).fold(first, i16::min);
        let budgets = Budgets { factor, ..self.budgets.clone() };
        let plan = &self.stages.days.plan;
        Purses::new(plan, self.capital, &budgets, &table.paid, first..=last.saturating_add(longest))
    }

    fn last_year(&self) -> i16 {
        let last = self.stages.days.plan.stages.ids().last();
        last.and_then(|stage| self.stages.day(stage)).map_or(0, Date::year)
    }

    /// The selection problem: its items, what is needed first, and the problem.
    fn problem(
        &self,
        table: &Table,
        purses: &Purses,
        worths: &Worths,
        cuts: &BTreeSet<(ProjectId, ProjectId)>,
    ) -> (Vec<ProjectId>, Problem) {
        let plan = &self.stages.days.plan;
        let worth: BTreeMap<ProjectId, Vec<f64>> =
            table.free.iter().map(|&work| (work, self.worth(table, worths, work))).collect();
        // Works that are worth something, what they need, and what must come.
        let mut items: BTreeSet<ProjectId> = table.roles.with(Role::Must).into_iter().collect();
        let good =
            |work: &ProjectId| worth.get(work).is_some_and(|worth| worth.iter().any(|&one| one > NOTHING));
        let mut open: Vec<ProjectId> = table.free.iter().copied().filter(good).collect();
        while let Some(work) = open.pop() {
            if items.insert(work) {
                let needs =
                    table.roles.needs(work).chain(cuts.iter().filter(|cut| cut.0 == work).map(|cut| cut.1));
                open.extend(needs.filter(|needed| table.paid.contains(needed)));
            }
        }
        let items: Vec<ProjectId> = items.into_iter().collect();
        let place = |work: ProjectId| items.binary_search(&work).ok();
        let first = purses.years.first().copied().unwrap_or(0);
        let mut problem =
            Problem { years: purses.years.len(), purses: purses.purses.clone(), ..Problem::default() };
        for &work in &items {
            let (role, planned) = table.roles.of.get(&work).copied().unwrap_or((Role::Free, first));
            let cost = self.capital.of(work);
            problem.items.push(Item {
                earliest: usize::try_from(planned - first).unwrap_or(0),
                worth: worth.get(&work).cloned().unwrap_or_else(|| vec![0.0]),
                spend: cost
                    .into_iter()
                    .flat_map(|cost| {
                        cost.shares.iter().map(|&(year, share)| (year - planned, share * cost.plan_million))
                    })
                    .collect(),
                must: role == Role::Must,
                purses: purses.of_class(&plan.projects[work].funding),
            });
        }
        for (a, &work) in items.iter().enumerate() {
            let needs =
                table.roles.needs(work).chain(cuts.iter().filter(|cut| cut.0 == work).map(|cut| cut.1));
            let needs: BTreeSet<usize> = needs.filter_map(place).collect();
            problem.needs.extend(needs.into_iter().map(|b| (a, b)));
            let excludes = plan.projects[work].excludes.iter().filter_map(|&other| place(other));
            problem.excludes.extend(excludes.map(|b| (a, b)));
        }
        (items, problem)
    }

    /// What a work is worth if it stands from its planned year on, from a year later on, and so on: discounted metric-years; of
    /// money less its cost.
    fn worth(&self, table: &Table, worths: &Worths, work: ProjectId) -> Vec<f64> {
        let planned = table.roles.of.get(&work).map_or(0, |role| role.1);
        let mut by_year: BTreeMap<i16, f64> = BTreeMap::new();
        for stage in self.stages.days.plan.stages.ids() {
            if let Some(&one) = worths.get(&(work, stage)) {
                for year in years_of(self.stages, stage, planned) {
                    by_year.insert(year, one * self.capital.terms.discount(year));
                }
            }
        }
        let cost = |later: i16| match self.metric {
            Metric::Money => {
                self.capital.of(work).map_or(0.0, |cost| self.capital.discounted_million(cost, later))
            }
            _ => 0.0,
        };
        (planned..=self.last_year())
            .map(|from| by_year.range(from..).map(|(_, one)| one).sum::<f64>() - cost(from - planned))
            .collect()
    }

    /// What stands where works are a choice: phases that do not stand in a year.
    fn out(&self, table: &Table, starts: &Starts, year: i16) -> Vec<(ProjectId, usize)> {
        let mut out = Vec::new();
        for (&work, start) in starts {
            let planned = table.roles.of.get(&work).map_or(0, |role| role.1);
            for (phase, part) in self.stages.days.plan.projects[work].phases.iter().enumerate() {
                let on = part.commissioning.map(|date| date.date.year());
                let stands =
                    start.zip(on).is_some_and(|(start, on)| on.saturating_add(start - planned) <= year);
                if !stands {
                    out.push((work, phase));
                }
            }
        }
        out
    }

    fn key(&self, game: &Game<'_>, table: &Table, starts: &Starts, stage: StageId) -> Key {
        let year = game.day(stage).map_or(0, Date::year);
        game.without(stage, self.out(table, starts, year))
    }

    /// A stage with a work and without it, all else as in `starts`: those that need it out in both, those that it needs in both.
    fn pair(&self, table: &Table, starts: &Starts, work: ProjectId, stage: StageId) -> [Key; 2] {
        let mut with = starts.clone();
        let planned = |work: ProjectId| table.roles.of.get(&work).map(|role| role.1);
        for needed in table.roles.needs(work).chain([work]) {
            if let Some(start) = with.get_mut(&needed) {
                *start = planned(needed);
            }
        }
        for follower in table.roles.followers.get(&work).into_iter().flatten() {
            if let Some(start) = with.get_mut(follower) {
                *start = None;
            }
        }
        let with_key = self.key(self.stages, table, &with, stage);
        with.insert(work, None);
        [with_key, self.key(self.stages, table, &with, stage)]
    }

    /// What a work takes off the metric of a stage, once both states are solved.
    fn own(&self, [with, without]: &[Key; 2]) -> f64 {
        let value = |key: &Key| self.stages.metrics(key).map(|metrics| metrics.by(self.metric, &self.prices));
        value(without).zip(value(with)).map_or(0.0, |(without, with)| without - with)
    }

    /// Stages in which a work can stand.
    fn stages_of(&self, work: ProjectId) -> Vec<StageId> {
        let first = self.stages.first_stage(work);
        self.stages
            .days
            .plan
            .stages
            .ids()
            .filter(|&stage| first.is_some_and(|first| stage >= first))
            .collect()
    }

    fn solve(
        &mut self,
        pairs: &BTreeMap<(ProjectId, StageId), [Key; 2]>,
        tick: &(dyn Fn(usize, usize) + Sync),
    ) {
        self.stages.solve(pairs.values().flatten().cloned().collect::<Vec<_>>(), tick);
    }

    /// The mean of what works take off when put in and when taken out.
    fn first_worths(&mut self, table: &Table, tick: &(dyn Fn(Step, usize, usize) + Sync)) -> Worths {
        let all: Starts =
            table.free.iter().map(|&work| (work, table.roles.of.get(&work).map(|role| role.1))).collect();
        let mut outs = BTreeMap::new();
        let mut puts = BTreeMap::new();
        for &work in &table.free {
            let stages = self.stages_of(work);
            for &stage in &stages {
                outs.insert((work, stage), self.pair(table, &all, work, stage));
            }
            if let Some(&first) = stages.first() {
                let new = |other: &ProjectId| self.stages.first_stage(*other) == Some(first);
                let before: Starts =
                    all.iter().map(|(&other, &start)| (other, start.filter(|_| !new(&other)))).collect();
                puts.insert((work, first), self.pair(table, &before, work, first));
            }
        }
        self.solve(&outs, &|done, of| tick(Step::Out, done, of));
        self.solve(&puts, &|done, of| tick(Step::In, done, of));
        let mut worths = Worths::new();
        for (&(work, stage), keys) in &outs {
            let first = self.stages_of(work).first().copied().unwrap_or(stage);
            let put = puts.get(&(work, first)).map_or(0.0, |keys| self.own(keys));
            let out = outs.get(&(work, first)).map_or(0.0, |keys| self.own(keys));
            worths.insert((work, stage), self.own(keys) + (put - out) / 2.0);
        }
        worths
    }

    /// The metric over all years with works as in `starts`, discounted.
    fn verify(
        &mut self,
        table: &Table,
        starts: &Starts,
        tick: &(dyn Fn(Step, usize, usize) + Sync),
    ) -> Result<f64, Unfunded> {
        let stages: Vec<StageId> = self.years.days.plan.stages.ids().collect();
        let keys: Vec<Key> = stages.iter().map(|&stage| self.key(self.years, table, starts, stage)).collect();
        self.years.solve(keys.clone(), &|done, of| tick(Step::Verify, done, of));
        let mut sum = 0.0;
        for key in &keys {
            let year = self.years.day(key.0).map_or(0, Date::year);
            match self.years.value(key) {
                Some(crate::appraise::rank::Value::Unknown(why)) => {
                    return Err(Unfunded::Unsolved(format!("the grid of {year} cannot be built: {why}")));
                }
                Some(value) => {
                    let metrics = value.metrics().unwrap_or_default();
                    sum += metrics.by(self.metric, &self.prices) * self.capital.terms.discount(year);
                }
                None => {}
            }
        }
        if self.metric == Metric::Money {
            for (&work, &start) in starts {
                let planned = table.roles.of.get(&work).map_or(0, |role| role.1);
                if let Some((start, cost)) = start.zip(self.capital.of(work)) {
                    sum += self.capital.discounted_million(cost, start - planned);
                }
            }
        }
        Ok(sum)
    }

    /// Takes what works are worth from the plan selected, and finds works that belong together; how many pairs.
    fn learn(
        &mut self,
        table: &Table,
        starts: &Starts,
        (worths, wanted, cuts): (&mut Worths, &Worths, &mut BTreeSet<(ProjectId, ProjectId)>),
        tick: &(dyn Fn(Step, usize, usize) + Sync),
    ) -> usize {
        let mut pairs = BTreeMap::new();
        for &work in &table.free {
            for stage in self.stages_of(work) {
                pairs.insert((work, stage), self.pair(table, starts, work, stage));
            }
        }
        self.solve(&pairs, &|done, of| tick(Step::Around, done, of));
        let found: Worths = pairs.iter().map(|(&at, keys)| (at, self.own(keys))).collect();
        let before = cuts.len();
        let kept = self.partners(table, starts, (worths, &found, wanted), cuts, tick);
        for (at, &one) in &found {
            let standing = starts.get(&at.0).is_some_and(Option::is_some);
            let old = worths.get(at).copied().unwrap_or(0.0);
            if kept.contains(&at.0) {
                continue; // it is worth that with its partner
            }
            // What it gave where it stands; halfway to that where it would have to be added.
            worths.insert(*at, if standing { one } else { f64::midpoint(old, one) });
        }
        cuts.len() - before
    }

    /// Works that gave little of what was expected, with one that was left out: whether they do with it.
    fn partners(
        &mut self,
        table: &Table,
        starts: &Starts,
        (expected, found, wanted): (&Worths, &Worths, &Worths),
        cuts: &mut BTreeSet<(ProjectId, ProjectId)>,
        tick: &(dyn Fn(Step, usize, usize) + Sync),
    ) -> BTreeSet<ProjectId> {
        let planned = |work: ProjectId| table.roles.of.get(&work).map(|role| role.1);
        // The stage in which most was expected of a work.
        let mut unrealised: Vec<(ProjectId, StageId, f64)> = Vec::new();
        for &work in starts.iter().filter(|(_, start)| start.is_some()).map(|(work, _)| work) {
            let most = self
                .stages_of(work)
                .into_iter()
                .filter_map(|stage| Some((stage, *expected.get(&(work, stage))?)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((stage, much)) = most
                && much > NOTHING
                && found.get(&(work, stage)).is_some_and(|&got| got < UNREALISED * much)
            {
                unrealised.push((work, stage, much));
            }
        }
        let mut tried: Vec<Tried> = Vec::new();
        for &(work, stage, much) in &unrealised {
            let mut others: Vec<(f64, ProjectId)> = starts
                .iter()
                .filter(|&(&other, start)| start.is_none() && other != work && !cuts.contains(&(work, other)))
                .filter_map(|(&other, _)| Some((*wanted.get(&(other, stage))?, other)))
                .filter(|&(much, _)| much > NOTHING)
                .collect();
            others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for &(_, other) in others.iter().take(PARTNERS) {
                let mut with = starts.clone();
                for needed in table.roles.needs(other).chain([other]) {
                    if let Some(start) = with.get_mut(&needed) {
                        *start = planned(needed);
                    }
                }
                let pair = self.pair(table, &with, work, stage);
                with.insert(work, None);
                let alone = self.pair(table, &with, other, stage);
                tried.push((work, other, stage, much, pair, alone));
            }
        }
        let keys: Vec<Key> = tried.iter().flat_map(|one| one.4.iter().chain(&one.5)).cloned().collect();
        self.stages.solve(keys, &|done, of| tick(Step::Pairs, done, of));
        let mut kept = BTreeSet::new();
        for (work, other, _, much, pair, alone) in &tried {
            let together = self.own(pair);
            if together >= much / 2.0 && !kept.contains(work) {
                cuts.insert((*work, *other));
                kept.insert(*work);
                if self.own(alone) < UNREALISED * together {
                    cuts.insert((*other, *work));
                    kept.insert(*other);
                }
            }
        }
        kept
    }

    /// The metric over the stages, each for its years, discounted.
    fn over_stages(&mut self, table: &Table, starts: &Starts) -> f64 {
        let stages: Vec<StageId> = self.stages.days.plan.stages.ids().collect();
        let keys: Vec<Key> =
            stages.iter().map(|&stage| self.key(self.stages, table, starts, stage)).collect();
        self.stages.solve(keys.clone(), &|_, _| ());
        let mut sum = 0.0;
        for key in &keys {
            let metrics = self.stages.metrics(key).unwrap_or_default();
            let years = years_of(self.stages, key.0, i16::MIN);
            let weight: f64 = years.into_iter().map(|year| self.capital.terms.discount(year)).sum();
            sum += weight * metrics.by(self.metric, &self.prices);
        }
        sum
    }

    /// Leaves out works without which nothing is worse in any stage, the dearest first.
    fn prune(
        &mut self,
        table: &Table,
        starts: &mut Starts,
        tick: &(dyn Fn(Step, usize, usize) + Sync),
    ) -> Vec<ProjectId> {
        let standing: Vec<ProjectId> =
            starts.iter().filter(|(_, start)| start.is_some()).map(|(&work, _)| work).collect();
        let mut pairs = BTreeMap::new();
        for &work in &standing {
            for stage in self.stages_of(work) {
                pairs.insert((work, stage), self.pair(table, starts, work, stage));
            }
        }
        self.solve(&pairs, &|done, of| tick(Step::Single, done, of));
        let mut idle: Vec<(f64, ProjectId)> = standing
            .iter()
            .filter(|&&work| {
                self.stages_of(work).iter().all(|&stage| self.own(&pairs[&(work, stage)]) <= NOTHING)
            })
            .map(|&work| (self.capital.of(work).map_or(0.0, |cost| cost.plan_million), work))
            .collect();
        idle.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut pruned = Vec::new();
        let mut now = self.over_stages(table, starts);
        let count = idle.len();
        for (done, (_, work)) in idle.into_iter().enumerate() {
            tick(Step::Idle, done + 1, count);
            let mut followers = table.roles.followers.get(&work).into_iter().flatten();
            if followers.any(|follower| starts.get(follower).is_some_and(Option::is_some)) {
                continue;
            }
            let start = starts.insert(work, None).flatten();
            let then = self.over_stages(table, starts);
            if then <= now + NOTHING {
                now = then;
                pruned.push(work);
            } else {
                starts.insert(work, start);
            }
        }
        pruned.sort_unstable();
        pruned
    }

    /// Every year with what is funded, against the plan.
    fn check(&self, table: &Table, starts: &Starts, none: &Starts) -> Result<Vec<YearCheck>, Unfunded> {
        let mut planned_states = Vec::new();
        for stage in self.years.days.plan.stages.ids() {
            planned_states.extend(self.years.days.of_stage(stage).map(|planned| (stage, planned)));
        }
        let checks = crate::study::side_by_side(&planned_states, |&(stage, planned)| {
            let key = self.key(self.years, table, starts, stage);
            let set = self.years.days.set(stage);
            let judged = self.years.judge(&key, planned)?;
            let bare = self.years.judge(&self.key(self.years, table, none, stage), planned)?;
            let cut = differences(set, &planned.judged, &judged);
            let anyway = judged
                .violations
                .iter()
                .filter(|violation| !cut.iter().any(|one| one.violation == **violation))
                .cloned()
                .collect();
            Ok::<_, Vec<Finding>>(YearCheck {
                year: self.years.day(stage).map_or(0, Date::year),
                scenario: planned.scenario,
                solved: judged.is_solved(),
                planned: Metrics::of(set, &planned.judged),
                funded: Metrics::of(set, &judged),
                none: Metrics::of(set, &bare),
                cut,
                anyway,
            })
        });
        Ok(checks.into_iter().collect::<Result<Vec<_>, _>>()?)
    }

    /// The same question with other factors on the budgets.
    fn scenarios(
        &mut self,
        table: &Table,
        (worths, cuts): (&Worths, &BTreeSet<(ProjectId, ProjectId)>),
        without: f64,
        starts: &Starts,
        tick: &(dyn Fn(Step, usize, usize) + Sync),
    ) -> Result<Vec<Scenario>, Unfunded> {
        let mut found = Vec::new();
        for factor in self.factors.clone() {
            #[expect(clippy::float_cmp, reason = "the very factor that was asked")]
            let asked = factor == self.budgets.factor;
            let answer = if asked {
                Ok(starts.clone())
            } else {
                let purses = self.purses(table, factor);
                let (items, problem) = self.problem(table, &purses, worths, cuts);
                match problem.solve() {
                    Ok(selected) => Ok(self::starts(table, &items, &selected, &purses)),
                    Err(error) => Err(self.unfunded(&purses, &items, error)),
                }
            };
            let verified = match &answer {
                Ok(starts) => without - self.verify(table, starts, tick)?,
                Err(_) => f64::NAN,
            };
            found.push(Scenario { factor, starts: answer, verified });
        }
        Ok(found)
    }

    fn economics(&self, table: &Table, starts: &Starts, none: &Starts) -> Option<Economics> {
        let mut spent: BTreeMap<i16, f64> = BTreeMap::new();
        for (&work, &start) in starts {
            let planned = table.roles.of.get(&work).map_or(0, |role| role.1);
            let Some((start, cost)) = start.zip(self.capital.of(work)) else { continue };
            for &(year, share) in &cost.shares {
                *spent.entry(year + start - planned).or_default() += share * cost.plan_million;
            }
        }
        let mut rows: BTreeMap<i16, (f64, Metrics, Metrics)> = spent
            .into_iter()
            .map(|(year, million)| (year, (million, Metrics::default(), Metrics::default())))
            .collect();
        for stage in self.years.days.plan.stages.ids() {
            let year = self.years.day(stage).map_or(0, Date::year);
            let metrics =
                |starts| self.years.metrics(&self.key(self.years, table, starts, stage)).unwrap_or_default();
            let row = rows.entry(year).or_insert((0.0, Metrics::default(), Metrics::default()));
            (row.1, row.2) = (metrics(none), metrics(starts));
        }
        let first = rows.keys().next().copied().unwrap_or(0);
        let last = rows.keys().last().copied().unwrap_or(0);
        let rows: Vec<(i16, f64, Metrics, Metrics)> = (first..=last)
            .map(|year| {
                let (spent, none, with) = rows.get(&year).copied().unwrap_or_default();
                (year, spent, none, with)
            })
            .collect();
        economics(&self.capital.terms, &self.prices, &rows)
    }

    fn unfunded(&self, purses: &Purses, items: &[ProjectId], error: Unselected) -> Unfunded {
        match error {
            Unselected::Solver(why) => Unfunded::Unsolved(why),
            Unselected::Short(shortfalls) => {
                let plan = &self.stages.days.plan;
                let musts = |shortfall: &Shortfall| {
                    let year = purses.years.get(shortfall.year).copied().unwrap_or(0);
                    let pays = |work: &ProjectId| {
                        let of = purses.of_class(&plan.projects[*work].funding).contains(&shortfall.purse);
                        let cost = self.capital.of(*work);
                        of && cost.is_some_and(|cost| {
                            cost.shares.iter().any(|&(at, share)| at == year && share > 0.0)
                        })
                    };
                    items.iter().copied().filter(pays).collect()
                };
                let told = shortfalls.into_iter().map(|shortfall| (shortfall, musts(&shortfall))).collect();
                Unfunded::Short(purses.clone(), told)
            }
        }
    }
}

/// The selection as years.
fn starts(table: &Table, items: &[ProjectId], selected: &Selected, purses: &Purses) -> Starts {
    let mut starts: Starts = table.free.iter().map(|&work| (work, None)).collect();
    for (work, start) in items.iter().zip(&selected.start) {
        if let Some(of) = starts.get_mut(work) {
            *of = start.and_then(|place| purses.years.get(place).copied());
        }
    }
    starts
}

/// Years as places on the axis of a problem's items.
fn places(items: &[ProjectId], starts: &Starts, purses: &Purses, table: &Table) -> Vec<Option<usize>> {
    let first = purses.years.first().copied().unwrap_or(0);
    items
        .iter()
        .map(|work| {
            let year = match starts.get(work) {
                Some(start) => *start,
                None => table.roles.of.get(work).map(|role| role.1),
            };
            year.and_then(|year| usize::try_from(year - first).ok())
        })
        .collect()
}
