//! What differs between two plans or two grids, record by record.
//!
//! Both are laid out as the tables of a plan, so that grids of any two formats are compared in the same words and units.
//! Rows are known again by their ids (or by what else names them, see [`KEYS`]); numbers count as equal within a relative
//! tolerance. Lines that the two sides give in different forms are compared in ohm.

use super::sheet::Sheet;
use super::{grid, works};
use crate::finding::Finding;
use crate::ids::Id as _;
use crate::model::{Difference, Line, LineImpedance, Network, Plan, What, layout, same_cell};
use std::collections::{BTreeMap, HashMap, HashSet};
use toml_edit::{DocumentMut, Item};

/// What names a row in tables whose rows have no id of their own.
const KEYS: &[(&str, &[&str])] = &[
    ("catalogue/corrections.csv", &["id", "at"]),
    ("windings.csv", &["transformer", "winding"]),
    ("capability.csv", &["generator", "p_mw"]),
    ("converters.csv", &["link", "end"]),
    ("phases.csv", &["project", "id"]),
    ("changes.csv", &["project", "phase", "seq"]),
    ("construction.csv", &["project", "phase", "element", "id", "from"]),
    ("spending.csv", &["project", "year"]),
    ("budgets.csv", &["year", "funding"]),
    ("obstacles.csv", &["project", "since", "text"]),
    ("forecast.csv", &["scenario", "year", "substation", "kind"]),
    ("generation.csv", &["scenario", "year", "generator"]),
    ("mv_transfer.csv", &["from", "to"]),
];

/// How two inputs are compared.
#[derive(Clone, PartialEq, Debug)]
pub struct Compare {
    /// Largest difference of two numbers that counts as none, as a share of the larger one.
    pub tolerance: f64,
    /// Fields (`vm_start_pu`), tables (`forecast`) or both (`lines.name`) that are not looked at.
    pub ignore: Vec<String>,
}

impl Default for Compare {
    /// Rounding only; nothing left out.
    fn default() -> Self {
        Self { tolerance: 1e-9, ignore: Vec::new() }
    }
}

impl Compare {
    fn ignores(&self, table: &str, field: Option<&str>) -> bool {
        self.ignore.iter().any(|word| {
            word == table
                || field.is_some_and(|field| {
                    word == field
                        || word.strip_prefix(table).and_then(|rest| rest.strip_prefix('.')) == Some(field)
                })
        })
    }
}

/// All that differs, table by table in the order of the format, row by row in that of the first.
///
/// # Errors
/// If one of the two holds what no table can (a number that is not finite).
pub fn compare(first: &Plan, second: &Plan, options: &Compare) -> Result<Vec<Difference>, Vec<Finding>> {
    let (one, two) = alike(first, second);
    let (tables_one, tables_two) = (tables(&one)?, tables(&two)?);
    let mut found = Vec::new();
    let grids = first.is_bare() && second.is_bare();
    if !grids && !options.ignores("plan", None) {
        heads(&one, &two, options, &mut found)?;
    }
    let mut names: Vec<&String> = tables_one.iter().chain(&tables_two).map(|(name, _)| name).collect();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert((*name).clone()));
    let sheet = |tables: &'_ [(String, Sheet)], name: &String| tables.iter().position(|(one, _)| one == name);
    for name in names {
        let stem = name.trim_end_matches(".csv");
        if options.ignores(stem, None) {
            continue;
        }
        let pair = [
            sheet(&tables_one, name).map(|at| &tables_one[at].1),
            sheet(&tables_two, name).map(|at| &tables_two[at].1),
        ];
        rows(stem, pair, options, &mut found);
    }
    Ok(found)
}

