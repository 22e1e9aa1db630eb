//! The door: formats by content, packed files, encodings.

use super::cases;
use gridstage::finding::{Code, Severity};
use gridstage::read::{Format, read_bytes};
use std::io::Write as _;

const CASE: &str = "function mpc = own
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
2 1 50 10 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [1 0 0 50 -50 1 100 1 100 0];
mpc.branch = [1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360];
mpc.bus_name = {'Hà Đông'; 'Mai Lâm'};
";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        packed.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(bytes).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

#[test]
fn a_file_is_known_by_what_stands_in_it_however_it_is_packed_or_encoded() {
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(CASE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let with_mark = [b"\xEF\xBB\xBF", CASE.as_bytes()].concat();
    let plain = read_bytes(CASE.as_bytes().to_vec(), "x").unwrap();
    assert_eq!(plain.plan.network.buses.as_slice()[0].name, "Hà Đông");
    for bytes in [
        with_mark,
        utf16,
        gzip(CASE.as_bytes()),
        zipped(&[("folder/", b""), ("folder/own.m", CASE.as_bytes())]),
    ] {
        let read = read_bytes(bytes, "grid.bin").unwrap();
        assert_eq!(read.inputs[0].format, Format::Matpower);
        assert_eq!(read.plan.network.buses, plain.plan.network.buses);
    }
}

#[test]
fn names_of_a_code_page_are_read_and_told() {
    let bytes = CASE.replace("Hà Đông", "H\u{1} ông").into_bytes();
    let bytes: Vec<u8> = bytes.iter().map(|&b| if b == 1 { 0xE0 } else { b }).collect();
    // What is left in UTF-8 in the same file comes out wrong, and that is told.
    let read = read_bytes(bytes, "own.m").unwrap();
    assert!(read.plan.network.buses.as_slice()[0].name.starts_with("Hà "));
    let told = read.findings.iter().find(|f| f.code == Code::AssumedEncoding).unwrap();
    assert_eq!(told.severity, Severity::Warning);
    assert_eq!(told.place.as_ref().map(|place| place.line), Some(10));
}

#[test]
fn what_lies_beside_the_grid_of_an_archive_is_left_and_told() {
    let readme = b"A case of three buses.\nSee the licence.\n";
    let bytes = zipped(&[("README.md", readme), ("own.m", CASE.as_bytes()), ("LICENSE", readme)]);
    let read = read_bytes(bytes, "grid.zip").unwrap();
    assert_eq!(read.inputs[0].path, "grid.zip/own.m");
    let told = read.findings.iter().find(|finding| finding.code == Code::NotUsed).unwrap();
    assert!(told.message.contains("README.md, LICENSE"), "{}", told.message);
    let two = zipped(&[("a.m", CASE.as_bytes()), ("README.md", readme), ("b.m", CASE.as_bytes())]);
    let refused = read_bytes(two, "grid.zip").unwrap_err().findings.remove(0);
    assert!(
        refused.message.contains("2 files") && refused.message.contains("a.m, b.m"),
        "{}",
        refused.message
    );
}

#[test]
fn archives_of_many_files_within_each_other_or_broken_are_refused() {
    let code = |bytes: Vec<u8>| read_bytes(bytes, "x").unwrap_err().findings[0].code;
    assert_eq!(code(zipped(&[("a.m", b"1"), ("b.m", b"2")])), Code::Unsupported);
    assert_eq!(code(zipped(&[])), Code::Unsupported);
    assert_eq!(code(gzip(&gzip(CASE.as_bytes()))), Code::Unsupported);
    let packed = gzip(CASE.as_bytes());
    assert_eq!(code(packed[..packed.len() / 2].to_vec()), Code::Syntax);
    assert_eq!(code(b"PK\x03\x04 and no more".to_vec()), Code::Syntax);
    assert_eq!(code(gzip(b"")), Code::Empty);
}

#[test]
fn a_packed_case_of_another_program_is_read_as_it_lies() {
    let Some(cases) = cases() else { return };
    let read = super::opened(&cases.join("matpower/case1888rte.m.gz"));
    assert_eq!(read.plan.network.buses.len(), 1888);
}

#[test]
fn json_that_is_broken_or_of_no_known_kind_is_told() {
    let Some(shared) = crate::support::shared() else { return };
    for (file, code, word) in [
        ("80_deep_nesting.json", Code::Syntax, "64"),
        ("82_duplicate_keys.json", Code::Syntax, "base_mva"),
        ("86_declared_huge.json", Code::Schema, "n_buses"),
    ] {
        let rejected = gridstage::read::read(&shared.join("bad-inputs").join(file)).unwrap_err();
        let [finding] = rejected.findings.as_slice() else { panic!("{file}: {rejected:?}") };
        assert_eq!(finding.code, code, "{file}");
        assert!(finding.message.contains(word), "{file}: {}", finding.message);
    }
}

#[test]
fn what_is_known_but_not_read_is_refused_with_the_way_out() {
    let bytes = b"MATLAB 5.0 MAT-file, Platform: PCWIN64 \0\x01IM".to_vec();
    for name in ["case.mat", "case.dat"] {
        let finding = read_bytes(bytes.clone(), name).unwrap_err().findings.remove(0);
        assert_eq!(finding.code, Code::Unsupported, "{name}: {finding:?}");
        assert!(finding.help.unwrap_or_default().contains("savecase"), "{name}");
    }
}
