//! What is watched (`.mon`).
//!
//! ```text
//! MONITOR [ALL] BRANCHES|LINES [IN|FROM SUBSYSTEM 's']      with nothing behind: lines `i j [c]` until END
//! MONITOR TIES [IN|FROM] SUBSYSTEM 's'
//! MONITOR INTERFACE 'name' [RATING x [MW]]                  lines `i j [c]` until END
//! MONITOR VOLTAGE RANGE|DEVIATION [IN] scope low [high]     scope: ALL BUSES, SUBSYSTEM 's', BUS n, AREA n, ZONE n, KV x
//! ```
//!
//! A flow of an interface counts at the bus that is named first.

use super::find::{Index, Missing};
use super::sub::Subsystems;
use super::words::{Line, lines};
use super::{contingencies, not_followed};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Id};
use crate::model::{BandOf, ElementId, Interface, Name, Network, Side, VoltageBand, Watched};
use crate::read::Rejected;
use crate::read::report::Report;
use std::collections::HashSet;
use std::sync::Arc;

struct Reader<'n, 's> {
    index: Index<'n>,
    sets: &'s Subsystems,
    report: Report,
    watched: Watched,
    seen: HashSet<ElementId>,
}

/// What lines until END are about.
enum Block {
    Branches(u32),
    Interface(u32, Interface),
}

/// Reads a file of what is watched against a grid; `sets` are the subsystems that it names. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn watched(
    text: &str,
    file: &Arc<str>,
    network: &Network,
    sets: &Subsystems,
) -> Result<(Watched, Vec<Finding>), Rejected> {
    let mut reader = Reader {
        index: Index::new(network),
        sets,
        report: Report::new(file),
        watched: Watched::default(),
        seen: HashSet::new(),
    };
    let lines = lines(text, &mut reader.report);
    let mut block: Option<Block> = None;
    for line in &lines {
        let ends = line.says(0, &[&["END"]]);
        match block.as_mut() {
            Some(_) if ends => {
                if let Some(Block::Interface(_, interface)) = block.take() {
                    reader.watched.interfaces.push(interface);
                }
            }
            Some(open) => reader.member(open, line),
            None if ends => {}
            None => block = reader.statement(line),
        }
    }
    if let Some(Block::Branches(line) | Block::Interface(line, _)) = block {
        reader.report.error(Code::Syntax, |draft| {
            draft
                .at(line, "the list of branches that begins here has no END")
                .help("perhaps the file was cut short")
        });
    }
    if reader.report.has_errors() {
        return Err(Rejected { findings: reader.report.into_list() });
    }
    Ok((reader.watched, reader.report.into_list()))
}

impl Reader<'_, '_> {
    /// A line of a list: `i j [c]`, or the words of a contingency's branch.
    fn member(&mut self, block: &mut Block, line: &Line<'_>) {
        match self.branch(line) {
            None => not_followed(&mut self.report, line, "a branch that is watched"),
            Some(Err(missing)) => self.missing(line, &missing),
            Some(Ok((element, from))) => match block {
                Block::Branches(_) => self.watch(element),
                Block::Interface(_, interface) => {
                    let stands = self.index.network.stands_at(element);
                    let side = if stands[0] == Some(from) { Side::From } else { Side::To };
                    interface.branches.push((element, side));
                }
            },
        }
    }

    fn branch(&self, line: &Line<'_>) -> Option<Result<(ElementId, BusId), Missing>> {
        let plain = line.words.len() <= 3
            && line.words.iter().all(|word| !word.is(&["BRANCH", "LINE", "FROM", "TO"]));
        let (words, circuit) = if plain {
            (vec![line.at(0)?, line.at(1)?], line.at(2).map(|word| word.text))
        } else {
            let at = usize::from(line.says(0, &[&["BRANCH", "LINE"]]));
            contingencies::ends(line, at + usize::from(line.says(at, &[&["FROM"]])))?
        };
        let buses: Result<Vec<BusId>, Missing> = words.into_iter().map(|word| self.index.bus(word)).collect();
        Some(buses.and_then(|buses| {
            let from = *buses.first().ok_or("a branch has two buses")?;
            Ok((self.index.branch(&buses, circuit)?, from))
        }))
    }

    fn missing(&mut self, line: &Line<'_>, missing: &str) {
        self.report.error(Code::Reference, |draft| {
            draft
                .at(line.number, missing.to_owned())
                .help("the list has to be one of this grid: `gridstage show` lists its branches")
        });
    }

    fn watch(&mut self, element: ElementId) {
        if self.seen.insert(element) {
            self.watched.branches.push(element);
        }
    }

