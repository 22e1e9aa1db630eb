//! No boundary feeds in more than its `p_max_mw`.
//!
//! ```text
//! p_mw ≤ p_max_mw      for every boundary in service; one without a limit is unmeasured
//! ```

use super::gauge::{Gauge, Limits, Subject, Tally};
use super::{Criterion, SolvedState, Violation};
use crate::model::{Demand, ElementId, GeneratorKind, Rule};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import;

impl Criterion for Import {
    fn name(&self) -> &'static str {
        "import"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        if rule.demand != Demand::Import {
            return Tally::default();
        }
        let mut gauge = Gauge::new(rule, out);
        let generators = &state.flow.generators;
        for (&id, &p_mw) in generators.generator.iter().zip(&generators.p_mw) {
            let record = &state.network.generators[id];
            if record.kind != GeneratorKind::Boundary || !record.built || !record.in_service {
                continue;
            }
            let Some(p_max_mw) = record.p_max_mw else {
                gauge.unmeasured();
                continue;
            };
            let subject = Subject {
                element: Some(ElementId::Generator(id)),
                side: None,
                quantity: "import",
                unit: "MW",
            };
            gauge.upper(subject, p_mw, Limits { warn: None, limit: Some(p_max_mw) });
        }
        gauge.tally()
    }
}
