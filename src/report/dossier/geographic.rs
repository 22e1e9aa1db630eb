//! The map: stations at their coordinates.
//!
//! ```text
//! x = cos(φ0) · longitude,  y = −latitude      (equirectangular, true at the middle latitude φ0)
//! ```
//!
//! Over a province that is a map whose angles and distances are right to a few per mille.

use super::drawing::{Spots, tenth};
use crate::ids::{BusId, SubstationId};
use crate::model::{ElementId, Network};
use std::collections::BTreeMap;

/// Kilometres of a degree of latitude.
const DEGREE_KM: f64 = 111.195;
/// Width of the sheet.
const WIDTH: f64 = 1000.0;
/// Height of the sheet, at least and at most.
const HEIGHTS: (f64, f64) = (420.0, 1000.0);
/// Room around what is drawn.
const MARGIN: f64 = 40.0;

/// The stations of `buses` that have coordinates; `None` where fewer than two places differ.
pub(super) fn spots(network: &Network, buses: &[BusId]) -> Option<Spots> {
    let mut stations: BTreeMap<SubstationId, Vec<BusId>> = BTreeMap::new();
    for &bus in buses {
        if let Some(station) = network.buses[bus].substation {
            stations.entry(station).or_default().push(bus);
        }
    }
    let place = |station: SubstationId| {
        let record = &network.substations[station];
        let (lat, lon) = (record.lat_deg?, record.lon_deg?);
        (lat.is_finite() && lon.is_finite()).then_some((lat, lon))
    };
    let placed: Vec<(SubstationId, Vec<BusId>, (f64, f64))> =
        stations.into_iter().filter_map(|(id, buses)| Some((id, buses, place(id)?))).collect();
    let range = |of: &dyn Fn(&(f64, f64)) -> f64| {
        placed
            .iter()
            .map(|(.., at)| of(at))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (south, north) = range(&|at| at.0);
    let (west, east) = range(&|at| at.1);
    let narrow = f64::midpoint(south, north).to_radians().cos();
    let (wide, high) = (narrow * (east - west), north - south);
    if placed.len() < 2 || wide.max(high) <= 0.0 {
        return None;
    }
    let inner = WIDTH - 2.0 * MARGIN;
    let scale = (inner / wide.max(1e-9)).min((HEIGHTS.1 - 2.0 * MARGIN) / high.max(1e-9));
    let height = (scale * high + 2.0 * MARGIN).clamp(HEIGHTS.0, HEIGHTS.1);
    let (left, top) = (f64::midpoint(WIDTH, -scale * wide), f64::midpoint(height, -scale * high));
    let spots: Vec<(ElementId, Vec<BusId>, (f64, f64))> = placed
        .into_iter()
        .map(|(station, buses, (lat, lon))| {
            let x = tenth(left + scale * narrow * (lon - west));
            let y = tenth(top + scale * (north - lat));
            (ElementId::Substation(station), buses, (x, y))
        })
        .collect();
    let height = tenth(height);
    let focus = focus(&spots.iter().map(|spot| spot.2).collect::<Vec<_>>(), height);
    Some(Spots { width: WIDTH, height, focus, unit_km: Some(DEGREE_KM / scale), all: spots })
}

/// Where most stations are: without the outermost twentieth on each side, in the proportions of the sheet; the whole sheet
/// where that is not much smaller.
fn focus(places: &[(f64, f64)], height: f64) -> [f64; 4] {
    let middle = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = places.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        let out = values.len() / 20;
        (values[out], values[values.len() - 1 - out])
    };
    let (left, right) = middle(&|at| at.0);
    let (top, bottom) = middle(&|at| at.1);
    let scale = ((right - left + 2.0 * MARGIN) / WIDTH).max((bottom - top + 2.0 * MARGIN) / height);
    if scale > 0.75 {
        return [0.0, 0.0, WIDTH, height];
    }
    let (wide, high) = (scale * WIDTH, scale * height);
    let at = [f64::midpoint(left, right) - wide / 2.0, f64::midpoint(top, bottom) - high / 2.0];
    [tenth(at[0]), tenth(at[1]), tenth(wide), tenth(high)]
}
