//! The rules of a set for the grid after a fault: as limits that a study of outages holds states against, and back.

use super::OutageResult;
use crate::criteria::{Fault, Level, SUPPLY, Violation, same_kv};
use crate::flow::{LoadFlow, SolvedGrid, Status};
use crate::ids::{BusId, Transformer3Id};
use crate::model::Watched as Monitored;
use crate::model::{
    BandOf, CriteriaSet, Demand, ElementId, GridState, Loading, N1, Name, Network, Rule, Security, Side,
};
use crate::study::contingency::{
    After, BranchLimit, BusLimit, Contingencies, InterfaceLimit, Limits, Outage, Passed, Response,
};

/// The rules of a set for the grid after a fault, laid over a grid.
#[derive(Clone, Debug)]
pub struct FaultRules {
    /// The set.
    pub criteria: Name,
    /// What states are held against; the tag of a limit is its place in [`FaultRules::watched`].
    pub limits: Limits,
    /// Rules that are not judged, and why.
    pub not_judged: Vec<(Name, &'static str)>,
    /// What is not watched though it is to be: branches without impedance that have a rating, and interfaces through one.
    pub unwatched: usize,
    watched: Vec<Watched>,
    /// The rules of security, by id.
    security: Vec<(Name, Security)>,
    /// Whether the set has any rule for the grid after a fault.
    pub asks: bool,
}

/// A limit and the rule it comes from.
#[derive(Clone, Debug)]
struct Watched {
    rule: Name,
    /// What is looked at; `None` for an interface, whose name the rule is.
    element: Option<ElementId>,
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
    /// The bus or branch; `None` for an interface, whose name the rule is.
    pub element: Option<ElementId>,
    /// `vm`, `loading` or `flow`.
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
        rules.note_before(flow);
        rules
    }

    /// Adds what a list says beside branches: its bands of voltage, and its interfaces. Their rules are called after them.
    pub fn monitor(&mut self, grid: &SolvedGrid, list: &Monitored) {
        let SolvedGrid { flow, network, islands } = grid;
        self.asks |= !list.bands.is_empty() || !list.interfaces.is_empty();
        for band in &list.bands {
            for &bus in band.buses.iter().filter(|&&bus| network.bus_is_live(bus)) {
                let Ok(row) = flow.buses.bus.binary_search(&bus) else { continue };
                let (about_pu, id) = match band.of {
                    BandOf::Voltage => (0.0, "voltage-range"),
                    // A fall is given as a positive number.
                    BandOf::Change => (flow.buses.vm_pu[row], "voltage-deviation"),
                };
                let low_pu = if band.of == BandOf::Change { -band.low_pu } else { band.low_pu };
                let finite = |limit: f64| Some(about_pu + limit).filter(|limit| limit.is_finite());
                let limits = [finite(low_pu), finite(band.high_pu)];
                self.hold_bus(&Name::const_new(id), bus, limits, ("p.u.", 1.0));
            }
        }
        for interface in &list.interfaces {
            let Some(rating_mw) = interface.rating_mw else { continue };
            let stands = |&&(branch, _): &&(ElementId, Side)| network.is_in_service(branch);
            let home = |&(branch, _): &(ElementId, Side)| {
                let [from, ..] = network.stands_at(branch);
                let joined = islands.joined.binary_search(&branch).is_ok();
                islands.map.node(from?).map(|(island, _)| island).filter(|_| !joined)
            };
            let mut homes = interface.branches.iter().filter(stands).map(home);
            let first = homes.next().flatten();
            let of_three = |&(branch, _): &(ElementId, Side)| matches!(branch, ElementId::Transformer3(_));
            if first.is_none() || homes.any(|home| home != first) || interface.branches.iter().any(of_three) {
                self.unwatched += 1;
                continue;
            }
            let tag = self.watched.len();
            let branches = interface.branches.clone();
            self.limits.interfaces.push(InterfaceLimit { branches, rating_mw, tag });
            self.watched.push(Watched {
                rule: interface.id.clone(),
                element: None,
                min: None,
                max: Some(rating_mw),
                warn: None,
                quantity: "flow",
                unit: "MW",
                scale: 1.0,
                before: None,
            });
        }
        self.note_before(flow);
    }

