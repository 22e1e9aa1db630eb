//! Net present value and internal rate of return.

use gridstage::appraise::capital::{internal_rates, net_present_value};
use gridstage::model::FirstFlow;

/// ADB, Cost-Benefit Analysis for Development, chapter 9, Table 9.18: a transmission programme in Viet Nam, billions of VND.
/// Published: net present value 26,952 at 12 %, economic internal rate of return 17.9 %. The exact figures are recomputed in
/// shared/planning/economics by another program.
#[test]
fn the_programme_of_the_published_table_is_worth_what_is_published() {
    let Some(shared) = crate::support::shared() else { return };
    let table = shared.join("planning/economics/adb_vietnam_transmission.csv");
    let mut reader = csv::Reader::from_path(table).unwrap();
    let flows: Vec<f64> = reader.records().map(|row| row.unwrap()[3].parse().unwrap()).collect();
    let year_end = net_present_value(0.12, &flows, FirstFlow::YearEnd);
    assert!((year_end - 26952.6254).abs() < 1e-3, "{year_end}");
    assert!((year_end.floor() - 26952.0).abs() < 0.5, "published");
    let undiscounted = net_present_value(0.12, &flows, FirstFlow::Undiscounted);
    assert!((undiscounted - 30186.9404).abs() < 1e-3, "{undiscounted}");
    let rates = internal_rates(&flows);
    assert_eq!(rates.len(), 1);
    assert!((rates[0] - 0.179_275_18).abs() < 1e-8, "{rates:?}");
    assert_eq!(format!("{:.1}", 100.0 * rates[0]), "17.9", "published");
}

/// −100, 230, −132 is (1 − 1.1/q)(1 − 1.2/q) · −100 with q = 1 + rate: it is worth nothing at 10 and at 20 %.
#[test]
fn flows_that_change_their_sign_twice_have_two_rates_and_flows_without_return_none() {
    let rates = internal_rates(&[-100.0, 230.0, -132.0]);
    assert_eq!(rates.len(), 2, "{rates:?}");
    assert!((rates[0] - 0.1).abs() < 1e-9 && (rates[1] - 0.2).abs() < 1e-9, "{rates:?}");
    assert_eq!(internal_rates(&[-100.0, -1.0]), Vec::<f64>::new());
    assert_eq!(internal_rates(&[0.0, 0.0]), Vec::<f64>::new());
    assert_eq!(internal_rates(&[]), Vec::<f64>::new());
}
