//! gridstage's own format: a folder with `plan.toml` and CSV tables, the twin of [`crate::read::plan`].
//!
//! Reading back gives the same plan, and writing that again the same bytes. Records of the base grid go to the
//! tables of the folder, records that works build to those of `works/`, so in a plan whose rows are mixed the
//! built ones come first after reading.

mod amendments;
mod compare;
mod equipment;
mod grid;
mod head;
mod money;
mod sheet;
mod tree;
mod workbook;
mod works;

pub use amendments::text as amendment_text;
pub use compare::{Compare, compare};
pub use workbook::{empty_workbook, workbook};

use crate::finding::{Code, Finding};
use crate::model::{ElementId, Plan, layout};
use crate::read::plan::unfinished::{self, Unfinished};
use std::io::Write as _;
use std::path::Path;

/// Writes the plan to the folder `dir`, which is made if need be, and returns what could not be carried.
///
/// A folder that is not there yet appears with all its files; in one that is, all files are written beside their place first. When
/// all are complete, a list says what takes whose place ([`unfinished`]): a write that is broken off before leaves the old plan, and one
/// after it the new one, as the next reader finishes it. Tables of an earlier
/// plan that this one does not need are deleted; other files of the folder stay. Where the base grid is a file
/// of another format that is there, it stays that file.
///
/// # Errors
/// What the format cannot hold (a number that is not finite), or the first file that could not be written.
/// Nothing is changed in the folder then, unless it is a move that fails half-way.
pub fn write(plan: &Plan, dir: &Path) -> Result<Vec<Finding>, Vec<Finding>> {
    enum Failed {
        Folder(std::io::Error),
        Told(Vec<Finding>),
    }
    impl From<std::io::Error> for Failed {
        fn from(error: std::io::Error) -> Self {
            Self::Folder(error)
        }
    }
    let filled = super::folder_atomically(dir, |folder| fill(plan, folder, dir).map_err(Failed::Told));
    filled.map_err(|failed| match failed {
        Failed::Folder(error) => not_written(dir, &error),
        Failed::Told(findings) => findings,
    })
}

fn not_written(path: &Path, error: &std::io::Error) -> Vec<Finding> {
    vec![Finding::error(
        Code::Io,
        format!("{} cannot be written: {error}", path.components().as_path().display()),
    )]
}

/// Writes the files of a plan to `dir`, which is told as `shown`.
fn fill(plan: &Plan, dir: &Path, shown: &Path) -> Result<Vec<Finding>, Vec<Finding>> {
    let base_file = plan.base.file.as_deref().filter(|file| dir.join(file).is_file());
    let is_plan = dir.join("plan.toml").is_file() || base_file.is_some();
    if !is_plan && std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(vec![
            Finding::error(
                Code::Io,
                format!("{} holds other files and is no plan: nothing is written there", dir.display()),
            )
            .help("give a new or empty folder, or one that holds a plan.toml"),
        ]);
    }
    let (texts, mut findings) = texts(plan, base_file)?;
    let failed = |path: &Path, error: &std::io::Error| {
        not_written(&shown.join(path.strip_prefix(dir).unwrap_or(path)), error)
    };
    unfinished::finish(dir).map_err(|error| failed(dir, &error))?;
    let mut ready: Vec<tempfile::NamedTempFile> = Vec::new();
    let mut left = Unfinished::default();
    for (file, text) in &texts {
        let path = dir.join(file);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(unfinished::BESIDE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // as any program's new file; the process's mask applies
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let written = builder.tempfile_in(folder).and_then(|mut temporary| {
            temporary.write_all(text.as_bytes())?;
            temporary.as_file().sync_data()?;
            Ok(temporary)
        });
        let written = written.map_err(|error| failed(&path, &error))?;
        let beside = written.path().file_name().unwrap_or_default().to_string_lossy();
        let beside = file.rsplit_once('/').map_or(beside.to_string(), |(sub, _)| format!("{sub}/{beside}"));
        left.moves.push((beside, file.clone()));
        ready.push(written);
    }
    for (what, file) in left_over(dir, &texts) {
        let said = format!(
            "{} was {what} of the plan that stood there, and is deleted",
            shown.join(&file).display()
        );
        findings.push(Finding::note(Code::NotUsed, said));
        left.deletions.push(file);
    }
    super::atomically(&dir.join(unfinished::FILE), |out| out.write_all(left.text().as_bytes()))
        .map_err(|error| failed(dir, &error))?;
    // the list has them from here on: whoever ends this write finds them
    for temporary in ready {
        let _ = temporary.into_temp_path().keep();
    }
    left.finish(dir).map_err(|error| {
        let told = not_written(shown, &error).into_iter();
        let help = "close what holds the file open: the next command that reads the plan finishes the write";
        told.map(|finding| finding.help(help)).collect::<Vec<_>>()
    })?;
    Ok(findings)
}

