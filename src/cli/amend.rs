//! `gridstage amend`: writes an amendment.

use super::exit::Exit;
use super::input::{self, Opened};
use super::output::deliver;
use super::talk::{self, Detail, Talk};
use crate::finding::{Finding, Severity};
use crate::model::{APPROVED, Amend, Amendment, Edit, Name, Origin, Plan, PlanDate, Standing, lint};
use crate::{read, write};
use jiff::civil::Date;
use std::io;
use std::path::{Path, PathBuf};

/// Write an amendment of a plan: what is decided after it was approved, as a record of its own
///
/// The tables stay as they were approved; the amendment lies beside them in amendments/ID.toml and is replayed on top. What
/// each field holds before is noted with it and verified from then on. Nothing is written if the amended plan would not
/// hold together.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage amend grids/hanoi --date 2026-03-01 --reason \"land not handed over\" \\
      --decision 123/QD --set projects P184 commissioning_date 2031-06-30
  gridstage amend grids/hanoi --date 2026-04-01 --reason \"higher forecast\" \\
      --set forecast \"year=2030;substation=YENPHU\" p_mw 160 --dry-run
  gridstage diff grids/hanoi@approved grids/hanoi

A table is named by its file without .csv (projects, works/lines), a row by its id or by columns that fit one row.

Exit codes: 0 written, 2 usage, 3 the plan, or the amended one, is invalid (nothing is written), 74 not written.")]
pub(crate) struct Args {
    /// Plan folder
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Id of the amendment, never used before [default: the next of A01, A02 …]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Day of the decision
    #[arg(long, value_name = "DATE")]
    date: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Number of the decision
    #[arg(long, value_name = "TEXT", default_value = "")]
    decision: String,
    /// Who writes it
    #[arg(long, value_name = "TEXT", default_value = "")]
    author: String,
    /// An earlier amendment that is not applied any more; may be repeated
    #[arg(long, value_name = "ID")]
    supersedes: Vec<String>,
    /// Give a field another content; "" empties it; may be repeated
    #[arg(long, num_args = 4, value_names = ["TABLE", "ROW", "FIELD", "VALUE"], allow_hyphen_values = true)]
    set: Vec<String>,
    /// Add a row: `id=P900;name=New line`; may be repeated
    #[arg(long, num_args = 2, value_names = ["TABLE", "CELLS"])]
    add: Vec<String>,
    /// Take a row out; may be repeated
    #[arg(long, num_args = 2, value_names = ["TABLE", "ROW"])]
    delete: Vec<String>,
    /// Show the file that would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    talk: talk::Options,
}

/// Writes the amendment.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let folder = match args.plan.file_name() {
        Some(name) if name == "plan.toml" => args.plan.parent().unwrap_or(&args.plan),
        _ => args.plan.as_path(),
    };
    if !folder.is_dir() {
        talk.error(&format!(
            "{} is no plan folder: amendments lie in one\nwrite a workbook or a grid as a folder with `gridstage convert`",
            folder.display()
        ));
        return Exit::Usage;
    }
    let opened = match input::open(folder, &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, None, &talk),
    };
    let amendment = match amendment(args, folder, &opened.plan) {
        Ok(amendment) => amendment,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let text = write::plan::amendment_text(&amendment);
    match sound(folder, &amendment.id, &text, &opened) {
        Ok(new) => talk.findings(&new, Detail::All, ""),
        Err(findings) => {
            talk.error("the amended plan would not hold together, and nothing is written");
            return input::reject(&findings, None, &talk);
        }
    }
    let path = folder.join("amendments").join(format!("{}.toml", amendment.id));
    if args.dry_run {
        return deliver(None, Exit::Holds, &talk, |out, _| out.write_all(text.as_bytes()));
    }
    if let Err(error) = written(&path, &text) {
        talk.error(&format!("{} cannot be written: {error}", path.display()));
        return Exit::Output;
    }
    told(&talk, &path, &amendment, &opened.plan, folder)
}

fn told(talk: &Talk, path: &Path, amendment: &Amendment, plan: &Plan, folder: &Path) -> Exit {
    let (id, folder) = (&amendment.id, folder.display());
    deliver(None, Exit::Holds, talk, |out, _| {
        writeln!(out, "{}", path.display())?;
        for change in &amendment.changes {
            writeln!(out, "  {}", change.words())?;
        }
        for gone in &amendment.supersedes {
            writeln!(out, "  {gone} is superseded")?;
        }
        let before = plan.amendments.last().map_or(APPROVED, |last| last.id.as_str());
        writeln!(out, "Next: gridstage diff {folder}@{before} {folder}@{id} --effect")
    })
}

