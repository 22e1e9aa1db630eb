//! Engineering units to per unit: the only place where bases are divided.
//!
//! [`build`] turns a [`crate::model::Network`] into one [`Case`] per island that has a source, and keeps the
//! way back in [`Islands`].

pub mod base;
mod bridges;
mod build;
pub mod links;
pub mod loads;
pub mod per_unit;
mod stars;
mod topology;

pub use bridges::Bridges;
pub use build::{CaseError, DeadIsland, Islands, NodeMap, build};
pub use per_unit::BranchPu;
pub use stars::Star;
pub use topology::Groups;

use crate::ids::{Col, Node};
use nalgebra::Matrix2;
use num_complex::Complex64;

/// The numeric case of one island: n nodes, everything in per unit and radians.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// What is held at each node.
    pub kind: Col<Node, NodeKind>,
    /// Scheduled injection, generation − load; active part meaningless at the slack, reactive part at slack and PV.
    pub sbus: Col<Node, Complex64>,
    /// Shunt admittance to ground.
    pub ysh: Col<Node, Complex64>,
    /// Voltage magnitude held at slack and PV nodes; 1 elsewhere.
    pub vm_setpoint: Col<Node, f64>,
    /// Angle held at slack nodes; 0 elsewhere.
    pub va_setpoint: Col<Node, f64>,
    /// Voltages stored with the grid, if every node has one.
    pub given: Option<Col<Node, Complex64>>,
    /// Branches with an impedance, in service.
    pub branches: Vec<Branch>,
}

/// What is held at a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum NodeKind {
    /// Voltage magnitude and angle.
    Slack,
    /// Active power and voltage magnitude.
    Pv,
    /// Active and reactive power.
    Pq,
}

/// A branch of a case: a two-port with the ideal transformer at `from`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Branch {
    /// Node at the tapped end.
    pub from: Node,
    /// Node at the other end.
    pub to: Node,
    /// Series admittance.
    pub ys: Complex64,
    /// Shunt admittance, both halves together.
    pub ysh: Complex64,
    /// Complex ratio at `from`.
    pub tap: Complex64,
    /// Shunt admittance at the `from` bus, outside of the tap, and at the `to` bus: what is switched with the branch.
    pub ends: [Complex64; 2],
}

impl Branch {
    /// The two-port, so that `[i_from, i_to] = two_port · [v_from, v_to]`:
    ///
    /// ```text
    /// yff = (ys + ysh/2) / |t|² + end_f     yft = −ys / t*
    /// ytf = −ys / t                         ytt =  ys + ysh/2 + end_t
    /// ```
    ///
    /// # Source
    /// R. D. Zimmerman, C. E. Murillo-Sánchez, *MATPOWER User's Manual*, branch model.
    #[must_use]
    pub fn two_port(&self) -> Matrix2<Complex64> {
        let ytt = self.ys + self.ysh / 2.0;
        let [at_from, at_to] = self.ends;
        if self.tap == Complex64::ONE {
            // Most branches: the same without a division.
            return Matrix2::new(ytt + at_from, -self.ys, -self.ys, ytt + at_to);
        }
        let yff = ytt / self.tap.norm_sqr() + at_from;
        Matrix2::new(yff, -self.ys / self.tap.conj(), -self.ys / self.tap, ytt + at_to)
    }
}

impl Case {
    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// Whether it has no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }
}
