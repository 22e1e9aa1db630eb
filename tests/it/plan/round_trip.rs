//! Reading what was written gives the same plan, and writing it again the same bytes.

use super::{case, teaching};
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
