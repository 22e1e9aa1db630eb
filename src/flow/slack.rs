//! A shared slack: what an island lacks is fed in by many machines, or left undrawn by all loads, and not by one machine.
//!
//! The imbalance `λ` is one more unknown of Newton's method, the active power of the slack node one more equation:
//!
//! ```text
//! P_i(v) = P_i + Σ_k at i ( p_k(λ) − p_k )          every node, the slack's too
//! p_k(λ) = min( max( p_k + w_k·λ, p_min ), p_max )
//!
//! [ J   −w   ] [Δx]   [ −F   ]       Δx = a + b·Δλ,   a = −J⁻¹·F,   b = J⁻¹·w
//! [ c   −w_s ] [Δλ] = [ −F_s ]       Δλ = −(F_s + c·a) / (c·b − w_s)
//! ```
//!
//! `J` is that of the slack at one bus, so one factorisation and two solves make a step; `c` is the row of the slack's
//! active power. Machines at a limit have no slope, and what is left when all are there falls to the slack.

use super::kernel::Solver;
use super::newton::{HOPELESS, Options, Solution};
use super::result::Status;
use crate::case::{Case, Islands, NodeKind};
use crate::finding::{Code, Finding};
use crate::ids::{GeneratorId, Id, IslandId, LoadId, Node};
use crate::model::{Generator, LoadModel, Network};
use num_complex::Complex64;

/// Who makes good what an island lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Slack {
    /// Its slack alone.
    #[default]
    Single,
    /// Machines by their `participation`, within their limits of active power.
    Participation,
    /// Machines by what they have left to their limit of active power: all come to it at once.
    Reserve,
    /// Loads of constant power, by what they draw.
    Load,
}

impl Slack {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Participation => "participation",
            Self::Reserve => "reserve",
            Self::Load => "load",
        }
    }
}

impl Slack {
    /// The weight of a machine that feeds in `p_mw`, where power is lacking or, not `rising`, too much.
    #[must_use]
    pub(crate) fn weight(self, g: &Generator, p_mw: f64, rising: bool) -> f64 {
        let weight = match self {
            Self::Single | Self::Load => None,
            Self::Participation => g.participation,
            Self::Reserve if rising => g.p_max_mw.map(|max| max - p_mw),
            Self::Reserve => g.p_min_mw.map(|min| p_mw - min),
        };
        weight.filter(|weight| weight.is_finite()).unwrap_or(0.0).max(0.0)
    }
}

/// A record that takes part.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Who {
    Machine(GeneratorId),
    Load(LoadId),
}

/// What one record does for the balance; all p.u.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Share {
    pub(super) who: Who,
    node: Node,
    /// What it feeds in as scheduled; of a load negative.
    pub(super) p: f64,
    /// Part of what is lacking, and of what is too much.
    up: f64,
    down: f64,
    min: f64,
    max: f64,
}

impl Share {
    fn at(&self, lambda: f64) -> f64 {
        let weight = if lambda > 0.0 { self.up } else { self.down };
        (self.p + weight * lambda).clamp(self.min, self.max)
    }

    /// Its slope at `λ`, upwards or downwards.
    fn slope(&self, lambda: f64, rising: bool) -> f64 {
        let above = lambda > 0.0 || (lambda == 0.0 && rising);
        let (weight, p) = (if above { self.up } else { self.down }, self.at(lambda));
        let stands = if rising { p >= self.max } else { p <= self.min };
        let beyond = !stands && (p - self.p - weight * lambda).abs() > 1e-12;
        if stands || beyond { 0.0 } else { weight }
    }

    /// The imbalance at which it comes to its limit.
    fn ends(&self) -> (f64, f64) {
        let end = |room: f64, weight: f64| if weight > 0.0 { room / weight } else { 0.0 };
        (end(self.min - self.p, self.down), end(self.max - self.p, self.up))
    }
}

