//! gridstage's own format: a folder with `plan.toml` and CSV tables.
//!
//! [`read`] goes through the folder once, in the order in which records refer to each other: the head of
//! `plan.toml`, the catalogue, the grid (each table of the base, then of `works/`), works, forecast, criteria.
//! Everything wrong is told, then the plan is refused as a whole. The columns are in
//! [`crate::model::layout`], the format is described in `src/doc/plan_format.md`.

mod base;
mod branches;
mod catalogue;
mod criteria;
mod demand;
mod folder;
mod grid;
mod head;
mod log;
mod names;
mod projects;
mod record;
mod table;
mod workbook;

use crate::finding::{Code, Finding, Place, nearest};
use crate::ids::ScenarioId;
use crate::model::{Plan, layout};
use crate::read::{Read, Rejected};
use folder::Folder;
use grid::Grid;
use head::HeadFile;
use names::Names;
use projects::Works;
use std::path::Path;
use table::Table;

/// Tables of the grid, in the order in which records refer to each other.
const GRID: [&layout::Table; 11] = [
    &layout::LINE_TYPES,
    &layout::TRANSFORMER_TYPES,
    &layout::SUBSTATIONS,
    &layout::BUSES,
    &layout::LINES,
    &layout::TRANSFORMERS,
    &layout::GENERATORS,
    &layout::CAPABILITY,
    &layout::LOADS,
    &layout::SHUNTS,
    &layout::SWITCHES,
];

/// Tables that only a plan with a dated base grid has.
const STAGED: [&layout::Table; 7] = [
    &layout::PROJECTS,
    &layout::PHASES,
    &layout::CHANGES,
    &layout::CONSTRUCTION,
    &layout::FORECAST,
    &layout::GENERATION,
    &layout::MV_TRANSFER,
];

/// Reads the plan in the folder `path` (or in the folder of the `plan.toml` at `path`).
///
/// # Errors
/// If anything in it cannot be used; all that was found is told at once.
pub fn read(path: &Path) -> Result<Read, Rejected> {
    let path = match path.file_name() {
        Some(name) if name == "plan.toml" => path.parent().unwrap_or(path),
        _ => path,
    };
    close(Folder::new(path))
}

/// Reads the plan in the workbook called `name`.
///
/// # Errors
/// If anything in it cannot be used; all that was found is told at once.
pub fn read_workbook(bytes: &[u8], name: &str) -> Result<Read, Rejected> {
    close(Folder::of_workbook(bytes, name))
}

fn close(folder: Folder) -> Result<Read, Rejected> {
    let plan = read_folder(&folder).filter(|_| !folder.log.has_errors());
    let (findings, inputs) = folder.close();
    match plan {
        Some(plan) => Ok(Read { plan, findings, inputs }),
        None => Err(Rejected { findings }),
    }
}

