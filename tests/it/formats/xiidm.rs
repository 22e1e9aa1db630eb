//! XIIDM against what pypowsybl 1.16.1 (OLF from a flat start, one slack, no limits, no controls) finds for the same files.

use super::{assert_olf, cases, opened, reference};
use gridstage::finding::Code;
use gridstage::read::{Format, read_text};

#[test]
fn xiidm_files_have_the_voltages_and_angles_that_olf_finds() {
    let Some(cases) = cases() else { return };
    for name in ["ieee118cdf", "nordic32", "remoteControl", "t_case9_dcline"] {
        let mut read = opened(&cases.join(format!("xiidm/{name}.xiidm")));
        assert_eq!(read.inputs[0].format, Format::Xiidm);
        let network = &mut read.plan.network;
        if name == "remoteControl" {
            // Its machines hold other buses than their own: held at their own at what the file stores, it is the same state.
            assert!(network.generators.iter().any(|g| g.regulated_bus.is_some()));
            for machine in &mut network.generators {
                machine.vm_setpoint_pu = network.buses[machine.bus].vm_start_pu.unwrap();
                machine.regulated_bus = None;
            }
        }
        let mut expected = reference(&cases.join(format!("reference/xiidm/{name}.csv")));
        // The slack machine of the nine buses has a targetP (0) below its minP (90): that program takes it as not started and
        // lets it hold no voltage. It comes out at 0.99912 there, and at the 1.0 that it is set to here; all else is the same.
        let is_left_out = |bus: &str| name == "t_case9_dcline" && matches!(bus, "VL-1_0" | "BUS-1");
        expected.retain(|row| !is_left_out(&row.0));
        assert_olf(name, &read.plan.network, &expected, |bus| !is_left_out(&bus.id));
    }
}

/// Nodes that closed switches join are one bus, and a bus of a level for each such part: the file lists its parts itself.
#[test]
fn the_buses_of_node_breaker_levels_are_what_their_switches_join() {
    let Some(cases) = cases() else { return };
    let path = cases.join("xiidm/twoSubstations_rev35.xiidm");
    // Its only machine holds no voltage, so that program does not calculate it either (`SOURCES.md`).
    let refused = gridstage::read::read(&path).unwrap_err();
    assert!(refused.findings.iter().any(|f| f.code == Code::NoSlack), "{refused:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    let held =
        text.replacen("voltageRegulatorOn=\"false\"", "voltageRegulatorOn=\"true\" targetV=\"220.0\"", 1);
    let network = read_text(held.as_bytes(), Format::Xiidm, "held.xiidm").unwrap().plan.network;
    let listed = text.matches("<iidm:bus ").count();
    let stored = network.buses.iter().filter(|bus| bus.vm_start_pu.is_some()).count();
    assert_eq!(stored, listed);
    assert_eq!(network.transformers3.len(), text.matches("<iidm:threeWindingsTransformer ").count());
    assert_eq!(network.substations.len(), 2);
}

#[test]
fn xml_that_is_cut_short_nested_or_wrong_is_told_with_its_line() {
    let good = "<?xml version=\"1.0\"?>\n<iidm:network xmlns:iidm=\"http://www.powsybl.org/schema/iidm/1_12\" id=\"two\">\n\
                <iidm:substation id=\"S\"><iidm:voltageLevel id=\"V\" nominalV=\"110\" topologyKind=\"BUS_BREAKER\">\n\
                <iidm:busBreakerTopology><iidm:bus id=\"A\"/><iidm:bus id=\"B\"/></iidm:busBreakerTopology>\n\
                <iidm:generator id=\"G\" minP=\"0\" maxP=\"100\" voltageRegulatorOn=\"true\" targetP=\"0\" targetV=\"110\" targetQ=\"0\" bus=\"A\" connectableBus=\"A\"/>\n\
                <iidm:load id=\"L\" p0=\"10\" q0=\"2\" bus=\"B\" connectableBus=\"B\"/>\n\
                </iidm:voltageLevel></iidm:substation>\n\
                <iidm:line id=\"AB\" r=\"1\" x=\"10\" g1=\"0\" b1=\"0\" g2=\"0\" b2=\"0\" bus1=\"A\" voltageLevelId1=\"V\" bus2=\"B\" voltageLevelId2=\"V\"/>\n\
                </iidm:network>\n";
    let read = |text: &str| read_text(text.as_bytes(), Format::Xiidm, "own.xiidm");
    assert_eq!(read(good).unwrap().plan.network.lines.len(), 1);
    for (from, to, code, line, words) in [
        ("p0=\"10\"", "p0=\"1O\"", Code::Number, 6, "p0"),
        ("bus2=\"B\"", "bus2=\"C\"", Code::Reference, 8, "line AB"),
        ("</iidm:network>", "", Code::Syntax, 10, "closed"),
        ("<iidm:load ", "<iidm:load", Code::Syntax, 6, "XML"),
    ] {
        let Err(rejected) = read(&good.replacen(from, to, 1)) else {
            // An element of an unknown name is counted, and told.
            assert_eq!(from, "<iidm:load ");
            continue;
        };
        let told =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        assert_eq!(told.place.as_ref().unwrap().line, line, "{told:?}");
        assert!(told.message.contains(words) && told.help.is_some(), "{told:?}");
    }
    let deep = format!("<iidm:network>{}", "<a>".repeat(100_000));
    assert!(read(&deep).unwrap_err().findings[0].message.contains("64"));
    assert_eq!(read("<a/>").unwrap_err().findings[0].code, Code::Schema);
}
