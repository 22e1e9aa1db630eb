//! pandapower nets against the voltages that pandapower 3.5.6 itself finds (Newton-Raphson to 1e-9 MVA).

use super::{cases, opened, reference};
use gridstage::finding::{Code, Severity};
use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::read::{Format, read_text};
use std::collections::BTreeMap;

#[test]
fn nets_have_the_voltages_that_pandapower_finds() {
    let Some(cases) = cases() else { return };
    for (name, file) in [
        ("case118", "case118.json"),
        ("case33bw", "case33bw.json"),
        ("iceland", "iceland.json"),
        ("case1888rte", "case1888rte.json.gz"),
    ] {
        let read = opened(&cases.join("pandapower").join(file));
        assert_eq!(read.inputs[0].format, Format::Pandapower);
        let network = read.plan.network;
        let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
        let flow = load_flow(&network, &options, None).unwrap();
        assert_eq!(flow.status, Status::Converged, "{name}: {:#?}", flow.findings);
        let expected: BTreeMap<String, (f64, f64)> =
            reference(&cases.join(format!("reference/pandapower/{name}.csv")))
                .into_iter()
                .map(|(bus, vm, va)| (bus, (vm, va)))
                .collect();
        assert_eq!(network.buses.len(), expected.len());
        let (mut dv, mut da) = (0.0_f64, 0.0_f64);
        for (at, bus) in network.buses.iter().enumerate() {
            let (vm, va) = expected[bus.id.as_str()];
            dv = dv.max((flow.buses.vm_pu[at] - vm).abs());
            da = da.max((flow.buses.va_deg[at] - va).abs());
        }
        assert!(dv <= 1e-6 && da <= 1e-4, "{name}: {dv:e} p.u., {da:e} degrees");
    }
}

/// pandapower finds no solution of the eleven-bus case within 40 steps (`SOURCES.md`); it is read all the same.
#[test]
fn a_net_without_a_known_solution_is_read() {
    let Some(cases) = cases() else { return };
    let network = opened(&cases.join("pandapower/case11_iwamoto.json")).plan.network;
    assert_eq!((network.buses.len(), network.lines.len(), network.loads.len()), (11, 11, 5));
}

#[test]
fn what_is_wrong_in_a_net_is_told_with_its_record_and_field() {
    let Some(cases) = cases() else { return };
    let good = std::fs::read_to_string(cases.join("pandapower/case33bw.json")).unwrap();
    let read = |text: &str| read_text(text.as_bytes(), Format::Pandapower, "own.json");
    assert!(read(&good).is_ok());
    for (from, to, code, words) in [
        ("[null,null,0,1,1.0,0.0922", "[null,null,0,99,1.0,0.0922", Code::Reference, "no bus 99"),
        ("[null,null,0,1,1.0,0.0922", r#"[null,null,0,1,1.0,\"x\""#, Code::Number, "r_ohm_per_km"),
        ("[null,null,0,1,1.0,0.0922", "[null,null,0,1,1.0,0.0922]", Code::Syntax, "line"),
    ] {
        assert!(good.contains(from), "{from}");
        let rejected = read(&good.replacen(from, to, 1)).unwrap_err();
        let told =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        assert!(told.message.contains(words) && told.severity == Severity::Error, "{told:?}");
    }
    assert_eq!(read("{}").unwrap_err().findings[0].code, Code::Schema);
}
