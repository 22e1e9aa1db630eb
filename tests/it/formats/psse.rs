//! PSS/E RAW and RAWX: the voltages that a file stores are its own program's solution, and so the witness of how the
//! file is read. `SOURCES.md` states for each solved file how far its state is from balance, and how far an independent
//! solver moves it when the voltages at machines are held.

use super::{any_grid, cases, opened, solved};
use gridstage::case;
use gridstage::finding::{Code, Finding, Severity};
use gridstage::ids::Id;
use gridstage::matrix;
use gridstage::model::{ConverterAc, DcLink, Generator, Load, LoadModel, Network};
use gridstage::read::{Format, read, read_text};
use gridstage::write::{self, GridFormat, PsseForm};
use num_complex::Complex64;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// What `SOURCES.md` states for a solved file.
struct Stated {
    file: String,
    residual_mw: f64,
    residual_mvar: f64,
    dv_pu: f64,
    da_deg: f64,
}

/// The rows of solved PSS/E files.
fn stated(cases: &Path) -> Vec<Stated> {
    let text = std::fs::read_to_string(cases.join("SOURCES.md")).unwrap();
    let rows =
        text.lines().filter(|line| line.starts_with("| `psse/") && line.contains("stored voltages solve it"));
    let number = |row: &str, before: &str| -> f64 {
        let start = row.find(before).unwrap_or_else(|| panic!("{before} in {row}")) + before.len();
        let word = row[start..].trim_start().split([' ', ',']).next().unwrap();
        word.parse().unwrap_or_else(|_| panic!("{word}"))
    };
    rows.map(|row| {
        let file = row.split('`').nth(1).unwrap().to_owned();
        let residual_mw = number(row, "max residual");
        let mvar = &row[row.find(" MW (").unwrap()..];
        Stated {
            file,
            residual_mw,
            residual_mvar: number(mvar, "), "),
            dv_pu: number(row, "re-solve dV"),
            da_deg: number(row, "dA"),
        }
    })
    .collect()
}

/// Holds the stored voltage at every bus that a machine holds, as the statements of `SOURCES.md` do.
fn hold_stored(network: &mut Network) {
    let stored: Vec<f64> = network.buses.iter().map(|bus| bus.vm_start_pu.unwrap_or(1.0)).collect();
    for generator in &mut network.generators {
        generator.regulated_bus = None;
        generator.vm_setpoint_pu = stored[generator.bus.index()];
    }
}

