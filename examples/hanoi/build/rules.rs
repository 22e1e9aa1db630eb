//! The rules of `criteria.csv` that this tool can judge, with their ids; a letter tells rules of one row apart.

use super::tables::{CriteriaRow, Tables};
use gridstage::model::{CriteriaSet, Demand, GridState, Loading, Loss, RatingKind, Rule, Security};

/// Name of the set that all stages use.
pub(super) const SET: &str = "110-220";

/// The set of rules.
pub(super) fn criteria(tables: &Tables) -> Result<CriteriaSet, String> {
    let row = |id: &str| {
        tables.criteria.iter().find(|row| row.id == id).ok_or_else(|| format!("criteria.csv has no `{id}`"))
    };
    let (n, n1) = (GridState::N, GridState::N1);
    let mut rules = Vec::new();
    for (id, kv, state) in [
        ("C01", 500.0, n),
        ("C02", 500.0, n1),
        ("C03", 220.0, n),
        ("C04", 220.0, n1),
        ("C05", 110.0, n),
        ("C06", 110.0, n1),
    ] {
        let row = row(id)?;
        rules.push(rule(
            id,
            row,
            state,
            Demand::Voltage { vn_kv: kv, min_kv: row.min, max_kv: row.max, needs_taps: false },
        ));
    }
    for (id, state) in [("C07", n), ("C08", n1)] {
        let row = row(id)?;
        // the row is in percent of 22 kV; tenths of a volt are kept
        let kv = |percent: f64| (22_000.0 * (1.0 + percent / 100.0)).round() / 1000.0;
        let demand = Demand::Voltage {
            vn_kv: 22.0,
            min_kv: row.min.map(kv),
            max_kv: row.max.map(kv),
            needs_taps: true,
        };
        rules.push(rule(id, row, state, demand));
    }
    let full = row("C20")?;
    let loading = |vn_kv: Option<f64>, warn: Option<f64>, rating| Loading {
        vn_kv,
        warn_percent: warn,
        max_percent: full.max,
        rating,
    };
    let (normal, emergency) = (RatingKind::Normal, RatingKind::Emergency);
    // the planning threshold comes from the row of the equipment, the limit of 100 % from C20
    let threshold = |id: &str, vn_kv| row(id).map(|row| loading(Some(vn_kv), row.max, normal));
    let limit = |vn_kv| loading(Some(vn_kv), None, normal);
    let after_fault = loading(None, None, emergency);
    let units = Demand::TransformerLoading;
    rules.push(rule("C17", row("C17")?, n, units(threshold("C17", 110.0)?)));
    rules.push(rule("C18", row("C18")?, n, units(threshold("C18", 220.0)?)));
    rules.push(rule("C20T5", full, n, units(limit(500.0))));
    rules.push(rule("C20T", full, n1, units(after_fault)));
    let lines = Demand::LineLoading;
    rules.push(rule("C19", row("C19")?, n, lines(threshold("C19", 110.0)?)));
    rules.push(rule("C20L2", full, n, lines(limit(220.0))));
    rules.push(rule("C20L5", full, n, lines(limit(500.0))));
    rules.push(rule("C20L", full, n1, lines(after_fault)));
    for (id, from, vn_kv) in [("C17R", "C17", 22.0), ("C18R", "C18", 110.0)] {
        let row = row(from)?;
        let demand = Demand::Reserve { vn_kv, warn_percent: row.max, max_percent: full.max };
        rules.push(rule(id, row, n, demand));
    }
    let factor = row("C35")?;
    let min = factor.min.ok_or("criteria.csv: C35 has no figure")?;
    rules.push(rule("C35", factor, n, Demand::PowerFactor { vn_kv: 22.0, min }));
    // "one element (line circuit, transformer, generating unit)"; half an hour as mv_transfer.csv has it
    let security = Demand::Security(Security {
        scope: vec![Loss::Line, Loss::Transformer, Loss::Generator],
        min_kv: Some(110.0),
        max_lost_mw: 0.0,
        transfer_minutes: Some(30.0),
    });
    rules.push(rule("C15", row("C15")?, n1, security));
    for id in ["C37", "C38", "C39"] {
        let row = row(id)?;
        let max_percent = row.max.ok_or_else(|| format!("criteria.csv: {id} has no figure"))?;
        rules.push(rule(id, row, n, Demand::Losses { max_percent }));
    }
    Ok(CriteriaSet { id: SET.into(), rules, waivers: Vec::new() })
}

fn rule(id: &str, row: &CriteriaRow, state: GridState, demand: Demand) -> Rule {
    let source = row.origin.source.as_deref().unwrap_or_default();
    let article = match &demand {
        // these targets hold for a year, which the row keeps as its condition
        Demand::Losses { .. } => format!("{source} ({})", row.condition),
        _ => source.to_owned(),
    };
    Rule {
        id: id.into(),
        state,
        demand,
        article,
        confidence: row.origin.confidence,
        origin: gridstage::model::Origin::default(),
    }
}
