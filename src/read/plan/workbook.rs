//! A plan in a workbook: a sheet for each table, one called `plan` for plan.toml, a line of it in each row.
//!
//! Sheets are called as their tables are, without folders: `buses` is `buses.csv`, `works buses` is `works/buses.csv`,
//! `line_types` is `catalogue/line_types.csv`. Each becomes the text of its file, a row of the sheet a line of the text, so
//! that everything told of a line is told of a row; columns are counted, not characters. A header may have its unit
//! behind the name of the column: `vn_kv [kV]`.

use super::folder::Text;
use super::log::Log;
use crate::finding::{Code, Finding, Place, nearest};
use crate::model::layout;
use crate::read::MAX_FILE_BYTES;
use calamine::{Data, Reader as _, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

/// Cells of a sheet that are read, and its columns: no table comes near.
const MOST_CELLS: usize = 20_000_000;
const MOST_COLUMNS: u32 = 512;

/// The sheet that holds plan.toml.
pub(super) const HEAD: &str = "plan";

/// The sheet of a file of a plan's folder.
fn sheet_of(file: &str) -> String {
    let name = file.strip_suffix(".csv").unwrap_or(file);
    match name.strip_prefix("works/") {
        Some(name) => format!("works {name}"),
        None => name.strip_prefix("catalogue/").unwrap_or(name).to_owned(),
    }
}

/// The files that a plan may have, by their sheets.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([(HEAD.to_owned(), "plan.toml".to_owned())]);
    for table in layout::TABLES {
        files.insert(sheet_of(table.file), table.file.to_owned());
        if table.in_works {
            let file = format!("works/{}", table.file);
            files.insert(sheet_of(&file), file);
        }
    }
    files
}

/// The texts of a workbook's sheets by the names of their files; what is wrong with it is told.
pub(super) fn texts(bytes: &[u8], name: &str, log: &Log) -> BTreeMap<String, Text> {
    let mut texts = BTreeMap::new();
    let whole = Place::new(&Arc::from(name), 1);
    let broken = |said: String| {
        Finding::error(Code::Syntax, format!("{name} cannot be read as a workbook: {said}"))
            .place(whole.clone())
            .help("open it in a spreadsheet and save it as .xlsx")
    };
    if let Err(said) = sound(bytes) {
        log.push(broken(said));
        return texts;
    }
    let mut book = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(error) => {
            log.push(broken(error.to_string()));
            return texts;
        }
    };
    let files = files();
    for sheet in book.sheet_names() {
        let shown: Arc<str> = Arc::from(format!("{name} [{sheet}]"));
        let amendment = sheet.trim().strip_prefix("amendment ").map(|id| format!("amendments/{id}.toml"));
        let Some(file) = files.get(sheet.trim()).or(amendment.as_ref()) else {
            let near = nearest(sheet.trim(), files.keys().map(String::as_str));
            let (finding, help) = match near {
                Some(near) => (
                    Finding::error(Code::Schema, format!("a plan has no table for the sheet `{sheet}`")),
                    format!("did you mean `{near}`?"),
                ),
                None => (
                    Finding::note(
                        Code::NotUsed,
                        format!("the sheet `{sheet}` is none of a plan's, and is not read"),
                    ),
                    "sheets are called as the tables of a plan are".to_owned(),
                ),
            };
            log.push(finding.place(Place::new(&shown, 1)).help(help));
            continue;
        };
        match cells(&mut book, &sheet) {
            Ok(rows) => {
                let is_plain = file == "plan.toml" || file.starts_with("amendments/");
                let text = text(&rows, is_plain, &shown, log);
                texts.insert(file.clone(), Text { file: shown, text, is_sheet: !is_plain });
            }
            Err(said) => log.push(broken(format!("sheet `{sheet}`: {said}"))),
        }
    }
    texts
}

