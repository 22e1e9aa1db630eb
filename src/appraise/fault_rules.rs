//! The rules of a set for the grid after a fault: as limits that a study of outages holds states against, and back.

use crate::criteria::{Fault, Level, SUPPLY, Violation, same_kv};
use crate::flow::{SolvedGrid, Status};
use crate::ids::BusId;
use crate::model::{
    CriteriaSet, Demand, ElementId, GridState, Loading, N1, Name, Network, RatingKind, Rule, Security,
};
use crate::study::contingency::{
    After, BranchLimit, BusLimit, Contingencies, Limits, Outage, Passed, Response,
};

/// The rules of a set for the grid after a fault, laid over a grid.
#[derive(Debug)]
pub struct FaultRules {
    /// The set.
    pub criteria: Name,
    /// What states are held against; the tag of a limit is its place in [`FaultRules::watched`].
    pub limits: Limits,
    /// Rules that are not judged, and why.
    pub not_judged: Vec<(Name, &'static str)>,
    /// Branches with a rating that cannot be watched: without impedance, or of three windings.
    pub unwatched: usize,
    watched: Vec<Watched>,
    /// The rules of security, by id.
    security: Vec<(Name, Security)>,
    /// Whether the set has any rule for the grid after a fault.
    pub asks: bool,
}

/// A limit and the rule it comes from.
#[derive(Debug)]
struct Watched {
    rule: Name,
    element: ElementId,
    /// Lowest and highest value, in `unit`.
    min: Option<f64>,
    max: Option<f64>,
    /// The threshold that is a warning.
    warn: Option<f64>,
    quantity: &'static str,
    unit: &'static str,
    /// From the unit of the load flow to `unit`.
    scale: f64,
    /// The value before any outage, where it passes the limit.
    before: Option<f64>,
}

/// What a limit was pressed to.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// Id of the rule.
    pub rule: Name,
    /// The bus or branch.
    pub element: ElementId,
    /// `vm` or `loading`.
    pub quantity: &'static str,
    /// The value nearest to its limit, or furthest beyond it.
    pub value: f64,
    /// That limit.
    pub limit: f64,
    /// Value as a share of the limit: above 100 beyond an upper one, below 100 beyond a lower one.
    pub percent: f64,
    /// How far the limit is passed, percent of it; negative while it is not.
    pub excess_percent: f64,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// The outage after which it is so: its place in the list.
    pub outage: usize,
}

