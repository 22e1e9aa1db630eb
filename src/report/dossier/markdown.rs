//! The report as Markdown (`GitHub`'s tables): the answer, then every table. Drawings and charts are in the page; their numbers
//! are in the tables.

use super::{Block, Dossier, Section, Table};
use std::io::{self, Write};

/// Writes the report.
///
/// # Errors
/// If `out` cannot be written.
pub fn markdown(dossier: &Dossier, out: &mut dyn Write) -> io::Result<()> {
    let words = &dossier.words;
    writeln!(out, "# {}\n", escaped(&dossier.title))?;
    for line in &dossier.about {
        writeln!(out, "{}  ", escaped(line))?;
    }
    if !dossier.variant.is_empty() {
        writeln!(out, "\n**{}**", escaped(&dossier.variant))?;
    }
    writeln!(out, "\n**{}**\n", escaped(&dossier.answer.sentence))?;
    for question in &dossier.answer.questions {
        let answer = format!("{} {}", question.answer, question.what);
        writeln!(out, "- **{}** {}", escaped(&question.ask), escaped(answer.trim_end()))?;
        for line in &question.lines {
            writeln!(out, "  - {}", escaped(line))?;
        }
    }
    if !dossier.answer.worst.rows.is_empty() {
        writeln!(out)?;
        table(dossier, &dossier.answer.worst, out)?;
    }
    for part in &dossier.parts {
        let drawn = [Section::Map.as_str(), Section::Diagram.as_str()].contains(&part.id);
        if drawn {
            continue;
        }
        writeln!(out, "\n## {}\n", escaped(&part.title))?;
        for block in &part.blocks {
            match block {
                Block::Text(text) => writeln!(out, "{}\n", escaped(text))?,
                Block::Table(one) => table(dossier, one, out)?,
                Block::Figure(_) | Block::Drawing(_) => {}
            }
        }
    }
    if !dossier.left_out.is_empty() {
        writeln!(out, "\n## {}\n", escaped(&words.say("left-out-title")))?;
        for line in &dossier.left_out {
            writeln!(out, "- {}", escaped(line))?;
        }
    }
    writeln!(out, "\n---\n\n{}", escaped(&dossier.stamp))
}

fn table(dossier: &Dossier, table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### {}\n", escaped(&table.title))?;
    if !table.note.is_empty() {
        writeln!(out, "{}\n", escaped(&table.note))?;
    }
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(out, "{}", line(table.columns.iter().map(|column| escaped(&column.heading())).collect()))?;
    let rule = table.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }.to_owned());
    writeln!(out, "{}", line(rule.collect()))?;
    for row in &table.rows {
        let cells = row.iter().map(|cell| {
            let text = escaped(&cell.shown(&dossier.words));
            // What breaks the plan stands out without colour.
            if cell.tone == super::Tone::Bad && !text.is_empty() { format!("**{text}**") } else { text }
        });
        writeln!(out, "{}", line(cells.collect()))?;
    }
    writeln!(out)
}

/// A text in which nothing is markup: no cell ends, no tag or link begins.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
