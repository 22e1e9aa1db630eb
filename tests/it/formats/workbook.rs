//! Plans in workbooks: what is written reads back as the same plan, what another program wrote is read, and what is wrong
//! is told by sheet, row and column.

use super::opened;
use gridstage::finding::{Code, Severity};
use gridstage::read::{Format, Rejected, read, read_bytes};
use gridstage::write::plan::{empty_workbook, workbook};
use rust_xlsxwriter::Workbook;
use std::path::{Path, PathBuf};

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn a_plan_comes_back_from_a_workbook_as_it_was() {
    for folder in [
        "grids/teaching/radial",
        "grids/teaching/islands",
        "grids/hanoi",
        "grids/ieee/14",
        "tests/cases/plan/teaching",
    ] {
        let plan = opened(&own(folder)).plan;
        let (bytes, lost) = workbook(&plan).unwrap();
        assert!(lost.iter().all(|f| f.severity != Severity::Error), "{lost:?}");
        let again = read_bytes(bytes.clone(), "plan.xlsx").unwrap_or_else(|e| panic!("{folder}: {e:#?}"));
        assert_eq!(again.inputs[0].format, Format::Workbook);
        // What `write` itself makes of the plan in a folder, built records first, is the measure.
        let here = tempfile::tempdir().unwrap();
        gridstage::write::plan::write(&plan, here.path()).unwrap();
        let expected = opened(here.path()).plan;
        assert_eq!(again.plan.network, expected.network, "{folder}");
        assert_eq!(again.plan.projects, expected.projects, "{folder}");
        assert_eq!(again.plan.stages, expected.stages, "{folder}");
        assert_eq!(again.plan.forecast, expected.forecast, "{folder}");
        assert_eq!(again.plan.criteria, expected.criteria, "{folder}");
        assert_eq!(workbook(&plan).unwrap().0, bytes, "the same plan is the same bytes");
    }
}

/// `tests/cases/workbook/teaching.xlsx` was written by openpyxl out of the tables of `tests/cases/plan/teaching`.
#[test]
fn a_workbook_of_another_program_is_the_plan_of_the_folder_that_it_was_made_of() {
    let found = opened(&own("tests/cases/workbook/teaching.xlsx"));
    let expected = opened(&own("tests/cases/plan/teaching"));
    assert_eq!(found.plan.network, expected.plan.network);
    assert_eq!(found.plan.projects, expected.plan.projects);
    assert_eq!(found.plan.forecast, expected.plan.forecast);
    assert_eq!(found.plan.criteria, expected.plan.criteria);
    let told = found.findings.iter().find(|f| f.message.contains("remarks")).unwrap();
    assert_eq!((told.code, told.severity), (Code::NotUsed, Severity::Note));
}

/// A workbook of a bare grid: two buses, and what `spoil` does to the lines' sheet.
fn made(spoil: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let rows = |book: &mut Workbook, name: &str, rows: &[&[&str]]| {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (at, row) in (0..).zip(rows) {
            sheet.write_row(at, 0, row.iter().copied()).unwrap();
        }
    };
    rows(&mut book, "plan", &[&["[plan]"], &["id = \"two\""]]);
    rows(&mut book, "buses", &[&["id", "vn_kv [kV]"], &["A", "110"], &["B", "110"]]);
    rows(&mut book, "generators", &[&["id", "bus", "control", "p_mw [MW]"], &["G", "A", "slack", "0"]]);
    rows(&mut book, "loads", &[&["id", "bus", "p_mw"], &["L", "B", "10"]]);
    let sheet = book.add_worksheet().set_name("lines").unwrap();
    sheet.write_row(0, 0, ["id", "from", "to", "r_ohm [ohm]", "x_ohm [ohm]"]).unwrap();
    sheet.write_row(3, 0, ["A-B", "A", "B"]).unwrap();
    sheet.write_number(3, 3, 1.25).unwrap();
    sheet.write_number(3, 4, 12.5).unwrap();
    spoil(sheet);
    book.save_to_buffer().unwrap()
}

fn rejected(bytes: Vec<u8>) -> Rejected {
    read_bytes(bytes, "two.xlsx").unwrap_err()
}

#[test]
fn what_is_wrong_in_a_workbook_is_told_by_sheet_row_and_column() {
    assert_eq!(read_bytes(made(|_| {}), "two.xlsx").unwrap().plan.network.lines.len(), 1);
    let at = |rejected: &Rejected, code: Code| {
        let found =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        let place = found.place.clone().unwrap();
        (place.file.to_string(), place.line, place.column)
    };
    let wrong = rejected(made(|sheet| {
        sheet.write_string(3, 4, "12,5").unwrap();
    }));
    assert_eq!(at(&wrong, Code::Number), ("two.xlsx [lines]".to_owned(), 4, Some(5)));
    let wrong = rejected(made(|sheet| {
        sheet.write_string(3, 2, "C").unwrap();
    }));
    assert_eq!(at(&wrong, Code::Reference), ("two.xlsx [lines]".to_owned(), 4, Some(3)));
    let wrong = rejected(made(|sheet| {
        sheet.write_formula(3, 4, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    }));
    assert!(!wrong.findings.is_empty());
    let wrong = rejected(made(|sheet| {
        sheet.write_string(0, 4, "x_ohms").unwrap();
    }));
    assert_eq!(at(&wrong, Code::Schema), ("two.xlsx [lines]".to_owned(), 1, Some(5)));
    let wrong = rejected(made(|sheet| {
        sheet.set_name("line").unwrap();
    }));
    let told = wrong.findings.iter().find(|f| f.message.contains("`line`")).unwrap();
    assert!(told.help.as_deref().unwrap().contains("lines"), "{told:?}");
}

#[test]
fn a_workbook_that_is_none_or_cut_short_is_refused() {
    let whole = made(|_| {});
    for length in [200, whole.len() / 2, whole.len() - 30] {
        assert!(read_bytes(whole[..length].to_vec(), "cut.xlsx").is_err(), "{length}");
    }
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Sheet1").unwrap();
    let none = rejected(book.save_to_buffer().unwrap());
    assert!(none.findings.iter().any(|f| f.message.contains("no sheet `plan`")), "{none:?}");
    // A cell in the last corner of a sheet costs no memory: it is refused, or left out as empty.
    let far = made(|sheet| {
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    assert!(rejected(far).findings.iter().any(|f| f.code == Code::Syntax));
}

/// Filled in with the rows of a folder, the empty workbook is that plan; empty, it lacks buses only.
#[test]
fn the_empty_workbook_has_every_sheet_and_lacks_nothing_but_rows() {
    let head = std::fs::read_to_string(own("src/cli/new/plan.toml")).unwrap();
    let bytes = empty_workbook(&head).unwrap();
    let findings = rejected(bytes).findings;
    let errors: Vec<_> = findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(
        errors.iter().all(|f| !matches!(f.code, Code::Schema | Code::Columns | Code::Syntax)),
        "{errors:#?}"
    );
    assert!(read(&own("tests/cases/workbook/none.xlsx")).is_err());
}
