//! Every bad MATPOWER input is told with its class, its place and what is wrong (`bad-inputs/EXPECT.md`), as far
//! as reading goes: what only a load flow can tell is tested there. PSS/E and JSON files are tested with their formats.

use crate::support::{grid, shared};
use gridstage::finding::{Code, Finding, Severity};
use gridstage::ids::{BusId, GeneratorId, Id, LineId};
use gridstage::model::{Control, Network, validate};
use gridstage::read::{Format, Read, Rejected, read, read_text};
use std::time::{Duration, Instant};

/// Finding of a code and severity in a line, whose message holds all of the words.
struct Expected {
    file: &'static str,
    code: Code,
    severity: Severity,
    line: Option<u32>,
    words: &'static [&'static str],
}

fn error(file: &'static str, code: Code, line: u32, words: &'static [&'static str]) -> Expected {
    Expected { file, code, severity: Severity::Error, line: Some(line), words }
}

fn warning(file: &'static str, code: Code, line: u32, words: &'static [&'static str]) -> Expected {
    Expected { severity: Severity::Warning, ..error(file, code, line, words) }
}

fn expected() -> Vec<Expected> {
    vec![
        error("10_truncated_mid_matrix.m", Code::Syntax, 19, &["mpc.branch", "line 19", "end of file"]),
        error("15_missing_column.m", Code::Columns, 16, &["mpc.gen", "row 2", "7 columns", "10"]),
        error("18_decimal_comma.m", Code::Columns, 7, &["mpc.bus", "14 columns", "13"]),
        error("30_nan_impedance.m", Code::Value, 21, &["branch 2-3", "field r", "NaN"]),
        error("31_inf_load.m", Code::Value, 9, &["bus 3", "field Pd", "infinite"]),
        error("33_zero_impedance_branch.m", Code::Conflict, 16, &["1-1", "2-1", "1.02", "1.01"]),
        warning("33_zero_impedance_branch.m", Code::ZeroImpedance, 20, &["branch 1-2-1"]),
        error("39_basemva_zero.m", Code::Value, 4, &["baseMVA"]),
        warning("42_tiny_impedance.m", Code::ZeroImpedance, 24, &["branch 4-5-1"]),
        error("50_duplicate_bus.m", Code::Duplicate, 11, &["bus 4", "lines 10 and 11"]),
        warning("54_gen_on_pq_bus.m", Code::FixedInjection, 16, &["bus 2", "80 MW"]),
        warning("55_pv_without_generator.m", Code::NoVoltageControl, 9, &["bus 3"]),
        error("56_no_slack.m", Code::NoSlack, 16, &["no slack"]),
        error("60_self_loop.m", Code::Reference, 24, &["branch 4-4-1"]),
        error("62_zero_buses.m", Code::NoBuses, 6, &["no rows"]),
        error("74_qlimits_inconsistent.m", Code::Value, 16, &["generator 2-1", "Qmin", "100", "-80"]),
        error("88_binary_noise.m", Code::Encoding, 1, &["not text"]),
        warning("90_code_injection.m", Code::NotUsed, 5, &["system(", "not executed"]),
        warning("90_code_injection.m", Code::NotUsed, 5, &["delete(", "not executed"]),
    ]
}

fn findings(result: &Result<Read, Rejected>) -> &[Finding] {
    match result {
        Ok(read) => &read.findings,
        Err(rejected) => &rejected.findings,
    }
}

#[test]
fn every_bad_case_is_told_with_its_class_and_its_line() {
    let Some(shared) = shared() else { return };
    for expected in expected() {
        let file = expected.file;
        let result = read(&shared.join("bad-inputs").join(file));
        let found = findings(&result);
        let finding = found
            .iter()
            .find(|f| {
                let line = f.place.as_ref().map(|place| place.line);
                let text = format!("{} {}", f.element.as_deref().unwrap_or_default(), f.message);
                (f.code, f.severity, line) == (expected.code, expected.severity, expected.line)
                    && expected.words.iter().all(|word| text.contains(word))
            })
            .unwrap_or_else(|| panic!("{file}: {} is not told: {found:#?}", expected.code));
        assert!(finding.code == Code::NotUsed || finding.help.is_some(), "{file}: no way out: {finding:#?}");
        assert!(finding.message.is_ascii(), "{file}");
        let is_error = found.iter().any(|f| f.severity == Severity::Error);
        assert_eq!(result.is_err(), is_error, "{file}: {found:#?}");
    }
}

#[test]
fn a_wrong_cell_is_told_with_its_column_and_field() {
    let Some(shared) = shared() else { return };
    let result = read(&shared.join("bad-inputs/30_nan_impedance.m"));
    let finding = &findings(&result)[0];
    let place = finding.place.as_ref().unwrap();
    assert_eq!((place.line, place.column, place.width), (21, Some(6), 3));
    assert_eq!(finding.field.as_deref(), Some("r"));
    assert_eq!(finding.element.as_deref(), Some("branch 2-3-1"));
}

#[test]
fn a_grid_without_a_slack_is_told_which_generator_it_could_be() {
    let Some(shared) = shared() else { return };
    let result = read(&shared.join("bad-inputs/56_no_slack.m"));
    let help = findings(&result)[0].help.as_deref().unwrap();
    assert!(help.contains("bus 2 to 3") && help.contains("generator 2-1"), "{help}");
}

#[test]
fn files_that_are_right_are_the_control_or_differ_by_one_thing_only() {
    let Some(shared) = shared() else { return };
    let network = |file: &str| {
        let read = read(&shared.join("bad-inputs").join(file)).unwrap_or_else(|e| panic!("{file}: {e:?}"));
        assert!(read.findings.is_empty(), "{file}: {:?}", read.findings);
        read.plan.network
    };
    let control = network("00_ok_base5.m");
    assert_eq!(network("01_ok_crlf.m"), control);
    assert_eq!(network("94_continuation.m"), control);
    let unlimited = network("32_inf_qmax_ok.m");
    assert_eq!(unlimited.generators.as_slice()[0].q_max_mvar, None);
    assert_eq!(unlimited.generators.as_slice()[0].q_min_mvar, None);
    assert_ne!(network("36_negative_x_series_cap.m"), control);
    let turned = network("43_angle_in_radians.m");
    #[expect(clippy::approx_constant, reason = "the file means radians, the format degrees")]
    let in_file = 0.5236;
    assert!((turned.transformers.as_slice()[0].shift_deg - in_file).abs() < 1e-12);
    for solved_elsewhere in
        ["58_isolated_bus.m", "70_infeasible_load.m", "72_near_nose.m", "73_low_voltage_start.m"]
    {
        network(solved_elsewhere);
    }
}

#[test]
fn no_file_there_takes_long_or_panics() {
    let Some(shared) = shared() else { return };
    let mut seen = 0;
    for file in std::fs::read_dir(shared.join("bad-inputs")).unwrap() {
        let path = file.unwrap().path();
        let begun = Instant::now();
        let result = read(&path);
        assert!(begun.elapsed() < Duration::from_secs(5), "{}", path.display());
        let is_errant = findings(&result).iter().any(|f| f.severity == Severity::Error);
        assert_eq!(result.is_err(), is_errant, "{}", path.display());
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

/// A five-bus case of our own, whose parts the tests below spoil.
const CASE: &str = "function mpc = own
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
2 1 50 10 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [
1 0 0 50 -50 1 100 1 100 0;
];
mpc.branch = [
1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;
];
";

/// Codes and lines of the errors in a spoilt copy of [`CASE`].
fn errors(from: &str, to: &str) -> Vec<(Code, u32)> {
    assert!(CASE.contains(from), "{from}");
    let text = CASE.replacen(from, to, 1);
    let result = read_text(text.as_bytes(), Format::Matpower, "own.m");
    let errors = findings(&result).iter().filter(|f| f.severity == Severity::Error);
    errors.map(|f| (f.code, f.place.as_ref().map_or(0, |place| place.line))).collect()
}

#[test]
fn all_errors_of_text_are_told_at_once() {
    assert_eq!(errors("1", "1"), []);
    let from = "2 1 50 10 0 0 1 1 0 110 1 1.1 0.9;\n];\nmpc.gen = [\n1 0 0 50";
    let to = "2 1 5o 1O 0 0 1 1 0 110 1 1.1 0.9;\n];\nmpc.gen = [\n1 0 0.0.0 50";
    assert_eq!(errors(from, to), [(Code::Number, 6), (Code::Number, 6), (Code::Number, 9)]);
    let from = "2 1 50 10 0 0 1 1 0 110 1 1.1 0.9;\n];";
    let to = "2 1 50 10;\n];\nmpc.bus(:, 13) = mpc.bus(:, 3) / 1e3;";
    assert_eq!(errors(from, to), [(Code::Columns, 6)], "code does not stumble over rows that are too short");
    let from = "0.9;\n];\nmpc.gen";
    let to = "0.9;\nmpc.gen";
    assert_eq!(errors(from, to), [(Code::Syntax, 4)], "a matrix that is not closed is told where it opens");
}

#[test]
fn all_errors_of_data_are_told_at_once() {
    let from = "1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;";
    let to = "1 2 0.01 0.1 0 -5 0 0 -1 0 1 -360 360;\n1 7 0 1 0 0 0 0 0 0 1 -360 360;\n2 2 0 NaN 0 0 0 0 0 0 1 -360 360;";
    let found = errors(from, to);
    for expected in [(Code::Value, 12), (Code::Reference, 13), (Code::Value, 14), (Code::Reference, 14)] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert_eq!(found.iter().filter(|f| **f == (Code::Value, 12)).count(), 2, "rating and ratio: {found:?}");
}

#[test]
fn a_thousand_wrong_rows_give_a_hundred_findings_and_a_count() {
    let rows = "9 9 0 x1 0 0 0 0 0 0 1 -360 360;\n".repeat(1000);
    let text = CASE.replacen("1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;\n", &rows, 1);
    let Err(rejected) = read_text(text.as_bytes(), Format::Matpower, "own.m") else { panic!("it was read") };
    assert_eq!(rejected.findings.len(), 101);
    let last = rejected.findings.last().unwrap();
    assert!(last.message.contains("900 more"), "{last:?}");
}

#[test]
fn what_may_change_case_data_is_refused_and_what_cannot_is_told() {
    let after = |tail: &str| {
        errors(
            "1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;\n];\n",
            &format!("1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360;\n];\n{tail}\n"),
        )
    };
    for refused in [
        "mpc = scale_load(2, mpc);",
        "mpc.bus(:, 3) = mpc.bus(:, 3) * factor;",
        "mpc.bus(k, 3) = 0;",
        "mpc.bus(:, 99) = 0;",
        "mpc.bus(3, 3) = 0;",
        "mpc.bus(:, 3) = mpc.bus(:, 3) * mpc.bus(:, 4);",
        "mpc.bus(:, [3 4]) = mpc.bus(:, 3);",
        "mpc.gen(1, :) = [];",
        "mpc.bus = mpc.bus';",
        "mpc.branch = [mpc.branch; mpc.branch];",
        "eval('mpc.baseMVA = 1;');",
        "my_script",
        "for i = 1:2\n mpc.bus(i, 3) = 0;\nend",
        "if nargin > 0\n mpc.bus(1, 3) = 0;\nend",
        "[mpc.bus, x] = f(1);",
        "mpc.baseMVA = mpc.baseMVA * two;",
    ] {
        let found = after(refused);
        assert!(
            !found.is_empty() && found.iter().all(|f| matches!(f.0, Code::Unsupported | Code::Number)),
            "{refused}: {found:?}"
        );
    }
    for told in [
        "disp('done');",
        "x = rand(3);",
        "system('touch pwned.txt'); delete('*');",
        "[x, y] = size(mpc.bus);",
        "mpc.gencost(:, 5) = mpc.gencost(:, 5) * 2;",
        "mpc.userdata.note = 'a';",
        "if 0\n mpc.bus(1, 3) = 0;\nend",
        "define_constants; mpc.bus(:, PD) = mpc.bus(:, PD);",
    ] {
        assert_eq!(after(told), [], "{told}");
    }
}

#[test]
fn parentheses_without_end_are_refused_without_exhausting_the_stack() {
    for open in ["(", "mpc.bus(", "-(", "sqrt("] {
        let deep = format!("mpc.baseMVA = {}1;", open.repeat(100_000));
        let found = errors("mpc.baseMVA = 100;", &deep);
        assert!(!found.is_empty() && found.len() < 5, "{open}: {found:?}");
    }
    let found = errors("50 10 0 0", &format!("{}50 10 0 0", "[".repeat(100_000)));
    assert!(!found.is_empty());
}

/// The findings about a grid made without any file, as code and element.
fn judged(spoil: impl FnOnce(&mut Network)) -> Vec<(Code, String)> {
    let mut network = grid::two_bus(0.01, 0.1, 50.0, 10.0);
    spoil(&mut network);
    let findings = validate::network(&network);
    findings.into_iter().map(|f| (f.code, f.element.unwrap_or_default())).collect()
}

#[test]
fn a_grid_of_any_origin_is_judged_by_the_same_rules() {
    assert_eq!(judged(|_| {}), []);
    let found = judged(|n| {
        let (a, b) = (BusId::from_index(0), BusId::from_index(1));
        grid::load(n, a, f64::NAN, 0.0);
        grid::load(n, b, 20_000.0, 0.0);
        grid::line(n, b, b, 0.0, 0.1, 0.0);
        n.lines[LineId::from_index(1)].id = "B1".into();
        n.lines[LineId::from_index(0)].rating.normal = Some(-1.0);
        n.buses[b].vn_kv = 0.0;
        n.generators[GeneratorId::from_index(0)].vm_setpoint_pu = 0.0;
        (n.buses[a].vm_min_pu, n.buses[a].vm_max_pu) = (Some(1.1), Some(0.9));
        n.frequency_hz = 0.0;
    });
    for expected in [
        (Code::Value, "load L2"),
        (Code::Plausibility, "load L3"),
        (Code::Reference, "line B1"),
        (Code::Duplicate, "line B1"),
        (Code::Value, "line B1"),
        (Code::NoBaseKv, "bus 2"),
        (Code::Value, "generator G1"),
        (Code::Value, "bus 1"),
        (Code::Value, ""),
    ] {
        assert!(
            found.iter().any(|(code, element)| (*code, element.as_str()) == expected),
            "{expected:?}: {found:?}"
        );
    }
}

#[test]
fn buses_joined_by_a_closed_switch_cannot_hold_two_voltages() {
    let joined = |closed: bool, vm_pu: f64| {
        judged(|n| {
            let (a, b) = (BusId::from_index(0), BusId::from_index(1));
            grid::pv(n, b, 10.0, vm_pu);
            grid::switch(n, a, b, closed);
        })
    };
    assert_eq!(joined(true, 1.02), [(Code::Conflict, "generator G2".to_owned())]);
    assert_eq!(joined(true, 1.0), []);
    assert_eq!(joined(false, 1.02), []);
}

#[test]
fn only_what_stands_and_is_switched_in_can_be_the_slack() {
    for spoil in [
        (|n: &mut Network| n.generators[GeneratorId::from_index(0)].in_service = false) as fn(&mut Network),
        |n| n.generators[GeneratorId::from_index(0)].built = false,
        |n| n.buses[BusId::from_index(0)].in_service = false,
        |n| n.generators[GeneratorId::from_index(0)].control = Control::Voltage,
    ] {
        let found = judged(spoil);
        assert!(matches!(found.as_slice(), [(Code::NoSlack, _)]), "{found:?}");
    }
}

/// What costs a look through the rest of the file must not be asked for on every line.
#[test]
fn the_time_for_hostile_text_grows_no_faster_than_the_text() {
    const BYTES: usize = 600_000;
    for pattern in [
        "mpc.bus = [\n",
        "mpc.bus = [",
        "mpc.bus_name = {\n",
        "x = '\n",
        "x = 'a",
        "if x\n",
        "if 0\n",
        "if 1\n",
        "end\n",
        "%{\n",
        "[\n",
        "{",
        "mpc.bus(\n",
        "mpc.bus(1, ",
        "a.b.",
        "1,",
        "1 - ",
        "- ",
        "...\n",
        "function f\n",
        "\0",
        "mpc.bus = [1 2;",
        "mpc.gen = [1 'a\n",
        "(",
        "x",
        "mpc.",
        "else\n",
        "for\n",
        "# ",
        "mpc.bus = [x = 1\n",
    ] {
        let text = pattern.repeat(BYTES / pattern.len());
        for text in [text.clone(), CASE.replacen("2 1 50", &text, 1), format!("{CASE}{text}")] {
            let begun = Instant::now();
            let result = read_text(text.as_bytes(), Format::Matpower, "hostile.m");
            let seconds = begun.elapsed().as_secs_f64();
            assert!(seconds < 3.0, "{pattern:?} takes {seconds} s");
            assert!(findings(&result).len() < 1000, "{pattern:?}");
        }
    }
}
