//! Outages one by one, as they are solved: a line of JSON each, or rows of a table.

#[cfg(feature = "parquet")]
use super::Form;
use super::Sheet;
use crate::appraise::{FaultRules, OutageResult};
use crate::model::{Name, Network};
#[cfg(feature = "parquet")]
use crate::report::json::PassedRow;
use crate::report::json::{Num, OutageRow};
use crate::study::contingency::Outage;
use crate::study::side_by_side;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// A table of outages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum OutageTable {
    /// A row for each outage.
    Outages,
    /// A row for each limit that is passed after an outage.
    Violations,
}

/// An outage, flat.
#[derive(Serialize, JsonSchema)]
struct Row<'a> {
    outage: &'a str,
    elements: Vec<&'a str>,
    status: &'static str,
    how: &'static str,
    same_as: Option<&'a str>,
    lost_mw: Num,
    unserved_mw: Num,
    back_fed_mw: Num,
    dead_buses: Vec<&'a str>,
    slack: Option<&'a str>,
    vm_change_bus: Option<&'a str>,
    vm_change_pu: Num,
    loading_change_branch: Option<&'a str>,
    loading_change_percent: Num,
    violations: usize,
    worst_rule: Option<&'a str>,
    worst_element_id: Option<&'a str>,
    worst_percent: Num,
    solvable_share: Num,
}

impl<'a> From<OutageRow<'a>> for Row<'a> {
    fn from(row: OutageRow<'a>) -> Self {
        let (vm, loading) = (row.vm_change_pu, row.loading_change_percent);
        let worst = row.violations.first();
        Self {
            outage: row.outage,
            elements: row.elements,
            status: row.status,
            how: row.how,
            same_as: row.same_as,
            lost_mw: row.lost_mw,
            unserved_mw: row.unserved_mw,
            back_fed_mw: Num(row.back_fed.iter().map(|moved| moved.p_mw.0).sum()),
            dead_buses: row.dead_buses,
            slack: row.slack,
            vm_change_bus: vm.as_ref().map(|change| change.element_id),
            vm_change_pu: vm.map(|change| change.by.0).into(),
            loading_change_branch: loading.as_ref().map(|change| change.element_id),
            loading_change_percent: loading.map(|change| change.by.0).into(),
            violations: row.violations.len(),
            worst_rule: worst.map(|worst| worst.rule),
            worst_element_id: worst.and_then(|worst| worst.element_id),
            worst_percent: worst.map(|worst| worst.percent.0).into(),
            solvable_share: row.solvable_share.map(|share| share.0).into(),
        }
    }
}

/// An outage and what it came to.
#[derive(Debug)]
pub struct OutageRecord {
    /// The outage.
    pub outage: Outage,
    /// The id of an earlier one that leaves the same grid.
    pub same_as: Option<Name>,
    /// What it came to.
    pub result: OutageResult,
}

impl OutageRecord {
    /// Hands the row of the outage to `write`.
    fn row<T>(&self, network: &Network, rules: &FaultRules, write: impl FnOnce(OutageRow<'_>) -> T) -> T {
        let violations = rules.violations(&self.outage, &self.result);
        write(OutageRow::new(network, (&self.outage, self.same_as.as_deref()), &self.result, &violations))
    }
}

/// Where outages go.
pub enum OutageSink<'o> {
    /// A line of JSON each, as it stands under `cases/outages` of the JSON.
    Lines(&'o mut dyn Write),
    /// Rows of a table.
    Rows(OutageTable, Sheet<'o>),
}

impl<'o> OutageSink<'o> {
    /// Lines, or a table in a file of columns.
    ///
    /// # Errors
    /// If `out` cannot be written, or a table is asked for and this build has no Parquet.
    pub fn new(table: Option<OutageTable>, out: &'o mut dyn Write) -> io::Result<Self> {
        match table {
            None => Ok(Self::Lines(out)),
            #[cfg(feature = "parquet")]
            Some(table @ OutageTable::Outages) => {
                Ok(Self::Rows(table, Sheet::new::<Row<'_>>(&[], Form::Parquet, out)?))
            }
            #[cfg(feature = "parquet")]
            Some(table @ OutageTable::Violations) => {
                Ok(Self::Rows(table, Sheet::new::<PassedRow<'_>>(&["outage"], Form::Parquet, out)?))
            }
            #[cfg(not(feature = "parquet"))]
            Some(_) => Err(io::Error::other("this build has no Parquet")),
        }
    }

    /// Takes outages, in their order. Lines are put into words on all cores: with many limits passed that takes a while.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn take(
        &mut self,
        network: &Network,
        rules: &FaultRules,
        records: &[OutageRecord],
    ) -> io::Result<()> {
        match self {
            Self::Lines(out) => {
                let line = |record: &OutageRecord| -> io::Result<Vec<u8>> {
                    let mut line = record.row(network, rules, |row| serde_json::to_vec(&row))?;
                    line.push(b'\n');
                    Ok(line)
                };
                let lines = side_by_side(records, line);
                lines.into_iter().try_for_each(|line| out.write_all(&line?))
            }
            Self::Rows(OutageTable::Outages, sheet) => records
                .iter()
                .try_for_each(|record| record.row(network, rules, |row| sheet.row(&[], &Row::from(row)))),
            Self::Rows(OutageTable::Violations, sheet) => records.iter().try_for_each(|record| {
                record.row(network, rules, |row| {
                    row.violations.iter().try_for_each(|passed| sheet.row(&[row.outage], passed))
                })
            }),
        }
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Lines(_) => Ok(()),
            Self::Rows(_, sheet) => sheet.finish(),
        }
    }
}
