//! A RAW file written again: fields into their lines, records in and out, everything else as it lies.

use super::record::Record;
use super::{PsseForm, records};
use crate::finding::Finding;
use crate::model::Network;
use crate::read;
use crate::read::psse::{Spans, fields_of_line, spans};
use crate::write::rewrite::{Edits, Rewritten, Source, Whole, new_losses, put_field, same, told_whole};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Writes `network` into the lines of a RAW file, of a revision whose records are like those of `form`.
pub(in crate::write) fn rewrite(
    source: &Source<'_>,
    network: &Network,
    form: PsseForm,
) -> Result<Rewritten, Whole> {
    let mark = if source.bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let text = &source.bytes[mark..];
    let spans = spans(text).ok_or("its lines cannot be told apart")?;
    if PsseForm::like_revision(spans.revision) != Some(form) {
        return Err(format!("it is of revision {}", spans.revision));
    }
    let (old, lost_before) = records(source.network, form);
    let (new, lost) = records(network, form);
    let mut rewriter = Rewriter { edits: Edits::new(text), spans: &spans, whole: Vec::new() };
    rewriter.changes(&old, &new)?;
    let bytes = [&source.bytes[..mark], &rewriter.edits.text()].concat();
    if !says(&bytes, &new, form) {
        return Err("its records do not say what they should after the change".to_owned());
    }
    let told: Vec<Finding> =
        told_whole(&rewriter.whole).into_iter().chain(new_losses(&lost_before, lost)).collect();
    Ok((bytes, told))
}

struct Rewriter<'s> {
    edits: Edits<'s>,
    spans: &'s Spans,
    /// Records that were written whole.
    whole: Vec<String>,
}

impl Rewriter<'_> {
    fn changes(&mut self, old: &[Record], new: &[Record]) -> Result<(), Whole> {
        let key = |record: &Record| -> (&'static str, String) { (record.kind, record.id.clone()) };
        let now: HashMap<(&str, String), &Record> = new.iter().map(|record| (key(record), record)).collect();
        let spans: HashMap<(&str, u32), u32> =
            self.spans.records.iter().map(|&(object, first, last)| ((object, first), last)).collect();
        let mut by_line: BTreeMap<(u32, &str), Vec<&Record>> = BTreeMap::new();
        for record in old {
            let after = now.get(&key(record)).copied();
            match record.line.filter(|&line| spans.contains_key(&(record.object, line))) {
                Some(line) => by_line.entry((line, record.object)).or_default().push(record),
                // What was assumed while reading has no line; it may not change.
                None if after.is_some_and(|after| after.lines == record.lines) => {}
                None => return Err(format!("{} {} has no record of its own", record.kind, record.id)),
            }
        }
        for ((first, object), records) in by_line {
            let after: Vec<Option<&Record>> =
                records.iter().map(|record| now.get(&key(record)).copied()).collect();
            let is_same = |(before, after): (&&Record, Option<&Record>)| {
                after.is_some_and(|after| after.lines == before.lines)
            };
            if records.iter().zip(after.iter().copied()).all(is_same) {
                continue;
            }
            let last = spans.get(&(object, first)).copied().unwrap_or(first);
            if let ([before], [Some(after)]) = (records.as_slice(), after.as_slice())
                && self.fields(before, after, first, last)
            {
                continue;
            }
            self.edits.remove(first, last);
            let left: Vec<&Record> = after.into_iter().flatten().collect();
            for record in &left {
                self.edits.insert(first, &record.text());
                self.whole.push(format!("{} {}", record.kind, record.id));
            }
        }
        let before: HashSet<(&str, String)> = old.iter().map(key).collect();
        for record in new.iter().filter(|record| !before.contains(&key(record))) {
            let end = self.spans.ends.iter().find(|(object, _)| *object == record.object);
            let &(_, line) =
                end.ok_or_else(|| format!("it has no section for {} {}", record.kind, record.id))?;
            self.edits.insert(line, &record.text());
        }
        Ok(())
    }

    /// Puts the fields of a record that changed into its lines; says whether that could be done.
    fn fields(&mut self, before: &Record, after: &Record, first: u32, last: u32) -> bool {
        let holds = |line: &u32| {
            let text = self.edits.line(*line);
            !text.starts_with(b"@!") && fields_of_line(text).is_some_and(|fields| !fields.is_empty())
        };
        let lines: Vec<u32> = (first..=last).filter(holds).collect();
        if lines.len() != before.lines.len() || before.lines.len() != after.lines.len() {
            return false;
        }
        let mut changed = Vec::new();
        for ((&number, old), new) in lines.iter().zip(&before.lines).zip(&after.lines) {
            let text = self.edits.line(number);
            let Some(places) = fields_of_line(text) else { return false };
            let mut line = text.to_vec();
            // From the last one on, so that places stay what they are.
            for at in (0..old.len().max(new.len())).rev() {
                let (Some(old), Some(new)) = (old.get(at), new.get(at)) else { return false };
                if old == new {
                    continue;
                }
                let Some(place) = places.get(at) else { return false };
                let stands = String::from_utf8_lossy(&text[place.clone()]).replace(['D', 'd'], "e");
                let is_quoted = new.starts_with('\'');
                if is_quoted || place.is_empty() || !same(&stands, old) {
                    return false;
                }
                put_field(&mut line, place, new);
            }
            if line != text {
                changed.push((number, line));
            }
        }
        for (number, line) in changed {
            self.edits.change(number, line);
        }
        true
    }
}

/// Whether a file, read again, has these records.
fn says(bytes: &[u8], wanted: &[Record], form: PsseForm) -> bool {
    let Ok(read) = read::read_bytes(bytes.to_vec(), "rewritten.raw") else { return false };
    let (found, _) = records(&read.plan.network, form);
    let key = |record: &Record| -> (&'static str, String) { (record.kind, record.id.clone()) };
    let found: HashMap<(&str, String), &Record> = found.iter().map(|record| (key(record), record)).collect();
    let is_there = |record: &Record| {
        found.get(&key(record)).is_some_and(|found| {
            let fields = found.lines.iter().flatten().zip(record.lines.iter().flatten());
            found.lines.len() == record.lines.len() && fields.into_iter().all(|(a, b)| same(a, b))
        })
    };
    found.len() == wanted.len() && wanted.iter().all(is_there)
}
