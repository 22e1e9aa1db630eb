//! MATPOWER files: what they say is what is read, and what is written reads back as the same grid.

use crate::support::{matpower_cases, shared};
use gridstage::finding::{Code, Finding, Severity};
use gridstage::ids::{BusId, Id};
use gridstage::model::{
    Bus, Control, EndShunt, Generator, Line, LineImpedance, Load, LoadModel, Network, Origin, Rating, Shunt,
    Transformer, TransformerImpedance,
};
use gridstage::read::{Format, matpower, read, read_text};
use gridstage::write;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn own(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/matpower").join(name)).unwrap()
}

fn network(text: &[u8]) -> Network {
    let name: Arc<str> = Arc::from("test.m");
    matpower::read(text, &name).unwrap_or_else(|e| panic!("{:#?}", e.findings)).0
}

fn text_of(network: &Network) -> (Vec<u8>, Vec<Finding>) {
    let mut text = Vec::new();
    let lost = write::matpower(network, &|_| None, &mut text).unwrap();
    (text, lost)
}

/// All case files that are at hand: our own, those of the workplace, those of the package.
fn case_files() -> Vec<PathBuf> {
    let folders = [
        Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/matpower")),
        shared().map(|shared| shared.join("cases/matpower")),
        matpower_cases(),
    ];
    let mut files = Vec::new();
    for folder in folders.into_iter().flatten() {
        files.extend(std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
    }
    // Tables of changes are MATLAB functions, but no cases.
    let is_case = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".m") && !name.starts_with("contab") && !name.starts_with("scenarios")
    };
    files.retain(is_case);
    files.sort();
    files
}

