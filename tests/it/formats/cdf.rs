//! IEEE common data format, against pypowsybl 1.16.1 with `OpenLoadFlow` (no limits, no controls).

use super::{assert_same_states, cases, opened, reference, solved};
use gridstage::ids::Id;
use gridstage::model::Control;
use gridstage::read::{Format, read_text};

#[test]
fn every_cdf_file_solves_to_the_state_that_another_program_finds() {
    let Some(cases) = cases() else { return };
    for name in ["ieee9zeroimpedancecdf", "ieee14cdf", "ieee30cdf", "ieee57cdf", "ieee118cdf"] {
        let read = opened(&cases.join(format!("ieee-cdf/{name}.txt")));
        assert_eq!(read.inputs[0].format, Format::Cdf);
        let network = &read.plan.network;
        let flow = solved(network);
        // The other program puts the slack at angle 0.
        let slack = network.generators.iter().find(|g| g.control == Control::Slack).unwrap().bus;
        let at_slack = network.buses[slack].va_start_deg.unwrap();
        // The other program gives buses without a rated voltage 1 kV, and joins nothing that is one bus here.
        let states: Vec<(f64, f64)> = network
            .buses
            .iter_ids()
            .map(|(id, bus)| {
                let kv = if bus.vn_kv > 0.0 { bus.vn_kv } else { 1.0 };
                (flow.buses.vm_pu[id.index()] * kv, flow.buses.va_deg[id.index()] - at_slack)
            })
            .collect();
        let expected = reference(&cases.join(format!("reference/ieee-cdf/{name}.csv")));
        let expected: Vec<(f64, f64)> = expected.into_iter().map(|(_, v, angle)| (v, angle)).collect();
        let kv = network.buses.iter().map(|bus| bus.vn_kv.max(1.0)).fold(0.0, f64::max);
        assert_same_states(name, &states, &expected, 1e-4 * kv, 1e-2);
    }
}

#[test]
fn a_card_out_of_its_columns_is_told_with_its_line_and_field() {
    let text = "\
 08/19/93 UW ARCHIVE           100.0  1962 W own
BUS DATA FOLLOWS                             2 ITEMS
   1 Bus 1     HV  1  1  3 1.060    0.0      0.0      0.0    232.4   -16.9     0.0  1.060     0.0     0.0   0.0    0.0        0
   2 Bus 2     HV  1  1  0 1.045  -4.98     2x.7     12.7      0.0     0.0     0.0  0.0       0.0     0.0   0.0    0.0        0
-999
BRANCH DATA FOLLOWS                          1 ITEMS
   1    7  1  1 1 0  0.01938   0.05917     0.0528     0     0     0    0 0  0.0       0.0 0.0    0.0     0.0    0.0   0.0
-999
END OF DATA
";
    let Err(rejected) = read_text(text.as_bytes(), Format::Cdf, "own.cdf") else { panic!("it was read") };
    let said: Vec<String> = rejected.findings.iter().map(|f| format!("{}: {}", f.code, f.message)).collect();
    assert!(
        said.iter().any(|s| s.contains("E-NUMBER") && s.contains("bus 2") && s.contains("load MW")),
        "{said:?}"
    );
    assert!(said.iter().any(|s| s.contains("E-REFERENCE") && s.contains('7')), "{said:?}");
}