/// How an island shares what it lacks.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Sharing {
    pub(super) rule: Slack,
    /// The node that holds the angle, and takes what nobody else can.
    reference: Node,
    pub(super) shares: Vec<Share>,
    /// Where all are at their limits.
    ends: (f64, f64),
    lambda: f64,
}

/// Steps after which the imbalance is kept between what was seen too low and too high.
const PATIENCE: usize = 6;

impl Sharing {
    /// What each record feeds in now [p.u.].
    pub(super) fn now(&self) -> impl Iterator<Item = (Share, f64)> + '_ {
        self.shares.iter().map(|share| (*share, share.at(self.lambda)))
    }

    /// What nobody but the slack could take [p.u.].
    pub(super) fn left(&self) -> f64 {
        self.left_at(self.lambda)
    }

    fn left_at(&self, lambda: f64) -> f64 {
        (lambda - self.ends.1).max(0.0) + (lambda - self.ends.0).min(0.0)
    }

    /// What is fed in beyond the schedule [p.u.].
    fn total(&self, lambda: f64) -> f64 {
        self.shares.iter().map(|share| share.at(lambda) - share.p).sum::<f64>() + self.left_at(lambda)
    }

    /// Goes to another imbalance.
    fn put(&mut self, case: &mut Case, lambda: f64) {
        for share in &self.shares {
            case.sbus[share.node].re += share.at(lambda) - share.at(self.lambda);
        }
        self.lambda = lambda;
    }

    /// The slopes of all nodes at the imbalance at hand.
    fn slopes(&self, n: usize, rising: bool) -> Vec<Complex64> {
        let mut slopes = vec![Complex64::ZERO; n];
        for share in &self.shares {
            slopes[share.node.index()].re += share.slope(self.lambda, rising);
        }
        let over = if rising { self.lambda >= self.ends.1 } else { self.lambda <= self.ends.0 };
        if over || self.left() != 0.0 {
            slopes[self.reference.index()].re += 1.0;
        }
        slopes
    }

    /// Shares what the grid would lack without losses, so that a start is near.
    fn begin(&mut self, case: &mut Case) {
        let drawn: f64 = case.ysh.iter().map(|y| y.re).sum();
        let lacking = drawn - case.sbus.iter().map(|s| s.re).sum::<f64>();
        // the sum is steeper than some slope everywhere but not steadily so: halved until it is met
        let (mut low, mut high) = (-1.0, 1.0);
        while self.total(low) > lacking && low > -1e12 {
            low *= 2.0;
        }
        while self.total(high) < lacking && high < 1e12 {
            high *= 2.0;
        }
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if self.total(middle) < lacking {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.put(case, f64::midpoint(low, high));
    }

    /// Solves a case with its imbalance shared, from the voltages `start` [p.u.]; the injections of the case become those
    /// of the solution.
    pub(super) fn solve(
        &mut self,
        solver: &mut Solver,
        case: &mut Case,
        start: &[Complex64],
        options: &Options,
    ) -> Solution {
        let slack = self.reference;
        let mut v = start.to_vec();
        let mut trace = Vec::new();
        let mut best = (f64::INFINITY, v.clone());
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let status = loop {
            let mut f: Vec<Complex64> =
                injections(case, &v).iter().zip(&case.sbus).map(|(s, sbus)| s - sbus).collect();
            f[slack.index()].re -= self.left();
            let parts = f.iter().zip(&case.kind).map(|(f, kind)| {
                let q = if *kind == NodeKind::Pq { f.im.abs() } else { 0.0 };
                if f.re.is_nan() || q.is_nan() { f64::NAN } else { f.re.abs().max(q) }
            });
            let worst = parts.fold(0.0_f64, |a, b| if b <= a { a } else { b });
            trace.push(worst);
            if worst < best.0 {
                best = (worst, v.clone());
            }
            if worst <= options.tol {
                break Status::Converged;
            }
            if worst.is_nan() || worst > HOPELESS {
                break Status::Diverged;
            }
            if trace.len() > options.max_iter {
                break Status::StepLimit;
            }
            let f_slack = f[slack.index()].re;
            if !solver.linearise(case, &v) {
                break Status::Singular;
            }
            for f in &mut f {
                *f = -*f;
            }
            let mut a = f;
            if !solver.respond(&mut a) {
                break Status::Singular;
            }
            let lacks = f_slack + follows(case, slack, &v, &a);
            let mut b = self.slopes(v.len(), lacks > 0.0);
            let w_slack = b[slack.index()].re;
            if !solver.respond(&mut b) {
                break Status::Singular;
            }
            let mut lambda = self.lambda - lacks / (follows(case, slack, &v, &b) - w_slack);
            if trace.len() > PATIENCE {
                if lacks > 0.0 {
                    low = low.max(self.lambda);
                } else {
                    high = high.min(self.lambda);
                }
                if low.is_finite() && high.is_finite() && !(low..=high).contains(&lambda) {
                    lambda = f64::midpoint(low, high);
                }
            }
            let step = lambda - self.lambda;
            if !step.is_finite() {
                break Status::Singular;
            }
            for (v, (a, b)) in v.iter_mut().zip(a.iter().zip(&b)) {
                let d = a + b * step;
                *v *= (1.0 + d.im) * Complex64::from_polar(1.0, d.re);
            }
            self.put(case, lambda);
        };
        Solution::without_pivots(status, best.1, trace)
    }
}