    /// Remembers what passes its limit before any outage.
    fn note_before(&mut self, flow: &LoadFlow) {
        for passed in self.limits.passed(flow) {
            let watched = &mut self.watched[passed.tag];
            watched.before = Some(passed.value * watched.scale);
        }
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
    pub fn violations(&self, outage: &Outage, result: &OutageResult) -> Vec<Violation> {
        let limits = result.passed.iter().map(|passed| self.violation(passed, &outage.id, 1));
        let mut violations: Vec<Violation> = limits.chain(result.insecure.iter().cloned()).collect();
        let old = |v: &Violation| v.fault.as_ref().is_some_and(|fault| fault.before.is_some());
        violations.sort_by(|a, b| {
            old(a)
                .cmp(&old(b))
                .then(b.level.cmp(&a.level))
                .then(b.excess_percent().total_cmp(&a.excess_percent()))
        });
        violations
    }

    /// A limit that is passed after so many outages, this one the worst.
    #[must_use]
    pub fn violation(&self, passed: &Passed, outage: &Name, outages: usize) -> Violation {
        let watched = &self.watched[passed.tag];
        let fault = Fault { outage: outage.clone(), outages, before: watched.before };
        watched.violation(passed.value * watched.scale, Some(fault))
    }

    /// Whether a value that passes its limit is above it, not below.
    #[must_use]
    pub fn is_above(&self, passed: &Passed) -> bool {
        let Watched { min, scale, .. } = self.watched[passed.tag];
        !min.is_some_and(|min| passed.value * scale < min)
    }

    /// How many of the limits passed break the plan, and were kept before any outage.
    #[must_use]
    pub fn caused(&self, passed: &[Passed]) -> usize {
        let is_caused = |passed: &&Passed| {
            let watched = &self.watched[passed.tag];
            watched.before.is_none() && watched.passes(passed.value * watched.scale).1 == Level::Violation
        };
        passed.iter().filter(is_caused).count()
    }

    /// What an outage breaks beside limits: load without supply beyond what the rules of security allow, and a state that was
    /// not found.
    #[must_use]
    pub fn insecure(&self, outage: &Outage, after: &After<'_>) -> Vec<Violation> {
        let mut violations = Vec::new();
        let fault = || Fault { outage: outage.id.clone(), outages: 1, before: None };
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
                fault: Some(fault()),
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
        self.watched.get(tag).and_then(|watched| Some((watched.element?, watched.scale, watched.unit)))
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
                for (id, _) in network.transformers3.iter_ids().filter(|(_, t)| t.built) {
                    self.windings(network, rule, *loading, id, watched);
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
        if network.bus_is_live(bus) && watched(ElementId::Bus(bus)) {
            self.hold_bus(&rule.id, bus, [min, max], (unit, scale));
        }
    }

    fn hold_bus(
        &mut self,
        rule: &Name,
        bus: BusId,
        [min, max]: [Option<f64>; 2],
        (unit, scale): (&'static str, f64),
    ) {
        if min.is_none() && max.is_none() {
            return;
        }
        let pu = |limit: Option<f64>| limit.map(|limit| limit / scale);
        let tag = self.watched.len();
        self.limits.buses.push(BusLimit { bus, min_pu: pu(min), max_pu: pu(max), tag });
        let (rule, element) = (rule.clone(), Some(ElementId::Bus(bus)));
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
        let first = loading.warn_percent.or(loading.max_percent);
        let (Some(limit), Some(max_percent)) = (loading.rating.of(&rating), first) else { return };
        if loading.vn_kv.is_some_and(|kv| !same_kv(kv, vn_kv)) || !watched(branch) {
            return;
        }
        let (tag, unit) = (self.watched.len(), rating.unit);
        self.limits.branches.push(BranchLimit {
            branch,
            winding: None,
            rating: limit,
            unit,
            max_percent,
            tag,
        });
        self.hold_loading(rule, loading, branch);
    }

    /// Holds the windings of a three-winding transformer against what the rule asks: the one loaded most counts.
    fn windings(
        &mut self,
        network: &Network,
        rule: &Rule,
        loading: Loading,
        id: Transformer3Id,
        watched: &dyn Fn(ElementId) -> bool,
    ) {
        let branch = ElementId::Transformer3(id);
        let first = loading.warn_percent.or(loading.max_percent);
        let Some(max_percent) = first.filter(|_| watched(branch)) else { return };
        if loading.vn_kv.is_some_and(|kv| !same_kv(kv, network.highest_kv(branch))) {
            return;
        }
        let tag = self.watched.len();
        let before = self.limits.branches.len();
        for (winding, w) in network.transformers3[id].windings.iter().enumerate() {
            if let Some(rating) = loading.rating.of(&w.rating) {
                let (winding, unit) = (Some(winding), w.rating.unit);
                self.limits.branches.push(BranchLimit { branch, winding, rating, unit, max_percent, tag });
            }
        }
        if self.limits.branches.len() > before {
            self.hold_loading(rule, loading, branch);
        }
    }

    fn hold_loading(&mut self, rule: &Rule, loading: Loading, branch: ElementId) {
        self.watched.push(Watched {
            rule: rule.id.clone(),
            element: Some(branch),
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
    /// The limit that a value passes, and how much that means.
    fn passes(&self, value: f64) -> (f64, Level) {
        let beyond = |max: f64| value > max * (1.0 + crate::criteria::TOLERANCE);
        match (self.min, self.max, self.warn) {
            (Some(min), ..) if value < min => (min, Level::Violation),
            (_, Some(max), _) if beyond(max) => (max, Level::Violation),
            (.., Some(warn)) => (warn, Level::Warning),
            (min, max, None) => (max.or(min).unwrap_or(f64::NAN), Level::Violation),
        }
    }

    /// A value beyond the limit, in `unit`.
    fn violation(&self, value: f64, fault: Option<Fault>) -> Violation {
        let (limit, level) = self.passes(value);
        Violation {
            rule: self.rule.clone(),
            criterion: N1,
            level,
            element: self.element,
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