fn read_folder(folder: &Folder) -> Option<Plan> {
    if !folder.has("plan.toml") && folder.is_workbook() {
        let said = format!("the workbook {} has no sheet `plan`", folder.path_of("").display());
        folder.log.push(
            Finding::error(Code::Schema, said)
                .help("a plan in a workbook has a sheet `plan` with the text of plan.toml, a line in each row, and a sheet for each table: `gridstage new` writes an empty one"),
        );
        return None;
    }
    if !folder.has("plan.toml") {
        let shown = folder.path_of("").display().to_string();
        folder.log.push(
            Finding::error(Code::Io, format!("the folder {shown} has no plan.toml"))
                .help("a plan is a folder with plan.toml and CSV tables; name that folder"),
        );
        return None;
    }
    let text = folder.text("plan.toml")?;
    let document = head::parse(folder, &text)?;
    let head = HeadFile::new(folder, &text, &document);
    let mut plan = Plan::default();
    let mut scenarios: Names<ScenarioId> = Names::new("scenario");
    head.take(&mut plan, &mut scenarios);
    unknown_files(folder);

    let mut grid = Grid::new(folder);
    base::take(folder, &plan, &mut grid);
    for layout in GRID {
        if !base::refuse_table(folder, &plan, layout)
            && let Some(table) = Table::open(folder, layout.file, layout)
        {
            grid.take(&table, true);
        }
        let works = format!("works/{}", layout.file);
        if layout.in_works
            && !refuse_staged(folder, &plan, &works)
            && let Some(table) = Table::open(folder, &works, layout)
        {
            grid.take(&table, false);
        }
    }
    for layout in STAGED {
        refuse_staged(folder, &plan, layout.file);
    }
    let open = |layout: &'static layout::Table| Table::open(folder, layout.file, layout);
    let mut works = Works::new(folder);
    if let Some(table) = open(&layout::PROJECTS) {
        works.take_projects(&table, plan.money.as_ref());
    }
    if let Some(table) = open(&layout::PHASES) {
        works.take_phases(&table);
    }
    if let Some(table) = open(&layout::CHANGES) {
        works.take_changes(&table, &grid);
    }
    if let Some(table) = open(&layout::CONSTRUCTION) {
        works.take_construction(&table, &grid);
    }
    if let Some(table) = open(&layout::FORECAST) {
        plan.forecast.rows = demand::forecast(&table, &grid, &scenarios);
    }
    if let Some(table) = open(&layout::GENERATION) {
        plan.schedule = demand::schedule(&table, &grid, &scenarios);
    }
    if let Some(table) = open(&layout::MV_TRANSFER) {
        plan.transfers = demand::transfers(&table, &grid);
    }
    plan.criteria = criteria::take(&head, &grid);
    stage_criteria(folder, &plan);
    plan.projects = works.projects;
    plan.network = grid.network;
    Some(plan)
}

/// Tells a table that makes no sense without a dated base grid; whether it was told.
fn refuse_staged(folder: &Folder, plan: &Plan, file: &str) -> bool {
    let refused = plan.is_bare() && folder.has(file);
    if refused {
        let shown = folder.shown(file);
        folder.log.push(
            Finding::error(Code::Schema, format!("{shown} is there, but the base grid has no date"))
                .field("as_of")
                .place(Place::new(&folder.shown("plan.toml").into(), 1))
                .help("add `as_of`, the day whose grid the tables hold, to [base] in plan.toml"),
        );
    }
    refused
}

/// Tells stages whose criteria set is not there.
fn stage_criteria(folder: &Folder, plan: &Plan) {
    for stage in &plan.stages {
        if stage.criteria.is_empty() || plan.criteria.iter().any(|set| set.id == stage.criteria) {
            continue;
        }
        let help = match nearest(&stage.criteria, plan.criteria.iter().map(|set| set.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add [criteria.\"{}\"], or leave `criteria` out", stage.criteria),
        };
        let message = format!("`criteria`: no criteria set is called `{}`", stage.criteria);
        folder.log.push(
            Finding::error(Code::Reference, message)
                .element(format!("stage {}", stage.id))
                .field("criteria")
                .place(stage.origin.place.clone())
                .help(help),
        );
    }
}

/// Tells CSV files that no table is called by, and folders of a later format, so that nothing is passed over
/// in silence.
fn unknown_files(folder: &Folder) {
    // Sheets were told as they were read.
    if folder.is_workbook() {
        return;
    }
    let mut known: Vec<String> = Vec::new();
    for table in layout::TABLES {
        known.push(table.file.to_owned());
        if table.in_works {
            known.push(format!("works/{}", table.file));
        }
    }
    for sub in ["", "works", "catalogue"] {
        let Ok(entries) = std::fs::read_dir(folder.path_of(sub)) else { continue };
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        for name in names {
            let file = if sub.is_empty() { name } else { format!("{sub}/{name}") };
            if file == "amendments" {
                let message = "the plan has amendments, which this version does not read";
                folder.log.push(
                    Finding::error(Code::Unsupported, message)
                        .help("the result would not be that of the amended plan; move the folder away to judge the plan as approved"),
                );
            }
            let is_table = Path::new(&file).extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
            if is_table && !known.contains(&file) {
                let help = match nearest(&file, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "move it to another folder: here every CSV file is a table of the plan".to_owned()
                    }
                };
                let shown: std::sync::Arc<str> = folder.path_of(&file).display().to_string().into();
                folder.log.push(
                    Finding::error(Code::Schema, format!("a plan has no table `{file}`"))
                        .place(Place::new(&shown, 1))
                        .help(help),
                );
            }
        }
    }
}
