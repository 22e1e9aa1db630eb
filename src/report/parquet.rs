//! Results as Parquet: one table in columns, which `DuckDB` and pandas open without reading it whole.
//!
//! Rows come one by one and leave in row groups of [`GROUP`], so that memory stays the same however many there are:
//!
//! ```text
//! row ─→ cells of each column ─→ row group, Snappy, dictionaries for text ─→ out
//! ```
//!
//! Names and types are those of the JSON ([`super::fields`]); every column is optional, and what does not exist is null.
//! Lists of texts are lists in the three levels that the format's specification asks for.

use super::fields::{Field, Kind};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{self, Write};
use std::sync::Arc;

/// Rows in a group: as many as are in memory at a time.
pub const GROUP: usize = 1 << 16;

/// Definition level of a cell that is there: one optional level above it.
const PRESENT: i16 = 1;

/// A table on its way into a file.
pub struct Table<'o> {
    columns: Vec<Column>,
    file: SerializedFileWriter<Vec<u8>>,
    rows: usize,
    out: &'o mut dyn Write,
}

/// The cells of a column that are not written yet.
struct Column {
    name: String,
    cells: Cells,
    /// By cell (by item, in lists): whether it is there.
    definition: Vec<i16>,
    /// By item of a list: 0 for the first of a row, 1 for those after.
    repetition: Vec<i16>,
}

/// Values of the cells that are there.
enum Cells {
    Text(Vec<ByteArray>),
    Real(Vec<f64>),
    Whole(Vec<i64>),
    Flag(Vec<bool>),
    Texts(Vec<ByteArray>),
}

impl<'o> Table<'o> {
    /// A table of these columns.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn new(fields: &[Field], out: &'o mut dyn Write) -> io::Result<Self> {
        let columns: Vec<TypePtr> = fields.iter().map(described).collect::<Result<_, _>>().map_err(broken)?;
        let schema = Type::group_type_builder("results").with_fields(columns).build().map_err(broken)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("gridstage version ", env!("CARGO_PKG_VERSION")).to_owned());
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties.build()));
        let columns = fields.iter().map(Column::new).collect();
        Ok(Self { columns, file: file.map_err(broken)?, rows: 0, out })
    }

    /// Adds a row: texts of the first columns, and a record whose fields have the names of the others.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn row(&mut self, first: &[&str], record: &impl Serialize) -> io::Result<()> {
        let Value::Object(mut fields) = serde_json::to_value(record)? else {
            return Err(io::Error::other("a row is no record"));
        };
        for (at, column) in self.columns.iter_mut().enumerate() {
            match first.get(at) {
                Some(text) => column.push(Value::from(*text))?,
                None => column.take(&mut fields)?,
            }
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.group()?;
        }
        Ok(())
    }

    /// Writes the rows at hand as a group, and hands on what the file has of them.
    fn group(&mut self) -> io::Result<()> {
        let mut group = self.file.next_row_group().map_err(broken)?;
        for column in &mut self.columns {
            let mut writer =
                group.next_column().map_err(broken)?.ok_or_else(|| io::Error::other("a column too many"))?;
            column.write(writer.untyped()).map_err(broken)?;
            writer.close().map_err(broken)?;
        }
        group.close().map_err(broken)?;
        self.rows = 0;
        self.file.flush()?;
        self.out.write_all(&std::mem::take(self.file.inner_mut()))
    }

    /// Writes what is left and the end of the file.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.group()?;
        }
        let rest = self.file.into_inner().map_err(broken)?;
        self.out.write_all(&rest)
    }
}

impl Column {
    fn new(field: &Field) -> Self {
        let cells = match field.kind {
            Kind::Text => Cells::Text(Vec::new()),
            Kind::Real => Cells::Real(Vec::new()),
            Kind::Whole => Cells::Whole(Vec::new()),
            Kind::Flag => Cells::Flag(Vec::new()),
            Kind::Texts => Cells::Texts(Vec::new()),
        };
        Self { name: field.name.clone(), cells, definition: Vec::new(), repetition: Vec::new() }
    }

