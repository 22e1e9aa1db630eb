//! PTDF and LODF by the records of a network, a column at a time, so that no matrix is ever held.
//!
//! ```text
//! ptdf[l, k]   change of the flow on l [MW], from its `from` end on, per MW fed in at bus k and taken out at the slack
//! lodf[l, o]   change of the flow on l per MW that o carried at its `from` end, once o is out
//! ```
//!
//! Both are those of the DC load flow ([`crate::flow::dc`]). Branches without impedance have neither, as their flow is
//! no function of angles.

use crate::case::{self, CaseError};
use crate::finding::{Code, Finding};
use crate::flow::dc::{DcGrid, DcWork};
use crate::flow::kernel::Grid;
use crate::ids::{BusId, Id, Node};
use crate::model::{ElementId, Network};

/// Which factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Factors {
    /// Power transfer distribution factors.
    Ptdf,
    /// Line outage distribution factors.
    Lodf,
}

/// What a factor is per unit of: a bus that is fed, or a branch that is out.
pub type Cause = ElementId;

/// A column of factors.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// The bus or the branch that is out.
    pub cause: Cause,
    /// The branches, in the order of the case.
    pub branches: &'a [ElementId],
    /// Their factors; not a number for the loss of a branch on which a part of the grid hangs.
    pub factors: &'a [f64],
}

/// Hands every column whose cause is `wanted` to `each`, island by island, buses and branches in the order of the tables.
///
/// A branch of a three-winding transformer is one of its windings; such a transformer stands three times among the
/// branches, and its loss is no column.
///
/// # Errors
/// [`CaseError`] where a case cannot be built or an island's susceptances cancel out, and what `each` returns.
pub fn columns<E: From<CaseError>>(
    network: &Network,
    factors: Factors,
    wanted: &dyn Fn(Cause) -> bool,
    each: &mut dyn FnMut(Column<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let islands = case::build(network)?;
    for (id, case) in islands.cases.iter_ids() {
        let branches = &islands.elements[id][..];
        if branches.is_empty() {
            continue;
        }
        let grid = Grid::for_use(case, islands.buses[id].len());
        let dc = DcGrid::new(&grid, case).map_err(|_| {
            let text = "the susceptances of an island cancel out: it has no DC load flow";
            CaseError { findings: vec![Finding::error(Code::NoSolution, text.to_owned())] }
        })?;
        let mut work = DcWork::new(&dc);
        // Cause and the column it has in the matrix.
        let mut causes: Vec<(Cause, usize)> = match factors {
            Factors::Ptdf => {
                islands.buses[id].iter().map(|&(node, bus)| (ElementId::Bus(bus), node.index())).collect()
            }
            Factors::Lodf => {
                let whole = |(element, _): &(Cause, usize)| !matches!(element, ElementId::Transformer3(_));
                branches.iter().enumerate().map(|(k, &branch)| (branch, k)).filter(whole).collect()
            }
        };
        causes.retain(|&(cause, _)| wanted(cause));
        causes.sort_unstable();
        for (cause, at) in causes {
            let factors = match factors {
                Factors::Ptdf => dc.ptdf_column(Node::from_index(at), &mut work),
                Factors::Lodf => dc.lodf_column(at, &mut work),
            };
            each(Column { cause, branches, factors: &factors })?;
        }
    }
    Ok(())
}

/// The buses of a network that stand.
#[must_use]
pub fn buses(network: &Network) -> Vec<BusId> {
    network.buses.ids().filter(|&bus| network.bus_is_live(bus)).collect()
}