/// How the active power that the node `at` sends out follows `Δθ + j·ΔV/V` of the other nodes [p.u.].
fn follows(case: &Case, at: Node, v: &[Complex64], d: &[Complex64]) -> f64 {
    let dv = |node: Node| v[node.index()] * Complex64::new(d[node.index()].im, d[node.index()].re);
    let mut current = Complex64::ZERO;
    for branch in &case.branches {
        let port = branch.two_port();
        if branch.from == at {
            current += port.m12 * dv(branch.to);
        }
        if branch.to == at {
            current += port.m21 * dv(branch.from);
        }
    }
    (v[at.index()] * current.conj()).re
}

/// What is injected at each node [p.u.], n rows.
pub(super) fn injections(case: &Case, v: &[Complex64]) -> Vec<Complex64> {
    let mut s: Vec<Complex64> = v.iter().zip(&case.ysh).map(|(v, y)| v.norm_sqr() * y.conj()).collect();
    for branch in &case.branches {
        let port = branch.two_port();
        let (from, to) = (v[branch.from.index()], v[branch.to.index()]);
        s[branch.from.index()] += from * (port.m11 * from + port.m12 * to).conj();
        s[branch.to.index()] += to * (port.m21 * from + port.m22 * to).conj();
    }
    s
}

/// Lays the sharing of each island out and begins it; `None` where the slack balances alone, which is told where
/// another rule was asked for. `fixed` machines take no part.
pub(super) fn prepare(
    network: &Network,
    islands: &mut Islands,
    rule: Slack,
    fixed: &[GeneratorId],
    told: &mut Vec<Finding>,
) -> Vec<Option<Sharing>> {
    let ids: Vec<IslandId> = islands.cases.ids().collect();
    if rule == Slack::Single {
        return ids.iter().map(|_| None).collect();
    }
    let each = ids.into_iter().map(|id| {
        let slacks = islands.slack[id].clone();
        let node = |islands: &Islands, g: GeneratorId| {
            islands.map.node(network.generators[g].bus).map(|(_, node)| node)
        };
        let reference = node(islands, *slacks.first()?)?;
        let name = &network.buses[network.generators[slacks[0]].bus].id;
        let shares = match rule {
            Slack::Single => Vec::new(),
            Slack::Load => of_loads(network, islands, id),
            Slack::Participation | Slack::Reserve => of_machines(network, islands, id, rule, fixed),
        };
        let sum = |pick: fn(&Share) -> f64| shares.iter().map(pick).sum::<f64>();
        let (up, down) = (sum(|share| share.up), sum(|share| share.down));
        if up <= 0.0 && down <= 0.0 {
            let (what, field) = match rule {
                Slack::Load => ("no load of constant power", "p_mw"),
                Slack::Reserve => ("no machine has room within its limits of active power", "p_max_mw"),
                _ => ("no machine has a participation", "participation"),
            };
            let text = format!("the island of slack bus {name}: {what}; the slack balances alone");
            let help = "give it to the machines that are to take part, or ask for another rule (--slack)";
            told.push(Finding::warning(Code::Assumed, text).field(field).help(help));
            return None;
        }
        // only one of several slacks can hold the angle where the balance is everybody's
        for &other in &slacks[1..] {
            let case = &mut islands.cases[id];
            let Some((_, at)) = islands.map.node(network.generators[other].bus) else { continue };
            if at != reference && case.kind[at] == NodeKind::Slack {
                case.kind[at] = NodeKind::Pv;
                let text = format!(
                    "the slack is shared: only that of bus {name} holds its angle, generator {} does not",
                    network.generators[other].id
                );
                let finding = Finding::warning(Code::Assumed, text);
                told.push(finding.element(format!("generator {}", network.generators[other].id)));
            }
        }
        islands.slack[id].retain(|&g| {
            islands.map.node(network.generators[g].bus).is_some_and(|(_, node)| node == reference)
        });
        let part = |weight: f64, sum: f64| if sum > 0.0 { weight / sum } else { 0.0 };
        let shares: Vec<Share> = shares
            .into_iter()
            .map(|share| Share { up: part(share.up, up), down: part(share.down, down), ..share })
            .collect();
        let low = shares.iter().map(|share| share.ends().0).fold(0.0, f64::min);
        let high = shares.iter().map(|share| share.ends().1).fold(0.0, f64::max);
        let mut sharing = Sharing { rule, reference, shares, ends: (low, high), lambda: 0.0 };
        sharing.begin(&mut islands.cases[id]);
        Some(sharing)
    });
    each.collect()
}

