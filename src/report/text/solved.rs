//! The tables of one load flow: what matters most first.

use super::Table;
use crate::flow::{Action, Ended, LoadFlow};
use crate::model::{Control, ElementId, Network};
use crate::report::name;
use crate::report::number::{self, NONE, fixed};

/// Width of a name in the tables.
const NAME: usize = 26;

/// The rows of a table from the one that matters most: the first `top`, all for 0; and how many there are. A row
/// without a value (an unrated branch) comes last, a `dead` one not at all.
fn ranked(
    len: usize,
    top: usize,
    size: impl Fn(usize) -> f64,
    dead: impl Fn(usize) -> bool,
) -> (Vec<usize>, usize) {
    let mut rows: Vec<usize> = (0..len).filter(|&row| !dead(row)).collect();
    let all = rows.len();
    let size = |row| Some(size(row)).filter(|size| !size.is_nan()).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
    rows.truncate(if top == 0 { all } else { top });
    (rows, all)
}

fn of(shown: usize, all: usize) -> String {
    if shown == all { format!("all {all}") } else { format!("the first {shown} of {all}; --top 0 shows all") }
}

/// Buses, farthest from rated voltage first; in a DC load flow by angle.
pub(super) fn buses(network: &Network, flow: &LoadFlow, dc: bool, top: usize) -> (String, String) {
    let columns = &flow.buses;
    // A DC load flow has no voltages to compare.
    let size = |row: usize| if dc { columns.va_deg[row].abs() } else { (columns.vm_pu[row] - 1.0).abs() };
    let (rows, all) = ranked(columns.bus.len(), top, size, |row| columns.vm_pu[row].is_nan());
    let order = if dc { "largest angle" } else { "farthest from rated voltage" };
    let title = format!("Buses, {order} first ({})", of(rows.len(), all));
    let mut table = Table::new(&[
        "Bus",
        "Name",
        ">Rated|kV",
        ">Voltage|kV",
        ">Voltage|p.u.",
        ">Angle|degree",
        ">Injected|MW",
        ">Injected|Mvar",
    ]);
    for row in rows {
        let bus = &network.buses[columns.bus[row]];
        table.row([
            name::short(&bus.id, NAME),
            name::short(&bus.name, NAME),
            if bus.vn_kv > 0.0 { format!("{}", bus.vn_kv) } else { NONE.to_owned() },
            number::kv(columns.vm_kv[row]),
            fixed(columns.vm_pu[row], 4),
            fixed(columns.va_deg[row], 2),
            fixed(columns.p_mw[row], 1),
            fixed(columns.q_mvar[row], 1),
        ]);
    }
    (title, table.text())
}

/// Lines and two-winding transformers, most loaded first.
pub(super) fn branches(network: &Network, flow: &LoadFlow, top: usize) -> (String, String) {
    let columns = &flow.branches;
    let rated = columns.loading_percent.iter().any(|loading| !loading.is_nan());
    let size = |row: usize| {
        if rated {
            columns.loading_percent[row]
        } else {
            columns.p_from_mw[row].hypot(columns.q_from_mvar[row])
        }
    };
    let (rows, all) = ranked(columns.branch.len(), top, size, |row| !columns.energised[row]);
    let order = if rated { "highest loading first" } else { "highest flow first, as none has a rating" };
    let title = format!("Branches, {order} ({})", of(rows.len(), all));
    let mut table = Table::new(&[
        "Branch",
        "From",
        "To",
        ">Loading|%",
        ">From|MW",
        ">From|Mvar",
        ">From|kA",
        ">Losses|MW",
    ]);
    for row in rows {
        let end = |bus: crate::ids::BusId| name::short(&name::label(network, ElementId::Bus(bus)), NAME - 6);
        table.row([
            name::short(network.id_of(columns.branch[row]), NAME),
            end(columns.from[row]),
            end(columns.to[row]),
            fixed(columns.loading_percent[row], 1),
            fixed(columns.p_from_mw[row], 1),
            fixed(columns.q_from_mvar[row], 1),
            fixed(columns.i_from_ka[row], 3),
            fixed(columns.loss_mw[row], 2),
        ]);
    }
    (title, table.text())
}

