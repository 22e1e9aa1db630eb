//! What the stations draw, what the sources feed in, and who can take over whose load.

use super::equipment::LOAD_POWER_FACTOR;
use super::grid::{LOAD_SOURCE, source_id};
use super::tables::{Level, STAGES, Station, Tables};
use gridstage::ids::{Id, SubstationId};
use gridstage::model::{
    Amount, Confidence, Forecast, ForecastKind, ForecastRow, Interpolation, MvTransfer, Name, Network,
    Origin, Parameter, ScheduleRow,
};

/// Scenario with the energy-saving programme.
pub(super) const SAVING: &str = "saving";

/// Stations to which load can be moved.
const NEIGHBOURS: usize = 3;
/// Load that can be moved, as a share of the smaller station's unit.
const TRANSFER_SHARE: f64 = 0.2;
/// Time it takes to move it by hand.
const TRANSFER_MINUTES: f64 = 30.0;

fn estimated(source: &str) -> Origin {
    Origin { place: None, source: Some(source.into()), confidence: Some(Confidence::Estimated) }
}

/// Loads by station and stage, and the saving programme as rows of its own.
pub(super) fn forecast(tables: &Tables) -> Result<Forecast, String> {
    let mut rows = Vec::new();
    for (station, row) in tables.stations.iter().enumerate() {
        for (year, load) in STAGES.into_iter().zip(row.load_mw) {
            let Some(p_mw) = load else { continue };
            rows.push(ForecastRow {
                scenario: None,
                year,
                substation: Some(SubstationId::from_index(station)),
                kind: ForecastKind::Base,
                amount: Amount::Mw(p_mw),
                power_factor: Some(LOAD_POWER_FACTOR),
                origin: estimated(LOAD_SOURCE),
            });
        }
    }
    rows.extend(saving(tables)?);
    Ok(Forecast { interpolation: Interpolation::Linear, rows })
}

/// The share of load saved in each stage: the lower figure of the target or result that holds for its year.
fn saving(tables: &Tables) -> Result<Vec<ForecastRow>, String> {
    let criterion = |id: &str| {
        let row = tables.criteria.iter().find(|row| row.id == id);
        let min =
            row.and_then(|row| row.min).ok_or_else(|| format!("criteria.csv has no `{id}` with a figure"))?;
        let source = row.and_then(|row| row.origin.source.as_deref()).unwrap_or_default();
        Ok::<_, String>((min, source))
    };
    let (reached_2020, source_2020) = criterion("C42")?;
    let (target_2025, source_2025) = criterion("C40")?;
    let (target_2030, source_2030) = criterion("C41")?;
    let year = |year: i16, percent: f64, source: &str| ForecastRow {
        scenario: Some(SAVING.into()),
        year,
        substation: None,
        kind: ForecastKind::Dsm,
        amount: Amount::Percent(-percent),
        power_factor: None,
        origin: estimated(source),
    };
    Ok(vec![
        year(2016, 0.0, "before the programme of 2019"),
        year(2020, reached_2020, &format!("C42, share of energy taken for the peak too; {source_2020}")),
        year(
            2025,
            target_2025,
            &format!("C40, lower figure, share of energy taken for the peak too; {source_2025}"),
        ),
        year(
            2030,
            target_2030,
            &format!("C41, lower figure, share of energy taken for the peak too; {source_2030}"),
        ),
        year(2035, target_2030, "C41 held: no target after 2030 is known"),
    ])
}

/// Each source in each stage; said in so many words where it is absent.
pub(super) fn schedule(tables: &Tables, network: &Network) -> Vec<ScheduleRow> {
    let mut rows = Vec::new();
    for year in STAGES {
        for (generator, record) in network.generators.iter_ids() {
            let source = tables.sources.iter().find(|row| row.stage == year && source_id(row) == record.id);
            rows.push(ScheduleRow {
                scenario: None,
                year,
                generator,
                p_mw: source.and_then(|row| row.p_mw),
                vm_setpoint_pu: source.map(|row| row.vm_setpoint_pu),
                in_service: source.is_some(),
                origin: source.map_or_else(
                    || estimated("no row in sources.csv for this stage"),
                    |row| row.origin.clone(),
                ),
            });
        }
    }
    rows
}

/// For each load station its nearest neighbours among those that stand when it comes.
pub(super) fn transfers(tables: &Tables) -> Vec<MvTransfer> {
    let origin = estimated(
        "nearest 3 load stations that stand when this one comes, 20 % of the smaller station's first unit",
    );
    let stations: Vec<_> = tables
        .stations
        .iter()
        .enumerate()
        .filter_map(|(i, row)| first_unit(row).map(|unit| (i, row, unit)))
        .collect();
    let mut rows = Vec::new();
    for &(from, row, (born, unit_mva)) in &stations {
        let mut near: Vec<_> = stations
            .iter()
            .filter(|&&(to, _, (to_born, _))| to != from && to_born <= born)
            .map(|&(to, other, (_, to_mva))| (distance_km(row, other), to, unit_mva.min(to_mva)))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        rows.extend(near.into_iter().take(NEIGHBOURS).map(|(_, to, mva)| MvTransfer {
            from: SubstationId::from_index(from),
            to: SubstationId::from_index(to),
            // one decimal, so that 0.2 x 63 is written 12.6
            p_mw: (TRANSFER_SHARE * mva * 10.0).round() / 10.0,
            minutes: TRANSFER_MINUTES,
            origin: origin.clone(),
        }));
    }
    rows
}

/// The stage in which a load station comes, and the smallest unit it has then.
fn first_unit(row: &Station) -> Option<(usize, f64)> {
    let by_stage = &row.units_mva[Level::T110 as usize];
    let (stage, units) = by_stage.iter().enumerate().find(|(_, units)| !units.is_empty())?;
    units.iter().copied().reduce(f64::min).map(|mva| (stage, mva))
}

/// Distance on the ground, equirectangular: good to a few metres within a city.
fn distance_km(a: &Station, b: &Station) -> f64 {
    const KM_PER_DEGREE: f64 = 111.195;
    let (Some(a_lat), Some(a_lon), Some(b_lat), Some(b_lon)) = (a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
    else {
        return f64::INFINITY;
    };
    let east = (b_lon - a_lon) * f64::midpoint(a_lat, b_lat).to_radians().cos();
    KM_PER_DEGREE * east.hypot(b_lat - a_lat)
}

/// Mean of the squared load of the given day over the square of its peak.
pub(super) fn load_loss_factor(tables: &Tables) -> Parameter {
    let peak = tables.load_shape.iter().copied().fold(0.0, f64::max);
    let mean_square = tables.load_shape.iter().map(|p| p * p).sum::<f64>() / tables.load_shape.len() as f64;
    Parameter {
        value: (mean_square / (peak * peak) * 10_000.0).round() / 10_000.0,
        source: "mean square over squared peak of load_shape.csv, a hot summer day: the year's factor is lower, so losses \
                 of energy are an upper bound"
            .to_owned(),
        confidence: tables.load_shape_origin.confidence,
    }
}

/// Lowest load of the given day over its peak.
pub(super) fn night_factor(tables: &Tables) -> f64 {
    tables.load_shape.iter().copied().fold(1.0, f64::min)
}

/// The three load situations: peak, night, and peak with the saving programme.
pub(super) fn scenario_names() -> [Name; 3] {
    ["max".into(), "min".into(), SAVING.into()]
}