#[test]
fn the_grammar_of_a_case_file_is_read_as_matlab_reads_it() {
    let n = network(&own("grammar.m"));
    assert_eq!((n.name.as_str(), n.sbase_mva), ("grammar", 50.0));
    assert_eq!(n.buses.iter().map(|b| b.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert_eq!(
        n.buses.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(),
        ["Bus one", "O'Brien %2", "Gia Lâm", "four"]
    );
    assert_eq!(n.buses.iter().map(|b| b.vn_kv).collect::<Vec<_>>(), [110.0, 110.0, 110.0, 22.0]);
    assert_eq!(n.buses.as_slice()[2].va_start_deg, Some(-0.5));
    let loads: Vec<_> = n.loads.iter().map(|l| (l.id.as_str(), l.p_mw, l.q_mvar)).collect();
    assert_eq!(loads, [("2", 10.0, 5.0), ("3", 10.0, -0.5), ("4", 20.0, 5.0)]);
    assert_eq!(
        n.shunts.iter().map(|s| (s.id.as_str(), s.g_mw, s.b_mvar)).collect::<Vec<_>>(),
        [("3", 0.0, 7.0)]
    );
    let g = &n.generators.as_slice()[0];
    assert_eq!(
        (g.id.as_str(), g.p_mw, g.q_mvar, g.vm_setpoint_pu, g.control),
        ("1-1", 7.0, -3.0, 1.02, Control::Slack)
    );
    assert_eq!((g.q_min_mvar, g.q_max_mvar, g.p_min_mw, g.p_max_mw), (None, None, None, None));
    let lines: Vec<_> = n.lines.iter().map(|l| (l.id.as_str(), l.in_service)).collect();
    assert_eq!(lines, [("1-2-1", true), ("2-3-1", true), ("2-3-2", false)]);
    let t = &n.transformers.as_slice()[0];
    assert_eq!((t.id.as_str(), t.ratio_pu, t.shift_deg), ("3-4-1", 0.98, -1.0));
    assert_eq!((t.rating.normal, t.rating.short, t.rating.emergency), (Some(25.0), Some(30.0), Some(40.0)));
    assert_eq!(
        t.impedance,
        TransformerImpedance::PerUnit { r_pu: 0.0, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 50.0 }
    );
    assert_eq!(t.origin.place.as_ref().map(|place| place.line), Some(26));
}

#[test]
fn version_1_has_bare_names_and_short_rows() {
    let n = network(&own("version1.m"));
    assert_eq!((n.buses.len(), n.lines.len()), (2, 1));
    let controls: Vec<_> = n.generators.iter().map(|g| (g.control, g.p_max_mw, g.q_max_mvar)).collect();
    assert_eq!(controls, [(Control::Slack, None, Some(50.0)), (Control::Voltage, None, Some(30.0))]);
}

#[test]
fn units_are_converted_by_the_code_at_the_end() {
    let n = network(&own("kw_tail.m"));
    let load = &n.loads.as_slice()[0];
    assert!((load.p_mw - 0.4).abs() < 1e-15 && (load.q_mvar - 0.3).abs() < 1e-15, "{load:?}");
    let LineImpedance::PerUnit { r_pu, x_pu, .. } = n.lines.as_slice()[0].impedance else { panic!() };
    assert!((r_pu - 0.05).abs() < 1e-15 && (x_pu - 0.1).abs() < 1e-15);
    assert!((n.generators.as_slice()[0].q_mvar - 7.0).abs() < 1e-15, "the else branch is run");
    assert!(n.generators.as_slice()[0].p_mw.abs() < 1e-15, "the branch not taken is not");
}

#[test]
fn a_bare_grid_is_a_plan_with_one_stage_and_one_scenario() {
    let read = read_text(&own("version1.m"), Format::Matpower, "version1.m").unwrap();
    assert!(read.plan.is_bare());
    assert_eq!((read.plan.stages.len(), read.plan.scenarios.len(), read.plan.projects.len()), (1, 1, 0));
    assert_eq!(read.inputs[0].sha256.len(), 64);
    assert_eq!(read.inputs[0].path, "version1.m");
}

#[test]
fn a_byte_order_mark_carriage_returns_and_foreign_bytes_in_comments_change_nothing() {
    let plain = own("kw_tail.m");
    let as_read = network(&plain);
    let text = String::from_utf8(plain.clone()).unwrap();
    assert_eq!(network(&[b"\xEF\xBB\xBF".as_slice(), &plain].concat()), as_read);
    assert_eq!(network(text.replace('\n', "\r\n").as_bytes()), as_read);
    assert_eq!(network(&[b"% caf\xe9\n".as_slice(), &plain].concat()), as_read);
}

#[test]
fn names_that_are_no_utf_8_are_read_with_a_warning() {
    let text = own("grammar.m");
    let at = text.windows(2).rposition(|pair| pair == "â".as_bytes()).unwrap();
    let latin_1 = [&text[..at], b"\xe2", &text[at + 2..]].concat();
    let name: Arc<str> = Arc::from("latin1.m");
    let (network, findings) = matpower::read(&latin_1, &name).unwrap();
    assert_eq!(network.buses.as_slice()[2].name, "Gia L\u{fffd}m");
    let finding = findings.iter().find(|f| f.code == Code::AssumedEncoding).unwrap();
    assert_eq!(finding.element.as_deref(), Some("bus 3"));
    assert_eq!(finding.place.as_ref().map(|place| place.line), Some(31));
}

/// The witness is Rust's own `str::parse`, cell by cell, on files without code or expressions.
#[test]
#[expect(clippy::float_cmp, reason = "both read the nearest double")]
fn every_number_of_a_plain_case_is_the_nearest_double() {
    let mut seen = 0;
    for path in case_files() {
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else { continue };
        let (Some(bus), Some(branch)) =
            (plain_matrix(&text, "mpc.bus = ["), plain_matrix(&text, "mpc.branch = ["))
        else {
            continue;
        };
        let Ok(read) = read(&path) else { continue };
        let network = read.plan.network;
        assert_eq!(network.buses.len(), bus.len(), "{}", path.display());
        let total: f64 = bus.iter().map(|row| row[2]).filter(|&p| p != 0.0).sum();
        let loads: f64 = network.loads.iter().map(|load| load.p_mw).filter(|&p| p != 0.0).sum();
        assert_eq!(loads, total, "{}", path.display());
        for (found, row) in network.buses.iter().zip(&bus) {
            assert_eq!(found.id, format!("{}", row[0]), "{}", path.display());
            assert_eq!(
                (found.vm_start_pu, found.va_start_deg),
                (Some(row[7]), Some(row[8])),
                "{}",
                path.display()
            );
            assert_eq!(found.vn_kv, row[9], "{}", path.display());
        }
        let number = |bus: BusId| network.buses[bus].id.parse::<f64>().unwrap();
        let mut found: Vec<(u32, [f64; 5])> = Vec::new();
        for line in &network.lines {
            let LineImpedance::PerUnit { r_pu, x_pu, b_pu, .. } = line.impedance else { panic!() };
            let at = line.origin.place.as_ref().unwrap();
            found.push((at.line, [number(line.from), number(line.to), r_pu, x_pu, b_pu]));
        }
        for t in &network.transformers {
            let TransformerImpedance::PerUnit { r_pu, x_pu, b_pu, .. } = t.impedance else { panic!() };
            let at = t.origin.place.as_ref().unwrap();
            found.push((at.line, [number(t.from), number(t.to), r_pu, x_pu, b_pu]));
        }
        found.sort_by_key(|(line, _)| *line);
        assert_eq!(found.len(), branch.len(), "{}", path.display());
        for ((_, found), row) in found.iter().zip(&branch) {
            assert_eq!(found.as_slice(), &row[..5], "{}", path.display());
        }
        seen += 1;
    }
    assert!(seen >= 1 || shared().is_none());
}

/// The rows between `opening` and `];`, if they are plain numbers, and no code follows in the file.
fn plain_matrix(text: &str, opening: &str) -> Option<Vec<Vec<f64>>> {
    if text.contains("idx_bus") {
        return None;
    }
    let after = &text[text.find(opening)? + opening.len()..];
    let body = &after[..after.find("];")?];
    let rows =
        body.lines().map(|line| line.split('%').next().unwrap_or_default().trim().trim_end_matches(';'));
    let rows = rows.filter(|row| !row.is_empty());
    rows.map(|row| row.split_whitespace().map(|cell| cell.parse().ok()).collect()).collect()
}

#[test]
fn every_case_at_hand_is_read_or_lacks_a_slack_and_is_written_and_read_again_as_the_same_grid() {
    for path in case_files() {
        let file = path.display();
        let name: Arc<str> = Arc::from("again.m");
        let first = match read(&path) {
            Ok(read) => read.plan.network,
            Err(rejected) => {
                let errors: Vec<_> =
                    rejected.findings.iter().filter(|f| f.severity == Severity::Error).collect();
                assert!(errors.iter().all(|f| f.code == Code::NoSlack), "{file}: {errors:#?}");
                continue;
            }
        };
        let (text, lost) = text_of(&first);
        assert!(lost.is_empty(), "{file}: {lost:#?}");
        let (second, _) =
            matpower::read(&text, &name).unwrap_or_else(|e| panic!("{file}: {:#?}", e.findings));
        assert!(first == second, "{file} reads back as another grid");
        assert!(text_of(&second).0 == text, "{file}: written again, the bytes differ");
    }
}

#[test]
fn a_grid_in_ohm_is_written_with_the_values_that_the_caller_gives() {
    let mut n = Network::default();
    let (a, b) = (n.buses.push(Bus::new("NORTH", 110.0)), n.buses.push(Bus::new("SOUTH", 110.0)));
    n.generators.push(Generator::new("G", a, Control::Slack, 0.0, 1.0));
    let impedance = LineImpedance::Ohm { r_ohm: 1.21, x_ohm: 12.1, g_us: 0.0, b_us: 0.0 };
    n.lines.push(line("N-S", a, b, impedance));
    let pu = write::PerUnitBranch { r: 0.01, x: 0.1, g: 0.0, b: 0.0, ratio: 1.0, shift_deg: 0.0 };
    let mut text = Vec::new();
    let lost = write::matpower(&n, &|_| Some(pu), &mut text).unwrap();
    let again = network(&text);
    assert_eq!(
        again.lines.as_slice()[0].impedance,
        LineImpedance::PerUnit { r_pu: 0.01, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 }
    );
    assert_eq!(again.buses.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), ["NORTH", "SOUTH"]);
    assert!(lost.iter().all(|f| f.code == Code::NotCarried && f.severity == Severity::Warning), "{lost:#?}");
    assert!(lost.iter().any(|f| f.message.contains("numbered anew")), "{lost:#?}");
    let lost = write::matpower(&n, &|_| None, &mut Vec::new()).unwrap();
    assert!(lost.iter().any(|f| f.severity == Severity::Error && f.element.as_deref() == Some("line N-S")));
}

fn line(id: &str, from: BusId, to: BusId, impedance: LineImpedance) -> Line {
    Line {
        id: id.into(),
        name: String::new(),
        row: id.into(),
        circuit: 0,
        from,
        to,
        impedance,
        rating: Rating::default(),
        end_shunts: [EndShunt::default(); 2],
        series: None,
        built: true,
        in_service: true,
        origin: Origin::default(),
    }
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.m");
    std::fs::write(&path, "old").unwrap();
    let failed = write::atomically(&path, |out| {
        out.write_all(b"half of the new")?;
        Err::<(), _>(std::io::Error::other("the disk is full"))
    });
    assert!(failed.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    write::atomically(&path, |out| out.write_all(b"new")).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Any number that a file may hold, of any size.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![-1e3..1e3_f64, any::<f64>().prop_filter("finite", |x| x.is_finite())]
}

fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![1e-3..1e3_f64, (0..2000_i32).prop_map(|k| f64::from(k + 1) / 1000.0)]
}

fn maybe<T: std::fmt::Debug + Clone>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(of)
}

