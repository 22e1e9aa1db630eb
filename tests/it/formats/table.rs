//! `gridstage formats` promises nothing that no test holds: behind each row stand a file that somebody else made and the test
//! that reads it; behind what is only written, the reader of somebody else that takes it.

use super::cases;
use std::path::Path;
use std::process::Command;

/// A row of the table, the file of others, the source of the test, and its name.
const HELD: [[&str; 4]; 17] = [
    // Our own format: its largest plan is what tables of other people say, row for row.
    [
        "plan",
        "grids/hanoi",
        "hanoi.rs",
        "every_stage_of_the_hanoi_plan_is_the_build_rule_of_its_tables_row_for_row",
    ],
    // As openpyxl wrote it.
    [
        "xlsx",
        "tests/cases/workbook/teaching.xlsx",
        "formats/workbook.rs",
        "a_workbook_of_another_program_is_the_plan_of_the_folder_that_it_was_made_of",
    ],
    [
        "matpower",
        "cases/matpower/pglib_opf_case118_ieee.m",
        "witness.rs",
        "every_reference_solution_of_matpower_is_met_from_every_start",
    ],
    [
        "psse-raw",
        "cases/psse/v33_IEEE_14_bus.raw",
        "formats/psse.rs",
        "stored_states_of_solved_files_balance_and_stay_where_they_are",
    ],
    [
        "psse-rawx",
        "cases/psse/v35_IEEE_14_bus_rev35.rawx",
        "formats/psse.rs",
        "rawx_and_raw_of_one_grid_are_the_same_grid",
    ],
    // Of the GO competition.
    [
        "psse-lists",
        "tests/cases/contingency/ieee14.con",
        "formats/lists.rs",
        "a_list_of_the_go_challenge_names_the_records_that_its_contingencies_are_called_after",
    ],
    // The list of the GO competition, as a table.
    [
        "outages",
        "tests/cases/contingency/ieee14.con",
        "formats/lists.rs",
        "a_table_of_outages_means_the_records_of_the_list_that_it_was_made_of",
    ],
    [
        "ucte",
        "cases/ucte/12_node_network.uct",
        "formats/ucte.rs",
        "ucte_files_have_the_voltages_and_angles_that_olf_finds",
    ],
    [
        "xiidm",
        "cases/xiidm/nordic32.xiidm",
        "formats/xiidm.rs",
        "xiidm_files_have_the_voltages_and_angles_that_olf_finds",
    ],
    [
        "cgmes",
        "cases/cgmes/IEEE_14_bus.zip",
        "formats/cgmes.rs",
        "fourteen_buses_solve_as_open_load_flow_solves_them",
    ],
    [
        "dgs",
        "cases/dgs/ThreeMIB_T3W_phase_solved.dgs",
        "formats/dgs.rs",
        "dgs_files_have_the_voltages_and_angles_that_olf_finds",
    ],
    [
        "geojson",
        "",
        "formats/geojson.rs",
        "buses_and_lines_lie_where_their_substations_are_with_their_results",
    ],
    [
        "pandapower",
        "cases/pandapower/iceland.json",
        "formats/pandapower.rs",
        "nets_have_the_voltages_that_pandapower_finds",
    ],
    [
        "ieee-cdf",
        "cases/ieee-cdf/ieee14cdf.txt",
        "formats/cdf.rs",
        "every_cdf_file_solves_to_the_state_that_another_program_finds",
    ],
    // Held to its published schema by the crate jsonschema.
    ["json", "", "cli/json.rs", "what_does_not_exist_is_null_in_json_and_empty_in_csv"],
    ["csv", "", "cli/json.rs", "csv_holds_the_numbers_of_json"],
    // Read back by the crate parquet, in a build with that feature.
    ["parquet", "", "formats/parquet.rs", "a_load_flow_has_the_same_cells_as_csv"],
];

#[test]
fn every_row_of_the_table_of_formats_is_held_by_a_test_on_a_file_of_others() {
    let run = Command::new(env!("CARGO_BIN_EXE_gridstage")).arg("formats").output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let is_word = |word: &str| word.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    let listed: Vec<&str> =
        text.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| is_word(word)).collect();
    assert!(listed.len() >= 16, "{text}");
    for name in &listed {
        assert!(HELD.iter().any(|row| row[0] == *name), "no test is named for {name}");
    }
    for [name, file, source, test] in HELD {
        assert!(listed.contains(&name), "{name} is not in the table");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(source);
        let code = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(code.contains(&format!("#[test]\nfn {test}()")), "{source} has no test {test}");
        let Some(cases) = cases() else { continue };
        let path = match file.strip_prefix("cases/") {
            Some(file) => cases.join(file),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(file),
        };
        assert!(path.exists(), "{}", path.display());
        if !file.is_empty() && !matches!(name, "psse-lists" | "outages") {
            let read = gridstage::read::read(&path).unwrap_or_else(|e| panic!("{file}: {e:?}"));
            assert_eq!(read.inputs[0].format.as_str(), name, "{file}");
        }
    }
}
