//! `gridstage new`: a small plan to begin with.

use super::exit::Exit;
use super::output::deliver;
use super::talk;
use crate::finding::Finding;
use crate::write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of the plan, as they lie beside this one.
const FILES: [(&str, &str); 11] = [
    ("plan.toml", include_str!("new/plan.toml")),
    ("substations.csv", include_str!("new/substations.csv")),
    ("buses.csv", include_str!("new/buses.csv")),
    ("lines.csv", include_str!("new/lines.csv")),
    ("generators.csv", include_str!("new/generators.csv")),
    ("loads.csv", include_str!("new/loads.csv")),
    ("forecast.csv", include_str!("new/forecast.csv")),
    ("projects.csv", include_str!("new/projects.csv")),
    ("changes.csv", include_str!("new/changes.csv")),
    ("works/lines.csv", include_str!("new/works/lines.csv")),
    ("catalogue/line_types.csv", include_str!("new/catalogue/line_types.csv")),
];

/// A workbook with every sheet and column, and no rows.
const WORKBOOK: &str = "empty.xlsx";

/// What makes a spreadsheet take a table for UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Write a small commented plan to begin with: three stations, two stages, one work
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage new myplan
  gridstage check myplan

The tables open in a spreadsheet and may be saved from it as it likes: with commas or semicolons, decimal points
or commas, UTF-8 or not. Who would rather have one workbook takes empty.xlsx, which has every sheet and column with its
meaning, fills it in, and gives it in the place of the folder. The folder must not be there yet, or be empty.

Exit codes: 0 written, 2 usage (the folder holds something), 74 output not written.")]
pub(crate) struct Args {
    /// Folder to write
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    talk: talk::Options,
}

/// Writes the plan.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let folder = args.folder.display();
    let holds_something = fs::read_dir(&args.folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds_something || args.folder.is_file() {
        talk.error(&format!("{folder} is there already\ngive a folder that is not, or an empty one"));
        return Exit::Usage;
    }
    if let Err(error) = write::folder_atomically(&args.folder, write_files) {
        talk.error(&format!("{folder} cannot be written: {error}"));
        return Exit::Output;
    }
    deliver(None, Exit::Holds, &talk, |out, _| {
        writeln!(out, "{folder}: {} files. Next: gridstage check {folder}", FILES.len() + 1)
    })
}

fn write_files(folder: &Path) -> io::Result<()> {
    for (name, text) in FILES {
        let path = name.split('/').fold(folder.to_path_buf(), |path, part| path.join(part));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let is_table = name != "plan.toml";
        let mark = if is_table { BYTE_ORDER_MARK } else { "" };
        write::atomically(&path, |out| write!(out, "{mark}{text}"))?;
    }
    let head = FILES.iter().find(|(name, _)| *name == "plan.toml").map_or("", |(_, text)| text);
    let refused = |findings: Vec<Finding>| {
        io::Error::other(findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>().join("; "))
    };
    let bytes = write::plan::empty_workbook(head).map_err(refused)?;
    write::atomically(&folder.join(WORKBOOK), |out| out.write_all(&bytes))
}
