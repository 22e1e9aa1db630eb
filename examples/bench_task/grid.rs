//! The case of a file: its main island, and the way from rows of `mpc.branch` to branches of the case.

use gridstage::case::{self, Case, Islands};
use gridstage::ids::{Id, IslandId};
use gridstage::model::{ElementId, Network};
use gridstage::read::matpower;
use num_complex::Complex64;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub(crate) struct Grid {
    pub(crate) network: Network,
    islands: Islands,
    main: IslandId,
}

impl Grid {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        let (network, _) =
            matpower::read(&text, &Arc::from(name.as_str())).map_err(|e| format!("{name}: {e}"))?;
        let islands = case::build(&network).map_err(|error| format!("{name}: {error}"))?;
        let size = |&island: &IslandId| islands.cases[island].len();
        let main =
            islands.cases.ids().max_by_key(size).ok_or_else(|| format!("{name}: no bus has a source"))?;
        Ok(Self { network, islands, main })
    }

    /// The largest island: the one that is solved.
    pub(crate) fn case(&self) -> &Case {
        &self.islands.cases[self.main]
    }

    /// Branches of the case in the order of `mpc.branch`; `None` where a row is off or elsewhere.
    fn branch_of_row(&self) -> Result<Vec<Option<usize>>, String> {
        let lines = self.network.lines.iter_ids().map(|(id, line)| (ElementId::Line(id), &line.origin));
        let transformers =
            self.network.transformers.iter_ids().map(|(id, t)| (ElementId::Transformer(id), &t.origin));
        let mut rows: Vec<(u32, ElementId)> = lines
            .chain(transformers)
            .map(|(element, origin)| (origin.place.as_ref().map_or(0, |place| place.line), element))
            .collect();
        rows.sort_unstable();
        if rows.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err("mpc.branch has two rows on a line: they cannot be told by number".to_owned());
        }
        let mut branches: Vec<(ElementId, usize)> =
            self.islands.elements[self.main].iter().enumerate().map(|(k, &element)| (element, k)).collect();
        branches.sort_unstable();
        let find = |element: ElementId| {
            branches.binary_search_by_key(&element, |&(e, _)| e).ok().map(|at| branches[at].1)
        };
        Ok(rows.into_iter().map(|(_, element)| find(element)).collect())
    }

    /// The branches of the case that a file names by their rows.
    pub(crate) fn outages(&self, path: &Path) -> Result<Vec<usize>, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        let rows = self.branch_of_row()?;
        let branch = |word: &str| {
            let row: usize = word.parse().map_err(|_| format!("{name}: {word} is no row"))?;
            rows.get(row).copied().flatten().ok_or_else(|| format!("{name}: row {row} is not in service"))
        };
        text.split_whitespace().map(branch).collect()
    }

    /// Writes `bus,vm_pu,va_deg` of the island by bus numbers.
    pub(crate) fn write(&self, path: &Path, v: &[Complex64]) -> Result<(), String> {
        let mut text = String::from("bus,vm_pu,va_deg\n");
        for &(node, bus) in &self.islands.buses[self.main] {
            let v = v[node.index()];
            let _ = writeln!(text, "{},{},{}", self.network.buses[bus].id, v.norm(), v.arg().to_degrees());
        }
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}
