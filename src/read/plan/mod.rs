//! gridstage's own format: a folder with `plan.toml` and CSV tables.
//!
//! [`read`] goes through the folder once, in the order in which records refer to each other: the head of
//! `plan.toml`, the catalogue, the grid (each table of the base, then of `works/`), works, forecast, criteria.
//! Everything wrong is told, then the plan is refused as a whole. The columns are in
//! [`crate::model::layout`], the format is described in `src/doc/plan_format.md`.

mod amendments;
mod base;
mod branches;
mod catalogue;
mod criteria;
mod demand;
mod equipment;
mod folder;
mod grid;
mod head;
mod log;
mod money;
mod names;
mod projects;
mod record;
mod table;
pub mod unfinished;
mod workbook;
mod works;

use crate::finding::{Code, Finding, Place, nearest};
use crate::ids::ScenarioId;
use crate::model::{AsOf, Budget, Name, Plan, layout, same_cell};
use crate::read::{Input, Read, Rejected};
use folder::Folder;
use grid::Grid;
use head::HeadFile;
use names::Names;
use projects::Works;
use std::path::Path;
use table::Table;

/// Tables of the grid, in the order in which records refer to each other.
const GRID: [&layout::Table; 18] = [
    &layout::LINE_TYPES,
    &layout::TRANSFORMER_TYPES,
    &layout::CORRECTIONS,
    &layout::SUBSTATIONS,
    &layout::BUSES,
    &layout::LINES,
    &layout::TRANSFORMERS,
    &layout::TRANSFORMERS3,
    &layout::WINDINGS,
    &layout::GENERATORS,
    &layout::CAPABILITY,
    &layout::LOADS,
    &layout::SHUNTS,
    &layout::COMPENSATORS,
    &layout::DC_LINKS,
    &layout::CONVERTERS,
    &layout::SWITCHES,
    &layout::AREAS,
];

/// Tables that only a plan with a dated base grid has.
const STAGED: [&layout::Table; 12] = [
    &layout::UNIT_COSTS,
    &layout::PROJECTS,
    &layout::PHASES,
    &layout::CHANGES,
    &layout::BAYS,
    &layout::CONSTRUCTION,
    &layout::SPENDING,
    &layout::BUDGETS,
    &layout::OBSTACLES,
    &layout::FORECAST,
    &layout::GENERATION,
    &layout::MV_TRANSFER,
];

/// Reads the plan in the folder `path` (or in the folder of the `plan.toml` at `path`).
///
/// # Errors
/// If anything in it cannot be used; all that was found is told at once.
pub fn read(path: &Path) -> Result<Read, Rejected> {
    read_as_of(path, &AsOf::Latest)
}

/// Reads the plan as of one of its amendments.
///
/// # Errors
/// As [`read`]; if there is no such amendment.
pub fn read_as_of(path: &Path, as_of: &AsOf) -> Result<Read, Rejected> {
    close(Folder::of_plan(root(path)), as_of)
}

/// Reads the plan as it would be with one more amendment, whose file would be `amendments/ID.toml` and hold `text`.
///
/// # Errors
/// As [`read`].
pub fn read_amended(path: &Path, id: &str, text: &str) -> Result<Read, Rejected> {
    let mut folder = Folder::of_plan(root(path));
    folder.drafts.insert(format!("{}/{id}.toml", amendments::FOLDER), text.to_owned());
    close(folder, &AsOf::Latest)
}

/// What a cell of a table of the plan holds, with all amendments and with `draft` (id and text of one that is not there yet):
/// an amendment begins with it. Empty where nothing; the table by its file without the ending, the row by columns and what
/// they hold.
///
/// # Errors
/// If there is no such table or column, or not one such row, in words.
pub fn cell(
    path: &Path,
    draft: Option<(&str, &str)>,
    table: &str,
    row: &[(Name, String)],
    field: &str,
) -> Result<String, String> {
    let rows = rows(path, draft, table, row)?;
    let layout = amendments::layout_of(table).ok_or_else(|| format!("a plan has no table `{table}`"))?;
    if layout.column(field).is_none() {
        let names: Vec<&str> = layout.columns.iter().map(|column| column.name).collect();
        let near = nearest(field, names.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        return Err(format!("{} has no column `{field}`{}", layout.file, near.unwrap_or_default()));
    }
    let only = rows.into_iter().next().unwrap_or_default();
    Ok(only.into_iter().find(|(column, _)| column == field).map(|(_, text)| text).unwrap_or_default())
}

/// The filled cells of the one row of a table that is named, with all amendments.
///
/// # Errors
/// As [`cell`].
pub fn row(
    path: &Path,
    draft: Option<(&str, &str)>,
    table: &str,
    row: &[(Name, String)],
) -> Result<Vec<(Name, String)>, String> {
    Ok(rows(path, draft, table, row)?.into_iter().next().unwrap_or_default())
}

fn rows(
    path: &Path,
    draft: Option<(&str, &str)>,
    name: &str,
    row: &[(Name, String)],
) -> Result<Vec<Vec<(Name, String)>>, String> {
    let Some(layout) = amendments::layout_of(name) else {
        let stems = layout::TABLES.iter().map(|table| table.file.trim_end_matches(".csv"));
        let near = nearest(name, stems).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("a plan has no table `{name}`{near}"));
    };
    for (column, _) in row {
        if layout.column(column).is_none() {
            return Err(format!("{} has no column `{column}`", layout.file));
        }
    }
    let mut folder = Folder::of_plan(root(path));
    if let Some((id, text)) = draft {
        folder.drafts.insert(format!("{}/{id}.toml", amendments::FOLDER), text.to_owned());
    }
    *folder.amendments.borrow_mut() = amendments::read(&folder, &AsOf::Latest);
    let table = Table::open(&folder, &format!("{name}.csv"), layout);
    let Some(table) = table else { return Err(format!("the plan has no {name}.csv")) };
    let found = table.find(|table, one| {
        row.iter().all(|(column, value)| same_cell(table.cell(one, column).unwrap_or(""), value))
    });
    let words =
        || row.iter().map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ");
    match found.as_slice() {
        [only] => Ok(vec![table.filled(*only)]),
        [] => {
            let near = row.first().filter(|_| row.len() == 1).and_then(|(column, wanted)| {
                let held = table.column_texts(column);
                nearest(wanted, held.iter().map(String::as_str))
                    .map(|near| format!("; did you mean `{near}`?"))
            });
            Err(format!("{name}.csv has no row with {}{}", words(), near.unwrap_or_default()))
        }
        many => Err(format!("{} rows of {name}.csv have {}: name more columns", many.len(), words())),
    }
}

