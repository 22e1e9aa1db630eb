//! System-wide data, areas, and what is read over: zones, owners, transfers, groups of line sections, GNE devices.

use super::Raw;
use super::fields::What;
use super::section::Section;
use super::walk::{Next, Record, Walk};
use crate::finding::Code;
use crate::model::{Area, Name, Origin};
use std::collections::BTreeMap;

/// Records that are read over, to be told once.
#[derive(Default)]
pub(super) struct Unused {
    sections: BTreeMap<Section, usize>,
    /// Branches whose length is given.
    pub(super) lengths: usize,
}

impl Unused {
    pub(super) fn count(&mut self, section: Section) {
        *self.sections.entry(section).or_default() += 1;
    }
}

/// `GENERAL, THRSHZ=0.0001, PQBRAK=0.7, ..`: only the threshold of zero impedance matters here.
pub(super) fn system_wide(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    if !raw.fields.bytes(row, 0).eq_ignore_ascii_case(b"GENERAL") {
        return;
    }
    for index in 1..row.len() {
        let text = raw.fields.string(row, index);
        if let Some(value) = text.strip_prefix("THRSHZ=").and_then(|value| value.trim().parse::<f64>().ok())
            && (0.0..1.0).contains(&value)
        {
            raw.threshold_pu = value;
        }
    }
}

/// `I, ISW, PDES, PTOL, 'ARNAME'`
pub(super) fn area(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let fields = &mut raw.fields;
    let id = Name::from(fields.string(row, 0));
    let what = What("area", &id);
    let swing = fields.real(row, 1, 0.0, (what, "ISW"));
    let slack_bus = fields.numbers.bus(swing);
    if slack_bus.is_none() && swing != 0.0 {
        let said = format!("there is no bus {swing} for its swing (ISW): its interchange is not held");
        fields.warn(Code::NotUsed, row, what, &said, "name a bus of the area, or 0");
    }
    let interchange_mw = fields.real(row, 2, 0.0, (what, "PDES"));
    let tolerance_mw = fields.real(row, 3, 10.0, (what, "PTOL"));
    let Some(slack_bus) = slack_bus else {
        raw.unused.count(Section::Area);
        return;
    };
    let name = fields.string(row, 4).into_owned();
    let origin = Origin::at(fields.place(row));
    raw.network.areas.push(Area { id, name, interchange_mw, tolerance_mw, slack_bus, origin });
}

/// `'NAME', 'MODEL', NTERM, BUS1, .. BUSn, NREAL, NINTG, NCHAR` and `STATUS, OWNER, NMETR`, then lines of values.
pub(super) fn gne(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let head = &record.rows[0];
    let line = head.line;
    let name = Name::from(raw.fields.string(head, 0));
    let what = What("GNE device", &name);
    let model = raw.fields.string(head, 1).into_owned();
    let terminals = raw.fields.code(head, 2, 1, (what, "NTERM")).clamp(0, 100);
    let counts_at = 3 + usize::try_from(terminals).unwrap_or(0);
    let mut lines = 1;
    for (offset, field) in [(0, "NREAL"), (1, "NINTG"), (2, "NCHAR")] {
        let count = raw.fields.code(head, counts_at + offset, 0, (what, field)).clamp(0, 10_000);
        lines += (count + 9) / 10;
    }
    for _ in 0..lines {
        if let Next::End = walk.rows(raw, record, (1, 2), Section::Gne, || format!("GNE device {name}")) {
            return Next::End;
        }
    }
    raw.fields.report.warning(Code::NotUsed, |draft| {
        draft
            .at(line, format!("{what} of model {model} is not modelled, and it is left out"))
            .element(what.to_string())
            .help("the load flow is not that of the file, if the device is in service: replace it by loads and machines")
    });
    Next::Row
}

/// One note for what is read over, one for branches that were taken to have no impedance.
pub(super) fn tell_unused(raw: &mut Raw<'_>) {
    let mut parts: Vec<String> = raw
        .unused
        .sections
        .iter()
        .map(|(section, count)| match section {
            Section::Area => format!("{count} areas without a swing bus"),
            Section::Adjustment => format!("{count} control records of transformers (their ratios stay)"),
            Section::MultiSectionLine => format!("{count} groups of line sections (the sections are there)"),
            other => format!("{count} records of section {}", other.as_str()),
        })
        .collect();
    if raw.unused.lengths > 0 {
        parts.push(format!("lengths of {} branches", raw.unused.lengths));
    }
    if !parts.is_empty() {
        raw.fields.report.note(Code::NotUsed, |draft| draft.whole(format!("not used: {}", parts.join(", "))));
    }
    if raw.joined > 0 {
        let (count, threshold) = (raw.joined, raw.threshold_pu);
        raw.fields.report.note(Code::ZeroImpedance, |draft| {
            draft
                .whole(format!("{count} branches of R = 0 and X up to {threshold} p.u. (THRSHZ) are taken to have no impedance, as PSS/E does"))
        });
    }
}
