//! A grid after each outage, under the rules for the grid after a fault.
//!
//! A limit that is passed before any outage is passed after most of them too: it is marked, so that what an outage
//! causes is not lost among what was wrong anyway.

use crate::case::CaseError;
use crate::criteria::{Level, Violation, same_kv};
use crate::flow::{FlowOptions, SolvedGrid, Status};
use crate::ids::{BusId, StageId};
use crate::model::{
    CriteriaSet, Demand, ElementId, GridState, Loading, Name, Network, Plan, RatingKind, Rule,
};
use crate::study::contingency::{self, BranchLimit, BusLimit, How, Limits, Outage, Passed};

/// What all outages came to.
#[derive(Clone, Debug)]
pub struct OutageVerdict {
    /// The outages asked for.
    pub outages: Vec<Outage>,
    /// What each came to, in their order.
    pub results: Vec<OutageResult>,
    /// What passes the same limits before any outage.
    pub base: Vec<Violation>,
    /// Rules that were not judged, and why.
    pub not_judged: Vec<(Name, &'static str)>,
    /// The rules it was judged by.
    pub criteria: Name,
    /// Limits that the states were held against.
    pub watched: usize,
    /// Branches with a rating that could not be: without impedance, or of three windings.
    pub unwatched: usize,
}

/// What an outage came to.
#[derive(Clone, PartialEq, Debug)]
pub struct OutageResult {
    /// Which outage: its place in the list.
    pub outage: usize,
    /// Whether a state was found.
    pub status: Status,
    /// How.
    pub how: How,
    /// Load left without supply.
    pub lost_mw: f64,
    /// Buses left without supply.
    pub dead: Vec<BusId>,
    /// What is not met, and whether it was not met before the outage either; the worst first.
    pub violations: Vec<(Violation, bool)>,
    /// Where no state was found: the largest share of load that has one, p.u.
    pub solvable_share: Option<f64>,
}

impl OutageResult {
    /// Whether a state was found, in which all load is served and no limit is passed that held before.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.status == Status::Converged
            && self.dead.is_empty()
            && !self.violations.iter().any(|(_, old)| !old)
    }
}

/// A limit and the rule it comes from.
struct Tagged {
    rule: Name,
    criterion: &'static str,
    element: ElementId,
    /// Lowest and highest value, in `unit`.
    min: Option<f64>,
    max: Option<f64>,
    quantity: &'static str,
    unit: &'static str,
    /// From the unit of the load flow to `unit`.
    scale: f64,
}

