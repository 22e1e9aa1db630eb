//! A solved island that controls change: its case, the records behind it, and the solver that keeps its layout.

use super::{Action, Ended, Holding, Told};
use crate::case::{Branch, Case, Islands, per_unit};
use crate::finding::{Code, Finding};
use crate::flow::kernel::Solver;
use crate::flow::newton::{Options, Solution};
use crate::flow::result::{Start, Status};
use crate::flow::slack::{self, Sharing, Who};
use crate::flow::{plausible, start};
use crate::ids::{BusId, Id, IslandId, Node, Transformer3Id};
use crate::model::{ElementId, Line, Network, Transformer, Transformer3};
use num_complex::Complex64;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A solved island that controls change.
pub(super) struct State<'a> {
    /// The grid, as the controls have moved it.
    pub(super) network: Cow<'a, Network>,
    pub(super) islands: &'a Islands,
    pub(super) id: IslandId,
    /// The case, as the controls have moved it.
    pub(super) case: Case,
    /// Voltages of the last solve [p.u.].
    pub(super) v: Vec<Complex64>,
    pub(super) status: Status,
    pub(super) rounds: usize,
    /// What each machine feeds in by a decision of a control.
    pub(super) holding: Holding,
    /// How it shares what it lacks; `None` where its slack balances alone.
    pub(super) sharing: Option<Sharing>,
    /// Voltages at the ends of direct-current links [p.u.], for those in other islands.
    pub(super) elsewhere: BTreeMap<BusId, f64>,
    /// As it was laid out for the first solve.
    pub(super) solver: Option<Solver>,
    linear: bool,
    options: Options,
    steps: usize,
    last: Option<Solution>,
}

/// An island after its controls have settled.
pub(in crate::flow) struct Settled {
    /// The case as it was solved last.
    pub(in crate::flow) case: Case,
    /// Its voltages [p.u.].
    pub(in crate::flow) v: Vec<Complex64>,
    /// The last solve; `None` where nothing moved.
    pub(in crate::flow) last: Option<Solution>,
    /// Newton steps of all solves after the first state.
    pub(in crate::flow) steps: usize,
    /// How often something moved.
    pub(in crate::flow) rounds: usize,
    /// What was moved.
    pub(in crate::flow) actions: Vec<Action>,
    /// What could not be met.
    pub(in crate::flow) findings: Vec<Finding>,
    /// What machines feed in by decision of a control.
    pub(in crate::flow) holding: Holding,
    /// The grid as it was moved; `None` where no record was.
    pub(in crate::flow) network: Option<Network>,
}

impl<'a> State<'a> {
    pub(super) fn new(
        network: &'a Network,
        islands: &'a Islands,
        id: IslandId,
        options: &Options,
        v: &[Complex64],
    ) -> Self {
        Self {
            network: Cow::Borrowed(network),
            islands,
            id,
            case: islands.cases[id].clone(),
            v: v.to_vec(),
            status: Status::Converged,
            rounds: 0,
            holding: Holding::default(),
            sharing: None,
            elsewhere: BTreeMap::new(),
            solver: None,
            linear: false,
            options: *options,
            steps: 0,
            last: None,
        }
    }

    pub(super) fn settled(self, told: Told) -> Settled {
        let Self { case, v, last, steps, rounds, holding, network, .. } = self;
        let network = match network {
            Cow::Borrowed(_) => None,
            Cow::Owned(moved) => Some(moved),
        };
        let Told { actions, findings } = told;
        Settled { case, v, last, steps, rounds, actions, findings, holding, network }
    }

    fn solver(&mut self) -> &mut Solver {
        self.solver.get_or_insert_with(|| Solver::new(&self.case))
    }

    /// Solves the case as it is now, from the voltages of before.
    pub(super) fn solve(&mut self) {
        let mut start = std::mem::take(&mut self.v);
        for (node, kind) in self.case.kind.iter_ids() {
            if *kind == crate::case::NodeKind::Pv {
                let v = &mut start[node.index()];
                *v = Complex64::from_polar(self.case.vm_setpoint[node], v.arg());
            }
        }
        self.linear = false;
        let solver = self.solver.get_or_insert_with(|| Solver::new(&self.case));
        let mut found = match &mut self.sharing {
            Some(sharing) => sharing.solve(solver, &mut self.case, &start, &self.options),
            None => solver.solve(&self.case, &start, &self.options),
        };
        if found.status != Status::Converged
            && let Some(flat) = start::voltages(&self.case, Start::Fdlf, None)
        {
            // a large move may need another start; a state that is doubtful is none
            let again = match &mut self.sharing {
                Some(sharing) => sharing.solve(solver, &mut self.case, &flat, &self.options),
                None => solver.solve(&self.case, &flat, &self.options),
            };
            self.steps += found.iterations();
            if again.status == Status::Converged && plausible::doubt(&self.case, &again).is_none() {
                found = again;
            }
        }
        self.status = found.status;
        self.steps += found.iterations();
        self.v.clone_from(&found.v);
        self.last = Some(found);
        self.schedule_shares();
    }

    /// Writes what each record feeds in for the balance into the grid.
    fn schedule_shares(&mut self) {
        let Some(sharing) = &self.sharing else { return };
        let network = self.network.to_mut();
        for (share, p) in sharing.now() {
            match share.who {
                Who::Machine(id) => network.generators[id].p_mw = p * network.sbase_mva,
                Who::Load(id) => network.loads[id].p_mw = -p * network.sbase_mva,
            }
        }
    }

