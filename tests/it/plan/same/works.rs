//! Works, forecasts and criteria that mean nothing.

use super::words::{any_number, maybe, name, origin, positive, text};
use gridstage::ids::{Col, Id, LineId, ProjectId};
use gridstage::model::{
    Amount, Change, Confidence, Cost, Demand, ElementId, Field, ForecastKind, ForecastRow, GridState,
    Loading, Name, Network, Op, Origin, Phase, Precision, Project, ProjectKind, RatingKind, Rule, Status,
    Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn plan_date() -> impl Strategy<Value = gridstage::model::PlanDate> {
    (2016_i16..2035, 1_i8..=12, 1_i8..=28, select(vec![Precision::Year, Precision::Month, Precision::Day]))
        .prop_map(|(year, month, day, precision)| {
            let text = match precision {
                Precision::Year => format!("{year}"),
                Precision::Month => format!("{year}-{month:02}"),
                Precision::Day => format!("{year}-{month:02}-{day:02}"),
            };
            text.parse().unwrap()
        })
}

/// Changes of one phase, as numbers to be turned into records of the network at hand.
pub(super) type Wish = (u8, usize, usize, Option<f64>, Origin);

fn change(network: &Network, (kind, row, field, number, origin): &Wish) -> Vec<Change> {
    let pick = |count: usize| (count > 0).then(|| row % count);
    let all: Vec<ElementId> = match kind % 5 {
        0 => {
            // a whole row of circuits, or one line
            let Some(line) = pick(network.lines.len()) else { return Vec::new() };
            let row = &network.lines[LineId::from_index(line)].row;
            network
                .lines
                .iter_ids()
                .filter(|(_, one)| one.row == *row)
                .map(|(id, _)| ElementId::Line(id))
                .collect()
        }
        1 => pick(network.lines.len()).map(|row| ElementId::Line(Id::from_index(row))).into_iter().collect(),
        2 => pick(network.transformers.len())
            .map(|row| ElementId::Transformer(Id::from_index(row)))
            .into_iter()
            .collect(),
        3 => vec![ElementId::Generator(Id::from_index(row % network.generators.len()))],
        _ => vec![ElementId::Bus(Id::from_index(row % network.buses.len()))],
    };
    let Some(&first) = all.first() else { return Vec::new() };
    let built = network.is_built(first);
    let op = |element| match (field % 3, built) {
        (0, false) => Op::Add(element),
        (1, _) => Op::Remove(element),
        _ => {
            let fields: Vec<Field> =
                Field::ALL.into_iter().filter(|one| one.belongs_to(first.kind())).collect();
            let field = fields[field % fields.len()];
            let value = |flip: bool| match field {
                Field::InService | Field::Closed => Value::Bool(flip),
                Field::TapPosition => Value::Number(3.0),
                Field::Type if first.kind() == gridstage::model::ElementKind::Line => {
                    Value::Text("wire 1+".into())
                }
                Field::Type => Value::Text("110/22, 2".into()),
                _ => match number {
                    Some(number) => Value::Number(*number),
                    None if field.may_be_empty() => Value::Empty,
                    None => Value::Number(0.0),
                },
            };
            Op::Set { element, field, from: number.map(|_| value(true)), to: value(false) }
        }
    };
    all.into_iter()
        .map(|element| Change { op: op(element), bay: "".into(), origin: origin.clone() })
        .collect()
}

/// A work without its id: words, phases with the wishes for their changes, cost, what it requires.
pub(super) type Work = (
    (String, String, Name, f64, Origin),
    (ProjectKind, Status),
    Vec<(Option<gridstage::model::PlanDate>, Option<gridstage::model::PlanDate>, Vec<Wish>, Origin)>,
    Option<(f64, i16, String, bool)>,
    Vec<usize>,
);

pub(super) fn work() -> impl Strategy<Value = Work> {
    let wish = (any::<u8>(), 0..50_usize, 0..50_usize, maybe(any_number()), origin());
    let phase = (maybe(plan_date()), maybe(plan_date()), vec(wish, 0..4), origin());
    (
        (text(), text(), name(), any_number(), origin()),
        (select(&ProjectKind::ALL[..]), select(&Status::ALL[..])),
        vec(phase, 1..3),
        maybe((any_number(), 2000_i16..2040, text(), any::<bool>())),
        vec(0..4_usize, 0..3),
    )
}

pub(super) fn projects(network: &Network, works: Vec<Work>) -> Col<ProjectId, Project> {
    let count = works.len();
    let project = |(index, ((name, note, area, vn_kv, origin), (kind, status), phases, cost, others)): (
        usize,
        Work,
    )| {
        let many = phases.len() > 1;
        let mut requires: Vec<ProjectId> = others
            .iter()
            .filter(|&&other| other < count && other != index)
            .map(|&other| Id::from_index(other))
            .collect();
        requires.sort();
        requires.dedup();
        let phase =
            |(at, (commissioning, decommissioning, wishes, own)): (usize, (_, _, Vec<Wish>, Origin))| Phase {
                id: if many { format!("{at},{note}").into() } else { Name::default() },
                commissioning,
                decommissioning,
                changes: wishes.iter().flat_map(|wish| change(network, wish)).collect(),
                outages: Vec::new(),
                origin: if many { own } else { origin.clone() },
            };
        Project {
            id: format!("P{index}").into(),
            name,
            kind,
            status,
            owner: note.clone(),
            area,
            vn_kv,
            funding: note.as_str().into(),
            excludes: requires.clone(),
            requires,
            cost: cost.map(|(capex_million, price_year, basis, price_year_estimated)| Cost {
                capex_million: capex_million.abs(),
                currency: Name::default(),
                price_year,
                basis,
                price_year_estimated,
            }),
            phases: phases.into_iter().enumerate().map(phase).collect(),
            spend: Vec::new(),
            obstacles: Vec::new(),
            note: note.clone(),
            origin: origin.clone(),
        }
    };
    works.into_iter().enumerate().map(project).collect()
}

pub(super) fn forecast() -> impl Strategy<Value = Vec<ForecastRow>> {
    let row = (
        maybe(0..2_usize),
        2000_i16..2050,
        maybe(0..3_usize),
        select(&ForecastKind::ALL[..]),
        any_number(),
        maybe(0.1..=1.0_f64),
        origin(),
    );
    vec(row, 0..6).prop_map(|rows| {
        let row = |(scenario, year, substation, kind, number, power_factor, origin): (
            Option<usize>,
            _,
            Option<usize>,
            _,
            f64,
            _,
            _,
        )| {
            // base rows are in MW, rows for all stations in percent
            let substation = if kind == ForecastKind::Base { substation.or(Some(0)) } else { substation };
            let mw = kind == ForecastKind::Base || (substation.is_some() && year % 2 == 0);
            ForecastRow {
                scenario: scenario.map(|one| format!("Đ{one}").into()),
                year,
                substation: substation.map(Id::from_index),
                kind,
                amount: if mw { Amount::Mw(number) } else { Amount::Percent(number) },
                power_factor,
                origin,
            }
        };
        rows.into_iter().map(row).collect()
    })
}

pub(super) fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let row = (
        positive(),
        maybe(positive()),
        maybe(positive()),
        any::<bool>(),
        text(),
        maybe(select(&Confidence::ALL[..])),
    );
    vec(row, 7).prop_map(|rows| {
        let mut rules = Vec::new();
        for (index, (kv, low, high, flag, article, confidence)) in rows.into_iter().enumerate() {
            let (low, high) = match (low, high) {
                (Some(low), Some(high)) if low < high => (Some(low), Some(high)),
                (Some(low), _) => (Some(low), None),
                (None, high) => (None, high.or(Some(1.0))),
            };
            let loading = Loading {
                vn_kv: flag.then_some(kv),
                warn_percent: low,
                max_percent: high,
                rating: if flag { RatingKind::Normal } else { RatingKind::Emergency },
            };
            let demand = match index {
                0 => Demand::Voltage { vn_kv: kv, min_kv: low, max_kv: high, needs_taps: flag },
                1 => Demand::Import,
                2 => Demand::LineLoading(loading),
                3 => Demand::TransformerLoading(loading),
                4 => Demand::Reserve { vn_kv: kv, warn_percent: low, max_percent: high },
                5 => Demand::PowerFactor { vn_kv: kv, min: 0.9 },
                _ => Demand::Losses { max_percent: kv },
            };
            rules.push(Rule {
                id: format!("C{index}").into(),
                state: if flag { GridState::N } else { GridState::N1 },
                demand,
                article,
                confidence,
                origin: Origin::default(),
            });
        }
        rules
    })
}