/// The tables of a plan, with what works make beside the rest.
fn tables(plan: &Plan) -> Result<Vec<(String, Sheet)>, Vec<Finding>> {
    let none = HashSet::new();
    let made = works::made(plan);
    let mut all: Vec<(String, Sheet)> = Vec::new();
    let mut add = |folder: &str, tables: Vec<(&'static layout::Table, Sheet)>| {
        all.extend(tables.into_iter().map(|(table, sheet)| (format!("{folder}{}", table.file), sheet)));
    };
    add("", grid::fixed_tables(&plan.network, true));
    add("", grid::tables(&plan.network, true, &none));
    add("works/", grid::tables(&plan.network, false, &made));
    add("", works::tables(plan));
    add("", works::demand(plan));
    let errors: Vec<Finding> =
        all.iter_mut().flat_map(|(_, sheet)| std::mem::take(&mut sheet.errors)).collect();
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

/// Both with every circuit a row of its own, and lines in a form that can be compared.
fn alike(first: &Plan, second: &Plan) -> (Plan, Plan) {
    let (mut one, mut two) = (first.clone(), second.clone());
    let forms = |network: &Network| -> HashMap<String, (u8, u64)> {
        network.lines.iter().map(|line| (line.id.to_string(), form(line))).collect()
    };
    let (of_one, of_two) = (forms(&one.network), forms(&two.network));
    let differs = |id: &str| of_one.get(id).zip(of_two.get(id)).is_some_and(|(one, two)| one != two);
    for plan in [&mut one, &mut two] {
        if plan.is_bare() {
            for at in 0..plan.network.lines.len() {
                let id = crate::ids::LineId::from_index(at);
                let line = &mut plan.network.lines[id];
                line.row = line.id.clone();
                line.circuit = 0;
            }
        }
        for at in 0..plan.network.lines.len() {
            let id = crate::ids::LineId::from_index(at);
            if differs(&plan.network.lines[id].id) {
                let in_ohm = in_ohm(&plan.network, &plan.network.lines[id]);
                if let Some(in_ohm) = in_ohm {
                    plan.network.lines[id].impedance = in_ohm;
                }
            }
        }
    }
    (one, two)
}

/// The form of a line's impedance, with the base of one per unit.
fn form(line: &Line) -> (u8, u64) {
    match line.impedance {
        LineImpedance::Ohm { .. } => (0, 0),
        LineImpedance::PerUnit { sbase_mva, .. } => (1, sbase_mva.to_bits()),
        LineImpedance::Sections(_) => (2, 0),
    }
}

/// A line's impedance in ohm; `None` where its bus has no rated voltage.
fn in_ohm(network: &Network, line: &Line) -> Option<LineImpedance> {
    let kv = network.buses[line.from].vn_kv;
    if matches!(line.impedance, LineImpedance::PerUnit { .. }) && kv <= 0.0 {
        return None;
    }
    let [r_ohm, x_ohm, g_us, b_us] = network.line_ohm(line);
    Some(LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us })
}

fn rows(table: &str, pair: [Option<&Sheet>; 2], options: &Compare, found: &mut Vec<Difference>) {
    let Some(layout) = pair.iter().flatten().map(|sheet| sheet.layout()).next() else { return };
    let key = key_columns(layout);
    let texts = pair.map(|sheet| sheet.map(Sheet::texts).unwrap_or_default());
    let index = |rows: &[Vec<String>]| {
        let mut index: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let name = key.iter().map(|&column| row.get(column).cloned().unwrap_or_default()).collect();
            index.entry(name).or_default().push(at);
        }
        index
    };
    let name = |row: &[String]| -> String {
        let parts = key.iter().filter_map(|&column| row.get(column)).filter(|part| !part.is_empty());
        parts.cloned().collect::<Vec<_>>().join(" ")
    };
    let of_two = index(&texts[1]);
    let mut met: HashSet<usize> = HashSet::new();
    let mut push =
        |row: &[String], what| found.push(Difference { table: table.to_owned(), row: name(row), what });
    let mut used: HashMap<Vec<String>, usize> = HashMap::new();
    for row in &texts[0] {
        let named: Vec<String> =
            key.iter().map(|&column| row.get(column).cloned().unwrap_or_default()).collect();
        // rows of one name are taken in their order
        let nth = used.entry(named.clone()).or_default();
        let other = of_two.get(&named).and_then(|rows| rows.get(*nth)).copied();
        *nth += 1;
        let Some(at) = other else {
            push(row, What::Removed);
            continue;
        };
        met.insert(at);
        let Some(other) = texts[1].get(at) else { continue };
        for (column, (from, to)) in layout.columns.iter().zip(row.iter().zip(other)) {
            if options.ignores(table, Some(column.name)) || equal(from, to, options.tolerance) {
                continue;
            }
            let (field, unit) = (column.name.to_owned(), column.unit);
            push(row, What::Changed { field, unit, from: from.clone(), to: to.clone() });
        }
    }
    for (_, row) in texts[1].iter().enumerate().filter(|(at, _)| !met.contains(at)) {
        push(row, What::Added);
    }
}

