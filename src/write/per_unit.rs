//! Branches in per unit, for formats that know no ohms and no nameplates.

use super::PerUnitBranch;
use crate::case::per_unit;
use crate::model::{ElementId, Network};

/// The values of a line or transformer, taps and corrections at hand in them; nothing where they cannot be worked out.
#[must_use]
pub fn per_unit_of(network: &Network, element: ElementId) -> Option<PerUnitBranch> {
    let branch = match element {
        ElementId::Line(id) => per_unit::line(network, network.lines.get(id)?),
        ElementId::Transformer(id) => per_unit::transformer(network, network.transformers.get(id)?),
        _ => return None,
    };
    let branch = branch.ok()?;
    Some(PerUnitBranch {
        r: branch.z.re,
        x: branch.z.im,
        g: branch.ysh.re,
        b: branch.ysh.im,
        ratio: branch.tap.norm(),
        shift_deg: branch.tap.arg().to_degrees(),
    })
}
