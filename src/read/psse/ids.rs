//! Records that a file gives twice: the same machine, load, shunt or circuit at the same buses.
//!
//! Files in use have them, parallel circuits above all that all have the number 1. They are kept, as each of them carries
//! power in the file's own solution; the later ones get a letter, and that is told.

use super::Raw;
use crate::finding::Code;
use crate::model::{Name, Origin};
use crate::read::report::Report;
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// Letters that a second, third .. record of one id gets.
const LETTERS: &str = "bcdefghijklmnopqrstuvwxyz";

pub(super) fn part_doubles(raw: &mut Raw<'_>) {
    let report = &mut raw.fields.report;
    let network = &mut raw.network;
    let lines = network.lines.iter_mut().map(|line| (&mut line.id, &line.origin, Some(&mut line.row)));
    let two = network.transformers.iter_mut().map(|one| (&mut one.id, &one.origin, None));
    let three = network.transformers3.iter_mut().map(|one| (&mut one.id, &one.origin, None));
    part(report, "branch", lines.chain(two).chain(three));
    part(report, "generator", network.generators.iter_mut().map(|one| (&mut one.id, &one.origin, None)));
    part(report, "load", network.loads.iter_mut().map(|one| (&mut one.id, &one.origin, None)));
    part(report, "shunt", network.shunts.iter_mut().map(|one| (&mut one.id, &one.origin, None)));
    part(report, "switching device", network.switches.iter_mut().map(|one| (&mut one.id, &one.origin, None)));
    part(report, "FACTS device", network.compensators.iter_mut().map(|one| (&mut one.id, &one.origin, None)));
}

fn part<'n>(
    report: &mut Report,
    kind: &str,
    records: impl Iterator<Item = (&'n mut Name, &'n Origin, Option<&'n mut Name>)>,
) {
    let records: Vec<_> = records.collect();
    let mut seen: HashSet<&str, RandomState> =
        HashSet::with_capacity_and_hasher(records.len(), RandomState::default());
    if records.iter().all(|(id, ..)| seen.insert(id)) {
        return;
    }
    let mut taken: HashSet<Name, RandomState> =
        HashSet::with_capacity_and_hasher(records.len(), RandomState::default());
    for (id, origin, row) in records {
        if taken.insert(id.clone()) {
            continue;
        }
        let free =
            LETTERS.chars().map(|letter| Name::from(format!("{id}{letter}"))).find(|id| !taken.contains(id));
        // More than that is no slip: the check of ids tells of it.
        let Some(free) = free else { continue };
        report.warning(Code::Assumed, |draft| {
            draft
                .at(0, format!("{kind} {id} is given again: both are taken, this one is called {free}"))
                .place(origin.place.clone())
                .element(format!("{kind} {id}"))
                .help("give every record of a pair of buses its own identifier")
        });
        if let Some(row) = row {
            row.clone_from(&free);
        }
        taken.insert(free.clone());
        *id = free;
    }
}
