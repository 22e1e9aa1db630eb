//! Elements as a reader calls them: the name, with the id that finds the record.

use super::number::clean;
use crate::ids::{Id as _, LineId};
use crate::model::{DcLink, ElementId, Network};

/// The name beside the id of a record; empty where there is none.
#[must_use]
pub fn of(network: &Network, element: ElementId) -> &str {
    match element {
        ElementId::Substation(id) => &network.substations[id].name,
        ElementId::Bus(id) => &network.buses[id].name,
        ElementId::Line(id) => &network.lines[id].name,
        ElementId::Transformer(id) => &network.transformers[id].name,
        ElementId::Generator(id) => &network.generators[id].name,
        ElementId::Transformer3(id) => &network.transformers3[id].name,
        ElementId::Compensator(id) => &network.compensators[id].name,
        ElementId::DcLink(id) => match &network.dc_links[id] {
            DcLink::Lcc(link) => &link.name,
            DcLink::Vsc(link) => &link.name,
        },
        ElementId::Load(_) | ElementId::Shunt(_) | ElementId::Switch(_) => "",
    }
}

/// The name, or for a transformer without one that of its station; empty where there is neither.
#[must_use]
pub fn spoken(network: &Network, element: ElementId) -> &str {
    match (of(network, element), element) {
        ("", ElementId::Transformer(id)) => {
            let station = network.buses[network.transformers[id].from].substation;
            station.map_or("", |station| &network.substations[station].name)
        }
        (name, _) => name,
    }
}

/// The number of a circuit beside the name of its line, where the line has several: ` #2`.
#[must_use]
pub fn circuit(network: &Network, element: ElementId) -> String {
    let ElementId::Line(id) = element else { return String::new() };
    let line = &network.lines[id];
    // The circuits of a row follow each other.
    let at = |row: usize| network.lines.get(LineId::from_index(row));
    let beside = [id.index().checked_sub(1), Some(id.index() + 1)];
    let has_more = beside.into_iter().flatten().filter_map(at).any(|other| other.row == line.row);
    if line.circuit > 0 && has_more { format!(" #{}", line.circuit) } else { String::new() }
}

/// `Hà Đông (HADONG-AT1)`, or the id alone where there is no other name.
#[must_use]
pub fn with_id(network: &Network, element: ElementId) -> String {
    let (name, id) = (spoken(network, element), network.id_of(element));
    if name.is_empty() || name == id {
        clean(id).into_owned()
    } else {
        format!("{} ({})", clean(name), clean(id))
    }
}

/// The name, or the id where there is none.
#[must_use]
pub fn label(network: &Network, element: ElementId) -> String {
    let name = of(network, element);
    clean(if name.is_empty() { network.id_of(element) } else { name }).into_owned()
}

/// `text`, or its beginning and an ellipsis if it is longer than `width` characters.
#[must_use]
pub fn short(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let start: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}
