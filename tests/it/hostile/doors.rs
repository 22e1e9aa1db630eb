//! What is asked of hostile input, one function for each door into the program. `cargo fuzz` (`fuzz/`) feeds them, and so does
//! the smoke test beside this file: a door answers with a grid or with findings, and what it lets in is solved or told to have no
//! solution.
//!
//! Input of several files is one text with `=== NAME` before each of them.

use gridstage::case;
use gridstage::finding::{Finding, Severity};
use gridstage::flow::{Controls, FlowOptions, LoadFlow, Slack, Status, diagnose, load_flow};
use gridstage::model::{AsOf, Network, Plan, Selection, lint};
use gridstage::read::{self, Format, ListFiles, Read, Rejected};
use gridstage::report::Ink;
use gridstage::report::text::findings;
use gridstage::study::suspects;
use gridstage::write::{self, GridFormat, PsseForm};
use std::fs;
use std::path::{Path, PathBuf};

/// A door: its name, and what it does with input.
pub(crate) type Door = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const DOORS: [Door; 16] = [
    ("matpower", |input| read_as(input, Format::Matpower)),
    ("raw", |input| read_as(input, Format::Raw)),
    ("rawx", |input| read_as(input, Format::Rawx)),
    ("cdf", |input| read_as(input, Format::Cdf)),
    ("ucte", |input| read_as(input, Format::Ucte)),
    ("xiidm", |input| read_as(input, Format::Xiidm)),
    ("pandapower", |input| read_as(input, Format::Pandapower)),
    ("dgs", |input| read_as(input, Format::Dgs)),
    ("cgmes", cgmes),
    ("packed", packed),
    ("workbook", workbook),
    ("plan", plan),
    ("lists", lists),
    ("expected", expected),
    ("solve", solve),
    ("convert", convert),
];

/// The door of a name.
#[must_use]
pub(crate) fn door(name: &str) -> Option<fn(&[u8])> {
    DOORS.iter().find(|(known, _)| *known == name).map(|&(_, door)| door)
}

/// Larger grids are not solved here: they would take the time of many small ones.
const MOST_BUSES: usize = 120;

/// What was read, if it was; what was found has to say so either way, in words that can be shown.
fn judged(read: Result<Read, Rejected>, input: &[u8]) -> Option<Read> {
    let found = match &read {
        Ok(read) => &read.findings,
        Err(rejected) => &rejected.findings,
    };
    let wrong = found.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(wrong, read.is_err(), "{found:#?}");
    shown(found, input);
    read.ok()
}

/// Findings are put into words, with the line that they are about.
fn shown(found: &[Finding], input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for finding in found.iter().take(20) {
        let mut line = |place: &gridstage::finding::Place| {
            let at = (place.line as usize).saturating_sub(1);
            text.lines().nth(at).map(str::to_owned)
        };
        assert!(!findings::text(finding, &mut line, Ink::Plain).is_empty());
    }
}

fn read_as(input: &[u8], format: Format) {
    if let Some(read) = judged(read::read_text(input, format, "hostile"), input) {
        looked_at(&read.plan);
    }
}

/// What every verb does with a plan before it solves anything.
fn looked_at(plan: &Plan) {
    let _ = lint::lint(plan);
    let _ = suspects(&plan.network);
    for stage in plan.stages.ids().take(3) {
        for scenario in plan.scenarios.ids().take(2) {
            if let Ok(grid) = plan.grid(stage, scenario, &Selection::default()) {
                let _ = case::build(&grid.network);
            }
        }
    }
}

/// The files of one text.
fn files(input: &[u8]) -> Vec<(String, &[u8])> {
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut rest = input;
    while let Some(begin) = rest.strip_prefix(b"=== ") {
        let end = begin.iter().position(|&byte| byte == b'\n').unwrap_or(begin.len());
        let name = String::from_utf8_lossy(&begin[..end]).trim().to_owned();
        let text = begin.get(end + 1..).unwrap_or_default();
        let next = text.windows(5).position(|five| five == b"\n=== ").map_or(text.len(), |at| at + 1);
        files.push((name, &text[..next]));
        rest = &text[next..];
    }
    files
}

/// Lays the files of a text into a fresh folder; nothing where one of them has a name that leads out of it.
fn laid_out(input: &[u8]) -> Option<Folder> {
    let folder = Folder(tempfile::Builder::new().prefix("gridstage-hostile-").tempdir().ok()?);
    let plain = |name: &str| {
        let mut parts = name.split('/');
        let is_plain = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
                && !part.starts_with('.')
        };
        parts.clone().count() <= 2 && parts.all(is_plain) && name.len() < 60
    };
    for (name, text) in files(input) {
        if !plain(&name) {
            return None;
        }
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent()?).ok()?;
        fs::write(path, text).ok()?;
    }
    Some(folder)
}

/// A folder that is taken away in the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A folder of profiles, or an archive.
fn cgmes(input: &[u8]) {
    if !input.starts_with(b"=== ") {
        return packed(input);
    }
    let Some(folder) = laid_out(input) else { return };
    if let Some(read) = judged(read::read(folder.path()), b"") {
        looked_at(&read.plan);
    }
}

/// Whatever the program is given, by its content.
fn packed(input: &[u8]) {
    for name in ["hostile", "hostile.raw", "hostile.m.gz"] {
        if let Some(read) = judged(read::read_bytes(input.to_vec(), name), input) {
            looked_at(&read.plan);
        }
    }
}