/// The amendment that is asked for.
fn amendment(args: &Args, folder: &Path, plan: &Plan) -> Result<Amendment, String> {
    let taken = |id: &str| plan.amendments.iter().any(|one| one.id == id);
    let id = match &args.id {
        Some(id) if taken(id) => {
            return Err(format!("there is an amendment {id} already\nan id is never used again"));
        }
        Some(id) if id.is_empty() || id.contains(['/', '\\', '.']) => {
            return Err(format!(
                "`{id}` cannot be an id: a file is called by it\nwrite letters, digits, - and _"
            ));
        }
        Some(id) => id.clone(),
        None => {
            let free = (1..=u32::MAX).map(|number| format!("A{number:02}")).find(|id| !taken(id));
            free.unwrap_or_default()
        }
    };
    let date: Date = match args.date.parse::<PlanDate>() {
        Ok(date) => date.date,
        Err(help) => return Err(format!("--date {}: {help}", args.date)),
    };
    let mut amendment = Amendment {
        id: id.as_str().into(),
        seq: plan.amendments.iter().map(|one| one.seq).max().unwrap_or(0).saturating_add(1),
        date,
        decision: args.decision.clone(),
        reason: args.reason.clone(),
        author: args.author.clone(),
        supersedes: args.supersedes.iter().map(Name::from).collect(),
        changes: Vec::new(),
        standing: Standing::Applied,
        origin: Origin::default(),
        text: None,
    };
    // what is there once the superseded ones are gone
    let repeal = write::plan::amendment_text(&amendment);
    let draft = (!amendment.supersedes.is_empty()).then_some((id.as_str(), repeal.as_str()));
    for one in args.set.chunks(4) {
        let [table, row, field, to] = one else { continue };
        let row = named(row);
        let earlier = amendment.changes.iter().rev().find_map(|change| match &change.edit {
            Edit::Set { field: set, to, .. }
                if change.table == *table && change.row == row && set == field =>
            {
                Some(to.clone())
            }
            _ => None,
        });
        let from = match earlier {
            Some(from) => from,
            None => read::plan::cell(folder, draft, table, &row, field)?,
        };
        if crate::model::same_cell(&from, to) {
            return Err(format!("`{field}` of {table} {} holds {to} already", one[1]));
        }
        let edit = Edit::Set { field: field.into(), from, to: to.clone() };
        amendment.changes.push(Amend { table: table.into(), row, edit, place: None });
    }
    for one in args.add.chunks(2) {
        let [table, cells] = one else { continue };
        let cells = named(cells);
        amendment.changes.push(Amend {
            table: table.into(),
            row: cells.clone(),
            edit: Edit::Add(cells),
            place: None,
        });
    }
    for one in args.delete.chunks(2) {
        let [table, row] = one else { continue };
        let row = named(row);
        let cells = read::plan::row(folder, draft, table, &row)?;
        amendment.changes.push(Amend {
            table: table.into(),
            row,
            edit: Edit::Delete { cells, at: 0 },
            place: None,
        });
    }
    if amendment.changes.is_empty() && amendment.supersedes.is_empty() {
        return Err(
            "the amendment changes nothing\nsay what with --set, --add, --delete or --supersedes".to_owned()
        );
    }
    Ok(amendment)
}

/// `P003`, or `year=2025;substation=A`.
fn named(row: &str) -> Vec<(Name, String)> {
    let cells: Option<Vec<(Name, String)>> = row
        .split(';')
        .map(|part| {
            part.split_once('=').map(|(column, text)| (Name::from(column.trim()), text.trim().to_owned()))
        })
        .collect();
    cells.unwrap_or_else(|| vec![(Name::from("id"), row.to_owned())])
}

/// Whether the amended plan can be read, and built to its end; and the remarks on it that the plan before does not earn.
fn sound(folder: &Path, id: &str, text: &str, before: &Opened) -> Result<Vec<Finding>, Vec<Finding>> {
    let amended = read::read_amended(folder, id, text).map_err(|rejected| rejected.findings)?;
    let found = lint(&amended.plan);
    let broken: Vec<Finding> =
        found.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let known: Vec<Finding> = before.findings.iter().cloned().chain(lint(&before.plan)).collect();
    let is_known =
        |one: &Finding| known.iter().any(|other| (other.code, &other.message) == (one.code, &one.message));
    Ok(amended.findings.into_iter().chain(found).filter(|one| !is_known(one)).collect())
}

/// Puts the file there, whole; one that is there already stays.
fn written(path: &Path, text: &str) -> io::Result<()> {
    if path.exists() {
        let message = "it is there already, and no amendment is ever edited";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    write::atomically(path, |out| out.write_all(text.as_bytes()))
}