/// Largest power that is missing at a load bus, and largest active power at a bus with a voltage held [MW, Mvar].
///
/// A star point is no bus and has no stored voltage: it takes the one at which it draws nothing. A load by voltage draws
/// what its law says at the stored voltage, and so does a converter of a direct-current link.
fn residual(network: &Network) -> (f64, f64) {
    let islands = case::build(network).unwrap();
    let (mut mw, mut mvar) = (0.0_f64, 0.0_f64);
    // where a converter holds the voltage, its reactive power is what that takes
    let converters = network.dc_links.iter().filter_map(|link| match link {
        DcLink::Vsc(link) if link.in_service => Some(link.converters),
        _ => None,
    });
    let held: Vec<_> = converters
        .flatten()
        .filter(|one| matches!(one.ac, ConverterAc::Voltage(_)))
        .filter_map(|one| islands.map.node(one.bus).map(|(island, node)| (island, node.index())))
        .collect();
    for (island, case) in islands.cases.iter_ids() {
        let ybus = matrix::ybus(case);
        let mut v: Vec<Option<Complex64>> = vec![None; case.kind.len()];
        let mut missing: Vec<Complex64> = case.sbus.iter().map(|s| -s).collect();
        for &(node, bus) in &islands.buses[island] {
            let record = &network.buses[bus];
            let (vm, angle) = (record.vm_start_pu.unwrap(), record.va_start_deg.unwrap().to_radians());
            v[node.index()] = Some(Complex64::from_polar(vm, angle));
            let by_voltage = |l: &&Load| l.bus == bus && l.in_service && l.model != LoadModel::Power;
            for load in network.loads.iter().filter(by_voltage) {
                // A case holds the tangent of the law at 1 p.u.
                let (power, shunt) = case::loads::tangent(load, 1.0);
                let held = power + Complex64::new(shunt.re, -shunt.im) * vm * vm;
                missing[node.index()] += (case::loads::drawn(load, vm) - held) / network.sbase_mva;
            }
        }
        for link in network.dc_links.iter().filter(|link| link.in_service()) {
            let stored = link.buses().map(|bus| network.buses[bus].vm_start_pu.unwrap());
            let at = |vm| case::links::operate(network, link, vm).fed;
            for (bus, (now, held)) in link.buses().into_iter().zip(at(stored).into_iter().zip(at([1.0; 2]))) {
                if let Some((_, node)) = islands.map.node(bus).filter(|&(at, _)| at == island) {
                    missing[node.index()] -= (now - held) / network.sbase_mva;
                }
            }
        }
        for node in 0..v.len() {
            if v[node].is_none() {
                let row = ybus.outer_view(node).unwrap();
                let own = row.get(node).unwrap();
                let rest: Complex64 = row
                    .iter()
                    .filter(|&(other, _)| other != node)
                    .map(|(other, y)| y * v[other].unwrap())
                    .sum();
                v[node] = Some(-rest / own);
            }
        }
        let v: Vec<Complex64> = v.into_iter().map(Option::unwrap).collect();
        for (node, row) in ybus.outer_iterator().enumerate() {
            let current: Complex64 = row.iter().map(|(other, y)| y * v[other]).sum();
            let missing = (v[node] * current.conj() + missing[node]) * network.sbase_mva;
            let kind =
                if held.contains(&(island, node)) { case::NodeKind::Pv } else { case.kind.as_slice()[node] };
            match kind {
                case::NodeKind::Slack => {}
                case::NodeKind::Pv => mw = mw.max(missing.re.abs()),
                case::NodeKind::Pq => {
                    mw = mw.max(missing.re.abs());
                    mvar = mvar.max(missing.im.abs());
                }
            }
        }
    }
    (mw, mvar)
}