/// Reads budgets for a plan from a table of their own, with the columns of budgets.csv; and what was read.
///
/// # Errors
/// What is wrong in it, all at once.
pub fn budgets(path: &Path, plan: &Plan) -> Result<(Vec<Budget>, Vec<Input>), Vec<Finding>> {
    let folder = Folder::new(path.parent().unwrap_or(Path::new("")));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let table = Table::open(&folder, &name, &layout::BUDGETS);
    let rows = table.map(|table| money::budgets(&table, &folder, plan)).unwrap_or_default();
    let failed = folder.log.has_errors();
    let (findings, inputs) = folder.close();
    if failed { Err(findings) } else { Ok((rows, inputs)) }
}

/// The folder of a plan, of which plan.toml may be named.
fn root(path: &Path) -> &Path {
    match path.file_name() {
        Some(name) if name == "plan.toml" => path.parent().unwrap_or(path),
        _ => path,
    }
}

/// Reads the plan in the workbook called `name`.
///
/// # Errors
/// If anything in it cannot be used; all that was found is told at once.
pub fn read_workbook(bytes: &[u8], name: &str) -> Result<Read, Rejected> {
    read_workbook_as_of(bytes, name, &AsOf::Latest)
}

/// The same as of one of its amendments.
///
/// # Errors
/// As [`read_workbook`]; if there is no such amendment.
pub fn read_workbook_as_of(bytes: &[u8], name: &str, as_of: &AsOf) -> Result<Read, Rejected> {
    close(Folder::of_workbook(bytes, name), as_of)
}

fn close(folder: Folder, as_of: &AsOf) -> Result<Read, Rejected> {
    let amendments = amendments::read(&folder, as_of);
    *folder.amendments.borrow_mut() = amendments;
    let mut plan = read_folder(&folder).filter(|_| !folder.log.has_errors());
    if let Some(plan) = &mut plan {
        plan.amendments = folder.amendments.take();
    }
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
    grid.finish();
    for layout in STAGED {
        refuse_staged(folder, &plan, layout.file);
    }
    base_amended(folder, &plan);
    let open = |layout: &'static layout::Table| Table::open(folder, layout.file, layout);
    let mut works = Works::new(folder);
    if let Some(table) = open(&layout::PROJECTS) {
        works.take_projects(&table, plan.money.as_ref());
    }
    if let Some(table) = open(&layout::PHASES) {
        works.take_phases(&table);
    }
    let changes = open(&layout::CHANGES);
    if let Some(table) = &changes {
        works.take_changes(table, &mut grid);
    }
    let mut bays: Names<usize> = Names::new("bay");
    if let Some(table) = open(&layout::BAYS) {
        plan.bays = works.bays(&table, &grid, &mut bays);
    }
    for record in changes.iter().flat_map(|table| table.records(folder)) {
        bays.find(&record, "bay");
    }
    if let Some(table) = open(&layout::CONSTRUCTION) {
        works.take_construction(&table, &grid);
    }
    if let Some(table) = open(&layout::SPENDING) {
        works.take_spending(&table);
    }
    if let Some(table) = open(&layout::OBSTACLES) {
        works.take_obstacles(&table);
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
    if let Some(table) = open(&layout::UNIT_COSTS) {
        plan.unit_costs = money::unit_costs(&table, folder, plan.money.as_ref());
    }
    if let Some(table) = open(&layout::BUDGETS) {
        plan.budgets = money::budgets(&table, folder, &plan);
    }
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

/// Tells amendments of tables that the plan does not have, as its base grid is in another file.
fn base_amended(folder: &Folder, plan: &Plan) {
    let Some(file) = &plan.base.file else { return };
    for amendment in folder.amendments.borrow().iter() {
        for change in &amendment.changes {
            let of_base = GRID.iter().any(|layout| {
                layout.file.trim_end_matches(".csv") == change.table && !layout.file.starts_with("catalogue/")
            });
            if of_base && !folder.has(&format!("{}.csv", change.table)) {
                let message =
                    format!("{}: the base grid is in {file}, not in {}.csv", amendment.id, change.table);
                folder.log.push(
                    Finding::error(Code::AmendmentFails, message)
                        .element(format!("amendment {}", amendment.id))
                        .place(change.place.clone())
                        .help("amend a work that changes the grid, or add one"),
                );
            }
        }
    }
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

/// Tells CSV files that no table is called by, so that nothing is passed over
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
