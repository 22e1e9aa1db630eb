//! Results as Parquet: read back by the reader of the crate `parquet`, in a build with that feature.

use super::solved;
use gridstage::report::fields::{Kind, fields};
use gridstage::report::parquet::{GROUP, Table};
use gridstage::report::sheet::{FlowTable, Form, flow};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use schemars::JsonSchema;
use serde::Serialize;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

#[derive(Serialize, JsonSchema)]
struct Row<'a> {
    id: &'a str,
    value: Option<f64>,
    count: usize,
    holds: bool,
    lost: Vec<&'a str>,
}

fn written(rows: usize) -> (Vec<u8>, Vec<usize>) {
    struct Meter(Vec<u8>, Vec<usize>);
    impl std::io::Write for Meter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.extend_from_slice(bytes);
            self.1.push(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut out = Meter(Vec::new(), Vec::new());
    let stage = gridstage::report::fields::Field::text("stage");
    let columns: Vec<_> = std::iter::once(stage).chain(fields::<Row<'_>>()).collect();
    let mut table = Table::new(&columns, &mut out).unwrap();
    for k in 0..rows {
        let lost = ["a b", "c"];
        let row = Row {
            id: if k % 2 == 0 { "even" } else { "Đông Anh" },
            value: (k % 3 != 0).then_some(k as f64 / 4.0),
            count: k,
            holds: k % 5 == 0,
            lost: lost[..k % 3].to_vec(),
        };
        table.row(&["2025"], &row).unwrap();
    }
    table.finish().unwrap();
    (out.0, out.1)
}

fn file(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

#[test]
fn columns_have_the_names_order_and_types_of_the_rows() {
    let found: Vec<_> = fields::<Row<'_>>().into_iter().map(|field| (field.name, field.kind)).collect();
    let expected = [
        ("id", Kind::Text),
        ("value", Kind::Real),
        ("count", Kind::Whole),
        ("holds", Kind::Flag),
        ("lost", Kind::Texts),
    ];
    assert_eq!(found, expected.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn what_is_written_is_read_back_with_nulls_and_lists() {
    let (bytes, _) = written(7);
    let reader = file(&bytes);
    for (k, row) in reader.get_row_iter(None).unwrap().enumerate() {
        let columns: Vec<(String, Field)> =
            row.unwrap().get_column_iter().map(|(n, f)| (n.clone(), f.clone())).collect();
        assert_eq!(columns[0], ("stage".to_owned(), Field::Str("2025".to_owned())));
        let value = if k % 3 == 0 { Field::Null } else { Field::Double(k as f64 / 4.0) };
        assert_eq!(columns[2].1, value);
        assert_eq!(columns[3].1, Field::Long(i64::try_from(k).unwrap()));
        assert_eq!(columns[4].1, Field::Bool(k % 5 == 0));
        let Field::ListInternal(list) = &columns[5].1 else { panic!("{:?}", columns[5]) };
        assert_eq!(list.elements().len(), k % 3);
    }
}

#[test]
fn rows_leave_in_groups_as_they_come() {
    let (bytes, writes) = written(2 * GROUP + 5);
    let reader = file(&bytes);
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    let full = i64::try_from(GROUP).unwrap();
    assert_eq!(groups, [full, full, 5]);
    // Two full groups, the rest, and the end of the file.
    assert_eq!(writes.len(), 4);
}

#[test]
fn a_table_without_rows_still_has_its_columns() {
    let (bytes, _) = written(0);
    let reader = file(&bytes);
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    assert_eq!(reader.metadata().file_metadata().schema_descr().num_columns(), 6);
}

#[test]
fn a_load_flow_has_the_same_cells_as_csv() {
    let network = gridstage::read::read(Path::new("grids/ieee/14")).unwrap().plan.network;
    let found = solved(&network);
    for table in [FlowTable::Buses, FlowTable::Branches, FlowTable::Generators] {
        let (mut columns, mut text) = (Vec::new(), Vec::new());
        flow(table, &network, &found, Form::Parquet, &mut columns).unwrap();
        flow(table, &network, &found, Form::Csv, &mut text).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let header = reader.headers().unwrap().clone();
        let columns = file(&columns);
        let rows = columns.get_row_iter(None).unwrap().map(Result::unwrap);
        let mut count = 0;
        for (row, record) in rows.zip(reader.records().map(Result::unwrap)) {
            for (((name, field), head), cell) in row.get_column_iter().zip(&header).zip(&record) {
                assert_eq!(name, head);
                match field {
                    Field::Str(text) => assert_eq!(text, cell),
                    Field::Double(value) => {
                        assert_eq!(value.to_bits(), cell.parse::<f64>().unwrap().to_bits(), "{name}")
                    }
                    other => assert!(*other == Field::Null && cell.is_empty(), "{name}: {other:?} {cell}"),
                }
            }
            count += 1;
        }
        assert!(count > 0);
    }
}