fn of_machines(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    rule: Slack,
    fixed: &[GeneratorId],
) -> Vec<Share> {
    let sbase = network.sbase_mva;
    let machines =
        network.generators.iter_ids().filter(|(id, g)| g.built && g.in_service && !fixed.contains(id));
    let each = machines.filter_map(|(g_id, g)| {
        let (_, node) = islands.map.node(g.bus).filter(|&(island, _)| island == id)?;
        let p = g.p_mw;
        let (up, down) = (rule.weight(g, p, true), rule.weight(g, p, false));
        // one that is scheduled outside of its limits goes no farther
        let max = g.p_max_mw.map_or(f64::INFINITY, |max| max.max(p));
        let min = g.p_min_mw.map_or(f64::NEG_INFINITY, |min| min.min(p));
        let (p, min, max) = (p / sbase, min / sbase, max / sbase);
        (up > 0.0 || down > 0.0).then_some(Share { who: Who::Machine(g_id), node, p, up, down, min, max })
    });
    each.collect()
}

fn of_loads(network: &Network, islands: &Islands, id: IslandId) -> Vec<Share> {
    let loads = network.loads.iter_ids().filter(|(_, load)| {
        load.built && load.in_service && load.p_mw > 0.0 && load.model == LoadModel::Power
    });
    let each = loads.filter_map(|(load_id, load)| {
        let (_, node) = islands.map.node(load.bus).filter(|&(island, _)| island == id)?;
        let p = load.p_mw / network.sbase_mva;
        let who = Who::Load(load_id);
        Some(Share { who, node, p: -p, up: p, down: p, min: f64::NEG_INFINITY, max: 0.0 })
    });
    each.collect()
}
