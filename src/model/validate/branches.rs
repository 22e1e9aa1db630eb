//! Lines, transformers and switches: two ends, impedances, ratios, ratings, tap changers.

use super::{Checker, controls};
use crate::finding::{Code, Severity};
use crate::ids::BusId;
use crate::model::{ElementId, LineImpedance, Nameplate, Rating, RatingUnit, Tap, TransformerImpedance};

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = checker.network;
    for (id, line) in network.lines.iter_ids() {
        let element = ElementId::Line(id);
        two_ends(checker, element, line.from, line.to);
        match &line.impedance {
            &LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us } => {
                checker
                    .finite(element, &[("r_ohm", r_ohm), ("x_ohm", x_ohm), ("g_us", g_us), ("b_us", b_us)]);
            }
            &LineImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
                per_unit(checker, element, [r_pu, x_pu, g_pu, b_pu], sbase_mva);
            }
            LineImpedance::Sections(sections) => {
                for section in sections {
                    if checker.finite(element, &[("length_km", section.length_km)]) && section.length_km < 0.0
                    {
                        let text = format!("{} km is below zero", section.length_km);
                        checker.wrong((element, "length_km"), text, "give the length of the circuit");
                    }
                }
                if sections.is_empty() {
                    checker.wrong(
                        (element, "length_km"),
                        "it has no section",
                        "give type and length, or an impedance",
                    );
                }
            }
        }
        rating(checker, element, &line.rating);
    }
    for (id, t) in network.transformers.iter_ids() {
        let element = ElementId::Transformer(id);
        two_ends(checker, element, t.from, t.to);
        match &t.impedance {
            &TransformerImpedance::PerUnit { r_pu, x_pu, g_pu, b_pu, sbase_mva } => {
                per_unit(checker, element, [r_pu, x_pu, g_pu, b_pu], sbase_mva);
            }
            TransformerImpedance::Nameplate(plate) => nameplate(checker, element, plate),
            TransformerImpedance::Type(_) => {}
        }
        if checker.finite(element, &[("ratio_pu", t.ratio_pu), ("shift_deg", t.shift_deg)])
            && t.ratio_pu <= 0.0
        {
            let text = format!("{} is no ratio of turns", t.ratio_pu);
            checker.wrong(
                (element, "ratio_pu"),
                text,
                "give a positive ratio, near 1; turn the phase with the angle",
            );
        }
        if let Some(changer) = &t.tap {
            tap(checker, element, changer);
        }
        if let Some(control) = &t.tap_control {
            controls::tap(checker, element, t.tap.as_ref(), control);
        }
        if let Some(control) = &t.phase_control {
            controls::phase(checker, element, t.shift_deg, control);
        }
        rating(checker, element, &t.rating);
    }
    for (id, switch) in network.switches.iter_ids() {
        two_ends(checker, ElementId::Switch(id), switch.from, switch.to);
    }
}

fn two_ends(checker: &mut Checker<'_>, element: ElementId, from: BusId, to: BusId) {
    if from == to {
        let bus = &checker.network.buses[from].id;
        checker.tell(Severity::Error, Code::Reference, (element, "to"), || {
            (
                format!("it starts and ends at the same bus {bus}"),
                "name the bus at its other end, or take it out".into(),
            )
        });
    }
}

pub(super) fn per_unit(
    checker: &mut Checker<'_>,
    element: ElementId,
    [r, x, g, b]: [f64; 4],
    sbase_mva: f64,
) {
    checker.finite(element, &[("r_pu", r), ("x_pu", x), ("g_pu", g), ("b_pu", b)]);
    if !(sbase_mva > 0.0 && sbase_mva.is_finite()) {
        let text = format!("{sbase_mva} MVA cannot be a base");
        checker.wrong((element, "sbase_mva"), text, "give the base power of its per-unit values");
    }
}

/// What must hold of a nameplate, of a transformer or a type: fields, values, whether zero will do.
pub(super) fn nameplate_fields(n: &Nameplate) -> [(&'static str, f64, bool); 7] {
    [
        ("sn_mva", n.sn_mva, false),
        ("vn_from_kv", n.vn_from_kv, false),
        ("vn_to_kv", n.vn_to_kv, false),
        ("uk_percent", n.uk_percent, false),
        ("pk_kw", n.pk_kw, true),
        ("p0_kw", n.p0_kw, true),
        ("i0_percent", n.i0_percent, true),
    ]
}

fn nameplate(checker: &mut Checker<'_>, element: ElementId, plate: &Nameplate) {
    for (field, value, zero_will_do) in nameplate_fields(plate) {
        if checker.finite(element, &[(field, value)]) && (value < 0.0 || (value == 0.0 && !zero_will_do)) {
            let bound = if zero_will_do { "must not be below zero" } else { "must be above zero" };
            checker.wrong((element, field), format!("{value} {bound}"), "take it from the nameplate");
        }
    }
}

pub(super) fn tap(checker: &mut Checker<'_>, element: ElementId, tap: &Tap) {
    if tap.min > tap.max {
        let text = format!("{} is above tap_max, {}", tap.min, tap.max);
        checker.wrong(
            (element, "tap_min"),
            text,
            "the lowest position must not be above the highest: are they swapped?",
        );
    } else if tap.position < tap.min || tap.position > tap.max {
        let text = format!("position {} is outside {} to {}", tap.position, tap.min, tap.max);
        checker.wrong((element, "tap_position"), text, "give a position that the tap changer has");
    }
    if !checker.finite(element, &[("tap_step_percent", tap.step_percent)]) {
        return;
    }
    let ends = [tap.min, tap.max].map(|position| Tap { position, ..*tap }.turns_pu());
    if ends.iter().any(|&turns| turns <= 0.0) {
        let text = format!("{} % per step leaves no turns at an end of the range", tap.step_percent);
        checker.wrong((element, "tap_step_percent"), text, "give the turns of one step, percent of rated");
    }
}

pub(super) fn rating(checker: &mut Checker<'_>, element: ElementId, rating: &Rating) {
    let unit = match rating.unit {
        RatingUnit::Mva => "MVA",
        RatingUnit::Ka => "kA",
    };
    for (field, value) in [
        ("rating_normal", rating.normal),
        ("rating_short", rating.short),
        ("rating_emergency", rating.emergency),
    ] {
        let Some(value) = value else { continue };
        if checker.finite(element, &[(field, value)]) && value < 0.0 {
            let text = format!("{value} {unit} is below zero");
            checker.wrong((element, field), text, "give what it may carry, or leave it empty for no limit");
        }
    }
}
