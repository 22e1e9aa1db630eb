//! Which works are a choice, and which are not.

use crate::appraise::capital::Capital;
use crate::appraise::rank::Game;
use crate::ids::ProjectId;
use crate::model::Status;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What funding has to do with a work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Role {
    /// It is commissioned: it stands, and takes no money.
    Done,
    /// It must come as planned, and is paid first: under construction, funded, asked for, or needed by such a work.
    Must,
    /// It may be built, later, or not at all.
    Free,
    /// Its cost is not known: it comes as planned, as soon as what it needs stands.
    Unpriced,
    /// It has no date, or one after the last year.
    Beyond,
}

impl Role {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Must => "must",
            Self::Free => "free",
            Self::Unpriced => "unpriced",
            Self::Beyond => "beyond",
        }
    }
}

/// The works of a plan by role, and what needs what.
#[derive(Clone, PartialEq, Debug)]
pub struct Roles {
    /// The counted works, each with its role and the year in which it is planned; 0 where it is beyond.
    pub of: BTreeMap<ProjectId, (Role, i16)>,
    /// What cannot stand without a work.
    pub followers: BTreeMap<ProjectId, BTreeSet<ProjectId>>,
}

impl Roles {
    /// Parts the works; `must` come as planned whatever their status.
    #[must_use]
    pub fn new(game: &Game<'_>, capital: &Capital, must: &[ProjectId]) -> Self {
        let plan = &game.days.plan;
        let last = plan.stages.ids().last();
        let last_day = last.and_then(|stage| game.day(stage));
        let mut of = BTreeMap::new();
        for work in &capital.works {
            let (id, project) = (work.project, &plan.projects[work.project]);
            let first = game.first_day(id).filter(|&first| last_day.is_some_and(|last| first <= last));
            let role = match (first, project.status) {
                (None, _) => Role::Beyond,
                (Some(_), Status::Commissioned | Status::Retired) => Role::Done,
                (Some(first), _) if plan.base.as_of.is_some_and(|as_of| first <= as_of) => Role::Done,
                _ if !work.plan_million.is_finite() => Role::Unpriced,
                (Some(_), Status::Funded | Status::Construction) => Role::Must,
                _ if must.contains(&id) => Role::Must,
                _ => Role::Free,
            };
            of.insert(id, (role, first.map_or(0, Date::year)));
        }
        let mut followers: BTreeMap<ProjectId, BTreeSet<ProjectId>> = BTreeMap::new();
        for &id in of.keys() {
            let out = plan.stages.ids().flat_map(|stage| game.without(stage, game.phases(id)).1);
            let others: BTreeSet<ProjectId> = out.map(|part| part.0).filter(|&other| other != id).collect();
            if !others.is_empty() {
                followers.insert(id, others);
            }
        }
        let mut roles = Self { of, followers };
        let musts: Vec<ProjectId> = roles.with(Role::Must);
        for (&needed, followers) in &roles.followers {
            if musts.iter().any(|must| followers.contains(must))
                && let Some((role @ Role::Free, _)) = roles.of.get_mut(&needed)
            {
                *role = Role::Must;
            }
        }
        roles
    }

    /// The works of a role, in the order of the plan.
    #[must_use]
    pub fn with(&self, role: Role) -> Vec<ProjectId> {
        self.of.iter().filter(|(_, found)| found.0 == role).map(|(&id, _)| id).collect()
    }

    /// Works that a work cannot stand without, in the order of the plan.
    pub fn needs(&self, work: ProjectId) -> impl Iterator<Item = ProjectId> {
        self.followers
            .iter()
            .filter(move |(_, followers)| followers.contains(&work))
            .map(|(&needed, _)| needed)
    }
}