    /// Tells what each record does for the balance.
    pub(super) fn tell_shares(&self, told: &mut Told) {
        let Some(sharing) = &self.sharing else { return };
        let sbase = self.network.sbase_mva;
        let lacked: f64 = sharing.now().map(|(share, p)| p - share.p).sum::<f64>() + sharing.left();
        for (share, p) in sharing.now() {
            let (element, sign) = match share.who {
                Who::Machine(id) => (ElementId::Generator(id), 1.0),
                Who::Load(id) => (ElementId::Load(id), -1.0),
            };
            let limit = match share.who {
                Who::Machine(id) if (p - share.p).abs() > 1e-12 => {
                    let g = &self.network.generators[id];
                    let at = |limit: Option<f64>| limit.filter(|limit| (p * sbase - limit).abs() < 1e-9);
                    let name = |limit: Option<f64>, name| at(limit).map(|limit| format!("{name} {limit}"));
                    name(g.p_max_mw, "p_max_mw").or(name(g.p_min_mw, "p_min_mw")).unwrap_or_default()
                }
                _ => String::new(),
            };
            told.actions.push(Action {
                element,
                quantity: "p_mw",
                from: sign * share.p * sbase,
                to: sign * p * sbase,
                why: format!(
                    "shares {:.2} of {:.2} MW, by {}",
                    (p - share.p) * sbase,
                    lacked * sbase,
                    sharing.rule.as_str()
                ),
                ended: if limit.is_empty() { Ended::Met } else { Ended::AtLimit },
                limit,
                rounds: 1,
            });
        }
        let left = sharing.left() * sbase;
        if left.abs() > 1e-6 {
            let message = format!(
                "all that share the balance are at their limits of active power: {left:.2} MW are left to the slack"
            );
            let help = "schedule more or less generation, or give more machines a part in the balance";
            told.findings.push(Finding::warning(Code::ControlFails, message).help(help));
        }
    }

    /// The node of a bus, if it is one of this island.
    pub(super) fn node(&self, bus: BusId) -> Option<Node> {
        self.islands.map.node(bus).filter(|&(island, _)| island == self.id).map(|(_, node)| node)
    }

    /// Voltage magnitude at a node [p.u.].
    pub(super) fn vm(&self, node: Node) -> f64 {
        self.v[node.index()].norm()
    }

    /// Voltage magnitude at a bus [p.u.], as words.
    pub(super) fn vm_in_words(&self, bus: BusId) -> String {
        let vm = self.node(bus).map_or(f64::NAN, |node| self.vm(node));
        format!("bus {} at {vm:.4} p.u.", self.network.buses[bus].id)
    }

    /// The row of a line or transformer among the branches of the case.
    pub(super) fn branch(&self, element: ElementId) -> Option<usize> {
        self.islands.elements[self.id].binary_search(&element).ok()
    }

    /// The branch that a transformer would be; `None` where its record cannot be converted.
    pub(super) fn branch_of(&self, row: usize, transformer: &Transformer) -> Option<Branch> {
        let pu = per_unit::transformer(&self.network, transformer).ok()?;
        Some(Branch { ys: pu.z.inv(), ysh: pu.ysh, tap: pu.tap, ..self.case.branches[row] })
    }

    /// The leg that a winding of a three-winding transformer would be.
    pub(super) fn leg_of(&self, row: usize, winding: usize, transformer: &Transformer3) -> Option<Branch> {
        let pu = per_unit::windings(&self.network, transformer).ok()?[winding]?;
        Some(Branch { ys: pu.z.inv(), ysh: pu.ysh, tap: pu.tap, ends: pu.ends, ..self.case.branches[row] })
    }

    /// The branch that a line would be.
    pub(super) fn line_of(&self, row: usize, line: &Line) -> Option<Branch> {
        let pu = per_unit::line(&self.network, line).ok()?;
        Some(Branch { ys: pu.z.inv(), ysh: pu.ysh, ..self.case.branches[row] })
    }

    /// The rows of the legs of a three-winding transformer, by winding.
    pub(super) fn legs(&self, id: Transformer3Id) -> [Option<usize>; 3] {
        let legs = self.islands.legs(&self.network, id).filter(|&(island, _)| island == self.id);
        legs.map_or([None; 3], |(_, legs)| legs)
    }

    /// Replaces the values of a branch.
    pub(super) fn set_branch(&mut self, row: usize, branch: Branch) {
        self.case.branches[row] = branch;
        self.linear = false;
        if let Some(solver) = &mut self.solver {
            solver.update_branch(&self.case, row);
        }
    }

    /// Adds to the shunt admittance of a node.
    pub(super) fn add_shunt(&mut self, node: Node, y: Complex64) {
        self.case.ysh[node] += y;
        self.linear = false;
        if let Some(solver) = &mut self.solver {
            solver.update_shunt(&self.case, node);
        }
    }

    /// Power that leaves each end of a branch into it [p.u.], at the voltages of the last solve.
    pub(super) fn flow(&self, branch: &Branch) -> [Complex64; 2] {
        flow(branch, &self.v)
    }

    /// What is injected at each node [p.u.], n rows.
    pub(super) fn injections(&self) -> Vec<Complex64> {
        slack::injections(&self.case, &self.v)
    }

    /// Makes `ds` the answer of the voltages to it: see [`Solver::respond`].
    pub(super) fn respond(&mut self, ds: &mut [Complex64]) -> bool {
        if !self.linear {
            self.solver();
            let Some(solver) = &mut self.solver else { return false };
            if !solver.linearise(&self.case, &self.v) {
                return false;
            }
            self.linear = true;
        }
        self.solver().respond(ds)
    }
}

/// Power that leaves each end of a branch into it [p.u.].
pub(super) fn flow(branch: &Branch, v: &[Complex64]) -> [Complex64; 2] {
    let port = branch.two_port();
    let (from, to) = (v[branch.from.index()], v[branch.to.index()]);
    [from * (port.m11 * from + port.m12 * to).conj(), to * (port.m21 * from + port.m22 * to).conj()]
}