type BusRow = (f64, f64, f64, f64, Option<f64>, Option<f64>, u16, String);
type BranchRow = (usize, usize, f64, f64, f64, [Option<f64>; 3], Option<(f64, f64)>, bool);
type GeneratorRow = (usize, f64, f64, Option<f64>, Option<f64>, Option<f64>, bool);

/// A grid such as the format can carry; the values need not make sense as a grid.
fn carried() -> impl Strategy<Value = Network> {
    let bus = (
        number(),
        number(),
        positive(),
        number(),
        maybe(number()),
        maybe(number()),
        any::<u16>(),
        "[A-Za-zâ' %]{0,6}",
    );
    let branch = (
        0..6_usize,
        0..6_usize,
        number(),
        positive(),
        number(),
        [maybe(positive()), maybe(positive()), maybe(positive())],
        maybe((positive(), number())),
        any::<bool>(),
    );
    let generator =
        (0..6_usize, number(), number(), maybe(number()), maybe(number()), maybe(positive()), any::<bool>());
    let buses = proptest::collection::vec(bus, 6);
    let numbers = proptest::collection::btree_set(1..100_000_u64, 6);
    let kinds = proptest::collection::vec(0..4_usize, 6);
    let branches = proptest::collection::vec(branch, 0..8);
    let generators = proptest::collection::vec(generator, 0..5);
    (positive(), numbers, buses, kinds, branches, generators).prop_map(
        |(sbase_mva, numbers, buses, kinds, branches, generators)| {
            grid(sbase_mva, &numbers.into_iter().collect::<Vec<_>>(), buses, &kinds, branches, generators)
        },
    )
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn grid(
    sbase_mva: f64,
    numbers: &[u64],
    buses: Vec<BusRow>,
    kinds: &[usize],
    branches: Vec<BranchRow>,
    generators: Vec<GeneratorRow>,
) -> Network {
    let mut n = Network { name: "made".to_owned(), sbase_mva, ..Network::default() };
    for (k, (p, q, vm, va, high, low, zone, name)) in buses.into_iter().enumerate() {
        let id = numbers[k].to_string();
        let at = BusId::from_index(k);
        let origin = Origin::default;
        if p != 0.0 || q != 0.0 {
            n.loads.push(Load {
                id: id.as_str().into(),
                bus: at,
                p_mw: p,
                q_mvar: q,
                model: LoadModel::Power,
                built: true,
                in_service: true,
                origin: origin(),
            });
        }
        if va > 0.0 {
            n.shunts.push(Shunt {
                id: id.as_str().into(),
                bus: at,
                g_mw: q,
                b_mvar: va,
                bank: None,
                built: true,
                in_service: true,
                origin: origin(),
            });
        }
        let mut bus = Bus::new(id.as_str(), if zone % 3 == 0 { 0.0 } else { 110.0 });
        name.trim().clone_into(&mut bus.name);
        (bus.vm_start_pu, bus.va_start_deg) = (Some(vm), Some(va));
        (bus.vm_min_pu, bus.vm_max_pu) = match (low, high) {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            other => other,
        };
        bus.area = (zone % 7).to_string().into();
        bus.zone = zone.to_string().into();
        // The first bus is live and the slack's.
        bus.in_service = k == 0 || kinds[k] != 3;
        n.buses.push(bus);
    }
    let first = (0, 0.0, 0.0, None, None, None, true);
    let mut counts = [0; 6];
    for (k, p, q, low, high, sn_mva, in_service) in std::iter::once(first).chain(generators) {
        counts[k] += 1;
        let control = match kinds[k] {
            _ if k == 0 => Control::Slack,
            1 => Control::Voltage,
            2 => Control::Slack,
            _ => Control::Fixed,
        };
        let id = format!("{}-{}", numbers[k], counts[k]);
        let mut g = Generator::new(id, BusId::from_index(k), control, p, 1.01);
        let participation = sn_mva.filter(|_| high.is_some());
        (g.q_mvar, g.sn_mva, g.in_service, g.participation) = (q, sn_mva, in_service, participation);
        (g.q_min_mvar, g.q_max_mvar) = match (low, high) {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            other => other,
        };
        (g.p_min_mw, g.p_max_mw) = (g.q_min_mvar, g.q_max_mvar);
        n.generators.push(g);
    }
    let mut rows: Vec<BranchRow> = branches.into_iter().filter(|row| row.0 != row.1).collect();
    rows.sort_by_key(|row| row.6.is_some());
    for (k, (f, t, r, x, b, rate, ratio, in_service)) in rows.iter().enumerate() {
        let parallel = 1 + rows[..k].iter().filter(|row| (row.0, row.1) == (*f, *t)).count();
        let id = format!("{}-{}-{parallel}", numbers[*f], numbers[*t]);
        let (from, to) = (BusId::from_index(*f), BusId::from_index(*t));
        let rating = Rating { normal: rate[0], short: rate[1], emergency: rate[2], ..Rating::default() };
        if let &Some((ratio_pu, shift_deg)) = ratio {
            n.transformers.push(Transformer {
                id: id.into(),
                name: String::new(),
                from,
                to,
                impedance: TransformerImpedance::PerUnit {
                    r_pu: *r,
                    x_pu: *x,
                    g_pu: 0.0,
                    b_pu: *b,
                    sbase_mva,
                },
                ratio_pu,
                shift_deg,
                tap: None,
                vector_group: gridstage::model::Name::default(),
                rating,
                tap_control: None,
                phase_control: None,
                correction: None,
                end_shunts: [EndShunt::default(); 2],
                built: true,
                in_service: *in_service,
                origin: Origin::default(),
            });
        } else {
            let impedance = LineImpedance::PerUnit { r_pu: *r, x_pu: *x, g_pu: 0.0, b_pu: *b, sbase_mva };
            n.lines.push(Line { rating, in_service: *in_service, ..line(&id, from, to, impedance) });
        }
    }
    n
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_the_same_grid(network in carried()) {
        let (text, lost) = text_of(&network);
        prop_assert!(lost.is_empty(), "{lost:#?}");
        let name: Arc<str> = Arc::from("again.m");
        let again = matpower::read(&text, &name).map_err(|e| TestCaseError::fail(format!("{:#?}\n{}", e.findings, String::from_utf8_lossy(&text))))?;
        prop_assert_eq!(&again.0, &network);
        prop_assert_eq!(text_of(&again.0).0, text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(seed: u64, edits in proptest::collection::vec((any::<u32>(), any::<u32>(), 0..8_u8), 1..12)) {
        let bases = ["grammar.m", "version1.m", "kw_tail.m"];
        let mut text = own(bases[usize::try_from(seed % 3).unwrap()]);
        for (at, what, how) in edits {
            let at = at as usize % text.len();
            let other = what as usize % text.len();
            #[expect(clippy::cast_possible_truncation, reason = "any byte will do")]
            match how {
                0 => text[at] = what as u8,
                1 => text[at] = b"[](){};,=%'\"\n\\.+-*/^: \t0eN"[what as usize % 26],
                2 => text.insert(at, b"[](){};,=%'\"\n\\.+-*/^: \t0eN"[what as usize % 26]),
                3 => text.truncate(at + 1),
                4 => { text.drain(at.min(other)..at.max(other).min(at.min(other) + 40)); }
                5 => { let copy = text[at.min(other)..at.max(other).min(at.min(other) + 200)].to_vec(); text.splice(at..at, copy); }
                6 => text.swap(at, other),
                _ => { text.splice(at..at, *b"\n%{\n"); }
            }
            if text.is_empty() {
                text.push(b' ');
            }
        }
        let name: Arc<str> = Arc::from("mutant.m");
        if let Ok((network, _)) = matpower::read(&text, &name) {
            text_of(&network);
        }
    }
}