/// The limits of a rule set, as the study holds them and as they are told.
#[derive(Default)]
struct Asked {
    limits: Limits,
    tagged: Vec<Tagged>,
    not_judged: Vec<(Name, &'static str)>,
    unwatched: usize,
}

/// The rules for a grid after a fault that a bare file brings along: its own bands and emergency ratings.
#[must_use]
pub fn own_limits_after_a_fault() -> CriteriaSet {
    let mut set = crate::criteria::own_limits();
    for rule in &mut set.rules {
        rule.state = GridState::N1;
        if let Demand::LineLoading(loading) | Demand::TransformerLoading(loading) = &mut rule.demand {
            loading.rating = RatingKind::Emergency;
        }
    }
    set
}

/// The rules by which the outages of a stage are judged: those of its set; for a day between stages, of the stage in force
/// then, the first one before that; for a grid that has no rules, [`own_limits_after_a_fault`].
#[must_use]
pub fn rules_after_a_fault(plan: &Plan, stage: StageId) -> CriteriaSet {
    let stage = &plan.stages[stage];
    let stages = || plan.stages.iter().filter(|stage| !stage.criteria.is_empty());
    let in_force = if stage.criteria.is_empty() {
        stages().filter(|other| other.at <= stage.at).max_by_key(|other| other.at).or_else(|| stages().next())
    } else {
        Some(stage)
    };
    let set = in_force.and_then(|stage| plan.criteria.iter().find(|set| set.id == stage.criteria));
    set.cloned().unwrap_or_else(own_limits_after_a_fault)
}

/// Solves every outage of a solved grid and judges what it leaves by the rules that `set` has for it.
///
/// `watched` says which buses and branches are looked at.
///
/// # Errors
/// [`CaseError`] as [`contingency::run`].
pub fn judge_outages(
    grid: &SolvedGrid,
    set: &CriteriaSet,
    outages: Vec<Outage>,
    options: &FlowOptions,
    watched: &dyn Fn(ElementId) -> bool,
) -> Result<OutageVerdict, CaseError> {
    let SolvedGrid { flow, network, islands } = grid;
    let mut asked = Asked::default();
    let joined = |branch| islands.joined.binary_search(&branch).is_ok();
    for rule in set.rules.iter().filter(|rule| rule.state == GridState::N1) {
        asked.add(network, rule, &|element| watched(element) && !joined(element));
    }
    let rated = |branch: ElementId| !network.rating(branch).is_unlimited() && watched(branch);
    asked.unwatched += islands.joined.iter().filter(|&&branch| rated(branch)).count();
    let threes = network.transformers3.iter().filter(|t| t.built && t.in_service);
    asked.unwatched += threes.count();
    let Asked { limits, tagged, not_judged, unwatched } = asked;
    let before = limits.passed(flow);
    let mut was_passed = vec![false; tagged.len()];
    for passed in &before {
        was_passed[passed.tag] = true;
    }
    let told = |passed: &Passed| tagged[passed.tag].violation(passed.value);
    let results = contingency::run(grid, &outages, &limits, options, |after| {
        let mut violations: Vec<(Violation, bool)> =
            after.passed.iter().map(|passed| (told(passed), was_passed[passed.tag])).collect();
        violations.sort_by(|(a, old), (b, known)| {
            old.cmp(known).then(b.excess_percent().total_cmp(&a.excess_percent()))
        });
        OutageResult {
            outage: after.outage,
            status: after.status,
            how: after.how,
            lost_mw: after.lost_mw,
            dead: after.dead.to_vec(),
            violations,
            solvable_share: after.solvable_share,
        }
    })?;
    let mut base: Vec<Violation> = before.iter().map(told).collect();
    base.sort_by(|a, b| b.excess_percent().total_cmp(&a.excess_percent()));
    Ok(OutageVerdict {
        outages,
        results,
        base,
        not_judged,
        criteria: set.id.clone(),
        watched: tagged.len(),
        unwatched,
    })
}

impl Asked {
    /// Adds what a rule asks of the grid after a fault.
    fn add(&mut self, network: &Network, rule: &Rule, watched: &dyn Fn(ElementId) -> bool) {
        match rule.demand {
            Demand::Voltage { needs_taps: true, .. } => {
                self.not_judged.push((rule.id.clone(), "it takes tap changers that move after the outage"));
            }
            Demand::Voltage { vn_kv, min_kv, max_kv, needs_taps: false } => {
                for (bus, record) in network.buses.iter_ids() {
                    if same_kv(record.vn_kv, vn_kv) {
                        self.bus(network, rule, bus, [min_kv, max_kv], ("kV", vn_kv), watched);
                    }
                }
            }
            Demand::BusLimits => {
                for (bus, record) in network.buses.iter_ids() {
                    let band = [record.vm_min_pu, record.vm_max_pu];
                    self.bus(network, rule, bus, band, ("p.u.", 1.0), watched);
                }
            }
            Demand::LineLoading(loading) => {
                for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built) {
                    let vn_kv = network.buses[line.from].vn_kv;
                    self.branch(network, rule, loading, vn_kv, ElementId::Line(id), watched);
                }
            }
            Demand::TransformerLoading(loading) => {
                for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
                    let vn_kv = network.buses[t.from].vn_kv.max(network.buses[t.to].vn_kv);
                    self.branch(network, rule, loading, vn_kv, ElementId::Transformer(id), watched);
                }
            }
            Demand::Reserve { .. } | Demand::PowerFactor { .. } | Demand::Losses { .. } | Demand::Import => {
                self.not_judged.push((rule.id.clone(), "it is judged in the intact grid only"));
            }
        }
    }

    fn bus(
        &mut self,
        network: &Network,
        rule: &Rule,
        bus: BusId,
        [min, max]: [Option<f64>; 2],
        (unit, scale): (&'static str, f64),
        watched: &dyn Fn(ElementId) -> bool,
    ) {
        let element = ElementId::Bus(bus);
        if (min.is_none() && max.is_none()) || !network.bus_is_live(bus) || !watched(element) {
            return;
        }
        let pu = |limit: Option<f64>| limit.map(|limit| limit / scale);
        let tag = self.tagged.len();
        self.limits.buses.push(BusLimit { bus, min_pu: pu(min), max_pu: pu(max), tag });
        let (rule, criterion) = (rule.id.clone(), rule.demand.criterion());
        self.tagged.push(Tagged { rule, criterion, element, min, max, quantity: "vm", unit, scale });
    }

    fn branch(
        &mut self,
        network: &Network,
        rule: &Rule,
        loading: Loading,
        vn_kv: f64,
        branch: ElementId,
        watched: &dyn Fn(ElementId) -> bool,
    ) {
        let rating = network.rating(branch);
        let limit = match loading.rating {
            RatingKind::Normal => rating.normal,
            RatingKind::Emergency => rating.emergency.or(rating.normal),
        };
        let (Some(limit), Some(max_percent)) = (limit, loading.max_percent) else { return };
        if loading.vn_kv.is_some_and(|kv| !same_kv(kv, vn_kv)) || !watched(branch) {
            return;
        }
        let tag = self.tagged.len();
        self.limits.branches.push(BranchLimit { branch, rating: limit, unit: rating.unit, max_percent, tag });
        self.tagged.push(Tagged {
            rule: rule.id.clone(),
            criterion: rule.demand.criterion(),
            element: branch,
            min: None,
            max: Some(max_percent),
            quantity: "loading",
            unit: "%",
            scale: 1.0,
        });
    }
}

impl Tagged {
    fn violation(&self, value: f64) -> Violation {
        let value = value * self.scale;
        let limit = match (self.min, self.max) {
            (Some(min), _) if value < min => min,
            (_, Some(max)) => max,
            (min, None) => min.unwrap_or(f64::NAN),
        };
        Violation {
            rule: self.rule.clone(),
            criterion: self.criterion,
            level: Level::Violation,
            element: Some(self.element),
            side: None,
            quantity: self.quantity,
            value,
            limit,
            percent: 100.0 + 100.0 * (value - limit) / limit.abs(),
            unit: self.unit,
            waived_by: None,
        }
    }
}