/// Whether all members of the archive are what was packed, and no sheet names a cell beyond what a sheet can have: the
/// library that takes it from here multiplies such numbers up without asking.
fn sound(bytes: &[u8]) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut content = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|error| error.to_string())?;
        let is_sheet = file.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        content.clear();
        // The checksum is compared at the end of the member.
        file.take(MAX_FILE_BYTES).read_to_end(&mut content).map_err(|error| error.to_string())?;
        if is_sheet && memchr::memmem::find_iter(&content, b" r").any(|at| is_far_out(&content, at)) {
            return Err("it names a cell that no sheet has".to_owned());
        }
    }
    Ok(())
}

/// Whether an attribute `r` or `ref` before which a blank stands at `at` has more letters or digits in a row than the last
/// cell of a sheet.
fn is_far_out(content: &[u8], at: usize) -> bool {
    let rest = content.get(at + 1..).unwrap_or_default();
    let value = [&b"r=\""[..], b"r='", b"ref=\"", b"ref='"].iter().find_map(|name| rest.strip_prefix(*name));
    let Some(value) = value else { return false };
    let end = value.iter().position(|b| matches!(b, b'"' | b'\'')).unwrap_or(value.len());
    let run = |is: fn(&u8) -> bool, most: usize| value[..end].split(|b| !is(b)).any(|part| part.len() > most);
    run(u8::is_ascii_digit, 7) || run(u8::is_ascii_alphabetic, 3)
}

/// Cells that hold something, by row and column from 0.
type Rows = BTreeMap<u32, BTreeMap<u32, Data>>;

/// The cells of a sheet, one by one: what is empty takes no memory, however far out the last one is.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Rows, String> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
    let mut rows = Rows::new();
    let mut count = 0;
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        if matches!(value, Data::Empty) {
            continue;
        }
        count += 1;
        if count > MOST_CELLS || column >= MOST_COLUMNS {
            return Err(format!("more than {MOST_CELLS} cells, or a cell beyond column {MOST_COLUMNS}"));
        }
        rows.entry(row).or_default().insert(column, value);
    }
    Ok(rows)
}

/// The rows of a sheet as lines, from its first row on; all with as many fields as its header.
fn text(rows: &Rows, is_plain: bool, shown: &Arc<str>, log: &Log) -> String {
    let mut text = String::new();
    let mut next = 0;
    let header = rows.values().next();
    let columns = header.and_then(|row| row.keys().next_back()).map_or(0, |last| last + 1);
    for (at, (&row, cells)) in rows.iter().enumerate() {
        // Rows without cells are empty lines, so that lines are numbered as rows are.
        for _ in next..row {
            text.push('\n');
        }
        next = row + 1;
        if is_plain {
            let line = cells.get(&0).map(shown_as).unwrap_or_default();
            text.push_str(&line.replace(['\r', '\n'], " "));
            text.push('\n');
            continue;
        }
        let last = cells.keys().next_back().map_or(0, |last| last + 1);
        for column in 0..columns.max(last) {
            if column > 0 {
                text.push(',');
            }
            let Some(cell) = cells.get(&column) else { continue };
            if let Data::Error(error) = cell {
                let (row, column) = (row + 1, column + 1);
                log.push(
                    Finding::error(
                        Code::Value,
                        format!("row {row}, column {column} holds the error {error}"),
                    )
                    .place(Place::new(shown, row).at(column, 1))
                    .help("mend the formula, or write the value"),
                );
            }
            let mut value = shown_as(cell).replace(['\r', '\n'], " ");
            if at == 0
                && let Some((name, _)) = value.split_once(" [")
            {
                value = name.to_owned();
            }
            if value.contains([',', '"']) {
                text.push('"');
                text.push_str(&value.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(&value);
            }
        }
        text.push('\n');
    }
    text
}

/// A cell as the text that a CSV file would have.
fn shown_as(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => text.trim().to_owned(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.split('T').next().unwrap_or_default().to_owned()
        }
    }
}
