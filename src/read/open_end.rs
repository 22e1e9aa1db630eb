//! A line that is open at one end stays charged from the other: its open end is a bus of its own.
//!
//! What it draws is its charging, and the voltage there is above that of the closed end; at 110 kV and in cables that is no
//! small matter.

use crate::model::{Bus, Line, Network};

/// Adds a line of which `closed` tells, end by end, where it hangs. One that is open at both ends is out; so is one that is
/// open at one and has nothing to charge. Returns whether an end became a bus of its own.
pub(super) fn push(network: &mut Network, mut line: Line, closed: [bool; 2]) -> bool {
    let is_charged = line.in_service && closed[0] != closed[1] && charges(network, &line);
    if is_charged {
        let open = if closed[0] { line.to } else { line.from };
        let own = network.buses.push(Bus {
            area: network.buses[open].area.clone(),
            zone: network.buses[open].zone.clone(),
            origin: line.origin.clone(),
            ..Bus::new(format!("{} open end", line.id), network.buses[open].vn_kv)
        });
        *(if closed[0] { &mut line.to } else { &mut line.from }) = own;
    } else {
        line.in_service = line.in_service && closed == [true, true];
    }
    network.lines.push(line);
    is_charged
}

/// Whether anything would flow into a line that is open at its far end.
fn charges(network: &Network, line: &Line) -> bool {
    let [_, _, g_us, b_us] = network.line_ohm(line);
    let at_ends = line.end_shunts.iter().any(|shunt| shunt.g_mw != 0.0 || shunt.b_mvar != 0.0);
    network.buses[line.from].vn_kv > 0.0 && (g_us != 0.0 || b_us != 0.0 || at_ends)
}
