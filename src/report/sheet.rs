//! Results as one table in a file: CSV, and Parquet with the feature `parquet`. The same names and units as in JSON.

mod differences;
mod outages;
mod violations;

pub use differences::differences;
pub use outages::{OutageRecord, OutageSink, OutageTable};
pub use violations::violations;

use super::fields::{Field, fields};
use super::json::{Branches, Buses, Generators};
#[cfg(feature = "parquet")]
use super::parquet;
use crate::flow::LoadFlow;
use crate::model::{Network, Plan};
use crate::study::StageState;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The form of a file that holds one table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Form {
    /// Text of RFC 4180, with a header.
    Csv,
    /// Columns in row groups.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// A table of a load flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FlowTable {
    /// Voltages and injections.
    Buses,
    /// Flows and loadings.
    Branches,
    /// Generators and boundaries.
    Generators,
}

/// Writes a table of a load flow.
///
/// # Errors
/// If `out` cannot be written.
pub fn flow(
    table: FlowTable,
    network: &Network,
    flow: &LoadFlow,
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    let states = std::iter::once(([], network, flow));
    tables(table, [], states, form, out)
}

/// Writes a table of the load flows of all states, each row with its stage and scenario before it.
///
/// # Errors
/// If `out` cannot be written.
pub fn states(
    table: FlowTable,
    plan: &Plan,
    states: &[StageState],
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    let states = states.iter().map(|state| {
        let first = [plan.stages[state.stage].id.as_str(), plan.scenarios[state.scenario].id.as_str()];
        (first, &state.grid.network, &state.flow)
    });
    tables(table, ["stage", "scenario"], states, form, out)
}

/// Writes the same table of several load flows, one below the other.
fn tables<'a, const N: usize>(
    table: FlowTable,
    first: [&str; N],
    states: impl Iterator<Item = ([&'a str; N], &'a Network, &'a LoadFlow)>,
    form: Form,
    out: &mut dyn Write,
) -> io::Result<()> {
    match table {
        FlowTable::Buses => {
            rows(first, form, out, states, |network, flow| Buses { network, columns: &flow.buses }.rows())
        }
        FlowTable::Branches => rows(first, form, out, states, |network, flow| {
            Branches { network, columns: &flow.branches }.rows()
        }),
        FlowTable::Generators => rows(first, form, out, states, |network, flow| {
            Generators { network, columns: &flow.generators }.rows()
        }),
    }
}

/// Writes rows of one type as CSV.
pub(super) fn csv_rows<T: Serialize>(rows: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer.serialize(row).map_err(told)?;
    }
    writer.flush()
}

fn rows<'a, T, R, const N: usize>(
    first: [&str; N],
    form: Form,
    out: &mut dyn Write,
    states: impl Iterator<Item = ([&'a str; N], &'a Network, &'a LoadFlow)>,
    of: impl Fn(&'a Network, &'a LoadFlow) -> R,
) -> io::Result<()>
where
    T: Serialize + JsonSchema,
    R: Iterator<Item = T>,
{
    let mut sheet = Sheet::new::<T>(&first, form, out)?;
    for (first, network, flow) in states {
        for row in of(network, flow) {
            sheet.row(&first, &row)?;
        }
    }
    sheet.finish()
}

/// A table on its way into a file.
pub enum Sheet<'o> {
    /// As CSV.
    Csv(Box<csv::Writer<&'o mut dyn Write>>),
    /// As Parquet.
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Table<'o>>),
}

impl<'o> Sheet<'o> {
    /// A table with columns `first` of text before those of the type `T` of its rows. Its header stands even over no rows.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn new<T: JsonSchema>(first: &[&str], form: Form, out: &'o mut dyn Write) -> io::Result<Self> {
        let fields: Vec<Field> = first.iter().map(|name| Field::text(name)).chain(fields::<T>()).collect();
        match form {
            Form::Csv => {
                let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
                writer.write_record(fields.iter().map(|field| field.name.as_str())).map_err(told)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            #[cfg(feature = "parquet")]
            Form::Parquet => Ok(Self::Parquet(Box::new(parquet::Table::new(&fields, out)?))),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn row(&mut self, first: &[&str], row: &impl Serialize) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.serialize((first, row)).map_err(told),
            #[cfg(feature = "parquet")]
            Self::Parquet(table) => table.row(first, row),
        }
    }

    /// Writes what is not written yet.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush(),
            #[cfg(feature = "parquet")]
            Self::Parquet(table) => table.finish(),
        }
    }
}

/// The kind of an I/O error must survive: a closed pipe is silent.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
