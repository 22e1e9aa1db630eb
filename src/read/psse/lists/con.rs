//! Contingencies (`.con`): those that are spelled out, and those that a rule makes of a subsystem.
//!
//! ```text
//! OPEN|TRIP|DISCONNECT BRANCH|LINE FROM BUS i TO BUS j [TO BUS k] [CIRCUIT|CKT c]     the same with CLOSE switches in
//! OPEN|TRIP|DISCONNECT THREEWINDING AT BUS i TO BUS j TO BUS k [CIRCUIT|CKT c]
//! REMOVE|TRIP MACHINE|UNIT|LOAD|SHUNT|SWSHUNT [id] FROM BUS i        DISCONNECT|TRIP BUS i
//! BLOCK|DISCONNECT TWOTERMDC|VSCDC 'name'                            SET STATUS OPEN|CLOSE .. the same in other words
//! SINGLE|DOUBLE BRANCH|LINE|UNIT|MACHINE IN SUBSYSTEM 's' [3WLOWVOLTAGE]       SINGLE|DOUBLE TIE FROM SUBSYSTEM 's'
//! PARALLEL BRANCH|TIE ..                                             pairs between the same buses
//! ```
//!
//! `IN` a subsystem is a branch all of whose buses are there; a tie has some there and some not. Made contingencies are
//! called as their records are, two of them `a + b`.

use super::find::{Index, Missing};
use super::not_followed;
use super::rules::{Rule, rule};
use super::sub::Subsystems;
use super::words::{Line, Word, lines};
use crate::finding::{Code, Finding, Place};
use crate::ids::BusId;
use crate::model::{Contingency, ElementId, Name, Network, Origin, Shunt};
use crate::read::Rejected;
use crate::read::report::Report;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A contingency in the making.
pub(super) struct Open {
    pub(super) id: Name,
    pub(super) line: u32,
    pub(super) lost: Vec<ElementId>,
    pub(super) closed: Vec<ElementId>,
    /// Whether a statement could not be followed.
    pub(super) broken: bool,
}

pub(super) struct Reader<'r, 'n, 't> {
    pub(super) index: Index<'n>,
    pub(super) file: &'r Arc<str>,
    pub(super) report: Report,
    /// Names that are taken: where in the list, and how often.
    pub(super) taken: HashMap<Name, (usize, u32)>,
    pub(super) list: Vec<Contingency>,
    pub(super) rules: Vec<Rule<'t>>,
    pub(super) skipped: HashSet<ElementId>,
}

/// Reads a contingency file against a grid; `sets` are the subsystems that it names. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error: a contingency that has no end, an element that
/// is not in the grid, a subsystem that is not given.
pub fn contingencies(
    text: &str,
    file: &Arc<str>,
    network: &Network,
    sets: &Subsystems,
) -> Result<(Vec<Contingency>, Vec<Finding>), Rejected> {
    let mut reader = Reader {
        index: Index::new(network),
        file,
        report: Report::new(file),
        taken: HashMap::new(),
        list: Vec::new(),
        rules: Vec::new(),
        skipped: HashSet::new(),
    };
    let lines = lines(text, &mut reader.report);
    reader.statements(&lines);
    let rules = std::mem::take(&mut reader.rules);
    for rule in &rules {
        reader.follow(rule, sets);
    }
    if reader.list.is_empty() && !reader.report.has_errors() {
        reader.report.error(Code::Empty, |draft| {
            draft.whole("there is no contingency").help("a contingency is CONTINGENCY name .. END")
        });
    }
    if reader.report.has_errors() {
        return Err(Rejected { findings: reader.report.into_list() });
    }
    Ok((reader.list, reader.report.into_list()))
}

