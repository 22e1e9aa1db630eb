//! A case file written again: cells into their rows, rows in and out, everything else as it lies.
//!
//! What is written of the grid as it was read has a row for each row of the file, in its order. Where the file holds
//! expressions, several rows on a line or a conversion of its units, its rows do not match those, and it is written anew.

use super::super::rewrite::{Edits, Rewritten, Source, Whole, new_losses, put_field, same, told_whole};
use super::matpower;
use crate::model::Network;
use crate::read;
use crate::write::per_unit_of;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// The matrices whose rows are kept.
const MATRICES: [&str; 3] = ["bus", "gen", "branch"];

/// The rows of a matrix: the line of each and where its cells stand, and the line that ends the matrix.
#[derive(Default)]
struct Rows {
    rows: Vec<(u32, Vec<Range<usize>>)>,
    /// The line that ends it, if no row stands there too.
    end: Option<u32>,
}

/// Writes `network` into the lines of a case file.
pub(in crate::write) fn rewrite(source: &Source<'_>, network: &Network) -> Result<Rewritten, Whole> {
    let (before, lost_before) = written(source.network)?;
    let (after, lost) = written(network)?;
    let file = Edits::new(source.bytes);
    let own = matrices(source.bytes).ok_or("its matrices do not have one row of plain numbers on a line")?;
    let (old, new) = (Table::of(&before)?, Table::of(&after)?);
    let mut edits = file;
    let mut whole = Vec::new();
    let orders = [ids(source.network), ids(network)];
    for (at, matrix) in MATRICES.into_iter().enumerate() {
        let rows = own.get(matrix).ok_or_else(|| format!("it has no mpc.{matrix}"))?;
        let (old, new) = (old.rows(matrix), new.rows(matrix));
        let [old_ids, new_ids] = [&orders[0][at], &orders[1][at]];
        if rows.rows.len() != old.len() || old.len() != old_ids.len() || new.len() != new_ids.len() {
            return Err(format!("the rows of its mpc.{matrix} are not the records that were read"));
        }
        let now: HashMap<&str, &Vec<String>> = new_ids.iter().map(String::as_str).zip(&new).collect();
        let then: HashSet<&str> = old_ids.iter().map(String::as_str).collect();
        for (((line, places), old), id) in rows.rows.iter().zip(&old).zip(old_ids) {
            match now.get(id.as_str()) {
                None => edits.remove(*line, *line),
                Some(new) if *new == old => {}
                Some(new) => change(&mut edits, *line, places, old, new)
                    .ok_or_else(|| format!("line {line} does not hold what was read"))?,
            }
        }
        for (id, row) in new_ids.iter().zip(&new).filter(|(id, _)| !then.contains(id.as_str())) {
            let end = rows.end.ok_or_else(|| format!("a row shares the line that ends its mpc.{matrix}"))?;
            edits.insert(end, &format!("\t{};", row.join("\t")));
            whole.push(format!("mpc.{matrix} {id}"));
        }
    }
    let bytes = edits.text();
    let read = read::read_bytes(bytes.clone(), "rewritten.m");
    let again = read.ok().and_then(|read| written(&read.plan.network).ok());
    let again = again.as_ref().and_then(|(text, _)| Table::of(text).ok());
    let same_rows = |a: &[Vec<String>], b: &[Vec<String>]| {
        a.len() == b.len() && a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| same(a, b))
    };
    // Rows that are put in stand at the end, so only their number and the others' order can be asked for.
    let says = |again: &Table| {
        MATRICES.into_iter().all(|matrix| {
            let sorted = |table: &Table| {
                let mut rows = table.rows(matrix);
                rows.sort();
                rows
            };
            same_rows(&sorted(again), &sorted(&new))
        })
    };
    if !again.is_some_and(|again| says(&again)) {
        return Err("its rows do not say what they should after the change".to_owned());
    }
    let told = told_whole(&whole).map(|mut finding| {
        finding.message = finding.message.replace("records are written whole", "rows are new");
        finding
    });
    Ok((bytes, told.into_iter().chain(new_losses(&lost_before, lost)).collect()))
}

fn written(network: &Network) -> Result<(Vec<u8>, Vec<crate::finding::Finding>), Whole> {
    let mut text = Vec::new();
    let lost = matpower(network, &|element| per_unit_of(network, element), &mut text);
    let lost = lost.map_err(|error| error.to_string())?;
    Ok((text, lost))
}

/// Rows of a text that was written here.
struct Table<'t> {
    text: &'t [u8],
    matrices: BTreeMap<&'static str, Rows>,
}

