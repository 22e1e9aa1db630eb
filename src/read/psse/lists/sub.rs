//! Sets of buses (`.sub`).
//!
//! Within a group the buses of one kind of selector are joined, and what several kinds name is their intersection: `AREA 1`,
//! `AREA 2`, `KVRANGE 110 400` are the buses of both areas within that range. What stands in no `JOIN` is a group too; the
//! set is all groups together.

use super::not_followed;
use super::words::{Line, Word, lines};
use crate::finding::{Code, Finding};
use crate::model::{Bus, Network};
use crate::read::Rejected;
use crate::read::report::Report;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sets of buses by name.
#[derive(Clone, Debug, Default)]
pub struct Subsystems {
    /// Name in capitals, and for each bus whether it is in.
    sets: BTreeMap<String, Vec<bool>>,
}

impl Subsystems {
    /// For each bus, in the order of the grid, whether it is in the set of a name; nothing if there is no such set.
    #[must_use]
    pub fn buses(&self, name: &str) -> Option<&[bool]> {
        self.sets.get(&name.trim().to_uppercase()).map(Vec::as_slice)
    }

    /// Names of the sets, in capitals.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }
}

/// A selector: its kind, and the numbers between which it takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Area,
    Zone,
    Bus,
    Kv,
}

#[derive(Default)]
struct Group {
    selectors: BTreeMap<Kind, Vec<(f64, f64)>>,
}

impl Group {
    fn takes(&self, bus: &Bus) -> bool {
        let within = |ranges: &[(f64, f64)], value: Option<f64>| {
            value.is_some_and(|value| ranges.iter().any(|&(low, high)| (low..=high).contains(&value)))
        };
        !self.selectors.is_empty()
            && self.selectors.iter().all(|(kind, ranges)| match kind {
                Kind::Area => within(ranges, bus.area.parse().ok()),
                Kind::Zone => within(ranges, bus.zone.parse().ok()),
                Kind::Bus => within(ranges, bus.id.parse().ok()),
                Kind::Kv => within(ranges, Some(bus.vn_kv)),
            })
    }
}

/// A subsystem in the making.
struct Open {
    name: String,
    line: u32,
    own: Group,
    joined: Vec<Group>,
    in_join: bool,
}

/// Reads a subsystem file against a grid. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn subsystems(
    text: &str,
    file: &Arc<str>,
    network: &Network,
) -> Result<(Subsystems, Vec<Finding>), Rejected> {
    let mut report = Report::new(file);
    let mut sets = BTreeMap::new();
    let mut open: Option<Open> = None;
    for line in lines(text, &mut report) {
        let mut at = 0;
        if line.says(0, &[&["SUBSYSTEM", "SYSTEM"]]) {
            let name = line.at(1).map_or(String::new(), |word| word.text.to_uppercase());
            if let Some(open) = &open {
                report.error(Code::Syntax, |draft| {
                    draft
                        .at(
                            line.number,
                            format!(
                                "subsystem {name} begins before {} of line {} has its END",
                                open.name, open.line
                            ),
                        )
                        .help("END closes a JOIN, then the subsystem, then the file")
                });
            }
            open = Some(Open {
                name,
                line: line.number,
                own: Group::default(),
                joined: Vec::new(),
                in_join: false,
            });
            at = 2;
        }
        let Some(one) = open.as_mut() else {
            if !line.says(0, &[&["END"]]) {
                not_followed(&mut report, &line, "outside of a subsystem");
            }
            continue;
        };
        if statement(one, &line, at, &mut report) {
            let buses = network.buses.iter();
            let is_in = |bus| one.own.takes(bus) || one.joined.iter().any(|group| group.takes(bus));
            let set: Vec<bool> = buses.map(is_in).collect();
            if !set.contains(&true) {
                report.warning(Code::Plan, |draft| {
                    draft
                        .at(one.line, format!("subsystem {} holds no bus of the grid", one.name))
                        .element(format!("subsystem {}", one.name))
                        .help("are areas, zones and bus numbers those of this grid?")
                });
            }
            if let Some(one) = open.take() {
                sets.insert(one.name, set);
            }
        }
    }
    if let Some(open) = open {
        report.error(Code::Syntax, |draft| {
            draft
                .at(open.line, format!("subsystem {} has no END", open.name))
                .help("perhaps the file was cut short")
        });
    }
    if report.has_errors() {
        return Err(Rejected { findings: report.into_list() });
    }
    Ok((Subsystems { sets }, report.into_list()))
}

/// Takes what a line says from the word `at` on; says whether the subsystem ends.
fn statement(open: &mut Open, line: &Line<'_>, mut at: usize, report: &mut Report) -> bool {
    while let Some(word) = line.at(at) {
        if word.is(&["END"]) {
            if !open.in_join {
                return true;
            }
            open.in_join = false;
            at += 1;
        } else if word.is(&["JOIN"]) && !open.in_join {
            open.in_join = true;
            open.joined.push(Group::default());
            at += 1;
            // A name may follow.
            at += usize::from(line.at(at).is_some_and(|next| selector(next).is_none() && !next.is(&["END"])));
        } else if let Some((kind, values)) = selector(word) {
            let Some(kind) = kind else {
                report.error(Code::Unsupported, |draft| {
                    draft
                        .at(
                            line.number,
                            format!("subsystem {}: owners are not in the grid that is read", open.name),
                        )
                        .element(format!("subsystem {}", open.name))
                        .help("name areas, zones, buses or voltages instead")
                });
                return false;
            };
            let low = line.at(at + 1).and_then(Word::number);
            let high = if values == 2 { line.at(at + 2).and_then(Word::number) } else { low };
            let Some((low, high)) = low.zip(high).filter(|(low, high)| low <= high) else {
                report.error(Code::Syntax, |draft| {
                    draft
                        .at(
                            line.number,
                            format!("subsystem {}: `{}` wants {values} rising numbers", open.name, line.text),
                        )
                        .element(format!("subsystem {}", open.name))
                        .help("AREA 1, AREAS 1 3, KVRANGE 110 220, BUS 7")
                });
                return false;
            };
            let group = match open.joined.last_mut() {
                Some(group) if open.in_join => group,
                _ => &mut open.own,
            };
            group.selectors.entry(kind).or_default().push((low, high));
            at += 1 + values;
        } else {
            not_followed(report, line, &format!("subsystem {}", open.name));
            return false;
        }
    }
    false
}

/// The kind of a selector and how many numbers it has; no kind for owners.
fn selector(word: Word<'_>) -> Option<(Option<Kind>, usize)> {
    const SELECTORS: [(&str, Option<Kind>, usize); 10] = [
        ("AREA", Some(Kind::Area), 1),
        ("AREAS", Some(Kind::Area), 2),
        ("ZONE", Some(Kind::Zone), 1),
        ("ZONES", Some(Kind::Zone), 2),
        ("BUS", Some(Kind::Bus), 1),
        ("BUSES", Some(Kind::Bus), 2),
        ("KVRANGE", Some(Kind::Kv), 2),
        ("KV", Some(Kind::Kv), 1),
        ("OWNER", None, 1),
        ("OWNERS", None, 2),
    ];
    let found = SELECTORS.iter().find(|(name, ..)| word.is(&[name]));
    found.map(|&(_, kind, values)| (kind, values))
}
