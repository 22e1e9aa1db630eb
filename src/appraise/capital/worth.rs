//! What a series of yearly flows is worth.
//!
//! ```text
//! NPV = Σ flow_k / (1 + rate)^(k + n),   k = 0, 1, … from the first flow,   n = 1 where that stands at a year's end, else 0
//! internal rate (EIRR of an economic series) = the rate with NPV = 0; n does not matter for it
//! ```

use crate::model::FirstFlow;

/// The net present value of yearly flows, in their unit.
#[must_use]
pub fn net_present_value(rate: f64, flows: &[f64], first: FirstFlow) -> f64 {
    let terms = flows.iter().zip(first.years()..).map(|(flow, years)| flow / (1.0 + rate).powi(years));
    terms.sum()
}

/// The rates at which yearly flows are worth nothing, p.u., from −0.9 to 10, ascending: none, one, or several where the flows
/// change their sign more than once.
#[must_use]
pub fn internal_rates(flows: &[f64]) -> Vec<f64> {
    let npv = |rate: f64| net_present_value(rate, flows, FirstFlow::Undiscounted);
    // Fine where rates of works lie, coarser beyond.
    let grid =
        (0..=190).map(|k| -0.9 + 0.01 * f64::from(k)).chain((1..=90).map(|k| 1.0 + 0.1 * f64::from(k)));
    let grid: Vec<f64> = grid.collect();
    let mut rates = Vec::new();
    for pair in grid.windows(2) {
        let [mut low, mut high] = [pair[0], pair[1]];
        let (at_low, at_high) = (npv(low), npv(high));
        if at_low == 0.0 && flows.iter().any(|&flow| flow != 0.0) {
            rates.push(low);
        }
        if at_low * at_high >= 0.0 || !(at_low * at_high).is_finite() {
            continue;
        }
        for _ in 0..100 {
            let middle = f64::midpoint(low, high);
            if npv(middle) * at_low > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        rates.push(f64::midpoint(low, high));
    }
    rates
}
