//! `PowerFactory` DGS against what pypowsybl 1.16.1 (OLF from a flat start, one slack, no limits, no controls) finds for the same
//! files, and against the voltages that the program itself stored in two of them.

use super::{assert_olf, cases, opened, reference};
use gridstage::finding::{Code, Finding};
use gridstage::flow::{Controls, FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::Id;
use gridstage::model::{Control, DcLink, Generator, LineImpedance, LoadModel, Network, StarImpedance, VscDc};
use gridstage::read::{Format, Read, Rejected, read_bytes, read_text};

fn text(name: &str) -> Option<String> {
    let path = cases()?.join(format!("dgs/{name}.dgs"));
    Some(std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

fn expected(name: &str) -> Vec<(String, f64, f64)> {
    reference(&cases().unwrap().join(format!("reference/dgs/{name}.csv")))
}

fn read(text: &str) -> Result<Read, Rejected> {
    read_text(text.as_bytes(), Format::Dgs, "own.dgs")
}

fn network(text: &str) -> Network {
    read(text).unwrap_or_else(|e| panic!("{e:#?}")).plan.network
}

fn uncontrolled(network: &Network) -> LoadFlow {
    let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

#[test]
fn dgs_files_have_the_voltages_and_angles_that_olf_finds() {
    let Some(cases) = cases() else { return };
    for name in ["Switches", "ThreeMIB_T3W_phase_solved"] {
        let read = opened(&cases.join(format!("dgs/{name}.dgs")));
        assert_eq!(read.inputs[0].format, Format::Dgs);
        assert_olf(name, &read.plan.network, &expected(name), |_| true);
    }
}

/// `m:u` and `m:phiu` of its terminals are what `PowerFactory` found: voltage and angle, turned as a whole, as another machine may
/// be its reference.
#[test]
fn the_states_that_powerfactory_stored_are_found_again() {
    for name in ["Switches", "ThreeMIB_T3W_phase_solved"] {
        let Some(text) = text(name) else { return };
        let network = network(&text);
        let flow = uncontrolled(&network);
        let turn = network.buses.iter().next().unwrap().va_start_deg.unwrap() - flow.buses.va_deg[0];
        for (bus, row) in network.buses.iter_ids() {
            let (vm, va) = (row.vm_start_pu.unwrap(), row.va_start_deg.unwrap());
            let (own_vm, own_va) = (flow.buses.vm_pu[bus.index()], flow.buses.va_deg[bus.index()] + turn);
            assert!((own_vm - vm).abs() < 1e-5, "{name}: {} at {own_vm}, stored {vm}", row.id);
            assert!((own_va - va).abs() < 2e-3, "{name}: {} at {own_va} degrees, stored {va}", row.id);
        }
    }
}

/// That program names no reference machine, and OLF takes bus 4 as the slack and leaves there what is missing, at the voltage
/// that comes out: with a slack of that voltage at bus 4, nothing reactive is left for it to feed, and all else is the same.
#[test]
fn fourteen_buses_solve_with_the_slack_where_olf_has_it() {
    let Some(text) = text("ieee14") else { return };
    let mut network = network(&text);
    let slack = network.generators.iter().find(|m| m.control == Control::Slack).unwrap();
    assert_eq!(slack.id.as_str(), "sym_1_1", "the largest machine");
    for machine in &mut network.generators {
        machine.control = Control::Voltage;
    }
    let (at, row) = network.buses.iter_ids().find(|(_, bus)| bus.id == "4 Bus 4").unwrap();
    assert_eq!(row.vn_kv.to_bits(), 138.0_f64.to_bits());
    let kv = expected("ieee14").iter().find(|row| row.0 == "VL45_0").unwrap().1;
    network.generators.push(Generator::new("slack", at, Control::Slack, 0.0, kv / 138.0));
    assert_olf("ieee14", &network, &expected("ieee14"), |_| true);
    let flow = uncontrolled(&network);
    let slack = flow.generators.q_mvar.last().unwrap();
    assert!(slack.abs() < 0.01, "{slack} Mvar left at the slack");
}

/// The tower's impedances are of 50 Hz in a grid of 60 Hz: OLF takes them as they stand. At 60 Hz both are the same; as the file
/// is, the reactance is 60/50 of that.
#[test]
fn circuits_of_a_tower_have_the_diagonal_of_its_matrices_at_the_frequency_of_the_grid() {
    let Some(text) = text("Tower") else { return };
    let read = read(&text).unwrap();
    let coupled = read.findings.iter().find(|f| f.message.contains("couples")).unwrap();
    assert!(coupled.message.contains("0.00611471885665"), "{coupled:?}");
    let as_it_is = network(&text);
    let at_60 = network(&text.replacen("typtow_2_3;;;50;", "typtow_2_3;;;60;", 1));
    assert_olf("Tower", &at_60, &expected("Tower"), |_| true);
    let x = |network: &Network| {
        let line = network.lines.iter().find(|line| line.id == "lne_2_3_2").unwrap();
        network.line_ohm(line)[1]
    };
    assert!((x(&at_60) - 52.0 * 0.415_558_072_434_22).abs() < 1e-9);
    assert!((x(&as_it_is) / x(&at_60) - 1.2).abs() < 1e-12);
}

/// OLF gives the second converter no loss, as it works a percentage out from its power of zero, and takes the rated direct voltage at
/// the end that sends; with both so here, both are the same. The two poles are in series here and parallel there at half the
/// voltage: the same loss.
#[test]
fn two_converters_joined_by_two_poles_are_one_link() {
    let Some(text) = text("Hvdc") else { return };
    let mut network = network(&text);
    let DcLink::Vsc(link) = network.dc_links.iter_mut().next().unwrap() else { panic!("no converters") };
    assert!((link.r_ohm - 2.0 * 50.0 * 0.101_465).abs() < 1e-9);
    assert_eq!(link.converters[0].dc, VscDc::Power(-600.0));
    assert_eq!(link.converters[1].dc, VscDc::Voltage(640.0));
    assert!(link.converters.iter().all(|converter| (converter.loss_kw - 10_000.0).abs() < 1e-9));
    link.converters[1].loss_kw = 0.0;
    // 600 MW less 10 MW of loss are sent at 640 kV.
    link.converters[1].dc = VscDc::Voltage(640.0 - link.r_ohm * 590.0 / 640.0);
    assert_eq!(
        (network.buses.len(), network.lines.len()),
        (3, 2),
        "terminals of direct current are no buses"
    );
    assert_olf("Hvdc", &network, &expected("Hvdc"), |_| true);
}

/// Neither file is a grid that can be solved, and OLF calculates neither (`SOURCES.md`): one has no source, one nothing at all. With a
/// source, the decimal commas of the first are read.
#[test]
fn a_file_with_decimal_commas_is_read_and_those_without_a_source_or_a_terminal_are_refused() {
    let (Some(cases), Some(text)) = (cases(), text("TwoBusesCommaAsDecimalSeparator")) else { return };
    assert_eq!(read(&text).unwrap_err().findings[0].code, Code::NoSlack);
    let source = "$$ElmXnet;ID(a:40);loc_name(a:40)\n 20;Grid\n\
                  $$StaCubic;ID(a:40);loc_name(a:40);fold_id(p);obj_bus(i);obj_id(p)\n 21;c;3;0;20\n";
    let network = network(&format!("{text}{source}"));
    let line = network.lines.iter().next().unwrap();
    let omega = 2.0 * std::f64::consts::PI * 50.0;
    let expected =
        LineImpedance::Ohm { r_ohm: 6.753_542, x_ohm: 20.619_56, g_us: 0.0, b_us: omega * 0.482_287 };
    assert_eq!((line.id.as_str(), &line.impedance), ("Line-A-B", &expected));
    let rejected = gridstage::read::read(&cases.join("dgs/BOMTest.dgs")).unwrap_err();
    assert_eq!(rejected.findings[0].code, Code::NoBuses, "{rejected:?}");
}

/// A file of our own: an external grid, a line of two circuits, a transformer, a load, a capacitor, comments as the program
/// writes them, and its own number for every object.
pub(crate) const OWN: &str = "********\n* DIgSILENT (R) DGS Export\n********\n\n$$General;ID(a:40);Descr(a:40);Val(a:40)\n  1;Version;6.0\n\
$$ElmNet;ID(a:40);loc_name(a:40);fold_id(p);frnom(r)\n 2;Net;;50\n\
$$ElmSubstat;ID(a:40);loc_name(a:40);fold_id(p);GPSlat(r);GPSlon(r)\n 3;Dong;2;21.0;105.8\n 4;Tay;2;0;0\n\
$$ElmTerm;ID(a:40);loc_name(a:40);fold_id(p);uknom(r);outserv(i)\n* terminals\n 5;BB;3;110;0\n 6;BB;4;110;0\n 7;MV;4;22;0\n\
$$TypLne;ID(a:40);loc_name(a:40);sline(r);cohl_(i);rline(r);xline(r);cline(r);frnom(r)\n 8;AC-185;0,51;1;0,17;0,4;0,009;50\n\
$$ElmLne;ID(a:40);loc_name(a:40);fold_id(p);typ_id(p);dline(r);fline(r);nlnum(i);outserv(i)\n 9;\"L;1\";2;8;10;1;2;0\n\
$$TypTr2;ID(a:40);loc_name(a:40);strn(r);utrn_h(r);utrn_l(r);uktr(r);pcutr(r);curmg(r);pfe(r);tap_side(i);dutap(r);phitr(r);nntap0(i);ntpmn(i);ntpmx(i);tapchtype(i);tr2cn_h(a);tr2cn_l(a);nt2ag(r)\n\
 10;T63;63;115;23;10,5;250;0,1;40;0;1,78;0;0;-9;9;0;YN;D;11\n\
$$ElmTr2;ID(a:40);loc_name(a:40);fold_id(p);typ_id(p);ntnum(i);outserv(i);nntap(i);ntrcn(i);usp_low(r);usp_up(r);usetp(r);t2ldc(i);ratfac(r)\n 11;T1;4;10;1;0;-2;1;0,99;1,02;1;1;1,2\n\
$$TypLod;ID(a:40);loc_name(a:40);aP(r);bP(r);aQ(r);bQ(r);kpu0(r);kpu1(r);kpu(r);kqu0(r);kqu1(r);kqu(r)\n 12;Z;0,2;0,3;0;1;0;1;2;0;1;2\n\
$$ElmLod;ID(a:40);loc_name(a:40);fold_id(p);typ_id(p);mode_inp(a);plini(r);qlini(r);slini(r);coslini(r);pf_recap(i);scale0(r);outserv(i)\n 13;D;4;12;PC;40;;;0,8;0;0,5;0\n\
$$ElmXnet;ID(a:40);loc_name(a:40);fold_id(p);bustp(a);usetp(r);phiini(r);outserv(i)\n 14;Grid;2;SL;1,02;5;0\n\
$$ElmShnt;ID(a:40);loc_name(a:40);fold_id(p);shtype(i);ushnm(r);qcapn(r);ncapx(i);ncapa(i);outserv(i)\n 15;C;4;2;22;5;3;2;0\n\
$$StaCubic;ID(a:40);loc_name(a:40);fold_id(p);obj_bus(i);obj_id(p)\n 20;c;5;0;9\n 21;c;6;1;9\n 22;c;6;0;11\n 23;c;7;1;11\n 24;c;7;0;13\n 25;c;5;0;14\n 26;c;7;0;15\n\
$$StaSwitch;ID(a:40);loc_name(a:40);fold_id(p);on_off(i)\n 30;s;20;1\n";

fn told<'f>(findings: &'f [Finding], words: &str) -> &'f Finding {
    findings.iter().find(|f| f.message.contains(words)).unwrap_or_else(|| panic!("{words}: {findings:#?}"))
}

#[test]
fn what_a_file_says_stands_in_the_grid_in_our_units() {
    let read = read(OWN).unwrap();
    let n = &read.plan.network;
    let buses: Vec<&str> = n.buses.iter().map(|bus| bus.id.as_str()).collect();
    assert_eq!(buses, ["Dong/BB", "Tay/BB", "MV"], "two have one name: their folder tells them apart");
    let stations: Vec<_> = n.substations.iter().map(|s| (s.id.as_str(), s.lat_deg)).collect();
    assert_eq!(stations, [("Dong", Some(21.0)), ("Tay", None)]);
    let lines: Vec<&str> = n.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(lines, ["L;1#1", "L;1#2"], "two circuits, each an outage of its own");
    let line = n.lines.iter().next().unwrap();
    let omega = 2.0 * std::f64::consts::PI * 50.0;
    let found = n.line_ohm(line);
    for (found, expected) in found.iter().zip([1.7, 4.0, 0.0, omega * 0.009 * 10.0]) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    assert_eq!(line.rating.normal, Some(0.51));
    let t = n.transformers.iter().next().unwrap();
    assert_eq!((t.vector_group.as_str(), t.rating.normal), ("YNd11", Some(1.2 * 63.0)));
    assert!((t.tap.unwrap().turns_pu() - (1.0 - 2.0 * 0.0178)).abs() < 1e-12);
    assert!(t.tap_control.unwrap().active);
    let load = n.loads.iter().next().unwrap();
    assert!((load.p_mw - 20.0).abs() < 1e-12 && (load.q_mvar - 15.0).abs() < 1e-12, "0.8 lagging, by half");
    assert_eq!(load.model, LoadModel::Power);
    told(&read.findings, "loads whose type follows the voltage");
    let shunt = n.shunts.iter().next().unwrap();
    assert!((shunt.b_mvar - 10.0).abs() < 1e-12);
    assert_eq!(shunt.bank.as_ref().unwrap().blocks[0].steps, 3);
    // With a load-flow command that asks for it, loads follow: 0.2 constant, 0.3 by v, 0.5 by its square; all reactive by v.
    let follows = network(&format!("{OWN}$$ComLdf;ID(a:40);loc_name(a:40);iopt_pq(i)\n 40;Load Flow;1\n"));
    let LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } =
        follows.loads.iter().next().unwrap().model
    else {
        panic!("{:?}", follows.loads)
    };
    assert!((p_current - 0.3).abs() < 1e-12 && (p_impedance - 0.5).abs() < 1e-12);
    assert_eq!((q_current, q_impedance), (1.0, 0.0));
    uncontrolled(n);
}

/// The complex factor of a tap changer, by its formula, at either winding.
#[test]
fn tap_changers_turn_as_their_kind_says() {
    let columns = "tap_side(i);dutap(r);phitr(r);nntap0(i);ntpmn(i);ntpmx(i);tapchtype(i)";
    assert!(OWN.contains(columns));
    let with = |side: i32, step: &str, angle: &str, kind: i32| {
        let n = network(&OWN.replacen(
            "40;0;1,78;0;0;-9;9;0;",
            &format!("40;{side};{step};{angle};0;-9;9;{kind};"),
            1,
        ));
        let t = n.transformers.iter().next().unwrap().clone();
        (t.tap.map_or(1.0, |tap| tap.turns_pu()) * t.ratio_pu, t.shift_deg)
    };
    let close = |found: (f64, f64), expected: (f64, f64)| {
        assert!(
            (found.0 - expected.0).abs() < 1e-12 && (found.1 - expected.1).abs() < 1e-9,
            "{found:?} {expected:?}"
        );
    };
    // Two steps down of 2 percent at 60 degrees: 1 − 0.04·(1/2 + j·√3/2).
    let (re, im) = (1.0_f64 - 0.02, -0.04 * 0.75_f64.sqrt());
    close(with(0, "2", "60", 0), (re.hypot(im), im.atan2(re).to_degrees()));
    close(with(1, "2", "60", 0), (1.0 / re.hypot(im), -im.atan2(re).to_degrees()));
    close(with(0, "0", "1,5", 0), (1.0, -3.0));
    close(with(0, "2", "180", 0), (1.04, 0.0));
    // Symmetrical: half of the voltage before, half behind; the ratio stays 1.
    let (re, im) = (1.0_f64 - 0.01, -0.02 * 0.75_f64.sqrt());
    close(with(0, "2", "60", 2), (1.0, 2.0 * im.atan2(re).to_degrees()));
}

/// Sections add up; a type of 60 Hz has 50/60 of its reactance here; inductance and loss angle are as good as reactance and
/// conductance.
#[test]
fn sections_frequency_and_other_columns_of_a_type_mean_the_same_line() {
    let ohm = |text: &str| {
        let n = network(text);
        n.line_ohm(n.lines.iter().next().unwrap())
    };
    let base = ohm(OWN);
    let near = |found: [f64; 4], expected: [f64; 4]| {
        let far = found.iter().zip(&expected).any(|(a, b)| (a - b).abs() > 1e-9 * (1.0 + b.abs()));
        assert!(!far, "{found:?} {expected:?}");
    };
    let sections =
        "$$ElmLnesec;ID(a:40);loc_name(a:40);fold_id(p);typ_id(p);dline(r)\n 50;a;9;8;4\n 51;b;9;8;6\n";
    near(ohm(&format!("{OWN}{sections}")), base);
    let at_60 = OWN.replacen("0,009;50\n", "0,009;60\n", 1);
    // Capacitance is the same at any frequency.
    near(ohm(&at_60), [base[0], base[1] * 50.0 / 60.0, base[2], base[3]]);
    let l_mh = 0.4 / (2.0 * std::f64::consts::PI * 50.0) * 1000.0;
    let other = OWN.replacen("xline(r);cline(r);frnom(r)", "lline(r);bline(r);tline(r)", 1).replacen(
        "0,4;0,009;50",
        &format!("{l_mh};2,5;0,01"),
        1,
    );
    near(ohm(&other), [base[0], base[1], 0.25, 25.0]);
}

/// Turns at the star point change the impedance behind them: what a winding with its taps at the terminals has, by its turns
/// squared.
#[test]
fn taps_at_the_star_point_are_brought_to_the_terminals() {
    let Some(text) = text("ThreeMIB_T3W_phase_solved") else { return };
    let stepped = text.replacen("0,178613;144,572;0;2,0;0;-1;1;", "0,178613;144,572;10;0;0;-1;1;", 1);
    assert_ne!(stepped, text);
    let at_terminals = network(&stepped);
    let at_star = network(&stepped.replacen(";0;0;0;-1;1;1;0", ";0;0;0;-1;1;0;0", 1));
    let (a, b) = [&at_terminals, &at_star].map(|n| n.transformers3.iter().next().unwrap().clone()).into();
    assert_eq!(a.windings[0].tap, b.windings[0].tap);
    let StarImpedance::PerUnit { x_pu, .. } = b.impedance else { panic!("{:?}", b.impedance) };
    let pairs = gridstage::case::per_unit::pairs(&at_terminals, &a).0;
    let star = |pairs: [f64; 3]| (pairs[0] + pairs[2] - pairs[1]) / 2.0;
    let (own, moved) = (star(pairs.map(|z| z.im)), star(x_pu));
    assert!((moved * 1.1 * 1.1 / own - 1.0).abs() < 1e-9, "{own} {moved}");
}

#[test]
fn what_is_wrong_or_missing_is_told_with_line_and_column() {
    let errors = |text: &str| read(text).unwrap_err().findings;
    for (from, to, code, at, words) in [
        ("0,17;0,4", "0,17;0.4x", Code::Number, "8;AC-185", "`0.4x` is not a finite number"),
        ("rline(r);", "rohm(r);", Code::Schema, "8;AC-185", "has no `rline`"),
        ("2;8;10;1;2;0", "2;88;10;1;2;0", Code::Reference, "9;\"L;1\"", "has no type"),
        (" 6;BB;4;110;0", " 5;BB;4;110;0", Code::Duplicate, "5;BB;4", "number 5"),
        ("0;YN;D;11", "0;YN;D;11;7", Code::Columns, "10;T63", "beyond the last"),
        ("4;2;22;5;3;2;0", "4;9;22;5;3;2;0", Code::Unsupported, "15;C", "type 9"),
    ] {
        let text = OWN.replacen(from, to, 1);
        assert_ne!(text, OWN, "{from}");
        let findings = errors(&text);
        let found = findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{to}: {findings:#?}"));
        assert!(found.message.contains(words), "{found:?}");
        let line = text.lines().position(|line| line.trim_start().starts_with(at)).unwrap() + 1;
        assert_eq!(usize::try_from(found.place.as_ref().unwrap().line).unwrap(), line, "{found:?}");
        assert!(found.help.is_some(), "{found:?}");
    }
    // What carries power and is not modelled, or hangs nowhere, is told and left out.
    let more = format!(
        "{OWN}$$ElmTrb;ID(a:40);loc_name(a:40)\n 60;Booster\n$$ElmLod;ID(a:40);loc_name(a:40);plini(r);qlini(r)\n 61;Loose;1;1\n"
    );
    let findings = read(&more).unwrap().findings;
    assert_eq!(told(&findings, "ElmTrb are not modelled").code, Code::NotUsed);
    assert_eq!(told(&findings, "ElmLod Loose hangs at no terminal").code, Code::NotUsed);
    // Behind an open switch a line stays charged from its other end.
    let open = network(&OWN.replacen(" 30;s;20;1", " 30;s;20;0", 1));
    assert!(open.lines.iter().all(|line| line.in_service && open.buses[line.from].id.ends_with("open end")));
    assert_eq!(errors("1;2\n")[0].code, Code::Syntax);
    assert_eq!(errors(&"$$A;ID(a)\n".repeat(5000))[0].code, Code::Unsupported);
}

/// Windows line ends, a code page and a byte-order mark change nothing but what is told of the encoding.
#[test]
fn line_ends_and_encodings_do_not_matter() {
    let plain = network(OWN);
    let crlf = OWN.replace('\n', "\r\n");
    assert_eq!(network(&crlf), plain);
    let marked = [b"\xEF\xBB\xBF", OWN.as_bytes()].concat();
    assert_eq!(read_bytes(marked, "grid.txt").unwrap().plan.network, plain);
    let latin = OWN.replace("Grid;2;SL", "Gr\u{fc}n;2;SL");
    let bytes: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let read = read_bytes(bytes, "grid.dgs").unwrap();
    assert_eq!(read.plan.network.generators.iter().next().unwrap().id.as_str(), "Gr\u{fc}n");
    assert!(read.findings.iter().any(|f| f.code == Code::AssumedEncoding));
}
