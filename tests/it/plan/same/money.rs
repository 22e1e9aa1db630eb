//! Money in all its forms.

use gridstage::model::{
    Budget, Cost, Exchange, FirstFlow, LineKind, Money, Name, Origin, Parameter, PriceIndex, Project,
    SpendProfile, UnitCost, UnitCostOf,
};
use jiff::civil::date;

pub(super) fn money(amounts: &[f64], source: &str, origins: &[Origin]) -> Money {
    let parameter =
        |value| Some(Parameter { value, source: source.to_owned(), confidence: origins[0].confidence });
    let level = |at: usize| amounts[at].max(f64::MIN_POSITIVE);
    Money {
        currency: "VND".into(),
        price_year: 2016,
        discount_rate: parameter(0.1),
        base_year: origins[0].confidence.map(|_| 2015),
        first_flow: if source.is_empty() { FirstFlow::YearEnd } else { FirstFlow::Undiscounted },
        escalation_rate: Some(Parameter::new(0.25)),
        price_index: vec![
            PriceIndex { year: 2016, level: level(0), origin: origins[0].clone() },
            PriceIndex { year: 2019, level: level(1), origin: origins[1].clone() },
        ],
        exchange: vec![Exchange {
            currency: "USD".into(),
            rate: level(2),
            date: date(2016, 1, 4),
            origin: origins[2].clone(),
        }],
        spend_profile: Some(SpendProfile {
            shares: vec![0.25, 0.75],
            source: source.to_owned(),
            confidence: origins[1].confidence,
        }),
        loss_price_per_mwh: parameter(amounts[0]),
        unserved_price_per_mwh: None,
        peak_hours: parameter(8760.0),
        outage_hours: Some(Parameter::new(0.5)),
    }
}

pub(super) fn budgets(projects: &[Project], amount: f64, origin: &Origin) -> Vec<Budget> {
    let classes = projects.iter().take(1).map(|project| project.funding.clone());
    let mut budgets = Vec::new();
    for (year, funding) in (2017..).zip(classes.chain([Name::default()])) {
        let carry_over = year % 2 == 0;
        let (price_year, origin) = (2016, origin.clone());
        budgets.push(Budget { year, funding, budget_million: amount, price_year, carry_over, origin });
    }
    budgets
}

pub(super) fn unit_costs(amounts: &[f64], source: &str, origin: &Origin) -> Vec<UnitCost> {
    let kinds = [
        UnitCostOf::Line { kind: LineKind::Overhead, circuits: 2 },
        UnitCostOf::Line { kind: LineKind::Cable, circuits: 1 },
        UnitCostOf::Transformer { sn_mva: 63.0 },
        UnitCostOf::Station { sn_mva: 250.0, units: 2 },
    ];
    let cost = |of: UnitCostOf, at: usize| UnitCost {
        // a cell is read without blanks at its ends
        id: format!("{at}, {source}").trim().into(),
        of,
        vn_kv: 110.0,
        cost: Cost {
            capex_million: amounts[at % amounts.len()],
            currency: Name::default(),
            price_year: 2016,
            basis: source.to_owned(),
            price_year_estimated: at.is_multiple_of(2),
        },
        origin: origin.clone(),
    };
    kinds.into_iter().enumerate().map(|(at, of)| cost(of, at)).collect()
}
