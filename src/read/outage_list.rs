//! A list of outages as CSV: a row per element, the rows of one outage under each other or apart.
//!
//! ```text
//! outage,element,element_type
//! double circuit,L1,
//! double circuit,L2,
//! bay 7,T1,transformer
//! ```
//!
//! `element_type` is the table of the element; it is needed only where two tables have a record of that id. An outage
//! without a name is called as its element. A row of lines with several circuits may be named: all of them are meant.

use super::Rejected;
use super::report::Report;
use crate::finding::{Code, Finding, nearest};
use crate::model::{Contingency, ElementId, ElementKind, Name, Network, Origin};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns, and whether a list needs them.
const COLUMNS: [(&str, bool); 3] = [("outage", false), ("element", true), ("element_type", false)];

/// Whether a text begins with the columns of such a list.
pub(super) fn is_list(text: &str) -> bool {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    header.split([',', ';', '\t']).any(|column| column.trim().trim_matches('"') == "element")
}

/// Reads a list against the grid whose records it names.
///
/// # Errors
/// [`Rejected`] with everything that was found.
pub(super) fn outages(
    text: &str,
    file: &Arc<str>,
    network: &Network,
) -> Result<(Vec<Contingency>, Vec<Finding>), Rejected> {
    let mut report = Report::new(file);
    let header_line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let separator = [b';', b'\t'].into_iter().find(|&one| header_line.as_bytes().contains(&one));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap_or(b','))
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = reader.records().flatten();
    let header = rows.next().unwrap_or_default();
    let line_of =
        |row: &csv::StringRecord| row.position().map_or(1, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
    for name in header.iter().filter(|name| !COLUMNS.iter().any(|(known, _)| known == name)) {
        report.warning(Code::NotUsed, |draft| {
            draft
                .at(line_of(&header), format!("the column `{name}` is not used"))
                .help(format!("columns are {}", COLUMNS.map(|(name, _)| name).join(", ")))
        });
    }
    let [outage, element, kind] = COLUMNS.map(|(name, _)| header.iter().position(|column| column == name));
    let index = Index::new(network);
    let mut list: Vec<Contingency> = Vec::new();
    let mut place_of: BTreeMap<Name, usize> = BTreeMap::new();
    for row in rows {
        let line = line_of(&row);
        let field = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or("");
        let (outage, element, kind) = (field(outage), field(element), field(kind));
        let found = match index.find(element, kind) {
            Ok(found) => found,
            Err((code, message, help)) => {
                report.error(code, |draft| draft.at(line, message).field("element").help(help));
                continue;
            }
        };
        let id = Name::from(if outage.is_empty() { element } else { outage });
        let place = *place_of.entry(id.clone()).or_insert_with(|| {
            let origin = Origin { place: Some(crate::finding::Place::new(file, line)), ..Origin::default() };
            list.push(Contingency { id: id.clone(), lost: Vec::new(), closed: Vec::new(), origin });
            list.len() - 1
        });
        for one in found {
            if list[place].lost.contains(&one) {
                report.error(Code::Duplicate, |draft| {
                    draft
                        .at(line, format!("outage {id} names {} twice", network.describe(one)))
                        .field("element")
                        .help("delete one of the two rows")
                });
            } else {
                list[place].lost.push(one);
            }
        }
    }
    if list.is_empty() && !report.has_errors() {
        report.error(Code::Empty, |draft| {
            draft.whole("the list names no outage").help("a row per element: outage,element,element_type")
        });
    }
    let failed = report.has_errors();
    let findings = report.into_list();
    if failed { Err(Rejected { findings }) } else { Ok((list, findings)) }
}

/// The records of a network by their ids.
struct Index<'n> {
    network: &'n Network,
    records: BTreeMap<&'n str, Vec<ElementId>>,
    /// Rows of lines with several circuits.
    rows: BTreeMap<&'n str, Vec<ElementId>>,
}

impl<'n> Index<'n> {
    fn new(network: &'n Network) -> Self {
        let mut records: BTreeMap<&str, Vec<ElementId>> = BTreeMap::new();
        let all = (network.lines.ids().map(ElementId::Line))
            .chain(network.transformers.ids().map(ElementId::Transformer))
            .chain(network.transformers3.ids().map(ElementId::Transformer3))
            .chain(network.generators.ids().map(ElementId::Generator))
            .chain(network.buses.ids().map(ElementId::Bus))
            .chain(network.shunts.ids().map(ElementId::Shunt))
            .chain(network.compensators.ids().map(ElementId::Compensator))
            .chain(network.dc_links.ids().map(ElementId::DcLink))
            .chain(network.loads.ids().map(ElementId::Load));
        for element in all {
            records.entry(network.id_of(element)).or_default().push(element);
        }
        let mut rows: BTreeMap<&str, Vec<ElementId>> = BTreeMap::new();
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.row != line.id) {
            rows.entry(line.row.as_str()).or_default().push(ElementId::Line(id));
        }
        Self { network, records, rows }
    }

    /// The records that an id means, of one table where it is named; else code, message and way out.
    fn find(&self, id: &str, kind: &str) -> Result<Vec<ElementId>, (Code, String, String)> {
        let known_kind = ElementKind::ALL.iter().any(|one| one.as_str() == kind);
        if !kind.is_empty() && !known_kind {
            let words = ElementKind::ALL.map(ElementKind::as_str);
            let help = nearest(kind, words).map_or_else(
                || format!("write one of {}", words.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err((Code::Value, format!("`element_type` cannot be `{kind}`"), help));
        }
        let of_kind = |element: &&ElementId| kind.is_empty() || element.kind().as_str() == kind;
        let found: Vec<ElementId> =
            self.records.get(id).into_iter().flatten().filter(of_kind).copied().collect();
        match found.as_slice() {
            [one] => Ok(vec![*one]),
            [] => {
                let circuits = self.rows.get(id).filter(|_| kind.is_empty() || kind == "line");
                circuits.cloned().ok_or_else(|| {
                    let help = nearest(id, self.records.keys().copied()).map_or_else(
                        || "name the id of a line, transformer, generator, bus, shunt or load".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    (Code::Reference, format!("the grid has no element `{id}` that could be lost"), help)
                })
            }
            several => {
                let said: Vec<String> = several.iter().map(|&one| self.network.describe(one)).collect();
                let help = "say which with `element_type`".to_owned();
                Err((Code::Reference, format!("`{id}` means several: {}", said.join(", ")), help))
            }
        }
    }
}
