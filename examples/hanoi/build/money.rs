//! Money: conventions, and unit costs of `unit_costs.csv`. What no table says is estimated, and marked so.

use super::tables::Tables;
use super::works::BASE_PRICE_YEAR;
use gridstage::model::{
    Confidence, Cost, FirstFlow, LineKind, Money, Name, Origin, Parameter, PriceIndex, SpendProfile,
    UnitCost, UnitCostOf,
};

/// Rise of consumer prices, yearly means, percent.
const CONSUMER_PRICES: [(i16, f64); 8] = [
    (2017, 3.53),
    (2018, 3.54),
    (2019, 2.79),
    (2020, 3.23),
    (2021, 1.84),
    (2022, 3.15),
    (2023, 3.25),
    (2024, 3.63),
];

/// A row of `unit_costs.csv`.
pub(super) struct UnitCostRow {
    pub(super) item: String,
    pub(super) bn_vnd: f64,
    pub(super) origin: Origin,
}

/// Who pays for the grid of 220 kV and above, and for that of 110 kV.
pub(super) fn funding(vn_kv: f64) -> Name {
    if vn_kv >= 220.0 { "EVNNPT".into() } else { "EVNHANOI".into() }
}

/// The conventions.
pub(super) fn money() -> Money {
    let parameter = |value, source: &str, confidence| {
        Some(Parameter { value, source: source.to_owned(), confidence: Some(confidence) })
    };
    let mut level = 100.0;
    let mut price_index = vec![point(BASE_PRICE_YEAR, level)];
    for (year, percent) in CONSUMER_PRICES {
        level *= 1.0 + percent / 100.0;
        price_index.push(point(year, (100.0_f64 * level).round() / 100.0));
    }
    Money {
        currency: "VND".into(),
        price_year: BASE_PRICE_YEAR,
        discount_rate: parameter(0.1, "usual rate of appraisals in Vietnam", Confidence::Recalled),
        base_year: Some(BASE_PRICE_YEAR),
        first_flow: FirstFlow::YearEnd,
        escalation_rate: parameter(
            0.032,
            "mean of the price index 2017-2024, carried on",
            Confidence::Estimated,
        ),
        price_index,
        exchange: Vec::new(),
        spend_profile: Some(SpendProfile {
            shares: vec![0.4, 0.6],
            source: "two years of building, most of it paid in the second".to_owned(),
            confidence: Some(Confidence::Estimated),
        }),
        loss_price_per_mwh: parameter(
            1_622_010.0,
            "mean retail price of electricity, decision 2256/QĐ-BCT (2015), without VAT",
            Confidence::Recalled,
        ),
        unserved_price_per_mwh: parameter(
            28_000_000.0,
            "product of the country over electricity sold, 2016: about 4 503 trillion VND and 160 TWh",
            Confidence::Estimated,
        ),
        peak_hours: parameter(
            5000.0,
            "energy of a year over its peak, as of cities of the north",
            Confidence::Estimated,
        ),
        outage_hours: parameter(
            20.0,
            "a line or transformer out of service by faults, in all",
            Confidence::Estimated,
        ),
    }
}

fn point(year: i16, level: f64) -> PriceIndex {
    let source =
        "consumer prices, yearly mean, General Statistics Office; no index of building costs is known";
    let origin = Origin { place: None, source: Some(source.into()), confidence: Some(Confidence::Recalled) };
    PriceIndex { year, level, origin }
}

/// The unit costs that are about something that a work builds; changes of transformers for larger ones are not.
pub(super) fn unit_costs(tables: &Tables) -> Vec<UnitCost> {
    let rows = tables.unit_costs.iter();
    let read = |row: &UnitCostRow| {
        let (kv, what) = row.item.split_once("kV_")?;
        Some(UnitCost {
            id: row.item.as_str().into(),
            of: of(what)?,
            vn_kv: kv.parse().ok()?,
            cost: Cost {
                // three decimals of a billion at most, so that the product is exact in print
                capex_million: (row.bn_vnd * 1_000_000.0).round() / 1000.0,
                currency: Name::default(),
                price_year: BASE_PRICE_YEAR,
                basis: String::new(),
                price_year_estimated: true,
            },
            origin: row.origin.clone(),
        })
    };
    rows.filter_map(read).collect()
}

/// What `OHL_2cct`, `cable_1cct`, `station_new_2x63_GIS` or `transformer_63_add` is about.
fn of(what: &str) -> Option<UnitCostOf> {
    let parts: Vec<&str> = what.split('_').collect();
    Some(match *parts.as_slice() {
        [laid @ ("OHL" | "cable"), circuits, ..] => UnitCostOf::Line {
            kind: if laid == "cable" { LineKind::Cable } else { LineKind::Overhead },
            circuits: circuits.strip_suffix("cct")?.parse().ok()?,
        },
        ["station", "new", units, ..] => {
            let (units, sn_mva) = units.split_once('x')?;
            UnitCostOf::Station { sn_mva: sn_mva.parse().ok()?, units: units.parse().ok()? }
        }
        ["transformer", sn_mva, "add"] => UnitCostOf::Transformer { sn_mva: sn_mva.parse().ok()? },
        _ => return None,
    })
}
