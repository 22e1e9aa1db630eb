//! The machine that balances where a file names none.

use super::report::Report;
use crate::finding::Code;
use crate::model::{Control, Generator, Network};

/// Makes the slack of the machine that may feed most (and of those that may feed the same, the largest) of those that hold a voltage, and tells it: `names_none` is what the file
/// lacks, `help` how to say it.
pub(super) fn largest(network: &mut Network, report: &mut Report, names_none: &str, help: &str) {
    let most = |machine: &Generator| (machine.p_max_mw.unwrap_or(f64::MAX), machine.sn_mva.unwrap_or(0.0));
    let held = network.generators.iter_mut().filter(|m| m.control == Control::Voltage && m.in_service);
    let Some(largest) = held.reduce(|a, b| if most(b) > most(a) { b } else { a }) else { return };
    largest.control = Control::Slack;
    let (id, place) = (largest.id.clone(), largest.origin.place.clone());
    report.warning(Code::Assumed, |draft| {
        draft
            .at(0, format!("{names_none}: generator {id}, which may feed most, is taken as one"))
            .place(place)
            .element(format!("generator {id}"))
            .help(help)
    });
}
