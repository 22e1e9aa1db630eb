//! Direct-current links as an engineer reads them.

use super::Table;
use crate::flow::LoadFlow;
use crate::model::Network;
use crate::report::name;
use crate::report::number::fixed;

/// Width of a name in the table.
const NAME: usize = 26;

/// All links, one row each; empty where there are none.
pub(super) fn links(network: &Network, flow: &LoadFlow) -> String {
    let columns = &flow.links;
    if columns.link.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        "Link",
        "From",
        "To",
        ">From|MW",
        ">From|Mvar",
        ">To|MW",
        ">To|Mvar",
        ">Direct|kA",
        ">Direct, to|kV",
        ">Angles|degree",
    ]);
    for row in 0..columns.link.len() {
        let angles = [columns.angle_from_deg[row], columns.angle_to_deg[row]].map(|angle| fixed(angle, 1));
        table.row([
            name::short(network.dc_links[columns.link[row]].id(), NAME),
            name::short(&network.buses[columns.from[row]].id, NAME),
            name::short(&network.buses[columns.to[row]].id, NAME),
            fixed(columns.p_from_mw[row], 1),
            fixed(columns.q_from_mvar[row], 1),
            fixed(columns.p_to_mw[row], 1),
            fixed(columns.q_to_mvar[row], 1),
            fixed(columns.id_ka[row], 3),
            fixed(columns.vd_to_kv[row], 1),
            angles.join(" / "),
        ]);
    }
    table.text()
}
