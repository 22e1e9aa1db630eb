//! UCTE-DEF against what pypowsybl 1.16.1 (OLF from a flat start, one slack, no limits, no controls) finds for the same
//! files: voltages in kV, angles up to a turn of the whole grid where the file names no slack.

use super::{assert_olf, cases, opened, reference};
use gridstage::finding::Code;
use gridstage::read::{Format, read_text};

#[test]
fn ucte_files_have_the_voltages_and_angles_that_olf_finds() {
    let Some(cases) = cases() else { return };
    let mut seen = 0;
    for path in std::fs::read_dir(cases.join("ucte")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let read = opened(&path);
        assert_eq!(read.inputs[0].format, Format::Ucte);
        let expected = reference(&cases.join(format!("reference/ucte/{name}.csv")));
        // Border nodes (X..) are no buses of that program.
        assert_olf(&name, &read.plan.network, &expected, |bus| !bus.id.starts_with('X'));
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
}

#[test]
fn what_is_wrong_in_a_ucte_file_is_told_with_its_line_and_column() {
    let good = "##C 2007.05.01\n##N\n##ZDE\n\
                DAAAAA1  A            0 3 380.00       0       0       0       0\n\
                DBBBBB1  B            0 0        100.000       0       0       0\n\
                ##L\nDAAAAA1  DBBBBB1  1 0 1.0000 10.000 0.000000   5000\n";
    let read = |text: &str| read_text(text.as_bytes(), Format::Ucte, "own.uct");
    assert_eq!(read(good).unwrap().plan.network.lines.len(), 1);
    for (from, to, code, line, words) in [
        ("100.000", "1OO.000", Code::Number, 5, "P load"),
        ("DBBBBB1  1 0", "DCCCCC1  1 0", Code::Reference, 7, "no node DCCCCC1"),
        ("DBBBBB1  B ", "DBBBBBx  B ", Code::Value, 5, "voltage level"),
        ("DBBBBB1  B ", "DAAAAA1  B ", Code::Duplicate, 5, "twice"),
        ("1 0 1.0000", "1 5 1.0000", Code::Value, 7, "status"),
    ] {
        let rejected = read(&good.replacen(from, to, 1)).unwrap_err();
        let told =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        assert_eq!(told.place.as_ref().unwrap().line, line, "{told:?}");
        assert!(told.message.contains(words) && told.help.is_some(), "{told:?}");
    }
    let open = good.replace(" 0 3 380.00", " 0 2 380.00");
    let assumed = read(&open).unwrap().findings;
    assert!(assumed.iter().any(|f| f.code == Code::Assumed && f.message.contains("slack")), "{assumed:?}");
    assert_eq!(read("##C\n##N\n").unwrap_err().findings[0].code, Code::NoBuses);
}
