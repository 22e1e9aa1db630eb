//! `[base] file`: the base grid as a file of another format beside plan.toml.

use super::folder::Folder;
use super::grid::{Branch, Grid};
use crate::finding::{Code, Finding, Place};
use crate::model::{Plan, layout};
use std::path::Path;

/// Begins the grid: with what plan.toml says of it, and with the records of the other file if there is one.
pub(super) fn take(folder: &Folder, plan: &Plan, grid: &mut Grid<'_>) {
    grid.network = plan.network.clone();
    let Some(file) = &plan.base.file else { return };
    if folder.is_workbook() {
        let help = "give the base grid as sheets, or take the plan as a folder with the grid file in it";
        tell(folder, Code::Unsupported, format!("`file`: a workbook has no file {file} beside it"), help);
        return;
    }
    let path = folder.path_of(file);
    if path.is_dir() || path.file_name().is_some_and(|name| name == "plan.toml") {
        tell(folder, Code::Value, format!("`file`: {file} is a plan"), "name a grid file of another format");
        return;
    }
    if Path::new(file).is_absolute() || file.split(['/', '\\']).any(|part| part == "..") {
        let help = "put the grid file beside plan.toml, so that the folder is the whole plan";
        tell(folder, Code::Value, format!("`file`: {file} is outside the folder of the plan"), help);
        return;
    }
    match crate::read::read(&path) {
        Err(rejected) => rejected.findings.into_iter().for_each(|finding| folder.log.push(finding)),
        Ok(read) => {
            read.findings.into_iter().for_each(|finding| folder.log.push(finding));
            folder.add_inputs(read.inputs);
            let own = std::mem::replace(&mut grid.network, read.plan.network);
            if !own.name.is_empty() {
                grid.network.name = own.name;
            }
            grid.network.frequency_hz = own.frequency_hz;
            adopt(grid);
        }
    }
}

/// Makes the ids of the file's records known to the tables that follow.
fn adopt(grid: &mut Grid<'_>) {
    let (network, names) = (&grid.network, &mut grid.names);
    for (row, one) in network.catalogue.line_types.iter_ids() {
        names.line_types.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.catalogue.transformer_types.iter_ids() {
        names.transformer_types.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.substations.iter_ids() {
        names.substations.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.buses.iter_ids() {
        names.buses.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.lines.iter_ids() {
        names.branches.adopt(&one.id, Branch::Line(row), &one.origin);
    }
    for (row, one) in network.transformers.iter_ids() {
        names.branches.adopt(&one.id, Branch::Transformer(row), &one.origin);
    }
    for (row, one) in network.transformers3.iter_ids() {
        names.branches.adopt(&one.id, Branch::Transformer3(row), &one.origin);
    }
    for (row, one) in network.compensators.iter_ids() {
        names.compensators.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.dc_links.iter_ids() {
        names.dc_links.adopt(one.id(), row, one.origin());
    }
    for (row, one) in network.catalogue.corrections.iter_ids() {
        names.corrections.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.generators.iter_ids() {
        names.generators.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.loads.iter_ids() {
        names.loads.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.shunts.iter_ids() {
        names.shunts.adopt(&one.id, row, &one.origin);
    }
    for (row, one) in network.switches.iter_ids() {
        names.switches.adopt(&one.id, row, &one.origin);
    }
}

/// Tells a table of the base grid beside a file that holds the base grid; whether it was told.
pub(super) fn refuse_table(folder: &Folder, plan: &Plan, table: &layout::Table) -> bool {
    let Some(base) = &plan.base.file else { return false };
    let refused = table.in_works && folder.has(table.file);
    if refused {
        let message = format!("{} is there, but the base grid is {base}", table.file);
        let help = format!("move its rows to works/{}, or delete `file` from [base]", table.file);
        tell(folder, Code::Conflict, message, &help);
    }
    refused
}

fn tell(folder: &Folder, code: Code, message: String, help: &str) {
    let place = Place::new(&folder.shown("plan.toml").into(), 1);
    folder.log.push(Finding::error(code, message).element("base").field("file").place(place).help(help));
}