#[test]
fn stored_states_of_solved_files_balance_and_stay_where_they_are() {
    let Some(cases) = cases() else { return };
    let mut wrong = BTreeMap::new();
    let stated = stated(&cases);
    assert!(stated.len() >= 36, "{}", stated.len());
    for stated in &stated {
        let mut network = opened(&cases.join(&stated.file)).plan.network;
        hold_stored(&mut network);
        let (mw, mvar) = residual(&network);
        let flow = solved(&network);
        let (mut dv, mut da) = (0.0_f64, 0.0_f64);
        for (id, bus) in network.buses.iter_ids() {
            let at = id.index();
            if flow.buses.vm_pu[at].is_nan() {
                continue;
            }
            dv = dv.max((flow.buses.vm_pu[at] - bus.vm_start_pu.unwrap()).abs());
            da = da.max((flow.buses.va_deg[at] - bus.va_start_deg.unwrap()).abs());
        }
        // Half a unit of the last digit printed in the statement.
        let within = |found: f64, stated: f64, factor: f64| found <= factor * stated * 1.05 + 1e-9;
        if !(within(dv, stated.dv_pu, 2.0)
            && within(da, stated.da_deg, 2.0)
            && within(mw, stated.residual_mw, 1.5)
            && within(mvar, stated.residual_mvar, 1.5))
        {
            wrong.insert(
                &stated.file,
                format!(
                    "{mw:.3} MW {mvar:.3} Mvar dV {dv:.1e} dA {da:.1e}, stated {} MW {} Mvar dV {:.1e} dA {:.1e}",
                    stated.residual_mw, stated.residual_mvar, stated.dv_pu, stated.da_deg
                ),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same figures as the library gives them, against `SOURCES.md`: a solved file of 118 buses.
#[test]
fn the_stored_state_of_a_file_is_judged_as_stated() {
    let Some(cases) = cases() else { return };
    let mut network = opened(&cases.join("psse/v23_IEEE118.raw")).plan.network;
    hold_stored(&mut network);
    let flow = solved(&network);
    let stated = gridstage::study::stated(&network, &flow).unwrap().unwrap();
    let at = |worst: gridstage::study::stated::Worst| network.buses[worst.bus].id.as_str();
    assert!((stated.missing_mw.value - 0.0333).abs() < 5e-5 && at(stated.missing_mw) == "34", "{stated:?}");
    assert!(
        (stated.missing_mvar.value - 0.113).abs() < 5e-4 && at(stated.missing_mvar) == "37",
        "{stated:?}"
    );
    assert!((1e-6..=7.6e-6).contains(&stated.moved_pu.value), "{stated:?}");
    assert!((1e-5..=7.5e-5).contains(&stated.moved_deg.value), "{stated:?}");
}

#[test]
fn every_file_is_read_or_refused_for_a_reason_with_its_place() {
    let Some(cases) = cases() else { return };
    let mut refused = Vec::new();
    let mut seen = 0;
    let mut files: Vec<_> =
        std::fs::read_dir(cases.join("psse")).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for path in &files {
        seen += 1;
        let Err(rejected) = read(path) else { continue };
        let first = rejected.findings.iter().find(|f| f.severity == Severity::Error).unwrap();
        // That a grid has no slack is said of no line.
        let is_placed = first.place.is_some() || first.code == Code::NoSlack;
        assert!(is_placed && first.help.is_some(), "{}: {first:?}", path.display());
        refused.push((path.file_name().unwrap().to_str().unwrap().to_owned(), first.code));
    }
    assert!(seen >= 92, "{seen}");
    let expected = [
        // Made-up numbers and parts of files: the records name buses that are not there.
        ("v29_synthetic_data.raw", Code::Reference),
        ("v30_quotedzero.raw", Code::Reference),
        ("v30_spacedelim.raw", Code::Reference),
        ("v30_synthetic_data.raw", Code::Reference),
        ("v33_IEEE_14_bus_completed.raw", Code::Reference),
        ("v33_IEEE_14_buses_badly_connected_equipment.raw", Code::Reference),
        ("v33_IEEE_14_buses_badly_defined_controlled_buses.raw", Code::Reference),
        ("v33_pm_parser_test_b.raw", Code::Reference),
        ("v35_IEEE_14_bus_completed_rev35.raw", Code::Reference),
        ("v35_IEEE_14_bus_completed_rev35.rawx", Code::Reference),
        // A bus given twice, on purpose.
        ("v33_IEEE_14_bus_invalid.raw", Code::Value),
        ("v33_IEEE_14_buses_duplicate_ids.raw", Code::Duplicate),
        ("v33_goc2_ieee14_s4.raw", Code::Duplicate),
        // No grid in them, or none that balances.
        ("v29_version-not-supported.raw", Code::NoSlack),
        ("v30_spacezero.raw", Code::NoSlack),
        ("v33_case-flag-not-supported.raw", Code::NoBuses),
        ("v33_pm_parser_test_a.raw", Code::NoSlack),
        ("v33_pm_parser_test_c.raw", Code::NoBuses),
        ("v33_pm_parser_test_e.raw", Code::NoBuses),
        // Neither a revision nor a record that would tell it.
        ("v33_pm_parser_test_d.raw", Code::Version),
        ("v33_pm_parser_test_defaults.raw", Code::Version),
        // A quote inside of a name in quotes.
        ("v33_pm_parser_test_j.raw", Code::Syntax),
    ];
    let mut expected: Vec<_> = expected.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect();
    expected.sort();
    assert_eq!(refused, expected);
}

#[test]
fn rawx_and_raw_of_one_grid_are_the_same_grid() {
    let Some(cases) = cases() else { return };
    for name in ["v35_IEEE_14_bus_rev35", "v35_IEEE_14_bus_nodeBreaker_rev35", "v35_full_export"] {
        let raw = opened(&cases.join(format!("psse/{name}.raw")));
        let rawx = opened(&cases.join(format!("psse/{name}.rawx")));
        assert_eq!((raw.inputs[0].format, rawx.inputs[0].format), (Format::Raw, Format::Rawx));
        let (raw, rawx) = (raw.plan.network, rawx.plan.network);
        assert_eq!(raw.buses, rawx.buses, "{name}");
        assert_eq!(raw.lines, rawx.lines, "{name}");
        assert_eq!(raw.transformers, rawx.transformers, "{name}");
        assert_eq!(raw, rawx, "{name}");
    }
}

/// The twin of a MATPOWER case: both files give one state.
#[test]
fn a_raw_file_and_its_matpower_twin_have_one_solution() {
    let Some(cases) = cases() else { return };
    let raw = opened(&cases.join("psse/v33_ACTIVSg200.raw")).plan.network;
    let case = opened(&cases.join("matpower/case_ACTIVSg200.m")).plan.network;
    let mut raw_held = raw.clone();
    let stored: BTreeMap<&str, f64> =
        case.generators.iter().map(|g| (case.buses[g.bus].id.as_str(), g.vm_setpoint_pu)).collect();
    for generator in &mut raw_held.generators {
        if let Some(&vm) = stored.get(raw.buses[generator.bus].id.as_str()) {
            generator.vm_setpoint_pu = vm;
        }
    }
    let (a, b) = (solved(&raw_held), solved(&case));
    assert_eq!(raw.buses.len(), case.buses.len());
    let far =
        (0..raw.buses.len()).map(|at| (a.buses.vm_pu[at] - b.buses.vm_pu[at]).abs()).fold(0.0, f64::max);
    // The RAW file has its impedances in fewer digits.
    assert!(far < 2e-3, "{far}");
}

/// The five-bus grid of the bad inputs, whose parts the tests spoil, and whose MATPOWER twin is there.
fn base() -> Option<String> {
    let shared = crate::support::shared()?;
    Some(std::fs::read_to_string(shared.join("bad-inputs/00_ok_base5.raw")).unwrap())
}

#[test]
fn the_raw_control_solves_to_the_same_voltages_as_the_matpower_control() {
    let Some(shared) = crate::support::shared() else { return };
    let voltages = |file: &str| {
        let network = opened(&shared.join("bad-inputs").join(file)).plan.network;
        let flow = solved(&network);
        network
            .buses
            .iter_ids()
            .map(|(id, _)| (flow.buses.vm_pu[id.index()], flow.buses.va_deg[id.index()]))
            .collect::<Vec<_>>()
    };
    let control = voltages("00_ok_base5.m");
    for file in ["00_ok_base5.raw", "02_ok_bom.raw", "03_ok_latin1_name.raw", "40_basekv_zero.raw"] {
        for (found, expected) in voltages(file).iter().zip(&control) {
            assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-7, "{file}");
        }
    }
}

#[test]
fn every_bad_raw_file_is_told_with_its_class_line_and_words() {
    let Some(shared) = crate::support::shared() else { return };
    let rows: &[(&str, Code, Severity, u32, &[&str])] = &[
        ("03_ok_latin1_name.raw", Code::AssumedEncoding, Severity::Warning, 4, &["line 4"]),
        (
            "12_truncated_transformer.raw",
            Code::Syntax,
            Severity::Error,
            24,
            &["transformer 3-4-1", "2 of 4", "TRANSFORMER"],
        ),
        ("14_only_header.raw", Code::NoBuses, Severity::Error, 1, &["no bus record"]),
        ("17_text_in_number.raw", Code::Number, Severity::Error, 20, &["branch 2-3-1", "field B", "0.06OO0"]),
        ("20_unknown_version.raw", Code::Version, Severity::Error, 1, &["99"]),
        ("22_missing_section_end.raw", Code::Syntax, Severity::Error, 14, &["LOAD", "FIXED SHUNT"]),
        ("37_ratio_zero_transformer.raw", Code::Value, Severity::Error, 26, &["transformer 3-4-1", "WINDV1"]),
        ("40_basekv_zero.raw", Code::NoBaseKv, Severity::Warning, 7, &["bus 4"]),
        ("45_load_shedding_nan_text.raw", Code::Value, Severity::Error, 12, &["load 5-1", "PL", "NaN"]),
        ("53_unknown_bus_in_load.raw", Code::Reference, Severity::Error, 12, &["load 555-1", "555"]),
        ("84_million_junk_lines.raw.gz", Code::Number, Severity::Error, 4, &["junk"]),
        ("92_quote_unclosed.raw", Code::Syntax, Severity::Error, 5, &["quote", "not closed"]),
    ];
    for (file, code, severity, line, words) in rows {
        let begun = std::time::Instant::now();
        let result = read(&shared.join("bad-inputs").join(file));
        assert!(begun.elapsed().as_secs() < 5, "{file}");
        let findings = result.as_ref().map_or_else(|no| &no.findings, |read| &read.findings);
        let told = findings.iter().find(|f| {
            (f.code, f.severity, f.place.as_ref().map(|place| place.line)) == (*code, *severity, Some(*line))
                && words.iter().all(|word| f.message.contains(word))
        });
        let told = told.unwrap_or_else(|| panic!("{file}: {findings:#?}"));
        assert!(told.help.is_some(), "{file}");
        assert!(findings.len() <= 101, "{file}");
        assert_eq!(result.is_err(), *severity == Severity::Error, "{file}");
    }
}

#[test]
fn errors_of_one_class_are_told_all_at_once() {
    let Some(base) = base() else { return };
    let spoilt = base
        .replace("3,'1 ',1,   1,   1,    90.000", "3,'1 ',1,   1,   1,    9O.000")
        .replace("5,'1 ',1,   1,   1,    40.000", "5,'1 ',1,   1,   1,    4O.000");
    let rejected = read_text(spoilt.as_bytes(), Format::Raw, "own.raw").unwrap_err();
    let numbers: Vec<_> = rejected.findings.iter().filter(|f| f.code == Code::Number).collect();
    assert_eq!(numbers.len(), 2, "{rejected:?}");
    let place = numbers[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column), (10, Some(29)));
}

#[test]
fn a_file_of_blanks_without_labels_or_with_carriage_returns_is_the_same_grid() {
    let Some(base) = base() else { return };
    let grid = |text: &str| read_text(text.as_bytes(), Format::Raw, "own.raw").unwrap().plan.network;
    let control = grid(&base);
    let without_labels: String = base
        .lines()
        .map(|line| if line.starts_with("0 /") { "0" } else { line })
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(grid(&without_labels), control);
    assert_eq!(grid(&base.replace('\n', "\r\n")), control);
    assert_eq!(grid(&base.replace('\n', "\r")), control);
    let early_end = base.replace("0 / END OF TRANSFORMER DATA, BEGIN AREA DATA", "Q");
    assert_eq!(grid(&early_end), control);
}

/// What costs a look through the rest of the file must not be asked for on every line.
#[test]
fn hostile_text_costs_no_more_than_its_length() {
    const BYTES: usize = 600_000;
    let Some(base) = base() else { return };
    for pattern in [
        ",",
        "'",
        "''",
        "0\n",
        "1,",
        "/",
        "\"",
        "1 '",
        "@!\n",
        "Q",
        "\r",
        "1,'a',\n",
        "0 / END OF LOAD DATA\n",
        "9,9,9,9\n",
    ] {
        let text = pattern.repeat(BYTES / pattern.len());
        for text in [text.clone(), format!("0,100,33\n\n\n{text}"), base.replacen("     3,'1 '", &text, 1)] {
            let begun = std::time::Instant::now();
            let _ = read_text(text.as_bytes(), Format::Raw, "hostile.raw");
            assert!(begun.elapsed().as_secs_f64() < 3.0, "{pattern:?}");
        }
    }
}

/// Admittances and injections of all islands, by the ids of buses.
pub(super) fn electrically(network: &Network) -> BTreeMap<(String, String), Complex64> {
    let islands = case::build(network).unwrap();
    let mut found = BTreeMap::new();
    for (island, case) in islands.cases.iter_ids() {
        let mut names = vec![String::new(); case.kind.len()];
        for &(node, bus) in islands.buses[island].iter().rev() {
            names[node.index()] = network.buses[bus].id.to_string();
        }
        for (row, entries) in matrix::ybus(case).outer_iterator().enumerate() {
            for (column, y) in entries.iter() {
                found.insert((names[row].clone(), names[column].clone()), *y);
            }
            found.insert((names[row].clone(), "injection".to_owned()), case.sbus.as_slice()[row]);
        }
    }
    found
}

/// What a grid is after it was written and read again, and what was lost.
fn there_and_back(name: &str, network: &Network, form: PsseForm) -> (Network, Vec<Finding>) {
    let mut text = Vec::new();
    let lost = write::grid(network, GridFormat::Psse(form), &mut text).unwrap();
    assert!(lost.iter().all(|f| f.severity != Severity::Error), "{name}: {lost:#?}");
    let format = if form == PsseForm::Rawx { Format::Rawx } else { Format::Raw };
    let again = read_text(&text, format, "written");
    (again.unwrap_or_else(|e| panic!("{name} {form:?}: {e:#?}")).plan.network, lost)
}

/// In what two grids differ electrically or by record, as far as the format can hold it.
fn differences(name: &str, network: &Network, again: &Network, lost: &[Finding]) -> Vec<String> {
    let mut differing = Vec::new();
    let mut same = |what: &str, is_same: bool| {
        if !is_same {
            differing.push(format!("{name}: {what}"));
        }
    };
    same("buses", again.buses.len() == network.buses.len());
    // What of a machine cannot be carried (a missing rated power, one that holds nothing at a held bus) is listed.
    let machine =
        |g: &Generator| (g.id.clone(), g.bus, g.p_mw, g.vm_setpoint_pu, g.regulated_bus, g.in_service);
    let machines = |network: &Network| network.generators.iter().map(machine).collect::<Vec<_>>();
    same("generators", machines(again) == machines(network));
    same("links", again.dc_links == network.dc_links);
    same("compensators", again.compensators == network.compensators);
    // Names of areas are cut to twelve characters.
    let areas = |network: &Network| {
        network.areas.iter().map(|area| (area.slack_bus, area.interchange_mw)).collect::<Vec<_>>()
    };
    same("areas", areas(again) == areas(network));
    same("three windings", again.transformers3.len() == network.transformers3.len());
    let banks =
        |network: &Network| network.shunts.iter().filter(|s| s.bank.is_some()).cloned().collect::<Vec<_>>();
    let is_listed = lost.iter().any(|f| f.message.contains("switched shunts"));
    same("banks", is_listed || banks(again) == banks(network));
    for (before, after) in network.transformers.iter().zip(&again.transformers) {
        same(&before.id, before.tap_control == after.tap_control);
        same(&before.id, before.phase_control == after.phase_control);
        same(&before.id, before.tap.map(|tap| tap.position) == after.tap.map(|tap| tap.position));
    }
    let (before, after) = (electrically(network), electrically(again));
    same("nodes", before.len() == after.len());
    for (at, value) in &before {
        let off = after.get(at).map_or(f64::INFINITY, |after| (value - after).norm());
        same(&format!("{at:?} {value}"), off <= 1e-9 * (1.0 + value.norm()));
    }
    differing
}

#[test]
fn what_is_written_for_psse_reads_back_as_the_same_grid() {
    let Some(cases) = cases() else { return };
    let mut written = 0;
    let mut differing = Vec::new();
    for folder in ["psse", "ieee-cdf", "matpower"] {
        for path in std::fs::read_dir(cases.join(folder)).unwrap().map(|f| f.unwrap().path()) {
            let name = path.display().to_string();
            let Ok(read) = read(&path) else { continue };
            let network = read.plan.network;
            // The large ones bring nothing new, and take long.
            if network.buses.len() > 2500 {
                continue;
            }
            written += 1;
            for form in [PsseForm::Raw33, PsseForm::Raw35, PsseForm::Rawx] {
                let (again, lost) = there_and_back(&name, &network, form);
                // A file of another format knows no circuits, and its names of branches change.
                if folder == "matpower" {
                    // Without system-wide data PSS/E takes very small reactances for none.
                    if form == PsseForm::Raw33 && lost.iter().any(|f| f.message.contains("THRSHZ")) {
                        continue;
                    }
                    let (before, after) = (electrically(&network), electrically(&again));
                    let off = before.iter().map(|(at, y)| {
                        after.get(at).map_or(f64::INFINITY, |after| (y - after).norm() / (1.0 + y.norm()))
                    });
                    let far = off.fold(0.0, f64::max);
                    if far > 1e-9 {
                        differing.push(format!("{name} {form:?}: {far:e}"));
                    }
                    continue;
                }
                differing.extend(differences(&format!("{name} {form:?}"), &network, &again, &lost));
            }
        }
    }
    differing.truncate(20);
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(written >= 100, "{written}");
}

#[test]
fn what_raw_cannot_carry_is_listed() {
    let mut network = crate::support::grid::two_bus(0.01, 0.1, 50.0, 10.0);
    let first = gridstage::ids::BusId::from_index(0);
    network.buses[first].id = "Hà Đông 220".into();
    network.buses[first].name = "Trạm biến áp 220 kV Hà Đông".into();
    network.frequency_hz = 60.0;
    let mut text = Vec::new();
    let lost = gridstage::write::psse(&network, PsseForm::Raw33, &|_| None, &mut text).unwrap();
    let said: Vec<&str> = lost.iter().map(|f| f.message.as_str()).collect();
    assert!(said.iter().any(|s| s.contains("numbered anew")), "{said:?}");
    assert!(said.iter().any(|s| s.contains("start values")), "{said:?}");
    let again = read_text(&text, Format::Raw, "own.raw").unwrap().plan.network;
    assert!((again.frequency_hz - 60.0).abs() < 1e-12);
    assert_eq!(again.buses.as_slice()[0].name, "Hà Đông 220");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any grid is the same after it was written and read, in all forms; written a second time it is the same text.
    #[test]
    fn any_grid_comes_back_from_every_psse_form(parts in any_grid::parts()) {
        let network = any_grid::grid(&parts);
        for form in [PsseForm::Raw33, PsseForm::Raw35, PsseForm::Rawx] {
            let (again, lost) = there_and_back("a random grid", &network, form);
            let differing = differences("a random grid", &network, &again, &lost);
            prop_assert!(differing.is_empty(), "{form:?}: {differing:#?}");
            prop_assert_eq!(again.loads.len(), network.loads.len());
            prop_assert_eq!(again.lines.len() + again.switches.len(), network.lines.len() + network.switches.len());
            if form != PsseForm::Raw33 {
                prop_assert_eq!(&again.switches, &network.switches);
            }
        }
    }
}

/// Where 4 and 5 hang on nothing but a transformer that is out, 100 MW are not served, and that is told with the way the
/// program of the file would take it.
#[test]
fn an_island_without_generation_is_dark_and_its_load_is_told() {
    let Some(shared) = crate::support::shared() else { return };
    let network = opened(&shared.join("bad-inputs/59_island_without_generation.raw")).plan.network;
    let flow = solved(&network);
    let dark = flow.findings.iter().find(|f| f.code == Code::DeadIsland).unwrap();
    assert_eq!(dark.severity, Severity::Warning);
    assert!(
        dark.message.contains("100") && dark.message.contains('4') && dark.message.contains('5'),
        "{dark:?}"
    );
    for (id, bus) in network.buses.iter_ids() {
        let is_dark = matches!(bus.id.as_str(), "4" | "5");
        assert_eq!(flow.buses.vm_pu[id.index()].is_nan(), is_dark, "bus {}", bus.id);
    }
}