impl<'t> Reader<'_, '_, 't> {
    fn statements(&mut self, lines: &[Line<'t>]) {
        let mut open: Option<Open> = None;
        let mut skip: Option<u32> = None;
        let mut dispatch = false;
        for line in lines {
            let ends = line.says(0, &[&["END"]]);
            if dispatch {
                dispatch = !ends;
                continue;
            }
            // How lost generation is made good: its body names machines, and ends with an END of its own.
            if line.words.last().is_some_and(|word| word.is(&["DISPATCH"]))
                || line.says(0, &[&["DEFAULT"], &["DISPATCH"]])
            {
                not_followed(&mut self.report, line, "a dispatch");
                dispatch = true;
                continue;
            }
            if line.says(0, &[&["CONTINGENCY"]]) {
                if let Some(before) = &open {
                    let (id, first) = (&before.id, before.line);
                    self.report.error(Code::Syntax, |draft| {
                        draft
                            .at(
                                line.number,
                                format!("a contingency begins before {id} of line {first} has its END"),
                            )
                            .element(format!("contingency {id}"))
                            .help("every contingency ends with END on a line of its own")
                    });
                }
                let id = line.at(1).map_or_else(
                    || Name::from(format!("line {}", line.number)),
                    |word| Name::from(word.text),
                );
                open =
                    Some(Open { id, line: line.number, lost: Vec::new(), closed: Vec::new(), broken: false });
            } else if let Some(one) = open.as_mut() {
                if ends {
                    if let Some(one) = open.take() {
                        self.put(one);
                    }
                } else {
                    self.action(one, line);
                }
            } else if skip.is_some() {
                if ends {
                    skip = None;
                } else if let Some(branch) = self.skipped_branch(line) {
                    self.skipped.insert(branch);
                }
            } else if line.says(0, &[&["SKIP"]]) && line.words.len() == 1 {
                skip = Some(line.number);
            } else if let Some(rule) = rule(line) {
                self.rules.push(rule);
            } else if !ends {
                not_followed(&mut self.report, line, "outside of a contingency");
            }
        }
        let unclosed = open.map(|one| (one.line, format!("contingency {}", one.id)));
        let unclosed = unclosed.or(skip.map(|line| (line, "SKIP".to_owned())));
        if let Some((line, what)) = unclosed {
            self.report.error(Code::Syntax, |draft| {
                draft
                    .at(line, format!("{what} has no END"))
                    .element(what)
                    .help("perhaps the file was cut short")
            });
        }
    }

    /// One statement of a contingency.
    fn action(&mut self, open: &mut Open, line: &Line<'t>) {
        match self.found(line) {
            Some(Ok((elements, closes))) => {
                let list = if closes { &mut open.closed } else { &mut open.lost };
                for element in elements {
                    if !list.contains(&element) {
                        list.push(element);
                    }
                }
            }
            Some(Err(missing)) => {
                open.broken = true;
                let id = &open.id;
                self.report.error(Code::Reference, |draft| {
                    draft
                        .at(line.number, format!("contingency {id}: {missing}"))
                        .element(format!("contingency {id}"))
                        .help("the list has to be one of this grid: `gridstage show` lists its branches and machines")
                });
            }
            None => {
                open.broken = true;
                not_followed(&mut self.report, line, &format!("contingency {} is left out", open.id));
            }
        }
    }

    /// What a statement means, and whether it switches in; nothing for one that is not known.
    fn found(&self, line: &Line<'t>) -> Option<Result<(Vec<ElementId>, bool), Missing>> {
        const OPEN: &[&str] = &["OPEN", "TRIP", "DISCONNECT"];
        const TAKE: &[&str] = &["REMOVE", "TRIP", "DISCONNECT", "OPEN"];
        if line.says(0, &[&["SET"], &["STATUS"]]) {
            let meant = Line { words: line.words.get(2..)?.to_vec(), ..line.clone() };
            return self.found(&meant);
        }
        let first = line.at(0)?;
        let closes = first.is(&["CLOSE"]);
        let one = |found: Result<ElementId, Missing>| found.map(|element| (vec![element], closes));
        if closes || first.is(OPEN) {
            let from = [("BRANCH", "FROM"), ("LINE", "FROM"), ("THREEWINDING", "AT")];
            let is_branch = from.iter().any(|(what, from)| line.says(1, &[&[what], &[from]]));
            if is_branch {
                let (buses, circuit) = match self.ends(line, 3)? {
                    Ok(ends) => ends,
                    Err(missing) => return Some(Err(missing)),
                };
                return Some(one(self.index.branch(&buses, circuit)));
            }
        }
        if first.is(&["TRIP", "DISCONNECT"]) && line.says(1, &[&["BUS"]]) && line.words.len() == 3 {
            return Some(one(self.index.bus(line.at(2)?).map(ElementId::Bus)));
        }
        if first.is(&["BLOCK", "DISCONNECT"]) && line.says(1, &[&["TWOTERMDC", "VSCDC", "DCLINE"]]) {
            return Some(one(self.index.dc_link(line.at(2)?.text)));
        }
        if !first.is(TAKE) {
            return None;
        }
        let what = line.at(1)?;
        // The identifier may be left out: all at the bus are meant then.
        let (own, from) =
            if line.says(2, &[&["FROM", "AT"], &["BUS"]]) { (None, 2) } else { (Some(line.at(2)?.text), 3) };
        if !line.says(from, &[&["FROM", "AT"], &["BUS"]]) || line.words.len() != from + 3 {
            return None;
        }
        let bus = match self.index.bus(line.at(from + 2)?) {
            Ok(bus) => bus,
            Err(missing) => return Some(Err(missing)),
        };
        let is_bank = |shunt: &Shunt| shunt.bank.is_some() || shunt.id.contains("-sw");
        let shunts = &self.index.network.shunts;
        let found = if what.is(&["MACHINE", "UNIT"]) {
            self.index.at(bus, "machine", own, |one| matches!(one, ElementId::Generator(_)))
        } else if what.is(&["LOAD"]) {
            self.index.at(bus, "load", own, |one| matches!(one, ElementId::Load(_)))
        } else if what.is(&["SHUNT"]) {
            self.index.at(
                bus,
                "fixed shunt",
                own,
                |one| matches!(one, ElementId::Shunt(id) if !is_bank(&shunts[id])),
            )
        } else if what.is(&["SWSHUNT"]) {
            let own = own.map(|own| format!("sw{own}"));
            let is_kind = |one| matches!(one, ElementId::Shunt(id) if is_bank(&shunts[id]));
            self.index.at(bus, "switched shunt", own.as_deref(), is_kind)
        } else {
            return None;
        };
        Some(found.map(|elements| (elements, false)))
    }

    /// `BUS i TO BUS j [TO BUS k] [CIRCUIT c]` from the word `at` on.
    #[expect(clippy::type_complexity, reason = "not known, known and missing, known and found")]
    fn ends(&self, line: &Line<'t>, at: usize) -> Option<Result<(Vec<BusId>, Option<&'t str>), Missing>> {
        let (buses, circuit) = ends(line, at)?;
        let buses: Result<Vec<BusId>, Missing> = buses.into_iter().map(|word| self.index.bus(word)).collect();
        Some(buses.map(|buses| (buses, circuit)))
    }

    /// A branch that rules pass over: `i TO j CIRCUIT c`, `FROM BUS i TO BUS j CIRCUIT c`.
    fn skipped_branch(&mut self, line: &Line<'t>) -> Option<ElementId> {
        let at = usize::from(line.says(0, &[&["FROM"]]));
        let Some(found) = self.ends(line, at) else {
            not_followed(&mut self.report, line, "SKIP");
            return None;
        };
        match found.and_then(|(buses, circuit)| self.index.branch(&buses, circuit)) {
            Ok(branch) => Some(branch),
            Err(missing) => {
                self.report.warning(Code::NotUsed, |draft| {
                    draft.at(line.number, format!("SKIP: {missing}: nothing is passed over"))
                });
                None
            }
        }
    }

    /// Puts a contingency into the list; one that could not be followed is left out.
    pub(super) fn put(&mut self, open: Open) {
        let Open { id, line, lost, closed, broken } = open;
        if broken {
            return;
        }
        if lost.is_empty() && closed.is_empty() {
            self.report.warning(Code::NotUsed, |draft| {
                draft
                    .at(line, format!("contingency {id} loses nothing: it is left out"))
                    .element(format!("contingency {id}"))
            });
            return;
        }
        let mut own = id.clone();
        let place = self.list.len();
        if let Some((first, again)) = self.taken.get_mut(&id) {
            if self.list.get(*first).is_some_and(|one| one.lost == lost && one.closed == closed) {
                self.report.note(Code::NotUsed, |draft| {
                    draft.at(line, format!("contingency {id} is given again as it was: it is taken once"))
                });
                return;
            }
            *again += 1;
            own = Name::from(format!("{id}#{again}"));
            self.report.warning(Code::Assumed, |draft| {
                let said =
                    format!("contingency {id} is given again with other elements: this one is called {own}");
                draft
                    .at(line, said)
                    .element(format!("contingency {id}"))
                    .help("give every contingency a name of its own")
            });
        }
        if self.taken.insert(own.clone(), (place, 1)).is_some() {
            // Somebody called one `A#2` on purpose.
            self.report.error(Code::Duplicate, |draft| {
                draft
                    .at(line, format!("contingency {own} is given twice"))
                    .element(format!("contingency {own}"))
                    .help("give every contingency a name of its own")
            });
            return;
        }
        self.list.push(Contingency {
            id: own,
            lost,
            closed,
            origin: Origin::at(Place::new(self.file, line)),
        });
    }
}

/// `[BUS] i [TO] [BUS] j [TO [BUS] k] [CIRCUIT|CKT c]`: the words of the buses, and the identifier.
pub(super) fn ends<'t>(line: &Line<'t>, mut at: usize) -> Option<(Vec<Word<'t>>, Option<&'t str>)> {
    const CIRCUIT: &[&str] = &["CIRCUIT", "CKT", "CIRCUITS", "CIRCUT"];
    let mut buses = Vec::new();
    while let Some(word) = line.at(at) {
        if word.is(CIRCUIT) {
            let own = line.at(at + 1)?.text;
            return (line.words.len() == at + 2 && buses.len() >= 2).then_some((buses, Some(own)));
        }
        if !buses.is_empty() && !line.says(at, &[&["TO"]]) {
            return None;
        }
        at += usize::from(!buses.is_empty());
        at += usize::from(line.says(at, &[&["BUS"]]));
        buses.push(line.at(at)?);
        at += 1;
    }
    (2..=3).contains(&buses.len()).then_some((buses, None))
}
