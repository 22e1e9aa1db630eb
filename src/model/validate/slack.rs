//! A source that holds voltage and angle.
//!
//! The grid needs one slack at least. An island that has none besides is given one when it is solved, with a
//! warning; one that has no source at all is dead, and its load is told as not served.

use super::Checker;
use crate::finding::{Code, Finding};
use crate::model::{Control, ElementId};

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = checker.network;
    let live = |control: Control| {
        let standing = network.generators.iter_ids().filter(|(_, g)| g.built && g.in_service);
        standing.filter(move |(_, g)| g.control == control && network.bus_is_live(g.bus))
    };
    if live(Control::Slack).next().is_some() {
        return;
    }
    // Of equal ones the first: `max_by` would take the last.
    let largest = live(Control::Voltage).reduce(|best, g| if g.1.p_mw > best.1.p_mw { g } else { best });
    let finding = Finding::error(
        Code::NoSlack,
        "the grid has no slack: no generator in service holds voltage and angle and balances it",
    );
    checker.findings.push(match largest {
        Some((id, g)) => {
            let bus = &network.buses[g.bus].id;
            let how = (checker.words.make_slack)(bus, &g.id);
            let element = ElementId::Generator(id);
            finding.element(checker.name(element)).place(super::place(network, element)).help(format!(
                "{how}: generator {} at bus {bus} has the most active power of those that hold a voltage",
                g.id
            ))
        }
        None => finding.help("add a generator or a boundary that holds voltage and angle"),
    });
}
