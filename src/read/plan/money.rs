//! `[economics]` of `plan.toml`, `budgets.csv` and `catalogue/unit_costs.csv`: money and its conventions.

use super::head::HeadFile;
use super::record::Record;
use super::table::Table;
use crate::finding::{Code, nearest};
use crate::model::{
    Budget, Cost, Exchange, FirstFlow, LineKind, Money, Name, Parameter, Plan, PriceIndex, SpendProfile,
    UnitCost, UnitCostOf,
};
use std::collections::BTreeMap;

impl<'a> HeadFile<'a> {
    /// Reads `[economics]`.
    pub(super) fn money(&self, root: &Record<'a>) -> Option<Money> {
        let record = self.section(root, "economics")?;
        let share = |key| {
            let found = self.parameter(&record, key);
            if let Some(rate) = &found {
                record.within(key, rate.value, 0.0..1.0, "a share: 0.10 for 10 %");
            }
            found
        };
        let not_negative = |key| {
            let found = self.parameter(&record, key);
            if let Some(price) = &found {
                record.within(key, price.value, 0.0.., "0 or above");
            }
            found
        };
        let hours = |key| {
            let found = self.parameter(&record, key);
            if let Some(hours) = &found {
                record.within(key, hours.value, 0.0..=8760.0, "between 0 and 8760, the hours of a year");
            }
            found
        };
        let currency = record.need_name("currency");
        let money = Money {
            price_year: record.year("price_year").unwrap_or_else(|| {
                record.missing("price_year", "say which year's prices are meant: money has a date");
                0
            }),
            discount_rate: share("discount_rate"),
            base_year: record.year("base_year"),
            first_flow: record.word("first_flow", &FirstFlow::ALL, FirstFlow::as_str).unwrap_or_default(),
            escalation_rate: share("escalation_rate"),
            price_index: self.price_index(&record),
            exchange: self.exchange(&record, &currency),
            spend_profile: self.spend_profile(&record),
            loss_price_per_mwh: not_negative("loss_price_per_mwh"),
            unserved_price_per_mwh: not_negative("unserved_price_per_mwh"),
            peak_hours: hours("peak_hours"),
            outage_hours: hours("outage_hours"),
            currency,
        };
        record.finish();
        Some(money)
    }

    /// A number, or `{ value = …, source = "…", confidence = "…" }`.
    fn parameter(&self, of: &Record<'a>, key: &'static str) -> Option<Parameter> {
        let item = of.item(key)?;
        if item.as_table_like().is_none() {
            return of.number(key).map(Parameter::new);
        }
        let record = self.section(of, key)?;
        let parameter = Parameter {
            value: record.need_number("value"),
            source: record.text("source").to_owned(),
            confidence: record.confidence(),
        };
        record.finish();
        Some(parameter)
    }

    fn price_index(&self, of: &Record<'a>) -> Vec<PriceIndex> {
        let mut points: Vec<PriceIndex> = Vec::new();
        for record in self.rows(of, "price_index", "price index") {
            let (year, level) = (record.need_year("year"), record.need_number("level"));
            record.within("level", level, f64::MIN_POSITIVE.., "above 0");
            if points.last().is_some_and(|before| before.year >= year) {
                let message = format!("the year {year} does not come after the one before it");
                record.error(Code::Value, "year", message, "put the years in order, each once");
            }
            points.push(PriceIndex { year, level, origin: record.origin() });
            record.finish();
        }
        points
    }

    fn exchange(&self, of: &Record<'a>, own: &Name) -> Vec<Exchange> {
        let mut rates: Vec<Exchange> = Vec::new();
        for record in self.rows(of, "exchange", "exchange rate") {
            let (currency, rate) = (record.need_name("currency"), record.need_number("rate"));
            record.within("rate", rate, f64::MIN_POSITIVE.., "above 0");
            if currency == *own || rates.iter().any(|one| one.currency == currency) {
                let message = format!("{currency} has a rate already");
                record.error(Code::Duplicate, "currency", message, "give one rate for each other currency");
            }
            if !record.has("date") {
                record.missing("date", "say of which day the rate is: rates move");
            }
            let date = record.day("date").unwrap_or_default();
            rates.push(Exchange { currency, rate, date, origin: record.origin() });
            record.finish();
        }
        rates
    }

