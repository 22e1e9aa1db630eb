//! How good the state is that a file stores with its grid.
//!
//! ```text
//! missing = v·conj(Σ i) − sbus      at every node: P but at the slack, Q where no voltage is held
//! moved   = |v stored − v solved|   magnitudes and angles
//! ```
//!
//! A small `missing` says that the file was solved by a program with the same grid; what is left then is the rounding of
//! its digits. A large `moved` beside a small `missing` says that other voltages are held now than then: machines at
//! their limits, or taps and shunts that moved.

use crate::case::{self, CaseError, NodeKind};
use crate::finding::{Code, Finding};
use crate::flow::LoadFlow;
use crate::ids::{BusId, Id};
use crate::model::Network;
use num_complex::Complex64;

/// The largest of something over all buses, and where.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Worst {
    /// How much.
    pub value: f64,
    /// The bus.
    pub bus: BusId,
}

/// What is off in a stored state.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stated {
    /// Active power that is missing.
    pub missing_mw: Worst,
    /// Reactive power that is missing.
    pub missing_mvar: Worst,
    /// By how much the solved voltage differs, p.u.
    pub moved_pu: Worst,
    /// By how much the solved angle differs.
    pub moved_deg: Worst,
}

/// Compares the state stored with a grid with power balance and with a solved state of the same grid; nothing where no
/// island has a stored voltage at every bus.
///
/// # Errors
/// As [`case::build`].
pub fn stated(network: &Network, flow: &LoadFlow) -> Result<Option<Stated>, CaseError> {
    let islands = case::build(network)?;
    let mut found: Option<Stated> = None;
    for (island, case) in islands.cases.iter_ids() {
        let Some(v) = &case.given else { continue };
        let mut current: Vec<Complex64> = v.iter_ids().map(|(node, v)| case.ysh[node] * v).collect();
        for branch in &case.branches {
            let y = branch.two_port();
            let (v_from, v_to) = (v[branch.from], v[branch.to]);
            current[branch.from.index()] += y[(0, 0)] * v_from + y[(0, 1)] * v_to;
            current[branch.to.index()] += y[(1, 0)] * v_from + y[(1, 1)] * v_to;
        }
        for &(node, bus) in &islands.buses[island] {
            let missing = (v[node] * current[node.index()].conj() - case.sbus[node]) * network.sbase_mva;
            let (mw, mvar) = match case.kind[node] {
                NodeKind::Slack => (0.0, 0.0),
                NodeKind::Pv => (missing.re.abs(), 0.0),
                NodeKind::Pq => (missing.re.abs(), missing.im.abs()),
            };
            let record = &network.buses[bus];
            let at = bus.index();
            let off = |stored: Option<f64>, solved: &[f64]| {
                let solved = solved.get(at).copied().unwrap_or(f64::NAN);
                Some((stored? - solved).abs()).filter(|off| off.is_finite())
            };
            let moved_pu = off(record.vm_start_pu, &flow.buses.vm_pu).unwrap_or(0.0);
            let moved_deg = off(record.va_start_deg, &flow.buses.va_deg).unwrap_or(0.0);
            let worst = |value| Worst { value, bus };
            let so_far = found.get_or_insert(Stated {
                missing_mw: worst(mw),
                missing_mvar: worst(mvar),
                moved_pu: worst(moved_pu),
                moved_deg: worst(moved_deg),
            });
            for (worst, value) in [
                (&mut so_far.missing_mw, mw),
                (&mut so_far.missing_mvar, mvar),
                (&mut so_far.moved_pu, moved_pu),
                (&mut so_far.moved_deg, moved_deg),
            ] {
                if value > worst.value {
                    *worst = Worst { value, bus };
                }
            }
        }
    }
    Ok(found)
}

impl Stated {
    /// The same in words, as a note.
    #[must_use]
    pub fn finding(&self, network: &Network) -> Finding {
        let at = |worst: Worst| &network.buses[worst.bus].id;
        let Self { missing_mw, missing_mvar, moved_pu, moved_deg } = *self;
        Finding::note(
            Code::Stated,
            format!(
                "the stored state: {:.3} MW are missing at bus {}, {:.3} Mvar at bus {}; solving moves the voltage of bus {} by {:.1e} p.u. and the angle of bus {} by {:.1e} degrees, and no other by more",
                missing_mw.value,
                at(missing_mw),
                missing_mvar.value,
                at(missing_mvar),
                at(moved_pu),
                moved_pu.value,
                at(moved_deg),
                moved_deg.value,
            ),
        )
    }
}