impl<'t> Table<'t> {
    fn of(text: &'t [u8]) -> Result<Self, Whole> {
        let matrices = matrices(text).ok_or("a value is no plain number")?;
        Ok(Self { text, matrices })
    }

    fn rows(&self, matrix: &str) -> Vec<Vec<String>> {
        let edits = Edits::new(self.text);
        let rows = self.matrices.get(matrix).map_or(&[][..], |rows| &rows.rows);
        rows.iter()
            .map(|(line, places)| {
                let text = edits.line(*line);
                places
                    .iter()
                    .map(|place| String::from_utf8_lossy(&text[place.clone()]).into_owned())
                    .collect()
            })
            .collect()
    }
}

/// Ids of the records in the order in which their rows are written: buses, generators, branches.
fn ids(network: &Network) -> [Vec<String>; 3] {
    let buses = network.buses.iter().filter(|bus| bus.built).map(|bus| bus.id.to_string());
    let generators = network.generators.iter().filter(|g| g.built).map(|g| g.id.to_string());
    let branches = super::branches_in_order(network).into_iter().map(|element| network.describe(element));
    let switches =
        network.switches.iter().filter(|s| s.built && s.closed).map(|s| format!("switch {}", s.id));
    [buses.collect(), generators.collect(), branches.chain(switches).collect()]
}

/// Puts the cells that changed into their line; nothing where the line does not hold what was read.
fn change(
    edits: &mut Edits<'_>,
    line: u32,
    places: &[Range<usize>],
    old: &[String],
    new: &[String],
) -> Option<()> {
    let text = edits.line(line);
    let mut changed = text.to_vec();
    for at in (0..old.len()).rev() {
        let (old, new) = (old.get(at)?, new.get(at)?);
        if old == new {
            continue;
        }
        let place = places.get(at)?;
        if !same(&String::from_utf8_lossy(&text[place.clone()]), old) {
            return None;
        }
        put_field(&mut changed, place, new);
    }
    edits.change(line, changed);
    Some(())
}

/// The rows of the matrices of a case file; nothing where one has more than a row on a line, or what is no plain number.
fn matrices(text: &[u8]) -> Option<BTreeMap<&'static str, Rows>> {
    let edits = Edits::new(text);
    let mut found: BTreeMap<&'static str, Rows> = BTreeMap::new();
    let mut open: Option<&'static str> = None;
    for number in 1..=edits.count() {
        let line = edits.line(number);
        let end = memchr::memchr(b'%', line).unwrap_or(line.len());
        let mut start = 0;
        if open.is_none() {
            let Some((matrix, behind)) = begins(&line[..end]) else { continue };
            // Given twice: the later one counts, and this is too much to follow.
            if found.insert(matrix, Rows::default()).is_some() {
                return None;
            }
            (open, start) = (Some(matrix), behind);
        }
        let rows = found.get_mut(open?)?;
        let close = memchr::memchr(b']', &line[start..end]).map(|at| start + at);
        let cells = cells(line, start..close.unwrap_or(end))?;
        let is_row = !cells.is_empty();
        if is_row {
            rows.rows.push((number, cells));
        }
        if close.is_some() {
            rows.end = (!is_row && start == 0).then_some(number);
            open = None;
        }
    }
    open.is_none().then_some(found)
}

/// The matrix that a line opens, and where its first row may begin: `mpc.bus = [`.
fn begins(line: &[u8]) -> Option<(&'static str, usize)> {
    let text = std::str::from_utf8(line).ok()?;
    let rest = text.trim_start().strip_prefix("mpc.")?;
    let matrix = MATRICES
        .into_iter()
        .find(|matrix| rest.strip_prefix(matrix).is_some_and(|rest| rest.trim_start().starts_with('=')))?;
    let open = text.find('[')?;
    Some((matrix, open + 1))
}

/// Where the numbers of a row stand.
fn cells(line: &[u8], range: Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut cells = Vec::new();
    let mut at = range.start;
    let mut ended = false;
    while at < range.end {
        match line[at] {
            b' ' | b'\t' | b',' => at += 1,
            b';' => {
                ended = true;
                at += 1;
            }
            _ => {
                let length = line[at..range.end]
                    .iter()
                    .take_while(|b| !matches!(b, b' ' | b'\t' | b',' | b';'))
                    .count();
                let cell = std::str::from_utf8(&line[at..at + length]).ok()?;
                let is_number = cell.parse::<f64>().is_ok();
                // A second row, or an expression.
                if ended || !is_number {
                    return None;
                }
                cells.push(at..at + length);
                at += length;
            }
        }
    }
    Some(cells)
}
