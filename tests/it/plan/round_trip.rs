//! Reading what was written gives the same plan, and writing it again the same bytes.

use super::{case, edited_folder, teaching};
use gridstage::finding::Code;
use gridstage::ids::Id;
use gridstage::model::Rule;
use gridstage::{read, write};
use std::collections::BTreeMap;
use std::path::Path;

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().display().to_string();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn a_plan_written_as_it_was_read_gives_the_same_bytes() {
    let plan = teaching();
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(write::plan::write(&plan, dir.path()).unwrap(), []);
    let (before, after) = (bytes(&case("teaching")), bytes(dir.path()));
    for (file, text) in &before {
        let after = after.get(file).map(|text| String::from_utf8_lossy(text));
        assert_eq!(Some(String::from_utf8_lossy(text)), after, "{file}");
    }
    assert_eq!(before.len(), after.len());
    assert!(read::plan::read(dir.path()).unwrap().plan == plan);
}

#[test]
fn a_plan_without_a_text_of_its_own_reads_back_the_same() {
    let mut plan = teaching();
    plan.head = None;
    let dir = tempfile::tempdir().unwrap();
    write::plan::write(&plan, dir.path()).unwrap();
    let mut back = read::plan::read(dir.path()).unwrap().plan;
    let first = bytes(dir.path());
    write::plan::write(&back, dir.path()).unwrap();
    back.head = None;
    assert!(back == plan);
    assert_eq!(bytes(dir.path()), first);
}

#[test]
fn a_changed_plan_keeps_the_comments_and_the_layout_of_plan_toml() {
    let mut plan = teaching();
    plan.scenarios[Id::from_index(1)].load_factor = 0.45;
    plan.stages = plan.stages.iter().filter(|stage| stage.id != "2018").cloned().collect();
    let set = &mut plan.criteria[0];
    set.rules.insert(1, Rule { id: "C06".into(), ..set.rules[0].clone() });
    plan.money = None;
    let before = std::fs::read_to_string(case("teaching").join("plan.toml")).unwrap();
    let rule = before.lines().find(|line| line.contains("C05\"")).unwrap();
    let after = before
        .replace("load_factor = 0.5   #", "load_factor = 0.45   #")
        .replace("[[stage]]\nid = \"2018\"\nat = 2018-12-31\ncriteria = \"110\"\n\n", "")
        .replace(rule, &format!("{rule}\n{}", rule.replace("C05", "C06")))
        .replace("[economics]\ncurrency = \"VND\"\nprice_year = 2016\ndiscount_rate = 0.1\n\n", "");
    let written = &write::plan::texts(&plan, None).unwrap().0[0].1;
    assert_eq!(*written, after);
}

#[test]
fn what_says_the_same_in_other_words_stays_as_it_was_written() {
    let dir = edited_folder(&[
        ("plan.toml", "at = 2018-12-31", "at = \"2018\""),
        ("plan.toml", "load_factor = 0.5", "load_factor = 5e-1"),
        (
            "plan.toml",
            "horizon = { start = 2016, end = 2020, outlook = 2022 }",
            "horizon.start = 2016\nhorizon.end = 2020\nhorizon.outlook = 2022",
        ),
        ("plan.toml", "sbase_mva = 100", "sbase_mva = 100.0\nfrequency_hz = 50"),
    ]);
    let before = std::fs::read_to_string(dir.path().join("plan.toml")).unwrap();
    let plan =
        read::plan::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings)).plan;
    assert!(plan == teaching());
    assert_eq!(write::plan::texts(&plan, None).unwrap().0[0].1, before);
}

#[test]
fn a_bare_grid_is_a_folder_with_little_in_plan_toml() {
    let dir = edited_folder(&[]);
    for file in ["works", "projects.csv", "changes.csv", "forecast.csv", "generation.csv", "mv_transfer.csv"]
    {
        let path = dir.path().join(file);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
    let text = "# three stations\n[plan]\nid = \"bare\"\n";
    std::fs::write(dir.path().join("plan.toml"), text).unwrap();
    let plan = read::read(dir.path()).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings)).plan;
    assert!(plan.is_bare());
    assert_eq!(plan.stages.iter().map(|stage| stage.id.as_str()).collect::<Vec<_>>(), ["grid"]);
    assert_eq!(plan.scenarios.iter().map(|scenario| scenario.id.as_str()).collect::<Vec<_>>(), ["given"]);
    assert_eq!(write::plan::texts(&plan, None).unwrap().0[0].1, text);
}

#[test]
fn tables_that_a_plan_no_longer_needs_are_deleted_and_other_files_stay() {
    let dir = edited_folder(&[]);
    std::fs::write(dir.path().join("README.md"), "mine").unwrap();
    let mut plan = teaching();
    plan.transfers.clear();
    write::plan::write(&plan, dir.path()).unwrap();
    let files = bytes(dir.path());
    assert!(!files.contains_key("mv_transfer.csv"));
    assert!(files.contains_key("README.md") && files.contains_key("works/lines.csv"));
    assert!(read::plan::read(dir.path()).unwrap().plan == plan);
}

#[test]
fn a_number_that_no_file_can_hold_is_refused_and_nothing_is_written() {
    let mut plan = teaching();
    plan.network.loads[Id::from_index(1)].q_mvar = f64::NAN;
    let dir = tempfile::tempdir().unwrap();
    let errors = write::plan::write(&plan, dir.path()).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "load A2: `q_mvar` is NaN, which a plan cannot hold");
    assert_eq!(bytes(dir.path()).len(), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_told_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("taken");
    std::fs::write(&file, "").unwrap();
    let errors = write::plan::write(&teaching(), &file).unwrap_err();
    assert_eq!(errors[0].code, Code::Io);
    assert!(errors[0].message.contains("taken cannot be written"), "{}", errors[0].message);
}
