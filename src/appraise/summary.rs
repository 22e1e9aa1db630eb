//! One line per stage and scenario: load, losses, worst voltage and loading, works and their cost.

use super::works::Works;
use crate::criteria::{Modelled, same_kv, share_percent};
use crate::flow::Status;
use crate::ids::{BusId, GeneratorId, ProjectId, ScenarioId, StageId};
use crate::model::{Control, CriteriaSet, Demand, ElementId, GeneratorKind, GridState, Plan};
use crate::study::StageState;

/// A solved (or unsolved) state in one line.
#[derive(Clone, PartialEq, Debug)]
pub struct StateSummary {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// How the load flow ended. All results below are NaN or `None` where it did not converge.
    pub status: Status,
    /// Newton steps.
    pub iterations: usize,
    /// Largest mismatch left, p.u.
    pub mismatch_pu: f64,
    /// Load served.
    pub load_mw: f64,
    /// Reactive load served.
    pub load_mvar: f64,
    /// Load that stands but is not served: stations not in service and dead parts of the grid.
    pub lost_load_mw: f64,
    /// Active losses of all lines and transformers.
    pub losses_mw: f64,
    /// The same as a share of the power fed in.
    pub losses_percent: f64,
    /// The bus lowest in its band.
    pub lowest: Option<BusVoltage>,
    /// The bus highest in its band.
    pub highest: Option<BusVoltage>,
    /// The line with the highest loading against its normal rating.
    pub worst_line: Option<BranchLoading>,
    /// The transformer with the highest loading against its normal rating.
    pub worst_transformer: Option<BranchLoading>,
    /// What slacks and boundaries feed in, in the order of the grid.
    pub infeeds: Vec<Infeed>,
    /// Works of which a part was commissioned since the judged stage before, or since the base grid.
    pub works: Vec<ProjectId>,
    /// What those works cost, by price year, earliest first; never added up over price years.
    pub cost: Vec<CostSum>,
    /// Those works whose cost is not known.
    pub works_without_cost: usize,
    /// Those works of which an earlier part stood before: their cost was counted then.
    pub works_continued: usize,
}

/// Sums up one state. `row` is its place among the judged states, `before` that of the judged stage before.
pub(super) fn summarise(
    plan: &Plan,
    state: &StageState,
    set: Option<&CriteriaSet>,
    modelled: Modelled,
    works: &Works,
    row: usize,
    before: Option<usize>,
) -> StateSummary {
    let flow = &state.flow;
    let solved = flow.status == Status::Converged;
    let known = |value: f64| if solved { value } else { f64::NAN };
    let unplaced_mw: f64 = state.grid.lost.iter().map(|lost| lost.p_mw).sum();
    let (lowest, highest) = if solved && modelled.ac { extremes(state, set, modelled) } else { (None, None) };
    let worst = |meant: fn(ElementId) -> bool| solved.then(|| worst_branch(state, meant)).flatten();
    let commissioned = works.between(before, row);
    let (continued, new): (Vec<ProjectId>, Vec<ProjectId>) =
        commissioned.iter().partition(|&&project| before.is_some_and(|before| works.stands(before, project)));
    StateSummary {
        stage: state.stage,
        scenario: state.scenario,
        status: flow.status,
        iterations: flow.iterations,
        mismatch_pu: flow.mismatch_pu,
        load_mw: known(flow.load_mw),
        load_mvar: known(flow.load_mvar),
        lost_load_mw: flow.lost_load_mw + unplaced_mw,
        losses_mw: known(flow.losses.total_mw),
        losses_percent: known(share_percent(flow)),
        lowest,
        highest,
        worst_line: worst(|element| matches!(element, ElementId::Line(_))),
        worst_transformer: worst(|element| matches!(element, ElementId::Transformer(_))),
        infeeds: if solved { infeeds(state) } else { Vec::new() },
        works: commissioned,
        cost: cost_by_price_year(plan, &new),
        works_without_cost: new.iter().filter(|&&project| plan.projects[project].cost.is_none()).count(),
        works_continued: continued.len(),
    }
}

/// The lowest and the highest bus, each against its own band: of the buses with a judged voltage rule, or of
/// all buses in p.u. where none has one.
fn extremes(
    state: &StageState,
    set: Option<&CriteriaSet>,
    modelled: Modelled,
) -> (Option<BusVoltage>, Option<BusVoltage>) {
    let buses = &state.flow.buses;
    let rows = || {
        let values = buses.bus.iter().zip(buses.vm_pu.iter().zip(&buses.vm_kv));
        values.filter(|(_, (vm_pu, _))| vm_pu.is_finite()).map(|(&bus, (&vm_pu, &vm_kv))| {
            let (lower, upper) = band_pu(state, set, modelled, bus);
            (bus, vm_pu, vm_kv, lower, upper)
        })
    };
    // Against the limit where one is judged anywhere, else against 1 p.u.
    let has_lower = rows().any(|(.., lower, _)| lower.is_some());
    let has_upper = rows().any(|(.., upper)| upper.is_some());
    let lowest = rows()
        .filter(|(.., lower, _)| lower.is_some() == has_lower)
        .map(|(bus, vm_pu, vm_kv, limit_pu, _)| BusVoltage { bus, vm_pu, vm_kv, limit_pu })
        .reduce(|a, b| if b.share() < a.share() { b } else { a });
    let highest = rows()
        .filter(|(.., upper)| upper.is_some() == has_upper)
        .map(|(bus, vm_pu, vm_kv, _, limit_pu)| BusVoltage { bus, vm_pu, vm_kv, limit_pu })
        .reduce(|a, b| if b.share() > a.share() { b } else { a });
    (lowest, highest)
}