/// Windings of three-winding transformers, most loaded first.
pub(super) fn windings(network: &Network, flow: &LoadFlow, top: usize) -> (String, String) {
    let columns = &flow.windings;
    let (rows, all) = ranked(
        columns.transformer.len(),
        top,
        |row| columns.loading_percent[row],
        |row| !columns.energised[row],
    );
    let title = format!("Windings of three-winding transformers ({})", of(rows.len(), all));
    let mut table =
        Table::new(&["Transformer", "Winding", "Bus", ">Loading|%", ">Enters|MW", ">Enters|Mvar", ">kA"]);
    for row in rows {
        let end = ElementId::Bus(columns.bus[row]);
        table.row([
            name::short(network.id_of(ElementId::Transformer3(columns.transformer[row])), NAME),
            (columns.winding[row] + 1).to_string(),
            name::short(&name::label(network, end), NAME - 6),
            fixed(columns.loading_percent[row], 1),
            fixed(columns.p_mw[row], 1),
            fixed(columns.q_mvar[row], 1),
            fixed(columns.i_ka[row], 3),
        ]);
    }
    (title, if table.is_empty() { String::new() } else { table.text() })
}

/// Slack and generators, those outside their limits first.
pub(super) fn generators(network: &Network, flow: &LoadFlow, top: usize) -> (String, String) {
    let columns = &flow.generators;
    let size = |row: usize| {
        let slack = network.generators[columns.generator[row]].control == Control::Slack;
        // Slacks first, then those outside their limits, then by size.
        let outside = columns.q_outside_mvar[row].abs();
        f64::from(u8::from(slack)) * 1e12 + outside * 1e6 + columns.p_mw[row].abs()
    };
    let (rows, all) = ranked(columns.generator.len(), top, size, |row| columns.p_mw[row].is_nan());
    let title = format!("Slack and generators ({})", of(rows.len(), all));
    let mut table = Table::new(&[
        "Generator",
        "Bus",
        "Holds",
        ">MW",
        ">Mvar",
        ">Least|Mvar",
        ">Most|Mvar",
        "Reactive limits",
    ]);
    for row in rows {
        let generator = &network.generators[columns.generator[row]];
        let limit = |limit: Option<f64>| limit.map_or_else(|| NONE.to_owned(), |limit| fixed(limit, 1));
        let outside = columns.q_outside_mvar[row];
        table.row([
            name::short(&name::with_id(network, ElementId::Generator(columns.generator[row])), NAME),
            name::short(&network.buses[generator.bus].id, NAME - 6),
            match generator.control {
                Control::Slack => "slack",
                Control::Voltage => "voltage",
                Control::Fixed => "power",
            }
            .to_owned(),
            fixed(columns.p_mw[row], 1),
            fixed(columns.q_mvar[row], 1),
            limit(generator.q_min_mvar),
            limit(generator.q_max_mvar),
            if outside > 0.0 {
                format!("{} Mvar ABOVE", fixed(outside, 1))
            } else if outside < 0.0 {
                format!("{} Mvar BELOW", fixed(-outside, 1))
            } else if generator.q_min_mvar.is_none() && generator.q_max_mvar.is_none() {
                "none given".to_owned()
            } else {
                "within".to_owned()
            },
        ]);
    }
    (title, table.text())
}

/// What the controls moved: first what they could not do, then what moved farthest.
pub(super) fn actions(network: &Network, flow: &LoadFlow, top: usize) -> (String, String) {
    let all = &flow.actions;
    let size = |row: usize| {
        let action: &Action = &all[row];
        let open = f64::from(u8::from(action.ended != Ended::Met));
        // tap positions beside Mvar: what moves most of its own kind is not asked
        open * 1e9 + (action.to - action.from).abs()
    };
    let (rows, count) = ranked(all.len(), top, size, |_| false);
    let rounds: usize = flow.islands.iter().map(|island| island.rounds).max().unwrap_or(0);
    let title = format!(
        "What the controls did in {} ({})",
        number::count(rounds, "round", "rounds"),
        of(rows.len(), count)
    );
    let mut table = Table::new(&["Record", "Moved", ">From", ">To", "Ended", "Why, and what binds"]);
    for row in rows {
        let action = &all[row];
        let why = if action.limit.is_empty() {
            action.why.clone()
        } else {
            format!("{}; {}", action.why, action.limit)
        };
        let digits = usize::from(action.quantity != "tap_position");
        table.row([
            name::short(&network.describe(action.element), NAME),
            action.quantity.to_owned(),
            fixed(action.from, digits),
            fixed(action.to, digits),
            action.ended.as_str().replace('_', " "),
            number::clean(&why).into_owned(),
        ]);
    }
    (title, if table.is_empty() { String::new() } else { table.text() })
}
