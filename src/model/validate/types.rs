//! The types of the catalogue.

use super::Checker;
use super::branches::nameplate_fields;
use crate::finding::{Code, Finding};
use crate::model::Origin;

pub(super) fn check(checker: &mut Checker<'_>) {
    let catalogue = &checker.network.catalogue;
    for line in &catalogue.line_types {
        let name = format!("line type {}", line.id);
        let mut fields = vec![
            ("r_ohm_per_km", line.r_ohm_per_km, true),
            ("x_ohm_per_km", line.x_ohm_per_km, false),
            ("b_us_per_km", line.b_us_per_km, true),
        ];
        for (field, value) in [("i_normal_ka", line.i_normal_ka), ("i_emergency_ka", line.i_emergency_ka)] {
            fields.extend(value.map(|value| (field, value, false)));
        }
        positive(checker, &name, &line.origin, &fields);
    }
    for transformer in &catalogue.transformer_types {
        let name = format!("transformer type {}", transformer.id);
        positive(checker, &name, &transformer.origin, &nameplate_fields(&transformer.nameplate));
    }
}

/// Asks for finite values above zero, or at zero where that will do.
fn positive(checker: &mut Checker<'_>, name: &str, origin: &Origin, fields: &[(&'static str, f64, bool)]) {
    for &(field, value, zero_will_do) in fields {
        if value.is_finite() && (value > 0.0 || (value == 0.0 && zero_will_do)) {
            continue;
        }
        let bound = if zero_will_do { "a number of at least zero" } else { "a number above zero" };
        checker.findings.push(
            Finding::error(Code::Value, format!("{name}, field {field}: {value} is not {bound}"))
                .element(name)
                .field(field)
                .place(origin.place.clone())
                .help("take it from the data sheet"),
        );
    }
}