/// The band that a bus is judged by, p.u.
fn band_pu(
    state: &StageState,
    set: Option<&CriteriaSet>,
    modelled: Modelled,
    bus: BusId,
) -> (Option<f64>, Option<f64>) {
    let record = &state.grid.network.buses[bus];
    let tighter = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    };
    let rules = set.into_iter().flat_map(|set| &set.rules);
    rules.filter(|rule| rule.state == GridState::N && modelled.blocks(rule).is_none()).fold(
        (None, None),
        |(lower, upper), rule| match rule.demand {
            Demand::Voltage { vn_kv, min_kv, max_kv, .. } if same_kv(vn_kv, record.vn_kv) => {
                let pu = |kv: f64| kv / record.vn_kv;
                (tighter(lower, min_kv.map(pu), f64::max), tighter(upper, max_kv.map(pu), f64::min))
            }
            Demand::BusLimits => {
                (tighter(lower, record.vm_min_pu, f64::max), tighter(upper, record.vm_max_pu, f64::min))
            }
            _ => (lower, upper),
        },
    )
}

fn worst_branch(state: &StageState, meant: fn(ElementId) -> bool) -> Option<BranchLoading> {
    let branches = &state.flow.branches;
    branches
        .branch
        .iter()
        .zip(&branches.energised)
        .zip(&branches.loading_percent)
        .filter(|&((&element, &energised), percent)| energised && meant(element) && percent.is_finite())
        .map(|((&element, _), &loading_percent)| BranchLoading { element, loading_percent })
        .reduce(|a, b| if b.loading_percent > a.loading_percent { b } else { a })
}

fn infeeds(state: &StageState) -> Vec<Infeed> {
    let columns = &state.flow.generators;
    let values = columns.generator.iter().zip(columns.p_mw.iter().zip(&columns.q_mvar));
    values
        .filter_map(|(&generator, (&p_mw, &q_mvar))| {
            let record = &state.grid.network.generators[generator];
            let slack = record.control == Control::Slack;
            let told = record.in_service && (slack || record.kind == GeneratorKind::Boundary);
            told.then_some(Infeed { generator, p_mw, q_mvar, slack })
        })
        .collect()
}

/// Costs of works by price year, earliest first, in the currency of the plan; never added up over price years.
#[must_use]
pub fn cost_by_price_year(plan: &Plan, works: &[ProjectId]) -> Vec<CostSum> {
    let mut sums: Vec<CostSum> = Vec::new();
    for &project in works {
        let (Some(cost), Some(capex_million)) = (&plan.projects[project].cost, plan.capex_million(project))
        else {
            continue;
        };
        let price_year = cost.price_year;
        let row = sums.iter().position(|sum| sum.price_year == price_year).unwrap_or_else(|| {
            sums.push(CostSum { price_year, capex_million: 0.0, works: 0, estimated: 0 });
            sums.len() - 1
        });
        let sum = &mut sums[row];
        sum.capex_million += capex_million;
        sum.works += 1;
        sum.estimated += usize::from(cost.price_year_estimated);
    }
    sums.sort_by_key(|sum| sum.price_year);
    sums
}

/// A voltage, with the band it is judged by.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BusVoltage {
    /// The bus.
    pub bus: BusId,
    /// Voltage, p.u. of the rated one.
    pub vm_pu: f64,
    /// Voltage; NaN where the rated one is unknown.
    pub vm_kv: f64,
    /// The limit on this side, p.u.; `None` where no rule is judged there.
    pub limit_pu: Option<f64>,
}

impl BusVoltage {
    /// Voltage over its limit, or over the rated voltage where there is none.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.vm_pu / self.limit_pu.unwrap_or(1.0)
    }
}

/// The loading of a line or transformer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BranchLoading {
    /// The line or transformer.
    pub element: ElementId,
    /// Share of the normal rating.
    pub loading_percent: f64,
}

/// What a slack or boundary feeds in.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Infeed {
    /// The generator or boundary.
    pub generator: GeneratorId,
    /// Active power fed in.
    pub p_mw: f64,
    /// Reactive power fed in.
    pub q_mvar: f64,
    /// Whether it balances its island.
    pub slack: bool,
}

/// Cost of works at one price year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CostSum {
    /// The year whose prices these are.
    pub price_year: i16,
    /// Sum, millions of the plan's currency.
    pub capex_million: f64,
    /// Number of works in it.
    pub works: usize,
    /// How many of them have an assumed price year.
    pub estimated: usize,
}