/// Tables and amendments that lie in the folder and are none of the new plan, each with what it was.
fn left_over(dir: &Path, texts: &[NamedText]) -> Vec<(&'static str, String)> {
    let tables = known_files().into_iter().filter(|file| dir.join(file).is_file());
    let amendments = std::fs::read_dir(dir.join("amendments")).into_iter().flatten().flatten();
    let mut amendments: Vec<String> = amendments
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
        .map(|name| format!("amendments/{name}"))
        .collect();
    amendments.sort();
    let all =
        tables.map(|file| ("a table", file)).chain(amendments.into_iter().map(|file| ("an amendment", file)));
    all.filter(|(_, file)| !texts.iter().any(|(written, _)| written == file)).collect()
}

/// The name of a file in the folder, with `/` for sub-folders, and its text.
pub type NamedText = (String, String);

/// The files of the plan, name and text, in the order of the format's description; and what could not be carried.
///
/// # Errors
/// What the format cannot hold.
pub fn texts(plan: &Plan, base_file: Option<&str>) -> Result<(Vec<NamedText>, Vec<Finding>), Vec<Finding>> {
    let mut errors = Vec::new();
    let mut texts = vec![("plan.toml".to_owned(), head::text(plan, base_file, &mut errors))];
    let network = &plan.network;
    let made = works::made(plan);
    let mut sheets: Vec<(String, sheet::Sheet)> = Vec::new();
    let mut add = |folder: &str, tables: Vec<(&'static layout::Table, sheet::Sheet)>| {
        for (table, sheet) in tables {
            if !sheet.is_empty() {
                sheets.push((format!("{folder}{}", table.file), sheet));
            }
        }
    };
    add("", grid::fixed_tables(network, base_file.is_none()));
    if base_file.is_none() {
        add("", grid::tables(network, true, &made));
    }
    add("works/", grid::tables(network, false, &made));
    add("", money::tables(plan));
    add("", works::tables(plan));
    add("", works::demand(plan));
    amendments::take_back(plan, &mut sheets, &mut errors);
    for (file, sheet) in sheets.into_iter().filter(|(_, sheet)| !sheet.is_empty()) {
        texts.push((file, sheet.text()));
        errors.extend(sheet.errors);
    }
    texts.extend(amendments::files(plan));
    if errors.is_empty() { Ok((texts, not_carried(plan, base_file))) } else { Err(errors) }
}

fn not_carried(plan: &Plan, base_file: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let made = works::made(plan);
    let lines = plan.network.lines.iter_ids().filter(|(id, _)| !made.contains(&ElementId::Line(*id)));
    let mut odd = lines.map(|(_, line)| line).filter(|line| !line.has_row_id());
    if let Some(first) = odd.next() {
        let count = 1 + odd.count();
        let message = format!(
            "{count} lines keep their id but not the row they are circuits of, for example {} of row {}",
            first.id, first.row
        );
        findings.push(
            Finding::warning(Code::NotCarried, message).element(format!("line {}", first.id)).field("row"),
        );
    }
    if let (Some(file), None) = (&plan.base.file, base_file) {
        let message = format!("the base grid is written as tables, as {file} is not in the folder");
        findings.push(Finding::note(Code::NotCarried, message).field("file"));
    }
    findings
}

/// All tables that a plan folder may have.
fn known_files() -> Vec<String> {
    let works =
        layout::TABLES.iter().filter(|table| table.in_works).map(|table| format!("works/{}", table.file));
    layout::TABLES.iter().map(|table| table.file.to_owned()).chain(works).collect()
}

/// The shortest text that reads back as the same number.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}