/// The columns that name a row.
fn key_columns(layout: &layout::Table) -> Vec<usize> {
    let named = KEYS.iter().find(|(file, _)| *file == layout.file).map(|(_, columns)| *columns);
    let columns: &[&str] = named.unwrap_or(&["id", "circuit"]);
    columns.iter().filter_map(|name| layout.columns.iter().position(|column| column.name == *name)).collect()
}

/// Whether two cells say the same, numbers within a tolerance.
fn equal(one: &str, two: &str, tolerance: f64) -> bool {
    if same_cell(one, two) {
        return true;
    }
    match (one.parse::<f64>(), two.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance * a.abs().max(b.abs()),
        _ => false,
    }
}

/// What differs in plan.toml, key by key.
fn heads(one: &Plan, two: &Plan, options: &Compare, found: &mut Vec<Difference>) -> Result<(), Vec<Finding>> {
    let mut errors = Vec::new();
    let mut leaves = |plan: &Plan| {
        let text = super::head::text(&Plan { head: None, ..plan.clone() }, None, &mut errors);
        let mut all = BTreeMap::new();
        if let Ok(document) = text.parse::<DocumentMut>() {
            for (key, item) in document.iter() {
                walk(key, item, &mut all);
            }
        }
        all
    };
    let (first, second) = (leaves(one), leaves(two));
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut keys: Vec<&String> = first.keys().chain(second.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (from, to) = (first.get(key), second.get(key));
        let (row, field) = key.rsplit_once('.').unwrap_or(("", key));
        if options.ignores("plan", Some(field)) {
            continue;
        }
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        if !equal(&text(from), &text(to), options.tolerance) {
            found.push(Difference {
                table: "plan".to_owned(),
                row: row.to_owned(),
                what: What::Changed { field: field.to_owned(), unit: "", from: text(from), to: text(to) },
            });
        }
    }
    Ok(())
}

/// The leaves of a TOML value, by path; rows of a list by their `id`, else by their number.
fn walk(path: &str, item: &Item, leaves: &mut BTreeMap<String, String>) {
    if let Some(table) = item.as_table_like() {
        for (key, item) in table.iter() {
            walk(&format!("{path}.{key}"), item, leaves);
        }
        return;
    }
    if let Some(rows) = item.as_array_of_tables() {
        for (at, row) in rows.iter().enumerate() {
            let id = row.get("id").and_then(Item::as_str).map_or_else(|| (at + 1).to_string(), str::to_owned);
            for (key, item) in row {
                walk(&format!("{path} {id}.{key}"), item, leaves);
            }
        }
        return;
    }
    if let Some(rows) = item.as_array() {
        let tables: Vec<&toml_edit::InlineTable> =
            rows.iter().filter_map(toml_edit::Value::as_inline_table).collect();
        if tables.len() == rows.len() && !rows.is_empty() {
            for (at, row) in tables.into_iter().enumerate() {
                let id = row.get("id").and_then(toml_edit::Value::as_str);
                let id = id.map_or_else(|| (at + 1).to_string(), str::to_owned);
                for (key, value) in row {
                    leaves.insert(format!("{path} {id}.{key}"), plain(value));
                }
            }
            return;
        }
    }
    if let Some(value) = item.as_value() {
        leaves.insert(path.to_owned(), plain(value));
    }
}

fn plain(value: &toml_edit::Value) -> String {
    value.as_str().map_or_else(|| value.clone().decorated("", "").to_string(), str::to_owned)
}