    /// A statement outside of lists; begins one perhaps.
    fn statement(&mut self, line: &Line<'_>) -> Option<Block> {
        const SET: &[&str] = &["SUBSYSTEM", "SYSTEM"];
        if !line.says(0, &[&["MONITOR"]]) {
            not_followed(&mut self.report, line, "outside of a list");
            return None;
        }
        let all = line.says(1, &[&["ALL"]]);
        let at = 1 + usize::from(all);
        let is_in = usize::from(line.says(at + 1, &[&["IN", "FROM"]]));
        let named = line.at(at + 2 + is_in).filter(|_| line.says(at + 1 + is_in, &[SET]));
        if line.says(at, &[&["BRANCHES", "LINES"]]) {
            if line.words.len() == at + 1 && !all {
                return Some(Block::Branches(line.number));
            }
            if line.words.len() == at + 1 {
                self.branches(&vec![true; self.index.network.buses.len()], false);
                return None;
            }
            if let Some(set) = named {
                self.of_set(line, set.text, false);
                return None;
            }
        } else if let (true, Some(set)) = (line.says(at, &[&["TIES"]]), named) {
            self.of_set(line, set.text, true);
            return None;
        } else if let (true, Some(name)) = (line.says(at, &[&["INTERFACE"]]), line.at(at + 1)) {
            let rating_mw = line.at(at + 3).filter(|_| line.says(at + 2, &[&["RATING"]]));
            let rating_mw = rating_mw.and_then(super::words::Word::number);
            let interface = Interface { id: Name::from(name.text), rating_mw, branches: Vec::new() };
            return Some(Block::Interface(line.number, interface));
        } else if line.says(at, &[&["VOLTAGE"], &["RANGE", "DEVIATION"]]) && self.band(line, at) {
            return None;
        }
        not_followed(&mut self.report, line, "what is watched");
        None
    }

    fn of_set(&mut self, line: &Line<'_>, name: &str, ties: bool) {
        let sets = self.sets;
        let Some(set) = sets.buses(name) else {
            self.missing(line, &format!("there is no subsystem {name}"));
            return;
        };
        self.branches(set, ties);
    }

    /// Branches all of whose buses are in a set, or only some.
    fn branches(&mut self, set: &[bool], ties: bool) {
        let chosen: Vec<ElementId> = self
            .index
            .branches()
            .filter(|&element| {
                let (inside, all) = self.index.ends_in(element, set);
                if ties { inside > 0 && inside < all } else { inside == all }
            })
            .collect();
        for element in chosen {
            self.watch(element);
        }
    }

    /// `VOLTAGE RANGE [IN] scope low [high]` from the word `at` on; says whether it could be followed.
    fn band(&mut self, line: &Line<'_>, at: usize) -> bool {
        let of = if line.says(at + 1, &[&["RANGE"]]) { BandOf::Voltage } else { BandOf::Change };
        let at = at + 2 + usize::from(line.says(at + 2, &[&["IN"]]));
        let buses = &self.index.network.buses;
        let Some(value) = line.at(at + 1) else { return false };
        let number = value.number();
        let of_label = |label: fn(&crate::model::Bus) -> Option<f64>| -> Vec<BusId> {
            buses
                .iter_ids()
                .filter(|(_, bus)| label(bus).is_some() && label(bus) == number)
                .map(|(id, _)| id)
                .collect()
        };
        let chosen = if line.says(at, &[&["ALL"], &["BUSES"]]) {
            buses.iter_ids().map(|(id, _)| id).collect()
        } else if line.says(at, &[&["SUBSYSTEM", "SYSTEM"]]) {
            let Some(set) = self.sets.buses(value.text) else {
                self.missing(line, &format!("there is no subsystem {}", value.text));
                return true;
            };
            buses.iter_ids().filter(|(id, _)| set.get(id.index()) == Some(&true)).map(|(id, _)| id).collect()
        } else if line.says(at, &[&["BUS"]]) {
            match self.index.bus(value) {
                Ok(bus) => vec![bus],
                Err(missing) => {
                    self.missing(line, &missing);
                    return true;
                }
            }
        } else if line.says(at, &[&["AREA"]]) {
            of_label(|bus| bus.area.parse().ok())
        } else if line.says(at, &[&["ZONE"]]) {
            of_label(|bus| bus.zone.parse().ok())
        } else if line.says(at, &[&["KV"]]) {
            of_label(|bus| Some(bus.vn_kv))
        } else {
            return false;
        };
        let limit = |at: usize| line.at(at).map(super::words::Word::number);
        let (low, high) = (limit(at + 2), limit(at + 3));
        let (Some(Some(low_pu)), None | Some(Some(_))) = (low, high) else { return false };
        let high_pu = high.flatten().unwrap_or(f64::INFINITY);
        if line.words.len() > at + 4 || (of == BandOf::Voltage && low_pu > high_pu) {
            return false;
        }
        self.watched.bands.push(VoltageBand { buses: chosen, of, low_pu, high_pu });
        true
    }
}
