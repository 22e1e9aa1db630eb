//! A plan as a workbook, the twin of [`crate::read::plan`]'s: a sheet for each table, header row frozen, units behind the
//! names of columns, what a cell may hold offered as a list.

use super::texts;
use crate::finding::{Code, Finding};
use crate::model::{ElementKind, Plan, layout};
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError};

/// Width of columns, in characters, at most and at least.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=40;

/// The last row of a sheet, from 0.
const LAST_ROW: u32 = 1_048_575;

/// A plan as the bytes of a workbook, and what could not be carried. The base grid is written as tables, also where the
/// plan has it in another file.
///
/// # Errors
/// What the format cannot hold.
pub fn workbook(plan: &Plan) -> Result<(Vec<u8>, Vec<Finding>), Vec<Finding>> {
    let (texts, lost) = texts(plan, None)?;
    let bytes = written(&texts, false)?;
    Ok((bytes, lost))
}

/// A workbook to begin with: all sheets and columns that a plan may have, no rows; `head` is the text of its plan.toml.
///
/// # Errors
/// What the spreadsheet library refuses.
pub fn empty_workbook(head: &str) -> Result<Vec<u8>, Vec<Finding>> {
    let mut texts = vec![("plan.toml".to_owned(), head.to_owned())];
    for table in layout::TABLES {
        let header = table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",") + "\n";
        texts.push((table.file.to_owned(), header.clone()));
        if table.in_works {
            texts.push((format!("works/{}", table.file), header));
        }
    }
    written(&texts, true)
}

fn written(texts: &[(String, String)], all_columns: bool) -> Result<Vec<u8>, Vec<Finding>> {
    let failed = |error: &XlsxError| {
        vec![Finding::error(Code::Unsupported, format!("the workbook cannot be written: {error}"))]
    };
    let mut book = Workbook::new();
    // The same plan is the same bytes: a workbook carries the time at which it was made.
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(|error| failed(&error))?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let sheets: Vec<String> = texts.iter().map(|(file, _)| sheet_of(file)).collect();
    for ((file, text), sheet) in texts.iter().zip(&sheets) {
        let worksheet = book.add_worksheet();
        let done = worksheet.set_name(sheet).and_then(|worksheet| match table_of(file) {
            None => head(worksheet, text),
            Some(table) => rows(worksheet, table, text, &sheets, all_columns),
        });
        done.map_err(|error| failed(&error))?;
    }
    book.save_to_buffer().map_err(|error| failed(&error))
}

/// The name of the sheet of a file.
fn sheet_of(file: &str) -> String {
    let name = file.strip_suffix(".csv").unwrap_or(file);
    match (name, name.strip_prefix("works/")) {
        ("plan.toml", _) => "plan".to_owned(),
        (_, None) if name.starts_with("amendments/") => {
            format!("amendment {}", name.trim_start_matches("amendments/").trim_end_matches(".toml"))
        }
        (_, Some(name)) => format!("works {name}"),
        _ => name.strip_prefix("catalogue/").unwrap_or(name).to_owned(),
    }
}

fn table_of(file: &str) -> Option<&'static layout::Table> {
    let own = file.strip_prefix("works/").unwrap_or(file);
    layout::TABLES.iter().copied().find(|table| table.file == own)
}

/// plan.toml, a line in each row.
fn head(worksheet: &mut Worksheet, text: &str) -> Result<(), XlsxError> {
    worksheet.set_column_width(0, 100.0)?;
    for (row, line) in (0_u32..).zip(text.lines()) {
        worksheet.write_string(row, 0, line)?;
    }
    Ok(())
}

/// A table: its header frozen, then its rows.
fn rows(
    worksheet: &mut Worksheet,
    table: &layout::Table,
    text: &str,
    sheets: &[String],
    all_columns: bool,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns: Vec<Option<&layout::Column>> = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    for (row, record) in (0_u32..).zip(reader.records().flatten()) {
        for (at, cell) in (0_u16..).zip(record.iter()) {
            let place = usize::from(at);
            if row == 0 {
                let column = table.column(cell);
                let unit = column.map_or("", |column| column.unit);
                let name = if unit.is_empty() { cell.to_owned() } else { format!("{cell} [{unit}]") };
                worksheet.write_string_with_format(0, at, &name, &bold)?;
                if let Some(column) = column.filter(|_| all_columns) {
                    let default = column
                        .default
                        .map_or("must be filled".to_owned(), |text| format!("if empty: {text}"));
                    let note = format!("{}\n{default}", column.meaning.replace('`', ""));
                    worksheet.insert_note(0, at, &Note::new(note).set_author("gridstage"))?;
                }
                columns.push(column);
                widths.push(name.chars().count());
                continue;
            }
            let column = columns.get(place).copied().flatten();
            if let Some(width) = widths.get_mut(place) {
                *width = (*width).max(cell.chars().count());
            }
            let has_unit = column.is_some_and(|column| !column.unit.is_empty());
            match cell.parse::<f64>() {
                _ if cell.is_empty() => {}
                // Ids of digits stay text, and so do figures that a number would not give back.
                Ok(number) if has_unit && number.to_string() == cell => {
                    worksheet.write_number(row, at, number)?;
                }
                _ if matches!(cell, "true" | "false") => {
                    worksheet.write_boolean(row, at, cell == "true")?;
                }
                _ => {
                    worksheet.write_string(row, at, cell)?;
                }
            }
        }
    }
    worksheet.set_freeze_panes(1, 1)?;
    for (at, width) in (0_u16..).zip(&widths) {
        let width = (*width).clamp(*WIDTHS.start(), *WIDTHS.end());
        worksheet.set_column_width(at, f64::from(u32::try_from(width).unwrap_or(8)) + 2.0)?;
    }
    for (at, column) in (0_u16..).zip(&columns) {
        if let Some(list) = column.and_then(|column| choices(table, column, sheets)) {
            worksheet.add_data_validation(1, at, LAST_ROW, at, &list)?;
        }
    }
    Ok(())
}

/// What a column offers: its words, or the ids of another sheet.
fn choices(table: &layout::Table, column: &layout::Column, sheets: &[String]) -> Option<DataValidation> {
    let words: Vec<&str> = match column.name {
        "in_service" | "closed" | "locked" => vec!["true", "false"],
        "element" => ElementKind::IN_PLANS.iter().map(|kind| kind.as_str()).collect(),
        // Their meaning names them, between backticks.
        "kind" | "control" | "rating_unit" | "tap_side" | "hold_mode" | "confidence" | "op" => {
            column.meaning.split('`').skip(1).step_by(2).collect()
        }
        _ => Vec::new(),
    };
    if words.len() > 1 {
        return DataValidation::new().allow_list_strings(&words).ok();
    }
    let target = match (table.file, column.name) {
        ("changes.csv", _) => return None,
        ("forecast.csv" | "buses.csv", "substation") | ("mv_transfer.csv", "from" | "to") => "substations",
        (_, "from" | "to" | "bus" | "regulated_bus" | "hold_bus") => "buses",
        ("transformers.csv", "type") => "transformer_types",
        (_, "generator") => "generators",
        _ => return None,
    };
    if !sheets.iter().any(|sheet| sheet == target) {
        return None;
    }
    let ids = Formula::new(format!("={target}!$A$2:$A${}", LAST_ROW + 1));
    // Ids of works/ are on another sheet: the list helps, and forbids nothing.
    Some(DataValidation::new().allow_list_formula(ids).show_error_message(false))
}