impl FaultRules {
    /// Lays the rules of `set` over a solved grid; `watched` says which buses and branches are looked at, and `response`
    /// what moves after an outage.
    #[must_use]
    pub fn new(
        grid: &SolvedGrid,
        set: &CriteriaSet,
        response: Response,
        watched: &dyn Fn(ElementId) -> bool,
    ) -> Self {
        let SolvedGrid { flow, network, islands } = grid;
        let mut rules = Self {
            criteria: set.id.clone(),
            limits: Limits::default(),
            not_judged: Vec::new(),
            unwatched: 0,
            watched: Vec::new(),
            security: Vec::new(),
            asks: false,
        };
        let joined = |branch| islands.joined.binary_search(&branch).is_ok();
        for rule in set.rules.iter().filter(|rule| rule.state == GridState::N1) {
            rules.asks = true;
            rules.add(network, rule, response, &|element| watched(element) && !joined(element));
        }
        let rated = |branch: ElementId| !network.rating(branch).is_unlimited() && watched(branch);
        rules.unwatched += islands.joined.iter().filter(|&&branch| rated(branch)).count();
        let threes = network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service);
        rules.unwatched += threes.filter(|&(id, _)| watched(ElementId::Transformer3(id))).count();
        for passed in rules.limits.passed(flow) {
            let watched = &mut rules.watched[passed.tag];
            watched.before = Some(passed.value * watched.scale);
        }
        rules
    }

    /// Number of limits that states are held against.
    #[must_use]
    pub fn watched(&self) -> usize {
        self.watched.len()
    }

    /// What passes the limits before any outage, worst first.
    #[must_use]
    pub fn before(&self) -> Vec<Violation> {
        let passed = self.watched.iter().filter_map(|watched| Some(watched.violation(watched.before?, None)));
        let mut passed: Vec<Violation> = passed.collect();
        passed.sort_by(|a, b| b.excess_percent().total_cmp(&a.excess_percent()));
        passed
    }

    /// What is not met after an outage: what was met before first, within that the worst first.
    #[must_use]
    pub fn judge(&self, outage: &Outage, after: &After<'_>) -> Vec<Violation> {
        let fault = |before| Fault { outage: outage.id.clone(), outages: 1, before };
        let told = |passed: &Passed| {
            let watched = &self.watched[passed.tag];
            watched.violation(passed.value * watched.scale, Some(fault(watched.before)))
        };
        let mut violations: Vec<Violation> = after.passed.iter().map(told).collect();
        let secure = |rule: Name, (quantity, value, limit, unit): (&'static str, f64, f64, &'static str)| {
            let percent = if limit > 0.0 { 100.0 * value / limit } else { f64::INFINITY };
            Violation {
                rule,
                criterion: N1,
                level: Level::Violation,
                element: outage.elements.first().copied(),
                side: None,
                quantity,
                value,
                limit,
                percent,
                unit,
                fault: Some(fault(None)),
                waived_by: None,
            }
        };
        let unserved_mw = after.unserved_mw();
        for (rule, security) in &self.security {
            if unserved_mw > security.max_lost_mw + 1e-9 {
                let found = ("lost load", unserved_mw, security.max_lost_mw, "MW");
                violations.push(secure(rule.clone(), found));
            }
        }
        if self.security.is_empty() && unserved_mw > 0.0 {
            violations.push(secure(Name::const_new(SUPPLY), ("lost load", unserved_mw, 0.0, "MW")));
        }
        if after.status != Status::Converged {
            let share = 100.0 * after.solvable_share.unwrap_or(0.0);
            let rule = self.security.first().map_or(Name::const_new(N1), |(rule, _)| rule.clone());
            violations.push(secure(rule, ("solvable load", share, 100.0, "%")));
        }
        let old = |v: &Violation| v.fault.as_ref().is_some_and(|fault| fault.before.is_some());
        violations.sort_by(|a, b| {
            old(a)
                .cmp(&old(b))
                .then(b.level.cmp(&a.level))
                .then(b.excess_percent().total_cmp(&a.excess_percent()))
        });
        violations
    }

    /// The values that pressed each limit most.
    #[must_use]
    pub fn measured(&self, contingencies: &Contingencies<'_>) -> Vec<Measured> {
        let mut measured = Vec::new();
        for (tag, watched) in self.watched.iter().enumerate() {
            let pressed = contingencies.pressed(tag);
            let upper = watched.max.or(watched.warn);
            let candidates =
                [(pressed.lowest.filter(|_| watched.min.is_some()), watched.min), (pressed.highest, upper)];
            let candidates = candidates.into_iter().filter_map(|(extreme, limit)| {
                let (extreme, limit) = (extreme?, limit?);
                let value = extreme.value * watched.scale;
                let percent = 100.0 + 100.0 * (value - limit) / limit.abs();
                let excess = if watched.min == Some(limit) { 100.0 - percent } else { percent - 100.0 };
                Some((excess, value, limit, percent, extreme.outage))
            });
            if let Some((excess_percent, value, limit, percent, outage)) =
                candidates.max_by(|a, b| a.0.total_cmp(&b.0))
            {
                measured.push(Measured {
                    rule: watched.rule.clone(),
                    element: watched.element,
                    quantity: watched.quantity,
                    value,
                    limit,
                    percent,
                    excess_percent,
                    unit: watched.unit,
                    outage,
                });
            }
        }
        measured
    }

    /// The element and quantity of a limit, and what takes its values to the unit told.
    #[must_use]
    pub fn of_tag(&self, tag: usize) -> Option<(ElementId, f64, &'static str)> {
        self.watched.get(tag).map(|watched| (watched.element, watched.scale, watched.unit))
    }

    /// Adds what a rule asks of the grid after a fault.
    fn add(
        &mut self,
        network: &Network,
        rule: &Rule,
        response: Response,
        watched: &dyn Fn(ElementId) -> bool,
    ) {
        match &rule.demand {
            Demand::Voltage { needs_taps: true, .. } if response != Response::Controls => {
                self.not_judged.push((rule.id.clone(), "it takes tap changers that move after the outage"));
            }
            &Demand::Voltage { vn_kv, min_kv, max_kv, .. } => {
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
                    self.branch(network, rule, *loading, vn_kv, ElementId::Line(id), watched);
                }
            }
            Demand::TransformerLoading(loading) => {
                for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
                    let vn_kv = network.buses[t.from].vn_kv.max(network.buses[t.to].vn_kv);
                    self.branch(network, rule, *loading, vn_kv, ElementId::Transformer(id), watched);
                }
            }
            Demand::Security(security) => self.security.push((rule.id.clone(), security.clone())),
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
        let tag = self.watched.len();
        self.limits.buses.push(BusLimit { bus, min_pu: pu(min), max_pu: pu(max), tag });
        let rule = rule.id.clone();
        let (warn, before) = (None, None);
        self.watched.push(Watched { rule, element, min, max, warn, quantity: "vm", unit, scale, before });
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
        let first = loading.warn_percent.or(loading.max_percent);
        let (Some(limit), Some(max_percent)) = (limit, first) else { return };
        if loading.vn_kv.is_some_and(|kv| !same_kv(kv, vn_kv)) || !watched(branch) {
            return;
        }
        let tag = self.watched.len();
        self.limits.branches.push(BranchLimit { branch, rating: limit, unit: rating.unit, max_percent, tag });
        self.watched.push(Watched {
            rule: rule.id.clone(),
            element: branch,
            min: None,
            max: loading.max_percent,
            warn: loading.warn_percent,
            quantity: "loading",
            unit: "%",
            scale: 1.0,
            before: None,
        });
    }
}

impl Watched {
    /// A value beyond the limit, in `unit`.
    fn violation(&self, value: f64, fault: Option<Fault>) -> Violation {
        let beyond = |max: f64| value > max * (1.0 + crate::criteria::TOLERANCE);
        let (limit, level) = match (self.min, self.max, self.warn) {
            (Some(min), ..) if value < min => (min, Level::Violation),
            (_, Some(max), _) if beyond(max) => (max, Level::Violation),
            (.., Some(warn)) => (warn, Level::Warning),
            (min, max, None) => (max.or(min).unwrap_or(f64::NAN), Level::Violation),
        };
        Violation {
            rule: self.rule.clone(),
            criterion: N1,
            level,
            element: Some(self.element),
            side: None,
            quantity: self.quantity,
            value,
            limit,
            percent: 100.0 + 100.0 * (value - limit) / limit.abs(),
            unit: self.unit,
            fault,
            waived_by: None,
        }
    }
}
