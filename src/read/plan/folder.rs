//! The folder that is read: its files, what was found in them, and the sources they name.

use super::log::Log;
use super::{unfinished, workbook};
use crate::finding::{Code, Finding, Place};
use crate::model::{Amendment, Standing};
use crate::read::{Format, Input, encoding, open};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A plan folder while it is read, or the workbook that stands for one.
pub(super) struct Folder {
    path: PathBuf,
    /// The files of a workbook, by name.
    sheets: Option<BTreeMap<String, Text>>,
    /// What was found.
    pub(super) log: Log,
    inputs: RefCell<Vec<Input>>,
    sources: RefCell<HashMap<String, Arc<str>>>,
    /// Amendments of the plan, in order.
    pub(super) amendments: RefCell<Vec<Amendment>>,
    /// Amendments that are not on disk yet, by file name.
    pub(super) drafts: BTreeMap<String, String>,
}

/// A text file of the folder.
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "a text file's text")]
pub(super) struct Text {
    /// Path as shown to the user.
    pub(super) file: Arc<str>,
    /// Its text, without a byte-order mark.
    pub(super) text: String,
    /// Whether it is a table of a workbook, whose columns are counted and not its characters.
    pub(super) is_sheet: bool,
}

impl Folder {
    /// The folder at `path`.
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            sheets: None,
            log: Log::default(),
            inputs: RefCell::default(),
            sources: RefCell::default(),
            amendments: RefCell::default(),
            drafts: BTreeMap::new(),
        }
    }

    /// The folder of a plan at `path`, the last write of it finished.
    pub(super) fn of_plan(path: &Path) -> Self {
        let folder = Self::new(path);
        match unfinished::finish(path) {
            Ok(false) => {}
            Ok(true) => folder.log.push(Finding::note(
                Code::Io,
                format!("the last write of {} was broken off, and has been finished now", path.display()),
            )),
            Err(error) => folder.log.push(
                Finding::error(
                    Code::Io,
                    format!(
                        "the last write of {} was broken off, and cannot be finished: {error}",
                        path.display()
                    ),
                )
                .help("close what holds the file open, or run it again where the folder may be written to"),
            ),
        }
        folder
    }

    /// The workbook called `name`.
    pub(super) fn of_workbook(bytes: &[u8], name: &str) -> Self {
        let mut folder = Self::new(Path::new(name));
        folder.sheets = Some(workbook::texts(bytes, name, &folder.log));
        let input = Input { path: name.to_owned(), sha256: open::sha256(bytes), format: Format::Workbook };
        folder.inputs.get_mut().push(input);
        folder
    }

    /// The files of its amendments, by name.
    pub(super) fn amendment_files(&self) -> Vec<String> {
        let is_one =
            |file: &str| Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        let mut files: Vec<String> = match &self.sheets {
            Some(sheets) => sheets.keys().filter(|file| file.starts_with("amendments/")).cloned().collect(),
            None => std::fs::read_dir(self.path_of("amendments"))
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .filter(|name| is_one(name) && !name.starts_with('.'))
                .map(|name| format!("amendments/{name}"))
                .collect(),
        };
        files.extend(self.drafts.keys().cloned());
        files.sort();
        files
    }

    /// Whether an amendment in force adds rows to a table.
    pub(super) fn is_amended(&self, file: &str) -> bool {
        let stem = file.trim_end_matches(".csv");
        let amendments = self.amendments.borrow();
        let applied = amendments.iter().filter(|one| one.standing == Standing::Applied);
        applied.flat_map(|one| &one.changes).any(|change| change.table == stem)
    }

    /// Whether it has a file of a name.
    pub(super) fn has(&self, file: &str) -> bool {
        match &self.sheets {
            Some(sheets) => sheets.contains_key(file),
            None => self.path_of(file).exists(),
        }
    }

    /// Whether it is a workbook.
    pub(super) fn is_workbook(&self) -> bool {
        self.sheets.is_some()
    }

    /// A file as it is shown to the user.
    pub(super) fn shown(&self, file: &str) -> String {
        match self.sheets.as_ref().and_then(|sheets| sheets.get(file)) {
            Some(text) => text.file.to_string(),
            None => self.path_of(file).display().to_string(),
        }
    }

    /// The path of a file of the folder, `/` between folders.
    pub(super) fn path_of(&self, file: &str) -> PathBuf {
        file.split('/').filter(|part| !part.is_empty()).fold(self.path.clone(), |path, part| path.join(part))
    }

    /// Reads a text file; tells what is wrong with it otherwise.
    pub(super) fn text(&self, file: &str) -> Option<Text> {
        if let Some(draft) = self.drafts.get(file) {
            let shown = self.path_of(file).display().to_string().into();
            return Some(Text { file: shown, text: draft.clone(), is_sheet: false });
        }
        if let Some(sheets) = &self.sheets {
            return sheets.get(file).cloned();
        }
        let path = self.path_of(file);
        let shown: Arc<str> = path.display().to_string().into();
        let bytes = match open::bytes(&path) {
            Ok(bytes) => bytes,
            Err(finding) => {
                self.log.push(finding);
                return None;
            }
        };
        self.inputs.borrow_mut().push(Input {
            path: shown.to_string(),
            sha256: open::sha256(&bytes),
            format: Format::Plan,
        });
        // What is no text in any encoding has bytes that stand in none.
        if let Some(at) =
            memchr::memchr(0, &bytes).filter(|_| !matches!(bytes.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff])))
        {
            let line = 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count();
            self.log.push(
                Finding::error(Code::Encoding, format!("{shown} is not text"))
                    .place(Place::new(&shown, line.try_into().unwrap_or(u32::MAX)))
                    .help("save the file as `CSV UTF-8`"),
            );
            return None;
        }
        let (text, told) = encoding::decoded(bytes, &shown);
        if let Some(told) = told {
            self.log.push(told);
        }
        Some(Text { file: shown, text: String::from_utf8_lossy(&text).into_owned(), is_sheet: false })
    }

    /// The one shared copy of a source's text.
    pub(super) fn source(&self, text: &str) -> Arc<str> {
        let mut sources = self.sources.borrow_mut();
        if let Some(source) = sources.get(text) {
            return Arc::clone(source);
        }
        let source: Arc<str> = text.into();
        sources.insert(text.to_owned(), Arc::clone(&source));
        source
    }

    /// Notes files that another reader opened.
    pub(super) fn add_inputs(&self, inputs: Vec<Input>) {
        self.inputs.borrow_mut().extend(inputs);
    }

    /// Its findings and the files that were read.
    pub(super) fn close(self) -> (Vec<Finding>, Vec<Input>) {
        (self.log.into_findings(), self.inputs.into_inner())
    }
}

impl Text {
    /// The place of bytes `start..end`.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        let before = self.text.get(..start).unwrap_or(&self.text);
        let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let short = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        if self.is_sheet {
            let mut quoted = false;
            let is_separator = |&c: &char| {
                quoted ^= c == '"';
                c == ',' && !quoted
            };
            let before = self.text.get(line_start..start).unwrap_or("").chars().filter(is_separator);
            return Place::new(&self.file, short(line)).at(short(1 + before.count()), 1);
        }
        let count = |text: Option<&str>| text.map_or(0, |text| text.chars().count());
        let column = 1 + count(self.text.get(line_start..start));
        let width = count(self.text.get(start..end).and_then(|text| text.lines().next()));
        Place::new(&self.file, short(line)).at(short(column), short(width))
    }
}