    /// `[0.4, 0.6]`, or the same as `shares` with its source.
    fn spend_profile(&self, of: &Record<'a>) -> Option<SpendProfile> {
        const KEY: &str = "spend_profile";
        let item = of.item(KEY)?;
        let (shares, source, confidence) = if item.as_table_like().is_some() {
            let record = self.section(of, KEY)?;
            let found = (record.item("shares"), record.text("source").to_owned(), record.confidence());
            if found.0.is_none() {
                record.missing("shares", "write shares = [0.4, 0.6]: the last year is that of commissioning");
            }
            record.finish();
            found
        } else {
            (Some(item), String::new(), None)
        };
        #[expect(clippy::cast_precision_loss, reason = "shares of a plan")]
        let number = |value: &toml_edit::Value| value.as_float().or(value.as_integer().map(|n| n as f64));
        let numbers: Option<Vec<f64>> = shares?.as_array().and_then(|list| list.iter().map(number).collect());
        let fits = |shares: &Vec<f64>| {
            !shares.is_empty()
                && shares.iter().all(|share| (0.0..=1.0).contains(share))
                && (shares.iter().sum::<f64>() - 1.0).abs() < 0.005
        };
        if !numbers.as_ref().is_some_and(fits) {
            let message = "`spend_profile` must be shares from 0 to 1 that add up to 1";
            of.error(Code::Value, KEY, message, "write [0.4, 0.6]: the last year is that of commissioning");
        }
        Some(SpendProfile { shares: numbers.unwrap_or_default(), source, confidence })
    }
}

/// An amount with its currency and price year. `None` where there is no amount.
pub(super) fn cost(record: &Record<'_>, money: Option<&Money>) -> Option<Cost> {
    let price_year = record.year("price_year");
    let basis = record.text("cost_basis").to_owned();
    let price_year_estimated = record.bool_or("price_year_estimated", false);
    let currency = currency(record, money);
    let Some(capex_million) = record.number("capex_million") else {
        for field in ["price_year", "cost_basis", "price_year_estimated", "currency"] {
            if record.has(field) {
                let message = format!("`{field}` is given without `capex_million`");
                record.error(Code::Schema, field, message, "give the cost, or leave both empty");
            }
        }
        return None;
    };
    record.within("capex_million", capex_million, 0.0.., "0 or above: a cost is no income");
    let price_year = priced(record, price_year, money);
    Some(Cost { capex_million, currency, price_year, basis, price_year_estimated })
}

/// The price year of a record, or that of the plan.
fn priced(record: &Record<'_>, price_year: Option<i16>, money: Option<&Money>) -> i16 {
    price_year.or(money.map(|money| money.price_year)).unwrap_or_else(|| {
        let help = "say which year's prices are meant: in `price_year`, or for all in [economics]";
        record.missing("price_year", help);
        0
    })
}

