//! What is told of the ladder: which start was used, what was wrong with the others, and how far an unsolved case is from
//! one that solves.

use super::kernel::Solver;
use super::ladder::{self, Climb, Iteration, Standing, StartPolicy, Tried};
use super::load_flow::{FlowOptions, Method, report};
use super::newton::{self, Options};
use super::plausible::Doubt;
use super::result::{IslandReport, Start, Status};
use crate::case::{self, Islands};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, IslandId, Node};
use crate::matrix::{ibus, ybus};
use crate::model::Network;
use num_complex::Complex64;

/// An island, and the findings that its solve adds to.
pub(super) struct Told<'a> {
    pub(super) network: &'a Network,
    pub(super) islands: &'a Islands,
    pub(super) id: IslandId,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Told<'_> {
    /// Solves the island from the rungs of the ladder, and tells how it went; with the solver that is laid out for it.
    pub(super) fn climb(
        mut self,
        options: &FlowOptions,
        previous: Option<&[Option<Complex64>]>,
    ) -> (IslandReport, Vec<Complex64>, Solver) {
        let case = &self.islands.cases[self.id];
        let newton = Options { tol: options.tol, max_iter: options.max_iter };
        let iteration =
            if options.method == Method::Fdlf { Iteration::FastDecoupled } else { Iteration::Newton };
        let mut solver = Solver::new(case);
        let mut climb = ladder::climb(&mut solver, case, (options.start, iteration), &newton, previous);
        let report = report(self.islands, self.id, Some(self.network));
        let Some((start, found)) = climb.taken.take() else {
            let report = IslandReport { status: Status::Singular, mismatch_pu: f64::NAN, ..report };
            return (report, vec![Complex64::new(f64::NAN, f64::NAN); case.len()], solver);
        };
        let mut report = IslandReport {
            status: found.status,
            start,
            sweeps: climb.sweeps,
            iterations: found.iterations(),
            steps_in_all: climb.steps_in_all,
            refined_steps: found.refined_steps,
            pivoting_steps: found.pivoting_steps,
            mismatch_pu: found.mismatch(),
            ..report
        };
        if found.status == Status::Converged {
            self.solved(&climb, start, options);
        } else {
            report.solvable_share = climb.solvable_share;
            report.nose = climb.nose.take();
            if found.status != Status::FalseSolution {
                report.worst = self.worst_mismatches(&found.v);
            }
            self.unsolved(&climb, &report);
        }
        (report, found.v, solver)
    }

    fn solved(&mut self, climb: &Climb, start: Start, options: &FlowOptions) {
        let name = self.name();
        for tried in &climb.tried {
            if let Some(doubt) = &tried.doubt
                && !matches!(climb.standing, Standing::Confirmed { .. } | Standing::Doubted { .. })
            {
                self.rejected(tried.start, doubt, start);
            }
        }
        let failures = failures(&climb.tried);
        match climb.standing {
            Standing::Followed { doubt, .. } => {
                if !failures.is_empty() {
                    let text = format!(
                        "{name}: solved by raising load and generation step by step, after {failures}"
                    );
                    self.findings.push(Finding::warning(Code::Retried, text));
                }
                if let Some(doubt) = doubt {
                    self.confirmed(&doubt);
                }
            }
            _ if !failures.is_empty() => {
                let text = format!(
                    "{name}: solved from the {} start{} after {failures}",
                    start.as_str(),
                    climb.means.in_words()
                );
                self.findings.push(Finding::warning(Code::Retried, text));
            }
            _ => {}
        }
        match climb.standing {
            Standing::Confirmed { doubt, .. } => self.confirmed(&doubt),
            Standing::Doubted { doubt } => self.doubted(&doubt),
            _ => {}
        }
        if start == Start::Flat && options.start == StartPolicy::Given {
            let text = format!("{name}: no voltages are stored with it, so the given start is a flat one");
            self.findings.push(Finding::warning(Code::Assumed, text));
        }
    }

    fn name(&self) -> String {
        if self.islands.cases.len() == 1 {
            return "the grid".to_owned();
        }
        let first = self.islands.buses[self.id].iter().map(|&(_, bus)| bus).min();
        format!("the island of bus {}", first.map_or("", |bus| self.network.buses[bus].id.as_str()))
    }

    /// The buses at which power is missing most, worst first: bus, active (MW), reactive (Mvar).
    fn worst_mismatches(&self, v: &[Complex64]) -> Vec<(BusId, f64, f64)> {
        let (network, islands, id) = (self.network, self.islands, self.id);
        let case = &islands.cases[id];
        let mis = newton::mismatch(case, v, &ibus(&ybus(case), v));
        let mut rows: Vec<(BusId, f64, f64)> = Vec::new();
        for &(node, bus) in &islands.buses[id] {
            if rows.last().is_some_and(|&(last, ..)| islands.map.node(last) == Some((id, node))) {
                continue;
            }
            let kind = case.kind[node];
            let counts = |counted: bool, part: f64| if counted { part * network.sbase_mva } else { 0.0 };
            rows.push((
                bus,
                counts(kind != case::NodeKind::Slack, mis[crate::ids::Id::index(node)].re),
                counts(kind == case::NodeKind::Pq, mis[crate::ids::Id::index(node)].im),
            ));
        }
        let size = |row: &(BusId, f64, f64)| row.1.abs().max(row.2.abs());
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.0.cmp(&b.0)));
        rows.truncate(5);
        rows
    }

    fn bus_of(&self, node: Node) -> &str {
        let bus = self.islands.buses[self.id].iter().find(|&&(n, _)| n == node).map(|&(_, bus)| bus);
        bus.map_or("", |bus| self.network.buses[bus].id.as_str())
    }

    fn describe(&self, doubt: &Doubt) -> String {
        match *doubt {
            Doubt::LowVoltage { node, vm } => format!("bus {} at {vm:.3} p.u.", self.bus_of(node)),
            Doubt::WideAngle { branch, angle } => {
                let element = self.islands.elements[self.id][branch];
                format!("{:.0} degrees across {}", angle.to_degrees(), self.network.describe(element))
            }
            Doubt::Sign => {
                "the determinant of the Jacobian has the sign of the far side of the nose".to_owned()
            }
        }
    }

    /// A start led to a false solution.
    fn rejected(&mut self, rung: Start, doubt: &Doubt, used: Start) {
        let (name, doubt) = (self.name(), self.describe(doubt));
        let used = match used {
            Start::Homotopy => "the state followed up from a lighter load is used".to_owned(),
            used => format!("the one from the {} start is used", used.as_str()),
        };
        let text =
            format!("{name}: the {} start leads to an implausible solution ({doubt}); {used}", rung.as_str());
        let finding = Finding::warning(Code::Retried, text);
        self.findings.push(if rung == Start::Given {
            finding.help("check the voltages stored with the grid")
        } else {
            finding
        });
    }

    /// An extreme state, which is the operating one all the same.
    fn confirmed(&mut self, doubt: &Doubt) {
        if *doubt == Doubt::Sign {
            return; // A matter of the method: nothing of the grid is remarkable.
        }
        let text = format!(
            "{}: {}; this is the operating state, met again from a lighter load",
            self.name(),
            self.describe(doubt)
        );
        self.findings.push(Finding::warning(Code::LowVoltage, text).help(CLOSE));
    }

    fn doubted(&mut self, doubt: &Doubt) {
        let text = format!(
            "{}: the solution is doubtful: {}; it could not be met again from a lighter load",
            self.name(),
            self.describe(doubt)
        );
        self.findings.push(Finding::warning(Code::LowVoltage, text).help(CLOSE));
    }

    fn unsolved(&mut self, climb: &Climb, report: &IslandReport) {
        let name = self.name();
        let help = match report.solvable_share {
            Some(share) if share < 1.0 => format!(
                "with all loads at {:.1} %, and generation to match, a solution was found, and none above",
                share * 100.0
            ),
            Some(_) => {
                "a solution exists: allow more steps (--max-iter), the whole ladder (--start ladder), \
                        or Newton's method (--method newton)"
                    .to_owned()
            }
            None => "not even the unloaded grid solves: look at impedances and set-points".to_owned(),
        };
        let text = if let Standing::False { doubt } = climb.standing {
            format!(
                "{name}: no operating state found; the {} start leads to a false solution ({})",
                report.start.as_str(),
                self.describe(&doubt)
            )
        } else {
            let at = match report.worst.first() {
                Some(&(bus, p, q)) => format!(
                    "; power is missing most at bus {}: {p:.3} MW, {q:.3} Mvar",
                    self.network.buses[bus].id
                ),
                None => String::new(),
            };
            format!("{name}: no load-flow solution found from {}{at}", failures(&climb.tried))
        };
        self.findings.push(Finding::error(Code::NoSolution, text).help(help));
    }
}

/// What to do about an extreme state.
const CLOSE: &str =
    "the grid is close to voltage collapse there, or a record is wrong: look at loads and impedances nearby";

/// The starts that failed and how, in words.
fn failures(tried: &[Tried]) -> String {
    let one = |tried: &Tried| {
        let ended = tried.status.as_str().replace('_', " ");
        let steps =
            if tried.iterations == 1 { "1 step".to_owned() } else { format!("{} steps", tried.iterations) };
        format!("{}{} ({ended} after {steps})", tried.start.as_str(), tried.means.in_words())
    };
    let failed = tried.iter().filter(|tried| tried.status != Status::Converged);
    failed.map(one).collect::<Vec<_>>().join(", ")
}