/// The parts of a workbook, which is packed here: nothing learns to mend a checksum.
fn workbook(input: &[u8]) {
    let mut bytes = Vec::new();
    if input.starts_with(b"=== ") {
        use std::io::Write as _;
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(&mut bytes));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, text) in files(input) {
            if archive.start_file(name, stored).is_err() || archive.write_all(text).is_err() {
                return;
            }
        }
        if archive.finish().is_err() {
            return;
        }
    } else {
        bytes = input.to_vec();
    }
    if let Some(read) = judged(read::read_bytes(bytes, "hostile.xlsx"), b"") {
        looked_at(&read.plan);
    }
}

/// A plan with its works and amendments: read in every version, replayed, written, and read again.
fn plan(input: &[u8]) {
    let Some(folder) = laid_out(input) else { return };
    let _ = judged(read::read_as_of(folder.path(), &AsOf::Approved), b"");
    let Some(read) = judged(read::read(folder.path()), b"") else { return };
    let plan = &read.plan;
    looked_at(plan);
    for stage in plan.stages.ids().take(2) {
        for scenario in plan.scenarios.ids().take(1) {
            if let Ok(grid) = plan.grid(stage, scenario, &Selection::default()) {
                solved(&grid.network, &FlowOptions { controls: Controls::ON, ..FlowOptions::default() });
            }
        }
    }
    if let Ok((texts, _)) = write::plan::texts(plan, None) {
        let input: Vec<u8> =
            texts.iter().flat_map(|(name, text)| format!("=== {name}\n{text}\n").into_bytes()).collect();
        if let Some(folder) = laid_out(&input)
            && let Err(rejected) = read::read(folder.path())
        {
            panic!("what was written is refused: {:#?}", rejected.findings);
        }
    }
}

/// Lists of contingencies, of what is watched, and of sets, against a grid.
fn lists(input: &[u8]) {
    use std::sync::OnceLock;
    static GRID: OnceLock<Option<Network>> = OnceLock::new();
    let grid = GRID.get_or_init(|| {
        // of the crate itself, or of `fuzz/` in it
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let grid = here.map(|folder| folder.join("grids/ieee/14")).find(|grid| grid.is_dir())?;
        read::read(&grid).ok().map(|read| read.plan.network)
    });
    let Some(network) = grid else { panic!("grids/ieee/14 is missing") };
    let Some(folder) = laid_out(input) else { return };
    let named = |name: &str| Some(folder.path().join(name)).filter(|path| path.is_file());
    let (con, mon, sub): (Option<PathBuf>, _, _) = (named("a.con"), named("a.mon"), named("a.sub"));
    let asked =
        ListFiles { contingencies: con.as_deref(), watched: mon.as_deref(), subsystems: sub.as_deref() };
    match read::lists(network, &asked) {
        Ok(lists) => shown(&lists.findings, b""),
        Err(rejected) => {
            assert!(rejected.findings.iter().any(|finding| finding.severity == Severity::Error));
            shown(&rejected.findings, b"");
        }
    }
}

/// A file of expected results.
fn expected(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Err(rejected) = read::expected_text(text, "expected.toml") {
        assert!(!rejected.findings.is_empty());
        shown(&rejected.findings, input);
    }
}

/// A grid of any format is solved: it ends in a status, and what is called solved is.
fn solve(input: &[u8]) {
    let Some(read) = judged(read::read_bytes(input.to_vec(), "hostile"), input) else { return };
    let network = &read.plan.network;
    if network.buses.len() > MOST_BUSES {
        return;
    }
    solved(network, &FlowOptions::default());
    let all = FlowOptions { controls: Controls::ON, slack: Slack::Participation, ..FlowOptions::default() };
    let flow = solved(network, &all);
    if flow.is_some_and(|flow| flow.status != Status::Converged) && network.buses.len() <= 40 {
        let _ = diagnose(network, &FlowOptions::default());
    }
}

fn solved(network: &Network, options: &FlowOptions) -> Option<LoadFlow> {
    if network.buses.len() > MOST_BUSES {
        return None;
    }
    let flow = match load_flow(network, options, None) {
        Ok(flow) => flow,
        Err(error) => {
            assert!(!error.findings.is_empty());
            return None;
        }
    };
    shown(&flow.findings, b"");
    if flow.status == Status::Converged {
        assert!(flow.mismatch_pu <= options.tol, "{} p.u. left", flow.mismatch_pu);
        for (bus, vm_pu) in flow.buses.bus.iter().zip(&flow.buses.vm_pu) {
            assert!(vm_pu.is_nan() || (*vm_pu >= 0.0 && vm_pu.is_finite()), "{bus:?}: {vm_pu}");
        }
        for island in &flow.islands {
            assert_eq!(island.status, Status::Converged);
            assert!(island.mismatch_pu <= options.tol, "{} p.u. left", island.mismatch_pu);
        }
    }
    Some(flow)
}

/// A grid of any format is written in every format, and each is read again without a crash.
fn convert(input: &[u8]) {
    let Some(read) = judged(read::read_bytes(input.to_vec(), "hostile"), input) else { return };
    let network = &read.plan.network;
    if network.buses.len() > 4 * MOST_BUSES {
        return;
    }
    for (format, read_as) in [
        (GridFormat::Matpower, Format::Matpower),
        (GridFormat::Psse(PsseForm::Raw33), Format::Raw),
        (GridFormat::Psse(PsseForm::Raw35), Format::Raw),
        (GridFormat::Psse(PsseForm::Rawx), Format::Rawx),
        (GridFormat::Pandapower, Format::Pandapower),
        (GridFormat::Ucte, Format::Ucte),
    ] {
        let mut out = Vec::new();
        let Ok(told) = write::grid(network, format, &mut out) else { continue };
        shown(&told, b"");
        let _ = judged(read::read_text(&out, read_as, "written"), &out);
    }
    let _ = write::plan::texts(&read.plan, None);
}
