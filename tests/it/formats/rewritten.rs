//! Files written again in their own format: what an edit does not touch stays byte for byte.

use super::{cases, opened};
use crate::support::shared;
use gridstage::ids::Id;
use gridstage::model::{ElementId, Load, Network};
use gridstage::read::{Format, psse, read_bytes, unpacked};
use gridstage::write::{GridFormat, PsseForm, Source, rewrite};
use std::path::{Path, PathBuf};

/// The readable files of a folder with their bytes, their grids, and the format in which they can be rewritten.
fn files(folder: &str) -> Vec<(PathBuf, Vec<u8>, Network, GridFormat)> {
    let Some(cases) = cases() else { return Vec::new() };
    let mut paths: Vec<_> =
        std::fs::read_dir(cases.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let of = |path: PathBuf| {
        let read = gridstage::read::read(&path).ok()?;
        let bytes = unpacked(&path).unwrap();
        let format = match read.inputs[0].format {
            Format::Raw => GridFormat::Psse(PsseForm::like_revision(psse::spans(&bytes)?.revision)?),
            Format::Matpower => GridFormat::Matpower,
            _ => return None,
        };
        Some((path, bytes, read.plan.network, format))
    };
    paths.into_iter().filter_map(of).collect()
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|&b| b == b'\n').collect()
}

#[test]
fn a_raw_file_that_is_not_edited_comes_back_byte_for_byte() {
    let files = files("psse");
    if files.is_empty() {
        return;
    }
    for (path, bytes, network, format) in &files {
        let (again, told) = rewrite(&Source { bytes, network }, network, *format)
            .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert!(again == *bytes, "{}", path.display());
        assert!(told.is_empty(), "{}: {told:?}", path.display());
    }
    assert!(files.len() >= 55, "{}", files.len());
}

/// The power of a load, the state of a line, a load more and a machine less: four lines of the file, as a colleague's
/// comparison would show them.
#[test]
fn an_edit_of_a_raw_file_touches_the_lines_of_what_it_changes_and_no_other() {
    let mut edited = 0;
    for (path, bytes, network, format) in &files("psse") {
        let mut after = network.clone();
        // Of a load in parts (constant current, constant impedance) several records share a line.
        let plain = |load: &&Load| {
            load.model == gridstage::model::LoadModel::Power && load.id.matches('-').count() == 1
        };
        let Some(load) = network.loads.iter().find(plain) else { continue };
        let at = network.loads.iter().position(|one| one.id == load.id).unwrap();
        let load_id = gridstage::ids::LoadId::from_index(at);
        after.loads[load_id].p_mw += 1.25;
        let Some((line, _)) = network.lines.iter_ids().find(|(_, line)| line.in_service) else { continue };
        after.set_in_service(ElementId::Line(line), false);
        let machine =
            network.generators.iter_ids().find(|(_, g)| g.control == gridstage::model::Control::Fixed);
        if let Some((machine, _)) = machine {
            after.generators[machine].built = false;
        }
        let bus = after.loads[load_id].bus;
        after.loads.push(Load::new(format!("{}-Z9", network.buses[bus].id), bus, 3.5, 0.25));
        let rewritten = rewrite(&Source { bytes, network }, &after, *format);
        let (text, _) = rewritten.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let before = lines(bytes);
        let now = lines(&text);
        let gone = before.iter().filter(|line| !now.contains(line)).count();
        let new = now.iter().filter(|line| !before.contains(line)).count();
        let taken_out = usize::from(machine.is_some());
        // A line of the same text somewhere else hides that one of them is gone.
        assert!(gone <= 2 + taken_out && new == 3, "{}: {gone} lines gone, {new} new", path.display());
        assert_eq!(now.len() + taken_out, before.len() + 1, "{}", path.display());
        let again = read_bytes(text, "again.raw").unwrap().plan.network;
        let found = again.loads.iter().find(|one| one.id == load.id).unwrap();
        assert!((found.p_mw - load.p_mw - 1.25).abs() < 1e-9, "{}", path.display());
        let line_id = &network.lines[line].id;
        assert!(again.lines.iter().any(|one| one.id == *line_id && !one.in_service), "{}", path.display());
        assert!(
            again.loads.iter().any(|one| one.id.ends_with("-Z9") && (one.p_mw - 3.5).abs() < 1e-12),
            "{}",
            path.display()
        );
        edited += 1;
    }
    assert!(edited >= 40 || shared().is_none(), "{edited}");
}

#[test]
fn a_field_is_put_where_it_stood_and_the_rest_of_its_line_stays() {
    let Some(cases) = cases() else { return };
    let path = cases.join("psse/v33_IEEE_14_bus.raw");
    let bytes = unpacked(&path).unwrap();
    let network = opened(&path).plan.network;
    let mut after = network.clone();
    let load = after.loads.iter_mut().find(|load| load.id == "3-1").unwrap();
    (load.p_mw, load.q_mvar) = (100.5, 19.0);
    let source = Source { bytes: &bytes, network: &network };
    let (text, told) = rewrite(&source, &after, GridFormat::Psse(PsseForm::Raw33)).unwrap();
    assert!(told.is_empty(), "{told:?}");
    let (text, before) = (String::from_utf8(text).unwrap(), String::from_utf8(bytes).unwrap());
    let of =
        |text: &str| text.lines().find(|line| line.trim_start().starts_with("3,'1 ',1,")).unwrap().to_owned();
    assert_eq!(of(&text), of(&before).replace("  94.200", "   100.5"));
}

