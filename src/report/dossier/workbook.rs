//! The report as a workbook: a sheet for each table, headings frozen with their units, numbers as numbers, and colours by
//! condition, so that they follow when a figure is changed.

use super::table::{Cell, Column, HEAVY_PERCENT, Scale, Table, Tone, Value};
use super::{Block, Dossier};
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Width of columns, in characters, at least and at most.
const WIDTHS: (usize, usize) = (8, 46);
/// What a sheet's name may hold.
const NAME: usize = 31;

/// Writes the report.
///
/// # Errors
/// If `out` cannot be written, or the workbook not be made.
pub fn workbook(dossier: &Dossier, out: &mut dyn Write) -> io::Result<()> {
    let bytes = made(dossier).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn made(dossier: &Dossier) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same plan is the same bytes: a workbook carries the time at which it was made.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(&dossier.title)
            .set_comment(&dossier.stamp)
            .set_creation_datetime(&made),
    );
    let mut names: BTreeSet<String> = BTreeSet::new();
    front(dossier, book.add_worksheet().set_name(name(&dossier.words.say("sheet-answer"), &mut names))?)?;
    for table in dossier.tables() {
        let sheet = book.add_worksheet().set_name(name(&table.title, &mut names))?;
        rows(dossier, sheet, table)?;
    }
    book.save_to_buffer()
}

/// A name that a sheet may have, and that no sheet has yet.
fn name(title: &str, known: &mut BTreeSet<String>) -> String {
    let clean: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
    let clean = clean.trim();
    // Whole words, where there is more than one.
    let cut = |most: usize| {
        let mut start: String = clean.chars().take(most).collect();
        let is_within_a_word = clean.chars().nth(most).is_some_and(|next| !next.is_whitespace());
        if let Some(space) = start.rfind(' ').filter(|_| is_within_a_word) {
            start.truncate(space);
        }
        start.trim_end_matches([' ', ',']).to_owned()
    };
    let mut name = cut(NAME);
    let mut again = 2;
    while !known.insert(name.to_lowercase()) {
        let end = format!(" {again}");
        name = cut(NAME - end.len()) + &end;
        again += 1;
    }
    name
}

/// The answer, and what the report is.
fn front(dossier: &Dossier, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let title = Format::new().set_bold().set_font_size(16);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let verdict = tinted(dossier.answer.tone).set_bold().set_text_wrap();
    sheet.set_column_width(0, 34)?.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, &dossier.title, &title)?;
    let mut row = 1;
    for line in dossier.about.iter().chain([&dossier.variant]).filter(|line| !line.is_empty()) {
        sheet.write_string(row, 0, line)?;
        row += 1;
    }
    row += 1;
    sheet.merge_range(row, 0, row, 1, &dossier.answer.sentence, &verdict)?;
    sheet.set_row_height(row, 48)?;
    row += 2;
    for question in &dossier.answer.questions {
        sheet.write_string_with_format(row, 0, &question.ask, &bold)?;
        sheet.write_string_with_format(row, 1, format!("{} {}", question.answer, question.what), &bold)?;
        row += 1;
        for line in &question.lines {
            sheet.write_string_with_format(row, 1, line, &wrap)?;
            row += 1;
        }
    }
    row += 1;
    let notes = dossier.parts.iter().flat_map(|part| &part.blocks).filter_map(|block| match block {
        Block::Text(text) => Some(text),
        _ => None,
    });
    for line in notes.chain(&dossier.left_out).chain([&dossier.stamp]) {
        sheet.write_string_with_format(row, 1, line, &wrap)?;
        row += 1;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// A table: its heading frozen, then its rows, and below them where it comes from.
fn rows(dossier: &Dossier, sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Thin);
    let mut widths: Vec<usize> =
        table.columns.iter().map(|column| column.heading().chars().count() / 2).collect();
    for (at, column) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, column.heading(), &heading)?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for ((at, cell), column) in (0_u16..).zip(cells).zip(&table.columns) {
            write(dossier, sheet, (row, at), cell, column)?;
            if let Some(width) = widths.get_mut(usize::from(at)) {
                *width = (*width).max(cell.shown(&dossier.words).chars().count());
            }
        }
    }
    for (at, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(at, width.clamp(WIDTHS.0, WIDTHS.1) as f64 + 2.0)?;
    }
    let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    for (at, column) in (0_u16..).zip(&table.columns) {
        conditions(sheet, at, last, column)?;
    }
    if let Some(columns) = u16::try_from(table.columns.len()).ok().and_then(|n| n.checked_sub(1)) {
        sheet.autofilter(0, 0, last, columns)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    let below = last.saturating_add(2);
    sheet.write_string(below, 0, &dossier.stamp)?;
    if !table.note.is_empty() {
        sheet.write_string(below + 1, 0, &table.note)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

fn write(
    dossier: &Dossier,
    sheet: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell,
    column: &Column,
) -> Result<(), XlsxError> {
    // Numbers on a scale are coloured by condition.
    let format = if column.scale == Scale::None { tinted(cell.tone) } else { Format::new() };
    match &cell.value {
        Value::None => {}
        Value::Text(text) => {
            sheet.write_string_with_format(row, at, text, &format)?;
        }
        Value::Number(value, decimals) => {
            let format = format.set_num_format(number_format(*decimals));
            sheet.write_number_with_format(row, at, *value, &format)?;
        }
        Value::Date(date) => {
            let day = date.date;
            let format = format.set_num_format("yyyy-mm-dd");
            match (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day())) {
                (Ok(year @ 1900..), Ok(month), Ok(day)) => {
                    let day = ExcelDateTime::from_ymd(year, month, day)?;
                    sheet.write_datetime_with_format(row, at, &day, &format)?;
                }
                _ => {
                    sheet.write_string(row, at, cell.shown(&dossier.words))?;
                }
            }
        }
    }
    Ok(())
}

/// As many decimals as the report shows; Excel writes them in the language of its user.
fn number_format(decimals: usize) -> String {
    if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(decimals)) }
}

/// The ground on which a meaning stands.
fn tinted(tone: Tone) -> Format {
    let ground = |ground: u32, ink: u32| {
        Format::new().set_background_color(Color::RGB(ground)).set_font_color(Color::RGB(ink))
    };
    match tone {
        Tone::None => Format::new(),
        Tone::Good => ground(0x00DF_EFF7, 0x0008_4B6F),
        Tone::Caution => ground(0x00FD_F0D0, 0x006B_4A00),
        Tone::Bad => ground(0x00FB_DDD0, 0x008A_2E00),
    }
}

/// The colours of a scale.
fn conditions(sheet: &mut Worksheet, at: u16, last: u32, column: &Column) -> Result<(), XlsxError> {
    if last == 0 {
        return Ok(());
    }
    let mut add = |rule: ConditionalFormatCellRule<f64>, tone: Tone| -> Result<(), XlsxError> {
        let condition = ConditionalFormatCell::new().set_rule(rule).set_format(tinted(tone));
        sheet.add_conditional_format(1, at, last, at, &condition).map(|_| ())
    };
    match column.scale {
        Scale::None => Ok(()),
        Scale::Loading => {
            add(ConditionalFormatCellRule::GreaterThan(100.0), Tone::Bad)?;
            add(ConditionalFormatCellRule::Between(HEAVY_PERCENT, 100.0), Tone::Caution)
        }
        Scale::Reserve => add(ConditionalFormatCellRule::LessThan(0.0), Tone::Bad),
        Scale::Lost => add(ConditionalFormatCellRule::GreaterThan(0.0), Tone::Bad),
    }
}