/// The currency of an amount; empty where it is that of the plan.
fn currency(record: &Record<'_>, money: Option<&Money>) -> Name {
    let currency = record.name("currency");
    let own = money.map_or("", |money| money.currency.as_str());
    if currency.is_empty() || currency == own {
        return Name::default();
    }
    let known = money.into_iter().flat_map(|money| &money.exchange);
    if !known.clone().any(|one| one.currency == currency) {
        let names = known.map(|one| one.currency.as_str()).chain([own]);
        let help = match nearest(&currency, names.filter(|name| !name.is_empty())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add a rate with its day: exchange = [{ currency = \"…\", rate = …, date = … }] in [economics]"
                .to_owned(),
        };
        let message = format!("`currency`: no exchange rate is given for `{currency}`");
        record.error(Code::Reference, "currency", message, help);
    }
    currency
}

/// Reads `catalogue/unit_costs.csv`.
pub(super) fn unit_costs(
    table: &Table,
    folder: &super::folder::Folder,
    money: Option<&Money>,
) -> Vec<UnitCost> {
    let mut costs: Vec<UnitCost> = Vec::new();
    for record in table.records(folder) {
        let id = record.need_name("id");
        if !id.is_empty() && costs.iter().any(|one| one.id == id) {
            record.error(Code::Duplicate, "id", format!("unit cost {id} is defined twice"), "rename one");
        }
        let word = record.need_word("kind", &UnitCostOf::WORDS, |word| word, UnitCostOf::WORDS[0]);
        let vn_kv = record.need_number("vn_kv");
        record.within("vn_kv", vn_kv, f64::MIN_POSITIVE.., "above 0");
        let count = |field| {
            let count: u32 = record.integer(field).unwrap_or(1);
            record.within(field, f64::from(count), 1.0.., "1 or above");
            count
        };
        let power = || {
            let sn_mva = record.need_number("sn_mva");
            record.within("sn_mva", sn_mva, f64::MIN_POSITIVE.., "above 0");
            sn_mva
        };
        let of = match word {
            "transformer" => UnitCostOf::Transformer { sn_mva: power() },
            "station" => UnitCostOf::Station { sn_mva: power(), units: count("units") },
            word => {
                let kind = if word == "cable" { LineKind::Cable } else { LineKind::Overhead };
                UnitCostOf::Line { kind, circuits: count("circuits") }
            }
        };
        let idle: &[&str] = match of {
            UnitCostOf::Line { .. } => &["sn_mva", "units"],
            UnitCostOf::Transformer { .. } => &["circuits", "units"],
            UnitCostOf::Station { .. } => &["circuits"],
        };
        for field in ["sn_mva", "units", "circuits"].into_iter().filter(|field| idle.contains(field)) {
            if record.has(field) {
                let message = format!("`{field}` is given, but the unit cost of a {word} has none");
                record.error(Code::Conflict, field, message, "leave it empty");
            }
        }
        let cost = cost(&record, money).unwrap_or_else(|| {
            record.missing("capex_million", "give what one costs, or a kilometre");
            Cost::default()
        });
        costs.push(UnitCost { id, of, vn_kv, cost, origin: record.origin() });
    }
    costs
}

/// Reads budgets.csv, when works and horizon are known.
pub(super) fn budgets(table: &Table, folder: &super::folder::Folder, plan: &Plan) -> Vec<Budget> {
    let mut budgets = Vec::new();
    let mut first: BTreeMap<(i16, Name), u32> = BTreeMap::new();
    for record in table.records(folder) {
        let (year, funding) = (record.need_year("year"), record.name("funding"));
        let budget_million = record.need_number("budget_million");
        record.within("budget_million", budget_million, 0.0.., "0 or above");
        let line = record.place().line;
        if let Some(before) = first.insert((year, funding.clone()), line) {
            let whose = if funding.is_empty() { "all together" } else { funding.as_str() };
            let message = format!("there are two budgets of {year} for {whose}: lines {before} and {line}");
            record.error(Code::Duplicate, "year", message, "add the two up");
        }
        if let Some(horizon) = plan.horizon {
            let last = horizon.outlook.unwrap_or(horizon.end);
            if year != 0 && !(horizon.start..=last).contains(&year) {
                let message =
                    format!("the budget of {year} is outside of the horizon, {} to {last}", horizon.start);
                record.error(Code::Value, "year", message, "correct the year, or `horizon` in plan.toml");
            }
        }
        if !funding.is_empty() && !plan.projects.iter().any(|project| project.funding == funding) {
            let message = format!("no work is funded by `{funding}`: nobody can reach this budget");
            let classes = plan.projects.iter().map(|project| project.funding.as_str());
            let help = match nearest(&funding, classes.filter(|class| !class.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "fill the column `funding` of projects.csv, or leave it empty here: for all works"
                    .to_owned(),
            };
            record.error(Code::Reference, "funding", message, help);
        }
        budgets.push(Budget {
            year,
            funding,
            budget_million,
            price_year: priced(&record, record.year("price_year"), plan.money.as_ref()),
            carry_over: record.bool_or("carry_over", true),
            origin: record.origin(),
        });
    }
    budgets
}