/// Case files whose rows are not those of their grids, and why.
const REFUSED: [&str; 1] = ["case533mt_lo.m: its matrices do not have one row of plain numbers on a line"];

#[test]
fn a_case_file_that_is_not_edited_comes_back_byte_for_byte_or_says_why_not() {
    let (mut kept, mut refused) = (0, Vec::new());
    for (path, bytes, network, format) in &files("matpower") {
        match rewrite(&Source { bytes, network }, network, *format) {
            Ok((again, told)) => {
                assert!(again == *bytes && told.is_empty(), "{}", path.display());
                kept += 1;
            }
            Err(why) => refused.push(format!("{}: {why}", path.file_name().unwrap().display())),
        }
    }
    if shared().is_some() {
        assert!(kept >= 30, "{kept}");
        assert_eq!(refused, REFUSED);
    }
}

#[test]
fn an_edit_of_a_case_file_touches_the_rows_of_what_it_changes_and_no_other() {
    let mut edited = 0;
    for (path, bytes, network, format) in &files("matpower") {
        let source = Source { bytes, network };
        if rewrite(&source, network, *format).is_err() {
            continue;
        }
        let mut after = network.clone();
        let Some((machine, g)) = network.generators.iter_ids().last() else { continue };
        after.generators[machine].p_mw = g.p_mw + 7.5;
        let Some((line, l)) = network.lines.iter_ids().find(|(_, line)| line.in_service) else { continue };
        after.lines[line].in_service = false;
        let (text, told) =
            rewrite(&source, &after, *format).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert!(told.is_empty(), "{told:?}");
        let (before, now) = (lines(bytes), lines(&text));
        assert_eq!(before.len(), now.len());
        let differ = before.iter().zip(&now).filter(|(a, b)| a != b).count();
        assert_eq!(differ, 2, "{}", path.display());
        let again = read_bytes(text, "again.m").unwrap().plan.network;
        let found = again.generators.as_slice().last().unwrap();
        assert!((found.p_mw - g.p_mw - 7.5).abs() < 1e-9);
        assert!(again.lines.iter().any(|one| one.id == l.id && !one.in_service));
        edited += 1;
    }
    assert!(edited >= 25 || shared().is_none(), "{edited}");
}

/// What cannot be kept in its lines is refused with a reason, and never written wrong.
#[test]
fn what_cannot_be_kept_in_its_lines_is_refused_with_a_reason() {
    let Some(shared) = shared() else { return };
    let refused = |path: &Path, format: GridFormat, edit: fn(&mut Network)| {
        let network = opened(path).plan.network;
        let mut after = network.clone();
        edit(&mut after);
        let bytes = unpacked(path).unwrap();
        rewrite(&Source { bytes: &bytes, network: &network }, &after, format).unwrap_err()
    };
    let raw = GridFormat::Psse(PsseForm::Raw33);
    let base = shared.join("bad-inputs/00_ok_base5.raw");
    let because = refused(&base, raw, |network| network.sbase_mva = 50.0);
    assert!(because.contains("base power"), "{because}");
    let because = refused(&base, GridFormat::Psse(PsseForm::Raw35), |_| {});
    assert!(because.contains("revision 33"), "{because}");
    let tail = shared.join("cases/matpower/own_kw_ohm_tail.m");
    let because = refused(&tail, GridFormat::Matpower, |network| {
        for load in &mut network.loads {
            load.p_mw += 1.0;
        }
    });
    assert!(because.contains("mpc.") || because.contains("line") || because.contains("rows"), "{because}");
}

/// A direct-current link carries into a case file what it is set to: with vd = 450 kV, r = 10 ohm and 200 MW at the
/// rectifier the current solves (450 + 10·i)·i = 200, so i = 0.440137.. kA, and r·i² = 1.937.. MW are lost.
#[test]
fn a_direct_current_link_becomes_a_dcline_with_its_losses() {
    let Some(cases) = cases() else { return };
    let mut network = opened(&cases.join("psse/v33_twoTerminalDc.raw")).plan.network;
    let link = network.dc_links.iter_mut().next().unwrap();
    let gridstage::model::DcLink::Lcc(lcc) = link else { panic!("{link:?}") };
    (lcc.r_ohm, lcc.vd_kv) = (10.0, 450.0);
    lcc.setpoint.order = gridstage::model::LccOrder::PowerAtRectifier(200.0);
    let mut text = Vec::new();
    let lost = gridstage::write::grid(&network, GridFormat::Matpower, &mut text).unwrap();
    assert!(lost.iter().any(|f| f.message.contains("toggle_dcline")), "{lost:?}");
    let text = String::from_utf8(text).unwrap();
    let row = text.split("mpc.dcline = [\n").nth(1).unwrap().lines().next().unwrap();
    let cells: Vec<f64> =
        row.trim().trim_end_matches(';').split('\t').map(|cell| cell.parse().unwrap()).collect();
    assert_eq!(cells.len(), 17);
    let i = (-450.0 + (450.0_f64.powi(2) + 4.0 * 10.0 * 200.0).sqrt()) / 20.0;
    assert!((cells[3] - 200.0).abs() < 1e-9 && (cells[4] - (200.0 - 10.0 * i * i)).abs() < 1e-9, "{cells:?}");
    assert!((cells[15] - 10.0 * i * i).abs() < 1e-9);
    assert!(read_bytes(text.into_bytes(), "again.m").is_ok());
}
