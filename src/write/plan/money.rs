//! `[economics]` of `plan.toml`, `budgets.csv` and `catalogue/unit_costs.csv`, the twin of [`crate::read::plan`]'s.

use super::head::{Entries, Keys};
use super::sheet::{Row, Sheet};
use super::tree::Node;
use crate::model::{Cost, FirstFlow, Money, Parameter, Plan, UnitCostOf, layout};
use toml_edit::Array;

impl Keys<'_> {
    /// `[economics]`.
    pub(super) fn money(&mut self, money: &Money) -> Node {
        let mut entries = Entries::default().need("currency", &money.currency).leaf(
            "price_year",
            i64::from(money.price_year),
            false,
        );
        entries = self.parameter(entries, "discount_rate", money.discount_rate.as_ref());
        if let Some(year) = money.base_year {
            entries = entries.leaf("base_year", i64::from(year), false);
        }
        let usual = money.first_flow == FirstFlow::default();
        entries = entries.leaf("first_flow", money.first_flow.as_str(), usual);
        entries = self.parameter(entries, "escalation_rate", money.escalation_rate.as_ref());
        if !money.price_index.is_empty() {
            let mut rows = Vec::new();
            for point in &money.price_index {
                let row = Entries::default().leaf("year", i64::from(point.year), false);
                rows.push(
                    row.leaf("level", self.number("level", point.level), false).origin(&point.origin).0,
                );
            }
            entries = entries.node("price_index", Node::List(rows));
        }
        if !money.exchange.is_empty() {
            let mut rows = Vec::new();
            for one in &money.exchange {
                let row = Entries::default().need("currency", &one.currency);
                let row = row.leaf("rate", self.number("rate", one.rate), false).date("date", Some(one.date));
                rows.push(row.origin(&one.origin).0);
            }
            entries = entries.node("exchange", Node::List(rows));
        }
        if let Some(profile) = &money.spend_profile {
            let shares: Array =
                profile.shares.iter().map(|&share| self.number("spend_profile", share)).collect();
            entries = if profile.source.is_empty() && profile.confidence.is_none() {
                entries.leaf("spend_profile", shares, false)
            } else {
                let told = Entries::default().leaf("shares", shares, false).text("source", &profile.source);
                entries.node("spend_profile", Node::Inline(told.confidence(profile.confidence).0))
            };
        }
        for (key, parameter) in [
            ("loss_price_per_mwh", &money.loss_price_per_mwh),
            ("unserved_price_per_mwh", &money.unserved_price_per_mwh),
            ("peak_hours", &money.peak_hours),
            ("outage_hours", &money.outage_hours),
        ] {
            entries = self.parameter(entries, key, parameter.as_ref());
        }
        Node::Section(entries.0)
    }

    /// A number, or a table with its support where anything is said of that.
    fn parameter(&mut self, entries: Entries, key: &str, parameter: Option<&Parameter>) -> Entries {
        let Some(Parameter { value, source, confidence }) = parameter else { return entries };
        let value = self.number(key, *value);
        if source.is_empty() && confidence.is_none() {
            return entries.leaf(key, value, false);
        }
        let told = Entries::default().leaf("value", value, false).text("source", source);
        entries.node(key, Node::Inline(told.confidence(*confidence).0))
    }
}

/// The cells of a cost.
pub(super) fn cost<'a>(row: Row<'a>, cost: &Cost) -> Row<'a> {
    row.number("capex_million", cost.capex_million)
        .text("currency", &cost.currency)
        .integer("price_year", cost.price_year)
        .text("cost_basis", &cost.basis)
        .bool_or("price_year_estimated", cost.price_year_estimated, false)
}

/// `catalogue/unit_costs.csv` and budgets.csv.
pub(super) fn tables(plan: &Plan) -> Vec<(&'static layout::Table, Sheet)> {
    let mut costs = Sheet::new(&layout::UNIT_COSTS);
    for one in &plan.unit_costs {
        let row = costs.row().text("id", &one.id).text("kind", one.of.as_str()).number("vn_kv", one.vn_kv);
        let row = match one.of {
            UnitCostOf::Line { circuits, .. } => row.integer("circuits", circuits),
            UnitCostOf::Transformer { sn_mva } => row.number("sn_mva", sn_mva),
            UnitCostOf::Station { sn_mva, units } => row.number("sn_mva", sn_mva).integer("units", units),
        };
        cost(row, &one.cost).origin(&one.origin);
    }
    let mut budgets = Sheet::new(&layout::BUDGETS);
    for one in &plan.budgets {
        let row = budgets.row().integer("year", one.year).text("funding", &one.funding);
        let row = row.number("budget_million", one.budget_million).integer("price_year", one.price_year);
        row.bool_or("carry_over", one.carry_over, true).origin(&one.origin);
    }
    vec![(&layout::UNIT_COSTS, costs), (&layout::BUDGETS, budgets)]
}