    /// Adds the field of a record that has the column's name.
    fn take(&mut self, fields: &mut Map<String, Value>) -> io::Result<()> {
        let cell = fields.remove(&self.name).unwrap_or(Value::Null);
        self.push(cell)
    }

    fn push(&mut self, cell: Value) -> io::Result<()> {
        let told = |name: &str, cell: &Value| {
            Err(io::Error::other(format!("column {name}: `{cell}` is not of its type")))
        };
        if let Cells::Texts(texts) = &mut self.cells {
            let Value::Array(items) = cell else { return told(&self.name, &cell) };
            if items.is_empty() {
                self.definition.push(0);
                self.repetition.push(0);
            }
            for (at, item) in items.into_iter().enumerate() {
                let Value::String(item) = item else { return told(&self.name, &item) };
                texts.push(ByteArray::from(item.into_bytes()));
                self.definition.push(PRESENT);
                self.repetition.push(i16::from(at > 0));
            }
            return Ok(());
        }
        if cell.is_null() {
            self.definition.push(0);
            return Ok(());
        }
        match (&mut self.cells, cell) {
            (Cells::Text(cells), Value::String(text)) => cells.push(ByteArray::from(text.into_bytes())),
            (Cells::Flag(cells), Value::Bool(flag)) => cells.push(flag),
            (Cells::Real(cells), Value::Number(number)) => cells.push(number.as_f64().unwrap_or(f64::NAN)),
            (Cells::Whole(cells), Value::Number(number)) if number.is_i64() => {
                cells.push(number.as_i64().unwrap_or_default());
            }
            (_, cell) => return told(&self.name, &cell),
        }
        self.definition.push(PRESENT);
        Ok(())
    }

    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = (self.definition.as_slice(), None);
        match (&mut self.cells, writer) {
            (Cells::Text(cells), ColumnWriter::ByteArrayColumnWriter(writer)) => put(writer, cells, levels)?,
            (Cells::Real(cells), ColumnWriter::DoubleColumnWriter(writer)) => put(writer, cells, levels)?,
            (Cells::Whole(cells), ColumnWriter::Int64ColumnWriter(writer)) => put(writer, cells, levels)?,
            (Cells::Flag(cells), ColumnWriter::BoolColumnWriter(writer)) => put(writer, cells, levels)?,
            (Cells::Texts(cells), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                put(writer, cells, (self.definition.as_slice(), Some(self.repetition.as_slice())))?;
            }
            _ => return Err(ParquetError::General(format!("column {} changed its type", self.name))),
        }
        self.definition.clear();
        self.repetition.clear();
        Ok(())
    }
}

/// Writes cells and leaves none.
fn put<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    cells: &mut Vec<T::T>,
    (definition, repetition): (&[i16], Option<&[i16]>),
) -> Result<(), ParquetError> {
    writer.write_batch(cells, Some(definition), repetition)?;
    cells.clear();
    Ok(())
}

/// A column as the file describes it.
fn described(field: &Field) -> Result<TypePtr, ParquetError> {
    let optional =
        |physical| Type::primitive_type_builder(&field.name, physical).with_repetition(Repetition::OPTIONAL);
    let column = match field.kind {
        Kind::Text => optional(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)),
        Kind::Real => optional(Physical::DOUBLE),
        Kind::Whole => optional(Physical::INT64),
        Kind::Flag => optional(Physical::BOOLEAN),
        Kind::Texts => return list(&field.name),
    };
    column.build().map(Arc::new)
}

/// A list that is always there, of texts that are always there: `required name (LIST) { repeated list { required element } }`.
fn list(name: &str) -> Result<TypePtr, ParquetError> {
    let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String))
        .build()?;
    let items = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(element)])
        .build()?;
    let column = Type::group_type_builder(name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(items)])
        .build()?;
    Ok(Arc::new(column))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn broken(error: ParquetError) -> io::Error {
    io::Error::other(format!("the Parquet file cannot be made: {error}"))
}
